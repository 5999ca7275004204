//! Where a candidate is worst: kinds of rows, by one column or by two together, on which it errs more than on the others.
//! After Chung et al., Slice Finder (2019): one-sided Welch tests, all of them together under control of false discoveries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compare::false_discovery;
use super::cut::{Cut, NOWHERE, crossed, cut, quarters};
use super::{student_t_above, student_t_quantile};
use crate::dataset::Target;
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::table::Column;

/// Rows that a slice needs, and the share of all.
const FEWEST_ROWS: usize = 20;
const LEAST_SHARE: f64 = 0.01;
/// Groups of rows that it needs where rows come in groups.
const FEWEST_UNITS: usize = 10;
/// Columns that are looked at, and how many of them, those with the widest differences, in pairs.
const MOST_COLUMNS: usize = 60;
const MOST_PAIRED: usize = 10;
/// Rate of false discoveries among those that are told as clear, and the least difference that matters, in standard
/// deviations (Cohen's small one).
const RATE: f64 = 0.05;
const LEAST_EFFECT: f64 = 0.2;
/// Slices that are told: clear ones at most, and all where fewer are clear.
const MOST_TOLD: usize = 10;
const LEAST_TOLD: usize = 3;
/// Least probability that a logarithm is taken of.
const FLOOR: f64 = 1e-6;

/// How much a row is missed by: of classes −ln of the true one's probability, of numbers the distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Loss {
    LogLoss,
    AbsoluteError,
}

/// The worst of what was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slices {
    pub loss: Loss,
    /// Rows that the folds tested.
    pub n_rows: u32,
    /// Slices that were tried, for which all p-values are adjusted.
    pub n_tried: u32,
    /// Mean loss over all rows.
    pub mean: f64,
    /// Clear ones first, the worst first.
    pub worst: Vec<Slice>,
}

/// Rows that are alike in one column or two.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// A column's name with what its cells are: "is red", "below 12", "is missing".
    pub parts: Vec<(String, String)>,
    pub n: u32,
    /// Mean loss, with its 95 % interval, and that of all other rows.
    pub mean: f64,
    pub interval: (f64, f64),
    pub others: f64,
    /// Mean loss of guessing on these rows: the shares of all rows, or their mean.
    pub guess: f64,
    /// Share of these rows that is predicted right; `None` for numbers.
    pub right: Option<f64>,
    /// By how many standard deviations it is worse than the others.
    pub effect: f64,
    /// One-sided, adjusted for all slices (Benjamini–Hochberg).
    pub p_value: f64,
    /// It stays when false discoveries are controlled, and is large enough to matter.
    pub clear: bool,
}

impl Slice {
    /// "city is Bern and age below 30".
    pub fn name(&self) -> String {
        let part = |(column, is): &(String, String)| format!("{column} {is}");
        self.parts.iter().map(part).collect::<Vec<_>>().join(" and ")
    }

    /// Whether guessing would be no worse on these rows.
    pub fn is_useless(&self) -> bool {
        self.clear && self.mean >= self.guess
    }

    /// Whether it is clearly worse here, and comes near to what guessing would do: a small loss may be several times another
    /// and harm nobody.
    pub fn is_poor(&self) -> bool {
        self.clear && self.mean >= 0.5 * self.guess
    }
}

/// Sums over some rows; what rows of a unit share is in the squares of units.
#[derive(Clone, Copy, Default)]
struct Sums {
    n: f64,
    loss: f64,
    square: f64,
    guess: f64,
    right: f64,
}

impl Sums {
    fn add(&mut self, row: &Row) {
        self.n += 1.0;
        self.loss += row.loss;
        self.square += row.loss * row.loss;
        self.guess += row.guess;
        self.right += f64::from(u8::from(row.right));
    }

    fn without(self, other: Self) -> Self {
        Self {
            n: self.n - other.n,
            loss: self.loss - other.loss,
            square: self.square - other.square,
            guess: self.guess - other.guess,
            right: self.right - other.right,
        }
    }

    fn mean(self) -> f64 {
        self.loss / self.n
    }

    /// Sample variance (n − 1).
    fn variance(self) -> f64 {
        ((self.square - self.loss * self.mean()) / (self.n - 1.0)).max(0.0)
    }
}

struct Row {
    loss: f64,
    guess: f64,
    right: bool,
}

