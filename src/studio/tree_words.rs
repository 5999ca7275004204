//! What the page calls the settings of trees, and what a model of trees will weigh.

use super::words::{bytes, counted};
use crate::chart::format::count;
use crate::model::ModelSpec;
use crate::model::trees::fit::MOST_NODES;
use crate::model::trees::{Growth, Objective, Trend};

/// Bytes that a leaf with its share of the inner nodes takes in a package: packed, in `model.onnx` and in `pipeline.bin`
/// together. The packages of the tests say what it comes to; leaves with several shares take more.
const BYTES_PER_LEAF: u64 = 25;
const BYTES_PER_SHARE: u64 = 5;

/// The page's name of a setting of trees, in small letters; `None` where it is no such setting.
pub fn setting_name(field: &str) -> Option<&'static str> {
    Some(match field {
        "objective" => "loss",
        "delta" => "distance that is squared",
        "level" => "share below the prediction",
        "growth" => "growth",
        "rounds" => "rounds at most",
        "learning_rate" => "learning rate",
        "max_leaves" => "leaves of a tree at most",
        "max_depth" => "depth at most",
        "min_rows_leaf" => "rows in a leaf at least",
        "min_child_weight" => "curvature in a leaf at least",
        "leaf_l2" => "penalty of leaves (L2)",
        "row_share" => "share of rows",
        "column_share" => "share of columns",
        "max_bins" => "groups of a number at most",
        "patience" => "early stopping",
        "validation_share" => "validation share",
        "monotone" => "one-way columns",
        "trees" => "trees",
        "extra" => "thresholds at random",
        _ => return None,
    })
}

/// Losses that numbers can be boosted with, with the settings that they begin with.
pub const OBJECTIVES: [Objective; 5] = [
    Objective::Task,
    Objective::Absolute,
    Objective::Huber { delta: 1.0 },
    Objective::Quantile { level: 0.5 },
    Objective::Poisson,
];

pub fn objective_word(objective: Objective) -> &'static str {
    match objective {
        Objective::Task => "squared error: the mean",
        Objective::Absolute => "absolute error: the median",
        Objective::Huber { .. } => "squared when near, absolute when far (Huber)",
        Objective::Quantile { .. } => "a quantile",
        Objective::Poisson => "counts (Poisson)",
    }
}

pub fn growth_word(growth: Growth) -> &'static str {
    match growth {
        Growth::LeafWise => "where it gains most (leaf-wise)",
        Growth::DepthWise => "level by level (depth-wise)",
    }
}

pub fn trend_word(trend: Trend) -> &'static str {
    match trend {
        Trend::Increasing => "only up",
        Trend::Decreasing => "only down",
    }
}

/// How large a model of trees can become by its settings, in a sentence; `None` for other kinds. `n_classes` is 0 for
/// numbers.
pub fn largest(model: &ModelSpec, n_classes: usize) -> Option<String> {
    let (trees, leaves, depth, each) = match model {
        ModelSpec::Boost(spec) => {
            let per_round = if n_classes > 2 { n_classes as u64 } else { 1 };
            (u64::from(spec.rounds) * per_round, spec.max_leaves, spec.max_depth, BYTES_PER_LEAF)
        }
        ModelSpec::Forest(spec) => {
            let shares = BYTES_PER_SHARE * (n_classes as u64).max(1);
            (u64::from(spec.trees), spec.max_leaves, spec.max_depth, BYTES_PER_LEAF + shares)
        }
        ModelSpec::Baseline
        | ModelSpec::Linear(_)
        | ModelSpec::Network(_)
        | ModelSpec::Bayes(_)
        | ModelSpec::Neighbours(_) => {
            return None;
        }
    };
    // A tree of this depth has no more leaves than that.
    let leaves = depth.map_or(u64::from(leaves), |depth| u64::from(leaves).min(1 << depth.min(32)));
    // The fit ends where a model would become larger.
    let room = MOST_NODES as u64 / 2;
    let all = trees.saturating_mul(leaves).min(room);
    Some(format!(
        "At most {} with {} each, {} in all: up to about {} of the package.",
        counted(trees, "tree"),
        counted(leaves, "leaf"),
        count(all),
        bytes(all.saturating_mul(each))
    ))
}
