//! Intervals by drawing the rows again: the percentile bootstrap of every metric of held-out predictions. What is drawn
//! are rows, or whole groups where rows come in groups; the models stay as they are, so that the interval says how far
//! other rows of the same kind would move the score, and nothing of how far another training would.
//! Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; clusters after Davison & Hinkley,
//! Bootstrap Methods and their Application (1997), section 3.8.

use serde::{Deserialize, Serialize};

use super::compare::{Paired, rope};
use super::student_t_quantile;
use crate::dataset::{Target, Task};
use crate::metrics::{Metric, score};
use crate::model::Predictions;
use crate::random::Random;
use crate::table::profile::quantile;

/// Samples that are drawn; fewer where all of them together would be more than `MOST_VISITS` visits of a row.
const REPLICATES: u64 = 1_000;
const FEWEST_REPLICATES: u64 = 200;
const MOST_VISITS: u64 = 400_000_000;
/// Units that an interval needs: fewer do not show how they spread.
pub const FEWEST_UNITS: usize = 10;
/// Rows are drawn within their fold where every fold has so many; the spread within smaller ones would come out too small
/// by 1/n.
const FEWEST_OF_A_STRATUM: usize = 30;
/// Of the samples so many may leave a metric undefined, in hundredths, before it has no interval.
const MOST_UNDEFINED: usize = 5;
/// What a 95 % interval leaves out at each end.
const TAIL: f64 = 0.025;
/// The stream of the seed's random numbers that draws samples.
const STREAM: u64 = 71;

/// 95 % percentile intervals of all metrics of a task, in the order of `Metric::of`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resampled {
    /// `None` where too many samples left the metric undefined.
    pub intervals: Vec<(Metric, Option<(f64, f64)>)>,
    pub n_replicates: u32,
    /// Rows, or groups, that were drawn from.
    pub n_units: u32,
    /// The column whose groups were drawn as a whole.
    pub groups: Option<String>,
    pub seed: u64,
}

impl Resampled {
    pub fn of(&self, metric: Metric) -> Option<(f64, f64)> {
        self.intervals.iter().find(|(m, _)| *m == metric).and_then(|(_, interval)| *interval)
    }
}

/// Held-out predictions that are scored together: those of a fold, or of the test set. `units[i]` names the row, or the
/// group, that row `i` belongs to; the same in all parts.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    pub target: Target,
    pub predictions: Predictions,
    pub units: Vec<u32>,
}

/// Draws samples and scores them. A score is the mean over the parts in which it is defined.
pub struct Resampling {
    task: Task,
    parts: Vec<Part>,
    /// Units that are drawn among each other.
    strata: Vec<Vec<u32>>,
    /// How often each unit is in the sample at hand.
    weights: Vec<u32>,
    random: Random,
}

struct Part {
    /// Dense.
    units: Vec<u32>,
    scored: Scored,
}

/// What of each row the metrics need, so that a sample costs a few passes and no sorting.
enum Scored {
    Classes { codes: Vec<u32>, called: Vec<u32>, loss: Vec<f64>, square: Vec<f64>, n_classes: usize, ranks: Vec<Ranks> },
    Values { truth: Vec<f64>, errors: Vec<f64>, by_size: Vec<u32> },
}

/// Rows by falling score of one class, and where runs of equal scores end.
struct Ranks {
    order: Vec<u32>,
    ends: Vec<u32>,
    class: u32,
}

impl Resampling {
    /// `clustered`: units are groups, and drawn among all of them.
    pub fn new(task: Task, held_out: Vec<HeldOut>, clustered: bool, seed: u64) -> Self {
        let most = held_out.iter().flat_map(|part| &part.units).max().map_or(0, |unit| *unit as usize + 1);
        let mut dense = vec![u32::MAX; most];
        let mut strata: Vec<Vec<u32>> = Vec::new();
        let mut n_units = 0;
        let mut parts = Vec::with_capacity(held_out.len());
        for HeldOut { target, predictions, mut units } in held_out {
            let mut new = Vec::new();
            for unit in &mut units {
                let known = &mut dense[*unit as usize];
                if *known == u32::MAX {
                    *known = n_units;
                    new.push(n_units);
                    n_units += 1;
                }
                *unit = *known;
            }
            if !new.is_empty() {
                strata.push(new);
            }
            parts.push(Part { units, scored: Scored::of(&target, &predictions) });
        }
        if clustered || strata.iter().any(|stratum| stratum.len() < FEWEST_OF_A_STRATUM) {
            strata = vec![strata.concat()];
        }
        let weights = vec![1; n_units as usize];
        Self { task, parts, strata, weights, random: Random::new(seed, STREAM) }
    }

