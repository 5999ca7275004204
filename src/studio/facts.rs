//! What the rail, the headline and the badges say: facts computed from the state, in words.

use super::project::Run;
use super::words::{counted, time_left};
use super::*;
use crate::metrics::Metric;
use crate::validate::{Report, Score};

impl Studio {
    /// The glyph beside a stage.
    pub fn progressed(&self, stage: Stage) -> Progressed {
        if stage != Stage::Data && self.table.is_none() && self.project.runs.is_empty() {
            return Progressed::Empty;
        }
        match stage {
            Stage::Data => match (&self.table, &self.job) {
                (_, Some(JobState { kind: JobKind::Import, .. })) => Progressed::Begun,
                (Some(_), _) => Progressed::Done,
                (None, _) => Progressed::Empty,
            },
            Stage::Design => match (&self.project.design, &self.check) {
                (None, _) if self.table.is_some() => Progressed::Blocked,
                (None, _) => Progressed::Empty,
                (Some(_), Some(check)) if !check.problems.is_empty() => Progressed::Blocked,
                (Some(_), Some(_)) if self.target_guess.is_none() => Progressed::Done,
                (Some(_), _) => Progressed::Begun,
            },
            Stage::Train => self.train_progressed(),
            Stage::Trust => match self.current_run() {
                None => Progressed::Empty,
                Some(run) if self.stale_reason(run).is_some() => Progressed::Stale,
                Some(run) if run.report.holdout.is_some() => Progressed::Done,
                Some(_) => Progressed::Begun,
            },
            Stage::Ship => match &self.package {
                None => Progressed::Empty,
                Some((run, _)) => match self.run(*run) {
                    Some(run) if self.stale_reason(run).is_none() => Progressed::Done,
                    _ => Progressed::Stale,
                },
            },
        }
    }

    fn train_progressed(&self) -> Progressed {
        if self.is_training() {
            return Progressed::Begun;
        }
        if self.progressed(Stage::Design) == Progressed::Blocked {
            return Progressed::Blocked;
        }
        let mut trained = self.project.runs.iter().filter(|r| !r.from_package).peekable();
        if trained.peek().is_none() {
            return Progressed::Empty;
        }
        if trained.any(|run| self.stale_reason(run).is_none()) { Progressed::Done } else { Progressed::Stale }
    }

    pub fn is_training(&self) -> bool {
        self.job.as_ref().is_some_and(|job| job.kind == JobKind::Train)
    }

    /// One fact for the rail, such as "7,043 rows, 3 warnings". Empty where there is nothing to say.
    pub fn live_fact(&self, stage: Stage) -> String {
        match stage {
            Stage::Data => self.data_fact(),
            Stage::Design => self.design_fact(),
            Stage::Train => self.train_fact(),
            Stage::Trust => match self.current_run() {
                None => String::new(),
                Some(run) if self.stale_reason(run).is_some() => "made before the last change".to_owned(),
                Some(run) => match (run.report.n_holdout, &run.report.holdout) {
                    (0, _) => format!("{}, no test set", counted(n_folds(&run.report), "fold")),
                    (_, None) => format!("{}, test set unopened", counted(n_folds(&run.report), "fold")),
                    (_, Some(holdout)) => format!("test set opened, look {}", holdout.look),
                },
            },
            Stage::Ship => match &self.package {
                None => String::new(),
                Some((_, package)) => format!("{} checked", counted(u64::from(package.n_golden), "golden row")),
            },
        }
    }

    fn data_fact(&self) -> String {
        let Some(table) = &self.table else {
            return match &self.job {
                Some(JobState { kind: JobKind::Import, progress: Some(progress), .. }) if progress.total > 0 => {
                    format!("{} % read", progress.done.saturating_mul(100) / progress.total)
                }
                Some(JobState { kind: JobKind::Import, .. }) => "reading".to_owned(),
                _ => String::new(),
            };
        };
        let rows = counted(u64::from(table.n_rows), "row");
        if table.n_warnings == 0 { rows } else { format!("{rows}, {}", counted(table.n_warnings, "warning")) }
    }

    fn design_fact(&self) -> String {
        let Some(design) = &self.project.design else {
            return if self.table.is_some() { "no target".to_owned() } else { String::new() };
        };
        let target = &design.dataset.target;
        match &self.check {
            Some(check) if !check.problems.is_empty() => {
                format!("{} to solve", counted(check.problems.len() as u64, "problem"))
            }
            Some(check) => format!("{target} from {}", counted(check.features.len() as u64, "column")),
            None => target.clone(),
        }
    }

