//! What is kept in this browser. One task after the other, so that no two of them meet half-way.
//!
//! Saves wait a moment for the next one, because edits come in bursts, and are written at once when the page is hidden.

mod documents;
mod erasing;
mod exchange;
mod opfs;
mod shelf;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::{Send, js, lock, updates};
use crate::job::{Problem, Request, RunId};
use crate::studio::Action;
use crate::studio::project::{Project, ProjectSummary};
use shelf::{DATA, Files, UNFINISHED, run_key, storage_problem};

const SAVE_AFTER_MILLISECONDS: u32 = 400;
/// How often, and how far apart, a project that is to be deleted is looked at until it counts as open in another tab.
const MOST_LOOKS_AT_LOCK: u32 = 5;
const LOOK_AT_LOCK_MILLISECONDS: i32 = 100;

/// Hears what was found.
pub type Then<T> = Box<dyn FnOnce(Result<T, Problem>)>;

/// A data file with its key among the open files.
type KeyedFile = (u32, File);

/// A piece of work with the storage.
pub enum Task {
    /// A data file goes with its key among the open files.
    Save(Box<Project>, Option<KeyedFile>),
    StoreRun {
        project: String,
        run: RunId,
        bytes: Vec<u8>,
    },
    /// What networks have learned so far; `None` removes it.
    StoreUnfinished {
        project: String,
        bytes: Option<Vec<u8>>,
    },
    Load(String),
    List,
    Delete(String),
    /// `program`: what is held for offline use goes, too.
    Erase {
        program: bool,
    },
    Data(String, Then<File>),
    Run(String, RunId, Then<Vec<u8>>),
    /// Gather a project as one request to the engine, with its data file.
    Gather(Box<Project>, AtHand, Box<dyn FnOnce(Request, Option<File>)>),
    OpenProjectFile(File),
    /// After everything before it.
    Then(Box<dyn FnOnce()>),
}

/// What this tab holds of a project outside of storage.
pub struct AtHand {
    pub data: Option<File>,
    /// Bytes of runs.
    pub runs: Vec<(RunId, Vec<u8>)>,
}

#[derive(Clone)]
pub struct Storage(Rc<Inner>);

struct Inner {
    send: Send,
    tasks: RefCell<VecDeque<Task>>,
    running: Cell<bool>,
    pending: RefCell<Option<(Project, Option<KeyedFile>)>>,
    timer: RefCell<Option<Timeout>>,
    /// Files that lie in storage, by project; the next save names them.
    kept: RefCell<BTreeMap<String, Files>>,
    /// Bytes of runs that could not be stored, by project; tried again with the next save.
    owed: RefCell<Vec<(String, RunId, Vec<u8>)>>,
    /// What the files of a project hold of its document; a save writes only what is other.
    written: RefCell<BTreeMap<String, Project>>,
    /// The number of the generation that this tab has read or written last, by project.
    bases: RefCell<BTreeMap<String, u32>>,
    asked_to_persist: Cell<bool>,
    /// What networks have learned could not be stored the last time.
    unfinished_failed: Cell<bool>,
}

impl Storage {
    pub fn start(send: Send) -> Self {
        let storage = Self(Rc::new(Inner {
            send,
            tasks: RefCell::default(),
            running: Cell::new(false),
            pending: RefCell::default(),
            timer: RefCell::default(),
            kept: RefCell::default(),
            owed: RefCell::default(),
            written: RefCell::default(),
            bases: RefCell::default(),
            asked_to_persist: Cell::new(false),
            unfinished_failed: Cell::new(false),
        }));
        let hidden = storage.clone();
        EventListener::new(&document(), "visibilitychange", move |_| {
            if document().hidden() {
                hidden.flush();
            }
        })
        .forget();
        let left = storage.clone();
        EventListener::new(&window(), "pagehide", move |_| left.flush()).forget();
        if erasing::is_owed() {
            storage.queue(Task::Erase { program: false });
        }
        storage
    }

