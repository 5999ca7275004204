//! How far back a step of a split in time learns, and what it leaves out before its test.

use leptos::prelude::*;

use super::edit;
use crate::design::limits;
use crate::split::{Span, SplitKind, Window};
use crate::studio::Studio;
use crate::table::ColumnType;
use crate::ui::use_hearth;
use crate::ui::widget::{NumberField, Segmented};

/// Rows of a window that was not set before.
const FIRST_WINDOW: u32 = 1_000;

fn settings(s: &Studio) -> (Window, Span) {
    match s.project.design.as_ref().map(|d| d.split.kind) {
        Some(SplitKind::Time { window, gap }) => (window, gap),
        Some(SplitKind::Random { .. } | SplitKind::Group { .. }) | None => (Window::Expanding, Span::Rows(0)),
    }
}

/// What a length of time is counted in: days, or the unit of a number.
fn unit(s: &Studio) -> &'static str {
    let name = s.project.design.as_ref().and_then(|design| {
        design.dataset.roles.iter().find(|(_, role)| *role == crate::dataset::Role::Time).map(|(name, _)| name.as_str())
    });
    let columns = s.table.as_ref().map(|table| table.columns.as_slice()).unwrap_or_default();
    let is_date = columns.iter().any(|c| Some(c.name.as_str()) == name && c.column_type == ColumnType::Date);
    if is_date { "days" } else { "units" }
}

#[component]
pub fn TimeSettings() -> impl IntoView {
    let hearth = use_hearth();
    let now = hearth.read(settings);
    let unit = hearth.read(unit);
    let slides = Memo::new(move |_| matches!(now.get().0, Window::Sliding(_)));
    let change = move |label: &'static str, next: (Window, Span)| {
        edit(hearth, label, move |design| {
            let mut changed = design.clone();
            changed.split.kind = SplitKind::Time { window: next.0, gap: next.1 };
            changed
        });
    };
    let window = Memo::new(move |_| match now.get().0 {
        Window::Expanding => Span::Rows(FIRST_WINDOW),
        Window::Sliding(span) => span,
    });
    let gap = Memo::new(move |_| now.get().1);
    view! {
        <Segmented
            label="Each step learns from"
            options=vec![(false, "All rows before".to_owned()), (true, "The last of them".to_owned())]
            value=slides
            on_change=move |slides: bool| {
                let window = if slides { Window::Sliding(window.get_untracked()) } else { Window::Expanding };
                change("Window", (window, gap.get_untracked()));
            }
        />
        <Show when=move || slides.get()>
            <SpanFields label="Window" span=window unit on_change=move |span| change("Window", (Window::Sliding(span), gap.get_untracked()))/>
        </Show>
        <SpanFields label="Gap before each test" span=gap unit on_change=move |span| change("Gap", (now.get_untracked().0, span))/>
        <p class="second small">"A gap leaves out what was not yet known when the first tested row happened."</p>
    }
}

/// A length in rows or in time.
#[component]
fn SpanFields(
    label: &'static str,
    span: Memo<Span>,
    unit: Memo<&'static str>,
    #[prop(into)] on_change: Callback<Span>,
) -> impl IntoView {
    let in_rows = Memo::new(move |_| matches!(span.get(), Span::Rows(_)));
    let length = Signal::derive(move || match span.get() {
        Span::Rows(rows) => f64::from(rows),
        Span::Duration(length) => length,
    });
    let of = |length: f64, in_rows: bool| if in_rows { Span::Rows(length as u32) } else { Span::Duration(length) };
    view! {
        <div class="span-fields">
            {move || {
                let field = if in_rows.get() { "Rows" } else { "Duration" };
                view! {
                    <NumberField
                        label=label
                        limits=limits(field)
                        value=length
                        on_change=move |length: f64| on_change.run(of(length, in_rows.get_untracked()))
                    />
                }
            }}
            {move || view! {
                <Segmented
                    label=format!("{label}: unit")
                    bare=true
                    options=vec![(true, "rows".to_owned()), (false, unit.get().to_owned())]
                    value=in_rows
                    on_change=move |in_rows: bool| on_change.run(of(length.get_untracked(), in_rows))
                />
            }}
        </div>
    }
}
