//! Cross-validation piece by piece.

use std::collections::BTreeMap;

use super::conformal::{Aside, Cover, Measured, covered, spread};
use super::naive::first_of_each;
use super::resample::{HeldOut, resampled};
use super::{FEWEST_FOLDS, Fit, HoldoutReport, Report, Score, Tested, student_t_quantile, views};
use crate::dataset::{Dataset, Target, Task};
use crate::metrics::{Metric, scores};
use crate::model::baseline::Baseline;
use crate::model::fit::{FitSpec, FittedModel};
use crate::model::network::{Network, NetworkData, NetworkSpec, TrainingRecord};
use crate::model::{Model, ModelSpec, Predictions};
use crate::order::OrderBy;
use crate::pipeline::{Pipeline, PipelineSize, PipelineSpec, TrainingInput};
use crate::problem::Problem;
use crate::split::{Split, SplitFacts};

/// Gathers out-of-fold predictions of one candidate and scores each fold beside the baseline's. Folds may come in any
/// order; the report is the same.
#[derive(Clone, Debug)]
pub struct Folds {
    task: Task,
    n_classes: usize,
    folds: BTreeMap<usize, Scored>,
    /// By the place where they are told.
    notes: Vec<(NotePlace, String)>,
}

/// A fold that was scored.
#[derive(Clone, Debug)]
struct Scored {
    scores: FoldScores,
    /// Positions of the rows that it tests, and what was predicted for them.
    tested: Vec<u32>,
    predictions: Predictions,
    n_training: usize,
}

impl Scored {
    /// Rows that it was trained on, and that it tests.
    fn sizes(&self) -> (usize, usize) {
        (self.n_training, self.tested.len())
    }
}

/// Where a note stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotePlace {
    /// About the split as a whole.
    Split,
    /// About one fold, from 0, or, with the number of folds, the fit on all rows.
    Fold(usize),
    /// About how the training ended.
    End,
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
    /// How the rows were split.
    pub split: SplitFacts,
    /// What the rows that were set aside promise of the model.
    pub aside: Option<Aside>,
    /// Of the fitted pipeline.
    pub size: Option<PipelineSize>,
}

impl Folds {
    pub fn new(dataset: &Dataset) -> Self {
        let n_classes = if dataset.task == Task::Regression { 0 } else { dataset.target.n_outputs() };
        Self { task: dataset.task, n_classes, folds: BTreeMap::new(), notes: Vec::new() }
    }

    /// Folds scored so far.
    pub fn n_scored(&self) -> usize {
        self.folds.len()
    }

    /// Positions that the folds so far have tested, each once, and the predictions of these.
    pub fn tested(&self) -> (Vec<u32>, Predictions) {
        let (mut tested, mut predictions) = (Vec::new(), Predictions::none(self.n_classes));
        for scored in self.folds.values() {
            tested.extend(&scored.tested);
            predictions.append(scored.predictions.clone());
        }
        first_of_each(tested, predictions)
    }

    /// Rows that the folds so far were trained on, on average; `None` before the first.
    pub fn mean_training(&self) -> Option<f64> {
        let total: f64 = self.folds.values().map(|fold| fold.n_training as f64).sum();
        (!self.folds.is_empty()).then(|| total / self.folds.len() as f64)
    }

    pub fn is_scored(&self, fold: usize) -> bool {
        self.folds.contains_key(&fold)
    }

    /// Score a fold (from 0). `predictions` are those of the rows at `test`; the baseline is fitted on the rows at
    /// `training`. The answer is the score by `metric`.
    pub fn add(
        &mut self,
        dataset: &Dataset,
        fold: usize,
        (training, test): (&[u32], &[u32]),
        predictions: Predictions,
        metric: Metric,
    ) -> Option<f64> {
        let truth = dataset.target.select(test);
        let baseline = Baseline::fit(&dataset.target.select(training)).predict(test.len());
        let scores = FoldScores {
            candidate: scores(self.task, &truth, &predictions),
            baseline: scores(self.task, &truth, &baseline),
        };
        if let Target::Classes { codes, labels } = &truth
            && let Some(only) = codes.first().filter(|first| codes.iter().all(|c| c == *first))
        {
            let note = format!(
                "Fold {} tests rows of class “{}” only, so some scores are undefined there.",
                fold + 1,
                labels[*only as usize]
            );
            self.note(NotePlace::Fold(fold), note);
        }
        let score = scores.of(metric);
        self.folds.insert(fold, Scored { scores, tested: test.to_vec(), predictions, n_training: training.len() });
        score
    }

