//! The question before everything that Hearth stored in this browser is removed. It is final, so it lists what goes.

use leptos::prelude::*;

use crate::studio::{Action, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Dialog, Kind};

#[component]
pub fn Erase() -> impl IntoView {
    let hearth = use_hearth();
    let open = hearth.read(|s| s.erase_open);
    let close = move |()| hearth.send(Action::OpenErase(false));
    let projects = hearth.read(|s| s.projects.clone());
    let others = hearth.read(|s| s.other_tabs);
    let training = hearth.read(|s| s.is_training());
    let warning = move || match others.get() {
        0 => None,
        1 => Some(
            "Hearth is open in another tab. It lets go of its project too; only a private session stays.".to_owned(),
        ),
        n => Some(format!(
            "Hearth is open in {n} other tabs. They let go of their projects too; only a private session stays."
        )),
    };
    view! {
        <Dialog open on_close=close label="Erase everything">
            <div class="stack">
                <h2 class="verdict">"Erase everything that Hearth stored in this browser?"</h2>
                <p class="second">
                    "This cannot be undone. Files that you downloaded, and the tables that you dropped, stay where they are."
                </p>
                <p role="status">{warning}</p>
                <Show when=move || training.get()><p>"The training under way ends with it."</p></Show>
                <ul class="erase-list">
                    {move || projects.get().into_iter().map(|p| view! {
                        <li>
                            <span class="truncate">{p.name}</span>
                            <span class="second number">{words::bytes(p.n_bytes)}</span>
                        </li>
                    }).collect_view()}
                    <li>
                        <span>"What networks of an interrupted training had learned"</span>
                        <span class="second">"where there was one"</span>
                    </li>
                    <li>
                        <span>"The program itself, kept for working offline"</span>
                        <span class="second">"loaded again when you return"</span>
                    </li>
                    <li>
                        <span>"Your choice of colours"</span>
                        <span class="second">"a few bytes"</span>
                    </li>
                </ul>
                <div class="row dialog-actions">
                    <Button on_press=close>"Keep"</Button>
                    <Button
                        kind=Kind::Danger
                        on_press=move |()| {
                            close(());
                            hearth.send(Action::EraseEverything);
                        }
                    >"Erase everything"</Button>
                </div>
            </div>
        </Dialog>
    }
}
