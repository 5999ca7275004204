//! The learning rate over time.

use crate::model::network::Schedule;

/// Factor on the learning rate at `t`, the share of all steps already taken, `0 ≤ t < 1`.
pub fn factor(schedule: Schedule, t: f64) -> f64 {
    use core::f64::consts::PI;
    match schedule {
        Schedule::Constant => 1.0,
        Schedule::Cosine => 0.5 * (1.0 + libm::cos(PI * t)),
        Schedule::Coslog4 => 0.5 * (1.0 - libm::cos(2.0 * PI * libm::log2(1.0 + 15.0 * t))),
    }
}
