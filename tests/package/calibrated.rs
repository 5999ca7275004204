//! Calibrated models: bent probabilities in one pipeline, one graph and one package.

use hearth::dataset::{Dataset, DatasetSpec};
use hearth::design::Design;
use hearth::model::calibrated::{Knots, Line, Map};
use hearth::model::linear::LinearSpec;
use hearth::model::trees::{BoostSpec, ForestSpec};
use hearth::model::{Model, ModelSpec, Predictions};
use hearth::package::{build, open};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::PrepareSpec;
use hearth::prepare::inputs::Inputs;
use hearth::split::SplitSpec;
use hearth::table::csv::import_bytes;
use hearth::tune::calibrate::{Way, fit};
use hearth::validate::cross_validate;

use crate::made_up;
use crate::real::deviation_on_rows;
use crate::runtime::{empty_folder, unpack, verify_all};

const SETS: [(&str, &str); 2] = [("penguins", "species"), ("credit", "default")];

fn specs() -> [(&'static str, PipelineSpec); 3] {
    let boost = BoostSpec { rounds: 40, ..BoostSpec::default() };
    let forest = ForestSpec { trees: 10, ..ForestSpec::default() };
    let of = |prepare: PrepareSpec, model: ModelSpec| PipelineSpec { prepare, model };
    [
        ("linear", of(PrepareSpec::for_linear(), ModelSpec::Linear(LinearSpec::default()))),
        ("boost", of(PrepareSpec::for_trees(), ModelSpec::Boost(boost))),
        ("forest", of(PrepareSpec::for_trees(), ModelSpec::Forest(forest))),
    ]
}

fn values(predictions: Predictions) -> Vec<f32> {
    match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    }
}

