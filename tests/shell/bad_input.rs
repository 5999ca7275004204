//! Files that are not what they should be: the message names place and cure, and nothing else is done.

use hearth::package::archive::{self, Entry};
use hearth::package::open::LIMITS;

use super::desk::*;

/// Fails with exit code 1, naming all of these.
fn fails(here: &std::path::Path, arguments: &[&str], told: &[&str]) {
    let said = hearth(here, arguments);
    assert_eq!(said.code, 1, "{arguments:?}: {said:?}");
    for word in told {
        assert!(said.err.contains(word), "{arguments:?} should say “{word}”: {}", said.err);
    }
    assert!(!said.err.contains("panicked"), "{}", said.err);
    let (code, object) = json(here, arguments);
    assert_eq!(code, 1, "{object}");
    let problem = &object["problems"][0];
    for part in ["place", "event", "cure"] {
        assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{arguments:?}: no {part} in {object}");
    }
}

/// The package with its entries changed.
fn changed(bytes: &[u8], change: impl Fn(&mut Vec<Entry>)) -> Vec<u8> {
    let mut entries = archive::read(bytes, LIMITS).expect("a package").entries;
    change(&mut entries);
    archive::write(&entries, "2026-11-30T06:00:00Z").expect("a ZIP file")
}

#[test]
fn tables_that_are_none() {
    let here = copy("bad_tables");
    write(&here, "empty.csv", "");
    write(&here, "one.csv", "age\n1\n2\n");
    write(&here, "bytes.csv", [0u8, 159, 146, 150, 0, 0, 1, 2, 3].repeat(40));
    write(&here, "same.csv", format!("a,b\n{}", "1,yes\n".repeat(50)));
    std::fs::create_dir(here.join("folder.csv")).expect("a folder can be made");
    fails(&here, &["train", "nowhere.csv"], &["nowhere.csv", "no such file"]);
    fails(&here, &["train", "folder.csv"], &["folder.csv", "folder, not a file"]);
    fails(&here, &["train", "empty.csv"], &["empty.csv"]);
    fails(&here, &["train", "bytes.csv"], &["bytes.csv"]);
    fails(&here, &["train", "one.csv"], &["one.csv"]);
    fails(&here, &["train", "same.csv", "--target", "b"], &["same.csv", "Choose a target that varies"]);
    fails(&here, &["train", "model.zip"], &["no rows to learn from", "--design"]);
    fails(&here, &["train", "people.csv"], &["people.hearth.zip", "is here already", "--out"]);
    assert!(!here.join("empty.hearth.zip").exists());
}

#[test]
fn designs_that_are_none() {
    let here = copy("bad_designs");
    let text = String::from_utf8(read(&here, "design.json")).expect("UTF-8");
    write(&here, "folds.json", text.replace("\"folds\": 5", "\"folds\": 1"));
    write(&here, "cut.json", &text[..text.len() / 2]);
    write(&here, "target.json", text.replace("\"survived\"", "\"lived\""));
    fails(
        &here,
        &["train", "people.csv", "--design", "folds.json", "--out", "x.zip"],
        &["folds.json, line ", "from 2 to 20"],
    );
    fails(&here, &["train", "people.csv", "--design", "cut.json", "--out", "x.zip"], &["cut.json", "ends too early"]);
    fails(&here, &["train", "people.csv", "--design", "target.json", "--out", "x.zip"], &["lived"]);
    fails(&here, &["train", "people.csv", "--design", "later.csv", "--out", "x.zip"], &["later.csv, line 1"]);
    assert!(!here.join("x.zip").exists());
}

#[test]
fn packages_that_are_damaged_or_not_ours() {
    let here = copy("bad_packages");
    let bytes = read(&here, "model.zip");
    write(&here, "cut.zip", &bytes[..bytes.len() * 2 / 3]);
    let mut altered = bytes.clone();
    altered[bytes.len() / 2] ^= 1;
    write(&here, "altered.zip", altered);
    let text = |entry: &Entry| String::from_utf8(entry.bytes.clone()).expect("UTF-8");
    let newer = changed(&bytes, |entries| {
        let schema = entries.iter_mut().find(|entry| entry.path == "schema.json").expect("a schema");
        schema.bytes = text(schema).replacen("\"version\": ", "\"version\": 9", 1).into_bytes();
    });
    write(&here, "newer.zip", newer);
    let climbing = changed(&bytes, |entries| entries[0].path = "../README.md".into());
    write(&here, "climbing.zip", climbing);
    let mut bomb = archive::read(&bytes, LIMITS).expect("a package").entries;
    bomb[0].bytes = vec![0; 3 << 20];
    write(&here, "bomb.zip", deflated(&bomb));
    write(&here, "notes.zip", changed(&bytes, |entries| entries.retain(|entry| entry.path == "README.md")));
    let told = [
        ("cut", "cut short"),
        ("altered", "damaged"),
        ("newer", "newer Hearth"),
        ("climbing", "leaves its folder"),
        ("bomb", "ZIP bombs"),
    ];
    for (name, word) in told {
        let name = format!("{name}.zip");
        let said = hearth(&here, &["verify", &name]);
        assert!(said.code == 3 && said.out.contains(&name) && said.out.contains(word), "{name}: {said:?}");
        fails(&here, &["score", &name, "later.csv"], &[&name, word]);
        fails(&here, &["monitor", &name, "later.csv"], &[&name]);
    }
    fails(&here, &["verify", "later.csv"], &["later.csv", "no package"]);
    fails(&here, &["verify", "nowhere.zip"], &["no such file"]);
    fails(&here, &["gate", "later.csv"], &["neither a project file nor a package"]);
    fails(&here, &["package", "model.zip"], &["a package already"]);
    fails(&here, &["package", "people.hearth.zip", "--run", "Forest"], &["“Forest”", "(Linear)"]);
    fails(
        &here,
        &["package", "people.hearth.zip", "--out", "no/such/folder/p.zip"],
        &["no/such/folder/p.zip", "--out"],
    );
}

