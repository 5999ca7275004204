//! Whole groups are dealt, the parts as alike in size and in shares of classes as they can be.
//! Source: scikit-learn's StratifiedGroupKFold: large and lopsided groups first, each to where it leaves the shares of
//! the classes most even; without classes, as its GroupKFold, to the smallest part.

use super::{Split, SplitFacts, SplitKind, SplitSpec, assemble, named, refuse};
use crate::dataset::{Groups, Target};
use crate::order::OrderBy;
use crate::problem::Problem;
use crate::random::Random;

/// A group's rows, and how many of each class it has.
struct Group {
    positions: Vec<u32>,
    classes: Vec<(u32, u32)>,
}

pub(super) fn draw(
    spec: &SplitSpec,
    repeats: u32,
    target: &Target,
    groups: &Groups,
    mut random: Random,
) -> Result<Split, Problem> {
    let members = members(spec, target, groups);
    let n_classes = members.iter().flat_map(|g| &g.classes).map(|(class, _)| class + 1).max().unwrap_or(1) as usize;
    let has_holdout = spec.holdout > 0.0;
    let has_aside = spec.aside > 0.0;
    if members.len() < spec.folds as usize + usize::from(has_holdout) + usize::from(has_aside) {
        return Err(too_few(spec, groups, members.len()));
    }
    let order = order(&members, (0..members.len()).collect(), &mut random);
    let take = |from: &[usize], share: f64| -> (Vec<usize>, Vec<usize>) {
        let parts = deal(&members, from, &[share, 1.0 - share], n_classes);
        let of = |wanted| from.iter().zip(&parts).filter(|(_, p)| **p == wanted).map(|(group, _)| *group).collect();
        (of(0), of(1))
    };
    let (mut holdout, mut aside, mut left) = (Vec::new(), Vec::new(), order);
    if has_holdout {
        (holdout, left) = take(&left, f64::from(spec.holdout));
    }
    if has_aside {
        (aside, left) = take(&left, f64::from(spec.aside) / (1.0 - f64::from(spec.holdout)));
    }
    if left.len() < spec.folds as usize {
        return Err(too_few(spec, groups, left.len()));
    }
    let n_folds = spec.folds as usize;
    let mut folds: Vec<Vec<u32>> = Vec::new();
    for round in 0..repeats.max(1) {
        let order = if round == 0 { left.clone() } else { self::order(&members, left.clone(), &mut random) };
        let first = folds.len();
        folds.resize(first + n_folds, Vec::new());
        for (&group, part) in order.iter().zip(deal(&members, &order, &vec![1.0; n_folds], n_classes)) {
            folds[first + part].extend(&members[group].positions);
        }
    }
    let facts = SplitFacts {
        kind: SplitKind::Group { repeats },
        column: Some(groups.column.clone()),
        n_folds: spec.folds,
        stratified: spec.stratified && matches!(target, Target::Classes { .. }),
        n_groups: left.len() as u32,
        ..SplitFacts::default()
    };
    let rows = |groups: Vec<usize>| groups.into_iter().flat_map(|g| members[g].positions.iter().copied()).collect();
    let mut split = assemble(rows(holdout), rows(aside), folds, facts);
    if groups.n_missing > 0 {
        split.notes.push(format!(
            "{} without a value of {} count as groups of their own.",
            if groups.n_missing == 1 { "One row".to_owned() } else { format!("{} rows", groups.n_missing) },
            named(&groups.column)
        ));
    }
    Ok(split)
}

/// The rows of each group, and what of the target they bring: their classes, or only how many they are.
fn members(spec: &SplitSpec, target: &Target, groups: &Groups) -> Vec<Group> {
    let mut members: Vec<Group> =
        (0..groups.n_groups).map(|_| Group { positions: Vec::new(), classes: Vec::new() }).collect();
    for (position, &group) in groups.codes.iter().enumerate() {
        let class = match target {
            Target::Classes { codes, .. } if spec.stratified => codes[position],
            Target::Classes { .. } | Target::Values(_) => 0,
        };
        let group = &mut members[group as usize];
        group.positions.push(position as u32);
        match group.classes.iter_mut().find(|(of, _)| *of == class) {
            Some((_, n)) => *n += 1,
            None => group.classes.push((class, 1)),
        }
    }
    members
}

