//! The losses of boosting: where it begins, gradients and second derivatives, and the values of leaves that a Newton step
//! does not find.

use super::Objective;
use crate::dataset::Target;
use crate::model::Head;
use crate::problem::Problem;

/// Beyond this output, exp would leave f32.
const MOST_LOG: f64 = 88.0;
/// A class without rows is so far below the others.
const ABSENT_LOGIT: f64 = 30.0;
/// Added to the output before the second derivative of the Poisson loss, which holds steps small (LightGBM's
/// `poisson_max_delta_step`).
const POISSON_DELTA: f64 = 0.7;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    Logistic,
    Softmax,
    Squared,
    Absolute,
    /// `delta` in units of the scaled target.
    Huber(f64),
    Quantile(f64),
    Poisson,
}

/// What is to be learned: per row a class, or a value in units of `head`, and a weight.
pub struct Goal {
    pub loss: Loss,
    pub head: Head,
    /// Classes; empty for values.
    pub classes: Vec<u32>,
    /// Values; empty for classes.
    pub values: Vec<f64>,
    /// Of each row; 0 where the row does not count.
    pub weights: Vec<f32>,
    /// Outputs before the first tree.
    pub base: Vec<f64>,
    /// Whether an output has anything to learn.
    pub learns: Vec<bool>,
}

impl Goal {
    /// `rows` are those that train.
    ///
    /// # Errors
    /// Counts that are negative or all 0.
    pub fn new(objective: Objective, target: &Target, weights: Vec<f32>, rows: &[u32]) -> Result<Self, Problem> {
        match target {
            Target::Classes { codes, labels } => Ok(Self::of_classes(codes, labels.len(), weights, rows)),
            Target::Values(values) if objective == Objective::Poisson => Self::of_counts(values, weights, rows),
            Target::Values(values) => Ok(Self::of_values(objective, values, weights, rows)),
        }
    }

    fn of_classes(codes: &[u32], n_classes: usize, weights: Vec<f32>, rows: &[u32]) -> Self {
        let mut shares = vec![0.0; n_classes];
        for &row in rows {
            shares[codes[row as usize] as usize] += f64::from(weights[row as usize]);
        }
        let total: f64 = shares.iter().sum();
        let n_present = shares.iter().filter(|share| **share > 0.0).count();
        let log = |share: f64| libm::log(share / total);
        let rarest = shares.iter().copied().filter(|share| *share > 0.0).fold(total, f64::min);
        let logit = |share: f64| if share > 0.0 { log(share) } else { log(rarest) - ABSENT_LOGIT };
        let (loss, base, learns) = if n_classes == 2 {
            (Loss::Logistic, vec![logit(shares[1]) - logit(shares[0])], vec![n_present == 2])
        } else {
            let learns = shares.iter().map(|share| *share > 0.0 && n_present > 1).collect();
            (Loss::Softmax, shares.iter().map(|share| logit(*share)).collect(), learns)
        };
        let base = base.into_iter().map(|base: f64| f64::from(base as f32)).collect();
        Self { loss, head: Head::Softmax, classes: codes.to_vec(), values: Vec::new(), weights, base, learns }
    }

    fn of_counts(values: &[f64], weights: Vec<f32>, rows: &[u32]) -> Result<Self, Problem> {
        let refuse = |event: String| Problem {
            place: "boosted trees, objective".into(),
            event,
            kept: "Nothing was trained.".into(),
            cure: "Choose another objective, or a target of counts.".into(),
        };
        if let Some(value) = rows.iter().map(|row| values[*row as usize]).find(|value| *value < 0.0) {
            return Err(refuse(format!("The Poisson objective is for counts, and the target holds {value}.")));
        }
        let mean = weighted_mean(values, &weights, rows);
        if mean <= 0.0 {
            return Err(refuse("The Poisson objective is for counts, and the target is 0 in every row.".into()));
        }
        let base = vec![f64::from(libm::log(mean) as f32)];
        let (classes, values) = (Vec::new(), values.to_vec());
        Ok(Self { loss: Loss::Poisson, head: Head::Exp, classes, values, weights, base, learns: vec![true] })
    }

