//! What rows that were set aside promise of every prediction, as a package and a predicted file carry it: lower and upper
//! bounds of a value, or for each class whether it could be the true one.

use serde::{Deserialize, Serialize};

use crate::dataset::Task;
use crate::model::Predictions;
use crate::pipeline::Pipeline;
use crate::validate::Report;
use crate::validate::conformal::{Bounds, Cover};

/// The outputs of the graph that hold it.
pub const LOWER: &str = "lower";
pub const UPPER: &str = "upper";
pub const SET: &str = "set";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    pub cover: Cover,
    pub bounds: Bounds,
    /// Rows that were set aside for it.
    pub n_rows: u32,
}

/// How predictions become answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Decided<'a> {
    /// Of a binary task; `None`: the higher probability wins.
    pub threshold: Option<f64>,
    pub promise: Option<&'a Promise>,
}

impl From<Option<f64>> for Decided<'_> {
    fn from(threshold: Option<f64>) -> Self {
        Self { threshold, promise: None }
    }
}

impl Promise {
    /// `None` where no rows were set aside, or where they are too few for this level.
    pub fn of(report: &Report, cover: Cover) -> Option<Self> {
        let aside = report.aside.as_ref()?;
        let cover = Cover { by_class: cover.by_class && report.task != Task::Regression, ..cover };
        let bounds = aside.chosen(cover)?.clone();
        (bounds != Bounds::Half(None)).then_some(Self { cover, bounds, n_rows: aside.n_rows })
    }

    /// The columns that it adds to a table: "lower (90 %)" and "upper (90 %)", or "could be LABEL (90 %)" for each class.
    pub fn names(&self, pipeline: &Pipeline) -> Vec<String> {
        let level = self.cover.level.percent();
        match self.bounds {
            Bounds::Half(_) => [LOWER, UPPER].map(|name| format!("{name} ({level} %)")).into(),
            Bounds::Least(_) | Bounds::Gathered(_) => {
                pipeline.labels.iter().map(|label| format!("could be {label} ({level} %)")).collect()
            }
        }
    }

    /// The cells of these columns: numbers as the shortest texts that read back to the same f32, classes as true or false.
    pub fn texts(&self, predictions: &Predictions, row: usize) -> Vec<String> {
        match predictions {
            Predictions::Values(values) => {
                let range = self.bounds.range(values[row]);
                range.map_or_else(Vec::new, |(low, high)| vec![format!("{low:?}"), format!("{high:?}")])
            }
            Predictions::Probabilities { values, n_classes } => {
                let set = self.bounds.set(&values[row * n_classes..(row + 1) * n_classes]);
                set.into_iter().map(|inside| inside.to_string()).collect()
            }
        }
    }
}
