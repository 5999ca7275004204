//! Times, printed and not asserted: machines differ.

use std::fmt::Write as _;
use std::time::Instant;

use hearth::table::csv::{CsvSettings, import_bytes};
use hearth::table::profile::profile;
use hearth::table::view::order;

#[test]
fn a_million_rows_are_read() {
    let mut text = String::from("id,amount,city,day,member\n");
    let cities = ["Lima", "Oslo", "Kyoto", "Accra"];
    for i in 0..1_000_000u64 {
        let hash = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        writeln!(
            text,
            "{i},{}.{:02},{},20{:02}-{:02}-{:02},{}",
            hash % 10_000,
            hash % 97,
            cities[hash as usize % 4],
            hash % 25,
            hash % 12 + 1,
            hash % 28 + 1,
            if hash & 1 == 0 { "yes" } else { "no" }
        )
        .unwrap();
    }
    let start = Instant::now();
    let imported = import_bytes("million.csv", text.as_bytes(), None).unwrap();
    println!("1,000,000 × 5, {} bytes: {:?}", text.len(), start.elapsed());
    assert_eq!(imported.read.table.n_rows, 1_000_000);
    assert_eq!(imported.read.n_warnings, 0);

    let table = &imported.read.table;
    for (i, column) in table.columns.iter().enumerate() {
        let start = Instant::now();
        let shape = profile(column);
        let profiled = start.elapsed();
        let start = Instant::now();
        let rows = order(table, &[], Some((i as u32, true)));
        println!("{} ({:?}): profile {profiled:?}, sort {:?}", column.name, shape.column_type, start.elapsed());
        assert_eq!(rows.len(), 1_000_000);
    }
}

#[test]
fn flights_are_read() {
    let Some(folder) = crate::shared_data() else { return };
    let bytes = std::fs::read(folder.join("nyc_flights.csv")).unwrap();
    let start = Instant::now();
    let imported = import_bytes("nyc_flights.csv", &bytes, None).unwrap();
    println!("flights, {} bytes: {:?}", bytes.len(), start.elapsed());
    assert_eq!(imported.read.table.n_rows, 327_346);
}

/// A million bytes that cannot be decoded cost little more than others.
#[test]
fn undecodable_bytes_are_read_in_one_pass() {
    let bytes = [&b"a,b\n"[..], &b"\xFF,\xFE\n".repeat(500_000)].concat();
    let start = Instant::now();
    let imported = import_bytes("odd.csv", &bytes, Some(CsvSettings::default())).unwrap();
    println!("1,000,000 undecodable bytes: {:?}", start.elapsed());
    assert_eq!(imported.read.n_warnings, 1_000_000);
    assert_eq!(imported.read.warnings[999].byte, 4 + 4 * 499 + 2);
}
