//! The golden rows in the real ONNX Runtime Web, run by the page's own script.

use std::path::Path;
use std::process::Command;

use hearth::dataset::Task;
use hearth::package::outside::{compare, question};
use hearth::package::parity::TOLERANCE;
use hearth::package::{PackageAbout, build};
use hearth::pipeline::Pipeline;
use hearth::validate::{Cover, Report};

use crate::made_up::{self, KINDS, TASKS};
use crate::promised;
use crate::runtime::empty_folder;
use crate::texts;

struct Case {
    name: String,
    pipeline: Pipeline,
    report: Report,
    about: PackageAbout,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (task, seed) in TASKS.into_iter().zip(20..) {
        for kind in KINDS {
            let pipeline = made_up::pipeline(kind, task, 7, seed);
            let report = made_up::report(&pipeline);
            let about = made_up::about((task == Task::Binary).then_some(0.3));
            cases.push(Case { name: format!("{kind:?}-{task:?}"), pipeline, report, about });
        }
        let pipeline = texts::pipeline(made_up::Kind::Linear, task, seed);
        let report = made_up::report(&pipeline);
        cases.push(Case { name: format!("texts-{task:?}"), pipeline, report, about: made_up::about(None) });
        let pipeline = made_up::pipeline(made_up::Kind::Linear, task, 5, seed);
        let report = promised::report(&pipeline);
        cases.push(Case { name: format!("promised-{task:?}"), pipeline, report, about: made_up::about(None) });
    }
    cases
}

/// What ONNX Runtime answers, by case; a problem where it cannot run a model.
fn answers(folder: &Path, name: &str) -> Result<String, String> {
    let text = std::fs::read_to_string(folder.join(format!("{name}.answers.json"))).expect("an answer");
    let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    match told["answers"].as_str() {
        Some(answers) => Ok(answers.to_owned()),
        None => Err(told["problem"].to_string()),
    }
}

#[test]
fn the_pages_other_runtime_agrees_on_every_kind_and_what_is_altered_is_told() {
    let folder = empty_folder("package-outside");
    let cases = cases();
    for case in &cases {
        let (_, zip) =
            build::make(&case.pipeline, &case.report, &made_up::design(), &case.about, &build::Source::default())
                .unwrap_or_else(|problem| panic!("{}: {problem:?}", case.name));
        let asked = question(&zip, &case.pipeline).expect("a model");
        std::fs::write(folder.join(format!("{}.onnx", case.name)), asked.model).unwrap();
        std::fs::write(folder.join(format!("{}.feeds.json", case.name)), asked.feeds).unwrap();
    }
    std::fs::write(folder.join("broken.onnx"), b"no model").unwrap();
    std::fs::write(folder.join("broken.feeds.json"), "[]").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("node")
        .args([root.join("tests/reference/outside.mjs"), folder.clone(), root.join("tests/web/node_modules")])
        .output()
        .expect("node runs; scripts/setup.sh installs its packages");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    for case in &cases {
        let told = answers(&folder, &case.name).unwrap_or_else(|problem| panic!("{}: {problem}", case.name));
        let judge = |told: &str| compare(told, &case.pipeline, &case.report, (case.about.threshold, case.about.cover));
        let deviation = judge(&told).unwrap_or_else(|problem| panic!("{}: {problem:?}", case.name));
        assert!(deviation <= TOLERANCE, "{}: {deviation}", case.name);
        println!("{}: {deviation:.1e}", case.name);

        // One number of the first output of numbers is another.
        let mut altered: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        let numbers = altered.as_array_mut().expect("outputs").iter_mut().find(|output| output["type"] == "float32");
        let first = &mut numbers.expect("numbers")["data"][0];
        let value: f64 = first.as_str().expect("a text").parse().expect("a number");
        *first = serde_json::Value::String(format!("{}", value + 0.5 + value.abs()));
        let problem = judge(&altered.to_string()).expect_err("another answer");
        assert!(problem.event.contains("does not agree with the studio"), "{}", problem.event);
        // An output is not there, or has fewer rows.
        let mut fewer: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        for output in fewer.as_array_mut().expect("outputs") {
            output["data"].as_array_mut().expect("cells").pop();
        }
        assert!(judge(&fewer.to_string()).is_err(), "{}: fewer cells", case.name);
        assert!(judge("[]").is_err() && judge("{").is_err());
    }
    let problem = answers(&folder, "broken").expect_err("no model");
    assert!(problem.len() > 5, "{problem}");
}

#[test]
fn a_question_needs_a_model_of_the_same_columns() {
    let pipeline = made_up::pipeline(made_up::Kind::Linear, Task::Regression, 4, 1);
    let report = made_up::report(&pipeline);
    let about = PackageAbout { cover: Cover::default(), ..made_up::about(None) };
    let (_, zip) =
        build::make(&pipeline, &report, &made_up::design(), &about, &build::Source::default()).expect("exportable");
    assert!(question(&zip[..zip.len() / 2], &pipeline).is_err());
    let other = made_up::pipeline(made_up::Kind::Linear, Task::Regression, 6, 1);
    assert!(question(&zip, &other).is_err(), "other columns");
}
