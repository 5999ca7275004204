//! The text of a file that may be packed: plain, gzip, or an entry of a ZIP file.
//!
//! A file is read from its first byte to its last, once a pass, whatever it holds: every byte goes into the fingerprint,
//! and those that are packed text are unpacked on the way, a slice at a time. Nothing but that slice is held: unpacking a
//! second time costs a pass some 5 ns a byte, keeping the text would cost its whole size in memory.

mod gzip;
mod zipped;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::csv::{grouped, size};
use super::source::ByteSource;
use super::transcript::Original;
use crate::problem::Problem;

pub use zipped::{Entry, Listing, list};

/// Bytes that one step reads of a file that is not packed, or passes over in a ZIP file.
pub const SLICE: usize = 4 << 20;
/// Text that one step unpacks, and packed bytes that are read at once for it.
const UNPACKED_SLICE: usize = 1 << 20;
const PACKED_SLICE: usize = 1 << 18;
/// A text that grows more than this when it is unpacked is a bomb. Tables grow three- to thirtyfold; deflate can reach 1,032.
const MOST_GROWTH: u64 = 200;
/// No text up to this size is refused for its growth.
const SMALL: u64 = 16 << 20;

/// How a file holds its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packing {
    #[default]
    Plain,
    Gzip,
    /// The path of the entry that is read.
    Zip {
        entry: String,
    },
    /// A spreadsheet: the sheet and the range that are read, `People!A3:F120`.
    Sheet {
        part: String,
    },
    Parquet,
}

impl Packing {
    /// "gzip", "people.csv in a ZIP file", "People!A3:F120"; `None` for a file that is not packed.
    pub fn words(&self) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Gzip => Some("gzip".to_owned()),
            Self::Zip { entry } => Some(format!("{entry} in a ZIP file")),
            Self::Sheet { part } => Some(part.clone()),
            Self::Parquet => Some("Parquet".to_owned()),
        }
    }
}

/// The text of a file, read forwards.
pub struct Stream {
    /// The file's, with the entry's path where there is one: for messages.
    place: String,
    packing: Packing,
    packed: Packed,
    /// Bytes of the file, and how much text may come of them.
    n_bytes: u64,
    limit: u64,
    /// Where reading begins and ends, and where it is.
    from: u64,
    to: u64,
    offset: u64,
    held: Vec<u8>,
    used: usize,
    hash: Sha256,
    n_unpacked: u64,
    /// What the bytes were made of: its length and its hash are told in their place.
    original: Option<Original>,
}

enum Packed {
    Plain,
    Gzip(Box<gzip::Reader>),
    Zip(Box<zipped::Reader>),
}

impl Stream {
    /// `entry`: the path of the entry to be read of a ZIP file; "" where there is one candidate, or no ZIP file.
    ///
    /// # Errors
    /// The file cannot be read; a ZIP file without the entry, or whose entry cannot be unpacked.
    pub fn open(name: &str, source: &mut dyn ByteSource, entry: &str, limit: u64) -> Result<Self, Problem> {
        let n_bytes = source.len();
        let head = source.read(0, 4).map_err(|reason| changed(name, &reason))?;
        let (mut place, mut packing) = (name.to_owned(), Packing::Plain);
        let original = source.original().cloned();
        let packed = if let Some(original) = &original {
            packing = original.packing.clone();
            let part = original.part();
            if !part.is_empty() {
                place = format!("{name}, {part}");
            }
            Packed::Plain
        } else if gzip::begins(&head) {
            packing = Packing::Gzip;
            Packed::Gzip(Box::default())
        } else if zipped::begins(&head) {
            let found = zipped::open(name, source, entry, limit)?;
            place = format!("{name}, {}", found.path);
            packing = Packing::Zip { entry: found.path };
            Packed::Zip(Box::new(found.reader))
        } else {
            Packed::Plain
        };
        Ok(Self {
            place,
            packing,
            packed,
            n_bytes,
            limit,
            from: 0,
            to: n_bytes,
            offset: 0,
            held: Vec::new(),
            used: 0,
            hash: Sha256::new(),
            n_unpacked: 0,
            original,
        })
    }

    /// The file's name, with the entry's path behind it where there is one.
    pub fn place(&self) -> &str {
        &self.place
    }

    pub fn packing(&self) -> &Packing {
        &self.packing
    }

    /// What the bytes were made of, where they are no file's.
    pub fn original(&self) -> Option<&Original> {
        self.original.as_ref()
    }

