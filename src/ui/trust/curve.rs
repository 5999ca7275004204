//! Would more rows help? The learning curve: what it would take, how far it is, and what it says.

use leptos::prelude::*;

use crate::chart::Scene;
use crate::chart::more_rows::more_rows;
use crate::chart::plot::height_of;
use crate::explain::Question;
use crate::studio::learning_curve::{Offer, how, sentence};
use crate::studio::{Action, Studio};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind};

#[component]
pub fn LearningCurve() -> impl IntoView {
    let hearth = use_hearth();
    let offer = hearth.read(Studio::curve_offer);
    let told = hearth.read(|s| s.current_run().is_some_and(|run| run.curve.is_some()));
    view! {
        <Show when=move || told.get() || offer.with(Option::is_some)>
            <section class="rivals stack" aria-label="Would more rows help?">
                <h2>"Would more rows help? "<span class="term">"(learning curve)"</span></h2>
                <Show when=move || told.get()><Told/></Show>
                {move || offer.get().map(|offer| match offer {
                    Offer::Not(why) => view! { <p class="small second">{why}</p> }.into_any(),
                    Offer::Draw(cost) => view! {
                        <div class="row-wrap">
                            <Button on_press=move |()| hearth.send(Action::Explain(Question::Curve))>"Draw the learning curve"</Button>
                            <span class="small second">{cost}". Each fold is fitted again on growing shares of its rows."</span>
                        </div>
                    }.into_any(),
                    Offer::Drawing(line) => view! {
                        <div class="row-wrap" role="status">
                            <span class="small second">{line}</span>
                            <Button kind=Kind::Quiet on_press=move |()| hearth.send(Action::StopExplaining)>"Stop"</Button>
                        </div>
                    }.into_any(),
                })}
            </section>
        </Show>
    }
}

/// The sentence and the chart; also for the printed page.
#[component]
pub fn Told() -> impl IntoView {
    let hearth = use_hearth();
    let curve = hearth.read(|s| s.current_run().and_then(|run| run.curve.clone()));
    let source = hearth.read(|s| s.current_run().map(|r| s.verdict_source(r)).unwrap_or_default());
    let draw = Callback::new(move |width: f64| {
        curve.with(|c| match c {
            Some(curve) => more_rows(&sentence(curve), curve, (width, height_of(width))),
            None => Scene::new("learning-curve", "", width, 10.0),
        })
    });
    view! {
        <p class="verdict" aria-live="polite">{move || curve.with(|c| c.as_ref().map(sentence))}</p>
        <div class="curve-figure"><Figure draw bare=true source/></div>
        <p class="figure-note">{move || curve.with(|c| c.as_ref().map(how))}</p>
    }
}
