//! Playground: a model that learns before the person's eyes.

mod controls;

pub use controls::PlaygroundInspector;

use leptos::prelude::*;

use crate::chart::curves::{Along, Curve, learning};
use crate::chart::format;
use crate::chart::network::{Diagram, diagram};
use crate::chart::surface::{class_cells, surface};
use crate::dataset::Task;
use crate::model::network::CurvePoint;
use crate::studio::{Action, Playground as State, PlaygroundAction, PlaygroundModel};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton, Slider, icon};

/// Points of the curve that are kept; beyond, every second one is dropped.
const CURVE_POINTS: usize = 600;

#[component]
pub fn Playground() -> impl IntoView {
    let hearth = use_hearth();
    let state = hearth.read(|s| s.playground.clone());
    let network = Memo::new(move |_| state.with(|p| p.model == PlaygroundModel::Network));
    let curve = history(state);
    view! {
        <div class="stage playground">
            <header class="stage-head">
                <h1 class="verdict" tabindex="-1">{move || state.with(sentence)}</h1>
            </header>
            <Bar state/>
            <div class="play-grid" class:alone=move || !network.get()>
                <Show when=move || network.get()>
                    <div class="play-network"><Figure draw=network_figure(state) compact=true/></div>
                </Show>
                <div class="play-surface"><Figure draw=surface_figure(state) compact=true/></div>
            </div>
            <Show when=move || network.get() && curve.with(|c| c.len() > 1)>
                <div class="play-curve">
                    <Figure
                        draw=Callback::new(move |width: f64| {
                            curve.with(|c| learning(c, Curve::Loss, Task::Binary, false, (Along::Steps, None), (width, 190.0)))
                        })
                        compact=true
                    />
                </div>
            </Show>
        </div>
    }
}

/// What is to be seen, in a sentence.
fn sentence(p: &State) -> String {
    match (p.model, &p.frame) {
        (PlaygroundModel::Baseline, _) => {
            "The baseline paints the whole plane in one colour: it knows only which class is commoner.".to_owned()
        }
        (PlaygroundModel::Linear, _) => {
            "A linear model draws one straight line, whatever the points look like.".to_owned()
        }
        (PlaygroundModel::Boost, _) => match p.trees {
            1 => "One tree cuts the plane into boxes. Press Play, and watch the next ones mend what it got wrong."
                .to_owned(),
            n => format!("{} have mended each other’s errors.", format::counted(n.into(), "tree", "trees")),
        },
        (PlaygroundModel::Forest, _) => match p.trees {
            1 => "One large tree learns its points by heart. Press Play, and watch a forest average its errors away."
                .to_owned(),
            n => format!("{}, each grown on other rows, are averaged.", format::counted(n.into(), "tree", "trees")),
        },
        (PlaygroundModel::Network, None) => {
            "Press Play, and watch a network bend its line around the points.".to_owned()
        }
        (PlaygroundModel::Network, Some(frame)) => format!(
            "After {} the network names {} of the held-back points rightly.",
            format::counted(frame.point.step.into(), "step", "steps"),
            format::percent(f64::from(frame.point.validation_score))
        ),
    }
}

/// The curve so far: frames as they come, begun again when the steps do.
fn history(state: Memo<State>) -> RwSignal<Vec<CurvePoint>> {
    let curve = RwSignal::new(Vec::<CurvePoint>::new());
    let point = Memo::new(move |_| state.with(|p| p.frame.as_ref().map(|f| f.point)));
    Effect::new(move |_| {
        let now = point.get();
        curve.update(|c| match now {
            None => c.clear(),
            Some(now) => {
                if c.last().is_some_and(|last| now.step <= last.step) {
                    c.clear();
                }
                c.push(now);
                if c.len() > CURVE_POINTS {
                    let mut odd = false;
                    c.retain(|_| {
                        odd = !odd;
                        odd
                    });
                }
            }
        });
    });
    curve
}

