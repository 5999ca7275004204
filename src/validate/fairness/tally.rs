//! Rows counted by group, truth and call, so that a sample of many rows costs one addition a row.

use std::collections::BTreeMap;

use super::{Along, Group, Measure};
use crate::dataset::Target;
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::validate::cut::NOWHERE;

/// A class that is looked at against all others; `None`: values are predicted.
pub(super) type Class = Option<u32>;

/// What is true of rows and what was predicted.
pub(super) struct Rows<'a> {
    pub n: usize,
    /// Of two classes.
    pub threshold: Option<f64>,
    what: What<'a>,
}

enum What<'a> {
    Classes { truth: &'a [u32], called: Vec<u32>, shares: &'a [f32], labels: &'a [String] },
    Values { truth: &'a [f64], said: &'a [f32] },
}

impl<'a> Rows<'a> {
    pub fn of(target: &'a Target, predictions: &'a Predictions, threshold: f64) -> Option<Self> {
        match (target, predictions) {
            (Target::Classes { codes, labels }, Predictions::Probabilities { values, n_classes }) => {
                let two = *n_classes == 2;
                let best = |row: usize| predictions.class(row).unwrap_or(0);
                let second = |row: usize| u32::from(f64::from(values[row * n_classes + 1]) >= threshold);
                let called = (0..codes.len()).map(|row| if two { second(row) } else { best(row) }).collect();
                let what = What::Classes { truth: codes, called, shares: values, labels };
                Some(Self { n: codes.len(), threshold: two.then_some(threshold), what })
            }
            (Target::Values(truth), Predictions::Values(said)) => {
                Some(Self { n: truth.len(), threshold: None, what: What::Values { truth, said } })
            }
            (Target::Classes { .. }, Predictions::Values(_))
            | (Target::Values(_), Predictions::Probabilities { .. }) => None,
        }
    }

    /// The second of two classes, of several the `most` frequent, in the order of their labels.
    pub fn classes(&self, most: usize) -> Vec<Class> {
        let What::Classes { truth, labels, .. } = &self.what else { return vec![None] };
        if labels.len() == 2 {
            return vec![Some(1)];
        }
        let mut counts = vec![0u32; labels.len()];
        truth.iter().for_each(|class| counts[*class as usize] += 1);
        let mut frequent: Vec<u32> = (0..labels.len() as u32).collect();
        frequent.order_by_key(|class| (std::cmp::Reverse(counts[*class as usize]), *class));
        frequent.truncate(most);
        frequent.sort_unstable();
        frequent.into_iter().map(Some).collect()
    }

    pub fn label(&self, class: Class) -> Option<String> {
        match &self.what {
            What::Classes { labels, .. } => class.and_then(|class| labels.get(class as usize).cloned()),
            What::Values { .. } => None,
        }
    }

    /// What each hundredth as a threshold calls positive, of groups that are compared; none where there is no threshold.
    pub fn along(&self, codes: &[u16], groups: &[Group]) -> Vec<Along> {
        let (What::Classes { truth, shares, .. }, Some(_)) = (&self.what, self.threshold) else { return Vec::new() };
        let judged = (0u32..).zip(groups).filter(|(_, group)| group.judged);
        let one = |(place, group): (u32, &Group)| {
            let mut along = Along { group: place, n: group.n, positives: 0, called: vec![0; 99], hit: vec![0; 99] };
            for (row, code) in codes.iter().enumerate().filter(|(_, code)| u32::from(**code) == place) {
                debug_assert!(*code != NOWHERE);
                let positive = u32::from(truth[row] == 1);
                along.positives += positive;
                let reached = hundredths(f64::from(shares[2 * row + 1]));
                for at in 0..reached.min(99) {
                    along.called[at] += 1;
                    along.hit[at] += positive;
                }
            }
            along
        };
        judged.map(one).collect()
    }
}

