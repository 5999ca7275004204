//! The folder as an MLflow model: its ONNX file, loaded by MLflow's own `mlflow.onnx`, with a signature of tensors.

use serde_json::{Value, json};

use super::Model;
use crate::package::schema::{SchemaInput, SchemaOutput};

/// The versions that the package's tests run with.
const MLFLOW: &str = "3.17.2";
const ONNX: &str = "1.23.2";
const PYTHON: &str = "3.11";
const PIP: [&str; 4] = ["mlflow==3.17.2", "numpy>=1.24", "onnx==1.23.2", "onnxruntime==1.32.0"];

/// `MLmodel`. Signatures of columns do not work with `mlflow.onnx`, nor one without outputs with MLServer; texts are of
/// dtype object.
pub fn model(model: &Model) -> String {
    let inputs: Vec<Value> = model.schema.inputs.iter().map(input).collect();
    let outputs: Vec<Value> = model.schema.outputs.iter().map(output).collect();
    // A JSON string is one of YAML too.
    let quoted = |list: &[Value]| Value::from(Value::from(list).to_string()).to_string();
    format!(
        "artifact_path: model\n\
         flavors:\n\
         \x20 onnx:\n\
         \x20   code: null\n\
         \x20   data: model.onnx\n\
         \x20   onnx_version: {ONNX}\n\
         \x20   providers:\n\
         \x20   - CPUExecutionProvider\n\
         \x20 python_function:\n\
         \x20   data: model.onnx\n\
         \x20   env:\n\
         \x20     conda: conda.yaml\n\
         \x20     virtualenv: python_env.yaml\n\
         \x20   loader_module: mlflow.onnx\n\
         \x20   python_version: {PYTHON}.0\n\
         mlflow_version: {MLFLOW}\n\
         model_size_bytes: {}\n\
         model_uuid: {}\n\
         signature:\n\
         \x20 inputs: {}\n\
         \x20 outputs: {}\n\
         \x20 params: null\n\
         utc_time_created: '{}'\n",
        model.bytes.len(),
        &model.sha256[..32],
        quoted(&inputs),
        quoted(&outputs),
        created(&model.about.created),
    )
}

/// `2026-11-30 06:00:00.000000`, as MLflow writes it; the beginning of time where nobody knows.
fn created(iso: &str) -> String {
    let stamp: jiff::Timestamp = iso.parse().unwrap_or_default();
    format!("{stamp:.6}").replace('T', " ").trim_end_matches('Z').to_owned()
}

fn tensor(name: &str, dtype: &str, shape: &Value) -> Value {
    json!({ "name": name, "type": "tensor", "tensor-spec": { "dtype": dtype, "shape": shape } })
}

fn input(input: &SchemaInput) -> Value {
    let dtype = match input.r#type.as_str() {
        "string" => "object",
        other => other,
    };
    tensor(&input.input, dtype, &json!([-1, 1]))
}

fn output(output: &SchemaOutput) -> Value {
    let dtype = if output.r#type == "string" { "str" } else { output.r#type.as_str() };
    let sizes: Vec<i64> = output.shape.iter().map(|size| size.parse().unwrap_or(-1)).collect();
    tensor(&output.name, dtype, &json!(sizes))
}

pub fn conda() -> String {
    let packages: String = PIP.iter().map(|package| format!("  - {package}\n")).collect();
    format!("channels:\n- conda-forge\ndependencies:\n- python={PYTHON}\n- pip\n- pip:\n{packages}name: mlflow-env\n")
}

pub fn python_env() -> String {
    format!(
        "python: '{PYTHON}'\nbuild_dependencies:\n- pip\n- setuptools\n- wheel\ndependencies:\n- -r requirements.txt\n"
    )
}

pub fn requirements() -> String {
    PIP.iter().map(|package| format!("{package}\n")).collect()
}
