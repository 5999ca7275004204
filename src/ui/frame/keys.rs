//! Keys that work everywhere, from the one list of commands.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::studio::command_list::{Pressed, pressed};
use crate::ui::use_hearth;

/// Listens as long as the page lives.
pub fn listen() {
    let hearth = use_hearth();
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        // A control that has used the key has said so; keys that compose a letter are not for us.
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let key = Pressed {
            key: event.key(),
            ctrl: event.ctrl_key() || event.meta_key(),
            shift: event.shift_key(),
            alt: event.alt_key(),
            typing: takes_text(),
        };
        if let Some(action) = hearth.now(|s| pressed(s, &key)) {
            event.prevent_default();
            hearth.send(action);
        }
    });
    on_cleanup(move || handle.remove());
}

/// The focus is where keys write.
fn takes_text() -> bool {
    let Some(element) = document().active_element() else { return false };
    match element.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => element
            .dyn_into::<web_sys::HtmlInputElement>()
            .is_ok_and(|input| !matches!(input.type_().as_str(), "checkbox" | "radio" | "range" | "button" | "file")),
        _ => element.get_attribute("contenteditable").is_some(),
    }
}
