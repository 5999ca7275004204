//! The program inside a predictor whose model stands behind steps: it does them to the rows first. Called as the one without
//! them (`predictor/desk.rs`).

#[path = "predictor/desk.rs"]
mod desk;

use hearth::predictor::Stepped as Model;

fn main() {}
