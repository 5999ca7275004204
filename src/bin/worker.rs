//! The engine in a Web Worker: messages in, steps in between, messages out. The workers of its pool are its own: it starts
//! two of them in a quiet moment and the others when there is something to fit, and they end with it.
//!
//! Takes `{ bytes: ArrayBuffer, file?: File }` and answers with transferred `ArrayBuffer`s, `Event::Ready` first. What a
//! network is to be fitted on goes beside its event, as `{ bytes: ArrayBuffer, data: Blob }`: a handle, however large.
//! Before it dies of a panic it says `{ panic: text }`; it is of no use afterwards.

use std::cell::{Cell, RefCell};

use hearth::job::engine::Engine;
use hearth::job::engine::warm::{REST, WarmUp};
use hearth::job::message::{decode, encode};
use hearth::job::pool::{Crew, Deed, MOST_HANDS, Order, PoolEvent, Said};
use hearth::job::{Event, Request};
use hearth::table::source::ByteSource;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{
    Blob, DedicatedWorkerGlobalScope, DomException, ErrorEvent, File, FileReaderSync, MessageChannel, MessageEvent,
    Performance, WorkerOptions, WorkerType,
};

/// Milliseconds in which nothing is asked before it warms up: what made the page start this worker comes first.
const FIRST_REST: f64 = 400.0;

/// Milliseconds in which nothing is asked before a worker of the pool is started beforehand.
const QUIET: f64 = 500.0;

/// Steps are taken for about this long before the worker listens again.
const SLICE_MILLISECONDS: f64 = 24.0;

thread_local! {
    static WORKER: Worker = Worker::new();
}

