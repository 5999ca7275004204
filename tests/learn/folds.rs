//! Splits, pipelines and cross-validation: no leak, the same bits by seed, and bad data.

use hearth::dataset::{Dataset, DatasetSpec, Target, Task};
use hearth::design::Design;
use hearth::metrics::Metric;
use hearth::model::baseline::Baseline;
use hearth::model::fit::FitSpec;
use hearth::model::linear::LinearSpec;
use hearth::model::network::{
    Activation, CurvePoint, Layer, Network, NetworkData, NetworkSpec, NetworkTarget, TrainingRecord,
};
use hearth::model::{ClassWeights, Head, Model, ModelSpec, Predictions};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::{Inputs, Matrix, PrepareSpec};
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::studio::checks::{Outcome, checks};
use hearth::table::{Column, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Table, Values};
use hearth::validate::{Views, cross_validate, open_holdout};

use crate::data::{categories, dataset, labels, mixed, numbers};
use crate::python::{ask, assert_close};

fn linear() -> PipelineSpec {
    PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) }
}

fn network(n_rows: usize, task: Task) -> PipelineSpec {
    let spec = NetworkSpec::default_for(n_rows, 8, task);
    PipelineSpec { prepare: PrepareSpec::for_network(), model: ModelSpec::Network(spec) }
}

/// Stands in for the trainer: a network of random weights that depend on every number it is given, and a last layer
/// that says the training rows' mean. Enough to see whether a bit of the data changed.
fn stand_in(spec: &NetworkSpec, data: &NetworkData) -> Result<(Network, TrainingRecord), String> {
    let mut random = Random::new(spec.seed, 9);
    let n_inputs = data.features.n_columns;
    let mut input_scale = vec![1.0; n_inputs];
    for row in data.features.values.chunks_exact(n_inputs.max(1)) {
        for (scale, value) in input_scale.iter_mut().zip(row) {
            *scale += 1e-3 * value;
        }
    }
    let (n_outputs, head) = match &data.target {
        NetworkTarget::Classes { n_classes, .. } => (*n_classes, Head::Softmax),
        NetworkTarget::Values(values) => {
            (1, Head::Value { center: values.iter().sum::<f32>() / values.len() as f32, scale: 1.0 })
        }
    };
    let mut layer = |n_inputs: usize, n_outputs: usize| Layer {
        weights: (0..n_inputs * n_outputs).map(|_| 0.1 * random.normal() as f32).collect(),
        bias: vec![0.0; n_outputs],
        n_inputs: n_inputs as u32,
        n_outputs: n_outputs as u32,
    };
    let layers = vec![layer(n_inputs, 5), layer(5, n_outputs)];
    Ok((Network { input_scale, layers, activation: Activation::Silu, head }, TrainingRecord::default()))
}

#[test]
fn splits_are_fair_and_the_same_by_seed() {
    let mut random = Random::new(1, 0);
    let codes: Vec<u32> = (0..1_003).map(|_| [0, 0, 0, 0, 0, 0, 1, 1, 2, 3][random.below(10) as usize]).collect();
    let target = Target::Classes { codes: codes.clone(), labels: labels(4) };
    for (holdout, folds, stratified) in [(0.2, 5, true), (0.0, 2, true), (0.5, 20, true), (0.33, 7, false)] {
        let spec = SplitSpec { holdout, folds, stratified, seed: 7, ..SplitSpec::default() };
        let split = spec.draw(&target).expect("enough rows");
        let mut all: Vec<u32> = split.holdout.iter().chain(split.folds.iter().flatten()).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..1_003).collect::<Vec<u32>>());
        assert_eq!(split.holdout.len(), (1_003.0 * holdout).round() as usize);
        let sizes: Vec<usize> = split.folds.iter().map(Vec::len).collect();
        assert!(sizes.iter().max().expect("folds") - sizes.iter().min().expect("folds") <= 1, "{sizes:?}");
        if stratified {
            for class in 0..4 {
                let count = |rows: &Vec<u32>| rows.iter().filter(|r| codes[**r as usize] == class).count();
                let counts: Vec<usize> = split.folds.iter().map(count).collect();
                assert!(counts.iter().max().expect("folds") - counts.iter().min().expect("folds") <= 1);
                let expected = codes.iter().filter(|c| **c == class).count() as f32 * holdout;
                assert!((count(&split.holdout) as f32 - expected).abs() <= 1.0);
            }
        }
        assert_eq!(split, spec.draw(&target).expect("again"));
        assert_ne!(split, SplitSpec { seed: 8, ..spec.clone() }.draw(&target).expect("another"));
        assert_eq!(split.training(1).len() + split.folds[1].len(), split.outside_holdout().len());
    }
}

