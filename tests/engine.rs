//! The engine as the page uses it: requests in, steps until nothing is left to do, events out.

use std::path::PathBuf;

use hearth::dataset::{Role, Task};
use hearth::design::Design;
use hearth::job::engine::Engine;
use hearth::job::message::{decode, encode};
use hearth::job::{
    DesignCheck, Event, Filter, PackageAbout, Problem, Request, RowPrediction, Suggestion, TableSummary,
};
use hearth::metrics::Metric;
use hearth::model::network::{Layer, Network, NetworkData, NetworkSpec, NetworkTarget, Stopped, TrainingRecord};
use hearth::model::{Head, ModelSpec};
use hearth::pipeline::PipelineSpec;
use hearth::playground;
use hearth::prepare::PrepareSpec;
use hearth::random::Random;
use hearth::table::csv::CsvSettings;
use hearth::table::source::ByteSource;
use hearth::validate::Report;

// A page that asks and waits.

#[derive(Default)]
struct Page {
    engine: Engine,
    now: f64,
    /// Answers to `FitNetwork`; without one the fit stays open.
    trainer: Option<fn(&NetworkSpec, &NetworkData) -> Result<Network, String>>,
}

impl Page {
    /// Send a request and take steps until nothing is left to do. Both ways through the encoding of messages.
    fn ask(&mut self, request: Request, file: Option<&[u8]>) -> Vec<Event> {
        let request = decode(&encode(&request)).expect("a request reads back");
        let source = file.map(|bytes| Box::new(bytes.to_vec()) as Box<dyn ByteSource>);
        let mut events = self.engine.handle(request, source);
        self.drain(&mut events);
        events.iter().map(|event| decode(&encode(event)).expect("an event reads back")).collect()
    }

    fn drain(&mut self, events: &mut Vec<Event>) {
        let mut answered = 0;
        for _ in 0..2_000_000 {
            while answered < events.len() {
                let reply = self.reply(&events[answered]);
                answered += 1;
                if let Some(reply) = reply {
                    events.extend(self.engine.handle(reply, None));
                }
            }
            if self.engine.is_idle() {
                return;
            }
            self.now += 5.0;
            events.extend(self.engine.step(self.now));
        }
        panic!("the engine never became idle");
    }

    fn reply(&self, event: &Event) -> Option<Request> {
        let (Some(trainer), Event::FitNetwork { ticket, fit, spec, data, .. }) = (self.trainer, event) else {
            return None;
        };
        Some(match trainer(spec, data) {
            Ok(network) => {
                Request::NetworkFitted { ticket: *ticket, fit: *fit, network, record: record(Stopped::Early) }
            }
            Err(message) => Request::NetworkFailed { ticket: *ticket, fit: *fit, message },
        })
    }

    fn import(&mut self, name: &str, bytes: &[u8]) -> (TableSummary, Option<Suggestion>) {
        let request = Request::Import { ticket: 1, name: name.into(), settings: None };
        let events = self.ask(request, Some(bytes));
        match events.into_iter().next_back() {
            Some(Event::Imported { ticket: 1, summary, suggestion }) => (summary, suggestion),
            other => panic!("the file was not read: {other:?}"),
        }
    }

    fn check(&mut self, design: &Design) -> DesignCheck {
        match self.ask(Request::Check { ticket: 2, design: design.clone() }, None).pop() {
            Some(Event::Checked { ticket: 2, check }) => check,
            other => panic!("the design was not checked: {other:?}"),
        }
    }

    fn train(&mut self, design: &Design) -> Vec<Event> {
        self.ask(Request::Train { ticket: 3, design: design.clone(), first_run: 10 }, None)
    }

    fn predict(&mut self, run: u32, cells: &[(&str, &str)]) -> RowPrediction {
        let cells = cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        match self.ask(Request::PredictRow { ticket: 4, run, cells }, None).pop() {
            Some(Event::Predicted { prediction, .. }) => prediction,
            other => panic!("the row was not predicted: {other:?}"),
        }
    }
}

fn record(stopped: Stopped) -> TrainingRecord {
    TrainingRecord { stopped, device: "by hand".into(), seconds: 0.5, epochs_run: 3, ..TrainingRecord::default() }
}

