//! A training under way: what is being done, how far it is, how long it will take, and the buttons that hold it.

use leptos::prelude::*;

use crate::chart::format;
use crate::studio::words::time_left;
use crate::studio::{Action, JobKind};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon};

#[component]
pub fn Progress() -> impl IntoView {
    let hearth = use_hearth();
    let training = hearth.read(|s| s.job.as_ref().is_some_and(|j| j.kind == JobKind::Train));
    view! { <Show when=move || training.get()><Running/></Show> }
}

#[component]
fn Running() -> impl IntoView {
    let hearth = use_hearth();
    let job = hearth.read(|s| s.job.as_ref().map(|j| (j.progress.clone(), j.paused, j.left, j.share)));
    let speed = hearth.read(|s| s.training.as_ref().map_or(0.0, |t| t.rows_per_second));
    let paused = Memo::new(move |_| job.with(|j| j.as_ref().is_some_and(|j| j.1)));
    let stopping = hearth.read(|s| s.job.as_ref().is_some_and(|j| j.stopping));
    let doing = move || {
        job.with(|j| match j {
            Some((Some(progress), _, _, _)) => progress.doing.clone(),
            _ => "Starting".to_owned(),
        })
    };
    let share = move || {
        job.with(|j| match j {
            Some((_, _, _, Some(share))) => *share,
            _ => 0.0,
        })
    };
    let facts = move || {
        job.with(|j| {
            let Some((progress, paused, left, _)) = j else { return String::new() };
            let mut facts = Vec::new();
            if let Some(p) = progress
                && p.total > 0
            {
                facts.push(format!("{} of {} {}", format::count(p.done), format::count(p.total), p.unit));
            }
            if *paused {
                facts.push("paused; nothing is lost".to_owned());
            } else if let Some(left) = left.map(time_left).filter(|t| !t.is_empty()) {
                let guess =
                    if j.as_ref().is_some_and(|j| j.2.is_some_and(|left| left.guess)) { ", a guess" } else { "" };
                facts.push(format!("{left} left{guess}"));
            }
            if speed.get() > 0.0 && !paused {
                facts.push(format!("{} rows per second", format::significant(speed.get(), 2)));
            }
            facts.join(" · ")
        })
    };
    view! {
        <section class="train-progress" aria-label="Training">
            <div class="spread">
                <div class="stack-tight">
                    <p class="train-doing" role="status">{doing}</p>
                    <p class="tiny second number">{facts}</p>
                </div>
                <div class="row">
                    {move || if stopping.get() {
                        ().into_any()
                    } else if paused.get() {
                        view! { <Button glyph=Icon::Play on_press=move |()| hearth.send(Action::Resume)>"Resume"</Button> }.into_any()
                    } else {
                        view! { <Button glyph=Icon::Pause on_press=move |()| hearth.send(Action::Pause)>"Pause"</Button> }.into_any()
                    }}
                    <Button glyph=Icon::Stop on_press=move |()| hearth.send(Action::Cancel)>{move || if stopping.get() { "Stop at once" } else { "Stop, keep the best" }}</Button>
                </div>
            </div>
            <div
                class="progress-line"
                role="progressbar"
                aria-label="Training"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=move || format::fixed(share() * 100.0, 0)
            >
                <span style:--share=move || format!("{:.4}", share())></span>
            </div>
        </section>
    }
}
