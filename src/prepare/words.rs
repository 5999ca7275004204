//! A column of texts as features: which words stand in a text, rare words weighing more. What scikit-learn's
//! `TfidfVectorizer(binary=True)` computes with words as `dataset::words` tells them apart.
//!
//! How often a word stands in a text does not count: an exported graph asks for each word whether the text matches a regular
//! expression. Operators that split texts could count, but pad a batch to its longest text, so that one long cell among many
//! rows takes all memory, and runtimes disagree about which blanks they split at.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::spelling::Spellings;
use crate::dataset::words::{LENGTH, Tally, capital, folded, words};
use crate::table::MISSING_CODE;

/// The words that have a feature, and how they are known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// As `dataset::words::spell` writes them, in byte order, without repeats.
    pub words: Vec<String>,
    /// Of words with letters that can be taken apart: the decomposed form (NFD), and the position of the word. In byte order.
    pub decomposed: Vec<(String, u32)>,
    /// Capitals beyond ASCII and their small letters, for every letter of the words. In the order of the capitals.
    pub capitals: Vec<(char, char)>,
    /// Of each word ln((1 + rows) / (1 + rows with it)) + 1 in training, as scikit-learn's `smooth_idf`.
    pub weights: Vec<f32>,
}

impl Words {
    /// The words of most rows, ties in byte order: at most `most` of those that stand in at least `fewest` rows. `codes` and
    /// `levels` as in `Cells::Texts`; a text that `known` takes for missing has no words. One pass over the distinct texts.
    pub fn fit(codes: &[u32], levels: &[Cow<str>], known: &Spellings, (fewest, most): (u32, u32)) -> Self {
        let mut n_rows = vec![0u32; levels.len()];
        codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| n_rows[*code as usize] += 1);
        let mut tally = Tally::default();
        for (text, n) in levels.iter().zip(n_rows).filter(|(text, n)| *n > 0 && known.slot(text).is_none()) {
            tally.add(text, n);
        }
        let mut kept = tally.frequent(fewest.max(1));
        kept.truncate(most as usize);
        kept.sort();
        let weight = |rows: u32| libm::log((1.0 + codes.len() as f64) / (1.0 + f64::from(rows))) + 1.0;
        let weights = kept.iter().map(|(_, rows)| weight(*rows) as f32).collect();
        let words: Vec<String> = kept.into_iter().map(|(word, _)| word).collect();
        let apart = |(at, word): (usize, &String)| {
            let decomposed: String = word.nfd().map(folded).collect();
            (decomposed != *word).then_some((decomposed, at as u32))
        };
        let mut decomposed: Vec<(String, u32)> = words.iter().enumerate().filter_map(apart).collect();
        decomposed.sort();
        let letters = words.iter().chain(decomposed.iter().map(|(word, _)| word)).flat_map(|word| word.chars());
        let pair = |small: char| capital(small).map(|capital| (capital, small));
        let mut capitals: Vec<(char, char)> = letters.filter(|c| !c.is_ascii()).filter_map(pair).collect();
        capitals.sort_unstable();
        capitals.dedup();
        Self { words, decomposed, capitals, weights }
    }

    /// The words that stand in a text, as ascending positions.
    pub fn in_text(&self, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        let mut spelled = String::new();
        for word in words(text) {
            // No character, taken apart, has as many bytes: such a word is none of these, and need not be copied.
            if word.len() > 16 * LENGTH.1 {
                continue;
            }
            spelled.clear();
            spelled.extend(word.chars().map(|c| self.small(c)));
            found.extend(self.position(&spelled));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The values of the words that stand in a text, in their order: the weights, or, with `unit`, the weights over the
    /// length of all of them together (L2).
    pub fn values(&self, found: &[u32], unit: bool) -> Vec<f32> {
        let weight = |at: &u32| self.weights[*at as usize];
        if !unit {
            return found.iter().map(weight).collect();
        }
        // Squares of f32 add up without rounding in f64, so that the order in which a runtime adds is of no account.
        let sum: f64 = found.iter().map(weight).map(|w| f64::from(w * w)).sum();
        let length = (sum as f32).max(1.0).sqrt();
        found.iter().map(|at| weight(at) / length).collect()
    }

    /// Every way in which a word is known, itself first.
    pub fn spellings(&self, position: usize) -> impl Iterator<Item = &str> {
        let apart =
            self.decomposed.iter().filter(move |(_, at)| *at as usize == position).map(|(word, _)| word.as_str());
        std::iter::once(self.words[position].as_str()).chain(apart)
    }

    /// The capital of a small letter, where it has one here.
    pub fn capital(&self, small: char) -> Option<char> {
        if small.is_ascii() {
            return small.is_ascii_lowercase().then(|| small.to_ascii_uppercase());
        }
        self.capitals.iter().find(|(_, other)| *other == small).map(|(capital, _)| *capital)
    }

    /// Whether the parts fit each other, so that nothing here can fail.
    pub fn is_whole(&self) -> bool {
        let n = self.words.len();
        self.weights.len() == n
            && self.weights.iter().all(|weight| weight.is_finite() && *weight >= 1.0)
            && self.words.is_sorted_by(|a, b| a < b)
            && self.decomposed.is_sorted()
            && self.decomposed.iter().all(|(_, at)| (*at as usize) < n)
            && self.capitals.is_sorted()
    }

    fn small(&self, c: char) -> char {
        if c.is_ascii() {
            return c.to_ascii_lowercase();
        }
        self.capitals.binary_search_by_key(&c, |(capital, _)| *capital).map_or(c, |at| self.capitals[at].1)
    }

    fn position(&self, spelled: &str) -> Option<u32> {
        let of_word = self.words.binary_search_by(|word| word.as_str().cmp(spelled)).ok().map(|at| at as u32);
        let apart = || self.decomposed.binary_search_by(|(word, _)| word.as_str().cmp(spelled)).ok();
        of_word.or_else(|| apart().map(|at| self.decomposed[at].1))
    }
}
