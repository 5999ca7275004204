//! How often ranges and sets hold the truth of rows that they were not made from.

use serde::{Deserialize, Serialize};

use super::{Bounds, Cover, Level, Way, gathered, misses, residuals};
use crate::dataset::{Dataset, Target};
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::pipeline::Pipeline;
use crate::validate::resample::HeldOut;
use crate::validate::wilson;

/// Rows whose truth was held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    pub hits: u32,
    pub n: u32,
}

impl Coverage {
    fn add(&mut self, hit: bool) {
        self.hits += u32::from(hit);
        self.n += 1;
    }

    /// `None` without rows.
    pub fn share(self) -> Option<f64> {
        (self.n > 0).then(|| f64::from(self.hits) / f64::from(self.n))
    }

    /// 95 % Wilson interval of the share, where rows are independent of each other.
    pub fn interval(self) -> (f64, f64) {
        wilson(self.hits, self.n)
    }
}

/// What ranges or sets came to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Each fold; of a test set, one.
    pub parts: Vec<Coverage>,
    /// By true class; empty for values.
    pub classes: Vec<Coverage>,
    /// Rows with no, one, two, … classes in their set; empty for values.
    pub sizes: Vec<u32>,
}

impl Measured {
    pub fn all(&self) -> Coverage {
        let sum = |of: fn(&Coverage) -> u32| self.parts.iter().map(of).sum();
        Coverage { hits: sum(|part| part.hits), n: sum(|part| part.n) }
    }

    /// The class whose rows are held most rarely, of those with rows.
    pub fn worst(&self) -> Option<(usize, Coverage)> {
        let share = |coverage: &Coverage| coverage.share().unwrap_or(1.0);
        let some = self.classes.iter().copied().enumerate().filter(|(_, coverage)| coverage.n > 0);
        some.min_by(|a, b| share(&a.1).total_cmp(&share(&b.1)))
    }

    /// Classes in a set on average; `None` for values.
    pub fn mean_size(&self) -> Option<f64> {
        let n: u64 = self.sizes.iter().map(|n| u64::from(*n)).sum();
        let total: u64 = self.sizes.iter().zip(0u64..).map(|(n, size)| u64::from(*n) * size).sum();
        (n > 0).then(|| total as f64 / n as f64)
    }

    /// Judge one more part.
    fn add(&mut self, target: &Target, predictions: &Predictions, bounds: &Bounds) {
        let mut part = Coverage::default();
        match (target, predictions) {
            (Target::Values(truth), Predictions::Values(values)) => {
                for (truth, value) in truth.iter().zip(values) {
                    let within = |(low, high): (f32, f32)| f64::from(low) <= *truth && *truth <= f64::from(high);
                    part.add(bounds.range(*value).is_none_or(within));
                }
            }
            (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
                self.classes.resize(*n_classes, Coverage::default());
                self.sizes.resize(n_classes + 1, 0);
                for (code, shares) in codes.iter().zip(values.chunks_exact(*n_classes)) {
                    let set = bounds.set(shares);
                    let hit = set[*code as usize];
                    part.add(hit);
                    self.classes[*code as usize].add(hit);
                    self.sizes[set.iter().filter(|inside| **inside).count()] += 1;
                }
            }
            (Target::Classes { .. }, Predictions::Values(_))
            | (Target::Values(_), Predictions::Probabilities { .. }) => {
                debug_assert!(false, "a model predicts its own task");
            }
        }
        self.parts.push(part);
    }
}

/// One level and way: what all held-out rows lead to, and what those of other folds led to on each fold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub level: Level,
    pub way: Way,
    pub bounds: Bounds,
    pub measured: Measured,
}

/// How wide ranges or sets have to be, by what folds predicted for rows that they had not seen. The models of the folds are
/// not the one that is kept, so this promises nothing; it is measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub n_rows: u32,
    pub found: Vec<Found>,
}

impl Spread {
    pub fn of(&self, level: Level, way: Way) -> Option<&Found> {
        self.found.iter().find(|found| (found.level, found.way) == (level, way))
    }

    /// Bounds of every choice.
    pub fn covers(&self) -> impl Iterator<Item = (Cover, &Bounds)> {
        self.found.iter().filter(|found| found.way != Way::Adaptive).map(|found| {
            let cover = Cover { level: found.level, by_class: found.way == Way::ByClass };
            (cover, &found.bounds)
        })
    }

    pub fn chosen(&self, cover: Cover) -> Option<&Found> {
        let way = if cover.by_class { Way::ByClass } else { Way::Plain };
        self.of(cover.level, way).or_else(|| self.of(cover.level, Way::Plain))
    }
}

/// Scores with the part that they are from, by size: of all rows, or of each class apart.
struct Scores {
    way: Way,
    lists: Vec<Vec<(f64, u32)>>,
    n_classes: usize,
    /// The largest absolute number of truth and predictions.
    largest: f64,
}

