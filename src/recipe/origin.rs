//! Which rows of the table before a row came from.

use serde::{Deserialize, Serialize};

/// Of a row that came from another table.
pub const NO_ROW: u32 = u32::MAX;

/// For each row the rows of the original that it was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Row i is row i.
    Same,
    /// One row each, or `NO_ROW`.
    Rows(Vec<u32>),
    /// Several each: those of row i end at `ends[i]` in `rows` and start where those before end.
    Sets { ends: Vec<u32>, rows: Vec<u32> },
}

/// Entries of a set beyond which no origin is told: a join can multiply groups.
const MOST_ENTRIES: usize = 50_000_000;

impl Origin {
    /// The original rows of `row`; none for one of another table and beyond the last row.
    pub fn of(&self, row: u32) -> Vec<u32> {
        match self {
            Self::Same => vec![row],
            Self::Rows(rows) => rows.get(row as usize).copied().filter(|&from| from != NO_ROW).into_iter().collect(),
            Self::Sets { ends, rows } => set(ends, rows, row).to_vec(),
        }
    }

    /// The origin of a table whose rows came from `next` of a table whose rows came from `self`; `None` where it would
    /// be too large to tell.
    pub(super) fn then(self, next: Self) -> Option<Self> {
        match (self, next) {
            (first, Self::Same) => Some(first),
            (Self::Same, next) => Some(next),
            (Self::Rows(first), Self::Rows(next)) => {
                let of = |row: u32| first.get(row as usize).copied().unwrap_or(NO_ROW);
                Some(Self::Rows(next.into_iter().map(of).collect()))
            }
            (Self::Rows(first), Self::Sets { ends, rows }) => {
                let of = |row: u32| first.get(row as usize).copied().unwrap_or(NO_ROW);
                Self::sets((0..ends.len() as u32).map(|row| set(&ends, &rows, row).iter().map(|&row| of(row))))
            }
            (Self::Sets { ends, rows }, Self::Rows(next)) => {
                Self::sets(next.into_iter().map(|row| set(&ends, &rows, row).iter().copied()))
            }
            (Self::Sets { ends, rows }, Self::Sets { ends: next_ends, rows: next }) => {
                let of = |row: u32| set(&ends, &rows, row).iter().copied();
                Self::sets(
                    (0..next_ends.len() as u32).map(|row| set(&next_ends, &next, row).iter().flat_map(|&r| of(r))),
                )
            }
        }
    }

    fn sets<S: Iterator<Item = u32>>(all: impl Iterator<Item = S>) -> Option<Self> {
        let (mut ends, mut rows) = (Vec::new(), Vec::new());
        for set in all {
            for row in set.filter(|&row| row != NO_ROW) {
                if rows.len() == MOST_ENTRIES {
                    return None;
                }
                rows.push(row);
            }
            ends.push(rows.len() as u32);
        }
        Some(Self::Sets { ends, rows })
    }
}

fn set<'a>(ends: &[u32], rows: &'a [u32], row: u32) -> &'a [u32] {
    let Some(&end) = ends.get(row as usize) else { return &[] };
    let start = if row == 0 { 0 } else { ends[row as usize - 1] };
    &rows[start as usize..end as usize]
}
