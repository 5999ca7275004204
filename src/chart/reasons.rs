//! Why a model predicts as it does: what columns are worth, and what they add to predictions.

use super::format;
use super::scale::{Scale, extent, tick_step};
use super::scene::{Anchor, Cell, ChartTable, Find, Glyph, Ink, Mark, Scene, Stop, text_width};
use crate::explain::{Importance, Many, Worth};
use crate::metrics::Metric;

/// Rows of a chart at most; its table has all.
const MOST_ROWS: usize = 20;
const NAME: usize = 36;
const ROW: f64 = 28.0;
const TOP: f64 = 26.0;
const FOOT: f64 = 44.0;

/// Where rows of names and marks lie.
struct Rows {
    left: f64,
    right: f64,
    narrow: bool,
    step: f64,
}

impl Rows {
    fn new(names: &[String], width: f64) -> Self {
        let narrow = width < 480.0;
        let widest = names.iter().map(|name| text_width(&format::short(name, NAME))).fold(0.0, f64::max);
        let left = if narrow { 4.0 } else { (widest + 16.0).clamp(70.0, width * 0.4) };
        Self {
            left,
            right: width - if narrow { 8.0 } else { 62.0 },
            narrow,
            step: if narrow { ROW * 1.5 } else { ROW },
        }
    }

    fn height(&self, n: usize) -> f64 {
        TOP + self.step * n.max(1) as f64 + FOOT
    }

    fn y(&self, row: usize) -> f64 {
        TOP + self.step * (row as f64 + 0.5) + if self.narrow { 8.0 } else { 0.0 }
    }

    fn name(&self, scene: &mut Scene, row: usize, name: &str, bold: bool) {
        let (x, y, anchor) = if self.narrow {
            (self.left, self.y(row) - 12.0, Anchor::Start)
        } else {
            (self.left - 12.0, self.y(row) + 4.0, Anchor::End)
        };
        let text = format::short(name, NAME);
        scene.marks.push(Mark::Text { x, y, text, ink: Ink::Ink, anchor, size: 12.0, bold, halo: self.narrow });
    }

    /// Hairlines with round numbers under them, and the name of the axis.
    fn axis(&self, scene: &mut Scene, scale: &Scale, name: &str) {
        let bottom = scene.height - FOOT;
        let count = ((self.right - self.left) / 90.0).clamp(2.0, 8.0).floor();
        let step = tick_step(scale.domain.0, scale.domain.1, count);
        for tick in scale.ticks(count) {
            let x = scale.map(tick);
            scene.line(vec![(x, TOP - 6.0), (x, bottom)], Ink::Hairline, 1.0, false);
            scene.text(x, bottom + 16.0, format::tick(tick, step), Ink::Soft, Anchor::Middle);
        }
        scene.text(self.right, bottom + 34.0, format!("{name} →"), Ink::Soft, Anchor::End);
    }
}

