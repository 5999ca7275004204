//! The engine's life: a worker that died is started again, and gets back what it had.

use super::*;

impl Studio {
    /// The engine was started again, with nothing in it.
    pub(super) fn engine_restarted(&mut self, message: &str) -> Vec<Command> {
        self.engine_ready = false;
        self.rows.clear();
        self.waits.check = None;
        self.waits.predict = None;
        self.waits.view = None;
        self.end_step_preview();
        self.stop_adding();
        self.forget_questions();
        let mut download = self.not_run_outside(format!("the engine ended: {message}"));
        let job = self.job.take();
        self.profile_lost(job.is_some());
        let mut commands = self.stop_lost_job(job.as_ref(), message);
        commands.append(&mut download);
        if let Some((_, file)) = self.waits.dropped.take() {
            self.notice(
                Tone::Failure,
                Problem {
                    place: file.name,
                    event: format!("The engine ended while it looked at the file ({message})."),
                    kept: "The project at hand is as it was.".to_owned(),
                    cure: "Drop the file again in a moment.".to_owned(),
                },
                None,
            );
        }
        if self.table.is_some() {
            commands.extend(self.reload_table());
        }
        commands.extend(self.restore_runs());
        commands
    }

    /// Say what the dead engine was doing, and end it. Work that may have killed it is not tried again by itself.
    fn stop_lost_job(&mut self, job: Option<&JobState>, message: &str) -> Vec<Command> {
        let event = format!("The engine ended and was started again ({message}).");
        let place = "The engine".to_owned();
        let purpose = self.waits.import.take().map(|(_, purpose)| purpose);
        let Some(job) = job else {
            let kept = "Nothing was under way; your table and candidates are being loaded again.".to_owned();
            self.notice(Tone::Information, Problem { place, event, kept, cure: String::new() }, None);
            return Vec::new();
        };
        match job.kind {
            JobKind::Import => {
                let problem = Problem {
                    place,
                    event,
                    kept: "The file that was being read is unchanged.".to_owned(),
                    cure: "Most likely the file is too large for this computer's memory. Take a part of its rows."
                        .to_owned(),
                };
                match purpose {
                    // Other settings would not help.
                    Some(ImportPurpose::New(file)) => {
                        let problem = Problem { place: file.name.clone(), ..problem };
                        let choose = ("Choose a file", Action::PickFile(FilePurpose::Data));
                        self.notice(Tone::Failure, problem, Some(choose));
                        self.import_ended(ImportPurpose::New(file))
                    }
                    Some(purpose) => self.import_failed(purpose, problem),
                    None => {
                        self.notice(Tone::Failure, problem, None);
                        Vec::new()
                    }
                }
            }
            JobKind::Train => {
                let fit = self.fit.take();
                if let Some(training) = &mut self.training {
                    training.finished = true;
                    training.fit = None;
                }
                self.project.training = None;
                let save = self.save();
                self.log("Training ended with the engine.");
                self.notice(
                    Tone::Failure,
                    Problem {
                        place,
                        event,
                        kept: "Candidates that were complete are kept.".to_owned(),
                        cure: "Train the rest; what is complete is not trained again.".to_owned(),
                    },
                    Some(("Train the rest", Action::Train)),
                );
                let cancel = fit.map(|fit| Command::Neural(NeuralRequest::Cancel { ticket: fit.ticket }));
                cancel.into_iter().chain(save).collect()
            }
            JobKind::Holdout
            | JobKind::ScoreFile
            | JobKind::Watch
            | JobKind::Package
            | JobKind::OpenPackage
            | JobKind::Blend
            | JobKind::Calibrate
            | JobKind::Judge => {
                self.notice(
                    Tone::Failure,
                    Problem {
                        place,
                        event,
                        kept: "Your table and candidates are being loaded again.".to_owned(),
                        cure: "Try it again in a moment.".to_owned(),
                    },
                    None,
                );
                Vec::new()
            }
        }
    }

    /// Give the engine its trained candidates, from memory where they are there, else from storage.
    pub(super) fn restore_runs(&mut self) -> Vec<Command> {
        let mut commands = Vec::new();
        let mut stored = Vec::new();
        for run in self.restorable() {
            match self.run_bytes.iter().find(|(id, _)| *id == run.id) {
                Some((_, bytes)) => {
                    commands.push(Self::engine(Request::Restore { run: run.id, bytes: bytes.to_vec() }));
                }
                None => stored.push(run.id),
            }
        }
        if !stored.is_empty() {
            commands.push(Command::RestoreRuns { project: self.project.id.clone(), runs: stored });
        }
        let any = self.restorable().next().is_some();
        self.restoring = any;
        commands
    }

    /// The runs whose bytes are not known to be gone.
    fn restorable(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.project.runs.iter().filter(|run| !self.missing.runs.contains(&run.id))
    }

    pub(super) fn restored(&mut self, run: RunId, problem: Option<Problem>) -> Vec<Command> {
        if self.restorable().next_back().is_some_and(|last| last.id == run) {
            self.restoring = false;
        }
        if let Some(problem) = problem {
            self.tell_of_lost_model(run, problem);
        }
        Vec::new()
    }

    /// One notice for all that have the same fault.
    fn tell_of_lost_model(&mut self, run: RunId, problem: Problem) {
        let name = self.run(run).map_or_else(|| problem.place.clone(), |run| run.name.clone());
        let same = |n: &&mut Notice| n.tone == Tone::Failure && n.problem.event == problem.event;
        if let Some(notice) = self.notices.iter_mut().find(same) {
            notice.problem.place = format!("{}, {name}", notice.problem.place);
            // Without a table there is nothing to train on.
            let again = || ("Train all again".to_owned(), Box::new(Action::TrainAll));
            notice.cure = self.table.is_some().then(again);
            // Another notice, so that it is drawn anew.
            notice.id = self.next_notice;
            self.next_notice += 1;
            return;
        }
        let place = name;
        self.notice(
            Tone::Failure,
            Problem { place, ..problem },
            Some(("Remove this candidate", Action::DeleteRun(run))),
        );
    }
}
