//! The newest rows of one file as the test set: what came last judges what was trained before it, and what was trained
//! before the file was there. Neither has seen a row of it.

use serde::{Deserialize, Serialize};

use super::{Span, Split, SplitKind, SplitRows, SplitSpec, named, refuse};
use crate::dataset::{Dataset, Groups, Times};
use crate::order::OrderBy;
use crate::problem::Problem;
use crate::table::{Table, Values};

/// Which rows take the place of a share as the test set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newest {
    /// The column that says from which file a row came.
    pub column: String,
    /// The file, as that column calls it.
    pub file: String,
    /// How much of its rows with a known target, `0 < s ≤ 1`: the latest by the time column, or the last as they stand.
    pub share: f32,
}

impl Newest {
    pub const SHARE: (f32, f32) = (0.01, 1.0);

    /// Of these table rows the positions, from 0, of those that came with the file, ascending; `None` where the table has
    /// no such column.
    fn newcomers(&self, table: &Table, rows: &[u32]) -> Option<Vec<u32>> {
        let values: &Values = &table.column(&self.column)?.values;
        let came = |row: &u32| values.text(*row as usize).is_some_and(|text| text == self.file);
        Some(rows.iter().zip(0u32..).filter(|(row, _)| came(row)).map(|(_, position)| position).collect())
    }
}

impl SplitSpec {
    /// The dataset with what this split has to know of its rows; `table` is the one that it was made of.
    pub fn see<'a>(&self, dataset: Dataset<'a>, table: &Table) -> Dataset<'a> {
        let newcomers = self.newest.as_ref().and_then(|newest| newest.newcomers(table, &dataset.rows));
        Dataset { newcomers, ..dataset }
    }
}

/// The window is the test set; the split of all other rows is what the spec makes of them without one.
pub(super) fn draw(spec: &SplitSpec, newest: &Newest, rows: SplitRows<'_>) -> Result<Split, Problem> {
    let newcomers = rows.newcomers.ok_or_else(|| {
        refuse(
            format!("No column {} says from which file a row came.", named(&newest.column)),
            "Put the rows of the file below with a column that tells the files apart, or lock away a share of all rows.",
        )
    })?;
    let (window, n_known) = window(newest, rows, newcomers)?;
    let before = before(spec, rows, &window);
    let inner = SplitSpec { holdout: 0.0, newest: None, ..spec.clone() };
    let target = rows.target.select(&before);
    let groups = rows.groups.map(|groups| groups.select(&before));
    let times = rows.times.map(|times| times.select(&before));
    let left = SplitRows { target: &target, groups: groups.as_ref(), times: times.as_ref(), newcomers: None };
    let mut split = inner.draw(left)?;
    let every = [&mut split.aside, &mut split.fitted].into_iter().chain(&mut split.folds).chain(&mut split.training);
    for positions in every {
        for position in positions {
            *position = before[*position as usize];
        }
    }
    let by = match rows.times {
        Some(times) => format!("the latest by {}", named(&times.column)),
        None => "the last as they stand in it".to_owned(),
    };
    split.notes.push(format!(
        "The test set is {} of the {} rows of {}: {by}.",
        window.len(),
        newcomers.len(),
        named(&newest.file)
    ));
    if let Some(groups) = rows.groups.filter(|_| n_known > 0) {
        split.notes.push(format!(
            "{} of that file whose {} was known before {} not in it: an older model may have learned from the same.",
            if n_known == 1 { "One row".to_owned() } else { format!("{n_known} rows") },
            named(&groups.column),
            if n_known == 1 { "is" } else { "are" },
        ));
    }
    split.holdout = window;
    Ok(split)
}

