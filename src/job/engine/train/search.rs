//! The search as part of a training: its trials run beside the last candidates, and the best of them become candidates.

use super::candidate::{Came, Candidate, Fitting};
use super::{Event, Place, Setting, Train, dataset};
use crate::job::SearchStart;
use crate::job::pool::{Order, TaskId};
use crate::metrics::score;
use crate::problem::Problem;
use crate::tune::{Kind, Next, Plan, SearchRecord, SearchSpec, Trial};
use crate::validate::Found;

/// Positions from here on are trials: no design has so many candidates.
const FIRST_TRIAL: u32 = 1 << 20;

/// A search under way.
pub struct Search {
    pub record: SearchRecord,
    /// What is done again, trial by trial, in the place of a plan.
    replay: Option<Vec<Trial>>,
    /// Trials that were there before and still have folds to score.
    left_over: Vec<usize>,
    /// Milliseconds of this search, without pauses.
    spent: f64,
    /// Time of the last step; `None` after a pause.
    last: Option<f64>,
    /// That it has begun was told.
    told: bool,
    /// The planner had nothing to do until something comes back.
    pub waits: bool,
    /// Nothing more is begun.
    pub over: bool,
    /// The best have become candidates.
    pub ended: bool,
}

/// Whether this is the position of a trial.
pub fn is_trial(position: u32) -> bool {
    position >= FIRST_TRIAL
}

fn place_of(position: u32) -> usize {
    (position - FIRST_TRIAL) as usize
}

impl Search {
    /// Begin, go on with trials that were there before, or do these again.
    pub fn new(spec: SearchSpec, setting: &Setting, n_features: usize, start: SearchStart) -> Self {
        let n_training = setting.split.fitted().len();
        let design = &setting.design;
        let base = |kind: Kind| design.base_for(kind, setting.task, n_training, n_features);
        let bases = spec.spaces.iter().map(|space| base(space.kind)).collect();
        let bases = if start.bases.len() == spec.spaces.len() { start.bases } else { bases };
        let (trials, replay) = match start.replay {
            true => (Vec::new(), Some(start.trials.into_iter().filter(|trial| !trial.scores.is_empty()).collect())),
            false => (start.trials, None),
        };
        let left_over = (0..trials.len()).filter(|place| !trials[*place].is_over()).collect();
        Self {
            record: SearchRecord { spec, bases, trials, seconds: start.seconds },
            replay,
            left_over,
            spent: 0.0,
            last: None,
            told: false,
            waits: false,
            over: false,
            ended: false,
        }
    }

    /// Time goes on; after a pause it begins anew.
    fn tick(&mut self, now: f64) {
        let passed = self.last.map_or(0.0, |last| (now - last).max(0.0));
        if !self.ended {
            self.spent += passed;
            self.record.seconds += passed / 1000.0;
        }
        self.last = Some(now);
    }

    pub fn paused(&mut self) {
        self.last = None;
    }

    pub fn seconds(&self) -> f64 {
        self.spent / 1000.0
    }

    fn plan<'a>(&'a self, setting: &Setting, n_hands: usize) -> Plan<'a> {
        Plan {
            spec: &self.record.spec,
            bases: &self.record.bases,
            n_folds: setting.split.folds.len() as u32,
            higher_is_better: setting.metric.higher_is_better(),
            n_hands: n_hands as u32,
        }
    }

    fn next(&self, setting: &Setting, n_hands: usize, accepts: &dyn Fn(Kind) -> bool) -> Next {
        let kind = |trial: &Trial| self.record.spec.spaces.get(trial.space as usize).map(|space| space.kind);
        if let Some(replay) = &self.replay {
            return match replay.get(self.record.trials.len()) {
                None => Next::Over,
                Some(trial) if kind(trial).is_some_and(accepts) => {
                    let goal = trial.scores.len() as u32;
                    Next::Begin(Trial { goal, scores: Vec::new(), seconds: 0.0, failed: None, ..trial.clone() })
                }
                Some(_) => Next::Wait,
            };
        }
        let ready = |place: &&usize| self.record.trials.get(**place).and_then(kind).is_some_and(accepts);
        if let Some(trial) = self.left_over.iter().find(ready) {
            return Next::Promote { trial: *trial, goal: self.record.trials[*trial].goal };
        }
        self.plan(setting, n_hands).next(&self.record.trials, self.seconds(), accepts)
    }
}

