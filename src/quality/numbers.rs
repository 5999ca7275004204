//! Numbers that stand apart: stand-ins for "missing", and outliers.

use super::{End, Evidence, Finding, Repair, between, ends, rows_where};
use crate::profile::{ColumnDetails, Shape};
use crate::table::profile::quantile;
use crate::table::{Column, Values, number_text};

/// Times that a stand-in comes back at least, and interquartile ranges to its nearest other value.
const FEWEST_TIMES: u32 = 3;
const STANDS_APART: f64 = 1.5;
/// Deviations beyond which a number is an outlier, and the share of numbers that may be: more is a heavy tail.
const FAR: f64 = 8.0;
const MOST_OUTLIERS: f64 = 0.01;
/// Known numbers that are needed.
const FEWEST: usize = 30;
/// The median distance from the median over the standard deviation, in a normal distribution.
const NORMAL_DISTANCE: f64 = 0.674_489_750_196_081_7;

pub(super) fn look(position: u32, column: &Column, details: &ColumnDetails, found: &mut Vec<Finding>) {
    let (Values::Number(values), Shape::Numbers(_)) = (&column.values, &details.shape) else {
        return;
    };
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    if sorted.len() < FEWEST || details.distinct.count < 5 {
        return;
    }
    sorted.sort_unstable_by(f64::total_cmp);
    // A stand-in hides another: −999 beside −99.
    let mut stand_ins = Vec::new();
    for _ in 0..3 {
        let Some((value, nearest)) = stand_in(&sorted) else { break };
        sorted.retain(|other| *other != value);
        stand_ins.push(value);
        let (n_rows, rows) = rows_where(values.len(), |row| values[row] == value);
        found.push(Finding {
            severity: between(0.6, 0.9, 5.0 * f64::from(n_rows) / values.len() as f64),
            columns: vec![position],
            evidence: Evidence::DisguisedNumber { value, nearest },
            n_rows,
            rows,
            repair: Some(Repair::TreatAsMissing { column: position, texts: vec![number_text(value)] }),
        });
    }
    outliers(position, values, &stand_ins, &sorted, found);
}

/// The smallest or largest value, if it stands apart, comes back, and is one that people write for "missing": −1, zeros,
/// or the same digit throughout.
fn stand_in(sorted: &[f64]) -> Option<(f64, f64)> {
    ends(sorted).find_map(|End { value, n, rest, nearest }| {
        let spread = quantile(rest, 0.75) - quantile(rest, 0.25);
        let apart = (value - nearest).abs() > STANDS_APART * spread && spread > 0.0;
        // A share of all: a number that half of the rows have is a value of its own.
        let times = n >= FEWEST_TIMES && rest.len() >= FEWEST / 2;
        (apart && times && is_written_for_missing(value, nearest)).then_some((value, nearest))
    })
}

fn is_written_for_missing(value: f64, nearest: f64) -> bool {
    let text = number_text(value.abs());
    let digits = text.as_bytes();
    let same = digits.len() >= 2 && digits.iter().all(|digit| *digit == digits[0]) && digits[0] != b'0';
    same || (value == -1.0 && nearest >= 0.0) || (value == 0.0 && nearest > 0.0)
}

/// Outliers among `sorted`, the known values without the stand-ins.
fn outliers(position: u32, values: &[f64], stand_ins: &[f64], sorted: &[f64], found: &mut Vec<Finding>) {
    if sorted.len() < FEWEST {
        return;
    }
    let logarithms: Option<Vec<f64>> =
        (sorted[0] > 0.0).then(|| sorted.iter().map(|value| libm::log(*value)).collect());
    let logarithmic = logarithms.as_ref().is_some_and(|logarithms| lopsided(logarithms) < lopsided(sorted));
    let scaled = logarithms.as_deref().filter(|_| logarithmic).unwrap_or(sorted);
    let Some((low, high)) = bounds(scaled) else { return };
    let (low, high) = if logarithmic { (libm::exp(low), libm::exp(high)) } else { (low, high) };
    let is_outlier = |value: f64| value < low || value > high;
    let inside = || sorted.iter().copied().filter(|value| !is_outlier(*value));
    let (Some(least), Some(greatest)) = (inside().next(), inside().next_back()) else { return };
    let (n_rows, rows) = rows_where(values.len(), |row| is_outlier(values[row]) && !stand_ins.contains(&values[row]));
    if n_rows == 0 || f64::from(n_rows) > MOST_OUTLIERS * sorted.len() as f64 + 1.0 {
        return;
    }
    let (smallest, largest) = (sorted[0], sorted[sorted.len() - 1]);
    found.push(Finding {
        severity: between(0.3, 0.5, f64::from(n_rows) / 20.0),
        columns: vec![position],
        evidence: Evidence::Outliers { low, high, smallest, largest, logarithmic },
        n_rows,
        rows,
        // To the outermost numbers that are none.
        repair: Some(Repair::Clip { column: position, low: least, high: greatest }),
    })
}

/// How different the two halves are: 0 for equal ones.
fn lopsided(sorted: &[f64]) -> f64 {
    let [low, middle, high] = [0.1, 0.5, 0.9].map(|share| quantile(sorted, share));
    if high > low { ((high - middle) - (middle - low)).abs() / (high - low) } else { 0.0 }
}

/// Eight deviations about the median, each side by its own; `None` where a side has no spread.
fn bounds(sorted: &[f64]) -> Option<(f64, f64)> {
    let [quarter, middle, three] = [0.25, 0.5, 0.75].map(|share| quantile(sorted, share));
    // The median distance of a half is the distance to the half's own median.
    let (below, above) = ((middle - quarter) / NORMAL_DISTANCE, (three - middle) / NORMAL_DISTANCE);
    (below > 0.0 && above > 0.0).then_some((middle - FAR * below, middle + FAR * above))
}
