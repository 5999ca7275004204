//! How much more alike the rows of a group are than rows beside them.

use crate::dataset::Groups;
use crate::order::OrderBy;
use crate::table::{Column, MISSING_BOOLEAN, MISSING_CODE, Values};

/// Pairs of rows that are compared.
const MOST_PAIRS: usize = 4_000;
/// Values that stand for a column's distribution.
const MOST_SAMPLED: usize = 2_001;

/// How far two cells of a column are from each other: 0 or 1 for categories, the share of the column's values between
/// them for numbers and dates.
pub(super) struct Scale {
    /// Of numbers and dates; empty for categories.
    sample: Vec<f64>,
    /// Mean distance of two rows drawn by chance.
    chance: f64,
}

/// Pairs of rows of one group, and to each a pair of rows that stand as near but belong to different groups.
pub(super) struct Pairs {
    within: Vec<(u32, u32)>,
    /// Next to each other in the table.
    beside: Vec<(u32, u32)>,
    /// Next to each other by the column's numbers: neighbours of a quantity are alike as well, those of a name are not.
    next_value: Vec<(u32, u32)>,
}

/// 1 for rows that are the same, 0 for rows that are as alike as chance has it.
pub(super) struct Agreement {
    pub within: f64,
    pub beside: f64,
    /// Standard error of the difference, for rows that are as alike as chance has it.
    pub error: f64,
}

impl Scale {
    /// `None` for a column that cannot be compared, or that is the same everywhere.
    pub fn of(values: &Values, rows: &[u32]) -> Option<Self> {
        let counts = |n: usize, code: &dyn Fn(usize) -> Option<usize>| {
            let mut counts = vec![0u32; n];
            rows.iter().filter_map(|&row| code(row as usize)).for_each(|code| counts[code] += 1);
            let n_known: f64 = counts.iter().map(|n| f64::from(*n)).sum();
            1.0 - counts
                .iter()
                .map(|n| (f64::from(*n) / n_known.max(1.0)) * (f64::from(*n) / n_known.max(1.0)))
                .sum::<f64>()
        };
        let scale = match values {
            Values::Category { codes, levels } => {
                let code = |row: usize| (codes[row] != MISSING_CODE).then(|| codes[row] as usize);
                Self { sample: Vec::new(), chance: counts(levels.len(), &code) }
            }
            Values::Boolean { codes, .. } => {
                let code = |row: usize| (codes[row] != MISSING_BOOLEAN).then(|| usize::from(codes[row]));
                Self { sample: Vec::new(), chance: counts(2, &code) }
            }
            Values::Number(_) | Values::Date { .. } => {
                let step = rows.len().div_ceil(MOST_SAMPLED).max(1);
                let mut sample: Vec<f64> =
                    rows.iter().step_by(step).filter_map(|&row| number(values, row as usize)).collect();
                sample.sort_unstable_by(f64::total_cmp);
                let mut scale = Self { sample, chance: 0.0 };
                scale.chance = scale.mean_distance();
                scale
            }
            Values::Text(_) => return None,
        };
        (scale.chance > 1e-9).then_some(scale)
    }

    /// Of two values of the sample.
    fn mean_distance(&self) -> f64 {
        let n = self.sample.len() as f64;
        let weighted = self.sample.iter().enumerate().map(|(i, &value)| (2.0 * i as f64 + 1.0 - n) * self.rank(value));
        2.0 * weighted.sum::<f64>() / (n * n).max(1.0)
    }

    /// Share of the sample below a value, of equal ones half.
    fn rank(&self, value: f64) -> f64 {
        let below = self.sample.partition_point(|v| *v < value);
        let upto = self.sample.partition_point(|v| *v <= value);
        (below + upto) as f64 / (2 * self.sample.len()).max(1) as f64
    }

    fn distance(&self, values: &Values, (a, b): (u32, u32)) -> Option<f64> {
        let (a, b) = (a as usize, b as usize);
        if values.is_missing(a) || values.is_missing(b) {
            return None;
        }
        match values {
            Values::Category { codes, .. } => Some(f64::from(u8::from(codes[a] != codes[b]))),
            Values::Boolean { codes, .. } => Some(f64::from(u8::from(codes[a] != codes[b]))),
            Values::Number(_) | Values::Date { .. } => {
                Some((self.rank(number(values, a)?) - self.rank(number(values, b)?)).abs())
            }
            Values::Text(_) => None,
        }
    }

