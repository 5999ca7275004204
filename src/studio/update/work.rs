//! Long work that the person starts: training, the test set, predictions, packages.

use super::super::choices::Choice;
use super::super::pace::Pace;
use super::super::project::{Run, Underway};
use super::super::words;
use super::*;
use crate::design::Design;
use crate::job::{InputFact, SearchStart};
use crate::metrics::Metric;
use crate::validate::{HoldoutReport, Report};

impl Studio {
    /// Train what has no result that still counts, or everything.
    pub(super) fn train(&mut self, all: bool) -> Vec<Command> {
        let Some((design, mut commands)) = self.ready_to_train() else {
            return Vec::new();
        };
        let every: Vec<u32> = (0..design.candidates.len() as u32).collect();
        let search = self.search_is_due().then(SearchStart::default);
        let untrained = || Some(self.untrained()).filter(|u| !u.is_empty() || search.is_some());
        let candidates = if all { every } else { untrained().unwrap_or(every) };
        commands.extend(self.begin_training(design, candidates, search));
        commands
    }

    /// The design to train, and what has to be done before; `None` where it cannot be trained now, which is said.
    pub(super) fn ready_to_train(&mut self) -> Option<(Design, Vec<Command>)> {
        let Some(design) = self.project.design.clone() else {
            self.tell(Tone::Information, "There is nothing to predict yet. Drop a table first.", None);
            return None;
        };
        if self.table.is_none() {
            self.tell(Tone::Information, "There are no rows to learn from yet. Drop a table first.", None);
            return None;
        }
        let problem = self.check.as_ref().and_then(|check| check.problems.first().cloned());
        if let Some(problem) = problem {
            self.notice(Tone::Failure, problem, Some(("Look at the design", Action::Show(View::Stage(Stage::Design)))));
            return None;
        }
        if self.job.is_some() {
            // Training while the table is still being read would have to wait; everything else must be stopped first.
            if self.make_way_for_training().is_err() {
                return None;
            }
        }
        // What was cut off is taken up.
        self.notices.retain(|n| !n.problem.event.starts_with(projects::INTERRUPTED));
        Some((design, self.stop_playing()))
    }

    /// Train these candidates, and search where `search` says where to begin.
    pub(super) fn begin_training(
        &mut self,
        design: Design,
        candidates: Vec<u32>,
        search: Option<SearchStart>,
    ) -> Vec<Command> {
        let mut commands = Vec::new();
        let first_run = self.project.next_run;
        // What a search finds becomes candidates behind those of the design.
        let found = design.search.as_ref().filter(|_| search.is_some()).map_or(0, |search| search.winners as usize);
        self.project.next_run += u32::try_from(design.candidates.len() + found).unwrap_or(u32::MAX);
        let ticket = self.start_job(JobKind::Train);
        self.training = Some(TrainingState {
            ticket,
            design: design.clone(),
            task: self.check.as_ref().map(|check| check.task),
            first_run,
            candidates: candidates.clone(),
            folds: vec![Vec::new(); design.candidates.len()],
            curve: Vec::new(),
            fit: None,
            purpose: String::new(),
            rows_per_second: 0.0,
            pace: Pace::default(),
            search: None,
            replays: search.as_ref().is_some_and(|search| search.replay),
            finished: false,
        });
        self.fit = None;
        let name = |c: &u32| design.candidates.get(*c as usize).map(|spec| (*c, spec.model.name().to_owned()));
        let named = candidates.iter().filter_map(name).collect();
        self.project.training =
            Some(Underway { first_run, candidates: named, searches: search.as_ref().is_some_and(|s| !s.replay) });
        self.target_guess = None;
        self.tell_time();
        self.log(format!("Began training {}.", words::counted(candidates.len() as u64, "candidate")));
        commands.extend(self.save());
        commands.push(Self::engine(Request::Train { ticket, design, candidates, first_run, search }));
        // A challenger is trained for the one who looks at Watch.
        if !self.trains_challenger(ticket) {
            commands.extend(self.show(View::Stage(Stage::Train)));
        }
        commands
    }

    fn make_way_for_training(&mut self) -> Result<(), ()> {
        let kind = self.job.as_ref().map(|job| job.kind);
        if kind == Some(JobKind::Import) {
            self.train_when_read = true;
            self.tell(Tone::Information, "The table is still being read; training begins when it is here.", None);
            return Err(());
        }
        self.make_way("train").map(|_| ())
    }

