//! Permutation importance: by how much a score falls when a column's cells are dealt anew among the rows, on rows that the
//! model was not fitted on.

use serde::{Deserialize, Serialize};

use crate::dataset::{Target, Task};
use crate::metrics::{Metric, score};
use crate::model::Model;
use crate::order::OrderBy;
use crate::prepare::Matrix;
use crate::random::Random;
use crate::validate::student_t_quantile;

/// The stream of the seed's random numbers that deals cells.
const STREAM: u64 = 40;
/// How often each column is dealt anew in each part.
pub const REPEATS: u32 = 5;
/// Rows of a part at most; more sharpen the answer little and cost in proportion.
pub const MOST_ROWS: usize = 2_000;

/// A fitted model with rows that it is judged on: a fold's model with the fold's test rows, or the final one with the test
/// set.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    pub model: Model,
    /// Prepared for `model`.
    pub features: Matrix,
    /// The raw column of each feature; the same columns in all parts.
    pub columns: Vec<u32>,
    pub target: Target,
    /// Rows that the model was fitted on.
    pub n_training: u32,
}

/// Which rows an importance was measured on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rows {
    /// Each fold's model on the rows that it did not see.
    OutOfFold { folds: u32 },
    /// The final model on the opened test set.
    TestSet,
    /// The final model on rows that it was fitted on: what it has learned by heart counts too.
    Training,
}

/// What the columns are worth to a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    pub rows: Rows,
    pub n_rows: u32,
    pub repeats: u32,
    pub seed: u64,
    /// Scores with nothing changed, means over parts; the first is that of the headline.
    pub whole: Vec<(Metric, Option<f64>)>,
    /// The largest drop of the first metric first.
    pub columns: Vec<Worth>,
    /// Columns that go together, dealt together; the largest drop first.
    pub groups: Vec<Worth>,
}

/// What one column, or several together, are worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    pub names: Vec<String>,
    /// One per metric of `Importance::whole`.
    pub drops: Vec<Drop>,
}

/// By how much a score gets worse; negative where it gets better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drop {
    /// Mean over parts and repeats; `None` where no part could be scored.
    pub mean: Option<f64>,
    /// 95 %: over parts by Student's t, corrected for overlapping training sets; of a single part over its repeats, which
    /// tells the chance of dealing only.
    pub interval: Option<(f64, f64)>,
    /// Mean over repeats of each part.
    pub parts: Vec<Option<f64>>,
}

/// A measurement under way.
pub struct Measure {
    parts: Vec<Part>,
    /// The columns that are dealt together: each alone, then groups.
    sets: Vec<Vec<u32>>,
    n_columns: usize,
    metrics: Vec<Metric>,
    repeats: u32,
    seed: u64,
    /// Scores of each part with nothing changed, by metric.
    whole: Vec<Vec<Option<f64>>>,
    /// `[part][set][repeat][metric]`.
    scores: Vec<Vec<Vec<Vec<Option<f64>>>>>,
}

impl Measure {
    /// `groups` are columns that go together, two or more each.
    pub fn new(parts: Vec<Part>, n_columns: usize, groups: &[Vec<u32>], metrics: Vec<Metric>, seed: u64) -> Self {
        let single = (0..n_columns as u32).map(|column| vec![column]);
        let sets = single.chain(groups.iter().cloned()).collect();
        let scores = vec![Vec::new(); parts.len()];
        Self { parts, sets, n_columns, metrics, repeats: REPEATS, seed, whole: Vec::new(), scores }
    }

    /// Score one part with one set of columns dealt anew, all repeats; `true` when all is measured.
    pub fn step(&mut self) -> bool {
        let Some(part) = self.scores.iter().position(|sets| sets.len() < self.sets.len()) else { return true };
        let Part { model, features, columns, target, .. } = &self.parts[part];
        let score_all = |features: &Matrix| -> Vec<Option<f64>> {
            let predictions = model.predict(features);
            self.metrics.iter().map(|metric| score(*metric, target, &predictions)).collect()
        };
        if self.whole.len() <= part {
            let whole = score_all(features);
            self.whole.push(whole);
        }
        let set = &self.sets[self.scores[part].len()];
        let read: Vec<usize> = (0..columns.len()).filter(|feature| set.contains(&columns[*feature])).collect();
        let repeats = (0..self.repeats).map(|repeat| {
            let order = deal(self.seed, part as u32, repeat, features.n_rows);
            score_all(&dealt(features, &read, &order))
        });
        let repeats = repeats.collect();
        self.scores[part].push(repeats);
        false
    }

    /// (sets of columns measured, all of them), over all parts.
    pub fn progress(&self) -> (u64, u64) {
        let done: usize = self.scores.iter().map(Vec::len).sum();
        (done as u64, (self.parts.len() * self.sets.len()) as u64)
    }

