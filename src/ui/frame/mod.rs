//! The frame: top bar, rail, canvas, inspector, notices, palette.

mod badge;
mod drop_veil;
mod erase;
mod focus;
mod history;
mod inspector;
mod job_pill;
mod keys;
mod notices;
mod palette;
mod project_menu;
mod project_name;
mod rail;
mod shortcuts;
mod theme;
mod top_bar;

use leptos::prelude::*;

use crate::studio::{Studio, View};
use crate::ui::stages::{Loaded, behind, nothing};
use crate::ui::widget::trailing;
use crate::ui::{home, use_hearth};

/// What the frame's parts share and no one else needs to know.
#[derive(Clone, Copy)]
pub struct FrameState {
    /// The inspector, where it is a sheet over the canvas.
    pub inspector_open: RwSignal<bool>,
    /// The views behind the first.
    pub stages: RwSignal<Loaded>,
}

#[component]
pub fn Frame(stages: RwSignal<Loaded>, fetch_again: Callback<()>) -> impl IntoView {
    let hearth = use_hearth();
    let view = hearth.read(|s| s.view);
    let state = FrameState { inspector_open: RwSignal::new(false), stages };
    provide_context(state);
    theme::follow();
    focus::keep();
    let title = hearth.read(Studio::title);
    Effect::new(move |_| title.with(|title| document().set_title(title)));
    // Selecting something brings the sheet up; going elsewhere puts it away.
    let selected = hearth.read(|s| s.selected_column);
    Effect::new(move |before: Option<View>| {
        let now = view.get();
        if before.is_some_and(|before| before != now) {
            state.inspector_open.set(false);
        }
        now
    });
    Effect::new(move |before: Option<()>| {
        if selected.get().is_some() && before.is_some() {
            state.inspector_open.set(true);
        }
    });
    // Another view: its parts are made one after the other, each in a frame of its own.
    let canvas_view = trailing(view, 1);
    let rail_view = trailing(view, 2);
    let inspector_view = trailing(view, 3);
    // What there was before it is not shown in its place, and neither is a page that asks for a table.
    let opening = hearth.read(|s| s.opening.is_some() && s.is_empty());
    let class = move || match canvas_view.get() {
        View::Home => "frame frame-home",
        View::Report | View::Record => "frame frame-page",
        View::Stage(_) | View::Playground => "frame",
    };
    view! {
        <a class="skip" href="#canvas" on:click=skip>"Skip to the content"</a>
        <div class=class>
            <top_bar::TopBar/>
            <Show when=move || canvas_view.get() != View::Home && rail_view.get() != View::Home>
                {behind(stages, |s| (s.rail)(), || view! { <div class="rail"></div> }.into_any())}
            </Show>
            <main class="canvas" id="canvas" tabindex="-1" data-view=move || canvas_view.get().word()>
                {move || match opening.get() {
                    true => view! { <p class="stage second" role="status">"Opening the project…"</p> }.into_any(),
                    false => canvas(canvas_view.get(), stages, fetch_again),
                }}
            </main>
            <Show when=move || has_inspector(canvas_view.get()) && has_inspector(inspector_view.get())>
                <inspector::Inspector view=inspector_view/>
            </Show>
        </div>
        {behind(stages, |s| (s.over)(), nothing)}
    }
}

/// See `Stages`.
pub fn rail() -> AnyView {
    view! { <rail::Rail/> }.into_any()
}

/// See `Stages`.
pub fn project() -> AnyView {
    view! {
        <project_name::ProjectName/>
        <project_menu::ProjectMenu/>
        <history::UndoRedo/>
    }
    .into_any()
}

/// See `Stages`.
pub fn job() -> AnyView {
    view! { <job_pill::JobPill/> }.into_any()
}

/// See `Stages`.
pub fn over() -> AnyView {
    keys::listen();
    view! {
        <notices::Notices/>
        <palette::Palette/>
        <shortcuts::Shortcuts/>
        <erase::Erase/>
        <drop_veil::DropVeil/>
    }
    .into_any()
}

fn has_inspector(view: View) -> bool {
    matches!(view, View::Stage(_) | View::Playground)
}

fn canvas(view: View, stages: RwSignal<Loaded>, fetch_again: Callback<()>) -> AnyView {
    if view == View::Home {
        return view! { <home::Home/> }.into_any();
    }
    match stages.get() {
        Loaded::Here(stages) => (stages.canvas)(view),
        Loaded::Loading => {
            view! { <p class="stage second" role="status">"Loading this part of the program…"</p> }.into_any()
        }
        Loaded::Failed => view! {
            <div class="stage stack" role="alert">
                <p class="verdict">"This part of the program could not be loaded. Your work is kept."</p>
                <button type="button" class="button primary" on:click=move |_| fetch_again.run(())>"Try again"</button>
            </div>
        }
        .into_any(),
    }
}

/// The address keeps the view, so the link moves the focus without touching it.
fn skip(event: web_sys::MouseEvent) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    if let Some(canvas) = document().get_element_by_id("canvas").and_then(|c| c.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = canvas.focus();
    }
}
