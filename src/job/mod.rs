//! The words between the page and its workers, and the engine that answers them in steps.
//!
//! Every message is one postcard-encoded enum in one transferred buffer. `ticket` is the number of a piece of work, given
//! by the page and never reused: an event with a stale ticket is ignored.

pub mod engine;
pub mod message;
pub mod neural;
pub mod pool;
pub mod reader;

use serde::{Deserialize, Serialize};

pub use message::{Ticket, decode, encode};

use crate::combine::{Beside, Meeting};
use crate::dataset::DatasetSpec;
use crate::design::Design;
use crate::explain::{Answer, Question};
use crate::metrics::Metric;
use crate::monitor::MonitorReport;
use crate::pipeline::PipelineSpec;
use crate::predictor::PackedModel;
use crate::prepare::{InputKind, OnUnseen};
use crate::profile::TableProfile;
use crate::quality::Finding;
use crate::recipe::{KeyPair, Operation, Recipe, StepReport};
use crate::rules::{Demand, Rule, RuleReport};
use crate::split::propose::Proposal;
use crate::split::{Drawn, SplitSpec};
use crate::table::ColumnType;
use crate::table::profile::ColumnProfile;
use crate::table::receipt::BesideFile;
use crate::tune::calibrate::Way;
use crate::tune::{SearchRecord, Trial};
use crate::validate::challenge::Compared;
use crate::validate::judged::{JudgeSpec, Look};
use crate::validate::{Blended, Cover, HoldoutReport, Report};

pub use crate::package::{PackageAbout, PackageSummary};
pub use crate::problem::Problem;
pub use crate::table::csv::Preview;
pub use crate::table::packed::Packing;
pub use crate::table::view::Filter;

/// A trained candidate's number, unique in a project.
pub type RunId = u32;

