//! Hearth: a machine-learning studio that lives in a browser tab.
//!
//! The modules stand in reading order; a module uses only those above it.
//!
//! ```text
//! bytes ─► Table ─► Dataset ─► Pipeline ─► Report ─► Package ─► bytes
//! ```
//!
//! Domain and application are pure: no browser, no clock, no threads, no ambient randomness; all of these are
//! arguments. Only `neural`, and what gives it a device, names burn. `tests/architecture.rs` checks both.

// `!(x > 0.0)` is how a check turns NaN away; the suggested forms would let it through or say the same at length.
#![allow(clippy::neg_cmp_op_on_partial_ord)]
// Actions and messages are few and short-lived; boxing their rare large variants would cost every match more than it saves.
#![allow(clippy::large_enum_variant)]

// Domain.
pub mod combine;
pub mod dataset;
pub mod design;
pub mod explain;
pub mod metrics;
pub mod model;
pub mod monitor;
#[cfg(feature = "neural")]
pub mod neural;
pub mod order;
pub mod package;
pub mod pipeline;
pub mod predictor;
pub mod prepare;
pub mod problem;
pub mod profile;
pub mod quality;
pub mod random;
#[cfg(feature = "reader")]
pub mod reader;
pub mod recipe;
pub mod rules;
pub mod split;
pub mod table;
pub mod tune;
pub mod validate;

// Application.
pub mod chart;
pub mod grid;
pub mod job;
pub mod playground;
pub mod studio;

// Terminal. Networks are trained where the trainer was built with it, and said to be left out where it was not.
#[cfg(feature = "shell")]
pub mod shell;
#[cfg(all(feature = "shell", feature = "neural"))]
#[path = "trainer/here.rs"]
pub mod trainer;
#[cfg(all(feature = "shell", not(feature = "neural")))]
#[path = "trainer/absent.rs"]
pub mod trainer;

// Browser.
#[cfg(feature = "page")]
pub mod browser;
#[cfg(feature = "page")]
pub mod ui;
