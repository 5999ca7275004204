//! The grid: a million rows and ten thousand columns, of which only those in sight exist. A frame that sticks to the
//! scrolling area is drawn anew for each place, so rows and headers never come apart and nothing is ever blank.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

use super::header::{Header, next_sort};
use crate::grid::{GUTTER, Geometry, HEADER, Place, ROW, step};
use crate::studio::{Action, rows, words};
use crate::table::ColumnType;
use crate::table::profile::ColumnProfile;
use crate::ui::widget::Later;
use crate::ui::{Hearth, use_hearth};

/// Where the window stands and how large it is, in pixels of rows and columns.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    top: f64,
    left: f64,
    /// Of the whole scrolling area.
    width: f64,
    height: f64,
}

impl Window {
    fn rows_visible(&self) -> f64 {
        (self.height - HEADER).max(0.0)
    }

    fn columns_visible(&self) -> f64 {
        (self.width - GUTTER).max(0.0)
    }
}

/// Rows and columns in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sight {
    first_row: u32,
    end_row: u32,
    first_column: u32,
    end_column: u32,
}

#[component]
pub fn Grid() -> impl IntoView {
    let hearth = use_hearth();
    // The profile is large; it is looked at only when the table is another one.
    let key =
        hearth.read(|s| s.table.as_ref().map(|t| (t.sha256.clone(), t.settings.clone(), t.recipe.clone(), t.n_rows)));
    let n_view_rows = hearth.read(|s| s.n_view_rows);
    let columns = Memo::new(move |_| {
        // Read, not only tracked: a memo that nobody reads is never computed and so never changes.
        key.with(|_| ());
        Shared(hearth.now(|s| s.table.as_ref().map(|t| t.columns.clone().into()).unwrap_or_default()))
    });
    let geometry = Memo::new(move |_| columns.with(|c| Geometry::new(&c.0, n_view_rows.get())));
    let window = RwSignal::new(Window { top: 0.0, left: 0.0, width: 0.0, height: 0.0 });
    let active = RwSignal::new(Place { row: 1, column: 0 });
    let scroller = NodeRef::<html::Div>::new();
    let state = GridState { geometry, window, active, scroller };
    let sight = Memo::new(move |_| state.sight());
    state.watch_size();
    ask_for_rows(sight);
    // A filter or a sort brings the rows back to their beginning.
    let order = hearth.read(|s| (s.sort, s.filters.clone()));
    Effect::new(move |before: Option<()>| {
        order.with(|_| ());
        if before.is_some() {
            state.scroll_to(0.0, state.window.get_untracked().left);
            state.active.update(|at| at.row = at.row.min(1));
        }
    });
    view! {
        <div
            class="grid-scroll"
            role="grid"
            tabindex="0"
            node_ref=scroller
            aria-label="Rows of the table"
            aria-rowcount=move || (geometry.with(Geometry::n_rows) + 1).to_string()
            aria-colcount=move || (geometry.with(Geometry::n_columns) + 1).to_string()
            aria-activedescendant=move || cell_id(active.get())
            on:scroll=move |_| state.scrolled()
            on:wheel=move |event| state.wheel(&event)
            on:keydown=move |event| keys(state, hearth, &event)
        >
            <div
                class="grid-space"
                role="presentation"
                style:width=move || format!("{}px", geometry.with(Geometry::width) + GUTTER)
                style:height=move || format!("{}px", geometry.with(Geometry::space) + HEADER)
            >
                <div
                    class="grid-frame"
                    role="presentation"
                    style:width=move || format!("{}px", window.get().width)
                    style:height=move || format!("{}px", window.get().height)
                >
                    <Headers state columns sight/>
                    <Later><Rows state columns sight/></Later>
                </div>
            </div>
        </div>
    }
}

/// Column profiles that are compared by identity, so that looking whether they changed costs nothing.
#[derive(Clone)]
struct Shared(std::sync::Arc<[ColumnProfile]>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        std::sync::Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone, Copy)]
struct GridState {
    geometry: Memo<Geometry>,
    window: RwSignal<Window>,
    active: RwSignal<Place>,
    scroller: NodeRef<html::Div>,
}

