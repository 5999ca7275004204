//! One cell as the file has it.

use crate::table::number_text;

/// A value and its type.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Cell {
    #[default]
    Empty,
    /// Finite.
    Number(f64),
    /// Digits that a number would lose: whole numbers beyond 2⁵³, decimals.
    Digits(String),
    /// ISO 8601.
    Date(String),
    /// A time of day or a duration, in hours.
    Hours(f64),
    Flag(bool),
    Text(String),
    /// What a spreadsheet shows where a formula has no value: `#N/A`.
    Error(&'static str),
}

impl Cell {
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The text that the cell is read from.
    pub fn written(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Number(value) | Self::Hours(value) => number_text(*value),
            Self::Digits(text) | Self::Date(text) | Self::Text(text) => text.clone(),
            Self::Flag(value) => value.to_string(),
            Self::Error(name) => (*name).to_owned(),
        }
    }
}