/// What was predicted for rows, each of which counts once, what is true of them, and the units that they are drawn by:
/// where several rows are one unit, errors are those of units. `columns` are of a table, `rows` the rows in it.
pub fn slices(
    target: &Target,
    predictions: &Predictions,
    units: &[u32],
    (columns, rows): (&[&Column], &[u32]),
) -> Option<Slices> {
    let (loss, mut judged) = judged(target, predictions)?;
    // Sums of squares of small numbers: where all rows are alike, nothing is left of them.
    let origin = judged[0].loss;
    judged.iter_mut().for_each(|row| row.loss -= origin);
    let fewest = FEWEST_ROWS.max((judged.len() as f64 * LEAST_SHARE) as usize);
    let cuts: Vec<Cut> =
        columns.iter().take(MOST_COLUMNS).filter_map(|column| cut(column, rows, fewest, quarters)).collect();
    let mut all = Sums::default();
    judged.iter().for_each(|row| all.add(row));
    let grouped = {
        let mut seen = units.to_vec();
        seen.sort_unstable();
        seen.dedup();
        seen.len() < units.len()
    };
    let looked = Looked { loss, origin, judged: &judged, units: grouped.then_some(units), all, fewest };
    let mut found: Vec<(f64, Slice)> = Vec::new();
    let mut widest: Vec<(f64, usize)> = Vec::new();
    for (place, cut) in cuts.iter().enumerate() {
        let label = |code: usize| vec![(cut.column.to_owned(), cut.labels[code].clone())];
        let own = looked.compare(&cut.codes, cut.labels.len(), label);
        let most = own.iter().map(|(_, slice)| slice.effect).fold(0.0, f64::max);
        widest.push((most, place));
        found.extend(own);
    }
    widest.order_by(|a, b| b.0.total_cmp(&a.0));
    let mut paired: Vec<usize> = widest.iter().take(MOST_PAIRED).map(|(_, place)| *place).collect();
    paired.sort_unstable();
    for (at, first) in paired.iter().enumerate() {
        for second in &paired[at + 1..] {
            let (a, b) = (&cuts[*first], &cuts[*second]);
            let n_b = b.labels.len();
            let codes = crossed(a, b);
            let label = |code: usize| {
                vec![
                    (a.column.to_owned(), a.labels[code / n_b].clone()),
                    (b.column.to_owned(), b.labels[code % n_b].clone()),
                ]
            };
            found.extend(looked.compare(&codes, a.labels.len() * n_b, label));
        }
    }
    let adjusted = false_discovery(&found.iter().map(|(p, _)| *p).collect::<Vec<f64>>());
    let mut worst: Vec<Slice> = Vec::new();
    for ((_, slice), p_value) in found.into_iter().zip(adjusted) {
        let clear = p_value <= RATE && slice.effect >= LEAST_EFFECT;
        worst.push(Slice { p_value, clear, ..slice });
    }
    let n_tried = worst.len() as u32;
    let told = told(worst);
    Some(Slices { loss, n_rows: judged.len() as u32, n_tried, mean: all.mean() + origin, worst: told })
}

/// Clear ones, by what their mean is at least; a pair only where it is clearly worse than either column alone is: by two
/// halves of its interval, since there are many pairs.
fn told(mut all: Vec<Slice>) -> Vec<Slice> {
    all.order_by(|a, b| b.clear.cmp(&a.clear).then(b.interval.0.total_cmp(&a.interval.0)));
    let singles: Vec<(Vec<(String, String)>, f64)> =
        all.iter().filter(|s| s.clear && s.parts.len() == 1).map(|s| (s.parts.clone(), s.mean)).collect();
    let says_more = |slice: &Slice| {
        let covered = |(parts, mean): &(Vec<(String, String)>, f64)| {
            slice.parts.contains(&parts[0]) && slice.mean - 2.0 * (slice.interval.1 - slice.mean) <= *mean
        };
        slice.parts.len() == 1 || !singles.iter().any(covered)
    };
    all.retain(says_more);
    let n_clear = all.iter().filter(|slice| slice.clear).count();
    if n_clear < LEAST_TOLD {
        all[n_clear..].order_by(|a, b| a.p_value.total_cmp(&b.p_value));
    }
    all.truncate(n_clear.clamp(LEAST_TOLD, MOST_TOLD));
    all
}

struct Looked<'a> {
    loss: Loss,
    /// What was taken off each loss.
    origin: f64,
    judged: &'a [Row],
    units: Option<&'a [u32]>,
    all: Sums,
    fewest: usize,
}