impl Scores {
    fn of(way: Way, parts: &[(&Target, &Predictions)]) -> Self {
        let mut scores = Self { way, lists: Vec::new(), n_classes: 0, largest: 0.0 };
        for ((target, predictions), part) in parts.iter().zip(0u32..) {
            match (target, predictions) {
                (Target::Values(truth), Predictions::Values(values)) => {
                    scores.lists.resize(1, Vec::new());
                    let all = truth.iter().copied().chain(values.iter().copied().map(f64::from));
                    scores.largest = all.fold(scores.largest, |largest, value| largest.max(value.abs()));
                    scores.lists[0].extend(residuals(truth, values).into_iter().map(|score| (score, part)));
                }
                (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) => {
                    scores.n_classes = *n_classes;
                    let apart = way == Way::ByClass;
                    scores.lists.resize(if apart { *n_classes } else { 1 }, Vec::new());
                    let own = match way {
                        Way::Plain | Way::ByClass => misses(codes, values, *n_classes),
                        Way::Adaptive => gathered(codes, values, *n_classes),
                    };
                    for (score, code) in own.into_iter().zip(codes) {
                        scores.lists[if apart { *code as usize } else { 0 }].push((score, part));
                    }
                }
                (Target::Classes { .. }, Predictions::Values(_))
                | (Target::Values(_), Predictions::Probabilities { .. }) => {
                    debug_assert!(false, "a model predicts its own task");
                }
            }
        }
        for list in &mut scores.lists {
            list.order_by(|a, b| a.0.total_cmp(&b.0));
        }
        scores
    }

    /// Bounds from all parts but one, or from all.
    fn bounds(&self, level: Level, left_out: Option<u32>) -> Bounds {
        let limit = |list: &Vec<(f64, u32)>| {
            let counts = |(_, part): &&(f64, u32)| Some(*part) != left_out;
            let rank = level.rank(list.iter().filter(counts).count())?;
            list.iter().filter(counts).nth(rank - 1).map(|(score, _)| *score)
        };
        let limits: Vec<Option<f64>> = self.lists.iter().map(limit).collect();
        Bounds::of(self.way, &limits, self.n_classes, self.largest)
    }
}

/// Classes up to which adaptive sets are tried: each row's have to be put in order.
const MOST_ADAPTIVE: usize = 50;

fn ways(predictions: &Predictions) -> &'static [Way] {
    match predictions {
        Predictions::Values(_) => &[Way::Plain],
        Predictions::Probabilities { n_classes, .. } if *n_classes > MOST_ADAPTIVE => &[Way::Plain, Way::ByClass],
        Predictions::Probabilities { .. } => &Way::OF_CLASSES,
    }
}

/// Every level and way on folds that test different rows, each fold judged by bounds from the others. `None` for fewer than
/// two folds.
pub fn spread(folds: &[HeldOut]) -> Option<Spread> {
    let [first, _, ..] = folds else { return None };
    let parts: Vec<(&Target, &Predictions)> = folds.iter().map(|fold| (&fold.target, &fold.predictions)).collect();
    let mut found = Vec::new();
    for &way in ways(&first.predictions) {
        let scores = Scores::of(way, &parts);
        for level in Level::ALL {
            let mut measured = Measured::default();
            for ((target, predictions), part) in parts.iter().zip(0u32..) {
                measured.add(target, predictions, &scores.bounds(level, Some(part)));
            }
            found.push(Found { level, way, bounds: scores.bounds(level, None), measured });
        }
    }
    let n_rows = folds.iter().map(|fold| fold.predictions.n_rows() as u32).sum();
    Some(Spread { n_rows, found })
}

/// What bounds come to on rows that neither they nor the model are made from, such as a test set's.
pub fn covered(target: &Target, predictions: &Predictions, bounds: &Bounds) -> Measured {
    let mut measured = Measured::default();
    measured.add(target, predictions, bounds);
    measured
}

/// Bounds with a promise: from rows that were set aside, which neither the model nor anything that chose it has seen
/// (split conformal prediction).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    /// Rows that were set aside.
    pub n_rows: u32,
    /// Of each class; empty for values.
    pub n_of_class: Vec<u32>,
    /// Every level, for all classes alike and then by class.
    pub bounds: Vec<(Cover, Bounds)>,
}

impl Aside {
    /// What a fitted pipeline is promised by these positions of its dataset; `None` where there are none.
    pub fn of(dataset: &Dataset, pipeline: &Pipeline, positions: &[u32]) -> Option<Self> {
        if positions.is_empty() {
            return None;
        }
        Some(Self::from(&dataset.target.select(positions), &pipeline.predict_positions(dataset, positions)))
    }

    /// From truth and predictions of the rows that were set aside.
    pub fn from(target: &Target, predictions: &Predictions) -> Self {
        let n_of_class = match target {
            Target::Values(_) => Vec::new(),
            Target::Classes { codes, labels } => {
                let mut counts = vec![0; labels.len()];
                codes.iter().for_each(|code| counts[*code as usize] += 1);
                counts
            }
        };
        let mut bounds = Vec::new();
        for &way in ways(predictions).iter().filter(|way| **way != Way::Adaptive) {
            let scores = Scores::of(way, &[(target, predictions)]);
            let by_class = way == Way::ByClass;
            bounds.extend(Level::ALL.map(|level| (Cover { level, by_class }, scores.bounds(level, None))));
        }
        Self { n_rows: predictions.n_rows() as u32, n_of_class, bounds }
    }

    /// Of what was chosen.
    pub fn chosen(&self, cover: Cover) -> Option<&Bounds> {
        let of = |wanted: Cover| self.bounds.iter().find(|(own, _)| *own == wanted).map(|(_, bounds)| bounds);
        of(cover).or_else(|| of(Cover { by_class: false, ..cover }))
    }

    /// The fewest rows that a limit comes from: of a class, where each has its own.
    pub fn fewest(&self, cover: Cover) -> u32 {
        let classes = self.n_of_class.iter().min().filter(|_| cover.by_class);
        classes.copied().unwrap_or(self.n_rows)
    }
}
