//! How the prediction follows a column, or two: lines with what is known about each place under them.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent};
use super::scene::{Anchor, Cell, ChartTable, Find, Glyph, Ink, Mark, Scene, Stop, text_width};
use crate::explain::{Many, Places, Shape, Surface};
use crate::table::date_text;

/// The height of the histogram under the lines.
const SUPPORT: f64 = 26.0;

/// A place as people read it.
pub fn place_text(places: &Places, at: usize) -> String {
    match places {
        Places::Numbers(values) => values.get(at).map_or(String::new(), |v| {
            let text = format::significant(*v, 4);
            if v.abs() < 10_000.0 { text.replace(',', "") } else { text }
        }),
        Places::Dates(values) => values.get(at).map_or(String::new(), |v| date_text(*v as i64, false)),
        Places::Levels(levels) => levels.get(at).cloned().unwrap_or_default(),
    }
}

fn value_text(shape_class: Option<&String>, value: f64) -> String {
    if shape_class.is_some() { format::percent(value) } else { format::significant(value, 3) }
}

/// What is predicted, for an axis: "probability of Adelie", or the target.
fn what(class: Option<&String>, target: &str) -> String {
    class.map_or_else(|| format::short(target, 24), |class| format!("probability of {}", format::short(class, 20)))
}

/// «From 34 to 59 bill_length_mm, the probability of Adelie falls from 93 % to 4 %.» Over the places that rows have.
pub fn sentence(shape: &Shape, target: &str) -> String {
    let class = shape.class.as_ref();
    let what = what(class, target);
    let column = format::short(&shape.column, 32);
    let text = |at: usize| value_text(class, shape.average[at]);
    let known: Vec<usize> =
        (0..shape.places.len()).filter(|at| shape.support.get(*at).is_some_and(|n| *n > 0)).collect();
    let (Some(&first), Some(&last)) = (known.first(), known.last()) else {
        return format!("{column} is missing in every row, so it has no shape");
    };
    let by = |a: &&usize, b: &&usize| shape.average[**a].total_cmp(&shape.average[**b]).then(b.cmp(a));
    let (lowest, highest) = (*known.iter().min_by(by).unwrap_or(&first), *known.iter().max_by(by).unwrap_or(&first));
    if let Places::Levels(_) = shape.places {
        let place = |at: usize| format::short(&place_text(&shape.places, at), 24);
        return format!(
            "With {column} {}, the {what} is highest, {} on average; with {}, lowest, {}",
            place(highest),
            text(highest),
            place(lowest),
            text(lowest)
        );
    }
    let place = |at: usize| place_text(&shape.places, at);
    let size = (shape.average[highest] - shape.average[lowest]).abs();
    let ends = shape.average[last] - shape.average[first];
    if ends.abs() >= 0.6 * size {
        let verb = if ends > 0.0 { "rises" } else { "falls" };
        return format!(
            "From {column} {} to {}, the {what} {verb} from {} to {} on average",
            place(first),
            place(last),
            text(first),
            text(last)
        );
    }
    format!(
        "The {what} is highest near {column} {}, {} on average, and lowest near {}, {}",
        place(highest),
        text(highest),
        place(lowest),
        text(lowest)
    )
}

/// Partial dependence over thin lines of single rows, accumulated local effects dashed, and the rows that each place has
/// under them.
pub fn shape(shape: &Shape, target: &str, (width, height): (f64, f64)) -> Scene {
    match &shape.places {
        Places::Numbers(values) => along(shape, values, target, (width, height)),
        Places::Dates(values) => {
            // Ticks of a linear scale are round numbers: years suit dates.
            let years: Vec<f64> = values.iter().map(|ms| 1970.0 + ms / (365.2425 * 86_400_000.0)).collect();
            along(shape, &years, target, (width, height))
        }
        Places::Levels(levels) => by_level(shape, levels, target, width),
    }
}

