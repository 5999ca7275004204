//! The network on a device: forward, backward and AdamW as tensor operations.
//!
//! The gradient is written out by hand: a fully connected network needs little, and the tape of automatic
//! differentiation costs launches (each a fixed price on WebGPU, whatever the width) and code. A sum over rows for the
//! loss is never taken within a step: losses and hits add up elementwise on the device and are read once an epoch.

use burn::tensor::{Device, Tensor, TensorData, Transaction};

use super::batches::{Batch, WEIGHTS};
use crate::model::Head;
use crate::model::network::{Activation, Layer, Network, NetworkSpec};
use crate::random::Random;

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.95;
const EPSILON: f32 = 1e-8;

/// A trained tensor with the optimiser's moments.
#[derive(Clone)]
struct Parameter {
    value: Tensor<2>,
    first: Tensor<2>,
    second: Tensor<2>,
    /// Factor on the learning rate.
    rate: f32,
    decays: bool,
}

/// Plain numbers of a trained tensor: values, first and second moments.
pub type Numbers = [Vec<f32>; 3];

/// Sums over the rows seen, elementwise: `[rows × n_outputs]` each.
#[derive(Clone)]
pub struct Sums {
    pub loss: Tensor<2>,
    /// Weight of each row that was classified rightly, at its class; unused for values.
    pub hits: Tensor<2>,
}

/// A batch on the device.
#[derive(Clone)]
pub struct DeviceBatch {
    features: Tensor<2>,
    target: Tensor<2>,
    weights: Tensor<2>,
    total_weight: f32,
}

/// The trained tensors: input scale `[1 × n_features]`, then for each layer weights `[n_inputs × n_outputs]` and bias
/// `[1 × n_outputs]`.
///
/// As RealMLP's simple network (arXiv 2407.04491): weights are drawn from N(0, 1/d) and move at 1/√d of the learning rate
/// (which equals its factor 1/√d on the layer's output, because Adam does not see the scale of a gradient), biases at 0.1,
/// the input scale at 6; the last layer starts at 0.
#[derive(Clone)]
pub struct Tensors {
    parameters: Vec<Parameter>,
    activation: Activation,
    classes: bool,
    device: Device,
}

/// `[rows × columns]` of `columns` widths: the shapes of all trained tensors.
fn shapes(n_features: usize, hidden: &[u32], n_outputs: usize) -> Vec<[usize; 2]> {
    let mut shapes = vec![[1, n_features]];
    let mut n_inputs = n_features;
    for width in hidden.iter().map(|&w| w as usize).chain([n_outputs]) {
        shapes.push([n_inputs, width]);
        shapes.push([1, width]);
        n_inputs = width;
    }
    shapes
}

/// The values that training starts from.
pub fn initial(spec: &NetworkSpec, n_features: usize, n_outputs: usize) -> Vec<Numbers> {
    let shapes = shapes(n_features, &spec.hidden, n_outputs);
    let last = shapes.len() - 2;
    let draw = |(index, &[rows, columns]): (usize, &[usize; 2])| {
        let n = rows * columns;
        let values = if index == 0 {
            vec![1.0; n]
        } else if index >= last {
            vec![0.0; n]
        } else {
            // The spread of a bias does not depend on the number of inputs.
            let deviation = if index % 2 == 1 { 1.0 / (rows as f64).sqrt() } else { 1.0 };
            let mut random = Random::new(spec.seed, WEIGHTS | index as u64);
            (0..n).map(|_| (random.normal() * deviation) as f32).collect()
        };
        [values, vec![0.0; n], vec![0.0; n]]
    };
    shapes.iter().enumerate().map(draw).collect()
}

/// Plain weights out of trained values in the order of `Tensors`.
pub fn network<'a>(
    spec: &NetworkSpec,
    n_features: usize,
    n_outputs: usize,
    head: Head,
    mut values: impl Iterator<Item = &'a [f32]>,
) -> Network {
    let shapes = shapes(n_features, &spec.hidden, n_outputs);
    let mut next = || values.next().map(<[f32]>::to_vec).unwrap_or_default();
    let input_scale = next();
    let layers = shapes[1..]
        .chunks(2)
        .map(|pair| {
            let [n_inputs, n_outputs] = pair[0];
            let (stored, bias) = (next(), next());
            let weights =
                (0..n_outputs).flat_map(|o| (0..n_inputs).map(move |i| (i, o))).map(|(i, o)| stored[i * n_outputs + o]);
            Layer { weights: weights.collect(), bias, n_inputs: n_inputs as u32, n_outputs: n_outputs as u32 }
        })
        .collect();
    Network { input_scale, layers, activation: spec.activation, head }
}

/// Read several tensors in one transfer.
pub async fn read(tensors: impl Iterator<Item = Tensor<2>>) -> Result<Vec<Vec<f32>>, String> {
    let transaction = tensors.fold(Transaction::default(), Transaction::register);
    let data = transaction.execute_async().await.map_err(|e| format!("The device did not answer: {e:?}"))?;
    data.into_iter()
        .map(|d| d.try_into_vec::<f32>().map_err(|e| format!("The device's numbers are odd: {e:?}")))
        .collect()
}

