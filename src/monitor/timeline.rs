//! The model over time: equal numbers of rows in order of their time, each with its interval.

use serde::{Deserialize, Serialize};

use super::judge::Current;
use super::performance::{Measured, estimable, expected, measured, realised, select, watched};
use super::reference::Reference;
use super::sketch::Sketch;
use super::words::rows;
use crate::metrics::Metric;
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::table::MISSING_DATE;

/// Rows of a point at least, and points at most.
const FEWEST: usize = 100;
const MOST: usize = 12;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timeline {
    /// What is drawn: "ROC AUC", "expected ROC AUC", "mean prediction".
    pub what: String,
    pub metric: Option<Metric>,
    /// Without outcomes: what the probabilities lead to expect.
    pub estimated: bool,
    /// Of the reference: the value and its 95 % interval.
    pub reference: (f64, f64, f64),
    /// Ascending in time.
    pub points: Vec<Point>,
}

/// Rows from one time to another, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub from: i64,
    pub to: i64,
    pub n: u32,
    pub value: f64,
    /// 95 % interval.
    pub interval: (f64, f64),
}

/// A number of some rows.
type OfRows<'a> = Box<dyn Fn(&[u32]) -> Option<Measured> + 'a>;

/// # Errors
/// Why there is none, in a sentence.
pub fn timeline(reference: &Reference, current: &Current, times: &[i64]) -> Result<Timeline, String> {
    let outcomes = current.outcomes.as_ref().filter(|(rows, _)| rows.len() >= 2 * FEWEST);
    let (what, metric, estimated, known, of): (String, _, _, _, OfRows) = match (outcomes, estimable(reference.task)) {
        (Some((_, target)), _) => {
            let metric = watched(reference.task)[0];
            let known = reference.performance.iter().find(|known| known.metric == metric);
            let known = known.map(|known| known.measured).ok_or("The reference has no metric to compare with.")?;
            let of = move |at: &[u32]| {
                let rows: Vec<u32> = at.iter().map(|i| outcomes.map_or(*i, |(rows, _)| rows[*i as usize])).collect();
                realised(metric, &target.select(at), &select(current.predictions, &rows))
            };
            (metric.name().to_owned(), Some(metric), false, known, Box::new(of))
        }
        (None, Some(metric)) => {
            let known = reference.estimated.ok_or("The reference has no metric to compare with.")?.0;
            let of = move |at: &[u32]| expected(metric, &select(current.predictions, at), &reference.calibration);
            (format!("expected {}", metric.name()), Some(metric), true, known, Box::new(of))
        }
        (None, None) => {
            let Sketch::Numbers(told) = &reference.predictions else {
                return Err("The reference has no predictions to compare with.".into());
            };
            let known = Measured { value: told.mean, error: told.deviation / f64::from(told.n.max(1)).sqrt() };
            let of = |at: &[u32]| measured(at.len(), &|part| mean_of(current.predictions, at, part));
            ("mean prediction".to_owned(), None, false, known, Box::new(of))
        }
    };
    let of_rows: Vec<u32> = match outcomes {
        Some((rows, _)) => rows.clone(),
        None => (0..current.n_rows).collect(),
    };
    // Positions in `of_rows`, by time.
    let time = |at: u32| times.get(of_rows[at as usize] as usize).copied().unwrap_or(MISSING_DATE);
    let mut order: Vec<u32> = (0..of_rows.len() as u32).filter(|at| time(*at) != MISSING_DATE).collect();
    order.order_by_key(|at| (time(*at), *at));
    let n_points = (order.len() / FEWEST).min(MOST);
    if n_points < 2 {
        let there = rows(order.len() as u32);
        return Err(format!(
            "How things went over time: not enough data, {there} with a time; about {} are needed.",
            2 * FEWEST
        ));
    }
    let points = (0..n_points).filter_map(|i| {
        let part = &order[i * order.len() / n_points..(i + 1) * order.len() / n_points];
        let mut at = part.to_vec();
        at.sort_unstable();
        let now = of(&at)?;
        let (first, last) = (part.first()?, part.last()?);
        let interval = metric.map_or(now.interval(), |metric| metric.possible(now.interval()));
        Some(Point { from: time(*first), to: time(*last), n: part.len() as u32, value: now.value, interval })
    });
    let points: Vec<Point> = points.collect();
    if points.len() < 2 {
        return Err("How things went over time: in most stretches one of the classes is missing.".into());
    }
    let (low, high) = metric.map_or(known.interval(), |metric| metric.possible(known.interval()));
    Ok(Timeline { what, metric, estimated, reference: (known.value, low, high), points })
}

fn mean_of(predictions: &Predictions, at: &[u32], part: &[u32]) -> Option<f64> {
    let Predictions::Values(values) = predictions else { return None };
    let sum: f64 = part.iter().map(|i| f64::from(values[at[*i as usize] as usize])).sum();
    (!part.is_empty()).then(|| sum / part.len() as f64)
}
