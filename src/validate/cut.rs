//! Rows told apart by what stands in a column: its values one by one, or numbers and dates in parts.

use std::collections::BTreeMap;

use crate::order::OrderBy;
use crate::table::profile::quantile;
use crate::table::{Column, MISSING_CODE, Values, date_text, number_text};

/// Levels of a column, the most frequent, and distinct numbers that are taken one by one.
const MOST_LEVELS: usize = 20;
const FEW_NUMBERS: usize = 6;
/// Parts of equal size that numbers are cut into by `quarters`.
const PARTS: usize = 4;
/// Ranges that numbers are cut into by `readable` at most, but for the two at the ends, and what they begin with.
const MOST_RANGES: f64 = 5.0;
const ENDS: (f64, f64) = (0.05, 0.95);
/// Rows of a range, as a share of all, below which it is joined with its neighbour.
const LEAST_OF_A_RANGE: f64 = 0.05;

/// The code of a row that lies in none of the parts.
pub(super) const NOWHERE: u16 = u16::MAX;

/// Where each row lies in a column.
pub(super) struct Cut<'a> {
    pub column: &'a str,
    /// "is red", "below 12", "is missing".
    pub labels: Vec<String>,
    pub codes: Vec<u16>,
}

/// Finds where numbers are cut: values in rising order in, lower ends of all parts but the first out.
pub(super) type Edges = fn(&[f64]) -> Vec<f64>;

/// Both columns together: the code of a row is that in `a` times the labels of `b`, and that in `b`.
pub(super) fn crossed(a: &Cut, b: &Cut) -> Vec<u16> {
    let n_b = b.labels.len() as u16;
    let both = |(a, b): (&u16, &u16)| if *a == NOWHERE || *b == NOWHERE { NOWHERE } else { *a * n_b + *b };
    a.codes.iter().zip(&b.codes).map(both).collect()
}

/// Levels, numbers and dates in parts, and missing cells where there are at least `fewest`; `None` where no part has so many
/// rows that as many are left outside it. Dates are always cut into quarters.
pub(super) fn cut<'a>(column: &'a Column, rows: &[u32], fewest: usize, edges: Edges) -> Option<Cut<'a>> {
    let at = |row: &u32| *row as usize;
    let (mut labels, mut codes) = match &column.values {
        Values::Category { codes, levels } => {
            let own = rows.iter().map(|row| codes[at(row)]);
            of_levels(own.map(|code| (code != MISSING_CODE).then_some(code)).collect(), |code| {
                levels[*code as usize].clone()
            })
        }
        Values::Boolean { codes, spelling } => {
            let own = rows.iter().map(|row| codes[at(row)]).map(|code| (code < 2).then_some(code));
            of_levels(own.collect(), |code| spelling[usize::from(*code)].clone())
        }
        Values::Number(values) => of_numbers(rows.iter().map(|row| values[at(row)]).collect(), edges, number_text),
        Values::Date { milliseconds, has_time } => {
            let own = rows.iter().map(at).map(|row| match column.values.is_missing(row) {
                true => f64::NAN,
                false => milliseconds[row] as f64,
            });
            of_numbers(own.collect(), quarters, |value| date_text(value as i64, *has_time))
        }
        Values::Text(_) => return None,
    };
    let missing = rows.iter().filter(|row| column.values.is_missing(at(row))).count();
    if missing >= fewest {
        let code = labels.len() as u16;
        labels.push("is missing".to_owned());
        for (code_of, row) in codes.iter_mut().zip(rows) {
            if column.values.is_missing(at(row)) {
                *code_of = code;
            }
        }
    }
    let mut counts = vec![0usize; labels.len()];
    codes.iter().filter(|code| **code != NOWHERE).for_each(|code| counts[*code as usize] += 1);
    let some = counts.iter().any(|n| *n >= fewest && codes.len() - n >= fewest);
    some.then_some(Cut { column: &column.name, labels, codes })
}

