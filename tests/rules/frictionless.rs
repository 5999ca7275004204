//! The schema of a table is read by frictionless, and finds the same rows to be at fault.

use std::collections::BTreeSet;

use hearth::random::Random;
use hearth::rules::{Demand, Outcome, Rule, check, table_schema};
use hearth::table::csv::{import_bytes, write};
use hearth::table::{ColumnType, Table};
use serde_json::json;

use crate::python::ask;

/// Columns of every type with missing cells, repeats and odd texts.
fn made_up(seed: u64) -> Table {
    let mut random = Random::new(seed, 0);
    let mut text = "key,score,town,code,member,day,at\n".to_owned();
    for _ in 0..300 {
        let mut draw = |bound: u64| random.below(bound);
        let towns = ["Lisbon", "Kraków", "New, York", "\"Osaka\"", "東京"];
        let row = [
            format!("{}", draw(250)),
            format!("{}", draw(2_000) as f64 / 16.0 - 20.0),
            towns[draw(5) as usize].replace('"', "\"\""),
            "x".repeat(draw(6) as usize) + ["1", "22", "Ä"][draw(3) as usize],
            ["yes", "no"][draw(2) as usize].to_owned(),
            format!("2024-{:02}-{:02}", 1 + draw(12), 1 + draw(28)),
            format!("2024-{:02}-{:02} {:02}:30:00", 1 + draw(12), 1 + draw(28), draw(24)),
        ];
        let cells: Vec<String> =
            row.into_iter().map(|cell| if draw(10) == 0 { String::new() } else { format!("\"{cell}\"") }).collect();
        text += &(cells.join(",") + "\n");
    }
    let mut settings = import_bytes("t.csv", text.as_bytes(), None).expect("a table").settings;
    settings = settings.with_type("code", ColumnType::Text).with_type("town", ColumnType::Category);
    import_bytes("t.csv", text.as_bytes(), Some(settings)).expect("a table").read.table
}

/// A rule, and the constraint that frictionless names for it.
fn rules() -> Vec<(Rule, &'static [&'static str])> {
    let text = |text: &str| Some(text.to_owned());
    let range = |column: &str, low, high| Demand::Range { column: column.into(), low, high };
    let demands: Vec<(Demand, &[&str])> = vec![
        (Demand::NotMissing { column: "score".into() }, &["required"]),
        (Demand::Unique { columns: vec!["key".into()] }, &["unique"]),
        (range("score", text("-10.5"), text("90")), &["minimum", "maximum"]),
        (range("day", text("2024-02-10"), text("2024-11-20")), &["minimum", "maximum"]),
        (range("at", text("2024-03-01"), text("2024-10-10")), &["minimum", "maximum"]),
        (
            Demand::OneOf {
                column: "town".into(), values: vec!["Kraków".into(), "New, York".into(), "東京".into()]
            },
            &["enum"],
        ),
        (Demand::Pattern { column: "code".into(), pattern: "x*(1|22)".into() }, &["pattern"]),
        (Demand::Length { column: "code".into(), least: Some(2), most: Some(5) }, &["minLength", "maxLength"]),
        (Demand::NotMissing { column: "member".into() }, &["required"]),
        (Demand::NotMissing { column: "town".into() }, &["required"]),
    ];
    demands.into_iter().zip(0..).map(|((demand, names), id)| (Rule { id, on: true, demand }, names)).collect()
}

#[test]
fn frictionless_finds_the_same_rows() {
    let of_rules = rules();
    let rules: Vec<Rule> = of_rules.iter().map(|(rule, _)| rule.clone()).collect();
    for seed in 1..=3 {
        let table = made_up(seed);
        let schema = table_schema(&table, &rules);
        assert_eq!(schema.get("hearth:rules"), None, "the standard knows all of them");
        let text = String::from_utf8(write(&table)).expect("UTF-8");
        let theirs = ask("rules.py", &json!({ "schema": schema, "text": text }));
        let theirs: Vec<(u64, String, String)> = serde_json::from_value(theirs).expect("rows, columns and constraints");
        for (report, (rule, names)) in check(&table, &rules).iter().zip(&of_rules) {
            let Outcome::Failed { rows, n_rows, .. } = &report.outcome else {
                panic!("{}: {:?} was planted", rule.demand.title(), report.outcome)
            };
            assert_eq!(rows.len(), *n_rows as usize);
            let ours: BTreeSet<u64> = rows.iter().map(|row| u64::from(*row)).collect();
            let column = &rule.demand.columns()[0];
            let said = theirs.iter().filter(|(_, name, kind)| name == column && names.contains(&kind.as_str()));
            let said: BTreeSet<u64> = said.map(|(row, ..)| *row).collect();
            assert_eq!(ours, said, "{} of table {seed}", rule.demand.title());
        }
        let all: BTreeSet<&str> = theirs.iter().map(|(_, _, kind)| kind.as_str()).collect();
        let known: BTreeSet<&str> = of_rules.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(all, known, "nothing else is at fault");
    }
}

#[test]
fn what_the_standard_does_not_know_is_kept_as_a_sentence() {
    let table = made_up(1);
    let rule = |id, on, demand| Rule { id, on, demand };
    let at_least = |low: &str| Demand::Range { column: "score".into(), low: Some(low.into()), high: None };
    let rules = [
        rule(0, true, Demand::Unique { columns: vec!["key".into(), "town".into()] }),
        rule(1, true, Demand::Holds { condition: "score > 0".into() }),
        rule(2, true, at_least("1")),
        rule(3, true, at_least("2")),
        rule(4, false, Demand::NotMissing { column: "key".into() }),
        rule(5, true, Demand::OneOf { column: "member".into(), values: vec!["yes".into()] }),
        rule(6, true, Demand::NotMissing { column: "gone".into() }),
    ];
    let schema = table_schema(&table, &rules);
    let sentences = [
        "key, town together are never the same in two rows",
        "score > 0",
        "score is 2 or more",
        "member is one of yes",
        "gone is never missing",
    ];
    assert_eq!(schema["hearth:rules"], json!(sentences));
    assert_eq!(schema["fields"][1]["constraints"], json!({ "minimum": 1.0 }));
    assert_eq!(schema["fields"][0].get("constraints"), None);
    assert_eq!(schema["fields"][4]["trueValues"], json!(["yes"]));
}