/// Page → engine. `Import`, `Beside`, `Preview`, `ScoreFile` and `Monitor` come with a file beside the message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Detect the settings of the file and read its first rows with them (or with `settings`). `entry`: the path of the
    /// entry of a ZIP file that is meant; "" for the one that `settings` name, or the first.
    Preview {
        ticket: Ticket,
        name: String,
        entry: String,
        settings: Option<crate::table::csv::CsvSettings>,
    },
    /// Read the whole file, and do the steps of the recipe to it: the table that the following requests speak of.
    Import {
        ticket: Ticket,
        name: String,
        settings: Option<crate::table::csv::CsvSettings>,
        recipe: Recipe,
        /// The files that lie beside the first one in the file beside the message (`table::bundle`), and how they are read.
        beside: Vec<BesideFile>,
    },
    /// Read a file that is to stand beside the table, as steps are to call it; the answer is `Event::ReadBeside`. Steps that
    /// name it take it; until then another takes its place.
    Beside {
        ticket: Ticket,
        name: String,
        file: String,
        settings: Option<crate::table::csv::CsvSettings>,
    },
    /// What a join on these keys with the file that was read last would come to.
    Meet {
        ticket: Ticket,
        on: Vec<KeyPair>,
        loose: bool,
    },
    /// Do these steps to the file as it was read; the answer is that of `Import`.
    Steps {
        ticket: Ticket,
        recipe: Recipe,
    },
    /// What the step at `position` of the recipe would do. `cursor`: a byte of its formula, to say what could stand there.
    PreviewStep {
        ticket: Ticket,
        recipe: Recipe,
        position: u32,
        cursor: Option<u32>,
    },
    /// Judge the table by these rules.
    JudgeRules {
        ticket: Ticket,
        rules: Vec<Rule>,
    },
    /// Rules that the table fulfils already.
    ProposeRules {
        ticket: Ticket,
    },
    /// Cells `[first_row, first_row + n_rows)` of some columns, in view order.
    Rows {
        ticket: Ticket,
        first_row: u32,
        n_rows: u32,
        columns: Vec<u32>,
    },
    /// Order and filter of the view; the answer is the number of rows left. `sort` is (column, descending); rows with a
    /// missing value come last either way.
    View {
        ticket: Ticket,
        sort: Option<(u32, bool)>,
        filters: Vec<Filter>,
    },
    /// What a design means for the table at hand: task, roles, left-out columns, split sizes, problems.
    Check {
        ticket: Ticket,
        design: Design,
    },
    /// Profile the table and look for what is likely to be wrong with it, between other requests; in the place of a
    /// profile under way. `target` relates columns to what is predicted, on the rows outside the test set of the split
    /// that is drawn for it: what people choose columns by must not have seen these. Of its roles only those that split the
    /// rows are of account. On the way it proposes how the rows could be split.
    Profile {
        ticket: Ticket,
        target: Option<(DatasetSpec, SplitSpec)>,
    },
    /// Cross-validate candidates and fit each on all rows outside the holdout. `candidates` are positions in the design,
    /// in this order; the run of a candidate has the id `first_run` + its position.
    Train {
        ticket: Ticket,
        design: Design,
        candidates: Vec<u32>,
        first_run: RunId,
        /// Search as the design's `search` says, once these are under way. What it finds becomes candidates behind those
        /// of the design.
        search: Option<SearchStart>,
    },
    /// Begin no more trials of the search, and train the best of those that are scored.
    EndSearch {
        ticket: Ticket,
    },
    /// Answer to `Event::FitNetwork`.
    NetworkFitted {
        ticket: Ticket,
        fit: u32,
        network: crate::model::network::Network,
        record: crate::model::network::TrainingRecord,
    },
    NetworkFailed {
        ticket: Ticket,
        fit: u32,
        message: String,
    },
    /// What these columns of predictions come to that were made elsewhere; without any, which the values propose.
    LookAtPredictions {
        ticket: Ticket,
        spec: Option<JudgeSpec>,
    },
    /// Judge them; the first score becomes the run `first_run`.
    Judge {
        ticket: Ticket,
        spec: JudgeSpec,
        first_run: RunId,
    },
    /// Keep the best so far: candidates whose folds are complete stay.
    Cancel {
        ticket: Ticket,
    },
    Pause {
        ticket: Ticket,
    },
    Resume {
        ticket: Ticket,
    },
    /// Another project: forget the table, the runs and the work under way.
    Close,
    /// Bring back a run that the page had stored.
    Restore {
        run: RunId,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    /// Average the predictions of these runs, where that is better than the best of them; it becomes the run `run`. Each
    /// with the name that the person knows it by.
    Blend {
        ticket: Ticket,
        members: Vec<(RunId, String)>,
        run: RunId,
    },
    /// Bend the probabilities of a run; it becomes the run `becomes`.
    Calibrate {
        ticket: Ticket,
        run: RunId,
        way: Way,
        becomes: RunId,
    },
    /// Score the run on the locked test set; `look` is its number.
    OpenHoldout {
        ticket: Ticket,
        run: RunId,
        look: u32,
    },
    /// Score a challenger on the locked test set, and the champion on the same rows; `look` is its number.
    Challenge {
        ticket: Ticket,
        champion: RunId,
        challenger: RunId,
        look: u32,
    },
    /// One row, as texts by column name; a missing name or empty text is a missing value.
    PredictRow {
        ticket: Ticket,
        run: RunId,
        cells: Vec<(String, String)>,
        on_unseen: OnUnseen,
    },
    /// Say why a run predicts as it does, between other work.
    Explain {
        ticket: Ticket,
        run: RunId,
        question: Question,
    },
    /// A CSV in, a CSV with predictions out.
    ScoreFile {
        ticket: Ticket,
        run: RunId,
        name: String,
        threshold: Option<f64>,
        on_unseen: OnUnseen,
        /// Of what rows that were set aside promise.
        cover: Cover,
    },
    /// Compare the rows of a file with those that the run was trained on.
    Monitor {
        ticket: Ticket,
        run: RunId,
        name: String,
        threshold: Option<f64>,
        asked: WatchColumns,
    },
    /// Build the package of a run and check it.
    Package {
        ticket: Ticket,
        run: RunId,
        about: PackageAbout,
    },
    /// Compare what another runtime answered on the golden rows of a run's package (`package::outside`).
    Compare {
        ticket: Ticket,
        run: RunId,
        threshold: Option<f64>,
        cover: Cover,
        answers: String,
    },
    /// Take the pipeline out of a package (the file comes beside the message) and make it a run.
    OpenPackage {
        ticket: Ticket,
        run: RunId,
        name: String,
    },
    /// Pack a project as one file named `name`. `project` is its document, `runs` the stored bytes of each run; the data file,
    /// if the project has one, comes beside the message and is called `data_name` in it. `saved` is the time, ISO 8601.
    WriteProjectFile {
        name: String,
        #[serde(with = "message::bytes")]
        project: Vec<u8>,
        runs: Vec<(RunId, Vec<u8>)>,
        data_name: Option<String>,
        saved: String,
    },
    /// At most `limit` rows (a seeded sample) of two number columns and the target as classes, for the playground; a
    /// number target is cut at its median.
    Points {
        ticket: Ticket,
        columns: [String; 2],
        target: String,
        limit: u32,
        seed: u64,
    },
    /// The class probabilities of a model fitted to `points` over the playground's square (non-network kinds).
    Surface {
        ticket: Ticket,
        points: PlaygroundData,
        spec: PipelineSpec,
        resolution: u32,
    },
}

