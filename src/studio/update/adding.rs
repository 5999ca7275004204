//! Further files: looked at and read like the first one, then put below or beside the table by a step.

use super::super::adding::{Read, Stage as Way};
use super::super::words;
use super::*;
use crate::combine::{Beside, Meeting};
use crate::recipe::{Operation, Recipe};
use crate::table::csv::{CsvSettings, Limits, size};
use crate::table::packed::stem;

impl Studio {
    /// One file more. The first of a project is its table; others wait until that is there, and until the one before is taken.
    pub(super) fn add_file(&mut self, file: FileHandle) -> Vec<Command> {
        let reads_first = matches!(self.waits.import, Some((_, ImportPurpose::New(_)))) || self.waits.dropped.is_some();
        if self.project.data.is_none() && !reads_first && self.import.is_none() {
            return self.file_dropped(file);
        }
        self.adding.waiting.push_back(file);
        self.next_file()
    }

    /// Looks at the next file, where nothing stands in its way.
    pub(super) fn next_file(&mut self) -> Vec<Command> {
        let busy = self.adding.read.is_some() || self.adding.stage != Way::Nothing;
        let reads = self.waits.import.is_some() || self.waits.dropped.is_some() || self.import.is_some();
        if self.table.is_none() || busy || reads {
            return Vec::new();
        }
        let Some(file) = self.adding.waiting.front().cloned() else {
            self.adding.all_alike = false;
            return Vec::new();
        };
        let Ok(mut commands) = self.make_way("add a file") else {
            self.adding.waiting.clear();
            return Vec::new();
        };
        self.adding.waiting.pop_front();
        let most = Limits::DEFAULT.file_bytes;
        if file.n_bytes > most {
            let event = format!("The file has {}; {} is the limit.", size(file.n_bytes), size(most));
            self.not_added(&file.name, event, "Take a sample of its rows, or leave out columns that are not needed.");
            return self.next_file();
        }
        let ticket = self.ticket();
        let entry = String::new();
        let request = Request::Preview { ticket, name: file.name.clone(), entry, settings: None };
        commands.push(Command::Engine { request, file: Some(file.clone()) });
        self.adding.stage = Way::Looking(ticket, file);
        commands
    }

    fn not_added(&mut self, place: &str, event: impl Into<String>, cure: &str) {
        let kept = "The table is as it was.".to_owned();
        let problem = Problem { place: place.to_owned(), event: event.into(), kept, cure: cure.to_owned() };
        self.notice(Tone::Failure, problem, Some(("Choose another file", Action::PickFile(FilePurpose::Beside))));
    }

    /// The file that this ticket looks at.
    fn looked_at(&mut self, ticket: Ticket) -> Option<FileHandle> {
        match &self.adding.stage {
            Way::Looking(waited, file) if *waited == ticket => {
                let file = file.clone();
                self.adding.stage = Way::Nothing;
                Some(file)
            }
            _ => None,
        }
    }

    /// The first rows of a further file. `None`: the answer is about another.
    pub(super) fn beside_previewed(&mut self, ticket: Ticket, preview: &Preview) -> Option<Vec<Command>> {
        let file = self.looked_at(ticket)?;
        if preview.entries.len() < 2 {
            return Some(self.read_beside(file, None));
        }
        let n = words::counted(preview.entries.len() as u64, "table");
        let because = format!("{} holds {n}. Choose the one to add.", file.name);
        self.import = Some(ImportDraft {
            file,
            preview: Some(preview.clone()),
            entries: preview.entries.clone(),
            ticket,
            settings: None,
            waits_because: because,
            problem: None,
            adds: true,
        });
        Some(self.show(View::Stage(Stage::Data)))
    }

    /// It is a text that other settings may read.
    pub(super) fn beside_unreadable(
        &mut self,
        ticket: Ticket,
        settings: &CsvSettings,
        error: &Problem,
    ) -> Option<Vec<Command>> {
        let file = self.looked_at(ticket)?;
        self.import = Some(ImportDraft {
            file,
            preview: None,
            entries: Vec::new(),
            ticket,
            settings: Some(settings.clone()),
            waits_because: "Other settings may read it.".to_owned(),
            problem: Some(error.clone()),
            adds: true,
        });
        Some(self.show(View::Stage(Stage::Data)))
    }

