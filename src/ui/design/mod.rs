//! Design: the sentence, the split, the columns by role, the candidates.

use leptos::prelude::*;

#[component]
pub fn Design() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}

#[component]
pub fn DesignInspector() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
