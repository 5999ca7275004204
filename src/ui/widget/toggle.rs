//! On or off.

use leptos::prelude::*;

use super::unique;

#[component]
pub fn Toggle(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(into, optional)] help: String,
) -> impl IntoView {
    let id = unique("toggle");
    let help_id = format!("{id}-help");
    let described = (!help.is_empty()).then(|| help_id.clone());
    view! {
        <div class="toggle-field">
            <input
                id=id.clone()
                type="checkbox"
                role="switch"
                class="toggle"
                aria-describedby=described
                prop:checked=move || value.get()
                on:change:target=move |event| on_change.run(event.target().checked())
            />
            <div>
                <label for=id>{label}</label>
                {(!help.is_empty()).then(|| view! { <p class="field-help" id=help_id>{help}</p> })}
            </div>
        </div>
    }
}
