//! Rules as text, there and back.

use hearth::rules::{Demand, Rule, from_json, next_id, to_json};

fn rules() -> Vec<Rule> {
    let column = || "über \"name\"".to_owned();
    let demands = [
        Demand::NotMissing { column: column() },
        Demand::Unique { columns: vec![column(), "b".into()] },
        Demand::Range { column: column(), low: Some("1e-3".into()), high: None },
        Demand::Length { column: column(), least: None, most: Some(3) },
        Demand::Pattern { column: column(), pattern: "\\d+\n".into() },
        Demand::OneOf { column: column(), values: vec![String::new(), "__proto__".into()] },
        Demand::Holds { condition: "a < b".into() },
    ];
    demands.into_iter().zip(3..).map(|(demand, id)| Rule { id, on: id % 2 == 0, demand }).collect()
}

#[test]
fn rules_return_as_they_were() {
    assert_eq!(from_json(&to_json(&rules())).expect("its own text"), rules());
    assert_eq!(next_id(&rules()), 10);
    assert_eq!(next_id(&[]), 0);
    let last = Rule { id: u32::MAX, ..rules()[0].clone() };
    assert_eq!(next_id(&[last]), 0);
}

#[test]
fn what_holds_no_rules_is_refused_with_the_reason() {
    let text = to_json(&rules());
    let twice = text.replacen("\"id\": 4", "\"id\": 3", 1);
    let cases = [
        ("[1,", "The text is no JSON: "),
        ("{\"format\": \"hearth-steps\"}", "The text holds no rules."),
        ("{\"format\": \"hearth-rules\"}", "The version of the rules is unknown."),
        (&text.replace("\"version\": 1", "\"version\": 2"), "The rules have version 2; this Hearth knows 1."),
        (&text.replace("not_missing", "never_missing"), "The rules cannot be read: unknown variant `never_missing`"),
        (&twice, "Two rules have the id 3."),
    ];
    for (text, event) in cases {
        let problem = from_json(text).expect_err(event);
        assert!(problem.event.starts_with(event), "{} is not {event}", problem.event);
        assert_eq!(problem.kept, "The rules at hand are as they were.");
    }
}
