//! A table in numbers: its columns, what rows and columns have in common, and what each column says about the target.
//!
//! A `Profiler` works in steps, so that a worker can answer in between. The first pass looks at a sample of
//! `SAMPLE_ROWS` rows and has a whole `TableProfile`; the second looks at all rows and replaces it part by part. Each part
//! says how many rows it rests on. What stays on samples says so: associations (`ASSOCIATION_ROWS`), relations to the
//! target (`RELATION_ROWS`).

mod alike;
mod association;
mod describe;
mod hash;
mod information;
mod patterns;
mod profiler;
mod relation;
mod rows;
mod tally;

pub use alike::{ColumnPair, Likeness, MOST_DIFFERENT};
pub use association::{Association, Comparable, Measure, compare};
pub use describe::{ColumnDetails, Dates, Histogram, Numbers, SHARES, Shape, describe};
pub use hash::of_word as hash_of_word;
pub use information::spread;
pub use patterns::{Lengths, pattern};
pub use profiler::{Profiler, Progress};
pub use relation::{Aim, BINS, Estimator, FOLDS, PRIOR_ROWS, Relation, TARGET, folds, relate};
pub use rows::{MissingPattern, MissingPatterns, RepeatedRows, RowGroup};
pub use tally::{DistinctCount, EXACT_DISTINCT};

use serde::{Deserialize, Serialize};

/// Rows of the first pass.
pub const SAMPLE_ROWS: usize = 20_000;
/// Rows that associations rest on at most.
pub const ASSOCIATION_ROWS: usize = 100_000;
/// Rows with a known target that relations rest on at most.
pub const RELATION_ROWS: usize = 20_000;
/// Rows that relations rest on in the first pass.
pub const FIRST_RELATION_ROWS: usize = 5_000;

/// A table in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableProfile {
    pub n_rows: u32,
    pub columns: Vec<ColumnDetails>,
    /// Columns, by position, without two different values, and those whose values only name the row.
    pub constant: Vec<u32>,
    pub id_like: Vec<u32>,
    pub missing: MissingPatterns,
    /// Rows that are equal in every cell.
    pub repeats: RepeatedRows,
    /// Rows that are equal but for case, blanks and punctuation of texts, digits beyond the sixth, and columns that only
    /// name the row. Exact repeats are among them.
    pub near_repeats: RepeatedRows,
    /// Told by the second pass only, over all rows.
    pub alike: Vec<ColumnPair>,
    /// Every two columns that can be compared; text and categories with more than 1,000 levels cannot.
    pub associations: Vec<Association>,
    /// Columns that could be compared but were left out, since only the first 100 are.
    pub n_not_compared: u32,
    /// Of every column but the target, in the table's order; empty without a target.
    pub relations: Vec<Relation>,
}
