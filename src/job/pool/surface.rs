//! The playground's surfaces of models that do not learn step by step.

use crate::dataset::{Dataset, Target, Task};
use crate::job::PlaygroundData;
use crate::model::baseline::Baseline;
use crate::model::fit::FitSpec;
use crate::model::{Model, ModelSpec, Predictions};
use crate::pipeline::PipelineSpec;
use crate::prepare::{Cells, Inputs};
use crate::problem::Problem;
use crate::table::{Column, Table, Values};

/// Cells of a surface along a side, at most.
const MOST_RESOLUTION: u32 = 400;

/// Class probabilities of a model over the square, `[class][row][column]`, y downwards.
pub fn surface(points: &PlaygroundData, spec: &PipelineSpec, resolution: u32) -> Result<Vec<f32>, Problem> {
    let n_classes = points.n_classes as usize;
    let n = points.x.len();
    let fits = points.y.len() == n && points.class.len() == n && points.class.iter().all(|c| (*c as usize) < n_classes);
    if n == 0 || !fits || n_classes < 2 || !(2..=MOST_RESOLUTION).contains(&resolution) {
        return Err(problem("There are no points to learn from.", "Nothing has changed.", "Choose another data set."));
    }
    let table = Table {
        columns: vec![
            number_column("x", &points.x),
            number_column("y", &points.y),
            Column {
                name: "class".to_owned(),
                values: Values::Category {
                    codes: points.class.clone(),
                    levels: (0..n_classes).map(|class| class.to_string()).collect(),
                },
                missing_spellings: Vec::new(),
                unit: None,
            },
        ],
        n_rows: n,
    };
    let dataset = Dataset {
        features: vec![&table.columns[0], &table.columns[1]],
        task: if n_classes == 2 { Task::Binary } else { Task::Multiclass },
        target: Target::Classes {
            codes: points.class.clone(),
            labels: (0..n_classes).map(|class| class.to_string()).collect(),
        },
        rows: (0..n as u32).collect(),
        left_out: Vec::new(),
        groups: None,
        times: None,
        newcomers: None,
    };
    let mut input = spec.prepare(&dataset, &dataset.rows)?;
    let model = match (FitSpec::of(&spec.model), &spec.model) {
        (Some(spec), _) => input.fit_task(spec).fit()?.model,
        (None, ModelSpec::Network(_)) => {
            return Err(problem("Networks learn in the trainer.", "Nothing has changed.", "Press Play."));
        }
        (None, _) => Model::Baseline(Baseline::fit(&input.target)),
    };
    let pipeline = input.assemble("class", model);
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    let place = |i: u32| ((f64::from(i) + 0.5) / f64::from(resolution) * 2.0 - 1.0) as f32;
    for row in 0..resolution {
        for column in 0..resolution {
            xs.push(place(column));
            ys.push(-place(row));
        }
    }
    let n_cells = xs.len();
    // The preparation keeps the order of the dataset's columns.
    let grid = Inputs { cells: vec![Cells::Numbers(xs), Cells::Numbers(ys)], n_rows: n_cells };
    match pipeline.predict(&grid) {
        Predictions::Probabilities { values, n_classes } => {
            Ok((0..n_classes).flat_map(|class| values.iter().skip(class).step_by(n_classes).copied()).collect())
        }
        Predictions::Values(values) => Ok(values),
    }
}

fn number_column(name: &str, values: &[f32]) -> Column {
    Column {
        name: name.to_owned(),
        values: Values::Number(values.iter().map(|value| f64::from(*value)).collect()),
        missing_spellings: Vec::new(),
        unit: None,
    }
}

fn problem(event: &str, kept: &str, cure: &str) -> Problem {
    Problem { place: String::new(), event: event.into(), kept: kept.into(), cure: cure.into() }
}
