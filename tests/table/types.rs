//! Types of columns, and the second pass that mends a wrong guess.

use hearth::table::csv::{CsvSettings, ImportJob, Limits, Step, WarningKind};
use hearth::table::{ColumnType, Values};

use crate::{column, read, read_with, shown, texts};

/// The type of a column with these cells.
fn type_of(cells: &[&str]) -> ColumnType {
    let text = format!("a,row\n{}", cells.iter().map(|cell| format!("\"{cell}\",x\n")).collect::<String>());
    read_with(text.as_bytes(), CsvSettings::default()).read.table.columns[0].values.column_type()
}

#[test]
fn types_are_told_from_values() {
    use ColumnType::{Boolean, Category, Date, Number};
    let cases: [(&[&str], ColumnType); 26] = [
        (&["1", "-2.5", "+3e4", ".5", "5."], Number),
        (&["0", "1", "1", "0"], Number),
        (&["", "", ""], Number),
        (&["1", "2", "3", "x"], Number),
        (&["1", "2", "x"], Category),
        (&["00501", "10001", "94105"], Category),
        (&["1234567890123456", "1234567890123457"], Category),
        (&["0.1234567890123456789", "2.5"], Number),
        (&["yes", "no", "no"], Boolean),
        (&["TRUE", "FALSE"], Boolean),
        (&["Y", "n", "y"], Boolean),
        (&["t", "f"], Boolean),
        (&["yes", "yes"], Category),
        (&["yes", "no", "maybe"], Category),
        (&["yes", "false"], Category),
        (&["2024-02-29", "2023-12-31"], Date),
        (&["2023-02-29", "2023-02-30"], Category),
        (&["2024-02-29T12:30:00Z", "2023-12-31T00:00:00+05:30"], Date),
        (&["2024-02-29 12:30", "2023-12-31 23:59:59.125"], Date),
        (&["2024/02/29", "2023/12/31"], Date),
        (&["29.02.2024", "31.12.2023 08:15"], Date),
        (&["29/02/2024", "31/12/2023"], Date),
        (&["02/29/2024", "12/31/2023"], Date),
        (&["2/9/2024 3:05 PM", "12/31/2023 12:00 am"], Date),
        (&["20240229", "20231231"], Number),
        (&["1.2.3", "4.5.6"], Category),
    ];
    for (cells, expected) in cases {
        assert_eq!(type_of(cells), expected, "{cells:?}");
    }
}

#[test]
fn dates_are_instants() {
    let date = |cell: &str| {
        let text = format!("a\n\"{cell}\"\n\"{cell}\"\n");
        let settings = CsvSettings { types: vec![("a".into(), ColumnType::Date)], ..CsvSettings::default() };
        texts(&read_with(text.as_bytes(), settings).read.table.columns[0])[0].clone()
    };
    assert_eq!(date("2024-02-29"), "2024-02-29");
    assert_eq!(date("1969-12-31"), "1969-12-31");
    assert_eq!(date("2024-02-29T12:30:15.125Z"), "2024-02-29T12:30:15.125");
    assert_eq!(date("2024-01-01T00:30:00+01:00"), "2023-12-31T23:30:00");
    assert_eq!(date("2024-01-01 00:30 -0130"), "2024-01-01T02:00:00");
    assert_eq!(date("31.12.2023 08:15"), "2023-12-31T08:15:00");
    assert_eq!(date("13/01/2024"), "2024-01-13");
    assert_eq!(date("01/13/2024"), "2024-01-13");
    assert_eq!(date("1/2/2024 12:05 AM"), "2024-01-02T00:05:00");
    assert_eq!(date("31.02.2024"), "∅");
}