/// Engine → page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    Ready {
        version: String,
        /// Fits that go on at a time.
        n_hands: u32,
    },
    Progress {
        ticket: Ticket,
        progress: Progress,
    },
    Previewed {
        ticket: Ticket,
        preview: Preview,
    },
    /// Answer to `Preview`: no table, but a file that Hearth wrote.
    Recognised {
        ticket: Ticket,
        own: OwnFile,
    },
    /// Answer to `Preview`: a text, but not a table with these settings.
    Unreadable {
        ticket: Ticket,
        settings: crate::table::csv::CsvSettings,
        error: Problem,
    },
    /// `suggestion`: what could be predicted, and how; `None` where no column could be a target.
    Imported {
        ticket: Ticket,
        summary: TableSummary,
        suggestion: Option<Suggestion>,
    },
    ReadBeside {
        ticket: Ticket,
        beside: Beside,
        settings: crate::table::csv::CsvSettings,
    },
    Met {
        ticket: Ticket,
        meeting: Meeting,
    },
    StepPreviewed {
        ticket: Ticket,
        preview: StepPreview,
    },
    /// A report for each rule that is on.
    RulesJudged {
        ticket: Ticket,
        reports: Vec<RuleReport>,
    },
    RulesProposed {
        ticket: Ticket,
        demands: Vec<Demand>,
    },
    /// `cells` row by row. `rows` says which rows of the table they are, from 0; it is empty where the view is the table as it
    /// lies.
    Rows {
        ticket: Ticket,
        first_row: u32,
        n_rows: u32,
        columns: Vec<u32>,
        cells: Vec<Option<String>>,
        rows: Vec<u32>,
    },
    Viewed {
        ticket: Ticket,
        n_rows: u32,
    },
    Checked {
        ticket: Ticket,
        check: DesignCheck,
    },
    /// How the rows could be split, once the first numbers of the profile are told: with the ticket of its request.
    Proposed {
        ticket: Ticket,
        proposals: Vec<Proposal>,
    },
    /// The profile as far as it is known; several answer one request.
    Profiled {
        ticket: Ticket,
        told: ProfileTold,
    },
    /// Ask the neural trainer; the data are already prepared. `key` is the SHA-256 of settings and data in lower-case hex:
    /// equal keys are fits with equal results, also in another session.
    FitNetwork {
        ticket: Ticket,
        fit: u32,
        key: String,
        spec: crate::model::network::NetworkSpec,
        /// Rows that train, and features of each.
        n_train: u64,
        n_features: u32,
        /// The encoded `NetworkData`. It travels beside the message, not in it: the page hands it on unread.
        #[serde(skip)]
        data: Vec<u8>,
        purpose: String,
    },
    /// A candidate's fit was given out. `fold` counts from 0; the number of folds stands for the fit on all rows.
    FitBegan {
        ticket: Ticket,
        candidate: u32,
        fold: u32,
    },
    /// A fit came back. `seconds` of work, without waiting and pauses.
    FitEnded {
        ticket: Ticket,
        candidate: u32,
        fold: u32,
        seconds: f64,
    },
    /// A candidate's fold is scored: the primary metric so far.
    FoldScored {
        ticket: Ticket,
        candidate: u32,
        fold: u32,
        metric: Metric,
        score: Option<f64>,
    },
    /// The search has begun, or goes on with the trials that are here.
    SearchBegan {
        ticket: Ticket,
        record: SearchRecord,
    },
    /// A trial as it stands now. `seconds` are those of the whole search.
    TrialTold {
        ticket: Ticket,
        place: u32,
        trial: Trial,
        seconds: f64,
    },
    /// The search is over. `winners` are candidates from here on, behind those of the design; `trials` are theirs. `same`:
    /// of the trials that were done again, how many came out the same, and how many there were.
    SearchEnded {
        ticket: Ticket,
        winners: Vec<PipelineSpec>,
        trials: Vec<u32>,
        same: Option<(u32, u32)>,
        seconds: f64,
    },
    /// This network is a trial that is not wanted any more: it is to end with what it has.
    StopNetwork {
        ticket: Ticket,
        fit: u32,
    },
    /// A candidate is complete. `bytes` restore it later. `inputs`: the columns that rows to predict have to bring, where
    /// these are not those of the table, since steps make the one from the other.
    RunFinished {
        ticket: Ticket,
        run: RunId,
        candidate: u32,
        report: Report,
        inputs: Vec<InputFact>,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    /// A candidate could not be trained; the others go on.
    CandidateFailed {
        ticket: Ticket,
        candidate: u32,
        error: Problem,
    },
    TrainingFinished {
        ticket: Ticket,
        cancelled: bool,
    },
    LookedAtPredictions {
        ticket: Ticket,
        look: Look,
    },
    /// Answer to `Judge`, one for each score. `how` the rows were tested: "5 folds of “fold”".
    Judged {
        ticket: Ticket,
        run: RunId,
        name: String,
        how: String,
        design: Design,
        report: Report,
        last: bool,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    /// Answer to `Blend`. Without a report no average is better than the best single model.
    Blended {
        ticket: Ticket,
        run: RunId,
        told: Blended,
        report: Option<Report>,
        inputs: Vec<InputFact>,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    /// Answer to `Calibrate`: the run `of` with its probabilities bent.
    Calibrated {
        ticket: Ticket,
        of: RunId,
        run: RunId,
        way: Way,
        report: Report,
        inputs: Vec<InputFact>,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    HoldoutOpened {
        ticket: Ticket,
        run: RunId,
        report: HoldoutReport,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    /// Answer to `Challenge`: what the two come to, and the challenger's test set as it was opened.
    Challenged {
        ticket: Ticket,
        challenger: RunId,
        compared: Compared,
        report: HoldoutReport,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    Predicted {
        ticket: Ticket,
        prediction: RowPrediction,
    },
    Explained {
        ticket: Ticket,
        run: RunId,
        answer: Answer,
    },
    /// `bytes` is the CSV; `warnings` say what was read as missing or unknown.
    Scored {
        ticket: Ticket,
        name: String,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
        n_rows: u32,
        warnings: Vec<String>,
    },
    /// `columns` are those that were taken; `choices` the columns that could be, and `warnings` what was said of the file.
    Monitored {
        ticket: Ticket,
        run: RunId,
        report: MonitorReport,
        columns: WatchColumns,
        choices: Vec<(String, ColumnType)>,
        warnings: Vec<String>,
    },
    /// `predictor`: the model as a predictor carries it, or why there can be none.
    Packaged {
        ticket: Ticket,
        run: RunId,
        package: PackageSummary,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
        predictor: Result<PackedModel, Problem>,
        question: Asked,
    },
    /// What another runtime answered on the golden rows of a package, beside the studio: the largest deviation.
    Compared {
        ticket: Ticket,
        result: Result<f64, Problem>,
    },
    /// `design` has the one candidate that the package holds.
    PackageOpened {
        ticket: Ticket,
        run: RunId,
        report: Report,
        design: Design,
        /// That the package decides with; `None`: the higher probability wins.
        threshold: Option<f64>,
        on_unseen: OnUnseen,
        cover: Cover,
        inputs: Vec<InputFact>,
        #[serde(with = "message::bytes")]
        bytes: Vec<u8>,
    },
    /// Answer to `WriteProjectFile`.
    ProjectFile {
        name: String,
        result: Result<Vec<u8>, Problem>,
    },
    /// Answer to `Restore`; without a problem the run can predict again.
    Restored {
        run: RunId,
        problem: Option<Problem>,
    },
    /// `ranges`: the column values at −1 and 1 of the playground's square.
    Points {
        ticket: Ticket,
        points: PlaygroundData,
        ranges: [(f64, f64); 2],
        labels: Vec<String>,
    },
    /// `[class][row][column]` over the playground's square, y downwards.
    Surface {
        ticket: Ticket,
        probabilities: Vec<f32>,
        resolution: u32,
    },
    Failed {
        ticket: Ticket,
        error: Problem,
    },
}

/// Where a search begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchStart {
    /// Of a search that was cut off or ended: it goes on from them.
    pub trials: Vec<Trial>,
    /// What these varied; empty: what the design has.
    pub bases: Vec<PipelineSpec>,
    /// That these took.
    pub seconds: f64,
    /// Do these trials again and nothing else.
    pub replay: bool,
}

/// What columns of a file mean beside those that the model reads. `None`: guessed by their names; empty: there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchColumns {
    /// What really happened.
    pub outcome: Option<String>,
    /// What was predicted at the time.
    pub served: Option<String>,
    /// When.
    pub time: Option<String>,
}

/// The ZIP files that Hearth writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwnFile {
    Project,
    Package,
}

/// What another runtime is asked about a package (`package::outside::Question`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    #[serde(with = "message::bytes")]
    pub model: Vec<u8>,
    pub feeds: String,
}

impl From<crate::package::outside::Question> for Asked {
    fn from(question: crate::package::outside::Question) -> Self {
        Self { model: question.model, feeds: question.feeds }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What is being done: "Reading", "Linear: fold 2 of 5".
    pub doing: String,
    pub done: u64,
    pub total: u64,
    /// "bytes", "rows", "fits".
    pub unit: String,
}

/// A first design, to be shown as a guess.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    pub design: Design,
    /// Why this target, in a sentence.
    pub reason: String,
}

/// What the page knows of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableSummary {
    pub name: String,
    /// Of the file as it was given.
    pub n_bytes: u64,
    #[serde(default)]
    pub packing: Packing,
    /// Of its text, unpacked; 0 where that was not counted.
    #[serde(default)]
    pub n_text_bytes: u64,
    /// Lower-case hex of the file's bytes as they were given.
    pub sha256: String,
    pub n_rows: u32,
    pub settings: crate::table::csv::CsvSettings,
    pub columns: Vec<ColumnProfile>,
    /// The first 1,000; `n_warnings` counts all.
    pub warnings: Vec<crate::table::csv::Warning>,
    pub n_warnings: u64,
    /// Steps that were done to the file; rows and columns are those behind them.
    #[serde(default)]
    pub recipe: Recipe,
    /// What each step did, in their order.
    #[serde(default)]
    pub steps: Vec<StepReport>,
    /// Further files, which steps read, in the order in which they lie behind the first one.
    #[serde(default)]
    pub beside: Vec<BesideFile>,
}

