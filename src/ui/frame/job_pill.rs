//! The work under way: what, how far, how long still, and how to stop it. The only thing that glows.

use leptos::prelude::*;

use crate::studio::{Action, JobKind, JobState, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton};

#[component]
pub fn JobPill() -> impl IntoView {
    let hearth = use_hearth();
    let running = hearth.read(|s| s.job.is_some());
    view! { <Show when=move || running.get()><Pill/></Show> }
}

#[component]
fn Pill() -> impl IntoView {
    let hearth = use_hearth();
    let job = hearth.read(|s| s.job.clone());
    let part = move |f: fn(&JobState) -> String| move || job.with(|j| j.as_ref().map(f).unwrap_or_default());
    let share = Memo::new(move |_| job.with(|j| j.as_ref().and_then(|j| j.share)));
    let paused = Memo::new(move |_| job.with(|j| j.as_ref().is_some_and(|j| j.paused)));
    let can_pause =
        Memo::new(move |_| job.with(|j| j.as_ref().is_some_and(|j| j.kind == JobKind::Train && !j.stopping)));
    let stops = Memo::new(move |_| {
        job.with(|j| match j.as_ref().map(|j| j.kind) {
            Some(JobKind::Train) => "Stop and keep the best so far",
            _ => "Stop",
        })
    });
    view! {
        <div class="job-pill" class:paused=move || paused.get() role="group" aria-label="Work under way">
            <svg class="job-ring" viewBox="0 0 20 20" aria-hidden="true">
                <circle cx="10" cy="10" r="7.5" class="ring-track"></circle>
                <circle
                    cx="10" cy="10" r="7.5"
                    class="ring-done"
                    class:unknown=move || share.get().is_none()
                    pathLength="100"
                    stroke-dasharray=move || format!("{} 100", share.get().unwrap_or(0.25) * 100.0)
                ></circle>
            </svg>
            <span class="job-text">
                <span class="job-doing truncate">{part(doing)}</span>
                <span class="job-progress number">{part(progress)}</span>
            </span>
            <progress
                class="visually-hidden"
                max="1"
                prop:value=move || share.get().unwrap_or(0.0)
                aria-label=part(doing)
            ></progress>
            <Show when=move || can_pause.get()>
                {move || if paused.get() {
                    view! { <IconButton glyph=Icon::Play label="Go on" on_press=move |()| hearth.send(Action::Resume)/> }
                } else {
                    view! { <IconButton glyph=Icon::Pause label="Pause" on_press=move |()| hearth.send(Action::Pause)/> }
                }}
            </Show>
            <IconButton
                glyph=Icon::Stop
                label=Signal::derive(move || stops.get().to_owned())
                on_press=move |()| hearth.send(Action::Cancel)
            />
        </div>
    }
}

fn doing(job: &JobState) -> String {
    let what = job.progress.as_ref().map_or(words::job(job.kind), |p| p.doing.as_str());
    if job.paused { format!("Paused: {what}") } else { what.to_owned() }
}

fn progress(job: &JobState) -> String {
    let mut parts = Vec::new();
    if let Some(p) = job.progress.as_ref().filter(|p| p.total > 0) {
        parts.push(match p.unit.as_str() {
            "bytes" => format!("{} of {}", words::bytes(p.done), words::bytes(p.total)),
            unit => format!("{} of {} {unit}", words::count(p.done), words::count(p.total)),
        });
    }
    if !job.paused
        && let Some(left) = job.left.map(words::time_left).filter(|text| !text.is_empty())
    {
        parts.push(format!("{left} left"));
    }
    parts.join(" · ")
}
