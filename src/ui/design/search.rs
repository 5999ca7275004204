//! The search: how long it looks for better settings, in which kinds of models, and from where to where.

use leptos::prelude::*;

use super::edit;
use super::word::ChoiceWord;
use crate::design::{Design, limits};
use crate::model::network::Limits;
use crate::studio::words;
use crate::tune::{Kind, Range, SearchSpec, Space, settings};
use crate::ui::widget::{Disclosure, MenuItem, NumberField, Toggle};
use crate::ui::{Hearth, use_hearth};

/// Minutes that are offered; the field below takes others.
const MINUTES: [u32; 3] = [1, 5, 20];

fn spec(hearth: Hearth) -> Memo<Option<SearchSpec>> {
    hearth.read(|s| s.project.design.as_ref().and_then(|design| design.search.clone()))
}

/// Change the search, which begins with the usual ranges where there is none.
fn change(hearth: Hearth, label: &str, change: impl FnOnce(&mut SearchSpec)) {
    edit(hearth, label, |design| {
        let mut search = design.search.clone().unwrap_or_else(|| SearchSpec::usual(MINUTES[1]));
        change(&mut search);
        Design { search: Some(search), ..design.clone() }
    });
}

fn switch_off(hearth: Hearth) {
    edit(hearth, "No search", |design| Design { search: None, ..design.clone() });
}

/// "Then spend 5 minutes on a search for better settings".
#[component]
pub fn SearchWord() -> impl IntoView {
    let hearth = use_hearth();
    let spec = spec(hearth);
    let minutes = Memo::new(move |_| spec.with(|s| s.as_ref().map(|s| s.minutes)));
    let text = Signal::derive(move || match minutes.get() {
        None => "no time".to_owned(),
        Some(n) => words::counted(n.into(), "minute"),
    });
    let items = Signal::derive(move || {
        let chosen = minutes.get();
        let none = MenuItem::new("No time", move || switch_off(hearth))
            .detail("Train the models with the settings that they have")
            .chosen(chosen.is_none());
        let details = ["A first look", "Enough for most small tables", "For larger tables, and for networks"];
        let times = MINUTES.into_iter().zip(details).map(|(n, detail)| {
            MenuItem::new(words::counted(n.into(), "minute"), move || {
                change(hearth, "Time for the search", |search| search.minutes = n);
            })
            .detail(detail)
            .chosen(chosen == Some(n))
        });
        std::iter::once(none).chain(times).collect()
    });
    view! { "Spend "<ChoiceWord text label="Time for a search" items/>" on a search for better settings" }
}

#[component]
pub fn Search() -> impl IntoView {
    let hearth = use_hearth();
    let spec = spec(hearth);
    let on = Memo::new(move |_| spec.with(Option::is_some));
    view! {
        <section class="candidates" id="search" aria-labelledby="search-title">
            <div class="section-head">
                <h2 id="search-title">"Search for better settings"</h2>
            </div>
            <div class="stack">
                <Toggle
                    label="Search after these are trained"
                    value=on
                    on_change=move |on: bool| if on { change(hearth, "Search", |_| ()) } else { switch_off(hearth) }
                    help="Settings that do well on many tables first, then by chance and near the best so far (TPE). Few folds first; only the promising are scored on all (successive halving)."
                />
                <Show when=move || on.get()><Settings spec/></Show>
            </div>
        </section>
    }
}

