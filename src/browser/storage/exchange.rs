//! A project as one file: written from storage, and opened into it.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use super::shelf::{self, DATA, Files, run_key, storage_problem};
use super::{Inner, documents};
use crate::browser::js;
use crate::job::{Problem, Request};
use crate::package::project_file;
use crate::studio::Action;
use crate::studio::project::Project;

impl Inner {
    /// Gathers what a project file holds, and the data file that goes beside the request. Packing is the engine's work.
    pub(super) async fn gather(&self, project: &Project) -> Result<(Request, Option<File>), Problem> {
        let mut runs = Vec::with_capacity(project.runs.len());
        for run in &project.runs {
            runs.push((run.id, self.run(&project.id, run.id).await?));
        }
        let data = match &project.data {
            Some(data) => Some((data.name.clone(), self.data(&project.id).await?)),
            None => None,
        };
        let (data_name, file) = data.unzip();
        let request = Request::WriteProjectFile {
            name: format!("{}.hearth.zip", file_name(&project.name)),
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
        let opened = project_file::read(&bytes, &file.name())?;
        drop(bytes);
        let document = String::from_utf8_lossy(&opened.file.project).into_owned();
        let mut project = shelf::decode(&document).map_err(|reason| Problem {
            place: file.name(),
            event: format!("In the project file, {reason}."),
            kept: "Nothing was opened or changed.".into(),
            cure: "It may be from a newer version of Hearth; update, then open it again.".into(),
        })?;
        let safe = !project.id.is_empty() && project.id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let taken = documents::get(&project.id).await.map_err(|e| failed(shelf::idb_value(e)))?.is_some();
        if taken || !safe {
            project.id = shelf::random_word();
        }
        let mut kept = Files::new();
        let mut contents: Vec<(String, Vec<u8>)> =
            opened.file.runs.into_iter().map(|(run, bytes)| (run_key(run), bytes)).collect();
        contents.extend(opened.file.data.map(|(_, bytes)| (DATA.to_owned(), bytes)));
        for (key, bytes) in contents {
            let blob =
                Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes.as_slice()))).map_err(failed)?;
            kept.insert(key.clone(), shelf::keep(&project.id, &key, &blob, None).await?);
        }
        shelf::put(&project, &kept).await?;
        self.remember(&project.id, kept);
        (self.send)(Action::Loaded(Box::new(project)));
        opened.problems.into_iter().for_each(|problem| (self.send)(Action::Report(problem)));
        self.list().await
    }
}

/// A project's name as the name of a file.
fn file_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let plain = plain.trim().trim_matches('.').to_owned();
    if plain.is_empty() { "project".into() } else { plain.chars().take(80).collect() }
}
