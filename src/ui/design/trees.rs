//! Every setting of boosted trees and of forests, with its words, explanation and limits.

use leptos::prelude::*;

use super::candidate::{At, ClassWeightChoice};
use crate::dataset::Task;
use crate::design::limits;
use crate::model::trees::{BoostSpec, ForestSpec, Growth, Objective, Trend};
use crate::model::{ClassWeights, ModelSpec};
use crate::studio::tree_words::{OBJECTIVES, growth_word, largest, objective_word, setting_name, trend_word};
use crate::table::ColumnType;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton, NumberField, Select, Toggle};

/// "Learning rate", from "learning rate".
fn label(field: &str) -> String {
    let mut letters = setting_name(field).unwrap_or(field).chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn explain_boost(field: &str) -> &'static str {
    BoostSpec::explain(field).unwrap_or_default()
}

fn explain_forest(field: &str) -> &'static str {
    ForestSpec::explain(field).unwrap_or_default()
}

/// A setting that both kinds of trees have, or one of them.
#[derive(Clone, Copy)]
enum Place {
    Boost(fn(&BoostSpec) -> f64, fn(&mut BoostSpec, f64)),
    Forest(fn(&ForestSpec) -> f64, fn(&mut ForestSpec, f64)),
}

/// A field that holds a number.
#[component]
fn Number(at: At, field: &'static str, place: Place) -> impl IntoView {
    let name = label(field);
    let value = at.model(
        move |model| match (place, model) {
            (Place::Boost(get, _), ModelSpec::Boost(spec)) => get(spec),
            (Place::Forest(get, _), ModelSpec::Forest(spec)) => get(spec),
            _ => 0.0,
        },
        0.0,
    );
    let help = match place {
        Place::Boost(..) => explain_boost(field),
        Place::Forest(..) => explain_forest(field),
    };
    let said = name.clone();
    view! {
        <NumberField
            label=name
            limits=limits(field)
            value
            on_change=move |value: f64| at.edit_model(&said, |model| match (place, model) {
                (Place::Boost(_, set), ModelSpec::Boost(spec)) => set(spec, value),
                (Place::Forest(_, set), ModelSpec::Forest(spec)) => set(spec, value),
                _ => {}
            })
            help
        />
    }
}

/// A limit that need not be there: a switch, and a number where it is on.
#[component]
fn Optional(
    at: At,
    field: &'static str,
    /// The switch's words.
    switch: &'static str,
    /// What it begins with.
    usual: u32,
    get: fn(&ModelSpec) -> Option<u32>,
    set: fn(&mut ModelSpec, Option<u32>),
    help: &'static str,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let name = label(field);
    let value = at.model(get, None);
    let on = Signal::derive(move || value.get().is_some());
    let (said, said_again) = (name.clone(), name.clone());
    view! {
        <div class="stack">
            <Toggle
                label=switch
                value=on
                on_change=move |on: bool| at.edit_model(&said, |model| set(model, on.then_some(usual)))
                help
            />
            <Show when=move || on.get()>
                <NumberField
                    label=name.clone()
                    limits=limits(field)
                    value=Signal::derive(move || f64::from(value.get().unwrap_or(usual)))
                    on_change={
                        let said = said_again.clone();
                        move |v: f64| at.edit_model(&said, |model| set(model, Some(v as u32)))
                    }
                />
                {children.as_ref().map(|children| children())}
            </Show>
        </div>
    }
}

fn depth(model: &ModelSpec) -> Option<u32> {
    match model {
        ModelSpec::Boost(spec) => spec.max_depth,
        ModelSpec::Forest(spec) => spec.max_depth,
        ModelSpec::Baseline
        | ModelSpec::Linear(_)
        | ModelSpec::Network(_)
        | ModelSpec::Bayes(_)
        | ModelSpec::Neighbours(_) => None,
    }
}

fn set_depth(model: &mut ModelSpec, depth: Option<u32>) {
    match model {
        ModelSpec::Boost(spec) => spec.max_depth = depth,
        ModelSpec::Forest(spec) => spec.max_depth = depth,
        ModelSpec::Baseline
        | ModelSpec::Linear(_)
        | ModelSpec::Network(_)
        | ModelSpec::Bayes(_)
        | ModelSpec::Neighbours(_) => {}
    }
}

