//! Cells of the view that the page holds, in pages, so that the grid never asks twice while it scrolls.

/// Pages of `ROWS × COLUMNS` cells, least recently used first out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowCache {}

pub const ROWS: u32 = 128;
pub const COLUMNS: u32 = 32;

impl RowCache {
    /// `None`: not here yet. `Some(None)`: a missing value.
    pub fn cell(&self, _row: u32, _column: u32) -> Option<Option<&str>> {
        None
    }
}
