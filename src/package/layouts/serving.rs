//! The folder as servers expect it.

use std::fmt::Write;

use super::Model;
use crate::package::build::slug;

/// A text as a string of protobuf's text form: JSON's escapes of ASCII are C's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `config.pbtxt`: copy the folder into Triton's model repository.
pub fn triton(model: &Model) -> String {
    let of_type = |name: &str| match name {
        "float32" => "TYPE_FP32",
        "int64" => "TYPE_INT64",
        "bool" => "TYPE_BOOL",
        _ => "TYPE_STRING",
    };
    // The shapes hold the rows too, as the model itself takes any number of them.
    let mut out = "backend: \"onnxruntime\"\nmax_batch_size: 0\n".to_owned();
    for input in &model.schema.inputs {
        let (name, of_type) = (quoted(&input.input), of_type(&input.r#type));
        let _ = writeln!(out, "input {{\n  name: {name}\n  data_type: {of_type}\n  dims: [ -1, 1 ]\n}}");
    }
    for output in &model.schema.outputs {
        let sizes: Vec<&str> = output.shape.iter().map(|size| if size == "N" { "-1" } else { size }).collect();
        let (name, of_type) = (quoted(&output.name), of_type(&output.r#type));
        let _ =
            writeln!(out, "output {{\n  name: {name}\n  data_type: {of_type}\n  dims: [ {} ]\n}}", sizes.join(", "));
    }
    out
}

/// `kserve.yaml`: KServe serves the MLflow model that the folder is.
pub fn kserve(model: &Model) -> String {
    let ascii: String = slug(&format!("{} {}", model.about.project, model.schema.target))
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    let name = ascii.trim_matches(|c: char| !c.is_ascii_lowercase());
    let name = if name.is_empty() { "model" } else { name };
    format!(
        "apiVersion: serving.kserve.io/v1beta1\n\
         kind: InferenceService\n\
         metadata:\n\
         \x20 name: {name}\n\
         spec:\n\
         \x20 predictor:\n\
         \x20   model:\n\
         \x20     modelFormat:\n\
         \x20       name: mlflow\n\
         \x20     protocolVersion: v2\n\
         \x20     # Where this folder lies, unpacked: gs://, s3://, pvc:// or https://\n\
         \x20     storageUri: FILL-IN\n"
    )
}
