//! Text → records of cells, leniently: nothing is refused, whatever is odd is flagged.
//!
//! Hot loop: eight bytes a step are asked at once which of them may end a cell (`Words`), about 0.3 ns a byte; what is
//! found costs one table look-up.

/// A cell's content within the text: without its enclosing quotes, with its inner ones still doubled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub start: u32,
    pub end: u32,
    pub flags: u8,
}

/// Stood in quotes.
pub const QUOTED: u8 = 1;
/// Holds doubled quotes.
pub const DOUBLED: u8 = 2;
/// A quote in the middle of an unquoted cell, or text after a closing quote. Then the content is the cell as it stands.
pub const STRAY: u8 = 4;
/// Holds NUL characters.
pub const NUL: u8 = 8;
/// Opened a quote that no quote closes; read as if the quote were text.
pub const UNCLOSED: u8 = 16;

impl Cell {
    pub fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Where the cell begins in the text, its quote included.
    pub fn outer_start(self) -> usize {
        self.start as usize - usize::from(self.has(QUOTED) && !self.has(STRAY))
    }
}

/// What was found at a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A record that ends before `next`; `odd` when a cell has a flag beside `QUOTED` and `DOUBLED`.
    Record { next: usize, odd: bool },
    /// A line without a character.
    Blank { next: usize },
    /// The text ends within the record: more is needed.
    Incomplete,
    /// The text ends here.
    End,
}

const PLAIN: u8 = 0;
const DELIMITER: u8 = 1;
const LINE_END: u8 = 2;
const QUOTE: u8 = 3;
const ZERO: u8 = 4;

/// Finds records. Bytes above 127 are never special, so any ASCII delimiter is safe in UTF-8.
pub struct Scanner {
    class: [u8; 256],
    quote: u8,
    words: Words,
}

impl Scanner {
    /// `quote` 0: there are no quotes.
    pub fn new(delimiter: u8, quote: u8) -> Self {
        let mut class = [PLAIN; 256];
        class[0] = ZERO;
        class[usize::from(b'\n')] = LINE_END;
        class[usize::from(b'\r')] = LINE_END;
        if quote != 0 {
            class[usize::from(quote)] = QUOTE;
        }
        class[usize::from(delimiter)] = DELIMITER;
        Self { class, quote, words: Words::new(delimiter, quote) }
    }

    /// Reads the record at `start` into `cells`. `last`: the text will not grow.
    pub fn record(&self, text: &[u8], start: usize, last: bool, cells: &mut Vec<Cell>) -> Found {
        cells.clear();
        if start == text.len() {
            return if last { Found::End } else { Found::Incomplete };
        }
        if matches!(text[start], b'\n' | b'\r') {
            return match self.after_line_end(text, start, last) {
                Some(next) => Found::Blank { next },
                None => Found::Incomplete,
            };
        }
        let mut at = start;
        let mut flags = 0;
        let mut marks = Marks::from(&self.words, text, start);
        loop {
            let may_open = match text.get(at) {
                Some(&byte) => byte == b' ' || byte == self.quote,
                None => true,
            };
            let cell = if may_open {
                let Some(Scanned { cell, after }) = self.cell(text, at, last) else {
                    return Found::Incomplete;
                };
                marks = Marks::from(&self.words, text, after);
                marks.next();
                at = after;
                cell
            } else {
                let cell = self.plain_cell(text, at, &mut marks);
                at = cell.end as usize;
                cell
            };
            flags |= cell.flags;
            cells.push(cell);
            let odd = flags & !(QUOTED | DOUBLED) != 0;
            if at >= text.len() {
                return if last { Found::Record { next: at, odd } } else { Found::Incomplete };
            }
            if self.class[usize::from(text[at])] == DELIMITER {
                at += 1;
                continue;
            }
            return match self.after_line_end(text, at, last) {
                Some(next) => Found::Record { next, odd },
                None => Found::Incomplete,
            };
        }
    }

    /// A cell that does not begin with a blank or a quote, and up to whose start `marks` has come.
    #[inline]
    fn plain_cell(&self, text: &[u8], start: usize, marks: &mut Marks) -> Cell {
        let mut flags = 0;
        loop {
            let end = marks.next();
            match text.get(end).map_or(LINE_END, |&byte| self.class[usize::from(byte)]) {
                PLAIN => {}
                QUOTE => flags |= STRAY,
                ZERO => flags |= NUL,
                _ => return Cell { start: start as u32, end: end as u32, flags },
            }
        }
    }

