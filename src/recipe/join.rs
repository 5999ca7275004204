//! Two tables as one: side by side on keys, or one below the other.

use std::borrow::Cow;

use super::apply::Others;
use super::keys::{append, append_loose, sets};
use super::operation::{JoinKind, KeyPair, Mark};
use super::origin::{NO_ROW, Origin};
use super::reshape::MOST_CELLS;
use super::values::{category_of, cell, joined, missing_like, retyped, take};
use super::work::{Done, Matches, Work, in_column, misfit, plain};
use crate::problem::Problem;
use crate::table::csv::{Decimal, Levels};
use crate::table::{Column, ColumnType, Table, Values};

/// The rows of a join: pairs of rows, `NO_ROW` where one side is alone.
struct Pairs {
    left: Vec<u32>,
    right: Vec<u32>,
    matches: Matches,
}

/// Which rows of two tables have the same key.
pub struct Matching {
    /// For each row of the first table, and of the second, the number of its key; `u32::MAX` where it is missing.
    pub left: Vec<u32>,
    pub right: Vec<u32>,
    /// Where the rows of each key end in `rows`; keys of the first table alone are not among them.
    ends: Vec<u32>,
    rows: Vec<u32>,
}

impl Matching {
    /// Of columns that belong together pair by pair; a key of which one part is missing is missing. `loose`: as
    /// `Operation::Join` has it. About 50 ns a row of each table and key, loosely 150.
    pub fn of([left, right]: [&[&Values]; 2], [n_left, n_right]: [usize; 2], loose: bool) -> Self {
        let append = if loose { append_loose } else { append };
        let mut known = Levels::default();
        let mut key = Vec::new();
        let mut id = |columns: &[&Values], row: usize| {
            key.clear();
            let mut missing = false;
            for values in columns {
                missing |= append(values, row, &mut key);
            }
            if missing { u32::MAX } else { known.code(&key) }
        };
        let right: Vec<u32> = (0..n_right).map(|row| id(right, row)).collect();
        let left = (0..n_left).map(|row| id(left, row)).collect();
        let n_keys = right.iter().filter(|&&id| id != u32::MAX).max().map_or(0, |&id| id as usize + 1);
        let (ends, rows) = sets(right.iter().copied(), n_keys);
        Self { left, right, ends, rows }
    }

    /// Keys of the second table.
    pub fn n_keys(&self) -> usize {
        self.ends.len()
    }

    /// Rows of the second table with this key, in their order.
    pub fn partners(&self, key: u32) -> &[u32] {
        match self.ends.get(key as usize) {
            None => &[],
            Some(&end) => &self.rows[if key == 0 { 0 } else { self.ends[key as usize - 1] as usize }..end as usize],
        }
    }
}

/// Rows that a table of so many columns can get by one step.
pub fn most_rows(n_columns: usize) -> usize {
    MOST_CELLS / n_columns.max(1)
}

/// Why cells of these two columns are never the same key.
pub fn key_mismatch(left: &Column, right: &Column, with: &str) -> Option<Problem> {
    let types = [left.values.column_type(), right.values.column_type()];
    if types[0] == types[1] || types.into_iter().all(is_text) {
        return None;
    }
    let event = format!(
        "It is a {} here, and {} in {with} is a {}: no row would match.",
        types[0].word(),
        right.name,
        types[1].word()
    );
    Some(misfit(
        in_column(&left.name),
        event,
        "Compare them as text, or read one of them as the other's type before this step.",
    ))
}

fn is_text(column_type: ColumnType) -> bool {
    matches!(column_type, ColumnType::Category | ColumnType::Text)
}

fn other<'t>(others: &'t dyn Others, name: &str) -> Done<&'t Table> {
    let gone = || misfit("", format!("There is no table {name}."), "Add the file to the table, or remove the step.");
    Ok(others.table(name).ok_or_else(gone)?)
}

