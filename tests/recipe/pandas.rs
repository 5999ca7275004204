//! Every operation as pandas does it, and every formula as Python does.

use std::collections::BTreeMap;

use hearth::recipe::formula::{Formula, Function};
use hearth::recipe::{
    Aggregate, Aggregation, Find, JoinKind, Keep, KeyPair, LetterCase, Operation, Outcome, Outside, SampleSize, Schema,
    SortKey, SplitBy,
};
use hearth::table::csv::Decimal;
use hearth::table::{Column, ColumnType, Table, Values};
use serde_json::{Value, json};

use crate::python::ask;
use crate::{boolean, category, date, done_with, number, table, text, texts};

const DAY: i64 = 86_400_000;

fn cell(values: &Values, row: usize) -> Value {
    if values.is_missing(row) {
        return Value::Null;
    }
    match values {
        Values::Number(v) => json!(v[row]),
        Values::Date { milliseconds, .. } => json!(milliseconds[row]),
        Values::Boolean { codes, .. } => json!(codes[row] == 1),
        Values::Category { .. } | Values::Text(_) => json!(values.text(row)),
    }
}

fn asked(table: &Table) -> Value {
    let column = |column: &Column| {
        let cells: Vec<Value> = (0..table.n_rows).map(|row| cell(&column.values, row)).collect();
        json!({"name": column.name, "kind": column.values.column_type().word(), "cells": cells})
    };
    table.columns.iter().map(column).collect()
}

fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours.as_f64(), theirs.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * 1f64.max(a.abs()).max(b.abs()),
        _ => ours == theirs,
    }
}

fn compare(what: &str, ours: &Table, theirs: &Value) {
    let theirs = theirs.as_array().unwrap_or_else(|| panic!("{what}: no table"));
    let names: Vec<&str> = ours.columns.iter().map(|column| column.name.as_str()).collect();
    let their_names: Vec<&str> = theirs.iter().map(|column| column["name"].as_str().unwrap_or_default()).collect();
    assert_eq!(names, their_names, "{what}");
    for (column, expected) in ours.columns.iter().zip(theirs) {
        let cells: Vec<Value> = (0..ours.n_rows).map(|row| cell(&column.values, row)).collect();
        let expected = expected["cells"].as_array().unwrap_or_else(|| panic!("{what}: no cells"));
        let all = cells.len() == expected.len() && cells.iter().zip(expected).all(|(a, b)| same(a, b));
        assert!(all, "{what}, {}: ours {cells:?}, theirs {expected:?}", column.name);
    }
}

fn cases_table() -> Table {
    table(vec![
        number("n", &[Some(1.0), Some(2.5), None, Some(-3.0), Some(40.0), Some(2.5), Some(3.0), Some(-3.0)]),
        number("m", &[Some(0.1), Some(0.2), Some(0.3), None, Some(1e9), Some(0.2), Some(7.0), Some(5.0)]),
        category("c", &[Some("a"), Some("b"), Some("a"), None, Some("B "), Some("b"), Some("a"), Some("a")]),
        category("k", &[Some("x"), Some("y"), Some("x"), Some("z"), None, Some("y"), Some("y"), Some("x")]),
        text(
            "s",
            &[Some(" Ab  c "), Some("a-b-c"), None, Some("12"), Some("1.5"), Some("a-b-c"), Some("x"), Some("ÄÖ-ß")],
        ),
        text(
            "when",
            &[
                Some("01.02.2024"),
                Some("31.12.1999"),
                Some("30.02.2024"),
                None,
                Some("x"),
                Some("31.12.1999"),
                Some("1.1.2020"),
                Some("29.02.2023"),
            ],
        ),
        boolean("b", &[Some(true), Some(false), None, Some(true), Some(true), Some(false), None, Some(false)]),
        date(
            "d",
            &[
                Some(0),
                Some(DAY * 400),
                None,
                Some(-DAY * 3),
                Some(DAY * 20_000),
                Some(DAY * 400),
                Some(DAY),
                Some(DAY * 2),
            ],
        ),
    ])
}

fn other_table() -> Table {
    table(vec![
        category("key", &[Some("y"), Some("x"), Some("y"), Some("q"), None]),
        number("n", &[Some(10.0), Some(20.0), Some(30.0), Some(40.0), Some(50.0)]),
        text("extra", &[Some("one"), Some("two"), None, Some("four"), Some("five")]),
    ])
}

