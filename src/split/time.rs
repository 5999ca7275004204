//! Forwards in time: the latest rows are the test set, and each step tests the block behind those that it trains on.
//! Source: scikit-learn's TimeSeriesSplit, whose borders these are where all times differ; equal times stay together here.

use super::{Span, Split, SplitFacts, SplitKind, SplitRows, SplitSpec, Window, named, refuse};
use crate::dataset::{Groups, Times};
use crate::order::OrderBy;
use crate::problem::Problem;

/// The rows that have a time, earliest first, and where each new time begins.
struct Line<'a> {
    order: Vec<u32>,
    starts: Vec<usize>,
    times: &'a Times,
}

pub(super) fn draw(
    spec: &SplitSpec,
    (window, gap): (Window, Span),
    rows: SplitRows<'_>,
    times: &Times,
) -> Result<Split, Problem> {
    let line = Line::new(times);
    let n_rows = line.order.len();
    let n_folds = spec.folds as usize;
    let n_holdout = libm::round(n_rows as f64 * f64::from(spec.holdout)) as usize;
    let n_times = line.starts.len();
    if n_times < n_folds + 1 + usize::from(n_holdout > 0) {
        return Err(too_few_times(spec, times, n_times, n_holdout > 0));
    }
    let end = match n_holdout {
        0 => n_rows,
        n => line.starts[line.nearest(n_rows - n, n_folds + 1, n_times - 1)],
    };
    let last = if end < n_rows { line.before(end, gap) } else { n_rows };
    let n_aside = libm::round(n_rows as f64 * f64::from(spec.aside)) as usize;
    let (mut aside, mut last) = (Vec::new(), last);
    if n_aside > 0 {
        // The latest before the test set: what is nearest to the rows of later days.
        let n_times = line.starts.partition_point(|start| *start < last);
        if n_times < n_folds + 2 || last <= n_aside {
            return Err(gap_too_long(times, "the rows set aside"));
        }
        let border = line.starts[line.nearest(last - n_aside, n_folds + 1, n_times - 1)];
        aside = line.rows(border, last);
        last = line.before(border, gap);
    }
    // Times that are left between the first row and the gap before the rows set aside or the test set.
    let n_times = line.starts.partition_point(|start| *start < last);
    if n_times < n_folds + 1 {
        return Err(gap_too_long(times, "the test set"));
    }
    let size = last / (n_folds + 1);
    let mut borders = Vec::with_capacity(n_folds + 1);
    let mut at = 0;
    for step in 0..n_folds {
        at = line.nearest(last - (n_folds - step) * size, at + 1, n_times - (n_folds - step));
        borders.push(line.starts[at]);
    }
    borders.push(last);
    let mut split = Split { holdout: line.rows(end, n_rows), aside, ..Split::default() };
    let mut n_purged = 0;
    for (step, border) in borders.windows(2).enumerate() {
        let test = line.rows(border[0], border[1]);
        let to = line.before(border[0], gap);
        let mut training = line.rows(line.since(to, window), to);
        n_purged += purge(&mut training, &test, rows.groups);
        if training.is_empty() {
            return Err(nothing_before(times, rows.groups, &format!("step {}", step + 1)));
        }
        split.training.push(training);
        split.folds.push(test);
    }
    split.fitted = line.rows(line.since(last, window), last);
    n_purged += purge(&mut split.fitted, &split.holdout, rows.groups);
    n_purged += purge(&mut split.fitted, &split.aside, rows.groups);
    n_purged += purge(&mut split.aside, &split.holdout, rows.groups);
    if split.fitted.is_empty() {
        return Err(nothing_before(times, rows.groups, "the test set"));
    }
    split.facts = SplitFacts {
        kind: SplitKind::Time { window, gap },
        column: Some(times.column.clone()),
        n_folds: spec.folds,
        n_fitted: split.fitted.len() as u32,
        in_days: times.is_date,
        ..SplitFacts::default()
    };
    split.notes = notes(times, rows.groups, n_purged);
    Ok(split)
}

impl<'a> Line<'a> {
    fn new(times: &'a Times) -> Self {
        let time = |&position: &u32| times.values[position as usize];
        let mut order: Vec<u32> = (0..times.values.len() as u32).filter(|position| !time(position).is_nan()).collect();
        // Rows of one time stay as they stand.
        order.order_by(|a, b| time(a).total_cmp(&time(b)));
        let starts = (0..order.len()).filter(|&at| at == 0 || time(&order[at]) != time(&order[at - 1])).collect();
        Self { order, starts, times }
    }

