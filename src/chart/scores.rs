//! One axis of scores: each candidate a dot with its interval, the folds as ticks, and guessing as a dashed wall.

use super::format;
use super::scale::{Scale, extent, tick_step};
use super::scene::{Anchor, Cell, ChartTable, Find, Glyph, Ink, Mark, Scene, Stop, text_width};
use crate::metrics::Metric;

/// A candidate's score as the axis shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScoreRow {
    pub name: String,
    pub mean: Option<f64>,
    pub interval: Option<(f64, f64)>,
    pub deviation: Option<f64>,
    /// Finished folds; `None` where one could not be scored.
    pub folds: Vec<Option<f64>>,
    pub selected: bool,
    /// Still training.
    pub live: bool,
    /// Made from data or a design that have changed since.
    pub stale: bool,
    pub baseline: bool,
}

/// The domain that all rows and the wall share.
pub fn domain(rows: &[ScoreRow], wall: Option<f64>, metric: Metric) -> (f64, f64) {
    let values = rows
        .iter()
        .flat_map(|r| {
            let (low, high) = r.interval.map_or((None, None), |(a, b)| (Some(a), Some(b)));
            r.folds.iter().copied().chain([r.mean, low, high]).flatten().collect::<Vec<_>>()
        })
        .chain(wall);
    let (low, high) = extent(values).unwrap_or((0.0, 1.0));
    // Where only one score is there, its surroundings are shown, and no width at which ticks would need ten digits.
    let size = low.abs().max(high.abs()).max(1e-6);
    let least = if high - low < 1e-3 * size { 0.1 * size } else { 0.0 };
    let room = ((high - low) * 0.08).max(least);
    let (mut low, mut high) = (low - room, high + room);
    if metric.is_share() {
        (low, high) = (low.max(0.0), high.min(1.0));
    } else if !metric.higher_is_better() {
        low = low.max(0.0);
    }
    (low, high)
}

/// Better is always to the right, so the axis runs backwards where lower is better.
pub fn scale_of(domain: (f64, f64), metric: Metric, range: (f64, f64)) -> Scale {
    let scale = Scale::linear(domain, range);
    if metric.higher_is_better() { scale } else { Scale { domain: (scale.domain.1, scale.domain.0), ..scale } }
}

/// Letters of a name at most: "Neural network (2) (stopped)" fits.
const NAME: usize = 34;
const ROW: f64 = 34.0;
const TOP: f64 = 34.0;

/// Candidates one below the other on a shared axis.
pub fn axis(title: &str, rows: &[ScoreRow], wall: Option<f64>, metric: Metric, width: f64) -> Scene {
    let narrow = width < 520.0;
    let step = if narrow { ROW * 1.4 } else { ROW };
    let height = TOP + step * rows.len().max(1) as f64 + 44.0;
    let mut scene = Scene::new("scores", title, width, height);
    scene.note = format!(
        "{}: {}. The dot is the mean over folds, the bar its 95 % interval, the small ticks the folds. Left of the \
         dashed line is no better than guessing.",
        sentence_case(metric.name()),
        metric.plain()
    );
    scene.find = Find::Down;
    let names = rows.iter().map(|r| text_width(&format::short(&r.name, NAME))).fold(0.0, f64::max);
    let left = if narrow { 8.0 } else { (names + 20.0).clamp(96.0, width * 0.36) };
    let right = width - if narrow { 16.0 } else { 76.0 };
    let bottom = height - 44.0;
    let scale = scale_of(domain(rows, wall, metric), metric, (left, right));
    draw_axis(&mut scene, &scale, metric, (left, right, bottom));
    if let Some(wall) = wall {
        draw_wall(&mut scene, scale.map(wall), (left, right, bottom));
    }
    scene.table = ChartTable::new(&["candidate", "mean", "interval low", "interval high", "SD over folds", "folds"]);
    for (i, row) in rows.iter().enumerate() {
        let y = TOP + step * (i as f64 + 0.5) + if narrow { 9.0 } else { 0.0 };
        let (name_x, name_y) = if narrow { (left, y - 13.0) } else { (0.0, y + 4.0) };
        let name = format::short(&row.name, NAME);
        let ink = if row.stale { Ink::Soft } else { Ink::Ink };
        let (x, y_name, bold) = (name_x, name_y, row.selected);
        if narrow {
            // The name stands over the hatching and the lines.
            let width = text_width(&name) + 8.0;
            scene.marks.push(Mark::Rect {
                x: x - 4.0,
                y: y_name - 12.0,
                width,
                height: 16.0,
                ink: Ink::Paper,
                opacity: 1.0,
            });
        }
        scene.marks.push(Mark::Text {
            x,
            y: y_name,
            text: name,
            ink,
            anchor: Anchor::Start,
            size: 12.0,
            bold,
            halo: narrow,
        });
        draw_row(&mut scene, row, &scale, y);
        if let Some(mean) = row.mean
            && !narrow
        {
            scene.text(width, y + 4.0, format::estimate(mean, row.interval), Ink::Ink, Anchor::End);
        }
        scene.stops.push(stop(row, scale.map_clamped(row.mean.or(wall).unwrap_or(scale.domain.0)), y, wall, metric));
        scene.table.push(table_row(row));
    }
    scene
}

