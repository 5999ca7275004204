//! Watch: a file of later rows, what is asked of the engine, and what the page says of the answer.

use hearth::job::{Event, Problem, Request, Ticket, WatchColumns};
use hearth::monitor::{Finding, Kind, MonitorReport, Test, Verdict};
use hearth::studio::project::Project;
use hearth::studio::watch::groups;
use hearth::studio::{Action, Command, JobKind, Progressed, Stage, Studio, View};
use hearth::table::ColumnType;

use super::made_up::*;

fn finding(kind: Kind, verdict: Verdict) -> Finding {
    Finding {
        kind,
        test: Test::KolmogorovSmirnov,
        column: "age".into(),
        verdict,
        sentence: "Column “age”: higher than in training.".into(),
        advice: "Ask what changed.".into(),
        size: 0.4,
        threshold: 0.1,
        weight: 0.5,
        p: Some(0.001),
        adjusted: Some(0.004),
        evidence: Vec::new(),
    }
}

fn answer(findings: Vec<Finding>) -> MonitorReport {
    MonitorReport {
        headline: "The model is asked about other rows than it learned from: one column changed.".into(),
        n_rows: 500,
        n_outcomes: 0,
        findings,
        metrics: Vec::new(),
        timeline: None,
        not_checked: Vec::new(),
        assumptions: Vec::new(),
    }
}

fn asked(commands: &[Command]) -> (Ticket, String, WatchColumns) {
    let asked = commands.iter().find_map(|command| match command {
        Command::Engine { request: Request::Monitor { ticket, asked, .. }, file: Some(file) } => {
            Some((*ticket, file.name.clone(), asked.clone()))
        }
        _ => None,
    });
    asked.unwrap_or_else(|| panic!("no rows were to be compared: {commands:?}"))
}

fn told_of(studio: &mut Studio, ticket: Ticket, findings: Vec<Finding>) {
    let run = studio.selected_run.expect("a run is selected");
    studio.update(Action::Engine(Event::Monitored {
        ticket,
        run,
        report: answer(findings),
        columns: WatchColumns { outcome: Some("happened".into()), ..WatchColumns::default() },
        choices: vec![("happened".into(), ColumnType::Category), ("note".into(), ColumnType::Text)],
        warnings: Vec::new(),
    }));
}

#[test]
fn later_rows_are_compared_and_told_in_the_rail() {
    let mut studio = trained();
    let run = studio.selected_run.expect("the best");
    assert_eq!((studio.progressed(Stage::Watch), studio.live_fact(Stage::Watch)), (Progressed::Empty, String::new()));
    let (ticket, name, columns) = asked(&studio.update(Action::WatchFile(run, file("june.csv"))));
    assert_eq!((name.as_str(), columns), ("june.csv", WatchColumns::default()));
    assert_eq!((studio.view, studio.progressed(Stage::Watch)), (View::Stage(Stage::Watch), Progressed::Begun));
    told_of(&mut studio, ticket + 1_000, vec![finding(Kind::FeatureDrift, Verdict::Alarm)]);
    assert_eq!(studio.watched, None, "an answer that nobody waits for");
    told_of(&mut studio, ticket, vec![finding(Kind::FeatureDrift, Verdict::Alarm)]);
    assert_eq!(studio.job, None);
    assert_eq!(studio.live_fact(Stage::Watch), "1 alarm");
    assert_eq!(studio.progressed(Stage::Watch), Progressed::Done);
    assert!(
        studio.project.log.iter().any(|entry| entry.what.contains("500 rows") && entry.what.contains("other rows"))
    );

    // Another column for the outcomes: the same file again.
    let wanted = WatchColumns { outcome: Some("note".into()), ..WatchColumns::default() };
    let (ticket, name, columns) = asked(&studio.update(Action::WatchAgain(wanted.clone())));
    assert_eq!((name.as_str(), columns), ("june.csv", wanted));
    assert_eq!(studio.watched, None, "what stood there was of other columns");
    told_of(&mut studio, ticket, vec![finding(Kind::FeatureDrift, Verdict::Passed)]);
    assert_eq!(studio.live_fact(Stage::Watch), "500 rows, no alarm");

    let other = studio.project.runs.iter().map(|run| run.id).find(|id| *id != run).expect("three were trained");
    studio.update(Action::SelectRun(Some(other)));
    assert_eq!(studio.progressed(Stage::Watch), Progressed::Stale);
}

