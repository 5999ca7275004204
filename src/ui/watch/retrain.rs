//! The loop on Watch: a challenger on old and new rows, beside the champion on the newest ones, and the decision.

use leptos::prelude::*;

use crate::chart::format::interval;
use crate::studio::retrain::{self, Challenge, Hindrance};
use crate::studio::{Action, Studio};
use crate::ui::ship::versions::Decision;
use crate::ui::use_hearth;
use crate::ui::widget::{Button, Kind, NumberTable};
use crate::validate::challenge::{Beside, Compared};

/// What the rows that were watched can be used for.
#[component]
pub fn Retrain() -> impl IntoView {
    let hearth = use_hearth();
    let open = hearth.read(|s| s.project.registry.open_challenge().cloned());
    let doing = hearth.read(Studio::retraining);
    view! {
        <section class="retrain stack" aria-label="Retrain">
            {move || match (doing.get(), open.get()) {
                (Some(doing), _) => view! { <h2>"A challenger"</h2><p role="status">{doing}</p> }.into_any(),
                (None, Some(open)) => match open.compared.clone() {
                    Some(compared) => view! { <Told open compared/> }.into_any(),
                    None => view! { <Unfinished open/> }.into_any(),
                },
                (None, None) => view! { <Begin/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Begin() -> impl IntoView {
    let hearth = use_hearth();
    let hindrance = hearth.read(Studio::retrain_hindrance);
    let held_out = hearth.read(Studio::held_out_line);
    let busy = hearth.read(|s| s.job.is_some());
    view! {
        <h2>"Train a challenger"</h2>
        {move || match hindrance.get() {
            Some(Hindrance { why, cure }) => view! {
                <p class="second">{why}</p>
                {cure.map(|(label, action)| view! {
                    <div><Button on_press=move |()| hearth.send(action.clone())>{label}</Button></div>
                })}
            }.into_any(),
            None => view! {
                <p>"The same model is trained once more, on the old rows and the new ones, and stands against the one in use. You decide which one stays."</p>
                <p class="small second">{move || held_out.get()}</p>
                <div>
                    <Button
                        kind=Kind::Primary
                        disabled=Signal::derive(move || busy.get().then(|| "Other work is under way.".to_owned()))
                        on_press=move |()| hearth.send(Action::Retrain)
                    >"Retrain with these rows"</Button>
                </div>
            }.into_any(),
        }}
    }
}

/// A reload or a stop came in between.
#[component]
fn Unfinished(open: Challenge) -> impl IntoView {
    let hearth = use_hearth();
    let busy = hearth.read(|s| s.job.is_some());
    let wait = Signal::derive(move || busy.get().then(|| "Other work is under way.".to_owned()));
    let (what, label) = match open.challenger {
        None => ("is not trained yet", "Train the challenger"),
        Some(_) => ("is trained, and was not compared yet", "Compare the two"),
    };
    view! {
        <h2>"A challenger"</h2>
        <p>{format!("The challenger of {} with the rows of {} {what}.", open.champion_name, open.file)}</p>
        <div class="row-wrap">
            <Button kind=Kind::Primary disabled=wait on_press=move |()| hearth.send(Action::Retrain)>{label}</Button>
            <Button disabled=wait on_press=move |()| hearth.send(Action::GiveUpChallenge)>"Give this round up"</Button>
        </div>
    }
}

#[component]
fn Told(open: Challenge, compared: Compared) -> impl IntoView {
    let hearth = use_hearth();
    let (headline, evidence) = (retrain::headline(&open, &compared), retrain::evidence(&open, &compared));
    let (champion, challenger) = (open.champion_name.clone(), open.challenger_name.clone());
    let (promote, keep) = (format!("Promote {challenger}"), format!("Keep {champion}"));
    let settle = move |promote| move |(who, why): (String, String)| hearth.send(Action::Settle { promote, who, why });
    view! {
        <h2 class="verdict">{headline}"."</h2>
        <p>{evidence}</p>
        <p class="second">{retrain::advice(&compared)}</p>
        <Scores compared champion challenger/>
        <Decision choices=vec![(promote, Callback::new(settle(true))), (keep, Callback::new(settle(false)))]/>
    }
}

/// Every metric of both; what decides comes first.
#[component]
fn Scores(compared: Compared, champion: String, challenger: String) -> impl IntoView {
    let headers: Vec<String> =
        vec![String::new(), challenger, champion, "Challenger better by".into(), "95 % interval".into()];
    let decides = compared.metric;
    let mut scores = compared.scores.clone();
    scores.sort_by_key(|beside| beside.metric != decides);
    let rows: Vec<Vec<String>> = scores.iter().map(line).collect();
    let mut notes = vec![format!("{} decides.", decides.name())];
    notes.extend(retrain::tests(&compared));
    view! {
        <details class="disclosure">
            <summary><span>"All scores on these rows"</span></summary>
            <div class="disclosure-body stack-tight">
                <NumberTable caption="Champion and challenger on the newest rows" headers=Signal::stored(headers) rows=Signal::stored(rows) bare=true/>
                <p class="figure-note">{notes.join(" ")}</p>
            </div>
        </details>
    }
}

fn line(beside: &Beside) -> Vec<String> {
    let number =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| retrain::score(value, beside.interval));
    vec![
        beside.metric.name().to_owned(),
        number(beside.challenger),
        number(beside.champion),
        number(beside.lead()),
        beside.interval.map_or_else(|| "–".to_owned(), interval),
    ]
}
