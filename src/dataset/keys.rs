//! What ties rows together and puts them in order: the group column and the time column.

use super::{named, problem};
use crate::order::OrderBy;
use crate::problem::Problem;
use crate::table::csv::Levels;
use crate::table::{Column, MISSING_CODE, Values, date_text, number_text};

const DAY: f64 = 86_400_000.0;

/// Which rows belong together, aligned with the rows of a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    /// The column's name.
    pub column: String,
    /// `codes[i] < n_groups`. A row without a value is a group of its own.
    pub codes: Vec<u32>,
    pub n_groups: u32,
    /// Rows without a value.
    pub n_missing: u32,
}

/// When rows happened, aligned with the rows of a dataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// The column's name.
    pub column: String,
    /// Days since 1970-01-01 for dates, else the numbers of the column; NaN where there is none.
    pub values: Vec<f64>,
    pub is_date: bool,
}

impl Groups {
    /// The groups that a column makes of these table rows: equal cells are one.
    pub fn of(column: &Column, rows: &[u32]) -> Self {
        let values = &column.values;
        let (found, n_known) =
            match values {
                Values::Category { codes, .. } => dense(rows.iter().map(|&row| codes[row as usize])),
                Values::Boolean { codes, .. } => dense(rows.iter().map(|&row| {
                    if values.is_missing(row as usize) { MISSING_CODE } else { codes[row as usize].into() }
                })),
                Values::Number(numbers) => by_order(rows, |row| numbers[row].to_bits(), values),
                Values::Date { milliseconds, .. } => by_order(rows, |row| milliseconds[row] as u64, values),
                Values::Text(texts) => {
                    let mut levels = Levels::default();
                    let code = |&row: &u32| match &texts[row as usize] {
                        Some(text) => levels.code(text.as_bytes()),
                        None => MISSING_CODE,
                    };
                    dense(rows.iter().map(code).collect::<Vec<_>>().into_iter())
                }
            };
        let mut n_groups = n_known;
        let own = |code: u32| {
            if code == MISSING_CODE {
                n_groups += 1;
                n_groups - 1
            } else {
                code
            }
        };
        let codes: Vec<u32> = found.into_iter().map(own).collect();
        Self { column: column.name.clone(), codes, n_groups, n_missing: n_groups - n_known }
    }
}

/// Codes in order of first appearance; `MISSING_CODE` stays.
fn dense(codes: impl Iterator<Item = u32>) -> (Vec<u32>, u32) {
    let mut position: Vec<u32> = Vec::new();
    let mut n_found = 0;
    let dense = codes.map(|code| {
        if code == MISSING_CODE {
            return MISSING_CODE;
        }
        if position.len() <= code as usize {
            position.resize(code as usize + 1, MISSING_CODE);
        }
        let place = &mut position[code as usize];
        if *place == MISSING_CODE {
            *place = n_found;
            n_found += 1;
        }
        *place
    });
    let dense = dense.collect();
    (dense, n_found)
}

/// As `dense`, for cells that are told apart by a number of 64 bits.
fn by_order(rows: &[u32], bits: impl Fn(usize) -> u64, values: &Values) -> (Vec<u32>, u32) {
    let mut known: Vec<u32> =
        (0..rows.len() as u32).filter(|&at| !values.is_missing(rows[at as usize] as usize)).collect();
    let of = |at: u32| {
        let bits = bits(rows[at as usize] as usize);
        // Zero is zero, whatever its sign.
        if bits == (-0.0f64).to_bits() { 0 } else { bits }
    };
    known.order_by_key(|&at| of(at));
    let mut codes = vec![MISSING_CODE; rows.len()];
    for (code, same) in known.chunk_by(|a, b| of(*a) == of(*b)).enumerate() {
        for &at in same {
            codes[at as usize] = code as u32;
        }
    }
    dense(codes.into_iter())
}

impl Times {
    /// # Errors
    /// A column that holds neither dates nor numbers.
    pub fn of(column: &Column, rows: &[u32]) -> Result<Self, Problem> {
        let values = &column.values;
        let (values, is_date) = match values {
            Values::Number(numbers) => (rows.iter().map(|&row| numbers[row as usize]).collect(), false),
            Values::Date { milliseconds, .. } => {
                let day = |&row: &u32| {
                    if values.is_missing(row as usize) { f64::NAN } else { milliseconds[row as usize] as f64 / DAY }
                };
                (rows.iter().map(day).collect(), true)
            }
            Values::Category { .. } | Values::Boolean { .. } | Values::Text(_) => {
                let event = "It is to order the rows by time, but it holds neither dates nor numbers.";
                let cure = "Set its type to date or number, or give the role to another column.";
                return Err(problem(&format!("column {}", named(&column.name)), event, cure));
            }
        };
        Ok(Self { column: column.name.clone(), values, is_date })
    }

    /// A value as the page shows it: a day, or the number.
    pub fn text(&self, value: f64) -> String {
        if self.is_date { date_text((value * DAY) as i64, false) } else { number_text(value) }
    }

    pub fn n_missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_nan()).count()
    }
}
