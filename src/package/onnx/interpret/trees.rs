//! `TreeEnsembleRegressor` of ai.onnx.ml 3, for the modes that the graphs use.

use std::collections::BTreeMap;

use super::Attributes;
use super::tensor::{Data, Tensor, n_elements};

type Result<T> = std::result::Result<T, String>;

/// Most nodes of an ensemble, leaves included.
const MAX_NODES: usize = 1 << 26;

/// A node: where a value at most the threshold goes, and any other; or the weights of a leaf.
enum Node {
    Branch {
        feature: usize,
        threshold: f32,
        missing_is_true: bool,
        yes: usize,
        no: usize,
    },
    /// (target, weight), as they stand in the file.
    Leaf {
        weights: Vec<(usize, f32)>,
    },
}

struct Ensemble {
    nodes: Vec<Node>,
    /// The first node of each tree, in the order of the file.
    roots: Vec<usize>,
    n_targets: usize,
    /// Of the sum, or of the mean.
    base: Vec<f32>,
    average: bool,
}

/// Runs the trees on a float matrix `[N,F]`: `[N, n_targets]`.
///
/// # Errors
/// Attributes that do not fit together, another mode or function than those that are known, or a tree that does not end.
pub fn regress(inputs: &[&Tensor], attributes: &Attributes) -> Result<Tensor> {
    let [x] = inputs else { return Err(format!("it has {} inputs instead of 1", inputs.len())) };
    let (Data::F32(values), [n_rows, n_features]) = (&x.data, x.shape.as_slice()) else {
        return Err("its input is no float32 matrix".into());
    };
    let ensemble = Ensemble::read(attributes, *n_features)?;
    let n_targets = ensemble.n_targets;
    let mut out = Vec::with_capacity(n_elements(&[*n_rows, n_targets])?);
    let mut sums = vec![0.0f32; n_targets];
    for row in 0..*n_rows {
        let row = &values[row * n_features..(row + 1) * n_features];
        sums.fill(0.0);
        for root in &ensemble.roots {
            for (target, weight) in ensemble.leaf(*root, row)? {
                sums[*target] += weight;
            }
        }
        let n_trees = ensemble.roots.len().max(1) as f32;
        for (sum, base) in sums.iter().zip(&ensemble.base) {
            out.push(if ensemble.average { sum / n_trees } else { *sum } + base);
        }
    }
    Tensor::new(vec![*n_rows, n_targets], Data::F32(out))
}

impl Ensemble {
    fn read(attributes: &Attributes, n_features: usize) -> Result<Self> {
        if attributes.text_or("post_transform", "NONE")? != "NONE" {
            return Err("a transformation behind the trees is not supported".into());
        }
        let average = match attributes.text_or("aggregate_function", "SUM")?.as_str() {
            "SUM" => false,
            "AVERAGE" => true,
            other => return Err(format!("the function {other} is not supported")),
        };
        let n_targets = usize::try_from(attributes.int("n_targets")?).map_err(|_| "n_targets is negative")?;
        let base = match attributes.floats_or_none("base_values")? {
            Some(base) if base.len() == n_targets => base.to_vec(),
            Some(base) => return Err(format!("{} base values stand for {n_targets} targets", base.len())),
            None => vec![0.0; n_targets],
        };
        let trees = attributes.ints("nodes_treeids")?;
        let ids = attributes.ints("nodes_nodeids")?;
        if trees.len() > MAX_NODES || ids.len() != trees.len() {
            return Err(format!("{} trees are named for {} nodes", trees.len(), ids.len()));
        }
        let mut place = BTreeMap::new();
        let mut roots = Vec::new();
        for (position, key) in trees.iter().copied().zip(ids.iter().copied()).enumerate() {
            if position == 0 || trees[position - 1] != key.0 {
                roots.push(position);
            }
            if place.insert(key, position).is_some() {
                return Err(format!("node {} of tree {} is there twice", key.1, key.0));
            }
        }
        let named: std::collections::BTreeSet<i64> = trees.iter().copied().collect();
        if named.len() != roots.len() {
            return Err("the nodes of a tree do not stand together".into());
        }
        let mut nodes = branches(attributes, &place, n_features)?;
        weigh(attributes, &place, n_targets, &mut nodes)?;
        Ok(Self { nodes, roots, n_targets, base, average })
    }

