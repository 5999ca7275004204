//! What can be told from the rows without a fit: copies, and cells that follow the outcome.

use super::Subject;
use crate::dataset::{Dataset, Target};
use crate::metrics::score;
use crate::table::{Column, MISSING_BOOLEAN, MISSING_CODE, MISSING_DATE, Values};

/// Copies that may be chance, as a multiple of what independent columns would give.
const CHANCE: f64 = 5.0;
/// Rows that a column's missing cells, and its others, need to be compared.
const FEWEST_CELLS: u32 = 10;

/// Tested rows whose cells all stand in a row that was learned from.
pub(super) struct Copies {
    pub n_copies: u32,
    pub n_tested: u32,
    /// So many may be chance: columns of few values.
    pub chance: bool,
    /// The score by all tested rows, and by those that are no copies.
    pub scores: Option<(f64, f64)>,
    /// Of the locked test set, and its rows.
    pub in_holdout: (u32, u32),
    pub chance_in_holdout: bool,
}

pub(super) fn copies(subject: &Subject) -> Copies {
    let (dataset, split) = (&subject.dataset, &subject.split);
    let keys: Vec<u64> = dataset.rows.iter().map(|row| key(&dataset.features, *row as usize)).collect();
    let known = |learned: &[u32]| -> Vec<u64> {
        let mut known: Vec<u64> = learned.iter().map(|p| keys[*p as usize]).collect();
        known.sort_unstable();
        known
    };
    let different: f64 = dataset.features.iter().map(|column| effective(column, &dataset.rows)).product();
    let expected = |n_learned: usize, n_tested: usize| n_tested as f64 * -libm::expm1(-(n_learned as f64) / different);
    let mut copied = vec![false; dataset.rows.len()];
    let (mut n_tested, mut chance) = (0, 0.0);
    for (fold, test) in split.folds.iter().enumerate().take(split.facts.n_folds.max(1) as usize) {
        let learned = split.training(fold);
        let known = known(&learned);
        chance += expected(learned.len(), test.len());
        n_tested += test.len() as u32;
        for position in test {
            copied[*position as usize] = known.binary_search(&keys[*position as usize]).is_ok();
        }
    }
    let known = known(split.fitted());
    let in_holdout = split.holdout.iter().filter(|p| known.binary_search(&keys[**p as usize]).is_ok()).count() as u32;
    let n_copies = copied.iter().filter(|copied| **copied).count() as u32;
    Copies {
        n_copies,
        n_tested,
        chance: f64::from(n_copies) <= CHANCE * chance,
        scores: scores(subject, &copied),
        in_holdout: (in_holdout, split.holdout.len() as u32),
        chance_in_holdout: f64::from(in_holdout) <= CHANCE * expected(split.fitted().len(), split.holdout.len()),
    }
}

/// Each row once.
fn scores(subject: &Subject, copied: &[bool]) -> Option<(f64, f64)> {
    let tested = subject.tested.as_ref().filter(|tested| tested.fits(copied.len()))?;
    let mut seen = vec![false; copied.len()];
    let (mut all, mut own) = (Vec::new(), Vec::new());
    for (row, position) in tested.positions.iter().enumerate() {
        if !std::mem::replace(&mut seen[*position as usize], true) {
            all.push(row);
            if !copied[*position as usize] {
                own.push(row);
            }
        }
    }
    let of = |rows: &[usize]| {
        let positions: Vec<u32> = rows.iter().map(|row| tested.positions[*row]).collect();
        let mut predictions = tested.predictions.slice(0..0);
        rows.iter().for_each(|row| predictions.append(tested.predictions.slice(*row..*row + 1)));
        score(subject.metric, &subject.dataset.target.select(&positions), &predictions)
    };
    Some((of(&all)?, of(&own)?))
}

/// Different values that a column of independent draws would be as rich as: e^entropy.
fn effective(column: &Column, rows: &[u32]) -> f64 {
    let mut cells: Vec<u64> = rows.iter().map(|row| cell(column, *row as usize)).collect();
    cells.sort_unstable();
    let n = cells.len() as f64;
    let mut entropy = 0.0;
    for run in cells.chunk_by(|a, b| a == b) {
        let share = run.len() as f64 / n;
        entropy -= share * libm::log(share);
    }
    libm::exp(entropy)
}

