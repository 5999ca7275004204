//! The engine and the neural trainer, each in a Web Worker that can die and is then started again.
//!
//! Messages are postcard in one transferred buffer. The engine is sent `{ bytes, file? }` and answers with buffers, with
//! `{ bytes, data }`, or with `{ panic: text }` when it is of no more use; the neural worker is sent `{ bytes, data? }`.
//! `data` is what a network is fitted on, a `Blob` that is never read here: it is kept for as long as the fit may have to
//! begin again. A worker that has not said that it is ready loses what it is sent, so messages wait here until then.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::{Send, js, updates};
use crate::job::message::{decode, encode};
use crate::job::neural::{NeuralEvent, NeuralRequest};
use crate::job::{Event, Problem, Request, Ticket};
use crate::studio::Action;

/// The neural trainer is large; it is started when the page has been quiet for so long, or when it is needed.
const IDLE_MILLISECONDS: u32 = 2_500;
/// A worker that dies so often before it is ready is not started again by itself.
const MOST_FAILED_STARTS: u32 = 4;

#[derive(Clone)]
pub struct Workers {
    engine: Rc<Link>,
    neural: Rc<Link>,
    rows: Rc<RefCell<Option<Rows>>>,
}

/// The prepared rows of the fit under way.
struct Rows {
    ticket: Ticket,
    fit: u32,
    data: JsValue,
}

struct Link {
    neural: bool,
    send: Send,
    state: RefCell<State>,
    rows: Rc<RefCell<Option<Rows>>>,
}

#[derive(Default)]
struct State {
    running: Option<Running>,
    ready: bool,
    /// Counts workers: what a former one still says is not heard.
    generation: u32,
    failed_starts: u32,
    waiting: Vec<Message>,
    /// Why the worker said that it is of no more use.
    last_words: Option<String>,
    /// The newest frame of the playground that is not drawn yet.
    frame: Option<NeuralEvent>,
}

struct Running {
    worker: Worker,
    /// Kept alive as long as the worker.
    _listeners: [Closure<dyn Fn(JsValue)>; 3],
}

/// A message and what moves with it.
struct Message {
    body: JsValue,
    moved: Array,
}

impl Workers {
    pub fn start(send: Send) -> Self {
        let rows = Rc::default();
        let (engine, neural) = (Link::new(false, send.clone(), &rows), Link::new(true, send, &rows));
        let workers = Self { engine, neural, rows };
        workers.engine.spawn();
        let neural = workers.neural.clone();
        Timeout::new(IDLE_MILLISECONDS, move || updates::complete_then(move || neural.spawn_unless_running())).forget();
        workers
    }

    pub fn engine(&self, request: &Request, file: Option<&File>) {
        let buffer = buffer(&encode(request));
        let mut parts = vec![("bytes", buffer.clone())];
        parts.extend(file.map(|f| ("file", JsValue::from(f))));
        self.engine.post(Message { body: js::object(&parts), moved: Array::of1(&buffer) });
    }

    pub fn neural(&self, request: &NeuralRequest) {
        let buffer = buffer(&encode(request));
        let mut parts = vec![("bytes", buffer.clone())];
        if let NeuralRequest::Train { ticket, fit, .. } = request {
            let rows = self.rows.borrow();
            let rows = rows.iter().filter(|rows| rows.ticket == *ticket && rows.fit == *fit);
            parts.extend(rows.map(|rows| ("data", rows.data.clone())));
        }
        self.neural.post(Message { body: js::object(&parts), moved: Array::of1(&buffer) });
    }

    /// End a worker and start it again. What waited for it is dropped: the studio says anew what it wants.
    pub fn restart(&self, neural: bool) {
        let link = if neural { &self.neural } else { &self.engine };
        let message = link.state.borrow_mut().last_words.take();
        link.end();
        {
            let mut state = link.state.borrow_mut();
            state.waiting.clear();
            state.failed_starts = 0;
        }
        link.spawn();
        let message = message.unwrap_or_else(|| "it was ended on purpose".into());
        (link.send)(Action::WorkerRestarted { neural, message });
    }
}

fn buffer(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).buffer().into()
}

impl Link {
    fn new(neural: bool, send: Send, rows: &Rc<RefCell<Option<Rows>>>) -> Rc<Self> {
        Rc::new(Self { neural, send, state: RefCell::default(), rows: rows.clone() })
    }

    fn post(self: &Rc<Self>, message: Message) {
        let state = self.state.borrow();
        match &state.running {
            Some(running) if state.ready => {
                if let Err(error) = running.worker.post_message_with_transfer(&message.body, &message.moved) {
                    drop(state);
                    self.died(js::text(&error));
                }
            }
            _ => {
                drop(state);
                self.state.borrow_mut().waiting.push(message);
                self.spawn_unless_running();
            }
        }
    }

    fn spawn_unless_running(self: &Rc<Self>) {
        let stopped = self.state.borrow().running.is_none();
        if stopped {
            self.spawn();
        }
    }

