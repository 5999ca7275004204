//! Findings: asked for with the table and the target, shown while they are so, and mended with edits that undo takes back.

use hearth::dataset::Role;
use hearth::job::neural::{NeuralEvent, NeuralRequest};
use hearth::job::{Event, Filter, Found, ProfileTold, Request, Ticket};
use hearth::profile::Profiler;
use hearth::quality::{Evidence, Finding, Repair};
use hearth::studio::checks::Outcome;
use hearth::studio::design_edits::role_of;
use hearth::studio::{Action, Command, Stage, Studio};
use hearth::table::csv::import_bytes;

use super::made_up::*;

fn profile_ticket(commands: &[Command]) -> Option<Ticket> {
    requests(commands).into_iter().find_map(|request| match request {
        Request::Profile { ticket, .. } => Some(*ticket),
        _ => None,
    })
}

fn found(columns: Vec<u32>, severity: f64, evidence: Evidence, repair: Option<Repair>) -> Found {
    let rows = if matches!(evidence, Evidence::DisguisedNumber { .. }) { vec![7, 3] } else { Vec::new() };
    let finding = Finding { severity, columns, evidence, n_rows: 2 * rows.len() as u32, rows, repair };
    Found { finding, sentence: "something".into(), operation: None }
}

fn leak() -> Found {
    found(vec![1], 0.95, Evidence::Leakage { score: 0.98, of_classes: true }, Some(Repair::KnownTooLate { column: 1 }))
}

fn stand_in() -> Found {
    let repair = Repair::TreatAsMissing { column: 0, texts: vec!["-999".into()] };
    found(vec![0], 0.6, Evidence::DisguisedNumber { value: -999.0, nearest: 1.0 }, Some(repair))
}

/// What the engine says of three columns, of which the second knows the target.
fn told(findings: Option<Vec<Found>>) -> ProfileTold {
    let text = "age,port,survived\n1,a,yes\n2,b,no\n3,a,yes\n4,c,no\n";
    let table = import_bytes("t.csv", text.as_bytes(), None).expect("a table").read.table;
    let mut profiler = Profiler::new(&table, None, 1);
    while !profiler.advance(&table, 1_000).done {}
    ProfileTold { profile: profiler.into_profile(), parts_done: 3, parts: 9, findings }
}

/// A studio with these findings.
fn with(findings: Vec<Found>) -> Studio {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    let ticket = profile_ticket(&commands).expect("the profile is asked for with the table");
    assert_eq!(studio.findings(), None);
    studio.update(Action::Engine(Event::Profiled { ticket, told: told(None) }));
    assert_eq!((studio.findings(), studio.profiled.profile.is_some()), (None, true));
    studio.update(Action::Engine(Event::Profiled { ticket, told: told(Some(findings)) }));
    studio
}

fn press(studio: &mut Studio, label: &str) -> Vec<Command> {
    let shown = studio.findings().expect("findings");
    let action = shown.into_iter().flat_map(|shown| shown.repairs).find(|(of, _)| of == label);
    let (_, action) = action.unwrap_or_else(|| panic!("no button {label}"));
    studio.update(action)
}

#[test]
fn a_role_settles_a_finding_and_undo_brings_it_back() {
    let mut studio = with(vec![leak(), stand_in()]);
    assert_eq!(studio.live_fact(Stage::Data), "1,000 rows, 2 findings");
    assert_eq!(studio.suspects()[0].strength, "ROC AUC 0.990");
    let commands = press(&mut studio, "It is known too late");
    assert_eq!(profile_ticket(&commands), None, "a role changes no number");
    assert_eq!(role_of(studio.project.design.as_ref().unwrap(), "port"), Role::KnownTooLate);
    assert_eq!((studio.findings().unwrap().len(), studio.n_settled(), studio.suspects().len()), (1, 1, 0));
    assert_eq!(studio.live_fact(Stage::Data), "1,000 rows, 1 finding");
    studio.update(Action::Undo);
    assert_eq!(studio.findings().unwrap().len(), 2);
    press(&mut studio, "Ignore port");
    assert_eq!(role_of(studio.project.design.as_ref().unwrap(), "port"), Role::Ignore);
}