fn upload(values: Vec<f32>, shape: [usize; 2], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

impl Sums {
    pub fn zeros(rows: usize, n_outputs: usize, device: &Device) -> Self {
        Self { loss: Tensor::zeros([rows, n_outputs], device), hits: Tensor::zeros([rows, n_outputs], device) }
    }

    pub fn restore([loss, hits]: [Vec<f32>; 2], rows: usize, n_outputs: usize, device: &Device) -> Self {
        let shape = [rows, n_outputs];
        Self { loss: upload(loss, shape, device), hits: upload(hits, shape, device) }
    }
}

impl DeviceBatch {
    /// Rows, padding included.
    pub fn n_rows(&self) -> usize {
        self.weights.dims()[0]
    }

    pub fn new(batch: Batch, device: &Device) -> Self {
        let size = batch.weights.len();
        let by_row = |values: Vec<f32>| {
            let columns = values.len() / size;
            upload(values, [size, columns], device)
        };
        Self {
            total_weight: batch.total_weight as f32,
            features: by_row(batch.features),
            target: by_row(batch.target),
            weights: by_row(batch.weights),
        }
    }
}

impl Tensors {
    /// `numbers` in the order of `initial`.
    pub fn new(
        spec: &NetworkSpec,
        n_features: usize,
        n_outputs: usize,
        classes: bool,
        numbers: Vec<Numbers>,
        device: &Device,
    ) -> Self {
        let shapes = shapes(n_features, &spec.hidden, n_outputs);
        let parameter = |(index, (&shape, [value, first, second])): (usize, (&[usize; 2], Numbers))| Parameter {
            value: upload(value, shape, device),
            first: upload(first, shape, device),
            second: upload(second, shape, device),
            rate: match index {
                0 => 6.0,
                i if i % 2 == 1 => 1.0 / (shape[0] as f32).sqrt(),
                _ => 0.1,
            },
            decays: index % 2 == 1,
        };
        let parameters = shapes.iter().zip(numbers).enumerate().map(parameter).collect();
        Self { parameters, activation: spec.activation, classes, device: device.clone() }
    }

    /// Values of all trained tensors, for reading.
    pub fn values(&self) -> impl Iterator<Item = Tensor<2>> + '_ {
        self.parameters.iter().map(|p| p.value.clone())
    }

    /// Values and moments of all trained tensors, for reading.
    pub fn state(&self) -> impl Iterator<Item = Tensor<2>> + '_ {
        self.parameters.iter().flat_map(|p| [p.value.clone(), p.first.clone(), p.second.clone()])
    }

    /// The last bias: small, and no longer finite soon after anything else is not.
    pub fn last_bias(&self) -> Tensor<2> {
        self.parameters[self.parameters.len() - 1].value.clone()
    }

    fn n_layers(&self) -> usize {
        (self.parameters.len() - 1) / 2
    }

    fn weights(&self, layer: usize) -> Tensor<2> {
        self.parameters[1 + 2 * layer].value.clone()
    }

    fn bias(&self, layer: usize) -> Tensor<2> {
        self.parameters[2 + 2 * layer].value.clone()
    }

    /// Raw outputs of rows `[n × n_features]`.
    pub fn outputs(&self, features: Tensor<2>) -> Tensor<2> {
        let mut h = features * self.parameters[0].value.clone();
        for layer in 0..self.n_layers() {
            let z = h.matmul(self.weights(layer)) + self.bias(layer);
            h = if layer + 1 < self.n_layers() { activate(self.activation, z) } else { z };
        }
        h
    }

    /// Raw outputs of plain rows.
    pub fn outputs_of(&self, features: &[f32], n_rows: usize) -> Tensor<2> {
        self.outputs(upload(features.to_vec(), [n_rows, features.len() / n_rows], &self.device))
    }

    /// Loss and hits of a batch added to `sums`; returns the derivative of the sum of losses by the outputs.
    fn count(&self, outputs: Tensor<2>, batch: &DeviceBatch, sums: &mut Sums, count_hits: bool) -> Tensor<2> {
        let (target, weights) = (batch.target.clone(), batch.weights.clone());
        if !self.classes {
            let error = outputs - target;
            let weighted = error.clone() * weights;
            sums.loss = sums.loss.clone() + error * weighted.clone();
            return weighted * 2.0;
        }
        let shifted = outputs.clone() - outputs.max_dim(1);
        let exponentials = shifted.clone().exp();
        let total = exponentials.clone().sum_dim(1);
        sums.loss = sums.loss.clone() - (shifted.clone() - total.clone().log()) * target.clone();
        if count_hits {
            sums.hits = sums.hits.clone() + shifted.greater_equal_elem(0.0).float() * target.clone();
        }
        exponentials / total * weights - target
    }

    /// Add the loss and hits of a batch to `sums`, without dropout.
    pub fn score(&self, batch: &DeviceBatch, sums: &mut Sums) {
        let outputs = self.outputs(batch.features.clone());
        self.count(outputs, batch, sums, true);
    }

    /// Gradients of the mean loss of a batch, in the order of the trained tensors.
    pub fn gradients(
        &self,
        batch: &DeviceBatch,
        masks: Vec<Vec<f32>>,
        sums: &mut Sums,
        count_hits: bool,
    ) -> Vec<Tensor<2>> {
        let n_layers = self.n_layers();
        let rows = batch.features.dims()[0];
        let upload_mask = |mask: Vec<f32>| {
            let width = mask.len() / rows;
            upload(mask, [rows, width], &self.device)
        };
        let masks: Vec<Tensor<2>> = masks.into_iter().map(upload_mask).collect();
        let masked = |h: Tensor<2>, layer: usize| match masks.get(layer) {
            Some(mask) => h * mask.clone(),
            None => h,
        };
        // Inputs of each layer, and the hidden layers' values before and after the activation.
        let mut inputs = vec![batch.features.clone() * self.parameters[0].value.clone()];
        let mut hidden = Vec::with_capacity(n_layers);
        for layer in 0..n_layers - 1 {
            let z = inputs[layer].clone().matmul(self.weights(layer)) + self.bias(layer);
            let a = activate(self.activation, z.clone());
            inputs.push(masked(a.clone(), layer));
            hidden.push((z, a));
        }
        let outputs = inputs[n_layers - 1].clone().matmul(self.weights(n_layers - 1)) + self.bias(n_layers - 1);
        let mut error = self.count(outputs, batch, sums, count_hits) * (1.0 / batch.total_weight);
        let mut gradients = Vec::with_capacity(self.parameters.len());
        for layer in (0..n_layers).rev() {
            gradients.push(error.clone().sum_dim(0));
            gradients.push(inputs[layer].clone().transpose().matmul(error.clone()));
            let back = error.matmul(self.weights(layer).transpose());
            error = match layer {
                0 => back * batch.features.clone(),
                _ => {
                    let (z, a) = hidden[layer - 1].clone();
                    masked(back, layer - 1) * slope(self.activation, z, a)
                }
            };
        }
        gradients.push(error.sum_dim(0));
        gradients.reverse();
        gradients
    }

    /// One AdamW step; `step` counts from 1. Decay is decoupled and shrinks weights, not biases nor the input scale.
    pub fn update(&mut self, gradients: Vec<Tensor<2>>, step: u32, learning_rate: f64, weight_decay: f32) {
        let correction_1 = 1.0 / (1.0 - libm::pow(f64::from(BETA_1), f64::from(step)));
        let correction_2 = 1.0 / (1.0 - libm::pow(f64::from(BETA_2), f64::from(step)));
        let next = |(p, gradient): (Parameter, Tensor<2>)| {
            let first = p.first * BETA_1 + gradient.clone() * (1.0 - BETA_1);
            let second = p.second * BETA_2 + gradient.clone() * gradient * (1.0 - BETA_2);
            let size = (learning_rate * correction_1) as f32 * p.rate;
            let spread = (second.clone() * correction_2 as f32).sqrt() + EPSILON;
            let kept = if p.decays { 1.0 - learning_rate as f32 * weight_decay } else { 1.0 };
            let value = p.value * kept - first.clone() / spread * size;
            Parameter { value, first, second, ..p }
        };
        // Owned tensors, so that the CPU can write into what no one else holds.
        self.parameters = std::mem::take(&mut self.parameters).into_iter().zip(gradients).map(next).collect();
    }
}