    pub(super) fn pause(&mut self, paused: bool) -> Vec<Command> {
        // What has been stopped comes to its end: a trainer that stands still would not.
        let pauses = |job: &&mut JobState| job.kind == JobKind::Train && !job.stopping && job.paused != paused;
        let Some(job) = self.job.as_mut().filter(pauses) else {
            return Vec::new();
        };
        job.paused = paused;
        let ticket = job.ticket;
        self.move_clocks(paused);
        if paused {
            vec![Self::engine(Request::Pause { ticket }), Command::Neural(NeuralRequest::Pause { ticket })]
        } else {
            vec![Self::engine(Request::Resume { ticket }), Command::Neural(NeuralRequest::Resume { ticket })]
        }
    }

    /// A pause is no time of work: when it ends, what has begun before it has begun later by its length.
    fn move_clocks(&mut self, paused: bool) {
        let now = self.clock.now;
        if paused {
            self.paused_at = now;
            return;
        }
        let length = (now - self.paused_at).max(0.0);
        if let Some(job) = &mut self.job {
            job.started += length;
        }
        if let Some(training) = &mut self.training {
            training.pace.paused(length);
        }
    }

    /// Stop the work under way. A training first ends the network fit and keeps its best weights; asking again stops at
    /// once.
    pub(super) fn cancel(&mut self) -> Vec<Command> {
        let Some(job) = self.job.clone() else {
            return Vec::new();
        };
        let ticket = job.ticket;
        // Of a search, the best so far is trained first; asking again stops that, too.
        let scored = |t: &TrainingState| t.searching().is_some_and(|s| !s.ending && s.has_scores());
        if self.training.as_ref().is_some_and(|t| t.ticket == ticket && scored(t)) {
            return self.end_search();
        }
        let mut commands = vec![Self::engine(Request::Cancel { ticket })];
        match job.kind {
            JobKind::Train => commands.extend(self.cancel_training(ticket)),
            JobKind::Import => {
                self.job = None;
                match self.waits.import.take() {
                    Some((_, purpose)) => commands.extend(self.import_ended(purpose)),
                    None => self.stop_adding(),
                }
            }
            JobKind::Holdout
            | JobKind::ScoreFile
            | JobKind::Watch
            | JobKind::Package
            | JobKind::OpenPackage
            | JobKind::Blend
            | JobKind::Calibrate
            | JobKind::Judge => self.job = None,
        }
        commands
    }

    fn cancel_training(&mut self, ticket: Ticket) -> Vec<Command> {
        let already = self.job.as_ref().is_some_and(|job| job.stopping);
        if already || self.training.as_ref().is_none_or(|t| t.finished) {
            // The engine does not answer, or waits for a network that does not: do not wait any longer.
            self.job = None;
            self.fit = None;
            self.project.training = None;
            if let Some(training) = &mut self.training {
                training.finished = true;
                training.fit = None;
            }
            self.log("Training was stopped.");
            self.neural_restart_asked = true;
            let mut commands = vec![Command::RestartWorker { neural: true }];
            commands.extend(self.save());
            commands.extend(self.forget_unfinished());
            return commands;
        }
        let mut commands = Vec::new();
        if let Some(job) = &mut self.job {
            if std::mem::take(&mut job.paused) {
                // A trainer that stands still would not come to its end.
                commands.push(Command::Neural(NeuralRequest::Resume { ticket }));
            }
            job.stopping = true;
            job.left = None;
            let (done, total) = job.progress.as_ref().map_or((0, 0), |p| (p.done, p.total));
            job.progress = Some(Progress { doing: STOPPING.to_owned(), done, total, unit: "fits".to_owned() });
        }
        if !self.stop_fit(&mut commands)
            && let Some(fit) = self.fit.as_ref().map(|fit| fit.fit)
        {
            // The trainer has not begun: there is nothing to wait for, and the engine keeps the folds that are complete.
            self.fit_ended();
            let message = "Stopped before it began.".to_owned();
            commands.push(Self::engine(Request::NetworkFailed { ticket, fit, message }));
        }
        commands
    }

