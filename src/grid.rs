//! The grid as arithmetic: which rows and columns a window shows, how a scroll bar that is shorter than the rows maps to
//! them, and what a brushed histogram filters. The page only draws what this says.

use std::ops::Range;

use crate::table::ColumnType;
use crate::table::profile::{ColumnProfile, Shape};
use crate::table::view::Filter;

/// Height of a row in CSS pixels.
pub const ROW: f64 = 28.0;
/// Height of the column headers.
pub const HEADER: f64 = 88.0;
/// Width of the row numbers.
pub const GUTTER: f64 = 72.0;
/// Browsers cap an element's height, at half of the cap when a CSS pixel is two device pixels; this stays below all.
pub const MOST_HEIGHT: f64 = 8_000_000.0;

/// Sizes of a table's grid, from its profile. `top` counts pixels of rows from 0 to `height() - visible`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Geometry {
    /// Left edge of each column after the gutter, and the right edge of the last.
    edges: Vec<f64>,
    n_rows: u32,
}

impl Geometry {
    pub fn new(columns: &[ColumnProfile], n_rows: u32) -> Self {
        let mut edges = Vec::with_capacity(columns.len() + 1);
        let mut at = 0.0;
        edges.push(at);
        for column in columns {
            at += width_of(column);
            edges.push(at);
        }
        Self { edges, n_rows }
    }

    pub fn with_rows(&self, n_rows: u32) -> Self {
        Self { edges: self.edges.clone(), n_rows }
    }

    pub fn n_rows(&self) -> u32 {
        self.n_rows
    }

    pub fn n_columns(&self) -> u32 {
        self.edges.len().saturating_sub(1) as u32
    }

    /// Width of all columns without the gutter.
    pub fn width(&self) -> f64 {
        self.edges.last().copied().unwrap_or(0.0)
    }

    /// Height of all rows.
    pub fn height(&self) -> f64 {
        f64::from(self.n_rows) * ROW
    }

    /// Height of the element that gives the scroll bar its range, without the header.
    pub fn space(&self) -> f64 {
        self.height().min(MOST_HEIGHT)
    }

    /// Rows are more than an element can be high, so the scroll bar is mapped.
    pub fn is_mapped(&self) -> bool {
        self.height() > MOST_HEIGHT
    }

    pub fn left(&self, column: u32) -> f64 {
        self.edges.get(column as usize).copied().unwrap_or(0.0)
    }

    pub fn column_width(&self, column: u32) -> f64 {
        self.left(column + 1) - self.left(column)
    }

    /// The farthest `top` when `visible` pixels of rows are in sight.
    pub fn most_top(&self, visible: f64) -> f64 {
        (self.height() - visible).max(0.0)
    }

    /// The scroll bar's place for a `top`.
    pub fn scroll_of(&self, top: f64, visible: f64) -> f64 {
        let most = self.most_top(visible);
        if !self.is_mapped() || most == 0.0 { top } else { top / most * (self.space() - visible) }
    }

    /// The `top` for a place of the scroll bar.
    pub fn top_of(&self, scroll: f64, visible: f64) -> f64 {
        let reach = self.space() - visible;
        let top = if !self.is_mapped() || reach <= 0.0 { scroll } else { scroll / reach * self.most_top(visible) };
        top.clamp(0.0, self.most_top(visible))
    }

    /// Rows of which at least a pixel is in sight.
    pub fn rows_in(&self, top: f64, visible: f64) -> Range<u32> {
        let first = (top / ROW).floor().max(0.0) as u32;
        let end = ((top + visible.max(0.0)) / ROW).ceil().max(0.0) as u32;
        first.min(self.n_rows)..end.min(self.n_rows)
    }

    /// Columns of which at least a pixel is in sight.
    pub fn columns_in(&self, left: f64, visible: f64) -> Range<u32> {
        let n = self.n_columns();
        let first = self.edges.partition_point(|&edge| edge <= left).saturating_sub(1) as u32;
        let end = self.edges.partition_point(|&edge| edge < left + visible) as u32;
        first.min(n)..end.clamp(first.min(n), n)
    }

    /// The nearest `top` that shows the whole row.
    pub fn reveal_row(&self, row: u32, top: f64, visible: f64) -> f64 {
        let start = f64::from(row) * ROW;
        let nearest = if start < top {
            start
        } else if start + ROW > top + visible {
            start + ROW - visible
        } else {
            top
        };
        nearest.clamp(0.0, self.most_top(visible))
    }

