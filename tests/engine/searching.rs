//! A search through the engine: its trials, its budget, its end, and what becomes of the best.

use hearth::design::Design;
use hearth::job::engine::Engine;
use hearth::job::pool::Order;
use hearth::job::{Event, Request, SearchStart};
use hearth::tune::{Kind, SearchRecord, SearchSpec, Trial};
use hearth::validate::Fit;

use super::page::*;

fn design(page: &mut Page, kinds: &[Kind]) -> Design {
    let (_, suggestion) = page.import("people.csv", &people(160));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    let mut search = SearchSpec::usual(1);
    search.spaces.retain(|space| kinds.contains(&space.kind));
    // Small trees, so that a test takes seconds.
    for space in &mut search.spaces {
        for range in space.ranges.iter_mut().filter(|range| matches!(range.setting.as_str(), "rounds" | "trees")) {
            (range.from, range.to) = (5.0, 30.0);
        }
    }
    design.search = Some(search);
    design
}

fn begin(page: &mut Page, design: &Design, candidates: Vec<u32>, search: SearchStart) -> Vec<Event> {
    page.ask(
        Request::Train { ticket: 3, design: design.clone(), candidates, first_run: 10, search: Some(search) },
        None,
    )
}

/// The trials as they were told last, and what the search began with.
fn record(events: &[Event]) -> SearchRecord {
    let began = |event: &Event| if let Event::SearchBegan { record, .. } = event { Some(record.clone()) } else { None };
    let mut record = events.iter().find_map(began).expect("the search has begun");
    for event in events {
        if let Event::TrialTold { place, trial, seconds, .. } = event {
            let place = *place as usize;
            if place == record.trials.len() {
                record.trials.push(trial.clone());
            } else {
                record.trials[place] = trial.clone();
            }
            record.seconds = *seconds;
        }
    }
    record
}

fn ended(events: &[Event]) -> (usize, Vec<u32>, Option<(u32, u32)>) {
    events
        .iter()
        .find_map(|event| match event {
            Event::SearchEnded { winners, trials, same, .. } => Some((winners.len(), trials.clone(), *same)),
            _ => None,
        })
        .expect("the search has ended")
}

#[test]
fn the_best_of_a_search_become_candidates_with_the_scores_of_their_trials() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let design = design(&mut page, &[Kind::Linear, Kind::Boost]);
    let began = page.now;
    let candidates = every(&design);
    let events = begin(&mut page, &design, candidates, SearchStart::default());
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
    let record = record(&events);
    assert!(record.trials.len() > 20, "{} trials", record.trials.len());
    assert!(record.trials.iter().all(Trial::is_over));
    // The clock of this page goes on by 5 ms a step, and fits take no time of it.
    let spent = page.now - began;
    assert!((60_000.0..66_000.0).contains(&spent) || record.trials.len() < 500, "{spent} ms");
    let (n_winners, places, same) = ended(&events);
    assert_eq!(same, None);
    assert_eq!(n_winners, places.len());
    assert!((1..=2).contains(&n_winners), "one of each kind that came to the last stage");
    let found = runs(&events);
    let ids: Vec<(u32, u32)> = found.iter().map(|run| (run.0, run.1)).collect();
    assert_eq!(ids[..], [(10, 0), (11, 1), (12, 2), (13, 3)][..2 + n_winners]);
    for (run, place) in found[2..].iter().zip(&places) {
        let report = run.2;
        let trial = &record.trials[*place as usize];
        assert_eq!(trial.scores.len(), 5, "it was scored on every fold");
        assert_eq!(report.fit, Fit::All);
        let metric = design.metric(report.task);
        let folds = &report.scores.iter().find(|score| score.metric == metric).expect("the leading metric").folds;
        for (fold, score) in &trial.scores {
            assert_eq!(folds[*fold as usize], *score, "trial and candidate are scored alike");
        }
        let known = report.search.as_ref().expect("it knows where it comes from");
        assert_eq!((known.trial, &known.record.trials), (*place, &record.trials));
        let note = report.notes.last().expect("it says so");
        assert!(note.starts_with("Found by a search: trial ") && note.contains("optimistic"), "{note}");
    }
    assert!(found[1].2.search.is_none());
    assert!(!page.predict(12, &[("age", "12")]).label.is_empty());
}

#[test]
fn a_search_is_gone_on_with_and_can_be_done_again_to_the_last_digit() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let design = design(&mut page, &[Kind::Linear, Kind::ExtraTrees, Kind::Network]);
    let first = begin(&mut page, &design, Vec::new(), SearchStart::default());
    let before = record(&first);
    assert!(before.trials.iter().any(|trial| before.spec.spaces[trial.space as usize].kind == Kind::Network));
    // Cut off in the midst: the last trials have no scores yet.
    let mut cut = before.clone();
    cut.trials.truncate(12);
    cut.trials[11].scores.clear();
    let start = SearchStart { trials: cut.trials.clone(), bases: cut.bases.clone(), seconds: 2.0, replay: false };
    let on = begin(&mut page, &design, Vec::new(), start);
    let after = record(&on);
    assert!(after.trials.len() > 12 && after.seconds > 2.0);
    for (place, (then, now)) in cut.trials.iter().zip(&after.trials).enumerate() {
        assert_eq!((then.space, &then.values), (now.space, &now.values));
        assert_eq!(now.scores[..then.scores.len()], then.scores[..], "trial {place} is not done twice");
    }
    assert_eq!(after.trials[11].scores[0], before.trials[11].scores[0], "what was cut off is done");
    // Again, on another number of hands.
    let mut other = Page { engine: Engine::new(4), trainer: Some(nearest_mean), ..Page::default() };
    other.import("people.csv", &people(160));
    let start = SearchStart { trials: before.trials.clone(), bases: before.bases.clone(), seconds: 0.0, replay: true };
    let again = begin(&mut other, &design, Vec::new(), start);
    let (n_winners, _, same) = ended(&again);
    let n = before.trials.iter().filter(|trial| !trial.scores.is_empty()).count() as u32;
    assert_eq!((n_winners, same), (0, Some((n, n))));
    assert!(runs(&again).is_empty());
}

