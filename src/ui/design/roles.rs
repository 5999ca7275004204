//! The columns by role: dragged from list to list, or moved by each column's menu.

use leptos::prelude::*;

use super::{column_names, columns_text, edit, type_mark};
use crate::dataset::Role;
use crate::studio::design_edits::{ROLES, first_design, role_meaning, role_of, role_word, with_role, with_target};
use crate::studio::{Action, words};
use crate::table::ColumnType;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Icon, Menu, MenuItem, Select, icon};

/// Columns that a list shows at once; typing narrows them.
const MOST_SHOWN: usize = 120;

/// A column as the lists show it.
#[derive(Clone, PartialEq)]
struct Entry {
    name: String,
    column_type: ColumnType,
    role: Role,
    /// Why a column that is to be used is left out all the same.
    left_out: Option<String>,
    /// How well it alone predicts the target, where that is too good to be true.
    suspect: Option<String>,
}

#[component]
pub fn Roles() -> impl IntoView {
    let hearth = use_hearth();
    let typed = RwSignal::new(String::new());
    let entries = hearth.read(|s| {
        let (Some(table), Some(design)) = (&s.table, &s.project.design) else { return Vec::new() };
        let left_out = s.check.as_ref().map(|c| c.left_out.as_slice()).unwrap_or_default();
        let reasons: std::collections::BTreeMap<&str, &str> =
            left_out.iter().map(|(name, reason)| (name.as_str(), reason.as_str())).collect();
        let roles: std::collections::BTreeMap<&str, Role> =
            design.dataset.roles.iter().map(|(name, role)| (name.as_str(), *role)).collect();
        let suspects = s.suspects();
        table
            .columns
            .iter()
            .filter(|c| c.name != design.dataset.target)
            .map(|c| {
                let role = roles.get(c.name.as_str()).copied().unwrap_or(Role::Feature);
                let left_out = reasons.get(c.name.as_str()).filter(|_| role == Role::Feature);
                Entry {
                    name: c.name.clone(),
                    column_type: c.column_type,
                    role,
                    left_out: left_out.map(|reason| (*reason).to_owned()),
                    suspect: suspects.iter().find(|suspect| suspect.name == c.name).map(|s| s.strength.clone()),
                }
            })
            .collect::<Vec<_>>()
    });
    let many = move || entries.with(|e| e.len() > 24);
    view! {
        <section class="roles" id="roles" aria-labelledby="roles-title">
            <div class="spread section-head">
                <h2 id="roles-title">"Columns by role"</h2>
                <Show when=many>
                    <input
                        type="text"
                        class="input roles-find"
                        placeholder="Find a column"
                        aria-label="Find a column among the roles"
                        on:input:target=move |event| typed.set(event.target().value())
                    />
                </Show>
            </div>
            <div class="role-lists">
                {ROLES.into_iter().map(|role| view! { <RoleList role entries typed/> }).collect_view()}
            </div>
        </section>
    }
}

