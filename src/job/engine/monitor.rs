//! What a model's training rows looked like when it is trained, and rows of later days beside it.

use crate::dataset::{Dataset, Target, Task};
use crate::job::WatchColumns;
use crate::model::Predictions;
use crate::monitor::{Current, CurrentColumn, MonitorReport, Reference, Sample, Served, Training, judge};
use crate::pipeline::Pipeline;
use crate::prepare::spelling::{Slot, Spellings};
use crate::prepare::{Cells, Inputs};
use crate::random::Random;
use crate::table::{Column, Table, Values};
use crate::validate::Folds;

/// Training rows that say how much a model depends on a column.
const IMPORTANCE_ROWS: usize = 500;
/// The stream of random numbers that they change places by.
const STREAM: u64 = 0x696d_706f;

/// Of the rows that the folds tested.
pub fn reference(dataset: &Dataset, folds: &Folds, pipeline: &Pipeline, seed: u64) -> Reference {
    let (tested, predictions) = folds.tested();
    let rows: Vec<u32> = tested.iter().map(|position| dataset.rows[*position as usize]).collect();
    Reference::make(&Training {
        task: dataset.task,
        target_name: &pipeline.target,
        columns: &dataset.features,
        rows: &rows,
        target: &dataset.target.select(&tested),
        predictions: &predictions,
        n_training: folds.mean_training(),
        importance: importance(dataset, &tested, pipeline, seed),
        seed,
    })
}

/// How much the answers for some rows change, on average, when the cells of one column change places.
fn importance(dataset: &Dataset, positions: &[u32], pipeline: &Pipeline, seed: u64) -> Vec<f64> {
    let every = positions.len().div_ceil(IMPORTANCE_ROWS).max(1);
    let some: Vec<u32> = positions.iter().step_by(every).copied().collect();
    let mut inputs = Inputs::from_dataset(dataset, &some);
    let numbers = |predictions: Predictions| match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    };
    let before = numbers(pipeline.predict(&inputs));
    let mut order: Vec<usize> = (0..some.len()).collect();
    Random::new(seed, STREAM).shuffle(&mut order);
    let mut sizes = Vec::with_capacity(inputs.cells.len());
    for column in 0..inputs.cells.len() {
        let moved = match &inputs.cells[column] {
            Cells::Numbers(values) => Cells::Numbers(order.iter().map(|i| values[*i]).collect()),
            Cells::Dates(values) => Cells::Dates(order.iter().map(|i| values[*i]).collect()),
            Cells::Texts { codes, levels } => {
                Cells::Texts { codes: order.iter().map(|i| codes[*i]).collect(), levels: levels.clone() }
            }
        };
        let there = std::mem::replace(&mut inputs.cells[column], moved);
        let after = numbers(pipeline.predict(&inputs));
        inputs.cells[column] = there;
        let change: f64 = before.iter().zip(&after).map(|(a, b)| f64::from((a - b).abs())).sum();
        sizes.push(change / before.len().max(1) as f64);
    }
    sizes
}

/// The rows of a file, as the model reads them, the columns that it does not read, and what it answers.
pub struct Rows<'a> {
    pub table: &'a Table,
    pub unread: &'a Table,
    pub predictions: &'a Predictions,
    pub threshold: Option<f64>,
}

/// The report, and the columns that were taken for outcomes, served predictions and times.
pub fn report(
    pipeline: &Pipeline,
    reference: &Reference,
    rows: &Rows,
    asked: &WatchColumns,
) -> (MonitorReport, WatchColumns) {
    let taken = guessed(pipeline, rows.unread, asked);
    let named = |name: &Option<String>| name.as_deref().and_then(|name| rows.unread.column(name));
    let all: Vec<u32> = (0..rows.table.n_rows as u32).collect();
    let of_column = |name: &str| CurrentColumn {
        sample: rows.table.column(name).map(|column| Sample::of(column, &all)),
        n_unfit: 0,
    };
    let mut doubts = Vec::new();
    let outcomes = named(&taken.outcome).and_then(|column| outcomes(pipeline, column, &mut doubts));
    let served = named(&taken.served).and_then(|column| served(pipeline, column, &mut doubts));
    let times = named(&taken.time).and_then(|column| match &column.values {
        Values::Date { milliseconds, .. } => Some(milliseconds.clone()),
        _ => None,
    });
    let mut report = judge(
        reference,
        &Current {
            n_rows: rows.table.n_rows as u32,
            columns: reference.columns.iter().map(|column| of_column(&column.name)).collect(),
            predictions: rows.predictions,
            outcomes,
            served,
            times,
            importance: reference.importance.clone(),
            threshold: rows.threshold,
        },
    );
    report.not_checked.extend(doubts);
    (report, taken)
}

