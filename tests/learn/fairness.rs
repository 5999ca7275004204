//! Groups of people beside each other: numbers as fairlearn has them, intervals that cover, gaps that are found where they
//! are planted and seldom elsewhere, and nothing told of few people.

use hearth::dataset::Target;
use hearth::model::Predictions;
use hearth::monitor::sketch;
use hearth::random::Random;
use hearth::table::{Column, MISSING_CODE, Values};
use hearth::validate::fairness::{Attribute, Compared, Fairness, Gap, GapKind, Measure, Outcome, SMALL, fairness};
use serde_json::{Value, json};

use crate::data::labels;
use crate::python::{ask, assert_close, number};

const SEXES: [&str; 3] = ["female", "male", "other"];

/// People by sex and age; the second of `n_classes` classes, or a value, follows a score that may favour a sex.
struct World {
    sex: Column,
    age: Column,
    learned: Vec<Column>,
    n_classes: usize,
    codes: Vec<u32>,
    shares: Vec<f32>,
    truth: Vec<f64>,
    said: Vec<f32>,
}

fn column(name: &str, values: Values) -> Column {
    Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None }
}

fn sexes(codes: Vec<u32>) -> Column {
    column("sex", Values::Category { codes, levels: SEXES.map(str::to_owned).to_vec() })
}

/// `favour`: by how much the score of men lies above what is true of them.
fn world(n: usize, n_classes: usize, seed: u64, favour: f64) -> World {
    let mut random = Random::new(seed, 0);
    let (mut sex, mut ages, mut job, mut luck) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut codes, mut shares, mut truth, mut said) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..n {
        let own = random.below(2) as u32;
        let man = f64::from(own);
        let skill = random.normal();
        sex.push(own);
        ages.push(18.0 + random.below(60) as f64);
        job.push(if random.unit() < 0.8 { own } else { 1 - own });
        luck.push(random.normal());
        let class = ((skill + random.normal()) * 0.7 + n_classes.max(2) as f64 / 2.0).floor();
        codes.push(class.clamp(0.0, n_classes.max(2) as f64 - 1.0) as u32);
        let score = skill + favour * man;
        let raw: Vec<f64> = (0..n_classes)
            .map(|class| {
                let center = class as f64 + 0.5 - n_classes as f64 / 2.0;
                libm::exp(-(score * 0.9 - center) * (score * 0.9 - center))
            })
            .collect();
        let total: f64 = raw.iter().sum();
        shares.extend(raw.iter().map(|share| (share / total) as f32));
        truth.push(10.0 * skill + random.normal());
        said.push((10.0 * score + random.normal()) as f32);
    }
    let levels = ["baker", "smith"].map(str::to_owned).to_vec();
    World {
        sex: sexes(sex),
        age: column("age", Values::Number(ages)),
        learned: vec![column("luck", Values::Number(luck)), column("job", Values::Category { codes: job, levels })],
        n_classes,
        codes,
        shares,
        truth,
        said,
    }
}

impl World {
    fn parts(&self) -> (Target, Predictions) {
        if self.n_classes == 0 {
            return (Target::Values(self.truth.clone()), Predictions::Values(self.said.clone()));
        }
        let target = Target::Classes { codes: self.codes.clone(), labels: labels(self.n_classes) };
        (target, Predictions::Probabilities { values: self.shares.clone(), n_classes: self.n_classes })
    }

    fn told(&self, sensitive: &[&Column], units: Option<&[u32]>, threshold: f64) -> Fairness {
        let rows: Vec<u32> = (0..self.codes.len() as u32).collect();
        let learned: Vec<&Column> = self.learned.iter().collect();
        let compared = Compared { sensitive, learned: &learned, rows: &rows };
        let (target, predictions) = self.parts();
        fairness(&target, &predictions, units.unwrap_or(&rows), compared, threshold, 5).expect("rows")
    }