    /// Save soon. A later save of the same project replaces this one, but not its file.
    pub fn save(&self, project: Project, file: Option<KeyedFile>) {
        let same = self.0.pending.borrow().as_ref().is_some_and(|(waiting, _)| waiting.id == project.id);
        if !same {
            self.flush();
        }
        let earlier = self.0.pending.borrow_mut().take().and_then(|(_, file)| file);
        *self.0.pending.borrow_mut() = Some((project, file.or(earlier)));
        let storage = self.clone();
        *self.0.timer.borrow_mut() = Some(Timeout::new(SAVE_AFTER_MILLISECONDS, move || storage.flush()));
    }

    /// Another tab erases everything: what waits to be written is not written any more.
    pub fn forget(&self) {
        self.0.timer.borrow_mut().take();
        self.0.pending.borrow_mut().take();
        let writes = |task: &Task| {
            matches!(task, Task::Save(..) | Task::StoreRun { .. } | Task::StoreUnfinished { bytes: Some(_), .. })
        };
        self.0.tasks.borrow_mut().retain(|task| !writes(task));
        self.0.kept.borrow_mut().clear();
        self.0.written.borrow_mut().clear();
        self.0.owed.borrow_mut().clear();
        self.0.bases.borrow_mut().clear();
    }

    /// Save now what waits to be saved.
    pub fn flush(&self) {
        self.0.timer.borrow_mut().take();
        let pending = self.0.pending.borrow_mut().take();
        if let Some((project, file)) = pending {
            self.queue(Task::Save(Box::new(project), file));
        }
    }

    /// Do this after what waits.
    pub fn push(&self, task: Task) {
        if matches!(task, Task::Erase { .. }) {
            erasing::begin();
        }
        // A run's bytes come first: the save that names the run follows in the same breath.
        if !matches!(task, Task::StoreRun { .. } | Task::StoreUnfinished { .. }) {
            self.flush();
        }
        self.queue(task);
    }

    fn queue(&self, task: Task) {
        self.0.tasks.borrow_mut().push_back(task);
        if self.0.running.replace(true) {
            return;
        }
        let storage = self.clone();
        spawn_local(async move {
            loop {
                let next = storage.0.tasks.borrow_mut().pop_front();
                match next {
                    Some(task) => storage.0.perform(task).await,
                    None => break storage.0.running.set(false),
                }
            }
        });
    }
}

impl Inner {
    async fn perform(&self, task: Task) {
        let done = match task {
            Task::Save(project, file) => {
                let (key, file) = file.unzip();
                let result = self.write(&project, file).await;
                (self.send)(Action::Stored { project: project.id, file: key, result });
                // Also after a failure: the document may have been stored without its data file.
                self.list().await
            }
            Task::StoreRun { project, run, bytes } => self.store_run(&project, run, bytes).await,
            Task::StoreUnfinished { project, bytes } => self.store_unfinished(&project, bytes.as_deref()).await,
            Task::Load(id) => {
                let done = self.load(&id).await;
                if done.is_err() {
                    (self.send)(Action::NotLoaded);
                }
                done
            }
            Task::List => self.list().await,
            Task::Delete(id) => self.delete(&id).await,
            Task::Erase { program } => self.erase(program).await,
            Task::Data(project, then) => {
                then(self.data(&project).await);
                Ok(())
            }
            Task::Run(project, run, then) => {
                then(self.run(&project, run).await);
                Ok(())
            }
            Task::Gather(project, at_hand, then) => {
                self.gather(&project, at_hand).await.map(|(request, file)| then(request, file))
            }
            Task::OpenProjectFile(file) => self.open_project_file(&file).await,
            Task::Then(next) => {
                next();
                Ok(())
            }
        };
        if let Err(problem) = done {
            (self.send)(Action::Report(problem));
        }
    }

    /// What is known to be kept of a project; read from storage when this tab has not written or read it yet.
    async fn files(&self, project: &str) -> Files {
        let known = self.kept.borrow().get(project).cloned();
        match known {
            Some(files) => files,
            None => shelf::get(project).await.map(|found| found.files).unwrap_or_default(),
        }
    }

