//! `hearth train`.

use std::path::Path;

use serde_json::json;

use super::cli::Train;
use super::desk::Desk;
use super::inputs::{self, Holds, holds, place};
use super::judge::{leaders, run_json};
use super::source;
use super::{Done, Told, settle};
use crate::design::Design;
use crate::model::ModelSpec;
use crate::package::{archive, open};
use crate::problem::Problem;
use crate::studio::design_edits::{first_design, with_target};
use crate::studio::{Action, Tone};
use crate::table::packed::stem;
use crate::table::transcript::may_hold_several;
use crate::trainer;

/// What a package calls its design.
const DESIGN: &str = "design.json";

pub fn train(desk: &mut Desk, asked: &Train, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let given = asked.design.as_deref().map(design_in).transpose()?;
    let what = holds(&asked.input)?;
    match what {
        Holds::Project => {
            inputs::open(desk, &asked.input, true, said)?;
            if desk.studio.table.is_none() {
                return Err(
                    refuse(&asked.input, "The project has no data to train on.", "Give the table itself.").into()
                );
            }
        }
        Holds::Package => {
            let cure =
                "Give rows to learn from, and the package as the design: `hearth train rows.csv --design package.zip`.";
            return Err(refuse(&asked.input, "A package holds a model and no rows to learn from.", cure).into());
        }
        Holds::Table => read_table(desk, asked, said)?,
    }
    let own_choice = given.is_none() && asked.like.is_none() && what == Holds::Table;
    set_design(desk, asked, given, own_choice, said)?;
    // Before hours of work, not after them.
    let out = place(asked.out.as_ref(), &format!("{}.hearth.zip", stem(&desk.studio.project.name)))?;
    desk.act(Action::TrainAll);
    let failed = settle(desk, said);
    if !desk.studio.training.as_ref().is_some_and(|training| training.finished) || desk.studio.project.runs.is_empty() {
        failed?;
        return Err(refuse(&asked.input, "Nothing was trained.", "See what the design asks for.").into());
    }
    desk.act(Action::SaveProjectFile);
    settle(desk, said)?;
    let (_, bytes) = desk.downloads.pop().ok_or_else(|| refuse(&out, "No project file was made.", "Try again."))?;
    source::write(&out, &bytes)?;
    // What could be trained lies in the file by now.
    failed.map_err(|problems| {
        let kept = format!("Everything else was trained and lies in {}.", out.display());
        problems.into_iter().map(|problem| Problem { kept: kept.clone(), ..problem }).collect::<Vec<_>>()
    })?;
    let runs: Vec<_> = desk.studio.project.runs.iter().map(|run| run_json(desk, run)).collect();
    let text = format!("{}\nWritten to {}.\n", leaders(desk), out.display());
    Ok(Told::yes(text, json!({ "runs": runs, "best": desk.studio.selected_run, "out": out.display().to_string() })))
}

fn refuse(place: &Path, event: &str, cure: &str) -> Problem {
    Problem {
        place: place.display().to_string(),
        event: event.into(),
        kept: "Nothing was trained.".into(),
        cure: cure.into(),
    }
}

/// Reads this part of the spreadsheet that was taken up.
fn choose_sheet(desk: &mut Desk, asked: &Train, part: &str, said: &mut Vec<(Tone, Problem)>) -> Done<()> {
    let settings = desk.studio.table.as_ref().map(|table| table.settings.clone());
    if let Some(settings) = settings.filter(|_| desk.studio.import.is_none()) {
        desk.act(Action::ChangeImport(settings));
    }
    if desk.studio.import.as_ref().is_none_or(|draft| !may_hold_several(&draft.file.name)) {
        let cure = "Leave --sheet out.";
        return Err(refuse(&asked.input, "This is no spreadsheet, so it has no sheets.", cure).into());
    }
    desk.act(Action::ChooseEntry(part.to_owned()));
    if let Some(problem) = desk.studio.import.as_ref().and_then(|draft| draft.problem.clone()) {
        return Err(problem.into());
    }
    desk.act(Action::ConfirmImport);
    settle(desk, said)?;
    Ok(())
}

/// Reads the table, as another project reads its own where one is named.
fn read_table(desk: &mut Desk, asked: &Train, said: &mut Vec<(Tone, Problem)>) -> Done<()> {
    if let Some(like) = &asked.like {
        if holds(like)? != Holds::Project {
            let cure = "Give a project file to --like; a package, or a design as text, goes to --design.";
            return Err(refuse(like, "This is no project file.", cure).into());
        }
        inputs::open(desk, like, true, said)?;
    }
    let handle = desk.take(&asked.input)?;
    desk.act(Action::FileDropped(handle));
    settle(desk, said)?;
    if let Some(part) = &asked.sheet {
        choose_sheet(desk, asked, part, said)?;
    }
    if let Some(draft) = desk.studio.import.as_ref().filter(|draft| draft.entries.len() > 1) {
        let known: Vec<&str> = draft.entries.iter().map(|entry| entry.path.as_str()).take(5).collect();
        let n = draft.entries.len();
        let (event, cure) = if may_hold_several(&draft.file.name) {
            (format!("The workbook has {n} sheets."), format!("Name one with --sheet, such as {}.", known.join(", ")))
        } else {
            (
                format!("The ZIP file holds {n} tables."),
                format!("Unpack the one that is meant, such as {}.", known.join(", ")),
            )
        };
        return Err(refuse(&asked.input, &event, &cure).into());
    }
    if desk.studio.table.is_none() {
        return Err(refuse(&asked.input, "No table could be read.", "Look at the file in the page.").into());
    }
    if asked.like.is_some() {
        if desk.studio.offer_to_take_over().is_none() {
            let cure = "Give a table of the same kind, or leave out --like.";
            return Err(refuse(&asked.input, "The table has fewer than half of that project's columns.", cure).into());
        }
        desk.act(Action::TakeOver);
        settle(desk, said)?;
    }
    // That another file begins another project goes without saying here.
    said.retain(|(tone, _)| *tone != Tone::Information);
    Ok(())
}

