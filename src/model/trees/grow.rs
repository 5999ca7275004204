//! One tree of boosting, grown leaf by leaf from histograms.
//!
//! Only the smaller child's histogram is built; its sibling's is the parent's less that. All sums are f64 in the order of
//! the rows, so that they are the same on every machine.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bins::{Bins, Kind};
use super::split::{Candidate, Column, Cut, Rule, Sum, Total};
use super::{Child, Growth, Node, Split, Tree, Trend};

/// Bytes that the histograms of a tree's leaves may take; smaller leaves then build theirs anew.
const HISTOGRAM_BYTES: usize = 64 << 20;

/// How a tree is grown.
#[derive(Clone)]
pub struct Shape {
    pub rule: Rule,
    pub growth: Growth,
    pub max_leaves: usize,
    pub max_depth: usize,
    /// For each feature of the bins.
    pub trends: Vec<Option<Trend>>,
}

/// A leaf of a tree that was grown.
pub struct Leaf {
    /// Its rows are `Grower::rows[start..start + n_rows]`.
    pub start: usize,
    pub n_rows: usize,
    pub value: f64,
    /// Between which the value must lie.
    pub bounds: (f64, f64),
    depth: usize,
    sum: Sum,
    histogram: Option<Vec<Column>>,
    /// Places of the features that some split of the leaf gains by. As in LightGBM, its children try no others.
    open: Vec<usize>,
    best: Option<Candidate>,
    /// The node that leads here, and whether from its left.
    parent: Option<(usize, bool)>,
}

/// An inner node as bins see it.
pub struct BinNode {
    pub feature: usize,
    pub left: [bool; 256],
}

/// A tree as it grows; leaves know their rows.
pub struct Forked<L> {
    pub nodes: Vec<Node>,
    pub cuts: Vec<Cut>,
    pub bin_nodes: Vec<BinNode>,
    pub leaves: Vec<L>,
}

pub type Grown = Forked<Leaf>;

/// Buffers that are used again for each tree.
pub struct Grower {
    /// Rows that trees are grown on, in the order of their leaves.
    pub rows: Vec<u32>,
    scratch: Vec<u32>,
    /// Row-major bins of the features at hand, `[n_rows × features.len()]`.
    by_row: Vec<u8>,
    features: Vec<usize>,
    free: Vec<Vec<Column>>,
}

impl Grower {
    pub fn new() -> Self {
        Self { rows: Vec::new(), scratch: Vec::new(), by_row: Vec::new(), features: Vec::new(), free: Vec::new() }
    }

    /// The features that the next trees may use, ascending positions in `bins.features`.
    pub fn choose_features(&mut self, bins: &Bins, features: Vec<usize>) {
        if features == self.features && !self.by_row.is_empty() {
            return;
        }
        let width = features.len();
        self.by_row.clear();
        self.by_row.resize(bins.n_rows * width, 0);
        for (place, &feature) in features.iter().enumerate() {
            for (row, &bin) in bins.columns[feature].iter().enumerate() {
                self.by_row[row * width + place] = bin;
            }
        }
        self.features = features;
        self.free.clear();
    }

    /// Grow a tree on `self.rows`. `gradients` holds gradient and second derivative of every row.
    pub fn grow(&mut self, bins: &Bins, shape: &Shape, gradients: &[[f32; 2]]) -> Grown {
        let mut sum = [0.0, 0.0];
        for &row in &self.rows {
            let [gradient, hessian] = gradients[row as usize];
            sum[0] += f64::from(gradient);
            sum[1] += f64::from(hessian);
        }
        let n_rows = self.rows.len();
        let bounds = (f64::NEG_INFINITY, f64::INFINITY);
        let mut root = Leaf {
            start: 0,
            n_rows,
            value: 0.0,
            bounds,
            depth: 0,
            sum,
            histogram: None,
            open: Vec::new(),
            best: None,
            parent: None,
        };
        root.open = (0..self.features.len()).collect();
        root.value = shape.rule.value_of(&root.total());
        if self.may_split(&root, shape) {
            let histogram = self.histogram(0, n_rows, gradients);
            root.histogram = Some(histogram);
            self.search(&mut root, bins, shape);
        }
        let mut grown = Grown { nodes: Vec::new(), cuts: Vec::new(), bin_nodes: Vec::new(), leaves: vec![root] };
        let mut queue = BinaryHeap::new();
        enqueue(&mut queue, &grown.leaves, 0, shape.growth);
        while grown.leaves.len() < shape.max_leaves {
            let Some((.., Reverse(position))) = queue.pop() else { break };
            let Some(best) = grown.leaves[position].best.take() else { continue };
            self.split(&mut grown, position, &best, bins, shape, gradients);
            enqueue(&mut queue, &grown.leaves, position, shape.growth);
            enqueue(&mut queue, &grown.leaves, grown.leaves.len() - 1, shape.growth);
        }
        for leaf in &mut grown.leaves {
            self.free.extend(leaf.histogram.take());
        }
        grown
    }