    pub fn n_units(&self) -> usize {
        self.weights.len()
    }

    /// Draw the next sample: as many units of each stratum as it has, with replacement.
    pub fn draw(&mut self) {
        self.weights.fill(0);
        for stratum in &self.strata {
            for _ in 0..stratum.len() {
                let at = self.random.below(stratum.len() as u64) as usize;
                self.weights[stratum[at] as usize] += 1;
            }
        }
    }

    /// How often each row of a part is in the sample at hand.
    pub fn row_weights(&self, part: usize) -> Vec<u32> {
        self.parts[part].units.iter().map(|unit| self.weights[*unit as usize]).collect()
    }

    /// The metrics of the sample at hand, in the order of `Metric::of`.
    pub fn scores(&self) -> Vec<Option<f64>> {
        let metrics = Metric::of(self.task);
        let mut sums = vec![(0.0, 0u32); metrics.len()];
        let mut weights = Vec::new();
        for part in &self.parts {
            weights.clear();
            weights.extend(part.units.iter().map(|unit| self.weights[*unit as usize]));
            let scores = part.scored.scores(&weights, metrics);
            for (sum, score) in sums.iter_mut().zip(scores) {
                if let Some(score) = score {
                    *sum = (sum.0 + score, sum.1 + 1);
                }
            }
        }
        sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / f64::from(n))).collect()
    }

    fn n_replicates(&self) -> u64 {
        let visits: u64 = self.parts.iter().map(|part| part.units.len() as u64 * part.scored.n_passes()).sum();
        (MOST_VISITS / visits.max(1)).clamp(FEWEST_REPLICATES, REPLICATES)
    }
}

/// Intervals of all metrics of held-out predictions; `groups` names the column whose groups the units are. `None` where
/// there are fewer than `FEWEST_UNITS` units.
pub fn resampled(task: Task, parts: Vec<HeldOut>, groups: Option<&str>, seed: u64) -> Option<Resampled> {
    let mut resampling = Resampling::new(task, parts, groups.is_some(), seed);
    if resampling.n_units() < FEWEST_UNITS {
        return None;
    }
    let metrics = Metric::of(task);
    let n = resampling.n_replicates() as usize;
    let mut all: Vec<Vec<f64>> = vec![Vec::with_capacity(n); metrics.len()];
    for _ in 0..n {
        resampling.draw();
        for (scores, score) in all.iter_mut().zip(resampling.scores()) {
            scores.extend(score.filter(|score| score.is_finite()));
        }
    }
    Some(Resampled {
        intervals: metrics.iter().copied().zip(all.iter_mut().map(|scores| middle(scores, n, TAIL))).collect(),
        n_replicates: n as u32,
        n_units: resampling.n_units() as u32,
        groups: groups.map(str::to_owned),
        seed,
    })
}

/// How much better the first predictions are than the second of the same rows, by every metric of a task: 95 % intervals of
/// the difference of the scores, above 0 where the first are better. Every sample is drawn once and scores both.
/// `clustered`: units are groups. Of few units percentiles come out too narrow, so the expanded ones are taken, whose tails
/// are those of Student's t (Hesterberg, What Teachers Should Know about the Bootstrap, 2015, section 4.4).
pub fn leads(
    task: Task,
    (first, second): (HeldOut, HeldOut),
    clustered: bool,
    seed: u64,
) -> Vec<(Metric, Option<(f64, f64)>)> {
    // The same units and the same seed draw the same samples.
    let mut pair = [first, second].map(|held| Resampling::new(task, vec![held], clustered, seed));
    let metrics = Metric::of(task);
    let tail = expanded_tail(pair[0].n_units() as f64);
    let n = pair[0].n_replicates() as usize;
    let mut all: Vec<Vec<f64>> = vec![Vec::with_capacity(n); metrics.len()];
    for _ in 0..n {
        pair.iter_mut().for_each(Resampling::draw);
        let [first, second] = [pair[0].scores(), pair[1].scores()];
        for ((leads, metric), (first, second)) in all.iter_mut().zip(metrics).zip(first.into_iter().zip(second)) {
            leads.extend(first.zip(second).map(|(a, b)| metric.gain(a, b)).filter(|lead| lead.is_finite()));
        }
    }
    metrics.iter().copied().zip(all.iter_mut().map(|leads| middle(leads, n, tail))).collect()
}

