//! What would have to be different for another answer: the fewest columns first, then the smallest changes, and only
//! values that occur.

use serde::{Deserialize, Serialize};

use super::near::share;
use super::shape::{Places, View};
use crate::model::Predictions;
use crate::order::OrderBy;
use crate::prepare::{Cells, Inputs, Matrix};
use crate::table::{MISSING_CODE, MISSING_DATE};

/// Values of a column that are tried alone, and in pairs.
const ALONE: usize = 40;
const IN_PAIRS: usize = 12;
/// Columns whose pairs are tried: those that alone come nearest to the goal.
const PAIRED: usize = 8;
/// Columns that may change at most.
const MOST_CHANGES: usize = 6;
/// Answers at most.
const MOST_ANSWERS: usize = 4;

/// What is wished for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    /// This class; for two classes, the second from a probability of `threshold` on.
    Class {
        class: u32,
        threshold: f64,
    },
    AtLeast(f64),
    AtMost(f64),
}

/// A value that a column would have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum To {
    Number(f64),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Date(f64),
    Level(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Position among the model's inputs.
    pub column: u32,
    pub to: To,
}

/// Changes that together reach the goal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterfactual {
    pub changes: Vec<Change>,
    /// The probability of the wished-for class, or the value.
    pub outcome: f64,
    /// Sum over changes of the share of the column's range, 1 for a category.
    pub distance: f64,
}

/// A column's values that may be tried.
struct Options {
    column: usize,
    read: Vec<usize>,
    values: Places,
    prepared: Matrix,
    distances: Vec<f64>,
}

/// Positions in the list of options, and of a value in each.
type Tried = Vec<(usize, usize)>;

struct Search<'a> {
    view: View<'a>,
    goal: Goal,
    own: Vec<f32>,
    options: Vec<Options>,
}

/// Ways from the one row of `own` to the goal, with the fewest columns changed first, of those the nearest. `rows` are
/// rows that occur: no value is tried that none of them has. `fixed` columns stay as they are. Empty where the search
/// finds none with at most six changes. Costs some thousand predictions.
pub fn counterfactuals(view: View, own: &Inputs, rows: &Inputs, fixed: &[u32], goal: Goal) -> Vec<Counterfactual> {
    let options = (0..rows.cells.len()).filter(|column| !fixed.contains(&(*column as u32)));
    let options = options.filter_map(|column| Options::of(view, column, &own.cells[column], &rows.cells[column]));
    let own = view.preparation.transform(own);
    let search = Search { view, goal, own: own.values, options: options.collect() };
    search.run()
}

