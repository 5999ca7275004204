//! Runs a reference script with JSON in and JSON out.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The answer of `tests/reference/SCRIPT` to `question`. HEARTH_PYTHON names the folder of the virtual environment that
/// `scripts/setup.sh test` makes.
pub fn ask(script: &str, question: &Value) -> Value {
    let Ok(folder) = std::env::var("HEARTH_PYTHON") else {
        panic!("HEARTH_PYTHON is not set: run `make test`, or `source scripts/env.sh` after `scripts/setup.sh test`.");
    };
    let script = format!("{}/tests/reference/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(format!("{folder}/bin/python"))
        .arg(&script)
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("{folder}/bin/python does not start ({e}): run `scripts/setup.sh test`."));
    let mut input = child.stdin.take().expect("stdin is piped");
    let text = question.to_string();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("the script ends");
    writer.join().expect("the writer ends").expect("the script reads its question");
    assert!(output.status.success(), "{script} failed; its message is above");
    serde_json::from_slice(&output.stdout).expect("the script answers in JSON")
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list")).iter().map(number).collect()
}

/// Both within `tolerance` of each other, absolutely or relative to the larger.
pub fn assert_close(what: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}: lengths differ");
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        let scale = 1f64.max(a.abs()).max(b.abs());
        assert!((a - b).abs() <= tolerance * scale, "{what}[{i}]: ours {a}, theirs {b}");
    }
}
