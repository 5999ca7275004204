//! A learning curve drawn by the pool: growing shares, progress, an end at the report's score, and a way to stop.

use hearth::dataset::Role;
use hearth::explain::{Answer, Question};
use hearth::job::{Event, Request};
use hearth::model::ModelSpec;
use hearth::validate::Report;
use hearth::validate::learning_curve::{LearningCurve, SHARES};

use super::page::*;

fn draw(page: &mut Page, run: u32) -> (Result<LearningCurve, String>, Vec<Event>) {
    let mut events = page.ask(Request::Explain { ticket: 30, run, question: Question::Curve }, None);
    match events.pop() {
        Some(Event::Explained { ticket: 30, answer: Answer::Curve(curve), .. }) => (Ok(curve), events),
        Some(Event::Failed { error, .. }) => (Err(error.event), events),
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn it_grows_to_the_report_s_score_and_does_so_again_by_the_same_seed() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(600));
    let mut design = suggestion.expect("a target is guessed").design;
    design.dataset.roles.push(("joined".into(), Role::Ignore));
    let events = page.train(&design);
    let report = |run: u32| -> Report {
        let own = events.iter().find_map(|event| match event {
            Event::RunFinished { run: of, report, .. } if *of == run => Some(report.clone()),
            _ => None,
        });
        own.expect("a report")
    };
    let (curve, progress) = draw(&mut page, 11);
    let curve = curve.expect("a curve");
    let whole = report(11);
    let score = whole.scores.iter().find(|score| score.metric == curve.metric).expect("a score");
    let last = curve.points.last().expect("points");
    assert_eq!((&last.folds, Some(last.mean)), (&score.folds, score.mean));
    let sizes: Vec<f64> = curve.points.iter().map(|point| point.n_rows).collect();
    assert_eq!(sizes, [24.0, 48.0, 96.0, 192.0, 288.0, 384.0], "of {SHARES:?} and all");
    assert!(curve.points.iter().all(|point| point.folds.len() == 5 && point.folds.iter().all(Option::is_some)));
    assert!(curve.outlook.is_some_and(|outlook| outlook.interval.is_some()));
    let told = |e: &Event| matches!(e, Event::Progress { ticket: 30, progress } if progress.total == 5 * (24 + 48 + 96 + 192 + 288) && progress.unit == "rows");
    assert!(progress.iter().any(told), "{progress:?}");
    assert_eq!(draw(&mut page, 11).0.as_ref(), Ok(&curve), "the seed decides");
}

#[test]
fn what_has_no_curve_says_why_and_a_curve_can_be_stopped() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(600));
    let design = suggestion.expect("a target is guessed").design;
    page.train(&design);
    let network = design.candidates.iter().position(|spec| matches!(spec.model, ModelSpec::Network(_)));
    let refused = draw(&mut page, 10 + network.expect("a network") as u32).0.expect_err("a network");
    assert!(refused.contains("trainer of networks"), "{refused}");
    // Cancelled before its first answer: the engine goes on with other work, and nothing comes of it.
    let engine = &mut page.engine;
    engine.handle(Request::Explain { ticket: 31, run: 11, question: Question::Curve }, None);
    for now in 0..3 {
        engine.step(f64::from(now));
    }
    engine.handle(Request::Cancel { ticket: 31 }, None);
    let dropped = engine.take_orders().iter().filter(|o| matches!(o, hearth::job::pool::Order::Drop { .. })).count();
    assert!(dropped >= 1, "fits that were given out are taken back");
    assert!(engine.is_idle());
}
