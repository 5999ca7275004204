//! What a pipeline's cross-validation found, as numbers only, and the pieces that find it: a caller runs them fold by
//! fold (`Folds`), or all at once (`cross_validate`).

pub mod calibrate;
pub mod challenge;
pub mod compare;
pub mod conformal;
mod cut;
pub mod decide;
pub mod fairness;
mod folds;
pub mod hard_rows;
pub mod judged;
pub mod learning_curve;
mod naive;
pub mod redteam;
pub mod resample;
pub mod slices;
mod student;
mod tested;
mod views;

use serde::{Deserialize, Serialize};

use crate::dataset::Task;
use crate::metrics::Metric;
use crate::model::network::TrainingRecord;
use crate::pipeline::PipelineSize;
use crate::split::SplitFacts;
use crate::tune::SearchRecord;

pub use conformal::{Aside, Cover, Measured, Spread};
pub use folds::{About, FoldScores, Folds, NotePlace, Trainer, cross_validate, open_holdout};
pub use naive::{Naive, first_of_each};
pub use resample::Resampled;
pub use student::{student_t_above, student_t_quantile};
pub use tested::Tested;
pub use views::{MAX_POINTS, calibration_error, views, wilson};

/// Everything said about one candidate. `scores` come from cross-validation; `holdout` only after the person opened it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub task: Task,
    pub target: String,
    pub labels: Vec<String>,
    /// Different rows that the folds scored: every row with a known target outside the holdout, unless the split goes
    /// forwards in time, whose first rows are never tested, or the training was stopped in a fold (`fit`).
    pub n_rows: u32,
    pub n_holdout: u32,
    pub n_features: u32,
    /// Features of the prepared matrix of the final fit.
    pub n_prepared: u32,
    pub scores: Vec<Score>,
    /// Of the out-of-fold predictions, all folds together; of a row that several rounds test, the first.
    pub views: Views,
    pub holdout: Option<HoldoutReport>,
    pub fit_seconds: f64,
    /// Columns that were no features, with the reason.
    pub left_out: Vec<(String, String)>,
    /// Sentences the person should read: single-class folds, unknown categories, no convergence, divergence.
    pub notes: Vec<String>,
    /// The final fit's training record (networks).
    pub training: Option<TrainingRecord>,
    /// Which rows the model was fitted on.
    pub fit: Fit,
    /// How the rows were split.
    pub split: SplitFacts,
    /// What chance would have claimed on the same rows, where groups or time decided and this candidate was tried so.
    pub naive: Option<Naive>,
    /// The search that has found it.
    #[serde(default)]
    pub search: Option<Found>,
    /// The models that it averages.
    #[serde(default)]
    pub blend: Option<Blended>,
    /// How far other rows of the same kind would move the scores.
    #[serde(default)]
    pub resampled: Option<Resampled>,
    /// Test rows by training rows of the folds, all together.
    #[serde(default)]
    pub test_to_train: f64,
    /// How wide ranges, or how large sets of classes, have to be to hold the truth; `None` for fewer than two folds.
    #[serde(default)]
    pub spread: Option<Spread>,
    /// What rows that were set aside promise of it.
    #[serde(default)]
    pub aside: Option<Aside>,
    /// What the model takes to keep; not known of a package of an older form.
    #[serde(default)]
    pub size: Option<PipelineSize>,
}

impl Report {
    /// The metric that its task is judged by first, or the first of those that it has.
    pub fn leading(&self) -> Metric {
        let primary = Metric::primary(self.task);
        let has = |metric: Metric| self.scores.iter().any(|score| score.metric == metric);
        self.scores.first().filter(|_| !has(primary)).map_or(primary, |score| score.metric)
    }

    /// What holds a prediction, for every choice: by the rows that were set aside, else as measured over the folds.
    pub fn bounds(&self) -> Vec<(Cover, &conformal::Bounds)> {
        match (&self.aside, &self.spread) {
            (Some(aside), _) => aside.bounds.iter().map(|(cover, bounds)| (*cover, bounds)).collect(),
            (None, Some(spread)) => spread.covers().collect(),
            (None, None) => Vec::new(),
        }
    }
}

/// What an ensemble averages, and what it is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blended {
    /// Name and weight; together 1.
    pub members: Vec<(String, f64)>,
    /// Models were picked one by one (greedy); else a linear stack.
    pub greedy: bool,
    pub metric: Metric,
    /// Mean over the folds, each scored with weights that were found on the others.
    pub score: f64,
    /// Of the best single model, chosen in the same way.
    pub single: f64,
}

impl Blended {
    /// The position of an ensemble among a design's candidates: it is none of them.
    pub const CANDIDATE: u32 = u32::MAX;

    /// "0.6 Boosted trees + 0.4 Linear".
    pub fn members_words(&self) -> String {
        let one = |(name, weight): &(String, f64)| format!("{weight:.2} {name}");
        self.members.iter().map(one).collect::<Vec<_>>().join(" + ")
    }

    /// What to know of it, in two sentences.
    pub fn note(&self) -> String {
        let how = if self.greedy { "picking models one by one (greedy selection)" } else { "a linear stack" };
        format!(
            "An average of models: {}. The weights come from {how}. Scored on rows that the weights had not seen: {} {:.4}; the best single model, chosen in the same way, {:.4}.",
            self.members_words(),
            self.metric.name(),
            self.score,
            self.single
        )
    }
}

/// A search, and which of its trials this is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub trial: u32,
    pub record: SearchRecord,
}

impl Found {
    /// What to know of scores that a search has chosen by.
    pub fn note(&self, no_holdout: bool) -> String {
        let n = self.record.trials.iter().filter(|trial| !trial.scores.is_empty()).count();
        let truth = match no_holdout {
            true => "lock rows away as a test set to see by how much",
            false => "the locked test set tells the truth",
        };
        format!(
            "Found by a search: trial {} of {n}. The folds that chose these settings score them too, so the scores are a little too good (optimistic); {truth}.",
            self.trial + 1
        )
    }
}

