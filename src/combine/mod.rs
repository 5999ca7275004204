//! A second file beside a table: how the two could become one, told before it is done.
//!
//! ```text
//! Table × Table ─► Fits: the same columns? ─► a step that appends
//!               └► keys (propose) ─► Meeting: what would match, what not, what would be multiplied ─► a step that joins
//! ```
//!
//! Nothing is changed here. What is decided becomes a step of the recipe (`Operation::Append`, `Operation::Join`), so that
//! several files have no way of their own: they are undone, reordered, replayed and told as every other step.

mod append;
mod meeting;
mod propose;

pub use append::{Fits, TypeDiffers};
pub use meeting::{Meeting, Repeated};
pub use propose::propose;

use serde::{Deserialize, Serialize};

use crate::recipe::{JoinKind, KeyPair, Operation, Outcome, Recipe, StepReport};
use crate::table::csv::grouped;
use crate::table::receipt::FileFacts;
use crate::table::{ColumnType, Table};

/// What did not fit of a step that is told in a sentence.
const MOST_TOLD: usize = 5;
/// Proposals that are looked at.
const MOST_PROPOSED: usize = 3;

/// A file that was read to stand beside the table, and what could be done with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// What steps call it: no other file of the project has the name.
    pub name: String,
    pub file: FileFacts,
    /// Its columns.
    pub columns: Vec<(String, ColumnType)>,
    pub fits: Fits,
    /// Keys that the values propose, best first, with what a join on them would come to.
    pub joins: Vec<(Vec<KeyPair>, Meeting)>,
    /// What a join puts behind names that the table has too.
    pub suffix: String,
    /// What is proposed: a step, or nothing where neither fits.
    pub proposed: Option<Operation>,
}

impl Beside {
    /// `first`: the table as it was read, which rows would be put below. `table`: that behind all steps, which columns would
    /// be put beside.
    pub fn look(first: &Table, table: &Table, (name, right): (&str, &Table), file: FileFacts) -> Self {
        let fits = Fits::of(first, right);
        let meet = |on: Vec<KeyPair>| {
            let meeting = Meeting::of(table, right, name, &on, false);
            (on, meeting)
        };
        let joins: Vec<_> = propose(table, right).into_iter().take(MOST_PROPOSED).map(meet).collect();
        let suffix = suffix(table, right, name);
        let join = joins.first().map(|(on, meeting)| Operation::Join {
            with: name.to_owned(),
            kind: JoinKind::Left,
            on: on.clone(),
            suffix: suffix.clone(),
            loose: meeting.n_matched == 0 && meeting.more_if_loose > 0,
        });
        let append = || Operation::Append { with: name.to_owned(), mark: None };
        let proposed =
            if fits.is_likely() || (join.is_none() && !fits.shared.is_empty()) { Some(append()) } else { join };
        let columns = right.columns.iter().map(|column| (column.name.clone(), column.values.column_type())).collect();
        Self { name: name.to_owned(), file, columns, fits, joins, suffix, proposed }
    }
}

/// What is put behind names that both tables have, so that none is there twice: "_weather" for weather.csv.
fn suffix(table: &Table, right: &Table, name: &str) -> String {
    let stem = crate::table::packed::stem(name);
    let base: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).take(24).collect();
    let taken = |suffix: &str| {
        right.columns.iter().any(|column| {
            let new = format!("{}{suffix}", column.name);
            table.column(&column.name).is_some() && (table.column(&new).is_some() || right.column(&new).is_some())
        })
    };
    let first = format!("_{base}");
    if !taken(&first) {
        return first;
    }
    // As many numbers as there are columns, and one more: one of them is free.
    let numbered = (2..=table.columns.len() + right.columns.len() + 2).map(|n| format!("_{base}_{n}"));
    numbered.into_iter().find(|suffix| !taken(suffix)).unwrap_or(first)
}

/// What steps made of the file that they call so, a sentence each.
pub fn done_by(name: &str, recipe: &Recipe, told: &[StepReport]) -> Vec<String> {
    let steps = recipe.steps.iter().filter(|step| step.operation.with() == Some(name));
    steps.filter_map(|step| Some(done(&step.operation, told.iter().find(|told| told.step == step.id)?))).collect()
}

fn done(operation: &Operation, told: &StepReport) -> String {
    let title = operation.title();
    match told.outcome {
        Outcome::Off => return format!("{title}: switched off."),
        Outcome::Skipped | Outcome::Unknown => {
            let why = told.problems.first().map_or("it does not fit the table.", |problem| problem.event.as_str());
            return format!("{title}: left out. {why}");
        }
        Outcome::Done => {}
    }
    let mut said = match (operation, told.matches) {
        (Operation::Join { with, kind, loose, .. }, Some(met)) => {
            let n = told.rows_before;
            let kind = match kind {
                JoinKind::Left => "every row of the table kept",
                JoinKind::Inner => "only rows that match kept",
                JoinKind::Full => "every row of both kept",
            };
            let loosely =
                if *loose { ", compared as texts without blanks at the ends and capital letters" } else { "" };
            let keyless = match met.without_key {
                0 => String::new(),
                n => format!(", {} of them without a key", grouped(n)),
            };
            let several = match met.multiplied {
                0 => String::new(),
                n => format!(
                    "; {} matched several and {} there several times",
                    counted(n.into(), "row", "rows"),
                    if n == 1 { "stands" } else { "stand" }
                ),
            };
            let alone = match met.right_alone {
                0 => format!("every row of {with} matched"),
                n => format!("{} of {with} matched nothing", counted(n.into(), "row", "rows")),
            };
            format!(
                "{title} ({kind}{loosely}): {} of {} matched, {} did not{keyless}{several}; {alone}.",
                grouped(n - met.left_alone),
                counted(n.into(), "row", "rows"),
                grouped(met.left_alone),
            )
        }
        _ => format!(
            "{title}: {} more.",
            counted(told.rows_after.saturating_sub(told.rows_before).into(), "row", "rows")
        ),
    };
    for problem in told.problems.iter().take(MOST_TOLD) {
        let place = problem.place.rsplit(", ").next().unwrap_or_default();
        said.push_str(&format!(" {}: {}", capital(place), problem.event));
    }
    if told.problems.len() > MOST_TOLD {
        said.push_str(&format!(" And {} more of this kind.", told.problems.len() - MOST_TOLD));
    }
    said
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn counted(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { several })
}

/// Columns of the other table that a join renames, as this one has their names: before and after.
pub fn renamed(here: &[String], there: &[(String, ColumnType)], on: &[KeyPair], suffix: &str) -> Vec<(String, String)> {
    let added = there.iter().map(|(name, _)| name).filter(|name| !on.iter().any(|pair| pair.right == **name));
    let known: std::collections::BTreeSet<&String> = here.iter().collect();
    added.filter(|name| known.contains(name)).map(|name| (name.clone(), format!("{name}{suffix}"))).collect()
}
