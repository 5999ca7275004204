//! How long training takes: before it begins, and while it goes on.
//!
//! Work is counted in units that belong to the kind of a candidate: row × feature for a baseline and a linear model, row ×
//! weight × epoch for a network, row × feature × tree for trees. What a unit costs is measured: first of all by the fits of the training under way, then by
//! the newest complete run of the same kind. Where nothing is measured, a rate of a usual laptop stands in, with a wide
//! range, and is called a guess. The pool takes several fits at a time, and the trainer of networks works beside it.

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
/// Of a feature of a carried row.
const GUESSED_NEIGHBOURS: f64 = 5e8;
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

    fn or_longer(self, other: Self) -> Self {
        Self { least: self.least.max(other.least), most: self.most.max(other.most), guess: self.guess || other.guess }
    }

    /// After some of it is gone.
    fn less(self, seconds: f64) -> Self {
        Self { least: (self.least - seconds).max(0.0), most: (self.most - seconds).max(0.0), ..self }
    }
}

/// What the training under way has measured of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pace {
    under_way: Vec<Begun>,
    /// Fits that are through.
    fits: Vec<FitTime>,
    /// Candidates that could not be trained.
    failed: Vec<u32>,
    /// Epochs of the network that has just come back from the trainer.
    pub(super) epochs: Option<u32>,
    /// Features of the prepared matrix, since a network has told.
    n_prepared: Option<u32>,
}

/// A fit under way.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Begun {
    /// Position in the design, and fold; the last fit is that on all rows.
    candidate: u32,
    fold: u32,
    /// Milliseconds on the page's clock, moved on by pauses.
    since: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct FitTime {
    candidate: u32,
    fold: u32,
    seconds: f64,
    /// Share of all rows that it was trained on.
    share: f64,
    seconds_per_epoch: Option<f64>,
}

/// Work that goes on side by side: the pool takes several fits at a time, the trainer of networks one.
#[derive(Clone, Copy, Debug)]
struct Load {
    pool: TimeLeft,
    /// No number of workers makes one fit shorter.
    longest: TimeLeft,
    trainer: TimeLeft,
}

impl Load {
    const NONE: Self = Self { pool: TimeLeft::NONE, longest: TimeLeft::NONE, trainer: TimeLeft::NONE };

    fn add(&mut self, model: &ModelSpec, left: TimeLeft) {
        if matches!(model, ModelSpec::Network(_)) {
            self.trainer = self.trainer.plus(left);
        } else {
            self.pool = self.pool.plus(left);
            self.longest = self.longest.or_longer(left);
        }
    }

    fn together(self, n_hands: u32) -> TimeLeft {
        let each = 1.0 / f64::from(n_hands.max(1));
        let pool = TimeLeft { least: self.pool.least * each, most: self.pool.most * each, guess: self.pool.guess };
        pool.or_longer(self.longest).or_longer(self.trainer)
    }
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
    pub(super) fn network_began(&mut self, n_prepared: u32) {
        self.n_prepared = Some(n_prepared);
    }

    /// What is under way has begun later by the length of a pause.
    pub(super) fn paused(&mut self, milliseconds: f64) {
        self.under_way.iter_mut().for_each(|fit| fit.since += milliseconds);
    }

    fn is_through(&self, candidate: u32, fold: u32) -> bool {
        self.fits.iter().any(|fit| (fit.candidate, fit.fold) == (candidate, fold))
    }

    fn begun(&self, candidate: u32, fold: u32) -> Option<f64> {
        self.under_way.iter().find(|fit| (fit.candidate, fit.fold) == (candidate, fold)).map(|fit| fit.since)
    }
}

impl Studio {
    pub(super) fn pace_fit_began(&mut self, candidate: u32, fold: u32) {
        let since = self.clock.now;
        if let Some(training) = self.training.as_mut() {
            // One that was lost begins again.
            training.pace.under_way.retain(|fit| (fit.candidate, fit.fold) != (candidate, fold));
            training.pace.under_way.push(Begun { candidate, fold, since });
        }
    }

    /// A fit is through. `seconds` of work.
    pub(super) fn pace_fit_ended(&mut self, candidate: u32, fold: u32, seconds: f64) {
        let Some(training) = self.training.as_mut() else {
            return;
        };
        let share = training.design.split.training_share(fold);
        let pace = &mut training.pace;
        pace.under_way.retain(|fit| (fit.candidate, fit.fold) != (candidate, fold));
        let network = training
            .design
            .candidates
            .get(candidate as usize)
            .is_some_and(|spec| matches!(spec.model, ModelSpec::Network(_)));
        let epochs = if network { pace.epochs.take().filter(|n| *n > 0) } else { None };
        let seconds_per_epoch = epochs.map(|n| seconds / f64::from(n));
        pace.fits.push(FitTime { candidate, fold, seconds, share, seconds_per_epoch });
        self.tell_time();
    }

    /// A candidate could not be trained: nothing more of it comes.
    pub(super) fn pace_failed(&mut self, candidate: u32) {
        if let Some(training) = self.training.as_mut() {
            training.pace.failed.push(candidate);
            training.pace.under_way.retain(|fit| fit.candidate != candidate);
        }
        self.tell_time();
    }

