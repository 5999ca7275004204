//! Beside the grid: the selected column, or the table: findings, what rows and columns have in common, warnings.

use leptos::prelude::*;

use super::column::ColumnPanel;
use crate::studio::words;
use crate::ui::use_hearth;
use crate::ui::widget::Later;

#[component]
pub fn DataInspector() -> impl IntoView {
    let hearth = use_hearth();
    let selected = hearth.read(|s| {
        let position = s.selected_column?;
        let table = s.table.as_ref()?;
        table.columns.get(position as usize).map(|c| (position, c.clone(), table.n_rows))
    });
    view! {
        {move || match selected.get() {
            Some((position, column, n_rows)) => view! { <ColumnPanel position column n_rows/> }.into_any(),
            None => view! { <TablePanel/> }.into_any(),
        }}
    }
}

#[component]
fn TablePanel() -> impl IntoView {
    let hearth = use_hearth();
    let warnings = hearth.read(|s| {
        s.table.as_ref().map(|t| {
            let sentences: Vec<String> = t.warnings.iter().map(|w| w.sentence(&t.name)).collect();
            (sentences, t.n_warnings)
        })
    });
    view! {
        // A table comes with its grid: the panel beside it is made when that has been drawn.
        <Show when=move || warnings.with(Option::is_some)>
            <Later frames=3>
                {super::rules::take_over()}
                <super::findings::Findings/>
            </Later>
            <Later frames=4>
                <super::steps::Steps/>
                <super::rules::Rules/>
            </Later>
            <Later frames=5><super::whole::WholeTable/></Later>
        </Show>
        {move || match warnings.get() {
            None => view! {
                <p class="second small">"A press on a column shows its numbers here."</p>
            }.into_any(),
            Some((sentences, n)) => view! {
                <h2>"Warnings"</h2>
                {if n == 0 {
                    view! { <p class="second small">"None: every cell was read as it stands. A press on a column shows its numbers here."</p> }.into_any()
                } else {
                    let more = n.saturating_sub(sentences.len() as u64);
                    view! {
                        <p class="second small">{words::counted(n, "place")}" in the file, read with a guess."</p>
                        <ol class="warning-list">
                            {sentences.into_iter().take(200).map(|text| view! { <li>{text}</li> }).collect_view()}
                        </ol>
                        {(more > 0).then(|| view! { <p class="second small">{words::count(more)}" more are not listed."</p> })}
                    }.into_any()
                }}
            }.into_any(),
        }}
    }
}
