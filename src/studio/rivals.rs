//! A candidate beside the others that were validated on the same folds: who is likely best, and what can be said of the
//! differences.

use super::Studio;
use super::checks::score;
use super::project::Run;
use super::stale::stale;
use super::words::{counted, list};
use crate::chart::format::{interval, percent, significant};
use crate::dataset::Task;
use crate::explain::Rival;
use crate::job::RunId;
use crate::metrics::Metric;
use crate::validate::compare::{Paired, Verdict, chances, comparable, holm, paired};

/// What a chance of being best is computed from, so that it is only computed anew when this changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Contest {
    pub metric: Metric,
    pub runs: Vec<RunId>,
    /// Scores of each run in each fold.
    pub folds: Vec<Vec<Option<f64>>>,
    pub ratio: f64,
    pub seed: u64,
}

impl Contest {
    /// Of each run its chance to be the best of all; empty where it cannot be told.
    pub fn chances(&self) -> Vec<(RunId, f64)> {
        let found = chances(self.metric, &self.folds, self.ratio, self.seed).unwrap_or_default();
        self.runs.iter().copied().zip(found).collect()
    }
}

/// One candidate beside the chosen one.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    pub run: RunId,
    pub name: String,
    pub paired: Paired,
    /// The p-value, adjusted for how many were compared.
    pub adjusted: f64,
    pub verdict: Verdict,
}

/// The chosen candidate beside all others.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub metric: Metric,
    pub against: Vec<Against>,
    /// Chance to be the best of all that were compared, the baseline among them.
    pub best: Option<f64>,
    pub sentence: String,
}

impl Studio {
    /// Runs that count and were validated on the same folds as this one, itself among them.
    fn same_folds(&self, run: &Run) -> Vec<&Run> {
        let whole = |other: &Run| !other.from_package && other.report.fit.stopped().is_none();
        let same = |other: &&Run| {
            whole(other)
                && (&other.design.dataset, &other.design.split) == (&run.design.dataset, &run.design.split)
                && (&other.data_sha256, &other.settings) == (&run.data_sha256, &run.settings)
                && other.recipe.does_the_same(&run.recipe)
                && comparable(&other.report, &run.report)
                && (other.id == run.id || stale(other, &self.project).is_none())
        };
        if whole(run) { self.project.runs.iter().filter(same).collect() } else { Vec::new() }
    }

    /// Those that a candidate can be compared with: all but the baseline, which guesses.
    pub fn rivals(&self, run: &Run) -> Vec<&Run> {
        let rivals = self.same_folds(run).into_iter().filter(|other| other.id != run.id && !other.is_baseline());
        if run.is_baseline() { Vec::new() } else { rivals.collect() }
    }

    /// The metric that a run is compared by: that of the leaderboard, unless it was not trained here.
    fn metric_of(&self, run: &Run) -> Option<Metric> {
        if run.is_given() { Some(run.report.leading()) } else { self.leading_metric() }
    }

    /// Who competes on the folds of this run; `None` where it is alone.
    pub fn contest(&self, run: &Run) -> Option<Contest> {
        let metric = self.metric_of(run)?;
        let all = self.same_folds(run);
        let folds = |run: &&Run| score(&run.report, metric).map(|score| score.folds.clone()).unwrap_or_default();
        (all.len() > 1).then(|| Contest {
            metric,
            runs: all.iter().map(|run| run.id).collect(),
            folds: all.iter().map(folds).collect(),
            ratio: run.report.test_to_train,
            seed: run.design.split.seed,
        })
    }

    /// Who competes on the folds of the run that is looked at, or else of the newest that counts.
    pub fn contest_at_hand(&self) -> Option<Contest> {
        let counts = |run: &&Run| !run.from_package && stale(run, &self.project).is_none();
        let run = self.current_run().filter(counts).or_else(|| self.project.runs.iter().rev().find(counts))?;
        self.contest(run)
    }

