//! How the rows of a table could be split, guessed from the values alone, never from the name of a column: whole groups
//! where values of a column come back and their rows are alike, forwards in time where dates order the rows, and several
//! rounds of folds where rows are few.

mod alike;
mod drift;

use serde::{Deserialize, Serialize};

use super::named;
use crate::dataset::{Dataset, DatasetSpec, Groups, Target, Times};
use crate::table::{Column, Table, Values, number_text};

use alike::Scale;

/// Rows that a guess needs.
const FEWEST_ROWS: usize = 40;
/// Below so many rows folds are dealt several times, and with fewer still, more often.
const FEW_ROWS: usize = 500;
const VERY_FEW_ROWS: usize = 200;
/// Groups that a column needs, and the share of rows that are not alone in theirs.
const FEWEST_GROUPS: u32 = 10;
const SHARE_WITH_OTHERS: f64 = 0.4;
/// Rows in a group on average at most, for a column that only the target speaks for, and for one that others do.
const ROWS_FOR_TARGET: f64 = 25.0;
const ROWS_FOR_COLUMNS: f64 = 100.0;
/// How much more rows of a group must agree in the target than their neighbours do, where 1 is to be the same and 0 is
/// chance; and so many standard errors of it.
const TARGET_AGREES: f64 = 0.1;
const STANDARD_ERRORS: f64 = 5.0;
/// A column is a group's own if its rows agree so much, and their neighbours so little. So many make a group.
const COLUMN_AGREES: f64 = 0.9;
const NEIGHBOURS_AGREE: f64 = 0.5;
const FEWEST_COLUMNS: usize = 2;
/// Different times that an order needs.
const FEWEST_TIMES: usize = 20;

/// A guess at how to split, with its reason in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Proposal {
    /// Keep the rows of each value together.
    Group { column: String, reason: String },
    /// Test on later rows.
    Time { column: String, reason: String },
    /// Deal the folds so often.
    Repeats { repeats: u32, reason: String },
}

impl Proposal {
    pub fn reason(&self) -> &str {
        match self {
            Self::Group { reason, .. } | Self::Time { reason, .. } | Self::Repeats { reason, .. } => reason,
        }
    }
}

/// Looks at a table column by column.
pub struct Proposer {
    target: String,
    /// Table rows with a known target, and what it is there.
    rows: Vec<u32>,
    values: Target,
    /// How alike two cells of a column are, column by column.
    scales: Vec<Option<Scale>>,
    /// The next column to be taken for groups or time.
    next: usize,
    /// With how much speaks for each; the largest is proposed.
    groups: Vec<(f64, Proposal)>,
    times: Vec<(f64, Proposal)>,
}

impl Proposer {
    /// `None` where the table has no such target.
    pub fn new(table: &Table, spec: &DatasetSpec) -> Option<Self> {
        let spec = DatasetSpec { roles: Vec::new(), ..spec.clone() };
        let dataset = Dataset::new(table, &spec).ok()?;
        let (rows, values) = (dataset.rows, dataset.target);
        Some(Self {
            target: spec.target,
            rows,
            values,
            scales: Vec::new(),
            next: 0,
            groups: Vec::new(),
            times: Vec::new(),
        })
    }

    /// Look at one column; the proposals once all are done, the most telling of each kind.
    pub fn step(&mut self, table: &Table) -> Option<Vec<Proposal>> {
        if self.rows.len() < FEWEST_ROWS {
            self.next = table.columns.len();
        } else if let Some(column) = table.columns.get(self.scales.len()) {
            self.scales.push(Scale::of(&column.values, &self.rows));
            return None;
        }
        if let Some(column) = table.columns.get(self.next) {
            self.next += 1;
            if column.name != self.target {
                self.groups.extend(self.group(table, column));
                self.times.extend(self.time(column));
            }
            return None;
        }
        let best = |guesses: &[(f64, Proposal)]| {
            let first = guesses.iter().reduce(|best, guess| if guess.0 > best.0 { guess } else { best });
            first.map(|(_, proposal)| proposal.clone())
        };
        Some(best(&self.groups).into_iter().chain(best(&self.times)).chain(self.repeats()).collect())
    }