    fn train_fact(&self) -> String {
        if let Some(job) = self.job.as_ref().filter(|job| job.kind == JobKind::Train) {
            if job.paused {
                return "paused".to_owned();
            }
            let left = job.seconds_left.map(time_left).filter(|text| !text.is_empty());
            return left.map_or_else(|| "training".to_owned(), |left| format!("{left} left"));
        }
        let n = self.project.runs.iter().filter(|r| !r.from_package).count() as u64;
        if n == 0 { String::new() } else { counted(n, "candidate") }
    }

    /// Why a run no longer describes what stands in the design and the data, in a sentence. `None`: it does.
    pub fn stale_reason(&self, run: &Run) -> Option<String> {
        if run.from_package {
            return None;
        }
        if let Some(reason) = self.stale_data_reason(run) {
            return Some(reason);
        }
        let design = self.project.design.as_ref()?;
        let (then, now) = (&run.design, design);
        let reason = if then.dataset.target != now.dataset.target {
            format!("The target was {}; now it is {}.", then.dataset.target, now.dataset.target)
        } else if then.dataset.task != now.dataset.task {
            "The task has changed since.".to_owned()
        } else if then.dataset.positive != now.dataset.positive {
            "The class that counts as positive has changed since.".to_owned()
        } else if let Some(reason) = role_change(then, now) {
            reason
        } else if then.split != now.split {
            "The split into folds and test set has changed since.".to_owned()
        } else {
            match then.candidates.get(run.candidate as usize) {
                Some(spec) if !now.candidates.contains(spec) => {
                    format!("The settings of {} have changed since.", spec.model.name().to_lowercase())
                }
                Some(_) => return None,
                None => "The design that it was trained with is incomplete.".to_owned(),
            }
        };
        Some(reason)
    }

    /// Why the rows at hand are not those that the run was trained on.
    pub(super) fn stale_data_reason(&self, run: &Run) -> Option<String> {
        if run.from_package {
            return Some("This model came from a package, without its rows.".to_owned());
        }
        let data = self.project.data.as_ref()?;
        if data.sha256 != run.data_sha256 {
            Some("The data file is another one since.".to_owned())
        } else if data.settings != run.settings {
            Some("The file is read with other settings since.".to_owned())
        } else {
            None
        }
    }

    /// The conclusion about a run, as a headline.
    pub fn verdict(&self, run: &Run) -> String {
        headline(&run.report)
    }

    /// What stands under the headline: "5 folds of 5,634 rows; test set unopened".
    pub fn verdict_source(&self, run: &Run) -> String {
        let report = &run.report;
        let folds = format!("{} of {}", counted(n_folds(report), "fold"), counted(u64::from(report.n_rows), "row"));
        match (report.n_holdout, &report.holdout) {
            (0, _) => format!("{folds}; no test set was locked away"),
            (_, None) => format!("{folds}; test set unopened"),
            (n, Some(holdout)) => {
                format!("{folds}; test set of {} opened, look {}", counted(u64::from(n), "row"), holdout.look)
            }
        }
    }
}

fn n_folds(report: &Report) -> u64 {
    report.scores.first().map_or(0, |score| score.folds.len() as u64)
}

fn role_change(then: &Design, now: &Design) -> Option<String> {
    use crate::dataset::Role;
    let role = |design: &Design, name: &str| {
        design.dataset.roles.iter().find(|(n, _)| n == name).map_or(Role::Feature, |(_, role)| *role)
    };
    let mut names: Vec<&str> =
        then.dataset.roles.iter().chain(&now.dataset.roles).map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let changed: Vec<&str> = names.into_iter().filter(|name| role(then, name) != role(now, name)).collect();
    match changed.as_slice() {
        [] => None,
        [one] => Some(format!("{one} has another role since.")),
        [first, rest @ ..] => {
            Some(format!("{first} and {} have other roles since.", counted(rest.len() as u64, "column")))
        }
    }
}

