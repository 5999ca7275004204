//! Trees of decisions: gradient boosting, random forests and extra trees, fitted by one grower and predicted by one walk.

mod bins;
mod boost;
pub mod fit;
mod forest;
mod forest_tree;
mod grow;
mod loss;
mod settings;
mod split;

use serde::{Deserialize, Serialize};

use super::{Head, Predictions};
use crate::prepare::{Matrix, PrepareSpec};

pub use fit::{TreesFit, TreesOutcome, TreesRecord};
pub use settings::{BoostSpec, ForestSpec, Growth, Objective, Trend};

/// A fitted model of trees. Its raw outputs are `base` plus, in the order of the trees, what the leaves of a row hold; all
/// sums in f32.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trees {
    pub trees: Vec<Tree>,
    pub n_features: u32,
    /// 1 for the boosting of two classes (the logit of the second) and for values.
    pub n_outputs: u32,
    /// `[n_outputs]`, added to the sums first.
    pub base: Vec<f32>,
    /// Forests: the sums over trees are divided by the number of trees (`base` is 0).
    pub average: bool,
    /// Sets of category codes, each sorted; a node refers to one by its position. Equal sets are one.
    pub sets: Vec<Vec<u32>>,
    pub head: Head,
}

/// One tree. Without inner nodes it is its one leaf.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    /// The output that the leaves add to (boosting: one value a leaf); `None`: every leaf holds one value per output.
    pub output: Option<u32>,
    /// Inner nodes; node 0 is the root, and the children of a node stand behind it.
    pub nodes: Vec<Node>,
    /// `[n_leaves × (1 or n_outputs)]`, the learning rate included.
    pub leaves: Vec<f32>,
    /// Training rows times their weights in each leaf.
    pub leaf_cover: Vec<f32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    pub feature: u32,
    pub split: Split,
    /// Where a missing value (NaN) goes.
    pub missing_left: bool,
    pub left: Child,
    pub right: Child,
    /// Training rows times their weights that came here.
    pub cover: f32,
    /// By how much the split lowered the loss that the tree was grown for.
    pub gain: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Split {
    /// Left where x <= threshold. The threshold lies between two values that training saw; it is `f32::MAX` where only
    /// missing values go right.
    AtMost(f32),
    /// Left where the category's code is in the set at this position of `Trees::sets`; a code that training never saw
    /// goes right.
    In(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Child {
    Node(u32),
    Leaf(u32),
}

/// Rows that go through one tree after the other together.
const BLOCK_ROWS: usize = 256;

/// The codes of one set as bits, for a test of one instruction.
struct Bits(Vec<u64>);

impl Bits {
    fn new(codes: &[u32]) -> Self {
        let n_words = codes.iter().max().map_or(0, |most| *most as usize / 64 + 1);
        let mut words = vec![0u64; n_words];
        for &code in codes {
            words[code as usize / 64] |= 1 << (code % 64);
        }
        Self(words)
    }

    /// `value` is a code as f32: whole and not negative where it is one of ours.
    fn contains(&self, value: f32) -> bool {
        let code = value as usize;
        value >= 0.0 && self.0.get(code / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

impl Tree {
    pub fn n_leaves(&self) -> usize {
        self.leaf_cover.len()
    }

    /// The leaf that a row of features ends in.
    fn leaf(&self, row: &[f32], sets: &[Bits]) -> usize {
        let mut at = if self.nodes.is_empty() { Child::Leaf(0) } else { Child::Node(0) };
        loop {
            match at {
                Child::Leaf(leaf) => return leaf as usize,
                Child::Node(position) => {
                    let node = &self.nodes[position as usize];
                    let x = row[node.feature as usize];
                    let left = if x.is_nan() {
                        node.missing_left
                    } else {
                        match node.split {
                            Split::AtMost(threshold) => x <= threshold,
                            Split::In(set) => sets[set as usize].contains(x),
                        }
                    };
                    at = if left { node.left } else { node.right };
                }
            }
        }
    }

    /// Add what a row's leaf holds to its sums, one per output.
    fn add(&self, row: &[f32], sets: &[Bits], sums: &mut [f32]) {
        let leaf = self.leaf(row, sets);
        match self.output {
            Some(output) => sums[output as usize] += self.leaves[leaf],
            None => {
                let values = &self.leaves[leaf * sums.len()..];
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
        }
    }

    fn check(&self, n_features: usize, n_outputs: usize, n_sets: usize) -> Result<(), String> {
        let per_leaf = match self.output {
            Some(output) if (output as usize) < n_outputs => 1,
            Some(_) => return Err("A tree adds to an output that is not there.".into()),
            None => n_outputs,
        };
        let n_leaves = self.n_leaves();
        if n_leaves != self.nodes.len() + 1 || self.leaves.len() != n_leaves * per_leaf {
            return Err("A tree has another number of leaves than its nodes lead to.".into());
        }
        for (position, node) in self.nodes.iter().enumerate() {
            let child_fits = |child: Child| match child {
                Child::Node(child) => child as usize > position && (child as usize) < self.nodes.len(),
                Child::Leaf(leaf) => (leaf as usize) < n_leaves,
            };
            let split_fits = match node.split {
                Split::AtMost(threshold) => !threshold.is_nan(),
                Split::In(set) => (set as usize) < n_sets,
            };
            if node.feature as usize >= n_features || !split_fits || !child_fits(node.left) || !child_fits(node.right) {
                return Err("A tree's node refers to what is not there.".into());
            }
        }
        Ok(())
    }
}

impl Trees {
    /// Nodes and leaves of all trees.
    pub fn n_nodes(&self) -> usize {
        self.trees.iter().map(|tree| tree.nodes.len() + tree.n_leaves()).sum()
    }

    /// Raw outputs, row-major `[n_rows × n_outputs]`. Costs the depth of each tree per row.
    pub fn outputs(&self, features: &Matrix) -> Vec<f32> {
        let n_outputs = self.n_outputs as usize;
        let sets: Vec<Bits> = self.sets.iter().map(|codes| Bits::new(codes)).collect();
        let n_trees = self.trees.len().max(1) as f32;
        let mut outputs = self.base.repeat(features.n_rows);
        for (block, sums) in outputs.chunks_mut(BLOCK_ROWS * n_outputs.max(1)).enumerate() {
            // A tree stays in the processor's cache for all rows of a block.
            for tree in &self.trees {
                for (row, sums) in sums.chunks_exact_mut(n_outputs).enumerate() {
                    tree.add(features.row(block * BLOCK_ROWS + row), &sets, sums);
                }
            }
            if self.average {
                sums.iter_mut().for_each(|sum| *sum /= n_trees);
            }
        }
        outputs
    }

    pub fn predict(&self, features: &Matrix) -> Predictions {
        self.head.predictions(self.outputs(features), self.n_outputs as usize)
    }

    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        let n_outputs = self.n_outputs as usize;
        if self.n_features as usize != n_features || self.base.len() != n_outputs {
            return Err("The trees do not fit their preparation.".into());
        }
        if !self.head.fits(n_outputs, n_classes, true) {
            return Err("The trees answer another task than the pipeline.".into());
        }
        let most = PrepareSpec::MAX_CATEGORIES.1;
        if self.sets.iter().any(|set| !set.is_sorted() || set.last().is_some_and(|code| *code > most)) {
            return Err("A set of categories holds codes that there cannot be.".into());
        }
        self.trees.iter().try_for_each(|tree| tree.check(n_features, n_outputs, self.sets.len()))
    }
}
