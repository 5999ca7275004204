//! How fast trees predict: `cargo run --release --example trees_speed [ROWS [FEATURES [TREES [LEAVES]]]]`. Prints rows × trees
//! per second, and a digest of the answers, which no change of the walk may move.

use std::time::Instant;

use hearth::model::Head;
use hearth::model::trees::{Child, Node, Split, Tree, Trees};
use hearth::prepare::Matrix;
use hearth::random::Random;
use sha2::{Digest, Sha256};

fn main() {
    let mut sizes = std::env::args().skip(1).map(|text| text.parse::<usize>().expect("a whole number"));
    let mut size = |usual| sizes.next().unwrap_or(usual);
    let (n_rows, n_features, n_trees, n_leaves) = (size(100_000), size(20), size(500), size(31));
    let mut random = Random::new(1, 1);
    let values = (0..n_rows * n_features)
        .map(|i| match (i % n_features, random.below(20)) {
            (_, 0) => f32::NAN,
            (0, _) => random.below(40) as f32,
            _ => random.normal() as f32,
        })
        .collect();
    let features = Matrix { values, n_rows, n_columns: n_features };
    let sets: Vec<Vec<u32>> = (0..200).map(|_| (0..40).filter(|_| random.below(2) == 0).collect()).collect();
    let trees = (0..n_trees).map(|_| tree(n_leaves - 1, n_features, &sets, &mut random)).collect();
    let model = Trees {
        trees,
        n_features: n_features as u32,
        n_outputs: 1,
        base: vec![0.5],
        average: false,
        sets,
        head: Head::Value { center: 0.0, scale: 1.0 },
    };
    let start = Instant::now();
    let outputs = model.outputs(&features);
    let seconds = start.elapsed().as_secs_f64();
    let mut digest = Sha256::new();
    outputs.iter().for_each(|output| digest.update(output.to_le_bytes()));
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    println!(
        "{n_rows} rows × {n_trees} trees of {n_leaves} leaves in {seconds:.3} s: {:.1} million rows × trees per second; {digest}",
        n_rows as f64 * n_trees as f64 / seconds / 1e6
    );
}

/// A tree of `n_inner` splits, grown at random places.
fn tree(n_inner: usize, n_features: usize, sets: &[Vec<u32>], random: &mut Random) -> Tree {
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<(usize, bool)> = Vec::new();
    for position in 0..n_inner {
        if position > 0 {
            let (parent, left) = open.swap_remove(random.below(open.len() as u64) as usize);
            let child = Child::Node(position as u32);
            if left {
                nodes[parent].left = child
            } else {
                nodes[parent].right = child
            };
        }
        let feature = random.below(n_features as u64) as u32;
        let split = match feature {
            0 => Split::In(random.below(sets.len() as u64) as u32),
            _ => Split::AtMost(random.normal() as f32),
        };
        let none = Child::Leaf(0);
        let missing_left = random.below(2) == 0;
        nodes.push(Node { feature, split, missing_left, left: none, right: none, cover: 1.0, gain: 1.0 });
        open.extend([(position, true), (position, false)]);
    }
    for (number, (parent, left)) in open.into_iter().enumerate() {
        let child = Child::Leaf(number as u32);
        if left {
            nodes[parent].left = child
        } else {
            nodes[parent].right = child
        };
    }
    let leaves = (0..=n_inner).map(|_| random.normal() as f32).collect();
    Tree { output: Some(0), nodes, leaves, leaf_cover: vec![1.0; n_inner + 1] }
}
