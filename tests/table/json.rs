//! JSON lines and arrays of objects, against what pandas reads.

use std::path::Path;
use std::process::Command;

use hearth::table::ColumnType::{self, Boolean, Category, Date, Number};
use hearth::table::csv::{CsvSettings, Format, Imported, import_bytes, preview};
use proptest::prelude::*;

use crate::pandas::python;
use crate::{names_and_types, said, shown, texts};

fn read(name: &str, text: &str) -> Imported {
    import_bytes(name, text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem:?}"))
}

const ROWS: [&str; 6] = [
    r#"{"id": 7, "name": "Ada \"A\" Lovelace", "at": {"city": "Zürich", "geo": {"lat": 47.4}}, "ok": true}"#,
    r#"{"id": 12345678901234567890, "name": null, "tags": ["a", "b"], "ok": true}"#,
    r#"{"id": -1.5e3, "at": {"city": "Bern", "geo": {}}, "ok": true, "code": "007", "joined": "2024-02-29"}"#,
    r#"{"joined": "2024-03-01", "code": "011", "id": 0, "name": "\u00e9\ud83d\ude00\n"}"#,
    r#"{}"#,
    r#"{"id": 3, "name": "", "mixed": 1, "n": "1.5"}"#,
];

#[test]
fn rows_are_those_of_pandas() {
    let lines = ROWS.join("\n");
    let array = format!("[\n{}\n]\n", ROWS.join(",\n"));
    for (name, text, format) in [("rows.jsonl", lines, Format::JsonLines), ("rows.json", array, Format::JsonArray)] {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, &text).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/table_formats.py");
        let output = Command::new(python()).arg(script).arg("json").arg(&file).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let expected: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let read = read(name, &text);
        assert_eq!(read.settings.format, format);
        let table = &read.read.table;
        // pandas names an empty object as a column; a table has nothing to put there.
        let all: Vec<&str> = expected["names"].as_array().unwrap().iter().map(|n| n.as_str().unwrap()).collect();
        let names: Vec<&str> = all.iter().copied().filter(|name| *name != "at.geo").collect();
        let found: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        let sorted = |mut names: Vec<&str>| {
            names.sort_unstable();
            names.into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(sorted(found), sorted(names));
        for (position, name) in all.iter().enumerate().filter(|(_, name)| **name != "at.geo") {
            let column = texts(table.column(name).unwrap());
            for (row, cells) in expected["rows"].as_array().unwrap().iter().enumerate() {
                let wanted = cells[position].as_str().filter(|text| !text.is_empty()).unwrap_or("∅");
                let same = column[row] == wanted
                    || column[row].replace(", ", ",") == wanted
                    || column[row].parse::<f64>().is_ok_and(|n| wanted.parse() == Ok(n));
                assert!(same, "{name}, row {row}: {} is not {wanted}", column[row]);
            }
        }
    }
}

#[test]
fn types_are_those_of_json_and_then_of_cells() {
    let read = read("rows.jsonl", &ROWS.join("\n"));
    let types = names_and_types(&read.read.table);
    let expected: [(&str, ColumnType); 10] = [
        ("id", Number),
        ("name", Category),
        ("at.city", Category),
        ("at.geo.lat", Number),
        ("ok", Boolean),
        ("tags", Category),
        ("code", Category),
        ("joined", Date),
        ("mixed", Number),
        ("n", Number),
    ];
    assert_eq!(types, expected);
    insta::assert_snapshot!(shown(&read));
    let settings = read.settings.clone().with_type("id", Category).with_type("ok", ColumnType::Text);
    let again = import_bytes("rows.jsonl", ROWS.join("\n").as_bytes(), Some(settings)).unwrap().read.table;
    let types = names_and_types(&again);
    assert_eq!((types[0], types[4]), (("id", Category), ("ok", ColumnType::Text)));
    assert_eq!(texts(&again.columns[0])[1], "12345678901234567890", "as it is written");
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let lines = "\u{feff}{\"a\": 1, \"b\": \"x\"}\r\n{\"a\": 2,}\n\n  {\"a\": 3, \"a\": 4}\n{\"a\": 5\n[1, 2]\n{\"a\": 6} {\"a\": 7}\n\
                 {\"a\": tru}\n{\"a\": 01}\n{\"a\": [1, {\"b\": [2]}], \"\": 8}\n{\"a\": Infinity, \"b\": NaN}\nnull\n{\"a\": 9";
    let deep = format!("{{\"a\":{}1{}}}\n{{\"b\":2}}\n{{\"b\":3}}\n", "{\"a\":".repeat(80), "}".repeat(80));
    let mut said_all = shown(&read("bad.jsonl", lines)) + &shown(&read("deep.jsonl", &deep));
    said_all += &shown(&read("array.json", "[{\"a\": 1}, 5, [2], null, {\"a\": 2}]  x"));
    for (name, text) in [
        ("cut.json", "[{\"a\": 1},\n {\"a\": 2"),
        ("not closed.json", "[{\"a\": 1},\n {\"a\": 2}\n"),
        ("comma.json", "[{\"a\": 1}\n {\"a\": 2}]"),
        ("colon.json", "[{\"a\" 1}]"),
        ("object.json", "{\"rows\": [{\"a\": 1}, {\"a\": 2}]}"),
        ("pretty.json", "{\n  \"a\": 1,\n  \"b\": 2\n}\n"),
        ("arrays.json", "[[1, 2], [3, 4]]"),
        ("empty.jsonl", "{}"),
        ("bad only.jsonl", "{\"a\": 1"),
    ] {
        match import_bytes(name, text.as_bytes(), None) {
            Ok(imported) => said_all += &format!("{name}: {}\n", shown(&imported)),
            Err(problem) => said_all += &said(&problem),
        }
    }
    insta::assert_snapshot!(said_all);
}

