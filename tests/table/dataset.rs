//! Target, task, classes, features and what stands in the way.

use hearth::dataset::{Dataset, DatasetSpec, Role, Target, Task, guess_roles, suggest_target, task_of};
use hearth::table::Table;

use crate::{column, read, said, shared_data};

fn spec(target: &str) -> DatasetSpec {
    DatasetSpec { target: target.into(), ..DatasetSpec::default() }
}

/// A table of `n` rows whose cells a function gives.
fn table(header: &str, n: usize, row: impl Fn(usize) -> String) -> Table {
    let rows: String = (0..n).map(|i| row(i) + "\n").collect();
    read(&format!("{header}\n{rows}")).read.table
}

fn problems(table: &Table, spec: &DatasetSpec) -> String {
    match Dataset::new(table, spec) {
        Ok(_) => "none\n".to_owned(),
        Err(problems) => problems.iter().map(said).collect(),
    }
}

#[test]
fn the_task_follows_from_the_values() {
    let table = table("flag,two,grade,amount,whole,city", 100, |i| {
        format!(
            "{},{},{},{}.5,{},{}",
            if i % 2 == 0 { "yes" } else { "no" },
            i % 2,
            i % 5,
            i % 7,
            i * 37 % 100,
            ["Lima", "Oslo", "Rome"][i % 3]
        )
    });
    let task = |name| task_of(column(&table, name));
    assert_eq!(task("flag"), Task::Binary);
    assert_eq!(task("two"), Task::Binary);
    assert_eq!(task("grade"), Task::Multiclass);
    assert_eq!(task("amount"), Task::Regression);
    assert_eq!(task("whole"), Task::Regression);
    assert_eq!(task("city"), Task::Multiclass);
}

#[test]
fn classes_are_in_order_and_the_rarer_is_positive() {
    let data = table("x,y", 30, |i| format!("{i}.5,{}", if i % 3 == 0 { "a" } else { "b" }));
    let dataset = Dataset::new(&data, &spec("y")).unwrap();
    let Target::Classes { codes, labels } = &dataset.target else { panic!() };
    assert_eq!(labels, &["b", "a"]);
    assert_eq!(codes[..4], [1, 0, 0, 1]);
    let chosen = DatasetSpec { positive: Some("b".into()), ..spec("y") };
    let Target::Classes { labels, .. } = Dataset::new(&data, &chosen).unwrap().target else { panic!() };
    assert_eq!(labels, ["a", "b"]);
    // Numbers in the order of numbers.
    let data = table("x,y", 60, |i| format!("{i}.5,{}", [10, 9, 100][i % 3]));
    let Target::Classes { labels, .. } = Dataset::new(&data, &spec("y")).unwrap().target else { panic!() };
    assert_eq!(labels, ["9", "10", "100"]);
}

#[test]
fn rows_without_a_target_and_useless_columns_are_left_out() {
    let data = table("x,constant,empty,note,key,late,y", 40, |i| {
        let y = if i % 4 == 3 { String::new() } else { (i % 2).to_string() };
        format!("{}.5,7,,\"Miss Number {i}\",k{i},{i}.25,{y}", i * 7 % 40)
    });
    let roles = vec![("late".to_owned(), Role::KnownTooLate)];
    let dataset = Dataset::new(&data, &DatasetSpec { roles, ..spec("y") }).unwrap();
    assert_eq!(dataset.rows.len(), 30);
    assert_eq!(dataset.target.len(), 30);
    assert_eq!(dataset.features.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["x"]);
    let reasons: String = dataset.left_out.iter().map(|(name, reason)| format!("{name}: {reason}\n")).collect();
    insta::assert_snapshot!(reasons);
    // A person may insist on a column that names the row.
    let roles = vec![("key".to_owned(), Role::Feature)];
    let dataset = Dataset::new(&data, &DatasetSpec { roles, ..spec("y") }).unwrap();
    assert!(dataset.features.iter().any(|c| c.name == "key"));
}

