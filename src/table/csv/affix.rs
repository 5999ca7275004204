//! Numbers with something around them: currencies, percent signs, units, and negatives in parentheses.
//!
//! The number is taken as it is written (12 % is 12), and what stands beside it is the column's unit. One column has one
//! unit. Whether the texts of a column are such numbers is told from all of them together, since 12A may be amperes or a
//! seat: what could be a code needs evidence, such as a decimal mark.

use super::Decimal;
use super::infer;
use super::months::month_named;
use super::numbers::{self, Marks, Parsed};

/// Signs that only stand beside amounts.
const SIGNS: [&str; 26] = [
    "%", "‰", "US$", "A$", "C$", "CA$", "AU$", "NZ$", "HK$", "S$", "R$", "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴",
    "₪", "₫", "฿", "₱", "₦", "₿",
];

/// Words and codes of currencies.
const CURRENCIES: [&str; 47] = [
    "EUR", "USD", "GBP", "CHF", "JPY", "CNY", "RMB", "INR", "RUB", "BRL", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK",
    "PLN", "CZK", "HUF", "RON", "TRY", "ZAR", "MXN", "SGD", "HKD", "KRW", "THB", "IDR", "ILS", "AED", "SAR", "EGP",
    "NGN", "UAH", "PHP", "VND", "ARS", "CLP", "COP", "PEN", "kr", "zł", "Kč", "Ft", "Rs", "Rs.", "Fr.",
];

/// Units that may follow their number without a blank.
const UNITS: [&str; 61] = [
    "kg", "mg", "µg", "lb", "lbs", "oz", "km", "cm", "mm", "nm", "mi", "ft", "in", "yd", "m²", "km²", "m³", "sqm",
    "sqft", "ha", "ml", "cl", "dl", "gal", "°C", "°F", "°", "ms", "sec", "secs", "min", "mins", "hr", "hrs", "kW",
    "MW", "kWh", "MWh", "mV", "kV", "mA", "Hz", "kHz", "MHz", "GHz", "kB", "KB", "MB", "GB", "TB", "hPa", "bar", "psi",
    "km/h", "kmh", "mph", "m/s", "rpm", "kcal", "kmpl", "bhp",
];

/// Units of one letter: they need a decimal mark, since 5g may be a network and 12m a seat.
const LETTERS: [&str; 11] = ["m", "g", "l", "L", "s", "h", "t", "V", "W", "A", "K"];

/// Words after a number that make it something else than an amount.
const NO_UNITS: [&str; 10] = ["am", "pm", "a.m.", "p.m.", "st", "nd", "rd", "th", "o'clock", "uhr"];

/// Characters of a text that may still be a number with a unit.
const LONGEST: usize = 48;
/// Characters of a unit that is a word.
const LONGEST_WORD: usize = 16;
/// Distinct numbers that a word must follow to be a unit.
const FEWEST_NUMBERS: usize = 5;

/// How certain a text is an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Parentheses or a minus at the end, nothing else.
    Accounting,
    /// A percent or currency sign.
    Sign,
    /// A currency's code or a known unit of two letters or more.
    Known,
    Letter,
    /// Any word after a blank.
    Word,
}

/// A text taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts<'a> {
    pub negative: bool,
    /// Without sign and unit.
    pub body: &'a str,
    /// Empty for `Class::Accounting`.
    pub unit: &'a str,
    pub class: Class,
    /// No blank stands between a unit of letters and the number.
    pub glued: bool,
    /// The unit stands before the number.
    pub before: bool,
    /// Negative by parentheses or a minus at the end.
    pub accounting: bool,
}

impl Parts<'_> {
    /// The value in this notation.
    pub fn parse(&self, decimal: Decimal) -> Parsed {
        match numbers::parse(self.body.as_bytes(), decimal) {
            Parsed::Value { value, code_like } => {
                Parsed::Value { value: if self.negative { -value } else { value }, code_like }
            }
            other => other,
        }
    }

    fn is_marked(&self) -> bool {
        self.body.contains(['.', ','])
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
}

/// Takes a trimmed text apart; `None` for a plain number and for anything else.
pub fn split(text: &[u8]) -> Option<Parts<'_>> {
    if text.len() < 2 || text.len() > LONGEST || !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    // Digits at both ends leave no room for a unit: most numbers go no further.
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    if unsigned.first().is_some_and(u8::is_ascii_digit) && unsigned.last().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    let (mut rest, mut accounting) = enclosed(text).map_or((text, false), |inner| (inner, true));
    let mut sign = take_sign(&mut rest);
    let prefix = take_prefix(&mut rest);
    let after_prefix = rest;
    rest = rest.trim_start_matches(is_blank);
    let mut glued = rest.len() == after_prefix.len();
    if let Some(inner) = enclosed(rest).filter(|_| !accounting && sign.is_none()) {
        (rest, accounting) = (inner, true);
    }
    sign = sign.or_else(|| take_sign(&mut rest));
    if !rest.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let end = rest.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (body, mut after) = rest.split_at(end);
    if after == "-" && sign.is_none() && !accounting {
        (after, accounting) = ("", true);
    }
    let suffix = after.trim_start_matches(is_blank);
    if !suffix.is_empty() {
        glued = suffix.len() == after.len();
    }
    if accounting && sign.is_some() {
        return None;
    }
    let (unit, class) = match (prefix, suffix) {
        ("", "") if accounting => ("", Class::Accounting),
        ("", "") => return None,
        (prefix, "") => (prefix, class_of(prefix, glued)?),
        ("", suffix) => (suffix, class_of(suffix, glued)?),
        _ => return None,
    };
    let glued = glued && unit.chars().all(char::is_alphabetic);
    let negative = accounting || sign == Some('-');
    Some(Parts { negative, body, unit, class, glued, before: suffix.is_empty() && !prefix.is_empty(), accounting })
}

