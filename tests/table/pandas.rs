//! Types, missing values, quantiles and levels are those of pandas and NumPy on the same file.

use std::path::{Path, PathBuf};
use std::process::Command;

use hearth::table::csv::{USUAL_MISSING, import_bytes};
use hearth::table::profile::{Shape, histogram, profile};
use hearth::table::{Column, ColumnType, Values};
use serde_json::Value;

use crate::shared_data;

/// The Python with the reference packages; a test that needs it fails without.
pub fn python() -> PathBuf {
    let folder = std::env::var_os("HEARTH_PYTHON")
        .expect("HEARTH_PYTHON is not set: run `make test`, or `source scripts/env.sh` after `scripts/setup.sh`");
    let python = Path::new(&folder).join("bin/python");
    assert!(python.is_file(), "no Python in HEARTH_PYTHON ({}): run scripts/setup.sh", python.display());
    python
}

fn reference(file: &Path) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/table_pandas.py");
    let output = Command::new(python()).arg(script).arg(file).arg("").args(USUAL_MISSING).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn near(a: f64, b: &Value, what: &str) {
    let b = b.as_f64().unwrap();
    assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{what}: {a} is not {b}");
}

fn compare(column: &Column, expected: &Value) {
    let found = profile(column);
    let name = &column.name;
    assert_eq!(expected["name"], name.as_str());
    assert_eq!(expected["missing"], found.n_missing, "{name}");
    assert_eq!(expected["distinct"], found.n_distinct, "{name}");
    match (&found.shape, expected.get("number")) {
        (Shape::Range { minimum, maximum, mean, deviation, quantiles, .. }, Some(number))
            if found.column_type == ColumnType::Number =>
        {
            near(*minimum, &number["minimum"], name);
            near(*maximum, &number["maximum"], name);
            near(*mean, &number["mean"], name);
            near(*deviation, &number["deviation"], name);
            for (quantile, expected) in quantiles.iter().zip(number["quantiles"].as_array().unwrap()) {
                assert_eq!(*quantile, expected.as_f64().unwrap(), "{name}: quantiles are numpy's to the bit");
            }
            let Values::Number(values) = &column.values else { unreachable!() };
            let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
            sorted.sort_by(f64::total_cmp);
            let expected: Vec<u32> = serde_json::from_value(number["histogram24"].clone()).unwrap();
            assert_eq!(histogram(&sorted, 24), expected, "{name}");
        }
        (Shape::Levels { top }, None) => {
            let expected: Vec<(String, u32)> = serde_json::from_value(expected["top"].clone()).unwrap();
            assert_eq!(*top, expected, "{name}");
        }
        (Shape::Texts { .. }, None) => {}
        (Shape::Range { .. }, None) if found.column_type == ColumnType::Date => {}
        (shape, number) => panic!("{name}: {shape:?} is not {number:?}"),
    }
}

#[test]
fn generated_columns_are_profiled_like_pandas() {
    let mut text = "a,b,c,d\n".to_owned();
    for i in 0..997u64 {
        let hash = i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        let a = if hash.is_multiple_of(11) { "NA".to_owned() } else { format!("{}.{}", hash % 1000, hash % 7) };
        text +=
            &format!("{a},{},{},{}\n", hash % 19, ["x", "y", "zz", ""][hash as usize % 4], 1e9 + hash as f64 / 16.0);
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated.csv");
    std::fs::write(&file, &text).unwrap();
    let table = import_bytes("generated.csv", text.as_bytes(), None).unwrap().read.table;
    for (column, expected) in table.columns.iter().zip(reference(&file)) {
        compare(column, &expected);
    }
}

#[test]
fn real_sets_are_profiled_like_pandas() {
    let Some(folder) = shared_data() else { return };
    for name in [
        "iris",
        "penguins",
        "titanic",
        "german_credit",
        "concrete",
        "telco_churn",
        "bikeshare",
        "letter",
        "adult",
        "diamonds",
    ] {
        let file = folder.join(format!("{name}.csv"));
        let imported = import_bytes(name, &std::fs::read(&file).unwrap(), None).unwrap();
        println!("{name}: {} rows, {} warnings", imported.read.table.n_rows, imported.read.n_warnings);
        for warning in imported.read.warnings.iter().take(5) {
            println!("  {}", warning.sentence(name));
        }
        let reference = reference(&file);
        assert_eq!(imported.read.table.columns.len(), reference.len(), "{name}");
        for (column, expected) in imported.read.table.columns.iter().zip(&reference) {
            compare(column, expected);
        }
    }
}