impl Search<'_> {
    fn run(&self) -> Vec<Counterfactual> {
        let singles: Vec<Tried> = self
            .options
            .iter()
            .enumerate()
            .flat_map(|(o, options)| options.sample(ALONE).map(move |v| vec![(o, v)]))
            .collect();
        let scores = self.scores(&singles);
        let mut found: Vec<Tried> = Vec::new();
        let mut best = vec![f64::NEG_INFINITY; self.options.len()];
        for (tried, score) in singles.iter().zip(&scores) {
            best[tried[0].0] = best[tried[0].0].max(*score);
        }
        for option in 0..self.options.len() {
            let reached = singles.iter().zip(&scores).filter(|(tried, score)| tried[0].0 == option && **score >= 0.0);
            found.extend(self.nearest_of(reached.map(|(tried, _)| tried)).map(|tried| self.draw_near(tried)));
        }
        if found.len() < MOST_ANSWERS {
            found.extend(self.pairs(&best));
        }
        if found.is_empty() {
            found.extend(self.descend());
        }
        found.order_by(|a, b| a.len().cmp(&b.len()).then(self.distance(a).total_cmp(&self.distance(b))));
        found.truncate(MOST_ANSWERS);
        found.into_iter().map(|tried| self.told(&tried)).collect()
    }

    /// Pairs of columns of which neither suffices alone.
    fn pairs(&self, best: &[f64]) -> Vec<Tried> {
        let mut order: Vec<usize> = (0..best.len()).filter(|option| best[*option] < 0.0).collect();
        order.order_by(|a, b| best[*b].total_cmp(&best[*a]).then(a.cmp(b)));
        order.truncate(PAIRED);
        let mut found = Vec::new();
        for (i, &a) in order.iter().enumerate() {
            for &b in &order[i + 1..] {
                let of_b: Vec<usize> = self.options[b].sample(IN_PAIRS).collect();
                let pairs: Vec<Tried> = self.options[a]
                    .sample(IN_PAIRS)
                    .flat_map(|x| of_b.iter().map(move |y| vec![(a, x), (b, *y)]))
                    .collect();
                let scores = self.scores(&pairs);
                let reached = pairs.iter().zip(&scores).filter(|(_, score)| **score >= 0.0).map(|(tried, _)| tried);
                found.extend(self.nearest_of(reached).map(|tried| self.draw_near(tried)));
            }
        }
        found
    }

    /// One column after the other, each time the value that helps most; then what turns out to be needless is taken back.
    fn descend(&self) -> Option<Tried> {
        let mut way: Tried = Vec::new();
        loop {
            if way.len() >= MOST_CHANGES.min(self.options.len()) {
                return None;
            }
            let open = (0..self.options.len()).filter(|o| !way.iter().any(|(known, _)| known == o));
            let steps: Vec<Tried> = open
                .flat_map(|o| self.options[o].sample(ALONE).map(move |v| (o, v)))
                .map(|step| way.iter().copied().chain([step]).collect())
                .collect();
            let scores = self.scores(&steps);
            let at = (0..steps.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
            way.clone_from(&steps[at]);
            if scores[at] >= 0.0 {
                break;
            }
        }
        let mut at = 0;
        while at < way.len() {
            let without: Tried = way.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, step)| *step).collect();
            if !without.is_empty() && self.scores(std::slice::from_ref(&without))[0] >= 0.0 {
                way = without;
            } else {
                at += 1;
            }
        }
        Some(self.draw_near(way))
    }

    /// For each column in turn the nearest value that still reaches the goal.
    fn draw_near(&self, mut tried: Tried) -> Tried {
        for at in 0..tried.len() {
            let options = &self.options[tried[at].0];
            let now = options.distances[tried[at].1];
            let mut nearer: Vec<usize> =
                (0..options.values.len()).filter(|value| options.distances[*value] < now).collect();
            nearer.order_by(|a, b| options.distances[*a].total_cmp(&options.distances[*b]).then(a.cmp(b)));
            nearer.truncate(500);
            let tries: Vec<Tried> = nearer
                .iter()
                .map(|value| {
                    let mut other = tried.clone();
                    other[at].1 = *value;
                    other
                })
                .collect();
            let scores = self.scores(&tries);
            if let Some(first) = scores.iter().position(|score| *score >= 0.0) {
                tried[at].1 = nearer[first];
            }
        }
        tried
    }

    fn nearest_of<'t>(&self, tried: impl Iterator<Item = &'t Tried>) -> Option<Tried> {
        tried.min_by(|a, b| self.distance(a).total_cmp(&self.distance(b))).cloned()
    }

    fn distance(&self, tried: &Tried) -> f64 {
        tried.iter().map(|(option, value)| self.options[*option].distances[*value]).sum()
    }

    fn predict(&self, all: &[Tried]) -> Predictions {
        let mut rows = Matrix { values: self.own.repeat(all.len()), n_rows: all.len(), n_columns: self.own.len() };
        for (row, tried) in rows.values.chunks_exact_mut(self.own.len().max(1)).zip(all) {
            for (option, value) in tried {
                let Options { read, prepared, .. } = &self.options[*option];
                for &feature in read {
                    row[feature] = prepared.values[value * prepared.n_columns + feature];
                }
            }
        }
        self.view.model.predict(&rows)
    }

    /// How far each is beyond the goal; negative where it is not reached.
    fn scores(&self, all: &[Tried]) -> Vec<f64> {
        match (self.predict(all), self.goal) {
            (Predictions::Probabilities { values, n_classes: 2 }, Goal::Class { class, threshold }) => values
                .chunks_exact(2)
                .map(|row| {
                    let above = f64::from(row[1]) - threshold;
                    // Exactly at the threshold it is the second class.
                    if class == 1 {
                        above
                    } else if above < 0.0 {
                        -above
                    } else {
                        -above.max(f64::MIN_POSITIVE)
                    }
                })
                .collect(),
            (Predictions::Probabilities { values, n_classes }, Goal::Class { class, .. }) => values
                .chunks_exact(n_classes.max(1))
                .map(|row| {
                    let others = row.iter().enumerate().filter(|(c, _)| *c != class as usize).map(|(_, p)| *p);
                    let own = row.get(class as usize).copied().unwrap_or(0.0);
                    let lead = f64::from(own) - f64::from(others.fold(0.0, f32::max));
                    // A tie goes to the earlier class.
                    if lead == 0.0 { -f64::MIN_POSITIVE } else { lead }
                })
                .collect(),
            (Predictions::Values(values), Goal::AtLeast(least)) => {
                values.into_iter().map(|value| f64::from(value) - least).collect()
            }
            (Predictions::Values(values), Goal::AtMost(most)) => {
                values.into_iter().map(|value| most - f64::from(value)).collect()
            }
            (Predictions::Probabilities { .. }, Goal::AtLeast(_) | Goal::AtMost(_))
            | (Predictions::Values(_), Goal::Class { .. }) => vec![f64::NEG_INFINITY; all.len()],
        }
    }

    fn told(&self, tried: &Tried) -> Counterfactual {
        let outcome = match (self.predict(std::slice::from_ref(tried)), self.goal) {
            (Predictions::Probabilities { values, .. }, Goal::Class { class, .. }) => {
                values.get(class as usize).copied().unwrap_or(0.0)
            }
            (Predictions::Probabilities { .. }, Goal::AtLeast(_) | Goal::AtMost(_)) => 0.0,
            (Predictions::Values(values), _) => values.first().copied().unwrap_or(0.0),
        };
        let change = |(option, value): &(usize, usize)| {
            let options = &self.options[*option];
            Change { column: options.column as u32, to: options.to(*value) }
        };
        Counterfactual {
            changes: tried.iter().map(change).collect(),
            outcome: f64::from(outcome),
            distance: self.distance(tried),
        }
    }
}