    /// The nearest horizontal place that shows the column, its left edge first.
    pub fn reveal_column(&self, column: u32, left: f64, visible: f64) -> f64 {
        let (start, end) = (self.left(column), self.left(column + 1));
        if start < left {
            start
        } else if end > left + visible {
            (end - visible).min(start)
        } else {
            left
        }
    }
}

fn width_of(column: &ColumnProfile) -> f64 {
    let base: f64 = match column.column_type {
        ColumnType::Number => 124.0,
        ColumnType::Boolean => 112.0,
        ColumnType::Date => 148.0,
        ColumnType::Category => 148.0,
        ColumnType::Text => 240.0,
    };
    let name = column.name.chars().count() as f64 * 7.6 + 50.0;
    base.max(name.min(260.0)).round()
}

/// A key that moves the active cell. Row 0 is the header, row r + 1 the r-th row of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub row: u32,
    pub column: u32,
}

/// Where a key leads from `at`; `page` is the number of rows that fit. `None`: the key is not the grid's.
pub fn step(at: Place, key: &str, control: bool, page: u32, geometry: &Geometry) -> Option<Place> {
    let (last_row, last_column) = (geometry.n_rows(), geometry.n_columns().saturating_sub(1));
    let Place { row, column } = at;
    let place = |row: u32, column: u32| Some(Place { row: row.min(last_row), column: column.min(last_column) });
    match (key, control) {
        ("ArrowDown", false) => place(row.saturating_add(1), column),
        ("ArrowUp", false) => place(row.saturating_sub(1), column),
        ("ArrowRight", false) => place(row, column.saturating_add(1)),
        ("ArrowLeft", false) => place(row, column.saturating_sub(1)),
        ("ArrowDown", true) => place(last_row, column),
        ("ArrowUp", true) => place(1, column),
        ("ArrowRight", true) => place(row, last_column),
        ("ArrowLeft", true) => place(row, 0),
        ("PageDown", _) => place(row.saturating_add(page.max(1)), column),
        // From the rows a page up ends at the first row, not in the header.
        ("PageUp", _) => place(if row == 0 { 0 } else { row.saturating_sub(page.max(1)).max(1) }, column),
        ("Home", false) => place(row, 0),
        ("End", false) => place(row, last_column),
        ("Home", true) => place(1, 0),
        ("End", true) => place(last_row, last_column),
        _ => None,
    }
}

/// A bar of a column's small picture: where it begins and ends (0 to 1) and how high it is (0 to 1).
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub from: f64,
    pub to: f64,
    pub height: f64,
    pub count: u32,
    /// "20 to 25", "red".
    pub label: String,
}

/// The most levels that a header draws.
const MOST_BARS: usize = 12;

/// The bars of a column's picture, left to right.
pub fn bars(column: &ColumnProfile) -> Vec<Bar> {
    let counts: Vec<(String, u32)> = match &column.shape {
        Shape::Range { minimum, maximum, histogram, .. } => {
            let width = (maximum - minimum) / histogram.len().max(1) as f64;
            let place = |i: usize| value_text(column.column_type, minimum + width * i as f64);
            histogram.iter().enumerate().map(|(i, &n)| (format!("{} to {}", place(i), place(i + 1)), n)).collect()
        }
        Shape::Levels { top } => top.iter().take(MOST_BARS).cloned().collect(),
        Shape::Texts { .. } | Shape::Empty => Vec::new(),
    };
    let highest = counts.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let n = counts.len().max(1) as f64;
    counts
        .into_iter()
        .enumerate()
        .map(|(i, (label, count))| Bar {
            from: i as f64 / n,
            to: (i + 1) as f64 / n,
            height: f64::from(count) / f64::from(highest),
            count,
            label,
        })
        .collect()
}