#[test]
fn what_later_rows_said_is_there_again_after_a_reload() {
    let mut studio = trained();
    let run = studio.selected_run.expect("the best");
    let (ticket, ..) = asked(&studio.update(Action::WatchFile(run, file("june.csv"))));
    told_of(&mut studio, ticket, vec![finding(Kind::FeatureDrift, Verdict::Alarm)]);
    let text = serde_json::to_string(&studio.project).expect("a project can be written");
    let (project, problem) = Project::read(&text).expect("it can be read");
    assert_eq!(problem, None);
    let mut again = Studio::new(9);
    again.update(Action::Loaded(Box::new(project)));
    let (before, after) = (studio.watched.clone().expect("a report"), again.watched.clone().expect("the report"));
    assert_eq!((&before.report, &before.columns, before.run), (&after.report, &after.columns, after.run));
    assert_eq!(again.live_fact(Stage::Watch), "1 alarm");
    assert_ne!(after.file.key, before.file.key, "another file of this session may have that key");

    let commands = again.update(Action::WatchAgain(WatchColumns::default()));
    let watches = again.job.as_ref().is_some_and(|job| job.kind == JobKind::Watch);
    assert!(commands.is_empty() && again.watched.is_some() && !watches, "{commands:?}");
    assert!(told(&again).contains("june.csv is no longer at hand"));

    // A number that JSON cannot hold is no reason to lose the project: the report is not kept.
    let (ticket, ..) = asked(&studio.update(Action::WatchFile(run, file("july.csv"))));
    told_of(&mut studio, ticket, vec![Finding { size: f64::NAN, ..finding(Kind::Skew, Verdict::Alarm) }]);
    assert!(studio.watched.is_some() && studio.project.watched.is_none());
    let text = serde_json::to_string(&studio.project).expect("a project can be written");
    assert!(Project::read(&text).is_ok());
}

#[test]
fn a_table_that_is_dropped_on_watch_is_compared_and_elsewhere_starts_a_project() {
    let mut studio = trained();
    studio.update(Action::Show(View::Stage(Stage::Watch)));
    let (ticket, ..) = asked(&studio.update(Action::FileDropped(file("june.csv"))));
    let error = Problem { place: "june.csv".into(), event: "It is empty.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Failed { ticket, error }));
    assert_eq!((studio.job.clone(), studio.watched.clone()), (None, None));
    assert!(told(&studio).contains("It is empty."));
    studio.update(Action::Show(View::Stage(Stage::Data)));
    let commands = studio.update(Action::FileDropped(file("june.csv")));
    assert!(!requests(&commands).iter().any(|request| matches!(request, Request::Monitor { .. })), "{commands:?}");
}

#[test]
fn findings_are_grouped_by_cause_and_absence_is_not_fine() {
    let report = answer(vec![
        finding(Kind::Quality, Verdict::Passed),
        finding(Kind::FeatureDrift, Verdict::Alarm),
        finding(Kind::FeatureDrift, Verdict::NotEnoughData),
        finding(Kind::Performance, Verdict::NotEnoughData),
    ]);
    let words: Vec<(Kind, &str, usize)> =
        groups(&report).into_iter().map(|group| (group.kind, group.word, group.quiet.len())).collect();
    assert_eq!(
        words,
        [
            (Kind::Quality, "as it was", 1),
            (Kind::Skew, "not looked at", 0),
            (Kind::PredictionDrift, "not looked at", 0),
            (Kind::FeatureDrift, "alarm", 1),
            (Kind::LabelDrift, "not looked at", 0),
            (Kind::Concept, "not looked at", 0),
            (Kind::Performance, "not enough data", 1),
        ]
    );
}
