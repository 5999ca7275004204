//! ONNX: a pipeline as a graph from raw columns to predictions, and an interpreter of that graph for the check before
//! a download. Opset 17, ai.onnx.ml 3, IR version 8, as every runtime that was tried loads; where texts are read opset 20
//! and IR version 9, the first that find words in them.

mod calibrated;
pub mod graph;
pub mod interpret;
mod model;
mod neighbours;
mod preparation;
pub mod proto;
mod trees;
mod words;
pub mod write;
