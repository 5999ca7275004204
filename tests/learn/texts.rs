//! Columns of texts as features: their words against scikit-learn's, which columns are taken for texts, and bad texts.

use hearth::dataset::words::{FEWEST_ROWS, LENGTH, SEPARATORS};
use hearth::dataset::{Dataset, DatasetSpec, Role, Target};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::model::linear::LinearSpec;
use hearth::model::trees::BoostSpec;
use hearth::pipeline::PipelineSpec;
use hearth::prepare::{Block, Inputs, PrepareSpec, Words};
use hearth::random::Random;
use hearth::split::SplitSpec;
use hearth::table::csv::import_bytes;
use hearth::table::{Column, Table, Values};
use hearth::validate::cross_validate;
use serde_json::{Value, json};

use crate::data::{dataset, numbers};
use crate::python::{ask, assert_close, numbers as list};

const PIECES: [&str; 40] = [
    "good",
    "Good",
    "GOOD",
    "bad",
    "très",
    "TRÈS",
    "tre\u{300}s",
    "Straße",
    "straße",
    "naïve",
    "жизнь",
    "Жизнь",
    "ΣΟΦΟΣ",
    "σοφός",
    "中文",
    "日本語",
    "x_1",
    "42",
    "3.14",
    "don't",
    "e-mail",
    "a",
    "I",
    "İstanbul",
    "Ǆ",
    "ǆ",
    "हिन्दी",
    "ﬁn",
    "no",
    "unknown",
    "the",
    "The",
    "of",
    "and",
    "delivery",
    "late",
    "broken",
    "again",
    "🦀",
    "thanks!",
];
const BETWEEN: [&str; 14] = [" ", " ", " ", ", ", ". ", "\n", "\t", "\u{a0}", " – ", "…", "/", "、", "\u{3000}", "! "];

fn texts(name: &str, texts: Vec<Option<String>>) -> Column {
    let values = Values::Text(texts.into_iter().map(|text| text.map(String::into_boxed_str)).collect());
    Column { name: name.into(), values, missing_spellings: vec!["?".into()], unit: None }
}

