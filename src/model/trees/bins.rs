//! Values of features as small whole numbers, computed once per fit: what the growers count by.
//!
//! A number falls into one of at most 256 bins that hold about equally many rows, with a bin to itself for a value that is
//! frequent enough; the code of a category is a bin of its own, the most frequent first. Missing values have the last bin.
//! Source: Ke et al., LightGBM (2017), and its GreedyFindBin.

use crate::prepare::Matrix;

/// A bin holds at least so many rows, as far as values that are equal let it.
const MIN_ROWS_BIN: usize = 3;
/// Bins that a u8 can name.
pub const MOST_BINS: usize = 256;

pub struct Bins {
    pub n_rows: usize,
    /// Features with at least two bins.
    pub features: Vec<Binned>,
    /// The bins of one feature after the other, `[features.len()][n_rows]`.
    pub columns: Vec<Vec<u8>>,
}

pub struct Binned {
    /// The column of the matrix.
    pub column: u32,
    pub kind: Kind,
    /// With the bin of missing values.
    pub n_bins: usize,
    /// Whether the last bin is that of missing values.
    pub has_missing: bool,
}

pub enum Kind {
    /// Between each known bin and the next, a threshold: x <= threshold is the lower.
    Number { thresholds: Vec<f32> },
    /// The codes of each known bin.
    Category { codes: Vec<Vec<u32>> },
}

impl Binned {
    /// Bins of values that are not missing.
    pub fn n_known(&self) -> usize {
        self.n_bins - usize::from(self.has_missing)
    }
}

impl Bins {
    /// Bins that the given rows decide; all rows are put into them. `categories` as `Preparation::category_sizes` has them.
    /// Costs a sort of each feature's values.
    pub fn new(features: &Matrix, categories: &[Option<u32>], rows: &[u32], max_bins: usize) -> Self {
        let mut bins = Self { n_rows: features.n_rows, features: Vec::new(), columns: Vec::new() };
        for column in 0..features.n_columns {
            let value = |row: usize| features.values[row * features.n_columns + column];
            let n_missing = rows.iter().filter(|row| value(**row as usize).is_nan()).count();
            let has_missing = n_missing > 0;
            let most = max_bins.min(MOST_BINS - usize::from(has_missing));
            let known = rows.iter().map(|row| value(*row as usize)).filter(|v| !v.is_nan());
            let (kind, bin_of): (Kind, Box<dyn Fn(f32) -> usize>) = match categories.get(column).copied().flatten() {
                Some(n_codes) => {
                    let (codes, of_code) = category_bins(known, n_codes as usize, most);
                    let unknown = codes.len() - usize::from(!codes.is_empty());
                    let bin = move |value: f32| of_code.get(value as usize).copied().flatten().unwrap_or(unknown);
                    (Kind::Category { codes }, Box::new(bin))
                }
                None => {
                    let thresholds = thresholds(known, rows.len() - n_missing, most);
                    let own = thresholds.clone();
                    (Kind::Number { thresholds }, Box::new(move |value| own.partition_point(|t| *t < value)))
                }
            };
            let n_known = match &kind {
                Kind::Number { thresholds } => thresholds.len() + usize::from(n_missing < rows.len()),
                Kind::Category { codes } => codes.len(),
            };
            let n_bins = n_known + usize::from(has_missing);
            if n_bins < 2 {
                continue;
            }
            let missing = n_bins - 1;
            let of = |row: usize| {
                let x = value(row);
                if x.is_nan() { missing as u8 } else { bin_of(x) as u8 }
            };
            bins.columns.push((0..features.n_rows).map(of).collect());
            bins.features.push(Binned { column: column as u32, kind, n_bins, has_missing });
        }
        bins
    }
}

