//! What cannot be read is refused, and what is said helps.

use std::io::Write;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn refused(name: &str, bytes: Vec<u8>) -> String {
    let problem = transcript_of(name, bytes, "").map(|_| panic!("{name} was read")).unwrap_err();
    format!("{}: {} {}", problem.place, problem.event, problem.cure)
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in entries {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_is_no_workbook_or_cannot_be_opened_says_why() {
    // A compound file with the stream that Office encrypts into.
    let mut locked = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    locked.extend([0; 1528]);
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    let said = refused("locked.xlsx", locked);
    assert!(said.starts_with("locked.xlsx: The workbook is protected by a password"), "{said}");

    let mut other = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    other.extend([0; 4096]);
    let said = refused("letter.doc", other);
    assert!(said.contains("old Office document, but no workbook"), "{said}");

    let types: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
    let said = refused("letter.docx", zipped(&[types, ("word/document.xml", b"<w/>")]));
    assert!(said.contains("a text document or a presentation"), "{said}");
    let said = refused("odd.xlsx", zipped(&[types, ("a.txt", b"a")]));
    assert!(said.contains("holds no workbook"), "{said}");
    let said = refused("broken.xlsx", zipped(&[types, ("xl/workbook.xml", b"<workbook")]));
    assert!(said.contains("cannot be read") && said.contains("save it anew"), "{said}");

    let said = refused("empty.parquet", bytes("empty.parquet"));
    assert!(said.contains("columns and no row"), "{said}");
    for (name, packing) in [("zstd.parquet", "Zstandard"), ("brotli.parquet", "Brotli")] {
        let said = refused(name, bytes(name));
        assert!(said.contains(&format!("packed with {packing}, which cannot be unpacked here")), "{said}");
    }
}

#[test]
fn cut_and_altered_files_are_refused_or_read_and_never_stop_the_program() {
    for name in ["people.xlsx", "people.xls", "people.ods", "snappy.parquet"] {
        let whole = bytes(name);
        for share in 1..20 {
            let cut = whole[..whole.len() * share / 20].to_vec();
            let problem =
                transcript_of(name, cut, "").map(|_| panic!("{name} cut at {share}/20 was read")).unwrap_err();
            assert!(!problem.event.is_empty() && !problem.cure.is_empty(), "{problem:?}");
        }
        // Bytes that are others are found by a checksum, or change what is read; nothing stops.
        for place in 1..40 {
            let mut other = whole.clone();
            let at = whole.len() * place / 40;
            other[at] ^= 0x5A;
            drop(transcript_of(name, other, ""));
        }
    }
}

#[test]
fn sheets_and_ranges_that_are_not_there() {
    let said = |part: &str| {
        let problem = transcript("people.xlsx", part).unwrap_err();
        format!("{}: {} {}", problem.place, problem.event, problem.cure)
    };
    let found = said("Nobody");
    assert!(
        found.contains("no sheet “Nobody”") && found.contains("Read me, People & more!, Nothing and 3 more"),
        "{found}"
    );
    let found = said("Nothing");
    assert!(found.starts_with("people.xlsx, Nothing: The sheet has no cell with a value."), "{found}");
    let found = said("Odd!Z9:ZZ99");
    assert!(found.contains("“Z9:ZZ99” is no range with cells: the sheet has some in A1:F6."), "{found}");
    let found = said("People & more!!B3:I3");
    assert!(found.contains("There is no value in this range."), "{found}");
    // A file of a later day need not have the sheet of the first.
    let wanted = Wanted { name: "people.xlsx".into(), part: "Nobody".into(), or_first: true };
    let read = Reader::default().read(&wanted, "", bytes("people.xlsx")).unwrap();
    assert_eq!(read.original.part(), "Read me!A1:A1");
}
