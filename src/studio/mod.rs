//! The page's state as a value, and the one way it changes: `Studio::update(Action) -> Vec<Command>`.
//! Pure: the browser runs the commands and sends what comes back as actions.

mod action;
pub mod adding;
pub mod calibrate;
pub mod checks;
pub mod choices;
mod command;
pub mod command_list;
pub mod decide;
pub mod design_edits;
mod diagnostics;
pub mod explain;
pub mod facts;
pub mod fairness;
pub mod findings;
pub mod form;
pub mod former;
pub mod gates;
pub mod hard_rows;
mod history;
pub mod judged;
pub mod leaderboard;
pub mod learning_curve;
pub mod markdown;
pub mod naive;
mod no_target;
mod notice;
pub mod opened;
pub mod pace;
mod places;
mod playground_state;
pub mod project;
pub mod proposals;
pub mod record;
pub mod registry;
pub mod retrain;
pub mod rivals;
pub mod rows;
pub mod rules;
pub mod run_facts;
pub mod search;
pub mod slices;
pub mod spread;
pub mod stale;
mod state;
pub mod steps;
pub mod trade_off;
pub mod tree_words;
pub mod unfinished;
pub mod update;
pub mod watch;
pub mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::design::Design;
use crate::job::neural::{Checkpoint, DeviceChoice, DeviceReport, NeuralEvent, NeuralRequest};
use crate::job::{
    Asked, DesignCheck, Event, Filter, PackageAbout, PackageSummary, Preview, Problem, Progress, Request,
    RowPrediction, RunId, StepPreview, TableSummary, Ticket, WatchColumns,
};
use crate::model::network::{CurvePoint, NetworkSpec};
use crate::predictor::{Flavour, PackedModel, PredictorKind, pack};
use crate::prepare::OnUnseen;
use crate::recipe::{Operation, Recipe};
use crate::rules::{Rule, RuleReport};
use crate::split::propose::Proposal;
use crate::table::csv::CsvSettings;
use crate::table::packed::Entry;
use crate::validate::Cover;
use project::{Project, ProjectSummary, Run};
use record::Datasheet;

pub use action::Action;
pub use command::Command;
pub use history::{Edit, History};
pub use notice::{Notice, Tone};
pub use places::{Progressed, Stage, Theme, View};
pub use playground_state::{Playground, PlaygroundAction, PlaygroundModel, PlaygroundSource};

/// A file that the browser holds for the studio; the studio never sees its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileHandle {
    /// Key in the browser's table of open files.
    pub key: u32,
    pub name: String,
    pub n_bytes: u64,
}

/// What a picked file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilePurpose {
    /// Comes back as `FileDropped`; of several files the others as `AddFile`.
    Data,
    /// Each comes back as `AddFile`.
    Beside,
    /// Comes back as `OpenPackage`.
    Package,
    /// Comes back as `OpenProjectFile`.
    Project,
    /// Comes back as `ScoreFile`.
    Score(RunId),
    /// Comes back as `WatchFile`.
    Watch(RunId),
}

/// The whole state. Cloned freely by views; large data live in the engine or behind keys.
#[derive(Clone, Debug, PartialEq)]
pub struct Studio {
    pub view: View,
    pub project: Project,
    pub projects: Vec<ProjectSummary>,
    /// Nothing is stored while true.
    pub private_session: bool,
    pub engine_ready: bool,
    /// Fits that the engine has done at a time, networks apart.
    pub n_hands: u32,
    pub device: Option<DeviceReport>,
    pub device_choice: DeviceChoice,

    pub table: Option<TableSummary>,
    /// A file whose settings are being looked at before it is read.
    pub import: Option<ImportDraft>,
    /// A further file, on its way to the table.
    pub adding: adding::Adding,
    pub filters: Vec<Filter>,
    pub sort: Option<(u32, bool)>,
    /// Rows left by the filters.
    pub n_view_rows: u32,
    /// Cells that the grid has asked for.
    pub rows: rows::RowCache,

    pub check: Option<DesignCheck>,
    /// The table in numbers, and what is likely to be wrong with it.
    pub profiled: findings::Profiled,
    /// What a step would do that is being written.
    pub step_preview: Option<Arc<StepPreview>>,
    /// What came of the project's rules; `None` while they are being judged, or where there are none.
    pub rules_told: Option<Arc<Vec<RuleReport>>>,
    /// The project that was at hand when this file was dropped.
    pub former: Option<Box<former::Former>>,
    pub job: Option<JobState>,
    pub training: Option<TrainingState>,
    /// Milliseconds on the page's clock: when the work under way was paused last.
    paused_at: f64,
    pub selected_run: Option<RunId>,
    pub selected_column: Option<u32>,
    pub prediction: Option<RowPrediction>,
    /// How Trust looks at the candidate.
    pub trust_tab: explain::TrustTab,
    /// What the selected run has said of its reasons.
    pub explained: explain::Explained,
    /// What is wished of the threshold.
    pub wish: decide::Wish,
    pub package: Option<(RunId, PackageSummary)>,
    /// The last file that a run predicted, as it was downloaded.
    pub scored: Option<ScoredFile>,
    /// What rows of later days say about a run.
    pub watched: Option<Arc<watch::Watched>>,
    /// The round of the loop that is under way.
    retraining: Option<retrain::Retraining>,
    /// Predictions that were made elsewhere, while their columns are chosen.
    pub judging: Option<judged::Judging>,
    pub playground: Playground,

