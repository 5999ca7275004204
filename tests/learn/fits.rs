//! Linear models and preparation against scikit-learn.

use hearth::dataset::Target;
use hearth::model::linear::{LinearOutcome, LinearSpec};
use hearth::model::{ClassWeights, Head, Predictions};
use hearth::prepare::{Block, Impute, Inputs, Matrix, PrepareSpec, Scaling};
use hearth::random::Random;
use hearth::table::{MISSING_CODE, Values};
use serde_json::{Value, json};

use crate::data::{categories, classes_of, dataset, labels, matrix, mixed, numbers};
use crate::python::{ask, assert_close, number, numbers as list};

struct Case {
    name: &'static str,
    spec: LinearSpec,
    features: Matrix,
    target: Target,
}

fn spec(l2: f32, class_weights: ClassWeights) -> LinearSpec {
    LinearSpec { l2, class_weights, ..LinearSpec::default() }
}

fn cases() -> Vec<Case> {
    let mut random = Random::new(1, 0);
    let mut cases = Vec::new();
    let mut classes = |name, spec, (n_rows, n_columns, zeros), n_classes| {
        let features = matrix(n_rows, n_columns, zeros, &mut random);
        let target = classes_of(&features, n_classes, &mut random);
        cases.push(Case { name, spec, features, target });
    };
    classes("binary", spec(1.0, ClassWeights::Equal), (300, 6, 0.0), 2);
    classes("binary, weak penalty, sparse", spec(0.01, ClassWeights::Equal), (500, 20, 0.8), 2);
    classes("binary, balanced", spec(1.0, ClassWeights::Balanced), (400, 5, 0.0), 2);
    classes("binary, more features than rows", spec(0.5, ClassWeights::Equal), (40, 120, 0.0), 2);
    classes("three classes", spec(1.0, ClassWeights::Equal), (300, 4, 0.3), 3);
    classes(
        "five classes, given weights",
        spec(2.0, ClassWeights::Given(vec![1.0, 2.0, 0.5, 3.0, 1.5])),
        (800, 10, 0.7),
        5,
    );
    classes("six classes, more features than rows", spec(1.0, ClassWeights::Balanced), (60, 100, 0.9), 6);
    // Features of very different offsets and sizes, as without scaling.
    let mut raw = matrix(300, 3, 0.0, &mut random);
    for row in raw.values.chunks_exact_mut(3) {
        row[0] = 2_000.0 + 5.0 * row[0];
        row[1] *= 1e4;
        row[2] *= 1e-2;
    }
    let code =
        |row: &[f32]| u32::from(f64::from(row[0] - 2_000.0) / 5.0 + f64::from(row[1]) / 1e4 > 0.2 * random.normal());
    let codes = raw.values.chunks_exact(3).map(code).collect();
    let target = Target::Classes { codes, labels: labels(2) };
    cases.push(Case {
        name: "binary, raw features",
        spec: spec(1.0, ClassWeights::Equal),
        features: raw.clone(),
        target,
    });

    let mut values = |name, l2, features: Matrix| {
        let signal = |row: &[f32]| 100.0 + 7.0 * row.iter().take(4).map(|x| f64::from(*x)).sum::<f64>();
        let target = (0..features.n_rows).map(|r| signal(features.row(r)) + 3.0 * random.normal()).collect();
        cases.push(Case { name, spec: spec(l2, ClassWeights::Equal), features, target: Target::Values(target) });
    };
    let mut other = Random::new(2, 0);
    values("ridge", 1.0, matrix(200, 7, 0.0, &mut other));
    values("ridge, raw features", 1.0, raw);
    values("ridge, sparse", 0.1, matrix(500, 30, 0.8, &mut other));
    values("ridge, more features than rows", 1.0, matrix(50, 200, 0.0, &mut other));
    values("ridge, by conjugate gradients", 10.0, matrix(300, 1_100, 0.5, &mut other));
    let elastic: Vec<Case> = [
        ("binary", "elastic net, binary", 4.0),
        ("binary, weak penalty, sparse", "elastic net, sparse", 2.0),
        ("binary, balanced", "elastic net, balanced", 30.0),
        ("binary, more features than rows", "elastic net, more features than rows", 1.0),
        ("three classes", "elastic net, three classes", 5.0),
        ("five classes, given weights", "elastic net, five classes, given weights", 8.0),
        ("ridge", "elastic net, numbers", 20.0),
        ("ridge, sparse", "elastic net, numbers, sparse", 10.0),
        ("ridge, more features than rows", "elastic net, numbers, more features than rows", 3.0),
    ]
    .into_iter()
    .map(|(from, name, l1)| {
        let Case { spec, features, target, .. } = cases.iter().find(|case| case.name == from).expect("a case");
        Case { name, spec: LinearSpec { l1, ..spec.clone() }, features: features.clone(), target: target.clone() }
    })
    .collect();
    cases.extend(elastic);
    // All but L1: the lasso.
    let Case { features, target, .. } = cases.iter().find(|case| case.name == "ridge").expect("a case");
    let (features, target) = (features.clone(), target.clone());
    let spec = LinearSpec { l2: 1e-6, l1: 25.0, ..LinearSpec::default() };
    cases.push(Case { name: "lasso", spec, features, target });
    cases
}

