//! Spreadsheets: Excel's .xlsx, .xlsm, .xlsb and .xls, and OpenDocument's .ods, through calamine.

use std::fmt::Display;
use std::io::Cursor;

use calamine::{CellErrorType, Data, DataRef, Dimensions, ExcelDateTime, Ods, Reader, SheetType, Xls, Xlsb, Xlsx};
use zip::ZipArchive;

use super::cell::Cell;
use super::range::Range;
use super::sheet::Sheet;
use super::{compound, problem};
use crate::problem::Problem;
use crate::table::csv::{grouped, size};
use crate::table::transcript::{Transcript, Wanted, split_part};

/// Cells of a sheet beyond which it is refused, and bytes that a workbook may unpack to: all of them are in memory at once.
const MOST_CELLS: usize = 30_000_000;
const MOST_UNPACKED: u64 = 2 << 30;
/// The head of a compound file: .xls, and what is encrypted.
const COMPOUND: [u8; 4] = [0xD0, 0xCF, 0x11, 0xE0];

const AGAIN: &str = "Download or copy the file again, or open it in a spreadsheet and save it anew.";
const OTHER: &str = "Choose a spreadsheet (.xlsx, .xlsb, .xls, .ods), or a text such as a CSV.";

type Bytes = Cursor<Vec<u8>>;

/// A workbook that is open.
enum Book {
    Xlsx(Box<Xlsx<Bytes>>),
    Xlsb(Box<Xlsb<Bytes>>),
    Xls(Box<Xls<Bytes>>),
    Ods(Box<Ods<Bytes>>),
}

pub fn read(wanted: &Wanted, file: Vec<u8>) -> Result<Transcript, Problem> {
    let name = wanted.name.as_str();
    let mut book = open(name, file)?;
    let sheets = book.sheets();
    let (asked, range) = split_part(&wanted.part);
    // A sheet may be called as a part of it is.
    let (asked, range) = if sheets.contains(&wanted.part) { (wanted.part.as_str(), "") } else { (asked, range) };
    let found = sheets.iter().position(|sheet| sheet == asked);
    let Some(first) = sheets.first() else {
        return Err(problem(name, "The workbook has no sheet with cells.", OTHER));
    };
    let sheet = match found {
        Some(position) => sheets[position].clone(),
        None if asked.is_empty() || wanted.or_first => return first_with_cells(name, &mut book, &sheets, first),
        None => {
            let event = format!("There is no sheet “{asked}” in the workbook.");
            return Err(problem(name, event, format!("Choose one of its sheets: {}.", super::text::some(&sheets))));
        }
    };
    let cells = book.sheet(name, &sheet)?;
    let Some(used) = cells.used() else { return Err(empty(name, &sheet)) };
    let range = match (range, cells.proposed()) {
        ("", Some(proposed)) => return cells.transcribe(name, &sheet, proposed, true, sheets),
        (range, _) => Range::parse(range, used),
    };
    let Some(range) = range.and_then(|range| range.within(used)) else {
        return Err(problem(
            &format!("{name}, {sheet}"),
            format!("“{}” is no range with cells: the sheet has some in {used}.", split_part(&wanted.part).1),
            format!("Name the first and the last cell, such as {used}."),
        ));
    };
    cells.transcribe(name, &sheet, range, false, sheets)
}

/// Of a workbook of which nobody has chosen a sheet.
fn first_with_cells(name: &str, book: &mut Book, sheets: &[String], first: &str) -> Result<Transcript, Problem> {
    for sheet in sheets {
        let cells = book.sheet(name, sheet)?;
        if let Some(range) = cells.proposed() {
            return cells.transcribe(name, sheet, range, true, sheets.to_vec());
        }
    }
    match sheets {
        [_] => Err(empty(name, first)),
        _ => Err(problem(name, "No sheet of the workbook has a cell with a value.", OTHER)),
    }
}

fn empty(name: &str, sheet: &str) -> Problem {
    problem(&format!("{name}, {sheet}"), "The sheet has no cell with a value.", "Choose another sheet or another file.")
}

fn damaged(name: &str, reason: &dyn Display) -> Problem {
    problem(name, format!("The workbook cannot be read: {reason}. It is cut short or damaged."), AGAIN)
}

fn locked(name: &str) -> Problem {
    problem(
        name,
        "The workbook is protected by a password, which encrypts all of it.",
        "Open it in a spreadsheet, remove the password (save a copy without one), and choose that file.",
    )
}

