//! What could stand at the cursor.

use super::functions::Function;
use super::lexer::{is_name, is_name_start};
use super::print::column_text;
use crate::order::OrderBy;
use crate::recipe::schema::{Schema, nearest};

/// Most candidates that are told.
pub const MOST: usize = 50;

/// Something that could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Bytes of the formula's text that `insert` takes the place of.
    pub replaces: (usize, usize),
    /// The name with brackets where it needs them; a function with its opening bracket.
    pub insert: String,
    /// `age`, `round(number, digits: number)`.
    pub label: String,
    /// The column's type, or what the function gives.
    pub detail: &'static str,
    pub of_function: bool,
}

/// Candidates for the word that ends at `cursor` (a byte of `text`), best first: columns and functions that begin with
/// it, then those that contain it, then one that is a slip away. In a text in quotes there are none.
pub fn complete(text: &str, cursor: usize, schema: &Schema) -> Vec<Candidate> {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let Some((start, word, bracketed)) = word_before(&text[..cursor]) else { return Vec::new() };
    let after = &text[cursor..];
    let end = cursor
        + match (bracketed, after.find(']')) {
            (true, Some(close)) if !after[..close].contains('[') => close + 1,
            (true, _) => 0,
            (false, _) => after.find(|c| !is_name(c)).unwrap_or(after.len()),
        };
    let wanted = word.to_lowercase();
    let mut ranked: Vec<(u8, Candidate)> = Vec::new();
    let names = schema.fields.iter().map(|field| field.name.as_str());
    let slip = if wanted.is_empty() { None } else { nearest(&word, names) };
    for field in &schema.fields {
        let rank = rank(&field.name, &wanted).or((slip == Some(field.name.as_str())).then_some(4));
        let candidate = |rank| {
            let insert = column_text(&field.name);
            let label = field.name.clone();
            (
                rank,
                Candidate {
                    replaces: (start, end),
                    insert,
                    label,
                    detail: field.column_type.word(),
                    of_function: false,
                },
            )
        };
        ranked.extend(rank.map(candidate));
    }
    if !bracketed {
        let names = Function::ALL.iter().map(|function| function.signature().name);
        let slip = if wanted.is_empty() { None } else { nearest(&word, names) };
        for function in Function::ALL {
            let signature = function.signature();
            let rank = rank(signature.name, &wanted).or((slip == Some(signature.name)).then_some(4));
            let opened = text[end..].starts_with('(');
            let candidate = |rank| {
                let insert = if opened { signature.name.to_owned() } else { format!("{}(", signature.name) };
                let label = format!("{}({})", signature.name, signature.arguments);
                // After columns of the same rank.
                (
                    rank + 1,
                    Candidate { replaces: (start, end), insert, label, detail: signature.doc, of_function: true },
                )
            };
            ranked.extend(rank.map(candidate));
        }
    }
    ranked.order_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, candidate)| candidate).take(MOST).collect()
}

fn rank(name: &str, wanted: &str) -> Option<u8> {
    let name = name.to_lowercase();
    if name.starts_with(wanted) {
        return Some(0);
    }
    name.contains(wanted).then_some(2)
}

/// Where the word before the cursor starts, the word, and whether a bracket opens it; `None` in a text or a number.
fn word_before(before: &str) -> Option<(usize, String, bool)> {
    let mut characters = before.char_indices();
    let mut opened: Option<(usize, char)> = None;
    while let Some((at, c)) = characters.next() {
        match (opened, c) {
            (Some(_), '\\') => {
                characters.next();
            }
            (Some((_, mark)), c) if c == mark => opened = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => opened = Some((at, c)),
            (None, '[') => opened = Some((at, ']')),
            (None, _) => {}
        }
    }
    match opened {
        Some((at, ']')) => Some((at, before[at + 1..].to_owned(), true)),
        Some(_) => None,
        None => {
            let start =
                before.char_indices().rev().take_while(|(_, c)| is_name(*c)).last().map_or(before.len(), |(at, _)| at);
            let word = &before[start..];
            (word.is_empty() || word.starts_with(is_name_start)).then(|| (start, word.to_owned(), false))
        }
    }
}
