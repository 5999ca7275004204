//! Home: drop a table, take a sample, go on with a project.

use leptos::prelude::*;

#[component]
pub fn Home() -> impl IntoView {
    view! { <section class="home"></section> }
}
