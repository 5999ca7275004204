//! How far two distributions lie apart. With a reference of exact counts these are SciPy's numbers; with a sketch the
//! Kolmogorov–Smirnov statistic is a lower bound, short of the exact one by no more than the rows of one cell that have not
//! its knot's value: 1/200 of the rows or five, whichever is more. The Wasserstein distance is off by at most the sum over
//! cells of their share times their width.

use super::sketch::{Levels, Numbers};
use super::tail::{chi_squared_above, chi_squared_quantile};

/// Bins of the PSI and of the Jensen–Shannon distance of numbers.
const BINS: u64 = 10;

/// The largest distance between the two shares of rows up to a value. 0 where one has no rows.
pub fn kolmogorov_smirnov(reference: &Numbers, current: &Numbers) -> f64 {
    if reference.n == 0 || current.n == 0 {
        return 0.0;
    }
    let (n, m) = (f64::from(reference.n), f64::from(current.n));
    let mut largest = 0.0f64;
    let (mut r, mut c) = (0, 0);
    // Rows at or below the place in both.
    let (mut below, mut seen) = (0u32, 0u32);
    loop {
        let next_r = reference.knots.get(r);
        let next_c = current.knots.get(c);
        let value = match (next_r, next_c) {
            (Some(a), Some(b)) => a.0.min(b.0),
            (Some(a), None) => a.0,
            (None, Some(b)) => b.0,
            (None, None) => return largest,
        };
        if let Some(knot) = next_c.filter(|knot| knot.0 == value) {
            seen += knot.1;
            c += 1;
        }
        let share = f64::from(seen) / m;
        match next_r {
            Some(knot) if knot.0 == value => {
                below += knot.1;
                r += 1;
                largest = largest.max((f64::from(below) / n - share).abs());
            }
            // Inside a cell: the rows of its ramp lie below or above.
            knot => {
                let ramp = knot.filter(|_| value >= reference.low).map_or(0, |knot| knot.1 - knot.2);
                let (least, most) = (f64::from(below) / n, f64::from(below + ramp) / n);
                largest = largest.max(share - most).max(least - share);
            }
        }
    }
}

/// The area between the two shares of rows up to a value, in the column's unit; SciPy's `wasserstein_distance`.
pub fn wasserstein(reference: &Numbers, current: &Numbers) -> f64 {
    if reference.n == 0 || current.n == 0 {
        return 0.0;
    }
    let mut places: Vec<f64> = reference.knots.iter().chain(&current.knots).map(|knot| knot.0).collect();
    places.push(reference.low);
    places.sort_unstable_by(f64::total_cmp);
    places.dedup();
    let (n, m) = (f64::from(reference.n), f64::from(current.n));
    let (mut r, mut c, mut below, mut seen) = (0, 0, 0u32, 0u32);
    let mut left = reference.low;
    let mut area = 0.0;
    for pair in places.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        while let Some(knot) = reference.knots.get(r).filter(|knot| knot.0 <= from) {
            (below, left) = (below + knot.1, knot.0);
            r += 1;
        }
        while let Some(knot) = current.knots.get(c).filter(|knot| knot.0 <= from) {
            seen += knot.1;
            c += 1;
        }
        let share = f64::from(seen) / m;
        let rising = |value: f64| {
            let inside = reference.knots.get(r).filter(|knot| knot.1 > knot.2 && value > left);
            let ramp = inside.map_or(0.0, |knot| f64::from(knot.1 - knot.2) * (value - left) / (knot.0 - left));
            (f64::from(below) + ramp) / n - share
        };
        let (a, b) = (rising(from), rising(to));
        let height = if a * b < 0.0 { (a * a + b * b) / (2.0 * (a - b).abs()) } else { (a + b).abs() / 2.0 };
        area += height * (to - from);
    }
    area
}

/// Rows of both in bins of about a tenth of the reference each.
pub fn binned(reference: &Numbers, current: &Numbers) -> Vec<(u32, u32)> {
    let mut edges: Vec<(f64, u32)> = Vec::new();
    let (mut below, mut reached) = (0, 0);
    let inner = reference.knots.split_last().map_or(&[][..], |(_, inner)| inner);
    for knot in inner {
        below += knot.1;
        let tenth = u64::from(below) * BINS / u64::from(reference.n);
        if tenth > reached {
            reached = tenth;
            edges.push((knot.0, below));
        }
    }
    edges.push((f64::INFINITY, reference.n));
    let (mut bins, mut before, mut c, mut counted) = (Vec::new(), 0, 0, 0);
    let mut seen = 0;
    for (edge, below) in edges {
        while let Some(knot) = current.knots.get(c).filter(|knot| knot.0 <= edge) {
            seen += knot.1;
            c += 1;
        }
        bins.push((below - before, seen - counted));
        (before, counted) = (below, seen);
    }
    bins
}

