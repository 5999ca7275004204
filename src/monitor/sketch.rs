//! A column's distribution without its rows: counts in cells of at least five rows.
//!
//! Knots part the values of a number column into some 200 cells of about equally many rows; the count up to each knot is
//! exact. A knot is the shortest decimal between two values, and a value itself only where five rows share it. Levels that
//! fewer than five rows have are one.

use serde::{Deserialize, Serialize};

use crate::order::OrderBy;
use crate::table::profile::sum;
use crate::table::{Column, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// Rows that a cell has at least.
pub const SMALL: u32 = 5;
/// Cells that a column of numbers is parted into, about.
pub const CELLS: u32 = 200;
/// Levels that are named at most, the most frequent first.
pub const MOST_LEVELS: usize = 200;

/// A column of rows that are at hand.
#[derive(Clone, Debug, PartialEq)]
pub enum Sample {
    /// Known values, ascending; dates in milliseconds.
    Numbers { sorted: Vec<f64>, n_missing: u32 },
    /// Texts with their rows, in byte order.
    Levels { counts: Vec<(String, u32)>, n_missing: u32 },
}

/// What is kept of a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Sketch {
    Numbers(Numbers),
    Levels(Levels),
}

/// A distribution of numbers in cells; exact where every value is a knot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    /// Rows with a value, and without.
    pub n: u32,
    pub n_missing: u32,
    /// The range, rounded outwards to two digits of its span; 0 where fewer than `SMALL` rows have a value.
    pub low: f64,
    pub high: f64,
    pub mean: f64,
    /// Population standard deviation.
    pub deviation: f64,
    /// Ascending by value: (value, rows above the knot before and up to it, how many of them have the value itself). The
    /// others lie anywhere between.
    pub knots: Vec<(f64, u32, u32)>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Levels {
    pub n: u32,
    pub n_missing: u32,
    /// Texts of at least `SMALL` rows, most frequent first.
    pub levels: Vec<(String, u32)>,
    /// Rows of all other texts together.
    pub other: u32,
}

impl Sample {
    /// Some rows of a column.
    pub fn of(column: &Column, rows: &[u32]) -> Self {
        let at = |row: &u32| *row as usize;
        let by_code = |code: &dyn Fn(usize) -> Option<usize>, levels: &[String]| {
            let mut counts = vec![0u32; levels.len()];
            let mut n_missing = 0;
            for row in rows {
                match code(at(row)) {
                    Some(code) => counts[code] += 1,
                    None => n_missing += 1,
                }
            }
            let used = levels.iter().zip(counts).filter(|(_, n)| *n > 0);
            Self::levels(used.map(|(text, n)| (text.clone(), n)).collect(), n_missing)
        };
        match &column.values {
            Values::Number(values) => Self::numbers(rows.iter().map(|row| values[at(row)]).collect()),
            Values::Date { milliseconds, .. } => {
                let value = |value: i64| if value == MISSING_DATE { f64::NAN } else { value as f64 };
                Self::numbers(rows.iter().map(|row| value(milliseconds[at(row)])).collect())
            }
            Values::Category { codes, levels } => {
                by_code(&|row| (codes[row] != MISSING_CODE).then(|| codes[row] as usize), levels)
            }
            Values::Boolean { codes, spelling } => {
                by_code(&|row| (codes[row] != MISSING_BOOLEAN).then(|| usize::from(codes[row])), spelling)
            }
            Values::Text(texts) => {
                let known = rows.iter().filter_map(|row| texts[at(row)].as_deref()).map(|text| (text.to_owned(), 1));
                let counts: Vec<(String, u32)> = known.collect();
                let n_missing = (rows.len() - counts.len()) as u32;
                Self::levels(counts, n_missing)
            }
        }
    }

    /// NaN is missing.
    pub fn numbers(mut values: Vec<f64>) -> Self {
        let n_rows = values.len();
        values.retain(|value| !value.is_nan());
        values.sort_unstable_by(f64::total_cmp);
        Self::Numbers { n_missing: (n_rows - values.len()) as u32, sorted: values }
    }

    /// Equal texts are one level.
    pub fn levels(mut counts: Vec<(String, u32)>, n_missing: u32) -> Self {
        counts.sort_unstable();
        counts.dedup_by(|next, kept| {
            next.0 == kept.0 && {
                kept.1 += next.1;
                true
            }
        });
        Self::Levels { counts, n_missing }
    }

    /// Rows with a value, and without.
    pub fn size(&self) -> (u32, u32) {
        match self {
            Self::Numbers { sorted, n_missing } => (sorted.len() as u32, *n_missing),
            Self::Levels { counts, n_missing } => (counts.iter().map(|(_, n)| n).sum(), *n_missing),
        }
    }

    /// What may be kept of it.
    pub fn sketch(&self) -> Sketch {
        match self {
            Self::Numbers { sorted, n_missing } => Sketch::Numbers(Numbers::sketch(sorted, *n_missing)),
            Self::Levels { counts, n_missing } => Sketch::Levels(Levels::sketch(counts, *n_missing)),
        }
    }
}

