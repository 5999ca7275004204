//! Texts that are dates: ISO 8601 with or without time and offset; day, month, year with dots, slashes or hyphens; with
//! the month as a word; years of two digits; months without a day. A time without an offset is taken as UTC.
//! A year of four digits in front can be read in one way only, so every order takes it.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

use super::months::{is_weekday, month_named};

/// In which order a column writes year, month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names)] // What is first is what tells the orders apart.
pub enum DateOrder {
    YearFirst,
    DayFirst,
    MonthFirst,
    /// A year of two digits first.
    ShortYearFirst,
}

impl DateOrder {
    pub const ALL: [Self; 4] = [Self::YearFirst, Self::DayFirst, Self::MonthFirst, Self::ShortYearFirst];
}

/// What a text says. Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    pub milliseconds: i64,
    pub has_time: bool,
    /// The year has two digits.
    pub short_year: bool,
    /// There is no day: the first of the month.
    pub month_only: bool,
    /// Year, month and day are numbers: their order tells them apart.
    pub ordered: bool,
    /// The year stands in front and has four digits, so that no other order fits.
    pub year_first: bool,
}

/// In which of `DateOrder::ALL` a text is a date.
pub fn orders_of(text: &str, first_year: i16) -> [bool; 4] {
    let text = text.trim().as_bytes();
    DateOrder::ALL.map(|order| parse(text, order, first_year).is_some())
}

/// Reads `text`, which has no blanks at its ends; `None` when it is no date in this order. Years of two digits lie in the
/// hundred years from `first_year` on.
pub fn parse(text: &[u8], order: DateOrder, first_year: i16) -> Option<Instant> {
    // Most texts of other columns end here.
    if text.len() < 6 || !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let mut rest = Cursor(text);
    skip_weekday(&mut rest);
    let day = read_date(&mut rest, order, first_year)?;
    let midnight = Offset::UTC.to_timestamp(day.date.at(0, 0, 0, 0)).ok()?.as_millisecond();
    let instant = |milliseconds, has_time| Instant {
        milliseconds,
        has_time,
        short_year: day.short_year,
        month_only: day.month_only,
        ordered: day.ordered,
        year_first: text.len() > 4 && text[..4].iter().all(u8::is_ascii_digit),
    };
    if let Some(time) = day.time {
        return rest.0.is_empty().then(|| instant(midnight + time, true));
    }
    if rest.0.is_empty() {
        return Some(instant(midnight, false));
    }
    if day.month_only {
        return None;
    }
    let separated = match rest.0[0] {
        b'T' | b't' | b' ' | b':' => true,
        b',' => rest.0.get(1) == Some(&b' '),
        _ => false,
    };
    if !separated {
        return None;
    }
    rest.0 = &rest.0[1..];
    while rest.take(b' ') {}
    let of_day = milliseconds_of_day(read_time(&mut rest)?);
    let offset = read_offset(&mut rest)?;
    rest.0.is_empty().then(|| instant(midnight + of_day - offset, true))
}

/// The unread rest of a text.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    fn n_digits(&self) -> usize {
        self.0.iter().take_while(|b| b.is_ascii_digit()).count()
    }

    /// A whole number of `least..=most` digits.
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let n = self.n_digits().min(most);
        if n < least {
            return None;
        }
        let value = self.0[..n].iter().fold(0, |value, &b| value * 10 + i32::from(b - b'0'));
        self.0 = &self.0[n..];
        Some(value)
    }

    fn separator(&mut self) -> Option<u8> {
        let byte = *self.0.first().filter(|b| matches!(b, b'-' | b'/' | b'.'))?;
        self.0 = &self.0[1..];
        Some(byte)
    }

    /// Letters of any script, as far as they go.
    fn word(&self) -> &'a [u8] {
        let n = self.0.iter().take_while(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
        &self.0[..n]
    }

    fn month_word(&mut self) -> Option<i32> {
        let word = self.word();
        let month = month_named(word)?;
        self.0 = &self.0[word.len()..];
        Some(i32::from(month))
    }

    /// Dots, commas, hyphens, slashes and blanks between the parts of a date with words; at least one.
    fn loose_separator(&mut self) -> Option<()> {
        let n = self.0.iter().take_while(|b| matches!(b, b' ' | b'.' | b',' | b'-' | b'/')).count();
        self.0 = &self.0[n..];
        (1..=3).contains(&n).then_some(())
    }
}

/// "Tue, ", "Tuesday ".
fn skip_weekday(rest: &mut Cursor) {
    let word = rest.word();
    if is_weekday(word) {
        let mut after = Cursor(&rest.0[word.len()..]);
        after.take(b'.');
        after.take(b',');
        if after.take(b' ') {
            *rest = after;
        }
    }
}

