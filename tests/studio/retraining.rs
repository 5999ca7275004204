//! The loop: rows that were watched are put below, a challenger is trained and compared, and the decision is recorded.

use hearth::combine::{Beside as Found, Fits};
use hearth::dataset::{Role, Task};
use hearth::job::{Event, Request, RunId, TableSummary, Ticket, WatchColumns};
use hearth::metrics::Metric;
use hearth::monitor::MonitorReport;
use hearth::recipe::Operation;
use hearth::studio::project::Project;
use hearth::studio::registry::{Origin, Standing};
use hearth::studio::{Action, Command, FileHandle, FilePurpose, Stage, Studio, View};
use hearth::table::csv::CsvSettings;
use hearth::table::packed::Packing;
use hearth::table::receipt::{BesideFile, FileFacts};
use hearth::table::{ColumnType, profile::ColumnProfile};
use hearth::validate::HoldoutReport;
use hearth::validate::challenge::{Beside, Compared};
use hearth::validate::compare::Verdict;

use super::made_up::*;

const REASON: &str = "Better on the newest rows.";

fn engine(studio: &mut Studio, event: Event) -> Vec<Command> {
    studio.update(Action::Engine(event))
}

fn facts(sha256: &str) -> FileFacts {
    FileFacts {
        name: "june.csv".into(),
        n_bytes: 50,
        sha256: sha256.into(),
        packing: Packing::Plain,
        n_text_bytes: 50,
        n_rows: 400,
        n_columns: 3,
        warnings: Vec::new(),
        n_warnings: 0,
    }
}

/// The champion, and a file with outcomes that was compared with its training.
fn watched(columns: WatchColumns, n_outcomes: u32) -> (Studio, RunId) {
    let mut studio = trained();
    let run = studio.project.runs[1].id;
    studio.update(Action::SelectRun(Some(run)));
    let file = FileHandle { key: 5, name: "june.csv".into(), n_bytes: 50 };
    let commands = studio.update(Action::WatchFile(run, file));
    let ticket = requests(&commands)
        .into_iter()
        .find_map(|request| if let Request::Monitor { ticket, .. } = request { Some(*ticket) } else { None })
        .expect("rows are compared");
    let report = MonitorReport {
        headline: "Nothing has changed.".into(),
        n_rows: 400,
        n_outcomes,
        findings: Vec::new(),
        metrics: Vec::new(),
        timeline: None,
        not_checked: Vec::new(),
        assumptions: Vec::new(),
    };
    let choices = vec![("survived".into(), ColumnType::Boolean)];
    engine(&mut studio, Event::Monitored { ticket, run, report, columns, choices, warnings: Vec::new() });
    (studio, run)
}

fn with_outcomes() -> (Studio, RunId) {
    watched(WatchColumns { outcome: Some("survived".into()), ..WatchColumns::default() }, 400)
}

/// The file is looked at and read; the commands that follow.
fn read(studio: &mut Studio, commands: &[Command], columns: &[&str], sha256: &str) -> Vec<Command> {
    let ticket = preview_ticket(commands);
    let commands = engine(studio, Event::Previewed { ticket, preview: preview() });
    let Some(Request::Beside { ticket, name, .. }) = requests(&commands).first().cloned().cloned() else {
        panic!("it is read: {commands:?}")
    };
    let beside = Found {
        name: name.clone(),
        file: facts(sha256),
        columns: columns.iter().map(|name| ((*name).to_owned(), ColumnType::Category)).collect(),
        fits: Fits { shared: columns.iter().map(|name| (*name).to_owned()).collect(), ..Fits::default() },
        joins: Vec::new(),
        suffix: "_x".into(),
        proposed: Some(Operation::Append { with: name, mark: None }),
    };
    engine(studio, Event::ReadBeside { ticket, beside, settings: CsvSettings::default() })
}

