//! One of a few, all in sight.

use leptos::prelude::*;

use super::unique;

#[component]
pub fn Segmented<T>(
    #[prop(into)] label: String,
    #[prop(into)] options: Vec<(T, String)>,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] on_change: Callback<T>,
    /// Show no label; it stays the name.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let group = unique("choice");
    view! {
        <fieldset class="segmented-field">
            <legend class:visually-hidden=bare>{label}</legend>
            <div class="segmented">
                {options.into_iter().map(|(option, text)| {
                    let (this, chosen) = (option.clone(), option);
                    view! {
                        <label class="segment">
                            <input
                                type="radio"
                                name=group.clone()
                                prop:checked=move || value.get() == this
                                on:change=move |_| on_change.run(chosen.clone())
                            />
                            <span>{text}</span>
                        </label>
                    }
                }).collect_view()}
            </div>
        </fieldset>
    }
}
