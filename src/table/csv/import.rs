//! One pass over a delimited file, fed in slices, into typed columns.
//!
//! Only the incomplete last record of what was fed is held beside the columns. Cost on one core: about 20 ns a cell,
//! most of it telling numbers and levels; finding cells takes 0.3 ns a byte.

use super::super::{ColumnType, Table};
use super::column::{At, ColumnReader, Context, Start};
use super::dates::DateOrder;
use super::decode::Decoded;
use super::infer::{Kind, Rules};
use super::limits::{self, Limits};
use super::records::{self, Cell, Found, Scanner};
use super::warnings::{Collected, MAX_DETAILS};
use super::{CsvSettings, Warning, WarningKind};
use crate::problem::Problem;

/// Values of a column that its type is told from, and cells held for that in all columns together.
const SAMPLE_VALUES: usize = 2000;
const SAMPLE_CELLS: usize = 1_000_000;

/// What a pass found out about its columns, for the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub(super) kinds: Vec<Kind>,
}

/// The end of a pass.
pub enum Finished {
    Table(Box<Read>),
    /// Some column is not what its first values promised: the bytes have to be read once more.
    Again(Plan),
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub table: Table,
    /// The first warnings, in the order of the file, and how many there were.
    pub warnings: Vec<Warning>,
    pub n_warnings: u64,
    /// How all columns with dates such as 03/04/2025 were read; `None`: there are none, or they differ.
    pub day_first: Option<bool>,
}

impl Read {
    /// How all columns of dates are read, if they agree.
    pub(super) fn common_day_first(kinds: impl Iterator<Item = Kind>) -> Option<bool> {
        let mut orders = kinds.filter_map(|kind| match kind {
            Kind::Date(DateOrder::DayFirst) => Some(true),
            Kind::Date(DateOrder::MonthFirst) => Some(false),
            _ => None,
        });
        let first = orders.next();
        first.filter(|first| orders.all(|order| order == *first))
    }
}

/// Reads a file that is fed in slices.
pub struct CsvImport {
    name: String,
    settings: CsvSettings,
    limits: Limits,
    plan: Option<Plan>,
    rules: Rules,
    scanner: Scanner,
    decoded: Decoded,
    columns: Vec<ColumnReader>,
    n_rows: u64,
    /// Lines above the table that were passed over, and the texts of the first that are not blank.
    n_skipped: u32,
    skipped: Vec<String>,
    /// Blank lines of a file with one column, which are missing values unless they end the file.
    blank_lines: u64,
    seen_header: bool,
    seen_record: bool,
    warnings: Collected,
    cells: Vec<Cell>,
    scratch: Vec<u8>,
    /// Cells of the first records as texts, for a preview.
    excerpt: Option<Excerpt>,
}

/// A column as far as it was read.
pub(super) struct Outlined {
    pub name: String,
    pub column_type: ColumnType,
    pub unit: String,
}

/// The first records as texts.
pub(super) struct Excerpt {
    pub rows: Vec<Vec<String>>,
    pub most_rows: usize,
    pub most_characters: usize,
}

impl CsvImport {
    /// `name` is the file's, for messages. `plan` comes from the pass before.
    pub fn new(settings: &CsvSettings, name: &str, limits: Limits, plan: Option<Plan>) -> Result<Self, Problem> {
        let (delimiter, quote) = (settings.delimiter, settings.quote);
        if !delimiter.is_ascii() || !quote.is_ascii() || matches!(delimiter, 0 | b'\n' | b'\r') {
            return Err(limits::bad_settings(name, "The delimiter must be one plain character."));
        }
        if delimiter == quote || matches!(quote, b'\n' | b'\r') {
            return Err(limits::bad_settings(name, "The delimiter and the quote must be two different characters."));
        }
        Ok(Self {
            name: name.to_owned(),
            settings: settings.clone(),
            limits,
            plan,
            rules: Rules::new(settings),
            scanner: Scanner::new(delimiter, quote),
            decoded: Decoded::new(settings.encoding),
            columns: Vec::new(),
            n_rows: 0,
            n_skipped: 0,
            skipped: Vec::new(),
            blank_lines: 0,
            seen_header: false,
            seen_record: false,
            warnings: Collected::default(),
            cells: Vec::new(),
            scratch: Vec::new(),
            excerpt: None,
        })
    }

