//! The pool: who does what, in which order answers come back, and what happens when a worker ends.

use hearth::job::engine::Engine;
use hearth::job::pool::{Answer, Crew, Deed, Hand, Order, PoolEvent, PoolRequest, Said, Task, TaskId};
use hearth::job::{Event, Request, decode, encode};
use hearth::model::ModelSpec;
use hearth::validate::Fit;

use super::page::*;

/// Take steps until the engine waits for its pool, and gather what it orders.
fn until_it_waits(page: &mut Page, events: &mut Vec<Event>, orders: &mut Vec<Order>) {
    for _ in 0..100_000 {
        orders.extend(page.engine.take_orders());
        if page.engine.is_idle() {
            return;
        }
        page.now += 5.0;
        events.extend(page.engine.step(page.now));
    }
    panic!("the engine never waits");
}

fn ordered(orders: &[Order]) -> Vec<(TaskId, &[u8])> {
    let asked = |order: &Order| matches!(order, Order::Do { .. });
    assert!(orders.iter().all(|order| asked(order) || matches!(order, Order::Drop { .. } | Order::Hold { .. })));
    orders
        .iter()
        .filter_map(|order| if let Order::Do { id, bytes } = order { Some((*id, bytes.as_slice())) } else { None })
        .collect()
}

/// Train with a pool of so many, whose answers `pick` takes out of those that are there.
fn trained(n_hands: usize, mut pick: impl FnMut(usize) -> usize) -> (Vec<Event>, usize) {
    let mut page = Page { engine: Engine::new(n_hands), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.retain(|spec| !matches!(spec.model, ModelSpec::Network(_)));
    let request = Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None };
    let mut events = page.engine.handle(request, None);
    let (mut waiting, mut most): (Vec<(TaskId, Vec<u8>)>, usize) = (Vec::new(), 0);
    loop {
        let mut orders = Vec::new();
        until_it_waits(&mut page, &mut events, &mut orders);
        waiting.extend(ordered(&orders).into_iter().map(|(id, bytes)| (id, bytes.to_vec())));
        most = most.max(waiting.len());
        if waiting.is_empty() {
            return (events, most);
        }
        let (id, bytes) = waiting.remove(pick(waiting.len()));
        events.extend(page.engine.pool_answered(id, done(&bytes)));
    }
}

#[test]
fn the_order_in_which_fits_come_back_changes_no_result() {
    let (one, most) = trained(1, |_| 0);
    assert_eq!(most, 2, "one is fitted while the rows of the next are prepared");
    let found = runs(&one);
    assert!(found.len() >= 2);
    for pick in [|_| 0, |n| n - 1, |n| n / 2] {
        let (many, most) = trained(4, pick);
        assert_eq!(most, 5);
        let mut again = runs(&many);
        again.sort_by_key(|run| run.0);
        assert_eq!(again.len(), found.len());
        for (a, b) in again.iter().zip(&found) {
            assert_eq!((a.0, a.1, a.2, a.3), (b.0, b.1, b.2, b.3), "the same run, to the byte");
        }
        assert!(matches!(many.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
    }
}

#[test]
fn networks_are_trained_while_the_pool_fits() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let design = suggestion.expect("a guess").design;
    let request = Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None };
    let mut events = page.engine.handle(request, None);
    let mut orders = Vec::new();
    until_it_waits(&mut page, &mut events, &mut orders);
    assert_eq!(ordered(&orders).len(), 2, "linear folds are with the pool");
    assert_eq!(events.iter().filter(|e| matches!(e, Event::FitNetwork { .. })).count(), 1, "{events:?}");
    let told =
        events.iter().rev().find_map(|e| if let Event::Progress { progress, .. } = e { Some(progress) } else { None });
    insta::assert_snapshot!(told.expect("it says what it does").doing, @"Linear: folds 1 and 2 of 5 · Neural network: fold 1 of 5");
}

#[test]
fn a_fit_whose_worker_ended_is_begun_again_but_not_for_ever() {
    let lose = |times: u32| {
        let mut page = Page::default();
        let (_, suggestion) = page.import("people.csv", &people(200));
        let mut design = suggestion.expect("a guess").design;
        design.candidates.truncate(2);
        let request = Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None };
        let mut events = page.engine.handle(request, None);
        let mut lost = 0;
        loop {
            let mut orders = Vec::new();
            until_it_waits(&mut page, &mut events, &mut orders);
            if ordered(&orders).is_empty() {
                return events;
            }
            for (id, bytes) in ordered(&orders) {
                let answer = if lost < times {
                    lost += 1;
                    Answer::Lost("memory ran out".into())
                } else {
                    done(bytes)
                };
                events.extend(page.engine.pool_answered(id, answer));
            }
        }
    };
    let (none, twice, thrice) = (lose(0), lose(2), lose(3));
    assert_eq!(runs(&twice)[1].2.scores, runs(&none)[1].2.scores);
    insta::assert_snapshot!(runs(&twice)[1].2.notes.last().expect("it is told"), @"A worker ended while it fitted this candidate (memory ran out); that fit was begun again.");
    assert_eq!(runs(&thrice).len(), 1, "the baseline");
    let failed =
        thrice.iter().find_map(|e| if let Event::CandidateFailed { error, .. } = e { Some(error) } else { None });
    let failed = failed.expect("the candidate is given up");
    insta::assert_snapshot!(format!("{}: {}", failed.place, failed.event), @"Linear: The worker that fitted it ended 3 times (memory ran out).");
    assert!(matches!(thrice.last(), Some(Event::TrainingFinished { cancelled: false, .. })));
}

