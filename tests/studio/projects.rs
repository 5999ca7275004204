//! Projects, tabs, storage.

use std::collections::BTreeMap;

use hearth::job::{Event, Problem, Request, RunId, Suggestion};
use hearth::studio::project::{PROJECT_VERSION, Project, ProjectSummary};
use hearth::studio::{Action, Command, FileHandle, Saved, Stage, Studio, View};

use super::made_up::*;

#[test]
fn a_second_tab_only_looks() {
    let mut studio = trained();
    studio.update(Action::OtherTab(true));
    let before = studio.project.clone();
    assert!(studio.update(Action::Train).is_empty());
    assert!(studio.update(Action::RenameProject("x".into())).is_empty());
    assert_eq!(studio.project, before);
    insta::assert_snapshot!(told(&studio), @"Doubt: This project is open in another tab, so nothing can be changed here. Close it there and go on here. [Open the list of projects]");
    let commands = studio.update(Action::OtherTab(false));
    assert_eq!(commands, vec![Command::LoadProject(before.id)], "the other tab may have changed it");
    assert!(studio.notices.is_empty());
}

#[test]
fn a_tab_changes_nothing_before_it_has_read_what_another_left() {
    let mut studio = trained();
    let stored = Project { name: "newer".into(), ..studio.project.clone() };
    studio.update(Action::OtherTab(true));
    // Looking is allowed, and takes its time.
    let commands = studio.update(Action::ScoreFile(1, file("new.csv")));
    assert!(studio.job.is_some(), "{commands:?}");
    let load = Command::LoadProject(stored.id.clone());
    let loads = |commands: &[Command]| commands.contains(&load);
    assert!(!loads(&studio.update(Action::OtherTab(false))), "not while a file is predicted");
    assert!(studio.update(Action::RenameProject("older".into())).is_empty(), "and until then nothing is changed");
    let ended = studio.update(Action::Cancel);
    assert!(studio.job.is_none());
    assert!(loads(&ended), "{ended:?}");
    // Nor between the question and the answer.
    assert!(studio.update(Action::RenameProject("older".into())).is_empty());
    studio.update(Action::Loaded(Box::new(stored)));
    assert_eq!(studio.project.name, "newer");
    assert!(!studio.update(Action::RenameProject("newest".into())).is_empty());
}

#[test]
fn a_save_of_another_project_tells_nothing_of_this_one() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("a.csv")));
    studio.update(imported(import_ticket(&commands), "a.csv"));
    let first = studio.project.id.clone();
    let commands = drop_readable(&mut studio, FileHandle { key: 77, ..file("b.csv") });
    let commands = studio.update(imported(import_ticket(&commands), "b.csv"));
    let carries =
        |commands: &[Command]| commands.iter().any(|c| matches!(c, Command::Save(_, Some(file)) if file.key == 77));
    assert!(carries(&commands) && studio.project.id != first, "{commands:?}");
    studio.update(Action::Stored { project: first, file: Some(file("a.csv").key), result: Ok(()) });
    let (project, full) = (studio.project.id.clone(), Problem { event: "full".into(), ..Problem::default() });
    studio.update(Action::Stored { project: project.clone(), file: Some(77), result: Err(full) });
    assert!(carries(&studio.update(Action::RenameProject("once more".into()))), "the file goes with the next save");
    studio.update(Action::Stored { project, file: Some(77), result: Ok(()) });
    assert!(!carries(&studio.update(Action::RenameProject("b".into()))));
}

#[test]
fn a_private_session_does_not_end_without_a_word() {
    let mut studio = studio();
    studio.update(Action::NewProject { private: true });
    // With nothing in it there is nothing to ask.
    studio.update(Action::NewProject { private: false });
    assert!(!studio.private_session && studio.notices.is_empty());
    studio.update(Action::NewProject { private: true });
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    let before = studio.project.clone();
    for action in [
        Action::NewProject { private: false },
        Action::OpenProject("other".into()),
        Action::LoadAgain,
        Action::AcceptUpdate,
    ] {
        assert!(studio.update(action).is_empty());
        assert_eq!((studio.private_session, &studio.project), (true, &before));
    }
    let said = studio.notices.iter().filter(|n| n.problem.event.contains("ends the private session")).count();
    assert_eq!(said, 1, "asked once, for the last of them");
    studio.update(Action::OpenProject("other".into()));
    let end = studio.notices.last().and_then(|notice| notice.cure.clone()).expect("a way on").1;
    let commands = studio.update(*end);
    assert!(commands.contains(&Command::LoadProject("other".into())), "{commands:?}");
    assert!(!studio.private_session && studio.project.data.is_none());
}

