//! The program inside a predictor whose model reads rows as they come: a WebAssembly module without imports
//! (`predictor/desk.rs` is how it is called).

#[path = "predictor/desk.rs"]
mod desk;

use hearth::predictor::Predictor as Model;

fn main() {}
