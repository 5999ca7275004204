//! Files in: the preview, the import, and the cells that the grid shows.

use std::sync::Arc;

use super::beside::Shelf;
use super::{Data, Engine, Event, Herald, Problem, Progress, Ticket, answer, problem};
use crate::dataset::{Dataset, DatasetSpec, Role, guess_roles, suggest_target};
use crate::design::Design;
use crate::job::{OwnFile, Preview, Suggestion, TableSummary};
use crate::package::{self, project_file};
use crate::quality::personal::kind_of;
use crate::recipe::Recipe;
use crate::table::Table;
use crate::table::csv::{
    CsvSettings, ImportJob, Imported, Limits, MAX_WARNINGS, PREVIEW_BYTES, Step, preview as read_preview, sniff_file,
};
use crate::table::packed::{self, Listing, Stream};
use crate::table::receipt::Receipt;
use crate::table::source::ByteSource;
use crate::table::transcript::Original;
use crate::table::view::{self, Filter};

/// Tables of a ZIP file that are tried until one can be shown.
const MOST_TRIED: usize = 20;

/// The beginning of a file with detected or given settings.
pub fn preview(
    ticket: Ticket,
    name: &str,
    entry: &str,
    settings: Option<CsvSettings>,
    source: Option<Box<dyn ByteSource>>,
) -> Vec<Event> {
    let mut tried = None;
    let read = || {
        let mut source = source.ok_or_else(|| no_file(name))?;
        let entries = match packed::list(name, &mut *source)? {
            None => source.original().map(Original::entries).unwrap_or_default(),
            Some(Listing { paths, .. }) if project_file::is_one(&paths) => {
                return Ok(Event::Recognised { ticket, own: OwnFile::Project });
            }
            Some(Listing { paths, .. }) if package::is_one(&paths) => {
                return Ok(Event::Recognised { ticket, own: OwnFile::Package });
            }
            Some(listing) => listing.candidates,
        };
        let named = settings.as_ref().map_or("", |settings| settings.entry.as_str());
        let mut wanted: Vec<&str> = [entry, named].into_iter().filter(|path| !path.is_empty()).take(1).collect();
        if source.original().is_some() {
            // The reader has chosen already.
            wanted.clear();
        } else if wanted.is_empty() {
            // Of several, the first that can be read is shown.
            wanted.extend(entries.iter().take(MOST_TRIED).map(|entry| entry.path.as_str()));
        }
        let mut first_error = None;
        for path in if wanted.is_empty() { vec![""] } else { wanted } {
            match preview_entry(name, path, settings.clone(), &mut *source, &mut tried) {
                Ok(preview) => return Ok(Event::Previewed { ticket, preview: Preview { entries, ..preview } }),
                Err(error) => drop(first_error.get_or_insert(error)),
            }
        }
        // There was one to try at least.
        Err(first_error.unwrap_or_else(|| no_file(name)))
    };
    match (read(), tried) {
        (Err(error), Some(settings)) => vec![Event::Unreadable { ticket, settings, error }],
        (read, _) => answer(ticket, read),
    }
}

/// The beginning of a file's text. `tried`: the settings that it was read with.
fn preview_entry(
    name: &str,
    entry: &str,
    settings: Option<CsvSettings>,
    source: &mut dyn ByteSource,
    tried: &mut Option<CsvSettings>,
) -> Result<Preview, Problem> {
    let stream = Stream::open(name, source, entry, Limits::DEFAULT.file_bytes)?;
    let (place, packing) = (stream.place().to_owned(), stream.packing().clone());
    let original = stream.original().cloned();
    let entry = original.as_ref().map_or(entry, Original::part);
    let (prefix, whole) = stream.beginning(source, PREVIEW_BYTES)?;
    // What is no text at all has no settings that could read it.
    let settings = match settings {
        Some(settings) => settings,
        None => match &original {
            Some(original) => original.settings.clone(),
            None => sniff_file(&place, &prefix, whole)?,
        },
    };
    let settings = CsvSettings { entry: entry.to_owned(), ..settings };
    *tried = Some(settings.clone());
    let mut preview = read_preview(&place, &prefix, whole, Some(settings))?;
    if let Some(original) = &original {
        original.tell(preview.settings.header, &mut preview.warnings);
    }
    Ok(Preview { packing, ..preview })
}

/// No file came beside the message: the page could not open it.
pub(super) fn no_file(name: &str) -> Problem {
    Problem {
        place: name.to_owned(),
        ..problem("The file could not be opened.", "Nothing has changed.", "Choose the file again.")
    }
}

pub(super) fn unreadable(name: &str, reason: &str) -> Problem {
    Problem {
        place: name.to_owned(),
        ..problem(
            format!("The file could not be read: {reason}"),
            "Nothing has changed.",
            "Wait until nothing writes to the file, then choose it again.",
        )
    }
}

/// Reads a whole file into a table.
pub struct Import {
    pub ticket: Ticket,
    /// It has said why, and is over.
    pub failed: bool,
    /// The file's.
    pub name: String,
    pub kind: Kind,
    job: ImportJob,
    source: Box<dyn ByteSource>,
    herald: Herald,
    /// Everything is read; the steps and the profile are the last of it.
    read: Option<Box<Imported>>,
}

/// What the table is for.
pub enum Kind {
    /// It is the table that everything speaks of, behind these steps.
    Table { recipe: Recipe },
    /// It stands beside that, and steps call it by this name. Where it is not told, it is read again for a table that has
    /// had it before: steps that miss it say so.
    Beside { name: String, told: bool },
}

