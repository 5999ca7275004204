//! A sheet's cells, the range of them that looks like a table, and that range as text.

use super::cell::Cell;
use super::problem;
use super::range::{Range, cell_name};
use super::text::{MOST_CELLS, Written, settings, some};
use crate::problem::Problem;
use crate::table::ColumnType;
use crate::table::csv::{grouped, sniff};
use crate::table::packed::Packing;
use crate::table::transcript::{Original, Transcript};

/// Rows that the head of a table is looked for in.
const HEAD: u32 = 200;
/// Bytes of text that are looked at for whether the first line names the columns.
const BEGINNING: usize = 1 << 18;

/// What a sheet holds.
#[derive(Default)]
pub struct Sheet {
    /// Cells that are not empty, by row and column.
    pub cells: Vec<((u32, u32), Cell)>,
    /// Areas that are one cell to the eye; only the first of each has a value.
    pub merged: Vec<Range>,
    /// Formulas whose result the file does not hold.
    pub without_result: Vec<(u32, u32)>,
}

impl Sheet {
    /// The smallest range with all cells.
    pub fn used(&self) -> Option<Range> {
        let rows = self.cells.first()?.0.0..=self.cells.last()?.0.0;
        let columns = self.cells.iter().map(|((_, column), _)| *column);
        let (low, high) = columns.fold((u32::MAX, 0), |(low, high), column| (low.min(column), high.max(column)));
        Some(Range { first: (*rows.start(), low), last: (*rows.end(), high) })
    }

    /// The used range without a title above the table: it begins with the first row that has more than half as many cells as
    /// the fullest of the first rows.
    pub fn proposed(&self) -> Option<Range> {
        let used = self.used()?;
        let last = used.first.0.saturating_add(HEAD);
        let mut counts: Vec<(u32, u64)> = Vec::new();
        for ((row, _), _) in self.cells.iter().take_while(|((row, _), _)| *row <= last) {
            match counts.last_mut().filter(|(of, _)| of == row) {
                Some((_, n)) => *n += 1,
                None => counts.push((*row, 1)),
            }
        }
        let most = counts.iter().map(|(_, n)| *n).max()?;
        let (row, _) = counts.iter().find(|(_, n)| n * 2 > most)?;
        // Below the title the table may be narrower.
        let below = self.cells.iter().filter(|((of, _), _)| of >= row).map(|((_, column), _)| *column);
        let (low, high) = below.fold((u32::MAX, 0), |(low, high), column| (low.min(column), high.max(column)));
        Some(Range { first: (*row, low), last: (used.last.0, high) })
    }

    /// Texts above a range, for what is said of them.
    fn above(&self, range: Range) -> Vec<String> {
        let above = self.cells.iter().take_while(|((row, _), _)| *row < range.first.0);
        above.map(|(_, cell)| format!("“{}”", cell.written().chars().take(60).collect::<String>())).collect()
    }

    /// The range as text. `proposed`: nobody chose it, so what lies above is told.
    ///
    /// # Errors
    /// Nothing in the range, or too much.
    pub fn transcribe(
        mut self,
        name: &str,
        sheet: &str,
        range: Range,
        proposed: bool,
        sheets: Vec<String>,
    ) -> Result<Transcript, Problem> {
        let part = format!("{sheet}!{range}");
        let place = format!("{name}, {part}");
        let n_cells = range.n_rows() * range.n_columns();
        if n_cells > MOST_CELLS {
            let event = format!(
                "The range has {} rows of {} columns: more than {} cells, the limit.",
                grouped(range.n_rows()),
                grouped(range.n_columns()),
                grouped(MOST_CELLS)
            );
            return Err(problem(&place, event, "Choose a smaller range: one stray cell far away makes it large."));
        }
        let mut notes = Vec::new();
        let above = self.above(range);
        if proposed && !above.is_empty() {
            notes.push(format!(
                "What stands above the table is left out: {}. The range can be changed in the import settings.",
                some(&above)
            ));
        }
        notes.extend(self.fill_merged(range));
        let inside = |(row, column): (u32, u32)| {
            (range.first.0..=range.last.0).contains(&row) && (range.first.1..=range.last.1).contains(&column)
        };
        let lost: Vec<String> = self.without_result.iter().filter(|at| inside(**at)).map(|at| cell_name(*at)).collect();
        if !lost.is_empty() {
            notes.push(format!(
                "The file holds no result for {} and {} missing here. To have results, open the file in a spreadsheet, save \
                 it, and choose it again.",
                if lost.len() == 1 {
                    format!("the formula in {}", lost[0])
                } else {
                    format!("{} formulas ({})", grouped(lost.len() as u64), some(&lost))
                },
                if lost.len() == 1 { "it is" } else { "they are" },
            ));
        }
        let cells = self.cells.into_iter().filter(|(at, _)| inside(*at)).peekable();
        let (text, header, errors, types, more) = write(&place, range, cells)?;
        notes.extend(more);
        let original = Original {
            packing: Packing::Sheet { part: part.clone() },
            n_bytes: 0,
            sha256: String::new(),
            settings: settings(&part, header, &errors, types),
            sheets,
            first_row: u64::from(range.first.0) + 1,
            notes,
        };
        Ok(Transcript { original, text })
    }

