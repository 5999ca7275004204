//! Calibration: the maps against scikit-learn and SciPy, the parts of the Brier score against NumPy, and honest judgement.

use hearth::dataset::Target;
use hearth::metrics::{Metric, score};
use hearth::model::Predictions;
use hearth::model::calibrated::Map;
use hearth::random::Random;
use hearth::tune::calibrate::{Way, fit};
use hearth::validate::calibrate::{BrierParts, Calibrating, Calibrations};
use hearth::validate::{Tested, Views, calibration_error, views};
use serde_json::{Value, json};

use crate::data::labels;
use crate::python::{ask, assert_close, number, numbers};

/// Classes, and what is said of them.
type Rows = (Vec<u32>, Vec<f32>);

/// Rows whose classes are drawn from a softmax of random logits; what is said of them are these logits times `too_sure`,
/// plus `shift` for the last class.
fn rows(n: usize, n_classes: usize, (too_sure, shift): (f64, f64), seed: u64) -> Rows {
    let mut random = Random::new(seed, 0);
    let softmax = |logits: &[f64]| {
        let powers: Vec<f64> = logits.iter().map(|z| z.exp()).collect();
        let sum: f64 = powers.iter().sum();
        powers.into_iter().map(|p| p / sum).collect::<Vec<f64>>()
    };
    let (mut codes, mut values) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let logits: Vec<f64> = (0..n_classes).map(|_| 1.2 * random.normal()).collect();
        let mut left = random.unit();
        let true_shares = softmax(&logits);
        let drawn = true_shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        codes.push(drawn.unwrap_or(0) as u32);
        let mut said: Vec<f64> = logits.iter().map(|z| z * too_sure).collect();
        said[n_classes - 1] += shift;
        values.extend(softmax(&said).into_iter().map(|p| p as f32));
    }
    (codes, values)
}

fn bent(map: &Map, values: &[f32], n_classes: usize) -> Vec<f64> {
    let mut values = values.to_vec();
    map.bend_all(&mut values, n_classes);
    values.into_iter().map(f64::from).collect()
}

fn f64s(values: &[f32]) -> Vec<f64> {
    values.iter().copied().map(f64::from).collect()
}

#[test]
fn maps_are_those_of_scikit_learn_and_scipy() {
    let cases: Vec<(usize, Rows, Vec<f32>)> =
        [(2, 300, (2.5, 0.4)), (2, 2_000, (0.5, -1.0)), (3, 600, (3.0, 0.5)), (5, 1_500, (0.6, 0.0))]
            .into_iter()
            .zip(1u64..)
            .map(|((k, n, bend), seed)| (k, rows(n, k, bend, seed), rows(200, k, (4.0, 0.0), 50 + seed).1))
            .collect();
    let question: Vec<Value> = cases
        .iter()
        .map(|(k, (codes, values), asked)| {
            json!({ "n_classes": k, "codes": codes, "values": f64s(values), "asked": f64s(asked) })
        })
        .collect();
    let answers = ask("calibration.py", &Value::Array(question));
    for ((k, (codes, values), asked), theirs) in cases.iter().zip(answers.as_array().expect("a list")) {
        let made = |way: Way| fit(way, codes, values, *k).expect("two classes");
        let what = |part: &str| format!("{k} classes, {} rows: {part}", codes.len());

        let Map::Sigmoid(lines) = made(Way::Sigmoid) else { panic!("lines") };
        let ours: Vec<f64> = lines.iter().flat_map(|line| [line.slope, line.offset]).map(f64::from).collect();
        let wanted: Vec<f64> = theirs["lines"].as_array().expect("lines").iter().flat_map(numbers).collect();
        // Kept in f32.
        assert_close(&what("lines"), &ours, &wanted, 2e-6);
        let ours = bent(&Map::Sigmoid(lines), asked, *k);
        assert_close(&what("sigmoid"), &ours, &numbers(&theirs["sigmoid"]), 2e-6);
        // CalibratedClassifierCV stops its search earlier.
        assert_close(&what("CalibratedClassifierCV, sigmoid"), &ours, &numbers(&theirs["platt"]), 2e-4);

        let Map::Temperature(sharpness) = made(Way::Temperature) else { panic!("one number") };
        assert_close(&what("sharpness"), &[f64::from(sharpness)], &[number(&theirs["sharpness"])], 1e-6);
        let ours = bent(&Map::Temperature(sharpness), asked, *k);
        assert_close(&what("temperature"), &ours, &numbers(&theirs["temperature"]), 2e-6);
        if *k > 2 {
            assert_close(&what("CalibratedClassifierCV, temperature"), &ours, &numbers(&theirs["guo"]), 1e-4);
        }

        let Map::Isotonic(knots) = made(Way::Isotonic) else { panic!("knots") };
        for (class, (ours, theirs)) in knots.iter().zip(theirs["knots"].as_array().expect("knots")).enumerate() {
            assert_close(&what(&format!("knots {class}")), &f64s(&ours.at), &numbers(&theirs[0]), 1e-6);
            assert_close(&what(&format!("levels {class}")), &f64s(&ours.to), &numbers(&theirs[1]), 1e-6);
        }
        let ours = bent(&Map::Isotonic(knots), asked, *k);
        assert_close(&what("isotonic"), &ours, &numbers(&theirs["isotonic"]), 5e-6);

        let positive =
            Target::Classes { codes: codes.iter().map(|code| u32::from(*code == 1)).collect(), labels: labels(2) };
        let second = values.chunks_exact(*k).flat_map(|row| [1.0 - row[1], row[1]]).collect();
        let said = Predictions::Probabilities { values: second, n_classes: 2 };
        let Views::Classes(views) = views(&positive, &said, &vec![0; codes.len()], 0) else { panic!("classes") };
        let bins = &views.curves[0].calibration;
        let parts = BrierParts::of(bins).expect("rows");
        let ours = [parts.reliability, parts.resolution, parts.uncertainty, calibration_error(bins).expect("rows")];
        let wanted = ["reliability", "resolution", "uncertainty", "error"].map(|name| number(&theirs["brier"][name]));
        assert_close(&what("parts of the Brier score"), &ours, &wanted, 1e-9);
        // Within a bin rows differ little: the parts come to about the score.
        let brier = score(Metric::Brier, &positive, &said).expect("rows");
        let sum = parts.reliability - parts.resolution + parts.uncertainty;
        assert!((sum - brier).abs() < 0.01, "{sum} for {brier}");
    }
}

