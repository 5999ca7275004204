//! A delimited text whose columns are known beforehand, read in one pass and by the same rules as `CsvImport`: what a
//! program needs that predicts rows and learns nothing of them. It tells neither types nor encodings, and takes less than
//! a tenth of the import's code.

use super::affix;
use super::dates;
use super::import::{is_separator_line, unique_names};
use super::infer::{Rules, boolean_value, date_order, notation, trim};
use super::numbers::Parsed;
use super::records::{self, Cell, Found, Scanner};
use super::{CsvSettings, MissingTexts};
use crate::problem::Problem;
use crate::table::{Column, MISSING_BOOLEAN, Table, Values};

/// Marks that may stand between cells.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A text as a table of texts: the cells as they stand, an empty one missing. The first record names the columns. The mark
/// between cells is the one by which most of the `wanted` columns are there, the settings' own first. Also tells how many
/// records had another number of cells than there are columns.
///
/// # Errors
/// Nothing in it but a header, or not even that. The problem's place is left empty.
pub fn texts(text: &str, settings: &CsvSettings, wanted: &[&str]) -> Result<(Table, CsvSettings, usize), Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).as_bytes();
    let mut best: Option<(usize, u8)> = None;
    for delimiter in std::iter::once(settings.delimiter).chain(DELIMITERS) {
        let names = Records::new(text, delimiter, settings.quote).next().unwrap_or_default();
        let n_found = wanted.iter().filter(|name| names.iter().any(|n| n == *name)).count();
        if best.is_none_or(|(most, _)| n_found > most) {
            best = Some((n_found, delimiter));
        }
    }
    let settings = CsvSettings { delimiter: best.map_or(b',', |(_, delimiter)| delimiter), ..settings.clone() };
    let mut records = Records::new(text, settings.delimiter, settings.quote);
    let names = unique_names(&records.next().unwrap_or_default());
    let mut columns: Vec<Vec<Option<Box<str>>>> = vec![Vec::new(); names.len()];
    let (mut n_rows, mut n_uneven) = (0, 0);
    for record in records {
        n_rows += 1;
        n_uneven += usize::from(record.len() != names.len());
        let mut cells = record.into_iter();
        for column in &mut columns {
            column.push(cells.next().filter(|cell| !cell.is_empty()).map(Into::into));
        }
    }
    if n_rows == 0 {
        return Err(Problem {
            place: String::new(),
            event: "There is no row in it, or none below a line of column names.".into(),
            kept: "Nothing was predicted.".into(),
            cure: "Give a CSV file whose first line names the columns.".into(),
        });
    }
    let column =
        |(name, texts)| Column { name, values: Values::Text(texts), missing_spellings: Vec::new(), unit: None };
    Ok((Table { columns: names.into_iter().zip(columns).map(column).collect(), n_rows }, settings, n_uneven))
}

/// Numbers of a column of texts, NaN where missing, and the rows whose text is neither a number nor missing. The notation
/// is the settings', unless another makes numbers of more cells.
pub fn numbers(column: &[Option<Box<str>>], name: &str, unit: &str, settings: &CsvSettings) -> (Vec<f64>, Vec<usize>) {
    let rules = Rules::new(settings);
    let known = |text: &&[u8]| !missing(text, name, settings, &rules.missing);
    let values = column.iter().flatten().map(|text| text.as_bytes()).filter(known);
    let decimal = notation(values, &rules);
    cells(column, f64::NAN, |text| {
        if missing(text, name, settings, &rules.missing) {
            return Some(f64::NAN);
        }
        match affix::read(trim(text), decimal, unit).parsed {
            Parsed::Value { value, .. } => Some(value),
            Parsed::NotANumber => Some(f64::NAN),
            Parsed::NotFinite | Parsed::Other => None,
        }
    })
}

/// Dates of a column of texts in milliseconds, `none` where missing, and the rows whose text is neither a date nor missing.
/// Of 03/04/2025 the settings or the other cells say which is the day.
pub fn dates(column: &[Option<Box<str>>], name: &str, none: i64, settings: &CsvSettings) -> (Vec<i64>, Vec<usize>) {
    let rules = Rules::new(settings);
    let known = |text: &&[u8]| !missing(text, name, settings, &rules.missing);
    let values = column.iter().flatten().map(|text| text.as_bytes()).filter(known);
    let (order, _) = date_order(values, &rules);
    cells(column, none, |text| {
        if missing(text, name, settings, &rules.missing) {
            return Some(none);
        }
        dates::parse(trim(text), order, rules.first_year).map(|instant| instant.milliseconds)
    })
}

