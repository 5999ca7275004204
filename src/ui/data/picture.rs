//! A column's histogram, small in the header and larger in the inspector; a drag over it filters every row, a press only
//! selects the column.

use leptos::{html, prelude::*};

use crate::grid::{self, Bar};
use crate::studio::{Action, Stage, View, words};
use crate::table::profile::ColumnProfile;
use crate::ui::use_hearth;

/// Height of the drawing's own coordinates; the width is 100.
const HEIGHT: f64 = 100.0;

#[component]
pub fn Picture(
    position: u32,
    column: ColumnProfile,
    /// Takes what the bar under the pointer says.
    told: RwSignal<Option<String>>,
) -> impl IntoView {
    let hearth = use_hearth();
    let bars = StoredValue::new(grid::bars(&column));
    let column = StoredValue::new(column);
    let filters = hearth
        .read(move |s| s.filters.iter().filter(|f| grid::column_of(f) == Some(position)).cloned().collect::<Vec<_>>());
    let node = NodeRef::<html::Div>::new();
    // Where the pointer went down; the brush from there to where it is, once it has dragged. Shares of the width.
    let began = StoredValue::new(None::<f64>);
    let brush = RwSignal::new(None::<(f64, f64)>);
    let share = move |event: &web_sys::PointerEvent| {
        let rectangle = node.get_untracked()?.get_bounding_client_rect();
        (rectangle.width() > 0.0)
            .then(|| ((f64::from(event.client_x()) - rectangle.left()) / rectangle.width()).clamp(0.0, 1.0))
    };
    let begin = move |event: web_sys::PointerEvent| {
        // Beside the design there are no rows to see less of.
        let rows_in_sight = hearth.now(|s| s.view == View::Stage(Stage::Data));
        if !rows_in_sight || event.button() != 0 || bars.with_value(Vec::is_empty) {
            return;
        }
        if let (Some(at), Some(node)) = (share(&event), node.get_untracked()) {
            event.stop_propagation();
            // Without capture the brush only ends at the edge of the picture.
            let _ = node.set_pointer_capture(event.pointer_id());
            began.set_value(Some(at));
        }
    };
    let moves = move |event: web_sys::PointerEvent| {
        let Some(at) = share(&event) else { return };
        told.set(bars.with_value(|bars| {
            let bar = bars.get(((at * bars.len() as f64) as usize).min(bars.len().checked_sub(1)?))?;
            Some(format!("{}: {}", bar.label, words::count(u64::from(bar.count))))
        }));
        let (Some(from), Some(node)) = (began.get_value(), node.get_untracked()) else { return };
        if brush.with_untracked(Option::is_some) || grid::is_drag(from, at, node.get_bounding_client_rect().width()) {
            brush.set(Some((from, at)));
        }
    };
    let end = move |_: web_sys::PointerEvent| {
        began.set_value(None);
        let Some((a, b)) = brush.get_untracked() else { return };
        brush.set(None);
        let filter = column.with_value(|column| grid::brush(position, column, a, b));
        let before = hearth.now(|s| s.filters.clone());
        // Dragging over what is filtered already takes the filter away.
        let filter = filter.filter(|f| !before.contains(f));
        hearth.send(Action::SetFilters(grid::replaced(&before, position, filter)));
    };
    view! {
        <div
            class="picture"
            class:brushing=move || brush.get().is_some()
            node_ref=node
            on:pointerdown=begin
            on:pointermove=moves
            on:pointerup=end
            on:pointercancel=move |_| {
                began.set_value(None);
                brush.set(None);
            }
            on:pointerleave=move |_| told.set(None)
        >
            <svg viewBox=format!("0 0 100 {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                {move || {
                    let filters = filters.get();
                    let brush = brush.get();
                    bars.with_value(|bars| bars.iter().map(|b| bar(position, b, brush, column, &filters)).collect_view())
                }}
            </svg>
        </div>
    }
}

fn bar(
    position: u32,
    bar: &Bar,
    brush: Option<(f64, f64)>,
    column: StoredValue<ColumnProfile>,
    filters: &[crate::table::view::Filter],
) -> impl IntoView + use<> {
    let kept = match brush {
        Some((a, b)) => Some(bar.to > a.min(b) && bar.from < a.max(b).max(a.min(b) + 1e-6)),
        None => column.with_value(|column| grid::is_kept(position, column, bar, filters)),
    };
    let class = match kept {
        None => "column-bar",
        Some(true) => "column-bar kept",
        Some(false) => "column-bar dropped",
    };
    // A bar with rows is never invisible.
    let height = if bar.count == 0 { 0.0 } else { (bar.height * HEIGHT).max(3.0) };
    let width = (bar.to - bar.from) * 100.0;
    let gap = (width * 0.12).min(1.2);
    view! {
        <rect
            class=class
            x=format!("{:.2}", bar.from * 100.0 + gap / 2.0)
            y=format!("{:.2}", HEIGHT - height)
            width=format!("{:.2}", width - gap)
            height=format!("{height:.2}")
        ></rect>
    }
}