fn note(shape: &Shape) -> String {
    let mut note = format!(
        "The line is the mean prediction when all of {} rows are given this value (partial dependence); thin lines are single rows (ICE). Bars show how many rows have such a value: where there are none, the line is a guess.",
        format::count(shape.n_rows.into())
    );
    if shape.accumulated.is_some() {
        note += " The dashed line adds up what small changes do to rows that lie there (accumulated local effects, ALE); where it leaves the full line, columns that go together are in play.";
    }
    if shape.n_missing > 0 {
        note += &format!(" The column is missing in {}.", format::counted(shape.n_missing.into(), "row", "rows"));
    }
    note
}

fn ticks(shape: &Shape) -> Ticks {
    if shape.class.is_some() { Ticks::Percent } else { Ticks::Number }
}

fn along(shape: &Shape, at: &[f64], target: &str, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new("shape", sentence(shape, target), width, height + SUPPORT);
    scene.note = note(shape);
    scene.find = Find::Across;
    let mean = shape.average.iter().zip(&shape.support).map(|(v, n)| v * f64::from(*n)).sum::<f64>()
        / f64::from(shape.support.iter().sum::<u32>().max(1));
    // Accumulated effects are around 0: they are drawn around the mean prediction.
    let is_date = matches!(shape.places, Places::Dates(_));
    let accumulated: Vec<(f64, f64)> = shape.accumulated.as_ref().map_or(Vec::new(), |a| {
        let x = |edge: &f64| if is_date { 1970.0 + edge / (365.2425 * 86_400_000.0) } else { *edge };
        a.edges.iter().zip(&a.effects).map(|(edge, effect)| (x(edge), mean + effect)).collect()
    });
    let values = shape.average.iter().chain(shape.single.iter().flatten()).copied();
    let (low, high) = extent(values.chain(accumulated.iter().map(|(_, y)| *y))).unwrap_or((0.0, 1.0));
    let y_name = what(shape.class.as_ref(), target);
    let x_name = format::short(&shape.column, 28);
    let (first, last) = (at.first().copied().unwrap_or(0.0), at.last().copied().unwrap_or(1.0));
    // No comma in four digits: a year is no count.
    let x_ticks = if first.abs().max(last.abs()) < 10_000.0 { Ticks::Plain } else { Ticks::Number };
    let axes = Axes { x_name: &x_name, y_name: &y_name, x_ticks, y_ticks: ticks(shape) };
    let mut plot = Plot::new(&scene, (first, last), Scale::linear((low, high), (0.0, 1.0)), &axes, 12.0);
    plot.y.range = (plot.bottom - SUPPORT, plot.top);
    plot.draw(&mut scene, &axes);
    let most = shape.support.iter().copied().max().unwrap_or(0).max(1);
    let wide = ((plot.right - plot.left) / at.len().max(1) as f64 - 1.0).clamp(1.0, 24.0);
    for (x, n) in at.iter().zip(&shape.support) {
        let tall = (SUPPORT - 8.0) * f64::from(*n) / f64::from(most);
        let x = plot.x.map(*x) - wide / 2.0;
        scene.marks.push(Mark::Rect {
            x,
            y: plot.bottom - tall,
            width: wide,
            height: tall,
            ink: Ink::Baseline,
            opacity: 0.5,
        });
    }
    let line = |values: &[f64]| at.iter().zip(values).map(|(x, y)| plot.at(*x, *y)).collect::<Vec<_>>();
    for single in &shape.single {
        scene.line(line(single), Ink::Soft, 0.6, false);
    }
    if !accumulated.is_empty() {
        scene.line(accumulated.iter().map(|(x, y)| plot.at(*x, *y)).collect(), Ink::Class(1), 2.0, true);
    }
    scene.line(line(&shape.average), Ink::Model, 2.5, false);
    if at.len() <= 12 {
        at.iter().zip(&shape.average).for_each(|(x, y)| plot.dot(&mut scene, *x, *y, 4.0, Ink::Model, true));
    }
    for (i, x) in at.iter().enumerate() {
        let (x, y) = plot.at(*x, shape.average[i]);
        scene.stops.push(stop(shape, i, x, y));
    }
    scene.table = table(shape);
    scene
}