    fn may_split(&self, leaf: &Leaf, shape: &Shape) -> bool {
        leaf.depth < shape.max_depth
            && leaf.n_rows as i64 >= 2 * shape.rule.min_rows.max(1)
            && !self.features.is_empty()
    }

    fn split(
        &mut self,
        grown: &mut Grown,
        position: usize,
        best: &Candidate,
        bins: &Bins,
        shape: &Shape,
        gradients: &[[f32; 2]],
    ) {
        let feature = &bins.features[best.feature];
        let table = best.cut.table(best.missing_left, feature);
        let parent = &mut grown.leaves[position];
        let (start, n_rows, depth, bounds) = (parent.start, parent.n_rows, parent.depth + 1, parent.bounds);
        let above = parent.histogram.take();
        let open = std::mem::take(&mut parent.open);
        let rows = &mut self.rows[start..start + n_rows];
        let n_left = partition(rows, &mut self.scratch, &bins.columns[best.feature], &table);
        let node = grown.nodes.len();
        if let Some((parent, is_left)) = parent.parent {
            let child = Child::Node(node as u32);
            if is_left { grown.nodes[parent].left = child } else { grown.nodes[parent].right = child }
        }
        let other = grown.leaves.len();
        grown.nodes.push(Node {
            feature: feature.column,
            split: Split::AtMost(0.0),
            // Where training missed nothing, the larger side is the likelier.
            missing_left: if feature.has_missing { best.missing_left } else { 2 * n_left >= n_rows },
            left: Child::Leaf(position as u32),
            right: Child::Leaf(other as u32),
            cover: 0.0,
            gain: best.gain.min(f64::from(f32::MAX)) as f32,
        });
        grown.cuts.push(best.cut);
        grown.bin_nodes.push(BinNode { feature: best.feature, left: table });
        let (bounds_left, bounds_right) = narrowed(bounds, best, shape.trends[best.feature]);
        let leaf = |start, n_rows, value, bounds, sum, is_left| Leaf {
            start,
            n_rows,
            value,
            bounds,
            depth,
            sum,
            histogram: None,
            open: open.clone(),
            best: None,
            parent: Some((node, is_left)),
        };
        let mut left = leaf(start, n_left, best.values.0, bounds_left, best.left, true);
        let mut right = leaf(start + n_left, n_rows - n_left, best.values.1, bounds_right, best.right, false);
        let is_last = other + 1 >= shape.max_leaves;
        if !is_last {
            self.histograms(&mut left, &mut right, above, shape, gradients);
            self.search(&mut left, bins, shape);
            self.search(&mut right, bins, shape);
        } else {
            self.free.extend(above);
        }
        let keep = self.least_kept(shape.max_leaves);
        for leaf in [&mut left, &mut right] {
            if leaf.n_rows < keep || leaf.best.is_none() {
                self.free.extend(leaf.histogram.take());
            }
        }
        grown.leaves[position] = left;
        grown.leaves.push(right);
    }

