//! A worker of the engine's pool: fits what it is given, in steps, and answers.
//!
//! Takes and gives transferred `ArrayBuffer`s, `PoolEvent::Ready` first. Before it dies of a panic it says
//! `{ panic: text }`; it is of no use afterwards.

use std::cell::{Cell, RefCell};

use hearth::job::message::{decode, encode};
use hearth::job::pool::warm::{REST, WarmUp};
use hearth::job::pool::{Hand, PoolEvent, PoolRequest};
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, Performance};

/// Steps are taken for about this long before the worker listens again.
const SLICE_MILLISECONDS: f64 = 24.0;

thread_local! {
    static WORKER: Worker = Worker::new();
}

struct Worker {
    hand: RefCell<Hand>,
    scope: DedicatedWorkerGlobalScope,
    clock: Performance,
    /// Its messages to itself let the engine's in between the steps, without the delays of a timer.
    channel: MessageChannel,
    scheduled: Cell<bool>,
    /// Until something is asked.
    warm: RefCell<Option<WarmUp>>,
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        say_panic(&panic.to_string());
    }));
    WORKER.with(Worker::listen);
}

impl Worker {
    fn new() -> Self {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        // Both are part of every worker of every browser that runs wasm.
        let clock = scope.performance().expect("a worker has a clock");
        let channel = MessageChannel::new().expect("a worker has message channels");
        Self { hand: RefCell::default(), scope, clock, channel, scheduled: Cell::new(false), warm: RefCell::default() }
    }

    fn listen(&self) {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(|message: MessageEvent| {
            WORKER.with(|worker| worker.heard(message.data()));
        });
        self.scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        let go_on = Closure::<dyn Fn()>::new(|| WORKER.with(Worker::work));
        self.channel.port1().set_onmessage(Some(go_on.as_ref().unchecked_ref()));
        go_on.forget();
        self.post(&PoolEvent::Ready);
    }

    fn heard(&self, message: JsValue) {
        let Ok(buffer) = message.dyn_into::<ArrayBuffer>() else {
            return say_panic("A message from the engine held no bytes.");
        };
        let request: PoolRequest = match decode(&Uint8Array::new(&buffer).to_vec()) {
            Ok(request) => request,
            Err(reason) => return say_panic(&reason),
        };
        // What is asked for comes first, and warms by itself.
        let warms = request == PoolRequest::WarmUp;
        *self.warm.borrow_mut() = warms.then(WarmUp::default);
        if warms {
            self.warm_up();
        }
        let events = self.hand.borrow_mut().handle(request, || self.clock.now());
        events.iter().for_each(|event| self.post(event));
        self.schedule();
    }

    /// The next slice, after a rest.
    fn warm_up(&self) {
        let go_on = Closure::once_into_js(|| {
            WORKER.with(|worker| {
                let goes_on = worker.warm.borrow_mut().as_mut().is_some_and(|warm| warm.slice(&|| worker.clock.now()));
                if goes_on {
                    worker.warm_up();
                } else {
                    *worker.warm.borrow_mut() = None;
                }
            });
        });
        let (work, rest) = (go_on.unchecked_ref(), REST as i32);
        if self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(work, rest).is_err() {
            *self.warm.borrow_mut() = None;
        }
    }

    fn work(&self) {
        self.scheduled.set(false);
        let began = self.clock.now();
        while !self.hand.borrow().is_idle() && self.clock.now() - began < SLICE_MILLISECONDS {
            let events = self.hand.borrow_mut().step(|| self.clock.now());
            events.iter().for_each(|event| self.post(event));
        }
        self.schedule();
    }

    fn schedule(&self) {
        if self.scheduled.get() || self.hand.borrow().is_idle() {
            return;
        }
        match self.channel.port2().post_message(&JsValue::NULL) {
            Ok(()) => self.scheduled.set(true),
            Err(error) => say_panic(&format!("The worker could not go on ({error:?}).")),
        }
    }

    fn post(&self, event: &PoolEvent) {
        let buffer = Uint8Array::from(encode(event).as_slice()).buffer();
        if let Err(error) = self.scope.post_message_with_transfer(&buffer, &Array::of1(&buffer)) {
            say_panic(&format!("An answer could not be sent ({error:?})."));
        }
    }
}

/// The last words: the engine starts another worker.
fn say_panic(text: &str) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let message = Object::new();
    let set = Reflect::set(&message, &"panic".into(), &text.into());
    if set.is_err() || scope.post_message(&message).is_err() {
        web_sys::console::error_1(&text.into());
    }
}
