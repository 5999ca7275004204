//! Losses of linear models with their derivatives by each output, in f64. Outputs are row-major `[n_rows × n_outputs]`.

/// What the outputs are compared with.
pub enum Loss {
    /// One logit; `positive` and weight per row.
    Binary { positive: Vec<bool>, weights: Vec<f64> },
    /// Softmax; class and weight per row.
    Multinomial { classes: Vec<u32>, weights: Vec<f64>, n_classes: usize },
    /// Half the squared difference to the standardised target.
    Squared(Vec<f64>),
}

impl Loss {
    pub fn n_outputs(&self) -> usize {
        match self {
            Self::Binary { .. } | Self::Squared(_) => 1,
            Self::Multinomial { n_classes, .. } => (*n_classes).max(1),
        }
    }

    pub fn total_weight(&self) -> f64 {
        match self {
            Self::Binary { weights, .. } | Self::Multinomial { weights, .. } => weights.iter().sum(),
            Self::Squared(target) => target.len() as f64,
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
        }
    }

    /// What `apply_curvature` needs: the second derivative of each row's loss, or the class probabilities; nothing for
    /// squares.
    pub fn bends(&self, outputs: &[f64]) -> Vec<f64> {
        match self {
            Self::Binary { .. } => self.curvatures(outputs),
            Self::Multinomial { n_classes, .. } => {
                let mut shares = outputs.to_vec();
                shares.chunks_exact_mut(*n_classes).for_each(softmax);
                shares
            }
            Self::Squared(_) => Vec::new(),
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
        }
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
