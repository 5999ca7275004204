//! Parts of a sheet as spreadsheets name them: `B3:F120`.

use std::fmt;

/// The last row and column that any spreadsheet has, from 0.
const LAST: (u32, u32) = (1_048_575, 16_383);

/// Rows and columns from 0, both ends among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub first: (u32, u32),
    pub last: (u32, u32),
}

impl Range {
    /// Reads `B3:F120`, also with `$`; `B3` begins there and goes to the end of what is used, `B:F` takes whole columns and
    /// `3:120` whole rows. `used` bounds what is left open. `None`: this is no range.
    pub fn parse(text: &str, used: Self) -> Option<Self> {
        let plain: String = text.chars().filter(|c| *c != '$' && !c.is_whitespace()).collect();
        let (from, to) = plain.split_once(':').unwrap_or((&plain, ""));
        let (row, column) = corner(from)?;
        let (last_row, last_column) = if to.is_empty() { (None, None) } else { corner(to)? };
        if row.is_none() && column.is_none() {
            return None;
        }
        let first = (row.unwrap_or(used.first.0), column.unwrap_or(used.first.1));
        let last = (last_row.unwrap_or(used.last.0), last_column.unwrap_or(used.last.1));
        // Corners may be named in any order.
        let (first, last) = ((first.0.min(last.0), first.1.min(last.1)), (first.0.max(last.0), first.1.max(last.1)));
        Some(Self { first, last })
    }

    pub fn n_rows(self) -> u64 {
        u64::from(self.last.0 - self.first.0) + 1
    }

    pub fn n_columns(self) -> u64 {
        u64::from(self.last.1 - self.first.1) + 1
    }

    /// The part that both have.
    pub fn within(self, other: Self) -> Option<Self> {
        let first = (self.first.0.max(other.first.0), self.first.1.max(other.first.1));
        let last = (self.last.0.min(other.last.0), self.last.1.min(other.last.1));
        (first.0 <= last.0 && first.1 <= last.1).then_some(Self { first, last })
    }
}

impl fmt::Display for Range {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}", cell_name(self.first), cell_name(self.last))
    }
}

/// `B3`.
pub fn cell_name((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        letters.push(char::from(b'A' + ((left - 1) % 26) as u8));
        left = (left - 1) / 26;
    }
    let letters: String = letters.into_iter().rev().collect();
    format!("{letters}{}", row + 1)
}

/// Row and column of `B3`, `B` or `3`.
fn corner(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    let n_letters = text.chars().take_while(char::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at(n_letters);
    let column = match letters {
        "" => None,
        letters if letters.len() > 3 => return None,
        letters => {
            let number = letters.bytes().fold(0, |n, b| n * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
            Some(number - 1).filter(|column| *column <= LAST.1)
        }
    };
    let row = match digits {
        "" => None,
        digits => Some(digits.parse::<u32>().ok()?.checked_sub(1).filter(|row| *row <= LAST.0)?),
    };
    let named = (!letters.is_empty() && column.is_none()) || (row.is_none() && column.is_none());
    (!named).then_some((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    const USED: Range = Range { first: (2, 1), last: (119, 5) };

    #[test]
    fn ranges_are_read_as_spreadsheets_name_them_and_written_back() {
        for (text, written) in [
            ("B3:F120", "B3:F120"),
            ("$b$3:f120", "B3:F120"),
            ("F120:B3", "B3:F120"),
            ("D10", "D10:F120"),
            ("C:D", "C3:D120"),
            ("10:20", "B10:F20"),
            ("AA1:XFD1048576", "AA1:XFD1048576"),
        ] {
            assert_eq!(Range::parse(text, USED).map(|range| range.to_string()).as_deref(), Some(written), "{text}");
        }
        for text in ["", ":", "B0:C3", "XFE1", "B3:F1048577", "B3-F120", "people", "B3:F120:G1", "é1"] {
            assert_eq!(Range::parse(text, USED), None, "{text}");
        }
    }
}
