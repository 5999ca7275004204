//! ZIP files: what they hold, and the text of one entry.

use std::io::{Error, ErrorKind, Read, Seek, SeekFrom};

use flate2::{Crc, Decompress, Status};
use serde::{Deserialize, Serialize};
use zip::read::ZipFileEntry;
use zip::{CompressionMethod, ZipArchive};

use super::super::csv::zip_kind;
use super::super::source::ByteSource;
use super::{Fault, MOST_GROWTH, SMALL, bomb, gzip, problem, too_large};
use crate::problem::Problem;

/// Entries beyond which a ZIP file is refused.
const MOST_ENTRIES: usize = 10_000;
/// Candidates that a person can be asked to choose from.
const MOST_CANDIDATES: usize = 500;
/// Bytes that looking at a ZIP file's list reads at once.
const BUFFER: usize = 1 << 16;
/// How the names of tables end.
const TABLES: [&str; 10] = [".csv", ".tsv", ".tab", ".txt", ".psv", ".dat", ".jsonl", ".ndjson", ".json", ".asc"];

/// Whether a file with these first bytes is a ZIP file.
pub fn begins(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// An entry that may be a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub path: String,
    /// Of its text, as the ZIP file says.
    pub n_bytes: u64,
}

/// What a ZIP file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// All paths, in the file's order. Of a file whose list at the end is lost: that of the first entry.
    pub paths: Vec<String>,
    /// The entries that may be tables: those whose names end as tables' do; where none does, all but folders, files whose
    /// names begin with a dot, and what macOS adds.
    pub candidates: Vec<Entry>,
    /// Why the list cannot be read.
    pub fault: Option<Problem>,
}

/// What a file holds, if it is a ZIP file.
///
/// # Errors
/// The file cannot be read.
pub fn list(name: &str, source: &mut dyn ByteSource) -> Result<Option<Listing>, Problem> {
    let head = source.read(0, 30 + 1024).map_err(|reason| super::changed(name, &reason))?;
    if !begins(&head) {
        return Ok(None);
    }
    Ok(Some(match open_archive(name, source) {
        Ok(archive) => listing(&archive),
        Err(fault) => {
            Listing { paths: first_path(&head).into_iter().collect(), fault: Some(fault), ..Listing::default() }
        }
    }))
}

/// The path in the first local head.
fn first_path(head: &[u8]) -> Option<String> {
    let length = head.get(26..28)?;
    let length = usize::from(u16::from_le_bytes([length[0], length[1]]));
    head.get(30..30 + length).map(|path| String::from_utf8_lossy(path).into_owned())
}

fn listing<R: Read + Seek>(archive: &ZipArchive<R>) -> Listing {
    let mut listing = Listing::default();
    let mut others = Vec::new();
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index_data(index) else { continue };
        let path = path_of(&entry);
        let folder = entry.is_dir() || path.ends_with('/');
        let hidden = path.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        listing.paths.push(path.clone());
        if folder || hidden {
            continue;
        }
        let lower = path.to_lowercase();
        let found = Entry { path, n_bytes: entry.size() };
        if TABLES.iter().any(|end| lower.ends_with(end)) {
            listing.candidates.push(found);
        } else {
            others.push(found);
        }
    }
    if listing.candidates.is_empty() {
        listing.candidates = others;
    }
    listing.candidates.truncate(MOST_CANDIDATES);
    listing
}

fn path_of(entry: &ZipFileEntry) -> String {
    let path = entry.name().unwrap_or_else(|_| String::from_utf8_lossy(entry.name_raw()));
    path.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

fn open_archive<'a>(name: &str, source: &'a mut dyn ByteSource) -> Result<ZipArchive<Seeker<'a>>, Problem> {
    let archive = ZipArchive::new(Seeker::new(source)).map_err(|error| {
        let event = format!("The list of contents at the end of the ZIP file cannot be read ({error}); the file is cut short or damaged.");
        problem(name, event, "Download or copy the file again, or unpack it elsewhere and choose the file inside.")
    })?;
    if archive.len() > MOST_ENTRIES {
        let event = format!(
            "The ZIP file holds {} entries; at most 10,000 are looked at.",
            super::grouped(archive.len() as u64)
        );
        return Err(problem(name, event, "Unpack it elsewhere and choose the file inside."));
    }
    Ok(archive)
}

