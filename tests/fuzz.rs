//! Bytes of unknown origin: what the fuzzer's functions are given here are the files in `fuzz/corpus/`, each as it is and with
//! some bytes changed, and none may end in a panic. `make fuzz` looks for more.

#[path = "../fuzz/targets.rs"]
mod targets;

use std::path::Path;

use hearth::random::Random;

/// Changed forms of each file. FUZZ_ROUNDS asks for more.
const ROUNDS: u64 = 40;

/// Other bytes of the same kind: a few are changed, removed, repeated, or taken from elsewhere in the file.
fn changed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    const TELLING: [&[u8]; 16] = [
        b"\"",
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"(",
        b")",
        b"{",
        b"}",
        b"[",
        b"]",
        b"-",
        b"1e999",
        b"\xf0\x9f\x92",
    ];
    let mut out = bytes.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(out.len() as u64 + 1) as usize;
        let to = (at + 1 + random.below(12) as usize).min(out.len());
        match random.below(7) {
            0 if at < out.len() => out[at] ^= 1 << random.below(8),
            1 if at < out.len() => out[at] = random.below(256) as u8,
            2 if at < to => drop(out.drain(at..to)),
            3 if at < to => {
                let part = out[at..to].to_vec();
                let times = 1 + random.below(40) as usize;
                drop(out.splice(at..at, part.repeat(times)));
            }
            4 => out.truncate(at),
            5 if at < to => {
                let from = random.below((out.len() - (to - at)) as u64 + 1) as usize;
                let part = out[from..from + (to - at)].to_vec();
                out[at..to].copy_from_slice(&part);
            }
            _ => drop(out.splice(at..at, TELLING[random.below(16) as usize].iter().copied())),
        }
    }
    out
}

fn replay(name: &str, target: targets::Target) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("a folder of files").map(|entry| entry.expect("listed").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    let rounds = std::env::var("FUZZ_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(ROUNDS);
    for (number, file) in files.iter().enumerate() {
        let bytes = std::fs::read(file).expect("readable");
        let mut random = Random::new(number as u64, 0);
        let mut given = bytes.clone();
        for round in 0..=rounds {
            let held = std::panic::catch_unwind(|| target(&given));
            if held.is_err() {
                let found = std::env::temp_dir().join(format!("hearth-fuzz-{name}-{number}-{round}"));
                std::fs::write(&found, &given).expect("written");
                panic!("{name}: {} changed {round} times over, kept as {}", file.display(), found.display());
            }
            given = changed(&bytes, &mut random);
        }
    }
}

macro_rules! replayed {
    ($($test:ident => $name:literal),+) => {
        $(#[test]
        fn $test() {
            let (name, target) = targets::TARGETS.into_iter().find(|(name, _)| *name == $name).expect("a target");
            replay(name, target);
        })+

        #[test]
        fn every_target_is_replayed() {
            assert_eq!(targets::TARGETS.map(|(name, _)| name), [$($name),+]);
        }
    };
}

replayed! {
    delimited_text_and_json => "csv",
    packed_text => "packed",
    formulas => "formula",
    recipes => "recipe",
    rules => "rules",
    designs => "design",
    project_files => "project_file",
    packages => "package"
}
