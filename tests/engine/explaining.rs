//! Reasons of a trained candidate: asked in steps, on rows that it had not seen, and carried into the package.

use hearth::explain::{Answer, Goal, Importance, Question, Rows, Scale};
use hearth::job::{Event, PackageAbout, Request};
use hearth::validate::decide::{Rule, Worths};
use hearth::validate::redteam::{Probe, Verdict};

use super::page::*;

fn trained() -> Page {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(400));
    page.train(&suggestion.expect("a target is guessed").design);
    page
}

fn cells(cells: &[(&str, &str)]) -> Vec<(String, String)> {
    cells.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn ask(page: &mut Page, run: u32, question: Question) -> (Answer, Vec<Event>) {
    let mut events = page.ask(Request::Explain { ticket: 20, run, question }, None);
    match events.pop() {
        Some(Event::Explained { ticket: 20, run: told, answer }) if told == run => (answer, events),
        other => panic!("no answer: {other:?}"),
    }
}

fn importance(page: &mut Page, run: u32) -> Importance {
    match ask(page, run, Question::Importance) {
        (Answer::Importance(importance), _) => importance,
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn columns_are_judged_on_rows_that_no_fold_had_seen_and_on_the_test_set_once_it_is_open() {
    let mut page = trained();
    let (answer, progress) = ask(&mut page, 11, Question::Importance);
    let Answer::Importance(found) = answer else { panic!("{answer:?}") };
    assert_eq!((found.rows, found.n_rows), (Rows::OutOfFold { folds: 5 }, 320));
    assert!(progress.iter().any(|e| matches!(e, Event::Progress { ticket: 20, progress } if progress.total == 15)));
    let names: Vec<&str> = found.columns.iter().map(|w| w.names[0].as_str()).collect();
    assert_eq!(names[0], "age", "{found:?}");
    assert_eq!(found.columns.len(), 3);
    let drop = &found.columns[0].drops[0];
    assert!(drop.interval.is_some_and(|(low, _)| low > 0.0) && drop.parts.len() == 5, "{drop:?}");
    assert_eq!(found, importance(&mut page, 11), "the seed decides");
    // Of a network too, whose folds the trainer fitted.
    assert_eq!(importance(&mut page, 12).columns[0].names, ["age"]);

    page.ask(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    let opened = importance(&mut page, 11);
    assert_eq!((opened.rows, opened.n_rows), (Rows::TestSet, 80));

    let about =
        PackageAbout { created: "2026-11-23T16:00:00Z".into(), importance: Some(opened), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { package, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(package.readme.contains("## What its columns are worth"), "{}", package.readme);
    assert!(package.readme.contains("80 rows of the opened test set") && package.readme.contains("| `age` |"));
    let about = PackageAbout { created: "2026-11-23T16:00:00Z".into(), ..PackageAbout::default() };
    let events = page.ask(Request::Package { ticket: 6, run: 11, about }, None);
    let [Event::Packaged { package, .. }] = &events[..] else { panic!("{events:?}") };
    assert!(!package.readme.contains("are worth"), "only where it was measured");
}

#[test]
fn a_text_is_one_column_and_has_no_shape() {
    let text = String::from_utf8(people(400)).expect("UTF-8");
    let note = |(i, line): (usize, &str)| {
        let spirit = ["calm and", "NOISY, but", "Very quiet –"][i * 7 % 3];
        let fate = if line.ends_with("yes") { "rescued" } else { "missed" };
        if i == 0 { format!("note,{line}\n") } else { format!("\"{spirit} {fate} at night, case {i}.\",{line}\n") }
    };
    let with_notes: String = text.lines().enumerate().map(note).collect();
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", with_notes.as_bytes());
    page.train(&suggestion.expect("a target is guessed").design);
    let found = importance(&mut page, 11);
    assert_eq!(found.columns[0].names, ["note"], "{found:?}");
    assert_eq!(found.columns.len(), 4);

    let row = |note: &'static str| [("note", note), ("age", "12"), ("port", "Cherbourg"), ("joined", "2024-03-04")];
    let chance = |page: &mut Page, note| page.predict(11, &row(note)).probabilities[1].1;
    // The second class is the rarer one, “no”.
    let (missed, rescued) = (chance(&mut page, "They MISSED it."), chance(&mut page, "all rescued"));
    assert!(missed > 0.8 && rescued < 0.2, "{missed} {rescued}");
    assert!(page.predict(11, &row("nobody has said this before")).doubts.is_empty());
    let (answer, _) = ask(&mut page, 11, Question::Row { cells: cells(&row("missed")) });
    let Answer::Row(parts) = answer else { panic!("{answer:?}") };
    assert_eq!(parts.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["note", "age", "port", "joined"]);
    assert_eq!(parts.columns[0].cell.as_deref(), Some("missed"));
    assert!(parts.columns[0].values[0] > 1.0, "{parts:?}");
    let said = chance(&mut page, "missed");
    assert!((said - 1.0 / (1.0 + libm::exp(-parts.total(0)))).abs() < 1e-5);

    for question in [
        Question::Shape { column: "note".into(), class: 0 },
        Question::Surface { columns: ["age".into(), "note".into()], class: 0 },
    ] {
        let events = page.ask(Request::Explain { ticket: 20, run: 11, question }, None);
        let [Event::Failed { error, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(error.event, "“note” is text: its cells have no order, and hardly one stands in several rows.");
    }
    let (answer, _) = ask(&mut page, 11, Question::Surrogate { class: 0 });
    let Answer::Surrogate(few) = answer else { panic!("{answer:?}") };
    assert!(few.branches.iter().all(|branch| branch.question.as_ref().is_none_or(|(column, _)| *column > 0)));
    let goal = Some(Goal::Class { class: 0, threshold: 0.5 });
    let (answer, _) = ask(&mut page, 11, Question::Others { cells: cells(&row("missed")), fixed: Vec::new(), goal });
    let Answer::Others(others) = answer else { panic!("{answer:?}") };
    assert!(
        others.counterfactuals.iter().flat_map(|other| &other.changes).all(|change| change.column > 0),
        "{others:?}"
    );
    let (answer, _) = ask(&mut page, 11, Question::Many { class: 0 });
    let Answer::Many(many) = answer else { panic!("{answer:?}") };
    assert!(many.levels[0].is_empty() && many.values.iter().step_by(4).any(|value| *value > 1.0));
}

#[test]
fn a_row_is_explained_by_parts_that_sum_to_its_prediction() {
    let mut page = trained();
    let row = [("age", "12"), ("port", "Cherbourg"), ("joined", "2024-03-04")];
    for run in [11, 12] {
        let (answer, _) = ask(&mut page, run, Question::Row { cells: cells(&row) });
        let Answer::Row(parts) = answer else { panic!("{answer:?}") };
        assert_eq!(parts.scale, Scale::LogOdds);
        assert_eq!(parts.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["age", "port", "joined"]);
        assert_eq!(parts.columns[1].cell.as_deref(), Some("Cherbourg"));
        let said = page.predict(run, &row).probabilities[1].1;
        let chance = 1.0 / (1.0 + libm::exp(-parts.total(0)));
        assert!((said - chance).abs() < 1e-5, "run {run}: {said} and {chance}");
        // The second class is the rarer one, “no”.
        assert!(parts.columns[0].values[0] < 0.0, "the young survive");
    }
}

#[test]
fn shapes_and_other_answers_come_with_rows_that_occur() {
    let mut page = trained();
    let (answer, _) = ask(&mut page, 11, Question::Shape { column: "age".into(), class: 0 });
    let Answer::Shape(shape) = answer else { panic!("{answer:?}") };
    assert_eq!(shape.class.as_deref(), Some("yes"));
    assert!(shape.average[0] > shape.average[shape.average.len() - 1]);
    assert_eq!(shape.n_rows, 320);
    assert_eq!(shape.support.iter().sum::<u32>() + shape.n_missing, 320);
    let (answer, _) = ask(&mut page, 11, Question::Surface { columns: ["age".into(), "port".into()], class: 0 });
    let Answer::Surface(surface) = answer else { panic!("{answer:?}") };
    assert_eq!(surface.average.len(), surface.places[0].len() * surface.places[1].len());
    let (answer, _) = ask(&mut page, 11, Question::Many { class: 0 });
    let Answer::Many(many) = answer else { panic!("{answer:?}") };
    assert_eq!((many.n_rows, many.values.len(), many.cells.len()), (320, 960, 960));

    let (answer, _) = ask(&mut page, 11, Question::Surrogate { class: 0 });
    let Answer::Surrogate(few) = answer else { panic!("{answer:?}") };
    assert!(few.fidelity.is_some_and(|share| share > 0.3) && few.n_rows == 320, "{few:?}");

    let row = [("age", "70"), ("port", "Queenstown"), ("joined", "2024-03-04")];
    let goal = Some(Goal::Class { class: 0, threshold: 0.5 });
    let (answer, _) = ask(&mut page, 11, Question::Others { cells: cells(&row), fixed: vec!["port".into()], goal });
    let Answer::Others(others) = answer else { panic!("{answer:?}") };
    assert_eq!(others.near.len(), 5);
    assert!(others.near.windows(2).all(|w| w[0].distance <= w[1].distance));
    assert!(others.near.iter().all(|near| near.target == "yes" || near.target == "no"));
    let first = &others.counterfactuals[0];
    assert_eq!(first.changes.len(), 1);
    assert_eq!(others.names[first.changes[0].column as usize], "age");
    assert!(first.outcome >= 0.5);
}

#[test]
fn explaining_can_be_stopped_and_says_what_it_lacks() {
    let mut page = trained();
    let request = Request::Explain { ticket: 21, run: 11, question: Question::Importance };
    assert!(page.engine.handle(request, None).is_empty());
    page.now += 100.0;
    page.engine.step(page.now);
    page.engine.handle(Request::Cancel { ticket: 21 }, None);
    assert!(page.engine.is_idle(), "nothing is left of it");
    let shape = Question::Shape { column: "shoes".into(), class: 1 };
    let events = page.ask(Request::Explain { ticket: 22, run: 11, question: shape }, None);
    let [Event::Failed { ticket: 22, error }] = &events[..] else { panic!("{events:?}") };
    assert!(error.event.contains("“shoes”"));
    // Another table: the rows are not those of the training.
    page.import("others.csv", &people(300));
    let events = page.ask(Request::Explain { ticket: 23, run: 11, question: Question::Importance }, None);
    let [Event::Failed { ticket: 23, error }] = &events[..] else { panic!("{events:?}") };
    assert!(error.event.contains("not the one that this candidate was trained on"), "{error:?}");
}

#[test]
fn values_are_explained_in_their_unit() {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("costs.csv", &costs(300));
    page.train(&suggestion.expect("a target is guessed").design);
    let row = [("size", "2.5"), ("make", "C")];
    let (answer, _) = ask(&mut page, 11, Question::Row { cells: cells(&row) });
    let Answer::Row(parts) = answer else { panic!("{answer:?}") };
    let said = page.predict(11, &row).value.expect("a value");
    assert_eq!(parts.scale, Scale::Value);
    assert!((parts.total(0) - said).abs() < 1e-3, "{} and {said}", parts.total(0));
    let question = Question::Others { cells: cells(&row), fixed: Vec::new(), goal: Some(Goal::AtLeast(40.0)) };
    let (answer, _) = ask(&mut page, 11, question);
    let Answer::Others(others) = answer else { panic!("{answer:?}") };
    assert!(others.counterfactuals.iter().all(|found| found.outcome >= 40.0) && !others.counterfactuals.is_empty());
}

#[test]
fn candidates_stand_beside_each_other_row_by_row_unless_rows_come_in_groups() {
    let mut page = trained();
    let (answer, _) = ask(&mut page, 11, Question::Rivals { runs: vec![12, 10, 99] });
    let Answer::Rivals(rivals) = answer else { panic!("{answer:?}") };
    assert_eq!(rivals.iter().map(|r| r.run).collect::<Vec<_>>(), [12, 10, 99]);
    let guessing = &rivals[1];
    let (rows, area) = (guessing.mcnemar.expect("classes"), guessing.delong.expect("two classes"));
    assert!(rows.only_first > rows.only_second && rows.p_value < 0.001, "{rows:?}");
    assert!(area.lead > 0.2 && area.p_value < 0.001, "guessing ranks nothing: {area:?}");
    assert!(rivals[2].mcnemar.is_none() && rivals[2].without.as_ref().is_some_and(|why| why.contains("not here")));
    let (answer, _) = ask(&mut page, 12, Question::Rivals { runs: vec![11] });
    let Answer::Rivals(turned) = answer else { panic!("{answer:?}") };
    let (one, other) = (rivals[0].mcnemar.expect("classes"), turned[0].mcnemar.expect("classes"));
    assert_eq!((one.only_first, one.only_second, one.p_value), (other.only_second, other.only_first, other.p_value));

    let (summary, suggestion) = page.import("people.csv", &people(400));
    let order: Vec<String> = summary.columns.iter().map(|column| column.name.clone()).collect();
    let design = suggestion.expect("a target is guessed").design;
    let mut design = hearth::studio::design_edits::by_group(&design, &order, "port");
    // Three ports: two folds, and no test set.
    (design.split.folds, design.split.holdout) = (2, 0.0);
    page.train(&design);
    let (answer, _) = ask(&mut page, 11, Question::Rivals { runs: vec![12] });
    let Answer::Rivals(grouped) = answer else { panic!("{answer:?}") };
    assert!(grouped[0].mcnemar.is_none() && grouped[0].without.as_ref().is_some_and(|why| why.contains("groups")));
}

#[test]
fn a_line_is_drawn_on_the_rows_that_the_folds_tested() {
    let mut page = trained();
    let worths = Worths { found: 10.0, missed: -10.0, false_alarm: -1.0, left_alone: 0.0 };
    let (answer, _) = ask(&mut page, 11, Question::Decide { rule: Rule::Worth, worths });
    let Answer::Decision { decision: Some(found), .. } = answer else { panic!("{answer:?}") };
    assert_eq!(found.counts.total(), 320);
    assert!(found.worth.value >= found.none.max(found.all), "flagging none and all are among the choices: {found:?}");
    let question = Question::Decide { rule: Rule::Capacity(0.1), worths };
    let (answer, _) = ask(&mut page, 11, question.clone());
    let Answer::Decision { decision: Some(few), .. } = answer else { panic!("{answer:?}") };
    assert!(few.counts.flagged() <= 32 && few.counts.flagged() > 20, "{few:?}");
    // Bytes that bring a run back bring these rows too.
    let bytes = page.engine.handle(Request::OpenHoldout { ticket: 5, run: 11, look: 1 }, None);
    let [Event::HoldoutOpened { report, bytes, .. }] = &bytes[..] else { panic!("{bytes:?}") };
    assert!(report.resampled.as_ref().is_some_and(|r| r.n_units == 80), "the test set's own intervals");
    page.engine.handle(Request::Restore { run: 11, bytes: bytes.clone() }, None);
    assert_eq!(
        ask(&mut page, 11, question).0,
        Answer::Decision { rule: Rule::Capacity(0.1), worths, decision: Some(few) }
    );
}

#[test]
fn the_red_team_refits_in_the_pool_and_can_be_stopped() {
    let mut page = trained();
    let question = Question::RedTeam { groups: Some("port".into()), times: Some("joined".into()) };
    let (answer, events) = ask(&mut page, 11, question.clone());
    let Answer::RedTeam(trials) = answer else { panic!("{answer:?}") };
    assert_eq!(trials.len(), Probe::ALL.len());
    assert!(events.iter().any(|e| matches!(e, Event::Progress { progress, .. } if progress.total > 10)));
    let of = |probe| trials.iter().find(|t| t.probe == probe).expect("every probe is tried");
    assert_eq!(of(Probe::ShuffledTarget).verdict, Verdict::Passed, "{trials:?}");
    assert!(of(Probe::Groups).finding.contains("port") && of(Probe::Time).finding.contains("joined"), "{trials:?}");
    assert_eq!(ask(&mut page, 11, question.clone()).0, Answer::RedTeam(trials), "the seed decides");
    // A network takes long: boosted trees stand in for it.
    let (answer, _) = ask(&mut page, 12, question.clone());
    assert!(matches!(answer, Answer::RedTeam(trials) if trials.len() == Probe::ALL.len()));

    page.engine.handle(Request::Explain { ticket: 31, run: 11, question }, None);
    page.now += 100.0;
    page.engine.step(page.now);
    page.engine.handle(Request::Cancel { ticket: 31 }, None);
    assert!(page.engine.is_idle(), "nothing is left of it");
}

#[test]
fn rows_whose_answer_was_entered_wrongly_are_told_by_the_row_of_the_table() {
    let wrong = [10, 173, 260];
    let mut text = "size,kind,large\n".to_owned();
    for row in 0..400 {
        let size = f64::from(row * 37 % 400) / 4.0;
        let large = (size > 50.0) != wrong.contains(&row);
        text += &format!("{size},{},{}\n", ["A", "B", "C"][row as usize % 3], if large { "yes" } else { "no" });
    }
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("sizes.csv", text.as_bytes());
    let mut design = suggestion.expect("a target is guessed").design;
    design.split.holdout = 0.0;
    page.train(&design);
    let (answer, _) = ask(&mut page, 11, Question::HardRows);
    let Answer::HardRows(found) = answer else { panic!("{answer:?}") };
    assert_eq!(found.n_rows, 400);
    let doubted: Vec<u32> = found.doubted.iter().map(|row| row.row).collect();
    for row in wrong {
        assert!(doubted.contains(&(row as u32)), "row {row} is not among {doubted:?}");
    }
    assert_eq!(Answer::HardRows(found), ask(&mut page, 11, Question::HardRows).0, "the same each time");
}