/// A dot and an interval for each column, and below them for columns that were dealt together, in the first metric. `chosen`
/// is the column that is looked at.
pub fn importance(title: &str, importance: &Importance, chosen: Option<&str>, width: f64) -> Scene {
    let metric = importance.whole.first().map_or(Metric::Accuracy, |(metric, _)| *metric);
    let shown: Vec<(&Worth, bool)> = importance
        .columns
        .iter()
        .take(MOST_ROWS)
        .map(|worth| (worth, false))
        .chain(importance.groups.iter().map(|worth| (worth, true)))
        .collect();
    let names: Vec<String> = shown.iter().map(|(worth, _)| worth.names.join(" + ")).collect();
    let rows = Rows::new(&names, width);
    let mut scene = Scene::new("importance", title.trim_end_matches('.'), width, rows.height(shown.len()));
    scene.find = Find::Down;
    scene.note = note(importance, shown.iter().any(|(_, group)| *group));
    let ends = shown.iter().filter_map(|(worth, _)| worth.drops.first()).flat_map(|drop| {
        let (low, high) = drop.interval.map_or((None, None), |(a, b)| (Some(a), Some(b)));
        [drop.mean, low, high].into_iter().flatten()
    });
    let (low, high) = extent(ends.chain([0.0])).unwrap_or((0.0, 1.0));
    let room = ((high - low) * 0.04).max(1e-9);
    let scale = Scale::linear((low - room, high + room), (rows.left, rows.right));
    let verb = if metric.higher_is_better() { "falls" } else { "rises" };
    rows.axis(&mut scene, &scale, &format!("By how much {} {verb} without it", metric.name()));
    let zero = scale.map(0.0);
    scene.line(vec![(zero, TOP - 10.0), (zero, scene.height - FOOT)], Ink::Baseline, 1.5, true);
    for (row, ((worth, group), name)) in shown.iter().zip(&names).enumerate() {
        let is_chosen = !group && Some(name.as_str()) == chosen;
        rows.name(&mut scene, row, name, is_chosen);
        let Some(drop) = worth.drops.first() else { continue };
        let y = rows.y(row);
        if let Some((low, high)) = drop.interval {
            let (a, b) = (scale.map_clamped(low), scale.map_clamped(high));
            let ink = Ink::Model;
            scene.marks.push(Mark::Rect { x: a, y: y - 3.0, width: (b - a).max(1.0), height: 6.0, ink, opacity: 0.35 });
        }
        let mut lines = Vec::new();
        if let Some(mean) = drop.mean {
            let glyph = if *group { Glyph::Diamond } else { Glyph::Circle };
            let radius = if is_chosen { 6.5 } else { 5.0 };
            scene.marks.push(Mark::Dot { x: scale.map(mean), y, radius, ink: Ink::Model, glyph, filled: !group });
            if !rows.narrow {
                scene.text(width, y + 4.0, format::estimate(mean, drop.interval), Ink::Ink, Anchor::End);
            }
            lines.push((format!("{} {verb} by", metric.name()), format::estimate(mean, drop.interval)));
        }
        if let Some(range) = drop.interval {
            lines.push(("95 % interval".to_owned(), format::interval(range)));
        }
        let x = drop.mean.map_or(zero, |mean| scale.map(mean));
        scene.stops.push(Stop { x, y, title: name.clone(), lines });
    }
    scene.table = importance_table(importance);
    scene
}

fn note(importance: &Importance, groups: bool) -> String {
    let mut note =
        "The dot is the mean, the bar its 95 % interval; right of the dashed line the column is missed.".to_owned();
    if groups {
        note += " A diamond stands for columns that go together, dealt anew together: alone each of them is stood in for by \
                 the others.";
    }
    let more = importance.columns.len().saturating_sub(MOST_ROWS);
    if more > 0 {
        note += &format!(" {} in the table.", format::counted(more as u64, "more column is", "more columns are"));
    }
    note
}

/// All columns and groups with every metric.
pub fn importance_table(importance: &Importance) -> ChartTable {
    let mut columns = vec!["column".to_owned()];
    for (metric, _) in &importance.whole {
        let name = metric.name();
        columns.extend([
            format!("{name}: worse by"),
            format!("{name}: interval low"),
            format!("{name}: interval high"),
        ]);
    }
    let mut table = ChartTable { columns, rows: Vec::new() };
    for worth in importance.columns.iter().chain(&importance.groups) {
        let mut row = vec![Cell::Text(worth.names.join(" + "))];
        for drop in &worth.drops {
            row.extend([drop.mean.into(), drop.interval.map(|i| i.0).into(), drop.interval.map(|i| i.1).into()]);
        }
        table.push(row);
    }
    table
}

/// A column's part of a prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// "bill_length_mm = 39.1".
    pub name: String,
    pub value: f64,
    /// Standard error; 0 where the value is exact.
    pub error: f64,
}

/// Steps of a waterfall that are drawn each for itself.
const MOST_STEPS: usize = 10;