    fn spawn(self: &Rc<Self>) {
        let generation = {
            let mut state = self.state.borrow_mut();
            state.generation += 1;
            state.ready = false;
            state.generation
        };
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(if self.neural { "neural" } else { "engine" });
        let script = if self.neural { "./start-neural.js" } else { "./start-engine.js" };
        let worker = match Worker::new_with_options(script, &options) {
            Ok(worker) => worker,
            Err(error) => return self.died(js::text(&error)),
        };
        let heard = self.listener(generation, |link, event| {
            link.heard(event.dyn_ref::<MessageEvent>().map_or(JsValue::UNDEFINED, MessageEvent::data));
        });
        let failed = self.listener(generation, |link, event| {
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|m| !m.is_empty());
            link.died(message.unwrap_or_else(|| "its program could not be loaded".into()));
        });
        let garbled = self.listener(generation, |link, _| link.died("a message could not be read".into()));
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(garbled.as_ref().unchecked_ref()));
        self.state.borrow_mut().running = Some(Running { worker, _listeners: [heard, failed, garbled] });
    }

    /// A listener that is deaf once its worker has been replaced.
    fn listener(self: &Rc<Self>, generation: u32, hear: fn(&Rc<Self>, JsValue)) -> Closure<dyn Fn(JsValue)> {
        let link = Rc::downgrade(self);
        Closure::new(move |event| {
            if let Some(link) = link.upgrade().filter(|l| l.state.borrow().generation == generation) {
                hear(&link, event);
            }
        })
    }

    fn heard(self: &Rc<Self>, data: JsValue) {
        if let Some(panic) = js::get(&data, "panic") {
            // A worker that has said itself why it ends may fall over afterwards; the studio has been told already.
            if self.state.borrow().last_words.is_none() {
                self.died(panic.as_string().unwrap_or_default());
            }
            return;
        }
        let (message, beside) = match js::get(&data, "bytes") {
            Some(bytes) => (bytes, js::get(&data, "data")),
            None => (data, None),
        };
        if !message.is_instance_of::<ArrayBuffer>() {
            return self.died("it sent a message of another form".into());
        }
        let bytes = js::bytes(&message);
        let action = if self.neural {
            let event = match decode::<NeuralEvent>(&bytes) {
                Ok(frame @ NeuralEvent::Frame { .. }) => return self.frame_came(frame),
                other => other,
            };
            event.map(|event| {
                match &event {
                    NeuralEvent::Ready => self.is_ready(),
                    NeuralEvent::DeviceLost { message } => {
                        self.state.borrow_mut().last_words = Some(message.clone());
                    }
                    NeuralEvent::Fitted { ticket, fit, .. } | NeuralEvent::Failed { ticket, fit, .. } => {
                        self.rows.borrow_mut().take_if(|rows| rows.ticket == *ticket && rows.fit == *fit);
                    }
                    _ => {}
                }
                Action::Neural(event)
            })
        } else {
            decode::<Event>(&bytes).map(|event| {
                match &event {
                    Event::Ready { .. } => self.is_ready(),
                    Event::FitNetwork { ticket, fit, .. } => {
                        let rows = beside.map(|data| Rows { ticket: *ticket, fit: *fit, data });
                        self.rows.replace(rows);
                    }
                    Event::TrainingFinished { ticket, .. } => {
                        self.rows.borrow_mut().take_if(|rows| rows.ticket == *ticket);
                    }
                    _ => {}
                }
                Action::Engine(event)
            })
        };
        match action {
            Ok(action) => (self.send)(action),
            Err(message) => self.died(message),
        }
    }

    /// Frames come at the trainer's pace, whether or not the page has drawn the last one: a slower page draws the newest,
    /// once for each frame of its own, and leaves out the others.
    fn frame_came(self: &Rc<Self>, frame: NeuralEvent) {
        if self.state.borrow_mut().frame.replace(frame).is_some() {
            return;
        }
        let link = self.clone();
        let draw = move || {
            let frame = link.state.borrow_mut().frame.take();
            if let Some(frame) = frame {
                (link.send)(Action::Neural(frame));
            }
        };
        // Behind the page's frame, so that what the person does comes first.
        let next = Closure::once_into_js(move || Timeout::new(0, draw).forget());
        if gloo::utils::window().request_animation_frame(next.unchecked_ref()).is_err() {
            self.state.borrow_mut().frame = None;
        }
    }

    fn is_ready(self: &Rc<Self>) {
        let waiting = {
            let mut state = self.state.borrow_mut();
            state.ready = true;
            state.failed_starts = 0;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(|message| self.post(message));
    }

    /// End the worker, if one runs, and hear no more of it. Answers whether it was ready.
    fn end(&self) -> bool {
        let mut state = self.state.borrow_mut();
        if let Some(running) = state.running.take() {
            // What it has said already may still be on its way.
            running.worker.set_onmessage(None);
            running.worker.set_onerror(None);
            running.worker.set_onmessageerror(None);
            running.worker.terminate();
            // One of its listeners may be what is running now; it is dropped when that is over.
            Timeout::new(0, move || drop(running)).forget();
        }
        state.generation += 1;
        state.last_words = None;
        state.frame = None;
        std::mem::take(&mut state.ready)
    }

    /// The worker is gone: start another, tell the studio. What waits for a worker that never was ready goes on waiting.
    fn died(self: &Rc<Self>, message: String) {
        if self.end() {
            self.spawn();
            return (self.send)(Action::WorkerRestarted { neural: self.neural, message });
        }
        let failed = {
            let mut state = self.state.borrow_mut();
            state.failed_starts += 1;
            state.failed_starts
        };
        if failed >= MOST_FAILED_STARTS {
            return self.give_up(message);
        }
        let link = self.clone();
        Timeout::new(300 * failed, move || link.spawn_unless_running()).forget();
    }

    /// The worker cannot be started. The next message is another try.
    fn give_up(&self, message: String) {
        {
            let mut state = self.state.borrow_mut();
            state.failed_starts = 0;
            if self.neural {
                state.waiting.clear();
            }
        }
        (self.send)(if self.neural {
            Action::TrainerUnavailable { message }
        } else {
            Action::Report(Problem {
                place: "The engine".into(),
                event: format!("It could not be started ({message})."),
                kept: "All that was saved is kept.".into(),
                cure: "Reload the page. If that does not help, use a current browser.".into(),
            })
        });
    }
}
