//! What is said to a person when something went wrong.

use serde::{Deserialize, Serialize};

/// Something went wrong: place, event, what was kept, cure. Shown as a sentence each.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// "people.csv, row 812, column age"; may be empty.
    pub place: String,
    pub event: String,
    pub kept: String,
    pub cure: String,
}
