//! Where to draw the line for a yes/no model: by what the four outcomes are worth, by how many rows can be dealt with, or
//! by the precision or recall that is asked for; and what it comes to, with intervals.
//!
//! The value of a threshold that was chosen on the same rows flatters; so it is told beside the value that comes of
//! choosing on the other folds each time.

use serde::{Deserialize, Serialize};

use crate::metrics::ranking;
use crate::random::Random;
use crate::table::profile::quantile;

/// Samples of rows for the intervals.
const REPLICATES: usize = 1_000;
/// Units that an interval needs.
const FEWEST_UNITS: usize = super::resample::FEWEST_UNITS;
/// The stream of the seed's random numbers that draws samples.
const STREAM: u64 = 79;

/// What one row of each outcome is worth, in any one unit; costs are below 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worths {
    /// A positive that is flagged.
    pub found: f64,
    /// A positive that is not.
    pub missed: f64,
    /// Flagged for nothing.
    pub false_alarm: f64,
    pub left_alone: f64,
}

impl Default for Worths {
    /// A miss costs as much as a false alarm.
    fn default() -> Self {
        Self { found: 0.0, missed: -1.0, false_alarm: -1.0, left_alone: 0.0 }
    }
}

/// What decides. Shares are above 0 and at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// The most worth.
    Worth,
    /// As many rows as can be dealt with, the most probable first: at most this share.
    Capacity(f64),
    /// As many as possible, with at least this share of the flagged ones right.
    Precision(f64),
    /// As few as possible, with at least this share of the positives found.
    Recall(f64),
}

/// A held-out row. `unit` is the group that it is drawn with, or the row itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub score: f32,
    pub positive: bool,
    pub unit: u32,
    pub fold: u32,
}

/// Rows of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub found: u32,
    pub missed: u32,
    pub false_alarm: u32,
    pub left_alone: u32,
}

/// A number with its 95 % percentile bootstrap interval, at the chosen threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    pub value: f64,
    /// `None` where there are too few units, or too many samples leave it undefined.
    pub interval: Option<(f64, f64)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub rule: Rule,
    pub worths: Worths,
    /// A row is flagged from this probability.
    pub threshold: f64,
    pub counts: Counts,
    /// Worth of a row on average.
    pub worth: Estimate,
    /// Share of the flagged that is right; `None` where nothing is flagged.
    pub precision: Option<Estimate>,
    /// Share of the positives that is flagged.
    pub recall: Option<Estimate>,
    /// The worth where each fold's threshold is chosen on the other folds; `None` where the rule cannot be kept there.
    pub elsewhere: Option<f64>,
    /// Worth of a row where none is flagged, and where all are.
    pub none: f64,
    pub all: f64,
}

impl Worths {
    /// What is wrong with them.
    pub fn problem(&self) -> Option<&'static str> {
        let all = [self.found, self.missed, self.false_alarm, self.left_alone];
        match () {
            () if all.iter().any(|worth| !worth.is_finite() || worth.abs() > 1e12) => {
                Some("Each worth has to be a number.")
            }
            () if self.found <= self.missed && self.false_alarm >= self.left_alone => {
                Some("With these worths flagging a positive gains nothing and a false alarm costs nothing.")
            }
            () => None,
        }
    }

    fn mean(&self, counts: [f64; 4]) -> f64 {
        let [found, missed, false_alarm, left_alone] = counts;
        let sum =
            found * self.found + missed * self.missed + false_alarm * self.false_alarm + left_alone * self.left_alone;
        sum / (found + missed + false_alarm + left_alone)
    }
}

impl Counts {
    fn at(rows: &[Judged], threshold: f64) -> Self {
        let mut counts = Self::default();
        rows.iter().for_each(|row| counts.add(row, threshold));
        counts
    }

    fn add(&mut self, row: &Judged, threshold: f64) {
        match (row.positive, f64::from(row.score) >= threshold) {
            (true, true) => self.found += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.false_alarm += 1,
            (false, false) => self.left_alone += 1,
        }
    }

    fn parts(self) -> [f64; 4] {
        [self.found, self.missed, self.false_alarm, self.left_alone].map(f64::from)
    }

    pub fn flagged(self) -> u32 {
        self.found + self.false_alarm
    }

    pub fn total(self) -> u32 {
        self.flagged() + self.missed + self.left_alone
    }
}

/// Choose a threshold on held-out rows and say what it comes to. `None` where no threshold keeps the rule, or only one
/// class occurs.
pub fn decide(rows: &[Judged], rule: Rule, worths: Worths, seed: u64) -> Option<Decision> {
    let threshold = choose(rows, rule, &worths)?;
    let counts = Counts::at(rows, threshold);
    let (positives, negatives) = (counts.found + counts.missed, counts.false_alarm + counts.left_alone);
    let none = Counts { missed: positives, left_alone: negatives, ..Counts::default() };
    let all = Counts { found: positives, false_alarm: negatives, ..Counts::default() };
    let [worth, precision, recall] = estimates(rows, threshold, &worths, seed);
    Some(Decision {
        rule,
        worths,
        threshold,
        counts,
        worth: worth?,
        precision,
        recall,
        elsewhere: elsewhere(rows, rule, &worths),
        none: worths.mean(none.parts()),
        all: worths.mean(all.parts()),
    })
}

