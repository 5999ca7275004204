//! The samples as tiny real charts, drawn from points that ship beside the tables.

use std::f64::consts::TAU;

use leptos::prelude::*;
use serde::Deserialize;

use crate::studio::{Action, View, words};
use crate::ui::use_hearth;

/// An entry of the list that ships with the page.
#[derive(Clone, Deserialize)]
struct Sample {
    id: String,
    title: String,
    question: String,
    target: String,
    rows: u64,
    columns: u64,
    source: String,
    licence: String,
    axes: [String; 2],
    labels: Vec<String>,
    /// x and y from 0 to 1, and the class.
    sketch: Vec<(f64, f64, f64)>,
}

/// The list is part of the program, so reading it cannot fail at a person's place; a test reads it too.
fn samples() -> Vec<Sample> {
    serde_json::from_str(include_str!("../../../public/samples/samples.json")).unwrap_or_default()
}

const WIDTH: f64 = 220.0;
const HEIGHT: f64 = 116.0;
const EDGE: f64 = 7.0;

#[component]
pub fn Samples() -> impl IntoView {
    samples().into_iter().map(|sample| view! { <li><SampleCard sample/></li> }).collect_view()
}

#[component]
fn SampleCard(sample: Sample) -> impl IntoView {
    let hearth = use_hearth();
    let Sample { id, title, question, target, rows, columns, source, licence, axes, labels, sketch } = sample;
    let values = labels.is_empty();
    let described = format!("{} against {}, for {} of its rows", axes[1], axes[0], sketch.len());
    let facts = format!("{}, {}; predicts {target}", words::counted(rows, "row"), words::counted(columns, "column"));
    view! {
        <button type="button" class="sample" on:click=move |_| hearth.send(Action::SampleChosen(id.clone()))>
            <svg class="sample-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=described>
                <path class="sample-axes" d=format!("M{EDGE} {EDGE}V{}H{}", HEIGHT - EDGE, WIDTH - EDGE)></path>
                {sketch.into_iter().map(|(x, y, class)| {
                    let shade = if values { "mark value".to_owned() } else { format!("mark class-{class}") };
                    view! {
                        <circle
                            class=shade
                            cx=format!("{:.1}", EDGE + 4.0 + x * (WIDTH - 2.0 * EDGE - 8.0))
                            cy=format!("{:.1}", HEIGHT - EDGE - 4.0 - y * (HEIGHT - 2.0 * EDGE - 8.0))
                            r="2.4"
                        ></circle>
                    }
                }).collect_view()}
            </svg>
            <span class="sample-title">{title}</span>
            <span class="sample-question">{question}</span>
            <span class="sample-facts">{facts}</span>
            <span class="sample-source">{source}" · "{licence}</span>
        </button>
    }
}

#[component]
pub fn PlaygroundCard() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <button type="button" class="sample" on:click=move |_| hearth.send(Action::Show(View::Playground))>
            <svg class="sample-chart" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label="Two spirals of points">
                {[0.0, 0.5].into_iter().enumerate().map(|(class, turn)| view! {
                    <path class=format!("arm class-{class}") d=arm(turn)></path>
                    {arm_points(turn).into_iter().map(|(x, y)| view! {
                        <circle class=format!("mark class-{class}") cx=format!("{x:.1}") cy=format!("{y:.1}") r="2.4"></circle>
                    }).collect_view()}
                }).collect_view()}
            </svg>
            <span class="sample-title">"Playground"</span>
            <span class="sample-question">"Play with a neural network"</span>
            <span class="sample-facts">"Its surface and its hidden units learn before your eyes"</span>
            <span class="sample-source">"Spirals, moons, circles, or two columns of your own"</span>
        </button>
    }
}

/// A point of a spiral's arm at `t` from 0 to 1; `turn` in whole turns sets the arms apart.
fn spiral(t: f64, turn: f64) -> (f64, f64) {
    let radius = t * 46.0;
    let angle = TAU * (1.35 * t + turn);
    (WIDTH / 2.0 + radius * 1.9 * libm::cos(angle), HEIGHT / 2.0 + radius * libm::sin(angle))
}

fn arm_points(turn: f64) -> Vec<(f64, f64)> {
    (2..24).map(|i| spiral(f64::from(i) / 23.0, turn)).collect()
}

fn arm(turn: f64) -> String {
    let mut path = String::new();
    for i in 0..=60 {
        let (x, y) = spiral(f64::from(i) / 60.0, turn);
        path += &format!("{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
    }
    path
}
