//! What is likely to be wrong with the table: each finding with its rows and what can be done about it.

use leptos::prelude::*;

use crate::studio::findings::Shown;
use crate::studio::{Action, Stage, View, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind};

/// Findings of the whole table, or of one column.
#[component]
pub fn Findings(#[prop(optional)] of: Option<u32>) -> impl IntoView {
    let hearth = use_hearth();
    let list = hearth.read(move |s| {
        let all = s.findings()?;
        Some(all.into_iter().filter(|f| of.is_none_or(|column| f.columns.contains(&column))).collect::<Vec<_>>())
    });
    let settled = hearth.read(move |s| if of.is_none() { s.n_settled() } else { 0 });
    let given_up = hearth.read(|s| s.profiled.given_up);
    let share = hearth.read(|s| (s.profiled.parts > 0).then(|| s.profiled.parts_done * 100 / s.profiled.parts));
    view! {
        <section class="findings" aria-label="Findings">
            {move || match list.get() {
                // A column without a finding says nothing of them.
                Some(list) if list.is_empty() && of.is_some() => ().into_any(),
                None if of.is_some() => ().into_any(),
                None if given_up.get() => view! {
                    <h2>"Findings"</h2>
                    <p class="second small">"The engine ended while it looked for faults in this table, so it was not looked at again."</p>
                }.into_any(),
                None => view! {
                    <h2>"Findings"</h2>
                    <p class="second small" role="status">{move || match share.get() {
                        Some(share) => format!("Looking for faults: {share} %"),
                        None => "Looking for faults".to_owned(),
                    }}</p>
                }.into_any(),
                Some(list) => {
                    let none = list.is_empty();
                    view! {
                        <h2>"Findings"{(!none).then(|| view! { <span class="second number">" "{words::count(list.len() as u64)}</span> })}</h2>
                        {none.then(|| view! { <p class="second small">"Nothing in these rows looks wrong. What was never looked for is not ruled out."</p> })}
                        <ol class="finding-list">{list.into_iter().map(|finding| view! { <Card finding/> }).collect_view()}</ol>
                    }.into_any()
                }
            }}
            {move || (settled.get() > 0).then(|| view! {
                <p class="tiny second">{words::counted(settled.get() as u64, "finding")}" settled by the design, and not listed."</p>
            })}
        </section>
    }
}

#[component]
fn Card(finding: Shown) -> impl IntoView {
    let hearth = use_hearth();
    let class = match finding.weight {
        "can mislead" => "finding heavy",
        _ => "finding",
    };
    view! {
        <li class=class>
            <p class="finding-weight tiny second">{finding.weight}</p>
            <p class="finding-sentence">{finding.sentence}</p>
            {finding.advice.map(|advice| view! { <p class="small second">{advice}</p> })}
            <div class="row-wrap">
                {finding.show.map(|(label, action)| view! {
                    <Button on_press=move |()| {
                        hearth.send(Action::Show(View::Stage(Stage::Data)));
                        hearth.send(action.clone());
                    }>{label}</Button>
                })}
                {finding.repairs.into_iter().map(|(label, action)| view! {
                    <Button kind=Kind::Plain on_press=move |()| hearth.send(action.clone())>{label}</Button>
                }).collect_view()}
            </div>
        </li>
    }
}
