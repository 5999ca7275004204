//! One pass over a text, whatever its format.

use super::import::{CsvImport, Finished, Outlined, Plan};
use super::json_import::JsonImport;
use super::limits::Limits;
use super::{CsvSettings, Format, Warning};
use crate::problem::Problem;

/// Reads a text that is fed in slices.
pub enum Reader {
    Delimited(Box<CsvImport>),
    Json(Box<JsonImport>),
}

impl Reader {
    /// `name` is the file's, for messages. `plan` comes from the pass before.
    pub fn new(settings: &CsvSettings, name: &str, limits: Limits, plan: Option<Plan>) -> Result<Self, Problem> {
        Ok(match settings.format {
            Format::Delimited => Self::Delimited(Box::new(CsvImport::new(settings, name, limits, plan)?)),
            Format::JsonLines | Format::JsonArray => {
                Self::Json(Box::new(JsonImport::new(settings, name, limits, plan)))
            }
        })
    }

    pub fn with_excerpt(self, most_rows: usize, most_characters: usize) -> Self {
        match self {
            Self::Delimited(import) => Self::Delimited(Box::new(import.with_excerpt(most_rows, most_characters))),
            Self::Json(import) => Self::Json(Box::new(import.with_excerpt(most_rows, most_characters))),
        }
    }

    /// Cells of the first rows as texts.
    pub fn take_excerpt(&mut self) -> Vec<Vec<String>> {
        match self {
            Self::Delimited(import) => import.take_excerpt(),
            Self::Json(import) => import.take_excerpt(),
        }
    }

    /// Names and types as far as was read, and the warnings.
    pub fn outline(self) -> (Vec<Outlined>, Vec<Warning>) {
        match self {
            Self::Delimited(import) => import.outline(),
            Self::Json(import) => import.outline(),
        }
    }

    pub fn n_rows(&self) -> u64 {
        match self {
            Self::Delimited(import) => import.n_rows(),
            Self::Json(import) => import.n_rows(),
        }
    }

    /// So many rows are expected in all.
    pub fn expect(&mut self, n_rows: u64) {
        match self {
            Self::Delimited(import) => import.expect(n_rows),
            // Columns of objects come and go.
            Self::Json(_) => {}
        }
    }

    /// The next bytes of the text.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        match self {
            Self::Delimited(import) => import.feed(bytes),
            Self::Json(import) => import.feed(bytes),
        }
    }

    /// Reads what is left and checks that there was a row.
    pub fn end(&mut self) -> Result<(), Problem> {
        match self {
            Self::Delimited(import) => import.end(),
            Self::Json(import) => import.end(),
        }
    }

    /// The text has ended.
    pub fn finish(self) -> Result<Finished, Problem> {
        match self {
            Self::Delimited(import) => import.finish(),
            Self::Json(import) => import.finish(),
        }
    }
}
