//! Coordinate descent for penalties with an L1 part, which leaves most weights at exactly 0.
//!
//! The loss is replaced by its second-order expansion in the outputs of one class (or of the number, where it is exact),
//! and each weight in turn is set to the optimum of the penalised expansion; passes over all features alternate with passes
//! over those that are not 0. Source: Friedman, Hastie & Tibshirani, Regularization Paths for Generalized Linear Models via
//! Coordinate Descent, Journal of Statistical Software 33 (2010), section 2. A pass costs one multiplication and one
//! addition for every value that is not 0.

use super::rows::Rows;

/// Passes after which the expansion is made anew.
const MAX_PASSES: u32 = 1_000;

/// The features column by column, not centred, without their zeros.
pub struct Columns {
    values: Vec<f32>,
    rows: Vec<u32>,
    starts: Vec<usize>,
    means: Vec<f64>,
}

impl Columns {
    pub fn new(rows: &Rows) -> Self {
        let mut starts = vec![0usize; rows.n_features + 1];
        for row in 0..rows.n_rows {
            rows.visit(row, |feature, value| starts[feature + 1] += usize::from(value != 0.0));
        }
        for feature in 0..rows.n_features {
            starts[feature + 1] += starts[feature];
        }
        let n_values = starts[rows.n_features];
        let (mut values, mut at) = (vec![0.0f32; n_values], starts.clone());
        let mut places = vec![0u32; n_values];
        for row in 0..rows.n_rows {
            rows.visit(row, |feature, value| {
                if value != 0.0 {
                    values[at[feature]] = value as f32;
                    places[at[feature]] = row as u32;
                    at[feature] += 1;
                }
            });
        }
        Self { values, rows: places, starts, means: rows.means.clone() }
    }

    fn n_features(&self) -> usize {
        self.means.len()
    }

    #[inline]
    fn visit(&self, feature: usize, mut f: impl FnMut(usize, f64)) {
        let at = self.starts[feature]..self.starts[feature + 1];
        for (row, value) in self.rows[at.clone()].iter().zip(&self.values[at]) {
            f(*row as usize, f64::from(*value));
        }
    }
}

/// The descent on the expansion for one output.
pub struct Descent {
    /// The output that it is about.
    pub output: usize,
    /// `[n_features]`, and the intercept of centred features, as they are now.
    pub weights: Vec<f64>,
    pub intercept: f64,
    /// Second derivative of the loss by the output, per row; all sums are weighted with it.
    curvature: Vec<f64>,
    total: f64,
    /// Σ curvature · x, and Σ curvature · (x − mean)², per feature.
    firsts: Vec<f64>,
    squares: Vec<f64>,
    /// What is left to explain, times the curvature, is `left + offset · curvature`: centring and the intercept change
    /// `offset` alone, so that a pass visits only values that are not 0.
    left: Vec<f64>,
    left_total: f64,
    offset: f64,
    /// A pass in which no weight changes by more, in units of the deviation of its curvature, ends the descent.
    tolerance: f64,
    passes: u32,
    /// The next pass visits every feature.
    full: bool,
}

impl Descent {
    /// `residuals` and `curvature` `[n_rows]`: first and second derivative of the loss by this output at `weights`.
    pub fn new(
        columns: &Columns,
        output: usize,
        (weights, intercept): (Vec<f64>, f64),
        (residuals, curvature): (&[f64], Vec<f64>),
        tolerance: f64,
    ) -> Self {
        let total: f64 = curvature.iter().sum();
        let (mut firsts, mut squares) = (vec![0.0; columns.n_features()], vec![0.0; columns.n_features()]);
        for (feature, mean) in columns.means.iter().enumerate() {
            let (mut first, mut square) = (0.0, 0.0);
            columns.visit(feature, |row, value| {
                first += curvature[row] * value;
                square += curvature[row] * value * value;
            });
            firsts[feature] = first;
            // Rounding must not make a square negative.
            squares[feature] = (square - 2.0 * mean * first + mean * mean * total).max(0.0);
        }
        let left: Vec<f64> = residuals.iter().map(|r| -r).collect();
        let left_total = left.iter().sum();
        Self {
            output,
            weights,
            intercept,
            curvature,
            total,
            firsts,
            squares,
            left,
            left_total,
            offset: 0.0,
            tolerance,
            passes: 0,
            full: true,
        }
    }

    /// One pass; `true` when nothing is left to do.
    pub fn pass(&mut self, columns: &Columns, l1: f64, l2: f64) -> bool {
        let mut largest = 0.0f64;
        for feature in 0..columns.n_features() {
            let (before, square) = (self.weights[feature], self.squares[feature]);
            if (before == 0.0 && !self.full) || square <= 0.0 {
                continue;
            }
            let (mean, first) = (columns.means[feature], self.firsts[feature]);
            let mut sum = 0.0;
            columns.visit(feature, |row, value| sum += self.left[row] * value);
            let centred = sum + self.offset * first - mean * (self.left_total + self.offset * self.total);
            let pull = centred + square * before;
            let after = (pull - l1 * pull.signum()) / (square + l2);
            let after = if pull.abs() <= l1 { 0.0 } else { after };
            let change = after - before;
            if change == 0.0 {
                continue;
            }
            let (left, curvature) = (&mut self.left, &self.curvature);
            columns.visit(feature, |row, value| left[row] -= curvature[row] * change * value);
            self.left_total -= change * first;
            self.offset += change * mean;
            self.weights[feature] = after;
            largest = largest.max(square * change * change);
        }
        if self.total > 0.0 {
            let change = (self.left_total + self.offset * self.total) / self.total;
            self.offset -= change;
            self.intercept += change;
            largest = largest.max(self.total * change * change);
        }
        self.passes += 1;
        let settled = largest <= self.tolerance * self.tolerance * self.total.max(f64::MIN_POSITIVE);
        // What was at 0 may have to leave it once the others have moved.
        let over = settled && self.full;
        self.full = settled;
        over || self.passes >= MAX_PASSES || !largest.is_finite()
    }
}
