//! Files: dropped, pasted, picked, fetched and handed out. The studio knows them by key; the bytes stay with the browser.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::timers::callback::Timeout;
use gloo::utils::{document, window};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    Blob, BlobPropertyBag, ClipboardEvent, DragEvent, File, FilePropertyBag, HtmlAnchorElement, HtmlInputElement, Url,
};

use super::{Send, js};
use crate::job::Problem;
use crate::studio::{Action, FileHandle, FilePurpose};
use crate::table::bundle::{self, Member};

thread_local! {
    /// Files by key. A file is a handle of the browser's, not its bytes.
    static HELD: RefCell<BTreeMap<u32, File>> = const { RefCell::new(BTreeMap::new()) };
}

/// Keep a file, and give the handle by which the studio names it.
pub fn hold(file: File) -> FileHandle {
    HELD.with_borrow_mut(|held| {
        let key = held.last_key_value().map_or(1, |(key, _)| key + 1);
        let handle = FileHandle { key, name: file.name(), n_bytes: file.size() as u64 };
        held.insert(key, file);
        handle
    })
}

/// The file of a handle.
pub(crate) fn get(key: u32) -> Option<File> {
    HELD.with_borrow(|held| held.get(&key).cloned())
}

/// Take drops anywhere on the page and pastes outside of text fields from now on; answers with what had been dropped
/// before the program arrived (see `boot.js`).
pub(crate) fn listen(send: &Send) -> Vec<JsValue> {
    let active = EventListenerOptions::enable_prevent_default();
    let over = |on: bool| {
        if let Some(root) = document().document_element()
            && let Err(error) = root.class_list().toggle_with_force("dropping", on)
        {
            web_sys::console::warn_1(&error);
        }
    };
    EventListener::new_with_options(&window(), "dragover", active, move |event| {
        if brings_files(event) {
            event.prevent_default();
            over(true);
        }
    })
    .forget();
    EventListener::new(&window(), "dragleave", move |event| {
        if event.dyn_ref::<DragEvent>().is_some_and(|e| e.related_target().is_none()) {
            over(false);
        }
    })
    .forget();
    let dropped = send.clone();
    EventListener::new_with_options(&window(), "drop", active, move |event| {
        over(false);
        // A view with a drop target of its own has taken it.
        if event.default_prevented() || !brings_files(event) {
            return;
        }
        event.prevent_default();
        let onto = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let adds = onto.is_some_and(|e| e.closest("[data-drop=add]").ok().flatten().is_some());
        if let Some(files) = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer).and_then(|d| d.files()) {
            take(&dropped, &files, adds);
        }
    })
    .forget();
    let pasted = send.clone();
    EventListener::new_with_options(&window(), "paste", active, move |event| paste(&pasted, event)).forget();

    let queue = js::get(&window(), "hearthQueue").unwrap_or(JsValue::UNDEFINED);
    let chosen = send.clone();
    // Kept for as long as the page lives: a dialog that was opened before may still bring a file.
    let late = Closure::<dyn Fn(JsValue)>::new(move |item| open_waiting(&chosen, item)).into_js_value();
    match js::call(&queue, "release", &[late]) {
        Ok(items) => Array::from(&items).to_vec(),
        // The page was started by something else than boot.js: nothing can have been dropped.
        Err(_) => Vec::new(),
    }
}

