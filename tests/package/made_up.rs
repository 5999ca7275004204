//! Pipelines with random weights, of every kind of model, task and preparation, and reports to go with them.

use hearth::dataset::{DatasetSpec, Task};
use hearth::design::Design;
use hearth::metrics::Metric;
use hearth::model::baseline::Baseline;
use hearth::model::linear::{Linear, LinearSpec};
use hearth::model::network::{Activation, Layer, Network};
use hearth::model::{ClassWeights, Head, Model, ModelSpec};
use hearth::package::PackageAbout;
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::{Block, DatePart, Impute, Input, InputKind, Preparation, PrepareSpec, Scaling};
use hearth::random::Random;
use hearth::split::{SplitFacts, SplitSpec};
use hearth::validate::{ClassCurves, ClassViews, Fit, Report, Score, ThresholdPoint, ValueViews, Views};

pub const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Baseline,
    Linear,
    Network(Activation),
}

pub const KINDS: [Kind; 6] = [
    Kind::Baseline,
    Kind::Linear,
    Kind::Network(Activation::Relu),
    Kind::Network(Activation::Selu),
    Kind::Network(Activation::Silu),
    Kind::Network(Activation::Tanh),
];

/// Names that break programs.
const NAMES: [&str; 14] = [
    "age",
    "label",
    "probabilities",
    "prediction",
    "",
    "__proto__",
    "Straße",
    "Gro\u{308}ße",
    "Größe",
    "a\nb,\"c\"",
    "node/Add_1",
    "constant_1",
    "🦀",
    "<img src=x onerror=alert(1)>",
];

const LEVELS: [&str; 16] = [
    "a",
    "b",
    "1",
    "1.0",
    "2",
    "-3.0",
    "true",
    "False",
    "Zürich",
    "Zu\u{308}rich",
    "e\u{301}te",
    "None",
    "x y",
    "a,b",
    "\"",
    "nan",
];

fn shuffled<T: Clone>(items: &[T], random: &mut Random) -> Vec<T> {
    let mut items = items.to_vec();
    random.shuffle(&mut items);
    items
}

fn normals(n: usize, scale: f64, random: &mut Random) -> Vec<f32> {
    (0..n).map(|_| (random.normal() * scale) as f32).collect()
}

/// A preparation with `n_columns` columns of mixed kinds.
pub fn preparation(n_columns: usize, random: &mut Random) -> Preparation {
    let mut inputs = Vec::new();
    let mut blocks = Vec::new();
    let names = shuffled(&NAMES, random);
    for position in 0..n_columns {
        let name = names.get(position).map_or_else(|| format!("column {position}"), |n| (*n).to_owned());
        let input = position as u32;
        let (center, scale) = ((random.normal() * 20.0) as f32, (random.unit() * 30.0 + 0.5) as f32);
        let impute = center + random.normal() as f32;
        let (smooth_clip, indicator) = (random.below(2) == 0, random.below(2) == 0);
        let (kind, block) = match random.below(3) {
            0 => (InputKind::Number, Block::Number { input, impute, center, scale, smooth_clip, indicator }),
            1 => {
                let n_levels = random.below(9) as usize;
                let levels = shuffled(&LEVELS, random)[..n_levels].iter().map(|l| (*l).to_owned()).collect();
                let (other, missing) = (random.below(2) == 0, random.below(2) == 0);
                (InputKind::Text, Block::Category { input, levels, other, missing })
            }
            _ => {
                let n_parts = random.below(4) as usize;
                let parts = shuffled(&[DatePart::Month, DatePart::Weekday, DatePart::Hour], random)[..n_parts].to_vec();
                let (center, scale) = (18_000.0 + center, scale * 100.0);
                let date = Block::Date { input, impute: center, center, scale, smooth_clip, indicator, parts };
                (InputKind::Date, date)
            }
        };
        let range = match kind {
            InputKind::Number => Some((f64::from(center - 2.0 * scale), f64::from(center + 2.0 * scale))),
            InputKind::Date => Some((1.3e12, 1.6e12)),
            InputKind::Text => None,
        };
        let missing_spellings = if random.below(2) == 0 { vec!["?".to_owned(), "n/a".to_owned()] } else { Vec::new() };
        inputs.push(Input { name, kind, missing_spellings, unit: None, range, has_time: random.below(2) == 0 });
        blocks.push(block);
    }
    // Blocks in another order than their columns.
    random.shuffle(&mut blocks);
    let mut feature_inputs = Vec::new();
    for block in &blocks {
        feature_inputs.extend(vec![block.input() as u32; block.n_features()]);
    }
    let feature_names = (0..feature_inputs.len()).map(|f| format!("feature {f}")).collect();
    Preparation { inputs, blocks, feature_names, feature_inputs }
}

pub fn labels(task: Task) -> Vec<String> {
    let labels: &[&str] = match task {
        Task::Binary => &["no", "yes, \"indeed\""],
        Task::Multiclass => &["Adélie", "<b>", "", "4"],
        Task::Regression => &[],
    };
    labels.iter().map(|l| (*l).to_owned()).collect()
}

fn layer(n_inputs: usize, n_outputs: usize, random: &mut Random) -> Layer {
    let scale = (1.5 / n_inputs.max(1) as f64).sqrt();
    Layer {
        weights: normals(n_inputs * n_outputs, scale, random),
        bias: normals(n_outputs, 0.3, random),
        n_inputs: n_inputs as u32,
        n_outputs: n_outputs as u32,
    }
}

