//! Rules that are proposed hold for the table that they come from.

use hearth::rules::{Demand, Outcome, Rule, check, propose};
use hearth::table::csv::import_bytes;

#[test]
fn what_is_proposed_is_what_holds() {
    let mut text = "key,part,amount,change,town,member,note\n".to_owned();
    for i in 0..200 {
        let town = ["Lisbon", "Kraków", "Osaka"][i % 3];
        let change = i as f64 * 0.7 - 30.0;
        let missing = if i == 9 { "" } else { "12.5" };
        text += &format!("{},{},{missing},{change},{town},{},n{}\n", i + 1000, i % 7, ["yes", "no"][i % 2], i % 90);
    }
    let table = import_bytes("t.csv", text.as_bytes(), None).expect("a table").read.table;
    let proposed = propose(&table);
    let of = |name: &str| -> Vec<String> {
        proposed.iter().filter(|demand| demand.columns()[0] == name).map(Demand::title).collect()
    };
    assert_eq!(of("key"), ["key is never missing", "key is never the same in two rows", "key is 0 or more"]);
    assert_eq!(of("part"), ["part is never missing", "part is 0 or more"]);
    assert_eq!(of("amount"), ["amount is 0 or more"]);
    assert_eq!(of("change"), ["change is never missing"]);
    assert_eq!(of("town"), ["town is never missing", "town is one of Kraków, Lisbon, Osaka"]);
    assert_eq!(of("member"), ["member is never missing", "member is one of no, yes"]);
    // Levels with two rows each promise more that are not here yet.
    assert_eq!(of("note"), ["note is never missing"]);
    let rules: Vec<Rule> = proposed.into_iter().zip(0..).map(|(demand, id)| Rule { id, on: true, demand }).collect();
    for report in check(&table, &rules) {
        assert!(matches!(report.outcome, Outcome::Passed { .. }), "{report:?}");
    }
}

#[test]
fn nothing_is_proposed_of_a_handful() {
    let table = import_bytes("t.csv", b"a,b\n1,2\n3,4\n", None).expect("a table").read.table;
    assert_eq!(propose(&table), []);
}
