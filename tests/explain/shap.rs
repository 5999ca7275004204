//! Contributions: the shap library to 1e-5, every coalition by hand, and that parts sum to the prediction.

use hearth::explain::paths::{self, Unknown};
use hearth::explain::sampled::Asked;
use hearth::explain::{Contributions, Margin, Method, Scale, contributions};
use hearth::model::bayes::Bayes;
use hearth::model::linear::Linear;
use hearth::model::trees::{Child, Node, Split, Tree, Trees};
use hearth::model::{Head, Model};
use hearth::prepare::Matrix;
use hearth::random::Random;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::made_up::{Grower, as_list, as_lists, layers_of, network, rows, trees};
use super::python::{ask, assert_close, number, numbers};

/// What shap's values have to agree to.
const SHAP: f64 = 1e-5;
/// By hand in f64.
const HAND: f64 = 1e-9;

fn each(n: usize) -> Vec<u32> {
    (0..n as u32).collect()
}

fn of_trees(trees: Trees, columns: &[u32], n_columns: usize, rows: &Matrix, unknown: Unknown) -> Contributions {
    let model = Model::Trees(trees);
    let Model::Trees(inner) = &model else { unreachable!() };
    paths::contributions((&model, inner), columns, n_columns, rows, unknown).expect("few columns on each way")
}

fn answer(case: Value) -> Value {
    let mut answer = ask("explain.py", &json!({ "cases": [case] }));
    answer[0].take()
}

/// A tree as scikit-learn has it.
fn read_tree(tree: &Value, output: Option<u32>) -> Tree {
    let list = |name: &str| numbers(&tree[name]);
    let (left, right) = (list("left"), list("right"));
    let (feature, threshold, cover) = (list("feature"), list("threshold"), list("cover"));
    let values: Vec<Vec<f64>> = tree["value"].as_array().expect("a list").iter().map(numbers).collect();
    let n = left.len();
    let is_leaf = |i: usize| left[i] < 0.0;
    let mut position = vec![0u32; n];
    let (mut n_nodes, mut n_leaves) = (0, 0);
    for (i, position) in position.iter_mut().enumerate() {
        let next = if is_leaf(i) { &mut n_leaves } else { &mut n_nodes };
        *position = *next;
        *next += 1;
    }
    let child = |i: f64| {
        let i = i as usize;
        if is_leaf(i) { Child::Leaf(position[i]) } else { Child::Node(position[i]) }
    };
    let node = |i: usize| Node {
        feature: feature[i] as u32,
        split: Split::AtMost(threshold[i] as f32),
        missing_left: false,
        left: child(left[i]),
        right: child(right[i]),
        cover: cover[i] as f32,
        gain: 0.0,
    };
    Tree {
        output,
        nodes: (0..n).filter(|i| !is_leaf(*i)).map(node).collect(),
        leaves: (0..n)
            .filter(|i| is_leaf(*i))
            .flat_map(|i| values[i].iter().map(|v| *v as f32).collect::<Vec<_>>())
            .collect(),
        leaf_cover: (0..n).filter(|i| is_leaf(*i)).map(|i| cover[i] as f32).collect(),
    }
}

fn as_matrix(value: &Value, n_columns: usize) -> Matrix {
    let values: Vec<f32> = numbers(value).into_iter().map(|v| v as f32).collect();
    Matrix { n_rows: values.len() / n_columns, n_columns, values }
}

