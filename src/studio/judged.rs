//! Predictions that were made elsewhere, as the page judges them.

use super::project::Run;
use super::{Studio, Ticket};
use crate::chart::format::significant;
use crate::validate::judged::{JudgeSpec, Look};
use crate::validate::{Fit, Given, Report};

/// Why there is no model to ask, to package or to watch.
pub const NO_MODEL: &str = "These predictions were made elsewhere: there is no model here that could predict, be explained, \
                            trained again, packaged or watched.";

/// What the person does on the way to a judgement.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    Open,
    Change(JudgeSpec),
    Start,
    Close,
}

/// The columns that are being chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judging {
    pub spec: JudgeSpec,
    /// What they come to; `None` while the engine looks.
    pub look: Option<Look>,
    /// What was taken from the values, while nobody has changed it.
    pub guess: String,
    pub(super) ticket: Ticket,
}

impl Run {
    /// Its predictions were made elsewhere, and it has no model.
    pub fn is_given(&self) -> bool {
        self.report.fit.given().is_some()
    }

    /// It was trained here.
    pub fn is_own(&self) -> bool {
        !self.from_package && !self.is_given()
    }

    /// Its predictions say how sure they are, or how large the value is: neither mere classes nor an order of the rows.
    pub fn is_graded(&self) -> bool {
        matches!(self.report.fit.given(), None | Some(Given::Probabilities | Given::Values))
    }
}

impl Studio {
    /// What the threshold of the selected run is a threshold of, where it is none of a probability.
    pub fn threshold_of_score(&self) -> Option<String> {
        let run = self.current_run()?;
        let Some(Given::Scores { low, high }) = run.report.fit.given() else { return None };
        let [low_text, high_text] = [low, high].map(|value| significant(value, 4));
        Some(format!(
            "It is no probability: 0\u{202f}% stands for a score of {low_text} and 100\u{202f}% for {high_text}, so the line is at {}.",
            at_score(run.report.fit, self.threshold()).unwrap_or_default()
        ))
    }
}

/// A threshold as the score that it stands for; `None` where it is a probability.
pub fn at_score(fit: Fit, threshold: f64) -> Option<String> {
    let Some(Given::Scores { low, high }) = fit.given() else { return None };
    Some(significant(low + threshold * (high - low), 4))
}

/// "Made elsewhere: 5 folds over 344 rows, read as probabilities", and what is therefore left out.
pub fn source(report: &Report, given: Given, rows: &str) -> String {
    let folds = report.scores.first().map_or(1, |score| score.folds.len());
    let tested = if folds > 1 { format!("{folds} folds over {rows}") } else { format!("{rows}, tested once") };
    let what = match given {
        Given::Probabilities => "read as probabilities",
        Given::Values => "read as predicted numbers",
        Given::Labels => {
            "classes without probabilities, so calibration, the choice of a line, ranges and kinds of rows are left out"
        }
        Given::Scores { .. } => {
            "scores that order the rows and are no probabilities, so calibration, accuracy, ranges and kinds of rows are left out"
        }
    };
    format!("Made elsewhere: {tested}; {what}; no model is here")
}
