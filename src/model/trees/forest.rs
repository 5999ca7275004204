//! Random forests and extra trees in steps of one tree. Sources: Breiman, Random Forests (2001); Geurts et al., Extremely
//! Randomized Trees (2006). Splits are of binned values; a class share or a mean stands in each leaf.

use super::bins::Bins;
use super::fit::{MOST_NODES, TreesOutcome, TreesRecord, sound_weights, task_of};
use super::forest_tree::{ForestRule, Impurity, TreeGrower};
use super::grow::Sets;
use super::{ForestSpec, Tree, Trees};
use crate::dataset::Target;
use crate::model::Head;
use crate::prepare::Matrix;
use crate::problem::Problem;
use crate::random::Random;

/// The stream of the seed's random numbers that everything of a forest is drawn from.
const STREAM: u64 = 13;

pub(super) struct ForestFit {
    spec: ForestSpec,
    bins: Bins,
    impurity: Impurity,
    rule: ForestRule,
    grower: TreeGrower,
    random: Random,
    n_features: u32,
    n_outputs: usize,
    head: Head,
    /// Rows that train, and their weights.
    training: Vec<u32>,
    weights: Vec<f32>,
    /// `[n_rows × n_outputs]`: sums of the trees that did not see the row, and how many these are.
    unseen: Vec<f32>,
    n_unseen: Vec<u32>,
    trees: Vec<Tree>,
    sets: Sets,
    /// Whether a tree was held back by the room that a model has.
    crowded: bool,
}

impl ForestSpec {
    pub(super) fn begin(
        &self,
        features: &Matrix,
        categories: &[Option<u32>],
        target: &Target,
        weights: Option<&[f32]>,
    ) -> Result<ForestFit, Problem> {
        if let Some(problem) = self.validate(task_of(target)).into_iter().next() {
            return Err(problem);
        }
        let weights = sound_weights("forest", target, &self.class_weights, weights, features.n_rows)?;
        let training: Vec<u32> = (0..features.n_rows as u32).filter(|row| weights[*row as usize] > 0.0).collect();
        let bins = Bins::new(features, categories, &training, super::bins::MOST_BINS);
        let (impurity, head, n_outputs) = Impurity::new(target, &weights, &training);
        let n_tried = libm::ceil(bins.features.len() as f64 * f64::from(self.column_share)).max(1.0) as usize;
        let room = (MOST_NODES / (2 * self.trees as usize)).max(2);
        let rule = ForestRule {
            extra: self.extra,
            n_tried,
            max_depth: self.max_depth.map_or(usize::MAX, |depth| depth as usize),
            max_leaves: (self.max_leaves as usize).min(room),
            min_rows: self.min_rows_leaf as usize,
        };
        Ok(ForestFit {
            spec: self.clone(),
            unseen: vec![0.0; features.n_rows * n_outputs],
            n_unseen: vec![0; features.n_rows],
            bins,
            impurity,
            rule,
            grower: TreeGrower::default(),
            random: Random::new(self.seed, STREAM),
            n_features: features.n_columns as u32,
            n_outputs,
            head,
            training,
            weights,
            trees: Vec::new(),
            sets: Sets::default(),
            crowded: false,
        })
    }
}

