//! The order of the verdicts, and what remains of them when all tests of the report are looked at together.

use super::calibrate::calibrated;
use super::change;
use super::drift::{compare, draft};
use super::finding::{Draft, Finding, Kind, MonitorReport, Verdict};
use super::performance::{measured, select};
use super::quality;
use super::reference::{Reference, outcomes, told};
use super::results::{name_concept, results};
use super::sketch::{Sample, Sketch};
use super::tail::false_discovery;
use super::tests::Test;
use super::timeline::timeline;
use super::words::{percent, quoted, rows, short, thousands};
use crate::dataset::{Target, Task};
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::table::ColumnType;
use crate::validate::student_t_above;

/// A column that the model depends on less than this is not worth an alarm.
const LEAST_WEIGHT: f64 = 0.01;
/// Served probabilities, and values in standard deviations of the outcome, may differ by this: formats round.
const TOLERANCE: f64 = 1e-3;
/// A shift of outcomes is one of its own where chance leaves what the inputs do not account for with at most this
/// probability, and that is at least this part of the shift.
const UNEXPLAINED: (f64, f64) = (0.01, 1.0 / 3.0);
/// Rows that a finding names.
const NAMED: usize = 5;

/// The rows of today.
pub struct Current<'a> {
    pub n_rows: u32,
    /// Aligned with the reference's columns.
    pub columns: Vec<CurrentColumn>,
    /// What the model answers for each row.
    pub predictions: &'a Predictions,
    /// Rows whose outcome is known, ascending, and their outcomes in the reference's labels.
    pub outcomes: Option<(Vec<u32>, Target)>,
    pub served: Option<Served>,
    /// When each row was, in milliseconds, or `MISSING_DATE`.
    pub times: Option<Vec<i64>>,
    /// How much the model depends on each column, in any unit; empty where that is not known.
    pub importance: Vec<f64>,
    /// From which probability on the serving system says the positive class; `None`: the higher one wins.
    pub threshold: Option<f64>,
}

/// A column of today; no sample where the rows do not have it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurrentColumn {
    pub sample: Option<Sample>,
    /// Cells that could not be read as the column's type, and are missing therefore.
    pub n_unfit: u32,
}

/// What a serving system answered for each row.
#[derive(Clone, Debug, PartialEq)]
pub enum Served {
    /// Positions in the model's labels; `None`: no answer, `Some(u32::MAX)`: a text that is no label.
    Labels(Vec<Option<u32>>),
    /// Probabilities of the positive class, or values; NaN: no answer.
    Numbers(Vec<f64>),
}

/// Everything that the rows of today say about the model, in causal order.
pub fn judge(reference: &Reference, current: &Current) -> MonitorReport {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut not_checked = Vec::new();
    let shares = shares(&current.importance, reference.columns.len());
    for (column, now) in reference.columns.iter().zip(&current.columns) {
        drafts.extend(quality::drafts(column, now));
    }
    match &current.served {
        Some(served) => drafts.extend(reconciled(reference, current, served)),
        None => not_checked.push(
            "Whether the serving system answers as the model does: the data bring no predictions that were served."
                .into(),
        ),
    }
    drafts.extend(of_predictions(reference, current.predictions));
    drafts.extend(of_columns(reference, current, &shares));
    if current.importance.is_empty() {
        not_checked.push("How much each column matters to the model: not known here, so all count alike.".into());
    }
    if let Some((rows, target)) = &current.outcomes {
        drafts.extend(of_outcomes(reference, target, &select(current.predictions, rows)));
    }
    let results = results(reference, current);
    drafts.extend(results.drafts);
    not_checked.extend(results.not_checked);
    drafts.extend(current.times.as_ref().and_then(|times| change::draft(current, times)));
    let timeline = match current.times.as_ref().map(|times| timeline(reference, current, times)) {
        Some(Ok(timeline)) => Some(timeline),
        Some(Err(why)) => {
            not_checked.push(why);
            None
        }
        None => None,
    };
    let mut findings = finish(drafts);
    name_concept(reference.task, &mut findings);
    let rank = |finding: &Finding| (finding.kind, finding.verdict as u8);
    let strength = |finding: &Finding| finding.size / finding.threshold.max(1e-12) * finding.weight;
    findings.order_by(|a, b| rank(a).cmp(&rank(b)).then(strength(b).total_cmp(&strength(a))));
    let mut report = MonitorReport {
        headline: String::new(),
        n_rows: current.n_rows,
        n_outcomes: current.outcomes.as_ref().map_or(0, |(rows, _)| rows.len() as u32),
        findings,
        metrics: results.metrics,
        timeline,
        not_checked,
        assumptions: results.assumptions,
    };
    report.headline = headline(&report);
    report
}

/// Each column's share of all importance; 1 for each where that is not known.
fn shares(importance: &[f64], n: usize) -> Vec<f64> {
    let total: f64 = importance.iter().map(|size| size.max(0.0)).sum();
    if importance.len() != n || !(total > 0.0) {
        return vec![1.0; n];
    }
    importance.iter().map(|size| size.max(0.0) / total).collect()
}

