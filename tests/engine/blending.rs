//! Ensembles through the engine: weights are judged on rows that they have not seen, and only what is better is kept.

use hearth::explain::{Answer, Question, Rows};
use hearth::job::{Event, PackageAbout, Request};
use hearth::metrics::Metric;
use hearth::model::ModelSpec;
use hearth::validate::{Blended, Fit, Report};

use super::page::*;

fn blend(page: &mut Page, members: &[(u32, &str)], run: u32) -> Vec<Event> {
    let members = members.iter().map(|(run, name)| (*run, (*name).to_owned())).collect();
    page.ask(Request::Blend { ticket: 7, members, run }, None)
}

fn told(events: &[Event]) -> (&Blended, Option<&Report>) {
    events
        .iter()
        .find_map(|event| match event {
            Event::Blended { told, report, .. } => Some((told, report.as_ref())),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no answer: {events:?}"))
}

/// Costs that a line and a step make together: neither the linear model nor the trees have all of it.
fn line_and_step(n: usize) -> Vec<u8> {
    let mut random = hearth::random::Random::new(9, 0);
    let mut text = "size;age;cost\n".to_owned();
    for _ in 0..n {
        let (size, age) = (10.0 * random.unit(), 10.0 * random.unit());
        let cost = 4.0 * size + if age > 5.0 { 15.0 } else { 0.0 } + 2.0 * random.normal();
        text += &format!("{size:.3};{age:.3};{cost:.3}\n");
    }
    text.into_bytes()
}

#[test]
fn an_average_that_is_better_on_rows_not_seen_becomes_a_run() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("costs.csv", &line_and_step(400));
    let mut design = suggestion.expect("a guess").design;
    design.dataset.target = "cost".into();
    design.candidates.retain(|spec| !matches!(spec.model, ModelSpec::Network(_)));
    let events = page.train(&design);
    let found: Vec<(u32, f64)> = runs(&events).iter().map(|run| (run.0, mean(run.2, Metric::Rmse))).collect();
    assert_eq!(found.len(), 4);
    let events = blend(&mut page, &[(11, "Linear"), (12, "Boosted trees"), (13, "Random forest")], 20);
    let (told_of, report) = told(&events);
    let report = report.expect("it is better");
    assert!(told_of.members.len() >= 2, "{told_of:?}");
    assert!((told_of.members.iter().map(|(_, weight)| weight).sum::<f64>() - 1.0).abs() < 1e-9);
    let best = found[1..].iter().map(|(_, rmse)| *rmse).fold(f64::INFINITY, f64::min);
    assert!(told_of.score < told_of.single, "{told_of:?}");
    assert!((told_of.single - best).abs() < 0.05 * best, "the best single: {} and {best}", told_of.single);
    // The report's score is that on rows that the weights had not seen.
    assert!((mean(report, Metric::Rmse) - told_of.score).abs() < 1e-9);
    assert_eq!((report.fit, report.blend.as_ref()), (Fit::All, Some(told_of)));
    assert!(report.notes.iter().any(|note| note.starts_with("An average of models: ")), "{:?}", report.notes);
    // It predicts as the weighted average of its members.
    let cells = [("size", "4"), ("age", "7")];
    let names = ["Linear", "Boosted trees", "Random forest"];
    let mut sum = 0.0;
    for (name, weight) in &told_of.members {
        let run = 11 + names.iter().position(|known| known == name).expect("a member") as u32;
        sum += weight * page.predict(run, &cells).value.expect("a number");
    }
    let own = page.predict(20, &cells).value.expect("a number");
    assert!((own - sum).abs() < 1e-3, "{own} for {sum}");
    // Its bytes bring it back.
    let bytes =
        events.iter().find_map(|e| if let Event::Blended { bytes, .. } = e { Some(bytes.clone()) } else { None });
    let back = page.ask(Request::Restore { run: 21, bytes: bytes.expect("bytes") }, None);
    assert!(matches!(back[..], [Event::Restored { run: 21, problem: None }]), "{back:?}");
    assert_eq!(page.predict(21, &cells).value, Some(own));
    goes_on_like_any_other(&mut page, own);
}

/// Reasons, the test set, the package and its opening.
fn goes_on_like_any_other(page: &mut Page, own: f64) {
    let cells = [("size".to_owned(), "4".to_owned()), ("age".to_owned(), "7".to_owned())];
    let question = Question::Row { cells: cells.to_vec() };
    let events = page.ask(Request::Explain { ticket: 20, run: 20, question }, None);
    let Some(Event::Explained { answer: Answer::Row(row), .. }) = events.last() else { panic!("{events:?}") };
    assert!((row.total(0) - own).abs() < 1e-3 * own.abs(), "{} for {own}", row.total(0));
    let events = page.ask(Request::Explain { ticket: 21, run: 20, question: Question::Importance }, None);
    let Some(Event::Explained { answer: Answer::Importance(worth), .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!(
        (worth.rows, worth.columns[0].names.as_slice()),
        (Rows::OutOfFold { folds: 5 }, &["size".to_owned()][..])
    );
    let events = page.ask(Request::OpenHoldout { ticket: 22, run: 20, look: 1 }, None);
    assert!(matches!(events.last(), Some(Event::HoldoutOpened { run: 20, .. })), "{events:?}");
    let about = PackageAbout { created: "2026-11-30T10:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 23, run: 20, about }, None);
    let [Event::Packaged { package, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.file_name.contains("-ensemble-"), "{}", package.file_name);
    assert!(package.readme.contains("an ensemble: a weighted average of several models"), "{}", package.readme);
    let events = page.ask(Request::OpenPackage { ticket: 24, run: 40, name: "p.zip".into() }, Some(bytes));
    assert!(matches!(events.last(), Some(Event::PackageOpened { run: 40, .. })), "{events:?}");
    assert_eq!(page.predict(40, &[("size", "4"), ("age", "7")]).value, Some(own));
}

#[test]
fn an_average_that_is_not_better_is_not_kept_and_strangers_are_refused() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(160));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    // The same model twice: no average of it is better than itself.
    design.candidates.push(design.candidates[1].clone());
    page.train(&design);
    let events = blend(&mut page, &[(11, "Linear"), (12, "Linear (2)")], 20);
    let (told_of, report) = told(&events);
    assert_eq!(report, None, "{told_of:?}");
    assert!((told_of.score - told_of.single).abs() < 1e-9);
    let refused = failure(&blend(&mut page, &[(11, "Linear")], 21)).event.clone();
    assert_eq!(refused, "An ensemble takes 2 to 20 models.");
    let mut other = design.clone();
    other.split.folds = 4;
    let request = Request::Train { ticket: 8, design: other, candidates: vec![1], first_run: 30, search: None };
    page.ask(request, None);
    let events = blend(&mut page, &[(11, "Linear"), (31, "Other")], 22);
    let refused = failure(&events);
    assert_eq!(refused.event, "Other was trained on other data or with another split.");
}
