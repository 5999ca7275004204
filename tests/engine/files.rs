//! Several files: one is added to the table, by steps, and all come back from the one file that a project keeps.

use hearth::combine::Beside;
use hearth::dataset::{DatasetSpec, Task};
use hearth::design::Design;
use hearth::job::{Event, Request, TableSummary};
use hearth::model::ModelSpec;
use hearth::random::Random;
use hearth::recipe::{JoinKind, KeyPair, Mark, Operation, Recipe};
use hearth::table::bundle;
use hearth::table::csv::CsvSettings;
use hearth::validate::Fit;

use crate::page::{Page, runs};

const ORDERS: &str = "id,city,amount\n1,Rome,10\n2,Oslo,20\n3,Rome,30\n4,Ulm,40\n,Rome,50\n6,Rome,60\n";
const CITIES: &str = "town,people\nRome,2800000\nOslo,700000\nPisa,90000\n";
const MORE: &str = "amount,city,id\n70,Oslo,7\n80,Bonn,8\n";

fn import(
    engine: &mut Page,
    bytes: &[u8],
    recipe: Recipe,
    beside: Vec<hearth::table::receipt::BesideFile>,
) -> Vec<Event> {
    let request = Request::Import { ticket: 1, name: "orders.csv".into(), settings: None, recipe, beside };
    engine.ask(request, Some(bytes))
}

