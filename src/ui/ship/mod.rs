//! Ship: prediction, the package as a tree, its card, the download.

use leptos::prelude::*;

#[component]
pub fn Ship() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}

#[component]
pub fn ShipInspector() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
