//! The projects in this browser's storage.

use leptos::prelude::*;

use crate::studio::project::ProjectSummary;
use crate::studio::{Action, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, Menu, MenuItem, icon};

#[component]
pub fn Projects() -> impl IntoView {
    let hearth = use_hearth();
    let projects = hearth.read(|s| s.projects.clone());
    view! {
        <Show when=move || projects.with(|all| !all.is_empty())>
            <section aria-labelledby="home-projects">
                <h2 id="home-projects" class="eyebrow">"Go on with"</h2>
                <ul class="projects">
                    <For each=move || projects.get() key=|p| (p.id.clone(), p.changed.clone(), p.n_runs) let:project>
                        <li><ProjectRow project/></li>
                    </For>
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn ProjectRow(project: ProjectSummary) -> impl IntoView {
    let hearth = use_hearth();
    let ProjectSummary { id, name, changed, n_bytes, n_runs, .. } = project;
    let facts = match n_runs {
        0 => "not trained yet".to_owned(),
        n => words::counted(u64::from(n), "run"),
    };
    let label = format!("More for {name}");
    let (opened, deleted, deleted_name) = (id.clone(), id, name.clone());
    let items = Signal::derive(move || {
        let (id, name) = (deleted.clone(), deleted_name.clone());
        vec![
            MenuItem::new("Delete", move || hearth.send(Action::DeleteProject(id.clone())))
                .detail(format!("Removes {name} from this computer for good")),
        ]
    });
    view! {
        <div class="project-row">
            <button type="button" class="project-open" on:click=move |_| hearth.send(Action::OpenProject(opened.clone()))>
                <span class="project-row-name truncate">{name}</span>
                <span class="second">{facts}</span>
                <span class="second number">{words::bytes(n_bytes)}</span>
                <time class="second number" datetime=changed.clone()>{day(&changed)}</time>
            </button>
            <Menu class="icon-button" label=label trigger=|| icon(Icon::More) items/>
        </div>
    }
}

/// The date and the minute of an ISO time; "2026-03-04 10:22".
fn day(iso: &str) -> String {
    iso.get(..16).map_or_else(|| iso.to_owned(), |text| text.replace('T', " "))
}
