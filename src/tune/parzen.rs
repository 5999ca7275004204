//! The tree-structured Parzen estimator, multivariate. Source: Bergstra et al., Algorithms for Hyper-Parameter Optimization
//! (2011); the joint kernels after Falkner et al., BOHB (2018), with the bandwidth of Optuna's multivariate sampler.

use crate::random::Random;

/// Points drawn from the density of the good ones, of which the best is taken.
const N_DRAWN: usize = 24;
/// Bandwidth for one point, in units of the cube's side.
const BANDWIDTH: f64 = 0.2;

/// A density on the unit cube: a kernel at each point, and one that is flat.
struct Density<'a> {
    points: &'a [&'a [f64]],
    bandwidth: f64,
}

impl<'a> Density<'a> {
    fn new(points: &'a [&'a [f64]], n_dimensions: usize) -> Self {
        // Scott's rule, as Optuna has it.
        let exponent = -1.0 / (n_dimensions as f64 + 4.0);
        let bandwidth = BANDWIDTH * libm::pow(points.len().max(1) as f64, exponent);
        Self { points, bandwidth }
    }

    fn draw(&self, n_dimensions: usize, random: &mut Random) -> Vec<f64> {
        let chosen = random.below(self.points.len() as u64 + 1) as usize;
        let Some(point) = self.points.get(chosen) else {
            return (0..n_dimensions).map(|_| random.unit()).collect();
        };
        point
            .iter()
            .map(|center| {
                // Cut at the sides: drawn again until it is inside, which at least four in ten are.
                let mut at = center + self.bandwidth * random.normal();
                while !(0.0..=1.0).contains(&at) {
                    at = center + self.bandwidth * random.normal();
                }
                at
            })
            .collect()
    }

    /// The logarithm of the density.
    fn log_at(&self, at: &[f64]) -> f64 {
        let log_kernel = |point: &&[f64]| -> f64 {
            let log_one = |(x, center): (&f64, &f64)| {
                let z = (x - center) / self.bandwidth;
                let inside = normal_share((1.0 - center) / self.bandwidth) - normal_share(-center / self.bandwidth);
                -0.5 * z * z - libm::log(self.bandwidth * inside * 2.506_628_274_631_000_7)
            };
            at.iter().zip(point.iter()).map(log_one).sum()
        };
        let logs: Vec<f64> = self.points.iter().map(log_kernel).chain([0.0]).collect();
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|log| libm::exp(log - most)).sum();
        most + libm::log(sum / logs.len() as f64)
    }
}

/// The share of a standard normal distribution below `z`.
fn normal_share(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// A point of the unit cube where good points are dense and others are not.
pub fn propose(good: &[&[f64]], others: &[&[f64]], n_dimensions: usize, random: &mut Random) -> Vec<f64> {
    let (likes, dislikes) = (Density::new(good, n_dimensions), Density::new(others, n_dimensions));
    let mut best: Option<(f64, Vec<f64>)> = None;
    for _ in 0..N_DRAWN {
        let at = likes.draw(n_dimensions, random);
        let gain = likes.log_at(&at) - dislikes.log_at(&at);
        if best.as_ref().is_none_or(|(most, _)| gain > *most) {
            best = Some((gain, at));
        }
    }
    best.map_or_else(|| vec![0.5; n_dimensions], |(_, at)| at)
}
