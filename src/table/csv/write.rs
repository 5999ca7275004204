//! Table → CSV: UTF-8, commas, LF, quotes only where needed. Reading it back gives the same values.

use super::super::Table;

/// Writes records, one cell after the other.
#[derive(Default)]
pub struct CsvWriter {
    bytes: Vec<u8>,
    /// Cells in the current record.
    n_cells: usize,
}

impl CsvWriter {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn cell(&mut self, text: &str) {
        if self.n_cells > 0 {
            self.bytes.push(b',');
        }
        self.n_cells += 1;
        let special = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
        // A blank at an end or a lone `sep=` is safe in quotes only.
        if text.bytes().any(special) || text.starts_with(' ') || text.ends_with(' ') || text.starts_with("sep=") {
            self.bytes.push(b'"');
            for byte in text.bytes() {
                if byte == b'"' {
                    self.bytes.push(b'"');
                }
                self.bytes.push(byte);
            }
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    /// Ends the record. A lone empty cell is written as "", since a blank line is no record.
    pub fn end_record(&mut self) {
        if self.n_cells == 1 && self.bytes.last().is_none_or(|byte| *byte == b'\n') {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes.push(b'\n');
        self.n_cells = 0;
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// The whole table with a header; missing cells are empty.
pub fn write(table: &Table) -> Vec<u8> {
    let mut writer = CsvWriter::new();
    for column in &table.columns {
        writer.cell(&column.name);
    }
    writer.end_record();
    for row in 0..table.n_rows {
        for column in &table.columns {
            writer.cell(column.values.text(row).as_deref().unwrap_or_default());
        }
        writer.end_record();
    }
    writer.into_bytes()
}
