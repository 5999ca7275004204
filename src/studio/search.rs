//! The search as the page shows it: what was tried, what is best so far, what can be done next.

use serde::{Deserialize, Serialize};

use super::project::Project;
use super::words::counted;
use super::{Studio, TrainingState};
use crate::chart::format::significant;
use crate::design::Design;
use crate::metrics::Metric;
use crate::recipe::Recipe;
use crate::table::csv::CsvSettings;
use crate::tune::{Origin, Plan, SearchRecord, SearchSpec, Trial};

/// Trials that are listed at most; the others are counted.
pub const MOST_LISTED: usize = 40;

/// The search of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchState {
    pub record: SearchRecord,
    /// These trials are done again, and nothing else.
    pub replay: bool,
    /// It was told to end.
    pub ending: bool,
    pub ended: bool,
    /// When it was stored last, in milliseconds on the page's clock.
    pub(super) stored: f64,
}

impl SearchState {
    /// Whether anything came back that could be kept.
    pub fn has_scores(&self) -> bool {
        !self.replay && self.record.trials.iter().any(|trial| !trial.scores.is_empty())
    }
}

/// A search with what it was made on, kept with the project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Searched {
    pub design: Design,
    pub data_sha256: String,
    pub settings: CsvSettings,
    pub recipe: Recipe,
    pub record: SearchRecord,
}

/// How a search begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HowToSearch {
    /// Anew.
    New,
    /// With the trials that are there.
    GoOn,
    /// The same trials again, to see that they come out the same.
    Replay,
}

/// What the Train stage says of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchBoard {
    pub sentence: String,
    pub metric: Metric,
    pub trials: Vec<TrialLine>,
    /// Trials that are not listed.
    pub n_more: usize,
    /// It is under way, and can be ended.
    pub running: bool,
    /// It can be gone on with, or done again.
    pub can_go_on: bool,
    /// What there is to say of its scores.
    pub caution: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TrialLine {
    pub number: usize,
    pub name: &'static str,
    pub settings: String,
    pub origin: &'static str,
    pub score: String,
    /// "2 of 5", or why it has none.
    pub folds: String,
}

/// Whether the searches differ in nothing that a trial depends on.
fn same_space(a: &SearchSpec, b: &SearchSpec) -> bool {
    (&a.spaces, a.first_folds, a.promoted_share, a.seed) == (&b.spaces, b.first_folds, b.promoted_share, b.seed)
}

impl Project {
    /// The search that was made with the design and the data as they are.
    pub fn fitting_search(&self) -> Option<&SearchRecord> {
        let (searched, design, data) = (self.search.as_ref()?, self.design.as_ref()?, self.data.as_ref()?);
        let fits = same_space(&searched.record.spec, design.search.as_ref()?)
            && (&searched.design.dataset, &searched.design.split, searched.design.metric)
                == (&design.dataset, &design.split, design.metric)
            && searched.data_sha256 == data.sha256
            && searched.settings == data.settings
            && data.recipe.does_the_same(&searched.recipe);
        fits.then_some(&searched.record)
    }
}

impl TrainingState {
    /// The search under way, as long as it is not over.
    pub fn searching(&self) -> Option<&SearchState> {
        self.search.as_ref().filter(|search| !search.ended && !self.finished)
    }
}

impl Studio {
    /// Seconds of the budget that are left to the search under way.
    pub(super) fn search_left(&self) -> Option<f64> {
        let search = self.training.as_ref()?.searching().filter(|search| !search.replay)?;
        let job = self.job.as_ref()?;
        Some((search.record.spec.budget_seconds() - (self.clock.now - job.started) / 1000.0).max(0.0))
    }

    /// Whether `Action::Train` would search as well: it is wanted, and was not done for this design and these data.
    pub fn search_is_due(&self) -> bool {
        self.project.design.as_ref().is_some_and(|design| design.search.is_some())
            && self.project.fitting_search().is_none()
    }
}

/// What the Train stage says of ensembles; `None` where there are fewer than two models to average.
pub fn ensemble_words(studio: &Studio) -> Option<String> {
    let n = studio.blendable().len();
    (n > 1 && studio.job.is_none() && studio.table.is_some()).then(|| {
        format!(
            "An average of these {n} models may be better than each. It is added only if it is, on rows that its weights have not seen."
        )
    })
}

