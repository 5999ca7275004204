//! How much each of several models counts in an average of their predictions.

use crate::dataset::Target;
use crate::metrics::{Metric, score};
use crate::model::Predictions;
use crate::model::blend::{values_mut, values_of};
use crate::random::Random;

/// Bags of models of the greedy selection, and models that each picks.
const BAGS: u64 = 6;
const PICKS: usize = 20;
/// Steps of the stack's descent.
const STEPS: usize = 300;
/// A share that does not count: the others get it.
const LEAST: f64 = 0.02;
const STREAM: u64 = 7_100;

/// What was predicted for some rows, and what is true: one part per fold.
pub struct Part<'a> {
    pub target: Target,
    /// One per model, of the same rows.
    pub predictions: Vec<&'a Predictions>,
}

/// How weights are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// All of it on the best.
    Best,
    /// Caruana et al., Ensemble Selection from Libraries of Models (2004): with replacement, from the best on, in bags.
    Greedy,
    /// Shares that make the squared error, or for classes the log loss, least: a linear stack without an intercept.
    Stack,
}

/// The average of predictions with weights; those of weight 0 are left out.
pub fn average(predictions: &[&Predictions], weights: &[f64]) -> Predictions {
    let mut sum = match predictions[0] {
        Predictions::Probabilities { values, n_classes } => {
            Predictions::Probabilities { values: vec![0.0; values.len()], n_classes: *n_classes }
        }
        Predictions::Values(values) => Predictions::Values(vec![0.0; values.len()]),
    };
    for (own, weight) in predictions.iter().zip(weights).filter(|(_, weight)| **weight > 0.0) {
        for (sum, value) in values_mut(&mut sum).iter_mut().zip(values_of(own)) {
            *sum += value * *weight as f32;
        }
    }
    sum
}

