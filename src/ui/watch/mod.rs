//! Watch: rows of later days beside the training. What has changed, in causal order, and what to do.

mod findings;
mod retrain;

use leptos::prelude::*;

use crate::chart::format::counted;
use crate::chart::plot::height_of;
use crate::chart::timeline::timeline;
use crate::studio::watch::Watched;
use crate::studio::{Action, FilePurpose, JobKind, Stage, View};
use crate::table::ColumnType;
use crate::ui::chart::Figure;
use crate::ui::ship::versions::Timeline;
use crate::ui::trust::select_best;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, Kind, Select};

use findings::Findings;

#[component]
pub fn Watch() -> impl IntoView {
    let hearth = use_hearth();
    select_best(hearth);
    let run = hearth.read(|s| s.selected_run);
    let watched = hearth.read(|s| s.watched.clone().filter(|watched| Some(watched.run) == s.selected_run));
    view! {
        <div class="stage watch">
            {move || match (run.get(), watched.get()) {
                (None, _) => view! { <Nothing/> }.into_any(),
                (Some(run), None) => view! { <Offer run/> }.into_any(),
                (Some(run), Some(watched)) => view! { <Told run watched=(*watched).clone()/> }.into_any(),
            }}
        </div>
    }
}

/// Beside the report: which columns mean what, and what could not be looked at.
#[component]
pub fn WatchInspector() -> impl IntoView {
    let hearth = use_hearth();
    let watched = hearth.read(|s| s.watched.clone().filter(|watched| Some(watched.run) == s.selected_run));
    view! {
        {move || watched.get().map(|watched| view! {
            <div class="inspector-part stack"><Columns watched=(*watched).clone()/></div>
            <div class="inspector-part stack"><Unseen watched=(*watched).clone()/></div>
        })}
        <div class="inspector-part stack">
            <h2>"Watch another model"</h2>
            <p class="small second">"A package that Hearth made carries sketches of its training rows, so it can be watched anywhere, without them."</p>
            <div>
                <Button glyph=Icon::Folder on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Package))>"Choose a package"</Button>
            </div>
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1">
                "Bring the rows of a later day: what has changed since training, and whether the model still holds."
            </h1>
        </header>
        <div class="row-wrap">
            <Button kind=Kind::Primary on_press=move |()| hearth.send(Action::Show(View::Stage(Stage::Train)))>"Go to Train"</Button>
            <Button on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Package))>"Open a package"</Button>
        </div>
    }
}

#[component]
fn Offer(run: u32) -> impl IntoView {
    let hearth = use_hearth();
    let name = hearth.read(|s| s.current_run().map(|r| r.name.clone()).unwrap_or_default());
    let busy = hearth.read(|s| s.job.as_ref().map(|job| job.kind));
    let open = hearth.read(|s| s.project.registry.open_challenge().is_some() || s.retraining().is_some());
    let wait = Signal::derive(move || match busy.get() {
        None => None,
        Some(JobKind::Watch) => Some("The rows are being compared.".to_owned()),
        Some(_) => Some("Other work is under way.".to_owned()),
    });
    view! {
        <header class="stage-head">
            <h1 class="verdict" tabindex="-1">
                {move || format!("Does {} still hold? Drop the rows of a later day here.", name.get())}
            </h1>
        </header>
        <div class="watch-drop stack-tight">
            <p>"A table with the columns of the training. With it, where you have them: what really happened, what was predicted at the time, and when."</p>
            <p class="small second">"Its rows are compared with sketches of the training rows, and are not kept."</p>
            <div>
                <Button kind=Kind::Primary glyph=Icon::File disabled=wait on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Watch(run)))>
                    {move || if busy.get() == Some(JobKind::Watch) { "Comparing…" } else { "Choose a file" }}
                </Button>
            </div>
        </div>
        <Show when=move || open.get()><retrain::Retrain/></Show>
        <ol class="watch-order second" aria-label="What is looked at, in this order">
            {crate::monitor::Kind::ALL.into_iter().map(|kind| view! { <li>{kind.words().0}" "<span class="second">{kind.words().1}</span></li> }).collect_view()}
        </ol>
        <Timeline/>
    }
}

