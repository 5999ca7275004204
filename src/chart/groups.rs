//! Groups of people beside each other: one measure of each with its interval, and what other thresholds would do to it.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent, tick_step};
use super::scene::{Anchor, Cell, ChartTable, Find, Glyph, Ink, Mark, Scene, Stop, spread, text_width};
use crate::validate::decide::Estimate;
use crate::validate::fairness::Along;

/// Letters of a group's name at most.
const NAME: usize = 30;
const ROW: f64 = 32.0;
const TOP: f64 = 12.0;
/// Groups that a chart over thresholds draws a line of; the table has all.
pub const MOST_LINES: usize = Ink::N_CLASSES;

/// A group as the chart shows it; without an estimate it has too few rows.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRow {
    pub name: String,
    pub n: u32,
    pub estimate: Option<Estimate>,
}

/// How a measure is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scaled<'a> {
    pub name: &'a str,
    pub share: bool,
}

impl Scaled<'_> {
    fn text(self, value: f64, interval: Option<(f64, f64)>) -> String {
        if self.share { format::percent(value) } else { format::estimate(value, interval) }
    }

    fn range(self, (low, high): (f64, f64)) -> String {
        match self.share {
            true => format!("{} to {}", format::percent(low), format::percent(high)),
            false => format::interval((low, high)),
        }
    }
}

/// Groups one below the other on a shared axis: a dot each, and its 95 % interval as a bar.
pub fn by_group(title: &str, rows: &[GroupRow], measure: Scaled, width: f64) -> Scene {
    let narrow = width < 520.0;
    let step = if narrow { ROW * 1.4 } else { ROW };
    let height = TOP + step * rows.len().max(1) as f64 + 44.0;
    let mut scene = Scene::new("groups", title, width, height);
    scene.note =
        "The dot is what was seen on the rows that the folds tested, the bar its 95 % interval. Groups without a dot \
                  have too few rows to tell."
            .to_owned();
    scene.find = Find::Down;
    let names = rows.iter().map(|row| text_width(&format::short(&row.name, NAME))).fold(0.0, f64::max);
    let left = if narrow { 8.0 } else { (names + 20.0).clamp(72.0, width * 0.36) };
    let right = width - if narrow { 16.0 } else { 64.0 };
    let bottom = height - 44.0;
    let all = rows.iter().filter_map(|row| row.estimate).flat_map(|estimate| {
        let (low, high) = estimate.interval.unwrap_or((estimate.value, estimate.value));
        [low, high, estimate.value]
    });
    let (mut low, mut high) = extent(all).unwrap_or((0.0, 1.0));
    let room = ((high - low) * 0.08).max(1e-3 * high.abs().max(1e-3));
    (low, high) = (low - room, high + room);
    if measure.share {
        (low, high) = (low.max(0.0), high.min(1.0));
    }
    let scale = Scale::linear((low, high), (left, right));
    let count = ((right - left) / 90.0).clamp(2.0, 10.0).floor();
    let tick = tick_step(low, high, count);
    let ticks = if measure.share { Ticks::Percent } else { Ticks::Number };
    for value in scale.ticks(count) {
        let x = scale.map(value);
        scene.line(vec![(x, TOP - 4.0), (x, bottom)], Ink::Hairline, 1.0, false);
        scene.text(x, bottom + 16.0, ticks.text(value, tick, false), Ink::Soft, Anchor::Middle);
    }
    scene.line(vec![(left, bottom), (right, bottom)], Ink::Soft, 1.0, false);
    scene.text(right, bottom + 34.0, format!("{} →", measure.name), Ink::Soft, Anchor::End);
    scene.table = ChartTable::new(&["group", "rows", "estimate", "interval low", "interval high"]);
    for (i, row) in rows.iter().enumerate() {
        let y = TOP + step * (i as f64 + 0.5) + if narrow { 9.0 } else { 0.0 };
        let (x, y_name) = if narrow { (left, y - 13.0) } else { (0.0, y + 4.0) };
        scene.label(x, y_name, format::short(&row.name, NAME), Ink::Ink, Anchor::Start);
        let Some(Estimate { value, interval }) = row.estimate else {
            scene.text(left, y + 4.0, "not enough rows to tell", Ink::Soft, Anchor::Start);
            scene.stops.push(stop(row, left, y, measure));
            scene.table.push(table_row(row));
            continue;
        };
        if let Some((low, high)) = interval {
            let (a, b) = (scale.map_clamped(low), scale.map_clamped(high));
            let rect = Mark::Rect { x: a, y: y - 3.0, width: b - a, height: 6.0, ink: Ink::Model, opacity: 0.35 };
            scene.marks.push(rect);
        }
        let at = scale.map(value);
        scene.marks.push(Mark::Dot { x: at, y, radius: 5.0, ink: Ink::Model, glyph: Glyph::Circle, filled: true });
        if !narrow {
            scene.text(width, y + 4.0, measure.text(value, interval), Ink::Ink, Anchor::End);
        }
        scene.stops.push(stop(row, at, y, measure));
        scene.table.push(table_row(row));
    }
    scene
}

