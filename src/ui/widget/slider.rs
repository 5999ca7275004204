//! A value on a line, with its text beside the label.

use leptos::prelude::*;

use super::unique;

#[component]
pub fn Slider(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<f64>,
    /// Sent while the person drags.
    #[prop(into)]
    on_input: Callback<f64>,
    min: f64,
    max: f64,
    step: f64,
    /// The value in words, shown and spoken.
    #[prop(into)]
    text: Callback<f64, String>,
) -> impl IntoView {
    let id = unique("slider");
    let share = move || {
        let share = if max > min { (value.get() - min) / (max - min) } else { 0.0 };
        format!("{}%", share.clamp(0.0, 1.0) * 100.0)
    };
    view! {
        <div class="field slider-field">
            <div class="spread">
                <label for=id.clone()>{label}</label>
                <output for=id.clone() class="number">{move || text.run(value.get())}</output>
            </div>
            <input
                id=id
                type="range"
                class="slider"
                min=min.to_string()
                max=max.to_string()
                step=step.to_string()
                style:--share=share
                aria-valuetext=move || text.run(value.get())
                prop:value=move || value.get().to_string()
                on:input:target=move |event| {
                    if let Ok(number) = event.target().value().parse() {
                        on_input.run(number);
                    }
                }
            />
        </div>
    }
}