/// Folds of equal size, in order.
fn tested(n_folds: usize, values: Vec<f32>, n_classes: usize) -> Tested {
    let n = values.len() / n_classes;
    Tested {
        sizes: vec![(n / n_folds) as u32; n_folds],
        positions: (0..n as u32).collect(),
        predictions: Predictions::Probabilities { values, n_classes },
    }
}

fn tried(n: usize, n_classes: usize, bend: (f64, f64), seed: u64) -> Calibrations {
    let (codes, values) = rows(n, n_classes, bend, seed);
    let names: Vec<String> = (0..n_classes).map(|class| class.to_string()).collect();
    let target = Target::Classes { codes, labels: names };
    let tested = tested(5, values, n_classes);
    Calibrating::new(&tested, &target).expect("folds").tried().expect("scores")
}

#[test]
fn what_is_too_sure_is_mended_and_what_is_true_is_left_alone() {
    for (n_classes, seed) in [(2, 1), (3, 2)] {
        let found = tried(3_000, n_classes, (3.0, 0.0), seed);
        let best = found.best().expect("it was too sure");
        let Some(temperature) = found.tried.iter().find(|tried| tried.way == Way::Temperature) else { panic!("tried") };
        assert!(best.quality.log_loss < 0.9 * found.without.log_loss, "{found:?}");
        assert!(best.quality.error < 0.05 && found.without.error > 0.08, "{found:?}");
        assert!(found.helps(temperature) && temperature.n_better == 5, "{found:?}");
        assert!((temperature.quality.log_loss - best.quality.log_loss).abs() < 0.01, "{found:?}");
    }
    // Twenty sets of few rows that say what is true: a map learns their noise, which other rows do not have.
    let offered = (0..20).filter(|seed| tried(200, 2, (1.0, 0.0), 100 + seed).best().is_some()).count();
    println!("something is offered for {offered} of 20 that are calibrated");
    assert!(offered <= 6, "{offered}");
}

#[test]
fn no_map_is_fitted_on_a_row_that_it_is_judged_on() {
    // The same rows in two rounds: position 0 is in the first fold of either.
    let (codes, values) = rows(8, 2, (1.0, 0.0), 3);
    let positions: Vec<u32> = vec![0, 1, 2, 3, 4, 5, 6, 7, 0, 3, 5, 6, 1, 2, 4, 7];
    let of = |position: &u32| &values[2 * *position as usize..2 * *position as usize + 2];
    let all: Vec<f32> = positions.iter().flat_map(of).copied().collect();
    let labels = labels(2);
    let made = |codes: Vec<u32>| {
        let tested = Tested {
            sizes: vec![4; 4],
            positions: positions.clone(),
            predictions: Predictions::Probabilities { values: all.clone(), n_classes: 2 },
        };
        let target = Target::Classes { codes, labels: labels.clone() };
        let found = Calibrating::new(&tested, &target).expect("folds").fitted(Way::Sigmoid, Some(0));
        found.expect("two classes")
    };
    let mut codes = codes;
    (codes[4], codes[5]) = (0, 1);
    let before = made(codes.clone());
    // Other answers of the rows of the first fold change nothing; of another row they do.
    for row in 0..4 {
        let mut turned = codes.clone();
        turned[row] = 1 - turned[row];
        assert_eq!(made(turned), before, "row {row}");
    }
    let mut turned = codes.clone();
    turned[6] = 1 - turned[6];
    assert_ne!(made(turned), before);
}

#[test]
fn odd_rows_are_borne() {
    assert_eq!(fit(Way::Sigmoid, &[], &[], 2), None);
    assert_eq!(fit(Way::Isotonic, &[1, 1], &[0.5, 0.5, 0.2, 0.8], 2), None);
    // Certain and wrong, equal probabilities, a class that never occurs: all stay finite, in order and together 1.
    let odd: [(Vec<u32>, Vec<f32>, usize); 3] = [
        (vec![0, 1, 0, 1], vec![0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0], 2),
        (vec![0, 1, 1], [0.4, 0.6].repeat(3), 2),
        (vec![0, 1, 1, 0], [0.2, 0.5, 0.3].repeat(4), 3),
    ];
    for (codes, values, n_classes) in odd {
        for way in Way::ALL {
            let map = fit(way, &codes, &values, n_classes).expect("two classes");
            for row in [vec![0.0; n_classes], values[..n_classes].to_vec(), values[n_classes..2 * n_classes].to_vec()] {
                let found = bent(&map, &row, n_classes);
                let sum: f64 = found.iter().sum();
                let sound = found.iter().all(|p| (0.0..=1.0).contains(p)) && (sum - 1.0).abs() < 1e-6;
                assert!(sound, "{way:?} {codes:?} {row:?}: {found:?}");
            }
        }
    }
}