/// The codes of each bin and the bin of each code, the most frequent first; the rarest share the last bin where there are
/// too many.
fn category_bins(known: impl Iterator<Item = f32>, n_codes: usize, most: usize) -> (Vec<Vec<u32>>, Vec<Option<usize>>) {
    let mut counts = vec![0u32; n_codes];
    known.for_each(|code| {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    });
    let mut order: Vec<usize> = (0..n_codes).filter(|code| counts[*code] > 0).collect();
    order.sort_by(|a, b| counts[*b].cmp(&counts[*a]).then(a.cmp(b)));
    let mut codes: Vec<Vec<u32>> = Vec::new();
    let mut of_code = vec![None; n_codes];
    for code in order {
        if codes.len() < most {
            codes.push(Vec::new());
        }
        of_code[code] = Some(codes.len() - 1);
        if let Some(last) = codes.last_mut() {
            last.push(code as u32);
        }
    }
    codes.iter_mut().for_each(|codes| codes.sort_unstable());
    (codes, of_code)
}

/// A u32 that sorts as the number does; −0 is 0.
fn key(value: f32) -> u32 {
    let bits = (value + 0.0).to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

fn of_key(key: u32) -> f32 {
    f32::from_bits(if key >> 31 == 1 { key & !(1 << 31) } else { !key })
}

/// Ascending thresholds between at most `most` bins of the known values.
fn thresholds(known: impl Iterator<Item = f32>, n: usize, most: usize) -> Vec<f32> {
    let mut keys: Vec<u32> = Vec::with_capacity(n);
    keys.extend(known.map(key));
    keys.sort_unstable();
    let mut distinct: Vec<(f32, usize)> = Vec::new();
    for same in keys.chunk_by(|a, b| a == b) {
        distinct.push((of_key(same[0]), same.len()));
    }
    let ends = if distinct.len() <= most { ends_of_few(&distinct) } else { ends_of_many(&distinct, n, most) };
    ends.into_iter().map(|end| between(distinct[end].0, distinct[end + 1].0)).collect()
}

/// The last position of each bin but the last: a bin for each value, if that has enough rows.
fn ends_of_few(distinct: &[(f32, usize)]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut n_rows = 0;
    for (position, (_, count)) in distinct.iter().enumerate().take(distinct.len().saturating_sub(1)) {
        n_rows += count;
        if n_rows >= MIN_ROWS_BIN {
            ends.push(position);
            n_rows = 0;
        }
    }
    ends
}

/// The last position of each bin but the last: equal counts, where a value with more rows than a bin has one to itself.
fn ends_of_many(distinct: &[(f32, usize)], n: usize, most: usize) -> Vec<usize> {
    let most = most.min((n / MIN_ROWS_BIN).max(1));
    let size = n as f64 / most as f64;
    let is_big: Vec<bool> = distinct.iter().map(|(_, count)| *count as f64 >= size).collect();
    let mut n_bins = most as f64 - is_big.iter().filter(|big| **big).count() as f64;
    let mut n_small =
        distinct.iter().zip(&is_big).filter(|(_, big)| !**big).map(|((_, count), _)| *count).sum::<usize>();
    let mut size = n_small as f64 / n_bins;
    let mut ends = Vec::new();
    let mut n_rows = 0;
    for position in 0..distinct.len() - 1 {
        let count = distinct[position].1;
        if !is_big[position] {
            n_small -= count;
        }
        n_rows += count;
        let full = n_rows as f64 >= size;
        let before_big = is_big[position + 1] && n_rows as f64 >= (size * 0.5).max(1.0);
        if !(is_big[position] || full || before_big) {
            continue;
        }
        ends.push(position);
        if ends.len() + 1 >= most {
            break;
        }
        n_rows = 0;
        if !is_big[position] {
            n_bins -= 1.0;
            size = n_small as f64 / n_bins;
        }
    }
    ends
}

/// A number t with low <= t < high.
fn between(low: f32, high: f32) -> f32 {
    let middle = ((f64::from(low) + f64::from(high)) / 2.0) as f32;
    if middle >= low && middle < high { middle } else { low }
}
