//! Weights of an ensemble: against the best that a fine grid finds, and on cases whose answer is known.

use hearth::dataset::Target;
use hearth::metrics::Metric;
use hearth::model::Predictions;
use hearth::random::Random;
use hearth::tune::blend::{Part, Way, average, height, weights};

/// Numbers with two estimates whose errors are independent and one that is worse than both, in two folds.
fn values() -> (Vec<Target>, Vec<Vec<Predictions>>) {
    let mut random = Random::new(4, 0);
    let (mut targets, mut all) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let truth: Vec<f64> = (0..400).map(|_| 50.0 + 10.0 * random.normal()).collect();
        let near = |spread: f64, random: &mut Random| {
            Predictions::Values(truth.iter().map(|t| (t + spread * random.normal()) as f32).collect())
        };
        all.push(vec![near(2.0, &mut random), near(3.0, &mut random), near(20.0, &mut random)]);
        targets.push(Target::Values(truth));
    }
    (targets, all)
}

fn classes() -> (Vec<Target>, Vec<Vec<Predictions>>) {
    let mut random = Random::new(8, 0);
    let (mut targets, mut all) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let logits: Vec<f64> = (0..600).map(|_| 2.0 * random.normal()).collect();
        let share = |logit: f64| 1.0 / (1.0 + (-logit).exp());
        let codes: Vec<u32> = logits.iter().map(|logit| u32::from(random.unit() < share(*logit))).collect();
        let near = |spread: f64, random: &mut Random| Predictions::Probabilities {
            values: logits
                .iter()
                .flat_map(|logit| {
                    let p = share(logit + spread * random.normal()) as f32;
                    [1.0 - p, p]
                })
                .collect(),
            n_classes: 2,
        };
        all.push(vec![near(1.0, &mut random), near(1.3, &mut random), near(6.0, &mut random)]);
        targets.push(Target::Classes { codes, labels: vec!["no".into(), "yes".into()] });
    }
    (targets, all)
}

fn parts<'a>((targets, all): &'a (Vec<Target>, Vec<Vec<Predictions>>)) -> Vec<Part<'a>> {
    let part = |(target, own): (&Target, &'a Vec<Predictions>)| Part {
        target: target.clone(),
        predictions: own.iter().collect(),
    };
    targets.iter().zip(all).map(part).collect()
}

/// The best height over all shares in steps of a fortieth.
fn grid(parts: &[&Part], metric: Metric) -> f64 {
    let mut best = f64::NEG_INFINITY;
    for a in 0..=40 {
        for b in 0..=40 - a {
            let shares = [a, b, 40 - a - b].map(|n| f64::from(n) / 40.0);
            best = best.max(height(parts, &shares, metric));
        }
    }
    best
}

#[test]
fn both_ways_come_close_to_the_best_average_and_beat_the_best_alone() {
    for (made, metrics) in [(values(), [Metric::Rmse, Metric::Mae]), (classes(), [Metric::LogLoss, Metric::RocAuc])] {
        let parts = parts(&made);
        let parts: Vec<&Part> = parts.iter().collect();
        for metric in metrics {
            let best = grid(&parts, metric);
            let alone = weights(&parts, Way::Best, metric, 1);
            assert_eq!(alone, [1.0, 0.0, 0.0]);
            let alone = height(&parts, &alone, metric);
            for way in [Way::Greedy, Way::Stack] {
                let found = weights(&parts, way, metric, 1);
                assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9 && found.iter().all(|w| *w >= 0.0), "{found:?}");
                let own = height(&parts, &found, metric);
                let part = (own - alone) / (best - alone);
                println!(
                    "{way:?} by {}: {found:.3?} gets {:.0} % of what there is to gain",
                    metric.name(),
                    100.0 * part
                );
                assert!(part > 0.85, "{way:?} by {}: {found:?} {own} of {best}, alone {alone}", metric.name());
                assert_eq!(weights(&parts, way, metric, 1), found, "the same seed gives the same weights");
            }
        }
    }
    // Independent errors of spreads 2 and 3: shares in the inverse ratio of the variances, 9 to 4.
    let made = values();
    let parts = parts(&made);
    let found = weights(&parts.iter().collect::<Vec<_>>(), Way::Stack, Metric::Rmse, 1);
    assert!((found[0] - 9.0 / 13.0).abs() < 0.05 && found[2] == 0.0, "{found:?}");
}

#[test]
fn averages_are_the_weighted_sums_and_copies_share() {
    let one = Predictions::Values(vec![1.0, 2.0]);
    let two = Predictions::Values(vec![3.0, 6.0]);
    assert_eq!(average(&[&one, &two], &[0.25, 0.75]), Predictions::Values(vec![2.5, 5.0]));
    let part = Part { target: Target::Values(vec![1.0, 2.0]), predictions: vec![&one, &one] };
    let found = weights(&[&part], Way::Greedy, Metric::Rmse, 3);
    assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    assert_eq!(height(&[&part], &found, Metric::Rmse), 0.0);
}
