//! Lines above a table that are none of its rows: a title, a source, comments.

use super::records::Cell;
use super::sniff::Grid;

/// Records above a table at most.
const MOST: usize = 30;

/// How many of the first records stand above the table: each holds at most one text, begins a comment, or has another
/// number of cells than the rows below a header; and the rows that follow are even. 0 when the table starts at once.
///
/// `is_header`: whether the first record of such a rest names columns.
pub fn n_above(grid: &Grid, is_header: impl Fn(&[Vec<Cell>]) -> bool) -> usize {
    let records = &grid.records;
    if records.len() < 3 {
        return 0;
    }
    let filled = |record: &[Cell]| record.iter().filter(|cell| cell.start < cell.end).count();
    let comment = |record: &[Cell]| {
        let text = grid.text.get(record[0].start as usize..).unwrap_or_default();
        text.starts_with(b"#") || text.starts_with(b"//")
    };
    let mut above = 0;
    while above < records.len().min(MOST) && (filled(&records[above]) <= 1 || comment(&records[above])) {
        above += 1;
    }
    let width_below = |above: usize| even_width(&records[above..]);
    // "#id,name" is a header when the rows are like it.
    while above > 0 && comment(&records[above - 1]) && filled(&records[above - 1]) > 1 {
        let rest = &records[above..];
        if width_below(above) != Some(records[above - 1].len()) || is_header(rest) {
            break;
        }
        above -= 1;
    }
    if above > 0
        && let Some(width) = width_below(above)
    {
        // A header whose other names are empty is as wide as its rows, which then name nothing.
        let padded = records[above - 1].len() == width && !comment(&records[above - 1]);
        if !padded || is_header(&records[above..]) {
            return above;
        }
    }
    // A title with delimiters in it, above a header.
    let uneven = (1..records.len().min(MOST)).find(|&above| width_below(above).is_some());
    match uneven {
        Some(above) if is_header(&records[above..]) => {
            let width = records[above].len();
            // A header above a header is none; one name too few is a header whose first column has none.
            let odd = |record: &Vec<Cell>| record.len() != width && record.len() + 1 != width;
            if records[..above].iter().all(odd) { above } else { 0 }
        }
        _ => 0,
    }
}

/// The width of records that nearly all have: two cells or more, the first record too.
fn even_width(records: &[Vec<Cell>]) -> Option<usize> {
    let width = records.first()?.len();
    let n = records.iter().filter(|record| record.len() == width).count();
    (records.len() >= 2 && width >= 2 && n * 10 >= records.len() * 9).then_some(width)
}