/// Up to the training of the challenger: its ticket and run.
fn trains(studio: &mut Studio) -> (Ticket, RunId) {
    let commands = studio.update(Action::Retrain);
    let commands = read(studio, &commands, &["survived", "age", "port"], &"cd".repeat(32));
    let Some(Command::Bundle { project, .. }) = commands.last() else { panic!("it is taken: {commands:?}") };
    let handle = FileHandle { key: 90, name: "people.csv".into(), n_bytes: 170 };
    let commands = studio.update(Action::Bundled { project: project.clone(), result: Ok(handle) });
    let Some(Request::Steps { ticket, recipe }) = requests(&commands).last().cloned().cloned() else {
        panic!("rows are put below: {commands:?}")
    };
    let file = BesideFile {
        name: "june.csv".into(),
        settings: CsvSettings::default(),
        file: facts(&"cd".repeat(32)),
        done: Vec::new(),
    };
    let mut columns: Vec<ColumnProfile> = summary("people.csv").columns;
    columns.push(column("file", ColumnType::Category));
    let summary = TableSummary { recipe, beside: vec![file], columns, n_rows: 1_400, ..summary("people.csv") };
    let commands = engine(studio, Event::Imported { ticket, summary, suggestion: None });
    let commands = engine(studio, Event::Checked { ticket: check_ticket(&commands), check: check() });
    begun(&commands)
}

fn begun(commands: &[Command]) -> (Ticket, RunId) {
    requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Train { ticket, first_run, candidates, design, search: None } => {
                assert_eq!(candidates, &[1], "what the champion is, and nothing else");
                let newest = design.split.newest.as_ref().expect("the newest rows are held out");
                assert_eq!((newest.column.as_str(), newest.file.as_str(), newest.share), ("file", "june.csv", 0.5));
                assert!(design.dataset.roles.contains(&("file".into(), Role::Ignore)), "{:?}", design.dataset.roles);
                assert_eq!(
                    (design.dataset.task, design.dataset.positive.as_deref()),
                    (Some(Task::Binary), Some("yes"))
                );
                Some((*ticket, first_run + 1))
            }
            _ => None,
        })
        .unwrap_or_else(|| panic!("a challenger is trained: {commands:?}"))
}

fn finishes(studio: &mut Studio, (ticket, run): (Ticket, RunId)) -> Vec<Command> {
    let (inputs, bytes) = (Vec::new(), vec![9]);
    engine(studio, Event::RunFinished { ticket, run, candidate: 1, report: report(0.83), inputs, bytes });
    engine(studio, Event::TrainingFinished { ticket, cancelled: false })
}

fn compared(verdict: Verdict, interval: (f64, f64)) -> Compared {
    let beside = |metric| Beside { metric, champion: Some(0.801), challenger: Some(0.853), interval: Some(interval) };
    Compared {
        task: Task::Binary,
        n_rows: 200,
        n_units: 200,
        groups: None,
        metric: Metric::RocAuc,
        scores: vec![beside(Metric::Accuracy), beside(Metric::RocAuc)],
        rope: 0.01,
        mcnemar: None,
        delong: None,
        verdict,
        too_few: None,
    }
}

/// The engine's answer to the question that stands among the commands.
fn answered(studio: &mut Studio, commands: &[Command], compared: Compared) -> (RunId, RunId) {
    let asked = requests(commands).into_iter().find_map(|request| match request {
        Request::Challenge { ticket, champion, challenger, look } => Some((*ticket, *champion, *challenger, *look)),
        _ => None,
    });
    let (ticket, champion, challenger, look) = asked.unwrap_or_else(|| panic!("they are compared: {commands:?}"));
    let views = report(0.8).views;
    let report =
        HoldoutReport { scores: Vec::new(), baseline: Vec::new(), views, look, resampled: None, covered: Vec::new() };
    engine(studio, Event::Challenged { ticket, challenger, compared, report, bytes: vec![8] });
    (champion, challenger)
}

fn reloaded(studio: &Studio) -> Studio {
    let text = serde_json::to_string(&studio.project).expect("a project can be written");
    let (project, problem) = Project::read(&text).expect("it can be read");
    assert_eq!(problem, None);
    let mut again = Studio::new(9);
    again.update(Action::Loaded(Box::new(project)));
    again
}

fn log(studio: &Studio) -> Vec<&str> {
    studio.project.log.iter().map(|entry| entry.what.as_str()).collect()
}

