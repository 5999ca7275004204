//! The leaderboard: a row for each candidate with its interval drawn in the cell, and why a stale one no longer counts.

use leptos::prelude::*;

use crate::chart::format;
use crate::chart::scores::{domain, inline};
use crate::metrics::Metric;
use crate::studio::leaderboard::{Leaderboard, Row};
use crate::studio::rivals::Contest;
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::chart::Spark;
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton};
use crate::validate::FEWEST_FOLDS;

const SPARK: f64 = 168.0;
const CHANCE: &str = "Among candidates on the same folds, guessing included; after the Bayesian correlated t test";

/// What the rows of a board share.
#[derive(Clone, Copy)]
struct Shared {
    domain: (f64, f64),
    wall: Option<f64>,
    metric: Metric,
    /// A score without an interval has the decimals of the best that has one.
    interval: Option<(f64, f64)>,
}

#[component]
pub fn Board(board: Memo<Option<Leaderboard>>) -> impl IntoView {
    let metric = move || board.with(|b| b.as_ref().map_or("score", |b| b.metric.name()));
    // Only computed anew when the scores that it comes from change.
    let contest = use_hearth().read(Studio::contest_at_hand);
    let chances = Memo::new(move |_| contest.with(|c| c.as_ref().map(Contest::chances).unwrap_or_default()));
    let plain = move || board.with(|b| b.as_ref().map_or("", |b| b.metric.plain()));
    view! {
        <div class="board-scroll" tabindex="0" role="region" aria-label="Leaderboard">
            <table class="board">
                <caption class="visually-hidden">"Candidates, best first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Candidate"</th>
                        <th scope="col" class="end" title=plain>{metric}</th>
                        <th scope="col">"95 % interval"</th>
                        <th scope="col" class="end" title=CHANCE>"Chance of being best"</th>
                        <th scope="col" class="end wide-only">"Spread over folds "<span class="term">"(SD)"</span></th>
                        <th scope="col" class="end wide-only">"Time"</th>
                        <th scope="col" class="end wide-only" title="As the project keeps it">"Size"</th>
                        <th scope="col" class="end wide-only">"Rows"</th>
                        <th scope="col"><span class="visually-hidden">"Star, remove"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {move || board.with(|b| b.as_ref().map(|b| {
                        let scores: Vec<_> = b.rows.iter().map(|r| r.score.clone()).collect();
                        let interval = b.rows.iter().find_map(|row| row.score.interval);
                        let shared = Shared { domain: domain(&scores, b.wall, b.metric), wall: b.wall, metric: b.metric, interval };
                        let of = |row: &Row| chances.with(|all| all.iter().find(|(run, _)| Some(*run) == row.run).map(|(_, chance)| *chance));
                        b.rows.iter().cloned().map(|row| { let chance = of(&row); line(row, shared, chance) }).collect_view()
                    }))}
                </tbody>
            </table>
        </div>
    }
}

fn line(row: Row, shared: Shared, chance: Option<f64>) -> impl IntoView {
    let score = row.score.clone();
    let class = match (&row.stale, score.live, score.selected) {
        (Some(_), _, true) => "board-row stale selected",
        (Some(_), _, false) => "board-row stale",
        (None, true, _) => "board-row live",
        (None, false, true) => "board-row selected",
        (None, false, false) => "board-row",
    };
    let mean = score.mean.map_or("–".to_owned(), |m| format::beside(m, score.interval.or(shared.interval)));
    let interval = score.interval.map(format::interval);
    let spoken = match &interval {
        Some(range) => format!("{mean}, 95 % interval {range}"),
        None => format!("{mean}, {} folds scored", score.folds.iter().flatten().count()),
    };
    let few = !score.live && (1..FEWEST_FOLDS).contains(&score.folds.iter().flatten().count());
    let scene = inline(&score, shared.domain, shared.wall, shared.metric, SPARK);
    view! {
        <tr class=class>
            <th scope="row">{name(&row)}</th>
            <td class="end board-mean number">{mean}</td>
            <td class="board-interval">
                <Spark scene=Signal::stored(scene) label=Signal::stored(spoken)/>
                <span class="number tiny second">{interval.or_else(|| few.then(|| "too few folds".to_owned()))}</span>
            </td>
            <td class="end number">{chance.map_or("–".to_owned(), format::percent)}</td>
            <td class="end number wide-only">{score.deviation.map_or("–".to_owned(), |d| format::significant(d, 2))}</td>
            <td class="end number wide-only">{row.seconds.map_or("–".to_owned(), format::seconds)}</td>
            <td class="end number wide-only">{row.n_bytes.map_or("–".to_owned(), format::bytes)}</td>
            <td class="end number wide-only">{format::count(row.n_rows.into())}</td>
            <td class="end board-acts">{star(&row)}{remove(&row)}</td>
        </tr>
    }
}

fn name(row: &Row) -> impl IntoView + use<> {
    let hearth = use_hearth();
    let (run, selected) = (row.run, row.score.selected);
    let text = row.score.name.clone();
    let note = match (&row.stale, row.score.live, row.score.baseline, row.from_package) {
        (Some(reason), ..) => Some(format!("Stale. {reason}")),
        (None, true, ..) => {
            Some(format!("{} of {} folds", row.score.folds.iter().flatten().count(), row.score.folds.len()))
        }
        (None, false, true, _) => Some("The wall: knows no column".to_owned()),
        (None, false, false, true) => Some("From a package".to_owned()),
        _ if row.given => Some("Made elsewhere".to_owned()),
        (None, false, false, false) => {
            row.stopped.as_ref().map(|text| format!("{}{}", text[..1].to_uppercase(), &text[1..]))
        }
    };
    let control = match run {
        Some(run) => view! {
            <button
                type="button"
                class="board-name"
                aria-pressed=selected.to_string()
                on:click=move |_| hearth.send(Action::SelectRun(Some(run)))
                on:dblclick=move |_| hearth.send(Action::Show(View::Stage(Stage::Trust)))
            >
                {text}
            </button>
        }
        .into_any(),
        None => view! { <span class="board-name">{text}</span> }.into_any(),
    };
    view! {
        {control}
        {note.map(|note| view! { <p class="tiny second board-note">{note}</p> })}
    }
}

fn star(row: &Row) -> impl IntoView + use<> {
    let hearth = use_hearth();
    let name = row.score.name.clone();
    row.run.map(|run| {
        let starred = hearth.read(move |s| s.is_starred(run));
        view! {
            <IconButton
                glyph=Icon::Star
                label=format!("Star {name}")
                pressed=starred
                on_press=move |()| hearth.send(Action::StarRun(run))
            />
        }
    })
}

fn remove(row: &Row) -> impl IntoView + use<> {
    let hearth = use_hearth();
    let name = row.score.name.clone();
    row.run.map(|run| {
        view! {
            <IconButton
                glyph=Icon::Trash
                label=format!("Remove {name}")
                on_press=move |()| hearth.send(Action::DeleteRun(run))
            />
        }
    })
}
