//! Marks as SVG elements. Colours come from classes, so that a theme changes them without drawing anew.

use leptos::prelude::*;

use crate::chart::scene::{Ink, Mark};
use crate::chart::svg::{anchor_word, glyph_path, hatch_path, number, path, person_path};

fn fill(ink: Ink) -> String {
    format!("fill-{}", ink.word())
}

fn stroke(ink: Ink) -> String {
    format!("stroke-{}", ink.word())
}

fn shape(d: String, ink: Ink, filled: bool, kind: &str) -> AnyView {
    let class = if filled { format!("{kind} {}", fill(ink)) } else { format!("{kind} hollow {}", stroke(ink)) };
    view! { <path class=class d=d></path> }.into_any()
}

/// One mark; clouds and rasters belong to the canvas and draw nothing here.
pub fn mark(mark: &Mark) -> AnyView {
    match mark {
        Mark::Line { points, ink, width, dashed } => {
            let class = format!("line {}", stroke(*ink));
            let dash = dashed.then_some("5 4");
            view! { <path class=class d=path(points) stroke-width=number(*width) stroke-dasharray=dash></path> }
                .into_any()
        }
        Mark::Area { points, ink, opacity } => {
            let d = format!("{}Z", path(points));
            view! { <path class=fill(*ink) d=d fill-opacity=number(*opacity)></path> }.into_any()
        }
        Mark::Rect { x, y, width, height, ink, opacity } => view! {
            <rect class=fill(*ink) x=number(*x) y=number(*y) width=number(width.max(0.0)) height=number(height.max(0.0))
                fill-opacity=number(*opacity)></rect>
        }
        .into_any(),
        Mark::Hatch { x, y, width, height, ink } => {
            let class = format!("hatch {}", stroke(*ink));
            view! { <path class=class d=hatch_path(*x, *y, *width, *height)></path> }.into_any()
        }
        Mark::Dot { x, y, radius, ink, glyph, filled } => {
            shape(glyph_path(*glyph, *x, *y, *radius), *ink, *filled, "dot")
        }
        Mark::Person { x, y, height, ink, filled } => shape(person_path(*x, *y, *height), *ink, *filled, "person"),
        Mark::Text { x, y, text, ink, anchor, size, bold, halo } => {
            let mut class = fill(*ink);
            if *bold {
                class.push_str(" bold");
            }
            if *halo {
                class.push_str(" halo");
            }
            view! {
                <text class=class x=number(*x) y=number(*y) text-anchor=anchor_word(*anchor) font-size=number(*size)>
                    {text.clone()}
                </text>
            }
            .into_any()
        }
        Mark::Cloud { .. } | Mark::Raster { .. } => ().into_any(),
    }
}
