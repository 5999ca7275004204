//! Multinomial logistic regression and ridge regression.

use serde::{Deserialize, Serialize};

use super::{ClassWeights, Head, Predictions};
use crate::prepare::Matrix;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinearSpec {
    /// Strength of the L2 penalty: ½·l2·‖w‖² beside the sum of losses over rows (scikit-learn's 1/C and Ridge's alpha).
    pub l2: f32,
    pub max_iterations: u32,
    pub class_weights: ClassWeights,
}

/// weights: row-major `[n_outputs × n_features]`; intercept: `[n_outputs]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Linear {
    pub weights: Vec<f32>,
    pub intercept: Vec<f32>,
    pub n_features: u32,
    pub head: Head,
}

impl Linear {
    pub fn predict(&self, _features: &Matrix) -> Predictions {
        todo!()
    }
}
