//! The scale on which contributions add up: what a model sums before its head turns the sum into a prediction.

use serde::{Deserialize, Serialize};

use crate::model::neighbours::Answers;
use crate::model::{Head, Model, Predictions};
use crate::prepare::Matrix;

/// What one unit of a contribution means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scale {
    /// Binary: ln(p / (1 − p)) of the second class; one output.
    LogOdds,
    /// Several classes: the logit of each, less the mean over classes; an output a class. Softmax leaves the mean without
    /// effect, so that nothing is lost.
    Logits,
    /// The target's own unit; one output.
    Value,
    /// The logarithm of the value; one output.
    LogValue,
    /// Probabilities, which forests average: of the second class of two, or an output a class.
    Probability,
}

/// Reads a model on the scale on which its parts add up.
pub struct Margin<'a> {
    model: &'a Model,
    form: Form,
}

/// The affine way from raw outputs to the margin.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// One logit, or one logarithm, as it is.
    Same(Scale),
    /// Two logits: the second less the first.
    Difference,
    /// So many logits, centred.
    Centred(usize),
    Scaled {
        center: f64,
        scale: f64,
    },
    /// Two shares: the second.
    Second,
    /// So many shares.
    Shares(usize),
}

impl<'a> Margin<'a> {
    pub fn new(model: &'a Model) -> Self {
        let softmax = |n_outputs: usize| match n_outputs {
            1 => Form::Same(Scale::LogOdds),
            2 => Form::Difference,
            n => Form::Centred(n),
        };
        let of_head = |head: &Head, n_outputs: usize| match head {
            Head::Softmax => softmax(n_outputs),
            Head::Value { center, scale } => Form::Scaled { center: f64::from(*center), scale: f64::from(*scale) },
            Head::Exp => Form::Same(Scale::LogValue),
            Head::Shares if n_outputs == 2 => Form::Second,
            Head::Shares => Form::Shares(n_outputs),
        };
        let of_predictions = |predictions: Predictions| match predictions {
            Predictions::Probabilities { n_classes: 2, .. } => Form::Second,
            Predictions::Probabilities { n_classes, .. } => Form::Shares(n_classes),
            Predictions::Values(_) => Form::Same(Scale::Value),
        };
        let form = match model {
            Model::Baseline(baseline) => of_predictions(baseline.predict(1)),
            // It averages what its members predict.
            Model::Blend(blend) => of_predictions(blend.predict(&Matrix {
                values: vec![0.0; blend.members.iter().map(|member| member.n_features as usize).sum()],
                n_rows: 1,
                n_columns: blend.members.iter().map(|member| member.n_features as usize).sum(),
            })),
            // Its parts add up before they are bent, so it is asked and not read.
            Model::Calibrated(calibrated) if calibrated.n_classes == 2 => Form::Second,
            Model::Calibrated(calibrated) => Form::Shares(calibrated.n_classes as usize),
            Model::Linear(linear) => of_head(&linear.head, linear.n_outputs()),
            Model::Bayes(bayes) => softmax(bayes.n_classes()),
            Model::Neighbours(neighbours) => match &neighbours.answers {
                Answers::Classes { n_classes: 2, .. } => Form::Second,
                Answers::Classes { n_classes, .. } => Form::Shares(*n_classes as usize),
                Answers::Values(_) => Form::Same(Scale::Value),
            },
            Model::Network(network) => of_head(&network.head, network.n_outputs()),
            Model::Trees(trees) => of_head(&trees.head, trees.n_outputs as usize),
        };
        Self { model, form }
    }

    pub fn scale(&self) -> Scale {
        match self.form {
            Form::Same(scale) => scale,
            Form::Difference => Scale::LogOdds,
            Form::Centred(_) => Scale::Logits,
            Form::Scaled { .. } => Scale::Value,
            Form::Second | Form::Shares(_) => Scale::Probability,
        }
    }

    /// Outputs of the margin: 1, or one a class.
    pub fn n_outputs(&self) -> usize {
        match self.form {
            Form::Centred(n) | Form::Shares(n) => n,
            Form::Same(_) | Form::Difference | Form::Scaled { .. } | Form::Second => 1,
        }
    }

    /// Raw outputs that one row has.
    pub fn n_raw(&self) -> usize {
        match self.form {
            Form::Centred(n) | Form::Shares(n) => n,
            Form::Difference | Form::Second => 2,
            Form::Same(_) | Form::Scaled { .. } => 1,
        }
    }

    /// The margin of prepared rows, row-major `[n_rows × n_outputs]`.
    pub fn of(&self, features: &Matrix) -> Vec<f64> {
        let all = |predictions: Predictions| match predictions {
            Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
        };
        let raw: Vec<f32> = match self.model {
            Model::Baseline(model) => all(model.predict(features.n_rows)),
            Model::Blend(model) => all(model.predict(features)),
            Model::Calibrated(model) => all(model.predict(features)),
            Model::Neighbours(model) => all(model.predict(features)),
            Model::Bayes(model) => return self.sums(&model.logits(features)),
            Model::Linear(model) => model.outputs(features),
            Model::Network(model) => model.outputs(features),
            Model::Trees(model) => model.outputs(features),
        };
        let raw: Vec<f64> = raw.into_iter().map(f64::from).collect();
        self.sums(&raw)
    }

    /// Sums of raw outputs `[n × n_raw]` as margins `[n × n_outputs]`.
    pub fn sums(&self, raw: &[f64]) -> Vec<f64> {
        let mut margins = self.parts(raw);
        if let Form::Scaled { center, .. } = self.form {
            margins.iter_mut().for_each(|value| *value += center);
        }
        margins
    }

    /// Parts of raw outputs `[n × n_raw]` as parts of margins `[n × n_outputs]`: the same without what is constant.
    pub fn parts(&self, raw: &[f64]) -> Vec<f64> {
        match self.form {
            Form::Same(_) | Form::Shares(_) => raw.to_vec(),
            Form::Difference => raw.chunks_exact(2).map(|pair| pair[1] - pair[0]).collect(),
            Form::Second => raw.chunks_exact(2).map(|pair| pair[1]).collect(),
            Form::Scaled { scale, .. } => raw.iter().map(|value| value * scale).collect(),
            Form::Centred(n) => {
                let mut parts = raw.to_vec();
                for row in parts.chunks_exact_mut(n) {
                    let mean = row.iter().sum::<f64>() / n as f64;
                    row.iter_mut().for_each(|value| *value -= mean);
                }
                parts
            }
        }
    }
}
