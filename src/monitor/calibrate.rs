//! The performance that probabilities lead to expect, without outcomes: CBPE as NannyML does it (confidence-based performance
//! estimation). It presumes that the reference's calibration still holds: that only the inputs have changed, not what
//! follows from them.

use serde::{Deserialize, Serialize};

use crate::metrics::{Metric, roc_auc};
use crate::order::OrderBy;
use crate::random::Random;

/// Draws that say whether calibrating helps, and one row in so many that each leaves out.
const DRAWS: u64 = 10;
const LEFT_OUT: usize = 10;
/// Bins of equally many rows of the calibration error.
const BINS: usize = 10;
/// The stream of random numbers of the draws.
const STREAM: u64 = 0x6362_7065;

/// From a class's probability to the share of rows that are of the class, linear between knots; without knots the same.
/// Source of the fit: isotonic regression by pooling adjacent violators, as scikit-learn's `IsotonicRegression`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// (probability, share), both ascending.
    pub knots: Vec<(f64, f64)>,
}

impl Calibration {
    /// The best rising map of probabilities `[n]` onto `positive`.
    pub fn isotonic(probabilities: &[f64], positive: &[bool]) -> Self {
        let mut order: Vec<usize> = (0..probabilities.len()).collect();
        order.order_by(|a, b| probabilities[*a].total_cmp(&probabilities[*b]).then(a.cmp(b)));
        // (probability, rows, positive rows), equal probabilities together.
        let mut points: Vec<(f64, f64, f64)> = Vec::new();
        for i in order {
            let (p, hit) = (probabilities[i], f64::from(u8::from(positive[i])));
            match points.last_mut() {
                Some(last) if last.0 == p => (last.1, last.2) = (last.1 + 1.0, last.2 + hit),
                _ => points.push((p, 1.0, hit)),
            }
        }
        // (points, rows, positive rows) of blocks of one share.
        let mut blocks: Vec<(usize, f64, f64)> = Vec::new();
        for &(_, n, hits) in &points {
            let mut block = (1, n, hits);
            while let Some(&(points, n, hits)) = blocks.last()
                && hits * block.1 >= block.2 * n
            {
                blocks.pop();
                block = (block.0 + points, block.1 + n, block.2 + hits);
            }
            blocks.push(block);
        }
        let mut knots = Vec::new();
        let mut start = 0;
        for (n_points, n, hits) in blocks {
            knots.push((points[start].0, hits / n));
            if n_points > 1 {
                knots.push((points[start + n_points - 1].0, hits / n));
            }
            start += n_points;
        }
        Self { knots }
    }

