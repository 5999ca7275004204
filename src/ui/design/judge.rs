//! Predictions that were made elsewhere: which columns hold what, and the press that judges them.

use leptos::prelude::*;

use crate::studio::judged::{Judging, Step};
use crate::studio::{Action, Studio};
use crate::ui::widget::{Button, Kind, ProblemText, Segmented, Select};
use crate::ui::{Hearth, use_hearth};
use crate::validate::judged::JudgeSpec;

/// The quiet way in.
#[component]
pub fn JudgeOffer() -> impl IntoView {
    let hearth = use_hearth();
    view! {
        <div><Button kind=Kind::Quiet on_press=move |()| hearth.send(Action::Judge(Step::Open))>"Judge predictions made elsewhere"</Button></div>
    }
}

fn change(hearth: Hearth, edit: impl FnOnce(&mut JudgeSpec)) {
    let mut spec = hearth.now(|s| s.judging.as_ref().map(|judging| judging.spec.clone()).unwrap_or_default());
    edit(&mut spec);
    hearth.send(Action::Judge(Step::Change(spec)));
}

/// Nothing, and then the table's columns.
fn options(s: &Studio, none: &str) -> Vec<(Option<String>, String)> {
    let columns = s.table.iter().flat_map(|table| &table.columns);
    let named = columns.map(|column| (Some(column.name.clone()), column.name.clone()));
    std::iter::once((None, none.to_owned())).chain(named).collect()
}

/// A choice of one column, or none.
#[component]
fn Pick(
    label: &'static str,
    none: &'static str,
    get: fn(&JudgeSpec) -> Option<String>,
    set: fn(&mut JudgeSpec, Option<String>),
) -> impl IntoView {
    let hearth = use_hearth();
    let options = hearth.read(move |s| options(s, none));
    let value = hearth.read(move |s| s.judging.as_ref().and_then(|judging| get(&judging.spec)));
    view! { <Select label options value on_change={move |name: Option<String>| change(hearth, |spec| set(spec, name))}/> }
}

#[component]
pub fn Judge() -> impl IntoView {
    let hearth = use_hearth();
    let judging: Memo<Judging> = hearth.read(|s| s.judging.clone().unwrap_or_default());
    let scores = hearth.read(|s| s.judging.as_ref().map(|judging| judging.spec.scores.clone()).unwrap_or_default());
    let classes = hearth.read(|s| {
        let look = s.judging.as_ref().and_then(|judging| judging.look.as_ref());
        look.map(|look| look.classes.clone()).unwrap_or_default()
    });
    let told = move || {
        judging.with(|judging| {
            let sentence = judging.look.as_ref().map_or("Looking…", |look| look.sentence.as_str());
            format!("{}{sentence}", judging.guess)
        })
    };
    let problem = move || judging.with(|judging| judging.look.as_ref().and_then(|look| look.problem.clone()));
    let hindrance = Signal::derive(move || {
        judging.with(|judging| match &judging.look {
            None => Some("The columns are being looked at.".to_owned()),
            Some(look) => look.problem.as_ref().map(|problem| problem.event.clone()),
        })
    });
    view! {
        <div class="design stack">
            <h1 class="verdict" tabindex="-1">"Which columns hold the predictions?"</h1>
            <p class="second">
                "Nothing is trained. What somebody else's model has predicted is held against what was true, and judged as a candidate is: intervals, calibration, decisions, kinds of rows, groups of people."
            </p>
            <p class="small second">
                "A prediction is a class, a number, a probability or score of yes, or a probability for each class, in columns named like the classes. Weights of rows are not taken into account."
            </p>
            <Pick
                label="What was true"
                none="Choose a column"
                get=|spec| Some(spec.truth.clone()).filter(|truth| !truth.is_empty())
                set=|spec, name| {
                    spec.truth = name.unwrap_or_default();
                    spec.positive = None;
                }
            />
            <Pick
                label="What was predicted"
                none="Add a column"
                get=|_| None
                set=|spec, name| { spec.scores.extend(name); }
            />
            <div class="row-wrap">
                {move || scores.get().into_iter().map(|name| {
                    let gone = name.clone();
                    view! {
                        <Button on_press=move |()| change(hearth, |spec| spec.scores.retain(|known| *known != gone))>"Without "{name}</Button>
                    }
                }).collect_view()}
            </div>
            {move || {
                let classes = classes.get();
                let options: Vec<(String, String)> = classes.iter().map(|class| (class.clone(), class.clone())).collect();
                classes.last().cloned().map(|yes| view! {
                    <Segmented
                        label="A higher score means"
                        options
                        value=Signal::stored(yes)
                        on_change=move |class: String| change(hearth, |spec| spec.positive = Some(class))
                    />
                })
            }}
            <div class="row-wrap">
                <Pick label="Fold" none="One tested set" get=|spec| spec.fold.clone() set=|spec, name| { spec.fold = name; }/>
                <Pick label="Rows that belong together" none="None" get=|spec| spec.group.clone() set=|spec, name| { spec.group = name; }/>
                <Pick label="Time" none="None" get=|spec| spec.time.clone() set=|spec, name| { spec.time = name; }/>
            </div>
            <p role="status">{told}</p>
            {move || problem().map(|problem| view! { <ProblemText problem/> })}
            <div class="row-wrap">
                <Button kind=Kind::Primary disabled=hindrance on_press=move |()| hearth.send(Action::Judge(Step::Start))>"Judge"</Button>
                <Button kind=Kind::Quiet on_press=move |()| hearth.send(Action::Judge(Step::Close))>"Back to the design"</Button>
            </div>
        </div>
    }
}