/// One row of the axis without names or ticks, for a table's cell.
pub fn inline(row: &ScoreRow, domain: (f64, f64), wall: Option<f64>, metric: Metric, width: f64) -> Scene {
    let mut scene = Scene::new("score", row.name.clone(), width, 24.0);
    let scale = scale_of(domain, metric, (6.0, width - 6.0));
    if let Some(wall) = wall {
        let x = scale.map_clamped(wall);
        scene.line(vec![(x, 0.0), (x, 24.0)], Ink::Baseline, 1.5, true);
    }
    draw_row(&mut scene, row, &scale, 12.0);
    scene
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn draw_axis(scene: &mut Scene, scale: &Scale, metric: Metric, (left, right, bottom): (f64, f64, f64)) {
    let count = ((right - left) / 90.0).clamp(2.0, 10.0).floor();
    let step = tick_step(scale.domain.0, scale.domain.1, count);
    for tick in scale.ticks(count) {
        let x = scale.map(tick);
        scene.line(vec![(x, TOP - 4.0), (x, bottom)], Ink::Hairline, 1.0, false);
        scene.text(x, bottom + 16.0, format::tick(tick, step), Ink::Soft, Anchor::Middle);
    }
    scene.line(vec![(left, bottom), (right, bottom)], Ink::Soft, 1.0, false);
    scene.text(right, bottom + 34.0, format!("{}, better →", sentence_case(metric.name())), Ink::Soft, Anchor::End);
}

fn draw_wall(scene: &mut Scene, x: f64, (left, right, bottom): (f64, f64, f64)) {
    if x > left {
        let width = (x - left).min(right - left);
        scene.marks.push(Mark::Hatch { x: left, y: TOP - 4.0, width, height: bottom - TOP + 4.0, ink: Ink::Baseline });
    }
    scene.line(vec![(x, TOP - 14.0), (x, bottom)], Ink::Baseline, 2.0, true);
    let anchor = if x > (left + right) / 2.0 { Anchor::End } else { Anchor::Start };
    scene.text(x, 14.0, "guessing (baseline)", Ink::Soft, anchor);
}

fn draw_row(scene: &mut Scene, row: &ScoreRow, scale: &Scale, y: f64) {
    let ink = if row.baseline {
        Ink::Baseline
    } else if row.stale {
        Ink::Soft
    } else {
        Ink::Model
    };
    for fold in row.folds.iter().flatten() {
        let x = scale.map(*fold);
        scene.line(vec![(x, y - 5.0), (x, y + 5.0)], ink, 1.0, false);
    }
    if let Some((low, high)) = row.interval {
        let (a, b) = (scale.map_clamped(low), scale.map_clamped(high));
        let (a, b) = (a.min(b), a.max(b));
        scene.marks.push(Mark::Rect { x: a, y: y - 3.0, width: b - a, height: 6.0, ink, opacity: 0.35 });
        if row.stale {
            scene.marks.push(Mark::Hatch { x: a, y: y - 6.0, width: b - a, height: 12.0, ink });
        }
    }
    if let Some(mean) = row.mean {
        let radius = if row.selected { 6.5 } else { 5.0 };
        let filled = !row.stale && !row.live && !row.baseline;
        scene.marks.push(Mark::Dot { x: scale.map(mean), y, radius, ink, glyph: Glyph::Circle, filled });
    }
}

fn stop(row: &ScoreRow, x: f64, y: f64, wall: Option<f64>, metric: Metric) -> Stop {
    let mut lines = Vec::new();
    if let Some(mean) = row.mean {
        lines.push((metric.name().to_owned(), format::estimate(mean, row.interval)));
    }
    if let Some(range) = row.interval {
        lines.push(("95 % interval".to_owned(), format::interval(range)));
    }
    if let Some(deviation) = row.deviation {
        lines.push(("spread over folds (SD)".to_owned(), format::significant(deviation, 2)));
    }
    if let Some(wall) = wall {
        lines.push(("guessing".to_owned(), format::significant(wall, 3)));
    }
    let scored = row.folds.iter().flatten().count();
    lines.push(("folds scored".to_owned(), format!("{scored} of {}", row.folds.len())));
    Stop { x, y, title: row.name.clone(), lines }
}

fn table_row(row: &ScoreRow) -> Vec<Cell> {
    let folds: Vec<String> = row.folds.iter().map(|f| f.map_or("–".to_owned(), |v| v.to_string())).collect();
    vec![
        Cell::Text(row.name.clone()),
        row.mean.into(),
        row.interval.map(|i| i.0).into(),
        row.interval.map(|i| i.1).into(),
        row.deviation.into(),
        Cell::Text(folds.join(" ")),
    ]
}