#[component]
fn RoleList(role: Role, entries: Memo<Vec<Entry>>, typed: RwSignal<String>) -> impl IntoView {
    let hearth = use_hearth();
    let over = RwSignal::new(false);
    let here =
        Memo::new(move |_| entries.with(|all| all.iter().filter(|e| e.role == role).cloned().collect::<Vec<_>>()));
    let shown = Memo::new(move |_| {
        let typed = typed.get().to_lowercase();
        here.with(|here| here.iter().filter(|e| e.name.to_lowercase().contains(&typed)).cloned().collect::<Vec<_>>())
    });
    let drop = move |event: web_sys::DragEvent| {
        over.set(false);
        let Some(name) = event.data_transfer().and_then(|data| data.get_data(DRAG_TYPE).ok()).filter(|n| !n.is_empty())
        else {
            return;
        };
        event.prevent_default();
        event.stop_propagation();
        move_column(hearth, &name, role);
    };
    let drags_column = |event: &web_sys::DragEvent| {
        event.data_transfer().is_some_and(|data| data.types().includes(&DRAG_TYPE.into(), 0))
    };
    view! {
        <div
            class="role-list"
            class:over=move || over.get()
            on:dragover=move |event| {
                if drags_column(&event) {
                    event.prevent_default();
                    over.set(true);
                }
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <h3 class="role-head">
                <span>{role_word(role)}</span>
                <span class="second number">{move || words::count(here.with(Vec::len) as u64)}</span>
            </h3>
            <p class="tiny second role-meaning">{role_meaning(role)}</p>
            <ul class="role-columns">
                <For
                    each=move || shown.get().into_iter().take(MOST_SHOWN)
                    key=|e| (e.name.clone(), e.role, e.left_out.clone(), e.suspect.clone(), e.column_type)
                    let:entry
                >
                    <ColumnChip entry/>
                </For>
            </ul>
            {move || {
                let more = shown.with(Vec::len).saturating_sub(MOST_SHOWN);
                (more > 0).then(|| view! { <p class="tiny second">{format!("and {}", columns_text(more))}" more"</p> })
            }}
        </div>
    }
}

/// The kind of data that a dragged column carries; files and text are not it.
const DRAG_TYPE: &str = "application/x-hearth-column";

fn move_column(hearth: crate::ui::Hearth, name: &str, role: Role) {
    let order = column_names(hearth);
    let label = format!("{name}: {}", role_word(role).to_lowercase());
    let names = [name.to_owned()];
    edit(hearth, &label, |design| with_role(design, &order, &names, role));
}

#[component]
fn ColumnChip(entry: Entry) -> impl IntoView {
    let hearth = use_hearth();
    let Entry { name, column_type, role, left_out, suspect } = entry;
    let (dragged, shown, opened) = (name.clone(), name.clone(), name.clone());
    let menu_label = format!("Move {name}");
    let is_left_out = left_out.is_some();
    let items = Signal::derive(move || {
        let mut items: Vec<MenuItem> = ROLES
            .into_iter()
            .map(|to| {
                let name = name.clone();
                MenuItem::new(role_word(to), move || move_column(hearth, &name, to))
                    .detail(role_meaning(to))
                    .chosen(to == role)
            })
            .collect();
        let target = name.clone();
        items.push(MenuItem::new("Predict this column", move || {
            let order = column_names(hearth);
            edit(hearth, &format!("Predict {target}"), |design| with_target(design, &order, &target));
        }));
        items
    });
    view! {
        <li
            class="column-chip"
            class:left-out=is_left_out
            draggable="true"
            on:dragstart=move |event| {
                if let Some(data) = event.data_transfer() {
                    // Without the data the drop does nothing, and the menu is still there.
                    let _ = data.set_data(DRAG_TYPE, &dragged);
                    data.set_effect_allowed("move");
                }
            }
        >
            <button type="button" class="column-chip-name" on:click=move |_| {
                let position = hearth.now(|s| s.table.as_ref().and_then(|t| t.columns.iter().position(|c| c.name == opened)));
                hearth.send(Action::SelectColumn(position.map(|p| p as u32)));
            }>
                {type_mark(column_type)}
                <span class="truncate" title=shown.clone()>{shown.clone()}</span>
            </button>
            <Menu class="icon-button small" label=menu_label trigger=|| icon(Icon::More) items/>
            {left_out.map(|reason| view! { <p class="chip-reason tiny">"Left out: "{reason}</p> })}
            {suspect.map(|strength| view! { <p class="chip-reason tiny doubt-text">"Alone predicts the target ("{strength}"): known too late?"</p> })}
        </li>
    }
}

/// The role of a column as a list of choices, for the inspector.
#[component]
pub fn RoleChoice(#[prop(into)] name: String) -> impl IntoView {
    let hearth = use_hearth();
    let (read, target) = (name.clone(), name.clone());
    let role = hearth.read(move |s| s.project.design.as_ref().map(|d| role_of(d, &read)));
    let is_target = hearth.read(move |s| s.project.design.as_ref().is_some_and(|d| d.dataset.target == target));
    let options: Vec<_> = ROLES.into_iter().map(|r| (r, role_word(r).to_owned())).collect();
    let chosen = Signal::derive(move || role.get().unwrap_or(Role::Feature));
    let shown = move || role.get().is_some() && !is_target.get();
    let name = StoredValue::new(name);
    view! {
        <Show when=shown>
            <Select
                label="Role"
                options=options.clone()
                value=chosen
                on_change=move |to| name.with_value(|name| move_column(hearth, name, to))
            />
        </Show>
    }
}

/// Makes the column the target, or says that it is.
#[component]
pub fn TargetButton(#[prop(into)] name: String) -> impl IntoView {
    let hearth = use_hearth();
    let read = name.clone();
    let is_target = hearth.read(move |s| s.project.design.as_ref().map(|d| d.dataset.target == read));
    let name = StoredValue::new(name);
    view! {
        {move || match is_target.get() {
            Some(true) => view! { <p class="small"><span class="tag target-tag">"target"</span>" This column is predicted."</p> }.into_any(),
            _ => view! {
                <Button on_press=move |()| {
                    let name = name.get_value();
                    let order = column_names(hearth);
                    if hearth.now(|s| s.project.design.is_some()) {
                        edit(hearth, &format!("Predict {name}"), |design| with_target(design, &order, &name));
                    } else if let Some(design) =
                        hearth.now(|s| s.table.as_ref().map(|t| first_design(&name, &t.columns, t.n_rows)))
                    {
                        hearth.send(Action::EditDesign { label: format!("Predict {name}"), design });
                    }
                }>"Predict this column"</Button>
            }.into_any(),
        }}
    }
}

/// The columns that are left out with their reasons, for the inspector.
#[component]
pub fn LeftOut() -> impl IntoView {
    let hearth = use_hearth();
    let left_out = hearth.read(|s| s.check.as_ref().map(|c| c.left_out.clone()).unwrap_or_default());
    view! {
        <Show when=move || left_out.with(|l| !l.is_empty())>
            <section class="stack-tight">
                <h2>"Left out"</h2>
                <dl class="left-out-list">
                    {move || left_out.get().into_iter().take(60).map(|(name, reason)| view! {
                        <div><dt class="truncate">{name}</dt><dd class="second">{reason}</dd></div>
                    }).collect_view()}
                </dl>
                {move || {
                    let more = left_out.with(Vec::len).saturating_sub(60);
                    (more > 0).then(|| view! { <p class="tiny second">{format!("and {} more", words::count(more as u64))}</p> })
                }}
            </section>
        </Show>
    }
}
