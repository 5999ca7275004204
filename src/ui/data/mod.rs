//! Data: the grid, its filters, and how the file is read.

mod adding;
mod column;
mod details;
mod empty;
mod filters;
mod findings;
mod form;
mod grid;
mod header;
mod import;
mod inspector;
mod picture;
mod receipt;
mod rules;
mod steps;
mod whole;

use leptos::prelude::*;

use crate::studio::{Action, FilePurpose, Stage, Studio, View};
use crate::ui::use_hearth;

pub use header::type_glyph;
pub use inspector::DataInspector;

#[component]
pub fn Data() -> impl IntoView {
    let hearth = use_hearth();
    let has_table = hearth.read(|s| s.table.is_some());
    let train = hearth.read(Studio::train_at_once_label);
    let importing = hearth.read(|s| s.import.is_some());
    let adding = hearth.read(|s| s.adding.read.is_some());
    let settings_open = hearth.read(|s| s.import.as_ref().is_some_and(|draft| !draft.waits_because.is_empty()));
    view! {
        <div class="data">
            <header class="stage-head">
                <div class="grow">
                    <receipt::Receipt/>
                </div>
                <Show when=move || has_table.get() && !importing.get() && !adding.get()>
                    <div class="row-wrap">
                        <button type="button" class="button" on:click=move |_| hearth.send(Action::PickFile(FilePurpose::Beside))>
                            "Add a file"
                        </button>
                        <button
                            type="button"
                            class="button"
                            class:primary=move || train.with(Option::is_none)
                            on:click=move |_| hearth.send(Action::Show(View::Stage(Stage::Design)))
                        >
                            "Choose what to predict"
                        </button>
                        {move || train.get().map(|label| view! {
                            <button type="button" class="button primary" on:click=move |_| hearth.send(Action::Train)>{label}</button>
                        })}
                    </div>
                </Show>
            </header>
            <Show when=move || !importing.get() && !adding.get()><receipt::Further/></Show>
            <Show when=move || adding.get() && !settings_open.get()><adding::Adding/></Show>
            {move || match (settings_open.get(), has_table.get(), importing.get()) {
                (true, ..) => view! { <import::ImportSettings/> }.into_any(),
                (false, true, _) => view! { <filters::Filters/><grid::Grid/> }.into_any(),
                (false, false, true) => view! { <import::Reading/> }.into_any(),
                (false, false, false) => view! { <empty::Empty/> }.into_any(),
            }}
        </div>
    }
}
