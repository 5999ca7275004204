//! Files in.

use hearth::dataset::DatasetSpec;
use hearth::design::Design;
use hearth::job::neural::NeuralEvent;
use hearth::job::{Event, OwnFile, Preview, Problem, Request, Suggestion, TableSummary};
use hearth::model::network::TrainingRecord;
use hearth::studio::{Action, JobKind, Progressed, Saved, Stage, View};
use hearth::table::ColumnType;
use hearth::table::csv::CsvSettings;
use hearth::table::packed::Entry;

use super::made_up::*;

#[test]
fn a_dropped_file_is_previewed_and_read_at_once() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let requests = requests(&commands);
    assert!(matches!(requests[0], Request::Preview { settings: None, .. }), "{requests:?}");
    assert!(matches!(requests[1], Request::Import { settings: None, .. }), "{requests:?}");
    assert_eq!(studio.view, View::Stage(Stage::Data));
    assert_eq!(studio.project.name, "people");
    assert_eq!(studio.job.as_ref().map(|job| job.kind), Some(JobKind::Import));
    assert_eq!(studio.progressed(Stage::Data), Progressed::Begun);
}

#[test]
fn a_table_brings_a_guess_that_is_marked_as_one() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    let commands = studio.update(imported(import_ticket(&commands), "people.csv"));
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!(studio.target_guess.as_deref(), Some("It is the last column."));
    assert_eq!(studio.live_fact(Stage::Data), "1,000 rows, 2 warnings");
    let saves = saves(&commands);
    assert_eq!(saves.len(), 1);
    assert_eq!(saves[0].1, Some(&file("people.csv")), "the first save carries the file");
    let other = Design { dataset: DatasetSpec { target: "port".into(), ..design().dataset }, ..design() };
    studio.update(Action::EditDesign { label: "Predict port".into(), design: other });
    assert_eq!(studio.target_guess, None, "a choice is no guess");
}

#[test]
fn what_a_sample_is_about_is_no_guess_and_can_be_trained_at_once() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("penguins.csv")));
    let sample = TableSummary {
        n_rows: 344,
        columns: ["species", "b", "c", "d", "e", "f", "g", "h"].map(|n| column(n, ColumnType::Category)).to_vec(),
        ..summary("penguins.csv")
    };
    let about = Design { dataset: DatasetSpec { target: "species".into(), ..design().dataset }, ..design() };
    let suggestion = Some(Suggestion { design: about, reason: "It is the first column.".into() });
    let ticket = import_ticket(&commands);
    let commands = studio.update(Action::Engine(Event::Imported { ticket, summary: sample, suggestion }));
    assert_eq!(studio.target_guess, None);
    assert_eq!(studio.train_at_once_label(), None, "not before the design is checked");
    let ticket = requests(&commands).into_iter().find_map(|r| match r {
        Request::Check { ticket, .. } => Some(*ticket),
        _ => None,
    });
    studio.update(Action::Engine(Event::Checked { ticket: ticket.expect("a check"), check: check() }));
    let label = studio.train_at_once_label().expect("it can be trained");
    assert!(label.starts_with("Train ") && label.ends_with(" candidates to predict species"), "{label}");
    assert_eq!(studio.title(), "penguins – Hearth");
    studio.update(Action::Train);
    assert_eq!(studio.view, View::Stage(Stage::Train));
    assert_eq!(studio.train_at_once_label(), None, "it is under way");
    let other = with_table();
    assert!(other.target_guess.is_some());
    assert_eq!(other.train_at_once_label(), None, "a guess is looked at first");
}

#[test]
fn later_saves_leave_the_file_where_it_is() {
    let mut studio = with_table();
    let commands = studio.update(Action::RenameProject("Ships".into()));
    assert_eq!(saves(&commands), vec![(&studio.project.clone(), None)]);
    assert_eq!(studio.saved, Saved::Saving);
}

#[test]
fn answers_that_nobody_waits_for_are_dropped() {
    let mut studio = with_table();
    let before = studio.clone();
    studio.update(imported(9_999, "other.csv"));
    studio.update(Action::Engine(Event::Checked { ticket: 9_999, check: check() }));
    studio.update(Action::Engine(Event::Viewed { ticket: 9_999, n_rows: 3 }));
    studio.update(Action::Engine(Event::RunFinished {
        ticket: 9_999,
        run: 1,
        candidate: 1,
        report: report(0.9),
        bytes: Vec::new(),
        inputs: Vec::new(),
    }));
    studio.update(Action::Engine(Event::Failed { ticket: 9_999, error: Problem::default() }));
    studio.update(Action::Neural(NeuralEvent::Fitted {
        ticket: 9_999,
        fit: 0,
        network: network(),
        record: TrainingRecord::default(),
    }));
    assert_eq!(studio, before);
}

