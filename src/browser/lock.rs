//! Web Locks: one tab per project, and a mark that a tab is at work, so that no update pulls the ground from under it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{Send, js};
use crate::studio::Action;

const BUSY: &str = "hearth busy";
const PROJECT: &str = "hearth project ";

/// A lock that is wanted or held; released when dropped.
struct Wanted {
    /// Resolves the promise that holds the lock, once it is held.
    release: Rc<RefCell<Option<Function>>>,
    dropped: Rc<Cell<bool>>,
}

impl Wanted {
    /// Ask for a lock; `held` hears true when it is held, and false when another tab has it (asked only with `at_once`).
    fn ask(name: &str, mode: &str, at_once: bool, held: impl Fn(bool) + 'static) -> Self {
        let release = Rc::new(RefCell::new(None));
        let dropped = Rc::new(Cell::new(false));
        let wanted = Self { release: release.clone(), dropped: dropped.clone() };
        let granted = Closure::<dyn Fn(JsValue) -> JsValue>::new(move |lock: JsValue| {
            if dropped.get() {
                return JsValue::UNDEFINED;
            }
            if lock.is_null() || lock.is_undefined() {
                held(false);
                return JsValue::UNDEFINED;
            }
            let promise = Promise::new(&mut |resolve, _| *release.borrow_mut() = Some(resolve));
            held(true);
            promise.into()
        });
        let options = js::object(&[("mode", mode.into()), ("ifAvailable", at_once.into())]);
        let locks = js::get(&gloo::utils::window().navigator(), "locks").unwrap_or(JsValue::UNDEFINED);
        let arguments = [name.into(), options, granted.as_ref().clone()];
        match js::call(&locks, "request", &arguments) {
            // The closure must live as long as the lock is wanted.
            Ok(promise) => spawn_local(async move {
                if let Err(error) = js::wait(promise).await {
                    web_sys::console::warn_1(&error);
                }
                drop(granted);
            }),
            // A browser without locks cannot tell; the tab goes on alone.
            Err(error) => web_sys::console::warn_1(&error),
        }
        wanted
    }
}

impl Drop for Wanted {
    fn drop(&mut self) {
        self.dropped.set(true);
        if let Some(release) = self.release.borrow_mut().take() {
            // A promise's own function does not throw.
            release.call0(&JsValue::UNDEFINED).unwrap_or_default();
        }
    }
}

/// The lock of the project at hand.
pub struct ProjectLock {
    send: Send,
    wanted: Rc<RefCell<Option<Wanted>>>,
}

impl ProjectLock {
    pub fn new(send: Send) -> Self {
        Self { send, wanted: Rc::default() }
    }

    /// Let the former project go and take this one. When another tab has it, the studio is told, and told again when the
    /// other tab has let go.
    pub fn hold(&self, project: Option<String>) {
        self.wanted.borrow_mut().take();
        let Some(project) = project else { return };
        let name = project_lock(&project);
        let (send, slot) = (self.send.clone(), self.wanted.clone());
        let first = Wanted::ask(&name.clone(), "exclusive", true, move |held| {
            if held {
                return;
            }
            send(Action::OtherTab(true));
            let send = send.clone();
            let queued = Wanted::ask(&name, "exclusive", false, move |_| send(Action::OtherTab(false)));
            *slot.borrow_mut() = Some(queued);
        });
        *self.wanted.borrow_mut() = Some(first);
    }
}

/// The shared lock of a tab at work.
#[derive(Default)]
pub struct Busy {
    wanted: RefCell<Option<Wanted>>,
}

impl Busy {
    pub fn set(&self, busy: bool) {
        *self.wanted.borrow_mut() = busy.then(|| Wanted::ask(BUSY, "shared", false, |_| {}));
    }
}

fn project_lock(project: &str) -> String {
    format!("{PROJECT}{project}")
}

/// Whether a tab has this project open, the asking one too.
pub async fn is_open(project: &str) -> bool {
    let lock = project_lock(project);
    is_held(|name| name == lock).await
}

/// Whether a tab has any project open.
pub async fn any_project_is_open() -> bool {
    is_held(|name| name.starts_with(PROJECT)).await
}

/// Whether any tab is at work.
pub async fn someone_is_busy() -> bool {
    is_held(|name| name == BUSY).await
}

async fn is_held(wanted: impl Fn(&str) -> bool) -> bool {
    let Some(locks) = js::get(&gloo::utils::window().navigator(), "locks") else { return false };
    let Ok(asked) = js::call(&locks, "query", &[]) else { return false };
    let Ok(snapshot) = js::wait(asked).await else { return false };
    let held = js::get(&snapshot, "held").map(|h| js_sys::Array::from(&h)).unwrap_or_default();
    held.iter().any(|found| js::get(&found, "name").and_then(|n| n.as_string()).is_some_and(|name| wanted(&name)))
}
