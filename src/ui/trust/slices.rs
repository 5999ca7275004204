//! Where the candidate is worst: a sentence, and the kinds of rows in a table.

use leptos::prelude::*;

use crate::studio::slices::{how, sentence, table};
use crate::ui::use_hearth;
use crate::ui::widget::NumberTable;

#[component]
pub fn Slices() -> impl IntoView {
    let hearth = use_hearth();
    let found = hearth.read(|s| s.current_run().and_then(|run| run.slices.clone()));
    let waits = hearth.read(|s| s.slices_can_be_told());
    let headers = Signal::derive(move || found.with(|f| f.as_ref().map(|f| table(f).0).unwrap_or_default()));
    let rows = Signal::derive(move || found.with(|f| f.as_ref().map(|f| table(f).1).unwrap_or_default()));
    let told = Memo::new(move |_| found.with(|f| f.as_ref().map(sentence)));
    let some = Memo::new(move |_| found.with(|f| f.as_ref().is_some_and(|f| !f.worst.is_empty())));
    view! {
        <Show when=move || told.with(Option::is_some) || waits.get()>
            <section class="rivals stack" aria-label="Where it is worst">
                <h2>"Where it is worst "<span class="term">"(slices)"</span></h2>
                <p class="verdict" aria-live="polite">
                    {move || told.get().unwrap_or_else(|| "Looking at the rows that the folds tested.".to_owned())}
                </p>
                <Show when=move || some.get()>
                    <NumberTable caption="Kinds of rows on which it is worst" headers rows bare=true/>
                    <p class="figure-note">{move || found.with(|f| f.as_ref().map(how))}</p>
                </Show>
            </section>
        </Show>
    }
}
