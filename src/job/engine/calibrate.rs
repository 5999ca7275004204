//! Bending the probabilities of a trained candidate: what it would come to, and the candidate that comes of it. Both need
//! only what the folds predicted; nothing is fitted anew but the map.

use super::file::raw_facts;
use super::monitor::reference;
use super::run::{StoredRun, kept_folds};
use super::{Engine, Event, Problem, RunId, Ticket, problem, train};
use crate::dataset::Dataset;
use crate::model::Model;
use crate::tune::calibrate::Way;
use crate::validate::calibrate::{Calibrating, Calibrations, note};
use crate::validate::{About, Aside, Fit, Folds, NotePlace, Report};

const KEPT: &str = "The model is as it was.";

/// The predictions that a map can be fitted on.
fn calibrating<'a>(stored: &'a StoredRun, dataset: &'a Dataset) -> Result<Calibrating<'a>, Problem> {
    let refuse = |event: &str, cure: &str| Err(problem(event, KEPT, cure));
    if matches!(stored.pipeline.model, Model::Calibrated(_)) {
        return refuse(
            "This model's probabilities are calibrated already.",
            "Calibrate the one that it was made from.",
        );
    }
    if stored.report.fit != Fit::All {
        return refuse("Its training was stopped in a fold.", "Train it to the end, then calibrate it.");
    }
    let tested = stored.tested.as_ref().filter(|tested| tested.fits(dataset.rows.len()));
    match tested.and_then(|tested| Calibrating::new(tested, &dataset.target)) {
        Some(found) => Ok(found),
        None => refuse(
            "There are no probabilities of two folds to calibrate by.",
            "Train a model of classes on two folds or more.",
        ),
    }
}

impl Engine {
    /// What each way would come to on rows that it was not fitted on.
    pub(super) fn calibrations(&self, run: RunId) -> Result<Calibrations, Problem> {
        let (stored, data) = self.rows_of(run)?;
        let dataset = train::dataset(&data.table, &stored.design)?;
        let tried = calibrating(stored, &dataset)?.tried();
        tried.ok_or_else(|| problem("Its folds cannot be scored.", KEPT, "Train it on more rows."))
    }

    /// Make the calibrated candidate, scored on rows that its maps were not fitted on.
    pub(super) fn calibrate(&mut self, ticket: Ticket, run: RunId, way: Way, becomes: RunId) -> Result<Event, Problem> {
        let made = self.made_calibrated(run, way)?;
        let (report, inputs, bytes) = (made.report.clone(), raw_facts(&made.replay), made.to_bytes());
        self.runs.insert(becomes, made);
        Ok(Event::Calibrated { ticket, of: run, run: becomes, way, report, inputs, bytes })
    }

    fn made_calibrated(&self, run: RunId, way: Way) -> Result<StoredRun, Problem> {
        let (stored, data) = self.rows_of(run)?;
        let dataset = train::dataset(&data.table, &stored.design)?;
        let split = stored.design.split.draw(&dataset)?;
        let calibrating = calibrating(stored, &dataset)?;
        let few = || problem("A fold has rows of one class only to calibrate by.", KEPT, "Train it on more rows.");
        let pipeline = stored.pipeline.calibrated(calibrating.fitted(way, None).ok_or_else(few)?)?;
        let mut folds = Folds::new(&dataset);
        let mut pipelines = Vec::new();
        for (fold, test) in split.folds.iter().enumerate() {
            let map = calibrating.fitted(way, Some(fold)).ok_or_else(few)?;
            let metric = stored.design.metric(dataset.task);
            let training = split.training(fold);
            folds.add(&dataset, fold, (&training, test), calibrating.bent(fold, Some(&map)), metric);
            if let Some(own) = stored.folds.get(fold) {
                pipelines.push(own.calibrated(map)?);
            }
        }
        // What is known of the model stands, and how its probabilities were bent.
        for note in &stored.report.notes {
            folds.note(NotePlace::Split, note.clone());
        }
        folds.note(NotePlace::End, note(way));
        let own = &stored.report;
        let about = About {
            target: own.target.clone(),
            n_holdout: own.n_holdout,
            n_prepared: own.n_prepared,
            fit_seconds: own.fit_seconds,
            training: own.training.clone(),
            seed: stored.design.split.seed,
            fit: own.fit,
            split: own.split.clone(),
            aside: Aside::of(&dataset, &pipeline, &split.aside),
            size: Some(pipeline.size()),
        };
        let tested = Some(folds.kept());
        let reference = reference(&dataset, &folds, &pipeline, stored.design.split.seed);
        let (search, blend) = (own.search.clone(), own.blend.clone());
        let report = Report { search, blend, ..folds.report(&dataset, about) };
        let (folds, reference) = (kept_folds(pipelines), Some(reference));
        Ok(StoredRun { pipeline, folds, report, reference, tested, ..stored.clone() })
    }
}
