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
mod walk;

use serde::{Deserialize, Serialize};

use super::{Head, Predictions};
use crate::prepare::{Matrix, PrepareSpec};

pub use fit::{TreesFit, TreesOutcome, TreesRecord};
pub use settings::{BoostSpec, ForestSpec, Growth, Objective, Trend};

/// A fitted model of trees. Its raw outputs are what the leaves of a row hold, summed in the order of the trees, and then
/// `base`; all sums in f32. `base` comes last, as in other runtimes: what trees add is small beside it, and keeps its digits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trees {
    pub trees: Vec<Tree>,
    pub n_features: u32,
    /// 1 for the boosting of two classes (the logit of the second) and for values.
    pub n_outputs: u32,
    /// `[n_outputs]`, added to the sums last.
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

/// From so many rows on, bringing the trees into another form pays.
const MANY_ROWS: usize = 64;

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
        if features.n_rows >= MANY_ROWS { walk::Walk::new(self).outputs(features) } else { self.row_by_row(features) }
    }

    fn row_by_row(&self, features: &Matrix) -> Vec<f32> {
        let n_outputs = self.n_outputs as usize;
        let sets: Vec<Bits> = self.sets.iter().map(|codes| Bits::new(codes)).collect();
        let mut outputs = vec![0.0f32; features.n_rows * n_outputs];
        let n_trees = self.trees.len().max(1) as f32;
        for (row, sums) in outputs.chunks_exact_mut(n_outputs.max(1)).enumerate() {
            self.trees.iter().for_each(|tree| tree.add(features.row(row), &sets, sums));
            for (sum, base) in sums.iter_mut().zip(&self.base) {
                *sum = if self.average { *sum / n_trees } else { *sum } + base;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Random trees over three numbers and one category.
    fn model(average: bool, n_outputs: u32, random: &mut Random) -> Trees {
        let sets: Vec<Vec<u32>> = (0..9).map(|_| (0..130).filter(|_| random.below(2) == 0).collect()).collect();
        let tree = |t: u32, random: &mut Random| {
            let n_inner = random.below(12) as usize;
            let output = (!average).then_some(t % n_outputs);
            let per_leaf = if average { n_outputs as usize } else { 1 };
            // A chain to one side or the other, with a leaf at every node.
            let node = |position: usize, random: &mut Random| {
                let feature = random.below(4) as u32;
                let split = match feature {
                    0 => Split::In(random.below(9) as u32),
                    _ => Split::AtMost(random.normal() as f32),
                };
                let next =
                    if position + 1 < n_inner { Child::Node(position as u32 + 1) } else { Child::Leaf(n_inner as u32) };
                let leaf = Child::Leaf(position as u32);
                let (left, right) = if random.below(2) == 0 { (next, leaf) } else { (leaf, next) };
                Node { feature, split, missing_left: random.below(2) == 0, left, right, cover: 1.0, gain: 1.0 }
            };
            let nodes = (0..n_inner).map(|position| node(position, random)).collect();
            let leaves = (0..(n_inner + 1) * per_leaf).map(|_| random.normal() as f32).collect();
            Tree { output, nodes, leaves, leaf_cover: vec![1.0; n_inner + 1] }
        };
        Trees {
            trees: (0..40).map(|t| tree(t, random)).collect(),
            n_features: 4,
            n_outputs,
            base: (0..n_outputs).map(|k| if average { 0.0 } else { k as f32 + 0.25 }).collect(),
            average,
            sets,
            head: Head::Softmax,
        }
    }

    #[test]
    fn many_rows_get_the_same_bits_as_each_row_alone() {
        let mut random = Random::new(8, 0);
        for (average, n_outputs) in [(false, 1), (false, 3), (true, 1), (true, 4)] {
            let model = model(average, n_outputs, &mut random);
            let n_rows = 1_000;
            let values = (0..n_rows * 4).map(|i| match (i % 4, random.below(10)) {
                (_, 0) => f32::NAN,
                (0, _) => random.below(140) as f32,
                (_, 1) => f32::MAX,
                _ => random.normal() as f32,
            });
            let features = Matrix { values: values.collect(), n_rows, n_columns: 4 };
            let alone = model.row_by_row(&features);
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&model.outputs(&features)), bits(&alone));
            assert!(alone.iter().any(|value| *value != alone[0]), "the rows differ");
        }
    }
}
