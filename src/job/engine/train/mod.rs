//! Training as a state machine: candidates × folds, then the fit on all rows outside the test set. Rows are prepared and
//! folds are scored here. Models are fitted by the pool, several folds at a time, and networks by the neural trainer,
//! which answers through the page; both at once. The order in which fits come back changes no result.

mod candidate;
mod check;
mod search;

use std::collections::VecDeque;
use std::sync::Arc;

use super::file::raw_facts;
use super::run::StoredRun;
use super::{Data, Event, Herald, Problem, Progress, RunId, Ticket, problem};
use crate::dataset::{Dataset, Task as Goal};
use crate::design::Design;
use crate::job::pool::{self, Done, Order, Task, TaskId};
use crate::job::{SearchStart, TableSummary, encode};
use crate::metrics::Metric;
use crate::model::Model;
use crate::model::baseline::Baseline;
use crate::model::network::{Network, Stopped, TrainingRecord};
use crate::order::OrderBy;
use crate::pipeline::MAX_PREPARED;
use crate::prepare::Matrix;
use crate::recipe::Replay;
use crate::split::Split;
use crate::validate::{Found, NotePlace};

use candidate::{Came, Candidate, Fitting, Place, fit_key};
pub(super) use check::{check, dataset};
use search::{Search, is_trial};

/// A candidate in whose fits so many workers ended is given up.
const MOST_LOSSES: u32 = 2;

/// A training under way.
pub struct Train {
    pub ticket: Ticket,
    /// Candidates that were completed in the last step.
    pub finished: Vec<(RunId, StoredRun)>,
    /// What the pool is to do.
    pub orders: Vec<Order>,
    setting: Setting,
    /// Positions in the design of the candidates that have not begun.
    waiting: VecDeque<u32>,
    /// In the order in which they began.
    active: Vec<Candidate>,
    search: Option<Search>,
    answers: VecDeque<(u32, Answer)>,
    /// Fits that the pool takes at a time.
    n_hands: usize,
    next_fit: u32,
    n_fits: u64,
    n_fits_done: u64,
    herald: Herald,
    paused: bool,
    cancelled: bool,
    /// Stopped twice: the trainer is not waited for.
    hurried: bool,
}

/// What all candidates share.
pub struct Setting {
    data: Data,
    design: Design,
    split: Split,
    metric: Metric,
    task: Goal,
    /// What a search has found, by its position among the candidates.
    found: Vec<(u32, Found)>,
    /// The candidate that is also tried on folds dealt by chance.
    naive_candidate: Option<u32>,
    first_run: RunId,
    /// Of the steps that were done to the file.
    replay: Replay,
}

enum Answer {
    Pool(pool::Answer),
    Network(Result<Box<(Network, TrainingRecord)>, String>),
}

impl Train {
    /// `n_hands`: fits that the pool takes at a time.
    ///
    /// # Errors
    /// A design that does not fit the table.
    pub fn new(
        ticket: Ticket,
        data: Data,
        design: Design,
        mut candidates: Vec<u32>,
        search: Option<SearchStart>,
        (first_run, n_hands): (RunId, usize),
    ) -> Result<Self, Problem> {
        candidates.retain(|position| (*position as usize) < design.candidates.len());
        let check = check(&data.table, &design);
        if let Some(problem) = check.problems.into_iter().next() {
            return Err(problem);
        }
        let dataset = dataset(&data.table, &design)?;
        let split = design.split.draw(&dataset)?;
        let naive = design.split.naive(&dataset.target, &split);
        let naive_candidate = naive.as_ref().and_then(|_| design.naive_candidate(&candidates));
        let n_naive = if naive_candidate.is_some() { naive.map_or(0, |split| split.folds.len()) } else { 0 };
        let metric = design.metric(dataset.task);
        let names: Vec<&str> = dataset.features.iter().map(|column| column.name.as_str()).collect();
        let TableSummary { recipe, steps, .. } = &*data.summary;
        let replay = Replay::of((&*data.imported, &data.beside), recipe, steps, &names, &design.dataset.target);
        let (task, n_features) = (dataset.task, dataset.features.len());
        drop(dataset);
        let n_fits = candidates.len() as u64 * (split.folds.len() as u64 + 1) + n_naive as u64;
        let found = Vec::new();
        let setting = Setting { data, design, split, metric, task, found, naive_candidate, first_run, replay };
        let spec = setting.design.search.clone();
        let search = spec.zip(search).map(|(spec, start)| Search::new(spec, &setting, n_features, start));
        Ok(Self {
            ticket,
            finished: Vec::new(),
            orders: Vec::new(),
            n_fits,
            setting,
            search,
            waiting: candidates.into(),
            active: Vec::new(),
            answers: VecDeque::new(),
            n_hands: n_hands.max(1),
            next_fit: 0,
            n_fits_done: 0,
            herald: Herald::new(ticket),
            paused: false,
            cancelled: false,
            hurried: false,
        })
    }

