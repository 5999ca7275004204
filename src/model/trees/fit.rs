//! Fitting trees in steps of one tree or round each, so that a caller can listen, pause and stop.

use super::{BoostSpec, ForestSpec, Trees};
use crate::dataset::{Target, Task};
use crate::model::Head;
use crate::prepare::Matrix;
use crate::problem::Problem;

/// A fit under way.
pub struct TreesFit {
    model: Trees,
    record: TreesRecord,
    total: u64,
}

/// How a fit went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreesRecord {
    /// Rounds, or trees of a forest, that were grown.
    pub rounds: u32,
    /// Those that the model keeps: fewer after an early stop.
    pub kept: u32,
    /// The mean training loss after each round (boosting).
    pub training_loss: Vec<f64>,
    /// The mean loss of held-back rows after each round (boosting with patience).
    pub validation_loss: Vec<f64>,
    /// Score on the rows that a tree did not see (random forests): accuracy of classes, R² of values.
    pub out_of_bag: Option<f64>,
}

/// A finished fit.
#[derive(Clone, Debug, PartialEq)]
pub struct TreesOutcome {
    pub model: Trees,
    pub record: TreesRecord,
    /// What a person should know about this fit.
    pub note: Option<String>,
}

impl BoostSpec {
    /// Begin to fit. `categories` are the codes of each feature that is a category (`Preparation::category_sizes`), and
    /// `weights` count rows; without them each counts 1.
    ///
    /// # Errors
    /// Settings out of range or that do not go with the features, or no rows.
    pub fn start(
        &self,
        features: &Matrix,
        categories: &[Option<u32>],
        feature_names: &[String],
        target: &Target,
        weights: Option<&[f32]>,
    ) -> Result<TreesFit, Problem> {
        let _ = (categories, feature_names, weights);
        begin(self.validate(task_of(target)), features, target, u64::from(self.rounds))
    }
}

impl ForestSpec {
    /// Begin to fit; see `BoostSpec::start`.
    ///
    /// # Errors
    /// Settings out of range, or no rows.
    pub fn start(
        &self,
        features: &Matrix,
        categories: &[Option<u32>],
        target: &Target,
        weights: Option<&[f32]>,
    ) -> Result<TreesFit, Problem> {
        let _ = (categories, weights);
        begin(self.validate(task_of(target)), features, target, u64::from(self.trees))
    }
}

fn task_of(target: &Target) -> Task {
    match target {
        Target::Values(_) => Task::Regression,
        Target::Classes { labels, .. } if labels.len() == 2 => Task::Binary,
        Target::Classes { .. } => Task::Multiclass,
    }
}

fn begin(problems: Vec<Problem>, features: &Matrix, target: &Target, total: u64) -> Result<TreesFit, Problem> {
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem);
    }
    let (n_outputs, head) = match target {
        Target::Values(_) => (1, Head::Value { center: 0.0, scale: 1.0 }),
        Target::Classes { labels, .. } if labels.len() == 2 => (1, Head::Softmax),
        Target::Classes { labels, .. } => (labels.len() as u32, Head::Softmax),
    };
    let model = Trees {
        trees: Vec::new(),
        n_features: features.n_columns as u32,
        n_outputs,
        base: vec![0.0; n_outputs as usize],
        average: false,
        sets: Vec::new(),
        head,
    };
    Ok(TreesFit { model, record: TreesRecord::default(), total })
}

impl TreesFit {
    /// Grow one tree, or one of each class; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        true
    }

    /// Rounds or trees that are done, and all.
    pub fn progress(&self) -> (u64, u64) {
        (u64::from(self.record.rounds), self.total)
    }

    /// Fit to the end.
    pub fn run(mut self) -> TreesOutcome {
        while !self.step() {}
        self.finish()
    }

    /// The model of the trees grown so far.
    pub fn finish(self) -> TreesOutcome {
        TreesOutcome { model: self.model, record: self.record, note: None }
    }
}
