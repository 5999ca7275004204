//! A packed file reads as its text does, and one that is damaged, hostile or not packed so is refused with place and cure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use hearth::problem::Problem;
use hearth::table::csv::{CsvSettings, ImportJob, Imported, Limits, Step, import_bytes};
use hearth::table::packed::{Packing, Stream, list, stem};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::pandas::python;
use crate::said;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in entries {
        zip.start_file(*path, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Some 9 MB in 400,000 rows; the last rows of `b` are words, so that a second pass is needed.
fn long_text() -> String {
    let mut text = "a,b,c\n".to_owned();
    for i in 0..400_000u64 {
        let hash = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
        let b = if i < 200_000 { format!("{}", hash % 1000) } else { format!("w{}", hash % 1000) };
        text += &format!("{i},{b},\"x, {}\"\n", hash % 97);
    }
    text
}

fn read(name: &str, bytes: &[u8], entry: &str) -> Result<Imported, Problem> {
    match entry {
        "" => import_bytes(name, bytes, None),
        entry => import_bytes(name, bytes, Some(CsvSettings { entry: entry.into(), ..CsvSettings::default() })),
    }
}

/// Why it was refused; a table that was read is too long to be shown.
fn refused(name: &str, bytes: &[u8]) -> Problem {
    read(name, bytes, "").map(|_| panic!("{name} was read")).unwrap_err()
}

#[test]
fn what_python_packs_reads_as_its_text_does() {
    let text = long_text();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("packed");
    std::fs::create_dir_all(&folder).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/table_formats.py");
    let mut run =
        Command::new(python()).arg(script).arg("pack").arg(&folder).stdin(Stdio::piped()).spawn().expect("Python runs");
    run.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert!(run.wait().unwrap().success());
    let plain = import_bytes("one.csv", text.as_bytes(), None).unwrap();
    assert_eq!((&plain.packing, plain.n_text_bytes), (&Packing::Plain, text.len() as u64));
    let cases = [
        ("one.csv.gz", "", Packing::Gzip),
        ("two.csv.gz", "", Packing::Gzip),
        ("named.csv.gz", "", Packing::Gzip),
        ("one.zip", "", Packing::Zip { entry: "folder/one.csv".into() }),
        ("stored.zip", "", Packing::Zip { entry: "folder/one.csv".into() }),
        ("several.zip", "data/ä people.csv", Packing::Zip { entry: "data/ä people.csv".into() }),
    ];
    for (name, entry, packing) in cases {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let read = read(name, &bytes, entry).unwrap_or_else(|problem| panic!("{name}: {problem:?}"));
        assert!(read.read.table == plain.read.table, "{name}: another table");
        assert_eq!((read.packing, read.sha256, read.n_bytes), (packing, hex(&bytes), bytes.len() as u64), "{name}");
        assert_eq!(read.n_text_bytes, text.len() as u64, "{name}");
    }
    let several = std::fs::read(folder.join("several.zip")).unwrap();
    let listing = list("several.zip", &mut several.as_slice()).unwrap().expect("a ZIP file");
    let candidates: Vec<(&str, u64)> = listing.candidates.iter().map(|e| (e.path.as_str(), e.n_bytes)).collect();
    assert_eq!(candidates, [("data/ä people.csv", text.len() as u64), ("more.tsv", 12)]);
    let more = read("several.zip", &several, "more.tsv");
    assert!(more.is_ok(), "{more:?}");
    let mut unread = String::new();
    for name in ["several.zip", "bzip.zip", "lzma.zip"] {
        unread += &said(&read(name, &std::fs::read(folder.join(name)).unwrap(), "").unwrap_err());
    }
    insta::assert_snapshot!(unread);
}

#[test]
fn damaged_files_are_refused_with_place_and_cure() {
    let text: String = (0..20_000).map(|i| format!("{i},{}\n", i * 7919 % 1000)).collect();
    let text = format!("a,b\n{text}");
    let packed = gz(text.as_bytes());
    let altered = |at: usize| {
        let mut bytes = packed.clone();
        bytes[at] ^= 0x55;
        bytes
    };
    let trailing = [packed.as_slice(), b"more"].concat();
    let n = packed.len();
    let archive = zipped(&[("people.csv", text.as_bytes())]);
    let mut wrong_sum = archive.clone();
    let directory = archive.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    wrong_sum[directory + 16] ^= 1;
    let mut encrypted = archive.clone();
    encrypted[directory + 8] |= 1;
    encrypted[6] |= 1;
    let mut flipped = archive.clone();
    flipped[archive.len() / 2] ^= 0x55;
    let cases: [(&str, &[u8]); 12] = [
        ("cut.csv.gz", &packed[..n / 2]),
        ("cut before its checksum.csv.gz", &packed[..n - 5]),
        ("head only.csv.gz", &packed[..6]),
        ("wrong checksum.csv.gz", &altered(n - 8)),
        ("wrong length.csv.gz", &altered(n - 1)),
        ("trailing.csv.gz", &trailing),
        ("cut.zip", &archive[..archive.len() - 30]),
        ("wrong checksum.zip", &wrong_sum),
        ("encrypted.zip", &encrypted),
        ("no table.zip", &zipped(&[("__MACOSX/a.csv", b"a,b\n1,2\n"), ("x/.b.csv", b"a,b\n1,2\n")])),
        ("picture.zip", &zipped(&[("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")])),
        ("tar.csv.gz", &gz(&[vec![b'a'; 257], b"ustar\x0000".to_vec(), vec![0; 248]].concat())),
    ];
    let all: String = cases.iter().map(|(name, bytes)| said(&refused(name, bytes))).collect();
    insta::assert_snapshot!(all);
    // A flipped byte is met in the deflate itself or by the checksum; where depends on the packer.
    for bytes in [altered(n / 2), flipped] {
        let problem = refused("flipped", &bytes);
        assert!(problem.event.contains("damaged") || problem.event.contains("cut short"), "{problem:?}");
    }
}

#[test]
fn bombs_are_refused_before_they_fill_the_memory() {
    let line = b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,b\n";
    let bytes = line.repeat((64 << 20) / line.len());
    let archive = zipped(&[("rows.csv", &bytes)]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&bytes).unwrap();
    let best = encoder.finish().unwrap();
    let all = said(&refused("bomb.csv.gz", &best)) + &said(&refused("bomb.zip", &archive));
    // The growth is the packer's, not ours.
    let all: String = all.chars().map(|c| if c.is_ascii_digit() { '#' } else { c }).collect();
    insta::assert_snapshot!(all);
    let text: String = (0..400_000u64).map(|i| format!("{},{}\n", i * 7919 % 100_003, i * 104_729 % 99_991)).collect();
    let limits = Limits { file_bytes: 3 << 20, ..Limits::DEFAULT };
    let mut job = ImportJob::new("large.csv.gz", None, limits);
    let packed = gz(text.as_bytes());
    let mut source = packed.get(..).unwrap();
    // The packed file itself is within the limit.
    assert!((packed.len() as u64) < limits.file_bytes, "{}", packed.len());
    let problem = loop {
        match job.step(&mut source) {
            Ok(Step::Working(_)) => {}
            Ok(Step::Done(_)) => panic!("was read"),
            Err(problem) => break problem,
        }
    };
    assert!(problem.event.starts_with("Unpacked, the text has "), "{problem:?}");
}

#[test]
fn progress_counts_packed_bytes_and_a_step_holds_little() {
    let text = long_text();
    let packed = gz(text.as_bytes());
    let mut job = ImportJob::new("long.csv.gz", None, Limits::DEFAULT);
    let mut source = packed.as_slice();
    let (mut steps, mut passes, mut last) = (0, 0, 0);
    let imported = loop {
        match job.step(&mut source).unwrap() {
            Step::Working(progress) => {
                assert_eq!(progress.n_bytes, packed.len() as u64);
                assert!(
                    progress.bytes_read <= progress.n_bytes && (progress.pass > passes || progress.bytes_read >= last)
                );
                (passes, last) = (progress.pass, progress.bytes_read);
                steps += 1;
            }
            Step::Done(imported) => break imported,
        }
    };
    assert!(passes == 2 && steps > text.len() >> 20, "{steps} steps in {passes} passes");
    assert_eq!(imported.sha256, hex(&packed));
    let (beginning, whole) =
        Stream::open("long.csv.gz", &mut source, "", 1 << 30).unwrap().beginning(&mut source, 1 << 20).unwrap();
    assert!(
        !whole && beginning.len() >= 1 << 20 && beginning.len() < 4 << 20 && text.as_bytes().starts_with(&beginning)
    );
}

#[test]
fn names_lose_what_packs_them() {
    let stems =
        ["people.csv", "people.csv.gz", "people.TSV.GZ", "people.zip", "v1.2.csv.gz", "v1.2.gz", ".gz", "plain"];
    let expected = ["people", "people", "people", "people", "v1.2", "v1.2", ".gz", "plain"];
    assert_eq!(stems.map(stem), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Written, packed and read is what is read.
    #[test]
    fn a_packed_text_reads_as_the_text(rows in proptest::collection::vec(("[a-zé\", \n]{0,9}", any::<i32>()), 1..60), level in 0u32..9) {
        let mut text = "name,n\n".to_owned();
        for (name, n) in &rows {
            text += &format!("\"x{}\",{n}\n", name.replace('"', "\"\""));
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(text.as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        let plain = import_bytes("a.csv", text.as_bytes(), None).unwrap();
        for bytes in [packed, zipped(&[("readme.md", b"about"), ("a.csv", text.as_bytes())])] {
            let read = import_bytes("a.csv", &bytes, None).unwrap();
            prop_assert_eq!(&read.read, &plain.read);
        }
    }

    /// Whatever the bytes behind the mark, they are read or refused.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), zip in any::<bool>()) {
        let mark: &[u8] = if zip { b"PK\x03\x04" } else { b"\x1f\x8b\x08\x00" };
        let _ = import_bytes("a", &[mark, &bytes].concat(), None);
    }
}
