//! What the person should know: place, event, what was kept, and the cure as a button.

use leptos::prelude::*;

use crate::studio::{Action, Notice, Tone};
use crate::ui::use_hearth;
use crate::ui::widget::{Icon, IconButton, ProblemText, icon};

#[component]
pub fn Notices() -> impl IntoView {
    let hearth = use_hearth();
    let notices = hearth.read(|s| s.notices.clone());
    let update = hearth.read(|s| s.update_waiting);
    let other_tab = hearth.read(|s| s.other_tab);
    view! {
        <section class="notices" aria-label="Notices">
            <div role="status" class="notice-stack">
                <Show when=move || other_tab.get()>
                    <div class="notice doubt">
                        <span class="notice-icon">{icon(Icon::Warning)}</span>
                        <div class="problem-text">
                            <p>"This project is open in another tab."</p>
                            <p class="second">"Here it can be looked at; only the other tab changes it. Close the other tab to go on here."</p>
                        </div>
                    </div>
                </Show>
                <Show when=move || update.get()>
                    <div class="notice information">
                        <span class="notice-icon">{icon(Icon::Information)}</span>
                        <div class="problem-text">
                            <p>"A new version of Hearth is ready."</p>
                            <p class="second">"It is taken when you say so; the page then loads again where you were."</p>
                            <div class="notice-actions">
                                <button type="button" class="button" on:click=move |_| hearth.send(Action::AcceptUpdate)>
                                    "Take it now"
                                </button>
                            </div>
                        </div>
                    </div>
                </Show>
                <For each=move || notices.get() key=|notice| notice.id let:notice>
                    <NoticeCard notice/>
                </For>
            </div>
        </section>
    }
}

#[component]
fn NoticeCard(notice: Notice) -> impl IntoView {
    let hearth = use_hearth();
    let Notice { id, tone, problem, cure, .. } = notice;
    let (class, glyph, word) = match tone {
        Tone::Information => ("notice information", Icon::Information, "Note"),
        Tone::Doubt => ("notice doubt", Icon::Warning, "Doubt"),
        Tone::Failure => ("notice failure", Icon::Warning, "Problem"),
    };
    view! {
        <div class=class>
            <span class="notice-icon">{icon(glyph)}</span>
            <span class="visually-hidden">{word}": "</span>
            <div class="grow">
                <ProblemText problem/>
                {cure.map(|(label, action)| view! {
                    <div class="notice-actions">
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| {
                                hearth.send(Action::DismissNotice(id));
                                hearth.send((*action).clone());
                            }
                        >{label}</button>
                    </div>
                })}
            </div>
            <IconButton glyph=Icon::Close label="Dismiss" on_press=move |()| hearth.send(Action::DismissNotice(id))/>
        </div>
    }
}