fn patience(model: &ModelSpec) -> Option<u32> {
    if let ModelSpec::Boost(spec) = model { spec.patience } else { None }
}

fn set_patience(model: &mut ModelSpec, patience: Option<u32>) {
    if let ModelSpec::Boost(spec) = model {
        spec.patience = patience;
    }
}

#[component]
pub fn BoostFields(at: At) -> impl IntoView {
    let number = move |field, get, set| view! { <Number at field place=Place::Boost(get, set)/> };
    view! {
        <div class="fields">
            <Loss at/>
            {number("rounds", |b| f64::from(b.rounds), |b, v| b.rounds = v as u32)}
            {number("learning_rate", |b| f64::from(b.learning_rate), |b, v| b.learning_rate = v as f32)}
            {number("max_leaves", |b| f64::from(b.max_leaves), |b, v| b.max_leaves = v as u32)}
            <Optional at field="max_depth" switch="Limit the depth" usual=6 get=depth set=set_depth help=explain_boost("max_depth")/>
            {number("min_rows_leaf", |b| f64::from(b.min_rows_leaf), |b, v| b.min_rows_leaf = v as u32)}
            <Optional at field="patience" switch="Stop early" usual=20 get=patience set=set_patience help=explain_boost("patience")>
                {number("validation_share", |b| f64::from(b.validation_share), |b, v| b.validation_share = v as f32)}
            </Optional>
            {number("leaf_l2", |b| f64::from(b.leaf_l2), |b, v| b.leaf_l2 = v as f32)}
            {number("min_child_weight", |b| f64::from(b.min_child_weight), |b, v| b.min_child_weight = v as f32)}
            {number("row_share", |b| f64::from(b.row_share), |b, v| b.row_share = v as f32)}
            {number("column_share", |b| f64::from(b.column_share), |b, v| b.column_share = v as f32)}
            {number("max_bins", |b| f64::from(b.max_bins), |b, v| b.max_bins = v as u32)}
            <Select
                label=label("growth")
                options=[Growth::LeafWise, Growth::DepthWise].map(|g| (g, growth_word(g).to_owned())).to_vec()
                value=at.boost(|b| b.growth, Growth::LeafWise)
                on_change=move |growth| at.edit_boost("Growth", |b| b.growth = growth)
                help=explain_boost("growth")
            />
            <Monotone at/>
            <ClassWeightChoice
                value=at.boost(|b| b.class_weights.clone(), ClassWeights::Equal)
                on_change=move |w| at.edit_boost("Class weights", |b| b.class_weights = w)
                help=explain_boost("class_weights")
            />
            {number("seed", |b| b.seed as f64, |b, v| b.seed = v as u64)}
        </div>
        <Largest at/>
    }
}

#[component]
pub fn ForestFields(at: At) -> impl IntoView {
    let number = move |field, get, set| view! { <Number at field place=Place::Forest(get, set)/> };
    view! {
        <div class="fields">
            {number("trees", |f| f64::from(f.trees), |f, v| f.trees = v as u32)}
            {number("max_leaves", |f| f64::from(f.max_leaves), |f, v| f.max_leaves = v as u32)}
            <Optional at field="max_depth" switch="Limit the depth" usual=12 get=depth set=set_depth help=explain_forest("max_depth")/>
            {number("min_rows_leaf", |f| f64::from(f.min_rows_leaf), |f, v| f.min_rows_leaf = v as u32)}
            {number("column_share", |f| f64::from(f.column_share), |f, v| f.column_share = v as f32)}
            <ClassWeightChoice
                value=at.forest(|f| f.class_weights.clone(), ClassWeights::Equal)
                on_change=move |w| at.edit_forest("Class weights", |f| f.class_weights = w)
                help=explain_forest("class_weights")
            />
            {number("seed", |f| f.seed as f64, |f, v| f.seed = v as u64)}
        </div>
        <Largest at/>
    }
}