/// How many of 0.01, 0.02 … a score reaches.
fn hundredths(score: f64) -> usize {
    let mut reached = (score * 100.0).floor().max(0.0);
    while (reached + 1.0) / 100.0 <= score {
        reached += 1.0;
    }
    while reached > 0.0 && reached / 100.0 > score {
        reached -= 1.0;
    }
    reached as usize
}

/// Rows that are alike in their groups, truth and call lie in one cell.
pub(super) struct Cells {
    pub of_row: Vec<u32>,
    /// Of each attribute the group of each cell.
    groups: Vec<Vec<u16>>,
    truth: Vec<u32>,
    called: Vec<u32>,
    /// Numbers of each row that are summed: probabilities of the classes that are looked at, or error, its size and its
    /// square.
    extras: Vec<f64>,
    n_extras: usize,
    classes: Vec<Class>,
}

/// Rows of each cell, and sums of their extras.
pub(super) struct Weighed {
    n: Vec<f64>,
    extras: Vec<f64>,
}

impl Cells {
    pub fn new(rows: &Rows, attributes: &[&[u16]], classes: &[Class]) -> Self {
        let (first, n_extras): (Vec<(u32, u32)>, usize) = match &rows.what {
            What::Classes { truth, called, .. } => {
                (truth.iter().copied().zip(called.iter().copied()).collect(), classes.len())
            }
            What::Values { truth, .. } => (vec![(0, 0); truth.len()], 3),
        };
        let mut known: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let mut pairs = Vec::new();
        let mut of_row: Vec<u32> = Vec::with_capacity(rows.n);
        for pair in first {
            let next = known.len() as u32;
            let cell = *known.entry(pair).or_insert(next);
            if cell == next {
                pairs.push(pair);
            }
            of_row.push(cell);
        }
        // Where each cell comes from: the cell before, and the group that was added.
        let mut groups: Vec<Vec<u16>> = Vec::new();
        for codes in attributes {
            let mut finer: BTreeMap<(u32, u16), u32> = BTreeMap::new();
            let mut from = Vec::new();
            for (cell, code) in of_row.iter_mut().zip(*codes) {
                let next = finer.len() as u32;
                let key = (*cell, *code);
                *cell = *finer.entry(key).or_insert(next);
                if *cell == next {
                    from.push(key);
                }
            }
            for known in &mut groups {
                *known = from.iter().map(|(before, _)| known[*before as usize]).collect();
            }
            pairs = from.iter().map(|(before, _)| pairs[*before as usize]).collect();
            groups.push(from.iter().map(|(_, code)| *code).collect());
        }
        let mut extras = Vec::with_capacity(rows.n * n_extras);
        match &rows.what {
            What::Classes { shares, labels, .. } => {
                for row in shares.chunks_exact(labels.len()) {
                    extras.extend(classes.iter().flatten().map(|class| f64::from(row[*class as usize])));
                }
            }
            What::Values { truth, said } => {
                for (truth, said) in truth.iter().zip(*said) {
                    let error = f64::from(*said) - truth;
                    extras.extend([error, error.abs(), error * error]);
                }
            }
        }
        let (truth, called) = pairs.into_iter().unzip();
        Self { of_row, groups, truth, called, extras, n_extras, classes: classes.to_vec() }
    }

    pub fn nothing(&self) -> Weighed {
        let n = self.truth.len();
        Weighed { n: vec![0.0; n], extras: vec![0.0; n * self.n_extras] }
    }

    /// Add a row once.
    pub fn add(&self, weighed: &mut Weighed, row: usize) {
        let cell = self.of_row[row] as usize;
        weighed.n[cell] += 1.0;
        let own = &self.extras[row * self.n_extras..][..self.n_extras];
        let sums = &mut weighed.extras[cell * self.n_extras..][..self.n_extras];
        sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
    }