#[test]
fn rows_come_back_a_challenger_is_compared_and_promoted_and_all_of_it_is_remembered() {
    let (mut studio, champion) = with_outcomes();
    assert_eq!(studio.retrain_hindrance(), None);
    let said = studio.held_out_line().expect("which rows are held out");
    assert!(
        said.contains("The newer half of its 400 rows with an outcome, the last as they stand in the file"),
        "{said}"
    );
    let training = trains(&mut studio);
    assert_eq!(studio.view, View::Stage(Stage::Watch), "nothing leads away from Watch");
    assert_eq!(studio.selected_run, Some(champion));
    assert!(studio.retraining().is_some_and(|doing| doing.contains("being trained")));
    assert_eq!(studio.undo_label(), Some("Append rows of june.csv"), "rows and design are one edit");
    let commands = finishes(&mut studio, training);
    assert_eq!(studio.selected_run, Some(champion), "the page does not jump to the challenger");
    let looks = studio.project.looks;
    let (asked, challenger) = answered(&mut studio, &commands, compared(Verdict::Better, (0.02, 0.08)));
    assert_eq!((asked, challenger, studio.project.looks), (champion, training.1, looks + 1));

    let registry = &studio.project.registry;
    let versions: Vec<(u32, RunId, Option<u32>)> =
        registry.versions.iter().map(|version| (version.number, version.run, version.parent)).collect();
    assert_eq!(versions, [(1, champion, None), (2, challenger, Some(1))]);
    assert_eq!(registry.versions[1].origin, Origin::Retrained { file: "june.csv".into() });
    assert_eq!(studio.live_fact(Stage::Watch), "a challenger waits");
    let moments = registry.timeline();
    assert!(
        moments[0]
            .what
            .starts_with("The challenger Linear (2) is better than Linear on the newest 200 rows of june.csv"),
        "{moments:?}"
    );
    assert!(moments[0].because.contains("ROC AUC: 0.85 of Linear (2), 0.80 of Linear. The challenger is ahead by 0.05; other rows of the same kind would make it 0.02–0.08"), "{moments:?}");

    // The page was loaded again in between.
    let mut studio = reloaded(&studio);
    assert!(studio.project.registry.open_challenge().is_some_and(|open| open.compared.is_some()));
    studio.update(Action::Settle { promote: true, who: "Ada".into(), why: "Yes.".into() });
    assert!(told(&studio).contains("with a written reason"), "{}", told(&studio));
    assert_eq!(studio.project.registry.approved(), None);
    studio.update(Action::Settle { promote: true, who: " Ada ".into(), why: REASON.into() });
    let registry = &studio.project.registry;
    assert_eq!(registry.approved().map(|version| version.number), Some(2));
    assert_eq!(registry.standing(1), Standing::Retired);
    assert_eq!((registry.open_challenge(), studio.selected_run), (None, Some(challenger)));
    assert!(log(&studio).contains(&"Version 2 was approved by Ada: Better on the newest rows."), "{:?}", log(&studio));
    assert!(log(&studio).iter().any(|what| what.starts_with("Version 1 was retired by Ada: Version 2 took its place")));
    let moments = reloaded(&studio).project.registry.timeline();
    let said: Vec<&str> = moments.iter().map(|moment| moment.what.as_str()).collect();
    assert!(said.contains(&"Version 2 approved") && said.contains(&"Version 1 retired"), "{said:?}");
    assert!(
        said.iter().any(|what| what.contains("Linear (2) was trained with the rows of june.csv, to follow version 1")),
        "{said:?}"
    );

    // Undo takes the rows out again, and not what was decided.
    let before = studio.project.registry.clone();
    studio.update(Action::Undo);
    assert_eq!(studio.project.registry, before);
    studio.update(Action::DeleteRun(champion));
    assert!(studio.run(champion).is_some(), "the history would lose it: {}", told(&studio));
}

