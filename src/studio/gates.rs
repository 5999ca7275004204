//! The red team and the gates, as the page says them: what was tried to prove a run wrong, what may not leave as a package,
//! and the reasons for which a person lets it leave all the same.

use serde::{Deserialize, Serialize};

use super::checks::{Check, Outcome, score};
use super::design_edits::role_of;
use super::project::Run;
use super::*;
use crate::chart::format::{counted, percent, significant};
use crate::dataset::{Role, Task};
use crate::metrics::Metric;
use crate::validate::Report;
use crate::validate::redteam::{Probe, Trial, Verdict};

/// Normalised Gini coefficient from which a column alone predicts too well, and far too well. Source: the marks that
/// DataRobot's users know.
const MODERATE: f64 = 0.85;
const HIGH: f64 = 0.975;
/// A column whose name speaks of the outcome and that tells so much of it alone is a doubt.
const NAMED: f64 = 0.3;
/// Words in names of columns that are often written down after the outcome.
const LATE_WORDS: [&str; 11] = [
    "after",
    "post",
    "result",
    "outcome",
    "final",
    "closed",
    "resolved",
    "resolution",
    "discharge",
    "cancelled",
    "label",
];
/// Letters that the reason for an override has at least.
pub const SHORTEST_REASON: usize = 10;

/// What has to be passed before a model leaves. That the exported model says the same as the studio is checked as it is
/// built, and cannot be overridden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gate {
    Leakage,
    Baseline,
    Calibration,
    Stability,
    WorstSlice,
    /// Of runs whose model carries rows.
    Rows,
}

impl Gate {
    pub const ALL: [Self; 6] =
        [Self::Leakage, Self::Baseline, Self::Calibration, Self::Stability, Self::WorstSlice, Self::Rows];

    pub fn name(self) -> &'static str {
        match self {
            Self::Leakage => "No leak was found",
            Self::Baseline => "It beats guessing",
            Self::Calibration => "Probabilities can be quoted",
            Self::Stability => "It is steady over folds",
            Self::WorstSlice => "It fails no kind of rows",
            Self::Rows => "It carries no rows of the data",
        }
    }
}

/// A closed gate that a person overrode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    pub run: RunId,
    pub gate: Gate,
    /// What the gate found; another finding asks anew.
    pub finding: String,
    pub reason: String,
    /// ISO 8601 UTC.
    pub when: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GateState {
    pub gate: Gate,
    pub outcome: Outcome,
    pub finding: String,
    /// The reason, where it was overridden.
    pub overridden: Option<String>,
}

impl GateState {
    /// Whether it stops the package.
    pub fn stops(&self) -> bool {
        self.outcome == Outcome::Failed && self.overridden.is_none()
    }
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Passed => Outcome::Passed,
        Verdict::Doubtful => Outcome::Doubtful,
        Verdict::Failed => Outcome::Failed,
        Verdict::Unknown => Outcome::Unknown,
    }
}

fn words(probe: Probe) -> (&'static str, &'static str) {
    match probe {
        Probe::ShuffledTarget => (
            "A shuffled target teaches nothing",
            "Where answers are dealt out by chance there is nothing to learn. A model that still scores has seen the answers \
             some other way.",
        ),
        Probe::PlantedNoise => (
            "Planted noise is ignored",
            "A column of random numbers was added. A model that leans on it takes chance for a rule: make it simpler, or \
             give it more rows.",
        ),
        Probe::Copies => (
            "No copy of a tested row was learned",
            "Rows with the same cells on both sides of a fold test memory. Remove repeats on Data, or keep what belongs \
             together in one group.",
        ),
        Probe::Groups => (
            "Nothing stands on both sides",
            "Rows of one person, machine or place are alike. If some train and others test, the score holds for known ones \
             only: give the column the role Group on Design.",
        ),
        Probe::Time => (
            "The future does not help",
            "Whoever predicts knows the past only. If mixed rows score much better than forwards in time, give the column \
             the role Time on Design.",
        ),
        Probe::AfterOutcome => (
            "No column comes after the outcome",
            "A cell that is filled in, or a date that is set, because of the outcome will not be there when you predict. \
             Mark the column as known too late on Design.",
        ),
        Probe::Shift => (
            "The test set is like the other rows",
            "A second model tries to tell the two apart by their columns alone; the answers stay locked. If it can, the score \
             speaks of other rows than those to come.",
        ),
    }
}

/// Rows of a class that a score can be told from luck by, at least.
const FEWEST_TO_JUDGE: u32 = 5;
/// R² from which, and log loss up to which, an answer stands in the columns.
const PERFECT_FIT: f64 = 0.999_99;
const PERFECT_LOSS: f64 = 1e-4;