struct Day {
    date: Date,
    short_year: bool,
    month_only: bool,
    ordered: bool,
    /// Milliseconds of a time that stood before the year.
    time: Option<i64>,
}

/// Years that a month without a day, or eight digits, may have: other such numbers are codes.
const LIKELY_YEARS: std::ops::RangeInclusive<i32> = 1800..=2199;

fn read_date(rest: &mut Cursor, order: DateOrder, first_year: i16) -> Option<Day> {
    match rest.n_digits() {
        0 => month_word_first(rest, first_year),
        4 => year_first(rest),
        8 => compact(rest),
        1 | 2 => two_digits_first(rest, order, first_year),
        _ => None,
    }
}

fn day(year: i32, month: i32, day: i32, ordered: bool) -> Option<Day> {
    // Each number has at most four digits.
    let date = Date::new(year as i16, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(Day { date, short_year: false, month_only: false, ordered, time: None })
}

/// 2024-02-29, 2024-Feb-29, 2024-02.
fn year_first(rest: &mut Cursor) -> Option<Day> {
    let year = rest.number(4, 4)?;
    let separator = rest.separator().or_else(|| rest.take(b' ').then_some(b' '))?;
    if let Some(month) = rest.month_word() {
        rest.loose_separator()?;
        return day(year, month, rest.number(1, 2)?, false);
    }
    if separator == b' ' {
        return None;
    }
    let month = rest.number(1, 2)?;
    if rest.0.is_empty() && separator != b'.' && LIKELY_YEARS.contains(&year) {
        return Some(Day { month_only: true, ..day(year, month, 1, false)? });
    }
    if rest.separator()? != separator {
        return None;
    }
    day(year, month, rest.number(1, 2)?, true)
}

/// 20240229.
fn compact(rest: &mut Cursor) -> Option<Day> {
    let (year, month, of_month) = (rest.number(4, 4)?, rest.number(2, 2)?, rest.number(2, 2)?);
    LIKELY_YEARS.contains(&year).then_some(())?;
    day(year, month, of_month, false)
}

/// 29.02.2024, 29/2/24, 29 Feb 2024, 02/2024, and 24-02-29 where the order says so.
fn two_digits_first(rest: &mut Cursor, order: DateOrder, first_year: i16) -> Option<Day> {
    let n_first = rest.n_digits();
    let first = rest.number(1, 2)?;
    let mut words = *rest;
    if let Some(found) = month_word_second(&mut words, first, first_year) {
        *rest = words;
        return Some(found);
    }
    let separator = rest.separator()?;
    if rest.n_digits() == 4 && separator != b'.' && rest.0.len() == 4 {
        let year = rest.number(4, 4)?;
        LIKELY_YEARS.contains(&year).then_some(())?;
        return Some(Day { month_only: true, ..day(year, first, 1, false)? });
    }
    let n_second = rest.n_digits();
    let second = rest.number(1, 2)?;
    if rest.separator()? != separator {
        return None;
    }
    let n_third = rest.n_digits();
    let third = rest.number(1, 4)?;
    if n_third == 4 {
        return match order {
            DateOrder::DayFirst => day(third, second, first, true),
            DateOrder::MonthFirst => day(third, first, second, true),
            DateOrder::YearFirst | DateOrder::ShortYearFirst => None,
        };
    }
    // Versions and ranges have such parts too; only with slashes is one digit a usual day.
    let usual = separator == b'/' || (n_first == 2 && n_second == 2);
    if n_third != 2 || !usual {
        return None;
    }
    let found = match order {
        DateOrder::DayFirst => day(full_year(third, first_year), second, first, true),
        DateOrder::MonthFirst => day(full_year(third, first_year), first, second, true),
        DateOrder::ShortYearFirst if n_first == 2 => day(full_year(first, first_year), second, third, true),
        DateOrder::YearFirst | DateOrder::ShortYearFirst => None,
    }?;
    Some(Day { short_year: true, ..found })
}

/// The rest of 29 Feb 2024, 29-Feb-24, 29th of February, 2024.
fn month_word_second(rest: &mut Cursor, of_month: i32, first_year: i16) -> Option<Day> {
    skip_ordinal(rest);
    rest.loose_separator()?;
    for linking in [&b"of "[..], b"de "] {
        if rest.0.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(linking)) {
            rest.0 = &rest.0[3..];
        }
    }
    let month = rest.month_word()?;
    rest.loose_separator()?;
    if rest.0.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"de ")) {
        rest.0 = &rest.0[3..];
    }
    with_year(rest, month, of_month, first_year)
}

