//! What a step can do.

use serde::{Deserialize, Serialize};

use crate::table::ColumnType;
use crate::table::csv::Decimal;

/// One change to a table. Columns are named. Nothing in it is computed from rows: what would be (a mean to fill with,
/// a quantile to clip at) belongs to `prepare`, where each fold fits its own.
///
/// In JSON an operation is an object with one key, its name: `{"rename": {"from": "a", "to": "b"}}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    Rename {
        from: String,
        to: String,
    },
    Drop {
        columns: Vec<String>,
    },
    /// Cells that cannot be read as the type become missing. `decimal` and `day_first` are for texts.
    Retype {
        column: String,
        to: ColumnType,
        decimal: Decimal,
        day_first: bool,
    },
    /// No blanks at the ends; with `runs`, one blank for several within. What is empty then is missing.
    Trim {
        columns: Vec<String>,
        runs: bool,
    },
    Case {
        columns: Vec<String>,
        to: LetterCase,
    },
    Replace {
        column: String,
        find: Find,
        by: String,
    },
    /// Cells equal to one of these texts become missing; numbers and dates as `Values::text` writes them.
    TreatAsMissing {
        column: String,
        texts: Vec<String>,
    },
    /// These texts become one.
    Merge {
        column: String,
        from: Vec<String>,
        into: String,
    },
    /// Zeros in front, up to `width` characters. Numbers become a category.
    PadZeros {
        column: String,
        width: u32,
    },
    /// As many columns as there are names; what is left over goes into the last one.
    Split {
        column: String,
        by: SplitBy,
        into: Vec<String>,
        keep: bool,
    },
    /// Texts of these columns with the separator between; missing ones are left out.
    Combine {
        columns: Vec<String>,
        separator: String,
        into: String,
        keep: bool,
    },
    /// Texts that do not fit the format become missing.
    ParseDates {
        column: String,
        format: String,
    },
    /// Missing cells become this value, written as in a file.
    Fill {
        column: String,
        value: String,
    },
    /// Numbers or dates beyond these bounds, written as in a file.
    Clip {
        column: String,
        low: Option<String>,
        high: Option<String>,
        outside: Outside,
    },
    /// Below the first edge is the first name; from the last edge on, the last. One name more than edges.
    Bin {
        column: String,
        edges: Vec<f64>,
        names: Vec<String>,
        into: String,
    },
    /// A new column, or another one in the place of the column that has this name.
    Derive {
        column: String,
        formula: String,
    },
    /// Rows for which the condition is true are kept, or removed.
    Filter {
        condition: String,
        keep: bool,
    },
    /// Rows by position from 0, in the table of `of_rows` rows that this step was made for.
    DeleteRows {
        rows: Vec<u32>,
        of_rows: u32,
    },
    /// By the first key, ties by the next; missing values last; rows that are the same in all keep their order.
    Sort {
        by: Vec<SortKey>,
    },
    /// One of the rows that are the same in these columns (none named: in all); missing is the same as missing.
    Deduplicate {
        columns: Vec<String>,
        keep: Keep,
    },
    /// Rows drawn without putting back, in their order.
    Sample {
        size: SampleSize,
        seed: u64,
    },
    /// One row for each combination of values, missing among them, in order of first appearance.
    Group {
        by: Vec<String>,
        aggregates: Vec<Aggregate>,
    },
    /// One row for each combination of `rows`, one column for each text of `names`.
    Pivot {
        rows: Vec<String>,
        names: String,
        values: String,
        function: Aggregation,
    },
    /// One row for each row and each of these columns: its name, its value, and the columns of `keep`.
    Unpivot {
        keep: Vec<String>,
        columns: Vec<String>,
        names_into: String,
        values_into: String,
    },
    /// Columns of another table beside those with the same key; a missing key matches nothing.
    Join {
        with: String,
        kind: JoinKind,
        on: Vec<KeyPair>,
        /// Put behind names of the other table that this one has too.
        suffix: String,
        /// Keys are compared as texts, without blanks at the ends and without regard to capital letters, whatever their
        /// types: 1 is the same as "1".
        #[serde(default)]
        loose: bool,
    },
    /// Rows of another table below, by names of columns.
    Append {
        with: String,
        /// A column that says from which file a row came.
        #[serde(default)]
        mark: Option<Mark>,
    },
}

