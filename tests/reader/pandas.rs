//! Values and types are those that pandas reads.

use hearth::table::packed::Packing;
use hearth::table::{ColumnType, Table, Values};
use serde_json::Value;

use super::*;

/// Each column that pandas has is here, with its values.
fn compare(table: &Table, expected: &Value) {
    let expected = expected.as_object().unwrap();
    assert_eq!(table.columns.len(), expected.len(), "{:?}", table.columns.iter().map(|c| &c.name).collect::<Vec<_>>());
    for (name, cells) in expected {
        let column = column(table, name);
        let cells = cells.as_array().unwrap();
        assert_eq!(cells.len(), table.n_rows, "{name}");
        for (row, expected) in cells.iter().enumerate() {
            let found = column.values.text(row);
            let place = format!("{name}, row {row}: {found:?}, pandas has {expected}");
            match (&column.values, expected) {
                (_, Value::Null) => assert_eq!(found, None, "{place}"),
                (Values::Number(values), Value::Number(number)) => {
                    assert_eq!(Some(values[row]), number.as_f64(), "{place}");
                }
                (Values::Date { milliseconds, .. }, Value::Object(object)) => {
                    assert_eq!(Some(milliseconds[row]), object["ms"].as_i64(), "{place}");
                }
                (Values::Boolean { codes, .. }, Value::Bool(value)) => assert_eq!(codes[row] == 1, *value, "{place}"),
                (Values::Category { .. } | Values::Text(_), Value::String(text)) => {
                    assert_eq!(found.as_deref(), Some(text.as_str()), "{place}");
                }
                (Values::Category { .. }, Value::Number(number)) => {
                    assert_eq!(found, Some(number.to_string()), "{place}");
                }
                _ => panic!("{place}: another type"),
            }
        }
    }
}

const TYPES: [(&str, ColumnType); 8] = [
    ("name", ColumnType::Text),
    ("age", ColumnType::Number),
    ("member", ColumnType::Boolean),
    ("joined", ColumnType::Date),
    ("seen", ColumnType::Date),
    ("code", ColumnType::Category),
    ("share", ColumnType::Number),
    ("town", ColumnType::Category),
];

fn types(table: &Table) -> Vec<(&str, ColumnType)> {
    table.columns.iter().map(|column| (column.name.as_str(), column.values.column_type())).collect()
}

#[test]
fn a_sheet_with_a_title_above_it_reads_as_pandas_reads_it() {
    let file = folder().join("people.xlsx");
    let imported = read("people.xlsx", "People & more!");
    compare(&imported.read.table, &pandas_reads(&["read", file.to_str().unwrap(), "People & more!", "3", "B:I"]));
    assert_eq!(types(&imported.read.table), TYPES);
    assert_eq!(imported.packing, Packing::Sheet { part: "People & more!!B4:I44".into() });
    assert_eq!(imported.settings.entry, "People & more!!B4:I44");
    let notes = notes(&imported);
    assert!(
        notes.contains("f: What stands above the table is left out: “People of the club”, “as of today”."),
        "{notes}"
    );
    assert!(notes.contains("f: The file keeps numbers as text in code, and so they were read."), "{notes}");
    assert_eq!(imported.read.n_warnings, 2, "{notes}");
    // What was chosen is read again by its name, and a part of it too.
    let again = read_with("people.xlsx", &imported.settings.entry, Some(imported.settings.clone()));
    for (column, before) in again.read.table.columns.iter().zip(&imported.read.table.columns) {
        assert_eq!((&column.name, texts(column)), (&before.name, texts(before)));
    }
    let some = read("people.xlsx", "People & more!!C4:D10");
    assert_eq!((some.read.table.n_rows, types(&some.read.table)), (6, TYPES[1..3].to_vec()));
}

#[test]
fn other_formats_read_as_pandas_reads_them() {
    for name in ["people.xls", "people.ods"] {
        let file = folder().join(name);
        let imported = read(name, "");
        compare(&imported.read.table, &pandas_reads(&["read", file.to_str().unwrap(), "People", "0", ""]));
        assert_eq!(types(&imported.read.table), TYPES, "{name}");
        assert_eq!(imported.settings.entry, "People!A1:H41", "{name}");
    }
}

