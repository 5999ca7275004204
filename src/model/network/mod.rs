//! A fully connected network as plain weights: what the trainer returns, and the one forward pass that prediction,
//! export and explanation use. Training is in `neural`.

use serde::{Deserialize, Serialize};

use super::forward::{Dense, ROWS};
use super::{ClassWeights, Head, Predictions};
use crate::prepare::Matrix;

mod settings;

pub use settings::{Limits, Setting};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSpec {
    /// Width of each hidden layer, first to last; may be empty.
    pub hidden: Vec<u32>,
    pub activation: Activation,
    /// Share of hidden units dropped in training, `0 ≤ p < 1`.
    pub dropout: f32,
    /// Decoupled weight decay (AdamW), per step and unit learning rate.
    pub weight_decay: f32,
    pub learning_rate: f32,
    pub schedule: Schedule,
    pub batch_size: u32,
    pub epochs: u32,
    /// Stop after this many epochs without a better validation loss; the best epoch's weights are kept either way.
    pub patience: Option<u32>,
    /// Share of the training rows held back to watch for overfitting, `0 < s < 0.5`.
    pub validation_share: f32,
    pub class_weights: ClassWeights,
    pub seed: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Activation {
    Relu,
    Selu,
    Silu,
    Tanh,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schedule {
    Constant,
    /// Half a cosine from the learning rate down to 0.
    Cosine,
    /// ½(1 − cos(2π·log₂(1 + 15t))), four waves. Source: RealMLP, arXiv 2407.04491.
    Coslog4,
}

/// weights: row-major `[n_outputs × n_inputs]`; bias: `[n_outputs]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    pub weights: Vec<f32>,
    pub bias: Vec<f32>,
    pub n_inputs: u32,
    pub n_outputs: u32,
}

/// h₀ = x · input_scale (elementwise); hᵢ₊₁ = activation(Wᵢhᵢ + bᵢ); the last layer has no activation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    pub input_scale: Vec<f32>,
    pub layers: Vec<Layer>,
    pub activation: Activation,
    pub head: Head,
}

/// What the trainer needs and all that it needs. The first `n_train` rows train, the rest validate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkData {
    pub features: Matrix,
    pub target: NetworkTarget,
    pub n_train: usize,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NetworkTarget {
    Classes {
        codes: Vec<u32>,
        n_classes: usize,
        weights: Vec<f32>,
    },
    /// Raw values; the trainer standardises them with the training rows' mean and standard deviation.
    Values(Vec<f32>),
}

/// One point of the learning curves. Losses are means per row: cross-entropy, or squared error of the standardised target.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    pub epoch: u32,
    pub step: u32,
    pub train_loss: f32,
    pub validation_loss: f32,
    /// Accuracy, or R².
    pub train_score: f32,
    pub validation_score: f32,
}

/// What training leaves beside the weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    pub curve: Vec<CurvePoint>,
    pub best_epoch: u32,
    pub epochs_run: u32,
    pub stopped: Stopped,
    /// "WebGPU: NVIDIA H100" or "CPU, SIMD128".
    pub device: String,
    pub seconds: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stopped {
    #[default]
    AllEpochs,
    Early,
    /// By the person; the best so far was kept.
    Cancelled,
    /// The loss was no longer finite; the best so far was kept.
    Diverged,
}

impl Network {
    /// Features through input scale, hidden layers and head. One multiplication and addition per weight and row, four to
    /// eight at a time, and one activation per hidden unit and row.
    pub fn predict(&self, features: &Matrix) -> Predictions {
        self.head.predictions(self.outputs(features), self.n_outputs())
    }

    pub fn n_outputs(&self) -> usize {
        self.layers.last().map_or(0, |l| l.n_outputs as usize)
    }

    /// What the head reads: row-major `[n_rows × n_outputs]`.
    pub fn outputs(&self, features: &Matrix) -> Vec<f32> {
        let mut outputs = Vec::with_capacity(features.n_rows * self.n_outputs());
        self.run(features, |layer, values| {
            if layer + 1 == self.layers.len() {
                outputs.extend_from_slice(values);
            }
        });
        outputs
    }

    /// Activations of every hidden layer, `[n_rows × units]` each.
    pub fn hidden(&self, features: &Matrix) -> Vec<Matrix> {
        let n_hidden = self.layers.len().saturating_sub(1);
        let empty =
            |layer: &Layer| Matrix { values: Vec::new(), n_rows: features.n_rows, n_columns: layer.n_outputs as usize };
        let mut hidden: Vec<Matrix> = self.layers[..n_hidden].iter().map(empty).collect();
        self.run(features, |layer, values| {
            if let Some(matrix) = hidden.get_mut(layer) {
                matrix.values.extend_from_slice(values);
            }
        });
        hidden
    }

