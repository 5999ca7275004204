//! The k nearest training rows, which vote. A model that carries rows: so many at most, drawn by chance.
//!
//! Whatever computes distances has to find the same neighbours, also where many rows are equally far, as they are where
//! features are 0 and 1. So features are rounded to a grid on which all squares, and sums of them in any order, are whole
//! numbers that f64 holds exactly: equal distances are equal everywhere, and of equally distant rows the first count. The grid
//! is finer than a hundred-thousandth of the largest value for up to a thousand features.

use serde::{Deserialize, Serialize};

use super::Predictions;
use crate::dataset::Target;
use crate::prepare::Matrix;
use crate::prepare::inputs::to_f32;
use crate::problem::Problem;
use crate::random::Random;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeighboursSpec {
    /// Rows that vote.
    pub k: u32,
    pub votes: Votes,
    /// Training rows that the model carries at most; of more it draws these by chance.
    pub max_rows: u32,
    pub seed: u64,
}

/// What the vote of a near row is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Votes {
    /// As much as that of every other one.
    Uniform,
    /// The reciprocal of its distance; rows without any distance vote alone.
    Distance,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbours {
    /// No more than there are rows.
    pub k: u32,
    pub votes: Votes,
    pub n_features: u32,
    /// Places of the grid in one unit of a feature: a power of 2.
    pub fineness: f32,
    /// Places on the grid, whole numbers within ±`reach`, row-major `[n_rows × n_features]`, in the order of the training rows.
    pub rows: Vec<f32>,
    pub answers: Answers,
}

/// What is known of each row that is carried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answers {
    Classes { codes: Vec<u32>, n_classes: u32 },
    Values(Vec<f32>),
}

/// Stands for the squared distance 0 where votes are weighed: 2⁻⁴⁰⁰, beside which the votes of all others vanish in f32.
pub const NEXT_TO_NOTHING: f64 = f64::from_bits((1023 - 400) << 52);

impl Default for NeighboursSpec {
    /// scikit-learn's k.
    fn default() -> Self {
        Self { k: 5, votes: Votes::Uniform, max_rows: 2_000, seed: 0 }
    }
}

impl NeighboursSpec {
    pub const K: (u32, u32) = (1, 200);
    pub const MAX_ROWS: (u32, u32) = (10, 5_000);

    /// What a setting does, in a line; `None` for a name that is no setting.
    pub fn explain(field: &str) -> Option<&'static str> {
        Some(match field {
            "k" => {
                "How many of the nearest rows vote. More makes smoother answers that follow single rows less closely."
            }
            "votes" => "By distance, near rows are worth more, and a row that is met again decides alone.",
            "max_rows" => {
                "The model carries these rows: whoever has it can read them. Of more training rows it draws as many by chance."
            }
            "seed" => "Decides which rows are drawn.",
            _ => return None,
        })
    }

    /// What is wrong with the settings themselves.
    pub fn validate(&self) -> Vec<Problem> {
        let fields = [("k", self.k, Self::K), ("max_rows", self.max_rows, Self::MAX_ROWS)];
        let outside = fields.into_iter().filter(|(_, value, (fewest, most))| !(fewest..=most).contains(&value));
        outside
            .map(|(field, value, (fewest, most))| Problem {
                place: format!("neighbours, {field}"),
                event: format!("{value} rows are outside {fewest} to {most}."),
                kept: "Nothing was trained.".into(),
                cure: format!("Give a whole number from {fewest} to {most}."),
            })
            .collect()
    }

    /// Take the rows.
    ///
    /// # Errors
    /// Settings out of range, no rows, or features that are not finite.
    pub fn fit(&self, features: &Matrix, target: &Target) -> Result<Neighbours, Problem> {
        let refuse = |event: &str, cure: &str| Problem {
            place: "neighbours".into(),
            event: event.into(),
            kept: "Nothing was trained.".into(),
            cure: cure.into(),
        };
        if let Some(problem) = self.validate().into_iter().next() {
            return Err(problem);
        }
        if features.n_rows == 0 || features.n_rows != target.len() {
            return Err(refuse("There is no row to train on.", "Choose a target that is known in more rows."));
        }
        if !features.values.iter().all(|v| v.is_finite()) {
            return Err(refuse("A prepared feature is not finite.", "Report this with the design's text."));
        }
        let carried = self.draw(features.n_rows);
        let target = target.select(&carried);
        let features = features.select(&carried);
        let largest = features.values.iter().fold(0f32, |largest, x| largest.max(x.abs()));
        let reach = reach(features.n_columns);
        // Twice as far as the rows go.
        let fineness = reach / (2.0 * power_above(largest));
        Ok(Neighbours {
            k: self.k.min(carried.len() as u32),
            votes: self.votes,
            n_features: features.n_columns as u32,
            fineness,
            rows: features.values.iter().map(|x| place(*x, fineness, reach)).collect(),
            answers: match target {
                Target::Classes { codes, labels } => Answers::Classes { codes, n_classes: labels.len() as u32 },
                Target::Values(values) => Answers::Values(values.into_iter().map(to_f32).collect()),
            },
        })
    }

    /// The rows that the model carries, ascending.
    fn draw(&self, n_rows: usize) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..n_rows as u32).collect();
        let most = self.max_rows as usize;
        if n_rows <= most {
            return rows;
        }
        Random::new(self.seed, 0).shuffle(&mut rows);
        let mut is_drawn = vec![false; n_rows];
        rows[..most].iter().for_each(|row| is_drawn[*row as usize] = true);
        (0..n_rows as u32).filter(|row| is_drawn[*row as usize]).collect()
    }
}

