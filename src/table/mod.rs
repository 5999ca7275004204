//! A table of typed columns, and how one is read from bytes.

pub mod bundle;
pub mod csv;
pub mod packed;
pub mod profile;
pub mod receipt;
pub mod source;
pub mod transcript;
pub mod view;

use serde::{Deserialize, Serialize};

/// The code of a missing category.
pub const MISSING_CODE: u32 = u32::MAX;
/// The value of a missing date.
pub const MISSING_DATE: i64 = i64::MIN;
/// The code of a missing boolean.
pub const MISSING_BOOLEAN: u8 = u8::MAX;

/// Columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub n_rows: usize,
}

/// A raw column: its unique name, its values, and the spellings of "missing" that were met in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub values: Values,
    /// Distinct cell texts that became missing values, in order of first appearance ("" for an empty cell).
    pub missing_spellings: Vec<String>,
    /// What stood beside the numbers in the file: "%", "€", "kg". The values are the numbers as written: 12 for "12 %".
    pub unit: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Values {
    /// NaN is missing; infinities never occur.
    Number(Vec<f64>),
    /// Codes into `levels` (order of first appearance); `MISSING_CODE` is missing.
    Category { codes: Vec<u32>, levels: Vec<String> },
    /// 0 or 1, or `MISSING_BOOLEAN`; `spelling` holds the texts of false and true as they stand in the file.
    Boolean { codes: Vec<u8>, spelling: [String; 2] },
    /// Milliseconds since 1970-01-01T00:00:00Z; `MISSING_DATE` is missing. Days when `has_time` is false.
    Date { milliseconds: Vec<i64>, has_time: bool },
    /// Free text; `None` is missing.
    Text(Vec<Option<Box<str>>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ColumnType {
    Number,
    Category,
    Boolean,
    Date,
    Text,
}

impl ColumnType {
    pub const ALL: [Self; 5] = [Self::Number, Self::Category, Self::Boolean, Self::Date, Self::Text];

    /// The word on the page.
    pub fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Boolean => "yes/no",
            Self::Date => "date",
            Self::Text => "text",
        }
    }
}

impl Values {
    pub fn column_type(&self) -> ColumnType {
        match self {
            Self::Number(_) => ColumnType::Number,
            Self::Category { .. } => ColumnType::Category,
            Self::Boolean { .. } => ColumnType::Boolean,
            Self::Date { .. } => ColumnType::Date,
            Self::Text(_) => ColumnType::Text,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Number(v) => v.len(),
            Self::Category { codes, .. } => codes.len(),
            Self::Boolean { codes, .. } => codes.len(),
            Self::Date { milliseconds, .. } => milliseconds.len(),
            Self::Text(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives back room that was kept for more values than came, where it is worth a copy.
    pub(in crate::table) fn shrink(&mut self) {
        fn fit<T>(values: &mut Vec<T>) {
            if values.capacity() - values.len() > values.len() / 32 {
                values.shrink_to_fit();
            }
        }
        match self {
            Self::Number(v) => fit(v),
            Self::Category { codes, .. } => fit(codes),
            Self::Boolean { codes, .. } => fit(codes),
            Self::Date { milliseconds, .. } => fit(milliseconds),
            Self::Text(v) => fit(v),
        }
    }

    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Number(v) => v[row].is_nan(),
            Self::Category { codes, .. } => codes[row] == MISSING_CODE,
            Self::Boolean { codes, .. } => codes[row] == MISSING_BOOLEAN,
            Self::Date { milliseconds, .. } => milliseconds[row] == MISSING_DATE,
            Self::Text(v) => v[row].is_none(),
        }
    }

    /// The cell as text that reads back to the same value; `None` when missing. Dates are ISO 8601, numbers the
    /// shortest decimal that round-trips.
    pub fn text(&self, row: usize) -> Option<String> {
        if self.is_missing(row) {
            return None;
        }
        Some(match self {
            Self::Number(v) => number_text(v[row]),
            Self::Category { codes, levels } => levels[codes[row] as usize].clone(),
            Self::Boolean { codes, spelling } => spelling[usize::from(codes[row])].clone(),
            Self::Date { milliseconds, has_time } => date_text(milliseconds[row], *has_time),
            Self::Text(v) => v[row].as_deref().unwrap_or_default().to_owned(),
        })
    }
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }
}

/// The shortest decimal that reads back to the same number; very large and very small ones with an exponent.
pub fn number_text(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e15).contains(&size) { format!("{value}") } else { format!("{value:e}") }
}

/// ISO 8601 text of milliseconds since the epoch: a date, or a date and time with `T` and, where needed, milliseconds.
/// Years before 0 have six digits and a sign; beyond the year ±9999 the milliseconds stand as they are.
pub fn date_text(milliseconds: i64, has_time: bool) -> String {
    if !(FIRST_TEXT..=LAST_TEXT).contains(&milliseconds) {
        return milliseconds.to_string();
    }
    let (year, month, day) = civil(milliseconds.div_euclid(DAY));
    let sign = if year < 0 { "-00" } else { "" };
    let date = format!("{sign}{:04}-{month:02}-{day:02}", year.abs());
    if !has_time {
        return date;
    }
    let of_day = milliseconds.rem_euclid(DAY);
    let (hour, minute, second) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1_000 % 60);
    let fraction = match of_day % 1_000 {
        0 => String::new(),
        thousandths => format!(".{thousandths:03}").trim_end_matches('0').to_owned(),
    };
    format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}")
}

const DAY: i64 = 86_400_000;
/// Of the instants that jiff can tell, the first and the last in milliseconds.
const FIRST_TEXT: i64 = -377_705_023_201_000;
const LAST_TEXT: i64 = 253_402_207_200_000;

/// Year, month and day of a day since 1970-01-01 in the proleptic Gregorian calendar. Counted in a year that starts in
/// March, so that the leap day comes last; see `prepare/dates.rs`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, of_year - (153 * from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that a calendar gives.
    fn by_jiff(milliseconds: i64, has_time: bool) -> String {
        let Ok(instant) = jiff::Timestamp::from_millisecond(milliseconds) else { return milliseconds.to_string() };
        let civil = jiff::tz::Offset::UTC.to_datetime(instant);
        if has_time { civil.to_string() } else { civil.date().to_string() }
    }

    #[test]
    fn dates_are_written_as_a_calendar_writes_them() {
        let edges = [
            FIRST_TEXT - 1,
            FIRST_TEXT,
            LAST_TEXT,
            LAST_TEXT + 1,
            i64::MIN,
            i64::MAX,
            -1,
            0,
            1,
            10,
            120,
            -62_167_219_200_001,
        ];
        let mut random = crate::random::Random::new(5, 0);
        let span = (LAST_TEXT - FIRST_TEXT) as u64;
        let drawn: Vec<i64> = (0..20_000).map(|_| FIRST_TEXT + random.below(span) as i64).collect();
        for milliseconds in edges.into_iter().chain(drawn) {
            for has_time in [false, true] {
                assert_eq!(date_text(milliseconds, has_time), by_jiff(milliseconds, has_time), "{milliseconds}");
            }
        }
    }
}
