//! Model against model on the same folds: what can be said of the difference of two scores, and who is likely best.

use libm::erfc;
use serde::{Deserialize, Serialize};

use super::{FEWEST_FOLDS, Report, Score, student_t_above, student_t_quantile};
use crate::metrics::Metric;
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::random::Random;

/// Draws for the chance of being best: its standard error is below one point in a hundred.
const DRAWS: u32 = 4_000;
/// The stream of the seed's random numbers that draws them.
const STREAM: u64 = 73;

/// Two candidates by one metric, fold by fold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Mean over the folds of how much better the first is; below 0 it is worse.
    pub lead: f64,
    /// 95 % interval of it, with the variance corrected for overlapping training sets.
    pub interval: (f64, f64),
    /// Two-sided, of the corrected resampled t test (Nadeau & Bengio 2003).
    pub p_value: f64,
    /// Leads within ± this much make no difference in practice.
    pub rope: f64,
    /// Posterior probabilities that the lead lies above the region of practical equivalence, within and below it: the
    /// Bayesian correlated t test (Benavoli, Corani, Demšar & Zaffalon 2017), whose posterior is Student's t with the same
    /// corrected variance.
    pub better: f64,
    pub same: f64,
    pub worse: f64,
    pub n_folds: u32,
}

/// What the numbers allow to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    Better,
    Worse,
    /// The difference is too small to matter.
    Same,
    /// Not enough data to tell.
    Unclear,
}

/// Leads that make no difference in practice: a hundredth of a share or of R², else a hundredth of the baseline's error.
pub fn rope(metric: Metric, baseline: Option<f64>) -> f64 {
    match metric {
        _ if metric.is_share() => 0.01,
        Metric::R2 => 0.01,
        _ => 0.01 * baseline.unwrap_or(0.0).abs(),
    }
}

/// Compare the scores of two candidates on the same folds. `ratio`: test rows by training rows of a fold. `None` where
/// fewer than `FEWEST_FOLDS` folds scored both.
pub fn paired(a: &Score, b: &Score, ratio: f64) -> Option<Paired> {
    let sign = if a.metric.higher_is_better() { 1.0 } else { -1.0 };
    let both = a.folds.iter().zip(&b.folds).filter_map(|(a, b)| Some((*a)? - (*b)?));
    let leads: Vec<f64> = both.map(|difference| sign * difference).collect();
    if a.folds.len() != b.folds.len() || leads.len() < FEWEST_FOLDS {
        return None;
    }
    let rope = rope(a.metric, a.baseline);
    let k = leads.len() as f64;
    let lead = leads.iter().sum::<f64>() / k;
    let variance = leads.iter().map(|l| (l - lead) * (l - lead)).sum::<f64>() / (k - 1.0);
    let error = (variance * (1.0 / k + ratio)).sqrt();
    let freedom = k - 1.0;
    let above = |value: f64| match error > 0.0 {
        true => student_t_above((value - lead) / error, freedom),
        false => f64::from(u8::from(lead > value)),
    };
    let p_value = match (error > 0.0, lead == 0.0) {
        (true, _) => 2.0 * student_t_above((lead / error).abs(), freedom),
        // Every fold says the same.
        (false, true) => 1.0,
        (false, false) => 0.0,
    };
    let half = student_t_quantile(0.975, freedom) * error;
    let (better, not_worse) = (above(rope), above(-rope));
    Some(Paired {
        lead,
        interval: (lead - half, lead + half),
        p_value: p_value.min(1.0),
        rope,
        better,
        same: (not_worse - better).max(0.0),
        worse: 1.0 - not_worse,
        n_folds: leads.len() as u32,
    })
}

impl Paired {
    /// `adjusted`: the p-value adjusted for how many were compared.
    pub fn verdict(&self, adjusted: f64) -> Verdict {
        match () {
            () if self.same >= 0.95 => Verdict::Same,
            () if adjusted < 0.05 && self.lead > 0.0 => Verdict::Better,
            () if adjusted < 0.05 && self.lead < 0.0 => Verdict::Worse,
            () => Verdict::Unclear,
        }
    }
}

