//! Edits and their undo.

use hearth::studio::Action;

use super::made_up::*;

#[test]
fn edits_are_undone_and_redone_with_their_label() {
    let mut studio = with_table();
    let mut edited = design();
    edited.split.folds = 10;
    let commands = studio.update(Action::EditDesign { label: "Use 10 folds".into(), design: edited.clone() });
    assert_eq!(requests(&commands).len(), 1, "the design is checked again");
    assert_eq!(studio.undo_label(), Some("Use 10 folds"));
    studio.update(Action::RenameProject("Ships".into()));
    studio.update(Action::Undo);
    assert_eq!(studio.project.name, "people");
    studio.update(Action::Undo);
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!((studio.undo_label(), studio.redo_label()), (None, Some("Use 10 folds")));
    studio.update(Action::Redo);
    assert_eq!(studio.project.design, Some(edited));
    studio.update(Action::EditDesign { label: "Go back".into(), design: design() });
    assert_eq!(studio.redo_label(), None, "a new edit ends the other future");
}

#[test]
fn keystrokes_in_a_field_are_one_edit() {
    let mut studio = with_table();
    for (i, folds) in [6, 7, 8].into_iter().enumerate() {
        tick(&mut studio, 5_000.0 + i as f64 * 200.0);
        let mut edited = design();
        edited.split.folds = folds;
        studio.update(Action::EditDesign { label: "Change the folds".into(), design: edited });
    }
    studio.update(Action::Undo);
    assert_eq!(studio.project.design, Some(design()));
    assert_eq!(studio.undo_label(), None);
}

#[test]
fn undo_does_not_touch_runs_looks_and_log() {
    let mut studio = trained();
    open_holdout(&mut studio);
    let mut edited = design();
    edited.split.folds = 10;
    studio.update(Action::EditDesign { label: "Use 10 folds".into(), design: edited });
    let before = studio.project.clone();
    studio.update(Action::Undo);
    assert_eq!(studio.project.runs, before.runs);
    assert_eq!(studio.project.looks, 1);
    let (kept, added) = studio.project.log.split_at(before.log.len());
    assert_eq!(kept, before.log);
    assert_eq!(added.iter().map(|entry| entry.what.as_str()).collect::<Vec<_>>(), ["Took back: Use 10 folds."]);
}

#[test]
fn two_equal_candidates_are_told_once() {
    let mut studio = with_table();
    let mut twice = design();
    let last = twice.candidates.len() - 1;
    twice.candidates.push(twice.candidates[last].clone());
    let name = twice.candidates[last].model.name();
    let mut edit = |design: &hearth::design::Design| {
        studio.update(Action::EditDesign { label: "Add a model".into(), design: design.clone() });
        told(&studio).matches(&format!("Two candidates are the same {name}")).count()
    };
    assert_eq!(edit(&twice), 1);
    twice.split.folds = 7;
    assert_eq!(edit(&twice), 1, "with other folds they are the same still, and that was told");
}