#[test]
fn a_calibrated_model_is_one_graph_that_onnxruntime_answers_alike() {
    let out = empty_folder("package-calibrated");
    for (name, guess) in SETS {
        let path = format!("{}/public/samples/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let table = import_bytes(name, &std::fs::read(&path).expect("a sample"), None).expect("readable").read.table;
        let named = table.columns.iter().find(|c| c.name.contains(guess)).or(table.columns.last());
        let target = named.expect("a column").name.clone();
        let dataset = DatasetSpec { target: target.clone(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).unwrap_or_else(|p| panic!("{name}: {p:?}"));
        let split_spec = SplitSpec { holdout: 0.3, folds: 2, ..SplitSpec::default() };
        let split = split_spec.draw(&data).expect("enough rows");
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        let fitted = specs()
            .map(|(kind, spec)| (kind, cross_validate(&data, &target, &split, &spec, &mut none).expect("sound")));
        let parts: Vec<&Pipeline> = fitted.iter().map(|(_, (pipeline, _))| pipeline).collect();
        let blended = Pipeline::blend(&parts, &[0.3, 0.3, 0.4]).expect("of one design");
        let report = &fitted[0].1.1;
        let all = parts.iter().zip(fitted.iter().map(|(kind, _)| *kind)).map(|(p, kind)| (kind, *p));
        let design = Design {
            dataset: dataset.clone(),
            split: split_spec.clone(),
            metric: None,
            candidates: specs().map(|(_, spec)| spec).to_vec(),
            search: None,
        };
        let hearth::dataset::Target::Classes { codes, labels } = data.target.select(&split.holdout) else {
            panic!("classes")
        };
        let rows: Vec<u32> = (0..table.n_rows as u32).collect();
        for (kind, pipeline) in all.chain([("blend", &blended)]) {
            let said = values(pipeline.predict_positions(&data, &split.holdout));
            for way in Way::ALL {
                let map = fit(way, &codes, &said, labels.len()).expect("all classes");
                let calibrated = pipeline.calibrated(map.clone()).expect("sound");
                // What it predicts is what the model predicts, bent, and it comes back from its bytes.
                let (inputs, _) = Inputs::from_table(&pipeline.preparation.inputs, &table, &rows).expect("the same");
                let mut bent = values(pipeline.predict(&inputs));
                map.bend_all(&mut bent, labels.len());
                assert_eq!(values(calibrated.predict(&inputs)), bent);
                assert_eq!(Pipeline::from_bytes(&calibrated.to_bytes()).expect("sound"), calibrated);
                let about = made_up::about(None);
                let (summary, zip) = build::make(&calibrated, report, &design, &about, &build::Source::default())
                    .unwrap_or_else(|p| panic!("{name} {kind} {way:?}: {p:?}"));
                let on_rows = deviation_on_rows(&calibrated, &table);
                println!("{name} {kind} {way:?}: golden {:.1e}, all rows {on_rows:.1e}", summary.largest_deviation);
                assert!(on_rows <= 1e-5, "{name} {kind} {way:?}: {on_rows}");
                assert!(summary.readme.contains("Its probabilities are calibrated"), "{}", summary.readme);
                unpack(&zip, &out.join(format!("{name}-{kind}-{way:?}")));
                assert_eq!(open::open(&zip, name).expect("sound").pipeline, calibrated);
            }
        }
    }
    verify_all(&out);
}

#[test]
fn maps_that_do_not_fit_are_refused() {
    let bytes = std::fs::read(format!("{}/public/samples/penguins.csv", env!("CARGO_MANIFEST_DIR"))).expect("a sample");
    let table = import_bytes("penguins", &bytes, None).expect("readable").read.table;
    let linear = |target: &str| {
        let dataset = DatasetSpec { target: target.to_owned(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).expect("a dataset");
        let split = SplitSpec { folds: 2, ..SplitSpec::default() }.draw(&data).expect("enough rows");
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        cross_validate(&data, target, &split, &specs()[0].1, &mut none).expect("sound").0
    };
    let (species, sex, mass) = (linear("species"), linear("sex"), linear("body_mass_g"));
    let refused = |pipeline: &Pipeline, map: Map| pipeline.calibrated(map).expect_err("refused").event;
    assert_eq!(refused(&mass, Map::Temperature(1.0)), "A calibration is for classes.");
    let bent = sex.calibrated(Map::Temperature(2.0)).expect("sound");
    assert_eq!(refused(&bent, Map::Temperature(1.0)), "A calibration holds another one.");
    let no_fit = "The calibration does not fit its classes.";
    let line = Line { slope: 1.0, offset: 0.0 };
    assert_eq!(refused(&sex, Map::Sigmoid(vec![line; 2])), no_fit);
    assert_eq!(refused(&species, Map::Sigmoid(vec![line])), no_fit);
    assert_eq!(refused(&sex, Map::Sigmoid(vec![Line { slope: f32::NAN, ..line }])), no_fit);
    assert_eq!(refused(&sex, Map::Temperature(0.0)), no_fit);
    for (at, to) in [
        (vec![], vec![]),
        (vec![0.5, 0.5], vec![0.1, 0.2]),
        (vec![0.1, 0.5], vec![0.3, 0.2]),
        (vec![0.1, 0.5], vec![0.3]),
        (vec![0.1, 0.5], vec![0.3, 1.5]),
    ] {
        assert_eq!(refused(&sex, Map::Isotonic(vec![Knots { at, to }])), no_fit);
    }
    // An ensemble cannot hold a calibrated ensemble, and an ensemble may hold calibrated models.
    let blended = Pipeline::blend(&[&sex, &bent], &[0.5, 0.5]).expect("sound");
    assert!(matches!(&blended.model, Model::Blend(blend) if blend.members.len() == 2));
    let bent = blended.calibrated(Map::Temperature(2.0)).expect("sound");
    let refused = Pipeline::blend(&[&bent, &sex], &[0.5, 0.5]).expect_err("refused").event;
    assert_eq!(refused, "A blend holds another blend.");
}
