//! Losses of linear models with their derivatives by each output, in f64. Outputs are row-major `[n_rows × n_outputs]`.

/// What the outputs are compared with.
pub enum Loss {
    /// One logit; `positive` and weight per row.
    Binary { positive: Vec<bool>, weights: Vec<f64> },
    /// Softmax; class and weight per row.
    Multinomial { classes: Vec<u32>, weights: Vec<f64>, n_classes: usize },
    /// Half the squared difference to the standardised target.
    Squared(Vec<f64>),
    /// σ/2 + σ·ρ(r/σ) of each difference r to the standardised target, ρ(z) = z²/2 up to ε and ε·|z| − ε²/2 beyond, at the
    /// scale σ for which the sum over rows is least. With that σ the sum is a convex function of the outputs alone. Where weights
    /// can meet most rows, as with more features than rows, σ goes to 0 and a fit may not settle.
    /// Source: Huber, Robust Statistics (1981), section 7.7; scikit-learn's HuberRegressor has twice of it.
    Huber { target: Vec<f64>, epsilon: f64 },
}

/// Least scale of Huber's loss, in deviations of the target: below it nearly all rows are met.
const LEAST_SCALE: f64 = 1e-6;

impl Loss {
    pub fn n_outputs(&self) -> usize {
        match self {
            Self::Binary { .. } | Self::Squared(_) | Self::Huber { .. } => 1,
            Self::Multinomial { n_classes, .. } => (*n_classes).max(1),
        }
    }

    pub fn total_weight(&self) -> f64 {
        match self {
            Self::Binary { weights, .. } | Self::Multinomial { weights, .. } => weights.iter().sum(),
            Self::Squared(target) | Self::Huber { target, .. } => target.len() as f64,
        }
    }

    pub fn value(&self, outputs: &[f64]) -> f64 {
        match self {
            Self::Binary { positive, weights } => {
                let loss = |((z, y), s): ((&f64, &bool), &f64)| s * log1p_exp(if *y { -z } else { *z });
                outputs.iter().zip(positive).zip(weights).map(loss).sum()
            }
            Self::Multinomial { classes, weights, n_classes } => outputs
                .chunks_exact(*n_classes)
                .zip(classes)
                .zip(weights)
                .map(|((z, class), s)| s * (log_sum_exp(z) - z[*class as usize]))
                .sum(),
            Self::Squared(target) => outputs.iter().zip(target).map(|(z, y)| 0.5 * (z - y) * (z - y)).sum(),
            Self::Huber { target, epsilon } => {
                let scale = scale(outputs, target, *epsilon);
                let loss = |(z, y): (&f64, &f64)| {
                    let apart = (z - y).abs();
                    0.5 * scale
                        + if apart <= epsilon * scale {
                            0.5 * apart * apart / scale
                        } else {
                            epsilon * apart - 0.5 * epsilon * epsilon * scale
                        }
                };
                outputs.iter().zip(target).map(loss).sum()
            }
        }
    }

    /// Derivative of the loss by each output.
    pub fn residuals(&self, outputs: &[f64]) -> Vec<f64> {
        match self {
            Self::Binary { positive, weights } => {
                let residual = |((z, y), s): ((&f64, &bool), &f64)| s * (sigmoid(*z) - f64::from(u8::from(*y)));
                outputs.iter().zip(positive).zip(weights).map(residual).collect()
            }
            Self::Multinomial { classes, weights, n_classes } => {
                let mut residuals = outputs.to_vec();
                for ((row, class), s) in residuals.chunks_exact_mut(*n_classes).zip(classes).zip(weights) {
                    softmax(row);
                    row[*class as usize] -= 1.0;
                    row.iter_mut().for_each(|r| *r *= s);
                }
                residuals
            }
            Self::Squared(target) => outputs.iter().zip(target).map(|(z, y)| z - y).collect(),
            Self::Huber { target, epsilon } => {
                let scale = scale(outputs, target, *epsilon);
                let residual = |(z, y): (&f64, &f64)| ((z - y) / scale).clamp(-epsilon, *epsilon);
                outputs.iter().zip(target).map(residual).collect()
            }
        }
    }

    /// Second derivative of the loss by each output.
    pub fn curvatures(&self, outputs: &[f64]) -> Vec<f64> {
        match self {
            Self::Binary { weights, .. } => outputs.iter().zip(weights).map(|(z, s)| s * spread(*z)).collect(),
            Self::Multinomial { weights, n_classes, .. } => {
                let mut curvatures = outputs.to_vec();
                for (row, s) in curvatures.chunks_exact_mut(*n_classes).zip(weights) {
                    softmax(row);
                    row.iter_mut().for_each(|p| *p = s * *p * (1.0 - *p));
                }
                curvatures
            }
            Self::Squared(_) => vec![1.0; outputs.len()],
            // At a fixed scale, which is no less than at the best one.
            Self::Huber { target, epsilon } => {
                let scale = scale(outputs, target, *epsilon);
                let curvature = |(z, y): (&f64, &f64)| if (z - y).abs() <= epsilon * scale { 1.0 / scale } else { 0.0 };
                outputs.iter().zip(target).map(curvature).collect()
            }
        }
    }

