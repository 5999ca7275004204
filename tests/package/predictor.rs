//! Predictors: a model on its own answers as the studio does, says why, and does what was chosen with rows unlike those of
//! its training. What the tests make is also written out, for tests/predictor/, which runs it in Node and in a browser.

use std::path::Path;

use hearth::dataset::{Dataset, DatasetSpec, Task};
use hearth::model::network::Activation;
use hearth::model::trees::BoostSpec;
use hearth::model::{Model, ModelSpec};
use hearth::monitor::{Reference, Training};
use hearth::package::build::{self, Source};
use hearth::package::golden::{Golden, GoldenColumn, N_ROWS, output_texts};
use hearth::package::promise::Promise;
use hearth::package::zip_bytes::gzip;
use hearth::package::{PackageAbout, predictions_csv};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::predictor::{Predictor, make};
use hearth::prepare::guard::Guarded;
use hearth::prepare::{Inputs, OnUnseen, PrepareSpec};
use hearth::split::SplitSpec;
use hearth::table::csv::{CsvSettings, import_bytes};
use hearth::table::{ColumnType, MISSING_DATE, Table, date_text};
use hearth::validate::conformal::{Bounds, Level};
use hearth::validate::{Cover, cross_validate};

use crate::grown;
use crate::made_up::{self, Kind, TASKS};
use crate::promised;
use crate::runtime::empty_folder;
use crate::texts;

/// Every kind of model for every task, and a threshold where there can be one.
fn each(mut check: impl FnMut(&str, &Pipeline, Option<f64>)) {
    for task in TASKS {
        let threshold = (task == Task::Binary).then_some(0.4);
        for seed in 0..6 {
            let n_columns = 1 + 3 * seed as usize;
            let linear = made_up::pipeline(Kind::Linear, task, n_columns, seed);
            check(&format!("linear-{task:?}-{seed}"), &linear, threshold);
            let network = made_up::pipeline(Kind::Network(Activation::Silu), task, n_columns, seed);
            check(&format!("network-{task:?}-{seed}"), &network, threshold);
            let trees = grown::pipeline(grown::Kind::Boost, task, seed % 2 == 1, seed);
            check(&format!("trees-{task:?}-{seed}"), &trees, threshold);
            check(&format!("texts-{task:?}-{seed}"), &texts::pipeline(Kind::Linear, task, seed), threshold);
            let mut other = linear.clone();
            if let Model::Linear(model) = &mut other.model {
                model.weights.iter_mut().for_each(|weight| *weight *= -0.5);
            }
            let ensemble = Pipeline::blend(&[&linear, &other], &[0.25, 0.75]).expect("of the same columns");
            check(&format!("ensemble-{task:?}-{seed}"), &ensemble, threshold);
        }
    }
}

fn predictor(pipeline: &Pipeline, about: &PackageAbout, source: &Source) -> Predictor {
    let made = make(pipeline, &made_up::report(pipeline), about, source, &[]).expect("sound");
    Predictor::from_bytes(&made.to_bytes()).expect("sound")
}

/// A golden row's cells as golden.csv has them, and what is expected of it.
fn golden(pipeline: &Pipeline, threshold: Option<f64>) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let golden = Golden::make(pipeline);
    let expected = pipeline.predict(&golden.inputs());
    let cell = |column: &GoldenColumn, row: usize| match column {
        GoldenColumn::Numbers(values) if values[row].is_nan() => String::new(),
        GoldenColumn::Numbers(values) => format!("{:?}", values[row]),
        GoldenColumn::Texts(texts) => texts[row].clone(),
        GoldenColumn::Dates(values) if values[row] == MISSING_DATE => String::new(),
        GoldenColumn::Dates(values) => date_text(values[row], values[row].rem_euclid(86_400_000) != 0),
    };
    let rows = (0..N_ROWS).map(|row| golden.columns.iter().map(|column| cell(column, row)).collect()).collect();
    let answers = (0..N_ROWS).map(|row| output_texts(pipeline, &expected, row, threshold)).collect();
    (rows, answers)
}

