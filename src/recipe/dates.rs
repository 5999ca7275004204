//! Dates by a format such as `%d.%m.%Y %H:%M`, in the letters of C's `strptime`.

use jiff::Timestamp;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};

/// A format that names at least a year.
#[derive(Clone, Debug)]
pub struct DateFormat(String);

impl DateFormat {
    /// `Err`: what is wrong with the format, as a sentence.
    pub fn new(format: &str) -> Result<Self, String> {
        // 2003-04-25T16:07:08: no two of its parts are the same number.
        const SAMPLE: i64 = 1_051_286_828_000;
        let sample =
            Timestamp::from_millisecond(SAMPLE).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned_datetime(TimeZone::UTC);
        let written = BrokenDownTime::from(&sample).to_string(format);
        let Ok(written) = written else {
            return Err(format!("“{format}” has a letter after % that means no part of a date."));
        };
        let read = Self(format.to_owned());
        match read.read(&written) {
            Some(_) => Ok(read),
            None => {
                Err(format!("A date cannot be read by “{format}”: it names no year, or parts that do not go together."))
            }
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, and whether there was an hour; `None` where the text has another form.
    /// Blanks at the ends do not count; a month that is not named is January, a day the first.
    pub fn read(&self, text: &str) -> Option<(i64, bool)> {
        let mut parts = BrokenDownTime::parse(&self.0, text.trim()).ok()?;
        let has_time = parts.hour().is_some() || parts.timestamp().is_some();
        if parts.offset().is_some() || parts.timestamp().is_some() {
            return Some((parts.to_timestamp().ok()?.as_millisecond(), has_time));
        }
        let by_week = parts.iso_week_year().is_some()
            || parts.sunday_based_week().is_some()
            || parts.monday_based_week().is_some()
            || parts.day_of_year().is_some();
        if parts.year().is_some() && !by_week {
            if parts.month().is_none() {
                parts.set_month(Some(1)).ok()?;
            }
            if parts.day().is_none() {
                parts.set_day(Some(1)).ok()?;
            }
        }
        let civil = if has_time { parts.to_datetime().ok()? } else { parts.to_date().ok()?.at(0, 0, 0, 0) };
        // “24” is no year of %Y, and nobody's data are that old.
        const FIRST_YEAR: i16 = 1_000;
        if civil.year() < FIRST_YEAR {
            return None;
        }
        Some((Offset::UTC.to_timestamp(civil).ok()?.as_millisecond(), has_time))
    }
}
