//! Rules that a table fulfils already, for a person to take or leave.

use super::Demand;
use crate::table::{Column, MISSING_BOOLEAN, MISSING_CODE, Table, Values};

/// Rows below which nothing is proposed: what holds for a handful is chance.
const FEWEST_ROWS: usize = 20;
/// Categories that are worth listing, and rows that each must have: a rarer one promises others.
const MOST_VALUES: usize = 20;
const FEWEST_OF_A_VALUE: u32 = 5;

/// What holds in every row of this table and is likely meant: columns without a missing cell, keys, numbers that are
/// never negative, and short lists of categories. Two passes over the rows.
pub fn propose(table: &Table) -> Vec<Demand> {
    if table.n_rows < FEWEST_ROWS {
        return Vec::new();
    }
    table.columns.iter().flat_map(|column| of_column(column, table.n_rows)).collect()
}

fn of_column(column: &Column, n_rows: usize) -> Vec<Demand> {
    let name = || column.name.clone();
    let mut found = Vec::new();
    if (0..n_rows).all(|row| !column.values.is_missing(row)) {
        found.push(Demand::NotMissing { column: name() });
    }
    match &column.values {
        Values::Number(numbers) => {
            let known = || numbers.iter().copied().filter(|value| !value.is_nan());
            if is_key(numbers) {
                found.push(Demand::Unique { columns: vec![name()] });
            }
            if known().next().is_some() && known().all(|value| value >= 0.0) {
                found.push(Demand::Range { column: name(), low: Some("0".into()), high: None });
            }
        }
        Values::Category { codes, levels } => {
            let mut counts = vec![0u32; levels.len()];
            codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| counts[*code as usize] += 1);
            let used: Vec<(&String, u32)> = levels.iter().zip(counts).filter(|(_, n)| *n > 0).collect();
            if used.len() == n_rows {
                found.push(Demand::Unique { columns: vec![name()] });
            } else if (1..=MOST_VALUES).contains(&used.len()) && used.iter().all(|(_, n)| *n >= FEWEST_OF_A_VALUE) {
                let mut values: Vec<String> = used.into_iter().map(|(level, _)| level.clone()).collect();
                values.sort_unstable();
                found.push(Demand::OneOf { column: name(), values });
            }
        }
        Values::Boolean { codes, spelling } => {
            let both = [0, 1].iter().all(|code| codes.contains(code));
            if both && codes.iter().all(|code| [0, 1, MISSING_BOOLEAN].contains(code)) {
                found.push(Demand::OneOf { column: name(), values: spelling.to_vec() });
            }
        }
        Values::Date { .. } | Values::Text(_) => {}
    }
    found
}

/// Whole numbers, none twice: a measurement would have fractions or repeat.
fn is_key(numbers: &[f64]) -> bool {
    if numbers.iter().any(|value| value.is_nan() || value.fract() != 0.0) {
        return false;
    }
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.windows(2).all(|pair| pair[0] != pair[1])
}
