//! Every setting of naive Bayes.

use leptos::prelude::*;

use super::candidate::{At, ClassWeightChoice};
use crate::design::limits;
use crate::model::bayes::BayesSpec;
use crate::model::{ClassWeights, ModelSpec};
use crate::ui::widget::NumberField;

fn part<T: Clone + Send + Sync + 'static>(at: At, of: fn(&BayesSpec) -> T, or: T) -> Signal<T> {
    let none = or.clone();
    at.model(move |model| if let ModelSpec::Bayes(spec) = model { of(spec) } else { none.clone() }, or)
}

fn edit(at: At, label: &str, change: impl FnOnce(&mut BayesSpec)) {
    at.edit_model(label, |model| {
        if let ModelSpec::Bayes(spec) = model {
            change(spec);
        }
    });
}

#[component]
pub fn BayesFields(at: At) -> impl IntoView {
    let help = |field| BayesSpec::explain(field).unwrap_or_default();
    view! {
        <div class="fields">
            <NumberField
                label="Smoothing"
                unit="rows"
                limits=limits("smoothing")
                value=part(at, |spec| f64::from(spec.smoothing), 1.0)
                on_change=move |v: f64| edit(at, "Smoothing", |spec| spec.smoothing = v as f32)
                help=help("smoothing")
            />
            <NumberField
                label="Widening"
                limits=limits("var_smoothing")
                value=part(at, |spec| f64::from(spec.var_smoothing), 1e-9)
                on_change=move |v: f64| edit(at, "Widening", |spec| spec.var_smoothing = v as f32)
                help=help("var_smoothing")
            />
            <ClassWeightChoice
                value=part(at, |spec| spec.class_weights.clone(), ClassWeights::Equal)
                on_change=move |weights| edit(at, "Class weights", |spec| spec.class_weights = weights)
                help=help("class_weights")
            />
        </div>
    }
}
