//! What is kept of a project.

use serde::{Deserialize, Serialize};

use crate::design::Design;
use crate::job::{InputFact, RunId, TableSummary};
use crate::model::ModelSpec;
use crate::pipeline::PipelineSpec;
use crate::table::csv::CsvSettings;
use crate::validate::Report;

/// The version of the stored form; a larger one is from a newer Hearth.
pub const PROJECT_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Project {
    pub version: u32,
    /// Random, made by the browser; names the folder in storage.
    pub id: String,
    pub name: String,
    /// ISO 8601 UTC.
    pub created: String,
    pub changed: String,
    /// The data file as imported: receipt, settings and profile. The bytes lie beside the document.
    pub data: Option<TableSummary>,
    pub design: Option<Design>,
    pub runs: Vec<Run>,
    pub next_run: RunId,
    /// The probability from which a binary run says yes, where the person chose another than 0.5; by run.
    #[serde(default)]
    pub thresholds: Vec<(RunId, f64)>,
    /// How often the test set was opened; undo does not touch it.
    pub looks: u32,
    /// What happened, oldest first; undo does not touch it.
    pub log: Vec<LogEntry>,
}

/// A trained candidate. Its pipeline's bytes lie beside the document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    /// "Linear", "Neural network (2)".
    pub name: String,
    pub design: Design,
    pub candidate: u32,
    pub report: Report,
    /// ISO 8601 UTC.
    pub ended: String,
    /// SHA-256 of the data file.
    pub data_sha256: String,
    /// How the file was read.
    pub settings: CsvSettings,
    /// Made from a package that was opened, not trained here.
    pub from_package: bool,
    /// The columns that a packaged model reads; of a run that was trained here the table tells.
    #[serde(default)]
    pub inputs: Vec<InputFact>,
}

impl Run {
    /// What it was made from; `None` for a package that was opened.
    pub fn spec(&self) -> Option<&PipelineSpec> {
        self.design.candidates.get(self.candidate as usize)
    }

    pub fn is_baseline(&self) -> bool {
        self.spec().is_some_and(|spec| matches!(spec.model, ModelSpec::Baseline))
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    pub when: String,
    pub what: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectSummary {
    pub id: String,
    pub name: String,
    pub changed: String,
    pub n_bytes: u64,
    pub n_runs: u32,
}
