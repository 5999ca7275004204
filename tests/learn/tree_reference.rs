//! Boosting against LightGBM and forests against scikit-learn, on generated tables whose bins are the same in both.

use hearth::dataset::Target;
use hearth::model::trees::{BoostSpec, ForestSpec, Objective, TreesOutcome, Trend};
use hearth::model::{Head, Predictions};
use serde_json::{Value, json};

use crate::python::{ask, number, numbers};
use crate::tree_data::{Case, case, without_categories};

const ROUNDS: u32 = 30;

/// A case of boosting with the same settings for both.
struct Pair {
    what: &'static str,
    case: Case,
    spec: BoostSpec,
    weights: Option<Vec<f32>>,
    /// LightGBM's objective and metric.
    objective: &'static str,
    metric: &'static str,
    parameters: Value,
    /// Of losses, and of predictions: how far they may be apart, relative to the larger. A tie that rounding decides in
    /// another way moves single rows, but not the loss.
    tolerance: f64,
}

fn pairs() -> Vec<Pair> {
    let spec = BoostSpec { rounds: ROUNDS, ..BoostSpec::default() };
    let pair = |what, case, spec, objective, metric, parameters| Pair {
        what,
        case,
        spec,
        weights: None,
        objective,
        metric,
        parameters,
        tolerance: 1e-5,
    };
    let values = case(1_500, 0, false, 1);
    let n = values.features.n_rows;
    let weights: Vec<f32> = (0..n).map(|row| [0.5, 1.0, 2.0][row % 3]).collect();
    let held =
        BoostSpec { leaf_l2: 3.0, max_depth: Some(4), min_child_weight: 40.0, learning_rate: 0.3, ..spec.clone() };
    let trends = vec![("a".to_owned(), Trend::Increasing), ("c".to_owned(), Trend::Decreasing)];
    let monotone = BoostSpec { monotone: trends, ..spec.clone() };
    let many = BoostSpec { max_leaves: 200, min_rows_leaf: 2, ..spec.clone() };
    let counts = {
        let Target::Values(values) = &values.target else { unreachable!("values") };
        let target = Target::Values(values.iter().map(|v| (v / 6.0).max(0.0).floor()).collect());
        Case { target, ..case(1_500, 0, false, 1) }
    };
    // Where leaves are counted by second derivatives, both count alike.
    let mut all = vec![
        pair("numbers", without_categories(&values), spec.clone(), "regression", "l2", json!({})),
        pair("categories", values.clone(), spec.clone(), "regression", "l2", json!({})),
        pair("missing", case(1_500, 0, true, 2), spec.clone(), "regression", "l2", json!({})),
        pair(
            "large trees",
            values.clone(),
            many,
            "regression",
            "l2",
            json!({"num_leaves": 200, "min_data_in_leaf": 2}),
        ),
        pair(
            "held small",
            values.clone(),
            held,
            "regression",
            "l2",
            json!({"lambda_l2": 3.0, "max_depth": 4, "min_sum_hessian_in_leaf": 40.0, "learning_rate": 0.3}),
        ),
        pair(
            "monotone",
            without_categories(&values),
            monotone,
            "regression",
            "l2",
            json!({"monotone_constraints": [1, 0, -1, 0], "monotone_constraints_method": "basic"}),
        ),
        Pair {
            weights: Some(uneven(n)),
            ..pair("two classes", case(1_500, 2, true, 3), spec.clone(), "binary", "binary_logloss", json!({}))
        },
        Pair {
            weights: Some(uneven(n)),
            ..pair(
                "four classes",
                case(1_500, 4, true, 4),
                spec.clone(),
                "multiclass",
                "multi_logloss",
                json!({"num_class": 4}),
            )
        },
        pair(
            "counts",
            counts,
            BoostSpec { objective: Objective::Poisson, ..spec.clone() },
            "poisson",
            "poisson",
            json!({}),
        ),
        Pair { weights: Some(weights), ..pair("weights", values.clone(), spec.clone(), "regression", "l2", json!({})) },
    ];
    // LightGBM interpolates its quantiles in another way, and does not renew Huber's leaves.
    let other = [
        ("absolute", Objective::Absolute, "l1", "l1", json!({}), 0.02),
        ("quantile", Objective::Quantile { level: 0.8 }, "quantile", "quantile", json!({"alpha": 0.8}), 0.02),
    ];
    for (what, objective, name, metric, parameters, tolerance) in other {
        let spec = BoostSpec { objective, ..spec.clone() };
        all.push(Pair { tolerance, ..pair(what, without_categories(&values), spec, name, metric, parameters) });
    }
    all
}

/// Rows of a class have equal gradients, so that splits of different features often gain the same, and rounding decides. No
/// two of these weights are the same.
fn uneven(n: usize) -> Vec<f32> {
    let mut random = hearth::random::Random::new(9, 0);
    (0..n).map(|_| (0.5 + random.unit()) as f32).collect()
}

fn features(case: &Case) -> Value {
    case.features.values.iter().map(|v| if v.is_nan() { Value::Null } else { json!(v) }).collect()
}

fn targets(target: &Target) -> Value {
    match target {
        Target::Values(values) => json!(values),
        Target::Classes { codes, .. } => json!(codes),
    }
}

impl Pair {
    fn question(&self) -> Value {
        let mut parameters = self.parameters.clone();
        parameters["objective"] = json!(self.objective);
        let categories: Vec<usize> =
            (0..self.case.categories.len()).filter(|c| self.case.categories[*c].is_some()).collect();
        json!({
            "what": "boost",
            "features": features(&self.case),
            "n_columns": self.case.features.n_columns,
            "target": targets(&self.case.target),
            "weights": self.weights,
            "categories": categories,
            "parameters": parameters,
            "metric": self.metric,
            "rounds": ROUNDS,
        })
    }

