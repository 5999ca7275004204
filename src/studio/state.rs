//! A new studio, and what every part of `update` uses: tickets, notices, the log, saving.

use super::project::{PROJECT_VERSION, Project, Run};
use super::record::{Datasheet, LogEntry};
use super::*;
use crate::random::Random;

/// More notices than this would hide the page.
const MOST_NOTICES: usize = 6;

impl Studio {
    /// A studio without a project. `seed` is a random number of the browser, from which project ids are made. The clock
    /// stands at 0 until the first `Action::Tick`.
    pub fn new(seed: u64) -> Self {
        let mut studio = Self {
            view: View::Home,
            project: empty_project(String::new(), String::new()),
            projects: Vec::new(),
            private_session: false,
            engine_ready: false,
            n_hands: 1,
            device: None,
            device_choice: DeviceChoice::Automatic,
            table: None,
            import: None,
            adding: adding::Adding::default(),
            filters: Vec::new(),
            sort: None,
            n_view_rows: 0,
            rows: rows::RowCache::default(),
            check: None,
            profiled: findings::Profiled::default(),
            step_preview: None,
            rules_told: None,
            former: None,
            job: None,
            paused_at: 0.0,
            training: None,
            selected_run: None,
            selected_column: None,
            prediction: None,
            trust_tab: explain::TrustTab::default(),
            explained: explain::Explained::default(),
            wish: decide::Wish::default(),
            package: None,
            scored: None,
            watched: None,
            retraining: None,
            judging: None,
            playground: update::playground::new_playground(),
            notices: Vec::new(),
            palette_open: false,
            shortcuts_open: false,
            erase_open: false,
            theme: Theme::System,
            saved: Saved::Nothing,
            other_tab: false,
            other_tabs: 0,
            update_waiting: false,
            update_agreed: false,
            target_guess: None,
            proposals: Vec::new(),
            opening: None,
            restoring: false,
            clock: Clock::default(),
            ids: (seed, 0),
            next_ticket: 1,
            next_notice: 1,
            history: History::default(),
            last_edit: None,
            waits: Waits::default(),
            data_file: DataFile::default(),
            missing: opened::Missing::default(),
            fit: None,
            unfinished: unfinished::Unfinished::default(),
            neural_ready: false,
            neural_started: false,
            neural_lost: None,
            trainer_missing: false,
            neural_restart_asked: false,
            run_bytes: Vec::new(),
            deleted: Vec::new(),
            package_bytes: None,
            outside: None,
            predictor: None,
            package_about: None,
            other_question: false,
            models_for: None,
            train_when_read: false,
            later: Vec::new(),
            reload_owed: false,
            last_need: None,
            profile_asked: None,
            rules_asked: Vec::new(),
        };
        studio.project.id = studio.fresh_id();
        studio
    }

