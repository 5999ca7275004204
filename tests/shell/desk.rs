//! A folder, the program, and people on a ship.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use hearth::dataset::{DatasetSpec, Task};
use hearth::design::Design;
use hearth::model::ModelSpec;
use hearth::random::Random;
use serde_json::Value;

/// What the program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs the program in a folder. Every time that it writes down is the same.
pub fn hearth(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hearth"));
    // A model of a few rows fails some kind of them.
    let reason: &[&str] =
        if arguments.first() == Some(&"package") { &["--override", "Made up for a test."] } else { &[] };
    command.current_dir(folder).args(arguments).args(reason).env("SOURCE_DATE_EPOCH", "1796000000");
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
    Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// The one object that `--json` writes.
pub fn json(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut all = arguments.to_vec();
    all.push("--json");
    let said = hearth(folder, &all);
    assert_eq!(said.err, "", "{arguments:?}");
    (said.code, serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.out)))
}

/// An empty folder of this name.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shell").join(name);
    if path.exists() {
        std::fs::remove_dir_all(&path).expect("the old folder goes");
    }
    std::fs::create_dir_all(&path).expect("a folder can be made");
    path
}

pub fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).expect("a file can be written");
}

pub fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// Age and port decide whether somebody survives, unless `by_chance`; some ages are missing.
pub fn people(seed: u64, n: usize, by_chance: bool) -> String {
    let mut random = Random::new(seed, 0);
    let mut text = "age,port,joined,survived\n".to_owned();
    for _ in 0..n {
        let age = 1.0 + 79.0 * random.unit();
        let port = ["Cherbourg", "Queenstown", "Southampton"][random.below(3) as usize];
        let chance = if age < 30.0 { 0.85 } else { 0.2 } + if port == "Cherbourg" { 0.1 } else { 0.0 };
        let survived = if random.unit() < if by_chance { 0.5 } else { chance } { "yes" } else { "no" };
        let age = if random.unit() < 0.05 { String::new() } else { format!("{age:.1}") };
        let (month, day) = (1 + random.below(12), 1 + random.below(28));
        text += &format!("{age},{port},2024-{month:02}-{day:02},{survived}\n");
    }
    text
}

/// A baseline and a linear model.
pub fn small_design(n_rows: usize) -> Design {
    let dataset = DatasetSpec { target: "survived".into(), ..DatasetSpec::default() };
    let mut design = Design::default_for(dataset, Task::Binary, n_rows, 3);
    design.candidates.retain(|spec| matches!(spec.model, ModelSpec::Baseline | ModelSpec::Linear(_)));
    design
}

/// A folder with `people.csv`, `later.csv`, `design.json`, the project `people.hearth.zip` and the package `model.zip`; made
/// once and not to be changed.
pub fn trained() -> &'static Path {
    static TRAINED: OnceLock<PathBuf> = OnceLock::new();
    TRAINED.get_or_init(|| {
        let folder = folder("trained");
        write(&folder, "people.csv", people(1, 600, false));
        write(&folder, "later.csv", people(2, 400, false));
        write(&folder, "design.json", small_design(600).to_text());
        let said = hearth(&folder, &["train", "people.csv", "--design", "design.json"]);
        assert_eq!(said.code, 0, "{said:?}");
        let said = hearth(&folder, &["package", "people.hearth.zip", "--out", "model.zip"]);
        assert_eq!(said.code, 0, "{said:?}");
        folder
    })
}

/// A folder of its own with copies of everything in `trained`.
pub fn copy(name: &str) -> PathBuf {
    let folder = folder(name);
    for entry in std::fs::read_dir(trained()).expect("the folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        std::fs::copy(&path, folder.join(path.file_name().expect("a file has a name"))).expect("a file can be copied");
    }
    folder
}