/// Numbers of which a tenth is far off on one side.
fn with_outliers() -> Vec<Case> {
    let mut random = Random::new(6, 0);
    let mut cases = Vec::new();
    for (name, (l2, l1, huber), (n_rows, n_columns, zeros)) in [
        ("huber", (1e-4, 0.0, 1.35), (300, 5, 0.0)),
        ("huber, a larger penalty", (30.0, 0.0, 1.35), (300, 5, 0.0)),
        ("huber, nearly absolute", (0.1, 0.0, 1.05), (400, 8, 0.5)),
        ("huber, nearly squares", (0.1, 0.0, 9.0), (200, 6, 0.0)),
        ("huber, sparse", (0.5, 0.0, 1.5), (500, 40, 0.8)),
        ("huber, L1", (0.5, 8.0, 1.35), (300, 12, 0.0)),
        ("huber, raw features", (1e-3, 0.0, 1.35), (300, 3, 0.0)),
    ] {
        let mut features = matrix(n_rows, n_columns, zeros, &mut random);
        let target = (0..n_rows).map(|r| {
            let signal = 100.0 + 7.0 * features.row(r).iter().take(4).map(|x| f64::from(*x)).sum::<f64>();
            let noise = if random.below(10) == 0 { 60.0 + 20.0 * random.unit() } else { random.normal() };
            signal + 3.0 * noise
        });
        let target = Target::Values(target.collect());
        if name.ends_with("raw features") {
            features.values.chunks_exact_mut(3).for_each(|row| row[0] = 50.0 + 5.0 * row[0]);
        }
        let spec = LinearSpec { l2, l1, huber: Some(huber), ..LinearSpec::default() };
        cases.push(Case { name, spec, features, target });
    }
    cases
}