/// What a brush from `a` to `b` (shares of the picture's width, in any order) filters, in whole bars. `None`: the column
/// has no bars.
pub fn brush(position: u32, column: &ColumnProfile, a: f64, b: f64) -> Option<Filter> {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    let n = bars(column).len();
    if n == 0 {
        return None;
    }
    let first = ((low * n as f64).floor().max(0.0) as usize).min(n - 1);
    let last = ((high * n as f64).ceil() as usize).clamp(first + 1, n) - 1;
    match &column.shape {
        Shape::Range { minimum, maximum, .. } => {
            let width = (maximum - minimum) / n as f64;
            // The outer ends are the exact extremes, so that rounding leaves nobody out.
            let low = if first == 0 { *minimum } else { minimum + width * first as f64 };
            let high = if last + 1 == n { *maximum } else { minimum + width * (last + 1) as f64 };
            Some(Filter::Between { column: position, low, high })
        }
        Shape::Levels { top } => {
            let texts = top[first..=last].iter().map(|(text, _)| text.clone()).collect();
            Some(Filter::OneOf { column: position, texts })
        }
        Shape::Texts { .. } | Shape::Empty => None,
    }
}

/// A pointer that moved less than this many pixels pressed and did not drag.
const DRAG_PIXELS: f64 = 4.0;

/// Whether a pointer that went from one share of a picture's width to another has dragged over it.
pub fn is_drag(from: f64, to: f64, width: f64) -> bool {
    (to - from).abs() * width >= DRAG_PIXELS
}

/// Whether a bar lies within what the filters leave of its column; `None`: the column is not filtered.
pub fn is_kept(position: u32, column: &ColumnProfile, bar: &Bar, filters: &[Filter]) -> Option<bool> {
    let mut kept = None;
    for filter in filters.iter().filter(|filter| column_of(filter) == Some(position)) {
        let here = match (filter, &column.shape) {
            (Filter::Between { low, high, .. }, Shape::Range { minimum, maximum, .. }) => {
                let middle = minimum + (maximum - minimum) * (bar.from + bar.to) / 2.0;
                (*low..=*high).contains(&middle)
            }
            (Filter::OneOf { texts, .. }, _) => texts.contains(&bar.label),
            _ => false,
        };
        kept = Some(kept.unwrap_or(true) && here);
    }
    kept
}

/// The column that a filter is about; none where it names rows.
pub fn column_of(filter: &Filter) -> Option<u32> {
    match filter {
        Filter::Between { column, .. } | Filter::OneOf { column, .. } | Filter::Missing { column } => Some(*column),
        Filter::Rows { .. } => None,
    }
}

/// The filters with `filter` in the place of others on its column; `None` only takes those of `column` away.
pub fn replaced(filters: &[Filter], column: u32, filter: Option<Filter>) -> Vec<Filter> {
    filters.iter().filter(|f| column_of(f) != Some(column)).cloned().chain(filter).collect()
}

/// A filter in words: "age 20 to 40", "port is Cherbourg or Southampton", "age is missing".
pub fn filter_text(filter: &Filter, columns: &[ColumnProfile]) -> String {
    if let Filter::Rows { name, .. } = filter {
        return name.clone();
    }
    let Some(column) = column_of(filter).and_then(|column| columns.get(column as usize)) else { return String::new() };
    let name = &column.name;
    match filter {
        Filter::Between { low, high, .. } => {
            let text = |value| value_text(column.column_type, value);
            format!("{name} {} to {}", text(*low), text(*high))
        }
        Filter::OneOf { texts, .. } => match texts.as_slice() {
            [first @ .., last] if (1..=3).contains(&first.len()) => format!("{name} is {} or {last}", first.join(", ")),
            [one] => format!("{name} is {one}"),
            many => format!("{name} is one of {} values", many.len()),
        },
        Filter::Missing { .. } => format!("{name} is missing"),
        Filter::Rows { name, .. } => name.clone(),
    }
}

/// A value of a range in the column's own words: a number with few digits, or a date.
pub fn value_text(column_type: ColumnType, value: f64) -> String {
    if column_type == ColumnType::Date {
        return crate::table::date_text(value as i64, false);
    }
    let size = value.abs();
    let text = match size {
        0.0 => return "0".to_owned(),
        s if !(1e-4..1e9).contains(&s) => return format!("{value:.2e}").replace('-', "\u{2212}"),
        s if s >= 1000.0 => format!("{value:.0}"),
        s if s >= 100.0 => format!("{value:.1}"),
        s if s >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    };
    let trimmed = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    grouped(trimmed)
}

/// Thousands apart and a true minus: "12,345.6".
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("\u{2212}", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(w, p)| (w, Some(p)));
    let mut out = sign.to_owned();
    for (i, digit) in whole.chars().enumerate() {
        // A year or a small id reads better without a comma.
        if i > 0 && whole.len() > 4 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}
