//! Chance deals the rows, class by class where the split is stratified.

use super::{Split, SplitFacts, SplitKind, SplitSpec, assemble};
use crate::dataset::Target;
use crate::order::OrderBy;
use crate::problem::Problem;
use crate::random::Random;

/// Deal these positions.
pub(super) fn draw(
    spec: &SplitSpec,
    repeats: u32,
    target: &Target,
    positions: &[u32],
    mut random: Random,
) -> Result<Split, Problem> {
    let mut strata: Vec<Vec<u32>> = match target {
        Target::Classes { codes, labels } if spec.stratified => {
            let mut strata = vec![Vec::new(); labels.len()];
            for &position in positions {
                strata[codes[position as usize] as usize].push(position);
            }
            strata
        }
        Target::Classes { .. } | Target::Values(_) => vec![positions.to_vec()],
    };
    for stratum in &mut strata {
        random.shuffle(stratum);
    }
    let sizes = holdout_sizes(&strata, spec.holdout, strata.len() > 1);
    let n_aside = libm::round(positions.len() as f64 * f64::from(spec.aside)) as usize;
    let n_left = (positions.len() - sizes.iter().sum::<usize>()).saturating_sub(n_aside);
    if n_left < spec.folds as usize {
        return Err(too_few_rows(spec, n_left));
    }
    let mut holdout = Vec::new();
    for (stratum, size) in strata.iter_mut().zip(sizes) {
        holdout.extend(stratum.drain(..size));
    }
    let aside = if n_aside > 0 { set_aside(&mut strata, n_aside, &mut random) } else { Vec::new() };
    let n_folds = spec.folds as usize;
    let mut folds = Vec::new();
    for round in 0..repeats.max(1) {
        let first = folds.len();
        folds.resize(first + n_folds, Vec::new());
        let mut next = 0;
        for stratum in &mut strata {
            if round > 0 {
                random.shuffle(stratum);
            }
            for &position in &*stratum {
                folds[first + next].push(position);
                next = (next + 1) % n_folds;
            }
        }
    }
    let facts = SplitFacts {
        kind: SplitKind::Random { repeats },
        n_folds: spec.folds,
        stratified: spec.stratified && matches!(target, Target::Classes { .. }),
        ..SplitFacts::default()
    };
    Ok(assemble(holdout, aside, folds, facts))
}

/// Take rows out by chance alone: were they dealt class by class, a new row would not be one of them like any other, which is
/// what the promise rests on. A class's last row stays, so that training sees it.
fn set_aside(strata: &mut [Vec<u32>], n_aside: usize, random: &mut Random) -> Vec<u32> {
    let keep = usize::from(strata.len() > 1);
    let mut pool: Vec<(usize, u32)> = Vec::new();
    for (class, stratum) in strata.iter().enumerate() {
        pool.extend(stratum.iter().map(|position| (class, *position)));
    }
    random.shuffle(&mut pool);
    let mut left: Vec<usize> = strata.iter().map(Vec::len).collect();
    let mut aside = Vec::new();
    for (class, position) in pool {
        if aside.len() < n_aside && left[class] > keep {
            left[class] -= 1;
            aside.push(position);
        }
    }
    aside.sort_unstable();
    for stratum in strata {
        stratum.retain(|position| aside.binary_search(position).is_err());
    }
    aside
}

/// Rows of each stratum that go to the holdout: the rounded total, dealt by largest remainder.
fn holdout_sizes(strata: &[Vec<u32>], share: f32, keep_one: bool) -> Vec<usize> {
    let n_rows: usize = strata.iter().map(Vec::len).sum();
    let total = libm::round(n_rows as f64 * f64::from(share)) as usize;
    let exact: Vec<f64> = strata.iter().map(|g| g.len() as f64 * f64::from(share)).collect();
    let room = |g: usize| if keep_one { strata[g].len().saturating_sub(1) } else { strata[g].len() };
    let mut sizes: Vec<usize> = exact.iter().enumerate().map(|(g, e)| (*e as usize).min(room(g))).collect();
    let mut order: Vec<usize> = (0..strata.len()).collect();
    let remainder = |g: usize| exact[g] - libm::floor(exact[g]);
    order.order_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    let mut left = total.saturating_sub(sizes.iter().sum());
    for g in order {
        if left > 0 && sizes[g] < room(g) {
            sizes[g] += 1;
            left -= 1;
        }
    }
    sizes
}

fn too_few_rows(spec: &SplitSpec, n_left: usize) -> Problem {
    Problem {
        place: "split".into(),
        event: format!(
            "{} folds need at least {} rows with a known target; {n_left} are left beside the test set.",
            spec.folds, spec.folds
        ),
        kept: "The table is as it was.".into(),
        cure: "Add rows, take fewer folds, or make the test set smaller.".into(),
    }
}
