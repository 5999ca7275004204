//! Data: the grid, its filters, and how the file is read.

use leptos::prelude::*;

#[component]
pub fn Data() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}

#[component]
pub fn DataInspector() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