#[test]
fn what_is_stopped_is_taken_from_the_pool_and_keeps_its_folds() {
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    let request = Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None };
    let mut events = page.engine.handle(request, None);
    let mut orders = Vec::new();
    until_it_waits(&mut page, &mut events, &mut orders);
    let (id, bytes) = ordered(&orders)[0];
    events.extend(page.engine.pool_answered(id, done(bytes)));
    let mut more = Vec::new();
    until_it_waits(&mut page, &mut events, &mut more);
    page.engine.handle(Request::Pause { ticket: 3 }, None);
    assert_eq!(page.engine.take_orders(), [Order::Hold { held: true }]);
    assert!(page.engine.is_idle());
    events.extend(page.engine.handle(Request::Cancel { ticket: 3 }, None));
    let told = page.engine.take_orders();
    assert_eq!(told[0], Order::Hold { held: false }, "what stands still would not end");
    assert_eq!(told.iter().filter(|order| matches!(order, Order::Drop { .. })).count(), 2, "{told:?}");
    page.drain(&mut events);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: true, .. })));
    let report = runs(&events)[1].2;
    assert!(matches!(report.fit, Fit::Fold { fold: 1, n_folds: 5, .. }), "{:?}", report.fit);
    assert_eq!(report.scores[0].folds.len(), 1);
}

fn task(n: u32) -> (TaskId, Order) {
    let id = TaskId { ticket: 1, task: n };
    let points = hearth::job::PlaygroundData { x: Vec::new(), y: Vec::new(), class: Vec::new(), n_classes: 2 };
    let spec = hearth::pipeline::PipelineSpec {
        prepare: hearth::prepare::PrepareSpec::for_linear(),
        model: ModelSpec::Baseline,
    };
    (id, Order::new(id, Task::Surface { points, spec, resolution: 20 }))
}

fn failed(id: TaskId) -> Said {
    Said::Event(PoolEvent::Failed { id, error: hearth::problem::Problem::default() })
}

#[test]
fn workers_are_started_when_there_is_work_and_get_one_task_at_a_time() {
    let mut crew = Crew::new(2);
    let ((a, first), (b, second), (_, third)) = (task(0), task(1), task(2));
    assert_eq!(crew.order(first), [Deed::Start { slot: 0 }]);
    assert!(crew.order(second).is_empty(), "the other is started when the first is there");
    assert!(crew.order(third).is_empty());
    let sent = |deeds: &[Deed]| -> Vec<(usize, u32)> {
        deeds
            .iter()
            .filter_map(|deed| match deed {
                Deed::Send { slot, bytes } => match decode(bytes).expect("a request") {
                    PoolRequest::Do { id, .. } => Some((*slot, id.task)),
                    PoolRequest::Drop { .. } | PoolRequest::Hold { .. } | PoolRequest::WarmUp => None,
                },
                Deed::Start { .. } | Deed::Tell { .. } => None,
            })
            .collect()
    };
    let deeds = crew.heard(0, Said::Event(PoolEvent::Ready));
    assert_eq!(sent(&deeds), [(0, 0)]);
    assert!(deeds.contains(&Deed::Start { slot: 1 }));
    assert_eq!(sent(&crew.heard(1, Said::Event(PoolEvent::Ready))), [(1, 1)]);
    assert_eq!(sent(&crew.heard(0, failed(a))), [(0, 2)]);
    // One that ends loses its task, says so, and is replaced only when there is something to do.
    let deeds = crew.heard(1, Said::Died("it panicked".into()));
    assert_eq!(deeds, [Deed::Tell { id: b, answer: Answer::Lost("it panicked".into()) }]);
    assert_eq!(crew.order(task(3).1), [Deed::Start { slot: 1 }]);
    // Held, a worker that comes later is told so before it gets anything.
    let told = crew.order(Order::Hold { held: true });
    assert_eq!(told, [Deed::Send { slot: 0, bytes: encode(&PoolRequest::Hold { held: true }) }]);
    let deeds = crew.heard(1, Said::Event(PoolEvent::Ready));
    assert_eq!(deeds[0], Deed::Send { slot: 1, bytes: encode(&PoolRequest::Hold { held: true }) });
    assert_eq!(sent(&deeds), [(1, 3)]);
}

