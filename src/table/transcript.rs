//! Files that are no text: spreadsheets and Parquet. A reader of its own, which is loaded when such a file comes, writes the
//! part of it that is meant as delimited text in one fixed form; from there on it is read as any other table. The receipt stays
//! that of the file as it was given.

use serde::{Deserialize, Serialize};

use super::csv::{CsvSettings, Warning, WarningKind, changed, size, zip_kind};
use super::packed::{self, Entry, Packing};
use super::source::ByteSource;
use crate::problem::Problem;

/// Bytes beyond which such a file is refused: all of it is in memory while it is read, several times over.
pub const MOST_BYTES: u64 = 256 << 20;

/// What the reader is to write down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wanted {
    /// Of the file, for messages.
    pub name: String,
    /// A sheet and a range as `Cells!B3:F120` names them; a sheet alone for the range that is proposed; "" for the first sheet
    /// with cells.
    pub part: String,
    /// Another file of the kind is meant: where it has no such sheet, the first one is.
    pub or_first: bool,
}

/// What the reader wrote down.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    pub original: Original,
    pub text: Vec<u8>,
}

/// What a text was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Original {
    /// `Packing::Sheet` or `Packing::Parquet`.
    pub packing: Packing,
    /// Of the file as it was given; the hash is lower-case hex.
    pub n_bytes: u64,
    pub sha256: String,
    /// How the text is to be read. What the person may change of it stays open.
    pub settings: CsvSettings,
    /// Names of all sheets.
    pub sheets: Vec<String>,
    /// The row of the sheet, from 1, that is the first line of the text.
    pub first_row: u64,
    /// What was read with a guess, or could not be; sentences.
    pub notes: Vec<String>,
}

impl Original {
    /// The entries that a person can choose from.
    pub fn entries(&self) -> Vec<Entry> {
        self.sheets.iter().map(|name| Entry { path: name.clone(), n_bytes: 0 }).collect()
    }

    /// The name that `CsvSettings::entry` has for the part.
    pub fn part(&self) -> &str {
        match &self.packing {
            Packing::Sheet { part } => part,
            Packing::Plain | Packing::Gzip | Packing::Zip { .. } | Packing::Parquet => "",
        }
    }

    /// The settings for a file like the one that these settings read: what means "missing" and how dates are written are as
    /// before.
    pub fn settings_after(&self, before: Option<&CsvSettings>) -> CsvSettings {
        let mut settings = self.settings.clone();
        if let Some(before) = before {
            let new = before.missing.iter().filter(|text| !settings.missing.contains(text)).cloned();
            let new: Vec<String> = new.collect();
            settings.missing.extend(new);
            settings.missing_in.clone_from(&before.missing_in);
            settings.day_first = settings.day_first.or(before.day_first);
            settings.first_year = before.first_year;
        }
        settings
    }

    /// Puts the notes before what was said of the text, and has that speak of the sheet's rows. `header`: the first line names
    /// the columns.
    pub fn tell(&self, header: bool, warnings: &mut Vec<Warning>) {
        for warning in &mut *warnings {
            warning.line = self.first_row + if header { warning.record } else { warning.record.saturating_sub(1) };
        }
        let note = |text: &String| Warning {
            record: 0,
            line: self.first_row,
            byte: 0,
            column: None,
            kind: WarningKind::OfTheFile { text: text.clone() },
        };
        warnings.splice(0..0, self.notes.iter().map(note));
    }
}

/// A transcript where a file is expected.
pub struct Transcribed(pub Transcript);

impl ByteSource for Transcribed {
    fn len(&self) -> u64 {
        self.0.text.len() as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        self.0.text.as_slice().read(offset, length)
    }

    fn original(&self) -> Option<&Original> {
        Some(&self.0.original)
    }
}

/// Whether a file is one for the reader: by its first bytes, and of a ZIP file by what it holds.
///
/// # Errors
/// It cannot be read, or is too large.
pub fn is_meant(name: &str, source: &mut dyn ByteSource) -> Result<bool, Problem> {
    if source.original().is_some() {
        return Ok(false);
    }
    let head = source.read(0, 8).map_err(|reason| changed(name, &reason))?;
    let meant = match head.as_slice() {
        [b'P', b'A', b'R', b'1', ..] | [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] => true,
        [b'P', b'K', ..] => match packed::list(name, source)? {
            // An Office document says in its first entry what it is, if not in the list that is lost.
            Some(listing) if listing.fault.is_some() => {
                let head = source.read(0, 1 << 16).map_err(|reason| changed(name, &reason))?;
                zip_kind(&head).is_some()
            }
            Some(listing) => {
                let has = |path: &str| listing.paths.iter().any(|known| known == path);
                zip_kind(listing.paths.join("\n").as_bytes()).is_some() || (has("content.xml") && has("mimetype"))
            }
            None => false,
        },
        _ => false,
    };
    if meant && source.len() > MOST_BYTES {
        return Err(Problem {
            place: name.to_owned(),
            event: format!(
                "The file has {}; of spreadsheets and Parquet, {} is the limit.",
                size(source.len()),
                size(MOST_BYTES)
            ),
            kept: "Nothing was changed.".into(),
            cure: "Save the table as CSV, which may be larger, then choose that file.".into(),
        });
    }
    Ok(meant)
}

/// `Cells!B3:F120` as the sheet's name and the range; "" where it names none.
pub fn split_part(part: &str) -> (&str, &str) {
    let is_range = |range: &str| {
        let rest = range.trim_start_matches('$');
        rest.starts_with(|c: char| c.is_ascii_alphanumeric())
            && range.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '$'))
            && rest.len() <= 24
    };
    match part.rsplit_once('!') {
        Some((sheet, range)) if is_range(range) => (sheet, range),
        _ => (part, ""),
    }
}

/// Whether a file's name ends as a workbook's does, which may hold several tables.
pub fn may_hold_several(name: &str) -> bool {
    let lower = name.to_lowercase();
    [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"].iter().any(|end| lower.ends_with(end))
}
