//! Warnings: collected with a bound, and said in a sentence.

use super::super::ColumnType;
use super::{Warning, WarningKind};
use crate::order::OrderBy;

/// Warnings that are kept; all are counted.
pub const MAX_WARNINGS: usize = 1000;
/// Characters of a cell that a sentence shows.
const SHOWN: usize = 60;
/// Dropped cells and undecodable bytes that a warning keeps.
pub const MAX_DETAILS: usize = 20;

/// The first `MAX_WARNINGS` by place, whatever the order in which they come.
#[derive(Default)]
pub struct Collected {
    warnings: Vec<Warning>,
    n: u64,
    /// Nothing at or after this record can still be among the first.
    full_at: Option<u64>,
}

impl Collected {
    /// Whether a warning at this record would be kept; if not, `count` it and spare its details.
    pub fn wants(&self, record: u64) -> bool {
        self.full_at.is_none_or(|limit| record < limit)
    }

    pub fn count(&mut self) {
        self.n += 1;
    }

    pub fn push(&mut self, warning: Warning) {
        self.n += 1;
        self.warnings.push(warning);
        if self.warnings.len() >= 4 * MAX_WARNINGS {
            self.trim();
        }
    }

    fn trim(&mut self) {
        self.warnings.order_by_key(|warning| (warning.record, warning.byte));
        self.warnings.truncate(MAX_WARNINGS);
        if self.warnings.len() == MAX_WARNINGS {
            // Later columns of the same record may still come before it by byte.
            self.full_at = self.warnings.last().map(|warning| warning.record + 1);
        }
    }

    /// The warnings in the order of the file, and how many there were.
    pub fn finish(mut self) -> (Vec<Warning>, u64) {
        self.trim();
        (self.warnings, self.n)
    }
}

impl Warning {
    /// «people.csv, row 812 (line 815 of the file), column age: "n/a" is not a number. Kept as missing.»
    pub fn sentence(&self, file: &str) -> String {
        let mut place = file.to_owned();
        place.push_str(&match self.record {
            _ if matches!(self.kind, WarningKind::NotUtf8 | WarningKind::NotJson { .. }) => {
                format!(", line {}, byte {}", grouped(self.line), grouped(self.byte + 1))
            }
            record if record > 0 && matches!(self.kind, WarningKind::Undecodable { .. }) => {
                let [record, line, byte] = [record, self.line, self.byte + 1].map(grouped);
                format!(", row {record} (line {line}, byte {byte} of the file)")
            }
            _ if matches!(self.kind, WarningKind::OfTheFile { .. }) => String::new(),
            _ if matches!(self.kind, WarningKind::Skipped { .. }) => match self.line {
                1 => ", line 1".to_owned(),
                last => format!(", lines 1 to {}", grouped(last)),
            },
            0 if self.line <= 1 => ", header".to_owned(),
            0 => format!(", header (line {})", self.line),
            record => format!(", row {} (line {} of the file)", grouped(record), grouped(self.line)),
        });
        if let Some(column) = self.column.as_deref().filter(|column| !column.is_empty()) {
            place.push_str(", column ");
            place.push_str(&shortened(column));
        }
        format!("{place}: {}", self.kind.sentence())
    }
}

impl WarningKind {
    fn sentence(&self) -> String {
        match self {
            Self::ShortRecord { cells, expected } => {
                format!("{} instead of {}. The rest is kept as missing.", counted(*cells, "cell"), grouped(*expected))
            }
            Self::LongRecord { cells, expected, dropped } => {
                let shown: Vec<String> = dropped.iter().take(3).map(|text| quoted(text)).collect();
                let more = (cells.saturating_sub(*expected) as usize).saturating_sub(shown.len());
                let more = if more > 0 { format!(" and {} more", grouped(more as u64)) } else { String::new() };
                format!(
                    "{} instead of {}. Left out: {}{more}.",
                    counted(*cells, "cell"),
                    grouped(*expected),
                    shown.join(", ")
                )
            }
            Self::UnclosedQuote => "a quote opens here and never closes. It was read as text.".to_owned(),
            Self::StrayQuote { text } => format!("{} has a quote out of place. Kept as it stands.", quoted(text)),
            Self::Undecodable { bytes } => {
                let shown: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02X}")).collect();
                let noun = if bytes.len() == 1 { "the byte" } else { "the bytes" };
                let verb = if bytes.len() == 1 { "is" } else { "are" };
                format!("{noun} {} {verb} not valid in this encoding. Shown as \u{FFFD}.", shown.join(" "))
            }
            Self::NotOfType { text, expected } => {
                let noun = match expected {
                    ColumnType::Number => "a number",
                    ColumnType::Category => "a category",
                    ColumnType::Boolean => "yes or no",
                    ColumnType::Date => "a date",
                    ColumnType::Text => "text",
                };
                format!("{} is not {noun}. Kept as missing.", quoted(text))
            }
            Self::NotFinite { text } => {
                format!("{} is infinite or too large for a number. Kept as missing.", quoted(text))
            }
            Self::Renamed { from, to } if from.is_empty() => {
                format!("a column has no name. It is called {} here.", quoted(to))
            }
            Self::Renamed { from, to } => {
                format!("the name {} is there already. This column is called {} here.", quoted(from), quoted(to))
            }
            Self::Nul => "a NUL character was dropped.".to_owned(),
            Self::ShortYears { first_year } => format!(
                "years of two digits are read as {first_year} to {}; this can be changed in the import settings.",
                first_year + 99
            ),
            Self::NotationGuessed { text, value, other } => format!(
                "every number with a mark also fits the other notation: {} was read as {value}, not as {other}; this \
                 can be changed in the import settings.",
                quoted(text)
            ),
            Self::MonthsOnly => "months without a day are read as their first day.".to_owned(),
            Self::UnitAbsent { unit, n } => {
                let noun = if *n == 1 { "number has" } else { "numbers have" };
                format!(
                    "{} {noun} no {} beside it, as the others have. Read as if it stood there.",
                    grouped(*n),
                    quoted(unit)
                )
            }
            Self::Skipped { lines, texts } => {
                let shown: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                let shown = if shown.is_empty() { String::new() } else { format!(": {}", shown.join(", ")) };
                let (noun, verb) = if *lines == 1 { ("this line", "stands") } else { ("these lines", "stand") };
                format!(
                    "{noun} {verb} above the table and {} left out{shown}. This can be changed in the import settings.",
                    if *lines == 1 { "is" } else { "are" }
                )
            }
            Self::NotJson { reason, lost } => {
                format!(
                    "this is no JSON object: {reason}. {}",
                    if *lost { "Left out." } else { "The rest is left out." }
                )
            }
            Self::Repeated => "the name stands twice in this object. The last value was taken.".to_owned(),
            Self::ArrayAsText => "an array is no single value. Arrays are kept as JSON text.".to_owned(),
            Self::OfTheFile { text } => text.clone(),
            Self::NotUtf8 => "this byte and most others beyond ASCII are not UTF-8, so the file was read as \
                              Windows-1252. That is a guess; it can be changed in the import settings."
                .to_owned(),
            Self::DateOrderGuessed { day_first } => {
                let (order, other) = if *day_first { ("day/month", "month/day") } else { ("month/day", "day/month") };
                format!("every date also fits {other}. Read as {order}; this can be changed in the import settings.")
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// The first characters on one line.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

fn counted(n: u32, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// 1234567 → 1,234,567.
pub fn grouped(n: impl Into<u64>) -> String {
    let digits = n.into().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
