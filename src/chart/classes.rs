//! Charts of class predictions: ROC, precision and recall, calibration, confusion.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::Scale;
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Mark, Scene, Stop, text_width};
use crate::validate::calibrate::BrierParts;
use crate::validate::{CalibrationBin, ClassCurves, ThresholdPoint, calibration_error};

/// A curve with the name of its class.
pub type Named<'a> = (&'a str, &'a ClassCurves);

/// More classes than this are drawn thin and unlabelled.
const LABELLED: usize = 5;

/// More curves than inks could not be told apart.
const MOST_CURVES: usize = Ink::N_CLASSES;

/// Classes of a confusion matrix at most: with more, cells get narrower than a finger's stroke on a wide page, and the
/// page's work grows with the square.
pub const MOST_CELLS: usize = 24;

/// The curves that are drawn: of too many those of the classes with the most rows, in the order of the classes.
fn drawn<'a>(curves: &[Named<'a>]) -> Vec<Named<'a>> {
    let mut by_rows: Vec<usize> = (0..curves.len()).collect();
    by_rows.sort_by_key(|i| (std::cmp::Reverse(curves[*i].1.n_positive), *i));
    by_rows.truncate(MOST_CURVES);
    by_rows.sort_unstable();
    by_rows.into_iter().map(|i| curves[i]).collect()
}

