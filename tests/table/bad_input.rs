//! What cannot be read is refused with place and cure, and whatever is read with a guess is told.

use hearth::problem::Problem;
use hearth::table::csv::{CsvSettings, Encoding, ImportJob, Limits, Step, Warning, WarningKind, import_bytes, preview};
use hearth::table::source::ByteSource;
use hearth::table::{ColumnType, Values};

use crate::{column, names_and_types, read, read_with, said, shown, texts};

fn refused(name: &str, bytes: &[u8]) -> Problem {
    match import_bytes(name, bytes, None) {
        Ok(imported) => panic!("{name} was read: {}", shown(&imported)),
        Err(problem) => problem,
    }
}

fn refused_within(limits: Limits, bytes: &[u8]) -> Problem {
    let mut job = ImportJob::new("big.csv", None, limits);
    let mut source = bytes;
    loop {
        match job.step(&mut source) {
            Ok(Step::Working(_)) => {}
            Ok(Step::Done(_)) => panic!("was read"),
            Err(problem) => return problem,
        }
    }
}

#[test]
fn files_that_are_no_table() {
    let zip = |part: &str| [b"PK\x03\x04\x14\0\x06\0", part.as_bytes(), b"\0\0\x01\x02"].concat();
    let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let files: [(&str, Vec<u8>); 15] = [
        ("empty.csv", vec![]),
        ("blank.csv", b"\n\n\r\n".to_vec()),
        ("mark.csv", b"\xEF\xBB\xBF".to_vec()),
        ("header.csv", b"a,b,c\n".to_vec()),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("photo.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0".to_vec()),
        ("book.xlsx", zip("[Content_Types].xml and xl/workbook.xml")),
        ("sheet.ods", zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet")),
        ("data.zip", zip("people.csv")),
        ("book.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0".to_vec()),
        ("data.csv.gz", b"\x1f\x8b\x08\0\0\0".to_vec()),
        ("data.parquet", b"PAR1\x15\x04\x15".to_vec()),
        ("page.csv", b"<!DOCTYPE html>\n<title>Sign in</title>".to_vec()),
        ("data.json", b"{\"rows\": [{\"a\": 1}, {\"a\": 2}]}".to_vec()),
        ("noise.bin", noise),
    ];
    let said: String = files.iter().map(|(name, bytes)| said(&refused(name, bytes))).collect();
    insta::assert_snapshot!(said);
}

#[test]
fn limits_are_said_before_and_kept() {
    let small = Limits { file_bytes: 5 << 20, columns: 5, rows: 10, cells: 30, cell_bytes: 100, record_bytes: 1000 };
    let rows = |n: usize, row: &str| format!("{}{}", "a,b,c,d\n", format!("{row}\n").repeat(n));
    let cases = [
        refused_within(small, &vec![b'a'; 6 << 20]),
        refused_within(small, b"a,b,c,d,e,f\n1,2,3,4,5,6\n"),
        refused_within(small, rows(8, "1,2,3,4").as_bytes()),
        refused_within(Limits { cells: 1000, ..small }, rows(11, "1,2,3,4").as_bytes()),
        refused_within(small, format!("a,b\n1,2\n3,{}\n", "x".repeat(101)).as_bytes()),
        refused_within(small, format!("a,b\n1,2\n3,\"{}\n", "x\n".repeat(300)).as_bytes()),
        import_bytes("odd.csv", b"a,b\n1,2\n", Some(CsvSettings { quote: b',', ..CsvSettings::default() }))
            .unwrap_err(),
    ];
    let mut text = format!("{}\n\n", Limits::DEFAULT.sentence());
    cases.iter().for_each(|problem| text.push_str(&said(problem)));
    insta::assert_snapshot!(text);
}

/// A source that changes after the first read.
struct Changing {
    bytes: Vec<u8>,
    reads: u32,
    how: &'static str,
}

impl ByteSource for Changing {
    fn len(&self) -> u64 {
        let grown = self.how == "grows" && self.reads > 0;
        self.bytes.len() as u64 + u64::from(grown)
    }

    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        self.reads += 1;
        // The first tells whether the file is packed.
        if self.reads > 2 {
            match self.how {
                "shrinks" => self.bytes.truncate(offset as usize + 10),
                "goes away" => return Err("The browser can no longer read it.".to_owned()),
                "is edited" => self.bytes[20] = b'7',
                _ => {}
            }
        }
        self.bytes.read(offset, length)
    }
}

