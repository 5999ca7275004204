//! The main job: from a file to a package and back.

use hearth::dataset::{Role, Task};
use hearth::job::{Event, PackageAbout, Request, Suggestion};
use hearth::metrics::Metric;
use hearth::package::archive;
use hearth::prepare::InputKind;
use hearth::random::Random;
use hearth::recipe::Recipe;
use std::path::PathBuf;

use super::page::*;

#[test]
fn a_binary_table_goes_all_the_way_and_back() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (summary, suggestion) = page.import("people.csv", &people(400));
    assert_eq!((summary.n_rows, summary.columns.len(), summary.n_warnings), (400, 5, 0));
    let Suggestion { design, reason } = suggestion.expect("a target is guessed");
    assert_eq!(design.dataset.target, "survived");
    assert!(!reason.is_empty());
    assert!(design.dataset.roles.contains(&("id".into(), Role::Id)), "{:?}", design.dataset.roles);

    let check = page.check(&design);
    assert_eq!((check.task, check.n_rows, check.n_holdout), (Task::Binary, 400, 80));
    assert_eq!(check.fold_sizes.iter().sum::<u32>(), 320);
    assert!(check.problems.is_empty(), "{:?}", check.problems);
    assert_eq!(check.features, ["age", "port", "joined"]);

    let events = page.train(&design);
    let found = runs(&events);
    assert_eq!(found.iter().map(|r| (r.0, r.1)).collect::<Vec<_>>(), [(10, 0), (11, 1), (12, 2), (13, 3), (14, 4)]);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
    assert_eq!(events.iter().filter(|e| matches!(e, Event::FoldScored { .. })).count(), 25);
    let (baseline, linear, network) = (found[0].2, found[1].2, found[4].2);
    let (boost, forest) = (found[2].2, found[3].2);
    assert_eq!(mean(baseline, Metric::RocAuc), 0.5);
    for report in [linear, boost, forest, network] {
        assert!(mean(report, Metric::RocAuc) > 0.65, "{:?}", report.scores);
        let auc = report.scores.iter().find(|s| s.metric == Metric::RocAuc).and_then(|s| s.baseline);
        assert_eq!(auc, Some(0.5), "the baseline stands beside every score");
    }
    assert!(network.training.is_some());
    assert!((network.fit_seconds - 3.0).abs() < 1e-9, "six fits of half a second: {}", network.fit_seconds);
    let stored = found[1].3.to_vec();

    let events = page.ask(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    let [Event::HoldoutOpened { report, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((report.look, report.scores.len()), (1, Metric::of(Task::Binary).len()));

    let young = [("age", "12"), ("port", "Cherbourg"), ("joined", "2024-03-04")];
    let prediction = page.predict(11, &young);
    assert_eq!(prediction.label, "yes");
    assert!((prediction.probabilities.iter().map(|p| p.1).sum::<f64>() - 1.0).abs() < 1e-6);
    assert!(prediction.doubts.is_empty(), "{:?}", prediction.doubts);

    let about = PackageAbout {
        project: "People".into(),
        created: "2026-11-23T16:00:00Z".into(),
        threshold: Some(0.3),
        on_unseen: hearth::prepare::OnUnseen::Flag,
        cover: hearth::validate::Cover::default(),
        looks: 1,
        doubts: Vec::new(),
        rules: Vec::new(),
        importance: None,
        comparison: Vec::new(),
        decision: Vec::new(),
        gates: Vec::new(),
        groups: None,
    };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { package, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.largest_deviation < 1e-5);

    let mut elsewhere = Page::default();
    let request = Request::OpenPackage { ticket: 7, run: 1, name: "people.zip".into() };
    let events = elsewhere.ask(request, Some(bytes));
    let [Event::PackageOpened { report, threshold, inputs, bytes: opened, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(*threshold, Some(0.3), "it decides as it was told when it was made");
    let facts: Vec<_> =
        inputs.iter().map(|i| (i.name.as_str(), i.kind, i.range.is_some(), i.usual.is_some())).collect();
    assert_eq!(
        facts,
        [
            ("age", InputKind::Number, true, true),
            ("port", InputKind::Text, false, false),
            ("joined", InputKind::Date, true, true)
        ]
    );
    assert!(inputs[1].levels.contains(&"Cherbourg".to_owned()), "{:?}", inputs[1].levels);
    let usual = inputs[2].usual.expect("a date");
    assert!(inputs[2].range.is_some_and(|(low, high)| (low..=high).contains(&usual)), "{:?}", inputs[2]);
    assert_eq!(report.target, "survived");
    assert_eq!(elsewhere.predict(1, &young), prediction, "a package opened again predicts the same");

    for (run, bytes) in [(20, stored), (21, opened.clone())] {
        let events = elsewhere.ask(Request::Restore { run, bytes }, None);
        assert_eq!(events, [Event::Restored { run, problem: None }]);
        assert_eq!(elsewhere.predict(run, &young), prediction, "a stored run predicts the same");
    }
}

#[test]
fn numbers_are_predicted_from_a_table_with_decimal_commas() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("costs.csv", &costs(300));
    let design = suggestion.expect("a target is guessed").design;
    assert_eq!((design.dataset.target.as_str(), page.check(&design).task), ("cost", Task::Regression));
    let events = page.train(&design);
    let found = runs(&events);
    assert_eq!(found.len(), 5);
    assert!(mean(found[2].2, Metric::R2) > 0.7, "{:?}", found[2].2.scores);
    assert!(mean(found[1].2, Metric::R2) > 0.9, "{:?}", found[1].2.scores);
    let prediction = page.predict(11, &[("size", "5"), ("make", "C")]);
    let value = prediction.value.expect("a value");
    assert!((value - 40.0).abs() < 1.5, "{value}");
}

/// Visits whose cells do not say how they are meant: −9 is no dose, "nil" no ward, 0 no weight, and every day could be
/// a month.
fn visits(n: usize) -> String {
    let mut random = Random::new(8, 0);
    let mut text = "dose,ward,weight,seen,cost\n".to_owned();
    for _ in 0..n {
        let (dose, weight) = (1.0 + 9.0 * random.unit(), 40.0 + 50.0 * random.unit());
        let (ward, day, month) = (random.below(3), 1 + random.below(12), 1 + random.below(12));
        let cost = 5.0 + 3.0 * dose + 0.3 * weight + 4.0 * ward as f64 + 6.0 * month as f64 + random.normal();
        let dose = if random.unit() < 0.15 { "-9".to_owned() } else { format!("{dose:.2}") };
        let weight = if random.unit() < 0.15 { "0".to_owned() } else { format!("{weight:.1}") };
        let ward = ["nil", "east", "west"][ward as usize];
        text += &format!("{dose},{ward},{weight},{day:02}/{month:02}/2025,{cost:.2}\n");
    }
    text
}

/// The package with no word in its recipe on how the training file was read: not as it was made.
fn without_import(zip: &[u8]) -> Vec<u8> {
    let mut entries = archive::read(zip, hearth::package::open::LIMITS).unwrap().entries;
    let recipe = entries.iter_mut().find(|entry| entry.path == "recipe.json").expect("a recipe");
    let mut json: serde_json::Value = serde_json::from_slice(&recipe.bytes).unwrap();
    json["import"] = serde_json::Value::Null;
    recipe.bytes = json.to_string().into_bytes();
    archive::write(&entries, "").unwrap()
}

#[test]
fn an_opened_package_reads_files_as_the_training_file_was_read() {
    let csv = visits(300);
    let mut settings = hearth::table::csv::sniff(csv.as_bytes(), true);
    settings.missing.extend(["-9".to_owned(), "nil".to_owned()]);
    settings.missing_in.push(("weight".into(), vec!["0".into()]));
    settings.day_first = Some(true);
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let request = Request::Import {
        ticket: 1,
        name: "visits.csv".into(),
        settings: Some(settings),
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let events = page.ask(request, Some(csv.as_bytes()));
    let Some(Event::Imported { suggestion: Some(suggestion), .. }) = events.last() else { panic!("{events:?}") };
    let mut design = suggestion.design.clone();
    design.dataset.target = "cost".into();
    page.train(&design);
    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { bytes: zip, .. }] = &events[..] else { panic!("{events:?}") };
    let open = |page: &mut Page, zip: &[u8]| {
        page.ask(Request::OpenPackage { ticket: 7, run: 21, name: "visits.zip".into() }, Some(zip))
    };
    let events = open(&mut page, &without_import(zip));
    let [Event::Failed { error, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(error.place, "visits.zip, recipe.json");
    let events = open(&mut page, zip);
    assert!(matches!(&events[..], [Event::PackageOpened { .. }]), "{events:?}");
    // What is predicted, and what is said of the file.
    let mut scored = |run, row: &str| {
        let file = format!("dose,ward,weight,seen\n{row}\n");
        let request = Request::ScoreFile {
            ticket: 9,
            run,
            name: "new.csv".into(),
            threshold: None,
            on_unseen: hearth::prepare::OnUnseen::Flag,
            cover: hearth::validate::Cover::default(),
        };
        let events = page.ask(request, Some(file.as_bytes()));
        let Some(Event::Scored { bytes, warnings, .. }) = events.last() else { panic!("{events:?}") };
        let text = String::from_utf8(bytes.clone()).unwrap();
        let prediction = text.lines().nth(1).and_then(|line| line.split(',').nth(4)).expect("behind the cells");
        (prediction.parse::<f64>().expect("a number"), warnings.clone())
    };
    for row in ["-9,east,55.0,03/03/2025", "4.5,east,0,03/03/2025", "4.5,east,55.0,03/04/2025"] {
        let in_studio = scored(11, row);
        assert_eq!(scored(21, row), in_studio, "{row}");
    }
    // A category's texts for missing are in the model itself; and here is nothing to be read in two ways.
    for row in ["4.5,nil,55.0,03/03/2025", "4.5,east,55.0,03/03/2025"] {
        assert_eq!(scored(21, row), scored(11, row), "{row}");
    }
}

#[test]
fn three_classes_are_told_apart() {
    let mut random = Random::new(9, 0);
    let mut text = "u,v,kind\n".to_owned();
    for i in 0..240 {
        let (kind, cx, cy) = [("a", 0.0, 0.0), ("b", 4.0, 0.0), ("c", 0.0, 4.0)][i % 3];
        text += &format!("{:.3},{:.3},{kind}\n", cx + random.normal(), cy + random.normal());
    }
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("kinds.csv", text.as_bytes());
    let design = suggestion.expect("a target is guessed").design;
    assert_eq!(page.check(&design).task, Task::Multiclass);
    let events = page.train(&design);
    for (_, candidate, report, _) in runs(&events).into_iter().skip(1) {
        assert!(mean(report, Metric::Accuracy) > 0.9, "candidate {candidate}: {:?}", report.scores);
    }
    assert_eq!(page.predict(11, &[("u", "0"), ("v", "4.2")]).label, "c");
}

/// The shared sets with known scores; `None` where they are absent, which the test says.
fn shared(name: &str) -> Option<Vec<u8>> {
    let folder = match std::env::var("HEARTH_DATA") {
        Ok(folder) => PathBuf::from(folder),
        Err(_) => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"),
    };
    let bytes = std::fs::read(folder.join(name)).ok();
    if bytes.is_none() {
        println!("passed over: no {name} in $HEARTH_DATA or ../shared/data");
    }
    bytes
}

#[test]
fn real_sets_go_from_the_file_to_a_package() {
    // Scores of the linear model in scores.json of the folder, from five folds; ours from its own folds.
    let sets = [
        ("penguins.csv", "species", Metric::Accuracy, 0.97),
        ("titanic.csv", "Survived", Metric::RocAuc, 0.82),
        ("german_credit.csv", "credit", Metric::RocAuc, 0.76),
        ("telco_churn.csv", "churn", Metric::RocAuc, 0.835),
        ("concrete.csv", "compressive_strength", Metric::R2, 0.55),
    ];
    for (name, target, metric, least) in sets {
        let Some(bytes) = shared(name) else { return };
        let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
        let (summary, suggestion) = page.import(name, &bytes);
        let mut design = suggestion.unwrap_or_else(|| panic!("{name}: no target was guessed")).design;
        println!("{name}: {} rows, guessed {}", summary.n_rows, design.dataset.target);
        design.dataset.target = target.into();
        design.dataset.roles.retain(|(column, _)| column != target);
        for leaky in ["boat", "body"] {
            design.dataset.roles.retain(|(column, _)| column != leaky);
            design.dataset.roles.push((leaky.into(), Role::KnownTooLate));
        }
        let check = page.check(&design);
        assert!(check.problems.is_empty(), "{name}: {:?}", check.problems);
        let events = page.train(&design);
        let found = runs(&events);
        assert_eq!(found.len(), 5, "{name}");
        let score = mean(found[1].2, metric);
        assert!(score > least, "{name}: {} {score}", metric.name());
        let about =
            PackageAbout { project: name.into(), created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
        for run in [10, 11, 12, 13, 14] {
            let events = page.ask(Request::Package { ticket: 6, run, about: about.clone() }, None);
            let [Event::Packaged { bytes, .. }] = &events[..] else { panic!("{name}, run {run}: {events:?}") };
            let request = Request::OpenPackage { ticket: 7, run: run + 100, name: "p.zip".into() };
            let events = page.ask(request, Some(bytes));
            assert!(matches!(&events[..], [Event::PackageOpened { .. }]), "{name}, run {run}: {events:?}");
        }
    }
}

/// Loans with amounts in dollars and rates in percent.
fn loans(n: usize, dollar: &str, percent: &str) -> Vec<u8> {
    let mut text = "amount,rate,repaid\n".to_owned();
    for i in 0..n {
        let (amount, rate) = ((i * 37 % 100) * 100 + 1000, (i * 13 % 40) as f64 / 4.0 + 2.0);
        let repaid = if rate < 7.0 { "yes" } else { "no" };
        text += &format!("\"{dollar}{},{:03}.50\",{rate}{percent},{repaid}\n", amount / 1000, amount % 1000);
    }
    text.into_bytes()
}

#[test]
fn units_of_the_training_data_hold_when_predicting() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (summary, suggestion) = page.import("loans.csv", &loans(200, "$", " %"));
    let units: Vec<Option<&str>> = summary.columns.iter().map(|column| column.unit.as_deref()).collect();
    assert_eq!(units, [Some("$"), Some("%"), None]);
    let mut design = suggestion.expect("a guess").design;
    design.dataset.target = "repaid".into();
    page.train(&design);
    // In a form the unit may stand beside the number or not.
    let with = page.predict(11, &[("amount", "$1500.5"), ("rate", "3.5 %")]);
    let without = page.predict(11, &[("amount", "1500.5"), ("rate", "3.5")]);
    assert_eq!(with, without);
    assert!(with.doubts.is_empty(), "{:?}", with.doubts);

    let mut scored = |bytes: &[u8]| {
        let request = Request::ScoreFile {
            ticket: 9,
            run: 11,
            name: "new.csv".into(),
            threshold: None,
            on_unseen: hearth::prepare::OnUnseen::Flag,
            cover: hearth::validate::Cover::default(),
        };
        let events = page.ask(request, Some(bytes));
        let Some(Event::Scored { bytes, warnings, .. }) = events.last() else { panic!("{events:?}") };
        let text = String::from_utf8(bytes.clone()).unwrap();
        let predictions: Vec<String> =
            text.lines().skip(1).map(|line| line.split(',').skip(3).take(3).collect::<Vec<_>>().join(",")).collect();
        (predictions, warnings.clone())
    };
    let (expected, warnings) = scored(&loans(50, "$", " %"));
    assert_eq!(warnings, Vec::<String>::new());
    let (bare, warnings) = scored(&loans(50, "", ""));
    assert_eq!(bare, expected);
    assert!(warnings.iter().any(|w| w.contains("50 numbers have no \"%\" beside it")), "{warnings:?}");
    // Euros are no dollars.
    let (euros, warnings) = scored(&loans(50, "€", " %"));
    assert_ne!(euros, expected);
    assert!(
        warnings.iter().any(|w| w.contains("the file writes “€” where the training data wrote “$”")),
        "{warnings:?}"
    );

    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { bytes, .. }] = &events[..] else { panic!("{events:?}") };
    let unpacked = archive::read(bytes, hearth::package::open::LIMITS).unwrap();
    let schema: serde_json::Value = serde_json::from_slice(unpacked.get("schema.json").unwrap()).unwrap();
    assert_eq!(schema["inputs"][0]["unit"], "$");
    assert_eq!(schema["inputs"][1]["unit"], "%");
}

#[test]
fn the_engine_packs_a_project_as_one_file() {
    let mut page = Page::default();
    let csv = b"a,b\n1,2\n".to_vec();
    let write = |data_name: Option<&str>| Request::WriteProjectFile {
        name: "p.hearth.zip".into(),
        project: b"{}".to_vec(),
        runs: vec![(3, vec![1, 2, 3])],
        data_name: data_name.map(Into::into),
        saved: "2026-11-23T16:00:00Z".into(),
    };
    let events = page.ask(write(Some("people.csv")), Some(&csv));
    let [Event::ProjectFile { name, result: Ok(bytes) }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(name, "p.hearth.zip");
    let opened = hearth::package::project_file::read(bytes, name).expect("it opens again");
    assert_eq!(opened.file.data, Some(("people.csv".to_owned(), csv)));
    assert_eq!(opened.file.runs, [(3, vec![1, 2, 3])]);
    assert_eq!(opened.file.project, b"{}");
    assert!(opened.damage.is_none());

    // A project that names no data, such as one around an opened package.
    let events = page.ask(write(None), None);
    let [Event::ProjectFile { result: Ok(bytes), .. }] = &events[..] else { panic!("{events:?}") };
    let opened = hearth::package::project_file::read(bytes, "p.hearth.zip").expect("it opens again");
    assert_eq!((opened.file.data, opened.file.runs.len(), opened.damage.is_none()), (None, 1, true));

    // The data file is gone from the browser's storage: said, and nothing half is written.
    let events = page.ask(write(Some("people.csv")), None);
    let [Event::ProjectFile { result: Err(problem), .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(problem.place, "people.csv");
}