    /// Losses in units of the target.
    fn losses(&self, outcome: &TreesOutcome) -> Vec<f64> {
        let unit = match (&outcome.model.head, self.metric) {
            (Head::Value { scale, .. }, "l2") => f64::from(*scale) * f64::from(*scale),
            (Head::Value { scale, .. }, _) => f64::from(*scale),
            _ => 1.0,
        };
        outcome.record.training_loss.iter().map(|loss| loss * unit).collect()
    }
}

#[test]
fn boosting_goes_the_way_of_lightgbm() {
    let pairs = pairs();
    let answers = ask("learn_trees.py", &pairs.iter().map(Pair::question).collect());
    let mut wrong = Vec::new();
    for (pair, answer) in pairs.iter().zip(answers.as_array().expect("a list")) {
        let outcome = pair.case.weighted(&pair.spec, pair.weights.as_deref());
        let (ours, theirs) = (pair.losses(&outcome), numbers(&answer["losses"]));
        assert_eq!(ours.len(), theirs.len(), "{}", pair.what);
        let apart = |a: f64, b: f64| (a - b).abs() / a.abs().max(b.abs()).max(1e-3);
        let losses = ours.iter().zip(&theirs).map(|(a, b)| apart(*a, *b)).fold(0.0, f64::max);
        let predicted: Vec<f64> = match outcome.model.predict(&pair.case.features) {
            Predictions::Probabilities { values, n_classes: 2 } => values.chunks(2).map(|p| f64::from(p[1])).collect(),
            Predictions::Probabilities { values, .. } | Predictions::Values(values) => {
                values.into_iter().map(f64::from).collect()
            }
        };
        let theirs = numbers(&answer["predictions"]);
        let squares: f64 = predicted.iter().zip(&theirs).map(|(a, b)| (a - b) * (a - b)).sum();
        let spread: f64 = theirs.iter().map(|v| v * v).sum();
        let predictions = (squares / spread).sqrt();
        let leaves: Vec<usize> = outcome.model.trees.iter().map(|tree| tree.n_leaves()).collect();
        let same = json!(leaves) == answer["n_leaves"];
        println!("{}: losses {losses:.1e}, predictions {predictions:.1e} apart, leaves alike: {same}", pair.what);
        if losses > pair.tolerance || predictions > 10.0 * pair.tolerance {
            wrong.push(format!("{}: losses {losses:.1e}, predictions {predictions:.1e}", pair.what));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Accuracy of classes, R² of values.
fn score(predictions: &Predictions, target: &Target) -> f64 {
    match (predictions, target) {
        (Predictions::Values(values), Target::Values(actual)) => {
            let mean = actual.iter().sum::<f64>() / actual.len() as f64;
            let left: f64 = values.iter().zip(actual).map(|(p, a)| (f64::from(*p) - a) * (f64::from(*p) - a)).sum();
            1.0 - left / actual.iter().map(|a| (a - mean) * (a - mean)).sum::<f64>()
        }
        (predictions, Target::Classes { codes, .. }) => {
            let right = codes.iter().enumerate().filter(|(row, code)| predictions.class(*row) == Some(**code)).count();
            right as f64 / codes.len() as f64
        }
        (Predictions::Probabilities { .. }, Target::Values(_)) => unreachable!("one task"),
    }
}

#[test]
fn forests_score_like_those_of_scikit_learn() {
    const TRAIN: u32 = 1_500;
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    for extra in [false, true] {
        for n_classes in [0, 2, 4] {
            let all = without_categories(&case(3_000, n_classes, false, 11));
            let train: Vec<u32> = (0..TRAIN).collect();
            let rest: Vec<u32> = (TRAIN..3_000).collect();
            let spec = ForestSpec { extra, column_share: 0.75, min_rows_leaf: 2, ..ForestSpec::default() };
            let outcome = all.rows(&train).forest(&spec);
            let unseen = all.rows(&rest);
            ours.push((
                format!("extra {extra}, {n_classes} classes"),
                score(&outcome.model.predict(&unseen.features), &unseen.target),
                outcome.record.out_of_bag,
            ));
            questions.push(json!({
                "what": "forest",
                "features": features(&all),
                "n_columns": all.features.n_columns,
                "target": targets(&all.target),
                "n_train": TRAIN,
                "classes": n_classes > 0,
                "extra": extra,
                "trees": spec.trees,
                "column_share": spec.column_share,
                "min_rows_leaf": spec.min_rows_leaf,
            }));
        }
    }
    let answers = ask("learn_trees.py", &json!(questions));
    for ((what, score, out_of_bag), answer) in ours.iter().zip(answers.as_array().expect("a list")) {
        let theirs = number(&answer["score"]);
        println!("{what}: {score:.4}, scikit-learn {theirs:.4}; out of bag {out_of_bag:?}, {}", answer["out_of_bag"]);
        // Two forests of other seeds differ by some thousandths.
        assert!((score - theirs).abs() < 0.02, "{what}: {score}, scikit-learn {theirs}");
        assert_eq!(out_of_bag.is_some(), !answer["out_of_bag"].is_null(), "{what}");
        if let Some(out_of_bag) = out_of_bag {
            let theirs = number(&answer["out_of_bag"]);
            assert!((out_of_bag - theirs).abs() < 0.02, "{what}: out of bag {out_of_bag}, scikit-learn {theirs}");
        }
    }
}
