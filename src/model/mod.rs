//! What can be fitted, as closed enums: the compiler lists every place that a new kind must be added to.

pub mod baseline;
pub mod bayes;
pub mod blend;
pub mod calibrated;
pub mod fit;
mod forward;
pub mod linear;
pub mod neighbours;
pub mod network;
pub mod trees;

use serde::{Deserialize, Serialize};

use crate::dataset::Task;
use crate::prepare::Matrix;
use crate::problem::Problem;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ModelSpec {
    Baseline,
    Linear(linear::LinearSpec),
    Network(network::NetworkSpec),
    Boost(trees::BoostSpec),
    Forest(trees::ForestSpec),
    Bayes(bayes::BayesSpec),
    Neighbours(neighbours::NeighboursSpec),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Model {
    Baseline(baseline::Baseline),
    Linear(linear::Linear),
    Network(network::Network),
    Trees(trees::Trees),
    /// Made of models that were fitted, never fitted itself.
    Blend(blend::Blend),
    /// Another model, its probabilities bent.
    Calibrated(calibrated::Calibrated),
    Bayes(bayes::Bayes),
    Neighbours(neighbours::Neighbours),
}

/// How classes count in the loss. Scores are never weighted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum ClassWeights {
    #[default]
    Equal,
    /// n / (classes · n_class), scikit-learn's `balanced`.
    Balanced,
    /// One positive number per class, in the order of the target's labels.
    Given(Vec<f32>),
}

/// What a model's raw outputs mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Head {
    /// Softmax over `n` logits, one per class; a binary linear model has its first logit fixed at 0.
    Softmax,
    /// prediction = output · scale + center.
    Value { center: f32, scale: f32 },
    /// prediction = exp(output), kept finite.
    Exp,
    /// The outputs are probabilities of the classes already; they are divided by their sum.
    Shares,
}

/// Predictions: row-major probabilities `[n_rows × n_classes]`, or one value per row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Predictions {
    Probabilities { values: Vec<f32>, n_classes: usize },
    Values(Vec<f32>),
}

impl ClassWeights {
    /// What is wrong with the settings themselves.
    pub fn validate(&self, place: &str) -> Vec<Problem> {
        let wrong = match self {
            Self::Equal | Self::Balanced => None,
            Self::Given(weights) if weights.is_empty() => Some("No class weight is given.".to_owned()),
            Self::Given(weights) => weights
                .iter()
                .find(|w| !(w.is_finite() && **w > 0.0))
                .map(|w| format!("The class weight {w} is no positive number.")),
        };
        let problem = |event| Problem {
            place: format!("{place}, class_weights"),
            event,
            kept: "Nothing was trained.".into(),
            cure: "Give one positive number per class, or choose Equal or Balanced.".into(),
        };
        wrong.map(problem).into_iter().collect()
    }

    /// Whether as many weights are given as there are classes.
    ///
    /// # Errors
    /// They are not.
    pub fn check_given(&self, place: &str, n_classes: usize) -> Result<(), Problem> {
        let Self::Given(given) = self else { return Ok(()) };
        if given.len() == n_classes {
            return Ok(());
        }
        Err(Problem {
            place: format!("{place}, class_weights"),
            event: format!("{} class weights are given for {n_classes} classes.", given.len()),
            kept: "Nothing was trained.".into(),
            cure: format!("Give {n_classes} positive numbers, one per class."),
        })
    }

    /// The weight of each class in the loss. `codes` are the training rows' classes; a class without rows weighs 0 when
    /// balanced and does not count among the classes. A missing given weight is 1.
    pub fn per_class(&self, codes: &[u32], n_classes: usize) -> Vec<f64> {
        match self {
            Self::Equal => vec![1.0; n_classes],
            Self::Balanced => {
                let mut counts = vec![0u32; n_classes];
                for &code in codes {
                    counts[code as usize] += 1;
                }
                let n_present = counts.iter().filter(|n| **n > 0).count() as f64;
                let weight = |n: u32| if n == 0 { 0.0 } else { codes.len() as f64 / (n_present * f64::from(n)) };
                counts.into_iter().map(weight).collect()
            }
            Self::Given(weights) => (0..n_classes).map(|c| weights.get(c).map_or(1.0, |w| f64::from(*w))).collect(),
        }
    }
}

