//! A CSV in, a CSV with predictions out; or a report of how its rows differ from those of the training.

use super::monitor;
use super::read::no_file;
use super::run::StoredRun;
use super::{Event, Herald, Problem, Progress, RunId, Ticket, problem};
use crate::job::WatchColumns;
use crate::model::Predictions;
use crate::monitor::Reference;
use crate::package::predictions_csv;
use crate::package::promise::{Decided, Promise};
use crate::pipeline::Pipeline;
use crate::predictor::{joined, raw_input};
use crate::prepare::guard::Guarded;
use crate::prepare::spelling::Spellings;
use crate::prepare::{Input, InputKind, Inputs, OnUnseen};
use crate::recipe::{RawColumn, Replay};
use crate::table::csv::{
    CsvSettings, ImportJob, ImportProgress, Limits, PREVIEW_BYTES, Preview, Step, changed, grouped, known, preview,
    same_unit, sniff_file_after,
};
use crate::table::packed::{Stream, stem};
use crate::table::receipt::Receipt;
use crate::table::source::ByteSource;
use crate::table::{ColumnType, Table, Values};
use crate::validate::Cover;

/// Rows that one step predicts.
const ROWS: usize = 8_192;
/// Warnings of reading the file that are told in full.
const WARNINGS: usize = 5;

/// Predicts a file.
pub struct Score {
    pub ticket: Ticket,
    pipeline: Pipeline,
    /// How the training file was read.
    import: Option<Receipt>,
    /// What is done to the rows before the model reads them.
    replay: Replay,
    name: String,
    threshold: Option<f64>,
    on_unseen: OnUnseen,
    /// What rows that were set aside promise, where there are any.
    promise: Option<Promise>,
    /// For each column that the model reads, the share of training rows that missed it.
    missing: Vec<Option<f64>>,
    /// The texts that the model knows (`Preparation::known_texts`).
    known: Vec<Option<Spellings>>,
    /// Columns that the file does not bring.
    absent: Vec<String>,
    /// How the file is read, once that is told.
    settings: CsvSettings,
    source: Box<dyn ByteSource>,
    herald: Herald,
    stage: Stage,
    warnings: Vec<String>,
    watch: Option<Watch>,
}

/// A report is asked for, not a file.
struct Watch {
    run: RunId,
    reference: Reference,
    asked: WatchColumns,
}

enum Stage {
    Detect,
    Read {
        job: Box<ImportJob>,
        settings: CsvSettings,
    },
    /// The file once more, its cells as they stand: what comes back with the predictions is what was given.
    Texts {
        job: Box<ImportJob>,
        table: Box<Table>,
        sha256: String,
        /// Rows whose cell is missing, by the name of a column of numbers, dates or yes and no, and what it should be.
        empty: Vec<(String, &'static str, Vec<u32>)>,
    },
    Predict {
        table: Box<Table>,
        /// The cells as they stand; for a report, the columns that the model does not read.
        texts: Box<Table>,
        first: usize,
        predictions: Predictions,
        /// What training never saw of each row; at first, what could not be read.
        unseen: Vec<Vec<String>>,
    },
}

impl Score {
    pub fn new(
        ticket: Ticket,
        stored: &StoredRun,
        name: String,
        (threshold, on_unseen, cover): (Option<f64>, OnUnseen, Cover),
        source: Option<Box<dyn ByteSource>>,
    ) -> Result<Self, Problem> {
        let source = source.ok_or_else(|| no_file(&name))?;
        let herald = Herald::new(ticket);
        Ok(Self {
            ticket,
            pipeline: stored.pipeline.clone(),
            import: stored.import.clone(),
            replay: stored.replay.clone(),
            name,
            threshold,
            on_unseen,
            promise: Promise::of(&stored.report, cover),
            missing: stored.missing_shares(),
            known: stored.pipeline.preparation.known_texts(),
            absent: Vec::new(),
            settings: CsvSettings::default(),
            source,
            herald,
            stage: Stage::Detect,
            warnings: Vec::new(),
            watch: None,
        })
    }

    /// Looks at the rows of a file with the eyes of the training.
    pub fn watching(
        ticket: Ticket,
        run: RunId,
        stored: &StoredRun,
        (name, threshold, asked): (String, Option<f64>, WatchColumns),
        source: Option<Box<dyn ByteSource>>,
    ) -> Result<Self, Problem> {
        let reference = stored.reference.clone().ok_or_else(|| {
            problem(
                "This model came without a reference: nothing is known of the rows that it was trained on.",
                "It still predicts.",
                "Open a package that a newer Hearth made, or train again.",
            )
        })?;
        let made = Self::new(ticket, stored, name, (threshold, OnUnseen::Flag, Cover::default()), source)?;
        Ok(Self { watch: Some(Watch { run, reference, asked }), ..made })
    }

