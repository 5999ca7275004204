//! What a table becomes once its columns have roles: features, a target, and the rows that have one.

use serde::{Deserialize, Serialize};

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    Feature,
    /// Left out because the person said so.
    Ignore,
    /// Names the row; never learned from.
    Id,
    /// Not known yet when the prediction is needed; learning from it would be leakage.
    KnownTooLate,
}

/// What is predicted. The order of classes is the order in every probability vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Task {
    Binary,
    Multiclass,
    Regression,
}

/// The target of the rows that have one, aligned with `Dataset::rows`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// `codes[i] < labels.len()`. For a binary task `labels[1]` is the positive class.
    Classes {
        codes: Vec<u32>,
        labels: Vec<String>,
    },
    Values(Vec<f64>),
}

impl Target {
    pub fn len(&self) -> usize {
        match self {
            Self::Classes { codes, .. } => codes.len(),
            Self::Values(values) => values.len(),
        }
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The target of some positions, in the order given.
    pub fn select(&self, positions: &[u32]) -> Self {
        match self {
            Self::Classes { codes, labels } => {
                Self::Classes { codes: positions.iter().map(|&p| codes[p as usize]).collect(), labels: labels.clone() }
            }
            Self::Values(values) => Self::Values(positions.iter().map(|&p| values[p as usize]).collect()),
        }
    }
    /// Outputs of a model: the number of classes, or 1.
    pub fn n_outputs(&self) -> usize {
        match self {
            Self::Classes { labels, .. } => labels.len(),
            Self::Values(_) => 1,
        }
    }
}

/// Which columns do what, before any row was looked at. A column that is not named is a feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DatasetSpec {
    pub target: String,
    /// `None`: follows from the target column.
    pub task: Option<Task>,
    /// Of a binary target; `None`: the rarer class.
    pub positive: Option<String>,
    /// In table order; features may be left out.
    pub roles: Vec<(String, Role)>,
}

/// A table seen through its spec. Borrowed columns, and the rows whose target is known.
pub struct Dataset<'a> {
    pub features: Vec<&'a crate::table::Column>,
    pub task: Task,
    pub target: Target,
    /// Table rows with a known target, ascending; `target` is aligned with it.
    pub rows: Vec<u32>,
    /// Columns that are no features, with the reason in a sentence.
    pub left_out: Vec<(String, String)>,
}
