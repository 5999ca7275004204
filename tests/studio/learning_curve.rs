//! The learning curve on Trust: offered with what it takes, told how far it is, kept with the run, and said in a sentence.

use hearth::explain::{Answer, Question};
use hearth::job::{Event, Progress, Request};
use hearth::metrics::Metric;
use hearth::studio::learning_curve::{Offer, how, sentence};
use hearth::studio::{Action, Stage, View};
use hearth::validate::learning_curve::{Law, LearningCurve, Outlook, Point};

use super::made_up::{requests, saves, trained};

fn curve(gain: f64, interval: Option<(f64, f64)>) -> LearningCurve {
    let point = |share: f64, mean| Point {
        share,
        n_rows: share * 640.0,
        folds: vec![Some(mean); 5],
        mean,
        deviation: Some(0.01),
    };
    let law = Law { limit: 0.9, size: 1.0, power: 0.5, higher_is_better: true };
    LearningCurve {
        metric: Metric::Accuracy,
        points: vec![point(0.25, 0.8), point(0.5, 0.82), point(0.75, 0.83), point(1.0, 0.84)],
        baseline: Some(0.6),
        outlook: Some(Outlook { law, gain, interval, missed: Some(0.002), rope: 0.01 }),
    }
}

#[test]
fn it_is_offered_drawn_and_kept() {
    let mut studio = trained();
    studio.update(Action::Show(View::Stage(Stage::Trust)));
    let linear = studio.project.runs[1].id;
    studio.update(Action::SelectRun(Some(linear)));
    match studio.curve_offer() {
        Some(Offer::Draw(cost)) => assert!(cost.contains(" fits, "), "{cost}"),
        other => panic!("{other:?}"),
    }
    let commands = studio.update(Action::Explain(Question::Curve));
    let ticket = requests(&commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, question: Question::Curve, .. } => Some(*ticket),
        _ => None,
    });
    let ticket = ticket.expect("asked");
    assert_eq!(studio.curve_offer(), Some(Offer::Drawing("Choosing the rows".into())));
    let progress =
        Progress { doing: "Fitting growing shares of the rows".into(), done: 500, total: 2_000, unit: "rows".into() };
    studio.update(Action::Engine(Event::Progress { ticket, progress }));
    match studio.curve_offer() {
        Some(Offer::Drawing(line)) => {
            assert!(line.starts_with("Fitting growing shares of the rows: 500 of 2,000 rows, "), "{line}");
        }
        other => panic!("{other:?}"),
    }
    let told = curve(0.02, Some((0.012, 0.028)));
    let answer = Answer::Curve(told.clone());
    let commands = studio.update(Action::Engine(Event::Explained { ticket, run: linear, answer }));
    assert!(!saves(&commands).is_empty(), "it is kept");
    assert_eq!(studio.run(linear).expect("a run").curve.as_ref(), Some(&told));
    assert_eq!(studio.curve_offer(), None);
    // Stopping asks the engine to leave it.
    let network = studio.project.runs[2].id;
    studio.update(Action::SelectRun(Some(network)));
    assert!(
        matches!(studio.curve_offer(), Some(Offer::Not(why)) if why.starts_with("A network would have to be trained"))
    );
}

#[test]
fn stopping_it_leaves_other_measurements_as_they_were() {
    let mut studio = trained();
    studio.update(Action::Show(View::Stage(Stage::Trust)));
    let linear = studio.project.runs[1].id;
    studio.update(Action::SelectRun(Some(linear)));
    studio.update(Action::Explain(Question::Curve));
    let commands = studio.update(Action::StopExplaining);
    assert!(requests(&commands).iter().any(|request| matches!(request, Request::Cancel { .. })));
    assert!(!studio.explained.stopped, "what columns are worth is still measured by itself");
    assert!(matches!(studio.curve_offer(), Some(Offer::Draw(_))));
}

#[test]
fn the_outlook_is_said_with_its_doubt() {
    assert_eq!(
        sentence(&curve(0.02, Some((0.012, 0.028)))),
        "More rows would help: twice the 640 training rows would most likely win 2.0 points of accuracy (1.2–2.8)."
    );
    assert_eq!(
        sentence(&curve(0.003, Some((-0.001, 0.007)))),
        "More rows would hardly help: the curve is flat, and twice the 640 training rows would most likely win 0.3 points of \
         accuracy (−0.1 to 0.7)."
    );
    assert!(sentence(&curve(0.02, Some((-0.01, 0.05)))).starts_with("Not clear whether more rows would help"));
    assert!(sentence(&curve(0.02, None)).starts_with("Not enough folds to tell"));
    let none = LearningCurve { outlook: None, ..curve(0.0, None) };
    assert!(sentence(&none).starts_with("Not enough to tell whether more rows would help: of 640 training rows"));
    assert!(how(&curve(0.02, None)).contains("misses that by 0.2 points of accuracy"));
}
