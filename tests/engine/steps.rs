//! Steps between the file and the table: learned from behind them, and done again to every row that is predicted.

use std::io::Read;

use hearth::dataset::Task;
use hearth::design::Design;
use hearth::job::{Event, PackageAbout, Request, TableSummary};
use hearth::package::archive;
use hearth::predictor::{Flavour, Program, Stepped};
use hearth::recipe::{Find, Keep, Operation, Outcome, Recipe};
use hearth::table::ColumnType;
use hearth::table::csv::Decimal;

use super::page::*;

/// Prices as texts with a mark in front, cities in several spellings, repeats, and a target that is written in two ways.
/// What is bought depends on the gross price and the city alone.
fn orders(n: usize) -> String {
    let mut random = hearth::random::Random::new(3, 0);
    let mut text = "ref,price,city,note,bought\n".to_owned();
    for row in 0..n {
        let price = random.below(40) + 1;
        let city = [" rome", "Rome ", "OSLO", "oslo"][random.below(4) as usize];
        let likely = (price > 20) ^ city.trim().eq_ignore_ascii_case("oslo");
        let bought = if likely ^ (random.unit() < 0.1) { ["yes", "Yes."][row % 2] } else { ["no", "No."][row % 2] };
        text += &format!("r{row},ca-{price},{city},n{},{bought}\n", row % 7);
    }
    let last = text.lines().last().unwrap().to_owned();
    text + &last + "\n"
}

fn steps() -> Recipe {
    let mut recipe = Recipe::default();
    let part = |column: &str, find: &str| Operation::Replace {
        column: column.into(),
        find: Find::Part(find.into()),
        by: String::new(),
    };
    let (column, decimal) = ("price".to_owned(), Decimal::Point);
    for operation in [
        Operation::Drop { columns: vec!["note".into()] },
        part("price", "ca-"),
        Operation::Retype { column, to: ColumnType::Number, decimal, day_first: false },
        Operation::Derive { column: "gross".into(), formula: "round(price * 1.19, 2)".into() },
        Operation::Deduplicate { columns: Vec::new(), keep: Keep::First },
        Operation::Trim { columns: vec!["city".into()], runs: false },
        Operation::Case { columns: vec!["city".into(), "bought".into()], to: hearth::recipe::LetterCase::Lower },
        part("bought", "."),
        Operation::Rename { from: "city".into(), to: "place".into() },
        Operation::Drop { columns: vec!["price".into()] },
        // A name that was free is taken by another column.
        Operation::Rename { from: "gross".into(), to: "price".into() },
    ] {
        recipe.push(operation);
    }
    recipe
}

fn import(page: &mut Page, csv: &str, recipe: Recipe) -> (TableSummary, Design) {
    let request = Request::Import { ticket: 1, name: "orders.csv".into(), settings: None, recipe, beside: Vec::new() };
    let events = page.ask(request, Some(csv.as_bytes()));
    told(events)
}

fn told(events: Vec<Event>) -> (TableSummary, Design) {
    match events.into_iter().next_back() {
        Some(Event::Imported { summary, suggestion: Some(suggestion), .. }) => {
            let mut design = suggestion.design;
            design.dataset.target = "bought".into();
            design.dataset.roles.retain(|(name, _)| name != "bought");
            (summary, design)
        }
        other => panic!("no table: {other:?}"),
    }
}

fn score(page: &mut Page, run: u32, csv: &str) -> (String, Vec<String>) {
    let request = Request::ScoreFile {
        ticket: 9,
        run,
        name: "new.csv".into(),
        threshold: None,
        on_unseen: hearth::prepare::OnUnseen::Flag,
        cover: hearth::validate::Cover::default(),
    };
    match page.ask(request, Some(csv.as_bytes())).pop() {
        Some(Event::Scored { bytes, warnings, .. }) => (String::from_utf8(bytes).unwrap(), warnings),
        other => panic!("not predicted: {other:?}"),
    }
}