#[test]
fn the_champion_is_kept_with_a_reason_and_the_next_file_is_marked_beside_the_first() {
    let (mut studio, champion) = with_outcomes();
    let training = trains(&mut studio);
    let commands = finishes(&mut studio, training);
    let unclear = Compared {
        too_few: Some("20 rows with an outcome to compare on; at least 30 are needed.".into()),
        ..compared(Verdict::Unclear, (-0.1, 0.2))
    };
    answered(&mut studio, &commands, unclear);
    let moments = studio.project.registry.timeline();
    assert!(moments[0].what.starts_with("Not enough rows to tell Linear (2) from Linear"), "{moments:?}");
    assert!(moments[0].because.starts_with("20 rows with an outcome to compare on"), "{moments:?}");
    studio.update(Action::Settle { promote: false, who: String::new(), why: "Too early to tell.".into() });
    let registry = &studio.project.registry;
    assert_eq!((registry.approved(), registry.standing(2)), (None, Standing::Retired));
    assert_eq!(studio.selected_run, Some(champion));
    assert!(log(&studio).contains(&"Version 2 was retired: Too early to tell."));
    // The same rows once more are not new.
    let commands = studio.update(Action::Retrain);
    let commands = read(&mut studio, &commands, &["survived", "age", "port"], &"cd".repeat(32));
    assert!(commands.is_empty() && studio.retraining().is_none(), "{commands:?}");
    assert!(told(&studio).contains("These rows are in the table already"), "{}", told(&studio));
    // Others are, and the column tells them from those of june.
    let commands = studio.update(Action::Retrain);
    let commands = read(&mut studio, &commands, &["survived", "age", "port"], &"ef".repeat(32));
    assert!(matches!(commands.last(), Some(Command::Bundle { name, .. }) if name == "june (2).csv"), "{commands:?}");
}

#[test]
fn what_was_cut_off_is_gone_on_with_or_given_up() {
    let (mut studio, champion) = with_outcomes();
    let (ticket, _) = trains(&mut studio);
    engine(&mut studio, Event::TrainingFinished { ticket, cancelled: true });
    assert!(told(&studio).contains("There is no challenger"), "{}", told(&studio));
    assert_eq!(studio.retraining(), None);
    assert_eq!(studio.live_fact(Stage::Watch), "a challenger waits");
    let training = begun(&studio.update(Action::Retrain));
    let commands = finishes(&mut studio, training);
    // The engine ends before it has answered.
    assert!(studio.retraining().is_some());
    let ticket = studio.job.as_ref().map(|job| job.ticket).expect("they are being compared");
    let error = hearth::job::Problem { event: "Out of memory.".into(), ..Default::default() };
    engine(&mut studio, Event::Failed { ticket, error });
    assert_eq!(studio.retraining(), None);
    drop(commands);
    let commands = studio.update(Action::Retrain);
    answered(&mut studio, &commands, compared(Verdict::Same, (-0.005, 0.005)));
    assert!(studio.project.registry.timeline()[0].what.contains("are as good as each other"));

    let (mut studio, _) = with_outcomes();
    let (ticket, _) = trains(&mut studio);
    engine(&mut studio, Event::TrainingFinished { ticket, cancelled: true });
    studio.update(Action::GiveUpChallenge);
    assert_eq!(studio.project.registry.open_challenge(), None);
    assert!(studio.project.registry.is_empty(), "nothing was compared, so nothing is a version: {champion}");
    assert!(log(&studio).iter().any(|what| what.starts_with("Gave up the challenger of Linear")));
}

