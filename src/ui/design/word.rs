//! A word of the sentence that can be changed: a button in the text, with a panel.

use leptos::prelude::*;

use crate::ui::widget::{Menu, MenuItem, Popover};

/// A word with a menu of choices.
#[component]
pub fn ChoiceWord(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] label: &'static str,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
) -> impl IntoView {
    let name = Signal::derive(move || Some(format!("{label}: {}", text.get())));
    view! { <Menu class="word" label=name trigger=move || view! { <span>{move || text.get()}</span> } items/> }
}

/// A word with a panel of its own.
#[component]
pub fn PanelWord(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] label: &'static str,
    /// Marked as a guess of the studio.
    #[prop(into, optional)]
    guess: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let name = Signal::derive(move || Some(format!("{label}: {}", text.get())));
    view! {
        <Popover
            class="word"
            label=name
            trigger=move || view! { <span class:guessed=move || guess.get()>{move || text.get()}</span> }
        >
            {children()}
        </Popover>
    }
}
