//! The loop: from the rows of a later day to a challenger, its comparison with the champion, and the decision.

use super::super::adding::Adding;
use super::super::choices::Choice;
use super::super::registry::{Origin, Standing};
use super::super::retrain::{self, Challenge, HELD_OUT, Retraining};
use super::*;
use crate::recipe::{Mark, Operation, Recipe};
use crate::split::Newest;
use crate::validate::HoldoutReport;
use crate::validate::challenge::Compared;

impl Studio {
    /// Put the rows that were watched below those of the training, and train a challenger; or go on with one.
    pub(super) fn retrain(&mut self) -> Vec<Command> {
        if self.retraining.is_some() {
            return Vec::new();
        }
        if let Some(open) = self.project.registry.open_challenge().cloned() {
            return self.go_on(&open);
        }
        if let Some(hindrance) = self.retrain_hindrance() {
            let cure = hindrance.cure.as_ref().map(|(label, action)| (*label, action.clone()));
            self.tell(Tone::Information, hindrance.why, cure);
            return Vec::new();
        }
        let (Some(champion), Some(watched)) = (self.selected_run, self.watched.clone()) else { return Vec::new() };
        if self.job.is_some() || self.import.is_some() {
            self.tell(Tone::Information, "Other work is under way.", None);
            return Vec::new();
        }
        self.adding = Adding::default();
        self.adding.waiting.push_back(watched.file.clone());
        self.retraining = Some(Retraining::Adding { champion });
        self.next_file()
    }

    /// What a reload, a stop or a failure has left open.
    fn go_on(&mut self, open: &Challenge) -> Vec<Command> {
        match (open.challenger, &open.compared) {
            (_, Some(_)) => Vec::new(),
            (Some(challenger), None) => self.compare(open.champion, challenger),
            (None, None) => self.train_challenger(open.champion, open.file.clone()),
        }
    }

    fn not_retrained(&mut self, place: &str, event: impl Into<String>, cure: &str) -> Vec<Command> {
        self.retraining = None;
        self.stop_adding();
        let kept = "The table and the champion are as they were.".to_owned();
        let problem = Problem { place: place.to_owned(), event: event.into(), kept, cure: cure.to_owned() };
        self.notice(Tone::Failure, problem, None);
        Vec::new()
    }

    /// The file was read: put its rows below, marked as its own.
    pub(super) fn take_newcomers(&mut self) -> Vec<Command> {
        let (Some(read), Some(data)) = (&self.adding.read, &self.project.data) else { return Vec::new() };
        let name = read.beside.name.clone();
        let sha256 = &read.beside.file.sha256;
        let below = |name: &str| retrain::files(&data.recipe).any(|file| file == name);
        let known = data.beside.iter().filter(|file| below(&file.name)).map(|file| &file.file.sha256);
        let known = known.chain([&data.sha256]);
        let target = self.project.design.as_ref().map(|design| design.dataset.target.clone()).unwrap_or_default();
        if known.into_iter().any(|known| known == sha256) {
            let cure = "Bring rows that are new.";
            return self.not_retrained(
                &name,
                "These rows are in the table already: the file is one of the project's.",
                cure,
            );
        }
        if !read.beside.columns.iter().any(|(column, _)| *column == target) {
            let event = format!("It has no column {target}, so there is nothing to learn from.");
            return self.not_retrained(&name, event, "Bring the rows with what really happened.");
        }
        let Some(mark) = self.any_mark() else {
            let cure = "Rename a column of the table that is called file, source_file or from_file.";
            return self.not_retrained(
                &name,
                "No name is free for the column that tells old and new rows apart.",
                cure,
            );
        };
        if let Some(read) = &mut self.adding.read {
            read.operation = Some(Operation::Append { with: name, mark: Some(mark) });
        }
        self.take_file()
    }

    /// Rows of earlier files are told apart from now on, too.
    pub(super) fn mark_all(&self, recipe: &mut Recipe) {
        let Some(mark) = self.any_mark().filter(|_| self.retraining.is_some()) else { return };
        for step in &mut recipe.steps {
            if let Operation::Append { mark: own @ None, .. } = &mut step.operation {
                *own = Some(mark.clone());
            }
        }
    }