#[test]
fn of_many_workers_half_are_started_at_a_time() {
    let mut crew = Crew::new(4);
    let started = |deeds: Vec<Deed>| deeds.iter().filter(|deed| matches!(deed, Deed::Start { .. })).count();
    let at_once: usize = (0..6).map(|n| started(crew.order(task(n).1))).sum();
    assert_eq!(at_once, 2);
    assert_eq!(started(crew.heard(0, Said::Event(PoolEvent::Ready))), 1);
    assert_eq!(started(crew.heard(1, Said::Event(PoolEvent::Ready))), 1);
    assert_eq!(started(crew.heard(2, Said::Event(PoolEvent::Ready))), 0, "all are there or on their way");
}

#[test]
fn two_workers_are_started_beforehand_one_after_the_other() {
    let ready = |crew: &mut Crew, slot| crew.heard(slot, Said::Event(PoolEvent::Ready));
    let mut crew = Crew::new(4);
    assert_eq!(crew.prepare(), Some(Deed::Start { slot: 0 }));
    assert_eq!(crew.prepare(), None, "one is starting");
    let warm_up = Deed::Send { slot: 0, bytes: encode(&PoolRequest::WarmUp) };
    assert_eq!(ready(&mut crew, 0), [warm_up], "the first warms up for both");
    assert_eq!(crew.prepare(), Some(Deed::Start { slot: 1 }));
    assert!(ready(&mut crew, 1).is_empty());
    assert_eq!(crew.prepare(), None, "two are enough");
    // There, the first order is sent and starts nothing.
    assert!(matches!(crew.order(task(0).1)[..], [Deed::Send { slot: 0, .. }]));
    // With work before it is there, it has no need to warm up.
    let mut crew = Crew::new(4);
    crew.prepare();
    crew.order(task(0).1);
    assert!(
        matches!(ready(&mut crew, 0)[..], [Deed::Send { slot: 0, ref bytes }] if *bytes != encode(&PoolRequest::WarmUp))
    );
    // One that cannot be started is left until there is work for it.
    let mut crew = Crew::new(1);
    assert_eq!(crew.prepare(), Some(Deed::Start { slot: 0 }));
    assert!(crew.heard(0, Said::Died("its program could not be loaded".into())).is_empty());
    assert_eq!(crew.prepare(), None);
    assert_eq!(crew.order(task(0).1), [Deed::Start { slot: 0 }]);
}

#[test]
fn a_pool_that_cannot_be_started_says_so() {
    let mut crew = Crew::new(1);
    let (id, order) = task(0);
    assert_eq!(crew.order(order), [Deed::Start { slot: 0 }]);
    let dies = || Said::Died("its program could not be loaded".into());
    assert_eq!(crew.heard(0, dies()), [Deed::Start { slot: 0 }]);
    assert_eq!(crew.heard(0, dies()), [Deed::Start { slot: 0 }]);
    let lost = Answer::Lost("its program could not be loaded".into());
    assert_eq!(crew.heard(0, dies()), [Deed::Tell { id, answer: lost }]);
    assert_eq!(crew.order(task(1).1), [Deed::Start { slot: 0 }], "the next order is another try");
}

#[test]
fn what_was_dropped_is_not_answered() {
    let mut hand = Hand::default();
    let id = TaskId { ticket: 1, task: 0 };
    let mut page = Page::default();
    let (_, suggestion) = page.import("people.csv", &people(200));
    let mut design = suggestion.expect("a guess").design;
    design.candidates.truncate(2);
    let request = Request::Train { ticket: 3, candidates: every(&design), design, first_run: 10, search: None };
    let mut events = page.engine.handle(request, None);
    let mut orders = Vec::new();
    until_it_waits(&mut page, &mut events, &mut orders);
    let PoolRequest::Do { task, .. } = decode(ordered(&orders)[0].1).expect("a request") else { panic!("a fit") };
    assert!(hand.handle(PoolRequest::Do { id, task }, || 0.0).is_empty());
    hand.handle(PoolRequest::Hold { held: true }, || 0.0);
    assert!(hand.is_idle() && hand.step(|| 0.0).is_empty(), "it stands still");
    assert_eq!(hand.handle(PoolRequest::Drop { id }, || 0.0), [PoolEvent::Dropped { id }]);
    hand.handle(PoolRequest::Hold { held: false }, || 0.0);
    assert!(hand.is_idle() && hand.step(|| 0.0).is_empty(), "there is nothing left to do");
}