    /// Histograms of the children that may be split, the smaller one's built, the larger one's by subtraction.
    fn histograms(
        &mut self,
        left: &mut Leaf,
        right: &mut Leaf,
        above: Option<Vec<Column>>,
        shape: &Shape,
        gradients: &[[f32; 2]],
    ) {
        let (small, large) = if left.n_rows <= right.n_rows { (left, right) } else { (right, left) };
        let (small_may, large_may) = (self.may_split(small, shape), self.may_split(large, shape));
        if !small_may && !large_may {
            self.free.extend(above);
            return;
        }
        match above {
            Some(mut above) => {
                let histogram = self.histogram(small.start, small.n_rows, gradients);
                if large_may {
                    subtract(&mut above, &histogram);
                    large.histogram = Some(above);
                } else {
                    self.free.push(above);
                }
                small.histogram = Some(histogram);
            }
            None => {
                for (leaf, may) in [(small, small_may), (large, large_may)] {
                    if may {
                        leaf.histogram = Some(self.histogram(leaf.start, leaf.n_rows, gradients));
                    }
                }
            }
        }
    }

    /// Leaves with fewer rows keep no histogram, so that all of them fit into `HISTOGRAM_BYTES`.
    fn least_kept(&self, max_leaves: usize) -> usize {
        let most = HISTOGRAM_BYTES / (self.features.len() * size_of::<Column>()).max(1);
        if max_leaves <= most { 0 } else { self.rows.len() / most.max(1) }
    }

    /// Sums of gradients and second derivatives per bin, over some of the rows.
    fn histogram(&mut self, start: usize, n_rows: usize, gradients: &[[f32; 2]]) -> Vec<Column> {
        let width = self.features.len();
        let mut sums = self.free.pop().unwrap_or_else(|| vec![[[0.0; 2]; 260]; width]);
        sums.iter_mut().for_each(|column| column.fill([0.0; 2]));
        for &row in &self.rows[start..start + n_rows] {
            let row = row as usize;
            let [gradient, hessian] = gradients[row];
            let (gradient, hessian) = (f64::from(gradient), f64::from(hessian));
            let bins = &self.by_row[row * width..(row + 1) * width];
            for (column, &bin) in sums.iter_mut().zip(bins) {
                let sum = &mut column[usize::from(bin)];
                sum[0] += gradient;
                sum[1] += hessian;
            }
        }
        sums
    }

    fn search(&self, leaf: &mut Leaf, bins: &Bins, shape: &Shape) {
        let Some(histogram) = &leaf.histogram else { return };
        if !self.may_split(leaf, shape) {
            return;
        }
        let total = leaf.total();
        let tried = std::mem::take(&mut leaf.open);
        for place in tried {
            let feature = self.features[place];
            let found = shape.rule.best(&bins.features[feature], &histogram[place], &total, shape.trends[feature]);
            let Some(found) = found else { continue };
            leaf.open.push(place);
            if leaf.best.is_none_or(|best| found.gain > best.gain) {
                leaf.best = Some(Candidate { feature, ..found });
            }
        }
    }
}

/// Bring the rows that go left to the front, each side in its order; how many these are.
pub fn partition(rows: &mut [u32], scratch: &mut Vec<u32>, column: &[u8], left: &[bool; 256]) -> usize {
    let n_rows = rows.len();
    scratch.resize(scratch.len().max(n_rows), 0);
    let scratch = &mut scratch[..n_rows];
    let (mut n_left, mut n_right) = (0, 0);
    for position in 0..n_rows {
        let row = rows[position];
        let goes_left = left[usize::from(column[row as usize])];
        // Both are written, one of them for good, so that nothing has to be guessed.
        rows[n_left] = row;
        scratch[n_right] = row;
        n_left += usize::from(goes_left);
        n_right += usize::from(!goes_left);
    }
    rows[n_left..].copy_from_slice(&scratch[..n_right]);
    n_left
}

impl Leaf {
    fn total(&self) -> Total {
        Total { gradient: self.sum[0], hessian: self.sum[1], n_rows: self.n_rows, bounds: self.bounds }
    }
}

/// Leaves that can be split, in the order in which they are: depth first of all where a level comes before the next, then
/// the gain, whose bits are in the order of positive numbers, then the first of equals.
type Queue = BinaryHeap<(Reverse<usize>, u64, Reverse<usize>)>;

