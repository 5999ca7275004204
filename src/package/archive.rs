//! ZIP files as Hearth writes and reads them: the same bytes every time, and nothing trusted on the way in.

use std::io::{Cursor, Read};

use zip::{DateTime, ZipArchive};

use super::zip_bytes::{ZipBytes, deflated};
use crate::problem::Problem;

/// A file in an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What an archive may hold.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub entries: usize,
    /// Bytes of all entries together, unpacked.
    pub total: u64,
}

/// Above this ratio of unpacked to packed size an entry is stored as it is, so that a larger ratio is never ours.
const STORE_ABOVE: u64 = 100;
/// Above this ratio a large entry is refused.
const REFUSE_ABOVE: u64 = 200;
/// Entries up to this size are never refused for their ratio.
const SMALL: u64 = 1 << 20;

/// Writes entries in the given order, all with the time `created` (ISO 8601; 1980-01-01 where ZIP cannot hold it).
///
/// # Errors
/// When an entry is too large for the format, or two have the same path.
pub fn write(entries: &[Entry], created: &str) -> Result<Vec<u8>, Problem> {
    let failed = |e: &dyn std::fmt::Display| Problem {
        place: "Package".into(),
        event: format!("The ZIP file could not be written ({e})."),
        kept: "Nothing was changed.".into(),
        cure: "Try again; if it happens again, free some memory by closing other tabs.".into(),
    };
    let mut zip = ZipBytes::default();
    let time = entry_time(created);
    for (position, entry) in entries.iter().enumerate() {
        if entries[..position].iter().any(|other| other.path == entry.path) {
            return Err(failed(&format!("{} stands in it twice", entry.path)));
        }
        let packed = deflated(&entry.bytes);
        // A large entry that shrinks so far could be taken for a ZIP bomb.
        let size = entry.bytes.len() as u64;
        let stored = size > SMALL && size / (packed.len() as u64).max(1) > STORE_ABOVE;
        let packed = (!stored).then_some(packed.as_slice());
        zip.add(&entry.path, &entry.bytes, packed, (time.timepart(), time.datepart())).map_err(|e| failed(&e))?;
    }
    zip.finish().map_err(|e| failed(&e))
}

fn entry_time(created: &str) -> DateTime {
    let Ok(instant) = created.parse::<jiff::Timestamp>() else { return DateTime::default() };
    let civil = jiff::tz::Offset::UTC.to_datetime(instant);
    let (date, time) = (civil.date(), civil.time());
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    u16::try_from(date.year())
        .ok()
        .and_then(|year| {
            let (month, day) = (part(date.month()), part(date.day()));
            DateTime::from_date_and_time(year, month, day, part(time.hour()), part(time.minute()), part(time.second()))
                .ok()
        })
        .unwrap_or_default()
}

/// What came out of an archive: the entries that are whole, and what is wrong with the others.
#[derive(Debug, Default)]
pub struct Unpacked {
    pub entries: Vec<Entry>,
    /// Path and reason, in archive order.
    pub damaged: Vec<(String, String)>,
    /// The archive ends too early; the entries are those before the cut.
    pub cut_short: bool,
}

impl Unpacked {
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.entries.iter().find(|e| e.path == path).map(|e| e.bytes.as_slice())
    }

    /// Takes an entry's bytes out.
    pub fn take(&mut self, path: &str) -> Option<Vec<u8>> {
        let position = self.entries.iter().position(|e| e.path == path)?;
        Some(self.entries.swap_remove(position).bytes)
    }

    /// The reason why `path` could not be read, if it is there and damaged.
    pub fn damage(&self, path: &str) -> Option<&str> {
        self.damaged.iter().find(|(p, _)| p == path).map(|(_, reason)| reason.as_str())
    }
}

/// Why a file is refused as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    Empty,
    NotAnArchive,
    /// A path that leaves its folder, is absolute, or stands twice.
    Path(String),
    Encrypted(String),
    TooManyEntries(usize),
    /// Unpacked size, limit.
    TooLarge(u64, u64),
    /// Path, ratio.
    Bomb(String, u64),
}

impl Refusal {
    /// What happened, and what to do, for a file of the given kind ("package", "project file").
    pub fn problem(&self, place: &str, kind: &str) -> Problem {
        let mb = |bytes: u64| bytes >> 20;
        let (event, cure) = match self {
            Self::Empty => ("The file is empty.".to_owned(), format!("Copy or download the {kind} again.")),
            Self::NotAnArchive => (
                format!("This is not a {kind}: it is no ZIP file."),
                format!("Choose the ZIP file that Hearth saved as a {kind}."),
            ),
            Self::Path(path) => (
                format!("The entry “{}” has a path that leaves its folder or stands twice.", path.escape_debug()),
                format!("Open only a {kind} that Hearth wrote; this one was made or changed by another program."),
            ),
            Self::Encrypted(path) => (
                format!("The entry “{path}” is encrypted."),
                format!("Unpack the {kind} with its password and pack it again without one."),
            ),
            Self::TooManyEntries(n) => (
                format!("It holds {n} entries, far more than a {kind} has."),
                format!("Choose the ZIP file that Hearth saved as a {kind}."),
            ),
            Self::TooLarge(size, limit) => (
                format!("Unpacked it would take {} MB; at most {} MB are read.", mb(*size), mb(*limit)),
                format!("Open a smaller {kind}."),
            ),
            Self::Bomb(path, ratio) => (
                format!("The entry “{path}” would grow {ratio}-fold when unpacked, as ZIP bombs do."),
                format!("Open only a {kind} that Hearth wrote."),
            ),
        };
        Problem { place: place.to_owned(), event, kept: "Nothing was opened or changed.".into(), cure }
    }
}

