//! Fitting trees in steps of one tree each, so that a caller can listen, pause and stop.

use super::boost::BoostFit;
use super::forest::ForestFit;
use super::{BoostSpec, ForestSpec, Split, Trees};
use crate::dataset::{Target, Task};
use crate::model::ClassWeights;
use crate::prepare::Matrix;
use crate::problem::Problem;

/// Nodes and leaves of a model at most: some 25 MB of its package.
pub const MOST_NODES: usize = 1_000_000;

/// A fit under way.
pub struct TreesFit(Kind);

enum Kind {
    Boost(Box<BoostFit>),
    Forest(Box<ForestFit>),
}

/// How a fit went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TreesRecord {
    /// Rounds, or trees of a forest, that were grown.
    pub rounds: u32,
    /// Those that the model keeps: fewer after an early stop.
    pub kept: u32,
    /// The mean training loss after each round of boosting, on at most 16,384 rows; that of values in units of the scaled
    /// target.
    pub training_loss: Vec<f64>,
    /// The mean loss of held-back rows after each round (boosting with patience).
    pub validation_loss: Vec<f64>,
    /// Score of each row on the trees that did not see it (random forests): accuracy of classes, R² of values.
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
    /// `weights` count rows; without them each counts 1, and with 0 it does not count at all.
    ///
    /// # Errors
    /// Settings out of range or that do not go with the features, weights that are negative or not finite, or no rows.
    pub fn start(
        &self,
        features: &Matrix,
        categories: &[Option<u32>],
        feature_names: &[String],
        target: &Target,
        weights: Option<&[f32]>,
    ) -> Result<TreesFit, Problem> {
        let fit = self.begin(features, categories, feature_names, target, weights)?;
        Ok(TreesFit(Kind::Boost(Box::new(fit))))
    }
}

impl ForestSpec {
    /// Begin to fit; see `BoostSpec::start`.
    ///
    /// # Errors
    /// Settings out of range, weights that are negative or not finite, or no rows.
    pub fn start(
        &self,
        features: &Matrix,
        categories: &[Option<u32>],
        target: &Target,
        weights: Option<&[f32]>,
    ) -> Result<TreesFit, Problem> {
        let fit = self.begin(features, categories, target, weights)?;
        Ok(TreesFit(Kind::Forest(Box::new(fit))))
    }
}

impl TreesFit {
    /// Grow one tree; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        match &mut self.0 {
            Kind::Boost(fit) => fit.step(),
            Kind::Forest(fit) => fit.step(),
        }
    }

    /// Trees that are done, and all that there can be.
    pub fn progress(&self) -> (u64, u64) {
        match &self.0 {
            Kind::Boost(fit) => fit.progress(),
            Kind::Forest(fit) => fit.progress(),
        }
    }

    /// Fit to the end.
    pub fn run(mut self) -> TreesOutcome {
        while !self.step() {}
        self.finish()
    }

    /// The model of the trees grown so far.
    pub fn finish(self) -> TreesOutcome {
        match self.0 {
            Kind::Boost(fit) => fit.finish(),
            Kind::Forest(fit) => fit.finish(),
        }
    }
}

pub(super) fn task_of(target: &Target) -> Task {
    match target {
        Target::Values(_) => Task::Regression,
        Target::Classes { labels, .. } if labels.len() == 2 => Task::Binary,
        Target::Classes { .. } => Task::Multiclass,
    }
}

pub(super) fn refuse(place: &str, event: String, cure: &str) -> Problem {
    Problem { place: place.into(), event, kept: "Nothing was trained.".into(), cure: cure.into() }
}

/// The weight of each row: its own times that of its class.
pub(super) fn sound_weights(
    place: &str,
    target: &Target,
    class_weights: &ClassWeights,
    weights: Option<&[f32]>,
    n_rows: usize,
) -> Result<Vec<f32>, Problem> {
    if n_rows == 0 || n_rows != target.len() {
        let event = "There is no row to train on.".to_owned();
        return Err(refuse(place, event, "Choose a target that is known in more rows."));
    }
    let wrong = |event: String| refuse(place, event, "Give each row a weight of 0 or more, and some row more than 0.");
    let mut all = match weights {
        None => vec![1.0; n_rows],
        Some(weights) if weights.len() == n_rows => weights.to_vec(),
        Some(weights) => return Err(wrong(format!("{} weights are given for {n_rows} rows.", weights.len()))),
    };
    if let Some(row) = all.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        return Err(wrong(format!("Row {} has the weight {}.", row + 1, all[row])));
    }
    if let Target::Classes { codes, labels } = target {
        if let ClassWeights::Given(given) = class_weights
            && given.len() != labels.len()
        {
            let event = format!("{} class weights are given for {} classes.", given.len(), labels.len());
            let cure = format!("Give {} positive numbers, one per class.", labels.len());
            return Err(refuse(&format!("{place}, class_weights"), event, &cure));
        }
        let per_class = class_weights.per_class(codes, labels.len());
        for (weight, code) in all.iter_mut().zip(codes) {
            *weight *= per_class[*code as usize] as f32;
        }
    }
    if all.iter().all(|weight| *weight == 0.0) {
        return Err(wrong("Every row has the weight 0.".to_owned()));
    }
    Ok(all)
}

impl Trees {
    /// Take out the sets that no node refers to, after trees were dropped.
    pub(super) fn drop_unused_sets(&mut self) {
        let mut places = vec![None; self.sets.len()];
        let mut used = Vec::new();
        for node in self.trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
            if let Split::In(set) = &mut node.split {
                let place = *places[*set as usize].get_or_insert_with(|| {
                    used.push(std::mem::take(&mut self.sets[*set as usize]));
                    used.len() as u32 - 1
                });
                *set = place;
            }
        }
        self.sets = used;
    }
}
