//! bytes → (Table, Vec<Warning>).
//!
//! ```text
//! packed ─► magic ─► sniff (title) ─► decode ─┬► records ─┬► column (infer, numbers, affix, dates, levels) ─► Table
//!                                             └► json ────┘
//! ```
//!
//! `ImportJob` drives it in steps; `preview` shows the first rows; `write` is the way back.

mod affix;
mod cell;
mod column;
mod dates;
mod decode;
mod import;
mod import_job;
mod infer;
mod json;
mod json_import;
pub mod known;
mod levels;
mod limits;
mod magic;
mod months;
mod numbers;
mod preview;
mod reader;
mod records;
mod sniff;
mod title;
mod utf8;
mod warnings;
mod write;

pub use affix::{amount, same_unit};
pub use cell::{boolean_of, date_of, number_of};
pub use dates::{DateOrder, orders_of};
pub use import::{CsvImport, Finished, Plan, Read};
pub use import_job::{ImportJob, ImportProgress, Imported, Step, import_bytes};
use infer::MissingTexts;
pub use levels::{Levels, hash};
pub use limits::{Limits, changed, size};
pub(super) use magic::zip_kind;
pub use preview::{PREVIEW_BYTES, preview};
pub use sniff::{sniff, sniff_file, sniff_file_after};
pub use warnings::{MAX_WARNINGS, grouped};
pub use write::{CsvWriter, write};

use serde::{Deserialize, Serialize};

use super::ColumnType;
use super::packed::{Entry, Packing};

/// How the text of a file is read. All fields are detected, and all but `format` can be set; those of delimited text do not
/// matter to JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CsvSettings {
    #[serde(default)]
    pub format: Format,
    /// The path of the entry of a ZIP file that is read; "" for other files, and where there is only one.
    #[serde(default)]
    pub entry: String,
    pub encoding: Encoding,
    pub delimiter: u8,
    pub quote: u8,
    /// Lines above the table that are left out, such as a title; blank ones count.
    #[serde(default)]
    pub skip: u32,
    pub header: bool,
    pub decimal: Decimal,
    /// Texts that mean "missing", compared after trimming, case-sensitive. The empty text always does.
    pub missing: Vec<String>,
    /// Types that the person set, by column name.
    pub types: Vec<(String, ColumnType)>,
    /// How 03/04/2025 is read: `Some(true)`: the third of April. `None`: decided from each column's values.
    pub day_first: Option<bool>,
    /// Years of two digits lie in the hundred years from this one on.
    #[serde(default = "usual_first_year")]
    pub first_year: i16,
    /// Units of number columns that a person or a model set, by column name ("": the numbers have none).
    #[serde(default)]
    pub units: Vec<(String, String)>,
    /// Texts that mean "missing" in one column only, by column name; numbers and dates also as `Values::text` writes them.
    #[serde(default)]
    pub missing_in: Vec<(String, Vec<String>)>,
}

/// As POSIX and Python read years of two digits: 69 is 1969, 68 is 2068.
pub const USUAL_FIRST_YEAR: i16 = 1969;

fn usual_first_year() -> i16 {
    USUAL_FIRST_YEAR
}

/// UTF-8, commas, double quotes, a header in the first line, decimal points, the usual spellings of "missing".
impl Default for CsvSettings {
    fn default() -> Self {
        Self {
            format: Format::Delimited,
            entry: String::new(),
            encoding: Encoding::Utf8,
            delimiter: b',',
            quote: b'"',
            skip: 0,
            header: true,
            decimal: Decimal::Point,
            missing: USUAL_MISSING.iter().map(|&text| text.to_owned()).collect(),
            types: Vec::new(),
            day_first: None,
            first_year: USUAL_FIRST_YEAR,
            units: Vec::new(),
            missing_in: Vec::new(),
        }
    }
}

impl CsvSettings {
    /// These settings, with these texts meaning "missing" in this column too.
    #[must_use]
    pub fn with_missing_in(mut self, column: &str, texts: &[String]) -> Self {
        let known = match self.missing_in.iter().position(|(of, _)| of == column) {
            Some(position) => position,
            None => {
                self.missing_in.push((column.to_owned(), Vec::new()));
                self.missing_in.len() - 1
            }
        };
        let known = &mut self.missing_in[known].1;
        for text in texts {
            if !known.contains(text) {
                known.push(text.clone());
            }
        }
        self
    }

