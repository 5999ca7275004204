//! Champion and challenger on the same rows: scores, leads and tests against scikit-learn and SciPy, and how often chance
//! alone makes a winner.

use hearth::dataset::{Dataset, Groups, Target};
use hearth::metrics::Metric;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::table::Column;
use hearth::validate::challenge::{Answers, Compared, FEWEST_UNITS, challenge};
use hearth::validate::compare::Verdict;
use serde_json::{Value, json};

use crate::data::{dataset, labels, mixed};
use crate::python::{ask, assert_close, number, numbers};

/// Probabilities of `n_classes` classes, or values, that follow the truth as `skill` says.
fn predicted(target: &Target, skill: f64, random: &mut Random) -> Predictions {
    match target {
        Target::Values(truth) => {
            Predictions::Values(truth.iter().map(|t| (t + random.normal() * 10.0 / skill) as f32).collect())
        }
        Target::Classes { codes, labels } => {
            let n = labels.len();
            let row = |code: &u32| {
                let mut row: Vec<f64> = (0..n).map(|_| libm::exp(random.normal())).collect();
                row[*code as usize] *= libm::exp(skill);
                let sum: f64 = row.iter().sum();
                row.into_iter().map(move |p| (p / sum) as f32).collect::<Vec<_>>()
            };
            Predictions::Probabilities { values: codes.iter().flat_map(row).collect(), n_classes: n }
        }
    }
}

fn guesses(target: &Target) -> Predictions {
    match target {
        Target::Values(truth) => {
            let mean = truth.iter().sum::<f64>() / truth.len() as f64;
            Predictions::Values(vec![mean as f32; truth.len()])
        }
        Target::Classes { codes, labels } => Predictions::Probabilities {
            values: vec![1.0 / labels.len() as f32; labels.len() * codes.len()],
            n_classes: labels.len(),
        },
    }
}

fn target_of(n_rows: usize, n_classes: usize, random: &mut Random) -> Target {
    if n_classes == 0 {
        return Target::Values((0..n_rows).map(|_| 100.0 + 20.0 * random.normal()).collect());
    }
    let codes = (0..n_rows).map(|_| random.below(n_classes as u64) as u32).collect();
    Target::Classes { codes, labels: labels(n_classes) }
}

fn seen(columns: &[Column], target: Target, groups: Option<Vec<u32>>) -> Dataset<'_> {
    let groups = groups.map(|codes| Groups {
        column: "shop".into(),
        n_groups: codes.iter().max().map_or(0, |most| most + 1),
        codes,
        n_missing: 0,
    });
    Dataset { groups, ..dataset(columns, target) }
}

fn compare(data: &Dataset, champion: &Predictions, challenger: &Predictions, metric: Metric) -> Compared {
    let known = match &data.target {
        Target::Classes { labels, .. } => labels.clone(),
        Target::Values(_) => Vec::new(),
    };
    let positions: Vec<u32> = (0..data.rows.len() as u32).collect();
    let answers = |predictions| Answers { labels: &known, predictions };
    let both = (answers(champion), answers(challenger));
    challenge(data, &positions, both, &guesses(&data.target), (metric, 7))
}

fn wide(predictions: &Predictions) -> Vec<f64> {
    let (Predictions::Probabilities { values, .. } | Predictions::Values(values)) = predictions;
    values.iter().map(|value| f64::from(*value)).collect()
}

