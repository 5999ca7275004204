//! A model whose class probabilities are bent so that they mean what they say. What bends them was fitted on rows that the
//! model had not seen (`tune::calibrate`).

use serde::{Deserialize, Serialize};

use super::forward::softmax;
use super::{Model, Predictions};
use crate::prepare::Matrix;

/// Least share that a logarithm is taken of: probabilities nearer to 0 are told apart by no calibration.
pub const FLOOR: f32 = 1e-6;
/// Is added to each class before the sum is brought to 1: where all are 0, each gets the same.
pub const TINY: f32 = 1e-9;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibrated {
    pub model: Box<Model>,
    pub n_classes: u32,
    pub map: Map,
}

/// From a class's probability to another. Of two classes the second alone has one, and the first is what is left; of more
/// each has one, against the rest, and their sum is brought to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Map {
    /// 1 / (1 + exp(−(slope · logit + offset))), Platt's.
    Sigmoid(Vec<Line>),
    Isotonic(Vec<Knots>),
    /// softmax(ln p · sharpness), for all classes together; the temperature is 1 / sharpness.
    Temperature(f32),
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub slope: f32,
    pub offset: f32,
}

/// A curve that never falls: straight between its knots, level beyond them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knots {
    /// Ascending.
    pub at: Vec<f32>,
    /// Not falling, from 0 to 1.
    pub to: Vec<f32>,
}

impl Knots {
    /// From so many knots on at or below a probability, `[n + 1]` each: where the curve is straight, it is
    /// start + (p − from) · slope.
    pub fn pieces(&self) -> [Vec<f32>; 3] {
        let (at, to) = (&self.at, &self.to);
        let n = at.len();
        let (mut from, mut start, mut slope) = (vec![at[0]], vec![to[0]], vec![0.0]);
        for i in 0..n {
            from.push(at[i]);
            start.push(to[i]);
            slope.push(if i + 1 < n { ((to[i + 1] - to[i]) / (at[i + 1] - at[i])).min(f32::MAX) } else { 0.0 });
        }
        [from, start, slope]
    }

    fn is_sound(&self) -> bool {
        let ascends = self.at.windows(2).all(|pair| pair[0] < pair[1]);
        let rises = self.to.windows(2).all(|pair| pair[0] <= pair[1]);
        let within = |values: &[f32]| values.iter().all(|value| (0.0..=1.0).contains(value));
        !self.at.is_empty()
            && self.at.len() == self.to.len()
            && ascends
            && rises
            && within(&self.at)
            && within(&self.to)
    }
}

impl Map {
    fn check(&self, n_classes: usize) -> Result<(), String> {
        let n = if n_classes == 2 { 1 } else { n_classes };
        let sound = match self {
            Self::Sigmoid(lines) => {
                lines.len() == n && lines.iter().all(|line| line.slope.is_finite() && line.offset.is_finite())
            }
            Self::Isotonic(knots) => knots.len() == n && knots.iter().all(Knots::is_sound),
            Self::Temperature(sharpness) => sharpness.is_finite() && *sharpness > 0.0,
        };
        if sound { Ok(()) } else { Err("The calibration does not fit its classes.".into()) }
    }

    /// Bend the probabilities of one row in place; their sum stays 1.
    pub fn bend(&self, row: &mut [f32]) {
        match self {
            Self::Temperature(sharpness) => {
                row.iter_mut().for_each(|p| *p = libm::logf(p.max(FLOOR)) * sharpness);
                softmax(row);
            }
            Self::Sigmoid(lines) if row.len() == 2 => {
                let z = logit(row, 1) * lines[0].slope + lines[0].offset;
                (row[0], row[1]) = (0.0, z);
                softmax(row);
            }
            Self::Sigmoid(lines) => {
                let raised: Vec<f32> = lines
                    .iter()
                    .enumerate()
                    .map(|(class, line)| 1.0 / (1.0 + libm::expf(-(logit(row, class) * line.slope + line.offset))))
                    .collect();
                row.copy_from_slice(&raised);
                to_shares(row);
            }
            Self::Isotonic(knots) if row.len() == 2 => {
                let p = along(&knots[0], row[1]);
                (row[0], row[1]) = (1.0 - p, p);
            }
            Self::Isotonic(knots) => {
                row.iter_mut().zip(knots).for_each(|(p, knots)| *p = along(knots, *p));
                to_shares(row);
            }
        }
    }

    /// Bend all rows, `[n_rows × n_classes]`.
    pub fn bend_all(&self, values: &mut [f32], n_classes: usize) {
        values.chunks_exact_mut(n_classes.max(1)).for_each(|row| self.bend(row));
    }
}

/// ln(p / (1 − p)) of a class, from the shares themselves: 1 − p would lose what small shares say.
pub fn logit(row: &[f32], class: usize) -> f32 {
    let others: f32 = row.iter().enumerate().filter(|(other, _)| *other != class).map(|(_, p)| p).sum();
    libm::logf(row[class].max(FLOOR)) - libm::logf(others.max(FLOOR))
}

fn along(knots: &Knots, p: f32) -> f32 {
    let n = knots.at.partition_point(|at| *at <= p);
    if n == 0 {
        return knots.to[0];
    }
    let Some(next) = knots.at.get(n) else { return knots.to[n - 1] };
    let slope = ((knots.to[n] - knots.to[n - 1]) / (next - knots.at[n - 1])).min(f32::MAX);
    knots.to[n - 1] + (p - knots.at[n - 1]) * slope
}

fn to_shares(row: &mut [f32]) {
    row.iter_mut().for_each(|p| *p += TINY);
    let sum: f32 = row.iter().sum();
    row.iter_mut().for_each(|p| *p /= sum);
}

impl Calibrated {
    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        if n_classes < 2 || self.n_classes as usize != n_classes {
            return Err("A calibration is for classes.".into());
        }
        if matches!(*self.model, Model::Calibrated(_)) {
            return Err("A calibration holds another one.".into());
        }
        self.map.check(n_classes)?;
        self.model.check(n_features, n_classes)
    }

    pub fn predict(&self, features: &Matrix) -> Predictions {
        let mut predictions = self.model.predict(features);
        if let Predictions::Probabilities { values, n_classes } = &mut predictions {
            self.map.bend_all(values, *n_classes);
        }
        predictions
    }
}