/// A step before it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepPreview {
    pub preview: crate::recipe::Preview,
    /// What could stand at the cursor of its formula, best first.
    pub completions: Vec<Completion>,
}

/// Something that could stand in a formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Bytes of the formula that `insert` takes the place of.
    pub start: u32,
    pub end: u32,
    pub insert: String,
    pub label: String,
    /// A column's type, or what a function gives.
    pub detail: String,
}

/// A table in numbers, as far as it was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileTold {
    pub profile: TableProfile,
    pub parts_done: u32,
    pub parts: u32,
    /// Worst first; `None` until all rows were looked at.
    pub findings: Option<Vec<Found>>,
}

/// A finding with its sentence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    pub finding: Finding,
    pub sentence: String,
    /// The step that does what its repair says, where that is one.
    pub operation: Option<Operation>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DesignCheck {
    pub task: crate::dataset::Task,
    /// Class labels with their rows, in probability order; empty for regression.
    pub classes: Vec<(String, u32)>,
    pub n_rows: u32,
    pub n_missing_target: u32,
    pub n_holdout: u32,
    pub fold_sizes: Vec<u32>,
    /// `None` where the split cannot be drawn.
    pub drawn: Option<Drawn>,
    pub features: Vec<String>,
    pub left_out: Vec<(String, String)>,
    /// Problems that prevent training.
    pub problems: Vec<Problem>,
    /// Doubts that do not.
    pub doubts: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowPrediction {
    /// The label, or the value as text.
    pub label: String,
    pub value: Option<f64>,
    /// (label, probability), in label order.
    pub probabilities: Vec<(String, f64)>,
    /// The range or the classes that hold the truth, for every choice.
    pub held: Vec<(Cover, Held)>,
    /// Rows that were set aside promise it; else it is measured over folds.
    pub promised: bool,
    /// "age 212 is above everything seen in training (0.4 to 80)".
    pub doubts: Vec<String>,
}

/// What holds the truth of one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Held {
    /// From, to.
    Range(f64, f64),
    /// Of each class, in label order, whether it is in the set.
    Set(Vec<bool>),
    /// Too few rows tell.
    Unknown,
}

