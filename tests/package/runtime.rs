//! The exported graph against the studio: with our interpreter, and with onnxruntime.

use std::path::{Path, PathBuf};
use std::process::Command;

use hearth::dataset::Task;
use hearth::model::network::Activation;
use hearth::package::build;
use hearth::package::onnx::interpret::Session;
use hearth::package::onnx::interpret::tensor::{Data, Tensor};
use hearth::package::onnx::write;

use crate::made_up::{self, KINDS, Kind, TASKS};

/// The Python of the references.
fn python() -> PathBuf {
    let folder = std::env::var("HEARTH_PYTHON")
        .expect("set HEARTH_PYTHON to the folder of the Python environment that scripts/setup.sh makes");
    let python = Path::new(&folder).join("bin/python");
    assert!(python.exists(), "{} is not there; run scripts/setup.sh", python.display());
    python
}

pub fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Unpacks a package's ZIP with the `zip` crate alone.
pub fn unpack(zip: &[u8], folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap().extract(folder).unwrap();
}

/// Runs `onnx.checker` with full checks and each package's own `verify.py`.
pub fn verify_all(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/package_verify.py");
    let output = Command::new(python()).arg(script).arg(folder).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    println!("{out}");
}

/// Takes each package for all that it claims to be, with the outside programs' own tools.
pub fn taken_by_all(folders: &[PathBuf]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/package_outside.py");
    let output = Command::new(python()).arg(script).args(folders).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert_eq!(out.lines().filter(|line| line.ends_with(": taken by all")).count(), folders.len(), "{out}");
}

#[test]
fn mlflow_the_hub_frictionless_triton_and_the_scripts_take_every_package() {
    let folder = empty_folder("package-outside");
    let mut folders = Vec::new();
    // Networks differ within the graph alone.
    for kind in [Kind::Baseline, Kind::Linear, Kind::Network(Activation::Relu)] {
        for task in TASKS {
            let pipeline = made_up::pipeline(kind, task, 6, 7);
            let about = made_up::about((task == Task::Binary).then_some(0.3));
            let (_, zip) = build::make(
                &pipeline,
                &made_up::report(&pipeline),
                &made_up::design(),
                &about,
                &build::Source::default(),
            )
            .unwrap();
            let place = folder.join(format!("{kind:?}-{task:?}").replace(['(', ')'], "-"));
            unpack(&zip, &place);
            folders.push(place);
        }
    }
    taken_by_all(&folders);
}

fn each_pipeline(seeds: std::ops::Range<u64>, mut check: impl FnMut(&str, &hearth::pipeline::Pipeline, Option<f64>)) {
    for kind in KINDS {
        for task in TASKS {
            for seed in seeds.clone() {
                let n_columns = 1 + (seed as usize * 5) % 13;
                let pipeline = made_up::pipeline(kind, task, n_columns, seed);
                let threshold = (task == Task::Binary && seed % 2 == 0).then_some(0.3);
                let name = format!("{kind:?}-{task:?}-{seed}").replace(['(', ')'], "-");
                check(&name, &pipeline, threshold);
            }
        }
    }
}

#[test]
fn the_interpreter_agrees_with_the_studio() {
    let mut largest = 0.0f64;
    each_pipeline(0..25, |name, pipeline, threshold| {
        let about = made_up::about(threshold);
        let (summary, _) =
            build::make(pipeline, &made_up::report(pipeline), &made_up::design(), &about, &build::Source::default())
                .unwrap_or_else(|p| panic!("{name}: {p:?}"));
        largest = largest.max(summary.largest_deviation);
    });
    println!("largest deviation {largest:e}");
    assert!(largest <= 1e-5);
}

#[test]
fn onnxruntime_agrees_with_the_studio() {
    let folder = empty_folder("package-onnxruntime");
    each_pipeline(100..106, |name, pipeline, threshold| {
        let about = made_up::about(threshold);
        let (_, zip) =
            build::make(pipeline, &made_up::report(pipeline), &made_up::design(), &about, &build::Source::default())
                .unwrap();
        unpack(&zip, &folder.join(name));
    });
    verify_all(&folder);
}

#[test]
fn verify_reports_a_deviation() {
    let folder = empty_folder("package-deviation");
    for task in TASKS {
        let pipeline = made_up::pipeline(Kind::Linear, task, 5, 3);
        let (_, zip) = build::make(
            &pipeline,
            &made_up::report(&pipeline),
            &made_up::design(),
            &made_up::about(None),
            &build::Source::default(),
        )
        .unwrap();
        let folder = folder.join(format!("{task:?}"));
        unpack(&zip, &folder);
        let changed = made_up::pipeline(Kind::Linear, task, 5, 3);
        let changed = hearth::pipeline::Pipeline {
            model: made_up::model(
                Kind::Linear,
                task,
                changed.preparation.feature_names.len(),
                &mut hearth::random::Random::new(9, 9),
            ),
            ..changed
        };
        let model = write::write(&changed, &made_up::about(None)).unwrap();
        std::fs::write(folder.join("model.onnx"), model.bytes).unwrap();
        let output = Command::new(python()).arg(folder.join("verify.py")).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8_lossy(&output.stdout).contains("BEYOND"));
    }
}