#[test]
fn fitted_trees_agree_with_shap_in_both_games() {
    let kinds = ["regression", "binary", "forest"];
    let cases: Vec<Value> =
        kinds.iter().enumerate().map(|(i, kind)| json!({ "what": "fitted_trees", "kind": kind, "seed": i })).collect();
    let answers = ask("explain.py", &json!({ "cases": cases }));
    for (kind, told) in kinds.iter().zip(answers.as_array().expect("a list")) {
        let forest = *kind == "forest";
        let n_columns = number(&told["n_columns"]) as usize;
        let list = told["trees"].as_array().expect("a list");
        let base = numbers(&told["base"]);
        let trees = Trees {
            trees: list.iter().map(|tree| read_tree(tree, (!forest).then_some(0))).collect(),
            n_features: n_columns as u32,
            n_outputs: base.len() as u32,
            base: base.iter().map(|b| *b as f32).collect(),
            average: forest,
            sets: Vec::new(),
            head: match *kind {
                "regression" => Head::Value { center: 0.0, scale: 1.0 },
                "binary" => Head::Softmax,
                _ => Head::Shares,
            },
        };
        let (rows, background) = (as_matrix(&told["rows"], n_columns), as_matrix(&told["background"], n_columns));
        let margins = Margin::new(&Model::Trees(trees.clone())).of(&rows);
        assert_close(&format!("{kind}: margins"), &margins, &numbers(&told["raw"]), 1e-5);
        let columns = each(n_columns);
        let path = of_trees(trees.clone(), &columns, n_columns, &rows, Unknown::Covers);
        assert_close(&format!("{kind}: path-dependent"), &path.values, &numbers(&told["path"]), SHAP);
        assert_close(&format!("{kind}: path-dependent base"), &path.base, &numbers(&told["path_base"]), SHAP);
        let inter = of_trees(trees, &columns, n_columns, &rows, Unknown::Background(&background));
        assert_close(&format!("{kind}: interventional"), &inter.values, &numbers(&told["interventional"]), SHAP);
        assert_close(
            &format!("{kind}: interventional base"),
            &inter.base,
            &numbers(&told["interventional_base"]),
            SHAP,
        );
    }
}

#[test]
fn trees_with_missing_values_agree_with_shap() {
    let mut random = Random::new(11, 0);
    for n_leaves in [2, 12, 31] {
        let mut trees = trees(6, (5, 0), n_leaves, &mut random);
        trees.base = vec![0.0];
        let (own, others) = (rows(20, 5, 0, &mut random), rows(15, 5, 0, &mut random));
        let told = answer(json!({
            "what": "given_trees", "n_columns": 5, "rows": as_list(&own), "background": as_list(&others),
            "trees": trees.trees.iter().map(as_lists).collect::<Vec<_>>(),
        }));
        let path = of_trees(trees.clone(), &each(5), 5, &own, Unknown::Covers);
        assert_close("path-dependent", &path.values, &numbers(&told["path"]), SHAP);
        let inter = of_trees(trees, &each(5), 5, &own, Unknown::Background(&others));
        assert_close("interventional", &inter.values, &numbers(&told["interventional"]), SHAP);
    }
}

#[test]
fn linear_models_agree_with_shap() {
    let mut random = Random::new(5, 0);
    for (n_outputs, head) in [(1, Head::Softmax), (1, Head::Value { center: 3.0, scale: 2.0 }), (3, Head::Softmax)] {
        let n = 7;
        let (own, others) =
            (super::data::matrix(10, n, 0.2, &mut random), super::data::matrix(40, n, 0.2, &mut random));
        let linear = Linear {
            weights: (0..n_outputs * n).map(|_| random.normal() as f32).collect(),
            intercept: (0..n_outputs).map(|_| random.normal() as f32).collect(),
            n_features: n as u32,
            head: head.clone(),
        };
        let told = answer(json!({
            "what": "linear", "n_columns": n, "rows": as_list(&own), "background": as_list(&others),
            "weights": linear.weights, "intercept": linear.intercept,
        }));
        let (mut values, mut base) = (numbers(&told["values"]), numbers(&told["base"]));
        match head {
            // shap is given the raw outputs; here they are centred over the classes, and in the target's unit.
            Head::Softmax if n_outputs > 1 => {
                for row in values.chunks_mut(n_outputs).chain([base.as_mut_slice()]) {
                    let mean = row.iter().sum::<f64>() / n_outputs as f64;
                    row.iter_mut().for_each(|v| *v -= mean);
                }
            }
            Head::Value { center, scale } => {
                values.iter_mut().for_each(|v| *v *= f64::from(scale));
                base.iter_mut().for_each(|v| *v = *v * f64::from(scale) + f64::from(center));
            }
            _ => {}
        }
        let model = Model::Linear(linear);
        let found = contributions(&model, &each(n), n, &own, &others, 1);
        assert_eq!(found.method, Method::Exact);
        assert_close("linear", &found.values, &values, SHAP);
        assert_close("linear base", &found.base, &base, SHAP);
    }
}

