//! What undo and redo go back to.

use super::*;

/// Undo: earlier and later values of what can be edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub earlier: Vec<Edit>,
    pub later: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub label: String,
    pub name: String,
    pub design: Option<Design>,
    pub settings: Option<CsvSettings>,
    pub recipe: Option<Recipe>,
    pub rules: Vec<Rule>,
    pub choices: choices::Choices,
    pub datasheet: Datasheet,
}
