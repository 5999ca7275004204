//! The pool: workers beside the engine that fit models on prepared rows, several folds at a time.
//!
//! The engine prepares the rows of a fit and gives an `Order`; a `Crew` decides which worker gets it; a `Hand` is what a
//! worker does with it. All three are plain values: the browser only carries bytes between them.

mod crew;
mod hand;

use serde::{Deserialize, Serialize};

pub use crew::{Crew, Deed, Said};
pub use hand::Hand;

use super::message::Ticket;
use crate::model::fit::{FitTask, FittedModel};
use crate::problem::Problem;

/// Workers in a pool at most: each holds a copy of the rows that it fits.
pub const MOST_HANDS: usize = 8;

/// A fit's number: that of the training, and that within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FitId {
    pub ticket: Ticket,
    pub fit: u32,
}

/// What the engine wants of its pool.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// `bytes`: the encoded `PoolRequest::Fit`.
    Fit { id: FitId, bytes: Vec<u8> },
    /// Not wanted any more.
    Drop { id: FitId },
    /// Stand still, or go on.
    Hold { held: bool },
}

/// Engine → worker of the pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PoolRequest {
    /// One at a time: a worker gets the next when it has answered.
    Fit {
        id: FitId,
        task: FitTask,
    },
    Drop {
        id: FitId,
    },
    Hold {
        held: bool,
    },
}

/// Worker of the pool → engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PoolEvent {
    Ready,
    Fitted { id: FitId, fitted: FittedModel, seconds: f64 },
    Failed { id: FitId, error: Problem },
    Dropped { id: FitId },
}

/// What the engine hears of a fit.
#[derive(Clone, Debug, PartialEq)]
pub enum FitAnswer {
    /// `seconds` of work, without waiting and pauses.
    Fitted {
        fitted: FittedModel,
        seconds: f64,
    },
    Failed(Problem),
    /// The worker ended, for this reason, before it had an answer.
    Lost(String),
}
