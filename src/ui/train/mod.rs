//! Train: the score axis, the leaderboard, live curves.

use leptos::prelude::*;

#[component]
pub fn Train() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}

#[component]
pub fn TrainInspector() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
