//! The checks, the table of metrics with guessing beside each, and the figures.

use leptos::prelude::*;

use super::{calibrate, curve, decide, figures, hard_rows, slices, spread, threshold};
use crate::chart::format;
use crate::dataset::Task;
use crate::metrics::Metric;
use crate::studio::checks::{Check, Outcome, rows_line, scores_caption};
use crate::studio::findings::Suspect;
use crate::studio::leaderboard::score_texts;
use crate::studio::rivals;
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Later, NumberTable, Segmented};
use crate::validate::{Given, Report, Views};

#[component]
pub fn Findings() -> impl IntoView {
    let hearth = use_hearth();
    let report = hearth.read(|s| s.current_run().map(|r| r.report.clone()));
    let opened = Memo::new(move |_| report.with(|r| r.as_ref().is_some_and(|r| r.holdout.is_some())));
    let stale = hearth.read(|s| s.current_run().is_some_and(|r| !r.from_package && s.stale_reason(r).is_some()));
    let on_test = RwSignal::new(false);
    let source = hearth.read(|s| s.current_run().map(|r| s.verdict_source(r)).unwrap_or_default());
    let views = Memo::new(move |_| report.with(|r| r.as_ref().map(|report| views_of(report, on_test.get()).clone())));
    let list = hearth.read(|s| s.current_run().map(|run| s.run_checks(run)).unwrap_or_default());
    let suspects = hearth.read(|s| {
        let run = s.current_run().filter(|run| !run.is_baseline());
        run.and_then(|run| s.leak_check(run)).map(|(_, suspects)| suspects).unwrap_or_default()
    });
    let binary = Memo::new(move |_| {
        report.with(|r| r.as_ref().is_some_and(|r| r.task == Task::Binary && r.fit.given() != Some(Given::Labels)))
    });
    view! {
        {move || report.with(Option::is_some).then(|| view! {
            <Checks list=list.get() stale=stale.get()/>
            <Suspects list=suspects.get()/>
        })}
        <Attack/>
        <Later>{move || report.with(|r| r.as_ref().map(|report| view! { <Metrics report=report.clone()/> }))}</Later>
        <Later><Rivals/></Later>
        <Later><slices::Slices/></Later>
        <Later><hard_rows::HardRows/></Later>
        <Later><spread::Spread/></Later>
        <Later><calibrate::Calibrate/></Later>
        <Later><curve::LearningCurve/></Later>
        <Show when=move || opened.get()>
            <Segmented
                label="Rows that the figures show"
                options=vec![(false, "Cross-validation".to_owned()), (true, "Test set".to_owned())]
                value=on_test
                on_change=move |test| on_test.set(test)
            />
        </Show>
        <Show when=move || binary.get()>
            <threshold::Threshold views/>
            <Later><decide::Decide/></Later>
            <Later frames=2><decide::DecisionFigures views source/></Later>
        </Show>
        <Later frames=2>
            {move || report.with(|r| r.as_ref().map(|report| {
                let facts = figures::Facts::of(report, on_test.get());
                view! { <figures::Figures facts views source/> }
            }))}
        </Later>
    }
}

/// Where it was not tried yet to prove the candidate wrong.
#[component]
fn Attack() -> impl IntoView {
    let hearth = use_hearth();
    let can = hearth.read(|s| s.attackable() && s.current_run().is_some_and(|run| run.red_team.is_none()));
    let line = hearth.read(Studio::attack_line);
    view! {
        <Show when=move || can.get()>
            <div class="row-wrap">
                <Button
                    disabled=Signal::derive(move || line.get())
                    on_press=move |()| hearth.send(Action::Attack)
                >"Try to prove it wrong"</Button>
                <span class="small second" role="status">
                    {move || line.get().unwrap_or_else(|| "Shuffled answers, planted noise, copies, groups, time and a shifted test set; it is done before a package in any case.".to_owned())}
                </span>
            </div>
        </Show>
    }
}

/// The candidate beside the others, in a sentence and a table.
#[component]
pub fn Rivals() -> impl IntoView {
    let hearth = use_hearth();
    let found = hearth.read(|s| {
        let run = s.current_run()?;
        let found = s.comparison(run)?;
        Some((found.sentence.clone(), rivals::table(s, run, &found), rivals::how(s, run, &found)))
    });
    let headers = Signal::derive(move || found.with(|f| f.as_ref().map(|f| f.1.0.clone()).unwrap_or_default()));
    let rows = Signal::derive(move || found.with(|f| f.as_ref().map(|f| f.1.1.clone()).unwrap_or_default()));
    let some = Memo::new(move |_| found.with(Option::is_some));
    view! {
        <Show when=move || some.get()>
            <section class="rivals stack" aria-label="Beside the other candidates">
                <h2>"Beside the other candidates"</h2>
                <p class="verdict">{move || found.with(|f| f.as_ref().map(|f| f.0.clone()))}</p>
                <NumberTable caption="Beside the other candidates" headers rows bare=true/>
                <p class="figure-note">{move || found.with(|f| f.as_ref().map(|f| f.2.clone()))}</p>
            </section>
        </Show>
    }
}

/// Of the out-of-fold rows, or of the test set once it was opened.
pub fn views_of(report: &Report, on_test: bool) -> &Views {
    match &report.holdout {
        Some(holdout) if on_test => &holdout.views,
        _ => &report.views,
    }
}

