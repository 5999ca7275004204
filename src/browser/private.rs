//! A private session outlives a reload of its tab as one: not with what it held, of which nothing is stored, but so that
//! the next data are not stored either. And the browser asks before what it holds is lost.

use std::cell::RefCell;

use gloo::events::{EventListener, EventListenerOptions};
use gloo::utils::window;

/// In the tab's own storage, which ends with the tab.
const KEY: &str = "hearth-private";

fn of_tab() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// Whether this tab was in a private session when its page was left.
pub fn remembered() -> bool {
    of_tab().and_then(|area| area.get_item(KEY).ok().flatten()).is_some()
}

/// A tab whose browser keeps nothing for it forgets the session with the page, as it forgets everything.
pub fn remember(private: bool) {
    let Some(area) = of_tab() else { return };
    let done = if private { area.set_item(KEY, "yes") } else { area.remove_item(KEY) };
    if let Err(error) = done {
        web_sys::console::warn_1(&error);
    }
}

/// Lets the browser ask before the page is left, as long as it is held.
#[derive(Default)]
pub struct AskBeforeLeaving(RefCell<Option<EventListener>>);

impl AskBeforeLeaving {
    pub fn set(&self, ask: bool) {
        // Listened to only while something is at stake: a page that listens is not kept for the Back button.
        *self.0.borrow_mut() = ask.then(|| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window(), "beforeunload", options, |event| event.prevent_default())
        });
    }
}
