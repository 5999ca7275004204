//! The versions of the project's model: which one is approved, what differs between two, and how it came to be so.

use leptos::prelude::*;

use crate::studio::registry::{Differences, Moment, Standing};
use crate::studio::{Action, Studio};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, NumberTable, Select, TextField};

/// One version as it is listed.
#[derive(Clone, Debug, PartialEq)]
struct Listed {
    number: u32,
    name: String,
    standing: Standing,
    /// Since when, by whom and why.
    about: String,
    /// The run is here, and not the one that is looked at.
    shown: Option<u32>,
}

#[component]
pub fn Versions() -> impl IntoView {
    let hearth = use_hearth();
    let any = hearth.read(|s| !s.project.registry.versions.is_empty());
    let name = hearth.read(|s| {
        let run = s.current_run().filter(|run| s.project.registry.of_run(run.id).is_none());
        run.filter(|_| s.unregistrable().is_none()).map(|run| (run.id, run.name.clone()))
    });
    view! {
        <Show when=move || any.get() || name.with(Option::is_some)>
            <section class="versions stack" aria-label="Versions">
                <h2>"Versions"</h2>
                <Show when=move || !any.get()>
                    <p class="second">"A version is a model with a number, so that everyone knows which one is in use, since when, by whose word and why. A package that is downloaded becomes one."</p>
                </Show>
                <List/>
                {move || name.get().map(|(run, name)| view! {
                    <div><Button on_press=move |()| hearth.send(Action::Register(run))>{format!("Register {name} as a version")}</Button></div>
                })}
                <Compare/>
                <Timeline/>
            </section>
        </Show>
    }
}

#[component]
fn List() -> impl IntoView {
    let hearth = use_hearth();
    let list = hearth.read(|s| {
        let registry = &s.project.registry;
        let listed = |version: &crate::studio::registry::Version| {
            let standing = registry.standing(version.number);
            let about = match registry.ruling(version.number) {
                None => format!("since {}", day(&version.when)),
                Some(ruling) if ruling.who.is_empty() => format!("since {}: {}", day(&ruling.when), ruling.why),
                Some(ruling) => format!("since {}, by {}: {}", day(&ruling.when), ruling.who, ruling.why),
            };
            Listed {
                number: version.number,
                name: version.name.clone(),
                standing,
                about,
                shown: s.run(version.run).map(|run| run.id).filter(|run| Some(*run) != s.selected_run),
            }
        };
        registry.versions.iter().rev().map(listed).collect::<Vec<_>>()
    });
    view! {
        <ol class="version-list" reversed>
            // A line that stays as it is keeps the reason that is being written.
            <For each=move || list.get() key=|listed| format!("{listed:?}") let:listed><One listed/></For>
        </ol>
    }
}

#[component]
fn One(listed: Listed) -> impl IntoView {
    let hearth = use_hearth();
    let Listed { number, name, standing, about, shown } = listed;
    let decides = RwSignal::new(false);
    let rule =
        move |to| move |(who, why): (String, String)| hearth.send(Action::Rule { version: number, to, who, why });
    let choices = move || {
        let approve = ("Approve".to_owned(), Callback::new(rule(Standing::Approved)));
        let retire = ("Retire".to_owned(), Callback::new(rule(Standing::Retired)));
        match standing {
            Standing::Candidate => vec![approve, retire],
            Standing::Approved => vec![retire],
            Standing::Retired => vec![approve],
        }
    };
    view! {
        <li class="version">
            <p class="version-line">
                <strong>{format!("Version {number}")}</strong>
                " "{name}" "
                <span class="tag" class:approved=standing == Standing::Approved>{standing.word()}</span>
            </p>
            <p class="small second">{about}</p>
            <div class="row-wrap">
                {shown.map(|run| view! {
                    <button type="button" class="button quiet" on:click=move |_| hearth.send(Action::ShowVersion(run))>
                        {format!("Look at version {number}")}
                    </button>
                })}
                <button type="button" class="button quiet" aria-expanded=move || decides.get().to_string() on:click=move |_| decides.update(|d| *d = !*d)>
                    {format!("Decide about version {number}")}
                </button>
            </div>
            {move || decides.get().then(|| view! { <Decision choices=choices()/> })}
        </li>
    }
}

