//! CBPE against numbers that NannyML gave (`tests/reference/nannyml_cbpe.py` writes them).

use hearth::metrics::Metric;
use hearth::monitor::calibrate::{Calibration, calibrated, estimated};
use serde_json::Value;

use crate::python::{assert_close, number, numbers};

#[test]
fn metrics_without_outcomes_are_those_of_nannyml() {
    let path = format!("{}/tests/data/nannyml_cbpe.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the numbers can be read");
    let told: Value = serde_json::from_str(&text).expect("the numbers are JSON");
    let cases = told["cases"].as_array().expect("a list");
    assert_eq!(cases.len(), 6);
    for (i, case) in cases.iter().enumerate() {
        let k = number(&case["n_classes"]) as usize;
        let (p, now) = (numbers(&case["p"]), numbers(&case["now"]));
        let codes: Vec<usize> = numbers(&case["y"]).iter().map(|code| *code as usize).collect();
        let needs = case["calibrated"].as_bool().expect("a flag");
        let classes = if k == 2 { 1..2 } else { 0..k };
        let maps: Vec<Calibration> = classes
            .map(|class| {
                let of_class: Vec<f64> = p.chunks(k).map(|row| row[class]).collect();
                let positive: Vec<bool> = codes.iter().map(|code| *code == class).collect();
                if needs { Calibration::isotonic(&of_class, &positive) } else { Calibration::default() }
            })
            .collect();
        let values: Vec<f32> = now.iter().map(|p| *p as f32).collect();
        let truth = calibrated(&values, k, &maps);
        for (metric, name) in [(Metric::RocAuc, "roc_auc"), (Metric::F1, "f1"), (Metric::Accuracy, "accuracy")] {
            let ours = estimated(metric, &values, &truth, k).expect("a metric of rows");
            assert_close(&format!("case {i}, {name}"), &[ours], &[number(&case["estimated"][name])], 1e-9);
        }
    }
}

#[test]
fn a_map_is_taken_only_where_it_helps() {
    let mut random = hearth::random::Random::new(3, 0);
    let p: Vec<f64> = (0..2_000).map(|_| random.unit()).collect();
    let crooked: Vec<bool> = p.iter().map(|p| random.unit() < p * p * p).collect();
    let map = Calibration::where_needed(&p, &crooked, 1);
    assert!((map.of(0.5) - 0.125).abs() < 0.06, "{}", map.of(0.5));
    assert_eq!(map, Calibration::where_needed(&p, &crooked, 1));
    // Of one class only, and of far too few rows, nothing is learned.
    assert_eq!(Calibration::where_needed(&p, &vec![true; 2_000], 1), Calibration::default());
    assert_eq!(Calibration::where_needed(&p[..10], &crooked[..10], 1), Calibration::default());
}
