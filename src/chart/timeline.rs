//! How good a model was over time, with the band in which validation put it.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent};
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Mark, Scene, Stop};
use crate::monitor::{Point, Timeline};
use crate::table::date_text;

/// Points with their intervals at the middle of their time, over the band of the reference.
pub fn timeline(told: &Timeline, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new("timeline", title(told), width, height);
    scene.note = note(told).to_owned();
    scene.find = Find::Across;
    scene.table = table(told);
    let (known, low, high) = told.reference;
    let ends = told.points.iter().flat_map(|p| [p.interval.0, p.interval.1, p.value]).chain([low, high, known]);
    let (least, most) = extent(ends).unwrap_or((0.0, 1.0));
    let y = Scale::linear((least, most.max(least + 1e-9)), (0.0, 1.0)).nice(5.0);
    let times: Vec<f64> = told.points.iter().map(middle).collect();
    let (first, last) = (times.first().copied().unwrap_or(0.0), times.last().copied().unwrap_or(1.0));
    let x = (first, if last > first { last } else { first + 1.0 });
    let axes = Axes { x_name: "", y_name: &told.what, x_ticks: Ticks::Whole, y_ticks: Ticks::Number };
    let plot = Plot::new(&scene, x, y, &axes, 84.0);
    // Times are written by their days, so the plot's own numbers are left out.
    let mut frame = Scene::new("", String::new(), width, height);
    plot.draw(&mut frame, &axes);
    let below = |mark: &Mark| match mark {
        Mark::Text { y, .. } => *y > plot.bottom + 8.0,
        Mark::Line { points, .. } => {
            points.iter().all(|p| p.1 >= plot.bottom) && points.iter().any(|p| p.1 > plot.bottom)
        }
        _ => false,
    };
    scene.marks.extend(frame.marks.into_iter().filter(|mark| !below(mark)));
    let (top, bottom) = (plot.y.map(high), plot.y.map(low));
    scene.marks.push(Mark::Rect {
        x: plot.left,
        y: top,
        width: plot.right - plot.left,
        height: (bottom - top).max(1.0),
        ink: Ink::Baseline,
        opacity: 0.14,
    });
    plot.reference(&mut scene, (x.0, known), (x.1, known));
    scene.label(plot.right + 8.0, plot.y.map(known) + 4.0, "validation", Ink::Soft, Anchor::Start);
    for point in &told.points {
        let at = middle(point);
        let (low, high) = (plot.at(at, point.interval.0), plot.at(at, point.interval.1));
        scene.line(vec![low, high], Ink::Model, 1.5, false);
    }
    let path = told.points.iter().map(|point| plot.at(middle(point), point.value)).collect();
    scene.line(path, Ink::Model, 1.0, told.estimated);
    for point in &told.points {
        plot.dot(&mut scene, middle(point), point.value, 4.0, Ink::Model, !told.estimated);
        let (x, y) = plot.at(middle(point), point.value);
        scene.stops.push(Stop { x, y, title: days(point), lines: lines(told, point) });
    }
    if let (Some(first), Some(last)) = (told.points.first(), told.points.last()) {
        scene.text(plot.left, plot.bottom + 17.0, date_text(first.from, false), Ink::Soft, Anchor::Start);
        scene.text(plot.right, plot.bottom + 17.0, date_text(last.to, false), Ink::Soft, Anchor::End);
    }
    scene
}

fn middle(point: &Point) -> f64 {
    point.from as f64 / 2.0 + point.to as f64 / 2.0
}

fn days(point: &Point) -> String {
    let (from, to) = (date_text(point.from, false), date_text(point.to, false));
    if from == to { from } else { format!("{from} to {to}") }
}

fn lines(told: &Timeline, point: &Point) -> Vec<(String, String)> {
    let (low, high) = point.interval;
    vec![
        (told.what.clone(), format::significant(point.value, 3)),
        ("95 % interval".to_owned(), format!("{} to {}", format::significant(low, 3), format::significant(high, 3))),
        ("rows".to_owned(), format::count(u64::from(point.n))),
    ]
}

/// Where intervals and band do not meet, the model was another one than validation knew.
fn outside(told: &Timeline) -> usize {
    let (_, low, high) = told.reference;
    told.points.iter().filter(|point| point.interval.1 < low || point.interval.0 > high).count()
}

fn title(told: &Timeline) -> String {
    let what = match told.what.as_str() {
        "mean prediction" => "The mean prediction".to_owned(),
        what => format!("The {what}"),
    };
    match outside(told) {
        0 => format!("{what} stayed within what validation leads to expect"),
        n if n == told.points.len() => format!("{what} was outside what validation leads to expect all the time"),
        n => format!("{what} was outside what validation leads to expect in {n} of {} stretches", told.points.len()),
    }
}

fn note(told: &Timeline) -> &'static str {
    if told.estimated {
        "Rings are estimates without outcomes (CBPE): they follow the inputs, and are blind to a change of what follows from \
         them. The band is the 95 % interval of the reference. Of twenty stretches without any change, about one lies outside."
    } else {
        "Each dot is an equal number of rows with its 95 % interval; the band is that of the reference. Of twenty stretches \
         without any change, about one lies outside."
    }
}

fn table(told: &Timeline) -> ChartTable {
    let mut table = ChartTable::new(&["from", "to", "rows", told.what.as_str(), "95 % from", "95 % to"]);
    for point in &told.points {
        table.push(vec![
            Cell::Text(date_text(point.from, true)),
            Cell::Text(date_text(point.to, true)),
            Cell::Number(f64::from(point.n)),
            Cell::Number(point.value),
            Cell::Number(point.interval.0),
            Cell::Number(point.interval.1),
        ]);
    }
    table
}
