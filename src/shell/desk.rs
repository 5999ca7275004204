//! The studio at a desk without a page: what the browser does for it, done by a program. The decisions are the studio's and
//! the work is the engine's, the same as in a tab, so that the same rows, design and seed come to the same package.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::hands::{Heard, Threads};
use super::source::{self, Given};
use crate::job::engine::Engine;
use crate::job::message::decode;
use crate::job::neural::{NeuralEvent, NeuralRequest};
use crate::job::pool::{Crew, Deed, Order, TaskId};
use crate::job::{Event, Problem, Progress, Request, RunId};
use crate::studio::opened::{self, Opened};
use crate::studio::project::Project;
use crate::studio::{Action, Command, FileHandle, Notice, Studio};
use crate::table::bundle;
use crate::trainer;

/// What the program waits for a thread before it looks at the clock again.
const TICK: Duration = Duration::from_millis(200);

/// Called with what is being done.
pub type Bars = Box<dyn FnMut(&Progress)>;

/// A studio, its engine and its threads.
pub struct Desk {
    pub studio: Studio,
    engine: Engine,
    crew: Crew,
    /// The reader of spreadsheets and Parquet files is a crew of one. Its slot is the one behind those of the pool.
    reader: Crew,
    threads: Threads,
    /// By the keys of their handles.
    files: Vec<Given>,
    data: Option<Given>,
    runs: BTreeMap<RunId, Vec<u8>>,
    /// What the network is fitted on that the engine asked for last, as it was encoded.
    rows: Vec<u8>,
    /// Files that were handed out: name and bytes.
    pub downloads: Vec<(String, Vec<u8>)>,
    actions: VecDeque<Action>,
    /// Given out and not answered yet.
    tasks: BTreeSet<TaskId>,
    /// Answers that the trainer owes.
    n_owed: u32,
    clock: Clock,
    bars: Bars,
}

/// The time, or the one moment that `SOURCE_DATE_EPOCH` names: then equal work gives equal bytes.
struct Clock {
    began: Instant,
    fixed: Option<u64>,
}

impl Clock {
    fn now(&self) -> f64 {
        if self.fixed.is_some() { 0.0 } else { self.began.elapsed().as_secs_f64() * 1000.0 }
    }

    fn date(&self) -> String {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let milliseconds = self.fixed.map_or(since.as_millis() as i64, |seconds| seconds as i64 * 1000);
        let stamp = jiff::Timestamp::from_millisecond(milliseconds).unwrap_or_default();
        format!("{stamp:.3}")
    }
}

