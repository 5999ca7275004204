//! The threshold of a yes/no task: a slider, a hundred people, and what it means in numbers.

use leptos::prelude::*;

use crate::chart::people::{Outcomes, hundred};
use crate::chart::{Scene, format};
use crate::studio::{Action, Studio};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, Slider};
use crate::validate::Views;

/// What the threshold does to the rows of `views`.
fn outcomes(views: &Option<Views>, threshold: f64) -> Option<Outcomes> {
    match views {
        Some(Views::Classes(v)) => Outcomes::of(v, threshold),
        Some(Views::Values(_)) | None => None,
    }
}

#[component]
pub fn Threshold(views: Memo<Option<Views>>, #[prop(optional)] fixed: bool) -> impl IntoView {
    let hearth = use_hearth();
    let threshold = hearth.read(Studio::threshold);
    let of_score = hearth.read(Studio::threshold_of_score);
    let positive = hearth.read(|s| s.current_run().and_then(|r| r.report.labels.get(1).cloned()).unwrap_or_default());
    let source = hearth.read(|s| s.current_run().map(|r| s.verdict_source(r)).unwrap_or_default());
    let now = Memo::new(move |_| views.with(|v| outcomes(v, threshold.get())));
    let draw = Callback::new(move |width: f64| match now.get() {
        Some(outcomes) => hundred(&positive.get(), &outcomes, (width, 420.0)),
        None => Scene::new("hundred-people", "", width, 10.0),
    });
    let part = |value: Option<f64>| value.map_or("–".to_owned(), format::percent);
    let count = move |pick: fn(&Outcomes) -> u32| {
        move || now.get().map_or("–".to_owned(), |o| format::count(pick(&o).into()))
    };
    view! {
        <section class="threshold" aria-label="Threshold">
            <div class="threshold-side stack">
                <h2>"Where to draw the line"</h2>
                {fixed.then(|| view! {
                    <p>{move || format!("A row is called yes from a probability of {}.", format::percent(threshold.get()))}</p>
                })}
                {(!fixed).then(|| view! {
                    <Slider
                        label="Call it yes from a probability of"
                        value=threshold
                        on_input=move |value| hearth.send(Action::SetThreshold(value))
                        min=0.0
                        max=1.0
                        step=0.01
                        text=Callback::new(format::percent)
                    />
                    <div><Button
                        kind=Kind::Quiet
                        disabled=Signal::derive(move || (threshold.get() == 0.5).then(|| "It stands there.".to_owned()))
                        on_press=move |()| hearth.send(Action::SetThreshold(0.5))
                    >"Back to 50 %"</Button></div>
                })}
                {move || of_score.get().map(|line| view! { <p class="small">{line}</p> })}
                <dl class="facts">
                    <div><dt>"Calls that are right "<span class="term">"(precision)"</span></dt>
                        <dd class="number">{move || part(now.get().and_then(|o| o.precision()))}</dd></div>
                    <div><dt>"Found "<span class="term">"(recall)"</span></dt>
                        <dd class="number">{move || part(now.get().and_then(|o| o.recall()))}</dd></div>
                </dl>
                <table class="confusion-small">
                    <caption class="visually-hidden">"Rows at this threshold"</caption>
                    <thead><tr><td></td><th scope="col">"called yes"</th><th scope="col">"called no"</th></tr></thead>
                    <tbody>
                        <tr><th scope="row">{move || format::short(&positive.get(), 18)}</th><td>{count(|o| o.found)}</td><td>{count(|o| o.missed)}</td></tr>
                        <tr><th scope="row">"the others"</th><td>{count(|o| o.false_alarms)}</td><td>{count(|o| o.left_alone)}</td></tr>
                    </tbody>
                </table>
                <p class="figure-note">
                    "A lower line finds more and cries wolf more often. Where it should lie depends on what a miss and a false alarm cost you. It travels with the package."
                </p>
            </div>
            <Figure draw source/>
        </section>
    }
}
