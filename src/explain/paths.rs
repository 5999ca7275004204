//! Exact contributions of tree models, way by way: a tree is the sum of its leaves, each the product of the conditions on
//! the way to it, and the Shapley values of such a product have a closed form.
//!
//! The conditions of one raw column on a way are joined: it meets them all or it does not. So a column is one player,
//! however many features it was made into. Which columns a row meets is a bit mask, and rows with the same mask share
//! their contributions, which are computed once.

use super::contributions::Contributions;
use super::margin::Margin;
use crate::model::Model;
use crate::model::trees::{Child, Split, Tree, Trees};
use crate::prepare::Matrix;

/// Columns that one way may have conditions on: they fit a mask.
const MOST_COLUMNS: usize = 64;
/// Ways with up to so many columns look their contributions up by mask.
const MOST_TABLED: usize = 12;
/// Rows whose turns in a tree are kept at a time.
const BLOCK: usize = 1_024;

/// What stands for a column that is not known.
#[derive(Clone, Copy)]
pub enum Unknown<'a> {
    /// Both ways are gone, weighted by the training rows that went them (shap's `tree_path_dependent`).
    Covers,
    /// The values of these rows (shap's `interventional`).
    Background(&'a Matrix),
}

/// A way from the root to a leaf.
struct Way {
    leaf: usize,
    /// Raw columns with conditions, in the order in which they are met, and the share of the training weight that meets
    /// all conditions of the column: the product of the shares at its splits.
    columns: Vec<u32>,
    shares: Vec<f64>,
    /// (node, whether the way goes left there, position in `columns`).
    turns: Vec<(u32, bool, u8)>,
}

/// Contributions of raw columns to the margins of prepared rows. `None` where a way has conditions on more than 64
/// columns. Costs about the depth for each way and row, and for each mask that occurs on a way the square of its columns.
///
/// Sources: Lundberg et al., From local explanations to global understanding with explainable AI for trees (2020), for
/// both games; Yang, Fast TreeSHAP (2021), for sharing by mask. The sums over coalitions are taken as integrals, which
/// Gauss–Legendre quadrature gives exactly and without the divisions that lose digits in deep trees.
pub fn contributions(
    (model, trees): (&Model, &Trees),
    columns: &[u32],
    n_columns: usize,
    rows: &Matrix,
    unknown: Unknown,
) -> Option<Contributions> {
    let margin = Margin::new(model);
    let n_raw = trees.n_outputs as usize;
    let mut work = Work {
        trees,
        columns,
        n_columns,
        raw: vec![0.0; rows.n_rows * n_columns * n_raw],
        base: vec![0.0; n_raw],
        rules: Rules::default(),
    };
    for tree in &trees.trees {
        let ways = ways(tree, columns)?;
        match unknown {
            Unknown::Covers => work.add_covers(tree, &ways, rows),
            Unknown::Background(background) => work.add_background(tree, &ways, rows, background),
        }
    }
    let share = if trees.average { 1.0 / trees.trees.len().max(1) as f64 } else { 1.0 };
    work.raw.iter_mut().for_each(|value| *value *= share);
    let base: Vec<f64> = work.base.iter().zip(&trees.base).map(|(sum, base)| sum * share + f64::from(*base)).collect();
    Some(Contributions::exact(&margin, n_columns, &work.raw, &base))
}

struct Work<'a> {
    trees: &'a Trees,
    columns: &'a [u32],
    n_columns: usize,
    raw: Vec<f64>,
    base: Vec<f64>,
    rules: Rules,
}

