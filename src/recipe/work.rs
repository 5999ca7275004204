//! A table while steps are done to it, and what is told of a step.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::operation::Operation;
use super::origin::Origin;
use super::schema::{Field, Schema, nearest};
use super::values::{difference, take};
use crate::problem::Problem;
use crate::table::{Column, ColumnType, Values};

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Done, if not in all its parts: then there are problems.
    Done,
    Off,
    /// It does not fit; the table is as it was before it.
    Skipped,
    /// Whether it fits is known when there are rows.
    Unknown,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepReport {
    /// `Step::id`.
    pub step: u32,
    pub outcome: Outcome,
    pub rows_before: u32,
    pub rows_after: u32,
    pub columns_before: u32,
    pub columns_after: u32,
    /// Cells of columns that were there before whose text is another now, those that became missing among them.
    pub n_changed: u64,
    pub n_became_missing: u64,
    /// What did not fit, with place and cure.
    pub problems: Vec<Problem>,
    /// Of a join.
    pub matches: Option<Matches>,
}

/// How the rows of a join met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matches {
    /// Rows of this table without a partner, those without a key among them.
    pub left_alone: u32,
    /// The same of the other table.
    pub right_alone: u32,
    /// Rows of this table with several partners: each is there several times now.
    pub multiplied: u32,
    /// Rows of this table whose key is missing.
    pub without_key: u32,
}

/// The table between two steps. Columns that no step has touched are those of the original, not copies.
#[derive(Clone, Debug)]
pub(super) struct Work<'a> {
    pub columns: Vec<Cow<'a, Column>>,
    pub n_rows: usize,
    /// There are columns whose names are not known: see `Schema::open`.
    pub open: bool,
    /// There are no rows yet: it is only looked whether the step fits.
    pub dry: bool,
    pub report: StepReport,
    /// Of the step at hand.
    pub origin: Origin,
}

/// Why a step was not done.
pub(super) enum Refusal {
    Problem(Problem),
    /// It could be that it fits.
    Unknown,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

pub(super) type Done<T = ()> = Result<T, Refusal>;

/// A problem of the step at hand; its place is put in front of it.
pub(super) fn misfit(place: impl Into<String>, event: impl Into<String>, cure: impl Into<String>) -> Problem {
    Problem { place: place.into(), event: event.into(), kept: String::new(), cure: cure.into() }
}

pub(super) fn in_column(name: &str) -> String {
    format!("column {name}")
}

impl<'a> Work<'a> {
    pub fn new(columns: impl Iterator<Item = &'a Column>, n_rows: usize, dry: bool) -> Self {
        let report = StepReport {
            step: 0,
            outcome: Outcome::Done,
            rows_before: 0,
            rows_after: 0,
            columns_before: 0,
            columns_after: 0,
            n_changed: 0,
            n_became_missing: 0,
            problems: Vec::new(),
            matches: None,
        };
        let columns = columns.map(Cow::Borrowed).collect();
        Self { columns, n_rows, open: false, dry, report, origin: Origin::Same }
    }

    pub fn schema(&self) -> Schema {
        let field =
            |column: &Cow<Column>| Field { name: column.name.clone(), column_type: column.values.column_type() };
        Schema { fields: self.columns.iter().map(field).collect(), open: self.open }
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of a column, or that it is gone.
    pub fn position(&self, name: &str) -> Done<usize> {
        match self.find(name) {
            Some(position) => Ok(position),
            None if self.open => Err(Refusal::Unknown),
            None => Err(self.gone(name).into()),
        }
    }

    fn gone(&self, name: &str) -> Problem {
        let cure = match nearest(name, self.columns.iter().map(|column| column.name.as_str())) {
            Some(meant) => format!("Did you mean {meant}? Name another column, or switch the step off."),
            None => "Name another column, or switch the step off.".to_owned(),
        };
        misfit(in_column(name), "There is no column of this name.", cure)
    }

    pub fn positions(&self, names: &[String]) -> Done<Vec<usize>> {
        names.iter().map(|name| self.position(name)).collect()
    }

    /// Those of the columns that are there; the others are told. Refused when there is none.
    pub fn present(&mut self, names: &[String]) -> Done<Vec<usize>> {
        let mut found = Vec::new();
        let mut unknown = false;
        for name in names {
            match self.find(name) {
                Some(position) if !found.contains(&position) => found.push(position),
                Some(_) => {}
                None if self.open => unknown = true,
                None => {
                    let gone = self.gone(name);
                    self.report.problems.push(gone);
                }
            }
        }
        match (found.is_empty(), unknown) {
            (false, _) => Ok(found),
            (true, true) => Err(Refusal::Unknown),
            (true, false) => match self.report.problems.pop() {
                Some(gone) => Err(gone.into()),
                None => Err(misfit("", "The step names no column.", "Name one.").into()),
            },
        }
    }

    pub fn values(&self, position: usize) -> &Values {
        &self.columns[position].values
    }

    /// Other values in the place of a column's; what changed is counted.
    pub fn replace(&mut self, position: usize, values: Values) {
        let (changed, became_missing) = difference(&self.columns[position].values, &values);
        self.report.n_changed += changed;
        self.report.n_became_missing += became_missing;
        let old = &self.columns[position];
        let unit = if values.column_type() == ColumnType::Number { old.unit.clone() } else { None };
        let (name, missing_spellings) = (old.name.clone(), old.missing_spellings.clone());
        self.columns[position] = Cow::Owned(Column { name, values, missing_spellings, unit });
    }

    /// A name for a new column that no other has; `taken` may be taken, since it goes.
    pub fn new_name(&self, name: &str, going: &[usize]) -> Done {
        if name.is_empty() {
            return Err(misfit("", "A new column has no name.", "Give it one.").into());
        }
        match self.find(name) {
            Some(position) if !going.contains(&position) => {
                Err(misfit(in_column(name), "There is a column of this name already.", "Choose another name.").into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// These rows, in this order. Costs a copy of every column.
    pub fn take(&mut self, rows: Vec<u32>) {
        for column in &mut self.columns {
            let values = take(&column.values, &rows);
            let column_ref = column.as_ref();
            *column = Cow::Owned(Column {
                name: column_ref.name.clone(),
                values,
                missing_spellings: column_ref.missing_spellings.clone(),
                unit: column_ref.unit.clone(),
            });
        }
        self.n_rows = rows.len();
        self.origin = Origin::Rows(rows);
    }

    /// A whole new set of columns.
    pub fn become_columns(&mut self, columns: Vec<Column>, n_rows: usize, origin: Origin) {
        self.columns = columns.into_iter().map(Cow::Owned).collect();
        self.n_rows = n_rows;
        self.origin = origin;
    }
}

/// A column without history.
pub(super) fn plain(name: &str, values: Values) -> Column {
    Column { name: name.to_owned(), values, missing_spellings: Vec::new(), unit: None }
}

/// The step's place in front of a problem's own.
pub(super) fn at_step(number: usize, operation: &Operation, problem: &mut Problem) {
    let step = format!("step {} ({})", number + 1, operation.title());
    problem.place = if problem.place.is_empty() { step } else { format!("{step}, {}", problem.place) };
}