/// Three classes, or two, of four numbers and three marks.
fn bayes(n_classes: usize, random: &mut Random) -> Bayes {
    let mut normals = |n: usize, scale: f64| (0..n).map(|_| scale * random.normal()).collect::<Vec<f64>>();
    Bayes {
        n_features: 7,
        numbers: vec![0, 2, 3, 6],
        center: normals(4, 1.0),
        scale: vec![0.25, 0.5, 0.0, 2.0],
        weights: normals(n_classes * 11, 1.0),
        bias: normals(n_classes, 1.0),
    }
}

#[test]
fn naive_bayes_adds_up_to_what_every_coalition_says() {
    let mut random = Random::new(6, 0);
    for n_classes in [2, 3] {
        let model = Model::Bayes(bayes(n_classes, &mut random));
        let (own, others) =
            (super::data::matrix(10, 7, 0.4, &mut random), super::data::matrix(30, 7, 0.4, &mut random));
        // Two features of one column are one player.
        let columns = [0, 1, 2, 3, 4, 1, 0];
        let found = contributions(&model, &columns, 5, &own, &others, 1);
        assert_eq!(found.method, Method::Exact);
        let margin = Margin::new(&model);
        let asked = Asked {
            of: &|features| margin.of(features),
            n_outputs: margin.n_outputs(),
            columns: &columns,
            n_columns: 5,
        };
        let told = asked.enumerate(&own, &others);
        assert_close("naive Bayes", &found.values, &told.values, HAND);
        assert_close("naive Bayes base", &found.base, &told.base, HAND);
        let outputs = margin.of(&own);
        for row in 0..10 {
            for output in 0..margin.n_outputs() {
                let apart = found.total(row, output) - outputs[row * margin.n_outputs() + output];
                assert!(apart.abs() < HAND, "{apart}");
            }
        }
    }
}

#[test]
fn networks_of_few_columns_agree_with_shap() {
    let mut random = Random::new(8, 0);
    let model = network(5, 6, &mut random);
    let (own, others) = (super::data::matrix(6, 5, 0.0, &mut random), super::data::matrix(20, 5, 0.0, &mut random));
    let told = answer(json!({
        "what": "asked", "n_columns": 5, "rows": as_list(&own), "background": as_list(&others), "layers": layers_of(&model),
    }));
    let found = contributions(&model, &each(5), 5, &own, &others, 1);
    assert_eq!((found.method, found.scale), (Method::Exact, Scale::Value));
    assert_close("network", &found.values, &numbers(&told["values"]), SHAP);
    assert_close("network base", &found.base, &[number(&told["base"])], SHAP);
}

/// Shapley values of a game by every coalition, `[n_players]`.
fn by_hand(n: usize, worth: &dyn Fn(usize) -> f64) -> Vec<f64> {
    let factorial = |k: usize| (1..=k).map(|i| i as f64).product::<f64>();
    let worths: Vec<f64> = (0..1usize << n).map(worth).collect();
    let of = |player: usize| {
        let without = (0..1usize << n).filter(|s| s & (1 << player) == 0);
        let part = |s: usize| {
            let size = s.count_ones() as usize;
            factorial(size) * factorial(n - size - 1) / factorial(n) * (worths[s | 1 << player] - worths[s])
        };
        without.map(part).sum()
    };
    (0..n).map(of).collect()
}

fn goes_left(node: &Node, row: &[f32], sets: &[Vec<u32>]) -> bool {
    let x = row[node.feature as usize];
    match node.split {
        _ if x.is_nan() => node.missing_left,
        Split::AtMost(threshold) => x <= threshold,
        Split::In(set) => sets[set as usize].contains(&(x as u32)),
    }
}

