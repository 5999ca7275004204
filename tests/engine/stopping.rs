//! Pause, cancel, and failures of one candidate.

use hearth::job::{Event, Problem, Request, decode};
use hearth::model::network::Stopped;
use hearth::validate::{Fit, Views};

use super::page::*;

#[test]
fn a_failing_trainer_does_not_lose_the_others() {
    let mut page = Page { trainer: Some(failing), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(120));
    let events = page.train(&suggestion.expect("a guess").design);
    assert_eq!(runs(&events).len(), 4);
    let failed: Vec<&Problem> = events
        .iter()
        .filter_map(|e| if let Event::CandidateFailed { error, candidate: 4, .. } = e { Some(error) } else { None })
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
    let mut events = page
        .engine
        .handle(Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None }, None);
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
    let mut events = page
        .engine
        .handle(Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None }, None);
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
        let network = nearest_mean(&spec, &decode(&data).expect("what the engine wrote")).expect("it always fits");
        let request = Request::NetworkFitted { ticket: 3, fit, network, record: record(stopped) };
        events.extend(page.engine.handle(request, None));
    }
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
    let found = runs(&events);
    assert_eq!(found.len(), 5, "the others were complete, the network is kept");
    let report = found[4].2;
    assert_eq!(report.scores[0].folds.len(), 3);
    insta::assert_snapshot!(report.notes.last().expect("it says what it is"), @"Stopped in fold 3 of 5: the model is that of this fold, trained on 128 of 160 rows, and its scores come from 3 of 5 folds.");
    let Fit::Fold { fold: 3, n_folds: 5, n_training, n_rarest: Some(rarest) } = report.fit else {
        panic!("it says which rows it knows: {:?}", report.fit);
    };
    let Views::Classes(views) = &report.views else { panic!("classes") };
    assert!(rarest > 0 && rarest * 2 <= n_training);
    assert_eq!(report.n_rows, views.confusion.iter().sum::<u32>());
    assert!(found[..4].iter().all(|run| run.2.fit == Fit::All));
    assert!(!page.predict(14, &[("age", "12")]).label.is_empty());
}

/// The person stops while the engine scores a fold or prepares the next: the network after it is asked for no more, or was
/// asked for and is not begun.
#[test]
fn stopping_between_two_folds_keeps_those_that_are_complete() {
    // What the engine hears after two folds.
    let stop_at_once = |requests: &[&str], waits: bool| {
        let mut page = Page::default();
        let (_, suggestion) = page.import("people.csv", &people(200));
        let design = suggestion.expect("a guess").design;
        let mut events = page.engine.handle(
            Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None },
            None,
        );
        for _ in 0..2 {
            page.drain(&mut events);
            let Some(Event::FitNetwork { fit, spec, data, .. }) =
                events.iter().rev().find(|e| matches!(e, Event::FitNetwork { .. })).cloned()
            else {
                panic!("a network was to be fitted: {events:?}");
            };
            let network = nearest_mean(&spec, &decode(&data).expect("what the engine wrote")).expect("it always fits");
            let request = Request::NetworkFitted { ticket: 3, fit, network, record: record(Stopped::Early) };
            events.extend(page.engine.handle(request, None));
        }
        if waits {
            page.drain(&mut events);
        } else {
            // The second fold is scored, the third not yet prepared.
            events.extend(page.engine.step(page.now));
        }
        let last =
            events.iter().rev().find_map(|e| if let Event::FitNetwork { fit, .. } = e { Some(*fit) } else { None });
        let fit = last.expect("a network was to be fitted");
        for request in requests {
            let message = "Stopped before it began.".to_owned();
            events.extend(page.engine.handle(
                match *request {
                    "cancel" => Request::Cancel { ticket: 3 },
                    _ => Request::NetworkFailed { ticket: 3, fit, message },
                },
                None,
            ));
        }
        page.drain(&mut events);
        assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
        let found = runs(&events);
        assert_eq!(found.len(), 5, "the others were complete, two folds of the network are kept");
        let report = found[4].2;
        assert_eq!(report.scores[0].folds.len(), 2);
        assert!(matches!(report.fit, Fit::Fold { fold: 2, n_folds: 5, .. }), "{:?}", report.fit);
        assert!(!page.predict(14, &[("age", "12")]).label.is_empty());
        report.notes.last().expect("it says what it is").clone()
    };
    let said = stop_at_once(&["cancel"], false);
    insta::assert_snapshot!(said, @"Stopped after fold 2 of 5: the model is that of this fold, trained on 128 of 160 rows, and its scores come from 2 of 5 folds.");
    assert_eq!(stop_at_once(&["cancel", "failed"], true), said, "the trainer had not begun");
    assert_eq!(stop_at_once(&["cancel", "cancel"], true), said, "the trainer is not waited for");
}

#[test]
fn stopping_twice_does_not_wait_for_the_trainer() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(100));
    let design = suggestion.expect("a guess").design;
    let mut events = page
        .engine
        .handle(Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None }, None);
    page.drain(&mut events);
    page.engine.handle(Request::Cancel { ticket: 3 }, None);
    assert!(page.engine.is_idle());
    events.extend(page.engine.handle(Request::Cancel { ticket: 3 }, None));
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
    assert_eq!(runs(&events).len(), 4);
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

#[test]
fn only_the_wanted_candidates_are_trained_and_they_come_out_the_same() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(200));
    let design = suggestion.expect("a guess").design;
    let whole = page.train(&design);
    // A position beyond the design is of no candidate.
    let request = Request::Train { ticket: 4, design, candidates: vec![2, 9], first_run: 20, search: None };
    let part = page.ask(request, None);
    let found: Vec<(u32, u32)> = runs(&part).iter().map(|r| (r.0, r.1)).collect();
    assert_eq!(found, [(22, 2)], "its id and its place in the design");
    assert_eq!(runs(&part)[0].2.scores, runs(&whole)[2].2.scores);
    let most =
        part.iter().filter_map(|e| if let Event::Progress { progress, .. } = e { Some(progress.total) } else { None });
    assert_eq!(most.max(), Some(6), "five folds and all rows, of one candidate");
}