    /// Write the document upon what this tab has read or written last.
    async fn put(&self, project: &Project, files: &Files) -> Result<(), Problem> {
        let base = self.bases.borrow().get(&project.id).copied();
        let (number, doubt) = shelf::put(project, files, base).await?;
        self.bases.borrow_mut().insert(project.id.clone(), number);
        if let Some(doubt) = doubt {
            (self.send)(Action::Report(doubt));
        }
        Ok(())
    }

    fn remember(&self, project: &str, files: Files) {
        self.kept.borrow_mut().insert(project.to_owned(), files);
    }

    /// Write the document, and the data file before it. A data file that cannot be stored does not keep the document, with
    /// the design and the runs that are stored, from being written.
    async fn write(&self, project: &Project, file: Option<File>) -> Result<(), Problem> {
        self.ask_to_persist().await;
        self.pay(project).await;
        let mut files = self.files(&project.id).await;
        let mut without_data = None;
        if let Some(file) = file {
            // Of several files in one, the engine checks each when it reads them.
            let alone = project.data.as_ref().filter(|data| data.beside.is_empty());
            let sha256 = alone.map(|data| data.sha256.as_str());
            match shelf::keep(&project.id, DATA, &file, sha256).await {
                Ok(kept) => {
                    files.insert(DATA.into(), kept);
                    self.remember(&project.id, files.clone());
                }
                Err(problem) => without_data = Some(problem),
            }
        }
        let written = match self.gone(&project.id, &files).await? {
            None => self.write_document(project, files).await,
            Some(problem) => Err(problem),
        };
        // Why the data file was not stored is the first of the reasons.
        without_data.map_or(written, Err)
    }

    /// Write what is new of a project's parts, then the document. A part that finds no room as a file is put into the
    /// document, which may.
    async fn write_document(&self, project: &Project, mut files: Files) -> Result<(), Problem> {
        let before = self.written.borrow_mut().remove(&project.id);
        let parts = shelf::keep_parts(project, &mut files, before.as_ref()).await;
        self.remember(&project.id, files.clone());
        self.written.borrow_mut().insert(project.id.clone(), project.clone());
        if let Err(problem) = parts {
            web_sys::console::warn_1(&problem.event.into());
        }
        self.put(project, &files).await
    }

    /// What to say when files that the document would name are not there any more: another tab may have erased them, and a
    /// document without them must not bring the project back.
    async fn gone(&self, project: &str, files: &Files) -> Result<Option<Problem>, Problem> {
        if files.is_empty() {
            return Ok(None);
        }
        let names = opfs::names(project).await.map_err(|error| storage_problem("The project's files", &error))?;
        let missing = files.values().filter(|kept| !names.contains(&kept.name)).count();
        Ok((missing > 0).then(|| Problem {
            place: "The project".into(),
            event: format!(
                "It was not saved: {missing} of its {} files are gone from this browser's storage. Another tab may have erased them.",
                files.len()
            ),
            kept: "This tab still has the project; nothing was written.".into(),
            cure: "Save the project as a file to keep it.".into(),
        }))
    }

    /// Try again to store what found no room before. That it still finds none is said of the document.
    async fn pay(&self, project: &Project) {
        let mut owed = std::mem::take(&mut *self.owed.borrow_mut());
        let here = owed.extract_if(.., |(of, ..)| *of == project.id).collect::<Vec<_>>();
        self.owed.borrow_mut().append(&mut owed);
        for (_, run, bytes) in here.into_iter().filter(|(_, run, _)| project.runs.iter().any(|r| r.id == *run)) {
            if let Err(problem) = self.store_run(&project.id, run, bytes).await {
                web_sys::console::warn_1(&problem.event.into());
            }
        }
    }

