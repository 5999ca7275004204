//! The model on its own: one HTML file that predicts, and a JavaScript module.

use leptos::prelude::*;

use crate::chart::format;
use crate::predictor::{Flavour, PredictorKind};
use crate::studio::Action;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon};

#[component]
pub fn OnItsOwn() -> impl IntoView {
    let hearth = use_hearth();
    let size = hearth.read(|s| s.predictor_size().map(|size| size.map_err(|problem| problem.clone())));
    let about = move || match size.get() {
        Some(Ok((flavour, bytes))) => format!(
            "{}The program takes at most {}, the model in it {} more. Both open without a network and send nothing anywhere.",
            if flavour == Flavour::Steps { "Rows go in as the file has them: the steps are done first. " } else { "" },
            format::bytes(flavour.most_bytes()),
            format::bytes(bytes)
        ),
        Some(Err(problem)) => format!("{} {}", problem.event, problem.cure),
        None => "Build the package again to get them.".to_owned(),
    };
    let unfit = Signal::derive(move || match size.get() {
        Some(Ok(_)) => None,
        Some(Err(problem)) => Some(problem.event),
        None => Some("The package was built before.".to_owned()),
    });
    view! {
        <section class="stack on-its-own" aria-label="On its own">
            <h2>"On its own"</h2>
            <p class="small">
                "A page that opens with a double click: a form, files in and out, reasons for a row, the card. And the same as a JavaScript module with types, for Node and browsers."
            </p>
            <p class="small second">{about}</p>
            <div class="row-wrap">
                <Button
                    glyph=Icon::Download
                    disabled=unfit
                    on_press=move |()| hearth.send(Action::DownloadPredictor(PredictorKind::Page))
                >"Download the page"</Button>
                <Button
                    glyph=Icon::Download
                    disabled=unfit
                    on_press=move |()| hearth.send(Action::DownloadPredictor(PredictorKind::Module))
                >"Download the module"</Button>
            </div>
        </section>
    }
}
