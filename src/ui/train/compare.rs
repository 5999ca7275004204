//! Candidates beside each other: scores against sizes, and where the settings of two of them differ.

use leptos::prelude::*;

use crate::chart::plot::height_of;
use crate::chart::trade_off::trade_off;
use crate::job::RunId;
use crate::studio::leaderboard::Leaderboard;
use crate::studio::run_facts::differences;
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{NumberTable, Select};

#[component]
pub fn TradeOffPart(board: Memo<Option<Leaderboard>>) -> impl IntoView {
    let hearth = use_hearth();
    let told = hearth.read(move |s| board.with(|b| b.as_ref().and_then(|board| s.trade_off(board))));
    let sentence = move || told.with(|t| t.as_ref().map(|t| t.sentence.clone()));
    let some = Memo::new(move |_| told.with(Option::is_some));
    let draw = Callback::new(move |width: f64| {
        told.with(|t| match t {
            Some(told) => trade_off(&told.sentence, told, (width, height_of(width))),
            None => crate::chart::Scene::new("score-and-size", "", width, height_of(width)),
        })
    });
    view! {
        <Show when=move || some.get()>
            <section class="stack" aria-label="Score against size">
                <h2>"Score against size "<span class="term">"(Pareto)"</span></h2>
                <p class="verdict">{sentence}</p>
                <Figure draw bare=true/>
            </section>
        </Show>
    }
}

/// The selected candidate beside another.
#[component]
pub fn SideBySide() -> impl IntoView {
    let hearth = use_hearth();
    let some = hearth.read(|s| s.current_run().is_some());
    let others = hearth.read(|s| {
        let selected = s.selected_run;
        let runs = s.project.runs.iter().filter(move |run| Some(run.id) != selected);
        runs.map(|run| (run.id, run.marked_name())).collect::<Vec<_>>()
    });
    let chosen = RwSignal::new(None::<RunId>);
    // What was chosen may be gone, or be the selected one by now.
    let other = Memo::new(move |_| others.with(|all| chosen.get().filter(|id| all.iter().any(|(run, _)| run == id))));
    let told = hearth.read(move |s| {
        let (one, two) = (s.current_run()?, s.run(other.get()?)?);
        Some((vec![String::new(), one.marked_name(), two.marked_name()], differences(one, two)))
    });
    let options = Signal::derive(move || {
        let nothing = (None, "another candidate".to_owned());
        std::iter::once(nothing).chain(others.get().into_iter().map(|(id, name)| (Some(id), name))).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || some.get() && !others.with(Vec::is_empty)>
            <section class="stack" aria-label="Side by side">
                <h2>"Side by side"</h2>
                <Select
                    label="The selected candidate beside"
                    options=options
                    value=other
                    on_change=move |run| chosen.set(run)
                />
                {move || told.get().map(|(headers, rows)| match rows.is_empty() {
                    true => view! { <p class="second">"They do not differ in anything that is recorded."</p> }.into_any(),
                    false => view! {
                        <NumberTable caption="Where they differ" headers=Signal::stored(headers) rows=Signal::stored(rows) bare=true/>
                    }
                    .into_any(),
                })}
            </section>
        </Show>
    }
}