#[test]
fn what_cannot_be_learned_from_is_said_beforehand() {
    let why = |studio: &Studio| studio.retrain_hindrance().map(|hindrance| hindrance.why).unwrap_or_default();
    let outcome = |name: &str| WatchColumns { outcome: Some(name.into()), ..WatchColumns::default() };
    let (mut studio, _) = watched(outcome(""), 0);
    assert!(why(&studio).contains("nobody has said what really happened"), "{}", why(&studio));
    assert!(studio.update(Action::Retrain).is_empty() && studio.retraining().is_none());
    let (studio, _) = watched(outcome("happened"), 400);
    assert!(why(&studio).contains("stands in “happened” there and in “survived”"), "{}", why(&studio));
    let (mut studio, _) = with_outcomes();
    let baseline = studio.project.runs[0].id;
    studio.update(Action::SelectRun(Some(baseline)));
    assert!(why(&studio).contains("Compare the rows of a later day first"), "{}", why(&studio));
    // The file is gone after a reload.
    let (studio, run) = with_outcomes();
    let mut again = reloaded(&studio);
    again.update(Action::SelectRun(Some(run)));
    let found = again.retrain_hindrance().expect("the file is gone");
    assert!(found.why.contains("no longer at hand"), "{found:?}");
    assert_eq!(found.cure.map(|(_, action)| action), Some(Action::PickFile(FilePurpose::Watch(run))));
    // A file without the target is refused when it is read, and the table stays.
    let (mut studio, _) = with_outcomes();
    let commands = studio.update(Action::Retrain);
    let commands = read(&mut studio, &commands, &["age", "port"], &"cd".repeat(32));
    assert!(commands.is_empty() && studio.retraining().is_none() && studio.adding.read.is_none(), "{commands:?}");
    assert!(told(&studio).contains("It has no column survived"), "{}", told(&studio));
    assert!(studio.project.registry.is_empty());
}

#[test]
fn versions_are_approved_one_at_a_time_with_reasons_and_told_apart() {
    let mut studio = trained();
    let [baseline, linear, network] = [0, 1, 2].map(|at: usize| studio.project.runs[at].id);
    studio.update(Action::Register(baseline));
    assert!(studio.project.registry.is_empty(), "a baseline is no version");
    studio.update(Action::Register(linear));
    studio.update(Action::Register(linear));
    studio.update(Action::Register(network));
    assert_eq!(studio.project.registry.versions.len(), 2, "a run is one version");
    let rule = |version, to, why: &str| Action::Rule { version, to, who: String::new(), why: why.into() };
    studio.update(rule(1, Standing::Approved, "ok"));
    assert_eq!(studio.project.registry.approved(), None, "without a reason nothing is decided");
    studio.update(rule(1, Standing::Approved, "It was tried in Porto."));
    studio.update(rule(2, Standing::Approved, "It was tried in Lviv."));
    let registry = &studio.project.registry;
    assert_eq!((registry.approved().map(|version| version.number), registry.standing(1)), (Some(2), Standing::Retired));
    assert_eq!(studio.live_fact(Stage::Ship), "version 2 approved");
    assert_eq!(
        studio.version_line(network).as_deref(),
        Some("Version 2 of the project's model: approved since 2026-11-23. It was tried in Lviv.")
    );
    studio.update(rule(2, Standing::Retired, "It was wrong in Bergen."));
    assert_eq!(studio.project.registry.approved(), None);
    let rulings: Vec<(u32, Standing)> = studio.project.registry.rulings.iter().map(|r| (r.version, r.to)).collect();
    let expected = [(1, Standing::Approved), (1, Standing::Retired), (2, Standing::Approved), (2, Standing::Retired)];
    assert_eq!(rulings, expected, "each decision stays");

    let told = studio.differences(1, 2).expect("both are here");
    let of = |name: &str| told.changes.iter().find(|(topic, _)| *topic == name).map(|(_, lines)| lines.join("; "));
    assert_eq!(of("Model").as_deref(), Some("Linear → Neural network"));
    assert_eq!(of("Data"), None);
    let auc = told.scores.iter().find(|(name, ..)| *name == "ROC AUC").expect("a score");
    assert_eq!((auc.1.as_str(), auc.2.as_str()), ("0.80 (0.78–0.82)", "0.85 (0.83–0.87)"));

    // Trained again, a version's run stays beside the new one.
    let (ticket, first) = {
        let commands = studio.update(Action::TrainAll);
        requests(&commands)
            .into_iter()
            .find_map(|request| match request {
                Request::Train { ticket, first_run, .. } => Some((*ticket, *first_run)),
                _ => None,
            })
            .expect("a training")
    };
    let (inputs, bytes) = (Vec::new(), vec![1]);
    let finished = Event::RunFinished { ticket, run: first + 1, candidate: 1, report: report(0.8), inputs, bytes };
    engine(&mut studio, finished);
    assert!(studio.run(linear).is_some() && studio.run(first + 1).is_some());
}
