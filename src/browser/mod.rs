//! What the page asks of the browser: files, workers, storage, locks, the address, the clock.
//!
//! [`Browser::run`] carries a [`Command`] out; what comes of it goes back as [`Action`]s through the one function given
//! to [`Browser::start`]. Nothing here decides: the studio does.

pub mod address;
mod clock;
pub mod diagnostics;
pub mod files;
mod js;
mod lock;
mod outside;
mod pace;
mod predictor;
mod private;
mod storage;
mod updates;
mod workers;

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;

use crate::job::{Problem, Request};
use crate::studio::{Action, Command, FileHandle, Studio};
use storage::Task;
use workers::Workers;

/// Where actions go. Cloned into every listener.
pub(crate) type Send = Rc<dyn Fn(Action)>;

/// The browser as the page's loop sees it.
pub struct Browser {
    send: Send,
    workers: Workers,
    storage: storage::Storage,
    lock: lock::ProjectLock,
    busy: lock::Busy,
    clock: clock::Clock,
    address: address::Address,
    updates: updates::Updates,
    asks: private::AskBeforeLeaving,
    attended: RefCell<Attended>,
}

/// The parts of the studio that the browser follows, as of the last look.
#[derive(Default, PartialEq)]
struct Attended {
    /// The project whose lock is held; none for a private session or an empty project.
    project: Option<String>,
    /// The project that the address names.
    place: Option<String>,
    working: bool,
    private: bool,
    /// A private session holds something that leaving the page would lose.
    at_stake: bool,
}

impl Browser {
    /// Start workers and listeners. The first actions come after the call has returned: the clock, the list of projects,
    /// the place in the address, and what was dropped while the page loaded.
    pub fn start(send: impl Fn(Action) + 'static) -> Self {
        let send: Send = Rc::new(send);
        let storage = storage::Storage::start(send.clone());
        let browser = Self {
            workers: Workers::start(pace::paced(send.clone())),
            lock: lock::ProjectLock::new(send.clone()),
            busy: lock::Busy::default(),
            clock: clock::Clock::new(send.clone()),
            address: address::Address::start(send.clone()),
            updates: updates::Updates::start(send.clone(), storage.clone()),
            asks: private::AskBeforeLeaving::default(),
            attended: RefCell::default(),
            storage,
            send: send.clone(),
        };
        let (address, storage) = (browser.address.clone(), browser.storage.clone());
        let was_private = private::remembered();
        spawn_local(async move {
            send(clock::tick());
            if was_private {
                send(Action::NewProject { private: true });
            }
            storage.push(Task::List);
            let waiting = files::listen(&send);
            // What the address speaks of went with the private session.
            if waiting.is_empty() && !was_private {
                address.return_to_place(true);
            } else {
                send(Action::NotLoaded);
            }
            waiting.into_iter().for_each(|item| files::open_waiting(&send, item));
        });
        browser
    }

    /// The clock's action, sent before an action that the person or a worker caused.
    pub fn tick(&self) -> Action {
        clock::tick()
    }

    /// Follow what the studio has become: the project's lock, the clock's pace, the address.
    pub fn attend(&self, studio: &Studio) {
        let private = studio.private_session;
        let project = (!studio.is_empty() && !private).then(|| studio.project.id.clone());
        let now = Attended {
            // Left while it is on its way, the page returns to it.
            place: studio.opening.clone().or_else(|| project.clone()),
            project,
            working: studio.job.is_some(),
            private,
            at_stake: studio.at_stake(),
        };
        let mut before = self.attended.borrow_mut();
        if *before == now {
            return;
        }
        if before.project != now.project {
            self.lock.hold(now.project.clone());
        }
        if before.place != now.place {
            self.address.set_project(now.place.clone());
        }
        if before.working != now.working {
            self.busy.set(now.working);
            self.clock.run(now.working);
        }
        if before.private != now.private {
            private::remember(now.private);
        }
        if before.at_stake != now.at_stake {
            self.asks.set(now.at_stake);
        }
        *before = now;
    }

    /// Carry a command out. Returns at once; what takes time answers with actions.
    pub fn run(&self, command: Command) {
        match command {
            Command::Engine { request, file: None } => self.workers.engine(&request, None),
            Command::Engine { request, file: Some(handle) } => match files::get(handle.key) {
                Some(file) => self.workers.engine(&request, Some(&file)),
                None => self.report(&handle.name, "The file is no longer at hand.", "Choose it again."),
            },
            Command::EngineWithData { project, request } => self.engine_with_data(project, request),
            Command::Bundle { project, first, first_name, added, name } => {
                self.bundle(project, first, (first_name, name), &added);
            }
            Command::RestoreRuns { project, runs } => self.restore_runs(project, runs),
            Command::Neural(request) => self.workers.neural(&request),
            Command::RestartWorker { neural } => self.workers.restart(neural),
            Command::Save(project, file) => {
                self.storage.save(*project, file.and_then(|f| files::get(f.key).map(|file| (f.key, file))))
            }
            Command::StoreRun { project, run, bytes } => self.storage.push(Task::StoreRun { project, run, bytes }),
            Command::StoreUnfinished { project, bytes } => {
                self.storage.push(Task::StoreUnfinished { project, bytes });
            }
            Command::LoadProject(id) => self.storage.push(Task::Load(id)),
            Command::ListProjects => self.storage.push(Task::List),
            Command::DeleteProject(id) => self.storage.push(Task::Delete(id)),
            Command::EraseEverything => self.storage.push(Task::Erase { program: true }),
            Command::SaveProjectFile { project, data, runs } => {
                let workers = self.workers.clone();
                let pack = move |request: Request, file: Option<web_sys::File>| workers.engine(&request, file.as_ref());
                let at_hand = storage::AtHand { data: data.and_then(|d| files::get(d.key)), runs };
                self.storage.push(Task::Gather(project, at_hand, Box::new(pack)));
            }
            Command::OpenProjectFile(handle) => match files::get(handle.key) {
                Some(file) => self.storage.push(Task::OpenProjectFile(file)),
                None => self.report(&handle.name, "The file is no longer at hand.", "Choose it again."),
            },
            Command::CountTabs => updates::count_tabs(self.send.clone()),
            Command::FetchSample(name) => files::fetch_sample(&self.send, name),
            Command::Download { name, media_type, bytes } => {
                if let Err(error) = files::download(&name, &media_type, &bytes) {
                    self.report(
                        &name,
                        &format!("The file could not be handed out ({}).", js::text(&error)),
                        "Try again.",
                    );
                }
            }
            Command::RunOutside { ticket, question } => outside::run(&self.send, ticket, question),
            Command::MakePredictor { kind, name, model } => predictor::make(&self.send, kind, name, model),
            Command::SetAddress(view) => self.address.set_view(view),
            Command::ActivateUpdate => self.updates.activate(),
            Command::LookForUpdate => updates::look_for_newer(),
            Command::LoadAgain => self.updates.load_again(),
            Command::CopyText(text) => files::copy(&self.send, text),
            Command::CopyDiagnostics(text) => {
                let send = self.send.clone();
                diagnostics::look(move |found| files::copy(&send, text + &found.lines()));
            }
            Command::PickFile(purpose) => files::pick(&self.send, purpose),
            Command::FocusCanvas => address::focus_canvas(),
        }
    }

