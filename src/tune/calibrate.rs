//! What bends probabilities so that they mean what they say, fitted on predictions for rows that the model had not seen.

use serde::{Deserialize, Serialize};

use crate::model::calibrated::{FLOOR, Knots, Line, Map, logit};
use crate::order::OrderBy;

/// How probabilities are bent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Way {
    /// Platt, Probabilistic Outputs for Support Vector Machines (1999), on log-odds: two numbers a class.
    Sigmoid,
    /// A curve that never falls, by pooling adjacent violators.
    Isotonic,
    /// Guo et al., On Calibration of Modern Neural Networks (2017): one number.
    Temperature,
}

impl Way {
    pub const ALL: [Self; 3] = [Self::Sigmoid, Self::Isotonic, Self::Temperature];

    pub fn name(self) -> &'static str {
        match self {
            Self::Sigmoid => "Sigmoid (Platt)",
            Self::Isotonic => "Isotonic",
            Self::Temperature => "Temperature",
        }
    }
}

/// Rows that a map is fitted on, at most: every so many of more.
const MOST_ROWS: usize = 200_000;
/// Steps of Newton's method at most; some ten are needed.
const MOST_STEPS: usize = 100;
/// Sharpness that a temperature may come to.
const SHARPEST: f64 = 100.0;
/// How steep an isotonic curve may be, relative to the probability that it starts from: the exported graph rounds elsewhere
/// than the studio, and a cliff would make much of that.
const STEEPEST: f64 = 20.0;

/// A map for these rows: each's class, and its probabilities, `[n_rows × n_classes]`. `None` without rows, and where fewer
/// than two classes occur: nothing can be learned of probabilities then.
pub fn fit(way: Way, codes: &[u32], values: &[f32], n_classes: usize) -> Option<Map> {
    let first = codes.first()?;
    if codes.iter().all(|code| code == first) {
        return None;
    }
    let every = codes.len().div_ceil(MOST_ROWS);
    let rows: Vec<(u32, &[f32])> = codes.iter().copied().zip(values.chunks_exact(n_classes)).step_by(every).collect();
    let classes = if n_classes == 2 { 1..2 } else { 0..n_classes };
    Some(match way {
        Way::Sigmoid => Map::Sigmoid(classes.map(|class| line(&rows, class)).collect()),
        Way::Isotonic => Map::Isotonic(classes.map(|class| knots(&rows, class)).collect()),
        Way::Temperature => Map::Temperature(sharpness(&rows) as f32),
    })
}

/// Newton's method with halved steps, on targets that are a little away from 0 and 1. Source: Lin, Lin & Weng, A Note on
/// Platt's Probabilistic Outputs for Support Vector Machines (2007).
fn line(rows: &[(u32, &[f32])], class: usize) -> Line {
    let hit = |code: u32| code as usize == class;
    let n_hits = rows.iter().filter(|(code, _)| hit(*code)).count() as f64;
    let n_others = rows.len() as f64 - n_hits;
    let (high, low) = ((n_hits + 1.0) / (n_hits + 2.0), 1.0 / (n_others + 2.0));
    let points: Vec<(f64, f64)> =
        rows.iter().map(|(code, row)| (f64::from(logit(row, class)), if hit(*code) { high } else { low })).collect();
    // −[t ln p + (1 − t) ln (1 − p)] with p = 1 / (1 + exp(−z)).
    let loss = |a: f64, b: f64| -> f64 {
        let one = |(x, t): &(f64, f64)| {
            let z = a * x + b;
            (1.0 - t) * z + if z > 0.0 { libm::log1p(libm::exp(-z)) } else { libm::log1p(libm::exp(z)) - z }
        };
        points.iter().map(one).sum()
    };
    let (mut a, mut b) = (0.0, libm::log((n_hits + 1.0) / (n_others + 1.0)));
    let mut best = loss(a, b);
    for _ in 0..MOST_STEPS {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12);
        for (x, t) in &points {
            let p = 1.0 / (1.0 + libm::exp(-(a * x + b)));
            let weight = p * (1.0 - p);
            ga += (p - t) * x;
            gb += p - t;
            haa += weight * x * x;
            hab += weight * x;
            hbb += weight;
        }
        let determinant = haa * hbb - hab * hab;
        if f64::max(ga.abs(), gb.abs()) < 1e-10 * points.len() as f64 || !(determinant > 0.0) {
            break;
        }
        let (da, db) = (-(hbb * ga - hab * gb) / determinant, -(haa * gb - hab * ga) / determinant);
        let mut step = 1.0;
        let found = loop {
            let (next_a, next_b) = (a + step * da, b + step * db);
            let next = loss(next_a, next_b);
            if next <= best + 1e-4 * step * (ga * da + gb * db) {
                break Some((next_a, next_b, next));
            }
            step /= 2.0;
            if step < 1e-10 {
                break None;
            }
        };
        let Some(found) = found else { break };
        (a, b, best) = found;
    }
    Line { slope: a as f32, offset: b as f32 }
}

