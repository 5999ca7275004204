//! Cells of the view that the page holds, in pages, so that the grid never asks twice while it scrolls.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::job::Ticket;

pub const ROWS: u32 = 128;
pub const COLUMNS: u32 = 32;
/// Pages that are kept: with full pages about 200,000 cells.
const MOST_PAGES: usize = 48;

/// A page of the view: row page and column page.
type Place = (u32, u32);

/// Pages of `ROWS × COLUMNS` cells, least recently used first out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowCache {
    pages: BTreeMap<Place, Page>,
    pending: BTreeMap<Ticket, Place>,
    /// Grows with every look; a page remembers its last.
    looks: u64,
}

#[derive(Clone, Debug, PartialEq)]
struct Page {
    /// Row-major; the last pages of a view are smaller.
    cells: Arc<Vec<Option<String>>>,
    /// Which rows of the table these are, from 0; empty where the view is the table as it lies.
    rows: Arc<Vec<u32>>,
    n_columns: u32,
    looked: u64,
}

/// The cells of a page that must be asked for: first row, rows, columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub first_row: u32,
    pub n_rows: u32,
    pub columns: Vec<u32>,
    place: Place,
}

impl RowCache {
    /// `None`: not here yet. `Some(None)`: a missing value.
    pub fn cell(&self, row: u32, column: u32) -> Option<Option<&str>> {
        let page = self.pages.get(&(row / ROWS, column / COLUMNS))?;
        let column = column % COLUMNS;
        if column >= page.n_columns {
            return None;
        }
        page.cells.get((row % ROWS * page.n_columns + column) as usize).map(Option::as_deref)
    }

    /// The row of the table, from 0, that stands at this place of the view; `None`: not here yet.
    pub fn table_row(&self, row: u32) -> Option<u32> {
        let of_row = (row / ROWS, 0)..=(row / ROWS, u32::MAX);
        let (_, page) = self.pages.range(of_row).next()?;
        if page.rows.is_empty() { Some(row) } else { page.rows.get((row % ROWS) as usize).copied() }
    }

    /// Pages of these rows and columns that are neither here nor asked for, within a view of `view_rows × view_columns`.
    pub fn missing(&mut self, window: [u32; 4], view_rows: u32, view_columns: u32) -> Vec<Missing> {
        let [first_row, n_rows, first_column, n_columns] = window;
        let last_row = first_row.saturating_add(n_rows).min(view_rows);
        let last_column = first_column.saturating_add(n_columns).min(view_columns);
        if first_row >= last_row || first_column >= last_column {
            return Vec::new();
        }
        self.looks += 1;
        let mut missing = Vec::new();
        for row_page in first_row / ROWS..=(last_row - 1) / ROWS {
            for column_page in first_column / COLUMNS..=(last_column - 1) / COLUMNS {
                let place = (row_page, column_page);
                if let Some(page) = self.pages.get_mut(&place) {
                    page.looked = self.looks;
                } else if !self.pending.values().any(|p| *p == place) {
                    let first_row = row_page * ROWS;
                    let first_column = column_page * COLUMNS;
                    missing.push(Missing {
                        first_row,
                        n_rows: ROWS.min(view_rows - first_row),
                        columns: (first_column..first_column.saturating_add(COLUMNS).min(view_columns)).collect(),
                        place,
                    });
                }
            }
        }
        missing
    }

    /// The page was asked for under this ticket.
    pub fn asked(&mut self, ticket: Ticket, missing: &Missing) {
        self.pending.insert(ticket, missing.place);
    }

    /// The answer to `ticket`; one that nobody waits for (the view has changed) is dropped. Returns whether it was kept.
    pub fn answer(&mut self, ticket: Ticket, n_columns: u32, cells: Vec<Option<String>>, rows: Vec<u32>) -> bool {
        let Some(place) = self.pending.remove(&ticket) else {
            return false;
        };
        while self.pages.len() >= MOST_PAGES {
            let Some(oldest) = self.pages.iter().min_by_key(|(_, page)| page.looked).map(|(place, _)| *place) else {
                break;
            };
            self.pages.remove(&oldest);
        }
        self.pages.insert(place, Page { cells: Arc::new(cells), rows: Arc::new(rows), n_columns, looked: self.looks });
        true
    }

    /// The view has changed: nothing here is true any more, and no answer on its way is wanted.
    pub fn clear(&mut self) {
        self.pages.clear();
        self.pending.clear();
    }

    pub fn n_pages(&self) -> usize {
        self.pages.len()
    }
}
