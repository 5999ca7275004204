//! Damaged files: each is refused, or saved in part, with a sentence that says what is wrong.

use std::io::{Cursor, Write};

use hearth::dataset::Task;
use hearth::job::Problem;
use hearth::package::project_file::{self, Damage, ProjectFile};
use hearth::package::{archive, build, open};
use zip::write::SimpleFileOptions;

use crate::made_up::{self, Kind};

fn package() -> Vec<u8> {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 4, 2);
    build::make(
        &pipeline,
        &made_up::report(&pipeline),
        &made_up::design(),
        &made_up::about(None),
        &build::Source::default(),
    )
    .unwrap()
    .1
}

fn project() -> Vec<u8> {
    let file = ProjectFile {
        project: br#"{"version": 1}"#.to_vec(),
        data: Some(("data.csv".into(), (0..20_000u32).flat_map(|i| format!("{i},{}\n", i * i).into_bytes()).collect())),
        runs: vec![(1, vec![1; 300]), (2, vec![2; 300])],
    };
    project_file::write(&file, "2026-11-23T16:05:51Z").unwrap()
}

/// A ZIP with the given entries.
fn zip_of(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The package with some of its files changed or, with `None`, left out.
fn changed(zip: &[u8], path: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let unpacked = archive::read(zip, open::LIMITS).unwrap();
    let entry = |e: archive::Entry| {
        let bytes = if e.path == path { change(e.bytes)? } else { e.bytes };
        Some(archive::Entry { path: e.path, bytes })
    };
    let entries: Vec<_> = unpacked.entries.into_iter().filter_map(entry).collect();
    archive::write(&entries, "").unwrap()
}

/// Bytes with one changed in the middle of an entry's packed data.
fn altered(zip: &[u8], path: &str) -> Vec<u8> {
    let place = zip::ZipArchive::new(Cursor::new(zip)).unwrap().by_name(path).unwrap().data_start().unwrap() as usize;
    let mut bytes = zip.to_vec();
    bytes[place + 40] ^= 0x10;
    bytes
}

fn replaced(bytes: Vec<u8>, from: &str, to: &str) -> Option<Vec<u8>> {
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains(from), "{text}");
    Some(text.replacen(from, to, 1).into_bytes())
}

fn show(name: &str, problem: &Problem) -> String {
    format!("{name}\n  {}\n  {}\n  {}\n  {}\n", problem.place, problem.event, problem.kept, problem.cure)
}

fn bomb() -> Vec<u8> {
    zip_of(&[("model.onnx", vec![0; 64 << 20])])
}

/// What is no ZIP, or should not be opened at all, for either kind of file.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let mut encrypted = zip_of(&[("a.txt", b"hello".to_vec())]);
    for place in [6usize, encrypted.windows(4).position(|w| w == b"PK\x01\x02").unwrap() + 8] {
        encrypted[place] |= 1;
    }
    vec![
        ("empty", Vec::new()),
        ("a picture", b"\x89PNG\r\n\x1a\n....".to_vec()),
        ("a CSV file", b"a,b\n1,2\n".to_vec()),
        ("a ZIP bomb", bomb()),
        ("a path that climbs", zip_of(&[("../evil.txt", b"x".to_vec())])),
        ("an absolute path", zip_of(&[("/etc/passwd", b"x".to_vec())])),
        ("a Windows path", zip_of(&[("c:\\x", b"x".to_vec())])),
        ("an encrypted entry", encrypted),
        ("a ZIP with other files", zip_of(&[("a.txt", b"hello".to_vec())])),
        ("an empty ZIP", zip_of(&[])),
    ]
}

