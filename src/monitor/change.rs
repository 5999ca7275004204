//! Whether errors changed at some time, and when: the CUSUM test of a constant mean.
//! Source: Ploberger & Krämer, The CUSUM test with OLS residuals (Econometrica 60, 1992).

use super::finding::{Draft, Kind};
use super::judge::Current;
use super::tail::kolmogorov_above;
use super::tests::Test;
use super::words::{rows, short};
use crate::dataset::Target;
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::table::{MISSING_DATE, date_text, profile::sum};

/// Where a mean is likeliest to have changed, if it has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Values before the change.
    pub at: usize,
    /// The largest distance of the sums from a straight line, in standard deviations times the root of their number.
    pub statistic: f64,
    pub p: f64,
    pub before: f64,
    pub after: f64,
}

/// `None` for fewer than two values, and for equal ones.
pub fn change(values: &[f64]) -> Option<Change> {
    let n = values.len() as f64;
    let mean = sum(values.iter().copied()) / n;
    let deviation = (sum(values.iter().map(|v| (v - mean) * (v - mean))) / n).sqrt();
    if values.len() < 2 || !(deviation > 0.0) {
        return None;
    }
    let (mut run, mut largest, mut at) = (0.0f64, 0.0f64, 0);
    for (i, value) in values.iter().enumerate() {
        run += value - mean;
        if run.abs() > largest {
            (largest, at) = (run.abs(), i + 1);
        }
    }
    let statistic = largest / (deviation * n.sqrt());
    let mean_of = |part: &[f64]| sum(part.iter().copied()) / part.len().max(1) as f64;
    let (before, after) = (mean_of(&values[..at]), mean_of(&values[at..]));
    Some(Change { at, statistic, p: kolmogorov_above(statistic), before, after })
}

/// Of the errors of rows whose outcome and time are known: of a class, how far its probability was from 1; of a value, the
/// distance.
pub(super) fn draft(current: &Current, times: &[i64]) -> Option<Draft> {
    let (of_rows, target) = current.outcomes.as_ref()?;
    let error = |at: usize| {
        let row = of_rows[at] as usize;
        match (target, current.predictions) {
            (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
                1.0 - f64::from(values[row * n_classes + codes[at] as usize])
            }
            (Target::Values(truth), Predictions::Values(values)) => (truth[at] - f64::from(values[row])).abs(),
            _ => 0.0,
        }
    };
    let time = |at: usize| times.get(of_rows[at] as usize).copied().unwrap_or(MISSING_DATE);
    let mut order: Vec<usize> = (0..of_rows.len()).filter(|at| time(*at) != MISSING_DATE).collect();
    order.order_by_key(|at| (time(*at), *at));
    let errors: Vec<f64> = order.iter().map(|at| error(*at)).collect();
    let mut draft = Draft::new(Kind::Performance, Test::ErrorsOverTime, "");
    let needed = draft.test.about().needs.1;
    if errors.len() < needed as usize {
        let there = rows(errors.len() as u32);
        draft.lacks = Some(format!(
            "Errors over time: not enough data, {there} with outcome and time; about {needed} are needed."
        ));
        return Some(draft);
    }
    let found = change(&errors)?;
    let day = date_text(time(order[found.at.min(order.len() - 1)]), false);
    draft.size = (found.after - found.before) / found.before.max(f64::MIN_POSITIVE);
    draft.p = Some(found.p);
    let how = if found.after > found.before { "grew" } else { "shrank" };
    let said = format!("the mean error {how} about {day}, from {} to {}", short(found.before), short(found.after));
    draft.changed = format!("In the course of these rows {said}.");
    draft.held = if draft.size > 0.0 {
        "The errors stayed alike over time, but for what chance does.".into()
    } else {
        "The errors did not grow over time.".into()
    };
    draft.advice = format!(
        "Look for what changed about {day}: a release, a new source, a new rule. Then train with rows from after it."
    );
    draft.evidence = vec![
        ("CUSUM statistic".into(), short(found.statistic)),
        ("likeliest time".into(), day),
        ("mean error before and after".into(), format!("{}, {}", short(found.before), short(found.after))),
    ];
    Some(draft)
}
