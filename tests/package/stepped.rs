//! Predictors of models behind steps: rows and files as they were before the steps are answered as the studio answers them,
//! and reasons are of the columns that a person enters. What the tests make is also written out, for tests/web/predictor/.

use hearth::dataset::Task;
use hearth::explain::Margin;
use hearth::package::PackageAbout;
use hearth::package::build::Source;
use hearth::package::golden::output_texts;
use hearth::package::predictions_csv;
use hearth::pipeline::{Pipeline, PipelineSpec};
use hearth::predictor::{Flavour, Predictor, PredictorKind, Program, Stepped, make, make_packed, make_stepped};
use hearth::prepare::guard::Guarded;
use hearth::prepare::{Inputs, OnUnseen};
use hearth::recipe::{Find, Keep, LetterCase, NoOthers, Operation, Outcome, Outside, Recipe, Replay, SplitBy, apply};
use hearth::table::csv::{CsvSettings, Decimal, import_bytes};
use hearth::table::{ColumnType, Table};

use crate::made_up;
use crate::predictor::{fit, specs, write_out};
use crate::runtime::empty_folder;

const TARGET: &str = "bought";

/// Every kind of cell that steps mend: marks beside numbers, several spellings, dates in words, codes that lost their zeros,
/// two numbers in one cell, a number that means "missing". What is bought depends on price and city.
fn orders() -> String {
    let mut random = hearth::random::Random::new(5, 0);
    let mut text = "weight,price,city,when,code,size,temp,member,kind,grade,note,bought\n".to_owned();
    for row in 0..400 {
        let price = random.below(40) + 1;
        let mark = ["", " EUR"][random.below(2) as usize];
        let city = [" Roma", "rome ", "Rom", "OSLO", "oslo"][random.below(5) as usize];
        let weight = if row == 0 { 20.5 } else { (random.below(400) as f64) / 10.0 + 1.0 };
        let (day, month) = ([3, 14, 25][random.below(3) as usize], random.below(4) + 3);
        let code = [5, 7, 7, 7, 9][random.below(5) as usize];
        let size = ["10x20", "10x30", "15x20", "40x5"][random.below(4) as usize];
        let temp = if random.below(12) == 0 { -999.0 } else { random.below(450) as f64 / 10.0 - 2.0 };
        let member = ["yes", "no"][random.below(2) as usize];
        let (kind, grade) = (["A", "B"][random.below(2) as usize], ["x", "z", ""][random.below(3) as usize]);
        let likely = (price > 20) ^ city.trim().eq_ignore_ascii_case("oslo");
        let bought = if likely ^ (random.unit() < 0.1) { "bought" } else { "left" };
        text += &format!(
            "{weight},ca-{price}{mark},{city},d{day:02}-m{month:02}-y2025,{code},{size},{temp},{member},{kind},{grade},n{},{bought}\n",
            row % 7
        );
    }
    text
}

/// One step of every kind that is done to rows that are predicted, and some that are not. `mixed`: some columns are made of
/// several.
fn steps(mixed: bool) -> Recipe {
    let text = |text: &str| text.to_owned();
    let replace = |find: Find, by: &str| Operation::Replace { column: text("price"), find, by: text(by) };
    let number = |column: &str| Operation::Retype {
        column: text(column),
        to: ColumnType::Number,
        decimal: Decimal::Point,
        day_first: false,
    };
    let derive = |column: &str, formula: &str| Operation::Derive { column: text(column), formula: text(formula) };
    let cities = || vec![text("city")];
    let mut all = vec![
        Operation::Drop { columns: vec![text("note")] },
        Operation::Rename { from: text("weight"), to: text("mass") },
        Operation::Filter { condition: text("mass < 1000"), keep: true },
        Operation::Deduplicate { columns: Vec::new(), keep: Keep::First },
        replace(Find::Part(text("ca-")), ""),
        replace(Find::Regex(text(r"\s*EUR$")), ""),
        replace(Find::RegexCell(text(r"(\d+)")), "$1.5"),
        replace(Find::Cell(text("0.5")), "1.5"),
        number("price"),
        derive("gross", "round(price * 1.19, 2)"),
        Operation::Trim { columns: cities(), runs: true },
        Operation::Case { columns: cities(), to: LetterCase::Lower },
        Operation::Merge { column: text("city"), from: vec![text("roma"), text("rom")], into: text("rome") },
        Operation::ParseDates { column: text("when"), format: text("d%d-m%m-y%Y") },
        derive("month", "month(when)"),
        derive("weekend", "weekday(when) >= 6"),
        derive("age", "days_between(date(2025, 1, 1), when)"),
        Operation::PadZeros { column: text("code"), width: 3 },
        Operation::Split {
            column: text("size"),
            by: SplitBy::Delimiter(text("x")),
            into: vec![text("w"), text("h")],
            keep: false,
        },
        number("w"),
        number("h"),
        derive("area", "w * h"),
        Operation::TreatAsMissing { column: text("temp"), texts: vec![text("-999")] },
        Operation::Fill { column: text("temp"), value: text("15") },
        Operation::Clip {
            column: text("temp"),
            low: Some(text("0")),
            high: Some(text("40")),
            outside: Outside::BecomesBound,
        },
        Operation::Bin {
            column: text("temp"),
            edges: vec![10.0, 20.0],
            names: vec![text("cold"), text("mild"), text("warm")],
            into: text("warmth"),
        },
        derive("joined", "if(member, 1, 0)"),
    ];
    if mixed {
        all.push(Operation::Combine {
            columns: vec![text("kind"), text("grade")],
            separator: text("-"),
            into: text("class"),
            keep: false,
        });
        all.push(derive("dear", "gross / mass"));
    }
    all.push(Operation::Drop { columns: vec![text("price")] });
    // A name that was free is taken by another column.
    all.push(Operation::Rename { from: text("gross"), to: text("price") });
    let mut recipe = Recipe::default();
    for operation in all {
        recipe.push(operation);
    }
    recipe
}

