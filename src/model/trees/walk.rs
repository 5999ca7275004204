//! Trees in the form that many rows walk fast: a node is 16 bytes, the nodes of all trees lie side by side, and a block of
//! rows goes through one tree after the other, so that the tree stays in the processor's cache. The sums of a row are the
//! same as row by row: in the order of the trees.

use super::{Child, Split, Trees};
use crate::prepare::Matrix;

/// Rows that go through a tree together.
const ROWS: usize = 256;

/// A node. A child that is not negative is a node, else `!leaf`: the first value of a leaf in `Trees`' order.
#[derive(Clone, Copy)]
struct Step {
    /// The threshold's bits, or the set.
    cut: u32,
    /// The feature times four, plus 2 where `cut` is a set, plus 1 where missing values go left.
    feature: u32,
    left: i32,
    right: i32,
}

/// One tree: where it begins, as a child, and the output that it adds to (`None`: all).
struct Root {
    first: i32,
    output: Option<u32>,
}

/// A model made ready for many rows. Making it costs a pass over the nodes.
pub(super) struct Walk<'a> {
    model: &'a Trees,
    steps: Vec<Step>,
    roots: Vec<Root>,
    leaves: Vec<f32>,
    /// The codes of each set as bits, all sets one behind the other, and where each begins.
    bits: Vec<u64>,
    starts: Vec<u32>,
}

impl<'a> Walk<'a> {
    pub fn new(model: &'a Trees) -> Self {
        let n_nodes = model.trees.iter().map(|tree| tree.nodes.len()).sum();
        let mut walk = Self {
            model,
            steps: Vec::with_capacity(n_nodes),
            roots: Vec::with_capacity(model.trees.len()),
            leaves: Vec::with_capacity(model.trees.iter().map(|tree| tree.leaves.len()).sum()),
            bits: Vec::new(),
            starts: vec![0],
        };
        for codes in &model.sets {
            let start = walk.bits.len();
            let n_words = codes.iter().max().map_or(0, |most| *most as usize / 64 + 1);
            walk.bits.resize(start + n_words, 0);
            for &code in codes {
                walk.bits[start + code as usize / 64] |= 1 << (code % 64);
            }
            walk.starts.push(walk.bits.len() as u32);
        }
        for tree in &model.trees {
            let (first_step, first_leaf) = (walk.steps.len() as i32, walk.leaves.len() as i32);
            let per_leaf = if tree.output.is_some() { 1 } else { model.n_outputs as i32 };
            let child = |child: Child| match child {
                Child::Node(node) => first_step + node as i32,
                Child::Leaf(leaf) => !(first_leaf + leaf as i32 * per_leaf),
            };
            let step = |node: &super::Node| {
                let (cut, is_set) = match node.split {
                    Split::AtMost(threshold) => (threshold.to_bits(), 0),
                    Split::In(set) => (set, 2),
                };
                let feature = node.feature * 4 + is_set + u32::from(node.missing_left);
                Step { cut, feature, left: child(node.left), right: child(node.right) }
            };
            walk.steps.extend(tree.nodes.iter().map(step));
            walk.leaves.extend_from_slice(&tree.leaves);
            let first = if tree.nodes.is_empty() { !first_leaf } else { first_step };
            walk.roots.push(Root { first, output: tree.output });
        }
        walk
    }

    /// Where the leaf's values of a row begin.
    fn leaf(&self, first: i32, row: &[f32]) -> usize {
        let mut at = first;
        while at >= 0 {
            let step = self.steps[at as usize];
            let x = row[(step.feature / 4) as usize];
            let left = if step.feature & 2 == 0 {
                // A missing value is at most nothing.
                (x <= f32::from_bits(step.cut)) | (x.is_nan() & (step.feature & 1 == 1))
            } else if x.is_nan() {
                step.feature & 1 == 1
            } else {
                self.contains(step.cut, x)
            };
            at = if left { step.left } else { step.right };
        }
        !at as usize
    }

    /// `value` is a code as f32: whole and not negative where it is one of ours.
    fn contains(&self, set: u32, value: f32) -> bool {
        let code = value as usize;
        let words = &self.bits[self.starts[set as usize] as usize..self.starts[set as usize + 1] as usize];
        value >= 0.0 && words.get(code / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// Raw outputs, row-major `[n_rows × n_outputs]`.
    pub fn outputs(&self, features: &Matrix) -> Vec<f32> {
        let n_outputs = self.model.n_outputs as usize;
        let mut outputs = vec![0.0; features.n_rows * n_outputs];
        if n_outputs == 0 {
            return outputs;
        }
        for (block, sums) in outputs.chunks_mut(ROWS * n_outputs).enumerate() {
            for root in &self.roots {
                for (row, sums) in sums.chunks_exact_mut(n_outputs).enumerate() {
                    let leaf = self.leaf(root.first, features.row(block * ROWS + row));
                    match root.output {
                        Some(output) => sums[output as usize] += self.leaves[leaf],
                        None => {
                            for (sum, value) in sums.iter_mut().zip(&self.leaves[leaf..leaf + n_outputs]) {
                                *sum += value;
                            }
                        }
                    }
                }
            }
        }
        let n_trees = self.model.trees.len().max(1) as f32;
        for sums in outputs.chunks_exact_mut(n_outputs) {
            for (sum, base) in sums.iter_mut().zip(&self.model.base) {
                *sum = if self.model.average { *sum / n_trees } else { *sum } + base;
            }
        }
        outputs
    }
}