#[test]
fn the_order_of_day_and_month_comes_from_the_data() {
    let days = |text: &str| texts(&read(text).read.table.columns[0]);
    assert_eq!(days("d,n\n03/04/2024,1\n13/04/2024,2\n"), ["2024-04-03", "2024-04-13"]);
    assert_eq!(days("d,n\n03/04/2024,1\n04/13/2024,2\n"), ["2024-03-04", "2024-04-13"]);
    // Both fit: the rest of the file decides, and the guess is told.
    let american = read("d,n\n03/04/2024,1.5\n05/06/2024,2.5\n");
    assert_eq!(texts(&american.read.table.columns[0])[0], "2024-03-04");
    assert_eq!(american.read.warnings[0].kind, WarningKind::DateOrderGuessed { day_first: false });
    let european = read("d;n\n03/04/2024;1,5\n05/06/2024;2,5\n");
    assert_eq!(texts(&european.read.table.columns[0])[0], "2024-04-03");
    let settings = CsvSettings { day_first: Some(true), ..american.settings };
    let set = read_with(b"d,n\n03/04/2024,1.5\n05/06/2024,2.5\n", settings);
    assert_eq!(texts(&set.read.table.columns[0])[0], "2024-04-03");
    assert_eq!(set.read.n_warnings, 0);
}

#[test]
fn a_year_in_front_is_read_in_every_order() {
    let read = read("d,n\n2024-04-03,1\n03/04/2024,2\n2024/12/31 08:15,3\n04/13/2024,4\n");
    assert_eq!(
        texts(&read.read.table.columns[0]),
        ["2024-04-03T00:00:00", "2024-03-04T00:00:00", "2024-12-31T08:15:00", "2024-04-13T00:00:00"]
    );
    assert_eq!(read.read.n_warnings, 0);
    // Only what could be read in another way is called a guess, at its own place.
    let guessed = read_with(b"d,n\n2024-04-03,1\n03/04/2024,2\n", CsvSettings::default());
    let of_dates: Vec<_> = guessed.read.warnings.iter().map(|w| (w.record, w.kind.clone())).collect();
    assert_eq!(of_dates, [(2, WarningKind::DateOrderGuessed { day_first: false })]);
    let dots = self::read("d,n\n2024-04-03,1\n03.04.2024,2\n");
    assert_eq!(texts(&dots.read.table.columns[0]), ["2024-04-03", "2024-04-03"]);
    assert_eq!(dots.read.n_warnings, 0);
}

#[test]
fn day_and_month_may_be_told_late() {
    let mut text = "d,n\n".to_owned();
    (0..3000).for_each(|i| text += &format!("{:02}/{:02}/2024,{i}\n", i % 12 + 1, i % 11 + 1));
    (0..3000).for_each(|i| text += &format!("{:02}/{:02}/2024,{i}\n", i % 15 + 13, i % 12 + 1));
    let imported = read(&text);
    assert_eq!(imported.read.n_warnings, 0);
    assert_eq!(imported.read.table.columns[0].values.text(3000).unwrap(), "2024-01-13");
}

#[test]
fn a_column_that_turns_out_otherwise_is_read_again() {
    let mut text = "code,n,flag\n".to_owned();
    (0..5000).for_each(|i| text += &format!("{i},{i},yes\n"));
    (0..5000).for_each(|i| text += &format!("A{i},{i},{}\n", if i % 2 == 0 { "no" } else { "perhaps" }));
    let mut job = ImportJob::new("t.csv", None, Limits::DEFAULT);
    let mut source = text.as_bytes();
    let (imported, passes) = {
        let mut passes = 0;
        loop {
            match job.step(&mut source).unwrap() {
                Step::Working(progress) => passes = progress.pass,
                Step::Done(imported) => break (imported, passes),
            }
        }
    };
    assert_eq!(passes, 2);
    let table = &imported.read.table;
    assert_eq!(column(table, "code").values.column_type(), ColumnType::Category);
    assert_eq!(column(table, "code").values.text(7).unwrap(), "7");
    assert_eq!(column(table, "flag").values.column_type(), ColumnType::Category);
    assert_eq!(column(table, "n").values.column_type(), ColumnType::Number);
    assert_eq!(imported.read.n_warnings, 0);
}