/// Yes (1) and no (0) of a column of texts, `MISSING_BOOLEAN` where missing, how no and yes are spelled in it first, and the
/// rows whose text is neither of them nor missing.
pub fn booleans(column: &[Option<Box<str>>], name: &str, settings: &CsvSettings) -> (Vec<u8>, [String; 2], Vec<usize>) {
    let usual = MissingTexts::new(&settings.missing);
    let mut spelling = [None, None];
    let (codes, unread) = cells(column, MISSING_BOOLEAN, |text| {
        if missing(text, name, settings, &usual) {
            return Some(MISSING_BOOLEAN);
        }
        let code = boolean_value(trim(text))?;
        let word = || String::from_utf8_lossy(trim(text)).into_owned();
        spelling[usize::from(code)].get_or_insert_with(word);
        Some(code)
    });
    let [no, yes] = spelling;
    (codes, [no.unwrap_or_else(|| "no".to_owned()), yes.unwrap_or_else(|| "yes".to_owned())], unread)
}

/// The texts of a column, `None` where the settings say that one means "missing".
pub fn words<'a>(column: &'a [Option<Box<str>>], name: &str, settings: &CsvSettings) -> Vec<Option<&'a str>> {
    let usual = MissingTexts::new(&settings.missing);
    let known = |text: &&str| !missing(text.as_bytes(), name, settings, &usual);
    column.iter().map(|text| text.as_deref().filter(known)).collect()
}

/// Whether a cell of this column means "missing".
pub fn means_missing(text: &str, name: &str, settings: &CsvSettings) -> bool {
    missing(text.as_bytes(), name, settings, &MissingTexts::new(&settings.missing))
}

fn missing(text: &[u8], name: &str, settings: &CsvSettings, usual: &MissingTexts) -> bool {
    let own = || settings.missing_in.iter().filter(|(of, _)| of == name).flat_map(|(_, texts)| texts);
    let trimmed = trim(text);
    usual.contains(trimmed) || own().any(|text| trim(text.as_bytes()) == trimmed)
}

fn cells<T: Copy>(
    column: &[Option<Box<str>>],
    none: T,
    mut read: impl FnMut(&[u8]) -> Option<T>,
) -> (Vec<T>, Vec<usize>) {
    let mut unread = Vec::new();
    let mut cell = |(row, text): (usize, &Option<Box<str>>)| match text.as_deref() {
        None => none,
        Some(text) => read(text.as_bytes()).unwrap_or_else(|| {
            unread.push(row);
            none
        }),
    };
    let values = column.iter().enumerate().map(&mut cell).collect();
    (values, unread)
}

/// The records of a whole text, each as its cells.
struct Records<'a> {
    text: &'a [u8],
    at: usize,
    scanner: Scanner,
    quote: u8,
    cells: Vec<Cell>,
    /// Blank lines count as rows of one column only.
    n_columns: usize,
    n_blank: usize,
    first: bool,
}

impl<'a> Records<'a> {
    fn new(text: &'a [u8], delimiter: u8, quote: u8) -> Self {
        let scanner = Scanner::new(delimiter, quote);
        Self { text, at: 0, scanner, quote, cells: Vec::new(), n_columns: 0, n_blank: 0, first: true }
    }
}

impl Iterator for Records<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        loop {
            match self.scanner.record(self.text, self.at, true, &mut self.cells) {
                Found::Record { next, .. } => {
                    if self.n_blank > 0 {
                        self.n_blank -= 1;
                        return Some(Vec::new());
                    }
                    let whole = &self.text[self.at..next];
                    self.at = next;
                    if std::mem::take(&mut self.first) && is_separator_line(whole) {
                        continue;
                    }
                    let mut scratch = Vec::new();
                    let text = self.text;
                    let cell = |&cell: &Cell| {
                        let bytes = records::value(text, cell, self.quote, &mut scratch);
                        String::from_utf8_lossy(bytes).into_owned()
                    };
                    let cells: Vec<String> = self.cells.iter().map(cell).collect();
                    if self.n_columns == 0 {
                        self.n_columns = cells.len();
                    }
                    return Some(cells);
                }
                Found::Blank { next } => {
                    self.n_blank += usize::from(self.n_columns == 1);
                    self.at = next;
                }
                Found::Incomplete | Found::End => return None,
            }
        }
    }
}
