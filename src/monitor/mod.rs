//! A model's reference and rows of today: what has changed, whether the model still holds, and what to do.
//!
//! ```text
//! training rows, folds ─► Reference (sketches, no rows) ─┐
//! rows of today ─► Sample of each column, predictions ───┴► judge ─► Findings in causal order
//! ```
//!
//! An alarm needs a size that matters and a p-value that stays when false discoveries are controlled over all tests of the
//! report (`tests::FALSE_DISCOVERY`). Below a test's sample size the verdict is 'not enough data', never 'fine'.

pub mod calibrate;
pub mod change;
pub mod distance;
mod drift;
mod finding;
mod judge;
pub mod performance;
mod quality;
pub mod reference;
mod results;
pub mod sketch;
pub mod tail;
pub mod tests;
pub mod timeline;
mod words;

pub use drift::{Comparison, compare};
pub use finding::{Finding, Kind, MetricNow, MonitorReport, Verdict};
pub use judge::{Current, CurrentColumn, Served, judge};
pub use reference::{ColumnReference, Reference, Training};
pub use sketch::{Sample, Sketch};
pub use tests::Test;
pub use timeline::{Point, Timeline};