    /// Whether a step would get on.
    pub fn is_ready(&self) -> bool {
        if self.cancelled {
            return self.hurried || !self.answers.is_empty() || !self.waits_for_trainer();
        }
        let over = self.active.is_empty() && self.waiting.is_empty() && self.search_is_over();
        !self.paused && (over || !self.answers.is_empty() || self.next().is_some() || self.search_is_ready())
    }

    /// Stand still, or go on.
    pub fn pause(&mut self, paused: bool) {
        if self.paused != paused {
            self.paused = paused;
            if let Some(search) = &mut self.search {
                search.paused();
            }
            self.orders.push(Order::Hold { held: paused });
        }
    }

    /// End with what is complete, and of what is not, with the folds that are. A network that is being fitted is waited
    /// for: it comes back with its best weights. Asked twice, it is not.
    pub fn cancel(&mut self) {
        self.hurried = self.cancelled;
        self.cancelled = true;
        self.pause(false);
        self.drop_pool_fits();
    }

    /// Nothing of it is wanted any more.
    pub fn abandon(&mut self) {
        self.pause(false);
        self.drop_pool_fits();
    }

    pub fn network_fitted(&mut self, fit: u32, network: Network, record: TrainingRecord) {
        self.answers.push_back((fit, Answer::Network(Ok(Box::new((network, record))))));
    }

    pub fn network_failed(&mut self, fit: u32, message: String) {
        self.answers.push_back((fit, Answer::Network(Err(message))));
    }

    pub fn pool_answered(&mut self, fit: u32, answer: pool::Answer) {
        self.answers.push_back((fit, Answer::Pool(answer)));
    }