/// Who and why, and what is decided by a press.
#[component]
pub fn Decision(choices: Vec<(String, Callback<(String, String)>)>) -> impl IntoView {
    let (who, why) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    view! {
        <div class="ask" role="group" aria-label="Decision">
            <TextField label="Why" help="A sentence at least. It stands in the log for good." value=why on_change=move |text: String| why.set(text)/>
            <TextField label="Who decides" help="May stay empty." value=who on_change=move |text: String| who.set(text)/>
            <div class="row-wrap">
                {choices.into_iter().map(|(label, decide)| view! {
                    <Button on_press=move |()| decide.run((who.get_untracked(), why.get_untracked()))>{label}</Button>
                }).collect_view()}
            </div>
        </div>
    }
}

/// What differs between two versions, once there are two.
#[component]
fn Compare() -> impl IntoView {
    let hearth = use_hearth();
    let numbers = hearth.read(|s| {
        let here = |number: &u32| s.run_of_version(*number).is_some();
        s.project.registry.versions.iter().map(|version| version.number).filter(here).collect::<Vec<u32>>()
    });
    let chosen = RwSignal::new(None::<(u32, u32)>);
    let pair = Memo::new(move |_| {
        let all = numbers.get();
        let last = all.last().copied()?;
        let usual = (all.get(all.len().checked_sub(2)?).copied()?, last);
        Some(chosen.get().filter(|(a, b)| all.contains(a) && all.contains(b)).unwrap_or(usual))
    });
    let told = hearth.read(move |s| pair.get().and_then(|(from, to)| s.differences(from, to)));
    let options = Signal::derive(move || {
        numbers.get().into_iter().map(|number| (number, format!("Version {number}"))).collect::<Vec<_>>()
    });
    let side = move |first: bool| Signal::derive(move || pair.get().map_or(0, |(a, b)| if first { a } else { b }));
    let choose = move |first: bool| {
        move |number: u32| {
            let (a, b) = pair.get_untracked().unwrap_or((number, number));
            chosen.set(Some(if first { (number, b) } else { (a, number) }));
        }
    };
    view! {
        <Show when=move || pair.with(Option::is_some)>
            <details class="disclosure">
                <summary><span>"What differs between two versions"</span></summary>
                <div class="disclosure-body stack-tight">
                    <div class="row-wrap">
                        <Select label="From" options value=side(true) on_change=choose(true)/>
                        <Select label="To" options value=side(false) on_change=choose(false)/>
                    </div>
                    {move || told.get().map(|told| view! { <Told told pair=pair.get().unwrap_or_default()/> })}
                </div>
            </details>
        </Show>
    }
}

#[component]
fn Told(told: Differences, pair: (u32, u32)) -> impl IntoView {
    let Differences { changes, scores } = told;
    let none = changes.is_empty();
    let headers = vec![String::new(), format!("Version {}", pair.0), format!("Version {}", pair.1)];
    let rows: Vec<Vec<String>> = scores.into_iter().map(|(name, a, b)| vec![name.to_owned(), a, b]).collect();
    view! {
        {none.then(|| view! { <p>"Data, design and settings are the same."</p> })}
        <dl class="facts">
            {changes.into_iter().map(|(name, lines)| view! {
                <div><dt>{name}</dt><dd>{lines.join("; ")}</dd></div>
            }).collect_view()}
        </dl>
        <NumberTable caption="Scores over the folds of each" headers=Signal::stored(headers) rows=Signal::stored(rows) bare=true/>
        <p class="figure-note">"Means over folds, with 95 % intervals. Each version was tested on folds of its own rows: what can be told of two on the same rows stands in the history."</p>
    }
}

/// How the model came to be what it is, newest first.
#[component]
pub fn Timeline() -> impl IntoView {
    let hearth = use_hearth();
    let moments = hearth.read(|s: &Studio| s.project.registry.timeline());
    view! {
        <Show when=move || moments.with(|m| !m.is_empty())>
            <h3>"History of the model"</h3>
            <ol class="model-history" aria-label="History of the model">
                {move || moments.get().into_iter().map(|Moment { when, what, because }| view! {
                    <li>
                        <time class="small second" datetime=when.clone()>{day(&when)}</time>
                        <p>{what}"."</p>
                        {(!because.is_empty()).then(|| view! { <p class="small second">{because}</p> })}
                    </li>
                }).collect_view()}
            </ol>
        </Show>
    }
}

/// "2026-11-30 21:04": date and minute of an ISO 8601 time.
fn day(when: &str) -> String {
    when.get(..16).unwrap_or(when).replace('T', " ")
}
