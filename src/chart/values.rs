//! Charts of number predictions: predicted against actual, and the residuals.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent, nice};
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Mark, Scene, Stop};
use crate::validate::ValueViews;

/// Predicted against actual on one square of equal scales; `offset` is the mean absolute error where known.
pub fn scatter(views: &ValueViews, target: &str, offset: Option<f64>, (width, height): (f64, f64)) -> Scene {
    let name = format::short(target, 24);
    let title = match offset {
        Some(error) => format!("Predictions of {name} are off by {} on average", format::significant(error, 3)),
        None => format!("Predicted against actual {name}"),
    };
    let mut scene = Scene::new("predicted-against-actual", title, width, height);
    scene.note =
        "Each dot is a row: across what it is, up what the model says. On the dashed line both agree. A cloud that \
                  is flatter than the line means that large values are predicted too low and small ones too high."
            .to_owned();
    let all = views.actual.iter().chain(&views.predicted).map(|v| f64::from(*v));
    let (low, high) = extent(all).unwrap_or((0.0, 1.0));
    let (low, high) = nice(low, high, 6.0);
    let axes = Axes { x_name: "Actual", y_name: "Predicted", x_ticks: Ticks::Number, y_ticks: Ticks::Number };
    let plot = Plot::new(&scene, (low, high), Scale::linear((low, high), (0.0, 1.0)), &axes, 16.0);
    plot.draw(&mut scene, &axes);
    scene.table = ChartTable::new(&["row", "actual", "predicted", "residual"]);
    let mut points = Vec::with_capacity(views.actual.len());
    for (i, (actual, predicted)) in views.actual.iter().zip(&views.predicted).enumerate() {
        let (actual, predicted) = (f64::from(*actual), f64::from(*predicted));
        let (x, y) = plot.at(actual, predicted);
        points.push((x as f32, y as f32));
        // The page counts rows from 1, as the grid does.
        let row = views.rows.get(i).map(|r| u64::from(*r) + 1);
        scene.stops.push(Stop {
            x,
            y,
            title: row.map_or_else(|| "A row".to_owned(), |r| format!("Row {}", format::count(r))),
            lines: vec![
                ("actual".to_owned(), format::significant(actual, 4)),
                ("predicted".to_owned(), format::significant(predicted, 4)),
                ("off by".to_owned(), format::significant(predicted - actual, 3)),
            ],
        });
        scene.table.push(vec![
            row.map_or(Cell::Empty, |r| Cell::Number(r as f64)),
            Cell::Number(actual),
            Cell::Number(predicted),
            Cell::Number(actual - predicted),
        ]);
    }
    let opacity = (60.0 / (points.len().max(1) as f64)).sqrt().clamp(0.18, 0.7);
    scene.marks.push(Mark::Cloud { points, ink: Ink::Model, radius: 3.0, opacity });
    plot.reference(&mut scene, (low, low), (high, high));
    let (x, y) = plot.at(high, high);
    scene.label(x - 8.0, y + 18.0, "as predicted", Ink::Soft, Anchor::End);
    scene
}

/// Histogram of residuals, actual − predicted, around zero.
pub fn residuals(views: &ValueViews, target: &str, (width, height): (f64, f64)) -> Scene {
    let counts = &views.residual_counts;
    let edges = &views.residual_edges;
    let total: u64 = counts.iter().map(|c| u64::from(*c)).sum();
    let name = format::short(target, 24);
    let title = match middle_half(edges, counts) {
        Some((low, high)) => {
            format!(
                "Half of the rows lie between {} and {} off",
                format::significant(low, 2),
                format::significant(high, 2)
            )
        }
        None => format!("Residuals of {name}"),
    };
    let mut scene = Scene::new("residuals", title, width, height);
    scene.note = format!(
        "How far {name} is from its prediction, over {}. Centred on zero is fair; a long tail on one side means that the \
         model misses in one direction.",
        format::counted(total, "row", "rows")
    );
    let (Some(low), Some(high)) = (edges.first(), edges.last()) else { return scene };
    let most = f64::from(counts.iter().copied().max().unwrap_or(1).max(1));
    let axes =
        Axes {
            x_name: "Residual (actual − predicted)", y_name: "Rows", x_ticks: Ticks::Number, y_ticks: Ticks::Whole
        };
    let plot = Plot::new(&scene, (*low, *high), Scale::linear((0.0, most), (0.0, 1.0)).nice(5.0), &axes, 16.0);
    plot.draw(&mut scene, &axes);
    scene.table = ChartTable::new(&["from", "to", "rows"]);
    scene.find = Find::Across;
    for (i, count) in counts.iter().enumerate() {
        let (Some(from), Some(to)) = (edges.get(i), edges.get(i + 1)) else { break };
        let (a, b) = (plot.x.map(*from), plot.x.map(*to));
        let y = plot.y.map(f64::from(*count));
        scene.marks.push(Mark::Rect {
            x: a + 0.5,
            y,
            width: (b - a - 1.0).max(0.5),
            height: plot.bottom - y,
            ink: Ink::Model,
            opacity: 0.75,
        });
        scene.stops.push(Stop {
            x: (a + b) / 2.0,
            y,
            title: format!("{} to {}", format::significant(*from, 3), format::significant(*to, 3)),
            lines: vec![("rows".to_owned(), format::count(u64::from(*count)))],
        });
        scene.table.push(vec![Cell::Number(*from), Cell::Number(*to), Cell::Number(f64::from(*count))]);
    }
    if *low < 0.0 && *high > 0.0 {
        let (x, _) = plot.at(0.0, 0.0);
        scene.line(vec![(x, plot.top - 12.0), (x, plot.bottom)], Ink::Baseline, 1.5, true);
        scene.label(x + 6.0, plot.top - 6.0, "exact", Ink::Soft, Anchor::Start);
    }
    scene
}

/// The quartiles of a histogram, values spread evenly within a bin.
fn middle_half(edges: &[f64], counts: &[u32]) -> Option<(f64, f64)> {
    let total: f64 = counts.iter().map(|c| f64::from(*c)).sum();
    if total <= 0.0 || edges.len() != counts.len() + 1 {
        return None;
    }
    let at = |share: f64| {
        let mut before = 0.0;
        for (i, count) in counts.iter().enumerate() {
            let here = f64::from(*count);
            if here > 0.0 && before + here >= share * total {
                return edges[i] + (edges[i + 1] - edges[i]) * (share * total - before) / here;
            }
            before += here;
        }
        edges[edges.len() - 1]
    };
    Some((at(0.25), at(0.75)))
}
