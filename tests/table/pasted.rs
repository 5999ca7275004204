//! Ranges as spreadsheets put them on the clipboard: tabs between cells, quotes where a cell holds a line break.

use hearth::table::ColumnType::{Category, Number, Text};
use hearth::table::csv::import_bytes;

use crate::{names_and_types, texts};

#[test]
fn a_range_is_read_with_or_without_a_header() {
    // Excel ends every line with CR LF; LibreOffice with LF; Google Sheets the last one with nothing.
    let excel = "name\tnote\tn\r\nAda\t\"two\nlines, \"\"so\"\"\"\t1\r\nBo\t\t2.5\r\nCy\tx\t3\r\n";
    for text in [excel.to_owned(), excel.replace("\r\n", "\n"), excel.replace("\r\n", "\n").trim_end().to_owned()] {
        let read = import_bytes("pasted.csv", text.as_bytes(), None).unwrap();
        assert_eq!((read.settings.delimiter, read.settings.header), (b'\t', true), "{text:?}");
        let table = &read.read.table;
        assert_eq!(names_and_types(table), [("name", Category), ("note", Category), ("n", Number)]);
        assert_eq!(texts(&table.columns[1]), ["two\nlines, \"so\"", "∅", "x"]);
        assert_eq!(read.read.n_warnings, 0, "{:?}", read.read.warnings);
    }
    let bare = import_bytes("pasted.csv", b"3\t4\r\n5\t6\r\n7\t8\r\n", None).unwrap();
    assert!(!bare.settings.header);
    assert_eq!(names_and_types(&bare.read.table), [("column_1", Number), ("column_2", Number)]);
    let column = import_bytes("pasted.csv", b"height\r\n1.5\r\n2.5\r\n", None).unwrap();
    assert_eq!(names_and_types(&column.read.table).len(), 1, "{:?}", column.settings);
    let commas = import_bytes("pasted.csv", b"who\twhere\nAda, Lady\tLondon, UK\nBo\tParis, FR\n", None).unwrap();
    assert_eq!(texts(&commas.read.table.columns[1]), ["London, UK", "Paris, FR"]);
    assert!(names_and_types(&commas.read.table).iter().all(|(_, kind)| matches!(kind, Category | Text)));
}
