//! Hashes of cells: 64 bits, the same on every machine.

use crate::table::{MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
/// The hash of a missing cell.
pub const MISSING: u64 = 0x6D69_7373_696E_6700;

/// Every bit of the result depends on every bit of `word` (the finisher of SplitMix64, Steele et al. 2014).
pub fn of_word(word: u64) -> u64 {
    let mut z = word.wrapping_add(FACTOR);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Appends a hash to a state; the order counts.
pub fn append(state: u64, hash: u64) -> u64 {
    (state.rotate_left(23) ^ hash).wrapping_mul(FACTOR)
}

pub fn of_bytes(bytes: impl Iterator<Item = u8>) -> u64 {
    let (mut state, mut word, mut length) = (0u64, 0u64, 0u64);
    for byte in bytes {
        word = word << 8 | u64::from(byte);
        length += 1;
        if length % 8 == 0 {
            state = append(state, word);
            word = 0;
        }
    }
    of_word(append(append(state, word), length))
}

/// Equal numbers have equal hashes: 0 and −0 too.
pub fn of_number(value: f64) -> u64 {
    if value.is_nan() { MISSING } else { of_word((value + 0.0).to_bits()) }
}

/// The letters and digits of a text in lower case: "St. John's " and "st johns" are the same. A text without any stays
/// as it is.
pub fn folded(text: &str) -> String {
    let folded: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if folded.is_empty() { text.trim().to_owned() } else { folded }
}

/// A number with six significant digits, so that rounding in another program does not count.
pub fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 5.0 - libm::floor(libm::log10(value.abs()));
    if digits.abs() > 300.0 {
        return value;
    }
    let scale = libm::pow(10.0, digits.abs());
    if digits >= 0.0 { libm::round(value * scale) / scale } else { libm::round(value / scale) * scale }
}

/// Hashes of the cells of one column, with those of a category's levels at hand.
pub struct Hashes {
    /// Of each level as it stands, and folded; empty for other columns.
    levels: Vec<u64>,
    folded: Vec<u64>,
}

impl Hashes {
    pub fn new(values: &Values) -> Self {
        let texts: &[String] = match values {
            Values::Category { levels, .. } => levels,
            Values::Boolean { spelling, .. } => spelling,
            Values::Number(_) | Values::Date { .. } | Values::Text(_) => &[],
        };
        Self {
            levels: texts.iter().map(|text| of_bytes(text.bytes())).collect(),
            folded: texts.iter().map(|text| of_bytes(folded(text).bytes())).collect(),
        }
    }

    /// Equal cells of columns of one type have equal hashes.
    pub fn of(&self, values: &Values, row: usize) -> u64 {
        match values {
            Values::Number(numbers) => of_number(numbers[row]),
            Values::Category { codes, .. } => self.level(codes[row], &self.levels),
            Values::Boolean { codes, .. } => self.level(code_of(codes[row]), &self.levels),
            Values::Date { milliseconds, .. } => of_date(milliseconds[row]),
            Values::Text(texts) => texts[row].as_deref().map_or(MISSING, |text| of_bytes(text.bytes())),
        }
    }

    /// As `of`, blind to case, punctuation and blanks of texts, and to numbers' digits beyond the sixth.
    pub fn of_folded(&self, values: &Values, row: usize) -> u64 {
        match values {
            Values::Number(numbers) => of_number(rounded(numbers[row])),
            Values::Category { codes, .. } => self.level(codes[row], &self.folded),
            Values::Boolean { codes, .. } => self.level(code_of(codes[row]), &self.folded),
            Values::Date { milliseconds, .. } => of_date(milliseconds[row]),
            Values::Text(texts) => texts[row].as_deref().map_or(MISSING, |text| of_bytes(folded(text).bytes())),
        }
    }

    fn level(&self, code: u32, hashes: &[u64]) -> u64 {
        if code == MISSING_CODE { MISSING } else { hashes[code as usize] }
    }
}

fn code_of(boolean: u8) -> u32 {
    if boolean == MISSING_BOOLEAN { MISSING_CODE } else { u32::from(boolean) }
}

fn of_date(milliseconds: i64) -> u64 {
    if milliseconds == MISSING_DATE { MISSING } else { of_word(milliseconds as u64) }
}

/// Whether two cells of one column are equal; missing equals missing.
pub fn equal(values: &Values, a: usize, b: usize) -> bool {
    match values {
        Values::Number(v) => v[a] == v[b] || (v[a].is_nan() && v[b].is_nan()),
        Values::Category { codes, .. } => codes[a] == codes[b],
        Values::Boolean { codes, .. } => codes[a] == codes[b],
        Values::Date { milliseconds, .. } => milliseconds[a] == milliseconds[b],
        Values::Text(texts) => texts[a] == texts[b],
    }
}
