//! Beside the design: the column that was pressed, or what the design means for the rows.

use leptos::prelude::*;

use super::roles::LeftOut;
use crate::studio::words;
use crate::ui::data::DataInspector;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind};

#[component]
pub fn DesignInspector() -> impl IntoView {
    let hearth = use_hearth();
    let selected = hearth.read(|s| s.selected_column.is_some() && s.table.is_some());
    view! {
        {move || if selected.get() {
            view! {
                <Button kind=Kind::Quiet on_press=move |()| hearth.send(crate::studio::Action::SelectColumn(None))>
                    "← The whole design"
                </Button>
                <DataInspector/>
            }.into_any()
        } else {
            view! { <Meaning/> }.into_any()
        }}
    }
}

/// The design in numbers.
#[component]
fn Meaning() -> impl IntoView {
    let hearth = use_hearth();
    let facts = hearth.read(|s| {
        let check = s.check.as_ref().filter(|check| check.n_rows > 0)?;
        let n = |n: u32| words::count(u64::from(n));
        let drawn = check.drawn.as_ref();
        let mut facts = vec![
            ("rows with a target".to_owned(), n(check.n_rows)),
            ("locked away".to_owned(), n(check.n_holdout)),
            ("rows to learn from".to_owned(), n(drawn.map_or(0, |drawn| drawn.facts.n_fitted))),
            ("rows tested in folds".to_owned(), n(drawn.map_or(0, |drawn| drawn.n_tested))),
            ("columns used".to_owned(), words::count(check.features.len() as u64)),
        ];
        let n_aside = drawn.map_or(0, |drawn| drawn.facts.n_aside);
        if n_aside > 0 {
            facts.insert(2, ("set aside for ranges".to_owned(), n(n_aside)));
        }
        if check.n_missing_target > 0 {
            facts.insert(1, ("rows without, left out".to_owned(), n(check.n_missing_target)));
        }
        Some(facts)
    });
    view! {
        <section class="stack-tight">
            <h2>"What this means"</h2>
            {move || match facts.get() {
                None => view! { <p class="second small">"Nothing yet: there are no rows to count."</p> }.into_any(),
                Some(facts) => view! {
                    <dl class="facts">
                        {facts.into_iter().map(|(what, value)| view! {
                            <div><dt>{what}</dt><dd class="number">{value}</dd></div>
                        }).collect_view()}
                    </dl>
                }.into_any(),
            }}
        </section>
        <LeftOut/>
    }
}
