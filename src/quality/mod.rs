//! What is likely to be wrong with a table, worst first, with evidence, rows and a repair.
//!
//! Every finding comes from values, never from a column's name; only for names of people must both agree. A repair is named as data; nothing here changes a table.

mod about_target;
pub mod checksums;
mod dates;
mod numbers;
pub mod personal;
mod sentence;
mod spelling;
mod texts;
mod whole;

pub use sentence::strength;
pub use spelling::{distance, fingerprint};

use serde::{Deserialize, Serialize};

use crate::order::OrderBy;
use crate::profile::{Aim, TableProfile};
use crate::table::{ColumnType, Table};

/// Rows that a finding names.
pub const MOST_ROWS: usize = 1_000;

/// Something that is likely to be wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// From 0 to 1: how much it can hurt what is learned, if it is true.
    pub severity: f64,
    /// Columns that it is about, by position.
    pub columns: Vec<u32>,
    pub evidence: Evidence,
    /// Rows that it is about, and the first `MOST_ROWS` of them; 0 and none where it is about whole columns.
    pub n_rows: u32,
    pub rows: Vec<u32>,
    /// What would mend it; `None` where only a person can know.
    pub repair: Option<Repair>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Evidence {
    /// A number that stands far from all others and comes back, as −999 does for "missing".
    DisguisedNumber {
        value: f64,
        nearest: f64,
    },
    /// A date that stands far from all others and comes back, as 1900-01-01 does. Milliseconds since 1970.
    DisguisedDate {
        value: i64,
        nearest: i64,
    },
    /// Texts that are words for "missing".
    DisguisedTexts {
        texts: Vec<String>,
    },
    /// Numbers beyond these bounds: eight deviations from the median, each side by its own median distance, on the scale
    /// of logarithms where that is the evener one.
    Outliers {
        low: f64,
        high: f64,
        smallest: f64,
        largest: f64,
        logarithmic: bool,
    },
    /// Levels that are one but for case, blanks, punctuation, accents and the order of words.
    Spellings {
        texts: Vec<(String, u32)>,
    },
    /// A rare level and a frequent one that differ by a letter or two.
    Misspelling {
        rare: (String, u32),
        frequent: (String, u32),
        distance: u32,
    },
    /// Numbers among texts.
    MixedTypes {
        n_numbers: u32,
        n_texts: u32,
        examples: Vec<String>,
    },
    /// Dates among texts, or dates in two orders of day and month.
    MixedDates {
        n_dates: u32,
        examples: Vec<String>,
    },
    /// Amounts in several units, with their counts.
    MixedUnits {
        units: Vec<(String, u32)>,
    },
    /// Dates before 1800 or after 2200.
    FarDates {
        earliest: i64,
        latest: i64,
    },
    /// Texts with the form of a date that no calendar has; they were read as missing.
    ImpossibleDates {
        texts: Vec<String>,
    },
    /// Codes of digits, some with zeros in front, others shorter than the rest.
    LostZeros {
        width: u32,
        examples: Vec<String>,
    },
    /// The rarest class of the target.
    Imbalance {
        class: String,
        n_rows: u32,
        share: f64,
    },
    /// Levels with few rows each.
    RareLevels {
        n_levels: u32,
        fewer_than: u32,
        examples: Vec<String>,
    },
    /// The column alone predicts the target nearly without error; `score` as in `profile::Relation`: of classes
    /// 2 · AUC − 1, else R².
    Leakage {
        score: f64,
        of_classes: bool,
    },
    /// Rows stand in the order of these dates.
    TimeOrder,
    RepeatedRows {
        n_groups: u32,
    },
    NearlyRepeatedRows {
        n_groups: u32,
    },
    Constant,
    /// Values that name a person, or lead to one.
    Personal {
        kind: personal::Personal,
    },
    /// Two columns are the same, or nearly.
    SameColumns {
        n_different: u32,
    },
}