    /// As the reference wants it: the group of each row by name, and the calls.
    fn question(&self, groups: &[String], class: Option<usize>, threshold: f64) -> Value {
        let Some(class) = class else {
            let said: Vec<f64> = self.said.iter().map(|said| f64::from(*said)).collect();
            return json!({ "truth": self.truth, "said": said, "groups": groups, "class": null });
        };
        let rows: Vec<&[f32]> = self.shares.chunks_exact(self.n_classes).collect();
        let call = |row: &&[f32]| match row.len() {
            2 => usize::from(f64::from(row[1]) >= threshold),
            _ => (0..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best }),
        };
        json!({
            "truth": self.codes,
            "called": rows.iter().map(call).collect::<Vec<_>>(),
            "said": rows.iter().map(|row| f64::from(row[class])).collect::<Vec<_>>(),
            "groups": groups,
            "class": class,
        })
    }
}

fn gap(outcome: &Outcome, kind: GapKind) -> &Gap {
    outcome.gaps.iter().find(|gap| gap.kind == kind).unwrap_or_else(|| panic!("{kind:?} is not in {outcome:?}"))
}

/// Every number of an outcome that the reference has too.
fn compare(what: &str, attribute: &Attribute, outcome: &Outcome, theirs: &Value) {
    for by_group in &outcome.measures {
        let name = format!("{:?}", by_group.measure);
        for (group, ours) in attribute.groups.iter().zip(&by_group.groups) {
            let ours = ours.unwrap_or_else(|| panic!("{what}, {name} of {}", group.name));
            let known = number(&theirs["by_group"][&name][&group.name]);
            assert_close(&format!("{what}, {name} of {}", group.name), &[ours.value], &[known], 1e-9);
            let (low, high) = ours.interval.expect("many rows");
            assert!(low <= ours.value && ours.value <= high && low < high, "{what}, {name}: {ours:?}");
        }
    }
    for gap in &outcome.gaps {
        let name = format!("{:?}", gap.kind);
        assert_close(&format!("{what}, gap {name}"), &[gap.estimate.value], &[number(&theirs["gaps"][&name])], 1e-9);
        let (low, high) = gap.estimate.interval.expect("many rows");
        assert!(low <= gap.estimate.value && gap.estimate.value <= high, "{what}, {name}: {gap:?}");
    }
}

#[test]
fn every_number_is_what_fairlearn_finds() {
    let two = world(1_500, 2, 1, 0.4);
    let three = world(1_500, 3, 2, 0.4);
    let values = world(1_500, 0, 3, 0.4);
    let sex = |world: &World| -> Vec<String> { (0..1_500).map(|row| world.sex.values.text(row).unwrap()).collect() };
    let ages = |world: &World, attribute: &Attribute| -> Vec<String> {
        // Read back from the names, which say where each range begins.
        let begin = |name: &str| -> f64 {
            match name.split(' ').collect::<Vec<_>>()[..] {
                ["below", _] => f64::NEG_INFINITY,
                ["from", from, ..] => from.parse().expect("a number"),
                _ => panic!("{name} is no range"),
            }
        };
        let Values::Number(ages) = &world.age.values else { unreachable!("numbers") };
        let range = |age: &f64| attribute.groups.iter().rev().find(|group| begin(&group.name) <= *age);
        ages.iter().map(|age| range(age).expect("a range").name.clone()).collect()
    };
    let mut questions = Vec::new();
    let told = [
        (&two, two.told(&[&two.sex, &two.age], None, 0.35), vec![Some(1)]),
        (&three, three.told(&[&three.sex, &three.age], None, 0.5), vec![Some(0), Some(1), Some(2)]),
        (&values, values.told(&[&values.sex, &values.age], None, 0.5), vec![None]),
    ];
    for (world, found, classes) in &told {
        assert_eq!(found.attributes.len(), 3, "sex, age and both");
        let by_age = ages(world, &found.attributes[1]);
        let by_sex = sex(world);
        let both: Vec<String> = by_sex.iter().zip(&by_age).map(|(sex, age)| format!("{sex}, {age}")).collect();
        for groups in [by_sex, by_age, both] {
            questions.extend(classes.iter().map(|class| world.question(&groups, *class, 0.35)));
        }
    }
    let answers = ask("fairness.py", &Value::Array(questions));
    let mut answers = answers.as_array().expect("a list").iter();
    for (place, (_, found, _)) in told.iter().enumerate() {
        for attribute in &found.attributes {
            assert!(attribute.groups.iter().all(|group| group.judged), "{:?}", attribute.groups);
            for outcome in &attribute.outcomes {
                let what = format!("{place}, {} of {:?}", attribute.columns.join(" and "), outcome.class);
                compare(&what, attribute, outcome, answers.next().expect("an answer each"));
            }
        }
    }
    assert!(answers.next().is_none());
    let names: Vec<&str> = told[0].1.attributes[1].groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(names, ["below 40", "from 40 to below 60", "from 60 on"], "round numbers");
    assert_eq!((told[0].1.threshold, told[1].1.threshold), (Some(0.35), None));
}

