//! The head of README.md that makes the folder a model repository of the Hugging Face hub.

use std::fmt::Write;

use serde_json::Value;

use crate::dataset::Task;
use crate::metrics::Metric;
use crate::package::PackageAbout;
use crate::pipeline::Pipeline;
use crate::table::receipt::Receipt;
use crate::validate::Report;

/// A JSON string is one of YAML too.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// YAML between `---` lines, with a `model-index` of the scores of cross-validation.
pub fn front_matter(pipeline: &Pipeline, report: &Report, about: &PackageAbout, import: Option<&Receipt>) -> String {
    let (task, words) = match pipeline.task {
        Task::Binary | Task::Multiclass => ("tabular-classification", "Tabular classification"),
        Task::Regression => ("tabular-regression", "Tabular regression"),
    };
    let mut out = format!("---\nlibrary_name: onnx\npipeline_tag: {task}\ntags:\n- hearth\n- onnx\n- tabular\n");
    let project = if about.project.is_empty() { "Model" } else { &about.project };
    let data = import.and_then(|receipt| receipt.file.as_ref()).map_or(project, |file| &file.name);
    let scores: Vec<(Metric, f64)> = report.scores.iter().filter_map(|s| Some((s.metric, s.mean?))).collect();
    if !scores.is_empty() {
        let _ = write!(
            out,
            "model-index:\n- name: {}\n  results:\n  - task:\n      type: {task}\n      name: {words}\n    dataset:\n      \
             type: {}\n      name: {}\n    metrics:\n",
            quoted(project),
            quoted(data),
            quoted(data)
        );
        for (metric, mean) in scores {
            let kind = metric.name().to_lowercase().replace(' ', "_");
            let name = format!("{}, mean over folds", metric.name());
            let _ = writeln!(out, "    - type: {kind}\n      name: {}\n      value: {mean:?}", quoted(&name));
        }
    }
    out + "---\n\n"
}
