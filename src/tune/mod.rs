//! Looking for better settings under a budget of time: what may be tried (`SearchSpec`), what was tried (`Trial`), and the
//! planner that says what to try next (`plan`). All of it is plain values: whoever fits the trials asks the planner.

pub mod blend;
pub mod calibrate;
mod parzen;
mod plan;
mod settings;

use serde::{Deserialize, Serialize};

use crate::model::ModelSpec;
use crate::pipeline::PipelineSpec;
use crate::problem::Problem;

pub use plan::{Next, Plan};
pub use settings::{Setting, settings, settings_of};

/// What a search may try, and for how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSpec {
    pub minutes: u32,
    /// Folds that every trial is scored on before it is decided which go on.
    pub first_folds: u32,
    /// Share of the trials of a stage that go on to the next.
    pub promoted_share: f32,
    /// Trials that join the candidates at most: the best of each kind of model.
    pub winners: u32,
    pub seed: u64,
    pub spaces: Vec<Space>,
}

/// What may be tried of one kind of model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    pub kind: Kind,
    /// Settings that are varied; the others stay as the design has them.
    pub ranges: Vec<Range>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    Linear,
    Boost,
    Forest,
    ExtraTrees,
    Network,
}

/// From where to where one setting is varied, both ends included.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    pub setting: String,
    pub from: f64,
    pub to: f64,
    /// Steps are factors, not differences.
    pub log: bool,
}

/// Where the values of a trial come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Settings that have done well on many tables.
    Portfolio,
    Random,
    /// The tree-structured Parzen estimator: where good trials are denser than the others.
    Parzen,
}

/// Settings that were tried, and what came of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Which of the search's spaces.
    pub space: u32,
    /// In the order of the space's ranges.
    pub values: Vec<f64>,
    pub origin: Origin,
    /// Folds that it is to be scored on, from the first.
    pub goal: u32,
    /// Each fold that came back, in the order of the folds, and its score; `None` for one class only.
    pub scores: Vec<(u32, Option<f64>)>,
    /// Of all its fits.
    pub seconds: f64,
    /// Why it could not be fitted.
    pub failed: Option<String>,
}

/// A search as it is kept: enough to go on with it, and to do it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchRecord {
    pub spec: SearchSpec,
    /// What the trials of each space vary, in their order.
    pub bases: Vec<PipelineSpec>,
    pub trials: Vec<Trial>,
    /// Of the budget.
    pub seconds: f64,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::Linear, Self::Boost, Self::Forest, Self::ExtraTrees, Self::Network];

    /// `None` for what is not searched: the baseline, which has no settings, naive Bayes, which few settings change, and
    /// neighbours, which no search should propose to carry rows.
    pub fn of(model: &ModelSpec) -> Option<Self> {
        match model {
            ModelSpec::Baseline | ModelSpec::Bayes(_) | ModelSpec::Neighbours(_) => None,
            ModelSpec::Linear(_) => Some(Self::Linear),
            ModelSpec::Network(_) => Some(Self::Network),
            ModelSpec::Boost(_) => Some(Self::Boost),
            ModelSpec::Forest(spec) if spec.extra => Some(Self::ExtraTrees),
            ModelSpec::Forest(_) => Some(Self::Forest),
        }
    }

    /// The name on the page, the same as `ModelSpec::name`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Boost => "Boosted trees",
            Self::Forest => "Random forest",
            Self::ExtraTrees => "Extra trees",
            Self::Network => "Neural network",
        }
    }
}

impl Space {
    /// All settings that can be varied, in ranges that have done well on many tables.
    pub fn usual(kind: Kind) -> Self {
        let range = |setting: &Setting| Range {
            setting: setting.field.to_owned(),
            from: setting.usual.0,
            to: setting.usual.1,
            log: setting.log,
        };
        Self { kind, ranges: settings_of(kind).iter().map(range).collect() }
    }

    /// The settings of a trial with these values.
    pub fn apply(&self, base: &PipelineSpec, values: &[f64]) -> PipelineSpec {
        let mut spec = base.clone();
        for (range, value) in self.ranges.iter().zip(values) {
            if let Some(setting) = settings(self.kind, &range.setting) {
                (setting.set)(&mut spec.model, *value);
            }
        }
        spec
    }

    fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (i, range) in self.ranges.iter().enumerate() {
            let place = format!("search, {}, {}", self.kind.name(), range.setting);
            let refuse = |event: String, cure: String| Problem {
                place: place.clone(),
                event,
                kept: "Nothing was trained.".into(),
                cure,
            };
            let known: Vec<&str> = settings_of(self.kind).iter().map(|setting| setting.field).collect();
            let Some(setting) = settings(self.kind, &range.setting) else {
                let event = format!("“{}” is no setting of this model that a search can vary.", range.setting);
                problems.push(refuse(event, format!("Name one of {}.", known.join(", "))));
                continue;
            };
            let (low, high) = setting.limits;
            let inside = |value: f64| (low..=high).contains(&value);
            if self.ranges[..i].iter().any(|other| other.setting == range.setting) {
                let event = format!("“{}” stands there twice.", range.setting);
                problems.push(refuse(event, "Name each setting once.".into()));
            } else if !inside(range.from) || !inside(range.to) || !(range.from <= range.to) {
                let event = format!("{} to {} is no range inside {low} to {high}.", range.from, range.to);
                problems.push(refuse(event, format!("Give two numbers from {low} to {high}, the smaller first.")));
            } else if range.log && !(range.from > 0.0) {
                let event = "A range whose steps are factors cannot begin at 0.".to_owned();
                problems.push(refuse(event, "Let it begin above 0, or set “log” to false.".into()));
            }
        }
        problems
    }
}

