//! What one column alone says about the target.

use serde::{Deserialize, Serialize};

use super::information;
use crate::dataset::Target;
use crate::metrics::{Metric, roc_auc, score};
use crate::model::Predictions;
use crate::random::Random;
use crate::table::profile::quantile;
use crate::table::{Column, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// Folds of the single-column score.
pub const FOLDS: usize = 5;
/// Bins of a number on the training rows of a fold.
pub const BINS: usize = 16;
/// Rows of the training mean that every bin's mean is mixed with.
pub const PRIOR_ROWS: f64 = 10.0;
/// Numbers with at most this many different values count as categories when information is measured.
pub const FEW_VALUES: usize = 20;
/// Rows at most where both the column and the target are continuous: neighbours are searched in two dimensions.
pub const MOST_NEIGHBOUR_ROWS: usize = 3_000;
/// Set apart the noise of the target from that of the columns.
pub const TARGET: u64 = 1;
/// The stream of random numbers that draws the folds.
const STREAM: u64 = 0x7265_6C61;

/// The target of some rows of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    /// Position of the target's column.
    pub column: u32,
    /// Rows whose target is known, and their targets.
    pub rows: Vec<u32>,
    pub target: Target,
}

/// One column against the target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    pub column: u32,
    /// Rows that the score was computed from.
    pub n_rows: u32,
    /// Mutual information in nats over the rows where the column is known; `None` for free text and fewer than four rows.
    pub information: Option<f64>,
    pub estimator: Estimator,
    /// How well the column alone predicts rows that it was not fitted on, mean over `FOLDS` folds: for classes the
    /// normalised Gini coefficient (2 · AUC − 1, mean over classes against the rest where there are three or more), for
    /// values R². `None` for free text, and where it is undefined in every fold.
    ///
    /// The predictor is the mean target of the bin that the cell falls into: a level, or one of `BINS` bins between
    /// quantiles of the training rows; missing cells have a bin of their own; `PRIOR_ROWS` rows with the overall mean
    /// are added to every bin.
    pub score: Option<f64>,
}

/// How mutual information was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Estimator {
    /// Shares of pairs of values, without correction for bias; scikit-learn's `mutual_info_score`.
    Counts,
    /// Distances to the third neighbour: Ross 2014 for a number and classes, Kraskov et al. 2004 for two numbers;
    /// scikit-learn's `mutual_info_classif` and `mutual_info_regression`, with noise of our own.
    Neighbours,
}

/// A feature or target as the estimators take it.
enum Side {
    /// NaN is missing.
    Numbers(Vec<f64>),
    /// `MISSING_CODE` is missing.
    Codes { codes: Vec<u32>, n: usize },
}

/// Relates a column to the target over some positions of `aim.rows`. `seed` draws the folds.
pub fn relate(column: &Column, position: u32, aim: &Aim, positions: &[u32], seed: u64) -> Relation {
    let rows: Vec<u32> = positions.iter().map(|&at| aim.rows[at as usize]).collect();
    let n_rows = rows.len() as u32;
    let Some(side) = side_of(column, &rows) else {
        return Relation { column: position, n_rows, information: None, estimator: Estimator::Counts, score: None };
    };
    let target = pick(&aim.target, positions);
    let score = cross_validated(&side, &target, &folds(rows.len(), seed));
    let (information, estimator) = information_of(side, &target, seed);
    Relation { column: position, n_rows, information, estimator, score }
}

/// The fold of each row.
pub fn folds(n_rows: usize, seed: u64) -> Vec<u8> {
    let mut folds: Vec<u8> = (0..n_rows).map(|row| (row % FOLDS) as u8).collect();
    Random::new(seed, STREAM).shuffle(&mut folds);
    folds
}

fn pick(target: &Target, positions: &[u32]) -> Target {
    match target {
        Target::Classes { codes, labels } => {
            Target::Classes { codes: positions.iter().map(|&at| codes[at as usize]).collect(), labels: labels.clone() }
        }
        Target::Values(values) => Target::Values(positions.iter().map(|&at| values[at as usize]).collect()),
    }
}

fn side_of(column: &Column, rows: &[u32]) -> Option<Side> {
    let at = |row: &u32| *row as usize;
    Some(match &column.values {
        Values::Number(numbers) => Side::Numbers(rows.iter().map(|row| numbers[at(row)]).collect()),
        Values::Date { milliseconds, .. } => {
            let value = |ms: i64| if ms == MISSING_DATE { f64::NAN } else { ms as f64 };
            Side::Numbers(rows.iter().map(|row| value(milliseconds[at(row)])).collect())
        }
        Values::Category { codes, levels } => {
            Side::Codes { codes: rows.iter().map(|row| codes[at(row)]).collect(), n: levels.len() }
        }
        Values::Boolean { codes, .. } => {
            let code = |code: u8| if code == MISSING_BOOLEAN { MISSING_CODE } else { u32::from(code) };
            Side::Codes { codes: rows.iter().map(|row| code(codes[at(row)])).collect(), n: 2 }
        }
        Values::Text(_) => return None,
    })
}

