//! A calibration as nodes: from probabilities `[N,K]` to probabilities `[N,K]`.

use super::graph::{Graph, Value, int};
use super::proto::data_type::{FLOAT, INT64};
use crate::model::calibrated::{FLOOR, Knots, Line, Map, TINY};

/// Adds the map's nodes. `zeros` are f32 zeros `[N,1]`.
pub fn bent(graph: &mut Graph, map: &Map, n_classes: usize, probabilities: &Value, zeros: &Value) -> Value {
    match map {
        Map::Temperature(sharpness) => {
            let logs = logs(graph, probabilities);
            let sharpness = graph.floats(&[1, 1], &[*sharpness]);
            let logits = graph.node("Mul", &[&logs, &sharpness], Vec::new());
            graph.node("Softmax", &[&logits], vec![int("axis", 1)])
        }
        Map::Sigmoid(lines) => {
            let raised = raised(graph, lines, n_classes, probabilities);
            if n_classes == 2 {
                let second = column(graph, &raised, 1);
                let logits = graph.node("Concat", &[zeros, &second], vec![int("axis", 1)]);
                return graph.node("Softmax", &[&logits], vec![int("axis", 1)]);
            }
            let shares = graph.node("Sigmoid", &[&raised], Vec::new());
            to_shares(graph, &shares)
        }
        Map::Isotonic(knots) if n_classes == 2 => {
            let second = column(graph, probabilities, 1);
            let p = along(graph, &knots[0], &second);
            let one = graph.floats(&[1, 1], &[1.0]);
            let first = graph.node("Sub", &[&one, &p], Vec::new());
            graph.node("Concat", &[&first, &p], vec![int("axis", 1)])
        }
        Map::Isotonic(knots) => {
            let mut columns = Vec::new();
            for (class, knots) in knots.iter().enumerate() {
                let own = column(graph, probabilities, class);
                columns.push(along(graph, knots, &own));
            }
            let shares = graph.node("Concat", &columns.iter().collect::<Vec<_>>(), vec![int("axis", 1)]);
            to_shares(graph, &shares)
        }
    }
}

/// slope · logit + offset of every class; of two the first is of no account.
fn raised(graph: &mut Graph, lines: &[Line], n_classes: usize, probabilities: &Value) -> Value {
    let others: Vec<f32> =
        (0..n_classes * n_classes).map(|i| if i / n_classes == i % n_classes { 0.0 } else { 1.0 }).collect();
    let others = graph.floats(&[n_classes, n_classes], &others);
    let nothing = graph.floats(&[n_classes], &vec![0.0; n_classes]);
    let others = graph.node("Gemm", &[probabilities, &others, &nothing], Vec::new());
    let (own, others) = (logs(graph, probabilities), logs(graph, &others));
    let logit = graph.node("Sub", &[&own, &others], Vec::new());
    let line = |class: usize| lines[if n_classes == 2 { 0 } else { class }];
    let slopes: Vec<f32> = (0..n_classes).map(|class| line(class).slope).collect();
    let offsets: Vec<f32> = (0..n_classes).map(|class| line(class).offset).collect();
    let (slopes, offsets) = (graph.floats(&[1, n_classes], &slopes), graph.floats(&[1, n_classes], &offsets));
    let scaled = graph.node("Mul", &[&logit, &slopes], Vec::new());
    graph.node("Add", &[&scaled, &offsets], Vec::new())
}

fn logs(graph: &mut Graph, shares: &Value) -> Value {
    let (low, high) = (graph.floats(&[], &[FLOOR]), graph.floats(&[], &[f32::MAX]));
    let held = graph.node("Clip", &[shares, &low, &high], Vec::new());
    graph.node("Log", &[&held], Vec::new())
}

/// `[N,1]`.
fn column(graph: &mut Graph, values: &Value, class: usize) -> Value {
    let class = graph.integers(&[1], &[class as i64]);
    graph.node("Gather", &[values, &class], vec![int("axis", 1)])
}

/// The curve at `[N,1]`: how many knots are at or below it says which piece it is on.
fn along(graph: &mut Graph, knots: &Knots, p: &Value) -> Value {
    let at = graph.floats(&[1, knots.at.len()], &knots.at);
    let reached = graph.node("GreaterOrEqual", &[p, &at], Vec::new());
    let reached = graph.cast(&reached, FLOAT);
    let last = graph.integers(&[1], &[1]);
    let count = graph.node("ReduceSum", &[&reached, &last], Vec::new());
    let count = graph.cast(&count, INT64);
    let [from, start, slope] = knots.pieces().map(|values| {
        let table = graph.floats(&[values.len()], &values);
        graph.node("Gather", &[&table, &count], vec![int("axis", 0)])
    });
    let past = graph.node("Sub", &[p, &from], Vec::new());
    let risen = graph.node("Mul", &[&past, &slope], Vec::new());
    graph.node("Add", &[&start, &risen], Vec::new())
}

fn to_shares(graph: &mut Graph, values: &Value) -> Value {
    let tiny = graph.floats(&[1, 1], &[TINY]);
    let values = graph.node("Add", &[values, &tiny], Vec::new());
    let last = graph.integers(&[1], &[1]);
    let sum = graph.node("ReduceSum", &[&values, &last], Vec::new());
    graph.node("Div", &[&values, &sum], Vec::new())
}
