//! One worker of the pool.

use super::surface::surface;
use super::{Done, PoolEvent, PoolRequest, Task, TaskId};
use crate::job::PackageAbout;
use crate::job::engine::run::StoredRun;
use crate::model::fit::ModelFit;
use crate::package::build::{self, Source};
use crate::package::outside;
use crate::predictor;
use crate::problem::Problem;

/// Does what it is given and answers: fits in steps, the rest in one.
#[derive(Default)]
pub struct Hand {
    work: Option<Work>,
    held: bool,
}

struct Work {
    id: TaskId,
    fit: ModelFit,
    /// Milliseconds of the steps so far.
    spent: f64,
}

impl Hand {
    /// Take a request. `clock` gives milliseconds.
    pub fn handle(&mut self, request: PoolRequest, clock: impl Fn() -> f64) -> Vec<PoolEvent> {
        match request {
            PoolRequest::Do { id, task } => {
                let began = clock();
                let done = match task {
                    Task::Fit(task) => match task.start() {
                        Ok(fit) => {
                            self.work = Some(Work { id, fit, spent: clock() - began });
                            return Vec::new();
                        }
                        Err(error) => Err(error),
                    },
                    Task::Package { stored, about, table_schema } => package(&stored, &about, table_schema),
                    Task::Surface { points, spec, resolution } => surface(&points, &spec, resolution)
                        .map(|probabilities| Done::Surface { probabilities, resolution }),
                };
                vec![match done {
                    Ok(done) => PoolEvent::Done { id, done },
                    Err(error) => PoolEvent::Failed { id, error },
                }]
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
            // Between the requests, by whoever carries them.
            PoolRequest::WarmUp => Vec::new(),
        }
    }

    /// Do a piece of the fit under way.
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
        let done = Done::Fit { fitted: work.fit.finish(), seconds: work.spent.max(0.0) / 1000.0 };
        vec![PoolEvent::Done { id: work.id, done }]
    }

    /// Nothing to do until the next request.
    pub fn is_idle(&self) -> bool {
        self.held || self.work.is_none()
    }
}

fn package(stored: &[u8], about: &PackageAbout, table_schema: Option<String>) -> Result<Done, Problem> {
    let stored = StoredRun::from_bytes(stored)?;
    let source = Source {
        import: stored.import,
        replay: stored.replay,
        reference: stored.reference,
        table_schema: table_schema.and_then(|text| serde_json::from_str(&text).ok()),
    };
    let (package, bytes) = build::make(&stored.pipeline, &stored.report, &stored.design, about, &source)?;
    let predictor = predictor::make_packed(&stored.pipeline, &stored.report, about, &source, &package.reveals);
    let question = outside::question(&bytes, &stored.pipeline)?.into();
    Ok(Done::Package { package, bytes, predictor, question })
}
