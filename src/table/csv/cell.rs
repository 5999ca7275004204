//! One text as a value, by the rules of the import. Nothing but the text and the given notation decides, so that a cell
//! reads alike whatever stands around it.

use super::dates::{self, DateOrder};
use super::infer::{boolean_value, trim};
use super::numbers::{self, Parsed};
use super::{Decimal, USUAL_FIRST_YEAR};

/// A finite number in this notation.
pub fn number_of(text: &str, decimal: Decimal) -> Option<f64> {
    match numbers::parse(trim(text.as_bytes()), decimal) {
        Parsed::Value { value, .. } => Some(value),
        Parsed::NotANumber | Parsed::NotFinite | Parsed::Other => None,
    }
}

/// Milliseconds since 1970-01-01T00:00:00Z and whether a time was given. ISO 8601 and dates with a month as a word are
/// read as they stand; of 03/04/2025 `day_first` says which is the day.
pub fn date_of(text: &str, day_first: bool) -> Option<(i64, bool)> {
    let numeric = if day_first { DateOrder::DayFirst } else { DateOrder::MonthFirst };
    [DateOrder::YearFirst, numeric]
        .into_iter()
        .find_map(|order| dates::parse(trim(text.as_bytes()), order, USUAL_FIRST_YEAR))
        .map(|instant| (instant.milliseconds, instant.has_time))
}

/// Yes and no, true and false, y and n, t and f in any case, 1 and 0.
pub fn boolean_of(text: &str) -> Option<bool> {
    boolean_value(trim(text.as_bytes())).map(|value| value == 1)
}
