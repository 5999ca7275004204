//! What rows that were set aside promise, in a package: outputs of the graph, golden rows, words, and every runtime alike.

use hearth::dataset::{Target, Task};
use hearth::model::Predictions;
use hearth::package::onnx::interpret::Session;
use hearth::package::onnx::write;
use hearth::package::parity::TOLERANCE;
use hearth::package::promise::{Decided, Promise};
use hearth::package::{PackageAbout, build, open, predictions_csv};
use hearth::pipeline::Pipeline;
use hearth::prepare::guard::Guarded;
use hearth::split::SplitFacts;
use hearth::table::csv::import_bytes;
use hearth::validate::Report;
use hearth::validate::conformal::{Aside, Bounds, Cover, Level, SLACK};

use crate::made_up::{self, Kind, TASKS};
use crate::runtime::{empty_folder, taken_by_all, unpack, verify_all};

/// Of 60 rows whose predictions are those of the golden rows, with the truth somewhere near.
pub fn report(pipeline: &Pipeline) -> Report {
    let golden = hearth::package::golden::Golden::make(pipeline);
    let predictions = pipeline.predict(&golden.inputs()).slice(1..61);
    let target = match &predictions {
        // Far rows of the golden ones have predictions far from everything; those that count are near.
        Predictions::Values(_) => Target::Values((0..60).map(|row| f64::from(row) / 6.0).collect()),
        Predictions::Probabilities { n_classes, .. } => {
            let codes = (0..60).map(|row| row % *n_classes as u32).collect();
            Target::Classes { codes, labels: pipeline.labels.clone() }
        }
    };
    let predictions = match predictions {
        Predictions::Values(values) => {
            Predictions::Values((0..values.len()).map(|row| row as f32 / 6.0 + (row * 7 % 60) as f32 / 10.0).collect())
        }
        shares @ Predictions::Probabilities { .. } => shares,
    };
    let split = SplitFacts { n_aside: 60, ..made_up::report(pipeline).split };
    Report { aside: Some(Aside::from(&target, &predictions)), split, ..made_up::report(pipeline) }
}

fn about(task: Task, cover: Cover) -> PackageAbout {
    PackageAbout { cover, ..made_up::about((task == Task::Binary).then_some(0.3)) }
}

const COVERS: [Cover; 3] = [
    Cover { level: Level::Ninety, by_class: false },
    Cover { level: Level::Eighty, by_class: true },
    Cover { level: Level::NinetyFive, by_class: false },
];

#[test]
fn every_runtime_keeps_what_is_promised() {
    // A class that a limit leaves in stays in, whatever a runtime rounds.
    const { assert!(SLACK >= TOLERANCE) };
    let folder = empty_folder("package-promised");
    let mut folders = Vec::new();
    for kind in [Kind::Linear, Kind::Baseline] {
        for task in TASKS {
            for cover in COVERS {
                let pipeline = made_up::pipeline(kind, task, 6, 11);
                let report = report(&pipeline);
                let about = about(task, cover);
                let source = build::Source::default();
                let (summary, zip) = build::make(&pipeline, &report, &made_up::design(), &about, &source)
                    .unwrap_or_else(|p| panic!("{task:?} {cover:?}: {p:?}"));
                let percent = format!("at least {} %", cover.level.percent());
                assert!(summary.readme.contains("## How far the truth may lie off"), "{}", summary.readme);
                assert!(summary.readme.contains(&percent), "{}", summary.readme);
                assert!(summary.readme.contains("60 rows of the data were set aside"), "{}", summary.readme);
                assert!(summary.readme.contains("Nor has any fit seen the 60 rows"), "{}", summary.readme);
                assert!(summary.reveals.iter().any(|line| line.contains("60 rows that were set aside")));
                let opened = open::open(&zip, "p.zip").expect("sound");
                assert_eq!((opened.cover, &opened.report), (cover, &report));
                let place = folder.join(format!("{kind:?}-{task:?}-{}", cover.level.percent()));
                unpack(&zip, &place);
                if kind == Kind::Linear {
                    folders.push(place);
                }
            }
        }
    }
    verify_all(&folder);
    taken_by_all(&folders);
}

