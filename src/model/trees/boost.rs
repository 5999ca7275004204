//! Gradient boosting in steps of one tree. Source: Friedman, Greedy Function Approximation (2001); the second derivatives
//! and the growth of trees are those of LightGBM.

use super::bins::Bins;
use super::fit::{MOST_NODES, TreesOutcome, TreesRecord, refuse, sound_weights, task_of};
use super::grow::{Grower, Grown, Leaf, Sets, Shape};
use super::loss::Goal;
use super::split::Rule;
use super::{BoostSpec, Tree, Trees, Trend};
use crate::dataset::Target;
use crate::prepare::Matrix;
use crate::problem::Problem;
use crate::random::Random;
use crate::split::draw_validation;

/// The streams of the seed's random numbers that draw rows and features.
const ROW_STREAM: u64 = 11;
const COLUMN_STREAM: u64 = 12;
/// The training loss is followed on so many rows at most.
const WATCHED_ROWS: usize = 16_384;

pub(super) struct BoostFit {
    spec: BoostSpec,
    bins: Bins,
    shape: Shape,
    goal: Goal,
    grower: Grower,
    rows: Random,
    columns: Random,
    n_features: u32,
    /// Rows that train, those that are held back, and those whose training loss is followed.
    training: Vec<u32>,
    validation: Vec<u32>,
    watched: Vec<u32>,
    /// `[n_outputs][n_rows]`.
    outputs: Vec<f64>,
    gradients: Vec<[f32; 2]>,
    /// Rows outside the sample of this round, whose outputs each tree changes all the same.
    outside: Vec<u32>,
    trees: Vec<Tree>,
    sets: Sets,
    n_nodes: usize,
    /// The output that the next tree is for; 0 begins a round.
    output: usize,
    grew: bool,
    /// Trees after each round.
    n_trees: Vec<usize>,
    record: TreesRecord,
    ended: Option<End>,
}

/// Why no further round is made.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Rounds,
    /// No leaf can be split any more.
    Nothing,
    Patience,
    Nodes,
    Diverged,
}

impl BoostSpec {
    pub(super) fn begin(
        &self,
        features: &Matrix,
        categories: &[Option<u32>],
        feature_names: &[String],
        target: &Target,
        weights: Option<&[f32]>,
    ) -> Result<BoostFit, Problem> {
        if let Some(problem) = self.validate(task_of(target)).into_iter().next() {
            return Err(problem);
        }
        let place = "boosted trees";
        let weights = sound_weights(place, target, &self.class_weights, weights, features.n_rows)?;
        let trends = self.trends(categories, feature_names, target)?;
        let (mut training, mut validation): (Vec<u32>, Vec<u32>) = match self.patience {
            Some(_) if target.len() > 1 => draw_validation(target, self.validation_share, self.seed),
            Some(_) | None => ((0..features.n_rows as u32).collect(), Vec::new()),
        };
        training.retain(|row| weights[*row as usize] > 0.0);
        validation.retain(|row| weights[*row as usize] > 0.0);
        if training.is_empty() {
            std::mem::swap(&mut training, &mut validation);
        }
        let bins = Bins::new(features, categories, &training, self.max_bins as usize);
        let goal = Goal::new(self.objective, target, weights, &training)?;
        let rule = Rule {
            l2: f64::from(self.leaf_l2),
            min_rows: i64::from(self.min_rows_leaf),
            min_hessian: f64::from(self.min_child_weight),
            bounded: !self.monotone.is_empty(),
        };
        let shape = Shape {
            rule,
            growth: self.growth,
            max_leaves: self.max_leaves as usize,
            max_depth: self.max_depth.map_or(usize::MAX, |depth| depth as usize),
            trends: bins.features.iter().map(|feature| trends[feature.column as usize]).collect(),
        };
        let n_rows = features.n_rows;
        let every = training.len().div_ceil(WATCHED_ROWS).max(1);
        let outputs: Vec<f64> = goal.base.iter().flat_map(|base| std::iter::repeat_n(*base, n_rows)).collect();
        let ended = (bins.features.is_empty() || !goal.learns.contains(&true)).then_some(End::Nothing);
        Ok(BoostFit {
            spec: self.clone(),
            gradients: vec![[0.0; 2]; outputs.len()],
            outputs,
            watched: training.iter().copied().step_by(every).collect(),
            bins,
            shape,
            goal,
            grower: Grower::new(),
            rows: Random::new(self.seed, ROW_STREAM),
            columns: Random::new(self.seed, COLUMN_STREAM),
            n_features: features.n_columns as u32,
            training,
            validation,
            outside: Vec::new(),
            trees: Vec::new(),
            sets: Sets::default(),
            n_nodes: 0,
            output: 0,
            grew: false,
            n_trees: Vec::new(),
            record: TreesRecord::default(),
            ended,
        })
    }