/// The furthest place on the grid, a power of 2: (2·reach)² · n_features is below 2⁵³, and f32 holds each place.
pub fn reach(n_features: usize) -> f32 {
    let bits_of_count = usize::BITS - n_features.saturating_sub(1).leading_zeros();
    let bits = ((51u32.saturating_sub(bits_of_count)) / 2).min(23);
    (1u32 << bits) as f32
}

/// The least power of 2, of those from 2⁻⁶⁰ on, that is not below.
fn power_above(value: f32) -> f32 {
    let mut power = f32::from_bits((127 - 60) << 23);
    while power < value {
        power *= 2.0;
    }
    power
}

fn place(x: f32, fineness: f32, reach: f32) -> f32 {
    (x * fineness).clamp(-reach, reach).round_ties_even()
}

/// Exact in every order, so that four sums may grow at a time.
fn squared(a: &[f32], b: &[f32]) -> f64 {
    let (left, right) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest = left.remainder().iter().zip(right.remainder());
    let square = |(x, y): (&f32, &f32)| f64::from(x - y) * f64::from(x - y);
    let mut sums = [0f64; 4];
    for (x, y) in left.zip(right) {
        for (sum, pair) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += square(pair);
        }
    }
    sums.iter().sum::<f64>() + rest.map(square).sum::<f64>()
}

impl Neighbours {
    pub fn n_rows(&self) -> usize {
        match &self.answers {
            Answers::Classes { codes, .. } => codes.len(),
            Answers::Values(values) => values.len(),
        }
    }

    /// Positions and squared distances, on the grid, of the rows next to one: the nearest first, of equals the first.
    pub fn nearest(&self, row: &[f32]) -> Vec<(u32, f64)> {
        let (n, k, reach) = (self.n_features as usize, self.k as usize, reach(row.len()));
        let own: Vec<f32> = row.iter().map(|x| place(*x, self.fineness, reach)).collect();
        let mut near: Vec<(u32, f64)> = Vec::with_capacity(k + 1);
        for at in 0..self.n_rows() {
            let distance = squared(&own, &self.rows[at * n..(at + 1) * n]);
            if near.len() < k || near.last().is_some_and(|(_, furthest)| distance < *furthest) {
                let before = near.partition_point(|(_, other)| *other <= distance);
                near.insert(before, (at as u32, distance));
                near.truncate(k);
            }
        }
        near
    }

    /// Costs a look at every carried row for each row.
    pub fn predict(&self, features: &Matrix) -> Predictions {
        let mut shares = Vec::new();
        let mut values = Vec::new();
        for row in 0..features.n_rows {
            let near = self.nearest(features.row(row));
            let weight = |distance: f64| match self.votes {
                Votes::Uniform => 1.0,
                Votes::Distance => 1.0 / distance.max(NEXT_TO_NOTHING).sqrt(),
            };
            let total: f64 = near.iter().map(|(_, distance)| weight(*distance)).sum();
            match &self.answers {
                Answers::Classes { codes, n_classes } => {
                    let mut votes = vec![0.0; *n_classes as usize];
                    near.iter().for_each(|(at, distance)| votes[codes[*at as usize] as usize] += weight(*distance));
                    shares.extend(votes.iter().map(|votes| (votes / total) as f32));
                }
                Answers::Values(answers) => {
                    let sum: f64 = near.iter().map(|(at, d)| weight(*d) * f64::from(answers[*at as usize])).sum();
                    values.push((sum / total) as f32);
                }
            }
        }
        match &self.answers {
            Answers::Classes { n_classes, .. } => {
                Predictions::Probabilities { values: shares, n_classes: *n_classes as usize }
            }
            Answers::Values(_) => Predictions::Values(values),
        }
    }

    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        let reach = reach(n_features);
        let answers = match &self.answers {
            Answers::Classes { codes, n_classes: own } => {
                n_classes > 1 && *own as usize == n_classes && codes.iter().all(|code| (*code as usize) < n_classes)
            }
            Answers::Values(values) => n_classes == 0 && values.iter().all(|value| value.is_finite()),
        };
        let fits = answers
            && (1..=self.n_rows() as u32).contains(&self.k)
            && self.n_features as usize == n_features
            && self.rows.len() == self.n_rows() * n_features
            && self.fineness.is_finite()
            && self.fineness > 0.0
            && self.rows.iter().all(|place| place.abs() <= reach && place.fract() == 0.0);
        if fits { Ok(()) } else { Err("The rows of the model do not fit its preparation.".into()) }
    }
}