#[test]
fn small_classes_and_few_rows_are_said() {
    let codes = [vec![0; 20], vec![1], vec![2, 2, 2]].concat();
    let target = Target::Classes { codes, labels: labels(3) };
    let split = SplitSpec::default().draw(&target).expect("enough rows");
    assert!(!split.holdout.contains(&20), "the only row of a class is trained on");
    let notes = split.notes(&target);
    // Many classes with the same fate are one sentence.
    let labels: Vec<String> = (0..200).map(|class| format!("c{class}")).collect();
    let many = Target::Classes { codes: (0..800).map(|row| row % 200).collect(), labels };
    let of_many = SplitSpec { holdout: 0.0, ..SplitSpec::default() }.draw(&many).expect("enough rows").notes(&many);
    let told = "200 classes, such as “c0”, “c1” and “c2”, have fewer rows than the 5 folds, so some folds are tested without them.";
    assert_eq!(of_many, [told]);
    assert!(notes[0].starts_with("Class “class 1” has one row"), "{notes:?}");
    assert!(notes[1].starts_with("Class “class 2” has 2 rows for 5 folds"), "{notes:?}");
    for n_rows in 0..5 {
        let problem = SplitSpec::default().draw(&Target::Values(vec![0.5; n_rows])).expect_err("too few rows");
        assert!(problem.event.contains("5 folds need at least 5 rows"), "{problem:?}");
    }
    let wrong = SplitSpec { holdout: 0.9, ..SplitSpec::default() };
    assert_eq!(wrong.draw(&target).expect_err("refused").place, "split, holdout");
}

/// The columns with every cell at `rows` replaced by garbage: extremes, unknown categories, missing values.
pub fn poisoned(columns: &[Column], rows: &[u32]) -> Vec<Column> {
    let mut columns = columns.to_vec();
    for column in &mut columns {
        for (i, row) in rows.iter().map(|r| *r as usize).enumerate() {
            match &mut column.values {
                Values::Number(values) => values[row] = [1e30, -1e30, f64::NAN][i % 3],
                Values::Category { codes, levels } => {
                    if levels.last().is_none_or(|l| l != "poison") {
                        levels.push("poison".into());
                    }
                    codes[row] = if i % 4 == 0 { MISSING_CODE } else { levels.len() as u32 - 1 };
                }
                Values::Boolean { codes, .. } => codes[row] = [0, 1, MISSING_BOOLEAN][i % 3],
                Values::Date { milliseconds, .. } => milliseconds[row] = [0, MISSING_DATE, 4_000_000_000_000][i % 3],
                Values::Text(values) => values[row] = Some("poison".into()),
            }
        }
    }
    columns
}

pub fn poisoned_target(target: &Target, rows: &[u32]) -> Target {
    let mut target = target.clone();
    for row in rows.iter().map(|r| *r as usize) {
        match &mut target {
            Target::Classes { codes, labels } => codes[row] = (codes[row] + 1) % labels.len() as u32,
            Target::Values(values) => values[row] = -1e12,
        }
    }
    target
}

/// What is fitted on the rows of one fold's training set.
pub fn fitted(data: &Dataset, spec: &PipelineSpec, training: &[u32]) -> Pipeline {
    let mut input = spec.prepare(data, training).expect("enough rows");
    let model = match (FitSpec::of(&spec.model), &spec.model) {
        (Some(spec), _) => input.fit_task(spec).fit().expect("sound").model,
        (None, ModelSpec::Network(network)) => {
            Model::Network(stand_in(network, &input.network_data(network)).expect("never fails").0)
        }
        (None, _) => Model::Baseline(Baseline::fit(&input.target)),
    };
    input.assemble("y", model)
}

