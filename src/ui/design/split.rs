//! The split as it was drawn: folds, groups or steps in time, and the test set behind its lock.

use leptos::prelude::*;

use crate::split::{Drawn, DrawnTimes, SplitKind, Stretch};
use crate::studio::words;
use crate::ui::use_hearth;
use crate::validate::FEWEST_FOLDS;

const WIDTH: f64 = 960.0;
const BLOCK: f64 = 30.0;
const LINE: f64 = 12.0;
/// Lines that a block shows at most for the groups in it.
const MOST_GROUPS: u32 = 30;

#[component]
pub fn SplitDrawing() -> impl IntoView {
    let hearth = use_hearth();
    let parts = hearth.read(|s| {
        s.check.as_ref().map(|c| Parts {
            folds: c.fold_sizes.clone(),
            holdout: c.n_holdout,
            missing: c.n_missing_target,
            drawn: c.drawn.clone(),
        })
    });
    view! {
        {move || parts.get().filter(|p| !p.folds.is_empty()).map(|parts| {
            let summary = summary(&parts);
            let times = parts.drawn.as_ref().and_then(|drawn| drawn.times.as_ref());
            view! {
                <figure class="split" aria-label="How the rows are split">
                    {match times {
                        Some(times) => in_time(times).into_any(),
                        None => drawing(&parts).into_any(),
                    }}
                    <figcaption class="second small">{summary}</figcaption>
                </figure>
            }
        })}
    }
}

#[derive(Clone, PartialEq)]
struct Parts {
    folds: Vec<u32>,
    holdout: u32,
    missing: u32,
    drawn: Option<Drawn>,
}

impl Parts {
    fn n_aside(&self) -> u32 {
        self.drawn.as_ref().map_or(0, |drawn| drawn.facts.n_aside)
    }

    /// The folds of the first round.
    fn round(&self) -> &[u32] {
        let n = self.drawn.as_ref().map_or(self.folds.len(), |drawn| drawn.facts.n_folds as usize);
        &self.folds[..n.clamp(1, self.folds.len())]
    }
}

fn summary(parts: &Parts) -> String {
    let round = parts.round();
    let fold = words::counted(u64::from(round.first().copied().unwrap_or(0)), "row");
    let n_folds = round.len() as u64;
    let facts = parts.drawn.as_ref().map(|drawn| &drawn.facts);
    let mut text = match facts.map(|facts| facts.kind) {
        Some(SplitKind::Time { .. }) => {
            let tested = parts.drawn.as_ref().map_or(0, |drawn| drawn.n_tested);
            let settings = facts.map(crate::split::SplitFacts::window_and_gap).unwrap_or_default();
            format!(
                "{} forward of about {fold} each; {}; the first rows are learned from and never tested ({} are)",
                words::counted(n_folds, "step"),
                settings.join("; "),
                words::count(u64::from(tested)),
            )
        }
        Some(SplitKind::Group { .. }) => format!(
            "{} in {} of about {fold}: each is tested as a whole, by a model that has met none of its rows",
            words::counted(facts.map_or(0, |facts| u64::from(facts.n_groups)), "group"),
            words::counted(n_folds, "fold"),
        ),
        Some(SplitKind::Random { .. }) | None => format!(
            "Each of {} of about {fold} is tested once by a model that learned from the others",
            words::counted(n_folds, "fold"),
        ),
    };
    let rounds = parts.folds.len() as u64 / n_folds.max(1);
    if rounds > 1 {
        text += &format!(", in {rounds} rounds that deal them anew");
    }
    if parts.n_aside() > 0 {
        text += &format!("; {} are set aside for ranges", words::counted(u64::from(parts.n_aside()), "row"));
    }
    text += &match parts.holdout {
        0 => ". No test set is locked away.".to_owned(),
        n => format!("; {} wait behind the lock.", words::counted(u64::from(n), "row")),
    };
    if parts.folds.len() < FEWEST_FOLDS {
        text +=
            " Two folds are too few for an interval, which says how sure a score is: three at least, five are usual.";
    }
    if parts.missing > 0 {
        text += &format!(" {} without a target are left out.", words::counted(u64::from(parts.missing), "row"));
    }
    text
}

