//! Contributions of models whose features only add up: exact.

use super::contributions::Contributions;
use super::margin::Margin;
use crate::model::Model;
use crate::prepare::Matrix;

/// Each column's part of the margin against the mean of the background rows: Σ part(x) − mean of part over the column's
/// features. These are the Shapley values of the interventional game. `parts` has what a feature of a value adds to each raw
/// output, `constant` what is there without any. Costs one look at each feature of both.
///
/// Source: Štrumbelj & Kononenko, Explaining Prediction Models and Individual Predictions with Feature Contributions
/// (2014); for linear models shap's `LinearExplainer` with an independent masker gives the same.
pub fn contributions(
    model: &Model,
    constant: &[f64],
    parts: &dyn Fn(usize, f32) -> Vec<f64>,
    (columns, n_columns): (&[u32], usize),
    rows: &Matrix,
    background: &Matrix,
) -> Contributions {
    let n_raw = constant.len();
    let mut means = vec![0.0; columns.len() * n_raw];
    for row in 0..background.n_rows {
        for (feature, x) in background.row(row).iter().enumerate() {
            for (mean, part) in means[feature * n_raw..].iter_mut().zip(parts(feature, *x)) {
                *mean += part;
            }
        }
    }
    means.iter_mut().for_each(|mean| *mean /= background.n_rows.max(1) as f64);
    let mut raw = vec![0.0; rows.n_rows * n_columns * n_raw];
    for row in 0..rows.n_rows {
        let of_row = &mut raw[row * n_columns * n_raw..(row + 1) * n_columns * n_raw];
        for (feature, x) in rows.row(row).iter().enumerate() {
            let first = columns[feature] as usize * n_raw;
            for (output, part) in parts(feature, *x).into_iter().enumerate() {
                of_row[first + output] += part - means[feature * n_raw + output];
            }
        }
    }
    let base: Vec<f64> =
        (0..n_raw).map(|output| constant[output] + means.iter().skip(output).step_by(n_raw).sum::<f64>()).collect();
    Contributions::exact(&Margin::new(model), n_columns, &raw, &base)
}
