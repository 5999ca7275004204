//! The predictions that the folds made, kept so that more can be asked of them than the report says.

use serde::{Deserialize, Serialize};

use super::resample::HeldOut;
use crate::dataset::Dataset;
use crate::model::Predictions;

/// What was predicted for which rows, fold after fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    /// Rows of each fold.
    pub sizes: Vec<u32>,
    /// Of each row its position in the dataset.
    pub positions: Vec<u32>,
    pub predictions: Predictions,
}

impl Tested {
    /// Whether sizes, positions and predictions fit each other, and a dataset of so many rows.
    pub fn fits(&self, n_rows: usize) -> bool {
        let n: usize = self.sizes.iter().map(|size| *size as usize).sum();
        n == self.positions.len()
            && n == self.predictions.n_rows()
            && self.positions.iter().all(|position| (*position as usize) < n_rows)
    }

    /// The folds, each with its truth and with the rows or groups that it is drawn by.
    pub fn held_out(&self, dataset: &Dataset) -> Vec<HeldOut> {
        let mut start = 0;
        let mut part = |size: &u32| {
            let end = start + *size as usize;
            let found = HeldOut::of(dataset, &self.positions[start..end], self.predictions.slice(start..end));
            start = end;
            found
        };
        self.sizes.iter().map(&mut part).collect()
    }
}

impl HeldOut {
    /// Predictions of the rows at these positions. Units are groups where rows come in groups, else the rows themselves.
    pub fn of(dataset: &Dataset, positions: &[u32], predictions: Predictions) -> Self {
        let units = match &dataset.groups {
            Some(groups) => positions.iter().map(|position| groups.codes[*position as usize]).collect(),
            None => positions.to_vec(),
        };
        Self { target: dataset.target.select(positions), predictions, units }
    }
}