    fn of_values(objective: Objective, values: &[f64], weights: Vec<f32>, rows: &[u32]) -> Self {
        let mut known: Vec<(f64, f64)> =
            rows.iter().map(|row| (values[*row as usize], f64::from(weights[*row as usize]))).collect();
        let mean = weighted_mean(values, &weights, rows);
        let spread = |from: f64| {
            let squares = known.iter().map(|(v, w)| w * (v - from) * (v - from)).sum::<f64>();
            (squares / known.iter().map(|(_, w)| w).sum::<f64>()).sqrt()
        };
        let deviation = spread(mean);
        let (center, scale) = match objective {
            Objective::Absolute => (quantile(&mut known, 0.5), 0.0),
            Objective::Quantile { level } => (quantile(&mut known, f64::from(level)), 0.0),
            Objective::Huber { .. } => (quantile(&mut known, 0.5), 0.0),
            Objective::Task | Objective::Poisson => (mean, deviation),
        };
        let scale = if scale > 0.0 { scale } else { typical_distance(&known, center).unwrap_or(deviation) };
        // The head's numbers are f32, and what is learned is exactly in their units.
        let center = f64::from(center as f32);
        let scale = f64::from(scale as f32);
        let scale = if scale > 0.0 && scale.is_finite() { scale } else { 1.0 };
        let loss = match objective {
            Objective::Absolute => Loss::Absolute,
            Objective::Quantile { level } => Loss::Quantile(f64::from(level)),
            Objective::Huber { delta } => Loss::Huber(f64::from(delta) / scale),
            Objective::Task | Objective::Poisson => Loss::Squared,
        };
        let values = values.iter().map(|v| (v - center) / scale).collect();
        let head = Head::Value { center: center as f32, scale: scale as f32 };
        Self { loss, head, classes: Vec::new(), values, weights, base: vec![0.0], learns: vec![true] }
    }

    pub fn n_outputs(&self) -> usize {
        self.base.len()
    }

    pub fn n_rows(&self) -> usize {
        self.weights.len()
    }

    /// Gradients and second derivatives of all rows, `[n_outputs][n_rows]` like the outputs.
    pub fn gradients(&self, outputs: &[f64], gradients: &mut [[f32; 2]]) {
        match self.loss {
            Loss::Softmax => self.softmax_gradients(outputs, gradients),
            Loss::Logistic => {
                for (row, to) in gradients.iter_mut().enumerate() {
                    let sign = if self.classes[row] == 1 { 1.0f32 } else { -1.0 };
                    let residual = 1.0 / (1.0 + libm::expf(sign * outputs[row] as f32));
                    let weight = self.weights[row];
                    *to = [-sign * residual * weight, residual * (1.0 - residual) * weight];
                }
            }
            Loss::Squared | Loss::Absolute | Loss::Huber(_) | Loss::Quantile(_) => {
                for (row, to) in gradients.iter_mut().enumerate() {
                    let weight = self.weights[row];
                    *to = [self.slope(outputs[row] - self.values[row]) as f32 * weight, weight];
                }
            }
            Loss::Poisson => {
                for (row, to) in gradients.iter_mut().enumerate() {
                    let weight = self.weights[row];
                    let expected = libm::exp(outputs[row].min(MOST_LOG));
                    let curvature = libm::exp((outputs[row] + POISSON_DELTA).min(MOST_LOG));
                    *to = [(expected - self.values[row]) as f32 * weight, curvature as f32 * weight];
                }
            }
        }
    }

    /// The derivative of a loss of values by the output, which is too large by `distance`.
    fn slope(&self, distance: f64) -> f64 {
        match self.loss {
            Loss::Absolute if distance == 0.0 => 0.0,
            Loss::Absolute => distance.signum(),
            Loss::Huber(delta) => distance.clamp(-delta, delta),
            Loss::Quantile(level) => {
                if distance < 0.0 {
                    -level
                } else {
                    1.0 - level
                }
            }
            Loss::Squared | Loss::Poisson | Loss::Logistic | Loss::Softmax => distance,
        }
    }

    fn softmax_gradients(&self, outputs: &[f64], gradients: &mut [[f32; 2]]) {
        let (n_rows, n_classes) = (self.n_rows(), self.n_outputs());
        let factor = n_classes as f32 / (n_classes as f32 - 1.0);
        let mut shares = vec![0.0f32; n_classes];
        for row in 0..n_rows {
            self.softmax(outputs, row, &mut shares);
            let weight = self.weights[row];
            for (class, &p) in shares.iter().enumerate() {
                let actual = if self.classes[row] as usize == class { 1.0 } else { 0.0 };
                gradients[class * n_rows + row] = [(p - actual) * weight, factor * p * (1.0 - p) * weight];
            }
        }
    }

