//! Why a table suggests no column to be predicted: the reasons that hold for it, and no others.

use super::words;
use crate::dataset::{ID_ROWS, ID_SHARE, MAX_CLASSES};
use crate::job::{Problem, TableSummary};
use crate::table::ColumnType;
use crate::table::profile::{ColumnProfile, Shape};

/// Why a column is not proposed as the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    Empty,
    Same,
    Text,
    Date,
    NamesTheRow,
    ManyClasses,
}

const REASONS: [Reason; 6] =
    [Reason::Empty, Reason::Same, Reason::Text, Reason::Date, Reason::NamesTheRow, Reason::ManyClasses];

impl Reason {
    /// `None` for a column that could be predicted, were there another to learn from.
    fn of(column: &ColumnProfile, n_rows: u32) -> Option<Self> {
        let n_known = n_rows.saturating_sub(column.n_missing);
        if n_known == 0 || column.shape == Shape::Empty {
            return Some(Self::Empty);
        }
        if column.n_distinct <= 1 {
            return Some(Self::Same);
        }
        let enough = n_known as usize >= ID_ROWS;
        match column.column_type {
            ColumnType::Text => Some(Self::Text),
            ColumnType::Date => Some(Self::Date),
            ColumnType::Category if enough && f64::from(column.n_distinct) >= ID_SHARE * f64::from(n_known) => {
                Some(Self::NamesTheRow)
            }
            ColumnType::Category => (column.n_distinct as usize > MAX_CLASSES).then_some(Self::ManyClasses),
            ColumnType::Number => {
                let whole = matches!(column.shape, Shape::Range { whole: true, .. });
                (whole && enough && column.n_distinct == n_rows).then_some(Self::NamesTheRow)
            }
            ColumnType::Boolean => None,
        }
    }

    fn words(self, many: bool) -> String {
        let (one, more) = match self {
            Self::Empty => ("is empty", "are empty"),
            Self::Same => ("never varies", "never vary"),
            Self::Text => ("is free text", "are free text"),
            Self::Date => ("is a date", "are dates"),
            Self::NamesTheRow => ("only names its row", "only name their rows"),
            Self::ManyClasses => {
                let verb = if many { "have" } else { "has" };
                return format!("{verb} more than {MAX_CLASSES} classes");
            }
        };
        if many { more } else { one }.to_owned()
    }

    fn cure(self) -> &'static str {
        match self {
            Self::Empty => "See in the import settings which spellings count as missing.",
            Self::Same => "Bring rows that differ.",
            Self::Text => "Change a column's type: a text with few different values can be read as a category.",
            Self::Date => "Change a column's type, or put the number of days between two dates in a column of its own.",
            Self::NamesTheRow => "If one of them is a quantity after all, choose it in Design.",
            Self::ManyClasses => "Join rare categories with a step, or read the column as a number.",
        }
    }
}

/// What is said of a table for which no target could be proposed.
pub fn problem(table: &TableSummary) -> Problem {
    let (reason, cure) = reason_and_cure(table);
    Problem {
        place: table.name.clone(),
        event: format!("No column was chosen to be predicted: {reason}."),
        kept: "All rows were read.".to_owned(),
        cure,
    }
}

fn reason_and_cure(table: &TableSummary) -> (String, String) {
    if table.n_rows == 1 {
        return ("one row has nothing to differ from".to_owned(), "Bring a table with more rows.".to_owned());
    }
    let reasons: Vec<Option<Reason>> = table.columns.iter().map(|c| Reason::of(c, table.n_rows)).collect();
    let against = counted(&reasons);
    let free: Vec<&str> =
        table.columns.iter().zip(&reasons).filter(|(_, r)| r.is_none()).map(|(c, _)| c.name.as_str()).collect();
    if let ([only], []) = (&table.columns[..], &against[..]) {
        return (
            format!("there is no other column to learn “{}” from", only.name),
            "Bring a table with at least two columns; if this one has more, choose its delimiter in the import settings."
                .to_owned(),
        );
    }
    let n = reasons.len();
    let parts: Vec<String> = match against[..] {
        [(reason, all)] if all == n && n > 1 => {
            return (
                format!("all {} {}", words::counted(n as u64, "column"), reason.words(true)),
                reason.cure().into(),
            );
        }
        _ => against
            .iter()
            .map(|(reason, n)| format!("{} {}", words::counted(*n as u64, "column"), reason.words(*n > 1)))
            .collect(),
    };
    let mut cures: Vec<&str> = against.iter().map(|(reason, _)| reason.cure()).collect();
    let reason = match free[..] {
        [] => words::list(&parts),
        [name] => format!("there is nothing to learn “{name}” from, for {}", words::list(&parts)),
        [..] if parts.is_empty() => "the columns cannot be learned from one another".to_owned(),
        [..] => format!("there is nothing to learn from, for {}", words::list(&parts)),
    };
    if cures.is_empty() {
        cures.push("Choose a column in Design, which says what stands in the way.");
    }
    (reason, cures.join(" "))
}

/// Each reason that holds for some column, and for how many.
fn counted(reasons: &[Option<Reason>]) -> Vec<(Reason, usize)> {
    let of = |reason: Reason| (reason, reasons.iter().filter(|r| **r == Some(reason)).count());
    REASONS.into_iter().map(of).filter(|(_, n)| *n > 0).collect()
}
