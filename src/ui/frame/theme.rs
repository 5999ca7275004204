//! Light, dark, or as the system says. Kept in the browser unless the session is private.

use leptos::prelude::*;

use crate::ui::use_hearth;
use crate::ui::widget::{Icon, Menu, MenuItem, icon};

const KEY: &str = "hearth-theme";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::System => Icon::Contrast,
            Self::Light => Icon::Sun,
            Self::Dark => Icon::Moon,
        }
    }
}

fn root() -> Option<web_sys::Element> {
    document().document_element()
}

fn current() -> Theme {
    let word = root().and_then(|root| root.get_attribute("data-theme"));
    Theme::ALL.into_iter().find(|theme| Some(theme.word()) == word.as_deref()).unwrap_or(Theme::System)
}

fn apply(theme: Theme) {
    if let Some(root) = root() {
        // The name is a constant, so the attribute cannot be refused.
        let _ = root.set_attribute("data-theme", theme.word());
    }
}

/// At the start: what the person chose last time.
pub fn restore() {
    let word = storage().and_then(|s| s.get_item(KEY).ok().flatten());
    if let Some(theme) = Theme::ALL.into_iter().find(|theme| Some(theme.word()) == word.as_deref()) {
        apply(theme);
    }
}

/// `None` where the browser keeps nothing for this page; the choice then lasts as long as the page.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

#[component]
pub fn ThemeMenu() -> impl IntoView {
    let hearth = use_hearth();
    let theme = RwSignal::new(current());
    let choose = move |chosen: Theme| {
        theme.set(chosen);
        apply(chosen);
        if !hearth.now(|s| s.private_session)
            && let Some(storage) = storage()
        {
            // Full or forbidden storage loses only the preference.
            let _ = storage.set_item(KEY, chosen.word());
        }
    };
    let items = Signal::derive(move || {
        let now = theme.get();
        Theme::ALL.map(|t| MenuItem::new(t.label(), move || choose(t)).chosen(t == now)).to_vec()
    });
    view! { <Menu class="icon-button" label="Colours" trigger=move || icon(theme.get().icon()) items/> }
}