    /// The isotonic map where it makes the probabilities of rows left out of its fit truer, else none. NannyML's rule, with
    /// draws of our own.
    pub fn where_needed(probabilities: &[f64], positive: &[bool], seed: u64) -> Self {
        let n = probabilities.len();
        let narrow: Vec<f32> = probabilities.iter().map(|p| *p as f32).collect();
        if n < 2 * LEFT_OUT || roc_auc(positive, &narrow).is_none_or(|auc| auc > 0.999) {
            return Self::default();
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for draw in 0..DRAWS {
            let mut order: Vec<usize> = (0..n).collect();
            Random::new(seed, STREAM + draw).shuffle(&mut order);
            let (test, training) = order.split_at(n / LEFT_OUT);
            let pick = |rows: &[usize]| -> (Vec<f64>, Vec<bool>) {
                rows.iter().map(|i| (probabilities[*i], positive[*i])).unzip()
            };
            let (p, hits) = pick(training);
            let map = Self::isotonic(&p, &hits);
            for &i in test {
                before.push((probabilities[i], positive[i]));
                after.push((map.of(probabilities[i]), positive[i]));
            }
        }
        if error(before) > error(after) { Self::isotonic(probabilities, positive) } else { Self::default() }
    }

    pub fn of(&self, probability: f64) -> f64 {
        let knots = &self.knots;
        let above = knots.partition_point(|knot| knot.0 < probability);
        match (above.checked_sub(1).map(|below| knots[below]), knots.get(above)) {
            (None, None) => probability,
            (None, Some(knot)) => knot.1,
            (Some(knot), None) => knot.1,
            (Some(below), Some(above)) => {
                let slope = (above.1 - below.1) / (above.0 - below.0);
                slope * (probability - below.0) + below.1
            }
        }
    }
}

/// Expected calibration error over bins of equally many rows.
fn error(mut rows: Vec<(f64, bool)>) -> f64 {
    rows.order_by(|a, b| a.0.total_cmp(&b.0));
    let n = rows.len() as f64;
    let width = (rows.len() / BINS).max(1);
    let off = |bin: &[(f64, bool)]| {
        let sum: f64 = bin.iter().map(|(p, hit)| p - f64::from(u8::from(*hit))).sum();
        sum.abs() / n
    };
    rows.chunks(width).map(off).sum()
}

/// Calibrated probabilities `[n × n_classes]` that sum to 1 in each row, from a model's and a map for each class (binary: of
/// the positive class alone).
pub fn calibrated(values: &[f32], n_classes: usize, maps: &[Calibration]) -> Vec<f64> {
    let mut out = Vec::with_capacity(values.len());
    for row in values.chunks_exact(n_classes) {
        if let (2, [map]) = (n_classes, maps) {
            let p = map.of(f64::from(row[1]));
            out.extend([1.0 - p, p]);
            continue;
        }
        let start = out.len();
        out.extend(row.iter().enumerate().map(|(class, p)| {
            let p = f64::from(*p);
            maps.get(class).map_or(p, |map| map.of(p))
        }));
        let total: f64 = out[start..].iter().sum();
        out[start..].iter_mut().for_each(|p| *p = if total == 0.0 { 1.0 / n_classes as f64 } else { *p / total });
    }
    out
}

/// A metric of a model's probabilities `[n × n_classes]` if the calibrated ones were true; `None` for metrics that are not
/// estimated, and for no rows.
pub fn estimated(metric: Metric, values: &[f32], calibrated: &[f64], n_classes: usize) -> Option<f64> {
    let rows = || values.chunks_exact(n_classes).zip(calibrated.chunks_exact(n_classes));
    let n = rows().len();
    if n == 0 {
        return None;
    }
    let called = |row: &[f32]| (1..row.len()).fold(0, |best, class| if row[class] > row[best] { class } else { best });
    let of_class = |class: usize| {
        let mut pairs: Vec<(f32, f64)> = rows().map(|(row, truth)| (row[class], truth[class])).collect();
        pairs.order_by(|a, b| b.0.total_cmp(&a.0));
        area(&pairs)
    };
    match metric {
        Metric::Accuracy => Some(rows().map(|(row, truth)| truth[called(row)]).sum::<f64>() / n as f64),
        Metric::RocAuc if n_classes == 2 => of_class(1),
        Metric::RocAuc => {
            let all: Vec<f64> = (0..n_classes).filter_map(of_class).collect();
            (all.len() == n_classes).then(|| all.iter().sum::<f64>() / n_classes as f64)
        }
        Metric::F1 => {
            let one = |class: usize| {
                let (mut right, mut calls, mut truths) = (0.0, 0.0, 0.0);
                for (row, truth) in rows() {
                    truths += truth[class];
                    if called(row) == class {
                        right += truth[class];
                        calls += 1.0;
                    }
                }
                let denominator = (calls + truths) / 2.0;
                if denominator == 0.0 { 0.0 } else { right / denominator }
            };
            let classes = if n_classes == 2 { 1..2 } else { 0..n_classes };
            let all: Vec<f64> = classes.map(one).collect();
            Some(all.iter().sum::<f64>() / all.len() as f64)
        }
        Metric::BalancedAccuracy
        | Metric::LogLoss
        | Metric::PrAuc
        | Metric::Brier
        | Metric::Rmse
        | Metric::Mae
        | Metric::R2
        | Metric::MedianAbsoluteError => None,
    }
}

/// Area under the expected ROC curve of rows by falling score. Counts are rounded to five digits, as NannyML does.
fn area(rows: &[(f32, f64)]) -> Option<f64> {
    let short = |count: f64| libm::rint(count * 1e5) / 1e5;
    let all: f64 = rows.iter().map(|row| row.1).sum();
    let (n_true, n_false) = (short(all), short(rows.len() as f64 - all));
    if n_true <= 0.0 || n_false <= 0.0 {
        return None;
    }
    let (mut hits, mut area) = (0.0, 0.0);
    let (mut x, mut y) = (0.0, 0.0);
    for (i, row) in rows.iter().enumerate() {
        hits += row.1;
        let (next_y, next_x) = (short(hits) / n_true, short((i + 1) as f64 - hits) / n_false);
        area += (next_x - x) * (next_y + y) / 2.0;
        (x, y) = (next_x, next_y);
    }
    Some(area)
}