/// Whether a drag carries files, and not a piece of the page.
fn brings_files(event: &web_sys::Event) -> bool {
    let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
    data.is_some_and(|data| data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files")))
}

/// Send what was dropped before the program arrived.
pub(crate) fn open_waiting(send: &Send, item: JsValue) {
    if let Some(file) = js::get(&item, "file").and_then(|f| f.dyn_into::<File>().ok()) {
        let more = js::get(&item, "more").is_some_and(|more| more.is_truthy());
        let handle = hold(file);
        send(if more { Action::AddFile(handle) } else { Action::FileDropped(handle) });
    } else if let Some(sample) = js::get(&item, "sample").and_then(|s| s.as_string()) {
        send(Action::SampleChosen(sample));
    }
}

/// Of several files the first is the table, and the others are added to it; with `adds` all are.
fn take(send: &Send, files: &web_sys::FileList, adds: bool) {
    let all: Vec<File> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    for (at, file) in all.into_iter().enumerate() {
        let handle = hold(file);
        send(if at == 0 && !adds { Action::FileDropped(handle) } else { Action::AddFile(handle) });
    }
}

fn paste(send: &Send, event: &web_sys::Event) {
    let Some(event) = event.dyn_ref::<ClipboardEvent>() else { return };
    let field = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    if field.is_some_and(|f| f.closest("input, textarea, select, [contenteditable]").ok().flatten().is_some()) {
        return;
    }
    let Some(data) = event.clipboard_data() else { return };
    if let Some(files) = data.files().filter(|f| f.length() > 0) {
        event.prevent_default();
        take(send, &files, false);
        return;
    }
    let Some(text) = data.get_data("text/plain").ok().filter(|t| !t.trim().is_empty()) else { return };
    event.prevent_default();
    match named_file("pasted.csv", "text/csv", &Array::of1(&text.into())) {
        Ok(file) => send(Action::FileDropped(hold(file))),
        Err(error) => web_sys::console::error_1(&error),
    }
}

fn named_file(name: &str, media_type: &str, parts: &Array) -> Result<File, JsValue> {
    let options = FilePropertyBag::new();
    options.set_type(media_type);
    File::new_with_blob_sequence_and_options(parts, name, &options)
}

/// A file behind those of another, as `table::bundle` puts them; no byte of either is copied.
pub(crate) async fn bundle(first: &File, names: (&str, &str), added: &File) -> Result<FileHandle, JsValue> {
    let length = first.size();
    let end = first.slice_with_f64_and_f64((length - bundle::END as f64).max(0.0), length)?;
    let end = js::bytes(&js::wait(end.array_buffer()).await?);
    let alone = || vec![Member { name: names.0.to_owned(), n_bytes: length as u64 }];
    let mut members = bundle::listed(length as u64, &end).unwrap_or_else(alone);
    let kept: u64 = members.iter().map(|member| member.n_bytes).sum();
    members.push(Member { name: names.1.to_owned(), n_bytes: added.size() as u64 });
    let tail = Uint8Array::from(bundle::tail(&members).as_slice());
    let files = first.slice_with_f64_and_f64(0.0, kept as f64)?;
    named_file(names.0, "", &Array::of3(&files, added, &tail)).map(hold)
}

/// Open the browser's file dialogue.
pub(crate) fn pick(send: &Send, purpose: FilePurpose) {
    let input = document().create_element("input").ok().and_then(|e| e.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    input.set_type("file");
    input.set_accept(match purpose {
        FilePurpose::Data | FilePurpose::Beside | FilePurpose::Score(_) | FilePurpose::Watch(_) => {
            ".csv,.tsv,.txt,.tab,.gz,.zip,.json,.jsonl,.ndjson,.xlsx,.xlsm,.xlsb,.xls,.ods,.parquet,text/csv,text/plain,text/tab-separated-values"
        }
        FilePurpose::Package | FilePurpose::Project => ".zip,.hearth,application/zip",
    });
    input.set_multiple(matches!(purpose, FilePurpose::Data | FilePurpose::Beside));
    let (send, chosen) = (send.clone(), input.clone());
    let listener = EventListener::once(&input, "change", move |_| {
        let Some(files) = chosen.files() else { return };
        if let FilePurpose::Data | FilePurpose::Beside = purpose {
            return take(&send, &files, purpose == FilePurpose::Beside);
        }
        let Some(file) = files.get(0) else { return };
        let handle = hold(file);
        send(match purpose {
            FilePurpose::Data | FilePurpose::Beside => Action::AddFile(handle),
            FilePurpose::Package => Action::OpenPackage(handle),
            FilePurpose::Project => Action::OpenProjectFile(handle),
            FilePurpose::Score(run) => Action::ScoreFile(run, handle),
            FilePurpose::Watch(run) => Action::WatchFile(run, handle),
        });
    });
    listener.forget();
    input.click();
}

/// Fetch a sample from the page's own folder.
pub(crate) fn fetch_sample(send: &Send, name: String) {
    let send = send.clone();
    spawn_local(async move {
        match sample(name.trim_end_matches(".csv")).await {
            Ok(file) => send(Action::FileDropped(hold(file))),
            Err(error) => send(Action::Report(Problem {
                place: format!("Sample “{name}”"),
                event: format!("It could not be loaded ({}).", js::text(&error)),
                kept: "Nothing else changed.".into(),
                cure: "Reload the page, or drop a file of your own.".into(),
            })),
        }
    });
}

async fn sample(id: &str) -> Result<File, JsValue> {
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return Err("no such sample".into());
    }
    let response = js::wait_for::<web_sys::Response>(window().fetch_with_str(&format!("samples/{id}.csv"))).await?;
    if !response.ok() {
        return Err(format!("the host answered {}", response.status()).into());
    }
    let bytes = js::wait(response.array_buffer()?).await?;
    named_file(&format!("{id}.csv"), "text/csv", &Array::of1(&bytes))
}

/// Hand a file out as a download.
pub(crate) fn download(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download has long begun by then; the bytes need not stay in memory for it.
    Timeout::new(60_000, move || Url::revoke_object_url(&url).unwrap_or_default()).forget();
    Ok(())
}

/// Put a text on the clipboard.
pub(crate) fn copy(send: &Send, text: String) {
    let send = send.clone();
    spawn_local(async move {
        let clipboard = js::get(&window().navigator(), "clipboard").unwrap_or(JsValue::UNDEFINED);
        let copied = match js::call(&clipboard, "writeText", &[text.into()]) {
            Ok(promise) => js::wait(promise).await,
            Err(error) => Err(error),
        };
        if let Err(error) = copied {
            send(Action::Report(Problem {
                place: "Clipboard".into(),
                event: format!("The text could not be copied ({}).", js::text(&error)),
                kept: "Nothing else changed.".into(),
                cure: "Allow this page to use the clipboard, then try again.".into(),
            }));
        }
    });
}