/// Which fit a run's model comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Fit {
    /// The one after the folds, on all rows with a known target outside the holdout.
    #[default]
    All,
    /// The training was stopped by hand in a fold, and the model is that fold's.
    Fold {
        /// From 1.
        fold: u32,
        n_folds: u32,
        /// Rows that the model was fitted on. None of them was scored in this fold.
        n_training: u32,
        /// How many of those are of the rarest class; `None` for a regression.
        n_rarest: Option<u32>,
    },
    /// None: the predictions were made elsewhere and came with the rows, and there is no model here.
    Elsewhere(Given),
}

/// What predictions are that were made elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Given {
    /// Probabilities of the classes.
    Probabilities,
    /// Of two classes, scores that put the rows in order and are no probabilities. `low` and `high` are the least and the
    /// greatest of them, which the report has as 0 and 1.
    Scores { low: f64, high: f64 },
    /// Classes alone, without a probability.
    Labels,
    /// Numbers.
    Values,
}

impl Given {
    /// The metrics that say something of such predictions, in the order of `Metric::of`.
    pub fn metrics(self, task: Task) -> Vec<Metric> {
        let fits = |metric: &Metric| match self {
            Self::Probabilities | Self::Values => true,
            Self::Scores { .. } => matches!(metric, Metric::RocAuc | Metric::PrAuc),
            Self::Labels => metric.judges_calls(),
        };
        Metric::of(task).iter().copied().filter(fits).collect()
    }
}

impl Fit {
    /// What the predictions are, where they were made elsewhere.
    pub fn given(self) -> Option<Given> {
        match self {
            Self::Elsewhere(given) => Some(given),
            Self::All | Self::Fold { .. } => None,
        }
    }

    /// "stopped in fold 1 of 5"; `None` for a training that went through.
    pub fn stopped(self) -> Option<String> {
        match self {
            Self::All | Self::Elsewhere(_) => None,
            Self::Fold { fold, n_folds, .. } => Some(format!("stopped in fold {fold} of {n_folds}")),
        }
    }
}

/// One metric over the folds. `None` where a fold could not be scored (one class only).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    pub metric: Metric,
    pub folds: Vec<Option<f64>>,
    /// Mean over the folds that could be scored.
    pub mean: Option<f64>,
    /// Sample standard deviation (n − 1) over folds.
    pub deviation: Option<f64>,
    /// 95 % interval of the mean, Student's t with the variance corrected for overlapping training sets
    /// (Nadeau & Bengio 2003); approximate, and cut where the metric ends. `None` below `FEWEST_FOLDS` scored folds, but
    /// where all rows are one tested set (`judged`): then it is that over rows.
    pub interval: Option<(f64, f64)>,
    /// The baseline's mean on the same folds.
    pub baseline: Option<f64>,
}

/// Scored folds from which a score has an interval. The difference of two folds says next to nothing of their spread: the
/// middle 90 % of the widths that chance gives differ by a factor of 31, with three folds of 8 (of √χ² with k − 1 degrees
/// of freedom), so that two folds that happen to agree would look certain.
pub const FEWEST_FOLDS: usize = 3;

impl Score {
    /// How many folds could be scored.
    pub fn n_scored(&self) -> usize {
        self.folds.iter().flatten().count()
    }

    /// "one fold", "two folds" where those that were scored are too few for an interval.
    pub fn too_few_folds(&self) -> Option<&'static str> {
        match self.n_scored() {
            1 => Some("one fold"),
            2 => Some("two folds"),
            _ => None,
        }
    }
}

/// The holdout, opened. `look` counts from 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoldoutReport {
    pub scores: Vec<(Metric, Option<f64>)>,
    pub baseline: Vec<(Metric, Option<f64>)>,
    pub views: Views,
    pub look: u32,
    /// How far other rows of the same kind would move the scores.
    #[serde(default)]
    pub resampled: Option<Resampled>,
    /// How often the ranges or sets of this report held the truth: those of the set-aside rows, else those of the folds.
    #[serde(default)]
    pub covered: Vec<(Cover, Measured)>,
}

/// What the plots draw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Views {
    Classes(ClassViews),
    Values(ValueViews),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassViews {
    /// Rows of truth × columns of prediction, by highest probability, row-major.
    pub confusion: Vec<u32>,
    pub n_classes: u32,
    /// One per class against the rest; for a binary task only the positive class.
    pub curves: Vec<ClassCurves>,
}

/// Curves of one class against the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassCurves {
    pub class: u32,
    pub n_positive: u32,
    pub n_negative: u32,
    /// By falling threshold: rows with probability ≥ threshold are called positive. At most 401 points, first with none
    /// called, last with all.
    pub thresholds: Vec<ThresholdPoint>,
    /// At most ten bins of equal width with rows in them.
    pub calibration: Vec<CalibrationBin>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ThresholdPoint {
    pub threshold: f64,
    pub true_positive: u32,
    pub false_positive: u32,
}

/// 95 % Wilson interval of the observed share.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    pub predicted: f64,
    pub observed: f64,
    pub interval: (f64, f64),
    pub n: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueViews {
    /// A seeded sample of at most 5,000 rows for the plots.
    pub actual: Vec<f32>,
    pub predicted: Vec<f32>,
    /// Table rows of the sample.
    pub rows: Vec<u32>,
    /// Histogram of residuals (actual − predicted) over all rows: `edges.len() == counts.len() + 1`.
    pub residual_edges: Vec<f64>,
    pub residual_counts: Vec<u32>,
}
