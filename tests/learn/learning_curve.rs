//! Would more rows help: shares that lie within each other, scores as scikit-learn's learning_curve has them on the same folds, and
//! what a law through them says.

use hearth::dataset::{Dataset, Groups, Target, Task, Times};
use hearth::metrics::{Metric, score};
use hearth::model::ModelSpec;
use hearth::model::fit::FitSpec;
use hearth::model::linear::LinearSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::split::{Split, SplitKind, SplitSpec};
use hearth::table::Column;
use hearth::validate::learning_curve::{LearningCurve, SHARES, Verdict, learning_curve, order, share_of};
use hearth::validate::{Report, Score, cross_validate};
use serde_json::{Value, json};

use crate::data::{dataset, labels, numbers};
use crate::python::{ask, assert_close, numbers as list};

fn columns(n: usize, seed: u64) -> Vec<Column> {
    let mut random = Random::new(seed, 0);
    (0..6).map(|i| numbers(&format!("c{i}"), (0..n).map(|_| random.normal()).collect())).collect()
}

fn cells(columns: &[Column]) -> Vec<&[f64]> {
    let of = |column: &'_ Column| matches!(column.values, hearth::table::Values::Number(_));
    assert!(columns.iter().all(of));
    columns
        .iter()
        .filter_map(|c| if let hearth::table::Values::Number(v) = &c.values { Some(v.as_slice()) } else { None })
        .collect()
}

/// The first three columns tell the target, and noise.
fn target(columns: &[Column], task: Task, seed: u64) -> Target {
    let mut random = Random::new(seed, 1);
    let c = cells(columns);
    let signal: Vec<f64> =
        (0..c[0].len()).map(|row| c[0][row] + c[1][row] - c[2][row] + 1.5 * random.normal()).collect();
    match task {
        Task::Regression => Target::Values(signal),
        Task::Binary | Task::Multiclass => {
            Target::Classes { codes: signal.iter().map(|s| u32::from(*s > 0.0)).collect(), labels: labels(2) }
        }
    }
}

fn spec() -> PipelineSpec {
    PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) }
}

/// The score of a fit on these rows.
fn fitted(data: &Dataset, rows: &[u32], test: &[u32], metric: Metric) -> Option<f64> {
    let mut input = spec().prepare(data, rows).expect("rows");
    let fit = FitSpec::of(&spec().model).expect("no network");
    let model = input.fit_task(fit).fit().expect("sound").model;
    let predictions = input.assemble("t", model).predict_positions(data, test);
    score(metric, &data.target.select(test), &predictions)
}

fn drawn(data: &Dataset, split: &Split, metric: Metric, report: &Report) -> LearningCurve {
    let kind = SplitKind::Random { repeats: 1 };
    let ordered: Vec<Vec<u32>> =
        (0..split.folds.len()).map(|fold| order(data, kind, &split.training(fold), 42, fold)).collect();
    let of_share = |share: f64| {
        let one = |(fold, ordered): (usize, &Vec<u32>)| match share_of(data, kind, ordered, share) {
            Some(rows) => (fitted(data, &rows, &split.folds[fold], metric), rows.len()),
            None => (None, 0),
        };
        (share, ordered.iter().enumerate().map(one).collect())
    };
    let whole = report.scores.iter().find(|score| score.metric == metric).expect("a score");
    let sizes: Vec<usize> = ordered.iter().map(Vec::len).collect();
    learning_curve(SHARES.into_iter().map(of_share).collect(), (whole, &sizes), report.test_to_train)
}