impl Options {
    /// The different values that occur, other than the row's own; `None` where there are none.
    fn of(view: View, column: usize, own: &Cells, others: &Cells) -> Option<Self> {
        // Another row's text is no way to change one's own.
        if view.preparation.reads_words(column) {
            return None;
        }
        let (values, distances) = match (own, others) {
            (Cells::Numbers(own), Cells::Numbers(others)) => {
                let known = others.iter().filter(|v| !v.is_nan()).map(|v| f64::from(*v));
                let own = own.first().copied().filter(|v| !v.is_nan()).map(f64::from);
                let (values, distances) = measured(own, known.collect());
                (Places::Numbers(values), distances)
            }
            (Cells::Dates(own), Cells::Dates(others)) => {
                let known = others.iter().filter(|v| **v != MISSING_DATE).map(|v| *v as f64);
                let own = own.first().copied().filter(|v| *v != MISSING_DATE).map(|v| v as f64);
                let (values, distances) = measured(own, known.collect());
                (Places::Dates(values), distances)
            }
            (Cells::Texts { codes, levels }, Cells::Texts { .. }) => {
                let own = codes.first().filter(|c| **c != MISSING_CODE).map(|c| levels[*c as usize].as_ref());
                let Places::Levels(mut known) = super::shape::places(others, super::shape::MOST_LEVELS) else {
                    return None;
                };
                known.retain(|level| Some(level.as_str()) != own);
                let distances = vec![1.0; known.len()];
                (Places::Levels(known), distances)
            }
            (Cells::Numbers(_) | Cells::Dates(_) | Cells::Texts { .. }, _) => return None,
        };
        if values.is_empty() {
            return None;
        }
        let prepared = view.prepare(column, values.cells());
        Some(Self { column, read: view.read(column), values, prepared, distances })
    }

    /// Positions of at most `most` values, evenly among all; the smallest and the largest are among them.
    fn sample(&self, most: usize) -> impl Iterator<Item = usize> + '_ {
        let n = self.values.len();
        let taken = n.min(most);
        (0..taken).map(move |i| if taken < 2 { 0 } else { i * (n - 1) / (taken - 1) })
    }

    fn to(&self, value: usize) -> To {
        match &self.values {
            Places::Numbers(values) => To::Number(values[value]),
            Places::Dates(values) => To::Date(values[value]),
            Places::Levels(levels) => To::Level(levels[value].clone()),
        }
    }
}

/// The different values, rising, without the row's own, and how far each is from it.
fn measured(own: Option<f64>, mut values: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    let range = values.last().zip(values.first()).map_or(0.0, |(high, low)| high - low);
    values.retain(|value| Some(*value) != own);
    let distances = values.iter().map(|value| own.map_or(1.0, |own| share((value - own).abs(), range))).collect();
    (values, distances)
}
