//! The bar above everything: whose work this is, undo, the palette, the work under way, what the browser enforces.

use leptos::prelude::*;

use super::{FrameState, badge::Badge, theme::ThemeMenu};
use crate::studio::{Action, Saved, View};
use crate::ui::stages::{behind, nothing};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton, Later, icon};

#[component]
pub fn TopBar() -> impl IntoView {
    let hearth = use_hearth();
    let frame = expect_context::<FrameState>();
    let view = hearth.read(|s| s.view);
    let has_project = hearth.read(|s| s.table.is_some() || !s.project.runs.is_empty());
    let inspected = move || matches!(view.get(), View::Stage(_) | View::Playground);
    view! {
        <header class="top-bar">
            <button
                type="button"
                class="brand"
                aria-label="Hearth: all projects"
                aria-current=move || (view.get() == View::Home).then_some("page")
                on:click=move |_| hearth.send(Action::Show(View::Home))
            >
                <Mark/>
                <span class="brand-name">"Hearth"</span>
            </button>
            <Show when=move || has_project.get() && view.get() != View::Home>
                <span class="bar-slash" aria-hidden="true">"/"</span>
                // A table comes with its grid, which is drawn first.
                <Later frames=2>{behind(frame.stages, |s| (s.project)(), nothing)}</Later>
            </Show>
            <SavedState/>
            <span class="grow"></span>
            {behind(frame.stages, |s| (s.job)(), nothing)}
            <button
                type="button"
                class="palette-button"
                aria-keyshortcuts="Control+K"
                on:click=move |_| hearth.send(Action::OpenPalette(true))
            >
                {icon(Icon::Search)}
                <span class="palette-word">"Find"<span class="visually-hidden">" an action"</span></span>
                <kbd aria-hidden="true">{"Ctrl\u{2009}K"}</kbd>
            </button>
            <Badge/>
            <ThemeMenu/>
            <Show when=inspected>
                <span class="inspector-toggle">
                    <IconButton
                        glyph=Icon::Panel
                        label="Details"
                        pressed=frame.inspector_open
                        on_press=move |()| frame.inspector_open.update(|open| *open = !*open)
                    />
                </span>
            </Show>
        </header>
    }
}

/// A hearth: an arch with a flame in it.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path class="mark-arch" d="M3 17V9a7 7 0 0 1 14 0v8"></path>
            <path class="mark-flame" d="M10 16.5c-2.2 0-3.5-1.400-3.5-3.3 0-2.400 2.400-3.2 3-6 2 1.400 4 3.5 4 5.900 0 2-1.3 3.400-3.5 3.400Z"></path>
        </svg>
    }
}

/// Whether all that was done is on this computer's storage.
#[component]
fn SavedState() -> impl IntoView {
    let hearth = use_hearth();
    let words = hearth.read(|s| {
        if s.private_session {
            return Some(("private", "Private session", "Nothing is stored. Closing the tab forgets everything."));
        }
        match s.saved {
            Saved::Nothing => None,
            Saved::Saving => Some(("saving", "Saving…", "Being written to this browser's storage.")),
            Saved::AllSaved => Some(("saved", "Saved", "Everything is in this browser's storage, on this computer.")),
            Saved::Failed => Some(("failed", "Not saved", "The last save failed; the notice says why.")),
        }
    });
    view! {
        <span role="status" class="saved-state">
            {move || words.get().map(|(class, word, tip)| view! {
                <span class=format!("saved {class}") data-tip=tip data-tip-side="start">{word}</span>
            })}
        </span>
    }
}