    /// Reckon anew how long the work under way will take, and how far it is. The bar never goes back.
    pub(super) fn tell_time(&mut self) {
        let now = self.clock.now;
        let training = self.job.as_ref().is_some_and(|job| job.kind == JobKind::Train);
        let searching = self.search_left();
        let left = if training { searching.map(TimeLeft::exactly).or_else(|| self.training_left()) } else { None };
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
        let split = &design.split;
        let mut all = Load::NONE;
        for position in candidates {
            let spec = design.candidates.get(*position as usize)?;
            for fold in 0..=split.n_folds() {
                all.add(&spec.model, self.fit_from_runs(design, check, spec, split.training_share(fold), None));
            }
        }
        Some(all.together(self.n_hands))
    }

    /// What the training under way still needs.
    fn training_left(&self) -> Option<TimeLeft> {
        let (training, check) = (self.training.as_ref().filter(|t| !t.finished)?, self.check.as_ref()?);
        let (pace, split) = (&training.pace, &training.design.split);
        let mut all = Load::NONE;
        for candidate in training.candidates.iter().copied().filter(|c| !pace.failed.contains(c)) {
            let spec = training.design.candidates.get(candidate as usize)?;
            for fold in (0..=split.n_folds()).filter(|fold| !pace.is_through(candidate, *fold)) {
                let share = split.training_share(fold);
                let whole = || {
                    measured_fit(training, candidate, spec, share)
                        .unwrap_or_else(|| self.fit_from_runs(&training.design, check, spec, share, pace.n_prepared))
                };
                let begun = pace.begun(candidate, fold);
                // The trainer fits one network at a time: what it tells is of the one under way.
                let network = self.fit.as_ref().filter(|_| matches!(spec.model, ModelSpec::Network(_)));
                let told = network.filter(|_| begun.is_some()).and_then(|fit| fit.left(&training.curve));
                all.add(
                    &spec.model,
                    match (told, begun) {
                        (Some(left), _) => left,
                        (None, Some(since)) => whole().less((self.clock.now - since).max(0.0) / 1000.0),
                        (None, None) => {
                            match network.and_then(|fit| self.first_of_its_network(training, candidate, fit)) {
                                // The others go as it goes.
                                Some((seconds, of)) => network_range(spec, seconds * share / of),
                                None => whole(),
                            }
                        }
                    },
                );
            }
        }
        Some(all.together(self.n_hands))
    }

    /// Seconds that the network under way takes for all its epochs, and its share of the rows, if it is of this candidate
    /// and none before it was measured.
    fn first_of_its_network(
        &self,
        training: &super::TrainingState,
        candidate: u32,
        fit: &NetworkFit,
    ) -> Option<(f64, f64)> {
        let at_work = training.pace.under_way.iter().find(|begun| begun.candidate == candidate)?;
        if training.pace.fits.iter().any(|fit| fit.candidate == candidate) {
            return None;
        }
        Some((fit.whole()?, training.design.split.training_share(at_work.fold)))
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
                ModelSpec::Baseline | ModelSpec::Bayes(_) => (GUESSED_BASELINE, units),
                ModelSpec::Neighbours(_) => (GUESSED_NEIGHBOURS, units),
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

    /// The newest run that tells what such a candidate costs here: trained here, complete or a network, which tells its
    /// epochs, and of the device that this session has, where both are known.
    fn measured_run(&self, spec: &PipelineSpec) -> Option<&Run> {
        let same_device = |run: &Run| match (&self.device, &run.report.training) {
            (Some(device), Some(record)) => record.device.is_empty() || device.gpu != record.device.starts_with("CPU"),
            _ => true,
        };
        self.project.runs.iter().rev().find(|run| {
            !run.from_package
                && (is_complete(run) || tells_epochs(run))
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
            ColumnType::Text => spec.prepare.max_words,
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
fn measured_fit(training: &super::TrainingState, candidate: u32, spec: &PipelineSpec, share: f64) -> Option<TimeLeft> {
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

/// Units of work that a row costs; a network's, in every epoch.
fn unit(model: &ModelSpec, n_prepared: u32) -> f64 {
    let n_prepared = f64::from(n_prepared.max(1));
    match model {
        ModelSpec::Baseline | ModelSpec::Linear(_) | ModelSpec::Bayes(_) => n_prepared,
        // The fit takes rows and no more: the time is that of looking at them all for each row that is predicted.
        ModelSpec::Neighbours(spec) => n_prepared * f64::from(spec.max_rows),
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
    // A network that was stopped in a fold tells of that fold's rows.
    let rows = match run.report.fit {
        Fit::All => f64::from(run.report.n_rows.max(run.report.split.n_fitted)),
        Fit::Fold { n_training, .. } => f64::from(n_training),
        Fit::Elsewhere(_) => return None,
    };
    let unit = unit(model, run.report.n_prepared);
    let split = &run.design.split;
    let shares: f64 = (0..=split.n_folds()).map(|fold| split.training_share(fold)).sum();
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

/// A network that has learned for a second at least, however it ended: less tells of programs being compiled.
fn tells_epochs(run: &Run) -> bool {
    run.report.training.as_ref().is_some_and(|record| record.seconds >= 1.0 && record.epochs_run > 0)
}

/// Whether all folds and the fit on all rows were fitted, and nobody stopped the last.
fn is_complete(run: &Run) -> bool {
    let stopped = run.report.training.as_ref().is_some_and(|record| record.stopped == Stopped::Cancelled);
    run.report.fit == Fit::All && !stopped
}
