//! Texts that are something else: words for "missing", numbers, amounts in several units, codes without their zeros; and
//! levels with too few rows to learn from.

use super::{Evidence, Finding, Repair, between, rows_where};
use crate::order::OrderBy;
use crate::profile::{Aim, TableProfile};
use crate::table::csv::{DateOrder, amount, orders_of};
use crate::table::{Column, ColumnType, MISSING_CODE, Values};

/// Words for "missing" in lower case, without the signs around them.
const WORDS: [&str; 22] = [
    "na",
    "n/a",
    "nan",
    "nil",
    "none",
    "null",
    "missing",
    "unknown",
    "unspecified",
    "undefined",
    "not available",
    "not applicable",
    "not provided",
    "no data",
    "no answer",
    "not known",
    "tbd",
    "tba",
    "k.a",
    "keine angabe",
    "unbekannt",
    "inconnu",
];
/// Values of a column that are needed, and the share that the rarer kind must have to be no slip, and may have.
const FEWEST: u32 = 20;
const FEWEST_AMOUNTS: f64 = 0.9;
/// Whether a text is a date does not depend on the century that a year of two digits is given.
const FIRST_YEAR: i16 = 1970;
/// Rows below which a level is rare, and their share of all rows.
const RARE_ROWS: u32 = 10;
const RARE_SHARE: f64 = 0.005;
const FEWEST_RARE: u32 = 3;
const MOST_EXAMPLES: usize = 5;

/// Severity of words for "missing" that most rows say.
const MOSTLY: f64 = 0.2;

/// A column's texts with their counts.
pub(super) struct Counted<'a> {
    pub texts: Vec<(&'a str, u32)>,
    pub n: u32,
}

pub(super) fn look(
    position: u32,
    column: &Column,
    profile: &TableProfile,
    aim: Option<&Aim>,
    found: &mut Vec<Finding>,
) {
    let Some(counted) = counted(column) else {
        return;
    };
    disguised(position, column, &counted, found);
    let before = found.len();
    if counted.n >= FEWEST {
        mixed(position, column, &counted, found);
        lost_zeros(position, column, &counted, found);
        mixed_dates(position, column, &counted, found);
    }
    let is_target = aim.is_some_and(|aim| aim.column == position);
    // What is no category has no rare ones.
    let other = found.len() > before;
    if matches!(column.values, Values::Category { .. }) && !other && !is_target && !profile.id_like.contains(&position)
    {
        rare_levels(position, column, &counted, found);
    }
}

pub(super) fn counted(column: &Column) -> Option<Counted<'_>> {
    let texts: Vec<(&str, u32)> = match &column.values {
        Values::Category { codes, levels } => {
            let mut counts = vec![0u32; levels.len()];
            codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| counts[*code as usize] += 1);
            levels.iter().map(String::as_str).zip(counts).filter(|(_, count)| *count > 0).collect()
        }
        Values::Text(texts) => texts.iter().flatten().map(|text| (text.as_ref(), 1)).collect(),
        Values::Number(_) | Values::Boolean { .. } | Values::Date { .. } => return None,
    };
    let n = texts.iter().map(|(_, count)| count).sum();
    Some(Counted { texts, n })
}

/// The rows whose text fulfils a condition.
pub(super) fn rows_with(column: &Column, is: impl Fn(&str) -> bool) -> (u32, Vec<u32>) {
    match &column.values {
        Values::Category { codes, levels } => {
            let marked: Vec<bool> = levels.iter().map(|level| is(level)).collect();
            rows_where(codes.len(), |row| codes[row] != MISSING_CODE && marked[codes[row] as usize])
        }
        Values::Text(texts) => rows_where(texts.len(), |row| texts[row].as_deref().is_some_and(&is)),
        Values::Number(_) | Values::Boolean { .. } | Values::Date { .. } => (0, Vec::new()),
    }
}

