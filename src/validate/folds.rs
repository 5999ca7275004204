//! Cross-validation piece by piece.

use super::{Fit, HoldoutReport, Report, Score, student_t_quantile, views};
use crate::dataset::{Dataset, Target, Task};
use crate::metrics::{Metric, scores};
use crate::model::baseline::Baseline;
use crate::model::network::{Network, NetworkData, NetworkSpec, TrainingRecord};
use crate::model::{Model, ModelSpec, Predictions};
use crate::pipeline::{Pipeline, PipelineSpec, TrainingInput};
use crate::problem::Problem;
use crate::split::Split;

/// Gathers out-of-fold predictions of one candidate and scores each fold beside the baseline's.
#[derive(Clone, Debug)]
pub struct Folds {
    task: Task,
    scores: Vec<FoldScores>,
    /// Positions, predictions and sizes of the folds so far.
    tested: Vec<u32>,
    predictions: Predictions,
    /// (training rows, test rows) of each fold.
    sizes: Vec<(usize, usize)>,
    notes: Vec<String>,
}

/// One fold's scores, in the order of `Metric::of`.
#[derive(Clone, Debug, PartialEq)]
pub struct FoldScores {
    pub candidate: Vec<(Metric, Option<f64>)>,
    pub baseline: Vec<(Metric, Option<f64>)>,
}

impl FoldScores {
    /// The candidate's score by one metric.
    pub fn of(&self, metric: Metric) -> Option<f64> {
        self.candidate.iter().find(|(m, _)| *m == metric).and_then(|(_, score)| *score)
    }
}

/// Facts for the report that the folds do not know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// The target column's name.
    pub target: String,
    pub n_holdout: u32,
    /// Features of the prepared matrix of the final fit.
    pub n_prepared: u32,
    /// Of all fits together.
    pub fit_seconds: f64,
    /// The final fit's.
    pub training: Option<TrainingRecord>,
    /// Seed of the sample of rows for the plots.
    pub seed: u64,
    /// Which fit the model comes from.
    pub fit: Fit,
}

