//! What can be asked in a terminal, and the help that teaches it.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use crate::prepare::guard::OnUnseen;

const ABOUT: &str = "Train, judge, package and watch models of tables: the studio of the page, in a terminal.";

const LONG: &str = "Train, judge, package and watch models of tables: the studio of the page, in a terminal.

A first round, from a table to a package that other programs run:

  hearth train people.csv --target survived     reads the table, trains, and writes people.hearth.zip
  hearth validate people.hearth.zip             how good each candidate is, and how sure that is
  hearth gate people.hearth.zip                 exit code 0 if it may be used, 3 if not
  hearth package people.hearth.zip              a ZIP with model.onnx, its card and its checks
  hearth verify people-survived-linear.zip      the package still answers what it answered
  hearth score people-survived-linear.zip new.csv --out predicted.csv
  hearth monitor people-survived-linear.zip last-month.csv

A project file (.hearth.zip) is the one that the page saves and opens: what was designed there is trained here, and what was
trained here is looked at there. Of the same rows, design and seed both make the same models; networks apart, byte for byte.";

const CODES: &str = "Exit codes: 0 done; 1 it could not be done, and the message says where, what was kept and what helps; 2 the \
                     command line was not understood; 3 it was done and the answer is no (the gate refuses, an alarm was raised, \
                     a package does not answer as it should).

Environment: SOURCE_DATE_EPOCH (seconds since 1970) stands for every time that is written down, so that equal work gives equal \
                     bytes.";

#[derive(Debug, Parser)]
#[command(name = "hearth", version, about = ABOUT, long_about = LONG, after_long_help = CODES)]
pub struct Cli {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub struct Shared {
    /// One JSON object on standard output instead of sentences; problems stand in it too
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress bars
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Fits that go on at a time; as many as there are cores where it is left out. Results do not depend on it
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: Option<u16>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train every candidate of a design, and write a project file
    Train(Train),
    /// Show how good the candidates are, with intervals, the baseline and every check
    Validate(Validate),
    /// Answer by the exit code whether a model may be used: 0 or 3
    Gate(Gate),
    /// Make the package of a model: a ZIP that other programs run
    Package(Package),
    /// Open a package, run its model on its golden rows, and compare
    Verify(Verify),
    /// Predict the rows of a file
    Score(Score),
    /// Compare later rows with those of the training; exit code 3 where something must be done
    Monitor(Monitor),
    /// Write everything about a model as one page of Markdown
    Report(Report),
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hearth train people.csv --target survived
  hearth train people.csv --design design.json --out people.hearth.zip
  hearth train sales.xlsx --sheet 'Sales!A3:F120'     that part of a spreadsheet
  hearth train people.hearth.zip                      once more, as it was designed on the page
  hearth train november.csv --like people.hearth.zip  the same steps, rules and design on newer rows")]
pub struct Train {
    /// A table (CSV, TSV, JSON, plain, gzip or ZIP; a spreadsheet; Parquet), or a project file
    pub input: PathBuf,
    /// A design as text: the Design stage shows it, and a package holds it as design.json
    #[arg(long, value_name = "FILE")]
    pub design: Option<PathBuf>,
    /// The column to predict; guessed where neither this nor a design says it
    #[arg(long, value_name = "COLUMN", conflicts_with = "design")]
    pub target: Option<String>,
    /// Read, prepare and design the table as this project file does its own
    #[arg(long, value_name = "PROJECT", conflicts_with = "target")]
    pub like: Option<PathBuf>,
    /// Of a spreadsheet the sheet, or the sheet and the cells: Sales, Sales!A3:F120
    #[arg(long, value_name = "SHEET[!CELLS]")]
    pub sheet: Option<String>,
    /// Where the project file goes; into the current folder, under the table's name, where it is left out
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Which {
    /// A project file, or a package
    pub input: PathBuf,
    /// The candidate by its number or name; where it is left out the approved version, else the best
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
}

#[derive(Debug, Args)]
pub struct Validate {
    #[command(flatten)]
    pub which: Which,
    /// Score the candidate on the locked test set. Each look makes its scores more flattering, so it is counted: the project
    /// file is written anew with it
    #[arg(long)]
    pub open_test_set: bool,
    /// Where the project file with that look goes; the same place where it is left out
    #[arg(long, short, value_name = "FILE", requires = "open_test_set")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  hearth gate people.hearth.zip                             no check may have failed
  hearth gate people.hearth.zip --strict                    nor be in doubt
  hearth gate people.hearth.zip --at-least roc_auc=0.8      and the interval's lower end must be 0.8 at least
  hearth gate prices.hearth.zip --at-most rmse=12.5")]
pub struct Gate {
    #[command(flatten)]
    pub which: Which,
    /// A check that is in doubt is refused too
    #[arg(long)]
    pub strict: bool,
    /// The lower end of this metric's interval must reach the number; may be given several times
    #[arg(long, value_name = "METRIC=NUMBER")]
    pub at_least: Vec<String>,
    /// The upper end of this metric's interval may not exceed the number; may be given several times
    #[arg(long, value_name = "METRIC=NUMBER")]
    pub at_most: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Package {
    #[command(flatten)]
    pub which: Which,
    /// Where it goes: a file, or a folder that takes it under its own name
    #[arg(long, short, value_name = "PLACE")]
    pub out: Option<PathBuf>,
    /// Why it may leave though a gate is closed; the reason stands in the package's page
    #[arg(long = "override", value_name = "REASON")]
    pub reason: Option<String>,
    /// What is done with a row that holds what training never saw; as the project has it where it is left out
    #[arg(long, value_name = "WHAT", value_parser = on_unseen())]
    pub on_unseen: Option<OnUnseen>,
}

fn on_unseen() -> impl TypedValueParser<Value = OnUnseen> {
    PossibleValuesParser::new(OnUnseen::ALL.map(OnUnseen::word))
        .map(|text| OnUnseen::ALL.into_iter().find(|choice| choice.word() == text).unwrap_or_default())
}

#[derive(Debug, Args)]
pub struct Verify {
    /// A package
    pub package: PathBuf,
}

#[derive(Debug, Args)]
pub struct Score {
    /// A package, or a project file
    pub model: PathBuf,
    /// The rows to predict
    pub rows: PathBuf,
    /// The candidate of a project by its number or name; where it is left out the approved version, else the best
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// Where the CSV goes; standard output where it is left out
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Monitor {
    /// A package, or a project file
    pub model: PathBuf,
    /// Rows of a later day; outcomes, served predictions and times may stand beside them
    pub rows: PathBuf,
    /// The candidate of a project by its number or name; where it is left out the approved version, else the best
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// The column of what really happened; the target's name where it is left out
    #[arg(long, value_name = "COLUMN")]
    pub outcome: Option<String>,
    /// The column of what was predicted at the time
    #[arg(long, value_name = "COLUMN")]
    pub served: Option<String>,
    /// The column of when
    #[arg(long, value_name = "COLUMN")]
    pub time: Option<String>,
}

#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    pub which: Which,
    /// Where it goes; standard output where it is left out
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