/// How much better the first predictions of one tested set are than the second, by one metric: the interval is that of
/// `leads`, and the chances are shares of the same samples. `None` where there are too few units, or the metric is
/// undefined.
pub fn paired(
    task: Task,
    metric: Metric,
    (first, second): (Vec<HeldOut>, Vec<HeldOut>),
    clustered: bool,
    seed: u64,
) -> Option<Paired> {
    let at = Metric::of(task).iter().position(|known| *known == metric)?;
    let guess = crate::model::baseline::Baseline::fit(&first.first()?.target);
    let guess = score(metric, &first[0].target, &guess.predict(first[0].target.len()));
    let lead = metric.gain(
        score(metric, &first[0].target, &first[0].predictions)?,
        score(metric, &second.first()?.target, &second[0].predictions)?,
    );
    let mut pair = [first, second].map(|held| Resampling::new(task, held, clustered, seed));
    let n_units = pair[0].n_units();
    let n = pair[0].n_replicates() as usize;
    let mut leads = Vec::with_capacity(n);
    for _ in 0..n {
        pair.iter_mut().for_each(Resampling::draw);
        let [first, second] = [&pair[0], &pair[1]].map(|drawn| drawn.scores()[at]);
        leads.extend(first.zip(second).map(|(a, b)| metric.gain(a, b)).filter(|lead| lead.is_finite()));
    }
    let interval = middle(&mut leads, n, expanded_tail(n_units as f64)).filter(|_| n_units >= FEWEST_UNITS)?;
    let rope = rope(metric, guess);
    let share = |of: &dyn Fn(f64) -> bool| leads.iter().filter(|lead| of(**lead)).count() as f64 / leads.len() as f64;
    let (better, worse) = (share(&|lead| lead > rope), share(&|lead| lead < -rope));
    // No share of so many samples shows less than one of them.
    let tail = share(&|lead| lead <= 0.0).min(share(&|lead| lead >= 0.0)).max(1.0 / leads.len() as f64);
    let p_value = (2.0 * tail).min(1.0);
    Some(Paired { lead, interval, p_value, rope, better, same: (1.0 - better - worse).max(0.0), worse, n_folds: 1 })
}

/// What is left out at each end so that the percentiles of `n` units are as wide as Student's t.
fn expanded_tail(n: f64) -> f64 {
    if n < 2.0 {
        return TAIL;
    }
    let reach = student_t_quantile(1.0 - TAIL, n - 1.0) * (n / (n - 1.0)).sqrt();
    0.5 * libm::erfc(reach / std::f64::consts::SQRT_2)
}

/// What lies between the tails of what `n` samples gave; `None` where too many gave nothing.
fn middle(found: &mut [f64], n: usize, tail: f64) -> Option<(f64, f64)> {
    if (n - found.len()) * 100 > n * MOST_UNDEFINED {
        return None;
    }
    found.sort_unstable_by(f64::total_cmp);
    Some((quantile(found, tail), quantile(found, 1.0 - tail)))
}

impl Scored {
    fn of(target: &Target, predictions: &Predictions) -> Self {
        match (target, predictions) {
            (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
                classes(codes, values, *n_classes)
            }
            (Target::Values(truth), Predictions::Values(values)) => {
                let errors: Vec<f64> = truth.iter().zip(values).map(|(t, v)| (t - f64::from(*v)).abs()).collect();
                let center = truth.iter().sum::<f64>() / truth.len().max(1) as f64;
                let mut by_size: Vec<u32> = (0..errors.len() as u32).collect();
                by_size.sort_by(|a, b| errors[*a as usize].total_cmp(&errors[*b as usize]));
                Self::Values { truth: truth.iter().map(|t| t - center).collect(), errors, by_size }
            }
            (Target::Classes { .. }, Predictions::Values(_))
            | (Target::Values(_), Predictions::Probabilities { .. }) => {
                debug_assert!(false, "a model predicts its own task");
                Self::Values { truth: Vec::new(), errors: Vec::new(), by_size: Vec::new() }
            }
        }
    }

