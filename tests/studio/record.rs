//! The record: every edit in it, sealed, kept, and what the person says of the data.

use hearth::studio::project::Project;
use hearth::studio::record::{Datasheet, Seals, check};
use hearth::studio::{Action, View};

use super::made_up::*;

#[test]
fn edits_undo_and_redo_are_in_the_record_and_every_seal_fits() {
    let mut studio = trained();
    studio.update(Action::RenameProject("Ports".into()));
    studio.update(Action::Undo);
    studio.update(Action::Redo);
    studio.update(Action::Export { name: "a.csv".into(), media_type: "text/csv".into(), bytes: vec![1] });
    let said: Vec<&str> = studio.project.log.iter().map(|entry| entry.what.as_str()).collect();
    assert_eq!(
        said[said.len() - 4..],
        [
            "Edited: Rename the project.",
            "Took back: Rename the project.",
            "Did again: Rename the project.",
            "Exported a.csv."
        ]
    );
    let Seals::Whole { unsealed: 0, last } = check(&studio.project.log) else { panic!("a seal does not fit") };
    let (whole, sentence) = studio.seals();
    assert!(whole && sentence.contains(&last[..16]), "{sentence}");
}

#[test]
fn an_entry_that_was_altered_in_storage_is_told_with_its_number() {
    let stored = serde_json::to_string(&trained().project).expect("a document");
    let altered = stored.replacen("Began training", "Thought of training", 1);
    assert_ne!(stored, altered);
    let (project, _) = Project::read(&altered).expect("it reads");
    let position = project.log.iter().position(|entry| entry.what.starts_with("Thought")).expect("the entry");
    let mut studio = studio();
    studio.project = project;
    let (whole, sentence) = studio.seals();
    assert!(!whole && sentence.contains(&format!("entry {} does not fit", position + 1)), "{sentence}");
}

#[test]
fn what_is_said_of_the_data_is_an_edit_that_is_stored_and_undone() {
    let mut studio = with_table();
    assert!(studio.data_facts().iter().any(|(name, value)| *name == "Holds" && value == "1,000 rows and 3 columns"));
    let sheet = Datasheet { licence: "CC BY 4.0".into(), ..Datasheet::default() };
    assert!(!studio.update(Action::DescribeData(sheet.clone())).is_empty(), "it is saved");
    let (read, _) = Project::read(&serde_json::to_string(&studio.project).expect("a document")).expect("it reads");
    assert_eq!(read.datasheet, sheet);
    assert_eq!(sheet.answers().into_iter().filter(|(_, text)| !text.is_empty()).count(), 1);
    studio.update(Action::Undo);
    assert_eq!(studio.project.datasheet, Datasheet::default());
}

#[test]
fn a_project_of_before_has_no_answers_and_its_entries_no_seals() {
    let mut older = serde_json::to_value(&trained().project).expect("a document");
    older.as_object_mut().expect("an object").remove("datasheet");
    for entry in older["log"].as_array_mut().expect("a list") {
        entry.as_object_mut().expect("an object").remove("seal");
    }
    let (project, doubt) = Project::read(&older.to_string()).expect("it reads");
    assert!(doubt.is_none());
    let n = project.log.len();
    let mut studio = studio();
    studio.project = project;
    studio.update(Action::RenameProject("Ports".into()));
    let Seals::Whole { unsealed, .. } = check(&studio.project.log) else { panic!("a seal does not fit") };
    assert_eq!(unsealed, n);
    assert!(studio.seals().1.contains(&format!("first {n} are from before")), "{}", studio.seals().1);
}

#[test]
fn every_view_has_a_word_of_its_own() {
    let mut words: Vec<&str> = View::ALL.iter().map(|view| view.word()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), View::ALL.len());
}
