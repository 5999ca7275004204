//! Columns of scores as predictions.

use super::sets::Set;
use super::{Scored, cell, named, problem};
use crate::dataset::{Target, Task};
use crate::metrics::roc_auc;
use crate::model::Predictions;
use crate::problem::Problem;
use crate::table::{Column, Values};
use crate::validate::Given;
use crate::validate::compare::second_class;

/// How far the probabilities of a row may be from 1 together; they are then divided by their sum.
const SUM_TOLERANCE: f64 = 1e-3;
/// Numbers of which at least this share lies between 0 and 1 are probabilities, and the others are wrong.
const MOSTLY: f64 = 0.95;
/// Pairs of classes whose second one is meant by a higher score, in lower case.
const USUAL: [(&str, &str); 7] =
    [("0", "1"), ("no", "yes"), ("false", "true"), ("n", "y"), ("f", "t"), ("-1", "1"), ("negative", "positive")];

/// The class that higher scores mean: the usual one of a usual pair, else the one with the higher mean of the first column of numbers.
pub(super) fn likely_positive(labels: &[String], codes: &[u32], rows: &[u32], columns: &[&Column]) -> String {
    let lower: Vec<String> = labels.iter().map(|label| label.to_lowercase()).collect();
    for (no, yes) in USUAL {
        if let (true, Some(at)) = (lower.iter().any(|label| label == no), lower.iter().position(|label| label == yes)) {
            return labels[at].clone();
        }
    }
    let numbers = columns.iter().find_map(|column| match &column.values {
        Values::Number(values) => Some(values),
        Values::Category { .. } | Values::Boolean { .. } | Values::Date { .. } | Values::Text(_) => None,
    });
    let Some(values) = numbers else { return labels[1].clone() };
    let mut sums = [(0.0, 0.0); 2];
    for (code, row) in codes.iter().zip(rows) {
        let (value, sum) = (values[*row as usize], &mut sums[(*code as usize).min(1)]);
        if !value.is_nan() {
            *sum = (sum.0 + value, sum.1 + 1.0);
        }
    }
    let [no, yes] = sums.map(|(sum, n): (f64, f64)| sum / n);
    labels[usize::from(!(no > yes))].clone()
}

/// The values of a column of numbers at these rows; per cent as shares where a probability is meant.
fn numbers(column: &Column, rows: &[u32], shares: bool) -> Option<Vec<f64>> {
    let Values::Number(values) = &column.values else { return None };
    let scale = if shares && column.unit.as_deref() == Some("%") { 100.0 } else { 1.0 };
    Some(rows.iter().map(|row| values[*row as usize] / scale).collect())
}

/// Reads one score at these rows of the table, whose truth is given.
///
/// # Errors
/// A cell that is no prediction of this truth, with its row.
pub(super) fn read(
    set: &Set,
    task: Task,
    (truth, labels): (&Target, &[String]),
    rows: &[u32],
) -> Result<Scored, Problem> {
    let column = set.columns[0];
    let (given, predictions) = match (task, set.columns.len()) {
        (Task::Regression, _) => (Given::Values, values(column, rows)?),
        (_, 2..) => (Given::Probabilities, probabilities(set, rows)?),
        (Task::Binary, _) => match numbers(column, rows, true).filter(|_| !is_labels(column, rows, labels)) {
            Some(scores) => of_two(column, &scores, rows)?,
            None => (Given::Labels, classes(column, rows, labels)?),
        },
        (Task::Multiclass, _) => (Given::Labels, classes(column, rows, labels)?),
    };
    let mut notes = Vec::new();
    if let (Given::Scores { .. } | Given::Probabilities, Target::Classes { codes, .. }, 2) =
        (given, truth, labels.len())
    {
        let positive: Vec<bool> = codes.iter().map(|code| *code == 1).collect();
        if let Some(area) = roc_auc(&positive, &second_class(&predictions)).filter(|area| *area < 0.5) {
            notes.push(format!(
                "The ROC AUC of {} is {area:.3}, below one half: its higher scores may mean {}. Judge again with {} as the \
                 class that higher scores mean.",
                named(&set.name),
                named(&labels[0]),
                named(&labels[0])
            ));
        }
    }
    if let (Some(exact), 1) = (numbers(column, rows, true), set.columns.len()) {
        let kept = match &predictions {
            Predictions::Probabilities { .. } => second_class(&predictions),
            Predictions::Values(values) => values.clone(),
        };
        let (before, after) = (distinct(exact), distinct(kept.into_iter().map(f64::from).collect()));
        if after < before && given != Given::Labels {
            notes.push(format!(
                "{} has {before} different values, of which {after} are left where seven digits are kept, as for all \
                 predictions here: the others count as equal.",
                named(&set.name)
            ));
        }
    }
    Ok(Scored { name: set.name.clone(), given, predictions, notes })
}

fn distinct(mut values: Vec<f64>) -> usize {
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    values.len()
}

