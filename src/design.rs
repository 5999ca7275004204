//! The whole specification of a training as one value: what the Design stage edits, what a run records, and what the
//! text view shows. Data, split, pipelines, nothing else.

use serde::{Deserialize, Serialize};

use crate::dataset::DatasetSpec;
use crate::metrics::Metric;
use crate::pipeline::PipelineSpec;
use crate::split::SplitSpec;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Design {
    pub dataset: DatasetSpec,
    pub split: SplitSpec,
    /// Orders the leaderboard; `None`: the task's primary metric.
    pub metric: Option<Metric>,
    /// Trained in this order; the baseline is always first.
    pub candidates: Vec<PipelineSpec>,
}