/// Above: all rows as blocks, with a line between groups. Below: a line per fold, with the part that tests.
fn drawing(parts: &Parts) -> impl IntoView + use<> {
    let folds = parts.round().to_vec();
    let n_aside = parts.n_aside();
    let total = f64::from(folds.iter().sum::<u32>() + n_aside + parts.holdout).max(1.0);
    let gap_aside = if n_aside > 0 { 14.0 } else { 0.0 };
    let gap = if parts.holdout > 0 { 14.0 } else { 0.0 };
    let scale = (WIDTH - gap - gap_aside) / total;
    let groups = parts.drawn.as_ref().and_then(|drawn| drawn.groups.clone());
    let mut x = 0.0;
    let blocks: Vec<(f64, f64, u32)> = folds
        .iter()
        .map(|&n| {
            let width = f64::from(n) * scale;
            let block = (x, width, n);
            x += width;
            block
        })
        .collect();
    let trained = x;
    let aside = (trained + gap_aside, f64::from(n_aside) * scale);
    let test = (aside.0 + aside.1 + gap, f64::from(parts.holdout) * scale);
    let height = BLOCK + 14.0 + folds.len() as f64 * LINE + 2.0;
    let line_y = move |i: usize| BLOCK + 14.0 + LINE * i as f64;
    let wide_blocks = blocks.first().is_some_and(|(_, width, _)| *width > 70.0);
    let blocks_below = blocks.clone();
    let n_groups = move |fold: usize| groups.as_ref().and_then(|(folds, _)| folds.get(fold).copied());
    view! {
        <svg class="split-drawing" viewBox=format!("0 0 {WIDTH} {height}") aria-hidden="true" focusable="false">
            {blocks.into_iter().enumerate().map(|(i, (x, width, n))| {
                let lines = n_groups(i).map_or(0, |n| n.min(MOST_GROUPS));
                let label = n_groups(i).map_or_else(|| words::count(u64::from(n)), |n| words::counted(u64::from(n), "group"));
                view! {
                    <rect class="fold" x=px(x + 0.75) y="0.75" width=px((width - 1.5).max(0.5)) height=px(BLOCK - 1.5) rx="3"></rect>
                    {(1..lines).map(|line| {
                        let at = px(x + width * f64::from(line) / f64::from(lines));
                        view! { <line class="group-line" x1=at.clone() x2=at y1="2" y2=px(BLOCK - 2.0)></line> }
                    }).collect_view()}
                    {wide_blocks.then(|| {
                        let text = format!("{} · {label}", i + 1);
                        let middle = px(x + width / 2.0);
                        view! { <text class="split-label on-block" x=middle y=px(BLOCK / 2.0 + 4.0)>{text}</text> }
                    })}
                }
            }).collect_view()}
            {(n_aside > 0).then(|| set_aside(aside.0, aside.1, height, &words::count(u64::from(n_aside))))}
            {(parts.holdout > 0).then(|| locked(test.0, test.1, height, &words::count(u64::from(parts.holdout))))}
            {blocks_below.into_iter().enumerate().map(|(i, (x, width, _))| view! {
                <rect class="trains" x="0" y=px(line_y(i)) width=px(trained) height="5" rx="2.5"></rect>
                <rect class="tests" x=px(x) y=px(line_y(i)) width=px(width) height="5" rx="2.5"></rect>
            }).collect_view()}
        </svg>
    }
}

/// Rows that are kept for what is promised: a box without folds.
fn set_aside(x: f64, width: f64, height: f64, label: &str) -> impl IntoView + use<> {
    let label = format!("± {label}");
    view! {
        <rect class="aside" x=px(x + 0.75) y="0.75" width=px((width - 1.5).max(4.0)) height=px(height - 1.5) rx="3"></rect>
        <text class="split-label" x=px(x + width / 2.0) y=px(height / 2.0 + 4.0)>{label}</text>
    }
}

