//! One tree of a forest. Each split tries some features, drawn anew, and looks at the bins that its rows are in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bins::{Binned, Bins, Kind};
use super::grow::{BinNode, Forked, partition};
use super::split::Cut;
use super::{Child, Node, Split};
use crate::random::Random;

/// Of the weight of a node: a split that lowers its impurity by less is rounding.
const LEAST_GAIN: f64 = 1e-10;

/// What the splits lower: the variance of values, which of two classes is half the Gini impurity; or Gini's of more.
pub enum Impurity {
    Values { values: Vec<f64>, weights: Vec<f64> },
    Classes { codes: Vec<u32>, weights: Vec<f64>, n_classes: usize },
}

impl Impurity {
    pub fn set_weights(&mut self, new: Vec<f32>) {
        let (Self::Values { weights, .. } | Self::Classes { weights, .. }) = self;
        weights.clear();
        weights.extend(new.into_iter().map(f64::from));
    }

    /// Sums that a bin holds.
    fn n_sums(&self) -> usize {
        match self {
            Self::Values { .. } => 2,
            Self::Classes { n_classes, .. } => *n_classes,
        }
    }

    fn add(&self, sums: &mut [f64], row: usize) {
        match self {
            Self::Values { values, weights } => {
                sums[0] += weights[row] * values[row];
                sums[1] += weights[row];
            }
            Self::Classes { codes, weights, .. } => sums[codes[row] as usize] += weights[row],
        }
    }

    fn weight(&self, sums: &[f64]) -> f64 {
        match self {
            Self::Values { .. } => sums[1],
            Self::Classes { .. } => sums.iter().sum(),
        }
    }

    /// The larger, the purer; a split's gain is that of its sides less that of the whole.
    fn worth(&self, sums: &[f64]) -> f64 {
        let weight = self.weight(sums);
        let squares = match self {
            Self::Values { .. } => sums[0] * sums[0],
            Self::Classes { .. } => sums.iter().map(|sum| sum * sum).sum(),
        };
        if weight > 0.0 { squares / weight } else { 0.0 }
    }

    /// What categories are sorted by: the mean, or the share of the node's most frequent class.
    fn order(&self, sums: &[f64], whole: &[f64]) -> f64 {
        match self {
            Self::Values { .. } => sums[0] / sums[1],
            Self::Classes { .. } => {
                let mut most = 0;
                for (class, sum) in whole.iter().enumerate() {
                    if *sum > whole[most] {
                        most = class;
                    }
                }
                sums[most] / self.weight(sums)
            }
        }
    }

    /// The class of a row; two classes are values 0 and 1.
    pub fn class(&self, row: usize) -> usize {
        match self {
            Self::Values { values, .. } => usize::from(values[row] > 0.5),
            Self::Classes { codes, .. } => codes[row] as usize,
        }
    }
}

pub struct ForestRule {
    pub extra: bool,
    /// Features that each split looks at.
    pub n_tried: usize,
    pub max_depth: usize,
    pub max_leaves: usize,
    pub min_rows: usize,
}

struct Found {
    gain: f64,
    feature: usize,
    cut: Cut,
    missing_left: bool,
}

pub struct ForestLeaf {
    start: usize,
    n_rows: usize,
    depth: usize,
    parent: Option<(usize, bool)>,
    found: Option<Found>,
}

/// Buffers that are used again for each tree.
#[derive(Default)]
pub struct TreeGrower {
    rows: Vec<u32>,
    scratch: Vec<u32>,
    features: Vec<usize>,
    /// `[256 × n_sums]`, 0 between searches.
    sums: Vec<f64>,
    counts: Vec<u32>,
    /// Bins that rows of the node are in, in the order of the search.
    present: Vec<usize>,
    left: Vec<f64>,
    right: Vec<f64>,
    whole: Vec<f64>,
}

impl TreeGrower {
    pub fn grow(
        &mut self,
        bins: &Bins,
        rule: &ForestRule,
        impurity: &Impurity,
        rows: Vec<u32>,
        random: &mut Random,
    ) -> Forked<ForestLeaf> {
        let n_sums = impurity.n_sums();
        self.features = (0..bins.features.len()).collect();
        self.sums.resize(256 * n_sums, 0.0);
        self.counts.resize(256, 0);
        let mut root = ForestLeaf { start: 0, n_rows: rows.len(), depth: 0, parent: None, found: None };
        self.rows = rows;
        self.search(&mut root, bins, rule, impurity, random);
        let mut grown = Forked { nodes: Vec::new(), cuts: Vec::new(), bin_nodes: Vec::new(), leaves: vec![root] };
        let mut queue = BinaryHeap::new();
        enqueue(&mut queue, &grown.leaves[0], 0);
        while grown.leaves.len() < rule.max_leaves {
            let Some((_, Reverse(position))) = queue.pop() else { break };
            let Some(found) = grown.leaves[position].found.take() else { continue };
            let [left, right] = self.split(&mut grown, position, &found, bins);
            for (place, mut leaf) in [(position, left), (grown.leaves.len(), right)] {
                self.search(&mut leaf, bins, rule, impurity, random);
                enqueue(&mut queue, &leaf, place);
                if place == position { grown.leaves[position] = leaf } else { grown.leaves.push(leaf) }
            }
        }
        grown
    }