impl ForestFit {
    /// Grow one tree; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        if self.trees.len() >= self.spec.trees as usize {
            return true;
        }
        // How often each row is drawn.
        let mut times = vec![u32::from(self.spec.extra); self.weights.len()];
        if !self.spec.extra {
            let n = self.training.len() as u64;
            for _ in 0..n {
                times[self.training[self.random.below(n) as usize] as usize] += 1;
            }
        }
        let rows: Vec<u32> = self.training.iter().copied().filter(|row| times[*row as usize] > 0).collect();
        let counts = times.iter().zip(&self.weights).map(|(times, weight)| *times as f32 * weight).collect();
        self.impurity.set_weights(counts);
        let grown = self.grower.grow(&self.bins, &self.rule, &self.impurity, rows, &mut self.random);
        let full = grown.leaves.len() >= self.rule.max_leaves;
        self.crowded |= full && self.rule.max_leaves < self.spec.max_leaves as usize;
        let (leaves, covers) = self.grower.leaf_values(&grown, &self.impurity, self.n_outputs);
        if !self.spec.extra {
            for row in self.training.iter().map(|row| *row as usize).filter(|row| times[*row] == 0) {
                let leaf = grown.leaf_of(&self.bins, row) * self.n_outputs;
                let sums = &mut self.unseen[row * self.n_outputs..(row + 1) * self.n_outputs];
                sums.iter_mut().zip(&leaves[leaf..]).for_each(|(sum, value)| *sum += value);
                self.n_unseen[row] += 1;
            }
        }
        self.trees.push(grown.into_tree(&self.bins, &mut self.sets, None, leaves, covers));
        self.trees.len() >= self.spec.trees as usize
    }

    pub fn progress(&self) -> (u64, u64) {
        (self.trees.len() as u64, u64::from(self.spec.trees))
    }

    pub fn finish(self) -> TreesOutcome {
        let n_trees = self.trees.len() as u32;
        let record =
            TreesRecord { rounds: n_trees, kept: n_trees, out_of_bag: self.out_of_bag(), ..TreesRecord::default() };
        let note = self.crowded.then(|| {
            format!(
                "Trees ended at {} leaves, so that all {} of them have room in {MOST_NODES} nodes and leaves.",
                self.rule.max_leaves, self.spec.trees
            )
        });
        let model = Trees {
            trees: self.trees,
            n_features: self.n_features,
            n_outputs: self.n_outputs as u32,
            base: vec![0.0; self.n_outputs],
            average: true,
            sets: self.sets.sets,
            head: self.head,
        };
        TreesOutcome { model, record, note }
    }

    /// Accuracy, or R², on rows that some tree did not see, by those trees alone.
    fn out_of_bag(&self) -> Option<f64> {
        let seen = |row: &&u32| self.n_unseen[**row as usize] > 0;
        let rows: Vec<usize> = self.training.iter().filter(seen).map(|row| *row as usize).collect();
        if rows.is_empty() {
            return None;
        }
        let mean = |row: usize| f64::from(self.unseen[row]) / f64::from(self.n_unseen[row]);
        match &self.impurity {
            Impurity::Values { values, .. } if self.n_outputs == 1 => {
                let center = rows.iter().map(|row| values[*row]).sum::<f64>() / rows.len() as f64;
                let of = |distance: f64| distance * distance;
                let left: f64 = rows.iter().map(|row| of(values[*row] - mean(*row))).sum();
                let all: f64 = rows.iter().map(|row| of(values[*row] - center)).sum();
                (all > 0.0).then_some(1.0 - left / all)
            }
            impurity => {
                let sums = |row: usize| &self.unseen[row * self.n_outputs..(row + 1) * self.n_outputs];
                let right = rows.iter().filter(|row| highest(sums(**row)) == impurity.class(**row)).count();
                Some(right as f64 / rows.len() as f64)
            }
        }
    }
}

/// Position of the highest sum, the first of equals.
fn highest(sums: &[f32]) -> usize {
    let mut best = 0;
    for (position, sum) in sums.iter().enumerate() {
        if *sum > sums[best] {
            best = position;
        }
    }
    best
}

impl Impurity {
    /// What the splits of a target lower, what its leaves hold, and the model's outputs.
    fn new(target: &Target, weights: &[f32], rows: &[u32]) -> (Self, Head, usize) {
        match target {
            Target::Classes { codes, labels } if labels.len() == 2 => {
                let values = codes.iter().map(|code| f64::from(*code)).collect();
                (Self::Values { values, weights: Vec::new() }, Head::Shares, 2)
            }
            Target::Classes { codes, labels } => {
                let classes = Self::Classes { codes: codes.clone(), weights: Vec::new(), n_classes: labels.len() };
                (classes, Head::Shares, labels.len())
            }
            Target::Values(values) => {
                let total: f64 = rows.iter().map(|row| f64::from(weights[*row as usize])).sum();
                let of = |row: &u32| (values[*row as usize], f64::from(weights[*row as usize]));
                let center = rows.iter().map(of).map(|(value, weight)| weight * value).sum::<f64>() / total;
                let center = f64::from(center as f32);
                let squares: f64 = rows.iter().map(of).map(|(v, weight)| weight * (v - center) * (v - center)).sum();
                let scale = f64::from((squares / total).sqrt() as f32);
                let scale = if scale > 0.0 && scale.is_finite() { scale } else { 1.0 };
                let values = values.iter().map(|value| (value - center) / scale).collect();
                let head = Head::Value { center: center as f32, scale: scale as f32 };
                (Self::Values { values, weights: Vec::new() }, head, 1)
            }
        }
    }
}