/// One layer: the mean of each class's training rows as weights, so that it is better than guessing.
fn nearest_mean(_: &NetworkSpec, data: &NetworkData) -> Result<Network, String> {
    let n_inputs = data.features.n_columns;
    let (weights, bias, n_outputs, head) = match &data.target {
        NetworkTarget::Classes { codes, n_classes, .. } => {
            let mut means = vec![0.0f32; n_inputs * n_classes];
            let mut counts = vec![0.0f32; *n_classes];
            for row in 0..data.n_train {
                let class = codes[row] as usize;
                counts[class] += 1.0;
                for (column, value) in data.features.row(row).iter().enumerate() {
                    means[class * n_inputs + column] += value;
                }
            }
            for class in 0..*n_classes {
                for mean in &mut means[class * n_inputs..(class + 1) * n_inputs] {
                    *mean /= counts[class].max(1.0);
                }
            }
            // Squared distances to the means, but for a term that is the same for all.
            let bias: Vec<f32> =
                means.chunks(n_inputs).map(|mean| -mean.iter().map(|m| m * m).sum::<f32>() / 2.0).collect();
            (means, bias, *n_classes, Head::Softmax)
        }
        NetworkTarget::Values(values) => {
            let mean = values[..data.n_train].iter().sum::<f32>() / data.n_train as f32;
            (vec![0.0; n_inputs], vec![0.0], 1, Head::Value { center: mean, scale: 1.0 })
        }
    };
    Ok(Network {
        input_scale: vec![1.0; n_inputs],
        layers: vec![Layer { weights, bias, n_inputs: n_inputs as u32, n_outputs: n_outputs as u32 }],
        activation: hearth::model::network::Activation::Relu,
        head,
    })
}

fn failing(_: &NetworkSpec, _: &NetworkData) -> Result<Network, String> {
    Err("The trainer ran out of memory.".into())
}

fn runs(events: &[Event]) -> Vec<(u32, u32, &Report, &[u8])> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::RunFinished { run, candidate, report, bytes, .. } => {
                Some((*run, *candidate, report, bytes.as_slice()))
            }
            _ => None,
        })
        .collect()
}

fn mean(report: &Report, metric: Metric) -> f64 {
    report.scores.iter().find(|s| s.metric == metric).and_then(|s| s.mean).expect("the metric was scored")
}

fn failure(events: &[Event]) -> &Problem {
    events
        .iter()
        .find_map(|event| if let Event::Failed { error, .. } = event { Some(error) } else { None })
        .unwrap_or_else(|| panic!("nothing failed: {events:?}"))
}

/// People on a ship: age and port decide, a number names the row, and some cells are missing.
fn people(n: usize) -> Vec<u8> {
    let mut random = Random::new(5, 0);
    let mut text = "id,age,port,joined,survived\n".to_owned();
    for i in 0..n {
        let age = 1.0 + 79.0 * random.unit();
        let port = ["Cherbourg", "Queenstown", "Southampton"][random.below(3) as usize];
        let chance = if age < 30.0 { 0.8 } else { 0.25 } + if port == "Cherbourg" { 0.15 } else { 0.0 };
        let survived = if random.unit() < chance { "yes" } else { "no" };
        let age = if random.unit() < 0.1 { String::new() } else { format!("{age:.1}") };
        let (month, day) = (1 + random.below(12), 1 + random.below(28));
        text += &format!("{},{age},{port},2024-{month:02}-{day:02},{survived}\n", i + 1);
    }
    text.into_bytes()
}

/// Cost by size, with three classes of make.
fn costs(n: usize) -> Vec<u8> {
    let mut random = Random::new(6, 0);
    let mut text = "size;make;cost\n".to_owned();
    for _ in 0..n {
        let size = 10.0 * random.unit();
        let make = ["A", "B", "C"][random.below(3) as usize];
        let extra = if make == "C" { 20.0 } else { 0.0 };
        let cost = 5.0 + 3.0 * size + extra + random.normal();
        text +=
            &format!("{};{make};{}\n", format!("{size:.3}").replace('.', ","), format!("{cost:.3}").replace('.', ","));
    }
    text.into_bytes()
}