/// The most frequent values, each for itself.
fn of_levels<T: Ord + Copy>(values: Vec<Option<T>>, name: impl Fn(&T) -> String) -> (Vec<String>, Vec<u16>) {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    values.iter().flatten().for_each(|value| *counts.entry(*value).or_default() += 1);
    let mut frequent: Vec<(T, usize)> = counts.into_iter().collect();
    frequent.order_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    frequent.truncate(MOST_LEVELS);
    let known: BTreeMap<T, u16> = frequent.iter().map(|(value, _)| *value).zip(0..).collect();
    let labels = frequent.iter().map(|(value, _)| format!("is {}", name(value))).collect();
    let code = |value: &Option<T>| value.and_then(|value| known.get(&value).copied()).unwrap_or(NOWHERE);
    (labels, values.iter().map(code).collect())
}

/// Few numbers one by one, more in parts.
fn of_numbers(values: Vec<f64>, edges: Edges, name: impl Fn(f64) -> String) -> (Vec<String>, Vec<u16>) {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut distinct = sorted.clone();
    distinct.dedup();
    let code = |of: &dyn Fn(f64) -> usize| -> Vec<u16> {
        values.iter().map(|value| if value.is_nan() { NOWHERE } else { of(*value) as u16 }).collect()
    };
    if distinct.len() <= FEW_NUMBERS {
        let labels = distinct.iter().map(|value| format!("is {}", name(*value))).collect();
        return (labels, code(&|value| distinct.partition_point(|known| *known < value)));
    }
    let edges = edges(&sorted);
    let mut labels: Vec<String> = Vec::new();
    for part in 0..=edges.len() {
        labels.push(match (part.checked_sub(1).map(|below| edges[below]), edges.get(part)) {
            (None, Some(high)) => format!("below {}", name(*high)),
            (Some(low), Some(high)) => format!("from {} to below {}", name(low), name(*high)),
            (Some(low), None) => format!("from {} on", name(low)),
            (None, None) => "is known".to_owned(),
        });
    }
    (labels, code(&|value| edges.partition_point(|edge| *edge <= value)))
}

/// Parts of equal size.
pub(super) fn quarters(sorted: &[f64]) -> Vec<f64> {
    let mut edges: Vec<f64> = (1..PARTS).map(|part| sorted[part * sorted.len() / PARTS]).collect();
    edges.dedup();
    edges.retain(|edge| *edge > sorted[0]);
    edges
}

/// Ranges between round numbers, such as decades of age; those of few rows are joined with their neighbours.
pub(super) fn readable(sorted: &[f64]) -> Vec<f64> {
    let (low, high) = (quantile(sorted, ENDS.0), quantile(sorted, ENDS.1));
    let Some((step, divisor)) = round_step(high - low) else { return Vec::new() };
    let at = |multiple: f64| multiple * step / divisor;
    let first = (low * divisor / step).floor() + 1.0;
    let edges = (0..).map(|i| at(first + f64::from(i))).take_while(|edge| *edge <= high);
    let fewest = LEAST_OF_A_RANGE * sorted.len() as f64;
    let below = |edge: f64| sorted.partition_point(|value| *value < edge) as f64;
    let mut kept: Vec<f64> = Vec::new();
    for edge in edges {
        let before = kept.last().map_or(0.0, |last| below(*last));
        if below(edge) - before >= fewest {
            kept.push(edge);
        }
    }
    while kept.last().is_some_and(|last| sorted.len() as f64 - below(*last) < fewest) {
        kept.pop();
    }
    kept
}

/// The smallest of 1, 2 and 5 times a power of ten that a span holds at most `MOST_RANGES` times, as a whole number and
/// what to divide it by: multiples of 0.1 would not come out as such. `None` without a span.
fn round_step(span: f64) -> Option<(f64, f64)> {
    if !(span > 0.0) || !span.is_finite() {
        return None;
    }
    let power = libm::log10(span / MOST_RANGES).floor() as i32;
    (power..=power + 1).flat_map(|power| [1.0, 2.0, 5.0].map(|lead| (lead, power))).find_map(|(lead, power)| {
        let size = libm::pow(10.0, f64::from(power.abs()));
        let (step, divisor) = if power < 0 { (lead, size) } else { (lead * size, 1.0) };
        (step / divisor * MOST_RANGES >= span).then_some((step, divisor))
    })
}
