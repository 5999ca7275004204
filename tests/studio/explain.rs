//! Why: what is asked by itself, what comes back, and the sentences over it.

use hearth::explain::{
    Answer, Change, ColumnPart, Counterfactual, Drop, Goal, Importance, Method, Others, Places, Question, RowParts,
    Rows, Scale, Shape, To, Worth,
};
use hearth::job::{Event, Problem, Progress, Request, RowPrediction, Ticket};
use hearth::metrics::Metric;
use hearth::studio::explain::{TrustTab, counterfactual_line, importance_headline, importance_source, waterfall};
use hearth::studio::{Action, Command, Studio};

use super::made_up::*;

fn drop(mean: f64, interval: (f64, f64)) -> Drop {
    Drop { mean: Some(mean), interval: Some(interval), parts: vec![Some(mean); 5] }
}

fn importance() -> Importance {
    let worth = |names: &[&str], auc: Drop, accuracy: Drop| Worth {
        names: names.iter().map(|n| (*n).to_owned()).collect(),
        drops: vec![auc, accuracy],
    };
    Importance {
        rows: Rows::OutOfFold { folds: 5 },
        n_rows: 800,
        repeats: 5,
        seed: 42,
        whole: vec![(Metric::RocAuc, Some(0.85)), (Metric::Accuracy, Some(0.8))],
        columns: vec![
            worth(&["age"], drop(0.2, (0.15, 0.25)), drop(0.17, (0.13, 0.21))),
            worth(&["port"], drop(0.01, (-0.01, 0.03)), drop(0.002, (-0.01, 0.014))),
        ],
        groups: Vec::new(),
    }
}

fn shape(column: &str, class: &str) -> Shape {
    Shape {
        column: column.into(),
        class: Some(class.into()),
        places: Places::Numbers(vec![1.0, 2.0]),
        average: vec![0.2, 0.6],
        single: Vec::new(),
        support: vec![3, 4],
        n_missing: 0,
        accumulated: None,
        n_rows: 7,
    }
}

fn asked(commands: &[Command]) -> Vec<(Ticket, Question)> {
    let question = |request: &&Request| match request {
        Request::Explain { ticket, question, .. } => Some((*ticket, question.clone())),
        _ => None,
    };
    requests(commands).iter().filter_map(question).collect()
}

fn one(commands: &[Command]) -> (Ticket, Question) {
    let asked = asked(commands);
    assert_eq!(asked.len(), 1, "{asked:?}");
    asked[0].clone()
}

fn answer(studio: &mut Studio, ticket: Ticket, answer: Answer) -> Vec<Command> {
    let run = studio.selected_run.expect("a run is selected");
    studio.update(Action::Engine(Event::Explained { ticket, run, answer }))
}

#[test]
fn opening_why_asks_for_what_it_shows_one_after_the_other_and_keeps_the_importance() {
    let mut studio = trained();
    let (ticket, question) = one(&studio.update(Action::ShowTrust(TrustTab::Why)));
    assert_eq!(question, Question::Importance);
    assert!(asked(&studio.update(Action::ShowTrust(TrustTab::Why))).is_empty(), "it is asked once");
    let progress = Progress { doing: "Dealing".into(), done: 1, total: 10, unit: "columns".into() };
    studio.update(Action::Engine(Event::Progress { ticket, progress: progress.clone() }));
    assert_eq!(studio.explained.asked[0].progress, Some(progress));
    assert_eq!(studio.job, None, "other work may begin meanwhile");

    let commands = answer(&mut studio, ticket, Answer::Importance(importance()));
    assert!(commands.iter().any(|c| matches!(c, Command::Save(..))), "it is kept with the run");
    let (ticket, question) = one(&commands);
    assert_eq!(question, Question::Shape { column: "age".into(), class: 1 }, "the column that is worth most");
    let commands = answer(&mut studio, ticket, Answer::Shape(shape("age", "yes")));
    assert!(studio.explained_shape().is_some());
    assert!(matches!(one(&commands).1, Question::Many { class: 1 }));

    let (ticket, question) = one(&studio.update(Action::LookAtColumn("port".into())));
    assert_eq!(question, Question::Shape { column: "port".into(), class: 1 });
    assert!(studio.explained_shape().is_none(), "the shape of another column does not pass as this one's");
    answer(&mut studio, ticket, Answer::Shape(shape("port", "yes")));
    assert!(asked(&studio.update(Action::LookAtColumn("age".into()))).is_empty(), "it is held");
    let commands = studio.update(Action::LookAtClass(0));
    assert!(matches!(one(&commands).1, Question::Shape { class: 0, .. }));
    let taken_back = requests(&commands).iter().filter(|r| matches!(r, Request::Cancel { .. })).count();
    assert_eq!(taken_back, 1, "what many rows add was asked of the other class");
}