impl SearchSpec {
    pub const MINUTES: (u32, u32) = (1, 240);
    pub const FIRST_FOLDS: (u32, u32) = (1, 20);
    pub const PROMOTED_SHARE: (f32, f32) = (0.05, 1.0);
    pub const WINNERS: (u32, u32) = (1, 10);
    /// Trials of one search at most.
    pub const MOST_TRIALS: usize = 500;

    /// All kinds in their usual ranges.
    pub fn usual(minutes: u32) -> Self {
        Self {
            minutes,
            first_folds: 1,
            promoted_share: 0.34,
            winners: 3,
            seed: 42,
            spaces: Kind::ALL.into_iter().map(Space::usual).collect(),
        }
    }

    pub fn budget_seconds(&self) -> f64 {
        f64::from(self.minutes) * 60.0
    }

    /// What is wrong with the settings themselves.
    pub fn validate(&self) -> Vec<Problem> {
        let refuse = |place: &str, event: String, cure: String| Problem {
            place: format!("search, {place}"),
            event,
            kept: "Nothing was trained.".into(),
            cure,
        };
        let whole = |field: &str, value: u32, (low, high): (u32, u32)| {
            (!(low..=high).contains(&value)).then(|| {
                let event = format!("The {} {value} is outside {low} to {high}.", field.replace('_', " "));
                refuse(field, event, format!("Give a whole number from {low} to {high}."))
            })
        };
        let (low, high) = Self::PROMOTED_SHARE;
        let share = (!(low..=high).contains(&self.promoted_share)).then(|| {
            let event = format!("The promoted share {} is outside {low} to {high}.", self.promoted_share);
            refuse("promoted_share", event, format!("Give a number from {low} to {high}, such as 0.34."))
        });
        let mut problems: Vec<Problem> = [
            whole("minutes", self.minutes, Self::MINUTES),
            whole("first_folds", self.first_folds, Self::FIRST_FOLDS),
            whole("winners", self.winners, Self::WINNERS),
            share,
        ]
        .into_iter()
        .flatten()
        .collect();
        if self.spaces.is_empty() {
            let event = "There is no kind of model to search in.".to_owned();
            problems.push(refuse("spaces", event, "Add a kind of model, or switch the search off.".into()));
        }
        let twice = (1..self.spaces.len()).find(|i| self.spaces[..*i].iter().any(|s| s.kind == self.spaces[*i].kind));
        if let Some(position) = twice {
            let event = format!("{} stands among the spaces twice.", self.spaces[position].kind.name());
            problems.push(refuse("spaces", event, "Name each kind of model once.".into()));
        }
        problems.extend(self.spaces.iter().flat_map(Space::validate));
        problems
    }
}

impl Trial {
    /// Everything that it was to be scored on is scored.
    pub fn is_done(&self) -> bool {
        self.scores.len() >= self.goal as usize
    }

    /// Nothing more of it is under way.
    pub fn is_over(&self) -> bool {
        self.failed.is_some() || self.is_done()
    }

    /// The mean over its first folds; `None` where not all of these came back, or none of them has a score.
    pub fn mean(&self, n_folds: usize) -> Option<f64> {
        let first =
            self.scores.get(..n_folds).filter(|first| first.iter().zip(0..).all(|((fold, _), i)| *fold == i))?;
        mean(first)
    }

    /// The mean over the folds that came back.
    pub fn mean_so_far(&self) -> Option<f64> {
        mean(&self.scores)
    }

    /// Take the score of a fold.
    pub fn take(&mut self, fold: u32, score: Option<f64>, seconds: f64) {
        let place = self.scores.partition_point(|(other, _)| *other < fold);
        self.scores.insert(place, (fold, score));
        self.seconds += seconds;
    }
}

fn mean(scores: &[(u32, Option<f64>)]) -> Option<f64> {
    let known = scores.iter().filter_map(|(_, score)| *score);
    let (n, sum) = known.fold((0.0, 0.0), |(n, sum), score| (n + 1.0, sum + score));
    (n > 0.0).then(|| sum / n)
}

impl SearchRecord {
    /// The settings of a trial, as a candidate has them.
    pub fn candidate(&self, trial: &Trial) -> Option<PipelineSpec> {
        let space = self.spec.spaces.get(trial.space as usize)?;
        Some(space.apply(self.bases.get(trial.space as usize)?, &trial.values))
    }

    /// What a trial varies, in words: "learning rate 0.05, rounds 300".
    pub fn words(&self, trial: &Trial) -> String {
        let Some(space) = self.spec.spaces.get(trial.space as usize) else { return String::new() };
        let part = |(range, value): (&Range, &f64)| format!("{} {value}", range.setting.replace('_', " "));
        space.ranges.iter().zip(&trial.values).map(part).collect::<Vec<_>>().join(", ")
    }
}