#[test]
fn hubers_loss_equals_scikit_learn_and_keeps_outliers_from_the_weights() {
    let cases = with_outliers();
    let answer = ask("learn_fits.py", &json!({"linear": cases.iter().map(question).collect::<Vec<_>>()}));
    for (case, theirs) in cases.iter().zip(answer["linear"].as_array().expect("a list")) {
        let outcome = fit(case);
        let Head::Value { scale, .. } = outcome.model.head else { panic!("a value") };
        let weights: Vec<f64> = wide(&outcome.model.weights).iter().map(|w| w * f64::from(scale)).collect();
        assert_close(&format!("{}: weights", case.name), &weights, &list(&theirs["weights"]), 1e-4);
        let Predictions::Values(predicted) = outcome.model.predict(&case.features) else { panic!("values") };
        assert_close(&format!("{}: predictions", case.name), &wide(&predicted), &list(&theirs["predictions"]), 1e-4);
        println!("{}: {} Newton steps, gradient {:.1e}", case.name, outcome.iterations, outcome.gradient);
        assert_eq!(outcome.model, fit(case).model, "{}", case.name);
        if case.name == "huber" {
            let squares = LinearSpec { huber: None, ..case.spec.clone() };
            let squares = squares.fit(&case.features, &case.target).expect("sound").model;
            let middle = |model: &hearth::model::linear::Linear| {
                let Predictions::Values(values) =
                    model.predict(&Matrix { values: vec![0.0; 5], n_rows: 1, n_columns: 5 })
                else {
                    panic!("values")
                };
                f64::from(values[0])
            };
            assert!((middle(&outcome.model) - 100.0).abs() < 2.0, "{}", middle(&outcome.model));
            assert!((middle(&squares) - 100.0).abs() > 10.0, "{}", middle(&squares));
        }
    }
}

#[test]
fn hubers_loss_of_a_target_that_is_met_or_constant_still_predicts() {
    let mut random = Random::new(7, 0);
    let features = matrix(60, 3, 0.0, &mut random);
    let exact = Target::Values((0..60).map(|r| 5.0 + f64::from(features.row(r)[1])).collect());
    for (target, off) in [(exact, 0.01), (Target::Values(vec![3.5; 60]), 1e-6)] {
        let spec = LinearSpec { l2: 1e-6, huber: Some(1.35), ..LinearSpec::default() };
        let model = spec.fit(&features, &target).expect("sound").model;
        let (Predictions::Values(found), Target::Values(wanted)) = (model.predict(&features), &target) else {
            panic!("values")
        };
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((f64::from(*found) - wanted).abs() <= off, "{found} {wanted}");
        }
    }
    // Where weights can meet most rows the scale goes to 0, and there is no best one.
    let wide_features = matrix(60, 100, 0.0, &mut random);
    let target = Target::Values((0..60).map(|_| random.normal()).collect());
    let spec = LinearSpec { huber: Some(1.35), ..LinearSpec::default() };
    let outcome = spec.fit(&wide_features, &target).expect("sound");
    assert!(outcome.model.weights.iter().chain(&outcome.model.intercept).all(|w| w.is_finite()));
    assert!(outcome.converged || outcome.note().is_some());
    let narrow = LinearSpec { huber: Some(1.0), ..LinearSpec::default() };
    assert_eq!(narrow.validate()[0].place, "linear, huber");
    // Classes have no such loss.
    let target = classes_of(&features, 2, &mut random);
    let spec = LinearSpec { huber: Some(1.35), ..LinearSpec::default() };
    let plain = LinearSpec::default().fit(&features, &target).expect("sound").model;
    assert_eq!(spec.fit(&features, &target).expect("sound").model, plain);
}

fn question(case: &Case) -> Value {
    let weights = match (&case.spec.class_weights, &case.target) {
        (ClassWeights::Given(weights), _) => json!(weights),
        (ClassWeights::Balanced, _) => json!("balanced"),
        (ClassWeights::Equal, _) => Value::Null,
    };
    let huber = case.spec.huber.map(f64::from);
    let target = match &case.target {
        Target::Classes { codes, .. } => json!({"codes": codes}),
        Target::Values(values) => json!({"values": values}),
    };
    let features: Vec<f64> = case.features.values.iter().map(|v| f64::from(*v)).collect();
    json!({"l2": f64::from(case.spec.l2), "l1": f64::from(case.spec.l1), "huber": huber, "weights": weights, "target": target, "features": features,
        "n_columns": case.features.n_columns})
}