    fn engine_with_data(&self, project: String, request: crate::job::Request) {
        let workers = self.workers.clone();
        let send = self.send.clone();
        self.storage.push(Task::Data(
            project,
            Box::new(move |found| match found {
                Ok(file) => workers.engine(&request, Some(&file)),
                Err(error) => send(Action::Engine(crate::job::Event::Failed { ticket: ticket_of(&request), error })),
            }),
        ));
    }

    fn bundle(&self, project: String, first: Option<FileHandle>, names: (String, String), added: &FileHandle) {
        let failed = |event: String| Problem {
            place: names.1.clone(),
            event,
            kept: "The table is as it was.".into(),
            cure: "Choose the file again.".into(),
        };
        let Some(file) = files::get(added.key) else {
            let result = Err(failed("The file is no longer at hand.".into()));
            return (self.send)(Action::Bundled { project, result });
        };
        let (send, of, place) = (self.send.clone(), project.clone(), failed);
        let lost = place(String::new());
        let make = move |found: Result<web_sys::File, Problem>| {
            spawn_local(async move {
                let result = match found {
                    Ok(first) => {
                        let made = files::bundle(&first, (&names.0, &names.1), &file).await;
                        made.map_err(|error| Problem {
                            event: format!("The file could not be put beside the table ({}).", js::text(&error)),
                            ..lost
                        })
                    }
                    Err(problem) => Err(problem),
                };
                send(Action::Bundled { project: of, result });
            });
        };
        match first.and_then(|first| files::get(first.key)) {
            Some(first) => make(Ok(first)),
            None => self.storage.push(Task::Data(project, Box::new(make))),
        }
    }

    fn restore_runs(&self, project: String, runs: Vec<crate::job::RunId>) {
        for run in runs {
            let workers = self.workers.clone();
            let send = self.send.clone();
            self.storage.push(Task::Run(
                project.clone(),
                run,
                Box::new(move |found| match found {
                    Ok(bytes) => workers.engine(&crate::job::Request::Restore { run, bytes }, None),
                    Err(problem) => send(Action::Engine(crate::job::Event::Restored { run, problem: Some(problem) })),
                }),
            ));
        }
    }

    fn report(&self, place: &str, event: &str, cure: &str) {
        (self.send)(Action::Report(Problem {
            place: place.into(),
            event: event.into(),
            kept: "Nothing else changed.".into(),
            cure: cure.into(),
        }));
    }
}

/// The ticket that an answer to the request would carry; 0, which no request has, where none is expected.
fn ticket_of(request: &crate::job::Request) -> crate::job::Ticket {
    use crate::job::Request as R;
    match request {
        R::Preview { ticket, .. }
        | R::Import { ticket, .. }
        | R::Beside { ticket, .. }
        | R::Meet { ticket, .. }
        | R::Steps { ticket, .. }
        | R::PreviewStep { ticket, .. }
        | R::JudgeRules { ticket, .. }
        | R::ProposeRules { ticket }
        | R::Rows { ticket, .. }
        | R::View { ticket, .. }
        | R::Check { ticket, .. }
        | R::Profile { ticket, .. }
        | R::Train { ticket, .. }
        | R::NetworkFitted { ticket, .. }
        | R::NetworkFailed { ticket, .. }
        | R::Cancel { ticket }
        | R::EndSearch { ticket }
        | R::Blend { ticket, .. }
        | R::Calibrate { ticket, .. }
        | R::LookAtPredictions { ticket, .. }
        | R::Judge { ticket, .. }
        | R::Pause { ticket }
        | R::Resume { ticket }
        | R::OpenHoldout { ticket, .. }
        | R::Challenge { ticket, .. }
        | R::PredictRow { ticket, .. }
        | R::Explain { ticket, .. }
        | R::ScoreFile { ticket, .. }
        | R::Monitor { ticket, .. }
        | R::Package { ticket, .. }
        | R::Compare { ticket, .. }
        | R::OpenPackage { ticket, .. }
        | R::Points { ticket, .. }
        | R::Surface { ticket, .. } => *ticket,
        R::Restore { .. } | R::Close | R::WriteProjectFile { .. } => 0,
    }
}