fn enqueue(queue: &mut Queue, leaves: &[Leaf], position: usize, growth: Growth) {
    let Some(best) = leaves[position].best else { return };
    let level = match growth {
        Growth::LeafWise => 0,
        Growth::DepthWise => leaves[position].depth,
    };
    queue.push((Reverse(level), best.gain.to_bits(), Reverse(position)));
}

/// Bounds of both children: on a monotone feature neither may pass the middle of their values.
fn narrowed(bounds: (f64, f64), best: &Candidate, trend: Option<Trend>) -> ((f64, f64), (f64, f64)) {
    let middle = f64::midpoint(best.values.0, best.values.1);
    let below = (bounds.0, bounds.1.min(middle));
    let above = (bounds.0.max(middle), bounds.1);
    match trend {
        None => (bounds, bounds),
        Some(Trend::Increasing) => (below, above),
        Some(Trend::Decreasing) => (above, below),
    }
}

fn subtract(from: &mut [Column], less: &[Column]) {
    for (from, less) in from.iter_mut().zip(less) {
        for (from, less) in from.iter_mut().zip(less) {
            from[0] -= less[0];
            from[1] -= less[1];
        }
    }
}

impl<L> Forked<L> {
    /// The leaf of a row by its bins.
    pub fn leaf_of(&self, bins: &Bins, row: usize) -> usize {
        let mut at = if self.nodes.is_empty() { Child::Leaf(0) } else { Child::Node(0) };
        loop {
            match at {
                Child::Leaf(leaf) => return leaf as usize,
                Child::Node(node) => {
                    let (seen, node) = (&self.bin_nodes[node as usize], &self.nodes[node as usize]);
                    let bin = bins.columns[seen.feature][row];
                    at = if seen.left[usize::from(bin)] { node.left } else { node.right };
                }
            }
        }
    }

    /// The tree with its thresholds and sets, of leaves whose values and covers are given.
    pub fn into_tree(
        self,
        bins: &Bins,
        sets: &mut Sets,
        output: Option<u32>,
        leaves: Vec<f32>,
        leaf_cover: Vec<f32>,
    ) -> Tree {
        let mut nodes = self.nodes;
        for (position, node) in nodes.iter_mut().enumerate() {
            node.split = split_of(bins, self.bin_nodes[position].feature, self.cuts[position], sets);
        }
        cover_nodes(&mut nodes, &leaf_cover);
        Tree { output, nodes, leaves, leaf_cover }
    }
}

/// Covers of inner nodes from those of leaves; children stand behind their nodes.
fn cover_nodes(nodes: &mut [Node], leaf_cover: &[f32]) {
    for position in (0..nodes.len()).rev() {
        let of = |child: Child| match child {
            Child::Node(node) => nodes[node as usize].cover,
            Child::Leaf(leaf) => leaf_cover[leaf as usize],
        };
        nodes[position].cover = of(nodes[position].left) + of(nodes[position].right);
    }
}

fn split_of(bins: &Bins, feature: usize, cut: Cut, sets: &mut Sets) -> Split {
    match (&bins.features[feature].kind, cut) {
        // All that is known is on the left.
        (Kind::Number { thresholds }, Cut::Bin(last)) => {
            Split::AtMost(thresholds.get(usize::from(last)).copied().unwrap_or(f32::MAX))
        }
        (Kind::Category { codes }, cut) => {
            let bins = (0..codes.len()).filter(|bin| cut.is_left(*bin));
            let mut set: Vec<u32> = bins.flat_map(|bin| codes[bin].iter().copied()).collect();
            set.sort_unstable();
            Split::In(sets.position(set))
        }
        (Kind::Number { .. }, Cut::Bins(_)) => Split::AtMost(f32::MAX),
    }
}

/// The different sets of a model.
#[derive(Default)]
pub struct Sets {
    pub sets: Vec<Vec<u32>>,
    positions: std::collections::BTreeMap<Vec<u32>, u32>,
}

impl Sets {
    fn position(&mut self, set: Vec<u32>) -> u32 {
        if let Some(position) = self.positions.get(&set) {
            return *position;
        }
        let position = self.sets.len() as u32;
        self.positions.insert(set.clone(), position);
        self.sets.push(set);
        position
    }
}
