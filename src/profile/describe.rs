//! One column in numbers. Costs one pass over its values, and at the end a few over what is known of them; dates are
//! sorted.

use serde::{Deserialize, Serialize};

use super::hash::{Hashes, append};
use super::patterns::{Lengths, Texts};
use super::tally::{DistinctCount, Entry, Tally};
use crate::table::profile::{n_bins, quantile, sum};
use crate::table::{Column, ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Table, Values};

/// Values and levels that are listed at most.
pub const MOST_LISTED: usize = 50;
/// Gaps that are listed at most.
pub const MOST_GAPS: usize = 10;
/// Shares of the quantiles that a column is given.
pub const SHARES: [f64; 9] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99];

/// A column in numbers, from `n_rows` of the table's rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnDetails {
    pub name: String,
    pub column_type: ColumnType,
    /// Rows that were looked at: a sample first, all in the end.
    pub n_rows: u32,
    pub n_missing: u32,
    pub distinct: DistinctCount,
    /// Values that occur once; `None` where distinct values were not counted exactly.
    pub n_once: Option<u32>,
    pub shape: Shape,
    /// Of all cells in their order: columns with equal cells have equal ones.
    pub content_hash: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    Numbers(Numbers),
    Dates(Dates),
    /// Categories and yes/no columns.
    Levels {
        /// Most frequent first, ties in the order of texts.
        top: Vec<(String, u32)>,
        /// In nats, of the shares of the levels.
        entropy: f64,
        lengths: Lengths,
    },
    Texts {
        lengths: Lengths,
        examples: Vec<String>,
    },
    /// No value at all.
    Empty,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    pub minimum: f64,
    pub maximum: f64,
    pub mean: f64,
    /// Sample standard deviation (n − 1); 0 for one value.
    pub deviation: f64,
    /// As pandas: corrected for the size of the sample; `None` with fewer than 3 (4) values or no spread.
    pub skewness: Option<f64>,
    pub excess_kurtosis: Option<f64>,
    pub n_zero: u32,
    pub n_negative: u32,
    /// All are whole.
    pub whole: bool,
    /// At `SHARES`, by linear interpolation, as numpy and pandas.
    pub quantiles: [f64; 9],
    pub histogram: Histogram,
    /// Most frequent first, ties by value; empty where there are too many different ones.
    pub top: Vec<(f64, u32)>,
}

/// Equal bins from the smallest to the largest value, the last closed on both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    pub low: f64,
    pub high: f64,
    pub counts: Vec<u32>,
}

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dates {
    pub minimum: i64,
    pub maximum: i64,
    pub has_time: bool,
    pub quantiles: [f64; 9],
    pub histogram: Histogram,
    /// The commonest distance between different dates that follow each other, the shorter of two equally common ones;
    /// 0 for a single date.
    pub step: i64,
    /// Distances longer than `step`: how many, and the longest as (before, after), longest first.
    pub n_gaps: u32,
    pub gaps: Vec<(i64, i64)>,
    /// Each date is at or after the one in the row before it.
    pub rises: bool,
}

/// A column while rows of it are read.
pub struct Describing {
    hashes: Hashes,
    n_rows: u32,
    n_missing: u32,
    content: u64,
    state: State,
}

enum State {
    Numbers {
        values: Vec<f64>,
        tally: Tally,
    },
    Dates {
        values: Vec<i64>,
        tally: Tally,
    },
    /// Rows of each level.
    Levels(Vec<u32>),
    Texts {
        tally: Tally,
        texts: Box<Texts>,
    },
}

impl Describing {
    pub fn new(column: &Column) -> Self {
        let state = match &column.values {
            Values::Number(_) => State::Numbers { values: Vec::new(), tally: Tally::default() },
            Values::Date { .. } => State::Dates { values: Vec::new(), tally: Tally::default() },
            Values::Category { levels, .. } => State::Levels(vec![0; levels.len()]),
            Values::Boolean { .. } => State::Levels(vec![0; 2]),
            Values::Text(_) => State::Texts { tally: Tally::default(), texts: Box::default() },
        };
        Self { hashes: Hashes::new(&column.values), n_rows: 0, n_missing: 0, content: 0, state }
    }

    /// The next rows, in rising order.
    pub fn push(&mut self, column: &Column, rows: impl Iterator<Item = usize>) {
        for row in rows {
            self.n_rows += 1;
            let hash = self.hashes.of(&column.values, row);
            self.content = append(self.content, hash);
            let known = match (&column.values, &mut self.state) {
                (Values::Number(numbers), State::Numbers { values, tally }) if !numbers[row].is_nan() => {
                    values.push(numbers[row]);
                    tally.push(hash, row as u32);
                    true
                }
                (Values::Date { milliseconds, .. }, State::Dates { values, tally })
                    if milliseconds[row] != MISSING_DATE =>
                {
                    values.push(milliseconds[row]);
                    tally.push(hash, row as u32);
                    true
                }
                (Values::Category { codes, .. }, State::Levels(counts)) if codes[row] != MISSING_CODE => {
                    counts[codes[row] as usize] += 1;
                    true
                }
                (Values::Boolean { codes, .. }, State::Levels(counts)) if codes[row] != MISSING_BOOLEAN => {
                    counts[usize::from(codes[row])] += 1;
                    true
                }
                (Values::Text(all), State::Texts { tally, texts }) => match all[row].as_deref() {
                    Some(text) => {
                        texts.push(text, 1);
                        tally.push(hash, row as u32);
                        true
                    }
                    None => false,
                },
                _ => false,
            };
            self.n_missing += u32::from(!known);
        }
    }

