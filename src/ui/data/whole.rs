//! The whole table: what is missing together, rows that are there twice, and columns that go together.

use leptos::prelude::*;

use crate::chart::associations::associations;
use crate::profile::{RepeatedRows, TableProfile};
use crate::studio::{Action, words};
use crate::table::view::Filter;
use crate::ui::chart::Figure;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Disclosure};

/// Patterns of missing cells that are listed.
const LISTED: usize = 8;

#[component]
pub fn WholeTable() -> impl IntoView {
    let hearth = use_hearth();
    let profile = hearth.read(|s| s.profiled.profile.clone().filter(|p| p.missing.n_rows > 0));
    let names = hearth.read(|s| {
        s.table.as_ref().map(|t| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    let source = hearth.read(|s| s.table.as_ref().map(|t| t.name.clone()).unwrap_or_default());
    let opened = RwSignal::new(false);
    let has_pairs = Memo::new(move |_| profile.with(|p| p.as_ref().is_some_and(|p| !p.associations.is_empty())));
    view! {
        {move || profile.get().map(|p| {
            let (exact, near, missing) = (p.repeats.clone(), p.near_repeats.clone(), missing(&p, &names.get()));
            view! {
                <Disclosure label="Missing cells">{missing}</Disclosure>
                <Disclosure label="Repeated rows"><Repeats exact near/></Disclosure>
            }
        })}
        <Show when=move || has_pairs.get()>
            <Disclosure label="Columns that go together" opened>
                <Show when=move || opened.get()>
                    <Figure
                        draw=move |width: f64| profile.with(|p| match p {
                            Some(p) => associations(&names.get(), &p.associations, p.n_not_compared, width),
                            None => associations(&[], &[], 0, width),
                        })
                        source
                    />
                </Show>
            </Disclosure>
        </Show>
    }
}

fn missing(profile: &TableProfile, names: &[String]) -> impl IntoView + use<> {
    let patterns = &profile.missing;
    let share = |n: u32| 100.0 * f64::from(n) / f64::from(patterns.n_rows.max(1));
    let rows: Vec<(String, u32)> = patterns
        .patterns
        .iter()
        .take(LISTED)
        .map(|pattern| {
            let named: Vec<String> =
                pattern.columns.iter().filter_map(|c| names.get(*c as usize)).take(4).cloned().collect();
            let more = pattern.columns.len().saturating_sub(named.len());
            let text = words::list(&named);
            (if more > 0 { format!("{text}, and {more} more") } else { text }, pattern.n_rows)
        })
        .collect();
    let incomplete = patterns.n_rows - patterns.n_complete;
    let intro = match incomplete {
        0 => format!("No cell is missing in {}.", words::counted(u64::from(patterns.n_rows), "row")),
        n => format!(
            "{} of {} lack a cell. Missing together:",
            words::count(u64::from(n)),
            words::counted(u64::from(patterns.n_rows), "row")
        ),
    };
    let rest = (patterns.n_patterns as usize).saturating_sub(rows.len() + usize::from(patterns.n_complete > 0));
    view! {
        <p class="small">{intro}</p>
        <dl class="facts wide-names">
            {rows.into_iter().map(|(text, n)| view! {
                <div><dt>{text}</dt><dd class="number">{format!("{} ({:.1} %)", words::count(u64::from(n)), share(n))}</dd></div>
            }).collect_view()}
        </dl>
        {(rest > 0 && incomplete > 0).then(|| view! { <p class="tiny second">{words::count(rest as u64)}" rarer combinations"</p> })}
    }
}

#[component]
fn Repeats(exact: RepeatedRows, near: RepeatedRows) -> impl IntoView {
    let hearth = use_hearth();
    let line = |of: &RepeatedRows, how: &str| match of.n_repeats {
        0 => format!("No row repeats another {how}."),
        n => format!(
            "{} an earlier one {how}, of {} looked at.",
            if n == 1 { "1 row repeats".to_owned() } else { format!("{} rows repeat", words::count(u64::from(n))) },
            words::count(u64::from(of.n_rows))
        ),
    };
    let button = move |of: &RepeatedRows| {
        let mut rows: Vec<u32> = of.groups.iter().flat_map(|group| group.rows.iter().copied()).collect();
        rows.sort_unstable();
        let n = of.groups.len();
        (n > 0).then(|| {
            let label = if n == 1 { "Show them".to_owned() } else { format!("Show the {n} largest groups") };
            view! {
                <Button on_press=move |()| {
                    let filter = Filter::Rows { name: "repeated rows, with the first of each".to_owned(), rows: rows.clone() };
                    hearth.send(Action::SetFilters(vec![filter]));
                }>{label}</Button>
            }
        })
    };
    view! {
        <p class="small">{line(&exact, "in every cell")}</p>
        {button(&exact)}
        <p class="small">{line(&near, "but for spelling, rounding or a key")}</p>
        {(near.n_repeats > exact.n_repeats).then(|| button(&near))}
    }
}
