//! Generated tables and targets.

use hearth::dataset::{Dataset, Target, Task};
use hearth::prepare::Matrix;
use hearth::random::Random;
use hearth::table::{Column, MISSING_CODE, MISSING_DATE, Values};

pub fn numbers(name: &str, values: Vec<f64>) -> Column {
    Column { name: name.into(), values: Values::Number(values), missing_spellings: vec!["NA".into()], unit: None }
}

pub fn categories(name: &str, texts: &[Option<&str>]) -> Column {
    let mut levels: Vec<String> = Vec::new();
    let codes = texts
        .iter()
        .map(|text| match text {
            None => MISSING_CODE,
            Some(text) => match levels.iter().position(|l| l == text) {
                Some(code) => code as u32,
                None => {
                    levels.push((*text).to_owned());
                    levels.len() as u32 - 1
                }
            },
        })
        .collect();
    Column {
        name: name.into(),
        values: Values::Category { codes, levels },
        missing_spellings: vec!["?".into()],
        unit: None,
    }
}

pub fn labels(n: usize) -> Vec<String> {
    (0..n).map(|c| format!("class {c}")).collect()
}

pub fn dataset<'a>(columns: &'a [Column], target: Target) -> Dataset<'a> {
    let task = match &target {
        Target::Values(_) => Task::Regression,
        Target::Classes { labels, .. } if labels.len() == 2 => Task::Binary,
        Target::Classes { .. } => Task::Multiclass,
    };
    Dataset {
        features: columns.iter().collect(),
        task,
        rows: (0..target.len() as u32).collect(),
        target,
        left_out: Vec::new(),
        groups: None,
        times: None,
        newcomers: None,
    }
}

/// Columns of all kinds with missing values, and a target that depends on them: `n_classes` classes, or a value (0).
pub fn mixed(n_rows: usize, n_classes: usize, seed: u64) -> (Vec<Column>, Target) {
    let mut random = Random::new(seed, 0);
    let (mut age, mut income, mut port, mut day, mut flag, mut scores) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for row in 0..n_rows {
        let x = random.normal();
        let missing = random.below(10) == 0;
        age.push(if missing { f64::NAN } else { 40.0 + 12.0 * x });
        let rich = libm::exp(8.0 + random.normal());
        income.push(rich);
        let ports = ["Southampton", "Cherbourg", "Queenstown", "Zürich"];
        let p = random.below(20);
        let place = if p < 10 {
            0
        } else if p < 16 {
            1
        } else if p < 19 {
            2
        } else {
            3
        };
        port.push(if random.below(15) == 0 { None } else { Some(ports[place]) });
        let date = 18_519 * 86_400_000 + random.below(400) as i64 * 86_400_000;
        day.push(if row % 17 == 3 { MISSING_DATE } else { date });
        let yes = random.below(2);
        flag.push(yes as u8);
        let signal = x + 0.5 * yes as f64 - 0.7 * place as f64 + 0.3 * libm::log(rich) + 0.5 * random.normal();
        scores.push(signal);
    }
    let columns = vec![
        numbers("age", age),
        numbers("income", income),
        categories("port", &port),
        Column {
            name: "day".into(),
            values: Values::Date { milliseconds: day, has_time: false },
            missing_spellings: vec![],
            unit: None,
        },
        Column {
            name: "flag".into(),
            values: Values::Boolean { codes: flag, spelling: ["no".into(), "yes".into()] },
            missing_spellings: vec![],
            unit: None,
        },
    ];
    let target = if n_classes == 0 {
        Target::Values(scores)
    } else {
        let mut sorted = scores.clone();
        sorted.sort_by(f64::total_cmp);
        let cut = |c: usize| sorted[(n_rows * c / n_classes).min(n_rows - 1)];
        let code = |s: &f64| (1..n_classes).filter(|c| *s >= cut(*c)).count() as u32;
        Target::Classes { codes: scores.iter().map(code).collect(), labels: labels(n_classes) }
    };
    (columns, target)
}

/// Standard normal features; a share `zeros` of them is 0.
pub fn matrix(n_rows: usize, n_columns: usize, zeros: f64, random: &mut Random) -> Matrix {
    let value = |random: &mut Random| {
        let value = random.normal() as f32;
        if random.unit() < zeros { 0.0 } else { value }
    };
    Matrix { values: (0..n_rows * n_columns).map(|_| value(random)).collect(), n_rows, n_columns }
}

/// Classes that follow linear scores of the first features with noise.
pub fn classes_of(features: &Matrix, n_classes: usize, random: &mut Random) -> Target {
    let weights: Vec<f64> = (0..n_classes * features.n_columns).map(|_| random.normal()).collect();
    let codes = (0..features.n_rows)
        .map(|row| {
            let score = |class: usize| {
                let w = &weights[class * features.n_columns..(class + 1) * features.n_columns];
                w.iter().zip(features.row(row)).map(|(w, x)| w * f64::from(*x)).sum::<f64>()
            };
            let noisy: Vec<f64> = (0..n_classes).map(|c| score(c) + 2.0 * random.normal()).collect();
            (0..n_classes).max_by(|a, b| noisy[*a].total_cmp(&noisy[*b])).unwrap_or(0) as u32
        })
        .collect();
    Target::Classes { codes, labels: labels(n_classes) }
}