fn stop(row: &GroupRow, x: f64, y: f64, measure: Scaled) -> Stop {
    let mut lines = vec![("rows".to_owned(), format::count(row.n.into()))];
    match row.estimate {
        Some(Estimate { value, interval }) => {
            lines.push((measure.name.to_owned(), measure.text(value, interval)));
            lines.extend(interval.map(|range| ("95 % interval".to_owned(), measure.range(range))));
        }
        None => lines.push((measure.name.to_owned(), "not enough rows to tell".to_owned())),
    }
    Stop { x, y, title: row.name.clone(), lines }
}

fn table_row(row: &GroupRow) -> Vec<Cell> {
    let interval = row.estimate.and_then(|estimate| estimate.interval);
    vec![
        Cell::Text(row.name.clone()),
        Cell::Number(row.n.into()),
        row.estimate.map(|estimate| estimate.value).into(),
        interval.map(|range| range.0).into(),
        interval.map(|range| range.1).into(),
    ]
}

/// One rate of each group at every hundredth as a threshold: 0 of those called, 1 of true positives, 2 of false ones. `tried` is
/// a threshold that is looked at beside the one that stands.
pub fn along(
    title: &str,
    names: &[String],
    lines: &[Along],
    (rate, name): (usize, &str),
    (threshold, tried): (f64, Option<f64>),
    (width, height): (f64, f64),
) -> Scene {
    let mut scene = Scene::new("groups-by-threshold", title, width, height);
    scene.note =
        "Right is a higher line: fewer are called. The solid upright line is where it stands, the dashed one where \
                  it is tried. Groups whose lines lie apart there are treated differently by this rate."
            .to_owned();
    let axes = Axes { x_name: "Threshold", y_name: name, x_ticks: Ticks::Percent, y_ticks: Ticks::Percent };
    let labels: Vec<String> = lines
        .iter()
        .map(|line| names.get(line.group as usize).map_or(String::new(), |n| format::short(n, 18)))
        .collect();
    let margin = labels.iter().map(|label| text_width(label)).fold(0.0, f64::max).min(width * 0.3) + 24.0;
    let plot = Plot::new(&scene, (0.0, 1.0), Scale::linear((0.0, 1.0), (0.0, 1.0)), &axes, margin);
    plot.draw(&mut scene, &axes);
    for (at, dashed) in [(Some(threshold), false), (tried, true)] {
        if let Some(at) = at.filter(|at| (0.0..=1.0).contains(at)) {
            let (x, _) = plot.at(at, 0.0);
            scene.line(vec![(x, plot.top), (x, plot.bottom)], Ink::Ink, 1.0, dashed);
        }
    }
    let drawn: Vec<&Along> = lines.iter().take(MOST_LINES).collect();
    // Each name stands beside its line half-way down, where lines lie apart; of equals one below the other.
    let wanted: Vec<f64> = drawn.iter().map(|line| plot.y.map(line.rates(50)[rate].unwrap_or(0.0))).collect();
    let heights = spread(&wanted, 15.0, plot.top + 6.0, plot.bottom - 4.0);
    for (place, line) in drawn.iter().enumerate() {
        let ink = Ink::class(place);
        let points: Vec<(f64, f64)> =
            (1..=99).filter_map(|at| Some(plot.at(at as f64 / 100.0, line.rates(at)[rate]?))).collect();
        scene.line(points, ink, 2.0, false);
        let y = heights[place];
        scene.marks.push(Mark::Dot {
            x: plot.right + 10.0,
            y: y - 4.0,
            radius: 4.0,
            ink,
            glyph: Glyph::of_class(place),
            filled: true,
        });
        // The same shape on the line, so that it is told without the colour.
        for at in [20, 40, 60, 80] {
            if let Some(value) = line.rates(at)[rate] {
                let (x, y) = plot.at(at as f64 / 100.0, value);
                scene.marks.push(Mark::Dot { x, y, radius: 3.5, ink, glyph: Glyph::of_class(place), filled: true });
            }
        }
        scene.text(plot.right + 18.0, y, labels[place].clone(), Ink::Ink, Anchor::Start);
    }
    scene.find = Find::Across;
    let mut columns = vec!["threshold".to_owned()];
    columns.extend(lines.iter().map(|line| names.get(line.group as usize).cloned().unwrap_or_default()));
    scene.table = ChartTable { columns, rows: Vec::new() };
    for at in 1..=99usize {
        let values: Vec<Option<f64>> = lines.iter().map(|line| line.rates(at)[rate]).collect();
        let mut cells = vec![Cell::Number(at as f64 / 100.0)];
        cells.extend(values.iter().map(|value| Cell::from(*value)));
        scene.table.push(cells);
        let first = values.iter().flatten().next().copied().unwrap_or(0.0);
        let (x, y) = plot.at(at as f64 / 100.0, first);
        let told = lines.iter().zip(&values).map(|(line, value)| {
            let name = names.get(line.group as usize).map_or(String::new(), |name| format::short(name, NAME));
            (name, value.map_or("not enough rows".to_owned(), format::percent))
        });
        scene.stops.push(Stop {
            x,
            y,
            title: format!("Threshold {}", format::percent(at as f64 / 100.0)),
            lines: told.collect(),
        });
    }
    scene
}
