//! Where bytes come from: a file in the browser, a file on disk, or memory.

use super::transcript::Original;

/// Random access to bytes that may not fit in memory. Implemented in `browser/` over `FileReaderSync`, in the shell over
/// `std::fs`, in tests over a vector.
pub trait ByteSource {
    /// Length in bytes as it was when the source was opened.
    fn len(&self) -> u64;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What its bytes were made of, where they are the text that a reader wrote of a file that is no text.
    fn original(&self) -> Option<&Original> {
        None
    }

    /// At most `length` bytes from `offset`; fewer only where the source ends. An error is a sentence for the person, such
    /// as the browser's reason why a file that was changed can no longer be read.
    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String>;
}

/// Bytes in memory: pasted text, a sample, a test.
impl ByteSource for &[u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(<[u8]>::len(self));
        let end = start.saturating_add(length).min(<[u8]>::len(self));
        Ok(self[start..end].to_vec())
    }
}

impl ByteSource for Vec<u8> {
    fn len(&self) -> u64 {
        Vec::len(self) as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        self.as_slice().read(offset, length)
    }
}
