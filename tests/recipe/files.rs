//! Several files as one, as pandas makes them, on messy ones; and what is proposed and told before it is done.

use std::collections::BTreeMap;

use hearth::combine::{Beside, Fits, Meeting, done_by, propose};
use hearth::random::Random;
use hearth::recipe::{JoinKind, KeyPair, Mark, Operation, Outcome};
use hearth::table::receipt::FileFacts;
use hearth::table::{ColumnType, Table, Values};
use serde_json::{Value, json};

use crate::python::ask;
use crate::{cells, done_with, number, read, table, text, texts, type_of};

fn kinds(table: &Table) -> Value {
    let kind = |column: &hearth::table::Column| match column.values.column_type() {
        ColumnType::Number => "number",
        ColumnType::Date => "date",
        ColumnType::Category | ColumnType::Boolean | ColumnType::Text => "text",
    };
    table
        .columns
        .iter()
        .map(|column| (column.name.clone(), json!(kind(column))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// As the reader reads it; of a header alone, which it refuses, a table without rows.
fn read_any(text_of_file: &str) -> Table {
    match text_of_file.trim_end().split_once('\n') {
        Some(_) => read(text_of_file),
        None => table(text_of_file.trim_end().split(',').map(|name| text(name, &[])).collect()),
    }
}

fn pair(left: &str, right: &str) -> KeyPair {
    KeyPair { left: left.into(), right: right.into() }
}

fn join(on: &[KeyPair], kind: JoinKind, loose: bool) -> Operation {
    Operation::Join { with: "b.csv".into(), kind, on: on.to_vec(), suffix: "_b".into(), loose }
}

fn append() -> Operation {
    Operation::Append { with: "b.csv".into(), mark: None }
}

/// A file of rows whose keys are missing, repeated, written in several ways, and in part unknown to the other.
fn messy(random: &mut Random, n: usize, columns: &[&str]) -> String {
    let mut text = columns.join(",") + "\n";
    for row in 0..n {
        let cell = |random: &mut Random, name: &&str| match *name {
            "id" | "number" => match random.below(8) {
                0 => String::new(),
                _ => random.below(9).to_string(),
            },
            "day" | "when" => match random.below(6) {
                0 => "NA".into(),
                _ => format!("2026-01-{:02}", 1 + random.below(5)),
            },
            "city" | "town" => {
                ["Rome", "Oslo", "oslo", " Rome", "Kyiv", "", "Ulm", "rome "][random.below(8) as usize].into()
            }
            "code" => ["a1", "A1", "b2", "", "c3"][random.below(5) as usize].into(),
            // Never empty, so that no line is.
            _ => format!("{name}{row}"),
        };
        let row: Vec<String> = columns.iter().map(|name| cell(random, name)).collect();
        text += &(row.join(",") + "\n");
    }
    text
}

struct Case {
    left: String,
    right: String,
    operation: Operation,
}

fn compare(cases: &[Case]) {
    let asked = |case: &Case| {
        let (left, right) = (read_any(&case.left), read_any(&case.right));
        let mut asked = json!({
            "left": case.left, "right": case.right, "kinds_left": kinds(&left), "kinds_right": kinds(&right),
        });
        if let Operation::Join { kind, on, suffix, loose, .. } = &case.operation {
            asked["on"] = on.iter().map(|pair| json!([pair.left, pair.right])).collect();
            asked["how"] = if *kind == JoinKind::Inner { "inner" } else { "left" }.into();
            (asked["suffix"], asked["loose"]) = (json!(suffix), json!(loose));
        }
        asked
    };
    let answer = ask("combine.py", &json!({"cases": cases.iter().map(asked).collect::<Vec<_>>()}));
    for (case, theirs) in cases.iter().zip(answer["cases"].as_array().unwrap()) {
        let (left, right) = (read_any(&case.left), read_any(&case.right));
        let what = format!("{:?}\n{}\n{}", case.operation, case.left, case.right);
        let others = BTreeMap::from([("b.csv".to_owned(), right.clone())]);
        let applied = done_with(&left, [case.operation.clone()], &others);
        assert_eq!(applied.report[0].outcome, Outcome::Done, "{what}{:?}", applied.report[0].problems);
        let names: Vec<&str> = applied.table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(json!(names), theirs["names"], "{what}");
        assert_eq!(json!(applied.table.n_rows), theirs["n"], "{what}");
        for name in names {
            assert_eq!(json!(cells(&applied.table, name)), theirs["cells"][name], "{what}, {name}");
        }
        if let Operation::Join { on, loose, kind, .. } = &case.operation {
            let met = Meeting::of(&left, &right, "b.csv", on, *loose);
            assert_eq!(met.problem, None, "{what}");
            assert_eq!(met.rows(*kind), applied.table.n_rows as u64, "{what}");
            let told = serde_json::to_value(&met).unwrap();
            for (fact, expected) in theirs["told"].as_object().unwrap() {
                assert_eq!(&told[fact], expected, "{what}, {fact}");
            }
            assert_eq!((met.n_left as usize, met.n_right as usize), (left.n_rows, right.n_rows));
        }
    }
}

#[test]
fn messy_files_come_together_as_in_pandas() {
    let mut random = Random::new(3, 0);
    let mut cases = Vec::new();
    for _ in 0..40 {
        let mut n = || 12 + random.below(30) as usize;
        let (n_left, n_right) = (n(), n());
        let left = messy(&mut random, n_left, &["id", "city", "day", "code", "value", "note"]);
        let right = messy(&mut random, n_right, &["note", "when", "number", "town", "more"]);
        for (on, loose) in [
            (vec![pair("id", "number")], false),
            (vec![pair("city", "town")], false),
            (vec![pair("city", "town")], true),
            (vec![pair("day", "when"), pair("id", "number")], false),
            (vec![pair("city", "town"), pair("id", "number"), pair("day", "when")], true),
        ] {
            for kind in [JoinKind::Left, JoinKind::Inner] {
                let operation = join(&on, kind, loose);
                cases.push(Case { left: left.clone(), right: right.clone(), operation });
            }
        }
        // The same columns in another order, one that is not there, and one more.
        let right = messy(&mut random, n_right, &["extra", "note", "code", "city", "id", "day"]);
        cases.push(Case { left, right, operation: append() });
    }
    compare(&cases);
}

#[test]
fn files_at_the_edge_come_together_as_in_pandas() {
    let case = |left: &str, right: &str, operation| Case { left: left.into(), right: right.into(), operation };
    let on = |left: &str, right: &str| [pair(left, right)];
    compare(&[
        // Only a header, on either side.
        case("k,a\n", "k,b\n1,x\n2,y\n", append()),
        case("k,a\n1,x\n2,y\n", "k,b\n", append()),
        case("k,a\n1,x\n2,y\n", "k,b\n", join(&on("k", "k"), JoinKind::Left, true)),
        case("k,a\n1,x\n2,y\n", "k,b\n", join(&on("k", "k"), JoinKind::Inner, true)),
        // One column.
        case("k\n1\n2\n", "k\n2\n3\n", append()),
        case("k\n1\n2\n", "k\n2\n3\n", join(&on("k", "k"), JoinKind::Left, false)),
        case("k\n1\n2\n2\n", "k\n2\n2\n3\n", join(&on("k", "k"), JoinKind::Inner, false)),
        // Dates here, texts there, numbers there.
        case("d,v\n2026-01-01,1\n2026-01-02,2\n", "v,d\n3,soon\n4,2026-01-04\n", append()),
        case("d,v\n2026-01-01,1\n2026-01-02,2\n", "d,v\nlate,x\n2026-02-01,7\n", append()),
        case(
            "d,v\n2026-01-01,1\n2026-01-02,2\n",
            "e,w\nlate,x\n2026-01-02,y\n",
            join(&on("d", "e"), JoinKind::Left, true),
        ),
        // Numbers here, texts with numbers there: the same only where they are compared as texts.
        case("k,a\n1,x\n2,y\n3,z\n", "k,b\n1,p\nB2,q\n3 ,r\n", join(&on("k", "k"), JoinKind::Left, true)),
        // Categories with other levels in another order.
        case("c\nx\ny\nx\ny\n", "c\nz\ny\nz\nw\n", append()),
        // No value in a column of the first file.
        case("a,b\n,1\n,2\n", "b,a\n3,x\n4,y\n", append()),
    ]);
}

#[test]
fn a_mark_tells_files_apart() {
    let mark = |column: &str| Some(Mark { column: column.into(), first: "a.csv".into() });
    let with = |with: &str, column: &str| Operation::Append { with: with.into(), mark: mark(column) };
    let others = BTreeMap::from([("b.csv".to_owned(), read("k\n3\n")), ("c.csv".to_owned(), read("k\n4\n5\n"))]);
    let applied = done_with(&read("k\n1\n2\n"), [with("b.csv", "file"), with("c.csv", "file")], &others);
    let marks = ["a.csv", "a.csv", "b.csv", "c.csv", "c.csv"].map(|name| Some(name.to_owned()));
    assert_eq!(cells(&applied.table, "file"), marks);
    // A column of numbers is no mark, and nothing is done.
    let refused = done_with(&read("k\n1\n2\n"), [with("b.csv", "k")], &others);
    assert_eq!((refused.report[0].outcome, refused.table.n_rows), (Outcome::Skipped, 2));
}

#[test]
fn a_column_without_a_value_takes_the_type_of_the_other() {
    let others = BTreeMap::from([("b.csv".to_owned(), read("a,d\n1.5,2026-01-01\n2.5,2026-01-02\n"))]);
    let applied = done_with(&read_any("a,d\n"), [append()], &others);
    assert_eq!((type_of(&applied.table, "a"), type_of(&applied.table, "d")), (ColumnType::Number, ColumnType::Date));
    assert_eq!(applied.table.n_rows, 2);
}

#[test]
fn what_differs_between_columns_is_told_whatever_their_order() {
    let here = read("id,city,day\n1,Rome,2026-01-01\n2,Oslo,2026-01-02\n");
    assert!(Fits::of(&here, &read("day,id,city\n2026-02-01,3,Ulm\n")).is_same());
    let fits = Fits::of(&here, &read("city,day,wind\nRome,soon,3\nOslo,late,4\n"));
    assert_eq!(
        (fits.shared, fits.only_here, fits.only_there),
        (texts(&["city", "day"]), texts(&["id"]), texts(&["wind"]))
    );
    let [differs] = &fits.types[..] else { panic!("{:?}", fits.types) };
    assert_eq!((differs.name.as_str(), differs.here, differs.there.word()), ("day", ColumnType::Date, "category"));
    let none = Fits::of(&here, &read("a,b\n1,2\n"));
    assert!(none.shared.is_empty() && !none.is_likely());
    // A column without a value is of any type.
    assert!(Fits::of(&here, &read("id,city,day\n,,\n,,\n")).types.is_empty());
}

/// Texts that no other has: "u7".
fn unique(prefix: &str, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{prefix}{i}")).collect()
}

fn of_texts(name: &str, cells: &[String]) -> hearth::table::Column {
    let cells: Vec<Option<&str>> = cells.iter().map(|cell| Some(cell.as_str())).collect();
    text(name, &cells)
}

#[test]
fn keys_are_proposed_by_values_and_not_by_names() {
    // The columns called the same have nothing in common; those that belong together are called differently.
    let n = 300;
    let mut random = Random::new(9, 0);
    let customers: Vec<String> = (0..n).map(|_| format!("c{}", random.below(80))).collect();
    let left = table(vec![
        of_texts("id", &unique("order", n)),
        of_texts("customer", &customers),
        number("amount", &(0..n).map(|_| Some(random.below(10_000) as f64 / 64.0)).collect::<Vec<_>>()),
    ]);
    let right = table(vec![
        of_texts("amount", &unique("x", 100)),
        of_texts("id", &unique("row", 100)),
        of_texts("who", &unique("c", 100)),
    ]);
    assert_eq!(propose(&left, &right), [[pair("customer", "who")]]);
    // With other values there is nothing to propose, though names are the same.
    let strange = table(vec![of_texts("customer", &unique("z", 50)), of_texts("id", &unique("y", 50))]);
    assert!(propose(&left, &strange).is_empty());
    // A number and the same number as text.
    let numbers = table(vec![number("n", &(0..50).map(|i| Some(f64::from(i))).collect::<Vec<_>>())]);
    let in_texts = table(vec![of_texts("t", &unique("", 50))]);
    assert_eq!(propose(&numbers, &in_texts), [[pair("n", "t")]]);
    let met = Meeting::of(&numbers, &in_texts, "b.csv", &[pair("n", "t")], false);
    assert!(met.problem.is_some() && met.more_if_loose == 50, "{met:?}");
    assert_eq!(Meeting::of(&numbers, &in_texts, "b.csv", &[pair("n", "t")], true).n_matched, 50);
}

#[test]
fn several_columns_are_proposed_where_one_does_not_tell_rows_apart() {
    let mut random = Random::new(4, 0);
    let day = |i: usize| Some(1.0 + (i % 30) as f64);
    let place = |i: usize| format!("p{}", i / 30);
    // One row for each day and place; the other table has many.
    let right = table(vec![
        number("d", &(0..150).map(day).collect::<Vec<_>>()),
        of_texts("where", &(0..150).map(place).collect::<Vec<_>>()),
        number("wind", &(0..150).map(|_| Some(random.below(1_000) as f64 / 64.0)).collect::<Vec<_>>()),
    ]);
    let rows: Vec<usize> = (0..800).map(|_| random.below(150) as usize).collect();
    let left = table(vec![
        of_texts("place", &rows.iter().map(|i| place(*i)).collect::<Vec<_>>()),
        number("delay", &rows.iter().map(|_| Some(random.below(1_000) as f64 / 64.0)).collect::<Vec<_>>()),
        number("day", &rows.iter().map(|i| day(*i)).collect::<Vec<_>>()),
    ]);
    let mut on = propose(&left, &right).swap_remove(0);
    on.sort_by(|a, b| a.left.cmp(&b.left));
    assert_eq!(on, [pair("day", "d"), pair("place", "where")]);
    let met = Meeting::of(&left, &right, "b.csv", &on, false);
    assert_eq!((met.n_matched, met.n_multiplied, met.rows_left), (800, 0, 800));
}

#[test]
fn what_is_proposed_is_a_step_that_can_be_done() {
    let here = read("id,city\n1,Rome\n2,Oslo\n3,Ulm\n4,Rome\n5,Oslo\n");
    let look = |text: &str| Beside::look(&here, &here, ("b.csv", &read(text)), facts());
    assert_eq!(look("city,id\nUlm,8\nUlm,9\n").proposed, Some(append()));
    let Some(Operation::Join { on, suffix, loose, .. }) = look("town,id\nRome,7\nOslo,8\nUlm,9\n").proposed else {
        panic!("a join is proposed")
    };
    assert_eq!((on, suffix.as_str(), loose), (vec![pair("city", "town")], "_b", false));
    // Only what is written differently keeps the rows apart.
    let Some(Operation::Join { loose, .. }) = look("town,people\nROME ,7\noslo,8\nulm,9\n").proposed else {
        panic!("a join is proposed")
    };
    assert!(loose);
    assert_eq!(look("a,b\nx,y\nz,w\n").proposed, None);
    // A name that the suffix would make is taken.
    let taken = read("id,x,x_b\n1,2,3\n2,3,4\n3,4,5\n");
    let look = Beside::look(&taken, &taken, ("b.csv", &read("key,x\n1,a\n2,b\n3,c\n")), facts());
    assert_eq!(look.suffix, "_b_2");
}

fn facts() -> FileFacts {
    FileFacts {
        name: "b.csv".into(),
        n_bytes: 1,
        sha256: String::new(),
        packing: hearth::table::packed::Packing::Plain,
        n_text_bytes: 1,
        n_rows: 1,
        n_columns: 1,
        warnings: Vec::new(),
        n_warnings: 0,
    }
}

#[test]
fn a_join_that_would_make_too_many_rows_is_refused_and_told() {
    let n = 20_000;
    let same = |name: &str| table(vec![number(name, &vec![Some(1.0); n])]);
    let (left, right) = (same("a"), same("b"));
    let met = Meeting::of(&left, &right, "b.csv", &[pair("a", "b")], false);
    assert_eq!(met.rows_inner, (n * n) as u64);
    assert!(met.problem.as_ref().is_some_and(|p| p.event.contains("400000000 rows")), "{met:?}");
    assert_eq!((met.n_repeated, met.repeated.len(), met.repeated[0].there), (1, 1, n as u32));
    let others = BTreeMap::from([("b.csv".to_owned(), right)]);
    let applied = done_with(&left, [join(&[pair("a", "b")], JoinKind::Left, false)], &others);
    assert_eq!((applied.report[0].outcome, applied.table.n_rows), (Outcome::Skipped, n));
    let none = Meeting::of(&left, &others["b.csv"], "b.csv", &[], false);
    assert!(none.problem.is_some());
    let gone = Meeting::of(&left, &others["b.csv"], "b.csv", &[pair("a", "c")], false);
    assert!(gone.problem.is_some_and(|problem| problem.place.contains("column c")));
}

#[test]
fn the_receipt_says_what_became_of_a_file() {
    let left = read("k,v\n1,a\n2,b\n2,c\n,d\n9,e\n");
    let right = read("k,v\n1,x\n2,y\n2,z\n7,w\n");
    let others = BTreeMap::from([("b.csv".to_owned(), right)]);
    let mut recipe = crate::recipe([join(&[pair("k", "k")], JoinKind::Left, false), append()]);
    let told = |recipe: &hearth::recipe::Recipe| {
        let applied = hearth::recipe::apply(&left, &recipe.steps, &others);
        done_by("b.csv", recipe, &applied.report)
    };
    insta::assert_snapshot!(told(&recipe).join("\n"), @r"
    Join b.csv on k (every row of the table kept): 3 of 5 rows matched, 2 did not, 1 of them without a key; 2 rows matched several and stand there several times; 1 row of b.csv matched nothing.
    Append rows of b.csv: 4 rows more. Column v_b: The table lacks this column; it is missing in its rows.
    ");
    recipe.switch(0, false);
    assert!(told(&recipe)[0].ends_with("switched off."));
    assert!(done_by("c.csv", &recipe, &[]).is_empty());
    let gone = hearth::recipe::apply(&left, &recipe.steps, &hearth::recipe::NoOthers);
    assert!(done_by("b.csv", &recipe, &gone.report)[1].contains("There is no table b.csv."));
}

#[test]
fn dates_and_texts_keep_their_places_when_a_million_rows_meet() {
    let n = 1_000_000;
    let left = table(vec![number("k", &(0..n).map(|i| Some(f64::from(i % 500_000))).collect::<Vec<_>>())]);
    let right = table(vec![
        number("k", &(0..n).map(|i| Some(f64::from(i))).collect::<Vec<_>>()),
        number("v", &(0..n).map(|i| Some(f64::from(2 * i))).collect::<Vec<_>>()),
    ]);
    assert_eq!(propose(&left, &right)[0], [pair("k", "k")]);
    let others = BTreeMap::from([("b.csv".to_owned(), right)]);
    let applied = done_with(&left, [join(&[pair("k", "k")], JoinKind::Left, false)], &others);
    let Values::Number(values) = &applied.table.column("v").unwrap().values else { panic!("numbers") };
    assert!(values.iter().enumerate().all(|(row, value)| *value == f64::from(2 * (row as i32 % 500_000))));
}
