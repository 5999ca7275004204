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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Doubt,
    Failure,
}
