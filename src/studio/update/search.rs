//! A search begins, tells what it tries, and ends.

use super::super::project::Underway;
use super::super::search::{HowToSearch, SearchState, Searched};
use super::super::words;
use super::*;
use crate::design::Design;
use crate::job::SearchStart;
use crate::pipeline::PipelineSpec;
use crate::tune::{SearchRecord, Trial};

/// How far apart, in milliseconds, the trials of a search are stored.
const STORE_AFTER: f64 = 10_000.0;

impl Studio {
    /// Search for better settings; what has no result yet is trained on the way.
    pub(super) fn search(&mut self, how: HowToSearch) -> Vec<Command> {
        let Some((mut design, mut commands)) = self.ready_to_train() else {
            return Vec::new();
        };
        if design.search.is_none() {
            self.tell(
                Tone::Information,
                "The design asks for no search.",
                Some(("Look at the design", Action::Show(View::Stage(Stage::Design)))),
            );
            return commands;
        }
        let before = self.project.fitting_search().cloned();
        let start = match (how, before) {
            (HowToSearch::New, _) | (HowToSearch::GoOn, None) => SearchStart::default(),
            (HowToSearch::GoOn, Some(record)) => start_from(record, false),
            (HowToSearch::Replay, Some(record)) => {
                // As it was: minutes may be others since.
                design.search = Some(record.spec.clone());
                start_from(record, true)
            }
            (HowToSearch::Replay, None) => {
                self.tell(Tone::Information, "Nothing was searched with this design yet.", None);
                return commands;
            }
        };
        let candidates = if start.replay { Vec::new() } else { self.untrained() };
        commands.extend(self.begin_training(design, candidates, Some(start)));
        commands
    }