#[component]
fn Told(run: u32, watched: Watched) -> impl IntoView {
    let hearth = use_hearth();
    let busy = hearth.read(|s| s.job.is_some());
    let Watched { file, report, .. } = watched;
    let mut source = format!("{} of {}", counted(report.n_rows.into(), "row", "rows"), file.name);
    source += &match report.n_outcomes {
        0 => "; no outcomes".to_owned(),
        n if n == report.n_rows => "; the outcomes of all of them".to_owned(),
        n => format!("; outcomes of {}", counted(n.into(), "row", "rows")),
    };
    let drawn = report.timeline.clone();
    let said = Signal::stored(source.clone());
    view! {
        <header class="trust-head">
            <h1 class="verdict" tabindex="-1">{report.headline.clone()}</h1>
            <p class="small second">{source}</p>
            <div class="row-wrap">
                <Button
                    glyph=Icon::File
                    disabled=Signal::derive(move || busy.get().then(|| "Other work is under way.".to_owned()))
                    on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Watch(run)))
                >"Compare other rows"</Button>
            </div>
        </header>
        {drawn.map(|told| view! {
            <Figure draw=Callback::new(move |width: f64| timeline(&told, (width, height_of(width)))) source=said/>
        })}
        <retrain::Retrain/>
        <Findings report/>
        <Timeline/>
    }
}

#[derive(Clone, Copy)]
enum Meaning {
    Outcome,
    Served,
    Time,
}

#[component]
fn Columns(watched: Watched) -> impl IntoView {
    let hearth = use_hearth();
    let Watched { columns, choices, .. } = watched;
    let one = |meaning: Meaning, label: &'static str| {
        let now = match meaning {
            Meaning::Outcome => &columns.outcome,
            Meaning::Served => &columns.served,
            Meaning::Time => &columns.time,
        };
        let fits = |column_type: ColumnType| !matches!(meaning, Meaning::Time) || column_type == ColumnType::Date;
        let mut options = vec![(String::new(), "none".to_owned())];
        options.extend(choices.iter().filter(|(_, t)| fits(*t)).map(|(name, _)| (name.clone(), name.clone())));
        let (value, columns) = (now.clone().unwrap_or_default(), columns.clone());
        view! {
            <Select
                label
                options=Signal::stored(options)
                value=Signal::stored(value)
                on_change=move |name: String| {
                    let mut wanted = columns.clone();
                    let named = match meaning {
                        Meaning::Outcome => &mut wanted.outcome,
                        Meaning::Served => &mut wanted.served,
                        Meaning::Time => &mut wanted.time,
                    };
                    *named = Some(name);
                    hearth.send(Action::WatchAgain(wanted));
                }
            />
        }
    };
    view! {
        <h2>"Columns"</h2>
        <p class="small second">"Guessed by their names; the report follows what you choose."</p>
        {one(Meaning::Outcome, "What really happened")}
        {one(Meaning::Served, "What was predicted at the time")}
        {one(Meaning::Time, "When")}
    }
}

/// Absence is a result.
#[component]
fn Unseen(watched: Watched) -> impl IntoView {
    let Watched { report, warnings, .. } = watched;
    let list = |title: &'static str, lines: Vec<String>| {
        (!lines.is_empty()).then(|| view! {
            <h2>{title}</h2>
            <ul class="stack-tight">{lines.into_iter().map(|line| view! { <li class="small">{line}</li> }).collect_view()}</ul>
        })
    };
    view! {
        {list("Could not be told", report.not_checked)}
        {list("What the estimate presumes", report.assumptions)}
        {list("About the file", warnings)}
    }
}
