//! A made-up world: rows, what follows from them, and a model that knows it imperfectly. Faults are planted one at a time.

use hearth::dataset::{Target, Task};
use hearth::model::Predictions;
use hearth::monitor::{Current, CurrentColumn, MonitorReport, Reference, Sample, Served, Training, judge};
use hearth::random::Random;
use hearth::table::{Column, MISSING_CODE, Values};

/// What is different from training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Nothing,
    /// Income is higher, and what follows from it the same.
    Covariate,
    /// The positive class, or a high value, is more frequent, its rows as before.
    Label,
    /// Age works the other way round.
    Concept,
    /// A third of the ages are empty.
    Missing,
    /// Incomes come in another unit.
    Unit,
    /// A town that training never had.
    Unknown,
    /// The column of towns is gone.
    Gone,
    /// The serving system fed the model ages of zero for some rows.
    Skew,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Outcomes,
    NoOutcomes,
}

const TOWNS: [&str; 4] = ["Bergen", "Cádiz", "Lviv", "Porto"];
const EFFECTS: [f64; 4] = [0.0, 0.5, -0.4, 0.2];

/// One row before anybody looks at it.
#[derive(Clone, Copy)]
struct Row {
    age: f64,
    income: f64,
    town: usize,
    /// 0 or 1, or the value.
    outcome: f64,
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x))
}

fn signal(row: &Row, fault: Fault) -> f64 {
    let of_age = if fault == Fault::Concept { -1.0 } else { 1.0 };
    1.4 * (row.income - 50.0) / 12.0 + of_age * 1.1 * (row.age - 40.0) / 10.0 + EFFECTS[row.town] - 0.6
}

fn draw(task: Task, fault: Fault, random: &mut Random) -> Row {
    loop {
        let shift = if fault == Fault::Covariate { 9.0 } else { 0.0 };
        let mut row = Row {
            age: 40.0 + 10.0 * random.normal(),
            income: 50.0 + shift + 12.0 * random.normal(),
            town: (random.below(10) as usize).min(3),
            outcome: 0.0,
        };
        let signal = signal(&row, fault);
        row.outcome = match task {
            Task::Regression => 100.0 + 10.0 * (signal + 2.0 * random.normal()),
            Task::Binary | Task::Multiclass => f64::from(u8::from(random.unit() < logistic(signal))),
        };
        // Few of those that the world had before, so that the others are more frequent.
        let rarer = if task == Task::Regression { row.outcome < 95.0 } else { row.outcome == 0.0 };
        if !(fault == Fault::Label && rarer && random.below(4) > 0) {
            return row;
        }
    }
}

/// What the model answers: it knows the world's rule, but is too sure of itself.
fn answers(task: Task, rows: &[Row]) -> Predictions {
    let of_row = |row: &Row| {
        let known = if row.age.is_nan() { Row { age: 40.0, ..*row } } else { *row };
        1.3 * signal(&known, Fault::Nothing)
    };
    match task {
        Task::Regression => {
            Predictions::Values(rows.iter().map(|row| (100.0 + 10.0 * of_row(row) / 1.3) as f32).collect())
        }
        Task::Binary | Task::Multiclass => {
            let pair = |row: &Row| {
                let p = logistic(of_row(row)) as f32;
                [1.0 - p, p]
            };
            Predictions::Probabilities { values: rows.iter().flat_map(pair).collect(), n_classes: 2 }
        }
    }
}

fn target(task: Task, rows: &[Row]) -> Target {
    match task {
        Task::Regression => Target::Values(rows.iter().map(|row| row.outcome).collect()),
        Task::Binary | Task::Multiclass => Target::Classes {
            codes: rows.iter().map(|row| row.outcome as u32).collect(),
            labels: vec!["no".into(), "yes".into()],
        },
    }
}

fn columns(rows: &[Row], town_of: &dyn Fn(usize, &Row) -> String) -> Vec<Column> {
    let column = |name: &str, values| Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None };
    let mut levels: Vec<String> = Vec::new();
    let mut codes = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let text = town_of(i, row);
        let code = levels.iter().position(|level| *level == text).unwrap_or_else(|| {
            levels.push(text);
            levels.len() - 1
        });
        codes.push(if i % 50 == 7 { MISSING_CODE } else { code as u32 });
    }
    vec![
        column("age", Values::Number(rows.iter().map(|row| row.age).collect())),
        column("income", Values::Number(rows.iter().map(|row| row.income).collect())),
        column("town", Values::Category { codes, levels }),
        // Whole numbers that the model does not look at.
        column("visits", Values::Number(rows.iter().map(|row| (row.age * 7.0).rem_euclid(6.0).floor()).collect())),
    ]
}

fn town(_: usize, row: &Row) -> String {
    TOWNS[row.town].to_owned()
}

pub fn reference(task: Task, n: usize, seed: u64) -> Reference {
    let mut random = Random::new(seed, 100);
    let rows: Vec<Row> = (0..n).map(|_| draw(task, Fault::Nothing, &mut random)).collect();
    let columns = columns(&rows, &town);
    let all: Vec<u32> = (0..n as u32).collect();
    Reference::make(&Training {
        task,
        target_name: "buys",
        columns: &columns.iter().collect::<Vec<_>>(),
        rows: &all,
        target: &target(task, &rows),
        predictions: &answers(task, &rows),
        n_training: None,
        importance: vec![0.35, 0.45, 0.2, 0.0],
        seed,
    })
}

/// A report about `n` rows with a fault.
pub fn report(reference: &Reference, fault: Fault, asked: Asked, n: usize, seed: u64) -> MonitorReport {
    let task = reference.task;
    let mut random = Random::new(seed, 200);
    let mut rows: Vec<Row> = (0..n).map(|_| draw(task, fault, &mut random)).collect();
    let outcomes = target(task, &rows);
    // What happens to the rows on their way to the model.
    for (i, row) in rows.iter_mut().enumerate() {
        match fault {
            Fault::Missing if i.is_multiple_of(3) => row.age = f64::NAN,
            Fault::Unit => row.income *= 1_000.0,
            _ => {}
        }
    }
    let strange = |i: usize, row: &Row| {
        if fault == Fault::Unknown && i.is_multiple_of(8) { "Graz".to_owned() } else { town(i, row) }
    };
    let columns = columns(&rows, &strange);
    let predictions = answers(task, &rows);
    let mut fed = rows.clone();
    if fault == Fault::Skew {
        fed.iter_mut().step_by(5).for_each(|row| row.age = 0.0);
    }
    let served = match answers(task, &fed) {
        Predictions::Values(values) => Served::Numbers(values.into_iter().map(f64::from).collect()),
        Predictions::Probabilities { values, .. } => {
            // As a CSV with four decimals has them.
            Served::Numbers(values.chunks(2).map(|row| (f64::from(row[1]) * 1e4).round() / 1e4).collect())
        }
    };
    let all: Vec<u32> = (0..n as u32).collect();
    let of_column = |column: &Column| CurrentColumn {
        sample: (fault != Fault::Gone || column.name != "town").then(|| Sample::of(column, &all)),
        n_unfit: 0,
    };
    judge(
        reference,
        &Current {
            n_rows: n as u32,
            columns: columns.iter().map(of_column).collect(),
            predictions: &predictions,
            outcomes: (asked == Asked::Outcomes).then(|| (all.clone(), outcomes)),
            served: Some(served),
            times: Some((0..n as i64).map(|i| i * 3_600_000).collect()),
            importance: reference.importance.clone(),
            threshold: None,
        },
    )
}
