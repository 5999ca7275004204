//! Candidates beside each other: scores against sizes, and where the settings of two of them differ.

use leptos::prelude::*;

use crate::chart::Scene;
use crate::chart::overlaid::{Overlay, class_curves};
use crate::chart::plot::height_of;
use crate::chart::trade_off::trade_off;
use crate::job::RunId;
use crate::studio::leaderboard::Leaderboard;
use crate::studio::run_facts::differences;
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{NumberTable, Select};
use crate::validate::ClassCurves;

#[component]
pub fn TradeOffPart(board: Memo<Option<Leaderboard>>) -> impl IntoView {
    let hearth = use_hearth();
    let told = hearth.read(move |s| board.with(|b| b.as_ref().and_then(|board| s.trade_off(board))));
    let sentence = move || told.with(|t| t.as_ref().map(|t| t.sentence.clone()));
    let some = Memo::new(move |_| told.with(Option::is_some));
    let draw = Callback::new(move |width: f64| {
        told.with(|t| match t {
            Some(told) => trade_off(&told.sentence, told, (width, height_of(width))),
            None => Scene::new("score-and-size", "", width, height_of(width)),
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
                <Overlaid other/>
            </section>
        </Show>
    }
}

/// The curves of the selected candidate and another over each other.
#[component]
fn Overlaid(other: Memo<Option<RunId>>) -> impl IntoView {
    let hearth = use_hearth();
    let both = hearth.read(move |s| {
        let (one, two) = (s.current_run()?, s.run(other.get()?)?);
        Some([(one.marked_name(), one.report.clone()), (two.marked_name(), two.report.clone())])
    });
    let kinds = Memo::new(move |_| {
        both.with(|both| both.as_ref().map_or_else(Vec::new, |[one, two]| Overlay::of(&one.1, &two.1)))
    });
    // Of two classes there is one curve, of the second.
    let classes = Memo::new(move |_| {
        both.with(|both| {
            let Some([(_, report), _]) = both else { return Vec::new() };
            let name =
                |(at, curve): (usize, &ClassCurves)| Some((at, report.labels.get(curve.class as usize)?.clone()));
            class_curves(report).iter().enumerate().filter_map(name).collect::<Vec<_>>()
        })
    });
    let chosen = RwSignal::new(0_usize);
    let class = Memo::new(move |_| chosen.get().min(classes.with(Vec::len).saturating_sub(1)));
    let ranked = move || kinds.with(|kinds| kinds.contains(&Overlay::Roc)) && classes.with(|all| all.len() > 1);
    let figure = move |kind: Overlay| {
        let draw = Callback::new(move |width: f64| {
            let size = (width, height_of(width));
            both.with(|both| match both {
                Some([one, two]) => kind.scene([(&one.0, &one.1), (&two.0, &two.1)], class.get(), size),
                None => Scene::new("overlaid", "", size.0, size.1),
            })
        });
        view! { <Figure draw/> }
    };
    view! {
        <Show when=ranked>
            <Select
                label="Curves of the class"
                options=Signal::derive(move || classes.get())
                value=class
                on_change=move |at| chosen.set(at)
            />
        </Show>
        <div class="figure-grid">
            <For each=move || kinds.get() key=|kind| *kind as u8 let:kind>{figure(kind)}</For>
        </div>
    }
}