/// Rows whose outcomes are pooled.
#[derive(Clone, Copy)]
struct Block {
    n: f64,
    /// Means of probability and outcome.
    said: f64,
    seen: f64,
}

impl Block {
    fn with(self, other: Self) -> Self {
        let n = self.n + other.n;
        let mean = |a: f64, b: f64| (self.n * a + other.n * b) / n;
        Self { n, said: mean(self.said, other.said), seen: mean(self.seen, other.seen) }
    }

    /// The curve would be too steep between the two.
    fn is_cliff(self, next: Self) -> bool {
        let apart = (next.said as f32) > (self.said as f32);
        !apart || (next.seen - self.seen) * next.said.max(f64::from(FLOOR)) > STEEPEST * (next.said - self.said)
    }
}

/// Pools neighbours until none are left that `must`.
fn pooled(blocks: impl Iterator<Item = Block>, must: impl Fn(Block, Block) -> bool) -> Vec<Block> {
    let mut done: Vec<Block> = Vec::new();
    for mut block in blocks {
        while let Some(last) = done.pop_if(|last| must(*last, block)) {
            block = last.with(block);
        }
        done.push(block);
    }
    done
}

/// Blocks of pooled adjacent violators, each at the mean of its probabilities: the curve runs through these. That is Oron &
/// Flournoy's centred isotonic regression (2017), which has no cliffs and no ties but at the ends.
fn knots(rows: &[(u32, &[f32])], class: usize) -> Knots {
    let point = |(code, row): &(u32, &[f32])| (row[class], f64::from(u8::from(*code as usize == class)));
    let mut points: Vec<(f32, f64)> = rows.iter().map(point).collect();
    points.order_by(|a, b| a.0.total_cmp(&b.0));
    let equal = points.chunk_by(|a, b| a.0.to_bits() == b.0.to_bits()).map(|same| {
        let n = same.len() as f64;
        Block { n, said: f64::from(same[0].0), seen: same.iter().map(|point| point.1).sum::<f64>() / n }
    });
    let rising = pooled(equal, |last, next| last.seen >= next.seen);
    let gentle = pooled(rising.into_iter(), Block::is_cliff);
    let all = |of: fn(&Block) -> f64| gentle.iter().map(|block| of(block) as f32).collect();
    Knots { at: all(|block| block.said), to: all(|block| block.seen) }
}

/// What log loss is least at: its slope rises with the sharpness, so that halving finds where it is 0.
fn sharpness(rows: &[(u32, &[f32])]) -> f64 {
    let n_classes = rows.first().map_or(1, |row| row.1.len());
    let logs: Vec<f64> =
        rows.iter().flat_map(|(_, row)| row.iter().map(|p| libm::log(f64::from(p.max(FLOOR))))).collect();
    let slopes = |sharpness: f64| {
        let (mut slope, mut bend) = (0.0, 0.0);
        for ((code, _), logs) in rows.iter().zip(logs.chunks_exact(n_classes)) {
            let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut sum, mut mean, mut square) = (0.0, 0.0, 0.0);
            for log in logs {
                let share = libm::exp(sharpness * (log - largest));
                sum += share;
                mean += share * log;
                square += share * log * log;
            }
            mean /= sum;
            slope += mean - logs[*code as usize];
            bend += square / sum - mean * mean;
        }
        (slope, bend)
    };
    let (mut low, mut high) = (1.0 / SHARPEST, SHARPEST);
    let mut at = 1.0;
    for _ in 0..MOST_STEPS {
        let (slope, bend) = slopes(at);
        if slope > 0.0 {
            high = at;
        } else {
            low = at;
        }
        let newton = at - slope / bend.max(f64::MIN_POSITIVE);
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        let done = (next - at).abs() < 1e-12 * at;
        at = next;
        if done || high - low < 1e-12 * high {
            break;
        }
    }
    at
}