fn enclosed(text: &str) -> Option<&str> {
    Some(text.strip_prefix('(')?.strip_suffix(')')?.trim_matches(is_blank))
}

fn take_sign(rest: &mut &str) -> Option<char> {
    let sign = match rest.chars().next()? {
        '-' | '\u{2212}' => '-',
        '+' => '+',
        _ => return None,
    };
    *rest = rest.trim_start_matches(['-', '\u{2212}', '+']).trim_start_matches(is_blank);
    Some(sign)
}

/// A currency before the number; "" when there is none.
fn take_prefix<'a>(rest: &mut &'a str) -> &'a str {
    let text = *rest;
    let found = SIGNS.iter().chain(&CURRENCIES).filter(|prefix| text.starts_with(**prefix)).map(|prefix| prefix.len());
    let length = found.max().unwrap_or(0);
    *rest = &text[length..];
    &text[..length]
}

fn class_of(unit: &str, glued: bool) -> Option<Class> {
    if SIGNS.contains(&unit) {
        return Some(Class::Sign);
    }
    if CURRENCIES.contains(&unit) || UNITS.contains(&unit) {
        return Some(Class::Known);
    }
    if LETTERS.contains(&unit) {
        return Some(Class::Letter);
    }
    let letters = unit.chars().filter(|c| c.is_alphabetic()).count();
    let is_word = unit.chars().all(|c| c.is_alphabetic() || matches!(c, '/' | '²' | '³' | '°' | '.' | '-'))
        && (2..=LONGEST_WORD).contains(&letters)
        && unit.len() <= 2 * LONGEST_WORD;
    let other = NO_UNITS.iter().any(|word| unit.eq_ignore_ascii_case(word))
        || month_named(unit.trim_end_matches('.').as_bytes()).is_some();
    (is_word && !glued && !other).then_some(Class::Word)
}

/// Whether two units are the same: day and days, € and €.
pub fn same_unit(a: &str, b: &str) -> bool {
    a == b || (a.len().max(b.len()) > 3 && singular(a) == singular(b))
}

fn singular(unit: &str) -> &str {
    if unit.len() > 3 { unit.strip_suffix('s').unwrap_or(unit) } else { unit }
}

/// How one cell of a number column reads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Read {
    pub parsed: Parsed,
    /// A value without the unit that its column has.
    pub bare: bool,
}

/// Reads a trimmed text of a column with this unit ("": none).
pub fn read(text: &[u8], decimal: Decimal, unit: &str) -> Read {
    let plain = |bare| Read { parsed: numbers::parse(text, decimal), bare };
    if unit.is_empty() {
        let read = plain(false);
        if read.parsed != Parsed::Other {
            return read;
        }
        return match split(text).filter(|parts| parts.class == Class::Accounting) {
            Some(parts) => Read { parsed: parts.parse(decimal), bare: false },
            None => read,
        };
    }
    match split(text) {
        Some(parts) if parts.class == Class::Accounting => Read { parsed: parts.parse(decimal), bare: true },
        Some(parts) if same_unit(parts.unit, unit) => Read { parsed: parts.parse(decimal), bare: false },
        Some(_) => Read { parsed: Parsed::Other, bare: false },
        None => plain(true),
    }
}

/// The value of a text that is surely an amount, whatever stands around it: for telling notations and headers.
pub fn surely_amount(text: &[u8], decimal: Decimal) -> bool {
    split(text).is_some_and(|parts| {
        matches!(parts.class, Class::Accounting | Class::Sign | Class::Known)
            && matches!(parts.parse(decimal), Parsed::Value { .. })
    })
}

/// What the marks of a trimmed number, with or without a unit, tell about the notation.
pub fn marks(text: &[u8]) -> Marks {
    if !text.iter().any(|byte| matches!(byte, b'.' | b',')) {
        return Marks::None;
    }
    match split(text) {
        Some(parts) => numbers::marks(parts.body),
        // What is no UTF-8 was no number.
        None => std::str::from_utf8(text).map_or(Marks::None, numbers::marks),
    }
}

