//! Contributions of a linear model: exact, since its columns only add up.

use super::contributions::Contributions;
use super::margin::Margin;
use crate::model::Model;
use crate::model::linear::Linear;
use crate::prepare::Matrix;

/// Each column's part of the margin against the mean of the background rows: Σ w·(x − mean) over the column's features.
/// These are the Shapley values of the interventional game. Costs a multiplication per weight and row.
///
/// Source: Štrumbelj & Kononenko, Explaining Prediction Models and Individual Predictions with Feature Contributions
/// (2014); shap's `LinearExplainer` with an independent masker gives the same.
pub fn contributions(
    (model, linear): (&Model, &Linear),
    columns: &[u32],
    n_columns: usize,
    rows: &Matrix,
    background: &Matrix,
) -> Contributions {
    let margin = Margin::new(model);
    let (n_features, n_raw) = (linear.n_features as usize, linear.n_outputs());
    let means = means(background);
    let mut raw = vec![0.0; rows.n_rows * n_columns * n_raw];
    for row in 0..rows.n_rows {
        let parts = &mut raw[row * n_columns * n_raw..(row + 1) * n_columns * n_raw];
        for (feature, x) in rows.row(row).iter().enumerate() {
            let apart = f64::from(*x) - means[feature];
            let first = columns[feature] as usize * n_raw;
            for output in 0..n_raw {
                parts[first + output] += f64::from(linear.weights[output * n_features + feature]) * apart;
            }
        }
    }
    let at_mean = |output: usize| {
        let weights = &linear.weights[output * n_features..(output + 1) * n_features];
        f64::from(linear.intercept[output]) + weights.iter().zip(&means).map(|(w, m)| f64::from(*w) * m).sum::<f64>()
    };
    let base: Vec<f64> = (0..n_raw).map(at_mean).collect();
    Contributions::exact(&margin, n_columns, &raw, &base)
}

/// The mean of each feature; 0 where there is no row.
fn means(matrix: &Matrix) -> Vec<f64> {
    let mut sums = vec![0.0; matrix.n_columns];
    for row in 0..matrix.n_rows {
        for (sum, x) in sums.iter_mut().zip(matrix.row(row)) {
            *sum += f64::from(*x);
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= matrix.n_rows.max(1) as f64);
    sums
}
