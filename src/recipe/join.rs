//! Two tables as one: side by side on keys, or one below the other.

use std::borrow::Cow;

use super::apply::Others;
use super::keys::{append, sets};
use super::operation::{JoinKind, KeyPair};
use super::origin::{NO_ROW, Origin};
use super::reshape::MOST_CELLS;
use super::values::{cell, joined, missing_like, retyped, take};
use super::work::{Done, Matches, Work, in_column, misfit};
use crate::table::csv::{Decimal, Levels};
use crate::table::{Column, ColumnType, Table, Values};

/// The rows of a join: pairs of rows, `NO_ROW` where one side is alone.
struct Pairs {
    left: Vec<u32>,
    right: Vec<u32>,
    matches: Matches,
}

fn is_text(column_type: ColumnType) -> bool {
    matches!(column_type, ColumnType::Category | ColumnType::Text)
}

fn other<'t>(others: &'t dyn Others, name: &str) -> Done<&'t Table> {
    let gone = || misfit("", format!("There is no table {name}."), "Open it, or choose another.");
    Ok(others.table(name).ok_or_else(gone)?)
}

impl Work<'_> {
    /// Rows in the order of this table, each with its partners in the order of the other; then, in a full join, rows of
    /// the other that are alone. About 50 ns a row of each table and key, and a copy of all columns.
    pub fn join(&mut self, with: &str, kind: JoinKind, on: &[KeyPair], suffix: &str, others: &dyn Others) -> Done {
        let right = other(others, with)?;
        if on.is_empty() {
            return Err(
                misfit("", "The step names no key.", "Name the columns that tell which rows belong together.").into()
            );
        }
        let (left_keys, right_keys) = self.keys(with, right, on)?;
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
        let most = MOST_CELLS / (self.columns.len() + added.len()).max(1);
        let pairs = pairs([&left_values, &right_values], [self.n_rows, right.n_rows], kind, most).ok_or_else(|| {
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
    fn keys(&self, with: &str, right: &Table, on: &[KeyPair]) -> Done<(Vec<usize>, Vec<usize>)> {
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
            let types = [self.values(at).column_type(), right.columns[of].values.column_type()];
            if types[0] != types[1] && !types.into_iter().all(is_text) {
                let event = format!("It is a {} here and a {} in {with}.", types[0].word(), types[1].word());
                return Err(misfit(
                    in_column(&pair.left),
                    event,
                    "Read one of them as the other's type before this step.",
                )
                .into());
            }
            left_keys.push(at);
            right_keys.push(of);
        }
        Ok((left_keys, right_keys))
    }

    /// Rows of another table below, column by column of the same name. What the other lacks is missing, what it has more
    /// is left out, what is of another type is read as this table's; all three are told.
    pub fn append(&mut self, with: &str, others: &dyn Others) -> Done {
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
        let mut told = Vec::new();
        for column in &mut self.columns {
            let more = match below.column(&column.name) {
                None => {
                    told.push(misfit(
                        place(&column.name),
                        "The table lacks this column; it is missing in its rows.",
                        "Rename its column if it has another name there.",
                    ));
                    missing_like(&column.values, below.n_rows)
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
fn pairs([left, right]: [&[&Values]; 2], [n_left, n_right]: [usize; 2], kind: JoinKind, most: usize) -> Option<Pairs> {
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
    let right_ids: Vec<u32> = (0..n_right).map(|row| id(right, row)).collect();
    let left_ids: Vec<u32> = (0..n_left).map(|row| id(left, row)).collect();
    let n_keys = right_ids.iter().filter(|&&id| id != u32::MAX).max().map_or(0, |&id| id as usize + 1);
    let (ends, rows) = sets(right_ids.iter().copied(), n_keys);
    let partners = |id: u32| match ends.get(id as usize) {
        None => &[][..],
        Some(&end) => &rows[if id == 0 { 0 } else { ends[id as usize - 1] as usize }..end as usize],
    };
    let mut met = vec![false; n_keys];
    let mut pairs = Pairs { left: Vec::new(), right: Vec::new(), matches: Matches::default() };
    for (row, &id) in left_ids.iter().enumerate() {
        let found = partners(id);
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
    for (row, &id) in right_ids.iter().enumerate() {
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
