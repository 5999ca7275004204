//! Personal data: values with the form and the check digits of an address or a number of a person, and columns of names.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::checksums::{NATIONAL, is_card, is_iban};
use super::texts::{counted, rows_with};
use super::{Evidence, Finding, Repair, between, rows_where};
use crate::order::OrderBy;
use crate::table::{Column, Values, number_text};

/// What a column says of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Personal {
    Email,
    Iban,
    Card,
    Phone,
    IpAddress,
    /// By position in the list of national numbers.
    National(u8),
    Name,
}

impl Personal {
    /// "e-mail addresses".
    pub fn words(self) -> &'static str {
        match self {
            Self::Email => "e-mail addresses",
            Self::Iban => "bank accounts (IBAN)",
            Self::Card => "payment card numbers",
            Self::Phone => "phone numbers",
            Self::IpAddress => "IP addresses",
            Self::National(which) => NATIONAL.get(usize::from(which)).map_or("national numbers", |(words, _)| words),
            Self::Name => "names of people",
        }
    }

    /// No other text has this form by chance: a few in a column are enough.
    fn is_certain(self) -> bool {
        matches!(self, Self::Email | Self::Iban)
    }
}

/// Values that a column needs, and the share of them that must agree where the form alone is not certain.
const FEWEST: u32 = 10;
const SHARE: f64 = 0.9;
/// Values of a certain form that make a finding.
const FEWEST_CERTAIN: u32 = 3;
/// Digits of the shortest number that is looked at.
const FEWEST_DIGITS: usize = 9;
/// The share of different values that names of people have.
const DIFFERENT: f64 = 0.3;

/// Words for names of people in the header of a column, beside which its values must look like names.
const HEADERS: [&str; 26] = [
    "name",
    "names",
    "fullname",
    "full name",
    "first name",
    "firstname",
    "given name",
    "last name",
    "lastname",
    "surname",
    "family name",
    "middle name",
    "maiden name",
    "customer name",
    "employee name",
    "patient name",
    "person",
    "nom",
    "prenom",
    "prénom",
    "nachname",
    "vorname",
    "nombre",
    "apellido",
    "cognome",
    "nome",
];

pub(super) fn look(position: u32, column: &Column, found: &mut Vec<Finding>) {
    let Some((kind, share)) = kind_of(column) else {
        return;
    };
    let is = |text: &str| if kind == Personal::Name { true } else { form_of(text) == Some(kind) };
    let (n_rows, rows) = match &column.values {
        Values::Number(numbers) => rows_where(numbers.len(), |row| whole(numbers[row]).is_some_and(|text| is(&text))),
        _ => rows_with(column, is),
    };
    found.push(Finding {
        severity: between(0.45, 0.65, share),
        columns: vec![position],
        evidence: Evidence::Personal { kind },
        n_rows,
        rows,
        repair: Some(Repair::Ignore { column: position }),
    });
}

/// What a column says of people, and the share of its values that do. Costs a few µs a distinct value that could be one.
pub fn kind_of(column: &Column) -> Option<(Personal, f64)> {
    let (mut n, mut kinds) = (0u32, Vec::<(Personal, u32)>::new());
    let mut count = |text: &str, times: u32| {
        n += times;
        if let Some(kind) = form_of(text) {
            match kinds.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += times,
                None => kinds.push((kind, times)),
            }
        }
    };
    match &column.values {
        Values::Number(numbers) => numbers.iter().for_each(|&number| {
            // Most have too few digits to be looked at.
            if number.abs() < 1e8 {
                count("", 1);
            } else if !number.is_nan() {
                count(&whole(number).unwrap_or_default(), 1);
            }
        }),
        Values::Category { .. } | Values::Text(_) => {
            counted(column)?.texts.iter().for_each(|(text, times)| count(text, *times));
        }
        Values::Boolean { .. } | Values::Date { .. } => return None,
    }
    kinds.order_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let enough = |kind: Personal, count: u32| {
        if kind.is_certain() {
            count >= FEWEST_CERTAIN
        } else {
            count >= FEWEST && f64::from(count) >= SHARE * f64::from(n)
        }
    };
    let best = kinds.into_iter().find(|(kind, count)| enough(*kind, *count));
    best.map(|(kind, count)| (kind, f64::from(count) / f64::from(n.max(1))))
        .or_else(|| names(column).then_some((Personal::Name, 1.0)))
}

