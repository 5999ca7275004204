//! Every setting of a neural network, with its words, explanation and limits from the list beside the spec.

use leptos::prelude::*;

use super::candidate::{At, ClassWeightChoice};
use crate::design::limits;
use crate::model::ClassWeights;
use crate::model::network::{Activation, NetworkSpec, Schedule, Setting};
use crate::studio::design_edits::widths;
use crate::ui::widget::{NumberField, Select, Toggle, unique};

/// The words of a field; every field of the spec is in the list.
fn setting(field: &'static str) -> Setting {
    let unknown = Setting { field, name: field, explanation: "", limits: None };
    NetworkSpec::SETTINGS.into_iter().find(|s| s.field == field).unwrap_or(unknown)
}

/// "Learning rate", from "learning rate".
fn label(setting: &Setting) -> String {
    let mut letters = setting.name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A field that holds a number.
#[component]
fn Number(at: At, field: &'static str, get: fn(&NetworkSpec) -> f64, set: fn(&mut NetworkSpec, f64)) -> impl IntoView {
    let setting = setting(field);
    let label = label(&setting);
    let name = label.clone();
    view! {
        <NumberField
            label
            limits=limits(field)
            value=at.network(get, 0.0)
            on_change=move |value: f64| at.edit_network(&name, |n| set(n, value))
            help=setting.explanation
        />
    }
}

#[component]
pub fn NetworkFields(at: At) -> impl IntoView {
    let (activation, schedule) = (setting("activation"), setting("schedule"));
    view! {
        <div class="fields">
            <Layers at/>
            <Select
                label=label(&activation)
                options=Activation::ALL.map(|a| (a, a.name().to_owned())).to_vec()
                value=at.network(|n| n.activation, Activation::Relu)
                on_change=move |v| at.edit_network("Activation", |n| n.activation = v)
                help=activation.explanation
            />
            <Number at field="dropout" get=|n| f64::from(n.dropout) set=|n, v| n.dropout = v as f32/>
            <Number at field="weight_decay" get=|n| f64::from(n.weight_decay) set=|n, v| n.weight_decay = v as f32/>
            <Number at field="learning_rate" get=|n| f64::from(n.learning_rate) set=|n, v| n.learning_rate = v as f32/>
            <Select
                label=label(&schedule)
                options=Schedule::ALL.map(|s| (s, s.name().to_owned())).to_vec()
                value=at.network(|n| n.schedule, Schedule::Cosine)
                on_change=move |v| at.edit_network("Schedule", |n| n.schedule = v)
                help=schedule.explanation
            />
            <Number at field="batch_size" get=|n| f64::from(n.batch_size) set=|n, v| n.batch_size = v as u32/>
            <Number at field="epochs" get=|n| f64::from(n.epochs) set=|n, v| n.epochs = v as u32/>
            <Patience at/>
            <Number at field="validation_share" get=|n| f64::from(n.validation_share) set=|n, v| n.validation_share = v as f32/>
            <ClassWeightChoice
                value=at.network(|n| n.class_weights.clone(), ClassWeights::Equal)
                on_change=move |w| at.edit_network("Class weights", |n| n.class_weights = w)
                help=setting("class_weights").explanation
            />
            <Number at field="seed" get=|n| n.seed as f64 set=|n, v| n.seed = v as u64/>
        </div>
    }
}

/// The widths of the hidden layers as a list.
#[component]
fn Layers(at: At) -> impl IntoView {
    let id = unique("layers");
    let help = format!("{id}-help");
    let error = RwSignal::new(None::<String>);
    let value = at.network(|n| n.hidden.clone(), Vec::new());
    let text = move || value.get().iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
    view! {
        <div class="field" class:invalid=move || error.get().is_some()>
            <label for=id.clone()>"Hidden layers"</label>
            <input
                id=id
                type="text"
                class="input number"
                autocomplete="off"
                aria-describedby=help.clone()
                aria-invalid=move || error.get().is_some().then_some("true")
                prop:value=text
                on:change:target=move |event| match widths(&event.target().value()) {
                    Ok(layers) => {
                        error.set(None);
                        at.edit_network("Hidden layers", |n| n.hidden = layers);
                    }
                    Err(sentence) => error.set(Some(sentence)),
                }
            />
            <p class="field-help" id=help role="status">
                {move || error.get().unwrap_or_else(|| format!("With commas: 64, 64. {}", setting("hidden").explanation))}
            </p>
        </div>
    }
}

/// Early stopping, on or off, and after how many epochs.
#[component]
fn Patience(at: At) -> impl IntoView {
    let value = at.network(|n| n.patience, None);
    view! {
        <div class="stack">
            <Toggle
                label="Stop early"
                value=Signal::derive(move || value.get().is_some())
                on_change=move |on: bool| at.edit_network("Early stopping", |n| {
                    n.patience = on.then_some((n.epochs / 4).max(10));
                })
                help="Ends the training when the validation loss no longer falls."
            />
            <Show when=move || value.get().is_some()>
                <NumberField
                    label="Patience"
                    unit="epochs"
                    limits=limits("patience")
                    value=Signal::derive(move || f64::from(value.get().unwrap_or(1)))
                    on_change=move |v: f64| at.edit_network("Patience", |n| n.patience = Some(v as u32))
                    help=setting("patience").explanation
                />
            </Show>
        </div>
    }
}
