//! Predictions that were made elsewhere and stand in the table beside the truth: read, checked, and judged as the
//! predictions of a candidate's folds are.

mod propose;
mod report;
mod scores;
mod sets;

use serde::{Deserialize, Serialize};

pub use propose::{Look, look};

use super::Given;
use crate::dataset::{Dataset, DatasetSpec, Role, Target, Task, task_of};
use crate::model::Predictions;
use crate::problem::Problem;
use crate::table::view::sorted_levels;
use crate::table::{Column, Table, Values, number_text};

/// Folds that a column may tell apart, and scores that are judged at once, at most.
pub const MOST_FOLDS: usize = 50;
pub const MOST_SCORES: usize = 20;

/// Which columns of a table hold what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeSpec {
    pub truth: String,
    /// Each a score of its own, but columns that hold a probability for each class (`sets`).
    pub scores: Vec<String>,
    /// Of two classes the one that higher scores mean; `None`: as the values propose.
    pub positive: Option<String>,
    /// Rows with the same value were tested by the same model, which had not learned from them. `None`: all by one.
    pub fold: Option<String>,
    /// Rows with the same value belong together.
    pub group: Option<String>,
    pub time: Option<String>,
    /// Columns that tell groups of people apart.
    pub sensitive: Vec<String>,
}

/// A table seen through a spec, with everything read and checked.
pub struct Seen<'a> {
    pub dataset: Dataset<'a>,
    /// As a design has it: with task and positive class.
    pub spec: DatasetSpec,
    /// Positions in the dataset that each fold tests; one fold where no column tells them apart.
    pub folds: Vec<Vec<u32>>,
    pub scores: Vec<Scored>,
    fold: Option<String>,
    /// What a person should know of the rows.
    notes: Vec<String>,
}

/// One score of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Of the column, or what the columns of a set have in common.
    pub name: String,
    pub given: Given,
    /// Fold after fold.
    predictions: Predictions,
    notes: Vec<String>,
}

impl JudgeSpec {
    /// Columns that say nothing of the rows by themselves: the scores, and which fold tested a row.
    pub fn is_judging(&self, column: &str) -> bool {
        self.scores.iter().any(|score| score == column) || self.fold.as_deref() == Some(column)
    }

    fn dataset(&self, task: Task, positive: Option<String>) -> DatasetSpec {
        let free = |name: &&String| self.group.as_ref() != Some(*name) && self.time.as_ref() != Some(*name);
        let sensitive = self.sensitive.iter().filter(|name| **name != self.truth).filter(free);
        let others = [(self.group.as_ref(), Role::Group), (self.time.as_ref(), Role::Time)];
        let others = others.into_iter().filter_map(|(name, role)| Some((name?, role)));
        let roles = others.chain(sensitive.map(|name| (name, Role::Sensitive)));
        let roles = roles.map(|(name, role)| (name.clone(), role)).collect();
        DatasetSpec { target: self.truth.clone(), task: Some(task), positive, roles }
    }

    /// Every column that is named, with what it is for; the people's columns are named by their roles elsewhere.
    fn named(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let scores = self.scores.iter().map(|name| (name.as_str(), "a score"));
        let others = [(&self.fold, "the fold"), (&self.group, "the group"), (&self.time, "the time")];
        let others = others.into_iter().filter_map(|(name, what)| Some((name.as_deref()?, what)));
        std::iter::once((self.truth.as_str(), "the truth")).chain(scores).chain(others)
    }
}

fn named(name: &str) -> String {
    format!("“{name}”")
}

/// "column “p”, row 17"; rows count from 1.
fn cell(column: &str, row: u32) -> String {
    format!("column {}, row {}", named(column), row + 1)
}

fn problem(place: String, event: String, cure: &str) -> Problem {
    Problem { place, event, kept: "The table is as it was.".into(), cure: cure.into() }
}

/// "1 row", "12 rows".
fn rows(n: usize) -> String {
    if n == 1 { "1 row".to_owned() } else { format!("{n} rows") }
}

