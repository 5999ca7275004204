//! Detection and records: encodings, delimiters, quotes, headers, line ends, and files made to be awkward.

use hearth::table::csv::{
    CsvImport, CsvSettings, Decimal, Encoding, Finished, Limits, WarningKind, import_bytes, preview, sniff,
};
use hearth::table::{ColumnType, Table};

use crate::{column, names_and_types, read, read_with, shown};

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

#[test]
fn every_encoding_gives_the_same_table() {
    let text = "name,größe\nZoë,1\nJosé,2\nnaïve – “x”,3\n";
    let windows: Vec<u8> = text
        .chars()
        .map(|c| match c {
            '–' => 0x96,
            '“' => 0x93,
            '”' => 0x94,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    let files = [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), Encoding::Utf8),
        (utf16(text, true), Encoding::Utf16Le),
        (utf16(text, false), Encoding::Utf16Be),
        ([vec![0xFF, 0xFE], utf16(text, true)].concat(), Encoding::Utf16Le),
        ([vec![0xFE, 0xFF], utf16(text, false)].concat(), Encoding::Utf16Be),
        (windows, Encoding::Windows1252),
    ];
    let expected = read(text).read;
    for (bytes, encoding) in files {
        let imported = import_bytes("t.csv", &bytes, None).unwrap();
        assert_eq!(imported.settings.encoding, encoding);
        let mut read = imported.read;
        if encoding == Encoding::Windows1252 {
            let guess = read.warnings.remove(0);
            assert!(matches!(guess.kind, WarningKind::NotUtf8), "{guess:?}");
            assert!(bytes[guess.byte as usize] >= 0x80 && bytes[..guess.byte as usize].is_ascii());
            read.n_warnings -= 1;
        }
        assert_eq!(read, expected, "{encoding:?}");
    }
}

#[test]
fn the_first_odd_byte_may_come_late() {
    // Longer than what detection sees; in Windows-1252 after all.
    let mut bytes = b"name,n\n".to_vec();
    bytes.extend(b"abcdefgh,1\n".repeat(100_000));
    bytes.extend(b"caf\xE9,2\n");
    let imported = import_bytes("t.csv", &bytes, None).unwrap();
    assert_eq!(imported.settings.encoding, Encoding::Windows1252);
    assert_eq!(imported.read.table.columns[0].values.text(100_000).unwrap(), "café");
    assert_eq!(imported.read.n_warnings, 1);
    let guess = &imported.read.warnings[0];
    assert_eq!((guess.line, guess.byte as usize), (100_002, bytes.len() - 4));
    // Said by a person, it stays UTF-8 and the byte is told.
    let imported = read_with(&bytes, CsvSettings::default());
    assert_eq!(imported.read.n_warnings, 1);
    assert_eq!(imported.read.warnings[0].byte as usize, bytes.len() - 4);
}

#[test]
fn most_bytes_beyond_ascii_decide_between_utf8_and_windows() {
    // One bad byte in front of all good ones, and late: beyond what detection sees.
    let early = [&b"name,n\r\ncaf\xE9,1\r\n"[..], "Zo\u{eb},2\r\n\u{141}\u{f3}d\u{17a},3\r\n".as_bytes()].concat();
    let late =
        [&b"name,n\n"[..], &b"abcdefgh,1\n".repeat(500_000), b"caf\xE9,2\n", "Zo\u{eb}\u{eb},3\n".as_bytes()].concat();
    // As many bad ones as good: a person can say otherwise.
    let even = b"name,n\nx\xE9,1\ny\xE8,2\nz\xC3\xA9,3\n".to_vec();
    let windows = b"name,n\nplain,1\nna\xEFve,2\nna\xEFve \xE9,3\n".to_vec();
    let read = |bytes: &[u8]| import_bytes("t.csv", bytes, None).unwrap();
    let said: Vec<String> = [early, late, even, windows]
        .iter()
        .map(|bytes| {
            let imported = read(bytes);
            let preview = preview("t.csv", &bytes[..bytes.len().min(1 << 19)], bytes.len() < 1 << 19, None).unwrap();
            // A preview that ends before the first bad byte knows nothing of it.
            assert!(preview.warnings.is_empty() || preview.settings.encoding == imported.settings.encoding);
            let warnings: Vec<String> = imported.read.warnings.iter().map(|w| w.sentence("t.csv")).collect();
            format!("{:?}\n{}\n", imported.settings.encoding, warnings.join("\n"))
        })
        .collect();
    insta::assert_snapshot!(said.concat());
}

