//! The settings of boosting and of forests: ranges, defaults, and what each does.

use serde::{Deserialize, Serialize};

use crate::dataset::Task;
use crate::model::ClassWeights;
use crate::problem::Problem;

/// What boosting minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Objective {
    /// The task's own: the log loss of classes, the squared error of values.
    #[default]
    Task,
    /// Absolute error: predicts the median.
    Absolute,
    /// Squared error up to a distance of `delta`, in units of the target, and absolute beyond.
    Huber { delta: f32 },
    /// Pinball loss: predicts the value that a share of `level` stays below.
    Quantile { level: f32 },
    /// For counts: log of the expected count, which cannot be negative.
    Poisson,
}

/// Which leaf is split next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Growth {
    /// The leaf that gains most, wherever it is: deep where that pays.
    #[default]
    LeafWise,
    /// All leaves of a level before the next level: even trees.
    DepthWise,
}

/// The direction in which predictions may move as a column grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trend {
    Increasing,
    Decreasing,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoostSpec {
    pub objective: Objective,
    pub growth: Growth,
    /// Trees one after another; of each class where there are more than two.
    pub rounds: u32,
    /// Share of each tree's correction that is taken.
    pub learning_rate: f32,
    pub max_leaves: u32,
    /// `None`: no limit but `max_leaves`.
    pub max_depth: Option<u32>,
    /// Rows that a leaf holds at least.
    pub min_rows_leaf: u32,
    /// Sum of second derivatives that a leaf holds at least.
    pub min_child_weight: f32,
    /// Added to a leaf's sum of second derivatives: holds its value small.
    pub leaf_l2: f32,
    /// Share of the rows that each round sees, drawn anew.
    pub row_share: f32,
    /// Share of the features that each tree sees, drawn anew.
    pub column_share: f32,
    /// Groups of equal count that the values of a feature fall into at most.
    pub max_bins: u32,
    /// Rounds without improvement on held-back rows after which the fit stops; `None`: all rows train, all rounds run.
    pub patience: Option<u32>,
    /// Share of the rows that is held back where `patience` is given.
    pub validation_share: f32,
    /// Columns of numbers or dates whose growth may move predictions in one direction only.
    pub monotone: Vec<(String, Trend)>,
    pub class_weights: ClassWeights,
    pub seed: u64,
}

/// Many trees, each grown on rows drawn with replacement, whose answers are averaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForestSpec {
    /// Extra trees: every row in every tree, and thresholds drawn at random.
    pub extra: bool,
    pub trees: u32,
    /// `None`: no limit but `max_leaves`.
    pub max_depth: Option<u32>,
    pub max_leaves: u32,
    /// Rows that a leaf holds at least.
    pub min_rows_leaf: u32,
    /// Share of the features that each split chooses from, drawn anew; at least one.
    pub column_share: f32,
    pub class_weights: ClassWeights,
    pub seed: u64,
}

impl Default for BoostSpec {
    /// LightGBM's defaults.
    fn default() -> Self {
        Self {
            objective: Objective::Task,
            growth: Growth::LeafWise,
            rounds: 100,
            learning_rate: 0.1,
            max_leaves: 31,
            max_depth: None,
            min_rows_leaf: 20,
            min_child_weight: 1e-3,
            leaf_l2: 0.0,
            row_share: 1.0,
            column_share: 1.0,
            max_bins: 255,
            patience: None,
            validation_share: 0.2,
            monotone: Vec::new(),
            class_weights: ClassWeights::Equal,
            seed: 42,
        }
    }
}

impl BoostSpec {
    pub const ROUNDS: (u32, u32) = (1, 10_000);
    pub const LEARNING_RATE: (f32, f32) = (1e-6, 1.0);
    pub const MIN_CHILD_WEIGHT: (f32, f32) = (0.0, 1e6);
    pub const LEAF_L2: (f32, f32) = (0.0, 1e6);
    pub const ROW_SHARE: (f32, f32) = (0.01, 1.0);
    pub const MAX_BINS: (u32, u32) = (2, 256);
    pub const PATIENCE: (u32, u32) = (1, 10_000);
    pub const VALIDATION_SHARE: (f32, f32) = (0.01, 0.49);
    /// In units of the target.
    pub const DELTA: (f32, f32) = (1e-6, 1e9);
    pub const LEVEL: (f32, f32) = (0.01, 0.99);
    pub const MAX_DEPTH: (u32, u32) = (1, 64);
    pub const MAX_LEAVES: (u32, u32) = (2, 65_536);
    pub const MIN_ROWS_LEAF: (u32, u32) = (1, 1_000_000);
    pub const COLUMN_SHARE: (f32, f32) = (0.01, 1.0);

