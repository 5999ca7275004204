//! Nearest neighbours against scikit-learn, and what decides where rows are equally near.

use hearth::dataset::Target;
use hearth::model::neighbours::{Answers, Neighbours, NeighboursSpec, Votes, reach};
use hearth::model::{Model, Predictions};
use hearth::prepare::Matrix;
use hearth::random::Random;
use serde_json::{Value, json};

use crate::data::{classes_of, labels, matrix};
use crate::python::{ask, assert_close, numbers};

fn fit(spec: &NeighboursSpec, features: &Matrix, target: &Target) -> Neighbours {
    spec.fit(features, target).expect("the case is sound")
}

fn predicted(model: &Neighbours, features: &Matrix) -> Vec<f64> {
    match model.predict(features) {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => {
            values.into_iter().map(f64::from).collect()
        }
    }
}

fn rows_of(features: &Matrix) -> Vec<Vec<f32>> {
    (0..features.n_rows).map(|row| features.row(row).to_vec()).collect()
}

#[test]
fn neighbours_equal_scikit_learn() {
    let mut random = Random::new(41, 0);
    let mut cases: Vec<(NeighboursSpec, Matrix, Target, Matrix)> = Vec::new();
    for (n_columns, n_classes, k, votes) in [
        (5, 2, 5, Votes::Uniform),
        (5, 2, 5, Votes::Distance),
        (1, 3, 1, Votes::Uniform),
        (40, 4, 30, Votes::Distance),
        (300, 3, 12, Votes::Uniform),
        (6, 0, 5, Votes::Uniform),
        (6, 0, 9, Votes::Distance),
        (1, 0, 200, Votes::Distance),
    ] {
        let features = matrix(350, n_columns, 0.0, &mut random);
        let target = match n_classes {
            0 => Target::Values(features.values.chunks(n_columns).map(|row| f64::from(100.0 + 9.0 * row[0])).collect()),
            n => classes_of(&features, n, &mut random),
        };
        // Rows that are met again have no distance to themselves.
        let mut asked = matrix(80, n_columns, 0.0, &mut random);
        asked.values[..20 * n_columns].copy_from_slice(&features.values[..20 * n_columns]);
        let spec = NeighboursSpec { k, votes, ..NeighboursSpec::default() };
        cases.push((spec, features, target, asked));
    }
    let question = |(spec, features, target, asked): &(NeighboursSpec, Matrix, Target, Matrix)| -> Value {
        let weights = if spec.votes == Votes::Uniform { "uniform" } else { "distance" };
        let mut case = json!({"k": spec.k, "weights": weights, "rows": rows_of(features), "asked": rows_of(asked)});
        match target {
            Target::Classes { codes, .. } => case["codes"] = json!(codes),
            Target::Values(values) => case["values"] = json!(values),
        }
        case
    };
    let answer = ask("learn_neighbours.py", &json!(cases.iter().map(question).collect::<Vec<_>>()));
    for ((spec, features, target, asked), theirs) in cases.iter().zip(answer.as_array().expect("a list")) {
        let ours = predicted(&fit(spec, features, target), asked);
        // scikit-learn's own distances are of 15 digits, so that a row that is met again may seem a little away.
        assert_close(&format!("{spec:?}"), &ours, &numbers(theirs), 1e-5);
    }
}

#[test]
fn of_equally_near_rows_the_first_vote_and_a_row_that_is_met_again_decides_alone() {
    let features = Matrix { values: vec![0.0, 1.0, 1.0, -1.0, 1.0, 3.0, 0.0], n_rows: 7, n_columns: 1 };
    let target = Target::Classes { codes: vec![0, 1, 2, 2, 0, 1, 1], labels: labels(3) };
    let spec = |k, votes| NeighboursSpec { k, votes, ..NeighboursSpec::default() };
    let near = |k: u32, votes, x: f32| -> (Vec<u32>, Vec<f64>) {
        let model = fit(&spec(k, votes), &features, &target);
        let row = Matrix { values: vec![x], n_rows: 1, n_columns: 1 };
        (model.nearest(&[x]).into_iter().map(|(at, _)| at).collect(), predicted(&model, &row))
    };
    assert_eq!(near(3, Votes::Uniform, 1.0).0, [1, 2, 4]);
    assert_eq!(near(4, Votes::Uniform, 1.0).0, [1, 2, 4, 0]);
    assert_eq!(near(3, Votes::Uniform, 0.0).0, [0, 6, 1]);
    assert_eq!(near(2, Votes::Uniform, -1.0), (vec![3, 0], vec![0.5, 0.0, 0.5]));
    assert_eq!(near(5, Votes::Distance, 0.0), (vec![0, 6, 1, 2, 3], vec![0.5, 0.5, 0.0]));
    // One and three away, both of one class.
    let third = f64::from((1.0f64 / 3.0) as f32);
    let (at, shares) = near(2, Votes::Distance, 4.0);
    assert_eq!(at, [5, 1]);
    assert_close("shares", &shares, &[0.0, 1.0, 0.0], 1e-7);
    let (at, shares) = near(7, Votes::Distance, -2.0);
    assert_eq!(at, [3, 0, 6, 1, 2, 4, 5]);
    let total = 1.0 + 0.5 + 0.5 + third * 3.0 + 0.2;
    assert_close("shares", &shares, &[(0.5 + third) / total, (0.5 + third + 0.2) / total, (1.0 + third) / total], 1e-6);
    // More neighbours than rows: all of them.
    assert_eq!(near(200, Votes::Uniform, 9.0).0.len(), 7);
}

