//! The best split of a leaf from its histograms of gradients and second derivatives.
//!
//! Gains, bounds and the treatment of missing values and categories are LightGBM's: Ke et al. (2017), and
//! `feature_histogram.hpp` of its source. A histogram has no counts of rows; how many a bin holds is told from its share of
//! the second derivatives.

use super::Trend;
use super::bins::{Binned, Kind};

/// Gradient and second derivative of the rows in a bin.
pub type Sum = [f64; 2];
/// The sums of one feature. A little longer than the bins that a u8 can name, so that equal bins of several features do
/// not fall into the same lines of the processor's cache.
pub type Column = [Sum; 260];

/// Sums that a division needs to be more than 0.
const EPSILON: f64 = 1e-15;
/// Added to the second derivatives where categories are sorted by their mean gradient.
const CATEGORY_SMOOTH: f64 = 10.0;
/// Added to `leaf_l2` where a set of categories is split off.
const CATEGORY_L2: f64 = 10.0;
/// Categories in a set at most.
const MOST_CATEGORIES: usize = 32;
/// Fewer categories are each tried against the rest.
const ONE_AGAINST_REST: usize = 4;
/// Rows that a group of categories adds at least before it is a candidate.
const MIN_GROUP_ROWS: i64 = 100;

/// What every split of a tree obeys.
#[derive(Clone, Copy)]
pub struct Rule {
    pub l2: f64,
    pub min_rows: i64,
    pub min_hessian: f64,
    /// Whether any feature is monotone: outputs then have bounds.
    pub bounded: bool,
}

/// A leaf as the search sees it.
#[derive(Clone, Copy)]
pub struct Total {
    pub gradient: f64,
    pub hessian: f64,
    pub n_rows: usize,
    /// Between which the leaf's value must lie.
    pub bounds: (f64, f64),
}

#[derive(Clone, Copy, PartialEq)]
pub enum Cut {
    /// Left: known bins up to this one.
    Bin(u8),
    /// Left: these known bins, as bits.
    Bins([u64; 4]),
}

#[derive(Clone, Copy)]
pub struct Candidate {
    pub gain: f64,
    /// Position in `Bins::features`.
    pub feature: usize,
    pub cut: Cut,
    pub missing_left: bool,
    pub left: Sum,
    pub right: Sum,
    pub values: (f64, f64),
}

impl Cut {
    pub fn is_left(&self, bin: usize) -> bool {
        match self {
            Self::Bin(last) => bin <= usize::from(*last),
            Self::Bins(bits) => bits[bin / 64] >> (bin % 64) & 1 == 1,
        }
    }

    /// For each bin whether it goes left, so that rows are told apart by one look-up.
    pub fn table(&self, missing_left: bool, feature: &Binned) -> [bool; 256] {
        let mut table = [false; 256];
        for (bin, left) in table.iter_mut().enumerate().take(feature.n_known()) {
            *left = self.is_left(bin);
        }
        if feature.has_missing {
            table[feature.n_bins - 1] = missing_left;
        }
        table
    }
}

/// What a side is worth: twice how much its best value lowers the loss.
fn worth([gradient, hessian]: Sum, l2: f64) -> f64 {
    gradient * gradient / (hessian + l2)
}

fn value([gradient, hessian]: Sum, l2: f64) -> f64 {
    -gradient / (hessian + l2)
}

impl Rule {
    fn bounded_value(&self, sum: Sum, l2: f64, (low, high): (f64, f64)) -> f64 {
        value(sum, l2).clamp(low, high)
    }

    fn worth_of(&self, sum: Sum, l2: f64, bounds: (f64, f64)) -> f64 {
        if !self.bounded {
            return worth(sum, l2);
        }
        let [gradient, hessian] = sum;
        let value = self.bounded_value(sum, l2, bounds);
        -(2.0 * gradient * value + (hessian + l2) * value * value)
    }

    /// The value of a leaf without a split.
    pub fn value_of(&self, total: &Total) -> f64 {
        self.bounded_value([total.gradient, total.hessian + EPSILON], self.l2, total.bounds)
    }

    /// The best split of one feature, if one gains anything.
    pub fn best(&self, feature: &Binned, column: &Column, total: &Total, trend: Option<Trend>) -> Option<Candidate> {
        let mut search = Search {
            rule: self,
            total,
            trend,
            sum: [total.gradient, total.hessian + 2.0 * EPSILON],
            rows_per_hessian: total.n_rows as f64 / (total.hessian + 2.0 * EPSILON),
            n_rows: total.n_rows as i64,
            // Without bounds, as LightGBM has it.
            floor: worth([total.gradient, total.hessian + 2.0 * EPSILON], self.l2),
            best: None,
        };
        match &feature.kind {
            Kind::Number { .. } => search.numbers(feature, column),
            Kind::Category { .. } if feature.n_known() < ONE_AGAINST_REST => search.one_against_rest(feature, column),
            Kind::Category { .. } => search.sets(feature, column),
        }
        search.best
    }
}

struct Search<'a> {
    rule: &'a Rule,
    total: &'a Total,
    trend: Option<Trend>,
    sum: Sum,
    rows_per_hessian: f64,
    n_rows: i64,
    /// What the leaf is worth without a split.
    floor: f64,
    best: Option<Candidate>,
}