    /// `None`: a CR ends the text and may be half of a CR LF.
    fn after_line_end(&self, text: &[u8], at: usize, last: bool) -> Option<usize> {
        if text[at] == b'\n' {
            return Some(at + 1);
        }
        match text.get(at + 1) {
            Some(b'\n') => Some(at + 2),
            Some(_) => Some(at + 1),
            None => last.then_some(at + 1),
        }
    }

    fn cell(&self, text: &[u8], start: usize, last: bool) -> Option<Scanned> {
        if self.quote != 0 {
            let mut open = start;
            while text.get(open) == Some(&b' ') && self.class[usize::from(b' ')] == PLAIN {
                open += 1;
            }
            match text.get(open) {
                Some(&byte) if byte == self.quote => return self.quoted_cell(text, start, open, last),
                None if !last => return None,
                _ => {}
            }
        }
        Some(self.unquoted_cell(text, start, start, 0))
    }

    /// A cell that starts at `start`, whose bytes before `at` are known.
    fn unquoted_cell(&self, text: &[u8], start: usize, at: usize, mut flags: u8) -> Scanned {
        let mut end = at;
        while let Some(&byte) = text.get(end) {
            match self.class[usize::from(byte)] {
                PLAIN => {}
                QUOTE => flags |= STRAY,
                ZERO => flags |= NUL,
                _ => break,
            }
            end += 1;
        }
        Scanned { cell: Cell { start: start as u32, end: end as u32, flags }, after: end }
    }

    /// A cell whose quote opens at `open`, after blanks. `None`: the text ends before the cell.
    fn quoted_cell(&self, text: &[u8], start: usize, open: usize, last: bool) -> Option<Scanned> {
        let mut flags = QUOTED;
        let mut at = open + 1;
        loop {
            at = self.words.quote_or_zero(text, at);
            let Some(&byte) = text.get(at) else {
                // Reading on as if the quote were text saves the rows that follow.
                return last.then(|| self.unquoted_cell(text, start, open + 1, UNCLOSED));
            };
            if byte == 0 {
                flags |= NUL;
            }
            if byte != self.quote {
                at += 1;
                continue;
            }
            match text.get(at + 1) {
                None if !last => return None,
                Some(&next) if next == self.quote => {
                    flags |= DOUBLED;
                    at += 2;
                }
                _ => break,
            }
        }
        let close = at;
        let mut after = close + 1;
        while text.get(after) == Some(&b' ') && self.class[usize::from(b' ')] == PLAIN {
            after += 1;
        }
        match text.get(after) {
            None if !last => None,
            Some(&byte) if !matches!(self.class[usize::from(byte)], DELIMITER | LINE_END) => {
                Some(self.unquoted_cell(text, start, close + 1, flags & NUL | STRAY))
            }
            _ => Some(Scanned { cell: Cell { start: open as u32 + 1, end: close as u32, flags }, after }),
        }
    }
}

struct Scanned {
    cell: Cell,
    after: usize,
}

/// The top bit of each byte of a word, and the lowest.
const TOP: u64 = 0x8080_8080_8080_8080;
const LOW: u64 = 0x0101_0101_0101_0101;

/// Looks at eight bytes at once. Source: Mycroft's test for a zero byte, in the form that never borrows from the next byte
/// (Warren, Hacker's Delight, 6-1), so that it tells each byte for itself.
struct Words {
    delimiter: u64,
    quote: u64,
}

impl Words {
    fn new(delimiter: u8, quote: u8) -> Self {
        Self { delimiter: u64::from(delimiter) * LOW, quote: u64::from(quote) * LOW }
    }

    /// The top bit of each byte that is a control character, the delimiter or the quote, which are all below 128.
    #[inline]
    fn special(&self, word: u64) -> u64 {
        let control = (word | TOP).wrapping_sub(0x20 * LOW);
        let delimiter = ((word ^ self.delimiter) | TOP).wrapping_sub(LOW);
        let quote = ((word ^ self.quote) | TOP).wrapping_sub(LOW);
        !((control & delimiter & quote) | word) & TOP
    }