    /// Call when the rows are in. `table` and `column` are those that the rows came from.
    pub fn finish(self, column: &Column) -> ColumnDetails {
        let (distinct, n_once, shape) = match self.state {
            State::Numbers { values, tally } => {
                let shape = numbers(values, &column.values, &tally);
                (tally.distinct(), n_once(&tally), shape)
            }
            State::Dates { values, tally } => {
                let has_time = matches!(column.values, Values::Date { has_time: true, .. });
                (tally.distinct(), n_once(&tally), dates(values, has_time))
            }
            State::Levels(counts) => levels(&counts, &column.values),
            State::Texts { tally, texts } => {
                let shape = match texts.finish() {
                    Some((lengths, examples)) => Shape::Texts { lengths, examples },
                    None => Shape::Empty,
                };
                (tally.distinct(), n_once(&tally), shape)
            }
        };
        ColumnDetails {
            name: column.name.clone(),
            column_type: column.values.column_type(),
            n_rows: self.n_rows,
            n_missing: self.n_missing,
            distinct,
            n_once,
            shape,
            content_hash: self.content,
        }
    }
}

/// All of a column at once.
pub fn describe(table: &Table, position: usize) -> ColumnDetails {
    let column = &table.columns[position];
    let mut describing = Describing::new(column);
    describing.push(column, 0..table.n_rows);
    describing.finish(column)
}

fn n_once(tally: &Tally) -> Option<u32> {
    tally.entries().map(|entries| entries.iter().filter(|entry| entry.count == 1).count() as u32)
}

fn numbers(mut values: Vec<f64>, column: &Values, tally: &Tally) -> Shape {
    let Some(&first) = values.first() else {
        return Shape::Empty;
    };
    let (mut minimum, mut maximum) = (first, first);
    let (mut n_zero, mut n_negative, mut whole) = (0, 0, true);
    for &value in &values {
        minimum = minimum.min(value);
        maximum = maximum.max(value);
        n_zero += u32::from(value == 0.0);
        n_negative += u32::from(value < 0.0);
        whole &= value.trunc() == value;
    }
    let moments = Moments::of(&values);
    let histogram = histogram(&values, minimum, maximum, n_bins(values.len(), maximum - minimum, whole));
    Shape::Numbers(Numbers {
        minimum,
        maximum,
        mean: moments.mean,
        deviation: moments.deviation(),
        skewness: moments.skewness(),
        excess_kurtosis: moments.excess_kurtosis(),
        n_zero,
        n_negative,
        whole,
        histogram,
        top: top_numbers(column, tally),
        quantiles: quantiles(&mut values),
    })
}

fn top_numbers(column: &Values, tally: &Tally) -> Vec<(f64, u32)> {
    let (Values::Number(numbers), Some(entries)) = (column, tally.entries()) else {
        return Vec::new();
    };
    let mut entries: Vec<(f64, u32)> =
        entries.iter().map(|Entry { first_row, count, .. }| (numbers[*first_row as usize] + 0.0, *count)).collect();
    entries.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
    entries.truncate(MOST_LISTED);
    entries
}

/// Sums of powers of the distances from the mean.
struct Moments {
    n: f64,
    mean: f64,
    second: f64,
    third: f64,
    fourth: f64,
}

impl Moments {
    fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        // Against rounding in the sum of many large values: sums of distances from the first value.
        let first = values[0];
        let mean = first + sum(values.iter().map(|value| value - first)) / n;
        let power = |exponent: i32| sum(values.iter().map(|value| (value - mean).powi(exponent)));
        Self { n, mean, second: power(2), third: power(3), fourth: power(4) }
    }

    fn deviation(&self) -> f64 {
        if self.n > 1.0 { (self.second / (self.n - 1.0)).sqrt() } else { 0.0 }
    }

    fn spread(&self) -> bool {
        self.second > 0.0 && self.fourth.is_finite()
    }

    /// The adjusted Fisher–Pearson coefficient G₁.
    fn skewness(&self) -> Option<f64> {
        let n = self.n;
        (n >= 3.0 && self.spread())
            .then(|| n * (n - 1.0).sqrt() / (n - 2.0) * self.third / (self.second * self.second.sqrt()))
    }

    /// The unbiased G₂.
    fn excess_kurtosis(&self) -> Option<f64> {
        let n = self.n;
        (n >= 4.0 && self.spread()).then(|| {
            let ratio = n * (n + 1.0) * (n - 1.0) * self.fourth / (self.second * self.second);
            (ratio - 3.0 * (n - 1.0) * (n - 1.0)) / ((n - 2.0) * (n - 3.0))
        })
    }
}