/// A word for "missing", or signs without a letter or digit.
fn says_missing(text: &str) -> bool {
    let bare = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    if bare.is_empty() {
        return text.trim().chars().all(|c| matches!(c, '-' | '–' | '—' | '.' | '?' | '*' | '_'));
    }
    let lower = bare.to_lowercase();
    WORDS.contains(&lower.as_str())
}

fn disguised(position: u32, column: &Column, counted: &Counted, found: &mut Vec<Finding>) {
    let mut texts: Vec<String> =
        counted.texts.iter().filter(|(text, _)| says_missing(text)).map(|(text, _)| (*text).to_owned()).collect();
    texts.sort_unstable();
    texts.dedup();
    let (n_rows, rows) = rows_with(column, says_missing);
    // A column that says nothing else means it.
    if n_rows == 0 || n_rows == counted.n {
        return;
    }
    // What most rows say is more likely an answer: no other debtors.
    let share = f64::from(n_rows) / f64::from(counted.n);
    let severity = if share > 0.5 { MOSTLY } else { between(0.4, 0.7, 5.0 * share) };
    found.push(Finding {
        severity,
        columns: vec![position],
        evidence: Evidence::DisguisedTexts { texts: texts.clone() },
        n_rows,
        rows,
        repair: Some(Repair::TreatAsMissing { column: position, texts }),
    });
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn mixed(position: u32, column: &Column, counted: &Counted, found: &mut Vec<Finding>) {
    let of = |is: &dyn Fn(&str) -> bool| counted.texts.iter().filter(|(text, _)| is(text)).map(|(_, n)| n).sum::<u32>();
    let others: Vec<&str> =
        counted.texts.iter().map(|(text, _)| *text).filter(|text| !is_number(text) && !says_missing(text)).collect();
    let n_numbers = of(&is_number);
    let n_texts = counted.n - n_numbers - of(&says_missing);
    let mut units: Vec<(String, u32)> = Vec::new();
    for &(text, count) in &counted.texts {
        let Some((_, unit)) = amount(text) else { continue };
        match units.iter_mut().find(|(known, _)| known == unit) {
            Some((_, n)) => *n += count,
            None => units.push((unit.to_owned(), count)),
        }
    }
    let n_amounts: u32 = units.iter().map(|(_, n)| n).sum();
    units.order_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let amounts = f64::from(n_amounts) >= FEWEST_AMOUNTS * f64::from(counted.n);
    if amounts && units.len() > 1 && units.len() <= 8 {
        let commonest = units[0].0.clone();
        let (n_rows, rows) = rows_with(column, |text| amount(text).is_some_and(|(_, unit)| unit != commonest));
        found.push(Finding {
            severity: between(0.5, 0.8, 2.0 * f64::from(n_rows) / f64::from(counted.n)),
            columns: vec![position],
            evidence: Evidence::MixedUnits { units },
            n_rows,
            rows,
            repair: None,
        });
    } else if n_numbers > n_texts && n_texts > 0 {
        // Numbers with texts among them; codes of which a few look like numbers are no such column.
        let (n_rows, rows) = rows_with(column, |text| !is_number(text) && !says_missing(text));
        found.push(Finding {
            severity: between(0.4, 0.6, 2.0 * f64::from(n_texts) / f64::from(counted.n)),
            columns: vec![position],
            evidence: Evidence::MixedTypes {
                n_numbers,
                n_texts,
                examples: others.iter().take(MOST_EXAMPLES).map(|text| (*text).to_owned()).collect(),
            },
            n_rows,
            rows,
            repair: Some(Repair::Retype { column: position, to: ColumnType::Number, day_first: false }),
        });
    }
}

/// Texts of which most are dates in one order, the others in another, or no dates: the reader leaves such a column as it is.
fn mixed_dates(position: u32, column: &Column, counted: &Counted, found: &mut Vec<Finding>) {
    let mut fitting = [0u32; 4];
    for (text, count) in &counted.texts {
        for (n, fits) in fitting.iter_mut().zip(orders_of(text, FIRST_YEAR)) {
            *n += if fits { *count } else { 0 };
        }
    }
    let most = fitting.into_iter().max().unwrap_or(0);
    let order = fitting.iter().position(|n| *n == most).unwrap_or(0);
    let is_other = |text: &str| !orders_of(text, FIRST_YEAR)[order] && !says_missing(text);
    let (n_rows, rows) = rows_with(column, is_other);
    if most * 2 <= counted.n || n_rows == 0 {
        return;
    }
    let others = counted.texts.iter().map(|(text, _)| *text).filter(|text| is_other(text));
    let day_first = DateOrder::ALL[order] == DateOrder::DayFirst;
    found.push(Finding {
        severity: between(0.4, 0.6, 2.0 * f64::from(n_rows) / f64::from(counted.n)),
        columns: vec![position],
        evidence: Evidence::MixedDates {
            n_dates: most,
            examples: others.take(MOST_EXAMPLES).map(str::to_owned).collect(),
        },
        n_rows,
        rows,
        repair: Some(Repair::Retype { column: position, to: ColumnType::Date, day_first }),
    });
}

/// All are digits, most have one width, some have zeros in front, and some are shorter.
fn lost_zeros(position: u32, column: &Column, counted: &Counted, found: &mut Vec<Finding>) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !counted.texts.iter().all(|(text, _)| digits(text)) {
        return;
    }
    let mut widths: Vec<(usize, u32)> = Vec::new();
    for (text, count) in &counted.texts {
        match widths.iter_mut().find(|(width, _)| *width == text.len()) {
            Some((_, n)) => *n += count,
            None => widths.push((text.len(), *count)),
        }
    }
    let Some(&(width, n)) = widths.iter().max_by_key(|(width, n)| (*n, *width)) else {
        return;
    };
    let zeros = counted.texts.iter().any(|(text, _)| text.len() == width && text.starts_with('0'));
    let longest = widths.iter().all(|(other, _)| *other <= width);
    let (n_rows, rows) = rows_with(column, |text| text.len() < width);
    if !zeros || !longest || n * 2 < counted.n || n_rows == 0 || width < 2 {
        return;
    }
    let short = counted.texts.iter().filter(|(text, _)| text.len() < width);
    found.push(Finding {
        severity: between(0.3, 0.55, 5.0 * f64::from(n_rows) / f64::from(counted.n)),
        columns: vec![position],
        evidence: Evidence::LostZeros {
            width: width as u32,
            examples: short.take(MOST_EXAMPLES).map(|(text, _)| (*text).to_owned()).collect(),
        },
        n_rows,
        rows,
        repair: Some(Repair::PadZeros { column: position, width: width as u32 }),
    });
}

fn rare_levels(position: u32, column: &Column, counted: &Counted, found: &mut Vec<Finding>) {
    let fewer_than = RARE_ROWS.min((RARE_SHARE * f64::from(counted.n)).ceil() as u32);
    let rare: Vec<&str> =
        counted.texts.iter().filter(|(_, count)| *count < fewer_than).map(|(text, _)| *text).collect();
    if (rare.len() as u32) < FEWEST_RARE {
        return;
    }
    let mut sorted = rare.clone();
    sorted.sort_unstable();
    let (n_rows, rows) = rows_with(column, |text| sorted.binary_search(&text).is_ok());
    found.push(Finding {
        severity: between(0.15, 0.4, f64::from(n_rows) / f64::from(counted.n)),
        columns: vec![position],
        evidence: Evidence::RareLevels {
            n_levels: rare.len() as u32,
            fewer_than,
            examples: rare.iter().take(MOST_EXAMPLES).map(|text| (*text).to_owned()).collect(),
        },
        n_rows,
        rows,
        // Preparation gathers rare levels as "other" within each fold.
        repair: None,
    });
}