#[test]
fn a_training_that_failed_was_not_cut_off() {
    let mut studio = with_table();
    let (ticket, _) = train(&mut studio);
    let error = Problem { event: "It failed.".into(), ..Problem::default() };
    let commands = studio.update(Action::Engine(Event::Failed { ticket, error }));
    assert_eq!(saves(&commands).last().expect("a save").0.training, None);
}

#[test]
fn a_private_session_stores_nothing() {
    let mut studio = studio();
    studio.update(Action::NewProject { private: true });
    let mut all = studio.update(Action::FileDropped(file("people.csv")));
    let ticket = import_ticket(&all);
    all.extend(studio.update(imported(ticket, "people.csv")));
    let (ticket, first) = train(&mut studio);
    all.extend(studio.update(Action::Engine(Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: vec![1],
        inputs: Vec::new(),
    })));
    all.extend(studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: false })));
    let stores = all.iter().any(|c| matches!(c, Command::Save(..) | Command::StoreRun { .. }));
    assert!(!stores, "{all:?}");
    assert_eq!(studio.saved, Saved::Nothing);
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "gone".into() });
    assert!(
        commands.iter().any(|c| matches!(c, Command::Engine { request: Request::Import { .. }, file: Some(_) })),
        "the table comes back from the file in the browser's hands: {commands:?}"
    );
}

#[test]
fn another_file_does_not_end_a_private_session_without_a_word() {
    let mut studio = studio();
    studio.update(Action::NewProject { private: true });
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    let commands = drop_readable(&mut studio, FileHandle { key: 2, ..file("ships.csv") });
    assert!(!requests(&commands).iter().any(|r| matches!(r, Request::Import { .. })));
    assert_eq!(studio.project.name, "people");
    let commands = studio.update(Action::ConfirmImport);
    import_ticket(&commands);
    assert_eq!(studio.project.name, "ships");
    assert!(studio.private_session);
}

#[test]
fn a_full_disk_is_told_with_a_cure() {
    let mut studio = with_table();
    studio.update(Action::RenameProject("Ships".into()));
    let problem = Problem { event: "The browser's storage is full.".into(), ..Problem::default() };
    let project = studio.project.id.clone();
    studio.update(Action::Stored { project, file: None, result: Err(problem) });
    assert_eq!(studio.saved, Saved::Failed);
    assert_eq!(told(&studio), "Failure: The browser's storage is full. [Save the project as a file]\n");
}

#[test]
fn a_project_comes_back_with_its_table_and_runs() {
    let stored = trained().project;
    let mut studio = studio();
    let commands = studio.update(Action::Loaded(Box::new(stored.clone())));
    assert_eq!(studio.project, stored);
    assert_eq!(studio.view, View::Stage(Stage::Data));
    assert_eq!(studio.selected_run, Some(3));
    assert!(commands.contains(&Command::RestoreRuns { project: stored.id.clone(), runs: vec![1, 2, 3] }));
    let ticket = import_ticket(&commands);
    let commands = studio.update(Action::Engine(Event::Imported {
        ticket,
        summary: summary("people.csv"),
        suggestion: Some(Suggestion { design: design(), reason: "guess".into() }),
    }));
    assert_eq!(studio.target_guess, None, "a stored design is no guess");
    assert!(saves(&commands).is_empty(), "nothing has changed");
    assert!(studio.table.is_some());
}

#[test]
fn another_project_makes_the_engine_forget() {
    let stored = trained().project;
    let mut studio = trained();
    let commands = studio.update(Action::Loaded(Box::new(stored)));
    let asked = requests(&commands);
    let close = asked.iter().position(|r| matches!(r, Request::Close)).expect("the engine forgets");
    let import = asked.iter().position(|r| matches!(r, Request::Import { .. })).expect("the table is read");
    assert!(close < import, "a run number means another model in another project: {asked:?}");
}