    /// Gives every cell of a merged area the value that is seen there. Says how many there are.
    fn fill_merged(&mut self, range: Range) -> Option<String> {
        self.merged.sort_by_key(|area| area.first);
        let areas: Vec<Range> = self.merged.iter().filter_map(|area| area.within(range).map(|_| *area)).collect();
        let mut added = Vec::new();
        let mut names = Vec::new();
        for area in areas {
            let Ok(found) = self.cells.binary_search_by_key(&area.first, |(at, _)| *at) else { continue };
            // A whole row or column that is merged goes no further than the range.
            let Some(seen) = area.within(range) else { continue };
            names.push(area.to_string());
            for row in seen.first.0..=seen.last.0 {
                for column in seen.first.1..=seen.last.1 {
                    if self.cells.binary_search_by_key(&(row, column), |(at, _)| *at).is_err() {
                        added.push(((row, column), self.cells[found].1.clone()));
                    }
                }
            }
        }
        if names.is_empty() {
            return None;
        }
        self.cells.extend(added);
        self.cells.sort_by_key(|(at, _)| *at);
        self.cells.dedup_by_key(|(at, _)| *at);
        let (noun, verb) =
            if names.len() == 1 { ("area is", "its value stands") } else { ("areas are", "the value of each stands") };
        Some(format!(
            "{} {noun} merged ({}); {verb} in all of its cells here.",
            grouped(names.len() as u64),
            some(&names)
        ))
    }
}

/// Text, whether its first line names the columns, errors that it holds, types to read it with, what is to be said.
type Rows = (Vec<u8>, bool, Vec<&'static str>, Vec<(String, ColumnType)>, Vec<String>);

fn write(
    place: &str,
    range: Range,
    mut cells: std::iter::Peekable<impl Iterator<Item = ((u32, u32), Cell)>>,
) -> Result<Rows, Problem> {
    let n_columns = range.n_columns() as usize;
    let mut row_of = |row: u32| {
        let mut line = vec![Cell::Empty; n_columns];
        while let Some(((_, column), cell)) = cells.next_if(|((of, _), _)| *of == row) {
            line[(column - range.first.1) as usize] = cell;
        }
        line
    };
    let first = row_of(range.first.0);
    let mut rows = Written::new(place, n_columns);
    // Whether the first line names the columns is known when some more are written; until then it is one of names, of which
    // nothing is noted.
    let names: Vec<String> = first.iter().map(Cell::written).collect();
    let mut any = first.iter().any(|cell| !cell.is_empty());
    let mut body = Vec::new();
    for row in range.first.0 + 1..=range.last.0 {
        let line = row_of(row);
        any |= line.iter().any(|cell| !cell.is_empty());
        body.push(line);
        if body.len() >= 1000 {
            break;
        }
    }
    let header = is_header(&first, &body);
    if header {
        rows.header(&names);
    } else {
        rows.row(&first)?;
    }
    let mut next = range.first.0 + 1 + body.len() as u32;
    for line in body {
        rows.row(&line)?;
    }
    while next <= range.last.0 {
        let line = row_of(next);
        any |= line.iter().any(|cell| !cell.is_empty());
        rows.row(&line)?;
        next += 1;
    }
    if !any {
        return Err(problem(place, "There is no value in this range.", "Choose another sheet or another range."));
    }
    let (text, columns, errors, of_errors) = rows.finish();
    let mut notes: Vec<String> = of_errors.into_iter().collect();
    let known = |position: usize| -> Option<String> {
        if !header {
            return Some(format!("column_{}", position + 1));
        }
        // Other columns are renamed when they are read.
        let name = names[position].trim();
        let unique = names.iter().filter(|other| other.trim() == name).count() == 1;
        (!name.is_empty() && unique).then(|| name.to_owned())
    };
    let (mut types, mut as_text, mut in_hours) = (Vec::new(), Vec::new(), Vec::new());
    for (position, seen) in columns.iter().enumerate() {
        let Some(name) = known(position) else { continue };
        if seen.n_hours > 0 {
            in_hours.push(name.clone());
        }
        if seen.holds_numbers_as_text() {
            as_text.push(name.clone());
            types.push((name, seen.of_texts()));
        }
    }
    if !as_text.is_empty() {
        notes.push(format!(
            "The file keeps numbers as text in {}, and so they were read. Choose “number” as the type to read them as numbers.",
            some(&as_text)
        ));
    }
    if !in_hours.is_empty() {
        notes.push(format!("Times of day and durations are hours here: in {}.", some(&in_hours)));
    }
    Ok((text, header, errors, types, notes))
}

/// Whether the first line names the columns: texts over something else do; where all is text, or the names hold a number, the
/// rules for delimited text decide.
fn is_header(first: &[Cell], body: &[Vec<Cell>]) -> bool {
    if body.is_empty() {
        return false;
    }
    let filled: Vec<usize> = (0..first.len()).filter(|column| !first[*column].is_empty()).collect();
    let texts = filled.iter().filter(|column| matches!(first[**column], Cell::Text(_))).count();
    if filled.is_empty() || texts == 0 && first.iter().any(|cell| matches!(cell, Cell::Date(_) | Cell::Flag(_))) {
        return false;
    }
    let other =
        |column: &usize| body.iter().any(|line| !matches!(line[*column], Cell::Empty | Cell::Text(_) | Cell::Error(_)));
    if texts == filled.len() {
        return filled.iter().any(other) || looks_like_header(first, body);
    }
    looks_like_header(first, body)
}

fn looks_like_header(first: &[Cell], body: &[Vec<Cell>]) -> bool {
    let mut writer = crate::table::csv::CsvWriter::new();
    let mut n_bytes = 0;
    for line in std::iter::once(first).chain(body.iter().map(Vec::as_slice)) {
        for cell in line {
            let written = cell.written();
            n_bytes += written.len() + 1;
            writer.cell(&written);
        }
        writer.end_record();
        if n_bytes > BEGINNING {
            break;
        }
    }
    sniff(&writer.into_bytes(), true).header
}
