//! One column: its type and role, its picture, its numbers, how missing is spelled, and what to do about it.

use leptos::prelude::*;

use super::header::{next_sort, type_glyph};
use super::picture::Picture;
use crate::grid;
use crate::studio::{Action, Stage, View, words};
use crate::table::ColumnType;
use crate::table::profile::{ColumnProfile, Shape};
use crate::table::view::Filter;
use crate::ui::design::roles::{RoleChoice, TargetButton};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, NumberField, Select};

/// Levels that are listed before "and n more".
const LISTED: usize = 12;

#[component]
pub fn ColumnPanel(position: u32, column: ColumnProfile, n_rows: u32) -> impl IntoView {
    let hearth = use_hearth();
    let sort = hearth.read(move |s| s.sort.filter(|(c, _)| *c == position).map(|(_, descending)| descending));
    // The panel stands beside the design too, where there are no rows to sort.
    let rows_in_sight = hearth.read(|s| s.view == View::Stage(Stage::Data));
    let known = n_rows.saturating_sub(column.n_missing);
    let name = column.name.clone();
    let types: Vec<_> = ColumnType::ALL.into_iter().map(|t| (t, format!("{}  {}", type_glyph(t), t.word()))).collect();
    let column_type = column.column_type;
    let typed_name = name.clone();
    let facts = column.clone();
    let told = RwSignal::new(None::<String>);
    view! {
        <p class="eyebrow">"Column "{position + 1}</p>
        <h2 class="column-name">{name.clone()}</h2>
        <p class="second small">
            {format!(
                "{} known, {} missing, {} different",
                words::count(u64::from(known)),
                words::count(u64::from(column.n_missing)),
                words::count(u64::from(column.n_distinct)),
            )}
            {column.unit.as_ref().map(|unit| format!(". Written with “{unit}”; the numbers are as they stand."))}
        </p>
        <div class="column-choices">
            <Select
                label="Type"
                options=types
                value=Signal::derive(move || column_type)
                on_change=move |chosen| {
                    if let Some(action) = hearth.now(|s| s.retype_action(&typed_name, chosen)) {
                        hearth.send(action);
                    }
                }
            />
            <RoleChoice name=name.clone()/>
        </div>
        <super::findings::Findings of=position/>
        <TargetButton name=name.clone()/>
        <figure class="column-picture">
            <Picture position column=column.clone() told/>
            <figcaption class="tiny second number">{move || told.get().unwrap_or_else(|| if rows_in_sight.get() { "Drag over the picture to see only its rows.".to_owned() } else { String::new() })}</figcaption>
        </figure>
        <div class="row-wrap">
            <Show when=move || rows_in_sight.get()>
                <Button on_press=move |()| hearth.send(Action::Sort(next_sort(position, sort.get_untracked())))>
                    {move || match sort.get() {
                        None => "Sort, smallest first",
                        Some(false) => "Sort, largest first",
                        Some(true) => "Order of the file",
                    }}
                </Button>
            </Show>
            {(column.n_missing > 0).then(|| view! {<Show when=move || rows_in_sight.get()>
                <Button on_press=move |()| {
                    let before = hearth.now(|s| s.filters.clone());
                    hearth.send(Action::SetFilters(grid::replaced(&before, position, Some(Filter::Missing { column: position }))));
                }>"Show the missing"</Button></Show>
            })}
        </div>
        {numbers(position, &facts, known)}
        <super::details::Details position/>
        <MissingSpellings column/>
    }
}

fn numbers(position: u32, column: &ColumnProfile, known: u32) -> AnyView {
    let text = {
        let column_type = column.column_type;
        move |value: f64| grid::value_text(column_type, value)
    };
    match &column.shape {
        Shape::Range { minimum, maximum, mean, deviation, quantiles, .. } => {
            let spread = (column.column_type == ColumnType::Number).then(|| ("spread (SD)", text(*deviation)));
            let rows = [
                Some(("smallest", text(*minimum))),
                Some(("5 % lie below", text(quantiles[0]))),
                Some(("25 %", text(quantiles[1]))),
                Some(("half (median)", text(quantiles[2]))),
                Some(("75 %", text(quantiles[3]))),
                Some(("95 %", text(quantiles[4]))),
                Some(("largest", text(*maximum))),
                Some(("mean", text(*mean))),
                spread,
            ];
            view! {
                <dl class="facts">
                    {rows.into_iter().flatten().map(|(what, value)| view! {
                        <div><dt>{what}</dt><dd class="number">{value}</dd></div>
                    }).collect_view()}
                </dl>
                {(column.column_type == ColumnType::Number).then(|| view! { <RangeFilter position minimum=*minimum maximum=*maximum/> })}
            }
            .into_any()
        }
        Shape::Levels { top } => levels(position, top, column.n_distinct, known).into_any(),
        Shape::Texts { shortest, longest, mean, examples } => view! {
            <dl class="facts">
                <div><dt>"shortest"</dt><dd class="number">{*shortest}" characters"</dd></div>
                <div><dt>"longest"</dt><dd class="number">{*longest}" characters"</dd></div>
                <div><dt>"mean"</dt><dd class="number">{format!("{mean:.1} characters")}</dd></div>
            </dl>
            <h3>"Examples"</h3>
            <ul class="examples">
                {examples.iter().take(5).map(|e| view! { <li>{e.chars().take(200).collect::<String>()}</li> }).collect_view()}
            </ul>
        }
        .into_any(),
        Shape::Empty => view! { <p class="second">"The column has no value at all."</p> }.into_any(),
    }
}

