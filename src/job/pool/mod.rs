//! The pool: workers beside the engine for what needs no table: fitting models on prepared rows, several folds at a time,
//! packages, and the playground's surfaces.
//!
//! The engine prepares a task and gives an `Order`; a `Crew` decides which worker gets it; a `Hand` is what a worker does
//! with it. All three are plain values: the browser only carries bytes between them.

mod crew;
mod hand;
mod surface;
pub mod warm;

use serde::{Deserialize, Serialize};

pub use crew::{Crew, Deed, Said};
pub use hand::Hand;

use super::message::{self, Ticket};
use super::{Asked, PackageAbout, PackageSummary, PlaygroundData};
use crate::model::fit::{FitTask, FittedModel};
use crate::pipeline::PipelineSpec;
use crate::predictor::PackedModel;
use crate::problem::Problem;
use crate::table::transcript::Original;

/// Workers in a pool at most: each holds a copy of the rows that it fits.
pub const MOST_HANDS: usize = 8;

/// A task's number: that of the work it belongs to, and that within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TaskId {
    pub ticket: Ticket,
    pub task: u32,
}

/// What the engine wants of its pool.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// `bytes`: the encoded `PoolRequest::Do`.
    Do { id: TaskId, bytes: Vec<u8> },
    /// For the reader, a program of its own. `bytes`: an encoded `ReadTask`.
    Read { id: TaskId, bytes: Vec<u8> },
    /// Not wanted any more.
    Drop { id: TaskId },
    /// Stand still, or go on.
    Hold { held: bool },
}

/// A piece of work that needs no table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Task {
    Fit(FitTask),
    /// The package of a stored run (`StoredRun::to_bytes`). `table_schema`: the rules as a Frictionless Table Schema in JSON.
    Package {
        #[serde(with = "message::bytes")]
        stored: Vec<u8>,
        about: PackageAbout,
        table_schema: Option<String>,
    },
    /// The class probabilities of a model fitted to `points` over the playground's square.
    Surface {
        points: PlaygroundData,
        spec: PipelineSpec,
        resolution: u32,
    },
}

/// What a task came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Done {
    /// `seconds` of work, without waiting and pauses.
    Fit { fitted: FittedModel, seconds: f64 },
    Package {
        package: PackageSummary,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
        predictor: Result<PackedModel, Problem>,
        question: Asked,
    },
    /// `[class][row][column]`, y downwards.
    Surface { probabilities: Vec<f32>, resolution: u32 },
    /// The reader's.
    Transcript {
        original: Original,
        #[serde(with = "message::bytes")]
        text: Vec<u8>,
    },
}

/// Engine → worker of the pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PoolRequest {
    /// One at a time: a worker gets the next when it has answered.
    Do {
        id: TaskId,
        task: Task,
    },
    Drop {
        id: TaskId,
    },
    Hold {
        held: bool,
    },
    /// Warm up while nothing is asked (`warm`).
    WarmUp,
}

/// Worker of the pool → engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PoolEvent {
    Ready,
    Done { id: TaskId, done: Done },
    Failed { id: TaskId, error: Problem },
    Dropped { id: TaskId },
}

/// What the engine hears of a task.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done(Done),
    Failed(Problem),
    /// The worker ended, for this reason, before it had an answer.
    Lost(String),
}

impl Order {
    pub fn new(id: TaskId, task: Task) -> Self {
        Self::Do { id, bytes: message::encode(&PoolRequest::Do { id, task }) }
    }
}
