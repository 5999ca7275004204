//! What the model does with rows unlike those of its training: one choice, which travels with it.

use leptos::prelude::*;

use crate::prepare::OnUnseen;
use crate::studio::Action;
use crate::ui::use_hearth;
use crate::ui::widget::Segmented;

#[component]
pub fn Guard() -> impl IntoView {
    let hearth = use_hearth();
    let chosen = hearth.read(|s| s.on_unseen());
    let name = |choice: OnUnseen| {
        let words = match choice {
            OnUnseen::Flag => "Flag",
            OnUnseen::Abstain => "Give no answer",
            OnUnseen::Error => "Refuse",
        };
        (choice, words.to_owned())
    };
    view! {
        <section class="stack-tight guard" aria-label="Rows unlike the training">
            <Segmented
                label="Rows with what training never saw"
                options=OnUnseen::ALL.map(name).to_vec()
                value=Signal::derive(move || chosen.get())
                on_change=move |choice| hearth.send(Action::SetOnUnseen(choice))
            />
            <p class="small second">
                {move || format!("{} Here, in the shell, and in the page and the module that you can download.", chosen.get().sentence())}
            </p>
        </section>
    }
}
