//! One row: a form built from the columns, with the prediction changing as it is filled in.

use leptos::prelude::*;

use super::reasons::Reasons;
use crate::chart::format;
use crate::job::RowPrediction;
use crate::studio::form::{Field, FieldKind, fields};
use crate::studio::spread::{held_by, held_line};
use crate::studio::{Action, FilePurpose};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, unique};

type Cells = Vec<(String, RwSignal<String>)>;

#[component]
pub fn OneRow() -> impl IntoView {
    let hearth = use_hearth();
    let form = hearth.read(|s| s.current_run().map(|run| (run.id, fields(s, run))));
    view! {
        {move || form.get().map(|(run, fields)| if fields.is_empty() {
            view! {
                <div class="empty">
                    <p>"The columns of this model are not in the table at hand. Bring rows as a CSV: the predictions come back as one."</p>
                    <Button on_press=move |()| hearth.send(Action::PickFile(FilePurpose::Score(run)))>"Predict a CSV"</Button>
                </div>
            }.into_any()
        } else {
            view! { <Form run fields/> }.into_any()
        })}
    }
}

#[component]
fn Form(run: u32, fields: Vec<Field>) -> impl IntoView {
    let hearth = use_hearth();
    let prediction = hearth.read(|s| s.prediction.clone());
    let cells: Cells = fields.iter().map(|f| (f.name.clone(), RwSignal::new(f.typical.clone()))).collect();
    let cells = StoredValue::new(cells);
    let typical = StoredValue::new(fields.iter().map(|f| f.typical.clone()).collect::<Vec<_>>());
    Effect::new(move |_| {
        let row = cells.with_value(|c| c.iter().map(|(name, value)| (name.clone(), value.get())).collect());
        hearth.send(Action::PredictRow(run, row));
    });
    let set_all = move |blank: bool| {
        cells.with_value(|c| {
            typical.with_value(|t| {
                for ((_, value), usual) in c.iter().zip(t) {
                    value.set(if blank { String::new() } else { usual.clone() });
                }
            })
        });
    };
    let inputs = fields
        .into_iter()
        .zip(cells.with_value(|c| c.iter().map(|(_, value)| *value).collect::<Vec<_>>()))
        .map(|(field, value)| view! { <Input field value/> })
        .collect_view();
    view! {
        <div class="one-row">
            <div class="stack">
                <p class="small second">"Starts with a usual row. An empty field is a missing value."</p>
                <div class="row-wrap one-row-tools">
                    <Button kind=Kind::Quiet on_press=move |()| set_all(false)>"A usual row"</Button>
                    <Button kind=Kind::Quiet on_press=move |()| set_all(true)>"All missing"</Button>
                </div>
                <div class="one-row-form">{inputs}</div>
            </div>
            <aside class="one-row-answer stack" aria-live="polite" aria-label="Prediction">
                {move || match prediction.get() {
                    Some(prediction) => view! { <Answer prediction/> }.into_any(),
                    None => view! { <p class="second">"Predicting…"</p> }.into_any(),
                }}
            </aside>
        </div>
        <Reasons cells/>
    }
}

#[component]
fn Input(field: Field, value: RwSignal<String>) -> impl IntoView {
    let id = unique("cell");
    let control_id = id.clone();
    let help = format!("{id}-help");
    let list = format!("{id}-list");
    let described = (!field.seen.is_empty()).then(|| help.clone());
    let text = move |kind: &'static str, mode: &'static str, list: Option<String>| {
        view! {
            <input
                id=id.clone()
                class="input"
                type=kind
                inputmode=mode
                list=list
                autocomplete="off"
                placeholder="missing"
                aria-describedby=described.clone()
                prop:value=move || value.get()
                on:input:target=move |event| value.set(event.target().value())
            />
        }
    };
    let name = field.name;
    let control = match field.kind {
        FieldKind::Number => text("text", "decimal", None).into_any(),
        FieldKind::Date { has_time } => text(if has_time { "datetime-local" } else { "date" }, "text", None).into_any(),
        FieldKind::Suggested(levels) => view! {
            {text("text", "text", Some(list.clone()))}
            <datalist id=list>
                {levels.into_iter().map(|level| view! { <option value=level></option> }).collect_view()}
            </datalist>
        }
        .into_any(),
        FieldKind::Choice(levels) => view! {
            <select
                id=control_id.clone()
                class="input select"
                prop:value=move || value.get()
                on:change:target=move |event| value.set(event.target().value())
            >
                <option value="" selected=move || value.with(String::is_empty)>"missing"</option>
                {levels.into_iter().map(|level| {
                    let (this, text) = (level.clone(), level.clone());
                    view! { <option value=text selected=move || value.with(|v| *v == this)>{level}</option> }
                }).collect_view()}
            </select>
        }
        .into_any(),
    };
    view! {
        <div class="field">
            <label for=control_id>{name}</label>
            {control}
            {(!field.seen.is_empty()).then(|| view! { <p class="field-help" id=help>{field.seen}</p> })}
        </div>
    }
}

/// The answer with its probabilities as bars, and what to doubt about it.
#[component]
fn Answer(prediction: RowPrediction) -> impl IntoView {
    let hearth = use_hearth();
    let target = hearth.now(|s| s.current_run().map(|r| r.report.target.clone()).unwrap_or_default());
    let threshold =
        hearth.now(|s| (s.threshold() != 0.5 && prediction.probabilities.len() == 2).then(|| s.threshold()));
    let positive = prediction.probabilities.last().map(|(label, _)| label.clone()).unwrap_or_default();
    let answered = prediction.is_some();
    let label = match prediction.value {
        _ if !answered => "No answer".to_owned(),
        Some(value) => format::significant(value, 4),
        None => prediction.label.clone(),
    };
    let cover = hearth.read(crate::studio::Studio::cover);
    let held = (prediction.clone(), held_by(&prediction));
    let mut bars = prediction.probabilities;
    let n = bars.len();
    if n > 2 {
        bars.sort_by(|a, b| b.1.total_cmp(&a.1));
    }
    let more = n.saturating_sub(12);
    view! {
        <p class="small second">{target}</p>
        <p class="answer">{label}</p>
        {move || held_line(&held.0, cover.get()).map(|line| view! {
            <p class="held"><strong>{line}</strong></p>
            <p class="tiny second">{held.1}</p>
        })}
        {threshold.map(|t| view! {
            <p class="tiny second">{format!("“{positive}” from a probability of {}, the threshold set under Findings.", format::percent(t))}</p>
        })}
        {(!bars.is_empty()).then(|| view! {
            <dl class="bars">
                {bars.into_iter().take(12).map(|(name, probability)| view! {
                    <div>
                        <dt>{name}</dt>
                        <dd>
                            <span class="bar" aria-hidden="true"><span style:--share=format!("{probability:.4}")></span></span>
                            <span class="number">{format::percent(probability)}</span>
                        </dd>
                    </div>
                }).collect_view()}
            </dl>
        })}
        {(more > 0).then(|| view! { <p class="tiny second">{format!("and {more} less likely")}</p> })}
        {(!answered).then(|| view! {
            <p class="small">"The model is set on Ship to answer no rows unlike those of its training:"</p>
        })}
        {(!prediction.doubts.is_empty()).then(|| view! {
            <ul class="doubts" aria-label="Doubts">
                {prediction.doubts.into_iter().map(|doubt| view! { <li class="small">{doubt}</li> }).collect_view()}
            </ul>
        })}
    }
}
