//! Columns of texts: the words that the graph finds, against the studio, our interpreter and onnxruntime.

use hearth::dataset::{Dataset, DatasetSpec, Task};
use hearth::design::Design;
use hearth::model::ModelSpec;
use hearth::model::linear::LinearSpec;
use hearth::model::network::Activation;
use hearth::model::trees::{BoostSpec, ForestSpec};
use hearth::package::golden::Golden;
use hearth::package::onnx::proto::ModelProto;
use hearth::package::onnx::write;
use hearth::package::{build, open};
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::prepare::spelling::Spellings;
use hearth::prepare::{Block, Input, InputKind, PrepareSpec, Words};
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::table::Table;
use hearth::table::csv::import_bytes;
use hearth::validate::cross_validate;
use prost::Message;

use crate::made_up::{self, Kind};
use crate::real::deviation_on_rows;
use crate::runtime::{empty_folder, taken_by_all, unpack, verify_all};

/// Words that programs tell apart otherwise.
const TEXTS: [&str; 12] = [
    "Good BAD ugly",
    "très naïve Straße",
    "жизнь ΣΟΦΌΣ σοφός",
    "中文 日本語 한국어",
    "x_1 42 3.14 1e-3",
    "don't e-mail me@example.com",
    "İstanbul ISTANBUL ıstanbul",
    "Ǆ ǅ ǆ ﬁn \u{212a}elvin \u{212b}ngström",
    "हिन्दी ไทย مرحبا",
    "Z\u{335}a\u{335}l\u{335}go Tie\u{302}\u{301}ng Việt",
    "nan None null undefined",
    "__proto__ <b>bold</b> \"quoted\"",
];

/// A made-up pipeline that also reads three columns of texts: with many words, few, and none.
pub fn pipeline(kind: Kind, task: Task, seed: u64) -> Pipeline {
    let mut random = Random::new(seed, 11);
    let mut preparation = made_up::preparation(3, &mut random);
    for (most, unit) in [(200, true), (3, false), (0, true)] {
        let input = preparation.inputs.len() as u32;
        let missing_spellings = vec!["n/a".to_owned(), "bad".to_owned()];
        let known = Spellings::new(&[], &missing_spellings);
        let levels: Vec<std::borrow::Cow<str>> = TEXTS.iter().map(|text| (*text).into()).collect();
        let words = Words::fit(&(0..12).collect::<Vec<u32>>(), &levels, &known, (1, most));
        preparation.blocks.push(Block::Words { input, words, unit, missing: random.below(2) == 0 });
        let name = format!("text {input}");
        let kind = InputKind::Text;
        preparation.inputs.push(Input { name, kind, missing_spellings, unit: None, range: None, has_time: false });
    }
    random.shuffle(&mut preparation.blocks);
    preparation.feature_inputs =
        preparation.blocks.iter().flat_map(|block| vec![block.input() as u32; block.n_features()]).collect();
    let width = preparation.feature_inputs.len();
    preparation.feature_names = (0..width).map(|feature| format!("feature {feature}")).collect();
    let model = made_up::model(kind, task, width, &mut random);
    Pipeline { task, target: "outcome".into(), labels: made_up::labels(task), preparation, model }
}

fn versions(pipeline: &Pipeline) -> (i64, i64) {
    let bytes = write::write(pipeline, &made_up::about(None)).expect("exportable").bytes;
    let model = ModelProto::decode(bytes.as_slice()).expect("a model");
    let main = model.opset_import.iter().find(|opset| opset.domain().is_empty()).expect("its version");
    (main.version(), model.ir_version())
}

#[test]
fn words_agree_with_onnxruntime_on_odd_texts() {
    let out = empty_folder("package-texts");
    let mut folders = Vec::new();
    for task in made_up::TASKS {
        for kind in [Kind::Linear, Kind::Network(Activation::Silu)] {
            let name = format!("{kind:?}-{task:?}").replace(['(', ')'], "-");
            let pipeline = pipeline(kind, task, 3);
            let (summary, zip) = build::make(
                &pipeline,
                &made_up::report(&pipeline),
                &made_up::design(),
                &made_up::about(None),
                &build::Source::default(),
            )
            .unwrap_or_else(|p| panic!("{name}: {p:?}"));
            assert_eq!(open::open(&zip, &name).unwrap_or_else(|p| panic!("{name}: {p:?}")).pipeline, pipeline);
            assert!(
                summary.reveals.iter().any(|line| line.contains("words of 2 text columns")),
                "{:?}",
                summary.reveals
            );
            unpack(&zip, &out.join(&name));
            folders.push(out.join(&name));
        }
    }
    verify_all(&out);
    taken_by_all(&folders[..2]);
}

