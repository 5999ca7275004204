//! Design: the sentence, the split, the columns by role, the candidates; and all of it as a text.

mod bayes;
mod candidate;
mod candidates;
mod inspector;
mod judge;
mod neighbours;
mod network;
pub mod roles;
mod search;
mod sentence;
mod split;
mod text;
mod time;
mod trees;
mod way;
mod word;

use leptos::prelude::*;

use crate::design::Design as Spec;
use crate::studio::command_list::commands;
use crate::studio::design_edits::first_design;
use crate::studio::project::Run;
use crate::studio::{Action, Stage, View, words};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, TabPanel, Tabs, icon};
use crate::ui::{Hearth, data};

pub use inspector::DesignInspector;

/// Sends the next design as an edit that undo names.
pub fn edit(hearth: Hearth, label: &str, change: impl FnOnce(&Spec) -> Spec) {
    if let Some(design) = hearth.now(|s| s.project.design.as_ref().map(change)) {
        hearth.send(Action::EditDesign { label: label.to_owned(), design });
    }
}

/// The names of the table's columns, in its order.
pub fn column_names(hearth: Hearth) -> Vec<String> {
    hearth.now(|s| s.table.as_ref().map(|t| t.columns.iter().map(|c| c.name.clone()).collect()).unwrap_or_default())
}

#[component]
pub fn Design() -> impl IntoView {
    let hearth = use_hearth();
    let has_design = hearth.read(|s| s.project.design.is_some() && s.table.is_some());
    let has_table = hearth.read(|s| s.table.is_some());
    let judges = hearth.read(|s| s.judging.is_some());
    view! {
        {move || match (has_design.get(), has_table.get()) {
            (_, true) if judges.get() => view! { <judge::Judge/> }.into_any(),
            (true, _) => view! { <Stages/> }.into_any(),
            (false, true) => view! { <NoTarget/> }.into_any(),
            (false, false) => view! { <NoTable/> }.into_any(),
        }}
    }
}

#[component]
fn Stages() -> impl IntoView {
    let tab = RwSignal::new(0usize);
    view! {
        <div class="design">
            <header class="design-head">
                <sentence::Sentence/>
                <TrainButton/>
            </header>
            <Tabs
                name="design"
                label="Ways to see the design"
                options=vec![(0, "Plan".to_owned()), (1, "As text".to_owned())]
                value=tab
                on_change=move |t| tab.set(t)
            />
            <TabPanel name="design" index=tab>
                {move || if tab.get() == 0 {
                    view! {
                        <div class="design-plan">
                            <Problems/>
                            <split::SplitDrawing/>
                            <roles::Roles/>
                            <candidates::Candidates/>
                            <search::Search/>
                            <judge::JudgeOffer/>
                        </div>
                    }.into_any()
                } else {
                    view! { <text::AsText/> }.into_any()
                }}
            </TabPanel>
        </div>
    }
}

/// The next thing to do, or why it cannot be done yet; from the same list as palette and keys.
#[component]
pub fn TrainButton() -> impl IntoView {
    let hearth = use_hearth();
    let train = hearth.read(|s| {
        commands(s).into_iter().find(|entry| entry.id == "train").map(|entry| {
            let shortcut = entry.shortcut.map(|k| k.text()).unwrap_or_default();
            let first = !s.project.runs.iter().any(Run::is_own);
            let label = (!first).then_some(entry.label);
            (entry.enabled.err(), shortcut, label)
        })
    });
    let reason = move || train.get().and_then(|(reason, ..)| reason);
    view! {
        <div class="train-go">
            <button
                type="button"
                class="button primary large"
                aria-disabled=move || reason().is_some().then_some("true")
                aria-describedby="train-why"
                on:click=move |_| {
                    if train.get_untracked().is_some_and(|(reason, ..)| reason.is_none()) {
                        hearth.send(Action::Train);
                        hearth.send(Action::Show(View::Stage(Stage::Train)));
                    }
                }
            >
                <span>"Train"</span>
                <kbd aria-hidden="true">{move || train.get().map(|(_, keys, _)| keys)}</kbd>
            </button>
            <p class="tiny second" id="train-why" role="status">{move || reason().or_else(|| train.get().and_then(|t| t.2))}</p>
        </div>
    }
}

/// What prevents training, and what does not but should be known.
#[component]
fn Problems() -> impl IntoView {
    let hearth = use_hearth();
    let problems = hearth.read(|s| s.check.as_ref().map(|c| c.problems.clone()).unwrap_or_default());
    let doubts = hearth.read(|s| s.check.as_ref().map(|c| c.doubts.clone()).unwrap_or_default());
    view! {
        <Show when=move || problems.with(|p| !p.is_empty()) || doubts.with(|d| !d.is_empty())>
            <section class="checks" aria-label="Problems and doubts">
                {move || problems.get().into_iter().map(|problem| view! {
                    <div class="check blocked">
                        {icon(Icon::Warning)}
                        <span class="visually-hidden">"Problem: "</span>
                        <crate::ui::widget::ProblemText problem/>
                    </div>
                }).collect_view()}
                {move || doubts.get().into_iter().map(|doubt| view! {
                    <div class="check doubt">
                        {icon(Icon::Information)}
                        <p class="small"><span class="visually-hidden">"Doubt: "</span>{doubt}</p>
                    </div>
                }).collect_view()}
            </section>
        </Show>
    }
}

/// A table without a column that could be guessed as the target.
#[component]
fn NoTarget() -> impl IntoView {
    let hearth = use_hearth();
    let columns = hearth.read(|s| {
        s.table
            .as_ref()
            .map(|t| t.columns.iter().take(60).map(|c| c.name.clone()).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    view! {
        <div class="design">
            <h1 class="verdict" tabindex="-1">"What should be predicted?"</h1>
            <p class="second">"No column stands out, so the choice is yours."</p>
            <div class="row-wrap">
                {move || columns.get().into_iter().map(|name| {
                    let target = name.clone();
                    view! {
                        <button type="button" class="button" on:click=move |_| {
                            let design = hearth.now(|s| {
                                s.table.as_ref().map(|t| first_design(&target, &t.columns, t.n_rows))
                            });
                            if let Some(design) = design {
                                hearth.send(Action::EditDesign { label: format!("Predict {target}"), design });
                            }
                        }>{name}</button>
                    }
                }).collect_view()}
            </div>
            <judge::JudgeOffer/>
        </div>
    }
}

/// Before there is a table: the finished sentence, faintly.
#[component]
fn NoTable() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <div class="design design-empty">
            <h1 class="visually-hidden" tabindex="-1">"Design"</h1>
            <p class="sentence ghost" inert>
                "Predict "<b>"churned = yes"</b>" from "<b>"19 columns"</b>". Lock away "<b>"20 %"</b>" of the rows as a test; compare "
                <b>"3 models"</b>" over "<b>"5 folds"</b>"."
            </p>
            <p class="verdict">"With a table, this sentence says what is learned from what, and every word of it can be changed."</p>
            <button type="button" class="button primary" on:click=move |_| hearth.send(Action::PickFile(crate::studio::FilePurpose::Data))>
                "Choose a file"
            </button>
        </div>
    }
}

/// "7 columns", for the sentence and the head of the roles.
pub fn columns_text(n: usize) -> String {
    words::counted(n as u64, "column")
}

/// The mark of a column's type beside its name.
pub fn type_mark(column_type: crate::table::ColumnType) -> impl IntoView {
    view! {
        <span class="type-glyph" aria-hidden="true">{data::type_glyph(column_type)}</span>
        <span class="visually-hidden">{column_type.word()}" "</span>
    }
}
