//! Columns that say the same.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::describe::ColumnDetails;
use super::hash::{Hashes, MISSING};
use crate::table::{Column, Values};

/// Share of rows that may differ between nearly equal columns.
pub const MOST_DIFFERENT: f64 = 0.05;
/// Levels of columns that are matched one to one.
const MOST_LEVELS: u64 = 1_000;
/// Rows after which a hopeless comparison ends.
const ENOUGH: u32 = 500;

/// Two columns, by position, the first before the second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnPair {
    pub first: u32,
    pub second: u32,
    pub likeness: Likeness,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Likeness {
    /// Every cell is equal.
    Same,
    /// All but so many cells are equal, at most 5 % of them.
    NearlySame { n_different: u32 },
    /// Every value of the one goes with one value of the other, and back, as codes with their names.
    OneToOne,
}

/// Compares two columns over all rows; cells are compared by hashes of 64 bits. Costs some 20 ns a row, and less for
/// columns that have nothing in common.
pub fn likeness(a: (&Column, &ColumnDetails), b: (&Column, &ColumnDetails), n_rows: usize) -> Option<Likeness> {
    if n_rows < 2 {
        return None;
    }
    let varies = |details: &ColumnDetails| details.distinct.count > 1;
    if !varies(a.1) || !varies(b.1) {
        // Constant columns are told as such.
        return None;
    }
    let comparable = a.1.column_type == b.1.column_type;
    let mut counting = comparable;
    let mut matching = may_match(a.1, b.1, n_rows);
    let (hash_a, hash_b) = (Hashes::new(&a.0.values), Hashes::new(&b.0.values));
    let most = (MOST_DIFFERENT * n_rows as f64) as u32;
    let mut n_different = 0u32;
    let (mut there, mut back) = (BTreeMap::new(), BTreeMap::new());
    for row in 0..n_rows {
        if !counting && !matching {
            return None;
        }
        let (x, y) = (hash_a.of(&a.0.values, row), hash_b.of(&b.0.values, row));
        if counting {
            n_different += u32::from(x != y);
            let hopeless = row as u32 == ENOUGH && n_different > ENOUGH / 2;
            counting = n_different <= most && !hopeless;
        }
        if matching {
            matching = (x == MISSING) == (y == MISSING)
                && *there.entry(x).or_insert(y) == y
                && *back.entry(y).or_insert(x) == x;
        }
    }
    match (counting, matching) {
        (true, _) if n_different == 0 => Some(Likeness::Same),
        (_, true) => Some(Likeness::OneToOne),
        (true, false) => Some(Likeness::NearlySame { n_different }),
        (false, false) => None,
    }
}

/// Whether levels can go with each other one to one: as many of both, few enough to repeat.
fn may_match(a: &ColumnDetails, b: &ColumnDetails, n_rows: usize) -> bool {
    let known = n_rows as u64 - u64::from(a.n_missing.min(n_rows as u32));
    a.distinct == b.distinct
        && a.distinct.is_exact()
        && a.n_missing == b.n_missing
        // Any two columns with two values each would often match in a few rows.
        && (2..=MOST_LEVELS).contains(&a.distinct.count)
        && a.distinct.count * 4 <= known
}

/// Whether a column is compared at all.
pub fn is_comparable(column: &Column) -> bool {
    !matches!(column.values, Values::Text(_))
}
