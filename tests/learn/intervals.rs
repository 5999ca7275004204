//! Intervals by drawing rows again, and model against model: each number against scikit-learn, NumPy or SciPy, and
//! small simulations of what they promise.

use hearth::dataset::{Target, Task};
use hearth::metrics::Metric;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::validate::compare::{Verdict, chances, delong, holm, mcnemar, paired, rope};
use hearth::validate::resample::{FEWEST_UNITS, HeldOut, Resampling, resampled};
use hearth::validate::{Score, student_t_above};
use serde_json::{Value, json};

use crate::data::labels;
use crate::python::{ask, assert_close, number, numbers};

/// Predictions of `n_rows` rows that follow the truth loosely, with ties; values where there are no classes.
fn part(n_rows: usize, n_classes: usize, first_unit: u32, random: &mut Random) -> HeldOut {
    let units = (first_unit..first_unit + n_rows as u32).collect();
    if n_classes == 0 {
        let truth: Vec<f64> = (0..n_rows).map(|_| 1e3 + 20.0 * random.normal()).collect();
        let values = truth.iter().map(|t| (t + 8.0 * random.normal()) as f32).collect();
        return HeldOut { target: Target::Values(truth), predictions: Predictions::Values(values), units };
    }
    let codes: Vec<u32> = (0..n_rows).map(|_| random.below(n_classes as u64) as u32).collect();
    let mut values = Vec::new();
    for code in &codes {
        let mut row: Vec<f32> = (0..n_classes).map(|_| (random.below(20) + 1) as f32).collect();
        row[*code as usize] += 8.0;
        let sum: f32 = row.iter().sum();
        values.extend(row.iter().map(|p| p / sum));
    }
    let target = Target::Classes { codes, labels: labels(n_classes) };
    HeldOut { target, predictions: Predictions::Probabilities { values, n_classes }, units }
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

fn as_json(part: &HeldOut, weights: &[u32]) -> Value {
    match (&part.target, &part.predictions) {
        (Target::Classes { codes, .. }, Predictions::Probabilities { values, .. }) => {
            json!({"codes": codes, "probabilities": wide(values), "weights": weights})
        }
        (Target::Values(truth), Predictions::Values(values)) => {
            json!({"truth": truth, "values": wide(values), "weights": weights})
        }
        (Target::Classes { .. } | Target::Values(_), _) => unreachable!("parts are of one kind"),
    }
}

fn task_of(n_classes: usize) -> Task {
    match n_classes {
        0 => Task::Regression,
        2 => Task::Binary,
        _ => Task::Multiclass,
    }
}

#[test]
fn samples_score_as_scikit_learn_scores_the_rows_written_out_and_intervals_are_numpys_quantiles() {
    let mut random = Random::new(31, 0);
    let (mut ours, mut samples, mut intervals, mut replicates) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n_classes, sizes, clustered) in
        [(2, [90, 70], false), (3, [60, 80], false), (5, [40, 12], false), (0, [50, 31], false), (2, [80, 60], true)]
    {
        let mut parts = vec![part(sizes[0], n_classes, 0, &mut random), part(sizes[1], n_classes, 200, &mut random)];
        if clustered {
            // Groups of four rows, some of which stand in both parts.
            parts.iter_mut().flat_map(|p| &mut p.units).for_each(|unit| *unit = (*unit % 200) / 4);
        }
        let task = task_of(n_classes);
        let mut resampling = Resampling::new(task, parts.clone(), clustered, 5);
        for _ in 0..3 {
            resampling.draw();
            let told: Vec<Value> =
                parts.iter().enumerate().map(|(i, part)| as_json(part, &resampling.row_weights(i))).collect();
            samples.push(json!({"n_classes": n_classes, "parts": told}));
            ours.extend(resampling.scores().into_iter().map(|score| score.expect("defined")));
        }
        let found = resampled(task, parts.clone(), clustered.then_some("id"), 5).expect("enough units");
        assert_eq!((found.n_replicates, found.seed), (1_000, 5));
        assert_eq!(found.n_units as usize, if clustered { 20 } else { sizes[0] + sizes[1] });
        let mut again = Resampling::new(task, parts, clustered, 5);
        let mut all = vec![Vec::new(); Metric::of(task).len()];
        for _ in 0..found.n_replicates {
            again.draw();
            all.iter_mut().zip(again.scores()).for_each(|(all, score)| all.extend(score));
        }
        replicates.extend(all);
        intervals.extend(found.intervals.iter().map(|(_, interval)| interval.expect("defined in every sample")));
    }
    let answer = ask("intervals.py", &json!({"samples": samples, "quantiles": replicates}));
    let theirs: Vec<f64> = answer["samples"].as_array().expect("a list").iter().flat_map(numbers).collect();
    assert_close("samples", &ours, &theirs, 1e-9);
    let theirs: Vec<f64> = answer["quantiles"].as_array().expect("a list").iter().flat_map(numbers).collect();
    let ours: Vec<f64> = intervals.iter().flat_map(|(low, high)| [*low, *high]).collect();
    assert_close("intervals", &ours, &theirs, 1e-12);
}

