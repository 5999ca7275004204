//! Fields that take text or a number. A change is sent when the person leaves the field or presses Enter, so that an
//! edit is one step of undo.

use leptos::prelude::*;

use super::unique;
use crate::model::network::Limits;

#[component]
pub fn TextField(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(into, optional)] help: String,
    #[prop(optional)] placeholder: &'static str,
    /// Show no label; it stays the field's name.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let id = unique("field");
    let help_id = format!("{id}-help");
    let described = (!help.is_empty()).then(|| help_id.clone());
    view! {
        <div class="field">
            <label for=id.clone() class:visually-hidden=bare>{label}</label>
            <input
                id=id
                type="text"
                class="input"
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                aria-describedby=described
                prop:value=move || value.get()
                on:change:target=move |event| on_change.run(event.target().value())
            />
            {(!help.is_empty()).then(|| view! { <p class="field-help" id=help_id>{help}</p> })}
        </div>
    }
}

/// Text of several lines.
#[component]
pub fn LongField(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(into, optional)] help: String,
) -> impl IntoView {
    let id = unique("field");
    let help_id = format!("{id}-help");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                id=id
                class="input long"
                rows="2"
                maxlength="4000"
                aria-describedby=help_id.clone()
                prop:value=move || value.get()
                on:change:target=move |event| on_change.run(event.target().value())
            ></textarea>
            <p class="field-help" id=help_id>{help}</p>
        </div>
    }
}

/// A number between `min` and `max`, or within `limits`. What is no such number is refused with a sentence, and the old value stays in force.
#[component]
pub fn NumberField(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<f64>,
    #[prop(into)] on_change: Callback<f64>,
    #[prop(default = f64::NEG_INFINITY)] min: f64,
    #[prop(default = f64::INFINITY)] max: f64,
    /// Only whole numbers.
    #[prop(optional)]
    whole: bool,
    /// In place of the three above: what a field of the design takes.
    #[prop(default = None)]
    limits: Option<Limits>,
    #[prop(optional)] unit: &'static str,
    #[prop(into, optional)] help: String,
) -> impl IntoView {
    let Limits { low: min, high: max, whole } = limits.unwrap_or(Limits { low: min, high: max, whole });
    let id = unique("number");
    let help_id = format!("{id}-help");
    let error = RwSignal::new(None::<String>);
    // Bumped when a bad text is dropped, so that the field shows the value in force again.
    let take = move |text: String| match read_number(&text, min, max, whole) {
        Ok(number) => {
            error.set(None);
            if number != value.get_untracked() {
                on_change.run(number);
            }
        }
        Err(sentence) => error.set(Some(sentence)),
    };
    view! {
        <div class="field" class:invalid=move || error.get().is_some()>
            <label for=id.clone()>{label}</label>
            <div class="input-unit">
                <input
                    id=id
                    type="text"
                    inputmode=if whole { "numeric" } else { "decimal" }
                    class="input number"
                    autocomplete="off"
                    aria-describedby=help_id.clone()
                    aria-invalid=move || error.get().is_some().then_some("true")
                    prop:value=move || plain_number(value.get())
                    on:change:target=move |event| take(event.target().value())
                />
                {(!unit.is_empty()).then(|| view! { <span class="unit">{unit}</span> })}
            </div>
            <p class="field-help" id=help_id role="status">
                {move || error.get().unwrap_or_else(|| help.clone())}
            </p>
        </div>
    }
}

/// The shortest text that reads back to the value, as a person would type it.
fn plain_number(value: f64) -> String {
    // A spec holds f32; 0.1 must not show as 0.10000000149.
    let narrow = value as f32;
    if f64::from(narrow) == value && value.abs() < 1e7 { format!("{narrow}") } else { format!("{value}") }
}

fn read_number(text: &str, min: f64, max: f64, whole: bool) -> Result<f64, String> {
    let text = text.trim().replace(['\u{202f}', '\u{a0}', ' '], "").replace(',', ".");
    let number = text.parse::<f64>().ok().filter(|n| n.is_finite());
    let Some(number) = number else {
        return Err("That is not a number. The value before stays.".to_owned());
    };
    if whole && number.fract() != 0.0 {
        return Err("A whole number is needed here. The value before stays.".to_owned());
    }
    if number < min || number > max {
        return Err(match (min.is_finite(), max.is_finite()) {
            (true, true) => format!("Between {min} and {max}, please. The value before stays."),
            (true, false) => format!("At least {min}, please. The value before stays."),
            _ => format!("At most {max}, please. The value before stays."),
        });
    }
    Ok(number)
}
