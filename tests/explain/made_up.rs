//! Models that were not fitted: trees with every kind of split, and small networks.

use hearth::model::network::{Activation, Layer, Network};
use hearth::model::trees::{Child, Node, Split, Tree, Trees};
use hearth::model::{Head, Model};
use hearth::prepare::Matrix;
use hearth::random::Random;
use serde_json::{Value, json};

/// What the features of made-up trees are: the first are numbers, the rest codes of so many categories.
pub const CODES: u32 = 6;

/// Numbers with missing cells, and codes with missing cells in the last `n_categories` columns.
pub fn rows(n_rows: usize, n_numbers: usize, n_categories: usize, random: &mut Random) -> Matrix {
    let n_columns = n_numbers + n_categories;
    let mut values = Vec::with_capacity(n_rows * n_columns);
    for _ in 0..n_rows {
        for column in 0..n_columns {
            let value = if column < n_numbers { random.normal() as f32 } else { random.below(u64::from(CODES)) as f32 };
            values.push(if random.below(8) == 0 { f32::NAN } else { value });
        }
    }
    Matrix { values, n_rows, n_columns }
}

/// Trees of so many leaves with splits at random; covers are those of 1,000 rows that split as chance has it.
pub struct Grower<'a> {
    pub random: &'a mut Random,
    pub n_numbers: usize,
    pub n_categories: usize,
    pub n_leaves: usize,
    pub sets: Vec<Vec<u32>>,
}

impl Grower<'_> {
    fn split(&mut self) -> (u32, Split) {
        let feature = self.random.below((self.n_numbers + self.n_categories) as u64) as usize;
        if feature < self.n_numbers {
            return (feature as u32, Split::AtMost(self.random.normal() as f32));
        }
        let set: Vec<u32> = (0..CODES).filter(|_| self.random.below(2) == 0).collect();
        let at = self.sets.iter().position(|known| *known == set).unwrap_or_else(|| {
            self.sets.push(set);
            self.sets.len() - 1
        });
        (feature as u32, Split::In(at as u32))
    }

    /// `width`: values of a leaf.
    pub fn grow(&mut self, output: Option<u32>, width: usize) -> Tree {
        let mut tree = Tree { output, nodes: Vec::new(), leaves: Vec::new(), leaf_cover: Vec::new() };
        self.grow_node(&mut tree, self.n_leaves, 1_000.0);
        tree.leaves = (0..tree.leaf_cover.len() * width).map(|_| self.random.normal() as f32).collect();
        tree
    }

    fn grow_node(&mut self, tree: &mut Tree, n_leaves: usize, cover: f32) -> Child {
        if n_leaves == 1 {
            tree.leaf_cover.push(cover);
            return Child::Leaf(tree.leaf_cover.len() as u32 - 1);
        }
        let (feature, split) = self.split();
        let at = tree.nodes.len();
        let missing_left = self.random.below(2) == 0;
        let (left, right) = (Child::Leaf(0), Child::Leaf(0));
        tree.nodes.push(Node { feature, split, missing_left, left, right, cover, gain: 1.0 });
        let n_left = 1 + self.random.below(n_leaves as u64 - 1) as usize;
        let share = (0.1 + 0.8 * self.random.unit()) as f32;
        let left = self.grow_node(tree, n_left, cover * share);
        let right = self.grow_node(tree, n_leaves - n_left, cover * (1.0 - share));
        (tree.nodes[at].left, tree.nodes[at].right) = (left, right);
        Child::Node(at as u32)
    }
}

pub fn trees(n_trees: usize, (n_numbers, n_categories): (usize, usize), n_leaves: usize, random: &mut Random) -> Trees {
    let mut grower = Grower { random, n_numbers, n_categories, n_leaves, sets: Vec::new() };
    let trees = (0..n_trees).map(|_| grower.grow(Some(0), 1)).collect();
    Trees {
        trees,
        n_features: (n_numbers + n_categories) as u32,
        n_outputs: 1,
        base: vec![0.25],
        average: false,
        sets: grower.sets,
        head: Head::Value { center: 0.0, scale: 1.0 },
    }
}

/// Nodes and leaves in one list, as shap takes trees; `default` is where missing values go.
pub fn as_lists(tree: &Tree) -> Value {
    let n_nodes = tree.nodes.len();
    let place = |child: Child| match child {
        Child::Node(node) => node as usize,
        Child::Leaf(leaf) => n_nodes + leaf as usize,
    };
    let (mut left, mut right, mut default) = (Vec::new(), Vec::new(), Vec::new());
    let (mut feature, mut threshold, mut value, mut cover) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for node in &tree.nodes {
        let Split::AtMost(at) = node.split else { panic!("shap takes thresholds") };
        left.push(place(node.left) as i64);
        right.push(place(node.right) as i64);
        default.push(place(if node.missing_left { node.left } else { node.right }) as i64);
        feature.push(i64::from(node.feature));
        threshold.push(f64::from(at));
        value.push(0.0);
        cover.push(f64::from(node.cover));
    }
    for (leaf, of_leaf) in tree.leaves.iter().zip(&tree.leaf_cover) {
        left.push(-1);
        right.push(-1);
        default.push(-1);
        feature.push(-2);
        threshold.push(0.0);
        value.push(f64::from(*leaf));
        cover.push(f64::from(*of_leaf));
    }
    json!({ "left": left, "right": right, "default": default, "feature": feature, "threshold": threshold,
            "value": value, "cover": cover })
}

/// Features as a list, missing ones as null.
pub fn as_list(matrix: &Matrix) -> Vec<Option<f64>> {
    matrix.values.iter().map(|v| (!v.is_nan()).then_some(f64::from(*v))).collect()
}

/// A network with one hidden layer of tanh for a value.
pub fn network(n_features: usize, n_hidden: usize, random: &mut Random) -> Model {
    let mut layer = |n_inputs: usize, n_outputs: usize| Layer {
        weights: (0..n_inputs * n_outputs).map(|_| random.normal() as f32).collect(),
        bias: (0..n_outputs).map(|_| 0.3 * random.normal() as f32).collect(),
        n_inputs: n_inputs as u32,
        n_outputs: n_outputs as u32,
    };
    let layers = vec![layer(n_features, n_hidden), layer(n_hidden, 1)];
    let head = Head::Value { center: 0.0, scale: 1.0 };
    Model::Network(Network { input_scale: vec![1.0; n_features], layers, activation: Activation::Tanh, head })
}

pub fn layers_of(model: &Model) -> Value {
    let Model::Network(network) = model else { panic!("a network") };
    let layer = |layer: &Layer| json!([layer.weights, layer.bias]);
    Value::Array(network.layers.iter().map(layer).collect())
}