#[test]
fn distances_are_whole_numbers_that_f64_holds_whatever_the_features() {
    let mut random = Random::new(42, 0);
    for n in [1, 2, 3, 4, 5, 8, 9, 100, 1_000, 20_000, 1 << 20] {
        let reach = f64::from(reach(n));
        assert!(4.0 * reach * reach * n as f64 <= 9_007_199_254_740_992.0, "{n}");
        assert!(reach >= 8_192.0, "{n}: a grid that is fine enough");
    }
    for (scale, n_columns) in [(1e-30f32, 3), (1e-3, 30), (1.0, 300), (1e15, 2)] {
        let mut features = matrix(50, n_columns, 0.3, &mut random);
        features.values.iter_mut().for_each(|x| *x *= scale);
        let target = Target::Values((0..50).map(f64::from).collect());
        let model = fit(&NeighboursSpec::default(), &features, &target);
        let by_hand = |a: &[f32], b: &[f32]| -> f64 {
            a.iter().zip(b).rev().map(|(x, y)| (f64::from(*x) - f64::from(*y)).powi(2)).sum()
        };
        let places = |row: usize| &model.rows[row * n_columns..(row + 1) * n_columns];
        for row in 0..50 {
            for (at, squared) in model.nearest(features.row(row)) {
                assert_eq!(squared, by_hand(places(row), places(at as usize)));
                assert_eq!(squared.fract(), 0.0);
            }
        }
        if scale > 1e-20 {
            // Rounded by less than a hundred-thousandth of the largest.
            let largest = features.values.iter().fold(0f32, |l, x| l.max(x.abs()));
            for (x, place) in features.values.iter().zip(&model.rows) {
                assert!((place / model.fineness - x).abs() <= 1e-5 * largest, "{x} {place}");
            }
        }
        for value in [f32::MAX, f32::MIN, 1e15, 1e-42, 0.0] {
            let row = Matrix { values: vec![value; n_columns], n_rows: 1, n_columns };
            assert!(predicted(&model, &row).iter().all(|v| v.is_finite()), "{value}");
        }
    }
}

#[test]
fn no_more_rows_are_carried_than_asked_for_and_chance_is_seeded() {
    let mut random = Random::new(43, 0);
    let features = matrix(500, 3, 0.0, &mut random);
    let target = classes_of(&features, 2, &mut random);
    let spec = NeighboursSpec { max_rows: 60, ..NeighboursSpec::default() };
    let model = fit(&spec, &features, &target);
    assert_eq!((model.n_rows(), model.rows.len()), (60, 180));
    assert_eq!(Model::Neighbours(model.clone()).n_carried(), 60);
    assert_eq!(model, fit(&spec, &features, &target), "the same again");
    assert_ne!(model, fit(&NeighboursSpec { seed: 1, ..spec.clone() }, &features, &target), "another seed");
    // Each is a row of the table with its answer, in the table's order.
    let all = fit(&NeighboursSpec::default(), &features, &target);
    let (Answers::Classes { codes, .. }, Answers::Classes { codes: all_codes, .. }) = (&model.answers, &all.answers)
    else {
        panic!("classes");
    };
    let mut next = 0;
    for (place, code) in model.rows.chunks(3).zip(codes) {
        let unit: Vec<f32> = place.iter().map(|p| p / model.fineness).collect();
        let is_it = |at: &usize| {
            let row = &all.rows[at * 3..at * 3 + 3];
            row.iter().zip(&unit).all(|(a, b)| (a / all.fineness - b).abs() < 1e-5)
        };
        let at = (next..500).find(is_it).expect("a row of the table, behind the one before");
        assert_eq!(all_codes[at], *code);
        next = at + 1;
    }
}

#[test]
fn what_cannot_be_fitted_is_said_and_no_features_are_enough() {
    let mut random = Random::new(44, 0);
    let features = matrix(30, 2, 0.0, &mut random);
    let target = classes_of(&features, 2, &mut random);
    let spec = NeighboursSpec::default();
    let err = |spec: &NeighboursSpec, features: &Matrix| spec.fit(features, &target).expect_err("refused");
    assert_eq!(err(&NeighboursSpec { k: 0, ..spec.clone() }, &features).place, "neighbours, k");
    assert_eq!(err(&NeighboursSpec { max_rows: 5_001, ..spec.clone() }, &features).place, "neighbours, max_rows");
    let mut broken = features.clone();
    broken.values[1] = f32::NAN;
    assert!(err(&spec, &broken).event.contains("not finite"));
    let none = Matrix { values: Vec::new(), n_rows: 30, n_columns: 0 };
    let Target::Classes { codes, .. } = &target else { unreachable!("classes") };
    let first = codes[..5].iter().filter(|code| **code == 1).count() as f64 / 5.0;
    assert_close("the first five", &predicted(&fit(&spec, &none, &target), &none)[1..2], &[first], 1e-6);
}
