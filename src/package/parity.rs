//! The check before a download: the exported graph, run by the interpreter, against the studio, on golden rows.

use super::golden::{Golden, GoldenColumn, N_ROWS};
use super::labels::chosen_class;
use super::onnx::interpret::Session;
use super::onnx::interpret::tensor::{Data, Tensor};
use super::onnx::write::{LABEL, PREDICTION, PROBABILITIES};
use super::promise::{Decided, LOWER, Promise, SET, UPPER};
use crate::model::{Head, Model, Predictions};
use crate::order::OrderBy;
use crate::pipeline::Pipeline;
use crate::problem::Problem;
use crate::validate::conformal::Bounds;
use crate::validate::{Report, Views};

/// Largest deviation that passes: of probabilities, or in units of `TargetUnit`.
pub const TOLERANCE: f64 = 1e-5;
/// A prediction of this many units is as far from zero as two f32 neighbours at the tolerance allow.
pub const FLOAT_LIMIT: f64 = 40.0;

/// In what a deviation of a regression is measured: the standard deviation of the target; for predictions further than
/// that from the target's mean, that distance; and never less than two steps of f32.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TargetUnit {
    pub center: f64,
    pub scale: f64,
}

impl TargetUnit {
    /// From the report's sample of actual values, else from the model's own scale.
    pub fn of(report: &Report, model: &Model) -> Self {
        if let Views::Values(views) = &report.views {
            let n = views.actual.len() as f64;
            let center = views.actual.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
            let squares = views.actual.iter().map(|v| (f64::from(*v) - center) * (f64::from(*v) - center)).sum::<f64>();
            let scale = (squares / n).sqrt();
            if scale > 0.0 && scale.is_finite() {
                return Self { center, scale };
            }
        }
        let head = match model {
            Model::Linear(model) => Some(&model.head),
            Model::Network(model) => Some(&model.head),
            Model::Trees(model) => Some(&model.head),
            Model::Baseline(_) | Model::Blend(_) | Model::Calibrated(_) | Model::Bayes(_) | Model::Neighbours(_) => {
                None
            }
        };
        match head {
            Some(Head::Value { center, scale }) if *scale != 0.0 => {
                Self { center: f64::from(*center), scale: f64::from(scale.abs()) }
            }
            Some(Head::Value { .. } | Head::Softmax | Head::Exp | Head::Shares) | None => {
                Self { center: 0.0, scale: 1.0 }
            }
        }
    }

    /// The deviation of `found` from `expected` in units.
    pub fn deviation(&self, found: f32, expected: f32) -> f64 {
        (f64::from(found) - f64::from(expected)).abs() / self.at(expected)
    }

    /// The unit in which something near this prediction deviates.
    fn at(&self, expected: f32) -> f64 {
        let expected = f64::from(expected);
        self.scale.max((expected - self.center).abs()).max(expected.abs() / FLOAT_LIMIT)
    }
}

/// Runs `model.onnx` on the golden rows and returns the largest deviation from the studio's predictions.
///
/// # Errors
/// When the model cannot be run, when an output is missing, when a prediction is no number, and when a label differs
/// although its class leads by more than the tolerance.
pub fn largest_deviation(
    onnx: &[u8],
    golden: &Golden,
    pipeline: &Pipeline,
    expected: &Predictions,
    unit: TargetUnit,
    decided: Decided,
) -> Result<f64, Problem> {
    let session = Session::load(onnx)?;
    let outputs = session.run(feeds(golden)?)?.into_iter().map(|tensor| tensor.data);
    let answers: Vec<(String, Data)> = session.outputs.into_iter().map(|output| output.name).zip(outputs).collect();
    deviation(&answers, pipeline, expected, unit, decided)
}