fn fit(case: &Case) -> LinearOutcome {
    let outcome = case.spec.fit(&case.features, &case.target).expect("the case is sound");
    assert!(outcome.converged, "{}: gradient {}", case.name, outcome.gradient);
    outcome
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

#[test]
fn linear_models_equal_scikit_learn() {
    let cases = cases();
    let answer = ask("learn_fits.py", &json!({"linear": cases.iter().map(question).collect::<Vec<_>>()}));
    for (case, theirs) in cases.iter().zip(answer["linear"].as_array().expect("a list")) {
        let outcome = fit(case);
        let model = &outcome.model;
        let scale = match model.head {
            Head::Softmax | Head::Shares | Head::Exp => 1.0,
            Head::Value { scale, .. } => f64::from(scale),
        };
        let weights: Vec<f64> = wide(&model.weights).iter().map(|w| w * scale).collect();
        assert_close(&format!("{}: weights", case.name), &weights, &list(&theirs["weights"]), 1e-5);
        if case.spec.l1 > 0.0 {
            let zeros = |weights: &[f64]| weights.iter().map(|w| w.abs() < 1e-9).collect::<Vec<bool>>();
            assert_eq!(zeros(&weights), zeros(&list(&theirs["weights"])), "{}: which weights are 0", case.name);
            assert!(weights.contains(&0.0), "{}: some weight is 0", case.name);
        }
        if let Head::Softmax = model.head {
            assert_close(
                &format!("{}: intercept", case.name),
                &wide(&model.intercept),
                &list(&theirs["intercept"]),
                1e-4,
            );
        }
        let predicted = match model.predict(&case.features) {
            Predictions::Probabilities { values, .. } | Predictions::Values(values) => wide(&values),
        };
        // An offset of 2,000 costs f32 three of its seven digits.
        let tolerance = if case.name.ends_with("raw features") { 1e-4 } else { 1e-5 };
        assert_close(&format!("{}: predictions", case.name), &predicted, &list(&theirs["predictions"]), tolerance);
        println!("{}: {} Newton steps, gradient {:.1e}", case.name, outcome.iterations, outcome.gradient);
    }
}

#[test]
fn class_weights_count_like_repeated_rows() {
    let mut random = Random::new(3, 0);
    for n_classes in [2, 3] {
        let features = matrix(120, 4, 0.2, &mut random);
        let target = classes_of(&features, n_classes, &mut random);
        let Target::Classes { codes, .. } = &target else { unreachable!("classes") };
        let repeats = |position: &u32| 1 + (codes[*position as usize] as usize);
        let order: Vec<u32> = (0..120).flat_map(|p| std::iter::repeat_n(p, repeats(&p))).collect();
        let repeated =
            spec(1.0, ClassWeights::Equal).fit(&features.select(&order), &target.select(&order)).expect("sound");
        let weights = (1..=n_classes).map(|w| w as f32).collect();
        let weighted = spec(1.0, ClassWeights::Given(weights)).fit(&features, &target).expect("sound");
        assert_close("weights", &wide(&weighted.model.weights), &wide(&repeated.model.weights), 1e-6);
        assert_close("intercept", &wide(&weighted.model.intercept), &wide(&repeated.model.intercept), 1e-6);
    }
}

#[test]
fn a_fit_in_steps_is_the_same_bits_twice_and_can_be_left() {
    for case in cases() {
        let once = fit(&case);
        assert_eq!(once.model, fit(&case).model, "{}", case.name);
        let mut early = case.spec.start(&case.features, &case.target).expect("sound");
        early.step();
        let left = early.finish();
        assert!(left.model.weights.iter().chain(&left.model.intercept).all(|w| w.is_finite()));
    }
}

#[test]
fn what_cannot_be_fitted_is_said() {
    let mut random = Random::new(4, 0);
    let features = matrix(30, 3, 0.0, &mut random);
    let target = classes_of(&features, 3, &mut random);
    let err = |spec: &LinearSpec, features: &Matrix| spec.fit(features, &target).expect_err("refused");
    let two = spec(1.0, ClassWeights::Given(vec![1.0, 2.0]));
    assert_eq!(err(&two, &features).event, "2 class weights are given for 3 classes.");
    assert_eq!(err(&spec(-1.0, ClassWeights::Equal), &features).place, "linear, l2");
    let negative = LinearSpec { l1: -1.0, ..LinearSpec::default() };
    assert_eq!(err(&negative, &features).place, "linear, l1");
    let mut broken = features.clone();
    broken.values[4] = f32::INFINITY;
    assert!(err(&spec(1.0, ClassWeights::Equal), &broken).event.contains("not finite"));
    let mut impatient = spec(1e-6, ClassWeights::Equal);
    impatient.max_iterations = 1;
    let outcome = impatient.fit(&features, &target).expect("fits");
    assert!(!outcome.converged && outcome.note().is_some_and(|n| n.contains("after 1 iterations")));
}

#[test]
fn classes_without_rows_and_constant_targets_still_predict() {
    let mut random = Random::new(5, 0);
    let features = matrix(40, 3, 0.0, &mut random);
    for (codes, n_classes) in [
        ((0..40).map(|_| 1).collect::<Vec<u32>>(), 2),
        ((0..40).map(|_| 0).collect(), 2),
        ((0..40).map(|_| 2).collect(), 3),
        ((0..40).map(|i| 2 * (i % 2)).collect(), 3),
        ((0..40).map(|i| 1 + i % 3).collect(), 4),
    ] {
        let target = Target::Classes { codes: codes.clone(), labels: labels(n_classes) };
        for class_weights in [ClassWeights::Equal, ClassWeights::Balanced] {
            let outcome = spec(1.0, class_weights).fit(&features, &target).expect("sound");
            assert!(outcome.converged);
            let Predictions::Probabilities { values, .. } = outcome.model.predict(&features) else { panic!("classes") };
            for row in values.chunks_exact(n_classes) {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5 && row.iter().all(|p| p.is_finite()));
                let absent = (0..n_classes).filter(|c| !codes.contains(&(*c as u32)));
                assert!(absent.map(|c| row[c]).all(|p| p < 1e-10));
            }
        }
    }
    let constant = Target::Values(vec![3.5; 40]);
    let outcome = spec(1.0, ClassWeights::Equal).fit(&features, &constant).expect("sound");
    assert_eq!(outcome.model.predict(&features), Predictions::Values(vec![3.5; 40]));
    let none = Matrix { values: Vec::new(), n_rows: 40, n_columns: 0 };
    let codes = (0..40).map(|i| u32::from(i % 4 == 0)).collect();
    let target = Target::Classes { codes, labels: labels(2) };
    let outcome = spec(1.0, ClassWeights::Equal).fit(&none, &target).expect("sound");
    let Predictions::Probabilities { values, .. } = outcome.model.predict(&none) else { panic!("classes") };
    assert!((values[1] - 0.25).abs() < 1e-6);
}

