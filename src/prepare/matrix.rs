//! Prepared numbers. In a file of its own, because the neural worker is rebuilt when what it imports changes.

use serde::{Deserialize, Serialize};

/// Row-major features: `values[row * n_features + feature]`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    pub values: Vec<f32>,
    pub n_rows: usize,
    pub n_columns: usize,
}

impl Matrix {
    /// Some rows, in the order given.
    pub fn select(&self, rows: &[u32]) -> Self {
        let mut values = Vec::with_capacity(rows.len() * self.n_columns);
        for &row in rows {
            values.extend_from_slice(self.row(row as usize));
        }
        Self { values, n_rows: rows.len(), n_columns: self.n_columns }
    }

    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.n_columns..(row + 1) * self.n_columns]
    }
}
