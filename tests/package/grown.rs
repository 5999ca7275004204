//! Models of trees that were made up: every way to split, every head, on codes and on one-hot features, against the
//! interpreter and onnxruntime. No row may come to another leaf.

use hearth::dataset::Task;
use hearth::model::trees::{Child, Node, Split, Tree, Trees};
use hearth::model::{Head, Model};
use hearth::package::golden::{Golden, GoldenColumn};
use hearth::package::{build, open};
use hearth::pipeline::Pipeline;
use hearth::prepare::{Block, DatePart, Input, InputKind, Preparation};
use hearth::random::Random;

use crate::made_up;
use crate::runtime::{empty_folder, unpack, verify_all};

/// Texts of categories that programs read differently.
const LEVELS: [&str; 12] = ["a", "b", "1", "2.0", "true", "Zürich", "e\u{301}te", "None", "x y", "a,b", "\"", "=1"];

/// Columns of every kind, each as trees read it.
fn preparation(random: &mut Random) -> Preparation {
    let mut inputs = Vec::new();
    let mut blocks = Vec::new();
    for position in 0..2 + random.below(6) as u32 {
        let input = position;
        let (kind, block, range) = match random.below(3) {
            0 => {
                let center = random.normal() * 20.0;
                (InputKind::Number, Block::Plain { input }, Some((center - 5.0, center + 5.0)))
            }
            1 => {
                let mut levels = LEVELS.map(str::to_owned).to_vec();
                random.shuffle(&mut levels);
                levels.truncate(random.below(12) as usize);
                (InputKind::Text, Block::Code { input, levels }, None)
            }
            _ => {
                let mut parts = vec![DatePart::Hour, DatePart::Month, DatePart::Weekday];
                random.shuffle(&mut parts);
                parts.truncate(random.below(4) as usize);
                (InputKind::Date, Block::Days { input, parts }, Some((1.3e12, 1.6e12)))
            }
        };
        let missing_spellings = if random.below(2) == 0 { vec!["?".to_owned()] } else { Vec::new() };
        let name = format!("column {position}");
        inputs.push(Input { name, kind, missing_spellings, unit: None, range, has_time: random.below(2) == 0 });
        blocks.push(block);
    }
    random.shuffle(&mut blocks);
    let mut feature_inputs = Vec::new();
    for block in &blocks {
        feature_inputs.extend(vec![block.input() as u32; block.n_features()]);
    }
    let feature_names = (0..feature_inputs.len()).map(|f| format!("feature {f}")).collect();
    Preparation { inputs, blocks, feature_names, feature_inputs }
}

/// Where a number could be split, by the blocks' order of features.
fn middles(preparation: &Preparation) -> Vec<(f64, f64)> {
    let mut middles = Vec::new();
    for block in &preparation.blocks {
        match (block, preparation.inputs[block.input()].range) {
            (Block::Plain { .. }, Some((low, high))) => middles.push(((low + high) / 2.0, (high - low) / 3.0)),
            (Block::Days { parts, .. }, _) => {
                middles.push((16_800.0, 800.0));
                middles.extend(parts.iter().map(|_| (5.0, 3.0)));
            }
            (Block::Code { levels, .. }, _) => middles.push((levels.len() as f64 / 2.0, 2.0)),
            // Scaled numbers and marks of 0 and 1.
            _ => middles.extend(vec![(0.3, 0.5); block.n_features()]),
        }
    }
    middles
}

/// A tree of `n_inner` splits, whose children stand behind their parents; `leaf` makes the values of one leaf.
fn tree(
    preparation: &Preparation,
    n_inner: usize,
    output: Option<u32>,
    sets: &mut Vec<Vec<u32>>,
    random: &mut Random,
    mut leaf: impl FnMut(&mut Random) -> Vec<f32>,
) -> Tree {
    let sizes = preparation.category_sizes();
    let middles = middles(preparation);
    let mut nodes: Vec<Node> = Vec::new();
    // Places that no child has yet: the node, and whether it is its left.
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
        let feature = random.below(sizes.len() as u64) as usize;
        let split = match sizes[feature] {
            Some(size) if random.below(4) > 0 => {
                let set: Vec<u32> = (0..size).filter(|_| random.below(2) == 0).collect();
                let known = sets.iter().position(|s| *s == set);
                let place = known.unwrap_or_else(|| {
                    sets.push(set);
                    sets.len() - 1
                });
                Split::In(place as u32)
            }
            _ => {
                let (middle, spread) = middles[feature];
                Split::AtMost((middle + random.normal() * spread) as f32)
            }
        };
        let missing_left = random.below(2) == 0;
        let none = Child::Leaf(0);
        nodes.push(Node {
            feature: feature as u32,
            split,
            missing_left,
            left: none,
            right: none,
            cover: 9.0,
            gain: 1.0,
        });
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
    let leaves = (0..=n_inner).flat_map(|_| leaf(random)).collect();
    Tree { output, nodes, leaves, leaf_cover: vec![3.0; n_inner + 1] }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Boost,
    Forest,
    /// Boosting of a log.
    Counts,
    /// Leaves of whole numbers, whose sums are exact: another leaf is another sum.
    Exact,
}

