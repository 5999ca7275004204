//! A whole import in steps, so that a worker stays able to listen: detection, one or two passes, the file's fingerprint.

use super::super::packed::{Packing, Stream};
use super::super::source::ByteSource;
use super::import::{Finished, Plan, Read};
use super::limits::{self, Limits};
use super::reader::Reader;
use super::utf8::Census;
use super::{CsvSettings, Encoding, Warning, WarningKind, magic, sniff};
use crate::problem::Problem;

/// Bytes of a slice that are decoded at once: decoded text takes no more memory, and is still at hand when it is read.
const PIECE: usize = 1 << 20;

/// A file that became a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    pub read: Read,
    /// The settings that were used.
    pub settings: CsvSettings,
    pub packing: Packing,
    /// Of the file as it was given, and of its text.
    pub n_bytes: u64,
    pub n_text_bytes: u64,
    /// Lower-case hex, of the file's bytes as they were given.
    pub sha256: String,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// Of the file as it was given, in this pass.
    pub bytes_read: u64,
    pub n_bytes: u64,
    pub n_rows: u64,
    /// 1 or 2; a second one when a column was not what its first values promised.
    pub pass: u32,
}

/// What a step left.
pub enum Step {
    Working(ImportProgress),
    Done(Box<Imported>),
}

/// Reads a source to the end, a slice a step.
pub struct ImportJob {
    name: String,
    limits: Limits,
    /// As the person set them; `None`: detected.
    given: Option<CsvSettings>,
    n_bytes: Option<u64>,
    stream: Option<Stream>,
    pass: Option<Pass>,
    n_passes: u32,
    /// Fingerprint of the pass before.
    fingerprint: Option<String>,
}

struct Pass {
    import: Reader,
    settings: CsvSettings,
    census: Census,
}

impl ImportJob {
    /// `name` is the file's, for messages. Settings that are given are obeyed, also when they fit badly.
    pub fn new(name: &str, settings: Option<CsvSettings>, limits: Limits) -> Self {
        Self {
            name: name.to_owned(),
            limits,
            given: settings,
            n_bytes: None,
            stream: None,
            pass: None,
            n_passes: 0,
            fingerprint: None,
        }
    }

    /// Reads and digests the next slice. The source must be the same in every step; after an error or `Done` the job is
    /// over.
    pub fn step(&mut self, source: &mut dyn ByteSource) -> Result<Step, Problem> {
        self.check_length(source)?;
        if self.stream.is_none() {
            let entry = self.given.as_ref().map_or("", |settings| settings.entry.as_str());
            self.stream = Some(Stream::open(&self.name, source, entry, self.limits.file_bytes)?);
        }
        let Some(stream) = self.stream.as_mut() else {
            return Err(limits::changed(&self.name, "The import was over already."));
        };
        let slice = stream.next(source)?;
        let (whole, share) = (stream.is_over(), stream.share());
        if slice.is_empty() && !whole {
            return Ok(Step::Working(self.progress()));
        }
        if self.pass.is_none() {
            let settings = self.settings(&slice, whole)?;
            self.begin(settings, None)?;
        }
        let Some(pass) = self.pass.as_mut() else {
            return Err(limits::changed(&self.name, "The import was over already."));
        };
        for piece in slice.chunks(PIECE) {
            pass.import.feed(piece)?;
        }
        if !whole && let Some(share) = share {
            // The rest is taken to be like what was read.
            pass.import.expect((pass.import.n_rows() as f64 / share) as u64);
        }
        if matches!(pass.settings.encoding, Encoding::Utf8 | Encoding::Windows1252) {
            pass.census.push(&slice, whole);
        }
        if self.given.is_none()
            && pass.settings.encoding == Encoding::Utf8
            && pass.census.encoding(whole) == Encoding::Windows1252
        {
            let settings = CsvSettings { encoding: Encoding::Windows1252, ..pass.settings.clone() };
            self.again(settings, None)?;
        } else if whole {
            return self.end_pass();
        }
        Ok(Step::Working(self.progress()))
    }

    /// The length, which must not change.
    fn check_length(&mut self, source: &dyn ByteSource) -> Result<(), Problem> {
        let now = source.len();
        let first = *self.n_bytes.get_or_insert(now);
        if first != now {
            let reason = format!("It had {first} bytes at first and has {now} now.");
            return Err(limits::changed(&self.name, &reason));
        }
        if now == 0 {
            return Err(limits::empty(&self.name));
        }
        if now > self.limits.file_bytes {
            return Err(limits::too_large(&self.name, now, &self.limits));
        }
        Ok(())
    }

