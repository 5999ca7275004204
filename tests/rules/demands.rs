//! Each demand with rows that pass, rows that fail, and tables that it does not fit.

use hearth::rules::{Demand, Outcome, Rule, check};
use hearth::table::csv::import_bytes;
use hearth::table::{ColumnType, Table};

const TEXT: &str = "\
id,age,town,code,member,seen,until
1,30,Lisbon,AB-12,yes,2024-01-31,2024-02-28
2,,Osaka,AB-1,no,2024-02-29,2024-02-28
2,-4,lisbon,ZZ-99,yes,,2024-03-01
3,121,Osaka,,no,2024-12-31,2025-01-01
,40,,AB-123,,1999-01-01,2025-01-01
";

fn table() -> Table {
    let mut settings = import_bytes("t.csv", TEXT.as_bytes(), None).expect("a table").settings;
    for (name, as_type) in [("town", ColumnType::Category), ("code", ColumnType::Text)] {
        settings = settings.with_type(name, as_type);
    }
    import_bytes("t.csv", TEXT.as_bytes(), Some(settings)).expect("a table").read.table
}

fn judged(demand: Demand) -> Outcome {
    let rules = [Rule { id: 7, on: true, demand }];
    let [report] = check(&table(), &rules).try_into().expect("one report");
    assert_eq!(report.id, 7);
    report.outcome
}

/// Rows from 0, and the examples.
fn fails(demand: Demand, expected: &[u32], shown: &[&str]) {
    let title = demand.title();
    let Outcome::Failed { n_rows, rows, examples } = judged(demand) else { panic!("“{title}” is not failed") };
    assert_eq!((n_rows as usize, rows.as_slice()), (expected.len(), expected), "{title}");
    assert_eq!(examples, shown, "{title}");
}

fn passes(demand: Demand, expected: u32) {
    let title = demand.title();
    assert_eq!(judged(demand), Outcome::Passed { n_rows: expected }, "{title}");
}

fn cannot(demand: Demand, event: &str, cure: &str) {
    let title = demand.title();
    let Outcome::Impossible(problem) = judged(demand) else { panic!("“{title}” could be judged") };
    assert_eq!((problem.event.as_str(), problem.cure.as_str()), (event, cure));
    assert_eq!(problem.place, format!("rule “{title}”"));
}

fn range(column: &str, low: Option<&str>, high: Option<&str>) -> Demand {
    Demand::Range { column: column.into(), low: low.map(Into::into), high: high.map(Into::into) }
}

fn one_of(column: &str, values: &[&str]) -> Demand {
    Demand::OneOf { column: column.into(), values: values.iter().map(|value| (*value).to_owned()).collect() }
}

fn unique(columns: &[&str]) -> Demand {
    Demand::Unique { columns: columns.iter().map(|name| (*name).to_owned()).collect() }
}

fn pattern(column: &str, pattern: &str) -> Demand {
    Demand::Pattern { column: column.into(), pattern: pattern.into() }
}

fn holds(condition: &str) -> Demand {
    Demand::Holds { condition: condition.into() }
}

#[test]
fn rows_that_break_a_rule_are_named() {
    fails(Demand::NotMissing { column: "age".into() }, &[1], &[]);
    passes(Demand::NotMissing { column: "until".into() }, 5);
    fails(unique(&["id"]), &[2], &["2"]);
    passes(unique(&["id", "age"]), 3);
    fails(range("age", Some("0"), Some("120")), &[2, 3], &["-4", "121"]);
    passes(range("age", Some("-4"), Some("121")), 4);
    fails(range("seen", Some("2000-01-01"), Some("2024-12-30")), &[3, 4], &["2024-12-31", "1999-01-01"]);
    passes(range("seen", None, Some("2024-12-31")), 4);
    let length = |least, most| Demand::Length { column: "code".into(), least, most };
    fails(length(Some(5), Some(5)), &[1, 4], &["AB-1", "AB-123"]);
    passes(length(Some(4), None), 4);
    fails(pattern("code", "[A-Z]{2}-\\d{2}"), &[1, 4], &["AB-1", "AB-123"]);
    passes(pattern("code", "AB-.*|ZZ-99"), 4);
    fails(one_of("town", &["Lisbon", "Osaka"]), &[2], &["lisbon"]);
    fails(one_of("age", &["30", "-4.0"]), &[3, 4], &["121", "40"]);
    fails(one_of("member", &["yes"]), &[1, 3], &["no"]);
    fails(one_of("seen", &["2024-01-31", "31 Dec 2024"]), &[1, 4], &["2024-02-29", "1999-01-01"]);
    // The third row has no day on which it was seen.
    fails(holds("seen <= until"), &[1], &[]);
    passes(holds("age > -10 or is_missing(age)"), 5);
}

