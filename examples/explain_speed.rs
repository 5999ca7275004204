//! How long exact contributions of trees take: `explain_speed FILE`, a JSON document of trees and rows as
//! `tests/reference/explain_speed.py` writes it. Prints seconds, and the contributions of the first row to be compared.

use std::time::Instant;

use hearth::explain::paths::{Unknown, contributions};
use hearth::model::trees::{Child, Node, Split, Tree, Trees};
use hearth::model::{Head, Model};
use hearth::prepare::Matrix;

#[derive(serde::Deserialize)]
struct Question {
    trees: Vec<Lists>,
    rows: Vec<f32>,
    background: Vec<f32>,
    n_columns: usize,
}

/// Nodes and leaves in one list; a leaf has the left child −1.
#[derive(serde::Deserialize)]
struct Lists {
    left: Vec<i64>,
    right: Vec<i64>,
    feature: Vec<i64>,
    threshold: Vec<f32>,
    value: Vec<f32>,
    cover: Vec<f32>,
}

fn tree(lists: &Lists) -> Tree {
    let mut places = vec![0u32; lists.left.len()];
    let (mut n_nodes, mut n_leaves) = (0, 0);
    for (place, left) in places.iter_mut().zip(&lists.left) {
        let next = if *left < 0 { &mut n_leaves } else { &mut n_nodes };
        *place = *next;
        *next += 1;
    }
    let child = |i: i64| {
        let i = i as usize;
        if lists.left[i] < 0 { Child::Leaf(places[i]) } else { Child::Node(places[i]) }
    };
    let mut tree = Tree { output: Some(0), nodes: Vec::new(), leaves: Vec::new(), leaf_cover: Vec::new() };
    for i in 0..lists.left.len() {
        if lists.left[i] < 0 {
            tree.leaves.push(lists.value[i]);
            tree.leaf_cover.push(lists.cover[i]);
            continue;
        }
        tree.nodes.push(Node {
            feature: lists.feature[i] as u32,
            split: Split::AtMost(lists.threshold[i]),
            missing_left: false,
            left: child(lists.left[i]),
            right: child(lists.right[i]),
            cover: lists.cover[i],
            gain: 0.0,
        });
    }
    tree
}

fn main() -> Result<(), String> {
    let path = std::env::args().nth(1).ok_or("usage: explain_speed FILE")?;
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let question: Question = serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
    let n_columns = question.n_columns;
    let matrix = |values: Vec<f32>| Matrix { n_rows: values.len() / n_columns, n_columns, values };
    let (rows, background) = (matrix(question.rows), matrix(question.background));
    let model = Model::Trees(Trees {
        trees: question.trees.iter().map(tree).collect(),
        n_features: n_columns as u32,
        n_outputs: 1,
        base: vec![0.0],
        average: false,
        sets: Vec::new(),
        head: Head::Value { center: 0.0, scale: 1.0 },
    });
    let Model::Trees(trees) = &model else { return Err("no trees".to_owned()) };
    let columns: Vec<u32> = (0..n_columns as u32).collect();
    let timed = |unknown: Unknown| {
        let start = Instant::now();
        let found = contributions((&model, trees), &columns, n_columns, &rows, unknown);
        found.map(|found| (start.elapsed().as_secs_f64(), found.values)).ok_or("a way has too many columns")
    };
    let (covers, values) = timed(Unknown::Covers)?;
    let (interventional, others) = timed(Unknown::Background(&background))?;
    let answer = serde_json::json!({
        "path_dependent_seconds": covers,
        "interventional_seconds": interventional,
        "path_dependent": &values[..n_columns],
        "interventional": &others[..n_columns],
    });
    println!("{answer}");
    Ok(())
}
