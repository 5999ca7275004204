//! Ranges and sets that hold the truth as often as they say, whatever the model: conformal prediction.
//!
//! Rows that a model has not learned from tell how far it goes wrong. The k-th smallest of their n scores, with
//! k = ⌈(n + 1) · level⌉, is reached by the score of a further row of the same kind with a chance of at least the level; with
//! k > n every answer has to be in. That is a promise on average over all rows (marginal), not for each kind of row.
//!
//! Sources: Vovk, Gammerman & Shafer, Algorithmic Learning in a Random World (2005); Lei et al., Distribution-Free Predictive
//! Inference for Regression (2018); Sadinle, Lei & Wasserman, Least Ambiguous Set-Valued Classifiers (2019); Romano, Sesia &
//! Candès, Classification with Valid and Adaptive Coverage (2020); Vovk, Conditional Validity of Inductive Conformal
//! Predictors (2012), for sets by class and for how far one set of n rows may lead astray.

mod measured;

use serde::{Deserialize, Serialize};

pub use measured::{Aside, Coverage, Found, Measured, Spread, covered, spread};

use super::student::incomplete_beta;
use crate::order::OrderBy;

/// How often ranges and sets are to hold the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    Eighty,
    #[default]
    Ninety,
    NinetyFive,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Eighty, Self::Ninety, Self::NinetyFive];

    /// A whole number, so that no rank depends on rounding.
    pub fn percent(self) -> u32 {
        match self {
            Self::Eighty => 80,
            Self::Ninety => 90,
            Self::NinetyFive => 95,
        }
    }

    pub fn share(self) -> f64 {
        f64::from(self.percent()) / 100.0
    }

    /// "9 in 10".
    pub fn words(self) -> &'static str {
        match self {
            Self::Eighty => "8 in 10",
            Self::Ninety => "9 in 10",
            Self::NinetyFive => "19 in 20",
        }
    }

    /// The place from 1, among `n` scores by size, of the one that this level takes; `None` where `n` rows are too few.
    pub fn rank(self, n: usize) -> Option<usize> {
        let rank = ((n as u64 + 1) * u64::from(self.percent())).div_ceil(100) as usize;
        (rank <= n).then_some(rank)
    }

    /// Rows below which this level tells nothing.
    pub fn fewest_rows(self) -> u32 {
        self.percent().div_ceil(100 - self.percent())
    }

    /// In nine of ten draws of `n` rows, the share of further rows that hold lies between these: coverage for one draw is
    /// Beta(k, n + 1 − k). `None` where `n` rows are too few.
    pub fn reach(self, n: usize) -> Option<(f64, f64)> {
        let k = self.rank(n)?;
        let (a, b) = (k as f64, (n + 1 - k) as f64);
        let at = |wanted: f64| {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..60 {
                let middle = 0.5 * (low + high);
                if incomplete_beta(middle, a, b) < wanted { low = middle } else { high = middle }
            }
            0.5 * (low + high)
        };
        Some((at(0.05), at(0.95)))
    }
}

/// What a set is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Way {
    /// Classes of at least one probability, the same for all (least ambiguous classifier); of values, one width.
    Plain,
    /// A probability for each class of its own (Mondrian), so that each true class is held as often.
    ByClass,
    /// The likeliest classes until they come to a sum (adaptive prediction sets, without chance).
    Adaptive,
}

impl Way {
    pub const OF_CLASSES: [Self; 3] = [Self::Plain, Self::ByClass, Self::Adaptive];
}

/// What is chosen of ranges and sets; without set-aside rows it changes words alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    pub level: Level,
    /// Sets by class; of no account for values.
    pub by_class: bool,
}

/// What turns a prediction into a range or a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Bounds {
    /// The prediction and so much to both sides, in units of the target. `None`: too few rows, anything is possible.
    Half(Option<f32>),
    /// For each class the probability from which it is in the set; 0 where too few rows tell.
    Least(Vec<f32>),
    /// The likeliest classes, as long as their probabilities together are at most this. `None`: all classes.
    Gathered(Option<f64>),
}

