//! What each column adds to a prediction (SHAP values), for every kind of model.

use serde::{Deserialize, Serialize};

use super::margin::{Margin, Scale};
use super::{additive, paths, sampled};
use crate::model::Model;
use crate::prepare::Matrix;

/// Columns up to which every coalition is looked at instead of a sample: 2^8 of them.
const MOST_ENUMERATED: usize = 8;

/// How contributions were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// No estimate is in it: additive models, trees, and few columns.
    Exact,
    /// The mean over so many orders of the columns, each walked forwards and back.
    Sampled { orders: u32 },
}

/// Contributions of raw columns to the margin: the base and a row's contributions sum to the row's margin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contributions {
    /// `[n_rows × n_columns × n_outputs]`.
    pub values: Vec<f64>,
    /// Standard errors of `values`; empty where they are exact.
    pub errors: Vec<f64>,
    /// What the model says of the background on average, `[n_outputs]`.
    pub base: Vec<f64>,
    pub n_columns: usize,
    pub n_outputs: usize,
    pub scale: Scale,
    pub method: Method,
}

impl Contributions {
    /// From parts of raw outputs `[n_rows × n_columns × n_raw]` and the raw base `[n_raw]`.
    pub(super) fn exact(margin: &Margin, n_columns: usize, raw: &[f64], base: &[f64]) -> Self {
        Self {
            values: margin.parts(raw),
            errors: Vec::new(),
            base: margin.sums(base),
            n_columns,
            n_outputs: margin.n_outputs(),
            scale: margin.scale(),
            method: Method::Exact,
        }
    }

    pub fn n_rows(&self) -> usize {
        self.values.len().checked_div(self.n_columns * self.n_outputs).unwrap_or(0)
    }

    pub fn value(&self, row: usize, column: usize, output: usize) -> f64 {
        self.values[(row * self.n_columns + column) * self.n_outputs + output]
    }

    /// The standard error; 0 where the value is exact.
    pub fn error(&self, row: usize, column: usize, output: usize) -> f64 {
        self.errors.get((row * self.n_columns + column) * self.n_outputs + output).copied().unwrap_or(0.0)
    }

    /// The margin that base and contributions sum to.
    pub fn total(&self, row: usize, output: usize) -> f64 {
        self.base[output] + (0..self.n_columns).map(|column| self.value(row, column, output)).sum::<f64>()
    }
}

/// The contributions of every raw column to the rows' predictions, against rows of a background: a column that is not
/// known takes its value from one of these (the interventional game). Exact where the model allows it, else estimated with
/// a standard error. `columns` has for each feature the raw column that it comes from: features of one column (one-hot,
/// missing, parts of a date) are one player. The background has at least one row.
pub fn contributions(
    model: &Model,
    columns: &[u32],
    n_columns: usize,
    rows: &Matrix,
    background: &Matrix,
    seed: u64,
) -> Contributions {
    match model {
        Model::Linear(linear) => {
            let n_features = linear.n_features as usize;
            let parts = |feature: usize, x: f32| {
                let weights = linear.weights.iter().skip(feature).step_by(n_features.max(1));
                weights.map(|w| f64::from(*w) * f64::from(x)).collect::<Vec<f64>>()
            };
            let constant: Vec<f64> = linear.intercept.iter().copied().map(f64::from).collect();
            additive::contributions(model, &constant, &parts, (columns, n_columns), rows, background)
        }
        Model::Bayes(bayes) => {
            let parts = |feature: usize, x: f32| bayes.parts(feature, x);
            additive::contributions(model, &bayes.bias, &parts, (columns, n_columns), rows, background)
        }
        Model::Trees(trees) => {
            let unknown = paths::Unknown::Background(background);
            paths::contributions((model, trees), columns, n_columns, rows, unknown)
                .unwrap_or_else(|| of_any(model, columns, n_columns, rows, background, seed))
        }
        Model::Baseline(_) | Model::Network(_) | Model::Blend(_) | Model::Calibrated(_) | Model::Neighbours(_) => {
            of_any(model, columns, n_columns, rows, background, seed)
        }
    }
}

/// For a model that is only asked, not read.
fn of_any(
    model: &Model,
    columns: &[u32],
    n_columns: usize,
    rows: &Matrix,
    background: &Matrix,
    seed: u64,
) -> Contributions {
    let margin = Margin::new(model);
    let asked =
        sampled::Asked { of: &|features| margin.of(features), n_outputs: margin.n_outputs(), columns, n_columns };
    let found = if n_columns <= MOST_ENUMERATED {
        asked.enumerate(rows, background)
    } else {
        asked.sample(rows, background, seed)
    };
    Contributions {
        values: found.values,
        errors: found.errors,
        base: found.base,
        n_columns,
        n_outputs: margin.n_outputs(),
        scale: margin.scale(),
        method: found.method,
    }
}
