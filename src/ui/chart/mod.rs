//! Plots on the page, drawn from `crate::chart`: SVG for what has names and edges, a canvas under it for dense layers.

mod canvas;
mod export;
mod figure;
mod marks;
mod measure;
mod spark;

pub use figure::Figure;
pub use measure::width_of;
pub use spark::Spark;
