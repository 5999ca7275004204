//! Text → records of cells, leniently: nothing is refused, whatever is odd is flagged.
//!
//! Hot loop: one table look-up a byte, about 1 ns.

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
        Self { class, quote }
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
        loop {
            let Some(cell) = self.cell(text, at, last) else {
                return Found::Incomplete;
            };
            flags |= cell.cell.flags;
            cells.push(cell.cell);
            let odd = flags & !(QUOTED | DOUBLED) != 0;
            at = cell.after;
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

/// The cell's value: quotes undoubled, NULs dropped. Borrows where nothing has to change.
pub fn value<'a>(text: &'a [u8], cell: Cell, quote: u8, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let raw = &text[cell.start as usize..cell.end as usize];
    let undouble = cell.has(DOUBLED) && !cell.has(STRAY);
    if !cell.has(NUL) && !undouble {
        return raw;
    }
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
        skip = undouble && byte == quote;
    }
    scratch
}