/// Rows of both with each level that the reference names, and with all others.
pub fn levelled(reference: &Levels, current: &[(String, u32)]) -> Vec<(u32, u32)> {
    let count = |text: &str| {
        let found = current.binary_search_by(|(other, _)| other.as_str().cmp(text));
        found.map_or(0, |at| current[at].1)
    };
    let mut pairs: Vec<(u32, u32)> = reference.levels.iter().map(|(text, n)| (*n, count(text))).collect();
    let named: u32 = pairs.iter().map(|pair| pair.1).sum();
    let all: u32 = current.iter().map(|(_, n)| n).sum();
    pairs.push((reference.other, all - named));
    pairs
}

/// The population stability index and the value that it stays below in 95 of 100 cases without any change:
/// the chi-squared quantile times (1/n + 1/m). An empty bin counts as half a row.
pub fn stability_index(bins: &[(u32, u32)]) -> (f64, f64) {
    let (n, m) = totals(bins);
    let used: Vec<&(u32, u32)> = bins.iter().filter(|bin| bin.0 + bin.1 > 0).collect();
    if n == 0.0 || m == 0.0 || used.len() < 2 {
        return (0.0, 0.0);
    }
    let share = |count: u32, all: f64| f64::from(count).max(0.5) / all;
    let term = |bin: &&(u32, u32)| {
        let (p, q) = (share(bin.0, n), share(bin.1, m));
        (q - p) * libm::log(q / p)
    };
    let threshold = chi_squared_quantile(0.05, (used.len() - 1) as f64) * (1.0 / n + 1.0 / m);
    (used.iter().map(term).sum(), threshold)
}

/// The root of the Jensen–Shannon divergence in nats, 0 to √ln 2; SciPy's `jensenshannon`.
pub fn jensen_shannon(bins: &[(u32, u32)]) -> f64 {
    let (n, m) = totals(bins);
    if n == 0.0 || m == 0.0 {
        return 0.0;
    }
    let part = |p: f64, middle: f64| if p > 0.0 { p * libm::log(p / middle) } else { 0.0 };
    let term = |bin: &(u32, u32)| {
        let (p, q) = (f64::from(bin.0) / n, f64::from(bin.1) / m);
        let middle = (p + q) / 2.0;
        part(p, middle) + part(q, middle)
    };
    (bins.iter().map(term).sum::<f64>() / 2.0).max(0.0).sqrt()
}

/// The same counts with every bin whose expected count in the smaller sample is below five put together (Cochran 1954).
pub fn pooled(bins: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let (n, m) = totals(bins);
    let expected = |bin: &(u32, u32)| (f64::from(bin.0) + f64::from(bin.1)) * n.min(m) / (n + m);
    let (mut kept, rare): (Vec<_>, Vec<_>) = bins.iter().copied().partition(|bin| expected(bin) >= 5.0);
    let rest = rare.iter().fold((0, 0), |sum, bin| (sum.0 + bin.0, sum.1 + bin.1));
    if expected(&rest) >= 5.0 {
        kept.push(rest);
    } else if rest.0 + rest.1 > 0
        && let Some(least) = kept.iter_mut().min_by_key(|bin| bin.0 + bin.1)
    {
        *least = (least.0 + rest.0, least.1 + rest.1);
    }
    kept
}

/// Pearson's statistic of two rows of counts, without Yates' correction, and its p-value; `None` for fewer than two bins
/// or an empty sample.
pub fn chi_squared(bins: &[(u32, u32)]) -> Option<(f64, f64)> {
    let (n, m) = totals(bins);
    if bins.len() < 2 || n == 0.0 || m == 0.0 {
        return None;
    }
    let term = |bin: &(u32, u32)| {
        let (a, b) = (f64::from(bin.0), f64::from(bin.1));
        let (of_a, of_b) = ((a + b) * n / (n + m), (a + b) * m / (n + m));
        (a - of_a) * (a - of_a) / of_a + (b - of_b) * (b - of_b) / of_b
    };
    let statistic = bins.iter().filter(|bin| bin.0 + bin.1 > 0).map(term).sum();
    Some((statistic, chi_squared_above(statistic, (bins.len() - 1) as f64)))
}

fn totals(bins: &[(u32, u32)]) -> (f64, f64) {
    (bins.iter().map(|bin| f64::from(bin.0)).sum(), bins.iter().map(|bin| f64::from(bin.1)).sum())
}
