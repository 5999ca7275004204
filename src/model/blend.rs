//! Several models whose predictions are averaged with weights. Each reads features of its own: the preparation holds those
//! of the first member, then those of the next.

use serde::{Deserialize, Serialize};

use super::{Model, Predictions};
use crate::prepare::Matrix;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    pub members: Vec<Member>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub model: Model,
    /// Of the preparation, behind those of the members before.
    pub n_blocks: u32,
    pub n_features: u32,
    /// Positive; all together are 1.
    pub weight: f32,
}

impl Blend {
    /// Members at most.
    pub const MOST_MEMBERS: usize = 20;

    pub(super) fn check(&self, n_features: usize, n_classes: usize) -> Result<(), String> {
        let n: usize = self.members.iter().map(|member| member.n_features as usize).sum();
        if self.members.is_empty() || self.members.len() > Self::MOST_MEMBERS || n != n_features {
            return Err("The members of the blend do not share its features.".into());
        }
        let total: f32 = self.members.iter().map(|member| member.weight).sum();
        if self.members.iter().any(|member| !(member.weight > 0.0)) || !((total - 1.0).abs() < 1e-3) {
            return Err("The weights of the blend are no shares of 1.".into());
        }
        for member in &self.members {
            if matches!(member.model.uncalibrated(), Model::Blend(_)) {
                return Err("A blend holds another blend.".into());
            }
            member.model.check(member.n_features as usize, n_classes)?;
        }
        Ok(())
    }

    /// Blocks and features of each member.
    pub fn sizes(&self) -> Vec<(usize, usize)> {
        self.members.iter().map(|member| (member.n_blocks as usize, member.n_features as usize)).collect()
    }

    /// Σ weight · prediction, in the order of the members, in f32.
    pub fn predict(&self, features: &Matrix) -> Predictions {
        let mut first = 0;
        let mut sum: Option<Predictions> = None;
        for member in &self.members {
            let own = member.model.predict(&columns(features, first, member.n_features as usize));
            first += member.n_features as usize;
            sum = Some(match sum {
                None => weighted(own, member.weight),
                Some(sum) => plus(sum, &own, member.weight),
            });
        }
        sum.unwrap_or(Predictions::Values(vec![0.0; features.n_rows]))
    }
}

/// All numbers of predictions, row by row.
pub(crate) fn values_of(predictions: &Predictions) -> &[f32] {
    match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    }
}

pub(crate) fn values_mut(predictions: &mut Predictions) -> &mut [f32] {
    match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    }
}

fn weighted(mut own: Predictions, weight: f32) -> Predictions {
    values_mut(&mut own).iter_mut().for_each(|value| *value *= weight);
    own
}

fn plus(mut sum: Predictions, own: &Predictions, weight: f32) -> Predictions {
    for (sum, value) in values_mut(&mut sum).iter_mut().zip(values_of(own)) {
        *sum += value * weight;
    }
    sum
}

/// Some columns of a matrix.
fn columns(features: &Matrix, first: usize, n_columns: usize) -> Matrix {
    let mut values = Vec::with_capacity(features.n_rows * n_columns);
    for row in 0..features.n_rows {
        values.extend_from_slice(&features.row(row)[first..first + n_columns]);
    }
    Matrix { values, n_rows: features.n_rows, n_columns }
}