#[test]
fn steps_are_done_to_the_file_as_it_was_read_and_taken_back() {
    let mut page = Page::default();
    let csv = orders(60);
    let (plain, _) = import(&mut page, &csv, Recipe::default());
    assert_eq!((plain.n_rows, plain.columns.len(), plain.steps.len()), (61, 5, 0));
    let (stepped, _) = told(page.ask(Request::Steps { ticket: 1, recipe: steps() }, None));
    assert!(stepped.steps.iter().all(|report| report.outcome == Outcome::Done), "{:#?}", stepped.steps);
    let names: Vec<&str> = stepped.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((stepped.n_rows, names), (60, vec!["ref", "place", "bought", "price"]));
    assert_eq!((stepped.sha256, stepped.recipe), (plain.sha256.clone(), steps()));
    let rows = page.ask(Request::Rows { ticket: 2, first_row: 0, n_rows: 1, columns: vec![1, 3] }, None);
    let [Event::Rows { cells, .. }] = &rows[..] else { panic!("{rows:?}") };
    assert!(matches!(cells[0].as_deref(), Some("rome" | "oslo")), "{cells:?}");
    // Read at once with the steps: the same.
    let (read, _) = import(&mut Page::default(), &csv, steps());
    assert_eq!((&read.columns, &read.steps), (&stepped.columns, &stepped.steps));
    let (back, _) = told(page.ask(Request::Steps { ticket: 1, recipe: Recipe::default() }, None));
    assert_eq!(back, plain);
    let events = Page::default().ask(Request::Steps { ticket: 1, recipe: steps() }, None);
    assert!(matches!(&events[..], [Event::Failed { .. }]), "{events:?}");
}

#[test]
fn a_preview_tells_what_a_step_would_do_and_what_could_stand_in_its_formula() {
    let mut page = Page::default();
    import(&mut page, &orders(60), steps());
    let mut recipe = steps();
    recipe.push(Operation::Derive { column: "twice".into(), formula: "pri".into() });
    let ask = Request::PreviewStep { ticket: 3, recipe: recipe.clone(), position: 11, cursor: Some(3) };
    let Some(Event::StepPreviewed { preview, .. }) = page.ask(ask, None).pop() else { panic!() };
    assert_eq!((preview.completions[0].insert.as_str(), preview.completions[0].end), ("price", 3));
    let report = preview.preview.report;
    assert_eq!(report.outcome, Outcome::Skipped);
    assert!(report.problems[0].place.starts_with("step 12 ("), "{:?}", report.problems);
    // In the midst of the others.
    let ask = Request::PreviewStep { ticket: 3, recipe, position: 4, cursor: None };
    let Some(Event::StepPreviewed { preview, .. }) = page.ask(ask, None).pop() else { panic!() };
    assert_eq!((preview.preview.report.rows_before, preview.preview.report.rows_after), (61, 60));
    assert_eq!(preview.preview.rows[0].after, None, "a row that goes");
}