#[test]
fn a_few_misfits_stay_missing() {
    let mut text = "age\n".to_owned();
    (0..3000).for_each(|i| text += &format!("{i}\n"));
    text += "forty\n";
    (0..40).for_each(|_| text += "unclear\n");
    let imported = read(&text);
    let age = column(&imported.read.table, "age");
    assert_eq!(age.values.column_type(), ColumnType::Number);
    assert_eq!(age.missing_spellings, ["forty", "unclear"]);
    assert_eq!(imported.read.n_warnings, 41);
    assert_eq!(imported.read.warnings[0].record, 3001);
    // The cure: treat the word as missing.
    let mut settings = imported.settings.clone();
    settings.missing.push("unclear".into());
    assert_eq!(read_with(text.as_bytes(), settings).read.n_warnings, 1);
}

#[test]
fn a_word_for_missing_is_found_among_numbers() {
    let imported = read("a,b\n1,-\n2,x\n-,y\n4,-\n");
    assert_eq!(texts(column(&imported.read.table, "a")), ["1", "2", "∅", "4"]);
    assert!(imported.settings.missing.contains(&"-".to_owned()));
    assert_eq!(imported.read.n_warnings, 0);
    // "None" among categories is a category.
    let imported = read("a,b\nNone,1\nbrick,2\nstone,3\n");
    assert_eq!(texts(column(&imported.read.table, "a"))[0], "None");
}

#[test]
fn types_can_be_set() {
    let text = "a,b,c,d,e\n1,0,x,2024-01-01,yes\n2,1,y,soon,maybe\nx,1,z,2024-01-02,no\n";
    let settings = CsvSettings {
        types: vec![
            ("a".into(), ColumnType::Number),
            ("b".into(), ColumnType::Boolean),
            ("c".into(), ColumnType::Text),
            ("d".into(), ColumnType::Date),
            ("e".into(), ColumnType::Boolean),
        ],
        ..CsvSettings::default()
    };
    insta::assert_snapshot!(shown(&read_with(text.as_bytes(), settings)));
    let settings = CsvSettings { types: vec![("b".into(), ColumnType::Category)], ..CsvSettings::default() };
    let imported = read_with(text.as_bytes(), settings);
    assert_eq!(texts(column(&imported.read.table, "b")), ["0", "1", "1"]);
}

#[test]
fn prose_and_names_are_text_and_uuids_are_not() {
    let mut text = "note,id\n".to_owned();
    (0..100).for_each(|i| text += &format!("\"Person {i} wrote some words, number {}\",{i:08x}-0000-4000\n", i * 7));
    let imported = read(&text);
    assert_eq!(column(&imported.read.table, "note").values.column_type(), ColumnType::Text);
    assert_eq!(column(&imported.read.table, "id").values.column_type(), ColumnType::Category);
}

#[test]
fn many_distinct_texts_become_text_on_the_way() {
    let mut text = "note,n\n".to_owned();
    (0..40_000).for_each(|i| text += &format!("some words about {i},{i}\n"));
    let imported = read(&text);
    let Values::Text(notes) = &imported.read.table.columns[0].values else { panic!("not text") };
    assert_eq!(notes[39_999].as_deref(), Some("some words about 39999"));
}

#[test]
fn values_may_begin_late() {
    let mut text = "a,b\n".to_owned();
    (0..5000).for_each(|i| text += &format!(",{i}\n"));
    text += "7,1\nNA,2\n8,3\n";
    let imported = read(&text);
    let Values::Number(values) = &imported.read.table.columns[0].values else { panic!("not numbers") };
    assert_eq!((values.len(), values[5000], values[5002]), (5003, 7.0, 8.0));
    assert!(values[5001].is_nan());
    assert_eq!(imported.read.table.columns[0].missing_spellings, ["", "NA"]);
}