impl Work<'_> {
    fn add_covers(&mut self, tree: &Tree, ways: &[Way], rows: &Matrix) {
        for way in ways {
            let reached: f64 = way.shares.iter().product();
            self.add_base(tree, way, reached);
        }
        self.each_way(tree, ways, rows, |rules, way, _, mask, parts| rules.covers(&way.shares, mask, parts));
    }

    fn add_background(&mut self, tree: &Tree, ways: &[Way], rows: &Matrix, background: &Matrix) {
        // For each way the masks of the background rows, with their numbers.
        let mut masks: Vec<Vec<(u64, u32)>> = vec![Vec::new(); ways.len()];
        for first in (0..background.n_rows).step_by(BLOCK) {
            let turns = self.turns(tree, background, first);
            for (way, masks) in ways.iter().zip(&mut masks) {
                for turns in turns.chunks_exact(tree.nodes.len().max(1)) {
                    let mask = way.mask(turns);
                    match masks.iter_mut().find(|(known, _)| *known == mask) {
                        Some((_, n)) => *n += 1,
                        None => masks.push((mask, 1)),
                    }
                }
            }
        }
        let n = background.n_rows.max(1) as f64;
        for (way, masks) in ways.iter().zip(&masks) {
            let full = full(way.columns.len());
            let reached = masks.iter().filter(|(mask, _)| *mask == full).map(|(_, n)| f64::from(*n)).sum::<f64>() / n;
            self.add_base(tree, way, if tree.nodes.is_empty() { 1.0 } else { reached });
        }
        self.each_way(tree, ways, rows, |rules, way, position, mask, parts| {
            rules.background(way.columns.len(), mask, &masks[position], n, parts);
        });
    }

    /// Add a way's leaf to the base, as often as it is reached.
    fn add_base(&mut self, tree: &Tree, way: &Way, reached: f64) {
        let width = self.trees.n_outputs as usize;
        for (output, value) in leaf(tree, way.leaf, width) {
            self.base[output] += reached * value;
        }
    }

    /// Add what `rule` says of a way with a leaf of 1, times the leaf, for every row; `rule` is asked once for each mask
    /// where these are few. It gets the way's position too.
    fn each_way(
        &mut self,
        tree: &Tree,
        ways: &[Way],
        rows: &Matrix,
        rule: impl Fn(&mut Rules, &Way, usize, u64, &mut [f64]),
    ) {
        let n_raw = self.trees.n_outputs as usize;
        let stride = self.n_columns * n_raw;
        let n_nodes = tree.nodes.len();
        if n_nodes == 0 {
            return;
        }
        let (mut table, mut known) = (Vec::new(), Vec::new());
        for first in (0..rows.n_rows).step_by(BLOCK) {
            let turns = self.turns(tree, rows, first);
            for (position, way) in ways.iter().enumerate() {
                let n = way.columns.len();
                let leaf: Vec<(usize, f64)> = leaf(tree, way.leaf, n_raw).collect();
                let tabled = n <= MOST_TABLED;
                let n_masks = if tabled { 1 << n } else { 1 };
                known.clear();
                known.resize(n_masks, false);
                table.resize(n_masks * n, 0.0);
                for (row, turns) in turns.chunks_exact(n_nodes).enumerate() {
                    let mask = way.mask(turns);
                    let at = if tabled { mask as usize } else { 0 };
                    let parts = &mut table[at * n..(at + 1) * n];
                    if !tabled || !known[at] {
                        parts.fill(0.0);
                        rule(&mut self.rules, way, position, mask, parts);
                        known[at] = true;
                    }
                    let sums = &mut self.raw[(first + row) * stride..(first + row + 1) * stride];
                    for (column, part) in way.columns.iter().zip(&*parts) {
                        for (output, value) in &leaf {
                            sums[*column as usize * n_raw + output] += part * value;
                        }
                    }
                }
            }
        }
    }

    /// For a block of rows from `first` on, whether each would go left at each node, `[n × n_nodes]`.
    fn turns(&self, tree: &Tree, rows: &Matrix, first: usize) -> Vec<bool> {
        let last = (first + BLOCK).min(rows.n_rows);
        let mut turns = Vec::with_capacity((last - first) * tree.nodes.len());
        for row in first..last {
            let row = rows.row(row);
            turns.extend(tree.nodes.iter().map(|node| {
                let x = row[node.feature as usize];
                match node.split {
                    _ if x.is_nan() => node.missing_left,
                    Split::AtMost(threshold) => x <= threshold,
                    Split::In(set) => x >= 0.0 && self.trees.sets[set as usize].binary_search(&(x as u32)).is_ok(),
                }
            }));
        }
        debug_assert!(self.columns.len() >= self.trees.n_features as usize);
        turns
    }
}

