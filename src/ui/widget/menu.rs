//! A menu behind a button: arrows move, Home and End jump, a letter finds.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Icon, Popover, close_popover, icon};

/// An entry of a menu.
#[derive(Clone)]
pub struct MenuItem {
    pub label: String,
    /// A second line.
    pub detail: String,
    /// `Some`: one of several choices, and whether it is the chosen one.
    pub chosen: Option<bool>,
    /// Why it cannot be used now.
    pub disabled: Option<String>,
    pub on_press: Callback<()>,
}

impl MenuItem {
    pub fn new(label: impl Into<String>, on_press: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            label: label.into(),
            detail: String::new(),
            chosen: None,
            disabled: None,
            on_press: Callback::new(move |()| on_press()),
        }
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    pub fn chosen(mut self, chosen: bool) -> Self {
        self.chosen = Some(chosen);
        self
    }

    pub fn disabled(mut self, reason: Option<String>) -> Self {
        self.disabled = reason;
        self
    }
}

#[component]
pub fn Menu(
    #[prop(into)] trigger: ViewFn,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
    #[prop(into, optional)] class: String,
    #[prop(into, optional)] label: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <Popover trigger class label role="menu" panel_class="menu-panel">
            <div role="menu" class="menu" on:keydown=move_focus aria-label=move || label.get()>
                {move || items.get().into_iter().map(entry).collect_view()}
            </div>
        </Popover>
    }
}

fn entry(item: MenuItem) -> impl IntoView {
    let close = close_popover();
    let MenuItem { label, detail, chosen, disabled, on_press } = item;
    let blocked = disabled.is_some();
    view! {
        <button
            type="button"
            class="menu-item"
            role=if chosen.is_some() { "menuitemradio" } else { "menuitem" }
            aria-checked=chosen.map(|c| c.to_string())
            aria-disabled=blocked.then_some("true")
            on:click=move |_| {
                if !blocked {
                    close.run(());
                    on_press.run(());
                }
            }
        >
            <span class="menu-check">{(chosen == Some(true)).then(|| icon(Icon::Check))}</span>
            <span class="menu-text">
                <span>{label}</span>
                {disabled.or((!detail.is_empty()).then_some(detail)).map(|d| view! { <small>{d}</small> })}
            </span>
        </button>
    }
}

/// Arrow keys, Home, End and first letters among the entries of the menu that the event came to.
fn move_focus(event: web_sys::KeyboardEvent) {
    let Some(menu) = event.current_target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()) else { return };
    let Ok(list) = menu.query_selector_all(".menu-item") else { return };
    let items: Vec<web_sys::HtmlElement> = (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect();
    let focused = document().active_element();
    let at = items.iter().position(|item| focused.as_ref() == Some(item.as_ref()));
    let Some(next) = next_item(&event.key(), at, &items) else { return };
    event.prevent_default();
    let _ = items[next].focus();
}

fn next_item(key: &str, at: Option<usize>, items: &[web_sys::HtmlElement]) -> Option<usize> {
    let n = items.len();
    if n == 0 {
        return None;
    }
    match key {
        "ArrowDown" => Some(at.map_or(0, |i| (i + 1) % n)),
        "ArrowUp" => Some(at.map_or(n - 1, |i| (i + n - 1) % n)),
        "Home" => Some(0),
        "End" => Some(n - 1),
        _ if key.chars().count() == 1 => {
            let start = at.map_or(0, |i| i + 1);
            let letter = key.to_lowercase();
            (0..n)
                .map(|step| (start + step) % n)
                .find(|&i| items[i].text_content().is_some_and(|text| text.trim().to_lowercase().starts_with(&letter)))
        }
        _ => None,
    }
}