#[test]
fn columns_that_come_late_are_missing_before() {
    let mut text = String::new();
    for i in 0..200_000 {
        text += &format!("{{\"i\":{i},\"k\":\"{}\"}}\n", ["red", "blue"][i % 2]);
    }
    text += "{\"late\": 1}\n";
    let read = read("late.ndjson", &text);
    let table = &read.read.table;
    assert_eq!(
        (table.n_rows, names_and_types(table)),
        (200_001, vec![("i", Number), ("k", Category), ("late", Number)])
    );
    assert_eq!(texts(&table.columns[2])[200_000], "1");
    let shown = preview("late.ndjson", &text.as_bytes()[..1 << 20], false, None).unwrap();
    assert_eq!((shown.rows.len(), &shown.rows[1][..]), (50, &["1".to_owned(), "blue".to_owned()][..]));
    assert_eq!(shown.columns, [("i".to_owned(), Number), ("k".to_owned(), Category)]);
}

#[test]
fn utf_16_and_mixed_columns_are_read() {
    let text = "{\"a\":1,\"b\":\"é\"}\n{\"a\":\"x\",\"b\":\"ü\"}\n{\"a\":true,\"b\":\"\"}\n";
    let bytes: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let read = import_bytes("w.jsonl", &bytes, None).unwrap();
    assert_eq!(read.settings.format, Format::JsonLines);
    assert_eq!(texts(&read.read.table.columns[0]), ["1", "x", "true"]);
    assert_eq!(texts(&read.read.table.columns[1]), ["é", "ü", "∅"]);
    let csv = import_bytes("t.csv", b"{a},b\n1,2\n", None).unwrap();
    assert_eq!(csv.settings, CsvSettings { ..csv.settings.clone() });
    assert_eq!(csv.settings.format, Format::Delimited);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// What serde_json writes is read as it was, an object a line and in an array alike.
    #[test]
    fn what_is_written_is_read(rows in proptest::collection::vec((any::<i64>(), "\\PC{0,12}", any::<bool>()), 1..20)) {
        let objects: Vec<String> = rows
            .iter()
            .map(|(n, text, b)| serde_json::json!({"n": n, "o": {"t": format!("x{text}")}, "b": b}).to_string())
            .collect();
        for text in [objects.join("\n"), format!("[{}]", objects.join(" ,\n"))] {
            let read = import_bytes("p.jsonl", text.as_bytes(), None).unwrap();
            let table = &read.read.table;
            prop_assert_eq!(table.n_rows, rows.len());
            prop_assert_eq!(table.column("n").unwrap().values.column_type(), Number);
            prop_assert_eq!(table.column("b").unwrap().values.column_type(), Boolean);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[\\[{]{1,3}[\"a:,1\\\\u{}\\[\\] \ntrue.-]{0,60}") {
        let _ = import_bytes("p.json", text.as_bytes(), None);
    }
}
