//! Curves of two candidates over each other, as far as both have them.

use super::classes::{Named, curve_table, precision_recall, roc};
use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent};
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Scene, Stop, spread, text_width};
use crate::model::network::CurvePoint;
use crate::validate::{ClassCurves, Report, ValueViews, Views};

/// What is laid over each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Found positives against false alarms, of one class.
    Roc,
    /// Right calls against found positives, of one class.
    PrecisionRecall,
    /// Share of the rows against the error that they stay within (REC: Bi & Bennett, 2003).
    Errors,
    /// Loss on validation rows by epoch, of two networks.
    Loss,
}

/// A candidate's name and its report.
pub type Candidate<'a> = (&'a str, &'a Report);

/// Share of false alarms at which two ROC curves are told apart in words.
const ALARMS: f64 = 0.1;
/// Share of the positives at which two curves of precision are.
const FOUND: f64 = 0.5;
/// Letters of a name at most.
const NAME: usize = 16;
/// Points of a curve of errors.
const N_POINTS: usize = 101;

impl Overlay {
    /// What both of them have.
    pub fn of(one: &Report, other: &Report) -> Vec<Self> {
        let mut all = match (&one.views, &other.views) {
            (Views::Classes(_), Views::Classes(_)) if one.labels == other.labels => {
                vec![Self::Roc, Self::PrecisionRecall]
            }
            (Views::Values(a), Views::Values(b)) if !a.actual.is_empty() && !b.actual.is_empty() => vec![Self::Errors],
            _ => Vec::new(),
        };
        if [one, other].iter().all(|report| report.training.as_ref().is_some_and(|record| record.curve.len() > 1)) {
            all.push(Self::Loss);
        }
        all
    }

    /// `class`: the position among the classes that have curves.
    pub fn scene(self, both: [Candidate; 2], class: usize, size: (f64, f64)) -> Scene {
        match self {
            Self::Roc | Self::PrecisionRecall => self.ranked(both, class, size),
            Self::Errors => errors(both, size),
            Self::Loss => loss(both, size),
        }
    }

    fn ranked(self, both: [Candidate; 2], class: usize, size: (f64, f64)) -> Scene {
        let curves: Vec<Named> =
            both.iter().filter_map(|(name, report)| Some((*name, class_curves(report).get(class)?))).collect();
        let labels = both.map(|(name, _)| label(name));
        let labelled: Vec<Named> = curves.iter().zip(&labels).map(|((_, curve), label)| (&label[..], *curve)).collect();
        let mut scene = match self {
            Self::Roc => roc(&labelled, None, None, size),
            _ => precision_recall(&labelled, None, None, size),
        };
        let share = |curve: &ClassCurves| match self {
            Self::Roc => Some(found_at(curve, ALARMS)),
            _ => precision_at(curve, FOUND),
        };
        if let [(one, left), (other, right)] = curves[..]
            && let (Some(left), Some(right)) = (share(left), share(right))
        {
            let (left, right) = (format::percent(left), format::percent(right));
            scene.title = match self {
                Self::Roc => {
                    let alarms = format::percent(ALARMS);
                    format!("At {alarms} false alarms, {left} of the positives are found by {one}, {right} by {other}")
                }
                _ => {
                    let found = format::percent(FOUND);
                    format!(
                        "When {found} of the positives are found, {left} of the calls by {one} are right, {right} by {other}"
                    )
                }
            };
        }
        if self == Self::PrecisionRecall {
            scene.note =
                "Right is more positives found, up is fewer false alarms among what is called positive.".to_owned();
        }
        scene.name += "-overlaid";
        scene.table = curve_table(&curves);
        scene.table.columns[0] = "candidate".to_owned();
        scene
    }
}