/// Unpacks an archive into memory. Each entry's length and CRC are checked; an entry that fails is reported and left out.
/// A file whose directory is cut off is read from its start up to the cut.
///
/// # Errors
/// Why nothing of the file should be used.
pub fn read(bytes: &[u8], limits: Limits) -> Result<Unpacked, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return salvage(bytes, limits);
    };
    if archive.len() > limits.entries {
        return Err(Refusal::TooManyEntries(archive.len()));
    }
    let mut budget = Budget { left: limits.total, limit: limits.total };
    let mut out = Unpacked::default();
    if archive.has_duplicate_names() {
        return Err(Refusal::Path("(a path that stands twice)".into()));
    }
    for index in 0..archive.len() {
        let listed = archive.name_for_index(index).and_then(Result::ok).unwrap_or_default().into_owned();
        let mut file = match archive.by_index(index) {
            Ok(file) => file,
            Err(zip::result::ZipError::UnsupportedArchive(reason)) if reason.contains("assword") => {
                return Err(Refusal::Encrypted(listed));
            }
            Err(e) => {
                out.damaged.push((listed, e.to_string()));
                continue;
            }
        };
        let name = file.name().map(|name| name.into_owned()).unwrap_or_default();
        if file.is_dir() {
            continue;
        }
        check_path(&name, &out)?;
        let packed = file.compressed_size();
        budget.check(&name, file.size(), packed)?;
        let declared = file.size();
        match read_entry(&mut file, declared) {
            Ok(bytes) => {
                budget.spend(&name, bytes.len() as u64, packed)?;
                out.entries.push(Entry { path: name, bytes });
            }
            Err(reason) => out.damaged.push((name, reason)),
        }
    }
    Ok(out)
}

/// Reads entries one after the other from the start, as far as they are whole.
fn salvage(bytes: &[u8], limits: Limits) -> Result<Unpacked, Refusal> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(Refusal::NotAnArchive);
    }
    let mut reader = bytes;
    let mut budget = Budget { left: limits.total, limit: limits.total };
    let mut out = Unpacked { cut_short: true, ..Unpacked::default() };
    loop {
        let Ok(Some(mut file)) = zip::read::read_zipfile_from_stream(&mut reader) else { break };
        let name = file.name().map(|name| name.into_owned()).unwrap_or_default();
        check_path(&name, &out)?;
        if out.entries.len() + out.damaged.len() >= limits.entries {
            return Err(Refusal::TooManyEntries(limits.entries + 1));
        }
        let (declared, packed) = (file.size(), file.compressed_size());
        budget.check(&name, declared, packed)?;
        match read_entry(&mut file, declared) {
            Ok(bytes) => {
                budget.spend(&name, bytes.len() as u64, packed)?;
                out.entries.push(Entry { path: name, bytes });
            }
            Err(reason) => {
                out.damaged.push((name, reason));
                break;
            }
        }
    }
    Ok(out)
}

fn read_entry(file: &mut impl Read, declared: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(declared.saturating_add(1)).read_to_end(&mut bytes).map_err(|e| match e.kind() {
        std::io::ErrorKind::UnexpectedEof => "it is cut short".to_owned(),
        _ => format!("its bytes were altered ({e})"),
    })?;
    if bytes.len() as u64 == declared {
        Ok(bytes)
    } else {
        Err(format!("it unpacks to {} bytes instead of {declared}", bytes.len()))
    }
}

/// Only plain relative paths with `/`, each once.
fn check_path(path: &str, so_far: &Unpacked) -> Result<(), Refusal> {
    let plain = !path.is_empty()
        && path.len() <= 1024
        && !path.starts_with('/')
        && !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    let twice = so_far.entries.iter().any(|e| e.path == path);
    if plain && !twice { Ok(()) } else { Err(Refusal::Path(path.to_owned())) }
}

/// Bytes that may still be unpacked.
struct Budget {
    left: u64,
    limit: u64,
}

impl Budget {
    fn check(&self, name: &str, size: u64, packed: u64) -> Result<(), Refusal> {
        if size > self.left {
            return Err(Refusal::TooLarge(self.limit - self.left + size, self.limit));
        }
        let ratio = size / packed.max(1);
        if size > SMALL && ratio > REFUSE_ABOVE {
            return Err(Refusal::Bomb(name.to_owned(), ratio));
        }
        Ok(())
    }

    fn spend(&mut self, name: &str, size: u64, packed: u64) -> Result<(), Refusal> {
        self.check(name, size, packed)?;
        self.left -= size;
        Ok(())
    }
}
