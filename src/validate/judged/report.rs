//! What is said of a score: the report of a candidate, without what such predictions do not tell.

use super::{Seen, named};
use crate::metrics::Metric;
use crate::split::{SplitFacts, SplitKind, SplitSpec};
use crate::validate::{About, Fit, Folds, Given, NotePlace, Report, Tested, Views};

impl Seen<'_> {
    /// Rows that are judged.
    pub fn n_rows(&self) -> u32 {
        self.folds.iter().map(|fold| fold.len() as u32).sum()
    }

    /// As a design would say it.
    pub fn split(&self) -> SplitSpec {
        let folds = (self.folds.len() as u32).max(SplitSpec::FOLDS.0);
        SplitSpec { kind: self.kind(), holdout: 0.0, folds, stratified: false, ..SplitSpec::default() }
    }

    fn kind(&self) -> SplitKind {
        match self.dataset.groups {
            Some(_) => SplitKind::Group { repeats: 1 },
            None => SplitKind::Random { repeats: 1 },
        }
    }

    /// What was predicted for which rows.
    pub fn tested(&self, score: usize) -> Tested {
        Tested {
            sizes: self.folds.iter().map(|fold| fold.len() as u32).collect(),
            positions: self.folds.concat(),
            predictions: self.scores[score].predictions.clone(),
        }
    }

    /// The report of a score. Guessing knows the truth of the other folds; where there is one tested set only, that of the
    /// set itself, which makes it a little better than it could be.
    pub fn report(&self, score: usize) -> Report {
        let scored = &self.scores[score];
        let (task, given) = (self.dataset.task, scored.given);
        let metrics = given.metrics(task);
        let mut folds = Folds::new(&self.dataset);
        for note in self.notes.iter().chain(&scored.notes) {
            folds.note(NotePlace::Split, note.clone());
        }
        let mut start = 0;
        for (at, test) in self.folds.iter().enumerate() {
            let others: Vec<u32> = match self.folds.len() {
                1 => test.clone(),
                _ => {
                    let others = self.folds.iter().enumerate().filter(|(other, _)| *other != at);
                    let mut others: Vec<u32> = others.flat_map(|(_, fold)| fold).copied().collect();
                    others.sort_unstable();
                    others
                }
            };
            let predictions = scored.predictions.slice(start..start + test.len());
            start += test.len();
            folds.add(
                &self.dataset,
                at,
                (&others, test),
                predictions,
                metrics.first().copied().unwrap_or(Metric::RocAuc),
            );
        }
        let about = About {
            target: self.spec.target.clone(),
            seed: self.split().seed,
            fit: Fit::Elsewhere(given),
            split: SplitFacts {
                kind: self.kind(),
                column: self.dataset.groups.as_ref().map(|groups| groups.column.clone()),
                n_folds: self.folds.len() as u32,
                n_groups: self.dataset.groups.as_ref().map_or(0, |groups| groups.n_groups),
                n_fitted: self.n_rows(),
                ..SplitFacts::default()
            },
            ..About::default()
        };
        let mut report = folds.report(&self.dataset, about);
        report.scores.retain(|score| metrics.contains(&score.metric));
        if let Some(resampled) = &mut report.resampled {
            resampled.intervals.retain(|(metric, _)| metrics.contains(metric));
        }
        if let (Given::Scores { .. } | Given::Labels, Views::Classes(views)) = (given, &mut report.views) {
            views.curves.iter_mut().for_each(|curve| curve.calibration.clear());
            report.spread = None;
        }
        if self.folds.len() == 1 {
            let over_rows = |metric| report.resampled.as_ref().and_then(|found| found.of(metric));
            report.scores.iter_mut().for_each(|score| score.interval = over_rows(score.metric));
        }
        report
    }

    /// How the rows were tested: "5 folds of “fold”", "one tested set".
    pub fn how_tested(&self) -> String {
        match &self.fold {
            Some(fold) => format!("{} folds of {}", self.folds.len(), named(fold)),
            None => "one tested set".to_owned(),
        }
    }
}
