//! What a column holds, told from the texts of its first values.

use super::dates::{self, DateOrder};
use super::numbers::{self, Parsed};
use super::{CsvSettings, Decimal, affix};

/// How the cells of a column are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With this unit ("": none), in this notation.
    Number(String, Decimal),
    Date(DateOrder),
    /// Any texts; whether they are categories, yes/no or free text is seen at the end.
    Levels,
    /// As the person said.
    Boolean,
    Category,
    Text,
}

/// What a file's settings mean for every cell.
pub struct Rules {
    /// The file's notation, and all notations, the likeliest first.
    pub decimal: Decimal,
    notations: [Decimal; 5],
    pub missing: MissingTexts,
    pub day_first: Option<bool>,
    /// Years of two digits lie in the hundred years from this one on.
    pub first_year: i16,
    /// Of a file that writes as much of Europe does: 03/04 is the third of April unless the data say otherwise.
    pub prefers_day_first: bool,
}

impl Rules {
    pub fn new(settings: &CsvSettings) -> Self {
        let decimal_comma = !matches!(settings.decimal, Decimal::Point | Decimal::PointWithCommas);
        Self {
            decimal: settings.decimal,
            notations: notations(settings.delimiter),
            missing: MissingTexts::new(&settings.missing),
            day_first: settings.day_first,
            first_year: settings.first_year,
            prefers_day_first: decimal_comma || settings.delimiter == b';',
        }
    }
}

/// All notations, the likeliest for a file with this delimiter first.
pub fn notations(delimiter: u8) -> [Decimal; 5] {
    let [point, comma] = [Decimal::Point, Decimal::Comma];
    let [commas, points, spaces] = [Decimal::PointWithCommas, Decimal::CommaWithPoints, Decimal::CommaWithSpaces];
    if delimiter == b',' { [point, commas, comma, points, spaces] } else { [point, comma, commas, points, spaces] }
}

/// The texts that mean "missing", quickly told from others.
pub struct MissingTexts {
    texts: Vec<Vec<u8>>,
    longest: usize,
    first: [bool; 256],
    /// None of them is a plain number.
    pub spare_numbers: bool,
}

impl MissingTexts {
    pub fn new(texts: &[String]) -> Self {
        let texts: Vec<Vec<u8>> = texts.iter().map(|text| trim(text.as_bytes()).to_vec()).collect();
        let mut first = [false; 256];
        for byte in texts.iter().filter_map(|text| text.first()) {
            first[usize::from(*byte)] = true;
        }
        let is_plain =
            |text: &Vec<u8>| [Decimal::Point, Decimal::Comma].iter().any(|&d| numbers::plain(text, d).is_some());
        let spare_numbers = !texts.iter().any(is_plain);
        Self { longest: texts.iter().map(Vec::len).max().unwrap_or(0), texts, first, spare_numbers }
    }

    /// Whether a trimmed text means "missing".
    #[inline]
    pub fn contains(&self, trimmed: &[u8]) -> bool {
        match trimmed.first() {
            None => true,
            Some(&byte) => {
                self.first[usize::from(byte)]
                    && trimmed.len() <= self.longest
                    && self.texts.iter().any(|text| text == trimmed)
            }
        }
    }
}

/// Without blanks at the ends: ASCII blanks and the no-break space.
#[inline]
pub fn trim(text: &[u8]) -> &[u8] {
    let is_ascii_edge = |byte: Option<&u8>| byte.is_none_or(|b| !b.is_ascii_whitespace() && *b < 0x80);
    if is_ascii_edge(text.first()) && is_ascii_edge(text.last()) {
        return text;
    }
    trim_edges(text)
}

fn trim_edges(text: &[u8]) -> &[u8] {
    let mut text = text.trim_ascii();
    while let Some(rest) = text.strip_prefix("\u{a0}".as_bytes()) {
        text = rest.trim_ascii_start();
    }
    while let Some(rest) = text.strip_suffix("\u{a0}".as_bytes()) {
        text = rest.trim_ascii_end();
    }
    text
}

/// Share of values that may not fit a type.
pub const MISFIT_SHARE: f64 = 0.05;
/// Share of values that may not fit when all of them are the same word, such as "unknown".
pub const ONE_WORD_SHARE: f64 = 0.3;
/// Share of numbers that may look like codes (00501, or more than 15 digits).
pub const CODE_SHARE: f64 = 0.005;

/// Whether `misfits` of `n` values are few enough: 5 %, and always one of four or more.
pub fn few_misfits(misfits: u64, n: u64) -> bool {
    misfits < n && (misfits as f64 <= MISFIT_SHARE * n as f64 || (misfits == 1 && n >= 4))
}

