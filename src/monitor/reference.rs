//! What a model's training rows looked like, in sketches: enough to say years later, on another machine, what has changed.

use serde::{Deserialize, Serialize};

use super::calibrate::Calibration;
use super::performance::{Measured, estimable, expected, realised, shortfall, watched};
use super::sketch::{Levels, Sample, Sketch};
use crate::dataset::{Target, Task};
use crate::metrics::Metric;
use crate::model::Predictions;
use crate::problem::Problem;
use crate::table::{Column, ColumnType};

/// The `format` of a reference on its own.
pub const FORMAT: &str = "hearth-reference";
/// Of the form; a larger one is from a newer Hearth.
pub const VERSION: u32 = 1;

/// Classes that are calibrated at most: each costs some fits over all rows.
const MOST_CALIBRATED: usize = 20;

/// Holds no row: counts in cells of at least five rows, means, and metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    pub format: String,
    pub version: u32,
    pub task: Task,
    /// The target column's name.
    pub target: String,
    pub labels: Vec<String>,
    /// Rows that the sketches were made of: those that the folds tested.
    pub n_rows: u32,
    /// The columns that the model reads, in its order.
    pub columns: Vec<ColumnReference>,
    /// How much the model depends on each column, in any unit; empty where that is not known.
    pub importance: Vec<f64>,
    pub outcomes: Sketch,
    /// Of the folds: the probability of the positive class, the predicted class of more than two, or the value.
    pub predictions: Sketch,
    pub performance: Vec<MetricReference>,
    /// What CBPE calibrates with: of the positive class, or of each of more than two.
    pub calibration: Vec<Calibration>,
    /// `performance::estimable` of the same rows as CBPE estimates it, and how far the truth fell short of that.
    pub estimated: Option<(Measured, Measured)>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnReference {
    pub name: String,
    pub column_type: ColumnType,
    pub sketch: Sketch,
}

/// A metric of the folds' predictions, all folds together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricReference {
    pub metric: Metric,
    pub measured: Measured,
}

/// The rows that a reference is made of.
pub struct Training<'a> {
    pub task: Task,
    pub target_name: &'a str,
    /// The columns that the model reads, and their rows.
    pub columns: &'a [&'a Column],
    pub rows: &'a [u32],
    /// Truth and out-of-fold predictions of these rows.
    pub target: &'a Target,
    pub predictions: &'a Predictions,
    /// Rows that the models of the folds learned from, on average; `None`: one model made all predictions, and had seen none
    /// of these rows.
    pub n_training: Option<f64>,
    /// As in `Reference`.
    pub importance: Vec<f64>,
    pub seed: u64,
}

/// Of a column of texts only how many there are: hardly one is that of another row, so that each new one would be strange.
fn sketch(column: &Column, rows: &[u32]) -> Sketch {
    let sample = Sample::of(column, rows);
    match sample.size() {
        (n, n_missing) if column.values.column_type() == ColumnType::Text => {
            Sketch::Levels(Levels { n, n_missing, levels: Vec::new(), other: n })
        }
        _ => sample.sketch(),
    }
}

