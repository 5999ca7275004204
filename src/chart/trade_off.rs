//! Scores against sizes: a dot for each candidate with its interval, and a line through those that are the best of their
//! size.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent};
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Scene, Stop, text_width};
use crate::metrics::Metric;

/// A candidate whose score and size are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub name: String,
    pub n_bytes: u64,
    pub mean: f64,
    pub interval: Option<(f64, f64)>,
    /// No other is as small and scores as well (Pareto).
    pub is_best_of_size: bool,
    pub selected: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TradeOff {
    pub metric: Metric,
    pub wall: Option<f64>,
    /// Smallest first.
    pub points: Vec<Point>,
    pub sentence: String,
}

/// Letters of a name at most.
const NAME: usize = 28;

pub fn trade_off(title: &str, told: &TradeOff, (width, height): (f64, f64)) -> Scene {
    let mut scene = Scene::new("score-and-size", title, width, height);
    let metric = told.metric;
    let better = if metric.higher_is_better() { "up" } else { "down" };
    scene.note = format!(
        "Left is smaller, on a logarithmic axis; {better} is better. A filled dot, or a line where there are several, \
         marks what nothing of the same size or smaller beats."
    );
    scene.find = Find::Near;
    scene.table =
        ChartTable::new(&["candidate", "size (bytes)", "mean", "interval low", "interval high", "best of its size"]);
    let sizes = told.points.iter().map(|point| point.n_bytes as f64 / 1e3);
    let (smallest, largest) = extent(sizes).unwrap_or((1.0, 10.0));
    let heights = told.points.iter().flat_map(|point| {
        let (low, high) = point.interval.unwrap_or((point.mean, point.mean));
        [point.mean, low, high]
    });
    let (low, high) = extent(heights.chain(told.wall)).unwrap_or((0.0, 1.0));
    let room = ((high - low) * 0.08).max(1e-9);
    let mut domain = (low - room, high + room);
    if metric.is_share() {
        domain = (domain.0.max(0.0), domain.1.min(1.0));
    }
    let axes = Axes { x_name: "Size (kB)", y_name: metric.name(), x_ticks: Ticks::Number, y_ticks: Ticks::Number };
    let mut plot = Plot::new(&scene, (smallest, largest), Scale::linear(domain, (0.0, 1.0)), &axes, 20.0);
    plot.x = Scale::logarithmic((smallest / 1.6, largest * 1.6), (plot.left, plot.right));
    plot.draw(&mut scene, &axes);
    if let Some(wall) = told.wall {
        plot.reference(&mut scene, (plot.x.domain.0, wall), (plot.x.domain.1, wall));
        let (x, y) = plot.at(plot.x.domain.0, wall);
        scene.label(x + 4.0, y - 6.0, "guessing (baseline)", Ink::Soft, Anchor::Start);
    }
    // From one to the next nothing is gained before it is reached: steps.
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for point in told.points.iter().filter(|point| point.is_best_of_size) {
        let (x, y) = plot.at(point.n_bytes as f64 / 1e3, point.mean);
        if let Some((_, before)) = steps.last().copied() {
            steps.push((x, before));
        }
        steps.push((x, y));
    }
    scene.line(steps, Ink::Model, 1.5, false);
    for point in &told.points {
        let size = point.n_bytes as f64 / 1e3;
        let ink = if point.is_best_of_size { Ink::Model } else { Ink::Soft };
        if let Some((low, high)) = point.interval {
            let clamp = |value: f64| value.clamp(domain.0, domain.1);
            scene.line(vec![plot.at(size, clamp(low)), plot.at(size, clamp(high))], ink, 1.5, false);
        }
        plot.dot(&mut scene, size, point.mean, if point.selected { 6.5 } else { 5.0 }, ink, point.is_best_of_size);
        let (x, y) = plot.at(size, point.mean);
        let name = format::short(&point.name, NAME);
        let fits = x + 10.0 + text_width(&name) < plot.right;
        let (at, anchor) = if fits { (x + 10.0, Anchor::Start) } else { (x - 10.0, Anchor::End) };
        scene.label(at, y + 4.0, name, Ink::Ink, anchor);
        let mut lines = vec![(metric.name().to_owned(), format::estimate(point.mean, point.interval))];
        lines.extend(point.interval.map(|range| ("95 % interval".to_owned(), format::interval(range))));
        lines.push(("size".to_owned(), format::bytes(point.n_bytes)));
        scene.stops.push(Stop { x, y, title: point.name.clone(), lines });
        scene.table.push(vec![
            Cell::Text(point.name.clone()),
            Cell::Number(point.n_bytes as f64),
            Cell::Number(point.mean),
            point.interval.map(|range| range.0).into(),
            point.interval.map(|range| range.1).into(),
            Cell::Text(if point.is_best_of_size { "yes" } else { "no" }.to_owned()),
        ]);
    }
    scene
}
