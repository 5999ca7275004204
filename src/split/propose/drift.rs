//! Whether dates order the rows, and whether the target changes along them.

use crate::dataset::{Target, Times};
use crate::order::OrderBy;

/// Parts of equal size that the rows are cut into by time.
const PARTS: usize = 10;
/// Share of neighbouring rows whose times do not go back.
const SORTED: f64 = 0.98;
/// From where a test speaks: about one in three hundred thousand by chance.
const SIGNIFICANT: f64 = 4.5;
/// Share of the target's spread that the parts tell, at least.
const EFFECT: f64 = 0.01;
const FEWEST_ROWS: usize = 50;

pub(super) struct Drift {
    pub first: f64,
    pub last: f64,
    pub n_times: usize,
    /// The rows stand in the order of time, or against it.
    pub is_sorted: bool,
    pub drifts: bool,
    /// Share of the target's spread between the parts.
    pub effect: f64,
}

impl Drift {
    /// `None` for few rows with a time.
    pub fn of(times: &Times, target: &Target) -> Option<Self> {
        let time = |position: u32| times.values[position as usize];
        let known: Vec<u32> = (0..times.values.len() as u32).filter(|&position| !time(position).is_nan()).collect();
        if known.len() < FEWEST_ROWS {
            return None;
        }
        let steps = (known.len() - 1) as f64;
        let count = |goes_on: &dyn Fn(f64, f64) -> bool| {
            known.windows(2).filter(|pair| goes_on(time(pair[0]), time(pair[1]))).count() as f64
        };
        let is_sorted = count(&|a, b| a <= b) >= SORTED * steps || count(&|a, b| a >= b) >= SORTED * steps;
        let mut order = known;
        order.order_by(|a, b| time(*a).total_cmp(&time(*b)));
        let n_times = 1 + order.windows(2).filter(|pair| time(pair[0]) != time(pair[1])).count();
        let (statistic, freedom, effect) = match target {
            Target::Classes { codes, labels } => chi_square(&order, codes, labels.len()),
            Target::Values(values) => kruskal_wallis(&order, values),
        };
        Some(Self {
            first: time(order[0]),
            last: time(order[order.len() - 1]),
            n_times,
            is_sorted,
            drifts: deviate(statistic, freedom) > SIGNIFICANT && effect >= EFFECT,
            effect: effect.max(0.0),
        })
    }
}

/// The part of the row at a place in time.
fn part(at: usize, n_rows: usize) -> usize {
    at * PARTS / n_rows
}

/// Pearson's chi-square of part against class, its degrees of freedom, and Cramér's V squared.
fn chi_square(order: &[u32], codes: &[u32], n_classes: usize) -> (f64, f64, f64) {
    let n_rows = order.len() as f64;
    let mut table = vec![vec![0.0; n_classes]; PARTS];
    for (at, &position) in order.iter().enumerate() {
        table[part(at, order.len())][codes[position as usize] as usize] += 1.0;
    }
    let of_class = |class: usize| table.iter().map(|row| row[class]).sum::<f64>();
    let seen: Vec<(usize, f64)> = (0..n_classes).map(|c| (c, of_class(c))).filter(|(_, n)| *n > 0.0).collect();
    let mut statistic = 0.0;
    for row in &table {
        let of_part: f64 = row.iter().sum();
        for (class, total) in &seen {
            let expected = of_part * total / n_rows;
            statistic += (row[*class] - expected) * (row[*class] - expected) / expected.max(f64::MIN_POSITIVE);
        }
    }
    let freedom = ((PARTS - 1) * seen.len().saturating_sub(1)) as f64;
    let most = (PARTS - 1).min(seen.len().saturating_sub(1)) as f64;
    (statistic, freedom, if most > 0.0 { statistic / (n_rows * most) } else { 0.0 })
}

/// The rank test of the parts' values (Kruskal & Wallis 1952), its degrees of freedom, and the share of the ranks' spread
/// that lies between the parts.
fn kruskal_wallis(order: &[u32], values: &[f64]) -> (f64, f64, f64) {
    let n_rows = order.len() as f64;
    let mut by_value: Vec<usize> = (0..order.len()).collect();
    let value = |at: usize| values[order[at] as usize];
    by_value.order_by(|a, b| value(*a).total_cmp(&value(*b)));
    let (mut sums, mut sizes) = ([0.0; PARTS], [0.0; PARTS]);
    let (mut first, mut ties) = (0usize, 0.0);
    for same in by_value.chunk_by(|a, b| value(*a) == value(*b)) {
        let n = same.len() as f64;
        let rank = first as f64 + (n + 1.0) / 2.0;
        ties += n * n * n - n;
        for &at in same {
            sums[part(at, order.len())] += rank;
            sizes[part(at, order.len())] += 1.0;
        }
        first += same.len();
    }
    let squares: f64 = sums.iter().zip(sizes).map(|(sum, n)| if n > 0.0 { sum * sum / n } else { 0.0 }).sum();
    let untied = 12.0 / (n_rows * (n_rows + 1.0)) * squares - 3.0 * (n_rows + 1.0);
    let statistic = untied / (1.0 - ties / (n_rows * n_rows * n_rows - n_rows)).max(1e-9);
    let freedom = (PARTS - 1) as f64;
    (statistic, freedom, (statistic - freedom) / (n_rows - PARTS as f64))
}

/// A chi-square as a standard normal deviate (Wilson & Hilferty 1931).
fn deviate(statistic: f64, freedom: f64) -> f64 {
    if freedom <= 0.0 {
        return 0.0;
    }
    let variance = 2.0 / (9.0 * freedom);
    (libm::cbrt(statistic.max(0.0) / freedom) - (1.0 - variance)) / variance.sqrt()
}
