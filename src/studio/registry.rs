//! The versions of the project's model: which was approved when, by whom and why, and what came of newer rows.
//!
//! A version is a trained candidate with a number. What is decided of one is only ever added, in the order in which it was
//! decided, and undo does not touch it; the log has each of it, sealed.

use serde::{Deserialize, Serialize};

use super::Studio;
use super::checks::score;
use super::project::Run;
use super::retrain::{self, Challenge};
use super::stale;
use crate::chart::format::{estimate, interval};
use crate::job::RunId;

/// Letters that a written reason has at least.
pub const SHORTEST_REASON: usize = super::gates::SHORTEST_REASON;

/// Everything that is known of the versions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Registry {
    /// By number, from 1.
    pub versions: Vec<Version>,
    /// Oldest first.
    pub rulings: Vec<Ruling>,
    /// Rounds of the loop, oldest first; only the last can be open.
    pub challenges: Vec<Challenge>,
}

/// A trained candidate that was given a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    pub number: u32,
    pub run: RunId,
    /// As the candidate was called then.
    pub name: String,
    /// The version that it was made to follow.
    pub parent: Option<u32>,
    pub origin: Origin,
    /// ISO 8601 UTC.
    pub when: String,
}

/// Why a candidate became a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// The person said so.
    Hand,
    /// Its package was downloaded.
    Package,
    /// A challenger was trained against it.
    Champion,
    /// It was trained to follow another, with the rows of this file.
    Retrained { file: String },
}

/// What a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Nothing was decided yet.
    Candidate,
    /// The one to use; there is one at most.
    Approved,
    /// Not to be used any more, or never to be.
    Retired,
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Approved => "approved",
            Self::Retired => "retired",
        }
    }
}

/// A decision about a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    pub version: u32,
    pub to: Standing,
    /// The name that the person gave; may be empty.
    pub who: String,
    pub why: String,
    /// ISO 8601 UTC.
    pub when: String,
}

/// Something in the model's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// ISO 8601 UTC.
    pub when: String,
    pub what: String,
    /// Who and why, where it was decided.
    pub because: String,
}