    async fn store_run(&self, project: &str, run: RunId, bytes: Vec<u8>) -> Result<(), Problem> {
        let stored = self.store_bytes(project, run, &bytes).await;
        if stored.is_err() {
            self.owed.borrow_mut().push((project.to_owned(), run, bytes));
        }
        stored
    }

    async fn store_bytes(&self, project: &str, run: RunId, bytes: &[u8]) -> Result<(), Problem> {
        let blob = js::blob(bytes).map_err(|error| storage_problem("A trained candidate", &error))?;
        let kept = shelf::keep(project, &run_key(run), &blob, None).await?;
        let mut files = self.files(project).await;
        files.insert(run_key(run), kept);
        self.remember(project, files);
        Ok(())
    }

    /// Not one of a generation's files: it is written whole or not at all, says itself whether it is as it was written, and
    /// a project without it is whole.
    async fn store_unfinished(&self, project: &str, bytes: Option<&[u8]>) -> Result<(), Problem> {
        let written = match bytes {
            // A project that another tab has erased does not come back by this.
            Some(_) if opfs::names(project).await.is_ok_and(|names| names.is_empty()) => Ok(()),
            Some(bytes) => match js::blob(bytes) {
                Ok(blob) => opfs::write(project, UNFINISHED, &blob).await,
                Err(error) => Err(error),
            },
            None => opfs::remove_if_there(project, UNFINISHED).await,
        };
        match written {
            Ok(()) => self.unfinished_failed.set(false),
            // Said once: the next one comes in seconds.
            Err(error) if !self.unfinished_failed.replace(true) => {
                return Err(Problem {
                    kept: "The training goes on, and what is complete is stored. Were this tab closed now, the network would begin anew.".into(),
                    ..storage_problem("What the network has learned so far", &error)
                });
            }
            Err(error) => web_sys::console::warn_1(&error),
        }
        Ok(())
    }

    async fn load(&self, id: &str) -> Result<(), Problem> {
        let mut found = shelf::get(id).await?;
        // Runs that were deleted and not brought back need no bytes any more.
        let named: Vec<String> = found.project.runs.iter().map(|r| run_key(r.id)).collect();
        let parts: Vec<String> = found.project.parts().map(|(key, _)| key).collect();
        found.files.retain(|key, _| key == DATA || named.contains(key) || parts.contains(key));
        self.remember(id, found.files);
        self.written.borrow_mut().insert(id.to_owned(), found.project.clone());
        self.bases.borrow_mut().insert(id.to_owned(), found.number);
        (self.send)(Action::Loaded(Box::new(found.project)));
        match opfs::read_bytes(id, UNFINISHED).await {
            Ok(bytes) => (self.send)(Action::UnfinishedFound { project: id.to_owned(), bytes }),
            // Most projects have none.
            Err(error) => {
                opfs::missing_is_fine(error).map_err(|e| storage_problem("What a network had learned", &e))?
            }
        }
        found.doubts.into_iter().for_each(|doubt| (self.send)(Action::Report(doubt)));
        Ok(())
    }

    async fn list(&self) -> Result<(), Problem> {
        let failed = |error| storage_problem("The list of projects", &shelf::idb_value(error));
        let lines = documents::summaries().await.map_err(failed)?;
        let mut projects: Vec<ProjectSummary> = lines.iter().filter_map(|l| serde_json::from_str(l).ok()).collect();
        projects.sort_by(|a, b| b.changed.cmp(&a.changed));
        (self.send)(Action::ProjectsListed(projects));
        Ok(())
    }

    async fn delete(&self, id: &str) -> Result<(), Problem> {
        // This tab's own lock was let go of a moment ago, if it had the project; another tab's stays.
        let mut looks = 0;
        while lock::is_open(id).await {
            looks += 1;
            if looks > MOST_LOOKS_AT_LOCK {
                return Err(Problem {
                    place: "The project".into(),
                    event: "It is open in another tab, so it was not deleted.".into(),
                    kept: "All of it is as it was.".into(),
                    cure: "Close the other tab, then delete it again.".into(),
                });
            }
            js::rest(LOOK_AT_LOCK_MILLISECONDS).await;
        }
        self.kept.borrow_mut().remove(id);
        self.written.borrow_mut().remove(id);
        self.owed.borrow_mut().retain(|(project, ..)| project != id);
        self.bases.borrow_mut().remove(id);
        // The document first: without it the files are nobody's.
        documents::delete(id).await.map_err(|e| storage_problem("The project", &shelf::idb_value(e)))?;
        opfs::remove_project(id).await.map_err(|e| storage_problem("The project's files", &e))
    }

