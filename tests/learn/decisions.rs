//! Where to draw the line: thresholds against trying every one, and the charts to choose by against NumPy.

use hearth::chart::decisions::{gains, net_benefits};
use hearth::dataset::Target;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::validate::decide::{Decision, Judged, Rule, Worths, decide};
use hearth::validate::{Views, views};
use serde_json::{Value, json};

use crate::data::labels;
use crate::python::{ask, assert_close, number, numbers};

/// Rows whose scores follow the truth, in three folds; `size` rows to a unit.
fn rows(n: u32, size: u32, levels: u64, seed: u64) -> Vec<Judged> {
    let mut random = Random::new(seed, 0);
    let one = |row: u32| {
        let positive = random.below(3) == 0;
        let raw = (random.below(levels) + if positive { levels / 3 } else { 0 }) as f32;
        Judged { score: raw / (1.4 * levels as f32), positive, unit: row / size, fold: row % 3 }
    };
    (0..n).map(one).collect()
}

fn case(rows: &[Judged], rule: Rule, worths: Worths) -> Value {
    let (name, share) = match rule {
        Rule::Worth => ("Worth", 0.0),
        Rule::Capacity(share) => ("Capacity", share),
        Rule::Precision(share) => ("Precision", share),
        Rule::Recall(share) => ("Recall", share),
    };
    json!({
        "positive": rows.iter().map(|r| r.positive).collect::<Vec<_>>(),
        "scores": rows.iter().map(|r| f64::from(r.score)).collect::<Vec<_>>(),
        "units": rows.iter().map(|r| r.unit).collect::<Vec<_>>(),
        "folds": rows.iter().map(|r| r.fold).collect::<Vec<_>>(),
        "worths": [worths.found, worths.missed, worths.false_alarm, worths.left_alone],
        "rule": name,
        "share": share,
    })
}

fn check(ours: Option<&Decision>, theirs: &Value, what: &str) {
    let Some(ours) = ours else {
        assert!(theirs.is_null(), "{what}: no threshold keeps the rule, but {theirs}");
        return;
    };
    let counts = [ours.counts.found, ours.counts.missed, ours.counts.false_alarm, ours.counts.left_alone];
    assert_eq!(counts.map(f64::from).to_vec(), numbers(&theirs["counts"]), "{what}");
    let known = [ours.worth.value, ours.none, ours.all];
    let wanted = [&theirs["worth"], &theirs["none"], &theirs["all"]].map(number);
    assert_close(what, &known, &wanted, 1e-12);
    match ours.elsewhere {
        Some(worth) => assert_close(what, &[worth], &[number(&theirs["elsewhere"])], 1e-12),
        None => assert!(theirs["elsewhere"].is_null(), "{what}"),
    }
    // A percentile interval of a mean is near the linearised one: 1,000 samples move its ends by a few in a hundred.
    let (low, high) = ours.worth.interval.expect("enough units");
    let width = 2.0 * 1.96 * number(&theirs["error"]);
    assert!(low < ours.worth.value && ours.worth.value < high, "{what}");
    assert!(((high - low) / width - 1.0).abs() < 0.12, "{what}: {} wide, {width} by the formula", high - low);
}

#[test]
fn thresholds_are_those_of_trying_every_one() {
    let (mut ours, mut questions) = (Vec::new(), Vec::new());
    let dear = Worths { found: 50.0, missed: -200.0, false_alarm: -30.0, left_alone: 1.0 };
    for (n, size, levels, seed) in [(300, 1, 1_000, 1), (400, 1, 12, 2), (600, 6, 300, 3)] {
        let rows = rows(n, size, levels, seed);
        for worths in [Worths::default(), dear] {
            let shares = [0.1, 0.25, 0.9].into_iter();
            let rules = std::iter::once(Rule::Worth)
                .chain(shares.flat_map(|share| [Rule::Capacity(share), Rule::Precision(share), Rule::Recall(share)]));
            for rule in rules {
                questions.push(case(&rows, rule, worths));
                ours.push((decide(&rows, rule, worths, 4), format!("{n} rows, {rule:?}, {worths:?}")));
            }
        }
    }
    let answer = ask("decisions.py", &json!({"decisions": questions, "curves": []}));
    for ((ours, what), theirs) in ours.iter().zip(answer["decisions"].as_array().expect("a list")) {
        check(ours.as_ref(), theirs, what);
    }
    assert!(ours.iter().filter(|(found, _)| found.is_some()).count() > 50);
}

