//! The neural trainer: the only place that names burn. It takes prepared numbers and returns plain weights.
//!
//! | file | what it holds |
//! |---|---|
//! | `batches` | order of rows, padded batches, dropout masks: plain numbers from the seed, the same on every device |
//! | `tensors` | the network on a device: forward, backward, AdamW |
//! | `trainer` | epochs, validation, early stopping, checkpoints |
//! | `playground` | what the playground draws, from plain weights |
//! | `session` | the worker's queue of fits: requests in, events out |
//! | `warm` | fits of its own before anything is asked, for the browser's compiler |
//! | `device` | getting a GPU, and noticing that it is gone |

pub mod batches;
#[cfg(feature = "neural-gpu")]
pub mod device;
pub mod playground;
pub mod session;
pub mod tensors;
pub mod trainer;
pub mod warm;

pub use session::Session;
pub use trainer::{Advanced, Trainer};