#[test]
fn a_rule_that_does_not_fit_is_no_pass() {
    let off = "Change the rule, or switch it off.";
    cannot(
        Demand::NotMissing { column: "ages".into() },
        "There is no column ages.",
        &format!("Did you mean age? {off}"),
    );
    cannot(unique(&["id", "xyzzy"]), "There is no column xyzzy.", off);
    let retype = "Read the column as another type, or change the rule.";
    cannot(range("town", Some("1"), None), "town holds categories, and this rule is for numbers and dates.", retype);
    cannot(pattern("age", "\\d+"), "age holds numbers, and this rule is for categories and texts.", retype);
    cannot(range("age", None, None), "Neither end is given.", "Give the lowest or the highest value.");
    cannot(range("age", Some("2"), Some("1")), "The lowest value is above the highest.", "Exchange the two.");
    cannot(range("age", Some("old"), None), "“old” is not a number.", "Write it with a point, as in 12.5.");
    cannot(range("seen", Some("soon"), None), "“soon” is not a date.", "Write year, month and day, as in 2024-02-29.");
    cannot(one_of("town", &[]), "No value is allowed.", "Name at least one.");
    cannot(unique(&[]), "No column is named.", "Name at least one.");
    let least = Demand::Length { column: "code".into(), least: None, most: None };
    cannot(least, "Neither end is given.", "Give the least or the most characters.");
    let Outcome::Impossible(problem) = judged(pattern("code", "(")) else { panic!("a bracket that does not close") };
    assert!(problem.event.starts_with("“(” is no regular expression"), "{}", problem.event);
    let Outcome::Impossible(problem) = judged(holds("agee > 1")) else { panic!("a column that is not there") };
    assert!(problem.cure.contains("age"), "{problem:?}");
    assert_eq!(problem.place, "rule “agee > 1”");
}

#[test]
fn rules_that_are_off_are_not_judged() {
    let rule = |id, on| Rule { id, on, demand: Demand::NotMissing { column: "age".into() } };
    let reports = check(&table(), &[rule(1, false), rule(2, true)]);
    assert_eq!(reports.iter().map(|report| report.id).collect::<Vec<_>>(), [2]);
    let empty = Table::default();
    assert!(matches!(check(&empty, &[rule(1, true)])[0].outcome, Outcome::Impossible(_)));
}

#[test]
fn a_day_at_the_end_of_a_range_is_meant_with_its_hours() {
    let text = "at,n\n2024-01-31 23:30,1\n2024-02-01 00:00,2\n2024-01-31 00:00,3\n";
    let table = import_bytes("t.csv", text.as_bytes(), None).expect("a table").read.table;
    let rule = Rule { id: 0, on: true, demand: range("at", None, Some("2024-01-31")) };
    let Outcome::Failed { rows, examples, .. } = &check(&table, &[rule])[0].outcome else { panic!("one is later") };
    assert_eq!((rows.as_slice(), examples.as_slice()), (&[1][..], &["2024-02-01".to_owned()][..]));
}

#[test]
fn outcomes_are_told_in_a_sentence() {
    assert_eq!(judged(range("age", Some("0"), Some("120"))).sentence(), "2 rows fail, such as -4; 121.");
    assert_eq!(judged(Demand::NotMissing { column: "age".into() }).sentence(), "1 row fails.");
    assert_eq!(judged(range("age", None, Some("121"))).sentence(), "Passed by 4 rows.");
    assert_eq!(Outcome::Passed { n_rows: 0 }.sentence(), "No row has anything to judge.");
    let titles = [
        (unique(&["a", "b"]), "a, b together are never the same in two rows"),
        (range("a", None, Some("3")), "a is 3 or less"),
        (one_of("a", &["1", "2", "3", "4", "5", "6"]), "a is one of 1, 2, 3, 4 and 2 more"),
        (Demand::Length { column: "a".into(), least: Some(1), most: Some(1) }, "a has 1 character"),
    ];
    for (demand, title) in titles {
        assert_eq!(demand.title(), title);
    }
}