    /// Do one piece of work; `true` when the training is over. `now` in milliseconds.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        self.tell_search(now, events);
        if let Some((fit, answer)) = self.answers.pop_front() {
            if let Some(search) = &mut self.search {
                search.waits = false;
            }
            self.take(fit, answer, events);
        } else if self.cancelled && (self.hurried || !self.waits_for_trainer()) {
            self.keep_stopped(events);
            return self.end(events);
        } else if let Some(position) = self.next() {
            self.give_out(position, events);
        } else if self.search_is_ready() {
            self.search_on(events);
        }
        if !self.cancelled && self.active.is_empty() && self.waiting.is_empty() && self.search_is_over() {
            return self.end(events);
        }
        self.tell(now, events);
        false
    }

    fn end(&mut self, events: &mut Vec<Event>) -> bool {
        events.push(Event::TrainingFinished { ticket: self.ticket, cancelled: self.cancelled });
        true
    }

    fn waits_for_trainer(&self) -> bool {
        self.active.iter().any(|c| matches!(c.place, Place::Trainer(_)) && !c.under_way.is_empty())
    }

    /// Fits and prepared numbers that the pool holds.
    fn with_pool(&self) -> (usize, u64) {
        let fits = self.active.iter().filter(|c| matches!(c.place, Place::Pool(_))).flat_map(|c| &c.under_way);
        fits.fold((0, 0), |(n, numbers), fit| (n + 1, numbers + fit.n_numbers))
    }

    /// Whether the pool takes another fit, and whether the trainer does.
    fn free(&self) -> (bool, bool) {
        let trains = self.waits_for_trainer();
        let (n_fits, n_numbers) = self.with_pool();
        // One more than there are hands, so that none is idle while the next rows are prepared; the trainer is one too.
        let most = self.n_hands.saturating_sub(usize::from(trains)).max(1) + 1;
        (n_fits == 0 || (n_fits < most && n_numbers < MAX_PREPARED / 2), !trains)
    }

    /// The candidate of which a fit can be given out now: its position in the design.
    fn next(&self) -> Option<u32> {
        if self.cancelled {
            return None;
        }
        let (pool, trainer) = self.free();
        let can = |place: &Place| match place {
            Place::Here => true,
            Place::Pool(_) => pool,
            Place::Trainer(_) => trainer,
        };
        let begun = self.active.iter().find(|c| !c.to_do.is_empty() && can(&c.place)).map(|c| c.position);
        begun.or_else(|| {
            let place = |position: &u32| Place::of(&self.setting.design.candidates[*position as usize].model);
            self.waiting.iter().copied().find(|position| can(&place(position)))
        })
    }

    /// Prepare the rows of a candidate's next fit and hand them to whoever fits it.
    fn give_out(&mut self, position: u32, events: &mut Vec<Event>) {
        let table = Arc::clone(&self.setting.data.table);
        let dataset = match dataset(&table, &self.setting.design) {
            Ok(dataset) => dataset,
            Err(error) => return self.fail(position, error, events),
        };
        if self.waiting.contains(&position) {
            self.waiting.retain(|waiting| *waiting != position);
            let spec = self.setting.design.candidates[position as usize].clone();
            self.active.push(Candidate::begin(position, spec, &self.setting, &dataset));
        }
        let Some(candidate) = self.active.iter_mut().find(|c| c.position == position) else { return };
        let Some(fold) = candidate.to_do.pop_front() else { return };
        let split = &self.setting.split;
        let rows = candidate.rows(fold, split);
        let mut input = match candidate.spec.prepare(&dataset, &rows) {
            Ok(input) => input,
            Err(error) => return self.fail(position, error, events),
        };
        let fit = self.next_fit;
        self.next_fit += 1;
        let (ticket, n_prepared) = (self.ticket, input.features.n_columns as u32);
        let n_numbers = input.features.values.len() as u64;
        if !is_trial(position) {
            events.push(Event::FitBegan { ticket, candidate: position, fold: fold as u32 });
        }
        match candidate.place.clone() {
            Place::Here => {
                let model = Model::Baseline(Baseline::fit(&input.target));
                let came = Came { model, record: None, note: None, seconds: 0.0 };
                let fitting = Fitting { fit, fold, input, n_prepared, n_numbers };
                return self.came(position, fitting, came, &dataset, events);
            }
            Place::Pool(spec) => {
                let task = Task::Fit(input.fit_task(spec));
                self.orders.push(Order::new(TaskId { ticket, task: fit }, task));
            }
            Place::Trainer(spec) => {
                let data = input.network_data(&spec);
                let (n_train, n_features) = (data.n_train as u64, n_prepared);
                let data = encode(&data);
                let key = fit_key(&spec, &data);
                let purpose = candidate.purpose(fold, split.folds.len());
                input.features = Matrix::default();
                events.push(Event::FitNetwork { ticket, fit, key, spec, n_train, n_features, data, purpose });
            }
        }
        candidate.under_way.push(Fitting { fit, fold, input, n_prepared, n_numbers });
    }

    /// Take an answer of the pool or the trainer. One that is not waited for any more is dropped.
    fn take(&mut self, fit: u32, answer: Answer, events: &mut Vec<Event>) {
        let Some(candidate) = self.active.iter_mut().find(|c| c.under_way.iter().any(|f| f.fit == fit)) else { return };
        let (position, place) = (candidate.position, candidate.under_way.iter().position(|f| f.fit == fit));
        let Some(fitting) = place.map(|place| candidate.under_way.remove(place)) else { return };
        let came = match answer {
            Answer::Pool(pool::Answer::Done(Done::Fit { fitted, seconds })) => {
                Came { model: fitted.model, record: None, note: fitted.note, seconds }
            }
            // Only fits are ordered under these numbers.
            Answer::Pool(pool::Answer::Done(Done::Package { .. } | Done::Surface { .. } | Done::Transcript { .. })) => {
                return;
            }
            Answer::Network(Ok(answer)) => {
                let (network, record) = *answer;
                let (note, seconds) = (record.note(), record.seconds);
                Came { model: Model::Network(network), record: Some(record), note, seconds }
            }
            Answer::Pool(pool::Answer::Failed(error)) => return self.fail(position, error, events),
            Answer::Pool(pool::Answer::Lost(message)) => return self.lost(position, &fitting, &message, events),
            // Stopped before there was anything to keep of this fold.
            Answer::Network(Err(_)) if self.cancelled => return,
            Answer::Network(Err(message)) => {
                let cure = "Train again, or change the network's settings.";
                return self.fail(position, problem(message, "The other candidates are kept.", cure), events);
            }
        };
        let table = Arc::clone(&self.setting.data.table);
        match dataset(&table, &self.setting.design) {
            Ok(dataset) => self.came(position, fitting, came, &dataset, events),
            Err(error) => self.fail(position, error, events),
        }
    }

    /// A fit is done: score its fold, and make the run when it was the last.
    fn came(&mut self, position: u32, fitting: Fitting, came: Came, dataset: &Dataset, events: &mut Vec<Event>) {
        if is_trial(position) {
            return self.trial_came(position, fitting, came, events);
        }
        let Some(candidate) = self.active.iter_mut().find(|c| c.position == position) else { return };
        let (ticket, fold, seconds) = (self.ticket, fitting.fold as u32, came.seconds);
        self.n_fits_done += 1;
        let stopped = came.record.as_ref().is_some_and(|record| record.stopped == Stopped::Cancelled);
        let scored = candidate.take(fitting, came, &self.setting, dataset);
        events.push(Event::FitEnded { ticket, candidate: position, fold, seconds });
        if let Some(score) = scored {
            let metric = self.setting.metric;
            events.push(Event::FoldScored { ticket, candidate: position, fold, metric, score });
            self.cancelled |= stopped;
        }
        if let Some(stored) = candidate.complete(&self.setting, dataset) {
            self.active.retain(|c| c.position != position);
            self.completed(position, stored, events);
        }
    }

    /// The worker ended in this fit: another one tries it, but not for ever.
    fn lost(&mut self, position: u32, fitting: &Fitting, message: &str, events: &mut Vec<Event>) {
        let Some(candidate) = self.active.iter_mut().find(|c| c.position == position) else { return };
        candidate.losses += 1;
        if candidate.losses > MOST_LOSSES {
            let event = format!("The worker that fitted it ended {} times ({message}).", candidate.losses);
            let cure = "Train it again with fewer rows or features, or close other tabs: memory may have run out.";
            return self.fail(position, problem(event, "The other candidates are kept.", cure), events);
        }
        candidate.to_do.push_front(fitting.fold);
        let note = format!("A worker ended while it fitted this candidate ({message}); that fit was begun again.");
        candidate.folds.note(NotePlace::End, note);
    }

    /// The candidate could not be trained; the others go on.
    fn fail(&mut self, position: u32, mut error: Problem, events: &mut Vec<Event>) {
        if is_trial(position) {
            return self.trial_failed(position, error, events);
        }
        let per_candidate = self.setting.split.folds.len() as u64 + 1;
        self.waiting.retain(|waiting| *waiting != position);
        if let Some(place) = self.active.iter().position(|c| c.position == position) {
            let failed = self.active.remove(place);
            self.n_fits_done += (failed.to_do.len() + failed.under_way.len() + 1) as u64;
            self.drop_fits(&failed);
        } else {
            self.n_fits_done += per_candidate;
        }
        self.n_fits_done = self.n_fits_done.min(self.n_fits);
        if error.place.is_empty() {
            let spec = self.setting.design.candidates.get(position as usize);
            error.place = spec.map_or("candidate", |spec| spec.model.name()).to_owned();
        }
        events.push(Event::CandidateFailed { ticket: self.ticket, candidate: position, error });
    }

    fn drop_fits(&mut self, candidate: &Candidate) {
        if matches!(candidate.place, Place::Pool(_)) {
            let ids = candidate.under_way.iter().map(|f| TaskId { ticket: self.ticket, task: f.fit });
            self.orders.extend(ids.map(|id| Order::Drop { id }));
        }
    }

    fn drop_pool_fits(&mut self) {
        let mut active = std::mem::take(&mut self.active);
        for candidate in active.iter_mut().filter(|c| matches!(c.place, Place::Pool(_))) {
            self.drop_fits(candidate);
            candidate.under_way.clear();
        }
        self.active = active;
    }

    /// Keep what is complete of the candidates that were stopped.
    fn keep_stopped(&mut self, events: &mut Vec<Event>) {
        let table = Arc::clone(&self.setting.data.table);
        let mut active = std::mem::take(&mut self.active);
        active.order_by_key(|c| c.position);
        for mut candidate in active {
            match dataset(&table, &self.setting.design) {
                Ok(dataset) => {
                    if let Some(stored) = candidate.stopped(&self.setting, &dataset) {
                        self.completed(candidate.position, stored, events);
                    }
                }
                Err(error) => {
                    let candidate = candidate.position;
                    events.push(Event::CandidateFailed { ticket: self.ticket, candidate, error });
                }
            }
        }
    }

    fn completed(&mut self, candidate: u32, stored: StoredRun, events: &mut Vec<Event>) {
        let run = self.setting.first_run + candidate;
        events.push(Event::RunFinished {
            ticket: self.ticket,
            run,
            candidate,
            report: stored.report.clone(),
            inputs: raw_facts(&stored.replay),
            bytes: stored.to_bytes(),
        });
        self.finished.push((run, stored));
    }

    fn tell(&mut self, now: f64, events: &mut Vec<Event>) {
        let n_folds = self.setting.split.folds.len();
        if self.answers.is_empty() && self.next().is_none() && !self.search_is_ready() {
            // The engine is silent until an answer comes; say now what is being done.
            self.herald.last = None;
        }
        let searching = self.search_words();
        let seconds = self
            .search
            .as_ref()
            .map_or((0, 0), |search| (search.seconds() as u64, search.record.spec.budget_seconds() as u64));
        let (done, total) = (self.n_fits_done, self.n_fits);
        let active = &self.active;
        self.herald.tell(now, events, || {
            if let Some(doing) = searching {
                let (done, total) = seconds;
                return Progress { doing, done: done.min(total), total, unit: "seconds".to_owned() };
            }
            let doing: Vec<String> = active.iter().filter_map(|c| c.doing(n_folds)).collect();
            Progress { doing: doing.join(" · "), done, total, unit: "fits".to_owned() }
        });
    }
}
