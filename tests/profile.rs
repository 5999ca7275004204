//! A table in numbers: against pandas, SciPy and scikit-learn, in steps, and on planted facts.

#[path = "profile/facts.rs"]
mod facts;
#[path = "learn/python.rs"]
mod python;
#[path = "profile/reference.rs"]
mod reference;

use hearth::profile::{Aim, Profiler, TableProfile};
use hearth::table::csv::import_bytes;
use hearth::table::{Column, ColumnType, Table};

/// Everything, in one go.
fn profiled(table: &Table, aim: Option<Aim>) -> TableProfile {
    let mut profiler = Profiler::new(table, aim, 1);
    while !profiler.advance(table, usize::MAX).done {}
    profiler.into_profile()
}

fn read(text: &str) -> Table {
    import_bytes("t.csv", text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem:?}")).read.table
}

/// How the reference calls a column's type.
fn kind(column: &Column) -> &'static str {
    match column.values.column_type() {
        ColumnType::Number => "number",
        ColumnType::Date => "date",
        ColumnType::Category | ColumnType::Boolean => "category",
        ColumnType::Text => "text",
    }
}
