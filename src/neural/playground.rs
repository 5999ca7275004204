//! What the playground draws: a network's surface, its hidden units and its losses, from plain weights.

use crate::job::neural::PlaygroundFrame;
use crate::model::Head;
use crate::model::network::{Activation, CurvePoint, Network, NetworkData, NetworkTarget};

/// Points per side of a hidden unit's picture.
pub const UNIT_RESOLUTION: u32 = 24;

/// A frame of a network of two inputs, over the square [−1, 1]². `step` and `epoch` are of the training.
pub fn frame(network: Network, data: &NetworkData, resolution: u32, epoch: u32, step: u32) -> PlaygroundFrame {
    let n_layers = network.layers.len();
    let outputs = layer_values(&network, &grid(resolution)).pop().unwrap_or_default();
    let surface = match network.head {
        Head::Softmax => {
            let n_classes = outputs.len() / (resolution * resolution) as usize;
            by_column(&outputs.chunks(n_classes).flat_map(softmax).collect::<Vec<_>>(), n_classes)
        }
        Head::Value { center, scale } => vec![outputs.iter().map(|v| v * scale + center).collect()],
    };
    let mut units = layer_values(&network, &grid(UNIT_RESOLUTION));
    units.truncate(n_layers - 1);
    let units = units.iter().zip(&network.layers).map(|(values, layer)| by_column(values, layer.n_outputs as usize));
    PlaygroundFrame {
        units: units.collect(),
        point: evaluate(&network, data, epoch, step),
        resolution,
        surface,
        network,
    }
}

/// Losses and scores of a network on training and validation rows, as the trainer defines them.
pub fn evaluate(network: &Network, data: &NetworkData, epoch: u32, step: u32) -> CurvePoint {
    let outputs = layer_values(network, &data.features.values).pop().unwrap_or_default();
    let score = |rows: std::ops::Range<usize>| match &data.target {
        NetworkTarget::Classes { codes, n_classes, weights } => {
            let (mut loss, mut weight, mut hits) = (0.0, 0.0, 0);
            for row in rows.clone() {
                let logits = &outputs[row * n_classes..(row + 1) * n_classes];
                let code = codes[row] as usize;
                let w = weights.get(code).copied().map_or(1.0, f64::from);
                loss -= w * log_probability(logits, code);
                weight += w;
                hits += usize::from(first_highest(logits) == code);
            }
            (loss / weight, hits as f64 / rows.len() as f64)
        }
        NetworkTarget::Values(values) => {
            let Head::Value { center, scale } = network.head else { return (f64::NAN, f64::NAN) };
            let standardised = |row: usize| f64::from((values[row] - center) / scale);
            let n = rows.len() as f64;
            let mean = rows.clone().map(standardised).sum::<f64>() / n;
            let variance = rows.clone().map(|row| (standardised(row) - mean).powi(2)).sum::<f64>() / n;
            let loss = rows.map(|row| (standardised(row) - f64::from(outputs[row])).powi(2)).sum::<f64>() / n;
            (loss, if variance > 0.0 { 1.0 - loss / variance } else { 0.0 })
        }
    };
    let train = score(0..data.n_train);
    let validation = if data.n_train < data.features.n_rows { score(data.n_train..data.features.n_rows) } else { train };
    CurvePoint {
        epoch,
        step,
        train_loss: train.0 as f32,
        validation_loss: validation.0 as f32,
        train_score: train.1 as f32,
        validation_score: validation.1 as f32,
    }
}

/// Values of each layer after its activation, `[layer][row × unit]`; the last are the raw outputs.
pub fn layer_values(network: &Network, features: &[f32]) -> Vec<Vec<f32>> {
    let n_features = network.input_scale.len();
    let mut h: Vec<f32> =
        features.chunks(n_features).flat_map(|row| row.iter().zip(&network.input_scale).map(|(x, s)| x * s)).collect();
    let last = network.layers.len() - 1;
    let mut all = Vec::with_capacity(network.layers.len());
    for (index, layer) in network.layers.iter().enumerate() {
        let (n_inputs, n_outputs) = (layer.n_inputs as usize, layer.n_outputs as usize);
        let mut next = Vec::with_capacity(h.len() / n_inputs * n_outputs);
        for row in h.chunks(n_inputs) {
            for (weights, bias) in layer.weights.chunks(n_inputs).zip(&layer.bias) {
                let z = weights.iter().zip(row).fold(*bias, |sum, (w, x)| sum + w * x);
                next.push(if index < last { activate(network.activation, z) } else { z });
            }
        }
        all.push(next.clone());
        h = next;
    }
    all
}

/// Corners of the square are points of the grid; rows go down from y = 1.
fn grid(resolution: u32) -> Vec<f32> {
    let last = resolution.saturating_sub(1).max(1) as f32;
    let at = |i: u32| 2.0 * i as f32 / last - 1.0;
    (0..resolution).flat_map(|row| (0..resolution).flat_map(move |column| [at(column), -at(row)])).collect()
}

fn by_column(values: &[f32], n_columns: usize) -> Vec<Vec<f32>> {
    (0..n_columns).map(|column| values.iter().skip(column).step_by(n_columns).copied().collect()).collect()
}

fn activate(activation: Activation, z: f32) -> f32 {
    match activation {
        Activation::Relu => z.max(0.0),
        Activation::Selu => 1.050_701 * if z > 0.0 { z } else { 1.673_263_2 * libm::expm1f(z) },
        Activation::Silu => z / (1.0 + libm::expf(-z)),
        Activation::Tanh => libm::tanhf(z),
    }
}

fn highest(logits: &[f32]) -> f32 {
    logits.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

fn first_highest(logits: &[f32]) -> usize {
    let highest = highest(logits);
    logits.iter().position(|&z| z == highest).unwrap_or(0)
}

fn log_probability(logits: &[f32], class: usize) -> f64 {
    let highest = f64::from(highest(logits));
    let total = logits.iter().map(|&z| libm::exp(f64::from(z) - highest)).sum::<f64>();
    f64::from(logits[class]) - highest - libm::log(total)
}

fn softmax(logits: &[f32]) -> Vec<f32> {
    let highest = highest(logits);
    let exponentials: Vec<f32> = logits.iter().map(|&z| libm::expf(z - highest)).collect();
    let total: f32 = exponentials.iter().sum();
    exponentials.into_iter().map(|e| e / total).collect()
}