/// Read and check all that a spec names.
///
/// # Errors
/// The first thing that stands in the way: its column, its row where it is one, and a cure.
pub fn see<'a>(table: &'a Table, spec: &JudgeSpec) -> Result<Seen<'a>, Problem> {
    let columns = columns(table, spec)?;
    let truth = table.column(&spec.truth).ok_or_else(|| absent(&spec.truth))?;
    let task = task_for(truth, &columns);
    let at = |positive| {
        let own = spec.dataset(task, positive);
        let first = |problems: Vec<Problem>| problems.into_iter().next().unwrap_or_default();
        Dataset::unlearned(table, &own).map(|dataset| (dataset, own)).map_err(first)
    };
    let (mut dataset, mut own) = at(spec.positive.clone())?;
    if let (Task::Binary, Target::Classes { codes, labels }) = (task, &dataset.target) {
        let known = spec.positive.as_ref().filter(|chosen| labels.contains(chosen));
        let proposed = || scores::likely_positive(labels, codes, &dataset.rows, &columns);
        let positive = known.cloned().unwrap_or_else(proposed);
        (dataset, own) = at(Some(positive))?;
    }
    let fold = spec.fold.as_deref().map(|name| table.column(name).ok_or_else(|| absent(name))).transpose()?;
    let mut notes = Vec::new();
    let n_unknown = table.n_rows - dataset.rows.len();
    if n_unknown > 0 {
        let first = (0..table.n_rows).find(|row| truth.values.is_missing(*row)).unwrap_or_default();
        notes.push(left_out(n_unknown, &truth.name, first as u32));
    }
    let needed: Vec<&Column> = columns.iter().copied().chain(fold).collect();
    let positions = whole(&dataset, &needed, &mut notes)?;
    varies(&dataset, &positions)?;
    let folds = match fold {
        Some(column) => dealt(column, &dataset.rows, &positions)?,
        None => vec![positions],
    };
    if let (Some(groups), Some(fold)) = (&dataset.groups, fold) {
        notes.extend(split_groups(&groups.codes, &groups.column, &folds, &fold.name));
    }
    let order: Vec<u32> = folds.concat();
    let table_rows: Vec<u32> = order.iter().map(|position| dataset.rows[*position as usize]).collect();
    let truth = dataset.target.select(&order);
    let labels = match &dataset.target {
        Target::Classes { labels, .. } => labels.as_slice(),
        Target::Values(_) => &[],
    };
    let sets = sets::sets(&columns, labels)?;
    if sets.len() > MOST_SCORES {
        let event = format!("{} scores are too many to judge at once; {MOST_SCORES} is the limit.", sets.len());
        return Err(problem(String::new(), event, "Judge some of them first, and the others after."));
    }
    let scores = sets.iter().map(|set| scores::read(set, task, (&truth, labels), &table_rows));
    let scores = scores.collect::<Result<Vec<_>, _>>()?;
    Ok(Seen { dataset, spec: own, folds, scores, fold: spec.fold.clone(), notes })
}

/// The columns of scores.
fn columns<'a>(table: &'a Table, spec: &JudgeSpec) -> Result<Vec<&'a Column>, Problem> {
    let mut known: Vec<(&str, &str)> = Vec::new();
    for (name, what) in spec.named() {
        if let Some((_, other)) = known.iter().find(|(known, _)| *known == name) {
            let event = format!("{} is to be {other} and {what} at once.", named(name));
            return Err(problem(format!("column {}", named(name)), event, "Choose another column for one of them."));
        }
        known.push((name, what));
    }
    if spec.scores.is_empty() {
        let cure = "Choose the column that holds what was predicted.";
        return Err(problem(String::new(), "No column of scores is chosen.".into(), cure));
    }
    spec.scores.iter().map(|name| table.column(name).ok_or_else(|| absent(name))).collect()
}

fn absent(name: &str) -> Problem {
    match name {
        "" => problem(
            String::new(),
            "No column of what was true is chosen.".into(),
            "Choose the column that holds what was true.",
        ),
        name => {
            let event = format!("The table has no column {}.", named(name));
            problem(String::new(), event, "Choose a column that is in the table.")
        }
    }
}

/// What the truth asks for; whole numbers that are few are classes only where the scores are such numbers too.
fn task_for(truth: &Column, scores: &[&Column]) -> Task {
    let task = task_of(truth);
    let (Values::Number(known), Task::Multiclass) = (&truth.values, task) else { return task };
    let mut few: Vec<f64> = Vec::new();
    for value in known.iter().filter(|value| !value.is_nan()) {
        if !few.contains(value) {
            few.push(*value);
        }
    }
    let is_class = |value: &f64| value.is_nan() || few.contains(value);
    let estimates = |column: &&Column| match &column.values {
        Values::Number(values) => !values.iter().all(is_class) && !sets::is_of_a_class(&column.name, &few),
        Values::Category { .. } | Values::Boolean { .. } | Values::Date { .. } | Values::Text(_) => false,
    };
    if scores.iter().all(estimates) { Task::Regression } else { task }
}

