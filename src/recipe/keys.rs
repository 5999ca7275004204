//! Rows that are the same in some columns.

use super::values::cell;
use crate::table::csv::Levels;
use crate::table::{MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// A number for each row: the same for rows with the same values, counted in order of first appearance.
pub struct Groups {
    pub ids: Vec<u32>,
    pub n: usize,
}

impl Groups {
    /// Missing is the same as missing. About 20 ns a row and column.
    pub fn new(columns: &[&Values], n_rows: usize) -> Self {
        let mut known = Levels::default();
        let mut key = Vec::new();
        let id = |row: usize| {
            key.clear();
            for values in columns {
                match values {
                    // Codes tell the levels of one column apart.
                    Values::Category { codes, .. } => key.extend_from_slice(&codes[row].to_le_bytes()),
                    values => {
                        append(values, row, &mut key);
                    }
                }
            }
            known.code(&key)
        };
        let ids: Vec<u32> = (0..n_rows).map(id).collect();
        Self { ids, n: known.len() }
    }

    /// The first row of each.
    pub fn firsts(&self) -> Vec<u32> {
        let mut firsts = Vec::with_capacity(self.n);
        for (row, &id) in self.ids.iter().enumerate() {
            if id as usize == firsts.len() {
                firsts.push(row as u32);
            }
        }
        firsts
    }

    /// Ends of the groups, and their rows in rising order.
    pub fn sets(&self) -> (Vec<u32>, Vec<u32>) {
        sets(self.ids.iter().copied(), self.n)
    }
}

/// As `Groups::sets`, of ids below `n`; rows with a larger one are in no group.
pub fn sets(ids: impl Iterator<Item = u32> + Clone, n: usize) -> (Vec<u32>, Vec<u32>) {
    let mut ends = vec![0u32; n];
    for id in ids.clone() {
        if let Some(count) = ends.get_mut(id as usize) {
            *count += 1;
        }
    }
    let mut sum = 0;
    let mut next: Vec<u32> = Vec::with_capacity(n);
    for end in &mut ends {
        next.push(sum);
        sum += *end;
        *end = sum;
    }
    let mut rows = vec![0u32; sum as usize];
    for (row, id) in ids.enumerate() {
        if let Some(at) = next.get_mut(id as usize) {
            rows[*at as usize] = row as u32;
            *at += 1;
        }
    }
    (ends, rows)
}

/// As `append`, of the cell's text without blanks at its ends and in small letters, whatever its type; nothing but blanks is
/// missing.
pub fn append_loose(values: &Values, row: usize, key: &mut Vec<u8>) -> bool {
    let text = cell(values, row).map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    let length = text.as_ref().map_or(MISSING_CODE, |text| text.len() as u32);
    key.extend_from_slice(&length.to_le_bytes());
    key.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
    text.is_none()
}

/// Appends a cell to a key that no other value has; whether it is missing. Texts of categories and of free text are the
/// same, so that keys of two tables can be compared.
pub fn append(values: &Values, row: usize, key: &mut Vec<u8>) -> bool {
    match values {
        Values::Number(numbers) => {
            let value = numbers[row];
            // −0 is 0, and there is one NaN.
            let bits = if value.is_nan() { f64::NAN.to_bits() } else { (value + 0.0).to_bits() };
            key.extend_from_slice(&bits.to_le_bytes());
            value.is_nan()
        }
        Values::Boolean { codes, .. } => {
            key.push(codes[row]);
            codes[row] == MISSING_BOOLEAN
        }
        Values::Date { milliseconds, .. } => {
            key.extend_from_slice(&milliseconds[row].to_le_bytes());
            milliseconds[row] == MISSING_DATE
        }
        Values::Category { .. } | Values::Text(_) => {
            let text = cell(values, row);
            // No text is as long as the sign for "missing".
            let length = text.as_ref().map_or(MISSING_CODE, |text| text.len() as u32);
            key.extend_from_slice(&length.to_le_bytes());
            key.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
            text.is_none()
        }
    }
}
