//! A project in storage: two generations of its document, and the files that each names.
//!
//! Files are written first and under names that no generation uses; the document that names them is the swap. Reading
//! checks every file of the current generation and falls back to the one before. The large parts of a document, the
//! table's summary and the runs, are files too, which are written again only when they have changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use super::{documents, opfs};
use crate::browser::js;
use crate::job::{Problem, RunId};
use crate::studio::project::{Project, ProjectSummary};

/// The key of the data file among a generation's files; runs have [`run_key`].
pub const DATA: &str = "data";

/// The name of the file beside the generations with what the networks of a training have learned before it is complete.
pub const UNFINISHED: &str = "unfinished";

pub fn run_key(run: RunId) -> String {
    format!("run-{run}")
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Shelf {
    pub current: Generation,
    pub previous: Option<Generation>,
}

/// What is stored of a project, as far as it can be read: each generation by itself.
#[derive(Default)]
struct Stored {
    /// As it lies there; `None` where nothing does.
    text: Option<String>,
    current: Option<Result<Generation, String>>,
    previous: Option<Generation>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Generation {
    pub number: u32,
    /// The whole project as JSON: how it was stored before parts of it became files. Versions from then cannot read a
    /// generation without it, and so do not take it for a project without runs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// The project as JSON, less the parts that are files.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head: String,
    /// The order of its runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunId>,
    pub files: Files,
}

/// What lies in the private file system, by its key.
pub type Files = BTreeMap<String, Kept>;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    pub name: String,
    pub n_bytes: u64,
    /// Empty for a file that was too large to hash.
    pub sha256: String,
}

/// Write a file under a new name; a `sha256` that is known beforehand must be that of what was written.
pub async fn keep(project: &str, key: &str, content: &Blob, known: Option<&str>) -> Result<Kept, Problem> {
    let name = format!("{key}-{}", random_word());
    let failed = |error: JsValue| storage_problem(project_file_place(key), &error);
    opfs::write(project, &name, content).await.map_err(failed)?;
    let written = opfs::read(project, &name).await.map_err(failed)?;
    let sha256 = opfs::sha256(&written).await.map_err(failed)?;
    let same = written.size() == content.size() && (known.is_none() || sha256.is_none() || sha256.as_deref() == known);
    if !same {
        opfs::remove(project, &name).await.map_err(failed)?;
        return Err(Problem {
            place: project_file_place(key).into(),
            event: "The file changed while it was being stored.".into(),
            kept: "What was stored before stays.".into(),
            cure: "Drop the file as a new project when no other program writes to it.".into(),
        });
    }
    Ok(Kept { name, n_bytes: written.size() as u64, sha256: sha256.unwrap_or_default() })
}

/// Write the parts of a project that its files do not hold as they are; `written` is what they hold. A part that cannot be
/// written is no file any more, so that the document carries it. Answers with the first reason.
pub async fn keep_parts(project: &Project, files: &mut Files, written: Option<&Project>) -> Result<(), Problem> {
    let mut done = Ok(());
    for (key, part) in project.parts() {
        let same = |written: &Project| written.parts().any(|(other, as_written)| other == key && as_written == part);
        if files.contains_key(&key) && written.is_some_and(same) {
            continue;
        }
        let kept = match part.text() {
            Ok(text) => match js::blob(text.as_bytes()) {
                Ok(blob) => keep(&project.id, &key, &blob, None).await,
                Err(error) => Err(storage_problem(project_file_place(&key), &error)),
            },
            Err(reason) => Err(unwritable(project, &reason)),
        };
        match kept {
            Ok(kept) => drop(files.insert(key, kept)),
            Err(problem) => {
                files.remove(&key);
                done = done.and(Err(problem));
            }
        }
    }
    done
}

fn project_file_place(key: &str) -> &'static str {
    match key {
        DATA => "The data file",
        key if key.starts_with("run-") => "A trained candidate",
        _ => "The project",
    }
}

