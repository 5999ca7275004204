//! The page's state as a value, and the one way it changes: `Studio::update(Action) -> Vec<Command>`.
//! Pure: the browser runs the commands and sends what comes back as actions.

pub mod adding;
pub mod calibrate;
pub mod checks;
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
pub mod judged;
pub mod leaderboard;
pub mod learning_curve;
pub mod markdown;
pub mod naive;
mod no_target;
pub mod opened;
pub mod pace;
pub mod project;
pub mod proposals;
pub mod record;
pub mod registry;
pub mod retrain;
pub mod rivals;
pub mod rows;
pub mod rules;
pub mod search;
pub mod slices;
pub mod spread;
pub mod stale;
mod state;
pub mod steps;
pub mod tree_words;
pub mod unfinished;
pub mod update;
pub mod watch;
pub mod words;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::design::Design;
use crate::job::neural::{Checkpoint, DeviceChoice, DeviceReport, NeuralEvent, NeuralRequest, PlaygroundFrame};
use crate::job::{
    Asked, DesignCheck, Event, Filter, PackageAbout, PackageSummary, Preview, Problem, Progress, Request,
    RowPrediction, RunId, StepPreview, TableSummary, Ticket, WatchColumns,
};
use crate::model::network::{CurvePoint, NetworkSpec};
use crate::predictor::{PredictorKind, pack};
use crate::prepare::OnUnseen;
use crate::recipe::{Operation, Recipe};
use crate::rules::{Rule, RuleReport};
use crate::split::propose::Proposal;
use crate::table::csv::CsvSettings;
use crate::table::packed::Entry;
use crate::validate::Cover;
use project::{Project, ProjectSummary, Run};
use record::Datasheet;

/// A place of the life cycle; the rail's entries in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stage {
    Data,
    Design,
    Train,
    Trust,
    Ship,
    Watch,
}

impl Stage {
    pub const ALL: [Self; 6] = [Self::Data, Self::Design, Self::Train, Self::Trust, Self::Ship, Self::Watch];

    pub fn name(self) -> &'static str {
        match self {
            Self::Data => "Data",
            Self::Design => "Design",
            Self::Train => "Train",
            Self::Trust => "Trust",
            Self::Ship => "Ship",
            Self::Watch => "Watch",
        }
    }
}

/// What the canvas shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum View {
    /// The drop target, samples, the list of projects.
    Home,
    Stage(Stage),
    Playground,
    /// Everything about the selected run on one printable page.
    Report,
    /// What was done with the project, and what is known of its data.
    Record,
}

impl View {
    pub const ALL: [Self; 10] = [
        Self::Home,
        Self::Stage(Stage::Data),
        Self::Stage(Stage::Design),
        Self::Stage(Stage::Train),
        Self::Stage(Stage::Trust),
        Self::Stage(Stage::Ship),
        Self::Stage(Stage::Watch),
        Self::Playground,
        Self::Report,
        Self::Record,
    ];

    /// Its name in the page's address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Stage(Stage::Data) => "data",
            Self::Stage(Stage::Design) => "design",
            Self::Stage(Stage::Train) => "train",
            Self::Stage(Stage::Trust) => "trust",
            Self::Stage(Stage::Ship) => "ship",
            Self::Stage(Stage::Watch) => "watch",
            Self::Playground => "playground",
            Self::Report => "report",
            Self::Record => "record",
        }
    }
}

/// The glyph beside a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progressed {
    Empty,
    Begun,
    Done,
    /// Made from a design or data that have changed since.
    Stale,
    Blocked,
}

/// The page's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

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
    /// The model of the package at hand as a predictor carries it, or why there can be none.
    predictor: Option<Result<Bytes, Problem>>,
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

#[derive(Clone, Debug, PartialEq)]
pub struct Playground {
    pub source: PlaygroundSource,
    pub noise: f32,
    pub seed: u64,
    pub model: PlaygroundModel,
    pub spec: crate::model::network::NetworkSpec,
    pub steps_per_frame: u32,
    pub playing: bool,
    pub points: crate::job::PlaygroundData,
    /// Name of each axis and its values at −1 and 1 of the square.
    pub axes: [(String, f64, f64); 2],
    pub labels: Vec<String>,
    pub frame: Option<PlaygroundFrame>,
    /// Trees of the surface, where trees are grown, and leaves that each has at most.
    pub trees: u32,
    pub leaves: u32,
    /// Surface of a kind that is not a network.
    pub surface: Option<(Vec<f32>, u32)>,
    pub ticket: Ticket,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlaygroundModel {
    Baseline,
    Linear,
    Boost,
    Forest,
    Network,
}

impl PlaygroundModel {
    /// Whether trees are grown one after another.
    pub fn grows(self) -> bool {
        matches!(self, Self::Boost | Self::Forest)
    }

