//! Trust: the headline, the checks, the numbers, the figures, the threshold, the locked test set, and one row at a time.

pub mod calibrate;
pub mod curve;
pub mod decide;
pub mod figures;
pub mod findings;
pub mod groups;
mod hard_rows;
mod one_row;
mod reasons;
pub mod slices;
pub mod spread;
pub mod stale;
mod test_set;
pub mod threshold;
mod why;

use leptos::prelude::*;

use crate::chart::scores::{self, ScoreRow};
use crate::metrics::Metric;
use crate::studio::explain::TrustTab;
use crate::studio::leaderboard::leaderboard;
use crate::studio::project::Run;
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::chart::Figure;
use crate::ui::widget::{Button, Kind, Later, Select, TabPanel, Tabs};
use crate::ui::{Hearth, use_hearth};

/// The run that is looked at: the selected one.
pub fn current(studio: &Studio) -> Option<Run> {
    studio.current_run().cloned()
}

/// Where nothing is selected, the best of what there is gets selected.
pub fn select_best(hearth: Hearth) {
    let best = hearth.read(|s| match s.selected_run {
        Some(_) => None,
        None => leaderboard(s).and_then(|board| board.rows.iter().find_map(|row| row.run)),
    });
    Effect::new(move |_| {
        if let Some(run) = best.get() {
            hearth.send(Action::SelectRun(Some(run)));
        }
    });
}

#[component]
pub fn Trust() -> impl IntoView {
    let hearth = use_hearth();
    select_best(hearth);
    let run = hearth.read(current);
    let id = Memo::new(move |_| run.with(|r| r.as_ref().map(|r| r.id)));
    view! {
        <div class="stage trust">
            {move || match id.get() {
                Some(_) => view! { <Looked/> }.into_any(),
                None => view! { <Nothing/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Looked() -> impl IntoView {
    let hearth = use_hearth();
    let chosen_tab = hearth.read(|s| s.trust_tab);
    let tab = Memo::new(move |_| chosen_tab.get() as usize);
    let verdict = hearth.read(|s| s.current_run().map(|r| s.verdict(r)).unwrap_or_default());
    let source = hearth.read(|s| s.current_run().map(|r| s.verdict_source(r)).unwrap_or_default());
    let naive = hearth.read(|s| s.current_run().and_then(|r| s.naive_line(r)));
    let runs = hearth.read(|s| s.project.runs.iter().map(|r| (Some(r.id), r.marked_name())).collect::<Vec<_>>());
    let chosen = hearth.read(|s| s.selected_run);
    let given = hearth.read(|s| s.current_run().is_some_and(Run::is_given));
    view! {
        <header class="trust-head">
            <h1 class="verdict" tabindex="-1">{move || verdict.get()}</h1>
            <p class="small second">{move || source.get()}</p>
            {move || naive.get().map(|line| view! { <p class="naive-line">{line}</p> })}
            <stale::StaleLine/>
            <div class="row-wrap trust-choice">
                <div class="trust-run">
                    <Select
                        label="Candidate"
                        bare=true
                        options=runs
                        value=chosen
                        on_change=move |run| hearth.send(Action::SelectRun(run))
                    />
                </div>
                <Button kind=Kind::Quiet on_press=move |()| hearth.send(Action::Show(View::Report))>"Printable report"</Button>
            </div>
        </header>
        <Tabs
            name="trust"
            label="Ways to look at the candidate"
            options=vec![
                (TrustTab::Findings, "Findings".to_owned()),
                (TrustTab::Groups, "Groups".to_owned()),
                (TrustTab::Why, "Why".to_owned()),
                (TrustTab::OneRow, "One row".to_owned()),
            ]
            value=chosen_tab
            on_change=move |tab| hearth.send(Action::ShowTrust(tab))
        />
        <TabPanel name="trust" index=tab>
            {move || match chosen_tab.get() {
                TrustTab::Findings => view! { <findings::Findings/> }.into_any(),
                TrustTab::Groups => view! { <groups::Groups/> }.into_any(),
                TrustTab::Why => view! { <why::Why/> }.into_any(),
                TrustTab::OneRow if given.get() => view! { <why::Why/> }.into_any(),
                TrustTab::OneRow => view! { <one_row::OneRow/> }.into_any(),
            }}
        </TabPanel>
    }
}

/// Beside the findings: the locked test set and what the candidate never saw.
#[component]
pub fn TrustInspector() -> impl IntoView {
    let hearth = use_hearth();
    let some = hearth.read(|s| s.current_run().is_some_and(|run| !run.is_given()));
    let left_out = hearth.read(|s| s.current_run().map(|r| r.report.left_out.clone()).unwrap_or_default());
    view! {
        <Show when=move || some.get()>
            <Later><div class="inspector-part stack"><test_set::TestSet/></div></Later>
            <div class="inspector-part stack">
                <h2>"Columns left out"</h2>
                {move || {
                    let list = left_out.get();
                    if list.is_empty() {
                        view! { <p class="small second">"None: every column was used."</p> }.into_any()
                    } else {
                        view! {
                            <dl class="left-out-list">
                                {list.into_iter().map(|(name, reason)| view! { <div><dt>{name}</dt><dd>{reason}</dd></div> }).collect_view()}
                            </dl>
                        }.into_any()
                    }
                }}
            </div>
        </Show>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let hearth = use_hearth();
    let rows = vec![ScoreRow {
        name: "Your model".to_owned(),
        mean: Some(0.84),
        interval: Some((0.81, 0.87)),
        folds: vec![Some(0.815), Some(0.835), Some(0.85), Some(0.862)],
        ..ScoreRow::default()
    }];
    let draw = Callback::new(move |width: f64| scores::axis("An example", &rows, Some(0.5), Metric::RocAuc, width));
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1">
                "Once something is trained, this page says how far it can be trusted: in a sentence, in checks, and in pictures."
            </h1>
        </header>
        <div>
            <Button kind=Kind::Primary on_press=move |()| hearth.send(Action::Show(View::Stage(Stage::Train)))>"Go to Train"</Button>
        </div>
        <div class="ghost-figure" aria-hidden="true" inert=true>
            <Figure draw bare=true compact=true/>
        </div>
    }
}