/// The keyboard's way to what brushing does.
#[component]
fn RangeFilter(position: u32, minimum: f64, maximum: f64) -> impl IntoView {
    let hearth = use_hearth();
    let bounds = hearth.read(move |s| {
        s.filters
            .iter()
            .find_map(|f| match f {
                Filter::Between { column, low, high } if *column == position => Some((*low, *high)),
                _ => None,
            })
            .unwrap_or((minimum, maximum))
    });
    // What is written like an end of the column means that end, digits that are not shown included.
    let text = |value: f64| grid::value_text(ColumnType::Number, value);
    let whole = move |value: f64| match text(value) {
        shown if shown == text(minimum) => minimum,
        shown if shown == text(maximum) => maximum,
        _ => value,
    };
    let set = move |low: f64, high: f64| {
        let (low, high) = (whole(low), whole(high));
        let before = hearth.now(|s| s.filters.clone());
        let filter = (low > minimum || high < maximum).then_some(Filter::Between { column: position, low, high });
        hearth.send(Action::SetFilters(grid::replaced(&before, position, filter)));
    };
    let rows_in_sight = hearth.read(|s| s.view == View::Stage(Stage::Data));
    view! {
        <div class="range-filter" hidden=move || !rows_in_sight.get()>
            <NumberField label="Show from" value=Signal::derive(move || bounds.get().0)
                on_change=move |low| set(low, bounds.get_untracked().1.max(low))/>
            <NumberField label="to" value=Signal::derive(move || bounds.get().1)
                on_change=move |high| set(bounds.get_untracked().0.min(high), high)/>
        </div>
    }
}

/// The most frequent values; a press shows only their rows.
fn levels(position: u32, top: &[(String, u32)], n_distinct: u32, known: u32) -> impl IntoView + use<> {
    let hearth = use_hearth();
    let more = (n_distinct as usize).saturating_sub(LISTED.min(top.len()));
    let highest = top.first().map_or(1, |(_, n)| *n).max(1);
    let chosen = hearth.read(move |s| {
        s.filters.iter().find_map(|f| match f {
            Filter::OneOf { column, texts } if *column == position => Some(texts.clone()),
            _ => None,
        })
    });
    let rows_in_sight = hearth.read(|s| s.view == View::Stage(Stage::Data));
    let rows: Vec<(String, u32)> = top.iter().take(LISTED).cloned().collect();
    view! {
        <ul class="levels" aria-label="Most frequent values">
            {rows.into_iter().map(|(text, n)| {
                let share = if known == 0 { 0.0 } else { f64::from(n) / f64::from(known) * 100.0 };
                let (this, pressed) = (text.clone(), text.clone());
                view! {
                    <li>
                        <button
                            type="button"
                            class="level"
                            disabled=move || !rows_in_sight.get()
                            aria-pressed=move || chosen.with(|c| c.as_ref().is_some_and(|c| c.contains(&pressed))).to_string()
                            style:--share=format!("{:.4}", f64::from(n) / f64::from(highest))
                            on:click=move |_| {
                                let mut texts = chosen.get_untracked().unwrap_or_default();
                                match texts.iter().position(|t| *t == this) {
                                    Some(at) => drop(texts.remove(at)),
                                    None => texts.push(this.clone()),
                                }
                                let before = hearth.now(|s| s.filters.clone());
                                let filter = (!texts.is_empty()).then_some(Filter::OneOf { column: position, texts });
                                hearth.send(Action::SetFilters(grid::replaced(&before, position, filter)));
                            }
                        >
                            <span class="truncate">{text}</span>
                            <span class="number second">{format!("{} ({share:.1} %)", words::count(u64::from(n)))}</span>
                        </button>
                    </li>
                }
            }).collect_view()}
        </ul>
        {(more > 0).then(|| view! { <p class="second small">{format!("and {} more", words::count(more as u64))}</p> })}
    }
}

/// How "missing" was spelled in this column, and the way to add a spelling.
#[component]
fn MissingSpellings(column: ColumnProfile) -> impl IntoView {
    let hearth = use_hearth();
    let candidates: Vec<String> = match (&column.shape, column.column_type) {
        // Values that often stand for "missing" are offered, never taken.
        (Shape::Levels { top }, _) => top
            .iter()
            .map(|(text, _)| text)
            .filter(|text| {
                let lower = text.trim().to_lowercase();
                matches!(
                    lower.as_str(),
                    "-" | "--" | "." | "none" | "unknown" | "missing" | "not available" | "nil" | "-999" | "999"
                )
            })
            .cloned()
            .collect(),
        _ => Vec::new(),
    };
    let name = column.name.clone();
    let spelled: Vec<String> = column
        .missing_spellings
        .iter()
        .map(|text| if text.is_empty() { "an empty cell".to_owned() } else { format!("“{text}”") })
        .collect();
    view! {
        {(!spelled.is_empty()).then(|| view! {
            <p class="second small">"Read as missing: "{words::list(&spelled)}"."</p>
        })}
        {candidates.into_iter().map(|text| {
            let name = name.clone();
            let label = format!("Treat “{text}” as missing");
            view! {
                <Button on_press=move |()| {
                    if let Some(action) = hearth.now(|s| s.missing_action(&name, std::slice::from_ref(&text))) {
                        hearth.send(action);
                    }
                }>{label}</Button>
            }
        }).collect_view()}
    }
}
