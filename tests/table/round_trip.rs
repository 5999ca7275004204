//! What is written reads back the same, whatever the values.

use hearth::table::csv::{CsvSettings, WarningKind, import_bytes, write};
use hearth::table::{Column, ColumnType, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Table, Values};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<f64>().prop_filter("finite", |value| value.is_finite()),
        4 => (-1_000_000i32..1_000_000).prop_map(|value| f64::from(value) / 100.0),
        1 => Just(f64::NAN),
    ]
}

/// Texts with everything that CSV finds special; none is a spelling of "missing", none is blank.
fn text() -> impl Strategy<Value = String> {
    let special = proptest::collection::vec(
        prop_oneof![
            Just(','),
            Just('"'),
            Just('\n'),
            Just('\r'),
            Just(' '),
            Just('é'),
            Just('😀'),
            Just(';'),
            any::<char>()
        ],
        0..12,
    );
    special.prop_map(|characters| {
        let text: String = characters.into_iter().filter(|c| *c != '\0').collect();
        format!("x{text}")
    })
}

fn category(texts: Vec<Option<String>>) -> Values {
    let mut levels: Vec<String> = Vec::new();
    let mut code = |text: Option<String>| {
        let Some(text) = text else { return MISSING_CODE };
        let known = levels.iter().position(|level| *level == text);
        known.unwrap_or_else(|| {
            levels.push(text);
            levels.len() - 1
        }) as u32
    };
    let codes = texts.into_iter().map(&mut code).collect();
    Values::Category { codes, levels }
}

fn boolean(codes: Vec<Option<bool>>) -> Values {
    let codes = codes.into_iter().map(|code| code.map_or(MISSING_BOOLEAN, u8::from)).collect();
    Values::Boolean { codes, spelling: ["no".into(), "yes".into()] }
}

fn date(values: Vec<Option<i64>>) -> Values {
    let milliseconds: Vec<i64> = values.into_iter().map(|value| value.unwrap_or(MISSING_DATE)).collect();
    let has_time = milliseconds.iter().any(|value| *value != MISSING_DATE);
    Values::Date { milliseconds, has_time }
}

prop_compose! {
    fn table()(n_rows in 1usize..20)(
        numbers in proptest::collection::vec(number(), n_rows),
        categories in proptest::collection::vec(proptest::option::of(text()), n_rows),
        booleans in proptest::collection::vec(proptest::option::of(any::<bool>()), n_rows),
        // Years 1 to 9999.
        dates in proptest::collection::vec(proptest::option::of(-62_135_596_800_000i64..253_402_207_200_000), n_rows),
        texts in proptest::collection::vec(proptest::option::of(text()), n_rows),
        name in text(),
        n_rows in Just(n_rows),
    ) -> Table {
        let texts = texts.into_iter().map(|text| text.map(Into::into)).collect();
        let named = |name: &str, values| Column { name: name.to_owned(), values, missing_spellings: Vec::new(), unit: None };
        Table {
            columns: vec![
                named(&name, Values::Number(numbers)),
                named("c", category(categories)),
                named("b", boolean(booleans)),
                named("d", date(dates)),
                named("t", Values::Text(texts)),
            ],
            n_rows,
        }
    }
}

/// Equal values; missing numbers are equal.
fn same(a: &Values, b: &Values) -> bool {
    match (a, b) {
        (Values::Number(a), Values::Number(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()))
        }
        (Values::Boolean { codes: a, .. }, Values::Boolean { codes: b, .. }) => a == b,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn a_written_table_reads_back(table in table()) {
        let types = table.columns.iter().map(|column| (column.name.clone(), column.values.column_type())).collect();
        let settings = CsvSettings { types, ..CsvSettings::default() };
        let read = import_bytes("t.csv", &write(&table), Some(settings)).unwrap().read;
        prop_assert_eq!(read.n_warnings, 0, "{:?}", read.warnings);
        prop_assert_eq!(read.table.n_rows, table.n_rows);
        for (before, after) in table.columns.iter().zip(&read.table.columns) {
            prop_assert_eq!(&before.name, &after.name);
            prop_assert!(same(&before.values, &after.values), "{:?} became {:?}", before.values, after.values);
        }
    }

    /// Nothing makes the reader panic, and a place always lies in the file.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(
        prop_oneof![Just(b','), Just(b'"'), Just(b'\n'), Just(b'\r'), Just(b';'), Just(0xE9), Just(b'1'), any::<u8>()],
        0..200,
    )) {
        for settings in [None, Some(CsvSettings::default())] {
            let header = settings.is_some();
            if let Ok(imported) = import_bytes("t.csv", &bytes, settings) {
                for warning in &imported.read.warnings {
                    prop_assert!(warning.byte < bytes.len() as u64);
                    let end = usize::try_from(warning.byte).unwrap();
                    prop_assert!(warning.line <= 1 + bytes[..end].iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64);
                    prop_assert!(!warning.sentence("t.csv").is_empty());
                    if header && let WarningKind::Undecodable { bytes: odd } = &warning.kind {
                        prop_assert_eq!(&bytes[end..end + odd.len()], &odd[..]);
                    }
                }
            }
        }
    }

    /// The quick way to a number is the standard library's.
    #[test]
    fn numbers_are_rounded_correctly(digits in "[0-9]{1,9}", fraction in "[0-9]{0,9}", negative: bool) {
        let text = format!("{}{digits}.{fraction}", if negative { "-" } else { "" });
        let settings = CsvSettings { types: vec![("a".into(), ColumnType::Number)], ..CsvSettings::default() };
        let read = import_bytes("t.csv", format!("a\n{text}\n").as_bytes(), Some(settings)).unwrap().read;
        let Values::Number(values) = &read.table.columns[0].values else { panic!() };
        prop_assert_eq!(values[0].to_bits(), text.parse::<f64>().unwrap().to_bits());
    }
}
