//! Files in: a drop becomes a table at once, with settings that can be changed afterwards.

use super::super::{no_target, words};
use super::*;
use crate::design::Design;
use crate::job::{OwnFile, Suggestion};
use crate::recipe::Recipe;
use crate::table::csv::{Limits, size};
use crate::table::packed::{Packing, stem};
use crate::table::transcript::may_hold_several;

const OTHER_SETTINGS: &str = "Other settings may read it.";

impl Studio {
    pub(super) fn file_dropped(&mut self, file: FileHandle) -> Vec<Command> {
        let lower = file.name.to_lowercase();
        if lower.ends_with(".hearth") || lower.ends_with(".hearth.zip") {
            return self.open_project_file(file);
        }
        // Where rows are watched, a table is rows of a later day.
        if self.view == View::Stage(Stage::Watch)
            && !lower.ends_with(".zip")
            && let Some(run) = self.selected_run
        {
            return self.watch_file(run, file, WatchColumns::default());
        }
        let most = Limits::DEFAULT.file_bytes;
        if file.n_bytes > most {
            self.notice(
                Tone::Failure,
                Problem {
                    place: file.name.clone(),
                    event: format!("The file has {}; {} is the limit.", size(file.n_bytes), size(most)),
                    kept: "Nothing was read, and nothing else has changed.".to_owned(),
                    cure: "Take a sample of its rows, or leave out columns that are not needed.".to_owned(),
                },
                None,
            );
            return Vec::new();
        }
        // A ZIP file may hold one table, several, a package or a project.
        let holds_many = lower.ends_with(".zip") || may_hold_several(&lower);
        if holds_many || !self.is_empty() {
            return self.look_at_dropped(file);
        }
        let Ok(mut commands) = self.make_way("read another file") else {
            return Vec::new();
        };
        commands.extend(self.read_new(file, None));
        commands
    }

    /// What cannot be read must leave the project at hand as it is: the file's beginning comes first.
    fn look_at_dropped(&mut self, file: FileHandle) -> Vec<Command> {
        // An import under way gives way when the file is known to be readable.
        let busy = self.job.as_ref().is_some_and(|job| job.kind != JobKind::Import);
        if busy && self.make_way("read another file").is_err() {
            return Vec::new();
        }
        let ticket = self.ticket();
        let command = preview_command(ticket, &file, None);
        self.waits.dropped = Some((ticket, file));
        vec![command]
    }

    /// The file that this ticket looks at, which was dropped on a project.
    pub(super) fn dropped_with(&mut self, ticket: Ticket) -> Option<FileHandle> {
        self.waits.dropped.take_if(|(waited, _)| *waited == ticket).map(|(_, file)| file)
    }

    /// A file that was dropped on a project can be read.
    fn take_dropped(&mut self, ticket: Ticket, file: FileHandle, preview: Preview) -> Vec<Command> {
        let Ok(mut commands) = self.make_way("read another file") else {
            return Vec::new();
        };
        let entries = preview.entries.clone();
        if entries.len() > 1 {
            let is_workbook = matches!(preview.packing, Packing::Sheet { .. });
            let waits_because = if is_workbook {
                let n = words::counted(entries.len() as u64, "sheet");
                format!("The workbook has {n}. Choose the one to read.")
            } else {
                let n = words::counted(entries.len() as u64, "table");
                format!("The ZIP file holds {n}. Choose the one to read.")
            };
            self.import = Some(ImportDraft {
                file,
                preview: Some(preview),
                entries,
                ticket,
                settings: None,
                waits_because,
                problem: None,
                adds: false,
            });
            commands.extend(self.show(View::Stage(Stage::Data)));
            return commands;
        }
        if self.is_empty() {
            commands.extend(self.read_new(file, None));
            return commands;
        }
        if self.project.data.is_some() && self.private_session {
            // Nothing of a private session is stored: what is replaced is gone.
            self.tell(
                Tone::Doubt,
                format!("Reading {} ends the project at hand, of which nothing is stored.", file.name),
                Some(("Read it", Action::ConfirmImport)),
            );
            self.import = Some(ImportDraft {
                file,
                preview: Some(preview),
                entries,
                ticket,
                settings: None,
                waits_because: "A private session holds one project; reading this file ends the one at hand."
                    .to_owned(),
                problem: None,
                adds: false,
            });
            return commands;
        }
        let former = (self.project.id.clone(), self.project.name.clone());
        let left = self.former_project();
        // Files that were dropped with this one follow it.
        let waiting = std::mem::take(&mut self.adding.waiting);
        commands.push(self.start_empty_project());
        self.adding.waiting = waiting;
        self.former = left;
        // One way back is enough; the others are in the list.
        self.notices.retain(|n| n.cure.as_ref().is_none_or(|(_, action)| !matches!(**action, Action::OpenProject(_))));
        self.tell(
            Tone::Information,
            format!("{} starts a new project. {} is in the list.", file.name, former.1),
            Some(("Go back to it", Action::OpenProject(former.0))),
        );
        commands.extend(self.read_new(file, None));
        commands
    }

