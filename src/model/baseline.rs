//! The wall that every model must clear: class frequencies, or the mean.

use serde::{Deserialize, Serialize};

use super::Predictions;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Baseline {
    /// The share of each class in the training rows; they sum to 1.
    Frequencies(Vec<f32>),
    /// The mean of the training targets.
    Mean(f32),
}

impl Baseline {
    pub fn predict(&self, n_rows: usize) -> Predictions {
        match self {
            Self::Frequencies(shares) => {
                Predictions::Probabilities { values: shares.repeat(n_rows), n_classes: shares.len() }
            }
            Self::Mean(mean) => Predictions::Values(vec![*mean; n_rows]),
        }
    }
}
