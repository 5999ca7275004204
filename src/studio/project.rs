//! What is kept of a project.
//!
//! In the browser's storage the table's summary and each run lie beside the document, in files of their own ([`Part`]): a
//! run of 200 classes is half a megabyte, and a save writes only what has changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::choices::Choices;
use super::gates::Override;
use super::record::{Datasheet, LogEntry};
use super::registry::Registry;
use super::watch::Watched;
use crate::chart::format::counted;
use crate::design::Design;
use crate::job::{InputFact, RunId, TableSummary};
use crate::model::ModelSpec;
use crate::pipeline::PipelineSpec;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::rules::Rule;
use crate::table::csv::CsvSettings;
use crate::validate::decide::Decision;
use crate::validate::{Fit, Report};

/// The version of the stored form; a larger one is from a newer Hearth.
pub const PROJECT_VERSION: u32 = 5;

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
    /// What the person demands of every row; older documents have none.
    #[serde(default)]
    pub rules: Vec<Rule>,
    pub runs: Vec<Run>,
    pub next_run: RunId,
    /// What was chosen for each run, where it is not the usual.
    #[serde(default, skip_serializing_if = "Choices::is_empty")]
    pub choices: Choices,
    /// Where a threshold was chosen by a rule, what it comes to; by run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<(RunId, Decision)>,
    /// Closed gates that were overridden, with the reasons; undo does not touch them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// The training under way; one that is still here when the project is loaded was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Underway>,
    /// The last search for better settings; older documents have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<super::search::Searched>,
    /// How often the test set was opened; undo does not touch it.
    pub looks: u32,
    /// What rows of a later day said, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watched: Option<Box<Watched>>,
    /// The versions of the model and what was decided of them; undo does not touch it.
    #[serde(default, skip_serializing_if = "Registry::is_empty")]
    pub registry: Registry,
    /// What happened, oldest first; undo does not touch it.
    pub log: Vec<LogEntry>,
    /// What the person says of the data.
    #[serde(default)]
    pub datasheet: Datasheet,
}

impl Project {
    /// A stored document, and what had to be left behind. Of an older form everything but the trained candidates is read:
    /// their reports lack facts that are shown today, and training again is cheaper than saying something untrue.
    ///
    /// # Errors
    /// Why the document cannot be read.
    pub fn read(document: &str) -> Result<(Self, Option<Problem>), String> {
        Self::read_beside(document, 0)
    }

    /// `n_beside`: runs that lie beside the document.
    fn read_beside(document: &str, n_beside: usize) -> Result<(Self, Option<Problem>), String> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }
        let unreadable = |e: serde_json::Error| format!("the document cannot be read ({e})");
        let Head { version } = serde_json::from_str(document).map_err(unreadable)?;
        if version >= PROJECT_VERSION {
            return Ok((serde_json::from_str(document).map_err(unreadable)?, None));
        }
        let mut older: serde_json::Value = serde_json::from_str(document).map_err(unreadable)?;
        let n_runs = older["runs"].as_array().map_or(0, Vec::len) + n_beside;
        older["runs"] = serde_json::Value::Array(Vec::new());
        older["choices"] = serde_json::Value::Array(Vec::new());
        older["decisions"] = serde_json::Value::Array(Vec::new());
        older["version"] = PROJECT_VERSION.into();
        // As text again: a reader of values beside that of texts would be much program for little.
        let project: Self = serde_json::from_str(&older.to_string()).map_err(unreadable)?;
        let doubt = (n_runs > 0).then(|| Problem {
            place: project.name.clone(),
            event: format!(
                "{} stored by an older Hearth in a form that this one does not read (form {version}; this one reads form {PROJECT_VERSION}).",
                counted(n_runs as u64, "trained candidate was", "trained candidates were")
            ),
            kept: "The data and the design are here as they were; the candidates are left out.".into(),
            cure: "Train again.".into(),
        });
        Ok((project, doubt))
    }

    /// Whether this is the key of a part.
    pub fn is_part(key: &str) -> bool {
        key == TABLE || key.starts_with("record-")
    }

    /// What may lie beside the document, by its key: the table's summary, and each run.
    pub fn parts(&self) -> impl Iterator<Item = (String, Part<'_>)> {
        let table = self.data.iter().map(|table| (TABLE.to_owned(), Part::Table(table)));
        table.chain(self.runs.iter().map(|run| (record_key(run.id), Part::Run(run))))
    }

    /// The project less the parts that lie `beside` it.
    pub fn head(&self, beside: impl Fn(&str) -> bool) -> Self {
        Self {
            version: self.version,
            id: self.id.clone(),
            name: self.name.clone(),
            created: self.created.clone(),
            changed: self.changed.clone(),
            data: self.data.as_ref().filter(|_| !beside(TABLE)).cloned(),
            design: self.design.clone(),
            rules: self.rules.clone(),
            runs: self.runs.iter().filter(|run| !beside(&record_key(run.id))).cloned().collect(),
            next_run: self.next_run,
            choices: self.choices.clone(),
            decisions: self.decisions.clone(),
            overrides: self.overrides.clone(),
            training: self.training.clone(),
            search: self.search.clone(),
            looks: self.looks,
            watched: self.watched.clone(),
            registry: self.registry.clone(),
            log: self.log.clone(),
            datasheet: self.datasheet.clone(),
        }
    }

    /// A project from its [`Project::head`], the `order` of its runs, and the texts of what lies beside it, by key. A text
    /// that is not asked for, as of a run that was deleted, is left alone.
    ///
    /// # Errors
    /// Why it cannot be read, or what of it is not there.
    pub fn assemble(
        head: &str,
        order: &[RunId],
        beside: &BTreeMap<String, String>,
    ) -> Result<(Self, Option<Problem>), String> {
        let elsewhere = |run: &RunId| beside.contains_key(&record_key(*run));
        let (mut project, doubt) = Self::read_beside(head, order.iter().filter(|run| elsewhere(run)).count())?;
        let unreadable = |what: &str, e: serde_json::Error| format!("{what} cannot be read ({e})");
        if let Some(text) = beside.get(TABLE).filter(|_| project.data.is_none()) {
            let table: TableSummary = serde_json::from_str(text).map_err(|e| unreadable("the table's summary", e))?;
            project.data = Some(table);
        }
        if doubt.is_some() {
            // Of an older form.
            return Ok((project, doubt));
        }
        let mut here = std::mem::take(&mut project.runs);
        for run in order {
            let found = match (here.iter().position(|r| r.id == *run), beside.get(&record_key(*run))) {
                (Some(position), _) => here.swap_remove(position),
                (None, Some(text)) => {
                    serde_json::from_str(text).map_err(|e| unreadable("a trained candidate's report", e))?
                }
                (None, None) => return Err("a trained candidate's report is gone".to_owned()),
            };
            project.runs.push(found);
        }
        Ok((project, None))
    }
}

