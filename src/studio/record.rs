//! The record of a project: what was done with it, sealed entry by entry, and what a person says of its data.
//!
//! Each entry is sealed by the SHA-256 of itself and of the seal before it, so that an entry cannot be altered, removed or
//! put in between without breaking every seal behind it. Who can write the whole project can seal all of it anew: the last
//! seal, noted elsewhere, is what tells that apart.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Studio;
use super::words;

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    /// ISO 8601 UTC.
    pub when: String,
    pub what: String,
    /// SHA-256 in lower-case hex of the seal before, `when` and `what`. Empty in entries of an older Hearth.
    #[serde(default)]
    pub seal: String,
}

impl LogEntry {
    /// The entry that comes behind those of `log`.
    pub fn behind(log: &[Self], when: &str, what: String) -> Self {
        let before = log.last().map_or("", |entry| &entry.seal);
        Self { when: when.to_owned(), seal: seal(before, when, &what), what }
    }
}

/// SHA-256 of the three texts, each behind its length in bytes as eight bytes, smallest first: no two triples give one text.
fn seal(before: &str, when: &str, what: &str) -> String {
    let mut hash = Sha256::new();
    for text in [before, when, what] {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the seals of a log say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seals {
    /// Nothing was done yet.
    Nothing,
    /// Every seal fits; `unsealed` entries at the beginning are from before there were seals.
    Whole { unsealed: usize, last: String },
    /// The entry at this position, from 0, is the first that does not fit its seal.
    Broken { position: usize },
}

pub fn check(log: &[LogEntry]) -> Seals {
    let unsealed = log.iter().take_while(|entry| entry.seal.is_empty()).count();
    let mut before = "";
    for (position, entry) in log.iter().enumerate().skip(unsealed) {
        if entry.seal != seal(before, &entry.when, &entry.what) {
            return Seals::Broken { position };
        }
        before = &entry.seal;
    }
    if log.is_empty() { Seals::Nothing } else { Seals::Whole { unsealed, last: before.to_owned() } }
}

/// What is to be known of data and no program can find out, after the questions of "Datasheets for Datasets" (Gebru et al.
/// 2021). Every answer may be empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Datasheet {
    pub source: String,
    pub licence: String,
    pub purpose: String,
    pub consent: String,
    pub gaps: String,
}

/// One question of a datasheet.
pub struct Question {
    pub name: &'static str,
    pub help: &'static str,
    pub answer: fn(&mut Datasheet) -> &mut String,
}

impl Datasheet {
    pub const QUESTIONS: [Question; 5] = [
        Question {
            name: "Where the data come from",
            help: "Who collected them, how, when and where.",
            answer: |sheet| &mut sheet.source,
        },
        Question {
            name: "Licence or permission",
            help: "Under which terms you may use them, and for how long.",
            answer: |sheet| &mut sheet.licence,
        },
        Question {
            name: "What they were collected for",
            help: "A model for another purpose needs a second thought.",
            answer: |sheet| &mut sheet.purpose,
        },
        Question {
            name: "Whether people agreed",
            help: "If rows are about people: what they were told, and how they can withdraw.",
            answer: |sheet| &mut sheet.consent,
        },
        Question {
            name: "Known gaps",
            help: "Who or what is missing, what was measured badly, what has changed since.",
            answer: |sheet| &mut sheet.gaps,
        },
    ];

    /// Each question with its answer, which may be empty.
    pub fn answers(&self) -> Vec<(&'static str, String)> {
        let mut sheet = self.clone();
        Self::QUESTIONS.iter().map(|question| (question.name, (question.answer)(&mut sheet).clone())).collect()
    }
}

impl Studio {
    /// What the record knows of the data by itself: name and value.
    pub fn data_facts(&self) -> Vec<(&'static str, String)> {
        let Some(table) = &self.project.data else { return Vec::new() };
        let missing: u64 = table.columns.iter().map(|column| u64::from(column.n_missing)).sum();
        let n_cells = u64::from(table.n_rows) * table.columns.len() as u64;
        let share = if n_cells == 0 { 0.0 } else { missing as f64 / n_cells as f64 * 100.0 };
        let steps = table.recipe.steps.iter().filter(|step| step.on).count() as u64;
        let mut facts = vec![
            ("File", format!("{}, {}", table.name, words::bytes(table.n_bytes))),
            ("SHA-256", table.sha256.clone()),
            (
                "Holds",
                format!(
                    "{} and {}",
                    words::counted(u64::from(table.n_rows), "row"),
                    words::counted(table.columns.len() as u64, "column")
                ),
            ),
            ("Missing cells", format!("{} ({share:.1} %)", words::count(missing))),
            ("Read with a guess", words::counted(table.n_warnings, "place")),
            ("Steps done to it", if steps == 0 { "none".to_owned() } else { words::count(steps) }),
        ];
        for file in &table.beside {
            let known = &file.file;
            let size = words::bytes(known.n_bytes);
            let rows = words::counted(known.n_rows, "row");
            let done = if file.done.is_empty() { "no step reads it.".to_owned() } else { file.done.join(" ") };
            facts.push(("Further file", format!("{}, {size}, {rows}, SHA-256 {}: {done}", file.name, known.sha256)));
        }
        let personal = self.personal_columns();
        if !personal.is_empty() {
            facts.push(("Looks like personal data", words::list(&personal)));
        }
        facts
    }

    /// Names of the columns that a finding says hold personal data.
    fn personal_columns(&self) -> Vec<String> {
        use crate::quality::Evidence;
        let (Some(found), Some(table)) = (&self.profiled.found, &self.project.data) else { return Vec::new() };
        let personal = found.iter().filter(|found| matches!(found.finding.evidence, Evidence::Personal { .. }));
        personal
            .flat_map(|found| &found.finding.columns)
            .filter_map(|position| table.columns.get(*position as usize))
            .map(|column| column.name.clone())
            .collect()
    }

    /// What is to be said of the seals: whether they hold, and the sentence.
    pub fn seals(&self) -> (bool, String) {
        let log = &self.project.log;
        match check(log) {
            Seals::Nothing => (true, "Nothing was done yet.".to_owned()),
            Seals::Whole { unsealed, last } if last.is_empty() => {
                (true, format!("{}, from before entries were sealed.", words::counted(unsealed as u64, "entry")))
            }
            Seals::Whole { unsealed, last } => {
                let older = match unsealed {
                    0 => String::new(),
                    n => format!(" The first {} are from before entries were sealed.", words::count(n as u64)),
                };
                let n = words::counted(log.len() as u64, "entry");
                (
                    true,
                    format!(
                        "{n}, each sealed with all that came before it; every seal fits.{older} The last is {}.",
                        &last[..16]
                    ),
                )
            }
            Seals::Broken { position } => (
                false,
                format!(
                    "The seal of entry {} does not fit: it, or one before it, was altered outside Hearth. What follows cannot be relied on.",
                    words::count(position as u64 + 1)
                ),
            ),
        }
    }

    /// The log as a CSV that other programs can check.
    pub fn log_csv(&self) -> Vec<u8> {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut csv = String::from("entry,when,what,seal\r\n");
        for (i, entry) in self.project.log.iter().enumerate() {
            csv.push_str(&format!("{},{},{},{}\r\n", i + 1, entry.when, quoted(&entry.what), entry.seal));
        }
        csv.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Vec<LogEntry> {
        let mut log = Vec::new();
        for (when, what) in [("2026-11-30T10:00:00Z", "Read a.csv."), ("2026-11-30T10:01:00Z", "Edited: Ignore a.")] {
            log.push(LogEntry::behind(&log, when, what.to_owned()));
        }
        log
    }

    #[test]
    fn a_seal_is_the_sha_256_of_lengths_and_texts() {
        // hashlib.sha256(b"".join(len(t).to_bytes(8, "little") + t.encode() for t in ("", "2026-11-30T10:00:00Z", "Read a.csv.")))
        assert_eq!(log()[0].seal, "4e47615999194de5fa2d3ab1e70c0431c8042c267f8d943c26c0859f74d2107e");
        assert_eq!(log()[1].seal, "30bbf374f5ee4456e2d81f051d7c50e24455b4881c32dd0f7a2c17bbbf863aad");
    }

    #[test]
    fn what_is_altered_removed_or_put_in_between_breaks_the_seals_from_there() {
        assert_eq!(check(&[]), Seals::Nothing);
        let whole = log();
        assert_eq!(check(&whole), Seals::Whole { unsealed: 0, last: whole[1].seal.clone() });
        let mut altered = whole.clone();
        altered[0].what.push('!');
        assert_eq!(check(&altered), Seals::Broken { position: 0 });
        let mut moved = whole.clone();
        moved[1].when = "2026-11-30T10:02:00Z".into();
        assert_eq!(check(&moved), Seals::Broken { position: 1 });
        assert_eq!(check(&whole[1..]), Seals::Broken { position: 0 });
        let mut between = whole.clone();
        between.insert(1, LogEntry::behind(&whole[..1], "2026-11-30T10:00:30Z", "Another.".into()));
        assert_eq!(check(&between), Seals::Broken { position: 2 });
        let mut older = vec![LogEntry { when: "2026".into(), what: "Before.".into(), seal: String::new() }];
        older.push(LogEntry::behind(&older, "2026-11-30", "After.".into()));
        assert!(matches!(check(&older), Seals::Whole { unsealed: 1, .. }));
        let mut stripped = whole;
        stripped[1].seal.clear();
        assert_eq!(check(&stripped), Seals::Broken { position: 1 });
    }
}
