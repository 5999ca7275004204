//! How the program speaks: sentences for a person, one JSON object for a program, bars while it works.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use super::cli::Shared;
use super::desk::Bars;
use super::{Done, Told};
use crate::problem::Problem;
use crate::studio::Tone;

/// A bar on a terminal's standard error; nothing elsewhere.
pub fn bars(shared: &Shared) -> Bars {
    if shared.quiet || shared.json || !stderr().is_terminal() {
        return Box::new(|_| {});
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(8));
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} % {elapsed:>5}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    let bar = Ends(bar);
    Box::new(move |progress| {
        let doing = if progress.doing.is_empty() { "Working" } else { &progress.doing };
        bar.0.set_message(doing.to_owned());
        bar.0.set_length(progress.total.max(1));
        bar.0.set_position(progress.done.min(progress.total));
    })
}

/// Takes its bar off the screen when the work is over.
struct Ends(ProgressBar);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Says what a command came to, and answers with its exit code.
pub fn finish(command: &str, as_json: bool, done: Done<Told>, said: &[(Tone, Problem)]) -> ExitCode {
    let (code, told, problems) = match done {
        Ok(told) => (if told.refused { 3 } else { 0 }, Some(told), Vec::new()),
        Err(problems) => (1, None, problems),
    };
    let written = if as_json {
        let notices: Vec<Value> = said.iter().map(|(tone, problem)| notice(*tone, problem)).collect();
        let mut object = json!({ "hearth": env!("CARGO_PKG_VERSION"), "command": command, "exit_code": code });
        if let (Value::Object(object), Some(Told { json: Value::Object(own), .. })) = (&mut object, told) {
            object.extend(own);
        }
        object["notices"] = notices.into();
        object["problems"] = problems.iter().map(problem_json).collect::<Vec<_>>().into();
        stdout().write_all(format!("{object:#}\n").as_bytes())
    } else {
        let mut beside = String::new();
        said.iter().for_each(|(_, problem)| beside += &format!("{}\n", sentences(problem)));
        problems.iter().for_each(|problem| beside += &format!("hearth {command}: {}\n", sentences(problem)));
        let text = told.map_or_else(String::new, |told| told.text);
        stderr().write_all(beside.as_bytes()).and_then(|()| stdout().write_all(text.as_bytes()))
    };
    match written.and_then(|()| stdout().flush()) {
        Ok(()) => ExitCode::from(code),
        // Whoever read it has enough, such as `head`.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(code),
        Err(_) => ExitCode::from(1),
    }
}

/// "people.csv, row 3: There is … Nothing has changed. Look at …"
fn sentences(problem: &Problem) -> String {
    let place = if problem.place.is_empty() { String::new() } else { format!("{}: ", problem.place) };
    let rest = [&problem.event, &problem.kept, &problem.cure];
    let rest: Vec<&str> = rest.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    format!("{place}{}", rest.join(" "))
}

fn problem_json(problem: &Problem) -> Value {
    json!({ "place": problem.place, "event": problem.event, "kept": problem.kept, "cure": problem.cure })
}

fn notice(tone: Tone, problem: &Problem) -> Value {
    let mut object = problem_json(problem);
    object["tone"] = match tone {
        Tone::Information => "information",
        Tone::Doubt => "doubt",
        Tone::Failure => "failure",
    }
    .into();
    object
}

/// Columns of texts side by side; the first line is the head.
pub fn table(rows: &[Vec<String>]) -> String {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..n_columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cell = |(cell, width): (&String, &usize)| format!("{cell}{}", " ".repeat(width - cell.chars().count()));
        let cells: Vec<String> = row.iter().zip(&widths).map(cell).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