#[test]
fn ending_a_search_takes_back_what_is_under_way_and_trains_the_best() {
    let mut page = Page::default();
    let design = design(&mut page, &[Kind::Linear, Kind::Boost]);
    let request = Request::Train {
        ticket: 3,
        design: design.clone(),
        candidates: Vec::new(),
        first_run: 10,
        search: Some(SearchStart::default()),
    };
    let mut events = page.engine.handle(request, None);
    let mut done_so_far = 0;
    while done_so_far < 30 {
        events.extend(page.engine.step(page.now));
        page.now += 5.0;
        for order in page.engine.take_orders() {
            if let Order::Do { id, bytes } = order {
                done_so_far += 1;
                events.extend(page.engine.pool_answered(id, done(&bytes)));
            }
        }
    }
    // Give out more, and answer none of it.
    while !page.engine.is_idle() {
        events.extend(page.engine.step(page.now));
    }
    let held = page.engine.take_orders().len();
    assert!(held > 0);
    events.extend(page.engine.handle(Request::EndSearch { ticket: 3 }, None));
    let dropped = page.engine.take_orders();
    assert!(dropped.iter().all(|order| matches!(order, Order::Drop { .. })));
    assert_eq!(dropped.len(), held);
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
    let (n_winners, ..) = ended(&events);
    assert!(n_winners > 0);
    assert_eq!(runs(&events).len(), n_winners, "the best is trained to its end");
    assert!(runs(&events).iter().all(|run| run.2.fit == Fit::All));
}

#[test]
fn a_network_that_is_a_trial_is_stopped_and_its_score_is_not_taken() {
    let mut page = Page::default();
    let design = design(&mut page, &[Kind::Network]);
    let request = Request::Train {
        ticket: 3,
        design,
        candidates: Vec::new(),
        first_run: 10,
        search: Some(SearchStart::default()),
    };
    let mut events = page.engine.handle(request, None);
    page.drain(&mut events);
    let asked = events.iter().rev().find_map(|event| match event {
        Event::FitNetwork { fit, spec, data, purpose, .. } => Some((*fit, spec.clone(), data.clone(), purpose.clone())),
        _ => None,
    });
    let (fit, spec, data, purpose) = asked.expect("a network is asked for");
    assert_eq!(purpose, "Trial 1, neural network: fold 1 of 5");
    let told = page.engine.handle(Request::EndSearch { ticket: 3 }, None);
    assert_eq!(told, [Event::StopNetwork { ticket: 3, fit }]);
    assert!(page.engine.is_idle(), "it is waited for");
    let network = nearest_mean(&spec, &hearth::job::decode(&data).expect("what the engine wrote")).expect("it fits");
    let record_of = record_stopped();
    events.extend(page.engine.handle(Request::NetworkFitted { ticket: 3, fit, network, record: record_of }, None));
    page.drain(&mut events);
    assert!(record(&events).trials[0].scores.is_empty());
    assert_eq!(ended(&events).0, 0);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
}

fn record_stopped() -> hearth::model::network::TrainingRecord {
    super::page::record(hearth::model::network::Stopped::Cancelled)
}

#[test]
fn settings_that_cannot_be_fitted_are_told_and_the_search_goes_on() {
    let mut page = Page { trainer: Some(failing), ..Page::default() };
    let design = design(&mut page, &[Kind::Linear, Kind::Network]);
    let events = begin(&mut page, &design, vec![0], SearchStart::default());
    let record = record(&events);
    let failed: Vec<&Trial> = record.trials.iter().filter(|trial| trial.failed.is_some()).collect();
    assert!(!failed.is_empty());
    assert_eq!(failed[0].failed.as_deref(), Some("The trainer ran out of memory."));
    assert!(!events.iter().any(|event| matches!(event, Event::CandidateFailed { .. })));
    assert_eq!(ended(&events).0, 1, "linear alone");
    // Stopped for good before anything is scored: nothing is left behind.
    let request = Request::Train {
        ticket: 4,
        design,
        candidates: Vec::new(),
        first_run: 40,
        search: Some(SearchStart::default()),
    };
    let mut events = page.engine.handle(request, None);
    events.extend(page.engine.step(page.now));
    events.extend(page.engine.step(page.now));
    page.engine.handle(Request::Cancel { ticket: 4 }, None);
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
    assert!(runs(&events).is_empty());
}
