//! How often a report raises an alarm where nothing has changed: `cargo run --release --example monitor_null [REPORTS]`.

#[path = "../tests/monitor/world.rs"]
mod world;

use hearth::dataset::Task;
use world::{Asked, Fault, reference, report};

fn main() {
    let n: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000);
    println!("task        outcomes    trained  rows  reports  alarms");
    for (task, name) in [(Task::Binary, "binary"), (Task::Regression, "regression")] {
        for (asked, with) in [(Asked::Outcomes, "known"), (Asked::NoOutcomes, "none")] {
            for (trained, rows) in [(200, 120), (1_000, 400), (5_000, 2_000)] {
                let alarmed = |seed: &u64| {
                    let told = report(&reference(task, trained, *seed), Fault::Nothing, asked, rows, *seed);
                    told.cause().is_some()
                };
                let alarms = (0..n).filter(alarmed).count();
                println!("{name:<11} {with:<11} {trained:>7} {rows:>5} {n:>8}  {alarms}");
            }
        }
    }
    // The faults are planted by the tests; here they are named so that the world is the same.
    let _ = [
        Fault::Covariate,
        Fault::Label,
        Fault::Concept,
        Fault::Missing,
        Fault::Unit,
        Fault::Unknown,
        Fault::Gone,
        Fault::Skew,
    ];
}
