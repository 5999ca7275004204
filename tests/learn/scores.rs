//! Metrics and plot data against scikit-learn, NumPy and SciPy.

use hearth::dataset::{Target, Task};
use hearth::metrics::{Metric, score};
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::validate::{Views, student_t_quantile, views};
use serde_json::{Value, json};

use crate::data::labels;
use crate::python::{ask, assert_close, number, numbers};

/// Random probabilities that follow the truth loosely; rounded to `steps` levels for ties where that is not 0.
fn case(n_rows: usize, n_classes: usize, steps: f32, seed: u64) -> (Target, Predictions) {
    let mut random = Random::new(seed, 0);
    let mut codes: Vec<u32> = (0..n_rows).map(|_| random.below(n_classes as u64) as u32).collect();
    for (class, code) in codes.iter_mut().take(n_classes).enumerate() {
        *code = class as u32;
    }
    let mut values = Vec::new();
    for code in &codes {
        let mut row: Vec<f32> = (0..n_classes).map(|_| libm::expf(random.normal() as f32)).collect();
        row[*code as usize] *= 2.0;
        let sum: f32 = row.iter().sum();
        row.iter_mut().for_each(|p| *p /= sum);
        if steps > 0.0 {
            row.iter_mut().for_each(|p| *p = (*p * steps).round() / steps);
            let rest: f32 = row[1..].iter().sum();
            row[0] = (1.0 - rest).max(0.0);
        }
        values.extend(row);
    }
    (Target::Classes { codes, labels: labels(n_classes) }, Predictions::Probabilities { values, n_classes })
}

fn as_json(target: &Target, predictions: &Predictions) -> Value {
    match (target, predictions) {
        (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
            let wide: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            json!({"codes": codes, "probabilities": wide, "n_classes": n_classes})
        }
        (Target::Values(truth), Predictions::Values(values)) => {
            let wide: Vec<f64> = values.iter().map(|v| f64::from(*v)).collect();
            json!({"truth": truth, "values": wide})
        }
        (Target::Classes { .. } | Target::Values(_), _) => unreachable!("cases are of one kind"),
    }
}

fn cases() -> Vec<(Task, Target, Predictions)> {
    let mut cases = Vec::new();
    for (n_rows, n_classes, steps, seed) in [(5, 2, 0.0, 1), (300, 2, 0.0, 2), (2_000, 2, 20.0, 3), (700, 2, 1.0, 4)] {
        let (target, predictions) = case(n_rows, n_classes, steps, seed);
        cases.push((Task::Binary, target, predictions));
    }
    for (n_rows, n_classes, steps, seed) in [(9, 3, 0.0, 5), (900, 3, 10.0, 6), (2_000, 7, 0.0, 7), (300, 4, 1.0, 8)] {
        let (target, predictions) = case(n_rows, n_classes, steps, seed);
        cases.push((Task::Multiclass, target, predictions));
    }
    let mut random = Random::new(9, 0);
    for n_rows in [2, 3, 1_000, 6_000] {
        let truth: Vec<f64> = (0..n_rows).map(|_| 1e4 + 30.0 * random.normal()).collect();
        let values = truth.iter().map(|t| (t + 10.0 * random.normal()) as f32).collect();
        cases.push((Task::Regression, Target::Values(truth), Predictions::Values(values)));
    }
    cases
}

#[test]
fn metrics_equal_scikit_learn() {
    let cases = cases();
    let question: Vec<Value> = cases.iter().map(|(_, t, p)| as_json(t, p)).collect();
    let answer = ask("learn_scores.py", &json!({"cases": question}));
    let mut n_compared = 0;
    for ((task, target, predictions), theirs) in cases.iter().zip(answer["cases"].as_array().expect("a list")) {
        for &metric in Metric::of(*task) {
            let ours = score(metric, target, predictions).expect("all classes occur");
            let theirs = number(&theirs["scores"][format!("{metric:?}")]);
            assert_close(&format!("{metric:?} of {} rows", target.len()), &[ours], &[theirs], 1e-9);
            n_compared += 1;
        }
    }
    println!("{n_compared} scores agree to 1e-9");
}

#[test]
fn plot_data_equal_the_references() {
    let cases = cases();
    let question: Vec<Value> = cases.iter().map(|(_, t, p)| as_json(t, p)).collect();
    let answer = ask("learn_scores.py", &json!({"cases": question}));
    for ((_, target, predictions), theirs) in cases.iter().zip(answer["cases"].as_array().expect("a list")) {
        let rows: Vec<u32> = (0..target.len() as u32).map(|r| r * 3).collect();
        match views(target, predictions, &rows, 1) {
            Views::Classes(ours) => {
                let confusion: Vec<f64> = ours.confusion.iter().map(|c| f64::from(*c)).collect();
                assert_close("confusion", &confusion, &numbers(&theirs["confusion"]), 0.0);
                let (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) =
                    (target, predictions)
                else {
                    unreachable!("class views are of classes")
                };
                for (curve, theirs) in ours.curves.iter().zip(theirs["curves"].as_array().expect("a list")) {
                    check_thresholds(curve, codes, values, *n_classes);
                    let bins = &curve.calibration;
                    let part =
                        |f: fn(&hearth::validate::CalibrationBin) -> f64| bins.iter().map(f).collect::<Vec<f64>>();
                    assert_close("predicted", &part(|b| b.predicted), &numbers(&theirs["predicted"]), 1e-12);
                    assert_close("observed", &part(|b| b.observed), &numbers(&theirs["observed"]), 1e-12);
                    assert_close("low", &part(|b| b.interval.0), &numbers(&theirs["low"]), 1e-9);
                    assert_close("high", &part(|b| b.interval.1), &numbers(&theirs["high"]), 1e-9);
                }
            }
            Views::Values(ours) => {
                let counts: Vec<f64> = ours.residual_counts.iter().map(|c| f64::from(*c)).collect();
                assert_close(
                    "edges",
                    &ours.residual_edges,
                    &numbers(&theirs["edges"][counts.len().to_string()]),
                    1e-12,
                );
                assert_close("counts", &counts, &numbers(&theirs["counts"][counts.len().to_string()]), 0.0);
                assert_eq!(ours.actual.len(), target.len().min(5_000));
                assert!(ours.rows.windows(2).all(|w| w[0] < w[1]) && ours.rows.iter().all(|r| r % 3 == 0));
            }
        }
    }
}

