//! Texts that are dates: ISO 8601 with or without time and offset, and day, month, year with dots, slashes or hyphens.
//! A time without an offset is taken as UTC.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// In which order a column writes year, month and day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::enum_variant_names)] // What is first is what tells the orders apart.
pub enum DateOrder {
    YearFirst,
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    pub const ALL: [Self; 3] = [Self::YearFirst, Self::DayFirst, Self::MonthFirst];
}

/// Milliseconds since 1970-01-01T00:00:00Z, and whether the text had a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    pub milliseconds: i64,
    pub has_time: bool,
}

/// Reads `text`, which has no blanks at its ends; `None` when it is no date in this order.
pub fn parse(text: &[u8], order: DateOrder) -> Option<Instant> {
    let mut rest = Cursor(text);
    let date = read_date(&mut rest, order)?;
    let midnight = Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok()?.as_millisecond();
    if rest.0.is_empty() {
        return Some(Instant { milliseconds: midnight, has_time: false });
    }
    if !rest.take(b'T') && !rest.take(b't') && !rest.take(b' ') {
        return None;
    }
    while rest.take(b' ') {}
    let time = read_time(&mut rest)?;
    let offset = read_offset(&mut rest)?;
    rest.0.is_empty().then_some(())?;
    let of_day = i64::from(time.hour()) * 3_600_000
        + i64::from(time.minute()) * 60_000
        + i64::from(time.second()) * 1000
        + i64::from(time.millisecond());
    Some(Instant { milliseconds: midnight + of_day - offset, has_time: true })
}

/// The unread rest of a text.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.0 = &self.0[1..];
        }
        found
    }

    /// A whole number of `least..=most` digits.
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let n = self.0.iter().take(most).take_while(|b| b.is_ascii_digit()).count();
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
}

fn read_date(rest: &mut Cursor, order: DateOrder) -> Option<Date> {
    let (first_width, last_width) = if order == DateOrder::YearFirst { (4, 2) } else { (2, 4) };
    let first = rest.number(if first_width == 4 { 4 } else { 1 }, first_width)?;
    let separator = rest.separator()?;
    let second = rest.number(1, 2)?;
    if rest.separator()? != separator {
        return None;
    }
    let third = rest.number(if last_width == 4 { 4 } else { 1 }, last_width)?;
    let (year, month, day) = match order {
        DateOrder::YearFirst => (first, second, third),
        DateOrder::DayFirst => (third, second, first),
        DateOrder::MonthFirst => (third, first, second),
    };
    // Each number has at most four digits.
    Date::new(year as i16, month as i8, day as i8).ok()
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
