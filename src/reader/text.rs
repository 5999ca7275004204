//! Cells as delimited text, and what their types mean for how it is read.

use std::collections::BTreeSet;

use super::cell::Cell;
use super::problem;
use crate::problem::Problem;
use crate::table::ColumnType;
use crate::table::csv::{CsvSettings, CsvWriter, Decimal, grouped, number_of, size};

/// Cells beyond which a part is refused, and bytes of their text: both lie in memory more than once.
pub const MOST_CELLS: u64 = 100_000_000;
const MOST_TEXT: usize = 1 << 30;
/// Distinct texts that tell a category from free text.
const MANY: usize = 1000;

/// What was seen of a column.
#[derive(Default)]
pub struct Seen {
    n_numbers: u64,
    n_dates: u64,
    n_flags: u64,
    n_texts: u64,
    pub n_hours: u64,
    n_digits: u64,
    /// Texts that read as numbers, and the first of the distinct ones.
    n_like_numbers: u64,
    distinct: BTreeSet<String>,
}

impl Seen {
    fn note(&mut self, cell: &Cell) {
        match cell {
            Cell::Empty | Cell::Error(_) => {}
            Cell::Number(_) => self.n_numbers += 1,
            Cell::Hours(_) => self.n_hours += 1,
            Cell::Digits(_) => self.n_digits += 1,
            Cell::Date(_) => self.n_dates += 1,
            Cell::Flag(_) => self.n_flags += 1,
            Cell::Text(text) => {
                self.n_texts += 1;
                self.n_like_numbers += u64::from(number_of(text, Decimal::Point).is_some());
                if self.distinct.len() <= MANY && !self.distinct.contains(text) {
                    self.distinct.insert(text.clone());
                }
            }
        }
    }

    fn n_others(&self) -> u64 {
        self.n_numbers + self.n_dates + self.n_flags + self.n_hours + self.n_digits
    }

    /// All that is there is text which reads as numbers.
    pub fn holds_numbers_as_text(&self) -> bool {
        self.n_texts > 0 && self.n_texts == self.n_like_numbers && self.n_others() == 0
    }

    /// Some number has more digits than a number can hold.
    pub fn has_long_digits(&self) -> bool {
        self.n_digits > 0
    }

    /// The type of texts.
    pub fn of_texts(&self) -> ColumnType {
        let free = self.distinct.len() > MANY && self.n_texts < 10 * MANY as u64;
        if free { ColumnType::Text } else { ColumnType::Category }
    }
}

/// Writes rows of cells.
pub struct Written {
    place: String,
    writer: CsvWriter,
    n_bytes: usize,
    n_columns: usize,
    pub columns: Vec<Seen>,
    /// Cells with an error, by its name.
    pub errors: Vec<(&'static str, u64)>,
}

impl Written {
    pub fn new(place: &str, n_columns: usize) -> Self {
        let columns = (0..n_columns).map(|_| Seen::default()).collect();
        Self { place: place.to_owned(), writer: CsvWriter::new(), n_bytes: 0, n_columns, columns, errors: Vec::new() }
    }

    /// A line of names.
    pub fn header(&mut self, names: &[String]) {
        self.write(names);
    }

    fn write(&mut self, texts: &[String]) {
        for text in texts {
            self.writer.cell(text);
            self.n_bytes += text.len() + 1;
        }
        self.writer.end_record();
    }

    /// A row of values.
    ///
    /// # Errors
    /// It is too much.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), Problem> {
        let mut texts = Vec::with_capacity(self.n_columns);
        for (seen, cell) in self.columns.iter_mut().zip(cells) {
            seen.note(cell);
            if let Cell::Error(name) = cell {
                match self.errors.iter_mut().find(|(known, _)| known == name) {
                    Some((_, n)) => *n += 1,
                    None => self.errors.push((name, 1)),
                }
            }
            texts.push(cell.written());
        }
        self.write(&texts);
        if self.n_bytes > MOST_TEXT {
            let event = format!("Written as text, the table has more than {}, the limit.", size(MOST_TEXT as u64));
            return Err(problem(&self.place, event, "Choose fewer rows or columns, or save the table as CSV."));
        }
        Ok(())
    }

    /// The text, what was seen of each column, and what is to be said of errors.
    pub fn finish(self) -> (Vec<u8>, Vec<Seen>, Vec<&'static str>, Option<String>) {
        let names: Vec<&'static str> = self.errors.iter().map(|(name, _)| *name).collect();
        let n: u64 = self.errors.iter().map(|(_, n)| n).sum();
        let shown: Vec<String> = self.errors.iter().map(|(name, n)| format!("{name} {}", grouped(*n))).collect();
        let (noun, verb) = if n == 1 { ("cell shows an error", "counts") } else { ("cells show errors", "count") };
        let note = (n > 0).then(|| {
            format!("{} {noun} in place of a value ({}) and {verb} as missing.", grouped(n), shown.join(", "))
        });
        (self.writer.into_bytes(), self.columns, names, note)
    }
}

/// The settings that such text is read with. `errors`: names of errors that count as missing.
pub fn settings(part: &str, header: bool, errors: &[&'static str], types: Vec<(String, ColumnType)>) -> CsvSettings {
    let mut settings = CsvSettings { entry: part.to_owned(), header, types, ..CsvSettings::default() };
    for error in errors {
        if !settings.missing.iter().any(|text| text == error) {
            settings.missing.push((*error).to_owned());
        }
    }
    settings
}

/// "a, b and 3 more".
pub fn some(names: &[String]) -> String {
    let shown = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > 3 { format!("{shown} and {} more", names.len() - 3) } else { shown }
}
