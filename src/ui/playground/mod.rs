//! Playground: a network that learns before the person's eyes.

use leptos::prelude::*;

#[component]
pub fn Playground() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}

#[component]
pub fn PlaygroundInspector() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