/// A report of many classes stays as small as one of twenty, and its curves are exact where they have points.
#[test]
fn curves_of_many_classes_share_their_points() {
    let (n_classes, n_rows) = (100usize, 4_000usize);
    let mut random = Random::new(4, 0);
    let codes: Vec<u32> = (0..n_rows).map(|row| (row % n_classes) as u32).collect();
    let values: Vec<f32> = (0..n_rows)
        .flat_map(|_| {
            let raw: Vec<f64> = (0..n_classes).map(|_| random.unit() + 0.01).collect();
            let sum: f64 = raw.iter().sum();
            raw.into_iter().map(move |v| (v / sum) as f32)
        })
        .collect();
    let target = Target::Classes { codes: codes.clone(), labels: (0..n_classes).map(|c| c.to_string()).collect() };
    let predictions = Predictions::Probabilities { values: values.clone(), n_classes };
    let rows: Vec<u32> = (0..n_rows as u32).collect();
    let Views::Classes(views) = views(&target, &predictions, &rows, 1) else { panic!("class views are of classes") };
    assert_eq!(views.curves.len(), n_classes);
    let n_points: usize = views.curves.iter().map(|curve| curve.thresholds.len()).sum();
    assert!((40 * n_classes..=20 * 401).contains(&n_points), "{n_points} points");
    for curve in &views.curves {
        check_thresholds(curve, &codes, &values, n_classes);
    }
}

/// First none called, last all called, at most 401 points, and each point's counts exact.
fn check_thresholds(curve: &hearth::validate::ClassCurves, codes: &[u32], values: &[f32], n_classes: usize) {
    let points = &curve.thresholds;
    assert!(points.len() <= 401, "{} points", points.len());
    assert_eq!((points[0].true_positive, points[0].false_positive), (0, 0));
    let last = points[points.len() - 1];
    assert_eq!((last.true_positive, last.false_positive), (curve.n_positive, curve.n_negative));
    assert!(points.windows(2).all(|w| w[0].threshold > w[1].threshold));
    let scores: Vec<f64> = values.chunks_exact(n_classes).map(|r| f64::from(r[curve.class as usize])).collect();
    for point in points {
        let called = |positive: bool| {
            let is = |(code, score): &(&u32, &f64)| (**code == curve.class) == positive && **score >= point.threshold;
            codes.iter().zip(&scores).filter(is).count() as u32
        };
        assert_eq!((called(true), called(false)), (point.true_positive, point.false_positive));
    }
}

#[test]
fn undefined_scores_are_none() {
    let one_class = Target::Classes { codes: vec![0, 0, 0], labels: labels(2) };
    let predictions = Predictions::Probabilities { values: vec![0.9, 0.1, 0.6, 0.4, 0.8, 0.2], n_classes: 2 };
    let of = |metric| score(metric, &one_class, &predictions);
    assert_eq!(of(Metric::RocAuc), None);
    assert_eq!(of(Metric::PrAuc), None);
    assert_eq!(of(Metric::F1), None);
    assert_eq!(of(Metric::Accuracy), Some(1.0));
    assert!(of(Metric::LogLoss).is_some_and(f64::is_finite));
    let constant = Target::Values(vec![2.0, 2.0]);
    assert_eq!(score(Metric::R2, &constant, &Predictions::Values(vec![1.0, 2.0])), None);
    assert_eq!(score(Metric::Rmse, &Target::Values(vec![]), &Predictions::Values(vec![])), None);
    assert_eq!(score(Metric::Rmse, &one_class, &predictions), None);
    // A class that does not occur counts in no mean over classes.
    let two_of_three = Target::Classes { codes: vec![0, 2, 0], labels: labels(3) };
    let thirds = Predictions::Probabilities { values: vec![0.5, 0.2, 0.3, 0.1, 0.1, 0.8, 0.6, 0.2, 0.2], n_classes: 3 };
    assert_eq!(score(Metric::RocAuc, &two_of_three, &thirds), Some(1.0));
    assert_eq!(score(Metric::BalancedAccuracy, &two_of_three, &thirds), Some(1.0));
}

#[test]
fn t_quantiles_equal_scipy() {
    let points: Vec<(f64, f64)> = [0.5, 0.6, 0.9, 0.95, 0.975, 0.995, 0.9999, 0.025, 0.001]
        .iter()
        .flat_map(|p| [1.0, 2.0, 3.0, 4.0, 9.0, 19.0, 100.0, 1000.0, 2.5].iter().map(|f| (*p, *f)))
        .collect();
    let answer = ask("learn_scores.py", &json!({"cases": [], "t": points}));
    let ours: Vec<f64> = points.iter().map(|(p, f)| student_t_quantile(*p, *f)).collect();
    assert_close("t", &ours, &numbers(&answer["t"]), 1e-9);
}