struct Worker {
    engine: RefCell<Engine>,
    crew: RefCell<Crew>,
    /// The reader is a crew of one. Its place among the hands is the last.
    reader: RefCell<Crew>,
    hands: RefCell<Vec<Option<Hand>>>,
    scope: DedicatedWorkerGlobalScope,
    clock: Performance,
    /// Its messages to itself let the page's messages in between the steps, without the delays of a timer.
    channel: MessageChannel,
    /// The next steps are on their way.
    scheduled: Cell<bool>,
    /// Until something is asked.
    warm: RefCell<Option<WarmUp>>,
    /// Counts what is asked: the same number after a while tells of quiet.
    pulse: Cell<u32>,
    /// It will be looked whether it has been quiet.
    looks: Cell<bool>,
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
        let n_hands = (scope.navigator().hardware_concurrency() as usize).clamp(1, MOST_HANDS);
        Self {
            engine: RefCell::new(Engine::new(n_hands)),
            crew: RefCell::new(Crew::new(n_hands)),
            reader: RefCell::new(Crew::new(1)),
            hands: RefCell::new((0..=n_hands).map(|_| None).collect()),
            scope,
            clock,
            channel,
            scheduled: Cell::new(false),
            warm: RefCell::new(Some(WarmUp::default())),
            pulse: Cell::new(0),
            looks: Cell::new(false),
        }
    }

    fn listen(&self) {
        let heard = Closure::<dyn Fn(MessageEvent)>::new(|message: MessageEvent| {
            WORKER.with(|worker| worker.heard(&message.data()));
        });
        self.scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        let go_on = Closure::<dyn Fn()>::new(|| WORKER.with(Worker::work));
        self.channel.port1().set_onmessage(Some(go_on.as_ref().unchecked_ref()));
        go_on.forget();
        let n_hands = self.crew.borrow().n_slots() as u32;
        self.post(&Event::Ready { version: env!("CARGO_PKG_VERSION").to_owned(), n_hands });
        self.warm_up_after(FIRST_REST);
    }

    fn warm_up_after(&self, milliseconds: f64) {
        let go_on = Closure::once_into_js(|| {
            WORKER.with(|worker| {
                let goes_on = worker.warm.borrow_mut().as_mut().is_some_and(|warm| warm.slice(&|| worker.clock.now()));
                if goes_on {
                    worker.warm_up_after(REST);
                } else if worker.warm.take().is_some() {
                    worker.prepare_crew();
                }
            });
        });
        if !self.after(milliseconds, &go_on) {
            *self.warm.borrow_mut() = None;
        }
    }

    fn after(&self, milliseconds: f64, work: &JsValue) -> bool {
        let set =
            self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(work.unchecked_ref(), milliseconds as i32);
        set.is_ok()
    }

    /// Starts a worker of the pool when it has been quiet for a moment: while the page is at work its cores are needed.
    fn prepare_crew(&self) {
        if self.crew.borrow().to_prepare().is_none() || self.looks.replace(true) {
            return;
        }
        let pulse = self.pulse.get();
        let go_on = Closure::once_into_js(move || {
            WORKER.with(|worker| {
                worker.looks.set(false);
                // An engine that ended in the middle of its work still hears its timers until the page has seen it.
                let Ok(idle) = worker.engine.try_borrow().map(|engine| engine.is_idle()) else {
                    return;
                };
                if !idle {
                    // The end of that work asks again.
                } else if worker.pulse.get() == pulse {
                    let deed = worker.crew.borrow_mut().prepare();
                    worker.do_all(deed.into_iter().collect());
                } else {
                    worker.prepare_crew();
                }
            });
        });
        // Without a timer they are started when there is work.
        if !self.after(QUIET, &go_on) {
            self.looks.set(false);
        }
    }

    fn heard(&self, message: &JsValue) {
        let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
        let Ok(buffer) = field("bytes").dyn_into::<ArrayBuffer>() else {
            return say_panic("A message from the page held no bytes.");
        };
        let request: Request = match decode(&Uint8Array::new(&buffer).to_vec()) {
            Ok(request) => request,
            Err(reason) => return say_panic(&reason),
        };
        // What is asked for comes first, and warms by itself.
        *self.warm.borrow_mut() = None;
        self.pulse.set(self.pulse.get().wrapping_add(1));
        let source = field("file").dyn_into::<File>().ok().and_then(FileSource::open);
        let events = self.engine.borrow_mut().handle(request, source);
        self.post_all(events);
        self.give_orders();
        self.schedule();
    }

    fn work(&self) {
        self.scheduled.set(false);
        let began = self.clock.now();
        loop {
            let events = self.engine.borrow_mut().step(self.clock.now());
            self.post_all(events);
            self.give_orders();
            if self.engine.borrow().is_idle() || self.clock.now() - began > SLICE_MILLISECONDS {
                break;
            }
        }
        self.schedule();
    }

    fn schedule(&self) {
        if self.scheduled.get() {
            return;
        }
        if self.engine.borrow().is_idle() {
            return self.prepare_crew();
        }
        match self.channel.port2().post_message(&JsValue::NULL) {
            Ok(()) => self.scheduled.set(true),
            Err(error) => say_panic(&format!("The engine could not go on ({error:?}).")),
        }
    }

    fn give_orders(&self) {
        let orders = self.engine.borrow_mut().take_orders();
        for order in orders {
            let reads = matches!(order, Order::Read { .. });
            let deeds = if reads { &self.reader } else { &self.crew }.borrow_mut().order(order);
            self.do_all(if reads { self.of_reader(deeds) } else { deeds });
        }
    }

    /// The place of the reader among the hands.
    fn reader_place(&self) -> usize {
        self.hands.borrow().len() - 1
    }

    /// Deeds of the reader's crew, at its place.
    fn of_reader(&self, deeds: Vec<Deed>) -> Vec<Deed> {
        let place = self.reader_place();
        let moved = deeds.into_iter().map(|deed| match deed {
            Deed::Start { .. } => Deed::Start { slot: place },
            Deed::Send { bytes, .. } => Deed::Send { slot: place, bytes },
            Deed::Tell { id, answer } => Deed::Tell { id, answer },
        });
        moved.collect()
    }

    /// Something was heard of the worker in this slot.
    fn heard_of(&self, slot: usize, said: Said) {
        if matches!(said, Said::Died(_)) {
            self.end_hand(slot);
        }
        if slot == self.reader_place() {
            let deeds = self.reader.borrow_mut().heard(0, said);
            self.do_all(self.of_reader(deeds));
        } else {
            let deeds = self.crew.borrow_mut().heard(slot, said);
            self.do_all(deeds);
        }
        self.schedule();
    }

    fn do_all(&self, deeds: Vec<Deed>) {
        for deed in deeds {
            match deed {
                Deed::Start { slot } => self.start_hand(slot),
                Deed::Send { slot, bytes } => {
                    let sent = self.hands.borrow()[slot].as_ref().map(|hand| hand.post(&bytes));
                    if let Some(Err(error)) = sent {
                        self.heard_of(slot, Said::Died(reason(&error)));
                    }
                }
                Deed::Tell { id, answer } => {
                    let events = self.engine.borrow_mut().pool_answered(id, answer);
                    self.post_all(events);
                }
            }
        }
    }

    fn start_hand(&self, slot: usize) {
        self.end_hand(slot);
        let program = if slot == self.reader_place() { "reader" } else { "pool" };
        match Hand::start(slot, program) {
            Ok(hand) => self.hands.borrow_mut()[slot] = Some(hand),
            Err(error) => self.heard_of(slot, Said::Died(reason(&error))),
        }
    }

    fn end_hand(&self, slot: usize) {
        if let Some(hand) = self.hands.borrow_mut()[slot].take() {
            hand.end();
        }
    }

    fn post_all(&self, events: Vec<Event>) {
        for event in events {
            self.post(&event);
        }
    }

    fn post(&self, event: &Event) {
        let buffer = Uint8Array::from(encode(event).as_slice()).buffer();
        let message = match event {
            Event::FitNetwork { data, .. } => beside(&buffer, data),
            _ => Ok(JsValue::from(&buffer)),
        };
        let sent = message.and_then(|message| self.scope.post_message_with_transfer(&message, &Array::of1(&buffer)));
        if let Err(error) = sent {
            say_panic(&format!("An answer could not be sent ({error:?})."));
        }
    }
}