    pub notices: Vec<Notice>,
    pub palette_open: bool,
    pub shortcuts_open: bool,
    /// The question before everything is erased.
    pub erase_open: bool,
    pub theme: Theme,
    pub saved: Saved,
    /// Another tab holds this project.
    pub other_tab: bool,
    /// How many other tabs have Hearth open, as of when the question before erasing was asked.
    pub other_tabs: u32,
    /// A new version waits; it is taken when the person says so.
    pub update_waiting: bool,
    /// The person has agreed that the update ends the private session at hand.
    update_agreed: bool,

    /// Why the target stands where it stands, as long as nobody has confirmed or changed it.
    pub target_guess: Option<String>,
    /// How the rows could be split, by the looks of them.
    pub proposals: Vec<Proposal>,
    /// The project that is on its way from storage.
    pub opening: Option<String>,
    /// The trained candidates wait to be loaded into the engine again (after a reload or a restart).
    pub restoring: bool,

    clock: Clock,
    /// Where project ids come from: a random number of the browser, and how many were made.
    ids: (u64, u64),
    next_ticket: Ticket,
    next_notice: u32,
    history: History,
    /// When the last edit was made and under which label: quick repetitions are one edit.
    last_edit: Option<(String, f64)>,
    waits: Waits,
    data_file: DataFile,
    /// What the project file at hand did not have. It is not looked for.
    missing: opened::Missing,
    fit: Option<NetworkFit>,
    /// What networks of the training under way, or of one that was cut off, have learned.
    unfinished: unfinished::Unfinished,
    /// The neural worker is loaded.
    neural_ready: bool,
    /// The neural worker that lives now was told which device to take.
    neural_started: bool,
    /// Why the neural worker that is being ended is of no more use.
    neural_lost: Option<String>,
    /// The studio itself asked for the neural worker to be started again.
    neural_restart_asked: bool,
    /// The neural worker could not be started the last time.
    trainer_missing: bool,
    run_bytes: Vec<(RunId, Bytes)>,
    deleted: Vec<Run>,
    package_bytes: Option<Bytes>,
    outside: Option<update::Outside>,
    /// The model of the package at hand as a predictor carries it, with the program that it needs, or why there can be none.
    predictor: Option<Result<(Flavour, Bytes), Problem>>,
    /// What the package at hand was told of the project.
    package_about: Option<PackageAbout>,
    /// The target or task was just changed by the person; the models' settings may have to follow.
    other_question: bool,
    /// The task that the candidates' settings were made for, as far as it is known.
    models_for: Option<crate::dataset::Task>,
    /// Train as soon as the table is here again.
    train_when_read: bool,
    /// What the person has asked for while the engine was being given its table and models, with the project it is about.
    later: Vec<(String, Action)>,
    /// Another tab may have changed the project: it is read again before anything can be changed here.
    reload_owed: bool,
    /// What the grid asked for last: asked again when the view changes.
    last_need: Option<[u32; 4]>,
    /// What the profile at hand was asked about: the target, if there is one.
    profile_asked: Option<Option<(crate::dataset::DatasetSpec, crate::split::SplitSpec)>>,
    /// The rules that the table at hand was judged by.
    rules_asked: Vec<Rule>,
}

/// Bytes that are cloned with the state without being copied.
type Bytes = Arc<[u8]>;

/// The page's clock as of the last tick.
#[derive(Clone, Debug, Default, PartialEq)]
struct Clock {
    /// Milliseconds.
    now: f64,
    /// ISO 8601 UTC.
    date: String,
}

