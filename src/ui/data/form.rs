//! The fields of a form in which a step or a rule is written.

use leptos::prelude::*;

use crate::studio::steps::{Field, Kind};
use crate::ui::widget::unique;

/// A field of a form. `texts`: what stands in its fields; `cursor`: the byte of a formula at which the cursor stands;
/// `list`: the id of a list of the columns, `names` these.
pub fn input(
    i: usize,
    field: &'static Field,
    (texts, cursor): (RwSignal<Vec<String>>, RwSignal<Option<u32>>),
    list: String,
    names: Memo<Vec<String>>,
) -> AnyView {
    let id = unique("step-field");
    let value = move || texts.with(|t| t.get(i).cloned().unwrap_or_default());
    let set = move |text: String| {
        texts.update(|t| {
            if let Some(at) = t.get_mut(i) {
                *at = text
            }
        })
    };
    let control = match field.kind {
        Kind::Choice(words) | Kind::Tag(words) => view! {
            <select id=id.clone() class="input" on:change=move |event| set(event_target_value(&event))>
                {words.iter().map(|(word, shown)| view! {
                    <option value=*word selected=move || value() == *word>{*shown}</option>
                }).collect_view()}
            </select>
        }
        .into_any(),
        Kind::YesNo => view! {
            <input id=id.clone() type="checkbox" prop:checked=move || value() == "true"
                on:change=move |event| set(event_target_checked(&event).to_string())/>
        }
        .into_any(),
        Kind::Columns => view! {
            <select id=id.clone() class="input" multiple size="5" on:change=move |event| {
                let chosen = event_target::<web_sys::HtmlSelectElement>(&event).selected_options();
                let chosen = (0..chosen.length()).filter_map(|at| chosen.item(at)).filter_map(|e| e.get_attribute("value"));
                set(chosen.collect::<Vec<_>>().join("\n"));
            }>
                {move || names.get().into_iter().map(|name| {
                    let chosen = value().lines().any(|line| line == name);
                    view! { <option value=name.clone() selected=chosen>{name.clone()}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
        Kind::Texts | Kind::Numbers => view! {
            <textarea id=id.clone() class="input" rows="3" spellcheck="false" prop:value=value
                on:input=move |event| set(event_target_value(&event))></textarea>
        }
        .into_any(),
        Kind::Column | Kind::Text | Kind::Optional | Kind::Number | Kind::OptionalNumber | Kind::Formula => {
            let formula = field.kind == Kind::Formula;
            view! {
                <input id=id.clone() type="text" class="input" autocomplete="off" spellcheck="false"
                    list=(field.kind == Kind::Column).then_some(list)
                    prop:value=value
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        if formula {
                            let at = event_target::<web_sys::HtmlInputElement>(&event).selection_start().ok().flatten();
                            cursor.set(at.map(|at| byte_of(&text, at)));
                        }
                        set(text);
                    }/>
            }
            .into_any()
        }
    };
    view! { <div class="field"><label for=id>{field.label}</label>{control}</div> }.into_any()
}

/// The byte at which the `units`-th UTF-16 unit of a text stands.
fn byte_of(text: &str, units: u32) -> u32 {
    let mut left = units as usize;
    let taken = text.chars().take_while(|c| {
        let fits = left >= c.len_utf16();
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    taken.map(char::len_utf8).sum::<usize>() as u32
}