impl Predictions {
    /// No rows yet: probabilities of `n_classes` classes, or values where that is 0.
    pub fn none(n_classes: usize) -> Self {
        if n_classes == 0 { Self::Values(Vec::new()) } else { Self::Probabilities { values: Vec::new(), n_classes } }
    }

    pub fn n_rows(&self) -> usize {
        match self {
            Self::Probabilities { values, n_classes } => values.len().checked_div(*n_classes).unwrap_or(0),
            Self::Values(values) => values.len(),
        }
    }

    /// Add the rows of predictions of the same kind.
    pub fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Probabilities { values, .. }, Self::Probabilities { values: more, .. })
            | (Self::Values(values), Self::Values(more)) => values.extend(more),
            (Self::Probabilities { .. } | Self::Values(_), _) => {
                debug_assert!(false, "predictions of one model are of one kind");
            }
        }
    }

    /// Some of the rows.
    pub fn slice(&self, rows: std::ops::Range<usize>) -> Self {
        match self {
            Self::Probabilities { values, n_classes } => Self::Probabilities {
                values: values[rows.start * n_classes..rows.end * n_classes].to_vec(),
                n_classes: *n_classes,
            },
            Self::Values(values) => Self::Values(values[rows].to_vec()),
        }
    }

    /// The class with the highest probability, the first of equals; `None` for values.
    pub fn class(&self, row: usize) -> Option<u32> {
        match self {
            Self::Probabilities { values, n_classes } => Some(highest(&values[row * n_classes..(row + 1) * n_classes])),
            Self::Values(_) => None,
        }
    }
}

/// Position of the highest value, the first of equals.
fn highest(values: &[f32]) -> u32 {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = i;
        }
    }
    best as u32
}

impl ModelSpec {
    /// What is wrong with the settings themselves.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        match self {
            Self::Baseline => Vec::new(),
            Self::Linear(spec) => spec.validate(),
            Self::Network(spec) => spec.validate(task),
            Self::Boost(spec) => spec.validate(task),
            Self::Forest(spec) => spec.validate(task),
            Self::Bayes(spec) => spec.validate(task),
            Self::Neighbours(spec) => spec.validate(),
        }
    }

    /// How its classes count in the loss; `None` for the baseline and for neighbours, which have no loss.
    pub fn class_weights(&self) -> Option<&ClassWeights> {
        match self {
            Self::Baseline | Self::Neighbours(_) => None,
            Self::Linear(spec) => Some(&spec.class_weights),
            Self::Network(spec) => Some(&spec.class_weights),
            Self::Boost(spec) => Some(&spec.class_weights),
            Self::Forest(spec) => Some(&spec.class_weights),
            Self::Bayes(spec) => Some(&spec.class_weights),
        }
    }

    pub fn class_weights_mut(&mut self) -> Option<&mut ClassWeights> {
        match self {
            Self::Baseline | Self::Neighbours(_) => None,
            Self::Linear(spec) => Some(&mut spec.class_weights),
            Self::Network(spec) => Some(&mut spec.class_weights),
            Self::Boost(spec) => Some(&mut spec.class_weights),
            Self::Forest(spec) => Some(&mut spec.class_weights),
            Self::Bayes(spec) => Some(&mut spec.class_weights),
        }
    }

    /// The name on the page.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Baseline => "Baseline",
            Self::Linear(_) => "Linear",
            Self::Network(_) => "Neural network",
            Self::Boost(_) => "Boosted trees",
            Self::Forest(spec) if spec.extra => "Extra trees",
            Self::Forest(_) => "Random forest",
            Self::Bayes(_) => "Naive Bayes",
            Self::Neighbours(_) => "Nearest neighbours",
        }
    }

    /// Rows that a model of these settings carries, of so many that it is fitted on; `None` where it carries none.
    pub fn carries(&self, n_rows: u32) -> Option<u32> {
        if let Self::Neighbours(spec) = self { Some(spec.max_rows.min(n_rows)) } else { None }
    }

    /// What to know of a fit on so many rows whatever comes of it.
    pub fn note(&self, n_rows: u32) -> Option<String> {
        let carried = self.carries(n_rows).filter(|carried| *carried < n_rows)?;
        Some(format!(
            "The nearest of {carried} rows vote, drawn by chance from {n_rows}: a model that carries rows is held small."
        ))
    }
}

