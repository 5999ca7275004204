//! ONNX Runtime, which runs the golden rows of a package: a worker of its own (`public/outside.js`), ended when it has answered.

use gloo::timers::callback::Timeout;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{Send, js};
use crate::job::{Asked, Ticket};
use crate::studio::Action;

/// A runtime that is at it for so long may never end; a forest of 50 MB takes some twelve seconds.
const PATIENCE_MILLISECONDS: u32 = 120_000;

pub(crate) fn run(send: &Send, ticket: Ticket, question: Asked) {
    let send = send.clone();
    spawn_local(async move {
        let result = answers(question).await.map_err(|error| js::text(&error));
        send(Action::RanOutside { ticket, result });
    });
}

async fn answers(question: Asked) -> Result<String, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("outside.js", &options)?;
    let told = Promise::new(&mut |done, fail| {
        let give_up = fail.clone();
        let heard = Closure::once_into_js(move |message: MessageEvent| done.call1(&JsValue::NULL, &message.data()));
        worker.set_onmessage(Some(heard.unchecked_ref()));
        let failed = Closure::once_into_js(move |error: ErrorEvent| {
            error.prevent_default();
            fail.call1(&JsValue::NULL, &error)
        });
        worker.set_onerror(Some(failed.unchecked_ref()));
        Timeout::new(PATIENCE_MILLISECONDS, move || {
            // What has answered by then hears nothing of it.
            let _ = give_up.call1(&JsValue::NULL, &"it had not answered after two minutes".into());
        })
        .forget();
    });
    let model = Uint8Array::from(question.model.as_slice()).buffer();
    let message = js::object(&[("model", (&model).into()), ("feeds", question.feeds.into())]);
    worker.post_message_with_transfer(&message, &Array::of1(&model))?;
    let told = js::wait(told).await;
    worker.terminate();
    let told = told?;
    match js::get(&told, "answers").and_then(|answers| answers.as_string()) {
        Some(answers) => Ok(answers),
        None => Err(js::get(&told, "problem").unwrap_or(JsValue::UNDEFINED)),
    }
}
