//! Calibration on Trust: asked by itself, offered where it helps, and a candidate of its own once it is chosen.

use hearth::explain::{Answer, Question};
use hearth::job::{Event, Request};
use hearth::studio::calibrate::{done, sentence, table};
use hearth::studio::{Action, Command, Stage, Studio, View};
use hearth::tune::calibrate::Way;
use hearth::validate::calibrate::{Calibrations, Quality, Tried};

use super::made_up::{report, requests, trained};

fn found(sigmoid: f64) -> Calibrations {
    let quality = |log_loss: f64| Quality { log_loss, brier: 0.15, error: 0.04 };
    let tried = |way, log_loss, n_better| Tried { way, quality: quality(log_loss), n_better };
    Calibrations {
        without: Quality { error: 0.12, ..quality(0.5) },
        tried: vec![
            tried(Way::Sigmoid, sigmoid, 4),
            tried(Way::Isotonic, 0.6, 1),
            // Lower in the mean, but by one fold's luck.
            tried(Way::Temperature, 0.44, 2),
        ],
        n_folds: 5,
        n_rows: 5_000,
    }
}

/// Shows Trust, which asks, and answers.
fn told(studio: &mut Studio, found: Calibrations) {
    let commands = studio.update(Action::Show(View::Stage(Stage::Trust)));
    let asked = requests(&commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, run, question: Question::Calibrations } => Some((*ticket, *run)),
        _ => None,
    });
    let (ticket, run) = asked.expect("asked by itself");
    assert_eq!(Some(run), studio.selected_run);
    let commands = studio.update(Action::Engine(Event::Explained { ticket, run, answer: Answer::Calibrations(found) }));
    let again = |request: &&Request| matches!(request, Request::Explain { question: Question::Calibrations, .. });
    assert!(!requests(&commands).iter().any(again), "once is enough");
}

#[test]
fn what_helps_is_offered_and_becomes_a_candidate() {
    let mut studio = trained();
    let before = studio.selected_run.expect("a run");
    told(&mut studio, found(0.45));
    let calibrations = studio.explained.calibrations.clone().expect("told");
    assert_eq!(
        sentence(&calibrations),
        "Sigmoid (Platt) makes the probabilities truer: log loss 0.45 instead of 0.5, lower in 4 of 5 folds, each judged on \
         rows that it was not fitted on."
    );
    let (headers, rows) = table(&calibrations);
    assert!(rows.len() == 4 && rows.iter().all(|row| row.len() == headers.len()), "{rows:?}");
    assert_eq!(rows[0], ["As it is", "0.5", "0.15", "12\u{202f}%", "–"]);
    assert_eq!(rows[1][4], "4 of 5");

    let commands = studio.update(Action::Calibrate(Way::Sigmoid));
    let [Request::Calibrate { ticket, run, way: Way::Sigmoid, becomes }] = requests(&commands)[..] else {
        panic!("{commands:?}")
    };
    let (ticket, of, run) = (*ticket, *run, *becomes);
    assert_eq!(of, before);
    assert!(requests(&studio.update(Action::Calibrate(Way::Sigmoid))).is_empty(), "one at a time");
    let (inputs, bytes) = (Vec::new(), vec![7]);
    let made = Event::Calibrated { ticket, of, run, way: Way::Sigmoid, report: report(0.85), inputs, bytes };
    let commands = studio.update(Action::Engine(made));
    assert!(commands.iter().any(|command| matches!(command, Command::StoreRun { bytes, .. } if bytes == &[7])));
    let made = studio.project.runs.last().expect("a run");
    assert_eq!((made.id, made.name.as_str()), (run, "Neural network, calibrated"));
    assert_eq!((studio.selected_run, studio.stale_reason(made), studio.job.as_ref()), (Some(run), None, None));
    assert_eq!(
        done(made.calibrated.as_ref().expect("told")),
        "These are the probabilities of Neural network, bent by Sigmoid (Platt): log loss 0.45 instead of 0.5, off by 4 \
         points instead of 12 points on average, on rows that neither the models nor the maps had seen."
    );
    assert!(studio.run(before).is_some(), "the other stays");
    assert!(!studio.calibrates(), "once is enough");
    assert!(studio.untrained().is_empty());
    // A document that is stored and read again says the same.
    let text = serde_json::to_string(made).expect("JSON");
    let back: hearth::studio::project::Run = serde_json::from_str(&text).expect("the same");
    assert_eq!(&back, made);
}

#[test]
fn nothing_is_offered_where_nothing_helps_or_nothing_can() {
    let mut studio = trained();
    told(&mut studio, found(0.51));
    let calibrations = studio.explained.calibrations.clone().expect("told");
    assert_eq!(calibrations.best(), None, "the temperature helped in two of five folds only");
    assert!(sentence(&calibrations).ends_with("They are best left as they are."));
    // Guessing has nothing to bend, and no number has probabilities.
    let baseline = studio.project.runs[0].id;
    studio.update(Action::SelectRun(Some(baseline)));
    assert!(!studio.calibrates());
    assert!(requests(&studio.update(Action::Calibrate(Way::Sigmoid))).is_empty());
}
