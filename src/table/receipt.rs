//! What a table came from: it travels with the project, with every run and with every package.

use serde::{Deserialize, Serialize};

use super::csv::{CsvSettings, Imported};
use super::packed::Packing;

/// Warnings that a receipt quotes; all are counted.
pub const MOST_WARNINGS: usize = 100;

/// How a file was read, and what it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub settings: CsvSettings,
    /// `None`: only the settings are known.
    pub file: Option<FileFacts>,
    /// Further files, which steps read.
    pub beside: Vec<BesideFile>,
}

/// A file beside the first one, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BesideFile {
    /// What steps call it: no other file of the project has the name.
    pub name: String,
    pub settings: CsvSettings,
    pub file: FileFacts,
    /// What steps made of it, a sentence each; none where no step reads it.
    pub done: Vec<String>,
}

/// A file that became a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    pub name: String,
    /// Of the file as it was given.
    pub n_bytes: u64,
    /// Lower-case hex, of the same bytes.
    pub sha256: String,
    pub packing: Packing,
    /// Of its text, unpacked.
    pub n_text_bytes: u64,
    pub n_rows: u64,
    pub n_columns: u64,
    /// What was read with a guess, in sentences; the first `MOST_WARNINGS`.
    pub warnings: Vec<String>,
    /// All of them.
    pub n_warnings: u64,
}

impl Receipt {
    /// `name`: of the file.
    pub fn of(imported: &Imported, name: &str) -> Self {
        let read = &imported.read;
        // As the data decided where the person had not: other files of the kind are read alike.
        let day_first = imported.settings.day_first.or(read.day_first);
        Self {
            settings: CsvSettings { day_first, ..imported.settings.clone() },
            file: Some(FileFacts {
                name: name.to_owned(),
                n_bytes: imported.n_bytes,
                sha256: imported.sha256.clone(),
                packing: imported.packing.clone(),
                n_text_bytes: imported.n_text_bytes,
                n_rows: read.table.n_rows as u64,
                n_columns: read.table.columns.len() as u64,
                warnings: read.warnings.iter().take(MOST_WARNINGS).map(|warning| warning.sentence(name)).collect(),
                n_warnings: read.n_warnings,
            }),
            beside: Vec::new(),
        }
    }
}

impl From<CsvSettings> for Receipt {
    /// Where only the settings are known.
    fn from(settings: CsvSettings) -> Self {
        Self { settings, file: None, beside: Vec::new() }
    }
}
