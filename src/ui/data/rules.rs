//! What must hold in every row: the rules with what came of each, and the form in which one is written.

use leptos::{html, prelude::*};

use super::form::input;
use crate::rules::{Rule, from_json, next_id, to_json};
use crate::studio::checks::Outcome;
use crate::studio::rules::{FORMS, Shown, demand, form_of};
use crate::studio::{Action, Studio};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, CopyButton, Disclosure, Icon, IconButton, Kind, unique};

/// The rule that is being written.
#[derive(Clone, Copy)]
struct Draft {
    /// The one whose place it takes, by id.
    of: Option<u32>,
    form: RwSignal<usize>,
    texts: RwSignal<Vec<String>>,
}

#[component]
pub fn Rules() -> impl IntoView {
    let hearth = use_hearth();
    let list = hearth.read(Studio::rules_shown);
    let draft = RwSignal::new(None::<Draft>);
    // Made here, since what a button makes ends with the button.
    let (form, texts) = (RwSignal::new(0), RwSignal::new(Vec::new()));
    let write = move |of: Option<u32>, chosen: usize, held: Vec<String>| {
        texts.set(held);
        form.set(chosen);
        draft.set(Some(Draft { of, form, texts }));
    };
    view! {
        <section class="steps" aria-label="Rules">
            <h2>"Rules"</h2>
            {move || list.with(|list| {
                if list.is_empty() {
                    return view! { <p class="second small">"None. A rule says what must hold in every row, such as a range or a key. A row that breaks it stays as it is, and is told here and on Trust."</p> }.into_any();
                }
                let items = list.iter().cloned().map(|shown| item(shown, write));
                view! { <ul class="step-list">{items.collect_view()}</ul> }.into_any()
            })}
            {move || match draft.get() {
                Some(made) => editor(made, move || draft.set(None)),
                None => view! {
                    <div class="row-wrap">
                        <Button glyph=Icon::Plus on_press=move |()| write(None, 0, FORMS[0].blank(""))>"Add a rule"</Button>
                        <Button on_press=move |()| hearth.send(Action::ProposeRules)>"Propose rules"</Button>
                    </div>
                }.into_any(),
            }}
            {carry()}
        </section>
    }
}

/// The word before what came of a rule.
fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "Kept. ",
        Outcome::Failed => "Broken. ",
        Outcome::Doubtful | Outcome::Unknown => "Not judged. ",
    }
}

/// A rule of the list.
fn item(shown: Shown, write: impl Fn(Option<u32>, usize, Vec<String>) + Copy + Send + Sync + 'static) -> AnyView {
    let hearth = use_hearth();
    let Shown { rule, title, outcome, sentence, show } = shown;
    let (id, on) = (rule.id, rule.on);
    let short = crate::chart::format::short(&title, 60);
    let edit = move |label: String, change: fn(&mut Vec<Rule>, u32)| {
        if let Some(mut rules) = hearth.now(|s| Some(s.project.rules.clone())) {
            change(&mut rules, id);
            hearth.send(Action::ChangeRules { label, rules });
        }
    };
    let form = form_of(&rule.demand);
    let (switched, gone) = (short.clone(), short.clone());
    let doubtful = matches!(outcome, Some(Outcome::Failed | Outcome::Doubtful));
    view! {
        <li class="step" class:off=!on class:doubtful=doubtful>
            <label class="step-title">
                <input
                    type="checkbox"
                    prop:checked=on
                    on:change=move |_| edit(
                        format!("{}: {switched}", if on { "Switch off" } else { "Switch on" }),
                        |rules, id| rules.iter_mut().filter(|rule| rule.id == id).for_each(|rule| rule.on = !rule.on),
                    )
                />
                <span>{title}</span>
            </label>
            <p class="small second" class:step-problem=doubtful>{outcome.map(word)}{sentence}</p>
            <div class="row-wrap">
                {show.map(|(label, action)| view! {
                    <Button on_press=move |()| hearth.send(action.clone())>{label}</Button>
                })}
                {form.map(|(form, texts)| view! {
                    <IconButton glyph=Icon::Settings label=format!("Change: {short}") on_press=move |()| write(Some(id), form, texts.clone())/>
                })}
                <IconButton glyph=Icon::Trash label=format!("Remove: {short}")
                    on_press=move |()| edit(format!("Remove: {gone}"), |rules, id| rules.retain(|rule| rule.id != id))/>
            </div>
        </li>
    }
    .into_any()
}