#[test]
fn damaged_packages_are_refused_with_a_reason() {
    let good = package();
    assert!(open::open(&good, "m.zip").is_ok());
    let mut cases = refused();
    cases.push(("cut short", good[..good.len() / 2].to_vec()));
    cases.push(("cut at the end", good[..good.len() - 30].to_vec()));
    cases.push(("a byte altered in the model", altered(&good, "model.onnx")));
    cases.push(("a byte altered in the pipeline", altered(&good, "pipeline.bin")));
    cases.push(("a byte altered in the readme", altered(&good, "README.md")));
    cases.push(("a byte altered in the golden rows", altered(&good, "golden.csv")));
    cases.push(("the golden rows missing", changed(&good, "golden.csv", |_| None)));
    let no_recipe = |_| Some(b"{\"format\": \"hearth-recipe\", \"version\": 2, \"import\": {}}".to_vec());
    cases.push(("a recipe without its fields", changed(&good, "recipe.json", no_recipe)));
    cases.push(("the model missing", changed(&good, "model.onnx", |_| None)));
    cases.push(("the pipeline missing", changed(&good, "pipeline.bin", |_| None)));
    cases.push(("the schema missing", changed(&good, "schema.json", |_| None)));
    cases.push(("a newer form", changed(&good, "schema.json", |b| replaced(b, "\"version\": 12", "\"version\": 13"))));
    cases.push(("an older form", changed(&good, "schema.json", |b| replaced(b, "\"version\": 12", "\"version\": 1"))));
    cases.push(("another format", changed(&good, "schema.json", |b| replaced(b, "hearth-package", "<b>"))));
    cases.push(("a schema that is no JSON", changed(&good, "schema.json", |_| Some(b"{".to_vec()))));
    cases.push(("a pipeline cut short", changed(&good, "pipeline.bin", |b| Some(b[..200].to_vec()))));
    cases.push(("a model that is no ONNX", changed(&good, "model.onnx", |_| Some(b"\xff\xff\xff".to_vec()))));
    let other = made_up::pipeline(Kind::Linear, Task::Binary, 4, 2);
    let model = made_up::model(
        Kind::Linear,
        Task::Binary,
        other.preparation.feature_names.len(),
        &mut hearth::random::Random::new(1, 2),
    );
    let other = hearth::pipeline::Pipeline { model, ..other };
    let onnx = hearth::package::onnx::write::write(&other, &made_up::about(None)).unwrap().bytes;
    cases.push(("a model of another run", changed(&good, "model.onnx", |_| Some(onnx.clone()))));
    let mut text = String::new();
    for (name, bytes) in cases {
        let problem = open::open(&bytes, "m.zip").expect_err(name);
        text.push_str(&show(name, &problem));
    }
    assert!(open::size(good.len() as u64, "m.zip").is_ok());
    text.push_str(&show("a huge file", &open::size(5 << 30, "m.zip").unwrap_err()));
    insta::assert_snapshot!("damaged_packages", text);
}

#[test]
fn no_altered_byte_of_a_package_goes_unnoticed_or_panics() {
    let good = package();
    let opened = open::open(&good, "m.zip").unwrap();
    let whole = archive::read(&good, open::LIMITS).unwrap();
    // All headers and the directory, and a part of what is packed.
    let sign = |place: usize| good[place..].starts_with(b"PK");
    let headers: Vec<usize> = (0..good.len()).filter(|&place| sign(place)).flat_map(|p| p..(p + 64)).collect();
    let packed = (0..good.len()).step_by(97);
    let mut n_harmless = 0;
    for place in headers.into_iter().filter(|&place| place < good.len()).chain(packed) {
        let mut bytes = good.clone();
        bytes[place] ^= 0x41;
        // Times and attributes may differ; every file and what is opened are the same.
        if let Ok(other) = open::open(&bytes, "m.zip") {
            assert_eq!(other, opened, "byte {place}");
            assert_eq!(archive::read(&bytes, open::LIMITS).unwrap().entries, whole.entries, "byte {place}");
            n_harmless += 1;
        }
    }
    println!("{n_harmless} altered bytes were harmless");
    for length in (0..good.len()).step_by(211) {
        assert!(open::open(&good[..length], "m.zip").is_err());
    }
}

#[test]
fn stored_pipelines_with_random_bytes_never_panic() {
    let good = package();
    for seed in 0..300 {
        let bytes = changed(&good, "pipeline.bin", |mut b| {
            let mut random = hearth::random::Random::new(seed, 5);
            for _ in 0..1 + seed % 3 {
                let place = 12 + random.below(b.len() as u64 - 12) as usize;
                b[place] = random.u64() as u8;
            }
            Some(b)
        });
        // Refused or opened: a changed weight can be within the tolerance of the model beside it.
        drop(open::open(&bytes, "m.zip"));
    }
}

