//! `recipe.json`: what the training file was, how it was read, and the steps that were done to its rows, for other programs
//! that are to read and prepare files alike. Hearth itself takes the same from `pipeline.bin`: a reader of every step as JSON
//! would be a tenth of the engine.

use serde::Serialize;

use super::build::Source;
use crate::problem::Problem;
use crate::recipe::Replay;
use crate::table::ColumnType;
use crate::table::csv::{CsvSettings, Decimal, Encoding, Format};
use crate::table::packed::Packing;
use crate::table::receipt::{BesideFile, FileFacts};

const FORMAT: &str = "hearth-recipe";
const VERSION: u32 = 3;

#[derive(Serialize)]
struct Recipe {
    format: String,
    version: u32,
    /// `None`: it is not known how the training file was read.
    import: Option<Reading>,
    /// What that file was; `None`: not known.
    file: Option<File>,
    /// Further files whose rows or columns were put below or beside those of the first.
    beside: Vec<Beside>,
    /// What is done to the rows before `model.onnx` reads them.
    replay: Replay,
}

/// `FileFacts` in words that other programs can act on.
#[derive(Serialize)]
struct File {
    name: String,
    bytes: u64,
    sha256: String,
    /// "none", "gzip", "zip", "sheet", "parquet".
    packing: String,
    /// Of its text, unpacked.
    text_bytes: u64,
    rows: u64,
    columns: u64,
    /// The first of them.
    warnings: Vec<String>,
    n_warnings: u64,
}

/// `BesideFile` in words that other programs can act on.
#[derive(Serialize)]
struct Beside {
    /// What steps call it.
    name: String,
    import: Reading,
    file: File,
    /// What became of it, a sentence each.
    done: Vec<String>,
}

/// `CsvSettings` in words that other programs can act on.
#[derive(Serialize)]
struct Reading {
    /// "delimited", "json-lines", "json-array".
    format: String,
    /// The path of the entry of a ZIP file, or the sheet and the range of a spreadsheet; "" for other files.
    entry: String,
    encoding: String,
    delimiter: String,
    /// "" where no character quotes.
    quote: String,
    /// Lines above the table.
    skip_lines: u32,
    header: bool,
    decimal_mark: String,
    /// "," or "." or " " (also no-break and thin spaces, and apostrophes); "" where thousands are not set apart.
    thousands: String,
    /// Texts that mean "missing", beside the empty one.
    missing: Vec<String>,
    /// Texts that mean "missing" in one column only.
    missing_in: Vec<MissingIn>,
    types: Vec<TypeOf>,
    units: Vec<UnitOf>,
    /// Whether 03/04/2025 is in April; `None`: as each column's values say.
    day_first: Option<bool>,
    /// Years of two digits lie in the hundred years from this one on.
    first_year: i16,
}

#[derive(Serialize)]
struct MissingIn {
    column: String,
    texts: Vec<String>,
}

#[derive(Serialize)]
struct TypeOf {
    column: String,
    r#type: String,
}

#[derive(Serialize)]
struct UnitOf {
    column: String,
    unit: String,
}

const ENCODINGS: [(Encoding, &str); 4] = [
    (Encoding::Utf8, "utf-8"),
    (Encoding::Utf16Le, "utf-16le"),
    (Encoding::Utf16Be, "utf-16be"),
    (Encoding::Windows1252, "windows-1252"),
];

const FORMATS: [(Format, &str); 3] =
    [(Format::Delimited, "delimited"), (Format::JsonLines, "json-lines"), (Format::JsonArray, "json-array")];

/// Each with its decimal mark and its mark of thousands.
const DECIMALS: [(Decimal, &str, &str); 5] = [
    (Decimal::Point, ".", ""),
    (Decimal::PointWithCommas, ".", ","),
    (Decimal::Comma, ",", ""),
    (Decimal::CommaWithPoints, ",", "."),
    (Decimal::CommaWithSpaces, ",", " "),
];

/// The document as JSON.
///
/// # Errors
/// When it cannot be serialized.
pub(super) fn write(source: &Source) -> Result<Vec<u8>, Problem> {
    let import = source.import.as_ref();
    super::build::json(&Recipe {
        format: FORMAT.into(),
        version: VERSION,
        import: import.map(|receipt| reading(&receipt.settings)),
        file: import.and_then(|receipt| receipt.file.as_ref()).map(file),
        beside: import.map_or_else(Vec::new, |receipt| receipt.beside.iter().map(beside).collect()),
        replay: source.replay.clone(),
    })
}

fn beside(known: &BesideFile) -> Beside {
    let (import, file) = (reading(&known.settings), file(&known.file));
    Beside { name: known.name.clone(), import, file, done: known.done.clone() }
}

fn file(facts: &FileFacts) -> File {
    File {
        name: facts.name.clone(),
        bytes: facts.n_bytes,
        sha256: facts.sha256.clone(),
        packing: match facts.packing {
            Packing::Plain => "none",
            Packing::Gzip => "gzip",
            Packing::Zip { .. } => "zip",
            Packing::Sheet { .. } => "sheet",
            Packing::Parquet => "parquet",
        }
        .to_owned(),
        text_bytes: facts.n_text_bytes,
        rows: facts.n_rows,
        columns: facts.n_columns,
        warnings: facts.warnings.clone(),
        n_warnings: facts.n_warnings,
    }
}

fn reading(settings: &CsvSettings) -> Reading {
    let encoding = ENCODINGS.iter().find(|(e, _)| *e == settings.encoding).map_or("utf-8", |(_, word)| word);
    let (decimal, thousands) =
        DECIMALS.iter().find(|(d, ..)| *d == settings.decimal).map_or((".", ""), |(_, mark, group)| (mark, group));
    let character = |byte: u8| if byte == 0 { String::new() } else { char::from(byte).to_string() };
    let type_of = |(column, kind): &(String, ColumnType)| TypeOf { column: column.clone(), r#type: kind.word().into() };
    let missing_in =
        |(column, texts): &(String, Vec<String>)| MissingIn { column: column.clone(), texts: texts.clone() };
    let format = FORMATS.iter().find(|(f, _)| *f == settings.format).map_or("delimited", |(_, word)| word);
    Reading {
        format: format.into(),
        entry: settings.entry.clone(),
        encoding: encoding.into(),
        delimiter: character(settings.delimiter),
        quote: character(settings.quote),
        skip_lines: settings.skip,
        header: settings.header,
        decimal_mark: decimal.into(),
        thousands: thousands.into(),
        missing: settings.missing.clone(),
        missing_in: settings.missing_in.iter().map(missing_in).collect(),
        types: settings.types.iter().map(type_of).collect(),
        units: settings.units.iter().map(|(c, u)| UnitOf { column: c.clone(), unit: u.clone() }).collect(),
        day_first: settings.day_first,
        first_year: settings.first_year,
    }
}