/// The test set: a box with a padlock.
fn locked(x: f64, width: f64, height: f64, label: &str) -> impl IntoView + use<> {
    let label = label.to_owned();
    let middle = x + width / 2.0;
    view! {
        <rect class="locked" x=px(x + 0.75) y="0.75" width=px((width - 1.5).max(4.0)) height=px(height - 1.5) rx="3"></rect>
        <g class="padlock" transform=format!("translate({} {})", px(middle - 8.0), px(height / 2.0 - 20.0))>
            <rect x="3" y="8" width="10" height="8" rx="1.5"></rect>
            <path d="M5 8V5.5a3 3 0 0 1 6 0V8"></path>
        </g>
        <text class="split-label" x=px(middle) y=px(height / 2.0 + 14.0)>{label}</text>
    }
}

/// Time from left to right: a line per step with what it learns from and what it tests, the gap between them hatched, the
/// locked latest part, and the dates where it begins and ends.
fn in_time(times: &DrawnTimes) -> impl IntoView + use<> {
    const STEP: f64 = 16.0;
    let total = f64::from(times.n_rows).max(1.0);
    let at = move |place: u32| f64::from(place) * WIDTH / total;
    let width = move |stretch: &Stretch| (f64::from(stretch.to) - f64::from(stretch.from)).max(0.0) * WIDTH / total;
    let steps = times.steps.clone();
    let height = steps.len() as f64 * STEP + 4.0;
    let holdout = times.holdout.clone();
    let aside = times.aside.clone();
    let end = aside.as_ref().or(holdout.as_ref()).map_or(times.n_rows, |stretch| stretch.from);
    let gap_before_lock = (end > times.fitted.to).then(|| (at(times.fitted.to), at(end)));
    let first = times.steps.first().map(|(train, _)| train.first.clone()).unwrap_or_default();
    let last_tested = times.steps.last().map(|(_, test)| test.last.clone()).unwrap_or_default();
    let (border, last) = match &holdout {
        Some(stretch) => (Some((at(stretch.from), stretch.first.clone())), stretch.last.clone()),
        None => (None, last_tested),
    };
    let axis = height + 16.0;
    view! {
        <svg class="split-drawing in-time" viewBox=format!("0 0 {WIDTH} {}", axis + 6.0) aria-hidden="true" focusable="false">
            {steps.into_iter().enumerate().map(|(i, (train, test))| {
                let y = 2.0 + STEP * i as f64;
                let gap = test.from.saturating_sub(train.to);
                view! {
                    <rect class="trains" x=px(at(train.from)) y=px(y) width=px(width(&train)) height="9" rx="2.5"></rect>
                    {(gap > 0).then(|| {
                        let x = px(at(train.to));
                        view! { <rect class="gap" x=x y=px(y) width=px(at(test.from) - at(train.to)) height="9"></rect> }
                    })}
                    <rect class="tests" x=px(at(test.from)) y=px(y) width=px(width(&test)) height="9" rx="2.5"></rect>
                }
            }).collect_view()}
            {gap_before_lock.map(|(from, to)| view! {
                <rect class="gap" x=px(from) y="2" width=px(to - from) height=px(height - 4.0)></rect>
            })}
            {aside.map(|stretch| set_aside(at(stretch.from), width(&stretch), height, &words::count(u64::from(stretch.to - stretch.from))))}
            {holdout.map(|stretch| locked(at(stretch.from) + 3.0, width(&stretch) - 3.0, height, &words::count(u64::from(stretch.to - stretch.from))))}
            <text class="split-label from-start" x="0" y=px(axis)>{first}</text>
            {border.map(|(x, text)| view! { <text class="split-label" x=px(x) y=px(axis)>{text}</text> })}
            <text class="split-label to-end" x=px(WIDTH) y=px(axis)>{last}</text>
        </svg>
    }
}

fn px(value: f64) -> String {
    format!("{value:.2}")
}
