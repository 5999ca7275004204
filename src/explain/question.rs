//! What can be asked of a model, and what it answers.

use serde::{Deserialize, Serialize};

use super::contributions::{Contributions, Method};
use super::counterfactual::{Counterfactual, Goal};
use super::importance::Importance;
use super::margin::Scale;
use super::shape::{Shape, Surface};
use super::surrogate::Surrogate;
use crate::validate::calibrate::Calibrations;
use crate::validate::compare::{DeLong, McNemar, Paired};
use crate::validate::decide::{Decision, Rule, Worths};
use crate::validate::fairness::Fairness;
use crate::validate::hard_rows::HardRows;
use crate::validate::learning_curve::LearningCurve;
use crate::validate::redteam::Trial;
use crate::validate::slices::Slices;

/// Classes are positions in the pipeline's labels, and of no account where a value is predicted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Question {
    /// What proves it wrong? Columns that may tie rows together or order them, which the split does not heed.
    RedTeam { groups: Option<String>, times: Option<String> },
    /// What is each column worth?
    Importance,
    /// How does the prediction follow this column?
    Shape { column: String, class: u32 },
    /// How does it follow these two together?
    Surface { columns: [String; 2], class: u32 },
    /// What do the columns add to the predictions of many rows?
    Many { class: u32 },
    /// Which few questions say nearly the same?
    Surrogate { class: u32 },
    /// What does each column add to the prediction of this row? Texts by column name, as for a prediction.
    Row { cells: Vec<(String, String)> },
    /// Which rows are like it, and what would have to be different? `fixed` columns stay as they are; without a goal only
    /// the rows like it are looked for.
    Others { cells: Vec<(String, String)>, fixed: Vec<String>, goal: Option<Goal> },
    /// Row by row, who is right where these others are not? Numbers of runs that were validated on the same folds.
    Rivals { runs: Vec<u32> },
    /// Of two classes: where to draw the line?
    Decide { rule: Rule, worths: Worths },
    /// Of classes: would bent probabilities be truer?
    Calibrations,
    /// On which kinds of rows is it worst?
    Slices,
    /// Which single rows are worth a look?
    HardRows,
    /// Would more rows help?
    Curve,
    /// How are groups of people treated? Of two classes with the line drawn here.
    Fairness { threshold: f64 },
}

impl Question {
    /// Whether what was predicted, and the truth, are enough to answer it; other questions need the model.
    pub fn is_of_predictions(&self) -> bool {
        matches!(
            self,
            Self::Rivals { .. } | Self::Decide { .. } | Self::Slices | Self::HardRows | Self::Fairness { .. }
        )
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    RedTeam(Vec<Trial>),
    Importance(Importance),
    Shape(Shape),
    Surface(Surface),
    Many(Many),
    Surrogate(Surrogate),
    Row(RowParts),
    Others(Others),
    Rivals(Vec<Rival>),
    Calibrations(Calibrations),
    Slices(Slices),
    HardRows(HardRows),
    Fairness(Fairness),
    Curve(LearningCurve),
    /// `None` where no threshold keeps the rule.
    Decision {
        rule: Rule,
        worths: Worths,
        decision: Option<Decision>,
    },
}

/// The run that was asked beside another, on the rows that the folds tested.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    pub run: u32,
    /// Of classes: each row counts once.
    pub mcnemar: Option<McNemar>,
    /// Of two classes: the mean over the folds.
    pub delong: Option<DeLong>,
    /// Where all rows are one tested set: the lead over other rows of the same kind, by the metric of the run's design.
    pub by_rows: Option<Paired>,
    /// Why there is no test row by row, as a sentence.
    pub without: Option<String>,
}

/// What each column adds to the prediction of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowParts {
    /// In the order of the model's inputs.
    pub columns: Vec<ColumnPart>,
    /// What the model says of the background rows on average, one per output.
    pub base: Vec<f64>,
    pub scale: Scale,
    pub method: Method,
    /// Rows of the background.
    pub n_background: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnPart {
    pub name: String,
    /// The cell as text; `None` where it is missing.
    pub cell: Option<String>,
    /// One per output.
    pub values: Vec<f64>,
    /// Standard errors; 0 where the values are exact.
    pub errors: Vec<f64>,
}

impl RowParts {
    /// Of the first row.
    pub fn of(found: &Contributions, names: &[String], cells: Vec<Option<String>>, n_background: u32) -> Self {
        let outputs = 0..found.n_outputs;
        let part = |(column, (name, cell)): (usize, (&String, Option<String>))| ColumnPart {
            name: name.clone(),
            cell,
            values: outputs.clone().map(|output| found.value(0, column, output)).collect(),
            errors: outputs.clone().map(|output| found.error(0, column, output)).collect(),
        };
        Self {
            columns: names.iter().zip(cells).enumerate().map(part).collect(),
            base: found.base.clone(),
            scale: found.scale,
            method: found.method,
            n_background,
        }
    }

    /// Where base and parts lead, for one output.
    pub fn total(&self, output: usize) -> f64 {
        let parts = self.columns.iter().filter_map(|column| column.values.get(output));
        self.base.get(output).copied().unwrap_or(0.0) + parts.sum::<f64>()
    }
}

/// What the columns add to the predictions of many rows, of one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Many {
    pub names: Vec<String>,
    pub class: Option<String>,
    /// `[n_rows × n_columns]`.
    pub values: Vec<f32>,
    /// The cells as numbers, `[n_rows × n_columns]`: dates in milliseconds, categories the position in `levels`; NaN where
    /// missing.
    pub cells: Vec<f64>,
    /// Of each column its categories; empty for numbers and dates.
    pub levels: Vec<Vec<String>>,
    /// Positions of columns that hold dates.
    pub dates: Vec<u32>,
    pub base: f64,
    pub scale: Scale,
    pub method: Method,
    pub n_rows: u32,
}

impl Many {
    pub fn is_date(&self, column: usize) -> bool {
        self.dates.iter().any(|date| *date as usize == column)
    }
}

/// What is around one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Others {
    /// Nearest first.
    pub near: Vec<Neighbour>,
    pub counterfactuals: Vec<Counterfactual>,
    /// Names of the model's inputs, to which the changes of counterfactuals refer.
    pub names: Vec<String>,
    /// Rows that were looked through.
    pub n_rows: u32,
    pub goal: Option<Goal>,
}

/// A row of the table like the one asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Table row, from 0.
    pub row: u32,
    pub distance: f64,
    /// What the target was.
    pub target: String,
    /// Columns in which it differs, with its cell; `None` is missing.
    pub differs: Vec<(String, Option<String>)>,
}
