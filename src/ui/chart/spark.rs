//! A small chart within a line of text or a cell: nothing to point at, its words in its label.

use leptos::prelude::*;

use super::marks;
use crate::chart::Scene;
use crate::chart::svg::number;

#[component]
pub fn Spark(#[prop(into)] scene: Signal<Scene>, #[prop(into)] label: Signal<String>) -> impl IntoView {
    view! {
        <svg
            class="spark"
            role="img"
            aria-label=move || label.get()
            viewBox=move || scene.with(|s| format!("0 0 {} {}", number(s.width), number(s.height)))
            width=move || scene.with(|s| number(s.width))
            height=move || scene.with(|s| number(s.height))
        >
            {move || scene.with(|s| s.marks.iter().map(marks::mark).collect_view())}
        </svg>
    }
}