    /// The rows are being put below: the design of the champion, with the newest of them held out, is part of that edit.
    pub(super) fn newcomers_taken(&mut self, file: &str) {
        let Some(Retraining::Adding { champion }) = self.retraining else { return };
        let mark = self.recipe().into_iter().flat_map(|recipe| &recipe.steps).find_map(|step| match &step.operation {
            Operation::Append { with, mark: Some(Mark { column, .. }) } if with == file => Some(column.clone()),
            _ => None,
        });
        let (Some(column), order) = (mark, self.order_of_newcomers()) else { return };
        let newest = Newest { column, file: file.to_owned(), share: HELD_OUT };
        let design = self.run(champion).map(|run| retrain::challenger_design(run, newest, order));
        self.project.design = design;
        self.retraining = Some(Retraining::Stacking { champion, file: file.to_owned() });
    }

    /// Table and design are as the challenger wants them.
    pub(super) fn newcomers_checked(&mut self) -> Vec<Command> {
        let Some(Retraining::Stacking { champion, file }) = self.retraining.clone() else { return Vec::new() };
        if self.waits.import.is_some() {
            return Vec::new();
        }
        self.retraining = None;
        let problem = self.check.as_ref().and_then(|check| check.problems.first().cloned());
        if let Some(problem) = problem {
            self.notice(Tone::Failure, problem, Some(("Take the rows out again", Action::Undo)));
            return Vec::new();
        }
        let champion_name = self.run(champion).map(|run| run.name.clone()).unwrap_or_default();
        self.log(format!("Began a challenger of {champion_name} with the rows of {file}."));
        self.project.registry.challenges.push(Challenge {
            champion,
            champion_name,
            file: file.clone(),
            challenger: None,
            challenger_name: String::new(),
            compared: None,
            judged: String::new(),
            settled: None,
        });
        self.train_challenger(champion, file)
    }

    /// Train what the champion is, on the table as it is.
    fn train_challenger(&mut self, champion: RunId, file: String) -> Vec<Command> {
        let candidate = self.run(champion).map(|run| run.candidate);
        let held_out = self.project.design.as_ref().and_then(|design| design.split.newest.as_ref());
        let fits = held_out.is_some_and(|newest| newest.file == file)
            && self.run(champion).is_some_and(|run| self.trained_here(run));
        let (Some(candidate), true) = (candidate, fits) else {
            self.tell(
                Tone::Doubt,
                format!("The rows of {file} are no longer below those of the training, or the design is another: this round cannot go on."),
                Some(("Give this round up", Action::GiveUpChallenge)),
            );
            return Vec::new();
        };
        let Some((mut design, mut commands)) = self.ready_to_train() else { return Vec::new() };
        // What the design has become meanwhile is not what the champion was trained by.
        let spec = self.run(champion).and_then(|run| run.spec().cloned());
        let Some(spec) = spec else { return Vec::new() };
        let candidate = match design.candidates.iter().position(|other| *other == spec) {
            Some(position) => position as u32,
            None if (candidate as usize) < design.candidates.len() => {
                design.candidates[candidate as usize] = spec;
                candidate
            }
            None => {
                design.candidates.push(spec);
                design.candidates.len() as u32 - 1
            }
        };
        if self.project.design.as_ref() != Some(&design) {
            self.remember("Train the challenger");
            self.project.design = Some(design.clone());
        }
        let ticket = self.next_ticket;
        self.retraining = Some(Retraining::Training { ticket });
        commands.extend(self.begin_training(design, vec![candidate], None));
        commands
    }

    /// Whether this training is that of a challenger.
    pub(super) fn trains_challenger(&self, ticket: Ticket) -> bool {
        self.retraining == Some(Retraining::Training { ticket })
    }

    /// The training of the challenger has ended, with these runs.
    pub(super) fn challenger_trained(&mut self, fresh: &[RunId]) -> Vec<Command> {
        self.retraining = None;
        let whole = |run: &&RunId| self.run(**run).is_some_and(|run| run.report.fit.stopped().is_none());
        let Some(challenger) = fresh.iter().find(whole).copied() else {
            let cure = Some(("Train it again", Action::Retrain));
            self.tell(
                Tone::Doubt,
                "There is no challenger: its training did not come to its end. The champion is as it was.",
                cure,
            );
            return Vec::new();
        };
        let name = self.run(challenger).map(|run| run.name.clone()).unwrap_or_default();
        let Some(open) = self.project.registry.challenges.last_mut().filter(|open| open.settled.is_none()) else {
            return Vec::new();
        };
        open.challenger = Some(challenger);
        open.challenger_name = name;
        let champion = open.champion;
        self.as_chosen(champion, challenger);
        self.compare(champion, challenger)
    }

    /// What the person chose for the champion holds for the challenger.
    fn as_chosen(&mut self, champion: RunId, challenger: RunId) {
        if let Some(choice) = self.project.choices.of(champion).cloned() {
            // A star and a note are of the champion itself.
            self.project.choices.set(challenger, Choice { starred: false, note: String::new(), ..choice });
        }
    }

