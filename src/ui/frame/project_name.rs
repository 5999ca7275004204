//! The project's name, which is changed where it stands.

use leptos::prelude::*;

use crate::studio::Action;
use crate::ui::use_hearth;

#[component]
pub fn ProjectName() -> impl IntoView {
    let hearth = use_hearth();
    let name = hearth.read(|s| s.project.name.clone());
    view! {
        <div class="project-name">
            // The invisible twin gives the field the width of its text.
            <span class="project-name-twin" aria-hidden="true">{move || name.get()}</span>
            <input
                type="text"
                aria-label="Project name"
                autocomplete="off"
                spellcheck="false"
                maxlength="120"
                prop:value=move || name.get()
                on:change:target=move |event| {
                    let text = event.target().value().trim().to_owned();
                    if text.is_empty() {
                        event.target().set_value(&name.get_untracked());
                    } else {
                        hearth.send(Action::RenameProject(text));
                    }
                }
            />
        </div>
    }
}