/// The design in a file: a text, or the one that a package holds.
fn design_in(path: &Path) -> Done<Design> {
    let bytes = source::read(path)?;
    let name = path.display().to_string();
    let text = if bytes.starts_with(b"PK") {
        let unpacked = archive::read(&bytes, open::LIMITS).map_err(|refusal| refusal.problem(&name, "package"))?;
        let found = unpacked.get(DESIGN).map(<[u8]>::to_vec);
        found
            .ok_or_else(|| refuse(path, "This ZIP file has no design.json.", "Give a package, or a design as text."))?
    } else {
        bytes
    };
    let text = String::from_utf8(text)
        .map_err(|_| refuse(path, "This is no text.", "Give a design as the Design stage shows it, in UTF-8."))?;
    Design::from_text(&text).map_err(|problems| placed(path, problems))
}

/// The problems with their file before their place.
fn placed(path: &Path, problems: Vec<Problem>) -> Vec<Problem> {
    let file = path.display().to_string();
    let placed = |problem: Problem| {
        let place = if problem.place.is_empty() { file.clone() } else { format!("{file}, {}", problem.place) };
        let kept = if problem.kept.is_empty() { "Nothing was trained.".to_owned() } else { problem.kept };
        Problem { place, kept, ..problem }
    };
    problems.into_iter().map(placed).collect()
}

fn set_design(
    desk: &mut Desk,
    asked: &Train,
    given: Option<Design>,
    own_choice: bool,
    said: &mut Vec<(Tone, Problem)>,
) -> Done<()> {
    if let Some(design) = given {
        edit(desk, design, said)?;
    }
    if let Some(target) = &asked.target {
        aim(desk, &asked.input, target, said)?;
    }
    let Some(design) = desk.studio.project.design.clone() else {
        let cure = "Name the column with --target.";
        return Err(refuse(&asked.input, "Which column is to be predicted could not be guessed.", cure).into());
    };
    if let Some(why) = desk.studio.target_guess.clone().filter(|_| asked.target.is_none()) {
        let event = format!("“{}” is predicted: {why}", design.dataset.target);
        let cure = "Name another column with --target if that is not meant.".to_owned();
        said.push((Tone::Information, Problem { event, cure, ..Problem::default() }));
    }
    if let Some(reason) = trainer::MISSING.filter(|_| own_choice) {
        leave_out_networks(desk, design, reason, said)?;
    }
    let problems = desk.studio.check.as_ref().map(|check| check.problems.clone()).unwrap_or_default();
    if problems.is_empty() { Ok(()) } else { Err(placed(&asked.input, problems)) }
}

/// Another target: the candidates' settings follow it.
fn aim(desk: &mut Desk, input: &Path, target: &str, said: &mut Vec<(Tone, Problem)>) -> Done<()> {
    let Some(table) = desk.studio.table.clone() else { return Ok(()) };
    let order: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    if !order.iter().any(|name| name == target) {
        let shown: Vec<&str> = order.iter().map(String::as_str).take(12).collect();
        let more = if order.len() > shown.len() { ", …" } else { "" };
        let event = format!("There is no column “{}”.", target.escape_debug());
        return Err(refuse(input, &event, &format!("The table has {}{more}.", shown.join(", "))).into());
    }
    let design = match &desk.studio.project.design {
        Some(design) => with_target(design, &order, target),
        None => first_design(target, &table.columns, table.n_rows),
    };
    edit(desk, design, said)
}

fn edit(desk: &mut Desk, design: Design, said: &mut Vec<(Tone, Problem)>) -> Done<()> {
    desk.act(Action::EditDesign { label: "Set the design".into(), design });
    settle(desk, said)
}

/// Of a design that the program proposes itself, only what it can train.
fn leave_out_networks(desk: &mut Desk, mut design: Design, reason: &str, said: &mut Vec<(Tone, Problem)>) -> Done<()> {
    let n = design.candidates.len();
    design.candidates.retain(|candidate| !matches!(candidate.model, ModelSpec::Network(_)));
    if design.candidates.len() == n {
        return Ok(());
    }
    let problem = Problem {
        event: format!("The neural network was left out, as the trainer is not here ({reason})."),
        kept: "Baseline, linear models and trees are trained.".into(),
        cure: "For the network, build hearth with `--features shell-neural`.".into(),
        ..Problem::default()
    };
    said.push((Tone::Information, problem));
    edit(desk, design, said)
}
