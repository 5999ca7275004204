//! The linear model on real data sets with known scores: the same folds, columns and scores as the reference table.
//! Passed over, with a line that says so, where the sets are not there ($HEARTH_DATA, else ../shared/data).

use std::path::PathBuf;

use hearth::dataset::Target;
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::linear::LinearSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::split::Split;
use hearth::table::Column;
use hearth::validate::{Report, cross_validate};
use serde_json::{Value, json};

use crate::data::{categories, dataset, numbers};
use crate::python::{ask, number};

/// Rows above which the table holds one fold only, and this test takes none.
const MOST_ROWS: usize = 60_000;

pub fn folder() -> Option<PathBuf> {
    let folder = match std::env::var("HEARTH_DATA") {
        Ok(folder) => PathBuf::from(folder),
        Err(_) => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
    };
    folder.join("scores.json").exists().then_some(folder)
}

struct Set {
    columns: Vec<Column>,
    target: Target,
    split: Split,
}

fn read(answer: &Value) -> Set {
    let cells = |column: &Value| column["cells"].as_array().expect("a list").clone();
    let column = |c: &Value| {
        let name = c["name"].as_str().expect("a name");
        if c["category"].as_bool().expect("a flag") {
            let cells = cells(c);
            categories(name, &cells.iter().map(Value::as_str).collect::<Vec<_>>())
        } else {
            numbers(name, cells(c).iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect())
        }
    };
    let target = match answer["labels"].as_array() {
        Some(labels) => Target::Classes {
            codes: answer["target"]
                .as_array()
                .expect("codes")
                .iter()
                .map(|c| c.as_u64().expect("a code") as u32)
                .collect(),
            labels: labels.iter().map(|l| l.as_str().expect("a label").to_owned()).collect(),
        },
        None => Target::Values(crate::python::numbers(&answer["target"])),
    };
    let folds = answer["folds"].as_array().expect("folds");
    let mut of_fold = vec![Vec::new(); 5];
    for (row, fold) in folds.iter().enumerate() {
        of_fold[fold.as_u64().expect("a fold") as usize].push(row as u32);
    }
    Set {
        columns: answer["columns"].as_array().expect("columns").iter().map(column).collect(),
        target,
        split: Split::of_folds(Vec::new(), of_fold),
    }
}

/// Ours beside the table's, with the largest difference that defaults of encoding and penalty explain.
fn compared(report: &Report, reference: &Value) -> (Metric, f64, f64, f64) {
    let mean = |metric| report.scores.iter().find(|s| s.metric == metric).and_then(|s| s.mean).expect("scored");
    let theirs = |name: &str| number(&reference[name]["mean"]);
    match Metric::primary(report.task) {
        Metric::RocAuc => (Metric::RocAuc, mean(Metric::RocAuc), theirs("auc"), 0.005),
        Metric::LogLoss => (Metric::Accuracy, mean(Metric::Accuracy), theirs("accuracy"), 0.01),
        _ => (Metric::Rmse, mean(Metric::Rmse), theirs("rmse"), 0.01 * theirs("rmse")),
    }
}

#[test]
fn linear_scores_are_those_of_the_reference_table() {
    let Some(folder) = folder() else {
        println!("passed over: no scores.json in $HEARTH_DATA or ../shared/data");
        return;
    };
    let text = std::fs::read_to_string(folder.join("scores.json")).expect("readable");
    let table: Value = serde_json::from_str(&text).expect("JSON");
    let sets = table["datasets"].as_object().expect("sets by name");
    for (name, about) in sets.iter().filter(|(_, about)| about["rows"].as_u64() <= Some(MOST_ROWS as u64)) {
        let answer = ask("learn_sets.py", &json!({"folder": folder, "name": name, "about": about}));
        let set = read(&answer);
        let data = dataset(&set.columns, set.target.clone());
        let spec = PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) };
        let started = std::time::Instant::now();
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        let (_, report) = cross_validate(&data, name, &set.split, &spec, &mut none).expect("sound");
        let (metric, ours, theirs, tolerance) = compared(&report, &about["scores"]["linear"]);
        let seconds = started.elapsed().as_secs_f32();
        println!("{name}: {} {ours:.5}, scikit-learn {theirs:.5}; {seconds:.1} s for six fits", metric.name());
        assert!(report.notes.is_empty(), "{name}: {:?}", report.notes);
        let worse = if metric.higher_is_better() { theirs - ours } else { ours - theirs };
        assert!(worse <= tolerance, "{name}: {} is {ours}, scikit-learn's {theirs}", metric.name());
    }
}
