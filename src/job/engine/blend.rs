//! An ensemble of trained candidates: their out-of-fold predictions are asked for in steps, weights are found on some folds
//! and judged on the others, and what is better than the best single model becomes a run of its own. Nothing is fitted anew.

use super::file::raw_facts;
use super::monitor::reference;
use super::run::{StoredRun, kept_folds};
use super::train::dataset;
use super::{Data, Event, Herald, Problem, Progress, RunId, Ticket, problem};
use crate::dataset::Dataset;
use crate::metrics::Metric;
use crate::model::Predictions;
use crate::model::blend::Blend;
use crate::pipeline::Pipeline;
use crate::split::Split;
use crate::tune::blend::{Part, Way, average, height, weights};
use crate::validate::{About, Aside, Blended, Fit, Folds, NotePlace, Report};

/// Rows on which weights are found, at most; each fold gives its part.
const MOST_ROWS: usize = 6_000;
const SEED: u64 = 42;
/// Ways to find weights that are tried beside the best single model.
const WAYS: [Way; 2] = [Way::Greedy, Way::Stack];

/// An ensemble in the making.
pub struct Blending {
    pub ticket: Ticket,
    /// The run, once it is made.
    pub finished: Option<(RunId, StoredRun)>,
    run: RunId,
    data: Data,
    names: Vec<String>,
    members: Vec<StoredRun>,
    /// Whose folds' models are not here.
    left_out: Vec<String>,
    split: Split,
    metric: Metric,
    /// By fold and member.
    predicted: Vec<Vec<Predictions>>,
    /// By fold: the weights of each way, and of the best alone, found on the other folds.
    found: Vec<Vec<Vec<f64>>>,
    herald: Herald,
}

impl Blending {
    /// # Errors
    /// Fewer than two candidates, or such as were not trained on all folds of one design and these data.
    pub fn new(
        ticket: Ticket,
        data: Data,
        (names, members): (Vec<String>, Vec<StoredRun>),
        run: RunId,
    ) -> Result<Self, Problem> {
        let refuse = |event: &str| {
            let cure = "Train at least two models of one design to their end, then make the ensemble.";
            problem(event, "The models are as they were.", cure)
        };
        if members.len() < 2 || members.len() > Blend::MOST_MEMBERS {
            let event = format!("An ensemble takes 2 to {} models.", Blend::MOST_MEMBERS);
            return Err(refuse(&event));
        }
        let design = members[0].design.clone();
        let dataset = dataset(&data.table, &design)?;
        let split = design.split.draw(&dataset)?;
        let metric = design.metric(dataset.task);
        drop(dataset);
        for (name, member) in names.iter().zip(&members) {
            let same = (&member.design.dataset, &member.design.split) == (&design.dataset, &design.split)
                && member.data_sha256 == data.summary.sha256
                && data.summary.recipe.does_the_same(&member.recipe);
            if !same {
                return Err(refuse(&format!("{name} was trained on other data or with another split.")));
            }
        }
        // Those of large forests are too large to be kept.
        let whole = |member: &StoredRun| member.folds.len() == split.folds.len() && member.report.fit == Fit::All;
        let (with, without): (Vec<_>, Vec<_>) = names.into_iter().zip(members).partition(|(_, member)| whole(member));
        let left_out: Vec<String> = without.into_iter().map(|(name, _)| name).collect();
        if with.len() < 2 {
            return Err(refuse(&format!("The models of the folds are not all here, of {}.", left_out.join(", "))));
        }
        let (names, members) = with.into_iter().unzip();
        let herald = Herald::new(ticket);
        let (predicted, found) = (Vec::new(), Vec::new());
        Ok(Self {
            ticket,
            finished: None,
            run,
            data,
            names,
            members,
            left_out,
            split,
            metric,
            predicted,
            found,
            herald,
        })
    }