#[test]
fn the_threshold_decides_the_label_of_a_row() {
    let mut studio = trained();
    let commands = studio.update(Action::PredictRow(3, Vec::new()));
    let [Request::PredictRow { ticket, .. }, Request::Explain { .. }] = requests(&commands)[..] else {
        panic!("{commands:?}")
    };
    let prediction = hearth::job::RowPrediction {
        label: "yes".into(),
        value: None,
        probabilities: vec![("no".into(), 0.4), ("yes".into(), 0.6)],
        held: Vec::new(),
        promised: false,
        doubts: Vec::new(),
    };
    studio.update(Action::Engine(Event::Predicted { ticket: *ticket, prediction }));
    let label = |studio: &Studio| studio.prediction.as_ref().map(|p| p.label.clone());
    assert_eq!(label(&studio).as_deref(), Some("yes"));
    studio.update(Action::SetThreshold(0.7));
    assert_eq!(label(&studio).as_deref(), Some("no"));
    studio.update(Action::SetThreshold(0.5));
    assert_eq!(label(&studio).as_deref(), Some("yes"));
}

#[test]
fn stopping_before_the_trainer_is_there_does_not_wait_for_it() {
    let mut studio = with_table();
    let (ticket, _) = begin_network(&mut studio);
    let commands = studio.update(Action::Cancel);
    let requests = requests(&commands);
    assert_eq!(*requests[0], Request::Cancel { ticket });
    assert!(matches!(requests[1..], [Request::NetworkFailed { fit: 0, .. }]), "it is not waited for: {commands:?}");
}

#[test]
fn a_project_of_a_newer_version_is_refused() {
    let mut studio = studio();
    let project = Project { version: PROJECT_VERSION + 1, ..trained().project };
    assert!(studio.update(Action::Loaded(Box::new(project))).is_empty());
    insta::assert_snapshot!(told(&studio), @"Failure: people | The project was saved by a newer version of Hearth. | It was not changed. | Update Hearth, then open it again.");
}

#[test]
fn a_project_of_an_older_form_keeps_its_data_and_design() {
    let stored = trained().project;
    let mut document: serde_json::Value = serde_json::to_value(&stored).expect("a document");
    document["version"] = 1.into();
    for run in document["runs"].as_array_mut().expect("runs") {
        run["report"].as_object_mut().expect("a report").remove("fit").expect("a fact of today");
    }
    let (project, doubt) = Project::read(&document.to_string()).expect("it opens");
    assert_eq!((&project.data, &project.design, &project.log), (&stored.data, &stored.design, &stored.log));
    assert!(project.data.is_some() && project.design.is_some());
    assert!(project.runs.is_empty() && project.choices.is_empty());
    assert_eq!(
        (project.version, project.next_run),
        (PROJECT_VERSION, stored.next_run),
        "a number is never given twice"
    );
    let doubt = doubt.expect("it says so");
    insta::assert_snapshot!(doubt.event, @"3 trained candidates were stored by an older Hearth in a form that this one does not read (form 1; this one reads form 5).");
    assert_eq!((doubt.place.as_str(), doubt.cure.as_str()), ("people", "Train again."));

    let mut studio = studio();
    studio.update(Action::Loaded(Box::new(project)));
    studio.update(Action::Report(doubt));
    assert!(studio.table.is_some() && studio.selected_run.is_none());
    assert!(told(&studio).contains("The data and the design are here as they were"));

    let today = serde_json::to_string(&stored).expect("a document");
    assert_eq!(Project::read(&today), Ok((stored, None)));
    assert!(Project::read("{\"version\": 1}").is_err() && Project::read("[]").is_err());
}

#[test]
fn work_under_way_is_not_thrown_away_for_another_project() {
    let mut studio = with_table();
    train(&mut studio);
    assert!(studio.update(Action::OpenProject("other".into())).is_empty());
    assert!(studio.update(Action::FileDropped(file("ships.csv"))).is_empty());
    assert!(studio.is_training());
    assert!(
        told(&studio).starts_with("Information: Training is under way; stop it to open another project. [Stop it]")
    );
}

#[test]
fn an_update_waits_for_the_end_of_training() {
    let mut studio = with_table();
    studio.update(Action::UpdateWaiting);
    train(&mut studio);
    assert!(studio.update(Action::AcceptUpdate).is_empty());
    let mut quiet = with_table();
    quiet.update(Action::UpdateWaiting);
    assert_eq!(quiet.update(Action::AcceptUpdate), vec![Command::ActivateUpdate]);
}

