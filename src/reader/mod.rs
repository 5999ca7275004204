//! The reader of files that are no text: Excel and OpenDocument spreadsheets, Parquet. It writes the part that is meant as
//! delimited text in one fixed form: UTF-8, commas, double quotes, decimal points, ISO dates. What the file keeps beside the
//! cells (types, errors, merged areas, formulas) goes into the settings that the text is read with, and into notes.
//!
//! ```text
//! bytes ─► workbook (calamine) ─► sheet ─► range ─┐
//!       └► columns (parquet) ─────────────────────┴► text ─► table::csv
//! ```
//!
//! A program of its own in the browser (`bin/reader.rs`), loaded when such a file comes; a thread in the shell.

mod cell;
mod columns;
mod compound;
mod range;
mod sheet;
mod text;
mod workbook;

pub use range::Range;

use crate::problem::Problem;
use crate::table::transcript::{Transcript, Wanted};

/// Text up to this many bytes is kept: a file is looked at before it is read.
const KEPT: usize = 64 << 20;

/// Reads what it is given, and knows the last of it again.
#[derive(Default)]
pub struct Reader {
    last: Option<(String, Wanted, Transcript)>,
}

impl Reader {
    /// Writes the part of a file that is wanted. `sha256`: of the file.
    ///
    /// # Errors
    /// No spreadsheet and no Parquet file, or a damaged one; no such sheet or range; nothing in it; more than can be read.
    pub fn read(&mut self, wanted: &Wanted, sha256: &str, file: Vec<u8>) -> Result<Transcript, Problem> {
        if let Some((known, before, transcript)) = &self.last
            && known == sha256
            && before == wanted
        {
            return Ok(transcript.clone());
        }
        self.last = None;
        let transcript =
            if file.starts_with(b"PAR1") { columns::read(&wanted.name, file)? } else { workbook::read(wanted, file)? };
        if transcript.text.len() <= KEPT {
            self.last = Some((sha256.to_owned(), wanted.clone(), transcript.clone()));
        }
        Ok(transcript)
    }
}

const NOTHING_CHANGED: &str = "Nothing was changed.";

fn problem(place: &str, event: impl Into<String>, cure: impl Into<String>) -> Problem {
    Problem { place: place.to_owned(), event: event.into(), kept: NOTHING_CHANGED.into(), cure: cure.into() }
}