fn skip_ordinal(rest: &mut Cursor) {
    let ordinal = |ending: &&[u8]| rest.0.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(ending));
    if [&b"st"[..], b"nd", b"rd", b"th"].iter().any(ordinal) && !rest.0.get(2).is_some_and(u8::is_ascii_alphabetic) {
        rest.0 = &rest.0[2..];
    }
}

/// February 29, 2024; Feb 29 12:30:00 2024; Feb 2024.
fn month_word_first(rest: &mut Cursor, first_year: i16) -> Option<Day> {
    let month = rest.month_word()?;
    rest.loose_separator()?;
    if rest.n_digits() == 4 {
        let year = rest.number(4, 4)?;
        LIKELY_YEARS.contains(&year).then_some(())?;
        return Some(Day { month_only: true, ..day(year, month, 1, false)? });
    }
    let of_month = rest.number(1, 2)?;
    skip_ordinal(rest);
    rest.loose_separator()?;
    if rest.0.get(1..3).is_some_and(|ahead| ahead.contains(&b':')) {
        let time = milliseconds_of_day(read_time(rest)?);
        rest.loose_separator()?;
        return Some(Day { time: Some(time), ..day(rest.number(4, 4)?, month, of_month, false)? });
    }
    with_year(rest, month, of_month, first_year)
}

fn with_year(rest: &mut Cursor, month: i32, of_month: i32, first_year: i16) -> Option<Day> {
    match rest.n_digits() {
        4 => day(rest.number(4, 4)?, month, of_month, false),
        2 => {
            let year = full_year(rest.number(2, 2)?, first_year);
            Some(Day { short_year: true, ..day(year, month, of_month, false)? })
        }
        _ => None,
    }
}

/// The year of the hundred from `first_year` on that ends in these two digits.
fn full_year(two_digits: i32, first_year: i16) -> i32 {
    let first = i32::from(first_year);
    first + (two_digits - first).rem_euclid(100)
}

fn milliseconds_of_day(time: Time) -> i64 {
    i64::from(time.hour()) * 3_600_000
        + i64::from(time.minute()) * 60_000
        + i64::from(time.second()) * 1000
        + i64::from(time.millisecond())
}

/// hh:mm, hh:mm:ss, a fraction of a second after point or comma (cut to milliseconds), am or pm.
fn read_time(rest: &mut Cursor) -> Option<Time> {
    let mut hour = rest.number(1, 2)?;
    rest.take(b':').then_some(())?;
    let minute = rest.number(2, 2)?;
    let mut second = 0;
    let mut milliseconds = 0;
    if rest.take(b':') {
        second = rest.number(2, 2)?;
        if rest.take(b'.') || rest.take(b',') {
            let digits = rest.0.iter().take_while(|b| b.is_ascii_digit()).count();
            if digits == 0 {
                return None;
            }
            for i in 0..3 {
                milliseconds = milliseconds * 10 + if i < digits { i32::from(rest.0[i] - b'0') } else { 0 };
            }
            rest.0 = &rest.0[digits..];
        }
    }
    if let Some(afternoon) = read_half_of_day(rest) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    // Each number has at most three digits.
    Time::new(hour as i8, minute as i8, second as i8, milliseconds * 1_000_000).ok()
}

fn read_half_of_day(rest: &mut Cursor) -> Option<bool> {
    let blanks = rest.0.iter().take_while(|&&b| b == b' ').count();
    let word = rest.0.get(blanks..blanks + 2)?;
    let afternoon = if word.eq_ignore_ascii_case(b"pm") {
        true
    } else if word.eq_ignore_ascii_case(b"am") {
        false
    } else {
        return None;
    };
    rest.0 = &rest.0[blanks + 2..];
    Some(afternoon)
}

/// Z, +hh, +hhmm or +hh:mm in milliseconds; nothing is 0.
fn read_offset(rest: &mut Cursor) -> Option<i64> {
    while rest.take(b' ') {}
    if rest.take(b'Z') || rest.take(b'z') || rest.0.is_empty() {
        return Some(0);
    }
    if rest.0.eq_ignore_ascii_case(b"utc") || rest.0.eq_ignore_ascii_case(b"gmt") {
        rest.0 = &[];
        return Some(0);
    }
    let sign = if rest.take(b'+') {
        1
    } else if rest.take(b'-') {
        -1
    } else {
        return None;
    };
    let hours = rest.number(2, 2)?;
    rest.take(b':');
    let minutes = if rest.0.is_empty() { 0 } else { rest.number(2, 2)? };
    (hours < 24 && minutes < 60).then_some(sign * i64::from(hours * 60 + minutes) * 60_000)
}
