//! Every chart of the page: a sentence, the plot, what it means, its numbers as a table, and its files.

use leptos::{html, prelude::*};
use web_sys::{KeyboardEvent, PointerEvent};

use super::{canvas, export, marks, measure::width_of};
use crate::chart::format::count;
use crate::chart::scene::{ChartTable, Scene, Stop};
use crate::chart::svg::number;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, Menu, MenuItem, NumberTable, icon, unique};

/// The most rows of a figure's table that the page shows; the CSV has them all.
const TABLE_ROWS: usize = 500;

#[component]
pub fn Figure(
    /// The scene for a width in CSS pixels; what it reads is followed.
    #[prop(into)]
    draw: Callback<f64, Scene>,
    /// The numbers behind the marks, where they are too many to be made with every drawing; else the scene has them.
    #[prop(optional)]
    table: Option<Callback<(), ChartTable>>,
    /// Where the numbers come from; stands in exported files.
    #[prop(into, optional)]
    source: Signal<String>,
    /// Leave the sentence out, where the same sentence stands above already; it stays the name.
    #[prop(optional)]
    bare: bool,
    /// Leave out the note and the buttons.
    #[prop(optional)]
    compact: bool,
    /// Switches between title and plot.
    #[prop(optional)]
    controls: Option<AnyView>,
) -> impl IntoView {
    let holder = NodeRef::<html::Div>::new();
    let width = width_of(holder);
    let scene = Memo::new(move |_| draw.run(if width.get() > 0.0 { width.get() } else { 600.0 }));
    let table = table.unwrap_or_else(|| Callback::new(move |()| scene.with(|s| s.table.clone())));
    let open = RwSignal::new(false);
    let id = unique("figure");
    let (title_id, table_id) = (format!("{id}-title"), format!("{id}-table"));
    let title_class = if bare { "visually-hidden" } else { "figure-title" };
    view! {
        <figure class="figure" class:compact=compact aria-labelledby=title_id.clone()>
            <figcaption id=title_id.clone() class=title_class>{move || scene.with(|s| s.title.clone())}</figcaption>
            {controls.map(|controls| view! { <div class="figure-controls">{controls}</div> })}
            <div class="plot-holder" node_ref=holder>
                <Plot scene=scene ready=Signal::derive(move || width.get() > 0.0)/>
            </div>
            {(!compact).then(|| view! {
                <p class="figure-note">{move || scene.with(|s| s.note.clone())}</p>
                <Tools scene table open source table_id=table_id.clone()/>
            })}
            <Show when=move || open.get()>
                <div id=table_id.clone()><Numbers scene table/></div>
            </Show>
        </figure>
    }
}

#[component]
fn Tools(
    scene: Memo<Scene>,
    table: Callback<(), ChartTable>,
    open: RwSignal<bool>,
    source: Signal<String>,
    table_id: String,
) -> impl IntoView {
    let hearth = use_hearth();
    let items = Signal::derive(move || {
        vec![
            MenuItem::new("SVG", move || {
                scene.with_untracked(|s| export::save_svg(hearth, s, &source.get_untracked()))
            })
            .detail("Drawing, sharp at any size"),
            MenuItem::new("PNG", move || {
                scene.with_untracked(|s| export::save_png(hearth, s, &source.get_untracked()))
            })
            .detail("Picture, twice the size"),
            MenuItem::new("CSV", move || {
                let numbers = untrack(|| table.run(()));
                scene.with_untracked(|s| export::save_csv(hearth, &s.name, &numbers));
            })
            .detail("The numbers behind it"),
        ]
    });
    view! {
        <div class="figure-tools">
            <button
                type="button"
                class="button quiet"
                aria-expanded=move || open.get().to_string()
                aria-controls=move || open.get().then(|| table_id.clone())
                on:click=move |_| open.update(|o| *o = !*o)
            >
                {move || if open.get() { "Hide the table" } else { "Show as table" }}
            </button>
            <Menu
                class="button quiet"
                label=Signal::derive(move || scene.with(|s| format!("Save the chart {}", s.name)))
                trigger=move || view! { {icon(Icon::Download)} <span>"Save"</span> }
                items
            />
        </div>
    }
}

#[component]
fn Numbers(scene: Memo<Scene>, table: Callback<(), ChartTable>) -> impl IntoView {
    let caption = scene.with_untracked(|s| s.title.clone());
    let table = Memo::new(move |_| table.run(()));
    let headers = Signal::derive(move || table.with(|t| t.columns.clone()));
    let rows = Signal::derive(move || {
        table.with(|t| {
            let shown = t.rows.iter().take(TABLE_ROWS);
            shown.map(|row| row.iter().map(|cell| cell.shown()).collect::<Vec<_>>()).collect::<Vec<_>>()
        })
    });
    let more = move || table.with(|t| t.rows.len().saturating_sub(TABLE_ROWS));
    view! {
        <NumberTable caption headers rows bare=true/>
        <Show when=move || { more() > 0 }>
            <p class="figure-note">{move || format!("{} in the CSV.", match more() { 1 => "1 more row is".to_owned(), n => format!("{} more rows are", count(n as u64)) })}</p>
        </Show>
    }
}