/// A number with marks that fit two notations: its value in this one, and the other.
pub fn readings(text: &[u8], decimal: Decimal) -> Option<(f64, f64)> {
    let parts = split(text);
    let body = parts.map_or(text, |parts| parts.body.as_bytes());
    let sign = if parts.is_some_and(|parts| parts.negative) { -1.0 } else { 1.0 };
    let Parsed::Value { value, .. } = numbers::parse(body, decimal) else {
        return None;
    };
    let other = numbers::both_readings(body)?.into_iter().find(|reading| *reading != value)?;
    Some((sign * value, sign * other))
}

/// The value and the unit of a text that is an amount for sure, in the notation that fits: "5 kg", "€ 12,50".
pub fn amount(text: &str) -> Option<(f64, &str)> {
    let parts = split(text.trim().as_bytes()).filter(|parts| matches!(parts.class, Class::Sign | Class::Known))?;
    let value = |decimal| match parts.parse(decimal) {
        Parsed::Value { value, .. } => Some(value),
        Parsed::NotANumber | Parsed::NotFinite | Parsed::Other => None,
    };
    let notations = [Decimal::Point, Decimal::PointWithCommas, Decimal::Comma, Decimal::CommaWithPoints];
    notations.into_iter().find_map(value).map(|value| (value, parts.unit))
}

/// The unit of a column whose values are these, `Some("")` for plain numbers some of which are negative by parentheses;
/// `None` when they are no such numbers. `sure`: a person has said that they are numbers.
pub fn unit_of<'a>(values: impl Iterator<Item = &'a [u8]> + Clone, decimal: Decimal, sure: bool) -> Option<String> {
    let Some(unit) = commonest(values.clone(), decimal) else {
        let accounting = values.clone().any(|value| is_accounting(infer::trim(value)));
        return (accounting && (sure || fits(values, decimal, ""))).then(String::new);
    };
    if sure {
        return Some(unit);
    }
    let of_unit =
        values.clone().filter_map(|value| split(infer::trim(value))).filter(|parts| same_unit(parts.unit, &unit));
    let (mut n, mut n_glued, mut n_before) = (0u64, 0u64, 0u64);
    let (mut marked, mut class, mut distinct) = (false, Class::Accounting, Vec::new());
    for parts in of_unit {
        n += 1;
        n_glued += u64::from(parts.glued);
        n_before += u64::from(parts.before);
        marked |= parts.is_marked();
        class = class.max(parts.class);
        if distinct.len() < FEWEST_NUMBERS && !distinct.contains(&parts.body) {
            distinct.push(parts.body);
        }
    }
    let evident = match class {
        Class::Accounting => false,
        Class::Sign => true,
        // USD100 may be a code, 100USD is none.
        Class::Known => n_glued == 0 || n_before == 0 || marked,
        Class::Letter => marked,
        Class::Word => distinct.len() >= FEWEST_NUMBERS,
    };
    let n_values = values.clone().count() as u64;
    let most = if class == Class::Word { n * 20 >= n_values * 19 } else { n * 2 >= n_values };
    (evident && most && fits(values, decimal, &unit)).then_some(unit)
}

fn is_accounting(text: &[u8]) -> bool {
    split(text).is_some_and(|parts| parts.class == Class::Accounting)
}

/// The unit that most values have; the first among equals. Its commonest spelling.
fn commonest<'a>(values: impl Iterator<Item = &'a [u8]>, decimal: Decimal) -> Option<String> {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for value in values {
        let Some(parts) = split(infer::trim(value)).filter(|parts| parts.class != Class::Accounting) else { continue };
        if !matches!(parts.parse(decimal), Parsed::Value { .. }) {
            continue;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(unit, _)| *unit == parts.unit) {
            *count += 1;
        } else if counts.len() < 16 {
            // A column with more endings has no unit.
            counts.push((parts.unit, 1));
        }
    }
    let mut best: Option<(&str, u64)> = None;
    for &(unit, count) in &counts {
        if best.is_none_or(|(_, most)| count > most) {
            best = Some((unit, count));
        }
    }
    best.map(|(unit, _)| unit.to_owned())
}

/// Few values are no numbers in this unit, few look like codes, and not all are negative by their parentheses.
fn fits<'a>(values: impl Iterator<Item = &'a [u8]>, decimal: Decimal, unit: &str) -> bool {
    let (mut n, mut misfits, mut codes, mut plain) = (0u64, 0u64, 0u64, 0u64);
    for value in values {
        let value = infer::trim(value);
        n += 1;
        match read(value, decimal, unit).parsed {
            Parsed::Value { code_like, .. } => {
                codes += u64::from(code_like);
                plain += u64::from(!split(value).is_some_and(|parts| parts.accounting));
            }
            Parsed::NotANumber | Parsed::NotFinite => {}
            Parsed::Other => misfits += 1,
        }
    }
    plain > 0 && codes as f64 <= infer::CODE_SHARE * n as f64 && infer::few_misfits(misfits, n)
}
