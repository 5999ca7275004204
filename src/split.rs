//! Which rows train and which test. Positions, not table rows: `0..n` counts the rows of a `Dataset`.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitSpec {
    /// Share of rows locked away as the test set, `0 ≤ s ≤ 0.5`; 0 keeps none.
    pub holdout: f32,
    /// Folds of the cross-validation, 2 to 20.
    pub folds: u32,
    /// Keep the class shares alike in every part (classification).
    pub stratified: bool,
    pub seed: u64,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self { holdout: 0.2, folds: 5, stratified: true, seed: 42 }
    }
}

/// The drawn split: every position is in `holdout` or in exactly one of `folds`. Each list ascends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub holdout: Vec<u32>,
    /// The test rows of each fold; its training rows are those of the other folds.
    pub folds: Vec<Vec<u32>>,
}
