//! How long training takes: before it begins, and while it goes on.
//!
//! Work is counted in units that belong to the kind of a candidate: row × feature for a baseline and a linear model, row ×
//! weight × epoch for a network, row × feature × tree for trees. What a unit costs is measured: first of all by the fits of the training under way, then by
//! the newest complete run of the same kind. Where nothing is measured, a rate of a usual laptop stands in, with a wide
//! range, and is called a guess.

use super::project::Run;
use super::{JobKind, NetworkFit, Studio};
use crate::design::Design;
use crate::job::DesignCheck;
use crate::model::ModelSpec;
use crate::model::network::{CurvePoint, NetworkSpec, Stopped};
use crate::pipeline::PipelineSpec;
use crate::prepare::Encoding;
use crate::table::ColumnType;
use crate::validate::Fit;

/// A network's row costs as much as this many weights beside its own: batches are cut and programs are started.
const ROW_AS_WEIGHTS: f64 = 64.0;
/// Units per second of a usual laptop, where nothing was measured.
const GUESSED_BASELINE: f64 = 1e7;
const GUESSED_LINEAR: f64 = 1e6;
const GUESSED_NETWORK: f64 = 1e8;
/// Of a feature of a row in a tree.
const GUESSED_TREES: f64 = 5e7;
/// Seconds that one fit may take to begin, and the trainer of networks to be loaded, where nothing was measured: small
/// tables wait for these. Fitting 275 rows of 3 classes six times took 0.3 s for the linear model and 2 s for the network,
/// 10 s with the loading of the trainer; 5,634 rows of 2 classes took the linear model 1.3 s (two busy cores).
const GUESSED_BEGINNING: f64 = 0.1;
const GUESSED_LOADING: f64 = 10.0;
/// A guessed rate may be off by this factor to either side.
const GUESS_SPREAD: f64 = 4.0;
/// A rate that was measured with another size or in another session may be off by this factor.
const OTHER_SPREAD: f64 = 1.6;
/// A rate of the fits just before may be off by this factor.
const SAME_SPREAD: f64 = 1.15;

/// Seconds that something will still take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeLeft {
    pub least: f64,
    pub most: f64,
    /// Nothing that it rests on was measured on this computer.
    pub guess: bool,
}

impl TimeLeft {
    const NONE: Self = Self { least: 0.0, most: 0.0, guess: false };

    pub(super) fn exactly(seconds: f64) -> Self {
        Self { least: seconds, most: seconds, guess: false }
    }

    fn around(seconds: f64, spread: f64) -> Self {
        Self { least: seconds / spread, most: seconds * spread, guess: false }
    }

    /// One number for the whole range, as the bar needs it.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.least, self.most)
    }

    fn plus(self, other: Self) -> Self {
        Self { least: self.least + other.least, most: self.most + other.most, guess: self.guess || other.guess }
    }

    /// After some of it is gone.
    fn less(self, seconds: f64) -> Self {
        Self { least: (self.least - seconds).max(0.0), most: (self.most - seconds).max(0.0), ..self }
    }
}

/// What the training under way has measured of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    /// Position among the candidates that are trained, and the fold of the fit at work; the last fit is that on all rows.
    pub(super) candidate: usize,
    pub(super) fold: u32,
    /// Milliseconds on the page's clock, moved on by pauses: when the fit at work began.
    pub(super) since: f64,
    /// Fits that are through.
    fits: Vec<FitTime>,
    /// Epochs of the network that has just come back from the trainer.
    pub(super) epochs: Option<u32>,
    /// An earlier session has done some of the fit at work, so that its time measures nothing.
    pub(super) carried: bool,
    /// Features of the prepared matrix, since a network has told.
    n_prepared: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct FitTime {
    /// Position among the candidates that are trained.
    candidate: usize,
    seconds: f64,
    /// Share of all rows that it was trained on.
    share: f64,
    seconds_per_epoch: Option<f64>,
}

/// What a network fit has told of its own pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// Seconds to the last epoch of the settings.
    seconds_left: f64,
    /// Epochs to the last, with parts.
    epochs_left: f64,
    /// Seconds per epoch.
    each: f64,
}

impl Told {
    /// At the end no epoch is left to tell the pace; then it is that told before.
    pub(super) fn new(before: Option<Self>, seconds_left: f64, epochs_left: f64) -> Option<Self> {
        let each = if epochs_left > 0.0 { seconds_left / epochs_left } else { before?.each };
        (each.is_finite() && seconds_left.is_finite()).then_some(Self { seconds_left, epochs_left, each })
    }
}

impl Pace {
    pub(super) fn began(now: f64) -> Self {
        Self { since: now, ..Self::default() }
    }

    pub(super) fn network_began(&mut self, n_prepared: u32) {
        self.n_prepared = Some(n_prepared);
    }