    /// `true` when it is over.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        match self.advance(now, events) {
            Ok(over) => over,
            Err(mut error) => {
                if error.place.is_empty() {
                    error.place.clone_from(&self.name);
                }
                events.push(Event::Failed { ticket: self.ticket, error });
                true
            }
        }
    }

    fn advance(&mut self, now: f64, events: &mut Vec<Event>) -> Result<bool, Problem> {
        match &mut self.stage {
            Stage::Detect => {
                let settings = self.detect()?;
                self.settings = settings.clone();
                let job = Box::new(ImportJob::new(&self.name, Some(settings.clone()), Limits::DEFAULT));
                self.stage = Stage::Read { job, settings };
                Ok(false)
            }
            Stage::Read { job, settings } => {
                match job.step(&mut *self.source)? {
                    Step::Working(progress) => self.herald.tell(now, events, || reading(&progress, 0)),
                    Step::Done(imported) => {
                        let read = imported.read;
                        let told = read.warnings.iter().take(WARNINGS).map(|warning| warning.sentence(&self.name));
                        self.warnings.extend(told);
                        let n_more = read.n_warnings.saturating_sub(WARNINGS as u64);
                        if n_more > 0 {
                            self.warnings
                                .push(format!("{} more cells or rows were read with a guess.", grouped(n_more)));
                        }
                        if let Some(watch) = &self.watch {
                            let texts = Box::new(self.unread(&read.table, &watch.asked));
                            let table = Box::new(self.behind_steps(read.table)?);
                            let predictions = Predictions::none(self.pipeline.labels.len());
                            self.stage = Stage::Predict { table, texts, first: 0, predictions, unseen: Vec::new() };
                            return Ok(false);
                        }
                        let settings = as_texts(settings, &read.table);
                        let empty = self.empty_cells(&read.table);
                        let table = self.behind_steps(read.table)?;
                        let job = Box::new(ImportJob::new(&self.name, Some(settings), Limits::DEFAULT));
                        self.stage = Stage::Texts { job, table: Box::new(table), sha256: imported.sha256, empty };
                    }
                }
                Ok(false)
            }
            Stage::Texts { job, table, sha256, empty } => {
                match job.step(&mut *self.source)? {
                    Step::Working(progress) => self.herald.tell(now, events, || reading(&progress, 1)),
                    Step::Done(imported) if imported.sha256 == *sha256 => {
                        let predictions = Predictions::none(self.pipeline.labels.len());
                        let (table, texts) = (std::mem::take(table), Box::new(imported.read.table));
                        let unseen = unread(empty, &texts, &self.settings);
                        self.stage = Stage::Predict { table, texts, first: 0, predictions, unseen };
                    }
                    Step::Done(_) => return Err(changed(&self.name, "Its bytes are not what they were.")),
                }
                Ok(false)
            }
            Stage::Predict { table, texts, first, predictions, unseen } => {
                let last = (*first + ROWS).min(table.n_rows);
                let rows: Vec<u32> = (*first..last).map(|row| row as u32).collect();
                let (inputs, _) = Inputs::from_table(&self.pipeline.preparation.inputs, table, &rows)?;
                let preparation = &self.pipeline.preparation;
                predictions.append(self.pipeline.model.predict(&preparation.transform_knowing(&inputs, &self.known)));
                if self.watch.is_none() {
                    let told = preparation.unseen(&inputs, &self.known, &self.missing);
                    for (all, told) in unseen[*first..last].iter_mut().zip(told) {
                        *all = joined(std::mem::take(all), told);
                    }
                }
                *first = last;
                let (done, total) = (last as u64, table.n_rows as u64);
                if done < total {
                    self.herald.tell(now, events, || Progress {
                        doing: "Predicting".to_owned(),
                        done,
                        total,
                        unit: "rows".to_owned(),
                    });
                    return Ok(false);
                }
                if let Some(Watch { run, reference, asked }) = self.watch.take() {
                    let at = monitor::Rows { table, unread: texts, predictions, threshold: self.threshold };
                    let (report, columns) = monitor::report(&self.pipeline, &reference, &at, &asked);
                    let choices = texts.columns.iter().map(|c| (c.name.clone(), c.values.column_type())).collect();
                    let (ticket, warnings) = (self.ticket, std::mem::take(&mut self.warnings));
                    events.push(Event::Monitored { ticket, run, report, columns, choices, warnings });
                    return Ok(true);
                }
                let guarded = Guarded { on_unseen: self.on_unseen, unseen: std::mem::take(unseen) };
                guarded.check(&self.absent.iter().map(String::as_str).collect::<Vec<_>>())?;
                let decided = Decided { threshold: self.threshold, promise: self.promise.as_ref() };
                let bytes = predictions_csv::write(texts, &self.pipeline, predictions, decided, &guarded);
                let silent = (0..table.n_rows).filter(|row| !guarded.answers(*row)).count();
                if silent > 0 {
                    let of = format!("{} of {} rows", grouped(silent as u64), grouped(total));
                    let text = format!(
                        "{of} got no prediction; the last column of the file says what training never saw of them."
                    );
                    self.warnings.insert(0, text);
                }
                events.push(Event::Scored {
                    ticket: self.ticket,
                    name: scored_name(&self.name),
                    bytes,
                    n_rows: u32::try_from(total - silent as u64).unwrap_or(u32::MAX),
                    warnings: std::mem::take(&mut self.warnings),
                });
                Ok(true)
            }
        }
    }

    /// The columns of a file that the model does not read, and those that mean something else beside.
    fn unread(&self, table: &Table, asked: &WatchColumns) -> Table {
        let named = [&asked.outcome, &asked.served, &asked.time];
        let read = self.read_columns();
        let wanted = |column: &&crate::table::Column| {
            !read.iter().any(|(input, _)| input.name == column.name)
                || matches!(column.values, Values::Date { .. })
                || named.iter().any(|name| name.as_ref() == Some(&column.name))
        };
        Table { columns: table.columns.iter().filter(wanted).cloned().collect(), n_rows: table.n_rows }
    }

    /// The cells of columns that the model reads, or that steps begin with, that are missing and need not be empty.
    fn empty_cells(&self, table: &Table) -> Vec<(String, &'static str, Vec<u32>)> {
        let of = |(input, exact): (Input, Option<ColumnType>)| {
            let column = table.column(&input.name)?;
            let word = match &column.values {
                Values::Number(_) | Values::Date { .. } => column.values.column_type().word(),
                Values::Boolean { .. } => exact.map(ColumnType::word)?,
                Values::Category { .. } | Values::Text(_) => return None,
            };
            let rows = (0..table.n_rows).filter(|row| column.values.is_missing(*row)).map(|row| row as u32);
            Some((input.name, word, rows.collect()))
        };
        self.read_columns().into_iter().filter_map(of).collect()
    }

    /// The file's settings, with the model's columns read as the model knows them, whatever their texts look like here.
    fn detect(&mut self) -> Result<CsvSettings, Problem> {
        let stream = Stream::open(&self.name, &mut *self.source, "", Limits::DEFAULT.file_bytes)?;
        let place = stream.place().to_owned();
        let (prefix, whole) = stream.beginning(&mut *self.source, PREVIEW_BYTES)?;
        let before = self.import.as_ref().map(|receipt| &receipt.settings);
        let mut settings = match self.source.original() {
            Some(original) => original.settings_after(before),
            None => sniff_file_after(&place, &prefix, whole, before)?,
        };
        let preview = preview(&place, &prefix, whole, Some(settings.clone()))?;
        for (input, exact) in self.read_columns() {
            let wanted = exact.unwrap_or(match input.kind {
                InputKind::Number => ColumnType::Number,
                InputKind::Text => ColumnType::Category,
                InputKind::Date => ColumnType::Date,
            });
            let found = preview.columns.iter().find(|(name, _)| *name == input.name).map(|(_, found)| *found);
            // Yes/no columns are texts to the model and keep their spelling; steps want the type that they were made for.
            let spelled = wanted == ColumnType::Category && found == Some(ColumnType::Boolean) && exact.is_none();
            let fits = found == Some(wanted) || spelled;
            settings.types.retain(|(name, _)| *name != input.name);
            settings.units.retain(|(name, _)| *name != input.name);
            if found.is_some() && !fits {
                settings.types.push((input.name.clone(), wanted));
            }
            if let Some(unit) = &input.unit {
                settings.units.push((input.name.clone(), unit.clone()));
            }
            self.warnings.extend(unit_doubt(&input, &preview));
        }
        Ok(settings)
    }

    /// The columns that the file has to bring, and, where steps are done to them, the type that they must have.
    fn read_columns(&self) -> Vec<(Input, Option<ColumnType>)> {
        if self.replay.is_empty() {
            return self.pipeline.preparation.inputs.iter().map(|input| (input.clone(), None)).collect();
        }
        let raw = |column: &RawColumn| (raw_input(column), Some(column.column_type));
        self.replay.columns.iter().map(raw).collect()
    }

    /// The rows as the model reads them; says what does not match.
    fn behind_steps(&mut self, given: Table) -> Result<Table, Problem> {
        let wanted = self.read_columns();
        let absent = wanted.iter().filter(|(input, _)| given.column(&input.name).is_none());
        self.absent = absent.map(|(input, _)| input.name.clone()).collect();
        if !self.absent.is_empty() {
            self.warnings.extend(self.replay.joined_with().map(|with| {
                format!(
                    "The training rows were joined with {with}; rows to predict have to bring its columns themselves."
                )
            }));
        }
        let extra: Vec<String> = given
            .columns
            .iter()
            .map(|column| column.name.clone())
            .filter(|name| *name != self.pipeline.target && !self.replay.target.contains(name))
            .filter(|name| !wanted.iter().any(|(input, _)| input.name == *name))
            .collect();
        let table = if self.replay.is_empty() {
            given
        } else {
            if !wanted.is_empty() && wanted.iter().all(|(input, _)| given.column(&input.name).is_none()) {
                let names: Vec<&str> = wanted.iter().take(5).map(|(input, _)| input.name.as_str()).collect();
                return Err(Problem {
                    place: String::new(),
                    event: "The table has none of the columns that the model reads.".into(),
                    kept: "No row was predicted.".into(),
                    cure: format!("Give a table with columns such as {}.", names.join(", ")),
                });
            }
            let (table, told) = self.replay.run(&given);
            self.warnings.extend(told);
            table
        };
        let inputs = &self.pipeline.preparation.inputs;
        let all: Vec<u32> = (0..table.n_rows).map(|row| row as u32).collect();
        let (read, warnings) = Inputs::from_table(inputs, &table, &all)?;
        self.warnings.extend(warnings);
        let preparation = &self.pipeline.preparation;
        self.warnings.extend(preparation.doubts_of_all(&read));
        if self.watch.is_none() {
            self.warnings.extend(preparation.missing_more(&read, &self.missing));
        }
        drop(read);
        if self.watch.is_none() {
            self.tell_extra(&extra);
        }
        Ok(table)
    }

    fn tell_extra(&mut self, extra: &[String]) {
        if !extra.is_empty() {
            let shown = extra.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let more = if extra.len() > 5 { format!(" and {} more", extra.len() - 5) } else { String::new() };
            let kept = if extra.len() == 1 { "it is kept as it is" } else { "they are kept as they are" };
            self.warnings.push(format!("The model does not use {shown}{more}; {kept}."));
        }
    }
}