    /// These settings, with a type that the person chose for this column.
    #[must_use]
    pub fn with_type(mut self, column: &str, column_type: ColumnType) -> Self {
        self.types.retain(|(of, _)| of != column);
        self.types.push((column.to_owned(), column_type));
        self
    }
}

/// Texts that mean "missing" unless the person says otherwise.
pub const USUAL_MISSING: [&str; 12] =
    ["NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "-nan", "NULL", "null", "Null", "?"];

/// How a text holds its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Cells with a mark between them, a row a line: CSV, TSV.
    #[default]
    Delimited,
    /// A JSON object a line.
    JsonLines,
    /// One JSON array of objects.
    JsonArray,
}

impl Format {
    /// "delimited text", "JSON lines", "a JSON array".
    pub fn word(self) -> &'static str {
        match self {
            Self::Delimited => "delimited text",
            Self::JsonLines => "JSON lines",
            Self::JsonArray => "a JSON array",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

/// How numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    /// 1234.5
    Point,
    /// 1,234.5
    PointWithCommas,
    /// 1234,5
    Comma,
    /// 1.234,5
    CommaWithPoints,
    /// 1 234,5 (also with no-break and thin spaces, or apostrophes)
    CommaWithSpaces,
}

/// Something in the file that was read with a guess. `record` counts data records from 1 (0: the header), `line` file
/// lines from 1, `byte` from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    pub record: u64,
    pub line: u64,
    pub byte: u64,
    pub column: Option<String>,
    pub kind: WarningKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WarningKind {
    /// Fewer cells than the header; the rest is missing.
    ShortRecord { cells: u32, expected: u32 },
    /// More cells than the header; these texts were dropped.
    LongRecord { cells: u32, expected: u32, dropped: Vec<String> },
    /// The file ended inside quotes.
    UnclosedQuote,
    /// A quote in the middle of an unquoted cell, or text after a closing quote; kept as it stands.
    StrayQuote { text: String },
    /// Bytes that are not valid in the encoding; shown as U+FFFD.
    Undecodable { bytes: Vec<u8> },
    /// A cell that does not fit the column's type; kept as missing.
    NotOfType { text: String, expected: ColumnType },
    /// Written as a number but infinite, or beyond f64; kept as missing.
    NotFinite { text: String },
    /// The header had this name already, or none; renamed.
    Renamed { from: String, to: String },
    /// A NUL character was dropped.
    Nul,
    /// Every date of the column fits both day/month and month/day; read in this order.
    DateOrderGuessed { day_first: bool },
    /// Every number of the column that has a mark fits two notations, as 1.234 does; the first of them, how it was read,
    /// and how else it could be.
    NotationGuessed { text: String, value: f64, other: f64 },
    /// Years of two digits, read as lying in the hundred years from `first_year` on.
    ShortYears { first_year: i16 },
    /// Months without a day, read as their first day.
    MonthsOnly,
    /// So many numbers of the column lack the unit that the others have; read as if they had it.
    UnitAbsent { unit: String, n: u64 },
    /// The first byte that is no UTF-8, for which the file was read as Windows-1252.
    NotUtf8,
    /// Lines above the table that were left out, and how the first of them begin. The place is the last of them.
    Skipped { lines: u32, texts: Vec<String> },
    /// A line, or a value of an array, that is no JSON object; whether something was left out for it.
    NotJson { reason: String, lost: bool },
    /// The same name twice in one JSON object.
    Repeated,
    /// A JSON array in a cell; told once a column.
    ArrayAsText,
    /// What a reader says of a spreadsheet or a Parquet file.
    OfTheFile { text: String },
}

/// The first rows of a file as they would be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub settings: CsvSettings,
    pub columns: Vec<(String, ColumnType)>,
    /// Units of the columns; "" for none.
    pub units: Vec<String>,
    /// The first rows as they stand in the file after decoding, at most 50.
    pub rows: Vec<Vec<String>>,
    pub warnings: Vec<Warning>,
    pub packing: Packing,
    /// The entries of a ZIP file that may be tables, the one that is read among them.
    pub entries: Vec<Entry>,
}