    /// The fit at work is through.
    fn fit_done(&mut self, now: f64, n_folds: u32) {
        let seconds = (now - self.since).max(0.0) / 1000.0;
        let seconds_per_epoch = self.epochs.take().filter(|n| *n > 0).map(|n| seconds / f64::from(n));
        let share = share(self.fold, n_folds);
        self.since = now;
        if std::mem::take(&mut self.carried) {
            return;
        }
        self.fits.push(FitTime { candidate: self.candidate, seconds, share, seconds_per_epoch });
    }
}

impl Studio {
    /// A fold is scored: its fit is through.
    pub(super) fn pace_fold(&mut self, fold: u32) {
        let now = self.clock.now;
        let Some(training) = self.training.as_mut() else {
            return;
        };
        training.pace.fit_done(now, training.design.split.folds);
        training.pace.fold = fold.saturating_add(1);
        self.tell_time();
    }

    /// A candidate is through or has failed; `complete`: its last fit was measured too.
    pub(super) fn pace_candidate(&mut self, candidate: u32, complete: bool) {
        let now = self.clock.now;
        let Some(training) = self.training.as_mut() else {
            return;
        };
        if complete {
            training.pace.fit_done(now, training.design.split.folds);
        }
        let position = training.candidates.iter().position(|c| *c == candidate);
        training.pace.candidate = position.unwrap_or(training.pace.candidate) + 1;
        training.pace.fold = 0;
        training.pace.since = now;
        self.tell_time();
    }

    /// Reckon anew how long the work under way will take, and how far it is. The bar never goes back.
    pub(super) fn tell_time(&mut self) {
        let now = self.clock.now;
        let training = self.job.as_ref().is_some_and(|job| job.kind == JobKind::Train);
        let left = if training { self.training_left() } else { None };
        let Some(job) = self.job.as_mut().filter(|job| !job.paused && !job.stopping) else {
            return;
        };
        let worked = (now - job.started).max(0.0) / 1000.0;
        let counted = job.progress.as_ref().filter(|p| p.total > 0).map(|p| (p.done as f64, p.total as f64));
        let reached = if training {
            job.left = left;
            left.map(|left| worked / (worked + left.middle()).max(1e-9))
        } else {
            job.left = counted
                .filter(|(done, total)| *done > 0.0 && done < total && worked > 0.0)
                .map(|(done, total)| TimeLeft::exactly(worked / done * (total - done)));
            counted.map(|(done, total)| done / total)
        };
        if let Some(reached) = reached {
            job.share = Some(reached.clamp(job.share.unwrap_or(0.0), 1.0));
        }
    }

    /// How long these candidates of the design will train. `None` where the design was not checked.
    pub fn expected(&self, candidates: &[u32]) -> Option<TimeLeft> {
        let (design, check) = (self.project.design.as_ref()?, self.check.as_ref()?);
        let n_folds = design.split.folds;
        let mut all = TimeLeft::NONE;
        for position in candidates {
            let spec = design.candidates.get(*position as usize)?;
            let shares: f64 = (0..=n_folds).map(|fold| share(fold, n_folds)).sum();
            all = all.plus(self.fit_from_runs(design, check, spec, shares, None));
        }
        Some(all)
    }

    /// What the training under way still needs.
    fn training_left(&self) -> Option<TimeLeft> {
        let (training, check) = (self.training.as_ref().filter(|t| !t.finished)?, self.check.as_ref()?);
        let (pace, n_folds) = (&training.pace, training.design.split.folds);
        let mut all = TimeLeft::NONE;
        for (i, position) in training.candidates.iter().enumerate().skip(pace.candidate) {
            let spec = training.design.candidates.get(*position as usize)?;
            let first = if i == pace.candidate { pace.fold } else { 0 };
            for fold in first..=n_folds {
                let whole = || {
                    measured_fit(training, i, spec, share(fold, n_folds)).unwrap_or_else(|| {
                        self.fit_from_runs(&training.design, check, spec, share(fold, n_folds), pace.n_prepared)
                    })
                };
                let at_work = i == pace.candidate && fold == pace.fold;
                let told = self.fit.as_ref().filter(|_| at_work).and_then(|fit| fit.left(&training.curve));
                all = all.plus(match told {
                    Some(left) => left,
                    None if at_work => whole().less((self.clock.now - pace.since).max(0.0) / 1000.0),
                    None => match self.fit.as_ref().filter(|_| i == pace.candidate).and_then(NetworkFit::whole) {
                        // The first of its network: the others go as it goes.
                        Some(seconds) if measured_fit(training, i, spec, 1.0).is_none() => {
                            network_range(spec, seconds * share(fold, n_folds) / share(pace.fold, n_folds))
                        }
                        _ => whole(),
                    },
                });
            }
        }
        Some(all)
    }

