//! How far the truth may lie off, as the page says it, and what can be chosen of it.

use hearth::dataset::{Target, Task};
use hearth::job::{Held, RowPrediction};
use hearth::model::Predictions;
use hearth::split::{SplitFacts, SplitKind};
use hearth::studio::design_edits::with_aside;
use hearth::studio::spread::{held_by, held_line, tell};
use hearth::studio::{Action, Command, Studio};
use hearth::validate::Report;
use hearth::validate::conformal::{Aside, Cover, Level, covered, spread};
use hearth::validate::resample::HeldOut;

use super::made_up::*;

const NINETY: Cover = Cover { level: Level::Ninety, by_class: false };

fn part(target: Target, predictions: Predictions) -> HeldOut {
    let units = (0..target.len() as u32).collect();
    HeldOut { target, predictions, units }
}

/// Two folds whose errors are 1 to 100 hundredths.
fn values() -> (Target, Predictions) {
    (Target::Values((1..=100).map(|row| f64::from(row) / 100.0).collect()), Predictions::Values(vec![0.0; 100]))
}

fn of_values() -> Report {
    let folds = [values(), values()].map(|(target, predictions)| part(target, predictions));
    Report { task: Task::Regression, labels: Vec::new(), target: "price".into(), spread: spread(&folds), ..report(0.8) }
}

/// Rows of which one in five could be either.
fn classes() -> (Target, Predictions) {
    let codes: Vec<u32> = (0..100).map(|row| u32::from(row % 2 == 0)).collect();
    let values = codes.iter().enumerate().flat_map(|(row, code)| match (row % 5, code) {
        (0, _) => [0.5, 0.5],
        (_, 0) => [0.9, 0.1],
        (_, _) => [0.1, 0.9],
    });
    let values = values.collect();
    (Target::Classes { codes, labels: report(0.8).labels }, Predictions::Probabilities { values, n_classes: 2 })
}

fn of_classes() -> Report {
    let folds = [classes(), classes()].map(|(target, predictions)| part(target, predictions));
    Report { spread: spread(&folds), ..report(0.8) }
}

fn studio_with(report: Report) -> Studio {
    let mut studio = trained();
    let run = studio.selected_run.or(studio.project.runs.last().map(|run| run.id)).expect("a run");
    studio.update(Action::SelectRun(Some(run)));
    let place = studio.project.runs.iter().position(|own| own.id == run).expect("a run");
    studio.project.runs[place].report = report;
    studio
}

#[test]
fn a_width_is_told_with_how_it_was_measured_and_nothing_is_promised() {
    let told = tell(&of_values(), NINETY).expect("measured");
    // ⌈201 · 0.9⌉ = 181 of the 200 errors: 0.91.
    assert_eq!(told.sentence, "9 in 10 predictions lie within ± 0.91 of the true price.");
    // 91 of each other fold's 100 reach 0.91.
    assert_eq!(
        told.measured,
        [
            "Each fold judged with a width from the other folds: 91.0\u{202f}% of 200 rows (86.2\u{202f}% to 94.2\u{202f}%) held."
        ]
    );
    assert!(told.promise.starts_with("Measured, not promised:"), "{}", told.promise);
    assert_eq!(told.table.1, [["Fold 1", "91.0\u{202f}%", "100"], ["Fold 2", "91.0\u{202f}%", "100"]]);
    assert_eq!(told.classes, None);
    // Where rows are alike, an interval that counts them one by one would be too sure.
    let split = SplitFacts { kind: SplitKind::Group { repeats: 1 }, ..of_values().split };
    let told = tell(&Report { split, ..of_values() }, NINETY).expect("measured");
    assert_eq!(told.measured, ["Each fold judged with a width from the other folds: 91.0\u{202f}% of 200 rows held."]);
    assert_eq!(tell(&report(0.8), NINETY), None);
}

#[test]
fn what_rows_aside_promise_is_told_with_how_far_a_draw_may_lead_astray() {
    let (target, predictions) = values();
    let aside = Aside::from(&target, &predictions);
    let bounds = aside.chosen(NINETY).expect("a level").clone();
    let holdout = hearth::validate::HoldoutReport {
        scores: Vec::new(),
        baseline: Vec::new(),
        views: report(0.8).views,
        look: 1,
        resampled: None,
        covered: vec![(NINETY, covered(&target, &predictions, &bounds))],
    };
    let told = tell(&Report { aside: Some(aside), holdout: Some(holdout), ..of_values() }, NINETY).expect("measured");
    assert_eq!(told.sentence, "9 in 10 predictions lie within ± 0.91 of the true price.");
    assert!(told.promise.starts_with("Promised: 100 rows were set aside"), "{}", told.promise);
    // SciPy: beta.ppf([0.05, 0.95], 91, 10).
    assert!(told.promise.contains("between 84.8\u{202f}% and 94.5\u{202f}% in 9 of 10"), "{}", told.promise);
    assert!(told.measured[1].starts_with("On the opened test set: 91.0\u{202f}% of 100 rows"), "{:?}", told.measured);
    assert_eq!(told.table.1[2][0], "Test set");
}