#[test]
fn a_file_that_changes_while_it_is_read() {
    // Longer than one step; the text at the end calls for a second pass, which sees the edit.
    let mut text = "a,b\n".to_owned() + &"12345,67890\n".repeat(400_000);
    (0..100_000).for_each(|i| text.push_str(&format!("w{i},67890\n")));
    let mut said_all = String::new();
    for how in ["grows", "shrinks", "goes away", "is edited"] {
        let mut job = ImportJob::new("live.csv", None, Limits::DEFAULT);
        let mut source = Changing { bytes: text.clone().into_bytes(), reads: 0, how };
        let problem = loop {
            match job.step(&mut source) {
                Ok(Step::Working(_)) => {}
                Ok(Step::Done(_)) => panic!("{how}: was read"),
                Err(problem) => break problem,
            }
        };
        said_all.push_str(&said(&problem));
    }
    insta::assert_snapshot!(said_all);
}

/// One file with every oddity that has a warning.
#[test]
fn every_warning_has_its_place() {
    let mut bytes = b"\xEF\xBB\xBFage,age,,when,note\r\n".to_vec();
    bytes
        .extend_from_slice(b"1,x,1,01/02/2024,a\r\n2,y,2,03/04/2024,b\r\n3,x,3,05/06/2024,c\r\n4,y,4,07/08/2024,d\r\n");
    bytes.extend_from_slice(b"n/a,x,5,09/10/2024,e\r\n");
    bytes.extend_from_slice(b"6,y\r\n");
    bytes.extend_from_slice(b"7,x,7,11/12/2024,g,lost,more,and,again\r\n");
    bytes.extend_from_slice(b"8,y,8,,in \"the\" middle\r\n");
    bytes.extend_from_slice(b"9,x,9,,\"after\" all\r\n");
    bytes.extend_from_slice("10,y,10,,\"two\r\nlines, é\"\r\n".as_bytes());
    bytes.extend_from_slice(b"11,x,11,,caf\xE9\r\n");
    bytes.extend_from_slice(b"1e400,y,-inf,,nu\0l\r\n");
    bytes.extend_from_slice(b"13,x,13,,\"never closed\r\n");
    bytes.extend_from_slice(b"14,y,14,,last\r\n");
    let settings = CsvSettings { missing: vec![], ..CsvSettings::default() };
    let imported = read_with(&bytes, settings);
    insta::assert_snapshot!(shown(&imported));
    // Each place is where the cell stands in the file.
    for (kind, start) in [
        ("NotOfType", &b"n/a"[..]),
        ("StrayQuote", b"in \"the\""),
        ("Undecodable", b"\xE9\r\n"),
        ("UnclosedQuote", b"\"never"),
        ("Nul", b"\0l"),
    ] {
        let warning = imported.read.warnings.iter().find(|warning| format!("{:?}", warning.kind).starts_with(kind));
        let Warning { byte, line, .. } = warning.unwrap_or_else(|| panic!("{kind}"));
        assert!(bytes[*byte as usize..].starts_with(start), "{kind} at byte {byte}");
        let lines = bytes[..*byte as usize].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(*line, lines as u64 + 1, "{kind}");
    }
}