/// Positions whose rows have a value in all of these columns; what is left out is noted.
fn whole(dataset: &Dataset, needed: &[&Column], notes: &mut Vec<String>) -> Result<Vec<u32>, Problem> {
    for column in needed {
        let mut missing = dataset.rows.iter().copied().filter(|row| column.values.is_missing(*row as usize));
        let Some(first) = missing.next() else { continue };
        let n = 1 + missing.count();
        if n == dataset.rows.len() {
            let event = "Every value is missing in the rows whose truth is known.".to_owned();
            let cure = "Choose another column, or check the spellings of 'missing' in the import settings.";
            return Err(problem(format!("column {}", named(&column.name)), event, cure));
        }
        notes.push(left_out(n, &column.name, first));
    }
    let has_all = |position: &u32| {
        let row = dataset.rows[*position as usize] as usize;
        needed.iter().all(|column| !column.values.is_missing(row))
    };
    let positions: Vec<u32> = (0..dataset.rows.len() as u32).filter(has_all).collect();
    match positions.is_empty() {
        true => Err(problem(
            String::new(),
            "No row has a value in all of the chosen columns.".into(),
            "Judge the columns of scores one by one.",
        )),
        false => Ok(positions),
    }
}

fn left_out(n: usize, column: &str, first: u32) -> String {
    let (verb, have) = if n == 1 { ("is", "it has") } else { ("are", "they have") };
    format!("{} {verb} left out, since {have} no value of {}; the first is row {}.", rows(n), named(column), first + 1)
}

/// That more than one class, or value, is left.
fn varies(dataset: &Dataset, positions: &[u32]) -> Result<(), Problem> {
    let same = match &dataset.target {
        Target::Classes { codes, labels } => {
            let first = codes[positions[0] as usize];
            let same = positions.iter().all(|position| codes[*position as usize] == first);
            same.then(|| labels[first as usize].clone())
        }
        Target::Values(values) => {
            let first = values[positions[0] as usize];
            let same = positions.iter().all(|position| values[*position as usize] == first);
            same.then(|| number_text(first))
        }
    };
    same.map_or(Ok(()), |value| {
        let event = format!("The truth is {} in every row that has a score.", named(&value));
        Err(problem(String::new(), event, "Bring rows in which it varies."))
    })
}

/// Positions by the value of the column that says which fold tested them, in the order of the values.
fn dealt(column: &Column, rows: &[u32], positions: &[u32]) -> Result<Vec<Vec<u32>>, Problem> {
    let place = || format!("column {}", named(&column.name));
    let mut names: Vec<String> = Vec::new();
    let mut folds: Vec<Vec<u32>> = Vec::new();
    for position in positions {
        let text = column.values.text(rows[*position as usize] as usize).unwrap_or_default();
        let at = names.iter().position(|name| *name == text).unwrap_or(names.len());
        if at == MOST_FOLDS {
            let event = format!("It tells more than {MOST_FOLDS} folds apart.");
            return Err(problem(place(), event, "Choose the column that says which fold tested a row, or none."));
        }
        if at == names.len() {
            names.push(text);
            folds.push(Vec::new());
        }
        folds[at].push(*position);
    }
    if names.len() < 2 {
        let event = format!("It is {} in every row, so it tells no folds apart.", named(&names.concat()));
        return Err(problem(place(), event, "Choose no fold column: all rows are then one tested set."));
    }
    let mut order = sorted_levels(&names);
    Ok(order.iter_mut().map(|at| std::mem::take(&mut folds[*at as usize])).collect())
}

/// Whether groups stand in several folds, said as a doubt.
fn split_groups(codes: &[u32], group: &str, folds: &[Vec<u32>], fold: &str) -> Option<String> {
    let mut of = std::collections::BTreeMap::new();
    let mut split = std::collections::BTreeSet::new();
    for (at, positions) in folds.iter().enumerate() {
        for position in positions {
            let code = codes[*position as usize];
            if *of.entry(code).or_insert(at) != at {
                split.insert(code);
            }
        }
    }
    (!split.is_empty()).then(|| {
        format!(
            "{} of {} groups of {} stand in several folds of {}: the models may have learned from rows of the groups that \
             they were tested on.",
            split.len(),
            of.len(),
            named(group),
            named(fold)
        )
    })
}
