//! Files that are no delimited text, recognised by their first bytes.

use super::limits::problem;
use super::warnings::grouped;
use crate::problem::Problem;

const SPREADSHEET: &str = "In the spreadsheet, save the sheet as CSV, then choose that file.";
const UNPACK: &str = "Unpack it, then choose the CSV inside.";
const CONVERT: &str = "Export the table as CSV, then choose that file.";
const CHOOSE: &str = "Choose a text file with delimited values, such as a CSV.";

/// First bytes, what such a file is, what to do.
const MARKS: [(&[u8], &str, &str); 31] = [
    (b"\x89PNG\r\n\x1a\n", "a PNG image", CHOOSE),
    (b"\xFF\xD8\xFF", "a JPEG image", CHOOSE),
    (b"GIF87a", "a GIF image", CHOOSE),
    (b"GIF89a", "a GIF image", CHOOSE),
    (b"II*\0", "a TIFF image", CHOOSE),
    (b"MM\0*", "a TIFF image", CHOOSE),
    (b"%PDF-", "a PDF document", "Copy the table out of it into a spreadsheet and save it as CSV."),
    (b"\x1f\x8b", "a gzip archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xFD7zXZ\0", "an xz archive", UNPACK),
    (b"\x28\xB5\x2F\xFD", "a Zstandard archive", UNPACK),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Excel workbook or another Office document", SPREADSHEET),
    (b"PAR1", "a Parquet file", CONVERT),
    (b"ARROW1", "an Arrow file", CONVERT),
    (b"FEA1", "a Feather file", CONVERT),
    (b"ORC", "an ORC file", CONVERT),
    (b"Obj\x01", "an Avro file", CONVERT),
    (b"SQLite format 3\0", "an SQLite database", CONVERT),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", CONVERT),
    (b"\x93NUMPY", "a NumPy array", CONVERT),
    (b"$FL2", "an SPSS file", CONVERT),
    (b"<stata_dta>", "a Stata file", CONVERT),
    (b"RDX", "an R data file", CONVERT),
    (b"\x7fELF", "a program", CHOOSE),
    (b"\0asm", "a WebAssembly program", CHOOSE),
    (b"OggS", "a sound or video file", CHOOSE),
    (b"ID3", "a sound file", CHOOSE),
    (b"fLaC", "a sound file", CHOOSE),
    (b"RIFF", "an image, sound or video file", CHOOSE),
];

/// What the file is, when it is no text of a table. `prefix`: the first bytes, unpacked; `utf16`: read as UTF-16.
pub(super) fn refuse(name: &str, prefix: &[u8], utf16: bool) -> Option<Problem> {
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        let (what, cure) = zip_kind(prefix).unwrap_or(("a ZIP archive", UNPACK));
        return Some(named(name, what, cure));
    }
    if prefix.get(257..262) == Some(b"ustar") {
        return Some(named(name, "a tar archive", UNPACK));
    }
    for (mark, what, cure) in MARKS {
        // "ORC", "BZh" and the like may begin a text: a binary file soon has a byte that no text has.
        let sure = mark.len() >= 5 || mark.iter().any(|byte| !(32..127).contains(byte));
        if prefix.starts_with(mark) && (sure || has_control_bytes(&prefix[..prefix.len().min(512)])) {
            return Some(named(name, what, cure));
        }
    }
    if prefix.get(4..8) == Some(b"ftyp") {
        return Some(named(name, "an image or video file", CHOOSE));
    }
    if utf16 {
        return None;
    }
    let text = prefix.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(prefix).trim_ascii_start();
    let lower: Vec<u8> = text.iter().take(512).map(u8::to_ascii_lowercase).collect();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return Some(named(name, "a web page", "Download the file itself instead of the page that shows it."));
    }
    if lower.starts_with(b"<?xml") {
        return Some(named(name, "an XML document", CONVERT));
    }
    let n_control = prefix.iter().filter(|byte| is_control(**byte)).count();
    if n_control * 20 > prefix.len() {
        let event = format!(
            "This is no text: {} of the first {} bytes are control characters.",
            grouped(n_control as u64),
            grouped(prefix.len() as u64)
        );
        return Some(problem(name, event, CHOOSE));
    }
    None
}

fn named(name: &str, what: &str, cure: &str) -> Problem {
    problem(name, format!("This is {what}, not a table as text."), cure)
}

fn is_control(byte: u8) -> bool {
    byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

fn has_control_bytes(bytes: &[u8]) -> bool {
    bytes.iter().any(|&byte| is_control(byte))
}

/// JSON that is no table.
pub(super) fn no_table_in_json(name: &str, cure: &str) -> Problem {
    named(name, "JSON", cure)
}

/// Office documents are ZIP files; the names of their first parts tell which, and what to do. `None`: another ZIP file.
pub fn zip_kind(prefix: &[u8]) -> Option<(&'static str, &'static str)> {
    let holds = |part: &[u8]| prefix.windows(part.len()).any(|window| window == part);
    if holds(b"xl/workbook") || holds(b"xl/worksheets") || holds(b"xl/_rels") {
        Some(("an Excel workbook", SPREADSHEET))
    } else if holds(b"opendocument.spreadsheet") {
        Some(("an OpenDocument spreadsheet", SPREADSHEET))
    } else if holds(b"[Content_Types].xml") {
        Some(("an Office document, probably an Excel workbook", SPREADSHEET))
    } else {
        None
    }
}