fn information_of(side: Side, target: &Target, seed: u64) -> (Option<f64>, Estimator) {
    let side = match side {
        Side::Numbers(values) => few_values(values),
        codes => codes,
    };
    match (&side, target) {
        (Side::Codes { codes, n }, Target::Classes { codes: classes, labels }) => {
            (information::of_counts(codes, *n, classes, labels.len()), Estimator::Counts)
        }
        (Side::Numbers(values), Target::Classes { codes, labels }) => {
            let values = information::spread(values, seed);
            (information::of_number_and_classes(&values, codes, labels.len()), Estimator::Neighbours)
        }
        (Side::Codes { codes, n }, Target::Values(values)) => {
            let values = information::spread(values, seed ^ TARGET);
            (information::of_number_and_classes(&values, codes, *n), Estimator::Neighbours)
        }
        (Side::Numbers(x), Target::Values(y)) => {
            let n = x.len().min(MOST_NEIGHBOUR_ROWS);
            let (x, y) = (information::spread(&x[..n], seed), information::spread(&y[..n], seed ^ TARGET));
            (information::of_numbers(&x, &y), Estimator::Neighbours)
        }
    }
}

/// Numbers with few different values as codes.
fn few_values(values: Vec<f64>) -> Side {
    let mut known: Vec<f64> = Vec::new();
    let mut codes = Vec::with_capacity(values.len());
    for value in &values {
        if value.is_nan() {
            codes.push(MISSING_CODE);
            continue;
        }
        let code = known.iter().position(|other| other == value).unwrap_or(known.len());
        if code == known.len() {
            if known.len() == FEW_VALUES {
                return Side::Numbers(values);
            }
            known.push(*value);
        }
        codes.push(code as u32);
    }
    Side::Codes { codes, n: known.len() }
}

/// The bin of each row; the last of `n` is for missing cells.
fn bins(side: &Side, training: impl Fn(usize) -> bool) -> (Vec<u32>, usize) {
    match side {
        Side::Codes { codes, n } => {
            (codes.iter().map(|&code| if code == MISSING_CODE { *n as u32 } else { code }).collect(), n + 1)
        }
        Side::Numbers(values) => {
            let mut known: Vec<f64> =
                (0..values.len()).filter(|&i| training(i) && !values[i].is_nan()).map(|i| values[i]).collect();
            known.sort_unstable_by(f64::total_cmp);
            let mut edges: Vec<f64> = Vec::new();
            if !known.is_empty() {
                edges.extend((1..BINS).map(|bin| quantile(&known, bin as f64 / BINS as f64)));
                edges.dedup();
            }
            let n = edges.len() + 1;
            let bin = |value: &f64| {
                if value.is_nan() { n as u32 } else { edges.partition_point(|edge| edge < value) as u32 }
            };
            (values.iter().map(bin).collect(), n + 1)
        }
    }
}

fn cross_validated(side: &Side, target: &Target, folds: &[u8]) -> Option<f64> {
    let (mut total, mut n) = (0.0, 0);
    for fold in 0..FOLDS as u8 {
        let (bins, n_bins) = bins(side, |row| folds[row] != fold);
        let held_out: Vec<usize> = (0..folds.len()).filter(|&row| folds[row] == fold).collect();
        let training = || (0..folds.len()).filter(|&row| folds[row] != fold);
        let score = match target {
            Target::Values(values) => {
                let means = bin_means(training().map(|row| (bins[row], values[row])), n_bins)?;
                let predicted = held_out.iter().map(|&row| means[bins[row] as usize] as f32).collect();
                let truth = Target::Values(held_out.iter().map(|&row| values[row]).collect());
                score(Metric::R2, &truth, &Predictions::Values(predicted))
            }
            Target::Classes { codes, labels } => gini(&bins, n_bins, codes, labels.len(), training, &held_out),
        };
        if let Some(score) = score {
            total += score;
            n += 1;
        }
    }
    (n > 0).then(|| total / f64::from(n))
}

/// The mean over classes of 2 · AUC − 1; of the second class alone where there are two.
fn gini<I: Iterator<Item = usize>>(
    bins: &[u32],
    n_bins: usize,
    codes: &[u32],
    n_classes: usize,
    training: impl Fn() -> I,
    held_out: &[usize],
) -> Option<f64> {
    let first = if n_classes == 2 { 1 } else { 0 };
    let (mut total, mut n) = (0.0, 0);
    for class in first..n_classes as u32 {
        let is_class = |row: usize| codes[row] == class;
        let means = bin_means(training().map(|row| (bins[row], f64::from(u8::from(is_class(row))))), n_bins)?;
        let scores: Vec<f32> = held_out.iter().map(|&row| means[bins[row] as usize] as f32).collect();
        let positive: Vec<bool> = held_out.iter().map(|&row| is_class(row)).collect();
        if let Some(auc) = roc_auc(&positive, &scores) {
            total += 2.0 * auc - 1.0;
            n += 1;
        }
    }
    (n > 0).then(|| total / f64::from(n))
}

/// Means by bin, mixed with the overall mean; `None` without a row.
fn bin_means(rows: impl Iterator<Item = (u32, f64)>, n_bins: usize) -> Option<Vec<f64>> {
    let (mut sums, mut counts) = (vec![0.0; n_bins], vec![0u32; n_bins]);
    let (mut total, mut n) = (0.0, 0u32);
    for (bin, value) in rows {
        sums[bin as usize] += value;
        counts[bin as usize] += 1;
        total += value;
        n += 1;
    }
    if n == 0 {
        return None;
    }
    let mean = total / f64::from(n);
    let mixed = |bin: usize| (sums[bin] + PRIOR_ROWS * mean) / (f64::from(counts[bin]) + PRIOR_ROWS);
    Some((0..n_bins).map(mixed).collect())
}