    fn time(&self, at: usize) -> f64 {
        self.times.values[self.order[at] as usize]
    }

    /// Which of the times `low..=high` begins nearest to a place, the earlier of two.
    fn nearest(&self, wanted: usize, low: usize, high: usize) -> usize {
        let above = self.starts.partition_point(|start| *start < wanted);
        let below = above.saturating_sub(1);
        let far = |at: usize| self.starts.get(at).map_or(usize::MAX, |start| start.abs_diff(wanted));
        let nearest = if far(above) < far(below) { above } else { below };
        nearest.clamp(low, high.max(low))
    }

    /// The end of the rows that may be known so long before the row at a place.
    fn before(&self, at: usize, gap: Span) -> usize {
        match gap {
            Span::Rows(rows) => at.saturating_sub(rows as usize),
            Span::Duration(length) => {
                let border = self.time(at) - length;
                self.order[..at].partition_point(|&row| self.times.values[row as usize] < border)
            }
        }
    }

    /// The begin of the window that ends before a place.
    fn since(&self, to: usize, window: Window) -> usize {
        match window {
            _ if to == 0 => 0,
            Window::Expanding => 0,
            Window::Sliding(Span::Rows(rows)) => to.saturating_sub(rows as usize),
            Window::Sliding(Span::Duration(length)) => {
                let border = self.time(to - 1) - length;
                self.order[..to].partition_point(|&row| self.times.values[row as usize] <= border)
            }
        }
    }

    fn rows(&self, from: usize, to: usize) -> Vec<u32> {
        let mut rows = self.order[from..to].to_vec();
        rows.sort_unstable();
        rows
    }
}

/// Take out what belongs to a group that is tested; how many rows that were.
fn purge(training: &mut Vec<u32>, test: &[u32], groups: Option<&Groups>) -> usize {
    let Some(groups) = groups else { return 0 };
    let mut tested = vec![false; groups.n_groups as usize];
    for &row in test {
        tested[groups.codes[row as usize] as usize] = true;
    }
    let before = training.len();
    training.retain(|&row| !tested[groups.codes[row as usize] as usize]);
    before - training.len()
}

fn notes(times: &Times, groups: Option<&Groups>, n_purged: usize) -> Vec<String> {
    let mut notes = Vec::new();
    match times.n_missing() {
        0 => {}
        1 => {
            notes.push(format!("One row without a value of {} is neither trained on nor tested.", named(&times.column)))
        }
        n => notes
            .push(format!("{n} rows without a value of {} are neither trained on nor tested.", named(&times.column))),
    }
    if let Some(groups) = groups.filter(|_| n_purged > 0) {
        notes.push(format!(
            "{} left out of training over all fits, since rows of the same {} are tested later.",
            if n_purged == 1 { "One row was".to_owned() } else { format!("{n_purged} rows were") },
            named(&groups.column)
        ));
    }
    notes
}

fn too_few_times(spec: &SplitSpec, times: &Times, n_times: usize, has_holdout: bool) -> Problem {
    let test = if has_holdout { " and a test set" } else { "" };
    let needed = spec.folds + 1 + u32::from(has_holdout);
    refuse(
        format!(
            "{} steps forward{test} need at least {needed} different times, but {} has {n_times}.",
            spec.folds,
            named(&times.column)
        ),
        "Take fewer steps, choose another column, or deal the rows at random.",
    )
}

fn gap_too_long(times: &Times, place: &str) -> Problem {
    refuse(
        format!("The gap before {place} leaves too few times of {} to train and test on.", named(&times.column)),
        "Make the gap shorter, take fewer steps, or make the test set smaller.",
    )
}

fn nothing_before(times: &Times, groups: Option<&Groups>, place: &str) -> Problem {
    let (why, cure) = match groups {
        Some(groups) => (
            format!(" whose {} is not tested", named(&groups.column)),
            "Make the gap shorter, take fewer steps, or take the role Group away from that column.",
        ),
        None => (String::new(), "Make the gap shorter, or take fewer steps."),
    };
    refuse(format!("Before {place} and its gap no row by {} is left to train on{why}.", named(&times.column)), cure)
}
