//! The split as it was drawn: folds, and the test set behind its lock.

use leptos::prelude::*;

use crate::studio::words;
use crate::ui::use_hearth;
use crate::validate::FEWEST_FOLDS;

const WIDTH: f64 = 960.0;
const BLOCK: f64 = 30.0;
const LINE: f64 = 12.0;

#[component]
pub fn SplitDrawing() -> impl IntoView {
    let hearth = use_hearth();
    let parts = hearth.read(|s| {
        s.check.as_ref().map(|c| Parts {
            folds: c.fold_sizes.clone(),
            holdout: c.n_holdout,
            n_rows: c.n_rows,
            missing: c.n_missing_target,
        })
    });
    view! {
        {move || parts.get().filter(|p| !p.folds.is_empty()).map(|parts| {
            let summary = summary(&parts);
            view! {
                <figure class="split" aria-label="How the rows are split">
                    {drawing(&parts)}
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
    n_rows: u32,
    missing: u32,
}

fn summary(parts: &Parts) -> String {
    let fold = parts.folds.first().copied().unwrap_or(0);
    let mut text = format!(
        "Each of {} of about {} is tested once by a model that learned from the others",
        words::counted(parts.folds.len() as u64, "fold"),
        words::counted(u64::from(fold), "row"),
    );
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

/// Above: all rows as blocks. Below: a line per fold, with the part that tests.
fn drawing(parts: &Parts) -> impl IntoView + use<> {
    let total = f64::from(parts.folds.iter().sum::<u32>() + parts.holdout).max(1.0);
    let gap = if parts.holdout > 0 { 14.0 } else { 0.0 };
    let scale = (WIDTH - gap) / total;
    let mut x = 0.0;
    let blocks: Vec<(f64, f64, u32)> = parts
        .folds
        .iter()
        .map(|&n| {
            let width = f64::from(n) * scale;
            let block = (x, width, n);
            x += width;
            block
        })
        .collect();
    let trained = x;
    let test = (trained + gap, f64::from(parts.holdout) * scale);
    let lines = parts.folds.len() as f64;
    let height = BLOCK + 14.0 + lines * LINE + 2.0;
    let line_y = move |i: usize| BLOCK + 14.0 + LINE * i as f64;
    let holdout = parts.holdout;
    let wide_blocks = blocks.first().is_some_and(|(_, width, _)| *width > 70.0);
    let blocks_below = blocks.clone();
    view! {
        <svg class="split-drawing" viewBox=format!("0 0 {WIDTH} {height}") aria-hidden="true" focusable="false">
            {blocks.into_iter().enumerate().map(|(i, (x, width, n))| view! {
                <rect class="fold" x=px(x + 0.75) y="0.75" width=px((width - 1.5).max(0.5)) height=px(BLOCK - 1.5) rx="3"></rect>
                {wide_blocks.then(|| view! {
                    <text class="split-label" x=px(x + width / 2.0) y=px(BLOCK / 2.0 + 4.0)>
                        {format!("{} · {}", i + 1, words::count(u64::from(n)))}
                    </text>
                })}
            }).collect_view()}
            {(holdout > 0).then(|| view! {
                <rect class="locked" x=px(test.0 + 0.75) y="0.75" width=px((test.1 - 1.5).max(4.0)) height=px(height - 1.5) rx="3"></rect>
                <g class="padlock" transform=format!("translate({} {})", px(test.0 + test.1 / 2.0 - 8.0), px(height / 2.0 - 20.0))>
                    <rect x="3" y="8" width="10" height="8" rx="1.5"></rect>
                    <path d="M5 8V5.5a3 3 0 0 1 6 0V8"></path>
                </g>
                <text class="split-label" x=px(test.0 + test.1 / 2.0) y=px(height / 2.0 + 14.0)>
                    {words::count(u64::from(holdout))}
                </text>
            })}
            {blocks_below.into_iter().enumerate().map(|(i, (x, width, _))| view! {
                <rect class="trains" x="0" y=px(line_y(i)) width=px(trained) height="5" rx="2.5"></rect>
                <rect class="tests" x=px(x) y=px(line_y(i)) width=px(width) height="5" rx="2.5"></rect>
            }).collect_view()}
        </svg>
    }
}

fn px(value: f64) -> String {
    format!("{value:.2}")
}
