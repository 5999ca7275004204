//! Made-up recipes on made-up tables: total, deterministic, and nothing left half done.

use std::collections::BTreeMap;

use hearth::recipe::formula::{Expr, ExprKind, Function, Operator, parse, print};
use hearth::recipe::{
    Aggregate, Aggregation, Find, JoinKind, Keep, KeyPair, LetterCase, Mark, NoOthers, Operation, Origin, Outcome,
    Outside, Recipe, Replay, SampleSize, Schema, Scope, SortKey, SplitBy, apply, apply_rows, fits, preview,
};
use hearth::table::csv::Decimal;
use hearth::table::{Column, ColumnType, Table, Values};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{boolean, category, date, number, recipe, table, text};

fn name() -> impl Strategy<Value = String> {
    select(vec!["a", "b", "c", "d", "e", "new one", ""]).prop_map(str::to_owned)
}

fn names() -> impl Strategy<Value = Vec<String>> {
    vec(name(), 0..4)
}

fn word() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "a",
        "A b",
        " x  y ",
        "1",
        "-2.5",
        "007",
        "yes",
        "2024-02-29",
        "29.02.2024",
        "1e400",
        "é",
        "$1",
        "(",
        "[a-z]+",
        "nan",
    ])
    .prop_map(str::to_owned)
}

fn any_column(name: String, n: usize) -> impl Strategy<Value = Column> {
    let kind = 0..5u8;
    let cells = vec((any::<Option<i32>>(), word(), -1e12..1e12f64), n);
    (kind, cells).prop_map(move |(kind, cells)| {
        let words: Vec<Option<&str>> =
            cells.iter().map(|(hole, word, _)| hole.and((!word.is_empty()).then_some(word.as_str()))).collect();
        match kind {
            0 => number(
                &name,
                &cells
                    .iter()
                    .map(|(hole, _, v)| hole.map(|h| if h % 2 == 0 { f64::from(h % 5) } else { *v }))
                    .collect::<Vec<_>>(),
            ),
            1 => category(&name, &words),
            2 => boolean(&name, &cells.iter().map(|(hole, ..)| hole.map(|h| h % 2 == 0)).collect::<Vec<_>>()),
            3 => date(
                &name,
                &cells
                    .iter()
                    .map(|(hole, ..)| hole.map(|h| i64::from(h) * if h % 3 == 0 { i64::MAX >> 31 } else { 3_600_000 }))
                    .collect::<Vec<_>>(),
            ),
            _ => text(&name, &words),
        }
    })
}

fn any_table() -> impl Strategy<Value = Table> {
    (0usize..8, 1usize..5).prop_flat_map(|(n, width)| {
        let columns: Vec<_> =
            ["a", "b", "c", "d"][..width].iter().map(|name| any_column((*name).to_owned(), n)).collect();
        columns.prop_map(table)
    })
}

fn formula() -> impl Strategy<Value = String> {
    let leaf = select(vec!["a", "b", "c", "[new one]", "1", "\"x\"", "true", "missing", "0"]).prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), select(Operator::ALL.to_vec()), inner.clone())
                .prop_map(|(a, o, b)| format!("({a}) {} ({b})", o.symbol())),
            (select(Function::ALL.to_vec()), vec(inner, 1..4)).prop_map(|(f, all)| format!(
                "{}({})",
                f.signature().name,
                all.join(", ")
            )),
        ]
    })
}

