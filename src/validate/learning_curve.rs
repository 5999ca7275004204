//! Would more rows help? The score against the number of training rows: each fold fitted on growing shares of the rows that it
//! learns from, each share within the next, and a power law through the means that says what doubling the rows would bring.
//! Source of the law: Cortes et al., Learning Curves: Asymptotic Values and Rate of Convergence (1994); Viering & Loog, The
//! Shape of Learning Curves: a Review (2022).

use serde::{Deserialize, Serialize};

use super::compare::rope;
use super::{FEWEST_FOLDS, Score, student_t_quantile};
use crate::dataset::{Dataset, Target};
use crate::metrics::Metric;
use crate::order::OrderBy;
use crate::random::Random;
use crate::split::SplitKind;

/// Shares of a fold's training rows that are fitted; all of them were fitted for the report.
pub const SHARES: [f64; 5] = [0.0625, 0.125, 0.25, 0.5, 0.75];
/// Rows that a fit learns from at least.
pub const FEWEST_ROWS: usize = 20;
/// Points that a law needs; one more, and the last is foretold from the others.
const FEWEST_POINTS: usize = 4;
/// Powers that are tried: from nearly a logarithm to faster than any model learns.
const POWERS: (f64, f64) = (0.05, 2.0);
const N_POWERS: u32 = 80;
/// The stream of the seed's random numbers that orders rows.
const STREAM: u64 = 97;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LearningCurve {
    pub metric: Metric,
    /// By rising rows; the last is the report's.
    pub points: Vec<Point>,
    pub baseline: Option<f64>,
    /// `None` where there are too few points.
    pub outlook: Option<Outlook>,
}

/// The scores of all folds on one share of their training rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub share: f64,
    /// Mean over the folds.
    pub n_rows: f64,
    /// `None` where a fold could not be scored: a class was missing, or the fit failed.
    pub folds: Vec<Option<f64>>,
    pub mean: f64,
    /// Over folds (n − 1); `None` for one fold.
    pub deviation: Option<f64>,
}

/// score = limit ∓ size · rows^(−power), − where higher is better.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Law {
    pub limit: f64,
    pub size: f64,
    pub power: f64,
    pub higher_is_better: bool,
}

/// What twice as many rows would most likely bring.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    pub law: Law,
    /// By how much better the score would be.
    pub gain: f64,
    /// Over folds, corrected for overlapping training sets, and widened by what the law misses the last point by when it
    /// is fitted to the others. `None` for fewer than `FEWEST_FOLDS` folds.
    pub interval: Option<(f64, f64)>,
    /// That miss; `None` where there are too few points to leave one out.
    pub missed: Option<f64>,
    /// Gains below this make no difference in practice.
    pub rope: f64,
}

/// What the numbers allow to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// More rows would help.
    Rising,
    /// They would make no difference in practice.
    Flat,
    Unclear,
}

impl Outlook {
    pub fn verdict(&self) -> Verdict {
        match self.interval {
            Some((low, _)) if low > 0.0 && self.gain >= self.rope => Verdict::Rising,
            Some((_, high)) if high < self.rope => Verdict::Flat,
            _ => Verdict::Unclear,
        }
    }
}

impl Law {
    pub fn at(&self, n_rows: f64) -> f64 {
        let lacks = self.size * libm::pow(n_rows, -self.power);
        if self.higher_is_better { self.limit - lacks } else { self.limit + lacks }
    }

    /// By how much better the score is with twice as many rows.
    pub fn of_doubling(&self, n_rows: f64) -> f64 {
        let lacks = |n: f64| self.size * libm::pow(n, -self.power);
        lacks(n_rows) - lacks(2.0 * n_rows)
    }
}

