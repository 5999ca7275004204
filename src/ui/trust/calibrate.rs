//! Bending probabilities: what each way would come to, and the button that makes the candidate.

use leptos::prelude::*;

use crate::studio::calibrate::{done, plain, sentence, table};
use crate::studio::{Action, Studio};
use crate::tune::calibrate::Way;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, NumberTable};

/// What was done to the candidate, where it is a calibrated one.
#[component]
pub fn Calibrated() -> impl IntoView {
    let hearth = use_hearth();
    let made = hearth.read(|s| s.current_run().and_then(|run| run.calibrated.as_ref()).map(done));
    view! {
        {move || made.get().map(|text| view! {
            <section class="stack" aria-label="Calibration">
                <h2>"Calibrated"</h2>
                <p class="small">{text}</p>
            </section>
        })}
    }
}

#[component]
pub fn Calibrate() -> impl IntoView {
    let hearth = use_hearth();
    let can = hearth.read(Studio::calibrates);
    let found = hearth.read(|s| s.explained.calibrations.clone());
    let busy = hearth.read(|s| s.job.is_some().then(|| "Something else is under way.".to_owned()));
    let headers = Signal::derive(move || found.with(|f| f.as_deref().map(|f| table(f).0).unwrap_or_default()));
    let rows = Signal::derive(move || found.with(|f| f.as_deref().map(|f| table(f).1).unwrap_or_default()));
    let told = Memo::new(move |_| found.with(|f| f.as_deref().map(sentence)));
    let offers = Memo::new(move |_| {
        found.with(|f| {
            let Some(found) = f.as_deref() else { return Vec::new() };
            let best = found.best().map(|tried| tried.way);
            let helps = found.tried.iter().filter(|tried| found.helps(tried));
            helps.map(|tried| (tried.way, Some(tried.way) == best)).collect::<Vec<(Way, bool)>>()
        })
    });
    view! {
        <Calibrated/>
        <Show when=move || can.get()>
            <section class="rivals stack" aria-label="Make the probabilities truer">
                <h2>"Make the probabilities truer "<span class="term">"(calibration)"</span></h2>
                <p class="verdict" aria-live="polite">
                    {move || told.get().unwrap_or_else(|| "Looking at the rows that the folds tested.".to_owned())}
                </p>
                <Show when=move || told.with(Option::is_some)>
                    <NumberTable caption="Calibration on rows that it was not fitted on" headers rows bare=true/>
                </Show>
                {move || offers.get().into_iter().map(|(way, best)| {
                    let kind = if best { Kind::Primary } else { Kind::Plain };
                    view! {
                        <div class="row-wrap">
                            <Button
                                kind=kind
                                disabled=Signal::derive(move || busy.get())
                                on_press=move |()| hearth.send(Action::Calibrate(way))
                            >{format!("Calibrate by {}", way.name())}</Button>
                            <span class="small second">{plain(way)}</span>
                        </div>
                    }
                }).collect_view()}
                <p class="figure-note">
                    "Log loss: surprise at the true class. Off by: how far the said probabilities are from what was seen, on \
                     average over ten groups, of the worst class. A way is offered where it lowers log loss by a hundredth or \
                     more and in most folds, each scored with a map from the other folds, and the Brier score does not rise; \
                     isotonic, with fewer than 1,000 rows, only where it lowers it in every fold. Calibrating adds a candidate; this one stays."
                </p>
            </section>
        </Show>
    }
}
