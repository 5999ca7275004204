//! What the plots draw, computed from predictions and truth.

use super::{CalibrationBin, ClassCurves, ClassViews, ThresholdPoint, ValueViews, Views};
use crate::dataset::Target;
use crate::metrics::{confusion, ranking};
use crate::model::Predictions;
use crate::random::Random;

/// Points of a curve at most.
pub const MAX_POINTS: usize = 401;
/// Points of all curves of a task at most, so that a report of hundreds of classes stays as small as one of twenty.
const MAX_POINTS_IN_ALL: usize = 20 * MAX_POINTS;
/// Points that each curve may have, however many there are.
const MIN_POINTS: usize = 41;
const CALIBRATION_BINS: usize = 10;
/// Rows of a scatter plot at most.
const MAX_SAMPLE: usize = 5_000;
const MAX_RESIDUAL_BINS: usize = 40;
/// The stream of the seed's random numbers that draws the sample.
const SAMPLE_STREAM: u64 = 3;
/// 97.5 % quantile of the standard normal.
const Z: f64 = 1.959_963_984_540_054;

/// Views of predictions; `rows` are their table rows, `seed` draws the sample of a scatter plot.
pub fn views(target: &Target, predictions: &Predictions, rows: &[u32], seed: u64) -> Views {
    match (target, predictions) {
        (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
            let n = *n_classes;
            let classes = if n == 2 { 1..2 } else { 0..n };
            Views::Classes(ClassViews {
                confusion: confusion(codes, values, n),
                n_classes: n as u32,
                curves: classes.map(|class| curves(codes, values, n, class)).collect(),
            })
        }
        (Target::Values(truth), Predictions::Values(values)) => Views::Values(value_views(truth, values, rows, seed)),
        (Target::Classes { .. }, Predictions::Values(_)) | (Target::Values(_), Predictions::Probabilities { .. }) => {
            debug_assert!(false, "a model predicts its own task");
            Views::Values(value_views(&[], &[], &[], seed))
        }
    }
}

fn curves(codes: &[u32], values: &[f32], n_classes: usize, class: usize) -> ClassCurves {
    let positive: Vec<bool> = codes.iter().map(|c| *c as usize == class).collect();
    let scores: Vec<f32> = values.chunks_exact(n_classes).map(|row| row[class]).collect();
    let n_positive = positive.iter().filter(|p| **p).count() as u32;
    let n_points = (MAX_POINTS_IN_ALL / n_classes).clamp(MIN_POINTS, MAX_POINTS);
    ClassCurves {
        class: class as u32,
        n_positive,
        n_negative: positive.len() as u32 - n_positive,
        thresholds: thresholds(&positive, &scores, n_points),
        calibration: calibration(&positive, &scores),
    }
}

/// Exact counts at distinct scores; where there are too many, those nearest to equal numbers of rows.
fn thresholds(positive: &[bool], scores: &[f32], most: usize) -> Vec<ThresholdPoint> {
    let steps = ranking(positive, scores);
    let highest = steps.first().map_or(0.0, |s| f64::from(s.0));
    // A threshold that no row reaches.
    let none = if highest < 1.0 { 1.0 } else { highest.next_up() };
    let mut points = vec![ThresholdPoint { threshold: none, true_positive: 0, false_positive: 0 }];
    let point = |&(score, n_true, n_false): &(f32, u32, u32)| ThresholdPoint {
        threshold: f64::from(score),
        true_positive: n_true,
        false_positive: n_false,
    };
    let n_points = most - 1;
    if steps.len() <= n_points {
        points.extend(steps.iter().map(point));
        return points;
    }
    let called = |step: &(f32, u32, u32)| u64::from(step.1) + u64::from(step.2);
    let n_rows = scores.len() as u64;
    let mut next = 0;
    for i in 1..=n_points as u64 {
        // The first step from `next` on that calls this share of the rows; the last one calls all.
        let wanted = n_rows * i / n_points as u64;
        let Some(at) = steps[next..].iter().position(|s| called(s) >= wanted) else { break };
        points.push(point(&steps[next + at]));
        next += at + 1;
        if next == steps.len() {
            break;
        }
    }
    points
}