impl Sketch {
    /// Rows with a value, and without.
    pub fn size(&self) -> (u32, u32) {
        match self {
            Self::Numbers(numbers) => (numbers.n, numbers.n_missing),
            Self::Levels(levels) => (levels.n, levels.n_missing),
        }
    }
}

impl Numbers {
    /// Every value a knot.
    pub fn exact(sorted: &[f64]) -> Self {
        let mut made = Self::about(sorted, 0);
        made.knots =
            sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32, same.len() as u32)).collect();
        (made.low, made.high) = (first(sorted), last(sorted));
        made
    }

    /// Cells of at least `SMALL` rows.
    pub fn sketch(sorted: &[f64], n_missing: u32) -> Self {
        let mut made = Self::about(sorted, n_missing);
        if made.n < SMALL {
            return Self { n: made.n, n_missing, ..Self::default() };
        }
        (made.low, made.high) = outwards(first(sorted), last(sorted));
        let per_cell = SMALL.max(made.n.div_ceil(CELLS));
        let (mut waiting, mut before) = (0, first(sorted));
        let mut start = 0;
        for same in sorted.chunk_by(|a, b| a == b) {
            let (value, n) = (same[0], same.len() as u32);
            start += same.len();
            let heavy = n >= per_cell;
            if heavy && waiting >= SMALL {
                made.knots.push((between(before, value), waiting, 0));
                waiting = 0;
            }
            waiting += n;
            before = value;
            if heavy || waiting >= per_cell {
                // Fewer than five beside the value are not told from it.
                let beside = waiting - n;
                let at = if n >= SMALL && (beside == 0 || beside >= SMALL) { n } else { 0 };
                let next = sorted.get(start).copied();
                let knot = if at > 0 { value } else { next.map_or(made.high, |next| between(value, next)) };
                made.knots.push((knot, waiting, at));
                waiting = 0;
            }
        }
        if waiting >= SMALL {
            made.knots.push((made.high, waiting, 0));
        } else if let Some(last) = made.knots.last_mut().filter(|_| waiting > 0) {
            *last = (made.high, last.1 + waiting, 0);
        }
        made
    }

    fn about(sorted: &[f64], n_missing: u32) -> Self {
        let n = sorted.len() as f64;
        let center = first(sorted);
        let mean = if sorted.is_empty() { 0.0 } else { center + sum(sorted.iter().map(|v| v - center)) / n };
        let squares = sum(sorted.iter().map(|v| (v - mean) * (v - mean)));
        let deviation = if sorted.is_empty() { 0.0 } else { (squares / n).sqrt() };
        Self { n: sorted.len() as u32, n_missing, mean, deviation, ..Self::default() }
    }
}

impl Levels {
    pub fn sketch(counts: &[(String, u32)], n_missing: u32) -> Self {
        let n = counts.iter().map(|(_, n)| n).sum();
        let mut levels: Vec<(String, u32)> = counts.iter().filter(|(_, n)| *n >= SMALL).cloned().collect();
        levels.order_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        levels.truncate(MOST_LEVELS);
        let named = |levels: &[(String, u32)]| levels.iter().map(|(_, n)| n).sum::<u32>();
        // Nobody can tell a few rows by what is missing to the sum.
        while (1..SMALL).contains(&(n - named(&levels))) && levels.pop().is_some() {}
        let other = n - named(&levels);
        Self { n, n_missing, levels, other }
    }

    pub fn has(&self, text: &str) -> bool {
        self.levels.iter().any(|(level, _)| level == text)
    }
}

fn first(sorted: &[f64]) -> f64 {
    sorted.first().copied().unwrap_or(0.0)
}

fn last(sorted: &[f64]) -> f64 {
    sorted.last().copied().unwrap_or(0.0)
}

/// Both ends at a multiple of a power of ten that is a tenth to a hundredth of the span.
fn outwards(low: f64, high: f64) -> (f64, f64) {
    let span = high - low;
    if !(span > 0.0 && span.is_finite()) {
        return (low, high);
    }
    let step = libm::pow(10.0, libm::floor(libm::log10(span)) - 1.0);
    if !(step > 0.0) {
        return (low, high);
    }
    (plain(libm::floor(low / step) * step).min(low), plain(libm::ceil(high / step) * step).max(high))
}

/// Without the last digit or two, which the multiplication made up.
fn plain(value: f64) -> f64 {
    format!("{value:.13e}").parse().unwrap_or(value)
}

/// The decimal of fewest digits in `[from, to)`.
fn between(from: f64, to: f64) -> f64 {
    let middle = from / 2.0 + to / 2.0;
    for digits in 0..17 {
        for value in [from, middle] {
            let short: f64 = format!("{value:.digits$e}").parse().unwrap_or(value);
            if short >= from && short < to {
                return short;
            }
        }
    }
    from
}
