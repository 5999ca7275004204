//! The red team at work: refits of a few thousand rows, fitted by the pool one after the other, and what came of them.

use std::collections::VecDeque;

use super::run::StoredRun;
use super::{Data, Event, Herald, Problem, Progress, RunId, Ticket, train};
use crate::dataset::{Groups, Times};
use crate::explain::Answer;
use crate::job::pool::{self, Done, Order, Task, TaskId};
use crate::model::fit::FitSpec;
use crate::pipeline::TrainingInput;
use crate::table::Column;
use crate::validate::redteam::{Lead, Refit, Subject};

/// An attack under way.
pub struct RedTeam {
    pub ticket: Ticket,
    run: RunId,
    stored: Box<StoredRun>,
    data: Data,
    /// Columns that may tie rows together or order them.
    asked: (Option<String>, Option<String>),
    noise: Option<Column>,
    to_do: Option<VecDeque<Refit>>,
    n_refits: usize,
    under_way: Option<(Refit, TrainingInput)>,
    found: Vec<(Refit, Lead)>,
    answer: Option<pool::Answer>,
    /// What the pool is to do.
    pub orders: Vec<Order>,
    next: u32,
    herald: Herald,
}

impl RedTeam {
    pub fn new(
        ticket: Ticket,
        run: RunId,
        stored: Box<StoredRun>,
        data: Data,
        asked: (Option<String>, Option<String>),
    ) -> Self {
        Self {
            ticket,
            run,
            stored,
            data,
            asked,
            noise: None,
            to_do: None,
            n_refits: 0,
            under_way: None,
            found: Vec::new(),
            answer: None,
            orders: Vec::new(),
            next: 0,
            herald: Herald::new(ticket),
        }
    }

    pub fn is_ready(&self) -> bool {
        self.under_way.is_none() || self.answer.is_some()
    }

    pub fn pool_answered(&mut self, answer: pool::Answer) {
        self.answer = Some(answer);
    }

    /// Nothing of it is wanted any more.
    pub fn abandon(&mut self) {
        if self.under_way.is_some() {
            let id = TaskId { ticket: self.ticket, task: self.next };
            self.orders.push(Order::Drop { id });
        }
    }

    fn subject<'a>(&self, data: &'a Data) -> Result<Subject<'a>, Problem> {
        let stored = &self.stored;
        let table = &data.table;
        let dataset = train::dataset(table, &stored.design)?;
        let split = stored.design.split.draw(&dataset)?;
        let column = |name: &Option<String>| name.as_ref().and_then(|name| table.column(name));
        let groups = column(&self.asked.0).map(|column| Groups::of(column, &dataset.rows));
        let times = column(&self.asked.1).and_then(|column| Times::of(column, &dataset.rows).ok());
        // An ensemble is no candidate of the design.
        let spec = stored.design.candidates.get(stored.candidate as usize).cloned();
        Ok(Subject {
            metric: stored.design.metric(dataset.task),
            seed: stored.design.split.seed,
            tested: stored.tested.clone(),
            spec,
            dataset,
            split,
            groups,
            times,
        })
    }

    /// Do one piece of work; `true` when it is over. `now` in milliseconds.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let advanced = self.advance();
        if let Ok(None) = advanced {
            let (done, total) = (self.found.len() as u64, self.n_refits as u64);
            let say =
                || Progress { doing: "Trying to prove it wrong".to_owned(), done, total, unit: "fits".to_owned() };
            self.herald.tell(now, events, say);
        }
        super::answered((self.ticket, self.run), advanced, events)
    }

    fn advance(&mut self) -> Result<Option<Answer>, Problem> {
        let data = self.data.clone();
        let subject = self.subject(&data)?;
        let noise = self.noise.take().unwrap_or_else(|| subject.noise());
        let mut to_do = self.to_do.take().unwrap_or_else(|| {
            let refits = subject.refits();
            self.n_refits = refits.len();
            refits.into()
        });
        if let Some((refit, input)) = self.under_way.take() {
            let lead = match self.answer.take() {
                Some(pool::Answer::Done(Done::Fit { fitted, .. })) => {
                    subject.score(&refit, &noise, input, fitted.model)
                }
                // A refit that fails tells nothing; what it was for says so.
                Some(pool::Answer::Failed(_) | pool::Answer::Lost(_) | pool::Answer::Done(_)) | None => {
                    Lead { lead: None, lost: Vec::new(), n_test: 0 }
                }
            };
            self.found.push((refit, lead));
        } else if let Some(refit) = to_do.pop_front() {
            self.give_out(&subject, refit, &noise);
        } else {
            return Ok(Some(Answer::RedTeam(subject.judge(&self.found))));
        }
        (self.noise, self.to_do) = (Some(noise), Some(to_do));
        Ok(None)
    }

    fn give_out(&mut self, subject: &Subject, refit: Refit, noise: &Column) {
        let failed = Lead { lead: None, lost: Vec::new(), n_test: 0 };
        let Ok(mut input) = subject.prepare(&refit, noise) else {
            self.found.push((refit, failed));
            return;
        };
        let Some(spec) = FitSpec::of(&subject.spec_of(&refit).model) else {
            self.found.push((refit, failed));
            return;
        };
        self.next += 1;
        let task = Task::Fit(input.fit_task(spec));
        self.orders.push(Order::new(TaskId { ticket: self.ticket, task: self.next }, task));
        self.under_way = Some((refit, input));
    }
}