/// Tickets of requests whose answer is still wanted.
#[derive(Clone, Debug, Default, PartialEq)]
struct Waits {
    /// A file that was dropped on a project and is being looked at; the project stays until it can be read.
    dropped: Option<(Ticket, FileHandle)>,
    import: Option<(Ticket, ImportPurpose)>,
    check: Option<Ticket>,
    view: Option<Ticket>,
    predict: Option<Ticket>,
    profile: Option<Ticket>,
    step: Option<Ticket>,
    rules: Option<Ticket>,
    proposed_rules: Option<Ticket>,
    /// The file whose rows are being compared with the training.
    watch: Option<(Ticket, FileHandle)>,
    /// A package of this run is to be made when it was tried to prove it wrong.
    attack: Option<RunId>,
    /// A package of this run is to be made when the rows have been looked at: what is in doubt stands in it.
    package: Option<(Ticket, RunId)>,
    /// The package at hand is being run by another runtime.
    outside: Option<update::Comparison>,
    /// The step was changed while the answer for it as it was is on its way.
    next_step: Option<(Recipe, u32, Option<u32>)>,
}

/// Why the table is read.
#[derive(Clone, Debug, PartialEq)]
enum ImportPurpose {
    /// A file that the project does not have yet.
    New(FileHandle),
    /// The project's file with other settings or steps.
    Change(Change),
    /// The engine has lost its table, or never had it.
    Reload,
}

/// A change of the table that is being made.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    /// Everything as it was before, and will be again when the change fails or is cancelled.
    before: Box<(Edit, History)>,
    settings: CsvSettings,
    recipe: Recipe,
    /// Whether the file is read, and not only other steps done to what was read.
    reads: bool,
    /// Whether the engine may have done other steps to what it had read before.
    restepped: bool,
}

/// Where the bytes of the project's data are.
#[derive(Clone, Debug, Default, PartialEq)]
struct DataFile {
    handle: Option<FileHandle>,
    /// They also lie in the project's storage.
    stored: bool,
}

/// The network fit that the neural worker has, and what is needed to start it again.
#[derive(Clone, Debug, PartialEq)]
struct NetworkFit {
    ticket: Ticket,
    fit: u32,
    key: String,
    spec: NetworkSpec,
    /// Rows that train; the rows themselves are the browser's to hand on.
    n_train: u64,
    checkpoint: Option<Arc<Checkpoint>>,
    /// How often a worker was lost under it since the last checkpoint.
    restarts: u32,
    /// Milliseconds on the page's clock.
    started: f64,
    stop: Stop,
    /// What it has told of its pace.
    told: Option<pace::Told>,
}

/// Whether a fit is to end early with its best weights. A trainer that is told before it has begun would have none, so one
/// that was just started again is told when it has gone on from the checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    No,
    Owed,
    Told,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ImportDraft {
    pub file: FileHandle,
    pub preview: Option<Preview>,
    /// The tables of a ZIP file.
    pub entries: Vec<Entry>,
    pub ticket: Ticket,
    /// Settings that the preview was asked with; `None`: detected.
    pub settings: Option<CsvSettings>,
    /// Why reading waits for the person's word; empty when it is under way.
    pub waits_because: String,
    /// Why the file cannot be read with these settings.
    pub problem: Option<Problem>,
    /// It is to be added to the table that is there.
    pub adds: bool,
}

/// The one piece of long work that is under way.
#[derive(Clone, Debug, PartialEq)]
pub struct JobState {
    pub ticket: Ticket,
    pub kind: JobKind,
    pub progress: Option<Progress>,
    /// Milliseconds on the page's clock, moved on by pauses.
    pub started: f64,
    pub paused: bool,
    /// The person has stopped it, and it comes to its end: no time left is told any more.
    pub stopping: bool,
    pub left: Option<pace::TimeLeft>,
    /// How much of the work is done, 0 to 1; it never goes back.
    pub share: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    Import,
    Train,
    Holdout,
    ScoreFile,
    Watch,
    Package,
    OpenPackage,
    Blend,
    Calibrate,
    Judge,
}

/// A CSV with predictions that was made from a CSV without.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoredFile {
    pub run: RunId,
    pub name: String,
    pub n_rows: u32,
    /// What was read as missing or unknown, a sentence each.
    pub warnings: Vec<String>,
    pub bytes: Vec<u8>,
}

/// Live view of a training.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingState {
    pub ticket: Ticket,
    pub design: Design,
    /// As it was when the training began: the design may have another target by now.
    pub task: Option<crate::dataset::Task>,
    pub first_run: RunId,
    /// Positions in the design that are trained; the others have results that still count.
    pub candidates: Vec<u32>,
    /// Per candidate of the design: the primary metric of each finished fold.
    pub folds: Vec<Vec<Option<f64>>>,
    /// Of the network fit that is running.
    pub curve: Vec<CurvePoint>,
    pub fit: Option<u32>,
    pub purpose: String,
    pub rows_per_second: f64,
    pub pace: pace::Pace,
    /// The search that goes with it, once it has begun.
    pub search: Option<search::SearchState>,
    /// It does an earlier search again.
    replays: bool,
    pub finished: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Nothing,
    Saving,
    AllSaved,
    Failed,
}
