//! A choice among a few values in a native list.

use leptos::prelude::*;

use super::unique;

#[component]
pub fn Select<T>(
    #[prop(into)] label: String,
    #[prop(into)] options: Signal<Vec<(T, String)>>,
    #[prop(into)] value: Signal<T>,
    #[prop(into)] on_change: Callback<T>,
    #[prop(into, optional)] help: String,
    /// Show no label; it stays the name.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let id = unique("select");
    let help_id = format!("{id}-help");
    let described = (!help.is_empty()).then(|| help_id.clone());
    let position = move || {
        let value = value.get();
        options.with(|all| all.iter().position(|(option, _)| *option == value))
    };
    let change = move |text: String| {
        let chosen = text.parse::<usize>().ok().and_then(|i| options.with_untracked(|all| all.get(i).cloned()));
        if let Some((option, _)) = chosen {
            on_change.run(option);
        }
    };
    view! {
        <div class="field">
            <label for=id.clone() class:visually-hidden=bare>{label}</label>
            <select id=id class="input select" aria-describedby=described on:change:target=move |e| change(e.target().value())>
                {move || {
                    let chosen = position();
                    options.get().into_iter().enumerate().map(|(i, (_, text))| view! {
                        <option value=i.to_string() selected=chosen == Some(i)>{text}</option>
                    }).collect_view()
                }}
            </select>
            {(!help.is_empty()).then(|| view! { <p class="field-help" id=help_id>{help}</p> })}
        </div>
    }
}