impl Way {
    /// Bit i is 1 where the row meets all conditions of `columns[i]`.
    fn mask(&self, turns: &[bool]) -> u64 {
        let mut mask = full(self.columns.len());
        for (node, left, column) in &self.turns {
            mask &= !(u64::from(turns[*node as usize] != *left) << column);
        }
        mask
    }
}

fn full(n: usize) -> u64 {
    if n >= 64 { u64::MAX } else { (1 << n) - 1 }
}

/// The outputs that a leaf adds to, with what it adds.
fn leaf(tree: &Tree, leaf: usize, n_outputs: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
    let (first, width) = match tree.output {
        Some(output) => (output as usize, 1),
        None => (0, n_outputs),
    };
    tree.leaves[leaf * width..(leaf + 1) * width].iter().enumerate().map(move |(i, v)| (first + i, f64::from(*v)))
}

/// Every way of a tree; `None` where one has too many columns.
fn ways(tree: &Tree, columns: &[u32]) -> Option<Vec<Way>> {
    let start = Way { leaf: 0, columns: Vec::new(), shares: Vec::new(), turns: Vec::new() };
    if tree.nodes.is_empty() {
        return Some(vec![start]);
    }
    let mut ways = Vec::with_capacity(tree.leaf_cover.len());
    let mut open = vec![(0usize, start)];
    while let Some((at, way)) = open.pop() {
        let node = &tree.nodes[at];
        let column = columns[node.feature as usize];
        for (child, left) in [(node.right, false), (node.left, true)] {
            let mut next =
                Way { leaf: 0, columns: way.columns.clone(), shares: way.shares.clone(), turns: way.turns.clone() };
            let cover = match child {
                Child::Node(node) => tree.nodes[node as usize].cover,
                Child::Leaf(leaf) => tree.leaf_cover[leaf as usize],
            };
            let share = if node.cover > 0.0 { f64::from(cover) / f64::from(node.cover) } else { 0.0 };
            let place = match next.columns.iter().position(|known| *known == column) {
                Some(place) => place,
                None => {
                    next.columns.push(column);
                    next.shares.push(1.0);
                    next.columns.len() - 1
                }
            };
            if place >= MOST_COLUMNS {
                return None;
            }
            next.shares[place] *= share;
            next.turns.push((at as u32, left, place as u8));
            match child {
                Child::Node(node) => open.push((node as usize, next)),
                Child::Leaf(leaf) => ways.push(Way { leaf: leaf as usize, ..next }),
            }
        }
    }
    Some(ways)
}

/// Contributions on a way whose leaf is 1, and the tables that they need.
#[derive(Default)]
struct Rules {
    /// By the number of nodes less 1: places in 0 to 1 and weights of Gauss–Legendre quadrature.
    quadratures: Vec<Vec<(f64, f64)>>,
    /// (u − 1)! v! / (u + v)! at `u * (MOST_COLUMNS + 1) + v`.
    factors: Vec<f64>,
}

