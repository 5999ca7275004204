//! Rules for the rows: edits with undo, judged for each table, told on the Data and the Trust page; and what a later file
//! takes over from the one before.

use hearth::job::{Event, Filter, Request, Ticket};
use hearth::recipe::{Operation, Recipe};
use hearth::rules::{Demand, Outcome, Rule, RuleReport};
use hearth::studio::checks::Outcome as CheckOutcome;
use hearth::studio::project::Project;
use hearth::studio::rules::{FORMS, demand, form_of};
use hearth::studio::{Action, Command, Stage, Studio};

use super::made_up::*;

fn rule(id: u32, on: bool) -> Rule {
    Rule { id, on, demand: Demand::NotMissing { column: ["age", "port", "survived"][id as usize % 3].into() } }
}

fn judging(commands: &[Command]) -> Option<(Ticket, usize)> {
    requests(commands).into_iter().find_map(|request| match request {
        Request::JudgeRules { ticket, rules } => Some((*ticket, rules.len())),
        _ => None,
    })
}

fn change(studio: &mut Studio, label: &str, rules: Vec<Rule>) -> Vec<Command> {
    studio.update(Action::ChangeRules { label: label.into(), rules })
}

fn answer(studio: &mut Studio, ticket: Ticket, outcomes: Vec<(u32, Outcome)>) {
    let reports = outcomes.into_iter().map(|(id, outcome)| RuleReport { id, outcome }).collect();
    studio.update(Action::Engine(Event::RulesJudged { ticket, reports }));
}

fn failed() -> Outcome {
    Outcome::Failed { n_rows: 2_000, rows: vec![4, 9], examples: Vec::new() }
}

#[test]
fn rules_are_edits_and_are_judged_anew() {
    let mut studio = with_table();
    let commands = change(&mut studio, "Add a rule", vec![rule(0, true), rule(1, false)]);
    let (ticket, _) = judging(&commands).expect("they are judged");
    assert_eq!(saves(&commands)[0].0.rules.len(), 2);
    let told = |studio: &Studio| -> Vec<String> { studio.rules_shown().into_iter().map(|s| s.sentence).collect() };
    assert_eq!(told(&studio), ["Being judged.", "Off: not judged."]);
    answer(&mut studio, ticket, vec![(0, failed())]);
    let shown = studio.rules_shown().remove(0);
    assert_eq!((shown.outcome, shown.sentence.as_str()), (Some(CheckOutcome::Failed), "2,000 rows fail."));
    let (label, action) = shown.show.expect("rows");
    assert_eq!(label, "Show the first 2 rows");
    assert!(matches!(&action, Action::SetFilters(filters)
        if matches!(&filters[..], [Filter::Rows { name, rows }] if name == "not: age is never missing" && rows[..] == [4, 9])));
    assert_eq!(studio.live_fact(Stage::Data), "1,000 rows, 1 rule broken");

    // An answer to rules as they were is of no account.
    let commands = change(&mut studio, "Switch on", vec![rule(0, true), rule(1, true)]);
    answer(&mut studio, ticket, vec![(0, failed())]);
    assert_eq!(studio.rules_told, None);
    let (ticket, n) = judging(&commands).expect("others are judged");
    assert_eq!(n, 2);
    answer(&mut studio, ticket, vec![(0, Outcome::Passed { n_rows: 0 }), (1, Outcome::Passed { n_rows: 7 })]);
    let outcomes: Vec<_> = studio.rules_shown().into_iter().map(|s| s.outcome.unwrap()).collect();
    assert_eq!(outcomes, [CheckOutcome::Unknown, CheckOutcome::Passed], "what judged no row passed none");
    assert_eq!(studio.n_broken_rules(), (0, 0));

    let commands = studio.update(Action::Undo);
    assert_eq!(studio.project.rules, [rule(0, true), rule(1, false)]);
    assert!(judging(&commands).is_some());
    studio.update(Action::Undo);
    assert_eq!((studio.project.rules.len(), studio.undo_label(), studio.redo_label()), (0, None, Some("Add a rule")));
    assert_eq!(studio.rules_told, None);
    studio.update(Action::Redo);
    assert_eq!(studio.project.rules.len(), 2);
    // The same rules are no edit, and without data there is nothing to demand.
    let same = studio.project.rules.clone();
    assert!(change(&mut studio, "again", same).is_empty());
    let mut empty = self::studio();
    assert!(change(&mut empty, "none", vec![rule(0, true)]).is_empty());
}