/// Noise, two common classes, and five classes of one row each, which the folds' training rows therefore do not know.
#[test]
fn a_class_seen_once_does_not_make_a_model_better_than_guessing() {
    let mut random = Random::new(5, 0);
    let columns: Vec<Column> =
        ["a", "b"].map(|name| numbers(name, (0..125).map(|_| random.normal()).collect())).into_iter().collect();
    let codes = (0..125u32).map(|row| if row < 120 { random.below(2) as u32 } else { row - 118 }).collect();
    let data = dataset(&columns, Target::Classes { codes, labels: labels(7) });
    let split = SplitSpec { holdout: 0.0, ..SplitSpec::default() }.draw(&data.target).expect("enough rows");
    let (_, report) = cross_validate(&data, "y", &split, &linear(), &mut stand_in).expect("it trains");
    let found = checks(&report, false, false).into_iter().find(|c| c.name == "Better than guessing").expect("a check");
    assert_ne!(found.outcome, Outcome::Passed, "{}", found.finding);
    let loss = report.scores.iter().find(|s| s.metric == Metric::LogLoss).and_then(|s| s.baseline).expect("a wall");
    // ln 2 for the two common classes, and ln(100 + 5) for one row in 25: nothing near the 36 of a share of 0.
    assert!((0.69..0.95).contains(&loss), "{loss}");
}

#[test]
fn the_baseline_counts_an_absent_class_as_seen_once_and_is_sklearns_otherwise() {
    let fit = |codes: Vec<u32>| Baseline::fit(&Target::Classes { codes, labels: labels(3) });
    assert_eq!(fit(vec![0, 0, 1]), Baseline::Frequencies(vec![0.5, 0.25, 0.25]));
    // DummyClassifier(strategy="prior").fit(X, [0, 0, 0, 0, 1, 1, 1, 2]).class_prior_
    assert_eq!(fit(vec![0, 0, 0, 0, 1, 1, 1, 2]), Baseline::Frequencies(vec![0.5, 0.375, 0.125]));
}

#[test]
fn held_out_rows_leave_no_trace_in_what_is_fitted() {
    for n_classes in [0, 2, 3] {
        let (columns, target) = mixed(300, n_classes, 11);
        let data = dataset(&columns, target.clone());
        let split = SplitSpec::default().draw(&target).expect("enough rows");
        for (fold, test) in split.folds.iter().enumerate() {
            let hidden: Vec<u32> = test.iter().chain(&split.holdout).copied().collect();
            let bad_columns = poisoned(&columns, &hidden);
            let bad = dataset(&bad_columns, poisoned_target(&target, &hidden));
            let training = split.training(fold);
            let baseline = PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Baseline };
            for spec in [baseline, linear(), network(240, data.task)] {
                let (clean, poisoned) = (fitted(&data, &spec, &training), fitted(&bad, &spec, &training));
                assert_eq!(clean.to_bytes(), poisoned.to_bytes(), "{}, fold {fold}", spec.model.name());
            }
        }
    }
}

