//! Numbers with percent signs, currencies, units and parentheses; titles above the table; years of two digits.

use hearth::random::Random;
use hearth::table::csv::{CsvSettings, WarningKind, import_bytes, preview, sniff};
use hearth::table::profile::profile;
use hearth::table::{ColumnType, Values};

use crate::{column, read, read_with, said, shown, texts};

/// Cells of one column in quotes beside a column of texts, read with detected settings: the values and the unit, or
/// `None` when it is no number.
fn numbers(cells: &[String]) -> Option<(Vec<f64>, Option<String>)> {
    let rows: String = cells.iter().map(|cell| format!("\"{cell}\",word\n")).collect();
    let imported = read(&format!("amount,row\n{rows}"));
    let amount = column(&imported.read.table, "amount");
    match &amount.values {
        Values::Number(values) => Some((values.clone(), amount.unit.clone())),
        _ => None,
    }
}

fn owned(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|&cell| cell.to_owned()).collect()
}

#[test]
fn amounts_are_numbers_with_a_unit() {
    let cases: [(&[&str], &[f64], &str); 22] = [
        (&["12.5 %", "3 %", "-1.25 %"], &[12.5, 3.0, -1.25], "%"),
        (&["12%", "7%", "100%"], &[12.0, 7.0, 100.0], "%"),
        (&["$1,234.50", "$2", "$(3.25)", "-$4"], &[1234.5, 2.0, -3.25, -4.0], "$"),
        (&["€ 12", "€ 13,50", "€ 1,00"], &[12.0, 13.5, 1.0], "€"),
        (&["12 EUR", "15 EUR", "-3 EUR"], &[12.0, 15.0, -3.0], "EUR"),
        (&["EUR 12.5", "EUR 15"], &[12.5, 15.0], "EUR"),
        (&["USD12.50", "USD15.00"], &[12.5, 15.0], "USD"),
        (&["12€", "15€"], &[12.0, 15.0], "€"),
        (&["1,5 €", "2,25\u{a0}€"], &[1.5, 2.25], "€"),
        (&["(123)", "45", "6"], &[-123.0, 45.0, 6.0], ""),
        (&["(1,234.50)", "45.25", "6"], &[-1234.5, 45.25, 6.0], ""),
        (&["123-", "45", "6"], &[-123.0, 45.0, 6.0], ""),
        (&["($5)", "$6", "$7"], &[-5.0, 6.0, 7.0], "$"),
        (&["(5%)", "6%"], &[-5.0, 6.0], "%"),
        (&["\u{2212}5 %", "+6 %"], &[-5.0, 6.0], "%"),
        (&["5 kg", "7.5 kg"], &[5.0, 7.5], "kg"),
        (&["5kg", "7kg"], &[5.0, 7.0], "kg"),
        (&["1.5V", "3V"], &[1.5, 3.0], "V"),
        (&["1 day", "2 days", "3 days", "4 days", "9 days"], &[1.0, 2.0, 3.0, 4.0, 9.0], "days"),
        (&["21.5 °C", "-3 °C"], &[21.5, -3.0], "°C"),
        (&["$5", "", "NA", "$7"], &[5.0, f64::NAN, f64::NAN, 7.0], "$"),
        (&["R$ 5", "R$ 7"], &[5.0, 7.0], "R$"),
    ];
    for (cells, expected, unit) in cases {
        let (values, found) = numbers(&owned(cells)).unwrap_or_else(|| panic!("no numbers: {cells:?}"));
        let same = values.iter().zip(expected).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
        assert!(same && values.len() == expected.len(), "{cells:?}: {values:?}");
        assert_eq!(found.unwrap_or_default(), unit, "{cells:?}");
    }
}