impl Looked<'_> {
    /// Each slice of a cut beside all other rows, with its p-value.
    fn compare(
        &self,
        codes: &[u16],
        n_codes: usize,
        label: impl Fn(usize) -> Vec<(String, String)>,
    ) -> Vec<(f64, Slice)> {
        let mut sums = vec![Sums::default(); n_codes];
        for (code, row) in codes.iter().zip(self.judged) {
            if *code != NOWHERE {
                sums[*code as usize].add(row);
            }
        }
        let enough = |sums: &Sums| sums.n as usize >= self.fewest && (self.all.n - sums.n) as usize >= self.fewest;
        let mut found = Vec::new();
        for (code, own) in sums.iter().enumerate().filter(|(_, sums)| enough(sums)) {
            let others = self.all.without(*own);
            let Some((p, half)) = self.tested(codes, code, *own, others) else { continue };
            let spread = f64::midpoint(own.variance(), others.variance()).sqrt();
            let effect = if spread > 0.0 { (own.mean() - others.mean()) / spread } else { 0.0 };
            let mean = own.mean() + self.origin;
            let slice = Slice {
                parts: label(code),
                n: own.n as u32,
                mean,
                interval: ((mean - half).max(0.0), mean + half),
                others: others.mean() + self.origin,
                guess: own.guess / own.n,
                right: (self.loss == Loss::LogLoss).then_some(own.right / own.n),
                effect,
                p_value: p,
                clear: false,
            };
            found.push((p, slice));
        }
        found
    }

    /// One-sided p of the slice being no worse, and half the width of its mean's interval.
    fn tested(&self, codes: &[u16], code: usize, own: Sums, others: Sums) -> Option<(f64, f64)> {
        let lead = own.mean() - others.mean();
        let (variance, freedom, of_own, own_freedom) = match self.units {
            None => {
                let (a, b) = (own.variance() / own.n, others.variance() / others.n);
                // Welch, Satterthwaite.
                let freedom = (a + b) * (a + b) / (a * a / (own.n - 1.0) + b * b / (others.n - 1.0));
                (a + b, freedom, a, own.n - 1.0)
            }
            Some(units) => {
                // What each unit moves the difference, and the slice's mean, by.
                let mut moved: BTreeMap<u32, (f64, f64, bool)> = BTreeMap::new();
                for ((row, unit), own_code) in self.judged.iter().zip(units).zip(codes) {
                    let inside = *own_code as usize == code;
                    let by = match inside {
                        true => (row.loss - own.mean()) / own.n,
                        false => -(row.loss - others.mean()) / others.n,
                    };
                    let found = moved.entry(*unit).or_default();
                    found.0 += by;
                    found.1 += if inside { by } else { 0.0 };
                    found.2 |= inside;
                }
                let n = moved.len() as f64;
                let n_own = moved.values().filter(|unit| unit.2).count();
                if n_own < FEWEST_UNITS {
                    return None;
                }
                let n_own = n_own as f64;
                let squares = |of: fn(&(f64, f64, bool)) -> f64| moved.values().map(|m| of(m) * of(m)).sum::<f64>();
                let both = squares(|m| m.0) * n / (n - 1.0);
                (both, n_own - 1.0, squares(|m| m.1) * n_own / (n_own - 1.0), n_own - 1.0)
            }
        };
        if !(variance > 0.0) {
            return None;
        }
        let p = student_t_above(lead / variance.sqrt(), freedom);
        Some((p, student_t_quantile(0.975, own_freedom) * of_own.sqrt()))
    }
}

/// The loss of each row, and what guessing would lose.
fn judged(target: &Target, predictions: &Predictions) -> Option<(Loss, Vec<Row>)> {
    let n = target.len() as f64;
    let rows: Vec<Row> = match (target, predictions) {
        (Target::Classes { codes, labels }, Predictions::Probabilities { values, n_classes }) => {
            let mut shares = vec![0.0; labels.len()];
            codes.iter().for_each(|code| shares[*code as usize] += 1.0 / n);
            let lost = |p: f64| -libm::log(p.max(FLOOR));
            let one = |(row, code): (usize, &u32)| Row {
                loss: lost(f64::from(values[row * n_classes + *code as usize])),
                guess: lost(shares[*code as usize]),
                right: predictions.class(row) == Some(*code),
            };
            codes.iter().enumerate().map(one).collect()
        }
        (Target::Values(truth), Predictions::Values(values)) => {
            let mean = truth.iter().sum::<f64>() / n;
            let one = |(truth, value): (&f64, &f32)| Row {
                loss: (truth - f64::from(*value)).abs(),
                guess: (truth - mean).abs(),
                right: false,
            };
            truth.iter().zip(values).map(one).collect()
        }
        (Target::Classes { .. }, Predictions::Values(_)) | (Target::Values(_), Predictions::Probabilities { .. }) => {
            return None;
        }
    };
    let loss = if matches!(target, Target::Values(_)) { Loss::AbsoluteError } else { Loss::LogLoss };
    (!rows.is_empty()).then_some((loss, rows))
}
