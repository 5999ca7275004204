//! What the engine says.

use super::super::project::Run;
use super::super::stale::stale_data;
use super::super::words;
use super::*;
use crate::design::Design;
use crate::job::InputFact;
use crate::model::ModelSpec;
use crate::pipeline::PipelineSpec;
use crate::split::SplitSpec;
use crate::validate::{Fit, Report};

impl Studio {
    pub(super) fn engine_event(&mut self, event: Event) -> Vec<Command> {
        match event {
            Event::Ready { n_hands, .. } => quietly(|| {
                self.engine_ready = true;
                self.n_hands = n_hands;
            }),
            Event::Progress { ticket, progress } => self.progress(ticket, progress),
            Event::Previewed { ticket, preview } => self.previewed(ticket, preview),
            Event::Recognised { ticket, own } => self.recognised(ticket, own),
            Event::Unreadable { ticket, settings, error } => self.unreadable(ticket, settings, error),
            Event::Imported { ticket, summary, suggestion } => self.imported(ticket, summary, suggestion),
            Event::Rows { ticket, columns, cells, rows, .. } => {
                let n_columns = u32::try_from(columns.len()).unwrap_or(u32::MAX);
                self.rows.answer(ticket, n_columns, cells, rows);
                Vec::new()
            }
            Event::Viewed { ticket, n_rows } => self.viewed(ticket, n_rows),
            Event::Checked { ticket, check } => self.checked(ticket, check),
            Event::Proposed { ticket, proposals } => self.proposed(ticket, proposals),
            Event::Profiled { ticket, told } => self.profiled(ticket, told),
            Event::FitNetwork { ticket, fit, key, spec, n_train, n_features, purpose, .. } => {
                self.fit_network((ticket, fit, key), spec, (n_train, n_features), purpose)
            }
            Event::FitBegan { ticket, candidate, fold } => quietly(|| {
                if self.trains(ticket) {
                    self.pace_fit_began(candidate, fold);
                }
            }),
            Event::FitEnded { ticket, candidate, fold, seconds } => quietly(|| {
                if self.trains(ticket) {
                    self.pace_fit_ended(candidate, fold, seconds);
                }
            }),
            Event::FoldScored { ticket, candidate, fold, score, .. } => {
                quietly(|| self.fold_scored(ticket, candidate, fold, score))
            }
            Event::SearchBegan { ticket, record } => self.search_began(ticket, record),
            Event::TrialTold { ticket, place, trial, seconds } => self.trial_told(ticket, place, trial, seconds),
            Event::SearchEnded { ticket, winners, same, seconds, .. } => {
                self.search_ended(ticket, winners, same, seconds)
            }
            Event::StopNetwork { ticket, fit } => self.stop_network(ticket, fit),
            Event::RunFinished { ticket, run, candidate, report, inputs, bytes } => {
                self.run_finished(ticket, run, candidate, (report, inputs), bytes)
            }
            Event::ReadBeside { ticket, beside, settings } => self.beside_read(ticket, beside, settings),
            Event::Met { ticket, meeting } => self.met(ticket, meeting),
            Event::StepPreviewed { ticket, preview } => self.step_previewed(ticket, preview),
            Event::RulesJudged { ticket, reports } => self.rules_judged(ticket, reports),
            Event::RulesProposed { ticket, demands } => self.rules_proposed(ticket, demands),
            Event::CandidateFailed { ticket, candidate, error } => self.candidate_failed(ticket, candidate, error),
            Event::TrainingFinished { ticket, cancelled } => self.training_finished(ticket, cancelled),
            Event::Blended { ticket, run, told, report, inputs, bytes } => {
                self.blended(ticket, run, &told, (report, inputs), bytes)
            }
            Event::Calibrated { ticket, of, run, way, report, inputs, bytes } => {
                self.calibrated(ticket, (of, run, way), (report, inputs), bytes)
            }
            Event::LookedAtPredictions { ticket, look } => self.looked_at_predictions(ticket, look),
            Event::Judged { ticket, run, name, how, design, report, last, bytes } => {
                self.judged(ticket, (run, &name, &how), (design, report), last, bytes)
            }
            Event::HoldoutOpened { ticket, run, report, bytes } => self.holdout_opened(ticket, run, report, bytes),
            Event::Challenged { ticket, challenger, compared, report, bytes } => {
                self.challenged(ticket, challenger, compared, report, bytes)
            }
            Event::Predicted { ticket, prediction } => {
                if self.waits.predict == Some(ticket) {
                    self.waits.predict = None;
                    self.prediction = Some(prediction);
                    self.decide();
                }
                Vec::new()
            }
            Event::Explained { ticket, run, answer } => self.explained(ticket, run, answer),
            Event::Scored { ticket, name, bytes, n_rows, warnings } => {
                self.scored(ticket, name, bytes, n_rows, warnings)
            }
            Event::Monitored { ticket, run, report, columns, choices, warnings } => {
                self.monitored(ticket, run, report, (columns, choices), warnings)
            }
            Event::Packaged { ticket, run, package, bytes, predictor, question } => {
                self.packaged(ticket, run, package, bytes, (predictor, question))
            }
            Event::Compared { ticket, result } => self.compared(ticket, result),
            Event::PackageOpened { ticket, run, report, design, threshold, on_unseen, cover, inputs, bytes } => {
                self.package_opened(ticket, run, (report, design), (threshold, on_unseen, cover, inputs), bytes)
            }
            Event::ProjectFile { name, result: Ok(bytes) } => {
                vec![Command::Download { name, media_type: "application/zip".to_owned(), bytes }]
            }
            Event::ProjectFile { result: Err(problem), .. } => {
                self.notice(Tone::Failure, problem, None);
                Vec::new()
            }
            Event::Restored { run, problem } => self.restored(run, problem),
            Event::Points { ticket, points, ranges, labels } => self.playground_points(ticket, points, ranges, labels),
            Event::Surface { ticket, probabilities, resolution } => {
                self.playground_surface(ticket, (probabilities, resolution))
            }
            Event::Failed { ticket, error } => self.failed(ticket, error),
        }
    }

