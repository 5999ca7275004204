//! Report: everything about the selected run on one printable page.

use leptos::prelude::*;

#[component]
pub fn ReportPage() -> impl IntoView {
    view! { <section class="canvas-part"></section> }
}
