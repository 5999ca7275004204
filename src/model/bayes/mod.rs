//! Naive Bayes: how each class spreads over every feature, taken one by one as if none told of another.
//!
//! A number has a normal distribution per class, a feature of 0 and 1 a share per class. So the logit of a class is a sum of
//! parts, each of one feature and at most quadratic in it: weights, which prediction, graph and explanation read alike. All
//! of it is in f64: two classes that are both unlikely are told apart by small differences of large sums.

pub mod fit;

use serde::{Deserialize, Serialize};

use super::{ClassWeights, Predictions};
use crate::dataset::Task;
use crate::prepare::Matrix;
use crate::problem::Problem;

pub use fit::BayesFit;

/// A number further from the middle of the training rows than this many times the furthest of them counts as that far.
pub const REACH: f64 = 10.0;
/// A mark is set where its feature is at least this: larger than 0.
pub const SET: f32 = f32::MIN_POSITIVE;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BayesSpec {
    /// This share of the largest variance of any number is added to every variance (scikit-learn's `var_smoothing`).
    pub var_smoothing: f32,
    /// Rows that each class is taken to have had beside its own, as many with a mark as without (scikit-learn's `alpha`).
    pub smoothing: f32,
    /// How often a class is expected, and nothing else: its rows' spread does not depend on them.
    pub class_weights: ClassWeights,
}

/// Logits: for each class bias + Σ over numbers (square·z² + slope·z) + Σ weights of the marks that are set, where
/// z = (x − center) · scale, held within ±`REACH`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bayes {
    pub n_features: u32,
    /// Positions of the features that are numbers, ascending; the others are marks.
    pub numbers: Vec<u32>,
    /// Of each number: `[numbers]`.
    pub center: Vec<f64>,
    /// 0 for one that was the same in all training rows, which tells nothing.
    pub scale: Vec<f64>,
    /// Row-major `[n_classes × (numbers + numbers + marks)]`: squares, slopes, marks.
    pub weights: Vec<f64>,
    /// `[n_classes]`.
    pub bias: Vec<f64>,
}

impl Default for BayesSpec {
    /// scikit-learn's defaults.
    fn default() -> Self {
        Self { var_smoothing: 1e-9, smoothing: 1.0, class_weights: ClassWeights::Equal }
    }
}

impl BayesSpec {
    pub const VAR_SMOOTHING: (f32, f32) = (1e-9, 1.0);
    pub const SMOOTHING: (f32, f32) = (1e-3, 1e3);

    /// What a setting does, in a line; `None` for a name that is no setting.
    pub fn explain(field: &str) -> Option<&'static str> {
        Some(match field {
            "var_smoothing" => {
                "Widens every bell curve by this share of the widest. More makes the model less sure of itself."
            }
            "smoothing" => {
                "Rows that are made up for each mark and class, so that what was never seen is not impossible."
            }
            "class_weights" => {
                "How often each class is expected before a row is looked at. Balanced expects all equally often."
            }
            _ => return None,
        })
    }

    /// What is wrong with the settings themselves.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        let mut problems = self.class_weights.validate("bayes");
        let refuse = |field: &str, event: String, cure: &str| Problem {
            place: format!("bayes, {field}"),
            event,
            kept: "Nothing was trained.".into(),
            cure: cure.into(),
        };
        if task == Task::Regression {
            let event = "Naive Bayes tells classes apart, and what is predicted is a number.".to_owned();
            problems.push(refuse("task", event, "Remove this model, or choose a target with classes."));
        }
        for (field, value, (low, high)) in
            [("var_smoothing", self.var_smoothing, Self::VAR_SMOOTHING), ("smoothing", self.smoothing, Self::SMOOTHING)]
        {
            if !(low..=high).contains(&value) {
                let event = format!("The smoothing {value} is outside {low} to {high}.");
                problems.push(refuse(field, event, "Give a number inside of it, or go back to the default."));
            }
        }
        problems
    }
}