/// How much a probability may differ in another runtime, which is what a package tolerates: limits are this much lower, so
/// that no runtime takes a class out that the studio leaves in.
pub const SLACK: f64 = 1e-5;

impl Bounds {
    /// Lower and upper bound; both finite. `None` where nothing can be said, or for classes.
    pub fn range(&self, value: f32) -> Option<(f32, f32)> {
        let Self::Half(Some(half)) = self else { return None };
        let finite = |bound: f32| bound.clamp(f32::MIN, f32::MAX);
        Some((finite(value - half), finite(value + half)))
    }

    /// Which classes are in the set, for a row's probabilities; all of them for values.
    pub fn set(&self, shares: &[f32]) -> Vec<bool> {
        match self {
            Self::Half(_) | Self::Gathered(None) => vec![true; shares.len()],
            Self::Least(least) => shares.iter().zip(least).map(|(share, least)| share >= least).collect(),
            Self::Gathered(Some(most)) => gathered_of(shares).into_iter().map(|sum| sum <= *most).collect(),
        }
    }

    /// From the limits that scores of held-out rows came to: one, or one for each class.
    fn of(way: Way, limits: &[Option<f64>], n_classes: usize, largest: f64) -> Self {
        let first = limits.first().copied().flatten();
        if n_classes == 0 {
            // What sums in f32 may lose, outwards.
            let outwards = |limit: f64| limit + 4.0 * f64::from(f32::EPSILON) * largest;
            return Self::Half(first.map(|limit| up(outwards(limit))));
        }
        let least = |limit: &Option<f64>| limit.map_or(0.0, |limit| (1.0 - limit - SLACK).max(0.0) as f32);
        match way {
            Way::Plain => Self::Least(vec![least(&first); n_classes]),
            Way::ByClass => Self::Least(limits.iter().map(least).collect()),
            Way::Adaptive => Self::Gathered(first),
        }
    }
}

/// The smallest finite f32 that is not below.
fn up(value: f64) -> f32 {
    let near = value as f32;
    let above = if f64::from(near) < value { near.next_up() } else { near };
    above.min(f32::MAX)
}

/// The score that a level takes of these; `None` where they are too few.
pub fn quantile(scores: &[f64], level: Level) -> Option<f64> {
    let rank = level.rank(scores.len())?;
    let mut scores = scores.to_vec();
    let (_, found, _) = scores.select_nth_unstable_by(rank - 1, f64::total_cmp);
    Some(*found)
}

/// How far each prediction is from the truth: |truth − value|.
pub fn residuals(truth: &[f64], values: &[f32]) -> Vec<f64> {
    truth.iter().zip(values).map(|(truth, value)| (truth - f64::from(*value)).abs()).collect()
}

/// 1 − the probability of the true class. `shares`: `[n_rows × n_classes]`.
pub fn misses(codes: &[u32], shares: &[f32], n_classes: usize) -> Vec<f64> {
    codes.iter().zip(shares.chunks_exact(n_classes)).map(|(code, row)| 1.0 - f64::from(row[*code as usize])).collect()
}

/// The probability of the true class and of all that are at least as likely, together.
pub fn gathered(codes: &[u32], shares: &[f32], n_classes: usize) -> Vec<f64> {
    codes.iter().zip(shares.chunks_exact(n_classes)).map(|(code, row)| gathered_of(row)[*code as usize]).collect()
}

/// For each class, its probability and those of all that are at least as likely, together.
fn gathered_of(shares: &[f32]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.order_by(|a, b| shares[*b].total_cmp(&shares[*a]));
    let mut sums = vec![0.0; shares.len()];
    let mut sum = 0.0;
    for equal in order.chunk_by(|a, b| shares[*a] == shares[*b]) {
        sum += equal.iter().map(|class| f64::from(shares[*class])).sum::<f64>();
        equal.iter().for_each(|class| sums[*class] = sum);
    }
    sums
}