impl Import {
    pub fn new(
        ticket: Ticket,
        name: String,
        settings: Option<CsvSettings>,
        kind: Kind,
        source: Option<Box<dyn ByteSource>>,
    ) -> Result<Self, Problem> {
        let source = source.ok_or_else(|| no_file(&name))?;
        let job = ImportJob::new(&name, settings, Limits::DEFAULT);
        Ok(Self { ticket, failed: false, name, kind, job, source, herald: Herald::new(ticket), read: None })
    }

    /// Returns what was read once all is there.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> Option<Imported> {
        if let Some(imported) = self.read.take() {
            return Some(*imported);
        }
        let doing = |text: &str| match &self.kind {
            Kind::Table { .. } => text.to_owned(),
            Kind::Beside { .. } => format!("{text} {}", self.name),
        };
        match self.job.step(&mut *self.source) {
            Ok(Step::Working(progress)) => self.herald.tell(now, events, || Progress {
                doing: doing(if progress.pass > 1 { "Reading once more" } else { "Reading" }),
                done: progress.bytes_read,
                total: progress.n_bytes,
                unit: "bytes".to_owned(),
            }),
            Ok(Step::Done(imported)) => {
                self.herald.last = None;
                self.herald.tell(now, events, || Progress {
                    doing: "Looking at the columns".to_owned(),
                    done: imported.n_bytes,
                    total: imported.n_bytes,
                    unit: "bytes".to_owned(),
                });
                self.read = Some(imported);
            }
            Err(error) => {
                self.failed = true;
                if !matches!(self.kind, Kind::Beside { told: false, .. }) {
                    events.push(Event::Failed { ticket: self.ticket, error });
                }
            }
        }
        None
    }
}

impl Data {
    /// The table of a file that was read, behind these steps.
    pub fn read(imported: Imported, name: String, beside: Shelf, recipe: Recipe) -> Self {
        let receipt = Receipt::of(&imported, &name);
        let Imported { read, settings, packing, n_bytes, n_text_bytes, sha256 } = imported;
        let mut warnings = read.warnings;
        warnings.truncate(MAX_WARNINGS);
        let summary = TableSummary {
            name,
            n_bytes,
            packing,
            n_text_bytes,
            sha256,
            n_rows: 0,
            settings,
            columns: Vec::new(),
            warnings,
            n_warnings: read.n_warnings,
            recipe: Recipe::default(),
            steps: Vec::new(),
            beside: Vec::new(),
        };
        Self::behind((Arc::new(read.table), beside), summary, receipt, recipe)
    }
}

impl Engine {
    /// Cells in view order, row by row.
    pub(super) fn rows(&self, ticket: Ticket, first_row: u32, n_rows: u32, columns: Vec<u32>) -> Vec<Event> {
        let table = match self.table_for(ticket) {
            Ok(data) => data.table,
            Err(error) => return vec![Event::Failed { ticket, error }],
        };
        let n_view = self.view.as_ref().map_or(table.n_rows, Vec::len);
        let first = (first_row as usize).min(n_view);
        let last = first.saturating_add(n_rows as usize).min(n_view);
        let mut cells = Vec::with_capacity((last - first) * columns.len());
        for position in first..last {
            let row = self.view.as_ref().map_or(position, |order| order[position] as usize);
            cells.extend(
                columns
                    .iter()
                    .map(|column| table.columns.get(*column as usize).and_then(|column| column.values.text(row))),
            );
        }
        // At most `n_rows`, which was a u32.
        let n_rows = (last - first) as u32;
        let rows = self.view.as_ref().map(|order| order[first..last].to_vec()).unwrap_or_default();
        vec![Event::Rows { ticket, first_row, n_rows, columns, cells, rows }]
    }

    pub(super) fn set_view(&mut self, ticket: Ticket, sort: Option<(u32, bool)>, filters: &[Filter]) -> Vec<Event> {
        let table = match self.table_for(ticket) {
            Ok(data) => data.table,
            Err(error) => return vec![Event::Failed { ticket, error }],
        };
        self.view = if sort.is_none() && filters.is_empty() { None } else { Some(view::order(&table, filters, sort)) };
        let n_rows = self.view.as_ref().map_or(table.n_rows, Vec::len);
        vec![Event::Viewed { ticket, n_rows: u32::try_from(n_rows).unwrap_or(u32::MAX) }]
    }
}

/// A first design for a table nobody has said anything about.
pub(super) fn suggest(table: &Table) -> Option<Suggestion> {
    let guess = suggest_target(table)?;
    let mut roles: Vec<_> = guess_roles(table).into_iter().filter(|(name, _)| *name != guess.column).collect();
    for column in table.columns.iter().filter(|column| column.name != guess.column) {
        let known = roles.iter().any(|(name, _)| *name == column.name);
        if !known && kind_of(column).is_some() {
            roles.push((column.name.clone(), Role::Ignore));
        }
    }
    let spec = DatasetSpec { target: guess.column, task: None, positive: None, roles };
    // A guess that does not hold is no guess.
    let dataset = Dataset::new(table, &spec).ok()?;
    let (task, n_rows, n_features) = (dataset.task, dataset.rows.len(), dataset.features.len());
    Some(Suggestion { design: Design::default_for(spec, task, n_rows, n_features), reason: guess.reason })
}
