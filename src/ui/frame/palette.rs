//! Everything that can be done, found by typing. What cannot be done now says why.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::studio::Action;
use crate::studio::command_list::{CommandEntry, search};
use crate::ui::use_hearth;
use crate::ui::widget::{Dialog, Icon, icon};

#[component]
pub fn Palette() -> impl IntoView {
    let hearth = use_hearth();
    let open = hearth.read(|s| s.palette_open);
    view! {
        <Dialog open on_close=move |()| hearth.send(Action::OpenPalette(false)) label="Find an action" class="palette">
            <Search/>
        </Dialog>
    }
}

#[component]
fn Search() -> impl IntoView {
    let hearth = use_hearth();
    let typed = RwSignal::new(String::new());
    let found = hearth.read(move |s| search(s, &typed.get()));
    let at = RwSignal::new(0usize);
    let run = move |entry: CommandEntry| {
        if entry.enabled.is_ok() {
            hearth.send(Action::OpenPalette(false));
            if !matches!(entry.action, Action::OpenPalette(_)) {
                hearth.send(entry.action);
            }
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let n = found.with_untracked(Vec::len);
        let now = at.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" if n > 0 => (now + 1) % n,
            "ArrowUp" if n > 0 => (now + n - 1) % n,
            "Enter" => {
                event.prevent_default();
                if let Some(entry) = found.with_untracked(|all| all.get(now).cloned()) {
                    run(entry);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        at.set(next);
        if let Some(option) = document().get_element_by_id(&option_id(next)) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.unchecked_into::<web_sys::Element>().scroll_into_view_with_scroll_into_view_options(&options);
        }
    };
    view! {
        <div class="palette-field">
            {icon(Icon::Search)}
            <input
                type="text"
                role="combobox"
                class="palette-input"
                data-autofocus=""
                autofocus
                autocomplete="off"
                spellcheck="false"
                placeholder="What do you want to do?"
                aria-label="Find an action"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=move || option_id(at.get())
                on:input:target=move |event| {
                    typed.set(event.target().value());
                    at.set(0);
                }
                on:keydown=keys
            />
        </div>
        <ul class="palette-list" id="palette-list" role="listbox" aria-label="Actions">
            {move || found.get().into_iter().enumerate().map(|(i, entry)| {
                let pressed = entry.clone();
                let (why, disabled) = match &entry.enabled {
                    Ok(()) => (entry.hint.clone(), false),
                    Err(reason) => (reason.clone(), true),
                };
                view! {
                    <li
                        class="palette-item"
                        role="option"
                        id=option_id(i)
                        aria-selected=move || (at.get() == i).to_string()
                        aria-disabled=disabled.then_some("true")
                        on:click=move |_| run(pressed.clone())
                        on:pointermove=move |_| at.set(i)
                    >
                        <span class="palette-label">{entry.label}</span>
                        <span class="palette-hint truncate">{why}</span>
                        {entry.shortcut.map(|s| view! { <kbd>{s.text()}</kbd> })}
                    </li>
                }
            }).collect_view()}
        </ul>
        <Show when=move || found.with(Vec::is_empty)>
            <p class="palette-none second">"Nothing here is called that."</p>
        </Show>
    }
}

fn option_id(index: usize) -> String {
    format!("palette-{index}")
}
