//! Single rows that are worth a look: those that the folds' models missed most, those that they were least sure of, and those
//! whose class they are sure is another. The last after Northcutt, Jiang and Chuang, Confident Learning (2021).

use serde::{Deserialize, Serialize};

use crate::dataset::Target;
use crate::model::Predictions;
use crate::order::OrderBy;

/// Rows that are told of each kind, and rows of doubted class that are counted with their numbers.
const MOST_TOLD: usize = 100;
/// Rows of a class below which neither what they are given on average nor their own answer is judged: the folds have hardly
/// learned it.
pub const FEWEST_ROWS: u32 = 10;
/// A probability as high as a threshold but for rounding reaches it.
const SLACK: f64 = 1e-6;

/// A row of the table with its truth and what was predicted for it by a model that had not seen it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HardRow {
    /// Row of the table, from 0.
    pub row: u32,
    pub told: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Told {
    /// Codes of the classes, and the probabilities that these were given.
    Class {
        truth: u32,
        predicted: u32,
        of_truth: f32,
        of_predicted: f32,
        /// The likeliest class but one.
        next: u32,
        of_next: f32,
    },
    Value {
        truth: f64,
        predicted: f64,
    },
}

impl Told {
    /// How much it was missed by: of classes 1 − the true one's probability, of numbers the distance.
    pub fn miss(self) -> f64 {
        match self {
            Self::Class { of_truth, .. } => 1.0 - f64::from(of_truth),
            Self::Value { truth, predicted } => (truth - predicted).abs(),
        }
    }
}

/// What the rows that the folds tested come to, each kind with the worst first and at most a hundred rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HardRows {
    /// Rows that were tested.
    pub n_rows: u32,
    /// Missed most: of classes only where another was predicted, of numbers the greatest distances.
    pub missed: Vec<HardRow>,
    /// Of classes, those where the likeliest two were closest together.
    pub unsure: Vec<HardRow>,
    /// Of classes, those that the models are sure belong to another.
    pub doubted: Vec<HardRow>,
    /// How many such rows there are, told or not.
    pub n_doubted: u32,
}

/// `target`, `predictions` and `rows` (of the table) are one for each row that was tested.
///
/// A class is doubted where another was predicted, and one that is not the row's own has at least the probability that the
/// rows of that other class are given on average; the row whose own class is least probable comes first. Costs one pass over
/// rows × classes, and a sort.
pub fn hard_rows(target: &Target, predictions: &Predictions, rows: &[u32]) -> HardRows {
    let told: Vec<HardRow> = rows
        .iter()
        .enumerate()
        .filter_map(|(at, row)| {
            let told = told(target, predictions, at)?;
            Some(HardRow { row: *row, told })
        })
        .collect();
    let n_rows = told.len() as u32;
    let misses = |row: &&HardRow| match row.told {
        Told::Class { truth, predicted, .. } => truth != predicted,
        Told::Value { truth, predicted } => truth != predicted,
    };
    let missed = first(told.iter().filter(misses), |row| -row.told.miss());
    let Predictions::Probabilities { values, n_classes } = predictions else {
        return HardRows { n_rows, missed, unsure: Vec::new(), doubted: Vec::new(), n_doubted: 0 };
    };
    let margin = |row: &HardRow| match row.told {
        Told::Class { of_predicted, of_next, .. } => f64::from(of_predicted) - f64::from(of_next),
        Told::Value { .. } => f64::INFINITY,
    };
    let unsure = first(told.iter(), margin);
    let thresholds = self_confidence(&told, *n_classes);
    let doubted: Vec<&HardRow> = (told.iter().zip(values.chunks(*n_classes)))
        .filter(|(row, probabilities)| match row.told {
            Told::Class { truth, predicted, .. } => {
                truth != predicted
                    && thresholds[truth as usize].is_finite()
                    && confident(probabilities, &thresholds).is_some_and(|class| class != truth)
            }
            Told::Value { .. } => false,
        })
        .map(|(row, _)| row)
        .collect();
    let n_doubted = doubted.len() as u32;
    let doubted = first(doubted.into_iter(), |row| -row.told.miss());
    HardRows { n_rows, missed, unsure, doubted, n_doubted }
}

fn told(target: &Target, predictions: &Predictions, at: usize) -> Option<Told> {
    match (target, predictions) {
        (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
            let (truth, predicted) = (codes[at], predictions.class(at)?);
            let row = &values[at * n_classes..][..*n_classes];
            let of = |class: u32| row[class as usize];
            let others = (0..*n_classes as u32).filter(|class| *class != predicted);
            let next =
                others.reduce(|best, class| if of(class) > of(best) { class } else { best }).unwrap_or(predicted);
            let (of_truth, of_predicted, of_next) = (of(truth), of(predicted), of(next));
            Some(Told::Class { truth, predicted, of_truth, of_predicted, next, of_next })
        }
        (Target::Values(truths), Predictions::Values(values)) => {
            Some(Told::Value { truth: truths[at], predicted: f64::from(values[at]) })
        }
        _ => None,
    }
}

/// For each class the mean probability that its own rows give it; above every probability where it has too few to tell.
fn self_confidence(rows: &[HardRow], n_classes: usize) -> Vec<f64> {
    let (mut sums, mut counts) = (vec![0.0; n_classes], vec![0u32; n_classes]);
    for row in rows {
        if let Told::Class { truth, of_truth, .. } = row.told {
            sums[truth as usize] += f64::from(of_truth);
            counts[truth as usize] += 1;
        }
    }
    let mean = |(sum, count): (f64, u32)| if count < FEWEST_ROWS { f64::INFINITY } else { sum / f64::from(count) };
    sums.into_iter().zip(counts).map(mean).collect()
}

/// The likeliest of the classes that have at least the probability which their own rows are given on average.
fn confident(probabilities: &[f32], thresholds: &[f64]) -> Option<u32> {
    let reaches = |(class, threshold): (u32, &f64)| {
        let value = probabilities[class as usize];
        (f64::from(value) >= threshold - SLACK).then_some((class, value))
    };
    let mut best: Option<(u32, f32)> = None;
    for (class, value) in (0u32..).zip(thresholds).filter_map(reaches) {
        if best.is_none_or(|(_, highest)| value > highest) {
            best = Some((class, value));
        }
    }
    best.map(|(class, _)| class)
}

/// The first rows by this height, lowest first; rows of one height in the order of the table.
fn first<'a>(rows: impl Iterator<Item = &'a HardRow>, height: impl Fn(&HardRow) -> f64) -> Vec<HardRow> {
    let mut all: Vec<&HardRow> = rows.collect();
    all.order_by(|a, b| height(a).total_cmp(&height(b)).then(a.row.cmp(&b.row)));
    all.into_iter().take(MOST_TOLD).cloned().collect()
}
