//! Metrics of rows with outcomes, and how much they would differ on other rows of the same kind.

use serde::{Deserialize, Serialize};

use crate::dataset::{Target, Task};
use crate::metrics::{self, Metric};
use crate::model::Predictions;
use crate::validate::{student_t_above, student_t_quantile};

use super::calibrate::{Calibration, calibrated, estimated};

/// Parts of the rows that an error is told from.
const PARTS: u32 = 20;
/// Above this many rows each part is measured alone, which costs a twentieth of leaving each out.
const MANY: usize = 20_000;

/// A number with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub value: f64,
    pub error: f64,
}

impl Measured {
    /// 95 % interval by Student's t.
    pub fn interval(self) -> (f64, f64) {
        let half = student_t_quantile(0.975, f64::from(PARTS - 1)) * self.error;
        (self.value - half, self.value + half)
    }

    /// How far `self` lies above `other`, and the probability of that or more if both were alike (Welch's t).
    pub fn above(self, other: Self) -> (f64, f64) {
        let (a, b) = (self.error * self.error, other.error * other.error);
        let distance = self.value - other.value;
        if !(a + b > 0.0) {
            return (distance, if distance > 0.0 { 0.0 } else { 1.0 });
        }
        let freedom = (a + b) * (a + b) / ((a * a + b * b) / f64::from(PARTS - 1));
        (distance, student_t_above(distance / (a + b).sqrt(), freedom))
    }
}

/// The metrics that are watched, the most telling first.
pub fn watched(task: Task) -> &'static [Metric] {
    match task {
        Task::Binary => &[Metric::RocAuc, Metric::Brier, Metric::Accuracy],
        Task::Multiclass => &[Metric::LogLoss, Metric::Accuracy],
        Task::Regression => &[Metric::Rmse, Metric::Mae],
    }
}

/// The metric that is estimated without outcomes; `None` for values.
pub fn estimable(task: Task) -> Option<Metric> {
    match task {
        Task::Binary => Some(Metric::RocAuc),
        Task::Multiclass => Some(Metric::Accuracy),
        Task::Regression => None,
    }
}

/// A number of some of `n` rows, with the standard error of leaving out each of twenty interleaved parts. Source: Kott, The
/// Delete-a-Group Jackknife (2001). `None` where the number is not defined for all rows or for one of the parts.
pub fn measured(n: usize, of: &dyn Fn(&[u32]) -> Option<f64>) -> Option<Measured> {
    let rows = |keep: &dyn Fn(u32) -> bool| -> Vec<u32> { (0..n as u32).filter(|row| keep(*row)).collect() };
    let value = of(&rows(&|_| true)).filter(|value| value.is_finite())?;
    let alone = n > MANY;
    let mut parts = Vec::new();
    for part in 0..PARTS {
        parts.push(of(&rows(&|row| (row % PARTS == part) == alone))?);
    }
    let parts_n = f64::from(PARTS);
    let mean = parts.iter().sum::<f64>() / parts_n;
    let squares: f64 = parts.iter().map(|part| (part - mean) * (part - mean)).sum();
    let variance = if alone { squares / (parts_n * (parts_n - 1.0)) } else { squares * (parts_n - 1.0) / parts_n };
    Some(Measured { value, error: variance.sqrt() })
}

/// Some rows of predictions.
pub fn select(predictions: &Predictions, rows: &[u32]) -> Predictions {
    match predictions {
        Predictions::Values(values) => Predictions::Values(rows.iter().map(|row| values[*row as usize]).collect()),
        Predictions::Probabilities { values, n_classes } => {
            let n = *n_classes;
            let of_row = |row: &u32| values[*row as usize * n..(*row as usize + 1) * n].iter().copied();
            Predictions::Probabilities { values: rows.iter().flat_map(of_row).collect(), n_classes: n }
        }
    }
}

/// A metric of rows whose outcome is known.
pub fn realised(metric: Metric, target: &Target, predictions: &Predictions) -> Option<Measured> {
    measured(target.len(), &|rows| metrics::score(metric, &target.select(rows), &select(predictions, rows)))
}

/// A metric as the probabilities lead to expect it.
pub fn expected(metric: Metric, predictions: &Predictions, maps: &[Calibration]) -> Option<Measured> {
    let Predictions::Probabilities { values, n_classes } = predictions else { return None };
    let truth = calibrated(values, *n_classes, maps);
    measured(predictions.n_rows(), &|rows| {
        estimated(metric, &of_rows(values, *n_classes, rows), &of_rows(&truth, *n_classes, rows), *n_classes)
    })
}

/// By how much a metric is below what the probabilities of the same rows lead to expect.
pub fn shortfall(metric: Metric, target: &Target, predictions: &Predictions, maps: &[Calibration]) -> Option<Measured> {
    let Predictions::Probabilities { values, n_classes } = predictions else { return None };
    let n = *n_classes;
    let truth = calibrated(values, n, maps);
    measured(target.len(), &|rows| {
        let hoped = estimated(metric, &of_rows(values, n, rows), &of_rows(&truth, n, rows), n)?;
        Some(hoped - metrics::score(metric, &target.select(rows), &select(predictions, rows))?)
    })
}

fn of_rows<T: Copy>(values: &[T], n: usize, rows: &[u32]) -> Vec<T> {
    rows.iter().flat_map(|row| values[*row as usize * n..(*row as usize + 1) * n].iter().copied()).collect()
}
