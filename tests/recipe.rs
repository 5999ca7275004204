//! Steps that change a table, and formulas.

#[path = "recipe/edit.rs"]
mod edit;
#[path = "recipe/errors.rs"]
mod errors;
#[path = "recipe/files.rs"]
mod files;
#[path = "recipe/made_up.rs"]
mod made_up;
#[path = "recipe/pandas.rs"]
mod pandas;
#[allow(dead_code)] // Of its helpers, only the question is asked here.
#[path = "learn/python.rs"]
mod python;
#[path = "recipe/repairs.rs"]
mod repairs;
#[path = "recipe/replay.rs"]
mod replay;
#[path = "recipe/torture.rs"]
mod torture;

use hearth::recipe::{Applied, NoOthers, Operation, Others, Recipe, apply};
use hearth::table::csv::import_bytes;
use hearth::table::{Column, ColumnType, Table, Values};

fn read(text: &str) -> Table {
    import_bytes("t.csv", text.as_bytes(), None).unwrap_or_else(|problem| panic!("{problem:?}")).read.table
}

fn recipe(operations: impl IntoIterator<Item = Operation>) -> Recipe {
    let mut recipe = Recipe::default();
    for operation in operations {
        recipe.push(operation);
    }
    recipe
}

fn done(table: &Table, operations: impl IntoIterator<Item = Operation>) -> Applied {
    done_with(table, operations, &NoOthers)
}

fn done_with(table: &Table, operations: impl IntoIterator<Item = Operation>, others: &dyn Others) -> Applied {
    apply(table, &recipe(operations).steps, others)
}

fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn cells(table: &Table, name: &str) -> Vec<Option<String>> {
    let column = table.column(name).unwrap_or_else(|| panic!("no column {name}"));
    (0..table.n_rows).map(|row| column.values.text(row)).collect()
}

fn column(name: &str, values: Values) -> Column {
    Column { name: name.into(), values, missing_spellings: Vec::new(), unit: None }
}

fn number(name: &str, cells: &[Option<f64>]) -> Column {
    column(name, Values::Number(cells.iter().map(|cell| cell.unwrap_or(f64::NAN)).collect()))
}

fn text(name: &str, cells: &[Option<&str>]) -> Column {
    column(name, Values::Text(cells.iter().map(|cell| cell.map(Into::into)).collect()))
}

fn category(name: &str, cells: &[Option<&str>]) -> Column {
    let mut levels: Vec<String> = Vec::new();
    let codes = cells.iter().map(|cell| match cell {
        None => u32::MAX,
        Some(text) => match levels.iter().position(|level| level == text) {
            Some(code) => code as u32,
            None => {
                levels.push((*text).to_owned());
                levels.len() as u32 - 1
            }
        },
    });
    let codes = codes.collect();
    column(name, Values::Category { codes, levels })
}

fn boolean(name: &str, cells: &[Option<bool>]) -> Column {
    let codes = cells.iter().map(|cell| cell.map_or(u8::MAX, u8::from)).collect();
    column(name, Values::Boolean { codes, spelling: ["false".into(), "true".into()] })
}

fn date(name: &str, cells: &[Option<i64>]) -> Column {
    let milliseconds: Vec<i64> = cells.iter().map(|cell| cell.unwrap_or(i64::MIN)).collect();
    let has_time = milliseconds.iter().any(|date| *date != i64::MIN && date.rem_euclid(86_400_000) != 0);
    column(name, Values::Date { milliseconds, has_time })
}

fn table(columns: Vec<Column>) -> Table {
    let n_rows = columns.first().map_or(0, |column| column.values.len());
    Table { columns, n_rows }
}

fn type_of(table: &Table, name: &str) -> ColumnType {
    table.column(name).unwrap_or_else(|| panic!("no column {name}")).values.column_type()
}
