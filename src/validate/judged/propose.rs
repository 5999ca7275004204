//! Which columns are likely to be truth, scores and fold, by their values; and what a choice of them comes to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{JudgeSpec, Seen, named, see};
use crate::dataset::{Target, Task, task_of};
use crate::metrics::roc_auc;
use crate::problem::Problem;
use crate::table::{Column, Table, Values};
use crate::validate::Given;

/// Rows that are looked at, columns of scores that are proposed, and how far apart the classes' scores have to be, as
/// |2 AUC − 1|.
const MOST_ROWS: usize = 5_000;
const MOST_PROPOSED: usize = 5;
const LEAST_GINI: f64 = 0.2;
/// Rows that a guess needs.
const FEWEST_ROWS: usize = 10;
/// Parts of a column that is taken for folds.
const MOST_LIKELY_FOLDS: usize = 20;
/// Share of the variance of one column that another column tells as it stands.
const LEAST_TOLD: f64 = 0.2;
/// Agreement beyond chance (Cohen's kappa) from which texts are taken for predictions of others.
const LEAST_AGREEMENT: f64 = 0.2;

/// A choice of columns and what it comes to, before it is judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    pub spec: JudgeSpec,
    /// What was taken from the values; empty where the choice was given, or nothing was found.
    pub guess: String,
    /// What the columns are read as; empty where they cannot be.
    pub sentence: String,
    /// Of two classes both, the one that higher scores mean last; else none.
    pub classes: Vec<String>,
    pub problem: Option<Problem>,
}

/// What a choice comes to; without one, what the values propose.
pub fn look(table: &Table, spec: Option<JudgeSpec>) -> Look {
    let (spec, guess) = match spec {
        Some(spec) => (spec, String::new()),
        None => propose(table),
    };
    match see(table, &spec) {
        Ok(seen) => {
            let classes = match &seen.dataset.target {
                Target::Classes { labels, .. } if labels.len() == 2 => labels.clone(),
                Target::Classes { .. } | Target::Values(_) => Vec::new(),
            };
            Look { spec, guess, sentence: seen.sentence(), classes, problem: None }
        }
        Err(problem) => Look { spec, guess, sentence: String::new(), classes: Vec::new(), problem: Some(problem) },
    }
}

impl Seen<'_> {
    fn sentence(&self) -> String {
        let mut parts: Vec<(String, &str)> = Vec::new();
        for score in &self.scores {
            let what = match score.given {
                Given::Probabilities => "read as probabilities",
                Given::Scores { .. } => "no probabilities, and read as scores that order the rows",
                Given::Labels => "read as predicted classes",
                Given::Values => "read as predicted numbers",
            };
            match parts.last_mut().filter(|(_, known)| *known == what) {
                Some((names, _)) => *names += &format!(", {}", named(&score.name)),
                None => parts.push((named(&score.name), what)),
            }
        }
        let parts: Vec<String> = parts.into_iter().map(|(names, what)| format!("{names}: {what}")).collect();
        let yes = match (&self.dataset.target, self.scores.iter().any(|score| score.given != Given::Labels)) {
            (Target::Classes { labels, .. }, true) if labels.len() == 2 => {
                format!(" A higher score means {}.", named(&labels[1]))
            }
            _ => String::new(),
        };
        format!("{}, {} rows in {}.{yes}", parts.join("; "), self.n_rows(), self.how_tested())
    }
}

/// A column at the rows that are looked at.
struct Sampled<'a> {
    column: &'a Column,
    rows: &'a [usize],
}

impl Sampled<'_> {
    fn numbers(&self) -> Option<Vec<f64>> {
        let Values::Number(values) = &self.column.values else { return None };
        Some(self.rows.iter().map(|row| values[*row]).collect())
    }

    fn texts(&self) -> Vec<Option<String>> {
        self.rows.iter().map(|row| self.column.values.text(*row)).collect()
    }

    /// Numbers between 0 and 1 that are no mere zeros and ones, per cent among them.
    fn is_probable(&self) -> bool {
        let scale = if self.column.unit.as_deref() == Some("%") { 100.0 } else { 1.0 };
        let known: Vec<f64> = self.numbers().into_iter().flatten().filter(|value| !value.is_nan()).collect();
        let share = |value: &f64| (0.0..=scale).contains(value);
        known.len() >= FEWEST_ROWS && known.iter().all(share) && known.iter().any(|v| v.fract() != 0.0 || scale > 1.0)
    }

    /// How well numbers tell two classes apart, whichever is meant.
    fn gini(&self, truth: &Sampled) -> f64 {
        let Some(scores) = self.numbers() else { return 0.0 };
        let texts = truth.texts();
        let first = texts.iter().flatten().next();
        let known = scores.iter().zip(&texts).filter(|(score, text)| !score.is_nan() && text.is_some());
        let (positive, scores): (Vec<bool>, Vec<f32>) =
            known.map(|(score, text)| (text.as_ref() == first, *score as f32)).unzip();
        roc_auc(&positive, &scores).map_or(0.0, |area| (2.0 * area - 1.0).abs())
    }

    /// How often both say the same class beyond chance (Cohen's kappa), where the classes of this one are those of the other.
    fn agreement(&self, truth: &Sampled) -> f64 {
        let (own, theirs) = (self.texts(), truth.texts());
        let known: Vec<(&String, &String)> =
            own.iter().zip(&theirs).filter_map(|(a, b)| Some((a.as_ref()?, b.as_ref()?))).collect();
        let foreign = known.iter().any(|(a, _)| !known.iter().any(|(_, b)| a == b));
        let same = known.iter().filter(|(a, b)| a == b).count();
        // The same column twice says nothing.
        if foreign || same == known.len() {
            return 0.0;
        }
        let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (a, b) in &known {
            counts.entry(a).or_default().0 += 1.0;
            counts.entry(b).or_default().1 += 1.0;
        }
        let n = known.len() as f64;
        let by_chance = counts.values().map(|(a, b)| a * b).sum::<f64>() / (n * n);
        (same as f64 / n - by_chance) / (1.0 - by_chance)
    }

    /// The share of the variance of the truth that these numbers tell as they stand.
    fn told(&self, truth: &Sampled) -> f64 {
        let (Some(own), Some(theirs)) = (self.numbers(), truth.numbers()) else { return 0.0 };
        let known: Vec<(f64, f64)> = own.into_iter().zip(theirs).filter(|(a, b)| !a.is_nan() && !b.is_nan()).collect();
        let mean = known.iter().map(|(_, b)| b).sum::<f64>() / known.len() as f64;
        let spread: f64 = known.iter().map(|(_, b)| (b - mean) * (b - mean)).sum();
        let missed: f64 = known.iter().map(|(a, b)| (a - b) * (a - b)).sum();
        if spread > 0.0 && missed > 0.0 { 1.0 - missed / spread } else { 0.0 }
    }

    /// Whether it cuts the rows into a few parts of equal size.
    fn is_fold(&self) -> bool {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for text in self.texts() {
            let Some(text) = text else { return false };
            match counts.iter().position(|(known, _)| *known == text) {
                Some(at) => counts[at].1 += 1,
                None if counts.len() == MOST_LIKELY_FOLDS => return false,
                None => counts.push((text, 1)),
            }
        }
        let sizes = || counts.iter().map(|(_, n)| *n);
        let (least, most) = (sizes().min().unwrap_or(0), sizes().max().unwrap_or(0));
        counts.len() > 2 && least >= 2 && most - least <= 1 + most / 20
    }
}