#[test]
fn golden_rows_hold_words_in_every_dress() {
    let pipeline = pipeline(Kind::Linear, Task::Regression, 3);
    let preparation = &pipeline.preparation;
    let golden = Golden::make(&pipeline);
    let features = preparation.transform(&golden.inputs());
    let (mut first, mut found, mut all) = (0, 0, 0);
    for block in &preparation.blocks {
        if let Block::Words { words, .. } = block {
            let n_rows = |at: usize| (0..features.n_rows).filter(|row| features.row(*row)[first + at] > 0.0).count();
            found += (0..words.words.len()).filter(|at| (1..features.n_rows).contains(&n_rows(*at))).count();
            all += words.words.len();
        }
        first += block.n_features();
    }
    assert!(all > 30 && 10 * found >= 8 * all, "{found} of {all} words occur");
}

#[test]
fn only_texts_ask_for_newer_operators() {
    assert_eq!(versions(&pipeline(Kind::Linear, Task::Binary, 1)), (20, 9));
    assert_eq!(versions(&made_up::pipeline(Kind::Linear, Task::Binary, 6, 1)), (17, 8));
}

/// 500 notes with capitals, punctuation and accents, some missing; what they say decides.
fn table() -> Table {
    let mut random = Random::new(5, 0);
    let mut text = "note,weight,price,sold\n".to_owned();
    let moods = ["Wonderful", "très bien", "so-so", "BROKEN", "détruit"];
    let fillers =
        ["came on time", "was for my sister", "стоит денег", "looked different in the picture", "cost too much"];
    for row in 0..500 {
        let mood = random.below(5) as usize;
        let filler = fillers[random.below(5) as usize];
        let end = ["!", ".", "…", " :-)", ""][random.below(5) as usize];
        let note = format!("\"The parcel {row}, it {filler}: {}{end}\"", moods[mood]);
        let note = if random.below(10) == 0 { String::new() } else { note };
        let weight = random.unit() * 5.0;
        let signal = 2.0 - mood as f64 + 0.3 * random.normal();
        let sold = if signal > 0.0 { "yes" } else { "no" };
        text += &format!("{note},{weight:.3},{:.3},{sold}\n", 20.0 + 3.0 * signal + weight);
    }
    import_bytes("notes.csv", text.as_bytes(), None).expect("readable").read.table
}

fn specs() -> Vec<(&'static str, PipelineSpec)> {
    let boost = ModelSpec::Boost(BoostSpec { rounds: 40, ..BoostSpec::default() });
    let forest = ModelSpec::Forest(ForestSpec { trees: 20, ..ForestSpec::default() });
    let trees = PrepareSpec::for_trees();
    vec![
        (
            "linear",
            PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) },
        ),
        ("boost", PipelineSpec { prepare: trees.clone(), model: boost }),
        ("forest", PipelineSpec { prepare: trees, model: forest }),
    ]
}

#[test]
fn models_of_notes_agree_with_onnxruntime_row_by_row() {
    let out = empty_folder("package-notes");
    let table = table();
    for target in ["sold", "price"] {
        let other = if target == "sold" { "price" } else { "sold" };
        let roles = vec![(other.to_owned(), hearth::dataset::Role::Ignore)];
        let dataset = DatasetSpec { target: target.into(), roles, ..DatasetSpec::default() };
        let data = Dataset::new(&table, &dataset).expect("sound");
        assert!(data.features.iter().any(|column| column.name == "note"), "{:?}", data.left_out);
        let split_spec = SplitSpec { holdout: 0.2, folds: 2, ..SplitSpec::default() };
        let split = split_spec.draw(&data).expect("enough rows");
        let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
        let mut fitted = Vec::new();
        for (name, spec) in specs() {
            fitted.push((name, cross_validate(&data, target, &split, &spec, &mut none).expect("sound")));
        }
        let members: Vec<&Pipeline> = fitted.iter().map(|(_, (pipeline, _))| pipeline).collect();
        let blend = Pipeline::blend(&members, &[0.25, 0.5, 0.25]).expect("of one design");
        let report = fitted[0].1.1.clone();
        fitted.push(("blend", (blend, report)));
        // A network of made-up weights on the words that were found.
        let (linear, report) = fitted[0].1.clone();
        let width = linear.preparation.n_features();
        let model = made_up::model(Kind::Network(Activation::Relu), linear.task, width, &mut Random::new(2, 2));
        fitted.push(("network", (Pipeline { model, ..linear }, report)));
        for (name, (pipeline, report)) in fitted {
            let name = format!("{name}-{target}");
            let design = Design {
                dataset: dataset.clone(),
                split: split_spec.clone(),
                metric: None,
                candidates: specs().into_iter().map(|(_, spec)| spec).collect(),
                search: None,
            };
            let (summary, zip) =
                build::make(&pipeline, &report, &design, &made_up::about(None), &build::Source::default())
                    .unwrap_or_else(|p| panic!("{name}: {p:?}"));
            let rows = deviation_on_rows(&pipeline, &table);
            println!("{name}: golden rows {:.1e}, all rows {rows:.1e}, {} bytes", summary.largest_deviation, zip.len());
            assert!(rows <= 1e-5, "{name}: {rows}");
            assert_eq!(versions(&pipeline), (20, 9));
            unpack(&zip, &out.join(name));
        }
    }
    verify_all(&out);
}
