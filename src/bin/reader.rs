//! The reader of spreadsheets and Parquet files: a worker of the engine's, started when such a file comes.
//!
//! Takes and gives transferred `ArrayBuffer`s, as a worker of the pool does: `PoolEvent::Ready` first, then an answer for each
//! `ReadTask`. Before it dies of a panic it says `{ panic: text }`; it is of no use afterwards.

use std::cell::RefCell;

use hearth::job::message::{decode, encode};
use hearth::job::pool::PoolEvent;
use hearth::job::reader::{ReadTask, answer};
use hearth::reader::Reader;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

thread_local! {
    static READER: RefCell<Reader> = RefCell::default();
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        say_panic(&panic.to_string());
    }));
    let heard = Closure::<dyn Fn(MessageEvent)>::new(|message: MessageEvent| hear(message.data()));
    scope().set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
    post(&PoolEvent::Ready);
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn hear(message: JsValue) {
    let Ok(buffer) = message.dyn_into::<ArrayBuffer>() else {
        return say_panic("A message from the engine held no bytes.");
    };
    match decode::<ReadTask>(&Uint8Array::new(&buffer).to_vec()) {
        Ok(ReadTask { id, wanted, sha256, file }) => {
            let read = READER.with_borrow_mut(|reader| reader.read(&wanted, &sha256, file));
            post(&answer(id, read));
        }
        Err(reason) => say_panic(&reason),
    }
}

fn post(event: &PoolEvent) {
    let buffer = Uint8Array::from(encode(event).as_slice()).buffer();
    if let Err(error) = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer)) {
        say_panic(&format!("An answer could not be sent ({error:?})."));
    }
}

/// The last words: the engine starts another reader for the next file.
fn say_panic(text: &str) {
    let message = Object::new();
    let set = Reflect::set(&message, &"panic".into(), &text.into());
    if set.is_err() || scope().post_message(&message).is_err() {
        web_sys::console::error_1(&text.into());
    }
}
