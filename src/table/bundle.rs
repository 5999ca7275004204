//! Several files in one: a project keeps its data as one file, whatever number of files it was read from. The files lie one
//! behind the other as they were given; behind them stands what they are, and where the list begins.
//!
//! ```text
//! bytes of the first file │ bytes of the next │ … │ names and lengths (JSON) │ length of that, u32 little-endian │ MAGIC
//! ```

use std::cell::RefCell;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::source::ByteSource;

const MAGIC: &[u8; 16] = b"hearth-files-01\n";
/// Bytes behind the list.
const FOOT: usize = MAGIC.len() + 4;
/// Bytes at the end of a file in which the list lies.
pub const END: usize = 1 << 20;

/// A file among others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its own among them.
    pub name: String,
    pub n_bytes: u64,
}

/// What stands behind the files.
pub fn tail(members: &[Member]) -> Vec<u8> {
    let mut tail = serde_json::to_vec(members).expect("names and lengths can be written");
    let length = u32::try_from(tail.len()).unwrap_or(u32::MAX);
    tail.extend(length.to_le_bytes());
    tail.extend(MAGIC);
    tail
}

/// What files there are in one of `length` bytes, of which `end` are the last; `None` for a file that is just itself, or where
/// more of its end is needed (`END` bytes are enough).
pub fn listed(length: u64, end: &[u8]) -> Option<Vec<Member>> {
    let (head, foot) = end.split_at_checked(end.len().checked_sub(FOOT)?)?;
    let list_length = u32::from_le_bytes(foot.strip_suffix(MAGIC)?.try_into().ok()?) as usize;
    let list = &head[head.len().checked_sub(list_length)?..];
    let members: Vec<Member> = serde_json::from_slice(list).ok()?;
    let sum = members.iter().try_fold(0u64, |sum, member| sum.checked_add(member.n_bytes))?;
    let list_at = length.checked_sub(FOOT as u64 + list_length as u64)?;
    (!members.is_empty() && sum == list_at).then_some(members)
}

/// As `listed`.
///
/// # Errors
/// It cannot be read.
pub fn members(source: &mut dyn ByteSource) -> Result<Option<Vec<Member>>, String> {
    let length = source.len();
    // Few bytes tell most files from several.
    let foot = source.read(length.saturating_sub(FOOT as u64), FOOT)?;
    if !foot.ends_with(MAGIC) {
        return Ok(None);
    }
    let end = source.read(length.saturating_sub(END as u64), END)?;
    Ok(listed(length, &end))
}

/// A file, and those beside it by their names.
pub type Opened = (Box<dyn ByteSource>, Vec<(String, Box<dyn ByteSource>)>);

/// The first file, and the others. A file that is just itself has no others; neither has one whose end cannot be read, which
/// whoever reads it will find out.
pub fn open(mut source: Box<dyn ByteSource>) -> Opened {
    let members = if source.original().is_some() { Ok(None) } else { members(&mut *source) };
    let Ok(Some(members)) = members else { return (source, Vec::new()) };
    let shared = Rc::new(RefCell::new(source));
    let mut start = 0;
    let mut parts: Vec<(String, Box<dyn ByteSource>)> = Vec::new();
    for Member { name, n_bytes } in members {
        let part = Part { whole: Rc::clone(&shared), start, length: n_bytes };
        parts.push((name, Box::new(part)));
        start += n_bytes;
    }
    // There is one at least.
    let (_, first) = parts.remove(0);
    (first, parts)
}

/// The files of one that is in memory; `None` for a file that is just itself.
pub fn split(bytes: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut rest = bytes;
    let members = members(&mut rest).ok()??;
    let mut start = 0;
    let part = |member: Member| {
        let end = start + usize::try_from(member.n_bytes).ok()?;
        let part = bytes.get(start..end)?;
        start = end;
        Some((member.name, part))
    };
    members.into_iter().map(part).collect()
}

/// As `split`; a file that is just itself has this name.
pub fn split_or_one(name: &str, bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    match split(bytes) {
        Some(parts) => parts.into_iter().map(|(name, part)| (name, part.to_vec())).collect(),
        None => vec![(name.to_owned(), bytes.to_vec())],
    }
}

/// Several files as one.
pub fn pack(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let member = |(name, bytes): &(String, Vec<u8>)| Member { name: name.clone(), n_bytes: bytes.len() as u64 };
    let members: Vec<Member> = files.iter().map(member).collect();
    let mut all: Vec<u8> = files.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect();
    all.extend(tail(&members));
    all
}

/// A stretch of a source that others read too.
struct Part {
    whole: Rc<RefCell<Box<dyn ByteSource>>>,
    start: u64,
    length: u64,
}

impl ByteSource for Part {
    fn len(&self) -> u64 {
        self.length
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let offset = self.start + offset.min(self.length);
        self.whole.borrow_mut().read(offset, length.min(left))
    }
}