    /// What a setting does, in a line; `None` for a name that is no setting.
    pub fn explain(field: &str) -> Option<&'static str> {
        Some(match field {
            "objective" => {
                "What is made small: the task's own loss, or one that outliers, quantiles or counts call for."
            }
            "growth" => "Which leaf is split next: the one that gains most, or all of a level in turn.",
            "rounds" => "Trees one after another, each correcting those before. More follow the data more closely.",
            "learning_rate" => {
                "How much of each correction is taken. Smaller needs more rounds and often predicts better."
            }
            "max_leaves" => "Leaves of a tree at most. More find finer combinations and learn more by heart.",
            "max_depth" => "Questions from the root to a leaf at most.",
            "min_rows_leaf" => "A leaf rests on at least this many rows.",
            "min_child_weight" => "A leaf rests on at least this much curvature of the loss.",
            "leaf_l2" => "Holds the values of leaves small, most where few rows speak.",
            "row_share" => "Rows that a round sees, drawn at random. Less than all is faster and makes trees differ.",
            "column_share" => "Features that a tree sees, drawn at random.",
            "max_bins" => "Groups that the values of a number fall into. Fewer are faster and coarser.",
            "patience" => "Stops after this many rounds without a better score on held-back rows.",
            "validation_share" => "Rows held back to see when to stop, where patience is given.",
            "monotone" => "Columns whose growth may move predictions up only, or down only.",
            "class_weights" => {
                "How much each class counts in the loss. Balanced makes rare classes count as much as common ones."
            }
            "seed" => "Number that all random choices follow from. The same seed gives the same trees.",
            _ => return None,
        })
    }

    /// What is wrong with the settings, one problem per setting.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        let place = "boosted trees";
        let whole = |field, value, range, usual| out_of_whole(place, field, value, range, usual);
        let number = |field, value, range, usual| out_of_range(place, field, value, range, usual);
        let mut problems: Vec<Problem> = [
            whole("rounds", self.rounds, Self::ROUNDS, "100"),
            number("learning_rate", self.learning_rate, Self::LEARNING_RATE, "0.1"),
            whole("max_leaves", self.max_leaves, Self::MAX_LEAVES, "31"),
            self.max_depth.and_then(|depth| whole("max_depth", depth, Self::MAX_DEPTH, "6")),
            whole("min_rows_leaf", self.min_rows_leaf, Self::MIN_ROWS_LEAF, "20"),
            number("min_child_weight", self.min_child_weight, Self::MIN_CHILD_WEIGHT, "0.001"),
            number("leaf_l2", self.leaf_l2, Self::LEAF_L2, "0"),
            number("row_share", self.row_share, Self::ROW_SHARE, "1"),
            number("column_share", self.column_share, Self::COLUMN_SHARE, "1"),
            whole("max_bins", self.max_bins, Self::MAX_BINS, "255"),
            self.patience.and_then(|patience| whole("patience", patience, Self::PATIENCE, "20")),
            number("validation_share", self.validation_share, Self::VALIDATION_SHARE, "0.2"),
            match self.objective {
                Objective::Huber { delta } => number("delta", delta, Self::DELTA, "1"),
                Objective::Quantile { level } => number("level", level, Self::LEVEL, "0.5"),
                Objective::Task | Objective::Absolute | Objective::Poisson => None,
            },
        ]
        .into_iter()
        .flatten()
        .collect();
        if task != Task::Regression && self.objective != Objective::Task {
            problems.push(Problem {
                place: format!("{place}, objective"),
                event: "This objective is for numbers, and the target has classes.".into(),
                kept: "Nothing was trained.".into(),
                cure: "Choose the task's own objective.".into(),
            });
        }
        let repeated =
            (1..self.monotone.len()).find(|i| self.monotone[..*i].iter().any(|(n, _)| *n == self.monotone[*i].0));
        if let Some(position) = repeated {
            problems.push(Problem {
                place: format!("{place}, monotone"),
                event: format!("The column {} is named twice.", self.monotone[position].0),
                kept: "Nothing was trained.".into(),
                cure: "Name each column once.".into(),
            });
        }
        if task != Task::Regression {
            problems.extend(self.class_weights.validate(place));
        }
        problems
    }
}

