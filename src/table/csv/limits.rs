//! How much can be read, and what is said when it is too much or no table at all.

use super::warnings::grouped;
use crate::problem::Problem;

/// Sizes beyond which a file is refused. The page shows them before an import starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub file_bytes: u64,
    pub columns: u32,
    pub rows: u32,
    /// Rows times columns: what has to fit in the memory of a browser tab.
    pub cells: u64,
    pub cell_bytes: u32,
    pub record_bytes: u32,
}

impl Limits {
    pub const DEFAULT: Self = Self {
        file_bytes: 2 << 30,
        columns: 20_000,
        rows: 50_000_000,
        cells: 200_000_000,
        cell_bytes: 16 << 20,
        record_bytes: 64 << 20,
    };

    /// "Up to 2 GB, 20,000 columns, …"
    pub fn sentence(&self) -> String {
        format!(
            "Up to {}, {} columns, {} rows and {} cells; one cell up to {}.",
            size(self.file_bytes),
            grouped(self.columns),
            grouped(self.rows),
            grouped(self.cells),
            size(u64::from(self.cell_bytes)),
        )
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// "2 GB", "16 MB", "4 kB", "12 bytes"; powers of two, as file managers show them.
pub fn size(bytes: u64) -> String {
    for (shift, unit) in [(30, "GB"), (20, "MB"), (10, "kB")] {
        if bytes >> shift > 0 {
            let tenths = (u128::from(bytes) * 10) >> shift;
            return match (tenths / 10, tenths % 10) {
                (whole, 0) => format!("{whole} {unit}"),
                (whole, _) if whole >= 100 => format!("{whole} {unit}"),
                (whole, tenth) => format!("{whole}.{tenth} {unit}"),
            };
        }
    }
    format!("{bytes} bytes")
}

const NOTHING_CHANGED: &str = "Nothing was changed.";

pub(super) fn problem(place: &str, event: impl Into<String>, cure: impl Into<String>) -> Problem {
    Problem { place: place.to_owned(), event: event.into(), kept: NOTHING_CHANGED.into(), cure: cure.into() }
}

pub(super) fn empty(name: &str) -> Problem {
    problem(name, "The file is empty.", "Choose a file with a header line and at least one row.")
}

pub(super) fn all_skipped(name: &str, lines: u32) -> Problem {
    let noun = if lines == 1 { "line is" } else { "lines are" };
    problem(
        name,
        format!("The first {} {noun} left out, and nothing comes after.", grouped(lines)),
        "Leave out fewer lines above the table in the import settings.",
    )
}

pub(super) fn header_only(name: &str) -> Problem {
    problem(
        name,
        "There is one line, read as the header, and no rows.",
        "Add rows below it, or switch off 'The first line names the columns' if it is data.",
    )
}

pub(super) fn too_large(name: &str, bytes: u64, limits: &Limits) -> Problem {
    problem(
        name,
        format!("The file has {}; {} is the limit.", size(bytes), size(limits.file_bytes)),
        "Split the file, or leave out columns that are not needed.",
    )
}

pub(super) fn too_many_columns(name: &str, columns: u64, limits: &Limits) -> Problem {
    problem(
        &format!("{name}, line 1"),
        format!("The first line has {} columns; {} is the limit.", grouped(columns), grouped(limits.columns)),
        "Check the delimiter, or leave out columns that are not needed.",
    )
}

pub(super) fn too_many_rows(name: &str, row: u64, columns: u64, limits: &Limits) -> Problem {
    let event = if row > u64::from(limits.rows) {
        format!("The file has more than {} rows, the limit.", grouped(limits.rows))
    } else {
        format!(
            "{} rows of {} columns are more than {} cells, the limit.",
            grouped(row),
            grouped(columns),
            grouped(limits.cells)
        )
    };
    problem(&format!("{name}, row {}", grouped(row)), event, "Take a sample of the rows, or leave out columns.")
}

pub(super) fn too_long(name: &str, row: u64, line: u64, bytes: u64, cell: bool) -> Problem {
    let noun = if cell { "a cell" } else { "a row" };
    problem(
        &format!("{name}, row {}, line {}", grouped(row), grouped(line)),
        format!("From here on {noun} is longer than {}, the limit.", size(bytes)),
        "Look for a quote that opens on this line and never closes, or choose 'no quotes' in the import settings.",
    )
}

/// The file is not what it was when reading it began; `reason` is a sentence, or empty.
pub fn changed(name: &str, reason: &str) -> Problem {
    problem(
        name,
        format!("The file changed or went away while it was being read. {reason}").trim_end().to_owned(),
        "Wait until nothing writes to the file, then choose it again.",
    )
}

pub(super) fn bad_settings(name: &str, event: &str) -> Problem {
    problem(name, event, "Choose another delimiter or quote in the import settings.")
}

pub(super) fn no_objects(name: &str) -> Problem {
    problem(name, "There is no JSON object with a value in the file.", "Choose a file with one JSON object a row.")
}

/// `why`: what was wrong with the first line.
pub(super) fn all_bad(name: &str, why: &str) -> Problem {
    problem(
        name,
        format!("Not one line is a JSON object. {why}").trim_end().to_owned(),
        "Export the table as JSON lines, one object a line, or as CSV.",
    )
}

/// `byte` counts from 0; people count from 1, as lines do.
pub(super) fn broken_json(name: &str, line: u64, byte: u64, reason: &str) -> Problem {
    problem(
        &format!("{name}, line {}, byte {}", grouped(line), grouped(byte + 1)),
        format!("The JSON array cannot be read on from here: {reason}."),
        "Repair the file there, or export it as JSON lines, where a bad line costs only itself.",
    )
}

pub(super) fn long_object(name: &str, row: u64, line: u64, limits: &Limits) -> Problem {
    problem(
        &format!("{name}, row {}, line {}", grouped(row), grouped(line)),
        format!("From here on an object is longer than {}, the limit.", size(u64::from(limits.record_bytes))),
        "Look for a bracket or a quote that opens here and never closes, or leave out long fields.",
    )
}

pub(super) fn too_many_names(name: &str, row: u64, limits: &Limits) -> Problem {
    problem(
        &format!("{name}, row {}", grouped(row)),
        format!("The objects have more than {} different names, the limit of columns.", grouped(limits.columns)),
        "Export the table with one name for one column; values such as ids do not belong into names.",
    )
}