    pub(super) fn open_holdout(&mut self, run: RunId) -> Vec<Command> {
        let Some(found) = self.run(run) else {
            return Vec::new();
        };
        if found.report.n_holdout == 0 {
            self.tell(
                Tone::Information,
                "This candidate was trained without a test set; a share can be locked away in the design.",
                Some(("Look at the design", Action::Show(View::Stage(Stage::Design)))),
            );
            return Vec::new();
        }
        if found.from_package {
            self.tell(Tone::Information, "This model came from a package, without its test set.", None);
            return Vec::new();
        }
        if let Some(reason) = self.stale_reason(found) {
            self.tell(
                Tone::Doubt,
                format!("The test set is not opened for a stale candidate, which would spend a look. {reason}"),
                Some(("Train again", Action::Train)),
            );
            return Vec::new();
        }
        if self.make_way("open the test set").is_err() {
            return Vec::new();
        }
        let ticket = self.start_job(JobKind::Holdout);
        vec![Self::engine(Request::OpenHoldout { ticket, run, look: self.project.looks + 1 })]
    }

    pub(super) fn holdout_opened(
        &mut self,
        ticket: Ticket,
        run: RunId,
        report: HoldoutReport,
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        self.project.looks = self.project.looks.max(report.look);
        let look = report.look;
        let mut name = String::new();
        if let Some(found) = self.project.runs.iter_mut().find(|r| r.id == run) {
            found.report.holdout = Some(report);
            name.clone_from(&found.name);
        }
        self.log(format!("Opened the test set for {name} (look {look})."));
        let mut commands = self.keep_run_bytes(run, bytes);
        commands.extend(self.save());
        commands
    }

    pub(super) fn delete_run(&mut self, run: RunId) -> Vec<Command> {
        let Some(position) = self.project.runs.iter().position(|r| r.id == run) else {
            return Vec::new();
        };
        if self.project.registry.needs(run) {
            let text = "It is a version of the project's model, or takes part in a comparison: the history would lose it. Retire it instead.";
            self.tell(Tone::Information, text, Some(("Look at the versions", Action::ShowVersion(run))));
            return Vec::new();
        }
        let removed = self.project.runs.remove(position);
        self.log(format!("Removed {}.", removed.name));
        self.tell(
            Tone::Information,
            format!("{} was removed.", removed.name),
            Some(("Bring it back", Action::BringBackRun(run))),
        );
        self.deleted.push(removed);
        if self.selected_run == Some(run) {
            let left: Vec<RunId> = self.project.runs.iter().map(|r| r.id).collect();
            let best = self.best_of(&left);
            self.select_run(best);
        }
        self.save()
    }

    pub(super) fn bring_back_run(&mut self, run: RunId) -> Vec<Command> {
        let Some(position) = self.deleted.iter().position(|r| r.id == run) else {
            return Vec::new();
        };
        let back = self.deleted.remove(position);
        self.notices.retain(|n| n.cure.as_ref().is_none_or(|(_, action)| **action != Action::BringBackRun(run)));
        self.log(format!("Brought back {}.", back.name));
        self.project.runs.push(back);
        self.project.runs.sort_by_key(|r| r.id);
        let bytes = self.run_bytes.iter().find(|(id, _)| *id == run).map(|(_, bytes)| bytes.to_vec());
        let mut commands = bytes.map(|bytes| self.keep_run_bytes(run, bytes)).unwrap_or_default();
        commands.extend(self.save());
        commands
    }

    pub(super) fn predict_row(&mut self, run: RunId, cells: Vec<(String, String)>) -> Vec<Command> {
        if self.run(run).is_none() {
            return Vec::new();
        }
        let ticket = self.ticket();
        self.waits.predict = Some(ticket);
        let on_unseen = self.on_unseen_of(run);
        let mut commands = vec![Self::engine(Request::PredictRow { ticket, run, cells: cells.clone(), on_unseen })];
        // What was found around the row was of the row as it was.
        self.explained.others = None;
        if self.selected_run == Some(run) {
            commands.extend(self.explain(crate::explain::Question::Row { cells }));
        }
        commands
    }