/// The rows of a fold in the order in which shares take them. By chance classes are spread alike over every share; groups come
/// as a whole; where time orders the rows the latest come first, as they would if less of the past were known.
pub fn order(dataset: &Dataset, kind: SplitKind, training: &[u32], seed: u64, fold: usize) -> Vec<u32> {
    let mut random = Random::new(seed.wrapping_add(fold as u64), STREAM);
    let mut rows = training.to_vec();
    match (kind, &dataset.groups, &dataset.times, &dataset.target) {
        (SplitKind::Group { .. }, Some(groups), ..) => {
            let of = |row: u32| groups.codes[row as usize];
            let mut names: Vec<u32> = rows.iter().map(|row| of(*row)).collect();
            names.sort_unstable();
            names.dedup();
            let mut places: Vec<u32> = (0..names.len() as u32).collect();
            random.shuffle(&mut places);
            let place = |row: u32| names.binary_search(&of(row)).map_or(0, |at| places[at]);
            rows.order_by_key(|row| (place(*row), *row));
        }
        (SplitKind::Time { .. }, _, Some(times), _) => {
            let when = |row: u32| times.values[row as usize];
            rows.order_by(|a, b| when(*b).total_cmp(&when(*a)).then(b.cmp(a)));
        }
        (_, _, _, Target::Classes { codes, labels }) => {
            random.shuffle(&mut rows);
            let mut seen = vec![0.0; labels.len()];
            let mut counts = vec![0.0; labels.len()];
            rows.iter().for_each(|row| counts[codes[*row as usize] as usize] += 1.0);
            let mut placed: Vec<(f64, u32)> = Vec::with_capacity(rows.len());
            for row in &rows {
                let class = codes[*row as usize] as usize;
                placed.push(((seen[class] + 0.5) / counts[class], *row));
                seen[class] += 1.0;
            }
            placed.order_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            rows = placed.into_iter().map(|(_, row)| row).collect();
        }
        (_, _, _, Target::Values(_)) => random.shuffle(&mut rows),
    }
    rows
}

/// The training rows of a share, ascending: the first of `ordered`, and all others of the last one's group. `None` where
/// these are too few, or lack a class that the whole has.
pub fn share_of(dataset: &Dataset, kind: SplitKind, ordered: &[u32], share: f64) -> Option<Vec<u32>> {
    let mut n = ((share * ordered.len() as f64).ceil() as usize).min(ordered.len());
    if let (SplitKind::Group { .. }, Some(groups)) = (kind, &dataset.groups) {
        let of = |at: usize| groups.codes[ordered[at] as usize];
        while n > 0 && n < ordered.len() && of(n) == of(n - 1) {
            n += 1;
        }
    }
    let mut rows = ordered[..n].to_vec();
    rows.sort_unstable();
    let lacks = match &dataset.target {
        Target::Classes { codes, labels } => {
            let has = |rows: &[u32]| {
                let mut seen = vec![false; labels.len()];
                rows.iter().for_each(|row| seen[codes[*row as usize] as usize] = true);
                seen
            };
            has(&rows) != has(ordered)
        }
        Target::Values(_) => false,
    };
    (rows.len() >= FEWEST_ROWS && !lacks).then_some(rows)
}

/// A fold's score on a share of its rows, and how many these were.
pub type OfFold = (Option<f64>, usize);

/// Put together what was scored. `found`: of each share the scores of the folds, and their rows. `whole`: the report's score, and
/// the training rows of its folds. `ratio`: test rows by training rows. Shares that hardly a fold could be scored on are left
/// out.
pub fn learning_curve(found: Vec<(f64, Vec<OfFold>)>, (whole, sizes): (&Score, &[usize]), ratio: f64) -> LearningCurve {
    let metric = whole.metric;
    let last = (1.0, whole.folds.iter().copied().zip(sizes.iter().copied()).collect::<Vec<_>>());
    let n_whole = whole.n_scored();
    let mut points = Vec::new();
    for (share, scored) in found.into_iter().chain([last]) {
        let folds: Vec<Option<f64>> = scored.iter().map(|(score, _)| score.filter(|s| s.is_finite())).collect();
        let known: Vec<f64> = folds.iter().flatten().copied().collect();
        if known.is_empty() || (share < 1.0 && known.len() < n_whole) {
            continue;
        }
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let squares: f64 = known.iter().map(|v| (v - mean) * (v - mean)).sum();
        let deviation = (known.len() > 1).then(|| (squares / (known.len() - 1) as f64).sqrt());
        let n_rows = scored.iter().map(|(_, n)| *n as f64).sum::<f64>() / scored.len() as f64;
        points.push(Point { share, n_rows, folds, mean, deviation });
    }
    let outlook = outlook(metric, &points, whole.baseline, ratio);
    LearningCurve { metric, points, baseline: whole.baseline, outlook }
}

