//! A class that occurs once: said, trained, scored, packaged, and run elsewhere.

use hearth::dataset::{Dataset, DatasetSpec, Task};
use hearth::design::Design;
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::linear::LinearSpec;
use hearth::package::{build, open};
use hearth::pipeline::PipelineSpec;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::table::csv::import_bytes;
use hearth::validate::cross_validate;

use crate::made_up;
use crate::runtime::{empty_folder, unpack, verify_all};

/// `n` rows of each class, and one of the class "once".
fn table(classes: &[&str], n: usize) -> String {
    let mut random = Random::new(3, 0);
    let mut text = "x,y,kind\n".to_owned();
    for i in 0..n * classes.len() {
        let class = i % classes.len();
        let (x, y) = (class as f64 * 3.0 + random.normal(), random.normal());
        text += &format!("{x:.3},{y:.3},{}\n", classes[class]);
    }
    text + "9.5,4.5,once\n"
}

#[test]
fn a_class_that_occurs_once_is_trained_scored_and_packaged() {
    let out = empty_folder("package-rare");
    for (task, classes) in [(Task::Binary, &["often"][..]), (Task::Multiclass, &["a", "b"])] {
        let table = import_bytes("rare.csv", table(classes, 60).as_bytes(), None).expect("readable").read.table;
        let spec = DatasetSpec { target: "kind".into(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &spec).unwrap_or_else(|p| panic!("{p:?}"));
        assert_eq!(data.task, task);
        let split_spec = SplitSpec::default();
        let split = split_spec.draw(&data.target).expect("enough rows");
        let linear =
            PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) };
        let baseline = PipelineSpec { model: ModelSpec::Baseline, ..linear.clone() };
        for (kind, candidate) in [("linear", linear), ("baseline", baseline)] {
            let name = format!("{task:?}-{kind}");
            let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
            let (pipeline, report) = cross_validate(&data, "kind", &split, &candidate, &mut none)
                .unwrap_or_else(|p| panic!("{name}: {p:?}"));
            assert!(pipeline.labels.iter().any(|label| label == "once"), "{name}: {:?}", pipeline.labels);
            let of = |metric| report.scores.iter().find(|s| s.metric == metric).expect("a score");
            let accuracy = of(Metric::Accuracy);
            assert!(accuracy.folds.iter().all(Option::is_some), "{name}: every fold is scored, {accuracy:?}");
            let ranked = of(Metric::RocAuc).folds.iter().filter(|fold| fold.is_some()).count();
            let expected = if task == Task::Binary { 1 } else { 5 };
            assert_eq!(ranked, expected, "{name}: ROC AUC where both sides of a class occur");
            let design = Design {
                dataset: spec.clone(),
                split: split_spec.clone(),
                metric: None,
                candidates: vec![candidate],
                search: None,
            };
            let (_, zip) = build::make(&pipeline, &report, &design, &made_up::about(None), &build::Source::default())
                .unwrap_or_else(|p| panic!("{name}: {p:?}"));
            let opened = open::open(&zip, &name).unwrap_or_else(|p| panic!("{name}: {p:?}"));
            assert_eq!(opened.pipeline, pipeline, "{name}");
            unpack(&zip, &out.join(name));
        }
    }
    verify_all(&out);
}
