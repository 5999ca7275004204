//! A learning curve under way: each fold on growing shares of its rows, fitted by the pool several at a time.

use std::collections::{BTreeMap, VecDeque};

use super::run::StoredRun;
use super::{Data, Event, Herald, Problem, Progress, RunId, Ticket, problem, train};
use crate::dataset::Dataset;
use crate::explain::Answer;
use crate::job::pool::{self, Done, Order, Task, TaskId};
use crate::metrics::{Metric, score};
use crate::model::fit::FitSpec;
use crate::pipeline::{PipelineSpec, TrainingInput};
use crate::split::Split;
use crate::validate::learning_curve::{OfFold, SHARES, learning_curve, order, share_of};

/// A curve under way.
pub struct Curve {
    pub ticket: Ticket,
    run: RunId,
    stored: Box<StoredRun>,
    data: Data,
    spec: PipelineSpec,
    fit: FitSpec,
    metric: Metric,
    split: Split,
    /// Training rows of each fold, in the order in which shares take them.
    ordered: Vec<Vec<u32>>,
    to_do: VecDeque<Refit>,
    under_way: BTreeMap<u32, (Refit, TrainingInput)>,
    answers: VecDeque<(u32, pool::Answer)>,
    /// By share and fold: the score, and the rows that it was fitted on.
    found: Vec<Vec<OfFold>>,
    /// Rows of fits that are through, and of all.
    rows: (u64, u64),
    n_hands: usize,
    /// What the pool is to do.
    pub orders: Vec<Order>,
    next: u32,
    herald: Herald,
}

/// A fit that is to be made.
#[derive(Clone, Copy)]
struct Refit {
    share: usize,
    fold: usize,
}

impl Curve {
    /// # Errors
    /// A model that is not fitted by the pool, folds that were not all scored, or rows that are not here.
    pub fn new(
        ticket: Ticket,
        (run, stored): (RunId, Box<StoredRun>),
        data: Data,
        n_hands: usize,
    ) -> Result<Self, Problem> {
        let refuse = |event: &str| problem(event, "Nothing has changed.", "Choose a linear model or trees.");
        let spec = stored.design.candidates.get(stored.candidate as usize).cloned();
        let spec = spec.ok_or_else(|| refuse("An average of models has no learning curve of its own."))?;
        let fit = FitSpec::of(&spec.model).ok_or_else(|| {
            refuse("Only models that are fitted without the trainer of networks have a learning curve.")
        })?;
        let dataset = train::dataset(&data.table, &stored.design)?;
        let split = stored.design.split.draw(&dataset)?;
        let metric = stored.design.metric(dataset.task);
        let whole = stored.report.scores.iter().find(|score| score.metric == metric);
        if whole.is_none_or(|score| score.folds.len() != split.folds.len()) {
            return Err(refuse("Its training was stopped before all folds were scored."));
        }
        let (kind, seed) = (stored.design.split.kind, stored.design.split.seed);
        let folds = 0..split.folds.len();
        let ordered: Vec<Vec<u32>> =
            folds.map(|fold| order(&dataset, kind, &split.training(fold), seed, fold)).collect();
        let mut found: Vec<Vec<OfFold>> = vec![vec![(None, 0); ordered.len()]; SHARES.len()];
        let mut to_do = VecDeque::new();
        let mut total = 0;
        for (share, of_share) in found.iter_mut().enumerate() {
            for (fold, of_fold) in of_share.iter_mut().enumerate() {
                if let Some(rows) = share_of(&dataset, kind, &ordered[fold], SHARES[share]) {
                    of_fold.1 = rows.len();
                    total += rows.len() as u64;
                    to_do.push_back(Refit { share, fold });
                }
            }
        }
        drop(dataset);
        Ok(Self {
            ticket,
            run,
            stored,
            data,
            spec,
            fit,
            metric,
            split,
            ordered,
            to_do,
            under_way: BTreeMap::new(),
            answers: VecDeque::new(),
            found,
            rows: (0, total),
            n_hands,
            orders: Vec::new(),
            next: 0,
            herald: Herald::new(ticket),
        })
    }

    pub fn is_ready(&self) -> bool {
        !self.answers.is_empty() || self.under_way.is_empty() || self.gives_out()
    }

    /// One more than there are workers, so that none waits while rows are prepared.
    fn gives_out(&self) -> bool {
        !self.to_do.is_empty() && self.under_way.len() <= self.n_hands
    }

    pub fn pool_answered(&mut self, task: u32, answer: pool::Answer) {
        self.answers.push_back((task, answer));
    }

    /// Nothing of it is wanted any more.
    pub fn abandon(&mut self) {
        let ticket = self.ticket;
        self.orders.extend(self.under_way.keys().map(|task| Order::Drop { id: TaskId { ticket, task: *task } }));
    }

    /// Do one piece of work; `true` when it is over. `now` in milliseconds.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let advanced = self.advance();
        if let Ok(None) = advanced {
            let (done, total) = self.rows;
            let doing = "Fitting growing shares of the rows".to_owned();
            self.herald.tell(now, events, || Progress { doing, done, total, unit: "rows".to_owned() });
        }
        super::answered((self.ticket, self.run), advanced, events)
    }

    fn advance(&mut self) -> Result<Option<Answer>, Problem> {
        let data = self.data.clone();
        let dataset = train::dataset(&data.table, &self.stored.design)?;
        if let Some((task, answer)) = self.answers.pop_front() {
            self.take(&dataset, task, answer);
        } else if let Some(refit) = self.to_do.pop_front() {
            self.give_out(&dataset, refit);
        } else if self.under_way.is_empty() {
            return Ok(Some(self.finish()));
        }
        Ok(None)
    }

    fn give_out(&mut self, dataset: &Dataset, refit: Refit) {
        let kind = self.stored.design.split.kind;
        let rows = share_of(dataset, kind, &self.ordered[refit.fold], SHARES[refit.share]);
        let prepared = rows.and_then(|rows| self.spec.prepare(dataset, &rows).ok());
        let Some(mut input) = prepared else {
            self.rows.0 += self.found[refit.share][refit.fold].1 as u64;
            return;
        };
        self.next += 1;
        let task = Task::Fit(input.fit_task(self.fit.clone()));
        self.orders.push(Order::new(TaskId { ticket: self.ticket, task: self.next }, task));
        self.under_way.insert(self.next, (refit, input));
    }

    /// A fit that failed or whose worker ended has no score; its share is then left out.
    fn take(&mut self, dataset: &Dataset, task: u32, answer: pool::Answer) {
        let Some((Refit { share, fold }, input)) = self.under_way.remove(&task) else { return };
        self.rows.0 += self.found[share][fold].1 as u64;
        if let pool::Answer::Done(Done::Fit { fitted, .. }) = answer {
            let test = &self.split.folds[fold];
            let pipeline = input.assemble(&self.stored.design.dataset.target, fitted.model);
            let predictions = pipeline.predict_positions(dataset, test);
            self.found[share][fold].0 = score(self.metric, &dataset.target.select(test), &predictions);
        }
    }

    fn finish(&mut self) -> Answer {
        let found = SHARES.into_iter().zip(std::mem::take(&mut self.found)).collect();
        let sizes: Vec<usize> = self.ordered.iter().map(Vec::len).collect();
        let report = &self.stored.report;
        let whole = report.scores.iter().find(|score| score.metric == self.metric);
        let whole = whole.expect("`new` has looked for it");
        Answer::Curve(learning_curve(found, (whole, &sizes), report.test_to_train))
    }
}