fn outlook(metric: Metric, points: &[Point], baseline: Option<f64>, ratio: f64) -> Option<Outlook> {
    let last = points.last()?;
    let places = |points: &[Point]| points.iter().map(|p| (p.n_rows, p.mean)).collect::<Vec<(f64, f64)>>();
    let law = fit(metric, &places(points))?;
    let gain = law.of_doubling(last.n_rows);
    let before = &points[..points.len() - 1];
    let missed = fit(metric, &places(before)).map(|law| (law.at(last.n_rows) - last.mean).abs());
    let of_fold = |fold: usize| {
        let own = points.iter().map(|p| Some((p.n_rows, (*p.folds.get(fold)?)?)));
        fit(metric, &own.collect::<Option<Vec<(f64, f64)>>>()?).map(|law| law.of_doubling(last.n_rows))
    };
    let gains: Vec<f64> = (0..last.folds.len()).filter_map(of_fold).collect();
    let interval = (gains.len() >= FEWEST_FOLDS).then(|| {
        let k = gains.len() as f64;
        let mean = gains.iter().sum::<f64>() / k;
        let variance = gains.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / (k - 1.0);
        let over_folds = student_t_quantile(0.975, k - 1.0) * (variance * (1.0 / k + ratio)).sqrt();
        let half = libm::hypot(over_folds, missed.unwrap_or(0.0));
        (gain - half, gain + half)
    });
    Some(Outlook { law, gain, interval, missed, rope: rope(metric, baseline) })
}

/// The law that lies nearest to points of rows and score, by squares weighed with the rows, since scores of few rows scatter
/// more. One that gets worse with rows is flat. `None` for fewer than `FEWEST_POINTS`.
fn fit(metric: Metric, points: &[(f64, f64)]) -> Option<Law> {
    if points.len() < FEWEST_POINTS {
        return None;
    }
    let sign = if metric.higher_is_better() { -1.0 } else { 1.0 };
    let total: f64 = points.iter().map(|(n, _)| n).sum();
    let mean = |of: &dyn Fn(f64, f64) -> f64| points.iter().map(|(n, s)| n * of(*n, *s)).sum::<f64>() / total;
    let center = mean(&|_, score| score);
    let mut best: Option<(f64, Law)> = None;
    for step in 0..N_POWERS {
        let place = f64::from(step) / f64::from(N_POWERS - 1);
        let power = POWERS.0 * libm::pow(POWERS.1 / POWERS.0, place);
        // Of the first point's rows, so that no power makes numbers that are too small to add.
        let unit = points[0].0;
        let x = |n: f64| libm::pow(n / unit, -power);
        let middle = mean(&|n, _| x(n));
        let across = mean(&|n, _| (x(n) - middle) * (x(n) - middle));
        let along = mean(&|n, score| (x(n) - middle) * (score - center));
        let slope = if across > 0.0 { (sign * along / across).max(0.0) } else { 0.0 };
        let limit = center - sign * slope * middle;
        let missed = mean(&|n, score| {
            let off = score - limit - sign * slope * x(n);
            off * off
        });
        let law =
            Law { limit, size: slope * libm::pow(unit, power), power, higher_is_better: metric.higher_is_better() };
        if best.is_none_or(|(least, _)| missed < least) {
            best = Some((missed, law));
        }
    }
    best.map(|(_, law)| law)
}