// The main job.

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
    assert_eq!(found.iter().map(|r| (r.0, r.1)).collect::<Vec<_>>(), [(10, 0), (11, 1), (12, 2)]);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
    assert_eq!(events.iter().filter(|e| matches!(e, Event::FoldScored { .. })).count(), 15);
    let (baseline, linear, network) = (found[0].2, found[1].2, found[2].2);
    assert_eq!(mean(baseline, Metric::RocAuc), 0.5);
    for report in [linear, network] {
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

    let about =
        PackageAbout { project: "People".into(), created: "2026-11-23T16:00:00Z".into(), threshold: None, looks: 1 };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { package, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.largest_deviation < 1e-5);

    let mut elsewhere = Page::default();
    let request = Request::OpenPackage { ticket: 7, run: 1, name: "people.zip".into() };
    let events = elsewhere.ask(request, Some(bytes));
    let [Event::PackageOpened { report, bytes: opened, .. }] = &events[..] else { panic!("{events:?}") };
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
    assert_eq!(found.len(), 3);
    assert!(mean(found[1].2, Metric::R2) > 0.9, "{:?}", found[1].2.scores);
    let prediction = page.predict(11, &[("size", "5"), ("make", "C")]);
    let value = prediction.value.expect("a value");
    assert!((value - 40.0).abs() < 1.5, "{value}");
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

// Pause, cancel, failures of one.

#[test]
fn a_failing_trainer_does_not_lose_the_others() {
    let mut page = Page { trainer: Some(failing), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(120));
    let events = page.train(&suggestion.expect("a guess").design);
    assert_eq!(runs(&events).len(), 2);
    let failed: Vec<&Problem> = events
        .iter()
        .filter_map(|e| if let Event::CandidateFailed { error, candidate: 2, .. } = e { Some(error) } else { None })
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(
        (failed[0].place.as_str(), failed[0].event.as_str()),
        ("Neural network", "The trainer ran out of memory.")
    );
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
}

#[test]
fn a_pause_changes_nothing_but_the_time() {
    let (_, suggestion) = Page::default().import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    let straight = {
        let mut page = Page::default();
        page.import("people.csv", &people(200));
        let events = page.train(&design);
        runs(&events).iter().map(|r| r.2.scores.clone()).collect::<Vec<_>>()
    };
    let mut page = Page::default();
    page.import("people.csv", &people(200));
    let mut events = page.engine.handle(Request::Train { ticket: 3, design, first_run: 10 }, None);
    for _ in 0..9 {
        events.extend(page.engine.step(1.0));
    }
    page.engine.handle(Request::Pause { ticket: 3 }, None);
    assert!(page.engine.is_idle());
    assert!(page.engine.step(2.0).is_empty());
    page.engine.handle(Request::Resume { ticket: 3 }, None);
    page.drain(&mut events);
    let paused: Vec<_> = runs(&events).iter().map(|r| r.2.scores.clone()).collect();
    assert_eq!(paused, straight);
}

#[test]
fn stopping_in_a_fold_keeps_the_network_of_that_fold() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let design = suggestion.expect("a guess").design;
    // Two folds are fitted, and the third is stopped.
    let mut events = page.engine.handle(Request::Train { ticket: 3, design, first_run: 10 }, None);
    for stopped in [Stopped::AllEpochs, Stopped::AllEpochs, Stopped::Cancelled] {
        page.drain(&mut events);
        let Some(Event::FitNetwork { fit, spec, data, .. }) =
            events.iter().rev().find(|e| matches!(e, Event::FitNetwork { .. })).cloned()
        else {
            panic!("a network was to be fitted: {events:?}");
        };
        if stopped == Stopped::Cancelled {
            assert!(page.engine.handle(Request::Cancel { ticket: 3 }, None).is_empty());
            assert!(page.engine.is_idle(), "it waits for the network's best weights");
        }
        let network = nearest_mean(&spec, &data).expect("it always fits");
        let request = Request::NetworkFitted { ticket: 3, fit, network, record: record(stopped) };
        events.extend(page.engine.handle(request, None));
    }
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
    let found = runs(&events);
    assert_eq!(found.len(), 3, "baseline and linear were complete, the network is kept");
    let report = found[2].2;
    assert_eq!(report.scores[0].folds.len(), 3);
    insta::assert_snapshot!(report.notes.last().expect("it says what it is"), @"Stopped in fold 3 of 5: the model is that of this fold, trained on 64 % of the rows, and its scores come from 3 of 5 folds.");
    assert!(!page.predict(12, &[("age", "12")]).label.is_empty());
}

#[test]
fn stopping_twice_does_not_wait_for_the_trainer() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(100));
    let design = suggestion.expect("a guess").design;
    let mut events = page.engine.handle(Request::Train { ticket: 3, design, first_run: 10 }, None);
    page.drain(&mut events);
    page.engine.handle(Request::Cancel { ticket: 3 }, None);
    assert!(page.engine.is_idle());
    events.extend(page.engine.handle(Request::Cancel { ticket: 3 }, None));
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
    assert_eq!(runs(&events).len(), 2);
}

#[test]
fn two_trainings_of_one_design_are_equal_to_the_bit() {
    let (_, suggestion) = Page::default().import("people.csv", &people(200));
    let design = suggestion.expect("a guess").design;
    let train = || {
        let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
        page.import("people.csv", &people(200));
        let events = page.train(&design);
        runs(&events).iter().map(|r| (r.2.scores.clone(), r.2.views.clone())).collect::<Vec<_>>()
    };
    assert_eq!(train(), train());
}