#[test]
fn errors_merged_cells_formulas_and_times_are_handled_and_said() {
    let imported = read("people.xlsx", "Odd");
    let table = &imported.read.table;
    // pandas leaves all but the first cell of a merged area empty.
    assert_eq!(texts(column(table, "group")), ["a", "a", "a", "b", "b"]);
    assert_eq!(texts(column(table, "double")), ["2", "4", "6", "8", "∅"]);
    assert_eq!(texts(column(table, "err")), ["∅", "5", "∅", "7", "8"]);
    let Values::Number(at) = &column(table, "at").values else { panic!() };
    let file = folder().join("people.xlsx");
    let pandas = pandas_reads(&["read", file.to_str().unwrap(), "Odd", "0", ""]);
    for (row, hours) in at.iter().take(3).enumerate() {
        assert_eq!(Some(*hours), pandas["at"][row].as_f64(), "{pandas}");
    }
    assert_eq!(texts(column(table, "took")), ["30", "1.5", "48", "∅", "∅"]);
    let notes = notes(&imported);
    for note in [
        "2 areas are merged (A2:A4, A5:A6); the value of each stands in all of its cells here.",
        "The file holds no result for the formula in C6 and it is missing here.",
        "2 cells show errors in place of a value (#N/A 1, #DIV/0! 1) and count as missing.",
        "Times of day and durations are hours here: in at, took.",
    ] {
        assert!(notes.contains(note), "{notes}");
    }
    assert!(imported.settings.missing.contains(&"#DIV/0!".to_owned()));
}

#[test]
fn a_sheet_without_names_and_one_with_a_stray_cell() {
    let imported = read("people.xlsx", "Bare");
    assert!(!imported.settings.header);
    assert_eq!(
        (imported.read.table.n_rows, types(&imported.read.table)),
        (12, vec![("column_1", ColumnType::Number), ("column_2", ColumnType::Number), ("column_3", ColumnType::Date)])
    );
    let problem = transcript("people.xlsx", "Far").unwrap_err();
    assert!(problem.event.contains("1,048,576 rows of 16,384 columns: more than 100,000,000 cells"), "{problem:?}");
    assert_eq!(transcript("people.xlsx", "Far!A1:B2").map(|t| t.text).unwrap(), b"1,\n,\n");
}

#[test]
fn parquet_keeps_values_and_types() {
    let expected_types = [
        ("i8", ColumnType::Number),
        ("u32", ColumnType::Number),
        ("i64", ColumnType::Number),
        ("big", ColumnType::Category),
        ("f32", ColumnType::Number),
        ("f64", ColumnType::Number),
        ("flag", ColumnType::Boolean),
        ("code", ColumnType::Category),
        ("level", ColumnType::Category),
        ("looks_like_a_date", ColumnType::Category),
        ("day", ColumnType::Date),
        ("ms", ColumnType::Date),
        ("us", ColumnType::Date),
        ("ns", ColumnType::Date),
        ("price", ColumnType::Number),
        ("at", ColumnType::Number),
    ];
    for name in ["snappy.parquet", "gzip.parquet", "lz4.parquet", "none.parquet", "v2.parquet"] {
        let file = folder().join(name);
        let imported = read(name, "");
        assert_eq!(types(&imported.read.table), expected_types, "{name}");
        compare(&imported.read.table, &pandas_reads(&["parquet", file.to_str().unwrap()]));
        assert_eq!((&imported.packing, imported.settings.entry.as_str()), (&Packing::Parquet, ""));
        let notes = notes(&imported);
        assert!(notes.contains("f: list, bytes left out: they hold lists, structures or bytes"), "{notes}");
        assert!(notes.contains("Times of day are hours here: in at."), "{notes}");
    }
    let imported = read("int96.parquet", "");
    compare(&imported.read.table, &pandas_reads(&["parquet", folder().join("int96.parquet").to_str().unwrap()]));
}
