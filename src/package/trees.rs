//! What a package says of a model of trees: how large it is, and what it keeps of single rows.

use super::readme::counted;
use crate::model::trees::{Split, Tree, Trees};
use crate::table::csv::grouped;

/// A leaf that rests on fewer training rows speaks of single ones.
const FEW_ROWS: f32 = 5.0;

/// The trees, what they cost, and the settings that cap them.
pub fn how_large(model: &Trees, model_bytes: usize) -> String {
    let leaves = || model.trees.iter().map(Tree::n_leaves);
    let all: usize = leaves().sum();
    let (how, cap) = match model.average {
        true => ("whose answers are averaged", "trees and max_leaves"),
        false => ("whose answers are added up", "rounds and max_leaves"),
    };
    format!(
        "**How large it is.** {}, {how}, with {} in all and at most {} a tree. `model.onnx` takes {}, about {} a leaf. The \
         settings {cap} in design.json cap it: half as many make it half as large.\n",
        counted(model.trees.len(), "tree", "trees"),
        counted(all, "leaf", "leaves"),
        grouped(leaves().max().unwrap_or(0) as u64),
        size_text(model_bytes),
        counted(model_bytes / all.max(1), "byte", "bytes"),
    )
}

/// "2.3 MB", in decimal units.
fn size_text(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// Thresholds and small leaves: what trees keep of single rows.
pub fn reveals(model: &Trees) -> Vec<String> {
    let mut out = Vec::new();
    let nodes = || model.trees.iter().flat_map(|tree| &tree.nodes);
    let n_thresholds = nodes().filter(|node| matches!(node.split, Split::AtMost(_))).count();
    if n_thresholds > 0 {
        out.push(format!(
            "{} of trees. Each lies between two neighbouring values of training rows, so that a value which few rows had can \
             be told from it.",
            counted(n_thresholds, "threshold", "thresholds")
        ));
    }
    let leaves = || model.trees.iter().flat_map(|tree| &tree.leaf_cover);
    let n_small = leaves().filter(|cover| **cover < FEW_ROWS).count();
    let small = match n_small {
        0 => "None rests on fewer than 5 rows.".to_owned(),
        n => format!(
            "{} fewer than 5 rows, and what {} tells comes close to the target of these rows; more rows in a leaf \
             (min_rows_leaf) tell less.",
            if n == 1 { "1 leaf rests on".to_owned() } else { format!("{} leaves rest on", grouped(n as u64)) },
            if n == 1 { "it" } else { "each" }
        ),
    };
    out.push(format!(
        "In pipeline.bin: how many training rows came to each of {}. {small}",
        counted(leaves().count(), "leaf", "leaves")
    ));
    out
}