impl RowPrediction {
    /// The row gets no answer, for these reasons.
    pub fn none(doubts: Vec<String>) -> Self {
        Self { label: String::new(), value: None, probabilities: Vec::new(), held: Vec::new(), promised: false, doubts }
    }

    /// What holds the truth as often as was chosen; where classes have no bounds of their own, by bounds for all.
    pub fn held(&self, cover: Cover) -> Option<&Held> {
        let of = |wanted: Cover| self.held.iter().find(|(own, _)| *own == wanted).map(|(_, held)| held);
        of(cover).or_else(|| of(Cover { by_class: false, ..cover }))
    }

    /// Whether the row got an answer.
    pub fn is_some(&self) -> bool {
        self.value.is_some() || !self.probabilities.is_empty()
    }
}

/// A column that a fitted model reads, as its preparation knows it: enough for a form where there is no table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputFact {
    pub name: String,
    pub kind: InputKind,
    /// Smallest and largest value in training, dates in milliseconds.
    pub range: Option<(f64, f64)>,
    /// Whether dates have a time of day.
    pub has_time: bool,
    /// Categories that the model knows; of more, those seen most often.
    pub levels: Vec<String>,
    /// Other categories were seen too.
    pub other: bool,
    /// What stands in for a missing number, dates in milliseconds: a usual value.
    pub usual: Option<f64>,
}

/// Two number features and a class per point. Both features lie in [−1, 1]; every surface covers this square, with x
/// growing to the right and y growing upwards (so the first row of a surface is y = 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaygroundData {
    pub x: Vec<f32>,
    pub y: Vec<f32>,
    pub class: Vec<u32>,
    pub n_classes: u32,
}