fn editor(draft: Draft, close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let hearth = use_hearth();
    let Draft { of, form, texts } = draft;
    let made = Memo::new(move |_| demand(&FORMS[form.get()], &texts.get()));
    let cursor = RwSignal::new(None);
    let names = hearth.read(|s| {
        s.table.as_ref().map(|t| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    let list_id = unique("columns");
    let datalist = list_id.clone();
    let done = move |()| {
        let Ok(demand) = made.get_untracked() else { return };
        let Some(mut rules) = hearth.now(|s| Some(s.project.rules.clone())) else { return };
        let label = demand.title();
        match rules.iter_mut().find(|rule| Some(rule.id) == of) {
            Some(rule) => rule.demand = demand,
            None => rules.push(Rule { id: next_id(&rules), on: true, demand }),
        }
        close();
        hearth.send(Action::ChangeRules { label, rules });
    };
    let select = unique("rule");
    let heading = NodeRef::<html::Select>::new();
    Effect::new(move |_| {
        if let Some(field) = heading.get() {
            drop(field.focus());
        }
    });
    view! {
        <form class="step-editor" on:submit=move |event| { event.prevent_default(); done(()); }>
            <datalist id=datalist>{move || names.get().into_iter().map(|n| view! { <option value=n></option> }).collect_view()}</datalist>
            <div class="field">
                <label for=select.clone()>{if of.is_some() { "Change the rule" } else { "New rule" }}</label>
                <select id=select class="input" node_ref=heading on:change=move |event| {
                    let chosen = event_target_value(&event).parse().unwrap_or(0).min(FORMS.len() - 1);
                    // Fields first: until the form follows, they would be read by the old one.
                    texts.set(FORMS[chosen].blank(""));
                    form.set(chosen);
                }>
                    {move || FORMS.iter().enumerate().map(|(i, f)| view! {
                        <option value=i.to_string() selected=move || form.get() == i>{f.label}</option>
                    }).collect_view()}
                </select>
            </div>
            {move || {
                let fields = FORMS[form.get()].fields.iter().enumerate();
                fields.map(|(i, f)| input(i, f, (texts, cursor), list_id.clone(), names)).collect_view()
            }}
            <p class="small second" role="status">{move || made.get().err()}</p>
            // A form is sent with Enter only where it has a button of this kind.
            <input type="submit" hidden/>
            <div class="row-wrap">
                <Button kind=Kind::Primary on_press=done disabled=Signal::derive(move || made.get().err())>
                    {if of.is_some() { "Change it" } else { "Add it" }}
                </Button>
                <Button on_press=move |()| close()>"Cancel"</Button>
            </div>
        </form>
    }
    .into_any()
}

/// The rules as text, there and back.
fn carry() -> AnyView {
    let hearth = use_hearth();
    let rules = hearth.read(|s| s.project.rules.clone());
    let pasted = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let take = move |()| match from_json(&pasted.get_untracked()) {
        Ok(rules) => {
            refused.set(None);
            hearth.send(Action::ChangeRules { label: "Take other rules".to_owned(), rules });
        }
        Err(problem) => refused.set(Some(format!("{} {}", problem.event, problem.cure))),
    };
    let id = unique("rules-text");
    view! {
        <Disclosure label="Rules as text">
            <Show when=move || rules.with(|rules| !rules.is_empty())>
                <CopyButton text=Signal::derive(move || rules.with(|rules| to_json(rules))) label="Copy the rules"/>
            </Show>
            <div class="field">
                <label for=id.clone()>"Rules of another table"</label>
                <textarea id=id.clone() class="input" rows="4" spellcheck="false" prop:value=move || pasted.get()
                    on:input=move |event| pasted.set(event_target_value(&event))></textarea>
            </div>
            {move || refused.get().map(|text| view! { <p class="small step-problem" role="alert">{text}</p> })}
            <Button on_press=take>"Take these in their place"</Button>
        </Disclosure>
    }
    .into_any()
}

/// What was done to the file before can be done to this one.
pub fn take_over() -> AnyView {
    let hearth = use_hearth();
    let offer = hearth.read(Studio::offer_to_take_over);
    view! {
        {move || offer.get().map(|(sentence, action)| view! {
            <section class="step" aria-label="The file before">
                <p class="small">{sentence}</p>
                <div class="row-wrap">
                    <Button on_press=move |()| hearth.send(action.clone())>"Do the same to this file"</Button>
                </div>
            </section>
        })}
    }
    .into_any()
}
