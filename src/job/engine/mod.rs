//! The engine: holds the table and the trained candidates, and answers requests in steps, so that the worker stays able
//! to listen. Pure: the clock and the bytes of files are arguments.

mod beside;
mod blend;
mod calibrate;
mod challenge;
mod curve;
mod explain;
mod file;
mod judge;
mod judged;
mod monitor;
mod playground;
mod predict;
mod profile;
mod read;
mod redteam;
pub(in crate::job) mod run;
mod score;
mod steps;
mod train;
mod transcribe;
pub mod warm;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::pool::{Answer, Done, Order, Task, TaskId};
use super::{Event, Problem, Progress, Request, RunId, TableSummary, Ticket};
use crate::package::outside;
use crate::package::project_file::ProjectFile;
use crate::table::Table;
use crate::table::bundle;
use crate::table::receipt::{BesideFile, Receipt};
use crate::table::source::ByteSource;
use crate::validate::judged::look;

/// Progress is told at most this often.
const PROGRESS_MILLISECONDS: f64 = 80.0;

/// The table, the candidates, and the work under way.
pub struct Engine {
    data: Option<Data>,
    runs: BTreeMap<RunId, run::StoredRun>,
    /// Predictions that were made elsewhere: runs without a model.
    judged: BTreeMap<RunId, judged::JudgedRun>,
    jobs: VecDeque<Job>,
    /// Rows in the order of the view; `None`: as they stand in the file.
    view: Option<Vec<u32>>,
    /// Goes on while no job does.
    profiling: Option<Box<profile::Profiling>>,
    /// Fits that the pool takes at a time.
    n_hands: usize,
    /// What the pool is to do and was not told yet.
    orders: Vec<Order>,
    /// What it does beside the fits of a training, by ticket.
    errands: BTreeMap<Ticket, Errand>,
    /// The file that was read last to stand beside the table, until steps name it.
    beside: Option<beside::BesideTable>,
    /// Files that are still to be read for an import, the first one last, and those that were.
    held: VecDeque<(Request, Box<dyn ByteSource>)>,
    gathered: Vec<beside::BesideTable>,
    /// What is known of them beforehand.
    wanted: Vec<BesideFile>,
    gathering: bool,
}

/// What the pool was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errand {
    Package(RunId),
    Surface,
}

/// The table at hand. Shared with the work that reads it, so that another import does not pull it away.
#[derive(Clone)]
struct Data {
    /// Behind the steps.
    table: Arc<Table>,
    /// As the file was read; the same where no step is on.
    imported: Arc<Table>,
    /// Further files, which steps read.
    beside: beside::Shelf,
    /// What the page was told, steps and what they did among it.
    summary: Arc<TableSummary>,
    receipt: Receipt,
}

/// Work that takes more than one step.
enum Job {
    Transcribe(Box<transcribe::Transcribe>),
    Import(Box<read::Import>),
    Train(Box<train::Train>),
    Score(Box<score::Score>),
    Explain(Box<explain::Explain>),
    Blend(Box<blend::Blending>),
    RedTeam(Box<redteam::RedTeam>),
    Curve(Box<curve::Curve>),
    Judge(Box<judged::Judging>),
}

impl Job {
    fn ticket(&self) -> Ticket {
        match self {
            Self::Transcribe(job) => job.ticket,
            Self::Import(job) => job.ticket,
            Self::Train(job) => job.ticket,
            Self::Score(job) => job.ticket,
            Self::Explain(job) => job.ticket,
            Self::Blend(job) => job.ticket,
            Self::RedTeam(job) => job.ticket,
            Self::Curve(job) => job.ticket,
            Self::Judge(job) => job.ticket,
        }
    }

    /// Whether it makes the table that a newer import would make another of.
    fn imports(&self) -> bool {
        match self {
            Self::Import(_) => true,
            Self::Transcribe(job) => matches!(job.request, Request::Import { .. } | Request::Beside { .. }),
            Self::Train(_)
            | Self::Score(_)
            | Self::Explain(_)
            | Self::Blend(_)
            | Self::RedTeam(_)
            | Self::Curve(_)
            | Self::Judge(_) => false,
        }
    }

