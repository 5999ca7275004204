//! A training that was cut off and goes on with what was kept of its networks comes to the results that it would have had.

use hearth::design::Design;
use hearth::job::{Event, Request, decode};
use hearth::model::ModelSpec;
use hearth::model::network::Stopped;
use hearth::studio::unfinished::Unfinished;

use super::page::*;

/// The keys of the fits that the engine asked for, in order.
fn keys(events: &[Event]) -> Vec<String> {
    events.iter().filter_map(|e| if let Event::FitNetwork { key, .. } = e { Some(key.clone()) } else { None }).collect()
}

/// What the engine asked the trainer for last.
fn last_fit(events: &[Event]) -> Option<Event> {
    events.iter().rfind(|e| matches!(e, Event::FitNetwork { .. })).cloned()
}

fn trained(design: &Design) -> Vec<Event> {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    page.import("people.csv", &people(200));
    page.train(design)
}

#[test]
fn a_key_stands_for_settings_and_rows() {
    let (_, suggestion) = Page::default().import("people.csv", &people(200));
    let design = suggestion.expect("a guess").design;
    let first = keys(&trained(&design));
    assert_eq!(first.len(), 6, "five folds and all rows");
    assert!(first.iter().enumerate().all(|(i, key)| !first[..i].contains(key)), "every fit has its own: {first:?}");
    assert_eq!(keys(&trained(&design)), first, "another session asks for the same");
    let mut other = design.clone();
    for spec in &mut other.candidates {
        if let ModelSpec::Network(network) = &mut spec.model {
            network.seed += 1;
        }
    }
    assert!(keys(&trained(&other)).iter().all(|key| !first.contains(key)), "another seed is another fit");
    let mut other = design;
    other.split.seed += 1;
    assert!(keys(&trained(&other)).iter().all(|key| !first.contains(key)), "other folds have other rows");
}

#[test]
fn what_was_cut_off_and_resumed_is_equal_to_the_bit() {
    let (_, suggestion) = Page::default().import("people.csv", &people(200));
    let design = suggestion.expect("a guess").design;
    let whole = trained(&design);

    // The first session fits two folds and dies in the third.
    let mut first = Page::default();
    first.import("people.csv", &people(200));
    let mut kept = Unfinished::default();
    let mut events = first.engine.handle(
        Request::Train { ticket: 3, candidates: every(&design), design: design.clone(), first_run: 10, search: None },
        None,
    );
    for _ in 0..2 {
        first.drain(&mut events);
        let Some(Event::FitNetwork { fit, key, spec, data, .. }) = last_fit(&events) else {
            panic!("a network was to be fitted: {events:?}");
        };
        let (network, record) = (
            nearest_mean(&spec, &decode(&data).expect("what the engine wrote")).expect("it always fits"),
            record(Stopped::Early),
        );
        kept.keep_fitted(key, network.clone(), record.clone());
        events.extend(first.engine.handle(Request::NetworkFitted { ticket: 3, fit, network, record }, None));
    }
    drop(first);

    // The second has what was stored, and fits the others.
    let kept = Unfinished::from_bytes(&kept.to_bytes().expect("it is small")).expect("it reads back");
    let mut second = Page::default();
    second.import("people.csv", &people(200));
    let mut events = second.engine.handle(
        Request::Train { ticket: 3, candidates: every(&design), design: design.clone(), first_run: 10, search: None },
        None,
    );
    let (mut answered, mut resumed) = (0, 0);
    second.drain(&mut events);
    while let Some(Event::FitNetwork { fit, key, spec, data, .. }) = last_fit(&events[answered..]) {
        answered = events.len();
        let (network, record) = match kept.fitted(&key) {
            Some(known) => {
                resumed += 1;
                known
            }
            None => (
                nearest_mean(&spec, &decode(&data).expect("what the engine wrote")).expect("it always fits"),
                record(Stopped::Early),
            ),
        };
        events.extend(second.engine.handle(Request::NetworkFitted { ticket: 3, fit, network, record }, None));
        second.drain(&mut events);
    }
    assert_eq!(resumed, 2);
    assert_eq!(keys(&events), keys(&whole));
    let (again, straight) = (runs(&events)[4], runs(&whole)[4]);
    assert_eq!(again.2.scores, straight.2.scores);
    assert_eq!(again.2.views, straight.2.views);
    assert_eq!(again.3, straight.3, "the same weights, to the byte");
}
