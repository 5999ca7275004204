//! How often a report raises an alarm where nothing has changed: `cargo run --release --example monitor_null [REPORTS]`, and,
//! for models that the engine trains on made-up people, `... monitor_null models [REPORTS]`.

#[allow(dead_code)]
#[path = "../tests/engine/page.rs"]
mod page;
#[path = "../tests/monitor/world.rs"]
mod world;

use std::collections::BTreeMap;

use hearth::dataset::Task;
use hearth::job::{Event, Request, Suggestion, WatchColumns};
use hearth::model::ModelSpec;
use world::{Asked, Fault, reference, report};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &String| text.parse::<u64>().ok();
    let n = arguments.last().and_then(number).unwrap_or(1_000);
    if arguments.first().is_some_and(|word| word == "models") {
        return of_models(n);
    }
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

/// Of one model.
#[derive(Default)]
struct Alarms {
    /// With one at least.
    n_reports: u32,
    by_kind: BTreeMap<String, u32>,
}

/// Reports about rows of the same kind, for each model that the engine would propose but networks.
fn of_models(n: u64) {
    let mut told: BTreeMap<(usize, &str), Alarms> = BTreeMap::new();
    for trained in [300, 900] {
        for seed in 0..n {
            for (model, alarms) in alarms(trained, 600, seed) {
                let of_model = told.entry((trained, model)).or_default();
                of_model.n_reports += u32::from(!alarms.is_empty());
                for kind in alarms {
                    *of_model.by_kind.entry(kind).or_default() += 1;
                }
            }
        }
    }
    println!("trained  model          reports  with an alarm, of which kinds");
    for ((trained, model), alarms) in told {
        println!("{trained:>7}  {model:<14} {n:>7}  {} {:?}", alarms.n_reports, alarms.by_kind);
    }
}

/// The kinds of alarms of each model about `n_later` rows that were drawn as those that trained it.
fn alarms(n_trained: usize, n_later: usize, seed: u64) -> Vec<(&'static str, Vec<String>)> {
    let text = String::from_utf8(page::people_of(seed, n_trained + n_later)).expect("it is UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    let part = |rows: &[&str]| format!("{}\n{}\n", lines[0], rows.join("\n")).into_bytes();
    let mut page = page::Page::default();
    let (_, suggestion) = page.import("people.csv", &part(&lines[1..=n_trained]));
    let Some(Suggestion { mut design, .. }) = suggestion else { return Vec::new() };
    design.candidates.retain(|candidate| !matches!(candidate.model, ModelSpec::Baseline | ModelSpec::Network(_)));
    let later = part(&lines[1 + n_trained..]);
    let events = page.train(&design);
    let mut told = Vec::new();
    for (run, candidate, ..) in page::runs(&events) {
        let asked = WatchColumns::default();
        let request = Request::Monitor { ticket: 9, run, name: "later.csv".into(), threshold: None, asked };
        if let Some(Event::Monitored { report, .. }) = page.ask(request, Some(&later)).pop() {
            let kinds = report.alarms().map(|alarm| format!("{:?} {:?}", alarm.kind, alarm.test)).collect();
            told.push((design.candidates[candidate as usize].model.name(), kinds));
        }
    }
    told
}
