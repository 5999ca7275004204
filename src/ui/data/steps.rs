//! The steps between the file and the table: what each did, their order, and the form in which one is written.

use leptos::{html, prelude::*};

use super::form::input;
use crate::job::StepPreview;
use crate::recipe::{Operation, Outcome, Recipe, Scope, Step, StepReport};
use crate::studio::steps::{FORMS, Kind as FieldKind, changes, form_of};
use crate::studio::{Action, Stage, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, CopyButton, Disclosure, Icon, IconButton, Kind, unique};

/// What could stand in a formula that is offered at most.
const OFFERED: usize = 6;

/// The step that is being written.
#[derive(Clone, Copy)]
struct Draft {
    /// The one whose place it takes, by id.
    of: Option<u32>,
    form: RwSignal<usize>,
    texts: RwSignal<Vec<String>>,
    /// Byte of the formula at which the cursor stands.
    cursor: RwSignal<Option<u32>>,
}

#[component]
pub fn Steps() -> impl IntoView {
    let hearth = use_hearth();
    let list = hearth.read(|s| s.table.as_ref().map(|t| (t.recipe.clone(), t.steps.clone())).unwrap_or_default());
    let draft = RwSignal::new(None::<Draft>);
    let close = move || {
        draft.set(None);
        hearth.send(Action::EndStepPreview);
    };
    // With the table of another step, or of another file, what was being written is done or of no use.
    Effect::new(move |before: Option<()>| {
        list.with(|_| ());
        if before.is_some() && draft.with_untracked(Option::is_some) {
            close();
        }
    });
    // Made here, since what a button makes ends with the button.
    let (form, texts, cursor) = (RwSignal::new(0), RwSignal::new(Vec::new()), RwSignal::new(None));
    let write = move |of: Option<u32>, chosen: usize, held: Vec<String>| {
        cursor.set(None);
        texts.set(held);
        form.set(chosen);
        draft.set(Some(Draft { of, form, texts, cursor }));
    };
    view! {
        <section class="steps" aria-label="Steps">
            <h2>"Steps"</h2>
            {move || list.with(|(recipe, told)| {
                if recipe.steps.is_empty() {
                    return view! { <p class="second small">"None: these are the rows as the file has them. A step changes them, never the file, and can be taken back."</p> }.into_any();
                }
                let n = recipe.steps.len();
                let items = recipe.steps.iter().enumerate().map(|(i, step)| {
                    item(i, n, step.clone(), told.get(i).cloned(), write)
                });
                view! { <ol class="step-list">{items.collect_view()}</ol> }.into_any()
            })}
            {move || match draft.get() {
                Some(draft) => editor(draft, close),
                None => view! {
                    <div class="row-wrap">
                        <Button glyph=Icon::Plus on_press=move |()| write(None, 0, FORMS[0].blank(""))>"Add a step"</Button>
                    </div>
                }.into_any(),
            }}
            {carry(list)}
        </section>
    }
}

