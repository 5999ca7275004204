//! Everything that can happen.

use super::*;

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
    /// Give a run a star, or take it.
    StarRun(RunId),
    /// What the person writes of a run.
    NoteRun(RunId, String),
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