impl GridState {
    fn sight(self) -> Sight {
        let window = self.window.get();
        self.geometry.with(|geometry| {
            let rows = geometry.rows_in(window.top, window.rows_visible());
            let columns = geometry.columns_in(window.left, window.columns_visible());
            Sight { first_row: rows.start, end_row: rows.end, first_column: columns.start, end_column: columns.end }
        })
    }

    /// Follow the size of the scrolling area.
    fn watch_size(self) {
        let observer = StoredValue::new_local(None::<(web_sys::ResizeObserver, Closure<dyn FnMut()>)>);
        Effect::new(move |_| {
            let Some(node) = self.scroller.get() else { return };
            let measure = move || {
                if let Some(node) = self.scroller.get_untracked() {
                    let (width, height) = (f64::from(node.client_width()), f64::from(node.client_height()));
                    self.window.update(|w| {
                        w.width = width;
                        w.height = height;
                    });
                    self.scrolled();
                }
            };
            // Told when the page is laid out, before it is seen; asked for now, the page would be laid out twice.
            let closure = Closure::<dyn FnMut()>::new(measure);
            match web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()) {
                Ok(watcher) => {
                    watcher.observe(&node);
                    observer.set_value(Some((watcher, closure)));
                }
                // A browser without the observer keeps the first size.
                Err(_) => measure(),
            }
        });
        on_cleanup(move || {
            observer.try_update_value(|slot| {
                if let Some((watcher, _)) = slot.take() {
                    watcher.disconnect();
                }
            });
        });
    }

    /// The scroll bar was moved, by the person or by `scroll_to`.
    fn scrolled(self) {
        let Some(node) = self.scroller.get_untracked() else { return };
        let (scroll, left) = (f64::from(node.scroll_top()), f64::from(node.scroll_left()));
        let window = self.window.get_untracked();
        let visible = window.rows_visible();
        let top = self.geometry.with_untracked(|geometry| {
            // The bar only has whole pixels; a finer place that a key chose is kept.
            let expected = geometry.scroll_of(window.top, visible);
            let top = if (expected - scroll).abs() <= 1.0 { window.top } else { geometry.top_of(scroll, visible) };
            top.min(geometry.most_top(visible))
        });
        if top != window.top || left != window.left {
            self.window.update(|w| {
                w.top = top;
                w.left = left;
            });
        }
    }

    fn scroll_to(self, top: f64, left: f64) {
        let visible = self.window.get_untracked().rows_visible();
        let (top, scroll) = self.geometry.with_untracked(|geometry| {
            let top = top.clamp(0.0, geometry.most_top(visible));
            (top, geometry.scroll_of(top, visible))
        });
        self.window.update(|w| {
            w.top = top;
            w.left = left.max(0.0);
        });
        if let Some(node) = self.scroller.get_untracked() {
            node.set_scroll_top(scroll.round() as i32);
            node.set_scroll_left(left.max(0.0).round() as i32);
        }
    }

    /// Under a mapped bar a notch of the wheel would skip hundreds of rows; it moves as far as anywhere else.
    fn wheel(self, event: &web_sys::WheelEvent) {
        if event.ctrl_key() || event.delta_y() == 0.0 || !self.geometry.with_untracked(Geometry::is_mapped) {
            return;
        }
        event.prevent_default();
        let window = self.window.get_untracked();
        let unit = match event.delta_mode() {
            web_sys::WheelEvent::DOM_DELTA_LINE => ROW,
            web_sys::WheelEvent::DOM_DELTA_PAGE => window.rows_visible(),
            _ => 1.0,
        };
        self.scroll_to(window.top + event.delta_y() * unit, window.left + event.delta_x() * unit);
    }

    fn reveal(self, place: Place) {
        let window = self.window.get_untracked();
        let (top, left) = self.geometry.with_untracked(|geometry| {
            let top = match place.row.checked_sub(1) {
                Some(row) => geometry.reveal_row(row, window.top, window.rows_visible()),
                None => window.top,
            };
            (top, geometry.reveal_column(place.column, window.left, window.columns_visible()))
        });
        self.scroll_to(top, left);
    }
}

