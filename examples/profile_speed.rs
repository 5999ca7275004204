//! How long a profile takes, part by part, on a CSV file: `cargo run --release --example profile_speed FILE [TARGET]`.

use std::time::{Duration, Instant};

use hearth::dataset::{Dataset, DatasetSpec};
use hearth::profile::{Aim, Profiler};
use hearth::table::csv::import_bytes;

/// Rows of a step: some 30 ms.
const BUDGET: usize = 500_000;

fn main() -> Result<(), String> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: profile_speed FILE [TARGET]")?;
    let bytes = std::fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
    let start = Instant::now();
    let table = import_bytes(&path, &bytes, None).map_err(|problem| format!("{problem:?}"))?.read.table;
    println!("{} rows × {} columns read in {:.0?}", table.n_rows, table.columns.len(), start.elapsed());
    let aim = match arguments.next() {
        None => None,
        Some(target) => {
            let spec = DatasetSpec { target: target.clone(), ..DatasetSpec::default() };
            let dataset = Dataset::new(&table, &spec).map_err(|problems| format!("{problems:?}"))?;
            let column = table.position(&target).ok_or("no such column")? as u32;
            Some(Aim { column, rows: dataset.rows.clone(), target: dataset.target.clone() })
        }
    };
    let start = Instant::now();
    let mut profiler = Profiler::new(&table, aim, 1);
    let (mut longest, mut n_steps, mut first) = (Duration::ZERO, 0, None);
    loop {
        let step = Instant::now();
        let progress = profiler.advance(&table, BUDGET);
        longest = longest.max(step.elapsed());
        n_steps += 1;
        if progress.first_pass_done && first.is_none() {
            first = Some(start.elapsed());
            println!("first numbers, from a sample: {:.0?}", start.elapsed());
        }
        if progress.done {
            break;
        }
    }
    println!("all rows: {:.0?} in {n_steps} steps, the longest {longest:.0?}", start.elapsed());
    let profile = profiler.profile();
    println!(
        "{} repeats, {} near repeats, {} patterns of missing cells, {} associations, {} alike",
        profile.repeats.n_repeats,
        profile.near_repeats.n_repeats,
        profile.missing.n_patterns,
        profile.associations.len(),
        profile.alike.len()
    );
    for relation in &profile.relations {
        let name = &profile.columns[relation.column as usize].name;
        println!("{name}: information {:.4?}, score {:.4?}", relation.information, relation.score);
    }
    Ok(())
}
