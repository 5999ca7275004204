#![no_main]

use hearth::reader::Reader;
use hearth::table::transcript::Wanted;

// Spreadsheets and Parquet, which only the reader knows.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let wanted = Wanted { name: "fuzz.xlsx".into(), part: String::new(), or_first: true };
    drop(Reader::default().read(&wanted, "", bytes.to_vec()));
});
