//! What every model must do, whatever its kind: the same from the same seed, finite, back from its bytes; and what trees
//! promise beside: no account of scale or of the order of rows, and a weight is a repetition.

use hearth::dataset::{Dataset, Target};
use hearth::model::bayes::BayesSpec;
use hearth::model::linear::LinearSpec;
use hearth::model::neighbours::{NeighboursSpec, Votes};
use hearth::model::trees::{BoostSpec, ForestSpec, Growth, Objective, Trees};
use hearth::model::{ModelSpec, Predictions};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::{Matrix, PrepareSpec};
use hearth::random::Random;
use hearth::validate::cross_validate;

use crate::data::{dataset, mixed};
use crate::tree_data::{Case, case, without_categories};

/// Every kind that is fitted without the trainer of networks, for a target of so many classes, or for numbers (0).
fn specs(n_classes: usize) -> Vec<PipelineSpec> {
    let boost = BoostSpec { rounds: 20, ..BoostSpec::default() };
    let sampled = BoostSpec { row_share: 0.6, column_share: 0.7, ..boost.clone() };
    let early = BoostSpec { patience: Some(3), growth: Growth::DepthWise, max_depth: Some(3), ..boost.clone() };
    let forest = ForestSpec { trees: 10, ..ForestSpec::default() };
    let extra = ForestSpec { extra: true, ..forest.clone() };
    let linear = PrepareSpec::for_linear();
    let mut all = vec![
        PipelineSpec { prepare: linear.clone(), model: ModelSpec::Baseline },
        PipelineSpec { prepare: linear.clone(), model: ModelSpec::Linear(LinearSpec::default()) },
    ];
    for model in [
        ModelSpec::Boost(boost.clone()),
        ModelSpec::Boost(sampled),
        ModelSpec::Boost(early),
        ModelSpec::Forest(forest),
        ModelSpec::Forest(extra),
    ] {
        all.push(PipelineSpec { prepare: PrepareSpec::for_trees(), model });
    }
    if n_classes > 0 {
        all.push(PipelineSpec { prepare: linear.clone(), model: ModelSpec::Bayes(BayesSpec::default()) });
    }
    for votes in [Votes::Uniform, Votes::Distance] {
        let spec = NeighboursSpec { votes, max_rows: 200, ..NeighboursSpec::default() };
        all.push(PipelineSpec { prepare: linear.clone(), model: ModelSpec::Neighbours(spec) });
    }
    // Trees also read features of 0 and 1.
    all.push(PipelineSpec { prepare: linear, model: ModelSpec::Boost(boost) });
    all
}

fn fit(data: &Dataset, spec: &PipelineSpec) -> Pipeline {
    let split = hearth::split::SplitSpec::default().draw(&data.target).expect("enough rows");
    let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
    let (pipeline, report) = cross_validate(data, "y", &split, spec, &mut none).expect("sound");
    assert!(report.scores.iter().any(|score| score.mean.is_some()), "{}: scored", spec.model.name());
    pipeline
}

fn all(predictions: &Predictions) -> &[f32] {
    match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    }
}

#[test]
fn every_model_is_the_same_again_finite_and_back_from_its_bytes() {
    for n_classes in [0, 2, 3] {
        let (columns, target) = mixed(400, n_classes, 5);
        let data = dataset(&columns, target);
        for spec in specs(n_classes) {
            let what = format!("{} of {n_classes} classes", spec.model.name());
            assert_eq!(spec.validate(data.task), [], "{what}");
            let pipeline = fit(&data, &spec);
            let bytes = pipeline.to_bytes();
            assert_eq!(fit(&data, &spec).to_bytes(), bytes, "{what}: the same again");
            let predictions = pipeline.predict_positions(&data, &data.rows);
            assert_eq!(predictions.n_rows(), data.rows.len(), "{what}");
            assert!(all(&predictions).iter().all(|v| v.is_finite()), "{what}: finite");
            if let Predictions::Probabilities { values, n_classes } = &predictions {
                for shares in values.chunks(*n_classes) {
                    assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{what}: {shares:?}");
                    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{what}: {shares:?}");
                }
            }
            let back = Pipeline::from_bytes(&bytes).expect("our own bytes");
            assert_eq!(back, pipeline, "{what}: back from its bytes");
            assert_eq!(back.predict_positions(&data, &data.rows), predictions, "{what}");
        }
    }
}