    pub(super) fn score_file(&mut self, run: RunId, file: FileHandle) -> Vec<Command> {
        let Some(found) = self.run(run) else {
            return Vec::new();
        };
        let threshold = self.threshold_for(found);
        let Ok(mut commands) = self.make_way("predict a file") else {
            return Vec::new();
        };
        // What stands there is of another file; if this one fails, the page must not pass it off as this one's.
        self.scored = None;
        let ticket = self.start_job(JobKind::ScoreFile);
        commands.push(Command::Engine {
            request: Request::ScoreFile {
                ticket,
                run,
                name: file.name.clone(),
                threshold,
                on_unseen: self.on_unseen_of(run),
                cover: self.cover_of(run),
            },
            file: Some(file),
        });
        self.selected_run = Some(run);
        commands
    }

    /// The label of the predicted row at the person's threshold, as package and file have it.
    pub(super) fn decide(&mut self) {
        let Some(run) = self.current_run() else {
            return;
        };
        let (task, threshold) = (run.report.task, self.threshold_for(run));
        let Some(prediction) = self.prediction.as_mut().filter(|p| !p.probabilities.is_empty()) else {
            return;
        };
        let probabilities: Vec<f32> = prediction.probabilities.iter().map(|(_, p)| *p as f32).collect();
        let chosen = crate::package::labels::chosen_class(task, &probabilities, threshold);
        prediction.label.clone_from(&prediction.probabilities[chosen].0);
    }

    /// A figure or table leaves as a file.
    pub(super) fn export(&mut self, name: String, media_type: String, bytes: Vec<u8>) -> Vec<Command> {
        self.log(format!("Exported {name}."));
        let mut commands = vec![Command::Download { name, media_type, bytes }];
        commands.extend(self.save());
        commands
    }

    pub(super) fn scored(
        &mut self,
        ticket: Ticket,
        name: String,
        bytes: Vec<u8>,
        n_rows: u32,
        warnings: Vec<String>,
    ) -> Vec<Command> {
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        let Some(run) = self.selected_run else {
            return Vec::new();
        };
        self.log(format!("Predicted a file of {}.", words::counted(u64::from(n_rows), "row")));
        self.scored = Some(ScoredFile { run, name: name.clone(), n_rows, warnings, bytes: bytes.clone() });
        let mut commands = vec![Command::Download { name, media_type: "text/csv".to_owned(), bytes }];
        commands.extend(self.save());
        commands
    }

    pub(super) fn make_package(&mut self, run: RunId) -> Vec<Command> {
        if let Some(commands) = self.held_at_gates(run) {
            return commands;
        }
        let Some(about) = self.run(run).map(|found| self.about(found)) else {
            return Vec::new();
        };
        if self.make_way("make the package").is_err() {
            return Vec::new();
        }
        self.select_run(Some(run));
        self.forget_package();
        self.package_about = Some(about.clone());
        let ticket = self.start_job(JobKind::Package);
        if self.waits.profile.is_none() && self.waits.rules.is_none() {
            return vec![Self::engine(Request::Package { ticket, run, about })];
        }
        self.waits.package = Some((ticket, run));
        if let Some(job) = &mut self.job {
            let doing = "Looking at the rows first: what is in doubt stands in the package".to_owned();
            job.progress = Some(Progress { doing, done: 0, total: 0, unit: String::new() });
        }
        Vec::new()
    }

    /// The package that waits until the rows have been looked at, so that one run always gives the same bytes.
    pub(super) fn make_waiting_package(&mut self) -> Vec<Command> {
        if self.waits.profile.is_some() || self.waits.rules.is_some() {
            return Vec::new();
        }
        let Some((ticket, run)) = self.waits.package.take() else {
            return Vec::new();
        };
        let Some(about) = self.run(run).filter(|_| self.is_job(ticket)).map(|found| self.about(found)) else {
            return Vec::new();
        };
        self.package_about = Some(about.clone());
        vec![Self::engine(Request::Package { ticket, run, about })]
    }

    /// What a package of this run would be told now.
    fn about(&self, run: &Run) -> PackageAbout {
        PackageAbout {
            project: self.project.name.clone(),
            created: run.ended.clone(),
            threshold: self.threshold_for(run),
            on_unseen: self.on_unseen_of(run.id),
            cover: self.cover_of(run.id),
            looks: self.project.looks,
            doubts: super::super::checks::doubts(&self.run_checks(run)),
            rules: if run.from_package { Vec::new() } else { self.project.rules.clone() },
            importance: run.importance.clone(),
            comparison: self.comparison_lines(run),
            decision: super::super::decide::lines(self.decided(run)),
            gates: self.gate_lines(run),
            groups: self.groups_told(run),
        }
    }