fn open(name: &str, file: Vec<u8>) -> Result<Book, Problem> {
    if file.starts_with(&COMPOUND) {
        return open_compound(name, file);
    }
    let paths = contents(name, &file)?;
    let has = |path: &str| paths.iter().any(|known| known.eq_ignore_ascii_case(path));
    let bytes = Cursor::new(file);
    if has("xl/workbook.bin") {
        match Xlsb::new(bytes) {
            Ok(book) => Ok(Book::Xlsb(Box::new(book))),
            Err(calamine::XlsbError::Password) => Err(locked(name)),
            Err(error) => Err(damaged(name, &error)),
        }
    } else if paths.iter().any(|path| path.starts_with("xl/")) {
        match Xlsx::new(bytes) {
            Ok(book) => Ok(Book::Xlsx(Box::new(book))),
            Err(calamine::XlsxError::Password) => Err(locked(name)),
            Err(error) => Err(damaged(name, &error)),
        }
    } else if has("content.xml") {
        match Ods::new(bytes) {
            Ok(book) => Ok(Book::Ods(Box::new(book))),
            Err(calamine::OdsError::Password) => Err(locked(name)),
            Err(calamine::OdsError::InvalidMime(_)) => {
                Err(problem(name, "This is an OpenDocument file, but no spreadsheet.", OTHER))
            }
            Err(error) => Err(damaged(name, &error)),
        }
    } else if paths.iter().any(|path| path.starts_with("word/") || path.starts_with("ppt/")) {
        Err(problem(name, "This is a text document or a presentation, not a spreadsheet.", OTHER))
    } else {
        Err(problem(name, "This is a ZIP file of Office's kind, but it holds no workbook.", OTHER))
    }
}

/// The paths in a ZIP file; none of it may unpack to more than fits.
fn contents(name: &str, file: &[u8]) -> Result<Vec<String>, Problem> {
    let archive = ZipArchive::new(Cursor::new(file)).map_err(|error| damaged(name, &error))?;
    let (mut paths, mut total) = (Vec::new(), 0u64);
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index_data(index) else { continue };
        total = total.saturating_add(entry.size());
        paths.push(entry.name().unwrap_or_default().into_owned());
    }
    if total > MOST_UNPACKED {
        let event = format!("Unpacked, the workbook has {}; {} is the limit.", size(total), size(MOST_UNPACKED));
        return Err(problem(name, event, "Save the sheet as CSV, then choose that file."));
    }
    Ok(paths)
}

fn open_compound(name: &str, file: Vec<u8>) -> Result<Book, Problem> {
    // The names in a compound file are UTF-16. What is encrypted lies in a stream of this name.
    let holds = |word: &str| {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        file.windows(wide.len()).any(|window| window == wide)
    };
    if holds("EncryptedPackage") {
        return Err(locked(name));
    }
    let is_workbook = holds("Workbook") || holds("Book");
    if !compound::is_whole(&file) {
        return Err(match is_workbook {
            true => damaged(name, &"it ends before its last part"),
            false => problem(name, "This is an old Office document, but no workbook.", OTHER),
        });
    }
    match Xls::new(Cursor::new(file)) {
        Ok(book) => Ok(Book::Xls(Box::new(book))),
        Err(calamine::XlsError::Password) => Err(locked(name)),
        Err(error) if is_workbook => Err(damaged(name, &error)),
        Err(_) => Err(problem(name, "This is an old Office document, but no workbook.", OTHER)),
    }
}

impl Book {
    /// The names of sheets that have cells to read: charts have none.
    fn sheets(&self) -> Vec<String> {
        let all = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).map(|sheet| sheet.name.clone()).collect()
    }

    fn sheet(&mut self, name: &str, sheet: &str) -> Result<Sheet, Problem> {
        let mut found = match self {
            Self::Xlsx(book) => xlsx(book, name, sheet)?,
            Self::Xlsb(book) => xlsb(book, name, sheet)?,
            Self::Xls(book) => {
                let range = book.worksheet_range(sheet).map_err(|error| damaged(name, &error))?;
                let merged = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
                Sheet { cells: dense(&range), merged: merged.iter().map(area).collect(), ..Sheet::default() }
            }
            Self::Ods(book) => {
                let range = book.worksheet_range(sheet).map_err(|error| damaged(name, &error))?;
                let cells = dense(&range);
                // A formula that cannot be read is none that could be without a result.
                let formulas = book.worksheet_formula(sheet).unwrap_or_default();
                let start = formulas.start().unwrap_or_default();
                let lost = formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty());
                let lost = lost.map(|(row, column, _)| (start.0 + row as u32, start.1 + column as u32));
                let without_result =
                    lost.filter(|at| cells.binary_search_by_key(at, |(known, _)| *known).is_err()).collect();
                Sheet { cells, without_result, ..Sheet::default() }
            }
        };
        if found.cells.len() > MOST_CELLS {
            return Err(too_many(name, sheet));
        }
        // Files may name cells in any order, and one twice: the last counts, as in a spreadsheet.
        found.cells.sort_by_key(|(at, _)| *at);
        found.cells.reverse();
        found.cells.dedup_by_key(|(at, _)| *at);
        found.cells.reverse();
        Ok(found)
    }
}

fn too_many(name: &str, sheet: &str) -> Problem {
    let event = format!("The sheet has more than {} cells with a value, the limit.", grouped(MOST_CELLS as u64));
    problem(&format!("{name}, {sheet}"), event, "Save the sheet as CSV, then choose that file.")
}

fn area(dimensions: &Dimensions) -> Range {
    Range { first: dimensions.start, last: dimensions.end }
}

