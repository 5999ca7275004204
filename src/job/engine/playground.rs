//! The playground's points from the table.

use super::{Problem, problem};
use crate::dataset::{Dataset, DatasetSpec, Target};
use crate::job::PlaygroundData;
use crate::random::Random;
use crate::table::{Column, Table, Values};

/// Points keep this far from the edge of the square.
const MARGIN: f64 = 0.92;
/// More classes cannot be told apart by colour.
const MOST_CLASSES: usize = 8;

type Points = (PlaygroundData, [(f64, f64); 2], Vec<String>);

/// A seeded sample of two number columns and the target as classes, scaled into the square.
pub fn points(table: &Table, names: &[String; 2], target: &str, limit: u32, seed: u64) -> Result<Points, Problem> {
    let x = numbers(table, &names[0])?;
    let y = numbers(table, &names[1])?;
    let spec = DatasetSpec { target: target.to_owned(), ..DatasetSpec::default() };
    let dataset = Dataset::new(table, &spec).map_err(|problems| {
        problems.into_iter().next().unwrap_or_else(|| {
            problem("There is no target to colour the points with.", "Nothing has changed.", "Choose a target.")
        })
    })?;
    let (codes, labels) = classes(&dataset.target, target)?;
    let mut picked: Vec<usize> = (0..dataset.rows.len())
        .filter(|&i| {
            let row = dataset.rows[i] as usize;
            x[row].is_finite() && y[row].is_finite() && (codes[i] as usize) < labels.len()
        })
        .collect();
    if picked.is_empty() {
        return Err(problem(
            format!("No row has a value in {}, {} and {target}.", names[0], names[1]),
            "Nothing has changed.",
            "Choose two other columns.",
        ));
    }
    Random::new(seed, 3).shuffle(&mut picked);
    picked.truncate(limit as usize);
    let rows: Vec<usize> = picked.iter().map(|&i| dataset.rows[i] as usize).collect();
    let (xs, x_range) = scaled(&rows.iter().map(|&row| x[row]).collect::<Vec<_>>());
    let (ys, y_range) = scaled(&rows.iter().map(|&row| y[row]).collect::<Vec<_>>());
    let data = PlaygroundData {
        x: xs,
        y: ys,
        class: picked.iter().map(|&i| codes[i]).collect(),
        n_classes: labels.len() as u32,
    };
    Ok((data, [x_range, y_range], labels))
}

fn numbers<'a>(table: &'a Table, name: &str) -> Result<&'a [f64], Problem> {
    match table.column(name).map(|column: &Column| &column.values) {
        Some(Values::Number(values)) => Ok(values),
        Some(_) => Err(problem(
            format!("{name} is not a number column."),
            "Nothing has changed.",
            "Choose another column, or read it as numbers.",
        )),
        None => Err(problem(format!("There is no column {name}."), "Nothing has changed.", "Choose another column.")),
    }
}

/// Codes and labels; a number target is cut at its median. Codes beyond the labels are left out.
fn classes(target: &Target, name: &str) -> Result<(Vec<u32>, Vec<String>), Problem> {
    match target {
        Target::Classes { codes, labels } => {
            if labels.len() > MOST_CLASSES {
                return Err(problem(
                    format!("{name} has {} classes; {MOST_CLASSES} can be told apart here.", labels.len()),
                    "Nothing has changed.",
                    "Choose another target for the playground.",
                ));
            }
            Ok((codes.clone(), labels.clone()))
        }
        Target::Values(values) => {
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let median = sorted[sorted.len() / 2];
            let codes = values.iter().map(|value| u32::from(*value >= median)).collect();
            Ok((codes, vec![format!("below {median}"), format!("{median} and above")]))
        }
    }
}

/// Values moved into the square, and the values at −1 and 1.
fn scaled(values: &[f64]) -> (Vec<f32>, (f64, f64)) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let center = low + (high - low) / 2.0;
    let half = ((high - low) / 2.0 / MARGIN).max(f64::MIN_POSITIVE);
    let half = if half.is_finite() && half > f64::MIN_POSITIVE { half } else { 1.0 };
    let scaled = values.iter().map(|value| (((value - center) / half) as f32).clamp(-1.0, 1.0)).collect();
    (scaled, (center - half, center + half))
}
