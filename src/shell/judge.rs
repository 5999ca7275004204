//! `hearth validate`, `hearth gate` and `hearth report`: what is known of a model before anybody relies on it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::cli::{Gate, Report, Validate};
use super::desk::Desk;
use super::inputs::{self, Holds};
use super::{Done, Told, say, settle, source};
use crate::job::RunId;
use crate::metrics::Metric;
use crate::problem::Problem;
use crate::studio::checks::{self, Check, Outcome};
use crate::studio::leaderboard::{leaderboard, score_texts};
use crate::studio::project::Run;
use crate::studio::{Action, Tone};

pub fn validate(desk: &mut Desk, asked: &Validate, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let path = &asked.which.input;
    let what = inputs::open(desk, path, true, said)?;
    let mut out = None;
    if asked.open_test_set {
        let run = inputs::run(desk, path, asked.which.run.as_deref())?.id;
        out = Some(open_test_set(desk, asked, (run, what), said)?);
    }
    let chosen = asked.which.run.is_some() || asked.open_test_set;
    let runs: Vec<RunId> = if chosen || what == Holds::Package {
        vec![inputs::run(desk, path, asked.which.run.as_deref())?.id]
    } else {
        desk.studio.project.runs.iter().map(|run| run.id).collect()
    };
    inputs::run(desk, path, None)?;
    let runs: Vec<&Run> = runs.iter().filter_map(|run| desk.studio.run(*run)).collect();
    let mut text = if runs.len() > 1 { format!("{}\n", leaders(desk)) } else { String::new() };
    for run in &runs {
        text += &judged(desk, run);
    }
    let mut object = json!({
        "runs": runs.iter().map(|run| run_json(desk, run)).collect::<Vec<_>>(),
        "best": desk.studio.selected_run,
    });
    if let Some(out) = out {
        let _ = writeln!(text, "Written to {out}, with this look at the test set.");
        object["out"] = out.into();
    }
    Ok(Told::yes(text, object))
}

/// Looks at the test set, and keeps that it was looked at.
fn open_test_set(
    desk: &mut Desk,
    asked: &Validate,
    (run, what): (RunId, Holds),
    said: &mut Vec<(Tone, Problem)>,
) -> Done<String> {
    let path = &asked.which.input;
    let refuse = |event: String, cure: &str| Problem {
        place: path.display().to_string(),
        event,
        kept: "The test set was not opened.".into(),
        cure: cure.into(),
    };
    if what == Holds::Package {
        return Err(refuse("A package comes without its test set.".into(), "Give the project file.").into());
    }
    let before = desk.studio.project.looks;
    desk.act(Action::OpenHoldout(run));
    if desk.studio.project.looks == before {
        let told = desk.notices().into_iter().map(|notice| notice.problem.event).collect::<Vec<_>>().join(" ");
        return Err(refuse(told, "Train with a share of rows locked away (holdout in the design).").into());
    }
    settle(desk, said)?;
    desk.act(Action::SaveProjectFile);
    settle(desk, said)?;
    let out = asked.out.clone().unwrap_or_else(|| path.clone());
    if let Some((_, bytes)) = desk.downloads.pop() {
        source::write(&out, &bytes)?;
    }
    Ok(out.display().to_string())
}

