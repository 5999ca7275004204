//! bytes → Table → Dataset: import, profile, view, target.

#[path = "table/amounts.rs"]
mod amounts;
#[path = "table/bad_input.rs"]
mod bad_input;
#[path = "table/bundle.rs"]
mod bundle;
#[path = "table/dataset.rs"]
mod dataset;
#[path = "table/json.rs"]
mod json;
#[path = "table/packed.rs"]
mod packed;
#[path = "table/pandas.rs"]
mod pandas;
#[path = "table/pasted.rs"]
mod pasted;
#[path = "table/reading.rs"]
mod reading;
#[path = "table/round_trip.rs"]
mod round_trip;
#[path = "table/speed.rs"]
mod speed;
#[path = "table/types.rs"]
mod types;
#[path = "table/view.rs"]
mod view;

use std::fmt::Write as _;

use hearth::problem::Problem;
use hearth::table::csv::{CsvSettings, Imported, import_bytes};
use hearth::table::{Column, ColumnType, Table};

/// Reads a text with detected settings.
fn read(text: &str) -> Imported {
    import_bytes("t.csv", text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// Reads bytes with these settings.
fn read_with(bytes: &[u8], settings: CsvSettings) -> Imported {
    import_bytes("t.csv", bytes, Some(settings)).unwrap_or_else(|problem| panic!("{problem:?}"))
}

fn column<'a>(table: &'a Table, name: &str) -> &'a Column {
    table.column(name).unwrap_or_else(|| panic!("no column {name}"))
}

/// Cells of a column as texts, "∅" for missing ones.
fn texts(column: &Column) -> Vec<String> {
    (0..column.values.len()).map(|row| column.values.text(row).unwrap_or_else(|| "∅".to_owned())).collect()
}

fn names_and_types(table: &Table) -> Vec<(&str, ColumnType)> {
    table.columns.iter().map(|column| (column.name.as_str(), column.values.column_type())).collect()
}

/// The table in a form that is easy to compare by eye.
fn shown(imported: &Imported) -> String {
    let table = &imported.read.table;
    let mut text = String::new();
    for column in &table.columns {
        let kind = column.values.column_type().word();
        writeln!(text, "{:?} ({kind}): {:?}", column.name, texts(column)).unwrap();
        if !column.missing_spellings.is_empty() {
            writeln!(text, "  missing as {:?}", column.missing_spellings).unwrap();
        }
    }
    for warning in &imported.read.warnings {
        writeln!(text, "[line {}, byte {}] {}", warning.line, warning.byte, warning.sentence("t.csv")).unwrap();
    }
    text
}

fn said(problem: &Problem) -> String {
    format!("{}\n  {}\n  {}\n  {}\n", problem.place, problem.event, problem.kept, problem.cure)
}

/// The folder with real data sets; `None`, and a line that says so, where it is absent.
fn shared_data() -> Option<std::path::PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var_os("HEARTH_DATA").map_or_else(|| root.join("../shared/data"), Into::into);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("passed over: the real data sets are not in {}", folder.display());
    None
}