#[test]
fn reports_are_the_same_by_seed_and_their_intervals_scipys() {
    let (mut ours, mut questions) = (Vec::new(), Vec::new());
    for n_classes in [0, 2, 3] {
        let (columns, target) = mixed(260, n_classes, 12);
        let data = dataset(&columns, target);
        let split = SplitSpec::default().draw(&data.target).expect("enough rows");
        let run = || cross_validate(&data, "y", &split, &linear(), &mut stand_in).expect("sound");
        let (pipeline, report) = run();
        assert_eq!((pipeline.to_bytes(), &report), (run().0.to_bytes(), &run().1));
        assert_eq!((report.n_rows, report.n_holdout), (208, 52));
        assert_eq!(report.scores.len(), Metric::of(data.task).len());
        let primary = report.scores.iter().find(|s| s.metric == Metric::primary(data.task)).expect("scored");
        let (mean, baseline) = (primary.mean.expect("defined"), primary.baseline.expect("defined"));
        let better = if primary.metric.higher_is_better() { mean > baseline } else { mean < baseline };
        assert!(better, "{:?}: {mean}, baseline {baseline}", primary.metric);
        let sizes: Vec<(usize, usize)> = (0..5).map(|f| (split.training(f).len(), split.folds[f].len())).collect();
        for score in &report.scores {
            let (low, high) = score.interval.expect("five folds");
            ours.extend([score.mean.expect("five folds"), score.deviation.expect("five folds"), low, high]);
            // What the metric cannot be is cut off: shares end at 0 and 1, errors at 0, R² at 1.
            let ends = match score.metric {
                Metric::R2 => (f64::MIN, 1.0),
                Metric::LogLoss | Metric::Brier | Metric::Rmse | Metric::Mae | Metric::MedianAbsoluteError => {
                    (0.0, f64::MAX)
                }
                Metric::Accuracy | Metric::BalancedAccuracy | Metric::RocAuc | Metric::PrAuc | Metric::F1 => (0.0, 1.0),
            };
            questions.push(serde_json::json!([score.folds, sizes, ends]));
        }
        let holdout = open_holdout(&data, (&pipeline, &report), &split.outside_holdout(), &split.holdout, 1, 0);
        assert_eq!(holdout.look, 1);
        assert!(holdout.scores.iter().all(|(_, s)| s.is_some_and(f64::is_finite)));
        match (&report.views, &holdout.views) {
            (Views::Classes(all), Views::Classes(held)) => {
                assert_eq!(all.confusion.iter().sum::<u32>(), 208);
                assert_eq!(held.confusion.iter().sum::<u32>(), 52);
            }
            (Views::Values(all), Views::Values(held)) => {
                assert_eq!(all.residual_counts.iter().sum::<u32>(), 208);
                assert_eq!(held.rows, split.holdout);
            }
            (Views::Classes(_) | Views::Values(_), _) => panic!("views of different kinds"),
        }
    }
    let answer = ask("learn_scores.py", &serde_json::json!({"cases": [], "intervals": questions}));
    assert_close("mean, deviation, interval", &ours, &crate::python::numbers(&answer["intervals"]), 1e-9);
}

#[test]
fn an_interval_needs_three_folds() {
    let (columns, target) = mixed(260, 2, 12);
    let data = dataset(&columns, target);
    let scores = |folds| {
        let split = SplitSpec { folds, ..SplitSpec::default() }.draw(&data.target).expect("enough rows");
        cross_validate(&data, "y", &split, &linear(), &mut stand_in).expect("sound").1.scores
    };
    let two = scores(2);
    assert!(two.iter().all(|s| s.interval.is_none() && s.deviation.is_some() && s.mean.is_some()), "{two:?}");
    assert!(two.iter().all(|s| s.too_few_folds() == Some("two folds")), "{two:?}");
    let three = scores(3);
    assert!(three.iter().all(|s| s.interval.is_some() && s.too_few_folds().is_none()), "{three:?}");
}

