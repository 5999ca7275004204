//! The arithmetic that linear models and networks share: dense layers over rows, and what outputs mean. All in f32.
//! Every sum has a fixed order: over inputs, ascending, then the bias.

use super::{Head, Predictions};

/// Rows that go through all layers together, so that their activations stay in the processor's cache.
pub const ROWS: usize = 64;

/// A dense layer with its weights turned to `[n_inputs × n_outputs]`: the inner loop runs over outputs, whose sums are
/// independent of each other, so the compiler uses vectors without changing the order of any sum.
pub struct Dense {
    by_input: Vec<f32>,
    bias: Vec<f32>,
    n_inputs: usize,
}

impl Dense {
    /// `weights` are row-major `[bias.len() × n_inputs]`.
    pub fn new(weights: &[f32], bias: &[f32], n_inputs: usize) -> Self {
        let n_outputs = bias.len();
        let mut by_input = vec![0.0; weights.len()];
        for output in 0..n_outputs {
            for input in 0..n_inputs {
                by_input[input * n_outputs + output] = weights[output * n_inputs + input];
            }
        }
        Self { by_input, bias: bias.to_vec(), n_inputs }
    }

    pub fn n_outputs(&self) -> usize {
        self.bias.len()
    }

    /// Outputs of `inputs`, row-major `[n_rows × n_inputs]`, into `outputs`, which is overwritten. Costs one
    /// multiplication and addition per weight and row, four to eight at a time.
    pub fn apply(&self, inputs: &[f32], n_rows: usize, outputs: &mut Vec<f32>) {
        let n_outputs = self.n_outputs();
        outputs.clear();
        outputs.resize(n_rows * n_outputs, 0.0);
        if n_outputs == 0 {
            return;
        }
        for (row, sums) in outputs.chunks_exact_mut(n_outputs).enumerate() {
            self.apply_row(&inputs[row * self.n_inputs..(row + 1) * self.n_inputs], sums);
        }
    }

    /// Four inputs at a time: the running sums are loaded and stored once for all four.
    fn apply_row(&self, row: &[f32], sums: &mut [f32]) {
        let n = sums.len();
        let mut weights = self.by_input.chunks_exact(4 * n);
        let mut inputs = row.chunks_exact(4);
        for (w, x) in weights.by_ref().zip(inputs.by_ref()) {
            let (w0, w) = w.split_at(n);
            let (w1, w) = w.split_at(n);
            let (w2, w3) = w.split_at(n);
            let w3 = &w3[..n];
            for o in 0..n {
                sums[o] = sums[o] + x[0] * w0[o] + x[1] * w1[o] + x[2] * w2[o] + x[3] * w3[o];
            }
        }
        for (w, x) in weights.remainder().chunks_exact(n).zip(inputs.remainder()) {
            for (sum, w) in sums.iter_mut().zip(w) {
                *sum += x * w;
            }
        }
        for (sum, bias) in sums.iter_mut().zip(&self.bias) {
            *sum += bias;
        }
    }
}

impl Head {
    /// What row-major outputs `[n_rows × n_outputs]` mean. One softmax output is the second of two logits, the first
    /// being 0. Values are kept finite.
    pub fn predictions(&self, mut outputs: Vec<f32>, n_outputs: usize) -> Predictions {
        match self {
            Self::Softmax if n_outputs == 1 => {
                let mut values: Vec<f32> = outputs.iter().flat_map(|z| [0.0, *z]).collect();
                values.chunks_exact_mut(2).for_each(softmax);
                Predictions::Probabilities { values, n_classes: 2 }
            }
            Self::Softmax => {
                outputs.chunks_exact_mut(n_outputs.max(1)).for_each(softmax);
                Predictions::Probabilities { values: outputs, n_classes: n_outputs }
            }
            Self::Value { center, scale } => {
                for value in &mut outputs {
                    *value = (*value * scale + center).clamp(f32::MIN, f32::MAX);
                }
                Predictions::Values(outputs)
            }
            Self::Exp => {
                outputs.iter_mut().for_each(|value| *value = libm::expf(*value).min(f32::MAX));
                Predictions::Values(outputs)
            }
            Self::Shares => {
                for shares in outputs.chunks_exact_mut(n_outputs.max(1)) {
                    let sum: f32 = shares.iter().sum();
                    shares.iter_mut().for_each(|share| *share /= sum);
                }
                Predictions::Probabilities { values: outputs, n_classes: n_outputs }
            }
        }
    }

    /// Whether a model with this head and these outputs predicts `n_classes` classes (0: a value).
    pub(super) fn fits(&self, n_outputs: usize, n_classes: usize, one_logit: bool) -> bool {
        match self {
            Self::Softmax => {
                n_classes > 0 && (n_outputs == n_classes || (one_logit && n_outputs == 1 && n_classes == 2))
            }
            Self::Value { .. } | Self::Exp => n_classes == 0 && n_outputs == 1,
            Self::Shares => n_classes > 0 && n_outputs == n_classes,
        }
    }
}

/// exp(z − max) over its sum, in place.
pub(super) fn softmax(logits: &mut [f32]) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = libm::expf(*logit - largest);
        sum += *logit;
    }
    for logit in logits.iter_mut() {
        *logit /= sum;
    }
}