#[test]
fn leads_are_those_of_scikit_learn_and_intervals_those_of_scipys_bootstrap() {
    let mut random = Random::new(91, 0);
    let (mut asked, mut found): (Vec<Value>, Vec<Compared>) = (Vec::new(), Vec::new());
    let (mut delong, mut mcnemar) = (Vec::new(), Vec::new());
    for (n_rows, n_classes, grouped) in
        [(160, 2, false), (150, 3, false), (140, 0, false), (200, 2, true), (200, 0, true)]
    {
        let target = target_of(n_rows, n_classes, &mut random);
        let (old, new) = (predicted(&target, 1.0, &mut random), predicted(&target, 1.6, &mut random));
        let (columns, _) = mixed(n_rows, n_classes, 5);
        let groups = grouped.then(|| (0..n_rows as u32).map(|row| row / 4).collect::<Vec<u32>>());
        let units = groups.clone().unwrap_or_else(|| (0..n_rows as u32).collect());
        let data = seen(&columns, target.clone(), groups);
        let compared = compare(&data, &old, &new, Metric::primary(data.task));
        assert_eq!((compared.n_rows, compared.n_units), (n_rows as u32, if grouped { 50 } else { n_rows as u32 }));
        let truth = match &target {
            Target::Classes { codes, .. } => json!(codes),
            Target::Values(truth) => json!(truth),
        };
        asked.push(
            json!({"truth": truth, "units": units, "n_classes": n_classes, "first": wide(&new), "second": wide(&old)}),
        );
        if let (Target::Classes { codes, .. }, 2, false) = (&target, n_classes, grouped) {
            let second = |p: &Predictions| wide(p).into_iter().skip(1).step_by(2).collect::<Vec<f64>>();
            let positive: Vec<bool> = codes.iter().map(|code| *code == 1).collect();
            delong.push(json!([positive, second(&new), second(&old)]));
        }
        if let Some(told) = compared.mcnemar {
            mcnemar.push((told.only_first, told.only_second, told.p_value));
        }
        found.push(compared);
    }
    let pairs: Vec<(u32, u32)> = mcnemar.iter().map(|(a, b, _)| (*a, *b)).collect();
    let answer = ask("intervals.py", &json!({"leads": asked, "delong": delong, "mcnemar": pairs}));
    for (at, compared) in found.iter().enumerate() {
        let theirs: Vec<Vec<f64>> = answer["leads"][at].as_array().expect("three lists").iter().map(numbers).collect();
        let ours: Vec<f64> = compared.scores.iter().map(|beside| beside.lead().expect("defined")).collect();
        assert_close(&format!("leads of case {at}"), &ours, &theirs[0], 1e-9);
        for (beside, (low, high)) in compared.scores.iter().zip(theirs[1].iter().zip(&theirs[2])) {
            let (ours, width) = (beside.interval.expect("defined"), high - low);
            // Ends of 1,000 and 600 samples: their standard errors are some 2 and 3 % of the width.
            let far = ((ours.0 - low).abs()).max((ours.1 - high).abs());
            assert!(far <= 0.15 * width, "case {at}, {:?}: {ours:?} and {:?}", beside.metric, (low, high));
        }
    }
    let of = found[0].delong.expect("two classes");
    assert_close("DeLong", &[of.lead, of.variance, of.p_value], &numbers(&answer["delong"][0]), 1e-9);
    assert_eq!(mcnemar.len(), 2, "of classes whose rows stand alone");
    for (at, (_, _, p)) in mcnemar.iter().enumerate() {
        assert_close("McNemar", &[*p], &[number(&answer["mcnemar"][at])], 1e-9);
    }
    assert!(found[3].mcnemar.is_none() && found[3].delong.is_none(), "rows of one group are no rows of their own");
}

/// Two models of equal skill, 300 times: chance may make a winner of either in about one of twenty rounds. The bound is three
/// standard errors of such a count above that.
#[test]
fn equal_models_have_no_winner_but_by_chance_and_a_better_one_wins() {
    let mut random = Random::new(92, 0);
    for (n_rows, n_classes) in [(FEWEST_UNITS as usize, 0), (60, 2), (150, 2), (100, 3)] {
        let (columns, _) = mixed(n_rows, n_classes, 6);
        let (mut n_won, mut n_found, rounds) = (0, 0, 300);
        for round in 0..rounds {
            let target = target_of(n_rows, n_classes, &mut random);
            let old = predicted(&target, 1.0, &mut random);
            let equal = predicted(&target, 1.0, &mut random);
            let better = predicted(&target, 3.0, &mut random);
            let data = seen(&columns, target, None);
            let metric = Metric::primary(data.task);
            let told = compare(&data, &old, &equal, metric);
            n_won += u32::from(matches!(told.verdict, Verdict::Better | Verdict::Worse));
            if round % 10 > 0 {
                continue;
            }
            let told = compare(&data, &old, &better, metric);
            assert_ne!(told.verdict, Verdict::Worse, "{told:?}");
            n_found += u32::from(told.verdict == Verdict::Better);
        }
        println!("{n_rows} rows, {n_classes} classes: {n_won} of {rounds} have a winner; {n_found} of the better ones");
        assert!(f64::from(n_won) <= f64::from(rounds) * 0.0877, "{n_rows} rows, {n_classes} classes: {n_won}");
        assert!(n_found * 100 >= rounds * 9, "{n_rows} rows, {n_classes} classes: {n_found}");
    }
}