impl Folds {
    pub fn new(dataset: &Dataset) -> Self {
        let n_classes = if dataset.task == Task::Regression { 0 } else { dataset.target.n_outputs() };
        Self {
            task: dataset.task,
            scores: Vec::new(),
            tested: Vec::new(),
            predictions: Predictions::none(n_classes),
            sizes: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Folds scored so far.
    pub fn n_scored(&self) -> usize {
        self.scores.len()
    }

    /// Positions that the folds so far have tested, and the predictions of these.
    pub fn tested(&self) -> (&[u32], &Predictions) {
        (&self.tested, &self.predictions)
    }

    /// Score a fold. `predictions` are those of the rows at `test`; the baseline is fitted on the rows at `training`.
    pub fn add(&mut self, dataset: &Dataset, training: &[u32], test: &[u32], predictions: Predictions) -> &FoldScores {
        let truth = dataset.target.select(test);
        let baseline = Baseline::fit(&dataset.target.select(training)).predict(test.len());
        let scored = FoldScores {
            candidate: scores(self.task, &truth, &predictions),
            baseline: scores(self.task, &truth, &baseline),
        };
        if let Target::Classes { codes, labels } = &truth
            && let Some(only) = codes.first().filter(|first| codes.iter().all(|c| c == *first))
        {
            let n = self.scores.len() + 1;
            self.note(format!(
                "Fold {n} tests rows of class “{}” only, so some scores are undefined there.",
                labels[*only as usize]
            ));
        }
        self.tested.extend(test);
        self.sizes.push((training.len(), test.len()));
        self.predictions.append(predictions);
        self.scores.push(scored);
        &self.scores[self.scores.len() - 1]
    }

    /// Add a sentence that the person should read, once.
    pub fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Everything found, once all folds are in, or those before the training was stopped.
    pub fn report(self, dataset: &Dataset, about: About) -> Report {
        let truth = dataset.target.select(&self.tested);
        let rows: Vec<u32> = self.tested.iter().map(|p| dataset.rows[*p as usize]).collect();
        let labels = match &dataset.target {
            Target::Classes { labels, .. } => labels.clone(),
            Target::Values(_) => Vec::new(),
        };
        Report {
            task: self.task,
            target: about.target,
            labels,
            n_rows: self.tested.len() as u32,
            n_holdout: about.n_holdout,
            n_features: dataset.features.len() as u32,
            n_prepared: about.n_prepared,
            scores: Metric::of(self.task).iter().enumerate().map(|(i, &m)| self.score(i, m)).collect(),
            views: views(&truth, &self.predictions, &rows, about.seed),
            holdout: None,
            fit_seconds: about.fit_seconds,
            left_out: dataset.left_out.clone(),
            notes: self.notes,
            training: about.training,
            fit: about.fit,
        }
    }

    fn score(&self, position: usize, metric: Metric) -> Score {
        let folds: Vec<Option<f64>> = self.scores.iter().map(|s| s.candidate[position].1).collect();
        let baseline: Vec<f64> = self.scores.iter().filter_map(|s| s.baseline[position].1).collect();
        let known: Vec<f64> = folds.iter().flatten().copied().collect();
        let deviation = deviation(&known);
        let sizes: Vec<(usize, usize)> =
            self.sizes.iter().zip(&folds).filter(|(_, fold)| fold.is_some()).map(|(size, _)| *size).collect();
        let interval = mean(&known).zip(deviation).map(|(m, d)| metric.possible(interval(m, d, &sizes)));
        Score { metric, mean: mean(&known), deviation, interval, baseline: mean(&baseline), folds }
    }
}

/// 95 % interval of the mean over folds. The training sets overlap, so the variance of the mean is taken as
/// s²·(1/k + n_test/n_train). Source: Nadeau & Bengio, Inference for the Generalization Error (2003).
fn interval(mean: f64, deviation: f64, sizes: &[(usize, usize)]) -> (f64, f64) {
    let k = sizes.len() as f64;
    let n_train: f64 = sizes.iter().map(|s| s.0 as f64).sum();
    let n_test: f64 = sizes.iter().map(|s| s.1 as f64).sum();
    let half = student_t_quantile(0.975, k - 1.0) * deviation * (1.0 / k + n_test / n_train).sqrt();
    (mean - half, mean + half)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Sample standard deviation (n − 1); `None` for fewer than two values.
fn deviation(values: &[f64]) -> Option<f64> {
    let center = mean(values).filter(|_| values.len() > 1)?;
    let squares: f64 = values.iter().map(|v| (v - center) * (v - center)).sum();
    Some((squares / (values.len() - 1) as f64).sqrt())
}

/// Score a pipeline on the locked rows. `training` are the rows that it was fitted on; `look` counts from 1.
pub fn open_holdout(
    dataset: &Dataset,
    pipeline: &Pipeline,
    training: &[u32],
    holdout: &[u32],
    look: u32,
    seed: u64,
) -> HoldoutReport {
    let truth = dataset.target.select(holdout);
    let predictions = pipeline.predict_positions(dataset, holdout);
    let baseline = Baseline::fit(&dataset.target.select(training)).predict(holdout.len());
    let rows: Vec<u32> = holdout.iter().map(|p| dataset.rows[*p as usize]).collect();
    HoldoutReport {
        scores: scores(dataset.task, &truth, &predictions),
        baseline: scores(dataset.task, &truth, &baseline),
        views: views(&truth, &predictions, &rows, seed),
        look,
    }
}

/// Trains a network on prepared data; the error is a sentence.
pub type Trainer<'a> = dyn FnMut(&NetworkSpec, &NetworkData) -> Result<(Network, TrainingRecord), String> + 'a;

/// Cross-validate a candidate and fit it on all rows outside the holdout, in one go. `target` is the target column's
/// name. Time is not measured here: `fit_seconds` is the sum over the trainer's records.
///
/// # Errors
/// Settings out of range, a fit that cannot begin, or the trainer's error.
pub fn cross_validate(
    dataset: &Dataset,
    target: &str,
    split: &Split,
    spec: &PipelineSpec,
    trainer: &mut Trainer<'_>,
) -> Result<(Pipeline, Report), Problem> {
    if let Some(problem) = spec.validate(dataset.task).into_iter().next() {
        return Err(problem);
    }
    let mut folds = Folds::new(dataset);
    for note in split.notes(&dataset.target) {
        folds.note(note);
    }
    let mut fit_seconds = 0.0;
    for (fold, test) in split.folds.iter().enumerate() {
        let training = split.training(fold);
        let input = spec.prepare(dataset, &training)?;
        let fitted = fit_model(&spec.model, &input, trainer)?;
        fit_seconds += fitted.seconds();
        if let Some(note) = fitted.note {
            folds.note(format!("Fold {}: {note}", fold + 1));
        }
        let pipeline = input.assemble(target, fitted.model);
        folds.add(dataset, &training, test, pipeline.predict_positions(dataset, test));
    }
    let input = spec.prepare(dataset, &split.outside_holdout())?;
    let n_prepared = input.features.n_columns as u32;
    let fitted = fit_model(&spec.model, &input, trainer)?;
    fit_seconds += fitted.seconds();
    if let Some(note) = fitted.note {
        folds.note(note);
    }
    let about = About {
        target: target.to_owned(),
        n_holdout: split.holdout.len() as u32,
        n_prepared,
        fit_seconds,
        training: fitted.record,
        seed: 0,
        fit: Fit::All,
    };
    Ok((input.assemble(target, fitted.model), folds.report(dataset, about)))
}

struct Fitted {
    model: Model,
    record: Option<TrainingRecord>,
    note: Option<String>,
}

impl Fitted {
    fn seconds(&self) -> f64 {
        self.record.as_ref().map_or(0.0, |r| r.seconds)
    }
}

fn fit_model(spec: &ModelSpec, input: &TrainingInput, trainer: &mut Trainer<'_>) -> Result<Fitted, Problem> {
    match spec {
        ModelSpec::Baseline => {
            Ok(Fitted { model: Model::Baseline(Baseline::fit(&input.target)), record: None, note: None })
        }
        ModelSpec::Linear(spec) => {
            let outcome = spec.fit(&input.features, &input.target)?;
            let note = outcome.note();
            Ok(Fitted { model: Model::Linear(outcome.model), record: None, note })
        }
        ModelSpec::Network(spec) => {
            let (network, record) = trainer(spec, &input.network_data(spec)).map_err(|event| Problem {
                place: "network".into(),
                event,
                kept: "The other models are kept.".into(),
                cure: "Try again, or change the network's settings.".into(),
            })?;
            let note = record.note();
            Ok(Fitted { model: Model::Network(network), record: Some(record), note })
        }
    }
}