fn learned(mixed: bool, spec: &PipelineSpec) -> (Pipeline, Source) {
    let table = import_bytes("orders.csv", orders().as_bytes(), None).expect("readable").read.table;
    let recipe = steps(mixed);
    let applied = apply(&table, &recipe.steps, &NoOthers);
    assert!(applied.report.iter().all(|report| report.outcome == Outcome::Done), "{:#?}", applied.report);
    let (pipeline, mut source) = fit(&applied.table, TARGET, spec);
    let names: Vec<&str> = pipeline.preparation.inputs.iter().map(|input| input.name.as_str()).collect();
    source.replay = Replay::of((&table, &NoOthers), &recipe, &applied.report, &names, TARGET);
    (pipeline, source)
}

fn stepped(pipeline: &Pipeline, about: &PackageAbout, source: &Source) -> Stepped {
    let made = make_stepped(pipeline, &made_up::report(pipeline), about, source, &[]).expect("writable");
    Stepped::from_bytes(&made.to_bytes()).expect("sound")
}

/// A row as the model reads it, the way of the studio.
fn behind(replay: &Replay, row: &[String]) -> Table {
    let names = replay.columns.iter().map(|column| column.name.clone());
    replay.row(&names.zip(row.iter().cloned()).collect::<Vec<_>>()).0
}

/// The cells of the file's first rows that the model is asked with, and some odd ones.
fn rows(replay: &Replay) -> Vec<Vec<String>> {
    let text = orders();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("a head");
    let places: Vec<usize> = replay
        .columns
        .iter()
        .map(|column| head.iter().position(|name| *name == column.name).expect("a column of the file"))
        .collect();
    let of = |line: Vec<&str>| places.iter().map(|place| line[*place].to_owned()).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = lines.take(24).map(of).collect();
    rows.push(vec![String::new(); places.len()]);
    rows.push(vec!["oops".to_owned(); places.len()]);
    rows
}

fn cells(row: &[String]) -> Vec<Option<&str>> {
    row.iter().map(|cell| Some(cell.as_str())).collect()
}