    /// Bytes of the file as it was given.
    pub fn n_file_bytes(&self) -> u64 {
        self.original.as_ref().map_or(self.n_bytes, |original| original.n_bytes)
    }

    /// Bytes of the file that were read in this pass.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The share of the text that was given out, about; `None` where it cannot be told.
    pub fn share(&self) -> Option<f64> {
        let (from, to) = match &self.packed {
            Packed::Plain | Packed::Gzip(_) => (self.from, self.to),
            Packed::Zip(reader) => reader.range(),
        };
        let held = (self.held.len() - self.used) as u64;
        let read = self.offset.saturating_sub(held).saturating_sub(from);
        (read > 0 && from < to).then(|| (read as f64 / (to - from) as f64).min(1.0))
    }

    /// Bytes of text that came of it.
    pub fn n_unpacked(&self) -> u64 {
        self.n_unpacked
    }

    /// All of the file was read, and all of its text was given out.
    pub fn is_over(&self) -> bool {
        let text_over = match &self.packed {
            Packed::Plain => true,
            Packed::Gzip(reader) => reader.is_over(),
            Packed::Zip(reader) => reader.is_over(),
        };
        self.offset >= self.to && self.used >= self.held.len() && text_over
    }

    /// From the beginning again.
    pub fn restart(&mut self) {
        self.offset = self.from;
        self.held.clear();
        self.used = 0;
        self.hash = Sha256::new();
        self.n_unpacked = 0;
        match &mut self.packed {
            Packed::Plain => {}
            Packed::Gzip(reader) => **reader = gzip::Reader::default(),
            Packed::Zip(reader) => reader.restart(),
        }
    }

    /// Lower-case hex of the SHA-256 of the file's bytes, once it is over.
    pub fn sha256(&self) -> String {
        if let Some(original) = &self.original {
            return original.sha256.clone();
        }
        self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first `most` bytes of the text, or a little more, and whether that is all of it. Reads nothing else of the file.
    pub fn beginning(mut self, source: &mut dyn ByteSource, most: usize) -> Result<(Vec<u8>, bool), Problem> {
        if let Packed::Plain = self.packed {
            let text = source.read(0, most).map_err(|reason| changed(&self.place, &reason))?;
            let whole = text.len() as u64 >= self.n_bytes;
            return Ok((text, whole));
        }
        if let Packed::Zip(reader) = &self.packed {
            (self.from, self.to) = reader.range();
        }
        self.restart();
        let mut text = Vec::new();
        while text.len() < most && !self.is_over() {
            text.append(&mut self.next(source)?);
        }
        Ok((text, self.is_over()))
    }

    /// The next bytes of the text. May be empty before the end, where a ZIP file holds other things.
    ///
    /// # Errors
    /// The file changed, is cut short or damaged, or unpacks to more than may be read.
    pub fn next(&mut self, source: &mut dyn ByteSource) -> Result<Vec<u8>, Problem> {
        if let Packed::Plain = self.packed {
            let text = self.read(source, SLICE)?;
            self.n_unpacked += text.len() as u64;
            return Ok(text);
        }
        let mut text = Vec::with_capacity(UNPACKED_SLICE);
        while text.len() < text.capacity() && !self.is_over() {
            if self.used == self.held.len() && self.offset < self.to {
                if let Packed::Zip(reader) = &self.packed
                    && let Some(other) = reader.other_bytes(self.offset)
                {
                    // What is no text of this entry only goes into the fingerprint.
                    self.read(source, usize::try_from(other).unwrap_or(SLICE).min(SLICE))?;
                    break;
                }
                let most = match &self.packed {
                    Packed::Zip(reader) => reader.bytes_from(self.offset).min(PACKED_SLICE as u64) as usize,
                    Packed::Plain | Packed::Gzip(_) => PACKED_SLICE,
                };
                self.held = self.read(source, most)?;
                self.used = 0;
            }
            self.unpack(&mut text)?;
        }
        self.n_unpacked += text.len() as u64;
        self.check_growth()?;
        Ok(text)
    }

    fn unpack(&mut self, text: &mut Vec<u8>) -> Result<(), Problem> {
        let input = &self.held[self.used..];
        let last = self.offset >= self.to;
        let at = self.offset - input.len() as u64;
        let unpacked = match &mut self.packed {
            Packed::Plain => Ok(input.len()),
            Packed::Gzip(reader) => reader.push(input, last, text),
            Packed::Zip(reader) => reader.push(input, text),
        };
        match unpacked {
            Ok(used) => {
                self.used += used;
                Ok(())
            }
            Err(fault) => Err(fault.problem(&self.place, at, self.n_unpacked + text.len() as u64)),
        }
    }

    fn check_growth(&self) -> Result<(), Problem> {
        if self.n_unpacked > self.limit {
            return Err(too_large(&self.place, self.n_unpacked, self.limit));
        }
        // A ZIP file's own numbers were looked at when it was opened, and are kept.
        if self.n_unpacked > SMALL && matches!(self.packed, Packed::Gzip(_)) {
            let growth = self.n_unpacked / self.offset.max(1);
            if growth > MOST_GROWTH {
                return Err(bomb(&self.place, "The text", growth));
            }
        }
        Ok(())
    }

    fn read(&mut self, source: &mut dyn ByteSource, most: usize) -> Result<Vec<u8>, Problem> {
        let wanted = usize::try_from(self.to - self.offset).unwrap_or(usize::MAX).min(most);
        let bytes = source.read(self.offset, wanted).map_err(|reason| changed(&self.place, &reason))?;
        if bytes.len() != wanted {
            let reason = format!(
                "It ends after {} of {} bytes.",
                grouped(self.offset + bytes.len() as u64),
                grouped(self.n_bytes)
            );
            return Err(changed(&self.place, &reason));
        }
        self.hash.update(&bytes);
        self.offset += bytes.len() as u64;
        Ok(bytes)
    }
}

/// What is wrong with packed bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    /// They end too early.
    CutShort,
    /// At this position of what was given they are no deflate, or no head of a gzip file.
    NotPacked(usize),
    /// The text is not the one that was packed.
    WrongSum,
    /// The text has another length than was packed.
    WrongLength,
    /// Behind the end of the text, at this position, stands something else.
    Trailing(usize),
}