#[component]
fn Settings(spec: Memo<Option<SearchSpec>>) -> impl IntoView {
    let hearth = use_hearth();
    let number = move |of: fn(&SearchSpec) -> f64| Signal::derive(move || spec.with(|s| s.as_ref().map_or(1.0, of)));
    let usual = SearchSpec::usual(MINUTES[1]);
    let differing = Signal::derive(move || {
        spec.with(|s| s.as_ref().map_or(0, |s| usual.spaces.iter().filter(|space| !s.spaces.contains(space)).count()))
    });
    view! {
        <div class="fields">
            <NumberField
                label="Minutes"
                limits=limits("minutes")
                value=number(|s| f64::from(s.minutes))
                on_change=move |n: f64| change(hearth, "Time for the search", |s| s.minutes = n as u32)
                help="For all of it: the models above, the search, and training the best that it finds."
            />
            <NumberField
                label="Found models to keep"
                limits=limits("winners")
                value=number(|s| f64::from(s.winners))
                on_change=move |n: f64| change(hearth, "Found models to keep", |s| s.winners = n as u32)
                help="The best of each kind join the models, at most so many."
            />
        </div>
        <Disclosure label="What is tried, and from where to where" differing>
            <div class="fields">
                <NumberField
                    label="Folds to begin with"
                    limits=limits("first_folds")
                    value=number(|s| f64::from(s.first_folds))
                    on_change=move |n: f64| change(hearth, "Folds to begin with", |s| s.first_folds = n as u32)
                    help="Every setting is scored on so many; twice as many in the next stage, and all in the last."
                />
                <NumberField
                    label="Share that goes on"
                    limits=limits("promoted_share")
                    value=Signal::derive(move || spec.with(|s| s.as_ref().map_or(0.34, |s| exact(s.promoted_share))))
                    on_change=move |v: f64| change(hearth, "Share that goes on", |s| s.promoted_share = v as f32)
                    help="Of the settings of a stage, those that are scored on more folds."
                />
                <NumberField
                    label="Seed"
                    limits=limits("seed")
                    value=number(|s| s.seed as f64)
                    on_change=move |v: f64| change(hearth, "Seed of the search", |s| s.seed = v as u64)
                />
            </div>
            {Kind::ALL.map(|kind| view! { <KindPart spec kind/> }).collect_view()}
        </Disclosure>
    }
}

fn exact(value: f32) -> f64 {
    value.to_string().parse().unwrap_or(f64::from(value))
}

fn space_of(search: &SearchSpec, kind: Kind) -> Option<&Space> {
    search.spaces.iter().find(|space| space.kind == kind)
}

/// One kind of model: whether it is searched, and the ranges of its settings.
#[component]
fn KindPart(spec: Memo<Option<SearchSpec>>, kind: Kind) -> impl IntoView {
    let hearth = use_hearth();
    let ranges =
        Memo::new(move |_| spec.with(|s| s.as_ref().and_then(|s| space_of(s, kind)).map(|space| space.ranges.clone())));
    let on = Memo::new(move |_| ranges.with(Option::is_some));
    let flip = move |on: bool| {
        change(hearth, &format!("Search: {}", kind.name()), |search| {
            search.spaces.retain(|space| space.kind != kind);
            if on {
                search.spaces.push(Space::usual(kind));
                search.spaces.sort_by_key(|space| space.kind);
            }
        });
    };
    let n = Memo::new(move |_| ranges.with(|r| r.as_ref().map_or(0, Vec::len)));
    view! {
        <div class="fields-title"><Toggle label=kind.name() value=on on_change=flip/></div>
        <div class="fields">
            <For each=move || 0..n.get() key=|i| *i let:position>
                <RangeFields ranges kind position/>
            </For>
        </div>
    }
}

#[component]
fn RangeFields(ranges: Memo<Option<Vec<Range>>>, kind: Kind, position: usize) -> impl IntoView {
    let hearth = use_hearth();
    let at = move |part: fn(&Range) -> f64| {
        Signal::derive(move || ranges.with(|r| r.as_ref().and_then(|r| r.get(position)).map_or(0.0, part)))
    };
    let name = ranges.with_untracked(|r| r.as_ref().and_then(|r| r.get(position)).map(|range| range.setting.clone()));
    let name = name.unwrap_or_default();
    let limits = settings(kind, &name).map(|setting| Limits {
        low: setting.limits.0,
        high: setting.limits.1,
        whole: setting.whole,
    });
    let set = move |part: fn(&mut Range) -> &mut f64, value: f64| {
        change(hearth, &format!("Search: {}", kind.name()), |search| {
            let space = search.spaces.iter_mut().find(|space| space.kind == kind);
            if let Some(range) = space.and_then(|space| space.ranges.get_mut(position)) {
                *part(range) = value;
            }
        });
    };
    let words = name.replace('_', " ");
    view! {
        <div class="row">
            <NumberField
                label=format!("{words}, from")
                limits
                value=at(|range| range.from)
                on_change=move |value: f64| set(|range| &mut range.from, value)
            />
            <NumberField label="to" limits value=at(|range| range.to) on_change=move |value: f64| set(|range| &mut range.to, value)/>
        </div>
    }
}
