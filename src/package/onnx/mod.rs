//! ONNX: a pipeline as a graph from raw columns to predictions, and an interpreter of that graph for the check before
//! a download. Opset 17, ai.onnx.ml 3, IR version 8, as every runtime that was tried loads.

mod calibrated;
pub mod graph;
pub mod interpret;
mod model;
mod preparation;
pub mod proto;
mod trees;
pub mod write;