    /// Add the node; its two leaves.
    fn split(
        &mut self,
        grown: &mut Forked<ForestLeaf>,
        position: usize,
        found: &Found,
        bins: &Bins,
    ) -> [ForestLeaf; 2] {
        let feature = &bins.features[found.feature];
        let table = found.cut.table(found.missing_left, feature);
        let leaf = &grown.leaves[position];
        let (start, n_rows, depth) = (leaf.start, leaf.n_rows, leaf.depth + 1);
        let rows = &mut self.rows[start..start + n_rows];
        let n_left = partition(rows, &mut self.scratch, &bins.columns[found.feature], &table);
        let node = grown.nodes.len();
        if let Some((parent, is_left)) = leaf.parent {
            let child = Child::Node(node as u32);
            if is_left { grown.nodes[parent].left = child } else { grown.nodes[parent].right = child }
        }
        grown.nodes.push(Node {
            feature: feature.column,
            split: Split::AtMost(0.0),
            missing_left: if feature.has_missing { found.missing_left } else { 2 * n_left >= n_rows },
            left: Child::Leaf(position as u32),
            right: Child::Leaf(grown.leaves.len() as u32),
            cover: 0.0,
            gain: found.gain as f32,
        });
        grown.cuts.push(found.cut);
        grown.bin_nodes.push(BinNode { feature: found.feature, left: table });
        let leaf =
            |start, n_rows, is_left| ForestLeaf { start, n_rows, depth, parent: Some((node, is_left)), found: None };
        [leaf(start, n_left, true), leaf(start + n_left, n_rows - n_left, false)]
    }

    /// Look for the best split among features that are drawn until enough of them differ within the node.
    fn search(
        &mut self,
        leaf: &mut ForestLeaf,
        bins: &Bins,
        rule: &ForestRule,
        impurity: &Impurity,
        random: &mut Random,
    ) {
        if leaf.depth >= rule.max_depth || leaf.n_rows < 2 * rule.min_rows.max(1) {
            return;
        }
        let n_sums = impurity.n_sums();
        self.whole.clear();
        self.whole.resize(n_sums, 0.0);
        for &row in &self.rows[leaf.start..leaf.start + leaf.n_rows] {
            impurity.add(&mut self.whole, row as usize);
        }
        let whole = impurity.worth(&self.whole);
        let pure = match impurity {
            Impurity::Values { .. } => false,
            Impurity::Classes { .. } => self.whole.iter().filter(|sum| **sum > 0.0).count() < 2,
        };
        if pure {
            return;
        }
        let least = LEAST_GAIN * impurity.weight(&self.whole);
        let mut n_tried = 0;
        for place in 0..self.features.len() {
            if n_tried >= rule.n_tried && leaf.found.is_some() {
                break;
            }
            let drawn = place + random.below((self.features.len() - place) as u64) as usize;
            self.features.swap(place, drawn);
            let position = self.features[place];
            let feature = &bins.features[position];
            self.tally(leaf, &bins.columns[position], impurity);
            if self.present.len() > 1 {
                n_tried += 1;
                let floor = leaf.found.as_ref().map_or(least, |found| found.gain);
                let best = self.best(feature, rule, impurity, leaf.n_rows, whole + floor, random);
                if let Some((worth, cut, missing_left)) = best {
                    leaf.found = Some(Found { gain: worth - whole, feature: position, cut, missing_left });
                }
            }
            self.clear(n_sums);
        }
    }