/// An entry that was found, ready to be read.
pub struct Found {
    pub path: String,
    pub reader: Reader,
}

/// Finds the entry to be read, and where its packed bytes lie.
pub fn open(name: &str, source: &mut dyn ByteSource, wanted: &str, limit: u64) -> Result<Found, Problem> {
    let head = source.read(0, BUFFER).map_err(|reason| super::changed(name, &reason))?;
    // An Office document says so in its first entries.
    if let Some((what, cure)) = zip_kind(&head) {
        return Err(problem(name, format!("This is {what}, not a table as text."), cure));
    }
    let n_bytes = source.len();
    let mut archive = open_archive(name, source)?;
    let listing = listing(&archive);
    if let Some((what, cure)) = zip_kind(listing.paths.join("\n").as_bytes()) {
        return Err(problem(name, format!("This is {what}, not a table as text."), cure));
    }
    let path = match (wanted, listing.candidates.as_slice()) {
        (_, []) => {
            return Err(problem(
                name,
                "The ZIP file holds no file that could be a table.",
                "Choose a ZIP file with a CSV, TSV or JSON lines file in it.",
            ));
        }
        ("", [one]) => one.path.clone(),
        ("", all) => {
            let shown: Vec<&str> = all.iter().take(5).map(|entry| entry.path.as_str()).collect();
            let more = if all.len() > shown.len() { " and others" } else { "" };
            return Err(problem(
                name,
                format!("The ZIP file holds several tables: {}{more}.", shown.join(", ")),
                "Take the one that is meant out of it, or pack it alone.",
            ));
        }
        (path, _) => path.to_owned(),
    };
    let index = (0..archive.len())
        .find(|&index| archive.by_index_data(index).is_ok_and(|entry| path_of(&entry) == path))
        .ok_or_else(|| {
            problem(
                name,
                format!("The ZIP file holds no entry “{path}”."),
                "Choose the file again, and then the entry.",
            )
        })?;
    let reader = reader(name, &path, &mut archive, index, n_bytes, limit)?;
    Ok(Found { path, reader })
}

fn reader(
    name: &str,
    path: &str,
    archive: &mut ZipArchive<Seeker>,
    index: usize,
    n_bytes: u64,
    limit: u64,
) -> Result<Reader, Problem> {
    let place = format!("{name}, {path}");
    let damaged = |reason: &str| {
        let event = format!("The entry cannot be found in the ZIP file ({reason}); the file is damaged.");
        problem(&place, event, "Download or copy the file again, or unpack it elsewhere and choose the file inside.")
    };
    let entry = archive.by_index_data(index).map_err(|error| damaged(&error.to_string()))?;
    if entry.encrypted() {
        return Err(problem(
            &place,
            "The entry is encrypted.",
            "Unpack it with its password elsewhere, and choose the file inside.",
        ));
    }
    let stored = match entry.compression() {
        CompressionMethod::Stored => true,
        CompressionMethod::Deflated => false,
        other => {
            return Err(problem(
                &place,
                format!("The entry is packed with {other}, which cannot be read here; only deflate can."),
                "Unpack it elsewhere and choose the file inside, or pack it anew as an ordinary ZIP file.",
            ));
        }
    };
    let (packed, n_text, sum) = (entry.compressed_size(), entry.size(), entry.crc32());
    if n_text > SMALL / 16 && n_text / packed.max(1) > MOST_GROWTH {
        return Err(bomb(&place, &format!("The entry “{path}”"), n_text / packed.max(1)));
    }
    if n_text > limit {
        return Err(too_large(&place, n_text, limit));
    }
    let raw = archive.by_index_raw(index).map_err(|error| damaged(&error.to_string()))?;
    let start = raw.data_start().ok_or_else(|| damaged("its place is not known"))?;
    let end =
        start.checked_add(packed).filter(|end| *end <= n_bytes).ok_or_else(|| damaged("it lies beyond the end"))?;
    Ok(Reader::new(start, end, stored, n_text, sum))
}

