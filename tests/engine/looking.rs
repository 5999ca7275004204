//! The grid, predictions, the playground.

use hearth::job::{Event, Filter, Request};
use hearth::model::ModelSpec;
use hearth::package::PackageAbout;
use hearth::pipeline::PipelineSpec;
use hearth::playground;
use hearth::prepare::PrepareSpec;
use hearth::recipe::Recipe;
use hearth::table::csv::sniff;

use super::page::*;

#[test]
fn rows_are_sorted_filtered_and_cut_to_the_view() {
    let mut page = Page::default();
    page.import("t.csv", b"n,c\n3,x\n1,y\n,x\n2,y\n");
    let rows = |page: &mut Page, first_row, n_rows| {
        let request = Request::Rows { ticket: 8, first_row, n_rows, columns: vec![0, 1, 99] };
        match page.ask(request, None).pop() {
            Some(Event::Rows { n_rows, cells, rows, .. }) => (n_rows, cells, rows),
            other => panic!("{other:?}"),
        }
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(rows(&mut page, 2, 10), (2, vec![None, some("x"), None, some("2"), some("y"), None], vec![]));
    let sort = Request::View { ticket: 9, sort: Some((0, true)), filters: Vec::new() };
    assert_eq!(page.ask(sort, None), [Event::Viewed { ticket: 9, n_rows: 4 }]);
    assert_eq!(rows(&mut page, 0, 1).1[0], some("3"));
    let filters = vec![Filter::OneOf { column: 1, texts: vec!["y".into()] }];
    let filter = Request::View { ticket: 10, sort: Some((0, false)), filters };
    assert_eq!(page.ask(filter, None), [Event::Viewed { ticket: 10, n_rows: 2 }]);
    assert_eq!(rows(&mut page, 0, 9), (2, vec![some("1"), some("y"), None, some("2"), some("y"), None], vec![1, 3]));
    assert_eq!(rows(&mut page, 4_000_000_000, u32::MAX).0, 0);
}

#[test]
fn doubts_say_what_training_never_saw() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    page.train(&design);
    let prediction = page.predict(11, &[("age", "212"), ("port", "Atlantis"), ("joined", "soon")]);
    let doubts = prediction.doubts.join("\n");
    for part in ["age 212 is above everything seen in training", "port “Atlantis”", "joined: “soon” is no date"]
    {
        assert!(doubts.contains(part), "{part} is not in\n{doubts}");
    }
    assert!(!page.predict(11, &[]).label.is_empty(), "a row of missing values is a row");
}

#[test]
fn a_file_comes_back_with_predictions_and_what_was_read_as_missing() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    page.train(&design);
    let score = |page: &mut Page, bytes: &[u8]| {
        let request = Request::ScoreFile {
            ticket: 12,
            run: 11,
            name: "new.csv".into(),
            threshold: None,
            on_unseen: hearth::prepare::OnUnseen::Flag,
            cover: hearth::validate::Cover::default(),
        };
        page.ask(request, Some(bytes))
    };
    let events = score(&mut page, b"port,age,note\nCherbourg,12,x\nSouthampton,old,y\n");
    let Some(Event::Scored { name, bytes, n_rows: 2, warnings, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(name, "new with predictions.csv");
    let text = String::from_utf8(bytes.clone()).expect("it is UTF-8");
    assert!(text.starts_with("port,age,note,predicted survived,"), "{text}");
    assert_eq!(text.lines().count(), 3);
    let label = text.lines().nth(1).and_then(|line| line.split(',').nth(3)).map(str::to_owned);
    let form = page.predict(11, &[("age", "12"), ("port", "Cherbourg")]);
    assert_eq!(label, Some(form.label), "the file and the form agree");
    let told = warnings.join("\n");
    for part in ["Column “joined” is not there", "The model does not use note"] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    // Every cell comes back as it was written, also where the model could read nothing in it.
    let events = score(&mut page, "port;age;fare\nNA;old;1.234,50\n\"a;b\";007;\n".as_bytes());
    let Some(Event::Scored { bytes, .. }) = events.last() else { panic!("{events:?}") };
    let text = String::from_utf8(bytes.clone()).expect("it is UTF-8");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[1].starts_with("NA,old,\"1.234,50\",") && lines[2].starts_with("a;b,007,,"), "{text}");
    let events = score(&mut page, b"a,b\n1,2\n");
    assert_eq!(failure(&events).event, "The table has none of the columns that the model reads.");
    assert_eq!(failure(&score(&mut page, b"")).place, "new.csv");
}

