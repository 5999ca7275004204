//! Training as a state machine: candidates × folds, then the fit on all rows outside the test set. Networks are fitted by
//! the neural trainer, which answers through the page.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::file::raw_facts;
use super::monitor::reference;
use super::run::StoredRun;
use super::{Data, Event, Herald, Problem, Progress, RunId, Ticket, problem};
use crate::dataset::{Dataset, Target};
use crate::design::Design;
use crate::job::neural::TRAINER_FORM;
use crate::job::{DesignCheck, TableSummary, encode};
use crate::metrics::Metric;
use crate::model::baseline::Baseline;
use crate::model::linear::LinearFit;
use crate::model::network::{Network, NetworkSpec, Stopped, TrainingRecord};
use crate::model::{Model, ModelSpec};
use crate::pipeline::{Pipeline, PipelineSpec, TrainingInput};
use crate::recipe::Replay;
use crate::split::Split;
use crate::table::Table;
use crate::validate::{About, Fit, Folds};

/// A training under way.
pub struct Train {
    pub ticket: Ticket,
    pub paused: bool,
    /// Candidates that were completed in the last step.
    pub finished: Vec<(RunId, StoredRun)>,
    data: Data,
    design: Design,
    /// Positions in the design, in the order in which they are trained.
    candidates: Vec<u32>,
    first_run: RunId,
    split: Split,
    metric: Metric,
    /// Of the steps that were done to the file; the same for all candidates.
    replay: Replay,
    herald: Herald,
    /// The candidate at work, and those that are done.
    current: Option<Candidate>,
    n_done: usize,
    next_fit: u32,
    cancelled: bool,
}

/// A candidate at work.
struct Candidate {
    spec: PipelineSpec,
    folds: Folds,
    /// `folds.len()` of the split: the fit on all rows.
    fold: usize,
    phase: Phase,
    seconds: f64,
    /// Milliseconds; when the running fit began.
    began: f64,
    /// A network's last complete fold: what is kept of it when it is stopped before the next is there.
    last: Option<Box<LastFold>>,
}

/// A fold that was fitted and scored.
struct LastFold {
    fold: usize,
    pipeline: Pipeline,
    n_prepared: u32,
    record: Option<TrainingRecord>,
}

/// Where the fit of one fold stands.
enum Phase {
    Prepare,
    /// Steps until it has converged.
    Linear {
        input: Box<TrainingInput>,
        fit: Box<LinearFit>,
    },
    /// The trainer has it, under this number.
    Network {
        input: Box<TrainingInput>,
        fit: u32,
        answer: Option<Box<Answer>>,
    },
}

type Answer = Result<(Network, TrainingRecord), String>;

/// A fitted model with what there is to say about it.
struct Fitted {
    input: TrainingInput,
    model: Model,
    record: Option<TrainingRecord>,
    note: Option<String>,
}

/// What a step of a candidate came to.
enum Outcome {
    Working,
    Done(Box<StoredRun>),
    Dropped,
    Failed(Problem),
}

impl Train {
    /// # Errors
    /// A design that does not fit the table.
    pub fn new(
        ticket: Ticket,
        data: Data,
        design: Design,
        mut candidates: Vec<u32>,
        first_run: RunId,
    ) -> Result<Self, Problem> {
        candidates.retain(|position| (*position as usize) < design.candidates.len());
        let check = check(&data.table, &design);
        if let Some(problem) = check.problems.into_iter().next() {
            return Err(problem);
        }
        let dataset = dataset(&data.table, &design)?;
        let split = design.split.draw(&dataset.target)?;
        let metric = design.metric(dataset.task);
        let names: Vec<&str> = dataset.features.iter().map(|column| column.name.as_str()).collect();
        let TableSummary { recipe, steps, .. } = &*data.summary;
        let replay = Replay::of(&data.imported, recipe, steps, &names, &design.dataset.target);
        drop(dataset);
        Ok(Self {
            ticket,
            paused: false,
            finished: Vec::new(),
            data,
            design,
            candidates,
            first_run,
            split,
            metric,
            replay,
            herald: Herald::new(ticket),
            current: None,
            n_done: 0,
            next_fit: 0,
            cancelled: false,
        })
    }