#[test]
fn codes_are_no_amounts() {
    let cases: [&[&str]; 22] = [
        &["12A", "13A", "14A", "15A", "16A", "17A"],
        &["12A", "12B", "13C"],
        &["A12", "A13", "A14"],
        &["USD100", "USD101", "USD102"],
        &["(1)", "(2)", "(3)"],
        &["$5", "€6", "£7"],
        &["5 kg", "6 lb", "7 oz"],
        &["007 kg", "008 kg", "009 kg"],
        &["1st", "2nd", "3rd"],
        &["5 pm", "6 pm", "7 pm", "8 pm", "9 pm"],
        &["1 May", "2 May", "3 May", "4 May", "5 May"],
        &["10 Main Street 5", "12 Main Street 6"],
        &["12 N", "13 S", "14 E"],
        &["1234 AB", "2345 CD", "3456 EF", "4567 GH", "5678 IJ"],
        &["#12", "#13", "#14"],
        &["v1", "v2", "v3"],
        &["1.2.3%", "4.5.6%"],
        &["10-20 %", "20-30 %"],
        &["<5 %", ">5 %"],
        &["5x", "6x", "7x"],
        &["4G", "5G", "4G"],
        &["two words", "of %", "no 5"],
    ];
    for cells in cases {
        assert_eq!(numbers(&owned(cells)), None, "{cells:?}");
    }
}

/// Random codes of many shapes stay texts, random amounts become the numbers that they were made from.
#[test]
fn made_up_codes_and_amounts_are_told_apart() {
    let mut random = Random::new(7, 1);
    for round in 0..200 {
        let letters: Vec<char> = (0..3).map(|_| char::from(b'A' + random.below(26) as u8)).collect();
        let n = 20 + random.below(40);
        let codes: Vec<String> = (0..n)
            .map(|_| {
                let number = random.below(9000) + 1000;
                match round % 5 {
                    0 => format!("{number}{}", letters[0]),
                    1 => format!("{}{number}", letters[0]),
                    2 => format!("{}{}-{number}", letters[0], letters[1]),
                    3 => format!("{number}-{}", random.below(90) + 10),
                    _ => format!("{number}/{}", letters.iter().collect::<String>()),
                }
            })
            .collect();
        assert_eq!(numbers(&codes), None, "{codes:?}");
        let unit = ["%", "$", "€", "kg", "km/h", "visits"][round % 6];
        let values: Vec<f64> = (0..n).map(|_| random.below(2_000_000) as f64 / 100.0 - 5000.0).collect();
        let cells: Vec<String> = values
            .iter()
            .map(|value| match round % 3 {
                0 if *value < 0.0 => format!("({} {unit})", -value),
                1 if unit.len() <= 3 && !unit.is_ascii() || unit == "$" => format!("{unit}{value}").replace("$-", "-$"),
                _ => format!("{value} {unit}"),
            })
            .collect();
        let (found, found_unit) = numbers(&cells).unwrap_or_else(|| panic!("no numbers: {cells:?}"));
        assert_eq!((found, found_unit.as_deref()), (values, Some(unit)), "{cells:?}");
    }
}

#[test]
fn what_does_not_fit_the_unit_is_said() {
    let rows: String = (1..40).map(|i| format!("\"{i} %\",x\n")).collect();
    let imported = read(&format!("share,row\n{rows}0.5,x\n0,x\n\"7 €\",x\n"));
    let share = column(&imported.read.table, "share");
    assert_eq!(texts(share)[38..], ["39", "0.5", "0", "∅"]);
    assert_eq!(profile(share).unit.as_deref(), Some("%"));
    let said: Vec<String> = imported.read.warnings.iter().map(|warning| warning.sentence("t.csv")).collect();
    assert_eq!(
        said,
        [
            "t.csv, row 40 (line 41 of the file), column share: 1 number has no \"%\" beside it, as the others have. Read as if it stood there.",
            "t.csv, row 42 (line 43 of the file), column share: \"7 €\" is not a number. Kept as missing.",
        ]
    );
}

#[test]
fn units_can_be_set() {
    let text = b"a,b\n5 kg,x\n6 lb,y\n7 lb,x\n8,z\n";
    let number = vec![("a".to_owned(), ColumnType::Number)];
    // The commonest unit, unless a person says another.
    let imported = read_with(text, CsvSettings { types: number.clone(), ..CsvSettings::default() });
    assert_eq!(texts(column(&imported.read.table, "a")), ["∅", "6", "7", "8"]);
    let units = vec![("a".to_owned(), "kg".to_owned())];
    let imported = read_with(text, CsvSettings { types: number, units, ..CsvSettings::default() });
    assert_eq!(texts(column(&imported.read.table, "a")), ["5", "∅", "∅", "8"]);
    assert_eq!(column(&imported.read.table, "a").unit.as_deref(), Some("kg"));
    // A column of amounts may stay texts.
    let texts_wanted = vec![("a".to_owned(), ColumnType::Category)];
    let imported = read_with(b"a,b\n5 %,x\n6 %,y\n", CsvSettings { types: texts_wanted, ..CsvSettings::default() });
    assert_eq!(texts(column(&imported.read.table, "a")), ["5 %", "6 %"]);
    let shown = preview("t.csv", b"a,b\n5 %,x\n6 %,y\n", true, None).unwrap();
    assert_eq!(shown.units, ["%", ""]);
}

