//! Steps between the file and the table: edits with undo, repairs of findings, forms, and what a run remembers of them.

use hearth::job::{Event, Found, Request};
use hearth::recipe::{
    Aggregate, Aggregation, Find, Keep, LetterCase, NoOthers, Operation, Outcome, Outside, Recipe, SampleSize, SortKey,
    SplitBy, Step, preview,
};
use hearth::studio::project::Project;
use hearth::studio::steps::{FORMS, changes, form_of};
use hearth::studio::{Action, Command, Studio};
use hearth::table::ColumnType;
use hearth::table::csv::{Decimal, import_bytes};

use super::made_up::*;

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn one(operation: Operation) -> Recipe {
    let mut recipe = Recipe::default();
    recipe.push(operation);
    recipe
}

fn clip() -> Operation {
    Operation::Clip { column: "age".into(), low: None, high: Some("99".into()), outside: Outside::BecomesBound }
}

fn loaded() -> Studio {
    let mut studio = studio();
    let commands = studio.update(Action::FileDropped(file("people.csv")));
    studio.update(imported(import_ticket(&commands), "people.csv"));
    studio
}

/// The steps that the engine was asked for, with its answer to them.
fn answer(studio: &mut Studio, commands: &[Command]) -> Recipe {
    let (ticket, recipe) = requests(commands)
        .into_iter()
        .find_map(|request| match request {
            Request::Steps { ticket, recipe } | Request::Import { ticket, recipe, .. } => {
                Some((*ticket, recipe.clone()))
            }
            _ => None,
        })
        .expect("steps are asked for");
    let mut summary = summary("people.csv");
    summary.recipe = recipe.clone();
    for step in &recipe.steps {
        if let Operation::Rename { from, to } = &step.operation {
            summary.columns.iter_mut().filter(|c| c.name == *from).for_each(|c| c.name.clone_from(to));
        }
    }
    studio.update(Action::Engine(Event::Imported { ticket, summary, suggestion: None }));
    recipe
}

fn at_hand(studio: &Studio) -> Recipe {
    studio.project.data.as_ref().expect("data").recipe.clone()
}

#[test]
fn a_step_is_an_edit_that_undo_takes_back_and_redo_does_again() {
    let mut studio = loaded();
    let commands = studio.update(Action::ChangeRecipe { label: "Limit age".into(), recipe: one(clip()) });
    assert!(matches!(requests(&commands)[..], [Request::Steps { .. }]), "the file is not read again: {commands:?}");
    assert_eq!(at_hand(&studio), Recipe::default(), "not before it is done");
    answer(&mut studio, &commands);
    assert_eq!((at_hand(&studio), studio.undo_label()), (one(clip()), Some("Limit age")));
    assert!(studio.project.log.last().unwrap().what.contains("Limit age to 99 and below"));
    let commands = studio.update(Action::Undo);
    assert_eq!(answer(&mut studio, &commands), Recipe::default());
    let commands = studio.update(Action::Redo);
    assert_eq!(answer(&mut studio, &commands), one(clip()));
    // The same recipe is no edit.
    assert!(studio.update(Action::ChangeRecipe { label: "again".into(), recipe: one(clip()) }).is_empty());

    // A step that cannot be done leaves everything as it was.
    let commands = studio.update(Action::ChangeRecipe { label: "none".into(), recipe: Recipe::default() });
    let Request::Steps { ticket, .. } = requests(&commands)[0] else { panic!("{commands:?}") };
    let error = hearth::job::Problem { event: "no memory".into(), ..Default::default() };
    studio.update(Action::Engine(Event::Failed { ticket: *ticket, error }));
    assert_eq!((at_hand(&studio), studio.undo_label()), (one(clip()), Some("Limit age")));
    assert!(studio.job.is_none());
}