/// Whether its errors are those of a prediction and not of a computation.
fn believable(report: &Report) -> (Outcome, String) {
    let mean = |metric: Metric| score(report, metric).and_then(|found| found.mean);
    let (metric, perfect) = match report.task {
        Task::Regression => (Metric::R2, mean(Metric::R2).filter(|value| *value >= PERFECT_FIT)),
        Task::Binary | Task::Multiclass => {
            (Metric::LogLoss, mean(Metric::LogLoss).filter(|value| *value <= PERFECT_LOSS))
        }
    };
    match (perfect, mean(metric)) {
        (Some(value), _) => (
            Outcome::Failed,
            format!(
                "{} {}: the answer all but stands in the columns, in one or in several together.",
                metric.name(),
                significant(value, 8)
            ),
        ),
        (None, Some(value)) => (Outcome::Passed, format!("{} {}.", metric.name(), significant(value, 3))),
        (None, None) => (Outcome::Unknown, "No fold could be scored.".to_owned()),
    }
}

impl Studio {
    /// Columns with what stands against them: (weight, name, Gini).
    fn too_good(&self, run: &Run) -> Option<(Outcome, String)> {
        let profile = self.profiled.profile.as_ref()?;
        self.profiled.found.as_ref()?;
        let table = self.table.as_ref()?;
        let target = run.design.dataset.target.to_lowercase();
        let mut worst: Option<(f64, String)> = None;
        let mut late: Option<String> = None;
        for relation in &profile.relations {
            let Some(column) = table.columns.get(relation.column as usize) else { continue };
            let Some(score) = relation.score.filter(|_| role_of(&run.design, &column.name) == Role::Feature) else {
                continue;
            };
            if worst.as_ref().is_none_or(|(known, _)| score > *known) {
                worst = Some((score, column.name.clone()));
            }
            let name = column.name.to_lowercase();
            let mut parts = name.split(|c: char| !c.is_alphanumeric());
            let speaks = parts.any(|word| LATE_WORDS.contains(&word) || (word.len() > 3 && word == target));
            if speaks && score >= NAMED {
                late = Some(format!("{} (Gini {})", column.name, significant(score, 2)));
            }
        }
        let (score, name) = worst?;
        let said = format!("{name} alone has a Gini of {}", significant(score, 3));
        Some(match (score, late) {
            (score, _) if score >= HIGH => (Outcome::Failed, format!("{said}: it all but states the answer.")),
            (score, _) if score >= MODERATE => (Outcome::Doubtful, format!("{said}: ask when it is known.")),
            (_, Some(late)) => {
                (Outcome::Doubtful, format!("The name of {late} speaks of the outcome: ask when it is known."))
            }
            _ => (Outcome::Passed, format!("{said}, the most of any column.")),
        })
    }

    fn touched(&self, run: &Run) -> (Outcome, String) {
        let looks = self.project.looks;
        match (run.report.n_holdout, &run.report.holdout) {
            (0, _) => (Outcome::Unknown, "No rows were locked away, so no score is free of the choice.".to_owned()),
            (_, None) if looks == 0 => (Outcome::Passed, "Nobody has looked at it.".to_owned()),
            (_, Some(holdout)) if holdout.look == 1 => {
                (Outcome::Passed, "It was opened for this candidate first.".to_owned())
            }
            (_, Some(holdout)) => {
                (Outcome::Doubtful, format!("This was look number {}: others were judged by it before.", holdout.look))
            }
            (_, None) => (
                Outcome::Doubtful,
                format!("It was opened {looks} times for others; this one may have been chosen by what was seen."),
            ),
        }
    }

    /// What was tried to prove a run wrong, as checks; empty until it was.
    pub fn red_team_checks(&self, run: &Run) -> Vec<Check> {
        let Some(trials) = run.red_team.as_ref().filter(|trials| !trials.is_empty()) else { return Vec::new() };
        let of = |trial: &Trial| {
            let (name, meaning) = words(trial.probe);
            Check { name, outcome: outcome(trial.verdict), finding: trial.finding.clone(), meaning }
        };
        let mut checks: Vec<Check> = trials.iter().map(of).collect();
        let (seen, finding) =
            self.too_good(run).unwrap_or((Outcome::Unknown, "The columns are being looked at.".to_owned()));
        checks.push(Check {
            name: "No single column predicts too well",
            outcome: seen,
            finding,
            meaning: "A Gini of 0.85 from one column alone is a doubt, one of 0.975 nearly always a leak: a column that was \
                      written down with the answer at hand.",
        });
        let (outcome, finding) = believable(&run.report);
        checks.push(Check {
            name: "The score is not too good to be true",
            outcome,
            finding,
            meaning: "What is predicted without any error is usually computed from what the model was given, such as a total \
                      from its parts.",
        });
        let (outcome, finding) = self.touched(run);
        checks.push(Check {
            name: "The test set is untouched",
            outcome,
            finding,
            meaning: "Rows that have been looked at help to choose, and then no longer judge fairly.",
        });
        checks.push(Check {
            name: "Nothing is prepared outside the folds",
            outcome: Outcome::Passed,
            finding:
                "Filling, encoding, scaling and the choice of columns belong to the model and are fitted in each fold \
                      anew; there is no other way to one."
                    .to_owned(),
            meaning: "Means and categories of rows that are tested, learned beforehand, leak into the score.",
        });
        checks
    }