fn sentence(random: &mut Random) -> String {
    let n = 1 + random.below(14);
    let pick = |random: &mut Random, of: &[&'static str]| of[random.below(of.len() as u64) as usize];
    (0..n).map(|_| [pick(random, &PIECES), pick(random, &BETWEEN)].concat()).collect()
}

fn words(block: &Block) -> &Words {
    let Block::Words { words, .. } = block else { panic!("no words: {block:?}") };
    words
}

#[test]
fn words_equal_scikit_learn() {
    let mut random = Random::new(4, 0);
    let some: Vec<Option<String>> = (0..600).map(|row| (row % 7 != 0).then(|| sentence(&mut random))).collect();
    let columns = [texts("note", some.clone())];
    let data = dataset(&columns, Target::Values(vec![0.0; 600]));
    let train: Vec<u32> = (0..600).filter(|p| p % 3 != 0).collect();
    let test: Vec<u32> = (0..600).filter(|p| p % 3 == 0).collect();
    let part = |rows: &[u32]| rows.iter().map(|row| json!(some[*row as usize])).collect::<Vec<Value>>();
    for most in [1000, 12] {
        let separators: Vec<[u32; 2]> = SEPARATORS.iter().map(|(low, high)| [*low as u32, *high as u32]).collect();
        let question = json!({
            "train": part(&train), "test": part(&test), "separators": separators, "length": [LENGTH.0, LENGTH.1],
            "fewest": 30, "most": most,
        });
        let answer = ask("words.py", &question);
        for (name, usual) in [("unit", PrepareSpec::for_linear()), ("plain", PrepareSpec::for_trees())] {
            let fitted = PrepareSpec { min_category_rows: 30, max_words: most, ..usual }.fit(&data, &train);
            let vocabulary: Vec<Value> = words(&fitted.blocks[0]).words.iter().map(|word| json!(word)).collect();
            assert!(vocabulary.len() >= 12);
            assert_eq!(Value::from(vocabulary.clone()), answer["vocabulary"]);
            let ours = fitted.transform(&Inputs::from_dataset(&data, &test));
            let n = vocabulary.len();
            // Behind the words stands whether the text is missing.
            assert_eq!(ours.n_columns, n + 1);
            let known: Vec<f64> = (0..ours.n_rows)
                .flat_map(|row| ours.row(row)[..n].iter().map(|v| f64::from(*v)).collect::<Vec<_>>())
                .collect();
            assert_close(name, &known, &list(&answer[name]), 1e-6);
            for (row, position) in test.iter().enumerate() {
                assert_eq!(ours.row(row)[n], f32::from(u8::from(some[*position as usize].is_none())));
            }
        }
    }
    let fitted = PrepareSpec::for_linear().fit(&data, &train);
    assert!(fitted.feature_names.contains(&"note has très".to_owned()), "{:?}", fitted.feature_names);
    assert_eq!(fitted.feature_names.last().map(String::as_str), Some("note is missing"));
    assert!(fitted.feature_inputs.iter().all(|input| *input == 0));
}

#[test]
fn no_word_of_a_row_outside_training_is_learned() {
    let all: Vec<Option<String>> = (0..60)
        .map(|row| Some(if row < 30 { "the same old words".to_owned() } else { format!("secret {row}") }))
        .collect();
    let columns = [texts("note", all)];
    let data = dataset(&columns, Target::Values(vec![0.0; 60]));
    let train: Vec<u32> = (0..32).collect();
    let fitted = PrepareSpec::for_linear().fit(&data, &train);
    assert_eq!(words(&fitted.blocks[0]).words, ["old", "same", "the", "words"]);
}

fn csv(note: impl Fn(usize) -> String) -> Table {
    let mut text = "id,note,size,sold\n".to_owned();
    for row in 0..120 {
        text += &format!("{row},\"{}\",{},{}\n", note(row), row * 7 % 13, ["no", "yes"][row / 3 % 2]);
    }
    import_bytes("notes.csv", text.as_bytes(), None).expect("readable").read.table
}

fn reason(table: &Table, role: Option<Role>) -> Option<String> {
    let roles = role.map(|role| ("note".to_owned(), role)).into_iter().collect();
    let spec = DatasetSpec { target: "sold".into(), roles, ..DatasetSpec::default() };
    let data = Dataset::new(table, &spec).expect("sound");
    let reason = data.left_out.iter().find(|(name, _)| name == "note").map(|(_, reason)| reason.clone());
    assert_eq!(reason.is_none(), data.features.iter().any(|column| column.name == "note"));
    reason
}

#[test]
fn texts_are_learned_from_and_names_are_not() {
    let word = |row: usize, n: usize| ["fine", "broken", "late", "again", "cheap"][(row / n) % 5];
    let prose = csv(|row| format!("Parcel {row} came {} and was {} in part", word(row, 1), word(row, 5)));
    assert_eq!(reason(&prose, None), None);
    assert_eq!(reason(&prose, Some(Role::Ignore)).as_deref(), Some("Its role leaves it out."));

    let names = csv(|row| format!("Mr. {} Number{row}", word(row, 1)));
    let told = reason(&names, None).expect("names");
    assert_eq!(told, "Its texts have 3.0 words on average, as names have. Put it under Use to learn from the words.");
    assert_eq!(reason(&names, Some(Role::Feature)), None);

    // Long keys, and texts of which none has a word in common with two others.
    let keys = csv(|row| format!("key{:0>120}", row * 77_777));
    assert!(matches!(keys.column("note").map(|c| &c.values), Some(Values::Text(_))));
    assert!(reason(&keys, None).is_some());
    let different = csv(|row| (0..6).map(|n| format!("w{row}x{n} ")).collect());
    let told = reason(&different, Some(Role::Feature)).expect("nothing in common");
    assert_eq!(told, "None of its words stands in 3 rows or more: there is nothing to learn from.");
    assert_eq!(FEWEST_ROWS, PrepareSpec::for_linear().min_category_rows);
}

#[test]
fn a_text_that_says_the_outcome_is_heard() {
    let mut random = Random::new(9, 0);
    let mut text = "note,size,sold\n".to_owned();
    for _ in 0..400 {
        let sold = random.below(2) == 1;
        let telling = if sold { ["delighted", "splendid"] } else { ["awful", "refund"] }[random.below(2) as usize];
        let filler =
            ["the parcel came on time", "nothing else to say here", "it was for my sister"][random.below(3) as usize];
        let number = random.below(100_000);
        text += &format!(
            "\"{filler}, {telling}! Order {number}.\",{:.2},{}\n",
            random.unit(),
            if sold { "yes" } else { "no" }
        );
    }
    let table = import_bytes("notes.csv", text.as_bytes(), None).expect("readable").read.table;
    let spec = DatasetSpec { target: "sold".into(), ..DatasetSpec::default() };
    let data = Dataset::new(&table, &spec).expect("sound");
    let split = SplitSpec { folds: 3, ..SplitSpec::default() }.draw(&data).expect("enough rows");
    let linear = PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Linear(LinearSpec::default()) };
    let boost = BoostSpec { rounds: 30, ..BoostSpec::default() };
    let trees = PipelineSpec { prepare: PrepareSpec::for_trees(), model: ModelSpec::Boost(boost) };
    let mut none = |_: &_, _: &_| Err("no network is asked for".to_owned());
    for spec in [linear, trees] {
        let (_, report) = cross_validate(&data, "sold", &split, &spec, &mut none).expect("sound");
        let accuracy = report.scores.iter().find(|score| score.metric == Metric::Accuracy).and_then(|score| score.mean);
        assert!(accuracy.expect("scored") > 0.99, "{accuracy:?}");
    }
}

