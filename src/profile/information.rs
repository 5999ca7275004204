//! Mutual information in nats, as scikit-learn estimates it.

use crate::random::Random;
use crate::table::MISSING_CODE;
use crate::table::profile::sum;

/// Neighbours that distances are measured to.
const NEIGHBOURS: usize = 3;
const EULER_GAMMA: f64 = 0.577_215_664_901_532_9;

/// Shares of the size of values that break ties, as in scikit-learn.
const JITTER: f64 = 1e-10;
/// The stream of random numbers that breaks ties.
const STREAM: u64 = 0x7469_6573;

/// Values with a standard deviation of 1 (none is 0), and ties broken by noise of 10⁻¹⁰ of their size: between equal
/// values there is no nearest neighbour. NaN stays.
pub fn spread(values: &[f64], seed: u64) -> Vec<f64> {
    let known = || values.iter().filter(|value| !value.is_nan());
    let n = known().count() as f64;
    let mean = sum(known().copied()) / n;
    let deviation = (sum(known().map(|value| (value - mean) * (value - mean))) / n).sqrt();
    let scale = if deviation > 0.0 && deviation.is_finite() { deviation } else { 1.0 };
    let size = JITTER * (sum(known().map(|value| (value / scale).abs())) / n).max(1.0);
    let mut random = Random::new(seed, STREAM);
    values.iter().map(|value| value / scale + size * random.normal()).collect()
}

/// Σ p(a, b) · ln(p(a, b) / (p(a) · p(b))) over the rows in which both are known.
pub fn of_counts(a: &[u32], n_a: usize, b: &[u32], n_b: usize) -> Option<f64> {
    let mut joint: Vec<u64> = a
        .iter()
        .zip(b)
        .filter(|(a, b)| **a != MISSING_CODE && **b != MISSING_CODE)
        .map(|(&a, &b)| u64::from(a) << 32 | u64::from(b))
        .collect();
    if joint.len() < 4 {
        return None;
    }
    let (mut of_a, mut of_b) = (vec![0u32; n_a], vec![0u32; n_b]);
    for pair in &joint {
        of_a[(pair >> 32) as usize] += 1;
        of_b[*pair as u32 as usize] += 1;
    }
    joint.sort_unstable();
    let n = joint.len() as f64;
    let terms = joint.chunk_by(|x, y| x == y).map(|pairs| {
        let both = pairs.len() as f64;
        let apart = f64::from(of_a[(pairs[0] >> 32) as usize]) * f64::from(of_b[pairs[0] as u32 as usize]);
        both / n * libm::log(both * n / apart)
    });
    Some(sum(terms).max(0.0))
}

