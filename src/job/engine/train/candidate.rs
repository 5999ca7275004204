//! One candidate on its way through the folds.

use std::collections::{BTreeMap, VecDeque};

use sha2::{Digest, Sha256};

use super::Setting;
use crate::dataset::{Dataset, Target};
use crate::job::encode;
use crate::job::engine::monitor::reference;
use crate::job::engine::run::{StoredRun, kept_folds};
use crate::job::neural::TRAINER_FORM;
use crate::model::fit::FitSpec;
use crate::model::network::{NetworkSpec, Stopped, TrainingRecord};
use crate::model::{Model, ModelSpec};
use crate::pipeline::{Pipeline, PipelineSpec, TrainingInput};
use crate::split::Split;
use crate::validate::{About, Aside, Fit, Folds, Naive, NotePlace, Report};

/// A candidate that has begun.
pub struct Candidate {
    /// In the design.
    pub position: u32,
    pub spec: PipelineSpec,
    /// The number of the trial that it is, from 1.
    pub trial: Option<u32>,
    pub place: Place,
    pub folds: Folds,
    /// Fits that are still to be given out, in order: the folds, then, numbered as one more fold, that on all rows, and
    /// behind it the folds of `naive`.
    pub to_do: VecDeque<usize>,
    /// What chance would have claimed, where this is the candidate to compare by.
    naive: Option<(Split, Folds)>,
    pub under_way: Vec<Fitting>,
    /// Of all fits so far.
    pub seconds: f64,
    /// Workers that ended in its fits.
    pub losses: u32,
    /// The fit on all rows.
    whole: Option<Box<Fitted>>,
    /// The fold that was scored last: what is kept when the training is stopped.
    last: Option<Box<LastFold>>,
    /// The pipelines of the folds so far.
    fitted: BTreeMap<usize, Pipeline>,
}

/// Who fits a candidate.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// It is there at once.
    Here,
    Pool(FitSpec),
    /// The neural trainer, one fit at a time.
    Trainer(NetworkSpec),
}

/// A fit that was given out. `input` is without its features.
pub struct Fitting {
    pub fit: u32,
    pub fold: usize,
    pub input: TrainingInput,
    pub n_prepared: u32,
    /// Prepared numbers that whoever fits it holds.
    pub n_numbers: u64,
}

/// A fitted pipeline and its training record, which only networks have.
pub struct Fitted {
    pub pipeline: Pipeline,
    pub n_prepared: u32,
    pub record: Option<TrainingRecord>,
}

struct LastFold {
    fold: usize,
    fitted: Fitted,
    /// It was stopped before its end.
    stopped: bool,
}

/// What came back of a fit.
pub struct Came {
    pub model: Model,
    pub record: Option<TrainingRecord>,
    pub note: Option<String>,
    pub seconds: f64,
}

impl Place {
    pub fn of(model: &ModelSpec) -> Self {
        match (FitSpec::of(model), model) {
            (Some(spec), _) => Self::Pool(spec),
            (None, ModelSpec::Network(spec)) => Self::Trainer(spec.clone()),
            (None, _) => Self::Here,
        }
    }
}

impl Candidate {
    pub fn begin(position: u32, spec: PipelineSpec, setting: &Setting, dataset: &Dataset) -> Self {
        let n_folds = setting.split.folds.len();
        let compares = setting.naive_candidate == Some(position);
        let naive = if compares { setting.design.split.naive(&dataset.target, &setting.split) } else { None };
        let n_naive = naive.as_ref().map_or(0, |split| split.folds.len());
        let mut folds = Folds::new(dataset);
        for note in setting.split.notes(&dataset.target) {
            folds.note(NotePlace::Split, note);
        }
        if let Some(note) = spec.model.note(setting.split.fitted().len() as u32) {
            folds.note(NotePlace::End, note);
        }
        Self {
            position,
            trial: None,
            place: Place::of(&spec.model),
            spec,
            folds,
            to_do: (0..=n_folds + n_naive).collect(),
            naive: naive.map(|split| (split, Folds::new(dataset))),
            under_way: Vec::new(),
            seconds: 0.0,
            losses: 0,
            whole: None,
            last: None,
            fitted: BTreeMap::new(),
        }
    }

