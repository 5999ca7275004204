//! A recipe on another file: what no longer fits is told, and the rest goes on.

use std::collections::BTreeMap;

use hearth::recipe::{
    Aggregation, Find, NoOthers, Operation, Origin, Outcome, Recipe, Schema, Scope, Step, apply, apply_rows, fits,
    preview,
};
use hearth::table::{ColumnType, csv::Decimal};

use crate::{cells, done, read, recipe, texts, type_of};

fn steps() -> Recipe {
    let retype = |column: &str| Operation::Retype {
        column: column.into(),
        to: ColumnType::Number,
        decimal: Decimal::Point,
        day_first: false,
    };
    recipe([
        Operation::Trim { columns: texts(&["city", "name"]), runs: true },
        Operation::Replace { column: "price".into(), find: Find::Part("ca-".into()), by: String::new() },
        retype("price"),
        Operation::Derive { column: "gross".into(), formula: "round(price * 1.19, 2)".into() },
        Operation::Filter { condition: "gross > 10".into(), keep: true },
        Operation::Drop { columns: texts(&["note"]) },
    ])
}

const FIRST: &str =
    "name,city,price,note\n Ann , Rome ,ca-10,x\nBob,Oslo,ca-5,y\nCid,Rome,cheap,z\nDan,Bonn,ca-20.5,\n";

#[test]
fn a_recipe_does_what_it_says() {
    let applied = apply(&read(FIRST), &steps().steps, &NoOthers);
    assert!(applied.report.iter().all(|report| report.outcome == Outcome::Done), "{:#?}", applied.report);
    assert_eq!(cells(&applied.table, "gross"), [Some("11.9".to_owned()), Some("24.4".to_owned())]);
    assert_eq!(applied.origin, Some(Origin::Rows(vec![0, 3])));
    let changed: Vec<(u64, u64)> =
        applied.report.iter().map(|report| (report.n_changed, report.n_became_missing)).collect();
    assert_eq!(changed, [(2, 0), (3, 0), (1, 1), (0, 0), (0, 0), (0, 0)]);
    let filter = &applied.report[4];
    assert_eq!((filter.rows_before, filter.rows_after, filter.columns_before, filter.columns_after), (4, 2, 5, 5));
    let lost = &applied.report[2].problems[0];
    assert!(lost.place.starts_with("step 3 (Read price as number), column price"), "{lost:?}");
    assert!(lost.event.contains("“cheap” in row 3") && !lost.cure.is_empty(), "{lost:?}");
}

#[test]
fn a_changed_file_is_gone_through_and_reported() {
    // `city` is gone, `price` is a number now, `note` has another name, `extra` is new.
    let changed = read("name,price,Note,extra\nAnn,10,x,1\nBob,5,y,2\nDan,20.5,z,3\n");
    let applied = apply(&changed, &steps().steps, &NoOthers);
    let outcomes: Vec<Outcome> = applied.report.iter().map(|report| report.outcome).collect();
    use Outcome::{Done, Skipped};
    assert_eq!(outcomes, [Done, Skipped, Done, Done, Done, Skipped]);
    let mut said = String::new();
    for problem in applied.report.iter().flat_map(|report| &report.problems) {
        said.push_str(&format!("{}: {} {} {}\n", problem.place, problem.event, problem.kept, problem.cure));
    }
    insta::assert_snapshot!(said);
    assert_eq!(cells(&applied.table, "gross"), [Some("11.9".to_owned()), Some("24.4".to_owned())]);
    assert_eq!(applied.table.columns.len(), 5);
}

#[test]
fn steps_can_be_switched_off_reordered_and_taken_back() {
    let original = read(FIRST);
    let before = original.clone();
    let mut recipe = steps();
    recipe.steps[4].on = false;
    let applied = apply(&original, &recipe.steps, &NoOthers);
    assert_eq!((applied.table.n_rows, applied.report[4].outcome), (4, Outcome::Off));
    recipe.steps.swap(2, 3);
    let schema = Schema::of(&original);
    let fit = fits(&recipe.steps, &schema, &NoOthers);
    assert_eq!(fit.problems.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [3], "a formula before its number is read");
    recipe.steps.clear();
    assert_eq!(apply(&original, &recipe.steps, &NoOthers).table, before);
    assert_eq!(original, before);
}

#[test]
fn what_fits_is_known_without_rows() {
    let original = read(FIRST);
    let recipe = steps();
    let fit = fits(&recipe.steps, &Schema::of(&original), &NoOthers);
    assert_eq!(fit.problems, []);
    let mut steps = Vec::new();
    for (step, schema) in recipe.steps.iter().zip(&fit.schemas) {
        steps.push(step.clone());
        assert_eq!(*schema, Schema::of(&apply(&original, &steps, &NoOthers).table), "{:?}", step.operation);
    }
    let pivot =
        |function| Operation::Pivot { rows: texts(&["name"]), names: "city".into(), values: "price".into(), function };
    let drop = |name: &str| Operation::Drop { columns: texts(&[name]) };
    let open = crate::recipe([
        pivot(Aggregation::Count),
        drop("Rome"),
        drop("name"),
        Operation::Fill { column: "Oslo".into(), value: "1".into() },
    ]);
    let fit = fits(&open.steps, &Schema::of(&original), &NoOthers);
    assert_eq!((fit.unknown, fit.problems.len()), (vec![1, 3], 0));
    let closed = crate::recipe([pivot(Aggregation::Mean)]);
    assert_eq!(fits(&closed.steps, &Schema::of(&original), &NoOthers).problems.len(), 1, "texts have no mean");
}

