//! How likely a difference is by chance: tails of distributions, exact tests, and what remains of many tests at once.

use libm::{exp, lgamma, log, sqrt};

pub use crate::validate::compare::false_discovery;

/// Tables up to this many cells get the exact distribution of the Kolmogorov–Smirnov statistic.
const EXACT_CELLS: u64 = 4_000_000;

/// P(X > x) of a chi-squared number with `freedom > 0` degrees of freedom. Source: DLMF 8.7.1 below the mean and 8.9.2
/// above it, the fraction by Lentz's method.
pub fn chi_squared_above(x: f64, freedom: f64) -> f64 {
    let (a, x) = (freedom / 2.0, x / 2.0);
    if !(x > 0.0) {
        return 1.0;
    }
    let front = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut total) = (1.0 / a, 1.0 / a);
        for i in 1..10_000 {
            term *= x / (a + f64::from(i));
            total += term;
            if term < total * 1e-17 {
                break;
            }
        }
        return (1.0 - front * total).clamp(0.0, 1.0);
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for i in 1..10_000 {
        let i = f64::from(i);
        let step = -i * (i - a);
        b += 2.0;
        d = 1.0 / (step * d + b);
        c = b + step / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (front * fraction).clamp(0.0, 1.0)
}

/// The value that a chi-squared number exceeds with probability `tail`, `0 < tail < 1`.
pub fn chi_squared_quantile(tail: f64, freedom: f64) -> f64 {
    let (mut low, mut high) = (0.0, freedom + 10.0);
    while chi_squared_above(high, freedom) > tail {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if chi_squared_above(middle, freedom) > tail { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// P(a two-sided two-sample Kolmogorov–Smirnov statistic ≥ `distance`) for samples of `n` and `m`. Exact for up to 10,000
/// each and four million pairs, by Hodges' count of lattice paths (Arkiv för matematik 3, 1958) as SciPy arranges it; beyond,
/// Kolmogorov's limit.
pub fn kolmogorov_smirnov_above(distance: f64, n: u32, m: u32) -> f64 {
    let (long, short) = (u64::from(n.max(m)), u64::from(n.min(m)));
    if short == 0 || distance <= 0.0 {
        return 1.0;
    }
    if long <= 10_000 && long * short <= EXACT_CELLS {
        let g = divisor(long, short);
        return paths_outside(long, short, g, libm::round(distance * (long / g * short) as f64) as u64).clamp(0.0, 1.0);
    }
    let (long, short) = (long as f64, short as f64);
    kolmogorov_above(sqrt(long * short / (long + short)) * distance)
}

/// P(K > x) of Kolmogorov's distribution, that of the largest distance of a Brownian bridge.
pub fn kolmogorov_above(x: f64) -> f64 {
    if x < 0.8 {
        let pi = std::f64::consts::PI;
        let term = |k: i32| exp(-f64::from((2 * k - 1) * (2 * k - 1)) * pi * pi / (8.0 * x * x));
        return (1.0 - sqrt(2.0 * pi) / x * (1..6).map(term).sum::<f64>()).clamp(0.0, 1.0);
    }
    let term = |k: i32| if k % 2 == 1 { 2.0 } else { -2.0 } * exp(-2.0 * f64::from(k * k) * x * x);
    (1..20).map(term).sum::<f64>().clamp(0.0, 1.0)
}

fn divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

/// Share of the lattice paths from (0, 0) to (m, n), m ≥ n, that touch |x·n − y·m| ≥ h·g. A window slides along y.
fn paths_outside(m: u64, n: u64, g: u64, h: u64) -> f64 {
    let (mg, ng, h) = ((m / g) as i64, (n / g) as i64, h as i64);
    let n = n as i64;
    let up = |a: i64| (a + mg - 1).div_euclid(mg);
    let (mut least, mut most) = (0, up(h).min(n + 1));
    let mut window = vec![1.0; (2 * most + 2).min(n + 1) as usize];
    window[..most as usize].fill(0.0);
    for i in 1..=m as i64 {
        let (before, length) = (least, most - least);
        least = ((ng * i - h).div_euclid(mg) + 1).clamp(0, n);
        most = up(ng * i + h).min(n + 1);
        if most <= least {
            return 1.0;
        }
        let mut value = if least == 0 { 0.0 } else { 1.0 };
        for at in 0..most - least {
            let j = at + least;
            value = (window[(j - before) as usize] * i as f64 + value * j as f64) / (i + j) as f64;
            window[at as usize] = value;
        }
        let now = most - least;
        if length > now {
            window[now as usize..length as usize].fill(1.0);
        }
    }
    window[(most - least - 1) as usize]
}

/// P(at least `b` of the `a + b` hits fall among `m` rows) if hits fell anywhere among `n + m` alike: Fisher's exact test
/// of whether the share `b / m` is larger than `a / n`. 1 where it is not.
pub fn fisher_larger(a: u32, n: u32, b: u32, m: u32) -> f64 {
    if u64::from(b) * u64::from(n) <= u64::from(a) * u64::from(m) {
        return 1.0;
    }
    let choose = |n: f64, k: f64| lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
    let (n, m, hits, mut i) = (f64::from(n), f64::from(m), f64::from(a) + f64::from(b), f64::from(b));
    let mut term = exp(choose(hits, i) + choose(n + m - hits, m - i) - choose(n + m, m));
    let mut total = 0.0;
    while term > 0.0 && term > total * 1e-17 {
        total += term;
        term *= (hits - i) * (m - i) / ((i + 1.0) * (n - hits + i + 1.0));
        i += 1.0;
    }
    total.clamp(0.0, 1.0)
}