/// Read cell by cell: one stray cell at the far end would make the whole square of them.
fn xlsx(book: &mut Xlsx<Bytes>, name: &str, sheet: &str) -> Result<Sheet, Problem> {
    let failed = |error: calamine::XlsxError| damaged(name, &error);
    let mut found = Sheet::default();
    let mut reader = book.worksheet_cells_reader(sheet).map_err(failed)?;
    while let Some(record) = reader.next_cell_with_formula_metadata().map_err(failed)? {
        match cell_of_ref(&record.value) {
            Cell::Empty if record.formula.is_some() && matches!(record.value, DataRef::Empty) => {
                found.without_result.push(record.pos);
            }
            Cell::Empty => {}
            cell => found.cells.push((record.pos, cell)),
        }
        if found.cells.len() > MOST_CELLS {
            return Err(too_many(name, sheet));
        }
    }
    drop(reader);
    found.merged = book.merge_cells_by_sheet_name(sheet).unwrap_or_default().iter().map(area).collect();
    Ok(found)
}

fn xlsb(book: &mut Xlsb<Bytes>, name: &str, sheet: &str) -> Result<Sheet, Problem> {
    let failed = |error: calamine::XlsbError| damaged(name, &error);
    let mut found = Sheet::default();
    let mut reader = book.worksheet_cells_reader(sheet).map_err(failed)?;
    while let Some(cell) = reader.next_cell().map_err(failed)? {
        let value = cell_of_ref(cell.get_value());
        if !value.is_empty() {
            found.cells.push((cell.get_position(), value));
        }
        if found.cells.len() > MOST_CELLS {
            return Err(too_many(name, sheet));
        }
    }
    Ok(found)
}

fn dense(range: &calamine::Range<Data>) -> Vec<((u32, u32), Cell)> {
    let start = range.start().unwrap_or_default();
    let at = |row: usize, column: usize| (start.0 + row as u32, start.1 + column as u32);
    let cells = range.used_cells().map(|(row, column, data)| (at(row, column), cell_of(data)));
    cells.filter(|(_, cell)| !cell.is_empty()).collect()
}

fn cell_of(data: &Data) -> Cell {
    match data {
        Data::Int(value) => whole(*value),
        Data::Float(value) => number(*value),
        Data::String(text) => words(text),
        Data::Bool(value) => Cell::Flag(*value),
        Data::DateTime(value) => instant(*value),
        Data::DateTimeIso(text) => iso(text),
        Data::DurationIso(text) => duration(text),
        Data::Error(error) => Cell::Error(error_name(error)),
        Data::Empty => Cell::Empty,
    }
}

fn cell_of_ref(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::SharedString(text) => words(text),
        DataRef::String(text) => words(text),
        DataRef::Int(value) => whole(*value),
        DataRef::Float(value) => number(*value),
        DataRef::Bool(value) => Cell::Flag(*value),
        DataRef::DateTime(value) => instant(*value),
        DataRef::DateTimeIso(text) => iso(text),
        DataRef::DurationIso(text) => duration(text),
        DataRef::Error(error) => Cell::Error(error_name(error)),
        DataRef::Empty => Cell::Empty,
    }
}

fn words(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

fn number(value: f64) -> Cell {
    if value.is_finite() { Cell::Number(value) } else { Cell::Error("#NUM!") }
}

fn whole(value: i64) -> Cell {
    // As a spreadsheet has it: a number of double precision.
    Cell::Number(value as f64)
}

/// The names as spreadsheets show them.
fn error_name(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

/// A day, a moment, or (below one day) a time of day.
fn instant(value: ExcelDateTime) -> Cell {
    let days = value.as_f64();
    if !days.is_finite() {
        return Cell::Error("#NUM!");
    }
    if value.is_duration() || (0.0..1.0).contains(&days) {
        // Milliseconds are as fine as spreadsheets show them.
        return Cell::Hours((days * 86_400_000.0).round() / 3_600_000.0);
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    Cell::Date(match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    })
}

/// `2024-03-09`, `2024-03-09T12:30:00`; a time alone is hours.
fn iso(text: &str) -> Cell {
    if text.starts_with("PT") {
        return duration(text);
    }
    Cell::Date(text.strip_suffix("T00:00:00").unwrap_or(text).to_owned())
}

/// `PT12H30M00S` and `P1DT2H` in hours; what is none stays a text.
fn duration(text: &str) -> Cell {
    let (mut hours, mut number, mut in_time, mut good) = (0.0, String::new(), false, text.starts_with('P'));
    for mark in text.chars().skip(1) {
        match mark {
            'T' => in_time = true,
            '0'..='9' | '.' | ',' => number.push(if mark == ',' { '.' } else { mark }),
            mark => {
                let factor = match (mark, in_time) {
                    ('D', false) => 24.0,
                    ('H', true) => 1.0,
                    ('M', true) => 1.0 / 60.0,
                    ('S', true) => 1.0 / 3600.0,
                    _ => f64::NAN,
                };
                match number.parse::<f64>() {
                    Ok(value) if factor.is_finite() => hours += value * factor,
                    _ => good = false,
                }
                number.clear();
            }
        }
    }
    let hours: f64 = (hours * 3_600_000.0_f64).round() / 3_600_000.0;
    if good && number.is_empty() { Cell::Hours(hours) } else { words(text) }
}
