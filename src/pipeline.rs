//! Preparation and model as one: nothing reaches a model except through a `Pipeline`, and it owns its preparation.

use serde::{Deserialize, Serialize};

use crate::dataset::Task;
use crate::model::{Model, ModelSpec};
use crate::prepare::{Preparation, PrepareSpec};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PipelineSpec {
    pub prepare: PrepareSpec,
    pub model: ModelSpec,
}

/// A fitted pipeline: all that prediction and export need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    pub task: Task,
    /// The target column's name.
    pub target: String,
    /// Class labels in probability order; empty for regression.
    pub labels: Vec<String>,
    pub preparation: Preparation,
    pub model: Model,
}