/// The key of the table's summary among what lies beside the document.
const TABLE: &str = "table";

/// The key of a run's record among what lies beside the document.
fn record_key(run: RunId) -> String {
    format!("record-{run}")
}

/// What lies beside the document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    Table(&'a TableSummary),
    Run(&'a Run),
}

impl Part<'_> {
    /// As JSON, which has been read again.
    ///
    /// # Errors
    /// Why it could not be written so that it can be read.
    pub fn text(self) -> Result<String, String> {
        let text = match self {
            Self::Table(table) => serde_json::to_string(table),
            Self::Run(run) => serde_json::to_string(run),
        };
        let text = text.map_err(|e| e.to_string())?;
        let read = match self {
            Self::Table(_) => serde_json::from_str::<TableSummary>(&text).map(drop),
            Self::Run(_) => serde_json::from_str::<Run>(&text).map(drop),
        };
        read.map(|()| text).map_err(|e| e.to_string())
    }
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
    /// Steps that were done to it.
    pub recipe: Recipe,
    /// Made from a package that was opened, not trained here.
    pub from_package: bool,
    /// The columns that rows to predict have to bring, of a packaged model and of one behind steps; of another run the
    /// table tells.
    pub inputs: Vec<InputFact>,
    /// What each column is worth, once it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub importance: Option<crate::explain::Importance>,
    /// What was tried to prove it wrong, once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub red_team: Option<Vec<crate::validate::redteam::Trial>>,
    /// On which kinds of rows it is worst, once it was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slices: Option<crate::validate::slices::Slices>,
    /// How groups of people compare at the line that was drawn then, once it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fairness: Option<crate::validate::fairness::Fairness>,
    /// Whether more rows would help, once it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<crate::validate::learning_curve::LearningCurve>,
    /// How its probabilities were bent, and what that came to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibrated: Option<super::calibrate::Calibrated>,
}

impl Run {
    /// A run on the project's table, of which nothing is measured yet; `None` for a table where a package was opened, which
    /// carries no file that was read.
    pub fn new(
        (id, name): (RunId, String),
        (design, candidate): (Design, u32),
        report: Report,
        inputs: Vec<InputFact>,
        ended: String,
        data: Option<&TableSummary>,
    ) -> Self {
        Self {
            id,
            name,
            design,
            candidate,
            report,
            ended,
            data_sha256: data.map_or_else(String::new, |data| data.sha256.clone()),
            settings: data.map_or_else(CsvSettings::default, |data| data.settings.clone()),
            recipe: data.map_or_else(Recipe::default, |data| data.recipe.clone()),
            from_package: data.is_none(),
            inputs,
            importance: None,
            red_team: None,
            slices: None,
            fairness: None,
            curve: None,
            calibrated: None,
        }
    }

    /// What it was made from; `None` for a package that was opened.
    pub fn spec(&self) -> Option<&PipelineSpec> {
        self.design.candidates.get(self.candidate as usize)
    }

    /// "Neural network (stopped)": its name with a mark where its training was stopped in a fold.
    pub fn marked_name(&self) -> String {
        match self.report.fit {
            Fit::All | Fit::Elsewhere(_) => self.name.clone(),
            Fit::Fold { .. } => format!("{} (stopped)", self.name),
        }
    }

    /// Rows of the data that its model carries; `None` where it carries none, and where that is not known here.
    pub fn carries(&self) -> Option<u32> {
        let n_fitted = self.report.split.n_fitted;
        match (self.spec(), &self.report.blend) {
            (Some(spec), _) => spec.model.carries(n_fitted),
            (None, Some(blend)) => {
                let is_member = |name: &str| blend.members.iter().any(|(member, _)| member.starts_with(name));
                let members = self.design.candidates.iter().filter(|candidate| is_member(candidate.model.name()));
                members.filter_map(|candidate| candidate.model.carries(n_fitted)).max()
            }
            (None, None) => None,
        }
    }

    pub fn is_baseline(&self) -> bool {
        self.spec().is_some_and(|spec| matches!(spec.model, ModelSpec::Baseline))
    }
}

/// A training that has begun and not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Underway {
    /// Candidate `c` becomes the run `first_run + c`.
    pub first_run: RunId,
    /// Position in the design that is trained, and the name of its model; the design may be edited meanwhile.
    pub candidates: Vec<(u32, String)>,
    /// A search goes with it, and is not over.
    #[serde(default)]
    pub searches: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectSummary {
    pub id: String,
    pub name: String,
    pub changed: String,
    pub n_bytes: u64,
    pub n_runs: u32,
}