/// Ask for the cells in sight, in whole pages of the cache and a little beyond.
fn ask_for_rows(sight: Memo<Sight>) {
    let hearth = use_hearth();
    let pages = Memo::new(move |_| {
        let s = sight.get();
        let first_row = s.first_row.saturating_sub(rows::ROWS / 4) / rows::ROWS;
        let end_row = (s.end_row + rows::ROWS / 4).div_ceil(rows::ROWS);
        let first_column = s.first_column / rows::COLUMNS;
        let end_column = (s.end_column + 4).div_ceil(rows::COLUMNS);
        (s.end_row > s.first_row).then_some([first_row, end_row, first_column, end_column])
    });
    Effect::new(move |_| {
        if let Some([first_row, end_row, first_column, end_column]) = pages.get() {
            hearth.send(Action::NeedRows {
                first_row: first_row * rows::ROWS,
                n_rows: (end_row - first_row) * rows::ROWS,
                first_column: first_column * rows::COLUMNS,
                n_columns: (end_column - first_column) * rows::COLUMNS,
            });
        }
    });
}

fn cell_id(place: Place) -> String {
    format!("cell-{}-{}", place.row, place.column)
}

fn keys(state: GridState, hearth: Hearth, event: &web_sys::KeyboardEvent) {
    let at = state.active.get_untracked();
    let control = event.ctrl_key() || event.meta_key();
    let page = (state.window.get_untracked().rows_visible() / ROW).floor().max(1.0) as u32;
    let next = state.geometry.with_untracked(|geometry| step(at, &event.key(), control, page, geometry));
    if let Some(next) = next {
        event.prevent_default();
        state.active.set(next);
        state.reveal(next);
        return;
    }
    match event.key().as_str() {
        "Enter" | " " if at.row == 0 && event.key() == "Enter" => {
            event.prevent_default();
            let now = hearth.now(|s| s.sort.filter(|(c, _)| *c == at.column).map(|(_, descending)| descending));
            hearth.send(Action::Sort(next_sort(at.column, now)));
        }
        "Enter" | " " => {
            event.prevent_default();
            hearth.send(Action::SelectColumn(Some(at.column)));
        }
        "Escape" => hearth.send(Action::SelectColumn(None)),
        _ => {}
    }
}

#[component]
fn Headers(state: GridState, columns: Memo<Shared>, sight: Memo<Sight>) -> impl IntoView {
    let hearth = use_hearth();
    let n_rows = hearth.read(|s| s.table.as_ref().map_or(0, |t| t.n_rows));
    let selected = hearth.read(|s| s.selected_column);
    let sort = hearth.read(|s| s.sort);
    let visible = Memo::new(move |_| {
        let s = sight.get();
        (s.first_column, s.end_column)
    });
    // A header is kept while it stays in sight: its picture is the costly part.
    let keyed = move || {
        let (first, end) = visible.get();
        let columns = columns.get();
        (first..end.min(columns.0.len() as u32)).map(|c| (c, columns.0[c as usize].clone())).collect::<Vec<_>>()
    };
    let left =
        move |column: u32| format!("{}px", GUTTER + state.geometry.with(|g| g.left(column)) - state.window.get().left);
    view! {
        <div class="grid-head" role="rowgroup">
            <div class="grid-head-row" role="row" aria-rowindex="1">
                <div class="grid-corner" role="columnheader" aria-colindex="1">
                    <span class="visually-hidden">"Row number"</span>
                </div>
                <For each=keyed key=move |(c, _)| (*c, n_rows.get_untracked(), columns.with_untracked(|s| s.0.as_ptr() as usize)) let((c, column))>
                    <div
                        class="head-cell"
                        role="columnheader"
                        id=cell_id(Place { row: 0, column: c })
                        aria-colindex=(c + 2).to_string()
                        aria-sort=move || match sort.get() {
                            Some((sorted, descending)) if sorted == c => Some(if descending { "descending" } else { "ascending" }),
                            _ => None,
                        }
                        class:selected=move || selected.get() == Some(c)
                        class:active=move || state.active.get() == Place { row: 0, column: c }
                        style:left=move || left(c)
                        style:width=move || format!("{}px", state.geometry.with(|g| g.column_width(c)))
                        on:click=move |_| {
                            state.active.set(Place { row: 0, column: c });
                            hearth.send(Action::SelectColumn(Some(c)));
                        }
                    >
                        <Header position=c column n_rows=n_rows.get_untracked()/>
                    </div>
                </For>
            </div>
        </div>
    }
}

