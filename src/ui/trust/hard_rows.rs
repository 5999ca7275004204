//! Single rows that are worth a look: a sentence, the first rows of each kind, and the way to them in the grid.

use leptos::prelude::*;

use crate::studio::hard_rows::{Kind, how, kinds, sentence, show, table};
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, NumberTable, Segmented};

fn choices(kinds: &[Kind]) -> Vec<(Option<Kind>, String)> {
    kinds.iter().map(|kind| (Some(*kind), kind.name().to_owned())).collect()
}

#[component]
pub fn HardRows() -> impl IntoView {
    let hearth = use_hearth();
    let can = hearth.read(Studio::hard_rows_can_be_told);
    let found = hearth.read(|s| s.current_run().cloned().zip(s.explained.hard_rows.clone()));
    let term = hearth.read(|s| match s.current_run().is_some_and(|run| !run.report.labels.is_empty()) {
        true => "(label errors)",
        false => "(largest errors)",
    });
    let told = Memo::new(move |_| found.with(|f| f.as_ref().map(|(run, found)| sentence(run, found))));
    let offered = Memo::new(move |_| found.with(|f| f.as_ref().map_or_else(Vec::new, |(_, found)| kinds(found))));
    let chosen = RwSignal::new(None::<Kind>);
    // What was chosen for another run may have no rows here.
    let kind = Memo::new(move |_| {
        offered.with(|all| chosen.get().filter(|kind| all.contains(kind)).or_else(|| all.first().copied()))
    });
    let cells = Memo::new(move |_| {
        found
            .with(|f| f.as_ref().zip(kind.get()).map(|((run, found), kind)| table(run, kind, found)))
            .unwrap_or_default()
    });
    let go =
        Memo::new(move |_| found.with(|f| f.as_ref().zip(kind.get()).map(|((_, found), kind)| show(kind, found).0)));
    view! {
        <Show when=move || can.get()>
            <section class="rivals stack" aria-label="Rows worth a look">
                <h2>"Rows worth a look "<span class="term">{move || term.get()}</span></h2>
                <p class="verdict" aria-live="polite">
                    {move || told.get().unwrap_or_else(|| "Looking at the rows that the folds tested.".to_owned())}
                </p>
                {move || (offered.with(Vec::len) > 1).then(|| view! {
                    <Segmented
                        label="Which rows"
                        bare=true
                        options=choices(&offered.get())
                        value=kind
                        on_change=move |kind| chosen.set(kind)
                    />
                })}
                <Show when=move || kind.get().is_some()>
                    <NumberTable
                        caption="The first of these rows"
                        headers=Signal::derive(move || cells.get().0)
                        rows=Signal::derive(move || cells.get().1)
                        bare=true
                    />
                    <div class="row-wrap">
                        <Button on_press=move |()| {
                            let filter = found.with_untracked(|f| f.as_ref().zip(kind.get_untracked()).map(|((_, f), kind)| show(kind, f).1));
                            if let Some(filter) = filter {
                                hearth.send(filter);
                                hearth.send(Action::Show(View::Stage(Stage::Data)));
                            }
                        }>{move || go.get()}</Button>
                    </div>
                    <p class="figure-note">{move || kind.get().map(how)}</p>
                </Show>
            </section>
        </Show>
    }
}
