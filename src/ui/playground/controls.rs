//! What the playground learns, and with what.

use leptos::prelude::*;

use crate::chart::format;
use crate::model::network::{Activation, NetworkSpec};
use crate::studio::{Action, PlaygroundAction, PlaygroundModel, PlaygroundSource, Studio};
use crate::table::ColumnType;
use crate::ui::widget::{Icon, IconButton, NumberField, Segmented, Select, Slider};
use crate::ui::{Hearth, use_hearth};

/// Learning rates that are worth trying.
const RATES: [f32; 8] = [0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0];
const WIDEST: u32 = 32;
const DEEPEST: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Spirals,
    Moons,
    Circles,
    Columns,
}

fn kind(source: &PlaygroundSource) -> Kind {
    match source {
        PlaygroundSource::Spirals => Kind::Spirals,
        PlaygroundSource::Moons => Kind::Moons,
        PlaygroundSource::Circles => Kind::Circles,
        PlaygroundSource::Columns(..) => Kind::Columns,
    }
}

/// Number columns of the table that are not the target.
fn number_columns(studio: &Studio) -> Vec<String> {
    let target = studio.project.design.as_ref().map(|d| d.dataset.target.as_str());
    let Some(table) = studio.table.as_ref().filter(|_| target.is_some()) else { return Vec::new() };
    let numbers =
        table.columns.iter().filter(|c| c.column_type == ColumnType::Number && Some(c.name.as_str()) != target);
    numbers.map(|c| c.name.clone()).collect()
}

fn play(hearth: Hearth, action: PlaygroundAction) {
    hearth.send(Action::Play(action));
}

fn edit(hearth: Hearth, change: impl FnOnce(&mut NetworkSpec)) {
    let mut spec = hearth.now(|s| s.playground.spec.clone());
    change(&mut spec);
    play(hearth, PlaygroundAction::Spec(spec));
}

#[component]
pub fn PlaygroundInspector() -> impl IntoView {
    let hearth = use_hearth();
    let model = hearth.read(|s| s.playground.model);
    view! {
        <div class="inspector-part stack"><Points/></div>
        <div class="inspector-part stack model-kinds">
            <h2>"Model"</h2>
            <Segmented
                label="Kind of model"
                bare=true
                options=vec![
                    (PlaygroundModel::Baseline, "Baseline".to_owned()),
                    (PlaygroundModel::Linear, "Linear".to_owned()),
                    (PlaygroundModel::Boost, "Boosted".to_owned()),
                    (PlaygroundModel::Forest, "Forest".to_owned()),
                    (PlaygroundModel::Network, "Network".to_owned()),
                ]
                value=model
                on_change=move |model| play(hearth, PlaygroundAction::Model(model))
            />
            <Show when=move || model.get() == PlaygroundModel::Network><Network/></Show>
            <Show when=move || model.get().grows()><Trees/></Show>
        </div>
    }
}

#[component]
fn Points() -> impl IntoView {
    let hearth = use_hearth();
    let source = hearth.read(|s| s.playground.source.clone());
    let columns = hearth.read(number_columns);
    let noise = hearth.read(|s| f64::from(s.playground.noise));
    let seed = hearth.read(|s| s.playground.seed as f64);
    let own = Memo::new(move |_| columns.with(|c| c.len() >= 2));
    let chosen = Signal::derive(move || kind(&source.get()));
    let synthetic = move || chosen.get() != Kind::Columns;
    let choose = Callback::new(move |to: Kind| {
        let source = match to {
            Kind::Spirals => PlaygroundSource::Spirals,
            Kind::Moons => PlaygroundSource::Moons,
            Kind::Circles => PlaygroundSource::Circles,
            Kind::Columns => match columns.get_untracked().as_slice() {
                [first, second, ..] => PlaygroundSource::Columns(first.clone(), second.clone()),
                _ => return,
            },
        };
        play(hearth, PlaygroundAction::Source(source));
    });
    view! {
        <h2>"Points"</h2>
        {move || {
            let mut options = vec![
                (Kind::Spirals, "Spirals".to_owned()),
                (Kind::Moons, "Moons".to_owned()),
                (Kind::Circles, "Circles".to_owned()),
            ];
            if own.get() {
                options.push((Kind::Columns, "Yours".to_owned()));
            }
            view! { <Segmented label="Points" bare=true options value=chosen on_change=choose/> }
        }}
        <Show when=synthetic fallback=move || view! { <Axes source columns/> }>
            <Slider
                label="Noise"
                value=noise
                on_input=move |v: f64| play(hearth, PlaygroundAction::Noise(v as f32))
                min=0.0
                max=0.3
                step=0.01
                text=Callback::new(|v: f64| format::fixed(v, 2))
            />
        </Show>
        <NumberField
            label="Seed"
            value=seed
            on_change=move |v: f64| play(hearth, PlaygroundAction::Seed(v as u64))
            min=0.0
            max=4_294_967_295.0
            whole=true
            help="The same seed gives the same points and the same first weights."
        />
    }
}