    pub(super) fn with_excerpt(mut self, most_rows: usize, most_characters: usize) -> Self {
        self.excerpt = Some(Excerpt { rows: Vec::new(), most_rows, most_characters });
        self
    }

    pub(super) fn take_excerpt(&mut self) -> Vec<Vec<String>> {
        self.excerpt.take().map(|excerpt| excerpt.rows).unwrap_or_default()
    }

    /// Names and types as far as was read, and the warnings.
    pub(super) fn outline(mut self) -> (Vec<Outlined>, Vec<Warning>) {
        let Decoded { text, map, .. } = &mut self.decoded;
        let mut outline = Vec::with_capacity(self.columns.len());
        for mut column in self.columns {
            let mut context = Context { text, map, rules: &self.rules, warnings: &mut self.warnings };
            let column_type = match column.end(&mut context) {
                Some(Kind::Date(_)) => ColumnType::Date,
                Some(_) => ColumnType::Category,
                None => {
                    let column = column.finish(&mut self.warnings, &self.rules);
                    let column_type = column.values.column_type();
                    outline.push(Outlined { name: column.name, column_type, unit: column.unit.unwrap_or_default() });
                    continue;
                }
            };
            outline.push(Outlined { name: column.name, column_type, unit: String::new() });
        }
        (outline, self.warnings.finish().0)
    }

    /// Rows read so far.
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// So many rows are expected in all.
    pub fn expect(&mut self, n_rows: u64) {
        let most = self.limits.cells / self.columns.len().max(1) as u64;
        let n_rows = n_rows.min(u64::from(self.limits.rows)).min(most);
        self.columns.iter_mut().for_each(|column| column.expect(n_rows as usize));
    }