impl Work<'_> {
    /// Rows in the order of this table, each with its partners in the order of the other; then, in a full join, rows of
    /// the other that are alone. About 50 ns a row of each table and key, and a copy of all columns.
    pub fn join(
        &mut self,
        with: &str,
        (kind, loose): (JoinKind, bool),
        on: &[KeyPair],
        suffix: &str,
        others: &dyn Others,
    ) -> Done {
        let right = other(others, with)?;
        if on.is_empty() {
            return Err(
                misfit("", "The step names no key.", "Name the columns that tell which rows belong together.").into()
            );
        }
        let (left_keys, right_keys) = self.keys(with, right, (on, loose))?;
        let added: Vec<usize> = (0..right.columns.len()).filter(|position| !right_keys.contains(position)).collect();
        let mut names: Vec<String> = Vec::new();
        for &position in &added {
            let mut name = right.columns[position].name.clone();
            if self.find(&name).is_some() {
                name.push_str(suffix);
            }
            self.new_name(&name, &[])?;
            if names.contains(&name) {
                return Err(
                    misfit(in_column(&name), "Two columns would have this name.", "Choose another suffix.").into()
                );
            }
            names.push(name);
        }
        let left_values: Vec<&Values> = left_keys.iter().map(|&position| self.values(position)).collect();
        let right_values: Vec<&Values> = right_keys.iter().map(|&position| &right.columns[position].values).collect();
        let most = most_rows(self.columns.len() + added.len());
        let matching = Matching::of([&left_values, &right_values], [self.n_rows, right.n_rows], loose);
        let pairs = pairs(&matching, kind, most).ok_or_else(|| {
            misfit("", format!("It would make more than {most} rows."), "Remove repeated keys first.")
        })?;
        let n_matched = pairs.left.partition_point(|&row| row != NO_ROW);
        let mut columns: Vec<Column> = Vec::new();
        for (position, old) in self.columns.iter().enumerate() {
            let values = match left_keys.iter().position(|&key| key == position) {
                // A row of the other table brings its key along.
                Some(key) if n_matched < pairs.left.len() => {
                    let below = take(right_values[key], &pairs.right[n_matched..]);
                    let below = retyped(&below, old.values.column_type(), Decimal::Point, false);
                    joined(&take(&old.values, &pairs.left[..n_matched]), &below)
                }
                Some(_) | None => take(&old.values, &pairs.left),
            };
            columns.push(Column { values, ..without_values(old) });
        }
        for (&position, name) in added.iter().zip(names) {
            let old = &right.columns[position];
            columns.push(Column { name, values: take(&old.values, &pairs.right), ..without_values(old) });
        }
        self.report.matches = Some(pairs.matches);
        self.become_columns(columns, pairs.left.len(), Origin::Rows(pairs.left));
        Ok(())
    }

    /// Positions of the keys in this table and in the other.
    fn keys(&self, with: &str, right: &Table, (on, loose): (&[KeyPair], bool)) -> Done<(Vec<usize>, Vec<usize>)> {
        let (mut left_keys, mut right_keys) = (Vec::new(), Vec::new());
        for pair in on {
            let at = self.position(&pair.left)?;
            let gone = || {
                misfit(
                    format!("table {with}, {}", in_column(&pair.right)),
                    "There is no column of this name.",
                    "Name another key.",
                )
            };
            let of = right.position(&pair.right).ok_or_else(gone)?;
            if let Some(problem) = key_mismatch(&self.columns[at], &right.columns[of], with).filter(|_| !loose) {
                return Err(problem.into());
            }
            left_keys.push(at);
            right_keys.push(of);
        }
        Ok((left_keys, right_keys))
    }

    /// Rows of another table below, column by column of the same name. What the other lacks is missing, what it has more
    /// is left out, what is of another type is read as this table's; all three are told. A column without a value here takes
    /// the other's type.
    pub fn append(&mut self, with: &str, mark: Option<&Mark>, others: &dyn Others) -> Done {
        let below = other(others, with)?;
        let shared = self.columns.iter().filter(|column| below.column(&column.name).is_some()).count();
        if shared == 0 && !self.columns.is_empty() && !self.open {
            return Err(misfit(
                format!("table {with}"),
                "It has no column of this one.",
                "Choose a table with the same columns.",
            )
            .into());
        }
        let n_rows = self.n_rows + below.n_rows;
        if n_rows.saturating_mul(self.columns.len()) > MOST_CELLS {
            return Err(misfit("", format!("It would make {n_rows} rows."), "Sample rows before this step.").into());
        }
        let place = |name: &str| format!("table {with}, {}", in_column(name));
        let mark_at = mark.map(|mark| self.mark(mark)).transpose()?;
        let mut told = Vec::new();
        let (n_own, dry) = (self.n_rows, self.dry);
        for (at, column) in self.columns.iter_mut().enumerate() {
            if mark_at == Some(at) {
                let names = (0..below.n_rows).map(|_| Some(Cow::Borrowed(with)));
                let values = joined(&column.values, &category_of(names));
                *column = Cow::Owned(Column { values, ..without_values(column) });
                continue;
            }
            let more = match below.column(&column.name) {
                None => {
                    told.push(misfit(
                        place(&column.name),
                        "The table lacks this column; it is missing in its rows.",
                        "Rename its column if it has another name there.",
                    ));
                    missing_like(&column.values, below.n_rows)
                }
                // Nothing here says what the column is.
                Some(other) if !dry && has_no_value(&column.values) => {
                    let values = joined(&missing_like(&other.values, n_own), &other.values);
                    *column = Cow::Owned(Column { values, ..without_values(column) });
                    continue;
                }
                Some(other) => {
                    let (from, to) = (other.values.column_type(), column.values.column_type());
                    let read = retyped(&other.values, to, Decimal::Point, false);
                    let lost = (0..below.n_rows)
                        .filter(|&row| read.is_missing(row) && cell(&other.values, row).is_some())
                        .count();
                    if lost > 0 {
                        let event = format!(
                            "It is a {} there and a {} here; {lost} cells cannot be read and are missing.",
                            from.word(),
                            to.word()
                        );
                        told.push(misfit(
                            place(&column.name),
                            event,
                            "Read one of them as the other's type before this step.",
                        ));
                    }
                    read
                }
            };
            let values = joined(&column.values, &more);
            *column = Cow::Owned(Column { values, ..without_values(column) });
        }
        for column in below.columns.iter().filter(|column| self.find(&column.name).is_none() && !self.open) {
            told.push(misfit(
                place(&column.name),
                "This table has no such column; it was left out.",
                "Rename it if it has another name here.",
            ));
        }
        self.report.problems.extend(told);
        let own = 0..self.n_rows as u32;
        self.origin = Origin::Rows(own.chain(std::iter::repeat_n(NO_ROW, below.n_rows)).collect());
        self.n_rows = n_rows;
        Ok(())
    }

    /// The position of the column that marks files; a new one holds the name of the first in all rows.
    fn mark(&mut self, mark: &Mark) -> Done<usize> {
        match self.find(&mark.column) {
            Some(at) if is_text(self.values(at).column_type()) => Ok(at),
            Some(_) => {
                Err(misfit(in_column(&mark.column), "There is a column of this name already.", "Choose another name.")
                    .into())
            }
            None => {
                self.new_name(&mark.column, &[])?;
                let codes = vec![0; self.n_rows];
                let values = Values::Category { codes, levels: vec![mark.first.clone()] };
                self.columns.push(Cow::Owned(plain(&mark.column, values)));
                Ok(self.columns.len() - 1)
            }
        }
    }
}