pub fn gate(desk: &mut Desk, asked: &Gate, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let path = &asked.which.input;
    let limits: Result<Vec<Limit>, Problem> = (asked.at_least.iter().map(|text| limit(text, true)))
        .chain(asked.at_most.iter().map(|text| limit(text, false)))
        .collect();
    let limits = limits?;
    inputs::open(desk, path, true, said)?;
    let run = inputs::run(desk, path, asked.which.run.as_deref())?;
    let mut gates: Vec<(String, Outcome, bool, String)> = Vec::new();
    for check in desk.studio.run_checks(run) {
        let passes = match check.outcome {
            Outcome::Passed | Outcome::Unknown => true,
            Outcome::Doubtful => !asked.strict,
            Outcome::Failed => false,
        };
        gates.push((check.name.to_owned(), check.outcome, passes, check.finding));
    }
    if run.is_baseline() {
        // Where it is the best of all, nothing was learned.
        let finding = "This is the baseline, which looks at no column: whoever uses it guesses.".to_owned();
        gates.push(("It has learned something".to_owned(), Outcome::Failed, false, finding));
    }
    for limit in limits {
        gates.push(limit.judged(run)?);
    }
    let refused = gates.iter().any(|gate| !gate.2);
    let verdict = if refused { "refused" } else { "passed" };
    let mut text = format!("{} ({}): {verdict}\n{}\n", run.name, run.id, desk.studio.verdict(run));
    if let Some(line) = desk.studio.version_line(run.id) {
        let _ = writeln!(text, "{line}");
    }
    text.push('\n');
    for (name, outcome, passes, finding) in &gates {
        let mark = if *passes { "    " } else { "NO  " };
        let _ = writeln!(text, "{mark}{name}: {}. {finding}", outcome.word());
    }
    let gate = |(name, outcome, passes, finding): &(String, Outcome, bool, String)| json!({ "name": name, "outcome": outcome.word(), "passes": passes, "finding": finding });
    let object = json!({
        "run": run.id,
        "name": run.name,
        "verdict": verdict,
        "version": version_json(desk, run.id),
        "gates": gates.iter().map(gate).collect::<Vec<_>>(),
    });
    Ok(Told { text, json: object, refused })
}

/// What a metric must reach, or may not exceed.
struct Limit {
    word: String,
    least: bool,
    number: f64,
}

fn limit(text: &str, least: bool) -> Result<Limit, Problem> {
    let option = if least { "--at-least" } else { "--at-most" };
    let found = text.split_once('=').and_then(|(word, number)| Some((word.trim(), number.trim().parse::<f64>().ok()?)));
    match found {
        Some((word, number)) if number.is_finite() => Ok(Limit { word: word.to_owned(), least, number }),
        Some(_) | None => Err(Problem {
            place: option.into(),
            event: format!("“{}” is no metric with a number.", text.escape_debug()),
            kept: "Nothing was judged.".into(),
            cure: format!("Write it as {option} roc_auc=0.8."),
        }),
    }
}

impl Limit {
    /// By the end of the interval that is worse; without an interval nobody can tell, and that is no pass.
    fn judged(&self, run: &Run) -> Result<(String, Outcome, bool, String), Problem> {
        let word = |metric: Metric| metric.name().to_lowercase().replace([' ', '-'], "_");
        let known = Metric::of(run.report.task);
        let Some(metric) = known.iter().copied().find(|metric| word(*metric) == self.word.to_lowercase()) else {
            let names: Vec<String> = known.iter().map(|metric| word(*metric)).collect();
            return Err(Problem {
                place: run.name.clone(),
                event: format!("It has no metric “{}”.", self.word.escape_debug()),
                kept: "Nothing was judged.".into(),
                cure: format!("It has {}.", names.join(", ")),
            });
        };
        let sign = if self.least { "at least" } else { "at most" };
        let name = format!("{} {sign} {}", metric.name(), self.number);
        let interval = checks::score(&run.report, metric).and_then(|score| score.interval);
        let Some((low, high)) = interval else {
            return Ok((name, Outcome::Unknown, false, "There is no interval: too few folds were scored.".into()));
        };
        let passes = if self.least { low >= self.number } else { high <= self.number };
        let outcome = if passes { Outcome::Passed } else { Outcome::Failed };
        let end = if self.least { format!("begins at {low:.4}") } else { format!("ends at {high:.4}") };
        Ok((name, outcome, passes, format!("The 95 % interval {end}.")))
    }
}

pub fn report(desk: &mut Desk, asked: &Report, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let path = &asked.which.input;
    inputs::open(desk, path, true, said)?;
    let run = inputs::run(desk, path, asked.which.run.as_deref())?;
    let page = page(desk, run);
    let mut object = json!({ "run": run_json(desk, run), "report": run.report, "design": run.design });
    let mut text = inputs::write_or_show(asked.out.as_ref(), page.as_bytes())?;
    if let Some(out) = &asked.out {
        text = format!("Written to {}.\n", out.display());
        object["out"] = out.display().to_string().into();
    }
    Ok(Told::yes(text, object))
}