#[test]
fn places_in_utf16_count_the_bytes_of_the_file() {
    let text = "name,n\nZoë,1\n𝄞 clef,2\nplain,3\nlast,4\nx,many\n";
    for (encoding, mark) in [(Encoding::Utf16Le, [0xFF, 0xFE]), (Encoding::Utf16Be, [0xFE, 0xFF])] {
        let mut bytes = mark.to_vec();
        for unit in text.encode_utf16() {
            bytes.extend(if encoding == Encoding::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
        // A surrogate without its partner, in the last record.
        let lone = 0xD800u16;
        let broken = if encoding == Encoding::Utf16Le { lone.to_le_bytes() } else { lone.to_be_bytes() };
        let at = bytes.len() - 2;
        bytes.splice(at..at, broken);
        let imported = import_bytes("t.csv", &bytes, None).unwrap();
        assert_eq!(imported.settings.encoding, encoding);
        assert_eq!(texts(column(&imported.read.table, "name"))[..2], ["Zoë", "𝄞 clef"]);
        let places: Vec<(u64, u64, u64)> =
            imported.read.warnings.iter().map(|warning| (warning.record, warning.line, warning.byte)).collect();
        let cell = 2 + 2 * text[..text.find("many").unwrap()].encode_utf16().count() as u64;
        assert_eq!(places, [(5, 6, cell), (5, 6, at as u64)]);
        assert!(matches!(&imported.read.warnings[1].kind, WarningKind::Undecodable { bytes } if bytes[..] == broken));
    }
}

#[test]
fn warnings_are_counted_beyond_those_kept() {
    let text = "a,b\n".to_owned() + &"1\n".repeat(12_345);
    let imported = read_with(text.as_bytes(), CsvSettings::default());
    assert_eq!(imported.read.n_warnings, 12_345);
    assert_eq!(imported.read.warnings.len(), 1000);
    assert_eq!(imported.read.warnings[999].record, 1000);
}

#[test]
fn hostile_names_and_values_are_text() {
    let text = "<img src=x onerror=alert(1)>,__proto__,constructor\n<script>,__proto__,toString\n=cmd(),2,3\n";
    let imported = read(text);
    assert_eq!(imported.read.table.columns[0].name, "<img src=x onerror=alert(1)>");
    assert_eq!(texts(column(&imported.read.table, "__proto__")), ["__proto__", "2"]);
    assert_eq!(texts(&imported.read.table.columns[0]), ["<script>", "=cmd()"]);
}

#[test]
fn one_row_one_column_and_one_cell() {
    assert_eq!(shown(&read("a,b\n1,x\n")), "\"a\" (number): [\"1\"]\n\"b\" (category): [\"x\"]\n");
    assert_eq!(shown(&read("a\n1\n2\n")), "\"a\" (number): [\"1\", \"2\"]\n");
    assert_eq!(shown(&read("5")), "\"column_1\" (number): [\"5\"]\n");
    // A blank line among the values of one column is a missing value; at the end it is nothing.
    assert_eq!(texts(&read("a\n1\n\n3\n\n\n").read.table.columns[0]), ["1", "∅", "3"]);
}

#[test]
fn ten_thousand_columns() {
    let header: Vec<String> = (0..10_000).map(|i| format!("c{i}")).collect();
    let mut text = header.join(",") + "\n";
    for row in 0..20 {
        let cells: Vec<String> = (0..10_000).map(|i| (row * i).to_string()).collect();
        text += &(cells.join(",") + "\n");
    }
    let imported = read(&text);
    assert_eq!(imported.read.table.columns.len(), 10_000);
    assert_eq!(imported.read.n_warnings, 0);
    assert!(imported.read.table.columns.iter().all(|c| matches!(&c.values, Values::Number(v) if v.len() == 20)));
    let preview = preview("wide.csv", &text.as_bytes()[..200_000], false, None).unwrap();
    assert_eq!(preview.columns.len(), 10_000);
}

#[test]
fn a_field_of_ten_megabytes_loads() {
    let field = "lorem ipsum ".repeat(900_000);
    let text = format!("id,text\n1,\"{field}\"\n2,short\n");
    let imported = read(&text);
    assert_eq!(imported.read.n_warnings, 0);
    assert_eq!(imported.read.table.columns[1].values.text(0).unwrap().len(), field.len());
    let preview = preview("long.csv", &text.as_bytes()[..1 << 20], false, None).unwrap();
    assert_eq!(preview.rows[0][0], "1");
}

#[test]
fn names_are_made_unique() {
    let imported = read("a,a_2,a,,column_4,\n1,2,3,4,5,6\n");
    let names: Vec<&str> = names_and_types(&imported.read.table).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "a_2", "a_3", "column_4_2", "column_4", "column_6"]);
    assert_eq!(imported.read.n_warnings, 3);
}

#[test]
fn numbers_that_are_none_are_missing() {
    let imported = read("a\n1.5\nNaN\nnan\n-inf\nInfinity\n1e400\n-1e-400\n2\n3\n4\n5\n6\n");
    let table = &imported.read.table;
    assert_eq!(texts(column(table, "a")), ["1.5", "∅", "∅", "∅", "∅", "∅", "-0", "2", "3", "4", "5", "6"]);
    assert_eq!(column(table, "a").missing_spellings, ["NaN", "nan", "-inf", "Infinity", "1e400"]);
    let said: Vec<String> = imported.read.warnings.iter().map(|warning| warning.sentence("t.csv")).collect();
    assert_eq!(said.len(), 3);
    assert_eq!(
        said[2],
        "t.csv, row 6 (line 7 of the file), column a: \"1e400\" is infinite or too large for a number. Kept as missing."
    );
}

#[test]
fn the_sentence_of_a_warning() {
    let kind = WarningKind::NotOfType { text: "n/a".into(), expected: ColumnType::Number };
    let warning = Warning { record: 812, line: 813, byte: 9000, column: Some("age".into()), kind };
    let sentence = warning.sentence("people.csv");
    let place = "people.csv, row 812 (line 813 of the file), column age";
    assert_eq!(sentence, format!("{place}: \"n/a\" is not a number. Kept as missing."));
}
