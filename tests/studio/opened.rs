//! Project files as they are opened: whole, cut, altered. Whatever is wrong is one message, and it is true.

use std::io::{Cursor, Write};

use hearth::job::{Event, Problem, Request, RunId};
use hearth::package::archive::{self, Entry};
use hearth::package::project_file::{self, LIMITS, ProjectFile};
use hearth::random::Random;
use hearth::studio::opened::{self, Missing, Opened};
use hearth::studio::project::{PROJECT_VERSION, Project};
use hearth::studio::{Action, Command};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

use super::made_up::*;

const NAME: &str = "people.hearth.zip";

/// A project as a studio has it after a training.
fn project(data: &[u8]) -> Project {
    let mut project = trained().project;
    let table = project.data.as_mut().expect("a table");
    table.sha256 = Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
    table.n_bytes = data.len() as u64;
    project
}

fn data() -> Vec<u8> {
    (0..900u32).flat_map(|i| format!("{},{},{}\n", i, i * i % 971, i * 7919 % 1009).into_bytes()).collect()
}

/// A project file as the engine writes it.
fn file_of(project: &Project, data: Option<&[u8]>) -> Vec<u8> {
    let mut random = Random::new(3, 1);
    let mut weights = |run: RunId| (run, (0..400).map(|_| random.u64() as u8).collect());
    let file = ProjectFile {
        project: serde_json::to_vec(project).unwrap(),
        data: data.map(|bytes| ("people.csv".to_owned(), bytes.to_vec())),
        runs: project.runs.iter().map(|run| weights(run.id)).collect(),
    };
    project_file::write(&file, "2026-11-23T16:05:51Z").unwrap()
}

fn saved() -> Vec<u8> {
    let data = data();
    file_of(&project(&data), Some(&data))
}

/// The file with one entry changed or, with `None`, left out.
fn changed(zip: &[u8], path: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> Vec<u8> {
    let entry = |e: Entry| {
        let bytes = if e.path == path { change(e.bytes)? } else { e.bytes };
        Some(Entry { path: e.path, bytes })
    };
    let entries: Vec<Entry> = archive::read(zip, LIMITS).unwrap().entries.into_iter().filter_map(entry).collect();
    archive::write(&entries, "").unwrap()
}

/// Where an entry's packed bytes lie.
fn place_of(zip: &[u8], path: &str) -> std::ops::Range<usize> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let entry = archive.by_name(path).unwrap();
    let start = entry.data_start().unwrap() as usize;
    start..start + entry.compressed_size() as usize
}

fn altered(zip: &[u8], path: &str) -> Vec<u8> {
    let place = place_of(zip, path);
    let mut bytes = zip.to_vec();
    bytes[place.start + place.len() / 2] ^= 0x10;
    bytes
}