    /// Rows that a fit is trained on.
    pub fn rows(&self, fold: usize, split: &Split) -> Vec<u32> {
        let n_folds = split.folds.len();
        match &self.naive {
            Some((naive, _)) if fold > n_folds => naive.training(fold - n_folds - 1),
            _ if fold < n_folds => split.training(fold),
            _ => split.fitted().to_vec(),
        }
    }

    /// Take what came back of a fit. The answer is the score of its fold, `None` for the fit on all rows and for folds to
    /// compare by.
    pub fn take(&mut self, fitting: Fitting, came: Came, setting: &Setting, dataset: &Dataset) -> Option<Option<f64>> {
        let Fitting { fold, input, n_prepared, .. } = fitting;
        let Came { model, record, note, seconds } = came;
        let n_folds = setting.split.folds.len();
        if fold > n_folds {
            // Only its score is of use; its time is no part of what the candidate costs.
            let pipeline = input.assemble(&setting.design.dataset.target, model);
            if let Some((split, folds)) = &mut self.naive {
                let (fold, training) = (fold - n_folds - 1, split.training(fold - n_folds - 1));
                let predictions = pipeline.predict_positions(dataset, &split.folds[fold]);
                folds.add(dataset, fold, (&training, &split.folds[fold]), predictions, setting.metric);
            }
            return None;
        }
        self.seconds += seconds;
        if let Some(note) = note {
            let place = if fold < n_folds { format!("Fold {}: ", fold + 1) } else { String::new() };
            self.folds.note(NotePlace::Fold(fold), place + &note);
        }
        let stopped = record.as_ref().is_some_and(|record| record.stopped == Stopped::Cancelled);
        let pipeline = input.assemble(&setting.design.dataset.target, model);
        if fold == n_folds {
            self.whole = Some(Box::new(Fitted { pipeline, n_prepared, record }));
            return None;
        }
        let test = &setting.split.folds[fold];
        let predictions = pipeline.predict_positions(dataset, test);
        let training = setting.split.training(fold);
        let score = self.folds.add(dataset, fold, (&training, test), predictions, setting.metric);
        self.fitted.insert(fold, pipeline.clone());
        self.last = Some(Box::new(LastFold { fold, fitted: Fitted { pipeline, n_prepared, record }, stopped }));
        Some(score)
    }

    /// The run, once all folds are scored and all rows fitted.
    pub fn complete(&mut self, setting: &Setting, dataset: &Dataset) -> Option<StoredRun> {
        let compares = |(split, folds): &(Split, Folds)| folds.n_scored() < split.folds.len();
        if self.folds.n_scored() < setting.split.folds.len() || self.naive.as_ref().is_some_and(compares) {
            return None;
        }
        let whole = self.whole.take()?;
        Some(self.run(setting, dataset, *whole, Fit::All))
    }

    /// Stopped in or after a fold: its model is the best so far, and the folds so far say how good it is. `None` where no
    /// fold was scored.
    pub fn stopped(&mut self, setting: &Setting, dataset: &Dataset) -> Option<StoredRun> {
        let LastFold { fold, fitted, stopped } = *self.last.take()?;
        let n_folds = setting.split.folds.len();
        let training = setting.split.training(fold);
        let when = if stopped { "in" } else { "after" };
        let note = format!(
            "Stopped {when} fold {} of {n_folds}: the model is that of this fold, trained on {} of {} rows, and its scores come from {} of {n_folds} folds.",
            fold + 1,
            training.len(),
            setting.split.fitted().len(),
            self.folds.n_scored(),
        );
        self.folds.note(NotePlace::End, note);
        let fit = Fit::Fold {
            fold: fold as u32 + 1,
            n_folds: n_folds as u32,
            n_training: training.len() as u32,
            n_rarest: rarest(&dataset.target, &training),
        };
        Some(self.run(setting, dataset, fitted, fit))
    }