    /// It is a file that Hearth wrote.
    pub(super) fn beside_recognised(&mut self, ticket: Ticket) -> Option<Vec<Command>> {
        let file = self.looked_at(ticket)?;
        let event = "It is a project or a package of Hearth, not a table.";
        self.not_added(&file.name, event, "Open it on its own, or choose the table.");
        Some(self.next_file())
    }

    /// It cannot be looked at, or not be read.
    pub(super) fn beside_failed(&mut self, ticket: Ticket, error: &Problem) -> Option<Vec<Command>> {
        let of_it = match &self.adding.stage {
            Way::Looking(waited, _) | Way::Reading(waited, _) => *waited == ticket,
            Way::Nothing | Way::Bundling { .. } => false,
        };
        if !of_it {
            return None;
        }
        self.adding.stage = Way::Nothing;
        if self.is_job(ticket) {
            self.job = None;
        }
        let Problem { place, event, cure, .. } = error.clone();
        self.not_added(&place, event, &cure);
        Some(self.next_file())
    }

    /// Reads all of it; `None`: with detected settings.
    pub(super) fn read_beside(&mut self, file: FileHandle, settings: Option<CsvSettings>) -> Vec<Command> {
        self.import = None;
        let ticket = self.start_job(JobKind::Import);
        let request =
            Request::Beside { ticket, name: self.free_file_name(&file.name), file: file.name.clone(), settings };
        self.adding.stage = Way::Reading(ticket, file.clone());
        let mut commands = vec![Command::Engine { request, file: Some(file) }];
        if self.retraining.is_none() {
            commands.extend(self.show(View::Stage(Stage::Data)));
        }
        commands
    }

    /// The name by which steps call a file: with a number where another of the project has it.
    fn free_file_name(&self, name: &str) -> String {
        let Some(data) = &self.project.data else { return name.to_owned() };
        let known: Vec<&str> = data.beside.iter().map(|file| file.name.as_str()).chain([data.name.as_str()]).collect();
        if !known.contains(&name) {
            return name.to_owned();
        }
        let (stem, end) = (stem(name), name.strip_prefix(stem(name)).unwrap_or_default());
        let numbered = (2..=known.len() + 2).map(|n| format!("{stem} ({n}){end}"));
        numbered.into_iter().find(|name| !known.contains(&name.as_str())).unwrap_or_else(|| name.to_owned())
    }

    pub(super) fn beside_read(&mut self, ticket: Ticket, beside: Beside, settings: CsvSettings) -> Vec<Command> {
        let file = match &self.adding.stage {
            Way::Reading(waited, file) if *waited == ticket => file.clone(),
            _ => return Vec::new(),
        };
        self.adding.stage = Way::Nothing;
        self.job = None;
        let operation = beside.proposed.clone();
        let meeting = match &operation {
            Some(Operation::Join { loose: false, .. }) => beside.joins.first().map(|(_, meeting)| meeting.clone()),
            _ => None,
        };
        let alike = beside.fits.is_same();
        self.adding.read = Some(Read { file, beside, settings, operation: operation.clone(), meeting, asked: 0 });
        if self.retraining.is_some() {
            return self.take_newcomers();
        }
        if self.adding.all_alike && alike {
            // As the files before it were put.
            let mark = self.project.data.as_ref().and_then(|data| {
                data.recipe.steps.iter().rev().find_map(|step| match &step.operation {
                    Operation::Append { mark, .. } => mark.clone(),
                    _ => None,
                })
            });
            if let Some(Read { operation: Some(Operation::Append { mark: chosen, .. }), .. }) = &mut self.adding.read {
                *chosen = mark;
                return self.take_file();
            }
        }
        match operation {
            Some(operation @ Operation::Join { loose: true, .. }) => self.choose_combination(operation),
            _ => Vec::new(),
        }
    }

    /// Another step is to be done with the file; what a join would come to is looked at.
    pub(super) fn choose_combination(&mut self, operation: Operation) -> Vec<Command> {
        let ticket = self.ticket();
        let Some(read) = &mut self.adding.read else { return Vec::new() };
        // How rows without a partner are treated changes nothing of what meets.
        let same = match (&read.operation, &operation) {
            (Some(Operation::Join { on, loose, .. }), Operation::Join { on: new, loose: as_new, .. }) => {
                on == new && loose == as_new && read.meeting.is_some()
            }
            _ => false,
        };
        read.operation = Some(operation.clone());
        let Operation::Join { on, loose, .. } = operation else { return Vec::new() };
        if same {
            return Vec::new();
        }
        read.meeting = None;
        read.asked = ticket;
        vec![Self::engine(Request::Meet { ticket, on, loose })]
    }

