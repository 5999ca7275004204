//! Training rows as the linear fits read them: each feature centred on its mean without being stored so, and only
//! nonzero values where most are 0 (one-hot features). Sums run over rows and then features, both ascending.

use crate::prepare::Matrix;

/// Below this share of nonzero values only those are stored.
const SPARSE_SHARE: f64 = 0.5;

pub struct Rows {
    pub n_rows: usize,
    pub n_features: usize,
    storage: Storage,
    /// Mean of each feature. Centring changes the intercept only, which is not penalised, and makes it independent of
    /// the weights.
    pub means: Vec<f64>,
}

enum Storage {
    Dense(Vec<f32>),
    /// Values and features of row `i` are at `starts[i]..starts[i + 1]`.
    Sparse {
        values: Vec<f32>,
        features: Vec<u32>,
        starts: Vec<usize>,
    },
}

impl Rows {
    pub fn new(matrix: &Matrix) -> Self {
        let (n_rows, n_features) = (matrix.n_rows, matrix.n_columns);
        let n_nonzero = matrix.values.iter().filter(|v| **v != 0.0).count();
        let storage = if (n_nonzero as f64) < SPARSE_SHARE * matrix.values.len() as f64 {
            let mut values = Vec::with_capacity(n_nonzero);
            let mut features = Vec::with_capacity(n_nonzero);
            let mut starts = Vec::with_capacity(n_rows + 1);
            starts.push(0);
            for row in 0..n_rows {
                for (feature, value) in matrix.row(row).iter().enumerate().filter(|(_, v)| **v != 0.0) {
                    values.push(*value);
                    features.push(feature as u32);
                }
                starts.push(values.len());
            }
            Storage::Sparse { values, features, starts }
        } else {
            Storage::Dense(matrix.values.clone())
        };
        let mut rows = Self { n_rows, n_features, storage, means: vec![0.0; n_features] };
        let mut sums = vec![0.0; n_features];
        for row in 0..n_rows {
            rows.visit(row, |feature, value| sums[feature] += value);
        }
        rows.means = sums.into_iter().map(|s| s / n_rows.max(1) as f64).collect();
        rows
    }

    /// Call `f(feature, value)` for the values of a row that may be nonzero, not centred.
    #[inline]
    pub fn visit(&self, row: usize, mut f: impl FnMut(usize, f64)) {
        match &self.storage {
            Storage::Dense(values) => {
                for (feature, value) in values[row * self.n_features..(row + 1) * self.n_features].iter().enumerate() {
                    f(feature, f64::from(*value));
                }
            }
            Storage::Sparse { values, features, starts } => {
                let at = starts[row]..starts[row + 1];
                for (feature, value) in features[at.clone()].iter().zip(&values[at]) {
                    f(*feature as usize, f64::from(*value));
                }
            }
        }
    }

    /// `[n_rows × n_outputs]` of centred features times `weights` `[n_features × n_outputs]` plus `intercept`.
    pub fn times(&self, weights: &[f64], intercept: &[f64]) -> Vec<f64> {
        let n_outputs = intercept.len();
        let mut base = intercept.to_vec();
        for (mean, weights) in self.means.iter().zip(weights.chunks_exact(n_outputs)) {
            for (base, weight) in base.iter_mut().zip(weights) {
                *base -= mean * weight;
            }
        }
        let mut products = Vec::with_capacity(self.n_rows * n_outputs);
        for row in 0..self.n_rows {
            let start = products.len();
            products.extend_from_slice(&base);
            let sums = &mut products[start..];
            self.visit(row, |feature, value| {
                let weights = &weights[feature * n_outputs..(feature + 1) * n_outputs];
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += value * weight;
                }
            });
        }
        products
    }

    /// The transposed product: `[n_features × n_outputs]` of centred features with `factors` `[n_rows × n_outputs]`, and
    /// the sums of `factors`.
    pub fn transposed_times(&self, factors: &[f64], n_outputs: usize) -> (Vec<f64>, Vec<f64>) {
        let mut products = vec![0.0; self.n_features * n_outputs];
        let mut totals = vec![0.0; n_outputs];
        for (row, factors) in factors.chunks_exact(n_outputs).enumerate() {
            for (total, factor) in totals.iter_mut().zip(factors) {
                *total += factor;
            }
            self.visit(row, |feature, value| {
                let sums = &mut products[feature * n_outputs..(feature + 1) * n_outputs];
                for (sum, factor) in sums.iter_mut().zip(factors) {
                    *sum += value * factor;
                }
            });
        }
        for (mean, sums) in self.means.iter().zip(products.chunks_exact_mut(n_outputs)) {
            for (sum, total) in sums.iter_mut().zip(&totals) {
                *sum -= mean * total;
            }
        }
        (products, totals)
    }

    /// For each feature and output Σ factor · (x − mean)², and the sums of `factors`.
    pub fn weighted_squares(&self, factors: &[f64], n_outputs: usize) -> (Vec<f64>, Vec<f64>) {
        let mut squares = vec![0.0; self.n_features * n_outputs];
        let mut firsts = vec![0.0; self.n_features * n_outputs];
        let mut totals = vec![0.0; n_outputs];
        for (row, factors) in factors.chunks_exact(n_outputs).enumerate() {
            for (total, factor) in totals.iter_mut().zip(factors) {
                *total += factor;
            }
            self.visit(row, |feature, value| {
                let at = feature * n_outputs..(feature + 1) * n_outputs;
                for ((square, first), factor) in squares[at.clone()].iter_mut().zip(&mut firsts[at]).zip(factors) {
                    *first += factor * value;
                    *square += factor * value * value;
                }
            });
        }
        for (feature, mean) in self.means.iter().enumerate() {
            for (output, total) in totals.iter().enumerate() {
                let at = feature * n_outputs + output;
                // Rounding must not make a square negative.
                squares[at] = (squares[at] - 2.0 * mean * firsts[at] + mean * mean * total).max(0.0);
            }
        }
        (squares, totals)
    }

    /// Add the products of each pair of centred features over some rows to the lower triangle of `gram`
    /// `[n_features × n_features]`.
    pub fn add_gram(&self, rows: std::ops::Range<usize>, gram: &mut [f64]) {
        let n = self.n_features;
        let mut centred = vec![0.0; n];
        for row in rows {
            for (c, mean) in centred.iter_mut().zip(&self.means) {
                *c = -mean;
            }
            self.visit(row, |feature, value| centred[feature] += value);
            for (i, &a) in centred.iter().enumerate() {
                if a != 0.0 {
                    for (sum, b) in gram[i * n..=i * n + i].iter_mut().zip(&centred) {
                        *sum += a * b;
                    }
                }
            }
        }
    }
}
