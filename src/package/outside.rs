//! The golden rows for a runtime that is not ours: its inputs and its answers as JSON, which passes through whoever starts it.

use serde::{Deserialize, Serialize};

use super::archive;
use super::build::MODEL;
use super::golden::{Golden, GoldenColumn};
use super::onnx::interpret::Session;
use super::onnx::interpret::tensor::Data;
use super::parity::{self, TargetUnit};
use super::promise::{Decided, Promise};
use crate::pipeline::Pipeline;
use crate::problem::Problem;
use crate::validate::{Cover, Report};

/// What the runtime is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// `model.onnx` as it was taken out of the ZIP.
    pub model: Vec<u8>,
    /// A list of `Named`, each of 64 rows and one column.
    pub feeds: String,
}

/// A tensor, row by row. Numbers are texts, as JSON has neither NaN nor infinity nor 64-bit integers.
#[derive(Serialize, Deserialize)]
struct Named {
    name: String,
    #[serde(flatten)]
    cells: Cells,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
enum Cells {
    Float32(Vec<String>),
    Int64(Vec<String>),
    String(Vec<String>),
    Bool(Vec<bool>),
}

/// What another runtime is asked of the package that is packed in `zip`.
///
/// # Errors
/// When the model is not in the ZIP or cannot be decoded, or has other inputs than the pipeline.
pub fn question(zip: &[u8], pipeline: &Pipeline) -> Result<Question, Problem> {
    let unpacked = archive::read(zip, super::open::LIMITS).map_err(|refused| refused.problem("Package", "package"))?;
    let absent = || parity::disagreement(format!("{MODEL} is not in the ZIP"));
    let model = unpacked.get(MODEL).ok_or_else(absent)?.to_vec();
    let golden = Golden::make(pipeline);
    let session = Session::load(&model)?;
    if session.inputs.len() != golden.columns.len() {
        return Err(parity::disagreement("it has other inputs than columns".to_owned()));
    }
    let feeds = session.inputs.into_iter().zip(&golden.columns).map(|(input, column)| {
        let cells = match column {
            GoldenColumn::Numbers(values) => {
                Cells::Float32(values.iter().map(|value| script_number(*value as f32)).collect())
            }
            GoldenColumn::Texts(texts) => Cells::String(texts.clone()),
            GoldenColumn::Dates(values) => Cells::Int64(values.iter().map(i64::to_string).collect()),
        };
        Named { name: input.name, cells }
    });
    let feeds = serde_json::to_string(&feeds.collect::<Vec<_>>());
    Ok(Question { model, feeds: feeds.map_err(|e| parity::disagreement(e.to_string()))? })
}

/// The largest deviation of a runtime's `answers` (JSON) from the studio's predictions on the golden rows of the pipeline.
///
/// # Errors
/// When the answers cannot be read, are not those that were asked for, or deviate by more than the tolerance.
pub fn compare(
    answers: &str,
    pipeline: &Pipeline,
    report: &Report,
    (threshold, cover): (Option<f64>, Cover),
) -> Result<f64, Problem> {
    let answers: Vec<Named> = serde_json::from_str(answers)
        .map_err(|error| parity::disagreement(format!("its answers cannot be read ({error})")))?;
    let answers: Vec<(String, Data)> = answers.into_iter().map(|named| (named.name, data(named.cells))).collect();
    let expected = pipeline.predict(&Golden::make(pipeline).inputs());
    let promise = Promise::of(report, cover);
    let decided = Decided { threshold, promise: promise.as_ref() };
    let unit = TargetUnit::of(report, &pipeline.model);
    let deviation = parity::deviation(&answers, pipeline, &expected, unit, decided)?;
    if deviation > parity::TOLERANCE {
        let event = format!("it deviates by {deviation:.1e}, and {:.0e} is allowed", parity::TOLERANCE);
        return Err(parity::disagreement(event));
    }
    Ok(deviation)
}

fn data(cells: Cells) -> Data {
    match cells {
        Cells::Float32(values) => Data::F32(values.iter().map(|value| value.parse().unwrap_or(f32::NAN)).collect()),
        // Nothing that a package answers is of this type: the comparison says so.
        Cells::Int64(values) => Data::I64(values.iter().map(|value| value.parse().unwrap_or(0)).collect()),
        Cells::String(values) => Data::Text(values),
        Cells::Bool(values) => Data::Bool(values),
    }
}

/// As JavaScript's `Number` reads it.
fn script_number(value: f32) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    format!("{value:?}")
}