    fn softmax(&self, outputs: &[f64], row: usize, shares: &mut [f32]) {
        let n_rows = self.n_rows();
        let largest = (0..shares.len()).map(|class| outputs[class * n_rows + row]).fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (class, share) in shares.iter_mut().enumerate() {
            *share = libm::expf((outputs[class * n_rows + row] - largest) as f32);
            sum += *share;
        }
        shares.iter_mut().for_each(|share| *share /= sum);
    }

    /// The weighted mean loss of some rows; squared and absolute ones in units of the scaled target.
    pub fn mean_loss(&self, outputs: &[f64], rows: &[u32]) -> f64 {
        let mut shares = vec![0.0f32; self.n_outputs()];
        let (mut sum, mut total) = (0.0, 0.0);
        for &row in rows {
            let row = row as usize;
            let weight = f64::from(self.weights[row]);
            sum += weight * self.loss_of(outputs, row, &mut shares);
            total += weight;
        }
        if total > 0.0 { sum / total } else { 0.0 }
    }

    fn loss_of(&self, outputs: &[f64], row: usize, shares: &mut [f32]) -> f64 {
        match self.loss {
            Loss::Logistic => {
                let margin = if self.classes[row] == 1 { outputs[row] } else { -outputs[row] };
                // ln(1 + exp(−margin)) without overflow.
                libm::log1p(libm::exp(-margin.abs())) + (-margin).max(0.0)
            }
            Loss::Softmax => {
                self.softmax(outputs, row, shares);
                -libm::log(f64::from(shares[self.classes[row] as usize]).max(1e-38))
            }
            Loss::Poisson => libm::exp(outputs[row].min(MOST_LOG)) - self.values[row] * outputs[row],
            Loss::Squared | Loss::Absolute | Loss::Huber(_) | Loss::Quantile(_) => {
                let distance = outputs[row] - self.values[row];
                match self.loss {
                    Loss::Absolute => distance.abs(),
                    Loss::Quantile(level) => (-level * distance).max((1.0 - level) * distance),
                    Loss::Huber(delta) if distance.abs() > delta => delta * (distance.abs() - delta / 2.0),
                    Loss::Huber(_) => distance * distance / 2.0,
                    Loss::Squared | Loss::Logistic | Loss::Softmax | Loss::Poisson => distance * distance,
                }
            }
        }
    }

    /// The best value of a leaf of these rows where a Newton step does not give it.
    pub fn renewed(&self, outputs: &[f64], rows: &[u32]) -> Option<f64> {
        let level = match self.loss {
            Loss::Absolute | Loss::Huber(_) => 0.5,
            Loss::Quantile(level) => level,
            Loss::Squared | Loss::Poisson | Loss::Logistic | Loss::Softmax => return None,
        };
        let residual = |row: &u32| {
            let row = *row as usize;
            (self.values[row] - outputs[row], f64::from(self.weights[row]))
        };
        let mut residuals: Vec<(f64, f64)> = rows.iter().map(residual).collect();
        let middle = quantile(&mut residuals, level);
        let Loss::Huber(delta) = self.loss else { return Some(middle) };
        let total: f64 = residuals.iter().map(|(_, weight)| weight).sum();
        let sum: f64 = residuals.iter().map(|(r, weight)| weight * (r - middle).clamp(-delta, delta)).sum();
        Some(if total > 0.0 { middle + sum / total } else { middle })
    }
}

fn weighted_mean(values: &[f64], weights: &[f32], rows: &[u32]) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for &row in rows {
        let weight = f64::from(weights[row as usize]);
        sum += weight * values[row as usize];
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// The value that a share of `level` of the weight lies up to; between two where the share ends exactly between them.
/// Sorts the values.
fn quantile(values: &mut [(f64, f64)], level: f64) -> f64 {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted = level * values.iter().map(|(_, weight)| weight).sum::<f64>();
    let mut weight = 0.0;
    for (position, (value, own)) in values.iter().enumerate() {
        weight += own;
        // What rounding of the sums amounts to is no difference.
        let tolerance = 1e-9 * wanted;
        if weight >= wanted - tolerance {
            let next = values.get(position + 1).filter(|_| weight <= wanted + tolerance);
            return next.map_or(*value, |(next, _)| f64::midpoint(*value, *next));
        }
    }
    values.last().map_or(0.0, |(value, _)| *value)
}

/// The median distance of values from a point; `None` where that is 0.
fn typical_distance(values: &[(f64, f64)], from: f64) -> Option<f64> {
    let mut distances: Vec<(f64, f64)> = values.iter().map(|(value, weight)| ((value - from).abs(), *weight)).collect();
    Some(quantile(&mut distances, 0.5)).filter(|distance| *distance > 0.0)
}