    /// Mean agreement of pairs, and how many could be compared.
    fn agreement(&self, values: &Values, pairs: &[(u32, u32)]) -> Option<(f64, usize)> {
        let (mut sum, mut n) = (0.0, 0usize);
        for distance in pairs.iter().filter_map(|pair| self.distance(values, *pair)) {
            sum += distance;
            n += 1;
        }
        (n > 0).then(|| (1.0 - sum / n as f64 / self.chance, n))
    }
}

impl Pairs {
    /// `rows`: table rows with a value of `column`, to which `groups` is aligned.
    pub fn of(column: &Column, rows: &[u32], groups: &Groups) -> Self {
        let codes = &groups.codes;
        // Behind each row, the first that belongs to another group.
        let mut others = vec![rows.len(); rows.len()];
        for at in (1..rows.len()).rev() {
            others[at - 1] = if codes[at] == codes[at - 1] { others[at] } else { at };
        }
        let mut last: Vec<Option<usize>> = vec![None; groups.n_groups as usize];
        let (mut within, mut beside) = (Vec::new(), Vec::new());
        for (at, &code) in codes.iter().enumerate() {
            if let Some(before) = last[code as usize].replace(at) {
                within.push((rows[before], rows[at]));
                beside.extend(rows.get(others[at]).map(|near| (rows[at], *near)));
            }
        }
        let mut next_value = Vec::new();
        if let Values::Number(numbers) = &column.values {
            let mut order: Vec<u32> = rows.to_vec();
            order.order_by(|a, b| numbers[*a as usize].total_cmp(&numbers[*b as usize]));
            let same: Vec<&[u32]> = order.chunk_by(|a, b| numbers[*a as usize] == numbers[*b as usize]).collect();
            for pair in same.windows(2) {
                next_value.extend(pair[0].iter().zip(pair[1].iter().cycle()).map(|(a, b)| (*a, *b)));
            }
        }
        Self { within: thinned(within), beside: thinned(beside), next_value: thinned(next_value) }
    }

    pub fn agreement(&self, values: &Values, scale: &Scale) -> Option<Agreement> {
        let (within, n_within) = scale.agreement(values, &self.within)?;
        let (mut beside, mut fewest) = (0.0, n_within);
        for (agreement, n) in
            [&self.beside, &self.next_value].into_iter().filter_map(|pairs| scale.agreement(values, pairs))
        {
            beside = f64::max(beside, agreement);
            fewest = fewest.min(n);
        }
        // The distance of two rows spreads about as wide as its mean.
        let error = (1.0 / n_within as f64 + 1.0 / fewest as f64).sqrt();
        Some(Agreement { within, beside, error })
    }
}

/// Whether a column only says once more which group it is, as a name beside a number does: as many categories or whole
/// numbers as groups, or nearly so.
pub(super) fn names_the_same(values: &Values, rows: &[u32], n_groups: u32) -> bool {
    let whole = |numbers: &[f64]| {
        rows.iter().all(|&row| numbers[row as usize].is_nan() || numbers[row as usize].trunc() == numbers[row as usize])
    };
    let counted = match values {
        Values::Category { .. } => true,
        Values::Number(numbers) => whole(numbers),
        Values::Boolean { .. } | Values::Date { .. } | Values::Text(_) => false,
    };
    if !counted {
        return false;
    }
    let column = Column { name: String::new(), values: values.clone(), missing_spellings: Vec::new(), unit: None };
    let same = Groups::of(&column, rows);
    f64::from(same.n_groups - same.n_missing) >= 0.98 * f64::from(n_groups)
}

fn number(values: &Values, row: usize) -> Option<f64> {
    match values {
        _ if values.is_missing(row) => None,
        Values::Number(numbers) => Some(numbers[row]),
        Values::Date { milliseconds, .. } => Some(milliseconds[row] as f64),
        Values::Category { .. } | Values::Boolean { .. } | Values::Text(_) => None,
    }
}

/// Some of them, evenly.
fn thinned(pairs: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    let step = pairs.len().div_ceil(MOST_PAIRS).max(1);
    if step == 1 { pairs } else { pairs.into_iter().step_by(step).collect() }
}