#[test]
fn networks_get_their_validation_rows_fairly() {
    let (columns, target) = mixed(200, 3, 13);
    let data = dataset(&columns, target);
    let all: Vec<u32> = (0..200).collect();
    let pipeline = network(200, data.task);
    let ModelSpec::Network(spec) = &pipeline.model else { unreachable!("a network") };
    let input = pipeline.prepare(&data, &all).expect("enough rows");
    let prepared = input.network_data(&NetworkSpec { class_weights: ClassWeights::Balanced, ..spec.clone() });
    assert_eq!((prepared.n_train, prepared.features.n_rows), (160, 200));
    let NetworkTarget::Classes { codes, weights, n_classes: 3 } = &prepared.target else { panic!("classes") };
    for (class, weight) in weights.iter().enumerate() {
        let count = |codes: &[u32]| codes.iter().filter(|c| **c as usize == class).count();
        assert!((12..=15).contains(&count(&codes[160..])));
        assert!((weight - 160.0 / (3.0 * count(&codes[..160]) as f32)).abs() < 1e-6);
    }
    assert_eq!(prepared, input.network_data(&NetworkSpec { class_weights: ClassWeights::Balanced, ..spec.clone() }));
    assert_ne!(prepared.target, input.network_data(&NetworkSpec { seed: 1, ..spec.clone() }).target);
    for n_rows in [1, 2, 3] {
        let input = pipeline.prepare(&data, &all[..n_rows]).expect("a row");
        let tiny = input.network_data(spec);
        assert!(tiny.n_train >= 1 && tiny.features.n_rows > tiny.n_train, "{n_rows} rows");
    }
}

#[test]
fn networks_predict_as_written_out() {
    let network = Network {
        input_scale: vec![2.0, 0.5],
        layers: vec![
            Layer {
                weights: vec![1.0, -1.0, 0.5, 0.25, -2.0, 1.0],
                bias: vec![0.1, -0.2, 0.3],
                n_inputs: 2,
                n_outputs: 3,
            },
            Layer { weights: vec![1.0, 2.0, 3.0, -1.0, 0.5, 0.0], bias: vec![0.0, 0.5], n_inputs: 3, n_outputs: 2 },
        ],
        activation: Activation::Tanh,
        head: Head::Softmax,
    };
    let features = Matrix { values: [0.3, -0.8].repeat(130), n_rows: 130, n_columns: 2 };
    let x = [0.6f64, -0.4];
    let hidden: Vec<f64> = [x[0] - x[1] + 0.1, 0.5 * x[0] + 0.25 * x[1] - 0.2, -2.0 * x[0] + x[1] + 0.3]
        .iter()
        .map(|z: &f64| z.tanh())
        .collect();
    let logits = [hidden[0] + 2.0 * hidden[1] + 3.0 * hidden[2], -hidden[0] + 0.5 * hidden[1] + 0.5];
    let first = 1.0 / (1.0 + (logits[1] - logits[0]).exp());
    let Predictions::Probabilities { values, n_classes: 2 } = network.predict(&features) else { panic!("classes") };
    assert!(values.chunks_exact(2).all(|p| (f64::from(p[0]) - first).abs() < 1e-6 && p == &values[..2]));
    let units = network.hidden(&features);
    assert_eq!((units.len(), units[0].n_columns, units[0].values.len()), (1, 3, 390));
    assert!(units[0].row(129).iter().zip(&hidden).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-6));
    let points = [-30.0f32, -1.0, 0.0, 0.5, 30.0];
    for (activation, expected) in [
        (Activation::Relu, points.map(|x| f64::from(x.max(0.0)))),
        (Activation::Silu, points.map(|x| f64::from(x) / (1.0 + f64::from(-x).exp()))),
        (Activation::Tanh, points.map(|x| f64::from(x).tanh())),
        (
            Activation::Selu,
            points
                .map(f64::from)
                .map(|x| 1.050_700_987_355_480_5 * if x > 0.0 { x } else { 1.673_263_242_354_377_2 * (x.exp() - 1.0) }),
        ),
    ] {
        let mut values = points;
        activation.apply(&mut values);
        assert!(
            values.iter().zip(expected).all(|(a, b)| (f64::from(*a) - b).abs() <= 2e-6 * (1.0 + b.abs())),
            "{activation:?}"
        );
    }
}