fn activate(activation: Activation, z: Tensor<2>) -> Tensor<2> {
    match activation {
        Activation::Relu => z.clamp_min(0.0),
        Activation::Selu => {
            let below = z.clone().clamp_max(0.0).exp() - 1.0;
            (z.clamp_min(0.0) + below * Activation::SELU_ALPHA) * Activation::SELU_SCALE
        }
        Activation::Silu => z.clone() * logistic(z),
        // Beyond 15 the answer is ±1 in f32, and some graphics drivers answer NaN for large arguments.
        Activation::Tanh => z.clamp(-15.0, 15.0).tanh(),
    }
}

/// Derivative of the activation, from its argument and its value.
fn slope(activation: Activation, z: Tensor<2>, a: Tensor<2>) -> Tensor<2> {
    match activation {
        Activation::Relu => z.greater_elem(0.0).float(),
        Activation::Selu => {
            let above = z.clone().greater_elem(0.0).float();
            let below = z.clamp_max(0.0).exp() * Activation::SELU_ALPHA;
            // Where z > 0, `below` is α and is taken off again.
            (above * (1.0 - Activation::SELU_ALPHA) + below) * Activation::SELU_SCALE
        }
        Activation::Silu => {
            let s = logistic(z);
            s.clone() + a.clone() - a * s
        }
        Activation::Tanh => (a.clone() * a).neg() + 1.0,
    }
}

fn logistic(z: Tensor<2>) -> Tensor<2> {
    (z.clamp(-60.0, 60.0).neg().exp() + 1.0).recip()
}
