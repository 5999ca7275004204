//! Buttons: a labelled one in three kinds, and one that shows only an icon and has its name as a tip.

use leptos::prelude::*;

use super::{Icon, icon};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do next; at most one on a view.
    Primary,
    #[default]
    Plain,
    /// Without a frame, for lists and bars.
    Quiet,
    /// Removes something that undo cannot bring back.
    Danger,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Quiet => "button quiet",
            Self::Danger => "button danger",
        }
    }
}

/// A labelled button. While `disabled` holds a reason the button stays focusable, says why, and does nothing.
#[component]
pub fn Button(
    #[prop(optional)] kind: Kind,
    #[prop(into)] on_press: Callback<()>,
    #[prop(into, optional)] disabled: Signal<Option<String>>,
    #[prop(optional)] glyph: Option<Icon>,
    #[prop(into, optional)] shortcut: String,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=kind.class()
            aria-disabled=move || disabled.get().is_some().then_some("true")
            data-tip=move || disabled.get()
            on:click=move |_| {
                if disabled.with_untracked(Option::is_none) {
                    on_press.run(());
                }
            }
        >
            {glyph.map(icon)}
            <span>{children()}</span>
            {(!shortcut.is_empty()).then(|| view! { <kbd aria-hidden="true">{shortcut}</kbd> })}
            {move || disabled.get().map(|reason| view! { <span class="visually-hidden">" ("{reason}")"</span> })}
        </button>
    }
}

/// A square button with an icon; `label` is its name and its tip.
#[component]
pub fn IconButton(
    glyph: Icon,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(into, optional)] disabled: Signal<bool>,
    #[prop(into, optional)] pressed: MaybeProp<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label=move || label.get()
            data-tip=move || label.get()
            aria-disabled=move || disabled.get().then_some("true")
            aria-pressed=move || pressed.get().map(|p| p.to_string())
            on:click=move |_| {
                if !disabled.get_untracked() {
                    on_press.run(());
                }
            }
        >
            {icon(glyph)}
        </button>
    }
}