pub fn model(kind: Kind, task: Task, width: usize, random: &mut Random) -> Model {
    let n_outputs = labels(task).len().max(1);
    let head = match task {
        Task::Regression => Head::Value { center: 20.0, scale: 7.5 },
        Task::Binary | Task::Multiclass => Head::Softmax,
    };
    match kind {
        Kind::Baseline if task == Task::Regression => Model::Baseline(Baseline::Mean(12.25)),
        Kind::Baseline => {
            let shares: Vec<f32> = (1..=n_outputs).map(|i| i as f32).collect();
            let sum: f32 = shares.iter().sum();
            Model::Baseline(Baseline::Frequencies(shares.iter().map(|s| s / sum).collect()))
        }
        Kind::Linear => {
            // Two classes need one logit, as ours are fitted, or have two.
            let n_outputs = if task == Task::Binary && random.below(2) == 0 { 1 } else { n_outputs };
            let weights = normals(n_outputs * width, 0.7, random);
            let intercept = normals(n_outputs, 1.0, random);
            Model::Linear(Linear { weights, intercept, n_features: width as u32, head })
        }
        Kind::Network(activation) => {
            let hidden = shuffled(&[3usize, 8, 17, 32], random)[..random.below(4) as usize].to_vec();
            let mut layers = Vec::new();
            let mut n = width;
            for next in hidden {
                layers.push(layer(n, next, random));
                n = next;
            }
            layers.push(layer(n, n_outputs, random));
            Model::Network(Network { input_scale: normals(width, 1.0, random), layers, activation, head })
        }
    }
}

pub fn pipeline(kind: Kind, task: Task, n_columns: usize, seed: u64) -> Pipeline {
    let mut random = Random::new(seed, 7);
    let preparation = preparation(n_columns, &mut random);
    let width = preparation.feature_names.len();
    let model = model(kind, task, width, &mut random);
    Pipeline { task, target: "outcome | *of* it".into(), labels: labels(task), preparation, model }
}

/// Of 273 positive and 439 negative rows.
fn curves() -> ClassCurves {
    let points = [(1.0, 0, 0), (0.6, 150, 20), (0.31, 240, 90), (0.29, 250, 110), (0.1, 273, 439)];
    let point =
        |(threshold, true_positive, false_positive)| ThresholdPoint { threshold, true_positive, false_positive };
    ClassCurves {
        class: 1,
        n_positive: 273,
        n_negative: 439,
        thresholds: points.into_iter().map(point).collect(),
        calibration: Vec::new(),
    }
}

pub fn report(pipeline: &Pipeline) -> Report {
    let views = match pipeline.task {
        Task::Regression => Views::Values(ValueViews {
            actual: vec![12.5, 20.0, 27.5, 18.0, 22.0],
            predicted: vec![13.0, 19.0, 28.0, 17.0, 23.0],
            rows: vec![0, 1, 2, 3, 4],
            residual_edges: vec![-1.0, 0.0, 1.0],
            residual_counts: vec![2, 3],
        }),
        Task::Binary | Task::Multiclass => Views::Classes(ClassViews {
            confusion: vec![1; pipeline.labels.len() * pipeline.labels.len()],
            n_classes: pipeline.labels.len() as u32,
            curves: if pipeline.task == Task::Binary { vec![curves()] } else { Vec::new() },
        }),
    };
    let score = |(i, metric): (usize, &Metric)| Score {
        metric: *metric,
        folds: vec![Some(0.7 + i as f64 * 0.01), Some(0.8), None],
        mean: Some(0.751_234),
        deviation: Some(0.021),
        interval: Some((0.70, 0.80)),
        baseline: Some(0.5),
    };
    Report {
        task: pipeline.task,
        target: pipeline.target.clone(),
        labels: pipeline.labels.clone(),
        n_rows: 712,
        n_holdout: 179,
        n_features: pipeline.preparation.inputs.len() as u32,
        n_prepared: pipeline.preparation.feature_names.len() as u32,
        scores: Metric::of(pipeline.task).iter().enumerate().map(score).collect(),
        views,
        holdout: None,
        fit_seconds: 0.5,
        left_out: vec![("name | id".into(), "free text is not modelled".into())],
        notes: vec!["Fold 3 has one class only.".into()],
        training: None,
        search: None,
        blend: None,
        fit: Fit::All,
        split: SplitFacts { n_folds: 5, stratified: true, n_fitted: 712, ..SplitFacts::default() },
        naive: None,
        resampled: None,
        test_to_train: 0.25,
        spread: None,
        aside: None,
        size: None,
    }
}

pub fn design() -> Design {
    Design {
        dataset: DatasetSpec { target: "outcome".into(), ..DatasetSpec::default() },
        split: SplitSpec::default(),
        metric: None,
        search: None,
        candidates: vec![PipelineSpec {
            prepare: PrepareSpec {
                encoding: hearth::prepare::Encoding::OneHot,
                impute: Impute::Median,
                missing_indicator: true,
                scaling: Scaling::Standard,
                min_category_rows: 10,
                max_categories: 50,
                max_words: 20,
            },
            model: ModelSpec::Linear(LinearSpec {
                l2: 1.0,
                l1: 0.0,
                huber: None,
                max_iterations: 100,
                class_weights: ClassWeights::Equal,
            }),
        }],
    }
}

pub fn about(threshold: Option<f64>) -> PackageAbout {
    PackageAbout {
        project: "Überleben <b>on</b> the Titanic!".into(),
        created: "2026-11-23T16:05:51Z".into(),
        threshold,
        on_unseen: hearth::prepare::OnUnseen::Flag,
        cover: hearth::validate::Cover::default(),
        looks: 1,
        doubts: vec!["Enough data: 60 rows of the rarest class; 100 are few.".into()],
        rules: Vec::new(),
        importance: None,
        comparison: Vec::new(),
        decision: Vec::new(),
        gates: Vec::new(),
        groups: None,
    }
}