impl Rules {
    /// The path-dependent game: a column counts 1 where it is known and met (bit set), 0 where it is known and not met,
    /// and its share where it is not known.
    ///
    /// A coalition of s of n players weighs s! (n − s − 1)! / n! = ∫ pˢ (1 − p)ⁿ⁻ˢ⁻¹ dp over 0 to 1, so that the sum over
    /// coalitions is an integral of a product, a polynomial of degree n − 1.
    fn covers(&mut self, shares: &[f64], mask: u64, parts: &mut [f64]) {
        let n = shares.len();
        let met = |i: usize| mask & (1 << i) != 0;
        let n_unmet = n - mask.count_ones() as usize;
        let unmet: f64 = (0..n).filter(|i| !met(*i)).map(|i| shares[i]).product();
        if unmet == 0.0 {
            return;
        }
        let mut against = 0.0;
        for &(p, weight) in self.quadrature(n.div_ceil(2)) {
            let q = 1.0 - p;
            let product: f64 = (0..n).filter(|i| met(*i)).map(|i| p + shares[i] * q).product();
            let power = power(q, n_unmet);
            for i in (0..n).filter(|i| met(*i)) {
                parts[i] += weight * power * unmet * (1.0 - shares[i]) * product / (p + shares[i] * q);
            }
            if n_unmet > 0 {
                against += weight * power / q * product;
            }
        }
        for i in (0..n).filter(|i| !met(*i)) {
            parts[i] = -unmet * against;
        }
    }

    /// The interventional game: the mean over background rows, given as masks with their numbers, of `n` in all.
    fn background(&mut self, n_columns: usize, mask: u64, masks: &[(u64, u32)], n: f64, parts: &mut [f64]) {
        if self.factors.is_empty() {
            self.factors = factors();
        }
        let full = full(n_columns);
        for (other, count) in masks.iter().filter(|(other, _)| mask | other == full && mask != *other) {
            let (mut own, mut others) = (mask & !other, other & !mask);
            let (u, v) = (own.count_ones() as usize, others.count_ones() as usize);
            let times = f64::from(*count) / n;
            if u > 0 {
                let gain = times * self.factors[u * (MOST_COLUMNS + 1) + v];
                while own != 0 {
                    parts[own.trailing_zeros() as usize] += gain;
                    own &= own - 1;
                }
            }
            if v > 0 {
                let loss = times * self.factors[v * (MOST_COLUMNS + 1) + u];
                while others != 0 {
                    parts[others.trailing_zeros() as usize] -= loss;
                    others &= others - 1;
                }
            }
        }
    }

    fn quadrature(&mut self, n: usize) -> &[(f64, f64)] {
        while self.quadratures.len() < n {
            self.quadratures.push(gauss_legendre(self.quadratures.len() + 1));
        }
        n.checked_sub(1).map_or(&[], |at| &self.quadratures[at])
    }
}

fn power(base: f64, exponent: usize) -> f64 {
    (0..exponent).fold(1.0, |product, _| product * base)
}

/// (u − 1)! v! / (u + v)! for up to `MOST_COLUMNS` each; 0 for u = 0.
fn factors() -> Vec<f64> {
    let side = MOST_COLUMNS + 1;
    let mut factors = vec![0.0; side * side];
    for u in 1..side {
        // v = 0: 1 / u; each further v multiplies by v / (u + v).
        factors[u * side] = 1.0 / u as f64;
        for v in 1..side {
            factors[u * side + v] = factors[u * side + v - 1] * v as f64 / (u + v) as f64;
        }
    }
    factors
}

/// Places and weights on 0 to 1 that integrate polynomials of degree 2n − 1 exactly: the roots of the Legendre polynomial
/// by Newton's method.
fn gauss_legendre(n: usize) -> Vec<(f64, f64)> {
    let mut nodes = Vec::with_capacity(n);
    for i in 0..n {
        let mut x = libm::cos(std::f64::consts::PI * (i as f64 + 0.75) / (n as f64 + 0.5));
        let mut slope = 1.0;
        for _ in 0..100 {
            let (mut now, mut before) = (x, 1.0);
            for k in 2..=n {
                let k = k as f64;
                (now, before) = (((2.0 * k - 1.0) * x * now - (k - 1.0) * before) / k, now);
            }
            slope = n as f64 * (x * now - before) / (x * x - 1.0);
            let step = now / slope;
            x -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        nodes.push(((1.0 - x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope)));
    }
    nodes
}
