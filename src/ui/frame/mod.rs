//! The frame: top bar, rail, canvas, inspector, notices.

use leptos::prelude::*;

#[component]
pub fn Frame() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