fn row_wise() -> Vec<Operation> {
    let name = |text: &str| text.to_owned();
    let replace = |column: &str, find, by: &str| Operation::Replace { column: column.into(), find, by: by.into() };
    let split = |by, into: &[&str], keep| Operation::Split { column: "s".into(), by, into: texts(into), keep };
    let retype =
        |column: &str, to| Operation::Retype { column: column.into(), to, decimal: Decimal::Point, day_first: true };
    let clip = |column: &str, low: Option<&str>, high: Option<&str>, outside| Operation::Clip {
        column: column.into(),
        low: low.map(Into::into),
        high: high.map(Into::into),
        outside,
    };
    let fill = |column: &str, value: &str| Operation::Fill { column: column.into(), value: value.into() };
    let missing =
        |column: &str, words: &[&str]| Operation::TreatAsMissing { column: column.into(), texts: texts(words) };
    let bin = |into: &str| Operation::Bin {
        column: "n".into(),
        edges: vec![0.0, 2.5, 10.0],
        names: texts(&["below", "low", "mid", "high"]),
        into: into.into(),
    };
    vec![
        Operation::Rename { from: name("n"), to: name("count") },
        Operation::Drop { columns: texts(&["n", "s"]) },
        retype("s", ColumnType::Number),
        retype("n", ColumnType::Text),
        retype("n", ColumnType::Category),
        retype("when", ColumnType::Date),
        retype("b", ColumnType::Number),
        Operation::Trim { columns: texts(&["s", "c"]), runs: false },
        Operation::Trim { columns: texts(&["s"]), runs: true },
        Operation::Case { columns: texts(&["s", "c"]), to: LetterCase::Lower },
        Operation::Case { columns: texts(&["s", "c"]), to: LetterCase::Upper },
        Operation::Case { columns: texts(&["s"]), to: LetterCase::Title },
        replace("c", Find::Cell(name("a")), "first"),
        replace("s", Find::Part(name("-")), "/"),
        replace("s", Find::Part(name("x")), ""),
        replace("s", Find::Regex(name("([a-c])-([a-c])")), "$2+$1"),
        replace("s", Find::RegexCell(name("[0-9.]+")), "digits"),
        missing("c", &["a", "nothing"]),
        missing("n", &["-3"]),
        missing("d", &["1970-01-01"]),
        Operation::Merge { column: name("c"), from: texts(&["b", "B "]), into: name("B") },
        Operation::PadZeros { column: name("s"), width: 4 },
        Operation::PadZeros { column: name("n"), width: 5 },
        split(SplitBy::Delimiter(name("-")), &["first", "rest"], true),
        split(SplitBy::Regex(name("[-.]")), &["p", "q", "r"], false),
        split(SplitBy::Positions(vec![1, 3]), &["p", "q", "r"], true),
        Operation::Combine { columns: texts(&["k", "c"]), separator: name("|"), into: name("both"), keep: true },
        Operation::Combine { columns: texts(&["k", "s"]), separator: name(""), into: name("k"), keep: false },
        Operation::ParseDates { column: name("when"), format: name("%d.%m.%Y") },
        fill("n", "7.5"),
        fill("c", "none"),
        fill("s", "none"),
        fill("b", "true"),
        fill("d", "2001-02-03"),
        clip("n", Some("-1"), Some("3"), Outside::BecomesBound),
        clip("n", None, Some("3"), Outside::BecomesMissing),
        clip("d", Some("1970-01-01"), Some("1980-01-01"), Outside::BecomesMissing),
        clip("d", Some("1970-01-01"), None, Outside::BecomesBound),
        bin("class"),
        bin("n"),
        Operation::Derive { column: name("twice"), formula: name("n * 2 + 1") },
        Operation::Derive { column: name("m"), formula: name("n * 2 + 1") },
    ]
}

