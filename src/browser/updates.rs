//! The service worker: a new version waits until the person accepts it, and never comes while a tab is at work.

use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use gloo::utils::window;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageChannel, MessageEvent, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration};

use super::storage::{Storage, Task};
use super::{Send, js, lock};
use crate::job::Problem;
use crate::studio::Action;

const HOUR: u32 = 3_600_000;

pub struct Updates {
    send: Send,
    storage: Storage,
}

impl Updates {
    pub fn start(send: Send, storage: Storage) -> Self {
        let Some(container) = container() else { return Self { send, storage } };
        // A newer worker takes over at once but goes on serving the accepted version; it says so when asked.
        let told = send.clone();
        EventListener::new(&container, "controllerchange", move |_| look(told.clone())).forget();
        let (saved, sender) = (storage.clone(), send.clone());
        EventListener::new(&container, "message", move |event| {
            let data = event.dyn_ref::<MessageEvent>().map_or(JsValue::UNDEFINED, MessageEvent::data);
            match js::get(&data, "type").and_then(|t| t.as_string()).as_deref() {
                Some("accepted") => taken_when_idle(sender.clone()),
                Some("erased") => {
                    saved.forget();
                    sender(Action::ErasedElsewhere);
                }
                _ => {}
            }
        })
        .forget();
        look(send.clone());
        Interval::new(HOUR, move || spawn_local(check())).forget();
        Self { send, storage }
    }

    /// Take the new version: every tab on the page is loaded again.
    pub fn activate(&self) {
        let (send, storage) = (self.send.clone(), self.storage.clone());
        spawn_local(async move {
            if lock::someone_is_busy().await {
                return send(Action::UpdateRefused(Problem {
                    place: "Update".into(),
                    event: "Another tab is at work.".into(),
                    kept: "The new version goes on waiting.".into(),
                    cure: "Let the other tab finish, then update.".into(),
                }));
            }
            storage.flush();
            match ask("accept").await {
                // The service worker tells every tab, this one too.
                Ok(_) => {}
                Err(error) => send(Action::UpdateRefused(Problem {
                    place: "Update".into(),
                    event: format!("The new version could not be taken ({}).", js::text(&error)),
                    kept: "The version at hand goes on.".into(),
                    cure: "Close all tabs with this page and open it again.".into(),
                })),
            }
        });
    }

    /// Load the page again, after what is to be saved has been saved.
    pub fn load_again(&self) {
        let send = self.send.clone();
        self.storage.push(Task::Then(Box::new(move || {
            if let Err(error) = window().location().reload() {
                send(Action::Report(Problem {
                    place: "Update".into(),
                    event: format!("The page could not be loaded again ({}).", js::text(&error)),
                    kept: "Everything is saved.".into(),
                    cure: "Reload the page.".into(),
                }));
            }
        })));
    }
}

fn container() -> Option<ServiceWorkerContainer> {
    js::get(&window().navigator(), "serviceWorker")?.dyn_into().ok()
}

/// The worker that controls this page.
pub(super) fn controller() -> Option<ServiceWorker> {
    container()?.controller()
}

/// The worker that holds the program, also where this page was loaded past it.
pub(super) async fn active() -> Option<ServiceWorker> {
    let registration: ServiceWorkerRegistration = js::wait_for(container()?.get_registration()).await.ok()?;
    registration.active()
}

/// Ask the service worker that controls this page, and wait for its answer.
pub(super) async fn ask(kind: &str) -> Result<JsValue, JsValue> {
    let worker = controller().ok_or_else(|| JsValue::from_str("the page is not under a service worker's control"))?;
    ask_of(&worker, kind).await
}

pub(super) async fn ask_of(worker: &ServiceWorker, kind: &str) -> Result<JsValue, JsValue> {
    let channel = MessageChannel::new()?;
    let answer = Promise::new(&mut |resolve, _| channel.port1().set_onmessage(Some(&resolve)));
    let message = js::object(&[("type", kind.into())]);
    worker.post_message_with_transferable(&message, &Array::of1(&channel.port2()))?;
    let event: MessageEvent = js::wait_for(answer).await?;
    channel.port1().close();
    match js::get(&event.data(), "error") {
        Some(error) => Err(error),
        None => Ok(js::get(&event.data(), "value").unwrap_or(JsValue::UNDEFINED)),
    }
}

/// Tell the studio how many other tabs have Hearth open.
pub(super) fn count_tabs(send: Send) {
    spawn_local(async move {
        // Without a service worker, as after erasing, the tabs cannot be counted.
        let count = ask("tabs").await.ok().and_then(|count| count.as_f64()).unwrap_or(0.0);
        send(Action::OtherTabs(count as u32));
    });
}

/// Fetch what the service worker still lacks, then go on, whether or not that worked.
pub(super) fn complete_then(next: impl FnOnce() + 'static) {
    spawn_local(async move {
        if controller().is_some()
            && let Err(error) = ask("complete").await
        {
            web_sys::console::warn_2(&"Not everything is held for offline use yet:".into(), &error);
        }
        next();
    });
}

/// Tell the studio when a newer version is at hand.
fn look(send: Send) {
    spawn_local(async move {
        match ask("state").await {
            Ok(state) if js::get(&state, "waiting").is_some_and(|w| w.is_truthy()) => send(Action::UpdateWaiting),
            Ok(_) => {}
            // Without a service worker there are no updates to wait for.
            Err(error) => web_sys::console::info_1(&error),
        }
    });
}

/// Ask the host now whether there is a newer version; one that is found is told when it is held.
pub(super) fn look_for_newer() {
    spawn_local(check());
}

/// Ask the host whether there is a newer version.
async fn check() {
    let Some(container) = container() else { return };
    let Ok(registration) = js::wait_for::<ServiceWorkerRegistration>(container.get_registration()).await else {
        return;
    };
    // Offline there is nothing to find.
    if let Ok(asked) = registration.update() {
        js::wait(asked).await.unwrap_or_default();
    }
}

/// Tell the studio that the new version is there as soon as no tab is at work; until then each goes on with what it has.
fn taken_when_idle(send: Send) {
    spawn_local(async move {
        while lock::someone_is_busy().await {
            js::rest(1_000).await;
        }
        send(Action::UpdateTaken);
    });
}