#[test]
fn what_was_learned_behind_steps_predicts_rows_as_a_file_has_them() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, mut design) = import(&mut page, &orders(400), steps());
    design.dataset.roles.retain(|(name, _)| name != "ref");
    design.dataset.roles.push(("ref".into(), hearth::dataset::Role::Id));
    assert_eq!(page.check(&design).task, Task::Binary);
    let events = page.train(&design);
    let inputs = events.iter().find_map(|event| match event {
        Event::RunFinished { inputs, candidate: 1, .. } => Some(inputs.clone()),
        _ => None,
    });
    let inputs = inputs.expect("a linear run");
    let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names, ["price", "city"], "rows bring what the file had; the target and what was dropped are no matter");

    // The same row by hand, behind the steps, in a page whose table never had any.
    let raw = [("price", "ca-30"), ("city", " ROME")];
    let prediction = page.predict(11, &raw);
    assert!(prediction.doubts.is_empty(), "{:?}", prediction.doubts);
    let mut plain = Page { trainer: Some(nearest_mean), ..Page::default() };
    let rows = page.ask(Request::Rows { ticket: 2, first_row: 0, n_rows: 400, columns: vec![0, 1, 2, 3] }, None);
    let [Event::Rows { cells, .. }] = &rows[..] else { panic!("{rows:?}") };
    let mut csv = "ref,place,bought,price\n".to_owned();
    for row in cells.chunks(4) {
        let texts: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or_default()).collect();
        csv += &(texts.join(",") + "\n");
    }
    import(&mut plain, &csv, Recipe::default());
    plain.train(&design);
    assert_eq!(plain.predict(11, &[("price", "35.7"), ("place", "rome")]).probabilities, prediction.probabilities);
    let doubts = page.predict(11, &[("price", "cheap"), ("city", "Rome")]).doubts;
    assert!(doubts.iter().any(|doubt| doubt.contains("“cheap” in row 1")), "{doubts:?}");

    // A raw file, without the target: as it stands in it, with the same answer, and without a word on steps.
    let file = "note,city,price\nx, ROME,ca-30\ny,oslo,ca-30\n";
    let (scored, warnings) = score(&mut page, 11, file);
    assert!(scored.starts_with("note,city,price,"), "{scored}");
    assert!(scored.contains("x, ROME,ca-30,") || scored.contains("x,\" ROME\",ca-30,"), "{scored}");
    assert!(scored.lines().nth(1).unwrap().contains(&prediction.label), "{scored}");
    assert_eq!(warnings, ["The model does not use note; it is kept as it is."]);
    // The target in its raw spelling is no surplus column.
    let (_, warnings) = score(&mut page, 11, "city,price,bought\nRome,ca-30,Yes.\n");
    assert_eq!(warnings, Vec::<String>::new());
    let (_, warnings) = score(&mut page, 11, "city\nRome\n");
    assert!(warnings[0].contains("“price” is not there"), "{warnings:?}");
    let request = Request::ScoreFile {
        ticket: 9,
        run: 11,
        name: "new.csv".into(),
        threshold: None,
        on_unseen: hearth::prepare::OnUnseen::Flag,
        cover: hearth::validate::Cover::default(),
    };
    let events = page.ask(request, Some(b"gross,place\n35.7,rome\n".as_slice()));
    assert!(matches!(events.last(), Some(Event::Failed { .. })), "{events:?}");

    // In a package that is opened elsewhere, and as a stored run.
    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { package, bytes: zip, predictor, .. }] = &events[..] else { panic!("{events:?}") };
    // On its own it does the steps too: the same file and the same row, with the same bytes and numbers.
    let packed = predictor.as_ref().expect("steps are no hindrance");
    assert_eq!(packed.flavour, Flavour::Steps);
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed.bytes[..]).read_to_end(&mut bytes).expect("packed with gzip");
    let own = Stepped::from_bytes(&bytes).expect("sound");
    assert_eq!(String::from_utf8(own.file("new.csv", file).expect("readable").csv).unwrap(), scored);
    let answer = own.answer(&raw.map(|(_, text)| Some(text))).expect("flags only");
    let numbers: Vec<f64> = answer.numbers.iter().map(|number| f64::from(*number)).collect();
    assert_eq!(numbers, prediction.probabilities.iter().map(|(_, p)| *p).collect::<Vec<_>>());
    let odd = own.answer(&[Some("cheap"), Some("Rome")]).expect("flags only").unseen;
    assert_eq!(odd, doubts);
    for words in ["Steps that come first", "gross = round", "training rows alone", "Remove repeated rows"] {
        assert!(package.readme.contains(words), "{words}: {}", package.readme);
    }
    let recipe = archive::read(zip, hearth::package::open::LIMITS).unwrap();
    let recipe: serde_json::Value = serde_json::from_slice(recipe.get("recipe.json").unwrap()).unwrap();
    let keys: Vec<String> = recipe["replay"]["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["operation"].as_object().unwrap().keys().next().unwrap().clone())
        .collect();
    assert_eq!(keys, ["replace", "retype", "derive", "trim", "case", "rename", "drop", "rename"]);
    let mut elsewhere = Page::default();
    let request = Request::OpenPackage { ticket: 7, run: 1, name: "orders.zip".into() };
    let events = elsewhere.ask(request, Some(zip));
    let [Event::PackageOpened { inputs: opened, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*opened, inputs);
    assert_eq!(elsewhere.predict(1, &raw), prediction);
    assert_eq!(
        score(&mut elsewhere, 1, file),
        (scored, vec!["The model does not use note; it is kept as it is.".into()])
    );
    let restored = elsewhere.ask(Request::Restore { run: 5, bytes: bytes.clone() }, None);
    assert_eq!(restored, [Event::Restored { run: 5, problem: None }]);
    assert_eq!(elsewhere.predict(5, &raw), prediction);

    // Steps that would choose among the rows to predict, or that make no column of the model, are refused.
    let altered = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut entries = archive::read(zip, hearth::package::open::LIMITS).unwrap().entries;
        let entry = entries.iter_mut().find(|entry| entry.path == "recipe.json").unwrap();
        let mut json: serde_json::Value = serde_json::from_slice(&entry.bytes).unwrap();
        change(&mut json["replay"]);
        entry.bytes = json.to_string().into_bytes();
        archive::write(&entries, "").unwrap()
    };
    let filter = serde_json::json!({"sample": {"size": {"rows": 1}, "seed": 1}});
    for zip in [
        altered(&|replay| drop(replay["steps"].as_array_mut().unwrap().pop())),
        altered(&|replay| replay["steps"][0]["operation"] = filter.clone()),
    ] {
        let request = Request::OpenPackage { ticket: 7, run: 9, name: "orders.zip".into() };
        let events = elsewhere.ask(request, Some(&zip));
        let [Event::Failed { error, .. }] = &events[..] else { panic!("{events:?}") };
        assert!(error.place.ends_with("recipe.json"), "{error:?}");
    }
}