    /// Whether a step would get on; paused work and work that waits for the neural trainer would not.
    fn is_ready(&self) -> bool {
        match self {
            Self::Transcribe(job) => !job.waits(),
            Self::Import(_) | Self::Score(_) | Self::Explain(_) | Self::Blend(_) | Self::Judge(_) => true,
            Self::Train(job) => job.is_ready(),
            Self::RedTeam(job) => job.is_ready(),
            Self::Curve(job) => job.is_ready(),
        }
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Engine {
    /// An engine whose pool takes `n_hands` fits at a time.
    pub fn new(n_hands: usize) -> Self {
        Self {
            data: None,
            runs: BTreeMap::new(),
            judged: BTreeMap::new(),
            jobs: VecDeque::new(),
            view: None,
            profiling: None,
            n_hands,
            orders: Vec::new(),
            errands: BTreeMap::new(),
            beside: None,
            held: VecDeque::new(),
            gathered: Vec::new(),
            wanted: Vec::new(),
            gathering: false,
        }
    }

    /// What the pool is to do, in order. To be asked for after every `handle` and `step`.
    pub fn take_orders(&mut self) -> Vec<Order> {
        std::mem::take(&mut self.orders)
    }

    /// What the pool says of a task.
    pub fn pool_answered(&mut self, id: TaskId, answer: Answer) -> Vec<Event> {
        let ticket = id.ticket;
        let Some(errand) = self.errands.remove(&ticket) else {
            let red = self.jobs.iter_mut().find(|job| job.ticket() == ticket);
            if let Some(Job::RedTeam(job)) = red {
                job.pool_answered(answer);
            } else if let Some(Job::Curve(job)) = red {
                job.pool_answered(id.task, answer);
            } else if let Some(Job::Transcribe(job)) = red {
                job.answered(answer);
            } else if let Some(job) = self.training(ticket) {
                job.pool_answered(id.task, answer);
            }
            return Vec::new();
        };
        let event = match (errand, answer) {
            (Errand::Package(run), Answer::Done(Done::Package { package, bytes, predictor, question })) => {
                Event::Packaged { ticket, run, package, bytes, predictor, question }
            }
            (Errand::Surface, Answer::Done(Done::Surface { probabilities, resolution })) => {
                Event::Surface { ticket, probabilities, resolution }
            }
            (_, Answer::Failed(error)) => Event::Failed { ticket, error },
            (_, Answer::Lost(message)) => {
                let event = format!("The worker that did it ended ({message}).");
                let cure = "Try again. If it happens again, close other tabs: memory may have run out.";
                Event::Failed { ticket, error: problem(event, "Nothing was lost.", cure) }
            }
            (Errand::Package(_) | Errand::Surface, Answer::Done(_)) => return Vec::new(),
        };
        vec![event]
    }

    /// Have the pool do something beside the fits of a training.
    fn send(&mut self, ticket: Ticket, errand: Errand, task: Task) -> Vec<Event> {
        self.errands.insert(ticket, errand);
        self.orders.push(Order::new(TaskId { ticket, task: 0 }, task));
        Vec::new()
    }

    /// Answer a request, or begin the work that it asks for. `source` is the file beside the message.
    pub fn handle(&mut self, request: Request, source: Option<Box<dyn ByteSource>>) -> Vec<Event> {
        match (request, source) {
            (request @ Request::Import { .. }, Some(source)) => {
                let (first, others) = bundle::open(source);
                self.gather(request, first, others)
            }
            (request @ Request::Preview { .. }, Some(source)) => self.answer(request, Some(bundle::open(source).0)),
            (request, source) => self.answer(request, source),
        }
    }

    /// As `handle`, of a file that is just itself.
    fn answer(&mut self, request: Request, source: Option<Box<dyn ByteSource>>) -> Vec<Event> {
        let (request, source) = match self.text_or_held(request, source) {
            Ok(with_text) => with_text,
            Err(events) => return events,
        };
        match request {
            Request::Preview { ticket, name, entry, settings } => {
                read::preview(ticket, &name, &entry, settings, source)
            }
            Request::Import { ticket, name, settings, recipe, .. } => {
                self.jobs.retain(|job| !job.imports());
                let job = read::Import::new(ticket, name, settings, read::Kind::Table { recipe }, source);
                self.begin(job.map(|job| Job::Import(Box::new(job))), ticket)
            }
            Request::Beside { ticket, name, file, settings } => {
                self.read_beside(ticket, (name, file), settings, source)
            }
            Request::Meet { ticket, on, loose } => answer(ticket, self.meet(ticket, &on, loose)),
            Request::Steps { ticket, recipe } => answer(ticket, self.do_steps(ticket, recipe)),
            Request::PreviewStep { ticket, recipe, position, cursor } => {
                self.with_table(ticket, |data| steps::preview_step(ticket, data, &recipe, position, cursor))
            }
            Request::JudgeRules { ticket, rules } => self.with_table(ticket, |data| {
                Ok(Event::RulesJudged { ticket, reports: crate::rules::check(&data.table, &rules) })
            }),
            Request::ProposeRules { ticket } => self.with_table(ticket, |data| {
                Ok(Event::RulesProposed { ticket, demands: crate::rules::propose(&data.table) })
            }),
            Request::Rows { ticket, first_row, n_rows, columns } => self.rows(ticket, first_row, n_rows, columns),
            Request::View { ticket, sort, filters } => self.set_view(ticket, sort, &filters),
            Request::Check { ticket, design } => {
                self.with_table(ticket, |data| Ok(Event::Checked { ticket, check: train::check(&data.table, &design) }))
            }
            Request::Profile { ticket, target } => match self.table_for(ticket) {
                Ok(data) => {
                    self.profiling = Some(Box::new(profile::Profiling::new(ticket, data.table, target)));
                    Vec::new()
                }
                Err(error) => vec![Event::Failed { ticket, error }],
            },
            Request::Train { ticket, design, candidates, first_run, search } => {
                let job = self.table_for(ticket).and_then(|data| {
                    train::Train::new(ticket, data, design, candidates, search, (first_run, self.n_hands))
                });
                self.begin(job.map(|job| Job::Train(Box::new(job))), ticket)
            }
            Request::LookAtPredictions { ticket, spec } => {
                self.with_table(ticket, |data| Ok(Event::LookedAtPredictions { ticket, look: look(&data.table, spec) }))
            }
            Request::Judge { ticket, spec, first_run } => {
                let job = self.table_for(ticket).map(|data| judged::Judging::new(ticket, data, spec, first_run));
                self.begin(job.map(|job| Job::Judge(Box::new(job))), ticket)
            }
            Request::NetworkFitted { ticket, fit, network, record } => {
                if let Some(job) = self.training(ticket) {
                    job.network_fitted(fit, network, record);
                }
                Vec::new()
            }
            Request::NetworkFailed { ticket, fit, message } => {
                if let Some(job) = self.training(ticket) {
                    job.network_failed(fit, message);
                }
                Vec::new()
            }
            Request::Cancel { ticket } => self.cancel(ticket),
            Request::EndSearch { ticket } => self.end_search(ticket),
            Request::Pause { ticket } => self.pause(ticket, true),
            Request::Resume { ticket } => self.pause(ticket, false),
            Request::Close => {
                let mut orders = self.take_orders();
                let errands = std::mem::take(&mut self.errands).into_keys();
                orders.extend(errands.map(|ticket| Order::Drop { id: TaskId { ticket, task: 0 } }));
                for job in self.jobs.drain(..) {
                    match job {
                        Job::Train(mut job) => {
                            job.abandon();
                            orders.append(&mut job.orders);
                        }
                        Job::RedTeam(mut job) => {
                            job.abandon();
                            orders.append(&mut job.orders);
                        }
                        Job::Curve(mut job) => {
                            job.abandon();
                            orders.append(&mut job.orders);
                        }
                        Job::Transcribe(_)
                        | Job::Import(_)
                        | Job::Score(_)
                        | Job::Explain(_)
                        | Job::Blend(_)
                        | Job::Judge(_) => {}
                    }
                }
                *self = Self { orders, ..Self::new(self.n_hands) };
                Vec::new()
            }
            Request::Restore { run, bytes } => self.restore(run, &bytes),
            Request::Blend { ticket, members, run } => {
                let job = self.blending(ticket, members, run);
                self.begin(job.map(|job| Job::Blend(Box::new(job))), ticket)
            }
            Request::Calibrate { ticket, run, way, becomes } => {
                answer(ticket, self.calibrate(ticket, run, way, becomes))
            }
            Request::OpenHoldout { ticket, run, look } => answer(ticket, self.open_holdout(ticket, run, look)),
            Request::Challenge { ticket, champion, challenger, look } => {
                answer(ticket, self.challenge(ticket, (champion, challenger), look))
            }
            Request::PredictRow { ticket, run, cells, on_unseen } => {
                answer(ticket, self.predict_row(ticket, run, &cells, on_unseen))
            }
            Request::Explain { ticket, run, question } => self.explain(ticket, run, question),
            Request::ScoreFile { ticket, run, name, threshold, on_unseen, cover } => {
                let job = self
                    .stored(run)
                    .and_then(|stored| score::Score::new(ticket, stored, name, (threshold, on_unseen, cover), source));
                self.begin(job.map(|job| Job::Score(Box::new(job))), ticket)
            }
            Request::Monitor { ticket, run, name, threshold, asked } => {
                let job = self
                    .stored(run)
                    .and_then(|stored| score::Score::watching(ticket, run, stored, (name, threshold, asked), source));
                self.begin(job.map(|job| Job::Score(Box::new(job))), ticket)
            }
            Request::Package { ticket, run, about } => match self.package(run, about) {
                Ok(task) => self.send(ticket, Errand::Package(run), task),
                Err(error) => vec![Event::Failed { ticket, error }],
            },
            Request::Compare { ticket, run, threshold, cover, answers } => {
                let compared = self.stored(run).and_then(|stored| {
                    outside::compare(&answers, &stored.pipeline, &stored.report, (threshold, cover))
                });
                vec![Event::Compared { ticket, result: compared }]
            }
            Request::OpenPackage { ticket, run, name } => answer(ticket, self.open_package(ticket, run, &name, source)),
            Request::WriteProjectFile { name, project, runs, data_name, saved } => {
                let file = ProjectFile { project, runs, data: None };
                vec![Event::ProjectFile { name, result: file::project_file(file, data_name, source, &saved) }]
            }
            Request::Points { ticket, columns, target, limit, seed } => self.with_table(ticket, |data| {
                playground::points(&data.table, &columns, &target, limit, seed)
                    .map(|(points, ranges, labels)| Event::Points { ticket, points, ranges, labels })
            }),
            Request::Surface { ticket, points, spec, resolution } => {
                self.send(ticket, Errand::Surface, Task::Surface { points, spec, resolution })
            }
        }
    }

    /// Do a small piece of the work under way: a slice of a file, a pass over the rows. `now` is in milliseconds.
    pub fn step(&mut self, now: f64) -> Vec<Event> {
        let mut events = Vec::new();
        // Explaining gives way to all other work.
        let explains = |job: &Job| matches!(job, Job::Explain(_) | Job::RedTeam(_) | Job::Curve(_));
        let first = self.jobs.iter().position(|job| job.is_ready() && !explains(job));
        let Some(position) = first.or_else(|| self.jobs.iter().position(Job::is_ready)) else {
            if self.profiling.as_mut().is_some_and(|profiling| profiling.step(now, &mut events)) {
                self.profiling = None;
            }
            return events;
        };
        let ended = match &mut self.jobs[position] {
            Job::Transcribe(job) => {
                let stand = job.step(now, &mut events);
                self.orders.extend(job.order.take());
                if let transcribe::Stand::Working = stand {
                    return events;
                }
                events.extend(self.transcribed(position, stand));
                return events;
            }
            Job::Import(job) => match job.step(now, &mut events) {
                Some(imported) => {
                    if let Some(Job::Import(job)) = self.jobs.remove(position) {
                        events.extend(self.read_whole(*job, imported));
                    }
                    return events;
                }
                None if job.failed => {
                    self.jobs.remove(position);
                    // A file beside that cannot be read any more does not keep the others from being read.
                    if events.iter().any(|event| matches!(event, Event::Failed { .. })) {
                        self.forget_gathered();
                    } else {
                        events.extend(self.next_held());
                    }
                    return events;
                }
                None => false,
            },
            Job::Train(job) => {
                let ended = job.step(now, &mut events);
                self.orders.append(&mut job.orders);
                for (run, stored) in job.finished.drain(..) {
                    self.runs.insert(run, stored);
                }
                ended
            }
            Job::Score(job) => job.step(now, &mut events),
            Job::Explain(job) => job.step(now, &mut events),
            Job::Blend(job) => {
                let ended = job.step(now, &mut events);
                if let Some((run, stored)) = job.finished.take() {
                    self.runs.insert(run, stored);
                }
                ended
            }
            Job::Judge(job) => {
                let ended = job.step(now, &mut events);
                self.judged.extend(job.finished.drain(..));
                ended
            }
            Job::RedTeam(job) => {
                let ended = job.step(now, &mut events);
                self.orders.append(&mut job.orders);
                ended
            }
            Job::Curve(job) => {
                let ended = job.step(now, &mut events);
                self.orders.append(&mut job.orders);
                ended
            }
        };
        if ended {
            self.jobs.remove(position);
        }
        events
    }

    /// Nothing to do until the next request.
    pub fn is_idle(&self) -> bool {
        self.profiling.is_none() && !self.jobs.iter().any(Job::is_ready)
    }

    fn begin(&mut self, job: Result<Job, Problem>, ticket: Ticket) -> Vec<Event> {
        match job {
            Ok(job) => {
                self.jobs.push_back(job);
                Vec::new()
            }
            Err(error) => vec![Event::Failed { ticket, error }],
        }
    }

    fn with_table(&self, ticket: Ticket, make: impl FnOnce(&Data) -> Result<Event, Problem>) -> Vec<Event> {
        answer(ticket, self.table_for(ticket).and_then(|data| make(&data)))
    }

    fn table_for(&self, _ticket: Ticket) -> Result<Data, Problem> {
        self.data.clone().ok_or_else(|| {
            problem("There is no table yet.", "Nothing was lost.", "Choose a file, and wait until it is read.")
        })
    }

    fn stored(&self, run: RunId) -> Result<&run::StoredRun, Problem> {
        let elsewhere = || {
            let event = "These predictions were made elsewhere, so there is no model here to ask.";
            problem(event, "What they come to is kept.", "Ask where they were made.")
        };
        self.runs.get(&run).ok_or_else(|| match self.judged.contains_key(&run) {
            true => elsewhere(),
            false => problem(
                "This candidate's model is not here.",
                "Its scores are kept.",
                "If it is still being loaded, try again in a moment; otherwise train it again.",
            ),
        })
    }

    fn blending(&self, ticket: Ticket, members: Vec<(RunId, String)>, run: RunId) -> Result<blend::Blending, Problem> {
        let data = self.table_for(ticket)?;
        let stored = members.iter().map(|(run, _)| self.stored(*run).cloned()).collect::<Result<Vec<_>, _>>()?;
        let names = members.into_iter().map(|(_, name)| name).collect();
        blend::Blending::new(ticket, data, (names, stored), run)
    }

    fn training(&mut self, wanted: Ticket) -> Option<&mut train::Train> {
        self.jobs.iter_mut().find_map(|job| match job {
            Job::Train(job) if job.ticket == wanted => Some(&mut **job),
            Job::Train(_)
            | Job::Transcribe(_)
            | Job::Import(_)
            | Job::Score(_)
            | Job::Explain(_)
            | Job::Blend(_)
            | Job::RedTeam(_)
            | Job::Curve(_)
            | Job::Judge(_) => None,
        })
    }

    fn cancel(&mut self, ticket: Ticket) -> Vec<Event> {
        if let Some(job) = self.training(ticket) {
            // It ends itself in its next step, with what is complete.
            job.cancel();
            let orders = std::mem::take(&mut job.orders);
            self.orders.extend(orders);
            return Vec::new();
        }
        for job in &mut self.jobs {
            match job {
                Job::RedTeam(job) if job.ticket == ticket => {
                    job.abandon();
                    self.orders.append(&mut job.orders);
                }
                Job::Curve(job) if job.ticket == ticket => {
                    job.abandon();
                    self.orders.append(&mut job.orders);
                }
                Job::RedTeam(_)
                | Job::Curve(_)
                | Job::Train(_)
                | Job::Transcribe(_)
                | Job::Import(_)
                | Job::Score(_)
                | Job::Explain(_)
                | Job::Blend(_)
                | Job::Judge(_) => {}
            }
        }
        self.jobs.retain(|job| job.ticket() != ticket);
        let of_it = |request: &Request| matches!(request, Request::Import { ticket: of, .. } if *of == ticket);
        if self.held.iter().any(|(request, _)| of_it(request)) {
            self.forget_gathered();
        }
        if self.errands.remove(&ticket).is_some() {
            self.orders.push(Order::Drop { id: TaskId { ticket, task: 0 } });
        }
        Vec::new()
    }

    fn end_search(&mut self, ticket: Ticket) -> Vec<Event> {
        let Some(job) = self.training(ticket) else { return Vec::new() };
        let events = job.end_search();
        let orders = std::mem::take(&mut job.orders);
        self.orders.extend(orders);
        events
    }

    fn pause(&mut self, ticket: Ticket, paused: bool) -> Vec<Event> {
        if let Some(job) = self.training(ticket) {
            job.pause(paused);
            let orders = std::mem::take(&mut job.orders);
            self.orders.extend(orders);
        }
        Vec::new()
    }
}

/// A problem without a place.
fn problem(event: impl Into<String>, kept: &str, cure: &str) -> Problem {
    Problem { place: String::new(), event: event.into(), kept: kept.to_owned(), cure: cure.to_owned() }
}

/// Tells what a question about a run came to; whether it is over.
fn answered(
    (ticket, run): (Ticket, RunId),
    advanced: Result<Option<crate::explain::Answer>, Problem>,
    events: &mut Vec<Event>,
) -> bool {
    events.push(match advanced {
        Ok(None) => return false,
        Ok(Some(answer)) => Event::Explained { ticket, run, answer },
        Err(error) => Event::Failed { ticket, error },
    });
    true
}

fn answer(ticket: Ticket, made: Result<Event, Problem>) -> Vec<Event> {
    vec![made.unwrap_or_else(|error| Event::Failed { ticket, error })]
}

/// Tells progress, but not too often.
struct Herald {
    ticket: Ticket,
    last: Option<f64>,
}

impl Herald {
    fn new(ticket: Ticket) -> Self {
        Self { ticket, last: None }
    }

    fn tell(&mut self, now: f64, events: &mut Vec<Event>, progress: impl FnOnce() -> Progress) {
        if self.last.is_none_or(|last| now - last >= PROGRESS_MILLISECONDS) {
            self.last = Some(now);
            events.push(Event::Progress { ticket: self.ticket, progress: progress() });
        }
    }
}
