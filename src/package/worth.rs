//! What the columns are worth, as a section of the package's `README.md`: there once it was measured.

use std::fmt::Write;

use super::readme::{code, number};
use crate::explain::{Importance, Rows, Worth};
use crate::table::csv::grouped;

/// Columns that are listed; the studio has all.
const SHOWN: usize = 20;

pub fn section(importance: &Importance) -> String {
    let rows = grouped(importance.n_rows);
    let on = match importance.rows {
        Rows::OutOfFold { folds } => format!("{rows} rows that the models of {folds} folds had not seen"),
        Rows::TestSet => format!("{rows} rows of the opened test set"),
        Rows::Training => {
            format!("{rows} rows that the model was fitted on, so that what it has learned by heart counts too")
        }
    };
    let mut out = format!(
        "## What its columns are worth\n\nBy how much the scores get worse when a column's cells are dealt anew among the \
         rows (permutation importance, {} repeats), on {on}; in brackets an approximate 95 % interval. It says what the \
         model uses, not what causes what.\n\n",
        importance.repeats
    );
    let heads = importance
        .whole
        .iter()
        .map(|(metric, whole)| format!(" {} (whole: {}) |", metric.name(), number(*whole, None)));
    let _ = writeln!(out, "| column |{}", heads.collect::<String>());
    let _ = writeln!(out, "|---|{}", "---|".repeat(importance.whole.len()));
    for worth in importance.columns.iter().take(SHOWN).chain(&importance.groups) {
        let _ = writeln!(out, "{}", row(worth));
    }
    let more = importance.columns.len().saturating_sub(SHOWN);
    if more > 0 {
        let _ = writeln!(out, "\n{more} more columns are worth less.");
    }
    if !importance.groups.is_empty() {
        out.push_str("\nColumns in one line go together and were dealt anew together: alone, each is stood in for by the others.\n");
    }
    out
}

fn row(worth: &Worth) -> String {
    let names: Vec<String> = worth.names.iter().map(|name| code(name).replace('|', "\\|")).collect();
    let cells = worth.drops.iter().map(|drop| {
        let half = drop.interval.map(|(low, high)| (high - low) / 2.0);
        let range = drop.interval.map_or(String::new(), |(low, high)| {
            format!(" ({} to {})", number(Some(low), half), number(Some(high), half))
        });
        format!(" {}{range} |", number(drop.mean, half))
    });
    format!("| {} |{}", names.join(", "), cells.collect::<String>())
}