#[test]
fn another_seed_gives_other_trees_where_there_is_chance() {
    let table = case(300, 2, true, 6);
    let boost = BoostSpec { rounds: 5, row_share: 0.5, ..BoostSpec::default() };
    assert_ne!(table.boost(&boost).model, table.boost(&BoostSpec { seed: 1, ..boost }).model);
    for extra in [false, true] {
        let forest = ForestSpec { extra, trees: 3, ..ForestSpec::default() };
        assert_ne!(table.forest(&forest).model, table.forest(&ForestSpec { seed: 1, ..forest.clone() }).model);
    }
}

fn models(table: &Case) -> Vec<(&'static str, Trees)> {
    let boost = BoostSpec { rounds: 20, ..BoostSpec::default() };
    let forest = ForestSpec { trees: 10, ..ForestSpec::default() };
    vec![
        ("boost", table.boost(&boost).model),
        ("forest", table.forest(&forest).model),
        ("extra", table.forest(&ForestSpec { extra: true, ..forest }).model),
    ]
}

#[test]
fn the_scale_of_a_feature_is_of_no_account() {
    let table = case(600, 0, true, 7);
    let mut scaled = table.clone();
    for row in scaled.features.values.chunks_mut(6) {
        row[0] *= 1024.0;
        row[1] = -0.125 / row[1];
        row[2] /= 4096.0;
    }
    for ((what, ours), (_, theirs)) in models(&table).into_iter().zip(models(&scaled)) {
        assert_eq!(ours.outputs(&table.features), theirs.outputs(&scaled.features), "{what}");
    }
}

#[test]
fn the_order_of_rows_is_of_no_account_to_boosting() {
    let table = case(600, 2, true, 8);
    let mut order: Vec<u32> = (0..600).collect();
    Random::new(3, 0).shuffle(&mut order);
    let spec = BoostSpec { rounds: 20, ..BoostSpec::default() };
    let ours = table.boost(&spec).model.outputs(&table.features);
    let theirs = table.rows(&order).boost(&spec).model.outputs(&table.features);
    for (a, b) in ours.iter().zip(&theirs) {
        assert!((a - b).abs() < 1e-4, "{a} {b}");
    }
}

#[test]
fn a_weight_is_a_repetition_and_a_weight_of_0_is_absence() {
    for n_classes in [0, 2, 3] {
        let table = case(300, n_classes, true, 9);
        let times: Vec<u32> = (0..300).map(|row| [1, 2, 0, 3][row % 4]).collect();
        let repeated: Vec<u32> = (0..300).flat_map(|row| vec![row; times[row as usize] as usize]).collect();
        let weights: Vec<f32> = times.iter().map(|n| *n as f32).collect();
        // Few values, so that bins of few rows are not joined.
        let few = table.features.values.iter().map(|v| (v / 25.0).ceil()).collect();
        let table = Case { features: Matrix { values: few, ..table.features.clone() }, ..table };
        // A leaf's least number of rows counts rows, not weights.
        let objectives: &[Objective] = match n_classes {
            0 => &[
                Objective::Task,
                Objective::Absolute,
                Objective::Quantile { level: 0.7 },
                Objective::Huber { delta: 3.0 },
            ],
            _ => &[Objective::Task],
        };
        for &objective in objectives {
            // Categories are grouped by rows, too.
            let numbers = without_categories(&table);
            let spec = BoostSpec {
                objective,
                rounds: 10,
                max_leaves: 8,
                min_rows_leaf: 1,
                min_child_weight: 3.0,
                ..BoostSpec::default()
            };
            let ours = numbers.weighted(&spec, Some(&weights)).model.outputs(&numbers.features);
            let theirs = numbers.rows(&repeated).boost(&spec).model.outputs(&numbers.features);
            for (a, b) in ours.iter().zip(&theirs) {
                assert!((a - b).abs() < 1e-4, "{objective:?} of {n_classes} classes: {a} {b}");
            }
        }
    }
}

