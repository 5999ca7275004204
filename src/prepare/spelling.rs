//! Which texts mean the same category. The studio's transform and the exported graph read this one list, so that a
//! text that one of them knows is known to the other.
//!
//! The rule, for a column with fitted `levels` and the spellings of "missing" that the import met; the first that
//! holds wins:
//! 1. the text is a level, byte for byte;
//! 2. the text is one of the column's own missing spellings;
//! 3. the text is another spelling of a level (`spellings`), the first level winning;
//! 4. the text is one of the spellings that programs write for "nothing" (`null_spellings`);
//! 5. else it is unknown ("other" where the block has that feature).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// What a text of a category column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Slot {
    /// Position in the levels.
    Level(u32),
    Missing,
}

/// Every known text of a category column with its slot; texts that are absent are unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Spellings {
    slots: BTreeMap<String, Slot>,
}

impl Spellings {
    /// `levels` are the block's, `missing` the input's own missing spellings.
    pub fn new(levels: &[String], missing: &[String]) -> Self {
        let mut slots = BTreeMap::new();
        let slot_of = |position: usize| Slot::Level(u32::try_from(position).unwrap_or(u32::MAX));
        for (position, level) in levels.iter().enumerate() {
            slots.entry(level.clone()).or_insert(slot_of(position));
        }
        for text in missing {
            slots.entry(text.clone()).or_insert(Slot::Missing);
        }
        for (position, level) in levels.iter().enumerate() {
            for text in spellings(level) {
                slots.entry(text).or_insert(slot_of(position));
            }
        }
        for text in null_spellings() {
            slots.entry((*text).to_owned()).or_insert(Slot::Missing);
        }
        Self { slots }
    }

    /// `None`: unknown.
    pub fn slot(&self, text: &str) -> Option<Slot> {
        self.slots.get(text).copied()
    }

    /// All known texts in byte order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Slot)> {
        self.slots.iter().map(|(text, slot)| (text.as_str(), *slot))
    }
}

/// The texts that programs hand over for "nothing": an empty cell; Python's None and NaN, pandas' NA and NaT, and
/// JavaScript's null and undefined, each as the text that they become.
pub fn null_spellings() -> &'static [&'static str] {
    &["", "nan", "NaN", "None", "<NA>", "NaT", "null", "NULL", "undefined"]
}

/// Every text that is accepted as `level`, itself first, without repeats: `1` and `1.0` for whole numbers, the three
/// cases of true and false, and the composed and the decomposed Unicode form of each.
pub fn spellings(level: &str) -> Vec<String> {
    let mut texts = vec![level.to_owned()];
    if let Some(other) = other_whole_number(level) {
        texts.push(other);
    }
    for word in [["true", "True", "TRUE"], ["false", "False", "FALSE"]] {
        if word.contains(&level) {
            texts.extend(word.iter().map(|w| (*w).to_owned()));
        }
    }
    let mut all: Vec<String> = Vec::new();
    for text in texts {
        for form in [text.clone(), text.nfc().collect(), text.nfd().collect()] {
            if !all.contains(&form) {
                all.push(form);
            }
        }
    }
    all
}

/// `1` for `1.0` and `1.0` for `1`, as Python and JavaScript write whole numbers of at most 15 digits.
fn other_whole_number(text: &str) -> Option<String> {
    let (whole, had_point) = match text.strip_suffix(".0") {
        Some(whole) => (whole, true),
        None => (text, false),
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let canonical = !digits.is_empty()
        && digits.len() <= 15
        && digits.bytes().all(|b| b.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && (had_point || whole != "-0");
    canonical.then(|| if had_point { whole.to_owned() } else { format!("{whole}.0") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|t| (*t).to_owned()).collect()
    }

    #[test]
    fn whole_numbers_have_two_spellings() {
        assert_eq!(spellings("1"), owned(&["1", "1.0"]));
        assert_eq!(spellings("-20.0"), owned(&["-20.0", "-20"]));
        assert_eq!(spellings("007"), owned(&["007"]));
        assert_eq!(spellings("1.50"), owned(&["1.50"]));
        assert_eq!(spellings("-"), owned(&["-"]));
        assert_eq!(spellings("1234567890123456"), owned(&["1234567890123456"]));
    }

    #[test]
    fn both_unicode_forms_are_the_same_level() {
        assert_eq!(spellings("Zürich"), owned(&["Zürich", "Zu\u{308}rich"]));
        assert_eq!(spellings("Zu\u{308}rich"), owned(&["Zu\u{308}rich", "Zürich"]));
    }

    #[test]
    fn exact_levels_win_over_missing_and_derived_spellings() {
        let known = Spellings::new(&owned(&["1.0", "1", "None", "x"]), &owned(&["?", "x"]));
        assert_eq!(known.slot("1"), Some(Slot::Level(1)));
        assert_eq!(known.slot("1.0"), Some(Slot::Level(0)));
        assert_eq!(known.slot("None"), Some(Slot::Level(2)));
        assert_eq!(known.slot("x"), Some(Slot::Level(3)));
        assert_eq!(known.slot("?"), Some(Slot::Missing));
        assert_eq!(known.slot("nan"), Some(Slot::Missing));
        assert_eq!(known.slot(" x"), None);
    }
}
