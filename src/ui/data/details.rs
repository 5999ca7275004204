//! What the profile says of one column beyond its first numbers: the ends of its spread, patterns, the target, and the
//! columns that go with it.

use leptos::prelude::*;

use crate::chart::format;
use crate::dataset::Task;
use crate::grid;
use crate::profile::{ColumnDetails, Shape};
use crate::quality::strength;
use crate::studio::{Action, Studio, words};
use crate::table::ColumnType;
use crate::ui::use_hearth;
use crate::ui::widget::Disclosure;

/// Patterns, values and columns that are listed.
const LISTED: usize = 5;

type Facts = Vec<(String, String)>;

#[component]
pub fn Details(position: u32) -> impl IntoView {
    let hearth = use_hearth();
    let facts = hearth.read(move |s| {
        let details = s.profiled.profile.as_ref()?.columns.get(position as usize)?.clone();
        Some((shape_facts(&details), pattern_facts(&details)))
    });
    let target = hearth.read(move |s| target_facts(s, position));
    let partners = hearth.read(move |s| partners(s, position));
    view! {
        {move || target.get().map(|facts| view! {
            <Disclosure label="Alone against the target" open=true>{list(facts)}</Disclosure>
        })}
        {move || Some(partners.get()).filter(|p| !p.is_empty()).map(|partners| view! {
            <Disclosure label="Columns that go with it">
                <dl class="facts wide-names">
                    {partners.into_iter().map(|(other, name, value)| view! {
                        <div>
                            <dt><button type="button" class="link" on:click=move |_| hearth.send(Action::SelectColumn(Some(other)))>{name}</button></dt>
                            <dd class="number">{value}</dd>
                        </div>
                    }).collect_view()}
                </dl>
            </Disclosure>
        })}
        {move || facts.get().map(|(shape, patterns)| view! {
            <Disclosure label="More numbers">{list(shape)}</Disclosure>
            {(!patterns.is_empty()).then(|| view! {
                <Disclosure label="Patterns">
                    {list(patterns)}
                    <p class="tiny second">"A capital letter, a small letter, 9 a digit, _ a blank; {3} three of them."</p>
                </Disclosure>
            })}
        })}
    }
}

fn list(facts: Facts) -> impl IntoView {
    view! {
        <dl class="facts">
            {facts.into_iter().map(|(what, value)| view! { <div><dt>{what}</dt><dd class="number">{value}</dd></div> }).collect_view()}
        </dl>
    }
}

fn shape_facts(details: &ColumnDetails) -> Facts {
    let mut facts: Facts = Vec::new();
    let mut say = |what: &str, value: String| facts.push((what.to_owned(), value));
    let n = |n: u32| words::count(u64::from(n));
    say("rows looked at", n(details.n_rows));
    say(
        "different",
        format!(
            "{}{}",
            if details.distinct.error == 0.0 { "" } else { "about " },
            words::count(details.distinct.count)
        ),
    );
    if let Some(once) = details.n_once {
        say("there only once", n(once));
    }
    // Places among `profile::SHARES`.
    let ends = [(0, "1 % lie below"), (2, "10 %"), (6, "90 %"), (8, "99 %")];
    match &details.shape {
        Shape::Numbers(numbers) => {
            for (at, what) in ends {
                say(what, grid::value_text(ColumnType::Number, numbers.quantiles[at]));
            }
            say("zeros", n(numbers.n_zero));
            say("below zero", n(numbers.n_negative));
            if let Some(skewness) = numbers.skewness {
                say("lopsided (skewness)", format::significant(skewness, 2));
            }
            for (value, count) in numbers.top.iter().take(LISTED).filter(|(_, count)| *count > 1) {
                say(&format!("rows with {}", grid::value_text(ColumnType::Number, *value)), n(*count));
            }
        }
        Shape::Dates(dates) => {
            for (at, what) in ends {
                say(what, grid::value_text(ColumnType::Date, dates.quantiles[at]));
            }
            say("gaps", n(dates.n_gaps));
            if let Some((before, after)) = dates.gaps.first() {
                let text = |date: i64| grid::value_text(ColumnType::Date, date as f64);
                say("longest gap", format!("{} to {}", text(*before), text(*after)));
            }
            say("rows stand in this order", if dates.rises { "yes" } else { "no" }.to_owned());
        }
        Shape::Levels { lengths, .. } | Shape::Texts { lengths, .. } => {
            say("shortest, longest", format!("{} to {} characters", lengths.shortest, lengths.longest));
            say("words, on average", format::fixed(lengths.mean_words, 1));
        }
        Shape::Empty => {}
    }
    facts
}

fn pattern_facts(details: &ColumnDetails) -> Facts {
    match &details.shape {
        Shape::Levels { lengths, .. } | Shape::Texts { lengths, .. } => {
            let one = |(pattern, count): &(String, u32)| (format::short(pattern, 32), words::count(u64::from(*count)));
            lengths.patterns.iter().take(LISTED).map(one).collect()
        }
        Shape::Numbers(_) | Shape::Dates(_) | Shape::Empty => Vec::new(),
    }
}

fn target_facts(studio: &Studio, position: u32) -> Option<Facts> {
    let relation = studio.relation_of(position)?;
    let of_classes = studio.check.as_ref().is_none_or(|check| check.task != Task::Regression);
    let score = relation.score.map_or("cannot be told".to_owned(), |score| strength(score, of_classes));
    let mut facts = vec![("predicts it alone".to_owned(), score)];
    if of_classes {
        facts.push(("guessing".to_owned(), "ROC AUC 0.5".to_owned()));
    }
    if let Some(information) = relation.information {
        facts.push(("mutual information".to_owned(), format!("{} nats", format::significant(information, 2))));
    }
    facts.push(("rows".to_owned(), words::count(u64::from(relation.n_rows))));
    Some(facts)
}

/// The columns that go with this one most: position, name, how much.
fn partners(studio: &Studio, position: u32) -> Vec<(u32, String, String)> {
    let (Some(profile), Some(table)) = (&studio.profiled.profile, &studio.table) else { return Vec::new() };
    let mut found: Vec<(f64, u32)> = profile
        .associations
        .iter()
        .filter(|pair| pair.first == position || pair.second == position)
        .filter_map(|pair| {
            Some((pair.measure.strength()?, if pair.first == position { pair.second } else { pair.first }))
        })
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let name = |column: u32| table.columns.get(column as usize).map(|c| c.name.clone());
    let one = |(strength, other)| Some((other, name(other)?, format::fixed(strength, 2)));
    found.into_iter().take(LISTED).filter_map(one).collect()
}