#[test]
fn rows_are_shown_in_order_and_a_stand_in_is_read_again() {
    let mut studio = with(vec![stand_in()]);
    let shown = studio.findings().unwrap().remove(0);
    let (label, action) = shown.show.expect("rows");
    assert_eq!(label, "Show 2 of 4 rows");
    let commands = studio.update(action);
    let asked = requests(&commands)[0].clone();
    let Request::View { filters, .. } = asked else { panic!("{asked:?}") };
    assert!(matches!(&filters[..], [Filter::Rows { rows, .. }] if rows[..] == [3, 7]), "{filters:?}");
    let commands = press(&mut studio, "Treat “-999” as missing");
    let asked = requests(&commands)[0].clone();
    let Request::Import { ticket, settings: Some(settings), .. } = asked else { panic!("{asked:?}") };
    assert_eq!(settings.missing_in, [("age".to_owned(), vec!["-999".to_owned()])]);
    let mut summary = summary("people.csv");
    summary.settings = settings;
    let commands = studio.update(Action::Engine(Event::Imported { ticket, summary, suggestion: None }));
    assert!(profile_ticket(&commands).is_some(), "the table is another one");
    assert_eq!(studio.findings(), None, "what was found in the table before is not current");
    let commands = studio.update(Action::Undo);
    let asked = requests(&commands)[0].clone();
    assert!(matches!(asked, Request::Import { settings: Some(settings), .. } if settings.missing_in.is_empty()));
}

#[test]
fn another_target_drops_what_was_found_and_late_answers_are_ignored() {
    let mut studio = with(vec![leak()]);
    let mut other = design();
    other.dataset.target = "age".into();
    let commands = studio.update(Action::EditDesign { label: "Predict age".into(), design: other });
    let ticket = profile_ticket(&commands).expect("the target is another one");
    assert_eq!((studio.findings(), studio.profiled.profile.is_some()), (None, true), "columns are as they were");
    let late = Event::Profiled { ticket: ticket - 1, told: told(Some(vec![leak()])) };
    studio.update(Action::Engine(late));
    assert_eq!(studio.findings(), None);
    studio.update(Action::Engine(Event::Profiled { ticket, told: told(Some(Vec::new())) }));
    assert_eq!(studio.findings(), Some(Vec::new()));
}

#[test]
fn an_engine_that_dies_of_the_profile_is_not_asked_again() {
    let mut studio = with(vec![leak()]);
    let mut other = design();
    other.dataset.target = "age".into();
    studio.update(Action::EditDesign { label: "Predict age".into(), design: other });
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    assert_eq!((profile_ticket(&commands), studio.profiled.given_up), (None, true));
    // Another file is another try.
    let commands = drop_readable(&mut studio, file("more.csv"));
    let commands = studio.update(imported(import_ticket(&commands), "more.csv"));
    assert!(profile_ticket(&commands).is_some());
}

#[test]
fn trust_doubts_a_run_that_used_a_column_which_knows_too_much() {
    let mut studio = trained();
    let run = studio.project.runs.iter().find(|run| !run.is_baseline()).cloned().expect("a run");
    let (check, suspects) = studio.leak_check(&run).expect("its rows are here");
    assert_eq!((check.outcome, suspects.len()), (Outcome::Unknown, 0), "not looked at is not passed");
    assert!(!studio.verdict(&run).contains("give the answer away"), "what was not looked at is not told");
    let fresh = with(vec![leak()]);
    studio.profiled = fresh.profiled;
    let (check, suspects) = studio.leak_check(&run).expect("its rows are here");
    assert_eq!(check.outcome, Outcome::Doubtful);
    assert_eq!(check.finding, "port alone predicts the target with ROC AUC 0.990: it may be known too late.");
    assert!(studio.verdict(&run).ends_with(" A column may give the answer away."), "{}", studio.verdict(&run));
    studio.update(suspects[0].ignore.clone().expect("it can be ignored"));
    assert!(studio.stale_reason(&run).is_some());
    let (check, suspects) = studio.leak_check(&run).expect("its rows are here");
    assert_eq!((check.outcome, suspects.len()), (Outcome::Doubtful, 0), "the run used it all the same");
}

