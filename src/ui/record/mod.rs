//! Record: what is known of the data, and all that was done with the project.

use leptos::prelude::*;

use crate::studio::project::Project;
use crate::studio::record::Datasheet;
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, LongField};

/// Entries that are drawn; all are in the file.
const MOST_SHOWN: usize = 500;

#[component]
pub fn Record() -> impl IntoView {
    let hearth = use_hearth();
    let name = hearth.read(|s| s.project.name.clone());
    let print = move |()| {
        // A browser that cannot print has its own menu for it; there is nothing to undo.
        let _ = window().print();
    };
    view! {
        <div class="report">
            <div class="report-bar no-print">
                <button type="button" class="button quiet" on:click=move |_| hearth.send(Action::Show(View::Stage(Stage::Data)))>
                    "← Back to Data"
                </button>
                <Button on_press=print>"Print, or save as PDF"</Button>
            </div>
            <article class="report-page">
                <p class="eyebrow">{move || name.get()}</p>
                <h1 class="title" tabindex="-1">"What is known of the data, and all that was done with them."</h1>
                <AboutData/>
                <History/>
            </article>
        </div>
    }
}

/// The facts that are known, and the questions that only a person can answer.
#[component]
fn AboutData() -> impl IntoView {
    let hearth = use_hearth();
    let facts = hearth.read(Studio::data_facts);
    let sheet = hearth.read(|s| s.project.datasheet.clone());
    view! {
        <h2>"The data"</h2>
        {move || if facts.with(Vec::is_empty) {
            view! { <p class="second">"No table was read yet."</p> }.into_any()
        } else {
            view! {
                <dl class="facts">
                    {facts.get().into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
                </dl>
            }.into_any()
        }}
        <p class="second">
            "What no program can find out. Nothing here has to be answered; what is, stands in the report of every candidate."
        </p>
        <div class="record-sheet">
            {Datasheet::QUESTIONS.iter().map(|question| view! {
                <LongField
                    label=question.name
                    help=question.help
                    value=Signal::derive(move || sheet.with(|s| (question.answer)(&mut s.clone()).clone()))
                    on_change=move |text: String| {
                        let mut next = sheet.get_untracked();
                        text.trim().clone_into((question.answer)(&mut next));
                        hearth.send(Action::DescribeData(next));
                    }
                />
            }).collect_view()}
        </div>
    }
}

#[component]
fn History() -> impl IntoView {
    let hearth = use_hearth();
    let seals = hearth.read(Studio::seals);
    let entries = hearth.read(|s| newest(&s.project));
    let more = hearth.read(|s| s.project.log.len().saturating_sub(MOST_SHOWN));
    let save = move |()| {
        let (name, bytes) = hearth.now(|s| (format!("{} – record.csv", s.project.name), s.log_csv()));
        hearth.send(Action::Export { name, media_type: "text/csv".to_owned(), bytes });
    };
    view! {
        <h2>"What was done"</h2>
        <p class:second=move || seals.with(|(whole, _)| *whole) role="status">
            {move || seals.with(|(whole, _)| (!whole).then(|| view! { <span class="tag blocked">"Altered"</span>" " }))}
            {move || seals.with(|(_, sentence)| sentence.clone())}
        </p>
        <div class="no-print"><Button kind=Kind::Plain on_press=save>"Save as CSV"</Button></div>
        <ol class="record-log" reversed=true>
            {move || entries.get().into_iter().map(|(number, when, what)| view! {
                <li value=number.to_string()>
                    <time class="second number" datetime=when.clone()>{when.replace('T', " ").chars().take(16).collect::<String>()}</time>
                    <span>{what}</span>
                </li>
            }).collect_view()}
        </ol>
        {move || (more.get() > 0).then(|| view! {
            <p class="second small">{format!("{} older entries are in the file.", more.get())}</p>
        })}
    }
}

/// Number, time and text of the entries, newest first.
fn newest(project: &Project) -> Vec<(usize, String, String)> {
    let numbered = project.log.iter().enumerate().rev().take(MOST_SHOWN);
    numbered.map(|(i, entry)| (i + 1, entry.when.clone(), entry.what.clone())).collect()
}