/// A name as it stands beside a line: what tells it from another of its kind, "(2)", is never cut off.
fn label(name: &str) -> String {
    let mark = name.rfind(" (").filter(|at| name.ends_with(')') && name.len() - at < NAME / 2).unwrap_or(name.len());
    let (head, mark) = name.split_at(mark);
    format::short(head, NAME - mark.chars().count()) + mark
}

/// The curves of a report's classes; of two classes those of the second alone.
pub fn class_curves(report: &Report) -> &[ClassCurves] {
    match &report.views {
        Views::Classes(views) => &views.curves,
        Views::Values(_) => &[],
    }
}

/// The largest share of positives found with at most this share of false alarms.
fn found_at(curve: &ClassCurves, alarms: f64) -> f64 {
    let most = alarms * f64::from(curve.n_negative);
    let found = curve.thresholds.iter().filter(|point| f64::from(point.false_positive) <= most);
    f64::from(found.map(|point| point.true_positive).max().unwrap_or(0)) / f64::from(curve.n_positive.max(1))
}

/// The share of right calls at the highest threshold that finds at least this share of the positives.
fn precision_at(curve: &ClassCurves, found: f64) -> Option<f64> {
    let least = found * f64::from(curve.n_positive);
    let point = curve.thresholds.iter().find(|point| f64::from(point.true_positive) >= least)?;
    let called = point.true_positive + point.false_positive;
    (called > 0).then(|| f64::from(point.true_positive) / f64::from(called))
}

/// Sizes of the errors, in order.
fn sorted_errors(views: &ValueViews) -> Vec<f64> {
    let apart = |(actual, predicted): (&f32, &f32)| (f64::from(*actual) - f64::from(*predicted)).abs();
    let mut all: Vec<f64> = views.actual.iter().zip(&views.predicted).map(apart).filter(|e| e.is_finite()).collect();
    all.sort_unstable_by(f64::total_cmp);
    all
}

/// The share of `sorted` that is at most `bound`.
fn within(sorted: &[f64], bound: f64) -> f64 {
    sorted.partition_point(|error| *error <= bound) as f64 / sorted.len().max(1) as f64
}

fn errors(both: [Candidate; 2], size: (f64, f64)) -> Scene {
    let of = |report: &Report| match &report.views {
        Views::Values(views) => sorted_errors(views),
        Views::Classes(_) => Vec::new(),
    };
    let sorted = both.map(|(_, report)| of(report));
    let median = |errors: &[f64]| errors.get(errors.len() / 2).copied().unwrap_or(f64::INFINITY);
    let bound = median(&sorted[0]).min(median(&sorted[1]));
    let share = |i: usize| format::percent(within(&sorted[i], bound));
    let (left, right) = (share(0), share(1));
    let title = format!(
        "Within {} of the truth lie {left} of the rows by {}, {right} by {}",
        format::significant(bound, 3),
        both[0].0,
        both[1].0
    );
    // The last twentieth is long and says little.
    let end = sorted.iter().filter_map(|errors| errors.get(errors.len() * 19 / 20)).fold(0.0, |a: f64, b| a.max(*b));
    let end = if end > 0.0 { end } else { 1.0 };
    let axes =
        Axes { x_name: "Error, at most", y_name: "Share of rows", x_ticks: Ticks::Number, y_ticks: Ticks::Percent };
    let lines = sorted.each_ref().map(|errors| {
        let at = |i: usize| end * i as f64 / (N_POINTS - 1) as f64;
        (0..N_POINTS).map(|i| (at(i), within(errors, at(i)))).collect::<Vec<_>>()
    });
    let mut scene = Scene::new("errors-overlaid", title, size.0, size.1);
    let sampled = both.map(|(_, report)| match &report.views {
        Views::Values(views) => views.actual.len(),
        Views::Classes(_) => 0,
    });
    scene.note = format!(
        "How many rows come how near (regression error characteristic): further up and left is better. Out-of-fold \
         predictions of {} rows at most.",
        format::count(sampled[0].max(sampled[1]) as u64)
    );
    let names = both.map(|(name, _)| name);
    draw(&mut scene, &axes, ((0.0, end), Scale::linear((0.0, 1.0), (0.0, 1.0))), names, &lines);
    scene
}