impl Desk {
    /// `fixed_clock`: seconds since 1970 at which all stands still.
    pub fn new(n_hands: usize, fixed_clock: Option<u64>, bars: Bars) -> Self {
        let clock = Clock { began: Instant::now(), fixed: fixed_clock };
        let seed = fixed_clock.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            now.as_nanos() as u64 ^ u64::from(std::process::id())
        });
        let mut desk = Self {
            studio: Studio::new(seed),
            engine: Engine::new(n_hands),
            crew: Crew::new(n_hands),
            reader: Crew::new(1),
            threads: Threads::new(n_hands, fixed_clock.is_some()),
            files: Vec::new(),
            data: None,
            runs: BTreeMap::new(),
            rows: Vec::new(),
            downloads: Vec::new(),
            actions: VecDeque::new(),
            tasks: BTreeSet::new(),
            n_owed: 0,
            clock,
            bars,
        };
        let ready = Event::Ready { version: env!("CARGO_PKG_VERSION").to_owned(), n_hands: n_hands as u32 };
        desk.act(Action::Engine(ready));
        desk
    }

    /// Take a file up: the handle under which the studio knows it.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn take(&mut self, path: &Path) -> Result<FileHandle, Problem> {
        let shown = path.display().to_string();
        let name = path.file_name().map_or(shown.clone(), |name| name.to_string_lossy().into_owned());
        let given = Given::OnDisk(path.to_owned());
        let n_bytes = given.open(&shown)?.len();
        self.files.push(given);
        Ok(FileHandle { key: self.files.len() as u32 - 1, name, n_bytes })
    }

    /// Open a project file. Without its `data` only what was trained is there, which is quicker.
    ///
    /// # Errors
    /// Why nothing of it can be opened.
    pub fn open_project(&mut self, path: &Path, data: bool) -> Result<(), Problem> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut opened = opened::open(&source::read(path)?, &name)?;
        if !data {
            opened.data = None;
            opened.missing.data = opened.project.data.is_some();
        }
        let Opened { project, data, runs, missing, problem } = opened;
        self.data = data.map(|bytes| Given::Bytes(bytes.into()));
        self.runs = runs.into_iter().collect();
        self.act(Action::ProjectFileOpened { project: Box::new(project), missing, problem });
        Ok(())
    }

    /// Carry an action out, and everything that comes of it.
    pub fn act(&mut self, action: Action) {
        self.actions.push_back(action);
        loop {
            while let Some(action) = self.actions.pop_front() {
                self.carry_out(action);
            }
            let heard: Vec<Heard> = self.threads.heard.try_iter().collect();
            heard.into_iter().for_each(|heard| self.hear(heard));
            if !self.actions.is_empty() {
                continue;
            }
            if !self.engine.is_idle() {
                let events = self.engine.step(self.clock.now());
                self.post(events);
            } else if self.tasks.is_empty() && self.n_owed == 0 {
                return;
            } else if let Ok(heard) = self.threads.heard.recv_timeout(TICK) {
                self.hear(heard);
            }
            if let Some(progress) = self.studio.job.as_ref().and_then(|job| job.progress.as_ref()) {
                (self.bars)(progress);
            }
        }
    }

    /// What the studio has said since it was last asked.
    pub fn notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.studio.notices)
    }

    fn carry_out(&mut self, action: Action) {
        let tick = Action::Tick { now: self.clock.now(), date: self.clock.date() };
        let mut commands = self.studio.update(tick);
        commands.extend(self.studio.update(action));
        for command in commands {
            if let Err(problem) = self.run(command) {
                self.actions.push_back(Action::Report(problem));
            }
        }
    }

    fn run(&mut self, command: Command) -> Result<(), Problem> {
        match command {
            Command::Engine { request, file: None } => self.ask(request, None)?,
            Command::Engine { request, file: Some(handle) } => {
                let given = self.files.get(handle.key as usize).cloned();
                self.ask(request, given.map(|given| (given, handle.name)))?;
            }
            Command::EngineWithData { request, .. } => {
                let name = self.studio.project.data.as_ref().map_or_else(String::new, |data| data.name.clone());
                self.ask(request, self.data.clone().map(|given| (given, name)))?;
            }
            Command::RestoreRuns { runs, .. } => {
                for run in runs {
                    let bytes = self.runs.get(&run).cloned().unwrap_or_default();
                    self.ask(Request::Restore { run, bytes }, None)?;
                }
            }
            Command::Neural(request) => self.ask_trainer(request),
            Command::RestartWorker { neural } => {
                if neural {
                    self.threads.drop_trainer();
                    self.n_owed = 0;
                }
                let message = "it was of no more use".to_owned();
                self.actions.push_back(Action::WorkerRestarted { neural, message });
            }
            Command::Save(project, file) => {
                if let Some(handle) = &file {
                    self.data = self.files.get(handle.key as usize).cloned();
                }
                let file = file.map(|handle| handle.key);
                self.actions.push_back(Action::Stored { project: project.id, file, result: Ok(()) });
            }
            Command::Bundle { project, first, first_name, added, name } => {
                let at_hand = first.and_then(|handle| self.files.get(handle.key as usize).cloned());
                let given = at_hand.or_else(|| self.data.clone()).zip(self.files.get(added.key as usize).cloned());
                let result = given.ok_or_else(|| gone(&added.name)).and_then(|(first, more)| {
                    let mut files = bundle::split_or_one(&first_name, &first.bytes(&first_name)?);
                    files.push((name, more.bytes(&added.name)?));
                    let bytes = bundle::pack(&files);
                    let n_bytes = bytes.len() as u64;
                    self.files.push(Given::Bytes(bytes.into()));
                    Ok(FileHandle { key: self.files.len() as u32 - 1, name: first_name, n_bytes })
                });
                self.actions.push_back(Action::Bundled { project, result });
            }
            Command::StoreRun { run, bytes, .. } => drop(self.runs.insert(run, bytes)),
            Command::RunOutside { ticket, .. } => {
                // verify.py runs onnxruntime itself.
                let result = Err("a terminal has no browser's runtime".to_owned());
                self.actions.push_back(Action::RanOutside { ticket, result });
            }
            Command::Download { name, bytes, .. } => self.downloads.push((name, bytes)),
            Command::SaveProjectFile { project, data, runs } => self.save_project_file(&project, data, runs)?,
            // A desk has neither shelf nor address, clipboard, host or dialogues.
            Command::StoreUnfinished { .. }
            | Command::LoadProject(_)
            | Command::ListProjects
            | Command::DeleteProject(_)
            | Command::EraseEverything
            | Command::CountTabs
            | Command::FetchSample(_)
            | Command::OpenProjectFile(_)
            | Command::SetAddress(_)
            | Command::ActivateUpdate
            | Command::LookForUpdate
            | Command::LoadAgain
            | Command::CopyText(_)
            | Command::MakePredictor { .. }
            | Command::CopyDiagnostics(_)
            | Command::PickFile(_)
            | Command::FocusCanvas => {}
        }
        Ok(())
    }

    fn ask(&mut self, request: Request, file: Option<(Given, String)>) -> Result<(), Problem> {
        let source = file.map(|(given, name)| given.open(&name)).transpose()?;
        let events = self.engine.handle(request, source);
        self.post(events);
        Ok(())
    }

    fn post(&mut self, events: Vec<Event>) {
        for mut event in events {
            if let Event::FitNetwork { data, .. } = &mut event {
                self.rows = std::mem::take(data);
            }
            self.actions.push_back(Action::Engine(event));
        }
        for order in self.engine.take_orders() {
            match &order {
                Order::Do { id, .. } | Order::Read { id, .. } => drop(self.tasks.insert(*id)),
                Order::Drop { id } => drop(self.tasks.remove(id)),
                Order::Hold { .. } => {}
            }
            let reads = matches!(order, Order::Read { .. });
            let deeds = if reads { &mut self.reader } else { &mut self.crew }.order(order);
            self.do_all(deeds, reads);
        }
    }

    /// `reads`: the deeds are of the reader's crew.
    fn do_all(&mut self, deeds: Vec<Deed>, reads: bool) {
        let place = |slot: usize, n_hands: usize| if reads { n_hands } else { slot };
        let n_hands = self.crew.n_slots();
        for deed in deeds {
            match deed {
                Deed::Start { slot } => self.threads.start(place(slot, n_hands)),
                Deed::Send { slot, bytes } => self.threads.send(place(slot, n_hands), bytes),
                Deed::Tell { id, answer } => {
                    self.tasks.remove(&id);
                    let events = self.engine.pool_answered(id, answer);
                    self.post(events);
                }
            }
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Hand(slot, said) => {
                let reads = slot == self.crew.n_slots();
                let deeds = if reads { self.reader.heard(0, said) } else { self.crew.heard(slot, said) };
                self.do_all(deeds, reads);
            }
            Heard::Trainer(event) => {
                match &event {
                    NeuralEvent::Device { .. } | NeuralEvent::Fitted { .. } | NeuralEvent::Failed { .. } => {
                        self.n_owed = self.n_owed.saturating_sub(1);
                    }
                    NeuralEvent::DeviceLost { .. } => self.n_owed = 0,
                    NeuralEvent::Ready
                    | NeuralEvent::Progress { .. }
                    | NeuralEvent::Checkpoint { .. }
                    | NeuralEvent::Frame { .. }
                    | NeuralEvent::Compared { .. } => {}
                }
                self.actions.push_back(Action::Neural(event));
            }
        }
    }

    fn ask_trainer(&mut self, request: NeuralRequest) {
        let request = match (trainer::MISSING, request) {
            (Some(reason), _) => {
                self.actions.push_back(Action::TrainerUnavailable { message: reason.to_owned() });
                return;
            }
            (None, NeuralRequest::Train { ticket, fit, spec, resume, .. }) => match decode(&self.rows) {
                Ok(data) => NeuralRequest::Train { ticket, fit, spec, data: Some(data), resume },
                Err(message) => {
                    self.actions.push_back(Action::Neural(NeuralEvent::Failed { ticket, fit, message }));
                    return;
                }
            },
            (None, request) => request,
        };
        if matches!(request, NeuralRequest::Start { .. } | NeuralRequest::Train { .. }) {
            self.n_owed += 1;
        }
        self.threads.ask_trainer(request);
    }

    /// All that the desk has of a project, packed by the engine.
    fn save_project_file(
        &mut self,
        project: &Project,
        data: Option<FileHandle>,
        held: Vec<(RunId, Vec<u8>)>,
    ) -> Result<(), Problem> {
        let mut runs = held;
        for run in &project.runs {
            if !runs.iter().any(|(id, _)| *id == run.id)
                && let Some(bytes) = self.runs.get(&run.id)
            {
                runs.push((run.id, bytes.clone()));
            }
        }
        let at_hand = data.and_then(|handle| self.files.get(handle.key as usize).cloned());
        let data = self.data.clone().or(at_hand);
        let name = project.data.as_ref().map(|table| table.name.clone());
        let document = serde_json::to_string(project).map_err(|e| unwritable(project, &e.to_string()))?;
        Project::read(&document).map_err(|reason| unwritable(project, &reason))?;
        let beside = name.clone().zip(data).map(|(name, given)| (given, name));
        let request = Request::WriteProjectFile {
            name: format!("{}.hearth.zip", project.name),
            project: document.into_bytes(),
            runs,
            data_name: beside.is_some().then_some(name).flatten(),
            saved: project.changed.clone(),
        };
        self.ask(request, beside)
    }
}

fn gone(name: &str) -> Problem {
    Problem {
        place: name.to_owned(),
        event: "The file is no longer at hand.".into(),
        kept: "The table is as it was.".into(),
        cure: "Name it again.".into(),
    }
}

fn unwritable(project: &Project, reason: &str) -> Problem {
    Problem {
        place: project.name.clone(),
        event: format!("Its document could not be written so that it can be read again: {reason}."),
        kept: "No project file was written.".into(),
        cure: "Report this, with the version that `hearth --version` tells.".into(),
    }
}