    /// Do one piece of the work; `true` when it is over.
    pub fn step(&mut self, now: f64, events: &mut Vec<Event>) -> bool {
        let table = std::sync::Arc::clone(&self.data.table);
        let design = self.members[0].design.clone();
        let dataset = match dataset(&table, &design) {
            Ok(dataset) => dataset,
            Err(error) => {
                events.push(Event::Failed { ticket: self.ticket, error });
                return true;
            }
        };
        let n_folds = self.split.folds.len();
        let total = (2 * n_folds + 1) as u64;
        let done = (self.predicted.len() + self.found.len()) as u64;
        self.herald.tell(now, events, || Progress {
            doing: "Weighing the models".to_owned(),
            done,
            total,
            unit: "steps".to_owned(),
        });
        if self.predicted.len() < n_folds {
            let fold = self.predicted.len();
            let of = |member: &StoredRun| member.folds[fold].predict_positions(&dataset, &self.split.folds[fold]);
            let all = self.members.iter().map(of).collect();
            self.predicted.push(all);
            return false;
        }
        if self.found.len() < n_folds {
            let own = self.weigh(&dataset, Some(self.found.len()));
            self.found.push(own);
            return false;
        }
        if let Err(error) = self.conclude(&dataset, events) {
            events.push(Event::Failed { ticket: self.ticket, error });
        }
        true
    }

    /// Folds of the round that a fold is of, but for that one; all folds where none is left out.
    fn others(&self, left_out: Option<usize>) -> Vec<usize> {
        let n_folds = self.split.folds.len();
        let round = (self.split.facts.n_folds as usize).clamp(1, n_folds);
        let range =
            left_out.map_or(0..n_folds, |fold| fold / round * round..(fold / round * round + round).min(n_folds));
        range.filter(|fold| Some(*fold) != left_out).collect()
    }

    /// Weights of the best alone and of each way, found without the rows of the fold that is left out.
    fn weigh(&self, dataset: &Dataset, left_out: Option<usize>) -> Vec<Vec<f64>> {
        let folds = self.others(left_out);
        let most = (MOST_ROWS / folds.len().max(1)).max(50);
        let some: Vec<(Vec<u32>, Vec<Predictions>)> = folds.iter().map(|fold| self.sample(*fold, most)).collect();
        let parts: Vec<Part> = some
            .iter()
            .map(|(positions, predictions)| Part {
                target: dataset.target.select(positions),
                predictions: predictions.iter().collect(),
            })
            .collect();
        let parts: Vec<&Part> = parts.iter().collect();
        let ways = std::iter::once(Way::Best).chain(WAYS);
        ways.map(|way| weights(&parts, way, self.metric, SEED)).collect()
    }

    /// Every so many rows of a fold, with what was predicted for them.
    fn sample(&self, fold: usize, most: usize) -> (Vec<u32>, Vec<Predictions>) {
        let test = &self.split.folds[fold];
        let every = test.len().div_ceil(most).max(1);
        let rows: Vec<usize> = (0..test.len()).step_by(every).collect();
        let some = |predictions: &Predictions| match predictions {
            Predictions::Probabilities { values, n_classes } => Predictions::Probabilities {
                values: rows.iter().flat_map(|row| &values[row * n_classes..(row + 1) * n_classes]).copied().collect(),
                n_classes: *n_classes,
            },
            Predictions::Values(values) => Predictions::Values(rows.iter().map(|row| values[*row]).collect()),
        };
        (rows.iter().map(|row| test[*row]).collect(), self.predicted[fold].iter().map(some).collect())
    }

    /// The mean score over the folds of a way's weights, each on rows that they were not found on; higher is better.
    fn judged(&self, dataset: &Dataset, way: usize) -> f64 {
        let one = |fold: usize| {
            let part = Part {
                target: dataset.target.select(&self.split.folds[fold]),
                predictions: self.predicted[fold].iter().collect(),
            };
            height(&[&part], &self.found[fold][way], self.metric)
        };
        let scores: Vec<f64> = (0..self.split.folds.len()).map(one).filter(|score| score.is_finite()).collect();
        if scores.is_empty() { f64::NEG_INFINITY } else { scores.iter().sum::<f64>() / scores.len() as f64 }
    }