    /// The name, with a number where another project on the shelf has it.
    pub(super) fn free_project_name(&self, name: &str) -> String {
        let taken = |name: &str| self.projects.iter().any(|p| p.id != self.project.id && p.name == name);
        if !taken(name) {
            return name.to_owned();
        }
        // As many numbers as there are projects, and one more: one of them is free.
        let numbered = (2..=self.projects.len() + 2).map(|n| format!("{name} ({n})"));
        numbered.into_iter().find(|name| !taken(name)).unwrap_or_else(|| name.to_owned())
    }

    /// Ask for the preview and read the file at once.
    fn read_new(&mut self, file: FileHandle, settings: Option<CsvSettings>) -> Vec<Command> {
        self.project.name = self.free_project_name(stem(&file.name));
        let preview = self.ticket();
        self.import = Some(ImportDraft {
            file: file.clone(),
            preview: None,
            entries: Vec::new(),
            ticket: preview,
            settings: settings.clone(),
            waits_because: String::new(),
            problem: None,
            adds: false,
        });
        let mut commands = vec![preview_command(preview, &file, settings.clone())];
        let ticket = self.start_job(JobKind::Import);
        self.waits.import = Some((ticket, ImportPurpose::New(file.clone())));
        commands.push(Command::Engine {
            request: Request::Import {
                ticket,
                name: file.name.clone(),
                settings,
                recipe: Recipe::default(),
                beside: Vec::new(),
            },
            file: Some(file),
        });
        commands.extend(self.show(View::Stage(Stage::Data)));
        commands
    }

    /// Other settings are being tried: show what they would give.
    pub(super) fn change_import(&mut self, settings: CsvSettings) -> Vec<Command> {
        let ticket = self.ticket();
        if let Some(draft) = &mut self.import {
            draft.ticket = ticket;
            draft.settings = Some(settings.clone());
            draft.problem = None;
            let command = preview_command(ticket, &draft.file, Some(settings));
            return vec![command];
        }
        let Some(data) = &self.project.data else {
            return Vec::new();
        };
        let file = self.data_file.handle.clone().unwrap_or(FileHandle {
            key: 0,
            name: data.name.clone(),
            n_bytes: data.n_bytes,
        });
        let (name, entry) = (data.name.clone(), String::new());
        let request = Request::Preview { ticket, name, entry, settings: Some(settings.clone()) };
        self.import = Some(ImportDraft {
            file,
            preview: None,
            entries: Vec::new(),
            ticket,
            settings: Some(settings),
            waits_because: "The settings are being changed.".to_owned(),
            problem: None,
            adds: false,
        });
        vec![self.engine_with_data(request)]
    }

    /// Another table of the same ZIP file: its settings are detected anew.
    pub(super) fn choose_entry(&mut self, entry: String) -> Vec<Command> {
        let same_file = self.import.as_ref().is_some_and(|draft| self.is_same_file(&draft.file));
        let ticket = self.ticket();
        let Some(draft) = &mut self.import else {
            return Vec::new();
        };
        let shown = draft.settings.clone().or_else(|| draft.preview.as_ref().map(|preview| preview.settings.clone()));
        draft.ticket = ticket;
        draft.settings = Some(CsvSettings { entry: entry.clone(), ..shown.unwrap_or_default() });
        draft.preview = None;
        draft.problem = None;
        let request = Request::Preview { ticket, name: draft.file.name.clone(), entry, settings: None };
        if same_file {
            return vec![self.engine_with_data(request)];
        }
        vec![Command::Engine { request, file: Some(draft.file.clone()) }]
    }