#[test]
fn level_by_level_is_leaf_by_leaf_where_no_limit_of_leaves_binds() {
    let table = case(800, 2, true, 10);
    let spec = BoostSpec { rounds: 10, max_depth: Some(4), max_leaves: 16, ..BoostSpec::default() };
    let level = table.boost(&BoostSpec { growth: Growth::DepthWise, ..spec.clone() }).model;
    assert_eq!(level.outputs(&table.features), table.boost(&spec).model.outputs(&table.features));
    // Where it binds, whole levels come first.
    let few = BoostSpec { max_leaves: 6, max_depth: None, growth: Growth::DepthWise, ..spec };
    for tree in table.boost(&few).model.trees {
        let depths = depths(&tree);
        let (low, high) = (depths.iter().min().expect("a leaf"), depths.iter().max().expect("a leaf"));
        assert!(tree.n_leaves() < 6 || high - low <= 1, "{depths:?}");
    }
}

fn depths(tree: &hearth::model::trees::Tree) -> Vec<usize> {
    use hearth::model::trees::Child;
    let mut depth = vec![0; tree.nodes.len()];
    let mut leaves = Vec::new();
    for (position, node) in tree.nodes.iter().enumerate() {
        for child in [node.left, node.right] {
            match child {
                Child::Node(child) => depth[child as usize] = depth[position] + 1,
                Child::Leaf(_) => leaves.push(depth[position] + 1),
            }
        }
    }
    leaves
}

#[test]
fn covers_add_up_and_every_leaf_holds_its_rows() {
    for (what, model) in models(&case(500, 3, true, 12)) {
        for tree in &model.trees {
            let total: f32 = tree.leaf_cover.iter().sum();
            if let Some(root) = tree.nodes.first() {
                assert_eq!(root.cover, total, "{what}");
            }
            assert!(tree.leaf_cover.iter().all(|cover| *cover > 0.0), "{what}: {:?}", tree.leaf_cover);
            // Every row is in the root: a bootstrap draws as many as there are.
            assert_eq!(total, 500.0, "{what}");
        }
    }
}

#[test]
fn a_monotone_column_moves_predictions_one_way() {
    use hearth::model::trees::Trend;
    let table = case(1_000, 0, true, 13);
    for (trend, sign) in [(Trend::Increasing, 1.0), (Trend::Decreasing, -1.0)] {
        let spec = BoostSpec { monotone: vec![("a".into(), trend)], min_rows_leaf: 3, ..BoostSpec::default() };
        let model = table.boost(&spec).model;
        let mut moved = 0;
        for row in 0..50 {
            let mut values = Vec::new();
            for a in 0..220 {
                let mut row = table.features.row(row).to_vec();
                row[0] = a as f32;
                values.extend(row);
            }
            let outputs = model.outputs(&Matrix { values, n_rows: 220, n_columns: 6 });
            assert!(outputs.windows(2).all(|pair| sign * (pair[1] - pair[0]) >= -1e-6), "{trend:?}: {outputs:?}");
            moved += usize::from(outputs[0] != outputs[219]);
        }
        // The curve goes both ways, so either trend finds a part of it.
        assert!(moved > 40, "{trend:?}: {moved}");
    }
}

#[test]
fn an_early_stop_keeps_the_best_round() {
    let table = case(400, 2, false, 14);
    let spec = BoostSpec { rounds: 500, learning_rate: 0.3, patience: Some(10), ..BoostSpec::default() };
    let outcome = table.boost(&spec);
    let losses = &outcome.record.validation_loss;
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(losses[outcome.record.kept as usize - 1], best);
    assert_eq!(outcome.record.rounds, outcome.record.kept + 10);
    assert_eq!(outcome.model.trees.len(), outcome.record.kept as usize);
    let Target::Classes { codes, .. } = &table.target else { unreachable!("classes") };
    assert_eq!(codes.len(), 400);
}
