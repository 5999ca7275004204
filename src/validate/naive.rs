//! What a split by chance would have claimed, beside the honest one; and rows that are tested more than once.

use serde::{Deserialize, Serialize};

use super::{Report, Score};
use crate::metrics::Metric;
use crate::model::Predictions;

/// The scores of a cross-validation whose folds were dealt by chance, of the same candidate on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Naive {
    pub scores: Vec<Score>,
    pub n_rows: u32,
}

impl Naive {
    /// Of the report on the folds of `SplitSpec::naive`.
    pub fn of(report: &Report) -> Self {
        Self { scores: report.scores.clone(), n_rows: report.n_rows }
    }

    pub fn score(&self, metric: Metric) -> Option<&Score> {
        self.scores.iter().find(|score| score.metric == metric)
    }
}

/// Of rows that were tested several times, the first prediction each, so that a figure shows a row once.
pub fn first_of_each(tested: Vec<u32>, predictions: Predictions) -> (Vec<u32>, Predictions) {
    let mut seen = vec![false; tested.iter().max().map_or(0, |last| *last as usize + 1)];
    let first: Vec<usize> =
        (0..tested.len()).filter(|&at| !std::mem::replace(&mut seen[tested[at] as usize], true)).collect();
    if first.len() == tested.len() {
        return (tested, predictions);
    }
    let predictions = match predictions {
        Predictions::Probabilities { values, n_classes } => Predictions::Probabilities {
            values: first.iter().flat_map(|at| &values[at * n_classes..][..n_classes]).copied().collect(),
            n_classes,
        },
        Predictions::Values(values) => Predictions::Values(first.iter().map(|&at| values[at]).collect()),
    };
    (first.iter().map(|&at| tested[at]).collect(), predictions)
}
