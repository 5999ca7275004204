//! The specification as a sentence, every bold word of which can be changed.

use leptos::prelude::*;

use super::way::{Offers, WayWord};
use super::word::{ChoiceWord, PanelWord};
use super::{column_names, columns_text, edit, type_mark};
use crate::dataset::Task;
use crate::design::limits;
use crate::metrics::Metric;
use crate::model::network::Limits;
use crate::split::{SplitKind, SplitSpec};
use crate::studio::design_edits::{with_aside, with_positive, with_repeats, with_target};
use crate::studio::{Studio, words};
use crate::table::ColumnType;
use crate::ui::use_hearth;
use crate::ui::widget::{MenuItem, NumberField, close_popover};

/// Columns that the list of targets shows at once; typing narrows it.
const MOST_LISTED: usize = 80;

#[component]
pub fn Sentence() -> impl IntoView {
    let hearth = use_hearth();
    let guess = hearth.read(|s| s.target_guess.clone());
    let is_classes = hearth.read(|s| task(s) != Some(Task::Regression));
    let n_features = hearth.read(|s| s.check.as_ref().filter(|c| c.n_rows > 0).map(|c| c.features.len()));
    let has_holdout = hearth.read(|s| s.project.design.as_ref().is_some_and(|d| d.split.has_test_set()));
    let by_file = hearth.read(|s| s.project.design.as_ref().is_some_and(|d| d.split.newest.is_some()));
    let has_aside = hearth.read(|s| s.project.design.as_ref().is_some_and(|d| d.split.aside > 0.0));
    view! {
        <div class="sentence-block">
            <h1 class="sentence" tabindex="-1">
                "Predict "<TargetWord/>
                <Show when=move || is_binary(hearth).get()><PositiveWord/></Show>
                ", "<TaskWord/>", from "
                <a class="word" href="#roles" on:click=move |event| {
                    event.prevent_default();
                    if let Some(roles) = document().get_element_by_id("roles") {
                        roles.scroll_into_view();
                    }
                }>
                    {move || n_features.get().map_or_else(|| "the other columns".to_owned(), columns_text)}
                </a>
                ". "
                <WayWord/>
                ". Lock away "
                <HoldoutWord/>
                {move || match (has_holdout.get(), by_file.get()) {
                    (true, true) => " as a test, ",
                    (true, false) => " of the rows as a test, ",
                    (false, _) => ", ",
                }}
                <Show when=move || has_aside.get()>"set "<AsideWord/>" aside for sure ranges, "</Show>
                "and compare "
                <a class="word" href="#candidates" on:click=move |event| {
                    event.prevent_default();
                    if let Some(candidates) = document().get_element_by_id("candidates") {
                        candidates.scroll_into_view();
                    }
                }>
                    <ModelsText/>
                </a>
                " over "<FoldsWord/>" by "<MetricWord/>". "<super::search::SearchWord/>"."
            </h1>
            {move || guess.get().map(|reason| view! { <p class="guess-note"><b>"A guess. "</b>{reason}</p> })}
            <Offers/>
            <Show when=move || is_classes.get()><ClassLine/></Show>
        </div>
    }
}

fn task(s: &Studio) -> Option<Task> {
    // Without a row that has a target it is not known what the task is.
    s.check
        .as_ref()
        .filter(|c| c.n_rows > 0)
        .map(|c| c.task)
        .or_else(|| s.project.design.as_ref().and_then(|d| d.dataset.task))
}

fn is_binary(hearth: crate::ui::Hearth) -> Memo<bool> {
    hearth.read(|s| task(s) == Some(Task::Binary))
}

#[component]
fn ModelsText() -> impl IntoView {
    let hearth = use_hearth();
    let n = hearth.read(|s| s.project.design.as_ref().map_or(0, |d| d.candidates.len()));
    move || words::counted(n.get() as u64, "model")
}

#[component]
fn TargetWord() -> impl IntoView {
    let hearth = use_hearth();
    let target = hearth.read(|s| s.project.design.as_ref().map(|d| d.dataset.target.clone()).unwrap_or_default());
    let guess = hearth.read(|s| s.target_guess.is_some());
    view! { <PanelWord text=target label="What is predicted" guess><TargetList/></PanelWord> }
}