// The grid.

#[test]
fn rows_are_sorted_filtered_and_cut_to_the_view() {
    let mut page = Page::default();
    page.import("t.csv", b"n,c\n3,x\n1,y\n,x\n2,y\n");
    let rows = |page: &mut Page, first_row, n_rows| {
        let request = Request::Rows { ticket: 8, first_row, n_rows, columns: vec![0, 1, 99] };
        match page.ask(request, None).pop() {
            Some(Event::Rows { n_rows, cells, .. }) => (n_rows, cells),
            other => panic!("{other:?}"),
        }
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(rows(&mut page, 2, 10), (2, vec![None, some("x"), None, some("2"), some("y"), None]));
    let sort = Request::View { ticket: 9, sort: Some((0, true)), filters: Vec::new() };
    assert_eq!(page.ask(sort, None), [Event::Viewed { ticket: 9, n_rows: 4 }]);
    assert_eq!(rows(&mut page, 0, 1).1[0], some("3"));
    let filters = vec![Filter::OneOf { column: 1, texts: vec!["y".into()] }];
    let filter = Request::View { ticket: 10, sort: Some((0, false)), filters };
    assert_eq!(page.ask(filter, None), [Event::Viewed { ticket: 10, n_rows: 2 }]);
    assert_eq!(rows(&mut page, 0, 9), (2, vec![some("1"), some("y"), None, some("2"), some("y"), None]));
    assert_eq!(rows(&mut page, 4_000_000_000, u32::MAX).0, 0);
}

// Predicting.

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
        let request = Request::ScoreFile { ticket: 12, run: 11, name: "new.csv".into(), threshold: None };
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
    let events = score(&mut page, b"a,b\n1,2\n");
    assert_eq!(failure(&events).event, "The table has none of the columns that the model reads.");
    assert_eq!(failure(&score(&mut page, b"")).place, "new.csv");
}

// Bad input: a sentence each, and the engine lives on.

#[test]
fn what_is_not_there_is_said() {
    let mut page = Page::default();
    let (_, suggestion) = Page::default().import("people.csv", &people(60));
    let design = suggestion.expect("a guess").design;
    for request in [
        Request::Rows { ticket: 1, first_row: 0, n_rows: 1, columns: vec![0] },
        Request::Check { ticket: 1, design: design.clone() },
        Request::Train { ticket: 1, design: design.clone(), first_run: 1 },
    ] {
        assert_eq!(failure(&page.ask(request, None)).event, "There is no table yet.");
    }
    for request in [
        Request::PredictRow { ticket: 1, run: 7, cells: Vec::new() },
        Request::OpenHoldout { ticket: 1, run: 7, look: 1 },
        Request::Package { ticket: 1, run: 7, about: PackageAbout::default() },
        Request::ScoreFile { ticket: 1, run: 7, name: "a.csv".into(), threshold: None },
    ] {
        assert_eq!(failure(&page.ask(request, Some(b"a\n1\n"))).event, "This candidate's model is not here.");
    }
    let import = Request::Import { ticket: 1, name: "gone.csv".into(), settings: None };
    assert_eq!(failure(&page.ask(import, None)).event, "The file could not be opened.");
    let package = Request::OpenPackage { ticket: 1, run: 1, name: "bad.zip".into() };
    assert!(!failure(&page.ask(package, Some(b"not a zip"))).event.is_empty());
    for bytes in [Vec::new(), b"hearth-r".to_vec(), b"hearth-r\x01\x00garbage".to_vec(), b"hearth-r\x09\x00x".to_vec()]
    {
        let events = page.ask(Request::Restore { run: 1, bytes }, None);
        assert!(matches!(&events[..], [Event::Restored { problem: Some(p), .. }] if !p.cure.is_empty()), "{events:?}");
    }
}

#[test]
fn bad_files_fail_with_a_place_and_a_cure_and_the_table_stays() {
    let mut page = Page::default();
    page.import("good.csv", b"a,b\n1,x\n2,y\n");
    let png = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13];
    for (what, bytes) in [("empty", &b""[..]), ("header only", b"a,b\n"), ("an image", &png)] {
        let request = Request::Import { ticket: 2, name: "bad.csv".into(), settings: None };
        let events = page.ask(request, Some(bytes));
        let problem = failure(&events);
        assert!(problem.place.contains("bad.csv") && !problem.cure.is_empty(), "{what}: {problem:?}");
    }
    let events = page.ask(Request::Rows { ticket: 3, first_row: 0, n_rows: 1, columns: vec![0] }, None);
    assert!(matches!(&events[..], [Event::Rows { cells, .. }] if cells == &[Some("1".to_owned())]), "{events:?}");
}

