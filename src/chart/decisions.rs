//! Charts for choosing where to draw the line: what flagging ever more rows finds, how much better than chance that is,
//! and what it is worth beside flagging all or none.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::Scale;
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Scene, Stop};
use crate::validate::{ClassCurves, ThresholdPoint};

/// Thresholds of a decision curve, in hundredths.
const GRID: std::ops::RangeInclusive<u32> = 1..=99;

fn n_rows(curve: &ClassCurves) -> f64 {
    f64::from(curve.n_positive + curve.n_negative)
}

fn flagged(point: &ThresholdPoint) -> f64 {
    f64::from(point.true_positive + point.false_positive)
}

/// Share of rows flagged, share of positives found and how many times as often as by chance, at each threshold.
pub fn gains(curve: &ClassCurves) -> Vec<(f64, f64, f64)> {
    let (all, positives) = (n_rows(curve), f64::from(curve.n_positive));
    let of = |point: &ThresholdPoint| {
        let (share, found) = (flagged(point) / all, f64::from(point.true_positive) / positives);
        (share, found, found / share)
    };
    curve.thresholds.iter().filter(|point| flagged(point) > 0.0).map(of).collect()
}

/// Net benefit at each hundredth: found − false alarms · t / (1 − t), as shares of all rows, of the model and of flagging
/// all. Source: Vickers & Elkin, Decision Curve Analysis (2006).
pub fn net_benefits(curve: &ClassCurves) -> Vec<(f64, f64, f64)> {
    let all = n_rows(curve);
    let benefit = |found: u32, alarms: u32, odds: f64| (f64::from(found) - f64::from(alarms) * odds) / all;
    let of = |hundredth: u32| {
        let threshold = f64::from(hundredth) / 100.0;
        let odds = threshold / (1.0 - threshold);
        let point = super::classes::at_threshold(&curve.thresholds, threshold)?;
        let model = benefit(point.true_positive, point.false_positive, odds);
        Some((threshold, model, benefit(curve.n_positive, curve.n_negative, odds)))
    };
    GRID.filter_map(of).collect()
}

/// The gain that a share of flagged rows brings: the last threshold that flags no more.
fn within(gains: &[(f64, f64, f64)], share: f64) -> Option<(f64, f64, f64)> {
    gains.iter().take_while(|gain| gain.0 <= share + 1e-9).last().copied()
}

/// Positives found as ever more rows are flagged, the most probable first.
pub fn gain(label: &str, curve: &ClassCurves, threshold: Option<f64>, (width, height): (f64, f64)) -> Scene {
    let points = gains(curve);
    let title = match within(&points, 0.2) {
        Some((share, found, _)) => format!(
            "Flagging the first {} finds {} of all with {}",
            format::percent(share),
            format::percent(found),
            format::short(label, 24)
        ),
        None => "Positives found as ever more rows are flagged (gain)".to_owned(),
    };
    let mut scene = Scene::new("gain", title, width, height);
    scene.note =
        "Right is more rows flagged, the most probable first; up is more positives found (cumulative gain). By \
                  chance as many are found as are flagged (dashed)."
            .to_owned();
    let names = ("Flagged, share of rows", "Found, share of positives");
    let axes = Axes { x_name: names.0, y_name: names.1, x_ticks: Ticks::Percent, y_ticks: Ticks::Percent };
    let plot = Plot::new(&scene, (0.0, 1.0), Scale::linear((0.0, 1.0), (0.0, 1.0)), &axes, 16.0);
    plot.draw(&mut scene, &axes);
    plot.reference(&mut scene, (0.0, 0.0), (1.0, 1.0));
    let line: Vec<(f64, f64)> = std::iter::once((0.0, 0.0)).chain(points.iter().map(|p| (p.0, p.1))).collect();
    draw(&mut scene, &plot, &line, &points, |p| (p.0, p.1));
    mark(&mut scene, &plot, curve, threshold, |p| (p.0, p.1));
    scene
}

/// How many times as many of the flagged are positive as by chance.
pub fn lift(label: &str, curve: &ClassCurves, threshold: Option<f64>, (width, height): (f64, f64)) -> Scene {
    let points = gains(curve);
    let title = match within(&points, 0.1) {
        Some((share, _, lift)) => format!(
            "Among the first {} are {} times as many with {} as by chance",
            format::percent(share),
            format::significant(lift, 2),
            format::short(label, 24)
        ),
        None => "How many times better than chance (lift)".to_owned(),
    };
    let mut scene = Scene::new("lift", title, width, height);
    scene.note =
        "Lift: the share of positives among the flagged, by their share among all rows. It ends at 1, where all \
                  are flagged (dashed)."
            .to_owned();
    let highest = points.iter().map(|p| p.2).fold(1.5, f64::max);
    let axes =
        Axes { x_name: "Flagged, share of rows", y_name: "Lift", x_ticks: Ticks::Percent, y_ticks: Ticks::Number };
    let y = Scale::linear((0.0, highest), (0.0, 1.0)).nice(5.0);
    let plot = Plot::new(&scene, (0.0, 1.0), y, &axes, 16.0);
    plot.draw(&mut scene, &axes);
    plot.reference(&mut scene, (0.0, 1.0), (1.0, 1.0));
    let line: Vec<(f64, f64)> = points.iter().map(|p| (p.0, p.2)).collect();
    draw(&mut scene, &plot, &line, &points, |p| (p.0, p.2));
    mark(&mut scene, &plot, curve, threshold, |p| (p.0, p.2));
    scene
}