/// What is made small, for targets that are numbers; classes have one loss.
#[component]
fn Loss(at: At) -> impl IntoView {
    let hearth = use_hearth();
    let numbers = hearth.read(|s| s.check.as_ref().is_some_and(|check| check.task == Task::Regression));
    let objective = at.boost(|b| b.objective, Objective::Task);
    let kind = Signal::derive(move || {
        let word = objective_word(objective.get());
        OBJECTIVES.iter().position(|other| objective_word(*other) == word).unwrap_or(0)
    });
    let options: Vec<(usize, String)> = OBJECTIVES.iter().map(|o| objective_word(*o).to_owned()).enumerate().collect();
    let set = move |objective| at.edit_boost("Loss", |b| b.objective = objective);
    view! {
        <Show when=move || numbers.get()>
            <Select
                label=label("objective")
                options=options.clone()
                value=kind
                on_change=move |kind: usize| set(OBJECTIVES.get(kind).copied().unwrap_or_default())
                help=explain_boost("objective")
            />
            {move || match objective.get() {
                Objective::Huber { delta } => Some(view! {
                    <NumberField
                        label=label("delta")
                        limits=limits("delta")
                        value=Signal::derive(move || f64::from(delta))
                        on_change=move |v: f64| set(Objective::Huber { delta: v as f32 })
                        help="In the unit of the target. Rows that are further off pull less."
                    />
                }),
                Objective::Quantile { level } => Some(view! {
                    <NumberField
                        label=label("level")
                        limits=limits("level")
                        value=Signal::derive(move || f64::from(level))
                        on_change=move |v: f64| set(Objective::Quantile { level: v as f32 })
                        help="0.9 predicts the value that nine of ten rows stay below."
                    />
                }),
                Objective::Task | Objective::Absolute | Objective::Poisson => None,
            }}
        </Show>
    }
}

/// Columns whose growth may move predictions in one direction only.
#[component]
fn Monotone(at: At) -> impl IntoView {
    let hearth = use_hearth();
    let chosen = at.boost(|b| b.monotone.clone(), Vec::new());
    let columns = hearth.read(|s| {
        let (Some(check), Some(table)) = (&s.check, &s.table) else { return Vec::new() };
        let ordered = table.columns.iter().filter(|c| matches!(c.column_type, ColumnType::Number | ColumnType::Date));
        ordered.map(|c| c.name.clone()).filter(|name| check.features.contains(name)).collect::<Vec<_>>()
    });
    let trends = || [Trend::Increasing, Trend::Decreasing].map(|t| (t, trend_word(t).to_owned())).to_vec();
    let free = Signal::derive(move || {
        let taken = chosen.get();
        let mut options = vec![(String::new(), "Add a column …".to_owned())];
        let open = columns.get().into_iter().filter(|name| !taken.iter().any(|(n, _)| n == name));
        options.extend(open.map(|name| (name.clone(), name)));
        options
    });
    view! {
        <fieldset class="one-way stack-tight">
            <legend>{label("monotone")}</legend>
            {move || chosen.get().into_iter().map(|(name, trend)| {
                let (this, that) = (name.clone(), name.clone());
                view! {
                    <div class="one-way-column row">
                        <Select
                            label=format!("As {name} grows, predictions go")
                            options=Signal::stored(trends())
                            value=Signal::stored(trend)
                            on_change=move |trend| at.edit_boost("One-way column", |b| {
                                b.monotone.iter_mut().filter(|(n, _)| *n == this).for_each(|(_, t)| *t = trend);
                            })
                        />
                        <IconButton
                            glyph=Icon::Close
                            label=format!("Let predictions move both ways with {that}")
                            on_press=move |()| at.edit_boost("One-way column", |b| b.monotone.retain(|(n, _)| *n != that))
                        />
                    </div>
                }
            }).collect_view()}
            <Show when=move || { free.with(|options| options.len() > 1) }>
                <Select
                    label="Another one-way column"
                    bare=true
                    options=free
                    value=Signal::stored(String::new())
                    on_change=move |name: String| if !name.is_empty() {
                        at.edit_boost("One-way column", |b| b.monotone.push((name, Trend::Increasing)));
                    }
                />
            </Show>
            <p class="field-help">{explain_boost("monotone")}</p>
        </fieldset>
    }
}

/// The cap that the settings put on the model, and what it costs.
#[component]
fn Largest(at: At) -> impl IntoView {
    let hearth = use_hearth();
    let n_classes = hearth.read(|s| {
        s.check.as_ref().map_or(0, |check| match check.task {
            Task::Regression => 0,
            Task::Binary | Task::Multiclass => check.classes.len(),
        })
    });
    let line = move || at.spec.with(|spec| largest(&spec.as_ref()?.model, n_classes.get()));
    view! { <p class="small second model-size">{line}</p> }
}