    /// The trend of each feature of the matrix.
    fn trends(
        &self,
        categories: &[Option<u32>],
        feature_names: &[String],
        target: &Target,
    ) -> Result<Vec<Option<Trend>>, Problem> {
        let mut trends = vec![None; feature_names.len()];
        let place = "boosted trees, monotone";
        if !self.monotone.is_empty()
            && let Target::Classes { labels, .. } = target
            && labels.len() > 2
        {
            let event = format!("With {} classes there is no one direction for predictions to move in.", labels.len());
            return Err(refuse(place, event, "Take the columns out, or choose a target of two classes or numbers."));
        }
        for (name, trend) in &self.monotone {
            let Some(position) = feature_names.iter().position(|feature| feature == name) else {
                let event = format!("There is no feature {name}.");
                return Err(refuse(place, event, "Name a column of numbers that the model uses."));
            };
            if categories.get(position).copied().flatten().is_some() {
                let event = format!("{name} is a category, whose texts have no order to follow.");
                return Err(refuse(place, event, "Name columns of numbers or dates only."));
            }
            trends[position] = Some(*trend);
        }
        Ok(trends)
    }
}

impl BoostFit {
    /// Grow one tree; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        if self.ended.is_some() {
            return true;
        }
        if self.output == 0 {
            self.begin_round();
        }
        if self.goal.learns[self.output] {
            self.grow_tree();
        }
        self.output += 1;
        if self.output == self.goal.n_outputs() {
            self.output = 0;
            self.ended = self.end_round();
        }
        self.ended.is_some()
    }

    pub fn progress(&self) -> (u64, u64) {
        let n_outputs = self.goal.n_outputs() as u64;
        (u64::from(self.record.rounds) * n_outputs + self.output as u64, u64::from(self.spec.rounds) * n_outputs)
    }

    fn begin_round(&mut self) {
        self.goal.gradients(&self.outputs, &mut self.gradients);
        self.grew = false;
        if self.spec.row_share < 1.0 {
            self.sample_rows();
        } else if self.outside.is_empty() {
            self.outside.clone_from(&self.validation);
        }
    }

    /// The rows of this round, drawn without replacement; the order of rows is kept.
    fn sample_rows(&mut self) {
        let mut wanted = ((self.training.len() as f64 * f64::from(self.spec.row_share)) as usize).max(1) as u64;
        self.outside.clear();
        let mut inside = Vec::with_capacity(wanted as usize);
        for (position, &row) in self.training.iter().enumerate() {
            let left = (self.training.len() - position) as u64;
            if self.rows.below(left) < wanted {
                inside.push(row);
                wanted -= 1;
            } else {
                self.outside.push(row);
            }
        }
        self.outside.extend(&self.validation);
        self.grower.rows = inside;
    }

    fn sample_columns(&mut self) {
        let n = self.bins.features.len();
        let mut features: Vec<usize> = (0..n).collect();
        if self.spec.column_share < 1.0 {
            let wanted = libm::round(n as f64 * f64::from(self.spec.column_share)).max(1.0) as usize;
            self.columns.shuffle(&mut features);
            features.truncate(wanted);
            features.sort_unstable();
        }
        self.grower.choose_features(&self.bins, features);
    }

    fn grow_tree(&mut self) {
        self.sample_columns();
        if self.spec.row_share < 1.0 {
            // A tree leaves the rows in the order of its leaves.
            self.grower.rows.sort_unstable();
        } else {
            self.grower.rows.clone_from(&self.training);
        }
        let n_rows = self.goal.n_rows();
        let range = self.output * n_rows..(self.output + 1) * n_rows;
        let grown = self.grower.grow(&self.bins, &self.shape, &self.gradients[range.clone()]);
        if grown.nodes.is_empty() {
            return;
        }
        self.grew = true;
        self.n_nodes += grown.nodes.len() + grown.leaves.len();
        let outputs = &mut self.outputs[range];
        let (mut leaves, mut covers) = (Vec::new(), Vec::new());
        for leaf in &grown.leaves {
            let rows = &self.grower.rows[leaf.start..leaf.start + leaf.n_rows];
            leaves.push(leaf_value(&self.goal, leaf, outputs, rows, self.spec.learning_rate));
            covers.push(rows.iter().map(|row| f64::from(self.goal.weights[*row as usize])).sum::<f64>() as f32);
        }
        self.add(&grown, &leaves);
        let output = Some(self.output as u32);
        self.trees.push(grown.into_tree(&self.bins, &mut self.sets, output, leaves, covers));
    }

    /// Add a tree to the outputs of all rows.
    fn add(&mut self, grown: &Grown, leaves: &[f32]) {
        let n_rows = self.goal.n_rows();
        let outputs = &mut self.outputs[self.output * n_rows..(self.output + 1) * n_rows];
        for (leaf, value) in grown.leaves.iter().zip(leaves) {
            for &row in &self.grower.rows[leaf.start..leaf.start + leaf.n_rows] {
                outputs[row as usize] += f64::from(*value);
            }
        }
        for &row in &self.outside {
            outputs[row as usize] += f64::from(leaves[grown.leaf_of(&self.bins, row as usize)]);
        }
    }

    /// Scores of the round, and whether it was the last.
    fn end_round(&mut self) -> Option<End> {
        let samples = self.spec.row_share < 1.0 || self.spec.column_share < 1.0;
        if !self.grew && !samples {
            return Some(End::Nothing);
        }
        self.record.rounds += 1;
        self.n_trees.push(self.trees.len());
        let loss = self.goal.mean_loss(&self.outputs, &self.watched);
        self.record.training_loss.push(loss);
        if !loss.is_finite() {
            return Some(End::Diverged);
        }
        if let Some(patience) = self.spec.patience {
            let loss = self.goal.mean_loss(&self.outputs, &self.validation);
            self.record.validation_loss.push(loss);
            let best = lowest(&self.record.validation_loss);
            if self.record.validation_loss.len() - 1 - best >= patience as usize {
                return Some(End::Patience);
            }
        }
        if self.n_nodes >= MOST_NODES {
            return Some(End::Nodes);
        }
        (self.record.rounds >= self.spec.rounds).then_some(End::Rounds)
    }

    /// The rounds that are kept, and what there is to say.
    fn kept(&self) -> (usize, Option<String>) {
        let n_rounds = self.record.rounds as usize;
        let losses = &self.record.training_loss;
        let start = self.goal.mean_loss(&self.start_outputs(), &self.watched);
        if losses.last().is_some_and(|last| !(*last <= start)) {
            let best = lowest(losses);
            let kept = if losses[best] < start { best + 1 } else { 0 };
            let note = format!(
                "The learning rate {} is too large: the training loss ended above where it began. The best {kept} of \
                 {n_rounds} rounds are kept; a smaller one will predict better.",
                self.spec.learning_rate
            );
            return (kept, Some(note));
        }
        if self.spec.patience.is_some() && n_rounds > 0 {
            let kept = lowest(&self.record.validation_loss) + 1;
            let stopped = self.ended == Some(End::Patience);
            let note = (!stopped && kept == n_rounds && self.ended == Some(End::Rounds)).then(|| {
                format!("The held-back rows were still predicted better after round {n_rounds}; more rounds may help.")
            });
            return (kept, note);
        }
        let note = (self.ended == Some(End::Nodes)).then(|| {
            format!(
                "The trees reached {MOST_NODES} nodes and leaves after {n_rounds} of {} rounds; fewer leaves or a larger \
                 learning rate make room.",
                self.spec.rounds
            )
        });
        (n_rounds, note)
    }

    fn start_outputs(&self) -> Vec<f64> {
        let n_rows = self.goal.n_rows();
        self.goal.base.iter().flat_map(|base| std::iter::repeat_n(*base, n_rows)).collect()
    }

    pub fn finish(mut self) -> TreesOutcome {
        let (kept, note) = self.kept();
        self.trees.truncate(kept.checked_sub(1).map_or(0, |round| self.n_trees[round]));
        self.record.kept = kept as u32;
        let mut model = Trees {
            trees: self.trees,
            n_features: self.n_features,
            n_outputs: self.goal.n_outputs() as u32,
            base: self.goal.base.iter().map(|base| *base as f32).collect(),
            average: false,
            sets: self.sets.sets,
            head: self.goal.head,
        };
        model.drop_unused_sets();
        TreesOutcome { model, record: self.record, note }
    }
}

/// The value of a leaf, the learning rate included, as it is stored.
fn leaf_value(goal: &Goal, leaf: &Leaf, outputs: &[f64], rows: &[u32], learning_rate: f32) -> f32 {
    let (low, high) = leaf.bounds;
    let value = goal.renewed(outputs, rows).map_or(leaf.value, |value| value.clamp(low, high));
    (value * f64::from(learning_rate)).clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

/// The position of the lowest loss, the first of equals.
fn lowest(losses: &[f64]) -> usize {
    let mut best = 0;
    for (position, loss) in losses.iter().enumerate() {
        if *loss < losses[best] || losses[best].is_nan() {
            best = position;
        }
    }
    best
}