fn draw(
    scene: &mut Scene,
    plot: &Plot,
    line: &[(f64, f64)],
    points: &[(f64, f64, f64)],
    place: impl Fn(&(f64, f64, f64)) -> (f64, f64),
) {
    scene.find = Find::Across;
    scene.line(line.iter().map(|(x, y)| plot.at(*x, *y)).collect(), Ink::Model, 2.0, false);
    scene.table = ChartTable::new(&["flagged", "found", "lift"]);
    for point in points {
        let at = place(point);
        let (x, y) = plot.at(at.0, at.1);
        scene.stops.push(Stop {
            x,
            y,
            title: format!("{} flagged", format::percent(point.0)),
            lines: vec![
                ("found".to_owned(), format::percent(point.1)),
                ("lift".to_owned(), format::significant(point.2, 2)),
            ],
        });
        scene.table.push([point.0, point.1, point.2].map(Cell::Number).to_vec());
    }
}

/// Where the threshold stands.
fn mark(
    scene: &mut Scene,
    plot: &Plot,
    curve: &ClassCurves,
    threshold: Option<f64>,
    place: impl Fn(&(f64, f64, f64)) -> (f64, f64),
) {
    let point = threshold.and_then(|at| super::classes::at_threshold(&curve.thresholds, at));
    let Some(point) = point.filter(|point| flagged(point) > 0.0) else { return };
    let (share, found) = (flagged(point) / n_rows(curve), f64::from(point.true_positive) / f64::from(curve.n_positive));
    let at = place(&(share, found, found / share));
    plot.dot(scene, at.0, at.1, 5.0, Ink::Ink, true);
}

/// Where the model is worth more than flagging all and than flagging none.
fn useful(points: &[(f64, f64, f64)]) -> Option<(f64, f64)> {
    let better = |p: &&(f64, f64, f64)| p.1 > p.2.max(0.0) + 1e-12;
    let first = points.iter().find(better)?.0;
    let last = points.iter().rev().find(better)?.0;
    Some((first, last))
}

/// What the model is worth at each threshold, beside flagging all and flagging none.
pub fn decision(curve: &ClassCurves, threshold: Option<f64>, (width, height): (f64, f64)) -> Scene {
    let points = net_benefits(curve);
    let title = match useful(&points) {
        Some((first, last)) if first < last => format!(
            "The model is worth more than flagging all or none for thresholds from {} to {}",
            format::percent(first),
            format::percent(last)
        ),
        Some((only, _)) => {
            format!("The model is worth more than flagging all or none at {} only", format::percent(only))
        }
        None => "At no threshold is the model worth more than flagging all or none".to_owned(),
    };
    let mut scene = Scene::new("decision-curve", title, width, height);
    scene.note =
        "Net benefit (decision curve): found rows, less false alarms weighed by the odds of the threshold, as a \
                  share of all rows. A threshold of 20 % says that one found is worth four false alarms. It takes the \
                  probabilities at their word, so it holds only where they mean what they say."
            .to_owned();
    let prevalence = f64::from(curve.n_positive) / n_rows(curve);
    let highest = points.iter().map(|p| p.1).fold(prevalence, f64::max);
    let axes = Axes { x_name: "Threshold", y_name: "Net benefit", x_ticks: Ticks::Percent, y_ticks: Ticks::Number };
    let low = -0.15 * highest;
    let y = Scale::linear((low, highest), (0.0, 1.0));
    let plot = Plot::new(&scene, (0.0, 1.0), y, &axes, 74.0);
    plot.draw(&mut scene, &axes);
    plot.reference(&mut scene, (0.0, 0.0), (1.0, 0.0));
    let inside = |value: f64| value >= low;
    let line = |pick: fn(&(f64, f64, f64)) -> f64| -> Vec<(f64, f64)> {
        points.iter().filter(|p| inside(pick(p))).map(|p| plot.at(p.0, pick(p))).collect()
    };
    let all = line(|p| p.2);
    scene.line(all.clone(), Ink::Soft, 1.5, false);
    scene.line(line(|p| p.1), Ink::Model, 2.0, false);
    let (x, y) = plot.at(1.0, 0.0);
    scene.text(x + 8.0, y + 4.0, "flag none", Ink::Soft, Anchor::Start);
    if let Some((x, y)) = all.last() {
        scene.label(x + 8.0, y - 8.0, "flag all", Ink::Soft, Anchor::Start);
    }
    if let Some(at) = threshold.filter(|at| (0.0..=1.0).contains(at)) {
        let (x, _) = plot.at(at, 0.0);
        scene.line(vec![(x, plot.top), (x, plot.bottom)], Ink::Ink, 1.0, true);
    }
    scene.find = Find::Across;
    scene.table = ChartTable::new(&["threshold", "model", "flag all", "flag none"]);
    for (threshold, model, all) in &points {
        let (x, y) = plot.at(*threshold, model.max(low));
        scene.stops.push(Stop {
            x,
            y,
            title: format!("Threshold {}", format::percent(*threshold)),
            lines: vec![
                ("model".to_owned(), format::significant(*model, 3)),
                ("flag all".to_owned(), format::significant(*all, 3)),
            ],
        });
        scene.table.push([*threshold, *model, *all, 0.0].map(Cell::Number).to_vec());
    }
    scene
}