/// Truth and scores that go together by their values, and a sentence; both empty where none do.
fn propose(table: &Table) -> (JudgeSpec, String) {
    let every = table.n_rows.div_ceil(MOST_ROWS).max(1);
    let rows: Vec<usize> = (0..table.n_rows).step_by(every).collect();
    let columns: Vec<Sampled> = table.columns.iter().map(|column| Sampled { column, rows: &rows }).collect();
    let tasks: Vec<Option<Task>> = columns
        .iter()
        .map(|sampled| match &sampled.column.values {
            Values::Text(_) | Values::Date { .. } => None,
            _ => Some(task_of(sampled.column)),
        })
        .collect();
    let of = |wanted: Task| (0..columns.len()).filter(|at| tasks[*at] == Some(wanted)).collect::<Vec<usize>>();
    let probable: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].is_probable()).collect();
    // The pair that goes together best, by a measure; the earlier of equals.
    let best = |truths: &[usize], scores: &[usize], measure: &dyn Fn(&Sampled, &Sampled) -> f64, least: f64| {
        let mut found: Option<(f64, usize, usize)> = None;
        for truth in truths {
            for score in scores.iter().filter(|score| *score != truth) {
                let height = measure(&columns[*score], &columns[*truth]);
                if height >= least && found.is_none_or(|(known, ..)| height > known) {
                    found = Some((height, *truth, *score));
                }
            }
        }
        found
    };
    let name = |at: usize| columns[at].column.name.clone();
    let (truth, scores, why) = if let Some((_, truth, first)) =
        best(&of(Task::Binary), &probable, &|score, truth| score.gini(truth), LEAST_GINI)
    {
        let goes = |at: &usize| *at != first && columns[*at].gini(&columns[truth]) >= LEAST_GINI;
        let mut scores: Vec<usize> = probable.iter().copied().filter(goes).take(MOST_PROPOSED - 1).collect();
        scores.push(first);
        scores.sort_unstable();
        (truth, scores, "between 0 and 1, and different for its two values")
    } else if let Some((_, truth, first)) =
        best(&of(Task::Multiclass), &of(Task::Multiclass), &|score, truth| score.agreement(truth), LEAST_AGREEMENT)
    {
        let (truth, score) = (truth.min(first), truth.max(first));
        (truth, vec![score], "with the same values, often in the same row; which is which, only you know")
    } else if let Some((_, truth, first)) =
        best(&of(Task::Regression), &of(Task::Regression), &|score, truth| score.told(truth), LEAST_TOLD)
    {
        // Predictions mostly vary less than what they predict, but noisy ones do not: only a person knows.
        let missed = |a: usize, b: usize| columns[a].told(&columns[b]);
        let (truth, score) = if missed(first, truth) >= missed(truth, first) { (truth, first) } else { (first, truth) };
        (truth, vec![score], "numbers close to it row by row; which is which, only you know")
    } else {
        return (JudgeSpec::default(), String::new());
    };
    let used = |at: usize| at == truth || scores.contains(&at);
    let fold = (0..columns.len()).find(|at| !used(*at) && columns[*at].is_fold());
    let list: Vec<String> = scores.iter().map(|at| named(&columns[*at].column.name)).collect();
    let cut = fold.map_or(String::new(), |at| {
        format!(" {} cuts the rows into parts of equal size, as folds do.", named(&columns[at].column.name))
    });
    let sentence = format!(
        "A guess from the values: {} tells what was true, and {} is {why}.{cut} ",
        named(&name(truth)),
        list.join(", ")
    );
    let spec = JudgeSpec {
        truth: name(truth),
        scores: scores.into_iter().map(name).collect(),
        fold: fold.map(name),
        ..JudgeSpec::default()
    };
    (spec, sentence)
}
