//! Contributions of a model that can only be asked: all coalitions of few columns, or a sample of the orders of many.

use super::contributions::Method;
use crate::prepare::Matrix;
use crate::random::Random;

/// Orders of the columns that a sample walks for each row, at least: each forwards and back.
const ORDERS: usize = 64;
/// Rows that the model is asked about at a time.
const BLOCK: usize = 4_096;
/// The stream of the seed's random numbers that draws orders.
const STREAM: u64 = 41;

/// A model to ask: margins `[n × n_outputs]` of prepared rows, and the raw column of each feature.
pub struct Asked<'a> {
    pub of: &'a dyn Fn(&Matrix) -> Vec<f64>,
    pub n_outputs: usize,
    pub columns: &'a [u32],
    pub n_columns: usize,
}

/// What was found, in the layout of `Contributions`.
pub struct Found {
    pub values: Vec<f64>,
    pub errors: Vec<f64>,
    pub base: Vec<f64>,
    pub method: Method,
}

impl Asked<'_> {
    /// Exact by looking at every coalition: v(S) is the mean margin over background rows with the columns of S taken from
    /// the row. Costs 2^n_columns · background predictions a row.
    pub fn enumerate(&self, rows: &Matrix, background: &Matrix) -> Found {
        let (n, k) = (self.n_columns, self.n_outputs);
        let weights = shapley_weights(n);
        let mut values = vec![0.0; rows.n_rows * n * k];
        let mut base = vec![0.0; k];
        for row in 0..rows.n_rows {
            let worth = self.worths(rows.row(row), background);
            base.copy_from_slice(&worth[..k]);
            let parts = &mut values[row * n * k..(row + 1) * n * k];
            for coalition in 0..1usize << n {
                for column in (0..n).filter(|column| coalition & (1 << column) == 0) {
                    let weight = weights[coalition.count_ones() as usize];
                    let with = coalition | 1 << column;
                    for output in 0..k {
                        parts[column * k + output] +=
                            weight * (worth[with * k + output] - worth[coalition * k + output]);
                    }
                }
            }
        }
        if rows.n_rows == 0 {
            base = self.mean_of(background);
        }
        Found { values, errors: Vec::new(), base, method: Method::Exact }
    }

    /// Mean margins over the background of every coalition, `[2^n_columns × n_outputs]`.
    fn worths(&self, row: &[f32], background: &Matrix) -> Vec<f64> {
        let (n_background, k) = (background.n_rows, self.n_outputs);
        let mut worth = Vec::with_capacity((1 << self.n_columns) * k);
        let at_once = (BLOCK / n_background.max(1)).max(1);
        let all: Vec<usize> = (0..1usize << self.n_columns).collect();
        for coalitions in all.chunks(at_once) {
            let mut hybrids = Matrix { n_columns: row.len(), ..Matrix::default() };
            for coalition in coalitions {
                for other in 0..n_background {
                    self.push_hybrid(&mut hybrids, row, background.row(other), |column| coalition & (1 << column) != 0);
                }
            }
            let margins = (self.of)(&hybrids);
            for block in margins.chunks(n_background * k) {
                worth.extend(
                    (0..k).map(|output| block.iter().skip(output).step_by(k).sum::<f64>() / n_background as f64),
                );
            }
        }
        worth
    }

    /// An unbiased estimate from orders of the columns, each walked forwards and back from one background row to the row:
    /// a column's part is what changes when it is taken over. Every background row is used equally often, so that base and
    /// parts sum to the prediction exactly. The standard error comes from the spread between orders.
    ///
    /// Source: Mitchell et al., Sampling Permutations for Shapley Value Estimation (2022), antithetic sampling.
    pub fn sample(&self, rows: &Matrix, background: &Matrix, seed: u64) -> Found {
        let (n, k) = (self.n_columns, self.n_outputs);
        let n_orders = ORDERS.div_ceil(background.n_rows.max(1)).max(1) * background.n_rows.max(1);
        let mut values = Vec::with_capacity(rows.n_rows * n * k);
        let mut errors = Vec::with_capacity(rows.n_rows * n * k);
        let mut random = Random::new(seed, STREAM);
        let mut order: Vec<usize> = (0..n).collect();
        for row in 0..rows.n_rows {
            let (mut sums, mut squares) = (vec![0.0; n * k], vec![0.0; n * k]);
            for turn in 0..n_orders {
                random.shuffle(&mut order);
                let part = self.walk(rows.row(row), background.row(turn % background.n_rows), &order);
                for (i, part) in part.into_iter().enumerate() {
                    sums[i] += part;
                    squares[i] += part * part;
                }
            }
            let count = n_orders as f64;
            values.extend(sums.iter().map(|sum| sum / count));
            errors.extend(sums.iter().zip(&squares).map(|(sum, square)| {
                let variance = (square - sum * sum / count).max(0.0) / (count - 1.0).max(1.0);
                (variance / count).sqrt()
            }));
        }
        let method = Method::Sampled { orders: n_orders as u32 };
        Found { values, errors, base: self.mean_of(background), method }
    }

    /// Parts `[n_columns × n_outputs]` of one order, forwards and back.
    fn walk(&self, row: &[f32], other: &[f32], order: &[usize]) -> Vec<f64> {
        let (n, k) = (self.n_columns, self.n_outputs);
        let mut place = vec![0; n];
        for (at, column) in order.iter().enumerate() {
            place[*column] = at;
        }
        let mut hybrids = Matrix { n_columns: row.len(), ..Matrix::default() };
        for taken in 0..=n {
            self.push_hybrid(&mut hybrids, row, other, |column| place[column] < taken);
        }
        for taken in 1..n {
            self.push_hybrid(&mut hybrids, row, other, |column| place[column] >= n - taken);
        }
        let margins = (self.of)(&hybrids);
        let at = |position: usize, output: usize| margins[position * k + output];
        // The way back begins and ends where the way there does.
        let back = |taken: usize, output: usize| match taken {
            0 => at(0, output),
            t if t == n => at(n, output),
            t => at(n + t, output),
        };
        let mut parts = vec![0.0; n * k];
        for (i, column) in order.iter().enumerate() {
            for output in 0..k {
                let there = at(i + 1, output) - at(i, output);
                let returned = back(n - i, output) - back(n - i - 1, output);
                parts[column * k + output] = (there + returned) / 2.0;
            }
        }
        parts
    }

    /// Append the row that has some columns of `row` and the others of `other`.
    fn push_hybrid(&self, hybrids: &mut Matrix, row: &[f32], other: &[f32], taken: impl Fn(usize) -> bool) {
        let cells = row.iter().zip(other).zip(self.columns);
        hybrids.values.extend(cells.map(|((own, other), column)| if taken(*column as usize) { *own } else { *other }));
        hybrids.n_rows += 1;
    }

    /// The mean margin of the background.
    fn mean_of(&self, background: &Matrix) -> Vec<f64> {
        let margins = (self.of)(background);
        let n = background.n_rows.max(1) as f64;
        (0..self.n_outputs).map(|o| margins.iter().skip(o).step_by(self.n_outputs).sum::<f64>() / n).collect()
    }
}

/// |S|! (n − |S| − 1)! / n! for each size of S below n.
fn shapley_weights(n: usize) -> Vec<f64> {
    let mut weights = Vec::with_capacity(n);
    // C(n − 1, size), step by step.
    let mut choose = 1.0;
    for size in 0..n {
        weights.push(1.0 / (n as f64 * choose));
        choose = choose * (n - 1 - size) as f64 / (size + 1) as f64;
    }
    weights
}
