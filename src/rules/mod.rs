//! What a person demands of a table: rules that each file passes or fails, with the rows that fail.
//!
//! ```text
//! Table × rules ─► check ─► a report for each rule
//! Table × rules ─► table_schema ─► a Frictionless Table Schema
//! ```
//!
//! A missing cell passes every rule but `NotMissing`, as in Frictionless and in the CHECK of SQL.

mod check;
mod document;
mod frictionless;
mod propose;

pub use check::{MOST_ROWS, Outcome, RuleReport, check};
pub use document::{from_json, to_json};
pub use frictionless::table_schema;
pub use propose::propose;

use serde::{Deserialize, Serialize};

/// One demand, which can be switched off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its own in the list; it stays when other rules come and go.
    pub id: u32,
    pub on: bool,
    pub demand: Demand,
}

/// What must hold in every row. Columns are named; values are texts as `Values::text` writes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Demand {
    /// No cell is missing.
    NotMissing { column: String },
    /// No two rows have the same cells here. Rows with a missing one are not compared.
    Unique { columns: Vec<String> },
    /// Numbers or dates, both ends included; at least one is given.
    Range { column: String, low: Option<String>, high: Option<String> },
    /// Characters of a text, both ends included; at least one is given.
    Length { column: String, least: Option<u32>, most: Option<u32> },
    /// The whole text matches a regular expression.
    Pattern { column: String, pattern: String },
    /// One of these values.
    OneOf { column: String, values: Vec<String> },
    /// A condition in the language of formulas. Where it is neither true nor false, for a cell is missing, it passes.
    Holds { condition: String },
}

/// Values that a title lists.
const SHOWN: usize = 4;

impl Demand {
    /// The rule as a sentence without a full stop: "age is from 0 to 120".
    pub fn title(&self) -> String {
        match self {
            Self::NotMissing { column } => format!("{column} is never missing"),
            Self::Unique { columns } => match columns.as_slice() {
                [one] => format!("{one} is never the same in two rows"),
                many => format!("{} together are never the same in two rows", listed(many)),
            },
            Self::Range { column, low, high } => match (low, high) {
                (Some(low), Some(high)) => format!("{column} is from {low} to {high}"),
                (Some(low), None) => format!("{column} is {low} or more"),
                (None, Some(high)) => format!("{column} is {high} or less"),
                (None, None) => format!("{column} is in a range"),
            },
            Self::Length { column, least, most } => match (least, most) {
                (Some(least), Some(most)) if least == most => {
                    format!("{column} has {least} character{}", if *least == 1 { "" } else { "s" })
                }
                (Some(least), Some(most)) => format!("{column} has {least} to {most} characters"),
                (Some(least), None) => format!("{column} has {least} characters or more"),
                (None, Some(most)) => format!("{column} has {most} characters or fewer"),
                (None, None) => format!("{column} has a length"),
            },
            Self::Pattern { column, pattern } => format!("{column} is written as {pattern}"),
            Self::OneOf { column, values } => format!("{column} is one of {}", listed(values)),
            Self::Holds { condition } => condition.clone(),
        }
    }

    /// The columns that a rule names; those of a condition are in its text.
    pub fn columns(&self) -> &[String] {
        match self {
            Self::NotMissing { column }
            | Self::Range { column, .. }
            | Self::Length { column, .. }
            | Self::Pattern { column, .. }
            | Self::OneOf { column, .. } => std::slice::from_ref(column),
            Self::Unique { columns } => columns,
            Self::Holds { .. } => &[],
        }
    }
}

fn listed(texts: &[String]) -> String {
    let shown = texts.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    if texts.len() > SHOWN { format!("{shown} and {} more", texts.len() - SHOWN) } else { shown }
}

/// An id that no rule has.
pub fn next_id(rules: &[Rule]) -> u32 {
    let last = rules.iter().map(|rule| rule.id).max();
    match last {
        None => 0,
        Some(u32::MAX) => (0..).find(|id| rules.iter().all(|rule| rule.id != *id)).unwrap_or(0),
        Some(last) => last + 1,
    }
}
