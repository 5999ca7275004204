//! The score against the number of training rows, with the spread over folds, and where twice as many would lead.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent};
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Scene, Stop};
use crate::validate::learning_curve::LearningCurve;

/// Points of the law's line.
const STEPS: u32 = 40;

pub fn more_rows(title: &str, curve: &LearningCurve, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new("learning-curve", title, width, height);
    let metric = curve.metric;
    let better = if metric.higher_is_better() { "up" } else { "down" };
    scene.note = format!("Right is more training rows, each step twice as far (logarithmic); {better} is better.");
    scene.table = ChartTable::new(&["training rows", "mean", "SD over folds", "folds"]);
    scene.find = Find::Across;
    let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) else { return scene };
    let end = if curve.outlook.is_some() { 2.0 * last.n_rows } else { last.n_rows };
    let start = if curve.points.len() > 1 { first.n_rows } else { first.n_rows / 2.0 };
    let law = curve.outlook.map(|outlook| outlook.law);
    let heights = curve.points.iter().flat_map(|p| {
        let spread = p.deviation.unwrap_or(0.0);
        [p.mean - spread, p.mean + spread]
    });
    let (low, high) = extent(heights.chain(law.map(|law| law.at(end))).chain(curve.baseline)).unwrap_or((0.0, 1.0));
    let room = ((high - low) * 0.06).max(1e-9);
    let mut domain = (low - room, high + room);
    if metric.is_share() {
        domain = (domain.0.max(0.0), domain.1.min(1.0));
    }
    let axes = Axes { x_name: "Training rows", y_name: metric.name(), x_ticks: Ticks::Whole, y_ticks: Ticks::Number };
    let mut plot = Plot::new(&scene, (start, end), Scale::linear(domain, (0.0, 1.0)), &axes, 20.0);
    plot.x = Scale::logarithmic((start * 0.94, end * 1.06), (plot.left, plot.right));
    plot.draw(&mut scene, &axes);
    if let Some(baseline) = curve.baseline {
        plot.reference(&mut scene, (start, baseline), (end, baseline));
        let (x, y) = plot.at(start, baseline);
        scene.label(x + 4.0, y - 6.0, "guessing (baseline)", Ink::Soft, Anchor::Start);
    }
    if let Some(law) = law {
        let point = |step: u32| {
            let n = start * libm::pow(end / start, f64::from(step) / f64::from(STEPS));
            plot.at(n, law.at(n))
        };
        scene.line((0..=STEPS).map(point).collect(), Ink::Model, 1.5, true);
        let (x, y) = plot.at(end, law.at(end));
        let beside = if metric.higher_is_better() { y - 10.0 } else { y + 18.0 };
        scene.label(x, beside, "with twice the rows", Ink::Soft, Anchor::End);
        plot.dot(&mut scene, end, law.at(end), 4.5, Ink::Model, false);
    }
    scene.line(curve.points.iter().map(|p| plot.at(p.n_rows, p.mean)).collect(), Ink::Model, 2.0, false);
    for p in &curve.points {
        if let Some(spread) = p.deviation {
            scene.line(
                vec![plot.at(p.n_rows, p.mean - spread), plot.at(p.n_rows, p.mean + spread)],
                Ink::Model,
                1.5,
                false,
            );
        }
        plot.dot(&mut scene, p.n_rows, p.mean, 4.5, Ink::Model, true);
        let (x, y) = plot.at(p.n_rows, p.mean);
        let rows = p.n_rows.round() as u64;
        let mut lines = vec![(metric.name().to_owned(), format::significant(p.mean, 3))];
        lines.extend(p.deviation.map(|spread| ("spread over folds (SD)".to_owned(), format::significant(spread, 2))));
        lines.push(("share of the rows".to_owned(), format::percent(p.share)));
        scene.stops.push(Stop { x, y, title: format::counted(rows, "training row", "training rows"), lines });
        let folds: Vec<String> = p.folds.iter().map(|f| f.map_or("–".to_owned(), |v| v.to_string())).collect();
        scene.table.push(vec![
            Cell::Number(p.n_rows),
            Cell::Number(p.mean),
            p.deviation.into(),
            Cell::Text(folds.join(" ")),
        ]);
    }
    scene
}
