//! How good the model is today: with outcomes, and without.

use super::finding::{Draft, Kind, MetricNow};
use super::judge::Current;
use super::performance::{Measured, estimable, expected, realised, select, shortfall, watched};
use super::reference::Reference;
use super::tests::{Test, metric_threshold};
use super::words::{rows, short};
use crate::dataset::{Target, Task};
use crate::metrics::Metric;
use crate::model::Predictions;

/// What outcomes, or the lack of them, have to say.
#[derive(Default)]
pub struct Results {
    pub drafts: Vec<Draft>,
    pub metrics: Vec<MetricNow>,
    pub not_checked: Vec<String>,
    pub assumptions: Vec<String>,
}

pub fn results(reference: &Reference, current: &Current) -> Results {
    match &current.outcomes {
        Some((rows, target)) if !target.is_empty() => {
            with_outcomes(reference, target, &select(current.predictions, rows), current.n_rows)
        }
        Some(_) | None => without(reference, current),
    }
}

fn with_outcomes(reference: &Reference, target: &Target, predictions: &Predictions, n_rows: u32) -> Results {
    let mut made = Results::default();
    let n = target.len() as u32;
    if n < n_rows {
        made.not_checked.push(format!(
            "Outcomes are known for {} of {}; what is said of errors speaks of these. Late outcomes may be other ones.",
            rows(n),
            rows(n_rows)
        ));
    }
    for metric in watched(reference.task) {
        let known = reference.performance.iter().find(|known| known.metric == *metric).map(|known| known.measured);
        let now = realised(*metric, target, predictions);
        made.drafts.push(metric_draft(Test::Realised, *metric, known, now, (reference.n_rows, n)));
        if let (Some(reference), Some(now)) = (known, now) {
            made.metrics.push(MetricNow { metric: *metric, reference, now, estimated: false, n });
        }
    }
    if let (Some(metric), Some((_, before))) = (estimable(reference.task), reference.estimated)
        && let Some(now) = shortfall(metric, target, predictions, &reference.calibration)
    {
        let mut draft = Draft::new(Kind::Concept, Test::BeyondInputs, "");
        draft.lacks = few(Test::BeyondInputs, "The relation of inputs and outcomes", (reference.n_rows, n));
        let (size, p) = now.above(before);
        (draft.size, draft.p, draft.threshold) = (size, Some(p), metric_threshold(metric));
        draft.changed = format!(
            "The same inputs lead to other outcomes than in training: {} is {} worse than the model’s own probabilities lead to expect.",
            metric.name(),
            short(size)
        );
        draft.held = "The same inputs lead to the same outcomes as in training, as far as the metrics tell.".into();
        draft.advice = "Train again with the newest rows, and let old ones go if that does better. More rows of the old kind do not help.".into();
        draft.evidence =
            vec![("short of what is expected".into(), short(now.value)), ("in validation".into(), short(before.value))];
        made.drafts.push(draft);
    }
    made
}

fn without(reference: &Reference, current: &Current) -> Results {
    let mut made = Results::default();
    let Some(metric) = estimable(reference.task) else {
        made.not_checked.push(
            "Whether the model still holds: without outcomes nothing can be said about the errors of predicted values. Bring a \
             column with the true values."
                .into(),
        );
        return made;
    };
    let known = reference.estimated.map(|estimated| estimated.0);
    let now = expected(metric, current.predictions, &reference.calibration);
    made.drafts.push(metric_draft(Test::Estimated, metric, known, now, (reference.n_rows, current.n_rows)));
    if let (Some(reference), Some(now)) = (known, now) {
        made.metrics.push(MetricNow { metric, reference, now, estimated: true, n: current.n_rows });
    }
    made.not_checked.push(
        "Whether the same inputs still lead to the same outcomes: that takes rows whose outcome is known.".into(),
    );
    made.assumptions = vec![
        "No outcome was looked at: the metric is what the model’s own probabilities, calibrated on the folds, lead to expect \
         (CBPE)."
            .into(),
        "It holds if only the inputs have changed and not what follows from them, and if the new rows are of kinds that \
         training had."
            .into(),
    ];
    made
}

fn few(test: Test, subject: &str, (n, m): (u32, u32)) -> Option<String> {
    let needs = test.about().needs;
    let (there, needed) = match (n < needs.0, m < needs.1) {
        (true, _) => (format!("{} in validation", rows(n)), needs.0),
        (_, true) => (rows(m), needs.1),
        _ => return None,
    };
    Some(format!("{subject}: not enough data, {there}; about {needed} are needed."))
}

fn metric_draft(
    test: Test,
    metric: Metric,
    before: Option<Measured>,
    now: Option<Measured>,
    sizes: (u32, u32),
) -> Draft {
    let name = metric.name();
    let mut draft = Draft::new(Kind::Performance, test, "");
    draft.threshold = metric_threshold(metric);
    draft.lacks = few(test, &format!("The {name}"), sizes);
    let (Some(before), Some(now)) = (before, now) else {
        draft.lacks = draft.lacks.or_else(|| {
            Some(format!("The {name} could not be told: among the rows, or a twentieth of them, one class is missing."))
        });
        return draft;
    };
    let (worse, p) = if metric.higher_is_better() { before.above(now) } else { now.above(before) };
    draft.size = if metric.is_share() { worse } else { worse / before.value.abs().max(f64::MIN_POSITIVE) };
    draft.p = Some(p);
    let (low, high) = metric.possible(now.interval());
    let what = if test == Test::Estimated { "is expected to be" } else { "is" };
    let said = format!(
        "The {name} ({}) {what} {} (95 % interval {} to {}); {} in validation.",
        metric.plain(),
        short(now.value),
        short(low),
        short(high),
        short(before.value)
    );
    draft.changed = format!("The model is worse than in validation. {said}");
    draft.held = said;
    draft.advice = if test == Test::Estimated {
        "Get the outcomes of some rows, those about which the model is least sure first, and look again with these."
            .into()
    } else {
        "Train a challenger with the new rows and compare both on the newest ones.".into()
    };
    let interval = |measured: Measured| {
        let (low, high) = metric.possible(measured.interval());
        format!("{} ({} to {})", short(measured.value), short(low), short(high))
    };
    draft.evidence = vec![("now".into(), interval(now)), ("in validation".into(), interval(before))];
    draft
}

/// Where the model is worse and nothing else has changed, what follows from the inputs has.
pub fn name_concept(task: Task, drafts: &mut [super::finding::Finding]) {
    use super::finding::Verdict;
    let alarm = |kinds: &[Kind], found: &[super::finding::Finding]| {
        found.iter().any(|finding| finding.verdict == Verdict::Alarm && kinds.contains(&finding.kind))
    };
    let others =
        [Kind::Quality, Kind::Skew, Kind::PredictionDrift, Kind::FeatureDrift, Kind::LabelDrift, Kind::Concept];
    if alarm(&others, drafts) {
        return;
    }
    let realised = |finding: &&mut super::finding::Finding| {
        finding.verdict == Verdict::Alarm && finding.test == Test::Realised && finding.kind == Kind::Performance
    };
    if let Some(finding) = drafts.iter_mut().find(realised) {
        finding.kind = Kind::Concept;
        let told = if task == Task::Regression { "values" } else { "classes" };
        finding.sentence.push_str(&format!(
            " Inputs and predictions are as in training, so the same inputs now lead to other {told}."
        ));
        finding.advice =
            "Train again with the newest rows, and let old ones go if that does better. More rows of the old kind do not help.".into();
    }
}
