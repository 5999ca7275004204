//! Dates that stand apart, and texts that no calendar has.

use super::{End, Evidence, Finding, Repair, between, ends, rows_where};
use crate::profile::{ColumnDetails, pattern};
use crate::table::{Column, MISSING_DATE, Values, date_text};

/// 1800-01-01 and 2200-01-01.
const EARLIEST: i64 = -5_364_662_400_000;
const LATEST: i64 = 7_258_118_400_000;
const FEWEST: usize = 20;
const FEWEST_TIMES: u32 = 3;

pub(super) fn look(position: u32, column: &Column, details: &ColumnDetails, found: &mut Vec<Finding>) {
    let Values::Date { milliseconds, has_time } = &column.values else {
        return;
    };
    let mut sorted: Vec<i64> = milliseconds.iter().copied().filter(|value| *value != MISSING_DATE).collect();
    sorted.sort_unstable();
    let stand_in = stand_in(&sorted).filter(|_| details.distinct.count >= 5);
    if let Some((value, nearest)) = stand_in {
        let (n_rows, rows) = rows_where(milliseconds.len(), |row| milliseconds[row] == value);
        found.push(Finding {
            severity: between(0.55, 0.85, 5.0 * f64::from(n_rows) / milliseconds.len() as f64),
            columns: vec![position],
            evidence: Evidence::DisguisedDate { value, nearest },
            n_rows,
            rows,
            repair: Some(Repair::TreatAsMissing { column: position, texts: vec![date_text(value, *has_time)] }),
        });
    }
    let is_far = |value: i64| {
        value != MISSING_DATE
            && !(EARLIEST..LATEST).contains(&value)
            && stand_in.is_none_or(|(known, _)| known != value)
    };
    let (n_rows, rows) = rows_where(milliseconds.len(), |row| is_far(milliseconds[row]));
    let far = || sorted.iter().copied().filter(|value| is_far(*value));
    if let (Some(earliest), Some(latest)) = (far().next(), far().next_back())
        && (n_rows as usize) * 2 < sorted.len()
    {
        found.push(Finding {
            severity: between(0.4, 0.7, 5.0 * f64::from(n_rows) / milliseconds.len() as f64),
            columns: vec![position],
            evidence: Evidence::FarDates { earliest, latest },
            n_rows,
            rows,
            repair: Some(Repair::KeepDatesWithin { column: position, from: EARLIEST, to: LATEST }),
        });
    }
    let texts: Vec<String> = column.missing_spellings.iter().filter(|text| has_form_of_date(text)).cloned().collect();
    if !texts.is_empty() {
        found.push(Finding {
            severity: 0.35,
            columns: vec![position],
            evidence: Evidence::ImpossibleDates { texts },
            n_rows: 0,
            rows: Vec::new(),
            repair: None,
        });
    }
}

/// The first or last date, if it comes back and stands further from the others than these spread, at the turn of a year
/// or on the first day that computers count from.
fn stand_in(sorted: &[i64]) -> Option<(i64, i64)> {
    if sorted.len() < FEWEST {
        return None;
    }
    ends(sorted).find_map(|End { value, n, rest, nearest }| {
        let spread = rest.last()? - rest.first()?;
        let text = date_text(value, false);
        let edge = ["-01-01", "-12-31", "1899-12-30"].iter().any(|edge| text.contains(edge));
        (n >= FEWEST_TIMES && edge && rest.len() >= FEWEST / 2 && (value - nearest).abs() > spread)
            .then_some((value, nearest))
    })
}

/// Three numbers with two equal separators, the year among them.
fn has_form_of_date(text: &str) -> bool {
    let form = pattern(text.trim());
    ["-", "/", "."].iter().any(|separator| {
        let parts: Vec<&str> = form.split(separator).collect();
        matches!(parts[..], ["9{4}", "9" | "99", "9" | "99"] | ["9" | "99", "9" | "99", "9{4}" | "99"])
    })
}