    /// The weights of the leaf that a row comes to.
    fn leaf(&self, root: usize, row: &[f32]) -> Result<&[(usize, f32)]> {
        let mut at = root;
        for _ in 0..=self.nodes.len() {
            match &self.nodes[at] {
                Node::Leaf { weights } => return Ok(weights),
                Node::Branch { feature, threshold, missing_is_true, yes, no } => {
                    let x = row[*feature];
                    at = if x <= *threshold || (x.is_nan() && *missing_is_true) { *yes } else { *no };
                }
            }
        }
        Err("a tree does not come to an end".into())
    }
}

/// The nodes, with leaves that weigh nothing yet.
fn branches(attributes: &Attributes, place: &BTreeMap<(i64, i64), usize>, n_features: usize) -> Result<Vec<Node>> {
    let trees = attributes.ints("nodes_treeids")?;
    let n = trees.len();
    let features = attributes.ints("nodes_featureids")?;
    let thresholds = attributes.floats_or_none("nodes_values")?.unwrap_or_default();
    let yes = attributes.ints("nodes_truenodeids")?;
    let no = attributes.ints("nodes_falsenodeids")?;
    let missing = attributes.ints_or_none("nodes_missing_value_tracks_true")?;
    let modes = attributes.strings("nodes_modes")?;
    let lengths = [features.len(), thresholds.len(), yes.len(), no.len(), modes.len(), missing.map_or(n, <[i64]>::len)];
    if lengths.iter().any(|length| *length != n) {
        return Err(format!("the lists of its {n} nodes differ in length"));
    }
    let child = |position: usize, id: i64| {
        let found = place.get(&(trees[position], id));
        found.copied().ok_or_else(|| format!("tree {} has no node {id}", trees[position]))
    };
    let mut nodes = Vec::with_capacity(n);
    for position in 0..n {
        nodes.push(match modes[position].as_str() {
            "LEAF" => Node::Leaf { weights: Vec::new() },
            "BRANCH_LEQ" => {
                let feature = usize::try_from(features[position]).ok().filter(|f| *f < n_features);
                let feature = feature.ok_or_else(|| format!("a node reads feature {}", features[position]))?;
                Node::Branch {
                    feature,
                    threshold: thresholds[position],
                    missing_is_true: missing.is_some_and(|m| m[position] != 0),
                    yes: child(position, yes[position])?,
                    no: child(position, no[position])?,
                }
            }
            other => return Err(format!("the mode {other} is not supported")),
        });
    }
    Ok(nodes)
}

fn weigh(
    attributes: &Attributes,
    place: &BTreeMap<(i64, i64), usize>,
    n_targets: usize,
    nodes: &mut [Node],
) -> Result<()> {
    let trees = attributes.ints("target_treeids")?;
    let ids = attributes.ints("target_nodeids")?;
    let targets = attributes.ints("target_ids")?;
    let values = attributes.floats_or_none("target_weights")?.unwrap_or_default();
    if [ids.len(), targets.len(), values.len()].iter().any(|length| *length != trees.len()) {
        return Err(format!("the lists of its {} weights differ in length", trees.len()));
    }
    for i in 0..trees.len() {
        let found = place.get(&(trees[i], ids[i])).map(|position| &mut nodes[*position]);
        let target = usize::try_from(targets[i]).ok().filter(|t| *t < n_targets);
        match (found, target) {
            (Some(Node::Leaf { weights }), Some(target)) => weights.push((target, values[i])),
            (Some(Node::Branch { .. }), _) => return Err(format!("node {} is no leaf and has a weight", ids[i])),
            (None, _) => return Err(format!("tree {} has no node {}", trees[i], ids[i])),
            (_, None) => return Err(format!("a weight is for target {} of {n_targets}", targets[i])),
        }
    }
    Ok(())
}