#[test]
fn a_file_that_cannot_be_read_leaves_an_empty_project_and_a_cure() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("photo.csv")));
    let error = Problem { place: "photo.csv".into(), event: "This is an image.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Failed { ticket: import_ticket(&commands), error }));
    assert_eq!(studio.view, View::Home);
    assert_eq!(studio.job, None);
    assert_eq!(told(&studio), "Failure: photo.csv | This is an image. [Choose a file]\n");
}

#[test]
fn settings_are_changed_with_a_live_preview_and_undone() {
    let mut studio = with_table();
    let settings = CsvSettings { delimiter: b';', ..CsvSettings::default() };
    let commands = studio.update(Action::ChangeImport(settings.clone()));
    let ticket = studio.import.as_ref().map(|draft| draft.ticket).expect("a draft");
    assert!(matches!(requests(&commands)[0], Request::Preview { settings: Some(s), .. } if *s == settings));
    let preview = Preview { settings: settings.clone(), ..preview() };
    studio.update(Action::Engine(Event::Previewed { ticket, preview: preview.clone() }));
    assert_eq!(studio.import.as_ref().and_then(|draft| draft.preview.clone()), Some(preview));
    let commands = studio.update(Action::ConfirmImport);
    let read = TableSummary { settings: settings.clone(), ..summary("people.csv") };
    let ticket = import_ticket(&commands);
    studio.update(Action::Engine(Event::Imported { ticket, summary: read, suggestion: None }));
    assert_eq!(studio.project.data.as_ref().map(|d| d.settings.delimiter), Some(b';'));
    assert_eq!(studio.project.design, Some(design()), "the design outlives a change of settings");
    assert_eq!(studio.undo_label(), Some("Change how the file is read"));
    let commands = studio.update(Action::Undo);
    assert!(matches!(requests(&commands)[0], Request::Import { settings: Some(s), .. } if s.delimiter == b','));
    assert_eq!(studio.redo_label(), Some("Change how the file is read"));
}

#[test]
fn a_change_of_settings_that_fails_did_not_happen() {
    let mut studio = with_table();
    let before = studio.project.clone();
    let commands = studio.update(Action::Reimport(CsvSettings { delimiter: b'|', ..CsvSettings::default() }));
    let ticket = import_ticket(&commands);
    studio.update(Action::Engine(Event::Failed { ticket, error: Problem::default() }));
    assert_eq!(studio.undo_label(), None);
    assert_eq!(studio.project.data, before.data);
    assert_eq!(studio.project.design, before.design);
    assert!(studio.table.is_some());
}

fn parted_by(delimiter: u8) -> CsvSettings {
    CsvSettings { delimiter, ..CsvSettings::default() }
}

fn read_as(delimiter: u8) -> TableSummary {
    TableSummary { settings: parted_by(delimiter), ..summary("people.csv") }
}

#[test]
fn an_undo_while_the_file_is_read_again_counts_and_stops_nothing_else() {
    let mut studio = with_table();
    let mut edited = design();
    edited.split.folds = 7;
    studio.update(Action::EditDesign { label: "folds".into(), design: edited });
    let commands = studio.update(Action::Reimport(parted_by(b'|')));
    let ticket = import_ticket(&commands);
    studio.update(Action::Engine(Event::Imported { ticket, summary: read_as(b'|'), suggestion: None }));
    let back = studio.update(Action::Undo);
    // The design is undone while the file is being read as it was before; the reading goes on.
    let commands = studio.update(Action::Undo);
    assert!(!requests(&commands).iter().any(|r| matches!(r, Request::Cancel { .. } | Request::Import { .. })));
    assert_eq!((studio.undo_label(), studio.redo_label()), (None, Some("folds")));
    let ticket = import_ticket(&back);
    studio.update(Action::Engine(Event::Imported { ticket, summary: read_as(b','), suggestion: None }));
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!((studio.undo_label(), studio.redo_label()), (None, Some("folds")));
}

#[test]
fn a_change_of_settings_during_another_is_made_instead_and_a_failure_takes_back_both() {
    let mut studio = with_table();
    let before = studio.project.clone();
    studio.update(Action::Reimport(parted_by(b'|')));
    tick(&mut studio, 5_000.0);
    let commands = studio.update(Action::Reimport(parted_by(b';')));
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Cancel { .. })), "{commands:?}");
    // Back to the first: what is known is what is being read, not what was.
    let commands = studio.update(Action::Undo);
    assert!(
        requests(&commands)
            .iter()
            .any(|r| matches!(r, Request::Import { settings: Some(s), .. } if s.delimiter == b'|'))
    );
    let ticket = import_ticket(&commands);
    studio.update(Action::Engine(Event::Failed { ticket, error: Problem::default() }));
    assert_eq!((studio.undo_label(), studio.redo_label()), (None, None));
    assert_eq!(studio.project.data, before.data);
}