    pub(super) fn met(&mut self, ticket: Ticket, meeting: Meeting) -> Vec<Command> {
        if let Some(read) = self.adding.read.as_mut().filter(|read| read.asked == ticket) {
            read.meeting = Some(meeting);
        }
        Vec::new()
    }

    /// The file is put behind those of the project; the step is done when it is there.
    pub(super) fn take_file(&mut self) -> Vec<Command> {
        let (Some(read), Some(data)) = (&self.adding.read, &self.project.data) else { return Vec::new() };
        let (Some(operation), None) = (read.operation.clone(), read.hindrance()) else { return Vec::new() };
        if self.adding.stage != Way::Nothing {
            return Vec::new();
        }
        let label = operation.title();
        let (name, added, first_name) = (read.beside.name.clone(), read.file.clone(), data.name.clone());
        let mut recipe = with_step(self.recipe().cloned().unwrap_or_default(), operation);
        self.mark_all(&mut recipe);
        let Ok(mut commands) = self.make_way("add the file") else { return Vec::new() };
        let first = self.data_file.handle.clone().filter(|_| !self.data_file.stored);
        let project = self.project.id.clone();
        self.adding.stage = Way::Bundling { label, recipe };
        commands.push(Command::Bundle { project, first, first_name, added, name });
        commands
    }

    /// Whether the files are one now.
    pub(super) fn bundled(&mut self, project: &str, result: Result<FileHandle, Problem>) -> Vec<Command> {
        if project != self.project.id {
            return Vec::new();
        }
        let Way::Bundling { label, recipe } = std::mem::take(&mut self.adding.stage) else { return Vec::new() };
        match result {
            Ok(handle) => {
                self.data_file = DataFile { handle: Some(handle), stored: false };
                let read = self.adding.read.take();
                let commands = self.change_recipe(&label, recipe);
                if commands.is_empty() {
                    self.adding.read = read;
                } else if let Some(read) = read {
                    self.newcomers_taken(&read.beside.name);
                    let facts = &read.beside.file;
                    self.log(format!(
                        "Added {}: {}, {}, SHA-256 {}.",
                        read.beside.name,
                        words::counted(facts.n_rows, "row"),
                        words::counted(facts.n_columns, "column"),
                        facts.sha256
                    ));
                }
                commands
            }
            Err(problem) => {
                self.notice(Tone::Failure, problem, None);
                Vec::new()
            }
        }
    }

    /// The file at hand, and all that wait, are put below as long as their columns are those of the table.
    pub(super) fn take_all_files(&mut self) -> Vec<Command> {
        self.adding.all_alike = true;
        self.take_file()
    }

    /// Not this file; the next one.
    pub(super) fn leave_file(&mut self) -> Vec<Command> {
        if matches!(self.adding.stage, Way::Bundling { .. }) {
            return Vec::new();
        }
        self.adding.read = None;
        self.next_file()
    }

    /// The file at hand with other settings.
    pub(super) fn read_file_otherwise(&mut self) -> Vec<Command> {
        let Some(read) = self.adding.read.take() else { return Vec::new() };
        let ticket = self.ticket();
        let (name, settings) = (read.file.name.clone(), Some(read.settings));
        self.import = Some(ImportDraft {
            file: read.file.clone(),
            preview: None,
            entries: Vec::new(),
            ticket,
            settings: settings.clone(),
            waits_because: "The file that is added is read with other settings.".to_owned(),
            problem: None,
            adds: true,
        });
        let request = Request::Preview { ticket, name, entry: String::new(), settings };
        vec![Command::Engine { request, file: Some(read.file) }]
    }

    /// The engine has lost what it had read of the file, or the reading was stopped.
    pub(super) fn stop_adding(&mut self) {
        self.adding = super::super::adding::Adding::default();
    }
}

/// Rows of the same kind come first, so that every other step is done to them too; columns of another file come last.
fn with_step(mut recipe: Recipe, operation: Operation) -> Recipe {
    let appends = matches!(operation, Operation::Append { .. });
    let id = recipe.push(operation);
    if appends {
        let leading = recipe.steps.iter().take_while(|step| matches!(step.operation, Operation::Append { .. })).count();
        let last = recipe.steps.len() - 1;
        if leading < last {
            let step = recipe.steps.remove(last);
            debug_assert_eq!(step.id, id);
            recipe.steps.insert(leading, step);
        }
    }
    recipe
}
