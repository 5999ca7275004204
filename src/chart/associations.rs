//! How columns go together, two by two: a triangle of cells.

use super::format;
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Mark, Scene, Stop, text_width};
use crate::profile::{Association, Measure};

/// Columns that are drawn: those that go with another one most.
const MOST_DRAWN: usize = 30;

/// Below it two columns are said to have little to do with each other.
const NOTABLE: f64 = 0.3;

/// `names` are the table's columns, `n_not_compared` columns that were left out before. The table holds all pairs.
pub fn associations(names: &[String], pairs: &[Association], n_not_compared: u32, width: f64) -> Scene {
    let name = |column: u32| names.get(column as usize).map_or("", String::as_str);
    let drawn = drawn(pairs);
    let strongest = pairs
        .iter()
        .filter_map(|pair| Some((pair.measure.strength()?, pair)))
        .max_by(|a, b| a.0.total_cmp(&b.0).then((b.1.first, b.1.second).cmp(&(a.1.first, a.1.second))));
    let title = match strongest {
        None => "No two columns can be compared".to_owned(),
        Some((strength, pair)) if strength >= NOTABLE => format!(
            "{} and {} go together most ({})",
            format::short(name(pair.first), 24),
            format::short(name(pair.second), 24),
            format::fixed(strength, 2)
        ),
        Some(_) => "No two columns have much to do with each other".to_owned(),
    };
    let longest = drawn.iter().map(|column| text_width(&format::short(name(*column), 16))).fold(0.0, f64::max);
    let left = (longest + 12.0).min(width * 0.4);
    let size = ((width - left - 4.0) / drawn.len().max(1) as f64).clamp(6.0, 26.0);
    let top = 4.0;
    let mut scene = Scene::new("associations", title, width, top + size * drawn.len() as f64 + 8.0);
    scene.note = note(drawn.len(), pairs, n_not_compared);
    scene.find = Find::Near;
    for (i, row) in drawn.iter().enumerate() {
        let y = top + i as f64 * size;
        if size >= 9.0 {
            scene.text(left - 8.0, y + size / 2.0 + 4.0, format::short(name(*row), 16), Ink::Ink, Anchor::End);
        }
        for (j, column) in drawn.iter().enumerate().take(i + 1) {
            let x = left + j as f64 * size;
            let side = size - 1.0;
            if i == j {
                let ink = Ink::Hairline;
                scene.marks.push(Mark::Rect { x, y, width: side, height: side, ink, opacity: 0.5 });
                continue;
            }
            let key = (*row.min(column), *row.max(column));
            let Ok(at) = pairs.binary_search_by_key(&key, |pair| (pair.first, pair.second)) else { continue };
            let pair = &pairs[at];
            let opacity = pair.measure.strength().map_or(0.0, |strength| 0.05 + 0.9 * strength);
            scene.marks.push(Mark::Rect { x, y, width: side, height: side, ink: Ink::Model, opacity });
            scene.stops.push(Stop {
                x: x + side / 2.0,
                y: y + side / 2.0,
                title: format!("{} and {}", format::short(name(key.0), 24), format::short(name(key.1), 24)),
                lines: lines(pair),
            });
        }
    }
    scene.table = table(pairs, &name);
    scene
}

/// The columns whose strongest pairs are the strongest, in the table's order.
fn drawn(pairs: &[Association]) -> Vec<u32> {
    let mut best: Vec<(u32, f64)> = Vec::new();
    for pair in pairs {
        let strength = pair.measure.strength().unwrap_or(0.0);
        for column in [pair.first, pair.second] {
            match best.iter_mut().find(|(known, _)| *known == column) {
                Some((_, most)) => *most = most.max(strength),
                None => best.push((column, strength)),
            }
        }
    }
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    best.truncate(MOST_DRAWN);
    let mut drawn: Vec<u32> = best.into_iter().map(|(column, _)| column).collect();
    drawn.sort_unstable();
    drawn
}

fn note(n_drawn: usize, pairs: &[Association], n_not_compared: u32) -> String {
    let mut columns: Vec<u32> = pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
    columns.sort_unstable();
    columns.dedup();
    let rows = pairs.iter().map(|pair| pair.n_rows).max().unwrap_or(0);
    let mut note = format!(
        "The stronger the colour, the more the one says about the other. From {}.",
        format::counted(rows.into(), "row", "rows")
    );
    if n_drawn < columns.len() {
        note += &format!(" The {n_drawn} columns with the strongest pairs are drawn; the table has all.");
    }
    if n_not_compared > 0 {
        let more = format::counted(n_not_compared.into(), "further column was", "further columns were");
        note += &format!(" {more} not compared.");
    }
    note
}

/// The measure of a pair in words, and its value.
pub fn measured(measure: Measure) -> Vec<(&'static str, Option<f64>)> {
    match measure {
        Measure::Correlation { pearson, spearman } => {
            vec![("along a line (Pearson)", pearson), ("by rank (Spearman)", spearman)]
        }
        Measure::CramersV(value) => vec![("between categories (Cramér's V)", value)],
        Measure::CorrelationRatio(value) => vec![("number by category (η)", value)],
    }
}

fn lines(pair: &Association) -> Vec<(String, String)> {
    let text = |value: Option<f64>| value.map_or("undefined".to_owned(), |value| format::fixed(value, 2));
    let mut lines: Vec<(String, String)> =
        measured(pair.measure).into_iter().map(|(what, value)| (what.to_owned(), text(value))).collect();
    lines.push(("rows".to_owned(), format::count(pair.n_rows.into())));
    lines
}

fn table<'a>(pairs: &[Association], name: &impl Fn(u32) -> &'a str) -> ChartTable {
    let mut table = ChartTable::new(&["first column", "second column", "measure", "value", "rows"]);
    for pair in pairs {
        for (what, value) in measured(pair.measure) {
            table.push(vec![
                Cell::Text(name(pair.first).to_owned()),
                Cell::Text(name(pair.second).to_owned()),
                Cell::Text(what.to_owned()),
                value.into(),
                Cell::Number(pair.n_rows.into()),
            ]);
        }
    }
    table
}
