//! How columns go together, two by two, over the rows in which both are known.

use serde::{Deserialize, Serialize};

use crate::table::profile::sum;
use crate::table::{Column, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// Columns that are compared with each other at most: the first ones that can be.
pub const MOST_COLUMNS: usize = 100;
/// Levels that a column may have among the rows that are compared.
pub const MOST_LEVELS: usize = 1_000;

/// Two columns, by position, the first before the second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Association {
    pub first: u32,
    pub second: u32,
    /// Rows in which both are known.
    pub n_rows: u32,
    pub measure: Measure,
}

/// `None` where it is undefined: fewer than two rows, or a column that is constant in them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Measure {
    /// Numbers, dates among them: linear, and of ranks with ties at their mean.
    Correlation { pearson: Option<f64>, spearman: Option<f64> },
    /// Categories: Cramér's V corrected for bias (Bergsma 2013), 0 to 1.
    CramersV(Option<f64>),
    /// A number and a category: the correlation ratio η, the root of the share of the number's variance that lies
    /// between levels.
    CorrelationRatio(Option<f64>),
}

impl Measure {
    /// From 0 to 1; of a correlation the larger of the two in size.
    pub fn strength(self) -> Option<f64> {
        match self {
            Self::Correlation { pearson, spearman } => match (pearson, spearman) {
                (Some(a), Some(b)) => Some(a.abs().max(b.abs())),
                (a, b) => a.or(b).map(f64::abs),
            },
            Self::CramersV(value) | Self::CorrelationRatio(value) => value,
        }
    }
}

/// A column made ready for comparing.
pub enum Comparable {
    /// Missing is NaN; the positions of known values in rising order of value.
    Numbers { values: Vec<f64>, order: Vec<u32> },
    /// Codes into `n_levels`, or `MISSING_CODE`.
    Codes { codes: Vec<u32>, n_levels: usize },
}

impl Comparable {
    /// `None` for free text, and for more than `MOST_LEVELS` levels.
    pub fn new(column: &Column, rows: &[u32]) -> Option<Self> {
        let at = |row: &u32| *row as usize;
        match &column.values {
            Values::Number(numbers) => Some(Self::numbers(rows.iter().map(|row| numbers[at(row)]).collect())),
            Values::Date { milliseconds, .. } => {
                let value = |row: &u32| match milliseconds[at(row)] {
                    MISSING_DATE => f64::NAN,
                    value => value as f64,
                };
                Some(Self::numbers(rows.iter().map(value).collect()))
            }
            Values::Category { codes, levels } => Self::codes(rows.iter().map(|row| codes[at(row)]), levels.len()),
            Values::Boolean { codes, .. } => {
                let code = |row: &u32| match codes[at(row)] {
                    MISSING_BOOLEAN => MISSING_CODE,
                    code => u32::from(code),
                };
                Self::codes(rows.iter().map(code), 2)
            }
            Values::Text(_) => None,
        }
    }

    fn numbers(values: Vec<f64>) -> Self {
        let mut order: Vec<u32> = (0..values.len() as u32).filter(|&i| !values[i as usize].is_nan()).collect();
        order.sort_unstable_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]).then(a.cmp(&b)));
        Self::Numbers { values, order }
    }

    /// Codes into the levels that occur.
    fn codes(codes: impl Iterator<Item = u32>, n_levels: usize) -> Option<Self> {
        let mut dense = vec![MISSING_CODE; n_levels];
        let mut n_used = 0;
        let codes = codes
            .map(|code| {
                let known = dense.get_mut(code as usize)?;
                if *known == MISSING_CODE {
                    *known = n_used;
                    n_used += 1;
                }
                Some(*known)
            })
            .map(|code| code.unwrap_or(MISSING_CODE))
            .collect();
        let n_levels = n_used as usize;
        (n_levels <= MOST_LEVELS).then_some(Self::Codes { codes, n_levels })
    }
}

/// Compares two columns over the same rows. Costs some 30 ns a row.
pub fn compare(a: &Comparable, b: &Comparable) -> (u32, Measure) {
    match (a, b) {
        (Comparable::Numbers { values: x, order: of_x }, Comparable::Numbers { values: y, order: of_y }) => {
            let known: Vec<u32> =
                (0..x.len() as u32).filter(|&i| !x[i as usize].is_nan() && !y[i as usize].is_nan()).collect();
            let pick = |values: &[f64]| -> Vec<f64> { known.iter().map(|&i| values[i as usize]).collect() };
            let pearson = pearson(&pick(x), &pick(y));
            let (rank_x, rank_y) = (ranks(x, y, of_x), ranks(y, x, of_y));
            let spearman = self::pearson(&pick(&rank_x), &pick(&rank_y));
            (known.len() as u32, Measure::Correlation { pearson, spearman })
        }
        (Comparable::Codes { codes: x, n_levels: n_x }, Comparable::Codes { codes: y, n_levels: n_y }) => {
            let (n, value) = cramers_v(x, *n_x, y, *n_y);
            (n, Measure::CramersV(value))
        }
        (Comparable::Numbers { values, .. }, Comparable::Codes { codes, n_levels })
        | (Comparable::Codes { codes, n_levels }, Comparable::Numbers { values, .. }) => {
            let (n, value) = correlation_ratio(values, codes, *n_levels);
            (n, Measure::CorrelationRatio(value))
        }
    }
}

