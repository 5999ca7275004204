//! How a prediction depends on one column or two: partial dependence, single rows (ICE), accumulated local effects, and
//! how much of two columns' effect is their interplay.

use serde::{Deserialize, Serialize};

use crate::model::{Model, Predictions};
use crate::order::OrderBy;
use crate::prepare::inputs::to_f32;
use crate::prepare::{Cells, InputKind, Inputs, Matrix, Preparation};
use crate::table::{MISSING_CODE, MISSING_DATE};

/// Places of a number at which the prediction is asked for.
pub const PLACES: usize = 40;
/// Places of each of two columns.
pub const SURFACE_PLACES: usize = 16;
/// Categories that are asked for, the most frequent first.
pub const MOST_LEVELS: usize = 20;
/// Intervals of the accumulated local effects.
pub const INTERVALS: usize = 20;
/// Single rows that are kept.
pub const SINGLE_ROWS: usize = 40;

/// The values of a column at which the prediction is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Places {
    Numbers(Vec<f64>),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Dates(Vec<f64>),
    Levels(Vec<String>),
}

/// What a column does to the prediction. Predictions are probabilities of one class, or values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub column: String,
    /// The class whose probability it is; `None` for a value.
    pub class: Option<String>,
    pub places: Places,
    /// Partial dependence: the mean prediction over all rows with the column set to each place.
    pub average: Vec<f64>,
    /// The same for single rows, each with a value per place (ICE).
    pub single: Vec<Vec<f64>>,
    /// Rows whose own value is nearest to each place, of those used: where there are none, nothing is known.
    pub support: Vec<u32>,
    /// Rows used in which the column is missing.
    pub n_missing: u32,
    /// Of numbers and dates with at least two different values.
    pub accumulated: Option<Accumulated>,
    pub n_rows: u32,
}

/// Accumulated local effects: how the prediction changes from edge to edge among the rows that lie there, added up; their
/// mean over the rows is 0. Unlike partial dependence it asks nothing of rows that do not occur.
///
/// Source: Apley & Zhu, Visualizing the Effects of Predictor Variables in Black Box Supervised Learning Models (2020).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accumulated {
    pub edges: Vec<f64>,
    pub effects: Vec<f64>,
}

/// Two columns at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    pub columns: [String; 2],
    pub class: Option<String>,
    pub places: [Places; 2],
    /// Partial dependence, `[first.len() × second.len()]`.
    pub average: Vec<f64>,
    /// Rows whose own values are nearest to each pair of places.
    pub support: Vec<u32>,
    /// H²: the share of the two columns' joint effect that their single effects do not give; 0 is none.
    pub interplay: Option<f64>,
    pub n_rows: u32,
}

/// A model seen through its preparation, asked for one output.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub preparation: &'a Preparation,
    pub model: &'a Model,
    /// The class whose probability is asked for; of no account for values.
    pub class: usize,
}

