//! Multinomial logistic regression and linear regression with an L2 penalty (ridge), an L1 penalty (lasso) or both (elastic
//! net); of numbers also with a loss that outliers bend less (Huber).

mod cholesky;
mod coordinates;
pub mod fit;
mod loss;
mod rows;

use serde::{Deserialize, Serialize};

use super::{ClassWeights, Head, Predictions, forward};
use crate::prepare::Matrix;
use crate::problem::Problem;

pub use fit::{LinearFit, LinearOutcome};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinearSpec {
    /// Strength of the L2 penalty: ½·l2·‖w‖² beside the sum of losses over rows (scikit-learn's 1/C and Ridge's alpha).
    pub l2: f32,
    /// Strength of the L1 penalty: l1·‖w‖₁ beside the sum of losses, with which weights come to be exactly 0. For classes
    /// scikit-learn's l1_ratio/C; for numbers n·alpha·l1_ratio of its ElasticNet on a target scaled to deviation 1.
    #[serde(default)]
    pub l1: f32,
    /// Of numbers: errors beyond so many times their own scale, which is found with the weights, count linearly and not by
    /// their square. scikit-learn's epsilon of its HuberRegressor; l2 is its alpha on a target scaled to deviation 1. `None`:
    /// all by their square. Of no account for classes.
    #[serde(default)]
    pub huber: Option<f32>,
    /// Newton steps of the logistic fit and of Huber's.
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

impl Default for LinearSpec {
    /// scikit-learn's defaults: C = 1 and alpha = 1.
    fn default() -> Self {
        Self { l2: 1.0, l1: 0.0, huber: None, max_iterations: 100, class_weights: ClassWeights::Equal }
    }
}

impl LinearSpec {
    pub const L2: (f32, f32) = (1e-6, 1e6);
    pub const L1: (f32, f32) = (0.0, 1e6);
    pub const HUBER: (f32, f32) = (1.01, 10.0);
    /// scikit-learn's, which loses a twentieth of the efficiency of squares where errors are normal.
    pub const USUAL_HUBER: f32 = 1.35;
    pub const MAX_ITERATIONS: (u32, u32) = (1, 10_000);

    /// What a setting does, in a line; `None` for a name that is no setting.
    pub fn explain(field: &str) -> Option<&'static str> {
        Some(match field {
            "l2" => "Pulls all weights towards 0. More makes a simpler model that follows the data less closely.",
            "l1" => "Sets weights to exactly 0, the least useful first, so that fewer columns count. 0: none is.",
            "huber" => "Errors beyond so many times the usual one are outliers, whose size counts less.",
            "max_iterations" => "Steps after which the fit gives up. It says so when that happens.",
            "class_weights" => {
                "How much each class counts in the loss. Balanced makes rare classes count as much as common ones."
            }
            _ => return None,
        })
    }

    /// What is wrong with the settings themselves.
    pub fn validate(&self) -> Vec<Problem> {
        let mut problems = self.class_weights.validate("linear");
        for (name, value, (low, high)) in [("l2", self.l2, Self::L2), ("l1", self.l1, Self::L1)] {
            if !(low..=high).contains(&value) {
                problems.push(Problem {
                    place: format!("linear, {name}"),
                    event: format!("The penalty {value} is outside {low} to {high}."),
                    kept: "Nothing was trained.".into(),
                    cure: "Give a positive number such as 1.".into(),
                });
            }
        }
        let (low, high) = Self::HUBER;
        if let Some(epsilon) = self.huber.filter(|epsilon| !(low..=high).contains(epsilon)) {
            problems.push(Problem {
                place: "linear, huber".into(),
                event: format!("{epsilon} times the usual error is outside {low} to {high}."),
                kept: "Nothing was trained.".into(),
                cure: format!("Give a number such as {}, or null for squares.", Self::USUAL_HUBER),
            });
        }
        let (fewest, most) = Self::MAX_ITERATIONS;
        if !(fewest..=most).contains(&self.max_iterations) {
            problems.push(Problem {
                place: "linear, max_iterations".into(),
                event: format!("{} iterations are outside {fewest} to {most}.", self.max_iterations),
                kept: "Nothing was trained.".into(),
                cure: "Give a whole number such as 100.".into(),
            });
        }
        problems
    }
}

impl Linear {
    pub fn n_outputs(&self) -> usize {
        self.intercept.len()
    }

    /// Costs `n_rows · n_features · n_outputs` multiplications.
    pub fn predict(&self, features: &Matrix) -> Predictions {
        self.head.predictions(self.outputs(features), self.n_outputs())
    }

    /// What the head reads: row-major `[n_rows × n_outputs]`.
    pub fn outputs(&self, features: &Matrix) -> Vec<f32> {
        let layer = forward::Dense::new(&self.weights, &self.intercept, self.n_features as usize);
        let mut outputs = Vec::new();
        layer.apply(&features.values, features.n_rows, &mut outputs);
        outputs
    }

    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        let fits = self.n_features as usize == n_features
            && self.weights.len() == self.n_outputs() * n_features
            && self.head.fits(self.n_outputs(), n_classes, true);
        if fits { Ok(()) } else { Err("The linear model does not fit its preparation.".into()) }
    }
}