#[test]
fn scores_are_those_of_scikit_learn_s_learning_curve_and_the_last_is_the_report_s() {
    let columns = columns(500, 1);
    let mut questions = Vec::new();
    let mut curves = Vec::new();
    for (task, metric) in
        [(Task::Binary, Metric::RocAuc), (Task::Binary, Metric::LogLoss), (Task::Regression, Metric::R2)]
    {
        let data = dataset(&columns, target(&columns, task, 2));
        let split = SplitSpec::default().draw(&data).expect("enough rows");
        let (_, report) =
            cross_validate(&data, "t", &split, &spec(), &mut |_, _| Err("no network".into())).expect("sound");
        let curve = drawn(&data, &split, metric, &report);
        let whole = report.scores.iter().find(|score| score.metric == metric).expect("a score");
        let last = curve.points.last().expect("points");
        assert_eq!((&last.folds, Some(last.mean), last.deviation), (&whole.folds, whole.mean, whole.deviation));
        // And fitting all of the rows again comes to the same.
        let kind = SplitKind::Random { repeats: 1 };
        let ordered: Vec<Vec<u32>> = (0..5).map(|fold| order(&data, kind, &split.training(fold), 42, fold)).collect();
        for (fold, ordered) in ordered.iter().enumerate() {
            let all = share_of(&data, kind, ordered, 1.0).expect("all");
            assert_eq!(all, split.training(fold));
            assert_eq!(fitted(&data, &all, &split.folds[fold], metric), whole.folds[fold]);
        }
        let sizes: Vec<usize> = curve.points.iter().map(|point| point.n_rows as usize).collect();
        assert_eq!(sizes, [20, 40, 80, 160, 240, 320]);
        questions.push(json!({
            "features": cells(&columns),
            "target": match &data.target { Target::Classes { codes, .. } => json!(codes), Target::Values(v) => json!(v) },
            "scoring": match metric { Metric::RocAuc => "roc_auc", Metric::LogLoss => "neg_log_loss", _ => "r2" },
            "l2": LinearSpec::default().l2,
            "splits": ordered.iter().zip(&split.folds).collect::<Vec<_>>(),
            "sizes": sizes,
        }));
        curves.push(curve);
    }
    let answers = ask("learning_curve.py", &Value::Array(questions));
    for (curve, theirs) in curves.iter().zip(answers.as_array().expect("a list")) {
        for (point, theirs) in curve.points.iter().zip(theirs.as_array().expect("sizes")) {
            let ours: Vec<f64> = point.folds.iter().map(|fold| fold.expect("scored")).collect();
            let sign = if curve.metric == Metric::LogLoss { -1.0 } else { 1.0 };
            let theirs: Vec<f64> = list(theirs).iter().map(|score| sign * score).collect();
            // Features and weights are f32 here.
            assert_close(&format!("{:?} of {} rows", curve.metric, point.n_rows), &ours, &theirs, 2e-5);
        }
    }
}

#[test]
fn shares_lie_within_each_other_and_keep_classes_groups_and_time() {
    let columns = columns(300, 3);
    let mut data = dataset(&columns, target(&columns, Task::Binary, 4));
    let Target::Classes { codes, .. } = &data.target else { unreachable!("classes") };
    let codes = codes.clone();
    let training: Vec<u32> = (0..300).filter(|row| row % 5 != 0).collect();
    let within = |kind: SplitKind, data: &Dataset| {
        let ordered = order(data, kind, &training, 7, 0);
        let mut before: Vec<u32> = Vec::new();
        let mut shares = Vec::new();
        for share in SHARES.into_iter().chain([1.0]) {
            let Some(rows) = share_of(data, kind, &ordered, share) else { continue };
            assert!(before.iter().all(|row| rows.binary_search(row).is_ok()) && rows.windows(2).all(|w| w[0] < w[1]));
            before.clone_from(&rows);
            shares.push(rows);
        }
        assert_eq!(before, training);
        assert_eq!(ordered, order(data, kind, &training, 7, 0), "the seed decides");
        shares
    };
    let share = |rows: &[u32]| rows.iter().filter(|r| codes[**r as usize] == 1).count() as f64 / rows.len() as f64;
    for rows in within(SplitKind::Random { repeats: 1 }, &data) {
        assert!((share(&rows) - share(&training)).abs() < 0.05, "classes are spread alike: {}", share(&rows));
    }
    data.groups = Some(Groups::of(&numbers("who", (0..300).map(|row| f64::from(row / 6)).collect()), &data.rows));
    for rows in within(SplitKind::Group { repeats: 1 }, &data) {
        let groups: Vec<u32> = rows.iter().map(|row| row / 6).collect();
        let whole = |group: &u32| training.iter().filter(|row| *row / 6 == *group).count();
        assert!(groups.iter().all(|group| groups.iter().filter(|g| *g == group).count() == whole(group)));
    }
    data.times = Times::of(&numbers("when", (0..300).map(f64::from).collect()), &data.rows).ok();
    for rows in within(SplitKind::FORWARD, &data) {
        assert_eq!(rows, training[training.len() - rows.len()..], "the latest");
    }
    // Too few rows, and rows that lack a class.
    let ordered = order(&data, SplitKind::Random { repeats: 1 }, &training, 7, 0);
    assert_eq!(share_of(&data, SplitKind::Random { repeats: 1 }, &ordered, 0.05), None);
    let alone = Target::Classes { codes: (0..300).map(|row| u32::from(row == 299)).collect(), labels: labels(2) };
    let rare = dataset(&columns, alone);
    let ordered = order(&rare, SplitKind::Random { repeats: 1 }, &training, 7, 0);
    assert_eq!(share_of(&rare, SplitKind::Random { repeats: 1 }, &ordered, 0.25), None);
}