impl View<'_> {
    /// The asked-for output of prepared rows.
    pub fn ask(&self, features: &Matrix) -> Vec<f64> {
        match self.model.predict(features) {
            Predictions::Probabilities { values, n_classes } => {
                let class = self.class.min(n_classes.saturating_sub(1));
                values.iter().skip(class).step_by(n_classes.max(1)).map(|p| f64::from(*p)).collect()
            }
            Predictions::Values(values) => values.into_iter().map(f64::from).collect(),
        }
    }

    /// The features that a column's cells become, a row a cell; features of other columns are those of missing cells.
    pub(super) fn prepare(&self, column: usize, cells: Cells) -> Matrix {
        let n_rows = cells.len();
        let missing = |input: &crate::prepare::Input| Cells::missing(input.kind, n_rows);
        let mut all: Vec<Cells> = self.preparation.inputs.iter().map(missing).collect();
        all[column] = cells;
        self.preparation.transform(&Inputs { cells: all, n_rows })
    }

    /// Positions of the features that come from a column.
    pub(super) fn read(&self, column: usize) -> Vec<usize> {
        let of = &self.preparation.feature_inputs;
        (0..of.len()).filter(|feature| of[*feature] as usize == column).collect()
    }

    /// Predictions `[places × rows]` with the columns set to places; `set` has for each column its features' positions and
    /// its prepared places, all of the same number.
    fn ask_set(&self, rows: &Matrix, set: &[(Vec<usize>, Matrix)]) -> Vec<f64> {
        let n_places = set.first().map_or(0, |(_, places)| places.n_rows);
        let mut answers = Vec::with_capacity(n_places * rows.n_rows);
        for place in 0..n_places {
            let mut changed = rows.clone();
            for row in changed.values.chunks_exact_mut(rows.n_columns.max(1)) {
                for (read, places) in set {
                    for &feature in read {
                        row[feature] = places.values[place * places.n_columns + feature];
                    }
                }
            }
            answers.extend(self.ask(&changed));
        }
        answers
    }

    /// What one column does, from these rows; `features` are the same rows prepared. Costs a prediction for each place and
    /// row, and two for each row.
    pub fn shape(&self, column: usize, cells: &Cells, features: &Matrix, class: Option<String>) -> Shape {
        let places = places(cells, PLACES);
        let set = [(self.read(column), self.prepare(column, places.cells()))];
        let answers = self.ask_set(features, &set);
        let n = features.n_rows;
        let average = answers.chunks(n.max(1)).map(mean).collect();
        let step = n.div_ceil(SINGLE_ROWS).max(1);
        let single = (0..n).step_by(step).map(|row| answers.iter().skip(row).step_by(n).copied().collect()).collect();
        let nearest = places.nearest(cells);
        let mut support = vec![0; places.len()];
        nearest.iter().flatten().for_each(|place| support[*place] += 1);
        Shape {
            column: self.preparation.inputs[column].name.clone(),
            class,
            average,
            single,
            support,
            n_missing: nearest.iter().filter(|place| place.is_none()).count() as u32,
            accumulated: self.accumulated(column, cells, features),
            places,
            n_rows: n as u32,
        }
    }

    fn accumulated(&self, column: usize, cells: &Cells, features: &Matrix) -> Option<Accumulated> {
        let values = measured(cells)?;
        let edges = quantile_edges(&values, INTERVALS);
        if edges.len() < 2 {
            return None;
        }
        let known: Vec<u32> = (0..values.len() as u32).filter(|row| !values[*row as usize].is_nan()).collect();
        // The interval of a value ends at the first edge that is not below it; the smallest value is in the first.
        let end = |row: &u32| edges[1..].partition_point(|edge| *edge < values[*row as usize]).min(edges.len() - 2) + 1;
        let ends: Vec<usize> = known.iter().map(end).collect();
        let prepared = self.prepare(column, cells_of(cells, &edges));
        let (rows, read) = (features.select(&known), self.read(column));
        let at = |shift: usize| {
            let mut changed = rows.clone();
            for (row, end) in ends.iter().enumerate() {
                for &feature in &read {
                    changed.values[row * rows.n_columns + feature] =
                        prepared.values[(end - shift) * prepared.n_columns + feature];
                }
            }
            self.ask(&changed)
        };
        let (low, high) = (at(1), at(0));
        let (mut sums, mut counts) = (vec![0.0; edges.len()], vec![0.0; edges.len()]);
        for (row, end) in ends.iter().enumerate() {
            sums[*end] += high[row] - low[row];
            counts[*end] += 1.0;
        }
        let mut effects = vec![0.0; edges.len()];
        for (i, (sum, count)) in sums.iter().zip(&counts).enumerate().skip(1) {
            effects[i] = effects[i - 1] + if *count > 0.0 { sum / count } else { 0.0 };
        }
        let middle = |i: usize| (effects[i - 1] + effects[i]) / 2.0;
        let center = (1..edges.len()).map(|i| counts[i] * middle(i)).sum::<f64>() / known.len() as f64;
        effects.iter_mut().for_each(|effect| *effect -= center);
        Some(Accumulated { edges, effects })
    }

    /// Two columns at once. Costs a prediction for each pair of places and row, and the square of the rows twice over for
    /// the interplay, for which a part of the rows is taken.
    pub fn surface(&self, columns: [usize; 2], cells: &[Cells], features: &Matrix, class: Option<String>) -> Surface {
        let places = columns.map(|column| places(&cells[column], SURFACE_PLACES));
        let prepared = [0, 1].map(|i| self.prepare(columns[i], places[i].cells()));
        let pairs: Vec<(u32, u32)> =
            (0..places[0].len() as u32).flat_map(|a| (0..places[1].len() as u32).map(move |b| (a, b))).collect();
        let set: Vec<(Vec<usize>, Matrix)> = [0, 1]
            .map(|i| {
                let rows: Vec<u32> = pairs.iter().map(|pair| if i == 0 { pair.0 } else { pair.1 }).collect();
                (self.read(columns[i]), prepared[i].select(&rows))
            })
            .into();
        let average = self.ask_set(features, &set).chunks(features.n_rows.max(1)).map(mean).collect();
        let nearest = [0, 1].map(|i| places[i].nearest(&cells[columns[i]]));
        let mut support = vec![0; pairs.len()];
        for (a, b) in nearest[0].iter().zip(&nearest[1]) {
            if let (Some(a), Some(b)) = (a, b) {
                support[a * places[1].len() + b] += 1;
            }
        }
        Surface {
            columns: columns.map(|column| self.preparation.inputs[column].name.clone()),
            class,
            average,
            support,
            interplay: self.interplay(columns, features),
            places,
            n_rows: features.n_rows as u32,
        }
    }

    /// Friedman's H² of two columns over at most 50 of the rows; `None` where the columns do nothing.
    ///
    /// Source: Friedman & Popescu, Predictive Learning via Rule Ensembles (2008), equation 44.
    pub fn interplay(&self, columns: [usize; 2], features: &Matrix) -> Option<f64> {
        let step = features.n_rows.div_ceil(50).max(1);
        let rows = features.select(&(0..features.n_rows as u32).step_by(step).collect::<Vec<u32>>());
        let centred = |columns: &[usize]| {
            let set: Vec<_> = columns.iter().map(|column| (self.read(*column), rows.clone())).collect();
            let mut means: Vec<f64> = self.ask_set(&rows, &set).chunks(rows.n_rows.max(1)).map(mean).collect();
            let center = mean(&means);
            means.iter_mut().for_each(|value| *value -= center);
            means
        };
        let (both, first, second) = (centred(&columns), centred(&columns[..1]), centred(&columns[1..]));
        let total: f64 = both.iter().map(|v| v * v).sum();
        let apart: f64 = both.iter().zip(&first).zip(&second).map(|((b, f), s)| (b - f - s) * (b - f - s)).sum();
        (total > 1e-16 * rows.n_rows as f64).then(|| apart / total)
    }
}