/// What differs between two versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// What was changed, by what it belongs to; empty lists are not there.
    pub changes: Vec<(&'static str, Vec<String>)>,
    /// Name of a metric, and both scores with their intervals.
    pub scores: Vec<(&'static str, String, String)>,
}

impl Registry {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub fn version(&self, number: u32) -> Option<&Version> {
        self.versions.iter().find(|version| version.number == number)
    }

    /// The version that a run is.
    pub fn of_run(&self, run: RunId) -> Option<&Version> {
        self.versions.iter().find(|version| version.run == run)
    }

    pub fn standing(&self, number: u32) -> Standing {
        let last = self.rulings.iter().rev().find(|ruling| ruling.version == number);
        last.map_or(Standing::Candidate, |ruling| ruling.to)
    }

    /// The last decision about a version.
    pub fn ruling(&self, number: u32) -> Option<&Ruling> {
        self.rulings.iter().rev().find(|ruling| ruling.version == number)
    }

    /// The one to use.
    pub fn approved(&self) -> Option<&Version> {
        self.versions.iter().find(|version| self.standing(version.number) == Standing::Approved)
    }

    /// The round of the loop that nothing was decided of yet.
    pub fn open_challenge(&self) -> Option<&Challenge> {
        self.challenges.last().filter(|challenge| challenge.settled.is_none())
    }

    /// Whether the versions, or an open round of the loop, need this run.
    pub fn needs(&self, run: RunId) -> bool {
        let takes_part = |challenge: &Challenge| challenge.champion == run || challenge.challenger == Some(run);
        self.of_run(run).is_some() || self.open_challenge().is_some_and(takes_part)
    }

    /// What happened, newest first.
    pub fn timeline(&self) -> Vec<Moment> {
        let registered = self.versions.iter().map(|version| Moment {
            when: version.when.clone(),
            what: registered(version),
            because: String::new(),
        });
        let rulings = self.rulings.iter().map(|ruling| Moment {
            when: ruling.when.clone(),
            what: format!("Version {} {}", ruling.version, ruling.to.word()),
            because: because(&ruling.who, &ruling.why),
        });
        let compared = self.challenges.iter().filter_map(|challenge| {
            let compared = challenge.compared.as_ref()?;
            let what = retrain::headline(challenge, compared);
            Some(Moment { when: challenge.judged.clone(), what, because: retrain::evidence(challenge, compared) })
        });
        // What happened in one second stands in the order in which it happens: registered, compared, decided.
        let mut all: Vec<Moment> = registered.chain(compared).chain(rulings).collect();
        all.sort_by(|a, b| a.when.cmp(&b.when));
        all.reverse();
        all
    }
}

fn registered(version: &Version) -> String {
    let Version { number, name, parent, origin, .. } = version;
    let of = parent.map_or_else(String::new, |parent| format!(", to follow version {parent}"));
    match origin {
        Origin::Hand => format!("Version {number}: {name} was registered{of}"),
        Origin::Package => format!("Version {number}: {name} left as a package{of}"),
        Origin::Champion => format!("Version {number}: {name}, which a challenger was trained against"),
        Origin::Retrained { file } => format!("Version {number}: {name} was trained with the rows of {file}{of}"),
    }
}

/// "Ada: what it said", "What it said".
fn because(who: &str, why: &str) -> String {
    if who.is_empty() { why.to_owned() } else { format!("{who}: {why}") }
}

impl Studio {
    /// The run of a version; `None` where it is gone.
    pub fn run_of_version(&self, number: u32) -> Option<&Run> {
        self.run(self.project.registry.version(number)?.run)
    }

    /// Why the run that is looked at cannot be registered; `None` where it can.
    pub fn unregistrable(&self) -> Option<&'static str> {
        match self.current_run() {
            None => Some("There is no model to register."),
            Some(run) if run.is_baseline() => Some("A baseline guesses: it is there to be beaten, not to be used."),
            Some(run) if run.is_given() => Some(super::judged::NO_MODEL),
            Some(run) if run.report.fit.stopped().is_some() => {
                Some("Its training was stopped: train it to the end first.")
            }
            Some(_) => None,
        }
    }

    /// "Version 2 of the project's model: approved since 2026-11-30 by Ada. Why"; `None` where the run is no version.
    pub fn version_line(&self, run: RunId) -> Option<String> {
        let registry = &self.project.registry;
        let number = registry.of_run(run)?.number;
        let word = registry.standing(number).word();
        let Some(Ruling { who, why, when, .. }) = registry.ruling(number) else {
            return Some(format!("Version {number} of the project's model: {word}."));
        };
        let by = if who.is_empty() { String::new() } else { format!(" by {who}") };
        let day = when.get(..10).unwrap_or(when);
        Some(format!("Version {number} of the project's model: {word} since {day}{by}. {why}"))
    }

    /// What differs from the first version to the second; `None` where a model is gone.
    pub fn differences(&self, from: u32, to: u32) -> Option<Differences> {
        let (then, now) = (self.run_of_version(from)?, self.run_of_version(to)?);
        let text = |run: &Run, metric| {
            let found = score(&run.report, metric);
            found.and_then(|found| Some((found.mean?, found.interval))).map_or_else(
                || "–".to_owned(),
                |(mean, bounds)| match bounds {
                    Some(bounds) => format!("{} ({})", estimate(mean, Some(bounds)), interval(bounds)),
                    None => estimate(mean, None),
                },
            )
        };
        let scores = now.report.scores.iter().map(|score| score.metric);
        let scores = scores.map(|metric| (metric.name(), text(then, metric), text(now, metric))).collect();
        Some(Differences { changes: stale::differences(then, now), scores })
    }
}