fn stop(shape: &Shape, at: usize, x: f64, y: f64) -> Stop {
    let rows = format::count(shape.support.get(at).copied().unwrap_or(0).into());
    let lines = vec![
        ("mean prediction".to_owned(), value_text(shape.class.as_ref(), shape.average[at])),
        ("rows nearest".to_owned(), rows),
    ];
    Stop { x, y, title: format!("{} {}", format::short(&shape.column, 24), place_text(&shape.places, at)), lines }
}

fn by_level(shape: &Shape, levels: &[String], target: &str, width: f64) -> Scene {
    let step = 30.0;
    let mut scene =
        Scene::new("shape", sentence(shape, target), width, 30.0 + step * levels.len().max(1) as f64 + 44.0);
    scene.note = note(shape);
    scene.find = Find::Down;
    let widest = levels.iter().map(|level| text_width(&format::short(level, 22))).fold(0.0, f64::max);
    let (left, right) = ((widest + 16.0).clamp(50.0, width * 0.4), width - 56.0);
    let (low, high) = extent(shape.average.iter().chain(shape.single.iter().flatten()).copied()).unwrap_or((0.0, 1.0));
    let scale = Scale::linear((low, high), (left, right));
    let bottom = scene.height - 44.0;
    let count = ((right - left) / 90.0).clamp(2.0, 8.0).floor();
    let tick_step = super::scale::tick_step(scale.domain.0, scale.domain.1, count);
    for tick in scale.ticks(count) {
        let x = scale.map(tick);
        scene.line(vec![(x, 20.0), (x, bottom)], Ink::Hairline, 1.0, false);
        scene.text(x, bottom + 16.0, ticks(shape).text(tick, tick_step, false), Ink::Soft, Anchor::Middle);
    }
    scene.text(right, bottom + 34.0, format!("{} →", what(shape.class.as_ref(), target)), Ink::Soft, Anchor::End);
    scene.text(width, 12.0, "rows", Ink::Soft, Anchor::End);
    for (i, level) in levels.iter().enumerate() {
        let y = 30.0 + step * (i as f64 + 0.5);
        scene.text(left - 12.0, y + 4.0, format::short(level, 22), Ink::Ink, Anchor::End);
        let cloud = shape.single.iter().enumerate().filter_map(|(row, values)| {
            let away = (row % 7) as f64 - 3.0;
            values.get(i).map(|v| (scale.map(*v) as f32, (y + away * 1.6) as f32))
        });
        let points = cloud.collect();
        scene.marks.push(Mark::Cloud { points, ink: Ink::Soft, radius: 1.6, opacity: 0.45 });
        let x = scale.map(shape.average[i]);
        scene.marks.push(Mark::Dot { x, y, radius: 5.5, ink: Ink::Model, glyph: Glyph::Circle, filled: true });
        let rows = format::count(shape.support.get(i).copied().unwrap_or(0).into());
        scene.text(width, y + 4.0, rows, Ink::Soft, Anchor::End);
        scene.stops.push(stop(shape, i, x, y));
    }
    scene.table = table(shape);
    scene
}

fn table(shape: &Shape) -> ChartTable {
    let mut table = ChartTable::new(&[&shape.column, "mean prediction", "rows nearest"]);
    for i in 0..shape.places.len() {
        let place = match &shape.places {
            Places::Numbers(values) => Cell::Number(values[i]),
            Places::Dates(_) | Places::Levels(_) => Cell::Text(place_text(&shape.places, i)),
        };
        let rows = Cell::Number(shape.support.get(i).copied().unwrap_or(0).into());
        table.push(vec![place, Cell::Number(shape.average[i]), rows]);
    }
    table
}

