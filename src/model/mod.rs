//! What can be fitted, as closed enums: the compiler lists every place that a new kind must be added to.

pub mod baseline;
pub mod linear;
pub mod network;

use serde::{Deserialize, Serialize};

use crate::prepare::Matrix;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ModelSpec {
    Baseline,
    Linear(linear::LinearSpec),
    Network(network::NetworkSpec),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Model {
    Baseline(baseline::Baseline),
    Linear(linear::Linear),
    Network(network::Network),
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
}

/// Predictions: row-major probabilities `[n_rows × n_classes]`, or one value per row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Predictions {
    Probabilities { values: Vec<f32>, n_classes: usize },
    Values(Vec<f32>),
}

impl ModelSpec {
    /// The name on the page.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Baseline => "Baseline",
            Self::Linear(_) => "Linear",
            Self::Network(_) => "Neural network",
        }
    }
}

impl Model {
    /// `features` has the columns that the model was fitted on.
    pub fn predict(&self, features: &Matrix) -> Predictions {
        match self {
            Self::Baseline(model) => model.predict(features.n_rows),
            Self::Linear(model) => model.predict(features),
            Self::Network(model) => model.predict(features),
        }
    }
}
