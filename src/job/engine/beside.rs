//! Files beside the table: read one after the other, kept for the steps that name them, and told of before one does.

use std::sync::Arc;

use super::read::{Import, Kind};
use super::{Data, Engine, Event, Job, Problem, Request, Ticket, problem};
use crate::combine::{Beside, Meeting, done_by};
use crate::recipe::{KeyPair, Others, Recipe, StepReport};
use crate::table::Table;
use crate::table::csv::{CsvSettings, Imported};
use crate::table::receipt::{BesideFile, FileFacts, Receipt};
use crate::table::source::ByteSource;

/// A file that steps may read.
#[derive(Clone)]
pub struct BesideTable {
    /// What steps call it.
    name: String,
    /// `None`: it could not be read again.
    table: Option<Arc<Table>>,
    settings: CsvSettings,
    file: FileFacts,
}

impl BesideTable {
    /// `file`: its name as it was given.
    fn new(name: String, file: &str, imported: Imported) -> Option<Self> {
        let Receipt { settings, file, .. } = Receipt::of(&imported, file);
        Some(Self { name, table: Some(Arc::new(imported.read.table)), settings, file: file? })
    }
}

/// The files beside the table, in their order.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Vec<BesideTable>>);

impl Others for Shelf {
    fn table(&self, name: &str) -> Option<&Table> {
        self.0.iter().find(|beside| beside.name == name).and_then(|beside| beside.table.as_deref())
    }
}

impl Shelf {
    /// The files that are wanted, in their order; one that was not read is missed by the steps that name it.
    fn of(wanted: Vec<BesideFile>, mut read: Vec<BesideTable>) -> Self {
        let table = |file: BesideFile| match read.iter().position(|table| table.name == file.name) {
            Some(at) => read.swap_remove(at),
            None => BesideTable { name: file.name, table: None, settings: file.settings, file: file.file },
        };
        Self(Arc::new(wanted.into_iter().map(table).collect()))
    }

    /// With one file more, in the place of one of the same name.
    fn with(&self, beside: BesideTable) -> Self {
        let mut all: Vec<BesideTable> = self.0.iter().filter(|other| other.name != beside.name).cloned().collect();
        all.push(beside);
        Self(Arc::new(all))
    }

    /// What is told of them, with what these steps made of them.
    pub fn files(&self, recipe: &Recipe, steps: &[StepReport]) -> Vec<BesideFile> {
        let file = |beside: &BesideTable| BesideFile {
            name: beside.name.clone(),
            settings: beside.settings.clone(),
            file: beside.file.clone(),
            done: done_by(&beside.name, recipe, steps),
        };
        self.0.iter().map(file).collect()
    }
}

impl Engine {
    /// Reads the files beside the first one, then that: each is a request of its own, so that it is read as any other.
    pub(super) fn gather(
        &mut self,
        request: Request,
        source: Box<dyn ByteSource>,
        mut others: Vec<(String, Box<dyn ByteSource>)>,
    ) -> Vec<Event> {
        let Request::Import { ticket, beside, .. } = &request else { return Vec::new() };
        let ticket = *ticket;
        self.jobs.retain(|job| !job.imports());
        self.forget_gathered();
        for wanted in beside {
            let Some(at) = others.iter().position(|(other, _)| *other == wanted.name) else { continue };
            let (name, source) = others.swap_remove(at);
            let (file, settings) = (wanted.file.name.clone(), Some(wanted.settings.clone()));
            self.held.push_back((Request::Beside { ticket, name, file, settings }, source));
        }
        self.wanted.clone_from(beside);
        self.held.push_back((request, source));
        self.gathering = true;
        self.next_held()
    }

    /// What was gathered for an import that is given up.
    pub(super) fn forget_gathered(&mut self) {
        self.held.clear();
        self.gathered.clear();
        self.wanted.clear();
        self.gathering = false;
    }

    /// The next of the files that are read together.
    pub(super) fn next_held(&mut self) -> Vec<Event> {
        let Some((request, source)) = self.held.pop_front() else { return Vec::new() };
        self.gathering = !self.held.is_empty();
        self.answer(request, Some(source))
    }

    /// A whole file was read.
    pub(super) fn read_whole(&mut self, job: Import, imported: Imported) -> Vec<Event> {
        let Import { ticket, name, kind, .. } = job;
        match kind {
            Kind::Table { recipe } => {
                let beside = Shelf::of(std::mem::take(&mut self.wanted), std::mem::take(&mut self.gathered));
                let data = Data::read(imported, name, beside, recipe);
                let told = data.told(ticket);
                self.data = Some(data);
                self.view = None;
                self.profiling = None;
                self.beside = None;
                vec![told]
            }
            Kind::Beside { name: called, told } => {
                let Some(beside) = BesideTable::new(called, &name, imported) else { return Vec::new() };
                if !told {
                    self.gathered.push(beside);
                    return self.next_held();
                }
                let Some(data) = &self.data else { return vec![Event::Failed { ticket, error: no_table() }] };
                let Some(right) = beside.table.clone() else { return Vec::new() };
                let look = Beside::look(&data.imported, &data.table, (&beside.name, &right), beside.file.clone());
                let settings = beside.settings.clone();
                self.beside = Some(beside);
                vec![Event::ReadBeside { ticket, beside: look, settings }]
            }
        }
    }

    pub(super) fn meet(&self, ticket: Ticket, on: &[KeyPair], loose: bool) -> Result<Event, Problem> {
        let data = self.data.as_ref().ok_or_else(no_table)?;
        let gone = || problem("The file is no longer at hand.", "The table is as it was.", "Add the file again.");
        let beside = self.beside.as_ref().ok_or_else(gone)?;
        let right = beside.table.as_ref().ok_or_else(gone)?;
        let meeting = Meeting::of(&data.table, right, &beside.name, on, loose);
        Ok(Event::Met { ticket, meeting })
    }

    /// The files beside the table, with the one that was read last where these steps name it.
    pub(super) fn shelf_for(&mut self, data: &Data, recipe: &Recipe) -> Shelf {
        let named = |beside: &BesideTable| recipe.steps.iter().any(|step| step.operation.with() == Some(&beside.name));
        match self.beside.take_if(|beside| named(beside)) {
            Some(beside) => data.beside.with(beside),
            None => data.beside.clone(),
        }
    }

    /// Begins to read a file that is to stand beside the table.
    pub(super) fn read_beside(
        &mut self,
        ticket: Ticket,
        (name, file): (String, String),
        settings: Option<CsvSettings>,
        source: Option<Box<dyn ByteSource>>,
    ) -> Vec<Event> {
        let told = !self.gathering;
        let job = Import::new(ticket, file, settings, Kind::Beside { name, told }, source);
        self.begin(job.map(|job| Job::Import(Box::new(job))), ticket)
    }
}

fn no_table() -> Problem {
    problem("There is no table yet.", "Nothing was lost.", "Choose a file, and wait until it is read.")
}
