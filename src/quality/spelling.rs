//! Levels that are probably one, written in several ways.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Evidence, Finding, Repair, between, rows_where};
use crate::order::OrderBy;
use crate::table::{Column, MISSING_CODE, Values};

/// Levels that are looked at, and those that each is compared with.
const MOST_LEVELS: usize = 20_000;
const MOST_COMPARED: usize = 1_000;
/// Letters of a level from which one may differ, and two.
const LETTERS_FOR_ONE: usize = 5;
const LETTERS_FOR_TWO: usize = 10;
/// How much rarer than the right spelling a wrong one is.
const RARER: u32 = 10;

/// The key that texts share which differ in case, blanks, punctuation, accents, and the order and repetition of words
/// only. Source: OpenRefine's fingerprint method.
pub fn fingerprint(text: &str) -> String {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'ß' => 's',
            'ø' => 'o',
            'đ' => 'd',
            'ł' => 'l',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect();
    let mut words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

pub(super) fn look(position: u32, column: &Column, found: &mut Vec<Finding>) {
    let Values::Category { codes, levels } = &column.values else {
        return;
    };
    let mut counts = vec![0u32; levels.len()];
    codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| counts[*code as usize] += 1);
    if levels.len() > MOST_LEVELS {
        return;
    }
    let mut clusters: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for level in (0..levels.len()).filter(|&level| counts[level] > 0) {
        let mut key = fingerprint(&levels[level]);
        // Codes of one letter: "A" and "Ä" are different, "m" and "M" may be one.
        if key.chars().count() == 1 {
            key = levels[level].trim().to_lowercase();
        }
        // Signs only: "+" and "-" are different.
        if !key.is_empty() {
            clusters.entry(key).or_default().push(level);
        }
    }
    let mut report = |mut of: Vec<usize>, evidence: &dyn Fn(&[usize]) -> Evidence| {
        of.order_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| levels[a].cmp(&levels[b])));
        let wrong = &of[1..];
        let (n_rows, rows) = rows_where(codes.len(), |row| wrong.iter().any(|&level| codes[row] == level as u32));
        found.push(Finding {
            severity: between(0.3, 0.6, 10.0 * f64::from(n_rows) / codes.len() as f64),
            columns: vec![position],
            evidence: evidence(&of),
            n_rows,
            rows,
            repair: Some(Repair::Merge {
                column: position,
                from: wrong.iter().map(|&level| levels[level].clone()).collect(),
                into: levels[of[0]].clone(),
            }),
        });
    };
    let counted = |level: usize| (levels[level].clone(), counts[level]);
    for cluster in clusters.values().filter(|cluster| cluster.len() > 1 && !differ_in_meaning(cluster, levels)) {
        report(cluster.clone(), &|of| Evidence::Spellings { texts: of.iter().map(|&l| counted(l)).collect() });
    }
    // One of each cluster goes on: its commonest spelling.
    let leads: Vec<(usize, Vec<char>)> = clusters
        .iter()
        .filter(|(key, _)| key.chars().count() >= LETTERS_FOR_ONE && !key.chars().any(char::is_numeric))
        .map(|(key, cluster)| {
            let lead = cluster.iter().copied().max_by_key(|&level| (counts[level], std::cmp::Reverse(level)));
            (lead.unwrap_or(cluster[0]), key.chars().collect())
        })
        .collect();
    if leads.len() > MOST_COMPARED {
        return;
    }
    for (rare, key) in &leads {
        let most = if key.len() >= LETTERS_FOR_TWO { 2 } else { 1 };
        let right = leads
            .iter()
            .filter(|(other, _)| counts[*other] >= RARER * counts[*rare])
            .filter_map(|(other, other_key)| distance(key, other_key, most).map(|distance| (distance, *other)))
            .min_by_key(|&(distance, other)| (distance, std::cmp::Reverse(counts[other]), other));
        if let Some((distance, frequent)) = right {
            let distance = distance as u32;
            report(vec![frequent, *rare], &|of| Evidence::Misspelling {
                rare: counted(of[1]),
                frequent: counted(of[0]),
                distance,
            });
        }
    }
}

/// Signs that are more than punctuation.
const MEANINGFUL: [char; 17] = ['<', '>', '=', '≤', '≥', '≠', '±', '+', '%', '‰', '$', '€', '£', '#', '&', '*', '~'];

/// Levels whose fingerprints are equal but whose digits or signs are not: neither "1 2" and "2 1" are one, nor "<5" and
/// ">5", nor "A" and "A+", nor "-5" and "5".
fn differ_in_meaning(cluster: &[usize], levels: &[String]) -> bool {
    let marks = |level: usize| -> String {
        let text = levels[level].trim();
        let minus = text.strip_prefix(['-', '\u{2212}']).map(|_| '-');
        minus.into_iter().chain(text.chars().filter(|c| c.is_numeric() || MEANINGFUL.contains(c))).collect()
    };
    cluster.iter().any(|&level| marks(level) != marks(cluster[0]))
}

/// Levenshtein's distance, if it is at most `most` and not 0.
pub fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, to) in b.iter().enumerate() {
            let replaced = corner + usize::from(from != to);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return None;
        }
    }
    let found = row[b.len()];
    (1..=most).contains(&found).then_some(found)
}
