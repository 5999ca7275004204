//! Trees as one `TreeEnsembleRegressor`: thresholds are the model's own f32, so that no row comes to another leaf.
//!
//! The operator knows no sets of categories. A split by one becomes a split of a looked-up feature: sets of one column
//! that lie within each other form a chain, the feature is the position of the first set of the chain that holds the
//! code, and the split asks whether that position is at most the set's own. Missing categories look up NaN, which
//! `nodes_missing_value_tracks_true` sends where the node says.

use std::collections::BTreeMap;

use super::graph::{Graph, ML_DOMAIN, Value, floats, int, ints, string, strings};
use super::model::Features;
use super::preparation::Codes;
use crate::model::trees::{Child, Split, Tree, Trees};
use crate::order::OrderBy;

/// A feature and a threshold in place of a set, by the feature and the set of the model.
type Cuts = BTreeMap<(u32, u32), (i64, f32)>;

/// Adds the ensemble and returns its sums, base included: f32 `[N, n_outputs]`.
pub fn sums(graph: &mut Graph, model: &Trees, features: &Features) -> Value {
    let n_outputs = model.n_outputs as usize;
    if model.trees.is_empty() {
        let base = graph.floats(&[1, n_outputs], &model.base);
        return graph.node("Add", &[&features.zeros, &base], Vec::new());
    }
    let mut parts = vec![features.matrix.clone().unwrap_or_else(|| features.zeros.clone())];
    let mut width = i64::from(model.n_features.max(1));
    let mut cuts = Cuts::new();
    for codes in &features.codes {
        let chains = chains(model, codes, width, &mut cuts);
        if !chains.is_empty() {
            width += chains.len() as i64;
            parts.push(look_up(graph, codes, &chains));
        }
    }
    let matrix = match parts.as_slice() {
        [one] => one.clone(),
        many => graph.node("Concat", &many.iter().collect::<Vec<_>>(), vec![int("axis", 1)]),
    };
    let mut lists = Lists::default();
    for (id, tree) in model.trees.iter().enumerate() {
        lists.push(id as i64, tree, n_outputs, &cuts);
    }
    let function = if model.average { "AVERAGE" } else { "SUM" };
    let mut attributes = lists.attributes();
    attributes.extend([
        string("aggregate_function", function),
        floats("base_values", model.base.clone()),
        int("n_targets", n_outputs as i64),
        string("post_transform", "NONE"),
    ]);
    graph.node_in(ML_DOMAIN, "TreeEnsembleRegressor", &[&matrix], attributes)
}

/// One set of codes as flags, `n_levels + 1` of them.
type Flags = Vec<bool>;

/// The chains of the sets that split one category, and in `cuts` what stands for each set. `first` is the position that
/// the first chain gets among the features. Sets of the first codes need no chain: a threshold on the code does.
fn chains(model: &Trees, codes: &Codes, first: i64, cuts: &mut Cuts) -> Vec<Vec<Flags>> {
    let feature = codes.feature as u32;
    let mut used: Vec<u32> = model
        .trees
        .iter()
        .flat_map(|tree| &tree.nodes)
        .filter(|node| node.feature == feature)
        .filter_map(|node| match node.split {
            Split::In(set) => Some(set),
            Split::AtMost(_) => None,
        })
        .collect();
    used.sort_unstable();
    used.dedup();
    let flags = |set: u32| -> Flags {
        let mut flags = vec![false; codes.n_levels + 1];
        for code in &model.sets[set as usize] {
            if let Some(flag) = flags.get_mut(*code as usize) {
                *flag = true;
            }
        }
        flags
    };
    let mut sets: Vec<(u32, Flags)> = used.into_iter().map(|set| (set, flags(set))).collect();
    let size = |flags: &Flags| flags.iter().filter(|flag| **flag).count();
    sets.order_by_key(|(set, flags)| (size(flags), *set));
    let mut chains: Vec<Vec<Flags>> = Vec::new();
    for (set, flags) in sets {
        let n = size(&flags);
        if flags[..n].iter().all(|flag| *flag) {
            cuts.insert((feature, set), (i64::from(feature), n as f32 - 0.5));
            continue;
        }
        let within = |last: &Flags| last.iter().zip(&flags).all(|(inner, outer)| !inner || *outer);
        let fits = |chain: &&(usize, &Vec<Flags>)| chain.1.last().is_some_and(within);
        let best = chains
            .iter()
            .enumerate()
            .filter(|chain| fits(&chain))
            .max_by_key(|(position, chain)| (chain.last().map_or(0, size), std::cmp::Reverse(*position)));
        let place = best.map_or(chains.len(), |(position, _)| position);
        if place == chains.len() {
            chains.push(Vec::new());
        }
        cuts.insert((feature, set), (first + place as i64, chains[place].len() as f32 + 0.5));
        chains[place].push(flags);
    }
    chains
}

