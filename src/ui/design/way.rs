//! What decides how the rows are split: the word of the sentence, its panel, and the guesses that one press takes.

use leptos::prelude::*;

use super::time::TimeSettings;
use super::word::PanelWord;
use super::{column_names, edit};
use crate::dataset::Role;
use crate::split::SplitKind;
use crate::split::propose::Proposal;
use crate::studio::Studio;
use crate::studio::design_edits::{at_random, by_group, by_time, role_of};
use crate::table::ColumnType;
use crate::ui::use_hearth;
use crate::ui::widget::{Segmented, Select};

/// The kinds of splits without their settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Random,
    Group,
    Time,
}

fn way(s: &Studio) -> Way {
    match s.project.design.as_ref().map(|d| d.split.kind) {
        Some(SplitKind::Group { .. }) => Way::Group,
        Some(SplitKind::Time { .. }) => Way::Time,
        Some(SplitKind::Random { .. }) | None => Way::Random,
    }
}

fn role(way: Way) -> Option<Role> {
    match way {
        Way::Random => None,
        Way::Group => Some(Role::Group),
        Way::Time => Some(Role::Time),
    }
}

/// The column that decides now.
fn column(s: &Studio) -> Option<String> {
    let role = role(way(s))?;
    let roles = &s.project.design.as_ref()?.dataset.roles;
    roles.iter().find(|(_, of)| *of == role).map(|(name, _)| name.clone())
}

/// Columns that could decide, the likeliest first.
fn candidates(s: &Studio, way: Way) -> Vec<String> {
    let (Some(table), Some(design)) = (&s.table, &s.project.design) else { return Vec::new() };
    let proposed = s.proposals.iter().find_map(|proposal| match (proposal, way) {
        (Proposal::Group { column, .. }, Way::Group) | (Proposal::Time { column, .. }, Way::Time) => Some(column),
        _ => None,
    });
    let rank = |name: &str, column_type: ColumnType| match (way, column_type) {
        _ if proposed.is_some_and(|proposed| proposed == name) => Some(0),
        (Way::Time, ColumnType::Date) => Some(1),
        (Way::Time, ColumnType::Number) => Some(2),
        (Way::Time, _) | (Way::Random, _) => None,
        (Way::Group, _) if role_of(design, name) == Role::Id => Some(1),
        (Way::Group, ColumnType::Category) => Some(2),
        (Way::Group, _) => Some(3),
    };
    let others = table.columns.iter().filter(|column| column.name != design.dataset.target);
    let mut ranked: Vec<(u8, String)> =
        others.filter_map(|c| Some((rank(&c.name, c.column_type)?, c.name.clone()))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, name)| name).collect()
}

/// "Split the rows at random", "Keep each patient together", "Test on later rows by day".
#[component]
pub fn WayWord() -> impl IntoView {
    let hearth = use_hearth();
    let now = hearth.read(way);
    let by = hearth.read(column);
    let guess = hearth.read(Studio::split_is_guess);
    let text = Signal::derive(move || match now.get() {
        Way::Random => "at random".to_owned(),
        Way::Group | Way::Time => by.get().unwrap_or_else(|| "a column".to_owned()),
    });
    view! {
        {move || match now.get() {
            Way::Random => "Split the rows ",
            Way::Group => "Keep each ",
            Way::Time => "Test on later rows by ",
        }}
        <PanelWord text label="How the rows are split" guess><WayPanel/></PanelWord>
        {move || if now.get() == Way::Group { " together" } else { "" }}
    }
}

#[component]
fn WayPanel() -> impl IntoView {
    let hearth = use_hearth();
    let now = hearth.read(way);
    let by = hearth.read(column);
    let take = move |way: Way| {
        let first = hearth.now(|s| candidates(s, way)).into_iter().next();
        let order = column_names(hearth);
        match (way, first) {
            (Way::Random, _) => edit(hearth, "Split at random", at_random),
            (Way::Group, Some(column)) => {
                edit(hearth, &format!("Keep each {column} together"), |d| by_group(d, &order, &column));
            }
            (Way::Time, Some(column)) => {
                edit(hearth, &format!("Test on later rows by {column}"), |d| by_time(d, &order, &column));
            }
            (Way::Group | Way::Time, None) => {}
        }
    };
    let has_time = hearth.read(|s| !candidates(s, Way::Time).is_empty());
    let options = move || {
        let mut options = vec![(Way::Random, "At random".to_owned()), (Way::Group, "Whole groups".to_owned())];
        if has_time.get() {
            options.push((Way::Time, "By time".to_owned()));
        }
        options
    };
    let columns = hearth.read(move |s| {
        let mut names = candidates(s, way(s));
        // In the order of the table, since the likeliest is chosen already.
        let place = |name: &String| s.table.as_ref().and_then(|t| t.columns.iter().position(|c| c.name == *name));
        names.sort_by_key(place);
        names.into_iter().map(|name| (Some(name.clone()), name)).collect::<Vec<_>>()
    });
    let change = move |name: Option<String>| {
        let Some(name) = name else { return };
        let order = column_names(hearth);
        match now.get_untracked() {
            Way::Random => {}
            Way::Group => edit(hearth, &format!("Keep each {name} together"), |d| by_group(d, &order, &name)),
            Way::Time => edit(hearth, &format!("Test on later rows by {name}"), |d| by_time(d, &order, &name)),
        }
    };
    view! {
        <div class="stack">
            {move || view! { <Segmented label="What decides" options=options() value=now on_change=take/> }}
            <p class="second small">
                {move || match now.get() {
                    Way::Random => "Chance deals each row by itself. Right where rows have nothing to do with each other.",
                    Way::Group => "Rows with the same value stand on one side. Right where the model will meet new ones: patients, shops, machines.",
                    Way::Time => "What is tested is later than what was learned from. Right where the model will predict what is still to come.",
                }}
            </p>
            <Show when=move || now.get() != Way::Random>
                <Select label="Column" options=columns value=by on_change=change/>
            </Show>
            <Show when=move || now.get() == Way::Time><TimeSettings/></Show>
        </div>
    }
}

/// What the looks of the table propose, each with its reason and one press.
#[component]
pub fn Offers() -> impl IntoView {
    let hearth = use_hearth();
    let offers = hearth.read(Studio::offers);
    view! {
        {move || offers.get().into_iter().map(|offer| {
            let action = offer.action;
            view! {
                <p class="guess-note offer">
                    <b>{if offer.taken { "A guess, taken. " } else { "A guess. " }}</b>
                    {offer.reason}" "
                    <button type="button" class="offer-take" on:click=move |_| hearth.send(action.clone())>{offer.label}</button>
                </p>
            }
        }).collect_view()}
    }
}