impl Reference {
    /// Costs a sort of each column, and some twenty passes over the predictions.
    pub fn make(training: &Training) -> Self {
        let Training { task, target_name, columns, rows, target, predictions, n_training, ref importance, seed } =
            *training;
        // The models of the folds learned from one another's rows, and another training would have come to other models:
        // rows that are left out tell nothing of that. Source: Nadeau & Bengio, Inference for the Generalization Error
        // (2003), as for the intervals of the report: 1/k becomes 1/k + n_test/n_train.
        let refitted = n_training.map_or(1.0, |n| (1.0 + rows.len() as f64 / n.max(1.0)).sqrt());
        let widened = |measured: Measured| Measured { error: refitted * measured.error, ..measured };
        let of_column = |column: &&Column| ColumnReference {
            name: column.name.clone(),
            column_type: column.values.column_type(),
            sketch: sketch(column, rows),
        };
        let labels = match target {
            Target::Classes { labels, .. } => labels.clone(),
            Target::Values(_) => Vec::new(),
        };
        let measure = |metric: &Metric| {
            let measured = widened(realised(*metric, target, predictions)?);
            Some(MetricReference { metric: *metric, measured })
        };
        let calibration = calibration(target, predictions, seed);
        let estimated = estimable(task).and_then(|metric| {
            let hoped = expected(metric, predictions, &calibration)?;
            Some((widened(hoped), widened(shortfall(metric, target, predictions, &calibration)?)))
        });
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            task,
            target: target_name.to_owned(),
            n_rows: rows.len() as u32,
            columns: columns.iter().map(of_column).collect(),
            importance: importance.clone(),
            outcomes: outcomes(target).sketch(),
            predictions: told(predictions, &labels).sketch(),
            performance: watched(task).iter().filter_map(measure).collect(),
            calibration,
            estimated,
            labels,
        }
    }

    /// The share of rows that missed a column, by its position.
    pub fn missing_share(&self, position: usize) -> Option<f64> {
        let (known, missing) = self.columns.get(position)?.sketch.size();
        let n = known + missing;
        (n > 0).then(|| f64::from(missing) / f64::from(n))
    }

    /// The bytes of `reference.json`; equal references give equal bytes.
    ///
    /// # Errors
    /// When a number cannot be written.
    pub fn to_json(&self) -> Result<Vec<u8>, Problem> {
        let mut text = serde_json::to_string(self)
            .map_err(|e| problem(format!("The reference could not be written ({e})."), "Train again."))?;
        text.push('\n');
        Ok(text.into_bytes())
    }

    /// # Errors
    /// Another file, a damaged one, or one of another form.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Problem> {
        let cure = "Take the package as it was downloaded, unchanged.";
        let read: Self = serde_json::from_slice(bytes)
            .map_err(|e| problem(format!("The file cannot be read as a reference ({e})."), cure))?;
        if read.format != FORMAT || read.version != VERSION {
            let event = format!(
                "The reference has the form “{}” {}; this Hearth reads “{FORMAT}” {VERSION}.",
                read.format.escape_debug(),
                read.version
            );
            return Err(problem(event, "Open it with the Hearth that wrote it, or train again."));
        }
        Ok(read)
    }
}

fn problem(event: String, cure: &str) -> Problem {
    Problem { place: "reference.json".into(), event, kept: "Nothing was changed.".into(), cure: cure.into() }
}

/// Outcomes as a sample.
pub fn outcomes(target: &Target) -> Sample {
    match target {
        Target::Classes { codes, labels } => of_codes(codes.iter().copied(), labels),
        Target::Values(values) => Sample::numbers(values.clone()),
    }
}

/// Predictions as a sample: the probability of the positive class, the class of more than two, or the value.
pub fn told(predictions: &Predictions, labels: &[String]) -> Sample {
    match predictions {
        Predictions::Values(values) => Sample::numbers(values.iter().map(|value| f64::from(*value)).collect()),
        Predictions::Probabilities { values, n_classes: 2 } => {
            Sample::numbers(values.chunks_exact(2).map(|row| f64::from(row[1])).collect())
        }
        Predictions::Probabilities { .. } => {
            of_codes((0..predictions.n_rows()).filter_map(|row| predictions.class(row)), labels)
        }
    }
}

fn of_codes(codes: impl Iterator<Item = u32>, labels: &[String]) -> Sample {
    let mut counts = vec![0u32; labels.len()];
    for code in codes {
        counts[code as usize] += 1;
    }
    Sample::levels(labels.iter().cloned().zip(counts).filter(|(_, n)| *n > 0).collect(), 0)
}

fn calibration(target: &Target, predictions: &Predictions, seed: u64) -> Vec<Calibration> {
    let (Target::Classes { codes, .. }, Predictions::Probabilities { values, n_classes }) = (target, predictions)
    else {
        return Vec::new();
    };
    let n = *n_classes;
    if n > MOST_CALIBRATED {
        return Vec::new();
    }
    let classes = if n == 2 { 1..2 } else { 0..n };
    let of_class = |class: usize| {
        let probabilities: Vec<f64> = values.chunks_exact(n).map(|row| f64::from(row[class])).collect();
        let positive: Vec<bool> = codes.iter().map(|code| *code as usize == class).collect();
        Calibration::where_needed(&probabilities, &positive, seed)
    };
    classes.map(of_class).collect()
}
