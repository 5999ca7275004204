//! Choosing the threshold: what the outcomes are worth, what decides, what it comes to, and the charts to choose by.

use leptos::prelude::*;

use crate::chart::plot::height_of;
use crate::chart::{Scene, decisions};
use crate::studio::decide::{sentences, threshold_text};
use crate::studio::{Action, Studio};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Later, NumberField, Segmented};
use crate::validate::decide::{Rule, Worths};
use crate::validate::{ClassCurves, Views};

/// The charts alone, for the printed page.
#[component]
pub fn DecisionFigures(views: Memo<Option<Views>>, #[prop(into)] source: Signal<String>) -> impl IntoView {
    let hearth = use_hearth();
    let threshold = hearth.read(Studio::threshold);
    let label = hearth.read(|s| s.current_run().and_then(|r| r.report.labels.get(1).cloned()).unwrap_or_default());
    let draw = move |name: &'static str, make: fn(&str, &ClassCurves, Option<f64>, (f64, f64)) -> Scene| {
        Callback::new(move |width: f64| {
            views.with(|v| match v {
                Some(Views::Classes(v)) if v.curves.len() == 1 && v.curves[0].n_positive > 0 => {
                    make(&label.get(), &v.curves[0], Some(threshold.get()), (width, height_of(width)))
                }
                Some(Views::Classes(_) | Views::Values(_)) | None => Scene::new(name, "", width, 10.0),
            })
        })
    };
    let of_decision =
        |_: &str, curve: &ClassCurves, at: Option<f64>, size: (f64, f64)| decisions::decision(curve, at, size);
    view! {
        <section class="figure-grid" aria-label="What flagging finds and is worth">
            <Figure draw=draw("gain", decisions::gain) source/>
            <Later><Figure draw=draw("lift", decisions::lift) source/></Later>
            <Later frames=2><Figure draw=draw("decision-curve", of_decision) source/></Later>
        </section>
    }
}

#[component]
pub fn Decide() -> impl IntoView {
    let hearth = use_hearth();
    let can = hearth.read(Studio::decides);
    let wish = hearth.read(|s| s.wish);
    let told = hearth.read(|s| s.decision().cloned());
    let fit = hearth.read(|s| s.current_run().map(|run| run.report.fit).unwrap_or_default());
    let text = Memo::new(move |_| told.with(|t| t.as_ref().map(|t| sentences(t.as_ref(), wish.get().rule, fit.get()))));
    let threshold = hearth.read(Studio::threshold);
    let found = Memo::new(move |_| told.with(|t| t.as_ref().and_then(|t| t.as_ref()).map(|t| t.threshold)));
    let label = hearth.read(|s| s.current_run().and_then(|r| r.report.labels.get(1).cloned()).unwrap_or_default());
    let send = move |rule: Rule, worths: Worths| hearth.send(Action::Wish { rule, worths });
    let set = move |change: fn(&mut Worths, f64)| {
        Callback::new(move |value: f64| {
            let mut wish = wish.get_untracked();
            change(&mut wish.worths, value);
            send(wish.rule, wish.worths);
        })
    };
    let worth = move |pick: fn(&Worths) -> f64| Signal::derive(move || pick(&wish.get().worths));
    let rules = [Rule::Worth, Rule::Capacity(0.1), Rule::Precision(0.8), Rule::Recall(0.8)];
    let kind = Memo::new(move |_| wish.get().rule.name());
    let problem = Memo::new(move |_| wish.get().worths.problem());
    view! {
        <Show when=move || can.get()>
            <section class="decide stack" aria-label="Choose the line">
                <h2>"Choose the line"</h2>
                <p class="small second">{move || format!("What is one row worth to you? Costs are below 0. Positive: {}.", label.get())}</p>
                <div class="row-wrap">
                    <NumberField label="Found" value=worth(|w| w.found) on_change=set(|w, v| w.found = v)/>
                    <NumberField label="Missed" value=worth(|w| w.missed) on_change=set(|w, v| w.missed = v)/>
                    <NumberField label="False alarm" value=worth(|w| w.false_alarm) on_change=set(|w, v| w.false_alarm = v)/>
                    <NumberField label="Rightly left alone" value=worth(|w| w.left_alone) on_change=set(|w, v| w.left_alone = v)/>
                </div>
                <div class="row-wrap">
                    <Segmented
                        label="What decides"
                        options=rules.map(|rule| (rule.name(), rule.name().to_owned())).to_vec()
                        value=kind
                        on_change=move |name| {
                            let rule = rules.into_iter().find(|rule| rule.name() == name).unwrap_or(Rule::Worth);
                            send(rule, wish.get_untracked().worths);
                        }
                    />
                    <Show when=move || wish.get().rule.share().is_some()>
                        <NumberField
                            label="Share"
                            unit="%"
                            min=0.1
                            max=100.0
                            value=Signal::derive(move || wish.get().rule.share().unwrap_or(1.0) * 100.0)
                            on_change=move |value: f64| {
                                let wish = wish.get_untracked();
                                send(wish.rule.with_share(value / 100.0), wish.worths);
                            }
                        />
                    </Show>
                </div>
                {move || problem.get().map(|text| view! { <p class="small">{text}</p> })}
                <div class="stack-tight" aria-live="polite">
                    {move || match text.get() {
                        Some([line, worth]) => view! { <p class="verdict">{line}</p><p class="small">{worth}</p> }.into_any(),
                        None => view! { <p class="small second">"Looking at the rows that the folds tested."</p> }.into_any(),
                    }}
                </div>
                {move || found.get().map(|at| {
                    let stands = move || (threshold.get() == at).then(|| "The line stands there.".to_owned());
                    view! {
                        <div><Button disabled=Signal::derive(stands) on_press=move |()| hearth.send(Action::TakeDecision)>
                            {format!("Draw the line at {}", threshold_text(at))}
                        </Button></div>
                    }
                })}
            </section>
        </Show>
    }
}