    /// The file's name, with the entry's path where there is one.
    fn place(&self) -> &str {
        self.stream.as_ref().map_or(&self.name, Stream::place)
    }

    fn settings(&self, prefix: &[u8], whole: bool) -> Result<CsvSettings, Problem> {
        let prefix = &prefix[..prefix.len().min(sniff::PREFIX)];
        let whole = whole && prefix.len() < sniff::PREFIX;
        let settings = match &self.given {
            Some(_) if prefix.is_empty() => return Err(limits::empty(self.place())),
            Some(settings) => {
                let utf16 = matches!(settings.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
                magic::refuse(self.place(), prefix, utf16).map_or(Ok(settings.clone()), Err)?
            }
            None => match self.stream.as_ref().and_then(Stream::original) {
                Some(original) => original.settings.clone(),
                None => sniff::sniff_file(self.place(), prefix, whole)?,
            },
        };
        let entry = match self.stream.as_ref().map(Stream::packing) {
            Some(Packing::Zip { entry } | Packing::Sheet { part: entry }) => entry.clone(),
            Some(Packing::Plain | Packing::Gzip | Packing::Parquet) | None => String::new(),
        };
        Ok(CsvSettings { entry, ..settings })
    }

    fn begin(&mut self, settings: CsvSettings, plan: Option<Plan>) -> Result<(), Problem> {
        let import = Reader::new(&settings, self.place(), self.limits, plan)?;
        self.n_passes += 1;
        let census = Census::new(settings.encoding == Encoding::Windows1252);
        self.pass = Some(Pass { import, settings, census });
        Ok(())
    }

    /// Another pass, from the first byte.
    fn again(&mut self, settings: CsvSettings, plan: Option<Plan>) -> Result<(), Problem> {
        if let Some(stream) = &mut self.stream {
            stream.restart();
        }
        self.begin(settings, plan)
    }

    fn end_pass(&mut self) -> Result<Step, Problem> {
        let (Some(pass), Some(stream)) = (self.pass.take(), &self.stream) else {
            return Err(limits::changed(&self.name, "The import was over already."));
        };
        let sha256 = stream.sha256();
        let (packing, n_bytes, n_text_bytes) = (stream.packing().clone(), stream.n_file_bytes(), stream.n_unpacked());
        let original = stream.original().cloned();
        if self.fingerprint.as_ref().is_some_and(|before| *before != sha256) {
            return Err(limits::changed(&self.name, "Its bytes were others when they were read a second time."));
        }
        self.fingerprint = Some(sha256.clone());
        match pass.import.finish()? {
            Finished::Again(plan) => {
                self.again(pass.settings, Some(plan))?;
                Ok(Step::Working(self.progress()))
            }
            Finished::Table(mut read) => {
                if let Some(warning) = not_utf8(pass.settings.encoding, &pass.census) {
                    read.warnings.insert(0, warning);
                    read.n_warnings += 1;
                }
                if let Some(original) = original {
                    original.tell(pass.settings.header, &mut read.warnings);
                    read.n_warnings += original.notes.len() as u64;
                }
                let (read, settings) = (*read, pass.settings);
                Ok(Step::Done(Box::new(Imported { read, settings, packing, n_bytes, n_text_bytes, sha256 })))
            }
        }
    }

    fn progress(&self) -> ImportProgress {
        ImportProgress {
            bytes_read: self.stream.as_ref().map_or(0, Stream::offset),
            n_bytes: self.n_bytes.unwrap_or(0),
            n_rows: self.pass.as_ref().map_or(0, |pass| pass.import.n_rows()),
            pass: self.n_passes,
        }
    }
}

/// What there is to say of a file that is read as Windows-1252 because it is no UTF-8.
pub(super) fn not_utf8(encoding: Encoding, census: &Census) -> Option<Warning> {
    let place = census.first_bad().filter(|_| encoding == Encoding::Windows1252)?;
    Some(Warning { record: 0, line: place.line, byte: place.byte, column: None, kind: WarningKind::NotUtf8 })
}

/// Reads bytes that are all at hand.
pub fn import_bytes(name: &str, bytes: &[u8], settings: Option<CsvSettings>) -> Result<Imported, Problem> {
    let mut job = ImportJob::new(name, settings, Limits::DEFAULT);
    let mut source = bytes;
    loop {
        if let Step::Done(imported) = job.step(&mut source)? {
            return Ok(*imported);
        }
    }
}
