//! Models as nodes: from the feature matrix to probabilities `[N,K]` or values `[N,1]`.

use super::graph::{Graph, Value, float, int};
use super::neighbours;
use super::preparation::Codes;
use super::proto::data_type::{DOUBLE, FLOAT};
use super::trees;
use crate::model::baseline::Baseline;
use crate::model::bayes::{Bayes, REACH, SET};
use crate::model::linear::Linear;
use crate::model::network::{Activation, Network};
use crate::model::{Head, Model};

/// What the model's nodes read.
pub struct Features {
    /// f32 `[N,n]`; `None` when the preparation has no features.
    pub matrix: Option<Value>,
    /// Categories that the matrix holds as codes.
    pub codes: Vec<Codes>,
    /// f32 zeros `[N,1]`: carries the number of rows where nothing else does.
    pub zeros: Value,
}

/// Adds the model's nodes and returns its probabilities or values.
pub fn output(graph: &mut Graph, model: &Model, features: &Features) -> Value {
    match model {
        Model::Baseline(Baseline::Frequencies(shares)) => {
            let shares = graph.floats(&[1, shares.len()], shares);
            graph.node("Add", &[&features.zeros, &shares], Vec::new())
        }
        Model::Baseline(Baseline::Mean(mean)) => {
            let mean = graph.floats(&[1, 1], &[*mean]);
            graph.node("Add", &[&features.zeros, &mean], Vec::new())
        }
        // Its members come here one by one.
        Model::Blend(_) => features.zeros.clone(),
        Model::Calibrated(calibrated) => {
            let raw = output(graph, &calibrated.model, features);
            super::calibrated::bent(graph, &calibrated.map, calibrated.n_classes as usize, &raw, &features.zeros)
        }
        Model::Linear(model) => linear(graph, model, features),
        Model::Network(model) => network(graph, model, features),
        Model::Bayes(model) => bayes(graph, model, features),
        Model::Neighbours(model) => neighbours::votes(graph, model, features),
        Model::Trees(model) => {
            let raw = trees::sums(graph, model, features);
            head(graph, &raw, &model.head, model.n_outputs as usize, features)
        }
    }
}

fn linear(graph: &mut Graph, model: &Linear, features: &Features) -> Value {
    let raw = dense(graph, features.matrix.as_ref(), features, &model.weights, &model.intercept);
    head(graph, &raw, &model.head, model.intercept.len(), features)
}

fn network(graph: &mut Graph, model: &Network, features: &Features) -> Value {
    let mut hidden = features.matrix.as_ref().map(|matrix| {
        let scale = graph.floats(&[1, model.input_scale.len()], &model.input_scale);
        graph.node("Mul", &[matrix, &scale], Vec::new())
    });
    for (position, layer) in model.layers.iter().enumerate() {
        let sum = dense(graph, hidden.as_ref(), features, &layer.weights, &layer.bias);
        let last = position + 1 == model.layers.len();
        hidden = Some(if last { sum } else { activation(graph, &sum, model.activation) });
    }
    let raw = hidden.unwrap_or_else(|| features.zeros.clone());
    let n_outputs = model.layers.last().map_or(1, |layer| layer.bias.len());
    head(graph, &raw, &model.head, n_outputs, features)
}