#[test]
fn edits_that_follow_each_other_quickly_all_count_and_a_stop_takes_them_back() {
    let mut studio = loaded();
    let ask = |studio: &mut Studio, action| studio.update(action);
    let first = ask(&mut studio, Action::ChangeRecipe { label: "Limit age".into(), recipe: one(clip()) });
    let Some(Action::ChangeRecipe { label, recipe }) =
        studio.add_step(Operation::Deduplicate { columns: Vec::new(), keep: Keep::First })
    else {
        panic!("a step")
    };
    assert_eq!(recipe.steps.len(), 2, "behind the one that is being done");
    let second = ask(&mut studio, Action::ChangeRecipe { label, recipe: recipe.clone() });
    assert!(matches!(requests(&second)[..], [Request::Steps { .. }]), "nothing is stopped: {second:?}");
    // The answer to the first is of no account any more.
    let Request::Steps { ticket, recipe: of_first } = requests(&first)[0] else { panic!("{first:?}") };
    let late = hearth::job::TableSummary { recipe: of_first.clone(), ..summary("people.csv") };
    studio.update(Action::Engine(Event::Imported { ticket: *ticket, summary: late, suggestion: None }));
    assert_eq!(at_hand(&studio), Recipe::default());
    answer(&mut studio, &second);
    assert_eq!((at_hand(&studio), studio.undo_label()), (recipe.clone(), Some("Remove repeated rows")));
    let commands = studio.update(Action::Undo);
    assert_eq!(answer(&mut studio, &commands), one(clip()));

    // Undone while it is being done.
    ask(&mut studio, Action::ChangeRecipe { label: "again".into(), recipe: recipe.clone() });
    let commands = studio.update(Action::Undo);
    assert_eq!(answer(&mut studio, &commands), one(clip()));
    assert_eq!((at_hand(&studio), studio.undo_label()), (one(clip()), Some("Limit age")));

    // Stopped: the engine, which may have done it, goes back.
    ask(&mut studio, Action::ChangeRecipe { label: "again".into(), recipe });
    let commands = studio.update(Action::Cancel);
    let asked = requests(&commands);
    assert!(asked.iter().any(|r| matches!(r, Request::Steps { recipe, .. } if *recipe == one(clip()))), "{asked:?}");
    assert_eq!((at_hand(&studio), studio.undo_label()), (one(clip()), Some("Limit age")));
}

#[test]
fn steps_are_kept_with_the_project_and_done_again_when_it_is_opened() {
    let mut studio = loaded();
    let commands = studio.update(Action::ChangeRecipe { label: "Limit age".into(), recipe: one(clip()) });
    answer(&mut studio, &commands);
    let document = serde_json::to_string(&studio.project).unwrap();
    let (project, doubt) = Project::read(&document).unwrap();
    assert_eq!(doubt, None);
    let mut other = super::made_up::studio();
    let commands = other.update(Action::Loaded(Box::new(project)));
    let recipe = requests(&commands).into_iter().find_map(|request| match request {
        Request::Import { recipe, .. } => Some(recipe.clone()),
        _ => None,
    });
    assert_eq!(recipe, Some(one(clip())));
    // Also with other settings, and while the table is not yet back the file is read as a whole.
    let commands = other.update(Action::ChangeRecipe { label: "none".into(), recipe: Recipe::default() });
    assert!(
        requests(&commands).iter().any(|r| matches!(r, Request::Import { recipe, .. } if recipe.steps.is_empty())),
        "{commands:?}"
    );
    let mut settings = studio.project.data.as_ref().unwrap().settings.clone();
    settings.missing.push("-9".into());
    let commands = studio.update(Action::Reimport(settings));
    assert!(matches!(requests(&commands)[..], [Request::Import { recipe, .. }] if *recipe == one(clip())));
}

#[test]
fn a_renamed_column_keeps_its_part_in_the_design() {
    let mut studio = loaded();
    studio.update(Action::EditDesign { label: "target".into(), design: design() });
    let target = design().dataset.target;
    let rename = Operation::Rename { from: target.clone(), to: "alive".into() };
    let commands = studio.update(Action::ChangeRecipe { label: "Rename".into(), recipe: one(rename) });
    answer(&mut studio, &commands);
    assert_eq!(studio.project.design.as_ref().unwrap().dataset.target, "alive");
    let commands = studio.update(Action::Undo);
    answer(&mut studio, &commands);
    assert_eq!(studio.project.design.as_ref().unwrap().dataset.target, target);
}

#[test]
fn a_repair_is_a_step_and_behind_steps_types_are_too() {
    let mut studio = loaded();
    let Some(Action::ChangeRecipe { recipe, label }) = studio.add_step(clip()) else { panic!("a step") };
    assert_eq!((label.as_str(), &recipe), ("Limit age to 99 and below", &one(clip())));
    assert!(matches!(studio.retype_action("age", ColumnType::Category), Some(Action::Reimport(_))));
    let commands = studio.update(Action::ChangeRecipe { label, recipe });
    answer(&mut studio, &commands);
    let Some(Action::ChangeRecipe { recipe, .. }) = studio.retype_action("age", ColumnType::Category) else {
        panic!("a step")
    };
    assert!(matches!(&recipe.steps[1].operation, Operation::Retype { column, .. } if column == "age"));
    let Some(Action::ChangeRecipe { recipe, .. }) = studio.missing_action("age", &texts(&["-9"])) else {
        panic!("a step")
    };
    assert_eq!(recipe.steps.len(), 2);
}

