//! Scores as plain functions of truth and prediction, in f64.

use serde::{Deserialize, Serialize};

use crate::dataset::Task;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Metric {
    Accuracy,
    BalancedAccuracy,
    LogLoss,
    /// Binary: area under the ROC curve. Multiclass: mean over one-against-rest, unweighted.
    RocAuc,
    /// Average precision. Multiclass: mean over one-against-rest, unweighted.
    PrAuc,
    /// Of the positive class; multiclass: unweighted mean over classes.
    F1,
    /// Binary: mean (p − y)², scikit-learn's brier_score_loss. Multiclass: mean over rows of Σ (p − y)² over classes.
    Brier,
    Rmse,
    Mae,
    R2,
    MedianAbsoluteError,
}

impl Metric {
    pub fn of(task: Task) -> &'static [Self] {
        match task {
            Task::Binary | Task::Multiclass => &[
                Self::Accuracy,
                Self::BalancedAccuracy,
                Self::LogLoss,
                Self::RocAuc,
                Self::PrAuc,
                Self::F1,
                Self::Brier,
            ],
            Task::Regression => &[Self::Rmse, Self::Mae, Self::R2, Self::MedianAbsoluteError],
        }
    }

    /// The metric that orders the leaderboard unless the person chooses another.
    pub fn primary(task: Task) -> Self {
        match task {
            Task::Binary => Self::RocAuc,
            Task::Multiclass => Self::LogLoss,
            Task::Regression => Self::Rmse,
        }
    }

    pub fn higher_is_better(self) -> bool {
        match self {
            Self::Accuracy | Self::BalancedAccuracy | Self::RocAuc | Self::PrAuc | Self::F1 | Self::R2 => true,
            Self::LogLoss | Self::Brier | Self::Rmse | Self::Mae | Self::MedianAbsoluteError => false,
        }
    }

    /// The field's term.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::BalancedAccuracy => "balanced accuracy",
            Self::LogLoss => "log loss",
            Self::RocAuc => "ROC AUC",
            Self::PrAuc => "PR AUC",
            Self::F1 => "F1",
            Self::Brier => "Brier score",
            Self::Rmse => "RMSE",
            Self::Mae => "MAE",
            Self::R2 => "R²",
            Self::MedianAbsoluteError => "median absolute error",
        }
    }

    /// What it says, for somebody who does not know the term.
    pub fn plain(self) -> &'static str {
        match self {
            Self::Accuracy => "share of rows predicted right",
            Self::BalancedAccuracy => "share predicted right, each class counting the same",
            Self::LogLoss => "surprise at the true class; lower is better",
            Self::RocAuc => "chance that a positive row is ranked above a negative one",
            Self::PrAuc => "precision, averaged while finding ever more positives",
            Self::F1 => "balance of precision and share found",
            Self::Brier => "squared error of the probabilities; lower is better",
            Self::Rmse => "typical error, large errors counting more",
            Self::Mae => "average error",
            Self::R2 => "share of the variation explained",
            Self::MedianAbsoluteError => "error that half of the rows stay under",
        }
    }
}