#[test]
fn too_few_units_have_no_interval_and_rows_of_one_class_no_area() {
    let mut random = Random::new(32, 0);
    let few = part(FEWEST_UNITS - 1, 2, 0, &mut random);
    assert_eq!(resampled(Task::Binary, vec![few], None, 1), None);
    let mut single = part(60, 2, 0, &mut random);
    single.target = Target::Classes { codes: vec![0; 60], labels: labels(2) };
    let found = resampled(Task::Binary, vec![single], None, 1).expect("enough rows");
    assert_eq!(found.of(Metric::RocAuc), None, "one class says nothing of an order");
    assert!(found.of(Metric::Accuracy).is_some());
}

/// Of 400 test sets of 200 rows each how many intervals hold the true value: 95 % ± two standard errors of such a count
/// are 93 to 97 %; the percentile bootstrap of so few rows may fall short by
/// a point more.
#[test]
fn intervals_of_single_rows_cover_what_they_promise() {
    let (simulations, n_rows) = (400, 200);
    let mut random = Random::new(33, 0);
    let mut held = [0u32; 3];
    // A separation of one standard deviation: the true area is Φ(1/√2), the best accuracy Φ(1/2).
    let area = 0.5 * libm::erfc(-0.5);
    let accuracy = 0.5 * libm::erfc(-0.5 / std::f64::consts::SQRT_2);
    for simulation in 0..simulations {
        let codes: Vec<u32> = (0..n_rows).map(|_| random.below(2) as u32).collect();
        let values = codes
            .iter()
            .flat_map(|code| {
                let x = f64::from(*code) - 0.5 + random.normal();
                let p = 1.0 / (1.0 + libm::exp(-x));
                [(1.0 - p) as f32, p as f32]
            })
            .collect();
        let part = HeldOut {
            target: Target::Classes { codes, labels: labels(2) },
            predictions: Predictions::Probabilities { values, n_classes: 2 },
            units: (0..n_rows as u32).collect(),
        };
        let found = resampled(Task::Binary, vec![part], None, simulation).expect("enough rows");
        let holds = |metric, truth: f64| {
            let (low, high) = found.of(metric).expect("both classes occur");
            u32::from((low..=high).contains(&truth))
        };
        held[0] += holds(Metric::RocAuc, area);
        held[1] += holds(Metric::Accuracy, accuracy);
        let truth: Vec<f64> = (0..n_rows).map(|_| random.normal()).collect();
        let part = HeldOut {
            target: Target::Values(truth),
            predictions: Predictions::Values(vec![0.0; n_rows]),
            units: (0..n_rows as u32).collect(),
        };
        let found = resampled(Task::Regression, vec![part], None, simulation).expect("enough rows");
        let (low, high) = found.of(Metric::Rmse).expect("defined");
        held[2] += u32::from((low..=high).contains(&1.0));
    }
    println!("of {simulations} intervals {held:?} hold the true area, accuracy and RMSE");
    for n in held {
        assert!((0.92..=0.975).contains(&(f64::from(n) / simulations as f64)), "{held:?} of {simulations}");
    }
}