#[test]
fn every_repair_of_the_table_has_a_button() {
    use hearth::quality::{Evidence, Finding, Repair};
    let table = import_bytes("t.csv", b"age,port\n1,a\n2,b\n", None).unwrap().read.table;
    let repairs = [
        Repair::Clip { column: 0, low: 0.0, high: 9.0 },
        Repair::Merge { column: 1, from: texts(&["A"]), into: "a".into() },
        Repair::PadZeros { column: 0, width: 5 },
        Repair::KeepDatesWithin { column: 0, from: 0, to: 9 },
        Repair::DropRepeats,
    ];
    let found: Vec<Found> = repairs
        .into_iter()
        .map(|repair| Found {
            operation: hearth::recipe::operation_of(&repair, &table),
            finding: Finding {
                severity: 0.5,
                columns: Vec::new(),
                evidence: Evidence::DisguisedNumber { value: -9.0, nearest: 1.0 },
                n_rows: 0,
                rows: Vec::new(),
                repair: Some(repair),
            },
            sentence: "something".into(),
        })
        .collect();
    let mut studio = loaded();
    studio.profiled.found = Some(found.into());
    let shown = studio.findings().unwrap();
    let labels: Vec<&str> = shown.iter().map(|shown| shown.repairs[0].0.as_str()).collect();
    assert_eq!(
        labels,
        ["Limit them", "Write “a” for all", "Pad with zeros to 5", "Treat them as missing", "Remove the repeats"]
    );
    assert!(shown.iter().all(|s| matches!(s.repairs[0].1, Action::ChangeRecipe { .. }) && s.advice.is_some()));
}

#[test]
fn a_run_behind_other_steps_is_stale_and_says_which() {
    let mut studio = trained();
    let run = studio.project.runs[0].id;
    let reason = |studio: &Studio| studio.run(run).and_then(|run| studio.stale_reason(run));
    assert_eq!(reason(&studio), None);
    let commands = studio.update(Action::ChangeRecipe { label: "Limit".into(), recipe: one(clip()) });
    answer(&mut studio, &commands);
    assert_eq!(reason(&studio).as_deref(), Some("The steps on the data are others since: Limit age to 99 and below."));
    let mut off = one(clip());
    off.steps[0].on = false;
    let commands = studio.update(Action::ChangeRecipe { label: "Off".into(), recipe: off });
    answer(&mut studio, &commands);
    assert_eq!(reason(&studio), None, "a step that is off changes nothing");
}

#[test]
fn one_preview_is_asked_for_at_a_time_and_the_latest_wins() {
    let mut studio = loaded();
    let ask = |formula: &str| Action::PreviewStep {
        recipe: one(Operation::Derive { column: "a".into(), formula: formula.into() }),
        position: 0,
        cursor: None,
    };
    let commands = studio.update(ask("a"));
    let Request::PreviewStep { ticket, .. } = requests(&commands)[0] else { panic!("{commands:?}") };
    let ticket = *ticket;
    assert!(studio.update(ask("ag")).is_empty() && studio.update(ask("age")).is_empty());
    let table = import_bytes("t.csv", b"age\n1\n2\n", None).unwrap().read.table;
    let step = Step { id: 0, on: true, operation: clip(), note: String::new() };
    let told = hearth::job::StepPreview { preview: preview(&table, &[], &step, &NoOthers, 3), completions: Vec::new() };
    let commands = studio.update(Action::Engine(Event::StepPreviewed { ticket, preview: told.clone() }));
    assert!(studio.step_preview.is_some());
    let asked = requests(&commands)[0];
    assert!(
        matches!(asked, Request::PreviewStep { recipe, .. }
            if matches!(&recipe.steps[0].operation, Operation::Derive { formula, .. } if formula == "age")),
        "{asked:?}"
    );
    studio.update(Action::EndStepPreview);
    studio.update(Action::Engine(Event::StepPreviewed { ticket: ticket + 1, preview: told }));
    assert!(studio.step_preview.is_none(), "an answer that nobody waits for");
}