    /// Whether it learns before the person's eyes.
    pub fn learns(self) -> bool {
        self.grows() || self == Self::Network
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlaygroundSource {
    Spirals,
    Moons,
    Circles,
    /// Two number columns of the table and its class target.
    Columns(String, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    Nothing,
    Saving,
    AllSaved,
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub id: u32,
    pub tone: Tone,
    pub problem: Problem,
    /// A button that cures it.
    pub cure: Option<(String, Box<Action>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Information,
    Doubt,
    Failure,
}

/// Everything that can happen. A view sends these and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    // Files and import.
    FileDropped(FileHandle),
    /// One file more for the table that is there, or is being read.
    AddFile(FileHandle),
    /// Do this with the file that was read: put its rows below, or its columns beside.
    ChooseCombination(Operation),
    TakeFile,
    /// Take it, and put all that wait below where their columns are the same.
    TakeAllFiles,
    LeaveFile,
    /// Read the file that is added with other settings.
    ReadFileOtherwise,
    /// Look at the settings before reading.
    ChangeImport(CsvSettings),
    /// Read this entry of the ZIP file instead.
    ChooseEntry(String),
    ConfirmImport,
    DismissImport,
    /// Read the current file again with other settings (a type override, a missing spelling).
    Reimport(CsvSettings),
    /// Do other steps to the file as it was read: an undoable edit, with the label that undo shows.
    ChangeRecipe {
        label: String,
        recipe: Recipe,
    },
    /// Look at what the step at `position` of this recipe would do; `cursor` is a byte of its formula.
    PreviewStep {
        recipe: Recipe,
        position: u32,
        cursor: Option<u32>,
    },
    EndStepPreview,
    /// Other rules for the rows: an undoable edit.
    ChangeRules {
        label: String,
        rules: Vec<Rule>,
    },
    /// Add the rules that the table fulfils already.
    ProposeRules,
    /// Do to this file what was done to the one before: its steps, rules and design.
    TakeOver,
    SampleChosen(String),

    // Looking.
    Show(View),
    SelectColumn(Option<u32>),
    SelectRun(Option<RunId>),
    /// Show Trust, and this way of looking.
    ShowTrust(explain::TrustTab),
    /// Ask the selected run for its reasons.
    Explain(crate::explain::Question),
    StopExplaining,
    /// Look at this column's shape.
    LookAtColumn(String),
    /// Look at the probability of this class.
    LookAtClass(u32),
    Sort(Option<(u32, bool)>),
    SetFilters(Vec<Filter>),
    /// The grid shows these rows and columns of the view; what is not cached is asked for.
    NeedRows {
        first_row: u32,
        n_rows: u32,
        first_column: u32,
        n_columns: u32,
    },
    OpenPalette(bool),
    OpenShortcuts(bool),
    OpenErase(bool),
    ChooseTheme(Theme),
    DismissNotice(u32),

    // Design: undoable edits, with the label that undo shows.
    EditDesign {
        label: String,
        design: Design,
    },
    RenameProject(String),
    /// What the person says of the data.
    DescribeData(Datasheet),
    /// Of the selected binary run.
    SetThreshold(f64),
    /// What is done with rows that hold what the training of the selected run never saw.
    SetOnUnseen(OnUnseen),
    /// How often ranges and sets of the selected run are to hold the truth.
    SetCover(Cover),
    /// Look for a threshold by this rule and these worths.
    Wish {
        rule: crate::validate::decide::Rule,
        worths: crate::validate::decide::Worths,
    },
    /// Draw the line where the wish leads.
    TakeDecision,
    /// Try to prove the selected run wrong.
    Attack,
    /// Package it though this gate is closed, for this reason.
    OverrideGate {
        run: RunId,
        gate: gates::Gate,
        reason: String,
    },
    Undo,
    Redo,

    // Work.
    /// Train the candidates without a result that still counts; where all have one, all of them again.
    Train,
    TrainAll,
    Pause,
    Resume,
    Cancel,
    /// Look for better settings, as the design's `search` says.
    Search(search::HowToSearch),
    /// End the search under way, and train the best that it has found.
    EndSearch,
    /// Average what was trained, where that is better than the best of it.
    Blend,
    /// Bend the probabilities of the run that is looked at; it becomes a run of its own.
    Calibrate(crate::tune::calibrate::Way),
    /// On the way to judge predictions that were made elsewhere.
    Judge(judged::Step),
    OpenHoldout(RunId),
    DeleteRun(RunId),
    PredictRow(RunId, Vec<(String, String)>),
    ScoreFile(RunId, FileHandle),
    /// Compare the rows of a file with the training.
    WatchFile(RunId, FileHandle),
    /// Look at the same file again, with other columns taken for outcomes, served predictions and times.
    WatchAgain(WatchColumns),
    /// Train a challenger on old and new rows and compare it with the run that is looked at, or go on with that.
    Retrain,
    /// Promote the challenger, or keep the champion: a decision that is recorded.
    Settle {
        promote: bool,
        who: String,
        why: String,
    },
    /// End a round that cannot go on.
    GiveUpChallenge,
    /// Make a run a version of the project's model.
    Register(RunId),
    /// Approve or retire a version: a decision that is recorded.
    Rule {
        version: u32,
        to: registry::Standing,
        who: String,
        why: String,
    },
    /// Show Ship, and this run.
    ShowVersion(RunId),
    MakePackage(RunId),
    DownloadPackage,
    /// What another runtime answered on the golden rows (`package::outside`), or why it could not be run.
    RanOutside {
        ticket: Ticket,
        result: Result<String, String>,
    },
    DownloadPredictor(PredictorKind),
    OpenPackage(FileHandle),
    ChooseDevice(DeviceChoice),
    /// A figure or table as a file: becomes `Command::Download`.
    Export {
        name: String,
        media_type: String,
        bytes: Vec<u8>,
    },

    /// Open the browser's file dialogue; what is picked comes back as the action of its purpose.
    PickFile(FilePurpose),
    /// Undo of `DeleteRun`; runs are no part of the history of edits.
    BringBackRun(RunId),
    CopyText(String),
    /// Facts for a bug report; no name, no value of the data.
    CopyDiagnostics,

    // Playground.
    Play(PlaygroundAction),

    // Projects.
    NewProject {
        private: bool,
    },
    OpenProject(String),
    DeleteProject(String),
    SaveProjectFile,
    OpenProjectFile(FileHandle),
    EraseEverything,
    AcceptUpdate,
    /// Load the page again, for what could not be loaded.
    LoadAgain,

    // What comes back from commands.
    Engine(Event),
    Neural(NeuralEvent),
    /// A worker died, or was ended on `Command::RestartWorker`, and was started again. `message` says why it died.
    WorkerRestarted {
        neural: bool,
        message: String,
    },
    /// The neural worker could not be started, several times in a row. What it was sent is dropped; it is tried again when
    /// it is sent something.
    TrainerUnavailable {
        message: String,
    },
    Loaded(Box<Project>),
    /// The project that was asked for does not come, and why is reported; or none was asked for by the address after all.
    NotLoaded,
    /// A project file was opened and stored; all that is wrong with it is one problem.
    ProjectFileOpened {
        project: Box<Project>,
        missing: opened::Missing,
        problem: Option<Problem>,
    },
    /// So many other tabs have Hearth open.
    OtherTabs(u32),
    /// Another tab erases everything that is stored.
    ErasedElsewhere,
    /// What networks of this project had learned when a training was cut off, as `StoreUnfinished` kept it.
    UnfinishedFound {
        project: String,
        bytes: Vec<u8>,
    },
    /// The private session at hand ends, and this follows.
    EndPrivateSession(Box<Action>),
    ProjectsListed(Vec<ProjectSummary>),
    /// A save of this project has ended; `file` is the key of the data file that went with it.
    Stored {
        project: String,
        file: Option<u32>,
        result: Result<(), Problem>,
    },
    /// Files of this project are one now, as `Command::Bundle` asked.
    Bundled {
        project: String,
        result: Result<FileHandle, Problem>,
    },
    OtherTab(bool),
    UpdateWaiting,
    /// The new version could not be taken.
    UpdateRefused(Problem),
    /// The new version was taken, here or in another tab, and no tab is at work.
    UpdateTaken,
    Report(Problem),
    /// The page's clock in milliseconds and the date and time as ISO 8601 UTC.
    Tick {
        now: f64,
        date: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum PlaygroundAction {
    Source(PlaygroundSource),
    Noise(f32),
    Seed(u64),
    Model(PlaygroundModel),
    Spec(crate::model::network::NetworkSpec),
    Speed(u32),
    /// Leaves of a tree at most.
    Leaves(u32),
    PlayPause,
    Step,
    Reset,
}

/// What the browser is asked to do. Messages to a worker that is not ready yet are kept and sent when it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Send to the engine; `file` goes beside the message.
    Engine {
        request: Request,
        file: Option<FileHandle>,
    },
    Neural(NeuralRequest),
    /// Send to the engine with the project's stored data file beside the message.
    EngineWithData {
        project: String,
        request: Request,
    },
    /// Put a file behind those of the project's data (`table::bundle`), under this name; answered by `Action::Bundled`.
    /// `first`: the data so far, called `first_name` where it is one file; `None`: what is stored.
    Bundle {
        project: String,
        first: Option<FileHandle>,
        first_name: String,
        added: FileHandle,
        name: String,
    },
    /// Send `Request::Restore` for each of these runs with its stored bytes.
    RestoreRuns {
        project: String,
        runs: Vec<RunId>,
    },
    /// End a worker and start it again; answered by `Action::WorkerRestarted`. The browser does the same by itself when a
    /// worker panics.
    RestartWorker {
        neural: bool,
    },
    /// Write the project document (and the data file when it is new) to storage; answered by `Action::Stored`. When a
    /// later one replaces it before it was written, its file is still to be written.
    Save(Box<Project>, Option<FileHandle>),
    /// Keep the bytes of a run in storage.
    StoreRun {
        project: String,
        run: RunId,
        bytes: Vec<u8>,
    },
    /// Keep what networks have learned so far, in the place of what was kept of this project before; `None` removes it.
    StoreUnfinished {
        project: String,
        bytes: Option<Vec<u8>>,
    },
    LoadProject(String),
    ListProjects,
    DeleteProject(String),
    EraseEverything,
    /// Count the other tabs that have Hearth open; answered by `Action::OtherTabs`.
    CountTabs,
    /// Fetch a sample from the page's own folder and answer with `FileDropped`.
    FetchSample(String),
    /// Run the golden rows of a package in another runtime; answered by `Action::RanOutside`.
    RunOutside {
        ticket: Ticket,
        question: Asked,
    },
    Download {
        name: String,
        media_type: String,
        bytes: Vec<u8>,
    },
    /// Hand the project out as one file. What the studio has at hand goes with it, for a project that storage does not hold:
    /// the data file, and the bytes of runs.
    SaveProjectFile {
        project: Box<Project>,
        data: Option<FileHandle>,
        runs: Vec<(RunId, Vec<u8>)>,
    },
    OpenProjectFile(FileHandle),
    /// Put the view in the address, so that back, forward and reload return to it.
    SetAddress(View),
    ActivateUpdate,
    /// Ask the host whether there is a newer version; answered by `Action::UpdateWaiting` where there is.
    LookForUpdate,
    /// Load the page again, after what is to be saved has been saved.
    LoadAgain,
    /// Put a model into the program of a predictor, which lies beside the page, and hand the file out.
    MakePredictor {
        kind: PredictorKind,
        name: String,
        model: Vec<u8>,
    },
    CopyText(String),
    /// Put these facts on the clipboard, followed by what the browser offers and enforces.
    CopyDiagnostics(String),
    PickFile(FilePurpose),
    /// Focus the canvas's heading after a change of view.
    FocusCanvas,
}

/// Undo: earlier and later values of what can be edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    pub earlier: Vec<Edit>,
    pub later: Vec<Edit>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub label: String,
    pub name: String,
    pub design: Option<Design>,
    pub settings: Option<CsvSettings>,
    pub recipe: Option<Recipe>,
    pub rules: Vec<Rule>,
    pub thresholds: Vec<(RunId, f64)>,
    pub guards: Vec<(RunId, OnUnseen)>,
    pub covers: Vec<(RunId, Cover)>,
    pub datasheet: Datasheet,
}