/// Make the project with these files the current generation, after that with the number `base`, which this tab has read or
/// written last. Answers with its number, and with what could not be read of what was there before.
///
/// # Errors
/// Another tab has written meanwhile, or storage fails.
pub async fn put(project: &Project, files: &Files, base: Option<u32>) -> Result<(u32, Option<Problem>), Problem> {
    let failed = |error: idb::Error| storage_problem("The project", &idb_value(error));
    let head = encode(&project.head(|key| files.contains_key(key)))?;
    let Stored { text, current: before, previous } = read_shelf(&project.id).await?;
    let (before, unreadable) = match before {
        None => (previous, None),
        Some(Ok(before)) => (Some(before), None),
        Some(Err(reason)) => (previous, Some(reason)),
    };
    // Of what cannot be read no number is known.
    if unreadable.is_none() && before.as_ref().map(|before| before.number) != base {
        return Err(overtaken(project));
    }
    let number = before.as_ref().map(|before| before.number).max(base).map_or(1, |number| number.saturating_add(1));
    let runs = project.runs.iter().map(|run| run.id).collect();
    let current = Generation { number, document: String::new(), head, runs, files: files.clone() };
    let shelf = Shelf { current, previous: before };
    let summary = ProjectSummary {
        id: project.id.clone(),
        name: project.name.clone(),
        changed: project.changed.clone(),
        n_bytes: shelf.current.head.len() as u64 + files.values().map(|f| f.n_bytes).sum::<u64>(),
        n_runs: project.runs.len() as u32,
    };
    let written =
        documents::put(&project.id, text.as_deref(), &json(&shelf)?, &json(&summary)?).await.map_err(failed)?;
    if !written {
        return Err(overtaken(project));
    }
    sweep(&project.id, &shelf).await;
    let doubt = unreadable.map(|reason| Problem {
        place: project.name.clone(),
        event: format!("What was stored of it before could not be read ({reason})."),
        kept: "It was replaced by the project as this tab has it.".into(),
        cure: "Nothing needs to be done.".into(),
    });
    Ok((number, doubt))
}

fn overtaken(project: &Project) -> Problem {
    Problem {
        place: project.name.clone(),
        event: "It was not saved: another tab has changed or erased what is stored of it since this tab read it."
            .into(),
        kept: "What the other tab stored stays, and this tab still has the project as you see it.".into(),
        cure: "Save the project as a file to keep this state, or reload the page to go on with what is stored.".into(),
    }
}

/// Remove files that neither generation names. A file that cannot be removed now is tried again at the next save.
async fn sweep(project: &str, shelf: &Shelf) {
    let named = |name: &String| {
        if name == UNFINISHED {
            return true;
        }
        let generations = [Some(&shelf.current), shelf.previous.as_ref()];
        generations.into_iter().flatten().any(|g| g.files.values().any(|f| &f.name == name))
    };
    let Ok(names) = opfs::names(project).await else { return };
    for name in names.iter().filter(|n| !named(n)) {
        if let Err(error) = opfs::remove(project, name).await {
            web_sys::console::warn_1(&error);
        }
    }
}

async fn read_shelf(id: &str) -> Result<Stored, Problem> {
    let text = documents::get(id).await.map_err(|e| storage_problem("The project", &idb_value(e)))?;
    let Some(text) = text else { return Ok(Stored::default()) };
    let unreadable = |e: serde_json::Error| format!("its entry cannot be read ({e})");
    let mut shelf: serde_json::Value = match serde_json::from_str(&text) {
        Ok(shelf) => shelf,
        Err(e) => return Ok(Stored { text: Some(text), current: Some(Err(unreadable(e))), previous: None }),
    };
    let current = serde_json::from_value(shelf["current"].take()).map_err(unreadable);
    // One that is damaged is as good as none; the current one is what is read as long as it is whole.
    let previous = serde_json::from_value(shelf["previous"].take()).unwrap_or_default();
    Ok(Stored { text: Some(text), current: Some(current), previous })
}

/// A project as it was read, and what had to be left behind.
pub struct Found {
    pub project: Project,
    pub files: Files,
    /// Of the generation in storage that a save follows.
    pub number: u32,
    pub doubts: Vec<Problem>,
}