/// Two columns at once: the stronger the colour, the higher the mean prediction. Hatched where no row lies.
pub fn surface(surface: &Surface, target: &str, width: f64) -> Scene {
    let what = what(surface.class.as_ref(), target);
    let names = surface.columns.each_ref().map(|name| format::short(name, 24));
    let title = match surface.interplay {
        None => format!("Neither {} nor {} moves the {what}", names[0], names[1]),
        Some(share) if share < 0.02 => {
            format!("{} and {} add up: next to nothing of their joint effect is interplay", names[0], names[1])
        }
        Some(share) => {
            format!("{} of the joint effect of {} and {} is interplay", format::percent(share), names[0], names[1])
        }
    };
    let (n_x, n_y) = (surface.places[0].len().max(1), surface.places[1].len().max(1));
    let left = 64.0;
    let (wide, tall) = ((width - left - 8.0).max(40.0), (width * 0.6).clamp(200.0, 380.0));
    let mut scene = Scene::new("surface", title, width, tall + 70.0);
    scene.note = format!(
        "Mean prediction of {} rows with both columns set (two-way partial dependence); the stronger, the higher. Hatched: no row lies there. The share of interplay is Friedman's H².",
        format::count(surface.n_rows.into())
    );
    let (low, high) = extent(surface.average.iter().copied()).unwrap_or((0.0, 1.0));
    let (cell_w, cell_h) = (wide / n_x as f64, tall / n_y as f64);
    scene.table = ChartTable::new(&[&surface.columns[0], &surface.columns[1], "mean prediction", "rows nearest"]);
    for a in 0..n_x {
        for b in 0..n_y {
            let i = a * n_y + b;
            let Some(&value) = surface.average.get(i) else { continue };
            let (x, y) = (left + a as f64 * cell_w, 24.0 + tall - (b + 1) as f64 * cell_h);
            let share = if high > low { (value - low) / (high - low) } else { 0.5 };
            let (width, height) = (cell_w + 0.3, cell_h + 0.3);
            scene.marks.push(Mark::Rect { x, y, width, height, ink: Ink::Model, opacity: 0.06 + 0.86 * share });
            let n = surface.support.get(i).copied().unwrap_or(0);
            if n == 0 {
                scene.marks.push(Mark::Hatch { x, y, width: cell_w, height: cell_h, ink: Ink::Soft });
            }
            let at = [place_text(&surface.places[0], a), place_text(&surface.places[1], b)];
            scene.stops.push(Stop {
                x: x + cell_w / 2.0,
                y: y + cell_h / 2.0,
                title: format!("{} {}, {} {}", names[0], at[0], names[1], at[1]),
                lines: vec![
                    ("mean prediction".to_owned(), value_text(surface.class.as_ref(), value)),
                    ("rows nearest".to_owned(), format::count(n.into())),
                ],
            });
            let [x_text, y_text] = at;
            scene.table.push(vec![Cell::Text(x_text), Cell::Text(y_text), Cell::Number(value), Cell::Number(n.into())]);
        }
    }
    let bottom = 24.0 + tall;
    let end = |n: usize| n.saturating_sub(1);
    scene.text(0.0, 12.0, format!("↑ {}", names[1]), Ink::Soft, Anchor::Start);
    scene.text(left - 6.0, bottom - 2.0, format::short(&place_text(&surface.places[1], 0), 9), Ink::Soft, Anchor::End);
    scene.text(left - 6.0, 36.0, format::short(&place_text(&surface.places[1], end(n_y)), 9), Ink::Soft, Anchor::End);
    scene.text(left, bottom + 16.0, format::short(&place_text(&surface.places[0], 0), 14), Ink::Soft, Anchor::Start);
    let last = format::short(&place_text(&surface.places[0], end(n_x)), 14);
    scene.text(left + wide, bottom + 16.0, last, Ink::Soft, Anchor::End);
    scene.text(left + wide, bottom + 34.0, format!("{} →", names[0]), Ink::Soft, Anchor::End);
    scene
}