#[test]
fn delimiters_and_decimals() {
    let cases: [(&str, u8, Decimal, f64); 13] = [
        ("a,b\n1.5,x\n2.5,y\n", b',', Decimal::Point, 1.5),
        ("a;b\n1,5;x\n2,5;y\n", b';', Decimal::Comma, 1.5),
        ("a\tb\n1,5\tx\n2,5\ty\n", b'\t', Decimal::Comma, 1.5),
        ("a|b\n1.5|x\n2.5|y\n", b'|', Decimal::Point, 1.5),
        ("a:b\n1.5:x\n2.5:y\n", b':', Decimal::Point, 1.5),
        ("a,b\n\"1,234.5\",x\n\"2,000\",y\n", b',', Decimal::PointWithCommas, 1234.5),
        ("a,b\n\"1,234\",x\n\"2,000\",y\n", b',', Decimal::PointWithCommas, 1234.0),
        ("a;b\n1.234,5;x\n2.000,0;y\n", b';', Decimal::CommaWithPoints, 1234.5),
        ("a;b\n1.234;x\n0,5;y\n1.000.000;z\n", b';', Decimal::CommaWithPoints, 1234.0),
        ("a;b\n1 234,5;x\n2\u{a0}000,5;y\n", b';', Decimal::CommaWithSpaces, 1234.5),
        ("a;b\n1'234.5;x\n2'000'000;y\n", b';', Decimal::CommaWithSpaces, 1234.5),
        ("sep=;\na;b\n1,5;x\n2,5;y\n", b';', Decimal::Comma, 1.5),
        ("a;b;c\n1,5;2,5;12:30\n3,5;4,5;13:30\n", b';', Decimal::Comma, 1.5),
    ];
    for (text, delimiter, decimal, first) in cases {
        let imported = read(text);
        assert_eq!((imported.settings.delimiter, imported.settings.decimal), (delimiter, decimal), "{text:?}");
        let a = column(&imported.read.table, "a");
        assert_eq!(a.values.text(0).unwrap().parse::<f64>().unwrap(), first, "{text:?}");
        // 1,234 and 2,000 alone could be decimals too.
        let doubtful = u64::from(text.contains("1,234\",x\n\"2,000\""));
        assert_eq!(imported.read.n_warnings, doubtful, "{text:?}");
    }
}

#[test]
fn headers_are_told_from_rows() {
    let header = |text: &str| sniff(text.as_bytes(), true).header;
    assert!(header("age,city\n1,Lima\n2,Oslo\n"));
    assert!(!header("1,Lima\n2,Oslo\n3,Lima\n"));
    assert!(!header("3,4\n1,2\n"));
    assert!(header("name,city\nAnna,Lima\nBen,Oslo\n"));
    assert!(!header("Lima,red\nOslo,blue\nLima,blue\nOslo,red\n"));
    assert!(header("day,n\n2024-01-01,1\n2024-01-02,2\n"));
    assert!(header("country,2019,2020,2021\nA,1.5,2.5,3.5\nB,2.5,3.5,4.5\n"));
    assert!(!header("A,2019,2020\nB,2020,2021\n"));
    // A year alone above numbers could be one of them, but no name comes back among texts that repeat.
    let rows = "north,a,1\nsouth,b,2\nnorth,b,3\nsouth,a,4\nnorth,a,5\nsouth,b,6\n";
    assert!(header(&format!("region,kind,2020\n{rows}")));
    assert!(!header(&format!("south,b,7\n{rows}")));
    assert!(!header(&format!("west,b,7\n{rows}")));
    // Names that are values too, above a column of numbers.
    let named = "<b>,__proto__,constructor\n<b>,__proto__,1\n<i>,x,2\n<b>,__proto__,3\n";
    assert!(header(named));
    assert!(!header("<b>,__proto__,NA\n<b>,__proto__,1\n<i>,x,2\n<b>,__proto__,3\n"));
    assert!(!header("2024-01-01,1\n2024-01-02,2\n"));
    let imported = read("1,Lima\n2,Oslo\n3,Lima\n");
    assert_eq!(
        names_and_types(&imported.read.table),
        [("column_1", ColumnType::Number), ("column_2", ColumnType::Category)]
    );
}

