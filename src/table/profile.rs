//! A column in numbers: what the grid's headers and the inspector show.

use serde::{Deserialize, Serialize};

use super::ColumnType;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnProfile {
    pub name: String,
    pub column_type: ColumnType,
    pub n_missing: u32,
    pub n_distinct: u32,
    pub missing_spellings: Vec<String>,
    pub shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// Numbers, and dates in milliseconds. Quantiles are numpy's default (linear interpolation).
    Range {
        minimum: f64,
        maximum: f64,
        mean: f64,
        /// Sample standard deviation (n − 1).
        deviation: f64,
        /// 5, 25, 50, 75, 95 %.
        quantiles: [f64; 5],
        /// Equal bins from minimum to maximum, at most 24.
        histogram: Vec<u32>,
        /// All values are whole numbers.
        whole: bool,
    },
    /// Most frequent first (ties by text), at most 50.
    Levels { top: Vec<(String, u32)> },
    /// Lengths in characters.
    Texts { shortest: u32, longest: u32, mean: f64, examples: Vec<String> },
    /// No value at all.
    Empty,
}