fn loss(both: [Candidate; 2], size: (f64, f64)) -> Scene {
    let curve = |report: &Report| -> Vec<(f64, f64)> {
        let points: &[CurvePoint] = report.training.as_ref().map_or(&[], |record| &record.curve);
        points.iter().map(|p| (f64::from(p.epoch), f64::from(p.validation_loss))).filter(|p| p.1.is_finite()).collect()
    };
    let lines = both.map(|(_, report)| curve(report));
    let best = |line: &[(f64, f64)]| line.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1));
    let told = |i: usize| {
        best(&lines[i]).map(|(epoch, loss)| {
            format!(
                "{} after {} by {}",
                format::significant(loss, 3),
                format::counted(epoch as u64, "epoch", "epochs"),
                both[i].0
            )
        })
    };
    let title = match (told(0), told(1)) {
        (Some(one), Some(other)) => format!("The least loss on validation rows was {one}, {other}"),
        _ => "Loss on validation rows".to_owned(),
    };
    let mut scene = Scene::new("loss-overlaid", title, size.0, size.1);
    scene.note =
        "Loss is what training makes small, here on rows that only watch. Its scale depends on the weights of \
                  classes, so that only losses of the same weights compare."
            .to_owned();
    let last = lines.iter().filter_map(|line| line.last()).fold(2.0, |end: f64, point| end.max(point.0));
    let (low, high) = extent(lines.iter().flatten().map(|point| point.1)).unwrap_or((0.0, 1.0));
    let y = Scale::linear((low.min(0.0), high), (0.0, 1.0)).nice(5.0);
    let axes = Axes { x_name: "Epoch", y_name: "Validation loss", x_ticks: Ticks::Whole, y_ticks: Ticks::Number };
    draw(&mut scene, &axes, ((0.0, last), y), both.map(|(name, _)| name), &lines);
    scene
}

/// A line for each of two candidates, named at its end.
fn draw(scene: &mut Scene, axes: &Axes, (x, y): ((f64, f64), Scale), names: [&str; 2], lines: &[Vec<(f64, f64)>; 2]) {
    let short = names.map(label);
    let margin = short.iter().map(|name| text_width(name) + 14.0).fold(16.0, f64::max);
    scene.find = Find::Near;
    scene.table = ChartTable::new(&["candidate", axes.x_name, axes.y_name]);
    let plot = Plot::new(scene, x, y, axes, margin);
    plot.draw(scene, axes);
    let mut ends = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let points: Vec<(f64, f64)> = line.iter().map(|(x, y)| plot.at(*x, *y)).collect();
        ends.push(points.last().map_or(plot.bottom, |point| point.1));
        for (value, (x, y)) in line.iter().zip(&points) {
            let numbers = [(axes.x_name, value.0), (axes.y_name, value.1)];
            let told = |ticks: Ticks, value: f64| match ticks {
                Ticks::Percent => format::percent(value),
                _ => format::significant(value, 4),
            };
            scene.stops.push(Stop {
                x: *x,
                y: *y,
                title: names[i].to_owned(),
                lines: numbers
                    .iter()
                    .zip([axes.x_ticks, axes.y_ticks])
                    .map(|((name, value), ticks)| ((*name).to_owned(), told(ticks, *value)))
                    .collect(),
            });
            scene.table.push(vec![Cell::Text(names[i].to_owned()), Cell::Number(value.0), Cell::Number(value.1)]);
        }
        scene.line(points, Ink::class(i), 2.0, false);
    }
    for (i, y) in spread(&ends, 16.0, plot.top + 8.0, plot.bottom).into_iter().enumerate() {
        scene.label(plot.right + 8.0, y + 4.0, short[i].clone(), Ink::class(i), Anchor::Start);
    }
}
