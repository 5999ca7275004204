//! Tabs over a panel: arrows move among them, and only the chosen one is a stop of the Tab key.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The list of tabs. `name` ties it to its `TabPanel`s.
#[component]
pub fn Tabs<T>(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into)] options: Vec<(T, String)>,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] on_change: Callback<T>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let all: Vec<T> = options.iter().map(|(option, _)| option.clone()).collect();
    let keys = move |event: web_sys::KeyboardEvent| {
        let Some(at) = all.iter().position(|option| *option == value.get_untracked()) else { return };
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % all.len(),
            "ArrowLeft" => (at + all.len() - 1) % all.len(),
            "Home" => 0,
            "End" => all.len() - 1,
            _ => return,
        };
        event.prevent_default();
        on_change.run(all[next].clone());
        let id = format!("{name}-tab-{next}");
        request_animation_frame(move || {
            if let Some(tab) = document().get_element_by_id(&id).and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = tab.focus();
            }
        });
    };
    view! {
        <div class="tabs" role="tablist" aria-label=label on:keydown=keys>
            {options.into_iter().enumerate().map(|(i, (option, text))| {
                let chosen = { let option = option.clone(); Memo::new(move |_| value.get() == option) };
                view! {
                    <button
                        type="button"
                        role="tab"
                        class="tab"
                        id=format!("{name}-tab-{i}")
                        aria-controls=move || chosen.get().then(|| format!("{name}-panel"))
                        aria-selected=move || chosen.get().to_string()
                        tabindex=move || if chosen.get() { "0" } else { "-1" }
                        on:click=move |_| on_change.run(option.clone())
                    >
                        {text}
                    </button>
                }
            }).collect_view()}
        </div>
    }
}

/// The panel of the chosen tab; `index` is the chosen one's place.
#[component]
pub fn TabPanel(name: &'static str, #[prop(into)] index: Signal<usize>, children: Children) -> impl IntoView {
    view! {
        <div
            role="tabpanel"
            class="tab-panel"
            id=format!("{name}-panel")
            aria-labelledby=move || format!("{name}-tab-{}", index.get())
        >
            {children()}
        </div>
    }
}