    /// Sums of each group of an attribute, for the class at a place among those that are looked at.
    pub fn sums(&self, weighed: &Weighed, attribute: usize, class: usize, n_groups: usize) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); n_groups];
        for (cell, group) in self.groups[attribute].iter().enumerate() {
            let Some(own) = sums.get_mut(*group as usize) else { continue };
            let n = weighed.n[cell];
            let extras = &weighed.extras[cell * self.n_extras..][..self.n_extras];
            own.n += n;
            match self.classes[class] {
                Some(wanted) => {
                    let (positive, called) = (self.truth[cell] == wanted, self.called[cell] == wanted);
                    let some = |is: bool| if is { n } else { 0.0 };
                    own.positive += some(positive);
                    own.called += some(called);
                    own.hit += some(positive && called);
                    own.right += some(self.truth[cell] == self.called[cell]);
                    own.first += extras[class];
                }
                None => {
                    own.first += extras[0];
                    own.size += extras[1];
                    own.square += extras[2];
                }
            }
        }
        sums
    }
}

impl Weighed {
    pub fn clear(&mut self) {
        self.n.fill(0.0);
        self.extras.fill(0.0);
    }
}

/// Sums over the rows of a group.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub n: f64,
    pub positive: f64,
    called: f64,
    hit: f64,
    right: f64,
    /// Probabilities of the class, or errors.
    first: f64,
    size: f64,
    square: f64,
}

impl Sums {
    /// The part and the whole whose ratio a measure is; of `Rmse` its square.
    pub fn parts(self, measure: Measure, of_classes: bool) -> (f64, f64) {
        match measure {
            Measure::Selection => (self.called, self.n),
            Measure::TruePositive => (self.hit, self.positive),
            Measure::FalsePositive => (self.called - self.hit, self.n - self.positive),
            Measure::Precision => (self.hit, self.called),
            Measure::Accuracy => (self.right, self.n),
            Measure::Predicted => (self.first, self.n),
            Measure::Observed => (self.positive, self.n),
            Measure::Error if of_classes => (self.first - self.positive, self.n),
            Measure::Error => (self.first, self.n),
            Measure::Mae => (self.size, self.n),
            Measure::Rmse => (self.square, self.n),
        }
    }

    /// NaN of nothing.
    pub fn value(self, measure: Measure, of_classes: bool) -> f64 {
        let (part, whole) = self.parts(measure, of_classes);
        if measure == Measure::Rmse { (part / whole).sqrt() } else { part / whole }
    }
}

/// Whether some unit has several rows.
pub(super) fn repeats(units: &[u32]) -> bool {
    let mut seen = units.to_vec();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < units.len()
}

/// How many different units each group has.
pub(super) fn units_of(codes: &[u16], units: &[u32], n_groups: usize) -> Vec<usize> {
    let mut of: Vec<(u16, u32)> = codes.iter().copied().zip(units.iter().copied()).collect();
    of.sort_unstable();
    of.dedup();
    let mut counts = vec![0; n_groups];
    of.iter().for_each(|(code, _)| {
        if let Some(count) = counts.get_mut(*code as usize) {
            *count += 1;
        }
    });
    counts
}

/// Codes of the labels that are told, dense and in their order, with their rows; and how many labels with rows are not, since they
/// have fewer than `small` rows or are not among the `most` largest.
pub(super) fn without_small(
    mut codes: Vec<u16>,
    n_labels: usize,
    small: u32,
    most: usize,
) -> (Vec<u16>, Vec<(usize, u32)>, u32) {
    let mut counts = vec![0u32; n_labels];
    codes.iter().filter(|code| **code != NOWHERE).for_each(|code| counts[*code as usize] += 1);
    let mut kept: Vec<(usize, u32)> = counts.iter().copied().enumerate().filter(|(_, n)| *n >= small).collect();
    kept.order_by_key(|(label, n)| (std::cmp::Reverse(*n), *label));
    kept.truncate(most);
    kept.sort_unstable();
    let n_left = counts.iter().filter(|n| **n > 0).count() - kept.len();
    let mut dense = vec![NOWHERE; n_labels];
    kept.iter().zip(0u16..).for_each(|((label, _), code)| dense[*label] = code);
    for code in codes.iter_mut().filter(|code| **code != NOWHERE) {
        *code = dense[*code as usize];
    }
    (codes, kept, n_left as u32)
}