/// The largest deviation of what a runtime answered on the golden rows, by output, from the studio's predictions.
///
/// # Errors
/// When an output is missing, when a prediction is no number, and when a label differs although its class leads by more than
/// the tolerance.
pub(super) fn deviation(
    answers: &[(String, Data)],
    pipeline: &Pipeline,
    expected: &Predictions,
    unit: TargetUnit,
    decided: Decided,
) -> Result<f64, Problem> {
    let Decided { threshold, promise } = decided;
    let output = |name: &str| {
        let found = answers.iter().find(|(of, _)| of == name);
        found.map(|(_, data)| data).ok_or_else(|| disagreement(format!("it has no output {name}")))
    };
    let largest = match expected {
        Predictions::Values(values) => {
            let Data::F32(found) = output(PREDICTION)? else {
                return Err(disagreement("its prediction is not float32".into()));
            };
            let mut deviation = largest(found, values, |f, e| unit.deviation(f, e))?;
            if let Some(promise) = promise {
                let ranges: Vec<(f32, f32)> = values.iter().filter_map(|value| promise.bounds.range(*value)).collect();
                let (low, high): (Vec<f32>, Vec<f32>) = ranges.into_iter().unzip();
                for (name, expected) in [(LOWER, low), (UPPER, high)] {
                    let Data::F32(found) = output(name)? else {
                        return Err(disagreement(format!("its {name} is not float32")));
                    };
                    // A bound is as exact as the prediction that it stands beside.
                    let mut beside = values.iter();
                    let apart = |f: f32, e: f32| {
                        let at = beside.next().map_or(0.0, |value| unit.at(*value)).max(unit.at(e));
                        (f64::from(f) - f64::from(e)).abs() / at
                    };
                    deviation = deviation.max(largest(found, &expected, apart)?);
                }
            }
            deviation
        }
        Predictions::Probabilities { values, n_classes } => {
            let (Data::F32(found), Data::Text(labels)) = (output(PROBABILITIES)?, output(LABEL)?) else {
                return Err(disagreement("its outputs have other types than promised".into()));
            };
            let deviation = largest(found, values, |f, e| (f64::from(f) - f64::from(e)).abs())?;
            if labels.len() * n_classes != values.len() {
                return Err(disagreement(format!("it gives {} labels", labels.len())));
            }
            for (row, (label, probabilities)) in labels.iter().zip(values.chunks(*n_classes)).enumerate() {
                let class = chosen_class(pipeline.task, probabilities, threshold);
                if pipeline.labels.get(class) != Some(label) && margin(probabilities, threshold) > TOLERANCE {
                    return Err(disagreement(format!("golden row {} has another label", row + 1)));
                }
            }
            if let Some(promise) = promise {
                let Data::Bool(found) = output(SET)? else {
                    return Err(disagreement("its set is not of true and false".into()));
                };
                same_sets(found, promise, values, *n_classes)?;
            }
            deviation
        }
    };
    Ok(largest)
}

/// Whether the sets are those of the bounds, but for probabilities that lie within the tolerance of them.
fn same_sets(found: &[bool], promise: &Promise, values: &[f32], n_classes: usize) -> Result<(), Problem> {
    let Bounds::Least(least) = &promise.bounds else {
        return Err(disagreement("its set has no bounds".into()));
    };
    let expected: Vec<bool> = values.chunks(n_classes).flat_map(|row| promise.bounds.set(row)).collect();
    if found.len() != expected.len() {
        return Err(disagreement(format!("its set has {} cells instead of {}", found.len(), expected.len())));
    }
    for (cell, (found, expected)) in found.iter().zip(&expected).enumerate() {
        let apart = (f64::from(values[cell]) - f64::from(least[cell % n_classes])).abs();
        if found != expected && apart > TOLERANCE {
            return Err(disagreement(format!("golden row {} has another set", cell / n_classes + 1)));
        }
    }
    Ok(())
}

fn feeds(golden: &Golden) -> Result<Vec<Tensor>, Problem> {
    let column = |column: &GoldenColumn| {
        let data = match column {
            GoldenColumn::Numbers(values) => Data::F32(values.iter().map(|v| *v as f32).collect()),
            GoldenColumn::Texts(texts) => Data::Text(texts.clone()),
            GoldenColumn::Dates(values) => Data::I64(values.clone()),
        };
        Tensor::new(vec![N_ROWS, 1], data).map_err(disagreement)
    };
    golden.columns.iter().map(column).collect()
}

fn largest(found: &[f32], expected: &[f32], mut deviation: impl FnMut(f32, f32) -> f64) -> Result<f64, Problem> {
    if found.len() != expected.len() {
        return Err(disagreement(format!("it gives {} numbers instead of {}", found.len(), expected.len())));
    }
    let mut largest = 0.0;
    for (f, e) in found.iter().zip(expected) {
        let d = deviation(*f, *e);
        if !d.is_finite() {
            return Err(disagreement(format!("it answers {f} where the studio answers {e}")));
        }
        largest = f64::max(largest, d);
    }
    Ok(largest)
}

/// How clearly the chosen class leads.
fn margin(probabilities: &[f32], threshold: Option<f64>) -> f64 {
    match (threshold, probabilities) {
        (Some(threshold), [_, second]) => (f64::from(*second) - threshold).abs(),
        _ => {
            let mut ordered: Vec<f64> = probabilities.iter().map(|p| f64::from(*p)).collect();
            ordered.order_by(|a, b| b.total_cmp(a));
            ordered.first().copied().unwrap_or(0.0) - ordered.get(1).copied().unwrap_or(0.0)
        }
    }
}

pub(super) fn disagreement(event: String) -> Problem {
    Problem {
        place: "Package, model.onnx".into(),
        event: format!("The exported model does not agree with the studio: {event}."),
        kept: "The run is unchanged; no package was made.".into(),
        cure: "Train the model again with a smaller learning rate or stronger scaling, and package that run.".into(),
    }
}