#[test]
fn few_rows_or_few_of_an_outcome_tell_nothing_and_the_same_answers_are_as_good() {
    let mut random = Random::new(93, 0);
    let (columns, _) = mixed(29, 2, 6);
    let target = target_of(29, 2, &mut random);
    let (old, new) = (predicted(&target, 0.1, &mut random), predicted(&target, 9.0, &mut random));
    let told = compare(&seen(&columns, target, None), &old, &new, Metric::RocAuc);
    assert_eq!(told.verdict, Verdict::Unclear);
    assert_eq!(told.too_few.as_deref(), Some("29 rows with an outcome to compare on; at least 30 are needed."));

    let (columns, _) = mixed(100, 2, 6);
    let rare = Target::Classes { codes: (0..100).map(|row| u32::from(row < 4)).collect(), labels: labels(2) };
    let (old, new) = (predicted(&rare, 0.1, &mut random), predicted(&rare, 9.0, &mut random));
    let told = compare(&seen(&columns, rare, None), &old, &new, Metric::RocAuc);
    assert_eq!(told.verdict, Verdict::Unclear);
    assert!(told.too_few.as_deref().is_some_and(|why| why.starts_with("4 rows of “")), "{told:?}");

    let target = target_of(100, 2, &mut random);
    let same = predicted(&target, 1.0, &mut random);
    let told = compare(&seen(&columns, target, None), &same, &same, Metric::RocAuc);
    assert_eq!((told.verdict, told.deciding().and_then(|d| d.interval)), (Verdict::Same, Some((0.0, 0.0))));
}

#[test]
fn a_champion_that_orders_the_outcomes_otherwise_or_does_not_know_one_is_read_by_their_names() {
    let mut random = Random::new(94, 0);
    let target = target_of(90, 3, &mut random);
    let Target::Classes { codes, labels: known } = &target else { unreachable!("classes") };
    let new = predicted(&target, 2.0, &mut random);
    let Predictions::Probabilities { values, .. } = &new else { unreachable!("classes") };
    // The same answers, the labels turned around and the middle one unknown.
    let turned: Vec<String> = [2, 0].map(|at: usize| known[at].clone()).into();
    let theirs = Predictions::Probabilities {
        values: values.chunks_exact(3).flat_map(|row| [row[2], row[0]]).collect(),
        n_classes: 2,
    };
    let (columns, _) = mixed(90, 3, 6);
    let data = seen(&columns, target.clone(), None);
    let positions: Vec<u32> = (0..90).collect();
    let both = (Answers { labels: &turned, predictions: &theirs }, Answers { labels: known, predictions: &new });
    let told = challenge(&data, &positions, both, &guesses(&target), (Metric::Accuracy, 7));
    let right = |row: usize, allowed: &[usize]| {
        let row_of = &values[row * 3..row * 3 + 3];
        let best =
            allowed.iter().copied().fold(allowed[0], |best, at| if row_of[at] > row_of[best] { at } else { best });
        best as u32 == codes[row]
    };
    let share = |allowed: &[usize]| (0..90).filter(|row| right(*row, allowed)).count() as f64 / 90.0;
    let accuracy = told.deciding().expect("accuracy");
    assert_eq!((accuracy.champion, accuracy.challenger), (Some(share(&[0, 2])), Some(share(&[0, 1, 2]))));
}
