//! Linear models of real data sets, packaged, and checked with onnxruntime; and every row of the data through the
//! interpreter. Passed over, with a line that says so, where the sets are not there ($HEARTH_DATA, else ../shared/data).

use std::path::PathBuf;

use hearth::dataset::{Dataset, DatasetSpec};
use hearth::design::Design;
use hearth::model::linear::LinearSpec;
use hearth::model::{ModelSpec, Predictions};
use hearth::package::onnx::interpret::Session;
use hearth::package::onnx::interpret::tensor::{Data, Tensor};
use hearth::package::onnx::write;
use hearth::package::{build, open};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::PrepareSpec;
use hearth::prepare::inputs::{Cells, Inputs};
use hearth::split::SplitSpec;
use hearth::table::csv::import_bytes;
use hearth::table::{MISSING_CODE, Table};
use hearth::validate::cross_validate;

use crate::made_up;
use crate::runtime::{empty_folder, unpack, verify_all};

const SETS: [(&str, &str); 4] = [
    ("titanic", "Survived"),
    ("penguins", "species"),
    ("concrete", "compressive_strength"),
    ("nyc_flights", "arr_delay"),
];

/// The first rows of larger sets must do.
const MOST_ROWS: usize = 5_000;

fn folder() -> PathBuf {
    match std::env::var("HEARTH_DATA") {
        Ok(folder) => PathBuf::from(folder),
        Err(_) => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
    }
}

#[test]
fn packages_of_real_data_agree_with_onnxruntime() {
    let out = empty_folder("package-real");
    let mut n = 0;
    for (name, target) in SETS {
        let Ok(bytes) = std::fs::read(folder().join(format!("{name}.csv"))) else {
            println!("passed over: {name}.csv is not in $HEARTH_DATA or ../shared/data");
            continue;
        };
        n += 1;
        let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').take(MOST_ROWS).collect();
        let table = import_bytes(name, &lines.concat(), None).expect("readable").read.table;
        let dataset = DatasetSpec { target: target.into(), ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).unwrap_or_else(|p| panic!("{name}: {p:?}"));
        let split_spec = SplitSpec { holdout: 0.5, folds: 2, ..SplitSpec::default() };
        let split = split_spec.draw(&data.target).expect("enough rows");
        for (kind, prepare) in [("standard", PrepareSpec::for_linear()), ("robust", PrepareSpec::for_network())] {
            let spec = PipelineSpec { prepare, model: ModelSpec::Linear(LinearSpec::default()) };
            let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
            let (pipeline, report) = cross_validate(&data, target, &split, &spec, &mut none).expect("sound");
            let design = Design {
                dataset: dataset.clone(),
                split: split_spec.clone(),
                metric: None,
                candidates: vec![spec],
                search: None,
            };
            let (summary, zip) =
                build::make(&pipeline, &report, &design, &made_up::about(None), &build::Source::default())
                    .expect("exportable");
            let rows = deviation_on_rows(&pipeline, &table);
            println!(
                "{name}, {kind}: golden rows {:.1e}, {} real rows {rows:.1e}",
                summary.largest_deviation, table.n_rows
            );
            assert!(rows <= 1e-5, "{name}: {rows}");
            unpack(&zip, &out.join(format!("{name}-{kind}")));
            assert_eq!(open::open(&zip, name).expect("sound").pipeline, pipeline);
        }
    }
    if n > 0 {
        verify_all(&out);
    }
}

/// The largest deviation of the interpreter over the table's rows; a regression in units of the spread of predictions.
pub fn deviation_on_rows(pipeline: &Pipeline, table: &Table) -> f64 {
    let rows: Vec<u32> = (0..table.n_rows as u32).collect();
    let (inputs, _) = Inputs::from_table(&pipeline.preparation.inputs, table, &rows).expect("the same columns");
    let feeds = inputs.cells.iter().map(|cells| {
        let data = match cells {
            Cells::Numbers(values) => Data::F32(values.clone()),
            Cells::Dates(values) => Data::I64(values.clone()),
            Cells::Texts { codes, levels } => {
                let text =
                    |code: &u32| if *code == MISSING_CODE { String::new() } else { levels[*code as usize].to_string() };
                Data::Text(codes.iter().map(text).collect())
            }
        };
        Tensor::new(vec![rows.len(), 1], data).expect("a column")
    });
    let model = write::write(pipeline, &made_up::about(None)).expect("exportable");
    let session = Session::load(&model.bytes).expect("sound");
    let outputs = session.run(feeds.collect()).expect("runs");
    let found = |name: &str| {
        let position = session.outputs.iter().position(|o| o.name == name).expect("an output");
        let Data::F32(values) = &outputs[position].data else { panic!("{name} is not float32") };
        values.clone()
    };
    let (found, expected, unit) = match pipeline.predict(&inputs) {
        Predictions::Probabilities { values, .. } => (found("probabilities"), values, 1.0),
        Predictions::Values(values) => {
            let n = values.len() as f64;
            let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
            let spread = (values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / n).sqrt();
            (found("prediction"), values, spread)
        }
    };
    assert_eq!(found.len(), expected.len());
    found.iter().zip(&expected).map(|(f, e)| (f64::from(*f) - f64::from(*e)).abs() / unit).fold(0.0, f64::max)
}