impl Places {
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(values) | Self::Dates(values) => values.len(),
            Self::Levels(levels) => levels.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn cells(&self) -> Cells<'static> {
        match self {
            Self::Numbers(values) => Cells::Numbers(values.iter().map(|v| to_f32(*v)).collect()),
            Self::Dates(values) => Cells::Dates(values.iter().map(|v| *v as i64).collect()),
            Self::Levels(levels) => Cells::Texts {
                codes: (0..levels.len() as u32).collect(),
                levels: levels.iter().map(|level| level.clone().into()).collect(),
            },
        }
    }

    /// The place nearest to each cell, the lower of two; of categories the same; `None` for missing cells and other
    /// categories.
    fn nearest(&self, cells: &Cells) -> Vec<Option<usize>> {
        match (self, cells) {
            (Self::Levels(places), Cells::Texts { codes, levels }) => {
                let place = |level: &str| places.iter().position(|known| known == level);
                let known: Vec<Option<usize>> = levels.iter().map(|level| place(level)).collect();
                codes.iter().map(|code| known.get(*code as usize).copied().flatten()).collect()
            }
            (Self::Numbers(places) | Self::Dates(places), cells) => {
                let near = |value: f64| {
                    let above = places.partition_point(|place| *place < value).min(places.len().checked_sub(1)?);
                    let below = above.saturating_sub(1);
                    Some(if value - places[below] <= places[above] - value { below } else { above })
                };
                let values = measured(cells).unwrap_or_default();
                values.into_iter().map(|value| if value.is_nan() { None } else { near(value) }).collect()
            }
            (Self::Levels(_), Cells::Numbers(_) | Cells::Dates(_)) => vec![None; cells.len()],
        }
    }
}