#[test]
fn long_many_and_missing_texts_are_borne() {
    let n = 200;
    // Ten thousand distinct words, and one cell of a megabyte.
    let many = |row: usize| (0..50).map(|word| format!("word{} ", row * 50 + word)).collect::<String>();
    let mut cells: Vec<Option<String>> = (0..n).map(|row| Some(many(row) + "common ending")).collect();
    cells[7] = Some("common ".repeat(150_000));
    cells[8] = Some("x".repeat(1 << 20));
    cells[9] = Some(String::new());
    cells[10] = Some(" \t\u{3000}…".to_owned());
    cells[11] = Some("None".to_owned());
    cells[12] = Some("?".to_owned());
    let columns = [texts("note", cells), numbers("size", (0..n).map(|row| row as f64).collect())];
    let data = dataset(&columns, Target::Values((0..n).map(|row| row as f64).collect()));
    let all: Vec<u32> = (0..n as u32).collect();
    for usual in [PrepareSpec::for_linear(), PrepareSpec::for_trees()] {
        let fitted = usual.fit(&data, &all);
        assert_eq!(words(&fitted.blocks[0]).words, ["common", "ending"]);
        let features = fitted.transform(&Inputs::from_dataset(&data, &all));
        assert!(features.values.iter().all(|v| v.is_finite()));
        assert!(features.row(7)[0] > 0.0 && features.row(7)[1] == 0.0);
        assert_eq!(features.row(8)[..3], [0.0, 0.0, 0.0]);
        // Empty is missing, and so is what programs write for it; blanks are a text without words.
        assert_eq!([9, 10, 11, 12].map(|row| features.row(row)[2]), [1.0, 0.0, 1.0, 1.0]);
        let every = PrepareSpec { min_category_rows: 1, max_words: 2_000, ..usual.clone() }.fit(&data, &all);
        assert_eq!(words(&every.blocks[0]).words.len(), 2_000);
        // A part of the rows without a text: no words, and predictions all the same.
        let nothing = usual.fit(&data, &[8, 9, 10]);
        assert!(words(&nothing.blocks[0]).words.is_empty());
        assert_eq!(nothing.feature_names, ["note is missing", "size"]);
        assert!(nothing.transform(&Inputs::from_dataset(&data, &all)).values.iter().all(|v| v.is_finite()));
    }
    let empty = csv(|_| String::new());
    assert_eq!(reason(&empty, None).as_deref(), Some("It has no value in any row with a known target."));
}
