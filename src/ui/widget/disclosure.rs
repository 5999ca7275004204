//! What an expert opens; it counts what differs from the default, so that nothing hides behind it.

use leptos::prelude::*;

#[component]
pub fn Disclosure(
    #[prop(into)] label: String,
    /// How many settings inside differ from their defaults.
    #[prop(into, optional)]
    differing: Signal<usize>,
    #[prop(optional)] open: bool,
    /// Becomes true when it is opened, for what is made only then.
    #[prop(optional)]
    opened: Option<RwSignal<bool>>,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="disclosure" open=open on:toggle=move |_| if let Some(opened) = opened { opened.set(true) }>
            <summary>
                <span>{label}</span>
                {move || match differing.get() {
                    0 => None,
                    1 => Some("1 differs from the default".to_owned()),
                    n => Some(format!("{n} differ from the default")),
                }.map(|text| view! { <span class="count-pill">{text}</span> })}
            </summary>
            <div class="disclosure-body">{children()}</div>
        </details>
    }
}