fn guessed(pipeline: &Pipeline, unread: &Table, asked: &WatchColumns) -> WatchColumns {
    let there = |name: &String| unread.column(name).is_some();
    let choose = |asked: &Option<String>, guess: Option<String>| match asked {
        Some(name) => Some(name.clone()),
        None => guess,
    };
    let target = &pipeline.target;
    let usual = [format!("predicted {target}"), "prediction".into(), "predicted".into(), "served prediction".into()];
    let is_usual = |column: &&Column| usual.iter().any(|name| column.name.eq_ignore_ascii_case(name));
    let is_date = |column: &&Column| matches!(column.values, Values::Date { .. });
    WatchColumns {
        outcome: choose(&asked.outcome, Some(target.clone()).filter(there)),
        served: choose(&asked.served, unread.columns.iter().find(is_usual).map(|column| column.name.clone())),
        time: choose(&asked.time, unread.columns.iter().find(is_date).map(|column| column.name.clone())),
    }
}

/// Rows whose outcome is known and is one that the model knows.
fn outcomes(pipeline: &Pipeline, column: &Column, doubts: &mut Vec<String>) -> Option<(Vec<u32>, Target)> {
    let (mut rows, mut n_strange) = (Vec::new(), 0u32);
    let target = if pipeline.task == Task::Regression {
        let mut truth = Vec::new();
        for (row, value) in numbers(column).into_iter().enumerate() {
            match value {
                Some(value) if !value.is_nan() => {
                    rows.push(row as u32);
                    truth.push(value);
                }
                Some(_) => {}
                None => n_strange += 1,
            }
        }
        Target::Values(truth)
    } else {
        let mut codes = Vec::new();
        for (row, label) in labels(pipeline, column).into_iter().enumerate() {
            match label {
                Some(u32::MAX) => n_strange += 1,
                Some(code) => {
                    rows.push(row as u32);
                    codes.push(code);
                }
                None => {}
            }
        }
        Target::Classes { codes, labels: pipeline.labels.clone() }
    };
    if n_strange > 0 {
        let what = if pipeline.task == Task::Regression { "number" } else { "class that the model knows" };
        doubts.push(format!(
            "{n_strange} outcomes in column “{}” are no {what}; these rows count as without.",
            column.name
        ));
    }
    (!rows.is_empty()).then_some((rows, target))
}

fn served(pipeline: &Pipeline, column: &Column, doubts: &mut Vec<String>) -> Option<Served> {
    if pipeline.task != Task::Regression {
        let labels = labels(pipeline, column);
        let n_known = labels.iter().flatten().filter(|code| **code != u32::MAX).count();
        if 2 * n_known >= labels.iter().flatten().count() {
            return (n_known > 0).then_some(Served::Labels(labels));
        }
    }
    let numbers = numbers(column);
    let comparable = pipeline.task != Task::Multiclass && !numbers.contains(&None);
    if !comparable {
        doubts.push(format!("Column “{}” holds no predictions of this model, so they were not compared.", column.name));
        return None;
    }
    Some(Served::Numbers(numbers.into_iter().flatten().collect()))
}

/// NaN is missing; `None` is no number.
fn numbers(column: &Column) -> Vec<Option<f64>> {
    let of_row = |row| match &column.values {
        Values::Number(values) => Some(values[row]),
        _ => column.values.text(row).map_or(Some(f64::NAN), |text| text.trim().parse().ok()),
    };
    (0..column.values.len()).map(of_row).collect()
}

/// Positions in the model's labels; `u32::MAX` is another text.
fn labels(pipeline: &Pipeline, column: &Column) -> Vec<Option<u32>> {
    let known = Spellings::new(&pipeline.labels, &[]);
    let of_row = |row| {
        let text = column.values.text(row)?;
        match known.slot(text.trim()) {
            Some(Slot::Level(code)) => Some(code),
            Some(Slot::Missing) => None,
            None => Some(u32::MAX),
        }
    };
    (0..column.values.len()).map(of_row).collect()
}
