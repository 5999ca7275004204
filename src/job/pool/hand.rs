//! One worker of the pool.

use super::{FitId, PoolEvent, PoolRequest};
use crate::model::fit::ModelFit;

/// Fits what it is given, in steps, and answers.
#[derive(Default)]
pub struct Hand {
    work: Option<Work>,
    held: bool,
}

struct Work {
    id: FitId,
    fit: ModelFit,
    /// Milliseconds of the steps so far.
    spent: f64,
}

impl Hand {
    /// Take a request. `clock` gives milliseconds.
    pub fn handle(&mut self, request: PoolRequest, clock: impl Fn() -> f64) -> Vec<PoolEvent> {
        match request {
            PoolRequest::Fit { id, task } => {
                let began = clock();
                match task.start() {
                    Ok(fit) => {
                        self.work = Some(Work { id, fit, spent: clock() - began });
                        Vec::new()
                    }
                    Err(error) => vec![PoolEvent::Failed { id, error }],
                }
            }
            PoolRequest::Drop { id } => match self.work.take_if(|work| work.id == id) {
                Some(_) => vec![PoolEvent::Dropped { id }],
                // It has been answered.
                None => Vec::new(),
            },
            PoolRequest::Hold { held } => {
                self.held = held;
                Vec::new()
            }
        }
    }

    /// Do a piece of the work under way.
    pub fn step(&mut self, clock: impl Fn() -> f64) -> Vec<PoolEvent> {
        if self.held {
            return Vec::new();
        }
        let Some(mut work) = self.work.take() else {
            return Vec::new();
        };
        let began = clock();
        let done = work.fit.step();
        work.spent += clock() - began;
        if !done {
            self.work = Some(work);
            return Vec::new();
        }
        vec![PoolEvent::Fitted { id: work.id, fitted: work.fit.finish(), seconds: work.spent.max(0.0) / 1000.0 }]
    }

    /// Nothing to do until the next request.
    pub fn is_idle(&self) -> bool {
        self.held || self.work.is_none()
    }
}