    /// Why the package at hand is not the one that would be made now, in a sentence.
    pub fn package_stale(&self) -> Option<String> {
        let (run, _) = self.package.as_ref()?;
        let run = self.run(*run)?;
        let (then, now) = (self.package_about.as_ref()?, self.about(run));
        let percent = |threshold: Option<f64>| crate::chart::format::percent(threshold.unwrap_or(0.5));
        if then.threshold != now.threshold {
            let (then, now) = (percent(then.threshold), percent(now.threshold));
            return Some(format!("It was made with a threshold of {then}; now it is {now}."));
        }
        if then.on_unseen != now.on_unseen {
            return Some("It was made to do something else with rows unlike those of the training.".to_owned());
        }
        if then.cover != now.cover && run.report.aside.is_some() {
            return Some("Its ranges were made to hold the truth more or less often than is chosen now.".to_owned());
        }
        if then.doubts != now.doubts {
            return Some("A check says something else since; the card in it does not know.".to_owned());
        }
        if then.rules != now.rules {
            return Some("The rules for the rows are others since.".to_owned());
        }
        if then.importance != now.importance {
            return Some("What the columns are worth was measured since; the card in it does not know.".to_owned());
        }
        if then.gates != now.gates {
            return Some("What was tried to prove it wrong says something else since.".to_owned());
        }
        if then.groups != now.groups {
            return Some("How groups of people compare was looked at since; the card in it does not know.".to_owned());
        }
        if then.decision != now.decision {
            return Some("The threshold has another reason since.".to_owned());
        }
        if then.comparison != now.comparison {
            return Some("It stands beside other candidates since; the card in it does not know.".to_owned());
        }
        if then.looks != now.looks {
            return Some("The test set was opened since; the card in it does not know.".to_owned());
        }
        (then.project != now.project).then(|| "The project has another name since.".to_owned())
    }

    /// The threshold that the person set; `None` where the higher probability wins.
    pub(super) fn threshold_for(&self, run: &Run) -> Option<f64> {
        let threshold = self.threshold_of(run.id);
        (run.report.task == crate::dataset::Task::Binary && threshold != 0.5).then_some(threshold)
    }

    pub(super) fn packaged(
        &mut self,
        ticket: Ticket,
        run: RunId,
        package: PackageSummary,
        bytes: Vec<u8>,
        (predictor, question): (Result<PackedModel, Problem>, Asked),
    ) -> Vec<Command> {
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        self.predictor = Some(predictor.map(|model| (model.flavour, model.bytes.into())));
        self.package = Some((run, package));
        self.package_bytes = Some(bytes.into());
        self.ask_outside(run, question)
    }

    pub(super) fn download_package(&mut self) -> Vec<Command> {
        if self.download_waits() {
            return Vec::new();
        }
        let (Some((run, package)), Some(bytes)) = (&self.package, &self.package_bytes) else {
            return Vec::new();
        };
        let download = Command::Download {
            name: package.file_name.clone(),
            media_type: "application/zip".to_owned(),
            bytes: bytes.to_vec(),
        };
        let run = *run;
        let name = self.run(run).map_or_else(String::new, |r| r.name.clone());
        let what = format!("Downloaded the package of {name} (SHA-256 {}).", package.sha256);
        self.log(what);
        let parent = self.project.registry.approved().map(|version| version.number);
        self.enrol(run, parent, super::super::registry::Origin::Package);
        let mut commands = vec![download];
        commands.extend(self.save());
        commands
    }

    /// Hands out the model of the package in the program of a predictor.
    pub(super) fn download_predictor(&mut self, kind: PredictorKind) -> Vec<Command> {
        let (Some((run, package)), Some(made)) = (&self.package, self.predictor.clone()) else {
            return Vec::new();
        };
        let stem = package.file_name.strip_suffix(".zip").unwrap_or(&package.file_name);
        let name = format!("{stem}{}", kind.ending());
        let of = self.run(*run).map_or_else(String::new, |run| run.name.clone());
        match made {
            Ok((flavour, model)) => {
                self.log(format!("Downloaded {} of {of}.", kind.words()));
                let model = PackedModel { flavour, bytes: model.to_vec() };
                let mut commands = vec![Command::MakePredictor { kind, name, model }];
                commands.extend(self.save());
                commands
            }
            Err(problem) => {
                self.notice(Tone::Failure, problem, None);
                Vec::new()
            }
        }
    }