/// Rows of one group err alike: drawing rows one by one would promise far too much, drawing groups does not.
#[test]
fn groups_are_drawn_as_a_whole() {
    let (simulations, n_groups, size) = (300u64, 40u32, 10u32);
    let mut random = Random::new(34, 0);
    let mut held = [0u32; 2];
    for seed in 0..simulations {
        let offsets: Vec<f64> = (0..n_groups).map(|_| random.normal()).collect();
        let truth: Vec<f64> =
            (0..n_groups * size).map(|row| offsets[(row / size) as usize] + 0.3 * random.normal()).collect();
        let n_rows = truth.len();
        let target = Target::Values(truth);
        for (by_group, held) in held.iter_mut().enumerate() {
            let units = (0..n_groups * size).map(|row| if by_group == 1 { row / size } else { row }).collect();
            let predictions = Predictions::Values(vec![0.0; n_rows]);
            let part = HeldOut { target: target.clone(), predictions, units };
            let found = resampled(Task::Regression, vec![part], (by_group == 1).then_some("id"), seed).expect("enough");
            let (low, high) = found.of(Metric::Rmse).expect("defined");
            *held += u32::from((low..=high).contains(&(1.0f64 + 0.09).sqrt()));
        }
    }
    println!("of {simulations} intervals {} of rows and {} of groups hold the true RMSE", held[0], held[1]);
    assert!(f64::from(held[0]) < 0.7 * simulations as f64, "{held:?}");
    assert!(f64::from(held[1]) > 0.88 * simulations as f64, "{held:?}");
}

fn score(metric: Metric, folds: &[f64], baseline: f64) -> Score {
    let folds: Vec<Option<f64>> = folds.iter().map(|f| Some(*f)).collect();
    Score { metric, folds, mean: None, deviation: None, interval: None, baseline: Some(baseline) }
}

#[test]
fn comparisons_equal_scipy() {
    let mut random = Random::new(35, 0);
    let (mut ours, mut questions) = (Vec::new(), Vec::new());
    for (metric, k, ratio) in [
        (Metric::RocAuc, 5, 0.25),
        (Metric::Accuracy, 50, 0.25),
        (Metric::LogLoss, 10, 1.0 / 9.0),
        (Metric::Rmse, 3, 0.5),
    ] {
        let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
        let a: Vec<f64> = (0..k).map(|_| 0.8 + 0.02 * random.normal()).collect();
        let b: Vec<f64> = a.iter().map(|a| a - sign * (0.01 + 0.015 * random.normal())).collect();
        let baseline = 3.0;
        let found = paired(&score(metric, &a, baseline), &score(metric, &b, baseline), ratio).expect("enough folds");
        assert_eq!(found.rope, rope(metric, Some(baseline)));
        let (low, high) = found.interval;
        ours.extend([found.lead, low, high, found.p_value, found.better, found.same, found.worse]);
        let (first, second) = if sign > 0.0 { (a, b) } else { (b, a) };
        questions.push(json!([first, second, ratio, found.rope]));
    }
    let holms = [vec![0.01, 0.04, 0.03, 0.005], vec![0.5, 0.6], vec![0.02], vec![0.001, 0.2, 0.2, 0.9, 0.0004]];
    let pairs = [(0, 0), (3, 9), (10, 10), (120, 180), (1, 0), (4_000, 4_300)];
    let answer = ask("intervals.py", &json!({"paired": questions, "holm": holms, "mcnemar": &pairs[1..]}));
    let theirs: Vec<f64> = answer["paired"].as_array().expect("a list").iter().flat_map(numbers).collect();
    assert_close("paired", &ours, &theirs, 1e-9);
    let theirs: Vec<f64> = answer["holm"].as_array().expect("a list").iter().flat_map(numbers).collect();
    assert_close("holm", &holms.iter().flat_map(|p| holm(p)).collect::<Vec<f64>>(), &theirs, 1e-12);
    let p: Vec<f64> = pairs.iter().map(|(a, b)| mcnemar(*a, *b).p_value).collect();
    assert_eq!(p[0], 1.0, "nothing differs");
    assert_close("mcnemar", &p[1..], &numbers(&answer["mcnemar"]), 1e-9);
}

