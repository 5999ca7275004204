//! Entries put into a ZIP file: one after the other, packed by deflate, the list at the end.
//!
//! Written here and not by the crate that reads them: that one packs through flate2, whose engine is the choice of whatever
//! else is linked, and the bytes of an archive must be the same in the page and in the shell. Source: PKWARE's APPNOTE 6.3.10,
//! sections 4.3.7, 4.3.12 and 4.3.16; without ZIP64, which no archive of a browser tab needs.

use flate2::Crc;
use miniz_oxide::deflate::compress_to_vec;

/// The version of the format that a reader must know: 2.0, for deflate.
const NEEDED: u16 = 20;
/// Made by version 2.0 on Unix, and a plain file that its owner may write and all may read.
const MADE_BY: u16 = 3 << 8 | NEEDED;
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// Paths are UTF-8.
const UTF_8: u16 = 1 << 11;
/// The level of deflate: part of what makes two archives the same.
const LEVEL: u8 = 6;

/// An archive while it is written.
#[derive(Default)]
pub struct ZipBytes {
    bytes: Vec<u8>,
    list: Vec<u8>,
    n_entries: u64,
}

/// Deflate's form of some bytes.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, LEVEL)
}

/// Bytes packed as gzip (RFC 1952), without a name or a time, so that the same bytes give the same.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(bytes);
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    packed.extend(deflated(bytes));
    packed.extend(crc.sum().to_le_bytes());
    packed.extend(crc.amount().to_le_bytes());
    packed
}

impl ZipBytes {
    /// Adds an entry. `packed`: its deflated form, or `None` to store it as it is. `time` and `date`: in MS-DOS's form.
    ///
    /// # Errors
    /// A sentence, when it is too large for the format.
    pub fn add(
        &mut self,
        path: &str,
        bytes: &[u8],
        packed: Option<&[u8]>,
        (time, date): (u16, u16),
    ) -> Result<(), String> {
        let fits = |n: usize| u32::try_from(n).map_err(|_| "It is larger than 4 GB".to_owned());
        let content = packed.unwrap_or(bytes);
        let (size, packed_size, at) = (fits(bytes.len())?, fits(content.len())?, fits(self.bytes.len())?);
        let path_size = u16::try_from(path.len()).map_err(|_| "A path is too long".to_owned())?;
        let mut crc = Crc::new();
        crc.update(bytes);
        let method: u16 = if packed.is_some() { 8 } else { 0 };
        let mut common = Vec::with_capacity(26);
        for field in [NEEDED, if path.is_ascii() { 0 } else { UTF_8 }, method, time, date] {
            common.extend(field.to_le_bytes());
        }
        for field in [crc.sum(), packed_size, size] {
            common.extend(field.to_le_bytes());
        }
        common.extend(path_size.to_le_bytes());
        common.extend(0u16.to_le_bytes());

        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(path.as_bytes());
        self.bytes.extend(content);

        self.list.extend(b"PK\x01\x02");
        self.list.extend(MADE_BY.to_le_bytes());
        self.list.extend(&common);
        // No comment, the first disk, no inner attributes.
        self.list.extend([0; 6]);
        self.list.extend(ATTRIBUTES.to_le_bytes());
        self.list.extend(at.to_le_bytes());
        self.list.extend(path.as_bytes());
        self.n_entries += 1;
        Ok(())
    }

    /// The archive.
    ///
    /// # Errors
    /// A sentence, when it is too large for the format.
    pub fn finish(mut self) -> Result<Vec<u8>, String> {
        let n = u16::try_from(self.n_entries).map_err(|_| "It has too many entries".to_owned())?;
        let at = u32::try_from(self.bytes.len()).map_err(|_| "It is larger than 4 GB".to_owned())?;
        let size = u32::try_from(self.list.len()).map_err(|_| "Its list is too long".to_owned())?;
        self.bytes.append(&mut self.list);
        self.bytes.extend(b"PK\x05\x06");
        self.bytes.extend([0; 4]);
        for field in [n, n] {
            self.bytes.extend(field.to_le_bytes());
        }
        for field in [size, at] {
            self.bytes.extend(field.to_le_bytes());
        }
        self.bytes.extend([0; 2]);
        Ok(self.bytes)
    }
}
