//! The gates before a package: what each found, and the reason for which a closed one is opened.

use leptos::prelude::*;

use crate::studio::gates::{Gate, GateState};
use crate::studio::{Action, Studio};
use crate::ui::trust::findings::CheckLine;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, TextField};

#[component]
pub fn Gates() -> impl IntoView {
    let hearth = use_hearth();
    let gates = hearth.read(|s| {
        let run = s.current_run().filter(|run| !run.is_baseline() && run.is_own());
        run.map(|run| s.gates(run)).unwrap_or_default()
    });
    let attack = hearth.read(Studio::attack_line);
    view! {
        <Show when=move || gates.with(|g| !g.is_empty())>
            <section class="gates stack" aria-label="Gates">
                <h2>"Before it leaves"</h2>
                {move || attack.get().map(|line| view! { <p class="small" role="status">{line}</p> })}
                <div class="gate-list">
                    // A gate that stays as it is keeps the reason that is being written.
                    <For each=move || gates.get() key=|state| format!("{state:?}") let:state><OneGate state/></For>
                </div>
                <p class="figure-note">"That the exported model says the same as the studio is checked as it is built, and cannot be overridden."</p>
            </section>
        </Show>
    }
}

#[component]
fn OneGate(state: GateState) -> impl IntoView {
    let GateState { gate, outcome, finding, overridden } = state.clone();
    view! {
        <div class="gate">
            <div class="gate-line"><CheckLine outcome name=gate.name() word=outcome.word() finding/></div>
            {overridden.map(|reason| view! { <p class="gate-reason">"Overridden: "{reason}</p> })}
            {state.stops().then(|| view! { <Open gate/> })}
        </div>
    }
}

/// A written reason opens a closed gate.
#[component]
fn Open(gate: Gate) -> impl IntoView {
    let hearth = use_hearth();
    let reason = RwSignal::new(String::new());
    let press = move |()| {
        if let Some(run) = hearth.now(|s| s.selected_run) {
            hearth.send(Action::OverrideGate { run, gate, reason: reason.get_untracked() });
        }
    };
    view! {
        <div class="ask" role="group" aria-label=format!("Override: {}", gate.name())>
            <TextField
                label="Why it may leave all the same"
                help="It stands in the package's page and in the report, for everyone who gets the model."
                value=reason
                on_change=move |text: String| reason.set(text)
            />
            <div><Button on_press=press>"Override this gate"</Button></div>
        </div>
    }
}