#[test]
fn a_reading_that_was_stopped_too_late_is_read_back() {
    let mut studio = with_table();
    let commands = studio.update(Action::Reimport(parted_by(b'|')));
    let ticket = import_ticket(&commands);
    studio.update(Action::Cancel);
    let commands = studio.update(Action::Engine(Event::Imported { ticket, summary: read_as(b'|'), suggestion: None }));
    assert!(
        requests(&commands)
            .iter()
            .any(|r| matches!(r, Request::Import { settings: Some(s), .. } if s.delimiter == b',')),
        "the engine has another table than the one that is shown: {commands:?}"
    );
}

#[test]
fn another_file_starts_another_project_and_leaves_a_way_back() {
    let mut studio = with_table();
    let former = studio.project.id.clone();
    drop_readable(&mut studio, file("ships.csv"));
    assert_ne!(studio.project.id, former);
    assert_eq!(studio.project.name, "ships");
    assert_eq!(told(&studio), "Information: ships.csv starts a new project. people is in the list. [Go back to it]\n");
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_project_as_it_was() {
    let mut studio = with_table();
    let before = studio.clone();
    let commands = studio.update(Action::FileDropped(file("photo.csv")));
    assert!(!requests(&commands).iter().any(|r| matches!(r, Request::Import { .. } | Request::Close)), "{commands:?}");
    let ticket = preview_ticket(&commands);
    let error = Problem { place: "photo.csv".into(), event: "This is an image.".into(), ..Problem::default() };
    assert!(studio.update(Action::Engine(Event::Failed { ticket, error })).is_empty());
    assert_eq!(told(&studio), "Failure: photo.csv | This is an image. [Choose a file]\n");
    assert_eq!((&studio.project, &studio.table, studio.view), (&before.project, &before.table, before.view));

    // A text that other settings may read asks for them; leaving it returns to the project.
    let commands = studio.update(Action::FileDropped(file("codes.csv")));
    let ticket = preview_ticket(&commands);
    let error = Problem { event: "There are no rows.".into(), ..Problem::default() };
    studio.update(Action::Engine(Event::Unreadable { ticket, settings: CsvSettings::default(), error }));
    assert!(studio.import.as_ref().is_some_and(|draft| draft.file.name == "codes.csv" && draft.problem.is_some()));
    studio.update(Action::DismissImport);
    assert_eq!((&studio.project, &studio.table, &studio.import), (&before.project, &before.table, &None));

    // An engine that dies of it says whose fault it was.
    studio.update(Action::FileDropped(file("bomb.csv")));
    studio.update(Action::WorkerRestarted { neural: false, message: "out of memory".into() });
    assert!(told(&studio).contains("bomb.csv | The engine ended while it looked at the file (out of memory)."));
}

#[test]
fn a_file_that_is_too_large_for_the_engine_is_said_to_be_and_asks_for_no_settings() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("large.csv")));
    import_ticket(&commands);
    let ticket = preview_ticket(&commands);
    studio.update(Action::Engine(Event::Previewed { ticket, preview: preview() }));
    studio.update(Action::WorkerRestarted {
        neural: false,
        message: "it ran out of memory, with 4,000 MB in use".into(),
    });
    insta::assert_snapshot!(told(&studio), @"Failure: large.csv | The engine ended and was started again (it ran out of memory, with 4,000 MB in use). | The file that was being read is unchanged. | Most likely the file is too large for this computer's memory. Take a part of its rows. [Choose a file]");
    assert_eq!((studio.view, &studio.import, &studio.project.data), (View::Home, &None, &None));
}