    fn group(&self, table: &Table, column: &Column) -> Option<(f64, Proposal)> {
        if !could_name_groups(column) {
            return None;
        }
        let known: Vec<u32> =
            self.rows.iter().copied().filter(|&row| !column.values.is_missing(row as usize)).collect();
        let groups = Groups::of(column, &known);
        let n_rows = known.len() as f64;
        let mean = n_rows / f64::from(groups.n_groups.max(1));
        let many = f64::from(groups.n_groups) >= 0.5 * n_rows.sqrt();
        if groups.n_groups < FEWEST_GROUPS || !many || mean > ROWS_FOR_COLUMNS {
            return None;
        }
        let mut sizes = vec![0u32; groups.n_groups as usize];
        groups.codes.iter().for_each(|&code| sizes[code as usize] += 1);
        let with_others: u32 = sizes.iter().filter(|size| **size > 1).sum();
        if f64::from(with_others) < SHARE_WITH_OTHERS * n_rows {
            return None;
        }
        let pairs = alike::Pairs::of(column, &known, &groups);
        let mut own: Vec<&str> = Vec::new();
        let mut speaks = 0.0;
        let mut in_target = false;
        for (other, scale) in table.columns.iter().zip(&self.scales).filter(|(other, _)| other.name != column.name) {
            let Some(agreement) = scale.as_ref().and_then(|scale| pairs.agreement(&other.values, scale)) else {
                continue;
            };
            let lead = agreement.within - agreement.beside.max(0.0);
            if other.name == self.target {
                let enough = TARGET_AGREES.max(STANDARD_ERRORS * agreement.error);
                in_target = lead >= enough && mean <= ROWS_FOR_TARGET;
                speaks += if in_target { lead } else { 0.0 };
            } else if agreement.within >= COLUMN_AGREES
                && agreement.beside <= NEIGHBOURS_AGREE
                && !alike::names_the_same(&other.values, &known, groups.n_groups)
            {
                own.push(&other.name);
                speaks += lead;
            }
        }
        if !in_target && own.len() < FEWEST_COLUMNS {
            return None;
        }
        let mut alike_in: Vec<String> = own.iter().take(3).map(|name| named(name)).collect();
        if in_target {
            alike_in.push(named(&self.target));
        }
        let reason = format!(
            "{} has {} values with about {} rows each, and rows with the same one agree in {} far more than chance would have it.",
            named(&column.name),
            groups.n_groups,
            number_text(libm::round(mean * 10.0) / 10.0),
            list(&alike_in),
        );
        Some((speaks, Proposal::Group { column: column.name.clone(), reason }))
    }

    fn time(&self, column: &Column) -> Option<(f64, Proposal)> {
        let Values::Date { .. } = &column.values else { return None };
        let times = Times::of(column, &self.rows).ok()?;
        let found = drift::Drift::of(&times, &self.values)?;
        if found.n_times < FEWEST_TIMES {
            return None;
        }
        let span = format!("from {} to {}", times.text(found.first), times.text(found.last));
        let (date, target) = (named(&column.name), named(&self.target));
        let reason = match (found.is_sorted, found.drifts) {
            (true, true) => format!("The rows stand in the order of {date}, {span}, and {target} changes along it."),
            (true, false) => format!("The rows stand in the order of {date}, {span}."),
            (false, true) => format!("{date} goes {span}, and {target} changes along it."),
            (false, false) => return None,
        };
        let speaks = found.effect + if found.is_sorted { 1.0 } else { 0.0 };
        Some((speaks, Proposal::Time { column: column.name.clone(), reason }))
    }

    fn repeats(&self) -> Option<Proposal> {
        let n_rows = self.rows.len();
        let repeats = match n_rows {
            0..20 => return None,
            20..VERY_FEW_ROWS => 5,
            VERY_FEW_ROWS..FEW_ROWS => 3,
            _ => return None,
        };
        let reason = format!(
            "{n_rows} rows are few, so the scores hang on how they are dealt: {repeats} rounds of folds steady them, for about {repeats} times the training time."
        );
        Some(Proposal::Repeats { repeats, reason })
    }
}

/// Texts and whole numbers can say who or what a row is about; measurements and flags cannot.
fn could_name_groups(column: &Column) -> bool {
    match &column.values {
        Values::Category { .. } => true,
        Values::Number(numbers) => numbers.iter().all(|number| number.is_nan() || number.trunc() == *number),
        Values::Boolean { .. } | Values::Date { .. } | Values::Text(_) => false,
    }
}

/// "a, b and c".
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
