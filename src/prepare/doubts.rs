//! Cells that lie outside what training saw: numbers and dates beyond the range, texts that have no feature of their own.

use super::spelling::Spellings;
use super::{Block, Cells, Input, Inputs, Preparation};
use crate::table::csv::grouped;
use crate::table::{MISSING_CODE, MISSING_DATE, date_text};

/// Texts that a sentence about a column names, and characters of each.
const SHOWN: usize = 3;
const CHARACTERS: usize = 40;

impl Preparation {
    /// A sentence for each such cell of one row.
    pub fn doubts(&self, inputs: &Inputs, row: usize) -> Vec<String> {
        let doubt = |block: &Block| {
            let input = &self.inputs[block.input()];
            match (block, inputs.cells.get(block.input())?) {
                (Block::Number { .. } | Block::Plain { .. }, Cells::Numbers(values)) => {
                    let (value, (low, high)) = (values[row], input.range?);
                    let side = side(f64::from(value), low, high)?;
                    let range = range_text(input, low, high);
                    Some(format!("{} {value} is {side} everything seen in training ({range}).", input.name))
                }
                (Block::Date { .. } | Block::Days { .. }, Cells::Dates(values)) => {
                    let (value, (low, high)) = (values[row], input.range?);
                    let side = side(value as f64, low, high).filter(|_| value != MISSING_DATE)?;
                    let side = if side == "above" { "after" } else { "before" };
                    let (day, range) = (date_text(value, input.has_time), range_text(input, low, high));
                    Some(format!("{} {day} is {side} everything seen in training ({range}).", input.name))
                }
                (
                    Block::Category { levels, .. } | Block::Code { levels, .. },
                    Cells::Texts { codes, levels: texts },
                ) => {
                    let code = codes[row];
                    let text = if code == MISSING_CODE { return None } else { &texts[code as usize] };
                    let unknown = Spellings::new(levels, &input.missing_spellings).slot(text).is_none();
                    unknown.then(|| format!("{} “{text}” was rare or never seen in training.", input.name))
                }
                (
                    Block::Number { .. }
                    | Block::Date { .. }
                    | Block::Category { .. }
                    | Block::Plain { .. }
                    | Block::Code { .. }
                    | Block::Days { .. },
                    _,
                ) => None,
            }
        };
        self.blocks.iter().filter_map(doubt).collect()
    }

    /// A sentence for each column that has such cells in any row. Costs one pass over the cells, and a look-up a distinct
    /// text.
    pub fn doubts_of_all(&self, inputs: &Inputs) -> Vec<String> {
        let doubt = |block: &Block| {
            let input = &self.inputs[block.input()];
            match (block, inputs.cells.get(block.input())?) {
                (Block::Number { .. } | Block::Plain { .. }, Cells::Numbers(values)) => {
                    beyond(input, values.iter().map(|value| f64::from(*value)), |value| format!("{}", value as f32))
                }
                (Block::Date { .. } | Block::Days { .. }, Cells::Dates(values)) => {
                    let known = values.iter().filter(|value| **value != MISSING_DATE).map(|value| *value as f64);
                    beyond(input, known, |value| date_text(value as i64, input.has_time))
                }
                (
                    Block::Category { levels, .. } | Block::Code { levels, .. },
                    Cells::Texts { codes, levels: texts },
                ) => unknown(input, &Spellings::new(levels, &input.missing_spellings), codes, texts),
                (
                    Block::Number { .. }
                    | Block::Date { .. }
                    | Block::Category { .. }
                    | Block::Plain { .. }
                    | Block::Code { .. }
                    | Block::Days { .. },
                    _,
                ) => None,
            }
        };
        self.blocks.iter().filter_map(doubt).collect()
    }
}

fn rows(n: usize) -> String {
    format!("{} row{}", grouped(n as u64), if n == 1 { "" } else { "s" })
}

fn range_text(input: &Input, low: f64, high: f64) -> String {
    match input.kind {
        super::InputKind::Date => {
            format!("{} to {}", date_text(low as i64, input.has_time), date_text(high as i64, input.has_time))
        }
        super::InputKind::Number | super::InputKind::Text => format!("{} to {}", low as f32, high as f32),
    }
}

/// «Column “age”: 3 rows lie outside everything seen in training (0.4 to 80), the furthest at 212.»
fn beyond(input: &Input, values: impl Iterator<Item = f64>, text: impl Fn(f64) -> String) -> Option<String> {
    let (low, high) = input.range?;
    let distance = |value: f64| (low - value).max(value - high);
    let (mut n, mut furthest) = (0, None);
    for value in values.filter(|value| side(*value, low, high).is_some()) {
        n += 1;
        furthest = Some(furthest.map_or(value, |known| if distance(value) > distance(known) { value } else { known }));
    }
    let furthest = text(furthest?);
    let (verb, at) = if n == 1 { ("lies", "at") } else { ("lie", "the furthest at") };
    let range = range_text(input, low, high);
    Some(format!(
        "Column “{}”: {} {verb} outside everything seen in training ({range}), {at} {furthest}.",
        input.name,
        rows(n)
    ))
}

/// «Column “port”: 4 rows with “Oslo”, “Kiel” and 2 more, which were rare or never seen in training.»
fn unknown(input: &Input, known: &Spellings, codes: &[u32], texts: &[std::borrow::Cow<str>]) -> Option<String> {
    let mut counts = vec![0usize; texts.len()];
    codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| counts[*code as usize] += 1);
    // The same text may stand under two codes.
    let mut strange: Vec<(&str, usize)> = Vec::new();
    for (text, count) in texts.iter().zip(counts).filter(|(text, count)| *count > 0 && known.slot(text).is_none()) {
        strange.push((text, count));
    }
    strange.sort_unstable();
    strange.dedup_by(|next, kept| {
        next.0 == kept.0 && {
            kept.1 += next.1;
            true
        }
    });
    let n: usize = strange.iter().map(|(_, count)| count).sum();
    if n == 0 {
        return None;
    }
    strange.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let shown: Vec<String> = strange.iter().take(SHOWN).map(|(text, _)| quoted(text)).collect();
    let more = strange.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {} more", grouped(more as u64)) } else { String::new() };
    let verb = if strange.len() == 1 { "was" } else { "were" };
    Some(format!(
        "Column “{}”: {} with {}{more}, which {verb} rare or never seen in training.",
        input.name,
        rows(n),
        shown.join(", ")
    ))
}

fn quoted(text: &str) -> String {
    let shown: String = text.chars().take(CHARACTERS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let more = if text.chars().nth(CHARACTERS).is_some() { "…" } else { "" };
    format!("“{shown}{more}”")
}

fn side(value: f64, low: f64, high: f64) -> Option<&'static str> {
    if value < low {
        Some("below")
    } else if value > high {
        Some("above")
    } else {
        None
    }
}