/// Play, step, reset and speed.
#[component]
fn Bar(state: Memo<State>) -> impl IntoView {
    let hearth = use_hearth();
    let playing = Memo::new(move |_| state.with(|p| p.playing));
    let network = Memo::new(move |_| state.with(|p| p.model == PlaygroundModel::Network));
    let learns = Memo::new(move |_| state.with(|p| p.model.learns()));
    let speed = Memo::new(move |_| state.with(|p| f64::from(p.steps_per_frame)));
    let play = move |action| hearth.send(Action::Play(action));
    view! {
        <Show when=move || learns.get()>
            <div class="play-bar">
                <button type="button" class="button primary large" on:click=move |_| play(PlaygroundAction::PlayPause)>
                    {move || if playing.get() { icon(Icon::Pause).into_any() } else { icon(Icon::Play).into_any() }}
                    <span>{move || if playing.get() { "Pause" } else { "Play" }}</span>
                </button>
                <IconButton glyph=Icon::Step label="One step" on_press=move |()| play(PlaygroundAction::Step)/>
                <IconButton glyph=Icon::Reset label="Begin again" on_press=move |()| play(PlaygroundAction::Reset)/>
                <div class="play-speed">
                    <Slider
                        label="Steps at a time"
                        value=speed
                        on_input=move |value: f64| play(PlaygroundAction::Speed(value as u32))
                        min=1.0
                        max=50.0
                        step=1.0
                        text=Callback::new(|v: f64| format::fixed(v, 0))
                    />
                </div>
                <dl class="play-facts">
                    {move || state.with(|p| p.model.grows().then(|| view! {
                        <div><dt>"Trees"</dt><dd>{format::count(p.trees.into())}</dd></div>
                    }))}
                    {move || state.with(|p| p.frame.as_ref().filter(|_| network.get()).map(|f| view! {
                        <div><dt>"Steps"</dt><dd>{format::count(f.point.step.into())}</dd></div>
                        <div><dt>"Training loss"</dt><dd>{format::fixed(f.point.train_loss.into(), 3)}</dd></div>
                        <div><dt>"Validation loss"</dt><dd>{format::fixed(f.point.validation_loss.into(), 3)}</dd></div>
                    }))}
                </dl>
            </div>
        </Show>
    }
}

fn network_figure(state: Memo<State>) -> Callback<f64, crate::chart::Scene> {
    Callback::new(move |width: f64| {
        state.with(|p| {
            let frame = p.frame.as_ref();
            diagram(
                &Diagram {
                    inputs: [&p.axes[0].0, &p.axes[1].0],
                    hidden: &p.spec.hidden,
                    activation: p.spec.activation,
                    network: frame.map(|f| &f.network),
                    units: frame.map_or(&[], |f| &f.units),
                    surface: frame.map_or(&[], |f| &f.surface),
                    resolution: frame.map_or(0, |f| f.resolution as usize),
                    classes: p.points.n_classes as usize,
                },
                (width, (width * 0.9).clamp(280.0, 460.0)),
            )
        })
    })
}

fn surface_figure(state: Memo<State>) -> Callback<f64, crate::chart::Scene> {
    Callback::new(move |width: f64| {
        state.with(|p| {
            let (cells, resolution) = match (&p.frame, &p.surface, p.model) {
                (Some(frame), _, PlaygroundModel::Network) => (class_cells(&frame.surface), frame.resolution as usize),
                (_, _, PlaygroundModel::Network) | (_, None, _) => (Vec::new(), 0),
                (_, Some((values, resolution)), _) => {
                    let side = *resolution as usize;
                    let classes: Vec<Vec<f32>> = values.chunks((side * side).max(1)).map(<[f32]>::to_vec).collect();
                    (class_cells(&classes), side)
                }
            };
            let names = (p.axes[0].0.as_str(), p.axes[1].0.as_str());
            surface("What it would call each place", cells, resolution, &p.points, names, &p.labels, width.min(1000.0))
        })
    })
}