/// Everything about a run as one page of Markdown.
fn page(desk: &Desk, run: &Run) -> String {
    let mut out = format!("# {}: {}\n\n{}\n\n", desk.studio.project.name, run.name, desk.studio.verdict(run));
    let _ = writeln!(out, "{}\n", desk.studio.verdict_source(run));
    for line in checks::fit_line(&run.report).into_iter().chain(desk.studio.version_line(run.id)) {
        let _ = writeln!(out, "{line}\n");
    }
    let _ = writeln!(out, "## Scores\n\n{}.\n", checks::scores_caption(&run.report));
    out += "| metric | estimate | 95 % interval | spread over folds | guessing |\n|---|---|---|---|---|\n";
    for score in &run.report.scores {
        let _ = writeln!(
            out,
            "| {} ({}) | {} |",
            score.metric.name(),
            score.metric.plain(),
            score_texts(score).join(" | ")
        );
    }
    out += "\n## Checks\n\n";
    for check in desk.studio.run_checks(run) {
        let _ = writeln!(out, "- {}: {}. {} {}", check.name, check.outcome.word(), check.finding, check.meaning);
    }
    if !run.report.notes.is_empty() {
        out += "\n## Notes from the training\n\n";
        run.report.notes.iter().for_each(|note| out += &format!("- {note}\n"));
    }
    let _ = writeln!(
        out,
        "\n## Where it comes from\n\nTrained {} on the file with the SHA-256 `{}`, by this design:\n\n```json\n{}\n```",
        run.ended,
        if run.data_sha256.is_empty() { "that its package does not tell" } else { &run.data_sha256 },
        run.design.to_text()
    );
    out
}

/// The candidates side by side, best first.
pub fn leaders(desk: &Desk) -> String {
    let Some(board) = leaderboard(&desk.studio) else { return String::new() };
    let head = ["run", "candidate", board.metric.name(), "95 % interval", "seconds"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for row in &board.rows {
        let Some(run) = row.run.and_then(|run| desk.studio.run(run)) else { continue };
        let texts = checks::score(&run.report, board.metric).map(score_texts).unwrap_or_default();
        let [estimate, interval, ..] = texts;
        let seconds = format!("{:.1}", run.report.fit_seconds);
        rows.push(vec![run.id.to_string(), run.marked_name(), estimate, interval, seconds]);
    }
    format!("{}\n\n{}", board.sentence, say::table(&rows))
}

/// A run in sentences: its headline, scores and checks.
fn judged(desk: &Desk, run: &Run) -> String {
    let mut text = format!(
        "{} ({})\n{}\n{}\n\n",
        run.marked_name(),
        run.id,
        desk.studio.verdict(run),
        desk.studio.verdict_source(run)
    );
    let mut rows = vec![["metric", "estimate", "95 % interval", "spread", "guessing"].map(str::to_owned).to_vec()];
    for score in &run.report.scores {
        let mut row = vec![score.metric.name().to_owned()];
        row.extend(score_texts(score));
        rows.push(row);
    }
    text += &say::table(&rows);
    text.push('\n');
    for Check { name, outcome, finding, .. } in desk.studio.run_checks(run) {
        let _ = writeln!(text, "{name}: {}. {finding}", outcome.word());
    }
    text + "\n"
}

/// The version that a run is, with the last decision about it; null where it is none.
fn version_json(desk: &Desk, run: RunId) -> Value {
    let registry = &desk.studio.project.registry;
    registry.of_run(run).map_or(Value::Null, |version| {
        json!({
            "number": version.number,
            "stage": registry.standing(version.number).word(),
            "parent": version.parent,
            "decision": registry.ruling(version.number),
        })
    })
}

/// What a program wants to know of a run.
pub fn run_json(desk: &Desk, run: &Run) -> Value {
    let score = |score: &crate::validate::Score| {
        json!({
        "version": version_json(desk, run.id),
            "metric": score.metric.name(),
            "mean": score.mean,
            "interval": score.interval,
            "deviation": score.deviation,
            "baseline": score.baseline,
            "folds": score.folds,
        })
    };
    let check = |check: Check| json!({ "name": check.name, "outcome": check.outcome.word(), "finding": check.finding });
    json!({
        "run": run.id,
        "name": run.marked_name(),
        "headline": desk.studio.verdict(run),
        "source": desk.studio.verdict_source(run),
        "seconds": run.report.fit_seconds,
        "scores": run.report.scores.iter().map(score).collect::<Vec<_>>(),
        "test_set": run.report.holdout,
        "checks": desk.studio.run_checks(run).into_iter().map(check).collect::<Vec<_>>(),
    })
}