/// Says which curves are drawn, where not all are.
fn say_drawn(scene: &mut Scene, drawn: usize, all: usize) {
    if drawn < all {
        scene.note += &format!(
            " Drawn are the {drawn} of {} classes with the most rows; the CSV has all.",
            format::count(all as u64)
        );
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { f64::NAN } else { f64::from(part) / f64::from(whole) }
}

fn precision(point: &ThresholdPoint) -> Option<f64> {
    let called = point.true_positive + point.false_positive;
    (called > 0).then(|| share(point.true_positive, called))
}

/// The last point whose threshold is still at least `threshold`: what is called positive at it.
pub fn at_threshold(points: &[ThresholdPoint], threshold: f64) -> Option<&ThresholdPoint> {
    points.iter().rev().find(|p| p.threshold >= threshold).or(points.first())
}

/// True against false positives as the threshold falls. `auc` is what the report says of all curves together.
pub fn roc(curves: &[Named], auc: Option<f64>, threshold: Option<f64>, (width, height): (f64, f64)) -> Scene {
    let title = match auc {
        Some(auc) => format!(
            "A positive row is ranked above a negative one {} times in 100 (ROC AUC {})",
            format::fixed(auc * 100.0, 0),
            format::significant(auc, 3)
        ),
        None => "How many false alarms each find costs".to_owned(),
    };
    let mut scene = Scene::new("roc", title, width, height);
    scene.note =
        "Each point is a threshold: up is more positives found, right is more false alarms. Guessing runs along \
                  the dashed line; a perfect model fills the upper left corner."
            .to_owned();
    let axes = Axes {
        x_name: "False alarms, share of negatives (false positive rate)",
        y_name: "Found, share of positives (recall)",
        x_ticks: Ticks::Percent,
        y_ticks: Ticks::Percent,
    };
    let axes = narrow(axes, width, "False positive rate");
    let y = Scale::linear((0.0, 1.0), (0.0, 1.0));
    let shown = drawn(curves);
    say_drawn(&mut scene, shown.len(), curves.len());
    let plot = Plot::new(&scene, (0.0, 1.0), y, &axes, right_margin(&shown));
    plot.draw(&mut scene, &axes);
    plot.reference(&mut scene, (0.0, 0.0), (1.0, 1.0));
    let (x, y) = plot.at(0.62, 0.55);
    scene.text(x, y + 12.0, "guessing", Ink::Soft, Anchor::Start);
    let place = |c: &ClassCurves, p: &ThresholdPoint| {
        Some((share(p.false_positive, c.n_negative), share(p.true_positive, c.n_positive)))
    };
    draw_curves(&mut scene, &plot, &shown, threshold, place);
    scene
}

/// Precision against recall.
pub fn precision_recall(
    curves: &[Named],
    average: Option<f64>,
    threshold: Option<f64>,
    (width, height): (f64, f64),
) -> Scene {
    let title = match average {
        Some(value) => {
            format!(
                "While finding ever more positives, {} of 100 calls are right on average (PR AUC {})",
                format::fixed(value * 100.0, 0),
                format::significant(value, 3)
            )
        }
        None => "How many of the calls are right, as more are found".to_owned(),
    };
    let mut scene = Scene::new("precision-recall", title, width, height);
    scene.note =
        "Right is more positives found, up is fewer false alarms among what is called positive. Guessing is right as \
                  often as the class occurs (dashed). Prefer this chart when positives are rare."
            .to_owned();
    let axes = Axes {
        x_name: "Found, share of positives (recall)",
        y_name: "Right, share of calls (precision)",
        x_ticks: Ticks::Percent,
        y_ticks: Ticks::Percent,
    };
    let axes = narrow(axes, width, "Recall");
    let y = Scale::linear((0.0, 1.0), (0.0, 1.0));
    let shown = drawn(curves);
    say_drawn(&mut scene, shown.len(), curves.len());
    let plot = Plot::new(&scene, (0.0, 1.0), y, &axes, right_margin(&shown));
    plot.draw(&mut scene, &axes);
    if let [(_, only)] = curves {
        let prevalence = share(only.n_positive, only.n_positive + only.n_negative);
        plot.reference(&mut scene, (0.0, prevalence), (1.0, prevalence));
        let (x, y) = plot.at(0.0, prevalence);
        let above = if prevalence > 0.9 { 14.0 } else { -6.0 };
        scene.text(x + 6.0, y + above, format!("guessing: {}", format::percent(prevalence)), Ink::Soft, Anchor::Start);
    }
    let place = |c: &ClassCurves, p: &ThresholdPoint| Some((share(p.true_positive, c.n_positive), precision(p)?));
    draw_curves(&mut scene, &plot, &shown, threshold, place);
    scene
}

fn narrow<'a>(axes: Axes<'a>, width: f64, short: &'a str) -> Axes<'a> {
    if width < 420.0 { Axes { x_name: short, ..axes } } else { axes }
}

fn right_margin(curves: &[Named]) -> f64 {
    if curves.len() < 2 || curves.len() > LABELLED {
        return 16.0;
    }
    curves.iter().map(|(name, _)| text_width(&format::short(name, 16)) + 14.0).fold(16.0, f64::max)
}

fn draw_curves(
    scene: &mut Scene,
    plot: &Plot,
    curves: &[Named],
    threshold: Option<f64>,
    place: impl Fn(&ClassCurves, &ThresholdPoint) -> Option<(f64, f64)>,
) {
    let many = curves.len() > 1;
    let mut ends = Vec::new();
    for (i, (name, curve)) in curves.iter().enumerate() {
        let ink = if many { Ink::class(i) } else { Ink::Model };
        let points: Vec<(f64, f64)> =
            curve.thresholds.iter().filter_map(|p| place(curve, p)).map(|(x, y)| plot.at(x, y)).collect();
        // Names stand in the order of the curves where they differ most: half-way up the threshold.
        if let Some(at) = points.get(points.len() / 2) {
            ends.push((i, name, ink, *at));
        }
        scene.line(points, ink, if curves.len() > LABELLED { 1.0 } else { 2.0 }, false);
        for point in &curve.thresholds {
            let Some((x, y)) = place(curve, point) else { continue };
            let (x, y) = plot.at(x, y);
            scene.stops.push(stop(x, y, if many { Some(name) } else { None }, curve, point));
        }
    }
    if many && curves.len() <= LABELLED {
        // A list, as every curve ends in the same corner.
        ends.sort_by(|a, b| a.3.1.total_cmp(&b.3.1));
        for (place, (_, name, ink, _)) in ends.iter().enumerate() {
            let y = plot.top + 12.0 + 16.0 * place as f64;
            scene.label(plot.right + 8.0, y, format::short(name, 16), *ink, Anchor::Start);
        }
    }
    if let ([(_, only)], Some(threshold)) = (curves, threshold)
        && let Some(point) = at_threshold(&only.thresholds, threshold)
        && let Some((x, y)) = place(only, point)
    {
        plot.dot(scene, x, y, 5.0, Ink::Model, true);
        let (x, y) = plot.at(x, y);
        let right = x > (plot.left + plot.right) / 2.0;
        let (dx, anchor) = if right { (-10.0, Anchor::End) } else { (10.0, Anchor::Start) };
        scene.label(x + dx, y + 18.0, format!("threshold {}", format::significant(threshold, 2)), Ink::Ink, anchor);
    }
}

fn stop(x: f64, y: f64, name: Option<&&str>, curve: &ClassCurves, point: &ThresholdPoint) -> Stop {
    let threshold =
        if point.threshold.is_finite() { format::significant(point.threshold, 3) } else { "none".to_owned() };
    let mut lines = vec![
        (
            "found".to_owned(),
            format!("{} of {}", format::count(point.true_positive.into()), format::count(curve.n_positive.into())),
        ),
        (
            if point.false_positive == 1 { "false alarm" } else { "false alarms" }.to_owned(),
            format!("{} of {}", format::count(point.false_positive.into()), format::count(curve.n_negative.into())),
        ),
    ];
    if let Some(precision) = precision(point) {
        lines.push(("calls that are right".to_owned(), format::percent(precision)));
    }
    let title = match name {
        Some(name) => format!("{name}: threshold {threshold}"),
        None => format!("Threshold {threshold}"),
    };
    Stop { x, y, title, lines }
}

/// The numbers behind the curves, of every class. Some thousand rows: built where someone looks at them.
pub fn curve_table(curves: &[Named]) -> ChartTable {
    let mut table = ChartTable::new(&[
        "class",
        "threshold",
        "true positives",
        "false positives",
        "recall",
        "false positive rate",
        "precision",
    ]);
    for (name, curve) in curves {
        for p in &curve.thresholds {
            table.push(vec![
                Cell::Text((*name).to_owned()),
                if p.threshold.is_finite() { Cell::Number(p.threshold) } else { Cell::Empty },
                Cell::Number(p.true_positive.into()),
                Cell::Number(p.false_positive.into()),
                Cell::Number(share(p.true_positive, curve.n_positive)),
                Cell::Number(share(p.false_positive, curve.n_negative)),
                precision(p).into(),
            ]);
        }
    }
    table
}

/// Said probability against seen share, each bin with its interval, and the rows behind it as bars along the foot.
pub fn calibration(class: &str, bins: &[CalibrationBin], (width, height): (f64, f64)) -> Scene {
    let title = match calibration_error(bins) {
        Some(error) => format!("Probabilities of {} are off by {} on average", format::short(class, 24), points(error)),
        None => "No row to compare probabilities with".to_owned(),
    };
    let mut scene = Scene::new("calibration", title, width, height);
    scene.note =
        "Of the rows given 70 %, 70 in 100 should be positive: dots on the dashed line. Bars show 95 % intervals; \
                  a dot under the line means that the model is too sure. Rows behind each dot stand along the foot."
            .to_owned();
    if let Some(parts) = BrierParts::of(bins) {
        scene.note.push_str(&format!(
            " The squared error (Brier score) is about {}: {} of uncertainty, less {} for telling rows apart (resolution), and \
             {} for saying too much or too little (reliability; 0 is best).",
            format::significant(parts.reliability - parts.resolution + parts.uncertainty, 3),
            format::significant(parts.uncertainty, 3),
            format::significant(parts.resolution, 3),
            format::significant(parts.reliability, 2),
        ));
    }
    let axes = Axes {
        x_name: "Said (predicted probability)",
        y_name: "Seen (observed share)",
        x_ticks: Ticks::Percent,
        y_ticks: Ticks::Percent,
    };
    let plot = Plot::new(&scene, (0.0, 1.0), Scale::linear((0.0, 1.0), (0.0, 1.0)), &axes, 16.0);
    plot.draw(&mut scene, &axes);
    let most = bins.iter().map(|b| b.n).max().unwrap_or(1).max(1);
    let column = (plot.right - plot.left) / 10.0 * 0.6;
    for bin in bins {
        let tall = f64::from(bin.n) / f64::from(most) * (plot.bottom - plot.top) * 0.16;
        let x = plot.x.map(bin.predicted) - column / 2.0;
        let y = plot.bottom - tall;
        scene.marks.push(Mark::Rect { x, y, width: column, height: tall, ink: Ink::Baseline, opacity: 0.28 });
    }
    plot.reference(&mut scene, (0.0, 0.0), (1.0, 1.0));
    // Bins of a few rows jump about; a line through them would draw noise.
    let firm = bins.iter().filter(|b| b.n >= 10).map(|b| plot.at(b.predicted, b.observed)).collect();
    scene.line(firm, Ink::Model, 1.0, false);
    scene.table = ChartTable::new(&["predicted", "observed", "interval low", "interval high", "rows"]);
    for bin in bins {
        let low = plot.at(bin.predicted, bin.interval.0);
        let high = plot.at(bin.predicted, bin.interval.1);
        scene.line(vec![low, high], Ink::Model, 2.0, false);
        plot.dot(&mut scene, bin.predicted, bin.observed, 4.5, Ink::Model, true);
        let (x, y) = plot.at(bin.predicted, bin.observed);
        scene.stops.push(Stop {
            x,
            y,
            title: format!("Said {}, seen {}", format::percent(bin.predicted), format::percent(bin.observed)),
            lines: vec![
                (
                    "95 % interval".to_owned(),
                    format!("{} to {}", format::percent(bin.interval.0), format::percent(bin.interval.1)),
                ),
                ("rows".to_owned(), format::count(bin.n.into())),
            ],
        });
        scene.table.push(vec![
            Cell::Number(bin.predicted),
            Cell::Number(bin.observed),
            Cell::Number(bin.interval.0),
            Cell::Number(bin.interval.1),
            Cell::Number(bin.n.into()),
        ]);
    }
    scene.find = Find::Across;
    scene
}

/// A difference of shares in percentage points.
fn points(difference: f64) -> String {
    let value = format::significant(difference * 100.0, 2);
    format!("{value} percentage {}", if value == "1" { "point" } else { "points" })
}

/// The classes of a confusion matrix as it is drawn: all, or of too many those that most rows are of or are called, with
/// the rest gathered last.
struct Cells {
    labels: Vec<String>,
    counts: Vec<u32>,
    /// Where the gathered classes stand, and how many of their rows are called right.
    others: Option<(usize, u32)>,
}

impl Cells {
    fn of(labels: &[String], counts: &[u32]) -> Self {
        let n = labels.len();
        if n <= MOST_CELLS {
            return Self { labels: labels.to_vec(), counts: counts.to_vec(), others: None };
        }
        let at = |i: usize, j: usize| counts.get(i * n + j).copied().unwrap_or(0);
        let weights: Vec<u64> = (0..n)
            .map(|i| (0..n).map(|j| u64::from(at(i, j)) + u64::from(at(j, i))).sum::<u64>() - u64::from(at(i, i)))
            .collect();
        let mut kept: Vec<usize> = (0..n).collect();
        kept.sort_by_key(|i| (std::cmp::Reverse(weights[*i]), *i));
        kept.truncate(MOST_CELLS - 1);
        kept.sort_unstable();
        let rest = kept.len();
        let mut place = vec![rest; n];
        for (to, from) in kept.iter().enumerate() {
            place[*from] = to;
        }
        let mut folded = vec![0; MOST_CELLS * MOST_CELLS];
        for i in 0..n {
            for j in 0..n {
                folded[place[i] * MOST_CELLS + place[j]] += at(i, j);
            }
        }
        let right = (0..n).filter(|i| place[*i] == rest).map(|i| at(i, i)).sum();
        let mut names: Vec<String> = kept.iter().map(|i| labels[*i].clone()).collect();
        names.push(format!("{} other classes", format::count((n - rest) as u64)));
        Self { labels: names, counts: folded, others: Some((rest, right)) }
    }
}

/// Every cell, whatever is drawn: the square of the classes, so built where someone looks at it.
pub fn confusion_table(labels: &[String], counts: &[u32]) -> ChartTable {
    let n = labels.len();
    let mut table = ChartTable::new(&["true class", "predicted class", "rows", "share of the true class"]);
    for (i, truth) in labels.iter().enumerate() {
        let row_total: u32 = counts.iter().skip(i * n).take(n).sum();
        for (j, said) in labels.iter().enumerate() {
            let value = counts.get(i * n + j).copied().unwrap_or(0);
            table.push(vec![
                Cell::Text(truth.clone()),
                Cell::Text(said.clone()),
                Cell::Number(value.into()),
                Cell::Number(share(value, row_total)),
            ]);
        }
    }
    table
}

/// Rows of truth by columns of prediction. A cell's strength is its share of the true class, so that a rare class reads
/// like a common one. `threshold` is the probability from which a row of a yes/no task was called yes.
pub fn confusion(labels: &[String], counts: &[u32], threshold: Option<f64>, (width, max_height): (f64, f64)) -> Scene {
    let n = labels.len();
    let total: u32 = counts.iter().sum();
    let right: u32 = (0..n).map(|i| counts.get(i * n + i).copied().unwrap_or(0)).sum();
    let title = if total == 0 {
        "No row was predicted".to_owned()
    } else {
        format!(
            "{} of {} rows are called right{} ({})",
            format::count(right.into()),
            format::count(total.into()),
            threshold.map_or(String::new(), |at| format!(" at a threshold of {}", format::percent(at))),
            format::percent(share(right, total))
        )
    };
    let cells = Cells::of(labels, counts);
    let n_all = n;
    let (labels, counts, n) = (&cells.labels, &cells.counts, cells.labels.len());
    let wide = |l: &String| text_width(&format::short(l, 18));
    let longest = labels.iter().map(wide).fold(0.0, f64::max);
    let left = (longest + 34.0).max(90.0).min(width * 0.4);
    let size =
        ((width - left - 8.0) / n.max(1) as f64).min((max_height - 64.0).max(120.0) / n.max(1) as f64).min(104.0);
    // Where the names are wider than the columns, classes are numbered.
    let numbered = longest > size - 6.0;
    let top = 46.0;
    let mut scene = Scene::new("confusion", title, width, top + size * n as f64 + 24.0);
    scene.note =
        "Each row is what is true, each column what the model says; the diagonal is right. Per cent are of the true \
                  class. Marked cells off the diagonal are mistakes worth reading."
            .to_owned();
    if let Some((rest, _)) = cells.others {
        scene.note += &format!(
            " Shown are the {rest} of {} classes that most rows are of or are called; the last row and column gather \
             the others, where the corner is right and wrong together. The CSV has every class.",
            format::count(n_all as u64)
        );
    }
    scene.text(0.0, 12.0, "↓ True class", Ink::Soft, Anchor::Start);
    scene.text(left, 12.0, "Predicted class →", Ink::Soft, Anchor::Start);
    for (i, truth) in labels.iter().enumerate() {
        let row_total: u32 = counts.iter().skip(i * n).take(n).sum();
        let y = top + i as f64 * size;
        if size >= 14.0 {
            let name = format::short(truth, 18);
            let (row, column) =
                if numbered { (format!("{name}  {}", i + 1), (i + 1).to_string()) } else { (name.clone(), name) };
            scene.text(left - 10.0, y + size / 2.0 + 4.0, row, Ink::Ink, Anchor::End);
            scene.text(left + (i as f64 + 0.5) * size, top - 10.0, column, Ink::Ink, Anchor::Middle);
        }
        for (j, said) in labels.iter().enumerate() {
            let value = counts.get(i * n + j).copied().unwrap_or(0);
            let part = share(value, row_total);
            let others = cells.others.filter(|(rest, _)| i == j && i == *rest);
            let ink = match (others, i == j) {
                (Some(_), _) => Ink::Soft,
                (None, true) => Ink::Model,
                (None, false) => Ink::Class(1),
            };
            confusion_cell(&mut scene, (left + j as f64 * size, y, size), ink, value, part);
            let title = match others {
                Some(_) => format!("{truth}, called one of them"),
                None if i == j => format!("{truth}, called right"),
                None => format!("{truth}, called {said}"),
            };
            let mut lines = vec![
                ("rows".to_owned(), format::count(value.into())),
                (format!("of all {truth}"), format::percent(part)),
            ];
            if let Some((_, right)) = others {
                lines.push(("of these called right".to_owned(), format::count(right.into())));
            }
            scene.stops.push(Stop { x: left + (j as f64 + 0.5) * size, y: y + size / 2.0, title, lines });
        }
    }
    scene
}

fn confusion_cell(scene: &mut Scene, (x, y, size): (f64, f64, f64), ink: Ink, value: u32, part: f64) {
    let gap = if size > 20.0 { 2.0 } else { 0.5 };
    let part_drawn = if part.is_finite() { part } else { 0.0 };
    let cell = (x + gap / 2.0, y + gap / 2.0, size - gap);
    scene.marks.push(Mark::Rect {
        x: cell.0,
        y: cell.1,
        width: cell.2,
        height: cell.2,
        ink: Ink::Hairline,
        opacity: 0.45,
    });
    let opacity = if value == 0 { 0.0 } else { 0.10 + 0.8 * part_drawn };
    scene.marks.push(Mark::Rect { x: cell.0, y: cell.1, width: cell.2, height: cell.2, ink, opacity });
    if ink == Ink::Class(1) && part_drawn >= 0.1 && size > 20.0 {
        scene.marks.push(Mark::Hatch { x: cell.0, y: cell.1, width: cell.2, height: 6.0, ink });
    }
    if size < 30.0 {
        return;
    }
    let (cx, cy) = (x + size / 2.0, y + size / 2.0);
    let on = if opacity > 0.55 {
        Ink::Paper
    } else if value == 0 {
        Ink::Soft
    } else {
        Ink::Ink
    };
    let text = format::count(value.into());
    scene.marks.push(Mark::Text {
        x: cx,
        y: if size >= 52.0 { cy } else { cy + 5.0 },
        text,
        ink: on,
        anchor: Anchor::Middle,
        size: if size >= 64.0 { 18.0 } else { 13.0 },
        bold: ink == Ink::Model,
        halo: false,
    });
    if size >= 52.0 && value > 0 {
        scene.text(cx, cy + 18.0, format::percent(part), on, Anchor::Middle);
    }
}