/// A column that tells the files apart whose rows stand below each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Its name. Where the table has it already, from an append before, the new rows are marked in it.
    pub column: String,
    /// What stands in the rows that are there; new rows have the name of their table.
    pub first: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterCase {
    Lower,
    Upper,
    /// Each word with a capital letter, the rest small.
    Title,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Find {
    /// The whole cell.
    Cell(String),
    /// Wherever it stands.
    Part(String),
    /// A regular expression, wherever it is found; `$1` in the replacement is its first group.
    Regex(String),
    /// A regular expression that the whole cell fits.
    RegexCell(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SplitBy {
    Delimiter(String),
    Regex(String),
    /// After so many characters; rising.
    Positions(Vec<u32>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outside {
    BecomesBound,
    BecomesMissing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SortKey {
    pub column: String,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    First,
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleSize {
    Rows(u32),
    /// From 0 to 1; the number of rows is rounded.
    Share(f64),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aggregate {
    /// Of no account for `Aggregation::Rows`.
    pub column: String,
    pub function: Aggregation,
    pub into: String,
}

/// One value of several rows; missing cells do not count, and where there are no others the result is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
    /// How many rows.
    Rows,
    /// How many values are not missing.
    Count,
    /// How many different values.
    Distinct,
    /// Of numbers, and of yes/no as 1 and 0.
    Sum,
    Mean,
    Median,
    /// Of numbers and dates.
    Min,
    Max,
    /// The first value in the order of rows.
    First,
}

impl Aggregation {
    pub const ALL: [Self; 9] = [
        Self::Rows,
        Self::Count,
        Self::Distinct,
        Self::Sum,
        Self::Mean,
        Self::Median,
        Self::Min,
        Self::Max,
        Self::First,
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinKind {
    /// Every row of this table.
    Left,
    /// Rows that match.
    Inner,
    /// Every row of both.
    Full,
}

/// A column of this table and one of the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyPair {
    pub left: String,
    pub right: String,
}

/// What becomes of a step when new rows are predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Each row by itself: done again to every row that is predicted.
    RowWise,
    /// Chooses among rows for training; a row that is predicted is taken as it comes.
    TrainingOnly,
    /// Makes other columns or other rows out of several: who predicts has to bring rows in the new form.
    CallersDuty,
}

impl Operation {
    /// The operation's key in JSON, in the order of the enum.
    pub const NAMES: [&str; 26] = [
        "rename",
        "drop",
        "retype",
        "trim",
        "case",
        "replace",
        "treat_as_missing",
        "merge",
        "pad_zeros",
        "split",
        "combine",
        "parse_dates",
        "fill",
        "clip",
        "bin",
        "derive",
        "filter",
        "delete_rows",
        "sort",
        "deduplicate",
        "sample",
        "group",
        "pivot",
        "unpivot",
        "join",
        "append",
    ];

    pub fn scope(&self) -> Scope {
        match self {
            Self::Rename { .. }
            | Self::Drop { .. }
            | Self::Retype { .. }
            | Self::Trim { .. }
            | Self::Case { .. }
            | Self::Replace { .. }
            | Self::TreatAsMissing { .. }
            | Self::Merge { .. }
            | Self::PadZeros { .. }
            | Self::Split { .. }
            | Self::Combine { .. }
            | Self::ParseDates { .. }
            | Self::Fill { .. }
            | Self::Clip { .. }
            | Self::Bin { .. }
            | Self::Derive { .. } => Scope::RowWise,
            Self::Filter { .. }
            | Self::DeleteRows { .. }
            | Self::Sort { .. }
            | Self::Deduplicate { .. }
            | Self::Sample { .. }
            | Self::Append { mark: None, .. } => Scope::TrainingOnly,
            Self::Group { .. }
            | Self::Pivot { .. }
            | Self::Unpivot { .. }
            | Self::Join { .. }
            | Self::Append { mark: Some(_), .. } => Scope::CallersDuty,
        }
    }

    /// The other table that it reads.
    pub fn with(&self) -> Option<&str> {
        match self {
            Self::Join { with, .. } | Self::Append { with, .. } => Some(with),
            _ => None,
        }
    }

    /// What a list of steps calls it: "Rename a to b".
    pub fn title(&self) -> String {
        let list = |names: &[String]| match names {
            [] => "nothing".to_owned(),
            [first, second, third, rest @ ..] if !rest.is_empty() => {
                format!("{first}, {second}, {third} and {} more", rest.len())
            }
            all => all.join(", "),
        };
        match self {
            Self::Rename { from, to } => format!("Rename {from} to {to}"),
            Self::Drop { columns } => format!("Drop {}", list(columns)),
            Self::Retype { column, to, .. } => format!("Read {column} as {}", to.word()),
            Self::Trim { columns, .. } => format!("Trim blanks in {}", list(columns)),
            Self::Case { columns, to } => {
                let case = match to {
                    LetterCase::Lower => "small letters",
                    LetterCase::Upper => "capital letters",
                    LetterCase::Title => "capital initials",
                };
                format!("Write {} in {case}", list(columns))
            }
            Self::Replace { column, find, by } => {
                let (Find::Cell(text) | Find::Part(text) | Find::Regex(text) | Find::RegexCell(text)) = find;
                format!("Replace “{text}” by “{by}” in {column}")
            }
            Self::TreatAsMissing { column, texts } => format!("Treat {} as missing in {column}", list(texts)),
            Self::Merge { column, from, into } => format!("Merge {} into {into} in {column}", list(from)),
            Self::PadZeros { column, width } => format!("Pad {column} with zeros to {width} characters"),
            Self::Split { column, into, .. } => format!("Split {column} into {}", list(into)),
            Self::Combine { columns, into, .. } => format!("Combine {} into {into}", list(columns)),
            Self::ParseDates { column, format } => format!("Read {column} as dates like {format}"),
            Self::Fill { column, value } => format!("Fill {column} with {value}"),
            Self::Clip { column, low, high, .. } => match (low, high) {
                (Some(low), Some(high)) => format!("Limit {column} to {low} – {high}"),
                (Some(low), None) => format!("Limit {column} to {low} and above"),
                (None, Some(high)) => format!("Limit {column} to {high} and below"),
                (None, None) => format!("Limit {column} to nothing"),
            },
            Self::Bin { column, names, into, .. } => format!("Bin {column} into {} classes as {into}", names.len()),
            Self::Derive { column, formula } => format!("{column} = {formula}"),
            Self::Filter { condition, keep: true } => format!("Keep rows where {condition}"),
            Self::Filter { condition, keep: false } => format!("Remove rows where {condition}"),
            Self::DeleteRows { rows, .. } => format!("Delete {} rows", rows.len()),
            Self::Sort { by } => {
                let keys: Vec<String> = by.iter().map(|key| key.column.clone()).collect();
                format!("Sort by {}", list(&keys))
            }
            Self::Deduplicate { columns, .. } if columns.is_empty() => "Remove repeated rows".to_owned(),
            Self::Deduplicate { columns, .. } => format!("Remove rows that repeat {}", list(columns)),
            Self::Sample { size: SampleSize::Rows(n), .. } => format!("Sample {n} rows"),
            Self::Sample { size: SampleSize::Share(share), .. } => format!("Sample {} % of rows", share * 100.0),
            Self::Group { by, .. } => format!("Group by {}", list(by)),
            Self::Pivot { names, values, .. } => format!("Pivot {values} by {names}"),
            Self::Unpivot { columns, .. } => format!("Unpivot {}", list(columns)),
            Self::Join { with, on, .. } => {
                let keys: Vec<String> = on
                    .iter()
                    .map(
                        |KeyPair { left, right }| {
                            if left == right { left.clone() } else { format!("{left} = {right}") }
                        },
                    )
                    .collect();
                format!("Join {with} on {}", list(&keys))
            }
            Self::Append { with, .. } => format!("Append rows of {with}"),
        }
    }

    /// Whether its numbers can be written as JSON.
    pub(super) fn is_finite(&self) -> bool {
        match self {
            Self::Bin { edges, .. } => edges.iter().all(|edge| edge.is_finite()),
            Self::Sample { size: SampleSize::Share(share), .. } => share.is_finite(),
            Self::Sample { size: SampleSize::Rows(_), .. }
            | Self::Rename { .. }
            | Self::Drop { .. }
            | Self::Retype { .. }
            | Self::Trim { .. }
            | Self::Case { .. }
            | Self::Replace { .. }
            | Self::TreatAsMissing { .. }
            | Self::Merge { .. }
            | Self::PadZeros { .. }
            | Self::Split { .. }
            | Self::Combine { .. }
            | Self::ParseDates { .. }
            | Self::Fill { .. }
            | Self::Clip { .. }
            | Self::Derive { .. }
            | Self::Filter { .. }
            | Self::DeleteRows { .. }
            | Self::Sort { .. }
            | Self::Deduplicate { .. }
            | Self::Group { .. }
            | Self::Pivot { .. }
            | Self::Unpivot { .. }
            | Self::Join { .. }
            | Self::Append { .. } => true,
        }
    }
}
