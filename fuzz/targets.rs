//! What is done with bytes of unknown origin: each function must come to an end without a panic, whatever it is given. A fuzzer
//! calls them (`make fuzz`), and `tests/fuzz.rs` calls them with the files in `fuzz/corpus/`.

use hearth::design::Design;
use hearth::package::{open, project_file};
use hearth::recipe::formula::{Formula, complete, parse, print};
use hearth::recipe::{NoOthers, Recipe, Schema, apply, apply_rows};
use hearth::rules;
use hearth::table::csv::{CsvSettings, Decimal, import_bytes, preview};
use hearth::table::{Column, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Table, Values};

/// What is done with bytes.
pub type Target = fn(&[u8]);

/// Files for a target have its name as their folder.
pub const TARGETS: [(&str, Target); 8] = [
    ("csv", csv),
    ("packed", packed),
    ("formula", formula),
    ("recipe", recipe),
    ("rules", rule),
    ("design", design),
    ("project_file", project),
    ("package", package),
];

/// Settings that the first byte chooses; as often as not they are detected.
fn settings(chosen: u8) -> Option<CsvSettings> {
    let mut settings = CsvSettings::default();
    if chosen & 1 == 0 {
        return None;
    }
    settings.delimiter = [b',', b';', b'\t', b'|'][usize::from(chosen >> 1 & 3)];
    settings.header = chosen & 8 == 0;
    settings.quote = if chosen & 16 == 0 { b'"' } else { 0 };
    settings.decimal = if chosen & 32 == 0 { Decimal::Point } else { Decimal::Comma };
    Some(settings)
}

/// Delimited text and JSON: the first byte chooses settings, the rest is the file.
pub fn csv(bytes: &[u8]) {
    let Some((chosen, file)) = bytes.split_first() else { return };
    let settings = settings(*chosen);
    drop(preview("fuzz.csv", file, true, settings.clone()));
    let Ok(imported) = import_bytes("fuzz.csv", file, settings) else { return };
    let table = &imported.read.table;
    for column in &table.columns {
        assert_eq!(column.values.len(), table.n_rows, "{}", column.name);
        assert!(!column.name.is_empty());
    }
    let mut names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), table.columns.len(), "names are unique");
    // Read again as it was read: the same table.
    let again = import_bytes("fuzz.csv", file, Some(imported.settings)).expect("it was read before");
    assert!(again.read.table.n_rows == table.n_rows && again.read.table.columns.len() == table.columns.len());
}

/// Text in gzip and ZIP files.
pub fn packed(bytes: &[u8]) {
    for name in ["fuzz.csv.gz", "fuzz.zip"] {
        drop(import_bytes(name, bytes, None));
    }
}

/// A table with a column of each type, some cells missing.
fn table() -> Table {
    let column = |name: &str, values| Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None };
    let texts = ["x y", "", "Ünïcode 🦀", "12,5"].map(|text| Some(text.into()));
    let texts = texts.into_iter().chain([None]).collect();
    Table {
        n_rows: 5,
        columns: vec![
            column("a", Values::Number(vec![1.0, -2.5, f64::NAN, 1e300, 0.0])),
            column(
                "b",
                Values::Category { codes: vec![0, 1, MISSING_CODE, 1, 0], levels: vec!["p".into(), "q".into()] },
            ),
            column(
                "c",
                Values::Date {
                    milliseconds: vec![0, 1_700_000_000_000, MISSING_DATE, -62_135_596_800_000, 253_402_214_400_000],
                    has_time: true,
                },
            ),
            column(
                "d",
                Values::Boolean { codes: vec![0, 1, MISSING_BOOLEAN, 1, 0], spelling: ["no".into(), "yes".into()] },
            ),
            column("e", Values::Text(texts)),
        ],
    }
}

pub fn formula(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let table = table();
    let schema = Schema::of(&table);
    complete(text, text.len() / 2, &schema);
    match parse(text) {
        Ok(expr) => assert_eq!(parse(&print(&expr)).as_ref(), Ok(&expr), "printed and parsed again"),
        Err(error) => {
            assert!(error.start <= error.end && error.end <= text.len());
            error.problem(text);
        }
    }
    let columns: Vec<&Values> = table.columns.iter().map(|column| &column.values).collect();
    if let Ok(formula) = Formula::new(text, &schema) {
        assert_eq!(formula.values(&columns, table.n_rows).len(), table.n_rows);
    }
    if let Ok(condition) = Formula::condition(text, &schema) {
        assert_eq!(condition.holds(&columns, table.n_rows).len(), table.n_rows);
    }
}

pub fn recipe(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(recipe) = Recipe::from_json(text) else { return };
    let table = table();
    let applied = apply(&table, &recipe.steps, &NoOthers);
    assert_eq!(applied.report.len(), recipe.steps.len());
    for column in &applied.table.columns {
        assert_eq!(column.values.len(), applied.table.n_rows, "{}", column.name);
    }
    let (rows, _) = apply_rows(&table, &recipe);
    assert!(rows.columns.iter().all(|column| column.values.len() == rows.n_rows));
    // What was read is written, and read again the same.
    let written = recipe.to_json().expect("it was read");
    assert_eq!(Recipe::from_json(&written).as_ref(), Ok(&recipe));
}

pub fn rule(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(rules) = rules::from_json(text) else { return };
    let table = table();
    rules::check(&table, &rules);
    rules::table_schema(&table, &rules);
}

pub fn design(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(design) = Design::from_text(text) {
        assert_eq!(Design::from_text(&design.to_text()).as_ref(), Ok(&design), "written and read again");
    }
}

pub fn project(bytes: &[u8]) {
    drop(project_file::read(bytes, "fuzz.hearth.zip"));
}

pub fn package(bytes: &[u8]) {
    drop(open::open(bytes, "fuzz.zip"));
}