/// The mean of a tree where the columns outside the coalition are not known: both ways, by cover.
fn expected(tree: &Tree, at: Child, row: &[f32], sets: &[Vec<u32>], known: &dyn Fn(u32) -> bool) -> f64 {
    let node = match at {
        Child::Leaf(leaf) => return f64::from(tree.leaves[leaf as usize]),
        Child::Node(node) => &tree.nodes[node as usize],
    };
    let down = |child: Child| expected(tree, child, row, sets, known);
    if known(node.feature) {
        return down(if goes_left(node, row, sets) { node.left } else { node.right });
    }
    let cover = |child: Child| match child {
        Child::Leaf(leaf) => f64::from(tree.leaf_cover[leaf as usize]),
        Child::Node(node) => f64::from(tree.nodes[node as usize].cover),
    };
    (cover(node.left) * down(node.left) + cover(node.right) * down(node.right)) / f64::from(node.cover)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Category sets, missing values, repeated columns on a way, and several features of one column, which are one player:
    /// both games by every coalition, and the parts sum to the prediction.
    #[test]
    fn trees_agree_with_every_coalition_and_sum_to_the_prediction(seed in any::<u64>(), n_leaves in 1usize..40, folded in any::<bool>()) {
        let mut random = Random::new(seed, 0);
        let trees = trees(3, (4, 2), n_leaves, &mut random);
        let (own, others) = (rows(3, 4, 2, &mut random), rows(4, 4, 2, &mut random));
        let columns: Vec<u32> = if folded { vec![0, 0, 1, 2, 2, 3] } else { each(6) };
        let n = if folded { 4 } else { 6 };
        let root = |tree: &Tree| if tree.nodes.is_empty() { Child::Leaf(0) } else { Child::Node(0) };
        let path = of_trees(trees.clone(), &columns, n, &own, Unknown::Covers);
        let inter = of_trees(trees.clone(), &columns, n, &own, Unknown::Background(&others));
        let model = Model::Trees(trees.clone());
        let margins = Margin::new(&model).of(&own);
        for (row, margin) in margins.iter().enumerate() {
            let x = own.row(row);
            let known = |s: usize| { let columns = &columns; move |feature: u32| s & (1 << columns[feature as usize]) != 0 };
            let covers = |s: usize| trees.trees.iter().map(|t| expected(t, root(t), x, &trees.sets, &known(s))).sum::<f64>();
            let theirs = by_hand(n, &covers);
            let ours: Vec<f64> = (0..n).map(|column| path.value(row, column, 0)).collect();
            assert_close("path-dependent", &ours, &theirs, HAND);
            let mean = |s: usize| {
                let hybrid = |other: &[f32]| -> f64 {
                    let mixed: Vec<f32> = (0..x.len()).map(|f| if known(s)(f as u32) { x[f] } else { other[f] }).collect();
                    trees.trees.iter().map(|t| expected(t, root(t), &mixed, &trees.sets, &|_| true)).sum()
                };
                (0..others.n_rows).map(|o| hybrid(others.row(o))).sum::<f64>() / others.n_rows as f64
            };
            let theirs = by_hand(n, &mean);
            let ours: Vec<f64> = (0..n).map(|column| inter.value(row, column, 0)).collect();
            assert_close("interventional", &ours, &theirs, HAND);
            for found in [&path, &inter] {
                prop_assert!((found.total(row, 0) - margin).abs() < 1e-4, "{} is not {margin}", found.total(row, 0));
            }
        }
    }
}

#[test]
fn leaves_with_a_value_per_output_share_the_work() {
    let mut random = Random::new(4, 0);
    let mut grower = Grower { random: &mut random, n_numbers: 3, n_categories: 1, n_leaves: 9, sets: Vec::new() };
    let all: Vec<Tree> = (0..5).map(|_| grower.grow(None, 3)).collect();
    let sets = grower.sets;
    let own = rows(6, 3, 1, &mut random);
    let forest = |trees: Vec<Tree>, n_outputs: u32| Trees {
        trees,
        n_features: 4,
        n_outputs,
        base: vec![0.0; n_outputs as usize],
        average: true,
        sets: sets.clone(),
        head: if n_outputs == 3 { Head::Shares } else { Head::Value { center: 0.0, scale: 1.0 } },
    };
    let together = of_trees(forest(all.clone(), 3), &each(4), 4, &own, Unknown::Covers);
    assert_eq!((together.n_outputs, together.scale), (3, Scale::Probability));
    for output in 0..3 {
        let one = |tree: &Tree| Tree {
            output: Some(0),
            leaves: tree.leaves.iter().skip(output).step_by(3).copied().collect(),
            ..tree.clone()
        };
        let alone = of_trees(forest(all.iter().map(one).collect(), 1), &each(4), 4, &own, Unknown::Covers);
        let theirs: Vec<f64> = together.values.iter().skip(output).step_by(3).copied().collect();
        assert_close("an output", &alone.values, &theirs, 1e-12);
    }
}