/// One of each operation that is written by hand.
fn written() -> Vec<Operation> {
    let column = || "age".to_owned();
    vec![
        Operation::Derive { column: "b".into(), formula: "age * 2 & \"x\"".into() },
        Operation::Filter { condition: "age > 1".into(), keep: false },
        Operation::Rename { from: column(), to: "b".into() },
        Operation::Drop { columns: texts(&["a", "b"]) },
        Operation::Retype { column: column(), to: ColumnType::Date, decimal: Decimal::Comma, day_first: true },
        Operation::ParseDates { column: column(), format: "%d.%m.%Y".into() },
        Operation::Trim { columns: texts(&["a"]), runs: true },
        Operation::Case { columns: texts(&["a"]), to: LetterCase::Title },
        Operation::Replace { column: column(), find: Find::RegexCell("a+".into()), by: String::new() },
        Operation::TreatAsMissing { column: column(), texts: texts(&["-9", "n/a"]) },
        Operation::Merge { column: column(), from: texts(&["A", "á"]), into: "a".into() },
        Operation::PadZeros { column: column(), width: 5 },
        Operation::Split {
            column: column(),
            by: SplitBy::Delimiter(", ".into()),
            into: texts(&["x", "y"]),
            keep: true,
        },
        Operation::Combine { columns: texts(&["a", "b"]), separator: " ".into(), into: "c".into(), keep: false },
        Operation::Fill { column: column(), value: "0".into() },
        clip(),
        Operation::Bin { column: column(), edges: vec![1.5, 20.0], names: texts(&["s", "m", "l"]), into: "c".into() },
        Operation::Sort { by: vec![SortKey { column: column(), descending: true }] },
        Operation::Deduplicate { columns: Vec::new(), keep: Keep::Last },
        Operation::Sample { size: SampleSize::Share(0.5), seed: 7 },
        Operation::Group {
            by: texts(&["a"]),
            aggregates: vec![Aggregate { column: "b".into(), function: Aggregation::Median, into: "c".into() }],
        },
        Operation::Pivot { rows: texts(&["a"]), names: "b".into(), values: "c".into(), function: Aggregation::Mean },
        Operation::Unpivot {
            keep: texts(&["a"]),
            columns: texts(&["b", "c"]),
            names_into: "n".into(),
            values_into: "v".into(),
        },
    ]
}

#[test]
fn a_form_holds_each_operation_and_gives_it_back() {
    let mut seen = Vec::new();
    for operation in written() {
        let (form, held) = form_of(&operation).unwrap_or_else(|| panic!("no form: {operation:?}"));
        assert_eq!(FORMS[form].operation(&held), Ok(operation));
        seen.push(form);
    }
    assert_eq!(seen, (0..FORMS.len()).collect::<Vec<_>>(), "every form is tried, in its order");
    for form in &FORMS {
        assert!(Operation::NAMES.contains(&form.name));
        assert_eq!(form.blank("a").len(), form.fields.len());
    }
    // What a form cannot hold whole is not put into it in part.
    let key = |column: &str| SortKey { column: column.into(), descending: false };
    assert_eq!(form_of(&Operation::Sort { by: vec![key("a"), key("b")] }), None);
    assert_eq!(form_of(&Operation::TreatAsMissing { column: "a".into(), texts: texts(&["two\nlines"]) }), None);
    assert_eq!(form_of(&Operation::Append { with: "other".into(), mark: None }), None);
}

#[test]
fn what_is_still_to_be_written_is_said() {
    let form = |name: &str| FORMS.iter().find(|form| form.name == name).unwrap();
    let derive = form("derive");
    assert_eq!(derive.operation(&derive.blank("")), Err("Formula: this is still to be written.".into()));
    let pad = form("pad_zeros");
    assert_eq!(pad.operation(&texts(&["age", "many"])), Err("Characters: write a number.".into()));
    assert!(pad.operation(&texts(&["age", "-3"])).is_err());
    assert!(pad.operation(&texts(&["age", "3"])).is_ok());
}

#[test]
fn a_preview_shows_the_columns_that_change_and_the_rows_that_go() {
    let table = import_bytes("t.csv", b"age,port\n1,a\n120,b\n,c\n130,a\n", None).unwrap().read.table;
    let show = |operation: Operation| {
        let step = Step { id: 0, on: true, operation, note: String::new() };
        let told = preview(&table, &[], &step, &NoOthers, 2);
        assert_eq!(told.report.outcome, Outcome::Done);
        changes(&told)
    };
    let shown = show(clip());
    assert_eq!(shown.names, ["age"]);
    assert_eq!(shown.rows, [("2".to_owned(), texts(&["120 → 99"])), ("4".to_owned(), texts(&["130 → 99"]))]);
    let shown = show(Operation::Derive { column: "twice".into(), formula: "age * 2".into() });
    assert_eq!((shown.names, shown.rows[0].1.clone()), (texts(&["twice"]), texts(&["2"])));
    let shown = show(Operation::Filter { condition: "age > 2".into(), keep: true });
    assert!(shown.gone);
    assert_eq!(shown.rows, [("1".to_owned(), texts(&["1", "a"])), ("3".to_owned(), texts(&["missing", "c"]))]);
}
