//! The life cycle: six stages on a line that curves from the last back to the first, each with a glyph and one live
//! fact. Never a locked wizard.

use leptos::prelude::*;

use crate::studio::{Action, Progressed, Stage, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, icon};

/// Height of an entry; the curve is drawn to it.
const ENTRY: u32 = 60;

#[component]
pub fn Rail() -> impl IntoView {
    let hearth = use_hearth();
    let view = hearth.read(|s| s.view);
    let device = hearth.read(|s| s.device.clone());
    view! {
        <nav class="rail" aria-label="Stages">
            <div class="rail-cycle">
                <Curve/>
                <ol>
                    {Stage::ALL.into_iter().map(|stage| view! { <li><Entry stage/></li> }).collect_view()}
                </ol>
            </div>
            <div class="rail-foot">
                <button
                    type="button"
                    class="rail-link"
                    aria-current=move || (view.get() == View::Playground).then_some("page")
                    on:click=move |_| hearth.send(Action::Show(View::Playground))
                >
                    {icon(Icon::Network)}<span>"Playground"</span>
                </button>
                {move || device.get().map(|report| {
                    let why = if report.reason.is_empty() { report.name } else { report.reason };
                    view! {
                        <p class="rail-device">
                            <span>{if report.gpu { "Networks learn on the GPU" } else { "Networks learn on the CPU" }}</span>
                            <span class="second rail-why">{why}</span>
                        </p>
                    }
                })}
            </div>
        </nav>
    }
}

/// The hairline through the stages and back.
#[component]
fn Curve() -> impl IntoView {
    let n = Stage::ALL.len() as u32;
    let (first, last) = (ENTRY / 2, ENTRY * n - ENTRY / 2);
    let height = ENTRY * n;
    let back = format!(
        "M24 {first}V{last}C24 {} 6 {} 6 {}V{}C6 {} 24 {} 24 {first}",
        last + 26,
        last + 26,
        last - 8,
        first + 8,
        first.saturating_sub(26),
        first.saturating_sub(26),
    );
    view! {
        <svg class="rail-curve" viewBox=format!("0 0 32 {height}") width="32" height=height.to_string() aria-hidden="true" focusable="false">
            <path d=back></path>
        </svg>
    }
}

#[component]
fn Entry(stage: Stage) -> impl IntoView {
    let hearth = use_hearth();
    let view = hearth.read(|s| s.view);
    let progressed = hearth.read(move |s| s.progressed(stage));
    let fact = hearth.read(move |s| s.live_fact(stage));
    let word = move || match progressed.get() {
        Progressed::Empty => "not begun",
        Progressed::Begun => "begun",
        Progressed::Done => "done",
        Progressed::Stale => "stale: made before the last change",
        Progressed::Blocked => "blocked",
    };
    view! {
        <button
            type="button"
            class="rail-entry"
            class:stale=move || progressed.get() == Progressed::Stale
            class:blocked=move || progressed.get() == Progressed::Blocked
            aria-current=move || (view.get() == View::Stage(stage)).then_some("page")
            on:click=move |_| hearth.send(Action::Show(View::Stage(stage)))
        >
            {move || glyph(progressed.get())}
            <span class="rail-words">
                <span class="rail-name">{stage.name()}</span>
                <span class="rail-fact truncate">{move || fact.get()}</span>
            </span>
            <span class="visually-hidden">", "{word}</span>
        </button>
    }
}

/// Hollow, half, full, hatched, barred.
fn glyph(progressed: Progressed) -> impl IntoView {
    let (class, inner) = match progressed {
        Progressed::Empty => ("glyph", ""),
        Progressed::Begun => ("glyph begun", "M8 3a5 5 0 0 1 0 10Z"),
        Progressed::Done => ("glyph done", "M8 3a5 5 0 1 1 0 10A5 5 0 0 1 8 3Z"),
        Progressed::Stale => ("glyph hatched", "M4 9.5 9.5 4M4.5 11.5 11.5 4.5M6.5 12 12 6.5"),
        Progressed::Blocked => ("glyph barred", "M4.5 8h7"),
    };
    view! {
        <svg class=class viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <circle cx="8" cy="8" r="5.5"></circle>
            <path d=inner></path>
        </svg>
    }
}