    /// A ZIP file that was dropped is one that Hearth wrote.
    pub(super) fn recognised(&mut self, ticket: Ticket, own: OwnFile) -> Vec<Command> {
        if let Some(commands) = self.beside_recognised(ticket) {
            return commands;
        }
        match (self.dropped_with(ticket), own) {
            (Some(file), OwnFile::Project) => self.open_project_file(file),
            (Some(file), OwnFile::Package) => self.open_package(file),
            (None, _) => Vec::new(),
        }
    }

    pub(super) fn confirm_import(&mut self) -> Vec<Command> {
        let Some(draft) = self.import.clone() else {
            return Vec::new();
        };
        let settings = draft.settings.clone().or_else(|| draft.preview.as_ref().map(|p| p.settings.clone()));
        if draft.adds {
            let Ok(mut commands) = self.make_way("add the file") else {
                return Vec::new();
            };
            commands.extend(self.read_beside(draft.file, settings));
            return commands;
        }
        if self.is_same_file(&draft.file) {
            self.import = None;
            return match settings {
                Some(settings) => self.reimport(settings),
                None => Vec::new(),
            };
        }
        let Ok(mut commands) = self.make_way("read the file") else {
            return Vec::new();
        };
        self.notices.retain(|n| n.cure.as_ref().is_none_or(|(_, action)| **action != Action::ConfirmImport));
        if !self.is_empty() {
            let waiting = std::mem::take(&mut self.adding.waiting);
            commands.push(self.start_empty_project());
            self.adding.waiting = waiting;
        }
        commands.extend(self.read_new(draft.file, settings));
        commands
    }

    pub(super) fn dismiss_import(&mut self) -> Vec<Command> {
        let under_way = matches!(&self.waits.import, Some((_, ImportPurpose::New(_))));
        if under_way {
            return self.cancel();
        }
        self.import = None;
        if self.is_empty() {
            self.project.name = "Untitled".to_owned();
            return self.show(View::Home);
        }
        self.next_file()
    }

    /// Read the project's file again; an edit that undo takes back.
    pub(super) fn reimport(&mut self, settings: CsvSettings) -> Vec<Command> {
        let Some(recipe) = self.recipe().cloned() else {
            return Vec::new();
        };
        if self.settings() == Some(&settings) {
            self.import = None;
            return Vec::new();
        }
        let Some(ground) = self.ground_for_change("read the file again") else {
            return Vec::new();
        };
        self.remember("Change how the file is read");
        // The type of the target may change, and with it the task.
        self.other_question = true;
        self.change_table(settings, recipe, ground)
    }

    /// Give the engine the table that it has lost, or never had.
    pub(super) fn reload_table(&mut self) -> Vec<Command> {
        let Some(data) = self.project.data.as_ref().filter(|_| !self.missing.data) else {
            return Vec::new();
        };
        let (name, settings, recipe) = (data.name.clone(), data.settings.clone(), data.recipe.clone());
        let beside = data.beside.clone();
        let ticket = self.start_job(JobKind::Import);
        self.waits.import = Some((ticket, ImportPurpose::Reload));
        vec![self.engine_with_data(Request::Import { ticket, name, settings: Some(settings), recipe, beside })]
    }

    pub(super) fn previewed(&mut self, ticket: Ticket, preview: Preview) -> Vec<Command> {
        if let Some(commands) = self.beside_previewed(ticket, &preview) {
            return commands;
        }
        if let Some(file) = self.dropped_with(ticket) {
            return self.take_dropped(ticket, file, preview);
        }
        if let Some(draft) = &mut self.import
            && draft.ticket == ticket
        {
            draft.entries.clone_from(&preview.entries);
            // Of another entry they were detected.
            if draft.settings.is_some() {
                draft.settings = Some(preview.settings.clone());
            }
            draft.preview = Some(preview);
        }
        Vec::new()
    }

    /// The file's beginning cannot be read with these settings, which others may cure.
    pub(super) fn unreadable(&mut self, ticket: Ticket, settings: CsvSettings, error: Problem) -> Vec<Command> {
        if let Some(commands) = self.beside_unreadable(ticket, &settings, &error) {
            return commands;
        }
        if let Some(file) = self.dropped_with(ticket) {
            self.import = Some(ImportDraft {
                file,
                preview: None,
                entries: Vec::new(),
                ticket,
                settings: Some(settings),
                waits_because: OTHER_SETTINGS.to_owned(),
                problem: Some(error),
                adds: false,
            });
            return self.show(View::Stage(Stage::Data));
        }
        if let Some(draft) = self.import.as_mut().filter(|draft| draft.ticket == ticket) {
            draft.preview = None;
            draft.settings.get_or_insert(settings);
            draft.problem = Some(error);
        }
        Vec::new()
    }