/// f32 `[N, chains.len()]`: the position of the first set of each chain that holds the row's code.
fn look_up(graph: &mut Graph, codes: &Codes, chains: &[Vec<Flags>]) -> Value {
    let n_codes = codes.n_levels + 1;
    let mut table = Vec::with_capacity((n_codes + 1) * chains.len());
    for code in 0..n_codes {
        table.extend(chains.iter().map(|chain| {
            let found = chain.iter().position(|flags| flags[code]);
            found.unwrap_or(chain.len()) as f32
        }));
    }
    table.extend(chains.iter().map(|_| f32::NAN));
    let table = graph.floats(&[n_codes + 1, chains.len()], &table);
    let flat = graph.integers(&[1], &[-1]);
    let rows = graph.node("Reshape", &[&codes.value, &flat], Vec::new());
    graph.node("Gather", &[&table, &rows], vec![int("axis", 0)])
}

/// The operator's attributes: parallel lists over nodes, and over the weights of leaves.
#[derive(Default)]
struct Lists {
    trees: Vec<i64>,
    nodes: Vec<i64>,
    features: Vec<i64>,
    thresholds: Vec<f32>,
    modes: Vec<&'static str>,
    yes: Vec<i64>,
    no: Vec<i64>,
    missing_is_true: Vec<i64>,
    target_trees: Vec<i64>,
    target_nodes: Vec<i64>,
    targets: Vec<i64>,
    weights: Vec<f32>,
}

impl Lists {
    /// Inner nodes keep their numbers; leaves stand behind them.
    fn push(&mut self, id: i64, tree: &Tree, n_outputs: usize, cuts: &Cuts) {
        let n_inner = tree.nodes.len() as i64;
        let number = |child: Child| match child {
            Child::Node(node) => i64::from(node),
            Child::Leaf(leaf) => n_inner + i64::from(leaf),
        };
        for (position, node) in tree.nodes.iter().enumerate() {
            let (feature, threshold) = match node.split {
                // Only missing values lie beyond all numbers; in the studio infinities count as the largest number.
                Split::AtMost(threshold) if threshold >= f32::MAX => (i64::from(node.feature), f32::INFINITY),
                Split::AtMost(threshold) => (i64::from(node.feature), threshold),
                // `check::sizes` has seen that every set splits a category.
                Split::In(set) => cuts.get(&(node.feature, set)).copied().unwrap_or((i64::from(node.feature), -0.5)),
            };
            self.trees.push(id);
            self.nodes.push(position as i64);
            self.features.push(feature);
            self.thresholds.push(threshold);
            self.modes.push("BRANCH_LEQ");
            self.yes.push(number(node.left));
            self.no.push(number(node.right));
            self.missing_is_true.push(i64::from(node.missing_left));
        }
        let per_leaf = if tree.output.is_some() { 1 } else { n_outputs };
        for leaf in 0..tree.n_leaves() {
            let node = n_inner + leaf as i64;
            self.trees.push(id);
            self.nodes.push(node);
            self.features.push(0);
            self.thresholds.push(0.0);
            self.modes.push("LEAF");
            self.yes.push(0);
            self.no.push(0);
            self.missing_is_true.push(0);
            let values = &tree.leaves[leaf * per_leaf..(leaf + 1) * per_leaf];
            for (position, value) in values.iter().enumerate() {
                // A share of 0 adds nothing; every leaf keeps a weight, since a leaf without one is no leaf to some.
                if *value != 0.0 || position == 0 {
                    self.target_trees.push(id);
                    self.target_nodes.push(node);
                    self.targets.push(tree.output.map_or(position as i64, i64::from));
                    self.weights.push(*value);
                }
            }
        }
    }

    fn attributes(self) -> Vec<super::proto::AttributeProto> {
        vec![
            ints("nodes_treeids", self.trees),
            ints("nodes_nodeids", self.nodes),
            ints("nodes_featureids", self.features),
            floats("nodes_values", self.thresholds),
            strings("nodes_modes", self.modes),
            ints("nodes_truenodeids", self.yes),
            ints("nodes_falsenodeids", self.no),
            ints("nodes_missing_value_tracks_true", self.missing_is_true),
            ints("target_treeids", self.target_trees),
            ints("target_nodeids", self.target_nodes),
            ints("target_ids", self.targets),
            floats("target_weights", self.weights),
        ]
    }
}
