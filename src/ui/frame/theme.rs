//! Light, dark, or as the system says. Kept in the browser unless the session is private.

use leptos::prelude::*;

use crate::studio::{Action, Theme};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, Menu, MenuItem, icon};

const KEY: &str = "hearth-theme";

fn word(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    }
}

fn glyph(theme: Theme) -> Icon {
    match theme {
        Theme::System => Icon::Contrast,
        Theme::Light => Icon::Sun,
        Theme::Dark => Icon::Moon,
    }
}

fn root() -> Option<web_sys::Element> {
    document().document_element()
}

fn apply(theme: Theme) {
    if let Some(root) = root() {
        // The name is a constant, so the attribute cannot be refused.
        let _ = root.set_attribute("data-theme", word(theme));
    }
}

/// What the person chose last time, and from then on what the person chooses.
pub fn follow() {
    let hearth = use_hearth();
    let kept = storage().and_then(|s| s.get_item(KEY).ok().flatten());
    if let Some(theme) = Theme::ALL.into_iter().find(|theme| Some(word(*theme)) == kept.as_deref()) {
        hearth.send(Action::ChooseTheme(theme));
    }
    let theme = hearth.read(|s| s.theme);
    Effect::new(move |before: Option<Theme>| {
        let theme = theme.get();
        apply(theme);
        let changed = before.is_some_and(|before| before != theme);
        if changed
            && !hearth.now(|s| s.private_session)
            && let Some(storage) = storage()
        {
            // Full or forbidden storage loses only the preference.
            let _ = storage.set_item(KEY, word(theme));
        }
        theme
    });
}

/// `None` where the browser keeps nothing for this page; the choice then lasts as long as the page.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

#[component]
pub fn ThemeMenu() -> impl IntoView {
    let hearth = use_hearth();
    let theme = hearth.read(|s| s.theme);
    let items = Signal::derive(move || {
        let now = theme.get();
        let item = |t: Theme| MenuItem::new(t.label(), move || hearth.send(Action::ChooseTheme(t))).chosen(t == now);
        Theme::ALL.map(item).to_vec()
    });
    view! { <Menu class="icon-button" label="Colours" trigger=move || icon(glyph(theme.get())) items/> }
}