    fn compare(&mut self, champion: RunId, challenger: RunId) -> Vec<Command> {
        let Ok(mut commands) = self.make_way("compare champion and challenger") else { return Vec::new() };
        let ticket = self.start_job(JobKind::Holdout);
        self.retraining = Some(Retraining::Comparing { ticket });
        let look = self.project.looks + 1;
        commands.extend(self.save());
        commands.push(Self::engine(Request::Challenge { ticket, champion, challenger, look }));
        commands
    }

    pub(super) fn challenged(
        &mut self,
        ticket: Ticket,
        challenger: RunId,
        compared: Compared,
        report: HoldoutReport,
        bytes: Vec<u8>,
    ) -> Vec<Command> {
        let open = self.project.registry.challenges.last_mut();
        let Some(open) = open.filter(|open| open.settled.is_none() && open.challenger == Some(challenger)) else {
            return Vec::new();
        };
        if self.job.as_ref().is_none_or(|job| job.ticket != ticket) {
            return Vec::new();
        }
        open.judged.clone_from(&self.clock.date);
        open.compared = Some(compared.clone());
        let open = open.clone();
        self.job = None;
        self.retraining = None;
        self.project.looks = self.project.looks.max(report.look);
        if let Some(found) = self.project.runs.iter_mut().find(|run| run.id == challenger) {
            found.report.holdout = Some(report);
        }
        let parent = self.enrol(open.champion, None, Origin::Champion);
        self.enrol(challenger, parent, Origin::Retrained { file: open.file.clone() });
        let (headline, evidence) = (retrain::headline(&open, &compared), retrain::evidence(&open, &compared));
        self.log(format!("{headline}. {evidence}"));
        let mut commands = self.keep_run_bytes(challenger, bytes);
        commands.extend(self.save());
        commands
    }

    /// Promote the challenger, or keep the champion, for this reason.
    pub(super) fn settle(&mut self, promote: bool, who: &str, why: &str) -> Vec<Command> {
        let Some(open) = self.project.registry.open_challenge().filter(|open| open.compared.is_some()).cloned() else {
            return Vec::new();
        };
        let registry = &self.project.registry;
        let number = |run| registry.of_run(run).map(|version| version.number);
        let (Some(new), Some(old)) = (open.challenger.and_then(number), number(open.champion)) else {
            return Vec::new();
        };
        let Some(why) = self.reason(why) else { return Vec::new() };
        let who = who.trim();
        if promote {
            if !self.may_approve(new) {
                return Vec::new();
            }
            self.record(new, Standing::Approved, who, why);
            if self.project.registry.standing(old) == Standing::Candidate {
                self.record(old, Standing::Retired, who, format!("Version {new} took its place."));
            }
        } else {
            self.record(new, Standing::Retired, who, why);
        }
        if let Some(open) = self.project.registry.challenges.last_mut() {
            open.settled = Some(promote);
        }
        let stays = if promote { open.challenger } else { Some(open.champion) };
        let mut commands = self.select_run(stays);
        commands.extend(self.save());
        commands
    }

    /// A round that cannot go on ends without a comparison.
    pub(super) fn give_up_challenge(&mut self) -> Vec<Command> {
        if self.retraining.is_some() {
            return Vec::new();
        }
        let given_up = |open: &mut Challenge| open.compared.is_none() && open.settled.is_none();
        let Some(left) = self.project.registry.challenges.pop_if(given_up) else { return Vec::new() };
        self.log(format!("Gave up the challenger of {}, before it was compared.", left.champion_name));
        let text = format!(
            "The challenger of {} was given up; undo on Data takes the rows of {} out again.",
            left.champion_name, left.file
        );
        self.tell(Tone::Information, text, None);
        self.save()
    }

    /// Whether what a round waits for is still on its way; else it has ended some other way, and can be gone on with.
    pub(super) fn look_after_retraining(&mut self) {
        let lives = match &self.retraining {
            None => return,
            Some(Retraining::Adding { .. }) => {
                self.adding != Adding::default() || self.import.as_ref().is_some_and(|draft| draft.adds)
            }
            Some(Retraining::Stacking { .. }) => self.waits.import.is_some() || self.waits.check.is_some(),
            Some(Retraining::Training { ticket }) => {
                self.training.as_ref().is_some_and(|training| training.ticket == *ticket && !training.finished)
            }
            Some(Retraining::Comparing { ticket }) => self.is_job(*ticket),
        };
        if !lives {
            self.retraining = None;
        }
    }
}
