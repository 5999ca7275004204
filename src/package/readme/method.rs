//! How the rows were split, and what chance would have claimed.

use super::{code, counted, half_width, number};
use crate::metrics::Metric;
use crate::split::SplitKind;
use crate::validate::Report;

/// How the folds of a training that went through were made.
pub(super) fn method(report: &Report, n_scored: usize) -> String {
    let split = &report.split;
    let column = split.column.as_deref().map(code).unwrap_or_default();
    let rounds = |repeats: u32| match repeats {
        0 | 1 => format!("{n_scored}-fold cross-validation"),
        n => format!("{}-fold cross-validation, dealt anew {n} times,", split.n_folds),
    };
    match split.kind {
        SplitKind::Random { repeats } => rounds(repeats),
        SplitKind::Group { repeats } => format!(
            "{} that keeps the rows of each {column} together ({})",
            rounds(repeats),
            counted(split.n_groups as usize, "group", "groups")
        ),
        SplitKind::Time { .. } => format!(
            "Cross-validation forwards in time by {column}, in {} that each test the rows behind those they learned from,",
            counted(n_scored, "step", "steps")
        ),
    }
}

/// Window and gap, and what is never tested, as sentences with a blank behind; empty where time did not decide.
pub(super) fn in_time(report: &Report) -> String {
    let parts = report.split.window_and_gap();
    let Some((first, rest)) = parts.split_first() else { return String::new() };
    let mut sentence = String::new();
    for (i, c) in first.chars().enumerate() {
        sentence.extend(if i == 0 { c.to_uppercase().collect::<Vec<_>>() } else { vec![c] });
    }
    for part in rest {
        sentence = format!("{sentence}; {part}");
    }
    sentence + ". The earliest rows were learned from and never tested. "
}

/// What chance would have claimed, as a sentence with a blank before it.
pub(super) fn by_chance(report: &Report) -> String {
    let metric = Metric::primary(report.task);
    let Some(naive) = report.naive.as_ref().and_then(|naive| naive.score(metric)) else { return String::new() };
    let Some(honest) = report.scores.iter().find(|score| score.metric == metric) else { return String::new() };
    format!(
        " Folds dealt by chance would have claimed {} {} where these find {}.",
        metric.name(),
        number(naive.mean, half_width(naive)),
        number(honest.mean, half_width(honest)),
    )
}