impl Search<'_> {
    fn rows_of(&self, hessian: f64) -> i64 {
        (hessian * self.rows_per_hessian + 0.5) as i64
    }

    fn too_small(&self, n_rows: i64, hessian: f64) -> bool {
        n_rows < self.rule.min_rows || hessian < self.rule.min_hessian
    }

    fn numbers(&mut self, feature: &Binned, column: &Column) {
        let n_known = feature.n_known();
        // From above; missing values are on the left.
        let (mut right, mut n_right) = ([0.0, EPSILON], 0);
        for bin in (1..n_known).rev() {
            right[0] += column[bin][0];
            right[1] += column[bin][1];
            n_right += self.rows_of(column[bin][1]);
            if self.too_small(n_right, right[1]) {
                continue;
            }
            let left = [self.sum[0] - right[0], self.sum[1] - right[1]];
            if self.too_small(self.n_rows - n_right, left[1]) {
                break;
            }
            self.consider(left, right, self.rule.l2, || (Cut::Bin(bin as u8 - 1), feature.has_missing));
        }
        if !feature.has_missing {
            return;
        }
        // From below; missing values are on the right.
        let (mut left, mut n_left) = ([0.0, EPSILON], 0);
        for (bin, sum) in column.iter().enumerate().take(n_known) {
            left[0] += sum[0];
            left[1] += sum[1];
            n_left += self.rows_of(sum[1]);
            if self.too_small(n_left, left[1]) {
                continue;
            }
            let right = [self.sum[0] - left[0], self.sum[1] - left[1]];
            if self.too_small(self.n_rows - n_left, right[1]) {
                break;
            }
            self.consider(left, right, self.rule.l2, || (Cut::Bin(bin as u8), false));
        }
    }

    fn one_against_rest(&mut self, feature: &Binned, column: &Column) {
        for (bin, &sum) in column.iter().enumerate().take(feature.n_bins) {
            let left = [sum[0], sum[1] + EPSILON];
            let right = [self.sum[0] - left[0], self.sum[1] - left[1]];
            let n_left = self.rows_of(sum[1]);
            if self.too_small(n_left, left[1]) || self.too_small(self.n_rows - n_left, right[1]) {
                continue;
            }
            self.consider(left, right, self.rule.l2, || set(feature, &[bin]));
        }
    }

    /// Categories in the order of their mean gradient, from either end.
    fn sets(&mut self, feature: &Binned, column: &Column) {
        let enough = |bin: &usize| self.rows_of(column[*bin][1]) as f64 >= CATEGORY_SMOOTH;
        let mut order: Vec<usize> = (0..feature.n_bins).filter(enough).collect();
        let mean = |bin: usize| column[bin][0] / (column[bin][1] + CATEGORY_SMOOTH);
        order.sort_by(|a, b| mean(*a).total_cmp(&mean(*b)));
        let most = MOST_CATEGORIES.min(order.len().div_ceil(2));
        let l2 = self.rule.l2 + CATEGORY_L2;
        for from_end in [false, true] {
            if from_end {
                order.reverse();
            }
            let (mut left, mut n_left, mut n_group) = ([0.0, EPSILON], 0, 0);
            for position in 0..most {
                let sum = column[order[position]];
                let n_rows = self.rows_of(sum[1]);
                left[0] += sum[0];
                left[1] += sum[1];
                n_left += n_rows;
                n_group += n_rows;
                if self.too_small(n_left, left[1]) {
                    continue;
                }
                let right = [self.sum[0] - left[0], self.sum[1] - left[1]];
                let n_right = self.n_rows - n_left;
                if self.too_small(n_right, right[1]) || n_right < MIN_GROUP_ROWS {
                    break;
                }
                if n_group < MIN_GROUP_ROWS {
                    continue;
                }
                n_group = 0;
                self.consider(left, right, l2, || set(feature, &order[..=position]));
            }
        }
    }

    fn consider(&mut self, left: Sum, right: Sum, l2: f64, cut: impl Fn() -> (Cut, bool)) {
        let bounds = self.total.bounds;
        let gain = self.rule.worth_of(left, l2, bounds) + self.rule.worth_of(right, l2, bounds) - self.floor;
        // NaN, of an infinite sum, is no gain.
        if !(gain > self.best.map_or(0.0, |best| best.gain)) {
            return;
        }
        let of = |sum| self.rule.bounded_value(sum, l2, bounds);
        let values = (of(left), of(right));
        let against = match self.trend {
            None => false,
            Some(Trend::Increasing) => values.0 > values.1,
            Some(Trend::Decreasing) => values.0 < values.1,
        };
        if against {
            return;
        }
        let (cut, missing_left) = cut();
        self.best = Some(Candidate { gain, feature: usize::MAX, cut, missing_left, left, right, values });
    }
}

/// The set of some bins of a category; the bin of missing values is told apart.
fn set(feature: &Binned, bins: &[usize]) -> (Cut, bool) {
    let mut bits = [0u64; 4];
    let mut missing_left = false;
    for &bin in bins {
        if bin >= feature.n_known() {
            missing_left = true;
        } else {
            bits[bin / 64] |= 1 << (bin % 64);
        }
    }
    (Cut::Bins(bits), missing_left)
}