/// What stands in a cell.
#[derive(Clone, PartialEq)]
enum Shown {
    NotYet,
    Missing,
    Text(String),
}

/// A cell text longer than this is cut for the grid; the whole text is in the tip.
const MOST_SHOWN: usize = 120;

#[component]
fn Rows(state: GridState, columns: Memo<Shared>, sight: Memo<Sight>) -> impl IntoView {
    let hearth = use_hearth();
    let cells = hearth.read(move |s| {
        let sight = sight.get();
        (sight.first_row..sight.end_row)
            .map(|row| {
                (sight.first_column..sight.end_column)
                    .map(|column| match s.rows.cell(row, column) {
                        None => Shown::NotYet,
                        Some(None) => Shown::Missing,
                        Some(Some(text)) => Shown::Text(cut(text)),
                    })
                    .collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    });
    // A row keeps the number that it has in the table, whatever is filtered out or sorted: it is named by it elsewhere.
    let numbers = hearth.read(move |s| {
        let sight = sight.get();
        let plain = s.sort.is_none() && s.filters.is_empty();
        let number = |row: u32| s.rows.table_row(row).or(plain.then_some(row));
        (sight.first_row..sight.end_row)
            .map(|row| number(row).map_or_else(String::new, |of| words::count(u64::from(of) + 1)))
            .collect::<Vec<_>>()
    });
    let selected = hearth.read(|s| s.selected_column);
    view! {
        <div
            class="grid-rows"
            role="rowgroup"
            on:pointerdown=move |event| press(state, hearth, &event)
        >
            {move || {
                let s = sight.get();
                let offset = state.window.get();
                let chosen = selected.get();
                let active = state.active.get();
                let columns = columns.get();
                let places: Vec<(u32, f64, f64, bool)> = state.geometry.with(|g| {
                    (s.first_column..s.end_column)
                        .map(|c| {
                            let number = columns.0.get(c as usize).is_some_and(|p| p.column_type == ColumnType::Number);
                            (c, GUTTER + g.left(c) - offset.left, g.column_width(c), number)
                        })
                        .collect()
                });
                let numbers = numbers.get();
                cells.with(|cells| {
                    cells.iter().enumerate().map(|(i, row)| {
                        let r = s.first_row + i as u32;
                        let y = f64::from(r) * ROW - offset.top;
                        view! {
                            <div
                                class="grid-row"
                                class:odd=r % 2 == 1
                                role="row"
                                aria-rowindex=(r + 2).to_string()
                                style:transform=format!("translateY({y}px)")
                            >
                                <div class="grid-number" role="rowheader" aria-colindex="1">{numbers.get(i).cloned()}</div>
                                {row.iter().zip(&places).map(|(shown, &(c, x, width, number))| {
                                    let place = Place { row: r + 1, column: c };
                                    let text = match shown {
                                        Shown::NotYet => "",
                                        Shown::Missing => "missing",
                                        Shown::Text(text) => text,
                                    };
                                    view! {
                                        <div
                                            class="grid-cell"
                                            class:number=number
                                            class:missing=*shown == Shown::Missing
                                            class:waiting=*shown == Shown::NotYet
                                            class:selected=chosen == Some(c)
                                            class:active=active == place
                                            role="gridcell"
                                            id=cell_id(place)
                                            aria-colindex=(c + 2).to_string()
                                            style:left=format!("{x}px")
                                            style:width=format!("{width}px")
                                        >{text.to_owned()}</div>
                                    }
                                }).collect::<Vec<_>>()}
                            </div>
                        }
                    }).collect::<Vec<_>>()
                })
            }}
        </div>
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A press on a cell makes it the active one and selects its column.
fn press(state: GridState, hearth: Hearth, event: &web_sys::PointerEvent) {
    let cell = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Some(id) = cell.and_then(|c| c.closest(".grid-cell").ok().flatten()).map(|c| c.id()) else { return };
    let mut parts = id.split('-').skip(1).map(str::parse::<u32>);
    if let (Some(Ok(row)), Some(Ok(column))) = (parts.next(), parts.next()) {
        state.active.set(Place { row, column });
        hearth.send(Action::SelectColumn(Some(column)));
    }
}
