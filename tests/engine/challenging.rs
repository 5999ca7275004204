//! Champion and challenger in the engine: a file's rows below, the newest of them held out, and both models asked about these.

use hearth::dataset::Role;
use hearth::design::Design;
use hearth::job::{Event, Request};
use hearth::metrics::Metric;
use hearth::recipe::{Mark, Operation, Recipe};
use hearth::split::Newest;
use hearth::validate::challenge::Compared;
use hearth::validate::compare::Verdict;

use super::page::*;

/// Trained on 600 people as runs 10 and on; then the later people stand below, and the same is trained as runs 20 and on
/// without the newer half of them.
fn round(later: &str) -> (Page, Design) {
    let mut page = Page { trainer: Some(nearest_mean), ..Page::default() };
    let (_, suggestion) = page.import("people.csv", &people(600));
    let mut design = suggestion.expect("a target is guessed").design;
    design.candidates.truncate(3);
    page.train(&design);
    let beside = Request::Beside { ticket: 6, name: "later.csv".into(), file: "later.csv".into(), settings: None };
    page.ask(beside, Some(later.as_bytes()));
    let mut recipe = Recipe::default();
    let mark = Some(Mark { column: "file".into(), first: "people.csv".into() });
    recipe.push(Operation::Append { with: "later.csv".into(), mark });
    page.ask(Request::Steps { ticket: 7, recipe }, None);
    design.dataset.roles.push(("file".into(), Role::Ignore));
    design.split.newest = Some(Newest { column: "file".into(), file: "later.csv".into(), share: 0.5 });
    let candidates = every(&design);
    let train = Request::Train { ticket: 8, design: design.clone(), candidates, first_run: 20, search: None };
    let events = page.ask(train, None);
    assert!(matches!(events.last(), Some(Event::TrainingFinished { cancelled: false, .. })), "{events:?}");
    (page, design)
}

fn compare(page: &mut Page, champion: u32, challenger: u32) -> Result<Compared, String> {
    match page.ask(Request::Challenge { ticket: 9, champion, challenger, look: 1 }, None).pop() {
        Some(Event::Challenged { ticket: 9, challenger: told, compared, report, bytes }) => {
            assert_eq!((told, report.look), (challenger, 1));
            assert!(!bytes.is_empty(), "the challenger is stored with its test set opened");
            let own = report.scores.iter().map(|(metric, value)| (*metric, *value));
            let beside = compared.scores.iter().map(|beside| (beside.metric, beside.challenger));
            assert!(own.eq(beside), "one score, computed once");
            Ok(compared)
        }
        Some(Event::Failed { error, .. }) => Err(error.event),
        other => panic!("no answer: {other:?}"),
    }
}

#[test]
fn both_answer_for_the_newest_rows_and_the_champion_as_when_it_is_asked_row_by_row() {
    let later = String::from_utf8(people_of(9, 300)).expect("it is UTF-8");
    let (mut page, design) = round(&later);
    let check = page.check(&design);
    assert_eq!((check.n_holdout, check.n_rows), (150, 900));
    let compared = compare(&mut page, 11, 21).expect("they are compared");
    assert_eq!((compared.n_rows, compared.n_units, compared.too_few.clone()), (150, 150, None));
    let lines: Vec<Vec<&str>> = later.lines().skip(151).map(|line| line.split(',').collect()).collect();
    let names = ["id", "age", "port", "joined"];
    let right = |row: &&Vec<&str>, page: &mut Page| {
        let cells: Vec<(&str, &str)> = names.into_iter().zip(row.iter().copied()).collect();
        page.predict(11, &cells).label == row[4]
    };
    let n_right = lines.iter().filter(|row| right(row, &mut page)).count();
    let accuracy = compared.scores.iter().find(|beside| beside.metric == Metric::Accuracy).expect("classes");
    assert_eq!(accuracy.champion, Some(n_right as f64 / 150.0));
    assert_ne!(compared.verdict, Verdict::Better, "the rows are of the same kind: {compared:?}");
    // A model is not judged by rows that it has learned from, or that are not held out.
    assert!(compare(&mut page, 21, 22).expect_err("it saw the file").contains("has learned from rows of later.csv"));
    let problem = compare(&mut page, 10, 11).expect_err("another table");
    assert!(problem.contains("not the one that this candidate was trained on"), "{problem}");
}

#[test]
fn a_challenger_that_knows_a_changed_world_wins() {
    // From now on the young do not survive.
    let turned = |line: &str| match line.rsplit_once(',') {
        Some((cells, "yes")) => format!("{cells},no\n"),
        Some((cells, "no")) => format!("{cells},yes\n"),
        _ => format!("{line}\n"),
    };
    let text = String::from_utf8(people_of(9, 2_400)).expect("it is UTF-8");
    let later: String = text.lines().map(turned).collect();
    let (mut page, _) = round(&later);
    let compared = compare(&mut page, 11, 21).expect("they are compared");
    assert_eq!(compared.verdict, Verdict::Better, "{compared:?}");
    assert!(compared.mcnemar.is_some_and(|told| told.only_first > told.only_second && told.p_value < 0.001));
}
