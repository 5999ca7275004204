//! Charts as values: a function from numbers to a [`Scene`] of marks, tooltips and a table. Pure, so that a tick, a
//! path or an exported file is the same in a test, in a shell and on the page, which only draws what a scene says.

pub mod associations;
pub mod classes;
pub mod curves;
pub mod decisions;
pub mod format;
pub mod groups;
pub mod more_rows;
pub mod network;
pub mod overlaid;
pub mod people;
pub mod plot;
pub mod reasons;
pub mod scale;
pub mod scene;
pub mod scores;
pub mod shapes;
pub mod surface;
pub mod svg;
pub mod timeline;
pub mod trade_off;
pub mod values;

pub use scene::{Cell, ChartTable, Ink, Mark, Scene, Stop};
