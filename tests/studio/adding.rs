//! Further files: looked at, read, asked about, and taken by a step that undo takes back.

use hearth::combine::{Beside, Fits, Meeting};
use hearth::job::{Event, Preview, Problem, Request, TableSummary, Ticket};
use hearth::recipe::{JoinKind, KeyPair, Operation, Recipe};
use hearth::studio::{Action, Command, FileHandle, FilePurpose, Studio};
use hearth::table::ColumnType;
use hearth::table::csv::CsvSettings;
use hearth::table::packed::{Entry, Packing};
use hearth::table::receipt::{BesideFile, FileFacts};

use crate::made_up::{requests, studio, summary, with_table};

fn handle(key: u32, name: &str) -> FileHandle {
    FileHandle { key, name: name.into(), n_bytes: 50 }
}

fn preview(entries: &[&str]) -> Preview {
    Preview {
        settings: CsvSettings::default(),
        columns: vec![("age".into(), ColumnType::Number)],
        units: vec![String::new()],
        rows: vec![vec!["1".into()]],
        warnings: Vec::new(),
        packing: Packing::Plain,
        entries: entries.iter().map(|path| Entry { path: (*path).into(), n_bytes: 1 }).collect(),
    }
}

fn facts(name: &str) -> FileFacts {
    FileFacts {
        name: name.into(),
        n_bytes: 50,
        sha256: "cd".repeat(32),
        packing: Packing::Plain,
        n_text_bytes: 50,
        n_rows: 30,
        n_columns: 3,
        warnings: Vec::new(),
        n_warnings: 0,
    }
}

/// The same columns in another order, or a port and what is known of it.
fn beside(name: &str, alike: bool) -> Beside {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let on = vec![KeyPair { left: "port".into(), right: "harbour".into() }];
    let meeting = Meeting {
        n_left: 1_000,
        n_right: 30,
        n_matched: 990,
        left_alone: 10,
        rows_left: 1_000,
        rows_inner: 990,
        ..Meeting::default()
    };
    let columns = if alike { &["survived", "age", "port"][..] } else { &["harbour", "depth", "age"] };
    let append = Operation::Append { with: name.into(), mark: None };
    let join =
        Operation::Join { with: name.into(), kind: JoinKind::Left, on: on.clone(), suffix: "_x".into(), loose: false };
    Beside {
        name: name.into(),
        file: facts(name),
        columns: columns.iter().map(|name| ((*name).to_owned(), ColumnType::Category)).collect(),
        fits: if alike {
            Fits { shared: names(&["age", "port", "survived"]), ..Fits::default() }
        } else {
            Fits {
                shared: names(&["age"]),
                only_here: names(&["port", "survived"]),
                only_there: names(&["harbour", "depth"]),
                types: Vec::new(),
            }
        },
        joins: if alike { Vec::new() } else { vec![(on, meeting)] },
        suffix: "_x".into(),
        proposed: Some(if alike { append } else { join }),
    }
}

fn ticket(commands: &[Command]) -> Ticket {
    let of = |request: &Request| match request {
        Request::Preview { ticket, .. }
        | Request::Beside { ticket, .. }
        | Request::Meet { ticket, .. }
        | Request::Steps { ticket, .. } => Some(*ticket),
        _ => None,
    };
    requests(commands).into_iter().rev().find_map(of).unwrap_or_else(|| panic!("{commands:?}"))
}

fn engine(studio: &mut Studio, event: Event) -> Vec<Command> {
    studio.update(Action::Engine(event))
}

/// Up to the question of what is to be done with the file; the name that steps call it by.
fn read(studio: &mut Studio, file: FileHandle, alike: bool) -> String {
    let commands = studio.update(Action::AddFile(file));
    looked_at(studio, &commands, alike)
}

fn looked_at(studio: &mut Studio, commands: &[Command], alike: bool) -> String {
    let commands = engine(studio, Event::Previewed { ticket: ticket(commands), preview: preview(&[]) });
    let Some(Request::Beside { ticket, name, .. }) = requests(&commands).first().cloned().cloned() else {
        panic!("it is read: {commands:?}")
    };
    let beside = beside(&name, alike);
    engine(studio, Event::ReadBeside { ticket, beside, settings: CsvSettings::default() });
    name
}