/// Bins of equal width over 0 to 1, each closed above, as scikit-learn's calibration_curve.
fn calibration(positive: &[bool], scores: &[f32]) -> Vec<CalibrationBin> {
    let mut sums = [0.0; CALIBRATION_BINS];
    let mut hits = [0u32; CALIBRATION_BINS];
    let mut counts = [0u32; CALIBRATION_BINS];
    let edges: Vec<f64> = (1..CALIBRATION_BINS).map(|i| i as f64 * (1.0 / CALIBRATION_BINS as f64)).collect();
    for (positive, score) in positive.iter().zip(scores) {
        let score = f64::from(*score);
        let bin = edges.iter().take_while(|edge| **edge < score).count();
        sums[bin] += score;
        counts[bin] += 1;
        hits[bin] += u32::from(*positive);
    }
    (0..CALIBRATION_BINS)
        .filter(|bin| counts[*bin] > 0)
        .map(|bin| {
            let n = f64::from(counts[bin]);
            CalibrationBin {
                predicted: sums[bin] / n,
                observed: f64::from(hits[bin]) / n,
                interval: wilson(hits[bin], counts[bin]),
                n: counts[bin],
            }
        })
        .collect()
}

/// The bins of each class against the rest; of two classes, of the second.
pub(super) fn curves_of(target: &Target, predictions: &Predictions) -> Vec<Vec<CalibrationBin>> {
    let (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) = (target, predictions)
    else {
        return Vec::new();
    };
    let of = |class: usize| {
        let positive: Vec<bool> = codes.iter().map(|code| *code as usize == class).collect();
        let scores: Vec<f32> = values.chunks_exact(*n_classes).map(|row| row[class]).collect();
        calibration(&positive, &scores)
    };
    if *n_classes == 2 { vec![of(1)] } else { (0..*n_classes).map(of).collect() }
}

/// The mean distance between said and seen share, weighted by rows (expected calibration error).
pub fn calibration_error(bins: &[CalibrationBin]) -> Option<f64> {
    let n: f64 = bins.iter().map(|b| f64::from(b.n)).sum();
    (n > 0.0).then(|| bins.iter().map(|b| f64::from(b.n) * (b.observed - b.predicted).abs()).sum::<f64>() / n)
}

/// 95 % score interval of a share, of `hits` among `n`; of nothing everything is possible. Source: Wilson (1927).
pub fn wilson(hits: u32, n: u32) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (f64::from(n), f64::from(hits) / f64::from(n));
    let square = Z * Z;
    let center = (share + square / (2.0 * n)) / (1.0 + square / n);
    let half = Z / (1.0 + square / n) * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    ((center - half).max(0.0), (center + half).min(1.0))
}

fn value_views(truth: &[f64], values: &[f32], rows: &[u32], seed: u64) -> ValueViews {
    let mut sample: Vec<usize> = (0..truth.len()).collect();
    if sample.len() > MAX_SAMPLE {
        Random::new(seed, SAMPLE_STREAM).shuffle(&mut sample);
        sample.truncate(MAX_SAMPLE);
        sample.sort_unstable();
    }
    let residuals: Vec<f64> = truth.iter().zip(values).map(|(t, v)| t - f64::from(*v)).collect();
    let (residual_edges, residual_counts) = histogram(&residuals);
    ValueViews {
        actual: sample.iter().map(|i| truth[*i] as f32).collect(),
        predicted: sample.iter().map(|i| values[*i]).collect(),
        rows: sample.iter().map(|i| rows[*i]).collect(),
        residual_edges,
        residual_counts,
    }
}

/// Equal bins from minimum to maximum, the last one closed; 2·∛n of them (Rice's rule), at most 40. One bin of width 1
/// around equal values.
fn histogram(values: &[f64]) -> (Vec<f64>, Vec<u32>) {
    if values.is_empty() {
        return (vec![0.0, 1.0], vec![0]);
    }
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !(high - low > 0.0 && (high - low).is_finite()) {
        return (vec![low - 0.5, low + 0.5], vec![values.len() as u32]);
    }
    let n_bins = (libm::ceil(2.0 * libm::cbrt(values.len() as f64)) as usize).clamp(1, MAX_RESIDUAL_BINS);
    let width = (high - low) / n_bins as f64;
    let mut edges: Vec<f64> = (0..=n_bins).map(|i| low + i as f64 * width).collect();
    edges[n_bins] = high;
    let mut counts = vec![0; n_bins];
    for value in values {
        let mut bin = (((value - low) / width) as usize).min(n_bins - 1);
        // Division may have rounded across an edge.
        if *value < edges[bin] {
            bin -= 1;
        } else if bin + 1 < n_bins && *value >= edges[bin + 1] {
            bin += 1;
        }
        counts[bin] += 1;
    }
    (edges, counts)
}