    pub(super) fn imported(
        &mut self,
        ticket: Ticket,
        summary: TableSummary,
        suggestion: Option<Suggestion>,
    ) -> Vec<Command> {
        let Some((_, purpose)) = self.waits.import.take_if(|(waited, _)| *waited == ticket) else {
            // A cancel that came too late: the engine has read what nobody wants, in place of what is shown.
            let shown = self.project.data.as_ref().filter(|_| self.waits.import.is_none() && self.job.is_none());
            let differs =
                shown.is_some_and(|data| (&data.sha256, &data.settings) != (&summary.sha256, &summary.settings));
            return if differs { self.reload_table() } else { Vec::new() };
        };
        self.job = None;
        if purpose != ImportPurpose::Reload {
            self.import = None;
        }
        let selected = self.selected_name();
        self.look_afresh(summary.n_rows);
        if matches!(purpose, ImportPurpose::Change(_)) {
            self.selected_column =
                selected.and_then(|name| summary.columns.iter().position(|c| c.name == name)).map(|p| p as u32);
        }
        let changed = self.project.data.as_ref().is_some_and(|data| data.sha256 != summary.sha256);
        let former = self.project.data.as_ref().map(|data| data.recipe.clone());
        self.table = Some(summary.clone());
        self.project.data = Some(summary.clone());
        let mut commands = Vec::new();
        match purpose {
            ImportPurpose::New(file) => {
                self.data_file = DataFile { handle: Some(file), stored: false };
                // What was said of a file that could not be read is over with one that could.
                let asks_for_file = |n: &Notice| {
                    n.cure.as_ref().is_some_and(|(_, action)| **action == Action::PickFile(FilePurpose::Data))
                };
                self.notices.retain(|n| !asks_for_file(n));
                self.history = History::default();
                self.profiled.given_up = false;
                self.log(format!(
                    "Read {}: {}, {}.",
                    summary.name,
                    words::counted(u64::from(summary.n_rows), "row"),
                    words::counted(summary.columns.len() as u64, "column")
                ));
                self.take_suggestion(suggestion);
                commands.extend(self.save());
            }
            ImportPurpose::Change(_) => {
                self.log_reading(former.as_ref(), &summary.name, &summary.recipe);
                if !self.target_exists() {
                    self.take_suggestion(suggestion);
                }
                commands.extend(self.save());
            }
            ImportPurpose::Reload => {
                if changed {
                    self.notice(
                        Tone::Doubt,
                        Problem {
                            place: summary.name.clone(),
                            event: "The stored file is not the one that was read before.".to_owned(),
                            kept: "The trained candidates were kept and are marked as stale.".to_owned(),
                            cure: "Train again here, or drop the right file, which starts a new project.".to_owned(),
                        },
                        None,
                    );
                    commands.extend(self.save());
                }
                if self.project.design.is_none() {
                    self.take_suggestion(suggestion);
                }
            }
        }
        commands.extend(self.check_design());
        commands.extend(self.ask_for_rows());
        commands.extend(self.next_file());
        commands
    }

    pub(super) fn import_failed(&mut self, purpose: ImportPurpose, problem: Problem) -> Vec<Command> {
        match purpose {
            ImportPurpose::New(_) if self.project.data.is_none() && self.asks_for_settings(&problem) => {
                return Vec::new();
            }
            ImportPurpose::New(_) | ImportPurpose::Reload => {
                self.notice(Tone::Failure, problem, Some(("Choose a file", Action::PickFile(FilePurpose::Data))));
            }
            ImportPurpose::Change(_) => self.notice(Tone::Failure, problem, None),
        }
        self.import_ended(purpose)
    }

    /// A new file that is text, but cannot be read as the settings say: leave them open to be changed.
    fn asks_for_settings(&mut self, problem: &Problem) -> bool {
        let Some(draft) = &mut self.import else {
            return false;
        };
        let tried = draft.settings.clone().or_else(|| draft.preview.as_ref().map(|preview| preview.settings.clone()));
        if tried.is_none() {
            return false;
        }
        draft.settings = tried;
        draft.problem = Some(problem.clone());
        draft.waits_because = OTHER_SETTINGS.to_owned();
        true
    }