/// The file is put behind the others, and the step is done.
fn taken(studio: &mut Studio, commands: &[Command]) -> (Recipe, Vec<Command>) {
    let Some(Command::Bundle { project, .. }) = commands.last() else { panic!("{commands:?}") };
    let commands = studio.update(Action::Bundled { project: project.clone(), result: Ok(handle(90, "people.csv")) });
    let Some(Request::Steps { ticket, recipe }) = requests(&commands).last().cloned().cloned() else {
        panic!("a step is done: {commands:?}")
    };
    let file = |step: &hearth::recipe::Step| BesideFile {
        name: step.operation.with().unwrap_or_default().into(),
        settings: CsvSettings::default(),
        file: facts("x"),
        done: vec!["Done.".into()],
    };
    let named = recipe.steps.iter().filter(|step| step.operation.with().is_some());
    let summary = TableSummary { recipe: recipe.clone(), beside: named.map(file).collect(), ..summary("people.csv") };
    let commands = engine(studio, Event::Imported { ticket, summary, suggestion: None });
    (recipe, commands)
}

#[test]
fn a_file_is_joined_by_a_step_and_its_bytes_are_kept() {
    let mut studio = with_table();
    let name = read(&mut studio, handle(5, "harbours.csv"), false);
    assert_eq!(name, "harbours.csv");
    let waiting = studio.adding.read.clone().expect("it is asked about");
    assert!(waiting.hindrance().is_none());
    let told: Vec<String> = waiting.told().into_iter().map(|(text, _)| text).collect();
    assert!(told[0].starts_with("990 of 1,000 rows of the table match."), "{told:?}");
    assert!(told[1].contains("10 rows have a key that harbours.csv lacks"), "{told:?}");
    assert_eq!(waiting.renamed(&["age".into()]).as_deref(), Some("Names that the table has already: age as age_x."));
    assert!(studio.project.data.as_ref().unwrap().recipe.steps.is_empty(), "nothing is done before it is taken");
    let commands = studio.update(Action::TakeFile);
    assert!(
        matches!(&commands[..], [Command::Bundle { first, first_name, added, name, .. }]
        if first_name == "people.csv" && added.key == 5 && name == "harbours.csv" && first.is_none()),
        "{commands:?}"
    );
    let (recipe, commands) = taken(&mut studio, &commands);
    assert!(matches!(&recipe.steps[..], [step] if matches!(step.operation, Operation::Join { .. })));
    // What is stored from here on is the file that holds both.
    assert!(commands.iter().any(|c| matches!(c, Command::Save(_, Some(file)) if file.key == 90)), "{commands:?}");
    assert!(studio.adding.read.is_none());
    assert_eq!(studio.undo_label(), Some("Join harbours.csv on port = harbour"));
    let log: Vec<&str> = studio.project.log.iter().map(|entry| entry.what.as_str()).collect();
    assert!(
        log.iter().any(|what| what.starts_with("Added harbours.csv: 30 rows") && what.contains(&"cd".repeat(32))),
        "{log:?}"
    );
    // Undone, the step goes; the file stays for the step to be done again, and a file of its name gets another.
    let commands = studio.update(Action::Undo);
    assert!(matches!(requests(&commands)[..], [Request::Steps { recipe, .. }, ..] if recipe.steps.is_empty()));
    let data = studio.project.data.clone().unwrap();
    engine(
        &mut studio,
        Event::Imported {
            ticket: ticket(&commands),
            summary: TableSummary { recipe: Recipe::default(), ..data },
            suggestion: None,
        },
    );
    assert_eq!(read(&mut studio, handle(6, "harbours.csv"), false), "harbours (2).csv");
    // A reload reads all of them.
    let commands = studio.update(Action::WorkerRestarted { neural: false, message: "gone".into() });
    assert!(
        requests(&commands).iter().any(|r| matches!(r, Request::Import { beside, .. } if beside.len() == 1)),
        "{commands:?}"
    );
    assert!(studio.adding.read.is_none(), "what the engine had read of it is lost");
}