#[test]
fn a_pipeline_without_features_still_answers_each_row() {
    for (kind, task) in [(Kind::Linear, Task::Multiclass), (Kind::Network(Activation::Silu), Task::Regression)] {
        let mut pipeline = made_up::pipeline(kind, task, 2, 5);
        pipeline.preparation.blocks.clear();
        pipeline.preparation.feature_names.clear();
        pipeline.preparation.feature_inputs.clear();
        pipeline.model = made_up::model(kind, task, 0, &mut hearth::random::Random::new(1, 1));
        let made = build::make(
            &pipeline,
            &made_up::report(&pipeline),
            &made_up::design(),
            &made_up::about(None),
            &build::Source::default(),
        );
        assert!(made.is_ok(), "{made:?}");
    }
}

#[test]
fn a_pipeline_that_reads_no_column_is_refused() {
    let pipeline = made_up::pipeline(Kind::Baseline, Task::Binary, 0, 5);
    let problem = write::write(&pipeline, &made_up::about(None)).unwrap_err();
    insta::assert_debug_snapshot!(problem, @r#"
    Problem {
        place: "Package",
        event: "This model reads no column, so there is nothing that a program could hand to it.",
        kept: "The run is unchanged.",
        cure: "Put at least one column under Use on Design, and train again.",
    }
    "#);
}

#[test]
fn the_threshold_decides_the_label_on_both_sides_of_it() {
    for threshold in [0.1, 0.3, 0.5, 1.0 / 3.0, 0.9] {
        let smallest = write::f32_at_least(threshold);
        assert!(f64::from(smallest) >= threshold && f64::from(smallest.next_down()) < threshold);
        for p in [smallest, smallest.next_down()] {
            assert_eq!(p >= smallest, f64::from(p) >= threshold);
        }
    }
}

#[test]
fn calendar_parts_agree_with_a_calendar_on_every_day_of_eight_centuries() {
    use hearth::prepare::{Block, DatePart, Input, InputKind, Preparation};
    let parts = vec![DatePart::Month, DatePart::Weekday, DatePart::Hour];
    let block =
        Block::Date { input: 0, impute: 0.0, center: 0.0, scale: 1.0, smooth_clip: false, indicator: true, parts };
    let input = Input {
        name: "day".into(),
        kind: InputKind::Date,
        missing_spellings: Vec::new(),
        unit: None,
        range: None,
        has_time: true,
    };
    let width = 2 + 12 + 7 + 24;
    let preparation = Preparation {
        inputs: vec![input],
        blocks: vec![block],
        feature_names: vec!["f".into(); width],
        feature_inputs: vec![0; width],
    };
    // The sum 1·month + 100·weekday + 10,000·hour reads the parts off a regression.
    let mut weights = vec![0.0f32; 2];
    weights.extend((0..12).map(|m| m as f32));
    weights.extend((0..7).map(|d| 100.0 * d as f32));
    weights.extend((0..24).map(|h| 10_000.0 * h as f32));
    let model = hearth::model::Model::Linear(hearth::model::linear::Linear {
        weights,
        intercept: vec![0.0],
        n_features: width as u32,
        head: hearth::model::Head::Value { center: 0.0, scale: 1.0 },
    });
    let pipeline = hearth::pipeline::Pipeline {
        task: Task::Regression,
        target: "t".into(),
        labels: Vec::new(),
        preparation,
        model,
    };
    let onnx = write::write(&pipeline, &made_up::about(None)).unwrap();
    let session = Session::load(&onnx.bytes).unwrap();
    let first = jiff::civil::date(1500, 1, 1);
    let n = 300_000usize;
    let mut milliseconds = Vec::with_capacity(n);
    let mut expected = Vec::with_capacity(n);
    for day in 0..n {
        let hour = (day * 7) % 24;
        let when = first.checked_add(jiff::Span::new().days(day as i64)).unwrap().at(hour as i8, 59, 59, 0);
        milliseconds.push(jiff::tz::Offset::UTC.to_timestamp(when).unwrap().as_millisecond());
        let weekday = i32::from(when.weekday().to_monday_zero_offset());
        expected.push((i32::from(when.month()) - 1 + 100 * weekday + 10_000 * hour as i32) as f32);
    }
    let outputs = session.run(vec![Tensor::new(vec![n, 1], Data::I64(milliseconds)).unwrap()]).unwrap();
    assert_eq!(outputs[0].data, Data::F32(expected));
}
