//! Several files in one, and one file that is just itself.

use hearth::table::bundle::{END, listed, open, pack, split, tail};

/// What the end of a bundle says.
const MAGIC: &[u8] = b"hearth-files-01\n";

fn files() -> Vec<(String, Vec<u8>)> {
    vec![("a.csv".into(), b"x\n1\n".to_vec()), ("empty".into(), Vec::new()), ("ü b.csv".into(), b"y\n2\n3\n".to_vec())]
}

#[test]
fn files_come_out_as_they_went_in() {
    let bytes = pack(&files());
    let found: Vec<(String, Vec<u8>)> =
        split(&bytes).unwrap().into_iter().map(|(name, part)| (name, part.to_vec())).collect();
    assert_eq!(found, files());
    let (mut first, others) = open(Box::new(bytes));
    assert_eq!(first.read(0, 100).unwrap(), b"x\n1\n");
    assert_eq!(first.read(2, 1).unwrap(), b"1");
    assert_eq!(first.read(9, 5).unwrap(), b"");
    let read: Vec<(String, Vec<u8>)> =
        others.into_iter().map(|(name, mut part)| (name, part.read(0, 100).unwrap())).collect();
    assert_eq!(read, files()[1..]);
}

#[test]
fn a_file_that_is_just_itself_stays_so() {
    let whole = pack(&files());
    let mut shorter = whole.clone();
    // The list no longer adds up to what stands before it.
    shorter.remove(0);
    let mut other_end = whole.clone();
    *other_end.last_mut().unwrap() = b'x';
    let mut far = whole[..whole.len() - 20].to_vec();
    far.extend(u32::MAX.to_le_bytes());
    far.extend(MAGIC);
    for bytes in [Vec::new(), b"x\n1\n".to_vec(), MAGIC.to_vec(), shorter, other_end, far] {
        assert!(split(&bytes).is_none());
        let (mut first, others) = open(Box::new(bytes.clone()));
        assert_eq!((first.read(0, bytes.len()).unwrap(), others.len()), (bytes, 0));
    }
}

#[test]
fn the_end_of_a_file_is_enough_to_tell_what_it_holds() {
    let whole = pack(&files());
    let members = listed(whole.len() as u64, &whole).unwrap();
    assert_eq!(members.iter().map(|member| member.n_bytes).collect::<Vec<_>>(), [4, 0, 6]);
    let list = tail(&members);
    let end = &whole[whole.len() - list.len()..];
    assert_eq!(end, list);
    assert_eq!(listed(whole.len() as u64, end), Some(members));
    // Without all of the list nothing is said.
    assert_eq!(listed(whole.len() as u64, &end[1..]), None);
    assert!(list.len() < END);
}