/// A ZIP file whose entries are packed, however far they shrink.
fn deflated(entries: &[Entry]) -> Vec<u8> {
    use std::io::Write;
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for entry in entries {
        out.start_file(entry.path.as_str(), zip::write::SimpleFileOptions::default()).expect("an entry begins");
        out.write_all(&entry.bytes).expect("an entry is written");
    }
    out.finish().expect("a ZIP file").into_inner()
}

#[test]
fn a_project_that_is_cut_short_gives_what_is_left() {
    let here = copy("bad_projects");
    let bytes = read(&here, "people.hearth.zip");
    write(&here, "cut.hearth.zip", &bytes[..bytes.len() - 200]);
    let said = hearth(&here, &["score", "cut.hearth.zip", "later.csv"]);
    assert_eq!((said.code, said.out.lines().count()), (0, 401), "{}", said.err);
    assert!(said.err.contains("cut.hearth.zip"), "{}", said.err);
    write(&here, "stub.hearth.zip", &bytes[..40]);
    fails(&here, &["score", "stub.hearth.zip", "later.csv"], &["stub.hearth.zip"]);
}

#[test]
fn production_rows_of_every_kind_are_scored_or_refused_with_a_reason() {
    let here = copy("bad_rows");
    let later = String::from_utf8(read(&here, "later.csv")).expect("UTF-8");
    let by_line = |change: &dyn Fn(&str) -> String| later.lines().map(|line| change(line) + "\n").collect::<String>();
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    write(&here, "renamed.csv", later.replacen("age,", "years,", 1));
    write(&here, "fewer.csv", by_line(&|line| cells(line)[1..].join(",")));
    write(&here, "order.csv", by_line(&|line| cells(line).into_iter().rev().collect::<Vec<_>>().join(",")));
    write(&here, "more.csv", by_line(&|line| format!("{line},{}", line.len())));
    write(&here, "new.csv", later.replace("Cherbourg", "Le Havre"));
    write(&here, "one.csv", later.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    let marks = by_line(&|line| line.replace(',', ";").replace('.', ","));
    write(&here, "marks.csv", &marks);
    let latin: Vec<u8> = later.replace("Queenstown", "Qu\u{e9}enstown").chars().map(|c| c as u8).collect();
    write(&here, "latin.csv", latin);
    let mut lines: Vec<&str> = later.lines().skip(1).collect();
    lines.sort_by_key(|line| line.len() * 31 % 17);
    let shuffled = format!("age,port,joined,survived\n{}\n", lines.join("\n"));
    write(&here, "shuffled.csv", shuffled);
    for (name, rows, word) in [
        ("renamed.csv", 400, "age"),
        ("fewer.csv", 400, "age"),
        ("order.csv", 400, ""),
        ("more.csv", 400, "does not use"),
        ("new.csv", 400, "Le Havre"),
        ("one.csv", 1, ""),
        ("marks.csv", 400, ""),
        ("latin.csv", 400, ""),
        ("shuffled.csv", 400, ""),
    ] {
        let said = hearth(&here, &["score", "model.zip", name]);
        assert_eq!((said.code, said.out.lines().count()), (0, rows + 1), "{name}: {}", said.err);
        assert!(said.err.contains(word), "{name} should say “{word}”: {}", said.err);
        let (code, object) = json(&here, &["monitor", "model.zip", name]);
        assert!(code == 0 || code == 3, "{name}: {object}");
        assert_eq!(object["report"]["n_rows"], rows, "{name}");
    }
    // What is the same but for its form is predicted alike, and what is missing raises an alarm.
    let last = |name: &str| -> Vec<String> {
        let said = hearth(&here, &["score", "model.zip", name]);
        let of_line = |line: &str| line.rsplit([',', ';']).next().unwrap_or_default().to_owned();
        said.out.lines().skip(1).map(of_line).collect()
    };
    assert_eq!(last("later.csv"), last("order.csv"));
    assert_eq!(json(&here, &["monitor", "model.zip", "renamed.csv"]).0, 3);
    assert_eq!(json(&here, &["monitor", "model.zip", "shuffled.csv"]).0, 0);
    write(&here, "none.csv", "x,y\n1,2\n3,4\n");
    fails(&here, &["score", "model.zip", "none.csv"], &["none.csv"]);
    write(&here, "empty.csv", "");
    fails(&here, &["score", "model.zip", "empty.csv"], &["empty.csv"]);
    fails(&here, &["monitor", "model.zip", "nowhere.csv"], &["nowhere.csv"]);
}
