//! `hearth package`, `hearth verify`, `hearth score` and `hearth monitor`: a model on its way to those who use it, and back.

use std::fmt::Write;
use std::path::Path;

use serde_json::json;

use super::cli::{Monitor, Package, Score, Verify};
use super::desk::Desk;
use super::inputs::{self, Holds, place};
use super::{Done, Told, settle, source};
use crate::job::{RunId, WatchColumns};
use crate::package::open;
use crate::package::parity::TOLERANCE;
use crate::problem::Problem;
use crate::studio::watch::groups;
use crate::studio::{Action, Tone};

/// Opens the gates that keep a package back, for a written reason, and makes it.
fn open_gates(desk: &mut Desk, run: RunId, reason: &str) {
    let gates = desk.studio.run(run).map(|found| desk.studio.gates(found)).unwrap_or_default();
    let closed: Vec<_> = gates.iter().filter(|state| state.stops()).map(|state| state.gate).collect();
    if closed.is_empty() {
        return;
    }
    // That they were closed is over with the reason.
    let told: Vec<u32> = desk.notices().iter().map(|notice| notice.id).collect();
    told.into_iter().for_each(|id| desk.act(Action::DismissNotice(id)));
    for gate in closed {
        desk.act(Action::OverrideGate { run, gate, reason: reason.to_owned() });
    }
    desk.act(Action::MakePackage(run));
}

pub fn package(desk: &mut Desk, asked: &Package, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let path = &asked.which.input;
    // What is in doubt about the rows stands in the package.
    if inputs::open(desk, path, true, said)? == Holds::Package {
        let (event, cure) = ("This is a package already.", "Give a project file.");
        return Err(Problem {
            place: path.display().to_string(),
            event: event.into(),
            kept: "No package was made.".into(),
            cure: cure.into(),
        }
        .into());
    }
    let run = inputs::run(desk, path, asked.which.run.as_deref())?.id;
    if let Some(chosen) = asked.on_unseen {
        desk.act(Action::SetOnUnseen(chosen));
    }
    desk.act(Action::MakePackage(run));
    if let Some(reason) = &asked.reason {
        open_gates(desk, run, reason);
    }
    settle(desk, said)?;
    desk.act(Action::DownloadPackage);
    settle(desk, said)?;
    let (Some((name, bytes)), Some((_, summary))) = (desk.downloads.pop(), desk.studio.package.clone()) else {
        let cure =
            "What stands above says why. A closed gate opens with --override and a sentence on why it may leave.";
        return Err(Problem { cure: cure.into(), ..not_made(path, "No package was made.") }.into());
    };
    let out = place(asked.out.as_ref(), &name)?;
    source::write(&out, &bytes)?;
    let mut text = format!("Written to {}, SHA-256 {}.\n", out.display(), summary.sha256);
    let _ = writeln!(
        text,
        "Its model.onnx was run on {} golden rows; the largest deviation is {:.1e}.\n\nIt reveals:",
        summary.n_golden, summary.largest_deviation
    );
    summary.reveals.iter().for_each(|said| text += &format!("- {said}\n"));
    let files: Vec<_> = summary.files.iter().map(|(path, bytes, _)| json!({ "path": path, "bytes": bytes })).collect();
    let object = json!({
        "run": run,
        "out": out.display().to_string(),
        "sha256": summary.sha256,
        "largest_deviation": summary.largest_deviation,
        "golden_rows": summary.n_golden,
        "files": files,
        "reveals": summary.reveals,
    });
    Ok(Told::yes(text, object))
}

fn not_made(path: &Path, event: &str) -> Problem {
    Problem {
        place: path.display().to_string(),
        event: event.into(),
        kept: "The file is as it was.".into(),
        cure: "Try again; if it happens again, report it.".into(),
    }
}

/// What is wrong with a package is the answer; only what is no package at all is a failure.
pub fn verify(asked: &Verify) -> Done<Told> {
    let path = &asked.package;
    let bytes = source::read(path)?;
    let name = path.display().to_string();
    if inputs::holds(path)? == Holds::Table {
        return Err(Problem {
            place: name,
            event: "This is no package.".into(),
            kept: "Nothing was checked.".into(),
            cure: "Give the ZIP file that Hearth wrote as a package.".into(),
        }
        .into());
    }
    Ok(match open::open(&bytes, &name) {
        Ok(opened) => {
            let text = format!(
                "{name}: every file is whole, and model.onnx answers the golden rows as pipeline.bin does.\n\
                 The largest deviation is {:.1e}; {TOLERANCE:.0e} is allowed.\n",
                opened.largest_deviation
            );
            let object =
                json!({ "verdict": "passed", "largest_deviation": opened.largest_deviation, "tolerance": TOLERANCE });
            Told::yes(text, object)
        }
        Err(problem) => {
            let text = format!("{}: {} {}\n", problem.place, problem.event, problem.cure);
            let object =
                json!({ "verdict": "refused", "place": problem.place, "event": problem.event, "cure": problem.cure });
            Told { text, json: object, refused: true }
        }
    })
}