/// The threshold that a rule chooses on these rows, as short a number as keeps the same rows flagged.
pub fn choose(rows: &[Judged], rule: Rule, worths: &Worths) -> Option<f64> {
    let positive: Vec<bool> = rows.iter().map(|row| row.positive).collect();
    let scores: Vec<f32> = rows.iter().map(|row| row.score).collect();
    let steps = ranking(&positive, &scores);
    let &(_, positives, negatives) = steps.last()?;
    if positives == 0 || negatives == 0 {
        return None;
    }
    // Flagging none, then down the steps.
    let flagged = |at: usize| if at == 0 { (0, 0) } else { (steps[at - 1].1, steps[at - 1].2) };
    let options = 0..=steps.len();
    let at = match rule {
        Rule::Worth => {
            let worth = |at: usize| {
                let (found, alarms) = flagged(at);
                worths.mean([found, positives - found, alarms, negatives - alarms].map(f64::from))
            };
            // The first of equals: fewer are flagged.
            options.fold((0, f64::NEG_INFINITY), |best, at| if worth(at) > best.1 { (at, worth(at)) } else { best }).0
        }
        Rule::Capacity(share) => {
            let most = share * f64::from(positives + negatives) + 1e-9;
            options.rev().find(|at| f64::from(flagged(*at).0 + flagged(*at).1) <= most)?
        }
        Rule::Precision(least) => options.rev().find(|at| {
            let (found, alarms) = flagged(*at);
            found + alarms > 0 && f64::from(found) >= least * f64::from(found + alarms) - 1e-9
        })?,
        Rule::Recall(least) => {
            options.into_iter().find(|at| f64::from(flagged(*at).0) >= least * f64::from(positives) - 1e-9)?
        }
    };
    let of = |at: usize| steps.get(at).map(|step| f64::from(step.0));
    Some(match at {
        0 => above(of(0)?),
        at if at == steps.len() => 0.0f64.min(of(at - 1)?),
        at => between(of(at)?, of(at - 1)?),
    })
}

/// A threshold that no row reaches.
fn above(highest: f64) -> f64 {
    if highest < 1.0 { 1.0 } else { highest.next_up() }
}

/// The number of fewest decimals above `low` and at most `high`.
fn between(low: f64, high: f64) -> f64 {
    let mut unit = 1.0;
    for _ in 0..12 {
        let cut = (high * unit).floor() / unit;
        if cut > low && cut <= high {
            return cut;
        }
        unit *= 10.0;
    }
    high
}

/// Worth, precision and recall at a threshold, by drawing units again.
fn estimates(rows: &[Judged], threshold: f64, worths: &Worths, seed: u64) -> [Option<Estimate>; 3] {
    let measure = |counts: [f64; 4]| -> [Option<f64>; 3] {
        let [found, missed, false_alarm, _] = counts;
        let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        [Some(worths.mean(counts)), share(found, found + false_alarm), share(found, found + missed)]
    };
    let units = units(rows, threshold);
    let mut drawn: [Vec<f64>; 3] = Default::default();
    let enough = units.len() >= FEWEST_UNITS;
    let mut random = Random::new(seed, STREAM);
    for _ in 0..if enough { REPLICATES } else { 0 } {
        let mut sums = [0u64; 4];
        for _ in 0..units.len() {
            let counts = units[random.below(units.len() as u64) as usize];
            let parts = [counts.found, counts.missed, counts.false_alarm, counts.left_alone];
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += u64::from(part));
        }
        let found = measure(sums.map(|sum| sum as f64));
        drawn.iter_mut().zip(found).for_each(|(all, value)| all.extend(value));
    }
    let values = measure(Counts::at(rows, threshold).parts());
    std::array::from_fn(|i| {
        let all = &mut drawn[i];
        all.sort_unstable_by(f64::total_cmp);
        let known = enough && all.len() * 20 >= REPLICATES * 19;
        let interval = known.then(|| (quantile(all, 0.025), quantile(all, 0.975)));
        values[i].map(|value| Estimate { value, interval })
    })
}

/// The counts of each unit.
fn units(rows: &[Judged], threshold: f64) -> Vec<Counts> {
    let most = rows.iter().map(|row| row.unit as usize + 1).max().unwrap_or(0);
    let mut counts = vec![Counts::default(); most];
    rows.iter().for_each(|row| counts[row.unit as usize].add(row, threshold));
    counts.retain(|counts| counts.total() > 0);
    counts
}

/// The worth of a row where the threshold of each fold is chosen on the other folds.
fn elsewhere(rows: &[Judged], rule: Rule, worths: &Worths) -> Option<f64> {
    let n_folds = rows.iter().map(|row| row.fold + 1).max().unwrap_or(0);
    let mut sums = [0.0; 4];
    for fold in 0..n_folds {
        let (own, others): (Vec<Judged>, Vec<Judged>) = rows.iter().partition(|row| row.fold == fold);
        if own.is_empty() {
            continue;
        }
        let threshold = choose(&others, rule, worths)?;
        sums.iter_mut().zip(Counts::at(&own, threshold).parts()).for_each(|(sum, part)| *sum += part);
    }
    Some(worths.mean(sums)).filter(|worth| worth.is_finite())
}