#[test]
fn preparation_equals_scikit_learn() {
    let (columns, target) = mixed(400, 2, 6);
    let data = dataset(&columns, target);
    let positions: Vec<u32> = (0..400).filter(|p| p % 3 != 0).collect();
    let held_out: Vec<u32> = (0..400).filter(|p| p % 3 == 0).collect();
    let cell = |column: &hearth::table::Column, row: u32| match &column.values {
        Values::Number(v) if v[row as usize].is_nan() => Value::Null,
        Values::Number(v) => json!(f64::from(v[row as usize] as f32)),
        Values::Category { codes, .. } if codes[row as usize] == MISSING_CODE => Value::Null,
        _ => json!(column.values.text(row as usize)),
    };
    let part = |rows: &[u32]| {
        let column = |c: &hearth::table::Column| rows.iter().map(|r| cell(c, *r)).collect::<Vec<Value>>();
        json!({"age": column(&columns[0]), "income": column(&columns[1]), "port": column(&columns[2])})
    };
    let answer = ask("learn_fits.py", &json!({"prepare": {"train": part(&positions), "test": part(&held_out)}}));
    for (name, scaling, impute) in [
        ("standard, median", Scaling::Standard, Impute::Median),
        ("standard, mean", Scaling::Standard, Impute::Mean),
        ("robust, median", Scaling::RobustSmoothClip, Impute::Median),
        ("none, mean", Scaling::None, Impute::Mean),
    ] {
        let spec = PrepareSpec { scaling, impute, min_category_rows: 20, ..PrepareSpec::for_linear() };
        let fitted = spec.fit(&data, &positions);
        let ours = fitted.transform(&Inputs::from_dataset(&data, &held_out));
        let theirs = &answer["prepare"][name];
        for (feature, values) in theirs.as_object().expect("features by name") {
            let at = fitted.feature_names.iter().position(|n| n == feature);
            let at = at.unwrap_or_else(|| panic!("{feature} is not in {:?}", fitted.feature_names));
            let column: Vec<f64> = (0..ours.n_rows).map(|r| f64::from(ours.row(r)[at])).collect();
            assert_close(&format!("{name}: {feature}"), &column, &list(values), 2e-6);
        }
    }
    let fitted = PrepareSpec { min_category_rows: 20, ..PrepareSpec::for_linear() }.fit(&data, &positions);
    let names = ["port = Southampton", "port = Cherbourg", "port = Queenstown", "port is other", "port is missing"];
    assert_eq!(fitted.feature_names[3..8], names.map(str::to_owned));
    assert_eq!(fitted.feature_inputs[2..8], [1, 2, 2, 2, 2, 2]);
    assert_eq!(fitted.feature_names.len(), fitted.transform(&Inputs::from_dataset(&data, &[0])).n_columns);
    assert_eq!(number(&answer["prepare"]["n_rare"]) as usize, count_other(&data, &positions, &fitted.blocks[2]));
}

