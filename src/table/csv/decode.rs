//! Bytes of any of the four encodings → UTF-8 text, a slice at a time, with the way back from a place in the text to
//! the byte and the line in the file.
//!
//! Hot loop: the standard library checks UTF-8 word by word and it is copied once; lines are counted eight bytes at a time.
//! A crate for encodings would bring the tables of all that the web knows, a sixth of the engine's bytes.

use std::collections::VecDeque;

use super::Encoding;

/// What Windows-1252 has from 0x80 to 0x9F; elsewhere a byte is its character. Source: WHATWG, Encoding Standard,
/// index windows-1252, which gives the five bytes that are not assigned as control characters.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Bytes that could not be decoded; U+FFFD stands in the text at `at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub bytes: Vec<u8>,
}

/// A place in the file: bytes from 0, lines from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub byte: u64,
    pub line: u64,
}

/// The decoded text that has not been consumed yet.
pub struct Decoded {
    pub text: Vec<u8>,
    pub map: Map,
    /// The first bytes, held until a byte order mark can be told from text.
    head: Option<Vec<u8>>,
    /// The last bytes of the slice before, of a character that goes on in the next.
    pending: Vec<u8>,
}

/// The way from positions in `Decoded::text` to places in the file.
pub struct Map {
    /// Undecodable bytes within the text, ascending; the first `n_told` have been told.
    faults: VecDeque<Fault>,
    n_told: usize,
    encoding: Encoding,
    /// Where the text starts in the file.
    base: Place,
    /// The place that was asked for last.
    cursor: (usize, Place),
}

impl Encoding {
    pub fn byte_order_mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[0xEF, 0xBB, 0xBF],
            Self::Utf16Le => &[0xFF, 0xFE],
            Self::Utf16Be => &[0xFE, 0xFF],
            Self::Windows1252 => &[],
        }
    }

    /// Bytes in the file of `text` without faults.
    fn n_bytes(self, text: &[u8]) -> u64 {
        let characters = || text.iter().map(|&b| u64::from(b & 0xC0 != 0x80)).sum::<u64>();
        match self {
            Self::Utf8 => text.len() as u64,
            Self::Windows1252 => characters(),
            Self::Utf16Le | Self::Utf16Be => {
                // Four bytes of UTF-8 are a surrogate pair.
                2 * (characters() + text.iter().map(|&b| u64::from(b >= 0xF0)).sum::<u64>())
            }
        }
    }
}

impl Decoded {
    pub fn new(encoding: Encoding) -> Self {
        let base = Place { byte: 0, line: 1 };
        Self {
            text: Vec::new(),
            map: Map { faults: VecDeque::new(), n_told: 0, encoding, base, cursor: (0, base) },
            head: Some(Vec::new()),
            pending: Vec::new(),
        }
    }

    /// Decodes the next bytes of the file and appends the text. `last`: no more will come.
    pub fn push(&mut self, bytes: &[u8], last: bool) {
        let Some(mut head) = self.head.take() else {
            self.decode(bytes, last);
            return;
        };
        head.extend_from_slice(bytes);
        let mark = self.map.encoding.byte_order_mark();
        if head.len() < mark.len() && !last {
            self.head = Some(head);
            return;
        }
        let n_mark = if head.starts_with(mark) { mark.len() } else { 0 };
        self.map.base.byte = n_mark as u64;
        self.map.cursor = (0, self.map.base);
        self.decode(&head[n_mark..], last);
    }

    fn decode(&mut self, bytes: &[u8], last: bool) {
        let joined;
        let bytes = if self.pending.is_empty() {
            bytes
        } else {
            let mut before = std::mem::take(&mut self.pending);
            before.extend_from_slice(bytes);
            joined = before;
            &joined
        };
        let rest = match self.map.encoding {
            Encoding::Utf8 => self.decode_utf8(bytes),
            Encoding::Utf16Le => self.decode_utf16(bytes, u16::from_le_bytes),
            Encoding::Utf16Be => self.decode_utf16(bytes, u16::from_be_bytes),
            Encoding::Windows1252 => {
                self.decode_windows_1252(bytes);
                &[]
            }
        };
        match (last, rest) {
            (_, []) => {}
            (false, rest) => self.pending = rest.to_vec(),
            (true, rest) => self.fault(rest),
        }
    }

    /// U+FFFD in the place of bytes that are no text.
    fn fault(&mut self, bytes: &[u8]) {
        self.map.faults.push_back(Fault { at: self.text.len(), bytes: bytes.to_vec() });
        self.text.extend_from_slice("\u{FFFD}".as_bytes());
    }