    /// Milliseconds on the page's clock as of the last tick.
    pub fn now(&self) -> f64 {
        self.clock.now
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&str> {
        self.history.earlier.last().map(|edit| edit.label.as_str())
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&str> {
        self.history.later.last().map(|edit| edit.label.as_str())
    }

    /// Whether the project at hand has nothing in it: no table, and no candidate, trained or out of a package.
    pub fn is_empty(&self) -> bool {
        self.project.data.is_none() && self.project.runs.is_empty()
    }

    /// Whether leaving the page would lose something: a private session has something in it, of which nothing is stored.
    pub fn at_stake(&self) -> bool {
        self.private_session && !self.is_empty()
    }

    pub fn run(&self, run: RunId) -> Option<&Run> {
        self.project.runs.iter().find(|r| r.id == run)
    }

    pub fn current_run(&self) -> Option<&Run> {
        self.selected_run.and_then(|run| self.run(run))
    }

    /// The program that a predictor of the package at hand needs and what the model adds to it, in bytes of the file, or why
    /// there can be none.
    pub fn predictor_size(&self) -> Option<Result<(Flavour, u64), &Problem>> {
        let made = self.predictor.as_ref()?;
        Some(made.as_ref().map(|(flavour, model)| (*flavour, pack::text_size(model.len()) as u64)))
    }

    /// The ZIP that `DownloadPackage` hands out.
    pub fn package_bytes(&self) -> Option<&[u8]> {
        self.package_bytes.as_deref()
    }

    pub(super) fn fresh_id(&mut self) -> String {
        self.ids.1 += 1;
        let mut random = Random::new(self.ids.0, self.ids.1);
        format!("{:016x}{:016x}", random.u64(), random.u64())
    }

    pub(super) fn ticket(&mut self) -> Ticket {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        ticket
    }

    /// Forget the project at hand and start an empty one; the command makes the engine forget it too. Workers, device and
    /// preferences stay.
    #[must_use]
    pub(super) fn start_empty_project(&mut self) -> Command {
        let mut fresh = Self::new(self.ids.0);
        fresh.ids = self.ids;
        fresh.project = empty_project(fresh.fresh_id(), self.clock.date.clone());
        fresh.projects = std::mem::take(&mut self.projects);
        fresh.private_session = self.private_session;
        fresh.engine_ready = self.engine_ready;
        fresh.n_hands = self.n_hands;
        fresh.device = self.device.take();
        fresh.device_choice = self.device_choice;
        fresh.theme = self.theme;
        fresh.clock = self.clock.clone();
        fresh.next_ticket = self.next_ticket;
        fresh.next_notice = self.next_notice;
        fresh.neural_ready = self.neural_ready;
        fresh.neural_started = self.neural_started;
        fresh.trainer_missing = self.trainer_missing;
        fresh.neural_restart_asked = self.neural_restart_asked;
        fresh.update_waiting = self.update_waiting;
        // What was said of the other project does not speak of this one; the way back to a project and failures do.
        fresh.notices = std::mem::take(&mut self.notices);
        fresh.notices.retain(|n| {
            let back = n.cure.as_ref().is_some_and(|(_, action)| matches!(**action, Action::OpenProject(_)));
            back || n.tone == Tone::Failure
        });
        fresh.playground = self.playground.clone();
        // The grid stays as it is and does not ask again for the same window.
        fresh.last_need = self.last_need;
        *self = fresh;
        Self::engine(Request::Close)
    }

    pub(super) fn notice(&mut self, tone: Tone, problem: Problem, cure: Option<(&str, Action)>) {
        let cure = cure.map(|(label, action)| (label.to_owned(), Box::new(action)));
        if self.notices.iter().any(|n| n.problem == problem && n.cure == cure) {
            return;
        }
        if self.notices.len() >= MOST_NOTICES {
            // Failures stay longest.
            let position = self.notices.iter().position(|n| n.tone != Tone::Failure).unwrap_or(0);
            self.notices.remove(position);
        }
        let id = self.next_notice;
        self.next_notice += 1;
        self.notices.push(Notice { id, tone, problem, cure, since: self.clock.now });
    }

    /// A short notice without a place.
    pub(super) fn tell(&mut self, tone: Tone, event: impl Into<String>, cure: Option<(&str, Action)>) {
        self.notice(tone, Problem { event: event.into(), ..Problem::default() }, cure);
    }

    pub(super) fn log(&mut self, what: impl Into<String>) {
        let entry = LogEntry::behind(&self.project.log, &self.clock.date, what.into());
        self.project.log.push(entry);
    }

    /// Nothing may be written: a private session, or another tab holds the project.
    pub(super) fn save(&mut self) -> Vec<Command> {
        self.project.changed = self.clock.date.clone();
        if self.project.created.is_empty() {
            self.project.created = self.clock.date.clone();
        }
        if self.private_session || self.other_tab || self.is_empty() {
            return Vec::new();
        }
        self.saved = Saved::Saving;
        let file =
            if self.data_file.stored || self.project.data.is_none() { None } else { self.data_file.handle.clone() };
        vec![Command::Save(Box::new(self.project.clone()), file)]
    }

    /// Send a request that needs the project's data file.
    pub(super) fn engine_with_data(&self, request: Request) -> Command {
        match &self.data_file {
            DataFile { handle: Some(handle), stored: false, .. } => {
                Command::Engine { request, file: Some(handle.clone()) }
            }
            _ => Command::EngineWithData { project: self.project.id.clone(), request },
        }
    }

    pub(super) fn engine(request: Request) -> Command {
        Command::Engine { request, file: None }
    }

    pub(super) fn start_job(&mut self, kind: JobKind) -> Ticket {
        let ticket = self.ticket();
        let started = self.clock.now;
        self.job = Some(JobState {
            ticket,
            kind,
            progress: None,
            started,
            paused: false,
            stopping: false,
            left: None,
            share: None,
        });
        ticket
    }

    /// Whether `ticket` is that of the job under way.
    pub(super) fn is_job(&self, ticket: Ticket) -> bool {
        self.job.as_ref().is_some_and(|job| job.ticket == ticket)
    }

    pub(super) fn keep_run_bytes(&mut self, run: RunId, bytes: Vec<u8>) -> Vec<Command> {
        let store = if self.private_session || self.other_tab {
            Vec::new()
        } else {
            vec![Command::StoreRun { project: self.project.id.clone(), run, bytes: bytes.clone() }]
        };
        self.run_bytes.retain(|(id, _)| *id != run);
        self.run_bytes.push((run, bytes.into()));
        store
    }
}

pub(super) fn empty_project(id: String, created: String) -> Project {
    Project {
        version: PROJECT_VERSION,
        id,
        name: "Untitled".to_owned(),
        changed: created.clone(),
        created,
        data: None,
        design: None,
        rules: Vec::new(),
        runs: Vec::new(),
        next_run: 1,
        choices: super::choices::Choices::default(),
        datasheet: Datasheet::default(),
        decisions: Vec::new(),
        overrides: Vec::new(),
        training: None,
        search: None,
        looks: 0,
        watched: None,
        registry: super::registry::Registry::default(),
        log: Vec::new(),
    }
}
