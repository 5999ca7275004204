//! Groups of people: compared on what the folds predicted, by columns that the model does not learn from, and carried into the
//! package in words and numbers.

use hearth::dataset::Role;
use hearth::explain::{Answer, Question};
use hearth::job::{Event, PackageAbout, Request};
use hearth::package::GroupsTold;
use hearth::validate::fairness::{Fairness, GapKind, Measure};

use super::page::*;

fn trained() -> Page {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(600));
    let mut design = suggestion.expect("a target is guessed").design;
    design.dataset.roles.push(("port".into(), Role::Sensitive));
    page.train(&design);
    page
}

fn ask(page: &mut Page, run: u32, threshold: f64) -> Fairness {
    let question = Question::Fairness { threshold };
    match page.ask(Request::Explain { ticket: 20, run, question }, None).pop() {
        Some(Event::Explained { answer: Answer::Fairness(found), .. }) => found,
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn groups_are_compared_by_what_is_not_learned_and_the_package_says_it() {
    let mut page = trained();
    let found = ask(&mut page, 11, 0.5);
    assert_eq!((found.n_rows, found.threshold, found.attributes.len()), (480, Some(0.5), 1));
    let port = &found.attributes[0];
    assert_eq!(port.columns, ["port"]);
    assert_eq!(port.groups.iter().map(|group| group.n).sum::<u32>(), 480, "{:?}", port.groups);
    let selection = &port.outcomes[0].measures[0];
    assert_eq!(selection.measure, Measure::Selection);
    // A lower line calls no fewer.
    let lower = ask(&mut page, 11, 0.3);
    let pairs = selection.groups.iter().zip(&lower.attributes[0].outcomes[0].measures[0].groups);
    assert!(pairs.into_iter().all(|(a, b)| b.expect("rows").value >= a.expect("rows").value));
    assert!(port.outcomes[0].gaps.iter().any(|gap| gap.kind == GapKind::Odds));

    let groups = Some(GroupsTold {
        lines: vec!["By port: no gap is clear.".into()],
        tables: vec![(
            "Groups by port".into(),
            vec!["Port".into(), "Rows".into()],
            vec![vec!["a|b".into(), "5".into()]],
        )],
        found: found.clone().in_short(),
    });
    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), groups, ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { package, bytes, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.readme.contains("## Groups of people\n\nBy port: no gap is clear."), "{}", package.readme);
    assert!(package.readme.contains("| Port | Rows |\n|---|---|\n| a\\|b | 5 |\n"), "{}", package.readme);
    assert!(package.reveals.iter().any(|line| line.contains("how many rows groups by port have")));
    let files = hearth::package::archive::read(bytes, hearth::package::open::LIMITS).expect("a ZIP");
    let report: serde_json::Value = serde_json::from_slice(files.get("report.json").expect("a report")).expect("JSON");
    let told: Fairness = serde_json::from_value(report["fairness"].clone()).expect("as it was found");
    assert_eq!(told, found.in_short());
    assert!(report["scores"].is_array(), "beside the report's own fields");

    // Without it the file is the report alone.
    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 7, run: 11, about }, None);
    let [Event::Packaged { bytes, .. }] = &events[..] else { panic!("{events:?}") };
    let files = hearth::package::archive::read(bytes, hearth::package::open::LIMITS).expect("a ZIP");
    let report: serde_json::Value = serde_json::from_slice(files.get("report.json").expect("a report")).expect("JSON");
    assert!(report.get("fairness").is_none());
}
