//! Learning curves: loss or score by epoch, for the rows that train and the rows that only watch.

use super::format;
use super::plot::{Axes, Plot, Ticks};
use super::scale::{Scale, extent};
use super::scene::{Anchor, Cell, ChartTable, Find, Ink, Scene, Stop, spread, text_width};
use crate::dataset::Task;
use crate::model::network::CurvePoint;

/// What the curves show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    Loss,
    Score,
}

impl Curve {
    fn of(self, point: &CurvePoint) -> (f64, f64) {
        match self {
            Self::Loss => (f64::from(point.train_loss), f64::from(point.validation_loss)),
            Self::Score => (f64::from(point.train_score), f64::from(point.validation_score)),
        }
    }

    fn name(self, task: Task) -> &'static str {
        match (self, task) {
            (Self::Loss, _) => "Loss",
            (Self::Score, Task::Regression) => "R²",
            (Self::Score, Task::Binary | Task::Multiclass) => "Accuracy",
        }
    }
}

/// What the curves run along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    Epochs,
    /// Where an epoch is too short a thing to count.
    Steps,
}

impl Along {
    fn of(self, point: &CurvePoint) -> u32 {
        match self {
            Self::Epochs => point.epoch,
            Self::Steps => point.step,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Epochs => "epoch",
            Self::Steps => "step",
        }
    }

    fn axis(self) -> &'static str {
        match self {
            Self::Epochs => "Epoch",
            Self::Steps => "Step",
        }
    }

    fn counted(self, n: u32) -> String {
        match self {
            Self::Epochs => format::counted(u64::from(n), "epoch", "epochs"),
            Self::Steps => format::counted(u64::from(n), "step", "steps"),
        }
    }
}

/// Two lines over epochs, labelled at their ends, and the best epoch. `end` is the planned number of epochs, so that
/// a curve grows into an axis that stands still.
pub fn learning(
    points: &[CurvePoint],
    curve: Curve,
    task: Task,
    log: bool,
    (along, end): (Along, Option<u32>),
    (width, height): (f64, f64),
) -> Scene {
    let name = curve.name(task);
    let mut scene =
        Scene::new(&format!("learning-{}", name.to_lowercase()), title(points, curve, task, along), width, height);
    scene.note = note(curve).to_owned();
    scene.find = Find::Across;
    scene.table = table(points);
    let all = points.iter().flat_map(|p| [curve.of(p).0, curve.of(p).1]);
    let (low, high) = extent(all.filter(|v| !log || *v > 0.0)).unwrap_or((0.0, 1.0));
    let domain_y = if log {
        Scale::logarithmic((low, high), (0.0, 1.0))
    } else if curve == Curve::Score && low >= 0.0 {
        Scale::linear((low, high.max(low + 0.01)), (0.0, 1.0)).nice(5.0)
    } else {
        Scale::linear((low.min(0.0), high), (0.0, 1.0)).nice(5.0)
    };
    let last = points.last().map_or(1, |p| along.of(p));
    let end = f64::from(end.unwrap_or(last).max(last).max(2));
    let axes = Axes { x_name: along.axis(), y_name: name, x_ticks: Ticks::Whole, y_ticks: Ticks::Number };
    let plot = Plot::new(&scene, (0.0, end), domain_y, &axes, 76.0);
    plot.draw(&mut scene, &axes);
    let (Some(last_point), Some(best)) = (points.last(), best(points)) else { return scene };

    let best_x = plot.x.map(f64::from(along.of(best)));
    scene.line(vec![(best_x, plot.top), (best_x, plot.bottom)], Ink::Hairline, 1.0, true);
    let path = |pick: fn((f64, f64)) -> f64| {
        points
            .iter()
            .filter(|p| pick(curve.of(p)).is_finite())
            .map(|p| plot.at(f64::from(along.of(p)), pick(curve.of(p))))
            .collect::<Vec<_>>()
    };
    scene.line(path(|v| v.0), Ink::Soft, 1.5, false);
    scene.line(path(|v| v.1), Ink::Model, 2.0, false);
    plot.dot(&mut scene, f64::from(along.of(best)), curve.of(best).1, 4.0, Ink::Model, false);
    // Beside its line towards the middle, but never over the axis's name, which stands at the same height.
    let text = format!("best: {} {}", along.word(), along.of(best));
    let wide = text_width(&text);
    let beside = if best_x > (plot.left + plot.right) / 2.0 { best_x - 6.0 - wide } else { best_x + 6.0 };
    let x = beside.min(width - wide).max(text_width(&format!("↑ {name}")) + 10.0);
    scene.label(x, plot.top - 12.0, text, Ink::Ink, Anchor::Start);

    let (train, validation) = curve.of(last_point);
    let ends = spread(&[plot.y.map(train), plot.y.map(validation)], 15.0, plot.top, plot.bottom);
    let x = plot.x.map(f64::from(along.of(last_point))) + 8.0;
    scene.label(x, ends[0] + 4.0, "training", Ink::Soft, Anchor::Start);
    scene.label(x, ends[1] + 4.0, "validation", Ink::Model, Anchor::Start);

    for point in points {
        let (train, validation) = curve.of(point);
        let (x, y) = plot.at(f64::from(along.of(point)), validation);
        scene.stops.push(Stop {
            x,
            y,
            title: format!("{} {}", along.axis(), format::count(along.of(point).into())),
            lines: vec![
                ("validation".to_owned(), format::significant(validation, 4)),
                ("training".to_owned(), format::significant(train, 4)),
            ],
        });
    }
    scene
}

/// The epoch that training keeps: the smallest validation loss, the earliest of equals.
fn best(points: &[CurvePoint]) -> Option<&CurvePoint> {
    points
        .iter()
        .filter(|p| p.validation_loss.is_finite())
        .min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss))
}

fn title(points: &[CurvePoint], curve: Curve, task: Task, along: Along) -> String {
    let (Some(last), Some(best)) = (points.last(), best(points)) else {
        return format!("{} by {}", curve.name(task), along.word());
    };
    let value = format::significant(curve.of(best).1, 3);
    let name = curve.name(task).to_owned();
    let since = along.of(last).saturating_sub(along.of(best));
    if since == 0 {
        format!("{name} on validation rows is at its best now: {value} after {}", along.counted(along.of(best)))
    } else {
        format!(
            "{name} on validation rows was best at {} {}: {value}; {} since then",
            along.word(),
            along.of(best),
            along.counted(since)
        )
    }
}

fn note(curve: Curve) -> &'static str {
    match curve {
        Curve::Loss => {
            "Loss is what training makes small. When the training line keeps falling and the validation line turns up, \
             the network has begun to learn its rows by heart (overfitting); the best epoch is kept."
        }
        Curve::Score => "The score on rows that train and on rows that only watch. A widening gap is overfitting.",
    }
}

fn table(points: &[CurvePoint]) -> ChartTable {
    let mut table =
        ChartTable::new(&["epoch", "step", "training loss", "validation loss", "training score", "validation score"]);
    for p in points {
        table.push(vec![
            Cell::Number(f64::from(p.epoch)),
            Cell::Number(f64::from(p.step)),
            Cell::Number(f64::from(p.train_loss)),
            Cell::Number(f64::from(p.validation_loss)),
            Cell::Number(f64::from(p.train_score)),
            Cell::Number(f64::from(p.validation_score)),
        ]);
    }
    table
}