/// Linear on average: only the places that the quantiles read are put in order.
pub(super) fn quantiles(values: &mut [f64]) -> [f64; 9] {
    let last = values.len() - 1;
    let mut wanted = Vec::with_capacity(2 * SHARES.len());
    for share in SHARES {
        let below = (share * last as f64).floor() as usize;
        wanted.extend([below, (below + 1).min(last)]);
    }
    wanted.sort_unstable();
    wanted.dedup();
    select(values, 0, &wanted);
    SHARES.map(|share| quantile(values, share))
}

/// Puts the values that belong at the rising places `wanted` there; `offset` is the place of the first value.
fn select(values: &mut [f64], offset: usize, wanted: &[usize]) {
    let Some(&middle) = wanted.get(wanted.len() / 2) else {
        return;
    };
    let (left, _, right) = values.select_nth_unstable_by(middle - offset, f64::total_cmp);
    let at = wanted.len() / 2;
    select(left, offset, &wanted[..at]);
    select(right, middle + 1, &wanted[at + 1..]);
}

/// Counts in equal bins, in one pass: the same as numpy's and as those of sorted values.
fn histogram(values: &[f64], low: f64, high: f64, n_bins: usize) -> Histogram {
    let mut counts = vec![0u32; n_bins];
    let width = (high - low) / n_bins as f64;
    let edge = |bin: usize| low + width * bin as f64;
    for &value in values {
        let mut bin = if width > 0.0 { (((value - low) / width) as usize).min(n_bins - 1) } else { n_bins - 1 };
        // The division rounds; the edges decide.
        while bin > 0 && value < edge(bin) {
            bin -= 1;
        }
        while bin + 1 < n_bins && value >= edge(bin + 1) {
            bin += 1;
        }
        counts[bin] += 1;
    }
    Histogram { low, high, counts }
}

fn dates(mut values: Vec<i64>, has_time: bool) -> Shape {
    if values.is_empty() {
        return Shape::Empty;
    }
    let rises = values.windows(2).all(|pair| pair[0] <= pair[1]);
    values.sort_unstable();
    let (minimum, maximum) = (values[0], values[values.len() - 1]);
    let wide: Vec<f64> = values.iter().map(|&value| value as f64).collect();
    let quantiles = SHARES.map(|share| quantile(&wide, share));
    let bins = n_bins(wide.len(), (maximum - minimum) as f64, false);
    let histogram = histogram(&wide, minimum as f64, maximum as f64, bins);
    values.dedup();
    let mut steps: Vec<i64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let (mut step, mut most) = (0, 0);
    for run in steps.chunk_by(|a, b| a == b) {
        if run.len() > most {
            (step, most) = (run[0], run.len());
        }
    }
    let mut gaps: Vec<(i64, i64)> =
        values.windows(2).filter(|pair| pair[1] - pair[0] > step).map(|pair| (pair[0], pair[1])).collect();
    let n_gaps = gaps.len() as u32;
    gaps.sort_by_key(|(before, after)| (before - after, *before));
    gaps.truncate(MOST_GAPS);
    Shape::Dates(Dates { minimum, maximum, has_time, quantiles, histogram, step, n_gaps, gaps, rises })
}

fn levels(counts: &[u32], values: &Values) -> (DistinctCount, Option<u32>, Shape) {
    let texts: &[String] = match values {
        Values::Category { levels, .. } => levels,
        Values::Boolean { spelling, .. } => spelling,
        Values::Number(_) | Values::Date { .. } | Values::Text(_) => &[],
    };
    let mut order: Vec<usize> = (0..counts.len()).filter(|&level| counts[level] > 0).collect();
    let n_once = counts.iter().filter(|&&count| count == 1).count() as u32;
    let distinct = DistinctCount::exact(order.len() as u64);
    let n: u64 = counts.iter().map(|&count| u64::from(count)).sum();
    let mut about = Texts::default();
    for &level in &order {
        about.push(&texts[level], counts[level]);
    }
    let Some((lengths, _)) = about.finish() else {
        return (distinct, Some(0), Shape::Empty);
    };
    let share = |level: usize| f64::from(counts[level]) / n as f64;
    let entropy = -sum(order.iter().map(|&level| share(level) * libm::log(share(level))));
    order.sort_unstable_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| texts[a].cmp(&texts[b])));
    let top = order.iter().take(MOST_LISTED).map(|&level| (texts[level].clone(), counts[level])).collect();
    // −0 of a single level.
    (distinct, Some(n_once), Shape::Levels { top, entropy: entropy + 0.0, lengths })
}
