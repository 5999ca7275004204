//! Bending the probabilities of the candidate that is looked at, as the page says it.

use serde::{Deserialize, Serialize};

use super::Studio;
use super::project::Run;
use super::words::counted;
use crate::chart::format::{percent, significant};
use crate::dataset::Task;
use crate::tune::calibrate::Way;
use crate::validate::Fit;
use crate::validate::calibrate::{Calibrations, Quality, Tried};

/// What made a calibrated run of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibrated {
    /// Name of the other run.
    pub of: String,
    pub way: Way,
    /// On rows that neither the models nor the maps had seen.
    pub without: Quality,
    pub with: Quality,
}

impl Studio {
    /// Whether the probabilities of the run that is looked at can be bent here.
    pub fn calibrates(&self) -> bool {
        let fits = |run: &Run| {
            run.report.task != Task::Regression
                && !run.is_baseline()
                && run.calibrated.is_none()
                && run.report.fit == Fit::All
                && run.report.scores.iter().any(|score| score.n_scored() > 1)
        };
        self.current_run().is_some_and(fits) && self.unexplained().is_none()
    }
}

/// What a way does, for somebody who does not know the term.
pub fn plain(way: Way) -> &'static str {
    match way {
        Way::Sigmoid => "shifts and stretches the log-odds; steady with few rows",
        Way::Isotonic => "any curve that rises; needs some thousand rows",
        Way::Temperature => "makes all classes surer or less sure at once; never changes which is likeliest",
    }
}

fn points(error: f64) -> String {
    format!("{} points", significant(error * 100.0, 2))
}

/// The finding in a sentence.
pub fn sentence(found: &Calibrations) -> String {
    let Some(best) = found.best() else {
        return "No way of bending the probabilities makes them truer on rows that it has not seen. They are best left as \
                they are."
            .to_owned();
    };
    format!(
        "{} makes the probabilities truer: log loss {} instead of {}, lower in {} of {}, each judged on rows that it was \
         not fitted on.",
        best.way.name(),
        significant(best.quality.log_loss, 3),
        significant(found.without.log_loss, 3),
        best.n_better,
        counted(found.n_folds.into(), "fold"),
    )
}

/// What calibration did to a run, in a sentence.
pub fn done(calibrated: &Calibrated) -> String {
    let Calibrated { of, way, without, with } = calibrated;
    format!(
        "These are the probabilities of {of}, bent by {}: log loss {} instead of {}, off by {} instead of {} on average, \
         on rows that neither the models nor the maps had seen.",
        way.name(),
        significant(with.log_loss, 3),
        significant(without.log_loss, 3),
        points(with.error),
        points(without.error),
    )
}

/// The table behind the sentence: what its columns are, and a row for each way, the first without any.
pub fn table(found: &Calibrations) -> (Vec<String>, Vec<Vec<String>>) {
    let headers =
        ["Calibration", "Log loss", "Brier score", "Off by (ECE)", "Folds with lower log loss"].map(str::to_owned);
    let line = |name: &str, quality: &Quality, better: String| {
        vec![
            name.to_owned(),
            significant(quality.log_loss, 4),
            significant(quality.brier, 4),
            percent(quality.error),
            better,
        ]
    };
    let tried =
        |tried: &Tried| line(tried.way.name(), &tried.quality, format!("{} of {}", tried.n_better, found.n_folds));
    let rows = std::iter::once(line("As it is", &found.without, "–".to_owned())).chain(found.tried.iter().map(tried));
    (headers.into(), rows.collect())
}
