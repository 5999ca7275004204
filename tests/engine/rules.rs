//! Rules on their way: judged, proposed, and in the package of a run.

use hearth::job::{Event, PackageAbout, Request};
use hearth::package::archive;
use hearth::rules::{Demand, Outcome, Rule, check};

use super::page::*;

fn rule(id: u32, demand: Demand) -> Rule {
    Rule { id, on: true, demand }
}

#[test]
fn the_table_at_hand_is_judged_and_its_rules_are_proposed() {
    let mut page = Page::default();
    let rules = vec![
        rule(3, Demand::Range { column: "age".into(), low: None, high: Some("40".into()) }),
        Rule { on: false, ..rule(4, Demand::NotMissing { column: "age".into() }) },
        rule(5, Demand::Holds { condition: "agee > 3".into() }),
    ];
    let ask = Request::JudgeRules { ticket: 4, rules: rules.clone() };
    let events = page.ask(ask.clone(), None);
    assert!(matches!(&events[..], [Event::Failed { ticket: 4, .. }]), "there is no table yet: {events:?}");
    page.import("people.csv", &people(400));
    let events = page.ask(ask, None);
    let [Event::RulesJudged { ticket: 4, reports }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(reports.iter().map(|report| report.id).collect::<Vec<_>>(), [3, 5]);
    assert!(matches!(&reports[0].outcome, Outcome::Failed { rows, .. } if !rows.is_empty()));
    assert!(matches!(&reports[1].outcome, Outcome::Impossible(_)));
    let table = hearth::table::csv::import_bytes("people.csv", &people(400), None).unwrap().read.table;
    assert_eq!(*reports, check(&table, &rules));

    let events = page.ask(Request::ProposeRules { ticket: 5 }, None);
    let [Event::RulesProposed { ticket: 5, demands }] = &events[..] else { panic!("{events:?}") };
    assert!(demands.contains(&Demand::Unique { columns: vec!["id".into()] }), "{demands:?}");
}

#[test]
fn a_package_carries_the_rules_of_its_table() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(400));
    page.train(&suggestion.expect("a target is guessed").design);
    let rules = vec![
        rule(1, Demand::NotMissing { column: "id".into() }),
        rule(2, Demand::Holds { condition: "age > 3".into() }),
        Rule { on: false, ..rule(3, Demand::NotMissing { column: "age".into() }) },
    ];
    let package = |page: &mut Page, rules: &[Rule]| {
        let about =
            PackageAbout { created: "2026-11-23T16:00:00Z".into(), rules: rules.to_vec(), ..PackageAbout::default() };
        match page.ask(Request::Package { ticket: 6, run: 11, about }, None).pop() {
            Some(Event::Packaged { package, bytes, .. }) => (package.readme, bytes),
            other => panic!("no package: {other:?}"),
        }
    };
    let schema = |zip: &[u8]| -> Option<serde_json::Value> {
        let unpacked = archive::read(zip, hearth::package::open::LIMITS).unwrap();
        unpacked.get("table-schema.json").map(|bytes| serde_json::from_slice(bytes).expect("JSON"))
    };
    let (readme, zip) = package(&mut page, &rules);
    let found = schema(&zip).expect("a schema");
    assert_eq!(found["fields"][0]["constraints"], serde_json::json!({ "required": true }));
    assert_eq!(found["hearth:rules"], serde_json::json!(["age > 3"]));
    assert!(readme.contains("## What every row should fulfil"), "{readme}");
    assert!(readme.contains("- id is never missing") && !readme.contains("- age is never missing"), "{readme}");
    assert_eq!(package(&mut page, &rules).1, zip, "made twice, the same bytes");
    let request = Request::OpenPackage { ticket: 7, run: 1, name: "people.zip".into() };
    let events = Page::default().ask(request, Some(&zip));
    assert!(matches!(&events[..], [Event::PackageOpened { .. }]), "{events:?}");
    // Without rules, and of a table that is another one since, nothing is said.
    assert_eq!(schema(&package(&mut page, &[]).1), None);
    page.import("people.csv", &people(300));
    let (readme, zip) = package(&mut page, &rules);
    assert_eq!((schema(&zip), readme.contains("every row should fulfil")), (None, false));
}