/// A whole number in digits, if it has enough of them.
fn whole(number: f64) -> Option<String> {
    let enough = number.fract() == 0.0 && (1e8..1e15).contains(&number.abs())
        || number.fract() == 0.0 && (1e15..9e15).contains(&number);
    enough.then(|| if number < 1e15 { number_text(number) } else { format!("{number:.0}") })
}

/// The form of a text that names a person.
fn form_of(text: &str) -> Option<Personal> {
    let text = text.trim();
    // The longest of them, an e-mail address, has at most 254 characters.
    if text.len() < 7 || text.len() > 254 {
        return None;
    }
    if is_email(text) {
        return Some(Personal::Email);
    }
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    if n_digits >= 4 && text.parse::<IpAddr>().is_ok() {
        return Some(Personal::IpAddress);
    }
    if n_digits < 5 || text.len() > 42 {
        return None;
    }
    let bare: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '\u{a0}')).map(|c| c.to_ascii_uppercase()).collect();
    if is_iban(&bare) {
        return Some(Personal::Iban);
    }
    if is_card(&bare) {
        return Some(Personal::Card);
    }
    // Nine digits alone are too often a Social Security number; its hyphens tell, also from a phone number.
    let is_national =
        |at: usize| bare.len() >= FEWEST_DIGITS && (at != 0 || is_hyphened(text)) && NATIONAL[at].1(&bare);
    if is_national(0) {
        return Some(Personal::National(0));
    }
    if is_phone(text) {
        return Some(Personal::Phone);
    }
    (1..NATIONAL.len()).find(|&at| is_national(at)).map(|at| Personal::National(at as u8))
}

/// 078-05-1120.
fn is_hyphened(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[3] == b'-' && bytes[6] == b'-'
}

/// One @ between a name and a host with a dot.
fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let of_name = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let of_host = |c: char| c.is_alphanumeric() || c == '-';
    let labels: Vec<&str> = host.split('.').collect();
    !name.is_empty()
        && name.len() <= 64
        && name.chars().all(of_name)
        && !name.starts_with('.')
        && !name.ends_with('.')
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(of_host))
        && labels.last().is_some_and(|top| top.chars().count() >= 2 && !top.chars().all(|c| c.is_ascii_digit()))
}

/// ITU E.164: eight to fifteen digits, after + or 00, or set apart as people write them: (212) 555-0123, 030 1234567.
fn is_phone(text: &str) -> bool {
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    let signs = text.chars().filter(|c| !c.is_ascii_digit());
    if !(8..=15).contains(&n_digits)
        || !signs.clone().all(|c| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/' | '+' | '\u{a0}'))
    {
        return false;
    }
    let pluses = signs.clone().filter(|c| *c == '+').count();
    let apart = signs.count() - pluses;
    match text.chars().next() {
        Some('+') => pluses == 1,
        Some('(') => pluses == 0 && n_digits >= 9,
        // 00 and the country, or 0 and the place.
        Some('0') => pluses == 0 && n_digits >= 9 && (apart > 0 || text.starts_with("00")) && !text.contains('.'),
        // 212-555-0123 and 212 555 0123.
        Some('2'..='9') => n_digits == 10 && is_american(text),
        _ => false,
    }
}

fn is_american(text: &str) -> bool {
    let parts: Vec<&str> = text.split([' ', '-']).collect();
    matches!(parts[..], [a, b, c] if a.len() == 3 && b.len() == 3 && c.len() == 4)
}

/// A column whose header says that it holds names, and whose values look like names.
fn names(column: &Column) -> bool {
    let header: String = column.name.trim().to_lowercase().replace(['_', '-', '.'], " ");
    if !HEADERS.contains(&header.as_str()) {
        return false;
    }
    let Some(counted) = counted(column) else { return false };
    let like: u32 = counted.texts.iter().filter(|(text, _)| is_name_like(text)).map(|(_, count)| count).sum();
    let mut different: Vec<&str> = counted.texts.iter().map(|(text, _)| *text).collect();
    different.sort_unstable();
    different.dedup();
    counted.n >= FEWEST
        && f64::from(like) >= SHARE * f64::from(counted.n)
        && different.len() as f64 >= DIFFERENT * f64::from(counted.n)
}

/// One to eight words of letters, the first with a capital where the script has any.
fn is_name_like(text: &str) -> bool {
    let bare = text.trim();
    let n_words = bare.split_whitespace().count();
    (1..=12).contains(&n_words)
        && bare.chars().count() <= 90
        && bare.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
        && bare.chars().all(|c| c.is_alphabetic() || c.is_whitespace() || "'’.,-()\"/".contains(c))
}
