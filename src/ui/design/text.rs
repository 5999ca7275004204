//! The whole design as a text that can be copied, compared and pasted back.

use leptos::prelude::*;

use crate::design::{Design, line_of};
use crate::job::Problem;
use crate::studio::Action;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, CopyButton, Kind, ProblemText};

#[component]
pub fn AsText() -> impl IntoView {
    let hearth = use_hearth();
    let text = hearth.read(|s| s.project.design.as_ref().map(Design::to_text).unwrap_or_default());
    // What the person has typed and not applied yet.
    let draft = RwSignal::new(None::<String>);
    let problems = RwSignal::new(Vec::<Problem>::new());
    let shown = Memo::new(move |_| draft.get().unwrap_or_else(|| text.get()));
    let changed = Memo::new(move |_| draft.with(|d| d.as_ref().is_some_and(|d| *d != text.get())));
    // What stands in the way of training, where the text shown is the design in force.
    let impossible = hearth.read(|s| s.check.as_ref().map(|check| check.problems.clone()).unwrap_or_default());
    let invalid =
        Memo::new(move |_| problems.with(|p| !p.is_empty()) || (!changed.get() && impossible.with(|p| !p.is_empty())));
    let apply = move |()| match Design::from_text(&shown.get_untracked()) {
        Ok(design) => {
            problems.set(Vec::new());
            draft.set(None);
            hearth.send(Action::EditDesign { label: "Design from text".to_owned(), design });
        }
        Err(found) => problems.set(found),
    };
    view! {
        <div class="as-text">
            <div class="spread">
                <p class="second small">"Everything that a training depends on, apart from the rows. Change it here, or paste another."</p>
                <CopyButton text=shown/>
            </div>
            <textarea
                class="input design-text"
                aria-label="The design as text"
                aria-invalid=move || invalid.get().then_some("true")
                aria-describedby="design-text-problem"
                spellcheck="false"
                rows="26"
                prop:value=move || shown.get()
                on:input:target=move |event| {
                    draft.set(Some(event.target().value()));
                    problems.set(Vec::new());
                }
            ></textarea>
            <div id="design-text-problem" role="status">
                {move || problems.get().into_iter().map(|problem| view! { <div class="check blocked"><ProblemText problem/></div> }).collect_view()}
                {move || (!changed.get()).then(|| {
                    let text = text.get();
                    impossible.get().into_iter().map(|mut problem| {
                        if let Some(line) = line_of(&text, &problem.place) {
                            problem.place = format!("line {line}: {}", problem.place);
                        }
                        view! { <div class="check blocked"><ProblemText problem/></div> }
                    }).collect_view()
                })}
            </div>
            <div class="row">
                <Button
                    kind=Kind::Primary
                    disabled=Signal::derive(move || (!changed.get()).then(|| "The text is the design in force".to_owned()))
                    on_press=apply
                >"Take this design"</Button>
                <Show when=move || changed.get()>
                    <Button on_press=move |()| {
                        draft.set(None);
                        problems.set(Vec::new());
                    }>"Back to what is in force"</Button>
                </Show>
            </div>
        </div>
    }
}