#[test]
fn a_prediction_replays_row_wise_steps_only() {
    let (rows, report) = apply_rows(&read(FIRST), &steps());
    assert_eq!((rows.n_rows, report.len()), (4, 5));
    assert_eq!(cells(&rows, "gross")[2], None);
    let one = read("name,city,price,note\n Ann , Rome ,ca-10,x\n");
    let (one, _) = apply_rows(&one, &steps());
    for column in &one.columns {
        assert_eq!(cells(&one, &column.name)[0], cells(&rows, &column.name)[0], "{}", column.name);
        assert_eq!(type_of(&one, &column.name), type_of(&rows, &column.name), "{}", column.name);
    }
    let scopes: Vec<Scope> = steps().steps.iter().map(|step| step.operation.scope()).collect();
    assert_eq!(scopes.iter().filter(|scope| **scope == Scope::RowWise).count(), 5);
}

#[test]
fn a_preview_shows_the_first_rows_that_change() {
    let original = read(FIRST);
    let recipe = steps();
    let shown = |at: usize, n: usize| preview(&original, &recipe.steps[..at], &recipe.steps[at], &NoOthers, n);
    let trimmed = shown(0, 10);
    assert_eq!(trimmed.rows.len(), 1);
    assert_eq!(trimmed.rows[0].before.as_ref().unwrap().1[0].as_deref(), Some(" Ann "));
    assert_eq!(trimmed.rows[0].after.as_ref().unwrap().1[0].as_deref(), Some("Ann"));
    let derived = shown(3, 2);
    assert_eq!((derived.rows.len(), derived.after.len()), (2, derived.before.len() + 1));
    let filtered = shown(4, 10);
    assert_eq!(filtered.rows.iter().map(|row| row.before.as_ref().unwrap().0).collect::<Vec<_>>(), [1, 2]);
    assert!(filtered.rows.iter().all(|row| row.after.is_none()));
}

#[test]
fn a_recipe_goes_through_json_and_back() {
    let mut recipe = steps();
    recipe.steps[0].note = "as the supplier asked".into();
    recipe.steps[1].on = false;
    let text = recipe.to_json().unwrap();
    assert_eq!(Recipe::from_json(&text).unwrap(), recipe);
    insta::assert_snapshot!(text);
    let bad = recipe_of(Operation::Bin {
        column: "a".into(),
        edges: vec![f64::NAN],
        names: texts(&["a", "b"]),
        into: "c".into(),
    });
    assert!(bad.to_json().is_err());
}

fn recipe_of(operation: Operation) -> Recipe {
    Recipe { steps: vec![Step { id: 7, on: true, operation, note: String::new() }] }
}

#[test]
fn other_documents_are_refused_in_words() {
    let good = steps().to_json().unwrap();
    let documents = [
        "{".to_owned(),
        "[]".to_owned(),
        good.replace("hearth-steps", "hearth-recipe"),
        good.replace("\"version\": 1", "\"version\": 2"),
        good.replace("\"version\": 1", "\"version\": \"1\""),
        good.replace("\"derive\"", "\"divine\""),
        good.replace("\"formula\"", "\"formulas\""),
        good.replace("\"id\": 1", "\"id\": 0"),
    ];
    let said: String = documents
        .iter()
        .map(|text| {
            let problem = Recipe::from_json(text).expect_err("refused");
            format!("{}: {} {}\n", problem.place, problem.event, problem.cure)
        })
        .collect();
    insta::assert_snapshot!(said);
}

#[test]
fn names_of_operations_are_those_of_json() {
    // The list tells unknown operations from damaged ones; serde's own message names all that there are.
    let message = serde_json::from_str::<Operation>("{\"x\":1}").unwrap_err().to_string();
    let listed = message.split("expected one of ").nth(1).unwrap();
    let names: Vec<&str> = listed.split('`').skip(1).step_by(2).collect();
    assert_eq!(names, Operation::NAMES);
}

#[test]
fn a_join_names_a_table_that_must_be_there() {
    let join = Operation::Append { with: "more".into(), mark: None };
    let applied = done(&read(FIRST), [join.clone()]);
    assert_eq!(applied.report[0].outcome, Outcome::Skipped);
    let more = read("name,city,price,other\nEva,Rome,1,9\nFay,Rome,2,9\n");
    let others = BTreeMap::from([("more".to_owned(), more)]);
    let applied = crate::done_with(&read(FIRST), [join], &others);
    assert_eq!((applied.table.n_rows, applied.report[0].problems.len()), (6, 2), "{:?}", applied.report[0].problems);
    assert_eq!(applied.origin.unwrap().of(5), [0u32; 0]);
}