    /// Where a quote or a NUL stands at `at` or after; the end of the text where there is none.
    fn quote_or_zero(&self, text: &[u8], mut at: usize) -> usize {
        while let Some(word) = word(text, at) {
            let zero = (word | TOP).wrapping_sub(LOW);
            let quote = ((word ^ self.quote) | TOP).wrapping_sub(LOW);
            let found = !((zero & quote) | word) & TOP;
            if found != 0 {
                return (at + found.trailing_zeros() as usize / 8).min(text.len());
            }
            at += 8;
        }
        text.len()
    }
}

/// Eight bytes from `at` on, the first the lowest; behind the end of the text stands what is nothing special. `None`: `at`
/// is behind it.
#[inline]
fn word(text: &[u8], at: usize) -> Option<u64> {
    let rest = text.get(at..)?;
    if let Some(bytes) = rest.first_chunk() {
        return Some(u64::from_le_bytes(*bytes));
    }
    let fill = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
    (!rest.is_empty()).then(|| rest.iter().rev().fold(u64::MAX, fill))
}

/// The bytes of a text that may end a cell, one after the other.
struct Marks<'a> {
    words: &'a Words,
    text: &'a [u8],
    /// Where the word stands whose bytes `left` are still to be told.
    at: usize,
    left: u64,
}

impl<'a> Marks<'a> {
    #[inline]
    fn from(words: &'a Words, text: &'a [u8], at: usize) -> Self {
        Self { words, text, at, left: word(text, at).map_or(0, |word| words.special(word)) }
    }

    /// The position of the next one; the end of the text where there is none.
    #[inline]
    fn next(&mut self) -> usize {
        while self.left == 0 {
            self.at += 8;
            match word(self.text, self.at) {
                Some(word) => self.left = self.words.special(word),
                None => return self.text.len(),
            }
        }
        let found = self.at + self.left.trailing_zeros() as usize / 8;
        self.left &= self.left - 1;
        found
    }
}

/// The cell's value: quotes undoubled, NULs dropped. Borrows where nothing has to change.
#[inline]
pub fn value<'a>(text: &'a [u8], cell: Cell, quote: u8, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let raw = &text[cell.start as usize..cell.end as usize];
    let undouble = cell.has(DOUBLED) && !cell.has(STRAY);
    if !cell.has(NUL) && !undouble {
        return raw;
    }
    cleaned(raw, undouble.then_some(quote), scratch);
    scratch
}

/// Without NULs, and with one in the place of two quotes.
fn cleaned(raw: &[u8], doubled: Option<u8>, scratch: &mut Vec<u8>) {
    scratch.clear();
    let mut skip = false;
    for &byte in raw {
        if skip {
            skip = false;
            continue;
        }
        if byte != 0 {
            scratch.push(byte);
        }
        skip = doubled == Some(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the table of classes says of a byte; control characters are looked at, whatever they are.
    fn is_special(scanner: &Scanner, byte: u8) -> bool {
        byte < 0x20 || scanner.class[usize::from(byte)] != PLAIN
    }

    #[test]
    fn each_byte_of_a_word_is_told_for_itself() {
        for (delimiter, quote) in [(b',', b'"'), (b'\t', b'\''), (b'~', 0), (b' ', b'"')] {
            let scanner = Scanner::new(delimiter, quote);
            for byte in 0..=u8::MAX {
                for beside in [0, 1, b'a', delimiter, quote, 0x1F, 0x20, 0x7F, 0x80, 0xFF] {
                    for at in 0..8 {
                        let mut bytes = [beside; 8];
                        bytes[at] = byte;
                        let told = scanner.words.special(u64::from_le_bytes(bytes)).to_le_bytes();
                        let expected = bytes.map(|byte| if is_special(&scanner, byte) { 0x80 } else { 0 });
                        assert_eq!(told, expected, "{bytes:?} with {delimiter} and {quote}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_special_is_found_wherever_it_stands() {
        let scanner = Scanner::new(b',', b'"');
        for length in 0..40 {
            for at in 0..=length {
                let mut text = vec![b'x'; length];
                let byte = [b'"', 0, b',', b'\n'][at % 4];
                text.get_mut(at).into_iter().for_each(|place| *place = byte);
                for start in 0..=length {
                    let rest = &text[start..];
                    let special = rest.iter().position(|&byte| byte != b'x').map_or(length, |found| start + found);
                    assert_eq!(Marks::from(&scanner.words, &text, start).next(), special);
                    let quote =
                        rest.iter().position(|byte| matches!(byte, b'"' | 0)).map_or(length, |found| start + found);
                    assert_eq!(scanner.words.quote_or_zero(&text, start), quote);
                }
            }
        }
    }
}
