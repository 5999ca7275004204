//! The width that a plot has.

use std::time::Duration;

use leptos::{html, prelude::*};
use wasm_bindgen::prelude::*;

/// Follows the width of an element, whole pixels; 0 until it is in the page.
pub fn width_of(node: NodeRef<html::Div>) -> ReadSignal<f64> {
    let (width, set_width) = signal(0.0);
    let observer = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut()>)>);
    let measure = move || {
        if let Some(element) = node.try_get_untracked().flatten() {
            let now = f64::from(element.client_width());
            if now > 0.0 && width.try_get_untracked().is_some_and(|before| before != now) {
                set_width.set(now);
            }
        }
    };
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        // It is told its width when the page is laid out anyway; to ask for it now would lay out the page in the middle of
        // being made. What is drawn then is a piece of work of its own.
        let closure = Closure::<dyn FnMut()>::new(move || set_timeout(measure, Duration::ZERO));
        match web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()) {
            Ok(watcher) => {
                watcher.observe(&element);
                observer.set_value(Some((watcher, closure)));
            }
            // Where the browser cannot watch, the width at the start stays.
            Err(_) => measure(),
        }
    });
    on_cleanup(move || {
        observer.try_update_value(|kept| {
            if let Some((watcher, _)) = kept.take() {
                watcher.disconnect();
            }
        });
    });
    width
}