#[test]
fn rows_and_files_before_the_steps_are_answered_as_the_studio_does() {
    let out = empty_folder("predictors-stepped");
    let text = orders();
    for mixed in [false, true] {
        for (kind, spec) in specs() {
            let name = format!("{kind}-{}", if mixed { "mixed" } else { "apart" });
            let (pipeline, source) = learned(mixed, &spec);
            let about = made_up::about(Some(0.4));
            let model = stepped(&pipeline, &about, &source);
            let facts: serde_json::Value = serde_json::from_str(model.facts()).expect("JSON");
            let told: Vec<&str> =
                facts["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
            assert_eq!(
                told,
                ["weight", "price", "city", "when", "code", "size", "temp", "member", "kind", "grade"],
                "{name}"
            );
            assert_eq!(facts["steps"].as_array().unwrap().len(), source.replay.steps.len());
            assert!(facts["card"].to_string().contains("Rename weight to mass"), "{facts}");
            assert!(facts["card"].to_string().contains("Keep rows where mass < 1000"), "{facts}");
            assert!(model.replay.omitted.is_empty() && model.replay.columns.iter().all(|c| c.levels.is_empty()));

            let inputs = &pipeline.preparation.inputs;
            let rows = rows(&source.replay);
            let mut answers = Vec::new();
            for row in &rows {
                let table = behind(&source.replay, row);
                let (read, _) = Inputs::from_table(inputs, &table, &[0]).expect("its columns");
                let expected = output_texts(&pipeline, &pipeline.predict(&read), 0, about.threshold);
                let answer = model.answer(&cells(row)).expect("flags only");
                let numbers = answer.numbers.iter().map(|number| format!("{number:?}"));
                let found: Vec<String> = answer.label.iter().cloned().chain(numbers).collect();
                assert_eq!(found, expected, "{name}: {row:?}");
                answers.push(expected);
            }
            let odd = model.answer(&cells(rows.last().unwrap())).expect("flags only").unseen;
            assert!(odd.contains(&"weight: “oops” is no number; read as missing.".to_owned()), "{name}: {odd:?}");
            let typical: Vec<Option<&str>> = model.typical.iter().map(Option::as_deref).collect();
            assert_eq!(model.answer(&typical).expect("usual").unseen, Vec::<String>::new(), "{name}: {typical:?}");

            // The way of the studio: the import's table, the steps and the pipeline on it, the cells as they stand.
            let types = source.replay.columns.iter().map(|column| (column.name.clone(), column.column_type)).collect();
            let settings = CsvSettings { types, ..CsvSettings::default() };
            let given = import_bytes("rows", text.as_bytes(), Some(settings)).expect("readable").read.table;
            let (table, warnings) = source.replay.run(&given);
            assert_eq!(warnings, Vec::<String>::new());
            let types = given.columns.iter().map(|column| (column.name.clone(), ColumnType::Text)).collect();
            let settings = CsvSettings { types, missing: Vec::new(), ..CsvSettings::default() };
            let texts = import_bytes("rows", text.as_bytes(), Some(settings)).expect("readable").read.table;
            let (predictions, _) = pipeline.predict_table(&table).expect("its columns");
            let all: Vec<u32> = (0..table.n_rows as u32).collect();
            let (read, _) = Inputs::from_table(inputs, &table, &all).expect("its columns");
            let unseen = pipeline.preparation.unseen(&read, &model.model.known, &model.model.missing);
            assert!(unseen.iter().filter(|told| !told.is_empty()).count() < table.n_rows / 20, "{name}");
            let guarded = Guarded { on_unseen: OnUnseen::Flag, unseen };
            let expected = predictions_csv::write(&texts, &pipeline, &predictions, about.threshold.into(), &guarded);
            let expected = String::from_utf8(expected).unwrap();
            let scored = model.file("rows.csv", &text).expect("readable");
            assert_eq!((scored.n_rows, scored.warnings), (400, Vec::new()));
            let found = String::from_utf8(scored.csv).unwrap();
            for (line, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
                assert_eq!(found, expected, "{name}, line {line}");
            }
            assert_eq!(found.len(), expected.len(), "{name}");

            let folder = out.join(&name);
            write_out(&folder, &model.to_bytes(), &rows, &answers);
            std::fs::write(folder.join("rows.csv"), &text).unwrap();
            std::fs::write(folder.join("expected.csv"), &expected).unwrap();
            let reasons = reasons_hold(&name, &pipeline, &source.replay, &model, &rows[3], mixed);
            std::fs::write(folder.join("reasons.json"), reasons.to_string()).unwrap();
        }
    }
}

/// Each column's Shapley value by its definition, every combination of columns a row of its own that goes through the steps.
fn shapley(pipeline: &Pipeline, replay: &Replay, own: &[String], usual: &[Option<String>], output: usize) -> Vec<f64> {
    let n = own.len();
    let margin = Margin::new(&pipeline.model);
    let worth: Vec<f64> = (0..1usize << n)
        .map(|known| {
            let cell =
                |at: usize| if known >> at & 1 == 1 { own[at].clone() } else { usual[at].clone().unwrap_or_default() };
            let table = behind(replay, &(0..n).map(cell).collect::<Vec<_>>());
            let (read, _) = Inputs::from_table(&pipeline.preparation.inputs, &table, &[0]).expect("its columns");
            margin.of(&pipeline.preparation.transform(&read))[output]
        })
        .collect();
    // One in n, and in so many ways to choose as many of the others.
    let weight = |size: usize| {
        let ways = (0..size).fold(1.0, |ways, i| ways * (n - 1 - i) as f64 / (i + 1) as f64);
        1.0 / (n as f64 * ways)
    };
    let part = |at: usize| {
        let without = (0..worth.len()).filter(|known| known >> at & 1 == 0);
        without.map(|known| weight(known.count_ones() as usize) * (worth[known | 1 << at] - worth[known])).sum()
    };
    (0..n).map(part).collect()
}

/// What a row's reasons are to be, for the tests of the programs.
fn reasons_hold(
    name: &str,
    pipeline: &Pipeline,
    replay: &Replay,
    model: &Stepped,
    row: &[String],
    mixed: bool,
) -> serde_json::Value {
    let reasons = model.reasons(&cells(row)).expect("its columns");
    let told: serde_json::Value = serde_json::from_str(&reasons.json()).expect("JSON");
    let parts: Vec<f64> = (0..reasons.parts.n_columns).map(|at| reasons.parts.value(0, at, reasons.output)).collect();
    assert_eq!(model.sources.is_empty(), mixed, "{name}");
    let columns: Vec<String> = if mixed {
        let names = pipeline.preparation.inputs.iter().map(|input| input.name.clone()).collect::<Vec<_>>();
        assert_eq!(told["columns"], serde_json::json!(names), "{name}: of the columns that the model reads");
        assert!(told["how"].as_str().unwrap().ends_with("come of several of those that are entered."), "{told}");
        names
    } else {
        assert!(told.get("columns").is_none(), "{name}: of the columns that are entered");
        let expected = shapley(pipeline, replay, row, &model.typical, reasons.output);
        for (at, (found, expected)) in parts.iter().zip(&expected).enumerate() {
            let column = &replay.columns[at].name;
            assert!((found - expected).abs() <= 1e-5, "{name}, {column}: {found} for {expected}");
        }
        assert!(parts.iter().any(|part| part.abs() > 0.1), "{name}: {parts:?}");
        replay.columns.iter().map(|column| column.name.clone()).collect()
    };
    let total = reasons.parts.base[reasons.output] + parts.iter().sum::<f64>();
    let table = behind(replay, row);
    let (read, _) = Inputs::from_table(&pipeline.preparation.inputs, &table, &[0]).expect("its columns");
    let says = Margin::new(&pipeline.model).of(&pipeline.preparation.transform(&read))[reasons.output];
    assert!((says - total).abs() <= 1e-4 * says.abs().max(1.0), "{name}: {total} for {says}");
    serde_json::json!({ "row": row, "columns": columns, "parts": parts })
}

#[test]
fn rows_unlike_the_training_are_told_by_the_columns_behind_the_steps() {
    let (pipeline, source) = learned(false, &specs()[1].1);
    let with = |on_unseen| stepped(&pipeline, &PackageAbout { on_unseen, ..made_up::about(None) }, &source);
    let flag = with(OnUnseen::Flag);
    let at = |name: &str| source.replay.columns.iter().position(|column| column.name == name).expect("a column");
    let usual: Vec<Option<&str>> = flag.typical.iter().map(Option::as_deref).collect();
    let mut odd = usual.clone();
    (odd[at("weight")], odd[at("city")]) = (Some("900"), Some(" PARIS "));
    let told = flag.answer(&odd).expect("flagged").unseen;
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|said| said.starts_with("mass 900 is above everything seen in training (")), "{told:?}");
    assert!(told.iter().any(|said| said.contains("“paris” was rare or never seen in training.")), "{told:?}");
    // What the steps mend is not strange.
    let mut mended = usual.clone();
    (mended[at("city")], mended[at("temp")]) = (Some("  ROMA"), Some("-999"));
    assert_eq!(flag.answer(&mended).expect("flagged").unseen, Vec::<String>::new());

    let line = |row: &[Option<&str>]| row.iter().map(|cell| cell.unwrap_or_default()).collect::<Vec<_>>().join(";");
    let head = source.replay.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(";");
    let text = format!("{head}\n{}\n{}\n", line(&usual), line(&odd));
    let none = with(OnUnseen::Abstain);
    assert_eq!(none.answer(&odd).expect("no answer").numbers, Vec::<f32>::new());
    let scored = none.file("a.csv", &text).expect("some answers");
    assert_eq!((scored.n_rows, scored.n_unseen), (2, 1));
    let refused = with(OnUnseen::Error);
    assert!(refused.answer(&odd).expect_err("refused").event.starts_with("The row holds what training never saw."));
    let event = refused.file("a.csv", &text).expect_err("refused").event;
    assert!(event.starts_with("1 row holds what training never saw. Row 2: mass 900"), "{event}");
    let short = text.replace("weight", "other");
    let event = refused.file("a.csv", &short).expect_err("refused").event;
    assert_eq!(event, "Columns that the model reads are not there: “weight”.");
    let warned = flag.file("a.csv", &short).expect("flagged").warnings;
    assert!(
        warned.contains(&"Column “weight” is not there; all its cells were read as missing.".to_owned()),
        "{warned:?}"
    );
    let refused = flag.file("a.csv", "mass,gross\n1,2\n").expect_err("refused");
    assert_eq!(refused.event, "The table has none of the columns that the model reads.");
    assert_eq!((refused.place.as_str(), refused.cure.contains("weight, price, city")), ("a.csv", true));
}