    /// A run beside each of the others, fold by fold; empty where there are none, or no score.
    pub fn against(&self, run: &Run, metric: Metric) -> Vec<Against> {
        let Some(own) = score(&run.report, metric) else { return Vec::new() };
        let mut against: Vec<Against> = Vec::new();
        for rival in self.rivals(run) {
            // One tested set has no folds to compare by: the engine compares it row by row.
            let by_rows = || self.rival_told(rival.id)?.by_rows.filter(|_| self.selected_run == Some(run.id));
            let by_folds = |s| paired(own, s, run.report.test_to_train);
            let Some(paired) = score(&rival.report, metric).and_then(by_folds).or_else(by_rows) else { continue };
            let name = rival.name.clone();
            against.push(Against { run: rival.id, name, paired, adjusted: 1.0, verdict: Verdict::Unclear });
        }
        let adjusted = holm(&against.iter().map(|a| a.paired.p_value).collect::<Vec<f64>>());
        for (one, adjusted) in against.iter_mut().zip(adjusted) {
            one.adjusted = adjusted;
            one.verdict = one.paired.verdict(adjusted);
        }
        against
    }

    /// A run beside the others; `None` where there are none, or no metric.
    pub fn comparison(&self, run: &Run) -> Option<Comparison> {
        let metric = self.metric_of(run)?;
        let against = self.against(run, metric);
        if against.is_empty() {
            return None;
        }
        let chances = self.contest(run).map(|contest| contest.chances()).unwrap_or_default();
        let best = chances.iter().find(|(id, _)| *id == run.id).map(|(_, chance)| *chance);
        let sentence = sentence(run, metric, &against, best.map(|best| (best, chances.len())));
        Some(Comparison { metric, against, best, sentence })
    }

    /// What is told row by row of the run that is looked at, where it is of these rivals.
    pub fn rival_told(&self, run: RunId) -> Option<&Rival> {
        self.explained.rivals.as_ref()?.iter().find(|rival| rival.run == run)
    }

    /// The comparison as lines for a package's page: the sentence, then one for each rival.
    pub fn comparison_lines(&self, run: &Run) -> Vec<String> {
        let Some(found) = self.comparison(run) else { return Vec::new() };
        let line = |one: &Against| {
            format!(
                "{}: {} {} ({}); chance of being better {}, the same {}, worse {}; p {} adjusted for {}.",
                one.name,
                lead_words(one.paired.lead),
                significant(one.paired.lead.abs(), 2),
                interval(one.paired.interval),
                percent(one.paired.better),
                percent(one.paired.same),
                percent(one.paired.worse),
                p_text(one.adjusted),
                counted(found.against.len() as u64, "comparison"),
            )
        };
        std::iter::once(found.sentence.clone()).chain(found.against.iter().map(line)).collect()
    }
}

fn lead_words(lead: f64) -> &'static str {
    if lead < 0.0 { "behind by" } else { "ahead by" }
}

/// "0.03", "below 0.001".
pub fn p_text(p: f64) -> String {
    if p < 0.001 { "below 0.001".to_owned() } else { significant(p, 2) }
}

