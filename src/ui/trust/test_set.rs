//! The locked test set: opened on purpose, counted, and never closed again.

use leptos::prelude::*;

use crate::chart::format::counted;
use crate::studio::checks::Outcome;
use crate::studio::{Action, JobKind, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, Kind, icon};

#[component]
pub fn TestSet() -> impl IntoView {
    let hearth = use_hearth();
    let state = hearth.read(|s| {
        let run = s.current_run()?;
        let check = s.run_checks(run).into_iter().find(|c| c.name == "Holds on the locked test set");
        Some((run.id, run.report.n_holdout, run.report.holdout.is_some(), run.from_package, check))
    });
    let looks = hearth.read(|s| s.project.looks);
    let busy = hearth.read(|s| s.job.as_ref().is_some_and(|j| j.kind == JobKind::Holdout));
    let other = hearth.read(|s| s.job.as_ref().filter(|j| j.kind != JobKind::Holdout).map(|j| words::job(j.kind)));
    let stale = hearth.read(|s| s.current_run().and_then(|r| s.stale_reason(r)));
    let asking = RwSignal::new(false);
    let open = move |()| {
        asking.set(false);
        if let Some((run, ..)) = state.get_untracked() {
            hearth.send(Action::OpenHoldout(run));
        }
    };
    let looked = move || match looks.get() {
        0 => "Nobody has looked at it.".to_owned(),
        1 => "It was opened once in this project.".to_owned(),
        n => format!("It was opened {n} times in this project."),
    };
    view! {
        <h2 class="row">{icon(Icon::Lock)}" The test set"</h2>
        {move || state.get().map(|(_, n, opened, packaged, check)| {
            let rows = counted(n.into(), "row", "rows");
            if packaged && !opened {
                return view! { <p class="small second">"A package travels without its rows, so its test set cannot be opened here."</p> }.into_any();
            }
            if n == 0 {
                return view! { <p class="small second">"No rows were locked away. The design can keep a share."</p> }.into_any();
            }
            let finding = check.map(|c| (c.outcome, c.finding));
            view! {
                <p class="small second">{format!("{rows} that no candidate has seen. ")}{move || (!packaged).then(looked)}</p>
                {finding.filter(|_| opened).map(|(outcome, text)| {
                    let class = match outcome {
                        Outcome::Passed => "small test-finding passed",
                        Outcome::Doubtful => "small test-finding doubtful",
                        Outcome::Failed => "small test-finding failed",
                        Outcome::Unknown => "small test-finding",
                    };
                    view! { <p class=class><strong>{outcome.word()}</strong>": "{text}</p> }
                })}
                {move || (!opened).then(|| stale.get()).flatten().map(|reason| view! {
                    <p class="small">"Not to be opened now: the candidate is stale, and a look cannot be taken back. "{reason}" Train again first."</p>
                })}
                {move || (!opened && stale.with(Option::is_none)).then(|| view! {
                    <Show
                        when=move || asking.get()
                        fallback=move || view! {
                            <div><Button
                                disabled=Signal::derive(move || match other.get() {
                                    Some(what) => Some(format!("{what} is under way.")),
                                    None => busy.get().then(|| "It is being scored.".to_owned()),
                                })
                                on_press=move |()| asking.set(true)
                            >
                                {move || if busy.get() { "Scoring…" } else { "Open the test set" }}
                            </Button></div>
                        }
                    >
                        <div class="ask" role="group" aria-label="Open the test set?">
                            <p class="small">
                                "This is look number " {move || looks.get() + 1} ". It cannot be undone: once you choose by these rows, they no longer judge fairly. Open it when you have chosen."
                            </p>
                            <div class="row-wrap">
                                <Button on_press=open>"Open it"</Button>
                                <Button kind=Kind::Quiet on_press=move |()| asking.set(false)>"Not yet"</Button>
                            </div>
                        </div>
                    </Show>
                })}
            }.into_any()
        })}
    }
}