/// `values` without ties. Ross, Mutual information between discrete and continuous data sets (2014), over the rows in which both are known.
pub fn of_number_and_classes(values: &[f64], codes: &[u32], n_classes: usize) -> Option<f64> {
    let mut counts = vec![0u32; n_classes];
    let known = |i: usize| !values[i].is_nan() && codes[i] != MISSING_CODE;
    for i in (0..values.len()).filter(|&i| known(i)) {
        counts[codes[i] as usize] += 1;
    }
    // A class with one row has no neighbour.
    let mut points: Vec<(f64, u32)> = (0..values.len())
        .filter(|&i| known(i) && counts[codes[i] as usize] > 1)
        .map(|i| (values[i], codes[i]))
        .collect();
    let n = points.len();
    if n < 4 {
        return None;
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let all: Vec<f64> = points.iter().map(|point| point.0).collect();
    let digamma = Digamma::up_to(n);
    let mut by_class: Vec<Vec<f64>> = vec![Vec::new(); n_classes];
    for (value, class) in &points {
        by_class[*class as usize].push(*value);
    }
    let (mut of_neighbours, mut of_counts, mut of_near) = (0.0, 0.0, 0.0);
    for own in by_class.iter().filter(|own| own.len() > 1) {
        let k = NEIGHBOURS.min(own.len() - 1);
        of_neighbours += own.len() as f64 * digamma.at(k);
        of_counts += own.len() as f64 * digamma.at(own.len());
        for (i, value) in own.iter().enumerate() {
            let radius = below(distance_to_neighbour(own, i, k));
            of_near += digamma.at(n_within(&all, *value, radius));
        }
    }
    let n_points = n as f64;
    Some((digamma.at(n) + (of_neighbours - of_counts - of_near) / n_points).max(0.0))
}

/// Both of like spread and without ties. Kraskov, Stögbauer and Grassberger, Estimating mutual information (2004), first
/// estimator, over the rows in which both are known. Costs about n · √n.
pub fn of_numbers(x: &[f64], y: &[f64]) -> Option<f64> {
    let mut points: Vec<(f64, f64)> =
        x.iter().zip(y).filter(|(x, y)| !x.is_nan() && !y.is_nan()).map(|(x, y)| (*x, *y)).collect();
    let n = points.len();
    if n <= NEIGHBOURS {
        return None;
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let sorted_x: Vec<f64> = points.iter().map(|point| point.0).collect();
    let mut sorted_y: Vec<f64> = points.iter().map(|point| point.1).collect();
    sorted_y.sort_unstable_by(f64::total_cmp);
    let digamma = Digamma::up_to(n);
    let near = |i: usize| {
        let radius = below(distance_in_plane(&points, i));
        digamma.at(n_within(&sorted_x, points[i].0, radius)) + digamma.at(n_within(&sorted_y, points[i].1, radius))
    };
    let near = sum((0..n).map(near)) / n as f64;
    Some((digamma.at(n) + digamma.at(NEIGHBOURS) - near).max(0.0))
}

/// From the i-th of ascending values to its k-th neighbour; there are more than k values.
fn distance_to_neighbour(sorted: &[f64], i: usize, k: usize) -> f64 {
    let (mut left, mut right) = (i, i);
    let mut distance = 0.0;
    for _ in 0..k {
        let to_left = left.checked_sub(1).map(|at| sorted[i] - sorted[at]);
        let to_right = sorted.get(right + 1).map(|value| value - sorted[i]);
        match (to_left, to_right) {
            (Some(a), Some(b)) if a <= b => (distance, left) = (a, left - 1),
            (Some(a), None) => (distance, left) = (a, left - 1),
            (_, Some(b)) => (distance, right) = (b, right + 1),
            (None, None) => {}
        }
    }
    distance
}

/// From the i-th of points that ascend in x to its third neighbour, by the larger of the two distances.
fn distance_in_plane(points: &[(f64, f64)], i: usize) -> f64 {
    let (x, y) = points[i];
    // The least distances so far, ascending.
    let mut least = [f64::INFINITY; NEIGHBOURS];
    let mut take = |point: (f64, f64)| {
        let distance = (point.0 - x).abs().max((point.1 - y).abs());
        if distance < least[NEIGHBOURS - 1] {
            let at = least.partition_point(|known| *known <= distance);
            least[at..].rotate_right(1);
            least[at] = distance;
        }
        least[NEIGHBOURS - 1]
    };
    let mut worst = f64::INFINITY;
    let (mut left, mut right) = (i, i + 1);
    loop {
        let to_left = left.checked_sub(1).map(|at| x - points[at].0).filter(|distance| *distance < worst);
        let to_right = points.get(right).map(|point| point.0 - x).filter(|distance| *distance < worst);
        match (to_left, to_right) {
            (Some(a), b) if b.is_none_or(|b| a <= b) => {
                left -= 1;
                worst = take(points[left]);
            }
            (_, Some(_)) => {
                worst = take(points[right]);
                right += 1;
            }
            _ => return worst,
        }
    }
}

/// Values within `radius` of one of them, itself among them.
fn n_within(sorted: &[f64], value: f64, radius: f64) -> usize {
    let start = sorted.partition_point(|other| value - other > radius);
    let end = sorted.partition_point(|other| other - value <= radius);
    end - start
}

/// The next smaller distance, so that the neighbour itself lies outside; 0 stays.
fn below(distance: f64) -> f64 {
    if distance > 0.0 { distance.next_down() } else { distance }
}

/// ψ at whole numbers: ψ(n) = −γ + Σ 1/i for i below n.
struct Digamma(Vec<f64>);

impl Digamma {
    fn up_to(n: usize) -> Self {
        let mut values = vec![f64::NAN, -EULER_GAMMA];
        for i in 1..n {
            values.push(values[i] + 1.0 / i as f64);
        }
        Self(values)
    }

    fn at(&self, n: usize) -> f64 {
        self.0[n]
    }
}