#[test]
fn each_program_lies_where_it_is_fetched_from_and_has_the_cap_of_the_budget() {
    let words = ["predictor.d.mts", "README.md", "package.json"];
    assert_eq!(PredictorKind::Page.paths(Flavour::Plain), ["predictor.html"]);
    assert_eq!(PredictorKind::Page.paths(Flavour::Steps), ["steps/predictor.html"]);
    assert_eq!(PredictorKind::Module.paths(Flavour::Plain), [&["predictor.mjs"], &words[..]].concat());
    assert_eq!(PredictorKind::Module.paths(Flavour::Steps), [&["steps/predictor.mjs"], &words[..]].concat());
    let root = env!("CARGO_MANIFEST_DIR");
    let budget = std::fs::read_to_string(format!("{root}/scripts/budget.mjs")).expect("the budget");
    for flavour in [Flavour::Plain, Flavour::Steps] {
        for kind in [PredictorKind::Page, PredictorKind::Module] {
            let cap = format!("['{}', {}_000]", kind.paths(flavour)[0], flavour.most_bytes() / 1000);
            assert!(budget.contains(&cap), "{cap} is no line of the budget");
        }
    }
}

#[test]
fn each_model_gets_the_program_that_it_needs_and_no_other_opens_it() {
    let (pipeline, source) = learned(true, &specs()[0].1);
    let (report, about) = (made_up::report(&pipeline), made_up::about(None));
    let flavour = |source: &Source| make_packed(&pipeline, &report, &about, source, &[]).expect("writable").flavour;
    assert_eq!((flavour(&source), flavour(&Source::default())), (Flavour::Steps, Flavour::Plain));
    let plain = make(&pipeline, &report, &about, &Source::default(), &[]).expect("writable");
    let made = stepped(&pipeline, &about, &source);
    let kind = "The model is of another kind.";
    assert_eq!(Stepped::from_bytes(&plain.to_bytes()).expect_err("refused").event, kind);
    assert_eq!(Predictor::from_bytes(&made.to_bytes()).expect_err("refused").event, kind);
    assert_eq!(pipeline.task, Task::Binary);

    let refused = |change: &dyn Fn(&mut Stepped)| {
        let mut other = made.clone();
        change(&mut other);
        Stepped::from_bytes(&other.to_bytes()).expect_err("refused").event
    };
    let misfit = "The model's parts do not fit each other.";
    assert_eq!(refused(&|other| drop(other.replay.steps.pop())), misfit, "steps that do not make its columns");
    let filter = Operation::Filter { condition: "mass > 0".into(), keep: true };
    assert_eq!(refused(&|other| other.replay.steps[0].operation = filter.clone()), misfit, "a step that chooses rows");
    assert_eq!(refused(&|other| other.sources = vec![99; pipeline.preparation.inputs.len()]), misfit);
    assert_eq!(refused(&|other| drop(other.typical.pop())), misfit);
    let bytes = made.to_bytes();
    let mut random = hearth::random::Random::new(1, 1);
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        let at = 10 + random.below(damaged.len() as u64 - 10) as usize;
        damaged[at] ^= 1 << random.below(8);
        // Refused, or whole enough to answer.
        if let Ok(model) = Stepped::from_bytes(&damaged) {
            let cells = vec![Some("7"); model.replay.columns.len()];
            drop(model.answer(&cells));
            drop(model.reasons(&cells));
        }
    }
}