/// A step that would mend a finding; positions are the table's columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Repair {
    /// Read these texts as missing; numbers and dates as `Values::text` writes them.
    TreatAsMissing {
        column: u32,
        texts: Vec<String>,
    },
    /// Numbers beyond the bounds become the bounds.
    Clip {
        column: u32,
        low: f64,
        high: f64,
    },
    /// These levels become one.
    Merge {
        column: u32,
        from: Vec<String>,
        into: String,
    },
    /// Texts that are no number, or no date, become missing.
    Retype {
        column: u32,
        to: ColumnType,
        /// Of dates: the day stands before the month.
        day_first: bool,
    },
    /// Zeros in front, up to this many digits.
    PadZeros {
        column: u32,
        width: u32,
    },
    /// Dates outside become missing.
    KeepDatesWithin {
        column: u32,
        from: i64,
        to: i64,
    },
    DropRepeats,
    /// Takes no part in learning.
    Ignore {
        column: u32,
    },
    /// Will not be known when predicting.
    KnownTooLate {
        column: u32,
    },
    /// Weigh classes by how rare they are.
    WeighClasses,
    /// Validate on later rows than those that trained.
    SplitByTime {
        column: u32,
    },
}

/// Findings, worst first; ties in the order of columns. `profile` is of all rows of this table.
pub fn findings(table: &Table, profile: &TableProfile, aim: Option<&Aim>) -> Vec<Finding> {
    let mut search = Search::default();
    loop {
        if let Some(found) = search.step(table, profile, aim) {
            return found;
        }
    }
}

/// The search for findings, a column a step.
#[derive(Default)]
pub struct Search {
    next: usize,
    found: Vec<Finding>,
}

impl Search {
    /// Looks at the next column; the findings when there is none left. The arguments must be the same in every step.
    pub fn step(&mut self, table: &Table, profile: &TableProfile, aim: Option<&Aim>) -> Option<Vec<Finding>> {
        let position = self.next;
        let found = &mut self.found;
        self.next += 1;
        if let (Some(column), Some(details)) = (table.columns.get(position), profile.columns.get(position)) {
            let position = position as u32;
            numbers::look(position, column, details, found);
            dates::look(position, column, details, found);
            if !profile.id_like.contains(&position) {
                spelling::look(position, column, found);
            }
            texts::look(position, column, profile, aim, found);
            if aim.is_none_or(|aim| aim.column != position) {
                personal::look(position, column, found);
            }
            return None;
        }
        about_target::look(table, profile, aim, found);
        whole::look(table, profile, found);
        found.order_by(|a, b| b.severity.total_cmp(&a.severity).then_with(|| a.columns.cmp(&b.columns)));
        Some(std::mem::take(found))
    }
}

/// A share, between a severity for nearly none and one for all.
fn between(least: f64, most: f64, share: f64) -> f64 {
    least + (most - least) * share.clamp(0.0, 1.0)
}

/// How many rows a condition holds for, and the first of them.
fn rows_where(n_rows: usize, holds: impl Fn(usize) -> bool) -> (u32, Vec<u32>) {
    let (mut n, mut rows) = (0, Vec::new());
    for row in (0..n_rows).filter(|&row| holds(row)) {
        n += 1;
        if rows.len() < MOST_ROWS {
            rows.push(row as u32);
        }
    }
    (n, rows)
}

/// The lowest or the highest of sorted values: how often it stands there, the other values, and the nearest of them.
struct End<'a, T> {
    value: T,
    n: u32,
    rest: &'a [T],
    nearest: T,
}

/// Both ends of sorted values, the lower first; none where all values are the same.
fn ends<T: Copy + PartialOrd>(sorted: &[T]) -> impl Iterator<Item = End<'_, T>> {
    let lower = sorted.first().and_then(|&value| {
        let rest = &sorted[sorted.partition_point(|other| *other <= value)..];
        Some((value, rest, *rest.first()?))
    });
    let upper = sorted.last().and_then(|&value| {
        let rest = &sorted[..sorted.partition_point(|other| *other < value)];
        Some((value, rest, *rest.last()?))
    });
    let n = |rest: &[T]| (sorted.len() - rest.len()) as u32;
    [lower, upper].into_iter().flatten().map(move |(value, rest, nearest)| End { value, n: n(rest), rest, nearest })
}