    fn progress(&mut self, ticket: Ticket, progress: Progress) -> Vec<Command> {
        if self.explaining(ticket, &progress) {
            return Vec::new();
        }
        if let Some(job) = self.job.as_mut().filter(|job| job.ticket == ticket) {
            let doing = if job.stopping { work::STOPPING.to_owned() } else { progress.doing };
            job.progress = Some(Progress { doing, ..progress });
            self.tell_time();
        }
        Vec::new()
    }

    fn fold_scored(&mut self, ticket: Ticket, candidate: u32, fold: u32, score: Option<f64>) {
        let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket) else {
            return;
        };
        if let Some(folds) = training.folds.get_mut(candidate as usize) {
            let fold = fold as usize;
            // More would be a message of another build.
            if fold < SplitSpec::MAX_FOLDS as usize {
                if folds.len() <= fold {
                    folds.resize(fold + 1, None);
                }
                folds[fold] = score;
            }
        }
    }

    fn trains(&self, ticket: Ticket) -> bool {
        self.training.as_ref().is_some_and(|t| t.ticket == ticket)
    }

    fn run_finished(
        &mut self,
        ticket: Ticket,
        run: RunId,
        candidate: u32,
        (report, inputs): (Report, Vec<InputFact>),
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        let Some(training) = self.training.as_ref().filter(|t| t.ticket == ticket && !t.finished) else {
            return Vec::new();
        };
        let spec = training.design.candidates.get(candidate as usize).filter(|_| self.project.data.is_some());
        let Some(spec) = spec.cloned() else { return Vec::new() };
        let network = matches!(spec.model, ModelSpec::Network(_));
        let design = training.design.clone();
        let earlier = self.replaced_by(&design, &spec, &report).map(|position| self.project.runs.remove(position));
        let name = match &earlier {
            Some(earlier) => earlier.name.clone(),
            None if report.search.is_some() => self.free_name(&format!("{}, found", spec.model.name())),
            None => self.free_name(spec.model.name()),
        };
        let made = Run::new(
            (run, name),
            (design, candidate),
            report,
            inputs,
            self.clock.date.clone(),
            self.project.data.as_ref(),
        );
        self.project.runs.push(made);
        self.project.next_run = self.project.next_run.max(run + 1);
        if let Some(earlier) = earlier {
            self.take_over(&earlier, run);
        }
        // Only networks leave something unfinished, one candidate at a time.
        if network {
            self.unfinished.clear();
        }
        let mut commands = self.keep_run_bytes(run, bytes);
        commands.extend(self.save());
        commands
    }

    /// The run that the same training made before, whose place a new one takes: the same candidate on the same rows. One whose
    /// test set was opened stays, as that look cannot be had again, and so does one that is a version; and a stopped training replaces no whole one.
    fn replaced_by(&self, design: &Design, spec: &PipelineSpec, report: &Report) -> Option<usize> {
        self.project.runs.iter().position(|run| {
            !run.from_package
                && !self.project.registry.needs(run.id)
                && run.calibrated.is_none()
                && run.report.holdout.is_none()
                && (report.fit == Fit::All || run.report.fit != Fit::All)
                && run.spec() == Some(spec)
                && (&run.design.dataset, &run.design.split) == (&design.dataset, &design.split)
                && stale_data(run, &self.project).is_none()
        })
    }

    /// What was chosen for the earlier run goes over to the one in its place.
    fn take_over(&mut self, earlier: &Run, run: RunId) {
        self.project.choices.pass_on(earlier.id, run);
        // A decision was of other rows: it is to be chosen again.
        self.project.decisions.retain(|(of, _)| *of != earlier.id);
        self.run_bytes.retain(|(id, _)| *id != earlier.id);
        if self.package.as_ref().is_some_and(|(of, _)| *of == earlier.id) {
            self.forget_package();
        }
        if self.selected_run == Some(earlier.id) {
            drop(self.select_run(Some(run)));
        }
        self.log(format!("{} was trained again; the new result took the place of the earlier one.", earlier.name));
    }

    /// "Linear", then "Linear (2)".
    pub(super) fn free_name(&self, base: &str) -> String {
        let mut name = base.to_owned();
        let mut number = 1;
        while self.project.runs.iter().any(|r| r.name == name) {
            number += 1;
            name = format!("{base} ({number})");
        }
        name
    }

    fn candidate_failed(&mut self, ticket: Ticket, candidate: u32, error: Problem) -> Vec<Command> {
        let Some(training) = self.training.as_ref().filter(|t| t.ticket == ticket) else {
            return Vec::new();
        };
        let spec = training.design.candidates.get(candidate as usize);
        let is_network = spec.is_some_and(|spec| matches!(spec.model, ModelSpec::Network(_)));
        let name = spec.map_or("A candidate", |c| c.model.name());
        self.pace_failed(candidate);
        let what = format!("{name} could not be trained: {}", error.event);
        self.log(what);
        let look = ("Look at the design", Action::Show(View::Stage(Stage::Design)));
        let (error, button) = match self.trainer_missing && is_network {
            true => {
                let (cure, button) = self.trainer_cure();
                (Problem { cure, ..error }, button)
            }
            false => (error, look),
        };
        self.notice(Tone::Failure, error, Some(button));
        Vec::new()
    }

    fn training_finished(&mut self, ticket: Ticket, cancelled: bool) -> Vec<Command> {
        let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket && !t.finished) else {
            return Vec::new();
        };
        training.finished = true;
        training.fit = None;
        let (first, n) = (training.first_run, training.design.candidates.len());
        let part = training.candidates.len() < n;
        let fresh: Vec<RunId> =
            self.project.runs.iter().map(|r| r.id).filter(|id| (first..first + n as u32).contains(id)).collect();
        self.fit = None;
        self.project.training = None;
        if self.is_job(ticket) {
            self.job = None;
        }
        let retrains = self.trains_challenger(ticket);
        // With only a part trained, the others of the design are still in the running.
        let compared: Vec<RunId> = if part {
            let counts = |r: &&Run| r.is_own() && self.stale_reason(r).is_none();
            self.project.runs.iter().filter(counts).map(|r| r.id).collect()
        } else {
            fresh.clone()
        };
        if let Some(best) = self.best_of(&compared).filter(|_| !retrains) {
            self.show_best(best);
        }
        let what = match (cancelled, fresh.len()) {
            (true, kept) => format!("Training was stopped; {} kept.", words::counted(kept as u64, "candidate")),
            (false, kept) => format!("Trained {}.", words::counted(kept as u64, "candidate")),
        };
        self.log(what);
        let mut commands = self.save();
        commands.extend(self.forget_unfinished());
        if retrains {
            commands.extend(self.challenger_trained(&fresh));
        }
        commands
    }

    /// The best of a training becomes the selected run, but not under the eyes of a person who is reading about another.
    fn show_best(&mut self, best: RunId) {
        let reads = matches!(self.view, View::Stage(Stage::Trust | Stage::Ship) | View::Report);
        let other = self.current_run().is_some_and(|run| run.id != best);
        let name = self.run(best).map(|run| run.name.clone());
        match name.filter(|_| reads && other) {
            Some(name) => self.tell(
                Tone::Information,
                format!("Training is done; {name} scores best."),
                Some(("Look at it", Action::SelectRun(Some(best)))),
            ),
            None => drop(self.select_run(Some(best))),
        }
    }

    fn failed(&mut self, ticket: Ticket, error: Problem) -> Vec<Command> {
        if self.explaining_failed(ticket, &error) {
            return Vec::new();
        }
        if let Some(commands) = self.beside_failed(ticket, &error) {
            return commands;
        }
        if self.dropped_with(ticket).is_some() {
            self.notice(Tone::Failure, error, Some(("Choose a file", Action::PickFile(FilePurpose::Data))));
            return Vec::new();
        }
        if let Some((waited, purpose)) = self.waits.import.clone()
            && waited == ticket
        {
            self.waits.import = None;
            self.job = None;
            return self.import_failed(purpose, error);
        }
        if let Some(draft) = &mut self.import
            && draft.ticket == ticket
        {
            // The import that runs beside the preview says the same; a preview of its own must speak for itself.
            if draft.waits_because.is_empty() {
                return Vec::new();
            }
            // Another table of the ZIP file may be readable.
            if draft.entries.len() > 1 {
                draft.preview = None;
                draft.problem = Some(error);
                return Vec::new();
            }
            self.notice(Tone::Failure, error, Some(("Keep the settings as they were", Action::DismissImport)));
            return Vec::new();
        }
        let mut commands = Vec::new();
        let mut wanted = false;
        if self.is_job(ticket) {
            self.job = None;
            wanted = true;
        }
        if let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket) {
            training.finished = true;
            training.fit = None;
            self.fit = None;
            self.project.training = None;
            // Else the next start would take it for one that was cut off.
            commands.extend(self.save());
        }
        let waits = &mut self.waits;
        let questions = [&mut waits.check, &mut waits.view, &mut waits.predict, &mut waits.step, &mut waits.rules];
        for waited in questions.into_iter().chain([&mut waits.proposed_rules]) {
            if *waited == Some(ticket) {
                *waited = None;
                wanted = true;
            }
        }
        if self.judging.as_ref().is_some_and(|judging| judging.ticket == ticket) {
            self.judging = None;
            wanted = true;
        }
        if self.playground.ticket == ticket {
            self.playground.playing = false;
            wanted = true;
        }
        if wanted {
            self.notice(Tone::Failure, error, None);
        }
        commands
    }
}