fn has_no_value(values: &Values) -> bool {
    (0..values.len()).all(|row| values.is_missing(row))
}

/// A column's name and history.
fn without_values(column: &Column) -> Column {
    Column {
        name: column.name.clone(),
        values: Values::Number(Vec::new()),
        missing_spellings: column.missing_spellings.clone(),
        unit: column.unit.clone(),
    }
}

/// `None` where there would be more than `most` rows.
fn pairs(matching: &Matching, kind: JoinKind, most: usize) -> Option<Pairs> {
    let mut met = vec![false; matching.n_keys()];
    let mut pairs = Pairs { left: Vec::new(), right: Vec::new(), matches: Matches::default() };
    for (row, &id) in matching.left.iter().enumerate() {
        let found = matching.partners(id);
        pairs.matches.without_key += u32::from(id == u32::MAX);
        pairs.matches.left_alone += u32::from(found.is_empty());
        pairs.matches.multiplied += u32::from(found.len() > 1);
        if pairs.left.len() + found.len().max(1) > most {
            return None;
        }
        if let Some(met) = met.get_mut(id as usize) {
            *met = true;
        }
        if found.is_empty() && kind != JoinKind::Inner {
            pairs.left.push(row as u32);
            pairs.right.push(NO_ROW);
        }
        for &partner in found {
            pairs.left.push(row as u32);
            pairs.right.push(partner);
        }
    }
    for (row, &id) in matching.right.iter().enumerate() {
        let alone = met.get(id as usize) != Some(&true);
        pairs.matches.right_alone += u32::from(alone);
        if alone && kind == JoinKind::Full {
            if pairs.left.len() == most {
                return None;
            }
            pairs.left.push(NO_ROW);
            pairs.right.push(row as u32);
        }
    }
    Some(pairs)
}