fn whole_table() -> Vec<Operation> {
    let name = |text: &str| text.to_owned();
    let key = |column: &str, descending| SortKey { column: column.into(), descending };
    let aggregate = |(at, function): (usize, &Aggregation)| Aggregate {
        column: if matches!(function, Aggregation::First) { "s" } else { "n" }.into(),
        function: *function,
        into: format!("a{at}"),
    };
    let join = |kind| Operation::Join {
        with: name("other"),
        kind,
        on: vec![KeyPair { left: name("k"), right: name("key") }],
        suffix: name("_other"),
        loose: false,
    };
    let pivot = |function| Operation::Pivot { rows: texts(&["c"]), names: name("k"), values: name("m"), function };
    vec![
        Operation::Filter { condition: name("n > 2"), keep: true },
        Operation::Filter { condition: name("n > 2"), keep: false },
        Operation::DeleteRows { rows: vec![0, 3, 7], of_rows: 8 },
        Operation::Sort { by: vec![key("n", false)] },
        Operation::Sort { by: vec![key("c", true), key("m", true)] },
        Operation::Sort { by: vec![key("s", true), key("d", false)] },
        Operation::Sort { by: vec![key("b", true), key("d", true)] },
        Operation::Deduplicate { columns: Vec::new(), keep: Keep::First },
        Operation::Deduplicate { columns: texts(&["c", "k"]), keep: Keep::First },
        Operation::Deduplicate { columns: texts(&["c"]), keep: Keep::Last },
        Operation::Group {
            by: texts(&["c"]),
            aggregates: Aggregation::ALL.iter().enumerate().map(aggregate).collect(),
        },
        Operation::Group {
            by: texts(&["k", "b"]),
            aggregates: vec![
                Aggregate { column: name("d"), function: Aggregation::Min, into: name("from") },
                Aggregate { column: name("d"), function: Aggregation::Max, into: name("to") },
                Aggregate { column: name("s"), function: Aggregation::Distinct, into: name("texts") },
            ],
        },
        pivot(Aggregation::Mean),
        pivot(Aggregation::Max),
        pivot(Aggregation::First),
        Operation::Unpivot {
            keep: texts(&["k", "d"]),
            columns: texts(&["n", "m"]),
            names_into: name("name"),
            values_into: name("value"),
        },
        Operation::Unpivot {
            keep: Vec::new(),
            columns: texts(&["c", "k"]),
            names_into: name("name"),
            values_into: name("v"),
        },
        join(JoinKind::Left),
        join(JoinKind::Inner),
        join(JoinKind::Full),
        Operation::Append { with: name("other"), mark: None },
    ]
}

/// x, y: numbers; s, t, u, w: texts; d, e: dates; p, q: yes/no.
fn formula_table() -> Table {
    let (x, y) = (
        [0.5, 2.0, -7.5, 1.005, 2.5, 0.0, 1e6, 3.5, -0.125, 2023.0, 2024.0, 12.0],
        [2.0, 0.0, 2.0, -3.0, 0.1, 0.0, 3.0, -2.0, 0.5, 2.0, 13.0, 1.0],
    );
    let holes = |values: [f64; 12], hole: usize| {
        values.iter().enumerate().map(|(i, v)| (i % 7 != hole).then_some(*v)).collect::<Vec<_>>()
    };
    let s = [" abc ", "abc", "", "cab12", "ÄÖÜß", "b", "a1b22", "zz", "ABC", "aXb", "日本語b", "bbb"].map(Some);
    let t = ["ab", "abc", "1.5", "-2e3", "x", "b", "a1", "0", "", "aX", "7", "1e400"].map(Some);
    let u = [
        "01.02.2024",
        "1.2.2024",
        "30.02.2024",
        "x",
        " 31.12.1999 ",
        "",
        "29.02.2024",
        "1.13.2020",
        "01.02.24",
        "9.9.2021",
        "30.12.9999",
        "1.1.1970",
    ];
    let w = [
        "2024-01-01 00:00",
        "2024-02-29 23:59",
        "2024-01-01",
        "x",
        "1969-12-31 12:30",
        "",
        "2024-01-01 24:00",
        "2000-1-1 1:1",
        "a",
        "b",
        "c",
        "d",
    ];
    let mut texts_of_s: Vec<Option<&str>> = s.to_vec();
    let mut texts_of_t: Vec<Option<&str>> = t.to_vec();
    (texts_of_s[7], texts_of_t[9], texts_of_t[7]) = (None, None, None);
    let d = [
        0,
        -1,
        86_399_999,
        DAY * 19_000 + 3_600_000,
        -DAY * 25_000,
        DAY * 59,
        DAY * 365,
        1,
        DAY * 11_016,
        DAY * 20_000,
        -86_400_001,
        5,
    ];
    let e = [DAY, 5, -DAY, 0, 0, DAY * 60, 1, 1, 2, 3, 4, 5];
    let of_dates = |dates: [i64; 12], hole: usize| {
        dates.iter().enumerate().map(|(i, v)| (i % 5 != hole).then_some(*v)).collect::<Vec<_>>()
    };
    let three = |n: usize| (0..12).map(|i| [Some(true), Some(false), None][i / n % 3]).collect::<Vec<_>>();
    table(vec![
        number("x", &holes(x, 5)),
        number("y", &holes(y, 6)),
        text("s", &texts_of_s),
        category("t", &texts_of_t),
        text("u", &u.map(Some)),
        text("w", &w.map(Some)),
        date("d", &of_dates(d, 2)),
        date("e", &of_dates(e, 3)),
        boolean("p", &three(1)),
        boolean("q", &three(3)),
    ])
}