/// The mark of an outcome, and beside it what was looked at, the outcome as a word, and what was found.
#[component]
pub fn CheckLine(
    outcome: Outcome,
    #[prop(into)] name: String,
    #[prop(into)] word: String,
    #[prop(into)] finding: String,
) -> impl IntoView {
    let (class, path) = match outcome {
        Outcome::Passed => ("check-mark passed", "M3 8.5 6.5 12 13 4.5"),
        Outcome::Doubtful => ("check-mark doubtful", "M8 3.5v5.5M8 12h.01"),
        Outcome::Failed => ("check-mark failed", "M4 4l8 8M12 4l-8 8"),
        Outcome::Unknown => ("check-mark unknown", "M6 6a2 2 0 1 1 3 1.7c-.7.4-1 .8-1 1.6M8 12h.01"),
    };
    view! {
        <span class=class aria-hidden="true">
            <svg viewBox="0 0 16 16" focusable="false"><path d=path></path></svg>
        </span>
        <span class="check-text">
            <span class="check-name">{name}<span class="check-word">{word}</span></span>
            <span class="check-finding">{finding}</span>
        </span>
    }
}

/// The list of checks; each opens to what it means.
#[component]
pub fn Checks(
    list: Vec<Check>,
    #[prop(optional)] open: bool,
    /// They were made before a change: no mark passes as current.
    #[prop(optional)]
    stale: bool,
) -> impl IntoView {
    view! {
        <section class="verdict-checks" class:stale=stale aria-label="Checks">
            {list.into_iter().map(|check| {
                let word = format!("{}{}", check.outcome.word(), if stale { ", before the change" } else { "" });
                view! {
                    <details class="verdict-check" open=open>
                        <summary><CheckLine outcome=check.outcome name=check.name word finding=check.finding/></summary>
                        <p class="check-meaning">{check.meaning}</p>
                    </details>
                }
            }).collect_view()}
        </section>
    }
}

/// Columns that give the answer away, with what to do about each.
#[component]
fn Suspects(list: Vec<Suspect>) -> impl IntoView {
    let hearth = use_hearth();
    view! {
        {(!list.is_empty()).then(|| view! {
            <div class="suspects">
                <p class="small">"What to do about columns that may know the answer:"</p>
                {list.into_iter().map(|Suspect { name, strength, show, ignore, .. }| view! {
                    <div class="row-wrap">
                        <span class="small">{format!("{name}: {strength}")}</span>
                        <Button on_press=move |()| {
                            hearth.send(Action::Show(View::Stage(Stage::Data)));
                            hearth.send(show.clone());
                        }>"Show "{name.clone()}</Button>
                        {ignore.map(|ignore| view! {
                            <Button on_press=move |()| hearth.send(ignore.clone())>"Ignore column"</Button>
                        })}
                    </div>
                }).collect_view()}
            </div>
        })}
    }
}

/// Every metric with its interval, spread, guessing beside it, and what it says in plain words.
#[component]
pub fn Metrics(report: Report) -> impl IntoView {
    let test = report.holdout.is_some();
    let binary = report.task == Task::Binary;
    let of = |list: &[(Metric, Option<f64>)], metric| list.iter().find(|(m, _)| *m == metric).and_then(|(_, v)| *v);
    let lines = report
        .scores
        .iter()
        .map(|score| {
            let [estimate, interval, spread, baseline] = score_texts(score);
            let opened = report.holdout.as_ref().map(|h| {
                let over = h.resampled.as_ref().and_then(|r| r.of(score.metric));
                let range = over.map_or(String::new(), |over| format!(" ({})", format::interval(over)));
                let value =
                    of(&h.scores, score.metric).map_or("–".to_owned(), |v| format::beside(v, score.interval)) + &range;
                let guess =
                    of(&h.baseline, score.metric).map_or("–".to_owned(), |v| format::beside(v, score.interval));
                (value, guess)
            });
            let over_rows = report.resampled.as_ref().and_then(|r| r.of(score.metric));
            view! {
                <tr>
                    <th scope="row">
                        <span class="metric-name">
                            {score.metric.name()}
                            {(binary && score.metric.judges_calls()).then(|| view! { <span class="term">" at 50 %"</span> })}
                        </span>
                        <span class="metric-plain">{score.metric.plain()}</span>
                    </th>
                    <td class="metric-estimate">{estimate}</td>
                    // Of a single fold there is none, and the one over rows stands in for it elsewhere.
                    <td>{if score.deviation.is_some() { interval } else { "–".to_owned() }}</td>
                    <td>{over_rows.map_or("could not tell".to_owned(), format::interval)}</td>
                    <td>{spread}</td>
                    <td class="metric-baseline">{baseline}</td>
                    {opened.map(|(value, guess)| view! {
                        <td class="metric-estimate">{value}</td>
                        <td class="metric-baseline">{guess}</td>
                    })}
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="metrics">
            <div class="board-scroll" tabindex="0" role="region" aria-label="Scores">
                <table class="metric-table">
                    <caption class="small second">
                        {scores_caption(&report)}
                    </caption>
                    <thead>
                        <tr>
                            <th scope="col">"Metric"</th>
                            <th scope="col">"Estimate"</th>
                            <th scope="col">"95 % interval "<span class="term">"(folds)"</span></th>
                            <th scope="col">"95 % interval "<span class="term">"(rows)"</span></th>
                            <th scope="col">"Spread over folds "<span class="term">"(SD)"</span></th>
                            <th scope="col">"Guessing "<span class="term">"(baseline)"</span></th>
                            {test.then(|| view! { <th scope="col">"Test set"</th><th scope="col">"Guessing there"</th> })}
                        </tr>
                    </thead>
                    <tbody>{lines}</tbody>
                </table>
            </div>
            {rows_line(&report).map(|line| view! { <p class="figure-note">{line}</p> })}
        </div>
    }
}