#[test]
fn a_model_on_its_own_answers_every_golden_row_as_the_studio_does() {
    let out = empty_folder("predictors");
    each(|name, pipeline, threshold| {
        let about = made_up::about(threshold);
        let model = predictor(pipeline, &about, &Source::default());
        let (rows, answers) = golden(pipeline, threshold);
        for (row, expected) in rows.iter().zip(&answers) {
            let cells: Vec<Option<&str>> = row.iter().map(|cell| Some(cell.as_str())).collect();
            let answer = model.answer(&cells).expect("flags only");
            let numbers = answer.numbers.iter().map(|number| format!("{number:?}"));
            let found: Vec<String> = answer.label.iter().cloned().chain(numbers).collect();
            assert_eq!(&found, expected, "{name}: {row:?}");
            let told: serde_json::Value = serde_json::from_str(&answer.json()).expect("JSON");
            assert_eq!(told["numbers"].as_array().map(Vec::len), Some(answer.numbers.len()), "{name}");
            assert_eq!(told["unseen"].as_array().map(Vec::len), Some(answer.unseen.len()), "{name}");
        }
        if name.ends_with("-1") || name.ends_with("-3") {
            write_out(&out.join(name), &model.to_bytes(), &rows, &answers);
        }
    });
}

/// The model as its page carries it, and rows with their answers.
pub fn write_out(folder: &Path, model: &[u8], rows: &[Vec<String>], answers: &[Vec<String>]) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("model.gz"), gzip(model)).unwrap();
    let golden = serde_json::json!({ "rows": rows, "answers": answers });
    std::fs::write(folder.join("golden.json"), golden.to_string()).unwrap();
}

#[test]
fn what_is_promised_goes_with_a_model_on_its_own() {
    let out = empty_folder("predictors-promised");
    for task in TASKS {
        for cover in [Cover::default(), Cover { level: Level::Eighty, by_class: true }] {
            let pipeline = made_up::pipeline(Kind::Linear, task, 6, 11);
            let report = promised::report(&pipeline);
            let about = PackageAbout { cover, ..made_up::about((task == Task::Binary).then_some(0.4)) };
            let made = make(&pipeline, &report, &about, &Source::default(), &[]).expect("sound");
            let model = Predictor::from_bytes(&made.to_bytes()).expect("sound");
            let promise = Promise::of(&report, cover).expect("rows were set aside");
            let facts: serde_json::Value = serde_json::from_str(&model.facts).expect("JSON");
            assert_eq!(facts["promise"]["level"], cover.level.share());
            assert!(facts["card"].to_string().contains("stand behind it (split conformal prediction)"), "{facts}");

            let (rows, answers) = golden(&pipeline, about.threshold);
            let expected = pipeline.predict(&Golden::make(&pipeline).inputs());
            let kept: Vec<Vec<String>> = (0..N_ROWS).map(|row| promise.texts(&expected, row)).collect();
            for (row, wanted) in rows.iter().zip(&kept) {
                let cells: Vec<Option<&str>> = row.iter().map(|cell| Some(cell.as_str())).collect();
                let answer = model.answer(&cells).expect("flags only");
                let found: Vec<String> = match answer.range {
                    Some((low, high)) => vec![format!("{low:?}"), format!("{high:?}")],
                    None => answer.set.iter().map(bool::to_string).collect(),
                };
                assert_eq!(&found, wanted, "{task:?}: {row:?}");
            }
            // A file has the same columns.
            let names: Vec<&str> = pipeline.preparation.inputs.iter().map(|input| input.name.as_str()).collect();
            let text = format!("{}\n{}\n", names.join(","), vec![""; names.len()].join(","));
            let csv = String::from_utf8(model.file("rows.csv", &text).expect("readable").csv).unwrap();
            for name in promise.names(&pipeline) {
                assert!(
                    csv.lines().next().expect("a head").contains(&name.replace('"', "\"\"")),
                    "{name} is not in {csv}"
                );
            }
            let folder = out.join(format!("{task:?}-{}", cover.level.percent()));
            write_out(&folder, &model.to_bytes(), &rows, &answers);
            std::fs::write(folder.join("promised.json"), serde_json::json!(kept).to_string()).unwrap();

            // Bounds of another number of classes, or of none, are no part of this model.
            let mut wrong = made.clone();
            let bounds = if task == Task::Regression { Bounds::Half(None) } else { Bounds::Least(vec![0.1]) };
            wrong.promise = Some(Promise { bounds, ..promise });
            assert!(Predictor::from_bytes(&wrong.to_bytes()).is_err());
        }
        let none = predictor(&made_up::pipeline(Kind::Linear, task, 3, 1), &made_up::about(None), &Source::default());
        assert!(none.promise.is_none() && none.facts.contains("\"promise\":null"));
    }
}

