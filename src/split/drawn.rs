//! A split in a few numbers, for the drawing of it.

use serde::{Deserialize, Serialize};

use super::{Split, SplitFacts, SplitRows};
use crate::order::OrderBy;

/// What the page draws of a split beside the sizes of its folds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    pub facts: SplitFacts,
    /// Rows that some fold tests.
    pub n_tested: u32,
    /// By group: how many groups each fold of the first round has, and the test set.
    pub groups: Option<(Vec<u32>, u32)>,
    /// In time.
    pub times: Option<DrawnTimes>,
}

/// Places among the rows that have a time, earliest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnTimes {
    pub n_rows: u32,
    /// What each step trains on and tests.
    pub steps: Vec<(Stretch, Stretch)>,
    /// What the final fit learns from.
    pub fitted: Stretch,
    /// `None` where no rows are set aside.
    pub aside: Option<Stretch>,
    /// `None` without a test set.
    pub holdout: Option<Stretch>,
}

/// From a place to before another, with the texts of its first and last time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    pub from: u32,
    pub to: u32,
    pub first: String,
    pub last: String,
}

impl Split {
    pub fn drawn<'a>(&self, rows: impl Into<SplitRows<'a>>) -> Drawn {
        let rows = rows.into();
        let n_tested = self.tested().len() as u32;
        let by = |column: &String| self.facts.column.as_ref() == Some(column);
        let groups = rows.groups.filter(|groups| by(&groups.column) && self.training.is_empty()).map(|groups| {
            let count = |rows: &Vec<u32>| {
                let mut seen = vec![false; groups.n_groups as usize];
                rows.iter().for_each(|&row| seen[groups.codes[row as usize] as usize] = true);
                seen.into_iter().filter(|seen| *seen).count() as u32
            };
            (self.folds.iter().take(self.facts.n_folds as usize).map(count).collect(), count(&self.holdout))
        });
        let times = rows.times.filter(|times| by(&times.column) && !self.training.is_empty()).map(|times| {
            let time = |position: u32| times.values[position as usize];
            let mut order: Vec<u32> =
                (0..times.values.len() as u32).filter(|&position| !time(position).is_nan()).collect();
            order.order_by(|a, b| time(*a).total_cmp(&time(*b)));
            let mut place = vec![0u32; times.values.len()];
            for (at, &position) in order.iter().enumerate() {
                place[position as usize] = at as u32;
            }
            let stretch = |rows: &[u32]| {
                let from = rows.iter().map(|&row| place[row as usize]).min().unwrap_or(0);
                let to = rows.iter().map(|&row| place[row as usize] + 1).max().unwrap_or(0);
                let text = |at: u32| order.get(at as usize).map_or(String::new(), |&row| times.text(time(row)));
                Stretch { from, to, first: text(from), last: text(to.saturating_sub(1)) }
            };
            DrawnTimes {
                n_rows: order.len() as u32,
                steps: self
                    .folds
                    .iter()
                    .zip(&self.training)
                    .map(|(test, train)| (stretch(train), stretch(test)))
                    .collect(),
                fitted: stretch(&self.fitted),
                aside: (!self.aside.is_empty()).then(|| stretch(&self.aside)),
                holdout: (!self.holdout.is_empty()).then(|| stretch(&self.holdout)),
            }
        });
        Drawn { facts: self.facts.clone(), n_tested, groups, times }
    }
}