    /// The next bytes of the file.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        self.decoded.push(bytes, false);
        self.read_records(false)
    }

    /// The file has ended.
    pub fn finish(mut self) -> Result<Finished, Problem> {
        self.end()?;
        let mut changed = false;
        let mut kinds = Vec::with_capacity(self.columns.len());
        let Decoded { text, map, .. } = &mut self.decoded;
        let mut context = Context { text, map, rules: &self.rules, warnings: &mut self.warnings };
        for column in &mut self.columns {
            let kind = column.end(&mut context);
            changed |= kind.is_some();
            kinds.push(kind.unwrap_or_else(|| column.kind()));
        }
        if changed {
            return Ok(Finished::Again(Plan { kinds }));
        }
        let n_rows = self.n_rows as usize;
        let day_first = Read::common_day_first(self.columns.iter().map(ColumnReader::kind));
        let (warnings, rules) = (&mut self.warnings, &self.rules);
        let columns = self.columns.into_iter().map(|column| column.finish(warnings, rules)).collect();
        let (warnings, n_warnings) = self.warnings.finish();
        Ok(Finished::Table(Box::new(Read { table: Table { columns, n_rows }, warnings, n_warnings, day_first })))
    }

    /// Reads what is left and checks that there was a row.
    pub(super) fn end(&mut self) -> Result<(), Problem> {
        self.decoded.push(&[], true);
        self.read_records(true)?;
        if self.n_skipped < self.settings.skip || (!self.seen_record && self.settings.skip > 0) {
            return Err(limits::all_skipped(&self.name, self.settings.skip));
        }
        if !self.seen_record {
            return Err(limits::empty(&self.name));
        }
        if self.n_rows == 0 {
            return Err(limits::header_only(&self.name));
        }
        Ok(())
    }

    fn read_records(&mut self, last: bool) -> Result<(), Problem> {
        let Some(mut at) = self.skip_lines(last) else {
            return Ok(());
        };
        let mut cells = std::mem::take(&mut self.cells);
        let read = loop {
            match self.scanner.record(&self.decoded.text, at, last, &mut cells) {
                Found::Record { next, odd } => {
                    if let Err(problem) = self.take_record(at, next, odd, &cells) {
                        break Err(problem);
                    }
                    at = next;
                }
                Found::Blank { next } => {
                    self.blank_lines += u64::from(self.columns.len() == 1);
                    at = next;
                }
                Found::Incomplete => break self.check_held(at, &cells),
                Found::End => break Ok(()),
            }
        };
        self.cells = cells;
        self.decoded.consume(at);
        read
    }

    /// Passes over the lines above the table. Where the text goes on, or `None` when more of it is needed.
    fn skip_lines(&mut self, last: bool) -> Option<usize> {
        let mut at = 0;
        while self.n_skipped < self.settings.skip {
            let text = &self.decoded.text[at..];
            let Some(end) = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                // A line that does not end is no line above a table; the end of the file says so.
                if last || text.len() > self.limits.record_bytes as usize {
                    return Some(at);
                }
                break;
            };
            let next = match (text[end], text.get(end + 1)) {
                (b'\r', Some(b'\n')) => end + 2,
                (b'\r', None) if !last => break,
                _ => end + 1,
            };
            if self.skipped.len() < MAX_DETAILS {
                let line = text[..end].trim_ascii();
                let quote = [self.settings.quote];
                let line = line.strip_prefix(&quote).and_then(|inner| inner.strip_suffix(&quote)).unwrap_or(line);
                if !line.is_empty() {
                    self.skipped.push(shortened(line, 200));
                }
            }
            self.n_skipped += 1;
            if self.n_skipped == self.settings.skip {
                self.warn_of_skipped(at);
            }
            at += next;
        }
        if self.n_skipped == self.settings.skip {
            return Some(at);
        }
        self.decoded.consume(at);
        None
    }

    /// `at`: where the last of the lines begins.
    fn warn_of_skipped(&mut self, at: usize) {
        let mut texts = std::mem::take(&mut self.skipped);
        texts.truncate(3);
        self.warn(0, at, None, WarningKind::Skipped { lines: self.n_skipped, texts });
    }

    /// A record that does not end must not fill the memory.
    fn check_held(&mut self, start: usize, cells: &[Cell]) -> Result<(), Problem> {
        let cell_start = cells.last().map_or(start, |cell| cell.end as usize);
        let held = self.decoded.text.len();
        let long_cell = held - cell_start > self.limits.cell_bytes as usize;
        if !long_cell && held - start <= self.limits.record_bytes as usize {
            return Ok(());
        }
        let line = self.decoded.map.place(&self.decoded.text, start).line;
        let bytes = if long_cell { self.limits.cell_bytes } else { self.limits.record_bytes };
        Err(limits::too_long(&self.name, self.n_rows + 1, line, u64::from(bytes), long_cell))
    }

    fn take_record(&mut self, start: usize, end: usize, odd: bool, cells: &[Cell]) -> Result<(), Problem> {
        if !self.seen_record && is_separator_line(&self.decoded.text[start..end]) {
            self.seen_record = true;
            return Ok(());
        }
        self.seen_record = true;
        let long = |cell: &&Cell| cell.end - cell.start > self.limits.cell_bytes;
        if end - start > self.limits.cell_bytes as usize
            && let Some(cell) = cells.iter().find(long)
        {
            let line = self.decoded.map.place(&self.decoded.text, cell.outer_start()).line;
            let bytes = u64::from(self.limits.cell_bytes);
            return Err(limits::too_long(&self.name, self.n_rows + 1, line, bytes, true));
        }
        if !self.seen_header {
            self.take_header(cells)?;
            if self.settings.header {
                self.warn_of_oddities(0, end, odd, cells);
                return Ok(());
            }
        }
        while self.blank_lines > 0 {
            self.blank_lines -= 1;
            self.take_row(start, start, false, &[])?;
        }
        self.take_row(start, end, odd, cells)
    }

    fn take_row(&mut self, start: usize, end: usize, odd: bool, cells: &[Cell]) -> Result<(), Problem> {
        self.n_rows += 1;
        let (record, n_columns) = (self.n_rows, self.columns.len());
        if record > u64::from(self.limits.rows) || record * n_columns as u64 > self.limits.cells {
            return Err(limits::too_many_rows(&self.name, record, n_columns as u64, &self.limits));
        }
        if cells.len() != n_columns && n_columns > 1 || cells.len() > n_columns {
            self.warn_of_length(record, start, cells);
        }
        if odd || self.decoded.map.untold_fault().is_some_and(|fault| fault.at < end) {
            self.warn_of_oddities(record, end, odd, cells);
        }
        if let Some(excerpt) = self.excerpt.as_mut().filter(|excerpt| excerpt.rows.len() < excerpt.most_rows) {
            let most = excerpt.most_characters;
            let texts = cells.iter().take(n_columns).map(|&cell| {
                let bytes = records::value(&self.decoded.text, cell, self.settings.quote, &mut self.scratch);
                shortened(bytes, most)
            });
            let mut texts: Vec<String> = texts.collect();
            texts.resize(n_columns, String::new());
            excerpt.rows.push(texts);
        }
        let Decoded { text, map, .. } = &mut self.decoded;
        let mut context = Context { text, map, rules: &self.rules, warnings: &mut self.warnings };
        for (column, &cell) in self.columns.iter_mut().zip(cells) {
            let bytes = records::value(text, cell, self.settings.quote, &mut self.scratch);
            column.push(bytes, record, At::Text(cell.outer_start()), &mut context);
        }
        for column in self.columns.iter_mut().skip(cells.len()) {
            column.push_absent();
        }
        Ok(())
    }

    /// Names the columns; without a header the first record only tells how many there are.
    fn take_header(&mut self, cells: &[Cell]) -> Result<(), Problem> {
        self.seen_header = true;
        if cells.len() > self.limits.columns as usize {
            return Err(limits::too_many_columns(&self.name, cells.len() as u64, &self.limits));
        }
        let mut given = Vec::with_capacity(cells.len());
        for &cell in cells {
            let bytes = records::value(&self.decoded.text, cell, self.settings.quote, &mut self.scratch);
            given.push(String::from_utf8_lossy(bytes).into_owned());
        }
        let names = if self.settings.header {
            unique_names(&given)
        } else {
            (1..=cells.len()).map(|position| format!("column_{position}")).collect()
        };
        let enough = (SAMPLE_CELLS / cells.len().max(1)).clamp(100, SAMPLE_VALUES);
        for (position, name) in names.into_iter().enumerate() {
            if self.settings.header && name != given[position] {
                let place = self.decoded.map.place(&self.decoded.text, cells[position].outer_start());
                let from = std::mem::take(&mut given[position]);
                let kind = WarningKind::Renamed { from, to: name.clone() };
                let column = Some(name.clone());
                self.warnings.push(Warning { record: 0, line: place.line, byte: place.byte, column, kind });
            }
            let set = self.settings.types.iter().find(|(of, _)| *of == name);
            let planned = self.plan.as_ref().and_then(|plan| plan.kinds.get(position));
            let start = match (planned, set) {
                (Some(kind), _) => Start::Known(kind.clone()),
                (None, Some(&(_, column_type))) => Start::As(column_type),
                (None, None) => Start::Infer,
            };
            let unit = self.settings.units.iter().find(|(of, _)| *of == name).map(|(_, unit)| unit.clone());
            let own = self.settings.missing_in.iter().find(|(of, _)| *of == name);
            let stand_ins = own.map(|(_, texts)| texts.clone()).unwrap_or_default();
            self.columns.push(ColumnReader::new(name, start, unit, stand_ins, enough));
        }
        Ok(())
    }

    fn warn_of_length(&mut self, record: u64, start: usize, cells: &[Cell]) {
        let expected = self.columns.len();
        let kind = if cells.len() < expected {
            WarningKind::ShortRecord { cells: cells.len() as u32, expected: expected as u32 }
        } else {
            let surplus = &cells[expected..];
            if surplus.iter().all(|cell| cell.start == cell.end) {
                // Delimiters at the end of the line: nothing is lost.
                return;
            }
            let mut dropped = Vec::new();
            for &cell in surplus.iter().take(MAX_DETAILS) {
                let bytes = records::value(&self.decoded.text, cell, self.settings.quote, &mut self.scratch);
                dropped.push(shortened(bytes, 200));
            }
            WarningKind::LongRecord { cells: cells.len() as u32, expected: expected as u32, dropped }
        };
        self.warn(record, start, None, kind);
    }

    /// Warnings about quotes, NULs and undecodable bytes in a record that ends before `end`.
    fn warn_of_oddities(&mut self, record: u64, end: usize, odd: bool, cells: &[Cell]) {
        if odd {
            for (position, &cell) in cells.iter().enumerate() {
                let column = self.columns.get(position).map(|column| column.name.clone());
                if cell.has(records::UNCLOSED) {
                    self.warn(record, cell.outer_start(), column.clone(), WarningKind::UnclosedQuote);
                } else if cell.has(records::STRAY) {
                    let text = shortened(&self.decoded.text[cell.start as usize..cell.end as usize], 200);
                    self.warn(record, cell.outer_start(), column.clone(), WarningKind::StrayQuote { text });
                }
                if cell.has(records::NUL) {
                    let raw = &self.decoded.text[cell.start as usize..cell.end as usize];
                    let offset = raw.iter().position(|&byte| byte == 0).unwrap_or(0);
                    self.warn(record, cell.start as usize + offset, column, WarningKind::Nul);
                }
            }
        }
        while let Some(fault) = self.decoded.map.untold_fault().filter(|fault| fault.at < end) {
            let (at, bytes) = (fault.at, fault.bytes.iter().copied().take(MAX_DETAILS).collect());
            let position = cells.partition_point(|cell| (cell.end as usize) < at);
            let column = self.columns.get(position).map(|column| column.name.clone());
            self.warn(record, at, column, WarningKind::Undecodable { bytes });
            self.decoded.map.tell_fault();
        }
    }

    fn warn(&mut self, record: u64, at: usize, column: Option<String>, kind: WarningKind) {
        if !self.warnings.wants(record) {
            self.warnings.count();
            return;
        }
        let place = self.decoded.map.place(&self.decoded.text, at);
        self.warnings.push(Warning { record, line: place.line, byte: place.byte, column, kind });
    }
}