impl Fault {
    /// `at`: where in the file what was given begins; `n_unpacked`: bytes of text until then.
    fn problem(&self, place: &str, at: u64, n_unpacked: u64) -> Problem {
        let good = size(n_unpacked);
        // People count from 1.
        let byte = |position: usize| grouped(at + position as u64 + 1);
        let event = match self {
            Self::CutShort => format!("The packed file is cut short: it ends after {good} of text, in the middle."),
            Self::NotPacked(position) => {
                format!("The packed file is damaged at byte {}, after {good} of text.", byte(*position))
            }
            Self::WrongSum => {
                format!("The packed file is damaged: the checksum of its text ({good}) is not the one that it names.")
            }
            Self::WrongLength => {
                format!("The packed file is damaged: its text has {good}, which is not the length that it names.")
            }
            Self::Trailing(position) => {
                format!(
                    "Behind the packed text, at byte {}, stands something that is not packed text.",
                    byte(*position)
                )
            }
        };
        problem(place, event, "Download or copy the file again, or unpack it elsewhere and choose the file inside.")
    }
}

fn problem(place: &str, event: impl Into<String>, cure: impl Into<String>) -> Problem {
    Problem { place: place.to_owned(), event: event.into(), kept: "Nothing was changed.".into(), cure: cure.into() }
}

fn changed(place: &str, reason: &str) -> Problem {
    super::csv::changed(place, reason)
}

fn too_large(place: &str, n_bytes: u64, limit: u64) -> Problem {
    let event = format!("Unpacked, the text has {} or more; {} is the limit.", size(n_bytes), size(limit));
    problem(place, event, "Split the file, or leave out columns that are not needed.")
}

fn bomb(place: &str, what: &str, growth: u64) -> Problem {
    let event = format!("{what} would grow {}-fold when unpacked, as ZIP bombs do.", grouped(growth));
    problem(place, event, "If you trust the file, unpack it elsewhere and choose the file inside.")
}

/// A file's name without its ending: `people` of `people.csv`, `people.csv.gz` and `people.zip`.
pub fn stem(name: &str) -> &str {
    let without = |name: &'_ str, ends: &[&str]| -> Option<usize> {
        let (stem, end) = name.rsplit_once('.')?;
        (!stem.is_empty() && (ends.is_empty() || ends.iter().any(|e| end.eq_ignore_ascii_case(e))))
            .then_some(stem.len())
    };
    let unpacked = without(name, &["gz", "zip"]).map_or(name, |length| &name[..length]);
    if unpacked.len() == name.len() {
        return without(name, &[]).map_or(name, |length| &name[..length]);
    }
    let text = ["csv", "tsv", "tab", "txt", "jsonl", "ndjson", "json"];
    without(unpacked, &text).map_or(unpacked, |length| &unpacked[..length])
}