    pub(super) fn open_package(&mut self, file: FileHandle) -> Vec<Command> {
        let Ok(mut commands) = self.make_way("open a package") else {
            return Vec::new();
        };
        let run = self.project.next_run;
        self.project.next_run += 1;
        let ticket = self.start_job(JobKind::OpenPackage);
        commands.push(Command::Engine {
            request: Request::OpenPackage { ticket, run, name: file.name.clone() },
            file: Some(file),
        });
        commands
    }

    pub(super) fn package_opened(
        &mut self,
        ticket: Ticket,
        run: RunId,
        (report, design): (Report, Design),
        (threshold, on_unseen, cover, inputs): (Option<f64>, OnUnseen, Cover, Vec<InputFact>),
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        if !self.is_job(ticket) {
            return Vec::new();
        }
        self.job = None;
        if self.is_empty() && self.project.name == "Untitled" {
            self.project.name = self.free_project_name(&format!("Package for {}", report.target));
        }
        let none = if report.blend.is_some() { "Ensemble" } else { "Model" };
        let kind = design.candidates.first().map_or(none, |spec| spec.model.name());
        let name = self.free_name(&format!("{kind} from a package"));
        self.log(format!("Opened a package as {name}."));
        let threshold = threshold.unwrap_or(0.5);
        self.project.choices.set(run, Choice { threshold, on_unseen, cover, ..Choice::default() });
        let ended = self.clock.date.clone();
        self.project.runs.push(Run::new((run, name), (design, 0), report, inputs, ended, None));
        self.select_run(Some(run));
        let mut commands = self.keep_run_bytes(run, bytes);
        commands.extend(self.save());
        commands.extend(self.show(View::Stage(Stage::Ship)));
        commands
    }

    /// The metric that orders the leaderboard.
    pub fn leading_metric(&self) -> Option<Metric> {
        // While candidates train, scores are of the design that they were begun with.
        let training = self.training.as_ref().filter(|t| !t.finished);
        let design = training.map(|t| &t.design).or(self.project.design.as_ref());
        let chosen = design.and_then(|d| d.metric);
        let task = training
            .and_then(|t| t.task)
            .or_else(|| self.check.as_ref().map(|c| c.task))
            .or_else(|| self.current_run().map(|r| r.report.task))
            .or_else(|| self.project.runs.last().map(|r| r.report.task))?;
        Some(chosen.filter(|m| Metric::of(task).contains(m)).unwrap_or(Metric::primary(task)))
    }

    /// The run among these with the best mean over folds; the earlier where they are level. What was made before a change
    /// comes after all that counts: it may be what the change has mended.
    pub(super) fn best_of(&self, runs: &[RunId]) -> Option<RunId> {
        let counts = |id: &&RunId| self.run(**id).is_some_and(|run| self.stale_reason(run).is_none());
        let current: Vec<RunId> = runs.iter().filter(counts).copied().collect();
        self.highest_of(&current).or_else(|| self.highest_of(runs))
    }

    fn highest_of(&self, runs: &[RunId]) -> Option<RunId> {
        let mut best: Option<(f64, RunId)> = None;
        for run in runs.iter().filter_map(|id| self.run(*id)) {
            let metric = run
                .design
                .metric
                .filter(|m| Metric::of(run.report.task).contains(m))
                .unwrap_or_else(|| run.report.leading());
            let mean = run.report.scores.iter().find(|s| s.metric == metric).and_then(|s| s.mean);
            let Some(mean) = mean else {
                continue;
            };
            let height = if metric.higher_is_better() { mean } else { -mean };
            if best.is_none_or(|(highest, _)| height > highest) {
                best = Some((height, run.id));
            }
        }
        best.map(|(_, run)| run).or_else(|| runs.iter().copied().find(|id| self.run(*id).is_some()))
    }
}

/// What the job says from the wish to stop until the engine has stopped.
pub(super) const STOPPING: &str = "Stopping, keeping the best so far";