    /// The gates of a run, in order; that it carries no rows is one of those that do.
    pub fn gates(&self, run: &Run) -> Vec<GateState> {
        let of = |gate: Gate| {
            let (outcome, finding) = self.gate(run, gate);
            let fits = |o: &&Override| o.run == run.id && o.gate == gate && o.finding == finding;
            let overridden = self.project.overrides.iter().find(fits).map(|o| o.reason.clone());
            GateState { gate, outcome, finding, overridden }
        };
        Gate::ALL.into_iter().filter(|gate| *gate != Gate::Rows || run.carries().is_some()).map(of).collect()
    }

    fn gate(&self, run: &Run, gate: Gate) -> (Outcome, String) {
        let of_check = |name: &str| {
            let checks = super::checks::checks(&run.report, run.is_baseline(), run.from_package);
            let found = checks.into_iter().find(|check| check.name == name);
            found.map_or((Outcome::Unknown, "It does not apply.".to_owned()), |check| (check.outcome, check.finding))
        };
        match gate {
            Gate::Leakage if run.red_team.is_none() => (Outcome::Unknown, "It was not tried.".to_owned()),
            Gate::Leakage => {
                let checks = self.red_team_checks(run);
                let of = |wanted: Outcome| -> Vec<String> {
                    let found = checks.iter().filter(|check| check.outcome == wanted);
                    found.map(|check| format!("{}: {}", check.name, check.finding)).collect()
                };
                match (of(Outcome::Failed), of(Outcome::Doubtful)) {
                    (failed, _) if !failed.is_empty() => (Outcome::Failed, failed.join(" ")),
                    (_, doubts) if !doubts.is_empty() => (Outcome::Doubtful, doubts.join(" ")),
                    _ => (Outcome::Passed, "Nothing that was tried proved it wrong.".to_owned()),
                }
            }
            Gate::Baseline => match super::checks::n_rarest(&run.report) {
                Some(n) if n < FEWEST_TO_JUDGE => (
                    Outcome::Failed,
                    format!(
                        "{} of the rarest class: no score can be told from luck.",
                        counted(n.into(), "row", "rows")
                    ),
                ),
                _ => of_check("Better than guessing"),
            },
            Gate::Rows => match run.carries() {
                Some(n) => (
                    Outcome::Failed,
                    format!(
                        "{} of the data leave with it, and whoever gets it can read them.",
                        counted(n.into(), "row", "rows")
                    ),
                ),
                None => (Outcome::Passed, "No row is stored.".to_owned()),
            },
            Gate::Calibration => of_check("Probabilities mean what they say"),
            Gate::WorstSlice => super::slices::judge(run.slices.as_ref()),
            Gate::Stability => {
                let found = score(&run.report, Metric::primary(run.report.task));
                let parts = found.and_then(|s| Some((s, s.mean?, s.deviation?, s.baseline?)));
                let Some((score, mean, deviation, wall)) = parts.filter(|p| p.0.too_few_folds().is_none()) else {
                    return (Outcome::Unknown, "Too few folds could be scored.".to_owned());
                };
                let lead = score.metric.gain(mean, wall);
                let text = format!(
                    "Scores of the folds spread by {} around a lead over guessing of {}.",
                    significant(deviation, 2),
                    significant(lead, 2)
                );
                (if deviation >= lead && !run.is_baseline() { Outcome::Failed } else { Outcome::Passed }, text)
            }
        }
    }

    /// Red team and gates as lines for a package's page.
    pub(super) fn gate_lines(&self, run: &Run) -> Vec<String> {
        let tried = self.red_team_checks(run);
        let mut lines: Vec<String> =
            tried.iter().map(|check| format!("{}: {}. {}", check.name, check.outcome.word(), check.finding)).collect();
        lines.extend(run.slices.as_ref().map(super::slices::sentence));
        for state in self.gates(run) {
            if let Some(reason) = &state.overridden {
                let (name, finding) = (state.gate.name(), &state.finding);
                lines.push(format!(
                    "The gate “{name}” was closed ({finding}) and overridden. The reason given: {reason}"
                ));
            }
        }
        lines
    }

    /// Whether the red team can take on the run that is looked at.
    pub fn attackable(&self) -> bool {
        self.selected_run.is_some() && self.unexplained().is_none() && self.waits.import.is_none() && !self.restoring
    }

    /// How far the attack on the run that is looked at has come; `None` where none is under way.
    pub fn attacking(&self) -> Option<Option<Progress>> {
        let asked = self.explained.waits(|q| matches!(q, crate::explain::Question::RedTeam { .. }));
        asked.map(|asked| asked.progress.clone())
    }

    /// A share of the attack that is done, as text.
    pub fn attack_line(&self) -> Option<String> {
        let progress = self.attacking()?;
        let share = progress.filter(|p| p.total > 0).map_or(0.0, |p| p.done as f64 / p.total as f64);
        Some(format!("Trying to prove it wrong: {}", percent(share)))
    }
}
