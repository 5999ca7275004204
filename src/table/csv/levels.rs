//! Distinct texts and their codes.
//!
//! Hot loop: hash eight bytes a step, one probe, one comparison; about 8 ns for a short text that is known.

const EMPTY: u32 = u32::MAX;
/// Fewest slots of the hash table; a power of two.
const LEAST_SLOTS: usize = 16;

/// Texts in order of first appearance, each once.
pub struct Levels {
    bytes: Vec<u8>,
    /// End of each text in `bytes`.
    ends: Vec<usize>,
    hashes: Vec<u32>,
    slots: Vec<u32>,
}

impl Default for Levels {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), hashes: Vec::new(), slots: vec![EMPTY; LEAST_SLOTS] }
    }
}

impl Levels {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all texts together.
    pub fn n_bytes(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub fn get(&self, code: usize) -> &[u8] {
        let start = if code == 0 { 0 } else { self.ends[code - 1] };
        &self.bytes[start..self.ends[code]]
    }

    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len()).map(|code| self.get(code))
    }

    /// The code of `text`, new or known.
    pub fn code(&mut self, text: &[u8]) -> u32 {
        let hash = hash(text);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let code = self.slots[slot];
            if code == EMPTY {
                break;
            }
            if self.hashes[code as usize] == hash && equal(self.get(code as usize), text) {
                return code;
            }
            slot = (slot + 1) & mask;
        }
        let code = self.ends.len() as u32;
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        self.hashes.push(hash);
        self.slots[slot] = code;
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        code
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots = vec![EMPTY; mask + 1];
        for (code, &hash) in self.hashes.iter().enumerate() {
            let mut slot = hash as usize & mask;
            while self.slots[slot] != EMPTY {
                slot = (slot + 1) & mask;
            }
            self.slots[slot] = code as u32;
        }
    }

    pub fn into_strings(self) -> Vec<String> {
        (0..self.len()).map(|code| string(self.get(code))).collect()
    }
}

/// A text that is nearly always UTF-8, which is told faster than what to do where it is not.
pub fn string(text: &[u8]) -> String {
    std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text).into_owned(), str::to_owned)
}

/// At most eight bytes as a number that texts of the same length share only where they are equal.
#[inline]
fn word(text: &[u8]) -> u64 {
    match (text.first_chunk(), text.last_chunk(), text) {
        (Some(first), Some(last), _) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        (_, _, [first, .., last]) => u64::from_le_bytes([*first, text[text.len() / 2], *last, 0, 0, 0, 0, 0]),
        (_, _, [only]) => u64::from(*only),
        _ => 0,
    }
}

/// Short texts without a call.
#[inline]
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && if a.len() <= 8 { word(a) == word(b) } else { a == b }
}

/// Multiply and rotate over words of eight bytes; the same on every machine. No guard against texts that are made to have
/// the same.
#[inline]
pub fn hash(text: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut state = text.len() as u64;
    let mut rest = text;
    while rest.len() > 8
        && let Some((word, behind)) = rest.split_first_chunk()
    {
        state = (state.rotate_left(23) ^ u64::from_le_bytes(*word)).wrapping_mul(FACTOR);
        rest = behind;
    }
    state = (state.rotate_left(23) ^ word(rest)).wrapping_mul(FACTOR);
    (state ^ state >> 32).wrapping_mul(FACTOR).wrapping_shr(32) as u32
}
