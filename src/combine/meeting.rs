//! What a join would come to.

use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::recipe::{JoinKind, KeyPair, Matching, key_mismatch, most_rows};
use crate::table::{Column, Table, Values};

/// Keys that are quoted.
const EXAMPLES: usize = 5;
/// Characters of a quoted key.
const CHARACTERS: usize = 60;
const NO_KEY: u32 = u32::MAX;

/// How the rows of two tables would meet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    /// Rows of this table and of the other.
    pub n_left: u32,
    pub n_right: u32,
    /// Rows of this table with a partner at least.
    pub n_matched: u32,
    /// Rows whose key is missing; a missing key matches nothing.
    pub left_without_key: u32,
    pub right_without_key: u32,
    /// Rows with a key that the other table does not have, and some of these keys.
    pub left_alone: u32,
    pub left_examples: Vec<String>,
    pub right_alone: u32,
    pub right_examples: Vec<String>,
    /// Rows of this table that would be there several times.
    pub n_multiplied: u32,
    /// Keys that are in this table and occur several times in the other, those with the most rows first.
    pub n_repeated: u32,
    pub repeated: Vec<Repeated>,
    /// Rows behind the join.
    pub rows_left: u64,
    pub rows_inner: u64,
    /// More rows of this table that would match if types, blanks at the ends and capital letters did not count.
    pub more_if_loose: u32,
    /// Why it cannot be done.
    pub problem: Option<Problem>,
}

/// A key that occurs several times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeated {
    pub key: String,
    /// Rows with it here, and there.
    pub here: u32,
    pub there: u32,
}

impl Meeting {
    /// Of a join of `table` with `right` on these keys; linear in rows. `with`: what the other table is called.
    pub fn of(table: &Table, right: &Table, with: &str, on: &[KeyPair], loose: bool) -> Self {
        let (left, of) = match columns(table, right, with, on) {
            Ok(found) => found,
            Err(problem) => return Self { problem: Some(problem), ..Self::sizes(table, right) },
        };
        let left_values: Vec<&Values> = left.iter().map(|column| &column.values).collect();
        let right_values: Vec<&Values> = of.iter().map(|column| &column.values).collect();
        let mismatch = left.iter().zip(&of).find_map(|(left, of)| key_mismatch(left, of, with));
        let matching = |loose| Matching::of([&left_values, &right_values], [table.n_rows, right.n_rows], loose);
        let loosely = (!loose).then(|| n_matched(&matching(true)));
        if let Some(problem) = mismatch.filter(|_| !loose) {
            let more_if_loose = loosely.unwrap_or_default();
            return Self { problem: Some(problem), more_if_loose, ..Self::sizes(table, right) };
        }
        let found = matching(loose);
        let mut told = Self::count(&found, [&left_values, &right_values], Self::sizes(table, right));
        told.more_if_loose = loosely.unwrap_or_default().saturating_sub(told.n_matched);
        let n_columns = table.columns.len() + right.columns.len() - of.len();
        let most = most_rows(n_columns) as u64;
        if told.rows_left.max(told.rows_inner) > most {
            told.problem = Some(Problem {
                place: with.to_owned(),
                event: format!(
                    "It would make {} rows, as keys occur several times on both sides; {most} is the most.",
                    told.rows_inner
                ),
                kept: "Nothing was joined.".into(),
                cure: "Choose further keys, which tell the rows apart.".into(),
            });
        }
        told
    }

    fn sizes(table: &Table, right: &Table) -> Self {
        let n = |table: &Table| u32::try_from(table.n_rows).unwrap_or(u32::MAX);
        Self { n_left: n(table), n_right: n(right), ..Self::default() }
    }