/// A step of the list.
fn item(
    i: usize,
    n: usize,
    step: Step,
    told: Option<StepReport>,
    write: impl Fn(Option<u32>, usize, Vec<String>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let hearth = use_hearth();
    let title = step.operation.title();
    let scope = step.operation.scope();
    let (id, on) = (step.id, step.on);
    let edit = move |label: String, change: fn(&mut Recipe, u32)| {
        if let Some(mut recipe) = hearth.now(|s| s.recipe().cloned()) {
            change(&mut recipe, id);
            hearth.send(Action::ChangeRecipe { label, recipe });
        }
    };
    let said = told.as_ref().map(StepReport::sentence).unwrap_or_default();
    let doubtful = told.as_ref().is_some_and(|told| told.outcome == Outcome::Skipped);
    let problems: Vec<String> = told
        .map(|told| told.problems.into_iter().map(|p| format!("{} {}", p.event, p.cure)).collect())
        .unwrap_or_default();
    let form = form_of(&step.operation);
    let short = crate::chart::format::short(&title, 60);
    let (off, up, down, gone) = (short.clone(), short.clone(), short.clone(), short.clone());
    view! {
        <li class="step" class:off=!on class:doubtful=doubtful>
            <label class="step-title">
                <input
                    type="checkbox"
                    prop:checked=on
                    on:change=move |_| {
                        let word = if on { "Switch off" } else { "Switch on" };
                        edit(format!("{word}: {off}"), if on { |r, id| { r.switch(id, false); } } else { |r, id| { r.switch(id, true); } });
                    }
                />
                <span>{title}</span>
            </label>
            <p class="small second">{said}{(on && scope != Scope::RowWise).then(|| format!(" {}", scope.sentence()))}</p>
            {problems.into_iter().take(3).map(|text| view! { <p class="small step-problem">{text}</p> }).collect_view()}
            <div class="row-wrap">
                <IconButton glyph=Icon::ArrowUp label=format!("Earlier: {short}") disabled=Signal::derive(move || i == 0)
                    on_press=move |()| edit(format!("Earlier: {up}"), |r, id| { r.shift(id, true); })/>
                <IconButton glyph=Icon::ArrowDown label=format!("Later: {short}") disabled=Signal::derive(move || i + 1 == n)
                    on_press=move |()| edit(format!("Later: {down}"), |r, id| { r.shift(id, false); })/>
                {form.map(|(form, texts)| view! {
                    <IconButton glyph=Icon::Settings label=format!("Change: {short}") on_press=move |()| write(Some(id), form, texts.clone())/>
                })}
                <IconButton glyph=Icon::Trash label=format!("Remove: {short}")
                    on_press=move |()| edit(format!("Remove: {gone}"), |r, id| { r.remove(id); })/>
            </div>
        </li>
    }
    .into_any()
}

/// The recipe with the step that is being written, and its position there.
fn with_draft(recipe: &Recipe, of: Option<u32>, operation: Operation) -> (Recipe, u32) {
    let mut recipe = recipe.clone();
    let id = match of {
        Some(id) => {
            recipe.change(id, operation);
            id
        }
        None => recipe.push(operation),
    };
    let position = recipe.steps.iter().position(|step| step.id == id).unwrap_or_default();
    (recipe, position as u32)
}

fn editor(draft: Draft, close: impl Fn() + Copy + Send + Sync + 'static) -> AnyView {
    let hearth = use_hearth();
    let Draft { of, form, texts, cursor } = draft;
    let operation = Memo::new(move |_| FORMS[form.get()].operation(&texts.get()));
    // What it would do is looked at whenever it can be done.
    Effect::new(move |_| {
        let at = cursor.get();
        match (operation.get(), hearth.now(|s| s.recipe().cloned())) {
            (Ok(operation), Some(recipe)) => {
                let (recipe, position) = with_draft(&recipe, of, operation);
                hearth.send(Action::PreviewStep { recipe, position, cursor: at });
            }
            _ => hearth.send(Action::EndStepPreview),
        }
    });
    let preview = hearth.read(|s| s.step_preview.clone());
    let names = Memo::new(move |_| match preview.get() {
        Some(told) => told.preview.before.clone(),
        None => hearth
            .now(|s| s.table.as_ref().map(|t| t.columns.iter().map(|c| c.name.clone()).collect()))
            .unwrap_or_default(),
    });
    let list_id = unique("columns");
    let datalist = list_id.clone();
    let done = move |()| {
        if let (Ok(operation), Some(recipe)) = (operation.get_untracked(), hearth.now(|s| s.recipe().cloned())) {
            let label = operation.title();
            let (recipe, _) = with_draft(&recipe, of, operation);
            close();
            hearth.send(Action::ChangeRecipe { label, recipe });
        }
    };
    let kinds = move || {
        let options = FORMS.iter().enumerate();
        options
            .map(|(i, f)| view! { <option value=i.to_string() selected=move || form.get() == i>{f.label}</option> })
            .collect_view()
    };
    let select = unique("step");
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
                <label for=select.clone()>{if of.is_some() { "Change the step" } else { "New step" }}</label>
                <select id=select class="input" node_ref=heading on:change=move |event| {
                    let chosen = event_target_value(&event).parse().unwrap_or(0).min(FORMS.len() - 1);
                    cursor.set(None);
                    // Fields first: until the form follows, they would be read by the old one.
                    texts.set(FORMS[chosen].blank(""));
                    form.set(chosen);
                }>{kinds()}</select>
            </div>
            {move || {
                let fields = FORMS[form.get()].fields.iter().enumerate();
                fields.map(|(i, f)| input(i, f, (texts, cursor), list_id.clone(), names)).collect_view()
            }}
            {move || offered(draft, preview.get())}
            <div class="step-preview" role="status">{move || match (operation.get(), preview.get()) {
                (Err(missing), _) => view! { <p class="small second">{missing}</p> }.into_any(),
                (Ok(_), Some(told)) => outcome(&told),
                (Ok(_), None) => ().into_any(),
            }}</div>
            <div class="row-wrap">
                <Button kind=Kind::Primary on_press=done disabled=Signal::derive(move || operation.get().err())>
                    {if of.is_some() { "Change it" } else { "Add it" }}
                </Button>
                <Button on_press=move |()| close()>"Cancel"</Button>
            </div>
            <p class="tiny second">"What would look at other rows, such as filling with a mean, is no step: the preparation in Design does it, where each fold works it out for itself."</p>
        </form>
    }
    .into_any()
}

