//! A pipeline as the bytes of `model.onnx`: raw columns in, preparation and model inside, predictions out.

use prost::Message;

use super::calibrated;
use super::graph::{Graph, ML_DOMAIN, Size, Value, int, ints, string, strings};
use super::model;
use super::preparation;
use super::proto::data_type::{BOOL, FLOAT, INT64, STRING};
use super::proto::{ModelProto, OperatorSetIdProto, StringStringEntryProto};
use crate::dataset::Task;
use crate::model::Model;
use crate::model::blend::Blend;
use crate::package::PackageAbout;
use crate::package::promise::{LOWER, Promise, SET, UPPER};
use crate::pipeline::Pipeline;
use crate::prepare::{Block, InputKind, Preparation};
use crate::problem::Problem;
use crate::validate::conformal::Bounds;

/// Names of the outputs.
pub const LABEL: &str = "label";
pub const PROBABILITIES: &str = "probabilities";
pub const PREDICTION: &str = "prediction";

const ML_OPSET: i64 = 3;
/// Version of the operators and of the file's form. Every runtime that was tried reads the first; words of texts are found by
/// an operator that came with the second.
const PLAIN: (i64, i64) = (17, 8);
const WITH_WORDS: (i64, i64) = (20, 9);

/// A graph as bytes, with the name that each column has in it (in the order of the pipeline's inputs).
#[derive(Clone, Debug, PartialEq)]
pub struct OnnxModel {
    pub bytes: Vec<u8>,
    pub input_names: Vec<String>,
}

/// The versions of the operators and of the file's form that the graph of a preparation needs.
pub fn versions(preparation: &Preparation) -> (i64, i64) {
    let reads_words = preparation.blocks.iter().any(|block| matches!(block, Block::Words { .. }));
    if reads_words { WITH_WORDS } else { PLAIN }
}

/// Writes the pipeline as an ONNX model.
///
/// Inputs: one `[N,1]` per raw column, float32 (NaN missing), string ("" missing) or int64 milliseconds since the epoch
/// (`i64::MIN` missing). Outputs: `label` string `[N]` and `probabilities` float32 `[N,K]`, or `prediction` float32
/// `[N,1]`.
///
/// # Errors
/// When the pipeline reads no column, since the graph would not know how many rows to answer for, and when its sizes do
/// not fit together.
pub fn write(pipeline: &Pipeline, about: &PackageAbout) -> Result<OnnxModel, Problem> {
    write_promising(pipeline, about, None)
}

/// The same with what is promised of the predictions: `lower` and `upper` float32 `[N,1]`, or `set` bool `[N,K]`.
///
/// # Errors
/// As `write`.
pub fn write_promising(
    pipeline: &Pipeline,
    about: &PackageAbout,
    promise: Option<&Promise>,
) -> Result<OnnxModel, Problem> {
    crate::package::check::sizes(pipeline)?;
    let mut reserved = vec![LABEL, PROBABILITIES, PREDICTION];
    if promise.is_some() {
        reserved.extend([LOWER, UPPER, SET]);
    }
    let mut graph = Graph::new("pipeline", &reserved);
    let inputs: Vec<Value> = pipeline
        .preparation
        .inputs
        .iter()
        .map(|input| {
            let (element, note) = match input.kind {
                InputKind::Number => (FLOAT, "number; NaN when missing"),
                InputKind::Text => (STRING, "text; \"\" when missing"),
                InputKind::Date => {
                    (INT64, "milliseconds since 1970-01-01T00:00:00Z; -9223372036854775808 when missing")
                }
            };
            graph.input(&input.name, element, &[Size::Rows, Size::Fixed(1)], note)
        })
        .collect();
    let Some(first) = inputs.first() else {
        return Err(Problem {
            place: "Package".into(),
            event: "This model reads no column, so there is nothing that a program could hand to it.".into(),
            kept: "The run is unchanged.".into(),
            cure: "Put at least one column under Use on Design, and train again.".into(),
        });
    };
    let shape = graph.node("Shape", &[first], Vec::new());
    let zeros = graph.node("ConstantOfShape", &[&shape], Vec::new());
    let mut raw = match pipeline.model.uncalibrated() {
        Model::Blend(blend) => blended(&mut graph, pipeline, blend, &inputs, &zeros)?,
        single => one(&mut graph, &pipeline.preparation, single, &inputs, &zeros),
    };
    if let Model::Calibrated(calibrated) = &pipeline.model {
        raw = calibrated::bent(&mut graph, &calibrated.map, pipeline.labels.len(), &raw, &zeros);
    }
    match pipeline.task {
        Task::Binary | Task::Multiclass => class_outputs(&mut graph, pipeline, about, &raw),
        Task::Regression => graph.output(PREDICTION, &raw, FLOAT, &[Size::Rows, Size::Fixed(1)], "predicted value"),
    }
    if let Some(promise) = promise {
        promised_outputs(&mut graph, promise, &raw);
    }
    let (version, ir_version) = versions(&pipeline.preparation);
    let model = ModelProto {
        ir_version: Some(ir_version),
        producer_name: Some("Hearth".to_owned()),
        producer_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        domain: Some(String::new()),
        model_version: Some(1),
        doc_string: Some(format!("Predicts {}", pipeline.target)),
        graph: Some(graph.finish()),
        opset_import: vec![opset("", version), opset(ML_DOMAIN, ML_OPSET)],
        metadata_props: metadata(pipeline, about, promise),
        functions: Vec::new(),
    };
    Ok(OnnxModel { bytes: model.encode_to_vec(), input_names: inputs })
}