#[test]
fn reasons_add_up_to_what_the_model_says() {
    each(|name, pipeline, threshold| {
        let model = predictor(pipeline, &made_up::about(threshold), &Source::default());
        let (rows, _) = golden(pipeline, threshold);
        // Without extremes, whose sums lose digits.
        for row in rows.iter().take(8) {
            let cells: Vec<Option<&str>> = row.iter().map(|cell| Some(cell.as_str())).collect();
            let reasons = model.reasons(&cells);
            let told: serde_json::Value = serde_json::from_str(&reasons.json()).expect("JSON");
            let parts = told["parts"].as_array().expect("parts");
            assert_eq!(parts.len(), pipeline.preparation.inputs.len(), "{name}");
            let sum: f64 = parts.iter().map(|part| part[1].as_f64().expect("a number")).sum();
            let (base, total) = (told["base"].as_f64().unwrap(), told["total"].as_f64().unwrap());
            assert!((base + sum - total).abs() <= 1e-9 * total.abs().max(1.0), "{name}: {base} + {sum} for {total}");
            let margin = hearth::explain::Margin::new(&pipeline.model);
            let read: Vec<Option<&str>> = cells.clone();
            let (inputs, _) = Inputs::from_texts(&pipeline.preparation.inputs, &[read]);
            let says = margin.of(&pipeline.preparation.transform(&inputs))[reasons.output];
            assert!((says - total).abs() <= 1e-4 * says.abs().max(1.0), "{name}: {total} for {says}");
        }
    });
}

/// A pipeline that was fitted to a sample of the page, with the sketches of its rows.
fn fitted(sample: &str, target: &str, spec: &PipelineSpec) -> (Table, Pipeline, Source) {
    let path = format!("{}/public/samples/{sample}.csv", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).expect("a sample of the page");
    let table = import_bytes(sample, &bytes, None).expect("readable").read.table;
    let (pipeline, source) = fit(&table, target, spec);
    (table, pipeline, source)
}

/// A pipeline that was fitted to a table, with the sketches of its rows.
pub fn fit(table: &Table, target: &str, spec: &PipelineSpec) -> (Pipeline, Source) {
    let dataset = DatasetSpec { target: target.to_owned(), ..DatasetSpec::default() };
    let data = Dataset::new(table, &dataset).unwrap_or_else(|p| panic!("{target}: {p:?}"));
    let split = SplitSpec { folds: 2, ..SplitSpec::default() }.draw(&data).expect("enough rows");
    let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
    let (pipeline, _) = cross_validate(&data, target, &split, spec, &mut none).expect("sound");
    let positions: Vec<u32> = (0..data.rows.len() as u32).collect();
    let reference = Reference::make(&Training {
        task: data.task,
        target_name: target,
        columns: &data.features,
        rows: &data.rows,
        target: &data.target,
        predictions: &pipeline.predict_positions(&data, &positions),
        n_training: None,
        importance: Vec::new(),
        seed: 0,
    });
    (pipeline, Source { reference: Some(reference), ..Source::default() })
}

pub fn specs() -> [(&'static str, PipelineSpec); 2] {
    let boost = BoostSpec { rounds: 20, ..BoostSpec::default() };
    [
        ("linear", PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(Default::default()) }),
        ("trees", PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Boost(boost) }),
    ]
}