/// Which two columns span the plane.
#[component]
fn Axes(source: Memo<PlaygroundSource>, columns: Memo<Vec<String>>) -> impl IntoView {
    let hearth = use_hearth();
    let options = Signal::derive(move || columns.get().into_iter().map(|c| (c.clone(), c)).collect::<Vec<_>>());
    let pair = move || match source.get() {
        PlaygroundSource::Columns(x, y) => (x, y),
        _ => (String::new(), String::new()),
    };
    let set = move |x: String, y: String| play(hearth, PlaygroundAction::Source(PlaygroundSource::Columns(x, y)));
    view! {
        <Select label="Across" options value=Signal::derive(move || pair().0) on_change=move |x| set(x, pair().1)/>
        <Select label="Up" options value=Signal::derive(move || pair().1) on_change=move |y| set(pair().0, y)/>
    }
}

#[component]
fn Trees() -> impl IntoView {
    let hearth = use_hearth();
    let leaves = hearth.read(|s| f64::from(s.playground.leaves));
    let boost = hearth.read(|s| s.playground.model == PlaygroundModel::Boost);
    view! {
        <Slider
            label="Size of a tree"
            value=leaves
            on_input=move |value: f64| play(hearth, PlaygroundAction::Leaves(value as u32))
            min=2.0
            max=32.0
            step=1.0
            text=Callback::new(move |v: f64| {
                let leaves = if boost.get() { v } else { v * 8.0 };
                format!("at most {} leaves", format::fixed(leaves, 0))
            })
        />
        <p class="small second">{move || if boost.get() {
            "Each tree mends a part of what those before it got wrong: small trees are enough."
        } else {
            "Each tree learns other rows by heart, and their errors average out: large trees do best."
        }}</p>
    }
}

#[component]
fn Network() -> impl IntoView {
    let hearth = use_hearth();
    let hidden = hearth.read(|s| s.playground.spec.hidden.clone());
    let activation = hearth.read(|s| s.playground.spec.activation);
    let rate = hearth.read(|s| s.playground.spec.learning_rate);
    let depth = Memo::new(move |_| hidden.with(Vec::len));
    view! {
        <fieldset class="play-layers stack-tight">
            <legend class="small">"Hidden layers"</legend>
            {move || (0..depth.get()).map(|layer| view! { <Layer layer hidden/> }).collect_view()}
            <div class="row">
                <IconButton
                    glyph=Icon::Plus
                    label="Add a layer"
                    disabled=Signal::derive(move || depth.get() >= DEEPEST)
                    on_press=move |()| edit(hearth, |spec| spec.hidden.push(spec.hidden.last().copied().unwrap_or(4)))
                />
                <span class="small second">{move || match depth.get() {
                    0 => "None: only straight lines".to_owned(),
                    1 => "1 layer".to_owned(),
                    n => format!("{n} layers"),
                }}</span>
            </div>
        </fieldset>
        <Select
            label="Activation"
            options=Signal::stored(Activation::ALL.map(|a| (a, a.name().to_owned())).to_vec())
            value=activation
            on_change=move |a| edit(hearth, |spec| spec.activation = a)
            help="The bend in each unit. Without one, layers add up to a straight line."
        />
        <Select
            label="Learning rate"
            options=Signal::derive(move || {
                let mut all = RATES.to_vec();
                if !all.contains(&rate.get()) {
                    all.push(rate.get());
                }
                all.sort_by(f32::total_cmp);
                all.into_iter().map(|r| (r, format!("{r}"))).collect::<Vec<_>>()
            })
            value=rate
            on_change=move |r| edit(hearth, |spec| spec.learning_rate = r)
            help="Too large and it jumps about; too small and it hardly moves."
        />
    }
}

/// A layer's width, one unit at a time.
#[component]
fn Layer(layer: usize, hidden: Memo<Vec<u32>>) -> impl IntoView {
    let hearth = use_hearth();
    let width = Memo::new(move |_| hidden.with(|h| h.get(layer).copied().unwrap_or(1)));
    let change = move |by: i32| {
        edit(hearth, |spec| {
            if let Some(n) = spec.hidden.get_mut(layer) {
                *n = n.saturating_add_signed(by).clamp(1, WIDEST);
            }
        });
    };
    let name = layer + 1;
    view! {
        <div class="play-layer">
            <span class="small">{format!("Layer {name}")}</span>
            <IconButton
                glyph=Icon::Minus
                label=format!("One unit fewer in layer {name}")
                disabled=Signal::derive(move || width.get() <= 1)
                on_press=move |()| change(-1)
            />
            <output class="number">{move || width.get()}</output>
            <IconButton
                glyph=Icon::Plus
                label=format!("One unit more in layer {name}")
                disabled=Signal::derive(move || width.get() >= WIDEST)
                on_press=move |()| change(1)
            />
            <IconButton
                glyph=Icon::Trash
                label=format!("Remove layer {name}")
                on_press=move |()| edit(hearth, |spec| {
                    if layer < spec.hidden.len() {
                        spec.hidden.remove(layer);
                    }
                })
            />
        </div>
    }
}