/// Shuffled, then the largest and most lopsided first: what is small can still even things out.
fn order(members: &[Group], mut groups: Vec<usize>, random: &mut Random) -> Vec<usize> {
    groups.sort_unstable();
    random.shuffle(&mut groups);
    let length = |group: usize| members[group].classes.iter().map(|(_, n)| u64::from(*n) * u64::from(*n)).sum::<u64>();
    groups.order_by_key(|&group| std::cmp::Reverse(length(group)));
    groups
}

/// The part of each group, in the order given. Parts get shares of the rows by their weights; none is left empty.
fn deal(members: &[Group], order: &[usize], weights: &[f64], n_classes: usize) -> Vec<usize> {
    let n_parts = weights.len() as f64;
    let mut totals = vec![0.0; n_classes];
    for (class, n) in order.iter().flat_map(|&group| &members[group].classes) {
        totals[*class as usize] += f64::from(*n);
    }
    // A part's share of each class, as a multiple of what its weight would be owed; with sums and squares over the parts.
    let mut shares = vec![vec![0.0; n_classes]; weights.len()];
    let (mut sums, mut squares) = (vec![0.0; n_classes], vec![0.0; n_classes]);
    let mut n_rows = vec![0usize; weights.len()];
    let spread = |sum: f64, square: f64| (square / n_parts - (sum / n_parts) * (sum / n_parts)).max(0.0).sqrt();
    let mut parts = Vec::with_capacity(order.len());
    for (done, &group) in order.iter().enumerate() {
        let n_empty = n_rows.iter().filter(|n| **n == 0).count();
        let must_fill = order.len() - done <= n_empty;
        let mut best: Option<(f64, f64, usize)> = None;
        for (part, weight) in weights.iter().enumerate().filter(|(part, _)| !must_fill || n_rows[*part] == 0) {
            let cost: f64 = members[group]
                .classes
                .iter()
                .map(|&(class, n)| {
                    let class = class as usize;
                    let before = shares[part][class];
                    let after = before + f64::from(n) / (weight * totals[class]);
                    spread(sums[class] - before + after, squares[class] - before * before + after * after)
                        - spread(sums[class], squares[class])
                })
                .sum();
            let size = n_rows[part] as f64 / weight;
            let better = best
                .is_none_or(|(least, smallest, _)| cost < least - 1e-12 || (cost <= least + 1e-12 && size < smallest));
            if better {
                best = Some((cost, size, part));
            }
        }
        let part = best.map_or(0, |(_, _, part)| part);
        for &(class, n) in &members[group].classes {
            let class = class as usize;
            let before = shares[part][class];
            let after = before + f64::from(n) / (weights[part] * totals[class]);
            shares[part][class] = after;
            sums[class] += after - before;
            squares[class] += after * after - before * before;
        }
        n_rows[part] += members[group].positions.len();
        parts.push(part);
    }
    parts
}

fn too_few(spec: &SplitSpec, groups: &Groups, n_left: usize) -> Problem {
    let (has_holdout, has_aside) = (spec.holdout > 0.0, spec.aside > 0.0);
    let needed = spec.folds + u32::from(has_holdout) + u32::from(has_aside);
    let needs = match (has_holdout, has_aside) {
        (true, true) => format!("{} folds, a test set and rows set aside need at least {needed} groups", spec.folds),
        (false, true) => format!("{} folds and rows set aside need at least {needed} groups", spec.folds),
        (true, false) if n_left == groups.n_groups as usize => {
            format!("{} folds and a test set need at least {needed} groups", spec.folds)
        }
        (_, false) => format!("{} folds need at least {} groups outside the test set", spec.folds, spec.folds),
    };
    refuse(
        format!(
            "{needs}, but {} makes {}.",
            named(&groups.column),
            if n_left == 1 { "only one".to_owned() } else { format!("only {n_left}") }
        ),
        "Take fewer folds, make the test set smaller, choose another column, or deal the rows at random.",
    )
}