    /// Passes over the rows that a sample costs.
    fn n_passes(&self) -> u64 {
        match self {
            Self::Classes { ranks, .. } => 2 + 2 * ranks.len() as u64,
            Self::Values { .. } => 3,
        }
    }

    /// `weights`: how often each row counts.
    fn scores(&self, weights: &[u32], metrics: &[Metric]) -> Vec<Option<f64>> {
        let total: u64 = weights.iter().map(|w| u64::from(*w)).sum();
        if total == 0 {
            return vec![None; metrics.len()];
        }
        match self {
            Self::Classes { codes, called, loss, square, n_classes, ranks } => {
                let n = *n_classes;
                let mut counts = vec![0u64; n * n];
                for ((code, called), weight) in codes.iter().zip(called).zip(weights) {
                    counts[*code as usize * n + *called as usize] += u64::from(*weight);
                }
                let areas: Vec<(f64, f64)> = ranks.iter().filter_map(|r| r.areas(codes, weights)).collect();
                let mean_of = |pick: fn(&(f64, f64)) -> f64| {
                    (!areas.is_empty()).then(|| areas.iter().map(pick).sum::<f64>() / areas.len() as f64)
                };
                let one = |metric: &Metric| match metric {
                    Metric::Accuracy => Some((0..n).map(|c| counts[c * n + c]).sum::<u64>() as f64 / total as f64),
                    Metric::BalancedAccuracy => balanced(&counts, n),
                    Metric::F1 => f1(&counts, n),
                    Metric::LogLoss => Some(weighted_mean(loss, weights, total)),
                    Metric::Brier => Some(weighted_mean(square, weights, total)),
                    Metric::RocAuc => mean_of(|a| a.0),
                    Metric::PrAuc => mean_of(|a| a.1),
                    Metric::Rmse | Metric::Mae | Metric::R2 | Metric::MedianAbsoluteError => None,
                };
                metrics.iter().map(one).collect()
            }
            Self::Values { truth, errors, by_size } => {
                let sum = |values: &mut dyn Iterator<Item = f64>| -> f64 {
                    values.zip(weights).map(|(v, w)| v * f64::from(*w)).sum()
                };
                let n = total as f64;
                let squares = sum(&mut errors.iter().map(|e| e * e));
                let (first, second) = (sum(&mut truth.iter().copied()), sum(&mut truth.iter().map(|t| t * t)));
                let spread = second - first * first / n;
                let one = |metric: &Metric| match metric {
                    Metric::Rmse => Some((squares / n).sqrt()),
                    Metric::Mae => Some(sum(&mut errors.iter().copied()) / n),
                    // What is left of rounding is no spread.
                    Metric::R2 => (spread > 1e-12 * second).then(|| 1.0 - squares / spread),
                    Metric::MedianAbsoluteError => Some(weighted_median(errors, by_size, weights, total)),
                    Metric::Accuracy
                    | Metric::BalancedAccuracy
                    | Metric::LogLoss
                    | Metric::RocAuc
                    | Metric::PrAuc
                    | Metric::F1
                    | Metric::Brier => None,
                };
                metrics.iter().map(one).collect()
            }
        }
    }
}

