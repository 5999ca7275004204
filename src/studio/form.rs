//! The form that asks for one row: a field for each column that a run learned from.

use super::Studio;
use super::project::Run;
use crate::chart::format::significant;
use crate::job::InputFact;
use crate::prepare::InputKind;
use crate::table::profile::{ColumnProfile, Shape};
use crate::table::{ColumnType, date_text};

/// A field of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    /// A usual value as text: the median, or the most frequent.
    pub typical: String,
    /// What was seen: "0.4 to 80, mostly 20 to 38".
    pub seen: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    Number,
    Date {
        has_time: bool,
    },
    /// Every value that was seen.
    Choice(Vec<String>),
    /// The most frequent of more values than a list can hold; none of texts.
    Suggested(Vec<String>),
}

/// The fields of a run in the order of the table; empty when the table at hand has none of its columns. A packaged model
/// brings its own.
pub fn fields(studio: &Studio, run: &Run) -> Vec<Field> {
    if !run.inputs.is_empty() {
        return run.inputs.iter().map(packaged).collect();
    }
    let Some(table) = &studio.table else { return Vec::new() };
    let out = |name: &str| name == run.report.target || run.report.left_out.iter().any(|(n, _)| n == name);
    table.columns.iter().filter(|c| !out(&c.name)).filter_map(|column| field(column, table.n_rows)).collect()
}

/// A field for a column that only its model knows.
fn packaged(input: &InputFact) -> Field {
    let day = |v: f64| date_text(v as i64, input.has_time);
    let text = |v: f64| if input.kind == InputKind::Date { day(v) } else { short(v) };
    let seen = match input.range {
        Some((low, high)) if input.kind == InputKind::Date => format!("{} to {}", day(low), day(high)),
        Some((low, high)) => format!("{} to {}", significant(low, 3), significant(high, 3)),
        None if input.other => "These were frequent; others were seen too".to_owned(),
        None => String::new(),
    };
    let typical = input.usual.map(text).or_else(|| input.levels.first().cloned()).unwrap_or_default();
    let kind = match input.kind {
        InputKind::Number => FieldKind::Number,
        InputKind::Date => FieldKind::Date { has_time: input.has_time },
        InputKind::Text if input.other || input.levels.is_empty() => FieldKind::Suggested(input.levels.clone()),
        InputKind::Text => FieldKind::Choice(input.levels.clone()),
    };
    Field { name: input.name.clone(), kind, typical, seen }
}

fn field(column: &ColumnProfile, n_rows: u32) -> Option<Field> {
    let found = seen_field(column)?;
    // A usual row leaves a column empty that most rows leave empty.
    let typical = if column.n_missing > n_rows / 2 { String::new() } else { found.typical };
    Some(Field { typical, ..found })
}

fn seen_field(column: &ColumnProfile) -> Option<Field> {
    let name = column.name.clone();
    match &column.shape {
        Shape::Range { minimum, maximum, quantiles, .. } if column.column_type == ColumnType::Date => {
            let day = |v: f64| date_text(v as i64, column.has_time);
            Some(Field {
                name,
                kind: FieldKind::Date { has_time: column.has_time },
                typical: day(quantiles[2]),
                seen: format!("{} to {}", day(*minimum), day(*maximum)),
            })
        }
        Shape::Range { minimum, maximum, quantiles, whole, .. } => {
            let plain = |v: f64| if *whole { format!("{}", v.round()) } else { short(v) };
            // No comma in four digits: a year is no count.
            let shown = |v: f64| {
                let text = if *whole { crate::chart::format::fixed(v, 0) } else { significant(v, 3) };
                if v.abs() < 10_000.0 { text.replace(',', "") } else { text }
            };
            Some(Field {
                name,
                kind: FieldKind::Number,
                typical: plain(quantiles[2]),
                seen: if quantiles[1] == quantiles[3] {
                    format!("{} to {}, mostly {}", shown(*minimum), shown(*maximum), shown(quantiles[2]))
                } else {
                    format!(
                        "{} to {}, half of them {} to {}",
                        shown(*minimum),
                        shown(*maximum),
                        shown(quantiles[1]),
                        shown(quantiles[3])
                    )
                },
            })
        }
        Shape::Levels { top } => {
            let levels: Vec<String> = top.iter().map(|(text, _)| text.clone()).collect();
            let typical = levels.first().cloned().unwrap_or_default();
            let all = levels.len() >= column.n_distinct as usize;
            let kind = if all { FieldKind::Choice(levels) } else { FieldKind::Suggested(levels) };
            let seen = if all { String::new() } else { format!("{} values seen", column.n_distinct) };
            Some(Field { name, kind, typical, seen })
        }
        Shape::Texts { longest, examples, .. } => Some(Field {
            name,
            kind: FieldKind::Suggested(Vec::new()),
            typical: examples.first().cloned().unwrap_or_default(),
            seen: format!("Text of up to {longest} characters"),
        }),
        Shape::Empty => None,
    }
}

/// Four significant digits that read back as a number.
fn short(value: f64) -> String {
    let decimals = crate::chart::format::decimals_for(value, 4);
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
