//! `recipe.json`: what the training file was, how it was read, and the steps that were done to its rows, so that other
//! files are read and prepared alike.

use serde::{Deserialize, Serialize};

use super::build::Source;
use crate::problem::Problem;
use crate::recipe::Replay;
use crate::table::ColumnType;
use crate::table::csv::{CsvSettings, Decimal, Encoding, Format};
use crate::table::packed::Packing;
use crate::table::receipt::{FileFacts, Receipt};

const FORMAT: &str = "hearth-recipe";
const VERSION: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Recipe {
    format: String,
    version: u32,
    /// `None`: it is not known how the training file was read.
    import: Option<Reading>,
    /// What that file was; `None`: not known.
    #[serde(default)]
    file: Option<File>,
    /// What is done to the rows before `model.onnx` reads them.
    replay: Replay,
}

/// `FileFacts` in words that other programs can act on.
#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    bytes: u64,
    sha256: String,
    /// "none", "gzip", "zip".
    packing: String,
    /// Of its text, unpacked.
    text_bytes: u64,
    rows: u64,
    columns: u64,
    /// The first of them.
    warnings: Vec<String>,
    n_warnings: u64,
}

/// `CsvSettings` in words that other programs can act on.
#[derive(Serialize, Deserialize)]
struct Reading {
    /// "delimited", "json-lines", "json-array".
    #[serde(default = "delimited")]
    format: String,
    /// The path of the entry of a ZIP file; "" for other files.
    #[serde(default)]
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

#[derive(Serialize, Deserialize)]
struct MissingIn {
    column: String,
    texts: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct TypeOf {
    column: String,
    r#type: String,
}

#[derive(Serialize, Deserialize)]
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

/// What was not written before there were others.
fn delimited() -> String {
    "delimited".to_owned()
}

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
        replay: source.replay.clone(),
    })
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
        }
        .to_owned(),
        text_bytes: facts.n_text_bytes,
        rows: facts.n_rows,
        columns: facts.n_columns,
        warnings: facts.warnings.clone(),
        n_warnings: facts.n_warnings,
    }
}

/// `entry`: as the settings name it.
fn facts(file: File, entry: &str) -> Result<FileFacts, String> {
    let packing = match file.packing.as_str() {
        "none" => Packing::Plain,
        "gzip" => Packing::Gzip,
        "zip" => Packing::Zip { entry: entry.to_owned() },
        other => return Err(format!("the packing cannot be “{}”", other.escape_debug())),
    };
    Ok(FileFacts {
        name: file.name,
        n_bytes: file.bytes,
        sha256: file.sha256,
        packing,
        n_text_bytes: file.text_bytes,
        n_rows: file.rows,
        n_columns: file.columns,
        warnings: file.warnings,
        n_warnings: file.n_warnings,
    })
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

/// Reads the document back.
///
/// # Errors
/// What is wrong with it, as the rest of a sentence.
pub(super) fn read(bytes: &[u8]) -> Result<Source, String> {
    let recipe: Recipe = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    if recipe.format != FORMAT || recipe.version != VERSION {
        let (format, version) = (recipe.format.escape_debug(), recipe.version);
        return Err(format!("it is “{format}” in form {version}, not “{FORMAT}” in form {VERSION}"));
    }
    let replay = recipe.replay;
    let Some(settings) = recipe.import.map(settings).transpose()? else {
        return Ok(Source { import: None, replay, table_schema: None });
    };
    let file = recipe.file.map(|file| facts(file, &settings.entry)).transpose()?;
    Ok(Source { import: Some(Receipt { settings, file }), replay, table_schema: None })
}

fn settings(reading: Reading) -> Result<CsvSettings, String> {
    let unknown = |what: &str, text: &str| format!("{what} cannot be “{}”", text.escape_debug());
    let format = FORMATS.iter().find(|(_, word)| *word == reading.format).map(|(f, _)| *f);
    let encoding = ENCODINGS.iter().find(|(_, word)| *word == reading.encoding).map(|(e, _)| *e);
    let decimal = DECIMALS
        .iter()
        .find(|(_, mark, group)| *mark == reading.decimal_mark && *group == reading.thousands)
        .map(|(d, ..)| *d);
    let byte = |what: &str, text: &str| match text.as_bytes() {
        [one] if one.is_ascii() && !matches!(one, 0 | b'\n' | b'\r') => Ok(*one),
        _ => Err(unknown(what, text)),
    };
    let delimiter = byte("the delimiter", &reading.delimiter)?;
    let quote = if reading.quote.is_empty() { 0 } else { byte("the quote", &reading.quote)? };
    if delimiter == quote {
        return Err("the delimiter and the quote are the same".into());
    }
    let mut types = Vec::with_capacity(reading.types.len());
    for TypeOf { column, r#type } in reading.types {
        let found = ColumnType::ALL.into_iter().find(|known| known.word() == r#type);
        types.push((column, found.ok_or_else(|| unknown("a column's type", &r#type))?));
    }
    Ok(CsvSettings {
        format: format.ok_or_else(|| unknown("the format", &reading.format))?,
        entry: reading.entry,
        encoding: encoding.ok_or_else(|| unknown("the encoding", &reading.encoding))?,
        delimiter,
        quote,
        skip: reading.skip_lines,
        header: reading.header,
        decimal: decimal.ok_or_else(|| {
            let marks = format!("{} and {}", reading.decimal_mark, reading.thousands);
            unknown("the marks of decimals and thousands", &marks)
        })?,
        missing: reading.missing,
        missing_in: reading.missing_in.into_iter().map(|m| (m.column, m.texts)).collect(),
        types,
        day_first: reading.day_first,
        first_year: reading.first_year,
        units: reading.units.into_iter().map(|u| (u.column, u.unit)).collect(),
    })
}
