//! What a word of a text is. A regular expression can say the same, so that an exported graph finds the words that the
//! studio finds; the ranges are written out, so that no version of Unicode decides.

use unicode_normalization::UnicodeNormalization;

use crate::order::OrderBy;
use crate::table::csv::Levels;

/// The characters between words, ascending: spaces, control characters, punctuation, symbols, emoji. All others, letters
/// and digits of any script with their marks, are parts of words.
pub const SEPARATORS: [(char, char); 41] = [
    ('\0', '/'),
    (':', '@'),
    ('[', '^'),
    ('`', '`'),
    ('{', '\u{a9}'),
    ('\u{ab}', '\u{b4}'),
    ('\u{b6}', '\u{b9}'),
    ('\u{bb}', '\u{bf}'),
    ('\u{d7}', '\u{d7}'),
    ('\u{f7}', '\u{f7}'),
    ('\u{37e}', '\u{37e}'),
    ('\u{387}', '\u{387}'),
    ('\u{55a}', '\u{55f}'),
    ('\u{589}', '\u{58a}'),
    ('\u{5be}', '\u{5be}'),
    ('\u{60c}', '\u{60d}'),
    ('\u{61b}', '\u{61f}'),
    ('\u{66a}', '\u{66d}'),
    ('\u{6d4}', '\u{6d4}'),
    ('\u{964}', '\u{965}'),
    ('\u{e4f}', '\u{e4f}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{206f}'),
    ('\u{20a0}', '\u{20cf}'),
    ('\u{2100}', '\u{2bff}'),
    ('\u{2e00}', '\u{2e7f}'),
    ('\u{3000}', '\u{3004}'),
    ('\u{3008}', '\u{3020}'),
    ('\u{3030}', '\u{303f}'),
    ('\u{30fb}', '\u{30fb}'),
    ('\u{e000}', '\u{f8ff}'),
    ('\u{fe00}', '\u{fe19}'),
    ('\u{fe30}', '\u{fe6f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ff01}', '\u{ff0f}'),
    ('\u{ff1a}', '\u{ff20}'),
    ('\u{ff3b}', '\u{ff40}'),
    ('\u{ff5b}', '\u{ff65}'),
    ('\u{ffe0}', '\u{ffff}'),
    ('\u{1f000}', '\u{1faff}'),
    ('\u{e0000}', '\u{e0fff}'),
];
/// Fewest and most characters of a word that is learned from. Single letters and digits say little, and what is longer is
/// an address or a key.
pub const LENGTH: (usize, usize) = (2, 40);

/// Rows in which a word has to stand so that something can be learned from it, unless a design says otherwise.
pub const FEWEST_ROWS: u32 = 3;

/// Whether a character stands between words.
pub fn is_separator(c: char) -> bool {
    let at = SEPARATORS.partition_point(|(_, last)| *last < c);
    SEPARATORS.get(at).is_some_and(|(first, _)| *first <= c)
}

/// The words of a text, as they are written.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_separator).filter(|word| !word.is_empty())
}

/// The small letter of a pair that turn into each other; any other character as it is.
pub fn folded(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    match (alone(c.to_lowercase()), c) {
        (Some(small), c) if alone(small.to_uppercase()) == Some(c) => small,
        _ => c,
    }
}

/// The capital of the pair that `folded` gives this small letter of; `None` where there is none.
pub fn capital(small: char) -> Option<char> {
    alone(small.to_uppercase()).filter(|capital| *capital != small && folded(*capital) == small)
}

fn alone(mut letters: impl Iterator<Item = char>) -> Option<char> {
    letters.next().filter(|_| letters.next().is_none())
}

/// Puts into `spelled` what stands for a word however it is written: in composed form (NFC) and small letters. False where
/// it is too short or too long to be learned from.
pub fn spell(word: &str, spelled: &mut String) -> bool {
    spelled.clear();
    if word.is_ascii() {
        spelled.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        spelled.extend(word.nfc().map(folded));
    }
    (LENGTH.0..=LENGTH.1).contains(&spelled.chars().count())
}

/// In how many rows each word stands.
#[derive(Default)]
pub struct Tally {
    seen: Levels,
    /// Of each word: rows, and the text, from 1, that had it last.
    found: Vec<(u32, u32)>,
    n_texts: u32,
    spelled: String,
}

impl Tally {
    /// A text that stands in `n_rows` rows. Returns the rows of the most frequent of its words so far.
    pub fn add(&mut self, text: &str, n_rows: u32) -> u32 {
        self.n_texts += 1;
        let mut most = 0;
        for word in words(text) {
            if !spell(word, &mut self.spelled) {
                continue;
            }
            let code = self.seen.code(self.spelled.as_bytes()) as usize;
            if code == self.found.len() {
                self.found.push((0, 0));
            }
            let (rows, last) = &mut self.found[code];
            if *last != self.n_texts {
                (*rows, *last) = (*rows + n_rows, self.n_texts);
            }
            most = most.max(*rows);
        }
        most
    }

    /// The words of at least `fewest` rows with their rows, those of most rows first, ties in byte order.
    pub fn frequent(&self, fewest: u32) -> Vec<(String, u32)> {
        let enough = |(word, (rows, _)): (&[u8], &(u32, u32))| {
            (*rows >= fewest).then(|| (String::from_utf8_lossy(word).into_owned(), *rows))
        };
        let mut frequent: Vec<(String, u32)> = self.seen.iter().zip(&self.found).filter_map(enough).collect();
        frequent.order_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        frequent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_ascend_and_leave_letters_and_digits_of_all_scripts() {
        assert!(SEPARATORS.is_sorted_by(|a, b| a.1 < b.0) && SEPARATORS.iter().all(|(first, last)| first <= last));
        for c in "aZ09_éßñжΩ\u{308}中あアกאع々٣".chars() {
            assert!(!is_separator(c), "{c:?}");
        }
        for c in " \t\n\0.,;:!?'\"()[]{}<>/\\|-–—…„“”’«»¿¡、。，・€$%&@#*+=~^`\u{a0}\u{3000}\u{feff}\u{200d}🦀→\u{fffd}"
            .chars()
        {
            assert!(is_separator(c), "{c:?}");
        }
    }

    #[test]
    fn letters_fold_only_in_pairs() {
        assert_eq!("AÉЖΣß".chars().map(folded).collect::<String>(), "aéжσß");
        // Kelvin, dotted I, final sigma: their small letter belongs to another capital, or to none.
        assert_eq!("\u{212a}İςẞ".chars().map(folded).collect::<String>(), "\u{212a}İςẞ");
        for c in ('\0'..='\u{1ffff}').filter(|c| folded(*c) != *c) {
            assert_eq!(capital(folded(c)), Some(c));
            assert_eq!(folded(folded(c)), folded(c));
        }
    }

    #[test]
    fn a_word_has_one_spelling() {
        let spelled = |word: &str| {
            let mut out = String::new();
            spell(word, &mut out).then_some(out)
        };
        for word in ["Über", "ÜBER", "U\u{308}ber", "üBER"] {
            assert_eq!(spelled(word).as_deref(), Some("über"));
        }
        assert_eq!(spelled("u\u{308}"), None);
        assert_eq!(spelled(&"x".repeat(41)), None);
        assert_eq!(words("Don't, «stop»\u{a0}now.").collect::<Vec<_>>(), ["Don", "t", "stop", "now"]);
    }
}
