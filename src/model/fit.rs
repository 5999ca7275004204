//! Fits that run in steps on prepared rows: whoever runs them, here or in another worker, goes through this.
//!
//! A baseline needs no steps and a network its own trainer, so neither is here.

use serde::{Deserialize, Serialize};

use super::bayes::{BayesFit, BayesSpec};
use super::linear::{LinearFit, LinearSpec};
use super::neighbours::{Neighbours, NeighboursSpec};
use super::trees::{BoostSpec, ForestSpec, TreesFit};
use super::{Model, ModelSpec};
use crate::dataset::Target;
use crate::prepare::Matrix;
use crate::problem::Problem;

/// What can be fitted in steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FitSpec {
    Linear(LinearSpec),
    Boost(BoostSpec),
    Forest(ForestSpec),
    Bayes(BayesSpec),
    Neighbours(NeighboursSpec),
}

/// Settings, and the prepared rows that a model is fitted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitTask {
    pub spec: FitSpec,
    pub features: Matrix,
    /// One per feature.
    pub feature_names: Vec<String>,
    /// The codes of each feature that is a category (`Preparation::category_sizes`).
    pub categories: Vec<Option<u32>>,
    /// Whether each feature is one of 0 and 1 (`Preparation::marks`).
    pub marks: Vec<bool>,
    pub target: Target,
}

/// A fit under way.
pub enum ModelFit {
    Linear(Box<LinearFit>),
    Trees(Box<TreesFit>),
    Bayes(Box<BayesFit>),
    /// Rows are taken at once.
    Neighbours(Box<Neighbours>),
}

/// A fitted model with what there is to say about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedModel {
    pub model: Model,
    /// What a person should know about this fit.
    pub note: Option<String>,
}

impl FitSpec {
    /// `None` for a baseline and a network.
    pub fn of(model: &ModelSpec) -> Option<Self> {
        match model {
            ModelSpec::Baseline | ModelSpec::Network(_) => None,
            ModelSpec::Linear(spec) => Some(Self::Linear(spec.clone())),
            ModelSpec::Boost(spec) => Some(Self::Boost(spec.clone())),
            ModelSpec::Forest(spec) => Some(Self::Forest(spec.clone())),
            ModelSpec::Bayes(spec) => Some(Self::Bayes(spec.clone())),
            ModelSpec::Neighbours(spec) => Some(Self::Neighbours(spec.clone())),
        }
    }
}

impl FitTask {
    /// Begin to fit.
    ///
    /// # Errors
    /// Settings out of range, or rows that cannot be learned from.
    pub fn start(&self) -> Result<ModelFit, Problem> {
        let Self { features, feature_names, categories, marks, target, .. } = self;
        Ok(match &self.spec {
            FitSpec::Linear(spec) => ModelFit::Linear(Box::new(spec.start(features, target)?)),
            FitSpec::Boost(spec) => {
                ModelFit::Trees(Box::new(spec.start(features, categories, feature_names, target, None)?))
            }
            FitSpec::Forest(spec) => ModelFit::Trees(Box::new(spec.start(features, categories, target, None)?)),
            FitSpec::Bayes(spec) => ModelFit::Bayes(Box::new(spec.start(features, marks, target)?)),
            FitSpec::Neighbours(spec) => ModelFit::Neighbours(Box::new(spec.fit(features, target)?)),
        })
    }

    /// Fit to the end.
    ///
    /// # Errors
    /// As `start`.
    pub fn fit(&self) -> Result<FittedModel, Problem> {
        let mut fit = self.start()?;
        while !fit.step() {}
        Ok(fit.finish())
    }
}

impl ModelFit {
    /// Do a small piece of the work, tens of milliseconds for tables of middle size; `true` when nothing is left to do.
    pub fn step(&mut self) -> bool {
        match self {
            Self::Linear(fit) => fit.step(),
            Self::Trees(fit) => fit.step(),
            Self::Bayes(fit) => fit.step(),
            Self::Neighbours(_) => true,
        }
    }

    pub fn finish(self) -> FittedModel {
        match self {
            Self::Linear(fit) => {
                let outcome = fit.finish();
                FittedModel { note: outcome.note(), model: Model::Linear(outcome.model) }
            }
            Self::Trees(fit) => {
                let outcome = fit.finish();
                FittedModel { note: outcome.note, model: Model::Trees(outcome.model) }
            }
            Self::Bayes(fit) => FittedModel { note: None, model: Model::Bayes(fit.finish()) },
            Self::Neighbours(model) => FittedModel { note: None, model: Model::Neighbours(*model) },
        }
    }
}