    /// What was measured, with the names of the columns.
    pub fn finish(&self, names: &[String], rows: Rows) -> Importance {
        let worth = |set: usize| Worth {
            names: self.sets[set].iter().filter_map(|column| names.get(*column as usize).cloned()).collect(),
            drops: (0..self.metrics.len()).map(|metric| self.drop(set, metric)).collect(),
        };
        let by_drop = |mut worths: Vec<Worth>| {
            let first = |worth: &Worth| worth.drops.first().and_then(|d| d.mean).unwrap_or(f64::NEG_INFINITY);
            worths.order_by(|a, b| first(b).total_cmp(&first(a)));
            worths
        };
        let whole = |metric: usize| {
            let known: Vec<f64> = self.whole.iter().filter_map(|scores| scores[metric]).collect();
            mean(&known)
        };
        Importance {
            rows,
            n_rows: self.parts.iter().map(|part| part.features.n_rows as u32).sum(),
            repeats: self.repeats,
            seed: self.seed,
            whole: self.metrics.iter().enumerate().map(|(i, metric)| (*metric, whole(i))).collect(),
            columns: by_drop((0..self.n_columns).map(worth).collect()),
            groups: by_drop((self.n_columns..self.sets.len()).map(worth).collect()),
        }
    }

    fn drop(&self, set: usize, metric: usize) -> Drop {
        let sign = if self.metrics[metric].higher_is_better() { 1.0 } else { -1.0 };
        let repeats_of = |part: usize| -> Vec<f64> {
            let Some(whole) = self.whole.get(part).and_then(|scores| scores[metric]) else { return Vec::new() };
            let repeats = self.scores[part].get(set).into_iter().flatten();
            repeats.filter_map(|scores| Some(sign * (whole - scores[metric]?))).collect()
        };
        let parts: Vec<Option<f64>> = (0..self.parts.len()).map(|part| mean(&repeats_of(part))).collect();
        let known: Vec<f64> = parts.iter().flatten().copied().collect();
        let overlap = || {
            let scored = self.parts.iter().zip(&parts).filter(|(_, drop)| drop.is_some()).map(|(part, _)| part);
            let (n_test, n_training) = scored.fold((0.0, 0.0), |(test, training), part| {
                (test + part.target.len() as f64, training + f64::from(part.n_training))
            });
            if n_training > 0.0 { n_test / n_training } else { 0.0 }
        };
        let interval = match known.len() {
            0 => None,
            1 => {
                let at = parts.iter().position(Option::is_some).unwrap_or(0);
                interval(&repeats_of(at), 0.0)
            }
            _ => interval(&known, overlap()),
        };
        Drop { mean: mean(&known), interval, parts }
    }
}

/// The order in which a part's rows lend their cells in one repeat; the same for all columns, so that these are compared
/// under the same chance.
pub fn deal(seed: u64, part: u32, repeat: u32, n_rows: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n_rows as u32).collect();
    Random::new(seed ^ (u64::from(part) << 32 | u64::from(repeat)), STREAM).shuffle(&mut order);
    order
}

/// The rows with some features taken from other rows.
fn dealt(features: &Matrix, read: &[usize], order: &[u32]) -> Matrix {
    let mut changed = features.clone();
    let n_columns = features.n_columns;
    for (row, &from) in order.iter().enumerate() {
        for &feature in read {
            changed.values[row * n_columns + feature] = features.values[from as usize * n_columns + feature];
        }
    }
    changed
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// 95 % interval of a mean; `overlap` is what test rows are of training rows. `None` for fewer than two values.
///
/// Source: Nadeau & Bengio, Inference for the Generalization Error (2003).
fn interval(values: &[f64], overlap: f64) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let center = mean(values).filter(|_| values.len() > 1)?;
    let variance = values.iter().map(|v| (v - center) * (v - center)).sum::<f64>() / (n - 1.0);
    let half = student_t_quantile(0.975, n - 1.0) * (variance * (1.0 / n + overlap)).sqrt();
    Some((center - half, center + half))
}

/// The metrics that importance is told in, the one of the headline first: the one that orders the leaderboard, and one that
/// everybody reads, which comes first where the other is a penalty of probabilities.
pub fn metrics(leading: Metric, task: Task) -> Vec<Metric> {
    let plain = match task {
        Task::Binary | Task::Multiclass => Metric::Accuracy,
        Task::Regression => Metric::Mae,
    };
    match leading {
        _ if leading == plain => vec![leading],
        Metric::LogLoss | Metric::Brier => vec![plain, leading],
        _ => vec![leading, plain],
    }
}
