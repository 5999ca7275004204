//! Predictions that were made elsewhere: their columns are chosen, they are judged, and stand on Trust beside each other,
//! without a model.

use hearth::dataset::{DatasetSpec, Role, Task};
use hearth::design::Design;
use hearth::explain::{Answer, Question, Rival};
use hearth::job::{Event, Problem, Request, RunId, Ticket};
use hearth::metrics::Metric;
use hearth::split::SplitSpec;
use hearth::studio::checks::Outcome;
use hearth::studio::decide::sentences;
use hearth::studio::explain::TrustTab;
use hearth::studio::judged::{NO_MODEL, Step};
use hearth::studio::project::Project;
use hearth::studio::{Action, Command, Stage, Studio, View};
use hearth::validate::compare::{Paired, Verdict};
use hearth::validate::decide::Rule;
use hearth::validate::judged::{JudgeSpec, Look};
use hearth::validate::{Fit, Given, Report};

use super::made_up::{report, requests, saves, studio, told, trained, with_table};

fn spec() -> JudgeSpec {
    JudgeSpec { truth: "survived".into(), scores: vec!["p".into(), "q".into()], ..JudgeSpec::default() }
}

fn looked_for(commands: &[Command]) -> Option<(Ticket, Option<JudgeSpec>)> {
    requests(commands).into_iter().find_map(|request| match request {
        Request::LookAtPredictions { ticket, spec } => Some((*ticket, spec.clone())),
        _ => None,
    })
}

fn look(spec: JudgeSpec, guess: &str, problem: Option<Problem>) -> Look {
    Look { spec, guess: guess.into(), sentence: "Read as probabilities.".into(), classes: Vec::new(), problem }
}

fn asked(commands: &[Command]) -> Vec<Question> {
    let of = |request: &Request| match request {
        Request::Explain { question, .. } => Some(question.clone()),
        _ => None,
    };
    requests(commands).into_iter().filter_map(of).collect()
}

fn design() -> Design {
    let roles = vec![("age".to_owned(), Role::Group)];
    let dataset =
        DatasetSpec { target: "survived".into(), task: Some(Task::Binary), positive: Some("yes".into()), roles };
    let split = SplitSpec { holdout: 0.0, ..SplitSpec::default() };
    Design { dataset, split, metric: Some(Metric::RocAuc), candidates: Vec::new(), search: None }
}

/// As the engine reports a score in so many folds.
fn given(auc: f64, folds: usize, given: Given) -> Report {
    let mut report = Report { n_holdout: 0, n_prepared: 0, n_features: 0, fit: Fit::Elsewhere(given), ..report(auc) };
    report.scores.iter_mut().for_each(|score| score.folds.truncate(folds));
    report
}

/// Choose and judge two scores; the commands of the last answer.
fn judge(studio: &mut Studio, folds: usize, kind: Given) -> (RunId, Vec<Command>) {
    let (ticket, _) = looked_for(&studio.update(Action::Judge(Step::Open))).expect("the values propose");
    studio.update(Action::Engine(Event::LookedAtPredictions { ticket, look: look(spec(), "A guess. ", None) }));
    let commands = studio.update(Action::Judge(Step::Start));
    let (ticket, first) = requests(&commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Judge { ticket, first_run, .. } => Some((*ticket, *first_run)),
            _ => None,
        })
        .expect("a judgement was asked for");
    let mut last = Vec::new();
    for (at, (name, auc)) in [("p", 0.9), ("q", 0.7)].into_iter().enumerate() {
        last = studio.update(Action::Engine(Event::Judged {
            ticket,
            run: first + at as u32,
            name: name.into(),
            how: "5 folds of “fold”".into(),
            design: design(),
            report: given(auc, folds, kind),
            last: at == 1,
            bytes: vec![at as u8],
        }));
    }
    (first, last)
}

