//! Which rows train and which test. Positions, not table rows: `0..n` counts the rows of a `Dataset`.

use serde::{Deserialize, Serialize};

use crate::dataset::Target;
use crate::problem::Problem;
use crate::random::Random;

/// The stream of the seed's random numbers that draws splits.
const STREAM: u64 = 1;
/// The stream that draws rows that are held back from a fit.
const VALIDATION_STREAM: u64 = 2;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitSpec {
    /// Share of rows locked away as the test set, `0 ≤ s ≤ 0.5`; 0 keeps none.
    pub holdout: f32,
    /// Folds of the cross-validation, 2 to 20.
    pub folds: u32,
    /// Keep the class shares alike in every part (classification).
    pub stratified: bool,
    pub seed: u64,
}

impl Default for SplitSpec {
    fn default() -> Self {
        Self { holdout: 0.2, folds: 5, stratified: true, seed: 42 }
    }
}

/// The drawn split: every position is in `holdout` or in exactly one of `folds`. Each list ascends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub holdout: Vec<u32>,
    /// The test rows of each fold; its training rows are those of the other folds.
    pub folds: Vec<Vec<u32>>,
}

impl SplitSpec {
    pub const MAX_HOLDOUT: f32 = 0.5;
    pub const FOLDS: (u32, u32) = (2, 20);

    /// What is wrong with the settings themselves.
    pub fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if !(0.0..=Self::MAX_HOLDOUT).contains(&self.holdout) {
            problems.push(Problem {
                place: "split, holdout".into(),
                event: format!("The test set's share is {}, outside 0 to {}.", self.holdout, Self::MAX_HOLDOUT),
                kept: "Nothing was trained.".into(),
                cure: "Give a share from 0 (no test set) to 0.5, such as 0.2.".into(),
            });
        }
        let (fewest, most) = Self::FOLDS;
        if !(fewest..=most).contains(&self.folds) {
            problems.push(Problem {
                place: "split, folds".into(),
                event: format!("The number of folds, {}, is outside {fewest} to {most}.", self.folds),
                kept: "Nothing was trained.".into(),
                cure: format!("Give a whole number from {fewest} to {most}, such as 5."),
            });
        }
        problems
    }

    /// Draw the split. Parts differ by at most one row in size, and, when stratified, folds by at most one row of each
    /// class. Regression is never stratified. A class's only row stays out of the test set, so that training sees it.
    ///
    /// # Errors
    /// Settings out of range, or fewer rows than the split needs.
    pub fn draw(&self, target: &Target) -> Result<Split, Problem> {
        if let Some(problem) = self.validate().into_iter().next() {
            return Err(problem);
        }
        let n_rows = target.len();
        let mut random = Random::new(self.seed, STREAM);
        let mut groups: Vec<Vec<u32>> = match target {
            Target::Classes { codes, labels } if self.stratified => positions_by_class(codes, labels.len()),
            Target::Classes { .. } | Target::Values(_) => vec![(0..n_rows as u32).collect()],
        };
        for group in &mut groups {
            random.shuffle(group);
        }
        let sizes = holdout_sizes(&groups, self.holdout, groups.len() > 1);
        let n_left = n_rows - sizes.iter().sum::<usize>();
        if n_left < self.folds as usize {
            return Err(too_few_rows(self, n_left));
        }
        let mut split = Split { holdout: Vec::new(), folds: vec![Vec::new(); self.folds as usize] };
        let mut next = 0;
        for (group, size) in groups.iter().zip(sizes) {
            split.holdout.extend(&group[..size]);
            for &position in &group[size..] {
                split.folds[next].push(position);
                next = (next + 1) % split.folds.len();
            }
        }
        split.holdout.sort_unstable();
        for fold in &mut split.folds {
            fold.sort_unstable();
        }
        Ok(split)
    }
}

impl Split {
    /// The training rows of a fold, ascending: all other folds.
    pub fn training(&self, fold: usize) -> Vec<u32> {
        let mut rows: Vec<u32> =
            self.folds.iter().enumerate().filter(|(f, _)| *f != fold).flat_map(|(_, rows)| rows).copied().collect();
        rows.sort_unstable();
        rows
    }

    /// Every row outside the holdout, ascending.
    pub fn outside_holdout(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = self.folds.iter().flatten().copied().collect();
        rows.sort_unstable();
        rows
    }