/// Every column, narrowed by typing.
#[component]
fn TargetList() -> impl IntoView {
    let hearth = use_hearth();
    let close = close_popover();
    let typed = RwSignal::new(String::new());
    let target = hearth.now(|s| s.project.design.as_ref().map(|d| d.dataset.target.clone()).unwrap_or_default());
    let all: Vec<(String, ColumnType)> = hearth
        .now(|s| s.table.as_ref().map(|t| t.columns.iter().map(|c| (c.name.clone(), c.column_type)).collect()))
        .unwrap_or_default();
    let many = all.len() > 12;
    let all = StoredValue::new(all);
    let shown = move || {
        let typed = typed.get().to_lowercase();
        all.with_value(|all| {
            all.iter()
                .filter(|(name, _)| name.to_lowercase().contains(&typed))
                .take(MOST_LISTED)
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    view! {
        {many.then(|| view! {
            <input
                type="text"
                class="input"
                placeholder="Find a column"
                aria-label="Find a column"
                data-autofocus=""
                on:input:target=move |event| typed.set(event.target().value())
            />
        })}
        <ul class="pick-list">
            {move || shown().into_iter().map(|(name, column_type)| {
                let chosen = name == target;
                let this = name.clone();
                view! {
                    <li>
                        <button
                            type="button"
                            class="menu-item"
                            aria-pressed=chosen.to_string()
                            on:click=move |_| {
                                close.run(());
                                let this = this.clone();
                                let order = column_names(hearth);
                                edit(hearth, &format!("Predict {this}"), |design| with_target(design, &order, &this));
                            }
                        >
                            {type_mark(column_type)}
                            <span class="truncate">{name}</span>
                        </button>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// Of two classes, the one that the probabilities speak of.
#[component]
fn PositiveWord() -> impl IntoView {
    let hearth = use_hearth();
    let positive = hearth.read(|s| s.check.as_ref().and_then(|c| c.classes.get(1)).map(|(label, _)| label.clone()));
    let classes = hearth.read(|s| s.check.as_ref().map(|c| c.classes.clone()).unwrap_or_default());
    let items = Signal::derive(move || {
        let now = positive.get();
        classes
            .get()
            .into_iter()
            .map(|(label, n)| {
                let this = label.clone();
                MenuItem::new(label.clone(), move || {
                    let this = this.clone();
                    let labels: Vec<String> = classes.get_untracked().into_iter().map(|(label, _)| label).collect();
                    edit(hearth, "Positive class", move |design| with_positive(design, &labels, &this));
                })
                .detail(words::counted(u64::from(n), "row"))
                .chosen(now.as_ref() == Some(&label))
            })
            .collect()
    });
    let text = Signal::derive(move || positive.get().unwrap_or_default());
    view! { " = "<ChoiceWord text label="The class that probabilities speak of" items/> }
}

#[component]
fn TaskWord() -> impl IntoView {
    let hearth = use_hearth();
    let now = hearth.read(task);
    let n_classes = hearth.read(|s| s.check.as_ref().map_or(0, |c| c.classes.len()));
    let text = Signal::derive(move || match now.get() {
        Some(Task::Regression) => "a number".to_owned(),
        Some(Task::Binary) => "yes or no".to_owned(),
        Some(Task::Multiclass) => format!("one of {} classes", n_classes.get()),
        None => "not known yet".to_owned(),
    });
    let set = hearth.read(|s| s.project.design.as_ref().and_then(|d| d.dataset.task));
    let items = Signal::derive(move || {
        let chosen = set.get();
        [
            (None, "As the values say", "Numbers with many values are numbers; the rest are classes"),
            (Some(Task::Binary), "Yes or no", "Binary classification: two classes"),
            (Some(Task::Multiclass), "One of several classes", "Multiclass classification"),
            (Some(Task::Regression), "A number", "Regression"),
        ]
        .into_iter()
        .map(|(task, label, detail)| {
            MenuItem::new(label, move || {
                edit(hearth, "Task", move |design| {
                    let mut next = design.clone();
                    next.dataset.task = task;
                    next.metric = None;
                    next
                });
            })
            .detail(detail)
            .chosen(chosen == task)
        })
        .collect()
    });
    view! { <ChoiceWord text label="Kind of prediction" items/> }
}

#[component]
fn HoldoutWord() -> impl IntoView {
    let hearth = use_hearth();
    let share = hearth.read(|s| s.project.design.as_ref().map_or(0.0, |d| f64::from(d.split.holdout)));
    let seed = hearth.read(|s| s.project.design.as_ref().map_or(0.0, |d| d.split.seed as f64));
    let in_time = hearth.read(|s| s.project.design.as_ref().is_some_and(|d| forwards(d.split.kind)));
    let newest = hearth.read(|s| s.project.design.as_ref().and_then(|d| d.split.newest.clone()));
    let text = Signal::derive(move || match share.get() {
        _ if newest.with(Option::is_some) => newest.get().map_or_else(String::new, |newest| {
            format!("the newest {}\u{a0}% of {}", percent(f64::from(newest.share)), newest.file)
        }),
        0.0 => "nothing".to_owned(),
        s if in_time.get() => format!("the latest {}\u{a0}%", percent(s)),
        s => format!("{}\u{a0}%", percent(s)),
    });
    view! {
        <PanelWord text label="Test set">
            <div class="stack">
                <p class="second small">
                    "Rows that no model sees until you open them. They tell how the chosen model does on rows that played no part in choosing it."
                </p>
                {move || newest.get().map(|newest| view! {
                    <p class="small">
                        {format!("Now the newest rows of {} are locked away, so that a challenger and the champion can answer for them. A share of all rows takes their place when you give one.", newest.file)}
                    </p>
                })}
                <NumberField
                    label="Locked away"
                    unit="%"
                    limits=limits("holdout").map(|l| Limits { low: l.low * 100.0, high: l.high * 100.0, ..l })
                    value=Signal::derive(move || percent(share.get()))
                    on_change=move |percent: f64| edit(hearth, "Test set", move |design| {
                        let mut next = design.clone();
                        next.split.holdout = (percent / 100.0) as f32;
                        next.split.newest = None;
                        next
                    })
                    help="0 to 50; 0 locks nothing away."
                />
                <Promise/>
                <NumberField
                    label="Seed"
                    limits=limits("seed")
                    value=seed
                    on_change=move |seed: f64| edit(hearth, "Seed of the split", move |design| {
                        let mut next = design.clone();
                        next.split.seed = seed as u64;
                        next
                    })
                    help="The same seed draws the same rows."
                />
            </div>
        </PanelWord>
    }
}

/// Whether rows are set aside, so that ranges and sets are promised.
#[component]
fn Promise() -> impl IntoView {
    let hearth = use_hearth();
    let on = hearth.read(|s| s.project.design.as_ref().is_some_and(|d| d.split.aside > 0.0));
    let n_rows = hearth.read(|s| s.check.as_ref().map_or(0, |c| c.n_rows));
    view! {
        <crate::ui::widget::Toggle
            label="Set more rows aside, for ranges that hold"
            value=on
            on_change=move |on| edit(hearth, "Rows set aside", move |design| {
                with_aside(design, if on { SplitSpec::usual_aside(n_rows.get_untracked()) } else { 0.0 })
            })
            help="Rows that neither train nor choose the model. The package then says of each prediction how far the truth may lie off, and keeps that promise on average (split conformal prediction)."
        />
    }
}

#[component]
fn AsideWord() -> impl IntoView {
    let hearth = use_hearth();
    let share = hearth.read(|s| s.project.design.as_ref().map_or(0.0, |d| f64::from(d.split.aside)));
    let text = Signal::derive(move || format!("{}\u{a0}%", percent(share.get())));
    view! {
        <PanelWord text label="Rows set aside">
            <div class="stack">
                <p class="second small">
                    "No fit learns from these rows, and nothing is chosen by them. How far the model goes wrong on them tells how wide its ranges, or how large its sets of classes, have to be."
                </p>
                <NumberField
                    label="Set aside"
                    unit="%"
                    limits=limits("aside").map(|l| Limits { low: l.low * 100.0, high: l.high * 100.0, ..l })
                    value=Signal::derive(move || percent(share.get()))
                    on_change=move |percent: f64| edit(hearth, "Rows set aside", move |design| {
                        with_aside(design, (percent / 100.0) as f32)
                    })
                    help="0 to 40; 0 sets none aside. A thousand rows keep the promise within two points."
                />
            </div>
        </PanelWord>
    }
}

fn forwards(kind: SplitKind) -> bool {
    matches!(kind, SplitKind::Time { .. })
}

/// A share as per cent without the noise of f32.
fn percent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

#[component]
fn FoldsWord() -> impl IntoView {
    let hearth = use_hearth();
    let folds = hearth.read(|s| s.project.design.as_ref().map_or(5, |d| d.split.folds));
    let stratified = hearth.read(|s| s.project.design.as_ref().is_some_and(|d| d.split.stratified));
    let is_classes = hearth.read(|s| task(s) != Some(Task::Regression));
    let kind = hearth.read(|s| s.project.design.as_ref().map(|d| d.split.kind));
    let in_time = Memo::new(move |_| kind.get().is_some_and(forwards));
    let repeats = Memo::new(move |_| match kind.get() {
        Some(SplitKind::Random { repeats } | SplitKind::Group { repeats }) => repeats,
        Some(SplitKind::Time { .. }) | None => 1,
    });
    let text = Signal::derive(move || match (in_time.get(), repeats.get()) {
        (true, _) => words::counted(u64::from(folds.get()), "step"),
        (false, 1) => words::counted(u64::from(folds.get()), "fold"),
        (false, n) => format!("{n} × {}", words::counted(u64::from(folds.get()), "fold")),
    });
    view! {
        <PanelWord text label="Folds">
            <div class="stack">
                <p class="second small">
                    {move || if in_time.get() {
                        "Each model is trained once per step, on rows before those that the step tests; the spread of the scores says how sure they are."
                    } else {
                        "The rows are dealt into folds. Each model is trained once per fold, on the others, and scored on it; the spread of the scores says how sure they are."
                    }}
                </p>
                <NumberField
                    label="Folds"
                    limits=limits("folds")
                    value=Signal::derive(move || f64::from(folds.get()))
                    on_change=move |n: f64| edit(hearth, "Folds", move |design| {
                        let mut next = design.clone();
                        next.split.folds = n as u32;
                        next
                    })
                    help="5 is usual; more cost more time."
                />
                <Show when=move || !in_time.get()>
                    <NumberField
                        label="Rounds"
                        limits=limits("repeats")
                        value=Signal::derive(move || f64::from(repeats.get()))
                        on_change=move |n: f64| edit(hearth, "Rounds of folds", move |design| with_repeats(design, n as u32))
                        help="How often the folds are dealt anew: steadier scores of few rows, for as many times the training."
                    />
                </Show>
                <Show when=move || is_classes.get() && !in_time.get()>
                    <crate::ui::widget::Toggle
                        label="Keep the class shares alike"
                        value=stratified
                        on_change=move |on| edit(hearth, "Stratified folds", move |design| {
                            let mut next = design.clone();
                            next.split.stratified = on;
                            next
                        })
                        help="Stratified: every fold has its share of every class."
                    />
                </Show>
            </div>
        </PanelWord>
    }
}

#[component]
fn MetricWord() -> impl IntoView {
    let hearth = use_hearth();
    let now = hearth.read(|s| {
        let task = task(s).unwrap_or(Task::Binary);
        let set = s.project.design.as_ref().and_then(|d| d.metric).filter(|m| Metric::of(task).contains(m));
        (task, set.unwrap_or(Metric::primary(task)))
    });
    let text = Signal::derive(move || now.get().1.name().to_owned());
    let items = Signal::derive(move || {
        let (task, chosen) = now.get();
        Metric::of(task)
            .iter()
            .map(|&metric| {
                MenuItem::new(metric.name(), move || {
                    edit(hearth, "Metric", move |design| {
                        let mut next = design.clone();
                        next.metric = Some(metric);
                        next
                    });
                })
                .detail(metric.plain())
                .chosen(metric == chosen)
            })
            .collect()
    });
    view! { <ChoiceWord text label="What orders the models" items/> }
}

/// The classes and their rows, as a line of parts.
#[component]
fn ClassLine() -> impl IntoView {
    let hearth = use_hearth();
    let classes = hearth.read(|s| s.check.as_ref().map(|c| c.classes.clone()).unwrap_or_default());
    let parts = move || {
        let all = classes.get();
        let total: u32 = all.iter().map(|(_, n)| *n).sum();
        let shown = if all.len() > 8 { 7 } else { all.len() };
        let rest: u32 = all.iter().skip(shown).map(|(_, n)| *n).sum();
        let mut parts: Vec<(usize, String, u32)> =
            all.into_iter().take(shown).enumerate().map(|(i, (label, n))| (i, label, n)).collect();
        if rest > 0 {
            parts.push((7, "others".to_owned(), rest));
        }
        parts.into_iter().map(|(i, label, n)| {
            let share = if total == 0 { 0.0 } else { f64::from(n) / f64::from(total) };
            view! {
                <li class=format!("class-part class-{i}") style:--share=format!("{share:.4}")>
                    <span class="class-bar"></span>
                    <span class="class-label truncate">{label}</span>
                    <span class="class-n number">{format!("{} · {:.0} %", words::count(u64::from(n)), share * 100.0)}</span>
                </li>
            }
        }).collect_view()
    };
    view! { <ul class="class-line" aria-label="Classes">{parts}</ul> }
}
