//! A project as one file: written from storage, and opened into it.

use wasm_bindgen::JsValue;
use web_sys::File;

use super::shelf::{self, DATA, Files, run_key, storage_problem};
use super::{AtHand, Inner, documents, opfs};
use crate::browser::js;
use crate::job::{Problem, Request};
use crate::studio::Action;
use crate::studio::opened::{self, Opened};
use crate::studio::project::Project;

impl Inner {
    /// Gathers what a project file holds, and the data file that goes beside the request. Packing is the engine's work. What
    /// storage does not have is taken from what is at hand; what is nowhere is left out, and said.
    pub(super) async fn gather(&self, project: &Project, at_hand: AtHand) -> Result<(Request, Option<File>), Problem> {
        let name = format!("{}.hearth.zip", file_name(&project.name));
        let AtHand { data: live, runs: mut held } = at_hand;
        let mut missing = Vec::new();
        let mut runs = Vec::with_capacity(project.runs.len());
        for run in &project.runs {
            let found = match held.iter().position(|(id, _)| *id == run.id) {
                Some(position) => Some(held.swap_remove(position).1),
                None => self.run(&project.id, run.id).await.ok(),
            };
            match found {
                Some(bytes) => runs.push((run.id, bytes)),
                None => missing.push(format!("the trained candidate {}", run.name)),
            }
        }
        let mut data = None;
        if let Some(table) = &project.data {
            let file = match (self.data(&project.id).await, live) {
                (Ok(stored), _) => Some(stored),
                (Err(_), Some(live)) if !table.beside.is_empty() => Some(live),
                (Err(_), Some(live)) => unchanged(&live, &table.sha256).await.then_some(live),
                (Err(_), None) => None,
            };
            match file {
                Some(file) => data = Some((table.name.clone(), file)),
                None => missing.push(format!("the data file {}", table.name)),
            }
        }
        if !missing.is_empty() {
            (self.send)(Action::Report(Problem {
                place: name.clone(),
                event: format!(
                    "The project file was made without {}: neither this browser's storage nor this tab has it as it was.",
                    missing.join(", ")
                ),
                kept: "Everything else of the project is in the file.".into(),
                cure: "Drop the data file as a new project, train there, and save that one to have all of it.".into(),
            }));
        }
        let (data_name, file) = data.unzip();
        let request = Request::WriteProjectFile {
            name,
            project: shelf::encode(project)?.into_bytes(),
            runs,
            data_name,
            saved: project.changed.clone(),
        };
        Ok((request, file))
    }

    /// Put a project file's content into storage under an id that nothing has, and open it.
    pub(super) async fn open_project_file(&self, file: &File) -> Result<(), Problem> {
        let failed = |error: JsValue| storage_problem("The project file", &error);
        let bytes = js::bytes(&js::wait(file.array_buffer()).await.map_err(failed)?);
        let Opened { mut project, data, runs, missing, problem } = opened::open(&bytes, &file.name())?;
        drop(bytes);
        let safe = !project.id.is_empty() && project.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let taken = documents::get(&project.id).await.map_err(|e| failed(shelf::idb_value(e)))?.is_some();
        if taken || !safe {
            project.id = shelf::random_word();
        }
        let contents = data.map(|bytes| (DATA.to_owned(), bytes));
        let contents = contents.into_iter().chain(runs.into_iter().map(|(run, bytes)| (run_key(run), bytes)));
        let mut kept = Files::new();
        let stored = match store(&project.id, contents, &mut kept).await {
            Ok(()) => match shelf::keep_parts(&project, &mut kept, None).await {
                Ok(()) => self.put(&project, &kept).await,
                Err(problem) => Err(problem),
            },
            Err(problem) => Err(problem),
        };
        if let Err(problem) = stored {
            // Without a document they are nobody's.
            for kept in kept.values() {
                if let Err(error) = opfs::remove_if_there(&project.id, &kept.name).await {
                    web_sys::console::warn_1(&error);
                }
            }
            return Err(Problem {
                place: file.name(),
                kept: "Nothing was opened; the project file, and what was here before, are as they were.".into(),
                cure: "Erase projects that you no longer need, then open it again.".into(),
                ..problem
            });
        }
        self.remember(&project.id, kept);
        self.written.borrow_mut().insert(project.id.clone(), project.clone());
        (self.send)(Action::ProjectFileOpened { project: Box::new(project), missing, problem });
        self.list().await
    }
}

/// Write a project's files; those that were written are among the `kept` also when another one fails.
async fn store(
    project: &str,
    contents: impl Iterator<Item = (String, Vec<u8>)>,
    kept: &mut Files,
) -> Result<(), Problem> {
    for (key, bytes) in contents {
        let blob = js::blob(&bytes).map_err(|error| storage_problem("The project file", &error))?;
        kept.insert(key.clone(), shelf::keep(project, &key, &blob, None).await?);
    }
    Ok(())
}

/// Whether a file that the person dropped can still be read and is what was imported; one too large to hash is compared by
/// being readable.
async fn unchanged(file: &File, sha256: &str) -> bool {
    match opfs::sha256(file).await {
        Ok(Some(found)) => found == sha256,
        Ok(None) => true,
        Err(_) => false,
    }
}

/// A project's name as the name of a file.
fn file_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let plain = plain.trim().trim_matches('.').to_owned();
    if plain.is_empty() { "project".into() } else { plain.chars().take(80).collect() }
}