/// Excel's first line `sep=;` names the delimiter and is no data.
pub(super) fn is_separator_line(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let line = line.strip_prefix(b"\"").map_or(line, |rest| rest.strip_suffix(b"\"").unwrap_or(rest));
    let start = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="));
    // A tab was trimmed with the end of the line.
    start && line.len() <= 5
}

/// Names that are there and unique: `column_3` for none, `a_2` for a second `a`.
pub(super) fn unique_names(given: &[String]) -> Vec<String> {
    let mut sorted: Vec<&str> = given.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let mut taken = std::collections::BTreeSet::new();
    let mut names = Vec::with_capacity(given.len());
    for (position, name) in given.iter().enumerate() {
        let blank = name.trim().is_empty();
        let stem = if blank { format!("column_{}", position + 1) } else { name.clone() };
        let mut unique = stem.clone();
        let mut count = 1;
        // A made-up name must not take one that a later column has.
        while taken.contains(&unique) || ((blank || count > 1) && sorted.binary_search(&unique.as_str()).is_ok()) {
            count += 1;
            unique = format!("{stem}_{count}");
        }
        taken.insert(unique.clone());
        names.push(unique);
    }
    names
}

pub(super) fn shortened(bytes: &[u8], most_characters: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.char_indices().nth(most_characters) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.into_owned(),
    }
}
