//! Projects: open, save, share, erase.

use super::super::opened::Missing;
use super::super::project::PROJECT_VERSION;
use super::*;

/// How the notice of a training that was cut off begins.
pub(super) const INTERRUPTED: &str = "Training was interrupted";

impl Studio {
    pub(super) fn new_project(&mut self, private: bool) -> Vec<Command> {
        let Ok(mut commands) = self.make_way("start another project") else {
            return Vec::new();
        };
        commands.push(self.start_empty_project());
        self.other_tab = false;
        self.private_session = private;
        commands.extend(self.show(View::Home));
        commands
    }

    /// Whether this would end a private session with something in it, of which nothing is stored.
    pub(super) fn ends_private_session(&self, action: &Action) -> bool {
        let leaves = match action {
            Action::NewProject { .. } | Action::OpenProjectFile(_) | Action::AcceptUpdate | Action::LoadAgain => true,
            Action::OpenProject(id) => *id != self.project.id,
            _ => false,
        };
        leaves && self.at_stake()
    }

    pub(super) fn ask_to_end_private_session(&mut self, then: Action) -> Vec<Command> {
        let asked = "This ends the private session, of which nothing is stored.";
        self.notices.retain(|notice| notice.problem.event != asked);
        self.notice(
            Tone::Doubt,
            Problem {
                place: self.project.name.clone(),
                event: asked.to_owned(),
                kept: "Nothing has happened yet.".to_owned(),
                cure: "Save the project as a file to keep it, or end it.".to_owned(),
            },
            Some(("End it", Action::EndPrivateSession(Box::new(then)))),
        );
        Vec::new()
    }

    pub(super) fn end_private_session(&mut self, then: Action) -> Vec<Command> {
        if then == Action::AcceptUpdate {
            // Not before the new version is there: another tab may be in its way.
            self.update_agreed = true;
            return self.accept_update();
        }
        let Ok(mut commands) = self.make_way("end the private session") else {
            return Vec::new();
        };
        commands.push(self.start_empty_project());
        // The next data are not stored either where only the page is loaded again.
        self.private_session = matches!(then, Action::UpdateTaken | Action::LoadAgain);
        commands.extend(self.answer(then));
        commands
    }

    pub(super) fn open_project(&mut self, id: String) -> Vec<Command> {
        let Ok(mut commands) = self.make_way("open another project") else {
            return Vec::new();
        };
        self.opening = Some(id.clone());
        commands.push(Command::LoadProject(id));
        commands
    }

    /// No project comes, from storage or by the address. Where there is none at hand, the list of projects is shown.
    pub(super) fn not_loaded(&mut self) -> Vec<Command> {
        let awaited = self.opening.take().is_some();
        let nothing = self.is_empty() && matches!(self.view, View::Stage(_) | View::Report | View::Record);
        if awaited && nothing { self.show(View::Home) } else { Vec::new() }
    }

    pub(super) fn open_project_file(&mut self, file: FileHandle) -> Vec<Command> {
        let Ok(mut commands) = self.make_way("open another project") else {
            return Vec::new();
        };
        commands.push(Command::OpenProjectFile(file));
        commands
    }

    /// The project as one file, with what is at hand of it: a full or unused storage must not be needed for this.
    pub(super) fn save_project_file(&self) -> Vec<Command> {
        let named = |run: &RunId| self.run(*run).is_some();
        let runs =
            self.run_bytes.iter().filter(|(run, _)| named(run)).map(|(run, bytes)| (*run, bytes.to_vec())).collect();
        let data = self.project.data.as_ref().and(self.data_file.handle.clone());
        vec![Command::SaveProjectFile { project: Box::new(self.project.clone()), data, runs }]
    }

    /// A project from a file; it lies in storage by now. What is wrong with it is told once, and only where it is opened.
    pub(super) fn project_file_opened(
        &mut self,
        mut project: Project,
        missing: Missing,
        problem: Option<Problem>,
    ) -> Vec<Command> {
        if problem.is_some() {
            // The message says what is there; that a training was cut off as well would say it otherwise.
            project.training = None;
        }
        let lost_something = missing.data || !missing.runs.is_empty();
        let commands = self.take_up(project, missing);
        let opened = !commands.is_empty();
        if let Some(problem) = problem.filter(|_| opened) {
            self.notice(if lost_something { Tone::Failure } else { Tone::Doubt }, problem, None);
        }
        commands
    }

    /// A project from storage; it becomes the one at hand.
    pub(super) fn loaded(&mut self, project: Project) -> Vec<Command> {
        self.take_up(project, Missing::default())
    }

