//! A challenger beside the champion on the same newest rows, which neither has learned from.

use serde::{Deserialize, Serialize};

use super::compare::{DeLong, McNemar, Verdict, delong, mcnemar, rope, second_class};
use super::resample::{HeldOut, leads};
use crate::dataset::{Dataset, Target, Task};
use crate::metrics::{Metric, scores};
use crate::model::Predictions;

/// Rows, or groups, that a verdict needs: the percentile bootstrap of fewer is too sure of itself.
pub const FEWEST_UNITS: u32 = 30;
/// Rows of each class, or of the rarest that the champion knows, that a verdict needs.
pub const FEWEST_OF_A_CLASS: u32 = 5;

/// What the two come to on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    pub task: Task,
    /// Rows that both have answered.
    pub n_rows: u32,
    /// Rows, or groups where rows come in groups, that were drawn from.
    pub n_units: u32,
    /// The column whose groups were drawn as a whole.
    pub groups: Option<String>,
    /// What decides.
    pub metric: Metric,
    /// Every metric of the task.
    pub scores: Vec<Beside>,
    /// Leads within ± this much make no difference in practice.
    pub rope: f64,
    /// Of classes: rows that only the challenger, and only the champion, calls right. `None` where rows come in groups.
    pub mcnemar: Option<McNemar>,
    /// Of two classes: the challenger's area under the ROC curve over the champion's. `None` where rows come in groups.
    pub delong: Option<DeLong>,
    /// Of the challenger.
    pub verdict: Verdict,
    /// Why nothing can be told, in a sentence.
    pub too_few: Option<String>,
}

/// Both by one metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    pub metric: Metric,
    pub champion: Option<f64>,
    pub challenger: Option<f64>,
    /// 95 % interval of how much better the challenger is; below 0 it is worse.
    pub interval: Option<(f64, f64)>,
}

impl Beside {
    /// How much better the challenger is.
    pub fn lead(&self) -> Option<f64> {
        Some(self.metric.gain(self.challenger?, self.champion?))
    }
}

impl Compared {
    /// Both by what decides.
    pub fn deciding(&self) -> Option<&Beside> {
        self.scores.iter().find(|beside| beside.metric == self.metric)
    }
}

/// What answers for the rows at some positions: `labels` in the order of its probabilities.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    pub labels: &'a [String],
    pub predictions: &'a Predictions,
}

/// Compare what champion and challenger say of the rows at `positions` of the dataset, by `metric`. `guesses`: what the
/// baseline says of them.
pub fn challenge(
    dataset: &Dataset,
    positions: &[u32],
    (champion, challenger): (Answers, Answers),
    guesses: &Predictions,
    (metric, seed): (Metric, u64),
) -> Compared {
    let truth = dataset.target.select(positions);
    let labels: &[String] = match &truth {
        Target::Classes { labels, .. } => labels,
        Target::Values(_) => &[],
    };
    let [old, new] = [champion, challenger].map(|answers| in_order(answers, labels));
    let held = |predictions: &Predictions| HeldOut::of(dataset, positions, predictions.clone());
    let (first, second) = (held(&new), held(&old));
    let mut units = first.units.clone();
    units.sort_unstable();
    units.dedup();
    let n_units = units.len() as u32;
    let intervals = leads(dataset.task, (first, second), dataset.groups.is_some(), seed);
    let [was, is] = [&old, &new].map(|predictions| scores(dataset.task, &truth, predictions));
    let beside: Vec<Beside> = was
        .into_iter()
        .zip(is)
        .zip(intervals)
        .map(|(((metric, champion), (_, challenger)), (_, interval))| Beside { metric, champion, challenger, interval })
        .collect();
    let baseline = scores(dataset.task, &truth, guesses).into_iter().find(|(m, _)| *m == metric).and_then(|(_, b)| b);
    let rope = rope(metric, baseline);
    let too_few = too_few(&truth, champion.labels, n_units, dataset.groups.is_some());
    let deciding = beside.iter().find(|beside| beside.metric == metric);
    let interval = deciding.and_then(|beside| beside.interval).filter(|_| too_few.is_none());
    let alone = dataset.groups.is_none();
    Compared {
        task: dataset.task,
        n_rows: positions.len() as u32,
        n_units,
        groups: dataset.groups.as_ref().map(|groups| groups.column.clone()),
        metric,
        rope,
        mcnemar: by_rows(&truth, &new, &old).filter(|_| alone),
        delong: by_area(&truth, &new, &old).filter(|_| alone && dataset.task == Task::Binary),
        verdict: verdict(interval, rope),
        scores: beside,
        too_few,
    }
}

/// What an interval of a lead allows to say.
fn verdict(interval: Option<(f64, f64)>, rope: f64) -> Verdict {
    match interval {
        Some((low, high)) if -rope <= low && high <= rope => Verdict::Same,
        Some((low, _)) if low > 0.0 => Verdict::Better,
        Some((_, high)) if high < 0.0 => Verdict::Worse,
        Some(_) | None => Verdict::Unclear,
    }
}

/// The probabilities of these labels; those that the model does not know have none.
fn in_order(answers: Answers, labels: &[String]) -> Predictions {
    let Predictions::Probabilities { values, n_classes } = answers.predictions else {
        return answers.predictions.clone();
    };
    let at: Vec<Option<usize>> =
        labels.iter().map(|label| answers.labels.iter().position(|known| known == label)).collect();
    let row = |row: &[f32]| at.iter().map(|at| at.map_or(0.0, |at| row[at])).collect::<Vec<f32>>();
    Predictions::Probabilities {
        values: values.chunks_exact(*n_classes).flat_map(row).collect(),
        n_classes: labels.len(),
    }
}

fn too_few(truth: &Target, known: &[String], n_units: u32, grouped: bool) -> Option<String> {
    if n_units < FEWEST_UNITS {
        let of = if grouped { "groups of rows" } else { "rows with an outcome" };
        return Some(format!("{n_units} {of} to compare on; at least {FEWEST_UNITS} are needed."));
    }
    let Target::Classes { codes, labels } = truth else { return None };
    let count = |label: &&String| codes.iter().filter(|code| labels[**code as usize] == **label).count() as u32;
    let rarest = labels.iter().filter(|label| known.contains(label)).min_by_key(count)?;
    let n = count(&rarest);
    (n < FEWEST_OF_A_CLASS).then(|| {
        let rows = if n == 1 { "One row".to_owned() } else { format!("{n} rows") };
        format!("{rows} of “{rarest}” to compare on; at least {FEWEST_OF_A_CLASS} of each outcome are needed.")
    })
}

fn by_rows(truth: &Target, new: &Predictions, old: &Predictions) -> Option<McNemar> {
    let Target::Classes { codes, .. } = truth else { return None };
    let right = |predictions: &Predictions, row: usize| predictions.class(row) == Some(codes[row]);
    let only = |a: &Predictions, b: &Predictions| {
        (0..codes.len()).filter(|row| right(a, *row) && !right(b, *row)).count() as u32
    };
    Some(mcnemar(only(new, old), only(old, new)))
}

fn by_area(truth: &Target, new: &Predictions, old: &Predictions) -> Option<DeLong> {
    let Target::Classes { codes, .. } = truth else { return None };
    let positive: Vec<bool> = codes.iter().map(|code| *code == 1).collect();
    delong(&positive, &second_class(new), &second_class(old))
}
