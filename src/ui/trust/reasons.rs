//! Beside the form for one row: what each column adds to its prediction, which rows are like it, and what would have to be
//! different for another answer.

use leptos::prelude::*;

use crate::chart::{Scene, format, reasons};
use crate::explain::{Goal, Others, Question};
use crate::studio::explain::{counterfactual_line, method_line, to_text, waterfall};
use crate::studio::{Action, Studio};
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, ProblemText};

type Cells = StoredValue<Vec<(String, RwSignal<String>)>>;

#[component]
pub fn Reasons(cells: Cells) -> impl IntoView {
    let hearth = use_hearth();
    let not = hearth.read(Studio::unexplained);
    view! {
        {move || match not.get() {
            Some(reason) => view! { <p class="small second">{reason}</p> }.into_any(),
            None => view! { <Parts/><Different cells/> }.into_any(),
        }}
    }
}

/// The waterfall, for the class that is predicted.
#[component]
fn Parts() -> impl IntoView {
    let hearth = use_hearth();
    let told = hearth.read(|s| {
        let (run, parts) = (s.current_run()?, s.explained.row.clone()?);
        let predicted = s.prediction.as_ref().map(|p| p.label.clone()).unwrap_or_default();
        let class = run.report.labels.iter().position(|label| *label == predicted).unwrap_or(0) as u32;
        Some((parts, class, run.id))
    });
    let source =
        Signal::derive(move || told.with(|t| t.as_ref().map(|(parts, ..)| method_line(parts)).unwrap_or_default()));
    let some = Memo::new(move |_| told.with(Option::is_some));
    let problem = hearth.read(|s| s.explained.problem.clone());
    let draw = Callback::new(move |width: f64| {
        let drawn = told.with(|t| {
            let (parts, class, run) = t.as_ref()?;
            let found = hearth.now(|s| s.run(*run).map(|run| waterfall(parts, *class, run)))?;
            Some(reasons::waterfall(&found.title, found.base, &found.steps, found.unit, found.ends, width))
        });
        drawn.unwrap_or_else(|| Scene::new("contributions", "", width, 10.0))
    });
    view! {
        {move || problem.get().map(|problem| view! { <ProblemText problem/> })}
        <Show when=move || some.get()>
            <section class="stack" aria-label="What each column adds">
                <Figure draw source/>
                <p class="tiny second">{move || source.get()}</p>
            </section>
        </Show>
    }
}

/// Other answers, the columns that may not change, and what was found.
#[component]
fn Different(cells: Cells) -> impl IntoView {
    let hearth = use_hearth();
    let goals = hearth.read(Studio::proposed_goals);
    let others = hearth.read(|s| s.explained.others.clone());
    let busy = hearth.read(|s| s.explained.waits(|q| matches!(q, Question::Others { .. })).is_some());
    let names: Vec<String> = cells.with_value(|c| c.iter().map(|(name, _)| name.clone()).collect());
    let fixed: StoredValue<Vec<(String, RwSignal<bool>)>> =
        StoredValue::new(names.iter().map(|name| (name.clone(), RwSignal::new(false))).collect());
    let ask = move |goal: Option<Goal>| {
        let cells = cells.with_value(|c| c.iter().map(|(name, value)| (name.clone(), value.get_untracked())).collect());
        let chosen = fixed.with_value(|f| {
            f.iter().filter(|(_, on)| on.get_untracked()).map(|(name, _)| name.clone()).collect::<Vec<_>>()
        });
        hearth.send(Action::Explain(Question::Others { cells, fixed: chosen, goal }));
    };
    let boxes = fixed.with_value(|f| {
        f.iter()
            .map(|(name, on)| {
                let (name, on) = (name.clone(), *on);
                view! {
                    <label class="small why-fixed">
                        <input type="checkbox" prop:checked=move || on.get() on:change:target=move |e| on.set(e.target().checked())/>
                        " "{name}
                    </label>
                }
            })
            .collect_view()
    });
    view! {
        <section class="stack" aria-label="What would have to be different">
            <h2>"What would have to be different?"</h2>
            <div class="row-wrap">
                {move || goals.get().into_iter().take(6).map(|(goal, label)| view! {
                    <Button
                        disabled=Signal::derive(move || busy.get().then(|| "It is being looked for.".to_owned()))
                        on_press=move |()| ask(Some(goal))
                    >{format!("For {label}")}</Button>
                }).collect_view()}
            </div>
            <details class="disclosure">
                <summary><span>"Columns that stay as they are"</span></summary>
                <div class="disclosure-body why-fixed-list">{boxes}</div>
            </details>
            {move || others.get().map(|others| view! { <Found others=(*others).clone() cells/> })}
        </section>
    }
}

#[component]
fn Found(others: Others, cells: Cells) -> impl IntoView {
    let hearth = use_hearth();
    let own: Vec<(String, String)> =
        cells.with_value(|c| c.iter().map(|(name, value)| (name.clone(), value.get_untracked())).collect());
    let none = others.counterfactuals.is_empty() && others.goal.is_some();
    let lines = others
        .counterfactuals
        .iter()
        .map(|found| {
            let text = counterfactual_line(found, &others, &own);
            let changes: Vec<(String, String)> = found
                .changes
                .iter()
                .filter_map(|change| Some((others.names.get(change.column as usize)?.clone(), to_text(&change.to))))
                .collect();
            let known = changes.iter().all(|(name, _)| own.iter().any(|(n, _)| n == name));
            let take = move |()| {
                cells.with_value(|c| {
                    for (name, text) in &changes {
                        if let Some((_, value)) = c.iter().find(|(n, _)| n == name) {
                            value.set(text.clone());
                        }
                    }
                });
            };
            view! {
                <li class="row-wrap">
                    <span>{text}</span>
                    {known.then(|| view! { <Button kind=Kind::Quiet on_press=take>"Try it"</Button> })}
                </li>
            }
        })
        .collect_view();
    let target = hearth.now(|s| s.current_run().map(|r| r.report.target.clone()).unwrap_or_default());
    let near = others
        .near
        .iter()
        .map(|near| {
            let differs: Vec<String> = near
                .differs
                .iter()
                .take(4)
                .map(|(name, cell)| format!("{name} {}", cell.as_deref().unwrap_or("missing")))
                .collect();
            let more = near.differs.len().saturating_sub(4);
            let rest = match (differs.is_empty(), more) {
                (true, _) => "the same in every column".to_owned(),
                (false, 0) => differs.join(", "),
                (false, n) => format!("{} and {n} more", differs.join(", ")),
            };
            view! { <tr><th scope="row">{near.row + 1}</th><td>{near.target.clone()}</td><td>{rest}</td></tr> }
        })
        .collect_view();
    let looked = format!(
        "Of {} outside the test set: numbers count by their share of the range, categories as the same or not (Gower's distance).",
        format::counted(others.n_rows.into(), "row", "rows")
    );
    view! {
        {none.then(|| view! {
            <p>"No way was found with values that occur in the table and at most six changed columns."</p>
        })}
        <ul class="why-ways">{lines}</ul>
        <h3>"The rows most like it"</h3>
        <p class="small second">{looked}</p>
        <div class="board-scroll" tabindex="0" role="region" aria-label="The rows most like it">
            <table class="metric-table why-near">
                <thead><tr><th scope="col">"row"</th><th scope="col">{target}</th><th scope="col">"where it differs"</th></tr></thead>
                <tbody>{near}</tbody>
            </table>
        </div>
    }
}