fn summary(events: &[Event]) -> TableSummary {
    let found = events.iter().rev().find_map(|event| match event {
        Event::Imported { summary, .. } => Some(summary.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no table: {events:?}"))
}

fn add(engine: &mut Page, name: &str, text: &[u8]) -> Vec<Event> {
    let request = Request::Beside { ticket: 2, name: name.into(), file: name.into(), settings: None };
    engine.ask(request, Some(text))
}

fn told(events: &[Event]) -> Beside {
    match events.last() {
        Some(Event::ReadBeside { ticket: 2, beside, .. }) => beside.clone(),
        other => panic!("{other:?}"),
    }
}

fn on() -> Vec<KeyPair> {
    vec![KeyPair { left: "city".into(), right: "town".into() }]
}

fn both_steps() -> Recipe {
    let mark = Some(Mark { column: "file".into(), first: "orders.csv".into() });
    let mut recipe = Recipe::default();
    recipe.push(Operation::Append { with: "more.csv".into(), mark });
    recipe.push(Operation::Join {
        with: "cities.csv".into(),
        kind: JoinKind::Left,
        on: on(),
        suffix: "_cities".into(),
        loose: false,
    });
    recipe
}

#[test]
fn a_second_file_is_read_looked_at_and_joined_by_a_step() {
    let mut engine = Page::default();
    import(&mut engine, ORDERS.as_bytes(), Recipe::default(), Vec::new());
    let beside = told(&add(&mut engine, "cities.csv", CITIES.as_bytes()));
    assert_eq!((beside.file.n_rows, beside.file.n_bytes, beside.columns.len()), (3, CITIES.len() as u64, 2));
    let Some(step @ Operation::Join { .. }) = beside.proposed.clone() else { panic!("{beside:?}") };
    let (keys, meeting) = &beside.joins[0];
    assert_eq!((keys, meeting.n_matched, meeting.left_alone, meeting.right_alone), (&on(), 5, 1, 1));
    // Other keys are looked at without a step.
    let asked =
        Request::Meet { ticket: 3, on: vec![KeyPair { left: "id".into(), right: "people".into() }], loose: false };
    match &engine.ask(asked, None)[..] {
        [Event::Met { ticket: 3, meeting }] => assert_eq!((meeting.n_matched, meeting.left_without_key), (0, 1)),
        other => panic!("{other:?}"),
    }
    // Nothing has changed so far.
    let mut recipe = Recipe::default();
    let before = summary(&engine.ask(Request::Steps { ticket: 4, recipe: recipe.clone() }, None));
    assert_eq!((before.columns.len(), before.beside.len()), (3, 0));
    recipe.push(step);
    let joined = summary(&engine.ask(Request::Steps { ticket: 5, recipe: recipe.clone() }, None));
    assert_eq!((joined.n_rows, joined.columns.len()), (6, 4));
    let [file] = &joined.beside[..] else { panic!("{:?}", joined.beside) };
    assert_eq!(file.file, beside.file);
    assert!(
        file.done[0].contains("5 of 6 rows matched, 1 did not; 1 row of cities.csv matched nothing."),
        "{:?}",
        file.done
    );
    // Taken back, the file stays for the step to be done again.
    let undone = summary(&engine.ask(Request::Steps { ticket: 6, recipe: Recipe::default() }, None));
    assert_eq!((undone.columns.len(), undone.beside[0].done.len()), (3, 0));
    let again = summary(&engine.ask(Request::Steps { ticket: 7, recipe }, None));
    assert_eq!(again, joined);
}

#[test]
fn all_files_come_back_from_one() {
    let mut engine = Page::default();
    import(&mut engine, ORDERS.as_bytes(), Recipe::default(), Vec::new());
    let recipe = both_steps();
    for (name, text) in [("more.csv", MORE), ("cities.csv", CITIES)] {
        told(&add(&mut engine, name, text.as_bytes()));
        engine.ask(Request::Steps { ticket: 8, recipe: recipe.clone() }, None);
    }
    let first = summary(&engine.ask(Request::Steps { ticket: 9, recipe: recipe.clone() }, None));
    assert_eq!((first.n_rows, first.columns.len(), first.beside.len()), (8, 5, 2));
    let files = [("orders.csv", ORDERS), ("more.csv", MORE), ("cities.csv", CITIES)];
    let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
    let whole = bundle::pack(&files);
    let mut again = Page::default();
    let events = import(&mut again, &whole, recipe.clone(), first.beside.clone());
    assert!(!events.iter().any(|event| matches!(event, Event::ReadBeside { .. } | Event::Failed { .. })), "{events:?}");
    let read = summary(&events);
    assert_eq!(read, first);
    // The first file alone is looked at when its settings are changed.
    let look = Request::Preview { ticket: 11, name: "orders.csv".into(), entry: String::new(), settings: None };
    match &again.ask(look, Some(&whole))[..] {
        [Event::Previewed { preview, .. }] => assert_eq!((preview.columns.len(), preview.rows.len()), (3, 6)),
        other => panic!("{other:?}"),
    }
    // One that is damaged, or gone, is missed by its step alone.
    let mut damaged = files.clone();
    damaged[2].1 = b"\0\0\0\0".to_vec();
    for files in [&damaged[..], &files[..2]] {
        let mut engine = Page::default();
        let read = summary(&import(&mut engine, &bundle::pack(files), recipe.clone(), first.beside.clone()));
        assert_eq!((read.n_rows, read.columns.len(), read.beside.len()), (8, 4, 2));
        assert_eq!(read.beside[1].file, first.beside[1].file);
        assert!(read.beside[1].done[0].contains("There is no table cities.csv."), "{:?}", read.beside[1].done);
    }
}

#[test]
fn a_file_that_cannot_be_added_leaves_the_table_as_it_was() {
    let mut engine = Page::default();
    let table = summary(&import(&mut engine, ORDERS.as_bytes(), Recipe::default(), Vec::new()));
    let refused = |engine: &mut Page, bytes: &[u8]| match add(engine, "x.csv", bytes).pop() {
        Some(Event::Failed { ticket: 2, error }) => error,
        other => panic!("{other:?}"),
    };
    assert!(refused(&mut engine, b"").event.contains("empty"));
    assert!(refused(&mut engine, b"a,b,c\n").event.contains("no rows"));
    refused(&mut engine, &[0, 1, 2, 3, 0, 255, 0, 0]);
    // Neither columns nor values in common: nothing is proposed.
    let strange = told(&add(&mut engine, "x.csv", b"p,q\nu,v\nw,x\n"));
    assert_eq!((strange.proposed, strange.fits.shared.len(), strange.joins.len()), (None, 0, 0));
    // Ten thousand columns, none of which is the table's.
    let names: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    let row: Vec<String> = (0..10_000).map(|i| format!("v{i}")).collect();
    let wide = format!("{}\n{}\n{}\n", names.join(","), row.join(","), row.join(","));
    let wide = told(&add(&mut engine, "wide.csv", wide.as_bytes()));
    assert_eq!((wide.proposed, wide.fits.only_there.len()), (None, 10_000));
    let same = summary(&engine.ask(Request::Steps { ticket: 4, recipe: Recipe::default() }, None));
    assert_eq!(same, table);
    // Without a table there is nothing to add to.
    let mut empty = Page::default();
    assert!(matches!(add(&mut empty, "x.csv", ORDERS.as_bytes()).pop(), Some(Event::Failed { .. })));
    let asked = Request::Meet { ticket: 3, on: on(), loose: false };
    assert!(matches!(empty.ask(asked, None)[..], [Event::Failed { ticket: 3, .. }]));
}

#[test]
fn a_stopped_reading_of_several_files_is_over() {
    let mut engine = Page::default();
    let files = [("orders.csv".to_owned(), ORDERS.into()), ("more.csv".to_owned(), MORE.as_bytes().to_vec())];
    let beside = {
        let mut other = Page::default();
        import(&mut other, ORDERS.as_bytes(), Recipe::default(), Vec::new());
        told(&add(&mut other, "more.csv", MORE.as_bytes()));
        let mut recipe = Recipe::default();
        recipe.push(Operation::Append { with: "more.csv".into(), mark: None });
        summary(&other.ask(Request::Steps { ticket: 8, recipe }, None)).beside
    };
    let whole = bundle::pack(&files);
    let request = Request::Import {
        ticket: 1,
        name: "orders.csv".into(),
        settings: Some(CsvSettings::default()),
        recipe: Recipe::default(),
        beside,
    };
    engine.engine.handle(request, Some(Box::new(whole)));
    assert!(!engine.engine.is_idle());
    engine.engine.handle(Request::Cancel { ticket: 1 }, None);
    assert!(engine.engine.is_idle());
    // And another file is read as if nothing had been.
    assert_eq!(summary(&import(&mut engine, MORE.as_bytes(), Recipe::default(), Vec::new())).n_rows, 2);
}

/// Rows whose outcome follows what only the other file knows.
fn stations(n: usize) -> (String, String) {
    let mut random = Random::new(8, 0);
    let wind: Vec<f64> = (0..20).map(|_| random.below(1_000) as f64 / 10.0).collect();
    let mut rows = "station,hour,late\n".to_owned();
    for _ in 0..n {
        let station = random.below(20) as usize;
        let late = if wind[station] > 50.0 { "yes" } else { "no" };
        rows += &format!("s{station},{},{late}\n", random.below(24));
    }
    let other = wind.iter().enumerate().map(|(i, wind)| format!("s{i},{wind}\n")).collect::<String>();
    (rows, "name,wind\n".to_owned() + &other)
}

#[test]
fn a_model_behind_a_join_wants_the_joined_columns() {
    let (rows, winds) = stations(240);
    let mut page = Page::default();
    page.import("delays.csv", rows.as_bytes());
    told(&add(&mut page, "winds.csv", winds.as_bytes()));
    let mut recipe = Recipe::default();
    let on = vec![KeyPair { left: "station".into(), right: "name".into() }];
    let (with, kind, suffix) = ("winds.csv".into(), JoinKind::Left, "_w".into());
    recipe.push(Operation::Join { with, kind, on, suffix, loose: false });
    // A step behind the join, which every row is to go through.
    recipe.push(Operation::Derive { column: "force".into(), formula: "wind / 10".into() });
    let table = summary(&page.ask(Request::Steps { ticket: 3, recipe }, None));
    let spec = DatasetSpec { target: "late".into(), task: None, positive: Some("yes".into()), roles: Vec::new() };
    let mut design = Design::default_for(spec, Task::Binary, 240, 4);
    design.candidates.retain(|candidate| matches!(candidate.model, ModelSpec::Linear(_)));
    let trained = page.train(&design);
    let (run, _, report, bytes) = runs(&trained)[0];
    assert!(report.fit == Fit::All, "{report:?}");
    // The receipt of the run names every file.
    let stored = page.ask(Request::Restore { run, bytes: bytes.to_vec() }, None);
    assert!(matches!(stored[..], [Event::Restored { problem: None, .. }]), "{stored:?}");
    assert!(bytes.windows(9).any(|part| part == b"winds.csv"));
    assert!(bytes.windows(64).any(|part| part == table.beside[0].file.sha256.as_bytes()));
    // Rows with the joined column are predicted by it, behind the step.
    let score = |page: &mut Page, text: &str| {
        let request = Request::ScoreFile {
            ticket: 5,
            run,
            name: "new.csv".into(),
            threshold: None,
            on_unseen: hearth::prepare::OnUnseen::Flag,
            cover: hearth::validate::Cover::default(),
        };
        match page.ask(request, Some(text.as_bytes())).pop() {
            Some(Event::Scored { bytes, warnings, .. }) => (String::from_utf8(bytes).unwrap(), warnings),
            other => panic!("{other:?}"),
        }
    };
    let joins = |warnings: &[String]| warnings.iter().any(|text| text.contains("joined with winds.csv"));
    let (scored, warnings) = score(&mut page, "station,hour,wind\ns1,3,99\ns2,4,0.5\n");
    let label = |line: usize| scored.lines().nth(line).unwrap().contains(",yes");
    assert_eq!((label(1), label(2), joins(&warnings)), (true, false, false), "{scored}\n{warnings:?}");
    let (_, warnings) = score(&mut page, "station,hour\ns1,3\ns2,4\n");
    assert!(joins(&warnings), "{warnings:?}");
}
