//! Texts by their length and by the kinds of their characters.

use std::collections::BTreeMap;

use crate::order::OrderBy;
use serde::{Deserialize, Serialize};

/// Patterns that are listed, and different ones that are counted.
const MOST_PATTERNS: usize = 20;
const MOST_COUNTED: usize = 2_000;
/// Characters of a text that its pattern describes.
const PATTERN_CHARACTERS: usize = 64;
const MOST_EXAMPLES: usize = 3;
const EXAMPLE_CHARACTERS: usize = 200;

/// Lengths in characters, and what the characters are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lengths {
    pub shortest: u32,
    pub longest: u32,
    pub mean: f64,
    /// The lower of the middle two where their number is even.
    pub median: u32,
    /// Words between blanks, on average.
    pub mean_words: f64,
    /// Most frequent first, ties in the order of texts; "A" stands for a capital letter, "a" for a small one, "x" for a
    /// letter of a script without case, "9" for a digit, "_" for a blank; other characters stand for themselves; "9{5}"
    /// is five digits. Texts are described up to their 64th character.
    pub patterns: Vec<(String, u32)>,
    /// Texts with patterns that came after the 2,000th different one.
    pub n_uncounted: u32,
}

#[derive(Default)]
pub struct Texts {
    n: u64,
    characters: u64,
    words: u64,
    /// Texts by length.
    lengths: BTreeMap<u32, u64>,
    patterns: BTreeMap<String, u32>,
    n_uncounted: u32,
    examples: Vec<String>,
    scratch: String,
}

impl Texts {
    /// A text that occurs `count` times.
    pub fn push(&mut self, text: &str, count: u32) {
        let length = text.chars().count() as u64;
        let words = text.split_whitespace().count() as u64;
        self.n += u64::from(count);
        self.characters += length * u64::from(count);
        self.words += words * u64::from(count);
        *self.lengths.entry(u32::try_from(length).unwrap_or(u32::MAX)).or_default() += u64::from(count);
        if self.examples.len() < MOST_EXAMPLES {
            let shown: String = text.chars().take(EXAMPLE_CHARACTERS).collect();
            if !self.examples.contains(&shown) {
                self.examples.push(shown);
            }
        }
        write_pattern(text, &mut self.scratch);
        if let Some(known) = self.patterns.get_mut(&self.scratch) {
            *known += count;
        } else if self.patterns.len() < MOST_COUNTED {
            self.patterns.insert(self.scratch.clone(), count);
        } else {
            self.n_uncounted += count;
        }
    }

    /// `None` without a text. Some of the first texts come along.
    pub fn finish(self) -> Option<(Lengths, Vec<String>)> {
        let (&shortest, _) = self.lengths.first_key_value()?;
        let (&longest, _) = self.lengths.last_key_value()?;
        let mut below = 0;
        let mut median = shortest;
        for (&length, &count) in &self.lengths {
            median = length;
            below += count;
            if below * 2 >= self.n {
                break;
            }
        }
        let mut patterns: Vec<(String, u32)> = self.patterns.into_iter().collect();
        patterns.order_by_key(|(_, count)| std::cmp::Reverse(*count));
        patterns.truncate(MOST_PATTERNS);
        let lengths = Lengths {
            shortest,
            longest,
            mean: self.characters as f64 / self.n as f64,
            median,
            mean_words: self.words as f64 / self.n as f64,
            patterns,
            n_uncounted: self.n_uncounted,
        };
        Some((lengths, self.examples))
    }
}

fn kind(c: char) -> char {
    if c.is_numeric() {
        '9'
    } else if c.is_lowercase() {
        'a'
    } else if c.is_uppercase() {
        'A'
    } else if c.is_alphabetic() {
        'x'
    } else if c.is_whitespace() {
        '_'
    } else {
        c
    }
}

/// The pattern of a text, as `Lengths::patterns` says.
pub fn pattern(text: &str) -> String {
    let mut out = String::new();
    write_pattern(text, &mut out);
    out
}

fn write_pattern(text: &str, out: &mut String) {
    out.clear();
    let mut characters = text.chars().take(PATTERN_CHARACTERS).map(kind).peekable();
    while let Some(kind) = characters.next() {
        let mut run = 1;
        while characters.next_if_eq(&kind).is_some() {
            run += 1;
        }
        out.push(kind);
        match run {
            1 => {}
            2 => out.push(kind),
            _ => {
                out.push('{');
                out.push_str(&run.to_string());
                out.push('}');
            }
        }
    }
}
