//! What the grid shows of the table, as chips, each of which can be taken away.

use leptos::prelude::*;

use crate::grid;
use crate::studio::{Action, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton};

#[component]
pub fn Filters() -> impl IntoView {
    let hearth = use_hearth();
    let chips = hearth.read(|s| {
        let Some(table) = &s.table else { return Vec::new() };
        s.filters.iter().enumerate().map(|(i, f)| (i, grid::filter_text(f, &table.columns))).collect()
    });
    let rows = hearth.read(|s| (s.n_view_rows, s.table.as_ref().map_or(0, |t| t.n_rows)));
    let sorted = hearth.read(|s| {
        let (column, descending) = s.sort?;
        let name = &s.table.as_ref()?.columns.get(column as usize)?.name;
        Some(format!("sorted by {name}, {}", if descending { "largest first" } else { "smallest first" }))
    });
    view! {
        <div class="filters" class:empty=move || chips.with(Vec::is_empty) && sorted.get().is_none()>
            {move || chips.get().into_iter().map(|(i, text)| view! {
                <span class="chip">
                    <span class="truncate">{text.clone()}</span>
                    <IconButton glyph=Icon::Close label=format!("Remove the filter: {text}") on_press=move |()| {
                        let mut filters = hearth.now(|s| s.filters.clone());
                        if i < filters.len() {
                            filters.remove(i);
                        }
                        hearth.send(Action::SetFilters(filters));
                    }/>
                </span>
            }).collect_view()}
            {move || sorted.get().map(|text| view! {
                <span class="chip">
                    <span class="truncate">{text}</span>
                    <IconButton glyph=Icon::Close label="Back to the order of the file" on_press=move |()| hearth.send(Action::Sort(None))/>
                </span>
            })}
            <span class="second small" role="status">
                {move || {
                    let (shown, all) = rows.get();
                    let filtered = chips.with(|c| !c.is_empty());
                    filtered.then(|| format!("{} of {} rows", words::count(u64::from(shown)), words::count(u64::from(all))))
                }}
            </span>
            <Show when=move || chips.with(|c| c.len() > 1)>
                <button type="button" class="button quiet" on:click=move |_| hearth.send(Action::SetFilters(Vec::new()))>
                    "Clear all"
                </button>
            </Show>
        </div>
    }
}
