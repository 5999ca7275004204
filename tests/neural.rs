//! The neural trainer on the CPU: it learns, goes on exactly where it was, stops in time, keeps the best, and its
//! gradients are those of its loss. Needs the feature `neural`.

#[path = "neural/support.rs"]
mod support;

#[path = "neural/gradients.rs"]
mod gradients;
#[path = "neural/session.rs"]
mod session;
#[path = "neural/training.rs"]
mod training;