/// What could stand at the cursor of the formula.
fn offered(draft: Draft, told: Option<std::sync::Arc<StepPreview>>) -> Option<AnyView> {
    let at = FORMS[draft.form.get()].fields.iter().position(|f| f.kind == FieldKind::Formula)?;
    let offered = told?.completions.iter().take(OFFERED).cloned().collect::<Vec<_>>();
    draft.cursor.get().filter(|_| !offered.is_empty())?;
    let buttons = offered.into_iter().map(|candidate| {
        let (label, detail) = (candidate.label.clone(), candidate.detail.clone());
        view! {
            <button type="button" class="button quiet" title=detail on:click=move |_| draft.texts.update(|texts| {
                let Some(text) = texts.get_mut(at) else { return };
                let (start, end) = (candidate.start as usize, candidate.end as usize);
                // The answer may be to an earlier text.
                if text.is_char_boundary(start) && text.is_char_boundary(end) && start <= end {
                    text.replace_range(start..end, &candidate.insert);
                    draft.cursor.set(None);
                }
            })>{label}</button>
        }
    });
    Some(view! { <div class="row-wrap step-offered" role="group" aria-label="Could stand here">{buttons.collect_view()}</div> }.into_any())
}

/// What the step would do.
fn outcome(told: &StepPreview) -> AnyView {
    let report = &told.preview.report;
    let problems = report.problems.iter().take(3).map(|p| {
        // Of a formula the place says which character.
        let place = p.place.rsplit_once("formula, ").map(|(_, at)| format!("At {at}: ")).unwrap_or_default();
        view! { <p class="small step-problem">{format!("{place}{} {}", p.event, p.cure)}</p> }
    });
    let shown = changes(&told.preview);
    let rows = shown.rows.into_iter().map(|(at, cells)| {
        view! { <tr><th scope="row" class="number">{at}</th>{cells.into_iter().map(|cell| view! { <td>{cell}</td> }).collect_view()}</tr> }
    });
    let rows = rows.collect::<Vec<_>>();
    let caption = if shown.gone { "Rows that go" } else { "First rows that change" };
    view! {
        <p class="small">{report.sentence()}</p>
        {problems.collect_view()}
        {(!rows.is_empty()).then(|| view! {
            <div class="step-rows"><table>
                <caption class="tiny second">{caption}</caption>
                <thead><tr><th scope="col">"Row"</th>{shown.names.into_iter().map(|n| view! { <th scope="col">{n}</th> }).collect_view()}</tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        })}
    }
    .into_any()
}

/// The steps as text, there and back.
fn carry(list: Memo<(Recipe, Vec<StepReport>)>) -> AnyView {
    let hearth = use_hearth();
    let pasted = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let text = Signal::derive(move || list.with(|(recipe, _)| recipe.to_json().unwrap_or_default()));
    let take = move |()| match Recipe::from_json(&pasted.get_untracked()) {
        Ok(recipe) => {
            refused.set(None);
            hearth.send(Action::Show(View::Stage(Stage::Data)));
            hearth.send(Action::ChangeRecipe { label: "Take other steps".to_owned(), recipe });
        }
        Err(problem) => refused.set(Some(format!("{} {}", problem.event, problem.cure))),
    };
    let id = unique("steps-text");
    view! {
        <Disclosure label="Steps as text">
            <Show when=move || list.with(|(recipe, _)| !recipe.steps.is_empty())>
                <CopyButton text label="Copy the steps"/>
            </Show>
            <div class="field">
                <label for=id.clone()>"Steps of another table"</label>
                <textarea id=id.clone() class="input" rows="4" spellcheck="false" prop:value=move || pasted.get()
                    on:input=move |event| pasted.set(event_target_value(&event))></textarea>
            </div>
            {move || refused.get().map(|text| view! { <p class="small step-problem" role="alert">{text}</p> })}
            <Button on_press=take>"Take these in their place"</Button>
        </Disclosure>
    }
    .into_any()
}
