//! What the playground draws: a network's surface, its hidden units and its losses, from plain weights.

use std::ops::Range;

use crate::job::neural::PlaygroundFrame;
use crate::model::network::{CurvePoint, Network, NetworkData, NetworkTarget};
use crate::model::{Head, Predictions};
use crate::prepare::Matrix;

/// Points per side of a hidden unit's picture.
pub const UNIT_RESOLUTION: u32 = 24;

/// A frame of a network of two inputs, over the square [−1, 1]². `epoch` and `step` are of the training.
pub fn frame(network: Network, data: &NetworkData, resolution: u32, epoch: u32, step: u32) -> PlaygroundFrame {
    let surface = match network.predict(&grid(resolution)) {
        Predictions::Probabilities { values, n_classes } => by_column(&values, n_classes),
        Predictions::Values(values) => vec![values],
    };
    let units = network.hidden(&grid(UNIT_RESOLUTION));
    PlaygroundFrame {
        units: units.iter().map(|layer| by_column(&layer.values, layer.n_columns)).collect(),
        point: evaluate(&network, data, epoch, step),
        resolution,
        surface,
        network,
    }
}

/// Losses and scores of a network on training and validation rows, as the trainer defines them.
pub fn evaluate(network: &Network, data: &NetworkData, epoch: u32, step: u32) -> CurvePoint {
    let predictions = network.predict(&data.features);
    let score = |rows: Range<usize>| match (&data.target, &predictions) {
        (NetworkTarget::Classes { codes, weights, .. }, Predictions::Probabilities { values, n_classes }) => {
            class_score(
                &codes[rows.clone()],
                weights,
                &values[rows.start * n_classes..rows.end * n_classes],
                *n_classes,
            )
        }
        (NetworkTarget::Values(values), Predictions::Values(predicted)) => {
            let scale = if let Head::Value { scale, .. } = network.head { f64::from(scale) } else { 1.0 };
            value_score(&values[rows.clone()], &predicted[rows], scale)
        }
        _ => (f64::NAN, f64::NAN),
    };
    let (n_train, n_rows) = (data.n_train, data.features.n_rows);
    let train = score(0..n_train);
    let validation = if n_train < n_rows { score(n_train..n_rows) } else { train };
    CurvePoint {
        epoch,
        step,
        train_loss: train.0 as f32,
        validation_loss: validation.0 as f32,
        train_score: train.1 as f32,
        validation_score: validation.1 as f32,
    }
}

/// Weighted cross-entropy and accuracy.
fn class_score(codes: &[u32], weights: &[f32], probabilities: &[f32], n_classes: usize) -> (f64, f64) {
    let (mut loss, mut weight, mut hits) = (0.0, 0.0, 0);
    for (&code, probabilities) in codes.iter().zip(probabilities.chunks(n_classes)) {
        let own = probabilities[code as usize];
        let w = weights.get(code as usize).copied().map_or(1.0, f64::from);
        loss -= w * libm::log(f64::from(own.max(f32::MIN_POSITIVE)));
        weight += w;
        // The first of equals wins.
        let mut others = probabilities.iter().enumerate();
        hits += usize::from(others.all(|(i, &p)| p < own || (p == own && i >= code as usize)));
    }
    (loss / weight, hits as f64 / codes.len() as f64)
}

/// Mean squared error in units of `scale`, and R².
fn value_score(values: &[f32], predicted: &[f32], scale: f64) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
    let square = |x: f64| x * x;
    let spread = values.iter().map(|&v| square(f64::from(v) - mean)).sum::<f64>() / n;
    let error = values.iter().zip(predicted).map(|(&v, &p)| square(f64::from(v) - f64::from(p))).sum::<f64>() / n;
    (error / square(scale), if spread > 0.0 { 1.0 - error / spread } else { 0.0 })
}

/// Corners of the square are points of the grid; rows go down from y = 1.
fn grid(resolution: u32) -> Matrix {
    let last = resolution.saturating_sub(1).max(1) as f32;
    let at = |i: u32| 2.0 * i as f32 / last - 1.0;
    let points = (0..resolution).flat_map(|row| (0..resolution).flat_map(move |column| [at(column), -at(row)]));
    Matrix { values: points.collect(), n_rows: (resolution * resolution) as usize, n_columns: 2 }
}

fn by_column(values: &[f32], n_columns: usize) -> Vec<Vec<f32>> {
    (0..n_columns).map(|column| values.iter().skip(column).step_by(n_columns).copied().collect()).collect()
}