    /// Sums of the node's rows per bin, and the bins that there are, ascending.
    fn tally(&mut self, leaf: &ForestLeaf, column: &[u8], impurity: &Impurity) {
        let n_sums = impurity.n_sums();
        let mut touched = [0u64; 4];
        for &row in &self.rows[leaf.start..leaf.start + leaf.n_rows] {
            let row = row as usize;
            let bin = usize::from(column[row]);
            touched[bin / 64] |= 1 << (bin % 64);
            self.counts[bin] += 1;
            impurity.add(&mut self.sums[bin * n_sums..(bin + 1) * n_sums], row);
        }
        self.present.clear();
        for (word, mut bits) in touched.into_iter().enumerate() {
            while bits != 0 {
                self.present.push(word * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }

    fn clear(&mut self, n_sums: usize) {
        for &bin in &self.present {
            self.counts[bin] = 0;
            self.sums[bin * n_sums..(bin + 1) * n_sums].fill(0.0);
        }
    }

    /// The best cut of a feature that is worth more than `floor`: its worth, and whether missing values go left.
    fn best(
        &mut self,
        feature: &Binned,
        rule: &ForestRule,
        impurity: &Impurity,
        n_rows: usize,
        floor: f64,
        random: &mut Random,
    ) -> Option<(f64, Cut, bool)> {
        let missing = feature.n_known();
        let has_missing = self.present.last() == Some(&missing);
        let n_sums = impurity.n_sums();
        let mut order: Vec<usize> = self.present.iter().copied().filter(|bin| *bin < missing).collect();
        let is_category = matches!(feature.kind, Kind::Category { .. });
        if is_category && rule.extra {
            random.shuffle(&mut order);
        } else if is_category {
            let key = |bin: usize| impurity.order(&self.sums[bin * n_sums..(bin + 1) * n_sums], &self.whole);
            order.sort_by(|a, b| key(*a).total_cmp(&key(*b)));
        }
        // Extra trees look at one cut: behind this position, missing values on this side.
        let ends = order.len() - usize::from(!has_missing);
        let only = rule.extra.then(|| (random.below(ends.max(1) as u64) as usize, random.below(2) == 0));
        let mut best: Option<(f64, usize, bool)> = None;
        for missing_left in [true, false] {
            if !has_missing && !missing_left || only.is_some_and(|(_, side)| has_missing && side != missing_left) {
                continue;
            }
            self.left.clear();
            self.left.resize(n_sums, 0.0);
            let mut n_left = 0;
            if has_missing && missing_left {
                add(&mut self.left, &self.sums[missing * n_sums..(missing + 1) * n_sums]);
                n_left += self.counts[missing] as usize;
            }
            for (position, &bin) in order.iter().enumerate() {
                add(&mut self.left, &self.sums[bin * n_sums..(bin + 1) * n_sums]);
                n_left += self.counts[bin] as usize;
                if only.is_some_and(|(wanted, _)| wanted != position) {
                    continue;
                }
                if n_left < rule.min_rows || n_rows - n_left < rule.min_rows.max(1) {
                    continue;
                }
                self.right.clear();
                self.right.extend(self.whole.iter().zip(&self.left).map(|(whole, left)| whole - left));
                let worth = impurity.worth(&self.left) + impurity.worth(&self.right);
                if worth > best.map_or(floor, |(worth, ..)| worth) {
                    best = Some((worth, position, missing_left));
                }
            }
        }
        let (worth, position, missing_left) = best?;
        let cut = if is_category {
            let mut bits = [0u64; 4];
            order[..=position].iter().for_each(|bin| bits[bin / 64] |= 1 << (bin % 64));
            Cut::Bins(bits)
        } else {
            // Half way between the bins that there are.
            let next = order.get(position + 1).copied().unwrap_or(order[position] + 1);
            Cut::Bin(usize::midpoint(order[position], next - 1) as u8)
        };
        Some((worth, cut, missing_left && has_missing))
    }

    /// Row-major values of all leaves, `n_outputs` each, and their weights.
    pub fn leaf_values(
        &self,
        grown: &Forked<ForestLeaf>,
        impurity: &Impurity,
        n_outputs: usize,
    ) -> (Vec<f32>, Vec<f32>) {
        let (mut values, mut covers) = (Vec::new(), Vec::new());
        let mut sums = vec![0.0; impurity.n_sums()];
        for leaf in &grown.leaves {
            sums.fill(0.0);
            for &row in &self.rows[leaf.start..leaf.start + leaf.n_rows] {
                impurity.add(&mut sums, row as usize);
            }
            let weight = impurity.weight(&sums);
            covers.push(weight as f32);
            match impurity {
                Impurity::Values { .. } => {
                    let mean = (sums[0] / weight) as f32;
                    if n_outputs == 2 {
                        values.push(1.0 - mean);
                    }
                    values.push(mean);
                }
                Impurity::Classes { .. } => values.extend(sums.iter().map(|sum| (sum / weight) as f32)),
            }
        }
        (values, covers)
    }
}

fn add(sums: &mut [f64], more: &[f64]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

/// Leaves wait in the order of their gain, the first of equals first.
fn enqueue(queue: &mut BinaryHeap<(u64, Reverse<usize>)>, leaf: &ForestLeaf, position: usize) {
    if let Some(found) = &leaf.found {
        // The bits of positive numbers are in their order.
        queue.push((found.gain.max(0.0).to_bits(), Reverse(position)));
    }
}