/// The run of a model that is asked for something; its training data are not needed.
fn model(desk: &mut Desk, path: &Path, asked: Option<&str>, said: &mut Vec<(Tone, Problem)>) -> Done<RunId> {
    // That the data are not here is no news: they were left where they are.
    let mut aside = Vec::new();
    inputs::open(desk, path, false, &mut aside)?;
    said.extend(aside);
    Ok(inputs::run(desk, path, asked)?.id)
}

pub fn score(desk: &mut Desk, asked: &Score, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let run = model(desk, &asked.model, asked.run.as_deref(), said)?;
    let rows = desk.take(&asked.rows)?;
    desk.act(Action::ScoreFile(run, rows));
    settle(desk, said)?;
    let (Some((_, bytes)), Some(scored)) = (desk.downloads.pop(), desk.studio.scored.clone()) else {
        return Err(not_made(&asked.rows, "No row was predicted.").into());
    };
    let told = |event: &String| (Tone::Doubt, Problem { event: event.clone(), ..Problem::default() });
    said.extend(scored.warnings.iter().map(told));
    let mut object = json!({ "run": run, "rows": scored.n_rows, "warnings": scored.warnings });
    let mut text = inputs::write_or_show(asked.out.as_ref(), &bytes)?;
    match &asked.out {
        Some(out) => {
            text = format!("{} rows were predicted and written to {}.\n", scored.n_rows, out.display());
            object["out"] = out.display().to_string().into();
        }
        None => object["csv"] = text.clone().into(),
    }
    Ok(Told::yes(text, object))
}

pub fn monitor(desk: &mut Desk, asked: &Monitor, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let run = model(desk, &asked.model, asked.run.as_deref(), said)?;
    let rows = desk.take(&asked.rows)?;
    desk.act(Action::WatchFile(run, rows));
    settle(desk, said)?;
    let columns =
        WatchColumns { outcome: asked.outcome.clone(), served: asked.served.clone(), time: asked.time.clone() };
    if columns != WatchColumns::default() {
        name_known(desk, &asked.rows, &columns)?;
        desk.act(Action::WatchAgain(columns));
        settle(desk, said)?;
    }
    let Some(watched) = desk.studio.watched.clone() else {
        return Err(not_made(&asked.rows, "The rows could not be compared.").into());
    };
    let report = &watched.report;
    let told = |event: &String| (Tone::Doubt, Problem { event: event.clone(), ..Problem::default() });
    said.extend(watched.warnings.iter().map(told));
    let mut text = format!("{}\n\n", report.headline);
    for group in groups(report) {
        let _ = writeln!(text, "{} ({}): {}", group.kind.words().0, group.kind.words().1, group.word);
        for finding in &group.loud {
            let _ = writeln!(text, "  ALARM  {} {}", finding.sentence, finding.advice);
        }
    }
    if !report.not_checked.is_empty() {
        text += "\nNot looked at:\n";
        report.not_checked.iter().for_each(|said| text += &format!("- {said}\n"));
    }
    if !report.assumptions.is_empty() {
        text += "\nThis presumes:\n";
        report.assumptions.iter().for_each(|said| text += &format!("- {said}\n"));
    }
    let object = json!({ "run": run, "report": report, "columns": watched.columns, "warnings": watched.warnings });
    Ok(Told { text, json: object, refused: report.alarms().next().is_some() })
}

/// A column that was named must be there: a wrong name would otherwise look like rows without outcomes.
fn name_known(desk: &Desk, rows: &Path, asked: &WatchColumns) -> Result<(), Problem> {
    let Some(watched) = &desk.studio.watched else { return Ok(()) };
    let known: Vec<&str> = watched.choices.iter().map(|(name, _)| name.as_str()).collect();
    let named = [&asked.outcome, &asked.served, &asked.time].into_iter().flatten();
    match named.filter(|name| !name.is_empty()).find(|name| !known.contains(&name.as_str())) {
        None => Ok(()),
        Some(missing) => Err(Problem {
            place: rows.display().to_string(),
            event: format!("Beside what the model reads there is no column “{}”.", missing.escape_debug()),
            kept: "The rows were not compared.".into(),
            cure: if known.is_empty() {
                "Leave the option out.".into()
            } else {
                format!("There are {}.", known.join(", "))
            },
        }),
    }
}