    /// Fits on `shares` times all rows, by the newest complete run of the same kind, or else a guess.
    fn fit_from_runs(
        &self,
        design: &Design,
        check: &DesignCheck,
        spec: &PipelineSpec,
        shares: f64,
        n_prepared: Option<u32>,
    ) -> TimeLeft {
        let rows = f64::from(check.n_rows.saturating_sub(check.n_holdout)) * shares;
        let run = self.measured_run(spec);
        let same_data = run.filter(|run| run.report.n_features as usize == check.features.len());
        let n_prepared = n_prepared
            // Told by a network, whose categories have a feature each.
            .filter(|_| spec.prepare.encoding == Encoding::OneHot)
            .or(same_data.map(|run| run.report.n_prepared))
            .unwrap_or_else(|| self.prepared_features(design, check, spec));
        let units = rows * unit(&spec.model, n_prepared);
        let Some((run, per_unit)) = run.and_then(|run| Some((run, seconds_per_unit(run)?))) else {
            let (rate, model) = match &spec.model {
                ModelSpec::Baseline => (GUESSED_BASELINE, units),
                ModelSpec::Linear(_) => (GUESSED_LINEAR, units),
                ModelSpec::Network(network) => (GUESSED_NETWORK, units * f64::from(network.epochs)),
                // A round grows a tree for each class where there are more than two.
                ModelSpec::Boost(_) => {
                    (GUESSED_TREES, units * if check.classes.len() > 2 { check.classes.len() as f64 } else { 1.0 })
                }
                ModelSpec::Forest(_) => (GUESSED_TREES, units),
            };
            let range = with_early_stop(spec, TimeLeft::around(model / rate, GUESS_SPREAD));
            let is_network = matches!(spec.model, ModelSpec::Network(_));
            let loading = if is_network && self.device.is_none() { GUESSED_LOADING } else { 0.0 };
            return TimeLeft {
                guess: true,
                most: range.most + GUESSED_BEGINNING * libm::ceil(shares) + loading,
                ..range
            };
        };
        match (&spec.model, run.spec().map(|s| &s.model)) {
            (ModelSpec::Network(now), Some(ModelSpec::Network(then))) => {
                let spread = if now.hidden == then.hidden && now.batch_size == then.batch_size {
                    SAME_SPREAD
                } else {
                    OTHER_SPREAD
                };
                with_early_stop(spec, TimeLeft::around(units * f64::from(now.epochs) * per_unit, spread))
            }
            _ => TimeLeft::around(units * per_unit, OTHER_SPREAD),
        }
    }

    /// The newest run that tells what such a candidate costs here: complete, trained here, and of the device that this
    /// session has, where both are known.
    fn measured_run(&self, spec: &PipelineSpec) -> Option<&Run> {
        let same_device = |run: &Run| match (&self.device, &run.report.training) {
            (Some(device), Some(record)) => record.device.is_empty() || device.gpu != record.device.starts_with("CPU"),
            _ => true,
        };
        self.project.runs.iter().rev().find(|run| {
            !run.from_package
                && is_complete(run)
                && same_device(run)
                && run.spec().is_some_and(|s| s.model.name() == spec.model.name())
        })
    }

    /// Features after preparation, as far as the table's profile tells before anything is fitted.
    fn prepared_features(&self, design: &Design, check: &DesignCheck, spec: &PipelineSpec) -> u32 {
        let Some(table) = self.table.as_ref() else {
            return check.features.len() as u32;
        };
        let of = |column: &&crate::table::profile::ColumnProfile| {
            column.name != design.dataset.target && check.features.contains(&column.name)
        };
        let features = table.columns.iter().filter(of).map(|column| match column.column_type {
            _ if spec.prepare.encoding == Encoding::Codes => 1,
            ColumnType::Category => column.n_distinct.clamp(1, spec.prepare.max_categories),
            _ => 1 + u32::from(column.n_missing > 0),
        });
        features.fold(0u32, u32::saturating_add)
    }
}

impl NetworkFit {
    /// Seconds of the whole fit if no early stop comes.
    fn whole(&self) -> Option<f64> {
        Some(self.told?.each * f64::from(self.spec.epochs))
    }

    /// What is left of it: at most all epochs, at least until patience ends.
    fn left(&self, curve: &[CurvePoint]) -> Option<TimeLeft> {
        let told = self.told?;
        let least = self.spec.patience.map_or(told.epochs_left, |patience| {
            let done = f64::from(self.spec.epochs) - told.epochs_left;
            let best = curve.iter().min_by(|a, b| a.validation_loss.total_cmp(&b.validation_loss));
            let stops = best.map_or(0.0, |point| f64::from(point.epoch)) + f64::from(patience);
            (stops - done).clamp(0.0, told.epochs_left.max(0.0))
        });
        Some(TimeLeft { least: least * told.each, most: told.seconds_left.max(least * told.each), guess: false })
    }
}