/// All drafts with their p-values adjusted together. What is wrong with a column's cells explains its drift.
fn finish(drafts: Vec<Draft>) -> Vec<Finding> {
    let counted = |draft: &Draft| draft.lacks.is_none() && draft.p.is_some();
    let p_values: Vec<f64> = drafts.iter().filter(|draft| counted(draft)).filter_map(|draft| draft.p).collect();
    let mut adjusted = false_discovery(&p_values).into_iter();
    let mut broken: Vec<String> = Vec::new();
    let mut findings = Vec::new();
    for mut draft in drafts {
        let q = if counted(&draft) { adjusted.next() } else { None };
        if draft.kind == Kind::FeatureDrift && broken.contains(&draft.column) {
            draft.excused = Some("See what is said of its cells above.".into());
        }
        let finding = draft.finish(q);
        if finding.kind == Kind::Quality && finding.verdict == Verdict::Alarm {
            broken.push(finding.column.clone());
        }
        findings.push(finding);
    }
    findings
}

/// The model's answers beside those that were served.
fn reconciled(reference: &Reference, current: &Current, served: &Served) -> Option<Draft> {
    let predictions = current.predictions;
    let unit = match (&reference.outcomes, reference.task) {
        (Sketch::Numbers(numbers), Task::Regression) if numbers.deviation > 0.0 => numbers.deviation,
        _ => 1.0,
    };
    let ours = |row: usize| match predictions {
        Predictions::Values(values) => f64::from(values[row]),
        Predictions::Probabilities { values, n_classes } => f64::from(values[(row + 1) * n_classes - 1]),
    };
    let mut differing = Vec::new();
    let (mut n, mut largest) = (0u32, 0.0f64);
    match served {
        Served::Labels(labels) => {
            for (row, label) in labels.iter().enumerate() {
                let Some(label) = label else { continue };
                n += 1;
                let called = match (current.threshold, reference.task) {
                    (Some(threshold), Task::Binary) => Some(u32::from(ours(row) >= threshold)),
                    _ => predictions.class(row),
                };
                if called != Some(*label) {
                    differing.push(row);
                }
            }
        }
        Served::Numbers(numbers) => {
            for (row, number) in numbers.iter().enumerate().filter(|(_, number)| !number.is_nan()) {
                n += 1;
                let distance = (number - ours(row)).abs() / unit;
                largest = largest.max(distance);
                if distance > TOLERANCE {
                    differing.push(row);
                }
            }
        }
    }
    if n == 0 {
        return None;
    }
    let mut draft = Draft::new(Kind::Skew, Test::Reconciliation, "");
    draft.size = differing.len() as f64 / f64::from(n);
    let named: Vec<String> = differing.iter().take(NAMED).map(|row| thousands(&(row + 1).to_string())).collect();
    draft.changed = format!(
        "For {} of the rows ({} of {}) the prediction that was served is not the one that this model gives: rows {}{}.",
        percent(draft.size),
        thousands(&differing.len().to_string()),
        thousands(&n.to_string()),
        named.join(", "),
        if differing.len() > NAMED { " and more" } else { "" }
    );
    draft.held = format!(
        "The predictions that were served are those that the model gives, in {} of {}.",
        thousands(&(n as usize - differing.len()).to_string()),
        rows(n)
    );
    draft.advice = "This is a fault on the way to the model and no drift. Compare one such row with what the serving system hands \
                    to its model: another version, another threshold, a column computed otherwise."
        .into();
    draft.evidence = vec![("differing".into(), format!("{} of {n}", differing.len()))];
    if matches!(served, Served::Numbers(_)) {
        draft.evidence.push(("largest difference".into(), short(largest)));
    }
    Some(draft)
}

fn of_predictions(reference: &Reference, predictions: &Predictions) -> Option<Draft> {
    // The folds' models are not quite the one that answers today: what they differ by is little beside the outcomes.
    let of_outcomes = match &reference.outcomes {
        Sketch::Numbers(numbers) => numbers.deviation,
        Sketch::Levels(levels) => {
            let share = levels.levels.first().map_or(0.0, |level| f64::from(level.1) / f64::from(levels.n.max(1)));
            (share * (1.0 - share)).sqrt()
        }
    };
    let least = of_outcomes / 2.0;
    let subject = match reference.task {
        Task::Binary => {
            format!("The predicted probability of {}", quoted(reference.labels.get(1).map_or("", String::as_str)))
        }
        Task::Multiclass => "The predicted classes".to_owned(),
        Task::Regression => format!("The predicted {}", quoted(&reference.target)),
    };
    let compared = compare(&reference.predictions, &told(predictions, &reference.labels), least)?;
    let advice = "See which columns have changed, below. If none has, look at how they go together.".to_owned();
    Some(draft(Kind::PredictionDrift, "", ColumnType::Number, &subject, compared, advice))
}

