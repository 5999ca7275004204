//! Bytes in the browser's private file system: `hearth/PROJECT/FILE`.

use gloo::utils::window;
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{
    Blob, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions,
    FileSystemGetFileOptions, FileSystemRemoveOptions, FileSystemWritableFileStream,
};

use crate::browser::js;

const ROOT: &str = "hearth";
/// Larger files are compared by length only: hashing needs all bytes in memory at once.
const MOST_HASHED: f64 = 256e6;

async fn root() -> Result<FileSystemDirectoryHandle, JsValue> {
    let storage = js::get(&window().navigator(), "storage").unwrap_or(JsValue::UNDEFINED);
    js::wait_for(js::call(&storage, "getDirectory", &[])?).await
}

async fn folder(project: &str) -> Result<FileSystemDirectoryHandle, JsValue> {
    let create = FileSystemGetDirectoryOptions::new();
    create.set_create(true);
    let top: FileSystemDirectoryHandle =
        js::wait_for(root().await?.get_directory_handle_with_options(ROOT, &create)).await?;
    js::wait_for(top.get_directory_handle_with_options(project, &create)).await
}

/// A project's folder, if it is there; it is not made.
async fn existing_folder(project: &str) -> Result<Option<FileSystemDirectoryHandle>, JsValue> {
    let found = async {
        let top: FileSystemDirectoryHandle = js::wait_for(root().await?.get_directory_handle(ROOT)).await?;
        js::wait_for(top.get_directory_handle(project)).await
    };
    match found.await {
        Ok(folder) => Ok(Some(folder)),
        Err(error) => missing_is_fine(error).map(|()| None),
    }
}

/// Write a file as a whole: it appears under its name only when all of it is there.
pub async fn write(project: &str, name: &str, content: &Blob) -> Result<(), JsValue> {
    let create = FileSystemGetFileOptions::new();
    create.set_create(true);
    let handle: FileSystemFileHandle =
        js::wait_for(folder(project).await?.get_file_handle_with_options(name, &create)).await?;
    let stream: FileSystemWritableFileStream = js::wait_for(js::call(&handle, "createWritable", &[])?).await?;
    let written = js::wait(stream.write_with_blob(content)?).await;
    match written {
        Ok(_) => js::wait(stream.close()).await.map(|_| ()),
        Err(error) => {
            // The unfinished copy is thrown away; the first error is the one that tells.
            js::wait(stream.abort()).await.unwrap_or_default();
            Err(error)
        }
    }
}

pub async fn read(project: &str, name: &str) -> Result<File, JsValue> {
    let handle: FileSystemFileHandle = js::wait_for(folder(project).await?.get_file_handle(name)).await?;
    js::wait_for(handle.get_file()).await
}

pub async fn read_bytes(project: &str, name: &str) -> Result<Vec<u8>, JsValue> {
    let file = read(project, name).await?;
    Ok(js::bytes(&js::wait(file.array_buffer()).await?))
}

/// Names in a project's folder; none where there is no folder.
pub async fn names(project: &str) -> Result<Vec<String>, JsValue> {
    let Some(folder) = existing_folder(project).await? else { return Ok(Vec::new()) };
    let keys = folder.keys();
    let mut names = Vec::new();
    loop {
        let next = js::wait(js::call(&keys, "next", &[])?).await?;
        if js::get(&next, "done").is_some_and(|d| d.is_truthy()) {
            return Ok(names);
        }
        names.extend(js::get(&next, "value").and_then(|v| v.as_string()));
    }
}

pub async fn remove(project: &str, name: &str) -> Result<(), JsValue> {
    js::wait(folder(project).await?.remove_entry(name)).await.map(|_| ())
}

/// Remove a file that may not be there.
pub async fn remove_if_there(project: &str, name: &str) -> Result<(), JsValue> {
    match existing_folder(project).await? {
        Some(folder) => js::wait(folder.remove_entry(name)).await.map(|_| ()).or_else(missing_is_fine),
        None => Ok(()),
    }
}

/// Remove a project's folder.
pub async fn remove_project(project: &str) -> Result<(), JsValue> {
    let deep = FileSystemRemoveOptions::new();
    deep.set_recursive(true);
    let top: FileSystemDirectoryHandle = match js::wait_for(root().await?.get_directory_handle(ROOT)).await {
        Ok(top) => top,
        Err(error) => return missing_is_fine(error),
    };
    js::wait(top.remove_entry_with_options(project, &deep)).await.map(|_| ()).or_else(missing_is_fine)
}

/// Remove everything of Hearth's.
pub async fn remove_all() -> Result<(), JsValue> {
    let deep = FileSystemRemoveOptions::new();
    deep.set_recursive(true);
    js::wait(root().await?.remove_entry_with_options(ROOT, &deep)).await.map(|_| ()).or_else(missing_is_fine)
}

pub fn missing_is_fine(error: JsValue) -> Result<(), JsValue> {
    if js::error_name(&error).as_deref() == Some("NotFoundError") { Ok(()) } else { Err(error) }
}

/// The SHA-256 of a file's bytes in lower-case hex; `None` for one that is too large to hash at once.
pub async fn sha256(content: &Blob) -> Result<Option<String>, JsValue> {
    if content.size() > MOST_HASHED {
        return Ok(None);
    }
    let buffer = js::wait(content.array_buffer()).await?;
    let subtle = js::get(&window(), "crypto").and_then(|c| js::get(&c, "subtle")).unwrap_or(JsValue::UNDEFINED);
    let digest = js::wait(js::call(&subtle, "digest", &["SHA-256".into(), buffer])?).await?;
    Ok(Some(Uint8Array::new(&digest).to_vec().iter().map(|b| format!("{b:02x}")).collect()))
}
