//! Packages: made, checked, and opened again.

use super::read::{no_file, unreadable};
use super::run::StoredRun;
use super::{Engine, Event, Problem, RunId, Ticket};
use crate::job::pool::Task;
use crate::job::{InputFact, PackageAbout};
use crate::model::{Model, ModelSpec};
use crate::package::open;
use crate::package::project_file::{self, ProjectFile};
use crate::pipeline::PipelineSpec;
use crate::prepare::{Block, InputKind, Preparation};
use crate::recipe::{RawColumn, Recipe, Replay};
use crate::table::source::ByteSource;

impl Engine {
    /// The making of a run's package, for the pool.
    pub(super) fn package(&self, run: RunId, about: PackageAbout) -> Result<Task, Problem> {
        let stored = self.stored(run)?;
        let on = about.rules.iter().any(|rule| rule.on);
        let table = self.data.as_ref().filter(|data| {
            let same_file = data.summary.sha256 == stored.data_sha256;
            on && same_file && data.summary.recipe.does_the_same(&stored.recipe)
        });
        let table_schema = table.map(|data| crate::rules::table_schema(&data.table, &about.rules).to_string());
        Ok(Task::Package { stored: stored.to_bytes(), about, table_schema })
    }

    pub(super) fn open_package(
        &mut self,
        ticket: Ticket,
        run: RunId,
        name: &str,
        source: Option<Box<dyn ByteSource>>,
    ) -> Result<Event, Problem> {
        let mut source = source.ok_or_else(|| no_file(name))?;
        open::size(source.len(), name)?;
        let length = usize::try_from(source.len()).unwrap_or(usize::MAX);
        let bytes = source.read(0, length).map_err(|reason| unreadable(name, &reason))?;
        let opened = open::open(&bytes, name)?;
        let mut design = opened.design;
        let inputs = if opened.source.replay.is_empty() {
            input_facts(&opened.pipeline.preparation)
        } else {
            raw_facts(&opened.source.replay)
        };
        let (threshold, on_unseen, cover) = (opened.threshold, opened.on_unseen, opened.cover);
        let kind = |spec: &PipelineSpec| {
            matches!(
                (&spec.model, opened.pipeline.model.uncalibrated()),
                (ModelSpec::Baseline, Model::Baseline(_))
                    | (ModelSpec::Linear(_), Model::Linear(_))
                    | (ModelSpec::Network(_), Model::Network(_))
                    | (ModelSpec::Bayes(_), Model::Bayes(_))
                    | (ModelSpec::Neighbours(_), Model::Neighbours(_))
                    | (ModelSpec::Boost(_) | ModelSpec::Forest(_), Model::Trees(_))
            )
        };
        design.candidates.retain(kind);
        design.candidates.truncate(1);
        let stored = StoredRun {
            pipeline: opened.pipeline,
            folds: Vec::new(),
            tested: None,
            report: opened.report.clone(),
            design: design.clone(),
            candidate: 0,
            data_sha256: String::new(),
            n_table_rows: 0,
            import: opened.source.import,
            recipe: Recipe::default(),
            replay: opened.source.replay,
            reference: opened.source.reference,
        };
        let bytes = stored.to_bytes();
        self.runs.insert(run, stored);
        let report = opened.report;
        Ok(Event::PackageOpened { ticket, run, report, design, threshold, on_unseen, cover, inputs, bytes })
    }
}

/// The columns that steps begin with; none where there are no steps.
pub(super) fn raw_facts(replay: &Replay) -> Vec<InputFact> {
    let fact = |column: &RawColumn| InputFact {
        name: column.name.clone(),
        kind: InputKind::of_type(column.column_type),
        range: column.range,
        has_time: column.has_time,
        levels: column.levels.clone(),
        other: column.other,
        usual: column.usual,
    };
    replay.columns.iter().map(fact).collect()
}

/// A project as one file. Reads the data file as a whole: its hash stands before it in the archive.
pub(super) fn project_file(
    mut file: ProjectFile,
    data_name: Option<String>,
    source: Option<Box<dyn ByteSource>>,
    saved: &str,
) -> Result<Vec<u8>, Problem> {
    if let Some(name) = data_name {
        let mut source = source.ok_or_else(|| no_file(&name))?;
        let length = usize::try_from(source.len()).unwrap_or(usize::MAX);
        let bytes = source.read(0, length).map_err(|reason| unreadable(&name, &reason))?;
        file.data = Some((name, bytes));
    }
    project_file::write(&file, saved)
}

/// Milliseconds of a day, in which preparations count dates.
const DAY: f64 = 86_400_000.0;

/// The columns that a preparation reads.
fn input_facts(preparation: &Preparation) -> Vec<InputFact> {
    let fact = |(i, input): (usize, &crate::prepare::Input)| {
        let mut fact = InputFact {
            name: input.name.clone(),
            kind: input.kind,
            range: input.range,
            has_time: input.has_time,
            levels: Vec::new(),
            other: false,
            usual: None,
        };
        match preparation.blocks.iter().find(|block| block.input() == i) {
            Some(Block::Number { impute, .. }) => fact.usual = Some(f64::from(*impute)),
            Some(Block::Date { impute, .. }) => fact.usual = Some(f64::from(*impute) * DAY),
            Some(Block::Category { levels, other, .. }) => {
                fact.levels.clone_from(levels);
                fact.other = *other;
            }
            Some(Block::Code { levels, .. }) => {
                fact.levels.clone_from(levels);
                fact.other = true;
            }
            Some(Block::Plain { .. } | Block::Days { .. } | Block::Words { .. }) | None => {}
        }
        fact
    };
    preparation.inputs.iter().enumerate().map(fact).collect()
}