/// The latest of the newcomers, ascending, and how many of them are left out since their group was there before the file.
fn window(newest: &Newest, rows: SplitRows<'_>, newcomers: &[u32]) -> Result<(Vec<u32>, usize), Problem> {
    let mut is_known = vec![false; rows.groups.map_or(0, |groups| groups.n_groups as usize)];
    if let Some(groups) = rows.groups {
        for position in 0..rows.target.len() as u32 {
            if newcomers.binary_search(&position).is_err() {
                is_known[groups.codes[position as usize] as usize] = true;
            }
        }
    }
    let known = |position: &u32| rows.groups.is_some_and(|groups| is_known[groups.codes[*position as usize] as usize]);
    let n_known = newcomers.iter().filter(|position| known(position)).count();
    let time = |position: u32| rows.times.map_or(0.0, |times| times.values[position as usize]);
    let mut line: Vec<u32> =
        newcomers.iter().copied().filter(|position| !known(position) && !time(*position).is_nan()).collect();
    // Rows of one time stay as they stand.
    line.order_by(|a, b| time(*a).total_cmp(&time(*b)));
    if line.is_empty() {
        let why = match rows.groups.filter(|_| n_known > 0) {
            Some(groups) => {
                format!("Every {} of the rows of {} was known before", named(&groups.column), named(&newest.file))
            }
            None => format!("No row of {} has a known target", named(&newest.file)),
        };
        let cure = "Bring a file with outcomes, or lock away a share of all rows.";
        return Err(refuse(format!("{why}, so nothing is left to test on."), cure));
    }
    let n = (libm::round(line.len() as f64 * f64::from(newest.share)) as usize).clamp(1, line.len());
    let mut from = line.len() - n;
    if rows.times.is_some() && from > 0 {
        // Equal times stay together: the window begins at the nearest new time, where there is one.
        let starts = (1..line.len()).filter(|&at| time(line[at]) != time(line[at - 1]));
        from = starts.min_by_key(|start| start.abs_diff(from)).unwrap_or(from);
    }
    let mut window = line.split_off(from);
    window.sort_unstable();
    Ok((window, n_known))
}

/// What may be learned from, ascending: no row of the window, none of a group in it, and in time only what is earlier.
fn before(spec: &SplitSpec, rows: SplitRows<'_>, window: &[u32]) -> Vec<u32> {
    let mut tested = vec![false; rows.groups.map_or(0, |groups| groups.n_groups as usize)];
    if let Some(groups) = rows.groups {
        window.iter().for_each(|position| tested[groups.codes[*position as usize] as usize] = true);
    }
    let apart = |position: &u32| {
        window.binary_search(position).is_err()
            && rows.groups.is_none_or(|groups| !tested[groups.codes[*position as usize] as usize])
    };
    let mut left: Vec<u32> = (0..rows.target.len() as u32).filter(apart).collect();
    let (SplitKind::Time { gap, .. }, Some(times)) = (spec.kind, rows.times) else { return left };
    let time = |position: &u32| times.values[*position as usize];
    let first = window.iter().map(time).fold(f64::INFINITY, f64::min);
    let border = match gap {
        Span::Duration(length) if length > 0.0 => first - length,
        Span::Duration(_) | Span::Rows(_) => first,
    };
    left.retain(|position| time(position) < border);
    if let Span::Rows(n) = gap {
        let mut line = left.clone();
        line.order_by(|a, b| time(a).total_cmp(&time(b)));
        let mut gone = line.split_off(line.len().saturating_sub(n as usize));
        gone.sort_unstable();
        left.retain(|position| gone.binary_search(position).is_err());
    }
    left
}

impl Groups {
    /// Those of some positions, numbered anew.
    fn select(&self, positions: &[u32]) -> Self {
        let mut dense = vec![u32::MAX; self.n_groups as usize];
        let mut n_groups = 0;
        let mut code = |position: &u32| {
            let known = &mut dense[self.codes[*position as usize] as usize];
            if *known == u32::MAX {
                *known = n_groups;
                n_groups += 1;
            }
            *known
        };
        let codes = positions.iter().map(&mut code).collect();
        // Rows without a value have the last numbers, each its own.
        let n_known = self.n_groups - self.n_missing;
        let n_missing = dense[n_known as usize..].iter().filter(|code| **code != u32::MAX).count() as u32;
        Self { column: self.column.clone(), codes, n_groups, n_missing }
    }
}

impl Times {
    fn select(&self, positions: &[u32]) -> Self {
        let values = positions.iter().map(|position| self.values[*position as usize]).collect();
        Self { column: self.column.clone(), values, is_date: self.is_date }
    }
}
