//! What a person should know: place, event, what was kept, and the cure.

use super::Action;
use crate::problem::Problem;

#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub tone: Tone,
    pub problem: Problem,
    /// A button that cures it.
    pub cure: Option<(String, Box<Action>)>,
    /// The clock's milliseconds when it was given.
    pub since: f64,
}

/// Milliseconds in which a note is read.
const READ: f64 = 5_000.0;

impl Notice {
    /// Whether it is a note that was read by `now` and asks for nothing: it goes when the person goes elsewhere.
    pub fn has_passed(&self, now: f64) -> bool {
        let asks = self.cure.is_some() || !self.problem.cure.is_empty() || !self.problem.place.is_empty();
        self.tone == Tone::Information && !asks && now - self.since > READ
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Doubt,
    Failure,
}
