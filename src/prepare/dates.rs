//! Calendar parts of milliseconds since 1970-01-01T00:00:00Z, in UTC.

use super::DatePart;
use crate::table::MISSING_DATE;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;

/// Days since the epoch with their fraction; NaN when missing.
pub(super) fn days(milliseconds: i64) -> f32 {
    if milliseconds == MISSING_DATE { f32::NAN } else { (milliseconds as f64 / DAY as f64) as f32 }
}

/// Whole days since the epoch, rounded down.
pub(super) fn day(milliseconds: i64) -> i64 {
    milliseconds.div_euclid(DAY)
}

impl DatePart {
    /// Position of the date in this part's one-hot group, `0..n_values`. `milliseconds` is not `MISSING_DATE`.
    pub fn position(self, milliseconds: i64) -> usize {
        let days = day(milliseconds);
        let position = match self {
            Self::Month => month(days) - 1,
            // 1970-01-01 was a Thursday.
            Self::Weekday => (days + 3).rem_euclid(7),
            Self::Hour => milliseconds.rem_euclid(DAY) / HOUR,
        };
        position as usize
    }

    /// The part as a number: month 1 to 12, weekday 1 to 7 from Monday, hour 0 to 23; NaN when missing.
    pub fn number(self, milliseconds: i64) -> f32 {
        if milliseconds == MISSING_DATE {
            return f32::NAN;
        }
        self.position(milliseconds) as f32 + f32::from(self.first_number())
    }

    /// What a position stands for: `3` for March, `Mon`, `17`.
    pub fn value_name(self, position: usize) -> String {
        match self {
            Self::Month => (position + 1).to_string(),
            Self::Weekday => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][position].to_owned(),
            Self::Hour => position.to_string(),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Weekday => "weekday",
            Self::Hour => "hour",
        }
    }
}

/// Month 1 to 12 of a day since the epoch in the proleptic Gregorian calendar. Counted in a year that starts in March,
/// so that the leap day comes last: months of such a year repeat in groups of 153 days for five.
fn month(days: i64) -> i64 {
    // Days since 0000-03-01, within their 400 years of 146,097 days.
    let day_of_era = (days + 719_468).rem_euclid(146_097);
    let leap_days = |d: i64| d / 1_460 - d / 36_524 + d / 146_096;
    let year_of_era = (day_of_era - leap_days(day_of_era)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_agree_with_a_calendar() {
        let mut date = jiff::civil::date(-400, 1, 1);
        let last = jiff::civil::date(2801, 1, 1);
        let epoch = jiff::civil::date(1970, 1, 1);
        let mut days = i64::from(epoch.until(date).expect("in range").get_days());
        while date < last {
            let milliseconds = days * DAY + 17 * HOUR + 1;
            assert_eq!(DatePart::Month.position(milliseconds), date.month() as usize - 1, "{date}");
            let weekday = date.weekday().to_monday_zero_offset() as usize;
            assert_eq!(DatePart::Weekday.position(milliseconds), weekday, "{date}");
            assert_eq!(DatePart::Hour.position(milliseconds), 17, "{date}");
            date = date.tomorrow().expect("in range");
            days += 1;
        }
    }
}
