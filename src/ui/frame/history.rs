//! Undo and redo, with what they would do.

use leptos::prelude::*;

use crate::studio::Action;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton};

#[component]
pub fn UndoRedo() -> impl IntoView {
    let hearth = use_hearth();
    let undo = hearth.read(|s| s.undo_label().map(str::to_owned));
    let redo = hearth.read(|s| s.redo_label().map(str::to_owned));
    let name = |verb: &str, label: Option<String>| match label {
        Some(label) => format!("{verb}: {label}"),
        None => format!("Nothing to {}", verb.to_lowercase()),
    };
    view! {
        <div class="undo-redo" role="group" aria-label="History">
            <IconButton
                glyph=Icon::Undo
                label=Signal::derive(move || name("Undo", undo.get()))
                disabled=Signal::derive(move || undo.get().is_none())
                on_press=move |()| hearth.send(Action::Undo)
            />
            <IconButton
                glyph=Icon::Redo
                label=Signal::derive(move || name("Redo", redo.get()))
                disabled=Signal::derive(move || redo.get().is_none())
                on_press=move |()| hearth.send(Action::Redo)
            />
        </div>
    }
}