const SAMPLES: [(&str, &str); 3] = [("penguins", "species"), ("credit", "default"), ("concrete", "strength")];

fn target_of(sample: &str, guess: &str) -> String {
    let path = format!("{}/public/samples/{sample}.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a sample of the page");
    let mut names = text.lines().next().expect("a header").split(',');
    let last = names.clone().next_back().expect("a column");
    names.find(|name| name.contains(guess)).unwrap_or(last).trim_matches('"').to_owned()
}

#[test]
fn a_file_comes_back_as_the_import_and_the_pipeline_would_write_it() {
    let out = empty_folder("predictor-files");
    for (sample, guess) in SAMPLES {
        let target = target_of(sample, guess);
        for (kind, spec) in specs() {
            let (table, pipeline, source) = fitted(sample, &target, &spec);
            let about = made_up::about((pipeline.task == Task::Binary).then_some(0.3));
            let model = predictor(&pipeline, &about, &source);
            let bytes = std::fs::read(format!("{}/public/samples/{sample}.csv", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let text = String::from_utf8(bytes.clone()).expect("UTF-8");
            let scored = model.file("rows.csv", &text).expect("readable");
            // The way of the studio: the import's table, the pipeline on it, the cells as they stand.
            let types = table.columns.iter().map(|column| (column.name.clone(), ColumnType::Text)).collect();
            let settings = CsvSettings { types, missing: Vec::new(), ..CsvSettings::default() };
            let texts = import_bytes("rows", &bytes, Some(settings)).expect("readable").read.table;
            let (predictions, _) = pipeline.predict_table(&table).expect("its columns");
            let rows: Vec<u32> = (0..table.n_rows as u32).collect();
            let (inputs, _) = Inputs::from_table(&pipeline.preparation.inputs, &table, &rows).expect("its columns");
            let known = pipeline.preparation.known_texts();
            let unseen = pipeline.preparation.unseen(&inputs, &known, &model.missing);
            assert!(unseen.iter().filter(|told| !told.is_empty()).count() < table.n_rows / 20, "{sample} {kind}");
            let guarded = Guarded { on_unseen: OnUnseen::Flag, unseen };
            let expected = predictions_csv::write(&texts, &pipeline, &predictions, about.threshold.into(), &guarded);
            let (found, expected) = (String::from_utf8(scored.csv).unwrap(), String::from_utf8(expected).unwrap());
            for (line, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
                assert_eq!(found, expected, "{sample} {kind}, line {line}");
            }
            assert_eq!(found.len(), expected.len(), "{sample} {kind}");
            let folder = out.join(format!("{kind}-{sample}"));
            let (rows, answers) = golden(&pipeline, about.threshold);
            write_out(&folder, &model.to_bytes(), &rows, &answers);
            std::fs::write(folder.join("rows.csv"), &text).unwrap();
            std::fs::write(folder.join("expected.csv"), &expected).unwrap();
            // For onnxruntime.
            let onnx = hearth::package::onnx::write::write(&pipeline, &about).expect("exportable");
            std::fs::write(folder.join("model.onnx"), &onnx.bytes).unwrap();
            let inputs: Vec<_> = pipeline
                .preparation
                .inputs
                .iter()
                .zip(&onnx.input_names)
                .map(|(input, name)| serde_json::json!({ "name": name, "kind": input.kind.word() }))
                .collect();
            std::fs::write(folder.join("inputs.json"), serde_json::json!(inputs).to_string()).unwrap();
        }
    }
}

#[test]
fn other_ways_of_writing_a_file_are_read_alike() {
    let (_, pipeline, source) = fitted("penguins", &target_of("penguins", "species"), &specs()[0].1);
    let model = predictor(&pipeline, &made_up::about(None), &source);
    let names: Vec<&str> = pipeline.preparation.inputs.iter().map(|input| input.name.as_str()).collect();
    let row: Vec<String> = model.typical.iter().map(|cell| cell.clone().unwrap_or_default()).collect();
    let file = |delimiter: &str, row: &[String]| format!("{}\r\n{}\r\n", names.join(delimiter), row.join(delimiter));
    let predicted = |text: &str| {
        let csv = String::from_utf8(model.file("a.csv", text).expect("readable").csv).unwrap();
        let line = csv.lines().nth(1).expect("a row").to_owned();
        line.split(',').rev().take(4).map(str::to_owned).collect::<Vec<_>>()
    };
    let usual = predicted(&file(",", &row));
    let commas: Vec<String> = row.iter().map(|cell| cell.replace('.', ",")).collect();
    assert_eq!(predicted(&file(";", &commas)), usual);
    assert_eq!(predicted(&file("\t", &row)), usual);
    assert_eq!(predicted(&format!("\u{feff}{}", file(",", &row))), usual);
    // Reordered, with a column more.
    let reversed = |items: Vec<String>| items.into_iter().rev().collect::<Vec<_>>().join(",");
    let text = format!("id,{}\n7,{}\n", reversed(names.iter().map(|name| (*name).to_owned()).collect()), reversed(row));
    assert_eq!(predicted(&text), usual);
}

#[test]
fn rows_unlike_the_training_are_flagged_refused_or_not_answered_as_was_chosen() {
    let (_, pipeline, source) = fitted("penguins", &target_of("penguins", "species"), &specs()[1].1);
    let with = |on_unseen| predictor(&pipeline, &PackageAbout { on_unseen, ..made_up::about(None) }, &source);
    let flag = with(OnUnseen::Flag);
    let at = |part: &str| {
        let found = pipeline.preparation.inputs.iter().position(|input| input.name.contains(part));
        found.unwrap_or_else(|| panic!("{part}: {:?}", pipeline.preparation.inputs))
    };
    let (bill, island) = (at("bill_length"), at("island"));
    let typical: Vec<Option<&str>> = flag.typical.iter().map(Option::as_deref).collect();
    let known = flag.answer(&typical).expect("answered");
    assert_eq!(known.unseen, Vec::<String>::new());
    let mut odd = typical.clone();
    (odd[bill], odd[island]) = (Some("5000"), Some("Atlantis"));
    let told = flag.answer(&odd).expect("flagged").unseen;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|said| said.contains("5000 is above everything seen in training (")), "{told:?}");
    assert!(told.iter().any(|said| said.contains("“Atlantis” was rare or never seen in training.")), "{told:?}");
    let mut unread = typical.clone();
    unread[bill] = Some("long");
    let name = &pipeline.preparation.inputs[bill].name;
    let told = flag.answer(&unread).expect("flagged").unseen;
    assert_eq!(told, [format!("{name}: “long” is no number; read as missing.")]);
    // Penguins' islands are never missing in the training rows.
    let mut missing = typical.clone();
    missing[island] = None;
    let told = flag.answer(&missing).expect("flagged").unseen;
    assert_eq!(told, [format!("{} is missing; in training it never was.", pipeline.preparation.inputs[island].name)]);

    let none = with(OnUnseen::Abstain).answer(&odd).expect("no answer");
    assert_eq!((none.numbers.len(), none.label, none.unseen.len()), (0, None, 2));
    assert_eq!(with(OnUnseen::Abstain).answer(&typical), Ok(known));
    let refused = with(OnUnseen::Error).answer(&odd).expect_err("refused");
    assert!(refused.event.starts_with("The row holds what training never saw."), "{refused:?}");

    let names: Vec<&str> = pipeline.preparation.inputs.iter().map(|input| input.name.as_str()).collect();
    let line = |row: &[Option<&str>]| row.iter().map(|cell| cell.unwrap_or_default()).collect::<Vec<_>>().join(",");
    let text = format!("{}\n{}\n{}\n{}\n", names.join(","), line(&typical), line(&odd), line(&unread));
    let scored = flag.file("a.csv", &text).expect("flagged");
    assert_eq!((scored.n_rows, scored.n_unseen), (3, 2));
    let csv = String::from_utf8(with(OnUnseen::Abstain).file("a.csv", &text).expect("some answers").csv).unwrap();
    let lines: Vec<&str> = csv.lines().collect();
    assert!(!lines[1].contains(",,,,"), "{csv}");
    assert!(lines[2].contains(",,,,") && lines[2].contains("was rare or never seen in training."), "{csv}");
    assert!(lines[3].ends_with(&format!("{name}: “long” is no number; read as missing.")), "{csv}");
    let refused = with(OnUnseen::Error).file("a.csv", &text).expect_err("refused");
    assert_eq!(refused.place, "a.csv");
    assert!(refused.event.starts_with("2 rows hold what training never saw. Row 2: "), "{refused:?}");
    let short = text.replace(names[island], "elsewhere");
    let refused = with(OnUnseen::Error).file("a.csv", &short).expect_err("refused");
    assert!(refused.event.contains("not there: “"), "{refused:?}");
    let warned = flag.file("a.csv", &short).expect("flagged").warnings;
    assert!(warned.iter().any(|said| said.contains("is not there; all its cells were read as missing.")), "{warned:?}");
    for (text, event) in [
        ("", "There is no row in it"),
        ("a,b\n", "There is no row in it"),
        ("a,b\n1,2\n", "The table has none of the columns that the model reads."),
    ] {
        let refused = flag.file("a.csv", text).expect_err("refused");
        assert!(refused.event.starts_with(event), "{text:?}: {refused:?}");
    }
    // Far more is missing than in training.
    let row = typical.iter().enumerate().map(|(i, cell)| if i == bill { None } else { *cell }).collect::<Vec<_>>();
    let many = format!("{}\n{}", names.join(","), format!("{}\n", line(&row)).repeat(40));
    let warned = flag.file("a.csv", &many).expect("flagged").warnings;
    assert!(warned.iter().any(|said| said.contains("100 % of the rows miss it; in training 1 % did.")), "{warned:?}");
}

