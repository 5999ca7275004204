//! What the rail, the headline and the badges say: facts computed from the state, in words.

use super::project::Run;
use super::words::{counted, time_left};
use super::*;
use crate::pipeline::PipelineSpec;
use crate::validate::{Fit, Report};

/// What a stale stage says of itself in the rail.
const BEFORE: &str = "made before a change";

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
                    Some(run) if self.stale_reason(run).or(self.package_stale()).is_none() => Progressed::Done,
                    _ => Progressed::Stale,
                },
            },
            Stage::Watch => match &self.watched {
                _ if self.job.as_ref().is_some_and(|job| job.kind == JobKind::Watch) => Progressed::Begun,
                None => Progressed::Empty,
                Some(watched) if Some(watched.run) == self.selected_run => Progressed::Done,
                Some(_) => Progressed::Stale,
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
        let mut trained = self.project.runs.iter().filter(|r| r.is_own()).peekable();
        if trained.peek().is_none() {
            return Progressed::Empty;
        }
        if !trained.any(|run| self.stale_reason(run).is_none()) {
            return Progressed::Stale;
        }
        if self.untrained().is_empty() { Progressed::Done } else { Progressed::Begun }
    }

    /// Positions of the candidates in the design without a result that still counts. One that was stopped in a fold is no
    /// result of the whole design.
    pub fn untrained(&self) -> Vec<u32> {
        let Some(design) = &self.project.design else {
            return Vec::new();
        };
        let counts = |run: &&Run| !run.from_package && run.report.fit == Fit::All && self.stale_reason(run).is_none();
        let counting: Vec<&PipelineSpec> = self.project.runs.iter().filter(counts).filter_map(Run::spec).collect();
        let missing = |(_, spec): &(usize, &PipelineSpec)| !counting.contains(spec);
        design.candidates.iter().enumerate().filter(missing).map(|(i, _)| i as u32).collect()
    }

    /// What `Action::Train` would do now, with what it is expected to cost: "Rerun what changed (about 40 s)".
    pub fn train_label(&self) -> String {
        let label = self.train_label_alone();
        let design = self.project.design.as_ref().filter(|_| self.search_is_due());
        let Some(search) = design.and_then(|design| design.search.as_ref()) else {
            return label;
        };
        let time = counted(search.minutes.into(), "minute");
        if self.untrained().is_empty() {
            return format!("Search for better settings ({time})");
        }
        format!("{label}, then search ({time} in all)")
    }

    fn train_label_alone(&self) -> String {
        let n = self.project.design.as_ref().map_or(0, |d| d.candidates.len());
        let missing = self.untrained();
        let own = || self.project.runs.iter().filter(|r| r.is_own());
        if own().next().is_none() || n == 0 {
            return if n == 0 { "Train".to_owned() } else { format!("Train {}", counted(n as u64, "candidate")) };
        }
        if missing.is_empty() {
            return self.train_all_label();
        }
        let cost = self.cost(&missing);
        if own().any(|run| self.stale_reason(run).is_some()) {
            return format!("Rerun what changed{cost}");
        }
        format!("Train {} of {n}{cost}", missing.len())
    }

    /// The button that trains straight from the table, where its target is settled, nothing stands in the way and nothing
    /// was trained yet: "Train 3 candidates to predict species".
    pub fn train_at_once_label(&self) -> Option<String> {
        let design = self.project.design.as_ref()?;
        let check = self.check.as_ref()?;
        let settled = self.target_guess.is_none() && check.problems.is_empty() && !design.candidates.is_empty();
        let begun = self.job.is_some() || self.project.runs.iter().any(Run::is_own);
        (settled && !begun).then(|| format!("{} to predict {}", self.train_label(), design.dataset.target))
    }

    /// The title of the document: whose tab this is.
    pub fn title(&self) -> String {
        match self.view {
            View::Stage(_) | View::Report | View::Record if !self.project.name.is_empty() => {
                format!("{} – Hearth", self.project.name)
            }
            _ => "Hearth".to_owned(),
        }
    }

    /// As `train_label` for all candidates, whatever counts.
    pub fn train_all_label(&self) -> String {
        let n = self.project.design.as_ref().map_or(0, |d| d.candidates.len() as u32);
        let which = if n == 1 { "Train again".to_owned() } else { format!("Train all {n} again") };
        which + &self.cost(&(0..n).collect::<Vec<_>>())
    }

    /// " (about 40 s)", or nothing where no run tells it.
    fn cost(&self, candidates: &[u32]) -> String {
        let known = self.expected(candidates).filter(|left| !left.guess).map(time_left);
        known.filter(|text| !text.is_empty()).map_or(String::new(), |text| format!(" ({text})"))
    }

    /// What the first training is likely to take, in a sentence that says how little is known; nothing once a run tells.
    pub fn guessed_cost(&self) -> Option<String> {
        let left = self.expected(&self.untrained()).filter(|left| left.guess && left.most > 0.0)?;
        let text = time_left(left);
        Some(format!("Likely {text}: a guess, until a training has measured this computer."))
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
                Some(run) if self.stale_reason(run).is_some() => BEFORE.to_owned(),
                Some(run) if run.is_given() => "made elsewhere".to_owned(),
                Some(run) => match (run.report.n_holdout, &run.report.holdout) {
                    (0, _) => format!("{}, no test set", counted(n_folds(&run.report), "fold")),
                    (_, None) if run.from_package => "from a package".to_owned(),
                    (_, None) => "test set unopened".to_owned(),
                    (_, Some(holdout)) => format!("test set opened, look {}", holdout.look),
                },
            },
            Stage::Ship => match &self.package {
                None => {
                    let approved = self.project.registry.approved();
                    approved.map(|version| format!("version {} approved", version.number)).unwrap_or_default()
                }
                Some(_) if self.current_run().is_some_and(|run| self.stale_reason(run).is_some()) => BEFORE.to_owned(),
                Some(_) if self.progressed(Stage::Ship) == Progressed::Stale => "more is known since".to_owned(),
                Some((_, package)) => format!("{} checked", counted(u64::from(package.n_golden), "row")),
            },
            Stage::Watch if self.project.registry.open_challenge().is_some() => "a challenger waits".to_owned(),
            Stage::Watch => match &self.watched {
                None => String::new(),
                Some(watched) if Some(watched.run) != self.selected_run => "of another candidate".to_owned(),
                Some(watched) => match watched.report.alarms().count() {
                    0 => format!("{}, no alarm", counted(u64::from(watched.report.n_rows), "row")),
                    n => counted(n as u64, "alarm"),
                },
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
        match self.n_broken_rules() {
            (0, 0) => {}
            (0, unknown) => return format!("{rows}, {} not judged", counted(unknown, "rule")),
            (broken, _) => return format!("{rows}, {} broken", counted(broken, "rule")),
        }
        if let Some(found) = self.findings().filter(|found| !found.is_empty()) {
            return format!("{rows}, {}", counted(found.len() as u64, "finding"));
        }
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
            if job.stopping {
                return "stopping".to_owned();
            }
            let left = job.left.map(time_left).filter(|text| !text.is_empty());
            return left.map_or_else(|| "training".to_owned(), |left| format!("{left} left"));
        }
        let n = self.project.runs.iter().filter(|r| r.is_own()).count() as u64;
        if self.train_progressed() == Progressed::Stale {
            return BEFORE.to_owned();
        }
        if n == 0 { String::new() } else { counted(n, "candidate") }
    }

    /// Why a run no longer describes what stands in the design and the data, in a sentence. `None`: it does.
    pub fn stale_reason(&self, run: &Run) -> Option<String> {
        stale::stale(run, &self.project)
    }

    /// Why the rows at hand are not those that the run was trained on.
    pub(super) fn stale_data_reason(&self, run: &Run) -> Option<String> {
        if run.from_package {
            return Some("This model came from a package, without its rows.".to_owned());
        }
        stale::stale_data(run, &self.project)
    }

    /// The conclusion about a run, as a headline; what failed, or may have given the answer away, stands in it, as a good
    /// score read alone would mislead.
    pub fn verdict(&self, run: &Run) -> String {
        let headline = checks::headline(&run.report, run.is_baseline());
        if run.is_baseline() {
            return headline;
        }
        let quoted = |checks: Vec<checks::Check>| -> Vec<String> {
            let failed = checks.iter().filter(|check| check.outcome == checks::Outcome::Failed);
            failed.map(|check| format!("“{}”", check.name)).collect()
        };
        let failed = match quoted(checks::checks(&run.report, false, run.from_package)).as_slice() {
            [] => String::new(),
            [one] => format!(" This check failed: {one}."),
            many => format!(" These checks failed: {}.", many.join(", ")),
        };
        let leak = match self.leak_check(run) {
            Some((check, _))
                if check.outcome != checks::Outcome::Passed && check.outcome != checks::Outcome::Unknown =>
            {
                " A column may give the answer away."
            }
            _ => "",
        };
        let repeats = match self.repeats_check(run) {
            Some(check) if check.outcome == checks::Outcome::Doubtful => " Repeated rows may flatter the score.",
            _ => "",
        };
        format!("{headline}{failed}{leak}{repeats}")
    }

    /// Every check of a run: of its report, of columns that may give the answer away, and of the person's rules.
    pub fn run_checks(&self, run: &Run) -> Vec<checks::Check> {
        let leak = self.leak_check(run).filter(|_| !run.is_baseline()).map(|(check, _)| check);
        let repeats = self.repeats_check(run).filter(|_| !run.is_baseline());
        let all = checks::checks(&run.report, run.is_baseline(), run.from_package).into_iter();
        let tried = self.red_team_checks(run);
        let groups = self.groups_check(run);
        all.chain(leak).chain(repeats).chain(tried).chain(groups).chain(self.rules_check(run)).collect()
    }

    /// What stands under the headline: where its numbers come from.
    pub fn verdict_source(&self, run: &Run) -> String {
        checks::source_line(&run.report, run.from_package)
    }
}

fn n_folds(report: &Report) -> u64 {
    report.scores.first().map_or(0, |score| score.folds.len() as u64)
}
