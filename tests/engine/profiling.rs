//! The profile and the findings: told in parts, between other requests, and for the target at hand.

use hearth::dataset::DatasetSpec;
use hearth::job::{Event, Filter, ProfileTold, Request};
use hearth::quality::{Evidence, Repair};
use hearth::random::Random;
use hearth::recipe::Recipe;
use hearth::split::SplitSpec;
use hearth::table::csv::CsvSettings;

use super::page::*;

/// 25,000 rows: `b` gives `y` away, and `a` has −999 in every 500th row.
fn leaky() -> Vec<u8> {
    let mut random = Random::new(3, 0);
    let mut text = "a,b,c,y\n".to_owned();
    for i in 0..25_000 {
        let y = random.unit() < 0.4;
        let a = if i % 500 == 0 { "-999.0".to_owned() } else { format!("{:.2}", 50.0 + 9.0 * random.normal()) };
        let b = if y { "late" } else { "soon" };
        text += &format!("{a},{b},{:.9},{}\n", random.unit(), if y { "yes" } else { "no" });
    }
    text.into_bytes()
}

fn profile(ticket: u64, target: &str) -> Request {
    let target = DatasetSpec { target: target.into(), ..DatasetSpec::default() };
    Request::Profile { ticket: ticket as _, target: Some((target, SplitSpec::default())) }
}

fn told(events: &[Event]) -> Vec<&ProfileTold> {
    let told = |event: &'_ Event| matches!(event, Event::Profiled { ticket: 30, .. });
    events
        .iter()
        .filter(|event| told(event))
        .filter_map(|event| match event {
            Event::Profiled { told, .. } => Some(told),
            _ => None,
        })
        .collect()
}

#[test]
fn a_sample_is_told_first_and_findings_last() {
    let mut page = Page::default();
    page.import("t.csv", &leaky());
    let events = page.ask(profile(30, "y"), None);
    let told = told(&events);
    assert_eq!(events[1], Event::Proposed { ticket: 30, proposals: Vec::new() }, "not before the first numbers");
    assert_eq!(told.len() + 1, events.len());
    let (first, last) = (told[0], told[told.len() - 1]);
    assert_eq!((first.profile.columns[0].n_rows, first.findings.is_none()), (20_000, true));
    assert_eq!((last.profile.columns[0].n_rows, last.parts_done), (25_000, last.parts));
    let found = last.findings.as_ref().expect("findings at the end");
    let evidence: Vec<&Evidence> = found.iter().map(|found| &found.finding.evidence).collect();
    assert!(
        matches!(evidence[..], [Evidence::Leakage { of_classes: true, .. }, Evidence::DisguisedNumber { value, .. }] if *value == -999.0),
        "{evidence:?}"
    );
    assert!(found[0].sentence.starts_with("b: it alone predicts the target (ROC AUC 1.000)"), "{}", found[0].sentence);
    assert_eq!((found[1].finding.n_rows, found[1].finding.rows.len()), (50, 50));

    // The rows of a finding are a filter, and its repair leaves none of them.
    let filters = vec![Filter::Rows { name: "a".into(), rows: found[1].finding.rows.clone() }];
    let shown = page.ask(Request::View { ticket: 31, sort: None, filters }, None);
    assert_eq!(shown, [Event::Viewed { ticket: 31, n_rows: 50 }]);
    let Some(Repair::TreatAsMissing { texts, .. }) = &found[1].finding.repair else { panic!("{found:?}") };
    let settings = CsvSettings::default().with_missing_in("a", texts);
    let import = Request::Import {
        ticket: 32,
        name: "t.csv".into(),
        settings: Some(settings),
        recipe: Recipe::default(),
        beside: Vec::new(),
    };
    let events = page.ask(import, Some(&leaky()));
    let Some(Event::Imported { summary, .. }) = events.last() else { panic!("{events:?}") };
    assert_eq!((summary.columns[0].n_missing, summary.n_warnings), (50, 0));
}

#[test]
fn other_requests_are_answered_in_between_and_training_comes_first() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("t.csv", &leaky());
    page.engine.handle(profile(30, "y"), None);
    for _ in 0..5 {
        page.now += 5.0;
        assert!(page.engine.step(page.now).is_empty(), "nothing is known yet");
    }
    let rows = Request::Rows { ticket: 33, first_row: 0, n_rows: 5, columns: vec![0] };
    assert!(matches!(&page.engine.handle(rows, None)[..], [Event::Rows { ticket: 33, .. }]));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    let events = page.train(&design);
    let position = |is: &dyn Fn(&Event) -> bool| events.iter().position(is).expect("such an event");
    let trained = position(&|event| matches!(event, Event::TrainingFinished { .. }));
    let profiled = position(&|event| matches!(event, Event::Profiled { .. }));
    assert!(trained < profiled, "the profile waited");
    assert!(told(&events).last().is_some_and(|told| told.findings.is_some()));
}

#[test]
fn another_target_or_table_ends_the_profile_under_way() {
    let mut page = Page::default();
    page.import("t.csv", &leaky());
    page.engine.handle(profile(29, "y"), None);
    let events = page.ask(profile(30, "b"), None);
    let told_of =
        |event: &Event| matches!(event, Event::Profiled { ticket: 30, .. } | Event::Proposed { ticket: 30, .. });
    assert!(events.iter().all(told_of), "{}", events.len());
    let last = told(&events).pop().expect("a profile");
    // The target is not related to itself.
    assert_eq!(last.profile.relations.iter().map(|r| r.column).collect::<Vec<_>>(), [0, 2, 3]);

    page.engine.handle(profile(29, "y"), None);
    let (_, suggestion) = page.import("people.csv", &people(200));
    assert!(suggestion.is_some() && page.engine.is_idle(), "the profile of the table before is over");
    // Without such a target the columns are told all the same.
    let events = page.ask(profile(30, "nothing of the kind"), None);
    let last = told(&events).pop().expect("a profile");
    assert_eq!((last.profile.columns.len(), last.profile.relations.len()), (5, 0));
    page.ask(Request::Close, None);
    assert!(matches!(&page.ask(profile(30, "y"), None)[..], [Event::Failed { ticket: 30, .. }]));
}
