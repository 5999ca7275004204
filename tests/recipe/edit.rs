//! Changes to a recipe, and what is said of its steps.

use hearth::recipe::{Keep, NoOthers, Operation, Recipe, Scope, apply};
use hearth::table::Table;

use crate::read;

fn sample() -> Table {
    read("a,b\n1,2\n1,2\n9,3\n")
}

fn treat() -> Operation {
    Operation::TreatAsMissing { column: "a".into(), texts: vec!["9".into()] }
}

fn repeats() -> Operation {
    Operation::Deduplicate { columns: Vec::new(), keep: Keep::First }
}

fn ids(recipe: &Recipe) -> Vec<u32> {
    recipe.steps.iter().map(|step| step.id).collect()
}

#[test]
fn steps_are_moved_switched_changed_and_removed_by_their_id() {
    let mut recipe = Recipe::default();
    let first = recipe.push(treat());
    let second = recipe.push(repeats());
    assert!(!recipe.shift(first, true) && !recipe.shift(second, false), "at the ends nothing moves");
    assert!(recipe.shift(second, true));
    assert_eq!(ids(&recipe), [second, first]);
    assert!(recipe.switch(first, false) && !recipe.switch(first, false), "twice is no change");
    assert!(!recipe.steps[1].on);
    let drop = Operation::Drop { columns: vec!["b".into()] };
    assert!(recipe.change(first, drop.clone()) && !recipe.change(first, drop));
    let (position, step) = recipe.remove(second).expect("it is there");
    assert_eq!((position, step.operation), (0, repeats()));
    assert_eq!(ids(&recipe), [first]);
    let unknown = first + second + 7;
    assert!(recipe.remove(unknown).is_none() && !recipe.shift(unknown, true) && !recipe.switch(unknown, true));
}

#[test]
fn a_sentence_says_what_each_step_did() {
    let mut recipe = Recipe::default();
    recipe.push(treat());
    recipe.push(repeats());
    recipe.push(Operation::Derive { column: "c".into(), formula: "b * 2".into() });
    recipe.push(Operation::Drop { columns: vec!["gone".into()] });
    recipe.push(Operation::Rename { from: "b".into(), to: "d".into() });
    let off = recipe.push(repeats());
    recipe.switch(off, false);
    let done = apply(&sample(), &recipe.steps, &NoOthers);
    let said: Vec<String> = done.report.iter().map(|report| report.sentence()).collect();
    assert_eq!(
        said,
        [
            "1 cell changed, now missing.",
            "1 row fewer.",
            "1 column more.",
            "Left out: it does not fit the table.",
            "No cell changed.",
            "Switched off.",
        ]
    );
}

#[test]
fn what_becomes_of_a_step_when_predicting_is_said_by_its_scope() {
    assert_eq!(treat().scope(), Scope::RowWise);
    let said = [Scope::RowWise, Scope::TrainingOnly, Scope::CallersDuty].map(Scope::sentence);
    assert!(said.iter().all(|sentence| sentence.ends_with('.')));
    assert!(repeats().scope().sentence().starts_with("For training only"));
}
