//! Bytes of any of the four encodings → UTF-8 text, a slice at a time, with the way back from a place in the text to
//! the byte and the line in the file.
//!
//! Hot loop: `encoding_rs` checks and copies UTF-8 at several GB/s; lines are counted with two vectorised passes.

use std::collections::VecDeque;

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Encoding;

const BUFFER: usize = 1 << 16;

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
    decoder: encoding_rs::Decoder,
    /// What one call of the decoder writes into; its size bounds the work that a fault repeats.
    buffer: Box<[u8]>,
    /// The first bytes, held until a byte order mark can be told from text.
    head: Option<Vec<u8>>,
    /// The last bytes of the slice before, since a fault may begin there.
    recent: Vec<u8>,
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
        let decoder = match encoding {
            Encoding::Utf8 => UTF_8,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1252 => WINDOWS_1252,
        };
        let base = Place { byte: 0, line: 1 };
        Self {
            text: Vec::new(),
            map: Map { faults: VecDeque::new(), n_told: 0, encoding, base, cursor: (0, base) },
            decoder: decoder.new_decoder_without_bom_handling(),
            buffer: vec![0; BUFFER].into_boxed_slice(),
            head: Some(Vec::new()),
            recent: Vec::new(),
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
        let mut read_before = 0;
        loop {
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(&bytes[read_before..], &mut self.buffer, last);
            self.text.extend_from_slice(&self.buffer[..written]);
            read_before += read;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(n_bad, n_after) => {
                    let end = read_before as i64 - i64::from(n_after);
                    let bytes = (end - i64::from(n_bad)..end).map(|at| self.byte_at(bytes, at)).collect();
                    self.map.faults.push_back(Fault { at: self.text.len(), bytes });
                    self.text.extend_from_slice("\u{FFFD}".as_bytes());
                }
            }
        }
        self.recent.extend_from_slice(&bytes[bytes.len().saturating_sub(8)..]);
        let surplus = self.recent.len().saturating_sub(8);
        self.recent.drain(..surplus);
    }

    /// The byte at a position of the slice; negative ones lie in the slice before.
    fn byte_at(&self, bytes: &[u8], at: i64) -> u8 {
        if at >= 0 {
            bytes.get(at as usize).copied().unwrap_or_default()
        } else {
            let back = at.unsigned_abs() as usize;
            self.recent.len().checked_sub(back).map_or(0, |i| self.recent[i])
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
    let feeds = text.iter().map(|&b| u64::from(b == b'\n')).sum::<u64>();
    let returns = text.iter().map(|&b| u64::from(b == b'\r')).sum::<u64>();
    if returns == 0 {
        return feeds;
    }
    let pairs = text.windows(2).map(|pair| u64::from(pair == b"\r\n")).sum::<u64>();
    feeds + returns - pairs
}