/// Ranks from 1 among the rows in which both are known, ties at their mean; NaN elsewhere.
fn ranks(values: &[f64], others: &[f64], order: &[u32]) -> Vec<f64> {
    let mut ranks = vec![f64::NAN; values.len()];
    let known: Vec<u32> = order.iter().copied().filter(|&i| !others[i as usize].is_nan()).collect();
    let mut before = 0usize;
    for ties in known.chunk_by(|&a, &b| values[a as usize] == values[b as usize]) {
        let rank = before as f64 + (ties.len() as f64 + 1.0) / 2.0;
        for &i in ties {
            ranks[i as usize] = rank;
        }
        before += ties.len();
    }
    ranks
}

fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    if x.len() < 2 {
        return None;
    }
    let n = x.len() as f64;
    let mean = |values: &[f64]| values[0] + sum(values.iter().map(|value| value - values[0])) / n;
    let (mean_x, mean_y) = (mean(x), mean(y));
    let product =
        |a: &[f64], mean_a: f64, b: &[f64], mean_b: f64| sum(a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)));
    let (xx, yy) = (product(x, mean_x, x, mean_x), product(y, mean_y, y, mean_y));
    let r = product(x, mean_x, y, mean_y) / (xx.sqrt() * yy.sqrt());
    let constant = |values: &[f64]| values.iter().all(|value| *value == values[0]);
    (!constant(x) && !constant(y) && r.is_finite()).then(|| r.clamp(-1.0, 1.0))
}

fn cramers_v(x: &[u32], n_x: usize, y: &[u32], n_y: usize) -> (u32, Option<f64>) {
    let mut table = vec![0u32; n_x * n_y];
    let (mut rows, mut columns, mut n) = (vec![0u32; n_x], vec![0u32; n_y], 0u32);
    for (&a, &b) in x.iter().zip(y) {
        if a != MISSING_CODE && b != MISSING_CODE {
            table[a as usize * n_y + b as usize] += 1;
            rows[a as usize] += 1;
            columns[b as usize] += 1;
            n += 1;
        }
    }
    let used = |counts: &[u32]| counts.iter().filter(|count| **count > 0).count() as f64;
    let (r, k, total) = (used(&rows), used(&columns), f64::from(n));
    if r < 2.0 || k < 2.0 {
        return (n, None);
    }
    // χ²/n = Σ O²/(R·C) − 1.
    let terms = (0..n_x * n_y).filter(|&i| table[i] > 0).map(|i| {
        let observed = f64::from(table[i]);
        observed * observed / (f64::from(rows[i / n_y]) * f64::from(columns[i % n_y]))
    });
    let phi2 = sum(terms) - 1.0;
    let corrected = (phi2 - (k - 1.0) * (r - 1.0) / (total - 1.0)).max(0.0);
    let shrunk = |levels: f64| levels - (levels - 1.0) * (levels - 1.0) / (total - 1.0);
    let least = (shrunk(k) - 1.0).min(shrunk(r) - 1.0);
    (n, (least > 0.0).then(|| (corrected / least).sqrt().min(1.0)))
}

fn correlation_ratio(values: &[f64], codes: &[u32], n_levels: usize) -> (u32, Option<f64>) {
    let known = || values.iter().zip(codes).filter(|(value, code)| !value.is_nan() && **code != MISSING_CODE);
    let Some((&first, _)) = known().next() else {
        return (0, None);
    };
    let n = known().count();
    // Distances from the first value keep large values apart.
    let mean = sum(known().map(|(value, _)| value - first)) / n as f64;
    let (mut sums, mut counts, mut total) = (vec![0.0; n_levels], vec![0u32; n_levels], 0.0);
    for (value, &code) in known() {
        let distance = value - first - mean;
        sums[code as usize] += distance;
        counts[code as usize] += 1;
        total += distance * distance;
    }
    let between = sum((0..n_levels).filter(|&l| counts[l] > 0).map(|l| sums[l] * sums[l] / f64::from(counts[l])));
    let levels = counts.iter().filter(|count| **count > 0).count();
    let constant = known().all(|(value, _)| *value == first);
    let ratio = (between / total).sqrt();
    (n as u32, (levels > 1 && !constant && ratio.is_finite()).then(|| ratio.min(1.0)))
}