#[test]
fn erasing_leaves_nothing() {
    let mut studio = trained();
    studio.update(Action::ProjectsListed(vec![ProjectSummary {
        id: "a".into(),
        name: "people".into(),
        changed: String::new(),
        n_bytes: 1,
        n_runs: 3,
    }]));
    let commands = studio.update(Action::EraseEverything);
    assert!(commands.contains(&Command::EraseEverything));
    assert!(studio.projects.is_empty() && studio.project.runs.is_empty() && studio.table.is_none());
    assert_eq!(studio.undo_label(), None);
}

#[test]
fn a_project_file_needs_no_storage() {
    let mut studio = trained();
    let (project, problem) = (studio.project.id.clone(), Problem { event: "full".into(), ..Problem::default() });
    studio.update(Action::Stored { project, file: None, result: Err(problem) });
    let commands = studio.update(Action::SaveProjectFile);
    let [Command::SaveProjectFile { project, data, runs }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(**project, studio.project);
    assert_eq!(data.as_ref().map(|d| d.name.as_str()), Some("people.csv"), "the file in the browser's hands");
    assert_eq!(*runs, [(1, vec![0]), (2, vec![1]), (3, vec![2])]);
    studio.update(Action::DeleteRun(2));
    let commands = studio.update(Action::SaveProjectFile);
    let [Command::SaveProjectFile { runs, .. }] = &commands[..] else { panic!("{commands:?}") };
    assert_eq!(runs.iter().map(|(run, _)| *run).collect::<Vec<_>>(), [1, 3], "what was removed stays out");
}

#[test]
fn a_training_that_was_cut_off_is_told_when_the_project_comes_back() {
    let mut studio = with_table();
    let (ticket, first) = train(&mut studio);
    let run = Event::RunFinished {
        ticket,
        run: first,
        candidate: 0,
        report: report(0.5),
        bytes: vec![1],
        inputs: Vec::new(),
    };
    let commands = studio.update(Action::Engine(run));
    let stored = saves(&commands)[0].0.clone();
    let mut again = super::made_up::studio();
    again.update(Action::Loaded(Box::new(stored.clone())));
    insta::assert_snapshot!(told(&again), @"Doubt: people | Training was interrupted; not complete: Linear, Neural network. | The design and the candidates that were complete are kept; what the others had learned so far is not. | Train them again: they begin anew, and the same seed gives the same model. [Train what is missing]");
    assert_eq!(again.untrained(), [1, 2], "what the button trains");
    // Another tab that opens the project while it is trained is not told so.
    again.update(Action::Loaded(Box::new(stored)));
    again.update(Action::OtherTab(true));
    assert_eq!(told(&again), "");
    // A training that has ended leaves nothing behind.
    let commands = studio.update(Action::Engine(Event::TrainingFinished { ticket, cancelled: true }));
    assert_eq!(saves(&commands)[0].0.training, None);
}

#[test]
fn what_was_said_of_an_unreadable_file_goes_with_one_that_is_read() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("photo.csv")));
    let error = Problem { place: "photo.csv".into(), event: "This is an image.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Failed { ticket: import_ticket(&commands), error }));
    assert_ne!(told(&studio), "");
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    assert_eq!(told(&studio), "");
}

#[test]
fn a_tab_lets_go_when_another_erases_everything() {
    let mut studio = with_table();
    assert_eq!(studio.update(Action::OpenErase(true)), [Command::CountTabs]);
    studio.update(Action::OtherTabs(2));
    assert_eq!(studio.other_tabs, 2);
    let (ticket, _) = train(&mut studio);
    let commands = studio.update(Action::ErasedElsewhere);
    assert_eq!(requests(&commands), [&Request::Cancel { ticket }, &Request::Close]);
    assert!(!commands.iter().any(|c| matches!(c, Command::Save(..) | Command::EraseEverything)), "{commands:?}");
    assert_eq!((studio.view, studio.table.is_none(), studio.projects.len()), (View::Home, true, 0));
    insta::assert_snapshot!(told(&studio), @"Information: people | Everything that was stored in this browser was erased from another tab, this project too. | Files that you downloaded, and the tables that you dropped, are where they were.");

    // Nothing of a private session was stored: it stays.
    let mut studio = super::made_up::studio();
    studio.update(Action::NewProject { private: true });
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    let before = studio.clone();
    assert!(studio.update(Action::ErasedElsewhere).is_empty());
    assert_eq!(studio, before);
}

