//! Nearest neighbours as nodes: distances by one multiplication of matrices, which is exact on the grid, and `TopK`, which of
//! equals takes the first.

use super::graph::{Graph, Value, int};
use super::model::Features;
use super::proto::data_type::{DOUBLE, FLOAT};
use crate::model::Predictions;
use crate::model::neighbours::{Answers, NEXT_TO_NOTHING, Neighbours, Votes, reach};
use crate::prepare::Matrix;

/// Probabilities `[N,K]` or values `[N,1]`.
pub fn votes(graph: &mut Graph, model: &Neighbours, features: &Features) -> Value {
    let Some(matrix) = &features.matrix else {
        // Without features all rows are equally far, always.
        let row = Matrix { values: Vec::new(), n_rows: 1, n_columns: 0 };
        let (Predictions::Probabilities { values, .. } | Predictions::Values(values)) = model.predict(&row);
        let values = graph.floats(&[1, values.len()], &values);
        return graph.node("Add", &[&features.zeros, &values], Vec::new());
    };
    let last = graph.integers(&[1], &[1]);
    let own = on_grid(graph, model, matrix);
    let (squares, nearest) = nearest(graph, model, &own);
    let weights = match model.votes {
        Votes::Uniform => None,
        Votes::Distance => {
            let own_squares = graph.node("Mul", &[&own, &own], Vec::new());
            let own_squares = graph.node("ReduceSum", &[&own_squares, &last], Vec::new());
            let distances = graph.node("Add", &[&squares, &own_squares], Vec::new());
            let (low, high) = (graph.doubles(&[], &[NEXT_TO_NOTHING]), graph.doubles(&[], &[f64::MAX]));
            let distances = graph.node("Clip", &[&distances, &low, &high], Vec::new());
            let roots = graph.node("Sqrt", &[&distances], Vec::new());
            let one = graph.doubles(&[1, 1], &[1.0]);
            Some(graph.node("Div", &[&one, &roots], Vec::new()))
        }
    };
    let sum = |graph: &mut Graph, answers: &Value| {
        let weighted = match &weights {
            None => answers.clone(),
            Some(weights) => graph.node("Mul", &[answers, weights], Vec::new()),
        };
        graph.node("ReduceSum", &[&weighted, &last], Vec::new())
    };
    let sums = match &model.answers {
        Answers::Values(values) => {
            let values: Vec<f64> = values.iter().copied().map(f64::from).collect();
            let table = graph.doubles(&[values.len()], &values);
            let answers = graph.node("Gather", &[&table, &nearest], vec![int("axis", 0)]);
            sum(graph, &answers)
        }
        Answers::Classes { codes, n_classes } => {
            let codes: Vec<i64> = codes.iter().copied().map(i64::from).collect();
            let table = graph.integers(&[codes.len()], &codes);
            let answers = graph.node("Gather", &[&table, &nearest], vec![int("axis", 0)]);
            let of_class = |class: u32| {
                let class = graph.integer(i64::from(class));
                let is_class = graph.node("Equal", &[&answers, &class], Vec::new());
                let is_class = graph.cast(&is_class, DOUBLE);
                sum(graph, &is_class)
            };
            let votes: Vec<Value> = (0..*n_classes).map(of_class).collect();
            graph.node("Concat", &votes.iter().collect::<Vec<_>>(), vec![int("axis", 1)])
        }
    };
    let total = match &weights {
        None => graph.doubles(&[1, 1], &[f64::from(model.k)]),
        Some(weights) => graph.node("ReduceSum", &[weights, &last], Vec::new()),
    };
    let shares = graph.node("Div", &[&sums, &total], Vec::new());
    graph.cast(&shares, FLOAT)
}

/// f64 `[N,n]`, whole numbers.
fn on_grid(graph: &mut Graph, model: &Neighbours, matrix: &Value) -> Value {
    let fineness = graph.floats(&[1, 1], &[model.fineness]);
    let fine = graph.node("Mul", &[matrix, &fineness], Vec::new());
    let reach = reach(model.n_features as usize);
    let (low, high) = (graph.floats(&[], &[-reach]), graph.floats(&[], &[reach]));
    let held = graph.node("Clip", &[&fine, &low, &high], Vec::new());
    let places = graph.node("Round", &[&held], Vec::new());
    graph.cast(&places, DOUBLE)
}

/// Of the nearest rows |r|² − 2·x·r, which is the squared distance less |x|², and the positions: both `[N,k]`.
fn nearest(graph: &mut Graph, model: &Neighbours, own: &Value) -> (Value, Value) {
    let (n_rows, n_features) = (model.n_rows(), model.n_features as usize);
    let rows = graph.floats(&[n_rows, n_features], &model.rows);
    let rows = graph.cast(&rows, DOUBLE);
    let square = |row: &[f32]| row.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    let squares: Vec<f64> = model.rows.chunks_exact(n_features).map(square).collect();
    let squares = graph.doubles(&[1, n_rows], &squares);
    let twice = graph.doubles(&[1, 1], &[-2.0]);
    let twice = graph.node("Mul", &[own, &twice], Vec::new());
    let apart = graph.node("Gemm", &[&twice, &rows, &squares], vec![int("transB", 1)]);
    let k = graph.integers(&[1], &[i64::from(model.k)]);
    let attributes = vec![int("axis", 1), int("largest", 0), int("sorted", 1)];
    let [squares, positions] = graph.node_of_two("TopK", &[&apart, &k], attributes);
    (squares, positions)
}
