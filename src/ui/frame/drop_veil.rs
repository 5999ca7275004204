//! The whole page takes a dropped file. While one hovers the browser module marks the root element, and this shows. Where a
//! table is at hand, half of it takes the file for that table.

use leptos::prelude::*;

use crate::studio::{Stage, View};
use crate::ui::use_hearth;

#[component]
pub fn DropVeil() -> impl IntoView {
    let hearth = use_hearth();
    let table = hearth.read(|s| {
        let on_data = s.view == View::Stage(Stage::Data);
        s.project.data.as_ref().filter(|_| on_data && s.table.is_some()).map(|data| data.name.clone())
    });
    view! {
        <div class="drop-veil" class:halves=move || table.with(Option::is_some) aria-hidden="true">
            <p class="title">{move || if table.with(Option::is_some) { "Let go here: a new project." } else { "Let go: it stays on this computer." }}</p>
            {move || table.get().map(|name| view! { <p class="title drop-add" data-drop="add">{format!("Let go here: add it to {name}.")}</p> })}
        </div>
    }
}