#[test]
fn a_second_project_of_the_same_file_gets_a_number() {
    let summary = |id: &str, name: &str| ProjectSummary {
        id: id.into(),
        name: name.into(),
        changed: String::new(),
        n_bytes: 1,
        n_runs: 0,
    };
    let name = |listed: Vec<ProjectSummary>| {
        let mut studio = studio();
        studio.update(Action::ProjectsListed(listed));
        studio.update(Action::FileDropped(file("people.csv")));
        studio.project.name
    };
    assert_eq!(name(vec![summary("a", "ships")]), "people");
    assert_eq!(name(vec![summary("a", "people")]), "people (2)");
    assert_eq!(name(vec![summary("a", "people"), summary("b", "people (2)")]), "people (3)");
}

#[test]
fn what_is_at_stake_is_a_private_session_with_something_in_it() {
    let mut studio = studio();
    assert!(studio.is_empty() && !studio.at_stake());
    studio.update(Action::NewProject { private: true });
    assert!(studio.is_empty() && !studio.at_stake(), "nothing is lost with an empty session");
    assert_eq!(studio.update(Action::UpdateTaken), vec![Command::LoadAgain], "so nothing is asked");
    // A package on its own is a candidate without a table.
    let mut donor = trained();
    donor.project.runs[0].from_package = true;
    studio.project.runs.push(donor.project.runs.remove(0));
    assert!(!studio.is_empty() && studio.at_stake());
    for action in [Action::NewProject { private: false }, Action::OpenProject("other".into()), Action::AcceptUpdate] {
        assert!(studio.update(action).is_empty());
    }
    assert_eq!(studio.project.runs.len(), 1);
    studio.private_session = false;
    assert!(!studio.is_empty() && !studio.at_stake(), "it is stored");
    studio.project.runs.clear();
    studio.project.data = trained().project.data;
    assert!(!studio.is_empty() && !studio.at_stake());
    studio.private_session = true;
    assert!(studio.at_stake(), "a table without candidates");
}

/// A private session with a table, while a new version waits.
fn private_with_update() -> Studio {
    let mut studio = studio();
    studio.update(Action::NewProject { private: true });
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    studio.update(Action::UpdateWaiting);
    studio
}

#[test]
fn an_update_that_was_agreed_to_ends_the_private_session_only_when_it_is_there() {
    let mut studio = private_with_update();
    let before = studio.project.clone();
    assert!(studio.update(Action::AcceptUpdate).is_empty());
    let agree = *studio.notices.last().and_then(|notice| notice.cure.clone()).expect("a way on").1;
    assert_eq!(studio.update(agree.clone()), vec![Command::ActivateUpdate]);
    assert!(studio.at_stake() && studio.project == before, "not yet: another tab may be at work");
    let busy = Problem { event: "Another tab is at work.".into(), ..Problem::default() };
    studio.update(Action::UpdateRefused(busy));
    assert!(studio.at_stake() && studio.project == before);
    // What was agreed to then does not count for an update that another tab takes later.
    assert!(studio.update(Action::UpdateTaken).is_empty());
    assert!(studio.at_stake());
    studio.update(Action::UpdateWaiting);
    studio.update(agree);
    let commands = studio.update(Action::UpdateTaken);
    assert_eq!(commands.last(), Some(&Command::LoadAgain), "{commands:?}");
    assert!(!studio.at_stake(), "the browser has nothing to ask");
    assert!(studio.private_session, "the next data are not stored either");
}

#[test]
fn an_update_taken_elsewhere_does_not_take_a_private_session() {
    let mut studio = private_with_update();
    let before = studio.project.clone();
    assert!(studio.update(Action::UpdateTaken).is_empty());
    assert_eq!((studio.at_stake(), &studio.project), (true, &before));
    insta::assert_snapshot!(told(&studio), @"Doubt: people | A new version of Hearth was taken in another tab. Loading it here ends the private session, of which nothing is stored. | This tab goes on with the version it has; nothing is lost. | Save the project as a file to keep it, then load the new version. [End it and load]");
    let end = *studio.notices.last().and_then(|notice| notice.cure.clone()).expect("a way on").1;
    let commands = studio.update(end);
    assert_eq!(commands.last(), Some(&Command::LoadAgain), "{commands:?}");
    assert!(studio.private_session && !studio.at_stake());
    // Where everything is stored there is nothing to ask.
    assert_eq!(with_table().update(Action::UpdateTaken), vec![Command::LoadAgain]);
}

