//! Home: drop a table, take a sample, go on with a project.

mod projects;
mod samples;

use leptos::prelude::*;

use crate::studio::{Action, FilePurpose, View};
use crate::table::csv::Limits;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, Toggle, icon};

#[component]
pub fn Home() -> impl IntoView {
    let hearth = use_hearth();
    let private = hearth.read(|s| s.private_session);
    view! {
        <div class="home">
            <section class="home-drop" aria-labelledby="home-title">
                <h1 class="home-title" id="home-title" tabindex="-1">"Drop a table. It stays on this computer."</h1>
                <p class="home-lead">
                    "A CSV becomes a model that you have tested and can take with you. No account, no server."
                </p>
                <div class="row-wrap home-ways">
                    <button
                        type="button"
                        class="button primary large"
                        on:click=move |_| hearth.send(Action::PickFile(FilePurpose::Data))
                    >
                        "Choose a file"
                    </button>
                    <span class="second">"or drop it anywhere on this page, or paste it"</span>
                </div>
                <p class="home-limits">
                    "CSV, TSV and other delimited text, also packed as .gz or in a ZIP file; JSON lines; Excel and OpenDocument spreadsheets; Parquet. "{Limits::DEFAULT.sentence()}
                </p>
            </section>
            <section aria-labelledby="home-samples">
                <h2 id="home-samples" class="eyebrow">"Or begin with a sample"</h2>
                <ul class="samples">
                    <samples::Samples/>
                    <li><samples::PlaygroundCard/></li>
                </ul>
            </section>
            <projects::Projects/>
            <section class="home-foot" aria-label="More ways to begin">
                <div class="home-foot-row">
                    <button type="button" class="button quiet" on:click=move |_| hearth.send(Action::PickFile(FilePurpose::Project))>
                        {icon(Icon::Folder)}<span>"Open a project file"</span>
                    </button>
                    <button type="button" class="button quiet" on:click=move |_| hearth.send(Action::PickFile(FilePurpose::Package))>
                        {icon(Icon::File)}<span>"Open a package"</span>
                    </button>
                    <button type="button" class="button quiet" on:click=move |_| hearth.send(Action::Show(View::Playground))>
                        {icon(Icon::Network)}<span>"Playground"</span>
                    </button>
                </div>
                <Toggle
                    label="Keep nothing on this computer"
                    value=private
                    on_change=move |on| hearth.send(Action::NewProject { private: on })
                    help="A private session: closing the tab forgets everything, so save what you want to keep as a file."
                />
            </section>
        </div>
    }
}
