//! Every change to a table as a step, replayed on each new file with a report of what no longer fits.
//!
//! ```text
//! Table × steps ─► apply ─► Table, a report for each step, where each row came from
//! Schema × steps ─► fits ─► problems, the schema behind each step
//! ```
//!
//! The original is never changed. Row-wise steps (`Scope::RowWise`) depend on nothing but the row, so that they can be
//! replayed when new rows are predicted; nothing in a recipe is computed from other rows, so that nothing leaks across
//! folds. `apply` is total: a step that does not fit is skipped and said so, and the rest goes on.

mod aggregate;
mod apply;
mod cells;
mod dates;
mod document;
mod edit;
mod fits;
pub mod formula;
mod join;
mod keys;
mod operation;
mod origin;
mod preview;
mod repair;
mod replay;
mod reshape;
mod rows;
mod schema;
mod texts;
mod values;
mod work;

pub use apply::{Applied, NoOthers, Others, apply, apply_rows};
pub use fits::{Fit, fits};
pub use join::{Matching, key_mismatch, most_rows};
pub use keys::append as append_key;
pub use operation::{
    Aggregate, Aggregation, Find, JoinKind, Keep, KeyPair, LetterCase, Mark, Operation, Outside, SampleSize, Scope,
    SortKey, SplitBy,
};
pub use origin::{NO_ROW, Origin};
pub use preview::{Preview, PreviewRow, preview, preview_behind};
pub use repair::{add_repair, operation_of};
pub use replay::{RawColumn, Replay};
pub use schema::{Field, Schema, nearest};
pub use texts::whole_regex;
pub use work::{Matches, Outcome, StepReport};

use serde::{Deserialize, Serialize};

/// Steps in the order in which they are done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub steps: Vec<Step>,
}

/// One change, which can be switched off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its own in the recipe; it stays when steps are reordered.
    pub id: u32,
    pub on: bool,
    pub operation: Operation,
    /// What the person wants to remember of it; may be empty.
    pub note: String,
}

impl Recipe {
    /// An id that no step has.
    pub fn next_id(&self) -> u32 {
        let last = self.steps.iter().map(|step| step.id).max();
        match last {
            None => 0,
            Some(u32::MAX) => (0..).find(|id| self.steps.iter().all(|step| step.id != *id)).unwrap_or(0),
            Some(last) => last + 1,
        }
    }

    /// Adds a step at the end, on and without a note; its id.
    pub fn push(&mut self, operation: Operation) -> u32 {
        let id = self.next_id();
        self.steps.push(Step { id, on: true, operation, note: String::new() });
        id
    }
}