/// p-values adjusted so that the chance of one false finding among all stays below the level. Source: Holm (1979).
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let n = p_values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.order_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![1.0; n];
    let mut most = 0.0f64;
    for (rank, at) in order.into_iter().enumerate() {
        most = most.max((n - rank) as f64 * p_values[at]).min(1.0);
        adjusted[at] = most;
    }
    adjusted
}

/// Adjusted p-values: those at or below q are the ones that stay when no more than the share q of the alarms may be false.
/// Source: Benjamini & Hochberg, Controlling the False Discovery Rate (1995).
pub fn false_discovery(p_values: &[f64]) -> Vec<f64> {
    let n = p_values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.order_by(|a, b| p_values[*a].total_cmp(&p_values[*b]).then(a.cmp(b)));
    let mut adjusted = vec![1.0; n];
    let mut least = 1.0f64;
    for (rank, at) in order.into_iter().enumerate().rev() {
        least = least.min(p_values[at] * n as f64 / (rank + 1) as f64);
        adjusted[at] = least;
    }
    adjusted
}

/// The chance of each candidate to be the best by this metric: `folds[c][f]` is the score of candidate `c` in fold `f`.
/// The leads of all over all are taken together as Student's t with the corrected covariance, so that of two candidates it
/// is what `paired` says without a region. `None` where fewer than `FEWEST_FOLDS` folds scored all of them.
pub fn chances(metric: Metric, folds: &[Vec<Option<f64>>], ratio: f64, seed: u64) -> Option<Vec<f64>> {
    let n_folds = folds.first()?.len();
    let whole: Vec<usize> =
        (0..n_folds).filter(|f| folds.iter().all(|c| c.get(*f).copied().flatten().is_some())).collect();
    if whole.len() < FEWEST_FOLDS || folds.len() < 2 {
        return None;
    }
    let sign = if metric.higher_is_better() { 1.0 } else { -1.0 };
    let k = whole.len() as f64;
    let scores: Vec<Vec<f64>> =
        folds.iter().map(|c| whole.iter().map(|f| sign * c[*f].unwrap_or(f64::NAN)).collect()).collect();
    let means: Vec<f64> = scores.iter().map(|c| c.iter().sum::<f64>() / k).collect();
    let scale = ((1.0 / k + ratio) / (k - 1.0)).sqrt();
    let mut random = Random::new(seed, STREAM);
    let mut wins = vec![0u32; folds.len()];
    let mut drawn = vec![0.0; whole.len()];
    for _ in 0..DRAWS {
        // Normal numbers times deviations from the mean have the covariance of the scores; divided by the root of a χ² by
        // its freedom they are Student's t.
        drawn.iter_mut().for_each(|z| *z = random.normal());
        let chi: f64 = (1..whole.len()).map(|_| random.normal()).map(|z| z * z).sum();
        let spread = scale / (chi / (k - 1.0)).sqrt();
        let height = |c: usize| {
            let moved: f64 = scores[c].iter().zip(&drawn).map(|(score, z)| (score - means[c]) * z).sum();
            means[c] + spread * moved
        };
        let heights: Vec<f64> = (0..folds.len()).map(height).collect();
        let best = (0..heights.len()).fold(0, |best, c| if heights[c] > heights[best] { c } else { best });
        wins[best] += 1;
    }
    Some(wins.into_iter().map(|n| f64::from(n) / f64::from(DRAWS)).collect())
}

/// Rows that only one of two candidates predicts right, and the chance of so uneven a share if both were equally good.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct McNemar {
    pub only_first: u32,
    pub only_second: u32,
    /// Two-sided, exact: a binomial of one half.
    pub p_value: f64,
}

/// Source: McNemar (1947), exact.
pub fn mcnemar(only_first: u32, only_second: u32) -> McNemar {
    let (low, n) = (only_first.min(only_second), only_first + only_second);
    // P(X ≤ low) of a binomial of one half.
    let tail =
        if low == n { 1.0 } else { super::student::incomplete_beta(0.5, f64::from(n - low), f64::from(low) + 1.0) };
    McNemar { only_first, only_second, p_value: (2.0 * tail).min(1.0) }
}