impl Train {
    /// The search's clock. That it has begun is told once.
    pub(super) fn tell_search(&mut self, now: f64, events: &mut Vec<Event>) {
        if let Some(search) = &mut self.search {
            if !std::mem::replace(&mut search.told, true) {
                events.push(Event::SearchBegan { ticket: self.ticket, record: search.record.clone() });
            }
            search.tick(now);
        }
    }

    /// Whether the search would get on in a step.
    pub(super) fn search_is_ready(&self) -> bool {
        let Some(search) = self.search.as_ref().filter(|search| !search.ended && !self.cancelled) else { return false };
        if search.over {
            return !self.has_trials();
        }
        let (pool, trainer) = self.free();
        !search.waits && self.waiting.is_empty() && (pool || trainer)
    }

    /// Nothing of a search is left to do.
    pub(super) fn search_is_over(&self) -> bool {
        self.search.as_ref().is_none_or(|search| search.ended)
    }

    fn has_trials(&self) -> bool {
        self.active.iter().any(|candidate| is_trial(candidate.position))
    }

    /// Begin a trial, let one go on, or end the search.
    pub(super) fn search_on(&mut self, events: &mut Vec<Event>) {
        let (pool, trainer) = self.free();
        let Some(search) = self.search.as_mut().filter(|search| !search.ended) else { return };
        if search.over {
            return self.conclude(events);
        }
        let accepts = |kind: Kind| if kind == Kind::Network { trainer } else { pool };
        match search.next(&self.setting, self.n_hands, &accepts) {
            Next::Begin(trial) => {
                search.record.trials.push(trial);
                let place = search.record.trials.len() - 1;
                self.run_trial(place, events);
            }
            Next::Promote { trial, goal } => {
                search.left_over.retain(|place| *place != trial);
                search.record.trials[trial].goal = goal;
                self.run_trial(trial, events);
            }
            Next::Wait => search.waits = true,
            Next::Over => search.over = true,
        }
    }

    /// Give out the folds of a trial that are not scored.
    fn run_trial(&mut self, place: usize, events: &mut Vec<Event>) {
        let Some(search) = &self.search else { return };
        let Some(trial) = search.record.trials.get(place) else { return };
        let position = FIRST_TRIAL + place as u32;
        let spec = search.record.candidate(trial);
        let scored = |fold: &usize| trial.scores.iter().any(|(other, _)| *other as usize == *fold);
        let to_do = (0..trial.goal as usize).filter(|fold| !scored(fold)).collect();
        let table = std::sync::Arc::clone(&self.setting.data.table);
        match (dataset(&table, &self.setting.design), spec) {
            (Ok(dataset), Some(spec)) => {
                let mut candidate = Candidate::begin(position, spec, &self.setting, &dataset);
                (candidate.to_do, candidate.trial) = (to_do, Some(place as u32 + 1));
                self.active.push(candidate);
                self.tell_trial(place, events);
            }
            (Err(error), _) => self.trial_failed(position, error, events),
            (Ok(_), None) => self.trial_failed(position, Problem::default(), events),
        }
    }

    fn tell_trial(&self, place: usize, events: &mut Vec<Event>) {
        if let Some(search) = &self.search
            && let Some(trial) = search.record.trials.get(place)
        {
            let (ticket, trial) = (self.ticket, trial.clone());
            events.push(Event::TrialTold { ticket, place: place as u32, trial, seconds: search.record.seconds });
        }
    }

    /// A fold of a trial is fitted.
    pub(super) fn trial_came(&mut self, position: u32, fitting: Fitting, came: Came, events: &mut Vec<Event>) {
        let Some(candidate) = self.active.iter_mut().find(|c| c.position == position) else { return };
        let (fold, seconds) = (fitting.fold, came.seconds);
        let cut = came.record.as_ref().is_some_and(|r| r.stopped == crate::model::network::Stopped::Cancelled);
        let table = std::sync::Arc::clone(&self.setting.data.table);
        // A network that was stopped is not what these settings would have come to.
        if !cut && let Ok(dataset) = dataset(&table, &self.setting.design) {
            let test = &self.setting.split.folds[fold];
            let pipeline = fitting.input.assemble(&self.setting.design.dataset.target, came.model);
            let predictions = pipeline.predict_positions(&dataset, test);
            let found = score(self.setting.metric, &dataset.target.select(test), &predictions);
            if let Some(search) = &mut self.search
                && let Some(trial) = search.record.trials.get_mut(place_of(position))
            {
                trial.take(fold as u32, found, seconds);
            }
        }
        if candidate.to_do.is_empty() && candidate.under_way.is_empty() {
            self.active.retain(|c| c.position != position);
        }
        self.tell_trial(place_of(position), events);
    }