/// What a model that is no blend predicts.
fn one(graph: &mut Graph, preparation: &Preparation, model: &Model, inputs: &[Value], zeros: &Value) -> Value {
    let prepared = preparation::features(graph, preparation, inputs);
    let features = model::Features { matrix: prepared.matrix, codes: prepared.codes, zeros: zeros.clone() };
    model::output(graph, model, &features)
}

/// The weighted sum of what the members predict, in their order, each from features of its own.
fn blended(
    graph: &mut Graph,
    pipeline: &Pipeline,
    blend: &Blend,
    inputs: &[Value],
    zeros: &Value,
) -> Result<Value, Problem> {
    let parts = pipeline.preparation.parts(&blend.sizes()).map_err(|event| Problem {
        place: "Package".into(),
        event,
        kept: "The run is unchanged.".into(),
        cure: "Make the ensemble again.".into(),
    })?;
    let mut sum: Option<Value> = None;
    for (member, part) in blend.members.iter().zip(&parts) {
        let own = one(graph, part, &member.model, inputs, zeros);
        let weight = graph.floats(&[1, 1], &[member.weight]);
        let share = graph.node("Mul", &[&own, &weight], Vec::new());
        sum = Some(match sum {
            None => share,
            Some(sum) => graph.node("Add", &[&sum, &share], Vec::new()),
        });
    }
    Ok(sum.unwrap_or_else(|| zeros.clone()))
}

/// `probabilities`, and `label`: the class with the highest probability (the first of equals), or, with a threshold, the
/// second class where its probability reaches it.
fn class_outputs(graph: &mut Graph, pipeline: &Pipeline, about: &PackageAbout, probabilities: &Value) {
    let code = match (pipeline.task, about.threshold) {
        (Task::Binary, Some(threshold)) => {
            let second = graph.integer(1);
            let p = graph.node("Gather", &[probabilities, &second], vec![int("axis", 1)]);
            let threshold = graph.floats(&[], &[f32_at_least(threshold)]);
            let reached = graph.node("GreaterOrEqual", &[&p, &threshold], Vec::new());
            graph.cast(&reached, INT64)
        }
        _ => graph.node("ArgMax", &[probabilities], vec![int("axis", 1), int("keepdims", 0)]),
    };
    let attributes = vec![
        ints("keys_int64s", (0..pipeline.labels.len() as i64).collect()),
        strings("values_strings", pipeline.labels.iter().map(String::as_str)),
        string("default_string", ""),
    ];
    let label = graph.node_in(ML_DOMAIN, "LabelEncoder", &[&code], attributes);
    let n = pipeline.labels.len();
    graph.output(LABEL, &label, STRING, &[Size::Rows], "predicted class");
    let note = "one column per class, in the order of the metadata entry `classes`";
    graph.output(PROBABILITIES, probabilities, FLOAT, &[Size::Rows, Size::Fixed(n)], note);
}

/// Bounds around the prediction, which stay finite as it does; or for each class whether its probability reaches its limit.
fn promised_outputs(graph: &mut Graph, promise: &Promise, raw: &Value) {
    match &promise.bounds {
        Bounds::Half(Some(half)) => {
            let half = graph.floats(&[1, 1], &[*half]);
            let (least, most) = (graph.floats(&[], &[f32::MIN]), graph.floats(&[], &[f32::MAX]));
            for (name, op, note) in [(LOWER, "Sub", "lower bound"), (UPPER, "Add", "upper bound")] {
                let bound = graph.node(op, &[raw, &half], Vec::new());
                let finite = graph.node("Clip", &[&bound, &least, &most], Vec::new());
                graph.output(name, &finite, FLOAT, &[Size::Rows, Size::Fixed(1)], note);
            }
        }
        Bounds::Least(least) => {
            let limits = graph.floats(&[1, least.len()], least);
            let set = graph.node("GreaterOrEqual", &[raw, &limits], Vec::new());
            let note = "whether each class could be the true one, in the order of the metadata entry `classes`";
            graph.output(SET, &set, BOOL, &[Size::Rows, Size::Fixed(least.len())], note);
        }
        // Never promised.
        Bounds::Half(None) | Bounds::Gathered(_) => {}
    }
}

/// The smallest f32 that is not below `threshold`: for a probability p in f32, `p ≥` either says the same.
pub fn f32_at_least(threshold: f64) -> f32 {
    let near = threshold as f32;
    if f64::from(near) < threshold { near.next_up() } else { near }
}

fn opset(domain: &str, version: i64) -> OperatorSetIdProto {
    OperatorSetIdProto { domain: Some(domain.to_owned()), version: Some(version) }
}

fn metadata(pipeline: &Pipeline, about: &PackageAbout, promise: Option<&Promise>) -> Vec<StringStringEntryProto> {
    let task = match pipeline.task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        Task::Regression => "regression",
    };
    let classes = serde_json::Value::from(pipeline.labels.clone()).to_string();
    let mut entries = vec![
        ("generator", format!("Hearth {}", env!("CARGO_PKG_VERSION"))),
        ("created", about.created.clone()),
        ("project", about.project.clone()),
        ("task", task.to_owned()),
        ("target", pipeline.target.clone()),
        ("classes", classes),
    ];
    if let (Task::Binary, Some(threshold)) = (pipeline.task, about.threshold) {
        entries.push(("threshold", threshold.to_string()));
    }
    if let Some(promise) = promise {
        entries.push(("coverage", promise.cover.level.share().to_string()));
    }
    let entry = |(key, value): (&str, String)| StringStringEntryProto { key: Some(key.to_owned()), value: Some(value) };
    entries.into_iter().map(entry).collect()
}
