//! The words between the engine and the reader of spreadsheets and Parquet files, a program of its own.

use serde::{Deserialize, Serialize};

use super::message;
use super::pool::{Done, PoolEvent, TaskId};
use crate::problem::Problem;
use crate::table::transcript::{Transcript, Wanted};

/// Engine → reader.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadTask {
    pub id: TaskId,
    pub wanted: Wanted,
    /// Of `file`, lower-case hex: what was read of it before need not be read again.
    pub sha256: String,
    #[serde(with = "message::bytes")]
    pub file: Vec<u8>,
}

/// What the reader answers.
pub fn answer(id: TaskId, read: Result<Transcript, Problem>) -> PoolEvent {
    match read {
        Ok(Transcript { original, text }) => PoolEvent::Done { id, done: Done::Transcript { original, text } },
        Err(error) => PoolEvent::Failed { id, error },
    }
}
