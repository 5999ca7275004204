//! Every setting of nearest neighbours.

use leptos::prelude::*;

use super::candidate::At;
use crate::design::limits;
use crate::model::ModelSpec;
use crate::model::neighbours::{NeighboursSpec, Votes};
use crate::studio::design_edits::votes_word;
use crate::ui::widget::{NumberField, Select};

fn part<T: Clone + Send + Sync + 'static>(at: At, of: fn(&NeighboursSpec) -> T, or: T) -> Signal<T> {
    let none = or.clone();
    at.model(move |model| if let ModelSpec::Neighbours(spec) = model { of(spec) } else { none.clone() }, or)
}

fn edit(at: At, label: &str, change: impl FnOnce(&mut NeighboursSpec)) {
    at.edit_model(label, |model| {
        if let ModelSpec::Neighbours(spec) = model {
            change(spec);
        }
    });
}

#[component]
pub fn NeighboursFields(at: At) -> impl IntoView {
    let help = |field| NeighboursSpec::explain(field).unwrap_or_default();
    let votes = [Votes::Uniform, Votes::Distance].map(|votes| (votes, votes_word(votes).to_owned())).to_vec();
    view! {
        <div class="fields">
            <NumberField
                label="Neighbours"
                unit="rows"
                limits=limits("k")
                value=part(at, |spec| f64::from(spec.k), 5.0)
                on_change=move |v: f64| edit(at, "Neighbours", |spec| spec.k = v as u32)
                help=help("k")
            />
            <Select
                label="Their votes"
                options=votes
                value=part(at, |spec| spec.votes, Votes::Uniform)
                on_change=move |votes| edit(at, "Votes", |spec| spec.votes = votes)
                help=help("votes")
            />
            <NumberField
                label="Carries at most"
                unit="rows"
                limits=limits("max_rows")
                value=part(at, |spec| f64::from(spec.max_rows), 2_000.0)
                on_change=move |v: f64| edit(at, "Rows that are carried", |spec| spec.max_rows = v as u32)
                help=help("max_rows")
            />
            <NumberField
                label="Seed"
                limits=limits("seed")
                value=part(at, |spec| spec.seed as f64, 0.0)
                on_change=move |v: f64| edit(at, "Seed", |spec| spec.seed = v as u64)
                help=help("seed")
            />
        </div>
    }
}
