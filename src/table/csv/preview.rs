//! The first rows of a file as they would be read.

use super::import_job::not_utf8;
use super::limits::Limits;
use super::reader::Reader;
use super::utf8::Census;
use super::{CsvSettings, Encoding, Preview, magic, sniff};
use crate::problem::Problem;
use crate::table::packed::Packing;

/// Bytes that a preview wants; fewer do.
pub const PREVIEW_BYTES: usize = 1 << 20;
const ROWS: usize = 50;
/// Characters of a cell.
const CHARACTERS: usize = 200;
/// Warnings that a preview shows.
const WARNINGS: usize = 50;

/// Reads the beginning of a file's text with the given settings, or with detected ones. `whole`: the text ends with it.
/// How the file is packed is for the caller to say.
pub fn preview(name: &str, prefix: &[u8], whole: bool, settings: Option<CsvSettings>) -> Result<Preview, Problem> {
    let settings = match settings {
        Some(settings) => {
            let utf16 = matches!(settings.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
            match magic::refuse(name, prefix, utf16) {
                Some(problem) => return Err(problem),
                None => settings,
            }
        }
        None => sniff::sniff_file(name, prefix, whole)?,
    };
    let mut import = Reader::new(&settings, name, Limits::DEFAULT, None)?.with_excerpt(ROWS, CHARACTERS);
    import.feed(prefix)?;
    // A cut record at the end would only raise false warnings, unless there is nothing else.
    if whole || import.n_rows() == 0 {
        import.end()?;
    }
    let rows = import.take_excerpt();
    let (outline, mut warnings) = import.outline();
    if let Some(warning) = not_utf8(settings.encoding, &Census::of(prefix, whole)) {
        warnings.insert(0, warning);
    }
    warnings.truncate(WARNINGS);
    let units = outline.iter().map(|column| column.unit.clone()).collect();
    let columns = outline.into_iter().map(|column| (column.name, column.column_type)).collect();
    Ok(Preview { settings, columns, units, rows, warnings, packing: Packing::Plain, entries: Vec::new() })
}