    /// Add a sentence that the person should read, once.
    pub fn note(&mut self, place: NotePlace, note: String) {
        if !self.notes.iter().any(|(_, known)| *known == note) {
            self.notes.push((place, note));
        }
    }

    /// Every metric over the folds so far, in the order of `Metric::of`.
    pub fn scores(&self) -> Vec<Score> {
        Metric::of(self.task).iter().enumerate().map(|(i, &m)| self.score(i, m)).collect()
    }

    /// What was predicted for which rows, fold by fold.
    pub fn kept(&self) -> Tested {
        let mut kept =
            Tested { sizes: Vec::new(), positions: Vec::new(), predictions: Predictions::none(self.n_classes) };
        for scored in self.folds.values() {
            kept.sizes.push(scored.tested.len() as u32);
            kept.positions.extend(&scored.tested);
            kept.predictions.append(scored.predictions.clone());
        }
        kept
    }

    /// Everything found, once all folds are in, or those before the training was stopped.
    pub fn report(mut self, dataset: &Dataset, about: About) -> Report {
        self.notes.order_by_key(|(place, _)| *place);
        let scores = self.scores();
        let groups = dataset.groups.as_ref().map(|groups| groups.column.as_str());
        let held_out = self.kept().held_out(dataset);
        // Another round would test the same rows.
        let round = if about.split.n_folds == 0 { held_out.len() } else { about.split.n_folds as usize };
        let spread = spread(&held_out[..round.min(held_out.len())]);
        let resampled = resampled(self.task, held_out, groups, about.seed);
        let rows_of =
            |pick: fn((usize, usize)) -> usize| self.folds.values().map(|f| pick(f.sizes()) as f64).sum::<f64>();
        let test_to_train = rows_of(|sizes| sizes.1) / rows_of(|sizes| sizes.0).max(1.0);
        let (tested, predictions) = self.tested();
        let truth = dataset.target.select(&tested);
        let rows: Vec<u32> = tested.iter().map(|p| dataset.rows[*p as usize]).collect();
        let labels = match &dataset.target {
            Target::Classes { labels, .. } => labels.clone(),
            Target::Values(_) => Vec::new(),
        };
        Report {
            task: self.task,
            target: about.target,
            labels,
            n_rows: tested.len() as u32,
            n_holdout: about.n_holdout,
            n_features: dataset.features.len() as u32,
            n_prepared: about.n_prepared,
            scores,
            views: views(&truth, &predictions, &rows, about.seed),
            holdout: None,
            fit_seconds: about.fit_seconds,
            left_out: dataset.left_out.clone(),
            notes: self.notes.into_iter().map(|(_, note)| note).collect(),
            training: about.training,
            fit: about.fit,
            split: about.split,
            naive: None,
            search: None,
            blend: None,
            resampled,
            test_to_train,
            spread,
            aside: about.aside,
            size: about.size,
        }
    }

