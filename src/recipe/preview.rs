//! What a step would do, on the rows that it would change first.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Step;
use super::apply::Others;
use super::origin::Origin;
use super::values::cell;
use super::work::{StepReport, Work};
use crate::table::{Column, Table};

/// A step before it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub report: StepReport,
    /// Names of columns before the step and behind it.
    pub before: Vec<String>,
    pub after: Vec<String>,
    pub rows: Vec<PreviewRow>,
}

/// A row that a step changes; cells in the order of `Preview::before` and `after`, `None` where missing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// The row's position before the step and its cells; `None` for a row made of several or of another table.
    pub before: Option<(u32, Vec<Option<String>>)>,
    /// The row's position behind it; `None` for a row that goes.
    pub after: Option<(u32, Vec<Option<String>>)>,
}

/// What `step` would do behind `earlier`: the first `n` rows that it changes. Where it leaves every row in its place,
/// those with another text or with a value in a new column; where it removes rows, those that go; else the first rows
/// behind it. Costs as `apply` of all of them, without the copy at the end.
pub fn preview(table: &Table, earlier: &[Step], step: &Step, others: &dyn Others, n: usize) -> Preview {
    let mut first = Work::new(table.columns.iter(), table.n_rows, false);
    for (number, step) in earlier.iter().enumerate() {
        first.run(number, step, others);
    }
    shown(&first, earlier.len(), step, others, n)
}

/// As `preview`, on the table behind the `number` steps that come before.
pub fn preview_behind(table: &Table, number: usize, step: &Step, others: &dyn Others, n: usize) -> Preview {
    shown(&Work::new(table.columns.iter(), table.n_rows, false), number, step, others, n)
}

fn shown(first: &Work, number: usize, step: &Step, others: &dyn Others, n: usize) -> Preview {
    let mut second = Work::new(first.columns.iter().map(Cow::as_ref), first.n_rows, false);
    let report = second.run(number, step, others);
    let names = |work: &Work| work.columns.iter().map(|column| column.name.clone()).collect();
    let rows = rows(first, &second, n);
    Preview { report, before: names(first), after: names(&second), rows }
}

fn rows(first: &Work, second: &Work, n: usize) -> Vec<PreviewRow> {
    let both = |before: Option<u32>, after: Option<u32>| PreviewRow {
        before: before.map(|row| (row, cells(first, row))),
        after: after.map(|row| (row, cells(second, row))),
    };
    match &second.origin {
        Origin::Same => {
            let pairs = changed_columns(first, second);
            let differs = |row: usize| {
                pairs.iter().any(|(old, new)| cell(&new.values, row) != old.and_then(|old| cell(&old.values, row)))
            };
            let changed = (0..first.n_rows).filter(|&row| differs(row)).take(n);
            changed.map(|row| both(Some(row as u32), Some(row as u32))).collect()
        }
        Origin::Rows(rows) if rows.windows(2).all(|pair| pair[0] < pair[1]) && rows.len() < first.n_rows => {
            let mut kept = rows.iter().copied().peekable();
            let gone = (0..first.n_rows as u32).filter(|&row| kept.next_if_eq(&row).is_none()).take(n);
            gone.map(|row| both(Some(row), None)).collect()
        }
        origin @ (Origin::Rows(_) | Origin::Sets { .. }) => {
            let after = 0..(second.n_rows.min(n) as u32);
            let single = |row: u32| match origin.of(row)[..] {
                [from] if matches!(origin, Origin::Rows(_)) => Some(from),
                _ => None,
            };
            after.map(|row| both(single(row), Some(row))).collect()
        }
    }
}

/// Columns behind a step that are not the same as before, with the one of the same name.
fn changed_columns<'w>(first: &'w Work, second: &'w Work) -> Vec<(Option<&'w Column>, &'w Column)> {
    let old = |column: &Column| first.columns.iter().map(Cow::as_ref).find(|old| old.name == column.name);
    let new = second.columns.iter().filter(|column| matches!(column, Cow::Owned(_)));
    new.map(|column| (old(column), column.as_ref())).collect()
}

fn cells(work: &Work, row: u32) -> Vec<Option<String>> {
    work.columns.iter().map(|column| cell(&column.values, row as usize).map(Cow::into_owned)).collect()
}