/// The drawing with its tooltips. Arrow keys step through the marks, Home and End jump, Escape lets go.
#[component]
fn Plot(scene: Memo<Scene>, ready: Signal<bool>) -> impl IntoView {
    let chosen = RwSignal::new(None::<usize>);
    let layer = Memo::new(move |_| scene.with(canvas::has_layer));
    let stop = Memo::new(move |_| chosen.get().and_then(|i| scene.with(|s| s.stops.get(i).cloned())));
    let point = move |event: PointerEvent| {
        let at = scene.with_untracked(|s| s.stop_at(f64::from(event.offset_x()), f64::from(event.offset_y())));
        if at != chosen.get_untracked() {
            chosen.set(at);
        }
    };
    let press = move |event: KeyboardEvent| {
        let n = scene.with_untracked(|s| s.stops.len());
        if let Some(next) = step(&event.key(), chosen.get_untracked(), n) {
            event.prevent_default();
            chosen.set(next);
        }
    };
    let label = move || {
        scene.with(|s| match s.stops.len() {
            0 => s.title.clone(),
            n => format!("{}. Arrow keys step through {n} marks.", s.title),
        })
    };
    view! {
        <div
            class="plot"
            class:ready=move || ready.get()
            tabindex="0"
            role="application"
            aria-roledescription="chart"
            aria-label=label
            on:pointermove=point
            on:pointerleave=move |_| chosen.set(None)
            on:keydown=press
            on:blur=move |_| chosen.set(None)
        >
            <Show when=move || layer.get()><Dense scene/></Show>
            <svg
                class="plot-marks"
                aria-hidden="true"
                focusable="false"
                viewBox=move || scene.with(|s| format!("0 0 {} {}", number(s.width), number(s.height)))
                width=move || scene.with(|s| number(s.width))
                height=move || scene.with(|s| number(s.height))
            >
                // Drawn once, for the width that it has.
                {move || ready.get().then(|| scene.with(|s| s.marks.iter().map(marks::mark).collect_view()))}
                {move || stop.get().map(|s| view! {
                    <circle class="plot-stop" cx=number(s.x) cy=number(s.y) r="7"></circle>
                })}
            </svg>
            <Tip scene stop/>
        </div>
    }
}

/// Where the arrow keys lead; `Some(None)` lets go.
fn step(key: &str, at: Option<usize>, n: usize) -> Option<Option<usize>> {
    if n == 0 {
        return None;
    }
    match key {
        "ArrowRight" | "ArrowDown" => Some(Some(at.map_or(0, |i| (i + 1).min(n - 1)))),
        "ArrowLeft" | "ArrowUp" => Some(Some(at.map_or(n - 1, |i| i.saturating_sub(1)))),
        "Home" => Some(Some(0)),
        "End" => Some(Some(n - 1)),
        "Escape" => Some(None),
        _ => None,
    }
}

#[component]
fn Tip(scene: Memo<Scene>, stop: Memo<Option<Stop>>) -> impl IntoView {
    let right = move || stop.get().is_some_and(|s| s.x > scene.with(|c| c.width) / 2.0);
    let low = move || stop.get().is_some_and(|s| s.y < 96.0);
    view! {
        <div
            class="plot-tip"
            role="status"
            class:shown=move || stop.get().is_some()
            class:to-left=right
            class:below=low
            style:left=move || stop.get().map(|s| format!("{}px", number(s.x)))
            style:top=move || stop.get().map(|s| format!("{}px", number(s.y)))
        >
            {move || stop.get().map(|s| view! {
                <strong>{s.title}</strong>
                <dl>
                    {s.lines.into_iter().map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view()}
                </dl>
            })}
        </div>
    }
}

/// The canvas under the marks. Its colour follows the theme with a transition too short to see, whose end says that the
/// layers have to be drawn in new colours.
#[component]
fn Dense(scene: Memo<Scene>) -> impl IntoView {
    let node = NodeRef::<html::Canvas>::new();
    let probe = NodeRef::<html::Span>::new();
    let repaint = RwSignal::new(0u32);
    Effect::new(move |_| {
        repaint.track();
        let (Some(node), Some(probe)) = (node.get(), probe.get()) else { return };
        scene.with(|s| canvas::draw(&node, (**probe).clone(), s));
    });
    view! {
        <canvas
            class="plot-canvas"
            aria-hidden="true"
            node_ref=node
            on:transitionend=move |_| repaint.update(|n| *n = n.wrapping_add(1))
        ></canvas>
        <span class="ink-probe" aria-hidden="true" node_ref=probe></span>
    }
}
