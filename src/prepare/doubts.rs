//! Cells that lie outside what training saw: numbers and dates beyond the range, texts that have no feature of their own.

use super::spelling::{Slot, Spellings};
use super::{Block, Cells, Input, Inputs, Preparation};
use crate::order::OrderBy;
use crate::table::csv::grouped;
use crate::table::{MISSING_CODE, MISSING_DATE, date_text};

/// Texts that a sentence about a column names, and characters of each.
const SHOWN: usize = 3;
const CHARACTERS: usize = 40;
/// Rows from which a share of missing cells says something, and by how much it must be larger than in training.
const FEWEST_ROWS: usize = 30;
const MUCH_MORE: f64 = 0.1;

impl Preparation {
    /// What training never saw in each row, a sentence each: values beyond the range, texts that were rare or never there,
    /// and missing cells where none was missing. `known`: as `known_texts` gives it. `missing`: for each input the share of
    /// training rows that missed it, `None` where that is not known. Costs one pass over the cells, and a look-up a distinct
    /// text.
    pub fn unseen(&self, inputs: &Inputs, known: &[Option<Spellings>], missing: &[Option<f64>]) -> Vec<Vec<String>> {
        let mut told = vec![Vec::new(); inputs.n_rows];
        for (position, block) in self.blocks.iter().enumerate() {
            let input = &self.inputs[block.input()];
            // The members of an ensemble read the same inputs, and the first speaks for all.
            if self.blocks[..position].iter().any(|before| before.input() == block.input()) {
                continue;
            }
            let Some(cells) = inputs.cells.get(block.input()) else { continue };
            let never_missing = missing.get(block.input()) == Some(&Some(0.0));
            let absent = || never_missing.then(|| format!("{} is missing; in training it never was.", input.name));
            match (cells, input.range) {
                (Cells::Numbers(values), range) => {
                    for (row, value) in told.iter_mut().zip(values) {
                        if value.is_nan() {
                            row.extend(absent());
                        } else if let Some((low, high)) = range
                            && let Some(side) = side(f64::from(*value), low, high)
                        {
                            let range = range_text(input, low, high);
                            row.push(format!(
                                "{} {value} is {side} everything seen in training ({range}).",
                                input.name
                            ));
                        }
                    }
                }
                (Cells::Dates(values), range) => {
                    for (row, value) in told.iter_mut().zip(values) {
                        if *value == MISSING_DATE {
                            row.extend(absent());
                        } else if let Some((low, high)) = range
                            && let Some(side) = side(*value as f64, low, high)
                        {
                            let side = if side == "above" { "after" } else { "before" };
                            let (day, range) = (date_text(*value, input.has_time), range_text(input, low, high));
                            row.push(format!("{} {day} is {side} everything seen in training ({range}).", input.name));
                        }
                    }
                }
                (Cells::Texts { codes, levels }, _) => {
                    let Some(known) = known.get(position).and_then(Option::as_ref) else { continue };
                    let slots: Vec<Option<Slot>> = levels.iter().map(|text| known.slot(text)).collect();
                    for (row, &code) in told.iter_mut().zip(codes) {
                        let slot = if code == MISSING_CODE { Some(Slot::Missing) } else { slots[code as usize] };
                        match slot {
                            // No text was there before, and its words are what counts.
                            None if matches!(block, Block::Words { .. }) => {}
                            Some(Slot::Level(_)) => {}
                            Some(Slot::Missing) => row.extend(absent()),
                            None => {
                                let text = quoted(&levels[code as usize]);
                                row.push(format!("{} {text} was rare or never seen in training.", input.name));
                            }
                        }
                    }
                }
            }
        }
        told
    }

    /// A sentence for each column that is missing clearly more often than in training: by ten of a hundred rows, in thirty or
    /// more. `missing` as in `unseen`.
    pub fn missing_more(&self, inputs: &Inputs, missing: &[Option<f64>]) -> Vec<String> {
        let of = |((input, cells), before): ((&Input, &Cells), &Option<f64>)| {
            let before = (*before)?;
            let n = match cells {
                Cells::Numbers(values) => values.iter().filter(|value| value.is_nan()).count(),
                Cells::Dates(values) => values.iter().filter(|value| **value == MISSING_DATE).count(),
                Cells::Texts { codes, .. } => codes.iter().filter(|code| **code == MISSING_CODE).count(),
            };
            let now = n as f64 / inputs.n_rows as f64;
            let percent = |share: f64| format!("{:.0} %", share * 100.0);
            (inputs.n_rows >= FEWEST_ROWS && now >= before + MUCH_MORE).then(|| {
                let (now, before) = (percent(now), percent(before));
                format!("Column “{}”: {now} of the rows miss it; in training {before} did.", input.name)
            })
        };
        self.inputs.iter().zip(&inputs.cells).zip(missing).filter_map(of).collect()
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
                    | Block::Days { .. }
                    | Block::Words { .. },
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
    strange.order_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
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
