//! Keys that the values of two tables propose: columns with many values in common, that tell the rows of the other table
//! apart. What columns are called only decides between pairs that the values do not tell apart.
//!
//! Values are compared by their hashes. Of a column with many values only those with the smallest hashes are looked at, with
//! all rows that have them (a bottom-k sketch, Cohen and Kaplan 2007): a value that is in both tables is then looked at in
//! both, so that shares of values in common, and of values that occur once, are those of all rows but for chance.

use crate::order::OrderBy;
use crate::profile::hash_of_word;
use crate::recipe::KeyPair;
use crate::table::{Column, Table, Values, number_text};

/// Columns of each table that are looked at: pairs of them are compared.
const MOST_COLUMNS: usize = 64;
/// Values of a column that are compared, and rows that a sketch is made of where that is enough.
const MOST_VALUES: usize = 8_000;
const ROWS: usize = 50_000;
/// Values beyond which a sketch says enough.
const ENOUGH: usize = 500;
/// Texts longer than this in the mean are no keys.
const LONGEST: usize = 64;
/// Pairs of which keys of several columns are made, and columns of such a key.
const MOST_PAIRS: usize = 10;
const MOST_KEYS: usize = 6;
/// Share of this table's rows that find a value of theirs in the other, for a pair to be looked at.
const LEAST_FOUND: f64 = 0.2;
/// Share of the other table's rows with a value of their own from which a key tells them apart.
const APART: f64 = 0.999;
/// What a name in common is worth beside found values.
const SAME_NAME: f64 = 0.02;
const MISSING: u64 = u64::MAX;

/// Values of a column, or of several together: hashes in rising order, each with its number of rows.
struct Sketch {
    values: Vec<(u64, u32)>,
    /// Larger hashes were not looked at.
    limit: u64,
}

impl Sketch {
    /// `MISSING` hashes are left out.
    fn of(hashes: impl Iterator<Item = u64> + Clone, n_rows: usize) -> Self {
        let sketch = |limit: u64| {
            let mut found: Vec<u64> = hashes.clone().filter(|hash| *hash <= limit && *hash != MISSING).collect();
            found.sort_unstable();
            let values = found.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)).collect();
            Self { values, limit }
        };
        let part = (n_rows / ROWS).max(1) as u64;
        let mut made = sketch(u64::MAX / part);
        if part > 1 && made.values.len() < ENOUGH {
            made = sketch(u64::MAX);
        }
        if made.values.len() > MOST_VALUES {
            made.values.truncate(MOST_VALUES);
            made.limit = made.values.last().map_or(u64::MAX, |(hash, _)| *hash);
        }
        made
    }

    /// Share of rows with a value of their own; 0 without rows.
    fn apart(&self) -> f64 {
        let n: u64 = self.values.iter().map(|(_, n)| u64::from(*n)).sum();
        if n == 0 { 0.0 } else { self.values.len() as f64 / n as f64 }
    }

    /// Estimated number of values.
    fn n_values(&self) -> f64 {
        self.values.len() as f64 * (u64::MAX as f64 / self.limit.max(1) as f64)
    }
}

/// What two sketches have in common.
struct Common {
    /// Share of this table's rows whose value the other has.
    found: f64,
    /// Of all values of both, the share that is in both (Jaccard).
    alike: f64,
    n_values: usize,
}