fn values(column: &Column, rows: &[u32]) -> Result<Predictions, Problem> {
    let Some(numbers) = numbers(column, rows, false) else {
        let event = "The truth is a number, and this column holds none.".to_owned();
        let cure = "Choose a column of numbers, or set its type to number.";
        return Err(problem(format!("column {}", named(&column.name)), event, cure));
    };
    if let Some(at) = numbers.iter().position(|value| value.abs() > f64::from(f32::MAX) / 4.0) {
        let event = format!("{:e} is too large.", numbers[at]);
        return Err(problem(cell(&column.name, rows[at]), event, "Divide truth and scores by a power of ten."));
    }
    Ok(Predictions::Values(numbers.into_iter().map(|value| value as f32).collect()))
}

/// Scores of two classes in one column: probabilities of the second, or something that puts the rows in order.
fn of_two(column: &Column, scores: &[f64], rows: &[u32]) -> Result<(Given, Predictions), Problem> {
    let is_share = |score: &f64| (0.0..=1.0).contains(score);
    let outside = scores.iter().position(|score| !is_share(score));
    let pairs = |scores: &mut dyn Iterator<Item = f64>| Predictions::Probabilities {
        values: scores.flat_map(|score| [(1.0 - score) as f32, score as f32]).collect(),
        n_classes: 2,
    };
    let Some(at) = outside else { return Ok((Given::Probabilities, pairs(&mut scores.iter().copied()))) };
    let n_inside = scores.iter().filter(|score| is_share(score)).count();
    if n_inside as f64 >= MOSTLY * scores.len() as f64 {
        let event = format!("{} is no probability, and nearly all other values are.", scores[at]);
        let cure = "Correct the cell, or empty it: its row is then left out. Of a score that is no probability, multiply \
                    the column by 10 in a step.";
        return Err(problem(cell(&column.name, rows[at]), event, cure));
    }
    let low = scores.iter().copied().fold(f64::INFINITY, f64::min);
    let high = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let spread = pairs(&mut scores.iter().map(|score| (score - low) / span));
    Ok((Given::Scores { low, high: low + span }, spread))
}

/// Whether numbers are the numbers of the classes.
fn is_labels(column: &Column, rows: &[u32], labels: &[String]) -> bool {
    rows.iter().all(|row| column.values.text(*row as usize).is_some_and(|text| labels.contains(&text)))
}

/// The predicted class in one column.
fn classes(column: &Column, rows: &[u32], labels: &[String]) -> Result<Predictions, Problem> {
    let mut values = vec![0.0; rows.len() * labels.len()];
    for (at, row) in rows.iter().enumerate() {
        let text = column.values.text(*row as usize).unwrap_or_default();
        let Some(class) = labels.iter().position(|label| *label == text) else {
            let some: Vec<&str> = labels.iter().take(4).map(String::as_str).collect();
            let more = if labels.len() > some.len() { ", …" } else { "" };
            let event = format!("{} is no class of the truth ({}{more}).", named(&text), some.join(", "));
            let cure = match labels.len() {
                2 => "Choose a column of probabilities or of the predicted class, spelled as in the truth.",
                _ => {
                    "Choose a column of the predicted class, spelled as in the truth, or a column of probabilities for \
                      each class, called like it."
                }
            };
            return Err(problem(cell(&column.name, *row), event, cure));
        };
        values[at * labels.len() + class] = 1.0;
    }
    Ok(Predictions::Probabilities { values, n_classes: labels.len() })
}

/// A probability for each class, in columns in the order of the labels.
fn probabilities(set: &Set, rows: &[u32]) -> Result<Predictions, Problem> {
    let n_classes = set.columns.len();
    let mut values = vec![0.0f32; rows.len() * n_classes];
    let mut exact = vec![0.0f64; rows.len() * n_classes];
    for (class, column) in set.columns.iter().enumerate() {
        let Some(shares) = numbers(column, rows, true) else {
            let event = "It is called like a class, and holds no probabilities.".to_owned();
            let cure = "Leave it out, or set its type to number.";
            return Err(problem(format!("column {}", named(&column.name)), event, cure));
        };
        if let Some(at) = shares.iter().position(|share| !(0.0..=1.0).contains(share)) {
            let event = format!("{} is no probability.", shares[at]);
            let cure = "Correct the cell, or empty it: its row is then left out.";
            return Err(problem(cell(&column.name, rows[at]), event, cure));
        }
        shares.into_iter().enumerate().for_each(|(row, share)| exact[row * n_classes + class] = share);
    }
    for (at, row) in exact.chunks_exact(n_classes).enumerate() {
        let sum: f64 = row.iter().sum();
        if (sum - 1.0).abs() > SUM_TOLERANCE {
            let names: Vec<String> = set.columns.iter().map(|column| named(&column.name)).collect();
            let event = format!("The probabilities in {} are {sum:.4} together, not 1.", names.join(", "));
            let cure =
                "Correct the row or empty one of its cells. Of scores of several models, judge one after the other.";
            return Err(problem(format!("row {}", rows[at] + 1), event, cure));
        }
        // What seven digits leave over is no fault of the one who wrote them.
        let sum = if (sum - 1.0).abs() < 1e-6 { 1.0 } else { sum };
        values[at * n_classes..][..n_classes].iter_mut().zip(row).for_each(|(to, share)| *to = (share / sum) as f32);
    }
    Ok(Predictions::Probabilities { values, n_classes })
}
