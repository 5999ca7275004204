//! How wide the uncertainty of the candidate is: a sentence, how it was measured, what is promised, and the level.

use leptos::prelude::*;

use crate::studio::design_edits::with_aside;
use crate::studio::spread::{Told, tell};
use crate::studio::{Action, Stage, Studio, View};
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, NumberTable, Segmented, Toggle};
use crate::validate::conformal::{Cover, Level};

#[component]
pub fn Spread() -> impl IntoView {
    let hearth = use_hearth();
    let told = hearth.read(Studio::spread);
    let cover = hearth.read(Studio::cover);
    let offered = hearth.read(Studio::aside_offered);
    let some = Memo::new(move |_| told.with(Option::is_some));
    let classes = Memo::new(move |_| told.with(|t| t.as_ref().is_some_and(|t| t.classes.is_some())));
    let change = move |next: Cover| hearth.send(Action::SetCover(next));
    let set_aside = move |()| {
        let design = hearth.now(|s| Some(with_aside(s.project.design.as_ref()?, s.aside_offered()?)));
        if let Some(design) = design {
            hearth.send(Action::EditDesign { label: "Rows set aside".to_owned(), design });
            hearth.send(Action::Show(View::Stage(Stage::Design)));
        }
    };
    view! {
        <Show when=move || some.get()>
            <section class="rivals stack" aria-label="How wide its uncertainty is">
                <h2>"How wide is its uncertainty? "<span class="term">"(conformal prediction)"</span></h2>
                <div class="row-wrap">
                    <Segmented
                        label="How often the truth is to be held"
                        options=Level::ALL.map(|level| (level, format!("{} %", level.percent()))).to_vec()
                        value=Signal::derive(move || cover.get().level)
                        on_change=move |level| change(Cover { level, ..cover.get_untracked() })
                    />
                    <Show when=move || classes.get()>
                        <Toggle
                            label="Each class as often"
                            value=Signal::derive(move || cover.get().by_class)
                            on_change=move |by_class| change(Cover { by_class, ..cover.get_untracked() })
                            help="A limit for each class of its own: larger sets, and no class that is held more rarely."
                        />
                    </Show>
                </div>
                {move || told.get().map(|told| view! { <Lines told/> })}
                {move || offered.get().map(|share| view! {
                    <div class="row-wrap">
                        <Button kind=Kind::Plain on_press=set_aside>{format!("Set {:.0} % of the rows aside", share * 100.0)}</Button>
                        <span class="small second">"Changes the design; train again after that."</span>
                    </div>
                })}
            </section>
        </Show>
    }
}

/// What was found, without anything to press.
#[component]
fn Lines(told: Told) -> impl IntoView {
    let Told { sentence, measured, promise, table, classes } = told;
    let caption =
        if classes.is_some() { "Sets of classes, by how they are made" } else { "How often the range held the truth" };
    let has_rows = !table.1.is_empty();
    view! {
        <p class="verdict" aria-live="polite">{sentence}</p>
        {measured.into_iter().map(|line| view! { <p class="small">{line}</p> }).collect_view()}
        <p class="small second">{promise}</p>
        {has_rows.then(|| view! {
            <NumberTable caption headers=Signal::stored(table.0) rows=Signal::stored(table.1) bare=true/>
        })}
        {classes.map(|(headers, rows)| view! {
            <NumberTable caption="How often sets hold each true class" headers=Signal::stored(headers) rows=Signal::stored(rows) bare=true/>
        })}
    }
}

/// For the printed page.
#[component]
pub fn SpreadLines(report: crate::validate::Report) -> impl IntoView {
    let hearth = use_hearth();
    tell(&report, hearth.now(Studio::cover)).map(|told| {
        view! {
            <h2>"How wide is its uncertainty?"</h2>
            <Lines told/>
        }
    })
}