#[test]
fn columns_are_chosen_and_what_is_wrong_with_them_holds_the_judgement() {
    let mut without = studio();
    without.update(Action::Judge(Step::Open));
    assert!(told(&without).contains("There is no table yet"));

    let mut studio = with_table();
    studio.update(Action::EditDesign {
        label: "x".into(),
        design: {
            let mut design = studio.project.design.clone().expect("a design");
            design.dataset.roles.push(("port".into(), Role::Sensitive));
            design
        },
    });
    let commands = studio.update(Action::Judge(Step::Open));
    let (ticket, none) = looked_for(&commands).expect("the values propose");
    assert_eq!((none, studio.view), (None, View::Stage(Stage::Design)));
    let problem = Problem { event: "1.7 is no probability.".into(), ..Problem::default() };
    studio
        .update(Action::Engine(Event::LookedAtPredictions { ticket, look: look(spec(), "A guess. ", Some(problem)) }));
    let judging = studio.judging.as_ref().expect("a choice");
    assert_eq!((judging.guess.as_str(), &judging.spec), ("A guess. ", &spec()));
    assert!(requests(&studio.update(Action::Judge(Step::Start))).is_empty(), "a problem holds it");

    let other = JudgeSpec { scores: vec!["p".into()], ..spec() };
    let (next, asked) =
        looked_for(&studio.update(Action::Judge(Step::Change(other.clone())))).expect("looked at again");
    assert_eq!(asked.as_ref(), Some(&other));
    // What was asked before is of no interest any more.
    studio.update(Action::Engine(Event::LookedAtPredictions { ticket, look: look(spec(), "", None) }));
    assert_eq!(studio.judging.as_ref().map(|judging| judging.look.is_none()), Some(true));
    studio.update(Action::Engine(Event::LookedAtPredictions { ticket: next, look: look(other, "", None) }));
    assert_eq!(studio.judging.as_ref().expect("a choice").guess, "", "it is no guess any more");
    let commands = studio.update(Action::Judge(Step::Start));
    let sensitive = requests(&commands).into_iter().find_map(|request| match request {
        Request::Judge { spec, .. } => Some(spec.sensitive.clone()),
        _ => None,
    });
    assert_eq!(sensitive, Some(vec!["port".to_owned()]), "groups of people are those of the design");
    studio.update(Action::Judge(Step::Close));
    assert_eq!(studio.judging, None);
}

#[test]
fn judged_scores_stand_on_trust_and_are_asked_what_needs_no_model() {
    let mut studio = with_table();
    let untrained = studio.untrained();
    let (first, commands) = judge(&mut studio, 5, Given::Probabilities);
    assert_eq!(
        (studio.view, studio.trust_tab, studio.judging.clone()),
        (View::Stage(Stage::Trust), TrustTab::Findings, None)
    );
    assert_eq!((studio.selected_run, studio.project.runs.len()), (Some(first), 2));
    assert_eq!(studio.untrained(), untrained, "nothing was trained");
    assert!(!saves(&commands).is_empty());
    let questions = asked(&commands);
    assert!(questions.iter().all(Question::is_of_predictions), "{questions:?}");
    for wanted in [Question::Slices, Question::HardRows, Question::Rivals { runs: vec![first + 1] }] {
        assert!(questions.contains(&wanted), "{wanted:?} is not in {questions:?}");
    }
    let run = studio.current_run().expect("a run").clone();
    assert!(run.is_given() && !run.is_own() && run.spec().is_none());
    let found = studio.comparison(&run).expect("beside the other");
    assert_eq!((found.metric, found.against[0].verdict), (Metric::RocAuc, Verdict::Better));
    assert_eq!(
        studio.verdict_source(&run),
        "Made elsewhere: 5 folds over 800 rows; read as probabilities; no model is here"
    );
    let names: Vec<&str> = studio.run_checks(&run).iter().map(|check| check.name).collect();
    assert!(names.contains(&"The rows were new to the model") && names.contains(&"Probabilities mean what they say"));
    assert!(!names.contains(&"Holds on the locked test set") && !names.contains(&"No column gives the answer away"));
    assert_eq!(studio.live_fact(Stage::Trust), "made elsewhere");
}

#[test]
fn what_needs_a_model_says_that_there_is_none() {
    let mut studio = with_table();
    let (run, _) = judge(&mut studio, 5, Given::Probabilities);
    assert_eq!(studio.unexplained().as_deref(), Some(NO_MODEL));
    assert_eq!(studio.unjudged(), None);
    assert_eq!(studio.unregistrable(), Some(NO_MODEL));
    assert!(!studio.attackable());
    for action in
        [Action::MakePackage(run), Action::Register(run), Action::OpenHoldout(run), Action::Retrain, Action::Attack]
    {
        studio.notices.clear();
        assert!(requests(&studio.update(action.clone())).is_empty(), "{action:?}");
        assert!(told(&studio).contains("no model here"), "{action:?}");
    }
    assert!(studio.update(Action::PredictRow(run, Vec::new())).is_empty());
    assert!(asked(&studio.update(Action::ShowTrust(TrustTab::Why))).is_empty());
}