pub fn pipeline(kind: Kind, task: Task, one_hot: bool, seed: u64) -> Pipeline {
    let mut random = Random::new(seed, 11);
    let preparation =
        if one_hot { made_up::preparation(1 + seed as usize % 7, &mut random) } else { preparation(&mut random) };
    let labels = made_up::labels(task);
    let n_classes = labels.len();
    let n_outputs = match (kind, n_classes) {
        (_, 0) => 1,
        (Kind::Boost, 2) => 1,
        (_, n) => n,
    };
    let n_features = preparation.feature_names.len();
    let mut sets = Vec::new();
    let n_trees = 1 + random.below(120) as usize;
    let mut trees = Vec::new();
    for t in 0..n_trees {
        let n_inner = if n_features == 0 { 0 } else { random.below(31) as usize };
        let output = (kind != Kind::Forest).then_some((t % n_outputs) as u32);
        trees.push(tree(&preparation, n_inner, output, &mut sets, &mut random, |random| match kind {
            Kind::Boost => vec![random.normal() as f32 * 0.3],
            Kind::Counts => vec![random.normal() as f32 * 0.05],
            Kind::Exact => vec![(random.below(4_000) as f32) - 2_000.0],
            Kind::Forest if n_classes == 0 => vec![random.normal() as f32],
            Kind::Forest => {
                // Pure leaves among others.
                let pure = random.below(n_outputs as u64) as usize;
                let share = if random.below(2) == 0 { 1.0 } else { 0.6 };
                let rest = (1.0 - share) / (n_outputs - 1) as f32;
                (0..n_outputs).map(|k| if k == pure { share } else { rest }).collect()
            }
        }));
    }
    let base = match kind {
        Kind::Forest => vec![0.0; n_outputs],
        Kind::Counts => vec![1.5],
        Kind::Exact => vec![7.0],
        Kind::Boost => (0..n_outputs).map(|_| random.normal() as f32).collect(),
    };
    let head = match (kind, n_classes) {
        (Kind::Counts, _) => Head::Exp,
        (Kind::Exact, _) => Head::Value { center: 0.0, scale: 1.0 },
        (_, 0) => Head::Value { center: 20.0, scale: 7.5 },
        (Kind::Forest, _) => Head::Shares,
        (Kind::Boost, _) => Head::Softmax,
    };
    let model = Model::Trees(Trees {
        trees,
        n_features: n_features as u32,
        n_outputs: n_outputs as u32,
        base,
        average: kind == Kind::Forest,
        sets,
        head,
    });
    Pipeline { task, target: "outcome".into(), labels, preparation, model }
}

fn each(seeds: std::ops::Range<u64>, mut check: impl FnMut(&str, &Pipeline, Option<f64>)) {
    for seed in seeds {
        for (kind, task) in [
            (Kind::Boost, Task::Binary),
            (Kind::Boost, Task::Multiclass),
            (Kind::Boost, Task::Regression),
            (Kind::Counts, Task::Regression),
            (Kind::Exact, Task::Regression),
            (Kind::Forest, Task::Binary),
            (Kind::Forest, Task::Multiclass),
            (Kind::Forest, Task::Regression),
        ] {
            let one_hot = seed % 4 == 3;
            let pipeline = pipeline(kind, task, one_hot, seed);
            let threshold = (task == Task::Binary && seed % 2 == 0).then_some(0.4);
            check(&format!("{kind:?}-{task:?}-{seed}"), &pipeline, threshold);
        }
    }
}

fn made(pipeline: &Pipeline, threshold: Option<f64>) -> (hearth::package::PackageSummary, Vec<u8>) {
    let (report, design, about) = (made_up::report(pipeline), made_up::design(), made_up::about(threshold));
    build::make(pipeline, &report, &design, &about, &build::Source::default()).unwrap_or_else(|p| panic!("{p:?}"))
}