#[test]
fn another_run_forgets_and_stops_what_was_asked_and_late_answers_are_dropped() {
    let mut studio = trained();
    let (ticket, _) = one(&studio.update(Action::ShowTrust(TrustTab::Why)));
    let commands = studio.update(Action::SelectRun(Some(2)));
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Cancel { ticket: t } if *t == ticket)));
    let (next, question) = one(&commands);
    assert_eq!(question, Question::Importance, "of the run that is looked at now");
    let late = Event::Explained { ticket, run: 3, answer: Answer::Importance(importance()) };
    studio.update(Action::Engine(late));
    assert!(studio.project.runs.iter().all(|run| run.importance.is_none()));

    let commands = studio.update(Action::StopExplaining);
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Cancel { ticket: t } if *t == next)));
    assert!(asked(&studio.update(Action::ShowTrust(TrustTab::Why))).is_empty(), "what was stopped stays stopped");
    assert_eq!(one(&studio.update(Action::Explain(Question::Importance))).1, Question::Importance);
}

#[test]
fn the_baseline_and_packages_say_why_they_are_not_explained() {
    let mut studio = trained();
    studio.update(Action::SelectRun(Some(1)));
    assert!(asked(&studio.update(Action::ShowTrust(TrustTab::Why))).is_empty());
    assert!(studio.unexplained().is_some_and(|why| why.contains("looks at no column")));
    studio.update(Action::SelectRun(Some(2)));
    assert_eq!(studio.unexplained(), None);
    studio.project.runs[1].from_package = true;
    assert!(studio.unexplained().is_some_and(|why| why.contains("without its rows")));
}

#[test]
fn a_failed_question_stands_in_its_place_and_is_not_asked_again_by_itself() {
    let mut studio = trained();
    let (ticket, _) = one(&studio.update(Action::ShowTrust(TrustTab::Why)));
    let before = studio.notices.len();
    let error = Problem { event: "The table is another.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Failed { ticket, error: error.clone() }));
    assert_eq!(studio.explained.problem, Some(error));
    assert_eq!(studio.notices.len(), before, "{}", told(&studio));
    assert!(asked(&studio.update(Action::ShowTrust(TrustTab::Why))).is_empty());
}

#[test]
fn a_row_is_explained_with_its_prediction_and_only_as_it_is_now() {
    let mut studio = trained();
    studio.update(Action::ShowTrust(TrustTab::OneRow));
    let run = studio.selected_run.expect("a run");
    let cells = |age: &str| vec![("age".to_owned(), age.to_owned())];
    let (first, _) = one(&studio.update(Action::PredictRow(run, cells("12"))));
    let commands = studio.update(Action::PredictRow(run, cells("13")));
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Cancel { ticket } if *ticket == first)));
    let (second, question) = one(&commands);
    assert_eq!(question, Question::Row { cells: cells("13") });
    answer(&mut studio, first, Answer::Row(parts()));
    assert_eq!(studio.explained.row, None, "of the row before");
    answer(&mut studio, second, Answer::Row(parts()));
    assert!(studio.explained.row.is_some());
}

