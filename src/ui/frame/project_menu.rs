//! What can be done with the project as a whole.

use leptos::prelude::*;

use crate::studio::{Action, FilePurpose, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, Menu, MenuItem, icon};

#[component]
pub fn ProjectMenu() -> impl IntoView {
    let hearth = use_hearth();
    let no_data = hearth.read(|s| s.table.is_none() && s.project.runs.is_empty());
    let items = Signal::derive(move || {
        let missing = no_data.get().then(|| "There is nothing to save yet".to_owned());
        vec![
            MenuItem::new("New project", move || hearth.send(Action::NewProject { private: false })),
            MenuItem::new("New private session", move || hearth.send(Action::NewProject { private: true }))
                .detail("Stores nothing; closing the tab forgets everything"),
            MenuItem::new("Save as one file", move || hearth.send(Action::SaveProjectFile))
                .detail("Data, design and runs, to open on another computer")
                .disabled(missing),
            MenuItem::new("Open a project file", move || hearth.send(Action::PickFile(FilePurpose::Project))),
            MenuItem::new("Open a package", move || hearth.send(Action::PickFile(FilePurpose::Package)))
                .detail("A model that Hearth made, to predict with again"),
            MenuItem::new("Record of the project", move || hearth.send(Action::Show(View::Record)))
                .detail("What is known of the data, and all that was done"),
            MenuItem::new("Copy diagnostics", move || hearth.send(Action::CopyDiagnostics))
                .detail("For a bug report; no data in them"),
            MenuItem::new("Erase everything…", move || hearth.send(Action::OpenErase(true)))
                .detail("Lists what is stored in this browser, and removes it"),
        ]
    });
    view! { <Menu class="icon-button small" label="Project" trigger=|| icon(Icon::ChevronDown) items/> }
}