    /// Whether a step would get on.
    pub fn is_ready(&self) -> bool {
        let waits = match self.current.as_ref().map(|c| &c.phase) {
            Some(Phase::Network { answer, .. }) => answer.is_none(),
            Some(Phase::Prepare | Phase::Linear { .. }) | None => false,
        };
        !waits && (!self.paused || self.cancelled)
    }

    /// End with what is complete. A network that is being fitted is waited for: it comes back with its best weights.
    pub fn cancel(&mut self) {
        if self.cancelled
            && let Some(candidate) = &mut self.current
        {
            // Asked twice: do not wait for the trainer.
            candidate.phase = Phase::Prepare;
        }
        self.cancelled = true;
    }

    pub fn network_fitted(&mut self, wanted: u32, network: Network, record: TrainingRecord) {
        self.network_answer(wanted, Ok((network, record)));
    }

    pub fn network_failed(&mut self, wanted: u32, message: String) {
        self.network_answer(wanted, Err(message));
    }

    fn network_answer(&mut self, wanted: u32, given: Answer) {
        if let Some(Phase::Network { fit, answer, .. }) = self.current.as_mut().map(|c| &mut c.phase)
            && *fit == wanted
        {
            *answer = Some(Box::new(given));
        }
    }

    /// Do one piece of work; `true` when the training is over. `now` in milliseconds.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let waited = matches!(self.current.as_ref().map(|c| &c.phase), Some(Phase::Network { .. }));
        if self.cancelled && !waited {
            self.keep_stopped(events);
            return self.end(events);
        }
        let Some(mut candidate) = self.current.take() else {
            return self.begin_candidate(events);
        };
        // Between the beginning and the end of a linear fit the dataset is not needed, and making it costs a pass.
        if let Phase::Linear { fit, .. } = &mut candidate.phase
            && !fit.step()
        {
            self.tell(&candidate, now, events);
            self.current = Some(candidate);
            return false;
        }
        let table = Arc::clone(&self.data.table);
        let outcome = match dataset(&table, &self.design) {
            Ok(dataset) => self.advance(&mut candidate, &dataset, now, events),
            Err(problem) => Outcome::Failed(problem),
        };
        match outcome {
            Outcome::Working => {
                self.tell(&candidate, now, events);
                self.current = Some(candidate);
            }
            Outcome::Done(stored) => self.complete(*stored, events),
            Outcome::Dropped => {}
            Outcome::Failed(mut error) => {
                if error.place.is_empty() {
                    error.place = candidate.spec.model.name().to_owned();
                }
                events.push(Event::CandidateFailed { ticket: self.ticket, candidate: self.position(), error });
                self.n_done += 1;
            }
        }
        false
    }

    fn begin_candidate(&mut self, events: &mut Vec<Event>) -> bool {
        if self.n_done >= self.candidates.len() {
            return self.end(events);
        }
        let Some(spec) = self.design.candidates.get(self.position() as usize).cloned() else {
            return self.end(events);
        };
        match dataset(&self.data.table, &self.design) {
            Ok(dataset) => {
                let mut folds = Folds::new(&dataset);
                for note in self.split.notes(&dataset.target) {
                    folds.note(note);
                }
                let phase = Phase::Prepare;
                self.current = Some(Candidate { spec, folds, fold: 0, phase, seconds: 0.0, began: 0.0, last: None });
                false
            }
            Err(error) => {
                events.push(Event::Failed { ticket: self.ticket, error });
                true
            }
        }
    }

    /// Of the candidate at work in the design.
    fn position(&self) -> u32 {
        self.candidates.get(self.n_done).copied().unwrap_or(u32::MAX)
    }

    fn end(&mut self, events: &mut Vec<Event>) -> bool {
        events.push(Event::TrainingFinished { ticket: self.ticket, cancelled: self.cancelled });
        true
    }

    /// Rows that the fit at hand is trained on.
    fn training_rows(&self, fold: usize) -> Vec<u32> {
        if fold < self.split.folds.len() { self.split.training(fold) } else { self.split.outside_holdout() }
    }

    fn advance(&mut self, candidate: &mut Candidate, dataset: &Dataset, now: f64, events: &mut Vec<Event>) -> Outcome {
        match std::mem::replace(&mut candidate.phase, Phase::Prepare) {
            Phase::Prepare => {
                candidate.began = now;
                match self.prepare(candidate, dataset, events) {
                    Ok(Some(fitted)) => self.fitted(candidate, dataset, fitted, now, events),
                    Ok(None) => Outcome::Working,
                    Err(problem) => Outcome::Failed(problem),
                }
            }
            Phase::Linear { input, fit } => {
                let outcome = fit.finish();
                let note = outcome.note();
                let model = Model::Linear(outcome.model);
                self.fitted(candidate, dataset, Fitted { input: *input, model, record: None, note }, now, events)
            }
            Phase::Network { input, fit, answer } => match answer.map(|answer| *answer) {
                None => {
                    candidate.phase = Phase::Network { input, fit, answer: None };
                    Outcome::Working
                }
                // Stopped before there was anything to keep of this fold.
                Some(Err(_)) if self.cancelled => match candidate.last.take() {
                    Some(last) => Outcome::Done(Box::new(self.stopped_run(candidate, dataset, *last))),
                    None => Outcome::Dropped,
                },
                Some(Err(message)) => Outcome::Failed(problem(
                    message,
                    "The other candidates are kept.",
                    "Train again, or change the network's settings.",
                )),
                Some(Ok((network, record))) => {
                    let note = record.note();
                    let model = Model::Network(network);
                    let fitted = Fitted { input: *input, model, record: Some(record), note };
                    self.fitted(candidate, dataset, fitted, now, events)
                }
            },
        }
    }

    /// Fit the preparation and begin the model's fit; a baseline is there at once.
    fn prepare(
        &mut self,
        candidate: &mut Candidate,
        dataset: &Dataset,
        events: &mut Vec<Event>,
    ) -> Result<Option<Fitted>, Problem> {
        let input = candidate.spec.prepare(dataset, &self.training_rows(candidate.fold))?;
        match &candidate.spec.model {
            ModelSpec::Baseline => {
                let model = Model::Baseline(Baseline::fit(&input.target));
                Ok(Some(Fitted { input, model, record: None, note: None }))
            }
            ModelSpec::Linear(spec) => {
                let fit = Box::new(spec.start(&input.features, &input.target)?);
                candidate.phase = Phase::Linear { input: Box::new(input), fit };
                Ok(None)
            }
            ModelSpec::Network(spec) => {
                let fit = self.next_fit;
                self.next_fit += 1;
                let purpose = self.doing(candidate);
                let spec = spec.clone();
                let (n_train, n_features, data) = {
                    let data = input.network_data(&spec);
                    (data.n_train as u64, data.features.n_columns as u32, encode(&data))
                };
                let key = fit_key(&spec, &data);
                let ticket = self.ticket;
                events.push(Event::FitNetwork { ticket, fit, key, spec, n_train, n_features, data, purpose });
                candidate.phase = Phase::Network { input: Box::new(input), fit, answer: None };
                Ok(None)
            }
        }
    }

    /// A fit is done: score its fold, or, after the last, make the run.
    fn fitted(
        &mut self,
        candidate: &mut Candidate,
        dataset: &Dataset,
        fitted: Fitted,
        now: f64,
        events: &mut Vec<Event>,
    ) -> Outcome {
        let Fitted { input, model, record, note } = fitted;
        let measured = (now - candidate.began).max(0.0) / 1000.0;
        // Pauses and the way through the page are no part of a network's fit.
        candidate.seconds += record.as_ref().map_or(measured, |record| record.seconds);
        let n_folds = self.split.folds.len();
        let fold = candidate.fold;
        if let Some(note) = note {
            let place = if fold < n_folds { format!("Fold {}: ", fold + 1) } else { String::new() };
            candidate.folds.note(place + &note);
        }
        let n_prepared = input.features.n_columns as u32;
        let pipeline = input.assemble(&self.design.dataset.target, model);
        if fold < n_folds {
            let test = &self.split.folds[fold];
            let predictions = pipeline.predict_positions(dataset, test);
            let score = candidate.folds.add(dataset, &self.split.training(fold), test, predictions).of(self.metric);
            events.push(Event::FoldScored {
                ticket: self.ticket,
                candidate: self.position(),
                fold: fold as u32,
                metric: self.metric,
                score,
            });
            let stopped = record.as_ref().is_some_and(|record| record.stopped == Stopped::Cancelled);
            let is_network = record.is_some();
            let last = LastFold { fold, pipeline, n_prepared, record };
            if self.cancelled || stopped {
                self.cancelled = true;
                return Outcome::Done(Box::new(self.stopped_run(candidate, dataset, last)));
            }
            candidate.last = is_network.then(|| Box::new(last));
            candidate.fold += 1;
            return Outcome::Working;
        }
        Outcome::Done(Box::new(self.run(candidate, dataset, (pipeline, n_prepared, record), Fit::All)))
    }

    /// Keep what is complete of a network that was stopped between two fits.
    fn keep_stopped(&mut self, events: &mut Vec<Event>) {
        let Some(mut candidate) = self.current.take() else { return };
        let Some(last) = candidate.last.take() else { return };
        let table = Arc::clone(&self.data.table);
        match dataset(&table, &self.design) {
            Ok(dataset) => {
                let stored = self.stopped_run(&mut candidate, &dataset, *last);
                self.complete(stored, events);
            }
            Err(error) => {
                events.push(Event::CandidateFailed { ticket: self.ticket, candidate: self.position(), error });
            }
        }
    }

    /// Stopped in or after a fold: its network is the best so far, and the folds so far say how good it is.
    fn stopped_run(&self, candidate: &mut Candidate, dataset: &Dataset, last: LastFold) -> StoredRun {
        let LastFold { fold, pipeline, n_prepared, record } = last;
        let n_folds = self.split.folds.len();
        let training = self.split.training(fold);
        let when = if fold == candidate.fold { "in" } else { "after" };
        candidate.folds.note(format!(
            "Stopped {when} fold {} of {n_folds}: the model is that of this fold, trained on {} of {} rows, and its scores come from {} of {n_folds} folds.",
            fold + 1,
            training.len(),
            self.split.outside_holdout().len(),
            candidate.folds.n_scored(),
        ));
        let fit = Fit::Fold {
            fold: fold as u32 + 1,
            n_folds: n_folds as u32,
            n_training: training.len() as u32,
            n_rarest: rarest(&dataset.target, &training),
        };
        self.run(candidate, dataset, (pipeline, n_prepared, record), fit)
    }

    /// The candidate as a run: this pipeline, and the scores of all folds so far.
    fn run(
        &self,
        candidate: &mut Candidate,
        dataset: &Dataset,
        (pipeline, n_prepared, record): (Pipeline, u32, Option<TrainingRecord>),
        fit: Fit,
    ) -> StoredRun {
        let about = About {
            target: self.design.dataset.target.clone(),
            n_holdout: self.split.holdout.len() as u32,
            n_prepared,
            fit_seconds: candidate.seconds,
            training: record,
            seed: self.design.split.seed,
            fit,
        };
        let reference = Some(reference(dataset, &candidate.folds, &pipeline, self.design.split.seed));
        let folds = std::mem::replace(&mut candidate.folds, Folds::new(dataset));
        StoredRun {
            pipeline,
            report: folds.report(dataset, about),
            design: self.design.clone(),
            candidate: self.position(),
            data_sha256: self.data.summary.sha256.clone(),
            n_table_rows: self.data.table.n_rows as u32,
            import: Some(self.data.receipt.clone()),
            recipe: self.data.summary.recipe.clone(),
            replay: self.replay.clone(),
            reference,
        }
    }

    fn complete(&mut self, stored: StoredRun, events: &mut Vec<Event>) {
        let candidate = self.position();
        let run = self.first_run + candidate;
        events.push(Event::RunFinished {
            ticket: self.ticket,
            run,
            candidate,
            report: stored.report.clone(),
            inputs: raw_facts(&stored.replay),
            bytes: stored.to_bytes(),
        });
        self.finished.push((run, stored));
        self.n_done += 1;
    }

    fn doing(&self, candidate: &Candidate) -> String {
        let name = candidate.spec.model.name();
        let n_folds = self.split.folds.len();
        if candidate.fold < n_folds {
            format!("{name}: fold {} of {n_folds}", candidate.fold + 1)
        } else {
            format!("{name}: all rows")
        }
    }

    fn tell(&mut self, candidate: &Candidate, now: f64, events: &mut Vec<Event>) {
        let per_candidate = self.split.folds.len() as u64 + 1;
        let done = self.n_done as u64 * per_candidate + candidate.fold as u64;
        let total = self.candidates.len() as u64 * per_candidate;
        let doing = self.doing(candidate);
        if matches!(candidate.phase, Phase::Network { .. }) {
            // The engine is silent until the network is fitted; say now what is being done.
            self.herald.last = None;
        }
        self.herald.tell(now, events, || Progress { doing, done, total, unit: "fits".to_owned() });
    }
}

