//! The model at work on this page: a row answered, or a CSV in and the same CSV with predictions out.

use leptos::prelude::*;

use crate::chart::format::counted;
use crate::studio::explain::TrustTab;
use crate::studio::{Action, FilePurpose, JobKind};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, Kind};

#[component]
pub fn UseHere() -> impl IntoView {
    let hearth = use_hearth();
    let run = hearth.read(|s| s.current_run().map(|r| (r.id, r.name.clone())));
    let busy = hearth.read(|s| s.job.is_some());
    let scoring = hearth.read(|s| s.job.as_ref().is_some_and(|j| j.kind == JobKind::ScoreFile));
    let scored = hearth.read(|s| s.scored.clone().filter(|f| Some(f.run) == s.selected_run));
    let again = move |()| {
        if let Some(file) = scored.get_untracked() {
            hearth.send(Action::Export {
                name: file.name,
                media_type: "text/csv".to_owned(),
                bytes: file.bytes.to_vec(),
            });
        }
    };
    view! {
        <section class="stack-tight" aria-label="Use it here">
        <h2>"Use it here"</h2>
        <p class="small second">
            {move || format!("Give {} a CSV with the same columns; it comes back with predictions. Missing columns count as missing values.", run.get().map(|r| r.1).unwrap_or_default())}
        </p>
        <div class="row-wrap">
            <Button on_press=move |()| hearth.send(Action::ShowTrust(TrustTab::OneRow))>"Predict one row"</Button>
            <Button
                glyph=Icon::File
                disabled=Signal::derive(move || busy.get().then(|| "Other work is under way.".to_owned()))
                on_press=move |()| if let Some((run, _)) = run.get_untracked() {
                    hearth.send(Action::PickFile(FilePurpose::Score(run)));
                }
            >
                {move || if scoring.get() { "Predicting…" } else { "Predict a CSV" }}
            </Button>
        </div>
        {move || scored.get().map(|file| view! {
            <div class="scored stack-tight" role="status">
                <p class="small"><strong>{counted(file.n_rows.into(), "row", "rows")}</strong>" predicted in "{file.name}"."</p>
                {(!file.warnings.is_empty()).then(|| view! {
                    <ul class="doubts" aria-label="Warnings">
                        {file.warnings.iter().take(20).map(|w| view! { <li class="small">{w.clone()}</li> }).collect_view()}
                        {(file.warnings.len() > 20).then(|| view! { <li class="small second">{format!("and {} more", file.warnings.len() - 20)}</li> })}
                    </ul>
                })}
                <div><Button kind=Kind::Quiet glyph=Icon::Download on_press=again>"Save it again"</Button></div>
            </div>
        })}
        </section>
    }
}