/// `None` where nothing was searched with this design.
pub fn search_board(studio: &Studio) -> Option<SearchBoard> {
    let live = studio.training.as_ref().and_then(|t| t.searching());
    let record = live.map(|search| &search.record).or_else(|| studio.project.fitting_search())?;
    let design =
        studio.training.as_ref().filter(|_| live.is_some()).map(|t| &t.design).or(studio.project.design.as_ref())?;
    let metric = studio.leading_metric()?;
    let plan = Plan {
        spec: &record.spec,
        bases: &record.bases,
        n_folds: design.split.n_folds(),
        higher_is_better: metric.higher_is_better(),
        n_hands: studio.n_hands,
    };
    let mut order: Vec<usize> = (0..record.trials.len()).collect();
    let key = |place: &usize| {
        let trial = &record.trials[*place];
        let height = trial.mean_so_far().map_or(f64::NEG_INFINITY, |m| if metric.higher_is_better() { m } else { -m });
        (trial.scores.len(), height)
    };
    order.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        b.0.cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
    let trials = order.iter().take(MOST_LISTED).map(|place| line(record, *place, plan.n_folds)).collect();
    let best = plan.best(&record.trials).map(|place| (&record.trials[place], place));
    Some(SearchBoard {
        sentence: sentence(record, best, live, metric, plan.n_folds),
        metric,
        trials,
        n_more: record.trials.len().saturating_sub(MOST_LISTED),
        running: live.is_some_and(|search| !search.ending),
        can_go_on: live.is_none() && studio.job.is_none() && studio.table.is_some(),
        caution: caution(design),
    })
}

fn line(record: &SearchRecord, place: usize, n_folds: u32) -> TrialLine {
    let trial = &record.trials[place];
    TrialLine {
        number: place + 1,
        name: record.spec.spaces.get(trial.space as usize).map_or("", |space| space.kind.name()),
        settings: record.words(trial),
        origin: origin_word(trial.origin),
        score: trial.mean_so_far().map_or("–".to_owned(), |mean| significant(mean, 4)),
        folds: match &trial.failed {
            Some(why) => why.clone(),
            None => format!("{} of {n_folds}", trial.scores.len()),
        },
    }
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Portfolio => "known to do well",
        Origin::Random => "by chance",
        Origin::Parzen => "near good ones (TPE)",
    }
}

fn sentence(
    record: &SearchRecord,
    best: Option<(&Trial, usize)>,
    live: Option<&SearchState>,
    metric: Metric,
    n_folds: u32,
) -> String {
    let n = record.trials.len();
    let tried = counted(n as u64, "setting");
    let on_all = record.trials.iter().filter(|trial| trial.scores.len() >= n_folds as usize).count();
    let found = best.map(|(trial, place)| {
        let name = record.spec.spaces.get(trial.space as usize).map_or("", |space| space.kind.name());
        let mean = trial.mean_so_far().map_or("–".to_owned(), |mean| significant(mean, 4));
        format!(
            " Best so far: trial {}, {}, {} {mean} on {}.",
            place + 1,
            name.to_lowercase(),
            metric.name(),
            counted(trial.scores.len() as u64, "fold")
        )
    });
    let found = found.unwrap_or_default();
    match live {
        Some(search) if search.replay => format!("Trying the same settings again: {tried} so far."),
        Some(search) if search.ending => format!("The search ends: {tried} tried.{found}"),
        Some(_) => format!("Searching: {tried} tried, {on_all} on every fold.{found}"),
        None if best.is_none() => {
            "The time was too short for a single fit: give the search more minutes, or fewer kinds of models."
                .to_owned()
        }
        None => {
            format!("The search has tried {tried}, {on_all} on every fold.{}", found.replace("Best so far", "Best"))
        }
    }
}

/// Why the scores of a search are not the truth.
fn caution(design: &Design) -> String {
    let truth = if design.split.has_test_set() {
        "The locked test set, which no trial has seen, tells the truth."
    } else {
        "Lock rows away as a test set to see by how much."
    };
    format!(
        "The folds that choose the settings score them too, so the best scores are a little too good (optimistic). {truth}"
    )
}