#[test]
fn bad_targets_and_features_still_end_in_a_report() {
    let n = 30;
    let nothing = [numbers("empty", vec![f64::NAN; n]), categories("blank", &vec![None; n])];
    let noise: Vec<f64> = (0..n).map(|i| ((i * 7919) % 31) as f64).collect();
    let extreme: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { 1e300 } else { -1e300 }).collect();
    let wide: Vec<Column> =
        (0..100).map(|c| numbers(&format!("c{c}"), noise.iter().map(|v| v * f64::from(c % 7)).collect())).collect();
    let once =
        Target::Classes { codes: (0..n as u32).map(|i| if i == 3 { 2 } else { i % 2 }).collect(), labels: labels(3) };
    let constant = Target::Classes { codes: vec![1; n], labels: labels(2) };
    let values = Target::Values(noise.clone());
    let odd = [numbers("noise", noise.clone()), numbers("extreme", extreme)];
    for columns in [&nothing[..], &odd[..], &wide[..]] {
        for target in [&once, &constant, &values, &Target::Values(vec![1.0; n])] {
            let data = dataset(columns, target.clone());
            let split = SplitSpec::default().draw(target).expect("enough rows");
            for spec in [linear(), network(n, data.task)] {
                let (pipeline, report) = cross_validate(&data, "y", &split, &spec, &mut stand_in).expect("a report");
                assert!(report.scores.iter().all(|s| s.mean.is_none_or(|m| !m.is_nan())), "{:?}", report.scores);
                let all: Vec<u32> = (0..n as u32).collect();
                match pipeline.predict_positions(&data, &all) {
                    Predictions::Probabilities { values, n_classes } => {
                        assert!(values.chunks_exact(n_classes).all(|p| (p.iter().sum::<f32>() - 1.0).abs() < 1e-5));
                    }
                    Predictions::Values(values) => assert!(values.iter().all(|v| v.is_finite())),
                }
                serde_json::to_string(&report).expect("a report is JSON");
            }
        }
    }
    let huge = dataset(&odd, Target::Values((0..n).map(|i| if i % 2 == 0 { 1e300 } else { -1e300 }).collect()));
    let all: Vec<u32> = (0..n as u32).collect();
    let problem = linear().prepare(&huge, &all).expect_err("beyond f32");
    assert_eq!(problem.event, "The target holds 1e300; numbers beyond 1e30 are too large to learn.");
    let data = dataset(&nothing, constant);
    let design = Design::default_for(DatasetSpec { target: "y".into(), ..DatasetSpec::default() }, data.task, n, 2);
    let problems = design.problems(&data);
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].place, "target y");
}

#[test]
fn stored_pipelines_come_back_or_say_why_not() {
    let (columns, target) = mixed(120, 2, 14);
    let data = dataset(&columns, target);
    let all: Vec<u32> = (0..120).collect();
    for spec in [linear(), network(120, data.task)] {
        let pipeline = fitted(&data, &spec, &all);
        let bytes = pipeline.to_bytes();
        assert_eq!(Pipeline::from_bytes(&bytes).as_ref(), Ok(&pipeline));
        let mut newer = bytes.clone();
        newer[8] = 99;
        assert!(Pipeline::from_bytes(&newer).expect_err("newer").event.contains("version 99"));
        for end in [0, 5, 10, bytes.len() / 2, bytes.len() - 1] {
            assert!(Pipeline::from_bytes(&bytes[..end]).is_err());
        }
        let mut unfit = pipeline.clone();
        unfit.preparation.feature_names.pop();
        unfit.preparation.feature_inputs.pop();
        assert!(Pipeline::from_bytes(&unfit.to_bytes()).expect_err("unfit").event.contains("does not fit"));
    }
}