    fn take_up(&mut self, project: Project, missing: Missing) -> Vec<Command> {
        self.opening = None;
        if project.version > PROJECT_VERSION {
            self.notice(
                Tone::Failure,
                Problem {
                    place: project.name,
                    event: "The project was saved by a newer version of Hearth.".to_owned(),
                    kept: "It was not changed.".to_owned(),
                    cure: "Update Hearth, then open it again.".to_owned(),
                },
                None,
            );
            return Vec::new();
        }
        if self.other_tab && project.id == self.project.id && self.job.is_some() {
            self.reload_owed = true;
            return Vec::new();
        }
        let Ok(mut commands) = self.make_way("open another project") else {
            return Vec::new();
        };
        let view = self.view;
        commands.push(self.start_empty_project());
        self.private_session = false;
        self.other_tab = false;
        self.project = project;
        self.missing = missing;
        self.saved = Saved::AllSaved;
        // A file that is gone gives no table; what is known of it stays in the project.
        self.table = self.project.data.clone().filter(|_| !self.missing.data);
        self.n_view_rows = self.table.as_ref().map_or(0, |t| t.n_rows);
        self.data_file = DataFile { handle: None, stored: true };
        let runs: Vec<RunId> = self.project.runs.iter().map(|r| r.id).collect();
        self.selected_run = self.best_of(&runs);
        self.watched = self.project.watched.as_ref().map(|watched| Arc::new(watched.found_again()));
        self.view = view;
        if !matches!(view, View::Stage(_) | View::Report | View::Record) {
            let stage = if self.table.is_none() && !runs.is_empty() { Stage::Ship } else { Stage::Data };
            commands.extend(self.show(View::Stage(stage)));
        }
        commands.extend(self.reload_table());
        commands.extend(self.restore_runs());
        self.tell_of_interrupted_training();
        commands
    }

    /// A training that was under way when the project was last saved, and that this session knows nothing of, was cut off.
    fn tell_of_interrupted_training(&mut self) {
        let Some(training) = self.project.training.take() else {
            return;
        };
        self.tell_of_cut_search(&training);
        let complete = |candidate: u32| self.run(training.first_run + candidate).is_some();
        let missing: Vec<&str> = training
            .candidates
            .iter()
            .filter(|(candidate, _)| !complete(*candidate))
            .map(|(_, name)| name.as_str())
            .collect();
        if missing.is_empty() {
            return;
        }
        let event = format!("{INTERRUPTED}; not complete: {}.", missing.join(", "));
        // Where all were trained a second time, the results of the first time still count.
        let label = if self.untrained().is_empty() { "Train all again" } else { "Train what is missing" };
        self.notice(
            Tone::Doubt,
            Problem {
                place: self.project.name.clone(),
                event,
                kept:
                    "The design and the candidates that were complete are kept; what the others had learned so far is \
                       not."
                        .to_owned(),
                cure: "Train them again: they begin anew, and the same seed gives the same model.".to_owned(),
            },
            Some((label, Action::Train)),
        );
    }

    pub(super) fn delete_project(&mut self, id: String) -> Vec<Command> {
        let mut commands = Vec::new();
        if id == self.project.id {
            match self.make_way("erase this project") {
                Ok(way) => commands.extend(way),
                Err(()) => return Vec::new(),
            }
            commands.push(self.start_empty_project());
            commands.push(Command::SetAddress(View::Home));
            commands.extend(self.show(View::Home));
        }
        self.projects.retain(|p| p.id != id);
        commands.extend([Command::DeleteProject(id), Command::ListProjects]);
        commands
    }

    pub(super) fn erase_everything(&mut self) -> Vec<Command> {
        let mut commands = self.let_go();
        commands.push(Command::EraseEverything);
        commands.extend(self.show(View::Home));
        commands
    }

    /// Another tab erases everything: this one lets go of what is stored. A private session is not.
    pub(super) fn erased_elsewhere(&mut self) -> Vec<Command> {
        self.projects.clear();
        if self.private_session || self.is_empty() {
            return Vec::new();
        }
        let place = self.project.name.clone();
        let mut commands = self.let_go();
        self.notice(
            Tone::Information,
            Problem {
                place,
                event: "Everything that was stored in this browser was erased from another tab, this project too."
                    .to_owned(),
                kept: "Files that you downloaded, and the tables that you dropped, are where they were.".to_owned(),
                cure: String::new(),
            },
            None,
        );
        commands.extend(self.show(View::Home));
        commands
    }