#[test]
fn operations_and_formulas_are_those_of_pandas_and_python() {
    let (table, rows) = (cases_table(), formula_table());
    let others = BTreeMap::from([("other".to_owned(), other_table())]);
    let operations = [row_wise(), whole_table()].concat();
    let cases: Vec<Value> = operations
        .iter()
        .map(|operation| json!({"table": "main", "operation": serde_json::to_value(operation).unwrap()}))
        .collect();
    let question = json!({"tables": {"main": asked(&table), "other": asked(&others["other"])}, "cases": cases, "rows": asked(&rows)});
    let answer = ask("recipe.py", &question);

    for (operation, expected) in operations.iter().zip(answer["cases"].as_array().unwrap()) {
        let applied = done_with(&table, [operation.clone()], &others);
        assert_eq!(applied.report[0].outcome, Outcome::Done, "{operation:?}: {:?}", applied.report[0].problems);
        compare(&format!("{operation:?}"), &applied.table, expected);
    }
    // Each operation is among them, but for the sample, whose draws are our own.
    for name in Operation::NAMES.iter().filter(|name| **name != "sample") {
        assert!(cases.iter().any(|case| case["operation"].get(name).is_some()), "{name} is not compared");
    }

    let schema = Schema::of(&rows);
    let columns: Vec<&Values> = rows.columns.iter().map(|column| &column.values).collect();
    let formulas = answer["formulas"].as_array().unwrap();
    for expected in formulas {
        let text = expected["formula"].as_str().unwrap();
        let formula = Formula::new(text, &schema).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let values = formula.values(&columns, rows.n_rows);
        assert_eq!(values.column_type(), formula.column_type(), "{text}");
        for (row, expected) in expected["cells"].as_array().unwrap().iter().enumerate() {
            let ours = cell(&values, row);
            assert!(same(&ours, expected), "{text} in row {row}: ours {ours}, theirs {expected}");
        }
    }
    for function in Function::ALL {
        let call = format!("{}(", function.signature().name);
        assert!(formulas.iter().any(|f| f["formula"].as_str().unwrap().contains(&call)), "{call} is not compared");
    }
}

#[test]
fn a_sample_is_the_same_for_one_seed_and_has_no_row_twice() {
    let table = cases_table();
    let draw = |size, seed| done_with(&table, [Operation::Sample { size, seed }], &hearth::recipe::NoOthers);
    let rows = |applied: &hearth::recipe::Applied| match &applied.origin {
        Some(hearth::recipe::Origin::Rows(rows)) => rows.clone(),
        other => panic!("{other:?}"),
    };
    let five = rows(&draw(SampleSize::Rows(5), 1));
    assert_eq!((five.len(), five.windows(2).all(|pair| pair[0] < pair[1])), (5, true));
    assert_eq!(five, rows(&draw(SampleSize::Rows(5), 1)));
    assert!((2..20).any(|seed| rows(&draw(SampleSize::Rows(5), seed)) != five));
    assert_eq!(rows(&draw(SampleSize::Share(0.5), 3)).len(), 4);
    assert_eq!(rows(&draw(SampleSize::Rows(100), 3)).len(), 8);
}

#[test]
fn a_join_tells_what_met_and_where_rows_came_from() {
    let others = BTreeMap::from([("other".to_owned(), other_table())]);
    let on = vec![KeyPair { left: "k".into(), right: "key".into() }];
    let join = Operation::Join { with: "other".into(), kind: JoinKind::Full, on, suffix: "_2".into(), loose: false };
    let applied = done_with(&cases_table(), [join], &others);
    let matches = applied.report[0].matches.unwrap();
    assert_eq!((matches.left_alone, matches.right_alone, matches.multiplied, matches.without_key), (2, 2, 3, 1));
    let origin = applied.origin.unwrap();
    assert_eq!([0, 1, 2, 11].map(|row| origin.of(row)), [vec![0], vec![1], vec![1], vec![]]);
}
