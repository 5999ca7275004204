//! Permutation importance beside scikit-learn's metrics on the same permutations, and beside its own within chance.

use hearth::dataset::{Target, Task};
use hearth::explain::{Measure, Part, Rows, deal, metrics, together};
use hearth::metrics::Metric;
use hearth::model::linear::Linear;
use hearth::model::{Head, Model};
use hearth::random::Random;
use serde_json::json;

use super::data::{labels, matrix, numbers as number_column};
use super::made_up::as_list;
use super::python::{ask, assert_close, numbers};

#[test]
fn drops_agree_with_scikit_learn_on_the_same_permutations() {
    let mut random = Random::new(2, 0);
    for binary in [true, false] {
        let (n, rows) = (4, matrix(300, 4, 0.0, &mut random));
        let weights = [1.5f32, -0.7, 0.2, 0.0];
        let margin = |row: usize| rows.row(row).iter().zip(weights).map(|(x, w)| f64::from(x * w)).sum::<f64>();
        let noisy: Vec<f64> = (0..300).map(|row| margin(row) + random.normal()).collect();
        let (target, metrics) = match binary {
            true => {
                let codes = noisy.iter().map(|v| u32::from(*v > 0.0)).collect();
                (Target::Classes { codes, labels: labels(2) }, vec![Metric::RocAuc, Metric::Accuracy, Metric::LogLoss])
            }
            false => (Target::Values(noisy), vec![Metric::Rmse, Metric::Mae]),
        };
        let head = if binary { Head::Softmax } else { Head::Value { center: 0.0, scale: 1.0 } };
        let model = Model::Linear(Linear { weights: weights.to_vec(), intercept: vec![0.1], n_features: 4, head });
        let part =
            Part { model, features: rows.clone(), columns: vec![0, 1, 2, 3], target: target.clone(), n_training: 600 };
        let mut measure = Measure::new(vec![part], n, &[vec![1, 2]], metrics.clone(), 9);
        while !measure.step() {}
        assert_eq!(measure.progress(), (5, 5));
        let names: Vec<String> = ["a", "b", "c", "d"].map(str::to_owned).into();
        let found = measure.finish(&names, Rows::TestSet);
        let truth: Vec<f64> = match &target {
            Target::Classes { codes, .. } => codes.iter().map(|c| f64::from(*c)).collect(),
            Target::Values(values) => values.clone(),
        };
        let told = ask(
            "explain.py",
            &json!({ "cases": [{
            "what": "importance", "binary": binary, "n_columns": n, "rows": as_list(&rows), "target": truth,
            "weights": weights, "intercept": 0.1f32, "metrics": metrics.iter().map(|m| m.name()).collect::<Vec<_>>(),
            "sets": [[0], [1], [2], [3], [1, 2]],
            "orders": (0..5).map(|repeat| deal(9, 0, repeat, 300)).collect::<Vec<_>>(),
        }] }),
        );
        let told = &told[0];
        let whole: Vec<f64> = found.whole.iter().filter_map(|(_, score)| *score).collect();
        assert_close("whole", &whole, &numbers(&told["whole"]), 1e-6);
        assert_eq!(found.columns[0].names, ["a"], "the largest weight is worth most");
        assert_eq!(found.groups[0].names, ["b", "c"]);
        for (at, metric) in metrics.iter().enumerate() {
            let ours: Vec<f64> = names
                .iter()
                .map(|name| {
                    let worth = found.columns.iter().find(|w| w.names[0] == *name).expect("every column is there");
                    worth.drops[at].mean.expect("scored")
                })
                .chain(found.groups[0].drops[at].mean)
                .collect();
            assert_close(metric.name(), &ours, &numbers(&told["drops"][at]), 1e-6);
            // Its own dealing differs by chance: 60 repeats there, 5 here.
            let (theirs, spread) = (numbers(&told["sklearn"][at]), numbers(&told["sklearn_sd"][at]));
            for ((ours, theirs), spread) in ours.iter().zip(&theirs).zip(&spread) {
                let chance = 5.0 * spread * (1.0f64 / 5.0 + 1.0 / 60.0).sqrt() + 1e-9;
                assert!((ours - theirs).abs() <= chance, "{}: {ours} and {theirs}", metric.name());
            }
        }
        let none = found.columns.iter().find(|w| w.names[0] == "d").expect("it is there");
        assert_eq!(none.drops[0].mean, Some(0.0), "a column without weight is worth nothing");
    }
}

#[test]
fn folds_give_an_interval_and_the_seed_decides() {
    let mut random = Random::new(6, 0);
    let part = |random: &mut Random| {
        let features = matrix(80, 2, 0.0, random);
        let values = (0..80).map(|row| f64::from(features.row(row)[0]) + 0.3 * random.normal()).collect();
        let weights = vec![1.0, 0.0];
        let head = Head::Value { center: 0.0, scale: 1.0 };
        let model = Model::Linear(Linear { weights, intercept: vec![0.0], n_features: 2, head });
        Part { model, features, columns: vec![0, 1], target: Target::Values(values), n_training: 320 }
    };
    let parts: Vec<Part> = (0..5).map(|_| part(&mut random)).collect();
    let measured = |seed| {
        let mut measure = Measure::new(parts.clone(), 2, &[], metrics(Metric::Rmse, Task::Regression), seed);
        while !measure.step() {}
        measure.finish(&["x".to_owned(), "noise".to_owned()], Rows::OutOfFold { folds: 5 })
    };
    let found = measured(1);
    assert_eq!(found.n_rows, 400);
    let drop = &found.columns[0].drops[0];
    let (low, high) = drop.interval.expect("five folds");
    let mean = drop.mean.expect("scored");
    assert!(low > 0.0 && low < mean && mean < high, "{drop:?}");
    let parts: Vec<f64> = drop.parts.iter().flatten().copied().collect();
    // By hand: t(0.975, 4) = 2.776445, variance of the mean s²(1/5 + 80/320).
    let deviation = (parts.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / 4.0).sqrt();
    assert!((high - mean - 2.776_445_105 * deviation * (0.2f64 + 0.25).sqrt()).abs() < 1e-8);
    assert_eq!(found, measured(1));
    assert_ne!(found.columns[0].drops, measured(2).columns[0].drops);
}

#[test]
fn columns_that_go_together_are_grouped() {
    let mut random = Random::new(3, 0);
    let a: Vec<f64> = (0..200).map(|_| random.normal()).collect();
    let b = a.iter().map(|v| v * 2.0 + 0.1 * random.normal()).collect();
    let c: Vec<f64> = (0..200).map(|_| random.normal()).collect();
    let d = c.iter().map(|v| -v).collect();
    let columns = [
        number_column("a", a),
        number_column("c", c),
        number_column("b", b),
        number_column("d", d),
        number_column("e", vec![1.0; 200]),
    ];
    let rows: Vec<u32> = (0..200).collect();
    assert_eq!(together(&columns.iter().collect::<Vec<_>>(), &rows), vec![vec![0, 2], vec![1, 3]]);
}