/// A fit of a candidate of which this training has fitted some.
fn measured_fit(
    training: &super::TrainingState,
    candidate: usize,
    spec: &PipelineSpec,
    share: f64,
) -> Option<TimeLeft> {
    let of = || training.pace.fits.iter().filter(|fit| fit.candidate == candidate);
    let (mut least, mut most, mut sum, mut n) = (f64::INFINITY, 0.0f64, 0.0, 0.0);
    for fit in of() {
        let seconds = fit.seconds / fit.share * share;
        least = least.min(seconds);
        most = most.max(seconds);
        sum += seconds;
        n += 1.0;
    }
    if n == 0.0 {
        return None;
    }
    let ModelSpec::Network(NetworkSpec { patience: Some(_), epochs, .. }) = &spec.model else {
        return Some(TimeLeft::around(sum / n, SAME_SPREAD));
    };
    // Where the next one stops early is chance; it cannot go past the last epoch.
    let each: Vec<f64> = of().filter_map(|fit| Some(fit.seconds_per_epoch? / fit.share * share)).collect();
    let cap = each.iter().copied().fold(0.0, f64::max) * f64::from(*epochs);
    let most = if cap > 0.0 { (most * 1.4).min(cap.max(most)) } else { most * 1.4 };
    Some(TimeLeft { least: least / 1.4, most, guess: false })
}

/// A network's fit that takes so long with all its epochs.
fn network_range(spec: &PipelineSpec, seconds: f64) -> TimeLeft {
    with_early_stop(spec, TimeLeft::around(seconds, SAME_SPREAD))
}

/// A network that may stop early takes at least as many epochs as its patience.
fn with_early_stop(spec: &PipelineSpec, all_epochs: TimeLeft) -> TimeLeft {
    let ModelSpec::Network(NetworkSpec { patience: Some(patience), epochs, .. }) = &spec.model else {
        return all_epochs;
    };
    let fewest = f64::from((*patience).saturating_add(1).min(*epochs)) / f64::from((*epochs).max(1));
    TimeLeft { least: all_epochs.least * fewest, ..all_epochs }
}

/// Share of all rows that a fit is trained on: all but the fold, and in the end all.
fn share(fold: u32, n_folds: u32) -> f64 {
    if fold < n_folds { f64::from(n_folds.max(2) - 1) / f64::from(n_folds.max(2)) } else { 1.0 }
}

/// Units of work that a row costs; a network's, in every epoch.
fn unit(model: &ModelSpec, n_prepared: u32) -> f64 {
    let n_prepared = f64::from(n_prepared.max(1));
    match model {
        ModelSpec::Baseline | ModelSpec::Linear(_) => n_prepared,
        ModelSpec::Boost(spec) => n_prepared * f64::from(spec.rounds) * f64::from(spec.row_share * spec.column_share),
        ModelSpec::Forest(spec) => n_prepared * f64::from(spec.trees),
        ModelSpec::Network(spec) => {
            let mut before = n_prepared;
            let mut weights = ROW_AS_WEIGHTS;
            for width in spec.hidden.iter().copied().map(f64::from).chain([1.0]) {
                weights += before * width;
                before = width;
            }
            weights * (1.0 - f64::from(spec.validation_share))
        }
    }
}

/// What a unit has cost in a complete run. A network's comes from its last fit, whose epochs are known.
fn seconds_per_unit(run: &Run) -> Option<f64> {
    let model = &run.spec()?.model;
    let rows = f64::from(run.report.n_rows);
    let unit = unit(model, run.report.n_prepared);
    let n_folds = run.design.split.folds;
    let shares: f64 = (0..=n_folds).map(|fold| share(fold, n_folds)).sum();
    let per_unit = match (model, &run.report.training) {
        (ModelSpec::Network(_), Some(record)) if record.seconds > 0.0 && record.epochs_run > 0 => {
            record.seconds / (rows * unit * f64::from(record.epochs_run))
        }
        (ModelSpec::Network(spec), _) => {
            run.report.fit_seconds / (rows * unit * shares * f64::from(spec.epochs.max(1)))
        }
        _ => run.report.fit_seconds / (rows * unit * shares),
    };
    (per_unit.is_finite() && per_unit >= 0.0).then_some(per_unit)
}

/// Whether all folds and the fit on all rows were fitted, and nobody stopped the last.
fn is_complete(run: &Run) -> bool {
    let stopped = run.report.training.as_ref().is_some_and(|record| record.stopped == Stopped::Cancelled);
    run.report.fit == Fit::All && !stopped
}
