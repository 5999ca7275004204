//! What stands behind the first view: the other views, and the parts of the frame that come with a project or are called
//! up. They are in the second file of the program (`bin/app.rs`), so the frame, which is in the first, reaches them through
//! these pointers only.

use leptos::prelude::*;

use crate::studio::{Stage, View};
use crate::ui::watch::{Watch, WatchInspector};
use crate::ui::{data, design, frame, playground, record, report, ship, train, trust};

/// How they are made.
#[derive(Clone, Copy)]
pub struct Stages {
    pub canvas: fn(View) -> AnyView,
    pub inspector: fn(View) -> AnyView,
    pub rail: fn() -> AnyView,
    /// The project's name, its menu, undo and redo, in the bar above everything.
    pub project: fn() -> AnyView,
    /// The work under way, in the same bar.
    pub job: fn() -> AnyView,
    /// What lies over the page: notices, palette, dialogs. With it the keys begin to work.
    pub over: fn() -> AnyView,
}

/// The second file of the program: on its way, here, or out of reach.
#[derive(Clone, Copy)]
pub enum Loaded {
    Loading,
    Here(Stages),
    Failed,
}

/// A part of the frame that the second file brings; until it is here, `meanwhile` stands in its place.
pub fn behind(loaded: RwSignal<Loaded>, make: fn(Stages) -> AnyView, meanwhile: fn() -> AnyView) -> AnyView {
    (move || match loaded.get() {
        Loaded::Here(stages) => make(stages),
        Loaded::Loading | Loaded::Failed => meanwhile(),
    })
    .into_any()
}

/// Nothing stands in its place.
pub fn nothing() -> AnyView {
    ().into_any()
}

pub fn stages() -> Stages {
    Stages { canvas, inspector, rail: frame::rail, project: frame::project, job: frame::job, over: frame::over }
}

fn canvas(view: View) -> AnyView {
    match view {
        View::Home => ().into_any(),
        View::Stage(Stage::Data) => view! { <data::Data/> }.into_any(),
        View::Stage(Stage::Design) => view! { <design::Design/> }.into_any(),
        View::Stage(Stage::Train) => view! { <train::Train/> }.into_any(),
        View::Stage(Stage::Trust) => view! { <trust::Trust/> }.into_any(),
        View::Stage(Stage::Ship) => view! { <ship::Ship/> }.into_any(),
        View::Stage(Stage::Watch) => view! { <Watch/> }.into_any(),
        View::Playground => view! { <playground::Playground/> }.into_any(),
        View::Report => view! { <report::ReportPage/> }.into_any(),
        View::Record => view! { <record::Record/> }.into_any(),
    }
}

fn inspector(view: View) -> AnyView {
    match view {
        View::Home | View::Report | View::Record => ().into_any(),
        View::Stage(Stage::Data) => view! { <data::DataInspector/> }.into_any(),
        View::Stage(Stage::Design) => view! { <design::DesignInspector/> }.into_any(),
        View::Stage(Stage::Train) => view! { <train::TrainInspector/> }.into_any(),
        View::Stage(Stage::Trust) => view! { <trust::TrustInspector/> }.into_any(),
        View::Stage(Stage::Ship) => view! { <ship::ShipInspector/> }.into_any(),
        View::Stage(Stage::Watch) => view! { <WatchInspector/> }.into_any(),
        View::Playground => view! { <playground::PlaygroundInspector/> }.into_any(),
    }
}
