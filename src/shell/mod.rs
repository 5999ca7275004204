//! The program `hearth`: the studio in a terminal. Commands drive the same studio and the same engine as the page
//! (`desk`), on threads instead of workers (`hands`).
//!
//! | file | what it holds |
//! |---|---|
//! | `cli` | the commands, their options and their help |
//! | `desk` | what the browser does for the studio, done by a program |
//! | `hands` | the engine's pool, and the trainer, in threads |
//! | `source` | files on disk |
//! | `inputs` | what a file is, and which run is meant |
//! | `train`, `judge`, `ship` | the commands |
//! | `say` | sentences, JSON, progress bars |

mod cli;
mod desk;
mod hands;
mod inputs;
mod judge;
mod say;
mod ship;
mod source;
mod train;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use serde_json::Value;

use cli::{Cli, Command, Shared};
use desk::Desk;

use crate::problem::Problem;
use crate::studio::Tone;
use crate::trainer;

/// What a command came to.
struct Told {
    /// For a person; ends with a line break, or is empty.
    text: String,
    /// For a program: an object.
    json: Value,
    /// Whether the answer is no.
    refused: bool,
}

impl Told {
    fn yes(text: String, json: Value) -> Self {
        Self { text, json, refused: false }
    }
}

/// Why a command could not be done.
type Done<T> = Result<T, Vec<Problem>>;

impl From<Problem> for Vec<Problem> {
    fn from(problem: Problem) -> Self {
        vec![problem]
    }
}

/// Reads the command line, does what it says, and answers with the exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Nobody is left to tell where the terminal is gone.
            drop(error.print());
            return ExitCode::from(if asked { 0 } else { 2 });
        }
    };
    let name = name_of(&cli.command);
    let mut said = Vec::new();
    let done = fixed_clock().map_err(Vec::from).and_then(|clock| run(&cli, clock, &mut said));
    say::finish(name, cli.shared.json, done, &said)
}

fn run(cli: &Cli, fixed_clock: Option<u64>, said: &mut Vec<(Tone, Problem)>) -> Done<Told> {
    let mut desk = Desk::new(n_hands(&cli.shared), fixed_clock, say::bars(&cli.shared));
    let done = match &cli.command {
        Command::Train(asked) => train::train(&mut desk, asked, said),
        Command::Validate(asked) => judge::validate(&mut desk, asked, said),
        Command::Gate(asked) => judge::gate(&mut desk, asked, said),
        Command::Report(asked) => judge::report(&mut desk, asked, said),
        Command::Package(asked) => ship::package(&mut desk, asked, said),
        Command::Verify(asked) => ship::verify(asked),
        Command::Score(asked) => ship::score(&mut desk, asked, said),
        Command::Monitor(asked) => ship::monitor(&mut desk, asked, said),
    };
    // What was said and not asked for yet.
    said.extend(desk.notices().into_iter().map(|notice| (notice.tone, notice.problem)));
    done
}

fn name_of(command: &Command) -> &'static str {
    match command {
        Command::Train(_) => "train",
        Command::Validate(_) => "validate",
        Command::Gate(_) => "gate",
        Command::Package(_) => "package",
        Command::Verify(_) => "verify",
        Command::Score(_) => "score",
        Command::Monitor(_) => "monitor",
        Command::Report(_) => "report",
    }
}

/// As many as asked for, else as there are cores.
fn n_hands(shared: &Shared) -> usize {
    shared.threads.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

/// The moment that stands for all times, where the environment names one.
fn fixed_clock() -> Result<Option<u64>, Problem> {
    let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") else { return Ok(None) };
    // Until the year 9999, the last that a date can be written of.
    match text.parse::<u64>() {
        Ok(seconds) if seconds <= 253_402_207_200 => Ok(Some(seconds)),
        Ok(_) | Err(_) => Err(Problem {
            place: "The environment, SOURCE_DATE_EPOCH".into(),
            event: format!("“{}” is no number of seconds since 1970.", text.escape_debug()),
            kept: "Nothing was done.".into(),
            cure: "Set it as `date +%s` tells it, or unset it.".into(),
        }),
    }
}

/// Carry out what failed in the studio as the command's own failure; everything else is for the person to know.
fn settle(desk: &mut Desk, said: &mut Vec<(Tone, Problem)>) -> Done<()> {
    let mut failures = Vec::new();
    for mut notice in desk.notices() {
        // The page would be loaded again.
        if trainer::MISSING.is_some() && notice.problem.event.contains("trainer could not be started") {
            notice.problem.cure =
                "Take the network out of the design, or build hearth with `--features shell-neural`.".into();
        }
        match notice.tone {
            Tone::Failure => failures.push(notice.problem),
            Tone::Doubt | Tone::Information => said.push((notice.tone, notice.problem)),
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures) }
}