#[test]
fn an_altered_byte_of_a_project_file_is_named_and_the_rest_is_kept() {
    let good = project();
    let whole = project_file::read(&good, "p.zip").unwrap().file;
    let ends = [(0..1200), (good.len() - 600..good.len())];
    for place in ends.into_iter().flatten().chain((0..good.len()).step_by(499)) {
        let mut bytes = good.clone();
        bytes[place] ^= 0x41;
        let Ok(opened) = project_file::read(&bytes, "p.zip") else { continue };
        assert_eq!(opened.file.project, whole.project, "byte {place}");
        assert!(opened.file.runs.iter().all(|run| whole.runs.contains(run)), "byte {place}");
        let n_lost = whole.runs.len() - opened.file.runs.len() + usize::from(opened.file.data.is_none());
        if n_lost == 0 {
            assert_eq!(opened.file.data, whole.data, "byte {place}");
        } else if opened.damage.contents.is_none() {
            let n_told = opened.damage.runs.len() + usize::from(opened.damage.data.is_some());
            assert_eq!(n_told, n_lost, "byte {place}: {:?}", opened.damage);
        }
    }
}

#[test]
fn a_damaged_list_of_contents_costs_nothing_but_the_list() {
    let good = project();
    let whole = project_file::read(&good, "p.zip").unwrap().file;
    let (start, length) = {
        let mut zip = zip::ZipArchive::new(Cursor::new(&good)).unwrap();
        let entry = zip.by_name("manifest.json").unwrap();
        (entry.data_start().unwrap() as usize, entry.compressed_size() as usize)
    };
    for place in start..start + length {
        let mut bytes = good.clone();
        bytes[place] ^= 0x41;
        let opened = project_file::read(&bytes, "p.zip").unwrap_or_else(|p| panic!("byte {place}: {p:?}"));
        assert_eq!(opened.file, whole, "byte {place}");
        let only_the_list = Damage { contents: opened.damage.contents.clone(), ..Damage::default() };
        assert!(opened.damage == only_the_list && !only_the_list.is_none(), "byte {place}: {:?}", opened.damage);
    }
}

#[test]
fn damaged_project_files_are_refused_or_saved_in_part() {
    let good = project();
    assert!(project_file::read(&good, "p.zip").unwrap().damage.is_none());
    let mut cases = refused();
    cases.push(("cut before anything", good[..20].to_vec()));
    cases.push(("cut within the data", good[..good.len() - 40_000].to_vec()));
    cases.push(("cut at the end", good[..good.len() - 30].to_vec()));
    cases.push(("a byte altered in the data", altered(&good, "data/data.csv")));
    cases.push(("a byte altered in the contents", altered(&good, "manifest.json")));
    cases.push(("contents that are no JSON", changed(&good, "manifest.json", |b| replaced(b, "{", "["))));
    cases
        .push(("contents without their files", changed(&good, "manifest.json", |b| replaced(b, "\"files\"", "\"f\""))));
    let twice = altered(&altered(&good, "manifest.json"), "data/data.csv");
    cases.push(("a byte altered in the contents and in the data", twice));
    let unlisted = changed(&good, "manifest.json", |_| Some(b"{".to_vec()));
    cases.push(("no contents and no document", changed(&unlisted, "project.json", |_| None)));
    cases.push(("the contents missing", changed(&good, "manifest.json", |_| None)));
    cases.push(("the document missing", changed(&good, "project.json", |_| None)));
    cases.push(("the document changed", changed(&good, "project.json", |_| Some(b"{}".to_vec()))));
    cases.push(("a run missing", changed(&good, "runs/2.bin", |_| None)));
    cases.push(("a run changed", changed(&good, "runs/1.bin", |_| Some(vec![9; 300]))));
    cases.push(("a newer form", changed(&good, "manifest.json", |b| replaced(b, "\"version\": 1", "\"version\": 12"))));
    cases.push(("another program's", changed(&good, "manifest.json", |b| replaced(b, "hearth-project", "other"))));
    cases.push(("a package", package()));
    let mut text = String::new();
    for (name, bytes) in cases {
        match project_file::read(&bytes, "p.zip") {
            Err(problem) => text.push_str(&show(&format!("{name}: refused"), &problem)),
            Ok(opened) => {
                assert!(!opened.damage.is_none(), "{name}");
                let runs: Vec<u32> = opened.file.runs.iter().map(|(id, _)| *id).collect();
                let data = if opened.file.data.is_some() { "data" } else { "no data" };
                text.push_str(&format!("{name}: opened with {data}, runs {runs:?}\n  {:?}\n", opened.damage));
            }
        }
    }
    insta::assert_snapshot!("damaged_project_files", text);
}
