//! Train: one score axis with every candidate, the leaderboard, and what a running training shows of itself.

mod board;
mod compare;
mod inspector;
mod progress;
mod search;

pub use inspector::TrainInspector;

use leptos::prelude::*;

use crate::chart::scores::{self, ScoreRow};
use crate::metrics::Metric;
use crate::studio::command_list::commands;
use crate::studio::leaderboard::{Leaderboard, leaderboard};
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;

#[component]
pub fn Train() -> impl IntoView {
    let hearth = use_hearth();
    let board = hearth.read(leaderboard);
    let some = Memo::new(move |_| board.with(Option::is_some));
    view! {
        <div class="stage train">
            {move || if some.get() {
                view! { <Scores board/> }.into_any()
            } else {
                view! { <Nothing/> }.into_any()
            }}
        </div>
    }
}

#[component]
fn Scores(board: Memo<Option<Leaderboard>>) -> impl IntoView {
    let sentence = move || board.with(|b| b.as_ref().map_or(String::new(), |b| b.sentence.clone()));
    // Results of another task have no score of this one: an axis without a dot says nothing.
    let drawn = Memo::new(move |_| {
        board.with(|b| b.as_ref().is_some_and(|b| b.rows.iter().any(|r| r.score.live || r.score.mean.is_some())))
    });
    let draw = Callback::new(move |width: f64| {
        board.with(|b| match b {
            Some(b) => {
                let rows: Vec<ScoreRow> = b.rows.iter().map(|r| r.score.clone()).collect();
                scores::axis(&b.sentence, &rows, b.wall, b.metric, width)
            }
            None => scores::axis("", &[], None, Metric::Accuracy, width),
        })
    });
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1" aria-live="polite">{sentence}</h1>
            <TrainButton again=true/>
        </header>
        <progress::Progress/>
        <Show when=move || drawn.get()><Figure draw bare=true/></Show>
        <board::Board board/>
        <search::SearchPart/>
        <search::EnsemblePart/>
        <compare::TradeOffPart board/>
        <compare::SideBySide/>
    }
}

/// The next thing to do, with the reason when it cannot be done; from the list that keys and palette use.
#[component]
fn TrainButton(#[prop(optional)] again: bool) -> impl IntoView {
    let hearth = use_hearth();
    let reason = hearth.read(|s| commands(s).into_iter().find(|c| c.id == "train").and_then(|c| c.enabled.err()));
    let busy = hearth.read(|s| s.job.is_some());
    let label = hearth.read(Studio::train_label);
    let missing = hearth.read(|s| !s.untrained().is_empty());
    let guess = hearth.read(Studio::guessed_cost);
    // Once a result counts, the next thing is to ask how far it can be trusted.
    let done = hearth.read(|s| s.project.runs.iter().any(|r| r.is_own() && s.stale_reason(r).is_none()));
    view! {
        <Show when=move || !busy.get()>
            <div class="train-go">
                <Show when=move || again && done.get()>
                    <button
                        type="button"
                        class=move || if missing.get() { "button large" } else { "button primary large" }
                        on:click=move |_| hearth.send(Action::Show(View::Stage(Stage::Trust)))
                    >
                        "How far can it be trusted?"
                    </button>
                </Show>
                <button
                    type="button"
                    class=move || if again && done.get() && !missing.get() { "button large" } else { "button primary large" }
                    aria-disabled=move || reason.get().is_some().then_some("true")
                    on:click=move |_| {
                        if reason.with_untracked(Option::is_none) {
                            hearth.send(Action::Train);
                        }
                    }
                >
                    {label}
                </button>
                {move || reason.get().or_else(|| guess.get()).map(|why| view! { <p class="tiny second">{why}</p> })}
            </div>
        </Show>
    }
}

/// The finished thing, faintly.
#[component]
fn Nothing() -> impl IntoView {
    let hearth = use_hearth();
    let ready = hearth.read(|s| s.project.design.is_some());
    let row = |name: &str, mean: f64, half: f64| ScoreRow {
        name: name.to_owned(),
        mean: Some(mean),
        interval: Some((mean - half, mean + half)),
        folds: vec![Some(mean - half * 0.8), Some(mean - half * 0.2), Some(mean + half * 0.9)],
        baseline: half < 0.015,
        ..ScoreRow::default()
    };
    let rows = vec![row("Neural network", 0.86, 0.03), row("Linear", 0.82, 0.025), row("Baseline", 0.5, 0.01)];
    let draw = Callback::new(move |width: f64| scores::axis("An example", &rows, Some(0.5), Metric::RocAuc, width));
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1">
                "Train, and every candidate becomes a dot: how well it does on rows that it has not seen, and how sure that is."
            </h1>
        </header>
        <progress::Progress/>
        {move || if ready.get() {
            view! { <TrainButton/> }.into_any()
        } else {
            view! {
                <button
                    type="button"
                    class="button primary large"
                    on:click=move |_| {
                        let table = hearth.now(|s| s.table.is_some());
                        hearth.send(Action::Show(if table { View::Stage(Stage::Design) } else { View::Home }));
                    }
                >
                    {move || if hearth.now(|s| s.table.is_some()) { "Choose what to predict" } else { "Bring a table" }}
                </button>
            }.into_any()
        }}
        <div class="ghost-figure" aria-hidden="true" inert=true>
            <Figure draw bare=true compact=true/>
        </div>
    }
}
