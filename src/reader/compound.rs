//! Whether a compound file (MS-CFB, what .xls is kept in) is whole: every chain of sectors stays within the file. calamine takes
//! that for granted, and a program in a browser cannot go on after it has stopped.

/// Sector numbers from here on mean something else than a sector.
const LAST: u32 = 0xFFFF_FFF9;
const END: u32 = 0xFFFF_FFFE;
/// Streams below this size lie in the small sectors, of 64 bytes each.
const SMALL: u64 = 4096;
const SMALL_SECTOR: u64 = 64;

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

struct Sectors<'a> {
    file: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl<'a> Sectors<'a> {
    fn get(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize).checked_add(1)?.checked_mul(self.size)?;
        self.file.get(start..self.file.len().min(start.checked_add(self.size)?)).filter(|sector| !sector.is_empty())
    }

    /// The sectors of a chain, as far as so many bytes need; all of them for `None`.
    fn chain(&self, start: u32, n_bytes: Option<u64>) -> Option<Vec<u8>> {
        let (mut bytes, mut id, mut left) = (Vec::new(), start, self.next.len());
        while id != END && n_bytes.is_none_or(|n| n > 0 && (bytes.len() as u64) < n) {
            left = left.checked_sub(1)?;
            bytes.extend_from_slice(self.get(id)?);
            id = *self.next.get(id as usize)?;
        }
        Some(bytes)
    }
}

/// Whether every stream of the file can be read as far as its length says.
pub fn is_whole(file: &[u8]) -> bool {
    check(file).is_some()
}

fn check(file: &[u8]) -> Option<()> {
    let size = match file.get(30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut sectors = Sectors { file, size, next: Vec::new() };
    let n_sectors = file.len() / size;
    // Which sectors hold the table of what follows what: 109 in the head, the rest in a chain of their own.
    let mut tables: Vec<u32> = words(file.get(76..512)?).collect();
    let mut more = word(file, 68)?;
    for _ in 0..=n_sectors {
        if more >= LAST {
            break;
        }
        tables.extend(words(sectors.get(more)?));
        more = tables.pop()?;
    }
    if more < LAST {
        return None;
    }
    for table in tables.into_iter().filter(|id| *id < LAST) {
        let entries: Vec<u32> = words(sectors.get(table)?).collect();
        sectors.next.extend(entries);
    }
    let entries = sectors.chain(word(file, 48)?, None)?;
    let root = entries.get(..128)?;
    let n_small = word(file, 64)?;
    let small = if n_small > 0 {
        let stream = sectors.chain(word(root, 116)?, Some(u64::from(word(root, 120)?)))?;
        let next = sectors.chain(word(file, 60)?, Some(u64::from(n_small) * size as u64))?;
        Some((stream.len() as u64, words(&next).collect::<Vec<_>>()))
    } else {
        None
    };
    for entry in entries.chunks_exact(128).filter(|entry| entry[66] == 2) {
        let (start, n_bytes) = (word(entry, 116)?, u64::from(word(entry, 120)?));
        if n_bytes >= SMALL {
            if (sectors.chain(start, Some(n_bytes))?.len() as u64) < n_bytes {
                return None;
            }
            continue;
        }
        let (mut id, mut left) = (start, n_bytes);
        while left > 0 && id != END {
            let (stream, next) = small.as_ref()?;
            if (u64::from(id) + 1) * SMALL_SECTOR > *stream {
                return None;
            }
            left = left.saturating_sub(SMALL_SECTOR);
            id = *next.get(id as usize)?;
        }
    }
    Some(())
}
