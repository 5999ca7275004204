//! The order in which the grid shows rows: filters, then a sort.

use serde::{Deserialize, Serialize};

/// A condition on one column. Several hold together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Filter {
    /// Number or date within, both ends included.
    Between {
        column: u32,
        low: f64,
        high: f64,
    },
    /// Category, yes/no or text equal to one of these.
    OneOf {
        column: u32,
        texts: Vec<String>,
    },
    Missing {
        column: u32,
    },
}