#[test]
fn outputs_are_there_only_where_rows_were_set_aside() {
    for task in TASKS {
        let pipeline = made_up::pipeline(Kind::Linear, task, 4, 3);
        let about = about(task, Cover::default());
        let names = |report: &Report| -> Vec<String> {
            let promise = Promise::of(report, about.cover);
            let made = write::write_promising(&pipeline, &about, promise.as_ref()).expect("exportable");
            let session = Session::load(&made.bytes).expect("sound");
            session.outputs.into_iter().map(|output| output.name).collect()
        };
        let without = names(&made_up::report(&pipeline));
        let with = names(&report(&pipeline));
        let added: &[&str] = if task == Task::Regression { &["lower", "upper"] } else { &["set"] };
        assert_eq!(with[..without.len()], without[..]);
        assert_eq!(&with[without.len()..], added);
        // Without, the graph is byte for byte the one that it was.
        let plain = write::write(&pipeline, &about).expect("exportable");
        assert_eq!(write::write_promising(&pipeline, &about, None).expect("exportable"), plain);
    }
}

#[test]
fn a_graph_with_other_bounds_is_not_the_one_that_was_made() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Regression, 4, 3);
    let (about, other) = (about(Task::Regression, COVERS[0]), about(Task::Regression, COVERS[2]));
    let report = report(&pipeline);
    let source = build::Source::default();
    let package = build::build(&pipeline, &report, &made_up::design(), &about, &source).expect("exportable");
    let zip = package.zip().expect("packed");
    let promise = |cover| Promise::of(&report, cover).expect("rows were set aside");
    let (own, others) = (promise(about.cover), promise(other.cover));
    assert_ne!(own.bounds, others.bounds);
    let with = |promise| Decided { threshold: None, promise: Some(promise) };
    assert!(package.check(&zip, &pipeline, with(&own)).is_ok());
    let refused = package.check(&zip, &pipeline, with(&others)).expect_err("another width");
    assert!(refused.event.contains("deviates from the studio"), "{}", refused.event);

    let pipeline = made_up::pipeline(Kind::Linear, Task::Multiclass, 4, 3);
    let report = self::report(&pipeline);
    let package = build::build(&pipeline, &report, &made_up::design(), &about, &source).expect("exportable");
    let zip = package.zip().expect("packed");
    let mut wrong = Promise::of(&report, about.cover).expect("rows were set aside");
    wrong.bounds = Bounds::Least(vec![0.999; pipeline.labels.len()]);
    let refused = package.check(&zip, &pipeline, with(&wrong)).expect_err("other sets");
    assert!(refused.event.contains("has another set"), "{}", refused.event);
}

#[test]
fn a_predicted_file_says_how_far_the_truth_may_lie_off() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Multiclass, 4, 3);
    let report = report(&pipeline);
    let promise = Promise::of(&report, Cover::default());
    let table = import_bytes("rows.csv", b"a,b\n1,x\n2,y\n", None).expect("readable").read.table;
    let values =
        [vec![0.98f32; 1], vec![0.02 / (pipeline.labels.len() - 1) as f32; pipeline.labels.len() - 1]].concat();
    let n_classes = pipeline.labels.len();
    let predictions = Predictions::Probabilities { values: values.repeat(2), n_classes };
    let guarded = Guarded { on_unseen: hearth::prepare::OnUnseen::Flag, unseen: vec![Vec::new(); 2] };
    let decided = Decided { threshold: None, promise: promise.as_ref() };
    let text = String::from_utf8(predictions_csv::write(&table, &pipeline, &predictions, decided, &guarded)).unwrap();
    let without =
        String::from_utf8(predictions_csv::write(&table, &pipeline, &predictions, None.into(), &guarded)).unwrap();
    assert!(!without.contains("could be"), "{without}");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (head, row) = (lines.next().expect("a head"), lines.next().expect("a row"));
    assert_eq!(head.len(), row.len(), "{text}");
    let set = promise.expect("rows were set aside").bounds.set(&values);
    let cells: Vec<bool> = (head.iter().zip(&row))
        .filter(|(name, _)| name.contains("could be"))
        .map(|(_, cell)| *cell == "true")
        .collect();
    assert_eq!(cells, set, "{text}");
}