    /// Hand the values after each layer to `see`, block of rows by block of rows.
    fn run(&self, features: &Matrix, mut see: impl FnMut(usize, &[f32])) {
        let n_inputs = |l: &Layer| l.n_inputs as usize;
        let layers: Vec<Dense> = self.layers.iter().map(|l| Dense::new(&l.weights, &l.bias, n_inputs(l))).collect();
        let (mut values, mut next) = (Vec::new(), Vec::new());
        for first in (0..features.n_rows).step_by(ROWS) {
            let rows = first..(first + ROWS).min(features.n_rows);
            values.clear();
            for row in rows.clone() {
                values.extend(features.row(row).iter().zip(&self.input_scale).map(|(x, scale)| x * scale));
            }
            for (i, layer) in layers.iter().enumerate() {
                layer.apply(&values, rows.len(), &mut next);
                if i + 1 < layers.len() {
                    self.activation.apply(&mut next);
                }
                std::mem::swap(&mut values, &mut next);
                see(i, &values);
            }
        }
    }

    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        let mut n_inputs = n_features;
        let mut fits = self.input_scale.len() == n_features;
        for layer in &self.layers {
            let n_outputs = layer.n_outputs as usize;
            fits &= layer.n_inputs as usize == n_inputs
                && layer.bias.len() == n_outputs
                && layer.weights.len() == n_inputs * n_outputs;
            n_inputs = n_outputs;
        }
        fits &= !self.layers.is_empty() && self.head.fits(n_inputs, n_classes, false);
        if fits { Ok(()) } else { Err("The network's layers do not fit each other or its preparation.".into()) }
    }
}

impl Activation {
    /// α and λ of SELU. Source: Klambauer et al., Self-Normalizing Neural Networks (2017).
    pub const SELU_ALPHA: f32 = 1.673_263_2;
    pub const SELU_SCALE: f32 = 1.050_701;

    pub const ALL: [Self; 4] = [Self::Relu, Self::Selu, Self::Silu, Self::Tanh];

    /// The name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relu => "ReLU",
            Self::Selu => "SELU",
            Self::Silu => "SiLU",
            Self::Tanh => "tanh",
        }
    }

    /// In place. ReLU max(x, 0); SELU λx or λα(eˣ − 1); SiLU x / (1 + e⁻ˣ); tanh.
    pub fn apply(self, values: &mut [f32]) {
        match self {
            Self::Relu => values.iter_mut().for_each(|x| *x = x.max(0.0)),
            Self::Selu => {
                for x in values {
                    let negative = Self::SELU_ALPHA * (libm::expf(x.min(0.0)) - 1.0);
                    *x = Self::SELU_SCALE * if *x > 0.0 { *x } else { negative };
                }
            }
            Self::Silu => values.iter_mut().for_each(|x| *x /= 1.0 + libm::expf(-*x)),
            Self::Tanh => values.iter_mut().for_each(|x| *x = libm::tanhf(*x)),
        }
    }
}

impl Schedule {
    pub const ALL: [Self; 3] = [Self::Constant, Self::Cosine, Self::Coslog4];

    /// The name on the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine => "cosine",
            Self::Coslog4 => "four waves (coslog4)",
        }
    }

    /// Factor of the learning rate at `t`, the share of all steps that are done, `0 ≤ t ≤ 1`.
    pub fn factor(self, t: f64) -> f64 {
        use std::f64::consts::PI;
        match self {
            Self::Constant => 1.0,
            Self::Cosine => 0.5 * (1.0 + libm::cos(PI * t)),
            Self::Coslog4 => 0.5 * (1.0 - libm::cos(2.0 * PI * libm::log2(1.0 + 15.0 * t))),
        }
    }
}

impl TrainingRecord {
    /// What a person should know about how training ended.
    pub fn note(&self) -> Option<String> {
        match self.stopped {
            Stopped::AllEpochs | Stopped::Early => None,
            Stopped::Cancelled => {
                Some(format!("Training was stopped by hand after epoch {}; the best so far was kept.", self.epochs_run))
            }
            Stopped::Diverged => Some(format!(
                "The loss left the finite numbers after epoch {}; the best so far was kept. A smaller learning rate helps.",
                self.epochs_run
            )),
        }
    }
}