    fn count(found: &Matching, [left, right]: [&[&Values]; 2], mut told: Self) -> Self {
        // Rows of this table by key of the other.
        let mut here = vec![0u32; found.n_keys()];
        for (row, &key) in found.left.iter().enumerate() {
            let n = found.partners(key).len();
            told.rows_left += n.max(1) as u64;
            told.rows_inner += n as u64;
            if let Some(here) = here.get_mut(key as usize) {
                *here += 1;
            }
            match n {
                0 if key == NO_KEY => told.left_without_key += 1,
                0 => {
                    told.left_alone += 1;
                    quote(&mut told.left_examples, left, row);
                }
                1 => told.n_matched += 1,
                _ => {
                    told.n_matched += 1;
                    told.n_multiplied += 1;
                }
            }
        }
        for (row, &key) in found.right.iter().enumerate() {
            if key == NO_KEY {
                told.right_without_key += 1;
            } else if here[key as usize] == 0 {
                told.right_alone += 1;
                quote(&mut told.right_examples, right, row);
            }
        }
        // Rows that the key makes, largest first; of equal ones the first key comes first.
        let mut repeated: Vec<(u64, u32)> = Vec::new();
        for (key, &here) in here.iter().enumerate() {
            let there = found.partners(key as u32).len();
            if here > 0 && there > 1 {
                told.n_repeated += 1;
                let rows = u64::from(here) * there as u64;
                let place = repeated.partition_point(|(other, _)| *other >= rows);
                if place < EXAMPLES {
                    repeated.insert(place, (rows, key as u32));
                    repeated.truncate(EXAMPLES);
                }
            }
        }
        let tell = |(_, key): (u64, u32)| {
            let partners = found.partners(key);
            let text = partners.first().map_or_else(String::new, |row| text_of(right, *row as usize));
            Repeated { key: text, here: here[key as usize], there: partners.len() as u32 }
        };
        told.repeated = repeated.into_iter().map(tell).collect();
        told
    }

    /// Rows behind a join of this kind.
    pub fn rows(&self, kind: JoinKind) -> u64 {
        match kind {
            JoinKind::Left => self.rows_left,
            JoinKind::Inner => self.rows_inner,
            JoinKind::Full => self.rows_left + u64::from(self.right_alone) + u64::from(self.right_without_key),
        }
    }
}

/// The key columns of both tables, pair by pair.
type Keys<'t> = (Vec<&'t Column>, Vec<&'t Column>);

fn columns<'t>(table: &'t Table, right: &'t Table, with: &str, on: &[KeyPair]) -> Result<Keys<'t>, Problem> {
    let refuse = |place: String, event: &str| Problem {
        place,
        event: event.to_owned(),
        kept: "Nothing was joined.".into(),
        cure: "Name the columns that tell which rows belong together.".into(),
    };
    if on.is_empty() {
        return Err(refuse(with.to_owned(), "No key is chosen."));
    }
    let of = |table: &'t Table, name: &str, place: &str| {
        table.column(name).ok_or_else(|| refuse(format!("{place}, column {name}"), "There is no column of this name."))
    };
    let left = on.iter().map(|pair| of(table, &pair.left, "this table")).collect::<Result<Vec<_>, _>>()?;
    let right = on.iter().map(|pair| of(right, &pair.right, with)).collect::<Result<Vec<_>, _>>()?;
    Ok((left, right))
}

fn n_matched(matching: &Matching) -> u32 {
    matching.left.iter().filter(|key| !matching.partners(**key).is_empty()).count() as u32
}

/// Quotes the key of a row, where there is room and it does not stand there yet.
fn quote(examples: &mut Vec<String>, keys: &[&Values], row: usize) {
    if examples.len() < EXAMPLES {
        let text = text_of(keys, row);
        if !examples.contains(&text) {
            examples.push(text);
        }
    }
}

/// The texts of a key, a dot between them.
fn text_of(keys: &[&Values], row: usize) -> String {
    let texts: Vec<String> = keys.iter().map(|values| values.text(row).unwrap_or_default()).collect();
    texts.join(" · ").chars().take(CHARACTERS).collect()
}
