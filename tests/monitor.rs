//! Monitoring: distances and tails against SciPy, CBPE against NannyML, sketches against rows, and made-up worlds in which
//! nothing or one known thing has changed.

#[path = "monitor/expected.rs"]
mod expected;
#[path = "learn/python.rs"]
mod python;
#[path = "monitor/scipy.rs"]
mod scipy;
#[path = "monitor/simulated.rs"]
mod simulated;
#[path = "monitor/sketches.rs"]
mod sketches;
#[path = "monitor/world.rs"]
mod world;