/// The lead of one area under the ROC curve over another on the same rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeLong {
    pub lead: f64,
    pub variance: f64,
    /// Two-sided.
    pub p_value: f64,
}

/// Source: DeLong, DeLong & Clarke-Pearson (1988), in the fast form of Sun & Xu (2014). `None` without both classes twice.
pub fn delong(positive: &[bool], first: &[f32], second: &[f32]) -> Option<DeLong> {
    let (a, b) = (placements(positive, first)?, placements(positive, second)?);
    let lead = mean(&a.0) - mean(&b.0);
    let difference = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
    let (of_positive, of_negative) = (difference(&a.0, &b.0), difference(&a.1, &b.1));
    let variance = spread(&of_positive) / of_positive.len() as f64 + spread(&of_negative) / of_negative.len() as f64;
    Some(DeLong { lead, variance, p_value: normal_p(lead, variance) })
}

/// The probability of the second class; of values the values.
pub fn second_class(predictions: &Predictions) -> Vec<f32> {
    match predictions {
        Predictions::Probabilities { values, n_classes } => {
            values.iter().skip(1).step_by(*n_classes).copied().collect()
        }
        Predictions::Values(values) => values.clone(),
    }
}

/// The mean of leads on different rows, as of the folds of a cross-validation; `None` of none.
pub fn pooled(parts: &[DeLong]) -> Option<DeLong> {
    let k = parts.len() as f64;
    let lead = parts.iter().map(|part| part.lead).sum::<f64>() / k;
    let variance = parts.iter().map(|part| part.variance).sum::<f64>() / (k * k);
    (!parts.is_empty()).then(|| DeLong { lead, variance, p_value: normal_p(lead, variance) })
}

/// Two-sided p-value of a normal number that should be 0.
fn normal_p(value: f64, variance: f64) -> f64 {
    match (variance > 0.0, value == 0.0) {
        (true, _) => erfc((value.abs() / variance.sqrt()) / std::f64::consts::SQRT_2),
        (false, true) => 1.0,
        (false, false) => 0.0,
    }
}

/// Of each positive row the share of negatives below it, and of each negative the share of positives above it; ties count
/// half.
fn placements(positive: &[bool], scores: &[f32]) -> Option<(Vec<f64>, Vec<f64>)> {
    let n_positive = positive.iter().filter(|p| **p).count();
    let n_negative = positive.len() - n_positive;
    if n_positive < 2 || n_negative < 2 {
        return None;
    }
    let mut order: Vec<u32> = (0..scores.len() as u32).collect();
    order.sort_by(|a, b| scores[*a as usize].total_cmp(&scores[*b as usize]));
    let mut of = vec![0.0; scores.len()];
    let (mut positives, mut negatives) = (0.0, 0.0);
    let mut start = 0;
    while start < order.len() {
        let score = scores[order[start] as usize];
        let end = start + order[start..].iter().take_while(|row| scores[**row as usize] == score).count();
        let tied = &order[start..end];
        let here = tied.iter().filter(|row| positive[**row as usize]).count() as f64;
        let not = tied.len() as f64 - here;
        for row in tied {
            of[*row as usize] = match positive[*row as usize] {
                true => (negatives + 0.5 * not) / n_negative as f64,
                false => 1.0 - (positives + 0.5 * here) / n_positive as f64,
            };
        }
        (positives, negatives, start) = (positives + here, negatives + not, end);
    }
    let pick = |wanted: bool| of.iter().zip(positive).filter(|(_, p)| **p == wanted).map(|(v, _)| *v).collect();
    Some((pick(true), pick(false)))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sample variance (n − 1).
fn spread(values: &[f64]) -> f64 {
    let center = mean(values);
    values.iter().map(|v| (v - center) * (v - center)).sum::<f64>() / (values.len() - 1) as f64
}

/// Whether the reports of two candidates can be compared fold by fold: the caller knows that data and split are the same.
pub fn comparable(a: &Report, b: &Report) -> bool {
    let folds = |report: &Report| report.scores.first().map_or(0, |score| score.folds.len());
    a.task == b.task && a.split == b.split && folds(a) == folds(b) && a.test_to_train == b.test_to_train
}