#[test]
fn a_file_that_other_settings_may_cure_leaves_its_settings_open() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("codes.csv")));
    let Request::Preview { ticket, .. } = requests(&commands)[0].clone() else { panic!("{commands:?}") };
    let import = import_ticket(&commands);
    let error = Problem { place: "codes.csv".into(), event: "There are no rows.".into(), ..Problem::default() };
    let settings = CsvSettings::default();
    studio.update(Action::Engine(Event::Unreadable { ticket, settings: settings.clone(), error: error.clone() }));
    studio.update(Action::Engine(Event::Failed { ticket: import, error: error.clone() }));
    assert_eq!((studio.view, studio.job.clone(), told(&studio)), (View::Stage(Stage::Data), None, String::new()));
    let draft = studio.import.clone().expect("the settings are open");
    assert_eq!((draft.problem, draft.settings), (Some(error), Some(settings.clone())));

    // Without a header the one line is a row, which is read at once when the person says so.
    let changed = CsvSettings { header: false, quote: 0, ..settings };
    let commands = studio.update(Action::ChangeImport(changed.clone()));
    let Request::Preview { ticket, .. } = requests(&commands)[0].clone() else { panic!("{commands:?}") };
    let preview = Preview { settings: changed.clone(), ..preview() };
    studio.update(Action::Engine(Event::Previewed { ticket, preview }));
    assert_eq!(studio.import.as_ref().and_then(|d| d.problem.clone()), None);
    let commands = studio.update(Action::ConfirmImport);
    let read = requests(&commands)
        .into_iter()
        .find(|r| matches!(r, Request::Import { settings: Some(s), .. } if *s == changed));
    assert!(read.is_some(), "{commands:?}");

    let mut left = super::made_up::studio();
    let commands = left.update(Action::FileDropped(file("codes.csv")));
    let Request::Preview { ticket, .. } = requests(&commands)[0].clone() else { panic!("{commands:?}") };
    let import = import_ticket(&commands);
    left.update(Action::Engine(Event::Unreadable { ticket, settings: changed, error: Problem::default() }));
    left.update(Action::Engine(Event::Failed { ticket: import, error: Problem::default() }));
    left.update(Action::DismissImport);
    assert_eq!((left.view, left.project.name.as_str(), left.import), (View::Home, "Untitled", None));
}

#[test]
fn a_zip_file_with_several_tables_waits_for_a_choice() {
    let entry = |path: &str| Entry { path: path.into(), n_bytes: 10 };
    let mut studio = super::made_up::studio();
    let commands = studio.update(Action::FileDropped(file("tables.zip")));
    let [Request::Preview { ticket, .. }] = requests(&commands)[..] else { panic!("{commands:?}") };
    let of = |entry: &str| CsvSettings { entry: entry.into(), ..CsvSettings::default() };
    let entries = vec![entry("a.csv"), entry("b.tsv")];
    let seen = Preview { settings: of("a.csv"), entries: entries.clone(), ..preview() };
    let commands = studio.update(Action::Engine(Event::Previewed { ticket: *ticket, preview: seen }));
    assert!(requests(&commands).is_empty(), "nothing is read before the choice: {commands:?}");
    let commands = studio.update(Action::ChooseEntry("b.tsv".into()));
    let [Request::Preview { ticket, entry, settings: None, .. }] = requests(&commands)[..] else {
        panic!("{commands:?}")
    };
    assert_eq!(entry, "b.tsv");
    let found = CsvSettings { delimiter: b'\t', ..of("b.tsv") };
    let seen = Preview { settings: found.clone(), entries, ..preview() };
    studio.update(Action::Engine(Event::Previewed { ticket: *ticket, preview: seen }));
    let commands = studio.update(Action::ConfirmImport);
    let import = requests(&commands).into_iter().find_map(|request| match request {
        Request::Import { settings, .. } => Some(settings.clone()),
        _ => None,
    });
    assert_eq!(import, Some(Some(found)), "{commands:?}");
}

#[test]
fn a_zip_file_is_opened_as_what_it_is() {
    for own in [OwnFile::Package, OwnFile::Project] {
        let mut studio = super::made_up::studio();
        let commands = studio.update(Action::FileDropped(file("own.zip")));
        let [Request::Preview { ticket, .. }] = requests(&commands)[..] else { panic!("{commands:?}") };
        let commands = studio.update(Action::Engine(Event::Recognised { ticket: *ticket, own }));
        let opens = match own {
            OwnFile::Package => matches!(requests(&commands).first(), Some(Request::OpenPackage { .. })),
            OwnFile::Project => !commands.is_empty() && requests(&commands).is_empty(),
        };
        assert!(opens, "{own:?}: {commands:?}");
    }
    let mut studio = super::made_up::studio();
    let commands = studio.update(Action::FileDropped(file("one.zip")));
    let [Request::Preview { ticket, .. }] = requests(&commands)[..] else { panic!("{commands:?}") };
    let entries = vec![Entry { path: "a.csv".into(), n_bytes: 1 }];
    let commands =
        studio.update(Action::Engine(Event::Previewed { ticket: *ticket, preview: Preview { entries, ..preview() } }));
    assert!(requests(&commands).iter().any(|request| matches!(request, Request::Import { .. })), "{commands:?}");
}