    /// Answers with the bytes of a character that is not whole.
    fn decode_utf8<'a>(&mut self, mut bytes: &'a [u8]) -> &'a [u8] {
        loop {
            let error = match std::str::from_utf8(bytes) {
                Ok(text) => {
                    self.text.extend_from_slice(text.as_bytes());
                    return &[];
                }
                Err(error) => error,
            };
            let (text, rest) = bytes.split_at(error.valid_up_to());
            self.text.extend_from_slice(text);
            let Some(n_bad) = error.error_len() else { return rest };
            self.fault(&rest[..n_bad]);
            bytes = &rest[n_bad..];
        }
    }

    /// As `decode_utf8`, for code units of two bytes.
    fn decode_utf16<'a>(&mut self, mut bytes: &'a [u8], unit: fn([u8; 2]) -> u16) -> &'a [u8] {
        let mut utf8 = [0; 4];
        while let [a, b, rest @ ..] = bytes {
            let units = match rest {
                [c, d, ..] => [unit([*a, *b]), unit([*c, *d])],
                _ => [unit([*a, *b]), 0],
            };
            let n_bytes = match char::decode_utf16(units).next() {
                Some(Ok(character)) => {
                    self.text.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
                    2 * character.len_utf16()
                }
                // The first of a pair, whose second has not come.
                Some(Err(_)) if rest.len() < 2 && (0xD800..0xDC00).contains(&units[0]) => return bytes,
                Some(Err(_)) | None => {
                    self.fault(&bytes[..2]);
                    2
                }
            };
            bytes = &bytes[n_bytes..];
        }
        bytes
    }

    fn decode_windows_1252(&mut self, bytes: &[u8]) {
        let mut utf8 = [0; 4];
        for &byte in bytes {
            let character = match byte {
                0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
                _ => char::from(byte),
            };
            self.text.extend_from_slice(character.encode_utf8(&mut utf8).as_bytes());
        }
    }

    /// Forgets the text before `at`.
    pub fn consume(&mut self, at: usize) {
        let map = &mut self.map;
        map.base = map.place(&self.text, at);
        map.cursor = (0, map.base);
        self.text.drain(..at);
        while map.faults.front().is_some_and(|fault| fault.at < at) {
            map.faults.pop_front();
            map.n_told = map.n_told.saturating_sub(1);
        }
        for fault in &mut map.faults {
            fault.at -= at;
        }
    }
}

impl Map {
    /// The first undecodable bytes that have not been told.
    pub fn untold_fault(&self) -> Option<&Fault> {
        self.faults.get(self.n_told)
    }

    pub fn tell_fault(&mut self) {
        self.n_told += 1;
    }

    /// Where in the file the position `at` of the text lies. Costs the distance to the position that was asked for last.
    pub fn place(&mut self, text: &[u8], at: usize) -> Place {
        let (from, mut place) = self.cursor;
        if at >= from {
            let (bytes, lines) = self.distance(text, from, at);
            place.byte += bytes;
            place.line += lines;
        } else {
            let (bytes, lines) = self.distance(text, at, from);
            place.byte -= bytes;
            place.line -= lines;
        }
        self.cursor = (at, place);
        place
    }

    /// Bytes in the file and lines between two positions of the text.
    fn distance(&self, text: &[u8], from: usize, to: usize) -> (u64, u64) {
        let walked = &text[from..to];
        let mut bytes = self.encoding.n_bytes(walked);
        let first = self.faults.partition_point(|fault| fault.at < from);
        for fault in self.faults.iter().skip(first).take_while(|fault| fault.at < to) {
            // U+FFFD was counted as if it stood in the file.
            bytes -= self.encoding.n_bytes("\u{FFFD}".as_bytes());
            bytes += fault.bytes.len() as u64;
        }
        (bytes, n_lines(walked))
    }
}

/// Line ends: LF, CR LF, or CR alone. A CR LF must not be cut.
pub fn n_lines(text: &[u8]) -> u64 {
    const TOP: u64 = 0x8080_8080_8080_8080;
    const LOW: u64 = 0x0101_0101_0101_0101;
    // The top bit of each byte of a word that equals; see `records::Words`.
    let equal = |word: u64, byte: u8| !(((word ^ (u64::from(byte) * LOW)) | TOP).wrapping_sub(LOW) | word) & TOP;
    let (words, rest) = text.as_chunks::<8>();
    // A CR at the end of the word before, in the place of the byte that follows it.
    let (mut n, mut before) = (0, 0);
    // Counted in bytes, which hold no more.
    for words in words.chunks(usize::from(u8::MAX)) {
        let mut counts = 0u64;
        for word in words {
            let word = u64::from_le_bytes(*word);
            let (feeds, returns) = (equal(word, b'\n'), equal(word, b'\r'));
            counts += (returns | (feeds & !(returns << 8 | before))) >> 7;
            before = returns >> 56;
        }
        n += counts.to_le_bytes().iter().map(|&count| u64::from(count)).sum::<u64>();
    }
    let mut after_return = before != 0;
    for &byte in rest {
        n += u64::from(byte == b'\r' || (byte == b'\n' && !after_return));
        after_return = byte == b'\r';
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One byte after the other.
    fn counted(text: &[u8]) -> u64 {
        let ends = |at: usize| text[at] == b'\r' || (text[at] == b'\n' && (at == 0 || text[at - 1] != b'\r'));
        (0..text.len()).filter(|&at| ends(at)).count() as u64
    }

    #[test]
    fn line_ends_are_counted_wherever_they_stand() {
        for number in 0..3usize.pow(10) {
            let text: Vec<u8> = (0..10).map(|place| b"x\r\n"[number / 3usize.pow(place) % 3]).collect();
            assert_eq!(n_lines(&text), counted(&text), "{text:?}");
        }
        // More than a byte can count, also where a CR LF lies across words and chunks of words.
        for line in [&b"\n"[..], b"\r", b"\r\n", b"\r\n\n", b"ab\r\n", b"\x8A\x8D\x0B\n"] {
            let text = line.repeat(5000);
            assert_eq!(n_lines(&text), counted(&text), "{line:?}");
            assert_eq!(n_lines(&text[1..]), counted(&text[1..]), "{line:?}");
        }
    }
}
