//! Whether bytes are UTF-8: what most of them beyond ASCII say, and where the first stands that is none.

use super::Encoding;
use super::decode::{Place, n_lines};

/// Bytes that are no UTF-8 from which a beginning of a file speaks for all of it.
const ENOUGH: u64 = 16;
/// And so many times as many as those that are.
const FAR_MORE: u64 = 4;

/// Bytes beyond ASCII, counted slice by slice from the beginning of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// In valid sequences of UTF-8, and in none.
    n_valid: u64,
    n_bad: u64,
    first_bad: Option<Place>,
    n_bytes: u64,
    /// Whether lines are counted: the place of the first bad byte is only asked for where the text is read as Windows-1252.
    by_line: bool,
    n_lines: u64,
    after_return: bool,
    /// The beginning of a sequence at the end of the last slice.
    cut: Vec<u8>,
}

impl Census {
    /// All of a file's beginning; `whole`: of the file.
    pub fn of(bytes: &[u8], whole: bool) -> Self {
        let mut census = Self::new(true);
        census.push(bytes, whole);
        census
    }

    /// `by_line`: the place of the first bad byte names its line, which costs a look at every byte.
    pub fn new(by_line: bool) -> Self {
        Self { by_line, ..Self::default() }
    }

    /// The next bytes. `last`: no more will come.
    pub fn push(&mut self, bytes: &[u8], last: bool) {
        if self.cut.is_empty() {
            self.count(bytes, last);
        } else {
            let mut joined = std::mem::take(&mut self.cut);
            joined.extend_from_slice(bytes);
            self.count(&joined, last);
        }
    }

    fn count(&mut self, bytes: &[u8], last: bool) {
        if bytes.is_ascii() {
            return self.pass(bytes);
        }
        let mut rest = bytes;
        loop {
            let error = std::str::from_utf8(rest).err();
            let (valid, behind) = rest.split_at(error.map_or(rest.len(), |error| error.valid_up_to()));
            self.n_valid += valid.iter().map(|byte| u64::from(byte >> 7)).sum::<u64>();
            self.pass(valid);
            let n_bad = match error.map(|error| error.error_len()) {
                None => return,
                Some(Some(n_bad)) => n_bad,
                Some(None) if last => behind.len(),
                Some(None) => {
                    self.cut = behind.to_vec();
                    return;
                }
            };
            self.n_bad += n_bad as u64;
            self.first_bad.get_or_insert(Place { byte: self.n_bytes, line: self.n_lines + 1 });
            let bad;
            (bad, rest) = behind.split_at(n_bad);
            self.pass(bad);
        }
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.n_bytes += bytes.len() as u64;
        if self.first_bad.is_some() || !self.by_line {
            return;
        }
        let Some(last) = bytes.last() else { return };
        // A CR LF may be cut between the slices: its CR was counted.
        let rest_of_pair = self.after_return && bytes[0] == b'\n';
        self.n_lines += n_lines(bytes) - u64::from(rest_of_pair);
        self.after_return = *last == b'\r';
    }

    /// What all bytes, where `whole`, or the first ones say: UTF-8 when most of those beyond ASCII are; otherwise
    /// Windows-1252, which has a character for every byte but five. A beginning with few bad bytes says nothing yet.
    pub fn encoding(&self, whole: bool) -> Encoding {
        let few = self.n_bad < ENOUGH || self.n_bad < FAR_MORE * self.n_valid;
        if self.n_bad <= self.n_valid || (!whole && few) { Encoding::Utf8 } else { Encoding::Windows1252 }
    }

    pub fn first_bad(&self) -> Option<Place> {
        self.first_bad
    }
}