/// From the base to the prediction, a step a column, the largest first; small ones are one step. `unit` stands after
/// numbers; `ends` say what base and prediction are.
pub fn waterfall(title: &str, base: f64, steps: &[Step], unit: &str, ends: [String; 2], width: f64) -> Scene {
    let (shown, total) = (largest(steps), base + steps.iter().map(|step| step.value).sum::<f64>());
    let [first, last] = ends;
    let names: Vec<String> =
        [first.clone()].into_iter().chain(shown.iter().map(|step| step.name.clone())).chain([last.clone()]).collect();
    let rows = Rows::new(&names, width);
    let mut scene = Scene::new("contributions", title, width, rows.height(names.len()));
    scene.find = Find::Down;
    scene.note =
        "Blue bars raise the prediction, hatched grey ones lower it. Each starts where the one above ends.".to_owned();
    let mut at = base;
    let places = shown.iter().map(|step| {
        at += step.value;
        at
    });
    let (low, high) = extent(places.chain([base, total])).unwrap_or((0.0, 1.0));
    let room = ((high - low) * 0.06).max(1e-9);
    let scale = Scale::linear((low - room, high + room), (rows.left, rows.right));
    let comma = if unit.is_empty() { "" } else { "," };
    rows.axis(&mut scene, &scale, &format!("Prediction{comma}{unit}"));
    // As many digits as tell the parts of the whole way apart.
    let decimals = format::decimals_for(high - low, 3).min(6);
    let fall = Fall { rows: &rows, scale: &scale, unit, decimals };
    fall.end(&mut scene, 0, &first, base);
    let mut at = base;
    for (i, step) in shown.iter().enumerate() {
        fall.step(&mut scene, i + 1, step, at);
        at += step.value;
    }
    let (x, row) = (scale.map(total), names.len() - 1);
    scene.line(vec![(x, rows.y(row - 1)), (x, rows.y(row))], Ink::Soft, 1.0, false);
    fall.end(&mut scene, row, &last, total);
    scene.table = ChartTable::new(&["column", "adds", "standard error"]);
    scene.table.push(vec![Cell::Text(first), Cell::Number(base), Cell::Empty]);
    for step in by_size(steps) {
        let error = if step.error > 0.0 { Cell::Number(step.error) } else { Cell::Empty };
        scene.table.push(vec![Cell::Text(step.name.clone()), Cell::Number(step.value), error]);
    }
    scene.table.push(vec![Cell::Text(last), Cell::Number(total), Cell::Empty]);
    scene
}

fn by_size(steps: &[Step]) -> Vec<&Step> {
    let mut order: Vec<&Step> = steps.iter().collect();
    order.sort_by(|a, b| b.value.abs().total_cmp(&a.value.abs()));
    order
}

/// The largest steps, and one for all others.
fn largest(steps: &[Step]) -> Vec<Step> {
    let order = by_size(steps);
    let (large, rest) = order.split_at(order.len().min(MOST_STEPS));
    let mut shown: Vec<Step> = large.iter().map(|step| (*step).clone()).collect();
    if !rest.is_empty() {
        let name = format::counted(rest.len() as u64, "other column", "other columns");
        let error = rest.iter().map(|s| s.error * s.error).sum::<f64>().sqrt();
        shown.push(Step { name, value: rest.iter().map(|s| s.value).sum(), error });
    }
    shown
}

struct Fall<'a> {
    rows: &'a Rows,
    scale: &'a Scale,
    unit: &'a str,
    decimals: usize,
}

impl Fall<'_> {
    fn end(&self, scene: &mut Scene, row: usize, name: &str, value: f64) {
        let (x, y) = (self.scale.map(value), self.rows.y(row));
        scene.marks.push(Mark::Dot { x, y, radius: 5.0, ink: Ink::Ink, glyph: Glyph::Circle, filled: true });
        let text = format::fixed(value, self.decimals);
        let lines = vec![("prediction".to_owned(), format!("{text}{}", self.unit))];
        scene.stops.push(Stop { x, y, title: name.to_owned(), lines });
        if !self.rows.narrow {
            scene.text(scene.width, y + 4.0, text, Ink::Ink, Anchor::End);
        }
        self.rows.name(scene, row, name, true);
    }

    fn step(&self, scene: &mut Scene, row: usize, step: &Step, at: f64) {
        let (from, to, y) = (self.scale.map(at), self.scale.map(at + step.value), self.rows.y(row));
        scene.line(vec![(from, self.rows.y(row - 1)), (from, y)], Ink::Soft, 1.0, false);
        let (x, y_bar, width, height) = (from.min(to), y - 7.0, (to - from).abs().max(1.0), 14.0);
        if step.value >= 0.0 {
            scene.marks.push(Mark::Rect { x, y: y_bar, width, height, ink: Ink::Model, opacity: 0.85 });
        } else {
            scene.marks.push(Mark::Rect { x, y: y_bar, width, height, ink: Ink::Baseline, opacity: 0.3 });
            scene.marks.push(Mark::Hatch { x, y: y_bar, width, height, ink: Ink::Baseline });
        }
        self.rows.name(scene, row, &step.name, false);
        if !self.rows.narrow {
            let text = format::fixed(step.value, self.decimals);
            let sign = if step.value > 0.0 { "+" } else { "" };
            scene.text(scene.width, y + 4.0, format!("{sign}{text}"), Ink::Ink, Anchor::End);
        }
        let mut lines = vec![("adds".to_owned(), format!("{}{}", signed(step.value), self.unit))];
        if step.error > 0.0 {
            lines.push(("standard error".to_owned(), format::significant(step.error, 2)));
        }
        scene.stops.push(Stop { x: to, y, title: step.name.clone(), lines });
    }
}

