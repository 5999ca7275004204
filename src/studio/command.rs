//! What the studio asks of the browser.

use super::*;

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
        model: PackedModel,
    },
    CopyText(String),
    /// Put these facts on the clipboard, followed by what the browser offers and enforces.
    CopyDiagnostics(String),
    PickFile(FilePurpose),
    /// Focus the canvas's heading after a change of view.
    FocusCanvas,
}
