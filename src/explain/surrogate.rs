//! A small tree that says nearly what a model says, and how nearly.

use serde::{Deserialize, Serialize};

use super::shape::measured;
use crate::order::OrderBy;
use crate::prepare::Cells;
use crate::table::MISSING_CODE;

/// Questions on the way to a leaf at most.
const DEPTH: u32 = 3;
/// A leaf has at least this share of the rows.
const LEAST_SHARE: f64 = 0.02;
/// Places at which a number may be cut.
const CUTS: usize = 32;
/// Every third row tells how nearly the tree follows; it is grown on the others.
const HELD: usize = 3;

/// A condition on one raw column. A missing cell does not meet it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Condition {
    /// Dates in milliseconds.
    AtMost(f64),
    OneOf(Vec<String>),
}

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// Position of a column among the model's inputs and what is asked of it; `None`: a leaf.
    pub question: Option<(u32, Condition)>,
    /// Positions of the nodes for rows that meet the condition and that do not; 0 for a leaf.
    pub yes: u32,
    pub no: u32,
    /// Mean prediction of the model for the rows here.
    pub mean: f64,
    pub n_rows: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surrogate {
    pub names: Vec<String>,
    pub class: Option<String>,
    /// The root first.
    pub branches: Vec<Branch>,
    /// Share of the variation of the model's predictions that the tree tells, on rows that it was not grown on (R²).
    pub fidelity: Option<f64>,
    pub n_rows: u32,
    /// Positions of columns that hold dates.
    pub dates: Vec<u32>,
}

/// A column as the tree asks it.
enum Asked {
    Numbers(Vec<f64>),
    Codes(Vec<u32>, Vec<String>),
}

struct Growing<'a> {
    columns: Vec<Asked>,
    predictions: &'a [f64],
    branches: Vec<Branch>,
    least: usize,
}

/// Grow a tree of at most three questions on the way to a leaf on raw cells, so that it follows the model's predictions in the
/// squared error. Source: Craven & Shavlik, Extracting Tree-Structured Representations of Trained Networks (1996), for the
/// idea; the splits are those of CART.
pub fn surrogate(names: Vec<String>, class: Option<String>, cells: &[Cells], predictions: &[f64]) -> Surrogate {
    let asked = |cells: &Cells| match cells {
        Cells::Texts { codes, levels } => {
            Asked::Codes(codes.clone(), levels.iter().map(|level| level.clone().into_owned()).collect())
        }
        Cells::Numbers(_) | Cells::Dates(_) => Asked::Numbers(measured(cells).unwrap_or_default()),
    };
    let n = predictions.len();
    let (held, grown): (Vec<usize>, Vec<usize>) = (0..n).partition(|row| row.is_multiple_of(HELD));
    let least = ((grown.len() as f64 * LEAST_SHARE) as usize).max(2);
    let columns = cells.iter().map(asked).collect();
    let mut growing = Growing { columns, predictions, branches: Vec::new(), least };
    growing.grow(&grown, 0);
    let truth: Vec<f64> = held.iter().map(|row| predictions[*row]).collect();
    let center = mean(&truth);
    let total: f64 = truth.iter().map(|v| (v - center) * (v - center)).sum();
    let left: f64 = held.iter().map(|row| predictions[*row] - growing.follow(*row)).map(|e| e * e).sum();
    let dates = (0u32..).zip(cells).filter(|(_, c)| matches!(c, Cells::Dates(_))).map(|(i, _)| i).collect();
    Surrogate {
        names,
        class,
        fidelity: (total > 1e-12 * held.len() as f64).then(|| 1.0 - left / total),
        branches: growing.branches,
        n_rows: n as u32,
        dates,
    }
}