    /// The engine has begun to search.
    pub(super) fn search_began(&mut self, ticket: Ticket, record: SearchRecord) -> Vec<Command> {
        let now = self.clock.now;
        let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket && !t.finished) else {
            return Vec::new();
        };
        let replay = training.replays;
        training.search =
            Some(SearchState { record: record.clone(), replay, ending: false, ended: false, stored: now });
        let design = training.design.clone();
        let Some(data) = self.project.data.as_ref().filter(|_| !replay) else {
            return Vec::new();
        };
        self.project.search = Some(Searched {
            design,
            data_sha256: data.sha256.clone(),
            settings: data.settings.clone(),
            recipe: data.recipe.clone(),
            record,
        });
        self.save()
    }

    pub(super) fn trial_told(&mut self, ticket: Ticket, place: u32, trial: Trial, seconds: f64) -> Vec<Command> {
        let now = self.clock.now;
        let training = self.training.as_mut().filter(|t| t.ticket == ticket && !t.finished);
        let Some(search) = training.and_then(|t| t.search.as_mut()) else {
            return Vec::new();
        };
        let place = place as usize;
        let trials = &mut search.record.trials;
        match place {
            known if known < trials.len() => trials[known] = trial,
            next if next == trials.len() => trials.push(trial),
            // It would be a message of another build.
            _ => return Vec::new(),
        }
        search.record.seconds = seconds;
        let due = now - search.stored >= STORE_AFTER;
        if due {
            search.stored = now;
        }
        self.keep_search();
        if due { self.save() } else { Vec::new() }
    }

    /// The project's record of the search is that of the search under way.
    fn keep_search(&mut self) {
        let search = self.training.as_ref().and_then(|t| t.search.as_ref()).filter(|search| !search.replay);
        if let (Some(search), Some(kept)) = (search, &mut self.project.search) {
            kept.record.clone_from(&search.record);
        }
    }

    pub(super) fn search_ended(
        &mut self,
        ticket: Ticket,
        winners: Vec<PipelineSpec>,
        same: Option<(u32, u32)>,
        seconds: f64,
    ) -> Vec<Command> {
        let Some(training) = self.training.as_mut().filter(|t| t.ticket == ticket && !t.finished) else {
            return Vec::new();
        };
        let Some(search) = &mut training.search else {
            return Vec::new();
        };
        search.ended = true;
        search.record.seconds = seconds;
        let scored = search.record.trials.iter().filter(|trial| !trial.scores.is_empty()).count();
        let first = training.design.candidates.len() as u32;
        training.design.candidates.extend(winners.iter().cloned());
        training.folds.resize(training.design.candidates.len(), Vec::new());
        training.candidates.extend(first..first + winners.len() as u32);
        let design = training.design.clone();
        if let Some(underway) = &mut self.project.training {
            let named = winners.iter().zip(first..).map(|(spec, i)| (i, spec.model.name().to_owned()));
            underway.candidates.extend(named);
            underway.searches = false;
        }
        self.keep_search();
        self.log(format!("Searched: {} scored.", words::counted(scored as u64, "setting")));
        match same {
            Some((equal, all)) => self.tell_replayed(equal, all),
            None if scored == 0 => self.tell(
                Tone::Doubt,
                "The time was too short for a single fit of the search: give it more minutes, or fewer kinds of models.",
                Some(("Look at the design", Action::Show(View::Stage(Stage::Design)))),
            ),
            None if winners.is_empty() => self.tell(
                Tone::Information,
                format!("The search has tried {} and found none that is better than what the design has.", words::counted(scored as u64, "setting")),
                None,
            ),
            None => {}
        }
        self.add_winners(&design, winners)
    }

    fn tell_replayed(&mut self, equal: u32, all: u32) {
        let trials = words::counted(u64::from(all), "trial");
        if equal == all {
            self.tell(
                Tone::Information,
                format!("{trials} done again: every score is the same, to the last digit."),
                None,
            );
        } else {
            let other = words::counted(u64::from(all - equal), "trial");
            let why =
                "Networks give the same scores on one kind of processor only; everything else gives them everywhere.";
            self.tell(Tone::Doubt, format!("{trials} done again: {other} came out otherwise. {why}"), None);
        }
    }

    /// What was found belongs to the design, as long as that asks the same question.
    fn add_winners(&mut self, trained: &Design, winners: Vec<PipelineSpec>) -> Vec<Command> {
        let asks_the_same = |design: &&mut Design| {
            (&design.dataset, &design.split) == (&trained.dataset, &trained.split) && !winners.is_empty()
        };
        if self.project.design.as_mut().filter(asks_the_same).is_none() {
            return self.save();
        }
        self.remember("Add what the search has found");
        if let Some(design) = &mut self.project.design {
            let fresh: Vec<PipelineSpec> =
                winners.into_iter().filter(|winner| !design.candidates.contains(winner)).collect();
            design.candidates.extend(fresh);
        }
        let mut commands = self.check_design();
        commands.extend(self.save());
        commands
    }

    /// End the search under way and train the best that it has found.
    pub(super) fn end_search(&mut self) -> Vec<Command> {
        let Some(training) = self.training.as_mut().filter(|t| t.searching().is_some_and(|s| !s.ending)) else {
            return Vec::new();
        };
        if let Some(search) = &mut training.search {
            search.ending = true;
        }
        let ticket = training.ticket;
        let mut commands = Vec::new();
        if self.job.as_ref().is_some_and(|job| job.paused) {
            commands.extend(self.pause(false));
        }
        commands.push(Self::engine(Request::EndSearch { ticket }));
        commands
    }

    /// A network that was a trial is not wanted any more.
    pub(super) fn stop_network(&mut self, ticket: Ticket, fit: u32) -> Vec<Command> {
        let mut commands = Vec::new();
        if self.fit.as_ref().is_some_and(|running| (running.ticket, running.fit) == (ticket, fit))
            && !self.stop_fit(&mut commands)
        {
            self.fit_ended();
            let message = "Stopped before it began.".to_owned();
            commands.push(Self::engine(Request::NetworkFailed { ticket, fit, message }));
        }
        commands
    }

    /// The clock goes on; a search whose time is spent ends, also while all its fits are under way.
    pub(super) fn tick(&mut self, now: f64, date: String) -> Vec<Command> {
        self.clock = Clock { now, date };
        let free = self.job.as_ref().is_some_and(|job| job.kind == JobKind::Train && !job.paused && !job.stopping);
        let Some(left) = self.search_left().filter(|_| free) else {
            return Vec::new();
        };
        self.tell_time();
        if left > 0.0 { Vec::new() } else { self.end_search() }
    }

    /// A search that was cut off is kept, and can be gone on with.
    pub(super) fn tell_of_cut_search(&mut self, training: &Underway) {
        let Some(searched) = self.project.search.as_ref().filter(|_| training.searches) else {
            return;
        };
        let n = searched.record.trials.iter().filter(|trial| !trial.scores.is_empty()).count();
        self.notice(
            Tone::Doubt,
            Problem {
                place: self.project.name.clone(),
                event: "The search was cut off before its time was spent.".to_owned(),
                kept: format!("What it has tried is kept: {} with scores.", words::counted(n as u64, "trial")),
                cure: "Go on with it: no trial is done twice.".to_owned(),
            },
            Some(("Go on with the search", Action::Search(HowToSearch::GoOn))),
        );
    }
}

fn start_from(record: SearchRecord, replay: bool) -> SearchStart {
    let SearchRecord { bases, trials, seconds, .. } = record;
    SearchStart { trials, bases, seconds: if replay { 0.0 } else { seconds }, replay }
}