/// A unit that changes late sends the column back to texts, none of them lost.
#[test]
fn a_late_change_of_unit_is_seen() {
    let mut text = "a,b\n".to_owned();
    (0..4000).for_each(|i| text += &format!("{i} kg,x\n"));
    (0..4000).for_each(|i| text += &format!("{i} lb,x\n"));
    let imported = read(&text);
    let a = column(&imported.read.table, "a");
    assert_eq!(a.values.column_type(), ColumnType::Category);
    assert_eq!(a.values.text(4001).unwrap(), "1 lb");
    assert_eq!(imported.read.n_warnings, 0);
}

#[test]
fn lines_above_the_table_are_left_out() {
    let files = [
        ("a title", "Report of 2024\n\ncity,n\nLima,1\nOslo,2\n"),
        ("a title and a source", "Report of 2024\nSource: the office\ncity,n\nLima,1\nOslo,2\n"),
        ("a title with commas", "Report, second edition, of 2024\ncity,n,m,k,l\nLima,1,2,3,4\nOslo,2,3,4,5\n"),
        ("a padded title", "Report of 2024,,\n,,\ncity,n,m\nLima,1,2\nOslo,2,3\n"),
        ("comments", "# made, by hand, today\n# on paper\ncity,n\nLima,1\nOslo,2\n"),
        ("a quote in the title", "The \"report\r\n\r\ncity,n\r\nLima,1\r\nOslo,2\r\n"),
        ("a title in quotes", "\"Report, of 2024\"\ncity,n\nLima,1\nOslo,2\n"),
        ("semicolons", "Bericht\n\nStadt;n\nLima;1,5\nOslo;2,5\n"),
        ("without a header", "Report of 2024\n1,2\n3,4\n5,6\n"),
    ];
    let mut text = String::new();
    for (what, file) in files {
        let imported = read(file);
        text.push_str(&format!("== {what}: {} left out\n{}\n", imported.settings.skip, shown(&imported)));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn tables_that_start_at_once_lose_nothing() {
    for file in [
        "#id,name\n1,Ann\n2,Ben\n3,Cid\n",
        "a,b\n1,2\n3,4\n",
        "a\n1\n2\n3\n",
        "note\nSmith\nDoe\nRoe\n",
        "x,,\n1,2,3\n4,5,6\n7,8,9\n",
        "1,,\n2,,\n3,4,5\n6,7,8\n",
        "a,b,c\n1,2\n3,4\n5,6\n",
        // As R writes it: the column of row names has no name.
        "x,y\n1,1.5,2.5\n2,3.5,4.5\n3,5.5,6.5\n",
        "\n\na,b\n1,2\n3,4\n",
    ] {
        assert_eq!(sniff(file.as_bytes(), true).skip, 0, "{file:?}");
    }
}

#[test]
fn lines_to_leave_out_can_be_set() {
    let text = "Report, of 2024\ncity,n\nLima,1\nOslo,2\n";
    let settings = CsvSettings { skip: 2, header: false, ..CsvSettings::default() };
    let imported = read_with(text.as_bytes(), settings.clone());
    assert_eq!(texts(&imported.read.table.columns[0]), ["Lima", "Oslo"]);
    assert_eq!((imported.read.warnings[0].line, imported.read.warnings[0].byte), (2, 16));
    let shown = preview("t.csv", text.as_bytes(), true, Some(settings.clone())).unwrap();
    assert_eq!(shown.rows, [["Lima", "1"], ["Oslo", "2"]]);
    // All of it, and more than there is.
    let mut problems = String::new();
    for skip in [4, 9] {
        let settings = CsvSettings { skip, ..settings.clone() };
        problems += &said(&import_bytes("t.csv", text.as_bytes(), Some(settings)).unwrap_err());
    }
    insta::assert_snapshot!(problems);
    // Lines of any kind, in slices of any size.
    for end in ["\n", "\r\n", "\r"] {
        let text = ["one", "", "a,b", "1,2", "3,4", ""].join(end);
        let settings = CsvSettings { skip: 2, ..CsvSettings::default() };
        let expected = read_with(text.as_bytes(), settings.clone()).read.table;
        assert_eq!(expected.columns[0].name, "a", "{end:?}");
        for size in 1..8 {
            assert_eq!(crate::reading::read_in_slices(text.as_bytes(), &settings, size), expected, "{end:?} {size}");
        }
    }
}

#[test]
fn dates_of_many_forms() {
    let cases: [(&[&str], &str); 24] = [
        (&["29/02/24", "31/12/23"], "2024-02-29"),
        (&["02/29/24", "12/31/23"], "2024-02-29"),
        (&["2/29/24", "12/31/23"], "2024-02-29"),
        (&["29.02.24", "31.12.23"], "2024-02-29"),
        (&["99-12-31", "98-10-30"], "1999-12-31"),
        (&["31/12/69", "30/12/68"], "1969-12-31"),
        (&["31/12/68", "30/12/69"], "2068-12-31"),
        (&["29 Feb 2024", "1 March 2024"], "2024-02-29"),
        (&["29-Feb-24", "01-Mar-24"], "2024-02-29"),
        (&["29-FEB-2024", "01-MAR-2024"], "2024-02-29"),
        (&["February 29, 2024", "Mar 1, 2024"], "2024-02-29"),
        (&["Feb. 29, 2024", "March 1st, 2024"], "2024-02-29"),
        (&["29th of February 2024", "1st of March 2024"], "2024-02-29"),
        (&["29. Februar 2024", "1. März 2024"], "2024-02-29"),
        (&["29 février 2024", "1 août 2024"], "2024-02-29"),
        (&["29 de febrero de 2024", "1 de marzo de 2024"], "2024-02-29"),
        (&["2024-Feb-29", "2024-Mar-01"], "2024-02-29"),
        (&["Thu, 29 Feb 2024 12:30:00 GMT", "Fri, 01 Mar 2024 00:00:00 GMT"], "2024-02-29T12:30:00"),
        (&["Thu Feb 29 12:30:00 2024", "Fri Mar  1 00:00:00 2024"], "2024-02-29T12:30:00"),
        (&["29/Feb/2024:12:30:00 +0000", "01/Mar/2024:00:00:00 +0000"], "2024-02-29T12:30:00"),
        (&["2024-02", "2024-03", "2024-09"], "2024-02-01"),
        (&["02/2024", "03/2024"], "2024-02-01"),
        (&["Feb 2024", "March 2024"], "2024-02-01"),
        (&["29/02/2024, 12:30", "01/03/2024, 00:00"], "2024-02-29T12:30:00"),
    ];
    for (cells, first) in cases {
        let rows: String = cells.iter().map(|cell| format!("\"{cell}\",1\n")).collect();
        let imported = read(&format!("day,n\n{rows}"));
        let day = column(&imported.read.table, "day");
        assert_eq!(day.values.column_type(), ColumnType::Date, "{cells:?}");
        assert_eq!(texts(day)[0], first, "{cells:?}");
        assert!(!texts(day).contains(&"∅".to_owned()), "{cells:?}");
    }
    // As a person says.
    let types = vec![("day".to_owned(), ColumnType::Date)];
    let imported = read_with(b"day,n\n20240229,1\n20240301,2\n", CsvSettings { types, ..CsvSettings::default() });
    assert_eq!(texts(&imported.read.table.columns[0]), ["2024-02-29", "2024-03-01"]);
}

#[test]
fn what_looks_like_a_date_and_is_none() {
    for cells in [
        ["1.2.24", "4.5.23", "7.8.22"],
        ["1-2-24", "4-5-23", "7-8-22"],
        ["2010-11", "2011-12", "2008-09"],
        ["12-34-56", "98-76-54", "55-66-77"],
        ["1201-05", "1202-06", "1203-07"],
        ["may 5", "june 6", "july 7"],
        ["5/6", "7/8", "9/10"],
        ["Mar-a-Lago", "Mai 68", "August"],
    ] {
        let rows: String = cells.iter().map(|cell| format!("\"{cell}\",1\n")).collect();
        let imported = read(&format!("a,n\n{rows}"));
        assert_eq!(imported.read.table.columns[0].values.column_type(), ColumnType::Category, "{cells:?}");
    }
}

#[test]
fn guesses_about_dates_are_said() {
    let imported = read("born,paid\n31/12/55,2024-02\n30/11/99,2024-03\n");
    assert_eq!(texts(column(&imported.read.table, "born")), ["2055-12-31", "1999-11-30"]);
    insta::assert_snapshot!(shown(&imported));
    let settings = CsvSettings { first_year: 1930, ..imported.settings };
    let imported = read_with(b"born,paid\n31/12/55,2024-02\n30/11/99,2024-03\n", settings);
    assert_eq!(texts(column(&imported.read.table, "born")), ["1955-12-31", "1999-11-30"]);
    assert_eq!(imported.read.warnings[0].kind, WarningKind::ShortYears { first_year: 1930 });
}

/// The numbers of a column, and the sentences.
fn values_of(text: &str, name: &str) -> (Vec<f64>, Vec<String>) {
    let imported = read(text);
    let Values::Number(values) = &column(&imported.read.table, name).values else {
        panic!("{name} is no number column in {text}");
    };
    (values.clone(), imported.read.warnings.iter().map(|warning| warning.sentence("t.csv")).collect())
}

#[test]
fn nothing_is_read_a_thousand_times_too_large() {
    for (text, expected) in [
        ("a,b\n\"0,125\",x\n\"0,250\",y\n\"0,333\",z\n", [0.125, 0.25, 0.333]),
        ("a,b\n\"1,234\",x\n\"0,125\",y\n\"-0,5\",z\n", [1.234, 0.125, -0.5]),
        ("a;b\n0.125;1.234,50\n52.123;2.000,25\n7.250;12.345,00\n", [0.125, 52.123, 7.25]),
        ("a;b\n52.123;1.234,50\n7.250;2.000,25\n0.125;12.345,00\n", [52.123, 7.25, 0.125]),
        ("a;b\n0,125 €;1.5\n52,123 €;2.5\n7,250 €;3.5\n", [0.125, 52.123, 7.25]),
        // Groups are read as such where the cells say so.
        ("a;b\n1.234,50;0.125\n52.123;0.5\n7.000;0.75\n", [1234.5, 52123.0, 7000.0]),
    ] {
        let (values, said) = values_of(text, "a");
        assert_eq!(values, expected, "{text}");
        assert!(said.iter().all(|said| !said.contains("column a")), "{text}: {said:?}");
    }
    let (values, _) = values_of("a;b\n0.125;1.234,50\n52.123;2.000,25\n", "b");
    assert_eq!(values, [1234.5, 2000.25]);
}

#[test]
fn numbers_of_two_notations_are_said() {
    for (text, expected, said_of) in [
        ("a;b\n1.234;x\n2.345;y\n3.456;z\n", [1.234, 2.345, 3.456], "\"1.234\" was read as 1.234, not as 1234"),
        ("a;b\n7;x\n2,345;y\n3,456;z\n", [7.0, 2.345, 3.456], "\"2,345\" was read as 2.345, not as 2345"),
        (
            "a,b\n\"-1,234\",x\n5,y\n\"3,456\",z\n",
            [-1234.0, 5.0, 3456.0],
            "\"-1,234\" was read as -1234, not as -1.234",
        ),
    ] {
        let (values, said) = values_of(text, "a");
        assert_eq!(values, expected, "{text}");
        let place = if text.contains('7') { "row 2 (line 3 of the file)" } else { "row 1 (line 2 of the file)" };
        let sentence = format!(
            "t.csv, {place}, column a: every number with a mark also fits the other notation: {said_of}; this can be \
             changed in the import settings."
        );
        assert_eq!(said, [sentence], "{text}");
    }
    // One decisive number is enough.
    assert!(values_of("a;b\n1.234;x\n2.5;y\n", "a").1.is_empty());
}