#[test]
fn the_test_set_opens_only_with_the_steps_of_the_training() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, design) = import(&mut page, &orders(300), steps());
    page.train(&design);
    let open = || Request::OpenHoldout { ticket: 5, run: 11, look: 1 };
    let mut other = steps();
    other.steps[3].operation = Operation::Derive { column: "gross".into(), formula: "price * 2".into() };
    page.ask(Request::Steps { ticket: 1, recipe: other }, None);
    let events = page.ask(open(), None);
    assert!(matches!(&events[..], [Event::Failed { .. }]), "{events:?}");
    // A note changes nothing, nor does a step that is off.
    let mut same = steps();
    same.steps[0].note = "nobody reads them".into();
    let off = same.push(Operation::Drop { columns: vec!["place".into()] });
    same.switch(off, false);
    page.ask(Request::Steps { ticket: 1, recipe: same }, None);
    let events = page.ask(open(), None);
    assert!(matches!(&events[..], [Event::HoldoutOpened { .. }]), "{events:?}");
}

#[test]
fn a_step_for_the_training_rows_alone_changes_no_row_to_predict() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let mut recipe = Recipe::default();
    recipe.push(Operation::Deduplicate { columns: Vec::new(), keep: Keep::First });
    let (summary, mut design) = import(&mut page, &orders(200), recipe);
    assert_eq!(summary.n_rows, 200);
    design.dataset.target = "bought".into();
    let events = page.train(&design);
    let asks = events.iter().any(|event| matches!(event, Event::RunFinished { inputs, .. } if !inputs.is_empty()));
    assert!(!asks, "the table tells what rows have to bring");
    let (scored, _) = score(&mut page, 11, "price,city,note\nca-3,oslo,n1\nca-3,oslo,n1\n");
    assert_eq!(scored.lines().count(), 3);
}