    fn score(&self, position: usize, metric: Metric) -> Score {
        let folds: Vec<Option<f64>> = self.folds.values().map(|f| f.scores.candidate[position].1).collect();
        let baseline: Vec<f64> = self.folds.values().filter_map(|f| f.scores.baseline[position].1).collect();
        let known: Vec<f64> = folds.iter().flatten().copied().collect();
        let deviation = deviation(&known);
        let sizes: Vec<(usize, usize)> =
            self.folds.values().zip(&folds).filter(|(_, score)| score.is_some()).map(|(f, _)| f.sizes()).collect();
        let enough = known.len() >= FEWEST_FOLDS;
        let interval =
            mean(&known).zip(deviation).filter(|_| enough).map(|(m, d)| metric.possible(interval(m, d, &sizes)));
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

/// Score a pipeline on the locked rows. `training` are the rows that it was fitted on; `report` is what was known of it
/// before; `look` counts from 1.
pub fn open_holdout(
    dataset: &Dataset,
    (pipeline, report): (&Pipeline, &Report),
    training: &[u32],
    holdout: &[u32],
    look: u32,
    seed: u64,
) -> HoldoutReport {
    let truth = dataset.target.select(holdout);
    let predictions = pipeline.predict_positions(dataset, holdout);
    let baseline = Baseline::fit(&dataset.target.select(training)).predict(holdout.len());
    let rows: Vec<u32> = holdout.iter().map(|p| dataset.rows[*p as usize]).collect();
    let groups = dataset.groups.as_ref().map(|groups| groups.column.as_str());
    HoldoutReport {
        scores: scores(dataset.task, &truth, &predictions),
        baseline: scores(dataset.task, &truth, &baseline),
        views: views(&truth, &predictions, &rows, seed),
        look,
        covered: judged(report, &truth, &predictions),
        resampled: resampled(dataset.task, vec![HeldOut::of(dataset, holdout, predictions)], groups, seed),
    }
}

/// What the ranges or sets of a report come to on rows that it does not know.
fn judged(report: &Report, truth: &Target, predictions: &Predictions) -> Vec<(Cover, Measured)> {
    report.bounds().into_iter().map(|(cover, bounds)| (cover, covered(truth, predictions, bounds))).collect()
}

/// Trains a network on prepared data; the error is a sentence.
pub type Trainer<'a> = dyn FnMut(&NetworkSpec, &NetworkData) -> Result<(Network, TrainingRecord), String> + 'a;

/// Cross-validate a candidate and fit it on the rows outside the holdout (`Split::fitted`), in one go. `target` is the target column's
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
        folds.note(NotePlace::Split, note);
    }
    if let Some(note) = spec.model.note(split.fitted().len() as u32) {
        folds.note(NotePlace::End, note);
    }
    let mut fit_seconds = 0.0;
    for (fold, test) in split.folds.iter().enumerate() {
        let training = split.training(fold);
        let mut input = spec.prepare(dataset, &training)?;
        let fitted = fit_model(&spec.model, &mut input, trainer)?;
        fit_seconds += fitted.seconds();
        if let Some(note) = fitted.note {
            folds.note(NotePlace::Fold(fold), format!("Fold {}: {note}", fold + 1));
        }
        let pipeline = input.assemble(target, fitted.model);
        let predictions = pipeline.predict_positions(dataset, test);
        folds.add(dataset, fold, (&training, test), predictions, Metric::primary(dataset.task));
    }
    let mut input = spec.prepare(dataset, split.fitted())?;
    let n_prepared = input.features.n_columns as u32;
    let fitted = fit_model(&spec.model, &mut input, trainer)?;
    fit_seconds += fitted.seconds();
    if let Some(note) = fitted.note {
        folds.note(NotePlace::Fold(split.folds.len()), note);
    }
    let about = About {
        target: target.to_owned(),
        n_holdout: split.holdout.len() as u32,
        n_prepared,
        fit_seconds,
        training: fitted.record,
        seed: 0,
        fit: Fit::All,
        split: split.facts.clone(),
        aside: None,
        size: None,
    };
    let pipeline = input.assemble(target, fitted.model);
    let aside = Aside::of(dataset, &pipeline, &split.aside);
    let about = About { aside, size: Some(pipeline.size()), ..about };
    let report = folds.report(dataset, about);
    Ok((pipeline, report))
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

fn fit_model(spec: &ModelSpec, input: &mut TrainingInput, trainer: &mut Trainer<'_>) -> Result<Fitted, Problem> {
    if let Some(spec) = FitSpec::of(spec) {
        let FittedModel { model, note } = input.fit_task(spec).fit()?;
        return Ok(Fitted { model, record: None, note });
    }
    let ModelSpec::Network(spec) = spec else {
        return Ok(Fitted { model: Model::Baseline(Baseline::fit(&input.target)), record: None, note: None });
    };
    let (network, record) = trainer(spec, &input.network_data(spec)).map_err(|event| Problem {
        place: "network".into(),
        event,
        kept: "The other models are kept.".into(),
        cure: "Try again, or change the network's settings.".into(),
    })?;
    let note = record.note();
    Ok(Fitted { model: Model::Network(network), record: Some(record), note })
}