#[test]
fn delong_equals_every_pair_counted() {
    let mut random = Random::new(36, 0);
    let (mut ours, mut questions) = (Vec::new(), Vec::new());
    for (n, levels) in [(40, 7), (300, 1_000), (500, 3)] {
        let positive: Vec<bool> = (0..n).map(|_| random.below(3) == 0).collect();
        let mut scores = |strength: u64| -> Vec<f32> {
            positive.iter().map(|p| (random.below(levels) + u64::from(*p) * strength) as f32).collect()
        };
        let (first, second) = (scores(levels / 3), scores(levels / 5));
        let found = delong(&positive, &first, &second).expect("both classes");
        ours.extend([found.lead, found.variance, found.p_value]);
        questions.push(json!([positive, wide(&first), wide(&second)]));
    }
    let answer = ask("intervals.py", &json!({"delong": questions}));
    let theirs: Vec<f64> = answer["delong"].as_array().expect("a list").iter().flat_map(numbers).collect();
    assert_close("delong", &ours, &theirs, 1e-9);
    assert_eq!(delong(&[true, true, false], &[0.1, 0.2, 0.3], &[0.1, 0.2, 0.3]), None, "one negative has no spread");
}

#[test]
fn chances_of_being_best_are_those_of_scipys_multivariate_t() {
    let mut random = Random::new(37, 0);
    let mut folds = |means: &[f64]| -> Vec<Vec<f64>> {
        let common: Vec<f64> = (0..8).map(|_| 0.02 * random.normal()).collect();
        means.iter().map(|m| common.iter().map(|c| m + c + 0.015 * random.normal()).collect()).collect()
    };
    let cases = [folds(&[0.8, 0.79]), folds(&[0.8, 0.805, 0.79]), folds(&[0.5, 0.8, 0.8, 0.8])];
    let question: Vec<Value> = cases.iter().map(|case| json!([case, 0.25])).collect();
    let answer = ask("intervals.py", &json!({"chances": question}));
    for (case, theirs) in cases.iter().zip(answer["chances"].as_array().expect("a list")) {
        let known: Vec<Vec<Option<f64>>> = case.iter().map(|c| c.iter().map(|v| Some(*v)).collect()).collect();
        let found = chances(Metric::RocAuc, &known, 0.25, 9).expect("enough folds");
        assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        // 4,000 draws: three standard errors of a share are 0.024.
        assert_close("chances", &found, &numbers(theirs), 0.03);
        assert_eq!(Some(found), chances(Metric::RocAuc, &known, 0.25, 9), "seeded");
    }
    let two = paired(&score(Metric::RocAuc, &cases[0][0], 0.5), &score(Metric::RocAuc, &cases[0][1], 0.5), 0.25);
    let two = two.expect("enough folds");
    let error = (two.interval.1 - two.lead) / hearth::validate::student_t_quantile(0.975, 7.0);
    let ahead = 1.0 - student_t_above(two.lead / error, 7.0);
    assert!((number(&answer["chances"][0][0]) - ahead).abs() < 0.005, "of two it is what the paired comparison says");
}

#[test]
fn what_cannot_be_told_is_said() {
    let same = score(Metric::RocAuc, &[0.8; 5], 0.5);
    let found = paired(&same, &same, 0.25).expect("five folds");
    assert_eq!((found.lead, found.p_value, found.same), (0.0, 1.0, 1.0));
    assert_eq!(found.verdict(found.p_value), Verdict::Same);
    let noisy = score(Metric::RocAuc, &[0.7, 0.9, 0.75, 0.88, 0.8], 0.5);
    let found = paired(&same, &noisy, 0.25).expect("five folds");
    assert_eq!(found.verdict(found.p_value), Verdict::Unclear);
    assert!(found.better + found.same + found.worse > 1.0 - 1e-12);
    let ahead = score(Metric::RocAuc, &[0.9, 0.91, 0.905, 0.9, 0.902], 0.5);
    let found = paired(&ahead, &same, 0.25).expect("five folds");
    assert_eq!(found.verdict(found.p_value), Verdict::Better);
    assert_eq!(found.verdict(1.0), Verdict::Unclear, "adjusted for many comparisons it may be chance");
    assert_eq!(paired(&same, &noisy, 0.25).map(|p| p.n_folds), Some(5));
    assert_eq!(paired(&score(Metric::RocAuc, &[0.8, 0.9], 0.5), &score(Metric::RocAuc, &[0.7, 0.9], 0.5), 1.0), None);
    assert_eq!(chances(Metric::RocAuc, &[vec![Some(0.8), Some(0.9)], vec![Some(0.7), Some(0.7)]], 1.0, 1), None);
}