/// A report as a newspaper would head it: an estimate, its interval, and what guessing gets; and plainly so when the two
/// cannot be told apart.
pub fn headline(report: &Report) -> String {
    let score = |metric: Metric| report.scores.iter().find(|s| s.metric == metric);
    let sentence = if report.labels.is_empty() {
        score(Metric::Mae).and_then(value_sentence)
    } else {
        let accuracy = score(Metric::Accuracy);
        // Where one class is most of the rows, guessing it is right most of the time: then the ranking tells more.
        let lopsided = report.labels.len() == 2 && accuracy.and_then(|s| s.baseline).is_some_and(|b| b > 0.7);
        match score(Metric::RocAuc).filter(|auc| lopsided && auc.mean.is_some()) {
            Some(auc) => shares_sentence(
                &format!("Ranks {} above the rest", of_label(report)),
                "times",
                "chance",
                auc,
                Some(0.5),
            ),
            None => accuracy.and_then(|s| shares_sentence("Right for", "rows", "guessing", s, s.baseline)),
        }
    };
    sentence.unwrap_or_else(|| "Could not be scored: too few rows of every kind in the folds.".to_owned())
}

fn of_label(report: &Report) -> String {
    report.labels.get(1).map_or_else(|| "the positive class".to_owned(), |label| format!("“{label}”"))
}

/// How a score stands to the baseline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Better,
    Level,
    Worse,
    Unknown,
}

fn standing(score: &Score, baseline: Option<f64>) -> Standing {
    let (Some((low, high)), Some(baseline)) = (score.interval, baseline) else {
        return Standing::Unknown;
    };
    let (above, below) = (low > baseline, high < baseline);
    match (above, below, score.metric.higher_is_better()) {
        (true, _, true) | (_, true, false) => Standing::Better,
        (true, _, false) | (_, true, true) => Standing::Worse,
        _ => Standing::Level,
    }
}

fn lead(standing: Standing, sentence: &str) -> String {
    let lower = || {
        let mut letters = sentence.chars();
        letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
    };
    match standing {
        Standing::Better | Standing::Unknown => sentence.to_owned(),
        Standing::Level => format!("Cannot be told apart from guessing: {}", lower()),
        Standing::Worse => format!("Worse than guessing: {}", lower()),
    }
}

/// A score between 0 and 1 as so many of 100.
fn shares_sentence(what: &str, unit: &str, rival: &str, score: &Score, baseline: Option<f64>) -> Option<String> {
    let mean = score.mean? * 100.0;
    let interval = score.interval.map(|(low, high)| (low.clamp(0.0, 1.0) * 100.0, high.clamp(0.0, 1.0) * 100.0));
    // Digits stop where the interval begins.
    let decimals = match interval {
        Some((low, high)) if high - low < 1.0 => 1,
        _ => 0,
    };
    let mut sentence = format!("{what} {mean:.decimals$} of 100 {unit}");
    if let Some((low, high)) = interval {
        sentence += &format!(" ({low:.decimals$}–{high:.decimals$})");
    }
    if let Some(baseline) = baseline {
        sentence += &format!("; {rival} gets {:.decimals$}", baseline * 100.0);
    }
    Some(lead(standing(score, baseline), &(sentence + ".")))
}

fn value_sentence(score: &Score) -> Option<String> {
    let mean = score.mean?;
    let spread = score.interval.map_or(mean.abs() * 0.1, |(low, high)| (high - low) / 2.0);
    let number = |value: f64| rounded(value, spread);
    let mut sentence = format!("Off by {} on average", number(mean));
    if let Some((low, high)) = score.interval {
        sentence += &format!(" ({}–{})", number(low.max(0.0)), number(high));
    }
    if let Some(baseline) = score.baseline {
        sentence += &format!("; guessing the mean is off by {}", number(baseline));
    }
    Some(lead(standing(score, score.baseline), &(sentence + ".")))
}

/// A value with as many digits as an uncertainty of `spread` leaves meaning.
pub fn rounded(value: f64, spread: f64) -> String {
    if !spread.is_finite() || spread <= 0.0 {
        return format!("{value:.3}");
    }
    let place = libm::floor(libm::log10(spread));
    if place >= 0.0 {
        let unit = libm::pow(10.0, place);
        let whole = (value / unit).round() * unit;
        let sign = if whole < 0.0 { "−" } else { "" };
        return format!("{sign}{}", words::count(whole.abs() as u64));
    }
    format!("{value:.0$}", (-place).min(9.0) as usize)
}
