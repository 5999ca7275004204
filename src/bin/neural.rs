//! The neural worker: hears the page, chooses the device, and drives `neural::Session` slice by slice, so that messages
//! come through in between.
//!
//! Takes `{ bytes: ArrayBuffer, data?: Blob }` and answers with transferred `ArrayBuffer`s. `data` is what
//! `NeuralRequest::Train` is to be fitted on, as the engine wrote it.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use burn::tensor::Device;
use hearth::job::message::{decode, encode};
use hearth::job::neural::{DeviceChoice, DeviceReport, NeuralEvent, NeuralRequest};
use hearth::model::network::NetworkData;
use hearth::neural::Session;
use hearth::neural::device::Gpu;
use hearth::neural::session::Next;
use hearth::neural::warm::WarmUp;
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, DedicatedWorkerGlobalScope, DomException, FileReaderSync, MessageChannel, MessageEvent};

/// Milliseconds of work after which the page is heard.
const TURN_EVERY: f64 = 40.0;

thread_local! {
    static INBOX: RefCell<VecDeque<NeuralRequest>> = const { RefCell::new(VecDeque::new()) };
    /// Wakes the driver when it waits for a request.
    static WAKE: RefCell<Option<Function>> = const { RefCell::new(None) };
    /// Messages to oneself, to let others in.
    static TURNS: Result<MessageChannel, JsValue> = MessageChannel::new();
    /// The page has been told that this worker is of no more use.
    static ENDED: Cell<bool> = const { Cell::new(false) };
}

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        end(panic.to_string());
    }));
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        match read(&event.data()) {
            Ok(request) => INBOX.with_borrow_mut(|inbox| inbox.extend(request)),
            Err(message) => end(message),
        }
        if let Some(wake) = WAKE.take() {
            // A promise's own function does not throw.
            let _ = wake.call0(&JsValue::UNDEFINED);
        }
    });
    scope().set_onmessage(Some(hear.as_ref().unchecked_ref()));
    hear.forget();
    spawn_local(drive());
    post(&NeuralEvent::Ready);
}

/// The request in a message, with what lies beside it; none where that could not be read, which is then told.
fn read(message: &JsValue) -> Result<Option<NeuralRequest>, String> {
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let mut request = decode(&Uint8Array::new(&field("bytes")).to_vec())?;
    if let NeuralRequest::Train { ticket, fit, data, .. } = &mut request {
        match field("data").dyn_into::<Blob>().map_err(|_| "They did not come.".to_owned()).and_then(|b| unpack(&b)) {
            Ok(found) => *data = Some(found),
            Err(reason) => {
                let message = format!("The prepared rows could not be read. {reason}");
                post(&NeuralEvent::Failed { ticket: *ticket, fit: *fit, message });
                return Ok(None);
            }
        }
    }
    Ok(Some(request))
}