/// A way with conditions on 30 columns: quadrature loses no digits, and the parts sum to the prediction.
#[test]
fn deep_trees_keep_their_digits() {
    let n = 30u32;
    let child = |at: u32| if at + 1 < n { Child::Node(at + 1) } else { Child::Leaf(n) };
    let node = |at: u32| Node {
        feature: at,
        split: Split::AtMost(0.0),
        missing_left: false,
        left: child(at),
        right: Child::Leaf(at),
        cover: 1e6 * libm_power(0.6, at),
        gain: 0.0,
    };
    let mut leaf_cover: Vec<f32> = (0..n).map(|at| 1e6 * libm_power(0.6, at) * 0.4).collect();
    leaf_cover.push(1e6 * libm_power(0.6, n));
    let tree = Tree {
        output: Some(0),
        nodes: (0..n).map(node).collect(),
        leaves: (0..=n).map(|at| at as f32).collect(),
        leaf_cover,
    };
    let trees = Trees {
        trees: vec![tree],
        n_features: n,
        n_outputs: 1,
        base: vec![0.0],
        average: false,
        sets: Vec::new(),
        head: Head::Value { center: 0.0, scale: 1.0 },
    };
    let mut random = Random::new(3, 0);
    let own = super::data::matrix(40, n as usize, 0.0, &mut random);
    let all_left = Matrix { values: vec![-1.0; n as usize], n_rows: 1, n_columns: n as usize };
    for own in [own, all_left] {
        let found = of_trees(trees.clone(), &each(n as usize), n as usize, &own, Unknown::Covers);
        let margins = Margin::new(&Model::Trees(trees.clone())).of(&own);
        for (row, margin) in margins.iter().enumerate() {
            // What f32 covers leave of the shares is the only loss.
            assert!((found.total(row, 0) - margin).abs() < 1e-5, "{} is not {margin}", found.total(row, 0));
        }
    }
}

fn libm_power(base: f32, exponent: u32) -> f32 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

#[test]
fn a_sample_of_orders_is_near_the_exact_values_and_sums_to_the_prediction() {
    let mut random = Random::new(21, 0);
    let model = network(12, 8, &mut random);
    let (own, others) = (super::data::matrix(8, 12, 0.0, &mut random), super::data::matrix(10, 12, 0.0, &mut random));
    // Twelve features of nine columns.
    let columns = vec![0, 0, 1, 2, 3, 3, 3, 4, 5, 6, 7, 8];
    let margin = Margin::new(&model);
    let asked = Asked { of: &|m| margin.of(m), n_outputs: 1, columns: &columns, n_columns: 9 };
    let exact = asked.enumerate(&own, &others);
    let found = contributions(&model, &columns, 9, &own, &others, 7);
    assert!(matches!(found.method, Method::Sampled { orders } if orders >= 64), "{:?}", found.method);
    let margins = margin.of(&own);
    let (mut within, mut n) = (0, 0);
    for (row, margin) in margins.iter().enumerate() {
        assert!((found.total(row, 0) - margin).abs() < 1e-5, "row {row}");
        for column in 0..9 {
            let off = (found.value(row, column, 0) - exact.values[row * 9 + column]).abs();
            let error = found.error(row, column, 0);
            assert!(off <= 5.0 * error + 1e-9, "row {row}, column {column}: off by {off}, standard error {error}");
            within += usize::from(off <= 1.96 * error);
            n += 1;
        }
    }
    // Of 72 estimates nine in ten or more lie within 1.96 standard errors.
    assert!(within * 10 >= n * 9, "{within} of {n}");
    let again = contributions(&model, &columns, 9, &own, &others, 7);
    assert_eq!(found, again, "the seed decides");
}

#[test]
fn the_baseline_gives_no_column_anything() {
    let model = Model::Baseline(hearth::model::baseline::Baseline::Frequencies(vec![0.7, 0.3]));
    let rows = Matrix { values: vec![1.0, 2.0], n_rows: 1, n_columns: 2 };
    let found = contributions(&model, &[0, 1], 2, &rows, &rows, 1);
    assert_eq!((found.values.as_slice(), found.scale), (&[0.0, 0.0][..], Scale::Probability));
    assert!((found.base[0] - 0.3).abs() < 1e-7);
}