#[test]
fn every_problem_is_said() {
    let good = table("x,y", 30, |i| format!("{i}.5,{}", i % 2));
    let constant = table("x,y", 30, |i| format!("{i}.5,7"));
    let one_class = table("x,y", 30, |i| format!("{i}.5,always"));
    let missing = table("x,y", 30, |i| format!("{i}.5,"));
    let many = table("x,y", 300, |i| format!("{i}.5,class {i}"));
    let three = table("x,y", 30, |i| format!("{i}.5,{}", ["a", "b", "c"][i % 3]));
    let bare = table("x,y", 30, |i| format!(",{}", i % 2));
    let dates = table("x,y", 30, |i| format!("{i}.5,2024-01-{:02}", i % 28 + 1));
    let regression = DatasetSpec { task: Some(Task::Regression), ..spec("y") };
    let binary = DatasetSpec { task: Some(Task::Binary), ..spec("y") };
    let cases = [
        ("no target", problems(&good, &spec(""))),
        ("no such column", problems(&good, &spec("z"))),
        ("constant", problems(&constant, &spec("y"))),
        ("constant value", problems(&constant, &regression)),
        ("one class", problems(&one_class, &spec("y"))),
        ("all missing", problems(&missing, &spec("y"))),
        ("many classes", problems(&many, &spec("y"))),
        ("classes as values", problems(&three, &regression)),
        ("three as two", problems(&three, &binary)),
        ("a date", problems(&dates, &spec("y"))),
        ("no feature", problems(&bare, &spec("y"))),
    ];
    let said: String = cases.iter().map(|(what, said)| format!("== {what}\n{said}")).collect();
    insta::assert_snapshot!(said);
}

#[test]
fn a_class_with_one_row_is_a_doubt() {
    let data = table("x,y", 60, |i| format!("{i}.5,{}", if i == 0 { "rare" } else { ["a", "b"][i % 2] }));
    let dataset = Dataset::new(&data, &spec("y")).unwrap();
    assert_eq!(dataset.task, Task::Multiclass);
    assert_eq!(dataset.doubts().len(), 1);
    assert!(dataset.doubts()[0].contains("\"rare\" has one row"));
}

#[test]
fn roles_are_guessed_from_values() {
    let data =
        table("row,key,amount,city", 50, |i| format!("{},u{i},{},{}", i + 10, i * 17 % 50, ["Lima", "Oslo"][i % 2]));
    let names: Vec<String> = guess_roles(&data).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["row", "key"]);
}

#[test]
fn a_quantity_by_which_the_rows_are_sorted_is_no_running_number() {
    let names = |data: &Table| guess_roles(data).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    // Gaps where rows were removed, and a price that rises by steps of its own.
    let data = table("row,price,class", 60, |i| format!("{},{},{}", i + i / 7, 900 + i * i * 3 + i, i % 2));
    assert_eq!(names(&data), ["row"]);
}

#[test]
fn targets_are_guessed() {
    let guess = |table: &Table| suggest_target(table).map(|guess| guess.column);
    assert_eq!(guess(&table("x,y,z", 30, |i| format!("{i}.5,{},{}", i % 2, i * 7 % 30))), Some("y".into()));
    assert_eq!(guess(&table("a,b,c", 30, |i| format!("{i}.5,{},{}", i % 2, i % 3))), Some("c".into()));
    // The last column names the row: the one before it.
    assert_eq!(guess(&table("a,b,c", 30, |i| format!("{i}.5,{},k{i}", i % 2))), Some("b".into()));
    assert_eq!(guess(&table("a,b", 30, |_| "1,2".to_owned())), None);
}

#[test]
fn real_sets_get_their_target_and_task() {
    let Some(folder) = shared_data() else { return };
    for (name, target, task) in [
        ("iris", "species", Task::Multiclass),
        ("penguins", "species", Task::Multiclass),
        ("titanic", "Survived", Task::Binary),
        ("german_credit", "credit", Task::Binary),
        ("concrete", "compressive_strength", Task::Regression),
        ("telco_churn", "churn", Task::Binary),
        ("bikeshare", "bikers", Task::Regression),
        ("adult", "income-per-year", Task::Binary),
    ] {
        let bytes = std::fs::read(folder.join(format!("{name}.csv"))).unwrap();
        let table = hearth::table::csv::import_bytes(name, &bytes, None).unwrap().read.table;
        assert_eq!(suggest_target(&table).unwrap().column, target, "{name}");
        let dataset = Dataset::new(&table, &spec(target)).unwrap();
        assert_eq!(dataset.task, task, "{name}");
        println!("{name}: left out {:?}", dataset.left_out);
    }
}