#[test]
fn trust_doubts_a_score_where_rows_repeat() {
    let mut studio = trained();
    let run = studio.project.runs.iter().find(|run| !run.is_baseline()).cloned().expect("a run");
    let check = studio.repeats_check(&run).expect("its rows are here");
    assert_eq!(check.outcome, Outcome::Unknown, "not looked at is not passed");
    studio.profiled = with(vec![leak()]).profiled;
    let check = studio.repeats_check(&run).expect("its rows are here");
    assert_eq!(check.outcome, Outcome::Passed, "{}", check.finding);
    let repeats = found(Vec::new(), 0.6, Evidence::RepeatedRows { n_groups: 2 }, Some(Repair::DropRepeats));
    studio.profiled = with(vec![repeats]).profiled;
    let check = studio.repeats_check(&run).expect("its rows are here");
    assert_eq!((check.outcome, check.finding.as_str()), (Outcome::Doubtful, "something The score may be too good."));
    assert!(studio.run_checks(&run).contains(&check), "it stands among the checks");
    assert!(studio.verdict(&run).ends_with(" Repeated rows may flatter the score."), "{}", studio.verdict(&run));
    let mut packed = run;
    packed.from_package = true;
    assert_eq!(studio.repeats_check(&packed), None, "the rows of a package are not here");
}

#[test]
fn a_package_waits_until_the_rows_have_been_looked_at() {
    let packages = |commands: &[Command]| -> Vec<Vec<String>> {
        let about = |request: &Request| match request {
            Request::Package { about, .. } => Some(about.doubts.clone()),
            _ => None,
        };
        requests(commands).into_iter().filter_map(about).collect()
    };
    let mut studio = trained();
    let run = studio.selected_run.expect("a run");
    let commands = studio.update(Action::MakePackage(run));
    assert_eq!(packages(&commands), Vec::<Vec<String>>::new(), "what is in doubt is not known yet");
    assert!(
        studio.job.as_ref().is_some_and(|job| job.progress.as_ref().is_some_and(|p| p.doing.contains("rows first")))
    );
    // Stopped, and asked for again.
    studio.update(Action::Cancel);
    assert!(studio.job.is_none());
    studio.update(Action::MakePackage(run));
    let ticket = last_profile(&mut studio);
    let partly = studio.update(Action::Engine(Event::Profiled { ticket, told: told(None) }));
    assert_eq!(packages(&partly).len(), 0);
    let commands = studio.update(Action::Engine(Event::Profiled { ticket, told: told(Some(vec![leak()])) }));
    let [doubts] = &packages(&commands)[..] else { panic!("{commands:?}") };
    assert!(doubts.iter().any(|doubt| doubt.contains("port alone predicts the target")), "{doubts:?}");
    // Known by now: at once, and the same.
    studio.update(Action::Cancel);
    assert_eq!(packages(&studio.update(Action::MakePackage(run))), std::slice::from_ref(doubts));
}

/// The ticket of the profile that is under way: asked for again, as a table that is read again asks for one.
fn last_profile(studio: &mut Studio) -> Ticket {
    (1..200)
        .find(|ticket| {
            let mut copy = studio.clone();
            copy.update(Action::Engine(Event::Profiled { ticket: *ticket, told: told(None) }));
            copy.profiled.profile.is_some()
        })
        .expect("a profile is under way")
}

/// The rows are looked at to the end, and nothing is found.
pub fn look_through(studio: &mut Studio) {
    let ticket = last_profile(studio);
    studio.update(Action::Engine(Event::Profiled { ticket, told: told(Some(Vec::new())) }));
}

#[test]
fn a_loaded_trainer_is_told_its_device_once_a_table_is_there_and_known() {
    let mut studio = studio();
    let starts = |commands: &[Command]| {
        commands.iter().filter(|c| matches!(c, Command::Neural(NeuralRequest::Start { .. }))).count()
    };
    let mut commands = studio.update(Action::Neural(NeuralEvent::Ready));
    assert_eq!(starts(&commands), 0, "there is no table");
    commands = studio.update(Action::FileDropped(file("people.csv")));
    assert_eq!(starts(&commands), 0, "it is being read");
    commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    let ticket = profile_ticket(&commands).expect("the profile is asked for with the table");
    assert_eq!(starts(&commands), 0, "it is being looked through");
    let commands = studio.update(Action::Engine(Event::Profiled { ticket, told: told(None) }));
    assert_eq!(starts(&commands), 0, "more of it is to come");
    let commands = studio.update(Action::Engine(Event::Profiled { ticket, told: told(Some(Vec::new())) }));
    assert_eq!(starts(&commands), 1);
    assert_eq!(starts(&studio.update(Action::OpenPalette(true))), 0, "once");
}