#[test]
fn a_favoured_group_is_named_and_so_is_what_stands_in_for_it() {
    let unfair = world(2_000, 2, 4, 0.8);
    let found = unfair.told(&[&unfair.sex], None, 0.5);
    let sex = &found.attributes[0];
    let outcome = &sex.outcomes[0];
    for kind in [GapKind::Selection, GapKind::SelectionRatio, GapKind::Opportunity, GapKind::Odds, GapKind::Error] {
        let gap = gap(outcome, kind);
        assert!(gap.clear && gap.p_value < 1e-6, "{gap:?}");
        let (high, low) = (&sex.groups[gap.highest as usize].name, &sex.groups[gap.lowest as usize].name);
        assert_eq!((high.as_str(), low.as_str()), ("male", "female"), "{kind:?}");
    }
    let ratio = gap(outcome, GapKind::SelectionRatio).estimate;
    assert!(ratio.value < 0.8 && ratio.interval.is_some_and(|(_, high)| high < 0.8), "below four fifths: {ratio:?}");
    assert_eq!(sex.proxies.iter().map(|proxy| proxy.column.as_str()).collect::<Vec<_>>(), ["job"]);
    assert!((0.5..0.7).contains(&sex.proxies[0].strength), "{:?}", sex.proxies);
    // What other thresholds would do is what they do.
    for (at, threshold) in [(20, 0.2), (50, 0.5), (73, 0.73)] {
        let there = unfair.told(&[&unfair.sex], None, threshold);
        for along in &outcome.along {
            let wanted = [Measure::Selection, Measure::TruePositive, Measure::FalsePositive].map(|measure| {
                let by_group = there.attributes[0].outcomes[0].measures.iter().find(|m| m.measure == measure);
                by_group.and_then(|m| m.groups[along.group as usize]).map(|estimate| estimate.value)
            });
            assert_eq!(along.rates(at), wanted, "at {threshold}");
        }
    }
    assert!(found.clone().in_short().attributes[0].outcomes[0].along.is_empty());
    assert_eq!(unfair.told(&[&unfair.sex], None, 0.5), found, "the seed decides");
}

#[test]
fn where_groups_are_treated_alike_few_gaps_are_told() {
    let alarms = |n_classes: usize| {
        let alarm = |seed: &u64| {
            let fair = world(400, n_classes, 300 + seed, 0.0);
            let found = fair.told(&[&fair.sex, &fair.age], None, 0.5);
            let clear = |attribute: &Attribute| attribute.outcomes.iter().any(|o| o.gaps.iter().any(|gap| gap.clear));
            found.attributes.iter().any(clear)
        };
        (0..100).filter(alarm).count()
    };
    let (of_classes, of_values) = (alarms(2), alarms(0));
    println!("clear gaps in {of_classes} of 100 fair sets of classes, {of_values} of values");
    // One in twenty by the rate; 100 sets scatter by two in a hundred.
    assert!(of_classes <= 11 && of_values <= 11, "{of_classes}, {of_values}");
}

/// The share of a gap's intervals that hold the difference that the world is made with.
#[test]
fn intervals_of_gaps_hold_what_is_true() {
    // Of men 0.6 are called, of women 0.4, whatever is true.
    let n = 300;
    let mut held = 0;
    for seed in 0..1_000 {
        let mut random = Random::new(seed, 9);
        let sex: Vec<u32> = (0..n).map(|_| random.below(2) as u32).collect();
        let called: Vec<bool> = sex.iter().map(|sex| random.unit() < 0.4 + 0.2 * f64::from(*sex)).collect();
        let shares = called.iter().flat_map(|called| if *called { [0.2f32, 0.8] } else { [0.8, 0.2] }).collect();
        let codes = (0..n).map(|_| random.below(2) as u32).collect();
        let rows: Vec<u32> = (0..n as u32).collect();
        let sex = sexes(sex);
        let found = fairness(
            &Target::Classes { codes, labels: labels(2) },
            &Predictions::Probabilities { values: shares, n_classes: 2 },
            &rows,
            Compared { sensitive: &[&sex], learned: &[], rows: &rows },
            0.5,
            seed,
        );
        let found = found.expect("rows");
        let (low, high) = gap(&found.attributes[0].outcomes[0], GapKind::Selection).estimate.interval.expect("rows");
        held += u32::from(low <= 0.2 && 0.2 <= high);
    }
    println!("{held} of 1,000 intervals hold the difference");
    assert!((925..=970).contains(&held), "{held}: 95 % of 1,000 are 950, which scatter by seven");
}