/// Read a project: the current generation if all of it is as it was written, else the one before.
pub async fn get(id: &str) -> Result<Found, Problem> {
    let lost = |event: String| Problem {
        place: "The project".into(),
        event,
        kept: "Other projects are not touched.".into(),
        cure: "Open its project file if you saved one, or drop its table again.".into(),
    };
    let Stored { current, previous, .. } = read_shelf(id).await?;
    let current = current.ok_or_else(|| {
        lost(
            "It is not in this browser's storage: it was erased, or the page was left before its table had been read."
                .into(),
        )
    })?;
    let number = current.as_ref().ok().map(|current| current.number);
    let reason = match current {
        Ok(current) => match open(id, &current).await {
            Ok((project, older)) => {
                let doubts = older.into_iter().collect();
                return Ok(Found { project, files: current.files, number: current.number, doubts });
            }
            Err(reason) => reason,
        },
        Err(reason) => reason,
    };
    let previous = previous.ok_or_else(|| lost(format!("It was damaged in storage: {reason}.")))?;
    let (project, older) = match open(id, &previous).await {
        Ok(read) => read,
        Err(second) => return Err(lost(format!("It was damaged in storage: {reason}; and before that: {second}."))),
    };
    let doubt = Problem {
        place: project.name.clone(),
        event: format!("What was saved last could not be read: {reason}."),
        kept: format!("The state before that is open, saved {}.", project.changed),
        cure: "Look at what is missing, and do the last step again.".into(),
    };
    let number = number.unwrap_or(previous.number);
    Ok(Found { project, files: previous.files, number, doubts: std::iter::once(doubt).chain(older).collect() })
}

async fn open(id: &str, generation: &Generation) -> Result<(Project, Option<Problem>), String> {
    let whole = !generation.document.is_empty();
    let older = if whole { Some(Project::read(&generation.document)?) } else { None };
    let mut beside = BTreeMap::new();
    for (key, kept) in &generation.files {
        let what = match key.as_str() {
            DATA => "the data file",
            key if key.starts_with("run-") => "a trained candidate",
            _ => "a part of its document",
        };
        let file = opfs::read(id, &kept.name).await.map_err(|_| format!("{what} is gone"))?;
        check(&file, kept).await.map_err(|reason| format!("{what} {reason}"))?;
        if !whole && Project::is_part(key) {
            let text = js::wait(file.text()).await.map_err(|e| format!("{what} cannot be read ({})", js::text(&e)))?;
            beside.insert(key.clone(), text.as_string().unwrap_or_default());
        }
    }
    match older {
        Some(read) => Ok(read),
        None => Project::assemble(&generation.head, &generation.runs, &beside),
    }
}

async fn check(file: &File, kept: &Kept) -> Result<(), String> {
    if file.size() as u64 != kept.n_bytes {
        return Err(format!("has {} bytes instead of {}", file.size(), kept.n_bytes));
    }
    let sha256 = opfs::sha256(file).await.map_err(|e| format!("cannot be read ({})", js::text(&e)))?;
    match sha256 {
        Some(found) if !kept.sha256.is_empty() && found != kept.sha256 => {
            Err("has other bytes than were written".into())
        }
        _ => Ok(()),
    }
}

/// The document of a project; it is decoded again before it may replace one that can be.
pub fn encode(project: &Project) -> Result<String, Problem> {
    let document = json(project)?;
    match Project::read(&document) {
        Ok(_) => Ok(document),
        Err(reason) => Err(unwritable(project, &reason)),
    }
}

fn unwritable(project: &Project, reason: &str) -> Problem {
    Problem {
        place: project.name.clone(),
        event: format!("Its document could not be written so that it can be read again: {reason}."),
        kept: "The state that was saved before stays.".into(),
        cure: "Copy the diagnostics and report this.".into(),
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|e| Problem {
        place: "The project".into(),
        event: format!("It could not be written ({e})."),
        kept: "The state that was saved before stays.".into(),
        cure: "Copy the diagnostics and report this.".into(),
    })
}

/// A random name part.
pub fn random_word() -> String {
    format!("{:016x}", (js_sys::Math::random() * 2f64.powi(53)) as u64)
}

pub fn idb_value(error: idb::Error) -> JsValue {
    match error {
        idb::Error::DomException(exception) => exception.into(),
        other => other.to_string().into(),
    }
}

/// What went wrong with the browser's storage, in words; a full disk is the usual case.
pub fn storage_problem(place: &str, error: &JsValue) -> Problem {
    let full = js::error_name(error).as_deref() == Some("QuotaExceededError");
    Problem {
        place: place.into(),
        event: if full {
            "The browser's storage is full.".into()
        } else {
            format!("The browser's storage could not be used ({}).", js::text(error))
        },
        kept: "What was stored before stays; your work goes on in this tab.".into(),
        cure: if full {
            "Erase projects that you no longer need, or save this one as a project file.".into()
        } else {
            "Save this project as a project file.".into()
        },
    }
}
