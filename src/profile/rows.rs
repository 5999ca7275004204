//! What rows have in common: which cells they miss, and whether they are there more than once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::hash::{Hashes, MISSING, append, equal, of_word};
use crate::order::OrderBy;
use crate::table::Table;

/// Patterns and groups that are listed, and rows of a group that are named.
pub const MOST_PATTERNS: usize = 20;
pub const MOST_GROUPS: usize = 20;
pub const MOST_ROWS: usize = 20;
/// Different patterns that are counted; rows with further ones are counted together.
const MOST_COUNTED: usize = 10_000;

/// Which columns are missing together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MissingPatterns {
    /// Rows that were looked at, and those of them without a missing cell.
    pub n_rows: u32,
    pub n_complete: u32,
    /// Different sets of missing columns, the empty one too; at most 10,000 are told apart.
    pub n_patterns: u32,
    /// The commonest sets with a column in them, ties by column.
    pub patterns: Vec<MissingPattern>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MissingPattern {
    /// Positions of the missing columns.
    pub columns: Vec<u32>,
    pub n_rows: u32,
}

/// Rows that repeat others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RepeatedRows {
    /// Rows that were looked at.
    pub n_rows: u32,
    /// Rows that repeat an earlier one.
    pub n_repeats: u32,
    /// Rows that are there more than once, each counted once.
    pub n_groups: u32,
    /// The largest groups, ties by first row.
    pub groups: Vec<RowGroup>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowGroup {
    pub n_rows: u32,
    /// The first of them, positions in the table.
    pub rows: Vec<u32>,
}

/// Rows while they are read.
pub struct Reading {
    hashes: Vec<Hashes>,
    /// Columns that near repeats may differ in: those that only name the row.
    named: Vec<bool>,
    patterns: BTreeMap<Vec<u64>, u32>,
    n_uncounted: u32,
    rows: Vec<u32>,
    exact: Vec<u64>,
    near: Vec<u64>,
}

/// What came of all rows.
pub struct Rows {
    pub missing: MissingPatterns,
    pub repeats: RepeatedRows,
    pub near_repeats: RepeatedRows,
}

impl Reading {
    /// `named`: for each column whether its values only name the row.
    pub fn new(table: &Table, named: Vec<bool>) -> Self {
        Self {
            hashes: table.columns.iter().map(|column| Hashes::new(&column.values)).collect(),
            named,
            patterns: BTreeMap::new(),
            n_uncounted: 0,
            rows: Vec::new(),
            exact: Vec::new(),
            near: Vec::new(),
        }
    }

    /// The next rows. Costs some 20 ns a cell.
    pub fn push(&mut self, table: &Table, rows: impl Iterator<Item = usize>) {
        let start = self.rows.len();
        self.rows.extend(rows.map(|row| row as u32));
        self.exact.resize(self.rows.len(), 0);
        self.near.resize(self.rows.len(), 0);
        let n_words = table.columns.len().div_ceil(64);
        let mut missing = vec![0u64; n_words * (self.rows.len() - start)];
        for (position, (column, hashes)) in table.columns.iter().zip(&self.hashes).enumerate() {
            for i in start..self.rows.len() {
                let row = self.rows[i] as usize;
                let hash = hashes.of(&column.values, row);
                self.exact[i] = append(self.exact[i], hash);
                if !self.named[position] {
                    self.near[i] = append(self.near[i], hashes.of_folded(&column.values, row));
                }
                if hash == MISSING {
                    missing[(i - start) * n_words + position / 64] |= 1 << (position % 64);
                }
            }
        }
        for pattern in missing.chunks_exact(n_words.max(1)) {
            if let Some(count) = self.patterns.get_mut(pattern) {
                *count += 1;
            } else if self.patterns.len() < MOST_COUNTED {
                self.patterns.insert(pattern.to_vec(), 1);
            } else {
                self.n_uncounted += 1;
            }
        }
    }

    pub fn finish(self, table: &Table) -> Rows {
        let n_rows = self.rows.len() as u32;
        let same = |a: u32, b: u32| table.columns.iter().all(|column| equal(&column.values, a as usize, b as usize));
        let alike = |a: u32, b: u32| {
            table.columns.iter().zip(&self.hashes).zip(&self.named).all(|((column, hashes), named)| {
                let hash = |row: u32| hashes.of_folded(&column.values, row as usize);
                *named || hash(a) == hash(b)
            })
        };
        let repeats = repeated(&self.rows, &self.exact, same);
        // All columns name the row: nothing is left that could be alike.
        let near_repeats = if self.named.iter().all(|named| *named) {
            RepeatedRows { n_rows, ..RepeatedRows::default() }
        } else {
            repeated(&self.rows, &self.near, alike)
        };
        Rows { missing: missing_patterns(self.patterns, n_rows, self.n_uncounted), repeats, near_repeats }
    }
}

fn missing_patterns(patterns: BTreeMap<Vec<u64>, u32>, n_rows: u32, n_uncounted: u32) -> MissingPatterns {
    let n_patterns = patterns.len() as u32 + u32::from(n_uncounted > 0);
    let mut n_complete = 0;
    let mut listed = Vec::with_capacity(patterns.len());
    for (words, count) in patterns {
        let set = |word: usize, bits: u64| {
            (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| (word * 64 + bit) as u32)
        };
        let columns: Vec<u32> = words.iter().enumerate().flat_map(|(word, bits)| set(word, *bits)).collect();
        if columns.is_empty() {
            n_complete = count;
        } else {
            listed.push(MissingPattern { columns, n_rows: count });
        }
    }
    listed.order_by(|a, b| b.n_rows.cmp(&a.n_rows).then_with(|| a.columns.cmp(&b.columns)));
    listed.truncate(MOST_PATTERNS);
    MissingPatterns { n_rows, n_complete, n_patterns, patterns: listed }
}

/// Groups of rows with one hash that `same` holds for, found in one pass over a table of hashes.
fn repeated(rows: &[u32], hashes: &[u64], same: impl Fn(u32, u32) -> bool) -> RepeatedRows {
    let mask = (rows.len() * 2).next_power_of_two().max(2) - 1;
    // Positions of first rows plus one.
    let mut slots = vec![0u32; mask + 1];
    let mut groups: BTreeMap<u32, RowGroup> = BTreeMap::new();
    let mut n_repeats = 0;
    for (i, (&row, &hash)) in rows.iter().zip(hashes).enumerate() {
        let mut slot = of_word(hash) as usize & mask;
        loop {
            let Some(first) = slots[slot].checked_sub(1) else {
                slots[slot] = i as u32 + 1;
                break;
            };
            let first_row = rows[first as usize];
            if hashes[first as usize] == hash && same(first_row, row) {
                n_repeats += 1;
                let group = groups.entry(first_row).or_insert_with(|| RowGroup { n_rows: 1, rows: vec![first_row] });
                group.n_rows += 1;
                if group.rows.len() < MOST_ROWS {
                    group.rows.push(row);
                }
                break;
            }
            slot = (slot + 1) & mask;
        }
    }
    let n_groups = groups.len() as u32;
    let mut groups: Vec<RowGroup> = groups.into_values().collect();
    groups.order_by_key(|group| (std::cmp::Reverse(group.n_rows), group.rows[0]));
    groups.truncate(MOST_GROUPS);
    RepeatedRows { n_rows: rows.len() as u32, n_repeats, n_groups, groups }
}
