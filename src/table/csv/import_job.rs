//! A whole import in steps, so that a worker stays able to listen: detection, one or two passes, the file's fingerprint.

use sha2::{Digest, Sha256};

use super::super::source::ByteSource;
use super::import::{CsvImport, Finished, Plan, Read};
use super::limits::{self, Limits};
use super::utf8::Census;
use super::{CsvSettings, Encoding, Warning, WarningKind, magic, sniff};
use crate::problem::Problem;

/// Bytes that one step reads.
pub const SLICE: usize = 4 << 20;

/// A file that became a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    pub read: Read,
    /// The settings that were used.
    pub settings: CsvSettings,
    pub n_bytes: u64,
    /// Lower-case hex of the file's bytes.
    pub sha256: String,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportProgress {
    /// Of this pass.
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
    pass: Option<Pass>,
    n_passes: u32,
    /// Fingerprint of the pass before.
    fingerprint: Option<String>,
}

struct Pass {
    import: CsvImport,
    settings: CsvSettings,
    offset: u64,
    hash: Sha256,
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
            pass: None,
            n_passes: 0,
            fingerprint: None,
        }
    }

    /// Reads and digests the next slice. The source must be the same in every step; after an error or `Done` the job is
    /// over.
    pub fn step(&mut self, source: &mut dyn ByteSource) -> Result<Step, Problem> {
        let n_bytes = self.length(source)?;
        let offset = self.pass.as_ref().map_or(0, |pass| pass.offset);
        let wanted = usize::try_from(n_bytes - offset).unwrap_or(usize::MAX).min(SLICE);
        let slice = source.read(offset, wanted).map_err(|reason| limits::changed(&self.name, &reason))?;
        if slice.len() != wanted {
            let reason = format!("It ends at byte {} of {n_bytes}.", offset + slice.len() as u64);
            return Err(limits::changed(&self.name, &reason));
        }
        if self.pass.is_none() {
            let settings = self.settings(&slice, wanted as u64 == n_bytes)?;
            self.begin(settings, None)?;
        }
        let Some(pass) = self.pass.as_mut() else {
            return Err(limits::changed(&self.name, "The import was over already."));
        };
        pass.hash.update(&slice);
        pass.import.feed(&slice)?;
        pass.offset += slice.len() as u64;
        let whole = pass.offset == n_bytes;
        if matches!(pass.settings.encoding, Encoding::Utf8 | Encoding::Windows1252) {
            pass.census.push(&slice, whole);
        }
        if self.given.is_none()
            && pass.settings.encoding == Encoding::Utf8
            && pass.census.encoding(whole) == Encoding::Windows1252
        {
            let settings = CsvSettings { encoding: Encoding::Windows1252, ..pass.settings.clone() };
            self.begin(settings, None)?;
        } else if whole {
            return self.end_pass();
        }
        Ok(Step::Working(self.progress()))
    }

    /// The length, which must not change.
    fn length(&mut self, source: &dyn ByteSource) -> Result<u64, Problem> {
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
        Ok(now)
    }

    fn settings(&self, prefix: &[u8], whole: bool) -> Result<CsvSettings, Problem> {
        let prefix = &prefix[..prefix.len().min(sniff::PREFIX)];
        let whole = whole && prefix.len() < sniff::PREFIX;
        match &self.given {
            Some(settings) => {
                let utf16 = matches!(settings.encoding, Encoding::Utf16Le | Encoding::Utf16Be);
                magic::refuse(&self.name, prefix, utf16).map_or(Ok(settings.clone()), Err)
            }
            None => sniff::sniff_file(&self.name, prefix, whole),
        }
    }

    fn begin(&mut self, settings: CsvSettings, plan: Option<Plan>) -> Result<(), Problem> {
        let import = CsvImport::new(&settings, &self.name, self.limits, plan)?;
        self.n_passes += 1;
        self.pass = Some(Pass { import, settings, offset: 0, hash: Sha256::new(), census: Census::default() });
        Ok(())
    }

    fn end_pass(&mut self) -> Result<Step, Problem> {
        let Some(pass) = self.pass.take() else {
            return Err(limits::changed(&self.name, "The import was over already."));
        };
        let sha256: String = pass.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        if self.fingerprint.as_ref().is_some_and(|before| *before != sha256) {
            return Err(limits::changed(&self.name, "Its bytes were others when they were read a second time."));
        }
        self.fingerprint = Some(sha256.clone());
        match pass.import.finish()? {
            Finished::Again(plan) => {
                self.begin(pass.settings, Some(plan))?;
                Ok(Step::Working(self.progress()))
            }
            Finished::Table(mut read) => {
                if let Some(warning) = not_utf8(pass.settings.encoding, &pass.census) {
                    read.warnings.insert(0, warning);
                    read.n_warnings += 1;
                }
                Ok(Step::Done(Box::new(Imported {
                    read: *read,
                    settings: pass.settings,
                    n_bytes: pass.offset,
                    sha256,
                })))
            }
        }
    }

    fn progress(&self) -> ImportProgress {
        ImportProgress {
            bytes_read: self.pass.as_ref().map_or(0, |pass| pass.offset),
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