    fn conclude(&mut self, dataset: &Dataset, events: &mut Vec<Event>) -> Result<(), Problem> {
        let single = self.judged(dataset, 0);
        let mut best = (1, self.judged(dataset, 1));
        for way in 2..=WAYS.len() {
            let found = self.judged(dataset, way);
            if found > best.1 {
                best = (way, found);
            }
        }
        let last = self.weigh(dataset, None).swap_remove(best.0);
        let as_score = |height: f64| if self.metric.higher_is_better() { height } else { -height };
        let members = self.names.iter().cloned().zip(last.iter().copied()).filter(|(_, weight)| *weight > 0.0);
        let told = Blended {
            members: members.collect(),
            greedy: best.0 == 1,
            metric: self.metric,
            score: as_score(best.1),
            single: as_score(single),
        };
        let better = best.1 > single && told.members.len() > 1;
        let (report, inputs, bytes) = match better {
            false => (None, Vec::new(), Vec::new()),
            true => {
                let stored = self.made(dataset, best.0, &last, &told)?;
                let made = (Some(stored.report.clone()), raw_facts(&stored.replay), stored.to_bytes());
                self.finished = Some((self.run, stored));
                made
            }
        };
        events.push(Event::Blended { ticket: self.ticket, run: self.run, told, report, inputs, bytes });
        Ok(())
    }

    /// The run: the members' last fits averaged, and the folds' as they were judged.
    fn made(&self, dataset: &Dataset, way: usize, last: &[f64], told: &Blended) -> Result<StoredRun, Problem> {
        let first = &self.members[0];
        let finals: Vec<&Pipeline> = self.members.iter().map(|member| &member.pipeline).collect();
        let pipeline = Pipeline::blend(&finals, last)?;
        let mut folds = Folds::new(dataset);
        for note in self.split.notes(&dataset.target) {
            folds.note(NotePlace::Split, note);
        }
        folds.note(NotePlace::End, told.note());
        if !self.left_out.is_empty() {
            let names = self.left_out.join(", ");
            folds.note(
                NotePlace::End,
                format!("Not weighed, since the models of its folds are too large to be kept: {names}."),
            );
        }
        let mut pipelines = Vec::new();
        for (fold, test) in self.split.folds.iter().enumerate() {
            let own = &self.found[fold][way];
            let predictions = average(&self.predicted[fold].iter().collect::<Vec<_>>(), own);
            let training = self.split.training(fold);
            folds.add(dataset, fold, (&training, test), predictions, self.metric);
            let of: Vec<&Pipeline> = self.members.iter().map(|member| &member.folds[fold]).collect();
            pipelines.push(Pipeline::blend(&of, own)?);
        }
        let seed = first.design.split.seed;
        let about = About {
            target: first.design.dataset.target.clone(),
            n_holdout: self.split.holdout.len() as u32,
            n_prepared: pipeline.preparation.n_features() as u32,
            fit_seconds: self.members.iter().map(|member| member.report.fit_seconds).sum(),
            training: None,
            seed,
            fit: Fit::All,
            split: self.split.facts.clone(),
            aside: Aside::of(dataset, &pipeline, &self.split.aside),
            size: Some(pipeline.size()),
        };
        let tested = Some(folds.kept());
        let reference = reference(dataset, &folds, &pipeline, seed);
        let report = Report { blend: Some(told.clone()), ..folds.report(dataset, about) };
        Ok(StoredRun {
            pipeline,
            folds: kept_folds(pipelines),
            report,
            design: first.design.clone(),
            candidate: Blended::CANDIDATE,
            reference: Some(reference),
            tested,
            ..first.clone()
        })
    }
}