#[test]
fn a_threshold_is_a_short_number_and_seeded() {
    let rows = rows(300, 1, 1_000, 5);
    let found = decide(&rows, Rule::Capacity(0.2), Worths::default(), 1).expect("two classes");
    assert!(found.counts.flagged() <= 60 && found.counts.flagged() >= 58, "{found:?}");
    assert!(format!("{}", found.threshold).len() <= 7, "{}", found.threshold);
    assert_eq!(Some(found), decide(&rows, Rule::Capacity(0.2), Worths::default(), 1));
    let single: Vec<Judged> = rows.iter().filter(|row| row.positive).copied().collect();
    assert_eq!(decide(&single, Rule::Worth, Worths::default(), 1), None, "one class draws no line");
    let few = decide(&rows[..9], Rule::Recall(0.5), Worths::default(), 1).expect("two classes");
    assert_eq!(few.worth.interval, None, "nine rows have no interval");
    let odd = Worths { found: -1.0, missed: 0.0, false_alarm: 1.0, left_alone: 0.0 };
    assert!(odd.problem().is_some() && Worths::default().problem().is_none());
}

/// Of 300 samples of 300 rows the interval of a fixed line's worth holds the true one in 92 to 98 of 100.
#[test]
fn the_interval_of_a_worth_covers() {
    let (simulations, mut held) = (300, 0);
    let mut random = Random::new(6, 0);
    for seed in 0..simulations {
        // A third positive; scores are the truth with one in five turned: the best line flags the high score.
        let one = |row: u32| {
            let positive = random.below(3) == 0;
            let turned = random.below(5) == 0;
            Judged { score: if positive != turned { 0.8 } else { 0.2 }, positive, unit: row, fold: row % 3 }
        };
        let rows: Vec<Judged> = (0..300).map(one).collect();
        let found = decide(&rows, Rule::Worth, Worths::default(), seed).expect("two classes");
        let (low, high) = found.worth.interval.expect("enough rows");
        held += u32::from((low..=high).contains(&-0.2));
    }
    println!("{held} of {simulations} intervals hold the true worth");
    assert!((0.92..=0.98).contains(&(f64::from(held) / simulations as f64)), "{held} of {simulations}");
}

#[test]
fn gains_lift_and_net_benefit_are_numpys() {
    let (mut ours, mut questions) = (Vec::new(), Vec::new());
    for (n, levels, seed) in [(200, 1_000, 7), (300, 9, 8)] {
        let rows = rows(n, 1, levels, seed);
        let codes = rows.iter().map(|row| u32::from(row.positive)).collect();
        let values = rows.iter().flat_map(|row| [1.0 - row.score, row.score]).collect();
        let target = Target::Classes { codes, labels: labels(2) };
        let predictions = Predictions::Probabilities { values, n_classes: 2 };
        let Views::Classes(found) = views(&target, &predictions, &[], 1) else { panic!("class views are of classes") };
        questions.push(case(&rows, Rule::Worth, Worths::default()));
        ours.push(found.curves[0].clone());
    }
    let answer = ask("decisions.py", &json!({"decisions": [], "curves": questions}));
    for (ours, theirs) in ours.iter().zip(answer["curves"].as_array().expect("a list")) {
        let flat =
            |points: Vec<(f64, f64, f64)>| points.into_iter().flat_map(|(a, b, c)| [a, b, c]).collect::<Vec<_>>();
        let wanted = |name: &str| theirs[name].as_array().expect("a list").iter().flat_map(numbers).collect::<Vec<_>>();
        assert_close("gains", &flat(gains(ours)), &wanted("gains"), 1e-12);
        assert_close("net benefit", &flat(net_benefits(ours)), &wanted("benefits"), 1e-12);
    }
}
