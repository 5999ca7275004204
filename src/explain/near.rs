//! Rows like a given one.

use serde::{Deserialize, Serialize};

use crate::order::OrderBy;
use crate::prepare::{Cells, Inputs};
use crate::table::{MISSING_CODE, MISSING_DATE};

/// A row and how far it is from the one asked about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Position among the rows that were looked through.
    pub position: u32,
    /// 0 for a row that is the same, 1 for one that differs as much as it can: the mean over columns of the difference.
    pub distance: f64,
}

/// The `n` nearest of `rows` to the first row of `one`, nearest first, the earlier of equals. A number or date differs by
/// its share of the range that occurs, a category entirely or not at all, a missing cell entirely from a known one.
///
/// Source: Gower, A General Coefficient of Similarity and Some of Its Properties (1971).
pub fn nearest(one: &Inputs, rows: &Inputs, n: usize) -> Vec<Near> {
    let mut sums = vec![0.0; rows.n_rows];
    for (own, others) in one.cells.iter().zip(&rows.cells) {
        add_differences(own, others, &mut sums);
    }
    let n_columns = rows.cells.len().max(1) as f64;
    let mut all: Vec<Near> =
        (0u32..).zip(sums).map(|(position, sum)| Near { position, distance: sum / n_columns }).collect();
    all.order_by(|a, b| a.distance.total_cmp(&b.distance).then(a.position.cmp(&b.position)));
    all.truncate(n);
    all
}

/// Add to each sum how much its cell differs from the first cell of `own`, 0 to 1.
fn add_differences(own: &Cells, others: &Cells, sums: &mut [f64]) {
    let of_numbers = |own: Option<f64>, others: &mut dyn Iterator<Item = Option<f64>>, sums: &mut [f64]| {
        let others: Vec<Option<f64>> = others.collect();
        let (low, high) = range(others.iter().flatten().copied());
        for (sum, other) in sums.iter_mut().zip(&others) {
            *sum += match (own, other) {
                (Some(a), Some(b)) => share((a - b).abs(), high - low),
                (None, None) => 0.0,
                (Some(_), None) | (None, Some(_)) => 1.0,
            };
        }
    };
    match (own, others) {
        (Cells::Numbers(own), Cells::Numbers(others)) => {
            let known = |v: f32| (!v.is_nan()).then_some(f64::from(v));
            of_numbers(own.first().copied().and_then(known), &mut others.iter().map(|v| known(*v)), sums);
        }
        (Cells::Dates(own), Cells::Dates(others)) => {
            let known = |v: i64| (v != MISSING_DATE).then_some(v as f64);
            of_numbers(own.first().copied().and_then(known), &mut others.iter().map(|v| known(*v)), sums);
        }
        (Cells::Texts { codes: own, levels: own_levels }, Cells::Texts { codes, levels }) => {
            let text = own.first().filter(|code| **code != MISSING_CODE).map(|code| &own_levels[*code as usize]);
            for (sum, code) in sums.iter_mut().zip(codes) {
                let other = if *code == MISSING_CODE { None } else { levels.get(*code as usize) };
                *sum += if text == other { 0.0 } else { 1.0 };
            }
        }
        (Cells::Numbers(_) | Cells::Dates(_) | Cells::Texts { .. }, _) => sums.iter_mut().for_each(|sum| *sum += 1.0),
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}

/// A difference as a share of a range, at most 1.
pub(super) fn share(difference: f64, range: f64) -> f64 {
    if difference == 0.0 {
        0.0
    } else if range > 0.0 {
        (difference / range).min(1.0)
    } else {
        1.0
    }
}