impl Model {
    /// Whether the model's parts fit each other, its features and its classes (0: a value), so that predicting cannot
    /// fail. The error says which part does not.
    pub fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        match self {
            Self::Baseline(model) => model.check(n_classes),
            Self::Linear(model) => model.check(n_features, n_classes),
            Self::Network(model) => model.check(n_features, n_classes),
            Self::Trees(model) => model.check(n_features, n_classes),
            Self::Blend(model) => model.check(n_features, n_classes),
            Self::Calibrated(model) => model.check(n_features, n_classes),
            Self::Bayes(model) => model.check(n_features, n_classes),
            Self::Neighbours(model) => model.check(n_features, n_classes),
        }
    }

    /// `features` has the columns that the model was fitted on.
    pub fn predict(&self, features: &Matrix) -> Predictions {
        match self {
            Self::Baseline(model) => model.predict(features.n_rows),
            Self::Linear(model) => model.predict(features),
            Self::Network(model) => model.predict(features),
            Self::Trees(model) => model.predict(features),
            Self::Blend(model) => model.predict(features),
            Self::Calibrated(model) => model.predict(features),
            Self::Bayes(model) => model.predict(features),
            Self::Neighbours(model) => model.predict(features),
        }
    }

    /// Numbers that were learned: coefficients and intercepts, weights and biases, nodes and leaves of trees, what is carried of
    /// rows; of models that are averaged, of all of them. What calibrates them does not count.
    pub fn n_numbers(&self) -> u64 {
        let n = match self {
            Self::Baseline(baseline::Baseline::Frequencies(shares)) => shares.len(),
            Self::Baseline(baseline::Baseline::Mean(_)) => 1,
            Self::Linear(model) => model.weights.len() + model.intercept.len(),
            Self::Network(model) => model.layers.iter().map(|layer| layer.weights.len() + layer.bias.len()).sum(),
            Self::Trees(model) => model.n_nodes(),
            Self::Bayes(model) => model.weights.len() + model.bias.len(),
            Self::Neighbours(model) => model.rows.len() + model.n_rows(),
            Self::Blend(model) => return model.members.iter().map(|member| member.model.n_numbers()).sum(),
            Self::Calibrated(calibrated) => return calibrated.model.n_numbers(),
        };
        n as u64
    }

    /// Without a calibration around it.
    pub fn uncalibrated(&self) -> &Self {
        match self {
            Self::Calibrated(calibrated) => &calibrated.model,
            Self::Baseline(_)
            | Self::Linear(_)
            | Self::Network(_)
            | Self::Trees(_)
            | Self::Blend(_)
            | Self::Bayes(_)
            | Self::Neighbours(_) => self,
        }
    }

    /// Training rows that it carries, those of its members together.
    pub fn n_carried(&self) -> usize {
        match self.uncalibrated() {
            Self::Neighbours(model) => model.n_rows(),
            Self::Blend(model) => model.members.iter().map(|member| member.model.n_carried()).sum(),
            Self::Baseline(_)
            | Self::Linear(_)
            | Self::Network(_)
            | Self::Trees(_)
            | Self::Calibrated(_)
            | Self::Bayes(_) => 0,
        }
    }
}