    async fn erase(&self, program: bool) -> Result<(), Problem> {
        self.kept.borrow_mut().clear();
        self.written.borrow_mut().clear();
        self.owed.borrow_mut().clear();
        self.bases.borrow_mut().clear();
        self.others_let_go().await;
        documents::clear().await.map_err(|e| storage_problem("The list of projects", &shelf::idb_value(e)))?;
        opfs::remove_all().await.map_err(|e| storage_problem("The projects' files", &e))?;
        let private = super::private::remembered();
        for area in [window().local_storage(), window().session_storage()] {
            if let Some(area) = area.map_err(|e| storage_problem("Preferences", &e))? {
                area.clear().map_err(|e| storage_problem("Preferences", &e))?;
            }
        }
        // That nothing is to be stored is no trace of what was.
        super::private::remember(private);
        // The program itself, held for offline use; it goes on running in this tab.
        if program && updates::controller().is_some() {
            updates::ask("erase").await.map_err(|e| storage_problem("The program", &e))?;
        }
        (self.send)(Action::ProjectsListed(Vec::new()));
        Ok(())
    }

    /// Tell the other tabs that everything goes, and wait a moment until they have let go of their projects. One that does
    /// not hear, because the browser has put it to sleep, refuses to save over files that are gone when it wakes.
    async fn others_let_go(&self) {
        if updates::controller().is_none() {
            return;
        }
        if let Err(error) = updates::ask("letGo").await {
            return web_sys::console::warn_1(&error);
        }
        for _ in 0..MOST_LOOKS_AT_LOCK {
            js::rest(LOOK_AT_LOCK_MILLISECONDS).await;
            if !lock::any_project_is_open().await {
                return;
            }
        }
    }

    async fn data(&self, project: &str) -> Result<File, Problem> {
        let name = self.files(project).await.get(DATA).map(|kept| kept.name.clone());
        let gone = |why: String| {
            Problem {
            place: "The data file".into(),
            event: format!("The table could not be read from this browser's storage ({why})."),
            kept: "The design, the scores and the candidates that can be read stay.".into(),
            cure: "Open its project file if you saved one. Dropping the data file starts a new project, in which the models can be trained again.".into(),
        }
        };
        let name = name.ok_or_else(|| gone("it is not there".into()))?;
        opfs::read(project, &name).await.map_err(|error| gone(js::text(&error)))
    }

    async fn run(&self, project: &str, run: RunId) -> Result<Vec<u8>, Problem> {
        let name = self.files(project).await.get(&run_key(run)).map(|kept| kept.name.clone());
        let gone = |why: String| Problem {
            place: "A trained candidate".into(),
            event: format!("It could not be read from this browser's storage ({why})."),
            kept: "Its scores stay.".into(),
            cure: "Train it again to predict with it.".into(),
        };
        let name = name.ok_or_else(|| gone("it is not there".into()))?;
        opfs::read_bytes(project, &name).await.map_err(|error| gone(js::text(&error)))
    }

    /// Ask the browser once not to throw the projects away when space runs short. It may refuse.
    async fn ask_to_persist(&self) {
        if self.asked_to_persist.replace(true) {
            return;
        }
        let storage = js::get(&window().navigator(), "storage").unwrap_or(JsValue::UNDEFINED);
        if let Ok(promise) = js::call(&storage, "persist", &[])
            && let Err(error) = js::wait(promise).await
        {
            web_sys::console::warn_1(&error);
        }
    }
}