#[test]
fn new_rows_are_read_by_name_and_doubted() {
    let (columns, target) = mixed(150, 2, 15);
    let data = dataset(&columns, target);
    let all: Vec<u32> = (0..150).collect();
    let pipeline = fitted(&data, &linear(), &all);
    let expected = pipeline.predict_positions(&data, &all);
    let mut shuffled = columns.clone();
    shuffled.reverse();
    shuffled.push(numbers("unused", vec![0.0; 150]));
    let (predicted, warnings) = pipeline.predict_table(&Table { columns: shuffled, n_rows: 150 }).expect("columns");
    assert_eq!((predicted, warnings), (expected.clone(), vec![]));

    // Every cell as text predicts the same, whatever the columns were read as.
    let as_text = |column: &Column| {
        let texts: Vec<Option<String>> = all.iter().map(|r| column.values.text(*r as usize)).collect();
        categories(&column.name, &texts.iter().map(|t| t.as_deref()).collect::<Vec<_>>())
    };
    let text_table = Table { columns: columns.iter().map(as_text).collect(), n_rows: 150 };
    assert_eq!(pipeline.predict_table(&text_table).expect("columns"), (expected.clone(), vec![]));
    let texts: Vec<Vec<Option<String>>> =
        all.iter().map(|r| columns.iter().map(|c| c.values.text(*r as usize)).collect()).collect();
    let rows: Vec<Vec<Option<&str>>> = texts.iter().map(|row| row.iter().map(|t| t.as_deref()).collect()).collect();
    let (inputs, doubts) = Inputs::from_texts(&pipeline.preparation.inputs, &rows);
    assert_eq!((pipeline.predict(&inputs), doubts), (expected, vec![]));

    let odd = [Some("212"), Some("many"), Some("Oslo"), Some("2031-05-01"), Some("")];
    let (inputs, unread) = Inputs::from_texts(&pipeline.preparation.inputs, &[odd.to_vec()]);
    assert_eq!(unread, ["income: “many” is no number; read as missing."]);
    let doubts = pipeline.preparation.unseen(&inputs, &pipeline.preparation.known_texts(), &[]).remove(0);
    assert!(doubts[0].starts_with("age 212 is above everything seen in training ("), "{doubts:?}");
    assert_eq!(doubts[1], "port “Oslo” was rare or never seen in training.");
    assert!(doubts[2].starts_with("day 2031-05-01 is after everything seen in training (2020-"), "{doubts:?}");
    assert_eq!(doubts.len(), 3);

    // Of many rows one sentence a column.
    let odd = |age, port, day| vec![Some(age), Some("1000"), Some(port), Some(day), Some("")];
    let rows = [
        odd("30", "Oslo", "2021-01-01"),
        odd("-5", "Kiel", "2031-05-01"),
        odd("212", "Oslo", "1999-01-01"),
        odd("30", "", ""),
    ];
    let (inputs, _) = Inputs::from_texts(&pipeline.preparation.inputs, &rows);
    let doubts = pipeline.preparation.doubts_of_all(&inputs);
    assert!(doubts[0].starts_with("Column “age”: 2 rows lie outside everything seen in training ("), "{doubts:?}");
    assert!(doubts[0].ends_with("), the furthest at 212."), "{doubts:?}");
    assert_eq!(doubts[1], "Column “port”: 3 rows with “Oslo”, “Kiel”, which were rare or never seen in training.");
    assert!(
        doubts[2].contains("2 rows lie outside") && doubts[2].ends_with("the furthest at 1999-01-01."),
        "{doubts:?}"
    );
    assert_eq!(doubts.len(), 3);

    let strangers = Table { columns: vec![numbers("other", vec![1.0])], n_rows: 1 };
    assert!(pipeline.predict_table(&strangers).expect_err("refused").cure.contains("age, income, port"));
    let some = Table { columns: vec![categories("age", &[Some("n/a"), Some("31")])], n_rows: 2 };
    let (_, warnings) = pipeline.predict_table(&some).expect("one column is there");
    assert_eq!(warnings[0], "Column “age”: 1 cell is no number; read as missing.");
    let told = "4 of the model's 5 columns are not there: “income”, “port”, “day”, “flag”; all their cells were read as missing.";
    assert_eq!(warnings[1], told);
}

#[test]
fn a_record_says_when_training_went_wrong() {
    let point = CurvePoint {
        epoch: 0,
        step: 0,
        train_loss: 1.0,
        validation_loss: 1.0,
        train_score: 0.5,
        validation_score: 0.5,
    };
    let record = TrainingRecord { curve: vec![point], epochs_run: 3, ..TrainingRecord::default() };
    assert_eq!(record.note(), None);
    let diverged = TrainingRecord { stopped: hearth::model::network::Stopped::Diverged, ..record };
    assert!(diverged.note().is_some_and(|n| n.contains("after epoch 3")));
}
