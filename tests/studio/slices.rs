//! The worst kinds of rows on Trust: asked by themselves, kept with the run, told, and a gate before the package.

use hearth::explain::{Answer, Question};
use hearth::job::{Event, Request};
use hearth::studio::checks::Outcome;
use hearth::studio::gates::Gate;
use hearth::studio::slices::{how, judge, sentence, table};
use hearth::studio::{Action, Stage, View};
use hearth::validate::slices::{Loss, Slice, Slices};

use super::made_up::{requests, saves, trained};

fn slice(city: &str, mean: f64, clear: bool) -> Slice {
    Slice {
        parts: vec![("city".into(), format!("is {city}")), ("age".into(), "below 30".into())],
        n: 120,
        mean,
        interval: (mean - 0.1, mean + 0.1),
        others: 0.4,
        guess: 0.65,
        right: Some(0.7),
        effect: 0.5,
        p_value: if clear { 0.0004 } else { 0.4 },
        clear,
    }
}

fn found(worst: Vec<Slice>) -> Slices {
    Slices { loss: Loss::LogLoss, n_rows: 800, n_tried: 42, mean: 0.42, worst }
}

#[test]
fn trust_asks_keeps_and_tells_and_the_gate_closes_where_guessing_is_no_worse() {
    let mut studio = trained();
    assert_eq!(judge(None), (Outcome::Unknown, "It was not looked for.".to_owned()));
    let commands = studio.update(Action::Show(View::Stage(Stage::Trust)));
    let asked = requests(&commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, run, question: Question::Slices } => Some((*ticket, *run)),
        _ => None,
    });
    let (ticket, run) = asked.expect("asked by itself");
    let told = found(vec![slice("Chur", 0.7, true), slice("Bern", 0.5, false)]);
    let answer = Answer::Slices(told.clone());
    let commands = studio.update(Action::Engine(Event::Explained { ticket, run, answer }));
    assert!(!saves(&commands).is_empty(), "it is kept");
    assert_eq!(studio.run(run).expect("a run").slices.as_ref(), Some(&told));
    let again = studio.update(Action::Show(View::Stage(Stage::Trust)));
    let asks = |request: &&Request| matches!(request, Request::Explain { question: Question::Slices, .. });
    assert!(!requests(&again).iter().any(asks), "once is enough");

    assert_eq!(
        sentence(&told),
        "Worst where city is Chur and age below 30: log loss 0.7 (0.60–0.80) on 120 rows, 0.4 on the others. 1 of 42 kinds \
         of rows that were tried is clearly worse than the rest."
    );
    let (headers, rows) = table(&told);
    assert!(rows.len() == 2 && rows.iter().all(|row| row.len() == headers.len()), "{headers:?} {rows:?}");
    assert_eq!(rows[0][7..], ["below 0.001", "yes"]);
    assert!(how(&told).contains("adjusted for all 42 kinds (Benjamini–Hochberg)"));

    let gate = |studio: &hearth::studio::Studio| {
        let gates = studio.gates(studio.current_run().expect("a run"));
        gates.into_iter().find(|state| state.gate == Gate::WorstSlice).expect("a gate")
    };
    let state = gate(&studio);
    assert!(state.stops(), "{state:?}");
    assert_eq!(
        state.finding,
        "Where city is Chur and age below 30 it is no better than guessing (0.65): log loss 0.7 (0.60–0.80) on 120 rows, \
         0.4 on the others."
    );
    let reason = "Chur is served by hand.".to_owned();
    studio.update(Action::OverrideGate { run, gate: Gate::WorstSlice, reason });
    assert!(!gate(&studio).stops());
}

#[test]
fn what_is_worse_than_the_rest_is_a_doubt_and_what_is_not_clear_passes() {
    let worse = judge(Some(&found(vec![slice("Chur", 0.6, true)])));
    assert_eq!(worse.0, Outcome::Doubtful);
    assert!(worse.1.starts_with("It is clearly worse where city is Chur and age below 30: "), "{}", worse.1);
    let none = judge(Some(&found(vec![slice("Chur", 0.7, false)])));
    let text = "Of 42 kinds of rows that were tried none is clearly worse than the rest.";
    assert_eq!(none, (Outcome::Passed, text.to_owned()));
    let nothing = Slices { n_tried: 0, ..found(Vec::new()) };
    assert!(sentence(&nothing).starts_with("No column cuts the rows"));
}