    /// What a person should know about this split: classes with fewer rows than parts to put them in.
    pub fn notes(&self, target: &Target) -> Vec<String> {
        let Target::Classes { codes, labels } = target else { return Vec::new() };
        let mut counts = vec![0usize; labels.len()];
        for &position in self.folds.iter().flatten() {
            counts[codes[position as usize] as usize] += 1;
        }
        let n_folds = self.folds.len();
        let with = |few: &dyn Fn(usize) -> bool| -> Vec<(&String, usize)> {
            labels.iter().zip(counts.iter().copied()).filter(|(_, n)| few(*n)).collect()
        };
        // One sentence for classes with the same fate, however many they are.
        let mut notes = Vec::new();
        match with(&|n| n == 0)[..] {
            [] => {}
            [(label, _)] => {
                notes.push(format!("Class “{label}” has no row outside the test set, so it cannot be learned."));
            }
            ref many => notes.push(format!("{} have no row outside the test set and cannot be learned.", named(many))),
        }
        match with(&|n| n == 1)[..] {
            [] => {}
            [(label, _)] => notes.push(format!(
                "Class “{label}” has one row: in the fold that tests it, no training row has shown it to the model."
            )),
            ref many => notes.push(format!(
                "{} have one row each: in the fold that tests it, no training row has shown it to the model.",
                named(many)
            )),
        }
        match with(&|n| n > 1 && n < n_folds)[..] {
            [] => {}
            [(label, n)] => notes.push(format!(
                "Class “{label}” has {n} rows for {n_folds} folds, so some folds are tested without it."
            )),
            ref many => notes.push(format!(
                "{} have fewer rows than the {n_folds} folds, so some folds are tested without them.",
                named(many)
            )),
        }
        notes
    }
}

/// «7 classes, such as “a”, “b” and “c”,», or two of them by name.
fn named(classes: &[(&String, usize)]) -> String {
    match classes {
        [(a, _), (b, _)] => format!("The classes “{a}” and “{b}”"),
        [(a, _), (b, _), (c, _)] => format!("The classes “{a}”, “{b}” and “{c}”"),
        [(a, _), (b, _), (c, _), ..] => format!("{} classes, such as “{a}”, “{b}” and “{c}”,", classes.len()),
        [] | [_] => String::new(),
    }
}

fn positions_by_class(codes: &[u32], n_classes: usize) -> Vec<Vec<u32>> {
    let mut groups = vec![Vec::new(); n_classes];
    for (position, &code) in codes.iter().enumerate() {
        groups[code as usize].push(position as u32);
    }
    groups
}

/// Rows of each group that go to the holdout: the rounded total, dealt by largest remainder.
fn holdout_sizes(groups: &[Vec<u32>], share: f32, keep_one: bool) -> Vec<usize> {
    let n_rows: usize = groups.iter().map(Vec::len).sum();
    let total = libm::round(n_rows as f64 * f64::from(share)) as usize;
    let exact: Vec<f64> = groups.iter().map(|g| g.len() as f64 * f64::from(share)).collect();
    let room = |g: usize| if keep_one { groups[g].len().saturating_sub(1) } else { groups[g].len() };
    let mut sizes: Vec<usize> = exact.iter().enumerate().map(|(g, e)| (*e as usize).min(room(g))).collect();
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let remainder = |g: usize| exact[g] - libm::floor(exact[g]);
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
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

/// Positions within the training rows: those that train, and those that are held back to see when to stop; seeded and, for
/// classes, stratified. Every class keeps a training row. A single row is both.
pub fn draw_validation(target: &Target, share: f32, seed: u64) -> (Vec<u32>, Vec<u32>) {
    let n_rows = target.len();
    if n_rows < 2 {
        return ((0..n_rows as u32).collect(), (0..n_rows as u32).collect());
    }
    let mut random = Random::new(seed, VALIDATION_STREAM);
    let mut groups: Vec<Vec<u32>> = match target {
        Target::Classes { codes, labels } => {
            let mut groups = vec![Vec::new(); labels.len()];
            for (position, &code) in codes.iter().enumerate() {
                groups[code as usize].push(position as u32);
            }
            groups
        }
        Target::Values(_) => vec![(0..n_rows as u32).collect()],
    };
    let (mut train, mut validation) = (Vec::new(), Vec::new());
    // What rounding down left over, carried from class to class, so that the total is right.
    let mut carried = 0.5;
    for group in &mut groups {
        random.shuffle(group);
        let exact = group.len() as f64 * f64::from(share) + carried;
        let size = (exact as usize).min(group.len().saturating_sub(1));
        carried = (exact - size as f64).min(1.0);
        validation.extend(&group[..size]);
        train.extend(&group[size..]);
    }
    if validation.is_empty() {
        validation.extend(train.pop());
    }
    train.sort_unstable();
    validation.sort_unstable();
    (train, validation)
}