fn row_wise() -> impl Strategy<Value = Operation> {
    let types = select(ColumnType::ALL.to_vec());
    let notations = select(vec![Decimal::Point, Decimal::CommaWithPoints]);
    let find = prop_oneof![
        word().prop_map(Find::Cell),
        word().prop_map(Find::Part),
        word().prop_map(Find::Regex),
        word().prop_map(Find::RegexCell)
    ];
    let by = prop_oneof![
        word().prop_map(SplitBy::Delimiter),
        word().prop_map(SplitBy::Regex),
        vec(0u32..5, 0..3).prop_map(SplitBy::Positions)
    ];
    let outside = select(vec![Outside::BecomesBound, Outside::BecomesMissing]);
    let case = select(vec![LetterCase::Lower, LetterCase::Upper, LetterCase::Title]);
    let bound = || proptest::option::of(word());
    prop_oneof![
        (name(), name()).prop_map(|(from, to)| Operation::Rename { from, to }),
        names().prop_map(|columns| Operation::Drop { columns }),
        (name(), types, notations, any::<bool>()).prop_map(|(column, to, decimal, day_first)| Operation::Retype {
            column,
            to,
            decimal,
            day_first
        }),
        (names(), any::<bool>()).prop_map(|(columns, runs)| Operation::Trim { columns, runs }),
        (names(), case).prop_map(|(columns, to)| Operation::Case { columns, to }),
        (name(), find, word()).prop_map(|(column, find, by)| Operation::Replace { column, find, by }),
        (name(), vec(word(), 0..3)).prop_map(|(column, texts)| Operation::TreatAsMissing { column, texts }),
        (name(), vec(word(), 0..3), word()).prop_map(|(column, from, into)| Operation::Merge { column, from, into }),
        (name(), 0u32..9).prop_map(|(column, width)| Operation::PadZeros { column, width }),
        (name(), by, names(), any::<bool>()).prop_map(|(column, by, into, keep)| Operation::Split {
            column,
            by,
            into,
            keep
        }),
        (names(), word(), name(), any::<bool>()).prop_map(|(columns, separator, into, keep)| Operation::Combine {
            columns,
            separator,
            into,
            keep
        }),
        (name(), select(vec!["%Y-%m-%d", "%d.%m.%Y", "%", "%H"]))
            .prop_map(|(column, f)| Operation::ParseDates { column, format: f.into() }),
        (name(), word()).prop_map(|(column, value)| Operation::Fill { column, value }),
        (name(), bound(), bound(), outside).prop_map(|(column, low, high, outside)| Operation::Clip {
            column,
            low,
            high,
            outside
        }),
        (name(), vec(-3i8..3, 0..3), vec(word(), 0..4), name()).prop_map(|(column, edges, names, into)| {
            Operation::Bin { column, edges: edges.into_iter().map(f64::from).collect(), names, into }
        }),
        (name(), formula()).prop_map(|(column, formula)| Operation::Derive { column, formula }),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    let function = || select(Aggregation::ALL.to_vec());
    let key = (name(), any::<bool>()).prop_map(|(column, descending)| SortKey { column, descending });
    let aggregate =
        (name(), function(), name()).prop_map(|(column, function, into)| Aggregate { column, function, into });
    let pair = (name(), name()).prop_map(|(left, right)| KeyPair { left, right });
    let size = prop_oneof![(0u32..9).prop_map(SampleSize::Rows), (-0.5..1.5f64).prop_map(SampleSize::Share)];
    let kind = select(vec![JoinKind::Left, JoinKind::Inner, JoinKind::Full]);
    let with = select(vec!["other", "gone"]).prop_map(str::to_owned);
    let whole = prop_oneof![
        (formula(), any::<bool>()).prop_map(|(condition, keep)| Operation::Filter { condition, keep }),
        (vec(0u32..9, 0..4), 0u32..9).prop_map(|(rows, of_rows)| Operation::DeleteRows { rows, of_rows }),
        vec(key, 0..3).prop_map(|by| Operation::Sort { by }),
        (names(), select(vec![Keep::First, Keep::Last]))
            .prop_map(|(columns, keep)| Operation::Deduplicate { columns, keep }),
        (size, any::<u64>()).prop_map(|(size, seed)| Operation::Sample { size, seed }),
        (names(), vec(aggregate, 0..3)).prop_map(|(by, aggregates)| Operation::Group { by, aggregates }),
        (names(), name(), name(), function()).prop_map(|(rows, names, values, function)| Operation::Pivot {
            rows,
            names,
            values,
            function
        }),
        (names(), names(), name(), name()).prop_map(|(keep, columns, names_into, values_into)| {
            Operation::Unpivot { keep, columns, names_into, values_into }
        }),
        (with.clone(), kind, vec(pair, 0..3), word(), any::<bool>())
            .prop_map(|(with, kind, on, suffix, loose)| Operation::Join { with, kind, on, suffix, loose }),
        (with, option::of((name(), word()))).prop_map(|(with, mark)| Operation::Append {
            with,
            mark: mark.map(|(column, first)| Mark { column, first })
        }),
    ];
    prop_oneof![row_wise(), whole]
}

fn any_recipe() -> impl Strategy<Value = Recipe> {
    vec(operation(), 0..8).prop_map(recipe)
}

/// Equal, with NaN equal to NaN.
fn same(a: &Table, b: &Table) -> bool {
    postcard::to_stdvec(a).unwrap() == postcard::to_stdvec(b).unwrap()
}

fn check_table(table: &Table) {
    for (i, column) in table.columns.iter().enumerate() {
        assert_eq!(column.values.len(), table.n_rows, "{}", column.name);
        assert!(table.columns[..i].iter().all(|other| other.name != column.name), "{} twice", column.name);
        match &column.values {
            Values::Number(values) => assert!(values.iter().all(|value| !value.is_infinite())),
            Values::Category { codes, levels } => {
                let mut next = 0;
                for &code in codes.iter().filter(|&&code| code != u32::MAX) {
                    assert!(
                        code <= next && (code as usize) < levels.len(),
                        "levels stand in order of first appearance"
                    );
                    next = next.max(code + 1);
                }
                assert_eq!(next as usize, levels.len());
            }
            Values::Boolean { codes, .. } => assert!(codes.iter().all(|code| matches!(*code, 0 | 1 | u8::MAX))),
            Values::Date { .. } | Values::Text(_) => {}
        }
    }
}

fn expr() -> impl Strategy<Value = Expr> {
    let new = |kind| Expr::new(kind, (0, 0));
    let leaf = prop_oneof![
        (0.0..1e300f64).prop_map(ExprKind::Number),
        (0u32..1000).prop_map(|n| ExprKind::Number(f64::from(n))),
        "\\PC{0,6}|[\"'\\\\\n\t\r]{0,4}".prop_map(ExprKind::Text),
        any::<bool>().prop_map(ExprKind::Boolean),
        Just(ExprKind::Missing),
        "[a-z]{1,4}|\\PC{0,6}|[\\]\\[\\\\]{1,3}|and|If".prop_map(ExprKind::Column),
    ];
    leaf.prop_map(new).prop_recursive(6, 40, 4, move |inner| {
        let operators = select(Operator::ALL.to_vec());
        prop_oneof![
            inner.clone().prop_map(|e| ExprKind::Not(e.into())),
            inner.clone().prop_map(|e| ExprKind::Negate(e.into())),
            (operators, inner.clone(), inner.clone()).prop_map(|(o, a, b)| ExprKind::Binary(o, a.into(), b.into())),
            (select(Function::ALL.to_vec()), vec(inner, 0..4)).prop_map(|(f, all)| ExprKind::Call(f, all)),
        ]
        .prop_map(move |kind| Expr::new(kind, (0, 0)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_recipe_does_something_sound_to_any_table(table in any_table(), other in any_table(), recipe in any_recipe()) {
        let others = BTreeMap::from([("other".to_owned(), other)]);
        let applied = apply(&table, &recipe.steps, &others);
        check_table(&applied.table);
        prop_assert_eq!(applied.report.len(), recipe.steps.len());
        let again = apply(&table, &recipe.steps, &others);
        prop_assert!(same(&applied.table, &again.table) && applied.report == again.report && applied.origin == again.origin);
        for row in 0..applied.table.n_rows as u32 {
            let from = applied.origin.as_ref().map(|origin| origin.of(row)).unwrap_or_default();
            prop_assert!(from.iter().all(|&row| (row as usize) < table.n_rows));
        }
        if let Some(Origin::Rows(rows)) = &applied.origin {
            prop_assert_eq!(rows.len(), applied.table.n_rows);
        }
        // A step that was left out changed nothing: without it all is the same.
        let done: Vec<_> = recipe.steps.iter().zip(&applied.report).filter(|(_, r)| r.outcome != Outcome::Skipped).map(|(s, _)| s.clone()).collect();
        prop_assert!(same(&apply(&table, &done, &others).table, &applied.table));
        let fit = fits(&recipe.steps, &Schema::of(&table), &others);
        prop_assert_eq!(fit.schemas.len(), recipe.steps.len());
        if let Some((last, earlier)) = recipe.steps.split_last() {
            let shown = preview(&table, earlier, last, &others, 3);
            prop_assert_eq!(&shown.report, applied.report.last().unwrap());
            prop_assert!(shown.rows.len() <= 3);
        }
    }

    #[test]
    fn what_is_said_without_rows_is_what_comes_out(table in any_table(), other in any_table(), operations in vec(row_wise(), 0..5)) {
        let others = BTreeMap::from([("other".to_owned(), other)]);
        let recipe = recipe(operations);
        let applied = apply(&table, &recipe.steps, &others);
        let fit = fits(&recipe.steps, &Schema::of(&table), &others);
        let wrong: Vec<u32> = applied.report.iter().filter(|report| report.outcome == Outcome::Skipped).map(|report| report.step).collect();
        let mut told: Vec<u32> = fit.problems.iter().filter(|(_, problem)| problem.kept.contains("left out")).map(|(id, _)| *id).collect();
        told.dedup();
        prop_assert_eq!(wrong, told);
        if let Some(schema) = fit.schemas.last() {
            prop_assert_eq!(schema, &Schema::of(&applied.table));
        }
    }

    #[test]
    fn row_wise_steps_see_one_row(table in any_table(), operations in vec(row_wise(), 0..5)) {
        let recipe = recipe(operations);
        prop_assert!(recipe.steps.iter().all(|step| step.operation.scope() == Scope::RowWise));
        let (all, _) = apply_rows(&table, &recipe);
        // Dates are written with a time where any has one: a text made of a date may differ in that only.
        let dated = table.columns.iter().any(|column| column.values.column_type() == ColumnType::Date)
            || recipe.steps.iter().any(|step| matches!(&step.operation,
                Operation::ParseDates { .. } | Operation::Retype { to: ColumnType::Date, .. } | Operation::Derive { .. }));
        let rows = if dated { 0 } else { table.n_rows };
        for row in 0..rows {
            let keep = Operation::DeleteRows { rows: (0..table.n_rows as u32).filter(|&r| r as usize != row).collect(), of_rows: table.n_rows as u32 };
            let alone = crate::done(&table, [keep]).table;
            let (one, _) = apply_rows(&alone, &recipe);
            for column in &all.columns {
                prop_assert_eq!(column.values.text(row), one.column(&column.name).unwrap().values.text(0), "{}", column.name);
            }
        }
    }

    /// Whatever the steps are, what a model reads is made again from the columns that it was made of, alone.
    #[test]
    fn a_replay_makes_what_the_recipe_made(table in any_table(), operations in vec(row_wise(), 0..7), wanted in vec(any::<bool>(), 8)) {
        let recipe = recipe(operations);
        let applied = apply(&table, &recipe.steps, &NoOthers);
        let inputs: Vec<&str> = applied.table.columns.iter().zip(wanted.iter().cycle()).filter(|(_, wanted)| **wanted).map(|(column, _)| column.name.as_str()).collect();
        let replay = Replay::of((&table, &NoOthers), &recipe, &applied.report, &inputs, "no such target");
        prop_assert!(replay.makes(inputs.iter().copied()));
        let made = if replay.is_empty() { table.clone() } else { replay.run(&table).0 };
        prop_assert_eq!(made.n_rows, table.n_rows);
        for name in &inputs {
            let (made, was) = (&made.column(name).unwrap().values, &applied.table.column(name).unwrap().values);
            prop_assert_eq!(made.column_type(), was.column_type(), "{}", name);
            for row in 0..table.n_rows {
                prop_assert_eq!(made.text(row), was.text(row), "{} in row {}", name, row);
            }
        }
        if !replay.is_empty() {
            // Of what it does not read nothing is needed.
            let only = Table { columns: table.columns.iter().filter(|c| replay.columns.iter().any(|raw| raw.name == c.name)).cloned().collect(), n_rows: table.n_rows };
            let (_, told) = replay.run(&only);
            prop_assert!(!told.iter().any(|sentence| sentence.contains("is not there")), "{:?}", told);
        }
        prop_assert_eq!(&postcard::from_bytes::<Replay>(&postcard::to_stdvec(&replay).unwrap()).unwrap(), &replay);
    }

    #[test]
    fn a_recipe_survives_json_and_postcard(recipe in any_recipe()) {
        prop_assert_eq!(&Recipe::from_json(&recipe.to_json().unwrap()).unwrap(), &recipe);
        prop_assert_eq!(&postcard::from_bytes::<Recipe>(&postcard::to_stdvec(&recipe).unwrap()).unwrap(), &recipe);
    }

    #[test]
    fn a_printed_formula_reads_back(expr in expr()) {
        let text = print(&expr);
        prop_assert_eq!(parse(&text).unwrap_or_else(|error| panic!("{text}: {error:?}")), expr);
    }
}
