//! The whole page takes a dropped file. While one hovers the browser module marks the root element, and this shows.

use leptos::prelude::*;

#[component]
pub fn DropVeil() -> impl IntoView {
    view! {
        <div class="drop-veil" aria-hidden="true">
            <p class="title">"Let go: it stays on this computer."</p>
        </div>
    }
}
