//! Seconds of an import's parts: `cargo run --release --example import_speed FILE.csv [repeats]`.

use std::time::Instant;

use hearth::table::csv::import_bytes;
use hearth::table::profile::profile;
use sha2::{Digest, Sha256};

fn main() {
    let path = std::env::args().nth(1).expect("a file");
    let repeats = std::env::args().nth(2).map_or(3, |text| text.parse().expect("a number"));
    let bytes = std::fs::read(&path).expect("a file that can be read");
    let megabytes = bytes.len() as f64 / 1e6;
    let timed = |what: &str, start: Instant| {
        let seconds = start.elapsed().as_secs_f64();
        println!("{what}: {seconds:.3} s, {:.0} MB/s", megabytes / seconds);
    };
    for _ in 0..repeats {
        let start = Instant::now();
        let imported = import_bytes(&path, &bytes, None).expect("a table");
        timed("import", start);
        let start = Instant::now();
        let profiles: Vec<_> = imported.read.table.columns.iter().map(profile).collect();
        timed("summaries", start);
        let start = Instant::now();
        let digest = Sha256::digest(&bytes);
        timed("of that, SHA-256", start);
        println!("{} rows, {} columns, {:02x}", imported.read.table.n_rows, profiles.len(), digest[0]);
    }
}