impl Bayes {
    pub fn n_classes(&self) -> usize {
        self.bias.len()
    }

    /// Positions of the features that are marks, ascending.
    pub fn marks(&self) -> Vec<u32> {
        (0..self.n_features).filter(|feature| self.numbers.binary_search(feature).is_err()).collect()
    }

    /// Terms of one class.
    pub fn n_terms(&self) -> usize {
        self.n_features as usize + self.numbers.len()
    }

    /// What the weights of a class multiply, in their order: z², z, 1 where a mark is set and 0 elsewhere.
    fn terms(&self, row: &[f32], marks: &[u32], terms: &mut Vec<f64>) {
        let z = |(at, feature): (usize, &u32)| self.z(at, row[*feature as usize]);
        terms.clear();
        terms.extend(self.numbers.iter().enumerate().map(z).map(|z| z * z));
        terms.extend(self.numbers.iter().enumerate().map(z));
        terms.extend(marks.iter().map(|feature| f64::from(u8::from(row[*feature as usize] >= SET))));
    }

    fn z(&self, number: usize, x: f32) -> f64 {
        ((f64::from(x) - self.center[number]) * self.scale[number]).clamp(-REACH, REACH)
    }

    /// Row-major `[n_rows × n_classes]`. Costs a multiplication per weight and row.
    pub fn logits(&self, features: &Matrix) -> Vec<f64> {
        let (n_terms, marks) = (self.n_terms(), self.marks());
        let mut terms = Vec::with_capacity(n_terms);
        let mut logits = Vec::with_capacity(features.n_rows * self.n_classes());
        for row in 0..features.n_rows {
            self.terms(features.row(row), &marks, &mut terms);
            for (class, bias) in self.bias.iter().enumerate() {
                let weights = &self.weights[class * n_terms..(class + 1) * n_terms];
                logits.push(weights.iter().zip(&terms).fold(0.0, |sum, (w, t)| sum + w * t) + bias);
            }
        }
        logits
    }

    /// What a feature adds to the logit of each class, `[n_classes]`.
    pub fn parts(&self, feature: usize, x: f32) -> Vec<f64> {
        let (n_terms, n_numbers) = (self.n_terms(), self.numbers.len());
        let below = self.numbers.partition_point(|number| (*number as usize) < feature);
        let is_number = self.numbers.get(below) == Some(&(feature as u32));
        let of_class = |weights: &[f64]| {
            if is_number {
                let z = self.z(below, x);
                weights[below] * z * z + weights[n_numbers + below] * z
            } else if x >= SET {
                weights[2 * n_numbers + feature - below]
            } else {
                0.0
            }
        };
        self.weights.chunks(n_terms.max(1)).map(of_class).collect()
    }

    pub fn predict(&self, features: &Matrix) -> Predictions {
        let n_classes = self.n_classes();
        let mut values = Vec::with_capacity(features.n_rows * n_classes);
        for logits in self.logits(features).chunks(n_classes.max(1)) {
            let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let powers: Vec<f64> = logits.iter().map(|logit| libm::exp(logit - largest)).collect();
            let sum: f64 = powers.iter().sum();
            values.extend(powers.iter().map(|power| (power / sum) as f32));
        }
        Predictions::Probabilities { values, n_classes }
    }

    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        let n_numbers = self.numbers.len();
        let fits = self.n_features as usize == n_features
            && self.numbers.is_sorted_by(|a, b| a < b)
            && self.numbers.last().is_none_or(|last| (*last as usize) < n_features)
            && self.center.len() == n_numbers
            && self.scale.len() == n_numbers
            && n_classes > 1
            && self.bias.len() == n_classes
            && self.weights.len() == n_classes * self.n_terms()
            && [&self.center, &self.scale, &self.weights, &self.bias].iter().all(|v| v.iter().all(|v| v.is_finite()));
        if fits { Ok(()) } else { Err("The naive Bayes model does not fit its preparation.".into()) }
    }
}
