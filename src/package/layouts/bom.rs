//! `bom.cdx.json`: what the model is made of, as a CycloneDX machine-learning bill of materials, all of it from the record.

use serde_json::{Value, json};

use super::Model;
use crate::dataset::Task;
use crate::package::readme::kind_words;
use crate::pipeline::Pipeline;
use crate::table::receipt::Receipt;
use crate::validate::Report;

/// The run as the bill tells it.
pub struct Record<'a> {
    pub pipeline: &'a Pipeline,
    pub report: &'a Report,
    pub import: Option<&'a Receipt>,
    /// Sentences on what the model reveals, and on what is in doubt.
    pub limits: Vec<&'a str>,
}

pub fn document(model: &Model, record: &Record) -> Value {
    let data = record.import.and_then(|receipt| receipt.file.as_ref());
    let mut components = Vec::new();
    if let Some(file) = data {
        components.push(json!({
            "type": "data",
            "bom-ref": "training-data",
            "name": file.name,
            "hashes": [{ "alg": "SHA-256", "content": file.sha256 }],
            "data": [{
                "type": "dataset",
                "name": file.name,
                "description": format!("{} rows, {} columns; not part of the package", file.n_rows, file.n_columns),
            }],
        }));
    }
    let datasets: Vec<Value> = data.iter().map(|_| json!({ "ref": "training-data" })).collect();
    let task = match record.pipeline.task {
        Task::Binary | Task::Multiclass => "classification",
        Task::Regression => "regression",
    };
    let form = |of_type: &str, name: &str| json!({ "format": format!("{name}: {of_type}") });
    let inputs: Vec<Value> = model.schema.inputs.iter().map(|i| form(&i.r#type, &i.input)).collect();
    let outputs: Vec<Value> = model.schema.outputs.iter().map(|o| form(&o.r#type, &o.name)).collect();
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", uuid(model.sha256)),
        "version": 1,
        "metadata": {
            "timestamp": timestamp(&model.about.created),
            "tools": { "components": [{ "type": "application", "name": "Hearth", "version": env!("CARGO_PKG_VERSION") }] },
            "component": {
                "type": "machine-learning-model",
                "bom-ref": "model",
                "name": if model.about.project.is_empty() { "model" } else { &model.about.project },
                "hashes": [{ "alg": "SHA-256", "content": model.sha256 }],
                "modelCard": {
                    "modelParameters": {
                        "approach": { "type": "supervised" },
                        "task": task,
                        "architectureFamily": kind_words(&record.pipeline.model),
                        "datasets": datasets,
                        "inputs": inputs,
                        "outputs": outputs,
                    },
                    "quantitativeAnalysis": { "performanceMetrics": metrics(record.report) },
                    "considerations": { "technicalLimitations": record.limits },
                },
            },
        },
        "components": components,
    })
}

/// The scores of cross-validation, and of the test set where it was opened.
fn metrics(report: &Report) -> Vec<Value> {
    let of_folds = report.scores.iter().filter_map(|score| {
        let mean = score.mean?;
        let mut metric =
            json!({ "type": score.metric.name(), "value": mean.to_string(), "slice": "cross-validation, mean over folds" });
        if let Some((low, high)) = score.interval {
            metric["confidenceInterval"] = json!({ "lowerBound": low.to_string(), "upperBound": high.to_string() });
        }
        Some(metric)
    });
    let tested = report.holdout.iter().flat_map(|holdout| &holdout.scores).filter_map(|(metric, value)| {
        Some(json!({ "type": metric.name(), "value": (*value)?.to_string(), "slice": "locked test set" }))
    });
    of_folds.chain(tested).collect()
}

/// The first 32 digits of a hash in the form of a UUID (version 8: of the maker's own making).
fn uuid(sha256: &str) -> String {
    format!("{}-{}-8{}-8{}-{}", &sha256[..8], &sha256[8..12], &sha256[13..16], &sha256[17..20], &sha256[20..32])
}

/// As JSON Schema's date-time has it; the beginning of time where nobody knows.
fn timestamp(iso: &str) -> String {
    iso.parse::<jiff::Timestamp>().unwrap_or_default().to_string()
}
