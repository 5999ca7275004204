//! Distances, tails and isotonic maps against SciPy, NumPy and scikit-learn.

use hearth::metrics::Metric;
use hearth::monitor::calibrate::{Calibration, calibrated, estimated};
use hearth::monitor::change::change;
use hearth::monitor::distance::{chi_squared, jensen_shannon, kolmogorov_smirnov, stability_index, wasserstein};
use hearth::monitor::sketch::Numbers;
use hearth::monitor::tail::{
    chi_squared_above, chi_squared_quantile, false_discovery, fisher_larger, kolmogorov_smirnov_above,
};
use hearth::random::Random;
use hearth::validate::student_t_above;
use serde_json::{Value, json};

use crate::python::{ask, assert_close, number, numbers};

const TOLERANCE: f64 = 1e-9;

/// Samples with and without ties, of like and unlike sizes, apart and alike.
fn samples() -> Vec<(Vec<f64>, Vec<f64>)> {
    let mut random = Random::new(11, 0);
    let mut draw = |n: usize, shift: f64, round: bool| -> Vec<f64> {
        let value = |_| random.normal() * 3.0 + shift;
        (0..n).map(value).map(|v| if round { v.round() } else { v }).collect()
    };
    let mut samples = Vec::new();
    for (n, m, shift, round) in [
        (1, 1, 0.0, false),
        (7, 3, 1.0, false),
        (50, 50, 0.0, false),
        (120, 90, 0.3, true),
        (1_000, 400, 0.4, false),
        (997, 1_501, 0.0, false),
        (1_500, 60, 6.0, true),
        (30_000, 5_000, 0.05, false),
    ] {
        samples.push((draw(n, 0.0, round), draw(m, shift, round)));
    }
    samples.push((vec![2.0; 40], vec![2.0; 30]));
    samples.push((vec![2.0; 40], vec![5.0; 30]));
    samples
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

fn tables() -> Vec<Vec<(u32, u32)>> {
    let mut random = Random::new(12, 0);
    let mut tables = vec![vec![(10, 20), (30, 5)], vec![(100, 100), (50, 49), (0, 0), (7, 0)]];
    for k in [2usize, 5, 10, 40] {
        tables.push((0..k).map(|_| (random.below(90) as u32 + 1, random.below(60) as u32)).collect());
    }
    tables
}

#[test]
fn statistics_are_those_of_scipy() {
    let samples = samples();
    let tables = tables();
    let chi2: Vec<(f64, f64)> =
        vec![(0.01, 1.0), (3.84, 1.0), (12.0, 9.0), (200.0, 9.0), (90.0, 100.0), (130.0, 100.0), (0.5, 40.0)];
    let t: Vec<(f64, f64)> = vec![(0.0, 5.0), (1.3, 19.0), (-2.0, 38.0), (8.0, 22.5), (-30.0, 19.0)];
    let fisher: Vec<(u32, u32, u32, u32)> = vec![
        (0, 1_000, 3, 100),
        (0, 1_000, 1, 1_000),
        (50, 1_000, 40, 400),
        (5, 60, 30, 70),
        (200_000, 1_000_000, 2_200, 10_000),
        (1, 10, 10, 10),
    ];
    let p = [0.001, 0.04, 0.03, 0.9, 0.02, 0.5, 0.001, 1.0];
    let mut random = Random::new(13, 0);
    let mut probabilities = |n: usize| -> Vec<f64> {
        (0..n).map(|_| f64::from((random.unit() * 4_096.0).round() as f32 / 4_096.0)).collect()
    };
    let (reference, now) = (probabilities(400), probabilities(251));
    let mut random = Random::new(14, 0);
    let positive: Vec<bool> = reference.iter().map(|p| random.unit() < p * p).collect();
    let y: Vec<u8> = positive.iter().map(|hit| u8::from(*hit)).collect();
    let mut random = Random::new(15, 0);
    let changes: Vec<Vec<f64>> = [0.0, 0.5, -1.0]
        .iter()
        .map(|step| (0..300).map(|i| random.normal() + if i < 180 { 0.0 } else { *step }).collect())
        .collect();
    let exact = |n: usize, m: usize| n.max(m) <= 10_000 && n * m <= 4_000_000;
    let answer = ask(
        "monitor.py",
        &json!({
            "numbers": samples.iter().map(|(a, b)| json!({"reference": a, "current": b, "exact": exact(a.len(), b.len())})).collect::<Vec<_>>(),
            "bins": tables.iter().map(|bins| json!({"bins": bins})).collect::<Vec<_>>(),
            "change": changes,
            "chi2": chi2, "t": t, "fisher": fisher, "p": p,
            "expected": [{"p": reference, "y": y, "now": now}],
        }),
    );
    for (i, (a, b)) in samples.iter().enumerate() {
        let theirs = &answer["numbers"][i];
        let (a, b) = (Numbers::exact(&sorted(a)), Numbers::exact(&sorted(b)));
        let ks = kolmogorov_smirnov(&a, &b);
        let ours = [ks, kolmogorov_smirnov_above(ks, a.n, b.n), wasserstein(&a, &b), a.mean, a.deviation];
        let names = ["ks", "ks_p", "wasserstein", "mean", "deviation"];
        assert_close(&format!("sample {i}"), &ours, &names.map(|name| number(&theirs[name])), TOLERANCE);
    }
    for (i, bins) in tables.iter().enumerate() {
        let theirs = &answer["bins"][i];
        let (psi, chance) = stability_index(bins);
        let used: Vec<(u32, u32)> = bins.iter().copied().filter(|bin| bin.0 + bin.1 > 0).collect();
        let (chi2, p) = chi_squared(&used).expect("two bins or more");
        let names = ["psi", "psi_chance", "js", "chi2", "chi2_p"];
        let ours = [psi, chance, jensen_shannon(bins), chi2, p];
        assert_close(&format!("table {i}"), &ours, &names.map(|name| number(&theirs[name])), TOLERANCE);
    }
    let tails: Vec<f64> = chi2.iter().map(|(x, k)| chi_squared_above(*x, *k)).collect();
    assert_close("chi-squared", &tails, &numbers(&answer["chi2_sf"]), 1e-12);
    for (x, k) in &chi2 {
        let tail = chi_squared_above(*x, *k);
        if tail < 0.999 {
            assert_close("quantile", &[chi_squared_quantile(tail, *k)], &[*x], TOLERANCE);
        }
    }
    let tails: Vec<f64> = t.iter().map(|(x, k)| student_t_above(*x, *k)).collect();
    assert_close("t", &tails, &numbers(&answer["t_sf"]), 1e-12);
    let tails: Vec<f64> = fisher.iter().map(|(a, n, b, m)| fisher_larger(*a, *n, *b, *m)).collect();
    assert_close("Fisher", &tails, &numbers(&answer["fisher"]), 1e-8);
    assert_close("false discoveries", &false_discovery(&p), &numbers(&answer["fdr"]), 1e-15);
    for (i, values) in changes.iter().enumerate() {
        let found = change(values).expect("values that vary");
        let ours = [found.statistic, found.p, found.before, found.after, found.at as f64];
        assert_close(&format!("change {i}"), &ours, &numbers(&answer["change"][i]), TOLERANCE);
    }
    check_map(&reference, &positive, &now, &answer["expected"][0]);
}

fn check_map(reference: &[f64], positive: &[bool], now: &[f64], theirs: &Value) {
    let map = Calibration::isotonic(reference, positive);
    let ours: Vec<f64> = now.iter().map(|p| map.of(*p)).collect();
    assert_close("isotonic map", &ours, &numbers(&theirs["map"]), 1e-12);
    let values: Vec<f32> = now.iter().flat_map(|p| [1.0 - *p as f32, *p as f32]).collect();
    let truth = calibrated(&values, 2, &[map]);
    for (metric, name) in [(Metric::Accuracy, "Accuracy"), (Metric::RocAuc, "RocAuc"), (Metric::F1, "F1")] {
        let ours = estimated(metric, &values, &truth, 2).expect("a metric of rows");
        assert_close(name, &[ours], &[number(&theirs[name])], TOLERANCE);
    }
}
