//! The head of a column: type and name, its picture, what is missing.

use leptos::prelude::*;

use crate::studio::Action;
use crate::table::ColumnType;
use crate::table::profile::{ColumnProfile, Shape};
use crate::ui::data::picture::Picture;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, icon};
use crate::{grid, studio::words};

/// A mark for the type, beside the word for those who listen.
pub fn type_glyph(column_type: ColumnType) -> &'static str {
    match column_type {
        ColumnType::Number => "#",
        ColumnType::Category => "Aa",
        ColumnType::Boolean => "0/1",
        ColumnType::Date => "31",
        ColumnType::Text => "¶",
    }
}

/// The content of a header cell.
#[component]
pub fn Header(position: u32, column: ColumnProfile, n_rows: u32) -> impl IntoView {
    let hearth = use_hearth();
    let sort = hearth.read(move |s| s.sort.filter(|(c, _)| *c == position).map(|(_, descending)| descending));
    let is_target = {
        let name = column.name.clone();
        hearth.read(move |s| s.project.design.as_ref().is_some_and(|d| d.dataset.target == name))
    };
    let missing = if n_rows == 0 { 0.0 } else { f64::from(column.n_missing) / f64::from(n_rows) };
    let missing_text = match column.n_missing {
        0 => String::new(),
        n => format!("{} missing ({:.1} %)", words::count(u64::from(n)), missing * 100.0),
    };
    let glyph = type_glyph(column.column_type);
    let word = column.column_type.word();
    let name = column.name.clone();
    let range = range(&column);
    let told = RwSignal::new(None::<String>);
    view! {
        <div class="head-line">
            <span class="type-glyph" aria-hidden="true">{glyph}</span>
            <span class="visually-hidden">{word}" "</span>
            <span class="head-name truncate" title=name.clone()>{name.clone()}</span>
            <Show when=move || is_target.get()><span class="tag target-tag">"target"</span></Show>
            <button
                type="button"
                tabindex="-1"
                class="sort-button"
                class:sorted=move || sort.get().is_some()
                aria-label=format!("Sort by {name}")
                on:click=move |event| {
                    event.stop_propagation();
                    hearth.send(Action::Sort(next_sort(position, sort.get_untracked())));
                }
            >
                {move || icon(if sort.get() == Some(true) { Icon::ArrowDown } else { Icon::ArrowUp })}
            </button>
        </div>
        <Picture position column told/>
        <div class="head-foot">
            <span class="truncate number">{move || told.get().unwrap_or_else(|| range.clone())}</span>
        </div>
        <span class="missing-bar" title=missing_text.clone() style:--share=format!("{missing:.4}")></span>
        <span class="visually-hidden">{missing_text}</span>
    }
}

/// Smallest first, largest first, the order of the file.
pub fn next_sort(position: u32, now: Option<bool>) -> Option<(u32, bool)> {
    match now {
        None => Some((position, false)),
        Some(false) => Some((position, true)),
        Some(true) => None,
    }
}

fn range(column: &ColumnProfile) -> String {
    match &column.shape {
        Shape::Range { minimum, maximum, .. } => {
            let text = |value| grid::value_text(column.column_type, value);
            format!("{} – {}", text(*minimum), text(*maximum))
        }
        Shape::Levels { .. } => format!("{} different", words::count(u64::from(column.n_distinct))),
        Shape::Texts { shortest, longest, .. } => format!("{shortest} to {longest} characters"),
        Shape::Empty => "no value".to_owned(),
    }
}