fn whole(metric: Metric, folds: Vec<Option<f64>>, baseline: f64) -> Score {
    let known: Vec<f64> = folds.iter().flatten().copied().collect();
    let mean = Some(known.iter().sum::<f64>() / known.len() as f64);
    Score { metric, folds, mean, deviation: None, interval: None, baseline: Some(baseline) }
}

/// A curve of five folds that follow a law, each with noise of its own.
fn made(metric: Metric, law: impl Fn(f64) -> f64, noise: f64, seed: u64) -> LearningCurve {
    let mut random = Random::new(seed, 3);
    let n = 1_600.0;
    let own: Vec<f64> = (0..5).map(|_| noise * random.normal()).collect();
    let mut folds = |share: f64| -> Vec<Option<f64>> {
        own.iter().map(|own| Some(law(share * n) + own + 0.3 * noise * random.normal())).collect()
    };
    let found =
        SHARES.into_iter().map(|share| (share, folds(share).into_iter().map(|f| (f, (share * n) as usize)).collect()));
    let found: Vec<_> = found.collect();
    learning_curve(found, (&whole(metric, folds(1.0), 0.5), &[1_600; 5]), 0.25)
}

#[test]
fn a_law_is_found_again_and_what_it_promises_is_doubted_by_its_spread() {
    // 0.9 − 2·n^−0.5: doubling 1,600 rows wins 2·(1600^−0.5 − 3200^−0.5) = 0.0146.
    let exact = made(Metric::Accuracy, |n| 0.9 - 2.0 / n.sqrt(), 0.0, 1).outlook.expect("points");
    assert!((exact.law.limit - 0.9).abs() < 2e-3 && (exact.law.power - 0.5).abs() < 0.03, "{exact:?}");
    assert!((exact.gain - 0.014_64).abs() < 3e-4, "{exact:?}");
    assert_eq!(exact.verdict(), Verdict::Rising);
    assert!(exact.missed.is_some_and(|missed| missed < 1e-3));
    // Lower is better, and as much is won.
    let loss = made(Metric::LogLoss, |n| 0.3 + 2.0 / n.sqrt(), 0.0, 1).outlook.expect("points");
    assert!((loss.gain - 0.014_64).abs() < 3e-4 && !loss.law.higher_is_better, "{loss:?}");

    let flat = made(Metric::Accuracy, |_| 0.8, 0.002, 2).outlook.expect("points");
    assert_eq!(flat.verdict(), Verdict::Flat, "{flat:?}");
    assert!(flat.gain >= 0.0 && flat.gain < 0.003);
    // Scores that fall with rows win nothing, whatever the law.
    let worse = made(Metric::Accuracy, |n| 0.8 - 1e-5 * n, 0.0, 3).outlook.expect("points");
    assert_eq!(worse.gain, 0.0);
    let noisy = made(Metric::Accuracy, |n| 0.9 - 2.0 / n.sqrt(), 0.05, 4).outlook.expect("points");
    assert_ne!(noisy.verdict(), Verdict::Flat, "{noisy:?}");

    // What is promised holds mostly: the true gain lies within the interval.
    let held = (0..100).filter(|seed| {
        let found = made(Metric::Accuracy, |n| 0.9 - 2.0 / n.sqrt(), 0.01, 100 + seed).outlook.expect("points");
        found.interval.is_some_and(|(low, high)| low <= 0.014_64 && 0.014_64 <= high)
    });
    let held = held.count();
    println!("{held} of 100 intervals hold the gain");
    assert!(held >= 90, "{held}");
}

#[test]
fn too_few_points_or_folds_say_so() {
    let two = whole(Metric::Accuracy, vec![Some(0.8), Some(0.82)], 0.5);
    let point = |share: f64, score: f64| (share, vec![(Some(score), (share * 400.0) as usize); 2]);
    let all: Vec<_> =
        [(0.0625, 0.6), (0.125, 0.65), (0.25, 0.7), (0.5, 0.75), (0.75, 0.78)].map(|(s, v)| point(s, v)).into();
    let found = learning_curve(all.clone(), (&two, &[400, 400]), 1.0);
    assert!(found.outlook.is_some_and(|outlook| outlook.interval.is_none()));
    let found = learning_curve(all[3..].to_vec(), (&two, &[400, 400]), 1.0);
    assert_eq!((found.points.len(), found.outlook), (3, None));
    // A share that one fold could not be fitted on is left out.
    let mut gap = all;
    gap[1].1[0].0 = None;
    assert_eq!(learning_curve(gap, (&two, &[400, 400]), 1.0).points.len(), 5);
}