#[test]
fn the_choice_travels_in_the_package() {
    let pipeline = made_up::pipeline(Kind::Linear, Task::Binary, 3, 1);
    for on_unseen in OnUnseen::ALL {
        let about = PackageAbout { on_unseen, ..made_up::about(None) };
        let (report, design) = (made_up::report(&pipeline), made_up::design());
        let (_, zip) = build::make(&pipeline, &report, &design, &about, &Source::default()).expect("exportable");
        assert_eq!(hearth::package::open::open(&zip, "a.zip").expect("sound").on_unseen, on_unseen);
        let package = build::build(&pipeline, &report, &design, &about, &Source::default()).expect("exportable");
        let schema = package.files.iter().find(|file| file.path == "schema.json").expect("a schema");
        let schema: serde_json::Value = serde_json::from_slice(&schema.bytes).expect("JSON");
        assert_eq!(schema["on_unseen"], on_unseen.word());
        assert!(schema["inputs"][0].get("missing_share").is_some(), "{schema}");
    }
}

#[test]
fn damaged_models_are_refused() {
    let pipeline = grown::pipeline(grown::Kind::Boost, Task::Binary, false, 3);
    let bytes = predictor(&pipeline, &made_up::about(None), &Source::default()).to_bytes();
    let refused = |bytes: &[u8]| Predictor::from_bytes(bytes).expect_err("refused").event;
    assert_eq!(refused(b"hearth-x"), "The model is of another kind.");
    assert_eq!(refused(b"hearth-m\x01"), "The model is cut short.");
    assert_eq!(refused(b"hearth-m\x09\x00"), "The model is of another version than the program around it.");
    assert_eq!(refused(&bytes[..bytes.len() / 2]), "The model is damaged.");
    let mut random = hearth::random::Random::new(1, 1);
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        let at = 10 + random.below(damaged.len() as u64 - 10) as usize;
        damaged[at] ^= 1 << random.below(8);
        // Refused, or whole enough to answer.
        if let Ok(model) = Predictor::from_bytes(&damaged) {
            let cells = vec![None; model.pipeline.preparation.inputs.len()];
            drop(model.answer(&cells));
        }
    }
}