/// What stands for a network's fit: equal keys are equal settings and encoded data for the same form of training.
fn fit_key(spec: &NetworkSpec, data: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(TRAINER_FORM.to_le_bytes());
    hash.update(encode(spec));
    hash.update(data);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many of the rows at these positions are of the rarest class; `None` for values.
fn rarest(target: &Target, positions: &[u32]) -> Option<u32> {
    let Target::Classes { codes, labels } = target else { return None };
    let mut counts = vec![0u32; labels.len()];
    for position in positions {
        counts[codes[*position as usize] as usize] += 1;
    }
    counts.into_iter().min()
}

/// The table seen through the design; the first of its problems if it has any.
pub(super) fn dataset<'a>(table: &'a Table, design: &Design) -> Result<Dataset<'a>, Problem> {
    Dataset::new(table, &design.dataset).map_err(|problems| {
        problems.into_iter().next().unwrap_or_else(|| {
            problem("The design does not fit the table.", "Nothing was trained.", "Choose the target again.")
        })
    })
}

/// What a design means for a table.
pub fn check(table: &Table, design: &Design) -> DesignCheck {
    let mut check = DesignCheck {
        task: design.dataset.task.unwrap_or(crate::dataset::Task::Regression),
        classes: Vec::new(),
        n_rows: 0,
        n_missing_target: 0,
        n_holdout: 0,
        fold_sizes: Vec::new(),
        features: Vec::new(),
        left_out: Vec::new(),
        problems: Vec::new(),
        doubts: Vec::new(),
    };
    if design.candidates.is_empty() {
        check.problems.push(problem("No candidate is chosen.", "Nothing was trained.", "Add a model to the design."));
    }
    let dataset = match Dataset::new(table, &design.dataset) {
        Ok(dataset) => dataset,
        Err(problems) => {
            check.problems.extend(problems);
            check.problems.extend(design.split.validate());
            return check;
        }
    };
    check.task = dataset.task;
    check.n_rows = dataset.rows.len() as u32;
    check.n_missing_target = (table.n_rows - dataset.rows.len()) as u32;
    check.features = dataset.features.iter().map(|column| column.name.clone()).collect();
    check.left_out.clone_from(&dataset.left_out);
    check.doubts = dataset.doubts();
    if let Target::Classes { codes, labels } = &dataset.target {
        let mut counts = vec![0u32; labels.len()];
        for code in codes {
            counts[*code as usize] += 1;
        }
        check.classes = labels.iter().cloned().zip(counts).collect();
    }
    check.problems.extend(design.problems(&dataset));
    // Why it cannot be drawn is among the problems.
    if design.split.validate().is_empty()
        && let Ok(split) = design.split.draw(&dataset.target)
    {
        check.n_holdout = split.holdout.len() as u32;
        check.fold_sizes = split.folds.iter().map(|fold| fold.len() as u32).collect();
        check.doubts.extend(split.notes(&dataset.target));
    }
    check
}