#[test]
fn rows_of_the_same_kind_come_before_other_steps() {
    let mut studio = with_table();
    let clip = Operation::Rename { from: "age".into(), to: "years".into() };
    let mut recipe = Recipe::default();
    recipe.push(clip);
    let commands = studio.update(Action::ChangeRecipe { label: "x".into(), recipe: recipe.clone() });
    engine(
        &mut studio,
        Event::Imported {
            ticket: ticket(&commands),
            summary: TableSummary { recipe, ..summary("people.csv") },
            suggestion: None,
        },
    );
    for (key, name, place) in [(5, "may.csv", 0), (6, "june.csv", 1)] {
        read(&mut studio, handle(key, name), true);
        let commands = studio.update(Action::TakeFile);
        let (recipe, _) = taken(&mut studio, &commands);
        assert_eq!(recipe.steps[place].operation.with(), Some(name));
    }
    read(&mut studio, handle(7, "harbours.csv"), false);
    assert_eq!(studio.file_mark(), None, "rows of May are not told from the first file's");
    let commands = studio.update(Action::TakeFile);
    let (recipe, _) = taken(&mut studio, &commands);
    let titles: Vec<String> = recipe.steps.iter().map(|step| step.operation.title()).collect();
    assert_eq!(titles[..3], ["Append rows of may.csv", "Append rows of june.csv", "Rename age to years"]);
    assert!(titles[3].starts_with("Join harbours.csv"));
}

#[test]
fn several_files_that_are_alike_are_taken_with_one_press() {
    let mut studio = with_table();
    let commands = studio.update(Action::AddFile(handle(5, "may.csv")));
    for (key, name) in [(6, "june.csv"), (7, "july.csv"), (8, "harbours.csv")] {
        assert!(studio.update(Action::AddFile(handle(key, name))).is_empty(), "one after the other");
    }
    looked_at(&mut studio, &commands, true);
    assert_eq!(studio.n_waiting_files(), 3);
    let mark = studio.file_mark();
    studio.update(Action::ChooseCombination(Operation::Append { with: "may.csv".into(), mark: mark.clone() }));
    let mut commands = studio.update(Action::TakeAllFiles);
    for _ in 0..2 {
        let (_, next) = taken(&mut studio, &commands);
        let looked = engine(&mut studio, Event::Previewed { ticket: ticket(&next), preview: preview(&[]) });
        let Some(Request::Beside { ticket, name, .. }) = requests(&looked).first().cloned().cloned() else { panic!() };
        let beside = beside(&name, true);
        commands = engine(&mut studio, Event::ReadBeside { ticket, beside, settings: CsvSettings::default() });
    }
    let (recipe, next) = taken(&mut studio, &commands);
    assert_eq!(recipe.steps.len(), 3);
    assert!(
        recipe.steps.iter().all(|step| matches!(&step.operation, Operation::Append { mark: of, .. } if *of == mark))
    );
    // One that is not like them is asked about.
    looked_at(&mut studio, &next, false);
    assert!(studio.adding.read.is_some());
}