    /// End all work and forget every project.
    fn let_go(&mut self) -> Vec<Command> {
        let job = self.job.as_ref().map(|job| job.ticket);
        let fitting = self.fit.as_ref().map(|fit| fit.ticket);
        let close = self.start_empty_project();
        self.notices.clear();
        self.projects.clear();
        self.deleted.clear();
        self.other_tab = false;
        let mut commands: Vec<Command> =
            job.map(|ticket| Self::engine(Request::Cancel { ticket })).into_iter().collect();
        commands.extend(fitting.map(|ticket| Command::Neural(NeuralRequest::Cancel { ticket })));
        commands.push(close);
        // The list of projects is shown already, but the address still says where the person was.
        commands.push(Command::SetAddress(View::Home));
        commands
    }

    /// A save has ended. One of a project, or of a file, that is no longer at hand tells nothing about those that are.
    pub(super) fn stored(&mut self, project: &str, file: Option<u32>, result: Result<(), Problem>) -> Vec<Command> {
        let at_hand = project == self.project.id;
        match result {
            Ok(()) => {
                let carried = file.is_some() && file == self.data_file.handle.as_ref().map(|handle| handle.key);
                self.data_file.stored |= at_hand && carried;
                if at_hand {
                    self.saved = Saved::AllSaved;
                }
            }
            Err(problem) => {
                if at_hand {
                    self.saved = Saved::Failed;
                }
                self.notice(Tone::Failure, problem, Some(("Save the project as a file", Action::SaveProjectFile)));
            }
        }
        Vec::new()
    }

    pub(super) fn other_tab_changed(&mut self, held: bool) -> Vec<Command> {
        if self.other_tab == held {
            return Vec::new();
        }
        if held {
            self.other_tab = true;
            self.reload_owed = false;
            // The page says so for as long as it lasts. What looked interrupted is at work there.
            self.notices.retain(|n| !n.problem.event.starts_with(INTERRUPTED));
            return Vec::new();
        }
        self.notices.retain(|n| !n.problem.event.contains("open in another tab"));
        // The other tab may have changed it: nothing is changed here before it was read again.
        self.reload_owed = true;
        Vec::new()
    }

    /// Read the project again that another tab has let go of, as soon as no work here stands in the way.
    pub(super) fn reload_when_free(&mut self) -> Vec<Command> {
        if !self.reload_owed || self.job.is_some() {
            return Vec::new();
        }
        self.reload_owed = false;
        vec![Command::LoadProject(self.project.id.clone())]
    }

    /// Where the page could be loaded again for a trainer that is not there, it is the newer version that has one.
    pub(super) fn update_is_waiting(&mut self) {
        self.update_waiting = true;
        let (text, (label, action)) = self.trainer_cure();
        for notice in &mut self.notices {
            if notice.cure.as_ref().is_some_and(|(_, action)| **action == Action::LoadAgain) {
                // Another notice, so that it is drawn anew.
                notice.id = self.next_notice;
                self.next_notice += 1;
                notice.problem.cure.clone_from(&text);
                notice.cure = Some((label.to_owned(), Box::new(action.clone())));
            }
        }
    }

    pub(super) fn load_again(&mut self) -> Vec<Command> {
        match self.make_way("load the page again") {
            Ok(mut commands) => {
                commands.push(Command::LoadAgain);
                commands
            }
            Err(()) => Vec::new(),
        }
    }

    pub(super) fn accept_update(&mut self) -> Vec<Command> {
        if !self.update_waiting {
            return Vec::new();
        }
        if self.make_way("update").is_err() {
            self.update_agreed = false;
            return Vec::new();
        }
        vec![Command::ActivateUpdate]
    }

    pub(super) fn update_refused(&mut self, problem: Problem) -> Vec<Command> {
        self.update_agreed = false;
        self.notice(Tone::Failure, problem, None);
        Vec::new()
    }

    /// The new version is the one that is loaded from now on; this page goes on with its own until it is loaded again.
    pub(super) fn update_taken(&mut self) -> Vec<Command> {
        self.update_waiting = false;
        if self.at_stake() && !std::mem::take(&mut self.update_agreed) {
            self.notice(
                Tone::Doubt,
                Problem {
                    place: self.project.name.clone(),
                    event: "A new version of Hearth was taken in another tab. Loading it here ends the private session, of \
                            which nothing is stored."
                        .to_owned(),
                    kept: "This tab goes on with the version it has; nothing is lost.".to_owned(),
                    cure: "Save the project as a file to keep it, then load the new version.".to_owned(),
                },
                Some(("End it and load", Action::EndPrivateSession(Box::new(Action::UpdateTaken)))),
            );
            return Vec::new();
        }
        let mut commands = Vec::new();
        if self.at_stake() {
            // Agreed to: nothing is left to be asked about.
            commands.push(self.start_empty_project());
        }
        commands.push(Command::LoadAgain);
        commands
    }
}