/// Unpacks one entry.
pub struct Reader {
    /// Where its packed bytes lie in the file.
    start: u64,
    end: u64,
    /// `None`: stored as it is.
    inflate: Option<Box<Decompress>>,
    crc: Crc,
    n_text: u64,
    /// What the ZIP file says of the text.
    expected: (u64, u32),
    /// Packed bytes that were used.
    n_used: u64,
    over: bool,
}

impl Reader {
    fn new(start: u64, end: u64, stored: bool, n_text: u64, sum: u32) -> Self {
        let inflate = (!stored).then(|| Box::new(Decompress::new(false)));
        Self { start, end, inflate, crc: Crc::new(), n_text: 0, expected: (n_text, sum), n_used: 0, over: n_text == 0 }
    }

    pub fn restart(&mut self) {
        *self = Self::new(self.start, self.end, self.inflate.is_none(), self.expected.0, self.expected.1);
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Where the packed bytes lie.
    pub fn range(&self) -> (u64, u64) {
        (self.start, self.end)
    }

    /// Bytes from here on that are none of this entry's.
    pub fn other_bytes(&self, offset: u64) -> Option<u64> {
        match offset {
            before if before < self.start => Some(self.start - before),
            _ if self.over => Some(u64::MAX),
            _ => None,
        }
    }

    /// Bytes of this entry from here on.
    pub fn bytes_from(&self, offset: u64) -> u64 {
        self.end.saturating_sub(offset)
    }

    /// Unpacks some of the input into the spare room of `text`. How much of it was used.
    pub fn push(&mut self, input: &[u8], text: &mut Vec<u8>) -> Result<usize, Fault> {
        if self.over {
            return Ok(input.len());
        }
        let before = text.len();
        let (used, ended) = match &mut self.inflate {
            None => {
                let used = input.len().min(text.capacity() - text.len());
                text.extend_from_slice(&input[..used]);
                self.crc.update(&input[..used]);
                (used, self.n_used + used as u64 == self.end - self.start)
            }
            Some(inflate) => {
                let (status, used) = gzip::inflated(inflate, input, text, &mut self.crc).map_err(Fault::NotPacked)?;
                (used, status == Status::StreamEnd)
            }
        };
        let grown = text.len() - before;
        self.n_used += used as u64;
        self.n_text += grown as u64;
        if self.n_text > self.expected.0 {
            return Err(Fault::WrongLength);
        }
        if ended {
            if self.n_text != self.expected.0 {
                return Err(Fault::WrongLength);
            }
            if self.crc.sum() != self.expected.1 {
                return Err(Fault::WrongSum);
            }
            self.over = true;
            // Packed bytes behind the end of deflate belong to nothing.
            return Ok(input.len());
        }
        // All packed bytes were given, and nothing more comes of them.
        if input.is_empty() && grown == 0 {
            return Err(Fault::CutShort);
        }
        Ok(used)
    }
}

/// What `zip` reads a list of contents through.
struct Seeker<'a> {
    source: &'a mut dyn ByteSource,
    at: u64,
    /// Bytes that were read last, and where they begin.
    buffer: Vec<u8>,
    from: u64,
}

impl<'a> Seeker<'a> {
    fn new(source: &'a mut dyn ByteSource) -> Self {
        Self { source, at: 0, buffer: Vec::new(), from: 0 }
    }
}

impl Read for Seeker<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let held = self.from..self.from + self.buffer.len() as u64;
        if !held.contains(&self.at) {
            self.buffer = self.source.read(self.at, BUFFER.max(into.len().min(1 << 22))).map_err(Error::other)?;
            self.from = self.at;
        }
        // Within the buffer, or at its end where the source ends.
        let rest = &self.buffer[(self.at - self.from) as usize..];
        let n = rest.len().min(into.len());
        into[..n].copy_from_slice(&rest[..n]);
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for Seeker<'_> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.source.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| Error::from(ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
