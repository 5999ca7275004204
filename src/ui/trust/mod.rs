//! Trust: the headline, the checks, calibration and threshold, errors.

use leptos::prelude::*;

#[component]
pub fn Trust() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}

#[component]
pub fn TrustInspector() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
