//! Naive Bayes against scikit-learn, and what it makes of rows that training never saw.

use hearth::dataset::{Target, Task};
use hearth::model::bayes::{Bayes, BayesSpec};
use hearth::model::{ClassWeights, Predictions};
use hearth::prepare::{Matrix, PrepareSpec};
use hearth::random::Random;
use serde_json::{Value, json};

use crate::data::{classes_of, dataset, labels, matrix, mixed};
use crate::python::{ask, assert_close, numbers};

struct Case {
    name: &'static str,
    spec: BayesSpec,
    features: Matrix,
    is_mark: Vec<bool>,
    target: Target,
}

/// Features of which those at the given places are 0 or what stands for 1.
fn features(n_rows: usize, is_mark: &[bool], random: &mut Random) -> Matrix {
    let mut features = matrix(n_rows, is_mark.len(), 0.0, random);
    for row in features.values.chunks_exact_mut(is_mark.len()) {
        // The weight of a word is no more than that it is there.
        let marks = row.iter_mut().zip(is_mark).filter(|(_, is_mark)| **is_mark);
        marks.for_each(|(x, _)| *x = if *x > 0.3 { 0.2 + *x } else { 0.0 });
    }
    features
}

fn cases() -> Vec<Case> {
    let mut random = Random::new(31, 0);
    let mut cases = Vec::new();
    let mut add = |name, spec, is_mark: Vec<bool>, n_classes| {
        let features = features(400, &is_mark, &mut random);
        let target = classes_of(&features, n_classes, &mut random);
        cases.push(Case { name, spec, features, is_mark, target });
    };
    let spec = BayesSpec::default;
    let weighted = |class_weights| BayesSpec { class_weights, ..BayesSpec::default() };
    add("numbers, two classes", spec(), vec![false; 6], 2);
    add("numbers, five classes", spec(), vec![false; 4], 5);
    add("numbers, widened", BayesSpec { var_smoothing: 0.25, ..spec() }, vec![false; 5], 3);
    add("marks, two classes", spec(), vec![true; 12], 2);
    add("marks, four classes, much smoothing", BayesSpec { smoothing: 20.0, ..spec() }, vec![true; 9], 4);
    add("marks, hardly any smoothing", BayesSpec { smoothing: 0.001, ..spec() }, vec![true; 30], 3);
    let both = |n: usize| (0..n).map(|at| at % 3 == 1).collect::<Vec<bool>>();
    add("both", spec(), both(10), 2);
    add("both, balanced", weighted(ClassWeights::Balanced), both(11), 3);
    add("both, weights", weighted(ClassWeights::Given(vec![1.0, 0.2, 4.0])), both(7), 3);
    // Far from 0 and of other sizes, as numbers are that nothing scales; one is the same in all rows of a class.
    let mut raw = features(400, &[false; 4], &mut random);
    let target = classes_of(&raw, 2, &mut random);
    let Target::Classes { codes, .. } = &target else { unreachable!("classes") };
    for (row, code) in raw.values.chunks_exact_mut(4).zip(codes) {
        row[0] = 2_000.0 + 5.0 * row[0];
        row[1] *= 1e4;
        row[2] = if *code == 1 { 3.0 } else { row[2] };
        row[3] = 7.5;
    }
    let is_mark = vec![false; 4];
    cases.push(Case {
        name: "raw numbers",
        spec: BayesSpec { var_smoothing: 1e-6, ..spec() },
        features: raw,
        is_mark,
        target,
    });
    cases
}

fn question(case: &Case) -> Value {
    let Target::Classes { codes, labels } = &case.target else { unreachable!("classes") };
    let column = |wanted: bool| -> Vec<Vec<f32>> {
        let of = |row: usize| {
            let row = case.features.row(row).iter().zip(&case.is_mark);
            row.filter(|(_, is_mark)| **is_mark == wanted).map(|(x, _)| *x).collect()
        };
        (0..case.features.n_rows).map(of).collect()
    };
    let priors = case.spec.class_weights.per_class(codes, labels.len());
    json!({"numbers": column(false), "marks": column(true), "codes": codes, "weights": priors,
        "var_smoothing": f64::from(case.spec.var_smoothing), "alpha": f64::from(case.spec.smoothing)})
}

fn fit(case: &Case) -> Bayes {
    case.spec.fit(&case.features, &case.is_mark, &case.target).expect("the case is sound")
}

fn shares(model: &Bayes, features: &Matrix) -> Vec<f64> {
    let Predictions::Probabilities { values, .. } = model.predict(features) else { panic!("classes") };
    values.into_iter().map(f64::from).collect()
}

#[test]
fn naive_bayes_equals_scikit_learn() {
    let cases = cases();
    let answer = ask("learn_bayes.py", &json!(cases.iter().map(question).collect::<Vec<_>>()));
    for (case, theirs) in cases.iter().zip(answer.as_array().expect("a list")) {
        let ours = shares(&fit(case), &case.features);
        let theirs = numbers(theirs);
        let unsure = theirs.iter().filter(|share| (0.01..0.99).contains(*share)).count();
        assert!(5 * unsure > theirs.len(), "{}: {unsure} of {} shares tell something", case.name, theirs.len());
        assert_eq!(ours.len(), theirs.len(), "{}", case.name);
        for (at, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            assert!((ours - theirs).abs() <= 1e-6, "{}[{at}]: ours {ours}, theirs {theirs}", case.name);
        }
    }
}

