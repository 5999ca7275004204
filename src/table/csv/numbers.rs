//! Texts that are numbers, in the five ways that files write them.
//!
//! Hot loop: a plain decimal of at most 15 digits costs one multiply and one add a digit and one division, about 5 ns; it
//! is correctly rounded, since both operands are exact. All else takes the standard parser, about 40 ns.

use super::Decimal;

/// What a trimmed, non-empty text is as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parsed {
    /// Finite. `code_like`: digits that a number would not keep, such as 00501 or an id of 16 digits.
    Value { value: f64, code_like: bool },
    /// The text NaN in any case: a missing value.
    NotANumber,
    /// Infinite, or beyond f64.
    NotFinite,
    /// No number in this notation.
    Other,
}

/// Powers of ten that f64 holds exactly and that 15 digits can need.
const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Most significant digits that f64 always keeps.
const SAFE_DIGITS: usize = 15;

/// Reads `text`, which has no blanks at its ends.
pub fn parse(text: &[u8], decimal: Decimal) -> Parsed {
    match plain(text, decimal) {
        Some(Plain { value, code_like, .. }) => Parsed::Value { value, code_like },
        None => parse_slowly(text, decimal),
    }
}

/// What `plain` read. `marked`: with a decimal mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain {
    pub value: f64,
    pub code_like: bool,
    pub marked: bool,
}

/// Sign, digits, and a decimal mark with digits: no groups, no exponent, no blanks. `None`: take the other way.
#[inline]
pub fn plain(text: &[u8], decimal: Decimal) -> Option<Plain> {
    let mark = match decimal {
        Decimal::Point | Decimal::PointWithCommas => b'.',
        Decimal::Comma | Decimal::CommaWithPoints | Decimal::CommaWithSpaces => b',',
    };
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > SAFE_DIGITS + 1 {
        return None;
    }
    // Signed, since a processor turns a signed one into f64 in one step.
    let mut mantissa = 0i64;
    let mut after = None;
    for (i, &byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            mantissa = mantissa * 10 + i64::from(digit);
        } else if byte == mark && after.is_none() {
            after = Some(digits.len() - i - 1);
        } else {
            return None;
        }
    }
    let n_digits = digits.len() - usize::from(after.is_some());
    if n_digits == 0 || n_digits > SAFE_DIGITS {
        return None;
    }
    let size = match after {
        Some(after) => mantissa as f64 / POWERS[after],
        None => mantissa as f64,
    };
    let code_like = after.is_none() && digits.len() > 1 && digits[0] == b'0';
    Some(Plain { value: if negative { -size } else { size }, code_like, marked: after.is_some() })
}

fn parse_slowly(text: &[u8], decimal: Decimal) -> Parsed {
    let Ok(text) = std::str::from_utf8(text) else {
        return Parsed::Other;
    };
    let (sign, body) = match text.chars().next() {
        Some('-' | '\u{2212}') => ("-", text.trim_start_matches(['-', '\u{2212}'])),
        Some('+') => ("", &text[1..]),
        _ => ("", text),
    };
    if sign == "-" && text.chars().nth(1).is_some_and(|c| c == '-' || c == '\u{2212}') {
        return Parsed::Other;
    }
    if is_word(body, &["nan"]) {
        return Parsed::NotANumber;
    }
    if is_word(body, &["inf", "infinity", "∞"]) {
        return Parsed::NotFinite;
    }
    let Some(plain) = plain_notation(body, decimal) else {
        return Parsed::Other;
    };
    let Ok(value) = plain.parse::<f64>() else {
        return Parsed::Other;
    };
    if !value.is_finite() {
        return Parsed::NotFinite;
    }
    let whole = plain.bytes().all(|b| b.is_ascii_digit());
    let code_like = whole && plain == body && plain.len() > 1 && (plain.len() > SAFE_DIGITS || plain.starts_with('0'));
    Parsed::Value { value: if sign == "-" { -value } else { value }, code_like }
}

fn is_word(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The unsigned text with groups removed and a decimal point, if it is one well-formed number.
fn plain_notation(body: &str, decimal: Decimal) -> Option<String> {
    let is_mark = |c: char| match decimal {
        Decimal::Point | Decimal::PointWithCommas => c == '.',
        Decimal::Comma | Decimal::CommaWithPoints => c == ',',
        // Between groups of blanks or apostrophes no mark is ambiguous.
        Decimal::CommaWithSpaces => c == ',' || c == '.',
    };
    let is_group = |c: char| match decimal {
        Decimal::Point | Decimal::Comma => false,
        Decimal::PointWithCommas => c == ',',
        Decimal::CommaWithPoints => c == '.',
        Decimal::CommaWithSpaces => matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}'),
    };
    let (number, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], Some(&body[at + 1..])),
        None => (body, None),
    };
    let (whole, fraction) = match number.find(is_mark) {
        // A mark is one byte: comma or point.
        Some(at) => (&number[..at], &number[at + 1..]),
        None => (number, ""),
    };
    let mut plain = String::with_capacity(body.len() + 1);
    if whole.contains(is_group) {
        for (i, group) in whole.split(is_group).enumerate() {
            // Nobody writes 125 as 0,125: a first group that begins with 0 is the whole part of a decimal.
            let leads = (1..=3).contains(&group.len()) && !group.starts_with('0');
            let fits = if i == 0 { leads } else { group.len() == 3 };
            if !fits || !all_digits(group) {
                return None;
            }
            plain.push_str(group);
        }
    } else {
        plain.push_str(whole);
    }
    if !all_digits(&plain) || !all_digits(fraction) || (plain.is_empty() && fraction.is_empty()) {
        return None;
    }
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !all_digits(digits) {
            return None;
        }
        plain.push('e');
        plain.push_str(exponent);
    }
    Some(plain)
}

/// What the marks of a number without its unit tell about the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// No point and no comma.
    None,
    /// One mark and three digits after it, as in 1.234: a decimal mark or one between groups.
    Either,
    /// Only one reading fits.
    Decisive,
}

/// The marks of an unsigned number, or a signed one.
pub fn marks(number: &str) -> Marks {
    let number = number.trim_start_matches(['-', '+', '\u{2212}']);
    let Some(at) = number.find(['.', ',']) else {
        return Marks::None;
    };
    // A mark is one byte.
    let (whole, after) = (&number[..at], &number[at + 1..]);
    let leads = (1..=3).contains(&whole.len()) && !whole.starts_with('0') && all_digits(whole);
    if leads && after.len() == 3 && all_digits(after) { Marks::Either } else { Marks::Decisive }
}

/// The two readings of a number whose marks are `Marks::Either`: with a decimal mark, with groups.
pub fn both_readings(number: &[u8]) -> Option<[f64; 2]> {
    let notations = if number.contains(&b',') {
        [Decimal::Comma, Decimal::PointWithCommas]
    } else {
        [Decimal::Point, Decimal::CommaWithPoints]
    };
    match notations.map(|notation| parse(number, notation)) {
        [Parsed::Value { value: decimal, .. }, Parsed::Value { value: groups, .. }] => Some([decimal, groups]),
        _ => None,
    }
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}