impl Default for ForestSpec {
    fn default() -> Self {
        Self {
            extra: false,
            trees: 100,
            max_depth: None,
            max_leaves: 2_048,
            min_rows_leaf: 1,
            column_share: 0.35,
            class_weights: ClassWeights::Equal,
            seed: 42,
        }
    }
}

impl ForestSpec {
    pub const TREES: (u32, u32) = (1, 5_000);

    /// Defaults for a task with so many features: √n of n features for classes, as Breiman has it, and most or all of them
    /// for numbers, as scikit-learn has it. Where two classes are ranked, leaves hold some rows, so that they are shares
    /// (Malley et al., Probability Machines, 2012).
    pub fn default_for(extra: bool, n_features: usize, task: Task) -> Self {
        let n = n_features.max(1) as f32;
        let column_share = match task {
            Task::Regression if extra => 1.0,
            Task::Regression => 0.7,
            Task::Binary | Task::Multiclass => (100.0 / n.sqrt()).ceil().min(100.0) / 100.0,
        };
        let min_rows_leaf = if task == Task::Binary { 3 } else { 1 };
        Self { extra, column_share, min_rows_leaf, ..Self::default() }
    }

    /// What a setting does, in a line; `None` for a name that is no setting.
    pub fn explain(field: &str) -> Option<&'static str> {
        Some(match field {
            "extra" => {
                "Extra trees: thresholds are drawn at random, and every tree sees every row. Faster and smoother."
            }
            "trees" => "Trees that are averaged. More are steadier, slower and larger, and never worse.",
            "max_depth" => "Questions from the root to a leaf at most.",
            "max_leaves" => "Leaves of a tree at most; they decide how large the package is.",
            "min_rows_leaf" => "A leaf rests on at least this many rows.",
            "column_share" => "Features that each split chooses from, drawn at random. Fewer make trees differ more.",
            "class_weights" => "How much each class counts. Balanced makes rare classes count as much as common ones.",
            "seed" => "Number that all random choices follow from. The same seed gives the same trees.",
            _ => return None,
        })
    }

    /// What is wrong with the settings, one problem per setting.
    pub fn validate(&self, task: Task) -> Vec<Problem> {
        let place = "forest";
        let whole = |field, value, range, usual| out_of_whole(place, field, value, range, usual);
        let mut problems: Vec<Problem> = [
            whole("trees", self.trees, Self::TREES, "100"),
            self.max_depth.and_then(|depth| whole("max_depth", depth, BoostSpec::MAX_DEPTH, "12")),
            whole("max_leaves", self.max_leaves, BoostSpec::MAX_LEAVES, "2048"),
            whole("min_rows_leaf", self.min_rows_leaf, BoostSpec::MIN_ROWS_LEAF, "2"),
            out_of_range(place, "column_share", self.column_share, BoostSpec::COLUMN_SHARE, "0.35"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if task != Task::Regression {
            problems.extend(self.class_weights.validate(place));
        }
        problems
    }
}

fn out_of_range(place: &str, field: &str, value: f32, (low, high): (f32, f32), usual: &str) -> Option<Problem> {
    let refuse = || Problem {
        place: format!("{place}, {field}"),
        event: format!("The {} {value} is outside {low} to {high}.", field.replace('_', " ")),
        kept: "Nothing was trained.".into(),
        cure: format!("Give a number from {low} to {high}, such as {usual}."),
    };
    (!(low..=high).contains(&value)).then(refuse)
}

fn out_of_whole(place: &str, field: &str, value: u32, (low, high): (u32, u32), usual: &str) -> Option<Problem> {
    let refuse = || Problem {
        place: format!("{place}, {field}"),
        event: format!("The {} {value} is outside {low} to {high}.", field.replace('_', " ")),
        kept: "Nothing was trained.".into(),
        cure: format!("Give a whole number from {low} to {high}, such as {usual}."),
    };
    (!(low..=high).contains(&value)).then(refuse)
}
