//! Files that are no text: spreadsheets and Parquet, read as pandas reads them, and refused with place and cure.

#[path = "reader/bad_input.rs"]
mod bad_input;
#[path = "reader/engine.rs"]
mod engine;
#[path = "reader/pandas.rs"]
mod pandas;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use hearth::problem::Problem;
use hearth::reader::Reader;
use hearth::table::csv::{CsvSettings, ImportJob, Imported, Limits, Step};
use hearth::table::transcript::{Transcribed, Transcript, Wanted};
use hearth::table::{Column, Table};
use serde_json::Value;

/// Runs the script with the reference packages; a test that needs it fails without.
fn python(arguments: &[&str]) -> Vec<u8> {
    let folder = std::env::var_os("HEARTH_PYTHON").expect("HEARTH_PYTHON is not set: run `make test`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/sheets.py");
    let output = Command::new(Path::new(&folder).join("bin/python")).arg(script).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The folder with the files that Python wrote.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sheets-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        python(&["write", folder.to_str().unwrap()]);
        folder
    })
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

/// What pandas reads.
fn pandas_reads(arguments: &[&str]) -> Value {
    let text = String::from_utf8(python(arguments)).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn transcript(name: &str, part: &str) -> Result<Transcript, Problem> {
    transcript_of(name, bytes(name), part)
}

fn transcript_of(name: &str, bytes: Vec<u8>, part: &str) -> Result<Transcript, Problem> {
    Reader::default().read(&Wanted { name: name.into(), part: part.into(), or_first: false }, "", bytes)
}

/// Reads a part of a file into a table.
fn read(name: &str, part: &str) -> Imported {
    read_with(name, part, None)
}

fn read_with(name: &str, part: &str, settings: Option<CsvSettings>) -> Imported {
    let transcript = transcript(name, part).unwrap_or_else(|problem| panic!("{problem:?}"));
    let mut source = Transcribed(transcript);
    let mut job = ImportJob::new(name, settings, Limits::DEFAULT);
    loop {
        if let Step::Done(imported) = job.step(&mut source).unwrap_or_else(|problem| panic!("{problem:?}")) {
            return *imported;
        }
    }
}

fn column<'a>(table: &'a Table, name: &str) -> &'a Column {
    table.column(name).unwrap_or_else(|| panic!("no column {name}"))
}

/// Cells of a column as texts, "∅" for missing ones.
fn texts(column: &Column) -> Vec<String> {
    (0..column.values.len()).map(|row| column.values.text(row).unwrap_or_else(|| "∅".to_owned())).collect()
}

/// What was said of a file, a line each.
fn notes(imported: &Imported) -> String {
    imported.read.warnings.iter().map(|warning| warning.sentence("f") + "\n").collect()
}