#[test]
fn what_cannot_be_added_is_told_and_changes_nothing() {
    let mut studio = with_table();
    let before = studio.project.clone();
    let commands = studio.update(Action::AddFile(handle(5, "gone.csv")));
    let error = Problem { place: "gone.csv".into(), event: "The file is empty.".into(), ..Problem::default() };
    engine(&mut studio, Event::Failed { ticket: ticket(&commands), error });
    let notice = studio.notices.last().unwrap();
    assert_eq!(
        (notice.problem.event.as_str(), notice.problem.kept.as_str()),
        ("The file is empty.", "The table is as it was.")
    );
    assert_eq!(notice.cure.as_ref().map(|(_, action)| &**action), Some(&Action::PickFile(FilePurpose::Beside)));
    // Too large to be read at all.
    let commands = studio.update(Action::AddFile(FileHandle { n_bytes: 1 << 40, ..handle(6, "huge.csv") }));
    assert!(commands.is_empty() && studio.notices.last().unwrap().problem.event.contains("limit"));
    // Settings may read it: they stay open, and what is read then is added.
    let commands = studio.update(Action::AddFile(handle(7, "odd.csv")));
    let error = Problem { event: "It has no rows.".into(), ..Problem::default() };
    engine(&mut studio, Event::Unreadable { ticket: ticket(&commands), settings: CsvSettings::default(), error });
    assert!(studio.import.as_ref().is_some_and(|draft| draft.adds && draft.problem.is_some()));
    let commands = studio.update(Action::ConfirmImport);
    assert!(matches!(requests(&commands)[..], [Request::Beside { settings: Some(_), .. }]), "{commands:?}");
    let error = Problem { event: "No.".into(), ..Problem::default() };
    engine(&mut studio, Event::Failed { ticket: ticket(&commands), error });
    assert!(studio.job.is_none());
    // Of a workbook one sheet is chosen.
    let commands = studio.update(Action::AddFile(handle(8, "book.xlsx")));
    engine(&mut studio, Event::Previewed { ticket: ticket(&commands), preview: preview(&["A", "B"]) });
    assert!(studio.import.as_ref().is_some_and(|draft| draft.adds && draft.entries.len() == 2));
    studio.update(Action::DismissImport);
    // It could not be put beside the others.
    read(&mut studio, handle(9, "may.csv"), true);
    let commands = studio.update(Action::TakeFile);
    let Some(Command::Bundle { project, .. }) = commands.last() else { panic!("{commands:?}") };
    let problem = Problem { event: "The disk is gone.".into(), ..Problem::default() };
    assert!(studio.update(Action::Bundled { project: project.clone(), result: Err(problem) }).is_empty());
    assert!(studio.adding.read.is_some(), "it can be tried again");
    studio.update(Action::LeaveFile);
    assert!(studio.adding.read.is_none());
    assert_eq!((&studio.project.data, &studio.project.design), (&before.data, &before.design));
}

#[test]
fn the_first_of_several_files_is_the_table() {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(handle(1, "people.csv")));
    assert!(studio.update(Action::AddFile(handle(2, "more.csv"))).is_empty());
    let import = crate::made_up::import_ticket(&commands);
    let commands =
        engine(&mut studio, Event::Imported { ticket: import, summary: summary("people.csv"), suggestion: None });
    assert!(
        requests(&commands).iter().any(|r| matches!(r, Request::Preview { name, .. } if name == "more.csv")),
        "{commands:?}"
    );
    // Where there is no table, a file that is added is one.
    let mut empty = crate::made_up::studio();
    let commands = empty.update(Action::AddFile(handle(1, "people.csv")));
    assert!(requests(&commands).iter().any(|r| matches!(r, Request::Import { .. })));
}

#[test]
fn other_keys_are_looked_at_and_the_last_question_counts() {
    let mut studio = with_table();
    read(&mut studio, handle(5, "harbours.csv"), false);
    let step = |left: &str, kind| Operation::Join {
        with: "harbours.csv".into(),
        kind,
        on: vec![KeyPair { left: left.into(), right: "harbour".into() }],
        suffix: "_x".into(),
        loose: false,
    };
    // How rows without a partner are treated is no question of what meets.
    assert!(studio.update(Action::ChooseCombination(step("port", JoinKind::Inner))).is_empty());
    let first = ticket(&studio.update(Action::ChooseCombination(step("age", JoinKind::Inner))));
    let second = ticket(&studio.update(Action::ChooseCombination(step("survived", JoinKind::Inner))));
    engine(&mut studio, Event::Met { ticket: first, meeting: Meeting::default() });
    assert!(studio.adding.read.as_ref().unwrap().meeting.is_none());
    assert!(studio.update(Action::TakeFile).is_empty(), "it is still being looked at");
    engine(&mut studio, Event::Met { ticket: second, meeting: Meeting::default() });
    // Nothing meets: with these keys no row would be left.
    assert!(studio.adding.read.as_ref().unwrap().hindrance().unwrap().contains("No row matches"));
    assert!(studio.update(Action::TakeFile).is_empty());
}