impl Growing<'_> {
    /// Grow a node from these rows; its position.
    fn grow(&mut self, rows: &[usize], depth: u32) -> u32 {
        let at = self.branches.len();
        let here: Vec<f64> = rows.iter().map(|row| self.predictions[*row]).collect();
        let leaf = Branch { question: None, yes: 0, no: 0, mean: mean(&here), n_rows: rows.len() as u32 };
        self.branches.push(leaf);
        if depth < DEPTH
            && let Some((column, condition)) = self.best(rows)
        {
            let (yes, no): (Vec<usize>, Vec<usize>) =
                rows.iter().partition(|row| self.meets(column, &condition, **row));
            let (yes, no) = (self.grow(&yes, depth + 1), self.grow(&no, depth + 1));
            let branch = &mut self.branches[at];
            (branch.question, branch.yes, branch.no) = (Some((column as u32, condition)), yes, no);
        }
        at as u32
    }

    /// The question that leaves the least squared error, if it leaves clearly less than none.
    fn best(&self, rows: &[usize]) -> Option<(usize, Condition)> {
        let total: f64 = rows.iter().map(|row| self.predictions[*row]).sum();
        let n = rows.len() as f64;
        let mut best: Option<(f64, usize, Condition)> = None;
        for (column, asked) in self.columns.iter().enumerate() {
            for condition in conditions(asked, rows, self.predictions) {
                let (mut sum, mut count) = (0.0, 0.0);
                for row in rows.iter().filter(|row| self.meets(column, &condition, **row)) {
                    sum += self.predictions[*row];
                    count += 1.0;
                }
                if (count as usize) < self.least || ((n - count) as usize) < self.least {
                    continue;
                }
                let gain = sum * sum / count + (total - sum) * (total - sum) / (n - count) - total * total / n;
                if best.as_ref().is_none_or(|(most, ..)| gain > *most) {
                    best = Some((gain, column, condition));
                }
            }
        }
        let squares: f64 = rows.iter().map(|row| self.predictions[*row] * self.predictions[*row]).sum();
        let variation = squares - total * total / n;
        best.filter(|(gain, ..)| *gain > 0.01 * variation && variation > 0.0)
            .map(|(_, column, question)| (column, question))
    }

    fn meets(&self, column: usize, condition: &Condition, row: usize) -> bool {
        match (&self.columns[column], condition) {
            (Asked::Numbers(values), Condition::AtMost(cut)) => values[row] <= *cut,
            (Asked::Codes(codes, levels), Condition::OneOf(wanted)) => {
                levels.get(codes[row] as usize).is_some_and(|level| wanted.contains(level))
            }
            (Asked::Numbers(_), Condition::OneOf(_)) | (Asked::Codes(..), Condition::AtMost(_)) => false,
        }
    }

    fn follow(&self, row: usize) -> f64 {
        let mut at = 0;
        while let Some((column, condition)) = &self.branches[at].question {
            let branch = &self.branches[at];
            at = if self.meets(*column as usize, condition, row) { branch.yes } else { branch.no } as usize;
        }
        self.branches[at].mean
    }
}

/// Questions that a column can be asked: cuts of a number between values that occur; the categories with the lowest means
/// against the others, which holds the best cut of all (Breiman et al. 1984).
fn conditions(asked: &Asked, rows: &[usize], predictions: &[f64]) -> Vec<Condition> {
    match asked {
        Asked::Numbers(values) => {
            let mut known: Vec<f64> = rows.iter().map(|row| values[*row]).filter(|v| !v.is_nan()).collect();
            known.sort_unstable_by(f64::total_cmp);
            known.dedup();
            let n_cuts = known.len().saturating_sub(1);
            let step = n_cuts.div_ceil(CUTS).max(1);
            (0..n_cuts).step_by(step).map(|i| Condition::AtMost((known[i] + known[i + 1]) / 2.0)).collect()
        }
        Asked::Codes(codes, levels) => {
            let (mut sums, mut counts) = (vec![0.0; levels.len()], vec![0.0; levels.len()]);
            for row in rows.iter().filter(|row| codes[**row] != MISSING_CODE) {
                sums[codes[*row] as usize] += predictions[*row];
                counts[codes[*row] as usize] += 1.0;
            }
            let mut order: Vec<usize> = (0..levels.len()).filter(|level| counts[*level] > 0.0).collect();
            order.order_by(|a, b| (sums[*a] / counts[*a]).total_cmp(&(sums[*b] / counts[*b])).then(a.cmp(b)));
            let first = |n: usize| order[..n].iter().map(|level| levels[*level].clone()).collect();
            (1..order.len()).map(|n| Condition::OneOf(first(n))).collect()
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