/// What one column adds in many rows, by its cell: a point a row. `column` is a position in `many.names`.
pub fn dependence(many: &Many, column: usize, unit: &str, (width, height): (f64, f64)) -> Scene {
    let n = many.names.len().max(1);
    let name = many.names.get(column).map_or("", String::as_str);
    let levels = many.levels.get(column).map_or(&[][..], Vec::as_slice);
    let rows = (0..many.n_rows as usize).map(|row| (many.cells[row * n + column], many.values[row * n + column]));
    let points: Vec<(f64, f64)> =
        rows.map(|(cell, value)| (cell, f64::from(value))).filter(|p| !p.0.is_nan()).collect();
    let (low, high) = extent(points.iter().map(|p| p.1)).unwrap_or((0.0, 1.0));
    let title = format!(
        "{} adds between {} and {}{unit}",
        format::short(name, 32),
        format::significant(low, 2),
        format::significant(high, 2)
    );
    let mut scene = Scene::new("dependence", title, width, height);
    scene.note =
        "A point a row. Points above each other have the same value and yet get more or less for it: then other \
                  columns have a say."
            .to_owned();
    scene.find = Find::Across;
    let (left, right) = extent(points.iter().map(|p| p.0)).unwrap_or((0.0, 1.0));
    // Categories stand in the middle of a slot each.
    let domain = if levels.is_empty() { (left, right) } else { (-0.5, levels.len() as f64 - 0.5) };
    let (y_name, x_name) = (format!("adds{unit}"), format::short(name, 28));
    let axes = Axes { x_name: &x_name, y_name: &y_name, x_ticks: Ticks::Number, y_ticks: Ticks::Number };
    let plot = Plot::new(&scene, domain, Scale::linear((low.min(0.0), high.max(0.0)), (0.0, 1.0)), &axes, 12.0);
    if levels.is_empty() && !many.is_date(column) {
        plot.draw(&mut scene, &axes);
    } else {
        scene.text(0.0, 12.0, format!("↑ {y_name}"), Ink::Soft, Anchor::Start);
        scene.text(plot.right, plot.bottom + 34.0, format!("{x_name} →"), Ink::Soft, Anchor::End);
        let slot = (plot.right - plot.left) / levels.len().max(1) as f64;
        for (i, level) in levels.iter().enumerate() {
            let text = format::short(level, ((slot / 7.0) as usize).max(1));
            scene.text(plot.x.map(i as f64), plot.bottom + 17.0, text, Ink::Soft, Anchor::Middle);
        }
        if levels.is_empty() {
            let day = |at: f64| date_text(at as i64, false);
            scene.text(plot.left, plot.bottom + 17.0, day(left), Ink::Soft, Anchor::Start);
            scene.text(plot.right, plot.bottom + 17.0, day(right), Ink::Soft, Anchor::End);
        }
    }
    plot.reference(&mut scene, (domain.0, 0.0), (domain.1, 0.0));
    let wide = if levels.is_empty() { 0.0 } else { 0.5 };
    let place = |(i, (cell, value)): (usize, &(f64, f64))| {
        let aside = ((i % 9) as f64 / 8.0 - 0.5) * wide;
        let (x, y) = plot.at(cell + aside, *value);
        (x as f32, y as f32)
    };
    let cloud = points.iter().enumerate().map(place).collect();
    scene.marks.push(Mark::Cloud { points: cloud, ink: Ink::Model, radius: 2.2, opacity: 0.55 });
    scene.table = ChartTable::new(&[name, "adds"]);
    for (cell, value) in points {
        let cell = match levels.get(cell as usize) {
            Some(level) if !levels.is_empty() => Cell::Text(level.clone()),
            _ if many.is_date(column) => Cell::Text(date_text(cell as i64, false)),
            _ => Cell::Number(cell),
        };
        scene.table.push(vec![cell, Cell::Number(value)]);
    }
    scene
}