/// «Linear beside 2 others by ROC AUC: better than A; not enough data to tell from B. Its chance of being the best of 4 is
/// 61 %.»
fn sentence(run: &Run, metric: Metric, against: &[Against], best: Option<(f64, usize)>) -> String {
    let of = |verdict: Verdict| -> Vec<String> {
        against.iter().filter(|one| one.verdict == verdict).map(|one| one.name.clone()).collect()
    };
    let say = |verdict: Verdict, words: &str| {
        let names = of(verdict);
        (!names.is_empty()).then(|| format!("{words} {}", list(&names)))
    };
    let parts: Vec<String> = [
        say(Verdict::Better, "better than"),
        say(Verdict::Worse, "worse than"),
        say(Verdict::Same, "practically the same as"),
        say(Verdict::Unclear, "not enough data to tell from"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let chance = best.map_or(String::new(), |(chance, n)| {
        format!(" Its chance of being the best of {n}, guessing included, is {}.", percent(chance))
    });
    let name = &run.name;
    format!("{name} by {}: {}.{chance}", metric.name(), parts.join("; "))
}

/// The table behind the sentence: what its columns are, and a row for each rival.
pub fn table(studio: &Studio, run: &Run, found: &Comparison) -> (Vec<String>, Vec<Vec<String>>) {
    let mut headers: Vec<String> =
        ["Beside", "Ahead by", "95 % interval", "Better, same, worse", "p, Holm"].map(str::to_owned).into();
    let classes = run.report.task != Task::Regression;
    let told: Vec<Option<&Rival>> = found.against.iter().map(|one| studio.rival_told(one.run)).collect();
    let adjusted = |p_values: Vec<Option<f64>>| -> Vec<Option<f64>> {
        let known: Vec<f64> = p_values.iter().flatten().copied().collect();
        let mut holm = holm(&known).into_iter();
        p_values.iter().map(|p| p.and_then(|_| holm.next())).collect()
    };
    let by_rows = adjusted(told.iter().map(|t| t.and_then(|t| t.mcnemar).map(|m| m.p_value)).collect());
    let by_area = adjusted(told.iter().map(|t| t.and_then(|t| t.delong).map(|d| d.p_value)).collect());
    if classes {
        headers.push("Right alone (McNemar, Holm)".to_owned());
    }
    if run.report.task == Task::Binary {
        headers.push("ROC AUC (DeLong, Holm)".to_owned());
    }
    let line = |(i, one): (usize, &Against)| {
        let paired = &one.paired;
        let mut cells = vec![
            one.name.clone(),
            significant(paired.lead, 2),
            interval(paired.interval),
            format!("{}, {}, {}", percent(paired.better), percent(paired.same), percent(paired.worse)),
            p_text(one.adjusted),
        ];
        let dash = || "–".to_owned();
        if classes {
            let counts = told[i].and_then(|t| t.mcnemar).zip(by_rows[i]);
            cells.push(
                counts.map_or_else(dash, |(m, p)| format!("{} : {}, p {}", m.only_first, m.only_second, p_text(p))),
            );
        }
        if run.report.task == Task::Binary {
            let area = told[i].and_then(|t| t.delong).zip(by_area[i]);
            cells.push(area.map_or_else(dash, |(d, p)| format!("{}, p {}", significant(d.lead, 2), p_text(p))));
        }
        cells
    };
    (headers, found.against.iter().enumerate().map(line).collect())
}

/// How the table was made, in a sentence or two.
pub fn how(studio: &Studio, run: &Run, found: &Comparison) -> String {
    let first = found.against.first();
    let rope = first.map_or(0.0, |one| one.paired.rope);
    let folds = first.map_or(0, |one| one.paired.n_folds);
    if folds == 1 {
        return format!(
            "Ahead by: {} of the one over that of the other on the same rows, with interval, p and chances from samples of these \
             rows (paired percentile bootstrap); p also for {}. The same means within {} either way.",
            found.metric.name(),
            counted(found.against.len() as u64, "comparison"),
            significant(rope, 2)
        );
    }
    let without = first.and_then(|one| studio.rival_told(one.run)).and_then(|told| told.without.clone());
    format!(
        "Ahead by: mean over {} of {}, the interval and p corrected for overlapping training rows (Nadeau and Bengio), p also \
         for {}. Better, same, worse: chances after the Bayesian correlated t test; the same means within {} either way.{}",
        counted(folds.into(), "fold"),
        found.metric.name(),
        counted(found.against.len() as u64, "comparison"),
        significant(rope, 2),
        without.filter(|_| run.report.task != Task::Regression).map_or(String::new(), |why| format!(" {why}")),
    )
}