#[test]
fn tables_that_cannot_be_learned_from_are_refused_before_training() {
    let cases: [(&str, &[u8], &str); 4] = [
        ("a constant target", b"x,y\n1,a\n2,a\n3,a\n4,a\n", "y"),
        ("an unknown target", b"x,y\n1,a\n2,b\n3,a\n4,b\n", "nothing"),
        ("one row", b"x,y\n1,a\n", "y"),
        ("a target that is always missing", b"x,y\n1,\n2,\n3,\n4,\n", "y"),
    ];
    let (_, suggestion) = Page::default().import("people.csv", &people(60));
    let like = suggestion.expect("a guess").design;
    for (what, bytes, target) in cases {
        let mut page = Page::default();
        page.import("t.csv", bytes);
        let mut design = like.clone();
        design.dataset.target = target.into();
        design.dataset.roles.clear();
        let check = page.check(&design);
        assert!(!check.problems.is_empty(), "{what} was let through");
        assert_eq!(failure(&page.train(&design)), &check.problems[0], "{what}");
    }
}

#[test]
fn names_from_hell_are_names() {
    let bytes = "<img src=x onerror=alert(1)>,__proto__,=1+1,constructor\n1,a,2,u\n2,b,3,v\n3,a,4,u\n4,b,6,v\n"
        .repeat(1)
        + &"5,a,1,u\n6,b,9,v\n".repeat(20);
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (summary, suggestion) = page.import("t.csv", bytes.as_bytes());
    assert_eq!(summary.columns[0].name, "<img src=x onerror=alert(1)>");
    let design = suggestion.expect("a guess").design;
    let events = page.train(&design);
    assert_eq!(runs(&events).len(), 3, "{:?}", events.last());
    let about =
        PackageAbout { project: "__proto__".into(), created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 12, about }, None);
    assert!(matches!(&events[..], [Event::Packaged { .. }]), "{events:?}");
}

/// A file that is cut short while it is read.
struct Shrinking {
    bytes: Vec<u8>,
    reads: usize,
}

impl ByteSource for Shrinking {
    fn len(&self) -> u64 {
        (self.bytes.len() - self.reads) as u64
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        self.reads += 1;
        self.bytes.as_slice().read(offset, length.min(100))
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told() {
    let mut page = Page::default();
    let source = Box::new(Shrinking { bytes: people(100), reads: 0 });
    let request = Request::Import { ticket: 1, name: "live.csv".into(), settings: None };
    let mut events = page.engine.handle(request, Some(source));
    page.drain(&mut events);
    insta::assert_snapshot!(failure(&events).event.split('.').next().unwrap_or_default(), @"The file changed or went away while it was being read");
}

#[test]
fn a_test_set_is_not_opened_on_other_rows() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    page.train(&design);
    page.import("people.csv", &people(201));
    let events = page.ask(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    assert!(failure(&events).event.starts_with("The table is not the one"), "{events:?}");
}

#[test]
fn settings_that_the_person_set_are_obeyed() {
    let mut page = Page::default();
    let settings = CsvSettings { delimiter: b';', header: false, ..CsvSettings::default() };
    let request = Request::Preview { ticket: 1, name: "t.csv".into(), settings: Some(settings.clone()) };
    let events = page.ask(request, Some(b"1;2\n3;4\n"));
    let [Event::Previewed { preview, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((preview.columns.len(), preview.rows.len()), (2, 2));
    let request = Request::Import { ticket: 1, name: "t.csv".into(), settings: Some(settings.clone()) };
    let events = page.ask(request, Some(b"1;2\n3;4\n"));
    assert!(matches!(events.last(), Some(Event::Imported { summary, .. }) if summary.settings == settings));
}

// The playground.

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

// Real sets.

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
        assert_eq!(found.len(), 3, "{name}");
        let score = mean(found[1].2, metric);
        assert!(score > least, "{name}: {} {score}", metric.name());
        let about =
            PackageAbout { project: name.into(), created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
        for run in [10, 11, 12] {
            let events = page.ask(Request::Package { ticket: 6, run, about: about.clone() }, None);
            let [Event::Packaged { bytes, .. }] = &events[..] else { panic!("{name}, run {run}: {events:?}") };
            let request = Request::OpenPackage { ticket: 7, run: run + 100, name: "p.zip".into() };
            let events = page.ask(request, Some(bytes));
            assert!(matches!(&events[..], [Event::PackageOpened { .. }]), "{name}, run {run}: {events:?}");
        }
    }
}