fn zip_of(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What the page says when this is opened on a project at hand; the project that is at hand afterwards is what was opened or,
/// where nothing was, what was there before.
fn on_the_page(found: Result<Opened, Problem>) -> String {
    let mut studio = trained();
    let before = studio.project.clone();
    match found {
        Err(problem) => {
            assert!(studio.update(Action::Report(problem)).is_empty());
            assert_eq!(studio.project, before);
        }
        Ok(Opened { mut project, missing, problem, .. }) => {
            project.id = "another".into();
            let missing_of = missing.clone();
            let open = Action::ProjectFileOpened { project: Box::new(project), missing, problem };
            let commands = studio.update(open);
            assert_eq!(studio.project.id, "another");
            asks_only_for_what_is_there(&mut studio, &commands, &missing_of);
        }
    }
    assert!(studio.notices.len() <= 1, "{}", told(&studio));
    told(&studio)
}

/// Nobody looks for what is known to be missing: that would be told as well, and again at each restart of the engine.
fn asks_only_for_what_is_there(studio: &mut hearth::studio::Studio, commands: &[Command], missing: &Missing) {
    let reads = |commands: &[Command]| requests(commands).iter().any(|r| matches!(r, Request::Import { .. }));
    let asked = |commands: &[Command]| -> Vec<RunId> {
        let runs = |c: &Command| if let Command::RestoreRuns { runs, .. } = c { runs.clone() } else { Vec::new() };
        commands.iter().flat_map(runs).collect()
    };
    assert_eq!(reads(commands), studio.project.data.is_some() && !missing.data);
    assert_eq!(studio.table.is_some(), reads(commands), "a table that is gone is not shown");
    let there: Vec<RunId> = studio.project.runs.iter().map(|r| r.id).filter(|id| !missing.runs.contains(id)).collect();
    assert_eq!(asked(commands), there);
    assert_eq!(studio.restoring, !there.is_empty());
    for run in there {
        studio.update(Action::Engine(Event::Restored { run, problem: None }));
    }
    assert!(!studio.restoring, "the last that there is ends it");
}

/// What may come of a file that is not whole: nothing, or a part of what it was, and one message in either case.
fn is_true_to(whole: &Opened, bytes: &[u8], what: &str) -> bool {
    let found = opened::open(bytes, NAME);
    let harmless = matches!(&found, Ok(opened) if opened.problem.is_none());
    if let Ok(opened) = &found {
        assert_eq!(opened.project, whole.project, "{what}");
        let data_gone = opened.data.is_none();
        assert!(data_gone || opened.data == whole.data, "{what}");
        assert_eq!(opened.missing.data, data_gone, "{what}");
        let gone: Vec<RunId> = whole.runs.iter().filter(|run| !opened.runs.contains(run)).map(|(id, _)| *id).collect();
        assert_eq!(opened.missing.runs, gone, "{what}");
        assert_eq!(opened.runs.len() + gone.len(), whole.runs.len(), "{what}: a run that never was");
        if harmless {
            assert!(!data_gone && gone.is_empty(), "{what}: opened without a word");
        }
    }
    let said = on_the_page(found);
    assert_eq!(said.is_empty(), harmless, "{what}: {said}");
    harmless
}

#[test]
fn a_whole_file_opens_without_a_word() {
    let (data, bytes) = (data(), saved());
    let opened = opened::open(&bytes, NAME).unwrap();
    assert_eq!(opened.project, project(&data));
    assert_eq!(opened.data, Some(data));
    assert_eq!(opened.runs.len(), 3);
    assert_eq!((&opened.missing, &opened.problem), (&Missing::default(), &None));
    assert_eq!(on_the_page(Ok(opened)), "");
    // A package that was opened: a project without data.
    let alone = Project { data: None, ..project(b"") };
    assert_eq!(on_the_page(opened::open(&file_of(&alone, None), NAME)), "");
}

#[test]
fn cut_anywhere_it_gives_one_true_message() {
    let good = saved();
    let whole = opened::open(&good, NAME).unwrap();
    let signs: Vec<usize> = (0..good.len() - 1).filter(|&place| good[place..].starts_with(b"PK")).collect();
    assert!(signs.len() > 10, "every entry and its line in the directory: {signs:?}");
    let borders =
        signs.iter().flat_map(|&sign| [sign.saturating_sub(1), sign, sign + 1, sign + 4, sign + 30, sign + 46]);
    let lengths = (0..good.len()).step_by(97).chain(borders).chain(good.len() - 30..good.len());
    for length in lengths.filter(|&length| length < good.len()) {
        assert!(!is_true_to(&whole, &good[..length], &format!("cut to {length} bytes")), "cut to {length} bytes");
    }
}

#[test]
fn altered_anywhere_it_gives_one_true_message_or_is_whole() {
    let good = saved();
    let whole = opened::open(&good, NAME).unwrap();
    let signs: Vec<usize> = (0..good.len() - 1).filter(|&place| good[place..].starts_with(b"PK")).collect();
    let headers = signs.into_iter().flat_map(|sign| sign..sign + 64);
    let places = headers.chain((0..good.len()).step_by(41)).filter(|&place| place < good.len());
    let mut n = [0, 0];
    for place in places {
        for mask in [0x01, 0x41, 0xff] {
            let mut bytes = good.clone();
            bytes[place] ^= mask;
            // Times and attributes in the directory may differ without harm.
            n[usize::from(is_true_to(&whole, &bytes, &format!("byte {place} ^ {mask:#x}")))] += 1;
        }
    }
    assert!(n[0] > 1_000, "{n:?} were told and harmless");
}

#[test]
fn each_kind_of_damage_has_its_own_words() {
    let (data, good) = (data(), saved());
    let project = project(&data);
    let run = |n: usize| format!("runs/{}.bin", project.runs[n].id);
    let with = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut document = serde_json::to_value(&project).unwrap();
        change(&mut document);
        let file = ProjectFile { project: document.to_string().into_bytes(), ..ProjectFile::default() };
        project_file::write(&file, "").unwrap()
    };
    let manifest = |from: &str, to: &str| {
        changed(&good, "manifest.json", |bytes| {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains(from), "{text}");
            Some(text.replacen(from, to, 1).into_bytes())
        })
    };
    let no_list = changed(&good, "manifest.json", |_| None);
    let no_runs = (0..3).fold(good.clone(), |zip, n| changed(&zip, &run(n), |_| None));
    let newer = PROJECT_VERSION + 1;
    let cases = [
        ("the data cut", good[..place_of(&good, "data/people.csv").start + 100].to_vec()),
        ("the data altered", altered(&good, "data/people.csv")),
        ("saved without the data", file_of(&project, None)),
        ("a run altered", altered(&good, &run(1))),
        ("two runs gone, for different reasons", altered(&changed(&good, &run(2), |_| None), &run(0))),
        ("a run gone", changed(&good, &run(2), |_| None)),
        ("all runs gone", no_runs.clone()),
        ("data and all runs gone", changed(&no_runs, "data/people.csv", |_| None)),
        ("cut in the runs", good[..place_of(&good, &run(1)).start + 100].to_vec()),
        ("the end cut", good[..good.len() - 30].to_vec()),
        ("the list altered", altered(&good, "manifest.json")),
        ("the list gone", no_list.clone()),
        ("the list gone, and other data", changed(&no_list, "data/people.csv", |_| Some(b"a,b\n1,2\n".to_vec()))),
        ("the list gone, and a run", changed(&no_list, &run(0), |_| None)),
        ("the document altered", altered(&good, "project.json")),
        ("the document gone", changed(&good, "project.json", |_| None)),
        ("cut before the document", good[..place_of(&good, "project.json").start + 10].to_vec()),
        ("cut before anything", good[..20].to_vec()),
        ("an older form of the project", with(&|document| document["version"] = 1.into())),
        ("a newer form of the project", with(&|document| document["version"] = newer.into())),
        ("no project's document", with(&|document| *document = serde_json::json!({"version": PROJECT_VERSION}))),
        ("a newer form of the file", manifest("\"version\": 1", "\"version\": 12")),
        ("another program's", manifest("hearth-project", "other")),
        ("a ZIP file of other things", zip_of(&[("a.txt", b"hello".to_vec())])),
        ("no ZIP file", b"a,b\n1,2\n".to_vec()),
        ("empty", Vec::new()),
        ("a ZIP bomb", zip_of(&[("project.json", vec![b' '; 64 << 20])])),
    ];
    let mut text = String::new();
    for (name, bytes) in cases {
        let said = on_the_page(opened::open(&bytes, NAME));
        assert!(!said.is_empty(), "{name}: opened without a word");
        text.push_str(&format!("{name}\n  {}\n", said.trim_end().replace(" | ", "\n  ")));
    }
    insta::assert_snapshot!("damaged_project_files", text);
}

#[test]
fn what_cannot_be_opened_now_says_nothing_of_the_file() {
    let good = saved();
    let damaged = altered(&good, "data/people.csv");
    let Opened { project, missing, problem, .. } = opened::open(&damaged, NAME).unwrap();
    let mut studio = with_table();
    train(&mut studio);
    let before = studio.project.id.clone();
    let commands = studio.update(Action::ProjectFileOpened { project: Box::new(project), missing, problem });
    assert!(commands.is_empty(), "{commands:?}");
    assert_eq!(studio.project.id, before);
    insta::assert_snapshot!(told(&studio), @"Information: Training is under way; stop it to open another project. [Stop it]");
}