/// What storage holds of a project: its head, the order of its runs, and its parts as texts by key.
fn split(project: &Project, beside: impl Fn(&str) -> bool + Copy) -> (String, Vec<RunId>, BTreeMap<String, String>) {
    let head = serde_json::to_string(&project.head(beside)).expect("a document");
    let parts = project.parts().filter(|(key, _)| beside(key));
    let texts = parts.map(|(key, part)| (key, part.text().expect("a text that reads back"))).collect();
    (head, project.runs.iter().map(|run| run.id).collect(), texts)
}

#[test]
fn a_project_comes_back_from_its_parts_whichever_of_them_lie_beside_the_document() {
    let project = trained().project;
    let keys: Vec<String> = project.parts().map(|(key, _)| key).collect();
    assert_eq!(keys, ["table", "record-1", "record-2", "record-3"]);
    assert!(keys.iter().all(|key| Project::is_part(key)));
    assert!(!Project::is_part("data") && !Project::is_part("run-1"));
    let whole = serde_json::to_string(&project).expect("a document").len();
    for n in 0..1 << keys.len() {
        let beside = |key: &str| keys.iter().position(|k| k == key).is_some_and(|at| n >> at & 1 == 1);
        let (head, order, mut texts) = split(&project, beside);
        assert!(head.len() + texts.values().map(String::len).sum::<usize>() < whole + 100, "nothing is there twice");
        // Of a run that was deleted.
        texts.insert("record-9".into(), "{}".into());
        let (read, doubt) = Project::assemble(&head, &order, &texts).expect("it is whole");
        assert_eq!((&read, doubt), (&project, None), "{n:b}");
    }
}

#[test]
fn a_part_that_is_not_there_or_not_readable_is_said() {
    let project = trained().project;
    let (head, order, texts) = split(&project, |_| true);
    let without = |key: &str| {
        let mut texts = texts.clone();
        texts.remove(key);
        Project::assemble(&head, &order, &texts)
    };
    assert_eq!(without("record-2").expect_err("a run is gone"), "a trained candidate's report is gone");
    // A project may have no table, so this is one; the browser looks whether a file that is named is there.
    assert_eq!(without("table").expect("a package's project").0.data, None);
    let with = |key: &str, text: &str| {
        let mut texts = texts.clone();
        texts.insert(key.into(), text.into());
        Project::assemble(&head, &order, &texts).expect_err("it is damaged")
    };
    assert!(with("record-2", "{").starts_with("a trained candidate's report cannot be read ("));
    assert!(with("table", "{}").starts_with("the table's summary cannot be read ("));
}

#[test]
fn runs_of_an_older_form_are_left_behind_also_where_they_lie_beside() {
    let project = trained().project;
    let (head, order, texts) = split(&project, |key| key != "record-1");
    let older = head.replacen(&format!("\"version\":{PROJECT_VERSION}"), "\"version\":2", 1);
    assert_ne!(older, head);
    let (read, doubt) = Project::assemble(&older, &order, &texts).expect("it reads");
    assert_eq!((read.runs.len(), read.data), (0, project.data));
    let doubt = doubt.expect("it is said").event;
    assert!(doubt.starts_with("3 trained candidates were stored by an older Hearth"), "{doubt}");
}

#[test]
fn a_project_comes_back_with_the_best_candidate_that_counts() {
    let mut stored = trained().project;
    // What the network, the best, learned from has been changed since.
    let mut changed = design();
    for candidate in &mut changed.candidates {
        if let hearth::model::ModelSpec::Network(network) = &mut candidate.model {
            network.epochs += 1;
        }
    }
    stored.design = Some(changed);
    let mut studio = studio();
    studio.update(Action::Loaded(Box::new(stored)));
    let run = studio.current_run().expect("a run").clone();
    assert_eq!((run.name.as_str(), studio.stale_reason(&run)), ("Linear", None));
}
