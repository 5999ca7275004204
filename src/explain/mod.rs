//! Models that explain themselves, always in raw columns: what each column is worth, what it adds to a prediction, how
//! the prediction follows it, and what would have to be different for another answer.
//!
//! Everything here is a plain function of a fitted model, prepared rows and a seed. The features that a raw column was
//! made into (one-hot, missing, parts of a date) move together, so that a column is one thing to all of them.

mod additive;
mod contributions;
mod counterfactual;
mod groups;
mod importance;
mod margin;
mod near;
pub mod paths;
mod question;
pub mod sampled;
mod shape;
mod surrogate;

pub use contributions::{Contributions, Method, contributions};
pub use counterfactual::{Change, Counterfactual, Goal, To, counterfactuals};
pub use groups::{TOGETHER, together};
pub use importance::{Drop, Importance, MOST_ROWS, Measure, Part, Rows, Worth, deal, metrics};
pub use margin::{Margin, Scale};
pub use near::{Near, nearest};
pub use question::{Answer, ColumnPart, Many, Neighbour, Others, Question, Rival, RowParts};
pub use shape::{Accumulated, Places, Shape, Surface, View, places};
pub use surrogate::{Branch, Condition, Surrogate, surrogate};