#[test]
fn a_judged_run_is_kept_restored_removed_and_stale_with_its_rows_only() {
    let mut studio = trained();
    let (run, _) = judge(&mut studio, 5, Given::Scores { low: -3.0, high: 5.0 });
    let text = serde_json::to_string(&studio.project).expect("JSON");
    let (read, doubt) = Project::read(&text).expect("a project");
    assert_eq!((read, doubt), (studio.project.clone(), None));

    // Another design of trainings is none of its business.
    let mut other = studio.project.design.clone().expect("a design");
    other.split.folds = 3;
    studio.update(Action::EditDesign { label: "Three folds".into(), design: other });
    let stale = |studio: &Studio| studio.stale_reason(studio.run(run).expect("a run"));
    assert_eq!(stale(&studio), None);
    studio.update(Action::Undo);
    assert!(studio.run(run).is_some(), "undo is of edits");

    studio.update(Action::DeleteRun(run));
    assert!(studio.run(run).is_none());
    studio.update(Action::BringBackRun(run));
    assert!(studio.run(run).is_some());
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "gone".into() });
    let restored =
        |request: &&Request| matches!(request, Request::Restore { run: of, bytes } if *of == run && *bytes == [0]);
    assert_eq!(requests(&commands).into_iter().filter(restored).count(), 1);

    studio.project.data.as_mut().expect("data").sha256 = "other".into();
    assert!(stale(&studio).is_some_and(|why| why.starts_with("The data have changed since")));
    studio.update(Action::SelectRun(Some(run)));
    assert!(studio.unjudged().is_some());
}

#[test]
fn one_tested_set_is_compared_by_what_the_engine_says_of_its_rows() {
    let mut studio = with_table();
    let (first, commands) = judge(&mut studio, 1, Given::Probabilities);
    let run = studio.current_run().expect("a run").clone();
    assert_eq!(studio.comparison(&run), None, "it is being asked");
    let ticket = requests(&commands).into_iter().find_map(|request| match request {
        Request::Explain { ticket, question: Question::Rivals { .. }, .. } => Some(*ticket),
        _ => None,
    });
    let paired = Paired {
        lead: 0.2,
        interval: (0.1, 0.3),
        p_value: 0.002,
        rope: 0.01,
        better: 0.99,
        same: 0.01,
        worse: 0.0,
        n_folds: 1,
    };
    let rival = Rival { run: first + 1, mcnemar: None, delong: None, by_rows: Some(paired), without: None };
    let answer = Answer::Rivals(vec![rival]);
    studio.update(Action::Engine(Event::Explained { ticket: ticket.expect("asked"), run: first, answer }));
    let found = studio.comparison(&run).expect("compared");
    assert_eq!((found.against[0].paired, found.against[0].verdict, found.best), (paired, Verdict::Better, None));
    assert!(hearth::studio::rivals::how(&studio, &run, &found).contains("paired percentile bootstrap"));
    assert!(studio.verdict_source(&run).starts_with("Made elsewhere: 800 rows, tested once;"));
    let checks = studio.run_checks(&run);
    let guess = checks.iter().find(|check| check.name == "Better than guessing").expect("a check");
    assert_eq!(guess.outcome, Outcome::Passed);
    assert!(guess.finding.starts_with("Better on the tested rows: "), "{}", guess.finding);
}

#[test]
fn scores_and_classes_leave_out_what_they_do_not_tell() {
    let mut studio = with_table();
    let (_, commands) = judge(&mut studio, 5, Given::Scores { low: -3.0, high: 5.0 });
    let questions = asked(&commands);
    assert!(!questions.contains(&Question::Slices) && !questions.contains(&Question::HardRows), "{questions:?}");
    assert!(studio.decides());
    assert_eq!(
        studio.threshold_of_score().as_deref(),
        Some("It is no probability: 0\u{202f}% stands for a score of −3 and 100\u{202f}% for 5, so the line is at 1.")
    );
    let fit = studio.current_run().expect("a run").report.fit;
    assert!(sentences(None, Rule::Worth, fit)[0].starts_with("Only one class was seen"));
    let run = studio.current_run().expect("a run").clone();
    assert!(!studio.run_checks(&run).iter().any(|check| check.name == "Probabilities mean what they say"));
    assert!(
        studio
            .verdict_source(&run)
            .contains("no probabilities, so calibration, accuracy, ranges and kinds of rows are left out")
    );

    let mut studio = with_table();
    judge(&mut studio, 5, Given::Labels);
    assert!(!studio.decides() && studio.threshold_of_score().is_none());
}