/// A worker of the pool, or the reader.
struct Hand {
    worker: web_sys::Worker,
    /// Kept alive as long as the worker.
    listeners: [Closure<dyn Fn(JsValue)>; 2],
}

impl Hand {
    fn start(slot: usize, program: &str) -> Result<Self, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(program);
        let worker = web_sys::Worker::new_with_options(&format!("./start-{program}.js"), &options)?;
        let heard = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let data = event.dyn_ref::<MessageEvent>().map_or(JsValue::UNDEFINED, MessageEvent::data);
            WORKER.with(|engine| engine.heard_of(slot, said(&data)));
        });
        let failed = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|m| !m.is_empty());
            let message = message.unwrap_or_else(|| "its program could not be loaded".to_owned());
            WORKER.with(|engine| engine.heard_of(slot, Said::Died(message)));
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        Ok(Self { worker, listeners: [heard, failed] })
    }

    fn post(&self, bytes: &[u8]) -> Result<(), JsValue> {
        let buffer = Uint8Array::from(bytes).buffer();
        self.worker.post_message_with_transfer(&buffer, &Array::of1(&buffer))
    }

    fn end(self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        // One of its listeners may be what is running now: they are let go when that is over.
        let listeners = self.listeners;
        wasm_bindgen_futures::spawn_local(async move { drop(listeners) });
    }
}

/// What a message of a pool worker says.
fn said(data: &JsValue) -> Said {
    if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
        return match decode::<PoolEvent>(&Uint8Array::new(buffer).to_vec()) {
            Ok(event) => Said::Event(event),
            Err(message) => Said::Died(message),
        };
    }
    let panic = Reflect::get(data, &"panic".into()).ok().and_then(|text| text.as_string());
    Said::Died(panic.unwrap_or_else(|| "it sent a message of another form".to_owned()))
}

/// A message with something beside it, which its reader hands on.
fn beside(buffer: &ArrayBuffer, data: &[u8]) -> Result<JsValue, JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(data)))?;
    let message = Object::new();
    Reflect::set(&message, &"bytes".into(), buffer)?;
    Reflect::set(&message, &"data".into(), &blob)?;
    Ok(message.into())
}

/// The last words: the page ends this worker and starts another.
fn say_panic(text: &str) {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let message = Object::new();
    let set = Reflect::set(&message, &"panic".into(), &text.into());
    if set.is_err() || scope.post_message(&message).is_err() {
        web_sys::console::error_1(&text.into());
    }
}

/// A file of the browser, read slice by slice.
struct FileSource {
    file: File,
    reader: FileReaderSync,
}

impl FileSource {
    fn open(file: File) -> Option<Box<dyn ByteSource>> {
        let reader = FileReaderSync::new().ok()?;
        Some(Box::new(Self { file, reader }))
    }
}

impl ByteSource for FileSource {
    fn len(&self) -> u64 {
        // Sizes are whole numbers far below 2⁵³.
        self.file.size() as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let end = offset.saturating_add(length as u64).min(self.len());
        let start = offset.min(end);
        let slice = self.file.slice_with_f64_and_f64(start as f64, end as f64).map_err(|e| reason(&e))?;
        let buffer = self.reader.read_as_array_buffer(&slice).map_err(|e| reason(&e))?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}

/// What the browser says about a file that it could not read.
fn reason(error: &JsValue) -> String {
    match error.dyn_ref::<DomException>() {
        Some(exception) if exception.name() == "NotReadableError" => {
            "The browser says that it changed, or may no longer be read.".to_owned()
        }
        Some(exception) => exception.message(),
        None => "The browser does not say why.".to_owned(),
    }
}
