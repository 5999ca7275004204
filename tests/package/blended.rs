//! Ensembles: several fitted models with preparations of their own in one pipeline, one graph and one package.

use hearth::dataset::{Dataset, DatasetSpec};
use hearth::design::Design;
use hearth::model::linear::LinearSpec;
use hearth::model::trees::{BoostSpec, ForestSpec};
use hearth::model::{Model, ModelSpec, Predictions};
use hearth::package::{build, open};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::PrepareSpec;
use hearth::prepare::inputs::Inputs;
use hearth::split::SplitSpec;
use hearth::table::csv::import_bytes;
use hearth::validate::cross_validate;

use crate::made_up;
use crate::real::deviation_on_rows;
use crate::runtime::{empty_folder, unpack, verify_all};

const SETS: [(&str, &str); 3] = [("penguins", "species"), ("credit", "default"), ("concrete", "strength")];

fn specs() -> Vec<PipelineSpec> {
    let boost = BoostSpec { rounds: 20, ..BoostSpec::default() };
    let forest = ForestSpec { trees: 10, ..ForestSpec::default() };
    vec![
        PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) },
        PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Boost(boost) },
        PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Forest(forest) },
    ]
}

fn values(predictions: Predictions) -> Vec<f32> {
    match predictions {
        Predictions::Probabilities { values, .. } | Predictions::Values(values) => values,
    }
}

#[test]
fn an_ensemble_is_one_graph_that_onnxruntime_answers_alike() {
    let out = empty_folder("package-blended");
    for (name, guess) in SETS {
        let path = format!("{}/public/samples/{name}.csv", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(&path).expect("a sample of the page");
        let table = import_bytes(name, &bytes, None).expect("readable").read.table;
        let named = |column: &&hearth::table::Column| column.name.contains(guess);
        let target = table.columns.iter().find(named).or(table.columns.last()).expect("a column").name.clone();
        let dataset = DatasetSpec { target: target.clone(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).unwrap_or_else(|p| panic!("{name}: {p:?}"));
        let split_spec = SplitSpec { holdout: 0.3, folds: 2, ..SplitSpec::default() };
        let split = split_spec.draw(&data).expect("enough rows");
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        let fitted: Vec<_> = specs()
            .iter()
            .map(|spec| cross_validate(&data, &target, &split, spec, &mut none).expect("sound"))
            .collect();
        let pipelines: Vec<&Pipeline> = fitted.iter().map(|(pipeline, _)| pipeline).collect();
        let weights = [0.25, 0.5, 0.25];
        let blended = Pipeline::blend(&pipelines, &weights).expect("of one design");
        assert!(matches!(&blended.model, Model::Blend(blend) if blend.members.len() == 3));

        // What it predicts is the average, and it comes back from its bytes.
        let rows: Vec<u32> = (0..table.n_rows as u32).collect();
        let (inputs, _) = Inputs::from_table(&blended.preparation.inputs, &table, &rows).expect("the same columns");
        let own: Vec<Vec<f32>> = pipelines.iter().map(|pipeline| values(pipeline.predict(&inputs))).collect();
        for (i, value) in values(blended.predict(&inputs)).into_iter().enumerate() {
            let mean: f64 = own.iter().zip(weights).map(|(own, weight)| weight * f64::from(own[i])).sum();
            assert!((f64::from(value) - mean).abs() <= 1e-5 * mean.abs().max(1.0), "{name} {i}: {value} for {mean}");
        }
        assert_eq!(Pipeline::from_bytes(&blended.to_bytes()).expect("sound"), blended);
        let alone = Pipeline::blend(&pipelines, &[0.0, 1.0, 0.0]).expect("one member");
        assert_eq!(values(alone.predict(&inputs)), own[1]);

        let design = Design {
            dataset: dataset.clone(),
            split: split_spec.clone(),
            metric: None,
            candidates: specs(),
            search: None,
        };
        let report = &fitted[1].1;
        let (summary, zip) = build::make(&blended, report, &design, &made_up::about(None), &build::Source::default())
            .expect("exportable");
        let on_rows = deviation_on_rows(&blended, &table);
        println!("{name}: golden rows {:.1e}, {} real rows {on_rows:.1e}", summary.largest_deviation, table.n_rows);
        assert!(on_rows <= 1e-5, "{name}: {on_rows}");
        unpack(&zip, &out.join(name));
        assert_eq!(open::open(&zip, name).expect("sound").pipeline, blended);
    }
    verify_all(&out);
}

#[test]
fn blends_that_do_not_fit_together_are_refused() {
    let bytes = std::fs::read(format!("{}/public/samples/penguins.csv", env!("CARGO_MANIFEST_DIR"))).expect("a sample");
    let table = import_bytes("penguins", &bytes, None).expect("readable").read.table;
    let fit = |target: &str, spec: &PipelineSpec| {
        let dataset = DatasetSpec { target: target.to_owned(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).expect("a dataset");
        let split = SplitSpec { folds: 2, ..SplitSpec::default() }.draw(&data).expect("enough rows");
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        cross_validate(&data, target, &split, spec, &mut none).expect("sound").0
    };
    let specs = specs();
    let (a, b) = (fit("species", &specs[0]), fit("species", &specs[1]));
    let other = fit("sex", &specs[0]);
    let refused =
        |pipelines: &[&Pipeline], weights: &[f64]| Pipeline::blend(pipelines, weights).expect_err("refused").event;
    assert_eq!(refused(&[&a, &other], &[0.5, 0.5]), "The models read other columns, or predict something else.");
    assert_eq!(refused(&[&a, &b], &[0.0, 0.0]), "There is no model to average.");
    assert_eq!(refused(&[&a, &b], &[0.5, 0.2]), "The weights of the blend are no shares of 1.");
    let blended = Pipeline::blend(&[&a, &b], &[0.5, 0.5]).expect("sound");
    assert_eq!(refused(&[&blended, &a], &[0.5, 0.5]), "A blend holds another blend.");
    // Damaged: the members' shares of the features are others than the blocks'.
    let mut damaged = blended.clone();
    let Model::Blend(blend) = &mut damaged.model else { panic!("a blend") };
    blend.members[0].n_blocks += 1;
    assert!(Pipeline::from_bytes(&damaged.to_bytes()).is_err());
}