#[test]
fn marks_are_what_the_preparation_makes_of_categories_parts_of_dates_and_missing_cells() {
    let (columns, target) = mixed(300, 2, 4);
    let data = dataset(&columns, target);
    for (prepare, one_hot) in [(PrepareSpec::for_linear(), true), (PrepareSpec::for_trees(), false)] {
        let preparation = prepare.fit(&data, &data.rows);
        let is_mark = preparation.marks();
        assert_eq!(is_mark.len(), preparation.n_features());
        let marks = preparation.feature_names.iter().zip(&is_mark).filter(|(_, is_mark)| **is_mark);
        let names: Vec<&str> = marks.map(|(name, _)| name.as_str()).collect();
        let numbers: Vec<&String> =
            preparation.feature_names.iter().zip(&is_mark).filter(|(_, m)| !**m).map(|(n, _)| n).collect();
        if one_hot {
            assert_eq!(numbers, ["age", "income", "day"]);
            for name in ["age is missing", "port = Cherbourg", "port is missing", "day: month = 1", "flag = yes"] {
                assert!(names.contains(&name), "{name}: {names:?}");
            }
        } else {
            assert!(names.is_empty(), "{names:?}");
        }
    }
}

#[test]
fn classes_without_rows_constant_features_and_none_still_predict() {
    let mut random = Random::new(32, 0);
    let mut some = matrix(40, 3, 0.0, &mut random);
    some.values.chunks_exact_mut(3).for_each(|row| row[1] = 4.0);
    let none = Matrix { values: Vec::new(), n_rows: 40, n_columns: 0 };
    for (codes, n_classes) in [
        ((0..40).map(|_| 1).collect::<Vec<u32>>(), 2),
        ((0..40).map(|i| 2 * (i % 2)).collect(), 3),
        ((0..40).map(|i| 1 + u32::from(i % 4 > 0)).collect(), 4),
    ] {
        let target = Target::Classes { codes: codes.clone(), labels: labels(n_classes) };
        for class_weights in [ClassWeights::Equal, ClassWeights::Balanced] {
            let spec = BayesSpec { class_weights: class_weights.clone(), ..BayesSpec::default() };
            for (features, is_mark) in [(&some, vec![false, false, true]), (&none, Vec::new())] {
                let model = spec.fit(features, &is_mark, &target).expect("sound");
                for row in shares(&model, features).chunks_exact(n_classes) {
                    assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-6 && row.iter().all(|p| p.is_finite()));
                    let absent = (0..n_classes).filter(|c| !codes.contains(&(*c as u32)));
                    assert!(absent.map(|c| row[c]).all(|p| p < 1e-12), "{row:?}");
                }
            }
            if n_classes == 4 {
                let model = spec.fit(&none, &[], &target).expect("sound");
                let expected = if class_weights == ClassWeights::Equal { 0.75 } else { 0.5 };
                assert_close("the shares of the classes", &shares(&model, &none)[2..3], &[expected], 1e-6);
            }
        }
    }
}

#[test]
fn rows_of_any_size_have_finite_answers_and_far_is_far_enough() {
    for case in cases() {
        let model = fit(&case);
        let n = case.features.n_columns;
        for value in [1e15f32, -1e15, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 1e-42, 0.0] {
            for at in 0..n {
                let mut row = case.features.row(0).to_vec();
                row[at] = value;
                let shares = shares(&model, &Matrix { values: row, n_rows: 1, n_columns: n });
                assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{}: {shares:?}", case.name);
            }
        }
        let far = |value: f32| {
            let row = vec![value; n];
            shares(&model, &Matrix { values: row, n_rows: 1, n_columns: n })
        };
        assert_eq!(far(1e15), far(1e20), "{}", case.name);
    }
}

#[test]
fn a_fit_is_the_same_bits_twice_can_be_left_and_says_what_it_cannot_do() {
    for case in cases() {
        assert_eq!(fit(&case), fit(&case), "{}", case.name);
    }
    let case = &cases()[0];
    let err = |spec: &BayesSpec, target: &Target| spec.fit(&case.features, &case.is_mark, target).expect_err("refused");
    let spec = BayesSpec::default();
    let numbers = Target::Values(vec![1.0; 400]);
    assert_eq!(err(&spec, &numbers).place, "bayes, task");
    assert_eq!(spec.validate(Task::Regression).len(), 1);
    let three = BayesSpec { class_weights: ClassWeights::Given(vec![1.0; 3]), ..spec.clone() };
    assert_eq!(err(&three, &case.target).event, "3 class weights are given for 2 classes.");
    let none = BayesSpec { smoothing: 0.0, ..spec.clone() };
    assert_eq!(err(&none, &case.target).place, "bayes, smoothing");
    let narrow = BayesSpec { var_smoothing: f32::NAN, ..spec.clone() };
    assert_eq!(err(&narrow, &case.target).place, "bayes, var_smoothing");
    let mut broken = case.features.clone();
    broken.values[3] = f32::NAN;
    assert!(spec.fit(&broken, &case.is_mark, &case.target).is_err());
    // A fit that is left has seen what it has seen.
    let wide = Matrix { values: vec![1.0; 400 * 20_000], n_rows: 400, n_columns: 20_000 };
    let mut fit = spec.start(&wide, &vec![false; 20_000], &case.target).expect("sound");
    assert!(!fit.step(), "more than a step's work");
    let left = fit.finish();
    assert!(left.weights.iter().chain(&left.bias).all(|w| w.is_finite()));
}
