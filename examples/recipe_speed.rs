//! Seconds of typical steps on the flights: `cargo run --release --example recipe_speed` with HEARTH_DATA naming the
//! folder of nyc_flights.csv (336,776 rows, 19 columns).
//!
//! `tests/reference/recipe_speed.py FILE` times the same in pandas. Both copy the columns that stay. Milliseconds of the
//! best of five on one core that others shared, ours with the optimizer of tests (opt-level 2, no link-time optimizing):
//!
//! | step | here | pandas 3.1 |
//! |---|---|---|
//! | nothing (a copy) | 42 | 50 |
//! | rename | 35 | 43 |
//! | case | 49 | 120 |
//! | regex | 39 | 1,405 |
//! | fill | 37 | 49 |
//! | clip | 41 | 66 |
//! | derive number | 94 | 57 |
//! | derive text | 98 | 231 |
//! | filter | 22 | 29 |
//! | sort | 105 | 237 |
//! | deduplicate | 19 | 36 |
//! | group | 19 | 26 |
//! | join | 73 | 38 |

use std::collections::BTreeMap;
use std::time::Instant;

use hearth::recipe::{
    Aggregate, Aggregation, Find, JoinKind, Keep, KeyPair, LetterCase, NoOthers, Operation, Others, Outcome, Outside,
    Recipe, SortKey, apply,
};
use hearth::table::Table;
use hearth::table::csv::import_bytes;

fn operations() -> Vec<(&'static str, Operation)> {
    let of = |text: &str| text.to_owned();
    let mean =
        |column: &str| Aggregate { column: column.into(), function: Aggregation::Mean, into: format!("mean {column}") };
    let key = |column: &str, descending| SortKey { column: column.into(), descending };
    let on = vec![KeyPair { left: of("carrier"), right: of("code") }];
    let outside = Outside::BecomesBound;
    vec![
        ("rename", Operation::Rename { from: of("dest"), to: of("destination") }),
        ("case", Operation::Case { columns: vec![of("carrier")], to: LetterCase::Lower }),
        ("regex", Operation::Replace { column: of("tailnum"), find: Find::Regex(of("^N(\\d+)")), by: of("$1-") }),
        ("fill", Operation::Fill { column: of("dep_delay"), value: of("0") }),
        ("clip", Operation::Clip { column: of("dep_delay"), low: Some(of("-30")), high: Some(of("180")), outside }),
        ("derive number", Operation::Derive { column: of("speed"), formula: of("round(distance / air_time * 60, 1)") }),
        ("derive text", Operation::Derive { column: of("route"), formula: of("origin & \"-\" & dest") }),
        ("filter", Operation::Filter { condition: of("dep_delay > 15 and origin = \"JFK\""), keep: true }),
        ("sort", Operation::Sort { by: vec![key("dep_delay", true), key("distance", false)] }),
        ("deduplicate", Operation::Deduplicate { columns: vec![of("carrier"), of("flight")], keep: Keep::First }),
        (
            "group",
            Operation::Group {
                by: vec![of("origin"), of("month")],
                aggregates: vec![mean("dep_delay"), mean("distance")],
            },
        ),
        ("join", Operation::Join { with: of("airlines"), kind: JoinKind::Left, on, suffix: of("_2"), loose: false }),
    ]
}

fn seconds(table: &Table, recipe: &Recipe, others: &dyn Others) -> f64 {
    let times = (0..5).map(|_| {
        let start = Instant::now();
        let applied = apply(table, &recipe.steps, others);
        assert!(applied.report.iter().all(|report| report.outcome == Outcome::Done), "{:?}", applied.report);
        start.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), String> {
    let folder = std::env::var("HEARTH_DATA").map_err(|_| "HEARTH_DATA names no folder")?;
    let bytes = std::fs::read(format!("{folder}/nyc_flights.csv")).map_err(|error| error.to_string())?;
    let imported = import_bytes("nyc_flights.csv", &bytes, None).map_err(|problem| problem.event)?;
    let table = imported.read.table;
    let airlines = "code,name\nUA,United\nAA,American\nB6,JetBlue\nDL,Delta\nEV,ExpressJet\n";
    let airlines = import_bytes("airlines.csv", airlines.as_bytes(), None).map_err(|problem| problem.event)?;
    let others = BTreeMap::from([("airlines".to_owned(), airlines.read.table)]);
    println!("nothing (a copy): {:.4} s", seconds(&table, &Recipe::default(), &NoOthers));
    for (name, operation) in operations() {
        let mut recipe = Recipe::default();
        recipe.push(operation);
        println!("{name}: {:.4} s", seconds(&table, &recipe, &others));
    }
    Ok(())
}