    /// What `apply_curvature` needs: the second derivative of each row's loss, or the class probabilities; nothing for
    /// squares; for Huber's loss the differences to the target, NaN for outliers, and behind them the scale.
    pub fn bends(&self, outputs: &[f64]) -> Vec<f64> {
        match self {
            Self::Binary { .. } => self.curvatures(outputs),
            Self::Multinomial { n_classes, .. } => {
                let mut shares = outputs.to_vec();
                shares.chunks_exact_mut(*n_classes).for_each(softmax);
                shares
            }
            Self::Squared(_) => Vec::new(),
            Self::Huber { target, epsilon } => {
                let scale = scale(outputs, target, *epsilon);
                let inside = |(z, y): (&f64, &f64)| if (z - y).abs() <= epsilon * scale { z - y } else { f64::NAN };
                outputs.iter().zip(target).map(inside).chain([scale]).collect()
            }
        }
    }

    /// Multiply changes of the outputs with the second derivatives of the loss, in place.
    pub fn apply_curvature(&self, bends: &[f64], changes: &mut [f64]) {
        match self {
            Self::Binary { .. } => changes.iter_mut().zip(bends).for_each(|(change, bend)| *change *= bend),
            Self::Multinomial { weights, n_classes, .. } => {
                let rows = bends.chunks_exact(*n_classes).zip(changes.chunks_exact_mut(*n_classes)).zip(weights);
                for ((shares, change), s) in rows {
                    let mean = dot(shares, change);
                    for (change, p) in change.iter_mut().zip(shares) {
                        *change = s * p * (*change - mean);
                    }
                }
            }
            Self::Squared(_) => {}
            // The scale follows the outputs: what changes them all in proportion to the differences changes it alone.
            Self::Huber { .. } => {
                let Some((scale, apart)) = bends.split_last() else { return };
                let inside = || apart.iter().zip(changes.iter()).filter(|(r, _)| !r.is_nan());
                let squares: f64 = inside().map(|(r, _)| r * r).sum();
                let along: f64 = inside().map(|(r, change)| r * change).sum();
                let share = if *scale > LEAST_SCALE && squares > 0.0 { along / squares } else { 0.0 };
                for (change, r) in changes.iter_mut().zip(apart) {
                    *change = if r.is_nan() { 0.0 } else { (*change - share * r) / scale };
                }
            }
        }
    }
}

/// The scale σ at which Σ min((r/σ)², ε²) is the number of rows, where the derivative by σ is 0.
///
/// In 1/σ² the sum is concave and made of straight pieces, so that Newton's steps from below never pass the root, and end on
/// it. Each costs a pass over the rows.
fn scale(outputs: &[f64], target: &[f64], epsilon: f64) -> f64 {
    let (n, most) = (target.len() as f64, epsilon * epsilon);
    let mut inverse = 0.0;
    loop {
        let (mut squares, mut beyond) = (0.0, 0.0);
        for (z, y) in outputs.iter().zip(target) {
            let square = (z - y) * (z - y);
            if square * inverse < most {
                squares += square;
            } else {
                beyond += 1.0;
            }
        }
        let next = (n - most * beyond) / squares;
        if !(next > inverse) || next * LEAST_SCALE * LEAST_SCALE >= 1.0 {
            let end = if next > inverse { next } else { inverse };
            return (1.0 / end).sqrt().max(LEAST_SCALE);
        }
        inverse = next;
    }
}

/// Σ aᵢ·bᵢ in order.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + libm::exp(-z))
    } else {
        let e = libm::exp(z);
        e / (1.0 + e)
    }
}

/// p · (1 − p) of the sigmoid, without cancellation.
fn spread(z: f64) -> f64 {
    let e = libm::exp(-z.abs());
    e / ((1.0 + e) * (1.0 + e))
}

/// log(1 + eᶻ).
fn log1p_exp(z: f64) -> f64 {
    z.max(0.0) + libm::log1p(libm::exp(-z.abs()))
}

fn log_sum_exp(z: &[f64]) -> f64 {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    largest + libm::log(z.iter().map(|z| libm::exp(z - largest)).sum())
}

fn softmax(z: &mut [f64]) {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for z in z.iter_mut() {
        *z = libm::exp(*z - largest);
        sum += *z;
    }
    for z in z.iter_mut() {
        *z /= sum;
    }
}
