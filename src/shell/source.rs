//! Files on disk as the engine reads them.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::problem::Problem;
use crate::table::source::ByteSource;

/// A file that a command was given, or bytes out of one.
#[derive(Clone)]
pub enum Given {
    OnDisk(PathBuf),
    Bytes(Arc<[u8]>),
}

impl Given {
    /// # Errors
    /// Why it cannot be read.
    pub fn open(&self, name: &str) -> Result<Box<dyn ByteSource>, Problem> {
        Ok(match self {
            Self::OnDisk(path) => Box::new(OnDisk::open(path, name)?),
            Self::Bytes(bytes) => Box::new(Shared(Arc::clone(bytes))),
        })
    }

    /// All of it.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, Problem> {
        match self {
            Self::OnDisk(path) => read(path),
            Self::Bytes(bytes) => Ok(bytes.to_vec()),
        }
        .map_err(|problem| Problem { place: name.to_owned(), ..problem })
    }
}

struct Shared(Arc<[u8]>);

impl ByteSource for Shared {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        ByteSource::read(&mut &self.0[..], offset, length)
    }
}

struct OnDisk {
    file: File,
    n_bytes: u64,
}

impl OnDisk {
    fn open(path: &Path, name: &str) -> Result<Self, Problem> {
        let file = File::open(path).map_err(|error| unreadable(name, &error))?;
        let facts = file.metadata().map_err(|error| unreadable(name, &error))?;
        if facts.is_dir() {
            return Err(Problem {
                place: name.to_owned(),
                event: "This is a folder, not a file.".into(),
                kept: "Nothing was read.".into(),
                cure: "Name a file in it.".into(),
            });
        }
        Ok(Self { file, n_bytes: facts.len() })
    }
}

impl ByteSource for OnDisk {
    fn len(&self) -> u64 {
        self.n_bytes
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let read = self.file.seek(SeekFrom::Start(offset)).and_then(|_| {
            let left = self.n_bytes.saturating_sub(offset).min(length as u64);
            (&mut self.file).take(left).read_to_end(&mut bytes)
        });
        read.map(|_| bytes).map_err(|error| format!("{error}."))
    }
}

/// A whole file.
///
/// # Errors
/// Why it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let name = path.display().to_string();
    let mut source = OnDisk::open(path, &name)?;
    let length = usize::try_from(source.len()).unwrap_or(usize::MAX);
    source.read(0, length).map_err(|reason| Problem {
        place: name,
        event: format!("The file could not be read: {reason}"),
        kept: "Nothing has changed.".into(),
        cure: "Wait until nothing writes to the file, then try again.".into(),
    })
}

/// Writes a file as a whole: under another name first, so that no half of it ever bears its own.
///
/// # Errors
/// Why it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        // What is left of it is of no use, and may not be there at all.
        drop(std::fs::remove_file(&beside));
        Problem {
            place: path.display().to_string(),
            event: format!("The file could not be written ({error})."),
            kept: "What stood there before is as it was.".into(),
            cure: "Give another place with --out, or make room.".into(),
        }
    })
}

fn unreadable(name: &str, error: &std::io::Error) -> Problem {
    let (event, cure) = match error.kind() {
        ErrorKind::NotFound => ("There is no such file.".to_owned(), "Look at the spelling of its path."),
        ErrorKind::PermissionDenied => {
            ("The file may not be read.".to_owned(), "Run hearth as somebody who may read it.")
        }
        _ => (format!("The file could not be opened ({error})."), "Look whether it is whole, then try again."),
    };
    Problem { place: name.to_owned(), event, kept: "Nothing was read.".into(), cure: cure.to_owned() }
}