/// Cells as numbers, NaN where missing; `None` for texts.
pub(super) fn measured(cells: &Cells) -> Option<Vec<f64>> {
    match cells {
        Cells::Numbers(values) => Some(values.iter().map(|v| f64::from(*v)).collect()),
        Cells::Dates(values) => {
            Some(values.iter().map(|v| if *v == MISSING_DATE { f64::NAN } else { *v as f64 }).collect())
        }
        Cells::Texts { .. } => None,
    }
}

/// Numbers as cells of the same kind.
fn cells_of(like: &Cells, values: &[f64]) -> Cells<'static> {
    match like.kind() {
        InputKind::Number => Places::Numbers(values.to_vec()).cells(),
        InputKind::Date => Places::Dates(values.to_vec()).cells(),
        InputKind::Text => Cells::missing(InputKind::Text, values.len()),
    }
}

/// All different values where they are few, else equal steps from the smallest to the largest; the most frequent
/// categories, those seen equally often by name.
pub fn places(cells: &Cells, most: usize) -> Places {
    if let Cells::Texts { codes, levels } = cells {
        let mut counts = vec![0u32; levels.len()];
        codes.iter().filter(|code| **code != MISSING_CODE).for_each(|code| counts[*code as usize] += 1);
        let mut order: Vec<usize> = (0..levels.len()).filter(|level| counts[*level] > 0).collect();
        order.order_by(|a, b| counts[*b].cmp(&counts[*a]).then(levels[*a].cmp(&levels[*b])));
        order.truncate(most.min(MOST_LEVELS));
        return Places::Levels(order.into_iter().map(|level| levels[level].clone().into_owned()).collect());
    }
    let mut values: Vec<f64> = measured(cells).unwrap_or_default().into_iter().filter(|v| !v.is_nan()).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.dedup();
    if values.len() > most {
        let (low, high) = (values[0], values[values.len() - 1]);
        let at = |i: usize| low + (high - low) * (i as f64 / (most - 1) as f64);
        values = (0..most).map(at).collect();
    }
    match cells.kind() {
        InputKind::Date => {
            values.iter_mut().for_each(|value| *value = libm::round(*value));
            Places::Dates(values)
        }
        InputKind::Number | InputKind::Text => Places::Numbers(values),
    }
}

/// Different quantiles that cut the known values into at most `n` intervals of about equal numbers of rows: each edge is a
/// value that occurs.
fn quantile_edges(values: &[f64], n: usize) -> Vec<f64> {
    let mut known: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    known.sort_unstable_by(f64::total_cmp);
    if known.is_empty() {
        return known;
    }
    let last = known.len() - 1;
    // The smallest value that a share of at least i/n of the rows does not exceed.
    let mut edges: Vec<f64> =
        (0..=n).map(|i| known[((i * known.len()).div_ceil(n)).saturating_sub(1).min(last)]).collect();
    edges.dedup();
    edges
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