/// The mean score over the parts, higher is better; the least number where none has one.
pub fn height(parts: &[&Part], weights: &[f64], metric: Metric) -> f64 {
    let of = |part: &&&Part| score(metric, &part.target, &average(&part.predictions, weights));
    let scores: Vec<f64> = parts.iter().filter_map(|part| of(&part)).collect();
    if scores.is_empty() {
        return f64::NEG_INFINITY;
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    if metric.higher_is_better() { mean } else { -mean }
}

/// A weight for each model, none negative, together 1.
pub fn weights(parts: &[&Part], way: Way, metric: Metric, seed: u64) -> Vec<f64> {
    let n_models = parts.first().map_or(0, |part| part.predictions.len());
    let all: Vec<usize> = (0..n_models).collect();
    match way {
        Way::Best => only(best_of(parts, &all, metric), n_models),
        Way::Greedy => {
            let mut sum = vec![0.0; n_models];
            for bag in 0..BAGS {
                // The first bag has all models, the others about two in three.
                let mut random = Random::new(seed, STREAM + bag);
                let mut models: Vec<usize> = all.iter().copied().filter(|_| bag == 0 || random.below(3) > 0).collect();
                if models.is_empty() {
                    models.clone_from(&all);
                }
                for (sum, share) in sum.iter_mut().zip(greedy(parts, &models, n_models, metric)) {
                    *sum += share / BAGS as f64;
                }
            }
            without_small(sum)
        }
        Way::Stack => without_small(stack(parts, n_models)),
    }
}

fn only(model: usize, n_models: usize) -> Vec<f64> {
    (0..n_models).map(|i| f64::from(u8::from(i == model))).collect()
}

/// The first of equals.
fn best_of(parts: &[&Part], models: &[usize], metric: Metric) -> usize {
    let n_models = parts.first().map_or(0, |part| part.predictions.len());
    let mut best = (f64::NEG_INFINITY, models.first().copied().unwrap_or(0));
    for model in models {
        let found = height(parts, &only(*model, n_models), metric);
        if found > best.0 {
            best = (found, *model);
        }
    }
    best.1
}

/// Picks models one after the other, each the one that helps the average most, also again, and keeps the best average.
fn greedy(parts: &[&Part], models: &[usize], n_models: usize, metric: Metric) -> Vec<f64> {
    let shares = |counts: &[u32]| {
        let n: u32 = counts.iter().sum();
        counts.iter().map(|count| f64::from(*count) / f64::from(n.max(1))).collect::<Vec<f64>>()
    };
    let mut counts = vec![0u32; n_models];
    counts[best_of(parts, models, metric)] = 1;
    let mut best = (height(parts, &shares(&counts), metric), counts.clone());
    for _ in 1..PICKS {
        let mut next = (f64::NEG_INFINITY, models[0]);
        for model in models {
            counts[*model] += 1;
            let found = height(parts, &shares(&counts), metric);
            counts[*model] -= 1;
            if found > next.0 {
                next = (found, *model);
            }
        }
        counts[next.1] += 1;
        if next.0 > best.0 {
            best = (next.0, counts.clone());
        }
    }
    shares(&best.1)
}

/// Exponentiated gradient on shares. Source: Kivinen & Warmuth, Exponentiated Gradient versus Gradient Descent for Linear
/// Predictors (1997).
fn stack(parts: &[&Part], n_models: usize) -> Vec<f64> {
    let mut shares = vec![1.0 / n_models.max(1) as f64; n_models];
    let scale = spread(parts);
    for step in 0..STEPS {
        let mut gradient = vec![0.0; n_models];
        let mut n_rows = 0.0;
        for part in parts {
            let sum = average(&part.predictions, &shares);
            n_rows += part.target.len() as f64;
            for (model, own) in part.predictions.iter().enumerate() {
                gradient[model] += slope(&part.target, &sum, own, scale);
            }
        }
        let rate = 2.0 / (1.0 + step as f64 / 50.0);
        let mean = gradient.iter().zip(&shares).map(|(g, s)| g * s).sum::<f64>();
        for (share, slope) in shares.iter_mut().zip(&gradient) {
            *share *= libm::exp((-rate * (slope - mean) / f64::max(n_rows, 1.0)).clamp(-20.0, 20.0));
        }
        let total: f64 = shares.iter().sum();
        shares.iter_mut().for_each(|share| *share /= total);
    }
    shares
}

/// The variance of the target, which makes slopes of values comparable to those of classes; 1 for classes.
fn spread(parts: &[&Part]) -> f64 {
    let values = || {
        parts.iter().flat_map(|part| match &part.target {
            Target::Values(values) => values.as_slice(),
            Target::Classes { .. } => &[],
        })
    };
    let n = values().count() as f64;
    if n == 0.0 {
        return 1.0;
    }
    let mean = values().sum::<f64>() / n;
    let variance = values().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    if variance > 0.0 { variance } else { 1.0 }
}

/// How the loss of the average grows with the share of a model, over all rows.
fn slope(target: &Target, sum: &Predictions, own: &Predictions, scale: f64) -> f64 {
    let (sum, own) = (values_of(sum), values_of(own));
    match target {
        Target::Classes { codes, labels } => {
            let at = |row: usize, code: u32| row * labels.len() + code as usize;
            let one = |(row, code): (usize, &u32)| {
                let place = at(row, *code);
                -f64::from(own[place]) / f64::from(sum[place]).max(1e-6)
            };
            codes.iter().enumerate().map(one).sum()
        }
        Target::Values(values) => {
            let one =
                |((truth, sum), own): ((&f64, &f32), &f32)| 2.0 * (f64::from(*sum) - truth) * f64::from(*own) / scale;
            values.iter().zip(sum).zip(own).map(one).sum()
        }
    }
}

/// Shares too small to be worth a model go to the others.
fn without_small(mut shares: Vec<f64>) -> Vec<f64> {
    shares.iter_mut().filter(|share| **share < LEAST).for_each(|share| *share = 0.0);
    let total: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    shares
}
