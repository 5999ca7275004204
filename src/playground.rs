//! Data sets to play with: two number features in the square [−1, 1]² and a class for each point.

use crate::job::PlaygroundData;
use crate::model::network::{NetworkData, NetworkTarget};
use crate::prepare::Matrix;
use crate::random::Random;

/// Points of a synthetic set.
pub const N_POINTS: usize = 300;
/// Share of the points that watch for overfitting.
const VALIDATION_SHARE: f64 = 0.3;

/// Two arms that turn once and a half around each other, one class each. `noise` is the standard deviation that is
/// added to each coordinate.
pub fn spirals(n: usize, noise: f32, seed: u64) -> PlaygroundData {
    points(n, noise, seed, |random, class| {
        let t = random.unit();
        let angle = t * 3.0 * std::f64::consts::PI + f64::from(class) * std::f64::consts::PI;
        let radius = 0.08 + 0.82 * t;
        (radius * libm::cos(angle), radius * libm::sin(angle))
    })
}

/// Two half circles that reach into each other.
pub fn moons(n: usize, noise: f32, seed: u64) -> PlaygroundData {
    points(n, noise, seed, |random, class| {
        let angle = random.unit() * std::f64::consts::PI;
        let (x, y) = (libm::cos(angle), libm::sin(angle));
        let (x, y) = if class == 0 { (x, y) } else { (1.0 - x, 0.5 - y) };
        // The figure spans −1 to 2 and −0.5 to 1.
        ((x - 0.5) * 0.55, (y - 0.25) * 0.55)
    })
}

/// A disc of one class within a ring of the other.
pub fn circles(n: usize, noise: f32, seed: u64) -> PlaygroundData {
    points(n, noise, seed, |random, class| {
        let angle = random.unit() * 2.0 * std::f64::consts::PI;
        let radius = if class == 0 { 0.35 * random.unit().sqrt() } else { 0.65 + 0.15 * random.unit() };
        (radius * libm::cos(angle), radius * libm::sin(angle))
    })
}

fn points(n: usize, noise: f32, seed: u64, place: impl Fn(&mut Random, u32) -> (f64, f64)) -> PlaygroundData {
    let mut random = Random::new(seed, 1);
    let mut data = PlaygroundData {
        x: Vec::with_capacity(n),
        y: Vec::with_capacity(n),
        class: Vec::with_capacity(n),
        n_classes: 2,
    };
    for i in 0..n {
        let class = (i % 2) as u32;
        let (x, y) = place(&mut random, class);
        // Noise is drawn even when it is 0, so that the slider moves points and does not shuffle them.
        let (dx, dy) = (random.normal(), random.normal());
        data.x.push(((x + f64::from(noise) * dx) as f32).clamp(-1.0, 1.0));
        data.y.push(((y + f64::from(noise) * dy) as f32).clamp(-1.0, 1.0));
        data.class.push(class);
    }
    data
}

/// The points as the trainer takes them: shuffled with `seed`, the first part trains.
pub fn network_data(points: &PlaygroundData, seed: u64) -> NetworkData {
    let n = points.x.len();
    let mut order: Vec<usize> = (0..n).collect();
    Random::new(seed, 2).shuffle(&mut order);
    let mut values = Vec::with_capacity(2 * n);
    for &i in &order {
        values.extend([points.x[i], points.y[i]]);
    }
    NetworkData {
        features: Matrix { values, n_rows: n, n_columns: 2 },
        target: NetworkTarget::Classes {
            codes: order.iter().map(|&i| points.class[i]).collect(),
            n_classes: points.n_classes as usize,
            weights: vec![1.0; points.n_classes as usize],
        },
        n_train: (n - (n as f64 * VALIDATION_SHARE) as usize).max(1).min(n),
    }
}