    fn run(&mut self, setting: &Setting, dataset: &Dataset, fitted: Fitted, fit: Fit) -> StoredRun {
        let about = About {
            target: setting.design.dataset.target.clone(),
            n_holdout: setting.split.holdout.len() as u32,
            n_prepared: fitted.n_prepared,
            fit_seconds: self.seconds,
            training: fitted.record,
            seed: setting.design.split.seed,
            fit,
            split: setting.split.facts.clone(),
            aside: Aside::of(dataset, &fitted.pipeline, &setting.split.aside),
            size: Some(fitted.pipeline.size()),
        };
        let found =
            setting.found.iter().find(|(position, _)| *position == self.position).map(|(_, found)| found.clone());
        if let Some(found) = &found {
            self.folds.note(NotePlace::End, found.note(setting.split.holdout.is_empty()));
        }
        let reference = reference(dataset, &self.folds, &fitted.pipeline, setting.design.split.seed);
        let folds = std::mem::replace(&mut self.folds, Folds::new(dataset));
        let naive = self.naive.take().filter(|(split, folds)| folds.n_scored() == split.folds.len());
        let naive = naive.map(|(_, folds)| Naive { scores: folds.scores(), n_rows: folds.tested().0.len() as u32 });
        // They are looked up by their place among the folds: none may be missing before them.
        let fitted_folds = std::mem::take(&mut self.fitted).into_iter().enumerate();
        let without_gap =
            fitted_folds.take_while(|(place, (fold, _))| place == fold).map(|(_, (_, pipeline))| pipeline);
        StoredRun {
            pipeline: fitted.pipeline,
            folds: kept_folds(without_gap.collect()),
            tested: Some(folds.kept()),
            report: Report { naive, search: found, ..folds.report(dataset, about) },
            design: setting.design.clone(),
            candidate: self.position,
            data_sha256: setting.data.summary.sha256.clone(),
            n_table_rows: setting.data.table.n_rows as u32,
            import: Some(setting.data.receipt.clone()),
            recipe: setting.data.summary.recipe.clone(),
            replay: setting.replay.clone(),
            reference: Some(reference),
        }
    }

    /// "Neural network: fold 2 of 5".
    pub fn purpose(&self, fold: usize, n_folds: usize) -> String {
        let name = match self.trial {
            None => self.spec.model.name().to_owned(),
            Some(n) => format!("Trial {n}, {}", self.spec.model.name().to_lowercase()),
        };
        match fold {
            fold if fold < n_folds => format!("{name}: fold {} of {n_folds}", fold + 1),
            fold if fold > n_folds => format!("{name}: folds dealt by chance, to compare"),
            _ => format!("{name}: all rows"),
        }
    }

    /// "Linear: folds 2 and 3 of 5", as far as its fits are under way.
    pub fn doing(&self, n_folds: usize) -> Option<String> {
        let mut folds: Vec<usize> = self.under_way.iter().map(|f| f.fold).collect();
        folds.sort_unstable();
        let (first, last) = (*folds.first()?, *folds.last()?);
        let name = self.spec.model.name();
        let tested = folds.iter().filter(|fold| **fold < n_folds).count();
        Some(match tested {
            0 | 1 => self.purpose(first, n_folds),
            n => {
                let last = if last < n_folds { last } else { folds[n - 1] };
                let joint = if n == 2 { "and" } else { "to" };
                format!("{name}: folds {} {joint} {} of {n_folds}", first + 1, last + 1)
            }
        })
    }
}

/// What stands for a network's fit: equal keys are equal settings and encoded data for the same form of training.
pub fn fit_key(spec: &NetworkSpec, data: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update(TRAINER_FORM.to_le_bytes());
    hash.update(encode(spec));
    hash.update(data);
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many of the rows at these positions are of the rarest class; `None` for values.
fn rarest(target: &Target, positions: &[u32]) -> Option<u32> {
    let Target::Classes { codes, labels } = target else { return None };
    let mut counts = vec![0u32; labels.len()];
    for position in positions {
        counts[codes[*position as usize] as usize] += 1;
    }
    counts.into_iter().min()
}