#[test]
fn every_model_but_the_network_draws_a_surface() {
    let points = playground::moons(200, 0.05, 1);
    let mut page = Page::default();
    let linear = ModelSpec::Linear(hearth::model::linear::LinearSpec::default());
    for (model, flat) in [(ModelSpec::Baseline, true), (linear, false)] {
        let spec = PipelineSpec { prepare: PrepareSpec::for_linear(), model };
        let request = Request::Surface { ticket: 1, points: points.clone(), spec, resolution: 20 };
        let events = page.ask(request, None);
        let [Event::Surface { probabilities, resolution: 20, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(probabilities.len(), 2 * 400);
        for cell in 0..400 {
            assert!((probabilities[cell] + probabilities[400 + cell] - 1.0).abs() < 1e-5);
        }
        let same = probabilities[..400].iter().all(|p| (p - probabilities[0]).abs() < 1e-6);
        assert_eq!(same, flat);
        if !flat {
            // Of the moons the upper one is class 0, and the first row is the top.
            assert!(probabilities[10] > probabilities[19 * 20 + 10]);
        }
    }
    let empty = hearth::job::PlaygroundData { x: Vec::new(), y: Vec::new(), class: Vec::new(), n_classes: 2 };
    let spec = PipelineSpec { prepare: PrepareSpec::for_linear(), model: ModelSpec::Baseline };
    let request = Request::Surface { ticket: 1, points: empty, spec, resolution: 20 };
    assert_eq!(failure(&page.ask(request, None)).event, "There are no points to learn from.");
}

#[test]
fn two_columns_become_points_in_the_square() {
    let mut page = Page::default();
    page.import("people.csv", &people(300));
    let request = |x: &str, y: &str| Request::Points {
        ticket: 1,
        columns: [x.to_owned(), y.to_owned()],
        target: "survived".into(),
        limit: 50,
        seed: 3,
    };
    let events = page.ask(request("age", "id"), None);
    let [Event::Points { points, ranges, labels, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((points.x.len(), labels.len()), (50, 2));
    assert!(points.x.iter().chain(&points.y).all(|v| (-1.0..=1.0).contains(v)));
    assert!(ranges[0].0 < 15.0 && ranges[0].1 > 70.0, "{ranges:?}");
    assert_eq!(failure(&page.ask(request("age", "port"), None)).event, "port is not a number column.");
    assert_eq!(failure(&page.ask(request("age", "x"), None)).event, "There is no column x.");
}

#[test]
fn a_new_file_is_read_as_the_training_file_was() {
    let mut page = Page::default();
    // Days first, which 25/ and more tell; points between thousands; -999 and "none" mean missing.
    let row = |i: u32| {
        let (day, month) = (i % 28 + 1, i % 12 + 1);
        let amount = format!("{}.{:03},50", i % 7 + 1, i % 900);
        format!("{day:02}/{month:02}/20{:02};{amount};{};{}\n", i % 20 + 1, i % 40, if day > 14 { "yes" } else { "no" })
    };
    let data: String = (0..300).map(row).collect();
    let data = format!("when;amount;age;late\n{data}");
    let mut settings = sniff(data.as_bytes(), true);
    settings.missing.push("-999".into());
    let import = Request::Import {
        ticket: 5,
        name: "t.csv".into(),
        settings: Some(settings),
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let events = page.ask(import, Some(data.as_bytes()));
    let Some(Event::Imported { suggestion: Some(suggestion), .. }) =
        events.iter().find(|event| matches!(event, Event::Imported { .. }))
    else {
        panic!("{events:?}")
    };
    let mut design = suggestion.design.clone();
    design.dataset.target = "late".into();
    design.candidates.truncate(2);
    let found = page.train(&design);
    assert!(!found.is_empty());
    let mut score = |bytes: &[u8]| {
        let request = Request::ScoreFile {
            ticket: 12,
            run: 11,
            name: "new.csv".into(),
            threshold: None,
            on_unseen: hearth::prepare::OnUnseen::Flag,
            cover: hearth::validate::Cover::default(),
        };
        let events = page.ask(request, Some(bytes));
        let Some(Event::Scored { bytes, warnings, .. }) = events.last() else { panic!("{events:?}") };
        let text = String::from_utf8(bytes.clone()).expect("it is UTF-8");
        let line = text.lines().nth(1).expect("a row").to_owned();
        // What the model said, without the columns of the file.
        let probabilities: Vec<f64> =
            line.split([',', ';']).skip(4).take(2).map(|p| p.parse().expect("a number")).collect();
        (probabilities, warnings.clone())
    };
    let (plain, _) = score(b"when,amount,age\n2005-04-03,1234,\n");
    // All of these fit the other reading too; only the training file tells.
    for text in ["when;amount;age\n03/04/2005;1.234;-999\n", "when,amount,age\n03/04/2005,1.234,-999\n"] {
        let (same, warnings) = score(text.as_bytes());
        assert_eq!(same, plain, "{text}");
        let told = "row 1 (line 2 of the file), column amount: every number with a mark also fits";
        assert!(warnings.iter().any(|warning| warning.contains(told)), "{warnings:?}");
    }
}

#[test]
fn a_run_of_an_older_form_is_refused_with_its_cure() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    page.train(&design);
    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { bytes: zip, .. }] = &events[..] else { panic!("{events:?}") };
    let open = Request::OpenPackage { ticket: 7, run: 20, name: "p.zip".into() };
    let events = page.ask(open, Some(zip));
    let [Event::PackageOpened { bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(bytes[8..10], [16, 0]);
    let mut before = bytes.clone();
    before[8] = 12;
    let events = page.ask(Request::Restore { run: 21, bytes: before }, None);
    let [Event::Restored { run: 21, problem: Some(problem) }] = &events[..] else { panic!("{events:?}") };
    insta::assert_snapshot!(problem.event, @"A stored candidate was written by an older Hearth (form 12; this one reads form 16).");
    assert_eq!(problem.cure, "Train it again to predict with it.");
    let cut = bytes[..bytes.len() - 1].to_vec();
    let events = page.ask(Request::Restore { run: 22, bytes: cut }, None);
    assert!(matches!(&events[..], [Event::Restored { problem: Some(_), .. }]), "cut short");
}