    /// A reading that gave no table: everything is as it was before it began.
    pub(super) fn import_ended(&mut self, purpose: ImportPurpose) -> Vec<Command> {
        self.import = None;
        match purpose {
            ImportPurpose::New(_) if self.project.data.is_none() => {
                self.stop_adding();
                self.project.name = "Untitled".to_owned();
                self.show(View::Home)
            }
            ImportPurpose::Reload => {
                self.train_when_read = false;
                // The engine has none.
                self.table = None;
                Vec::new()
            }
            ImportPurpose::New(_) => {
                self.train_when_read = false;
                Vec::new()
            }
            ImportPurpose::Change(Change { before, restepped, .. }) => {
                // The engine still has the table as it was read before; the edit did not happen.
                let (edit, history) = *before;
                let mut commands = Vec::new();
                if let (true, Some(recipe)) = (restepped, &edit.recipe) {
                    // Steps are done at once: the engine may have done them, and does those before again.
                    let ticket = self.ticket();
                    commands.push(Self::engine(Request::Steps { ticket, recipe: recipe.clone() }));
                }
                self.project.name = edit.name;
                self.project.design = edit.design;
                self.project.choices = edit.choices;
                self.project.rules = edit.rules;
                self.train_when_read = false;
                self.history = history;
                self.last_edit = None;
                commands.extend(self.check_design());
                commands.extend(self.save());
                commands.extend(self.ask_for_rows());
                commands
            }
        }
    }

    fn take_suggestion(&mut self, suggestion: Option<Suggestion>) {
        let (design, reason) = suggestion.map(|s| (s.design, s.reason)).unzip();
        // What a sample is about is known and stands on its card.
        let known = self.project.data.as_ref().and_then(shipped_target);
        let is_known = design.as_ref().is_some_and(|d| Some(&d.dataset.target) == known.as_ref());
        self.target_guess = reason.filter(|_| !is_known);
        self.project.design = design;
        if self.project.design.is_none()
            && let Some(problem) = self.project.data.as_ref().map(no_target::problem)
        {
            let look = ("Look at the columns", Action::Show(View::Stage(Stage::Data)));
            self.notice(Tone::Doubt, problem, Some(look));
        }
    }

    fn selected_name(&self) -> Option<String> {
        let column = self.table.as_ref()?.columns.get(self.selected_column? as usize)?;
        Some(column.name.clone())
    }

    fn target_exists(&self) -> bool {
        let target = self.project.design.as_ref().map(|d: &Design| d.dataset.target.as_str());
        match (&self.table, target) {
            (Some(table), Some(target)) => table.columns.iter().any(|c| c.name == target),
            _ => false,
        }
    }

    fn is_same_file(&self, file: &FileHandle) -> bool {
        self.project.data.is_some()
            && match &self.data_file.handle {
                Some(handle) => handle == file,
                None => file.key == 0,
            }
    }

    /// Before work that needs the engine for itself: an import gives way, other work is not interrupted without a word.
    pub(super) fn make_way(&mut self, purpose: &str) -> Result<Vec<Command>, ()> {
        match &self.job {
            None => Ok(Vec::new()),
            Some(JobState { kind: JobKind::Import, .. }) => Ok(self.cancel()),
            Some(job) => {
                let event = format!("{} is under way; stop it to {purpose}.", words::job(job.kind));
                self.tell(Tone::Information, event, Some(("Stop it", Action::Cancel)));
                Err(())
            }
        }
    }
}

fn preview_command(ticket: Ticket, file: &FileHandle, settings: Option<CsvSettings>) -> Command {
    Command::Engine {
        request: Request::Preview { ticket, name: file.name.clone(), entry: String::new(), settings },
        file: Some(file.clone()),
    }
}

/// What a table that ships with the page is about, as its card says; `None` for any other table.
fn shipped_target(table: &TableSummary) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Shipped {
        file: String,
        target: String,
        rows: u32,
        columns: usize,
    }
    // The list is part of the program; a test reads it.
    let all: Vec<Shipped> =
        serde_json::from_str(include_str!("../../../public/samples/samples.json")).unwrap_or_default();
    let same = |s: &Shipped| s.file == table.name && s.rows == table.n_rows && s.columns == table.columns.len();
    all.into_iter().find(same).map(|s| s.target)
}