fn classes(codes: &[u32], values: &[f32], n_classes: usize) -> Scored {
    let rows = || codes.iter().zip(values.chunks_exact(n_classes));
    let called = |row: &[f32]| {
        let best = row.iter().enumerate().fold(0, |best, (class, p)| if *p > row[best] { class } else { best });
        best as u32
    };
    // As `metrics` has them.
    let loss =
        |code: u32, row: &[f32]| -libm::log(f64::from(row[code as usize]).clamp(f64::EPSILON, 1.0 - f64::EPSILON));
    let square = |code: u32, row: &[f32]| {
        let error = |class: usize| f64::from(row[class]) - f64::from(u8::from(class == code as usize));
        let of = |class: usize| error(class) * error(class);
        if n_classes == 2 { of(1) } else { (0..n_classes).map(of).sum() }
    };
    let shown = if n_classes == 2 { 1..2 } else { 0..n_classes };
    Scored::Classes {
        called: values.chunks_exact(n_classes).map(called).collect(),
        loss: rows().map(|(code, row)| loss(*code, row)).collect(),
        square: rows().map(|(code, row)| square(*code, row)).collect(),
        ranks: shown.map(|class| Ranks::of(values, n_classes, class)).collect(),
        codes: codes.to_vec(),
        n_classes,
    }
}

impl Ranks {
    fn of(values: &[f32], n_classes: usize, class: usize) -> Self {
        let score = |row: u32| values[row as usize * n_classes + class];
        let n_rows = values.len() / n_classes;
        let mut order: Vec<u32> = (0..n_rows as u32).collect();
        order.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
        let last = |at: &usize| at + 1 == order.len() || score(order[*at]) != score(order[at + 1]);
        let ends = (0..order.len()).filter(last).map(|at| at as u32 + 1).collect();
        Self { order, ends, class: class as u32 }
    }

    /// Area under the ROC curve and average precision of the weighted rows; `None` without both classes.
    fn areas(&self, codes: &[u32], weights: &[u32]) -> Option<(f64, f64)> {
        let (mut positives, mut negatives) = (0u64, 0u64);
        let (mut pairs, mut precision) = (0u64, 0.0);
        let mut start = 0;
        for end in &self.ends {
            let (mut here, mut not) = (0u64, 0u64);
            for row in &self.order[start..*end as usize] {
                let weight = u64::from(weights[*row as usize]);
                if codes[*row as usize] == self.class { here += weight } else { not += weight }
            }
            start = *end as usize;
            pairs += not * (2 * positives + here);
            positives += here;
            negatives += not;
            if here > 0 {
                precision += here as f64 * (positives as f64 / (positives + negatives) as f64);
            }
        }
        if positives == 0 || negatives == 0 {
            return None;
        }
        Some((pairs as f64 / (2.0 * positives as f64 * negatives as f64), precision / positives as f64))
    }
}

fn weighted_mean(values: &[f64], weights: &[u32], total: u64) -> f64 {
    values.iter().zip(weights).map(|(v, w)| v * f64::from(*w)).sum::<f64>() / total as f64
}

/// Of values whose order is known; the mean of the middle two where the number of counted rows is even.
fn weighted_median(values: &[f64], order: &[u32], weights: &[u32], total: u64) -> f64 {
    let (low, high) = ((total - 1) / 2, total / 2);
    let mut before = 0;
    let mut lower = 0.0;
    for row in order {
        let value = values[*row as usize];
        let next = before + u64::from(weights[*row as usize]);
        if (before..next).contains(&low) {
            lower = value;
        }
        if (before..next).contains(&high) {
            return (lower + value) / 2.0;
        }
        before = next;
    }
    lower
}

/// Mean recall over the classes that occur.
fn balanced(counts: &[u64], n: usize) -> Option<f64> {
    let recall = |class: usize| {
        let rows: u64 = counts[class * n..(class + 1) * n].iter().sum();
        (rows > 0).then(|| counts[class * n + class] as f64 / rows as f64)
    };
    let recalls: Vec<f64> = (0..n).filter_map(recall).collect();
    (!recalls.is_empty()).then(|| recalls.iter().sum::<f64>() / recalls.len() as f64)
}

fn f1(counts: &[u64], n: usize) -> Option<f64> {
    let one = |class: usize| {
        let actual: u64 = counts[class * n..(class + 1) * n].iter().sum();
        let called: u64 = (0..n).map(|truth| counts[truth * n + class]).sum();
        (actual + called > 0).then(|| 2.0 * counts[class * n + class] as f64 / (actual + called) as f64)
    };
    if n == 2 {
        return one(1);
    }
    let scores: Vec<f64> = (0..n).filter_map(one).collect();
    (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
}