/// What of the cells that are missing stands in the file as a text that means something else, by row.
fn unread(empty: &[(String, &'static str, Vec<u32>)], texts: &Table, settings: &CsvSettings) -> Vec<Vec<String>> {
    let mut told = vec![Vec::new(); texts.n_rows];
    for (name, word, rows) in empty {
        let Some(column) = texts.column(name) else { continue };
        for row in rows.iter().map(|row| *row as usize) {
            let Some(text) = column.values.text(row) else { continue };
            if !known::means_missing(&text, name, settings) {
                told[row].push(format!("{name}: “{text}” is no {word}; read as missing."));
            }
        }
    }
    told
}

/// The same settings with every column a text and nothing but an empty cell missing.
fn as_texts(settings: &CsvSettings, table: &Table) -> CsvSettings {
    CsvSettings {
        types: table.columns.iter().map(|column| (column.name.clone(), ColumnType::Text)).collect(),
        missing: Vec::new(),
        missing_in: Vec::new(),
        units: Vec::new(),
        ..settings.clone()
    }
}

/// Progress in one of the two readings of the file.
fn reading(progress: &ImportProgress, times_before: u64) -> Progress {
    Progress {
        doing: "Reading".to_owned(),
        done: progress.bytes_read + times_before * progress.n_bytes,
        total: 2 * progress.n_bytes,
        unit: "bytes".to_owned(),
    }
}

/// What is said when a file writes another unit than the training data.
fn unit_doubt(input: &Input, preview: &Preview) -> Option<String> {
    let position = preview.columns.iter().position(|(name, _)| *name == input.name)?;
    let here = preview.units.get(position).filter(|unit| !unit.is_empty())?;
    match &input.unit {
        Some(unit) if same_unit(unit, here) => None,
        Some(unit) => Some(format!(
            "Column “{}”: the file writes “{here}” where the training data wrote “{unit}”; such cells are read as missing.",
            input.name
        )),
        None if input.kind == InputKind::Number => Some(format!(
            "Column “{}”: the file writes “{here}” beside the numbers, the training data did not; they are read as they stand.",
            input.name
        )),
        None => None,
    }
}

/// `people.csv` and `people.csv.gz` → `people with predictions.csv`.
fn scored_name(name: &str) -> String {
    let stem = stem(name);
    format!("{stem} with predictions.csv")
}
