//! A fully connected network as plain weights: what the trainer returns, and the one forward pass that prediction,
//! export and explanation use. Training is in `neural`.

use serde::{Deserialize, Serialize};

use super::{ClassWeights, Head, Predictions};
use crate::prepare::Matrix;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    pub fn predict(&self, _features: &Matrix) -> Predictions {
        todo!()
    }
}