fn count_other(data: &hearth::dataset::Dataset, positions: &[u32], block: &Block) -> usize {
    let (Block::Category { levels, .. }, Values::Category { codes, levels: all }) = (block, &data.features[2].values)
    else {
        panic!("port is a category")
    };
    let other = |p: &&u32| {
        let code = codes[data.rows[**p as usize] as usize];
        code != MISSING_CODE && !levels.contains(&all[code as usize])
    };
    positions.iter().filter(other).count()
}

#[test]
fn prepared_features_are_always_finite() {
    let extreme = vec![1e30, -1e30, 1e300, -1e308, f64::NAN, 0.0, 1e-300, 5.0];
    let texts =
        [Some("a"), None, Some("<img src=x onerror=…>"), Some("__proto__"), Some("a"), Some("1"), Some("1.0"), None];
    let columns = [
        numbers("extreme", extreme.clone()),
        numbers("missing", vec![f64::NAN; 8]),
        numbers("constant", vec![0.1; 8]),
        numbers("one spike", vec![0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0]),
        categories("texts", &texts),
        categories("no text", &[None; 8]),
    ];
    let data = dataset(&columns, Target::Values(vec![0.0; 8]));
    let all: Vec<u32> = (0..8).collect();
    for scaling in [Scaling::None, Scaling::Standard, Scaling::RobustSmoothClip] {
        for fit_on in [&all[..], &all[4..6], &all[..1]] {
            let spec = PrepareSpec { scaling, min_category_rows: 1, ..PrepareSpec::for_network() };
            let fitted = spec.fit(&data, fit_on);
            let features = fitted.transform(&Inputs::from_dataset(&data, &all));
            assert!(features.values.iter().all(|v| v.is_finite()), "{scaling:?}");
            if scaling == Scaling::RobustSmoothClip {
                assert!(features.values.iter().all(|v| v.abs() <= 3.0), "{scaling:?}");
            }
            let at = |name: &str| fitted.feature_names.iter().position(|n| n == name).expect("there");
            assert!((0..8).all(|r| features.row(r)[at("constant")].abs() <= 0.1));
        }
    }
}