/// The kind of a column whose first values are these. `unit`: as a person or a model set it.
pub fn kind_of<'a>(values: impl Iterator<Item = &'a [u8]> + Clone, unit: Option<&str>, rules: &Rules) -> Kind {
    let n = values.clone().count() as u64;
    let given = || unit.unwrap_or_default().to_owned();
    if n == 0 {
        // pandas reads a column without a value as numbers too.
        return Kind::Number(given(), rules.decimal);
    }
    let decimal = notation(values.clone(), rules);
    if decimal == rules.decimal && looks_like_numbers(values.clone(), n, decimal) {
        return Kind::Number(given(), decimal);
    }
    let (order, n_dates) = date_order(values.clone(), rules);
    if n_dates > 0 && few_misfits(n - n_dates, n) && !values.clone().all(is_season) {
        return Kind::Date(order);
    }
    if decimal != rules.decimal && looks_like_numbers(values.clone(), n, decimal) {
        return Kind::Number(given(), decimal);
    }
    match (unit, affix::unit_of(values, decimal, false)) {
        (None, Some(found)) => Kind::Number(found, decimal),
        (Some(given), Some(found)) if found.is_empty() || affix::same_unit(given, &found) => {
            Kind::Number(given.to_owned(), decimal)
        }
        _ => Kind::Levels,
    }
}

/// The notation of one column: the file's, unless another one makes numbers of more of its values.
pub fn notation<'a>(values: impl Iterator<Item = &'a [u8]> + Clone, rules: &Rules) -> Decimal {
    let is_number = |value: &&[u8], decimal| {
        let value = trim(value);
        let parsed = affix::split(value).map_or_else(|| numbers::parse(value, decimal), |parts| parts.parse(decimal));
        matches!(parsed, Parsed::Value { .. })
    };
    // Only numbers with a mark can differ.
    let marked =
        values.filter(|value| value.iter().any(u8::is_ascii_digit) && value.iter().any(|b| b",.' ".contains(b)));
    let fitting = |decimal| marked.clone().filter(|value| is_number(value, decimal)).count();
    let (mut best, mut most) = (rules.decimal, fitting(rules.decimal));
    if most == marked.clone().count() {
        return best;
    }
    for decimal in rules.notations {
        let n = fitting(decimal);
        if n > most {
            (best, most) = (decimal, n);
        }
    }
    best
}

/// 2011-12 as in "from 2011 to 2012".
fn is_season(value: &[u8]) -> bool {
    let digits = |range: std::ops::Range<usize>| {
        value
            .get(range)
            .filter(|part| part.iter().all(u8::is_ascii_digit))
            .map(|part| part.iter().fold(0u32, |number, &digit| number * 10 + u32::from(digit - b'0')))
    };
    value.len() == 7 && digits(0..4).zip(digits(5..7)).is_some_and(|(year, next)| (year + 1) % 100 == next)
}

/// The order of year, month and day that most values fit, and how many do.
pub fn date_order<'a>(values: impl Iterator<Item = &'a [u8]> + Clone, rules: &Rules) -> (DateOrder, u64) {
    let fitting = |order| {
        values.clone().filter(|value| dates::parse(trim(value), order, rules.first_year).is_some()).count() as u64
    };
    let [year, day, month, short_year] = DateOrder::ALL.map(fitting);
    if year >= day.max(month).max(short_year) {
        return (DateOrder::YearFirst, year);
    }
    if short_year > day.max(month) {
        return (DateOrder::ShortYearFirst, short_year);
    }
    let day_first = rules.day_first.unwrap_or_else(|| {
        if day != month {
            return day > month;
        }
        rules.prefers_day_first || !values.clone().any(|value| value.contains(&b'/'))
    });
    if day_first { (DateOrder::DayFirst, day) } else { (DateOrder::MonthFirst, month) }
}

fn looks_like_numbers<'a>(values: impl Iterator<Item = &'a [u8]>, n: u64, decimal: Decimal) -> bool {
    let (mut misfits, mut codes) = (0, 0);
    let mut misfit: Option<&[u8]> = None;
    let mut one_word = true;
    let mut distinct: Vec<f64> = Vec::new();
    for value in values {
        let value = trim(value);
        match numbers::parse(value, decimal) {
            Parsed::Value { value, code_like } => {
                codes += u64::from(code_like);
                if distinct.len() <= 20 && !distinct.contains(&value) {
                    distinct.push(value);
                }
            }
            Parsed::NotANumber | Parsed::NotFinite => {}
            Parsed::Other => {
                misfits += 1;
                one_word &= *misfit.get_or_insert(value) == value && is_word(value);
            }
        }
    }
    if misfits == n || codes as f64 > CODE_SHARE * n as f64 {
        return false;
    }
    few_misfits(misfits, n) || (one_word && distinct.len() > 20 && misfits as f64 <= ONE_WORD_SHARE * n as f64)
}

/// Whether a text that is no number could be a word for "missing": it has no digit.
pub fn is_word(text: &[u8]) -> bool {
    !text.iter().any(u8::is_ascii_digit)
}

/// The words of yes/no columns: false, true.
const YES_NO: [[&str; 2]; 4] = [["false", "true"], ["no", "yes"], ["n", "y"], ["f", "t"]];

/// The pair a word belongs to and which of the two it is; any case.
pub fn boolean_word(text: &[u8]) -> Option<(usize, u8)> {
    YES_NO.iter().enumerate().find_map(|(pair, words)| {
        let which = words.iter().position(|word| text.eq_ignore_ascii_case(word.as_bytes()))?;
        Some((pair, which as u8))
    })
}

/// As `boolean_word`, and 0 and 1, for a column that the person calls yes/no.
pub fn boolean_value(text: &[u8]) -> Option<u8> {
    match text {
        b"0" => Some(0),
        b"1" => Some(1),
        _ => boolean_word(text).map(|(_, value)| value),
    }
}