#[test]
fn few_people_are_not_told_and_not_compared() {
    assert_eq!(u64::from(SMALL), u64::from(sketch::SMALL), "one rule of small cells");
    let mut some = world(200, 2, 6, 0.0);
    let Values::Category { codes, .. } = &mut some.sex.values else { unreachable!("categories") };
    codes.fill(0);
    codes[..4].fill(2);
    codes[4..16].fill(1);
    codes[16..22].fill(MISSING_CODE);
    let found = some.told(&[&some.sex], None, 0.5);
    let told: Vec<(&str, u32, bool)> =
        found.attributes[0].groups.iter().map(|g| (g.name.as_str(), g.n, g.judged)).collect();
    assert_eq!(told, [("female", 178, true), ("male", 12, false), ("not known", 6, false)]);
    assert_eq!(found.attributes[0].n_small, 1, "the four others are not named");
    let outcome = &found.attributes[0].outcomes[0];
    assert!(outcome.measures.iter().all(|m| m.groups[1].is_none() && m.groups[2].is_none()));
    assert!(outcome.gaps.is_empty() && found.n_compared == 0, "one group is nothing to compare");
    assert_eq!(outcome.along.len(), 1);
    assert!(!format!("{found:?}").contains("other"));

    // Of rows that come in groups so many groups are needed.
    let grouped = world(400, 2, 7, 1.0);
    let units: Vec<u32> = (0..400).map(|row| row / 50).collect();
    let found = grouped.told(&[&grouped.sex], Some(&units), 0.5);
    assert!(found.clustered && found.attributes[0].groups.iter().all(|group| !group.judged));
    let units: Vec<u32> = (0..400).map(|row| row / 4).collect();
    let found = grouped.told(&[&grouped.sex], Some(&units), 0.5);
    assert!(found.attributes[0].groups.iter().all(|group| group.judged));

    // Nothing to tell apart, and free text.
    let all = column("all", Values::Number(vec![1.0; 200]));
    let text = column("words", Values::Text(vec![None; 200]));
    let found = some.told(&[&all, &text], None, 0.5);
    assert!(found.attributes.is_empty());
    assert_eq!(found.left_out.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["all", "words"]);
}

/// Copies of every row say nothing new: with the copies drawn together the errors stay as wide as without them.
#[test]
fn rows_that_belong_together_are_drawn_together() {
    let once = world(300, 2, 8, 0.3);
    let mut thrice = world(300, 2, 8, 0.3);
    let again = |codes: &[u32]| codes.iter().flat_map(|code| [*code; 3]).collect::<Vec<u32>>();
    let Values::Category { codes, .. } = &mut thrice.sex.values else { unreachable!("categories") };
    *codes = again(codes);
    thrice.codes = again(&thrice.codes);
    thrice.shares = once.shares.chunks_exact(2).flat_map(|row| [row, row, row].concat()).collect();
    thrice.learned.clear();
    let units: Vec<u32> = (0..900).map(|row| row / 3).collect();
    let width = |found: &Fairness| {
        let gap = gap(&found.attributes[0].outcomes[0], GapKind::Selection).estimate;
        let (low, high) = gap.interval.expect("rows");
        (gap.value, high - low)
    };
    let (single, tripled) = (once.told(&[&once.sex], None, 0.5), thrice.told(&[&thrice.sex], Some(&units), 0.5));
    assert!(tripled.clustered && !single.clustered);
    let ((a, narrow), (b, wide)) = (width(&single), width(&tripled));
    assert!((a - b).abs() < 1e-12, "{a} {b}");
    assert!((narrow / wide - 1.0).abs() < 0.2, "{narrow} {wide}");
}