#[test]
fn the_interpreter_agrees_with_trees_of_every_kind() {
    let mut largest = 0.0f64;
    each(0..16, |name, pipeline, threshold| {
        let (summary, zip) = made(pipeline, threshold);
        largest = largest.max(summary.largest_deviation);
        assert!(summary.largest_deviation <= 1e-5, "{name}: {}", summary.largest_deviation);
        if name.starts_with("Exact") {
            assert!(summary.largest_deviation < 1e-7, "{name}: no leaf moves");
        }
        assert_eq!(made(pipeline, threshold).1, zip, "{name}: the same bytes");
        assert_eq!(open::open(&zip, name).unwrap_or_else(|p| panic!("{name}: {p:?}")).pipeline, *pipeline);
    });
    println!("largest deviation {largest:e}");
}

#[test]
fn onnxruntime_agrees_with_trees_of_every_kind() {
    let folder = empty_folder("package-grown");
    each(100..106, |name, pipeline, threshold| {
        let (_, zip) = made(pipeline, threshold);
        unpack(&zip, &folder.join(name));
    });
    verify_all(&folder);
}

#[test]
fn golden_rows_lie_on_thresholds_and_right_above_them() {
    let (mut on, mut above, mut missing, mut extreme) = (0, 0, 0, 0);
    each(0..8, |_, pipeline, _| {
        let Model::Trees(model) = &pipeline.model else { unreachable!("trees") };
        let golden = Golden::make(pipeline);
        let mut feature = 0;
        for block in &pipeline.preparation.blocks {
            if let (Block::Plain { input }, GoldenColumn::Numbers(values)) = (block, &golden.columns[block.input()]) {
                let range = pipeline.preparation.inputs[*input as usize].range.expect("a range");
                for node in model.trees.iter().flat_map(|t| &t.nodes).filter(|n| n.feature == feature) {
                    let Split::AtMost(threshold) = node.split else { continue };
                    let has = |value: f32| values.iter().any(|v| *v == f64::from(value));
                    on += u32::from(has(threshold));
                    above += u32::from(has(threshold.next_up()));
                }
                missing += values.iter().filter(|v| v.is_nan()).count();
                extreme += values.iter().filter(|v| **v > range.1 + 5.0 || **v < range.0 - 5.0).count();
            }
            feature += block.n_features() as u32;
        }
    });
    assert!(on > 100 && above > 100 && missing > 100 && extreme > 100, "{on} {above} {missing} {extreme}");
}

#[test]
fn outside_programs_take_trees_too() {
    let folder = crate::runtime::empty_folder("package-outside-trees");
    let (_, zip) = made(&pipeline(Kind::Boost, Task::Binary, false, 4), None);
    crate::runtime::unpack(&zip, &folder.join("trees"));
    crate::runtime::taken_by_all(&[folder.join("trees")]);
}

/// What the usual cap costs: the page and the README say so, and the test prints it.
#[test]
fn five_hundred_trees_of_31_leaves_make_a_package_of_a_known_size() {
    let mut pipeline = pipeline(Kind::Boost, Task::Regression, false, 4);
    let Model::Trees(model) = &mut pipeline.model else { unreachable!("trees") };
    let mut random = Random::new(1, 12);
    model.sets.clear();
    let sets = &mut model.sets;
    let preparation = &pipeline.preparation;
    model.trees =
        (0..500).map(|_| tree(preparation, 30, Some(0), sets, &mut random, |r| vec![r.normal() as f32])).collect();
    let (summary, zip) = made(&pipeline, None);
    let size = |path: &str| summary.files.iter().find(|f| f.0 == path).map_or(0, |f| f.1);
    let (onnx, bin) = (size("model.onnx"), size("pipeline.bin"));
    println!("500 trees × 31 leaves: model.onnx {onnx}, pipeline.bin {bin}, package {} bytes", zip.len());
    assert!(onnx < 90 * 500 * 31, "a leaf and its node take less than 90 bytes: {onnx}");
    // Triton's copy of the model is part of it.
    assert!((zip.len() as u64) < 40 * 500 * 31, "and less than 40 packed: {}", zip.len());
    assert!(summary.readme.contains("500 trees, whose answers are added up, with 15,500 leaves in all"));
}

#[test]
fn a_set_that_splits_a_number_is_refused() {
    let mut pipeline = pipeline(Kind::Exact, Task::Regression, true, 3);
    let Model::Trees(model) = &mut pipeline.model else { unreachable!("trees") };
    model.sets.push(vec![0]);
    let set = model.sets.len() as u32 - 1;
    let node = model.trees.iter_mut().flat_map(|tree| &mut tree.nodes).next().expect("a node");
    node.split = Split::In(set);
    let about = made_up::about(None);
    let problem = hearth::package::onnx::write::write(&pipeline, &about).expect_err("no category");
    assert!(problem.event.contains("a set of categories splits feature"), "{}", problem.event);
}