#[test]
fn sets_are_told_by_size_and_by_class() {
    let told = tell(&of_classes(), NINETY).expect("measured");
    assert_eq!(
        told.sentence,
        "Sets that hold the true class of 9 in 10 rows name one class for 80.0\u{202f}% of rows and two for 20.0\u{202f}%."
    );
    assert_eq!(told.table.1.len(), 3);
    let (headers, rows) = told.classes.expect("classes");
    assert_eq!((headers.len(), rows.len()), (3, 2));
    assert_eq!(rows[0][1..], ["100.0\u{202f}%", "100"]);
}

#[test]
fn one_row_is_told_by_its_range_or_by_its_classes() {
    let row = |held: Held, promised| RowPrediction {
        probabilities: ["a", "b", "c"].map(|label| (label.to_owned(), 0.3)).to_vec(),
        held: vec![(NINETY, held)],
        promised,
        ..RowPrediction::none(Vec::new())
    };
    let line = |held| held_line(&row(held, true), NINETY);
    assert_eq!(line(Held::Range(12.0, 18.44)).as_deref(), Some("9 in 10: 12 to 18.44"));
    assert_eq!(line(Held::Set(vec![true, false, true])).as_deref(), Some("9 in 10: could be “a” or “c”"));
    assert_eq!(line(Held::Set(vec![false, true, false])).as_deref(), Some("9 in 10: only “b”"));
    assert_eq!(line(Held::Set(vec![true; 3])).as_deref(), Some("9 in 10: could be any class"));
    assert_eq!(line(Held::Set(vec![false; 3])).as_deref(), Some("9 in 10: no class is likely enough"));
    assert_eq!(line(Held::Unknown), None);
    assert_eq!(held_line(&row(Held::Unknown, true), Cover { level: Level::Eighty, by_class: false }), None);
    assert!(held_by(&row(Held::Unknown, true)).starts_with("Promised"));
    let strange = RowPrediction { doubts: vec!["age 212 is above everything seen".into()], ..row(Held::Unknown, true) };
    assert!(held_by(&strange).ends_with("nothing is promised."));
    assert!(held_by(&row(Held::Unknown, false)).starts_with("Measured"));
}

#[test]
fn the_level_is_kept_by_run_undone_and_asked_for_with_a_file() {
    let mut studio = studio_with(of_values());
    let run = studio.selected_run.expect("a run");
    let wanted = Cover { level: Level::NinetyFive, by_class: false };
    assert_eq!(studio.cover(), Cover::default());
    studio.update(Action::SetCover(wanted));
    assert_eq!((studio.cover(), studio.project.choices.is_empty()), (wanted, false));
    assert!(studio.spread().expect("measured").sentence.starts_with("19 in 20 predictions"));
    let commands = studio.update(Action::ScoreFile(run, file("new.csv")));
    let asked = commands.iter().any(|command| match command {
        Command::Engine { request: hearth::job::Request::ScoreFile { cover, .. }, .. } => *cover == wanted,
        _ => false,
    });
    assert!(asked, "{commands:?}");
    studio.update(Action::Undo);
    assert_eq!((studio.cover(), studio.project.choices.is_empty()), (Cover::default(), true));
    studio.update(Action::Redo);
    assert_eq!(studio.cover(), wanted);
}

#[test]
fn rows_aside_are_offered_where_there_are_enough() {
    let studio = studio_with(Report { n_rows: 800, n_holdout: 200, ..of_values() });
    assert_eq!(studio.aside_offered(), Some(0.2));
    let few = studio_with(Report { n_rows: 120, n_holdout: 30, ..of_values() });
    assert_eq!(few.aside_offered(), None);
    let (target, predictions) = values();
    let aside = Some(Aside::from(&target, &predictions));
    let has = studio_with(Report { n_rows: 800, n_holdout: 200, aside, ..of_values() });
    assert_eq!(has.aside_offered(), None);
}

#[test]
fn a_run_is_stale_once_rows_are_set_aside() {
    let mut studio = studio_with(of_values());
    let run = studio.current_run().expect("a run").clone();
    assert_eq!(studio.stale_reason(&run), None);
    let design = with_aside(studio.project.design.as_ref().expect("a design"), 0.2);
    studio.update(Action::EditDesign { label: "Rows set aside".into(), design });
    let reason = studio.stale_reason(&run).expect("other rows train");
    assert!(reason.starts_with("Changed since: rows set aside 0\u{202f}% → 20\u{202f}%"), "{reason}");
}