/// All in f64 until the probabilities, as `Bayes::predict` is.
fn bayes(graph: &mut Graph, model: &Bayes, features: &Features) -> Value {
    let (n_classes, n_terms) = (model.n_classes(), model.n_terms());
    let mut terms = Vec::new();
    if let Some(matrix) = &features.matrix {
        let columns = |graph: &mut Graph, of: &[u32]| {
            let at: Vec<i64> = of.iter().map(|feature| i64::from(*feature)).collect();
            let at = graph.integers(&[at.len()], &at);
            graph.node("Gather", &[matrix, &at], vec![int("axis", 1)])
        };
        if !model.numbers.is_empty() {
            let n = model.numbers.len();
            let numbers = columns(graph, &model.numbers);
            let numbers = graph.cast(&numbers, DOUBLE);
            let (center, scale) = (graph.doubles(&[1, n], &model.center), graph.doubles(&[1, n], &model.scale));
            let apart = graph.node("Sub", &[&numbers, &center], Vec::new());
            let z = graph.node("Mul", &[&apart, &scale], Vec::new());
            let (low, high) = (graph.doubles(&[], &[-REACH]), graph.doubles(&[], &[REACH]));
            let z = graph.node("Clip", &[&z, &low, &high], Vec::new());
            terms.push(graph.node("Mul", &[&z, &z], Vec::new()));
            terms.push(z);
        }
        let marks = model.marks();
        if !marks.is_empty() {
            let marks = columns(graph, &marks);
            let least = graph.floats(&[], &[SET]);
            let set = graph.node("GreaterOrEqual", &[&marks, &least], Vec::new());
            terms.push(graph.cast(&set, DOUBLE));
        }
    }
    let bias = graph.doubles(&[1, n_classes], &model.bias);
    let logits = match terms.as_slice() {
        [] => {
            let zeros = graph.cast(&features.zeros, DOUBLE);
            graph.node("Add", &[&zeros, &bias], Vec::new())
        }
        terms => {
            let terms = match terms {
                [one] => one.clone(),
                many => graph.node("Concat", &many.iter().collect::<Vec<_>>(), vec![int("axis", 1)]),
            };
            let weights = graph.doubles(&[n_classes, n_terms], &model.weights);
            graph.node("Gemm", &[&terms, &weights, &bias], vec![int("transB", 1)])
        }
    };
    let shares = graph.node("Softmax", &[&logits], vec![int("axis", 1)]);
    graph.cast(&shares, FLOAT)
}

/// `x · Wᵀ + b` for row-major weights `[n_outputs × n_inputs]`.
fn dense(graph: &mut Graph, x: Option<&Value>, features: &Features, weights: &[f32], bias: &[f32]) -> Value {
    let n_outputs = bias.len();
    match x {
        Some(x) => {
            let w = graph.floats(&[n_outputs, weights.len() / n_outputs.max(1)], weights);
            let b = graph.floats(&[n_outputs], bias);
            graph.node("Gemm", &[x, &w, &b], vec![int("transB", 1)])
        }
        None => {
            let b = graph.floats(&[1, n_outputs], bias);
            graph.node("Add", &[&features.zeros, &b], Vec::new())
        }
    }
}

fn activation(graph: &mut Graph, x: &Value, kind: Activation) -> Value {
    match kind {
        Activation::Relu => graph.node("Relu", &[x], Vec::new()),
        Activation::Tanh => graph.node("Tanh", &[x], Vec::new()),
        Activation::Silu => {
            let gate = graph.node("Sigmoid", &[x], Vec::new());
            graph.node("Mul", &[x, &gate], Vec::new())
        }
        // Klambauer et al., Self-Normalizing Neural Networks (2017).
        Activation::Selu => graph.node("Selu", &[x], vec![float("alpha", 1.673_263_2), float("gamma", 1.050_701)]),
    }
}

/// One softmax output is the second of two logits, the first being 0. Values stay finite.
fn head(graph: &mut Graph, raw: &Value, head: &Head, n_outputs: usize, features: &Features) -> Value {
    match head {
        Head::Softmax if n_outputs == 1 => {
            let logits = graph.node("Concat", &[&features.zeros, raw], vec![int("axis", 1)]);
            graph.node("Softmax", &[&logits], vec![int("axis", 1)])
        }
        Head::Softmax => graph.node("Softmax", &[raw], vec![int("axis", 1)]),
        Head::Value { center, scale } => {
            let scale = graph.floats(&[1, 1], &[*scale]);
            let scaled = graph.node("Mul", &[raw, &scale], Vec::new());
            let center = graph.floats(&[1, 1], &[*center]);
            let moved = graph.node("Add", &[&scaled, &center], Vec::new());
            let low = graph.floats(&[], &[f32::MIN]);
            let high = graph.floats(&[], &[f32::MAX]);
            graph.node("Clip", &[&moved, &low, &high], Vec::new())
        }
        Head::Exp => {
            let power = graph.node("Exp", &[raw], Vec::new());
            let low = graph.floats(&[], &[f32::MIN]);
            let high = graph.floats(&[], &[f32::MAX]);
            graph.node("Clip", &[&power, &low, &high], Vec::new())
        }
        Head::Shares => {
            let last = graph.integers(&[1], &[1]);
            let sum = graph.node("ReduceSum", &[raw, &last], Vec::new());
            graph.node("Div", &[raw, &sum], Vec::new())
        }
    }
}
