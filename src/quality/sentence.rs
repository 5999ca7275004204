//! A finding in a sentence.

use super::{Evidence, Finding};
use crate::table::csv::grouped;
use crate::table::{Table, date_text, number_text};

/// Texts that a sentence shows, and characters of each.
const SHOWN: usize = 3;
const CHARACTERS: usize = 40;

fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(CHARACTERS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let more = if text.chars().nth(CHARACTERS).is_some() { "…" } else { "" };
    format!("“{shown}{more}”")
}

fn listed<'a>(texts: impl ExactSizeIterator<Item = &'a String>) -> String {
    let n = texts.len();
    let shown: Vec<String> = texts.take(SHOWN).map(|text| quoted(text)).collect();
    let more = if n > SHOWN { format!(" and {} more", grouped((n - SHOWN) as u64)) } else { String::new() };
    shown.join(", ") + &more
}

fn rows(n: u32) -> String {
    format!("{} row{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// A score of `profile::Relation` as people know it: "ROC AUC 0.991", "R² 0.98".
pub fn strength(score: f64, of_classes: bool) -> String {
    if of_classes {
        format!("ROC AUC {:.3}", (score + 1.0) / 2.0)
    } else {
        format!("R² {score:.3}").replace('-', "\u{2212}")
    }
}

impl Finding {
    /// «age: 31 rows say 999, far from every other number (the next is 94). It may stand for “missing”.»
    pub fn sentence(&self, table: &Table) -> String {
        let name = |position: Option<&u32>| {
            position.and_then(|position| table.columns.get(*position as usize)).map_or("", |column| &column.name)
        };
        let (first, second) = (name(self.columns.first()), name(self.columns.get(1)));
        let text = self.about(second);
        if first.is_empty() { text } else { format!("{first}: {text}") }
    }

    fn about(&self, second: &str) -> String {
        let n = rows(self.n_rows);
        match &self.evidence {
            Evidence::DisguisedNumber { value, nearest } => format!(
                "{n} with {}, far from every other number (the next is {}). It may stand for “missing”.",
                number_text(*value),
                number_text(*nearest)
            ),
            Evidence::DisguisedDate { value, nearest } => format!(
                "{n} with {}, far from every other date (the next is {}). It may stand for “missing”.",
                date_text(*value, false),
                date_text(*nearest, false)
            ),
            Evidence::DisguisedTexts { texts } => {
                format!("{n} with {}, which may mean “missing”.", listed(texts.iter()))
            }
            Evidence::Outliers { low, high, smallest, largest, .. } => {
                let beyond = match (smallest < low, largest > high) {
                    (true, false) => format!("below {low:.4}"),
                    (false, true) => format!("above {high:.4}"),
                    _ => format!("below {low:.4} or above {high:.4}"),
                };
                let (smallest, largest) = (number_text(*smallest), number_text(*largest));
                format!("{n} {beyond}, far from the rest; the numbers go from {smallest} to {largest}.")
            }
            Evidence::Spellings { texts } => {
                let texts: Vec<String> = texts.iter().map(|(text, _)| text.clone()).collect();
                // Spaces that come twice are shown once.
                let spaced: Vec<String> =
                    texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
                let unseen =
                    if spaced.windows(2).all(|pair| pair[0] == pair[1]) { " They differ in spaces only." } else { "" };
                format!("{} may be one, written in several ways.{unseen}", listed(texts.iter()))
            }
            Evidence::Misspelling { rare, frequent, .. } => format!(
                "{} ({}) may be a slip for {} ({}).",
                quoted(&rare.0),
                rows(rare.1),
                quoted(&frequent.0),
                rows(frequent.1)
            ),
            Evidence::MixedTypes { n_numbers, examples, .. } => {
                format!("{} are numbers; {n} are not, such as {}.", rows(*n_numbers), listed(examples.iter()))
            }
            Evidence::MixedDates { n_dates, examples } => format!(
                "{} are dates; {n} are not, or write day and month the other way round, such as {}.",
                rows(*n_dates),
                listed(examples.iter())
            ),
            Evidence::MixedUnits { units } => {
                let units: Vec<String> = units.iter().map(|(unit, _)| unit.clone()).collect();
                format!("amounts in several units: {}.", listed(units.iter()))
            }
            Evidence::FarDates { earliest, latest } => format!(
                "{n} with dates before 1800 or after 2200, from {} to {}.",
                date_text(*earliest, false),
                date_text(*latest, false)
            ),
            Evidence::ImpossibleDates { texts } => {
                format!("no calendar has {}; read as missing.", listed(texts.iter()))
            }
            Evidence::LostZeros { width, examples } => {
                format!(
                    "{n} with fewer than {width} digits, such as {}: zeros in front may be lost.",
                    listed(examples.iter())
                )
            }
            Evidence::Imbalance { class, n_rows, share } => {
                format!("the class {} has {} only ({:.2} %).", quoted(class), rows(*n_rows), 100.0 * share)
            }
            Evidence::RareLevels { n_levels, fewer_than, examples } => format!(
                "{} categories with fewer than {fewer_than} rows, such as {}; {n} in all.",
                grouped(*n_levels),
                listed(examples.iter())
            ),
            Evidence::Leakage { score, of_classes } => {
                format!("it alone predicts the target ({}). It may be known too late.", strength(*score, *of_classes))
            }
            Evidence::TimeOrder => "the rows stand in the order of these dates; validate on later ones.".to_owned(),
            Evidence::RepeatedRows { n_groups } => {
                let verb = if self.n_rows == 1 { "repeats" } else { "repeat" };
                format!("{n} {verb} an earlier one in every cell ({} different).", grouped(*n_groups))
            }
            Evidence::NearlyRepeatedRows { n_groups } => {
                format!(
                    "{n} {} an earlier one but for spelling, rounding or their key ({} different).",
                    if self.n_rows == 1 { "repeats" } else { "repeat" },
                    grouped(*n_groups)
                )
            }
            Evidence::Personal { kind } => format!("{n} with {}: personal data.", kind.words()),
            Evidence::Constant => "every row says the same, or nothing.".to_owned(),
            Evidence::SameColumns { n_different: 0 } => format!("the same as {second} in every row."),
            Evidence::SameColumns { n_different } => format!("the same as {second} but for {}.", rows(*n_different)),
        }
    }
}