fn parts() -> RowParts {
    let column = |name: &str, cell: Option<&str>, value: f64| ColumnPart {
        name: name.into(),
        cell: cell.map(str::to_owned),
        values: vec![value],
        errors: vec![0.0],
    };
    RowParts {
        columns: vec![column("age", Some("12"), 2.0), column("port", None, -0.5)],
        base: vec![-1.0],
        scale: Scale::LogOdds,
        method: Method::Exact,
        n_background: 100,
    }
}

#[test]
fn sentences_say_the_finding_with_its_numbers() {
    let mut found = importance();
    assert_eq!(
        importance_headline(&found),
        "age tells most: without it ROC AUC falls from 0.85 to 0.65. No other column is clearly missed."
    );
    assert!(importance_source(&found).contains("in each of 5 folds, on 800 rows that the fold's model had not seen"));
    found.columns[0].drops[0].interval = Some((-0.1, 0.3));
    assert!(importance_headline(&found).starts_with("No column is clearly missed"), "{}", importance_headline(&found));
    found.groups = vec![Worth { names: vec!["age".into(), "port".into()], drops: found.columns[0].drops.clone() }];
    found.groups[0].drops[0] = drop(0.2, (0.1, 0.3));
    assert!(
        importance_headline(&found)
            .starts_with("age and port go together and tell most: without all of them ROC AUC falls")
    );
    // Where less is better it rises.
    found.whole = vec![(Metric::Rmse, Some(4.0))];
    found.columns[0].drops = vec![drop(2.0, (1.5, 2.5))];
    assert!(importance_headline(&found).contains("RMSE rises from 4.0 to 6.0"), "{}", importance_headline(&found));

    let studio = trained();
    let run = studio.current_run().expect("a run");
    let told = waterfall(&parts(), 1, run);
    assert_eq!(told.title, "age = 12 speaks most for “yes” (+2 log-odds), port = missing most against it (−0.5)");
    assert_eq!(told.ends, ["Average row (27\u{202f}%)", "This row (62\u{202f}%)"]);
}

#[test]
fn another_answer_is_wished_for_and_told_in_a_sentence() {
    let mut studio = trained();
    studio.prediction = Some(RowPrediction {
        label: "no".into(),
        value: None,
        probabilities: vec![("no".into(), 0.7), ("yes".into(), 0.3)],
        held: Vec::new(),
        promised: false,
        doubts: Vec::new(),
    });
    let goals = studio.proposed_goals();
    assert_eq!(goals, vec![(Goal::Class { class: 1, threshold: 0.5 }, "yes".to_owned())]);
    let found = Counterfactual {
        changes: vec![
            Change { column: 0, to: To::Number(f64::from(39.1f32)) },
            Change { column: 1, to: To::Level("Cherbourg".into()) },
        ],
        outcome: 0.61,
        distance: 1.2,
    };
    let others = Others {
        near: Vec::new(),
        counterfactuals: vec![found.clone()],
        names: vec!["age".into(), "port".into()],
        n_rows: 100,
        goal: Some(goals[0].0),
    };
    let own = vec![("age".to_owned(), "70".to_owned()), ("port".to_owned(), String::new())];
    assert_eq!(
        counterfactual_line(&found, &others, &own),
        "If age were 39.1 instead of 70 and port were Cherbourg instead of missing: 61\u{202f}%"
    );
}

#[test]
fn a_new_engine_is_asked_once_it_has_table_and_runs_again() {
    let mut studio = trained();
    studio.update(Action::ShowTrust(TrustTab::Findings));
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    assert!(asked(&commands).is_empty(), "{commands:?}");
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    assert!(asked(&commands).is_empty(), "a model is still to come: {commands:?}");
    let commands = studio.update(Action::Engine(Event::Restored { run: 3, problem: None }));
    let asked = asked(&commands);
    assert!(asked.iter().any(|(_, question)| matches!(question, Question::Rivals { .. })), "{commands:?}");
    assert!(asked.iter().any(|(_, question)| matches!(question, Question::Decide { .. })), "{commands:?}");
}
