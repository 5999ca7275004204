//! Would more rows help? The learning curve as the page says it.

use super::Studio;
use super::pace::TimeLeft;
use super::project::Run;
use super::words::{self, counted};
use crate::chart::format::{self, fixed, significant};
use crate::explain::Question;
use crate::metrics::Metric;
use crate::model::ModelSpec;
use crate::model::fit::FitSpec;
use crate::validate::Fit;
use crate::validate::learning_curve::{FEWEST_ROWS, LearningCurve, Outlook, SHARES, Verdict};

/// Why the run that is looked at has no curve, or what drawing it would take.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// A sentence.
    Not(String),
    /// "20 fits, about 40 s".
    Draw(String),
    /// How far it is, and how long it will take.
    Drawing(String),
}

impl Studio {
    /// What can be done about the curve of the run that is looked at; `None` where it is known.
    pub fn curve_offer(&self) -> Option<Offer> {
        let run = self.current_run().filter(|run| run.curve.is_none() && !run.is_baseline())?;
        if let Some(asked) = self.explained.waits(|q| *q == Question::Curve) {
            let told = asked.progress.as_ref().filter(|p| p.total > 0).map(|p| {
                let worked = (self.clock.now - asked.since).max(0.0) / 1000.0;
                let share = p.done as f64 / p.total as f64;
                let left = (share > 0.0).then(|| TimeLeft::exactly(worked / share * (1.0 - share)));
                let left = left.map_or(String::new(), |left| format!(", {} left", words::time_left(left)));
                format!("{}: {} of {} {}{left}", p.doing, format::count(p.done), format::count(p.total), p.unit)
            });
            return Some(Offer::Drawing(told.unwrap_or_else(|| "Choosing the rows".to_owned())));
        }
        if let Some(why) = self.unexplained().or_else(|| without(run)) {
            return Some(Offer::Not(why));
        }
        let folds = run.report.split.n_folds.max(1) as usize;
        let n_folds = run.report.scores.first().map_or(folds, |score| score.folds.len());
        // The folds and the fit on all rows took the report's seconds; shares of the folds take their part of that.
        let of_folds = n_folds as f64 * run.design.split.training_share(0);
        let seconds = run.report.fit_seconds * SHARES.iter().sum::<f64>() * of_folds / (of_folds + 1.0);
        let each = 1.0 / f64::from(self.n_hands.max(1));
        let left = TimeLeft { least: seconds * each, most: seconds * 1.5, guess: false };
        let n_fits = (SHARES.len() * n_folds) as u64;
        Some(Offer::Draw(format!("{}, {}", counted(n_fits, "fit"), words::time_left(left))))
    }
}

/// Why a run has no curve of its own.
fn without(run: &Run) -> Option<String> {
    let Some(spec) = run.spec() else {
        return Some("An average of models has no curve of its own: look at that of one of its members.".to_owned());
    };
    if run.calibrated.is_some() {
        return Some(
            "Its probabilities were bent afterwards: look at the curve of the candidate that it was made from."
                .to_owned(),
        );
    }
    if matches!(run.report.fit, Fit::Fold { .. }) {
        return Some("Its training was stopped before all folds were scored.".to_owned());
    }
    match &spec.model {
        ModelSpec::Network(_) => Some(
            "A network would have to be trained many times for it. The curve of a linear model or of trees on the same rows \
             says as much about whether rows are short."
                .to_owned(),
        ),
        other => FitSpec::of(other).is_none().then(|| "The baseline learns nothing from rows.".to_owned()),
    }
}

/// "0.3 points of accuracy", "120 of RMSE".
fn amount(metric: Metric, by: f64) -> String {
    if metric.is_share() {
        let points = by * 100.0;
        let decimals = usize::from(points.abs() < 9.95);
        return format!("{} points of {}", fixed(points, decimals), metric.name());
    }
    format!("{} of {}", significant(by, 2), metric.name())
}

fn range(metric: Metric, (low, high): (f64, f64)) -> String {
    let scale = if metric.is_share() { 100.0 } else { 1.0 };
    format::interval((low * scale, high * scale))
}

/// What the curve says, in a sentence or two.
pub fn sentence(curve: &LearningCurve) -> String {
    let Some(last) = curve.points.last() else { return "No fold could be scored.".to_owned() };
    let rows = format::count(last.n_rows.round() as u64);
    let Some(Outlook { gain, interval, .. }) = curve.outlook else {
        return format!(
            "Not enough to tell whether more rows would help: of {rows} training rows too few shares have {FEWEST_ROWS} rows or \
             more, with every class."
        );
    };
    let metric = curve.metric;
    let Some(interval) = interval else {
        return format!(
            "Not enough folds to tell whether more rows would help; the curve through them would win {} by twice as many.",
            amount(metric, gain)
        );
    };
    let doubt = range(metric, interval);
    match curve.outlook.map_or(Verdict::Unclear, |outlook| outlook.verdict()) {
        Verdict::Rising => format!(
            "More rows would help: twice the {rows} training rows would most likely win {} ({doubt}).",
            amount(metric, gain)
        ),
        Verdict::Flat => format!(
            "More rows would hardly help: the curve is flat, and twice the {rows} training rows would most likely win {} ({doubt}).",
            amount(metric, gain)
        ),
        Verdict::Unclear => format!(
            "Not clear whether more rows would help: twice the {rows} training rows might win {} ({doubt}).",
            amount(metric, gain)
        ),
    }
}

/// How it was measured, and how far the outlook can be trusted.
pub fn how(curve: &LearningCurve) -> String {
    let n_folds = curve.points.last().map_or(0, |point| point.folds.len()) as u64;
    let missed = curve.outlook.and_then(|outlook| outlook.missed).map_or(String::new(), |missed| {
        format!(
            " Fitted to all points but the last, the law misses that by {}, which the interval counts.",
            amount(curve.metric, missed)
        )
    });
    format!(
        "{}, each fitted on growing shares of the rows that it learns from (every share holds the smaller ones) and scored on \
         the same test rows; the last point is the report’s. Bars: spread over folds (SD). The dashed line is a power law \
         through the means, drawn to twice the rows; the interval is over folds, corrected for overlapping training sets \
         (approximate).{missed} It assumes that new rows are like these, and that the curve goes on as it has come.",
        counted(n_folds, "fold")
    )
}