    /// These settings could not be fitted: that is a result, too.
    pub(super) fn trial_failed(&mut self, position: u32, error: Problem, events: &mut Vec<Event>) {
        if let Some(found) = self.active.iter().position(|c| c.position == position) {
            let failed = self.active.remove(found);
            self.drop_fits(&failed);
        }
        if let Some(search) = &mut self.search {
            search.waits = false;
            // What is stopped with the search is not the fault of its settings.
            let stopped = search.over;
            if let Some(trial) = search.record.trials.get_mut(place_of(position)).filter(|_| !stopped) {
                trial.failed = Some(error.event);
            }
        }
        self.tell_trial(place_of(position), events);
    }

    /// Begin no more trials, and take back those that the pool has. A network is stopped, and waited for.
    pub fn end_search(&mut self) -> Vec<Event> {
        let Some(search) = self.search.as_mut().filter(|search| !search.ended && !search.over) else {
            return Vec::new();
        };
        search.over = true;
        let ticket = self.ticket;
        let mut events = Vec::new();
        let active = std::mem::take(&mut self.active);
        for mut candidate in active {
            if !is_trial(candidate.position) {
                self.active.push(candidate);
                continue;
            }
            match candidate.place {
                Place::Trainer(_) if !candidate.under_way.is_empty() => {
                    candidate.to_do.clear();
                    events.extend(candidate.under_way.iter().map(|fit| Event::StopNetwork { ticket, fit: fit.fit }));
                    self.active.push(candidate);
                }
                Place::Trainer(_) | Place::Pool(_) | Place::Here => {
                    let ids = candidate.under_way.iter().map(|fit| TaskId { ticket, task: fit.fit });
                    self.orders.extend(ids.map(|id| Order::Drop { id }));
                }
            }
        }
        events
    }

    /// The best of each kind become candidates.
    fn conclude(&mut self, events: &mut Vec<Event>) {
        let Some(search) = &mut self.search else { return };
        search.ended = true;
        let trials = &search.record.trials;
        let same = search.replay.as_ref().map(|replay| {
            let equal = replay.iter().zip(trials).filter(|(then, now)| then.scores == now.scores).count();
            (equal as u32, replay.len() as u32)
        });
        let mut places = match same {
            Some(_) => Vec::new(),
            None => search.plan(&self.setting, self.n_hands).winners(trials),
        };
        // What the design has is trained already.
        let design = &mut self.setting.design;
        let known =
            |place: &usize| search.record.candidate(&trials[*place]).is_some_and(|c| !design.candidates.contains(&c));
        places.retain(known);
        places.truncate(crate::design::MAX_CANDIDATES.saturating_sub(design.candidates.len()));
        let first = design.candidates.len() as u32;
        let winners: Vec<_> = places.iter().filter_map(|place| search.record.candidate(&trials[*place])).collect();
        design.candidates.extend(winners.iter().cloned());
        self.n_fits += winners.len() as u64 * (self.setting.split.folds.len() as u64 + 1);
        self.waiting.extend(first..first + winners.len() as u32);
        let finds = places.iter().map(|place| Found { trial: *place as u32, record: search.record.clone() });
        self.setting.found = finds.enumerate().map(|(i, found)| (first + i as u32, found)).collect();
        events.push(Event::SearchEnded {
            ticket: self.ticket,
            winners,
            trials: places.iter().map(|place| *place as u32).collect(),
            same,
            seconds: search.record.seconds,
        });
    }

    /// "Searching for better settings: trial 12, boosted trees", where nothing but trials is under way.
    pub(super) fn search_words(&self) -> Option<String> {
        let search = self.search.as_ref().filter(|search| !search.ended)?;
        if self.active.iter().any(|candidate| !is_trial(candidate.position)) || !self.waiting.is_empty() {
            return None;
        }
        let last = self.active.last();
        let what = last.map_or(String::new(), |candidate| {
            let name = candidate.spec.model.name().to_lowercase();
            format!(": trial {}, {name}", place_of(candidate.position) + 1)
        });
        let doing =
            if search.replay.is_some() { "Trying again what was tried" } else { "Searching for better settings" };
        Some(format!("{doing}{what}"))
    }
}