fn of_columns(reference: &Reference, current: &Current, shares: &[f64]) -> Vec<Draft> {
    let mut drafts = Vec::new();
    let pairs = reference.columns.iter().zip(&current.columns).zip(shares);
    // Of texts it is only watched whether they are there.
    for ((column, now), share) in pairs.filter(|((column, _), _)| column.column_type != ColumnType::Text) {
        let Some(compared) = now.sample.as_ref().and_then(|sample| compare(&column.sketch, sample, 0.0)) else {
            continue;
        };
        let advice = "Ask what changed in the world or in how the column is made. If it stays so, train a challenger with the new \
                      rows."
            .to_owned();
        let subject = format!("Column {}", quoted(&column.name));
        let mut made = draft(Kind::FeatureDrift, &column.name, column.column_type, &subject, compared, advice);
        made.weight = *share;
        if column.column_type == ColumnType::Date {
            made.excused = Some("That time goes on is no alarm by itself.".into());
        } else if *share < LEAST_WEIGHT {
            made.excused = Some(format!("The model hardly uses this column ({} of all importance).", percent(*share)));
        }
        if !current.importance.is_empty() {
            made.evidence.push(("share of all importance".into(), percent(*share)));
        }
        drafts.push(made);
    }
    drafts
}

/// Outcomes beside those of training. What the changed inputs account for is no shift of its own.
fn of_outcomes(reference: &Reference, target: &Target, predictions: &Predictions) -> Option<Draft> {
    let compared = compare(&reference.outcomes, &outcomes(target), 0.0)?;
    let class = compared.level.as_ref().and_then(|level| reference.labels.iter().position(|l| quoted(l) == level.0));
    let shift = compared.level.as_ref().map_or(compared.means.1 - compared.means.0, |level| level.2 - level.1);
    let subject = format!("The outcome {}", quoted(&reference.target));
    let advice =
        "Train a challenger with the new rows, or set the threshold anew: what is common now was rarer before."
            .to_owned();
    let mut made = draft(Kind::LabelDrift, "", ColumnType::Number, &subject, compared, advice);
    let off: Vec<f64> = match (target, predictions) {
        (Target::Values(truth), Predictions::Values(values)) => {
            truth.iter().zip(values).map(|(truth, value)| truth - f64::from(*value)).collect()
        }
        (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
            let hoped = calibrated(values, *n_classes, &reference.calibration);
            let rows = hoped.chunks_exact(*n_classes).zip(codes);
            let off = |class: usize| {
                rows.map(|(row, code)| f64::from(u8::from(*code as usize == class)) - row[class]).collect::<Vec<_>>()
            };
            class.map(off).unwrap_or_default()
        }
        _ => return None,
    };
    let mean = |rows: &[u32]| Some(rows.iter().map(|row| off[*row as usize]).sum::<f64>() / rows.len() as f64);
    if let Some(off) = measured(off.len(), &mean) {
        let chance = 2.0 * student_t_above(off.value.abs() / off.error.max(1e-300), 19.0);
        if chance > UNEXPLAINED.0 || off.value.abs() < UNEXPLAINED.1 * shift.abs() {
            made.excused = Some("The changed inputs account for it.".into());
        }
        made.evidence.push(("not accounted for by the inputs".into(), short(off.value)));
    }
    Some(made)
}

/// The cause that the alarms point to, as one sentence.
fn headline(report: &MonitorReport) -> String {
    let Some(cause) = report.cause() else {
        let judged = report.findings.iter().any(|f| matches!(f.verdict, Verdict::Passed | Verdict::Note));
        let of_results = |f: &&Finding| f.kind == Kind::Performance;
        let told = report.findings.iter().filter(of_results).any(|f| f.verdict == Verdict::Passed);
        return match (judged, told) {
            (false, _) => "Not enough data to say whether the model still holds.".into(),
            (true, true) => format!("In {} nothing has changed that matters.", rows(report.n_rows)),
            (true, false) => format!(
                "In {} nothing has changed that matters; whether the model is still as good could not be told.",
                rows(report.n_rows)
            ),
        };
    };
    let n = report.alarms().filter(|finding| finding.kind == cause).count();
    let columns = |n: usize| if n == 1 { "one column".to_owned() } else { format!("{n} columns") };
    match cause {
        Kind::Quality => {
            format!("First look at the rows themselves: {n} of the demands that the model makes of them fail.")
        }
        Kind::Skew => "The serving system answers otherwise than the model.".into(),
        Kind::LabelDrift => "What is predicted has become more frequent or rarer than in training.".into(),
        Kind::Concept => "The same inputs lead to other outcomes than in training: the model no longer holds.".into(),
        Kind::FeatureDrift => {
            format!("The model is asked about other rows than it learned from: {} changed.", columns(n))
        }
        Kind::PredictionDrift => "The model answers otherwise than in validation.".into(),
        Kind::Performance => "The model is worse than in validation.".into(),
    }
}

impl MonitorReport {
    /// What the alarms point to as the reason of the others; `None` without alarms.
    pub fn cause(&self) -> Option<Kind> {
        const ORDER: [Kind; 7] = [
            Kind::Quality,
            Kind::Skew,
            Kind::LabelDrift,
            Kind::Concept,
            Kind::FeatureDrift,
            Kind::PredictionDrift,
            Kind::Performance,
        ];
        ORDER.into_iter().find(|kind| self.alarms().any(|finding| finding.kind == *kind))
    }
}