fn common(left: &Sketch, right: &Sketch) -> Common {
    let limit = left.limit.min(right.limit);
    let within = |sketch: &Sketch| sketch.values.partition_point(|(hash, _)| *hash <= limit);
    let (left, right) = (&left.values[..within(left)], &right.values[..within(right)]);
    let (mut i, mut j) = (0, 0);
    let (mut met, mut rows) = (0usize, 0u64);
    while let (Some(a), Some(b)) = (left.get(i), right.get(j)) {
        match a.0.cmp(&b.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                met += 1;
                rows += u64::from(a.1);
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    let all: u64 = left.iter().map(|(_, n)| u64::from(*n)).sum();
    let union = left.len() + right.len() - met;
    Common {
        found: if all == 0 { 0.0 } else { rows as f64 / all as f64 },
        alike: if union == 0 { 0.0 } else { met as f64 / union as f64 },
        n_values: met,
    }
}

/// A column that could be a key.
struct Candidate<'t> {
    column: &'t Column,
    hashes: Hashes<'t>,
    sketch: Sketch,
}

/// Hashes of cells: equal where a loose comparison finds them equal, for whole numbers in texts and numbers, and for dates.
enum Hashes<'t> {
    Number(&'t [f64]),
    Date(Vec<u64>),
    /// Of the levels of a category, or of all rows.
    Levels(Vec<u64>, &'t [u32]),
    Rows(Vec<u64>),
}

impl Hashes<'_> {
    fn at(&self, row: usize) -> u64 {
        match self {
            Self::Number(values) => of_number(values[row]),
            Self::Date(hashes) | Self::Rows(hashes) => hashes[row],
            Self::Levels(of, codes) => of.get(codes[row] as usize).copied().unwrap_or(MISSING),
        }
    }
}

fn of_number(value: f64) -> u64 {
    if value.is_nan() { MISSING } else { hash_of_word((value + 0.0).to_bits()).min(MISSING - 1) }
}

/// A whole number in a text is the number.
fn of_text(text: &str) -> u64 {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return MISSING;
    }
    if text.len() <= 15
        && let Ok(number) = text.parse::<f64>()
        && number_text(number) == text
    {
        return of_number(number);
    }
    let word = |state: u64, byte: u8| hash_of_word(state.rotate_left(8) ^ u64::from(byte));
    text.bytes().fold(text.len() as u64, word).min(MISSING - 1)
}

/// `None` for a column that is no key: with fractions, of yes/no, long texts, or one value.
fn candidate(column: &Column) -> Option<Candidate<'_>> {
    let hashes = match &column.values {
        Values::Number(values) => {
            let whole = values.iter().all(|value| value.is_nan() || *value == value.trunc());
            if !whole {
                return None;
            }
            Hashes::Number(values)
        }
        Values::Date { .. } => {
            let text = |row| column.values.text(row).map_or(MISSING, |text| of_text(&text));
            Hashes::Date((0..column.values.len()).map(text).collect())
        }
        Values::Category { codes, levels } => {
            Hashes::Levels(levels.iter().map(|level| of_text(level)).collect(), codes)
        }
        Values::Text(texts) => {
            let known = texts.iter().flatten();
            let (n, length) = known.fold((0, 0), |(n, length), text| (n + 1, length + text.len()));
            if n == 0 || length / n > LONGEST {
                return None;
            }
            Hashes::Rows(texts.iter().map(|text| text.as_deref().map_or(MISSING, of_text)).collect())
        }
        Values::Boolean { .. } => return None,
    };
    let n_rows = column.values.len();
    let sketch = Sketch::of((0..n_rows).map(|row| hashes.at(row)), n_rows);
    (sketch.values.len() > 1).then_some(Candidate { column, hashes, sketch })
}

/// The columns of a table that could be keys. Of many, those whose name the other has are looked at first.
fn candidates<'t>(table: &'t Table, other: &Table) -> Vec<Candidate<'t>> {
    let names: std::collections::BTreeSet<&str> = other.columns.iter().map(|column| column.name.as_str()).collect();
    let (shared, rest): (Vec<&Column>, Vec<&Column>) =
        table.columns.iter().partition(|column| names.contains(column.name.as_str()));
    shared.into_iter().chain(rest).filter_map(candidate).take(MOST_COLUMNS).collect()
}

/// Two columns with values in common.
struct Pair {
    left: usize,
    right: usize,
    common: Common,
    worth: f64,
}

