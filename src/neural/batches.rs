//! Batches and dropout masks as plain numbers. They depend on the seed and the step alone, so that every device, and a
//! training that goes on from a checkpoint, sees the same ones.

use crate::model::network::{NetworkData, NetworkTarget};
use crate::random::Random;

/// Streams of the network's seed; the low half counts epochs, steps or tensors.
const ORDER: u64 = 1 << 32;
const DROPOUT: u64 = 2 << 32;
pub(super) const WEIGHTS: u64 = 3 << 32;

/// What the loss sees of a set of rows, padded to a constant number of rows. Padding has weight 0.
pub struct Batch {
    /// `[rows × n_features]`.
    pub features: Vec<f32>,
    /// Classes: the row's weight at its class, else 0, `[rows × n_classes]`. Values: standardised, `[rows × 1]`.
    pub target: Vec<f32>,
    /// `[rows × 1]`.
    pub weights: Vec<f32>,
    pub total_weight: f64,
    pub n_rows: usize,
}

/// The target in the units of the loss.
pub enum LossTarget {
    Classes { codes: Vec<u32>, n_classes: usize, weights: Vec<f32> },
    Values { standardised: Vec<f32>, center: f32, scale: f32 },
}

impl LossTarget {
    /// `weights` of no length mean equal weights. Values are standardised by the training rows; a constant target keeps
    /// its scale of 1.
    pub fn new(data: &NetworkData) -> Self {
        match &data.target {
            NetworkTarget::Classes { codes, n_classes, weights } => Self::Classes {
                codes: codes.clone(),
                n_classes: *n_classes,
                weights: if weights.is_empty() { vec![1.0; *n_classes] } else { weights.clone() },
            },
            NetworkTarget::Values(values) => {
                let train = &values[..data.n_train];
                let n = train.len() as f64;
                let mean = train.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
                let variance = train.iter().map(|&v| (f64::from(v) - mean) * (f64::from(v) - mean)).sum::<f64>() / n;
                let center = mean as f32;
                let scale = match variance.sqrt() as f32 {
                    s if s > 0.0 && s.is_finite() => s,
                    _ => 1.0,
                };
                let standardised = values.iter().map(|&v| (v - center) / scale).collect();
                Self::Values { standardised, center, scale }
            }
        }
    }

    pub fn n_outputs(&self) -> usize {
        match self {
            Self::Classes { n_classes, .. } => *n_classes,
            Self::Values { .. } => 1,
        }
    }

    /// Weight of a class in the loss, or 1.
    pub fn weight(&self, output: usize) -> f64 {
        match self {
            Self::Classes { weights, .. } => f64::from(weights[output]),
            Self::Values { .. } => 1.0,
        }
    }

    fn row_weight(&self, row: usize) -> f32 {
        match self {
            Self::Classes { codes, weights, .. } => weights[codes[row] as usize],
            Self::Values { .. } => 1.0,
        }
    }

    /// Sum of the weights of rows.
    pub fn total_weight(&self, rows: impl Iterator<Item = usize>) -> f64 {
        rows.map(|row| f64::from(self.row_weight(row))).sum()
    }
}

/// The order of the training rows in an epoch, counted from 0.
pub fn order(seed: u64, epoch: u32, n_train: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n_train as u32).collect();
    Random::new(seed, ORDER | u64::from(epoch)).shuffle(&mut order);
    order
}

/// The rows as a batch of `size` rows, of which those beyond `rows` are padding.
pub fn batch(
    data: &NetworkData,
    target: &LossTarget,
    rows: impl ExactSizeIterator<Item = usize>,
    size: usize,
) -> Batch {
    let (n_features, n_outputs) = (data.features.n_columns, target.n_outputs());
    let mut batch = Batch {
        features: Vec::with_capacity(size * n_features),
        target: vec![0.0; size * n_outputs],
        weights: vec![0.0; size],
        total_weight: 0.0,
        n_rows: rows.len(),
    };
    for (i, row) in rows.enumerate() {
        batch.features.extend_from_slice(data.features.row(row));
        let weight = target.row_weight(row);
        batch.weights[i] = weight;
        batch.total_weight += f64::from(weight);
        match target {
            LossTarget::Classes { codes, .. } => batch.target[i * n_outputs + codes[row] as usize] = weight,
            LossTarget::Values { standardised, .. } => batch.target[i] = standardised[row],
        }
    }
    batch.features.resize(size * n_features, 0.0);
    batch
}

/// Dropout masks of a step, one per hidden layer, `[size × width]`: 0 with probability `dropout`, else 1 / (1 − dropout).
/// The probability is rounded to 1/65,536, because four units share one draw.
pub fn dropout_masks(seed: u64, step: u32, dropout: f32, size: usize, widths: &[u32]) -> Vec<Vec<f32>> {
    let mut random = Random::new(seed, DROPOUT | u64::from(step));
    let dropped = (f64::from(dropout) * 65_536.0).round() as u64;
    let kept = 1.0 / (1.0 - dropout);
    let mask = |random: &mut Random, n: usize| {
        let mut mask = Vec::with_capacity(n + 3);
        while mask.len() < n {
            let bits = random.u64();
            mask.extend((0..4).map(|i| if (bits >> (16 * i)) & 0xffff < dropped { 0.0 } else { kept }));
        }
        mask.truncate(n);
        mask
    };
    widths.iter().map(|&width| mask(&mut random, size * width as usize)).collect()
}
