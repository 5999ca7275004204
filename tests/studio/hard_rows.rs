//! Single rows on Trust: asked by themselves, told in a sentence and a table, and shown in the grid by a press.

use hearth::explain::{Answer, Question};
use hearth::job::{Event, Request};
use hearth::studio::hard_rows::{Kind, how, kinds, sentence, show, table};
use hearth::studio::{Action, Stage, View};
use hearth::table::view::Filter;
use hearth::validate::hard_rows::{HardRow, HardRows, Told};

use super::made_up::{requests, trained};

fn class(row: u32, truth: u32, of_truth: f32) -> HardRow {
    let (predicted, of_predicted) = (1 - truth, 1.0 - of_truth);
    HardRow { row, told: Told::Class { truth, predicted, of_truth, of_predicted, next: truth, of_next: of_truth } }
}

fn found() -> HardRows {
    let doubted = vec![class(211, 0, 0.03), class(7, 1, 0.11)];
    let missed = [doubted.clone(), vec![class(40, 0, 0.4)]].concat();
    HardRows { n_rows: 800, missed, unsure: vec![class(40, 0, 0.4)], doubted, n_doubted: 2 }
}

#[test]
fn trust_asks_once_and_tells_where_the_rows_are() {
    let mut studio = trained();
    let commands = studio.update(Action::Show(View::Stage(Stage::Trust)));
    let asked = requests(&commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, run, question: Question::HardRows } => Some((*ticket, *run)),
        _ => None,
    });
    let (ticket, run) = asked.expect("asked by itself");
    studio.update(Action::Engine(Event::Explained { ticket, run, answer: Answer::HardRows(found()) }));
    let again = studio.update(Action::Show(View::Stage(Stage::Trust)));
    let asks = |request: &&Request| matches!(request, Request::Explain { question: Question::HardRows, .. });
    assert!(!requests(&again).iter().any(asks), "once is enough");

    let (run, told) = (studio.run(run).expect("a run"), studio.explained.hard_rows.clone().expect("kept"));
    assert_eq!(kinds(&told), [Kind::Doubted, Kind::Missed, Kind::Unsure]);
    assert_eq!(
        sentence(run, &told),
        "2 rows of 800 (0.2\u{202f}%) have an answer that models which had not seen them doubt: it may have been entered wrongly."
    );
    let (headers, rows) = table(run, Kind::Doubted, &told);
    assert_eq!(headers, ["Row", "survived", "Its probability", "Predicted", "Its probability"]);
    assert_eq!(
        rows,
        [["212", "no", "3\u{202f}%", "yes", "97\u{202f}%"], ["8", "yes", "11\u{202f}%", "no", "89\u{202f}%"]]
    );
    let (text, action) = show(Kind::Doubted, &told);
    assert_eq!(text, "Show 2 rows in the table");
    let rows = vec![7, 211];
    assert_eq!(action, Action::SetFilters(vec![Filter::Rows { name: "Answer in doubt".into(), rows }]));
    assert!(how(Kind::Doubted).contains("Do not remove rows only because the model is wrong"));
}

#[test]
fn sentences_where_nothing_is_in_doubt_and_of_numbers() {
    let studio = trained();
    let run = studio.project.runs.last().expect("a run");
    let many = HardRows { n_doubted: 141, ..found() };
    assert!(
        sentence(run, &many).contains("(18\u{202f}%) have an answer")
            && sentence(run, &many).contains("too many to be")
    );
    assert_eq!(show(Kind::Doubted, &many).0, "Show the first 2 of 141 rows in the table");
    let (headers, rows) = table(run, Kind::Unsure, &many);
    assert_eq!(headers[2..], ["Likeliest", "Its probability", "Next", "Its probability"]);
    assert_eq!(rows[0][2..], ["yes", "60\u{202f}%", "no", "40\u{202f}%"]);
    let clean = HardRows { doubted: Vec::new(), n_doubted: 0, ..found() };
    assert!(sentence(run, &clean).starts_with("No row's answer is in doubt"));
    let none = HardRows { missed: Vec::new(), unsure: Vec::new(), ..clean };
    assert_eq!(sentence(run, &none), "Of 800 tested rows none was missed.");
    let far = HardRow { row: 1_233, told: Told::Value { truth: 41.5, predicted: 12.25 } };
    let numbers = HardRows { missed: vec![far], ..none };
    assert_eq!(sentence(run, &numbers), "Row 1,234 was missed most: survived is 41.5, 12.25 was predicted.");
}