#[test]
fn another_table_is_judged_and_an_older_document_has_no_rules() {
    let mut studio = with_table();
    change(&mut studio, "Add a rule", vec![rule(0, true)]);
    let recipe = Recipe { steps: Vec::new() };
    let mut steps = recipe.clone();
    steps.push(Operation::Drop { columns: vec!["port".into()] });
    let commands = studio.update(Action::ChangeRecipe { label: "Drop port".into(), recipe: steps });
    let Request::Steps { ticket, recipe } = requests(&commands)[0].clone() else { panic!("{commands:?}") };
    let summary = hearth::job::TableSummary { recipe, ..summary("people.csv") };
    let commands = studio.update(Action::Engine(Event::Imported { ticket, summary, suggestion: None }));
    assert!(judging(&commands).is_some(), "the table is another one");

    let document = serde_json::to_string(&studio.project).unwrap();
    assert_eq!(Project::read(&document).unwrap().0.rules, [rule(0, true)]);
    let mut older: serde_json::Value = serde_json::from_str(&document).unwrap();
    older.as_object_mut().unwrap().remove("rules");
    assert_eq!(Project::read(&older.to_string()).unwrap().0.rules, []);
}

#[test]
fn what_is_proposed_is_added_once() {
    let mut studio = with_table();
    change(&mut studio, "Add a rule", vec![rule(0, true)]);
    let demands = vec![rule(0, true).demand, rule(1, true).demand, rule(2, true).demand];
    let mut propose = || {
        let commands = studio.update(Action::ProposeRules);
        let Request::ProposeRules { ticket } = requests(&commands)[0] else { panic!("{commands:?}") };
        let event = Event::RulesProposed { ticket: *ticket, demands: demands.clone() };
        studio.update(Action::Engine(event));
        (studio.project.rules.clone(), studio.undo_label().map(str::to_owned), told(&studio))
    };
    let (rules, label, _) = propose();
    assert_eq!(rules.iter().map(|rule| rule.id).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(label.as_deref(), Some("Add 2 proposed rules"));
    let (again, _, said) = propose();
    assert_eq!(again, rules);
    assert!(said.contains("These rows suggest no further rule"), "{said}");
}

#[test]
fn trust_says_whether_the_rows_keep_the_rules() {
    let mut studio = trained();
    let run = studio.project.runs.iter().find(|run| !run.is_baseline()).cloned().expect("a run");
    assert_eq!(studio.rules_check(&run), None, "nothing is demanded");
    let commands = change(&mut studio, "Add rules", (0..5).map(|id| rule(id, true)).collect());
    let (ticket, _) = judging(&commands).expect("they are judged");
    let said = |studio: &Studio| {
        let check = studio.rules_check(&run).expect("rules are there");
        (check.outcome, check.finding)
    };
    assert_eq!(said(&studio), (CheckOutcome::Unknown, "The rules are being judged.".into()));
    let passed = || Outcome::Passed { n_rows: 9 };
    answer(&mut studio, ticket, (0..5).map(|id| (id, passed())).collect());
    assert_eq!(said(&studio), (CheckOutcome::Passed, "5 rules kept by every row.".into()));
    assert_eq!(studio.stale_reason(&run), None, "a rule changes no model");

    let commands = change(&mut studio, "Others", (0..6).map(|id| rule(id, true)).collect());
    let (ticket, _) = judging(&commands).expect("they are judged");
    let impossible = || Outcome::Impossible(hearth::job::Problem::default());
    answer(&mut studio, ticket, vec![(0, passed()), (1, impossible())]);
    assert_eq!(said(&studio).0, CheckOutcome::Unknown, "what cannot be judged is no pass");
    assert_eq!(studio.live_fact(Stage::Data), "1,000 rows, 1 rule not judged");
    let commands = change(&mut studio, "More", (0..7).map(|id| rule(id, true)).collect());
    let (ticket, _) = judging(&commands).expect("they are judged");
    answer(&mut studio, ticket, (0..6).map(|id| (id, failed())).chain([(6, passed())]).collect());
    let (outcome, finding) = said(&studio);
    assert_eq!(outcome, CheckOutcome::Doubtful);
    assert_eq!(
        finding,
        "6 of 7 rules broken: “age is never missing”, “port is never missing”, “survived is never missing” and 3 more."
    );
    assert!(studio.run_checks(&run).iter().any(|check| check.name == "The rows keep your rules"));
}

#[test]
fn every_form_makes_its_rule_and_shows_it_again() {
    let text = |text: &str| text.to_owned();
    let demands = [
        Demand::NotMissing { column: text("age") },
        Demand::Unique { columns: vec![text("age"), text("port")] },
        Demand::Range { column: text("age"), low: Some(text("0")), high: None },
        Demand::OneOf { column: text("port"), values: vec![text("a"), text(" b")] },
        Demand::Pattern { column: text("port"), pattern: text("[a-z]+") },
        Demand::Length { column: text("port"), least: None, most: Some(3) },
        Demand::Holds { condition: text("age > 0") },
    ];
    for (i, wanted) in demands.iter().enumerate() {
        let (form, texts) = form_of(wanted).expect("a form");
        assert_eq!((form, demand(&FORMS[form], &texts).as_ref()), (i, Ok(wanted)));
    }
    let blank = FORMS[0].blank("");
    assert_eq!(demand(&FORMS[0], &blank), Err(text("Column: this is still to be written.")));
    let texts = [text("port"), text("three"), String::new()];
    assert_eq!(demand(&FORMS[5], &texts), Err(text("Fewest characters (empty: no limit): write a number.")));
}

/// A project with a step and a rule, on which the next file was dropped.
fn next_file(columns: &[&str]) -> (Studio, Vec<Command>) {
    let mut studio = with_table();
    change(&mut studio, "Add a rule", vec![rule(0, true)]);
    let mut recipe = Recipe::default();
    recipe.push(Operation::Trim { columns: vec!["port".into()], runs: false });
    let commands = studio.update(Action::ChangeRecipe { label: "Trim".into(), recipe });
    let Request::Steps { ticket, recipe } = requests(&commands)[0].clone() else { panic!("{commands:?}") };
    let table = hearth::job::TableSummary { recipe, ..summary("people.csv") };
    studio.update(Action::Engine(Event::Imported { ticket, summary: table, suggestion: None }));
    studio.project.design.as_mut().unwrap().split.folds = 7;
    let next = hearth::studio::FileHandle { key: 2, ..file("december.csv") };
    let commands = drop_readable(&mut studio, next);
    let ticket = import_ticket(&commands);
    let mut table = summary("december.csv");
    table.columns = columns.iter().map(|name| column(name, hearth::table::ColumnType::Number)).collect();
    let suggestion = Some(hearth::job::Suggestion { design: design(), reason: "It is the last.".into() });
    let commands = studio.update(Action::Engine(Event::Imported { ticket, summary: table, suggestion }));
    (studio, commands)
}

#[test]
fn a_later_file_takes_over_what_was_done_to_the_one_before() {
    let (mut studio, _) = next_file(&["age", "port", "survived", "more"]);
    assert_eq!((studio.project.rules.len(), studio.recipe().unwrap().steps.len()), (0, 0), "a project of its own");
    let (sentence, action) = studio.offer_to_take_over().expect("its columns are those of the file before");
    assert_eq!(sentence, "people has 1 step, 1 rule and the design.");
    let commands = studio.update(action);
    // It is read alike, so that only the step is done.
    let Request::Steps { ticket, recipe } = requests(&commands)[0].clone() else { panic!("{commands:?}") };
    assert_eq!((recipe.steps.len(), studio.project.rules.len()), (1, 1));
    assert_eq!(studio.project.design.as_ref().unwrap().split.folds, 7);
    let table = hearth::job::TableSummary { recipe, ..summary("december.csv") };
    let commands = studio.update(Action::Engine(Event::Imported { ticket, summary: table, suggestion: None }));
    assert!(judging(&commands).is_some(), "the new rows are judged");
    assert_eq!((studio.undo_label(), studio.offer_to_take_over()), (Some("Take over from people"), None));
    // Undo takes back all of it together.
    let commands = studio.update(Action::Undo);
    let Request::Steps { recipe, .. } = requests(&commands)[0] else { panic!("{commands:?}") };
    assert_eq!((recipe.steps.len(), studio.project.rules.len()), (0, 0));
    assert_eq!(studio.project.design, Some(design()));
}

#[test]
fn a_file_of_other_columns_is_offered_nothing() {
    let (studio, _) = next_file(&["age", "weight", "height"]);
    assert_eq!(studio.offer_to_take_over(), None);
}