/// The prepared rows that the engine wrote.
fn unpack(blob: &Blob) -> Result<NetworkData, String> {
    let reason = |error: JsValue| match error.dyn_ref::<DomException>() {
        Some(exception) => exception.message(),
        None => "The browser does not say why.".to_owned(),
    };
    let buffer = FileReaderSync::new().and_then(|reader| reader.read_as_array_buffer(blob)).map_err(reason)?;
    decode(&Uint8Array::new(&buffer).to_vec())
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Send an event; its buffer moves to the page.
fn post(event: &NeuralEvent) {
    let buffer = Uint8Array::from(encode(event).as_slice()).buffer();
    if let Err(error) = scope().post_message_with_transfer(&buffer, &Array::of1(&buffer)) {
        web_sys::console::error_1(&error);
    }
}

/// Tell the page, once, that this worker is of no more use, and why.
fn end(message: String) {
    if !ENDED.replace(true) {
        post(&NeuralEvent::DeviceLost { message });
    }
}

/// Answers requests and works, until the device is gone.
async fn drive() {
    let mut gpu = None;
    let mut session = None;
    let mut warm: Option<WarmUp> = None;
    let mut turned = now();
    while !ENDED.get() {
        let request = INBOX.with_borrow_mut(VecDeque::pop_front);
        let done = match (request, &mut session) {
            (Some(NeuralRequest::Start { choice }), _) => {
                for (ticket, fit) in session.iter().flat_map(Session::open_fits) {
                    post(&NeuralEvent::Failed { ticket, fit, message: "The device was changed meanwhile.".into() });
                }
                let (device, report) = choose(choice, &mut gpu).await;
                post(&NeuralEvent::Device { report: report.clone() });
                // On the GPU its own compiler has the work.
                warm = (!report.gpu).then(|| WarmUp::new(device.clone(), Rc::new(now)));
                session = Some(Session::new(device, report, Rc::new(now), Rc::new(|event| post(&event))));
                Ok(Next::Now)
            }
            (Some(NeuralRequest::LoseDevice), _) => match &gpu {
                Some(gpu) => {
                    Gpu::destroy(gpu);
                    Ok(Next::Now)
                }
                None => panic!("The CPU's trainer was asked to fail."),
            },
            (Some(request), Some(session)) => {
                // What is asked for comes first, and warms by itself.
                warm = None;
                session.handle(request).await.map(|()| Next::Now)
            }
            (Some(_), None) => Err("The first message must choose the device.".into()),
            (None, Some(session)) => match (session.advance().await, &mut warm) {
                (Ok(Next::Idle), Some(warm)) => Ok(warm.advance().await),
                (done, _) => done,
            },
            (None, None) => Ok(Next::Idle),
        };
        match done {
            // On a busy machine a turn takes longer than an epoch of a small table.
            Ok(Next::Now) if now() - turned < TURN_EVERY => {}
            Ok(Next::Now) => {
                turn().await;
                turned = now();
            }
            Ok(Next::After(milliseconds)) => wait(Some(milliseconds)).await,
            Ok(Next::Idle) => wait(None).await,
            Err(message) => end(message),
        }
    }
}

/// The device and a line that says why it is that one. The adapter is asked first, because burn panics on one that it
/// cannot use.
async fn choose(choice: DeviceChoice, gpu: &mut Option<Gpu>) -> (Device, DeviceReport) {
    let reason = match choice {
        DeviceChoice::Cpu => "The CPU was chosen.".to_string(),
        DeviceChoice::Automatic => match probe().await {
            Err(reason) => reason,
            Ok(name) => match open(gpu).await {
                Ok(device) => {
                    let report = DeviceReport { gpu: true, name: format!("WebGPU, {name}"), reason: String::new() };
                    return (device, report);
                }
                Err(error) => format!("WebGPU was there but could not be opened: {error}."),
            },
        },
    };
    (Device::flex(), DeviceReport { gpu: false, name: "CPU, SIMD128".into(), reason })
}

async fn open(gpu: &mut Option<Gpu>) -> Result<Device, String> {
    if gpu.is_none() {
        *gpu = Some(Gpu::open(|message| end(format!("The graphics device was lost: {message}"))).await?);
    }
    gpu.as_ref().map(|gpu| gpu.device.clone()).ok_or_else(|| "no device".into())
}

/// The adapter's name, or why there is none to use.
async fn probe() -> Result<String, String> {
    let get = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED);
    let webgpu = get(&scope().navigator(), "gpu");
    let request = get(&webgpu, "requestAdapter").dyn_into::<Function>();
    let Ok(request) = request else {
        return Err("This browser offers no WebGPU.".into());
    };
    let no_adapter = || "This browser has WebGPU, but no adapter was found.".to_string();
    let options = js_sys::Object::new();
    Reflect::set(&options, &"powerPreference".into(), &"high-performance".into()).map_err(|_| no_adapter())?;
    let adapter = request.call1(&webgpu, &options).map_err(|_| no_adapter())?;
    let adapter = JsFuture::from(adapter.unchecked_into::<Promise>()).await.map_err(|_| no_adapter())?;
    if adapter.is_null() || adapter.is_undefined() {
        return Err(no_adapter());
    }
    let features = get(&adapter, "features").unchecked_into::<js_sys::Set>();
    if !features.has(&"timestamp-query".into()) {
        return Err("The graphics adapter lacks timestamp queries, which the trainer needs.".into());
    }
    let info = get(&adapter, "info");
    let text = |key| get(&info, key).as_string().filter(|text| !text.is_empty());
    let name = text("description").or_else(|| {
        let parts: Vec<String> = ["vendor", "architecture"].into_iter().filter_map(text).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    });
    Ok(name.unwrap_or_else(|| "unnamed adapter".into()))
}

fn now() -> f64 {
    scope().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Let the messages in that are waiting.
async fn turn() {
    let promise = Promise::new(&mut |resolve, _| {
        // A timer would be slowed down to 4 ms; a message to oneself is not.
        let sent = TURNS.with(|channel| {
            let channel = channel.as_ref().ok()?;
            channel.port1().set_onmessage(Some(&resolve));
            channel.port2().post_message(&JsValue::NULL).ok()
        });
        if sent.is_none() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// Wait for a request, or so long.
async fn wait(milliseconds: Option<f64>) {
    if INBOX.with_borrow(|inbox| !inbox.is_empty()) {
        return;
    }
    let promise = Promise::new(&mut |resolve, _| {
        if let Some(milliseconds) = milliseconds {
            let timer =
                scope().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds.ceil() as i32);
            if timer.is_err() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        }
        WAKE.set(Some(resolve));
    });
    let _ = JsFuture::from(promise).await;
}