/// Keys of a join of `table` with `right`, best first; none where the values propose none. About 0.2 s for a million rows on
/// both sides and ten columns.
pub fn propose(table: &Table, right: &Table) -> Vec<Vec<KeyPair>> {
    let (left, of) = (candidates(table, right), candidates(right, table));
    let mut pairs = Vec::new();
    for (i, a) in left.iter().enumerate() {
        for (j, b) in of.iter().enumerate() {
            let common = common(&a.sketch, &b.sketch);
            if common.found < LEAST_FOUND {
                continue;
            }
            let named = if a.column.name == b.column.name { SAME_NAME } else { 0.0 };
            let worth = common.found * (0.5 + 0.5 * common.alike) + named;
            pairs.push(Pair { left: i, right: j, common, worth });
        }
    }
    pairs.order_by(|a, b| b.worth.total_cmp(&a.worth).then((a.left, a.right).cmp(&(b.left, b.right))));
    let name =
        |pair: &Pair| KeyPair { left: left[pair.left].column.name.clone(), right: of[pair.right].column.name.clone() };
    // One column that tells the rows of the other table apart. Few values in common are met by chance.
    let mut single: Vec<(f64, &Pair)> = Vec::new();
    for pair in pairs.iter().filter(|pair| of[pair.right].sketch.apart() >= APART) {
        let chance = 1.0 - 1.0 / (1.0 + pair.common.n_values as f64);
        single.push((pair.worth * chance, pair));
    }
    single.order_by(|a, b| b.0.total_cmp(&a.0));
    let mut proposed: Vec<Vec<KeyPair>> = single.iter().map(|(_, pair)| vec![name(pair)]).collect();
    let good = single.first().is_some_and(|(_, pair)| pair.common.found >= 0.5);
    if !good && let Some(several) = several(&left, &of, &pairs) {
        let several: Vec<KeyPair> = several.into_iter().map(name).collect();
        proposed.insert(0, several);
    }
    if proposed.is_empty() {
        // Keys that do not tell the rows apart multiply them, which is told.
        proposed.extend(pairs.iter().max_by(|a, b| by_values(a, b, &of)).map(|pair| vec![name(pair)]));
    }
    proposed
}

fn by_values(a: &Pair, b: &Pair, of: &[Candidate]) -> std::cmp::Ordering {
    let apart = |pair: &Pair| pair.worth * of[pair.right].sketch.apart();
    apart(a).total_cmp(&apart(b)).then((b.left, b.right).cmp(&(a.left, a.right)))
}

/// Several pairs that tell the rows of the other table apart together, as few as a greedy choice finds.
fn several<'p>(left: &[Candidate], of: &[Candidate], pairs: &'p [Pair]) -> Option<Vec<&'p Pair>> {
    // Each column in the pair where it fits best.
    let mut usable: Vec<&Pair> = Vec::new();
    for pair in pairs {
        if usable.iter().all(|other| other.left != pair.left && other.right != pair.right) {
            usable.push(pair);
        }
    }
    usable.truncate(MOST_PAIRS);
    let n = |all: &[Candidate]| all.first().map_or(0, |one| one.column.values.len());
    let (n_left, n_right) = (n(left), n(of));
    let mut chosen: Vec<&Pair> = Vec::new();
    let mut state = [vec![0u64; n_left], vec![0u64; n_right]];
    let mut apart = 0.0;
    while apart < APART {
        if chosen.len() == MOST_KEYS {
            return None;
        }
        let mut best: Option<(f64, f64, usize)> = None;
        for (at, pair) in usable.iter().enumerate() {
            let sketches = [(&left[pair.left], &state[0]), (&of[pair.right], &state[1])].map(|(one, state)| {
                Sketch::of((0..state.len()).map(|row| with(state[row], one.hashes.at(row))), state.len())
            });
            let found = common(&sketches[0], &sketches[1]).found;
            if found < LEAST_FOUND {
                continue;
            }
            let n_values = sketches[1].n_values();
            if best.is_none_or(|(most, ..)| n_values > most) {
                best = Some((n_values, sketches[1].apart(), at));
            }
        }
        let (_, now, at) = best?;
        // A pair that tells no more apart is not worth being asked for.
        if now <= apart * 1.001 {
            return None;
        }
        apart = now;
        let pair = usable.remove(at);
        for (state, one) in state.iter_mut().zip([&left[pair.left].hashes, &of[pair.right].hashes]) {
            for (row, state) in state.iter_mut().enumerate() {
                *state = with(*state, one.at(row));
            }
        }
        chosen.push(pair);
    }
    (chosen.len() > 1).then_some(chosen)
}

/// A key of one part more; a key of which one part is missing is missing.
fn with(state: u64, hash: u64) -> u64 {
    if state == MISSING || hash == MISSING {
        MISSING
    } else {
        hash_of_word(state.rotate_left(23) ^ hash).min(MISSING - 1)
    }
}