/// A number for the cells of a row; equal for equal rows, and hardly ever else.
fn key(features: &[&Column], row: usize) -> u64 {
    features.iter().fold(0x9E37_79B9_7F4A_7C15, |key, column| mixed(key ^ cell(column, row)))
}

/// Source: Steele, Lea & Flood, splitmix64 (2014).
fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn cell(column: &Column, row: usize) -> u64 {
    match &column.values {
        // The two zeros are one number.
        Values::Number(values) => (values[row] + 0.0).to_bits(),
        Values::Category { codes, .. } => codes[row].into(),
        Values::Boolean { codes, .. } => codes[row].into(),
        Values::Date { milliseconds, .. } => milliseconds[row] as u64,
        Values::Text(texts) => {
            texts[row].as_ref().map_or(1, |text| text.bytes().fold(0, |key, byte| mixed(key ^ u64::from(byte))))
        }
    }
}

fn is_missing(column: &Column, row: usize) -> bool {
    match &column.values {
        Values::Number(values) => values[row].is_nan(),
        Values::Category { codes, .. } => codes[row] == MISSING_CODE,
        Values::Boolean { codes, .. } => codes[row] == MISSING_BOOLEAN,
        Values::Date { milliseconds, .. } => milliseconds[row] == MISSING_DATE,
        Values::Text(texts) => texts[row].is_none(),
    }
}

/// How nearly the missing cells of a column tell the outcome, 0 to 1: for classes the largest difference, over classes,
/// between the shares of missing cells inside and outside the class (the Gini coefficient of a yes/no column); for values
/// the share of the variation. `None` where hardly a cell is missing, or hardly one is not.
pub(super) fn mirrors(dataset: &Dataset, column: &Column, positions: &[u32]) -> Option<f64> {
    let missing: Vec<bool> = positions.iter().map(|p| is_missing(column, dataset.rows[*p as usize] as usize)).collect();
    let n_missing = missing.iter().filter(|m| **m).count() as u32;
    if n_missing < FEWEST_CELLS || (missing.len() as u32) < n_missing + FEWEST_CELLS {
        return None;
    }
    match &dataset.target {
        Target::Classes { codes, labels } => {
            let of = |class: u32| {
                let mut counts = [[0.0; 2]; 2];
                for (position, missing) in positions.iter().zip(&missing) {
                    counts[usize::from(codes[*position as usize] == class)][usize::from(*missing)] += 1.0;
                }
                let share = |[not, missing]: [f64; 2]| missing / (not + missing);
                let [outside, inside] = counts;
                (share(inside) - share(outside)).abs()
            };
            (0..labels.len() as u32).map(of).filter(|gini| gini.is_finite()).reduce(f64::max)
        }
        Target::Values(values) => {
            let truth = |p: &u32| values[*p as usize];
            let n = positions.len() as f64;
            let mean = positions.iter().map(truth).sum::<f64>() / n;
            let total: f64 = positions.iter().map(|p| (truth(p) - mean) * (truth(p) - mean)).sum();
            let side = |wanted: bool| {
                let own: Vec<f64> =
                    positions.iter().zip(&missing).filter(|(_, m)| **m == wanted).map(|(p, _)| truth(p)).collect();
                let center = own.iter().sum::<f64>() / own.len() as f64;
                own.len() as f64 * (center - mean) * (center - mean)
            };
            (total > 0.0).then(|| (side(true) + side(false)) / total)
        }
    }
}

/// Share of the rows, of those that have both, in which a date lies behind the time of its row, in days.
pub(super) fn behind(dataset: &Dataset, column: &Column, positions: &[u32]) -> Option<f64> {
    let (Values::Date { milliseconds, .. }, Some(times)) = (&column.values, dataset.times.as_ref()) else {
        return None;
    };
    if !times.is_date {
        return None;
    }
    let (mut n, mut later) = (0u32, 0u32);
    for position in positions {
        let (row, when) = (dataset.rows[*position as usize] as usize, times.values[*position as usize]);
        if milliseconds[row] != MISSING_DATE && !when.is_nan() {
            n += 1;
            later += u32::from(milliseconds[row] as f64 / 86_400_000.0 > when);
        }
    }
    (n >= 2 * FEWEST_CELLS).then(|| f64::from(later) / f64::from(n))
}