/// "+2.3", "−0.4".
pub fn signed(value: f64) -> String {
    let text = format::significant(value, 2);
    if value > 0.0 { format!("+{text}") } else { text }
}

/// What every column adds in many rows: a point a row, the column with the widest spread first. A point is darker the
/// larger the column's value is; categories and missing cells are rings.
pub fn beeswarm(title: &str, many: &Many, unit: &str, width: f64) -> Scene {
    let n = many.names.len();
    let spread = |column: usize| -> f64 {
        let values = many.values.iter().skip(column).step_by(n.max(1));
        values.map(|v| f64::from(v.abs())).sum::<f64>() / f64::from(many.n_rows.max(1))
    };
    let mut order: Vec<(usize, f64)> = (0..n).map(|column| (column, spread(column))).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let shown: Vec<(usize, f64)> = order.iter().take(12).copied().collect();
    let names: Vec<String> = shown.iter().map(|(column, _)| many.names[*column].clone()).collect();
    let rows = Rows::new(&names, width);
    let mut scene = Scene::new("contributions-of-many", title, width, rows.height(shown.len()));
    scene.find = Find::Down;
    scene.note = format!(
        "Each point is one of {} rows: how much the column raised or lowered its prediction. Full blue is a large value of the column, pale a small one; grey has no order.",
        format::count(many.n_rows.into())
    );
    let (low, high) = extent(many.values.iter().map(|v| f64::from(*v)).chain([0.0])).unwrap_or((-1.0, 1.0));
    let room = ((high - low) * 0.03).max(1e-9);
    let scale = Scale::linear((low - room, high + room), (rows.left, rows.right));
    rows.axis(&mut scene, &scale, &format!("Adds{unit}"));
    let zero = scale.map(0.0);
    scene.line(vec![(zero, TOP - 6.0), (zero, scene.height - FOOT)], Ink::Baseline, 1.5, true);
    for (row, (column, mean)) in shown.iter().enumerate() {
        rows.name(&mut scene, row, &names[row], false);
        swarm(&mut scene, many, *column, rows.y(row), &scale);
        if !rows.narrow {
            scene.text(width, rows.y(row) + 4.0, format::significant(*mean, 2), Ink::Soft, Anchor::End);
        }
        let lines = vec![("adds or takes on average".to_owned(), format!("{}{unit}", format::significant(*mean, 2)))];
        scene.stops.push(Stop { x: zero, y: rows.y(row), title: names[row].clone(), lines });
    }
    scene.table = ChartTable::new(&["column", "mean of what it adds or takes"]);
    for (column, mean) in order {
        scene.table.push(vec![Cell::Text(many.names[column].clone()), Cell::Number(mean)]);
    }
    scene
}

/// One column's points: those that would lie on each other move up and down in turn. Four clouds by size of the cell.
fn swarm(scene: &mut Scene, many: &Many, column: usize, y: f64, scale: &Scale) {
    let n = many.names.len();
    let at = |row: usize| (many.values[row * n + column], many.cells[row * n + column]);
    let ordered = many.levels.get(column).is_none_or(Vec::is_empty);
    let mut known: Vec<f64> = (0..many.n_rows as usize).map(|row| at(row).1).filter(|v| !v.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let mut clouds: [Vec<(f32, f32)>; 4] = Default::default();
    // How many points lie in each slot of 3 px so far.
    let mut taken = vec![0u32; (scene.width / 3.0) as usize + 2];
    for row in 0..many.n_rows as usize {
        let (value, cell) = at(row);
        let x = scale.map(f64::from(value));
        let slot = ((x / 3.0).max(0.0) as usize).min(taken.len() - 1);
        let i = taken[slot];
        taken[slot] += 1;
        let away = f64::from(i.div_ceil(2)).min(5.0) * 2.0;
        let side = if i.is_multiple_of(2) { away } else { -away };
        let cloud = match cell {
            _ if !ordered => 3,
            c if c.is_nan() => 3,
            // Thirds by rank.
            c => (known.partition_point(|v| *v < c) * 3 / known.len().max(1)).min(2),
        };
        clouds[cloud].push((x as f32, (y + side) as f32));
    }
    for (points, (ink, opacity)) in
        clouds.into_iter().zip([(Ink::Model, 0.25), (Ink::Model, 0.55), (Ink::Model, 1.0), (Ink::Soft, 0.55)])
    {
        if !points.is_empty() {
            scene.marks.push(Mark::Cloud { points, ink, radius: 1.9, opacity });
        }
    }
}