/// Our own collection of awkward but valid files.
#[test]
fn awkward_files() {
    let files = [
        ("commas in quotes", "a,b\n\"1,2\",\"x,y\"\nz,w\n"),
        ("doubled quotes", "a,b\n\"say \"\"hi\"\"\",1\n\"\"\"\",2\n"),
        ("newlines in quotes", "a,b\r\n\"one\r\ntwo\",1\r\n\"three\nfour\",2\r\n"),
        ("no newline at the end", "a,b\n1,x"),
        ("empty cells and quoted empty cells", "a,b,c\n1,,\"\"\n,2,x\n"),
        ("carriage returns alone", "a,b\r1,x\r2,y\r"),
        ("delimiters at the ends of lines", "a,b,c\n1,2,3,\n4,5,6,\n"),
        ("blanks around quotes", "a, b\n\"x\" , \"y, z\"\nu,v\n"),
        ("blank lines", "\n\na,b\n\n1,x\n\n2,y\n\n"),
        ("apostrophes as quotes", "'a','b'\n'x, y','1'\n'z','2'\n"),
        ("apostrophes as text", "a,b\nit's,1\nO'Hara,2\n"),
        ("inches", "size,n\n5' 10\",1\n6' 1\",2\n"),
        ("unicode", "a,b\n日本語,😀\né,e\u{301}\n"),
        ("a tab in a comma file", "a,b\n\"x\ty\",1\nz,2\n"),
        ("leading zeros", "zip,n\n01234,1\n56789,2\n"),
        ("long ids", "id,n\n12345678901234567890,1\n22345678901234567890,2\n"),
    ];
    let mut text = String::new();
    for (what, file) in files {
        text.push_str(&format!("== {what}\n{}\n", shown(&read(file))));
    }
    insta::assert_snapshot!(text);
}

pub fn read_in_slices(bytes: &[u8], settings: &CsvSettings, size: usize) -> Table {
    let mut plan = None;
    loop {
        let mut import = CsvImport::new(settings, "t.csv", Limits::DEFAULT, plan).unwrap();
        for slice in bytes.chunks(size) {
            import.feed(slice).unwrap();
        }
        match import.finish().unwrap() {
            Finished::Table(read) => return read.table,
            Finished::Again(next) => plan = Some(next),
        }
    }
}

#[test]
fn slices_of_any_size_give_the_same_table() {
    let text = "\u{feff}a,b,c\r\n1,\"x\r\n\"\"é\"\"\",日本\r\n2,y,\"z\"\r\n\r\n3,\"w\",𝄞";
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (utf16(text, true), Encoding::Utf16Le),
        (utf16(text, false), Encoding::Utf16Be),
    ] {
        let settings = CsvSettings { encoding, ..CsvSettings::default() };
        let whole = read_in_slices(&bytes, &settings, bytes.len());
        assert_eq!(whole.n_rows, 3);
        for size in 1..12 {
            assert_eq!(read_in_slices(&bytes, &settings, size), whole, "{encoding:?}, slices of {size}");
        }
    }
}

#[test]
fn previews_obey_settings() {
    let text = "a;b\n1,5;x\n2,5;y\n";
    let detected = preview("t.csv", text.as_bytes(), true, None).unwrap();
    assert_eq!(detected.columns, [("a".to_owned(), ColumnType::Number), ("b".to_owned(), ColumnType::Category)]);
    assert_eq!(detected.rows, [["1,5", "x"], ["2,5", "y"]]);
    let settings =
        CsvSettings { header: false, types: vec![("column_2".into(), ColumnType::Text)], ..detected.settings };
    let changed = preview("t.csv", text.as_bytes(), true, Some(settings)).unwrap();
    assert_eq!(changed.rows.len(), 3);
    assert_eq!(changed.columns[1], ("column_2".to_owned(), ColumnType::Text));
    // The beginning of a longer file: its cut last record is not shown.
    let cut = preview("t.csv", "a,b\n1,x\n2,".as_bytes(), false, None).unwrap();
    assert_eq!(cut.rows, [["1", "x"]]);
    assert!(cut.warnings.is_empty());
}
